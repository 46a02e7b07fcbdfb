/* Whole programs against the public header: transformations composed in many orders, run eagerly,
 * interpreted and compiled, and compared with JAX's result for the program of the same name
 * (tests/golden/programs.py). */
#include "tests/programs.h"

/* ---- functions that several programs use -------------------------------------------------------- */

typedef struct {
    jac a, b;
} Two;

static jac sin_of(jac x)
{
    return jac_sin(x);
}
JAC_FN(sin_of, jac, (jac, x))

static jac square_of(jac x)
{
    return jac_mul(x, x);
}
JAC_FN(square_of, jac, (jac, x))

static jac tanh_of(jac x)
{
    return jac_tanh(x);
}
JAC_FN(tanh_of, jac, (jac, x))

static jac mlp(jac w1, jac w2, jac x)
{
    return jac_sum(jac_matmul(jac_tanh(jac_matmul(x, w1)), w2));
}
JAC_FN(mlp, jac, (jac, w1), (jac, w2), (jac, x))

static jac neuron(jac w, jac b, jac x)
{
    return jac_sigmoid(jac_add(jac_dot(x, w), b));
}
JAC_FN(neuron, jac, (jac, w), (jac, b), (jac, x))

static jac loss(jac w, jac b, jac X, jac y)
{
    jac p = jac_call1(jac_vmap(neuron_fn, JAC_AXES(JAC_NONE, JAC_NONE, 0)), w, b, X);
    return jac_mean(jac_square(jac_sub(p, y)));
}
JAC_FN(loss, jac, (jac, w), (jac, b), (jac, X), (jac, y))

static jac rolled_body(jac i, jac s)
{
    return jac_mul(s, jac_sin(jac_add(s, i)));
}
JAC_FN(rolled_body, jac, (jac, i), (jac, s))

static jac rolled(jac x)
{
    return jac_fori_loop(0, 5, rolled_body_fn, x);
}
JAC_FN(rolled, jac, (jac, x))

static jac branchy(jac x)
{
    return jac_cond1(jac_gt(x, 0), square_of_fn, sin_of_fn, x);
}
JAC_FN(branchy, jac, (jac, x))

/* ---- the programs ------------------------------------------------------------------------------- */

static jac cube_exp(jac x)
{
    return jac_mul(jac_power(x, 3), jac_exp(x));
}
JAC_FN(cube_exp, jac, (jac, x))

PROGRAM(programs, grad_of_grad)
{
    return RESULTS(jac_call1(jac_grad(jac_grad(cube_exp_fn)), f64(0.5)));
}

PROGRAM(programs, third_derivative_of_tanh)
{
    return RESULTS(jac_call1(jac_grad(jac_grad(jac_grad(tanh_of_fn))), f64(0.25)));
}

PROGRAM(programs, grad_of_vmap)
{
    jac r[3];
    jac_call(jac_value_and_grad(loss_fn, 0, 1), &(loss_args){W3, f64(0.5), BATCH, DATA(7, 4)}, r);
    return RESULTS(r[0], r[1], r[2]);
}

PROGRAM(programs, vmap_of_grad)
{
    return RESULTS(jac_call1(jac_vmap(jac_grad(branchy_fn)), DATA(3, 5)));
}

static jac a_sin_b(jac a, jac b)
{
    return jac_mul(a, jac_sin(b));
}
JAC_FN(a_sin_b, jac, (jac, a), (jac, b))

PROGRAM(programs, vmap_of_vmap)
{
    jac_fn inner = jac_vmap(a_sin_b_fn, JAC_AXES(0, JAC_NONE));
    return RESULTS(jac_call1(jac_vmap(inner, JAC_AXES(JAC_NONE, 0)), X3, DATA(2, 2)));
}

static jac ab_plus_sum(jac a, jac b)
{
    return jac_add(jac_mul(a, b), jac_sum(a));
}
JAC_FN(ab_plus_sum, jac, (jac, a), (jac, b))

PROGRAM(programs, vmap_axes)
{
    jac b = jac_slice(M33, JAC_DIMS(0, 0), JAC_DIMS(3, 2));
    return RESULTS(
        jac_call1(jac_vmap(ab_plus_sum_fn, JAC_AXES(1, 0), .out_axes = JAC_AXES(-1)), X23, b));
}

PROGRAM(programs, mlp_gradients)
{
    jac g[2];
    jac_call(jac_grad(mlp_fn, 0, 1), &(mlp_args){M33, W3, X23}, g);
    return RESULTS(g[0], g[1]);
}

static jac running(jac x)
{
    return jac_cumsum(jac_mul(jac_sin(x), x), 0);
}
JAC_FN(running, jac, (jac, x))

static Out rows(jac y, jac_fn back)
{
    return RESULTS(y, jac_call1(jac_vmap(back), jac_eye(3, JAC_F64)));
}

PROGRAM(programs, jacobian_by_vjp)
{
    jac y;
    jac_fn back = jac_vjp(running_fn, (jac[]){X3}, &y);
    return rows(y, back);
}

static jac logistic_loss(jac w)
{
    return jac_mean(jac_log1p(jac_exp(jac_neg(jac_matmul(BATCH, w)))));
}
JAC_FN(logistic_loss, jac, (jac, w))

static jac directional(jac w, jac v)
{
    jac g, hv;
    jac_jvp(jac_grad(logistic_loss_fn), &w, &v, &g, &hv);
    return hv;
}
JAC_FN(directional, jac, (jac, w), (jac, v))

PROGRAM(programs, hessian_of_logistic_loss)
{
    return RESULTS(
        jac_call1(jac_vmap(directional_fn, JAC_AXES(JAC_NONE, 0)), W3, jac_eye(3, JAC_F64)));
}

static Two with_aux(jac x)
{
    return (Two){jac_sum(jac_power(x, 2)), jac_mul(x, 2)};
}
JAC_FN(with_aux, Two, (jac, x))

PROGRAM(programs, has_aux)
{
    jac r[3];
    jac_call(jac_value_and_grad_aux(with_aux_fn), &(with_aux_args){X3}, r);
    return RESULTS(r[0], r[1], r[2]);
}

static jac softmax_of(jac x)
{
    return jac_softmax(x, -1);
}
JAC_FN(softmax_of, jac, (jac, x))

PROGRAM(programs, softmax_jacobian)
{
    jac y;
    jac_fn back = jac_vjp(softmax_of_fn, (jac[]){X3}, &y);
    return rows(y, back);
}

static jac lse(jac x)
{
    return jac_logsumexp(x);
}
JAC_FN(lse, jac, (jac, x))

PROGRAM(programs, logsumexp_of_infinities)
{
    jac x = jac_array(JAC_SHAPE(4, 2),
                      (double[]){-INFINITY, -INFINITY, 0, -INFINITY, INFINITY, 1, 1000, 1000});
    jac odd = jac_slice(x, JAC_DIMS(1, 0), JAC_DIMS(4, 2), JAC_DIMS(2, 1));
    return RESULTS(jac_call1(jac_vmap(lse_fn), x), jac_call1(jac_vmap(jac_grad(lse_fn)), odd));
}

static jac relu_of(jac x)
{
    return jac_relu(x);
}
JAC_FN(relu_of, jac, (jac, x))

PROGRAM(programs, relu_at_zero)
{
    return RESULTS(jac_call1(jac_vmap(jac_grad(relu_of_fn)), F64S(-1, 0, 2)));
}

static jac max_of(jac x)
{
    return jac_max(x);
}
JAC_FN(max_of, jac, (jac, x))

static jac greater(jac x, jac y)
{
    return jac_maximum(x, y);
}
JAC_FN(greater, jac, (jac, x), (jac, y))

PROGRAM(programs, max_gradient_at_ties)
{
    return RESULTS(jac_call1(jac_grad(max_of_fn), F64S(1, 3, 3, 2)),
                   jac_call1(jac_grad(greater_fn), f64(2), f64(2)));
}

PROGRAM(programs, dot_shapes)
{
    return RESULTS(jac_dot(X23, M33), jac_dot(X3, W3), jac_matmul(DATA(3, 2, 2, 3), M33),
                   jac_einsum("ij,kj->ik", X23, M33));
}

static jac squared_running(jac x)
{
    return jac_sum(jac_power(jac_cumsum(x, 0), 2));
}
JAC_FN(squared_running, jac, (jac, x))

static jac products(jac x)
{
    return jac_sum(jac_cumprod(x, 0));
}
JAC_FN(products, jac, (jac, x))

PROGRAM(programs, cumulative_gradient)
{
    return RESULTS(jac_call1(jac_grad(squared_running_fn), X3),
                   jac_call1(jac_grad(products_fn), X3));
}

static jac half_stopped(jac x)
{
    return jac_mul(x, jac_stop_gradient(jac_mul(x, x)));
}
JAC_FN(half_stopped, jac, (jac, x))

PROGRAM(programs, stop_gradient)
{
    return RESULTS(jac_call1(jac_grad(half_stopped_fn), f64(3)));
}

PROGRAM(programs, weak_numbers)
{
    return RESULTS(jac_add(jac_mul(2, jac_scalar(JAC_F32, 0.1)), 1),
                   jac_mul(jac_scalar(JAC_I32, 3), 0.5), jac_add(jac_scalar(JAC_U8, 200), 100),
                   jac_add(X3, 0.1));
}

static Two ten_times(jac x, jac t)
{
    return (Two){jac_sin(x), jac_mul(10, t)};
}
JAC_FN(ten_times, Two, (jac, x), (jac, t))

static jac custom_times_x(jac x)
{
    return jac_mul(jac_call1(jac_custom_jvp(sin_of_fn, ten_times_fn), x), x);
}
JAC_FN(custom_times_x, jac, (jac, x))

PROGRAM(programs, custom_jvp_under_vmap)
{
    jac_fn f = jac_custom_jvp(sin_of_fn, ten_times_fn);
    return RESULTS(jac_call1(jac_vmap(jac_grad(f)), X3),
                   jac_call1(jac_grad(custom_times_x_fn), f64(2)));
}

static jac x_sin_x(jac x)
{
    return jac_mul(jac_sin(x), x);
}
JAC_FN(x_sin_x, jac, (jac, x))

static jac jitted_sum(jac x)
{
    return jac_sum(jac_call1(jac_vmap(jac_jit(jac_grad(jac_jit(x_sin_x_fn)))), x));
}
JAC_FN(jitted_sum, jac, (jac, x))

PROGRAM(programs, jit_inside_everything)
{
    return RESULTS(jac_call1(jac_grad(jitted_sum_fn), X3));
}

static jac layer(jac w, jac x)
{
    return jac_mul(jac_tanh(jac_matmul(w, x)), x);
}
JAC_FN(layer, jac, (jac, w), (jac, x))

PROGRAM(programs, jacobians_forward_and_reverse)
{
    Two f, r;
    jac_call(jac_jacfwd(layer_fn, 1, 0), &(layer_args){M33, X3}, &f);
    jac_call(jac_jacrev(layer_fn, 1, 0), &(layer_args){M33, X3}, &r);
    return RESULTS(f.a, f.b, r.a, r.b);
}

static jac outer_rows(jac x)
{
    return jac_slice(jac_outer(x, jac_mul(x, x)), JAC_DIMS(0, 0), JAC_DIMS(2, 3));
}
JAC_FN(outer_rows, jac, (jac, x))

static jac scaled_matrix(jac x)
{
    return jac_mul(jac_sum(x), X23);
}
JAC_FN(scaled_matrix, jac, (jac, x))

PROGRAM(programs, jacobian_of_matrix_valued)
{
    return RESULTS(jac_call1(jac_jacrev(outer_rows_fn), X3),
                   jac_call1(jac_jacfwd(scaled_matrix_fn), X3));
}

static jac rolled_squared(jac x)
{
    return jac_power(jac_sum(jac_call1(jac_vmap(rolled_fn), x)), 2);
}
JAC_FN(rolled_squared, jac, (jac, x))

PROGRAM(programs, hessian_of_rolled_loop)
{
    jac_fn f = rolled_squared_fn;
    return RESULTS(jac_call1(jac_hessian(f), X3), jac_call1(jac_jacrev(jac_jacrev(f)), X3),
                   jac_call1(jac_jit(jac_vmap(jac_hessian(f))), BATCH));
}

PROGRAM(programs, linearize_reused)
{
    jac y;
    jac_fn lin = jac_linearize(layer_fn, &(layer_args){M33, X3}, &y);
    return RESULTS(y, jac_call1(lin, M33, W3), jac_call1(lin, jac_mul(M33, 2), X3),
                   jac_call1(jac_vmap(lin, JAC_AXES(JAC_NONE, 0)), M33, BATCH));
}

static jac m33_plus_two(jac x)
{
    return jac_add(jac_matmul(M33, x), jac_mul(2, x));
}
JAC_FN(m33_plus_two, jac, (jac, x))

PROGRAM(programs, linear_transpose)
{
    jac_fn t = jac_linear_transpose(m33_plus_two_fn, (jac[]){X3});
    return RESULTS(jac_call1(t, W3), jac_call1(jac_vmap(t), BATCH));
}

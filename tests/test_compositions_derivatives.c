/* Derivatives of derivatives, in every order and mode
 * (tests/golden/compositions_derivatives.py). */
#include "tests/programs.h"

/* ---- functions that several programs use -------------------------------------------------------- */

JAC_TREE(Pair, a, b)
JAC_TREE(Layer, w, b)
typedef struct {
    Layer l1, l2;
} Net;
typedef struct {
    Net p;
    jac x;
} NetAt;

static jac wave(jac x)
{
    return jac_mul(jac_sin(x), jac_power(x, 3));
}
JAC_FN(wave, jac, (jac, x))

static jac energy(jac x)
{
    return jac_add(jac_sum(jac_mul(jac_sin(x), jac_power(x, 2))), jac_prod(x));
}
JAC_FN(energy, jac, (jac, x))

static jac net(Net p, jac x)
{
    jac h = jac_tanh(jac_add(jac_matmul(x, p.l1.w), p.l1.b));
    return jac_add(jac_matmul(h, p.l2.w), p.l2.b);
}
JAC_FN(net, jac, (Net, p), (jac, x))

static Net params(void)
{
    return (Net){{M33, W3}, {DATA(8, 3, 2), DATA(9, 2)}};
}

/* The derivative in the direction of ones, which for scalar functions is grad. */
JAC_DEF_ENV(jac, along_ones, jac_fn, (jac, x))
{
    jac y, t, one = jac_ones_like(x);
    return jac_jvp(*env, &x, &one, &y, &t) ? t : JAC_NULL;
}

static jac_fn derivative(jac_fn f, int times)
{
    return times ? derivative(along_ones_with(f), times - 1) : f;
}

static jac_fn grads(jac_fn f, int times)
{
    return times ? grads(jac_grad(f), times - 1) : f;
}

/* ---- the orders of grad, vmap and jit ----------------------------------------------------------- */

JAC_DEF_ENV(jac, sum_of, jac_fn, (jac, x))
{
    return jac_sum(jac_call1(*env, x));
}

PROGRAM(compositions_derivatives, grad_vmap_jit_in_all_orders)
{
    jac_fn f = wave_fn, in = jac_grad(sum_of_with(jac_vmap(jac_jit(f)))),
           out = jac_grad(sum_of_with(jac_jit(jac_vmap(f)))),
           all = jac_jit(jac_grad(sum_of_with(jac_vmap(f))));
    return RESULTS(jac_call1(jac_jit(jac_vmap(jac_grad(f))), X3),
                   jac_call1(jac_vmap(jac_jit(jac_grad(f))), X3),
                   jac_call1(jac_vmap(jac_grad(jac_jit(f))), X3), jac_call1(in, X3),
                   jac_call1(out, X3), jac_call1(all, X3));
}

PROGRAM(compositions_derivatives, second_derivatives_through_jit_in_all_orders)
{
    jac_fn f = wave_fn, sum = sum_of_with(jac_vmap(jac_jit(jac_grad(f))));
    return RESULTS(jac_call1(jac_grad(jac_jit(jac_grad(f))), f64(0.75)),
                   jac_call1(jac_jit(jac_grad(jac_jit(jac_grad(jac_jit(f))))), f64(0.75)),
                   jac_call1(jac_vmap(jac_jit(jac_grad(jac_grad(f)))), X3),
                   jac_call1(jac_jit(jac_grad(sum)), X3));
}

/* ---- Jacobians and Hessians --------------------------------------------------------------------- */

PROGRAM(compositions_derivatives, hessian_by_all_pairs_of_modes)
{
    jac_fn f = energy_fn;
    return RESULTS(
        jac_call1(jac_jacfwd(jac_jacrev(f)), X3), jac_call1(jac_jacrev(jac_jacfwd(f)), X3),
        jac_call1(jac_jacfwd(jac_jacfwd(f)), X3), jac_call1(jac_jacrev(jac_jacrev(f)), X3));
}

JAC_DEF(jac, logistic, (jac, w), (jac, b))
{
    jac y = F64S(1, 0, 0, 1), z = jac_add(jac_matmul(BATCH, w), b);
    return jac_mean(jac_sub(jac_logaddexp(z, 0), jac_mul(y, z)));
}

PROGRAM(compositions_derivatives, hessian_in_two_arguments)
{
    jac h[4] = {0};
    jac_call(jac_hessian(logistic_fn, 0, 1), &(logistic_args){W3, f64(0.25)}, h);
    return RESULTS(h[0], h[1], h[2], h[3]);
}

PROGRAM(compositions_derivatives, jacobians_of_mlp_with_tree_parameters)
{
    NetAt at = {params(), X3};
    Net r = {0}, f = {0};
    jac_call(jac_jacrev(net_fn), &at, &r);
    jac_call(jac_jacfwd(net_fn), &at, &f);
    return RESULTS(r.l1.w, r.l1.b, r.l2.w, r.l2.b, f.l1.w, f.l1.b, f.l2.w, f.l2.b);
}

PROGRAM(compositions_derivatives, jacobian_of_mlp_under_vmap)
{
    jac_fn r = jac_vmap(jac_jacrev(net_fn, 1), JAC_AXES(JAC_NONE, 0)),
           f = jac_jit(jac_vmap(jac_jacfwd(net_fn, 1), JAC_AXES(JAC_NONE, 0)));
    return RESULTS(net_call(r, params(), BATCH), net_call(f, params(), BATCH));
}

JAC_DEF(jac, net_loss, (Net, p), (jac, x), (jac, y))
{
    jac out = net_call(jac_vmap(net_fn, JAC_AXES(JAC_NONE, 0)), p, x);
    return jac_mean(jac_power(jac_sub(out, y), 2));
}

PROGRAM(compositions_derivatives, gradient_of_tree_in_nested_structs)
{
    struct {
        jac loss;
        Net grad;
    } r = {0};
    jac_call(jac_value_and_grad(net_loss_fn), &(net_loss_args){params(), BATCH, DATA(3, 4, 2)}, &r);
    return RESULTS(r.loss, r.grad.l1.w, r.grad.l1.b, r.grad.l2.w, r.grad.l2.b);
}

JAC_DEF(jac, exp_sin, (jac, x))
{
    return jac_exp(jac_sin(x));
}

PROGRAM(compositions_derivatives, fourth_derivatives)
{
    jac_fn d4 = grads(exp_sin_fn, 4);
    return RESULTS(jac_call1(d4, f64(0.3)), jac_call1(jac_vmap(d4), X3),
                   jac_call1(jac_jit(d4), f64(-1.25)));
}

JAC_DEF(jac, witch, (jac, x))
{
    return jac_div(1, jac_add(1, jac_mul(x, x)));
}

JAC_DEF(jac, tanh_of, (jac, x))
{
    return jac_tanh(x);
}

PROGRAM(compositions_derivatives, fifth_derivative_by_forward_mode)
{
    return RESULTS(jac_call1(derivative(witch_fn, 5), f64(0.5)),
                   jac_call1(jac_vmap(derivative(tanh_of_fn, 3)), X3));
}

JAC_DEF(jac, of_two, (jac, x))
{
    jac a = jac_at(x, 0), b = jac_at(x, 1);
    return jac_add(jac_exp(jac_mul(a, b)), jac_mul(jac_power(a, 3), jac_sin(b)));
}

PROGRAM(compositions_derivatives, third_derivative_tensor)
{
    jac_fn f = of_two_fn;
    jac x = F64S(0.5, -0.25);
    return RESULTS(jac_call1(jac_jacfwd(jac_jacfwd(jac_jacrev(f))), x),
                   jac_call1(jac_jacrev(jac_jacfwd(jac_jacrev(f))), x),
                   jac_call1(jac_jacrev(jac_jacrev(jac_jacrev(f))), x));
}

/* ---- directional derivatives -------------------------------------------------------------------- */

static jac tangent_of(jac_fn f, jac x, jac v)
{
    jac y, t;
    return jac_jvp(f, &x, &v, &y, &t) ? t : JAC_NULL;
}

/* ---- has_aux and argnums ------------------------------------------------------------------------ */

typedef struct {
    jac loss;
    Pair aux;
} WithAux;

JAC_DEF(WithAux, net_with_aux, (Net, p), (jac, x))
{
    jac y = net(p, x);
    return (WithAux){jac_sum(jac_power(y, 2)), {y, jac_mul(x, 2)}};
}

PROGRAM(compositions_derivatives, has_aux_with_trees)
{
    NetAt at = {params(), X3};
    struct {
        WithAux value;
        jac grad;
    } r = {0};
    struct {
        Net grad;
        Pair aux;
    } s = {0};
    jac_call(jac_jit(jac_value_and_grad_aux(net_with_aux_fn, 1)), &at, &r);
    jac_call(jac_grad_aux(net_with_aux_fn), &at, &s);
    return RESULTS(r.value.loss, r.value.aux.a, r.value.aux.b, r.grad, s.grad.l1.w, s.grad.l1.b,
                   s.grad.l2.w, s.grad.l2.b, s.aux.a, s.aux.b);
}

JAC_DEF(WithAux, energy_with_aux, (jac, x), (jac, s))
{
    return (WithAux){jac_mul(s, energy(x)), {jac_max(x), jac_sub(x, s)}};
}

PROGRAM(compositions_derivatives, has_aux_under_vmap)
{
    energy_with_aux_args at = {BATCH, f64(0.5)};
    jac r[4] = {0}, s[3] = {0};
    jac_dims axes = JAC_AXES(0, JAC_NONE);
    jac_call(jac_vmap(jac_value_and_grad_aux(energy_with_aux_fn), axes), &at, r);
    jac_call(jac_vmap(jac_grad_aux(energy_with_aux_fn, 1), axes), &at, s);
    return RESULTS(r[0], r[1], r[2], r[3], s[0], s[1], s[2]);
}

JAC_DEF(jac, of_three, (jac, a), (jac, b), (jac, c))
{
    return jac_add(jac_mul(jac_sum(jac_mul(a, b)), c), jac_mul(jac_power(c, 3), jac_at(a, 0)));
}

PROGRAM(compositions_derivatives, argnums_in_any_order)
{
    of_three_args at = {X3, W3, f64(0.5)};
    jac r[12] = {0};
    jac_call(jac_grad(of_three_fn, 2, 0), &at, &r[0]);
    jac_call(jac_grad(of_three_fn, -1), &at, &r[2]);
    jac_call(jac_grad(of_three_fn, -2, -3), &at, &r[3]);
    jac_call(jac_value_and_grad(of_three_fn, 1, 2), &at, &r[5]);
    jac_call(jac_hessian(of_three_fn, 2, 1), &at, &r[8]);
    return program_results(12, r);
}

JAC_DEF(jac, exp_times_sin, (jac, x), (jac, y))
{
    return jac_mul(jac_exp(jac_mul(x, y)), jac_sin(y));
}

PROGRAM(compositions_derivatives, mixed_partial_derivatives)
{
    jac_fn f = exp_times_sin_fn;
    jac x = f64(0.5), y = f64(1.25);
    return RESULTS(jac_call1(jac_grad(jac_grad(f, 0), 1), x, y),
                   jac_call1(jac_grad(jac_grad(f, 1), 0), x, y),
                   jac_call1(jac_grad(jac_grad(jac_grad(f, 1), 0), 1), x, y),
                   jac_call1(jac_jit(jac_grad(jac_jit(jac_grad(f, 0)), 1)), x, y));
}

/* ---- derivatives inside derivatives ------------------------------------------------------------- */

JAC_DEF_ENV(jac, plus, jac, (jac, y))
{
    return jac_add(*env, y);
}

JAC_DEF_ENV(jac, times, jac, (jac, y))
{
    return jac_mul(*env, y);
}

JAC_DEF_ENV(jac, times_square, jac, (jac, y))
{
    return jac_mul(jac_mul(*env, y), y);
}

JAC_DEF_ENV(jac, sine_of_product, jac, (jac, y))
{
    return jac_sin(jac_mul(*env, y));
}

JAC_DEF(jac, inner_of_constant, (jac, x))
{
    return jac_mul(x, jac_call1(jac_grad(plus_with(x)), f64(1)));
}

JAC_DEF(jac, inner_of_same, (jac, x))
{
    return jac_mul(x, jac_call1(jac_grad(times_with(x)), x));
}

JAC_DEF(jac, inner_forward, (jac, x))
{
    return jac_mul(x, jac_call1(derivative(times_square_with(x), 1), x));
}

JAC_DEF(jac, inner_mixed, (jac, x))
{
    return jac_mul(x, jac_call1(derivative(sine_of_product_with(x), 1), f64(2)));
}

PROGRAM(compositions_derivatives, perturbations_are_not_confused)
{
    return RESULTS(jac_call1(jac_grad(inner_of_constant_fn), f64(3)),
                   jac_call1(jac_grad(inner_of_same_fn), f64(3)),
                   jac_call1(derivative(inner_forward_fn, 1), f64(3)),
                   jac_call1(jac_grad(inner_mixed_fn), f64(0.5)));
}

JAC_DEF(jac, inner_loss, (jac, w), (jac, x))
{
    return jac_mean(jac_power(jac_sub(jac_tanh(jac_matmul(x, w)), 0.5), 2));
}

JAC_DEF(jac, outer_loss, (jac, w), (jac, rate))
{
    jac tasks[] = {BATCH, jac_mul(jac_flip(BATCH, 0), 0.5)};
    for (int k = 0; k < 2; k++)
        w = jac_sub(w, jac_mul(rate, jac_call1(jac_grad(inner_loss_fn), w, tasks[k])));
    return inner_loss(w, jac_add(BATCH, 1));
}

PROGRAM(compositions_derivatives, gradient_through_a_gradient_step)
{
    outer_loss_args at = {W3, f64(0.1)};
    jac r[4] = {0};
    jac_call(jac_value_and_grad(outer_loss_fn, 0, 1), &at, &r[0]);
    jac_call(jac_hessian(outer_loss_fn), &at, &r[3]);
    return program_results(4, r);
}

JAC_DEF(jac, field, (jac, x))
{
    jac next = jac_array(JAC_SHAPE(3, 3), (double[]){0, 1, 0, 0, 0, 1, 1, 0, 0});
    return jac_mul(jac_matmul(next, jac_sin(x)), x);
}

JAC_DEF(jac, laplacian, (jac, x))
{
    return jac_einsum("ii->", jac_call1(jac_hessian(energy_fn), x));
}

JAC_DEF_ENV(jac, stretch, jac, (jac, v))
{
    return jac_dot(tangent_of(field_fn, *env, v), v);
}

JAC_DEF(jac, divergence, (jac, x))
{
    return jac_sum(jac_call1(jac_vmap(stretch_with(x)), jac_eye(3)));
}

PROGRAM(compositions_derivatives, divergence_and_laplacian)
{
    return RESULTS(jac_call1(jac_vmap(laplacian_fn), BATCH),
                   jac_call1(jac_vmap(divergence_fn), BATCH), jac_call1(jac_grad(laplacian_fn), X3),
                   jac_call1(jac_grad(divergence_fn), X3));
}

JAC_DEF(Pair, product_and_sum, (jac, x), (jac, y))
{
    return (Pair){jac_mul(x, y), jac_sum(y)};
}

PROGRAM(compositions_derivatives, zero_and_partial_tangents)
{
    product_and_sum_args at = {X3, W3};
    Pair y = {0}, s = {0}, t = {0};
    jac_jvp(product_and_sum_fn, &at, &(product_and_sum_args){JAC_NULL, W3}, &y, &s);
    jac_jvp(product_and_sum_fn, &at, &(product_and_sum_args){X3, JAC_NULL}, &y, &t);
    return RESULTS(y.a, y.b, s.a, s.b, y.a, y.b, t.a, t.b);
}

JAC_DEF(jac, partly_stopped, (jac, x))
{
    jac y = jac_stop_gradient(jac_sin(x));
    return jac_sum(jac_add(jac_mul(jac_mul(y, x), jac_sin(x)), jac_power(y, 2)));
}

PROGRAM(compositions_derivatives, gradient_that_stops_in_part)
{
    jac y = JAC_NULL, t = JAC_NULL, x = X3, v = W3;
    jac_jvp(partly_stopped_fn, &x, &v, &y, &t);
    return RESULTS(jac_call1(jac_grad(partly_stopped_fn), X3),
                   jac_call1(jac_hessian(partly_stopped_fn), X3), y, t);
}

JAC_DEF(jac, predictions, (jac, w))
{
    return jac_tanh(jac_matmul(BATCH, w));
}

JAC_DEF_ENV(jac, after_each_other, jac_fn *, (jac, v))
{
    return jac_call1((*env)[1], jac_call1((*env)[0], v));
}

PROGRAM(compositions_derivatives, gauss_newton_matrix_product)
{
    jac y, w = W3;
    jac_fn lin = jac_linearize(predictions_fn, &w, &y), back = jac_linear_transpose(lin, &w);
    jac_fn product = after_each_other_with((jac_fn[]){lin, back});
    return RESULTS(y, jac_call1(product, X3), jac_call1(jac_vmap(product), jac_eye(3)));
}

JAC_DEF(Pair, of_two_trees, (Pair, p), (Pair, q))
{
    return (Pair){jac_mul(p.a, q.b), jac_mul(jac_sum(p.b), q.a)};
}

PROGRAM(compositions_derivatives, jacobian_in_one_of_two_trees)
{
    of_two_trees_args at = {{X3, W3}, {f64(2), X3}};
    jac r[8] = {0};
    jac_call(jac_jacrev(of_two_trees_fn, 1), &at, &r[0]);
    jac_call(jac_jacfwd(of_two_trees_fn, 0), &at, &r[4]);
    return program_results(8, r);
}

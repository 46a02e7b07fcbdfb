/* Whole programs against the public header: transformations composed in many orders, run eagerly,
 * interpreted and compiled, and compared with JAX's result for the program of the same name
 * (tests/golden/programs.py).
 */
#include "tests/programs.h"

/* ---- functions that several programs use -------------------------------------------------------- */

typedef struct {
    jac a, b;
} Two;

typedef struct {
    jac x, i;
} Counted;

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

static jac exp_of(jac x)
{
    return jac_exp(x);
}
JAC_FN(exp_of, jac, (jac, x))

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

static jac below_hundred(Counted s)
{
    return jac_lt(jac_abs(s.x), 100);
}
JAC_FN(below_hundred, jac, (Counted, s))

static Counted double_it(Counted s)
{
    return (Counted){jac_add(jac_mul(s.x, 2), jac_sin(s.x)), jac_add(s.i, 1)};
}
JAC_FN(double_it, Counted, (Counted, s))

static Counted doubling(jac x)
{
    return jac_while_loop(below_hundred_fn, double_it_fn, (Counted){x, jac_asarray(0)});
}
JAC_FN(doubling, Counted, (jac, x))

static jac doubled(jac x)
{
    return doubling(x).x;
}
JAC_FN(doubled, jac, (jac, x))

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

typedef struct {
    jac h, sum;
} RnnStep;

static RnnStep rnn_step(const jac *w, jac h, jac x)
{
    h = jac_tanh(jac_add(jac_matmul(*w, h), x));
    return (RnnStep){h, jac_sum(h)};
}
JAC_FN_ENV(rnn_step, RnnStep, jac, (jac, h), (jac, x))

static RnnStep rnn(jac w, jac h, jac xs)
{
    RnnStep r = {.h = h};
    jac_scan(rnn_step_with(w), &r.h, &xs, &r.sum);
    return r;
}

/* ---- the programs ------------------------------------------------------------------------------- */

static jac cube_exp(jac x)
{
    return jac_mul(jac_power(x, 3), jac_exp(x));
}
JAC_FN(cube_exp, jac, (jac, x))

static Out grad_of_grad(void)
{
    return RESULTS(jac_call1(jac_grad(jac_grad(cube_exp_fn)), f64(0.5)));
}

static Out third_derivative_of_tanh(void)
{
    return RESULTS(jac_call1(jac_grad(jac_grad(jac_grad(tanh_of_fn))), f64(0.25)));
}

static Out grad_of_vmap(void)
{
    jac r[3];
    jac_call(jac_value_and_grad(loss_fn, 0, 1), &(loss_args){W3, f64(0.5), BATCH, DATA(7, 4)}, r);
    return RESULTS(r[0], r[1], r[2]);
}

static Out vmap_of_grad(void)
{
    return RESULTS(jac_call1(jac_vmap(jac_grad(branchy_fn)), DATA(3, 5)));
}

static jac a_sin_b(jac a, jac b)
{
    return jac_mul(a, jac_sin(b));
}
JAC_FN(a_sin_b, jac, (jac, a), (jac, b))

static Out vmap_of_vmap(void)
{
    jac_fn inner = jac_vmap(a_sin_b_fn, JAC_AXES(0, JAC_NONE));
    return RESULTS(jac_call1(jac_vmap(inner, JAC_AXES(JAC_NONE, 0)), X3, DATA(2, 2)));
}

static jac ab_plus_sum(jac a, jac b)
{
    return jac_add(jac_mul(a, b), jac_sum(a));
}
JAC_FN(ab_plus_sum, jac, (jac, a), (jac, b))

static Out vmap_axes(void)
{
    jac b = jac_slice(M33, JAC_DIMS(0, 0), JAC_DIMS(3, 2));
    return RESULTS(
        jac_call1(jac_vmap(ab_plus_sum_fn, JAC_AXES(1, 0), .out_axes = JAC_AXES(-1)), X23, b));
}

static Out mlp_gradients(void)
{
    jac g[2];
    jac_call(jac_grad(mlp_fn, 0, 1), &(mlp_args){M33, W3, X23}, g);
    return RESULTS(g[0], g[1]);
}

static Out while_values(void)
{
    Counted s = doubling(f64(0.75));
    return RESULTS(s.x, s.i);
}

static Out while_under_vmap(void)
{
    Counted s = doubling_call(jac_vmap(doubling_fn), F64S(0.5, 60, 200, -3));
    return RESULTS(s.x, s.i);
}

static Out while_jvp(void)
{
    jac y, t;
    jac_jvp(doubled_fn, (jac[]){f64(0.75)}, (jac[]){f64(2)}, &y, &t);
    return RESULTS(y, t);
}

static jac doubled_tangent(jac x)
{
    jac y, t;
    jac_jvp(doubled_fn, &x, (jac[]){jac_asarray(1)}, &y, &t);
    return t;
}
JAC_FN(doubled_tangent, jac, (jac, x))

static Out while_jvp_under_vmap(void)
{
    return RESULTS(jac_call1(jac_vmap(doubled_tangent_fn), F64S(0.5, 60, 200)));
}

static jac excess(jac x, jac a)
{
    return jac_sub(jac_mul(x, x), a);
}
JAC_FN(excess, jac, (jac, x), (jac, a))

static jac far_off(Two s)
{
    return jac_gt(jac_abs(excess(s.a, s.b)), 1e-12);
}
JAC_FN(far_off, jac, (Two, s))

static Two newton_step(Two s)
{
    return (Two){jac_sub(s.a, jac_div(excess(s.a, s.b), jac_call1(jac_grad(excess_fn), s.a, s.b))),
                 s.b};
}
JAC_FN(newton_step, Two, (Two, s))

static jac newton(jac a)
{
    return jac_while_loop(far_off_fn, newton_step_fn, (Two){a, a}).a;
}
JAC_FN(newton, jac, (jac, a))

static Out grad_inside_while(void)
{
    return RESULTS(newton(f64(2)), jac_call1(jac_vmap(newton_fn), F64S(1, 2, 9)));
}

static Out fori_gradient(void)
{
    Two r;
    jac_call(jac_value_and_grad(rolled_fn), &(rolled_args){f64(0.7)}, &r);
    return RESULTS(r.a, r.b);
}

static Out fori_second_derivative_under_vmap(void)
{
    return RESULTS(jac_call1(jac_vmap(jac_grad(jac_grad(rolled_fn))), X3));
}

/* a and b are captured from the outermost function, c from the middle one. */
typedef struct {
    jac a, b, c;
} Around;

static jac captured_body(const Around *e, jac i, jac s)
{
    (void)i;
    return jac_add(jac_mul(s, e->a), jac_mul(e->c, e->b));
}
JAC_FN_ENV(captured_body, jac, Around, (jac, i), (jac, s))

static jac inner_loop(const Two *e, jac c)
{
    return jac_fori_loop(0, 3, captured_body_with((Around){e->a, e->b, c}), f64(1));
}
JAC_FN_ENV(inner_loop, jac, Two, (jac, c))

static jac captures_twice(jac a, jac b)
{
    return jac_call1(jac_jit(inner_loop_with((Two){a, b})), jac_mul(a, b));
}
JAC_FN(captures_twice, jac, (jac, a), (jac, b))

static Out fori_captures(void)
{
    Two g;
    jac_call(jac_grad(captures_twice_fn, 0, 1), &(captures_twice_args){f64(1.5), f64(-0.5)}, &g);
    return RESULTS(g.a, g.b);
}

static Out cond_gradient(void)
{
    jac_fn g = jac_grad(branchy_fn);
    return RESULTS(jac_call1(g, f64(0.7)), jac_call1(g, f64(-0.7)));
}

static jac times_a(const jac *a, jac x)
{
    return jac_mul(*a, x);
}
JAC_FN_ENV(times_a, jac, jac, (jac, x))

static jac over_a(const jac *a, jac x)
{
    return jac_div(x, *a);
}
JAC_FN_ENV(over_a, jac, jac, (jac, x))

static jac cond_of_captures(jac a, jac x)
{
    return jac_cond1(jac_gt(x, 0), times_a_with(a), over_a_with(a), x);
}
JAC_FN(cond_of_captures, jac, (jac, a), (jac, x))

static Out cond_captures(void)
{
    Two p, q;
    jac_fn g = jac_grad(cond_of_captures_fn, 0, 1);
    jac_call(g, &(cond_of_captures_args){f64(3), f64(2)}, &p);
    jac_call(g, &(cond_of_captures_args){f64(3), f64(-2)}, &q);
    return RESULTS(p.a, p.b, q.a, q.b);
}

static jac choose(jac i, jac x)
{
    jac y;
    jac_switch(i, JAC_FNS(sin_of_fn, square_of_fn, exp_of_fn), &x, &y);
    return y;
}
JAC_FN(choose, jac, (jac, i), (jac, x))

static Out switch_values_and_gradients(void)
{
    jac i = jac_array(JAC_SHAPE(5), (int64_t[]){-5, 0, 1, 2, 9});
    return RESULTS(jac_call1(jac_vmap(choose_fn, JAC_AXES(0, JAC_NONE)), i, f64(0.5)),
                   jac_call1(jac_vmap(jac_grad(choose_fn, 1), JAC_AXES(0, JAC_NONE)), i, f64(0.5)));
}

static Out scan_outputs(void)
{
    RnnStep r = rnn(M33, X3, BATCH);
    return RESULTS(r.h, r.sum);
}

static jac rnn_sum(jac w, jac h, jac xs)
{
    return jac_sum(rnn(w, h, xs).sum);
}
JAC_FN(rnn_sum, jac, (jac, w), (jac, h), (jac, xs))

static Out scan_gradient(void)
{
    jac g[3];
    jac_call(jac_grad(rnn_sum_fn, 0, 1, 2), &(rnn_sum_args){M33, X3, BATCH}, g);
    return RESULTS(g[0], g[1], g[2]);
}

static Two reversed_step(jac c, jac x)
{
    return (Two){jac_add(jac_mul(c, x), 1), jac_sub(c, x)};
}
JAC_FN(reversed_step, Two, (jac, c), (jac, x))

static Two reversed(jac h, jac xs)
{
    Two r = {.a = h};
    jac_scan(reversed_step_fn, &r.a, &xs, &r.b, .reverse = true);
    return r;
}
JAC_FN(reversed, Two, (jac, h), (jac, xs))

static Out scan_reversed_under_vmap(void)
{
    Two r = reversed_call(jac_vmap(reversed_fn, JAC_AXES(0, 1)), X3, BATCH);
    return RESULTS(r.a, r.b);
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

static Out jacobian_by_vjp(void)
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

static Out hessian_of_logistic_loss(void)
{
    return RESULTS(
        jac_call1(jac_vmap(directional_fn, JAC_AXES(JAC_NONE, 0)), W3, jac_eye(3, JAC_F64)));
}

static Two with_aux(jac x)
{
    return (Two){jac_sum(jac_power(x, 2)), jac_mul(x, 2)};
}
JAC_FN(with_aux, Two, (jac, x))

static Out has_aux(void)
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

static Out softmax_jacobian(void)
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

static Out logsumexp_of_infinities(void)
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

static Out relu_at_zero(void)
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

static Out max_gradient_at_ties(void)
{
    return RESULTS(jac_call1(jac_grad(max_of_fn), F64S(1, 3, 3, 2)),
                   jac_call1(jac_grad(greater_fn), f64(2), f64(2)));
}

static Out dot_shapes(void)
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

static Out cumulative_gradient(void)
{
    return RESULTS(jac_call1(jac_grad(squared_running_fn), X3),
                   jac_call1(jac_grad(products_fn), X3));
}

static jac half_stopped(jac x)
{
    return jac_mul(x, jac_stop_gradient(jac_mul(x, x)));
}
JAC_FN(half_stopped, jac, (jac, x))

static Out stop_gradient(void)
{
    return RESULTS(jac_call1(jac_grad(half_stopped_fn), f64(3)));
}

static Out weak_numbers(void)
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

static Out custom_jvp_under_vmap(void)
{
    jac_fn f = jac_custom_jvp(sin_of_fn, ten_times_fn);
    return RESULTS(jac_call1(jac_vmap(jac_grad(f)), X3),
                   jac_call1(jac_grad(custom_times_x_fn), f64(2)));
}

static jac below_ten(jac s)
{
    return jac_lt(s, 10);
}
JAC_FN(below_ten, jac, (jac, s))

static jac twice_plus_one(jac s)
{
    return jac_add(jac_mul(s, 2), 1);
}
JAC_FN(twice_plus_one, jac, (jac, s))

static Two grow(jac c, jac v)
{
    jac y = jac_while_loop(below_ten_fn, twice_plus_one_fn, jac_abs(v));
    return (Two){jac_add(c, y), y};
}
JAC_FN(grow, Two, (jac, c), (jac, v))

static jac scanned(jac x)
{
    jac ys, xs = jac_reshape(jac_slice(BATCH, JAC_DIMS(0, 0), JAC_DIMS(4, 1)), 4);
    jac_scan(grow_fn, &x, &xs, &ys);
    return x;
}
JAC_FN(scanned, jac, (jac, x))

static jac negated(jac x)
{
    return jac_neg(x);
}
JAC_FN(negated, jac, (jac, x))

static jac nested(jac x)
{
    return jac_cond1(jac_gt(x, 0), scanned_fn, negated_fn, x);
}
JAC_FN(nested, jac, (jac, x))

static Out while_in_scan_in_cond(void)
{
    return RESULTS(nested(f64(1)), nested(f64(-1)), jac_call1(jac_vmap(nested_fn), F64S(1, -1)));
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

static Out jit_inside_everything(void)
{
    return RESULTS(jac_call1(jac_grad(jitted_sum_fn), X3));
}

static jac layer(jac w, jac x)
{
    return jac_mul(jac_tanh(jac_matmul(w, x)), x);
}
JAC_FN(layer, jac, (jac, w), (jac, x))

static Out jacobians_forward_and_reverse(void)
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

static Out jacobian_of_matrix_valued(void)
{
    return RESULTS(jac_call1(jac_jacrev(outer_rows_fn), X3),
                   jac_call1(jac_jacfwd(scaled_matrix_fn), X3));
}

static jac rolled_squared(jac x)
{
    return jac_power(jac_sum(jac_call1(jac_vmap(rolled_fn), x)), 2);
}
JAC_FN(rolled_squared, jac, (jac, x))

static Out hessian_of_rolled_loop(void)
{
    jac_fn f = rolled_squared_fn;
    return RESULTS(jac_call1(jac_hessian(f), X3), jac_call1(jac_jacrev(jac_jacrev(f)), X3),
                   jac_call1(jac_jit(jac_vmap(jac_hessian(f))), BATCH));
}

static Out linearize_reused(void)
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

static Out linear_transpose(void)
{
    jac_fn t = jac_linear_transpose(m33_plus_two_fn, (jac[]){X3});
    return RESULTS(jac_call1(t, W3), jac_call1(jac_vmap(t), BATCH));
}

/* ---- running them ------------------------------------------------------------------------------- */

#define PROGRAMS(X)                                                                                \
    X(grad_of_grad)                                                                                \
    X(third_derivative_of_tanh)                                                                    \
    X(grad_of_vmap)                                                                                \
    X(vmap_of_grad)                                                                                \
    X(vmap_of_vmap)                                                                                \
    X(vmap_axes)                                                                                   \
    X(mlp_gradients) X(while_values) X(while_under_vmap) X(while_jvp) X(while_jvp_under_vmap)      \
        X(grad_inside_while) X(fori_gradient) X(fori_second_derivative_under_vmap)                 \
            X(fori_captures) X(cond_gradient) X(cond_captures) X(switch_values_and_gradients)      \
                X(scan_outputs) X(scan_gradient) X(scan_reversed_under_vmap) X(jacobian_by_vjp)    \
                    X(hessian_of_logistic_loss) X(has_aux) X(softmax_jacobian)                     \
                        X(logsumexp_of_infinities) X(relu_at_zero) X(max_gradient_at_ties)         \
                            X(dot_shapes) X(cumulative_gradient) X(stop_gradient) X(weak_numbers)  \
                                X(custom_jvp_under_vmap) X(while_in_scan_in_cond)                  \
                                    X(jit_inside_everything) X(jacobians_forward_and_reverse)      \
                                        X(jacobian_of_matrix_valued) X(hessian_of_rolled_loop)     \
                                            X(linearize_reused) X(linear_transpose)

#define TEST(name) PROGRAM_TEST(programs, name)
PROGRAMS(TEST)

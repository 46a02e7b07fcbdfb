/* Uses of derivatives: inference, finance, mechanics, dynamics
 * (tests/golden/compositions_applications.py). */
#include "tests/programs.h"

JAC_TREE(Pair, a, b)
JAC_TREE(Three, a, b, c)
JAC_TREE(Four, a, b, c, d)
typedef struct {
} Nothing;

static jac scaled(double factor, jac x)
{
    return jac_mul(factor, x);
}

static jac rows(jac x, int64_t start, int64_t limit)
{
    return jac_slice_in_dim(x, start, limit, 1, 0);
}

/* ---- inference ---------------------------------------------------------------------------------- */

typedef struct {
    jac m, p, loglik;
} Filtered;

JAC_DEF_ENV(Filtered, kalman_step, Three, (Pair, s), (jac, y))
{
    jac f = env->a, h = F64S(1, 0), m = jac_matmul(f, s.a);
    jac p = jac_add(jac_matmul(jac_matmul(f, s.b), jac_transpose(f)), env->b);
    jac v = jac_sub(y, jac_at(m, 0)), k = jac_matmul(p, h), var = jac_add(jac_at(k, 0), env->c),
        gain = jac_div(k, var);
    jac fit = jac_add(jac_div(jac_mul(v, v), var), jac_log(scaled(2 * M_PI, var)));
    return (Filtered){jac_add(m, jac_mul(gain, v)), jac_sub(p, jac_outer(gain, k)),
                      scaled(-0.5, fit)};
}

JAC_DEF(jac, kalman, (jac, logq), (jac, logr), (jac, speed), (jac, ys))
{
    jac f = jac_array(JAC_SHAPE(2, 2), (double[]){1, 0.1, 0, 1});
    Three e = {jac_mul(f, speed), jac_mul(jac_exp(logq), jac_eye(2)), jac_exp(logr)};
    Pair s = {jac_zeros(JAC_SHAPE(2)), jac_eye(2)};
    jac loglik;
    jac_scan(kalman_step_with(e), &s, &ys, &loglik);
    return jac_sum(loglik);
}

PROGRAM(compositions_applications, kalman_filter)
{
    kalman_args at = {f64(-1), f64(0.5), f64(0.9), DATA(3, 6)};
    jac r[9] = {0};
    jac_call(jac_value_and_grad(kalman_fn, 0, 1, 2, 3), &at, r);
    jac_call(jac_hessian(kalman_fn, 0, 1), &at, &r[5]);
    return program_results(9, r);
}

JAC_DEF_ENV(jac, cholesky_column, jac, (jac, j), (jac, l))
{
    jac s = jac_sub(jac_take(*env, j, 1), jac_matmul(l, jac_at(l, j)));
    jac c = jac_div(s, jac_sqrt(jac_at(s, j)));
    c = jac_where(jac_ge(jac_arange(4), j), c, 0.0);
    return jac_dynamic_update_slice(l, jac_expand_dims(c, 1), 0, j);
}

JAC_DEF_ENV(jac, triangular_row, Pair, (jac, i), (jac, z))
{
    jac row = jac_at(env->a, i), left = jac_sub(jac_at(env->b, i), jac_dot(row, z));
    return jac_dynamic_update_slice(z, jac_reshape(jac_div(left, jac_at(row, i)), 1), i);
}

JAC_DEF(jac, gaussian_process, (jac, scale), (jac, noise), (jac, y))
{
    jac x = F64S(0, 0.5, 1.25, 2), d = jac_div(jac_sub(jac_expand_dims(x, 1), x), scale);
    jac k = jac_add(jac_exp(scaled(-0.5, jac_power(d, 2))), jac_mul(noise, jac_eye(4)));
    jac l = jac_fori_loop(0, 4, cholesky_column_with(k), jac_zeros(JAC_SHAPE(4, 4)));
    jac z = jac_fori_loop(0, 4, triangular_row_with((Pair){l, y}), jac_zeros(JAC_SHAPE(4)));
    return jac_sub(scaled(-0.5, jac_dot(z, z)), jac_sum(jac_log(jac_einsum("ii->i", l))));
}

PROGRAM(compositions_applications, gaussian_process_by_cholesky)
{
    gaussian_process_args at = {f64(0.75), f64(0.1), DATA(6, 4)};
    jac r[8] = {0};
    jac_call(jac_value_and_grad(gaussian_process_fn, 0, 1, 2), &at, r);
    jac_call(jac_hessian(gaussian_process_fn, 0, 1), &at, &r[4]);
    return program_results(8, r);
}

JAC_DEF(Pair, em_step, (jac, i), (Pair, s))
{
    (void)i;
    jac xs = DATA(2, 8), d = jac_sub(jac_expand_dims(xs, 1), s.a);
    jac r = jac_softmax(jac_sub(jac_log(s.b), scaled(0.5, jac_power(d, 2))), 1);
    jac n = jac_sum(r, JAC_AXES(0));
    return (Pair){jac_div(jac_matmul(jac_transpose(r), xs), n), jac_div(n, 8)};
}

JAC_DEF(Pair, em, (jac, means))
{
    return jac_fori_loop(0, 4, em_step_fn, (Pair){means, F64S(0.5, 0.5)});
}

PROGRAM(compositions_applications, expectation_maximization)
{
    jac means = F64S(-1, 0.5);
    Pair r = em(means), j = {0};
    jac_call(jac_jacrev(em_fn), &means, &j);
    return RESULTS(r.a, r.b, j.a, j.b);
}

/* ---- finance ------------------------------------------------------------------------------------ */

static jac normal_cdf(jac x)
{
    return scaled(0.5, jac_erfc(jac_div(jac_neg(x), jac_sqrt(f64(2)))));
}

JAC_DEF(jac, call, (jac, s), (jac, k), (jac, t), (jac, r), (jac, v))
{
    jac drift = jac_mul(jac_add(r, jac_div(jac_mul(v, v), 2)), t), spread = jac_mul(v, jac_sqrt(t));
    jac d1 = jac_div(jac_add(jac_log(jac_div(s, k)), drift), spread);
    jac paid = jac_mul(k, jac_exp(jac_mul(jac_neg(r), t)));
    return jac_sub(jac_mul(s, normal_cdf(d1)), jac_mul(paid, normal_cdf(jac_sub(d1, spread))));
}

PROGRAM(compositions_applications, greeks)
{
    call_args at = {f64(100), f64(105), f64(0.5), f64(0.05), f64(0.25)};
    jac strikes = F64S(80, 100, 120), r[5] = {0};
    jac_fn vega = jac_grad(call_fn, 4), gamma = jac_grad(jac_grad(call_fn));
    jac_fn spots = jac_vmap(vega, JAC_AXES(0, JAC_NONE, JAC_NONE, JAC_NONE, JAC_NONE));
    jac_dims of_strikes = JAC_AXES(JAC_NONE, 0, JAC_NONE, JAC_NONE, JAC_NONE);
    jac_call(jac_value_and_grad(call_fn, 0, 2, 3, 4), &at, r);
    return RESULTS(
        r[0], r[1], r[2], r[3], r[4], jac_call1(gamma, at.s, at.k, at.t, at.r, at.v),
        jac_call1(jac_grad(vega), at.s, at.k, at.t, at.r, at.v),
        jac_call1(jac_grad(vega, 4), at.s, at.k, at.t, at.r, at.v),
        jac_call1(jac_grad(gamma), at.s, at.k, at.t, at.r, at.v),
        jac_call1(jac_vmap(jac_grad(call_fn), of_strikes), at.s, strikes, at.t, at.r, at.v),
        jac_call1(jac_jit(jac_vmap(spots, of_strikes)), F64S(90, 110), strikes, at.t, at.r, at.v));
}

/* The environment: the price and the strike. */
JAC_DEF_ENV(jac, price_error, Pair, (jac, v))
{
    return jac_sub(call(f64(100), env->b, f64(0.5), f64(0.05), v), env->a);
}

JAC_DEF_ENV(jac, mispriced, jac_fn, (jac, v))
{
    return jac_gt(jac_abs(jac_call1(*env, v)), 1e-10);
}

JAC_DEF_ENV(jac, reprice, jac_fn, (jac, v))
{
    return jac_sub(v, jac_div(jac_call1(*env, v), jac_call1(jac_grad(*env), v)));
}

JAC_DEF(jac, implied, (jac, price), (jac, k))
{
    jac_fn f = price_error_with((Pair){price, k});
    return jac_while_loop(mispriced_with(f), reprice_with(f), f64(0.5));
}

JAC_DEF(jac, price_of, (jac, v), (jac, k))
{
    return call(f64(100), k, f64(0.5), f64(0.05), v);
}

PROGRAM(compositions_applications, implied_volatility_by_newton)
{
    jac v = F64S(0.2, 0.3, 0.4), k = F64S(90, 100, 110),
        prices = jac_call1(jac_vmap(price_of_fn), v, k);
    return RESULTS(prices, jac_call1(jac_vmap(implied_fn), prices, k));
}

static jac put_payoff(jac s, jac up, jac n)
{
    jac steps = jac_sub(scaled(2, jac_arange(5.0)), n);
    return jac_maximum(jac_sub(100, jac_mul(s, jac_power(up, steps))), 0);
}

/* The environment: the price, the factor of a step up, and its probability. */
JAC_DEF_ENV(jac, back_in_tree, Three, (jac, values), (jac, n))
{
    jac up = jac_concatenate(0, rows(values, 1, 5), jac_zeros(JAC_SHAPE(1)));
    jac mean = jac_add(jac_mul(env->c, up), jac_mul(jac_sub(1, env->c), values));
    return jac_maximum(scaled(exp(-0.0125), mean), put_payoff(env->a, env->b, n));
}

JAC_DEF(jac, american, (jac, s), (jac, v))
{
    jac up = jac_exp(jac_mul(v, jac_sqrt(f64(0.25)))), down = jac_div(1, up);
    jac p = jac_div(jac_sub(exp(0.0125), down), jac_sub(up, down));
    jac values = put_payoff(s, up, f64(4)), n = F64S(3, 2, 1, 0);
    jac_scan(back_in_tree_with((Three){s, up, p}), &values, &n, NULL);
    return jac_at(values, 0);
}

PROGRAM(compositions_applications, american_option_on_a_tree)
{
    Three r = {0};
    jac_call(jac_value_and_grad(american_fn, 0, 1), &(american_args){f64(95), f64(0.3)}, &r);
    return RESULTS(
        r.a, r.b, r.c,
        jac_call1(jac_vmap(jac_grad(american_fn), JAC_AXES(0, JAC_NONE)), F64S(80, 105), f64(0.2)));
}

/* ---- mechanics ---------------------------------------------------------------------------------- */

static jac masses(void)
{
    return F64S(1, 2, 0.5, 1.5);
}

JAC_DEF(jac, potential, (jac, x))
{
    jac d = jac_sub(jac_expand_dims(x, 1), jac_expand_dims(x, 0)), m = masses();
    jac r = jac_sqrt(jac_add(jac_sum(jac_mul(d, d), JAC_AXES(-1)), 0.25));
    jac pairs = jac_div(jac_mul(jac_expand_dims(m, 1), m), r);
    return scaled(-0.5, jac_sum(jac_where(jac_gt(jac_eye(4), 0), 0.0, pairs)));
}

static jac kicked(jac x, jac v)
{
    jac force = jac_neg(jac_call1(jac_grad(potential_fn), x));
    return jac_add(v, scaled(0.01, jac_div(force, jac_expand_dims(masses(), 1))));
}

JAC_DEF(Three, leapfrog, (Pair, s), (Nothing, none))
{
    (void)none;
    jac v = kicked(s.a, s.b), x = jac_add(s.a, scaled(0.02, v));
    v = kicked(x, v);
    jac kinetic = scaled(0.5, jac_sum(jac_mul(jac_expand_dims(masses(), 1), jac_mul(v, v))));
    return (Three){x, v, jac_add(potential(x), kinetic)};
}

static Three bodies(jac x, jac v)
{
    Pair s = {x, v};
    jac energies = JAC_NULL;
    jac_scan(leapfrog_fn, &s, NULL, &energies, .length = 5);
    return (Three){s.a, s.b, energies};
}

static jac speeds(void)
{
    return jac_mul(DATA(2, 4, 3), 0.5);
}

JAC_DEF(jac, bodies_loss, (jac, x))
{
    return jac_sum(jac_power(bodies(x, speeds()).a, 2));
}

PROGRAM(compositions_applications, many_bodies)
{
    jac_fn slope = jac_grad(potential_fn);
    Three r = bodies(BATCH, speeds());
    return RESULTS(jac_call1(slope, BATCH), r.a, r.b, r.c,
                   jac_call1(jac_grad(bodies_loss_fn), BATCH),
                   jac_at(jac_call1(jac_jacfwd(slope), BATCH), 0));
}

static jac minor_of(jac a, jac x, int i, int j)
{
    return jac_sub(jac_mul(jac_at(a, i), jac_at(x, j)), jac_mul(jac_at(a, j), jac_at(x, i)));
}

static jac rotate(jac r, jac x)
{
    jac angle = jac_sqrt(jac_add(jac_dot(r, r), 1e-12)), axis = jac_div(r, angle);
    jac cross =
        jac_stack(0, minor_of(axis, x, 1, 2), minor_of(axis, x, 2, 0), minor_of(axis, x, 0, 1));
    jac turned = jac_add(jac_mul(x, jac_cos(angle)), jac_mul(cross, jac_sin(angle)));
    return jac_add(turned, jac_mul(jac_mul(axis, jac_dot(axis, x)), jac_sub(1, jac_cos(angle))));
}

/* A camera is a rotation, a translation and a lens distortion. */
JAC_DEF(jac, reprojection, (Three, camera), (jac, point), (jac, seen))
{
    jac p = jac_add(rotate(camera.a, point), camera.b);
    p = jac_div(rows(p, 0, 2), jac_add(jac_at(p, 2), 6));
    jac radial = jac_add(1, jac_mul(jac_at(camera.c, 1), jac_dot(p, p)));
    return jac_sub(jac_mul(jac_mul(jac_at(camera.c, 0), radial), p), seen);
}

PROGRAM(compositions_applications, bundle_adjustment_jacobians)
{
    jac which = I64S(0, 1, 1, 0), lens = jac_array(JAC_SHAPE(2, 2), (double[]){1.5, 0.1, 2, -0.05});
    Three cameras = {jac_take(jac_mul(DATA(3, 2, 3), 0.25), which, 0),
                     jac_take(DATA(4, 2, 3), which, 0), jac_take(lens, which, 0)};
    reprojection_args at = {cameras, jac_take(BATCH, I64S(2, 0, 3, 1), 0), DATA(1, 4, 2)};
    Four j = {0};
    jac_call(jac_vmap(jac_jacrev(reprojection_fn, 0, 1)), &at, &j);
    return RESULTS(reprojection_call(jac_vmap(reprojection_fn), at.camera, at.point, at.seen), j.a,
                   j.b, j.c, j.d);
}

/* ---- dynamics, events, control ------------------------------------------------------------------ */

JAC_DEF_ENV(jac, logistic_map, jac, (jac, x))
{
    return jac_mul(jac_mul(*env, x), jac_sub(1, x));
}

JAC_DEF_ENV(Pair, map_step, jac, (jac, x), (Nothing, none))
{
    (void)none;
    jac_fn f = logistic_map_with(*env);
    jac slope = jac_abs(jac_call1(jac_grad(f), x));
    return (Pair){jac_call1(f, x), jac_log(jac_add(slope, 1e-3))};
}

JAC_DEF(jac, exponent, (jac, r), (jac, x))
{
    jac logs;
    jac_scan(map_step_with(r), &x, NULL, &logs, .length = 8);
    return jac_mean(logs);
}

PROGRAM(compositions_applications, lyapunov_exponent_of_the_logistic_map)
{
    Three r = {0};
    jac_call(jac_value_and_grad(exponent_fn, 0, 1), &(Pair){f64(3.25), f64(0.3)}, &r);
    return RESULTS(r.a, r.b, r.c,
                   jac_call1(jac_vmap(jac_grad(exponent_fn), JAC_AXES(0, JAC_NONE)), F64S(2.5, 3.5),
                             f64(0.4)));
}

JAC_DEF(jac, flying, (Four, s))
{
    return jac_lt(s.d, 12);
}

JAC_DEF_ENV(Pair, bounced, jac, (Pair, s))
{
    return (Pair){jac_neg(s.a), jac_mul(jac_neg(*env), s.b)};
}

JAC_DEF(Pair, unchanged, (Pair, s))
{
    return s;
}

JAC_DEF_ENV(Four, fly, jac, (Four, s))
{
    Pair p = {jac_add(s.a, scaled(0.1, s.b)), jac_sub(s.b, 0.98)}, q = {0};
    jac_cond(jac_lt(p.a, 0), bounced_with(*env), unchanged_fn, &p, &q);
    return (Four){q.a, q.b, jac_add(s.c, 0.1), jac_add(s.d, 1)};
}

JAC_DEF(jac, flight, (jac, v), (jac, e))
{
    Four s = {f64(1), v, f64(0), jac_asarray(0)};
    return jac_while_loop(flying_fn, fly_with(e), s).a;
}

PROGRAM(compositions_applications, ball_that_bounces)
{
    Pair at = {f64(2), f64(0.75)}, g = {0}, v = {0};
    jac_fn slopes = jac_grad(flight_fn, 0, 1);
    jac_call(slopes, &at, &g);
    jac_call(jac_vmap(slopes, JAC_AXES(0, JAC_NONE)), &(Pair){X3, f64(0.5)}, &v);
    return RESULTS(flight(at.a, at.b), g.a, g.b, v.a, v.b);
}

JAC_DEF(Three, roll, (Pair, s), (jac, u))
{
    jac v = jac_add(s.b, scaled(0.2, jac_clip(u, -1.0, 1.0))), x = jac_add(s.a, scaled(0.2, v));
    return (Three){x, v, jac_add(jac_mul(x, x), jac_mul(scaled(0.1, u), u))};
}

JAC_DEF(jac, control_cost, (jac, us), (jac, x))
{
    Pair s = {x, f64(0)};
    jac costs;
    jac_scan(roll_fn, &s, &us, &costs);
    return jac_sum(costs);
}

JAC_DEF_ENV(jac, control_step, jac, (jac, i), (jac, us))
{
    (void)i;
    return jac_sub(us, scaled(0.5, jac_call1(jac_grad(control_cost_fn), us, *env)));
}

JAC_DEF(jac, controls, (jac, us), (jac, x))
{
    return jac_fori_loop(0, 4, control_step_with(x), us);
}

JAC_DEF(jac, best_cost, (jac, x))
{
    return control_cost(controls(jac_zeros(JAC_SHAPE(5)), x), x);
}

PROGRAM(compositions_applications, controls_found_by_descent_through_a_rollout)
{
    jac none = jac_zeros(JAC_SHAPE(5)), x = f64(1.5), us = controls(none, x);
    return RESULTS(us, control_cost(us, x),
                   jac_call1(jac_vmap(controls_fn, JAC_AXES(JAC_NONE, 0)), none, X3),
                   jac_call1(jac_grad(best_cost_fn), x));
}

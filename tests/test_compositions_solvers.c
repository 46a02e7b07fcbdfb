/* Numerical methods, differentiated and batched (tests/golden/compositions_solvers.py). */
#include "tests/programs.h"

JAC_TREE(Pair, a, b)
JAC_TREE(Three, a, b, c)
JAC_TREE(Four, a, b, c, d)
JAC_TREE(Five, a, b, c, d, e)
JAC_TREE(Counted, x, n)
typedef struct {
} Nothing;

static jac dot(jac x, jac y)
{
    return jac_dot(x, y);
}

static jac scaled(double factor, jac x)
{
    return jac_mul(factor, x);
}

static jac sum_of_squares(jac x)
{
    return jac_sum(jac_power(x, 2));
}

static jac rows(jac x, int64_t start, int64_t limit)
{
    return jac_slice_in_dim(x, start, limit, 1, 0);
}

JAC_DEF_ENV(jac, fewer_than, int, (Counted, s))
{
    return jac_lt(s.n, *env);
}

static jac product_of(jac a, int i, int j, jac b, int k)
{
    return jac_mul(jac_at(a, i, j), jac_at(b, k));
}

/* Solves a system of two equations. */
static jac cramer(jac a, jac b)
{
    jac det = jac_sub(jac_mul(jac_at(a, 0, 0), jac_at(a, 1, 1)),
                      jac_mul(jac_at(a, 0, 1), jac_at(a, 1, 0)));
    jac x = jac_sub(product_of(a, 1, 1, b, 0), product_of(a, 0, 1, b, 1));
    jac y = jac_sub(product_of(a, 0, 0, b, 1), product_of(a, 1, 0, b, 0));
    return jac_div(jac_stack(0, x, y), det);
}

/* A step of the classical Runge-Kutta method. */
static jac rk4(jac_fn field, jac x, double h)
{
    jac k1 = jac_call1(field, x), k2 = jac_call1(field, jac_add(x, scaled(h / 2, k1))),
        k3 = jac_call1(field, jac_add(x, scaled(h / 2, k2))),
        k4 = jac_call1(field, jac_add(x, scaled(h, k3)));
    jac sum = jac_add(jac_add(jac_add(k1, scaled(2, k2)), scaled(2, k3)), k4);
    return jac_add(x, scaled(h / 6, sum));
}

/* ---- differential equations --------------------------------------------------------------------- */

JAC_DEF_ENV(jac, prey_field, jac, (jac, x))
{
    jac a = jac_at(x, 0), b = jac_at(x, 1), both = jac_mul(a, b);
    return jac_stack(0, jac_sub(jac_mul(jac_at(*env, 0), a), jac_mul(jac_at(*env, 1), both)),
                     jac_sub(jac_mul(jac_at(*env, 2), both), jac_mul(jac_at(*env, 3), b)));
}

JAC_DEF_ENV(Pair, prey_step, jac, (jac, x), (Nothing, none))
{
    (void)none;
    x = rk4(prey_field_with(*env), x, 0.1);
    return (Pair){x, x};
}

JAC_DEF(jac, prey, (jac, p), (jac, x))
{
    jac xs;
    jac_scan(prey_step_with(p), &x, NULL, &xs, .length = 8);
    return xs;
}

JAC_DEF(jac, prey_loss, (jac, p), (jac, x))
{
    return sum_of_squares(jac_at(prey(p, x), -1));
}

PROGRAM(compositions_solvers, predators_and_prey)
{
    Pair at = {F64S(1.5, 1, 0.75, 2), F64S(1, 0.5)}, g = {0};
    jac_call(jac_grad(prey_loss_fn, 0, 1), &at, &g);
    return RESULTS(prey(at.a, at.b), jac_at(jac_call1(jac_jacfwd(prey_fn), at.a, at.b), -1), g.a,
                   g.b);
}

typedef struct {
    jac t, y, h, taken, tried;
} Adaptive;

static jac decay(jac rate, jac t, jac y)
{
    return jac_add(jac_mul(jac_neg(rate), y), jac_sin(t));
}

JAC_DEF(jac, before_end, (Adaptive, s))
{
    return jac_lt(s.t, 1 - 1e-9);
}

JAC_DEF_ENV(Adaptive, adapt, jac, (Adaptive, s))
{
    jac h = jac_minimum(s.h, jac_sub(1, s.t)), k1 = decay(*env, s.t, s.y),
        k2 = decay(*env, jac_add(s.t, h), jac_add(s.y, jac_mul(h, k1)));
    jac half = jac_div(h, 2), error = jac_add(jac_abs(jac_mul(half, jac_sub(k2, k1))), 1e-12);
    jac good = jac_lt(error, 1e-2);
    jac scale = jac_clip(scaled(0.9, jac_sqrt(jac_div(1e-2, error))), 0.25, 4.0);
    return (Adaptive){jac_where(good, jac_add(s.t, h), s.t),
                      jac_where(good, jac_add(s.y, jac_mul(half, jac_add(k1, k2))), s.y),
                      jac_mul(h, scale), jac_add(s.taken, good), jac_add(s.tried, 1)};
}

JAC_DEF(Three, adaptive, (jac, y), (jac, rate))
{
    Adaptive s = {f64(0), y, f64(0.5), jac_asarray(0), jac_asarray(0)};
    s = jac_while_loop(before_end_fn, adapt_with(rate), s);
    return (Three){s.y, s.taken, s.tried};
}

JAC_DEF(jac, adaptive_end, (jac, y), (jac, rate))
{
    return adaptive(y, rate).a;
}

PROGRAM(compositions_solvers, adaptive_steps_in_reverse)
{
    Pair at = {f64(2), f64(4)}, g = {0};
    Three r = adaptive(at.a, at.b);
    jac_call(jac_grad(adaptive_end_fn, 0, 1), &at, &g);
    return RESULTS(r.a, r.b, r.c, g.a, g.b, jac_call1(jac_hessian(adaptive_end_fn), at.a, at.b));
}

JAC_DEF_ENV(jac, sum_of_ends, jac, (jac, y))
{
    return jac_sum(jac_call1(jac_vmap(adaptive_end_fn, JAC_AXES(JAC_NONE, 0)), y, *env));
}

PROGRAM(compositions_solvers, adaptive_steps_of_a_batch)
{
    jac y = f64(2), rates = F64S(0.5, 4, 12);
    jac_dims axes = JAC_AXES(JAC_NONE, 0);
    Three r = adaptive_call(jac_vmap(adaptive_fn, axes), y, rates);
    return RESULTS(r.a, r.b, r.c, jac_call1(jac_vmap(jac_grad(adaptive_end_fn, 1), axes), y, rates),
                   jac_call1(jac_grad(sum_of_ends_with(rates)), y));
}

JAC_DEF_ENV(jac, heat_step, jac, (jac, i), (jac, u))
{
    (void)i;
    jac left = jac_concatenate(0, rows(u, 0, 1), rows(u, 0, 5)),
        right = jac_concatenate(0, rows(u, 1, 6), rows(u, 5, 6));
    jac bend = jac_add(jac_sub(left, scaled(2, u)), right);
    return jac_add(u, jac_mul(scaled(0.1, *env), bend));
}

JAC_DEF(jac, heat, (jac, u), (jac, k))
{
    return jac_fori_loop(0, 6, heat_step_with(k), u);
}

JAC_DEF(jac, heat_loss, (jac, u), (jac, k))
{
    return sum_of_squares(rows(heat(u, k), 0, 3));
}

PROGRAM(compositions_solvers, heat_equation)
{
    Pair at = {DATA(3, 6), f64(1.5)}, g = {0};
    jac_call(jac_grad(heat_loss_fn, 0, 1), &at, &g);
    return RESULTS(heat(at.a, at.b), g.a, g.b, jac_call1(jac_jacrev(heat_fn), at.a, at.b),
                   jac_call1(jac_hessian(heat_loss_fn, 1), at.a, at.b));
}

JAC_DEF(jac, lagrangian, (jac, q), (jac, v), (jac, mass))
{
    jac q0 = jac_at(q, 0), q1 = jac_at(q, 1), v0 = jac_at(v, 0), v1 = jac_at(v, 1);
    jac own = jac_add(jac_power(v0, 2), jac_mul(scaled(0.5, mass), jac_power(v1, 2)));
    jac both = jac_mul(jac_mul(jac_mul(mass, v0), v1), jac_cos(jac_sub(q0, q1)));
    jac height = jac_add(scaled(2, jac_cos(q0)), jac_mul(mass, jac_cos(q1)));
    return jac_add(jac_add(own, both), scaled(9.8, height));
}

static jac accelerate(jac q, jac v, jac mass)
{
    jac m = jac_call1(jac_hessian(lagrangian_fn, 1), q, v, mass);
    jac mixed = jac_call1(jac_jacfwd(jac_grad(lagrangian_fn, 1), 0), q, v, mass);
    jac pull = jac_call1(jac_grad(lagrangian_fn), q, v, mass);
    return cramer(m, jac_sub(pull, jac_matmul(mixed, v)));
}

JAC_DEF_ENV(jac, pendulum_field, jac, (jac, s))
{
    jac q = rows(s, 0, 2), v = rows(s, 2, 4);
    return jac_concatenate(0, v, accelerate(q, v, *env));
}

JAC_DEF_ENV(jac, pendulum_step, jac, (jac, i), (jac, s))
{
    (void)i;
    return rk4(pendulum_field_with(*env), s, 0.05);
}

JAC_DEF(jac, pendulum, (jac, q), (jac, v), (jac, mass))
{
    return jac_fori_loop(0, 3, pendulum_step_with(mass), jac_concatenate(0, q, v));
}

JAC_DEF(jac, pendulum_loss, (jac, q), (jac, v), (jac, mass))
{
    return sum_of_squares(pendulum(q, v, mass));
}

PROGRAM(compositions_solvers, lagrangian_mechanics)
{
    jac q = F64S(0.5, -0.25), v = F64S(0.25, 1), mass = f64(1);
    return RESULTS(accelerate(q, v, mass), pendulum(q, v, mass),
                   jac_call1(jac_jacfwd(pendulum_fn, 2), q, v, mass),
                   jac_call1(jac_grad(pendulum_loss_fn), q, v, mass));
}

/* ---- equations and fits ------------------------------------------------------------------------- */

JAC_DEF_ENV(jac, ellipse_and_hyperbola, jac, (jac, x))
{
    jac a = jac_at(x, 0), b = jac_at(x, 1);
    jac ellipse = jac_add(jac_power(a, 2), jac_mul(jac_at(*env, 0), jac_power(b, 2)));
    return jac_stack(0, jac_sub(ellipse, 4), jac_sub(jac_mul(a, b), jac_at(*env, 1)));
}

JAC_DEF_ENV(jac, not_solved, jac_fn, (Counted, s))
{
    jac far = jac_gt(sum_of_squares(jac_call1(*env, s.x)), 1e-24);
    return jac_logical_and(far, jac_lt(s.n, 20));
}

JAC_DEF_ENV(Counted, newton_step, jac_fn, (Counted, s))
{
    jac step = cramer(jac_call1(jac_jacfwd(*env), s.x), jac_call1(*env, s.x));
    return (Counted){jac_sub(s.x, step), jac_add(s.n, 1)};
}

JAC_DEF(jac, newton, (jac, p))
{
    jac_fn f = ellipse_and_hyperbola_with(p);
    Counted s = {F64S(2, 0.5), jac_asarray(0)};
    return jac_while_loop(not_solved_with(f), newton_step_with(f), s).x;
}

PROGRAM(compositions_solvers, newton_for_two_equations)
{
    jac p = F64S(1.5, 0.75), ps = jac_array(JAC_SHAPE(2, 2), (double[]){1, 0.5, 2, 1});
    return RESULTS(newton(p), jac_call1(jac_jacrev(newton_fn), p),
                   jac_call1(jac_vmap(newton_fn), ps));
}

static jac decaying(jac p)
{
    jac ts = F64S(0, 0.5, 1, 1.5);
    return jac_mul(jac_at(p, 0), jac_exp(jac_mul(jac_neg(jac_at(p, 1)), ts)));
}

JAC_DEF_ENV(jac, decay_residual, jac, (jac, p))
{
    return jac_sub(decaying(p), *env);
}

/* Solves (J'J + damping) x = J'r. */
static jac normal_step(jac_fn residual, jac p, jac damping)
{
    jac j = jac_call1(jac_jacfwd(residual), p), r = jac_call1(residual, p), t = jac_transpose(j),
        jj = jac_matmul(t, j);
    if (jac_ok(damping))
        jj = jac_add(jj, jac_mul(damping, jac_eye(2)));
    return cramer(jj, jac_matmul(t, r));
}

JAC_DEF_ENV(jac, gauss_newton_step, jac, (jac, i), (jac, p))
{
    (void)i;
    return jac_sub(p, normal_step(decay_residual_with(*env), p, JAC_NULL));
}

JAC_DEF(jac, gauss_newton, (jac, ys))
{
    return jac_fori_loop(0, 6, gauss_newton_step_with(ys), F64S(1.5, 0.5));
}

PROGRAM(compositions_solvers, gauss_newton_fit)
{
    jac ys = F64S(2, 1.25, 0.75, 0.5);
    return RESULTS(
        gauss_newton(ys), jac_call1(jac_jacrev(gauss_newton_fn), ys),
        jac_call1(jac_jit(jac_vmap(gauss_newton_fn)), jac_stack(0, ys, jac_mul(ys, 1.5))));
}

JAC_DEF_ENV(jac, offset_residual, jac, (jac, p))
{
    return jac_sub(jac_add(decaying(p), jac_at(p, 1)), *env);
}

JAC_DEF(jac, fewer_than_eight, (Three, s))
{
    return jac_lt(s.c, 8);
}

typedef struct {
    jac p, new, damping, n;
} Trial;

JAC_DEF(Three, accepted, (Trial, t))
{
    return (Three){t.new, jac_div(t.damping, 4), jac_add(t.n, 1)};
}

JAC_DEF(Three, refused, (Trial, t))
{
    return (Three){t.p, jac_mul(t.damping, 4), jac_add(t.n, 1)};
}

JAC_DEF_ENV(Three, marquardt_step, jac, (Three, s))
{
    jac_fn residual = offset_residual_with(*env);
    jac new = jac_sub(s.a, normal_step(residual, s.a, s.b)),
        better = jac_lt(sum_of_squares(jac_call1(residual, new)),
                        sum_of_squares(jac_call1(residual, s.a)));
    Trial t = {s.a, new, s.b, s.c};
    Three r = {0};
    jac_cond(better, accepted_fn, refused_fn, &t, &r);
    return r;
}

JAC_DEF(Three, marquardt, (jac, ys))
{
    Three s = {F64S(0.5, 3), f64(0.001), jac_asarray(0)};
    return jac_while_loop(fewer_than_eight_fn, marquardt_step_with(ys), s);
}

JAC_DEF(jac, marquardt_fit, (jac, ys))
{
    return marquardt(ys).a;
}

PROGRAM(compositions_solvers, levenberg_marquardt)
{
    jac ys = F64S(2, 1.25, 0.75, 0.5);
    Three r = marquardt(ys);
    return RESULTS(r.a, r.b, r.c, jac_call1(jac_jacrev(marquardt_fit_fn), ys));
}

JAC_DEF(jac, not_fitting, (Four, s))
{
    return jac_logical_and(jac_gt(s.c, 1e-3), jac_lt(s.d, 38));
}

/* The environment: -cost / epsilon and the logarithms of the weights. */
JAC_DEF_ENV(Four, sinkhorn_step, Three, (Four, s))
{
    jac f = jac_sub(env->b, jac_logsumexp(jac_add(env->a, s.b), JAC_AXES(1)));
    jac g = jac_sub(env->c, jac_logsumexp(jac_add(env->a, jac_expand_dims(f, 1)), JAC_AXES(0)));
    return (Four){f, g, jac_max(jac_abs(jac_sub(g, s.b))), jac_add(s.d, 1)};
}

JAC_DEF(Pair, transport, (jac, cost), (jac, a))
{
    Three e = {jac_div(jac_neg(cost), 0.5), jac_log(a),
               jac_log(jac_div(jac_ones(JAC_SHAPE(3)), 3))};
    Four s = {jac_zeros(JAC_SHAPE(4)), jac_zeros(JAC_SHAPE(3)), f64(1), jac_asarray(0)};
    s = jac_while_loop(not_fitting_fn, sinkhorn_step_with(e), s);
    jac plan = jac_exp(jac_add(jac_add(jac_expand_dims(s.a, 1), e.a), s.b));
    return (Pair){jac_sum(jac_mul(plan, cost)), s.d};
}

JAC_DEF(jac, transport_cost, (jac, cost), (jac, a))
{
    return transport(cost, a).a;
}

PROGRAM(compositions_solvers, sinkhorn_by_while_in_reverse)
{
    Pair at = {jac_div(jac_add(BATCH, 2), 4), F64S(0.125, 0.25, 0.375, 0.25)}, g = {0},
         r = transport(at.a, at.b);
    jac costs = jac_stack(0, at.a, jac_mul(at.a, 2));
    jac_dims axes = JAC_AXES(0, JAC_NONE);
    Pair v = transport_call(jac_vmap(transport_fn, axes), costs, at.b);
    jac_call(jac_grad(transport_cost_fn, 0, 1), &at, &g);
    return RESULTS(r.a, r.b, g.a, g.b, v.a, v.b,
                   jac_call1(jac_vmap(jac_grad(transport_cost_fn), axes), costs, at.b));
}

JAC_DEF(jac, residual_left, (Five, s))
{
    return jac_logical_and(jac_gt(s.d, 1e-20), jac_lt(s.e, 3));
}

JAC_DEF_ENV(Five, conjugate_step, jac, (Five, s))
{
    jac ap = jac_matmul(*env, s.c), alpha = jac_div(s.d, dot(s.c, ap));
    jac x = jac_add(s.a, jac_mul(alpha, s.c)), r = jac_sub(s.b, jac_mul(alpha, ap));
    jac rr = dot(r, r);
    return (Five){x, r, jac_add(r, jac_mul(jac_div(rr, s.d), s.c)), rr, jac_add(s.e, 1)};
}

JAC_DEF(jac, solved, (jac, a), (jac, b))
{
    Five s = {jac_zeros(JAC_SHAPE(3)), b, b, dot(b, b), jac_asarray(0)};
    return jac_while_loop(residual_left_fn, conjugate_step_with(a), s).a;
}

JAC_DEF(jac, solved_sum, (jac, a), (jac, b))
{
    return jac_sum(jac_sin(solved(a, b)));
}

PROGRAM(compositions_solvers, conjugate_gradients_by_while)
{
    jac a = jac_add(jac_matmul(M33, jac_transpose(M33)), jac_mul(2, jac_eye(3)));
    return RESULTS(solved(a, X3), jac_call1(jac_grad(solved_sum_fn, 1), a, X3),
                   jac_call1(jac_jacfwd(solved_fn, 1), a, X3));
}

JAC_DEF(jac, kepler_moves, (Three, s))
{
    return jac_logical_and(jac_gt(s.b, 1e-6), jac_lt(s.c, 35));
}

JAC_DEF_ENV(Three, kepler_step, Pair, (Three, s))
{
    jac new = jac_add(env->a, jac_mul(env->b, jac_sin(s.a)));
    return (Three){new, jac_abs(jac_sub(new, s.a)), jac_add(s.c, 1)};
}

JAC_DEF(Pair, kepler, (jac, m), (jac, e))
{
    Three s = {m, f64(1), jac_asarray(0)};
    s = jac_while_loop(kepler_moves_fn, kepler_step_with((Pair){m, e}), s);
    return (Pair){s.a, s.c};
}

JAC_DEF(jac, anomaly, (jac, m), (jac, e))
{
    return kepler(m, e).a;
}

PROGRAM(compositions_solvers, keplers_equation_of_a_batch)
{
    Pair at = {F64S(0.5, 1, 2.5, 3), F64S(0.1, 0.5, 0.25, 0)}, g = {0},
         r = kepler_call(jac_vmap(kepler_fn), at.a, at.b);
    jac_call(jac_vmap(jac_grad(anomaly_fn, 0, 1)), &at, &g);
    return RESULTS(r.a, r.b, g.a, g.b,
                   jac_call1(jac_vmap(jac_grad(jac_grad(anomaly_fn, 1), 1)), at.a, at.b));
}

JAC_DEF_ENV(jac, valley, jac, (jac, x))
{
    jac square = jac_mul(jac_power(jac_sub(x, *env), 2), F64S(1, 8));
    return jac_add(jac_sum(square), jac_sum(jac_cos(x)));
}

typedef struct {
    jac_fn f;
    jac x, g;
} Line;

JAC_DEF_ENV(jac, too_long, Line, (jac, t))
{
    jac there = jac_call1(env->f, jac_sub(env->x, jac_mul(t, env->g)));
    jac gain = jac_mul(scaled(0.25, t), dot(env->g, env->g));
    return jac_gt(there, jac_sub(jac_call1(env->f, env->x), gain));
}

JAC_DEF(jac, halved, (jac, t))
{
    return jac_div(t, 2);
}

JAC_DEF_ENV(Counted, search_and_step, jac_fn, (Counted, s))
{
    jac g = jac_call1(jac_grad(*env), s.x);
    jac step = jac_while_loop(too_long_with((Line){*env, s.x, g}), halved_fn, f64(1));
    return (Counted){jac_sub(s.x, jac_mul(step, g)), jac_add(s.n, 1)};
}

JAC_DEF(jac, minimize, (jac, a))
{
    Counted s = {jac_zeros(JAC_SHAPE(2)), jac_asarray(0)};
    return jac_while_loop(fewer_than_with(5), search_and_step_with(valley_with(a)), s).x;
}

PROGRAM(compositions_solvers, line_search_within_descent)
{
    jac a = F64S(1, -0.5);
    return RESULTS(minimize(a), jac_call1(jac_jacrev(minimize_fn), a));
}

JAC_DEF(jac, term_counts, (Three, s))
{
    return jac_gt(jac_max(jac_abs(s.b)), 1e-14);
}

JAC_DEF_ENV(Three, next_term, jac, (Three, s))
{
    jac n = jac_add(s.c, 1);
    return (Three){jac_add(s.a, s.b), jac_div(jac_matmul(s.b, *env), n), n};
}

JAC_DEF(jac, expm, (jac, a))
{
    Three s = {jac_zeros(JAC_SHAPE(3, 3)), jac_eye(3), f64(0)};
    return jac_while_loop(term_counts_fn, next_term_with(a), s).a;
}

JAC_DEF(jac, expm_sum, (jac, a))
{
    return jac_sum(jac_mul(expm(a), M33));
}

PROGRAM(compositions_solvers, matrix_exponential_by_series)
{
    jac a = jac_div(M33, 2);
    return RESULTS(expm(a), jac_call1(jac_grad(expm_sum_fn), a));
}

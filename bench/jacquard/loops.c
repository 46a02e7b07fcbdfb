/* Rows 11 to 14: loops over scalars, alone and in batches. */
#include "bench/jacquard/inputs.h"

/* ---- bisection, fixed point ------------------------------------------------------------------ */

JAC_TREE(Interval, a, b, i)

static jac cubic(jac x, jac c)
{
    return jac_sub(jac_sub(jac_power(x, 3), jac_mul(2, x)), c);
}

/* The root of x^3 - 2x - c between a and b. */
JAC_DEF(jac, bisect, (jac, a), (jac, b), (jac, c))
{
    Interval s = {a, b, jac_asarray(0)};
    JAC_WHILE (s, jac_logical_and(jac_gt(jac_div(jac_sub(s.b, s.a), 2), 1e-12), jac_lt(s.i, 100))) {
        jac m = jac_div(jac_add(s.a, s.b), 2);
        jac left = jac_lt(jac_mul(cubic(s.a, c), cubic(m, c)), 0);
        s = (Interval){jac_where(left, s.a, m), jac_where(left, m, s.b), jac_add(s.i, 1)};
    }
    return jac_div(jac_add(s.a, s.b), 2);
}

static void make_bisect(int64_t size, jq_case *c)
{
    (void)size;
    c->args[0] = jac_scalar(JAC_F64, 1);
    c->args[1] = jac_scalar(JAC_F64, 3);
    c->args[2] = jac_scalar(JAC_F64, 5);
    c->f = jac_jit(bisect_fn);
}

/* The intervals differ in width, so the problems differ in steps: from 42 to 54. */
static void make_bisect_many(int64_t size, jq_case *c)
{
    c->args[0] = jac_scalar(JAC_F64, 1);
    c->args[1] = jac_exp2(inputs_f64(JAC_SHAPE(size), 12, 2, 14));
    c->args[2] = inputs_f64(JAC_SHAPE(size), 13, 5, 15);
    c->f = jac_jit(jac_vmap(bisect_fn, JAC_AXES(JAC_NONE, 0, 0)));
}

JAC_TREE(Point, x, before, i)

/* x = cos(a x) */
JAC_DEF(jac, fixed_point, (jac, a))
{
    Point s = {jac_scalar(JAC_F64, 1), jac_scalar(JAC_F64, 2), jac_asarray(0)};
    JAC_WHILE (s,
               jac_logical_and(jac_gt(jac_abs(jac_sub(s.x, s.before)), 1e-12), jac_lt(s.i, 1000)))
        s = (Point){jac_cos(jac_mul(a, s.x)), s.x, jac_add(s.i, 1)};
    return s.x;
}

static void make_fixed_point(int64_t size, jq_case *c)
{
    (void)size;
    c->args[0] = jac_scalar(JAC_F64, 1);
    c->f = jac_jit(fixed_point_fn);
}

/* From 17 to 70 steps. */
static void make_fixed_point_many(int64_t size, jq_case *c)
{
    c->args[0] = inputs_f64(JAC_SHAPE(size), 14, 0.2, 1);
    c->f = jac_jit(jac_vmap(fixed_point_fn));
}

/* ---- Mandelbrot ------------------------------------------------------------------------------ */

JAC_TREE(Orbit, x, y, n)

/* Steps until |z| > 2, at most 256. */
JAC_DEF(jac, escape, (jac, cx), (jac, cy))
{
    jac zero = jac_scalar(JAC_F32, 0);
    Orbit s = {zero, zero, jac_scalar(JAC_I32, 0)};
    JAC_WHILE (s, jac_logical_and(jac_le(jac_add(jac_mul(s.x, s.x), jac_mul(s.y, s.y)), 4),
                                  jac_lt(s.n, 256)))
        s = (Orbit){jac_add(jac_sub(jac_mul(s.x, s.x), jac_mul(s.y, s.y)), cx),
                    jac_add(jac_mul(2, jac_mul(s.x, s.y)), cy), jac_add(s.n, 1)};
    return s.n;
}

/* Pixels along x within a row, rows along y. */
static void make_mandelbrot(int64_t size, jq_case *c)
{
    double step = 2.5 / (double)size;
    jac k = jac_astype(jac_arange(size), JAC_F32);
    c->args[0] = jac_add(-2, jac_mul(step, k));
    c->args[1] = jac_add(-1.25, jac_mul(step, k));
    jac_fn row = jac_vmap(escape_fn, JAC_AXES(0, JAC_NONE));
    c->f = jac_jit(jac_vmap(row, JAC_AXES(JAC_NONE, 0)));
}

/* ---- Lorenz' equations, the classical Runge-Kutta method ------------------------------------- */

/* Written over three scalars, and over one array of three. */
JAC_TREE(State, x, y, z)
JAC_TREE(Constants, sigma, rho, beta)

static State slope(Constants k, State s)
{
    return (State){jac_mul(k.sigma, jac_sub(s.y, s.x)),
                   jac_sub(jac_mul(s.x, jac_sub(k.rho, s.z)), s.y),
                   jac_sub(jac_mul(s.x, s.y), jac_mul(k.beta, s.z))};
}

static State along(State s, double h, State d)
{
    return (State){jac_add(s.x, jac_mul(h, d.x)), jac_add(s.y, jac_mul(h, d.y)),
                   jac_add(s.z, jac_mul(h, d.z))};
}

typedef struct {
    int64_t steps;
    double h;
} Course;

JAC_DEF_ENV(State, solve, Course, (State, s), (Constants, k))
{
    double h = env->h;
    JAC_FOR (i, 0, env->steps, s) {
        State a = slope(k, s), b = slope(k, along(s, h / 2, a)), c = slope(k, along(s, h / 2, b)),
              d = slope(k, along(s, h, c));
        s = along(along(along(along(s, h / 6, a), h / 3, b), h / 3, c), h / 6, d);
    }
    return s;
}

JAC_DEF_ENV(jac, final_sum, Course, (State, s), (Constants, k))
{
    s = solve_call(solve_with(*env), s, k);
    return jac_add(jac_add(s.x, s.y), s.z);
}

static jac slope_of_vector(Constants k, jac s)
{
    jac x = jac_at(s, 0), y = jac_at(s, 1), z = jac_at(s, 2);
    State d = slope(k, (State){x, y, z});
    return jac_stack(0, d.x, d.y, d.z);
}

JAC_DEF_ENV(jac, solve_vector, Course, (jac, s), (Constants, k))
{
    double h = env->h;
    JAC_FOR (i, 0, env->steps, s) {
        jac a = slope_of_vector(k, s);
        jac b = slope_of_vector(k, jac_add(s, jac_mul(h / 2, a)));
        jac c = slope_of_vector(k, jac_add(s, jac_mul(h / 2, b)));
        jac d = slope_of_vector(k, jac_add(s, jac_mul(h, c)));
        jac sum = jac_add(jac_add(a, jac_mul(2, b)), jac_add(jac_mul(2, c), d));
        s = jac_add(s, jac_mul(h / 6, sum));
    }
    return s;
}

JAC_DEF_ENV(jac, final_sum_of_vector, Course, (jac, s), (Constants, k))
{
    return jac_sum(solve_vector_call(solve_vector_with(*env), s, k));
}

static const double start[] = {1, 1, 1}, constants[] = {10, 28, 8.0 / 3};
/* The system is chaotic: over a time of 10 differences of rounding grow by 10^4 only. */
static const double TIME = 10;

static Course course(int64_t steps)
{
    return (Course){steps, TIME / (double)steps};
}

static void lorenz_args(jq_case *c, bool vector)
{
    int n = 0;
    if (vector)
        c->args[n++] = jac_array(JAC_SHAPE(3), start);
    for (int k = 0; k < 3 && !vector; k++)
        c->args[n++] = jac_scalar(JAC_F64, start[k]);
    for (int k = 0; k < 3; k++)
        c->args[n++] = jac_scalar(JAC_F64, constants[k]);
}

static void make_lorenz(int64_t steps, jq_case *c)
{
    lorenz_args(c, false);
    c->nresults = 3;
    c->f = jac_jit(solve_with(course(steps)));
}

static void make_lorenz_vector(int64_t steps, jq_case *c)
{
    lorenz_args(c, true);
    c->f = jac_jit(solve_vector_with(course(steps)));
}

static void make_lorenz_grad(int64_t steps, jq_case *c)
{
    lorenz_args(c, false);
    c->nresults = 6;
    c->f = jac_jit(jac_grad(final_sum_with(course(steps)), 0, 1));
}

static void make_lorenz_vector_grad(int64_t steps, jq_case *c)
{
    lorenz_args(c, true);
    c->nresults = 4;
    c->f = jac_jit(jac_grad(final_sum_of_vector_with(course(steps)), 0, 1));
}

const jq_work jq_loops[] = {
    {"bisect", make_bisect},
    {"bisect_many", make_bisect_many},
    {"fixed_point", make_fixed_point},
    {"fixed_point_many", make_fixed_point_many},
    {"mandelbrot", make_mandelbrot},
    {"lorenz", make_lorenz},
    {"lorenz_vector", make_lorenz_vector},
    {"lorenz_grad", make_lorenz_grad},
    {"lorenz_vector_grad", make_lorenz_vector_grad},
    {0},
};

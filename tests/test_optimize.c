/* jac_minimize: the steps are JAX's, also under jit and vmap, and minima are found. */
#include <math.h>
#include <string.h>

#include "tests/handles.h"

JAC_DEF(jac, himmelblau, (jac, x))
{
    jac a = jac_at(x, 0), b = jac_at(x, 1);
    return jac_add(jac_square(jac_sub(jac_add(jac_square(a), b), 11)),
                   jac_square(jac_sub(jac_add(a, jac_square(b)), 7)));
}

JAC_DEF(jac, rosenbrock, (jac, x))
{
    int64_t n = jac_dim(x, 0);
    jac next = jac_slice_in_dim(x, 1, n, 1, 0), here = jac_slice_in_dim(x, 0, n - 1, 1, 0);
    jac bend = jac_square(jac_sub(next, jac_square(here)));
    return jac_sum(jac_add(jac_mul(100, bend), jac_square(jac_sub(1, here))));
}

JAC_DEF(jac, quadratic, (jac, x), (jac, to))
{
    jac w = jac_add(1, jac_arange((double)jac_dim(x, 0)));
    return jac_sum(jac_mul(w, jac_square(jac_sub(x, to))));
}

typedef struct {
    jac_fn f;
    const char *method;
} problem;
JAC_DEF_ENV(jac_optimize_result, solved, problem, (jac, x))
{
    jac_optimize_result r = jac_minimize(env->f, x, env->method);
    if (!jac_ok(r.hess_inv))
        r.hess_inv = jac_asarray(0);
    return r;
}

static jac vector(int64_t n, const double *x)
{
    return jac_array_of(JAC_F64, n, x);
}

static void expect_near(const char *what, jac x, int64_t n, const double *want, double within)
{
    cr_assert(jac_ok(x), "%s: %s", what, jac_error());
    double by = jac_item_f64(jac_max(jac_abs(jac_sub(x, vector(n, want)))));
    cr_expect(by <= within, "%s: off by %g", what, by);
}

static void expect_counts(const char *what, jac_optimize_result r, int status, int nfev, int nit)
{
    cr_expect(jac_item_i64(r.status) == status && jac_item_i64(r.nfev) == nfev &&
                  jac_item_i64(r.nit) == nit && jac_item_i64(r.njev) == nfev,
              "%s: status %d, %d evaluations, %d iterations", what, (int)jac_item_i64(r.status),
              (int)jac_item_i64(r.nfev), (int)jac_item_i64(r.nit));
}

/* What JAX 0.10.2 gives (tests/golden/optimize.py prints it). */
static const struct {
    const char *name, *method;
    jac_fn f;
    double from[2], to[2];
    int status, nfev, nit;
} jax[] = {
    {"himmelblau from 3 3 by BFGS", "BFGS", himmelblau_fn, {3, 3}, {3, 2}, 0, 11, 8},
    {"himmelblau from 1 1 by BFGS",
     "BFGS",
     himmelblau_fn,
     {1, 1},
     {3.00000002, 2.00000003},
     0,
     13,
     8},
    {"himmelblau from -1 -2 by BFGS",
     "BFGS",
     himmelblau_fn,
     {-1, -2},
     {-3.77931025, -3.28318599},
     0,
     16,
     9},
    {"himmelblau from 0 0 by L-BFGS",
     "L-BFGS",
     himmelblau_fn,
     {0, 0},
     {3.00000004, 1.99999994},
     0,
     13,
     8},
};

Test(optimize, the_steps_are_jaxs_where_jax_finds_the_minimum)
{
    jac_enable_x64(true);
    for (size_t k = 0; k < sizeof jax / sizeof *jax; k++)
        JAC_SCOPE () {
            jac x0 = vector(2, jax[k].from);
            problem p = {jax[k].f, jax[k].method};
            jac_optimize_result r = jac_minimize(p.f, x0, p.method), jitted;
            expect_near(jax[k].name, r.x, 2, jax[k].to, 2e-8);
            expect_counts(jax[k].name, r, jax[k].status, jax[k].nfev, jax[k].nit);
            cr_expect(jac_ok(r.hess_inv) == !strcmp(p.method, "BFGS"));
            jac_call(jac_jit(solved_with(p)), &x0, &jitted);
            expect_near("compiled", jitted.x, 2, jax[k].to, 2e-8);
            expect_counts("compiled", jitted, jax[k].status, jax[k].nfev, jax[k].nit);
        }
}

Test(optimize, rosenbrocks_function_has_its_minimum_found)
{
    jac_enable_x64(true);
    double ones[] = {1, 1, 1, 1, 1, 1};
    jac_optimize_result r = jac_minimize(rosenbrock_fn, vector(2, (double[]){-1.2, 1}), "bfgs");
    expect_near("of 2 by BFGS", r.x, 2, ones, 1e-5);
    cr_expect(jac_item_bool(r.success) && !jac_item_i64(r.status));
    r = jac_minimize(rosenbrock_fn, jac_zeros(JAC_SHAPE(6), JAC_F64), "BFGS");
    expect_near("of 6 by BFGS", r.x, 6, ones, 1e-5);
    r = jac_minimize(rosenbrock_fn, jac_zeros(JAC_SHAPE(6), JAC_F64), "L-BFGS", .ftol = 1e-15);
    expect_near("of 6 by L-BFGS", r.x, 6, ones, 1e-4);
}

Test(optimize, each_lane_of_a_batch_is_minimized_by_itself)
{
    enum { LANES = 5 };
    jac_enable_x64(true);
    jac x0 = jac_random_uniform_in(jac_random_PRNGKey(3), JAC_SHAPE(LANES, 2), -3, 3, JAC_F64);
    problem p = {himmelblau_fn, "BFGS"};
    jac_optimize_result all;
    jac_call(jac_jit(jac_vmap(solved_with(p))), &x0, &all);
    for (int k = 0; k < LANES; k++)
        JAC_SCOPE () {
            jac_optimize_result one = jac_minimize(himmelblau_fn, jac_at(x0, k), "BFGS");
            cr_expect_eq(jac_item_i64(jac_at(all.nit, k)), jac_item_i64(one.nit));
            jac off = jac_max(jac_abs(jac_sub(jac_at(all.x, k), one.x)));
            cr_expect_lt(jac_item_f64(off), 1e-8);
        }
}

Test(optimize, options_limit_the_search_and_args_are_passed)
{
    jac_enable_x64(true);
    jac to = vector(3, (double[]){1, -2, 0.5}), x0 = jac_zeros(JAC_SHAPE(3), JAC_F64);
    jac_optimize_result r =
        jac_minimize(quadratic_fn, x0, "BFGS", .args = &to, .gtol = 1e-9, .norm = 2);
    expect_near("args", r.x, 3, (double[]){1, -2, 0.5}, 1e-9);
    r = jac_minimize(rosenbrock_fn, x0, "BFGS", .maxiter = 3);
    cr_expect(jac_item_i64(r.nit) == 3 && jac_item_i64(r.status) == 1 && !jac_item_bool(r.success));
    r = jac_minimize(rosenbrock_fn, x0, "L-BFGS", .maxfun = 5);
    cr_expect_eq(jac_item_i64(r.status), 2);
    r = jac_minimize(rosenbrock_fn, jac_zeros(JAC_SHAPE(2)), "BFGS");
    cr_expect(jac_dtype_of(r.x) == JAC_F32 || jac_ok(r.x), "%s", jac_error());
}

static void refuses(jac_optimize_result r, const char *why)
{
    cr_expect(!jac_ok(r.x) && jac_error() && strstr(jac_error(), why), "wanted \"%s\", got \"%s\"",
              why, jac_error() ? jac_error() : "no error");
    jac_error_clear();
}

Test(optimize, what_does_not_fit_is_refused_with_its_reason)
{
    jac x = jac_zeros(JAC_SHAPE(2));
    refuses(jac_minimize(himmelblau_fn, x, "Newton"), "the method must be \"BFGS\" or \"L-BFGS\"");
    refuses(jac_minimize(himmelblau_fn, 1.0, "BFGS"), "x0 must be a vector of real numbers");
    refuses(jac_minimize(himmelblau_fn, jac_zeros(JAC_SHAPE(0)), "BFGS"), "x0 must be a vector");
    refuses(jac_minimize(quadratic_fn, x, "BFGS"), "minimize");
    refuses(jac_minimize(himmelblau_fn, x, "BFGS", .gtol = -1),
            ".gtol must be at least 0, but is -1");
}

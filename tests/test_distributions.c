/* The distributions and orders of jax.random against JAX's draws, which tests/golden/
 * random_distributions.py made from the same list. Each draw is made eagerly, as one lane of a batch of
 * two keys, and both compiled. The last column is by how many units in the last place it may differ. */
#include <math.h>
#include <string.h>

#include "tests/draws.h"

static jac table(void)
{
    return jac_reshape(jac_astype(jac_arange(96), JAC_F32), 12, 8);
}

static jac vector(void)
{
    return jac_div(jac_add(jac_astype(jac_arange(40), JAC_F32), 1), 8);
}

static jac weights(void)
{
    return jac_array(JAC_SHAPE(4), (float[]){0.1f, 0.4f, 0.2f, 0.3f});
}

#define S JAC_SHAPE(40, 50)
// clang-format off
#define DRAWS(X)                                                                                   \
    X(permutation_int,    0, jac_random_permutation(key, 1000))                                    \
    X(permutation_long,   0, jac_random_permutation(key, 3000))                                    \
    X(permutation_axis0,  0, jac_random_permutation(key, table()))                                 \
    X(permutation_axis1,  0, jac_random_permutation(key, table(), -1))                             \
    X(permutation_apart,  0, jac_random_permutation(key, table(), 1, .independent = true))         \
    X(permutation_f64,    0, jac_random_permutation(key, jac_astype(vector(), JAC_F64)))           \
    X(choice_int,         0, jac_random_choice(key, 100, S))                                       \
    X(choice_rows,        0, jac_random_choice(key, table(), JAC_SHAPE(3, 5)))                     \
    X(choice_axis1,       0, jac_random_choice(key, table(), JAC_SHAPE(3, 5), .axis = 1))          \
    X(choice_once,        0, jac_random_choice(key, 1000, JAC_SHAPE(10, 20), .replace = false))    \
    X(choice_once_axis1,  0, jac_random_choice(key, table(), 4, .replace = false, .axis = 1))      \
    X(choice_p,           0, jac_random_choice(key, 4, S, .p = weights()))                         \
    X(choice_p_f64,       0, jac_random_choice(key, 4, S, .p = jac_astype(weights(), JAC_F64)))    \
    X(choice_p_once,      0, jac_random_choice(key, 4, 3, .replace = false, .p = weights()))       \
    X(cauchy_f32,         4, jac_random_cauchy(key, S))                                            \
    X(cauchy_f64,         4, jac_random_cauchy(key, S, JAC_F64))                                   \
    X(cauchy_f16,         0, jac_random_cauchy(key, S, JAC_F16))                                   \
    X(cauchy_bf16,        0, jac_random_cauchy(key, S, JAC_BF16))                                  \
    X(laplace_f32,        0, jac_random_laplace(key, S))                                           \
    X(laplace_f64,        0, jac_random_laplace(key, S, JAC_F64))                                  \
    X(laplace_f16,        0, jac_random_laplace(key, S, JAC_F16))                                  \
    X(laplace_bf16,       0, jac_random_laplace(key, S, JAC_BF16))                                 \
    X(logistic_f32,       0, jac_random_logistic(key, S))                                          \
    X(logistic_f64,       0, jac_random_logistic(key, S, JAC_F64))                                 \
    X(logistic_f16,       16, jac_random_logistic(key, S, JAC_F16))                                 \
    X(logistic_bf16,      0, jac_random_logistic(key, S, JAC_BF16))                                \
    X(maxwell_f32,        0, jac_random_maxwell(key, S))                                           \
    X(maxwell_f64,        0, jac_random_maxwell(key, S, JAC_F64))                                  \
    X(maxwell_f16,        0, jac_random_maxwell(key, S, JAC_F16))                                  \
    X(rademacher_i32,     0, jac_random_rademacher(key, S))                                        \
    X(rademacher_f32,     0, jac_random_rademacher(key, S, JAC_F32))                               \
    X(rademacher_i8,      0, jac_random_rademacher(key, S, JAC_I8))                                \
    X(truncated_f32,      0, jac_random_truncated_normal(key, -1, 2, S))                           \
    X(truncated_f64,      0, jac_random_truncated_normal(key, -1, 2, S, JAC_F64))                  \
    X(truncated_bf16,     0, jac_random_truncated_normal(key, -1, 2, S, JAC_BF16))                 \
    X(truncated_limits,  16, jac_random_truncated_normal(key, -2, vector()))                       \
    X(pareto_f32,         8, jac_random_pareto(key, 2.5, S))                                       \
    X(pareto_f64,         8, jac_random_pareto(key, 2.5, S, JAC_F64))                              \
    X(pareto_bf16,        0, jac_random_pareto(key, 2.5, S, JAC_BF16))                             \
    X(pareto_b,           8, jac_random_pareto(key, vector(), JAC_SHAPE(20, 40)))                  \
    X(rayleigh_f32,       0, jac_random_rayleigh(key, 1.7, S))                                     \
    X(rayleigh_f64,       0, jac_random_rayleigh(key, 1.7, S, JAC_F64))                            \
    X(rayleigh_f16,       0, jac_random_rayleigh(key, 1.7, S, JAC_F16))                            \
    X(weibull_min_f32,    8, jac_random_weibull_min(key, 1.5, 2.5, S))                             \
    X(weibull_min_f64,    8, jac_random_weibull_min(key, 1.5, 2.5, S, JAC_F64))                    \
    X(lognormal_f32,      8, jac_random_lognormal(key, 0.7, S))                                    \
    X(lognormal_f64,      8, jac_random_lognormal(key, 0.7, S, JAC_F64))                           \
    X(lognormal_sigma,    8, jac_random_lognormal(key, vector()))                                  \
    X(triangular_f32,     0, jac_random_triangular(key, -1, 0.5, 3, S))                            \
    X(triangular_f64,     0, jac_random_triangular(key, -1, 0.5, 3, S, JAC_F64))                   \
    X(wald_f32,           0, jac_random_wald(key, 1.5, S))                                         \
    X(wald_f64,           0, jac_random_wald(key, 1.5, S, JAC_F64))                                \
    X(double_sided_maxwell_f32, 0, jac_random_double_sided_maxwell(key, 0.5, 2, S))                \
    X(double_sided_maxwell_loc, 16, jac_random_double_sided_maxwell(key, vector(), 2, JAC_SHAPE(3))) \
    X(geometric_i32,      0, jac_random_geometric(key, 0.3, S))                                    \
    X(geometric_u8,       0, jac_random_geometric(key, 0.3, S, JAC_U8))                            \
    X(geometric_p,        0, jac_random_geometric(key, jac_div(1, jac_add(1, vector())), JAC_SHAPE(20, 40)))
// clang-format on

#define DEFINE(name, ulps, ...)                                                                    \
    static jac draw_##name(jac key)                                                                \
    {                                                                                              \
        return __VA_ARGS__;                                                                        \
    }                                                                                              \
    JAC_FN(draw_##name, jac, (jac, key))
DRAWS(DEFINE)

#define TEST_DRAW(name, ulps, ...)                                                                 \
    Test(random, name##_draws_are_those_of_jax)                                                    \
    {                                                                                              \
        draws_check(#name, ulps, draw_##name##_fn);                                                 \
    }
DRAWS(TEST_DRAW)

/* ---- derivatives ------------------------------------------------------------------------------- */

static jac key_seven(void)
{
    return jac_random_PRNGKey(7);
}

#define SUMS(X)                                                                                    \
    X(rayleigh, jac_random_rayleigh(key_seven(), x, S, JAC_F64))                                   \
    X(pareto, jac_random_pareto(key_seven(), x, S, JAC_F64))                                       \
    X(lognormal, jac_random_lognormal(key_seven(), x, S, JAC_F64))                                 \
    X(weibull, jac_random_weibull_min(key_seven(), 2, x, S, JAC_F64))                              \
    X(truncated, jac_random_truncated_normal(key_seven(), -1, x, S, JAC_F64))                      \
    X(triangular, jac_random_triangular(key_seven(), 0, 0.25, x, S, JAC_F64))                      \
    X(maxwells, jac_random_double_sided_maxwell(key_seven(), 1, x, S, JAC_F64))
#define DEFINE_SUM(name, ...)                                                                      \
    static jac sum_##name(jac x)                                                                   \
    {                                                                                              \
        return jac_sum(__VA_ARGS__);                                                               \
    }                                                                                              \
    JAC_FN(sum_##name, jac, (jac, x))                                                              \
    Test(random, the_derivative_of_##name##_by_its_parameter_is_the_slope)                         \
    {                                                                                              \
        JAC_SCOPE () {                                                                             \
            const double h = 1e-6;                                                                 \
            double slope = (jac_item_f64(sum_##name(jac_scalar(JAC_F64, 1.5 + h))) -               \
                            jac_item_f64(sum_##name(jac_scalar(JAC_F64, 1.5 - h)))) /              \
                           (2 * h);                                                                \
            double d = jac_item_f64(jac_call1(jac_grad(sum_##name##_fn), jac_scalar(JAC_F64, 1.5))); \
            cr_expect_float_eq(d, slope, 1e-5 * (1 + fabs(slope)), "%g, but the slope is %g", d, slope); \
            cr_expect(fabs(slope) > 1);                                                            \
        }                                                                                          \
    }
SUMS(DEFINE_SUM)

/* ---- errors ------------------------------------------------------------------------------------ */

Test(random, a_wrong_parameter_of_a_distribution_is_named_in_the_error)
{
    JAC_SCOPE () {
        jac key = jac_random_PRNGKey(0), keys = jac_random_split(key, 3);
        draws_refused(jac_random_cauchy(keys, S), "jac_random_cauchy: a key must be u32[2]");
        draws_refused(jac_random_laplace(key, S, JAC_I32), "jac_random_laplace draws floats");
        draws_refused(jac_random_maxwell(key, JAC_SHAPE(-1)), "-1");
        draws_refused(jac_random_rademacher(key, S, JAC_BOOL), "bool");
        draws_refused(jac_random_pareto(key, vector(), JAC_SHAPE(3)), "jac_random_pareto: b is f32[40]");
        draws_refused(jac_random_pareto(key, jac_complex(1, 2)), "b must be real");
        draws_refused(jac_random_truncated_normal(key, vector(), table()), "truncated_normal");
        draws_refused(jac_random_triangular(key, 0, 1, vector(), JAC_SHAPE(2)), "right is f32[40]");
        draws_refused(jac_random_geometric(key, 0.5, S, JAC_F32), "jac_random_geometric draws integers");
        draws_refused(jac_random_permutation(key, 2.5), "x must be an integer or an array");
        draws_refused(jac_random_permutation(key, table(), 2), "axis 2");
        draws_refused(jac_random_permutation(keys, table()), "jac_random_permutation: a key");
        draws_refused(jac_random_choice(key, 0, 3), "no elements to choose from");
        draws_refused(jac_random_choice(key, 3, 4, .replace = false), "4 of 3 elements");
        draws_refused(jac_random_choice(key, 5, 4, .p = weights()), "f32[4]");
        draws_refused(jac_random_choice(key, table(), 4, .axis = -3), "axis -3");
    }
}

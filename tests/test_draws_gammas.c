/* Gamma draws and those made of them, and random matrices and vectors, against JAX's
 * (tests/golden/random_gammas.py).
 */
#include <math.h>

#include "tests/draws.h"

#define S JAC_SHAPE(20, 25)

static jac vector(void)
{
    return jac_div(jac_add(jac_astype(jac_arange(40), JAC_F32), 1), 8);
}

static jac thirds(void)
{
    return jac_array(JAC_SHAPE(3), (float[]){0.2f, 0.5f, 0.3f});
}

static jac mean(void)
{
    return jac_array(JAC_SHAPE(3), (float[]){1, -2, 0.5f});
}

static jac covariance(void)
{
    return jac_array(JAC_SHAPE(3, 3), (float[]){2, 0.5f, 0.1f, 0.5f, 1, 0.2f, 0.1f, 0.2f, 0.5f});
}

// clang-format off
/* X(name, tolerated units in the last place, draw) */
#define DRAWS(X)                                                                                   \
    X(gamma_f32,          0, jac_random_gamma(key, 2.5, S))                                        \
    X(gamma_f64,          0, jac_random_gamma(key, 2.5, S, JAC_F64))                               \
    X(gamma_f16,          0, jac_random_gamma(key, 2.5, S, JAC_F16))                               \
    X(gamma_bf16,         0, jac_random_gamma(key, 2.5, S, JAC_BF16))                              \
    X(gamma_small_f32,   4, jac_random_gamma(key, 0.3, S))                                        \
    X(gamma_small_f64,   4, jac_random_gamma(key, 0.3, S, JAC_F64))                               \
    X(gamma_a,           0, jac_random_gamma(key, vector()))                                      \
    X(loggamma_f32,       0, jac_random_loggamma(key, 0.01, S))                                    \
    X(loggamma_f64,       0, jac_random_loggamma(key, 0.01, S, JAC_F64))                           \
    X(chisquare_f32,     4, jac_random_chisquare(key, 3, S))                                      \
    X(chisquare_f64,     4, jac_random_chisquare(key, 3, S, JAC_F64))                             \
    X(f_f32,             4, jac_random_f(key, 3, 5, S))                                           \
    X(t_f32,              0, jac_random_t(key, 4, S))                                              \
    X(t_f64,              0, jac_random_t(key, 4, S, JAC_F64))                                     \
    X(beta_f32,          4, jac_random_beta(key, 0.5, 2, S))                                      \
    X(beta_f64,          4, jac_random_beta(key, 0.5, 2, S, JAC_F64))                             \
    X(dirichlet_f32,     4, jac_random_dirichlet(key, jac_mul(thirds(), 3), JAC_SHAPE(10)))       \
    X(generalized_normal_f32, 4, jac_random_generalized_normal(key, 1.5, S))                      \
    X(ball_f32,          4, jac_random_ball(key, 3, 2, JAC_SHAPE(30)))                                       \
    X(ball_p_f32,        4, jac_random_ball(key, 2, 1.5, JAC_SHAPE(30)))
/* Matrices come from LAPACK: the same numbers but for rounding, relative to the largest. */
#define MATRICES(X)                                                                                \
    X(orthogonal_f32,     1e-6, jac_random_orthogonal(key, 3, JAC_SHAPE(2, 3)))                    \
    X(orthogonal_f64,     1e-14, jac_random_orthogonal(key, 3, JAC_SHAPE(2, 3), JAC_F64))          \
    X(orthogonal_tall,    1e-6, jac_random_orthogonal(key, 4, .m = 2))                             \
    X(orthogonal_wide,    1e-6, jac_random_orthogonal(key, 2, JAC_SHAPE(3), .m = 4))                          \
    X(multivariate_normal_cholesky, 1e-5, jac_random_multivariate_normal(key, mean(), covariance(), JAC_SHAPE(5))) \
    X(multivariate_normal_eigh, 1e-5, jac_random_multivariate_normal(key, mean(), covariance(), JAC_SHAPE(5), .method = JAC_BY_EIGH)) \
    X(multivariate_normal_svd, 1e-5, jac_random_multivariate_normal(key, mean(), covariance(), JAC_SHAPE(5), .method = JAC_BY_SVD)) \
    X(multivariate_normal_batch, 1e-5, jac_random_multivariate_normal(key, jac_stack(0, mean(), jac_mul(mean(), 2)), covariance()))
// clang-format on

#define DEFINE(name, tolerance, ...)                                                               \
    static jac draw_##name(jac key)                                                                \
    {                                                                                              \
        return __VA_ARGS__;                                                                        \
    }                                                                                              \
    JAC_FN(draw_##name, jac, (jac, key))
DRAWS(DEFINE)
MATRICES(DEFINE)

#define TEST_DRAW(name, ulps, ...)                                                                 \
    Test(draws, name##_draws_are_those_of_jax)                                                     \
    {                                                                                              \
        draws_check(#name, ulps, draw_##name##_fn);                                                \
    }
DRAWS(TEST_DRAW)

#define TEST_MATRIX(name, tolerance, ...)                                                          \
    Test(draws, name##_draws_are_those_of_jax)                                                     \
    {                                                                                              \
        TEST_POOL(p);                                                                              \
        JAC_SCOPE () {                                                                             \
            jac key = jac_random_PRNGKey(42);                                                      \
            draws_near(&p, #name, tolerance, "eager", jac_call1(draw_##name##_fn, key));           \
            draws_near(&p, #name, tolerance, "compiled", jac_call1(jac_jit(draw_##name##_fn), key)); \
        }                                                                                          \
    }
MATRICES(TEST_MATRIX)

/* ---- derivatives ------------------------------------------------------------------------------- */

/* A draw at a fixed rank moves as P(a, x) does: -(dP/da) / (dP/dx). */
JAC_DEF(jac, sum_of_gammas, (jac, a))
{
    return jac_sum(jac_random_gamma(jac_random_PRNGKey(3), a, JAC_SHAPE(50), JAC_F64));
}

JAC_DEF(jac, sum_of_log_gammas, (jac, a))
{
    return jac_sum(jac_random_loggamma(jac_random_PRNGKey(3), a, JAC_SHAPE(50), JAC_F64));
}

JAC_DEF(jac, sum_of_slopes, (jac, a))
{
    jac x = jac_random_gamma(jac_random_PRNGKey(3), a, JAC_SHAPE(50), JAC_F64);
    return jac_sum(jac_random_gamma_grad(jac_full_like(x, a), x));
}

JAC_DEF(jac, sum_of_log_slopes, (jac, a))
{
    jac x = jac_exp(jac_random_loggamma(jac_random_PRNGKey(3), a, JAC_SHAPE(50), JAC_F64));
    return jac_sum(jac_div(jac_random_gamma_grad(jac_full_like(x, a), x), x));
}

Test(draws, derivatives_of_gamma_draws_are_those_at_a_fixed_rank)
{
    const double at[] = {0.4, 2.5, 30};
    for (int k = 0; k < 3; k++) {
        JAC_SCOPE () {
            jac a = jac_scalar(JAC_F64, at[k]);
            double d = jac_item_f64(jac_call1(jac_jit(jac_grad(sum_of_gammas_fn)), a));
            double want = jac_item_f64(sum_of_slopes(a));
            cr_expect_float_eq(d, want, 1e-12 * fabs(want), "%g, not %g", d, want);
            d = jac_item_f64(jac_call1(jac_grad(sum_of_log_gammas_fn), a));
            want = jac_item_f64(sum_of_log_slopes(a));
            cr_expect_float_eq(d, want, 1e-12 * fabs(want), "%g, not %g", d, want);
        }
    }
}

/* The mean of a draw of alpha_k / sum(alpha) moves by about the derivative of that. */
JAC_DEF(jac, mean_of_beta, (jac, a))
{
    return jac_mean(jac_random_beta(jac_random_PRNGKey(3), a, 3, JAC_SHAPE(4000), JAC_F64));
}

Test(draws, the_derivative_of_a_mean_of_beta_draws_is_that_of_the_expectation)
{
    JAC_SCOPE () {
        double d = jac_item_f64(jac_call1(jac_jit(jac_grad(mean_of_beta_fn)), jac_scalar(JAC_F64, 2)));
        cr_expect_float_eq(d, 3.0 / 25, 0.005, "%g", d);
    }
}

/* ---- errors ------------------------------------------------------------------------------------ */

Test(draws, a_wrong_parameter_is_named_in_the_error)
{
    JAC_SCOPE () {
        jac key = jac_random_PRNGKey(0);
        draws_refused(jac_random_gamma(key, vector(), JAC_SHAPE(3)), "jac_random_gamma: a is f32[40]");
        draws_refused(jac_random_gamma(key, 1, S, JAC_I32), "jac_random_gamma draws floats");
        draws_refused(jac_random_dirichlet(key, 2.0), "alpha must have at least one dimension");
        draws_refused(jac_random_generalized_normal(key, vector()), "p must be a real number");
        draws_refused(jac_random_ball(key, -1, 2), "d must be at least 0, but is -1");
        draws_refused(jac_random_orthogonal(key, -2), "must be at least 0, but are -2");
        draws_refused(jac_random_multivariate_normal(key, 1.0, covariance()), "mean must have at least");
        draws_refused(jac_random_multivariate_normal(key, thirds(), vector()), "cov must be a matrix");
        draws_refused(jac_random_multivariate_normal(key, thirds(), covariance(), .method = 9),
                      "no method 9");
    }
}

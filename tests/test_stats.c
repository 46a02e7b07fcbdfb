/* Distributions: jax.scipy.stats against JAX's values and derivatives; at the ends of a support,
 * far out in the tails, and where arguments do not fit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/handles.h"
#include "tests/jax_cases.h"
#include "tests/stats_cases.h"

STATS_CASES(JAX_CASE)
static const jax_case cases[] = {STATS_CASES(JAX_ROW)};
static const int ncases = sizeof cases / sizeof *cases;

static void check(bool x64, int most)
{
    jac_enable_x64(x64);
    int checked =
        jax_check_file(JAC_TEST_DATA "/stats_cases.txt", x64, x64 ? 100 : 20, ncases, cases);
    jac_enable_x64(false);
    cr_assert(getenv("NUMPY_CASE") || checked == most, "%d cases of %d are in the file", checked,
              most);
}

Test(stats, distributions_give_what_jax_gives)
{
    check(false, ncases - STATS_CASES_WIDE);
}

Test(stats, distributions_of_doubles_give_what_jax_gives)
{
    check(true, STATS_CASES_WIDE);
}

/* ---- the ends of the support ----------------------------------------------------------------------- */

static double number(jac x)
{
    cr_assert(jac_ok(x), "%s", jac_error());
    return jac_item_f64(jac_astype(x, JAC_F64));
}

JAC_DEF(jac, at_start, (jac, x))
{
    jac sum = jac_add(jac_expon_logpdf(x), jac_gamma_logpdf(x, 1));
    sum = jac_add(sum, jac_beta_logpdf(x, 1, 2));
    sum = jac_add(sum, jac_chi2_logpdf(x, 2));
    sum = jac_add(sum, jac_pareto_logpdf(jac_add(x, 1), 2));
    return jac_add(sum, jac_add(jac_uniform_cdf(x), jac_expon_cdf(x)));
}

JAC_DEF(jac, outside, (jac, x))
{
    jac sum = jac_add(jac_expon_pdf(x), jac_gamma_pdf(x, 0.5));
    sum = jac_add(sum, jac_beta_pdf(x, 0.5, 0.5));
    sum = jac_add(sum, jac_chi2_cdf(x, 3));
    sum = jac_add(sum, jac_pareto_sf(x, 2));
    sum = jac_add(sum, jac_truncnorm_pdf(x, -0.5, 1));
    return jac_add(sum, jac_add(jac_uniform_pdf(x), jac_uniform_cdf(x)));
}

Test(stats, derivatives_at_the_ends_of_a_support_are_finite_and_outside_zero)
{
    jac_enable_x64(true);
    jac start = jac_scalar(JAC_F64, 0), before = jac_scalar(JAC_F64, -1);
    /* -1 - 1 - 1 - 1/2 - 3 + 1 + 1 */
    cr_expect_float_eq(number(jac_call1(jac_grad(at_start_fn), start)), -4.5, 1e-12);
    cr_expect_eq(number(jac_call1(jac_grad(outside_fn), before)), 0);
    cr_expect_eq(number(jac_call1(jac_grad(jac_grad(outside_fn)), before)), 0);
    cr_expect_eq(number(jac_call1(outside_fn, before)), 1, "pareto's sf is 1");
}

/* ---- tails ------------------------------------------------------------------------------------------- */

static void near(const char *what, jac x, double want)
{
    double got = number(x);
    cr_expect(fabs(got - want) <= 1e-13 * fabs(want), "%s: %.17g, but should be %.17g", what, got,
              want);
}

Test(stats, small_probabilities_keep_their_digits)
{
    jac_enable_x64(true);
    near("cauchy_cdf", jac_cauchy_cdf(-1e20), 1 / (M_PI * 1e20));
    near("cauchy_logpdf", jac_cauchy_logpdf(1e200), -log(M_PI) - 2 * log(1e200));
    near("cauchy_ppf", jac_cauchy_ppf(1e-20), -1 / (M_PI * 1e-20));
    near("expon_logcdf", jac_expon_logcdf(1e-30), log(1e-30));
    near("gumbel_r_sf", jac_gumbel_r_sf(50), exp(-50));
    near("gumbel_l_cdf", jac_gumbel_l_cdf(-50), exp(-50));
    near("pareto_cdf", jac_pareto_cdf(1 + 0x1p-40, 2), 2 * 0x1p-40 - 3 * 0x1p-80);
}

Test(stats, quantiles_invert_and_are_nan_of_what_is_no_probability)
{
    jac_enable_x64(true);
    jac q = jac_array_of(JAC_F64, 4, ((double[]){1e-9, 0.2, 0.5, 0.999}));
#define INVERTS(d, ...)                                                                            \
    cr_expect_lt(number(jac_max(jac_abs(                                                           \
                     jac_sub(jac_##d##_cdf(jac_##d##_ppf(q, __VA_ARGS__), __VA_ARGS__), q)))),     \
                 1e-12, #d)
    INVERTS(norm, 0.5, 2.0);
    INVERTS(cauchy, 0.5, 2.0);
    INVERTS(logistic, 0.5, 2.0);
    INVERTS(gumbel_l, 0.5, 2.0);
    INVERTS(gumbel_r, 0.5, 2.0);
    INVERTS(expon, 0.5, 2.0);
    INVERTS(pareto, 1.5, 0.5, 2.0);
    INVERTS(uniform, 0.5, 2.0);
    cr_expect(isnan(number(jac_cauchy_ppf(1.5))) && isnan(number(jac_expon_ppf(-0.1))));
    cr_expect(number(jac_cauchy_ppf(0)) == -INFINITY && number(jac_gumbel_r_ppf(1)) == INFINITY);
}

/* The derivative along x, which JAX does not have for a and b. */
JAC_DEF(jac, beta_cdf, (jac, x))
{
    return jac_beta_cdf(x, 2.4, 1.3);
}

Test(stats, the_derivative_of_a_cdf_is_the_pdf)
{
    jac_enable_x64(true);
    jac x = jac_scalar(JAC_F64, 0.3);
    near("beta", jac_call1(jac_grad(beta_cdf_fn), x), number(jac_beta_pdf(x, 2.4, 1.3)));
}

Test(stats, each_row_of_a_batch_of_counts_has_its_own_sum)
{
    jac x = jac_array_of(JAC_I32, JAC_SHAPE(2, 2), ((int32_t[]){1, 2, 3, 1}));
    jac p = jac_array_of(JAC_F32, 2, ((float[]){0.5f, 0.5f})), y = jac_multinomial_pmf(x, 3, p);
    cr_expect_float_eq(number(jac_at(y, 0)), 0.375, 1e-6);
    cr_expect_eq(number(jac_at(y, 1)), 0);
}

Test(stats, an_empty_sample_has_no_mode)
{
    jac_mode_result r = jac_mode(jac_zeros(JAC_SHAPE(0)));
    cr_expect(isnan(number(r.mode)) && number(r.count) == 0);
}

/* ---- errors -------------------------------------------------------------------------------------------- */

static void refuses(jac y, const char *why)
{
    cr_expect(!jac_ok(y) && jac_error() && strstr(jac_error(), why), "wanted \"%s\", got \"%s\"",
              why, jac_error() ? jac_error() : "no error");
    jac_error_clear();
}

Test(stats, what_does_not_fit_is_refused_with_its_reason)
{
    jac v = jac_zeros(JAC_SHAPE(3)), m = jac_zeros(JAC_SHAPE(2, 2)), i = jac_arange(3);
    refuses(jac_norm_logpdf(v, 0, 1, 2),
            "norm_logpdf: it takes from 1 to 3 arguments, but 4 are given");
    refuses(jac_gamma_cdf(v), "gamma_cdf: it takes from 2 to 4 arguments, but 1 are given");
    refuses(jac_bernoulli_cdf(v, 0.5, 1), "bernoulli_cdf: it takes from 2 to 2 arguments");
    refuses(jac_norm_pdf(v, jac_zeros(JAC_SHAPE(2))), "norm_pdf");
    refuses(jac_norm_pdf(jac_complex(v, v)), "norm_pdf");
    refuses(jac_dirichlet_logpdf(v, m), "dirichlet_logpdf: x must have as many entries");
    refuses(jac_multinomial_pmf(v, 3, v), "multinomial_pmf: x must be an array of integers");
    refuses(jac_multivariate_normal_pdf(v, v, m), "cov must be a matrix of 3 rows and columns");
    refuses(jac_mode(i, .axis = 1).mode, "mode");
    refuses(jac_sem(i, .axis = 1), "sem");
    refuses(jac_gaussian_kde(v, .bw_method = "best").neff, ".bw_method must be \"scott\"");
    refuses(jac_gaussian_kde(v, .weights = m).neff, ".weights must be a vector of 3");
    refuses(jac_gaussian_kde(1.0).neff, "must have several elements");
    jac_kde k = jac_gaussian_kde(jac_array_of(JAC_F32, 3, ((float[]){1, 2, 4})));
    refuses(jac_kde_pdf(k, m), "kde_pdf: points have 2 coordinates, but the dataset has 1");
}

/* Null handles as arguments of the functions of stats.h and optimize.h. */
#include "tests/nulls.h"

JAC_DEF(jac, bowl, (jac, x))
{
    return jac_sum(jac_square(x));
}

JAC_DEF(jac, bowl_about, (jac, x), (jac, y))
{
    return jac_sum(jac_square(jac_sub(x, y)));
}

Test(nulls, distributions)
{
    REFUSES(jac_norm_logpdf(no));
    REFUSES(jac_norm_pdf(no));
    REFUSES(jac_norm_cdf(no));
    REFUSES(jac_norm_logcdf(no));
    REFUSES(jac_norm_sf(no));
    REFUSES(jac_norm_logsf(no));
    REFUSES(jac_norm_ppf(no));
    REFUSES(jac_norm_isf(no));
    REFUSES(jac_cauchy_logpdf(no));
    REFUSES(jac_cauchy_pdf(no));
    REFUSES(jac_cauchy_cdf(no));
    REFUSES(jac_cauchy_logcdf(no));
    REFUSES(jac_cauchy_sf(no));
    REFUSES(jac_cauchy_logsf(no));
    REFUSES(jac_cauchy_ppf(no));
    REFUSES(jac_cauchy_isf(no));
    REFUSES(jac_laplace_logpdf(no));
    REFUSES(jac_laplace_pdf(no));
    REFUSES(jac_laplace_cdf(no));
    REFUSES(jac_logistic_logpdf(no));
    REFUSES(jac_logistic_pdf(no));
    REFUSES(jac_logistic_cdf(no));
    REFUSES(jac_logistic_sf(no));
    REFUSES(jac_logistic_ppf(no));
    REFUSES(jac_logistic_isf(no));
    REFUSES(jac_gumbel_l_logpdf(no));
    REFUSES(jac_gumbel_l_pdf(no));
    REFUSES(jac_gumbel_l_cdf(no));
    REFUSES(jac_gumbel_l_logcdf(no));
    REFUSES(jac_gumbel_l_sf(no));
    REFUSES(jac_gumbel_l_logsf(no));
    REFUSES(jac_gumbel_l_ppf(no));
    REFUSES(jac_gumbel_r_logpdf(no));
    REFUSES(jac_gumbel_r_pdf(no));
    REFUSES(jac_gumbel_r_cdf(no));
    REFUSES(jac_gumbel_r_logcdf(no));
    REFUSES(jac_gumbel_r_sf(no));
    REFUSES(jac_gumbel_r_logsf(no));
    REFUSES(jac_gumbel_r_ppf(no));
    REFUSES(jac_uniform_logpdf(no));
    REFUSES(jac_uniform_pdf(no));
    REFUSES(jac_uniform_cdf(no));
    REFUSES(jac_uniform_ppf(no));
    REFUSES(jac_expon_logpdf(no));
    REFUSES(jac_expon_pdf(no));
    REFUSES(jac_expon_cdf(no));
    REFUSES(jac_expon_logcdf(no));
    REFUSES(jac_expon_sf(no));
    REFUSES(jac_expon_logsf(no));
    REFUSES(jac_expon_ppf(no));
    REFUSES(jac_pareto_logpdf(no, 1));
    REFUSES(jac_pareto_pdf(no, 1));
    REFUSES(jac_pareto_cdf(no, 1));
    REFUSES(jac_pareto_logcdf(no, 1));
    REFUSES(jac_pareto_sf(no, 1));
    REFUSES(jac_pareto_logsf(no, 1));
    REFUSES(jac_pareto_ppf(no, 1));
    REFUSES(jac_gamma_logpdf(no, 1));
    REFUSES(jac_gamma_pdf(no, 1));
    REFUSES(jac_gamma_cdf(no, 1));
    REFUSES(jac_gamma_logcdf(no, 1));
    REFUSES(jac_gamma_sf(no, 1));
    REFUSES(jac_gamma_logsf(no, 1));
    REFUSES(jac_chi2_logpdf(no, 1));
    REFUSES(jac_chi2_pdf(no, 1));
    REFUSES(jac_chi2_cdf(no, 1));
    REFUSES(jac_chi2_logcdf(no, 1));
    REFUSES(jac_chi2_sf(no, 1));
    REFUSES(jac_chi2_logsf(no, 1));
    REFUSES(jac_beta_logpdf(no, 1, 1));
    REFUSES(jac_beta_pdf(no, 1, 1));
    REFUSES(jac_beta_cdf(no, 1, 1));
    REFUSES(jac_beta_logcdf(no, 1, 1));
    REFUSES(jac_beta_sf(no, 1, 1));
    REFUSES(jac_beta_logsf(no, 1, 1));
    REFUSES(jac_t_logpdf(no, 1));
    REFUSES(jac_t_pdf(no, 1));
    REFUSES(jac_truncnorm_logpdf(no, 1, 1));
    REFUSES(jac_truncnorm_pdf(no, 1, 1));
    REFUSES(jac_truncnorm_cdf(no, 1, 1));
    REFUSES(jac_truncnorm_logcdf(no, 1, 1));
    REFUSES(jac_truncnorm_sf(no, 1, 1));
    REFUSES(jac_truncnorm_logsf(no, 1, 1));
    REFUSES(jac_gennorm_logpdf(no, 1));
    REFUSES(jac_gennorm_pdf(no, 1));
    REFUSES(jac_gennorm_cdf(no, 1));
    REFUSES(jac_vonmises_logpdf(no, 1));
    REFUSES(jac_vonmises_pdf(no, 1));
    REFUSES(jac_wrapcauchy_logpdf(no, 1));
    REFUSES(jac_wrapcauchy_pdf(no, 1));
    REFUSES(jac_bernoulli_logpmf(no, 1));
    REFUSES(jac_bernoulli_pmf(no, 1));
    REFUSES(jac_bernoulli_cdf(no, 1));
    REFUSES(jac_bernoulli_ppf(no, 1));
    REFUSES(jac_binom_logpmf(no, 1, 1));
    REFUSES(jac_binom_pmf(no, 1, 1));
    REFUSES(jac_betabinom_logpmf(no, 1, 1, 1));
    REFUSES(jac_betabinom_pmf(no, 1, 1, 1));
    REFUSES(jac_geom_logpmf(no, 1));
    REFUSES(jac_geom_pmf(no, 1));
    REFUSES(jac_nbinom_logpmf(no, 1, 1));
    REFUSES(jac_nbinom_pmf(no, 1, 1));
    REFUSES(jac_poisson_logpmf(no, 1));
    REFUSES(jac_poisson_pmf(no, 1));
    REFUSES(jac_poisson_cdf(no, 1));
    REFUSES(jac_poisson_entropy(no));
}

Test(nulls, samples_and_vectors)
{
    jac x = jac_arange(3.0), m = jac_eye(3);
    jac_kde k = jac_gaussian_kde(x), null = {0};
    REFUSES(jac_dirichlet_logpdf(no, x));
    REFUSES(jac_dirichlet_pdf(x, no));
    REFUSES(jac_multinomial_logpmf(no, 3, x));
    REFUSES(jac_multinomial_pmf(jac_arange(3), no, x));
    REFUSES(jac_multivariate_normal_logpdf(x, no, m));
    REFUSES(jac_multivariate_normal_pdf(x, x, no));
    REFUSES(jac_mode(no));
    REFUSES(jac_sem(no));
    REFUSES(jac_gaussian_kde(no));
    REFUSES(jac_kde_pdf(null, x));
    REFUSES(jac_kde_logpdf(k, no));
    REFUSES(jac_kde_integrate_box_1d(k, no, 1));
    REFUSES(jac_kde_integrate_gaussian(k, no, 1));
    REFUSES(jac_kde_integrate_kde(k, null));
}

Test(nulls, minimize)
{
    jac x = jac_arange(3.0);
    REFUSES(jac_minimize(none, x, "BFGS"));
    REFUSES(jac_minimize(bowl_fn, no, "BFGS"));
    REFUSES(jac_minimize(bowl_fn, x, NULL));
    REFUSES(jac_minimize(bowl_about_fn, x, "L-BFGS", .args = &no));
}

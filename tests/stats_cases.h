/* The calls of jacquard/stats.h that are compared with JAX: a name of a case in
 * tests/golden/stats_cases.txt, the number of its arrays (x, y, z, u, v), and the call.
 * tests/golden/stats.py writes this file. */
#ifndef JACQUARD_TESTS_STATS_CASES_H
#define JACQUARD_TESTS_STATS_CASES_H

// clang-format off
#define STATS_CASES(X) \
    X(bernoulli_cdf, 2, jac_bernoulli_cdf(x, y)) \
    X(bernoulli_logpmf, 2, jac_bernoulli_logpmf(x, y)) \
    X(bernoulli_logpmf_moved, 3, jac_bernoulli_logpmf(x, y, z)) \
    X(bernoulli_pmf, 2, jac_bernoulli_pmf(x, y)) \
    X(bernoulli_pmf_moved, 3, jac_bernoulli_pmf(x, y, z)) \
    X(bernoulli_ppf, 2, jac_bernoulli_ppf(x, y)) \
    X(beta_cdf, 3, jac_beta_cdf(x, y, z)) \
    X(beta_cdf_outside, 3, jac_beta_cdf(x, y, z)) \
    X(beta_cdf_moved, 5, jac_beta_cdf(x, y, z, u, v)) \
    X(beta_logcdf, 3, jac_beta_logcdf(x, y, z)) \
    X(beta_logcdf_outside, 3, jac_beta_logcdf(x, y, z)) \
    X(beta_logcdf_moved, 5, jac_beta_logcdf(x, y, z, u, v)) \
    X(beta_logpdf, 3, jac_beta_logpdf(x, y, z)) \
    X(beta_logpdf_outside, 3, jac_beta_logpdf(x, y, z)) \
    X(beta_logpdf_moved, 5, jac_beta_logpdf(x, y, z, u, v)) \
    X(beta_logsf, 3, jac_beta_logsf(x, y, z)) \
    X(beta_logsf_outside, 3, jac_beta_logsf(x, y, z)) \
    X(beta_logsf_moved, 5, jac_beta_logsf(x, y, z, u, v)) \
    X(beta_pdf, 3, jac_beta_pdf(x, y, z)) \
    X(beta_pdf_outside, 3, jac_beta_pdf(x, y, z)) \
    X(beta_pdf_moved, 5, jac_beta_pdf(x, y, z, u, v)) \
    X(beta_sf, 3, jac_beta_sf(x, y, z)) \
    X(beta_sf_outside, 3, jac_beta_sf(x, y, z)) \
    X(beta_sf_moved, 5, jac_beta_sf(x, y, z, u, v)) \
    X(betabinom_logpmf, 4, jac_betabinom_logpmf(x, y, z, u)) \
    X(betabinom_logpmf_moved, 5, jac_betabinom_logpmf(x, y, z, u, v)) \
    X(betabinom_pmf, 4, jac_betabinom_pmf(x, y, z, u)) \
    X(betabinom_pmf_moved, 5, jac_betabinom_pmf(x, y, z, u, v)) \
    X(binom_logpmf, 3, jac_binom_logpmf(x, y, z)) \
    X(binom_logpmf_moved, 4, jac_binom_logpmf(x, y, z, u)) \
    X(binom_pmf, 3, jac_binom_pmf(x, y, z)) \
    X(binom_pmf_moved, 4, jac_binom_pmf(x, y, z, u)) \
    X(cauchy_cdf, 1, jac_cauchy_cdf(x)) \
    X(cauchy_cdf_moved, 3, jac_cauchy_cdf(x, y, z)) \
    X(cauchy_isf, 1, jac_cauchy_isf(x)) \
    X(cauchy_isf_moved, 3, jac_cauchy_isf(x, y, z)) \
    X(cauchy_logcdf, 1, jac_cauchy_logcdf(x)) \
    X(cauchy_logcdf_moved, 3, jac_cauchy_logcdf(x, y, z)) \
    X(cauchy_logpdf, 1, jac_cauchy_logpdf(x)) \
    X(cauchy_logpdf_moved, 3, jac_cauchy_logpdf(x, y, z)) \
    X(cauchy_logsf, 1, jac_cauchy_logsf(x)) \
    X(cauchy_logsf_moved, 3, jac_cauchy_logsf(x, y, z)) \
    X(cauchy_pdf, 1, jac_cauchy_pdf(x)) \
    X(cauchy_pdf_moved, 3, jac_cauchy_pdf(x, y, z)) \
    X(cauchy_ppf, 1, jac_cauchy_ppf(x)) \
    X(cauchy_ppf_moved, 3, jac_cauchy_ppf(x, y, z)) \
    X(cauchy_sf, 1, jac_cauchy_sf(x)) \
    X(cauchy_sf_moved, 3, jac_cauchy_sf(x, y, z)) \
    X(chi2_cdf, 2, jac_chi2_cdf(x, y)) \
    X(chi2_cdf_outside, 2, jac_chi2_cdf(x, y)) \
    X(chi2_cdf_moved, 4, jac_chi2_cdf(x, y, z, u)) \
    X(chi2_logcdf, 2, jac_chi2_logcdf(x, y)) \
    X(chi2_logcdf_outside, 2, jac_chi2_logcdf(x, y)) \
    X(chi2_logcdf_moved, 4, jac_chi2_logcdf(x, y, z, u)) \
    X(chi2_logpdf, 2, jac_chi2_logpdf(x, y)) \
    X(chi2_logpdf_outside, 2, jac_chi2_logpdf(x, y)) \
    X(chi2_logpdf_moved, 4, jac_chi2_logpdf(x, y, z, u)) \
    X(chi2_logsf, 2, jac_chi2_logsf(x, y)) \
    X(chi2_logsf_outside, 2, jac_chi2_logsf(x, y)) \
    X(chi2_logsf_moved, 4, jac_chi2_logsf(x, y, z, u)) \
    X(chi2_pdf, 2, jac_chi2_pdf(x, y)) \
    X(chi2_pdf_outside, 2, jac_chi2_pdf(x, y)) \
    X(chi2_pdf_moved, 4, jac_chi2_pdf(x, y, z, u)) \
    X(chi2_sf, 2, jac_chi2_sf(x, y)) \
    X(chi2_sf_outside, 2, jac_chi2_sf(x, y)) \
    X(chi2_sf_moved, 4, jac_chi2_sf(x, y, z, u)) \
    X(expon_cdf, 1, jac_expon_cdf(x)) \
    X(expon_cdf_outside, 1, jac_expon_cdf(x)) \
    X(expon_cdf_moved, 3, jac_expon_cdf(x, y, z)) \
    X(expon_logcdf, 1, jac_expon_logcdf(x)) \
    X(expon_logcdf_outside, 1, jac_expon_logcdf(x)) \
    X(expon_logcdf_moved, 3, jac_expon_logcdf(x, y, z)) \
    X(expon_logpdf, 1, jac_expon_logpdf(x)) \
    X(expon_logpdf_outside, 1, jac_expon_logpdf(x)) \
    X(expon_logpdf_moved, 3, jac_expon_logpdf(x, y, z)) \
    X(expon_logsf, 1, jac_expon_logsf(x)) \
    X(expon_logsf_outside, 1, jac_expon_logsf(x)) \
    X(expon_logsf_moved, 3, jac_expon_logsf(x, y, z)) \
    X(expon_pdf, 1, jac_expon_pdf(x)) \
    X(expon_pdf_outside, 1, jac_expon_pdf(x)) \
    X(expon_pdf_moved, 3, jac_expon_pdf(x, y, z)) \
    X(expon_ppf, 1, jac_expon_ppf(x)) \
    X(expon_ppf_moved, 3, jac_expon_ppf(x, y, z)) \
    X(expon_sf, 1, jac_expon_sf(x)) \
    X(expon_sf_outside, 1, jac_expon_sf(x)) \
    X(expon_sf_moved, 3, jac_expon_sf(x, y, z)) \
    X(gamma_cdf, 2, jac_gamma_cdf(x, y)) \
    X(gamma_cdf_outside, 2, jac_gamma_cdf(x, y)) \
    X(gamma_cdf_moved, 4, jac_gamma_cdf(x, y, z, u)) \
    X(gamma_logcdf, 2, jac_gamma_logcdf(x, y)) \
    X(gamma_logcdf_outside, 2, jac_gamma_logcdf(x, y)) \
    X(gamma_logcdf_moved, 4, jac_gamma_logcdf(x, y, z, u)) \
    X(gamma_logpdf, 2, jac_gamma_logpdf(x, y)) \
    X(gamma_logpdf_outside, 2, jac_gamma_logpdf(x, y)) \
    X(gamma_logpdf_moved, 4, jac_gamma_logpdf(x, y, z, u)) \
    X(gamma_logsf, 2, jac_gamma_logsf(x, y)) \
    X(gamma_logsf_outside, 2, jac_gamma_logsf(x, y)) \
    X(gamma_logsf_moved, 4, jac_gamma_logsf(x, y, z, u)) \
    X(gamma_pdf, 2, jac_gamma_pdf(x, y)) \
    X(gamma_pdf_outside, 2, jac_gamma_pdf(x, y)) \
    X(gamma_pdf_moved, 4, jac_gamma_pdf(x, y, z, u)) \
    X(gamma_sf, 2, jac_gamma_sf(x, y)) \
    X(gamma_sf_outside, 2, jac_gamma_sf(x, y)) \
    X(gamma_sf_moved, 4, jac_gamma_sf(x, y, z, u)) \
    X(gennorm_cdf, 2, jac_gennorm_cdf(x, y)) \
    X(gennorm_logpdf, 2, jac_gennorm_logpdf(x, y)) \
    X(gennorm_pdf, 2, jac_gennorm_pdf(x, y)) \
    X(geom_logpmf, 2, jac_geom_logpmf(x, y)) \
    X(geom_logpmf_moved, 3, jac_geom_logpmf(x, y, z)) \
    X(geom_pmf, 2, jac_geom_pmf(x, y)) \
    X(geom_pmf_moved, 3, jac_geom_pmf(x, y, z)) \
    X(gumbel_l_cdf, 1, jac_gumbel_l_cdf(x)) \
    X(gumbel_l_cdf_moved, 3, jac_gumbel_l_cdf(x, y, z)) \
    X(gumbel_l_logcdf, 1, jac_gumbel_l_logcdf(x)) \
    X(gumbel_l_logcdf_moved, 3, jac_gumbel_l_logcdf(x, y, z)) \
    X(gumbel_l_logpdf, 1, jac_gumbel_l_logpdf(x)) \
    X(gumbel_l_logpdf_moved, 3, jac_gumbel_l_logpdf(x, y, z)) \
    X(gumbel_l_logsf, 1, jac_gumbel_l_logsf(x)) \
    X(gumbel_l_logsf_moved, 3, jac_gumbel_l_logsf(x, y, z)) \
    X(gumbel_l_pdf, 1, jac_gumbel_l_pdf(x)) \
    X(gumbel_l_pdf_moved, 3, jac_gumbel_l_pdf(x, y, z)) \
    X(gumbel_l_ppf, 1, jac_gumbel_l_ppf(x)) \
    X(gumbel_l_ppf_moved, 3, jac_gumbel_l_ppf(x, y, z)) \
    X(gumbel_l_sf, 1, jac_gumbel_l_sf(x)) \
    X(gumbel_l_sf_moved, 3, jac_gumbel_l_sf(x, y, z)) \
    X(gumbel_r_cdf, 1, jac_gumbel_r_cdf(x)) \
    X(gumbel_r_cdf_moved, 3, jac_gumbel_r_cdf(x, y, z)) \
    X(gumbel_r_logcdf, 1, jac_gumbel_r_logcdf(x)) \
    X(gumbel_r_logcdf_moved, 3, jac_gumbel_r_logcdf(x, y, z)) \
    X(gumbel_r_logpdf, 1, jac_gumbel_r_logpdf(x)) \
    X(gumbel_r_logpdf_moved, 3, jac_gumbel_r_logpdf(x, y, z)) \
    X(gumbel_r_logsf, 1, jac_gumbel_r_logsf(x)) \
    X(gumbel_r_logsf_moved, 3, jac_gumbel_r_logsf(x, y, z)) \
    X(gumbel_r_pdf, 1, jac_gumbel_r_pdf(x)) \
    X(gumbel_r_pdf_moved, 3, jac_gumbel_r_pdf(x, y, z)) \
    X(gumbel_r_ppf, 1, jac_gumbel_r_ppf(x)) \
    X(gumbel_r_ppf_moved, 3, jac_gumbel_r_ppf(x, y, z)) \
    X(gumbel_r_sf, 1, jac_gumbel_r_sf(x)) \
    X(gumbel_r_sf_moved, 3, jac_gumbel_r_sf(x, y, z)) \
    X(laplace_cdf, 1, jac_laplace_cdf(x)) \
    X(laplace_cdf_moved, 3, jac_laplace_cdf(x, y, z)) \
    X(laplace_logpdf, 1, jac_laplace_logpdf(x)) \
    X(laplace_logpdf_moved, 3, jac_laplace_logpdf(x, y, z)) \
    X(laplace_pdf, 1, jac_laplace_pdf(x)) \
    X(laplace_pdf_moved, 3, jac_laplace_pdf(x, y, z)) \
    X(logistic_cdf, 1, jac_logistic_cdf(x)) \
    X(logistic_cdf_moved, 3, jac_logistic_cdf(x, y, z)) \
    X(logistic_isf, 1, jac_logistic_isf(x)) \
    X(logistic_isf_moved, 3, jac_logistic_isf(x, y, z)) \
    X(logistic_logpdf, 1, jac_logistic_logpdf(x)) \
    X(logistic_logpdf_moved, 3, jac_logistic_logpdf(x, y, z)) \
    X(logistic_pdf, 1, jac_logistic_pdf(x)) \
    X(logistic_pdf_moved, 3, jac_logistic_pdf(x, y, z)) \
    X(logistic_ppf, 1, jac_logistic_ppf(x)) \
    X(logistic_ppf_moved, 3, jac_logistic_ppf(x, y, z)) \
    X(logistic_sf, 1, jac_logistic_sf(x)) \
    X(logistic_sf_moved, 3, jac_logistic_sf(x, y, z)) \
    X(nbinom_logpmf, 3, jac_nbinom_logpmf(x, y, z)) \
    X(nbinom_logpmf_moved, 4, jac_nbinom_logpmf(x, y, z, u)) \
    X(nbinom_pmf, 3, jac_nbinom_pmf(x, y, z)) \
    X(nbinom_pmf_moved, 4, jac_nbinom_pmf(x, y, z, u)) \
    X(norm_cdf, 1, jac_norm_cdf(x)) \
    X(norm_cdf_moved, 3, jac_norm_cdf(x, y, z)) \
    X(norm_isf, 1, jac_norm_isf(x)) \
    X(norm_isf_moved, 3, jac_norm_isf(x, y, z)) \
    X(norm_logcdf, 1, jac_norm_logcdf(x)) \
    X(norm_logcdf_moved, 3, jac_norm_logcdf(x, y, z)) \
    X(norm_logpdf, 1, jac_norm_logpdf(x)) \
    X(norm_logpdf_moved, 3, jac_norm_logpdf(x, y, z)) \
    X(norm_logsf, 1, jac_norm_logsf(x)) \
    X(norm_logsf_moved, 3, jac_norm_logsf(x, y, z)) \
    X(norm_pdf, 1, jac_norm_pdf(x)) \
    X(norm_pdf_moved, 3, jac_norm_pdf(x, y, z)) \
    X(norm_ppf, 1, jac_norm_ppf(x)) \
    X(norm_ppf_moved, 3, jac_norm_ppf(x, y, z)) \
    X(norm_sf, 1, jac_norm_sf(x)) \
    X(norm_sf_moved, 3, jac_norm_sf(x, y, z)) \
    X(pareto_cdf, 2, jac_pareto_cdf(x, y)) \
    X(pareto_cdf_outside, 2, jac_pareto_cdf(x, y)) \
    X(pareto_cdf_moved, 4, jac_pareto_cdf(x, y, z, u)) \
    X(pareto_logcdf, 2, jac_pareto_logcdf(x, y)) \
    X(pareto_logcdf_outside, 2, jac_pareto_logcdf(x, y)) \
    X(pareto_logcdf_moved, 4, jac_pareto_logcdf(x, y, z, u)) \
    X(pareto_logpdf, 2, jac_pareto_logpdf(x, y)) \
    X(pareto_logpdf_outside, 2, jac_pareto_logpdf(x, y)) \
    X(pareto_logpdf_moved, 4, jac_pareto_logpdf(x, y, z, u)) \
    X(pareto_logsf, 2, jac_pareto_logsf(x, y)) \
    X(pareto_logsf_outside, 2, jac_pareto_logsf(x, y)) \
    X(pareto_logsf_moved, 4, jac_pareto_logsf(x, y, z, u)) \
    X(pareto_pdf, 2, jac_pareto_pdf(x, y)) \
    X(pareto_pdf_outside, 2, jac_pareto_pdf(x, y)) \
    X(pareto_pdf_moved, 4, jac_pareto_pdf(x, y, z, u)) \
    X(pareto_ppf, 2, jac_pareto_ppf(x, y)) \
    X(pareto_ppf_moved, 4, jac_pareto_ppf(x, y, z, u)) \
    X(pareto_sf, 2, jac_pareto_sf(x, y)) \
    X(pareto_sf_outside, 2, jac_pareto_sf(x, y)) \
    X(pareto_sf_moved, 4, jac_pareto_sf(x, y, z, u)) \
    X(poisson_cdf, 2, jac_poisson_cdf(x, y)) \
    X(poisson_entropy, 1, jac_poisson_entropy(x)) \
    X(poisson_logpmf, 2, jac_poisson_logpmf(x, y)) \
    X(poisson_logpmf_moved, 3, jac_poisson_logpmf(x, y, z)) \
    X(poisson_pmf, 2, jac_poisson_pmf(x, y)) \
    X(poisson_pmf_moved, 3, jac_poisson_pmf(x, y, z)) \
    X(t_logpdf, 2, jac_t_logpdf(x, y)) \
    X(t_logpdf_moved, 4, jac_t_logpdf(x, y, z, u)) \
    X(t_pdf, 2, jac_t_pdf(x, y)) \
    X(t_pdf_moved, 4, jac_t_pdf(x, y, z, u)) \
    X(truncnorm_cdf, 3, jac_truncnorm_cdf(x, y, z)) \
    X(truncnorm_cdf_outside, 3, jac_truncnorm_cdf(x, y, z)) \
    X(truncnorm_cdf_moved, 5, jac_truncnorm_cdf(x, y, z, u, v)) \
    X(truncnorm_logcdf, 3, jac_truncnorm_logcdf(x, y, z)) \
    X(truncnorm_logcdf_outside, 3, jac_truncnorm_logcdf(x, y, z)) \
    X(truncnorm_logcdf_moved, 5, jac_truncnorm_logcdf(x, y, z, u, v)) \
    X(truncnorm_logpdf, 3, jac_truncnorm_logpdf(x, y, z)) \
    X(truncnorm_logpdf_outside, 3, jac_truncnorm_logpdf(x, y, z)) \
    X(truncnorm_logpdf_moved, 5, jac_truncnorm_logpdf(x, y, z, u, v)) \
    X(truncnorm_logsf, 3, jac_truncnorm_logsf(x, y, z)) \
    X(truncnorm_logsf_outside, 3, jac_truncnorm_logsf(x, y, z)) \
    X(truncnorm_logsf_moved, 5, jac_truncnorm_logsf(x, y, z, u, v)) \
    X(truncnorm_pdf, 3, jac_truncnorm_pdf(x, y, z)) \
    X(truncnorm_pdf_outside, 3, jac_truncnorm_pdf(x, y, z)) \
    X(truncnorm_pdf_moved, 5, jac_truncnorm_pdf(x, y, z, u, v)) \
    X(truncnorm_sf, 3, jac_truncnorm_sf(x, y, z)) \
    X(truncnorm_sf_outside, 3, jac_truncnorm_sf(x, y, z)) \
    X(truncnorm_sf_moved, 5, jac_truncnorm_sf(x, y, z, u, v)) \
    X(uniform_cdf, 1, jac_uniform_cdf(x)) \
    X(uniform_cdf_outside, 1, jac_uniform_cdf(x)) \
    X(uniform_cdf_moved, 3, jac_uniform_cdf(x, y, z)) \
    X(uniform_logpdf, 1, jac_uniform_logpdf(x)) \
    X(uniform_logpdf_outside, 1, jac_uniform_logpdf(x)) \
    X(uniform_logpdf_moved, 3, jac_uniform_logpdf(x, y, z)) \
    X(uniform_pdf, 1, jac_uniform_pdf(x)) \
    X(uniform_pdf_outside, 1, jac_uniform_pdf(x)) \
    X(uniform_pdf_moved, 3, jac_uniform_pdf(x, y, z)) \
    X(uniform_ppf, 1, jac_uniform_ppf(x)) \
    X(uniform_ppf_moved, 3, jac_uniform_ppf(x, y, z)) \
    X(vonmises_logpdf, 2, jac_vonmises_logpdf(x, y)) \
    X(vonmises_pdf, 2, jac_vonmises_pdf(x, y)) \
    X(wrapcauchy_logpdf, 2, jac_wrapcauchy_logpdf(x, y)) \
    X(wrapcauchy_logpdf_outside, 2, jac_wrapcauchy_logpdf(x, y)) \
    X(wrapcauchy_pdf, 2, jac_wrapcauchy_pdf(x, y)) \
    X(wrapcauchy_pdf_outside, 2, jac_wrapcauchy_pdf(x, y)) \
    X(norm_broadcast, 3, jac_norm_logpdf(x, y, z)) \
    X(norm_ints, 2, jac_norm_logpdf(x, y)) \
    X(dirichlet_logpdf, 2, jac_dirichlet_logpdf(x, y)) \
    X(dirichlet_batch, 2, jac_dirichlet_logpdf(x, y)) \
    X(dirichlet_pdf, 2, jac_dirichlet_pdf(x, y)) \
    X(multinomial_logpmf, 3, jac_multinomial_logpmf(x, y, z)) \
    X(multinomial_pmf, 3, jac_multinomial_pmf(x, y, z)) \
    X(multinomial_not, 3, jac_multinomial_logpmf(x, y, z)) \
    X(mvn_logpdf, 3, jac_multivariate_normal_logpdf(x, y, z)) \
    X(mvn_batch, 3, jac_multivariate_normal_logpdf(x, y, z)) \
    X(mvn_pdf, 3, jac_multivariate_normal_pdf(x, y, z)) \
    X(mvn_scalar, 3, jac_multivariate_normal_logpdf(x, y, z)) \
    X(mvn_sphere, 3, jac_multivariate_normal_logpdf(x, y, z)) \
    X(mode, 1, jac_mode(x).mode) \
    X(mode_count, 1, jac_mode(x, .axis = 1, .keepdims = true).count) \
    X(mode_all, 1, jac_mode(x, .axis = JAC_NONE).mode) \
    X(mode_nan, 1, jac_mode(x).mode) \
    X(sem, 1, jac_sem(x)) \
    X(sem_all, 1, jac_sem(x, .axis = JAC_NONE, .ddof = 0)) \
    X(sem_keepdims, 1, jac_sem(x, .axis = -1, .keepdims = true)) \
    X(sem_omit, 1, jac_sem(x, .omit_nan = true)) \
    X(kde_pdf, 2, jac_kde_pdf(jac_gaussian_kde(x), y)) \
    X(kde_logpdf, 3, jac_kde_logpdf(jac_gaussian_kde(x, .weights = z), y)) \
    X(kde_silverman, 2, jac_kde_pdf(jac_gaussian_kde(x, .bw_method = "silverman"), y)) \
    X(kde_bandwidth, 2, jac_kde_pdf(jac_gaussian_kde(x, .bandwidth = 0.4), y)) \
    X(kde_covariance, 2, jac_gaussian_kde(x, .weights = y).covariance) \
    X(kde_box, 3, jac_kde_integrate_box_1d(jac_gaussian_kde(x), y, z)) \
    X(kde_gaussian, 3, jac_kde_integrate_gaussian(jac_gaussian_kde(x), y, z)) \
    X(kde_kde, 2, jac_kde_integrate_kde(jac_gaussian_kde(x), jac_gaussian_kde(y)))
/* How many of them are cases of doubles. */
#define STATS_CASES_WIDE 131
// clang-format on

#endif

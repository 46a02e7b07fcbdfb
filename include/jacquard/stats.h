/* Statistics, as in jax.scipy.stats. Part of jacquard.h, whose conventions hold here.
 *
 *   jac_norm_logpdf(x)                 // the standard normal distribution
 *   jac_norm_logpdf(x, mean, 2.0)      // with loc = mean and scale = 2
 *
 * A distribution and one of its functions make a name: jax.scipy.stats.norm.logpdf is
 * jac_norm_logpdf. Its arguments are JAX's, in JAX's order: first x (k of a discrete distribution, a
 * probability q for ppf and isf), then the parameters of the shape, then loc and scale, which may be left
 * out and are then 0 and 1. All may be arrays or C numbers, which broadcast; integers become floats.
 *
 *   pdf, pmf        the density at x, the probability of k
 *   cdf, sf         the probability of at most x, and of more than x
 *   ppf, isf        the x whose cdf, or sf, is q; NaN where q is not from 0 to 1
 *   log...          the logarithm of that function, computed without it
 *   entropy         -sum of p log(p)
 *
 * Below, z is (x - loc) / scale. Outside of the support a density is 0, and its derivatives are 0. At the
 * ends of the support the derivatives are finite wherever they exist.
 */
#ifndef JACQUARD_STATS_H
#define JACQUARD_STATS_H

#include "special.h"

/* ---- Distributions of one variable ---------------------------------------------------------------- */

// clang-format off
/* norm: exp(-z^2 / 2) / sqrt(2 pi). */
#define jac_norm_logpdf(... /* x, loc, scale */) JAC_STATS_("norm_logpdf", __VA_ARGS__)
#define jac_norm_pdf(... /* x, loc, scale */) JAC_STATS_("norm_pdf", __VA_ARGS__)
#define jac_norm_cdf(... /* x, loc, scale */) JAC_STATS_("norm_cdf", __VA_ARGS__)
#define jac_norm_logcdf(... /* x, loc, scale */) JAC_STATS_("norm_logcdf", __VA_ARGS__)
#define jac_norm_sf(... /* x, loc, scale */) JAC_STATS_("norm_sf", __VA_ARGS__)
#define jac_norm_logsf(... /* x, loc, scale */) JAC_STATS_("norm_logsf", __VA_ARGS__)
#define jac_norm_ppf(... /* q, loc, scale */) JAC_STATS_("norm_ppf", __VA_ARGS__)
#define jac_norm_isf(... /* q, loc, scale */) JAC_STATS_("norm_isf", __VA_ARGS__)
/* cauchy: 1 / (pi (1 + z^2)). */
#define jac_cauchy_logpdf(... /* x, loc, scale */) JAC_STATS_("cauchy_logpdf", __VA_ARGS__)
#define jac_cauchy_pdf(... /* x, loc, scale */) JAC_STATS_("cauchy_pdf", __VA_ARGS__)
#define jac_cauchy_cdf(... /* x, loc, scale */) JAC_STATS_("cauchy_cdf", __VA_ARGS__)
#define jac_cauchy_logcdf(... /* x, loc, scale */) JAC_STATS_("cauchy_logcdf", __VA_ARGS__)
#define jac_cauchy_sf(... /* x, loc, scale */) JAC_STATS_("cauchy_sf", __VA_ARGS__)
#define jac_cauchy_logsf(... /* x, loc, scale */) JAC_STATS_("cauchy_logsf", __VA_ARGS__)
#define jac_cauchy_ppf(... /* q, loc, scale */) JAC_STATS_("cauchy_ppf", __VA_ARGS__)
#define jac_cauchy_isf(... /* q, loc, scale */) JAC_STATS_("cauchy_isf", __VA_ARGS__)
/* laplace: exp(-|z|) / 2. */
#define jac_laplace_logpdf(... /* x, loc, scale */) JAC_STATS_("laplace_logpdf", __VA_ARGS__)
#define jac_laplace_pdf(... /* x, loc, scale */) JAC_STATS_("laplace_pdf", __VA_ARGS__)
#define jac_laplace_cdf(... /* x, loc, scale */) JAC_STATS_("laplace_cdf", __VA_ARGS__)
/* logistic: exp(-z) / (1 + exp(-z))^2. */
#define jac_logistic_logpdf(... /* x, loc, scale */) JAC_STATS_("logistic_logpdf", __VA_ARGS__)
#define jac_logistic_pdf(... /* x, loc, scale */) JAC_STATS_("logistic_pdf", __VA_ARGS__)
#define jac_logistic_cdf(... /* x, loc, scale */) JAC_STATS_("logistic_cdf", __VA_ARGS__)
#define jac_logistic_sf(... /* x, loc, scale */) JAC_STATS_("logistic_sf", __VA_ARGS__)
#define jac_logistic_ppf(... /* q, loc, scale */) JAC_STATS_("logistic_ppf", __VA_ARGS__)
#define jac_logistic_isf(... /* q, loc, scale */) JAC_STATS_("logistic_isf", __VA_ARGS__)
/* gumbel_l: exp(z - exp(z)). */
#define jac_gumbel_l_logpdf(... /* x, loc, scale */) JAC_STATS_("gumbel_l_logpdf", __VA_ARGS__)
#define jac_gumbel_l_pdf(... /* x, loc, scale */) JAC_STATS_("gumbel_l_pdf", __VA_ARGS__)
#define jac_gumbel_l_cdf(... /* x, loc, scale */) JAC_STATS_("gumbel_l_cdf", __VA_ARGS__)
#define jac_gumbel_l_logcdf(... /* x, loc, scale */) JAC_STATS_("gumbel_l_logcdf", __VA_ARGS__)
#define jac_gumbel_l_sf(... /* x, loc, scale */) JAC_STATS_("gumbel_l_sf", __VA_ARGS__)
#define jac_gumbel_l_logsf(... /* x, loc, scale */) JAC_STATS_("gumbel_l_logsf", __VA_ARGS__)
#define jac_gumbel_l_ppf(... /* q, loc, scale */) JAC_STATS_("gumbel_l_ppf", __VA_ARGS__)
/* gumbel_r: exp(-z - exp(-z)). */
#define jac_gumbel_r_logpdf(... /* x, loc, scale */) JAC_STATS_("gumbel_r_logpdf", __VA_ARGS__)
#define jac_gumbel_r_pdf(... /* x, loc, scale */) JAC_STATS_("gumbel_r_pdf", __VA_ARGS__)
#define jac_gumbel_r_cdf(... /* x, loc, scale */) JAC_STATS_("gumbel_r_cdf", __VA_ARGS__)
#define jac_gumbel_r_logcdf(... /* x, loc, scale */) JAC_STATS_("gumbel_r_logcdf", __VA_ARGS__)
#define jac_gumbel_r_sf(... /* x, loc, scale */) JAC_STATS_("gumbel_r_sf", __VA_ARGS__)
#define jac_gumbel_r_logsf(... /* x, loc, scale */) JAC_STATS_("gumbel_r_logsf", __VA_ARGS__)
#define jac_gumbel_r_ppf(... /* q, loc, scale */) JAC_STATS_("gumbel_r_ppf", __VA_ARGS__)
/* uniform: 1, for z from 0 to 1. */
#define jac_uniform_logpdf(... /* x, loc, scale */) JAC_STATS_("uniform_logpdf", __VA_ARGS__)
#define jac_uniform_pdf(... /* x, loc, scale */) JAC_STATS_("uniform_pdf", __VA_ARGS__)
#define jac_uniform_cdf(... /* x, loc, scale */) JAC_STATS_("uniform_cdf", __VA_ARGS__)
#define jac_uniform_ppf(... /* q, loc, scale */) JAC_STATS_("uniform_ppf", __VA_ARGS__)
/* expon: exp(-z), for z from 0. */
#define jac_expon_logpdf(... /* x, loc, scale */) JAC_STATS_("expon_logpdf", __VA_ARGS__)
#define jac_expon_pdf(... /* x, loc, scale */) JAC_STATS_("expon_pdf", __VA_ARGS__)
#define jac_expon_cdf(... /* x, loc, scale */) JAC_STATS_("expon_cdf", __VA_ARGS__)
#define jac_expon_logcdf(... /* x, loc, scale */) JAC_STATS_("expon_logcdf", __VA_ARGS__)
#define jac_expon_sf(... /* x, loc, scale */) JAC_STATS_("expon_sf", __VA_ARGS__)
#define jac_expon_logsf(... /* x, loc, scale */) JAC_STATS_("expon_logsf", __VA_ARGS__)
#define jac_expon_ppf(... /* q, loc, scale */) JAC_STATS_("expon_ppf", __VA_ARGS__)
/* pareto: b / z^(b + 1), for z from 1. */
#define jac_pareto_logpdf(... /* x, b, loc, scale */) JAC_STATS_("pareto_logpdf", __VA_ARGS__)
#define jac_pareto_pdf(... /* x, b, loc, scale */) JAC_STATS_("pareto_pdf", __VA_ARGS__)
#define jac_pareto_cdf(... /* x, b, loc, scale */) JAC_STATS_("pareto_cdf", __VA_ARGS__)
#define jac_pareto_logcdf(... /* x, b, loc, scale */) JAC_STATS_("pareto_logcdf", __VA_ARGS__)
#define jac_pareto_sf(... /* x, b, loc, scale */) JAC_STATS_("pareto_sf", __VA_ARGS__)
#define jac_pareto_logsf(... /* x, b, loc, scale */) JAC_STATS_("pareto_logsf", __VA_ARGS__)
#define jac_pareto_ppf(... /* q, b, loc, scale */) JAC_STATS_("pareto_ppf", __VA_ARGS__)
/* gamma: z^(a - 1) exp(-z) / gamma(a), for z from 0. */
#define jac_gamma_logpdf(... /* x, a, loc, scale */) JAC_STATS_("gamma_logpdf", __VA_ARGS__)
#define jac_gamma_pdf(... /* x, a, loc, scale */) JAC_STATS_("gamma_pdf", __VA_ARGS__)
#define jac_gamma_cdf(... /* x, a, loc, scale */) JAC_STATS_("gamma_cdf", __VA_ARGS__)
#define jac_gamma_logcdf(... /* x, a, loc, scale */) JAC_STATS_("gamma_logcdf", __VA_ARGS__)
#define jac_gamma_sf(... /* x, a, loc, scale */) JAC_STATS_("gamma_sf", __VA_ARGS__)
#define jac_gamma_logsf(... /* x, a, loc, scale */) JAC_STATS_("gamma_logsf", __VA_ARGS__)
/* chi2: of gamma with a = df / 2 and twice the scale. */
#define jac_chi2_logpdf(... /* x, df, loc, scale */) JAC_STATS_("chi2_logpdf", __VA_ARGS__)
#define jac_chi2_pdf(... /* x, df, loc, scale */) JAC_STATS_("chi2_pdf", __VA_ARGS__)
#define jac_chi2_cdf(... /* x, df, loc, scale */) JAC_STATS_("chi2_cdf", __VA_ARGS__)
#define jac_chi2_logcdf(... /* x, df, loc, scale */) JAC_STATS_("chi2_logcdf", __VA_ARGS__)
#define jac_chi2_sf(... /* x, df, loc, scale */) JAC_STATS_("chi2_sf", __VA_ARGS__)
#define jac_chi2_logsf(... /* x, df, loc, scale */) JAC_STATS_("chi2_logsf", __VA_ARGS__)
/* beta: z^(a - 1) (1 - z)^(b - 1) / beta(a, b), for z from 0 to 1. */
#define jac_beta_logpdf(... /* x, a, b, loc, scale */) JAC_STATS_("beta_logpdf", __VA_ARGS__)
#define jac_beta_pdf(... /* x, a, b, loc, scale */) JAC_STATS_("beta_pdf", __VA_ARGS__)
#define jac_beta_cdf(... /* x, a, b, loc, scale */) JAC_STATS_("beta_cdf", __VA_ARGS__)
#define jac_beta_logcdf(... /* x, a, b, loc, scale */) JAC_STATS_("beta_logcdf", __VA_ARGS__)
#define jac_beta_sf(... /* x, a, b, loc, scale */) JAC_STATS_("beta_sf", __VA_ARGS__)
#define jac_beta_logsf(... /* x, a, b, loc, scale */) JAC_STATS_("beta_logsf", __VA_ARGS__)
/* t: proportional to (1 + z^2 / df)^(-(df + 1) / 2). */
#define jac_t_logpdf(... /* x, df, loc, scale */) JAC_STATS_("t_logpdf", __VA_ARGS__)
#define jac_t_pdf(... /* x, df, loc, scale */) JAC_STATS_("t_pdf", __VA_ARGS__)
/* truncnorm: of norm, for z from a to b, which are limits of z and not of x. */
#define jac_truncnorm_logpdf(... /* x, a, b, loc, scale */) JAC_STATS_("truncnorm_logpdf", __VA_ARGS__)
#define jac_truncnorm_pdf(... /* x, a, b, loc, scale */) JAC_STATS_("truncnorm_pdf", __VA_ARGS__)
#define jac_truncnorm_cdf(... /* x, a, b, loc, scale */) JAC_STATS_("truncnorm_cdf", __VA_ARGS__)
#define jac_truncnorm_logcdf(... /* x, a, b, loc, scale */) JAC_STATS_("truncnorm_logcdf", __VA_ARGS__)
#define jac_truncnorm_sf(... /* x, a, b, loc, scale */) JAC_STATS_("truncnorm_sf", __VA_ARGS__)
#define jac_truncnorm_logsf(... /* x, a, b, loc, scale */) JAC_STATS_("truncnorm_logsf", __VA_ARGS__)
/* gennorm: proportional to exp(-|x|^beta). */
#define jac_gennorm_logpdf(... /* x, beta */) JAC_STATS_("gennorm_logpdf", __VA_ARGS__)
#define jac_gennorm_pdf(... /* x, beta */) JAC_STATS_("gennorm_pdf", __VA_ARGS__)
#define jac_gennorm_cdf(... /* x, beta */) JAC_STATS_("gennorm_cdf", __VA_ARGS__)
/* vonmises: proportional to exp(kappa cos(x)), over an interval of 2 pi. */
#define jac_vonmises_logpdf(... /* x, kappa */) JAC_STATS_("vonmises_logpdf", __VA_ARGS__)
#define jac_vonmises_pdf(... /* x, kappa */) JAC_STATS_("vonmises_pdf", __VA_ARGS__)
/* wrapcauchy: (1 - c^2) / (2 pi (1 + c^2 - 2 c cos(x))), for x from 0 to 2 pi. */
#define jac_wrapcauchy_logpdf(... /* x, c */) JAC_STATS_("wrapcauchy_logpdf", __VA_ARGS__)
#define jac_wrapcauchy_pdf(... /* x, c */) JAC_STATS_("wrapcauchy_pdf", __VA_ARGS__)
/* bernoulli: 1 with probability p, otherwise 0. */
#define jac_bernoulli_logpmf(... /* k, p, loc */) JAC_STATS_("bernoulli_logpmf", __VA_ARGS__)
#define jac_bernoulli_pmf(... /* k, p, loc */) JAC_STATS_("bernoulli_pmf", __VA_ARGS__)
#define jac_bernoulli_cdf(... /* k, p */) JAC_STATS_("bernoulli_cdf", __VA_ARGS__)
#define jac_bernoulli_ppf(... /* q, p */) JAC_STATS_("bernoulli_ppf", __VA_ARGS__)
/* binom: the number of successes in n trials. */
#define jac_binom_logpmf(... /* k, n, p, loc */) JAC_STATS_("binom_logpmf", __VA_ARGS__)
#define jac_binom_pmf(... /* k, n, p, loc */) JAC_STATS_("binom_pmf", __VA_ARGS__)
/* betabinom: binom whose p has the distribution beta. */
#define jac_betabinom_logpmf(... /* k, n, a, b, loc */) JAC_STATS_("betabinom_logpmf", __VA_ARGS__)
#define jac_betabinom_pmf(... /* k, n, a, b, loc */) JAC_STATS_("betabinom_pmf", __VA_ARGS__)
/* geom: the number of trials until the first success, from 1. */
#define jac_geom_logpmf(... /* k, p, loc */) JAC_STATS_("geom_logpmf", __VA_ARGS__)
#define jac_geom_pmf(... /* k, p, loc */) JAC_STATS_("geom_pmf", __VA_ARGS__)
/* nbinom: the number of failures before the n-th success. */
#define jac_nbinom_logpmf(... /* k, n, p, loc */) JAC_STATS_("nbinom_logpmf", __VA_ARGS__)
#define jac_nbinom_pmf(... /* k, n, p, loc */) JAC_STATS_("nbinom_pmf", __VA_ARGS__)
/* poisson: the number of events, mu on average. */
#define jac_poisson_logpmf(... /* k, mu, loc */) JAC_STATS_("poisson_logpmf", __VA_ARGS__)
#define jac_poisson_pmf(... /* k, mu, loc */) JAC_STATS_("poisson_pmf", __VA_ARGS__)
#define jac_poisson_cdf(... /* k, mu, loc */) JAC_STATS_("poisson_cdf", __VA_ARGS__)
#define jac_poisson_entropy(... /* mu, loc */) JAC_STATS_("poisson_entropy", __VA_ARGS__)
// clang-format on
#define JAC_STATS_(function, ...) jac_stats_(JAC_AT, function, JAC_LIST_(__VA_ARGS__))
JAC_API jac jac_stats_(const jac_loc *at, const char *function, int n, const jac *x);

/* ---- Distributions of several variables ------------------------------------------------------------ */

/* The Dirichlet distribution of shares x, whose sum along axis 0 is 1; alpha is a vector. The last share
 * may be left out of x. -inf, and 0, where x are not shares (stats.dirichlet). */
#define jac_dirichlet_logpdf(x, alpha) jac_dirichlet_(JAC_AT, "dirichlet_logpdf", JAC_V(x), JAC_V(alpha))
#define jac_dirichlet_pdf(x, alpha)    jac_dirichlet_(JAC_AT, "dirichlet_pdf", JAC_V(x), JAC_V(alpha))
/* The multinomial distribution: the counts x, integers along the last axis, of n draws with the
 * probabilities p (stats.multinomial). Each row of a batch must have the sum n. (JAX adds up the whole
 * batch.) */
#define jac_multinomial_logpmf(x, n, p) \
    jac_multinomial_(JAC_AT, "multinomial_logpmf", JAC_V(x), JAC_V(n), JAC_V(p))
#define jac_multinomial_pmf(x, n, p) \
    jac_multinomial_(JAC_AT, "multinomial_pmf", JAC_V(x), JAC_V(n), JAC_V(p))
/* The normal distribution of vectors x, the last axis of which has the size of mean. cov is a matrix, or a
 * scalar for that multiple of the identity; with a scalar mean, x are numbers and cov a variance
 * (stats.multivariate_normal). NaN where cov is not positive definite. */
#define jac_multivariate_normal_logpdf(x, mean, cov)                                               \
    jac_multivariate_normal_(JAC_AT, "multivariate_normal_logpdf", JAC_V(x), JAC_V(mean), JAC_V(cov))
#define jac_multivariate_normal_pdf(x, mean, cov)                                                  \
    jac_multivariate_normal_(JAC_AT, "multivariate_normal_pdf", JAC_V(x), JAC_V(mean), JAC_V(cov))
JAC_API jac jac_dirichlet_(const jac_loc *at, const char *function, jac x, jac alpha);
JAC_API jac jac_multinomial_(const jac_loc *at, const char *function, jac x, jac n, jac p);
JAC_API jac jac_multivariate_normal_(const jac_loc *at, const char *function, jac x, jac mean, jac cov);

/* ---- Samples ----------------------------------------------------------------------------------------- */

/* The most frequent element along an axis, the least of them if there are several, and how often it is
 * there (stats.mode). Options: .axis (default 0; JAC_NONE for all), .keepdims. */
typedef struct {
    jac mode, count;
} jac_mode_result;
#define jac_mode(... /* x, options */) JAC_MODE_OF_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
#define JAC_MODE_OF_(o, x, ...) \
    JAC_WITH_OPTIONS_(o, jac_mode_opts, (.axis = 0), jac_mode_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
typedef struct {
    int64_t axis;
    bool keepdims;
} jac_mode_opts;
JAC_API jac_mode_result jac_mode_(const jac_loc *at, jac x, jac_mode_opts o);
/* The standard error of the mean along an axis: std / sqrt(n) (stats.sem). Options: .axis (default 0;
 * JAC_NONE for all), .ddof (default 1), .keepdims, .omit_nan = true to leave out NaNs. */
#define jac_sem(... /* x, options */) JAC_SEM_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
#define JAC_SEM_(o, x, ...) \
    JAC_WITH_OPTIONS_(o, jac_sem_opts, (.axis = 0, .ddof = 1), jac_sem_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
typedef struct {
    int64_t axis, ddof;
    bool keepdims, omit_nan;
} jac_sem_opts;
JAC_API jac jac_sem_(const jac_loc *at, jac x, jac_sem_opts o);

/* ---- Estimates of a density ---------------------------------------------------------------------------- */

/* An estimate of the density that a sample was drawn from, the mean of normal densities about its points
 * (stats.gaussian_kde). dataset has a point in each column, or is a vector of numbers. Options:
 *  - .bw_method = "scott" (default) or "silverman"; or .bandwidth: a factor by which the sample's
 *    standard deviations are multiplied;
 *  - .weights: a vector with a weight for each point. */
typedef struct {
    jac neff;                /* 1 / the sum of the squared weights */
    jac dataset, weights;    /* [d, n], [n]; the weights add up to 1 */
    jac covariance, inv_cov; /* [d, d]: of the normal density about each point */
} jac_kde;
#define jac_gaussian_kde(... /* dataset, options */) JAC_KDE_(__VA_ARGS__, )
#define JAC_KDE_(dataset, ...) \
    jac_gaussian_kde_(JAC_AT, JAC_V(dataset), (jac_kde_opts){.unused_ = 0, __VA_ARGS__})
typedef struct {
    int unused_;
    const char *bw_method;
    double bandwidth;
    jac weights;
} jac_kde_opts;
JAC_API jac_kde jac_gaussian_kde_(const jac_loc *at, jac dataset, jac_kde_opts o);
/* The density at each point, a column of points, or its logarithm. */
#define jac_kde_pdf(kde, points)    jac_kde_at_(JAC_AT, "kde_pdf", kde, JAC_V(points))
#define jac_kde_logpdf(kde, points) jac_kde_at_(JAC_AT, "kde_logpdf", kde, JAC_V(points))
/* The integral of the density from low to high, of numbers only. */
#define jac_kde_integrate_box_1d(kde, low, high) \
    jac_kde_integrate_box_1d_(JAC_AT, kde, JAC_V(low), JAC_V(high))
/* The integral of the density times a normal density with this mean and covariance. */
#define jac_kde_integrate_gaussian(kde, mean, cov) \
    jac_kde_integrate_gaussian_(JAC_AT, kde, JAC_V(mean), JAC_V(cov))
/* The integral of the product of two estimated densities. */
#define jac_kde_integrate_kde(kde, other) jac_kde_integrate_kde_(JAC_AT, kde, other)
JAC_API jac jac_kde_at_(const jac_loc *at, const char *function, jac_kde kde, jac points);
JAC_API jac jac_kde_integrate_box_1d_(const jac_loc *at, jac_kde kde, jac low, jac high);
JAC_API jac jac_kde_integrate_gaussian_(const jac_loc *at, jac_kde kde, jac mean, jac cov);
JAC_API jac jac_kde_integrate_kde_(const jac_loc *at, jac_kde kde, jac_kde other);

#endif

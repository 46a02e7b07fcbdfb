/* Special functions: gamma, Bessel, entropy and normal distribution functions, integrals. Part of
 * jacquard.h, whose conventions hold here.
 *
 * They are elementwise: operands broadcast, integers become floats. Derivatives are of any order. The
 * errors of those of one operand are below 4 ulp (docs/accuracy.md).
 */
#ifndef JACQUARD_SPECIAL_H
#define JACQUARD_SPECIAL_H

#include "numpy.h"

/* ---- Gamma functions ------------------------------------------------------------------------------- */

/* log |gamma(x)|; infinity at 0, -1, -2, ... (lax.lgamma). */
#define jac_lgamma(x)        JAC_1_("lgamma", x)
/* The same (jax.scipy.special.gammaln). */
#define jac_gammaln(x)       jac_gammaln_(JAC_AT, JAC_V(x))
/* The derivative of lgamma; NaN at 0, -1, -2, ... (lax.digamma). */
#define jac_digamma(x)       JAC_1_("digamma", x)
/* The gamma function; NaN at -1, -2, ... (jax.scipy.special.gamma). */
#define jac_gamma(x)         JAC_1_("gamma", x)
/* The n-th derivative of digamma; NaN if n is not an integer of at least 0. It is not differentiated
 * with respect to n (lax.polygamma): jac_polygamma(1, x). */
#define jac_polygamma(n, x)  JAC_2_("polygamma", n, x)
/* The zeta function of Hurwitz, q^-x + (q + 1)^-x + ...: jac_zeta(2, 1) is pi^2 / 6.
 * It is not differentiated with respect to its first operand (lax.zeta). */
#define jac_zeta(x, q)       JAC_2_("zeta", x, q)
/* The sign of gamma(x); NaN at -1, -2, ... (jax.scipy.special.gammasgn). */
#define jac_gammasgn(x)      jac_gammasgn_(JAC_AT, JAC_V(x))
/* gamma(x + 1), but 0 for x < 0 (jax.scipy.special.factorial). */
#define jac_factorial(x)     jac_factorial_(JAC_AT, JAC_V(x))
/* log |gamma(a) gamma(b) / gamma(a + b)| (jax.scipy.special.betaln). */
#define jac_betaln(a, b)     jac_betaln_(JAC_AT, JAC_V(a), JAC_V(b))
/* gamma(a) gamma(b) / gamma(a + b) (jax.scipy.special.beta). */
#define jac_beta(a, b)       jac_beta_(JAC_AT, JAC_V(a), JAC_V(b))
/* The logarithm of the gamma function of d dimensions,
 * pi^(d (d - 1) / 4) gamma(a) gamma(a - 1/2) ... gamma(a - (d - 1)/2)
 * (jax.scipy.special.multigammaln). */
#define jac_multigammaln(a, d) jac_multigammaln_(JAC_AT, JAC_V(a), JAC_INT_(d))
/* log(gamma(x)), NaN for x <= 0. Of complex numbers the branch that is real on the right and is cut along
 * the negative numbers (jax.scipy.special.loggamma). */
#define jac_loggamma(x)      jac_loggamma_(JAC_AT, JAC_V(x))
/* The rising power gamma(z + m) / gamma(z), also where both overflow (jax.scipy.special.poch). */
#define jac_poch(z, m)       jac_poch_(JAC_AT, JAC_V(z), JAC_V(m))
/* The number of ways to choose k out of n things, 0 unless 0 <= k <= n; with `.repetition = true`, any of
 * them again and again (jax.scipy.special.comb): jac_comb(5, 2). */
#define jac_comb(n, ... /* k, options */) JAC_COMB_(JAC_CAT_(jac_o_, __COUNTER__), n, __VA_ARGS__, )
#define JAC_COMB_(o, n, k, ...)                         \
    JAC_WITH_OPTIONS_(o, jac_comb_opts, (.unused_ = 0), \
                      jac_comb_(JAC_AT, JAC_V(n), JAC_V(k), o), __VA_ARGS__)
typedef struct {
    int unused_;
    bool repetition;
} jac_comb_opts;
JAC_API jac jac_loggamma_(const jac_loc *at, jac x);
JAC_API jac jac_poch_(const jac_loc *at, jac z, jac m);
JAC_API jac jac_comb_(const jac_loc *at, jac n, jac k, jac_comb_opts o);
JAC_API jac jac_gammaln_(const jac_loc *at, jac x);
JAC_API jac jac_gammasgn_(const jac_loc *at, jac x);
JAC_API jac jac_factorial_(const jac_loc *at, jac x);
JAC_API jac jac_betaln_(const jac_loc *at, jac a, jac b);
JAC_API jac jac_beta_(const jac_loc *at, jac a, jac b);
JAC_API jac jac_multigammaln_(const jac_loc *at, jac a, int64_t d);

/* The lower incomplete gamma function P(a, x), regularized: the integral of t^(a-1) e^-t / gamma(a)
 * from 0 to x. NaN for a negative operand, and for a = x = 0 (lax.igamma, jax.scipy.special.gammainc).
 * It has all derivatives by x, and one by a. */
#define jac_igamma(a, x)    JAC_2_("igamma", a, x)
#define jac_gammainc(a, x)  jac_gammainc_(JAC_AT, JAC_V(a), JAC_V(x))
/* The upper one, 1 - P(a, x), accurate also where it is tiny
 * (lax.igammac, jax.scipy.special.gammaincc). */
#define jac_igammac(a, x)   JAC_2_("igammac", a, x)
#define jac_gammaincc(a, x) jac_gammaincc_(JAC_AT, JAC_V(a), JAC_V(x))
JAC_API jac jac_gammainc_(const jac_loc *at, jac a, jac x);
JAC_API jac jac_gammaincc_(const jac_loc *at, jac a, jac x);
/* The derivative of P(a, x) by a, for a > 0 (lax.igamma_grad_a). It has no derivative by a. */
#define jac_igamma_grad_a(a, x)     JAC_2_("igamma_grad_a", a, x)
/* The derivative by a of a draw x from the gamma distribution of shape a, at a fixed rank P(a, x)
 * (lax.random_gamma_grad). It has no derivative by a. */
#define jac_random_gamma_grad(a, x) JAC_2_("random_gamma_grad", a, x)
/* The regularized incomplete beta function I_x(a, b): the integral of t^(a-1) (1-t)^(b-1) / beta(a, b)
 * from 0 to x. NaN for negative a or b, and for x outside 0 to 1 (lax.betainc). It has all derivatives
 * by x, but none by a and b. */
#define jac_betainc(a, b, x) jac_betainc_(JAC_AT, JAC_V(a), JAC_V(b), JAC_V(x))
JAC_API jac jac_betainc_(const jac_loc *at, jac a, jac b, jac x);

/* ---- Bessel functions ------------------------------------------------------------------------------ */

/* e^-|x| times the modified Bessel function of order 0 or 1 (lax.bessel_i0e, lax.bessel_i1e). */
#define jac_i0e(x) JAC_1_("bessel_i0e", x)
#define jac_i1e(x) JAC_1_("bessel_i1e", x)
/* The modified Bessel functions of order 0 and 1 (jax.scipy.special.i0, i1). */
#define jac_i0(x)  jac_i0_(JAC_AT, JAC_V(x))
#define jac_i1(x)  jac_i1_(JAC_AT, JAC_V(x))
/* The Bessel functions of the first kind of order 0, 1, ..., v: an array of shape [v + 1, ...]. It needs
 * no number of iterations (jax.scipy.special.bessel_jn). */
#define jac_bessel_jn(z, v) jac_bessel_jn_(JAC_AT, JAC_V(z), JAC_INT_(v))
JAC_API jac jac_bessel_jn_(const jac_loc *at, jac z, int64_t v);
JAC_API jac jac_i0_(const jac_loc *at, jac x);
JAC_API jac jac_i1_(const jac_loc *at, jac x);

/* ---- Entropy --------------------------------------------------------------------------------------- */

/* x log(y), but 0 for x = 0 unless y is NaN (jax.scipy.special.xlogy). */
#define jac_xlogy(x, y)    jac_xlogy_(JAC_AT, JAC_V(x), JAC_V(y))
/* x log(1 + y), likewise (jax.scipy.special.xlog1py). */
#define jac_xlog1py(x, y)  jac_xlog1py_(JAC_AT, JAC_V(x), JAC_V(y))
/* -x log(x); 0 for x = 0, and -infinity for x < 0 (jax.scipy.special.entr). */
#define jac_entr(x)        jac_entr_(JAC_AT, JAC_V(x))
/* p log(p / q) for positive p and q; 0 for p = 0 and q >= 0; else infinity
 * (jax.scipy.special.rel_entr). */
#define jac_rel_entr(p, q) jac_rel_entr_(JAC_AT, JAC_V(p), JAC_V(q))
/* rel_entr(p, q) - p + q (jax.scipy.special.kl_div). */
#define jac_kl_div(p, q)   jac_kl_div_(JAC_AT, JAC_V(p), JAC_V(q))
JAC_API jac jac_xlogy_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_xlog1py_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_entr_(const jac_loc *at, jac x);
JAC_API jac jac_rel_entr_(const jac_loc *at, jac p, jac q);
JAC_API jac jac_kl_div_(const jac_loc *at, jac p, jac q);

/* ---- Sigmoids and the normal distribution ---------------------------------------------------------- */

/* log(p / (1 - p)), accurate also near p = 1/2 (jax.scipy.special.logit). */
#define jac_logit(p)    jac_logit_(JAC_AT, JAC_V(p))
/* 1 / (1 + e^-x), the inverse of logit (jax.scipy.special.expit). */
#define jac_expit(x)    jac_expit_(JAC_AT, JAC_V(x))
/* The probability that a normal variable is below x (jax.scipy.special.ndtr). */
#define jac_ndtr(x)     JAC_1_("ndtr", x)
/* Its logarithm, accurate also where ndtr underflows to 0 or is near 1
 * (jax.scipy.special.log_ndtr). */
#define jac_log_ndtr(x) JAC_1_("log_ndtr", x)
/* The inverse of ndtr: the x below which a normal variable is with probability p; infinite for 0 and
 * 1, NaN outside (jax.scipy.special.ndtri). */
#define jac_ndtri(p)    JAC_1_("ndtri", p)
/* e^(x^2) erfc(x), which does not underflow, also of complex numbers (jax.scipy.special.erfcx). */
#define jac_erfcx(x)    jac_erfcx_(JAC_AT, JAC_V(x))
/* The inverse of erf (jax.scipy.special.erfinv). */
#define jac_erfinv(x)   JAC_1_("erf_inv", x)
/* The Faddeeva function e^(-z^2) erfc(-iz): complex numbers, also for a real z
 * (jax.scipy.special.wofz). */
#define jac_wofz(z)     jac_wofz_(JAC_AT, JAC_V(z))
/* Owen's T function: the probability that a normal variable is above h and another one between 0 and a
 * times it, T(h, a) = T(-h, a) = -T(h, -a) (jax.scipy.special.owens_t). */
#define jac_owens_t(h, a) JAC_2_("owens_t", h, a)
/* (x^lambda - 1) / lambda, and log(x) for lambda = 0; also near 0 and in derivatives by lambda. boxcox1p
 * is that of 1 + x (jax.scipy.special.boxcox, boxcox1p). */
#define jac_boxcox(x, lambda)   jac_boxcox_(JAC_AT, JAC_V(x), JAC_V(lambda))
#define jac_boxcox1p(x, lambda) jac_boxcox1p_(JAC_AT, JAC_V(x), JAC_V(lambda))
JAC_API jac jac_erfcx_(const jac_loc *at, jac x);
JAC_API jac jac_wofz_(const jac_loc *at, jac z);
JAC_API jac jac_boxcox_(const jac_loc *at, jac x, jac lambda);
JAC_API jac jac_boxcox1p_(const jac_loc *at, jac x, jac lambda);
JAC_API jac jac_logit_(const jac_loc *at, jac p);
JAC_API jac jac_expit_(const jac_loc *at, jac x);

/* ---- Integrals of elementary functions ------------------------------------------------------------- */

/* The exponential integral, of e^t / t from -infinity to x; -infinity at 0
 * (jax.scipy.special.expi). */
#define jac_expi(x)    JAC_1_("expi", x)
/* That of e^-t / t from x to infinity, which is -expi(-x); NaN for x < 0
 * (jax.scipy.special.exp1). */
#define jac_exp1(x)    JAC_1_("exp1", x)
/* The integral of e^(-x t) / t^n from t = 1 to infinity, also for n that is not an integer; NaN for
 * x < 0. It is not differentiated with respect to n (jax.scipy.special.expn). */
#define jac_expn(n, x) JAC_2_("expn", n, x)
/* Dawson's integral, e^(-x^2) times the integral of e^(t^2) from 0 to x
 * (jax.scipy.special.dawsn). */
#define jac_dawsn(x)   JAC_1_("dawsn", x)
/* The integral of log(t) / (1 - t) from 1 to x, the dilogarithm of 1 - x; NaN for x < 0
 * (jax.scipy.special.spence). */
#define jac_spence(x)  JAC_1_("spence", x)
/* The integrals of sin(pi t^2 / 2) and of cos(pi t^2 / 2) from 0 to x
 * (jax.scipy.special.fresnel). */
#define jac_fresnel(x) jac_fresnel_(JAC_AT, JAC_V(x))
/* The sine and cosine integrals: of sin(t) / t from 0 to x, and of cos(t) / t from infinity to |x|
 * (jax.scipy.special.sici). */
#define jac_sici(x)    jac_sici_(JAC_AT, JAC_V(x))
/* sin(pi x) / (pi x); 1 at 0 (jnp.sinc). */
#define jac_sinc(x)    JAC_1_("sinc", x)
typedef struct {
    jac s, c;
} jac_fresnel_result;
typedef struct {
    jac si, ci;
} jac_sici_result;
JAC_API jac_fresnel_result jac_fresnel_(const jac_loc *at, jac x);
JAC_API jac_sici_result jac_sici_(const jac_loc *at, jac x);

/* ---- Hypergeometric functions, harmonics, Bernoulli numbers ----------------------------------------- */

/* The hypergeometric functions 1 + a/b x + a (a + 1) / (b (b + 1)) x^2 / 2! + ... and
 * 1 + a b / c x + a (a + 1) b (b + 1) / (c (c + 1)) x^2 / 2! + ..., for x < 1. They are differentiated
 * with respect to all operands, up to six times with respect to one of a, b and c
 * (jax.scipy.special.hyp1f1, hyp2f1). */
#define jac_hyp1f1(a, b, x)    jac_hyp1f1_(JAC_AT, JAC_V(a), JAC_V(b), JAC_V(x))
#define jac_hyp2f1(a, b, c, x) jac_hyp2f1_(JAC_AT, JAC_V(a), JAC_V(b), JAC_V(c), JAC_V(x))
/* The spherical harmonics of degree n >= |m| and order m, which are integers, at the colatitude theta and
 * the longitude phi: complex numbers. Operands broadcast. n_max is the greatest degree, to which others are
 * reduced; it must be given where n is traced (jax.scipy.special.sph_harm_y):
 * jac_sph_harm_y(n, m, theta, phi, .n_max = 8). */
#define jac_sph_harm_y(n, m, theta, ... /* phi, options */) \
    JAC_SPH_HARM_Y_(JAC_CAT_(jac_o_, __COUNTER__), n, m, theta, __VA_ARGS__, )
#define JAC_SPH_HARM_Y_(o, n, m, theta, phi, ...)             \
    JAC_WITH_OPTIONS_(o, jac_sph_harm_y_opts, (.n_max = -1),  \
                      jac_sph_harm_y_(JAC_AT, JAC_V(n), JAC_V(m), JAC_V(theta), JAC_V(phi), o), __VA_ARGS__)
typedef struct {
    int64_t n_max; /* -1: the greatest of n */
} jac_sph_harm_y_opts;
/* The first n + 1 Bernoulli numbers 1, -1/2, 1/6, 0, ... (jax.scipy.special.bernoulli). */
#define jac_bernoulli(n) jac_bernoulli_(JAC_AT, JAC_INT_(n))
JAC_API jac jac_hyp1f1_(const jac_loc *at, jac a, jac b, jac x);
JAC_API jac jac_hyp2f1_(const jac_loc *at, jac a, jac b, jac c, jac x);
JAC_API jac jac_sph_harm_y_(const jac_loc *at, jac n, jac m, jac theta, jac phi, jac_sph_harm_y_opts o);
JAC_API jac jac_bernoulli_(const jac_loc *at, int64_t n);

#endif

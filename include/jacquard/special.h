/* Special functions: gamma, Bessel, entropy and normal distribution functions. Part of jacquard.h,
 * whose conventions hold here.
 *
 * They are elementwise: operands broadcast, integers become floats. Derivatives are of any order. The
 * errors of lgamma, digamma, gamma, i0e and i1e are below 4 ulp (docs/accuracy.md).
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
/* The symbol of Pochhammer, gamma(z + m) / gamma(z) (jax.scipy.special.poch). */
#define jac_poch(z, m)       jac_poch_(JAC_AT, JAC_V(z), JAC_V(m))
JAC_API jac jac_poch_(const jac_loc *at, jac z, jac m);
/* The number of ways to choose k of n things, a float; 0 for k < 0, n < 0 and k > n
 * (jax.scipy.special.comb). */
#define jac_comb(n, k)       jac_comb_(JAC_AT, JAC_V(n), JAC_V(k))
JAC_API jac jac_comb_(const jac_loc *at, jac n, jac k);

/* ---- Bessel functions ------------------------------------------------------------------------------ */

/* e^-|x| times the modified Bessel function of order 0 or 1 (lax.bessel_i0e, lax.bessel_i1e). */
#define jac_i0e(x) JAC_1_("bessel_i0e", x)
#define jac_i1e(x) JAC_1_("bessel_i1e", x)
/* The modified Bessel functions of order 0 and 1 (jax.scipy.special.i0, i1). */
#define jac_i0(x)  jac_i0_(JAC_AT, JAC_V(x))
#define jac_i1(x)  jac_i1_(JAC_AT, JAC_V(x))
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
/* e^(x^2) erfc(x), which does not underflow (jax.scipy.special.erfcx). */
#define jac_erfcx(x)    JAC_1_("erfcx", x)
JAC_API jac jac_logit_(const jac_loc *at, jac p);
JAC_API jac jac_expit_(const jac_loc *at, jac x);

/* ---- Waves ------------------------------------------------------------------------------------------ */

/* sin(pi x) / (pi x); 1 at 0 (jnp.sinc). */
#define jac_sinc(x) JAC_1_("sinc", x)

#endif

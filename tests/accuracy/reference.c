/* True values of functions that MPFR does not have. */
#include <math.h>

#include "accuracy.h"

int ref_logistic(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    mpfr_t e;
    mpfr_init2(e, mpfr_get_prec(y) + 64);
    mpfr_neg(e, x, MPFR_RNDN);
    mpfr_exp(e, e, MPFR_RNDN);
    mpfr_add_ui(e, e, 1, MPFR_RNDN);
    int t = mpfr_ui_div(y, 1, e, round);
    mpfr_clear(e);
    return t;
}

/* Unlike mpfr_rec_sqrt, this gives minus infinity at -0. */
int ref_rsqrt(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    mpfr_t s;
    mpfr_init2(s, mpfr_get_prec(y) + 64);
    mpfr_sqrt(s, x, MPFR_RNDN);
    int t = mpfr_ui_div(y, 1, s, round);
    mpfr_clear(s);
    return t;
}

/* A value near erf_inv(x): Winitzki's formula, or the first term of the series. */
static void erf_inv_start(mpfr_t y, const mpfr_t x)
{
    double d = mpfr_get_d(x, MPFR_RNDN), a = 0.147, w = log1p(-d * d);
    if (fabs(d) > 1e-3 && fabs(d) < 1) {
        double t = 2 / (M_PI * a) + w / 2;
        mpfr_set_d(y, copysign(sqrt(sqrt(t * t - w / a) - t), d), MPFR_RNDN);
    } else {
        mpfr_mul_d(y, x, sqrt(M_PI) / 2, MPFR_RNDN);
    }
}

/* Halley's method for erf y = x. */
int ref_erf_inv(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    if (mpfr_nan_p(x) || mpfr_cmp_si(x, 1) > 0 || mpfr_cmp_si(x, -1) < 0) {
        mpfr_set_nan(y);
        return 0;
    }
    if (mpfr_cmp_si(x, 1) == 0 || mpfr_cmp_si(x, -1) == 0) {
        mpfr_set_inf(y, mpfr_sgn(x));
        return 0;
    }
    if (mpfr_zero_p(x))
        return mpfr_set(y, x, round);

    mpfr_prec_t bits = mpfr_get_prec(y) + 80;
    mpfr_t z, u, v, half_root_pi;
    mpfr_inits2(bits, z, u, v, half_root_pi, (mpfr_ptr)0);
    mpfr_const_pi(half_root_pi, MPFR_RNDN);
    mpfr_sqrt(half_root_pi, half_root_pi, MPFR_RNDN);
    mpfr_div_2ui(half_root_pi, half_root_pi, 1, MPFR_RNDN);
    erf_inv_start(z, x);
    do { /* u = (erf z - x) / erf' z; z -= u / (1 + u z), which cubes the error */
        mpfr_erf(u, z, MPFR_RNDN);
        mpfr_sub(u, u, x, MPFR_RNDN);
        mpfr_sqr(v, z, MPFR_RNDN);
        mpfr_exp(v, v, MPFR_RNDN);
        mpfr_mul(u, u, v, MPFR_RNDN);
        mpfr_mul(u, u, half_root_pi, MPFR_RNDN);
        mpfr_mul(v, u, z, MPFR_RNDN);
        mpfr_add_ui(v, v, 1, MPFR_RNDN);
        mpfr_div(v, u, v, MPFR_RNDN);
        mpfr_sub(z, z, v, MPFR_RNDN);
    } while (!mpfr_zero_p(u) && mpfr_get_exp(u) > mpfr_get_exp(z) - bits / 3);
    int t = mpfr_set(y, z, round);
    mpfr_clears(z, u, v, half_root_pi, (mpfr_ptr)0);
    return t;
}

/* ---- the gamma function and its kin ----------------------------------------------------------- */

int ref_lgamma(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    int sign;
    return mpfr_lgamma(y, &sign, x, round);
}

/* NaN at 0, as in JAX: the limits from both sides differ. */
int ref_digamma(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    if (!mpfr_zero_p(x))
        return mpfr_digamma(y, x, round);
    mpfr_set_nan(y);
    return 0;
}

int ref_gamma(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    return mpfr_gamma(y, x, round);
}

/* ---- Bessel functions -------------------------------------------------------------------------- */

/* The power series of I_n(a): the sum of (a/2)^(2k + n) / (k! (k + n)!). */
static void bessel_series(mpfr_t sum, const mpfr_t a, int n)
{
    mpfr_t term, square;
    mpfr_inits2(mpfr_get_prec(sum), term, square, (mpfr_ptr)0);
    mpfr_div_2ui(term, a, 1, MPFR_RNDN);
    mpfr_sqr(square, term, MPFR_RNDN);
    if (n == 0)
        mpfr_set_ui(term, 1, MPFR_RNDN);
    mpfr_set(sum, term, MPFR_RNDN);
    for (unsigned long k = 1; mpfr_get_exp(term) > mpfr_get_exp(sum) - mpfr_get_prec(sum); k++) {
        mpfr_mul(term, term, square, MPFR_RNDN);
        mpfr_div_ui(term, term, k * (k + (unsigned long)n), MPFR_RNDN);
        mpfr_add(sum, sum, term, MPFR_RNDN);
    }
    mpfr_clears(term, square, (mpfr_ptr)0);
}

/* The asymptotic series of e^-a I_n(a) for a > 100: 1 / sqrt(2 pi a) times the sum of terms, each of
 * which is the one before times ((2k - 1)^2 - 4 n^2) / (8 k a). */
static void bessel_far(mpfr_t sum, const mpfr_t a, int n)
{
    mpfr_t term;
    mpfr_init2(term, mpfr_get_prec(sum));
    mpfr_set_ui(term, 1, MPFR_RNDN);
    mpfr_set(sum, term, MPFR_RNDN);
    for (long k = 1; k < 100; k++) {
        mpfr_mul_si(term, term, (2 * k - 1) * (2 * k - 1) - 4 * n * n, MPFR_RNDN);
        mpfr_div(term, term, a, MPFR_RNDN);
        mpfr_div_si(term, term, 8 * k, MPFR_RNDN);
        mpfr_add(sum, sum, term, MPFR_RNDN);
    }
    mpfr_const_pi(term, MPFR_RNDN);
    mpfr_mul(term, term, a, MPFR_RNDN);
    mpfr_mul_2ui(term, term, 1, MPFR_RNDN);
    mpfr_rec_sqrt(term, term, MPFR_RNDN);
    mpfr_mul(sum, sum, term, MPFR_RNDN);
    mpfr_clear(term);
}

static int bessel(mpfr_t y, const mpfr_t x, int n, mpfr_rnd_t round)
{
    if (mpfr_nan_p(x) || mpfr_inf_p(x) || mpfr_zero_p(x)) {
        if (mpfr_nan_p(x))
            mpfr_set_nan(y);
        else if (mpfr_zero_p(x) && n == 0)
            mpfr_set_ui(y, 1, round);
        else
            mpfr_set_zero(y, n && mpfr_signbit(x) ? -1 : 1);
        return 0;
    }
    mpfr_t a, sum, e;
    mpfr_inits2(mpfr_get_prec(y) + 64, a, sum, e, (mpfr_ptr)0);
    mpfr_abs(a, x, MPFR_RNDN);
    if (mpfr_cmp_ui(a, 100) > 0) {
        bessel_far(sum, a, n);
    } else {
        bessel_series(sum, a, n);
        mpfr_neg(e, a, MPFR_RNDN);
        mpfr_exp(e, e, MPFR_RNDN);
        mpfr_mul(sum, sum, e, MPFR_RNDN);
    }
    int t = n && mpfr_sgn(x) < 0 ? mpfr_neg(y, sum, round) : mpfr_set(y, sum, round);
    mpfr_clears(a, sum, e, (mpfr_ptr)0);
    return t;
}

int ref_bessel_i0e(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    return bessel(y, x, 0, round);
}

int ref_bessel_i1e(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    return bessel(y, x, 1, round);
}

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

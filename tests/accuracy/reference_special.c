/* The normal distribution and its kin, and integrals of elementary functions, in MPFR: power series with
 * as many more bits as they lose, or asymptotic series where these are exact enough.
 */
#include "accuracy.h"
#include "ops/scalar/normal.h"

enum { MORE = 96 };

/* The values at NaN, infinities and zeros; false for other x. */
static bool at_ends(mpfr_t y, const mpfr_t x, double least, double zero, double most)
{
    if (mpfr_nan_p(x))
        mpfr_set_nan(y);
    else if (mpfr_inf_p(x))
        mpfr_set_d(y, mpfr_signbit(x) ? least : most, MPFR_RNDN);
    else if (mpfr_zero_p(x))
        mpfr_set_d(y, zero == 0 && mpfr_signbit(x) ? -0.0 : zero, MPFR_RNDN);
    else
        return false;
    return true;
}

/* ---- the normal distribution --------------------------------------------------------------------- */

/* e^(a^2) erfc(a): beyond 100, its asymptotic series. */
int ref_erfcx(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    if (at_ends(y, x, INFINITY, 1, 0))
        return 0;
    mpfr_t u, v;
    mpfr_inits2(mpfr_get_prec(y) + MORE, u, v, (mpfr_ptr)0);
    mpfr_sqr(u, x, MPFR_RNDN);
    if (mpfr_cmp_d(x, 100) > 0) { /* (1 - 1/(2 x^2) + 3/(4 x^4) - 15/(8 x^6)) / (x sqrt(pi)) */
        mpfr_d_div(u, 0.5, u, MPFR_RNDN);
        mpfr_set_d(v, 1, MPFR_RNDN);
        for (int k = 19; k > 0; k -= 2) {
            mpfr_mul_si(v, v, -k, MPFR_RNDN);
            mpfr_mul(v, v, u, MPFR_RNDN);
            mpfr_add_d(v, v, 1, MPFR_RNDN);
        }
        mpfr_const_pi(u, MPFR_RNDN);
        mpfr_sqrt(u, u, MPFR_RNDN);
        mpfr_mul(u, u, x, MPFR_RNDN);
        mpfr_div(u, v, u, MPFR_RNDN);
    } else if (mpfr_cmp_d(x, -1e4) < 0) {
        mpfr_set_inf(u, 1);
    } else {
        mpfr_exp(u, u, MPFR_RNDN);
        mpfr_erfc(v, x, MPFR_RNDN);
        mpfr_mul(u, u, v, MPFR_RNDN);
    }
    int t = mpfr_set(y, u, round);
    mpfr_clears(u, v, (mpfr_ptr)0);
    return t;
}

/* -x / sqrt 2 */
static void scaled(mpfr_t u, const mpfr_t x)
{
    mpfr_set_d(u, 0.5, MPFR_RNDN);
    mpfr_sqrt(u, u, MPFR_RNDN);
    mpfr_mul(u, u, x, MPFR_RNDN);
    mpfr_neg(u, u, MPFR_RNDN);
}

int ref_ndtr(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    if (at_ends(y, x, 0, 0.5, 1))
        return 0;
    mpfr_t u;
    mpfr_init2(u, mpfr_get_prec(y) + MORE);
    scaled(u, x);
    if (mpfr_cmp_d(u, 1e6) > 0) {
        mpfr_set_zero(u, 1);
    } else {
        mpfr_erfc(u, u, MPFR_RNDN);
        mpfr_div_2ui(u, u, 1, MPFR_RNDN);
    }
    int t = mpfr_set(y, u, round);
    mpfr_clear(u);
    return t;
}

int ref_log_ndtr(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    if (at_ends(y, x, -INFINITY, -M_LN2, -0.0) && !mpfr_zero_p(x))
        return 0;
    mpfr_t u, v;
    mpfr_inits2(mpfr_get_prec(y) + MORE, u, v, (mpfr_ptr)0);
    if (mpfr_sgn(x) > 0) { /* log(1 - erfc(x / sqrt 2) / 2) */
        mpfr_neg(v, x, MPFR_RNDN);
        ref_ndtr(u, v, MPFR_RNDN);
        mpfr_neg(u, u, MPFR_RNDN);
        mpfr_log1p(u, u, MPFR_RNDN);
    } else { /* log(erfcx(-x / sqrt 2) / 2) - x^2 / 2 */
        scaled(v, x);
        ref_erfcx(u, v, MPFR_RNDN);
        mpfr_div_2ui(u, u, 1, MPFR_RNDN);
        mpfr_log(u, u, MPFR_RNDN);
        mpfr_sqr(v, x, MPFR_RNDN);
        mpfr_div_2ui(v, v, 1, MPFR_RNDN);
        mpfr_sub(u, u, v, MPFR_RNDN);
    }
    int t = mpfr_set(y, u, round);
    mpfr_clears(u, v, (mpfr_ptr)0);
    return t;
}

/* Newton's method for log ndtr, of the smaller of p and 1 - p, from our own value. */
int ref_ndtri(mpfr_t y, const mpfr_t p, mpfr_rnd_t round)
{
    double d = mpfr_get_d(p, MPFR_RNDN);
    if (!(d > 0 && d < 1)) {
        if (d == 0 || d == 1)
            mpfr_set_inf(y, d == 0 ? -1 : 1);
        else
            mpfr_set_nan(y);
        return 0;
    }
    mpfr_t target, z, f, slope;
    mpfr_inits2(mpfr_get_prec(y) + MORE, target, z, f, slope, (mpfr_ptr)0);
    bool upper = d > 0.5;
    if (upper)
        mpfr_ui_sub(target, 1, p, MPFR_RNDN);
    else
        mpfr_set(target, p, MPFR_RNDN);
    mpfr_log(target, target, MPFR_RNDN);
    mpfr_set_d(z, jk_ndtri_f64(upper ? 1 - d : d), MPFR_RNDN);
    for (int k = 0; k < 10; k++) {
        ref_log_ndtr(f, z, MPFR_RNDN);
        mpfr_sub(f, f, target, MPFR_RNDN);
        scaled(slope, z);
        ref_erfcx(slope, slope, MPFR_RNDN);
        mpfr_mul(f, f, slope, MPFR_RNDN); /* ndtr' / ndtr is sqrt(2 / pi) / erfcx(-z / sqrt 2) */
        mpfr_const_pi(slope, MPFR_RNDN);
        mpfr_div_2ui(slope, slope, 1, MPFR_RNDN);
        mpfr_sqrt(slope, slope, MPFR_RNDN);
        mpfr_mul(f, f, slope, MPFR_RNDN);
        mpfr_sub(z, z, f, MPFR_RNDN);
        if (mpfr_zero_p(f) || mpfr_get_exp(f) < -mpfr_get_prec(y) - 70)
            break;
    }
    if (d == 0.5)
        mpfr_set_zero(z, 1);
    int t = upper ? mpfr_neg(y, z, round) : mpfr_set(y, z, round);
    mpfr_clears(target, z, f, slope, (mpfr_ptr)0);
    return t;
}

/* ---- sin(pi x) / (pi x) ---------------------------------------------------------------------------- */

int ref_sinc(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    if (at_ends(y, x, NAN, 1, NAN))
        return 0;
    mpfr_t u, v;
    mpfr_inits2(mpfr_get_prec(y) + MORE, u, v, (mpfr_ptr)0);
    mpfr_set_prec(v, 1300); /* x is exact, and so is its remainder by 2 */
    mpfr_set_ui(v, 2, MPFR_RNDN);
    mpfr_t r;
    mpfr_init2(r, 1300);
    mpfr_fmod(r, x, v, MPFR_RNDN);
    mpfr_prec_round(r, mpfr_get_prec(y) + MORE + 60, MPFR_RNDN);
    mpfr_set_prec(v, mpfr_get_prec(y) + MORE);
    mpfr_const_pi(u, MPFR_RNDN);
    int whole = mpfr_integer_p(x);
    mpfr_mul(v, u, r, MPFR_RNDN);
    mpfr_sin(v, v, MPFR_RNDN);
    mpfr_mul(u, u, x, MPFR_RNDN);
    mpfr_div(v, v, u, MPFR_RNDN);
    int t = whole ? (mpfr_set_zero(y, 1), 0) : mpfr_set(y, v, round);
    mpfr_clears(u, v, r, (mpfr_ptr)0);
    return t;
}

/* ---- integrals --------------------------------------------------------------------------------------- */

int ref_exp1(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    mpfr_t u;
    mpfr_init2(u, mpfr_get_prec(x));
    mpfr_neg(u, x, MPFR_RNDN);
    if (!mpfr_nan_p(u) && mpfr_sgn(u) > 0) {
        mpfr_set_nan(y);
    } else if (mpfr_cmp_d(u, -1e4) < 0) {
        mpfr_set_zero(y, 1);
    } else {
        mpfr_eint(y, u, round);
        mpfr_neg(y, y, round);
    }
    mpfr_clear(u);
    return 0;
}

/* -0 at -infinity, where MPFR has +0 */
int ref_expi(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    bool none = mpfr_cmp_d(x, -1e4) < 0;
    int t = none ? 0 : mpfr_eint(y, x, round);
    if (none || mpfr_zero_p(y))
        mpfr_set_zero(y, -1);
    return t;
}

int ref_spence(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    if (mpfr_nan_p(x) || mpfr_cmp_d(x, 0) < 0) {
        mpfr_set_nan(y);
        return 0;
    }
    if (mpfr_inf_p(x)) {
        mpfr_set_inf(y, -1);
        return 0;
    }
    mpfr_t u;
    mpfr_init2(u, 1200);
    mpfr_ui_sub(u, 1, x, MPFR_RNDN);
    int t = mpfr_li2(y, u, round);
    if (mpfr_zero_p(y))
        mpfr_set_zero(y, 1);
    mpfr_clear(u);
    return t;
}

/* e^(-x^2) times the sum of x^(2k+1) / (k! (2k + 1)); beyond 12, 1/(2x) (1 + 1/(2x^2) + 3/(2x^2)^2 ...). */
int ref_dawsn(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    if (at_ends(y, x, -0.0, 0, 0))
        return 0;
    mpfr_t term, part, sum, square;
    mpfr_inits2(mpfr_get_prec(y) + MORE, term, part, sum, square, (mpfr_ptr)0);
    mpfr_sqr(square, x, MPFR_RNDN);
    bool far = mpfr_cmp_d(square, 144) > 0;
    if (far)
        mpfr_d_div(square, 0.5, square, MPFR_RNDN);
    mpfr_set_ui(term, 1, MPFR_RNDN);
    mpfr_set_ui(sum, 1, MPFR_RNDN);
    for (unsigned long k = 1; k < (far ? 120 : 3000); k++) {
        mpfr_mul(term, term, square, MPFR_RNDN);
        if (far) {
            mpfr_mul_ui(term, term, 2 * k - 1, MPFR_RNDN);
            mpfr_set(part, term, MPFR_RNDN);
        } else {
            mpfr_div_ui(term, term, k, MPFR_RNDN);
            mpfr_div_ui(part, term, 2 * k + 1, MPFR_RNDN);
        }
        mpfr_add(sum, sum, part, MPFR_RNDN);
        if (mpfr_zero_p(part) || mpfr_get_exp(part) < mpfr_get_exp(sum) - mpfr_get_prec(y) - 8)
            break;
    }
    if (far) {
        mpfr_div(sum, sum, x, MPFR_RNDN);
        mpfr_div_2ui(sum, sum, 1, MPFR_RNDN);
    } else {
        mpfr_neg(square, square, MPFR_RNDN);
        mpfr_exp(square, square, MPFR_RNDN);
        mpfr_mul(sum, sum, square, MPFR_RNDN);
        mpfr_mul(sum, sum, x, MPFR_RNDN);
    }
    int t = mpfr_set(y, sum, round);
    mpfr_clears(term, part, sum, square, (mpfr_ptr)0);
    return t;
}

/* The sum of (-1)^k u^(2k) / ((2k + j)! (2k s + e)) for j = 0 or 1. */
static void wave_series(mpfr_t sum, const mpfr_t u, unsigned long j, unsigned long s,
                        unsigned long e)
{
    mpfr_t term, part, square;
    mpfr_inits2(mpfr_get_prec(sum), term, part, square, (mpfr_ptr)0);
    mpfr_sqr(square, u, MPFR_RNDN);
    mpfr_set_ui(term, 1, MPFR_RNDN);
    mpfr_set_zero(sum, 1);
    for (unsigned long k = 0; k < 5000; k++) {
        mpfr_div_ui(part, term, 2 * k * s + e, MPFR_RNDN);
        mpfr_add(sum, sum, part, MPFR_RNDN);
        if (mpfr_zero_p(part) || mpfr_get_exp(part) < -mpfr_get_prec(sum))
            break;
        mpfr_mul(term, term, square, MPFR_RNDN);
        mpfr_div_ui(term, term, (2 * k + j + 1) * (2 * k + j + 2), MPFR_RNDN);
        mpfr_neg(term, term, MPFR_RNDN);
    }
    mpfr_clears(term, part, square, (mpfr_ptr)0);
}

/* The auxiliary functions of an integral of waves by their asymptotic series in u, times u and u^2: the
 * terms grow by step j, as of 1/u - 2!/u^3 (step 1), or of 1 - 1*3/(2u)^2 (step 2, in units of u/2). */
static void wave_far(mpfr_t f, mpfr_t g, const mpfr_t u, unsigned long step)
{
    mpfr_t term, inverse;
    mpfr_inits2(mpfr_get_prec(f), term, inverse, (mpfr_ptr)0);
    mpfr_ui_div(inverse, 1, u, MPFR_RNDN);
    mpfr_set_ui(term, 1, MPFR_RNDN);
    mpfr_set_zero(f, 1);
    mpfr_set_zero(g, 1);
    for (unsigned long k = 0; k < 110; k++) {
        /* f takes the even terms, g the odd ones, with signs + - + - */
        int minus = k / 2 % 2;
        if (k % 2 == 0)
            minus ? mpfr_sub(f, f, term, MPFR_RNDN) : mpfr_add(f, f, term, MPFR_RNDN);
        else
            minus ? mpfr_sub(g, g, term, MPFR_RNDN) : mpfr_add(g, g, term, MPFR_RNDN);
        if (mpfr_zero_p(term) || mpfr_get_exp(term) < -mpfr_get_prec(f))
            break;
        mpfr_mul(term, term, inverse, MPFR_RNDN);
        mpfr_mul_ui(term, term, step == 1 ? k + 1 : 2 * k + 1, MPFR_RNDN);
        if (step == 2)
            mpfr_div_2ui(term, term, 1, MPFR_RNDN);
    }
    mpfr_clears(term, inverse, (mpfr_ptr)0);
}

static int sine_integral(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    mpfr_t a, sum, u, v, s, c;
    double size = fabs(mpfr_get_d(x, MPFR_RNDN));
    mpfr_prec_t prec = mpfr_get_prec(y) + MORE + (size < 80 ? (mpfr_prec_t)(3 * size) : 1100);
    mpfr_inits2(prec, a, sum, u, v, s, c, (mpfr_ptr)0);
    mpfr_abs(a, x, MPFR_RNDN);
    if (size < 80) {
        wave_series(sum, a, 1, 1, 1);
        mpfr_mul(sum, sum, a, MPFR_RNDN);
    } else { /* with (f, g) / a, it is pi/2 - f cos - g sin */
        wave_far(u, v, a, 1);
        mpfr_sin_cos(s, c, a, MPFR_RNDN);
        mpfr_mul(sum, u, c, MPFR_RNDN);
        mpfr_mul(v, v, s, MPFR_RNDN);
        mpfr_add(sum, sum, v, MPFR_RNDN);
        mpfr_div(sum, sum, a, MPFR_RNDN);
        mpfr_const_pi(u, MPFR_RNDN);
        mpfr_div_2ui(u, u, 1, MPFR_RNDN);
        mpfr_sub(sum, u, sum, MPFR_RNDN);
    }
    if (mpfr_sgn(x) < 0)
        mpfr_neg(sum, sum, MPFR_RNDN);
    int t = mpfr_set(y, sum, round);
    mpfr_clears(a, sum, u, v, s, c, (mpfr_ptr)0);
    return t;
}

int ref_si(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    return at_ends(y, x, -M_PI_2, 0, M_PI_2) ? 0 : sine_integral(y, x, round);
}

static int fresnel(mpfr_t y, const mpfr_t x, bool cosine, mpfr_rnd_t round)
{
    mpfr_t a, sum, u, v, s, c, phase;
    double size = fabs(mpfr_get_d(x, MPFR_RNDN));
    mpfr_prec_t prec = mpfr_get_prec(y) + MORE + (size < 8 ? (mpfr_prec_t)(5 * size * size) : 2200);
    mpfr_inits2(prec, a, sum, u, v, s, c, phase, (mpfr_ptr)0);
    mpfr_abs(a, x, MPFR_RNDN);
    mpfr_sqr(phase, a, MPFR_RNDN);
    mpfr_const_pi(u, MPFR_RNDN);
    mpfr_mul(phase, phase, u, MPFR_RNDN);
    mpfr_div_2ui(phase, phase, 1, MPFR_RNDN);
    if (size < 8) {
        wave_series(sum, phase, cosine ? 0 : 1, 2, cosine ? 1 : 3);
        mpfr_mul(sum, sum, a, MPFR_RNDN);
        if (!cosine)
            mpfr_mul(sum, sum, phase, MPFR_RNDN);
    } else if (size > 0x1p100) {
        mpfr_set_d(sum, 0.5, MPFR_RNDN);
    } else { /* (f, g) / (pi a): 1/2 + f sin - g cos, 1/2 - f cos - g sin */
        wave_far(u, v, phase, 2);
        mpfr_sin_cos(s, c, phase, MPFR_RNDN);
        mpfr_mul(u, u, cosine ? s : c, MPFR_RNDN);
        mpfr_mul(v, v, cosine ? c : s, MPFR_RNDN);
        cosine ? mpfr_sub(u, u, v, MPFR_RNDN) : mpfr_add(u, u, v, MPFR_RNDN);
        mpfr_const_pi(v, MPFR_RNDN);
        mpfr_div(u, u, v, MPFR_RNDN);
        mpfr_div(u, u, a, MPFR_RNDN);
        mpfr_set_d(sum, 0.5, MPFR_RNDN);
        cosine ? mpfr_add(sum, sum, u, MPFR_RNDN) : mpfr_sub(sum, sum, u, MPFR_RNDN);
    }
    if (mpfr_sgn(x) < 0)
        mpfr_neg(sum, sum, MPFR_RNDN);
    int t = mpfr_set(y, sum, round);
    mpfr_clears(a, sum, u, v, s, c, phase, (mpfr_ptr)0);
    return t;
}

int ref_fresnel_sin(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    return at_ends(y, x, -0.5, 0, 0.5) ? 0 : fresnel(y, x, false, round);
}

int ref_fresnel_cos(mpfr_t y, const mpfr_t x, mpfr_rnd_t round)
{
    return at_ends(y, x, -0.5, 0, 0.5) ? 0 : fresnel(y, x, true, round);
}

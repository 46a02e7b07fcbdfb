/* The incomplete gamma functions P(a, x) and Q(a, x) = 1 - P, and their derivatives.
 *
 * One of the two is computed as x^a e^-x / gamma(a) times a sum: P by its power series where x < a or
 * x < 1, and else Q by Legendre's continued fraction, as a series whose terms are products. Near
 * x = a, for a of 12 or more, it is Temme's uniform expansion (Gil, Segura, Temme 2012). Each of these
 * sums is differentiated by a along with its value; no terms cancel, so the derivative is as accurate.
 */
#include "ops/host/stirling.h"
#include "ops/scalar/erf.h"
#include "ops/scalar/incomplete.h"

/* P or Q is x^a e^-x / gamma(a) times `value`, and its derivative by a is that times `slope`.
 * The large factor is `factor` times e^log. */
typedef struct {
    int lower;
    double value, slope, factor;
    pair log;
} parts;

/* log x - digamma(a + more), for more = 0 or 1, where x is not near a if a is large */
static double log_less_digamma(double a, double more, double x)
{
    if (a < STIRLING_FROM)
        return pair_sub(pair_log(pair_of(x)), digamma_pair(jk_two_sum_f64(a, more))).high;
    return pair_log(jk_pair_div_f64(pair_of(x), pair_of(a))).high + less_digamma(a) - more / a;
}

/* ---- the power series of P ----------------------------------------------------------------------- */

/* 1/a (1 + x/(a + 1) + x^2/((a + 1)(a + 2)) + ...); the derivative of a term is itself times that of
 * its logarithm, -1/(a + 1) - .... The terms are added to the sum of the rest in pairs. */
static void power_series(double a, double x, parts *p)
{
    double term = 1, less = 0, slope = 0, rest = 0, low = 0;
    for (double k = 1; k < 10000; k++) {
        double d = a + k;
        term *= x / d;
        less += 1 / d;
        slope -= term * less;
        jk_sum_f64 sum = jk_two_sum_f64(rest, term);
        rest = sum.high;
        low += sum.low;
        if (term < 0x1p-56 * rest)
            break;
    }
    double sum = 1 + (rest + low);
    p->lower = 1;
    p->value = sum / a;
    p->slope = (sum * log_less_digamma(a, 1, x) + slope) / a;
}

/* ---- the continued fraction of Q ------------------------------------------------------------------ */

/* g / (x + 1 - a), where g is a sum of products of ratios r_1 r_2 ... r_n, and with t = p (1 + r)
 * the next ratio is t / (q - t). A d marks the derivative by a. */
static void continued_fraction(double a, double x, parts *part)
{
    double first = x + 1 - a, p = 0, dp = 0, s = 1 - a;
    double q = (x - 1 - a) * first, dq = -2 * (x - a), step = 4 * first;
    double r = 0, dr = 0, term = 1, dterm = 0, g = 0, dg = 0;
    for (int n = 1; n < 10000; n++) {
        p += s;
        dp -= 1;
        q += step;
        dq -= 4;
        step += 8;
        s += 2;
        double t = p * (1 + r), dt = dp * (1 + r) + p * dr, rest = q - t;
        r = t / rest;
        dr = (dt * q - t * dq) / (rest * rest);
        dterm = dr * term + r * dterm;
        term *= r;
        g += term;
        dg += dterm;
        if (jk_fabs_f64(term) < 0x1p-55 * (1 + g) && jk_fabs_f64(dterm) <= 0x1p-54 * jk_fabs_f64(dg))
            break;
    }
    double inverse = 1 / first;
    part->lower = 0;
    part->value = (1 + g) * inverse;
    part->slope = dg * inverse + part->value * (inverse + log_less_digamma(a, 0, x));
}

/* ---- Temme's expansion ---------------------------------------------------------------------------- */

/* eta / mu as a series in eta, where eta^2 / 2 = mu - log(1 + mu). */
static const double temme[] = {
    0x1.0000000000000p+0,   -0x1.5555555555555p-2,  0x1.5555555555555p-4,   -0x1.e573ac901e574p-7,
    0x1.2f684bda12f68p-10,  0x1.71de3a556c734p-12,  -0x1.76e06fec7273bp-13, 0x1.48c5892f7cd83p-15,
    -0x1.255370652afc1p-19, -0x1.f1b22f594c6b5p-20, 0x1.bd6d21e4b4109p-21,  -0x1.7b5f9a2d0465cp-23,
    0x1.ccf5ceb7f0d9fp-28,  0x1.6097d55c37c1cp-27,  -0x1.2d2197c7a2faap-28, 0x1.f6e66d24d5c8ap-31,
    -0x1.c0d9b6edf2b0bp-36, -0x1.0070a87340428p-34, 0x1.ac9475c463659p-36,  -0x1.61ca701fd754ap-38,
    0x1.ef98008f5eec2p-44,  0x1.7ba0759769d7cp-42,  -0x1.3989bebb193c0p-43, 0x1.0104fc4369a3cp-45,
    -0x1.283fe7950ad7bp-51, -0x1.1ca914d71a27cp-49, 0x1.d2e7d5ca48b90p-51};
enum { TEMME = sizeof temme / sizeof *temme - 2 };

/* The sum S, with its derivatives by a and by eta. */
typedef struct {
    double s, by_a, by_eta;
} temme_sum;

/* The coefficients of powers of eta are found from the highest down, each with all powers of 1/a. */
static temme_sum temme_of(double a, double eta)
{
    double r = 1 / a, c[TEMME + 1], d[TEMME + 1]; /* d: the derivative by 1/a */
    temme_sum y = {0, 0, 0};
    c[TEMME] = temme[TEMME + 1];
    c[TEMME - 1] = temme[TEMME];
    d[TEMME] = d[TEMME - 1] = 0;
    for (int m = TEMME - 1; m > 0; m--) {
        c[m - 1] = temme[m] + (m + 1) * c[m + 1] * r;
        d[m - 1] = (m + 1) * (c[m + 1] + d[m + 1] * r);
    }
    double by_r = 0;
    for (int m = TEMME; m >= 0; m--) {
        y.by_eta = y.by_eta * eta + y.s;
        y.s = y.s * eta + c[m];
        by_r = by_r * eta + d[m];
    }
    double scale = 1 / (1 + c[1] * r), dscale = -scale * scale * (c[1] + d[1] * r);
    y.by_a = -r * r * (by_r * scale + y.s * dscale);
    y.s *= scale;
    y.by_eta *= scale;
    return y;
}

double jac_host_scaled_erfc(double y)
{
    y = y > 28 ? 28 : y; /* where the other factor is 0 */
    double u = y / (y + JK_ERFC_MID_f64), t = 2 * u - 1, t_low = 2 * u - (t + 1);
    double w = jk_fma_f64(u, -JK_ERFC_FALL_f64, JK_ERFC_SLOPE_f64);
    double p = jk_fma_f64(t_low * w, w, jk_erfc_factor_f64(t));
    return (1 + p) / (1 + 2 * y);
}

/* Q = e^-D (erfcx(y) / 2 + S / sqrt(2 pi a)) for y = sqrt(D) if x > a, where D is the deviance; the
 * derivative of D by a is -log(x / a). */
static void uniform(double a, double x, double d, pair deviance, parts *p)
{
    double m = d / a, eta = jk_copysign_f64(__builtin_sqrt(2 * deviance.high / a), m);
    double log = jk_log1p_f64(m), log_by_eta = 1, m_by_eta = 1;
    if (eta != 0) {
        log_by_eta = log / eta;
        m_by_eta = m / eta;
    }
    temme_sum t = temme_of(a, eta);
    double sign = x > a ? 1 : -1, star = __builtin_exp(log_star(a).high);
    double half = __builtin_sqrt(0x1.921fb54442d18p0 / a) * jac_host_scaled_erfc(__builtin_sqrt(deviance.high));
    p->lower = x <= a;
    p->value = star * (half + sign * t.s / a);
    double by_a = t.s * (log - 0.5 / a) + t.by_a - t.by_eta * m_by_eta / a;
    p->slope = sign * star / a * (log_by_eta + by_a);
}

/* ---- the functions -------------------------------------------------------------------------------- */

/* The large factor, for finite a, x > 0; where a is large, `far` is the deviance. */
static parts large_factor(double a, double x, pair *far)
{
    if (a < STIRLING_FROM) {
        pair power = jk_pair_mul_f64(pair_of(a), pair_log(pair_of(x)));
        pair log = pair_sub(pair_sub(power, pair_of(x)), log_gamma_1p(a));
        return (parts){.factor = a, .log = log};
    }
    *far = deviance(a, pair_of(x), jk_two_sum_f64(x, -a));
    return (parts){.factor = __builtin_sqrt(a * 0x1.45f306dc9c883p-3),
                   .log = pair_neg(jk_pair_add_f64(*far, log_star(a)))};
}

static parts parts_of(double a, double x)
{
    pair far;
    parts p = large_factor(a, x, &far);
    if (a >= STIRLING_FROM && x > 0.6 * a && x < 1.4 * a)
        uniform(a, x, x - a, far, &p);
    else if (x < 1 || x < a)
        power_series(a, x, &p);
    else
        continued_fraction(a, x, &p);
    return p;
}

/* Q for a <= 1, x < 1: 1 - x^a / gamma(1 + a) (1 - T), where T is small. */
static double upper_small(double a, double x)
{
    pair log = pair_log(pair_of(x));
    pair w = pair_sub(jk_pair_mul_f64(pair_of(a), log), log_gamma_1p(a));
    double term = 1, sum = 0;
    for (double k = 1; k < 30; k++) {
        term *= -x / k;
        sum -= term / (a + k);
    }
    double exponent = w.high + w.low;
    return jk_fma_f64(jk_exp_f64(exponent), a * sum, -jk_expm1_f64(exponent));
}

double jac_host_scaled_igammac(double a, double x)
{
    pair far;
    parts p = large_factor(a, x, &far);
    if (x < 1)
        return upper_small(a, x) / times_exp(p.factor, p.log);
    continued_fraction(a, x, &p);
    return p.value;
}

/* a and x at least 0, not both 0, and no NaN */
static int inside(double a, double x)
{
    return a >= 0 && x >= 0 && (a > 0 || x > 0);
}

/* Where x is far from a in units of the distribution's width: -1, 1, or 0 if it is not. */
static int beyond(double a, double x)
{
    if (x == 0 || a == JK_INF_F64)
        return x == JK_INF_F64 ? 1 : -1;
    if (a == 0 || x == JK_INF_F64)
        return 1;
    return a < 1e40 || x == a ? 0 : x < a ? -1 : 1;
}

static double either(double a, double x, int lower)
{
    if (!inside(a, x))
        return JK_NAN_F64;
    int side = beyond(a, x);
    if (side)
        return lower == (side > 0);
    if (!lower && a <= 1 && x < 1)
        return upper_small(a, x);
    parts p = parts_of(a, x);
    double y = times_exp(p.factor * p.value, p.log);
    return p.lower == lower ? y : 1 - y;
}

double jac_host_igamma(double a, double x)
{
    return either(a, x, 1);
}

double jac_host_igammac(double a, double x)
{
    return either(a, x, 0);
}

double jac_host_igamma_grad_a(double a, double x)
{
    if (!(a > 0 && x >= 0))
        return JK_NAN_F64;
    if (beyond(a, x))
        return 0;
    parts p = parts_of(a, x);
    double y = times_exp(p.factor * p.slope, p.log);
    return p.lower ? y : -y;
}

/* The density x^(a-1) e^-x / gamma(a). At x = 0, a may also be negative. */
double jac_host_igamma_grad_x(double a, double x)
{
    if (x == 0)
        return a > 1 ? 0 : a == 1 ? 1 : a > 0 ? JK_INF_F64 : a == 0 ? 0 : a > -1 ? -JK_INF_F64 : JK_NAN_F64;
    if (!inside(a, x))
        return JK_NAN_F64;
    if (beyond(a, x))
        return 0;
    pair far;
    parts p = large_factor(a, x, &far);
    return times_exp(p.factor / x, p.log);
}

/* How a draw x moves with a, if its rank P(a, x) stays. */
double jac_host_random_gamma_grad(double a, double x)
{
    if (!(a > 0 && x >= 0) || (a == JK_INF_F64 && x == a))
        return JK_NAN_F64;
    if (x == 0)
        return 0;
    if (x == JK_INF_F64 || a == JK_INF_F64)
        return x;
    parts p = parts_of(a, x);
    return p.lower ? -x * p.slope : x * p.slope;
}

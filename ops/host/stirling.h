/* The large factors of the gamma and beta densities, by which the incomplete functions are multiplied
 * (incomplete_gamma.c, incomplete_beta.c).
 *
 * x^a e^-x / gamma(a) is sqrt(a / 2 pi) e^(-deviance) / star(a), where the deviance,
 * x - a - a log(x / a), is small near x = a, and star(a) = gamma(a) sqrt(a / 2 pi) (e / a)^a is near
 * 1 for a large a. All exponents are pairs of doubles: an exponent of 700 must be accurate to 2^-53.
 */
#ifndef JACQUARD_OPS_HOST_STIRLING_H
#define JACQUARD_OPS_HOST_STIRLING_H

#include "ops/scalar/exp.h"
#include "ops/scalar/gamma.h"
#include "ops/scalar/log.h"

#define STIRLING static inline __attribute__((unused))

enum { STIRLING_FROM = 12 }; /* from here on, star(a) and the rest of digamma are short series */

typedef jk_sum_f64 pair;

STIRLING pair pair_of(double x)
{
    return (pair){x, 0};
}

STIRLING pair pair_neg(pair x)
{
    return (pair){-x.high, -x.low};
}

STIRLING pair pair_sub(pair x, pair y)
{
    return jk_pair_add_f64(x, pair_neg(y));
}

/* log x for x > 0 */
STIRLING pair pair_log(pair x)
{
    int tiny = x.high < 0x1p-900;
    pair log = jk_log_pow_f64(tiny ? x.high * 0x1p200 : x.high, tiny ? -200 : 0);
    log.low += x.low / x.high;
    return log;
}

/* factor e^x */
STIRLING double times_exp(double factor, pair x)
{
    pair sum = jk_two_sum_f64(x.high, x.low);
    if (!(sum.high > -1500))
        return sum.high != sum.high ? sum.high : 0;
    jk_exp_f64_parts e = jk_exp_split_f64(sum.high < 1400 ? sum.high : 1400, sum.low);
    double y = factor + factor * (e.r + e.tail);
    int down = e.n < -1000; /* in two steps, so that a large factor is not lost */
    return down ? jk_scale_f64(y * 0x1p-500, e.n + 500) : jk_scale_f64(y, e.n);
}

/* log gamma(1 + a) for 0 <= a < STIRLING_FROM */
STIRLING pair log_gamma_1p(double a)
{
    const double *row = jk_lgamma_zeros[0];
    if (a < row[2])
        return pair_of(JK_NEAR_ZERO(row, a, row[15], row[16], row[17], row[18]));
    jk_gamma_argument g = jk_gamma_argument_of(a);
    return jk_pair_add_f64(jk_lgamma_pair(a, &g), pair_log(pair_of(a)));
}

/* log star(a) for a > 0 */
STIRLING pair log_star(double a)
{
    if (a >= STIRLING_FROM) {
        double r = 1 / a, w = r * r;
        return pair_of(r * JK_POLY_F64(w, 0x1.5555555555555p-4, -0x1.6c16c16c16c17p-9,
                                       0x1.a01a01a01a01ap-11, -0x1.3813813813814p-11,
                                       0x1.b951e2b18ff23p-11, -0x1.f6ab0d9993c7dp-10,
                                       0x1.a41a41a41a41ap-8, -0x1.e4286cb0f5398p-6));
    }
    const pair half_log_2pi = {0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55};
    pair log = pair_log(pair_of(a));
    pair y = jk_pair_mul_f64(jk_two_sum_f64(a, 0.5), log);
    y = pair_sub(pair_sub(pair_of(a), half_log_2pi), y);
    return jk_pair_add_f64(y, log_gamma_1p(a));
}

/* log a - digamma(a), for a >= STIRLING_FROM */
STIRLING double less_digamma(double a)
{
    double r = 1 / a, w = r * r;
    return 0.5 * r + w * JK_POLY_F64(w, 0x1.5555555555555p-4, -0x1.1111111111111p-7,
                                     0x1.0410410410410p-8, -0x1.1111111111111p-8,
                                     0x1.f07c1f07c1f08p-8, -0x1.5995995995996p-6,
                                     0x1.5555555555555p-4, -0x1.c5e5e5e5e5e5ep-2);
}

/* digamma(a), for an a > 0 that is not large */
STIRLING pair digamma_pair(pair a)
{
    pair below = pair_of(0);
    for (int k = 0; k < STIRLING_FROM; k++) {
        pair at = jk_pair_add_f64(a, pair_of(k));
        below = jk_pair_add_f64(below, jk_pair_div_f64(pair_of(1), at));
    }
    pair top = jk_pair_add_f64(a, pair_of(STIRLING_FROM));
    double rest = less_digamma(top.high) - 0.5 / top.high;
    pair half = jk_pair_div_f64(pair_of(0.5), top);
    pair y = pair_sub(pair_sub(pair_log(top), half), pair_of(rest));
    return pair_sub(y, below);
}

/* x - a - a log(x / a), where d = x - a. */
STIRLING pair deviance(double a, pair x, pair d)
{
    const pair whole = pair_of(a);
    pair m = jk_pair_div_f64(d, whole);
    if (!(m.high > -0.4 && m.high < 0.4)) {
        pair log = pair_log(jk_pair_div_f64(x, whole));
        return pair_sub(d, jk_pair_mul_f64(whole, log));
    }
    /* With s = m / (2 + m), log(1 + m) = 2 atanh(s) and m - 2 s = m s. */
    pair s = jk_pair_div_f64(d, jk_pair_add_f64(x, whole)), z = jk_pair_mul_f64(s, s);
    double t = z.high;
    double rest = t * t *
                  JK_POLY_F64(t, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17,
                              2.0 / 19, 2.0 / 21, 2.0 / 23, 2.0 / 25, 2.0 / 27, 2.0 / 29);
    pair sum = jk_pair_mul_f64((pair){0x1.999999999999ap-2, -0x1.999999999999ap-56}, z);
    sum = jk_pair_add_f64((pair){0x1.5555555555555p-1, 0x1.5555555555555p-55}, sum);
    sum = jk_pair_add_f64(sum, pair_of(rest));
    pair phi = jk_pair_mul_f64(s, pair_sub(m, jk_pair_mul_f64(z, sum)));
    return jk_pair_mul_f64(phi, whole);
}

#endif

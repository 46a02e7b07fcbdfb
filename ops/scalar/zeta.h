/* The zeta function of Hurwitz, zeta(s, q) = q^-s + (q + 1)^-s + ..., and polygamma.
 *
 * The first terms are added; the rest is the formula of Euler and Maclaurin. The powers of rounded
 * sums q + k are corrected by their derivative, because a large s magnifies the rounding error.
 * Negative q, for which s must be an integer, are moved above 0, and the terms left out that way are
 * the difference of two zeta functions.
 */
#ifndef JACQUARD_OPS_SCALAR_ZETA_H
#define JACQUARD_OPS_SCALAR_ZETA_H

#include "ops/scalar/gamma.h"
#include "ops/scalar/jk.h"
#include "ops/scalar/pow.h"

/* (q + k)^-s */
JK_INNER double jk_zeta_term(double s, double q, double k, double *sum)
{
    jk_sum_f64 a = jk_two_sum_f64(q, k);
    double p = jk_pow_f64(a.high, -s);
    *sum = a.high;
    return p < JK_INF_F64 ? jk_fma_f64(-p, s * (a.low / a.high), p) : p;
}

/* For q > 0, s > 1. */
JK_INNER double jk_zeta_right(double s_given, double q_given)
{
    double s = s_given > 1e300 ? 1e300 : s_given, q = q_given < 0x1p1000 ? q_given : 0x1p1000;
    double a, low = 0, p = jk_zeta_term(s, q, 9, &a);
    /* p (a/(s - 1) + 1/2 + s/(12 a) - ...): each term has two more factors s + j and two more 1/a. */
    const double c[] = {0x1.5555555555555p-4,   -0x1.6c16c16c16c17p-10, 0x1.1566abc011567p-15,
                        -0x1.bbd779334ef0bp-21, 0x1.66a8f2bf70ebep-26,  -0x1.22805d644267fp-31,
                        0x1.d6db2c4e09162p-37,  -0x1.7da4e1f79955cp-42, 0x1.355871d652e9ep-47,
                        -0x1.f57d968caacf1p-53, 0x1.967e1f09c376fp-58,  -0x1.497d9033a2b5cp-63};
    double inverse = 1 / a, factor = s * inverse, rest = 0;
    for (int j = 0; j < 12; j++) {
        rest = jk_fma_f64(c[j], factor, rest);
        factor *= (s + (2 * j + 1)) * inverse * ((s + (2 * j + 2)) * inverse);
    }
    double tail = p * (rest + (0.5 + a / (s - 1)));
    double y = s > 8 * a ? 0 : tail;
    for (int k = 8; k >= 0; k--) {
        double term = jk_zeta_term(s, q, k, &a), sum = y + term;
        low += JK_ROUNDED_AWAY(y, term, sum);
        y = sum;
    }
    y = y < JK_INF_F64 ? y + low : y;
    return q_given == JK_INF_F64 ? 0 : y;
}

/* For q < 0 that is not an integer, and an integer s > 1. */
JK_INNER double jk_zeta_left(double s, double q)
{
    double r = q - __builtin_floor(q), half = 0.5 * s;
    double sign = half == __builtin_floor(half) ? 1 : -1;
    double left_out = jk_zeta_right(s, 1 - r) - jk_zeta_right(s, 1 - q);
    return jk_zeta_right(s, r) + sign * left_out;
}

/* These are too long to be inlined into a loop. */
JK_RARE double jac_host_zeta(double s, double q)
{
    int whole = s == __builtin_floor(s), pole = q <= 0 && q == __builtin_floor(q);
    double half = 0.5 * s;
    int even = half == __builtin_floor(half);
    if (s != s || q != q || s < 1)
        return JK_NAN_F64;
    if (s == 1 || (pole && even))
        return JK_INF_F64;
    if (pole || (q < 0 && !whole))
        return JK_NAN_F64;
    return q > 0 ? jk_zeta_right(s, q) : jk_zeta_left(s, q);
}

/* The derivative of order m of digamma: (-1)^(m + 1) m! zeta(m + 1, x). */
JK_RARE double jac_host_polygamma(double m, double x)
{
    if (!(m >= 0) || m != __builtin_floor(m) || x != x)
        return JK_NAN_F64;
    if (m == 0)
        return jk_digamma_f64(x);
    double half = 0.5 * m, y = jk_gamma_f64(m + 1) * jac_host_zeta(m + 1, x);
    return half != __builtin_floor(half) ? y : -y;
}

JK double jk_zeta_f64(double s, double q)
{
    return jac_host_zeta(s, q);
}

JK float jk_zeta_f32(float s, float q)
{
    return (float)jac_host_zeta(s, q);
}

JK double jk_polygamma_f64(double m, double x)
{
    return jac_host_polygamma(m, x);
}

JK float jk_polygamma_f32(float m, float x)
{
    return (float)jac_host_polygamma(m, x);
}

#endif

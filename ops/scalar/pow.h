/* pow, its derivatives, cbrt.
 *
 * |x|^y = 2^(y log2 |x|) or e^(y log |x|). Because the exponent may be large, the logarithm must be
 * about ten bits more accurate than the result: f32 uses doubles for it, f64 uses pairs of doubles.
 * The special cases of C's pow are then selected.
 */
#ifndef JACQUARD_OPS_SCALAR_POW_H
#define JACQUARD_OPS_SCALAR_POW_H

#include "ops/scalar/each.h"
#include "ops/scalar/exp.h"
#include "ops/scalar/jk.h"
#include "ops/scalar/log_pair.h"

/* ---- cbrt ------------------------------------------------------------------------------------ */

/* r approximates x^(-1/3); the first value comes from a third of the exponent. A step replaces it
 * by r (1 + h/3 + 2/9 h^2 + 14/81 h^3) with h = 1 - x r^3; the error is of the order of h^4. The
 * result is x r^2, improved by one Newton step. */

JK_INNER float jk_cbrt_step_f32(float x, float r)
{
    float h = jk_fma_f32(-x * r, r * r, 1);
    return jk_fma_f32(r * h, JK_POLY_F32(h, 0x1.555556p-2f, 0x1.c71c72p-3f, 0x1.61f9aep-3f), r);
}

JK_INNER double jk_cbrt_step_f64(double x, double r)
{
    double h = jk_fma_f64(-x * r, r * r, 1);
    return jk_fma_f64(
        r * h, JK_POLY_F64(h, 0x1.5555555555555p-2, 0x1.c71c71c71c71cp-3, 0x1.61f9add3c0ca4p-3), r);
}

JK float jk_cbrt_f32(float x)
{
    float a = jk_fabs_f32(x);
    int small = a < 0x1p-100f; /* the Newton step's residual would be subnormal */
    a = small ? a * 0x1p48f : a;
    float r = jk_from_bits_f32(0x54a1f400 - jk_bits_f32(a) / 3);
    r = jk_cbrt_step_f32(a, r);
    float t = a * r * r, tt = t * t, tt_low = jk_fma_f32(t, t, -tt);
    float rest = jk_fma_f32(tt, t, -a) + tt_low * t;
    t = jk_fma_f32(rest * -0x1.555556p-2f, r * r, t);
    t = small ? t * 0x1p-16f : t;
    return x - x != 0 || x == 0 ? x : jk_copysign_f32(t, x);
}

JK double jk_cbrt_f64(double x)
{
    double a = jk_fabs_f64(x);
    int small = a < 0x1p-900;
    a = small ? a * 0x1p108 : a;
    uint64_t third = (jk_bits_f64(a) >> 32) * 0xaaaaaaab >> 33;
    double r = jk_from_bits_f64((uint64_t)(0x553ee900 - third) << 32);
    r = jk_cbrt_step_f64(a, jk_cbrt_step_f64(a, r));
    double t = a * r * r, tt = t * t, tt_low = jk_fma_f64(t, t, -tt);
    double rest = jk_fma_f64(tt, t, -a) + tt_low * t;
    t = jk_fma_f64(rest * -0x1.5555555555555p-2, r * r, t);
    t = small ? t * 0x1p-36 : t;
    return x - x != 0 || x == 0 ? x : jk_copysign_f64(t, x);
}

/* ---- pow ------------------------------------------------------------------------------------- */

/* factor x^y for x >= 0 that is neither NaN nor 1, where the power is taken to be between 2^-most and
 * 2^most. */
JK_INNER float jk_pow_times_f32(double factor, float x, double y, double most)
{
    double a = x;
    jk_binary_f64 b = jk_binary_of_f64(a);
    double s = (b.m - 1) / (b.m + 1), z = s * s;
    double series = JK_POLY_F64(z, 0x1.555554fd16876p-1, 0x1.999a7b7d368fep-2, 0x1.2438986d853f1p-2,
                                0x1.e30048caed2bbp-3);
    double log = jk_fma_f64(jk_fma_f64(s * z, series, 2 * s), 0x1.71547652b82fep0, b.n);
    log = x == 0 ? -JK_INF_F64 : x == JK_INF_F32 ? JK_INF_F64 : log;
    int64_t n;
    double power = jk_clamp_f64_between(y * log, -most, most);
    double r = power - jk_nearest_f64(power, &n);
    double p = JK_POLY_F64(r, 0x1.0000000292112p0, 0x1.62e430d3c47eep-1, 0x1.ebfbda52500fap-3,
                           0x1.c6aec43f98a57p-5, 0x1.3b2e09d46e853p-7, 0x1.5f4dd1d0ccbc9p-10,
                           0x1.41abd756bf34ap-13);
    return (float)(factor * p * jk_pow2_f64(n));
}

JK_INNER float jk_pow_positive_f32(float x, float y)
{
    return jk_pow_times_f32(1, x, y, 200);
}

/* log x = high + low to about 65 bits, for a normal x > 0. Like log_pair.h, but s and the first two
 * terms of log m = 2s + s (2/3 s^2 + s^4 series) are pairs. */
JK_INNER jk_sum_f64 jk_log_pow_f64(double x, double k)
{
    jk_binary_f64 b = jk_binary_of_f64(x);
    double f = b.m - 1, sum = 1 + b.m, lost = b.m - (sum - 1);
    double s = f / sum, s_low = (jk_fma_f64(-s, sum, f) - s * lost) / sum;
    double z = s * s, z_low = jk_fma_f64(s, s, -z) + 2 * s * s_low;
    double series = JK_POLY_F64(z, 0x1.9999999999996p-2, 0x1.2492492492f4fp-2, 0x1.c71c71c596bcep-3,
                                0x1.745d1829550dp-3, 0x1.3b1364c339c22p-3, 0x1.11207113b9e09p-3,
                                0x1.de3cfd2a44ed2p-4, 0x1.eacaaa5501914p-4) *
                    (z * z);
    const double third = 0x1.5555555555555p-1; /* 2/3 = third + third 2^-54 */
    double c = third * z, c_low = jk_fma_f64(third, z, -c) + third * jk_fma_f64(z, 0x1p-54, z_low);
    double t = c + series, t_low = (series - (t - c)) + c_low;
    double u = s * t, u_low = jk_fma_f64(s, t, -u) + (s * t_low + s_low * t);
    double v = 2 * s + u, v_low = (u - (v - 2 * s)) + (u_low + 2 * s_low);
    double n = b.n + k, n_high = n * JK_LN2_HIGH_f64; /* exact */
    double w = n_high + v, w_low = (v - (w - n_high)) + jk_fma_f64(n, JK_LN2_LOW_f64, v_low);
    double high = w + w_low;
    return (jk_sum_f64){high, w_low - (high - w)};
}

/* x^(y + y_low) = (1 + (r + tail)) 2^n for x >= 0 that is neither NaN nor 1, where the logarithm of
 * the power is taken to be between -most and most. */
JK_INNER jk_exp_f64_parts jk_pow_parts_f64(double x, double y, double y_low, double most)
{
    int small = x < 0x1p-1022;
    jk_sum_f64 log = jk_log_pow_f64(small ? x * 0x1p54 : x, small ? -54 : 0);
    log.high = x == 0 ? -JK_INF_F64 : x == JK_INF_F64 ? x : log.high;
    double p = y * log.high, p_low = jk_fma_f64(y, log.high, -p) + y * log.low;
    p_low = y_low == 0 ? p_low : jk_fma_f64(y_low, log.high, p_low);
    int moderate = jk_fabs_f64(p) < most;
    return jk_exp_split_f64(jk_clamp_f64_between(p, -most, most), moderate ? p_low : 0);
}

JK_INNER double jk_pow_positive_f64(double x, double y)
{
    jk_exp_f64_parts e = jk_pow_parts_f64(x, y, 0, 800);
    return jk_scale_f64(1 + (e.r + e.tail), e.n);
}

/* x = the result times 2^n, with a result near 1; or x itself and 0, if x is 0 or not finite. */
JK_INNER double jk_significand_f64(double x, int64_t *n)
{
    double a = jk_fabs_f64(x);
    int small = a < 0x1p-1022, whole = (a == 0) | !(a < JK_INF_F64);
    double y = small ? x * 0x1p64 : x;
    int64_t e = (int64_t)(jk_bits_f64(y) >> 52 & 0x7ff) - 1023;
    *n = whole ? 0 : small ? e - 64 : e;
    uint64_t one = (uint64_t)1023 << 52, kept = ~((uint64_t)0x7ff << 52);
    return whole ? x : jk_from_bits_f64((jk_bits_f64(y) & kept) | one);
}

/* f x^(y - n) for x >= 0 that is neither NaN nor 1. The difference is not rounded, and the power may
 * over- or underflow as long as the product does not. */
JK_INNER float jk_pow_grad_positive_f32(float f, float x, float y, float n)
{
    return jk_pow_times_f32(f, x, (double)y - n, 450);
}

JK_INNER double jk_pow_grad_positive_f64(double f, double x, double y, double n)
{
    int64_t k;
    double m = jk_significand_f64(f, &k);
    jk_sum_f64 d = jk_two_sum_f64(y, -n);
    jk_exp_f64_parts e = jk_pow_parts_f64(x, d.high, d.low, 1600);
    int64_t all = e.n + k;
    all = all < -1400 ? -1400 : all > 1400 ? 1400 : all;
    return jk_scale_f64(m * (1 + (e.r + e.tail)), all);
}

// clang-format off

#define JK_FLOOR_f32 __builtin_floorf
#define JK_FLOOR_f64 __builtin_floor

#define JK_POW(d, T, U)                                                             \
    JK T jk_pow_##d(T x, T y)                                                       \
    {                                                                               \
        T a = jk_fabs_##d(x), p = jk_pow_positive_##d(a, y), h = (T) 0.5 * y;       \
        p = a == 1 ? 1 : p; /* even if y is an infinity */                          \
        int whole = JK_FLOOR_##d(y) == y; /* true for infinities */                 \
        int odd = whole & (JK_FLOOR_##d(h) != h);                                   \
        int left = jk_bits_##d(x) >> (8 * sizeof(T) - 1);                           \
        p = (left & odd) ? -p : p;                                                  \
        int none = (x < 0) & (a < JK_INF_##d) & !whole, nan = (x != x) | (y != y);  \
        int one = (x == 1) | (y == 0); /* even if the other is NaN */               \
        p = (none | nan) ? JK_NAN_##d : p;                                          \
        return one ? 1 : p;                                                         \
    }
EACH_float(JK_POW)

/* f x^(y - n) for an integer n from 0 on: n derivatives of x^y by x, by y, or by both are of this form.
 * 0 if f is 0, even where the power is infinite. */
#define JK_POW_GRAD(d, T, U)                                                        \
    JK T jk_pow_grad_##d(T f, T x, T y, T n)                                        \
    {                                                                               \
        T a = jk_fabs_##d(x), p = jk_pow_grad_positive_##d(f, a, y, n);             \
        T h = (T) 0.5 * y, k = (T) 0.5 * n;                                         \
        p = a == 1 ? f : p;                                                         \
        int whole = JK_FLOOR_##d(y) == y;                                           \
        int odd = whole & ((JK_FLOOR_##d(h) != h) != (JK_FLOOR_##d(k) != k));       \
        int left = jk_bits_##d(x) >> (8 * sizeof(T) - 1);                           \
        p = (left & odd) ? -p : p;                                                  \
        int none = (x < 0) & (a < JK_INF_##d) & !whole;                             \
        int nan = (x != x) | (y != y) | (f != f);                                   \
        p = (none | nan) ? JK_NAN_##d : p;                                          \
        return f == 0 ? 0 : ((x == 1) | (y == n)) ? f : p;                          \
    }
EACH_float(JK_POW_GRAD)

// clang-format on

#endif

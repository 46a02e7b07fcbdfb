/* exp, exp2, expm1, logistic.
 *
 * e^x = 2^n e^r, where n is the integer nearest to x / ln 2, and e^r = 1 + r + r^2 q(r) with a
 * polynomial q for |r| <= ln 2 / 2. The other functions that need an exponential (hyperbolic.h,
 * erf.h, pow.h) use these parts, so that they can add the small ones before the large ones.
 */
#ifndef JACQUARD_OPS_SCALAR_EXP_H
#define JACQUARD_OPS_SCALAR_EXP_H

#include "ops/scalar/each.h"
#include "ops/scalar/jk.h"

/* ---- the parts ------------------------------------------------------------------------------- */

/* e^x = 2^n (1 + r + tail) */
typedef struct {
    float r, tail;
    int32_t n;
} jk_exp_f32_parts;

typedef struct {
    double r, tail;
    int64_t n;
} jk_exp_f64_parts;

JK_INNER float jk_exp_tail_f32(float r)
{
    return r * r *
           JK_POLY_F32(r, 0x1.fffffep-2f, 0x1.5554a8p-3f, 0x1.55571ep-5f, 0x1.122de8p-7f,
                       0x1.6b70aap-10f);
}

JK_INNER double jk_exp_tail_f64(double r)
{
    double rr = r * r;
    double even = JK_POLY_F64(rr, 0x1p-1, 0x1.555555555554ap-5, 0x1.6c16c16c1c1d8p-10,
                              0x1.a01a0186e1b02p-16, 0x1.27e521d1d7402p-22, 0x1.1f058cc1a33dep-29);
    double odd = JK_POLY_F64(rr, 0x1.5555555555559p-3, 0x1.111111110f5b6p-7, 0x1.a01a01b070ab2p-13,
                             0x1.71ddf69e97997p-19, 0x1.af6238fc6e503p-26);
    return rr * jk_fma_f64(r, odd, even);
}

/* The parts of e^(x + low), for |x| < 2^20 and low smaller than a unit in the last place of x. */
JK_INNER jk_exp_f32_parts jk_exp_split_f32(float x, float low)
{
    jk_exp_f32_parts p;
    float n = jk_nearest_f32(x * 0x1.715476p0f, &p.n);
    float high = jk_fma_f32(n, -0x1.62e43p-1f, x); /* exact */
    p.r = high + jk_fma_f32(n, 0x1.05c61p-29f, low);
    p.tail = jk_exp_tail_f32(p.r);
    return p;
}

JK_INNER jk_exp_f64_parts jk_exp_split_f64(double x, double low)
{
    jk_exp_f64_parts p;
    double n = jk_nearest_f64(x * 0x1.71547652b82fep0, &p.n);
    double high = jk_fma_f64(n, -0x1.62e42fefa39efp-1, x); /* exact */
    p.r = high + jk_fma_f64(n, -0x1.abc9e3b39803fp-56, low);
    p.tail = jk_exp_tail_f64(p.r);
    return p;
}

/* ---- exp2 ------------------------------------------------------------------------------------ */

/* Clamps x to a range beyond which the result overflows or underflows; a NaN stays NaN. */
JK_INNER float jk_clamp_f32_between(float x, float low, float high)
{
    x = x > high ? high : x;
    return x < low ? low : x;
}

JK_INNER double jk_clamp_f64_between(double x, double low, double high)
{
    x = x > high ? high : x;
    return x < low ? low : x;
}

JK float jk_exp2_f32(float x)
{
    int32_t n;
    x = jk_clamp_f32_between(x, -152.0f, 129.0f);
    float r = x - jk_nearest_f32(x, &n);
    float p = JK_POLY_F32(r, 0x1.62e43p-1f, 0x1.ebfbep-3f, 0x1.c6af68p-5f, 0x1.3b2a44p-7f,
                          0x1.5f14fap-10f, 0x1.442976p-13f);
    return jk_scale_f32(jk_fma_f32(r, p, 1), n);
}

JK double jk_exp2_f64(double x)
{
    int64_t n;
    x = jk_clamp_f64_between(x, -1077.0, 1025.0);
    double r = x - jk_nearest_f64(x, &n), rr = r * r;
    double even = JK_POLY_F64(rr, 0x1.62e42fefa39efp-1, 0x1.c6b08d704a18p-5, 0x1.5d87fe78898b9p-10,
                              0x1.ffcbfcd6ca9fcp-17, 0x1.b5242df9f33dfp-24, 0x1.eaeb19374134cp-32);
    double odd = JK_POLY_F64(rr, 0x1.ebfbdff82c5a8p-3, 0x1.3b2ab6fb9f773p-7, 0x1.43091310cdfc2p-13,
                             0x1.62bfc29de4c75p-20, 0x1.e62412b436302p-28);
    return jk_scale_f64(jk_fma_f64(r, jk_fma_f64(r, odd, even), 1), n);
}

/* ---- exp, expm1, logistic -------------------------------------------------------------------- */

#define JK_EXP_TOP_f32   127 /* 2^n is finite */
#define JK_EXP_TOP_f64   1023
#define JK_EXP_OVER_f32  89.0f /* e^x overflows */
#define JK_EXP_OVER_f64  710.0
#define JK_EXP_UNDER_f32 105.0f /* e^-x underflows to 0 */
#define JK_EXP_UNDER_f64 747.0
#define JK_EXP_ONE_f32   20.0f /* e^-x - 1 is -1 */
#define JK_EXP_ONE_f64   40.0

// clang-format off

#define JK_EXP(d, T, U)                                                             \
    JK T jk_exp_##d(T x)                                                            \
    {                                                                               \
        jk_exp_##d##_parts p = jk_exp_split_##d(                                    \
            jk_clamp_##d##_between(x, -JK_EXP_UNDER_##d, JK_EXP_OVER_##d), 0);      \
        return jk_scale_##d(1 + (p.r + p.tail), p.n);                               \
    }
EACH_float(JK_EXP)

/* e^x - 1 = (high + low) * doubled, for x up to slightly more than where e^x overflows. */
#define JK_EXPM1(d, T, U)                                                           \
    JK_INNER jk_sum_##d jk_expm1_split_##d(T x, T *doubled)                         \
    {                                                                               \
        jk_exp_##d##_parts p = jk_exp_split_##d(x, 0);                              \
        *doubled = p.n > JK_EXP_TOP_##d ? 2 : 1; /* 2^n itself may be too large */  \
        T s = jk_pow2_##d(p.n > JK_EXP_TOP_##d ? JK_EXP_TOP_##d : p.n);             \
        T r = s * p.r, sum = (s - 1) + r, lost = r - (sum - (s - 1));               \
        T tail = jk_fma_##d(s, p.tail, lost), high = sum + tail;                    \
        return (jk_sum_##d) {high, tail - (high - sum)};                            \
    }                                                                               \
    JK T jk_expm1_##d(T x)                                                          \
    {                                                                               \
        T doubled;                                                                  \
        jk_sum_##d e = jk_expm1_split_##d(                                          \
            jk_clamp_##d##_between(x, -JK_EXP_ONE_##d, JK_EXP_OVER_##d), &doubled); \
        return jk_copysign_##d((e.high + e.low) * doubled, x);                      \
    }
EACH_float(JK_EXPM1)

/* 1 / (1 + e^-x) for x >= 0, e^x / (1 + e^x) for x < 0. Both use e^-|x|, which cannot overflow. */
#define JK_LOGISTIC(d, T, U)                                                        \
    JK T jk_logistic_##d(T x)                                                       \
    {                                                                               \
        T a = jk_fabs_##d(x);                                                       \
        jk_exp_##d##_parts p =                                                      \
            jk_exp_split_##d(-(a > JK_EXP_UNDER_##d ? JK_EXP_UNDER_##d : a), 0);    \
        T z = jk_scale_##d(1 + (p.r + p.tail), p.n);                                \
        T top = x < 0 ? z : 1, sum = 1 + z, lost = z - (sum - 1);                   \
        T inverse = 1 / sum, q = top * inverse;                                     \
        return jk_fma_##d(jk_fma_##d(-q, sum, top) - q * lost, inverse, q);         \
    }
EACH_float(JK_LOGISTIC)

// clang-format on

#endif

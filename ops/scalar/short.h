/* Short versions of functions whose results are rounded to a narrow float.
 *
 * jk_<function>_<dtype> takes a number of that dtype, as a float, and gives a float. Rounded to the
 * dtype, that is the same number as jk_<function>_f32 gives when rounded, for each of the 65,536
 * arguments (tests/test_dtypes.c). So compiled code uses these, and the interpreter does not need
 * them. They need fewer terms, and no compensation of rounding errors. The coefficients are the
 * solution of linear inequalities, two for each argument, which say that the result rounds to the
 * right number. A function without a short version is computed as in f32.
 */
#ifndef JACQUARD_OPS_SCALAR_SHORT_H
#define JACQUARD_OPS_SCALAR_SHORT_H

#include "ops/scalar/exp.h"
#include "ops/scalar/jk.h"
#include "ops/scalar/log.h"

/* ---- exp, exp2, logistic, expm1 -------------------------------------------------------------- */

#define JK_SHORT_LOG2_E 0x1.715476p0f
#define JK_SHORT_LN2    0x1.62e43p-1f /* its error is less than 2^-29 */

/* x = n unit + r with n nearest to x per_unit. pow2 is 2^(n - down), which must be a normal number.
 * A NaN gives a NaN for r, and no NaN for pow2. */
typedef struct {
    float r, pow2;
} jk_short_power;

JK_INNER jk_short_power jk_short_split(float x, float unit, float per_unit, float down)
{
    const float bias = JK_ROUNDER_F32 + 127 - down; /* so that the low bits are an exponent */
    float t = jk_fma_f32(x, per_unit, bias);
    return (jk_short_power){jk_fma_f32(t - bias, -unit, x), jk_from_bits_f32(jk_bits_f32(t) << 23)};
}

/* For e^x, limited to the range from low to high. */
JK_INNER jk_short_power jk_short_exp(float x, float low, float high)
{
    return jk_short_split(jk_clamp_f32_between(x, low, high), JK_SHORT_LN2, JK_SHORT_LOG2_E, 0);
}

/* For e^(x/2). Its square is e^x, and it is a normal number even where e^x is not. */
JK_INNER jk_short_power jk_short_exp_half(float x, float low, float high)
{
    return jk_short_split(jk_clamp_f32_between(x, low, high), 2 * JK_SHORT_LN2, JK_SHORT_LOG2_E / 2,
                          0);
}

JK float jk_exp_f16(float x)
{
    jk_short_power p = jk_short_exp(x, -18, 12);
    return p.pow2 * JK_POLY_F32(p.r, 0x1p0f, 0x1.000026p0f, 0x1.ffff8ep-2f, 0x1.550f56p-3f,
                                0x1.563d3ep-5f, 0x1.30c096p-7f);
}

JK float jk_exp_bf16(float x)
{
    jk_short_power p = jk_short_exp_half(x, -105, 89);
    float root = p.pow2 * JK_POLY_F32(p.r, 0x1.000012p0f, 0x1.fffd62p-2f, 0x1.ffea62p-4f,
                                      0x1.572a1ep-6f, 0x1.6068c8p-9f);
    return root * root;
}

JK float jk_exp2_f16(float x)
{
    jk_short_power p = jk_short_split(jk_clamp_f32_between(x, -26, 17), 1, 1, 0);
    return p.pow2 * JK_POLY_F32(p.r, 0x1p0f, 0x1.62e3d6p-1f, 0x1.ebefb6p-3f, 0x1.c6a14ep-5f,
                                0x1.40c25ep-7f, 0x1.85ef9p-10f);
}

JK float jk_exp2_bf16(float x)
{
    jk_short_power p = jk_short_split(jk_clamp_f32_between(x, -152, 129), 2, 0.5f, 0);
    float root = p.pow2 * JK_POLY_F32(p.r, 0x1.ffffbep-1f, 0x1.62e0e2p-2f, 0x1.ebdaf2p-5f,
                                      0x1.cc84b4p-8f, 0x1.461f5p-11f);
    return root * root;
}

JK float jk_logistic_bf16(float x)
{
    jk_short_power p = jk_short_exp_half(x, -105, 12);
    float root = p.pow2 * JK_POLY_F32(p.r, 0x1.000002p0f, 0x1.fff44p-2f, 0x1.ff815ep-4f,
                                      0x1.581a9ap-6f, 0x1.7fcd76p-9f);
    float e = root * root;
    return e / (1 + e);
}

JK float jk_expm1_bf16(float x)
{
    x = jk_clamp_f32_between(x, -18, 89);
    jk_short_power p = jk_short_split(x, JK_SHORT_LN2, JK_SHORT_LOG2_E, 1);
    float tail = JK_POLY_F32(p.r, 0x1.000968p-1f, 0x1.551eep-3f, 0x1.4d3ccp-5f, 0x1.0cd704p-7f);
    float half = jk_fma_f32(p.pow2, jk_fma_f32(p.r * p.r, tail, p.r), p.pow2 - 0.5f);
    return jk_copysign_f32(half + half, x);
}

/* ---- log, log1p ------------------------------------------------------------------------------ */

JK_INNER jk_log_parts_f32 jk_short_log_split(float u)
{
    int32_t n = jk_log_exponent_f32(u);
    return (jk_log_parts_f32){u, jk_from_bits_f32(jk_bits_f32(u) - (uint32_t)n) - 1, n};
}

/* log u, where tail is (log1p(r) - r) / r^2. */
JK_INNER float jk_short_log(jk_log_parts_f32 b, float tail)
{
    float y = jk_fma_f32((float)b.n, JK_SHORT_LN2 * 0x1p-23f, jk_fma_f32(b.r * b.r, tail, b.r));
    float none = b.u == 0 ? -JK_INF_F32 : JK_NAN_F32;
    y = b.u < JK_INF_F32 ? y : b.u;
    return b.u <= 0 ? none : y;
}

JK float jk_log_f16(float x)
{
    jk_log_parts_f32 b = jk_short_log_split(x);
    return jk_short_log(b, JK_POLY_F32(b.r, -0x1.ffef78p-2f, 0x1.555174p-2f, -0x1.051994p-2f,
                                       0x1.a390fp-3f, -0x1.ec297ep-5f, -0x1.028daap-6f,
                                       -0x1.9d8138p-1f, 0x1.61223p0f));
}

JK float jk_log_bf16(float x)
{
    int subnormal = x < 0x1p-126f;
    jk_log_parts_f32 b = jk_short_log_split(subnormal ? x * 0x1p23f : x);
    b.n -= subnormal ? 23 << 23 : 0;
    return jk_short_log(b, JK_POLY_F32(b.r, -0x1.ffc9cap-2f, 0x1.55a77p-2f, -0x1.05949ap-2f,
                                       0x1.a39efap-3f, -0x1.1c198p-3f));
}

JK float jk_log1p_f16(float x)
{
    jk_log_parts_f32 b = jk_log1p_split_f32(x);
    float y = jk_short_log(b, JK_POLY_F32(b.r, -0x1.000142p-1f, 0x1.55676ap-2f, -0x1.fe588ap-3f,
                                          0x1.959ee2p-3f, -0x1.7232d8p-3f, 0x1.549686p-3f,
                                          -0x1.020374p-4f));
    return x == 0 ? x : y;
}

JK float jk_log1p_bf16(float x)
{
    jk_log_parts_f32 b = jk_log1p_split_f32(x);
    float y = jk_short_log(b, JK_POLY_F32(b.r, -0x1.ffd87p-2f, 0x1.552724p-2f, -0x1.0570f8p-2f,
                                          0x1.b3f6d4p-3f, -0x1.052048p-3f));
    return x == 0 ? x : y;
}

/* ---- tanh, erf: x P(x^2) / Q(x^2) up to where the result rounds to 1 ------------------------- */

JK float jk_tanh_f16(float x)
{
    x = jk_clamp_f32_between(x, -4.6f, 4.6f);
    float z = x * x;
    return x * JK_POLY_F32(z, 0x1.fffffcp-1f, 0x1.f904d6p-4f, 0x1.2b4ec8p-9f, 0x1.e85822p-19f) /
           JK_POLY_F32(z, 1.0f, 0x1.d39608p-2f, 0x1.5ab7c6p-6f, 0x1.265f96p-13f);
}

JK float jk_tanh_bf16(float x)
{
    x = jk_clamp_f32_between(x, -3.6f, 3.6f);
    float z = x * x;
    return x * JK_POLY_F32(z, 0x1.fffe5cp-1f, 0x1.b29364p-4f, 0x1.a2bf36p-11f) /
           JK_POLY_F32(z, 1.0f, 0x1.c1eb1ap-2f, 0x1.cae0dcp-7f);
}

JK float jk_erf_f16(float x)
{
    x = jk_clamp_f32_between(x, -2.65f, 2.65f);
    float z = x * x;
    return x * JK_POLY_F32(z, 0x1.20dd76p0f, 0x1.396d42p-3f, 0x1.4fffaap-5f, 0x1.499f66p-11f) /
           JK_POLY_F32(z, 1.0f, 0x1.e0383p-2f, 0x1.7b7be6p-4f, 0x1.13d68ap-7f);
}

JK float jk_erf_bf16(float x)
{
    x = jk_clamp_f32_between(x, -2.3f, 2.3f);
    float z = x * x;
    return x * JK_POLY_F32(z, 0x1.20dd74p0f, 0x1.216cp-5f, 0x1.4bf17ap-6f, -0x1.e192bep-11f) /
           JK_POLY_F32(z, 1.0f, 0x1.757468p-2f, 0x1.403d5p-5f);
}

#endif

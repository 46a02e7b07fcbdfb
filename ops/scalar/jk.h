/* Helpers shared by the scalar functions: declaration macros, bit casts, rounding, polynomials.
 *
 * Every function in this folder is branch-free C without library calls. So the same definition
 * works for the interpreter, compiled natively, and for the JIT, which inlines and vectorises its
 * bitcode. Define JK before the include to get external linkage.
 */
#ifndef JACQUARD_OPS_SCALAR_JK_H
#define JACQUARD_OPS_SCALAR_JK_H

#include <stdint.h>

#define JK_INNER static inline __attribute__((always_inline, unused))
#ifndef JK
#define JK      JK_INNER
#define JK_RARE JK_INNER
#else /* functions for rare arguments stay calls, so that the rest of a loop can be vectorised */
#define JK_RARE __attribute__((noinline, const))
#endif

#define JK_INF_F32 __builtin_inff()
#define JK_INF_F64 __builtin_inf()
#define JK_NAN_F32 __builtin_nanf("")
#define JK_NAN_F64 __builtin_nan("")
/* Named after the dtype, for macros that define a function for both dtypes. */
#define JK_INF_f32  JK_INF_F32
#define JK_INF_f64  JK_INF_F64
#define JK_NAN_f32  JK_NAN_F32
#define JK_NAN_f64  JK_NAN_F64
#define JK_SQRT_f32 __builtin_sqrtf
#define JK_SQRT_f64 __builtin_sqrt

/* ---- bits ------------------------------------------------------------------------------------ */

JK_INNER uint32_t jk_bits_f32(float x)
{
    uint32_t u;
    __builtin_memcpy(&u, &x, sizeof u);
    return u;
}

JK_INNER float jk_from_bits_f32(uint32_t u)
{
    float x;
    __builtin_memcpy(&x, &u, sizeof x);
    return x;
}

JK_INNER uint64_t jk_bits_f64(double x)
{
    uint64_t u;
    __builtin_memcpy(&u, &x, sizeof u);
    return u;
}

JK_INNER double jk_from_bits_f64(uint64_t u)
{
    double x;
    __builtin_memcpy(&x, &u, sizeof x);
    return x;
}

/* ---- functions that are one instruction ------------------------------------------------------ */

JK_INNER float jk_fabs_f32(float x)
{
    return __builtin_fabsf(x);
}

JK_INNER double jk_fabs_f64(double x)
{
    return __builtin_fabs(x);
}

JK_INNER float jk_copysign_f32(float x, float sign)
{
    return __builtin_copysignf(x, sign);
}

JK_INNER double jk_copysign_f64(double x, double sign)
{
    return __builtin_copysign(x, sign);
}

JK float jk_fma_f32(float a, float b, float c)
{
    return __builtin_fmaf(a, b, c);
}

JK double jk_fma_f64(double a, double b, double c)
{
    return __builtin_fma(a, b, c);
}

/* ---- rounding to an integer ------------------------------------------------------------------ */

/* Adding 1.5 * 2^(mantissa bits) leaves the nearest integer in the low bits of the sum. This needs
 * no conversion, which could be out of range, and only instructions of the baseline machine. It is
 * valid for |x| < 2^22 (f32) and 2^51 (f64); for other x, the integer is arbitrary but defined. */

#define JK_ROUNDER_F32 0x1.8p23f
#define JK_ROUNDER_F64 0x1.8p52

JK_INNER float jk_nearest_f32(float x, int32_t *n)
{
    float t = x + JK_ROUNDER_F32;
    *n = (int32_t)(jk_bits_f32(t) - jk_bits_f32(JK_ROUNDER_F32));
    return t - JK_ROUNDER_F32;
}

JK_INNER double jk_nearest_f64(double x, int64_t *n)
{
    double t = x + JK_ROUNDER_F64;
    *n = (int64_t)(jk_bits_f64(t) - jk_bits_f64(JK_ROUNDER_F64));
    return t - JK_ROUNDER_F64;
}

/* ---- scaling --------------------------------------------------------------------------------- */

/* 2^n for n in the range of normal exponents. */
JK_INNER float jk_pow2_f32(int32_t n)
{
    return jk_from_bits_f32(((uint32_t)n + 127) << 23);
}

JK_INNER double jk_pow2_f64(int64_t n)
{
    return jk_from_bits_f64(((uint64_t)n + 1023) << 52);
}

/* x 2^n in two steps, of which only the second can round, overflow or become subnormal. It is valid
 * for x near 1 and |n| up to 252 (f32) and 2044 (f64); for other n, the result is arbitrary but
 * defined. */
JK_INNER float jk_scale_f32(float x, int32_t n)
{
    int32_t half = n >> 1;
    return x * jk_pow2_f32(half) * jk_pow2_f32(n - half);
}

JK_INNER double jk_scale_f64(double x, int64_t n)
{
    /* A logical shift, because AVX2 has no 64-bit arithmetic shift. */
    int64_t half = (int64_t)(((uint64_t)n + 4096) >> 1) - 2048;
    return x * jk_pow2_f64(half) * jk_pow2_f64((int64_t)((uint64_t)n - (uint64_t)half));
}

/* ---- exact sums ------------------------------------------------------------------------------ */

typedef struct {
    float high, low;
} jk_sum_f32;

typedef struct {
    double high, low;
} jk_sum_f64;

/* What the rounding of sum = a + b took away (Knuth's TwoSum). The operands are variables of any
 * float type, or vectors of one. */
#define JK_ROUNDED_AWAY(a, b, sum) (((a) - ((sum) - ((sum) - (a)))) + ((b) - ((sum) - (a))))

/* a + b = high + low exactly. */
JK_INNER jk_sum_f32 jk_two_sum_f32(float a, float b)
{
    float s = a + b;
    return (jk_sum_f32){s, JK_ROUNDED_AWAY(a, b, s)};
}

JK_INNER jk_sum_f64 jk_two_sum_f64(double a, double b)
{
    double s = a + b;
    return (jk_sum_f64){s, JK_ROUNDED_AWAY(a, b, s)};
}

/* ---- polynomials ----------------------------------------------------------------------------- */

/* JK_POLY_F32(x, c0, c1, ...) = c0 + c1 x + ... by Horner's rule, up to 24 coefficients. x must be
 * a plain variable. */

#define JK_POLY_F32(x, ...) JK_POLY_N(__VA_ARGS__)(jk_fma_f32, x, __VA_ARGS__)
#define JK_POLY_F64(x, ...) JK_POLY_N(__VA_ARGS__)(jk_fma_f64, x, __VA_ARGS__)
#define JK_POLY_f32         JK_POLY_F32
#define JK_POLY_f64         JK_POLY_F64

// clang-format off
#define JK_POLY_N(...) JK_POLY_PICK(__VA_ARGS__, JK_P24, JK_P23, JK_P22, JK_P21, JK_P20, JK_P19, \
    JK_P18, JK_P17, JK_P16, JK_P15, JK_P14, JK_P13, JK_P12, JK_P11, JK_P10, JK_P9, JK_P8, JK_P7, \
    JK_P6, JK_P5, JK_P4, JK_P3, JK_P2, JK_P1, 0)
#define JK_POLY_PICK(c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, \
    c18, c19, c20, c21, c22, c23, c24, p, ...) p
#define JK_P1(f, x, c) c
#define JK_P2(f, x, c, ...) f(x, JK_P1(f, x, __VA_ARGS__), c)
#define JK_P3(f, x, c, ...) f(x, JK_P2(f, x, __VA_ARGS__), c)
#define JK_P4(f, x, c, ...) f(x, JK_P3(f, x, __VA_ARGS__), c)
#define JK_P5(f, x, c, ...) f(x, JK_P4(f, x, __VA_ARGS__), c)
#define JK_P6(f, x, c, ...) f(x, JK_P5(f, x, __VA_ARGS__), c)
#define JK_P7(f, x, c, ...) f(x, JK_P6(f, x, __VA_ARGS__), c)
#define JK_P8(f, x, c, ...) f(x, JK_P7(f, x, __VA_ARGS__), c)
#define JK_P9(f, x, c, ...) f(x, JK_P8(f, x, __VA_ARGS__), c)
#define JK_P10(f, x, c, ...) f(x, JK_P9(f, x, __VA_ARGS__), c)
#define JK_P11(f, x, c, ...) f(x, JK_P10(f, x, __VA_ARGS__), c)
#define JK_P12(f, x, c, ...) f(x, JK_P11(f, x, __VA_ARGS__), c)
#define JK_P13(f, x, c, ...) f(x, JK_P12(f, x, __VA_ARGS__), c)
#define JK_P14(f, x, c, ...) f(x, JK_P13(f, x, __VA_ARGS__), c)
#define JK_P15(f, x, c, ...) f(x, JK_P14(f, x, __VA_ARGS__), c)
#define JK_P16(f, x, c, ...) f(x, JK_P15(f, x, __VA_ARGS__), c)
#define JK_P17(f, x, c, ...) f(x, JK_P16(f, x, __VA_ARGS__), c)
#define JK_P18(f, x, c, ...) f(x, JK_P17(f, x, __VA_ARGS__), c)
#define JK_P19(f, x, c, ...) f(x, JK_P18(f, x, __VA_ARGS__), c)
#define JK_P20(f, x, c, ...) f(x, JK_P19(f, x, __VA_ARGS__), c)
#define JK_P21(f, x, c, ...) f(x, JK_P20(f, x, __VA_ARGS__), c)
#define JK_P22(f, x, c, ...) f(x, JK_P21(f, x, __VA_ARGS__), c)
#define JK_P23(f, x, c, ...) f(x, JK_P22(f, x, __VA_ARGS__), c)
#define JK_P24(f, x, c, ...) f(x, JK_P23(f, x, __VA_ARGS__), c)
// clang-format on

#endif

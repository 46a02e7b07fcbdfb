/* sinh, cosh, tanh, asinh, acosh, atanh.
 *
 * The first three use the parts of the exponential. The others use the logarithm of a sum of two
 * numbers, so that neither 1 + x nor a square root costs accuracy.
 */
#ifndef JACQUARD_OPS_SCALAR_HYPERBOLIC_H
#define JACQUARD_OPS_SCALAR_HYPERBOLIC_H

#include "ops/scalar/each.h"
#include "ops/scalar/exp.h"
#include "ops/scalar/jk.h"
#include "ops/scalar/log_pair.h"

/* ---- series ---------------------------------------------------------------------------------- */

/* (sinh(x) - x) / x^3 as a polynomial in z = x^2 <= 1. */
JK_INNER float jk_sinh_series_f32(float z)
{
    return JK_POLY_F32(z, 0x1.555556p-3f, 0x1.1110eap-7f, 0x1.a01c1cp-13f, 0x1.7678e6p-19f);
}

JK_INNER double jk_sinh_series_f64(double z)
{
    return JK_POLY_F64(z, 0x1.5555555555556p-3, 0x1.111111111104p-7, 0x1.a01a01a0318dfp-13,
                       0x1.71de3a4055942p-19, 0x1.ae646b4e5e772p-26, 0x1.6118dee98cc34p-33,
                       0x1.b52ef1cb55f37p-41);
}

/* (tanh(x) - x) / x^3 as a polynomial in z = x^2 <= 0.4. */
JK_INNER float jk_tanh_series_f32(float z)
{
    return JK_POLY_F32(z, -0x1.555534p-2f, 0x1.110768p-3f, -0x1.b84448p-5f, 0x1.5256cep-6f,
                       -0x1.76abf6p-8f);
}

/* (asinh(x) - x) / x^3 as a polynomial in z = x^2 <= 1/4. */
JK_INNER float jk_asinh_series_f32(float z)
{
    return JK_POLY_F32(z, -0x1.555536p-3f, 0x1.3324f2p-4f, -0x1.6b95eap-5f, 0x1.cd6622p-6f,
                       -0x1.b157fep-7f);
}

JK_INNER double jk_asinh_series_f64(double z)
{
    double zz = z * z;
    double even = JK_POLY_F64(zz, -0x1.5555555555555p-3, -0x1.6db6db6dae1edp-5,
                              -0x1.6e8ba26d4411bp-6, -0x1.c9984e495a2d7p-7, -0x1.3f69a31a2e8a3p-7,
                              -0x1.c777c1a949b19p-8, -0x1.9ab17f4467ee3p-9);
    double odd = JK_POLY_F64(zz, 0x1.3333333333283p-4, 0x1.f1c71c6e13aep-6, 0x1.1c4eba3867135p-6,
                             0x1.7a792593fb73dp-7, 0x1.1037988029c62p-7, 0x1.5b1443ce035dfp-8,
                             0x1.0ac04446cdd4bp-10);
    return jk_fma_f64(z, odd, even);
}

// clang-format off

/* ---- sinh, cosh, tanh ------------------------------------------------------------------------ */

#define JK_SINH_OVER_f32 90.0f /* sinh and cosh overflow */
#define JK_SINH_OVER_f64 711.0

#define JK_HYPERBOLIC(d, T, U)                                                      \
    /* e^a / 2, a >= 0, which overflows only where sinh and cosh do */              \
    JK_INNER jk_sum_##d jk_half_exp_##d(T a)                                        \
    {                                                                               \
        jk_exp_##d##_parts p =                                                      \
            jk_exp_split_##d(a > JK_SINH_OVER_##d ? JK_SINH_OVER_##d : a, 0);       \
        T v = 1 + (p.r + p.tail), v_low = (p.r - (v - 1)) + p.tail;                 \
        return (jk_sum_##d) {jk_scale_##d(v, p.n - 1), jk_scale_##d(v_low, p.n - 1)}; \
    }                                                                               \
    JK T jk_sinh_##d(T x)                                                           \
    {                                                                               \
        T a = jk_fabs_##d(x), z = a * a;                                            \
        jk_sum_##d e = jk_half_exp_##d(a);                                          \
        T near = jk_fma_##d(a * z, jk_sinh_series_##d(z), a);                       \
        T far = e.high - ((T) 0.25 / e.high - e.low);                               \
        return jk_copysign_##d(a < 1 ? near : far, x);                              \
    }                                                                               \
    JK T jk_cosh_##d(T x)                                                           \
    {                                                                               \
        jk_sum_##d e = jk_half_exp_##d(jk_fabs_##d(x));                             \
        return e.high + ((T) 0.25 / e.high + e.low);                                \
    }
EACH_float(JK_HYPERBOLIC)

/* 1 - 2 / (e^2a + 1), and the odd series near 0, where that would cancel. */
JK float jk_tanh_f32(float x)
{
    float a = jk_fabs_f32(x), z = a * a, twice = 2 * (a > 10.0f ? 10.0f : a);
    jk_exp_f32_parts p = jk_exp_split_f32(twice, 0);
    float e = jk_pow2_f32(p.n) * (1 + (p.r + p.tail));
    float far = 1 - 2 / (e + 1), near = jk_fma_f32(a * z, jk_tanh_series_f32(z), a);
    return jk_copysign_f32(a < 0.625f ? near : far, x);
}

/* E / (E + 2) with E = e^2a - 1 */
JK double jk_tanh_f64(double x)
{
    double a = jk_fabs_f64(x), doubled;
    double twice = a > JK_EXP_ONE_f64 / 2 ? JK_EXP_ONE_f64 : 2 * a;
    jk_sum_f64 e = jk_expm1_split_f64(twice, &doubled);
    double sum = e.high + 2, lost = e.high < 2 ? e.high - (sum - 2) : 2 - (sum - e.high);
    double inverse = 1 / sum, q = e.high * inverse;
    double rest = jk_fma_f64(-q, sum, e.high) + (e.low - q * (lost + e.low));
    return jk_copysign_f64(jk_fma_f64(rest, inverse, q), x);
}

/* ---- asinh, acosh, atanh --------------------------------------------------------------------- */

/* Above this, x^2 + 1 and x^2 - 1 round to x^2, and asinh x = acosh x = log 2x. */
#define JK_SQUARE_TOP_f32 0x1p14f
#define JK_SQUARE_TOP_f64 0x1p29

#define JK_ARC_HYPERBOLIC(d, T, U)                                                  \
    /* log(x + sqrt(x^2 + 1)) */                                                    \
    JK T jk_asinh_##d(T x)                                                          \
    {                                                                               \
        T a = jk_fabs_##d(x), z = a * a, z_low = jk_fma_##d(a, a, -z);              \
        jk_sum_##d u = jk_two_sum_##d(z, 1);                                        \
        T root = JK_SQRT_##d(u.high);                                               \
        T root_low = (jk_fma_##d(-root, root, u.high) + (u.low + z_low)) / (2 * root); \
        T y = root + a, y_low = (a - (y - root)) + root_low;                        \
        int far = a > JK_SQUARE_TOP_##d;                                            \
        T log = jk_log_pair_##d(far ? a : y, far ? 0 : y_low, far);                 \
        log = a < JK_INF_##d ? log : a;                                             \
        T near = jk_fma_##d(a * z, jk_asinh_series_##d(z), a);                      \
        return jk_copysign_##d(a < (T) 0.5 ? near : log, x);                        \
    }                                                                               \
    /* log(1 + (t + sqrt(t (t + 2)))) with t = x - 1 */                             \
    JK T jk_acosh_##d(T x)                                                          \
    {                                                                               \
        T t = x - 1, u = x + 1, u_low = 1 - (u - x), p = t * u;                     \
        T p_low = jk_fma_##d(t, u, -p) + t * u_low, root = JK_SQRT_##d(p);          \
        T root_low = (jk_fma_##d(-root, root, p) + p_low) / (p > 0 ? 2 * root : 1); \
        jk_sum_##d w = jk_two_sum_##d(t, root), y = jk_two_sum_##d(1, w.high);      \
        int far = x > JK_SQUARE_TOP_##d;                                            \
        T log = jk_log_pair_##d(far ? x : y.high,                                   \
                                far ? 0 : y.low + (w.low + root_low), far);         \
        log = x < JK_INF_##d ? log : x;                                             \
        return x >= 1 ? log : JK_NAN_##d;                                           \
    }                                                                               \
    /* log(1 + 2x / (1 - x)) / 2 */                                                 \
    JK T jk_atanh_##d(T x)                                                          \
    {                                                                               \
        T a = jk_fabs_##d(x), down = 1 - a, lost = (1 - down) - a;                  \
        T q = 2 * a / down, q_low = (jk_fma_##d(-q, down, 2 * a) - q * lost) / down; \
        jk_sum_##d y = jk_two_sum_##d(1, q);                                        \
        T log = (T) 0.5 * jk_log_pair_##d(y.high, y.low + q_low, 0);                \
        log = a == 1 ? JK_INF_##d : log;                                            \
        return jk_copysign_##d(a <= 1 ? log : JK_NAN_##d, x);                       \
    }
EACH_float(JK_ARC_HYPERBOLIC)

// clang-format on

#endif

/* erf, erfc.
 *
 * erf uses its odd series up to 1; beyond that it is 1 - e^q(x), where the polynomial q
 * approximates log erfc. erfc must be accurate relative to its tiny values. It is computed as
 * e^(-x^2) (1 + p(t)) / (1 + 2x) with t = (x - c)/(x + c); p is smooth from 0 to infinity. The
 * rounding errors of the intermediate results are compensated.
 */
#ifndef JACQUARD_OPS_SCALAR_ERF_H
#define JACQUARD_OPS_SCALAR_ERF_H

#include "ops/scalar/each.h"
#include "ops/scalar/exp.h"
#include "ops/scalar/jk.h"

/* ---- polynomials ----------------------------------------------------------------------------- */

/* erf(x)/x - 1 as a polynomial in z = x^2 <= 1. */
JK_INNER float jk_erf_series_f32(float z)
{
    return JK_POLY_F32(z, 0x1.06eba8p-3f, -0x1.81273ep-2f, 0x1.ce2cfp-4f, -0x1.b7f854p-6f,
                       0x1.53ff4cp-8f, -0x1.a3c64cp-11f, 0x1.48e2b6p-14f);
}

JK_INNER double jk_erf_series_f64(double z)
{
    double zz = z * z;
    double even = JK_POLY_F64(zz, 0x1.06eba8214db69p-3, 0x1.ce2f21a04360ep-4, 0x1.565bcd126b53fp-8,
                              0x1.f9a33410697f2p-14, 0x1.b9ed5d0bf075dp-20, 0x1.fc048114df8a3p-27,
                              0x1.2598185b600fep-34);
    double odd =
        JK_POLY_F64(zz, -0x1.812746b0379fdp-2, -0x1.b82ce312ab00bp-6, -0x1.c02db491adb93p-11,
                    -0x1.f4d31c1038d8p-17, -0x1.5f8d8a6097f4ep-23, -0x1.450d77f7bb296p-30);
    return jk_fma_f64(z, odd, even);
}

/* log erfc(x) from 1 to JK_ERF_ONE, where erf rounds to 1. */
#define JK_ERF_ONE_f32 4.0f
#define JK_ERF_ONE_f64 6.0

JK_INNER float jk_log_erfc_f32(float x)
{
    return JK_POLY_F32(x, -0x1.70d21ap-12f, -0x1.20864p0f, -0x1.46c392p-1f, -0x1.a618e6p-4f,
                       0x1.655fap-6f, -0x1.818c54p-9f, 0x1.859d28p-13f);
}

JK_INNER double jk_log_erfc_f64(double x)
{
    double xx = x * x;
    double even =
        JK_POLY_F64(xx, -0x1.dfb6b8d0e0371p-22, -0x1.45f5d8d7ab7d6p-1, 0x1.375477a3a4973p-6,
                    -0x1.f1cc212174973p-10, -0x1.090b3068bbc2fp-13, 0x1.9b66a00eb9414p-16,
                    0x1.2f69735acadb3p-19, 0x1.a8772961229fbp-25, 0x1.e37dfbacfcb31p-33);
    double odd = JK_POLY_F64(xx, -0x1.20dd28bea44dp0, -0x1.a4b3047edbd26p-4, 0x1.9d74b51c87ac3p-12,
                             0x1.8cda371a92e06p-11, -0x1.9c86244fbfe1p-16, -0x1.346384ddf742dp-17,
                             -0x1.a91723e16ad53p-22, -0x1.2122b7c3c663p-28, -0x1.770aec93b32acp-38);
    return jk_fma_f64(x, odd, even);
}

/* (1 + 2x) e^(x^2) erfc(x) - 1 as a polynomial in t = (x - c)/(x + c). */
#define JK_ERFC_MID_f32 2.2f
#define JK_ERFC_MID_f64 3.75

JK_INNER float jk_erfc_factor_f32(float t)
{
    return JK_POLY_F32(t, 0x1.16bc2p-2f, -0x1.b7417ep-4f, -0x1.19c5fcp-3f, 0x1.53b1c6p-3f,
                       -0x1.3fc502p-4f, 0x1.d9f552p-8f, 0x1.1f306p-7f, -0x1.eec7dap-10f,
                       -0x1.539ec8p-10f, 0x1.bf761ap-13f, 0x1.5dd6bep-13f);
}

JK_INNER double jk_erfc_factor_f64(double t)
{
    double tt = t * t;
    double even =
        JK_POLY_F64(tt, 0x1.e66d05aeaee14p-3, 0x1.d5f294815928cp-9, -0x1.bda9309a2791p-4,
                    -0x1.e0d0fa6e2240fp-5, -0x1.3f603c3022d67p-7, 0x1.33fb244bc4501p-12,
                    0x1.b143c93bc7dd5p-15, -0x1.7ffbc5f7cbd74p-17, 0x1.d576df4930ed2p-20,
                    -0x1.0fb6cbb2e93f1p-22, 0x1.19cf94fa4fef2p-25, -0x1.3b1ba08799313p-29);
    double odd = JK_POLY_F64(tt, -0x1.1f367683f899bp-3, 0x1.510169d095d4ap-4, 0x1.7a14188ab0daap-4,
                             0x1.d0b00377fdb7fp-6, 0x1.cc3a1160c007cp-10, -0x1.303fe43be8834p-12,
                             0x1.779975085ea54p-16, -0x1.07467630651c4p-20, -0x1.94fbf0c06eb5cp-25,
                             0x1.034ce4fcf7ce9p-26, -0x1.2a019350abc05p-31);
    return jk_fma_f64(t, odd, even);
}

// clang-format off

/* ---- the functions --------------------------------------------------------------------------- */

#define JK_ERF(d, T, U)                                                             \
    JK T jk_erf_##d(T x)                                                            \
    {                                                                               \
        T a = jk_fabs_##d(x), b = a > JK_ERF_ONE_##d ? JK_ERF_ONE_##d : a;          \
        jk_exp_##d##_parts e = jk_exp_split_##d(jk_log_erfc_##d(b), 0);             \
        T far = 1 - jk_pow2_##d(e.n) * (1 + (e.r + e.tail));                        \
        T near = jk_fma_##d(b, jk_erf_series_##d(b * b), b);                        \
        return jk_copysign_##d(b < 1 ? near : far, x);                              \
    }
EACH_float(JK_ERF)

/* For t < -1/2, where t is inexact, the slope of p is approximately (SLOPE - FALL u)^2. */
#define JK_ERFC_SLOPE_f32 0.98f
#define JK_ERFC_SLOPE_f64 1.28
#define JK_ERFC_FALL_f32 2.13f
#define JK_ERFC_FALL_f64 4.86
#define JK_ERFC_ZERO_f32 10.5f /* erfc underflows to 0 */
#define JK_ERFC_ZERO_f64 28.0

#define JK_ERFC(d, T, U)                                                            \
    JK T jk_erfc_##d(T x)                                                           \
    {                                                                               \
        T a = jk_fabs_##d(x);                                                       \
        a = a > JK_ERFC_ZERO_##d ? JK_ERFC_ZERO_##d : a;                            \
        T z = a * a, z_low = jk_fma_##d(a, a, -z);                                  \
        jk_exp_##d##_parts e = jk_exp_split_##d(-z, -z_low);                        \
        T v = 1 + (e.r + e.tail), v_low = (e.r - (v - 1)) + e.tail;                 \
        T u = a / (a + JK_ERFC_MID_##d), t = 2 * u - 1, t_low = 2 * u - (t + 1);    \
        T w = jk_fma_##d(u, -JK_ERFC_FALL_##d, JK_ERFC_SLOPE_##d);                  \
        T p = jk_fma_##d(t_low * w, w, jk_erfc_factor_##d(t));                      \
        T more = v * p, top = v + more;                                             \
        T top_low = (more - (top - v)) + jk_fma_##d(v_low, p, v_low);               \
        T sum = 1 + 2 * a, lost = a < (T) 0.5 ? 2 * a - (sum - 1) : 1 - (sum - 2 * a); \
        T inverse = 1 / sum, q = top * inverse;                                     \
        T rest = jk_fma_##d(-q, sum, top) + (top_low - q * lost);                   \
        T y = jk_scale_##d(jk_fma_##d(rest, inverse, q), e.n);                      \
        return x < 0 ? 2 - y : y;                                                   \
    }
EACH_float(JK_ERFC)

// clang-format on

#endif

/* erfcx, and functions of the normal distribution: ndtr, log_ndtr, ndtri.
 *
 * The probability of a tail, Q(x) for x >= 0, is e^(-x^2/2) erfcx(x / sqrt 2) / 2. The square is exact
 * as a sum of two numbers, and erfcx magnifies no rounding error. Everything else is made of that.
 * ndtri's functions and the derivatives are f64's for f32 too, rounded.
 */
#ifndef JACQUARD_OPS_SCALAR_NORMAL_H
#define JACQUARD_OPS_SCALAR_NORMAL_H

#include "ops/scalar/binade.h"
#include "ops/scalar/each.h"
#include "ops/scalar/erf.h"
#include "ops/scalar/erf_inv.h"
#include "ops/scalar/exp.h"
#include "ops/scalar/grad.h"
#include "ops/scalar/jk.h"
#include "ops/scalar/log.h"

// clang-format off

/* ---- erfcx --------------------------------------------------------------------------------- */

#define JK_ERFCX_FAR_f32 10.0f /* from here on, an asymptotic series */
#define JK_ERFCX_FAR_f64 27.0
#define JK_ERFCX_OVER_f32 9.5f /* erfcx(-x) overflows */
#define JK_ERFCX_OVER_f64 27.0

/* erfcx(a) for a >= 0: (1 + p) / (1 + 2a), as in jk_erfc, or its asymptotic series. */
#define JK_ERFCX(d, T, U)                                                           \
    JK_INNER T jk_erfcx_right_##d(T a)                                              \
    {                                                                               \
        T b = a > JK_ERFCX_FAR_##d ? JK_ERFCX_FAR_##d : a;                          \
        T u = b / (b + JK_ERFC_MID_##d), t = 2 * u - 1, t_low = 2 * u - (t + 1);    \
        T w = jk_fma_##d(u, -JK_ERFC_FALL_##d, JK_ERFC_SLOPE_##d);                  \
        T p = jk_fma_##d(t_low * w, w, jk_erfc_factor_##d(t));                      \
        T top = 1 + p, top_low = p - (top - 1);                                     \
        T sum = 1 + 2 * b, lost = b < (T) 0.5 ? 2 * b - (sum - 1) : 1 - (sum - 2 * b); \
        T inverse = 1 / sum, q = top * inverse;                                     \
        T rest = jk_fma_##d(-q, sum, top) + (top_low - q * lost);                   \
        T y = jk_fma_##d(rest, inverse, q);                                         \
        T r = 1 / a, v = r * r;                                                     \
        T far = JK_POLY_##d(v, (T) -0x1p-1, (T) 0x1.8p-1, (T) -0x1.ep0, (T) 0x1.a4p2, \
                            (T) -0x1.d88p4, (T) 0x1.44d8p7, (T) -0x1.07ef8p10);      \
        far = jk_fma_##d(v * far, r, r) * (T) 0x1.20dd750429b6dp-1;                 \
        return a > JK_ERFCX_FAR_##d ? far : y;                                      \
    }                                                                               \
    JK T jk_erfcx_##d(T x)                                                          \
    {                                                                               \
        T a = jk_fabs_##d(x), b = a > JK_ERFCX_OVER_##d ? JK_ERFCX_OVER_##d : a;    \
        T z = b * b, z_low = jk_fma_##d(b, b, -z), y = jk_erfcx_right_##d(a);       \
        jk_exp_##d##_parts e = jk_exp_split_##d(z, z_low);                          \
        T twice = jk_scale_##d(2 + 2 * (e.r + e.tail), e.n);                        \
        return x < 0 ? twice - y : y;                                               \
    }
EACH_float(JK_ERFCX)

/* ---- ndtr, log_ndtr -------------------------------------------------------------------------- */

#define JK_NDTR_ZERO_f32 14.75f /* ndtr(-x) underflows to 0 */
#define JK_NDTR_ZERO_f64 39.0

#define JK_NDTR(d, T, U)                                                            \
    JK_INNER T jk_tail_##d(T a, T scaled)                                           \
    {                                                                               \
        T b = a > JK_NDTR_ZERO_##d ? JK_NDTR_ZERO_##d : a;                          \
        T z = (T) 0.5 * b * b, z_low = jk_fma_##d((T) 0.5 * b, b, -z);              \
        jk_exp_##d##_parts e = jk_exp_split_##d(-z, -z_low);                        \
        return jk_scale_##d((T) 0.5 * scaled * (1 + (e.r + e.tail)), e.n);          \
    }                                                                               \
    JK T jk_ndtr_##d(T x)                                                           \
    {                                                                               \
        T a = jk_fabs_##d(x);                                                       \
        T q = jk_tail_##d(a, jk_erfcx_right_##d(a * (T) 0x1.6a09e667f3bcdp-1));     \
        return x < 0 ? q : 1 - q;                                                   \
    }                                                                               \
    /* Left of 0, it is -x^2/2 + log(scaled / 2), two terms of the same sign. */    \
    JK T jk_log_ndtr_##d(T x)                                                       \
    {                                                                               \
        T a = jk_fabs_##d(x), scaled = jk_erfcx_right_##d(a * (T) 0x1.6a09e667f3bcdp-1); \
        T z = (T) 0.5 * a * a, z_low = jk_fma_##d((T) 0.5 * a, a, -z);              \
        z_low = z < JK_INF_##d ? z_low : 0;                                         \
        T left = (z_low - jk_log_##d((T) 0.5 * scaled)) + z;                        \
        T right = jk_log1p_##d(-jk_tail_##d(a, scaled));                            \
        return x < 0 ? -left : right;                                               \
    }
EACH_float(JK_NDTR)

// clang-format on

/* ---- ndtri ----------------------------------------------------------------------------------- */

/* -ndtri(e^(-s^2/2)) for s from 2 to 64. */
// clang-format off
static const double jk_ndtri_rows[5][20] = {
    {0x1.24aff9a96c3c4p1, 0x1.2415bcbdd7988p0, -0x1.0dcd4984b3479p-5, 0x1.0e56f6d1f4916p-7,
     -0x1.1a73b521d5f58p-9, 0x1.3047d938db315p-11, -0x1.500f59afe597ap-13, 0x1.7b1a0c3455fabp-15,
     -0x1.b382a802f5474p-17, 0x1.fc2ab8a7b2c16p-19, -0x1.2c70279994892p-20, 0x1.673d30255f1f1p-22,
     -0x1.b10dee43f95fap-24, 0x1.07588a6d254b5p-25, -0x1.490011b23c841p-27, 0x1.973aa4ae6af17p-29,
     -0x1.a1fadedf8d977p-31, 0x1.fa0ef2a47d094p-33, -0x1.40df7d63b21b4p-33, 0x1.9e2e24570abb6p-35},
    {0x1.627b3e40e4e93p2, 0x1.0d0b3329d652cp1, -0x1.a943aa2a03197p-6, 0x1.ca8053363190ep-8,
     -0x1.fe12f304dfcd6p-10, 0x1.2190e47b154c4p-11, -0x1.4da767de8b505p-13, 0x1.84ee3f2fe0796p-15,
     -0x1.c9c65b5b8f63p-17, 0x1.0fb271e94d964p-18, -0x1.4502cc413df99p-20, 0x1.8785f6a710fccp-22,
     -0x1.da195a51d26f2p-24, 0x1.21084dd44b0fcp-25, -0x1.6987e69919b89p-27, 0x1.bfb0dbf57b40ep-29,
     -0x1.cbaa67c5c7d31p-31, 0x1.1639f1ddddd8p-32, -0x1.60734c393c25p-33, 0x1.c6c51e9cb89f6p-35},
    {0x1.76dc048253589p3, 0x1.045f212144722p2, -0x1.2e5d2261b1934p-6, 0x1.56c9df31bca19p-8,
     -0x1.8f01da7be4503p-10, 0x1.d8630b9dc0aa3p-12, -0x1.1afa3e8a8eb92p-13, 0x1.560aee3b91aaep-15,
     -0x1.a049c808f430bp-17, 0x1.fd757219bdfefp-19, -0x1.3930ce7606f55p-20, 0x1.828f161ab3e12p-22,
     -0x1.de0a6af71ae91p-24, 0x1.28c36fef16e5dp-25, -0x1.7949f9a10259bp-27, 0x1.d924a9bbb8be4p-29,
     -0x1.e827c5fb7c66dp-31, 0x1.2a0f4966e06a8p-32, -0x1.7f30f9d5c34ep-33, 0x1.f0745db140146p-35},
    {0x1.7d43342baad9fp4, 0x1.0162ea2327e31p3, -0x1.8faede1985bc7p-7, 0x1.d4d2fd84a421ap-9,
     -0x1.1928bdd8ad6cep-10, 0x1.5615cb25ac7e6p-12, -0x1.a46bd5d553b58p-14, 0x1.044badc78e003p-15,
     -0x1.4433fdf17fdcdp-17, 0x1.95b35086fc929p-19, -0x1.fdaee95bdaeabp-21, 0x1.412e7dff55885p-22,
     -0x1.95384a58b9af4p-24, 0x1.0084b3bb46b07p-25, -0x1.4d26d9ae0dba4p-27, 0x1.a99d8f5e9b4cap-29,
     -0x1.b78a4e627b51ep-31, 0x1.1076116f1de13p-32, -0x1.6f0cb61a092bp-33, 0x1.e2997d9e68cefp-35},
    {0x1.7f337a6e2e52ep5, 0x1.006c0bf6004b2p4, -0x1.f554238440eep-8, 0x1.2d34d7cc29784p-9,
     -0x1.70e7d0f3ec3f5p-11, 0x1.c95616655ea68p-13, -0x1.1de64ee893fb8p-14, 0x1.67b8cbc8ec9f7p-16,
     -0x1.c6d5cad41aa0cp-18, 0x1.20afb6d5c74f2p-19, -0x1.6fafa123cda65p-21, 0x1.d5905d1607a1p-23,
     -0x1.2bf8aada78f68p-24, 0x1.8084a35c0268bp-26, -0x1.fa75cb71ec065p-28, 0x1.477e72d213cecp-29,
     -0x1.519e7d3aed1fep-31, 0x1.a698c6a98ceedp-33, -0x1.275494c955db2p-33, 0x1.88d07b01ed3cbp-35}
};
// clang-format on

JK double jk_ndtri_f64(double p)
{
    double q = p > 0.5 ? 1 - p : p;
    double central = 0x1.6a09e667f3bcdp0 * jk_erf_inv_f64(2 * p - 1);
    double s = __builtin_sqrt(-2 * jk_log_f64(q));
    jk_binade b = jk_binade_of(s);
    const double *row = jk_ndtri_rows[b.k < 1 ? 0 : b.k > 5 ? 4 : b.k - 1];
    double tail = JK_ROW_20(b.t, row);
    double y = q < 0.1 ? (p > 0.5 ? tail : -tail) : central;
    y = p == 0 ? -JK_INF_F64 : p == 1 ? JK_INF_F64 : y;
    return p >= 0 && p <= 1 ? y : JK_NAN_F64;
}

JK float jk_ndtri_f32(float p)
{
    return (float)jk_ndtri_f64(p);
}

/* ---- derivatives ------------------------------------------------------------------------------- */

/* The derivative of erfcx, 2x erfcx(x) - 2/sqrt(pi). Its terms cancel for great x, where it is an
 * asymptotic series in 1/x^2, divided by x^2. */
JK double jk_erfcx_grad_f64(double x)
{
    double near = 2 * jk_fma_f64(x, jk_erfcx_f64(x), -0x1.20dd750429b6dp-1);
    double w = 1 / (x * x);
    double far = w * JK_POLY_F64(w, -0x1.20dd750429b6dp-1, 0x1.b14c2f863e924p-1,
                                 -0x1.0ecf9db3e71b6p1, 0x1.d9eb53fad46ffp2, -0x1.0a945f3d177efp5,
                                 0x1.6e8c02f4004e9p7, -0x1.29d1c266403fdp10, 0x1.1734a63fdc3bep13,
                                 -0x1.28a7f0a3d9ff9p16, 0x1.60476dc292df8p19);
    return x > 14 ? far : x == -JK_INF_F64 ? x : near;
}

JK float jk_erfcx_grad_f32(float x)
{
    return (float)jk_erfcx_grad_f64(x);
}

/* h(x) = ndtr'(x) / ndtr(x), the derivative of log_ndtr. */
JK double jk_log_ndtr_grad_f64(double x)
{
    double a = jk_fabs_f64(x), scaled = jk_erfcx_right_f64(a * 0x1.6a09e667f3bcdp-1);
    double left = 0x1.9884533d43651p-1 / scaled;
    double b = a > JK_NDTR_ZERO_f64 ? JK_NDTR_ZERO_f64 : a;
    double z = 0.5 * b * b, z_low = jk_fma_f64(0.5 * b, b, -z);
    double density = jk_exp_times_f64(-z, -z_low, 0x1.9884533d43651p-2, -0x1.cbc0d30ebfd15p-56);
    double right = density / (1 - jk_tail_f64(a, scaled));
    return x < 0 ? left : right;
}

JK float jk_log_ndtr_grad_f32(float x)
{
    return (float)jk_log_ndtr_grad_f64(x);
}

/* h(x) + x, so that h' = -h (h + x). The sum cancels for x far below 0, where it is an asymptotic
 * series. */
JK double jk_log_ndtr_bend_f64(double x)
{
    double near = jk_log_ndtr_grad_f64(x) + x, w = 1 / (x * x);
    double far = -JK_POLY_F64(w, 1.0, -2.0, 10.0, -74.0, 706.0, -8162.0, 110410.0, -1708394.0,
                              29752066.0, -576037442.0, 12277827850.0) / x;
    return x < -14 ? far : near;
}

JK float jk_log_ndtr_bend_f32(float x)
{
    return (float)jk_log_ndtr_bend_f64(x);
}

/* The derivative of ndtri, 1 / ndtr'(y) with y = ndtri(p). */
JK double jk_ndtri_grad_f64(double p)
{
    double q = p > 0.5 ? 1 - p : p, a = jk_fabs_f64(jk_ndtri_f64(p));
    double y = 0x1.40d931ff62706p0 * jk_erfcx_right_f64(a * 0x1.6a09e667f3bcdp-1) / q;
    return q == 0 ? JK_INF_F64 : y;
}

JK float jk_ndtri_grad_f32(float p)
{
    return (float)jk_ndtri_grad_f64(p);
}

#endif

/* asin, acos, atan, atan2.
 *
 * asin and acos use the odd polynomial of asin near 0, and the half angle beyond 1/2:
 * acos x = 2 asin sqrt((1 - x) / 2). For atan, the angle is turned by 0, pi/4 or pi/2 so that its
 * tangent is at most 1/2. This costs no more than the one division that atan2 needs anyway.
 */
#ifndef JACQUARD_OPS_SCALAR_ARCTRIG_H
#define JACQUARD_OPS_SCALAR_ARCTRIG_H

#include "ops/scalar/each.h"
#include "ops/scalar/jk.h"

/* (asin(x) - x) / x^3 as a polynomial in z = x^2 <= 1/4. */
JK_INNER float jk_asin_series_f32(float z)
{
    return JK_POLY_F32(z, 0x1.5555cap-3f, 0x1.3301a4p-4f, 0x1.7481d8p-5f, 0x1.8c1492p-6f,
                       0x1.5976p-5f);
}

JK_INNER double jk_asin_series_f64(double z)
{
    double zz = z * z;
    double even = JK_POLY_F64(zz, 0x1.5555555555578p-3, 0x1.6db6db7218c2dp-5, 0x1.6e8bdedca3fffp-6,
                              0x1.ca1f50cd59a6dp-7, 0x1.612cd5fb3b281p-7, 0x1.634962d58a82fp-6,
                              0x1.0b20009662e6p-5);
    double odd = JK_POLY_F64(zz, 0x1.333333332e01ap-4, 0x1.f1c71a94157e7p-6, 0x1.1c49f1f4a727bp-6,
                             0x1.7587fb8e1a555p-7, 0x1.e6f82b673c21cp-9, -0x1.5783ebf98ec2fp-6);
    return jk_fma_f64(z, odd, even);
}

/* (atan(t) - t) / t^3 as a polynomial in z = t^2 <= 1/4. */
JK_INNER float jk_atan_series_f32(float z)
{
    return JK_POLY_F32(z, -0x1.555552p-2f, 0x1.999744p-3f, -0x1.24502cp-3f, 0x1.c071dap-4f,
                       -0x1.480a2p-4f, 0x1.3fc9fp-5f);
}

JK_INNER double jk_atan_series_f64(double z)
{
    double zz = z * z;
    double even = JK_POLY_F64(zz, -0x1.5555555555552p-2, -0x1.249249245348fp-3,
                              -0x1.745d138d01548p-4, -0x1.110c6e7fe4e71p-4, -0x1.ac71916aa5f74p-5,
                              -0x1.3011b3de80456p-5, -0x1.12109fe20833fp-7);
    double odd = JK_POLY_F64(zz, 0x1.99999999990d4p-3, 0x1.c71c71aadfa52p-4, 0x1.3b13607f0e90fp-4,
                             0x1.e182a8076b574p-5, 0x1.77f7a88088662p-5, 0x1.8386dc942f298p-6);
    return jk_fma_f64(z, odd, even);
}

/* Multiples of pi as sums of two numbers. */
#define JK_PI_HIGH_f32    0x1.921fb6p1f
#define JK_PI_LOW_f32     -0x1.777a5cp-24f
#define JK_PI_HIGH_f64    0x1.921fb54442d18p1
#define JK_PI_LOW_f64     0x1.1a62633145c07p-53
#define JK_PI3_4_HIGH_f32 0x1.2d97c8p1f
#define JK_PI3_4_LOW_f32  -0x1.99bc5cp-28f
#define JK_PI3_4_HIGH_f64 0x1.2d97c7f3321d2p1
#define JK_PI3_4_LOW_f64  0x1.a79394c9e8a0ap-54

// clang-format off

#define JK_ASIN_ACOS(d, T, U)                                                       \
    JK T jk_asin_##d(T x)                                                           \
    {                                                                               \
        T a = jk_fabs_##d(x);                                                       \
        int far = a > (T) 0.5;                                                      \
        T w = far ? (1 - a) * (T) 0.5 : a * a, s = JK_SQRT_##d(w);                  \
        T series = jk_asin_series_##d(w) * w;                                       \
        T lost = jk_fma_##d(-s, s, w) / (w > 0 ? 2 * s : 1); /* root's error */     \
        T half = jk_fma_##d(s, series, lost);                                       \
        T y = (JK_PI_HIGH_##d / 2 - 2 * s) - (2 * half - JK_PI_LOW_##d / 2);        \
        return jk_copysign_##d(far ? y : jk_fma_##d(a, series, a), x);              \
    }                                                                               \
    JK T jk_acos_##d(T x)                                                           \
    {                                                                               \
        T a = jk_fabs_##d(x);                                                       \
        int far = a > (T) 0.5;                                                      \
        T w = far ? (1 - a) * (T) 0.5 : a * a, s = far ? JK_SQRT_##d(w) : x;        \
        T tail = s * (jk_asin_series_##d(w) * w);                                   \
        T near = JK_PI_HIGH_##d / 2 - (s + (tail - JK_PI_LOW_##d / 2));             \
        T back = JK_PI_HIGH_##d - 2 * (s + (tail - JK_PI_LOW_##d / 2));             \
        return far ? x < 0 ? back : 2 * (s + tail) : near;                          \
    }

EACH_float(JK_ASIN_ACOS)

/* The angle of the point (x, y) for x, y >= 0; of (-x, y) if `left` is set. With t = y/x,
 * (y - x)/(y + x) or -x/y it is atan t plus 0, pi/4 or pi/2; if `left` is set, pi minus that. */
#define JK_ATAN(d, T, U)                                                            \
    JK_INNER T jk_angle_##d(T y, T x, int left)                                     \
    {                                                                               \
        /* If neither low nor high, y - x is exact. The origin is low. */           \
        int low = y <= (T) 0.5 * x, high = y > 2 * x;                               \
        T top = low ? y : high ? -x : y - x, bottom = low ? x : high ? y : y + x;   \
        T t = top / (top == 0 ? 1 : bottom), z = t * t;                             \
        T base = low ? 0 : high ? JK_PI_HIGH_##d / 2 : JK_PI_HIGH_##d / 4;          \
        T base_low = low ? 0 : high ? JK_PI_LOW_##d / 2 : JK_PI_LOW_##d / 4;        \
        T mirrored = low ? JK_PI_HIGH_##d                                           \
                         : high ? JK_PI_HIGH_##d / 2 : JK_PI3_4_HIGH_##d;           \
        T mirrored_low = low ? JK_PI_LOW_##d                                        \
                             : high ? JK_PI_LOW_##d / 2 : JK_PI3_4_LOW_##d;         \
        base = left ? mirrored : base, base_low = left ? mirrored_low : base_low;   \
        t = left ? -t : t;                                                          \
        T tail = jk_fma_##d(t * z, jk_atan_series_##d(z), base_low), sum = base + t; \
        return sum + ((t - (sum - base)) + tail);                                   \
    }                                                                               \
    JK T jk_atan_##d(T x)                                                           \
    {                                                                               \
        return jk_copysign_##d(jk_angle_##d(jk_fabs_##d(x), 1, 0), x);              \
    }                                                                               \
    JK T jk_atan2_##d(T y, T x)                                                     \
    {                                                                               \
        T b = jk_fabs_##d(y), a = jk_fabs_##d(x), most = a > b ? a : b;             \
        int both = (a == JK_INF_##d) & (b == JK_INF_##d);                           \
        /* Makes a + b finite, and half of a and of b exact. */                     \
        T scale = most > JK_HUGE_##d ? (T) 0.25 : most < JK_TINY_##d ? (T) 0x1p60 : 1; \
        a = both ? 1 : a * scale, b = both ? 1 : b * scale;                         \
        T angle = jk_angle_##d(b, a, jk_bits_##d(x) >> (8 * sizeof(T) - 1));        \
        return jk_copysign_##d(angle, y);                                           \
    }

#define JK_HUGE_f32 0x1p125f
#define JK_HUGE_f64 0x1p1021
#define JK_TINY_f32 0x1p-100f
#define JK_TINY_f64 0x1p-960
EACH_float(JK_ATAN)

// clang-format on

#endif

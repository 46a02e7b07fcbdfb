/* The sine and cosine integrals.
 *
 * Up to 4, a power series for Si, and for Ci a polynomial for each binade, with a factor for the zero in
 * it. Beyond, both are a sine and a cosine times the functions f and g, which are polynomials for each
 * binade; near one of its zeros up to 52, Ci is the distance from it times a polynomial. f32's functions
 * are f64's, rounded.
 */
#ifndef JACQUARD_OPS_SCALAR_SICI_H
#define JACQUARD_OPS_SCALAR_SICI_H

#include "ops/scalar/binade.h"
#include "ops/scalar/log.h"
#include "ops/scalar/sici_table.h"
#include "ops/scalar/trig.h"

/* f and g of a >= 4. */
typedef struct {
    double f, g;
} jk_sici_far_parts;

JK_INNER jk_sici_far_parts jk_sici_far_of(double a)
{
    jk_binade b = jk_binade_of(a < 4 ? 4 : a);
    int row = b.k > 3 ? 2 : b.k - 2;
    double inverse = 1 / a, v = 16 * inverse, t = row == 2 ? 2 * v * v - 1 : b.t;
    double f = JK_ROW_24(t, jk_sici_far[0][row]), g = JK_ROW_24(t, jk_sici_far[1][row]);
    return (jk_sici_far_parts){row == 2 ? f * inverse : f, row == 2 ? g * inverse * inverse : g};
}

JK double jk_si_f64(double x)
{
    double a = jk_fabs_f64(x), b = a < 4 ? a : 4, t = 0.125 * b * b - 1;
    double series = b * JK_POLY_F64(t, 0x1.4c3ba09d01a0dp-1, -0x1.14774a496bda5p-2, 0x1.1e887724d658ep-4, -0x1.4d9bbee8c8688p-7,
    0x1.e583838411d42p-11, -0x1.e0a04a92f4eb2p-15, 0x1.57fcad05342fep-19, -0x1.7458499590cf2p-24,
    0x1.3b61dc2dcbe9cp-29, -0x1.ad6ddd6c87f92p-35, 0x1.e0380b6cdc4cbp-41, -0x1.c0ea6337a0e43p-47,
    0x1.6407975398f52p-53, -0x1.e525ec5baff31p-60, 0x1.1f1abdbd03e12p-66, -0x1.29c45c1973db6p-73);
    jk_sici_far_parts p = jk_sici_far_of(a);
    double wave = jk_fma_f64(p.f, jk_cos_f64(a), p.g * jk_sin_f64(a));
    double far = a == JK_INF_F64 ? 0x1.921fb54442d18p0 : 0x1.921fb54442d18p0 - wave;
    return x == x ? jk_copysign_f64(a < 4 ? series : far, x) : x;
}

JK float jk_si_f32(float x)
{
    return (float)jk_si_f64(x);
}

/* Of |x|, as in JAX. */
JK double jk_ci_f64(double x)
{
    double a = jk_fabs_f64(x), c = a < 0.25 ? a * a : 0;
    double small = jk_log_f64(a) + (0x1.2788cfc6fb619p-1 +
                                    c * JK_POLY_F64(c, -0x1p-2, 0x1.5555555555555p-7,
                                                    -0x1.e573ac901e574p-13, 0x1.a01a01a01a01ap-19,
                                                    -0x1.d96e5f25a9894p-26));
    jk_binade b = jk_binade_of(a >= 0.25 && a < 4 ? a : 0.25);
    double middle = JK_ROW_24(b.t, jk_ci_rows[b.k + 2]);
    double first = (a - 0x1.3ba69b6517559p-1) + 0x1.844beee0210fep-55;
    double second = (a - 0x1.b12cd2f74f769p1) - 0x1.c6bdbd631b168p-53;
    middle *= b.k == -1 ? first : b.k == 1 ? second : 1;

    jk_sici_far_parts p = jk_sici_far_of(a);
    double far = jk_fma_f64(p.f, jk_sin_f64(a), -p.g * jk_cos_f64(a));
    double n = a < 52 ? __builtin_floor(a * 0x1.45f306dc9c883p-2 + 0.5) : 16;
    n = n < 2 ? 2 : n > 16 ? 16 : n;
    const double *row = jk_ci_zeros[(int)n - 2];
    double d = (a - row[0]) - row[1];
    double near = d * JK_ROW_16(d, (row + 2));
    far = jk_fabs_f64(d) < 0.5 ? near : a == JK_INF_F64 ? 0 : far;
    double y = a < 0.25 ? small : a < 4 ? middle : far;
    return x == -JK_INF_F64 ? JK_NAN_F64 : x == x ? y : x;
}

JK float jk_ci_f32(float x)
{
    return (float)jk_ci_f64(x);
}

#endif

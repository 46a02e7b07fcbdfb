/* The exponential integrals Ei and E1.
 *
 * Below 1/4 in magnitude, a logarithm plus a power series. Beyond that e^x times a polynomial for each
 * binade; around its zero, Ei is the distance from the zero times a polynomial. f32's functions are
 * f64's, rounded.
 */
#ifndef JACQUARD_OPS_SCALAR_EXPINT_H
#define JACQUARD_OPS_SCALAR_EXPINT_H

#include "ops/scalar/binade.h"
#include "ops/scalar/exp.h"
#include "ops/scalar/expint_table.h"
#include "ops/scalar/log.h"

JK double jk_expi_f64(double x)
{
    double a = jk_fabs_f64(x);
    int left = x < 0, small = a < 0.25;
    double c = small ? x : 0;
    double series = JK_POLY_F64(c, 0x1p0, 0x1p-2, 0x1.c71c71c71c71cp-5, 0x1.5555555555555p-7,
                                0x1.b4e81b4e81b4fp-10, 0x1.e573ac901e574p-13,
                                0x1.db8b6f9266dd5p-16, 0x1.a01a01a01a01ap-19,
                                0x1.48c5892f7cd83p-22, 0x1.d96e5f25a9894p-26,
                                0x1.390327a26bdbdp-29, 0x1.7e9213ff6762p-33);
    double near = jk_log_f64(a) + (0x1.2788cfc6fb619p-1 + c * series);

    jk_binade b = jk_binade_of(small ? 0.25 : a);
    int far = b.k > 5, row = (far ? 8 : b.k + 2) + (left ? 9 : 0);
    double t = far ? 128 / a - 1 : b.t, y = JK_ROW_23(t, jk_expi_rows[row]);
    double d = (a - 0x1.7d72952b4b5fcp-2) - 0x1.e4c986021c6f2p-57;
    y = far ? y / a : row == 0 ? y * d : y;
    jk_exp_f64_parts e = jk_exp_split_f64(jk_clamp_f64_between(x, -750, 720), 0);
    y = jk_scale_f64(y * (1 + (e.r + e.tail)), e.n);
    y = x > 717 ? JK_INF_F64 : x < -750 ? -0.0 : y;
    return small ? near : y;
}

JK float jk_expi_f32(float x)
{
    return (float)jk_expi_f64(x);
}

/* E1(x) = -Ei(-x). It is complex for x < 0. */
JK double jk_exp1_f64(double x)
{
    return x < 0 ? JK_NAN_F64 : -jk_expi_f64(-x);
}

JK float jk_exp1_f32(float x)
{
    return (float)jk_exp1_f64(x);
}

#endif

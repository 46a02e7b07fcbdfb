/* sin(pi x) / (pi x).
 *
 * With n the integer nearest to x, it is the same function of x - n, times +-(x - n) / x. So it is 0 at
 * the other integers and accurate near them. f32's function is f64's, rounded.
 */
#ifndef JACQUARD_OPS_SCALAR_SINC_H
#define JACQUARD_OPS_SCALAR_SINC_H

#include "ops/scalar/gamma.h"
#include "ops/scalar/jk.h"

JK double jk_sinc_f64(double x)
{
    double a = jk_fabs_f64(x), b = a < 0x1p52 ? a : 1;
    double n = __builtin_floor(b + 0.5), r = b - n, half = 0.5 * n;
    double sign = half == __builtin_floor(half) ? 1 : -1;
    jk_sum_f64 near = jk_sinc_pair(jk_fabs_f64(r));
    double y = near.high + near.low;
    y = n == 0 ? y : r == 0 ? 0 : sign * r * y / b;
    return a == JK_INF_F64 || x != x ? JK_NAN_F64 : y;
}

JK float jk_sinc_f32(float x)
{
    return (float)jk_sinc_f64(x);
}

#endif

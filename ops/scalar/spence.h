/* Spence's function, the integral of log(t) / (1 - t) from 1 to x.
 *
 * In u = -log x it is u - u^2/4 + u^3 p(u^2), with the Bernoulli numbers in p. That is short from 1/2 to
 * 1; smaller arguments are reflected to 1 - x, those above 1 inverted. f32's function is f64's,
 * rounded.
 */
#ifndef JACQUARD_OPS_SCALAR_SPENCE_H
#define JACQUARD_OPS_SCALAR_SPENCE_H

#include "ops/scalar/log.h"

JK_INNER double jk_spence_series(double u)
{
    double y = u * u;
    double p = JK_POLY_F64(y, 0x1.c71c71c71c71cp-6, -0x1.23456789abcdfp-12, 0x1.3d079fb6ef3e1p-18,
                           -0x1.8a86a49f61db7p-24, 0x1.04d7f65babc8fp-29, -0x1.658a4a0858d9ep-35,
                           0x1.f63dc426e39aep-41, -0x1.66d84b8ff75bap-46, 0x1.efed822fb8c6fp-52);
    return jk_fma_f64(y, jk_fma_f64(u, p, -0.25), u);
}

JK double jk_spence_f64(double x)
{
    /* With z = x or 1/x, whichever is less than 1 if one is less than 1/2: the series is of z or of
     * 1 - z. */
    int inverted = x > 2;
    double z = inverted ? 1 / x : x, log = jk_log_f64(x), of_z = inverted ? -log : log;
    int reflected = z < 0.5;
    double u = reflected ? -jk_log1p_f64(-z) : 0 - log;
    double y = jk_spence_series(u);
    double product = z == 0 ? 0 : of_z * u;
    y = reflected ? 0x1.a51a6625307d3p0 + (product - y) : y;
    y = inverted ? -jk_fma_f64(0.5 * log, log, y) : y;
    return x >= 0 ? y : JK_NAN_F64;
}

JK float jk_spence_f32(float x)
{
    return (float)jk_spence_f64(x);
}

#endif

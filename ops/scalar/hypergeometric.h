/* The hypergeometric functions, which compiled code calls (ops/host/hypergeometric.c). f32's functions
 * are f64's, rounded.
 */
#ifndef JACQUARD_OPS_SCALAR_HYPERGEOMETRIC_H
#define JACQUARD_OPS_SCALAR_HYPERGEOMETRIC_H

#include "ops/scalar/jk.h"

double jac_host_hyp1f1(double a, double b, double x, double by_a, double by_b, double by_x)
    __attribute__((const));
double jac_host_hyp2f1(double a, double b, double c, double x, double by_a, double by_b,
                       double by_c, double by_x) __attribute__((const));

/* The most derivatives with respect to one parameter. */
enum { JK_HYPER_MOST = 6 };

JK double jk_hyp1f1_f64(double a, double b, double x, double by_a, double by_b, double by_x)
{
    return jac_host_hyp1f1(a, b, x, by_a, by_b, by_x);
}

JK float jk_hyp1f1_f32(float a, float b, float x, float by_a, float by_b, float by_x)
{
    return (float)jac_host_hyp1f1(a, b, x, by_a, by_b, by_x);
}

JK double jk_hyp2f1_f64(double a, double b, double c, double x, double by_a, double by_b,
                        double by_c, double by_x)
{
    return jac_host_hyp2f1(a, b, c, x, by_a, by_b, by_c, by_x);
}

JK float jk_hyp2f1_f32(float a, float b, float c, float x, float by_a, float by_b, float by_c,
                       float by_x)
{
    return (float)jac_host_hyp2f1(a, b, c, x, by_a, by_b, by_c, by_x);
}

#endif

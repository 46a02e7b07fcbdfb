/* Special functions of two operands that are too long to be inlined into a loop: compiled code calls
 * them (ops/host/expn.c, owens_t.c, faddeeva.c, bessel_j.c). f32's functions are f64's, rounded.
 */
#ifndef JACQUARD_OPS_SCALAR_CALLED_H
#define JACQUARD_OPS_SCALAR_CALLED_H

#include "ops/scalar/jk.h"

#define JK_CALLED_2(X) X(expn) X(owens_t) X(wofz_real) X(wofz_imag) X(bessel_jn)

#define JK_CALLED(name)                                                                            \
    double jac_host_##name(double x, double y) __attribute__((const));                             \
    JK double jk_##name##_f64(double x, double y)                                                  \
    {                                                                                              \
        return jac_host_##name(x, y);                                                              \
    }                                                                                              \
    JK float jk_##name##_f32(float x, float y)                                                     \
    {                                                                                              \
        return (float)jac_host_##name(x, y);                                                       \
    }
JK_CALLED_2(JK_CALLED)

#endif

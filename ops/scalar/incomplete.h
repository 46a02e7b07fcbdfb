/* The incomplete gamma and beta functions. They are too long to be inlined into a loop, and compiled
 * code calls them (ops/host/incomplete_gamma.c, incomplete_beta.c).
 */
#ifndef JACQUARD_OPS_SCALAR_INCOMPLETE_H
#define JACQUARD_OPS_SCALAR_INCOMPLETE_H

#include "ops/scalar/jk.h"

/* X(name) for each of them, by the number of operands. */
#define JK_INCOMPLETE_2(X) \
    X(igamma) X(igammac) X(igamma_grad_a) X(igamma_grad_x) X(random_gamma_grad)

#define JK_INCOMPLETE_3(X) X(regularized_incomplete_beta) X(betainc_grad_x)

/* e^(y^2) erfc(y), for y from 0 to 28; and for a <= 1, Q(a, x) over x^a e^-x / gamma(a). */
double jac_host_scaled_erfc(double y);
double jac_host_scaled_igammac(double a, double x);

#define JK_INCOMPLETE(name)                                                      \
    double jac_host_##name(double a, double x) __attribute__((const));           \
    JK double jk_##name##_f64(double a, double x)                                \
    {                                                                            \
        return jac_host_##name(a, x);                                            \
    }                                                                            \
    JK float jk_##name##_f32(float a, float x)                                   \
    {                                                                            \
        return (float)jac_host_##name(a, x);                                     \
    }
JK_INCOMPLETE_2(JK_INCOMPLETE)

#define JK_INCOMPLETE_BETA(name)                                                 \
    double jac_host_##name(double a, double b, double x) __attribute__((const)); \
    JK double jk_##name##_f64(double a, double b, double x)                      \
    {                                                                            \
        return jac_host_##name(a, b, x);                                         \
    }                                                                            \
    JK float jk_##name##_f32(float a, float b, float x)                          \
    {                                                                            \
        return (float)jac_host_##name(a, b, x);                                  \
    }
JK_INCOMPLETE_3(JK_INCOMPLETE_BETA)

#endif

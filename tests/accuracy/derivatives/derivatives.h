/* The program accuracy_derivatives: measures the first and second derivatives of the elementwise
 * primitives against MPFR, as the program accuracy measures their values.
 *
 * reference.c: the true derivatives; main.c: the table, and the derivatives as Jacquard makes them.
 */
#ifndef JACQUARD_TESTS_ACCURACY_DERIVATIVES_H
#define JACQUARD_TESTS_ACCURACY_DERIVATIVES_H

#include "tests/accuracy/accuracy.h"

/* Name, its domain (ends excluded, unless infinite), where it is interesting, and limits in ulp of
 * the first and of the second derivative. */
// clang-format off
#define DERIVED(X)                                                      \
    X(exp,      -INFINITY, INFINITY, -750, 750,   4, 4)                 \
    X(exp2,     -INFINITY, INFINITY, -1080, 1030, 4, 4)                 \
    X(expm1,    -INFINITY, INFINITY, -750, 750,   4, 4)                 \
    X(logistic, -INFINITY, INFINITY, -750, 750,   4, 4)                 \
    X(log,      0, INFINITY,         0, 4,        4, 4)                 \
    X(log1p,    -1, INFINITY,        -1, 4,       4, 4)                 \
    X(sin,      -INFINITY, INFINITY, -100, 100,   4, 4)                 \
    X(cos,      -INFINITY, INFINITY, -100, 100,   4, 4)                 \
    X(tan,      -INFINITY, INFINITY, -100, 100,   5, 8)                 \
    X(asin,     -1, 1,               -1, 1,       4, 4)                 \
    X(acos,     -1, 1,               -1, 1,       4, 4)                 \
    X(atan,     -INFINITY, INFINITY, -4, 4,       4, 4)                 \
    X(sinh,     -INFINITY, INFINITY, -4, 4,       4, 4)                 \
    X(cosh,     -INFINITY, INFINITY, -4, 4,       4, 4)                 \
    X(tanh,     -INFINITY, INFINITY, -400, 400,   4, 4)                 \
    X(asinh,    -INFINITY, INFINITY, -4, 4,       4, 4)                 \
    X(acosh,    1, INFINITY,         1, 5,        4, 4)                 \
    X(atanh,    -1, 1,               -1, 1,       4, 4)                 \
    X(sqrt,     0, INFINITY,         0, 4,        4, 5)                 \
    X(rsqrt,    0, INFINITY,         0, 4,        4, 4)                 \
    X(cbrt,     -INFINITY, INFINITY, -8, 8,       4, 4)                 \
    X(erf,      -INFINITY, INFINITY, -28, 28,     4, 4)                 \
    X(erfc,     -INFINITY, INFINITY, -28, 28,     4, 4)                 \
    X(erf_inv,  -1, 1,               -1, 1,       4, 8)
// clang-format on

/* Makes the numbers of earlier formulas invalid. */
void ref_begin(void);
mpfr_ptr ref_number(double x);

#define REF(name, ...)                                                                             \
    mpfr_srcptr ref_##name##_1(mpfr_srcptr x);                                                     \
    mpfr_srcptr ref_##name##_2(mpfr_srcptr x);
DERIVED(REF)
#undef REF

/* which: by the first operand, by the second, twice by the first, by both, twice by the second. */
mpfr_srcptr ref_atan2_partial(int which, mpfr_srcptr x, mpfr_srcptr y);
mpfr_srcptr ref_pow_partial(int which, mpfr_srcptr x, mpfr_srcptr y);

#endif

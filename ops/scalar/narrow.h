/* Conversions of dtypes that are too narrow to compute in, and functions of the bits of floats. */
#ifndef JACQUARD_OPS_SCALAR_NARROW_H
#define JACQUARD_OPS_SCALAR_NARROW_H

#include "ir/narrow.h"
#include "ops/scalar/each.h"
#include "ops/scalar/jk.h"

// clang-format off

/* Adjacent floats are adjacent integers in sign-and-magnitude representation. A dtype may have NaN in
 * the place of -0; then 0 is next to the least negative number. */
#define NARROW_FUNCTIONS(d, T, U)                                                   \
    JK float jk_widen_##d(T x) { return ir_widen_##d(x); }                          \
    JK T jk_narrow_##d(float x) { return ir_narrow_##d(x); }                        \
    JK T jk_nextafter_##d(T x, T y)                                                 \
    {                                                                               \
        float a = ir_widen_##d(x), b = ir_widen_##d(y);                             \
        U sign = (U) ((U) 1 << (IR_WIDTH_##d - 1));                                 \
        T outward = (T) ((a < b) == (a > 0) ? x + 1 : x - 1);                       \
        outward = ir_widen_##d(outward) != ir_widen_##d(outward) ? 0 : outward;     \
        T next = a == 0 ? (T) ((y & sign) | 1) : outward;                           \
        next = a == b ? y : next;                                                   \
        return a != a || b != b ? ir_narrow_##d(a + b) : next;                      \
    }
EACH_narrow(NARROW_FUNCTIONS)

// clang-format on

#endif

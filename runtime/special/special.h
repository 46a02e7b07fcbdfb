/* Shared by the special functions that are composed of others. */
#ifndef JACQUARD_RUNTIME_SPECIAL_H
#define JACQUARD_RUNTIME_SPECIAL_H

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* Converts x[0..n) to one float dtype and one shape. */
static inline bool special_operands(const char *what, int n, jac *x)
{
    return rt_promote(n, x, true) && rt_broadcast(what, n, x);
}

#endif

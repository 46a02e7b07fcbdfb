/* Declarations shared by the numerical functions that are composed of others. */
#ifndef JACQUARD_RUNTIME_NUMPY_NUMERICS_H
#define JACQUARD_RUNTIME_NUMPY_NUMERICS_H

#include "runtime/numpy/numpy.h"

/* Converts x[0..n), in place, to one float dtype; the type of the first one. */
static inline bool nu_floats(int n, jac *x, ir_type *t)
{
    return rt_promote(n, x, true) && rt_type_of(x[0], t);
}
/* The same, and to one shape. */
static inline bool nu_same(const char *what, int n, jac *x, ir_type *t)
{
    return rt_promote(n, x, true) && rt_broadcast(what, n, x) && rt_type_of(x[0], t);
}
/* The type of x; if x is a C number, replaces it by an array. */
static inline bool nu_array(jac *x, ir_type *t)
{
    return rt_promote(1, x, false) && rt_type_of(*x, t);
}
/* The same, of at least one dimension, and the axis in range. */
static inline bool nu_axis(const char *what, jac *x, ir_type *t, int64_t given, int64_t *axis)
{
    return nu_array(x, t) && rt_axis(what, given, t->rank, axis);
}
/* x[..., start:stop, ...] along an axis; bounds count from the front. */
static inline jac nu_slice(jac x, int64_t axis, int64_t start, int64_t stop)
{
    return jac_slice_in_dim_(NULL, x, start, stop, 1, axis);
}
/* Bools of t's shape that are all false. */
static inline jac nu_none(const ir_type *t)
{
    return jac_zeros(((jac_dims){t->rank, t->dim}), JAC_BOOL);
}

#endif

/* Declarations shared by reductions and cumulations. They view an array as [outer, along, inner];
 * elements are combined along the middle axis. */
#ifndef JACQUARD_OPS_REDUCE_H
#define JACQUARD_OPS_REDUCE_H

#include "ops/shape.h"

typedef struct {
    int64_t outer, along, inner;
} along_axis;

static inline along_axis along_axis_of(const ir_type *t, int64_t axis)
{
    along_axis a = {1, t->dim[axis], 1};
    for (int d = 0; d < t->rank; d++)
        if (d != axis)
            *(d < axis ? &a.outer : &a.inner) *= t->dim[d];
    return a;
}

/* The neutral element of each combining function. */
ir_scalar identity_add(ir_dtype d);
ir_scalar identity_mul(ir_dtype d);
ir_scalar identity_max(ir_dtype d);
ir_scalar identity_min(ir_dtype d);

#endif

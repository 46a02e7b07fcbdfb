/* Declarations shared by the rules of conv_general_dilated. */
#ifndef JACQUARD_OPS_CONV_H
#define JACQUARD_OPS_CONV_H

#include "ops/attrs.h"

/* The parameters, as in jax.lax. A dimension of lhs has a role: batch, feature or spatial. lhs, rhs
 * and out list the dimensions by role. */
typedef struct {
    int n; /* spatial dimensions */
    const int64_t *stride, *padding, *lhs_dilation,
        *rhs_dilation;       /* padding: low, high, low, ... */
    const int64_t *reversed; /* is the window reversed along a dimension? NULL: along none */
    const int64_t *lhs;      /* batch, feature, spatial dimensions */
    const int64_t *rhs;      /* output feature, input feature, spatial dimensions */
    const int64_t *out;      /* batch, feature, spatial dimensions */
    int64_t feature_groups, batch_groups;
} conv_dims;

conv_dims conv_dims_of(const ir_attr *attr);
ir_value *b_conv(ir_graph *g, ir_value *lhs, ir_value *rhs, const conv_dims *c);
/* The size of n elements at this distance from each other. */
static inline int64_t conv_dilated(int64_t n, int64_t dilation)
{
    return n ? (n - 1) * dilation + 1 : 0;
}

/* x with its dimension `axis`, of size n * m, split in two: n, which stays there, and m behind it.
 * And the reverse: dimension `from` becomes the outer part of dimension `into`, where `into` is
 * counted as if `from` were gone. */
ir_value *conv_split_axis(ir_graph *g, ir_value *x, int64_t axis, int64_t n);
ir_value *conv_merge_axis(ir_graph *g, ir_value *x, int64_t from, int64_t into);

/* ---- conv_transpose.c, conv_batch.c ---------------------------------------------------------- */

bool conv_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                    ir_value **ct_in);
bool conv_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                const ir_batching *over, ir_value **y, int *yaxis);

#endif

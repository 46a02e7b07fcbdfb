/* Batches conv_general_dilated. The lanes of the left operand join its batch; those of the right
 * one, its output features. If both have lanes, each lane is a group.
 */
#include "ops/conv.h"
#include "ops/ops.h"

/* Merges the lanes into dimension `into`, outside of what is there but inside of its groups. */
static ir_value *merge_in_groups(ir_graph *g, ir_value *x, int axis, int64_t into, int64_t groups)
{
    if (groups == 1)
        return conv_merge_axis(g, x, axis, into);
    x = conv_split_axis(g, x, into + (axis <= into), groups);
    x = conv_merge_axis(g, x, axis + (into < axis), into + 1);
    return conv_merge_axis(g, x, into, into);
}

static ir_value *lanes_of_lhs(ir_graph *g, const conv_dims *c, ir_value *const *x, int axis,
                              int64_t size, int *yaxis)
{
    ir_value *lhs = merge_in_groups(g, x[0], axis, c->lhs[0], c->batch_groups);
    *yaxis = (int)c->out[0];
    return conv_split_axis(g, b_conv(g, lhs, x[1], c), c->out[0], size);
}

static ir_value *lanes_of_rhs(ir_graph *g, const conv_dims *c, ir_value *const *x, int axis,
                              int64_t size, int *yaxis)
{
    int64_t groups = c->feature_groups * c->batch_groups, feature = c->out[1];
    ir_value *rhs = merge_in_groups(g, x[1], axis, c->rhs[0], groups);
    ir_value *y = b_conv(g, x[0], rhs, c);
    *yaxis = (int)feature;
    if (groups == 1)
        return conv_split_axis(g, y, feature, size);
    y = conv_split_axis(g, conv_split_axis(g, y, feature, groups), feature + 1, size);
    return conv_merge_axis(g, y, feature, feature + 1);
}

static ir_value *lanes_of_both(ir_graph *g, const conv_dims *c, ir_value *const *x, const int *axis,
                               int64_t size, int *yaxis)
{
    conv_dims more = *c;
    bool by_batch = c->batch_groups > 1;
    *(by_batch ? &more.batch_groups : &more.feature_groups) *= size;
    ir_value *lhs = conv_merge_axis(g, x[0], axis[0], c->lhs[by_batch ? 0 : 1]);
    ir_value *rhs = conv_merge_axis(g, x[1], axis[1], c->rhs[0]);
    *yaxis = (int)c->out[1];
    return conv_split_axis(g, b_conv(g, lhs, rhs, &more), c->out[1], size);
}

bool conv_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                const ir_batching *over, ir_value **y, int *yaxis)
{
    conv_dims c = conv_dims_of(e->attr);
    int64_t shape[IR_MAX_RANK] = {0};
    ir_type t = e->out[0]->type;
    if (over->size == 0 && t.rank < IR_MAX_RANK) {
        for (int d = 0; d < t.rank; d++)
            shape[d + 1] = t.dim[d];
        ir_type none = ir_type_make(t.dtype, t.rank + 1, shape);
        *yaxis = 0;
        return (y[0] = ir_zeros(g, &none)) != NULL;
    }
    if (axis[0] >= 0 && axis[1] >= 0)
        y[0] = lanes_of_both(g, &c, x, axis, over->size, yaxis);
    else if (axis[0] >= 0)
        y[0] = lanes_of_lhs(g, &c, x, axis[0], over->size, yaxis);
    else
        y[0] = lanes_of_rhs(g, &c, x, axis[1], over->size, yaxis);
    return y[0] != NULL;
}

/* Reading and writing the parameters of conv_general_dilated, and moving groups and lanes between
 * dimensions; what its rules share. */
#include "ops/conv.h"
#include "ops/ops.h"

conv_dims conv_dims_of(const ir_attr *attr)
{
    return (conv_dims){.n = attr[CONV_STRIDES].n,
                       .stride = attr[CONV_STRIDES].ints,
                       .padding = attr[CONV_PADDING].ints,
                       .lhs_dilation = attr[CONV_LHS_DILATION].ints,
                       .rhs_dilation = attr[CONV_RHS_DILATION].ints,
                       .reversed = attr[CONV_REVERSAL].n ? attr[CONV_REVERSAL].ints : NULL,
                       .lhs = attr[CONV_LHS_SPEC].ints,
                       .rhs = attr[CONV_RHS_SPEC].ints,
                       .out = attr[CONV_OUT_SPEC].ints,
                       .feature_groups = attr[CONV_FEATURE_GROUPS].i,
                       .batch_groups = attr[CONV_BATCH_GROUPS].i};
}

ir_value *b_conv(ir_graph *g, ir_value *lhs, ir_value *rhs, const conv_dims *c)
{
    ir_attr attr[] = {[CONV_STRIDES] = {.n = c->n, .ints = c->stride},
                      [CONV_PADDING] = {.n = 2 * c->n, .ints = c->padding},
                      [CONV_LHS_DILATION] = {.n = c->n, .ints = c->lhs_dilation},
                      [CONV_RHS_DILATION] = {.n = c->n, .ints = c->rhs_dilation},
                      [CONV_LHS_SPEC] = {.n = 2 + c->n, .ints = c->lhs},
                      [CONV_RHS_SPEC] = {.n = 2 + c->n, .ints = c->rhs},
                      [CONV_OUT_SPEC] = {.n = 2 + c->n, .ints = c->out},
                      [CONV_FEATURE_GROUPS] = {.i = c->feature_groups},
                      [CONV_BATCH_GROUPS] = {.i = c->batch_groups},
                      [CONV_REVERSAL] = {.n = c->reversed ? c->n : 0, .ints = c->reversed}};
    for (int k = 0, any = 0; k < c->n && c->reversed; k++) {
        any |= c->reversed[k] != 0;
        if (k == c->n - 1 && !any)
            attr[CONV_REVERSAL] = (ir_attr){0};
    }
    if (!lhs || !rhs)
        return NULL;
    return ir_emit1(g, &op_conv_general_dilated, 2, (ir_value *[]){lhs, rhs}, attr);
}

ir_value *conv_split_axis(ir_graph *g, ir_value *x, int64_t axis, int64_t n)
{
    int64_t shape[IR_MAX_RANK + 1];
    int rank = 0;
    if (!x)
        return NULL;
    for (int d = 0; d < x->type.rank; d++) {
        if (d == axis)
            shape[rank++] = n;
        shape[rank++] = d == axis ? x->type.dim[d] / n : x->type.dim[d];
    }
    return b_reshape(g, x, rank, shape);
}

ir_value *conv_merge_axis(ir_graph *g, ir_value *x, int64_t from, int64_t into)
{
    int64_t shape[IR_MAX_RANK];
    if (!x || !(x = ir_move_axis(g, x, (int)from, (int)into, 0)))
        return NULL;
    int rank = x->type.rank - 1;
    for (int d = 0; d < rank; d++)
        shape[d] = x->type.dim[d + (d > into)] * (d == into ? x->type.dim[d + 1] : 1);
    return b_reshape(g, x, rank, shape);
}

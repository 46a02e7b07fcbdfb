/* The transposes of conv_general_dilated to either operand: convolutions of the result's cotangent
 * with the other operand, in which strides and dilations change places.
 */
#include "ops/conv.h"
#include "ops/ops.h"

/* The dimensions with the first two exchanged: batch and feature, or the two kinds of features. */
static void exchanged(const int64_t *spec, int n, int64_t *to)
{
    for (int k = 0; k < n + 2; k++)
        to[k] = spec[k < 2 ? 1 - k : k];
}

/* The groups are the outer part of the features of the result. In a convolution of the cotangent
 * they are that of the features of the left operand, so they move to the other features of rhs. */
static ir_value *regroup(ir_graph *g, ir_value *rhs, const conv_dims *c, int64_t groups)
{
    int64_t out = c->rhs[0], in = c->rhs[1];
    return groups == 1 ? rhs : conv_merge_axis(g, conv_split_axis(g, rhs, out, groups), out, in);
}

static ir_value *transpose_lhs(ir_graph *g, const ir_eqn *e, const conv_dims *c, ir_value *rhs,
                               ir_value *ct)
{
    int64_t spec[IR_MAX_RANK], padding[2 * IR_MAX_RANK], reversed[IR_MAX_RANK];
    int64_t groups = c->feature_groups * c->batch_groups;
    const ir_type *a = &e->in[0]->type, *w = &e->in[1]->type, *t = &e->out[0]->type;
    for (int k = 0; k < c->n; k++) {
        int64_t in = conv_dilated(a->dim[c->lhs[2 + k]], c->lhs_dilation[k]);
        int64_t window = conv_dilated(w->dim[c->rhs[2 + k]], c->rhs_dilation[k]);
        int64_t out = conv_dilated(t->dim[c->out[2 + k]], c->stride[k]);
        padding[2 * k] = window - c->padding[2 * k] - 1;
        padding[2 * k + 1] = in + window - 1 - out - padding[2 * k];
        reversed[k] = !(c->reversed && c->reversed[k]);
    }
    exchanged(c->rhs, c->n, spec);
    conv_dims back = {.n = c->n,
                      .stride = c->lhs_dilation,
                      .padding = padding,
                      .lhs_dilation = c->stride,
                      .rhs_dilation = c->rhs_dilation,
                      .reversed = reversed,
                      .lhs = c->out,
                      .rhs = spec,
                      .out = c->lhs,
                      .feature_groups = groups,
                      .batch_groups = 1};
    ir_value *y = b_conv(g, ct, regroup(g, rhs, c, groups), &back);
    if (c->batch_groups == 1)
        return y;
    y = conv_split_axis(g, y, c->lhs[1], groups);
    int64_t batch = c->lhs[0];
    return conv_merge_axis(g, y, c->lhs[1], batch);
}

static ir_value *transpose_rhs(ir_graph *g, const ir_eqn *e, const conv_dims *c, ir_value *lhs,
                               ir_value *ct)
{
    int64_t left[IR_MAX_RANK], right[IR_MAX_RANK], result[IR_MAX_RANK], padding[2 * IR_MAX_RANK];
    int64_t turned[IR_MAX_RANK];
    int nturned = 0;
    const ir_type *a = &e->in[0]->type, *w = &e->in[1]->type, *t = &e->out[0]->type;
    for (int k = 0; k < c->n; k++) {
        int64_t in = conv_dilated(a->dim[c->lhs[2 + k]], c->lhs_dilation[k]);
        int64_t window = conv_dilated(w->dim[c->rhs[2 + k]], c->rhs_dilation[k]);
        int64_t out = conv_dilated(t->dim[c->out[2 + k]], c->stride[k]);
        if (!out)
            return ir_zeros(g, w);
        padding[2 * k] = c->padding[2 * k];
        padding[2 * k + 1] = out - in + window - c->padding[2 * k] - 1;
        if (c->reversed && c->reversed[k])
            turned[nturned++] = c->rhs[2 + k];
    }
    exchanged(c->lhs, c->n, left);
    exchanged(c->out, c->n, right);
    exchanged(c->rhs, c->n, result);
    conv_dims back = {.n = c->n,
                      .stride = c->rhs_dilation,
                      .padding = padding,
                      .lhs_dilation = c->lhs_dilation,
                      .rhs_dilation = c->stride,
                      .lhs = left,
                      .rhs = right,
                      .out = result,
                      .feature_groups = c->batch_groups,
                      .batch_groups = c->feature_groups};
    ir_value *y = b_conv(g, lhs, ct, &back);
    return nturned ? b_rev(g, y, nturned, turned) : y;
}

bool conv_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                    ir_value **ct_in)
{
    conv_dims c = conv_dims_of(e->attr);
    if (!x[0] && !x[1])
        return ir_fail("conv_general_dilated: a product of two linear values is not linear");
    int side = x[0] ? 1 : 0;
    ct_in[side] =
        side ? transpose_rhs(g, e, &c, x[0], ct[0]) : transpose_lhs(g, e, &c, x[1], ct[0]);
    return ct_in[side] != NULL;
}

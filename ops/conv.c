/* conv_general_dilated: a window slides over the spatial dimensions of the left operand; at each
 * place, its elements are multiplied by those of the right operand and added up over the window and
 * over the input features. As in jax.lax, and with StableHLO's reversal of the window.
 *
 * It is linear in each operand, and each derivative is a convolution too (conv_transpose.c).
 */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "ops/complex.h"
#include "ops/conv.h"
#include "ops/host/host.h"
#include "ops/ops.h"
#include "ops/shape.h"

/* ---- types ----------------------------------------------------------------------------------- */

/* Sizes, strides, dilations and amounts of padding are at most this, so that products of two fit.
 */
enum { MOST = INT32_MAX };

static bool check_list(const ir_infer *q, int which, int n, int64_t least)
{
    const ir_attr *a = &q->attr[which];
    const char *what = q->op->attrs[which].name;
    if (a->n != n)
        return ir_fail("conv_general_dilated: %s must have %s for the %s of %s, but is %s", what,
                       ir_count_tmp(n, "number"),
                       ir_count_tmp(q->in[0].rank - 2, "spatial dimension"), ir_type_tmp(&q->in[0]),
                       ir_ints_tmp(a->ints, a->n));
    for (int k = 0; k < n; k++)
        if (a->ints[k] < least || a->ints[k] > MOST)
            return ir_fail("conv_general_dilated: the entries of %s must be %" PRId64
                           " to %d, but are %s",
                           what, least, MOST, ir_ints_tmp(a->ints, a->n));
    return true;
}

static bool check_spec(const ir_infer *q, int which, const ir_type *t)
{
    const ir_attr *a = &q->attr[which];
    return check_count(q, q->op->attrs[which].name, a, t) &&
           check_axes(q, q->op->attrs[which].name, a, t);
}

static bool check_params(const ir_infer *q)
{
    const ir_type *a = &q->in[0], *b = &q->in[1];
    if (a->dtype != b->dtype)
        return ir_fail("conv_general_dilated: operands must have one dtype, but are %s and %s",
                       ir_type_tmp(a), ir_type_tmp(b));
    if (a->rank < 2 || b->rank != a->rank)
        return ir_fail("conv_general_dilated: operands must have the same rank, at least 2, but "
                       "are %s and %s",
                       ir_type_tmp(a), ir_type_tmp(b));
    int n = a->rank - 2;
    return check_list(q, CONV_STRIDES, n, 1) && check_list(q, CONV_PADDING, 2 * n, -MOST) &&
           check_list(q, CONV_LHS_DILATION, n, 1) && check_list(q, CONV_RHS_DILATION, n, 1) &&
           (!q->attr[CONV_REVERSAL].n || check_list(q, CONV_REVERSAL, n, 0)) &&
           check_spec(q, CONV_LHS_SPEC, a) && check_spec(q, CONV_RHS_SPEC, b) &&
           check_spec(q, CONV_OUT_SPEC, a);
}

/* Must `groups` divide size n of type t? */
static bool check_divides(const char *name, int64_t groups, const char *what, int64_t n,
                          const ir_type *t)
{
    return n % groups == 0 ||
           ir_fail("conv_general_dilated: %s %" PRId64 " must divide the %s of %s, but that is "
                   "%" PRId64,
                   name, groups, what, ir_type_tmp(t), n);
}

static bool check_groups(const ir_infer *q, const conv_dims *c)
{
    static const char by_feature[] = "feature_group_count", by_batch[] = "batch_group_count";
    const ir_type *a = &q->in[0], *b = &q->in[1];
    int64_t f = c->feature_groups, g = c->batch_groups;
    if (f < 1 || g < 1 || (f > 1 && g > 1))
        return ir_fail("conv_general_dilated: feature_group_count and batch_group_count must be at "
                       "least 1, and one of them must be 1, but they are %" PRId64 " and %" PRId64,
                       f, g);
    if (!check_divides(by_feature, f, "features", a->dim[c->lhs[1]], a) ||
        !check_divides(by_feature, f, "output features", b->dim[c->rhs[0]], b) ||
        !check_divides(by_batch, g, "batch", a->dim[c->lhs[0]], a) ||
        !check_divides(by_batch, g, "output features", b->dim[c->rhs[0]], b))
        return false;
    if (a->dim[c->lhs[1]] / f != b->dim[c->rhs[1]])
        return ir_fail("conv_general_dilated: %s has %" PRId64 " features in %" PRId64
                       " groups, but %s has %" PRId64 " input features",
                       ir_type_tmp(a), a->dim[c->lhs[1]], f, ir_type_tmp(b), b->dim[c->rhs[1]]);
    return true;
}

/* The size of the result along spatial dimension k. */
static bool slide(const ir_infer *q, const conv_dims *c, int k, int64_t *size)
{
    int64_t n = q->in[0].dim[c->lhs[2 + k]], w = q->in[1].dim[c->rhs[2 + k]];
    if (n > MOST || w > MOST || w < 1)
        return ir_fail("conv_general_dilated: spatial dimensions must be at most %d, and those of "
                       "the window at least 1, but operands are %s and %s",
                       MOST, ir_type_tmp(&q->in[0]), ir_type_tmp(&q->in[1]));
    int64_t padded =
        conv_dilated(n, c->lhs_dilation[k]) + c->padding[2 * k] + c->padding[2 * k + 1];
    int64_t window = conv_dilated(w, c->rhs_dilation[k]);
    if (padded < 0)
        return ir_fail("conv_general_dilated: padding (%" PRId64 ", %" PRId64
                       ") takes more away than spatial dimension %d of %s has",
                       c->padding[2 * k], c->padding[2 * k + 1], k, ir_type_tmp(&q->in[0]));
    *size = padded < window ? 0 : (padded - window) / c->stride[k] + 1;
    return true;
}

static bool conv_infer(ir_infer *q)
{
    int64_t shape[IR_MAX_RANK];
    if (!check_operands(q, 2) || !check_params(q))
        return false;
    const ir_type *a = &q->in[0], *b = &q->in[1];
    conv_dims c = conv_dims_of(q->attr);
    if (!check_groups(q, &c))
        return false;
    shape[c.out[0]] = a->dim[c.lhs[0]] / c.batch_groups;
    shape[c.out[1]] = b->dim[c.rhs[0]];
    for (int k = 0; k < c.n; k++)
        if (!slide(q, &c, k, &shape[c.out[2 + k]]))
            return false;
    if (!check_shape(q, a->rank, shape))
        return false;
    ir_type t = ir_type_make(a->dtype, a->rank, shape);
    t.weak = a->weak && b->weak;
    ir_infer_out(q, &t);
    return true;
}

/* ---- derivative ------------------------------------------------------------------------------ */

static ir_value *conv_like(ir_graph *g, const ir_eqn *e, ir_value *a, ir_value *b)
{
    return ir_emit1(g, e->op, 2, (ir_value *[]){a, b}, e->attr);
}

static bool conv_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                     ir_value **y, ir_value **ty)
{
    ir_value *left = t[0] ? conv_like(g, e, t[0], x[1]) : NULL;
    ir_value *right = t[1] ? conv_like(g, e, x[0], t[1]) : NULL;
    y[0] = conv_like(g, e, x[0], x[1]);
    if ((t[0] && !left) || (t[1] && !right))
        return false;
    return (ty[0] = ir_add_any(g, left, right)) != NULL;
}

/* ---- as numbers for the host function -------------------------------------------------------- */

/* Groups of features and of batches differ only in where a group of the left operand begins. A
 * window is reversed by walking it backwards. */
static int conv_numbers(const ir_eqn *e, int64_t *to)
{
    conv_dims c = conv_dims_of(e->attr);
    const ir_type *a = &e->in[0]->type, *b = &e->in[1]->type, *t = &e->out[0]->type;
    int64_t lhs[IR_MAX_RANK], rhs[IR_MAX_RANK], out[IR_MAX_RANK];
    dense_strides(a, lhs);
    dense_strides(b, rhs);
    dense_strides(t, out);
    int64_t groups = c.feature_groups * c.batch_groups;
    host_conv s = {.dtype = a->dtype,
                   .groups = groups,
                   .batch = t->dim[c.out[0]],
                   .features = b->dim[c.rhs[0]] / groups,
                   .channels = b->dim[c.rhs[1]],
                   .lhs_batch = lhs[c.lhs[0]],
                   .lhs_channel = lhs[c.lhs[1]],
                   .rhs_feature = rhs[c.rhs[0]],
                   .rhs_channel = rhs[c.rhs[1]],
                   .to_batch = out[c.out[0]],
                   .to_feature = out[c.out[1]],
                   .rank = c.n};
    s.lhs_group = c.batch_groups > 1 ? s.batch * s.lhs_batch : s.channels * s.lhs_channel;
    s.rhs_group = s.features * s.rhs_feature;
    s.to_group = s.features * s.to_feature;
    for (int k = 0; k < c.n; k++) {
        host_conv_dim *d = &s.dim[k];
        *d = (host_conv_dim){.in = a->dim[c.lhs[2 + k]],
                             .window = b->dim[c.rhs[2 + k]],
                             .out = t->dim[c.out[2 + k]],
                             .stride = c.stride[k],
                             .low = c.padding[2 * k],
                             .lhs_dilation = c.lhs_dilation[k],
                             .rhs_dilation = c.rhs_dilation[k],
                             .lhs = lhs[c.lhs[2 + k]],
                             .rhs = rhs[c.rhs[2 + k]],
                             .to = out[c.out[2 + k]]};
        if (c.reversed && c.reversed[k]) {
            s.rhs_start += (d->window - 1) * d->rhs;
            d->rhs = -d->rhs;
        }
    }
    size_t bytes = offsetof(host_conv, dim) + (size_t)c.n * sizeof *s.dim;
    memcpy(to, &s, bytes);
    return (int)(bytes / sizeof *to);
}
_Static_assert(sizeof(host_conv) <= JIT_MOST_NUMBERS * sizeof(int64_t), "raise JIT_MOST_NUMBERS");

const ir_op op_conv_general_dilated = {
    .name = "conv_general_dilated",
    .flags = IR_OP_COMPUTES | IR_OP_ACCUMULATES,
    .attrs = IR_ATTR_COLUMN(CONV),
    .infer = conv_infer,
    .eval = host_eval,
    .jvp = conv_jvp,
    .transpose = conv_transpose,
    .pairs = pairs_dot,
    .batch = conv_batch,
    .lower =
        &(const jit_lower){.kind = JIT_CALLED,
                           .host = &(const jit_host){"jac_host_conv", jac_host_conv, conv_numbers}},
};

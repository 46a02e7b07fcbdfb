/* rev: reverses some dimensions. */
#include "ops/ops.h"
#include "ops/shape.h"

ir_value *b_rev(ir_graph *g, ir_value *x, int n, const int64_t *dimensions)
{
    return emit_ints(g, &op_rev, x, n, dimensions);
}

static bool rev_infer(ir_infer *q)
{
    return check_operands(q, 1) && check_axes(q, "dimensions", &q->attr[REV_DIMENSIONS], q->in) &&
           infer_like(q, q->in[0].rank, q->in[0].dim);
}

static bool rev_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    const ir_type *t = &e->out[0]->type;
    size_t size = elem_size(e->in[0]);
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK], start = 0;
    if (!ir_type_count(t))
        return true;
    dense_strides(t, from);
    dense_strides(t, to);
    for (int k = 0; k < e->attr[REV_DIMENSIONS].n; k++) {
        int64_t d = e->attr[REV_DIMENSIONS].ints[k];
        start += (t->dim[d] - 1) * from[d];
        from[d] = -from[d];
    }
    strided_copy(size, t->rank, t->dim, out[0], to, (const char *)in[0] + start * (int64_t)size,
                 from);
    return true;
}

static bool rev_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                          ir_value **ct_in)
{
    (void)x;
    return (ct_in[0] = b_rev(g, ct[0], e->attr[REV_DIMENSIONS].n, e->attr[REV_DIMENSIONS].ints)) !=
           NULL;
}

static bool rev_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                      const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    int64_t dims[IR_MAX_RANK];
    axes_shift(&e->attr[REV_DIMENSIONS], axis[0], dims);
    *yaxis = axis[0];
    return (y[0] = b_rev(g, x[0], e->attr[REV_DIMENSIONS].n, dims)) != NULL;
}

/* Simplifies a reversal of a reversal: only dimensions that exactly one of them reverses remain.
 * Dimensions of size 1 are dropped. */
static bool rev_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_eqn *inner = x[0]->eqn && x[0]->eqn->op == &op_rev ? x[0]->eqn : NULL;
    int64_t dims[IR_MAX_RANK];
    int n = 0;
    for (int d = 0; d < x[0]->type.rank; d++)
        if (x[0]->type.dim[d] > 1 && axis_in(&e->attr[REV_DIMENSIONS], d) !=
                                         (inner && axis_in(&inner->attr[REV_DIMENSIONS], d)))
            dims[n++] = d;
    ir_value *from = inner ? inner->in[0] : x[0];
    if (!n)
        return y[0] = from, true;
    if (!inner && n == e->attr[REV_DIMENSIONS].n)
        return false;
    return (y[0] = b_rev(g, from, n, dims)) != NULL;
}

static jit_scalar rev_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *t = &e->out[0]->type;
    jit_index at[IR_MAX_RANK];
    place_split(em, t, &where, at);
    for (int k = 0; k < e->attr[REV_DIMENSIONS].n; k++) {
        int64_t d = e->attr[REV_DIMENSIONS].ints[k];
        at[d] = jit_index_sub(em, jit_index_const(em, t->dim[d] - 1), at[d]);
    }
    return jit_operand(em, e, 0, place_of(t->rank, at));
}

static int rev_axis(const ir_eqn *e, int k, int r)
{
    (void)k;
    return axis_in(&e->attr[REV_DIMENSIONS], r) ? JIT_OTHER_AXIS : r;
}

const ir_op op_rev = {
    .name = "rev",
    .flags = IR_OP_APART,
    .attrs = IR_ATTR_COLUMN(REV),
    .infer = rev_infer,
    .eval = rev_eval,
    .jvp = linear_jvp,
    .transpose = rev_transpose,
    .batch = rev_batch,
    .simplify = rev_simplify,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = rev_at, .axis = rev_axis},
};

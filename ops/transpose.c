/* transpose: dimension d of the result is permutation[d] of the operand. */
#include "ops/ops.h"
#include "ops/shape.h"

ir_value *b_transpose(ir_graph *g, ir_value *x, const int64_t *permutation)
{
    return emit_ints(g, &op_transpose, x, x ? x->type.rank : 0, permutation);
}

static bool transpose_infer(ir_infer *q)
{
    const ir_attr *perm = &q->attr[TRANSPOSE_PERMUTATION];
    if (!check_operands(q, 1) || !check_count(q, "permutation", perm, q->in) ||
        !check_axes(q, "permutation", perm, q->in))
        return false;
    int64_t shape[IR_MAX_RANK];
    for (int d = 0; d < perm->n; d++)
        shape[d] = q->in[0].dim[perm->ints[d]];
    return infer_like(q, perm->n, shape);
}

static bool transpose_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    const ir_type *y = &e->out[0]->type;
    int64_t dense[IR_MAX_RANK], from[IR_MAX_RANK], to[IR_MAX_RANK];
    dense_strides(&e->in[0]->type, dense);
    dense_strides(y, to);
    for (int d = 0; d < y->rank; d++)
        from[d] = dense[e->attr[TRANSPOSE_PERMUTATION].ints[d]];
    strided_copy(elem_size(e->in[0]), y->rank, y->dim, out[0], to, in[0], from);
    return true;
}

static bool transpose_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                ir_value *const *ct, ir_value **ct_in)
{
    (void)x;
    int64_t inverse[IR_MAX_RANK];
    for (int d = 0; d < e->attr[TRANSPOSE_PERMUTATION].n; d++)
        inverse[e->attr[TRANSPOSE_PERMUTATION].ints[d]] = d;
    return (ct_in[0] = b_transpose(g, ct[0], inverse)) != NULL;
}

static bool transpose_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                            const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    int64_t shifted[IR_MAX_RANK], perm[IR_MAX_RANK + 1];
    axes_shift(&e->attr[TRANSPOSE_PERMUTATION], axis[0], shifted);
    ints_insert(shifted, e->attr[TRANSPOSE_PERMUTATION].n, 0, axis[0], perm);
    *yaxis = 0;
    return (y[0] = b_transpose(g, x[0], perm)) != NULL;
}

/* Simplifies a transpose that permutes nothing, and a transpose of a transpose. */
static bool transpose_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_attr *perm = &e->attr[TRANSPOSE_PERMUTATION];
    const ir_eqn *inner = x[0]->eqn;
    ir_value *from = x[0];
    int64_t both[IR_MAX_RANK];
    for (int d = 0; d < perm->n; d++)
        both[d] = perm->ints[d];
    if (inner && inner->op == &op_transpose) {
        from = inner->in[0];
        for (int d = 0; d < perm->n; d++)
            both[d] = inner->attr[TRANSPOSE_PERMUTATION].ints[perm->ints[d]];
    }
    bool identity = true;
    for (int d = 0; d < perm->n; d++)
        identity = identity && both[d] == d;
    if (identity)
        return y[0] = from, true;
    return from != x[0] && (y[0] = b_transpose(g, from, both)) != NULL;
}

static jit_scalar transpose_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_attr *perm = &e->attr[TRANSPOSE_PERMUTATION];
    jit_index at[IR_MAX_RANK];
    for (int d = 0; d < perm->n; d++)
        at[perm->ints[d]] = jit_place_at(em, &e->out[0]->type, &where, d);
    return jit_operand(em, e, 0, place_of(perm->n, at));
}

static int transpose_axis(const ir_eqn *e, int k, int r)
{
    (void)k;
    return (int)e->attr[TRANSPOSE_PERMUTATION].ints[r];
}

const ir_op op_transpose = {
    .name = "transpose",
    .flags = IR_OP_APART,
    .role = IR_ROLE_TRANSPOSE,
    .attrs = IR_ATTR_COLUMN(TRANSPOSE),
    .infer = transpose_infer,
    .eval = transpose_eval,
    .jvp = linear_jvp,
    .transpose = transpose_transpose,
    .batch = transpose_batch,
    .simplify = transpose_simplify,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = transpose_at, .axis = transpose_axis},
};

/* reshape, squeeze, expand_dims: the result has other dimensions and the same elements in the same
 * order, so compiled code needs no copy. */
#include <inttypes.h>
#include <string.h>

#include "ops/ops.h"
#include "ops/shape.h"

static bool bytes_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    size_t bytes = ir_type_bytes(&e->out[0]->type);
    if (bytes)
        memcpy(out[0], in[0], bytes);
    return true;
}

ir_value *b_reshape(ir_graph *g, ir_value *x, int rank, const int64_t *shape)
{
    return emit_ints(g, &op_reshape, x, rank, shape);
}

static bool reshape_infer(ir_infer *q)
{
    const ir_attr *sizes = &q->attr[RESHAPE_SIZES];
    if (!check_operands(q, 1) || !check_shape(q, sizes->n, sizes->ints))
        return false;
    ir_type t = ir_type_make(IR_f32, sizes->n, sizes->ints);
    if (ir_type_count(&t) != ir_type_count(&q->in[0]))
        return ir_fail("reshape: %s has %" PRId64 " elements, shape %s has %" PRId64,
                       ir_type_tmp(&q->in[0]), ir_type_count(&q->in[0]),
                       ir_ints_tmp(sizes->ints, sizes->n), ir_type_count(&t));
    return infer_like(q, sizes->n, sizes->ints);
}

static bool squeeze_infer(ir_infer *q)
{
    const ir_attr *dims = &q->attr[SQUEEZE_DIMENSIONS];
    const ir_type *x = q->in;
    if (!check_operands(q, 1) || !check_axes(q, "dimensions", dims, x))
        return false;
    int64_t shape[IR_MAX_RANK];
    int n = 0;
    for (int d = 0; d < x->rank; d++) {
        if (!axis_in(dims, d))
            shape[n++] = x->dim[d];
        else if (x->dim[d] != 1)
            return ir_fail("squeeze: dimension %d of %s is not of size 1", d, ir_type_tmp(x));
    }
    return infer_like(q, n, shape);
}

/* The parameter `dimensions` lists the new dimensions of the result. */
static bool expand_infer(ir_infer *q)
{
    const ir_attr *dims = &q->attr[EXPAND_DIMS_DIMENSIONS];
    const ir_type *x = q->in;
    if (!check_operands(q, 1))
        return false;
    int64_t shape[IR_MAX_RANK];
    int rank = x->rank + dims->n;
    if (rank > IR_MAX_RANK)
        return check_shape(q, rank, NULL);
    for (int d = 0, k = 0; d < rank; d++)
        shape[d] = axis_in(dims, d) || k == x->rank ? 1 : x->dim[k++];
    ir_type t = ir_type_make(IR_f32, rank, shape);
    return check_axes(q, "dimensions", dims, &t) && infer_like(q, rank, shape);
}

static bool reshape_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                              ir_value **ct_in)
{
    (void)x;
    const ir_type *t = &e->in[0]->type;
    return (ct_in[0] = b_reshape(g, ct[0], t->rank, t->dim)) != NULL;
}

static bool reshape_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    const ir_type *t = &e->out[0]->type;
    int64_t shape[IR_MAX_RANK + 1];
    ints_insert(t->dim, t->rank, 0, over->size, shape);
    *yaxis = 0;
    ir_value *front = ir_move_axis(g, x[0], axis[0], 0, over->size);
    return (y[0] = b_reshape(g, front, t->rank + 1, shape)) != NULL;
}

static bool squeeze_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    int64_t dims[IR_MAX_RANK];
    axes_shift(&e->attr[SQUEEZE_DIMENSIONS], axis[0], dims);
    *yaxis = axis_without(axis[0], dims, e->attr[SQUEEZE_DIMENSIONS].n);
    return (y[0] = emit_ints(g, &op_squeeze, x[0], e->attr[SQUEEZE_DIMENSIONS].n, dims)) != NULL;
}

/* The batch axis stays in front, or before the dimension that followed it. */
static bool expand_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    int to = 0;
    for (int old = 0; axis[0] && (old < axis[0] || axis_in(&e->attr[EXPAND_DIMS_DIMENSIONS], to));
         to++)
        old += !axis_in(&e->attr[EXPAND_DIMS_DIMENSIONS], to);
    int64_t dims[IR_MAX_RANK];
    axes_shift(&e->attr[EXPAND_DIMS_DIMENSIONS], to, dims);
    *yaxis = to;
    return (y[0] = emit_ints(g, &op_expand_dims, x[0], e->attr[EXPAND_DIMS_DIMENSIONS].n, dims)) !=
           NULL;
}

static bool is_reshape(const ir_op *op)
{
    return op == &op_reshape || op == &op_squeeze || op == &op_expand_dims;
}

/* Simplifies a reshape to the same shape, and a chain of reshapes. */
static bool reshape_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_type *t = &e->out[0]->type;
    ir_value *from = x[0];
    while (from->eqn && is_reshape(from->eqn->op) && !ir_same_shape(&from->type, t))
        from = from->eqn->in[0];
    if (ir_same_shape(&from->type, t))
        return y[0] = from, true;
    if (from == x[0])
        return false;
    return (y[0] = b_reshape(g, from, t->rank, t->dim)) != NULL;
}

/* Are two shapes equal except for dimensions of size 1? If so, match[k] is the dimension of b that
 * corresponds to dimension k of a, or -1 if that has size 1. */
static bool match_but_ones(const ir_type *a, const ir_type *b, int *match)
{
    int j = 0;
    for (int k = 0; k < a->rank; k++) {
        match[k] = -1;
        if (a->dim[k] == 1)
            continue;
        while (j < b->rank && b->dim[j] == 1)
            j++;
        if (j == b->rank || a->dim[k] != b->dim[j])
            return false;
        match[k] = j++;
    }
    while (j < b->rank && b->dim[j] == 1)
        j++;
    return j == b->rank;
}

static jit_scalar reshape_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *x = &e->in[0]->type, *y = &e->out[0]->type;
    jit_index at[IR_MAX_RANK];
    int match[IR_MAX_RANK];
    if (!where.at || !match_but_ones(x, y, match)) {
        jit_index linear = jit_place_linear(em, y, &where);
        return jit_operand(em, e, 0, (jit_place){.rank = x->rank, .linear = linear});
    }
    for (int k = 0; k < x->rank; k++)
        at[k] = match[k] < 0 ? jit_index_const(em, 0) : where.at[match[k]];
    return jit_operand(em, e, 0, (jit_place){.rank = x->rank, .at = at, .linear = where.linear});
}

static int64_t product(const int64_t *dim, int n)
{
    int64_t x = 1;
    for (int d = 0; d < n; d++)
        x *= dim[d];
    return x;
}

static int reshape_axis(const ir_eqn *e, int k, int r)
{
    const ir_type *x = &e->in[k]->type, *y = &e->out[0]->type;
    for (int d = 0; d < x->rank; d++)
        if (x->dim[d] == y->dim[r] && product(x->dim, d) == product(y->dim, r))
            return d;
    return JIT_OTHER_AXIS;
}

static const jit_lower reshape_lower = {
    .kind = JIT_INDEXED, .at = reshape_at, .axis = reshape_axis, .reshapes = true};

const ir_op op_reshape = {
    .name = "reshape",
    .flags = IR_OP_APART,
    .attrs = IR_ATTR_COLUMN(RESHAPE),
    .infer = reshape_infer,
    .eval = bytes_eval,
    .jvp = linear_jvp,
    .transpose = reshape_transpose,
    .batch = reshape_batch,
    .simplify = reshape_simplify,
    .lower = &reshape_lower,
};

const ir_op op_squeeze = {
    .name = "squeeze",
    .flags = IR_OP_APART,
    .attrs = IR_ATTR_COLUMN(SQUEEZE),
    .infer = squeeze_infer,
    .eval = bytes_eval,
    .jvp = linear_jvp,
    .transpose = reshape_transpose,
    .batch = squeeze_batch,
    .simplify = reshape_simplify,
    .lower = &reshape_lower,
};

const ir_op op_expand_dims = {
    .name = "expand_dims",
    .flags = IR_OP_APART,
    .attrs = IR_ATTR_COLUMN(EXPAND_DIMS),
    .infer = expand_infer,
    .eval = bytes_eval,
    .jvp = linear_jvp,
    .transpose = reshape_transpose,
    .batch = expand_batch,
    .simplify = reshape_simplify,
    .lower = &reshape_lower,
};

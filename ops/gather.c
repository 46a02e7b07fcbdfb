/* gather: takes elements along an axis at indices given by an operand. scatter_add, its transpose,
 * adds to these elements. The array and the indices have the first batch_dims dimensions in common:
 * there, an index only reads from its own batch element.
 *
 *   gather(x, indices)[b.., o.., m.., i..] = x[b.., o.., indices[b.., m..], i..]
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ops/host/host.h"
#include "ops/index.h"
#include "ops/ops.h"

static ir_value *emit(ir_graph *g, const ir_op *op, int n, ir_value *const *in, int axis,
                      int batch_dims)
{
    ir_attr attr[] = {[GATHER_AXIS] = {.i = axis}, [GATHER_BATCH_DIMS] = {.i = batch_dims}};
    return ir_emit1(g, op, n, in, attr);
}

ir_value *b_gather(ir_graph *g, ir_value *x, ir_value *indices, int axis, int batch_dims)
{
    return emit(g, &op_gather, 2, (ir_value *[]){x, indices}, axis, batch_dims);
}

ir_value *b_scatter_add(ir_graph *g, ir_value *x, ir_value *indices, ir_value *updates, int axis,
                        int batch_dims)
{
    return emit(g, &op_scatter_add, 3, (ir_value *[]){x, indices, updates}, axis, batch_dims);
}

/* Checks the operands, and sets t to the type of the gathered array. */
static bool taken_type(const ir_infer *q, ir_type *t)
{
    int64_t axis = q->attr[GATHER_AXIS].i, batch = q->attr[GATHER_BATCH_DIMS].i;
    const ir_type *x = &q->in[0], *indices = &q->in[1];
    if (!check_axis(q, "axis", axis, x) || !check_index(q, indices))
        return false;
    bool common = batch >= 0 && batch <= axis && batch <= indices->rank;
    for (int d = 0; common && d < batch; d++)
        common = x->dim[d] == indices->dim[d];
    if (!common)
        return ir_fail("%s: %s and indices %s do not have batch_dims %" PRId64
                       " in common before axis %" PRId64,
                       q->op->name, ir_type_tmp(x), ir_type_tmp(indices), batch, axis);
    int64_t shape[2 * IR_MAX_RANK];
    int n = 0;
    for (int d = 0; d < axis; d++)
        shape[n++] = x->dim[d];
    for (int d = (int)batch; d < indices->rank; d++)
        shape[n++] = indices->dim[d];
    for (int d = (int)axis + 1; d < x->rank; d++)
        shape[n++] = x->dim[d];
    if (!check_shape(q, n, shape))
        return false;
    *t = ir_type_make(x->dtype, n, shape);
    t->weak = x->weak;
    return true;
}

/* The loop extents of a gather or scatter_add. */
static host_places places_of(const ir_eqn *e)
{
    const ir_type *x = &e->in[0]->type, *t = &e->in[1]->type;
    int64_t axis = e->attr[GATHER_AXIS].i, batch = e->attr[GATHER_BATCH_DIMS].i;
    host_places p = {x->dtype, t->dtype, 1, 1, x->dim[axis], 1, 1};
    for (int d = 0; d < x->rank; d++)
        if (d != axis)
            *(d < batch ? &p.batch : d < axis ? &p.outer : &p.inner) *= x->dim[d];
    for (int d = (int)batch; d < t->rank; d++)
        p.m *= t->dim[d];
    return p;
}

/* ---- gather --------------------------------------------------------------------------------- */

static bool gather_infer(ir_infer *q)
{
    ir_type t;
    if (!check_operands(q, 2) || !taken_type(q, &t))
        return false;
    if (!q->in[0].dim[q->attr[GATHER_AXIS].i] && ir_type_count(&t))
        return ir_fail("gather: cannot take %s along axis %" PRId64 " of %s, which has no elements "
                       "there",
                       ir_type_tmp(&t), q->attr[GATHER_AXIS].i, ir_type_tmp(&q->in[0]));
    ir_infer_out(q, &t);
    return true;
}

#define TAKE(T)                                                                                    \
    for (int64_t k = 0; k < n; k++)                                                                \
        ((T *)to)[k] = ((const T *)from)[index[k]];                                                \
    return;

/* Gathers n elements of `bytes` bytes each. */
static void take(int64_t n, size_t bytes, const char *from, const int64_t *index, char *to)
{
    switch (bytes) {
    case 1:
        TAKE(uint8_t)
    case 2:
        TAKE(uint16_t)
    case 4:
        TAKE(uint32_t)
    case 8:
        TAKE(uint64_t)
    default:
        for (int64_t k = 0; k < n; k++)
            memcpy(to + (size_t)k * bytes, from + (size_t)index[k] * bytes, bytes);
    }
}

static bool gather_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    host_places p = places_of(e);
    if (!ir_type_count(&e->out[0]->type))
        return true;
    int64_t index[HOST_SOME_INDICES];
    size_t bytes = (size_t)p.inner * elem_size(e->in[0]);
    const char *from = in[0];
    char *to = out[0];
    for (int64_t b = 0; b < p.batch; b++)
        for (int64_t o = 0; o < p.outer; o++, from += (size_t)p.n * bytes)
            for (int64_t k = 0, n; k < p.m; k += n) {
                n = host_read_indices(&p, in[1], b, k, index);
                take(n, bytes, from, index, to);
                to += (size_t)n * bytes;
            }
    return true;
}

static bool gather_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                             ir_value **ct_in)
{
    ir_value *sum = ct_in[0] ? ct_in[0] : ir_zeros(g, &e->in[0]->type);
    ct_in[0] = b_scatter_add(g, sum, x[1], ct[0], (int)e->attr[GATHER_AXIS].i,
                             (int)e->attr[GATHER_BATCH_DIMS].i);
    return ct_in[0] != NULL;
}

/* If only one operand is batched, the batch axis stays a dimension of that operand, moved after the
 * common dimensions if necessary. If both are, it becomes one more common dimension. */
static bool gather_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    int along = (int)e->attr[GATHER_AXIS].i, common = (int)e->attr[GATHER_BATCH_DIMS].i;
    int at = axis[0] >= 0 ? axis[0] : axis[1];
    if (axis[0] >= 0 && axis[1] >= 0) {
        *yaxis = 0;
        y[0] = b_gather(g, ir_move_axis(g, x[0], axis[0], 0, over->size),
                        ir_move_axis(g, x[1], axis[1], 0, over->size), along + 1, common + 1);
        return y[0] != NULL;
    }
    int to = at < common ? common : at;
    if (axis[0] >= 0) {
        *yaxis = to <= along ? to : to + e->in[1]->type.rank - common - 1;
        y[0] = b_gather(g, ir_move_axis(g, x[0], at, to, over->size), x[1],
                        (int)axis_shift(along, to), common);
    } else {
        *yaxis = along + to - common;
        y[0] = b_gather(g, x[0], ir_move_axis(g, x[1], at, to, over->size), along, common);
    }
    return y[0] != NULL;
}

static jit_scalar gather_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *x = &e->in[0]->type, *t = &e->in[1]->type;
    int axis = (int)e->attr[GATHER_AXIS].i, batch = (int)e->attr[GATHER_BATCH_DIMS].i;
    int taken = t->rank - batch; /* dimensions of the result that replace the axis */
    jit_index at[IR_MAX_RANK], index_at[IR_MAX_RANK], x_at[IR_MAX_RANK];
    place_split(em, &e->out[0]->type, &where, at);
    for (int d = 0; d < t->rank; d++)
        index_at[d] = at[d < batch ? d : axis + d - batch];
    jit_scalar index = jit_operand(em, e, 1, place_of(t->rank, index_at));
    for (int d = 0; d < x->rank; d++)
        if (d != axis)
            x_at[d] = at[d < axis ? d : d + taken - 1];
    x_at[axis] = index_emit(em, index, t->dtype, x->dim[axis] - 1);
    return jit_operand(em, e, 0, place_of(x->rank, x_at));
}

const ir_op op_gather = {
    .name = "gather",
    .flags = IR_OP_ADDS,
    .attrs = IR_ATTR_COLUMN(GATHER),
    .infer = gather_infer,
    .eval = gather_eval,
    .jvp = linear_jvp,
    .transpose = gather_transpose,
    .batch = gather_batch,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = gather_at, .cost = 2},
};

/* ---- scatter_add ---------------------------------------------------------------------------- */

static bool scatter_infer(ir_infer *q)
{
    ir_type t;
    if (!check_operands(q, 3) || !check_number(q, &q->in[0]) || !taken_type(q, &t))
        return false;
    if (!ir_same_type(&t, &q->in[2]))
        return ir_fail("scatter_add: updates of %s at indices %s along axis %" PRId64
                       " must be %s, but are %s",
                       ir_type_tmp(&q->in[0]), ir_type_tmp(&q->in[1]), q->attr[GATHER_AXIS].i,
                       ir_type_tmp(&t), ir_type_tmp(&q->in[2]));
    if (!q->in[0].dim[q->attr[GATHER_AXIS].i] && ir_type_count(&t))
        return ir_fail("scatter_add: cannot add %s along axis %" PRId64 " of %s, which has no "
                       "elements there",
                       ir_type_tmp(&t), q->attr[GATHER_AXIS].i, ir_type_tmp(&q->in[0]));
    ir_infer_out(q, &q->in[0]);
    return true;
}

static int scatter_numbers(const ir_eqn *e, int64_t *to)
{
    host_places p = places_of(e);
    memcpy(to, &p, sizeof p);
    return sizeof p / sizeof *to;
}

static bool scatter_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                              ir_value **ct_in)
{
    if (!x[0])
        ct_in[0] = ct[0];
    if (x[2])
        return true;
    ct_in[2] =
        b_gather(g, ct[0], x[1], (int)e->attr[GATHER_AXIS].i, (int)e->attr[GATHER_BATCH_DIMS].i);
    return ct_in[2] != NULL;
}

/* If the indices are not batched, the batch axis is an ordinary dimension after the common ones.
 * Otherwise it becomes one more common dimension. */
static bool scatter_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    int along = (int)e->attr[GATHER_AXIS].i, common = (int)e->attr[GATHER_BATCH_DIMS].i;
    bool apart = axis[1] >= 0;
    int to = apart ? 0 : common;
    ir_value *base = ir_move_axis(g, x[0], axis[0], to, over->size);
    ir_value *indices = apart ? ir_move_axis(g, x[1], axis[1], 0, over->size) : x[1];
    ir_value *updates = ir_move_axis(g, x[2], axis[2], to, over->size);
    *yaxis = to;
    y[0] = b_scatter_add(g, base, indices, updates, along + 1, common + apart);
    return y[0] != NULL;
}

const ir_op op_scatter_add = {
    .name = "scatter_add",
    .flags = IR_OP_COMPUTES | IR_OP_ACCUMULATES,
    .attrs = IR_ATTR_COLUMN(GATHER),
    .infer = scatter_infer,
    .eval = host_eval,
    .jvp = linear_jvp,
    .transpose = scatter_transpose,
    .batch = scatter_batch,
    .lower = &(const jit_lower){.kind = JIT_CALLED,
                                .over = true,
                                .host = &(const jit_host){"jac_host_scatter_add",
                                                          jac_host_scatter_add, scatter_numbers}},
};

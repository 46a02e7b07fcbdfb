/* dynamic_slice and dynamic_update_slice, which read or overwrite a block of an array at computed
 * start indices. The start is clamped so that the block fits. */
#include <string.h>

#include "ops/ops.h"
#include "ops/windows.h"

/* ---- start indices --------------------------------------------------------------------------- */

/* Checks the start indices of dynamic_slice or dynamic_update_slice: the operands from `first` on
 * must be a scalar for each dimension of t. Also checks that blocks of these sizes fit into t. */
static bool check_starts(const ir_infer *q, int first, const ir_type *t, const int64_t *sizes)
{
    if (q->nin != first + t->rank)
        return ir_fail("%s: %s needs %d start indices, but %d are given", q->op->name,
                       ir_type_tmp(t), t->rank, q->nin - first);
    for (int d = 0; d < t->rank; d++) {
        const ir_type *start = &q->in[first + d];
        if (!check_index(q, start))
            return false;
        if (start->rank)
            return ir_fail("%s: start index %d must be a scalar, but is %s", q->op->name, d,
                           ir_type_tmp(start));
        if (sizes[d] < 0 || sizes[d] > t->dim[d])
            return ir_fail("%s: a block of sizes %s does not fit into %s", q->op->name,
                           ir_ints_tmp(sizes, t->rank), ir_type_tmp(t));
    }
    return true;
}

/* The offset in elements of a block of these sizes in a dense array of type t. */
static int64_t block_offset(const ir_eqn *e, int first, const void *const *in, const ir_type *t,
                            const int64_t *sizes, const int64_t *stride)
{
    int64_t offset = 0;
    for (int d = 0; d < t->rank; d++)
        offset += stride[d] * index_read((ir_dtype)e->in[first + d]->type.dtype, in[first + d], 0,
                                         t->dim[d] - sizes[d]);
    return offset;
}

static jit_index start_emit(jit_emit *em, const ir_eqn *e, int k, int64_t most)
{
    if (!most)
        return jit_index_const(em, 0);
    jit_scalar start = jit_operand(em, e, k, (jit_place){0});
    return index_emit(em, start, e->in[k]->type.dtype, most);
}

/* ---- dynamic_slice -------------------------------------------------------------------------- */

static ir_value *emit_starts(ir_graph *g, const ir_op *op, int nvalues, ir_value *const *values,
                             int rank, ir_value *const *start, const ir_attr *attr)
{
    ir_value *in[IR_MAX_RANK + 2];
    for (int k = 0; k < nvalues; k++)
        in[k] = values[k];
    for (int d = 0; d < rank; d++)
        in[nvalues + d] = start[d];
    return ir_emit1(g, op, nvalues + rank, in, attr);
}

ir_value *b_dynamic_slice(ir_graph *g, ir_value *x, ir_value *const *start, const int64_t *sizes)
{
    int rank = x ? x->type.rank : 0;
    ir_attr attr = {.n = rank, .ints = sizes};
    return emit_starts(g, &op_dynamic_slice, 1, &x, rank, start, &attr);
}

static bool slice_infer(ir_infer *q)
{
    const ir_attr *sizes = &q->attr[DYNAMIC_SLICE_SIZES];
    if (q->nin < 1)
        return check_operands(q, 1);
    ir_type t = q->in[0];
    if (!check_count(q, "slice_sizes", sizes, &t) || !check_starts(q, 1, &t, sizes->ints))
        return false;
    for (int d = 0; d < t.rank; d++)
        t.dim[d] = sizes->ints[d];
    ir_infer_out(q, &t);
    return true;
}

static bool slice_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    const ir_type *x = &e->in[0]->type, *y = &e->out[0]->type;
    size_t size = elem_size(e->in[0]);
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK];
    if (!ir_type_count(y))
        return true;
    dense_strides(x, from);
    dense_strides(y, to);
    int64_t offset = block_offset(e, 1, in, x, y->dim, from);
    strided_copy(size, y->rank, y->dim, out[0], to, (const char *)in[0] + offset * (int64_t)size,
                 from);
    return true;
}

static bool slice_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                            ir_value **ct_in)
{
    ir_value *sum = ct_in[0], *block = ct[0];
    if (sum)
        block = b_add(g, b_dynamic_slice(g, sum, x + 1, e->attr[DYNAMIC_SLICE_SIZES].ints), block);
    else
        sum = ir_zeros(g, &e->in[0]->type);
    return (ct_in[0] = b_dynamic_update_slice(g, sum, block, x + 1)) != NULL;
}

/* Is the start of dimension d batched, and does it matter? It does not if the block is as large as
 * the dimension. */
static bool start_varies(const ir_eqn *e, int first, const int *axis, const int64_t *sizes, int d)
{
    return axis[first + d] >= 0 && sizes[d] != e->in[0]->type.dim[d];
}

static bool some_start_varies(const ir_eqn *e, int first, const int *axis, const int64_t *sizes)
{
    bool varies = false;
    for (int d = 0; d < e->in[0]->type.rank; d++)
        varies = varies || start_varies(e, first, axis, sizes, d);
    return varies;
}

/* The starts that matter, as the components of one index vector per lane. */
typedef struct {
    int n, dim[IR_MAX_RANK];
    ir_value *start[IR_MAX_RANK]; /* one per lane, or rank 0 */
    windows_attrs attrs;          /* for a single lane */
    windows plan;
    ir_type index;
} lane_starts;

/* For a single lane, the block is a window with one index vector. w: the block's type. */
static void find_starts(lane_starts *s, const ir_eqn *e, int first, ir_value *const *x,
                        const ir_type *w)
{
    const ir_type *t = &e->in[0]->type;
    *s = (lane_starts){.attrs = {.offset.n = t->rank, .sizes.n = t->rank},
                       .plan = {.x = t, .index = &s->index, .w = w}};
    for (int d = 0; d < t->rank; d++) {
        s->attrs.offset.at[d] = d;
        s->attrs.sizes.at[d] = w->dim[d];
        s->plan.along[d] = d;
        s->plan.picks[d] = s->plan.component[d] = s->plan.batch[d] = -1;
        if (w->dim[d] == t->dim[d])
            continue;
        s->plan.component[d] = s->n;
        s->attrs.map.at[s->n] = d;
        s->dim[s->n] = d;
        s->start[s->n++] = x[first + d];
    }
    s->attrs.map.n = s->n;
    s->index.rank = s->n > 1;
}

/* Converts x to i64 and clamps it to 0 .. most. */
static ir_value *index_clamp(ir_graph *g, ir_value *x, int64_t most)
{
    if (!x)
        return NULL;
    if (x->type.dtype == IR_u64) /* first, because conversion would make a large one negative */
        x = b_min(g, x, b_const(g, x, (double)most));
    x = b_convert(g, x, IR_i64);
    return x ? b_min(g, b_max(g, x, b_const(g, x, 0)), b_const(g, x, (double)most)) : NULL;
}

/* The index vectors of all lanes, [lanes, n]; [lanes] if n is 1. */
static ir_value *lane_indices(ir_graph *g, const lane_starts *s, int64_t lanes)
{
    ir_value *column[IR_MAX_RANK];
    bool alike = true;
    for (int k = 0; k < s->n; k++) {
        if (!s->start[k])
            return NULL;
        alike = alike && s->start[k]->type.dtype == s->start[0]->type.dtype;
    }
    for (int k = 0; k < s->n; k++) {
        int d = s->dim[k];
        ir_value *v = s->start[k];
        if (!alike)
            v = index_clamp(g, v, s->plan.x->dim[d] - s->plan.w->dim[d]);
        if (v && !v->type.rank)
            v = b_broadcast_leading(g, v, lanes);
        column[k] = s->n > 1 ? b_reshape(g, v, 2, (int64_t[]){lanes, 1}) : v;
    }
    return s->n > 1 ? b_concatenate(g, s->n, column, 1) : column[0];
}

/* A slice whose starts are the same for the whole batch has one more dimension, if x has. */
static ir_value *slice_together(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                                int64_t size)
{
    const ir_attr *sizes = &e->attr[DYNAMIC_SLICE_SIZES];
    ir_value *start[IR_MAX_RANK + 1], *zero = b_const_int(g, IR_i32, 0);
    int64_t block[IR_MAX_RANK + 1];
    int at = axis[0] >= 0 ? axis[0] : sizes->n;
    ints_insert(sizes->ints, sizes->n, at, size, block);
    for (int d = 0; d < sizes->n; d++)
        start[axis_shift(d, at)] = axis[1 + d] < 0 ? x[1 + d] : zero;
    start[at] = zero;
    return b_dynamic_slice(g, x[0], start, block);
}

/* If starts differ, the block is a window with an index vector for each lane. */
static bool slice_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                        const ir_batching *over, ir_value **y, int *yaxis)
{
    if (!some_start_varies(e, 1, axis, e->attr[DYNAMIC_SLICE_SIZES].ints)) {
        *yaxis = axis[0];
        y[0] = slice_together(g, e, x, axis, over->size);
        return y[0] != NULL;
    }
    lane_starts s;
    find_starts(&s, e, 1, x, &e->out[0]->type);
    ir_value *indices = lane_indices(g, &s, over->size);
    *yaxis = windows_batch(&s.attrs, &s.plan, axis[0], 0, over->size);
    y[0] = b_gather(g, x[0], indices, &s.attrs);
    return y[0] != NULL;
}

static bool slice_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g;
    y[0] = x[0];
    return ir_same_shape(&x[0]->type, &e->out[0]->type);
}

static jit_scalar slice_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *x = &e->in[0]->type, *y = &e->out[0]->type;
    jit_index at[IR_MAX_RANK];
    place_split(em, y, &where, at);
    for (int d = 0; d < x->rank; d++)
        at[d] = jit_index_add(em, at[d], start_emit(em, e, 1 + d, x->dim[d] - y->dim[d]));
    return jit_operand(em, e, 0, place_of(x->rank, at));
}

/* Along a dimension that the block fills, elements keep their places. */
static int slice_axis(const ir_eqn *e, int k, int r)
{
    if (k > 0)
        return JIT_NO_AXIS;
    return e->out[0]->type.dim[r] == e->in[0]->type.dim[r] ? r : JIT_OTHER_AXIS;
}

const ir_op op_dynamic_slice = {
    .name = "dynamic_slice",
    .flags = IR_OP_ADDS | IR_OP_APART,
    .attrs = IR_ATTR_COLUMN(DYNAMIC_SLICE),
    .infer = slice_infer,
    .eval = slice_eval,
    .jvp = linear_jvp,
    .transpose = slice_transpose,
    .batch = slice_batch,
    .simplify = slice_simplify,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = slice_at, .axis = slice_axis},
};

/* ---- dynamic_update_slice ------------------------------------------------------------------- */

ir_value *b_dynamic_update_slice(ir_graph *g, ir_value *x, ir_value *update, ir_value *const *start)
{
    return emit_starts(g, &op_dynamic_update_slice, 2, (ir_value *[]){x, update},
                       x ? x->type.rank : 0, start, NULL);
}

static bool update_infer(ir_infer *q)
{
    if (q->nin < 2)
        return check_operands(q, 2);
    ir_type t = q->in[0];
    const ir_type *u = &q->in[1];
    if (t.dtype != u->dtype || t.rank != u->rank)
        return ir_fail("dynamic_update_slice: %s is not a block of %s", ir_type_tmp(u),
                       ir_type_tmp(&t));
    if (!check_starts(q, 2, &t, u->dim))
        return false;
    t.weak = t.weak && u->weak;
    ir_infer_out(q, &t);
    return true;
}

static bool update_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    const ir_type *x = &e->in[0]->type, *u = &e->in[1]->type;
    size_t size = elem_size(e->in[0]), bytes = ir_type_bytes(x);
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK];
    if (bytes)
        memcpy(out[0], in[0], bytes);
    if (!ir_type_count(u))
        return true;
    dense_strides(u, from);
    dense_strides(x, to);
    int64_t offset = block_offset(e, 2, in, x, u->dim, to);
    strided_copy(size, u->rank, u->dim, (char *)out[0] + offset * (int64_t)size, to, in[1], from);
    return true;
}

static bool update_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                             ir_value **ct_in)
{
    const ir_type *u = &e->in[1]->type;
    bool all = ir_same_shape(u, &e->in[0]->type); /* the update replaces the whole operand */
    if (!x[0] && !all && !(ct_in[0] = b_dynamic_update_slice(g, ct[0], ir_zeros(g, u), x + 2)))
        return false;
    return x[1] || (ct_in[1] = b_dynamic_slice(g, ct[0], x + 2, u->dim));
}

/* For starts that are not batched: one update, with the batch axis as an additional dimension. */
static ir_value *update_together(ir_graph *g, const ir_eqn *e, ir_value *x, ir_value *update,
                                 ir_value *const *start, const int *start_axis)
{
    ir_value *all[IR_MAX_RANK + 1], *zero = b_const_int(g, IR_i32, 0);
    int rank = e->in[0]->type.rank;
    all[0] = zero;
    for (int d = 0; d < rank; d++)
        all[1 + d] = start_axis[d] < 0 ? start[d] : zero;
    return b_dynamic_update_slice(g, x, update, all);
}

/* If starts differ, the update is a window with an index vector for each lane. */
static bool update_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    const ir_type *u = &e->in[1]->type;
    bool varies = some_start_varies(e, 2, axis, u->dim);
    int at = axis[0] >= 0 && varies ? axis[0] : 0;
    ir_value *base = ir_move_axis(g, x[0], axis[0], at, over->size);
    *yaxis = at;
    if (!varies || !ir_type_count(u)) {
        ir_value *update = ir_move_axis(g, x[1], axis[1], 0, over->size);
        y[0] = varies ? base : update_together(g, e, base, update, x + 2, axis + 2);
        return y[0] != NULL;
    }
    lane_starts s;
    find_starts(&s, e, 2, x, u);
    ir_value *indices = lane_indices(g, &s, over->size);
    int place = windows_batch(&s.attrs, &s.plan, at, 0, over->size);
    ir_value *update = ir_move_axis(g, x[1], axis[1], place, over->size);
    return (y[0] = b_scatter(g, &op_scatter, base, indices, update, &s.attrs)) != NULL;
}

/* Simplifies an update that replaces everything, and an empty one. */
static bool update_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g;
    bool all = ir_same_shape(&x[0]->type, &x[1]->type);
    y[0] = all ? x[1] : x[0];
    return (all || !ir_type_count(&x[1]->type)) && y[0]->type.weak == e->out[0]->type.weak;
}

/* The element of a scalar that is replaced; other updates write their window in place. */
static jit_scalar update_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    return jit_operand(em, e, 1, where);
}

const ir_op op_dynamic_update_slice = {
    .name = "dynamic_update_slice",
    .flags = IR_OP_APART,
    .infer = update_infer,
    .eval = update_eval,
    .jvp = linear_jvp,
    .transpose = update_transpose,
    .batch = update_batch,
    .simplify = update_simplify,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = update_at, .updates = true},
};

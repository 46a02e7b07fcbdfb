/* slice and concatenate: a part of an array with static bounds, and arrays joined along an axis. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "ops/shape.h"

/* ---- slice ----------------------------------------------------------------------------------- */

ir_value *b_slice(ir_graph *g, ir_value *x, const int64_t *start, const int64_t *limit,
                  const int64_t *strides)
{
    int n = x ? x->type.rank : 0;
    int64_t ones[IR_MAX_RANK];
    for (int d = 0; d < IR_MAX_RANK; d++)
        ones[d] = 1;
    ir_attr attr[] = {[SLICE_START] = {.n = n, .ints = start},
                      [SLICE_LIMIT] = {.n = n, .ints = limit},
                      [SLICE_STRIDES] = {.n = n, .ints = strides ? strides : ones}};
    return ir_emit1(g, &op_slice, 1, &x, attr);
}

static bool slice_infer(ir_infer *q)
{
    const ir_attr *start = &q->attr[SLICE_START], *limit = &q->attr[SLICE_LIMIT],
                  *strides = &q->attr[SLICE_STRIDES];
    if (!check_operands(q, 1) || !check_count(q, "start_indices", start, q->in) ||
        !check_count(q, "limit_indices", limit, q->in) ||
        !check_count(q, "strides", strides, q->in))
        return false;
    ir_type t = q->in[0];
    for (int d = 0; d < t.rank; d++) {
        int64_t from = start->ints[d], to = limit->ints[d], step = strides->ints[d];
        if (step < 1)
            return ir_fail(
                "slice: a stride must be at least 1, but along dimension %d of %s it is %lld", d,
                ir_type_tmp(&q->in[0]), (long long)step);
        if (to < from)
            return ir_fail(
                "slice: along dimension %d of %s the limit, %lld, is before the start, %lld", d,
                ir_type_tmp(&q->in[0]), (long long)to, (long long)from);
        if (from < 0 || to > t.dim[d])
            return ir_fail("slice: from %s to %s by %s is not within %s",
                           ir_ints_tmp(start->ints, start->n), ir_ints_tmp(limit->ints, limit->n),
                           ir_ints_tmp(strides->ints, strides->n), ir_type_tmp(&q->in[0]));
        t.dim[d] = to == from ? 0 : (to - from - 1) / step + 1;
    }
    ir_infer_out(q, &t);
    return true;
}

static bool slice_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    const ir_type *y = &e->out[0]->type;
    size_t size = elem_size(e->in[0]);
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK], start = 0;
    if (!ir_type_count(y))
        return true;
    dense_strides(&e->in[0]->type, from);
    dense_strides(y, to);
    for (int d = 0; d < y->rank; d++) {
        start += e->attr[SLICE_START].ints[d] * from[d];
        from[d] *= e->attr[SLICE_STRIDES].ints[d];
    }
    strided_copy(size, y->rank, y->dim, out[0], to, (const char *)in[0] + start * (int64_t)size,
                 from);
    return true;
}

/* Pads the cotangent with zeros around and between its elements. */
static bool slice_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                            ir_value **ct_in)
{
    (void)x;
    const ir_type *from = &e->in[0]->type, *to = &e->out[0]->type;
    int64_t high[IR_MAX_RANK], interior[IR_MAX_RANK];
    for (int d = 0; d < from->rank; d++) {
        int64_t step = e->attr[SLICE_STRIDES].ints[d];
        int64_t span = to->dim[d] ? (to->dim[d] - 1) * step + 1 : 0;
        interior[d] = step - 1;
        high[d] = from->dim[d] - e->attr[SLICE_START].ints[d] - span;
    }
    ir_type scalar = ir_type_scalar(from->dtype);
    ir_value *zero = ir_zeros(g, &scalar);
    ct_in[0] = b_pad(g, ct[0], zero, e->attr[SLICE_START].ints, high, interior);
    return ct_in[0] != NULL;
}

static bool slice_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                        const ir_batching *over, ir_value **y, int *yaxis)
{
    int64_t p[3][IR_MAX_RANK + 1];
    const int64_t whole[] = {0, over->size, 1};
    for (int k = 0; k < 3; k++)
        ints_insert(e->attr[k].ints, e->attr[k].n, axis[0], whole[k], p[k]);
    *yaxis = axis[0];
    return (y[0] = b_slice(g, x[0], p[SLICE_START], p[SLICE_LIMIT], p[SLICE_STRIDES])) != NULL;
}

/* A slice of a concatenation becomes a slice of one operand if it lies within that operand. */
static bool slice_of_concatenate(ir_graph *g, const ir_eqn *e, const ir_eqn *inner, ir_value **y)
{
    int64_t start[IR_MAX_RANK], limit[IR_MAX_RANK], along = inner->attr[CONCATENATE_DIMENSION].i;
    int rank = e->out[0]->type.rank;
    if (!e->out[0]->type.dim[along])
        return false;
    memcpy(start, e->attr[SLICE_START].ints, (size_t)rank * sizeof *start);
    memcpy(limit, e->attr[SLICE_LIMIT].ints, (size_t)rank * sizeof *limit);
    for (int k = 0; k < inner->nin; k++) {
        int64_t size = inner->in[k]->type.dim[along];
        if (start[along] < size) {
            if (limit[along] > size)
                return false;
            y[0] = b_slice(g, inner->in[k], start, limit, e->attr[SLICE_STRIDES].ints);
            return y[0] != NULL;
        }
        start[along] -= size;
        limit[along] -= size;
    }
    return false;
}

/* Simplifies a slice of everything, a slice of a slice, and a slice of one operand of a
 * concatenation. */
static bool slice_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    if (ir_same_shape(&x[0]->type, &e->out[0]->type))
        return y[0] = x[0], true;
    const ir_eqn *inner = x[0]->eqn;
    if (inner && inner->op == &op_concatenate)
        return slice_of_concatenate(g, e, inner, y);
    if (!inner || inner->op != &op_slice)
        return false;
    int64_t start[IR_MAX_RANK], limit[IR_MAX_RANK], step[IR_MAX_RANK];
    for (int d = 0; d < x[0]->type.rank; d++) {
        int64_t by = inner->attr[SLICE_STRIDES].ints[d], n = e->out[0]->type.dim[d];
        step[d] = n > 1 ? by * e->attr[SLICE_STRIDES].ints[d] : 1;
        start[d] = n ? inner->attr[SLICE_START].ints[d] + by * e->attr[SLICE_START].ints[d] : 0;
        limit[d] = n ? start[d] + (n - 1) * step[d] + 1 : 0;
    }
    return (y[0] = b_slice(g, inner->in[0], start, limit, step)) != NULL;
}

static jit_scalar slice_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *y = &e->out[0]->type;
    jit_index at[IR_MAX_RANK];
    place_split(em, y, &where, at);
    for (int d = 0; d < y->rank; d++) {
        at[d] = jit_index_mul(em, at[d], jit_index_const(em, e->attr[SLICE_STRIDES].ints[d]));
        at[d] = jit_index_add(em, at[d], jit_index_const(em, e->attr[SLICE_START].ints[d]));
    }
    return jit_operand(em, e, 0, place_of(y->rank, at));
}

static int slice_axis(const ir_eqn *e, int k, int r)
{
    bool all = !e->attr[SLICE_START].ints[r] && e->attr[SLICE_STRIDES].ints[r] == 1;
    return all && e->attr[SLICE_LIMIT].ints[r] == e->in[k]->type.dim[r] ? r : JIT_OTHER_AXIS;
}

const ir_op op_slice = {
    .name = "slice",
    .flags = IR_OP_APART,
    .attrs = IR_ATTR_COLUMN(SLICE),
    .infer = slice_infer,
    .eval = slice_eval,
    .jvp = linear_jvp,
    .transpose = slice_transpose,
    .batch = slice_batch,
    .simplify = slice_simplify,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = slice_at, .axis = slice_axis},
};

/* ---- concatenate ----------------------------------------------------------------------------- */

ir_value *b_concatenate(ir_graph *g, int n, ir_value *const *x, int dimension)
{
    ir_attr attr = {.i = dimension};
    return ir_emit1(g, &op_concatenate, n, x, &attr);
}

static bool concatenate_infer(ir_infer *q)
{
    int64_t along = q->attr[CONCATENATE_DIMENSION].i;
    if (q->nin < 1)
        return ir_fail("concatenate takes at least one operand");
    ir_type t = q->in[0];
    if (!check_axis(q, "dimension", along, &t))
        return false;
    for (int k = 1; k < q->nin; k++) {
        ir_type other = q->in[k];
        bool fits = other.rank == t.rank && other.dtype == t.dtype;
        for (int d = 0; fits && d < t.rank; d++)
            fits = d == along || other.dim[d] == t.dim[d];
        if (!fits)
            return ir_fail("concatenate: %s and %s cannot be joined along dimension %" PRId64,
                           ir_type_tmp(&q->in[0]), ir_type_tmp(&other), along);
        t.dim[along] += other.dim[along];
        t.weak = t.weak && other.weak;
        if (!check_shape(q, t.rank, t.dim))
            return false;
    }
    ir_infer_out(q, &t);
    return true;
}

static bool concatenate_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    size_t size = elem_size(e->out[0]);
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK], along = e->attr[CONCATENATE_DIMENSION].i;
    dense_strides(&e->out[0]->type, to);
    char *dst = out[0];
    for (int k = 0; k < e->nin; k++) {
        const ir_type *x = &e->in[k]->type;
        dense_strides(x, from);
        strided_copy(size, x->rank, x->dim, dst, to, in[k], from);
        dst += (size_t)(x->dim[along] * to[along]) * size;
    }
    return true;
}

static bool concatenate_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                  ir_value *const *ct, ir_value **ct_in)
{
    int64_t along = e->attr[CONCATENATE_DIMENSION].i, start[IR_MAX_RANK] = {0}, limit[IR_MAX_RANK];
    for (int k = 0; k < e->nin; k++) {
        const ir_type *t = &e->in[k]->type;
        for (int d = 0; d < t->rank; d++)
            limit[d] = start[d] + t->dim[d];
        if (!x[k] && !(ct_in[k] = b_slice(g, ct[0], start, limit, NULL)))
            return false;
        start[along] = limit[along];
    }
    return true;
}

static bool concatenate_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                              const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    int to = -1;
    for (int k = 0; k < e->nin; k++)
        to = to < 0 ? axis[k] : to;
    ir_value **moved = ir_alloc(&scratch, (size_t)e->nin * sizeof *moved);
    if (!moved)
        return false;
    for (int k = 0; k < e->nin; k++)
        moved[k] = ir_move_axis(g, x[k], axis[k], to, over->size);
    y[0] = b_concatenate(g, e->nin, moved, (int)axis_shift(e->attr[CONCATENATE_DIMENSION].i, to));
    *yaxis = to;
    return y[0] != NULL;
}

/* Drops empty operands; a single operand is the result. */
static bool concatenate_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    IR_SCRATCH(scratch);
    int64_t along = e->attr[CONCATENATE_DIMENSION].i;
    ir_value **kept = ir_alloc(&scratch, (size_t)e->nin * sizeof *kept);
    if (!kept)
        return false;
    int n = 0;
    bool weak = true;
    for (int k = 0; k < e->nin; k++)
        if (x[k]->type.dim[along]) {
            kept[n++] = x[k];
            weak = weak && x[k]->type.weak;
        }
    if (!n)
        kept[n++] = x[0];
    y[0] = NULL;
    if (weak == e->out[0]->type.weak)
        y[0] = n == 1 ? kept[0] : n < e->nin ? b_concatenate(g, n, kept, (int)along) : NULL;
    return y[0] && ir_same_type(&y[0]->type, &e->out[0]->type);
}

static jit_scalar concatenate_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *t = &e->out[0]->type;
    int64_t along = e->attr[CONCATENATE_DIMENSION].i, start = 0;
    jit_index at[IR_MAX_RANK];
    place_split(em, t, &where, at);
    jit_index i = at[along];
    jit_scalar value = jit_constant(em, t->dtype, (ir_scalar){0});
    for (int k = 0; k < e->nin; k++) {
        int64_t end = start + e->in[k]->type.dim[along];
        at[along] = jit_index_sub(em, i, jit_index_const(em, start));
        jit_scalar here = jit_and(em, jit_index_lt(em, jit_index_const(em, start - 1), i),
                                  jit_index_lt(em, i, jit_index_const(em, end)));
        value = operand_where(em, here, e, k, place_of(t->rank, at), value);
        start = end;
    }
    return value;
}

static int concatenate_axis(const ir_eqn *e, int k, int r)
{
    (void)k;
    return e->attr[CONCATENATE_DIMENSION].i == r ? JIT_OTHER_AXIS : r;
}

const ir_op op_concatenate = {
    .name = "concatenate",
    .flags = IR_OP_APART,
    .attrs = IR_ATTR_COLUMN(CONCATENATE),
    .infer = concatenate_infer,
    .eval = concatenate_eval,
    .jvp = linear_jvp,
    .transpose = concatenate_transpose,
    .batch = concatenate_batch,
    .simplify = concatenate_simplify,
    .lower =
        &(const jit_lower){.kind = JIT_INDEXED, .at = concatenate_at, .axis = concatenate_axis},
};

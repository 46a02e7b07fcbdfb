/* sort: sorts lines of arrays along a dimension. The first num_keys operands are the keys, the
 * first of them most important; all operands are put in the same order. Equal elements keep their
 * order. In the order, -0 equals 0, and a NaN is greater than all numbers.
 */
#include <stddef.h>
#include <string.h>

#include "ops/complex.h"
#include "ops/host/host.h"
#include "ops/ops.h"
#include "ops/reduce.h"
#include "ops/shape.h"
#include "ops/windows.h"

ir_value **b_sort(ir_graph *g, int n, ir_value *const *x, int axis, int num_keys, bool descending)
{
    ir_attr attr[] = {[SORT_DIMENSION] = {.i = axis},
                      [SORT_NUM_KEYS] = {.i = num_keys},
                      [SORT_DESCENDING] = {.i = descending}};
    return ir_emit(g, &op_sort, n, x, attr);
}

static ir_value **sort_like(ir_graph *g, const ir_eqn *e, int n, ir_value *const *x)
{
    return ir_emit(g, e->op, n, x, e->attr);
}

static bool sort_infer(ir_infer *q)
{
    int64_t keys = q->attr[SORT_NUM_KEYS].i;
    int parts = q->nin; /* a complex operand is sorted as two */
    for (int k = 0; k < q->nin; k++)
        parts += ir_is_complex(q->in[k].dtype);
    if (q->nin < 1 || parts > HOST_MOST_SORTED)
        return ir_fail("sort takes 1 to %d operands, of which a complex one counts as two, but %d "
                       "are given",
                       HOST_MOST_SORTED, parts);
    if (keys < 1 || keys > q->nin)
        return ir_fail("sort: num_keys must be 1 to %d, the number of operands, but is %lld",
                       q->nin, (long long)keys);
    if (!check_axis(q, "dimension", q->attr[SORT_DIMENSION].i, q->in))
        return false;
    for (int k = 1; k < q->nin; k++) {
        ir_type t = ir_type_like(q->in[0], q->in[k].dtype);
        t.weak = q->in[k].weak;
        if (!ir_same_type(&t, &q->in[k]))
            return ir_fail("sort: operand %d is %s, but must have the shape of operand 0, %s", k,
                           ir_type_tmp(&q->in[k]), ir_type_tmp(&q->in[0]));
    }
    for (int k = 0; k < q->nin; k++)
        ir_infer_out(q, &q->in[k]);
    return true;
}

static int sort_numbers(const ir_eqn *e, int64_t *to)
{
    along_axis a = along_axis_of(&e->in[0]->type, e->attr[SORT_DIMENSION].i);
    host_sort s = {
        e->nin, e->attr[SORT_NUM_KEYS].i, e->attr[SORT_DESCENDING].i, a.outer, a.along, a.inner,
        {0}};
    for (int k = 0; k < e->nin; k++)
        s.dtype[k] = e->in[k]->type.dtype;
    memcpy(to, &s, sizeof s);
    return (int)(offsetof(host_sort, dtype) / sizeof *to) + e->nin;
}

/* ---- rules ----------------------------------------------------------------------------------- */

/* The places are sorted with the operands. The tangents are then put in the same order. */
static bool sort_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                     ir_value **y, ir_value **ty)
{
    IR_SCRATCH(scratch);
    const ir_type *like = &e->in[0]->type;
    int axis = (int)e->attr[SORT_DIMENSION].i;
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *in);
    if (!in)
        return false;
    memcpy(in, x, (size_t)e->nin * sizeof *in);
    ir_dtype place = like->dim[axis] <= INT32_MAX ? IR_i32 : IR_i64;
    in[e->nin] = b_iota(g, place, like->rank, like->dim, axis);
    ir_value **made = sort_like(g, e, e->nin + 1, in);
    for (int k = 0; made && k < e->nin; k++) {
        y[k] = made[k];
        ty[k] = t[k] ? windows_take(g, t[k], made[e->nin], axis, true) : NULL;
        if (t[k] && !ty[k])
            return false;
    }
    return made != NULL;
}

static bool sort_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                       const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    ir_value **in = ir_alloc(&scratch, (size_t)e->nin * sizeof *in);
    int to = -1;
    for (int k = 0; k < e->nin && to < 0; k++)
        to = axis[k];
    if (!in)
        return false;
    for (int k = 0; k < e->nin; k++)
        in[k] = ir_move_axis(g, x[k], axis[k], to, over->size);
    ir_value **made = b_sort(g, e->nin, in, (int)axis_shift(e->attr[SORT_DIMENSION].i, to),
                             (int)e->attr[SORT_NUM_KEYS].i, e->attr[SORT_DESCENDING].i);
    for (int k = 0; made && k < e->nin; k++) {
        y[k] = made[k];
        yaxis[k] = to;
    }
    return made != NULL;
}

/* All results need the keys. */
static void sort_need(const ir_eqn *e, bool *out, bool *in)
{
    for (int k = 0; k < e->nin; k++) {
        out[k] = out[k] || k < e->attr[SORT_NUM_KEYS].i;
        in[k] = out[k];
    }
}

static ir_value **sort_narrow(ir_graph *g, const ir_eqn *e, const bool *in, const bool *out, int n,
                              ir_value *const *x)
{
    (void)in, (void)out;
    return sort_like(g, e, n, x);
}

/* A line of one element is sorted. */
static bool sort_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g;
    if (e->in[0]->type.dim[e->attr[SORT_DIMENSION].i] > 1)
        return false;
    memcpy(y, x, (size_t)e->nin * sizeof *y);
    return true;
}

const ir_op op_sort = {
    .name = "sort",
    .flags = IR_OP_BY_BITS,
    .attrs = IR_ATTR_COLUMN(SORT),
    .infer = sort_infer,
    .eval = host_eval,
    .jvp = sort_jvp,
    .batch = sort_batch,
    .need = sort_need,
    .narrow = sort_narrow,
    .simplify = sort_simplify,
    .pairs = pairs_sort,
    .lower =
        &(const jit_lower){.kind = JIT_CALLED,
                           .host = &(const jit_host){"jac_host_sort", jac_host_sort, sort_numbers}},
};

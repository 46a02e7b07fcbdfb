/* The primitives on tapes. Transformations use them to add, select and batch values of dynamic
 * length. A tape without slices stands for zeros of any length.
 *
 * Each primitive works slice by slice and, on tapes of tapes, level by level. In this file, a leaf
 * is a dense array at the bottom level.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/complex.h"
#include "ops/attrs.h"
#include "ops/control.h"
#include "ops/host/host.h"
#include "ops/ops.h"

static ir_type slice_type(const ir_type *t)
{
    ir_type s = *t;
    s.rank--;
    memmove(s.dim, t->dim + 1, s.rank * sizeof s.dim[0]);
    return s;
}

/* The type of the dense arrays at the bottom level. */
static ir_type leaf_type(const ir_type *t)
{
    ir_type s = *t;
    while (ir_is_tape(&s))
        s = slice_type(&s);
    return s;
}

static ir_type with_leaf(const ir_type *t, const ir_type *leaf)
{
    ir_type made = *leaf;
    int depth = ir_tape_depth(t);
    memmove(made.dim + depth, leaf->dim, leaf->rank * sizeof made.dim[0]);
    for (int k = 0; k < depth; k++)
        made.dim[k] = IR_DYNAMIC;
    made.rank = (uint8_t)(leaf->rank + depth);
    return made;
}

static bool is_tape(const ir_infer *q, int k)
{
    return ir_is_tape(&q->in[k]) || ir_fail("%s: operand %d is %s, not of dynamic length",
                                            q->op->name, k, ir_type_tmp(&q->in[k]));
}

/* ---- parameters for the host functions (ops/host/tape.c) ------------------------------------- */

static host_tape result_of(const ir_eqn *e)
{
    const ir_type *t = &e->out[0]->type;
    host_tape n = {.dtype = t->dtype, .rank = t->rank};
    memcpy(n.dim, t->dim, t->rank * sizeof n.dim[0]);
    return n;
}

static int put(const host_tape *n, int64_t *to)
{
    memcpy(to, n, sizeof *n);
    return sizeof *n / sizeof *to;
}

static int plain_numbers(const ir_eqn *e, int64_t *to)
{
    host_tape n = result_of(e);
    return put(&n, to);
}

static int select_numbers(const ir_eqn *e, int64_t *to)
{
    host_tape n = result_of(e);
    n.lanes = ir_type_count(&e->in[0]->type);
    return put(&n, to);
}

/* tape_broadcast passes the axis of the result, tape_sum that of the operand. */
static int along_numbers(const ir_eqn *e, int64_t *to)
{
    host_tape n = result_of(e);
    bool sum = e->op == &op_tape_sum;
    ir_type wide = leaf_type(&(sum ? e->in[0] : e->out[0])->type);
    n.axis = e->attr[sum ? TAPE_SUM_AXIS : TAPE_BROADCAST_AXIS].i;
    n.size = wide.dim[n.axis];
    return put(&n, to);
}

#define CALLED(name, numbers)                                                                      \
    .eval = host_eval, .lower = &(const jit_lower)                                                 \
    {                                                                                              \
        .kind = JIT_CALLED, .host = &(const jit_host)                                              \
        {                                                                                          \
            "jac_host_tape_" #name, jac_host_tape_##name, numbers                                  \
        }                                                                                          \
    }

/* ---- empty_tape ------------------------------------------------------------------------------ */

static bool empty_infer(ir_infer *q)
{
    const ir_attr *shape = &q->attr[EMPTY_TAPE_SHAPE];
    if (shape->n < 1 || shape->n > IR_MAX_RANK || shape->ints[0] != IR_DYNAMIC)
        return ir_fail("empty_tape: its shape must begin with a dynamic dimension (-1)");
    ir_type t = ir_type_make((ir_dtype)q->attr[EMPTY_TAPE_DTYPE].i, shape->n, shape->ints);
    ir_infer_out(q, &t);
    return true;
}

const ir_op op_empty_tape = {
    .name = "empty_tape",
    .role = IR_ROLE_EMPTY_TAPE,
    .flags = IR_OP_TAPES | IR_OP_NO_FOLD,
    .attrs = IR_ATTR_COLUMN(EMPTY_TAPE),
    .infer = empty_infer,
    CALLED(empty, plain_numbers),
    .pairs = pairs_empty_tape,
};

/* ---- tape_add -------------------------------------------------------------------------------- */

static bool add_infer(ir_infer *q)
{
    if (q->nin != 2)
        return ir_fail("tape_add: it takes 2 operands, not %d", q->nin);
    if (!is_tape(q, 0) || !is_tape(q, 1))
        return false;
    if (!ir_same_type(&q->in[0], &q->in[1]) || !ir_is_inexact(q->in[0].dtype))
        return ir_fail("tape_add: operands are %s and %s", ir_type_tmp(&q->in[0]),
                       ir_type_tmp(&q->in[1]));
    ir_infer_out(q, &q->in[0]);
    return true;
}

static ir_value *tape_add(ir_graph *g, ir_value *a, ir_value *b)
{
    return ir_emit1(g, &op_tape_add, 2, (ir_value *[]){a, b}, NULL);
}

static bool add_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                    ir_value **y, ir_value **ty)
{
    (void)e;
    y[0] = tape_add(g, x[0], x[1]);
    ty[0] = ir_add_any(g, t[0], t[1]);
    return y[0] && ty[0];
}

static bool add_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                          ir_value **ct_in)
{
    (void)g, (void)e;
    for (int k = 0; k < 2; k++)
        ct_in[k] = x[k] ? NULL : ct[0];
    return true;
}

static bool add_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                      const ir_batching *over, ir_value **y, int *yaxis)
{
    int place = ir_tape_depth(&e->out[0]->type);
    y[0] = tape_add(g, ir_move_axis(g, x[0], axis[0], place, over->size),
                    ir_move_axis(g, x[1], axis[1], place, over->size));
    yaxis[0] = place;
    return y[0] != NULL;
}

const ir_op op_tape_add = {
    .name = "tape_add",
    .role = IR_ROLE_TAPE_ADD,
    .flags = IR_OP_TAPES | IR_OP_NO_FOLD | IR_OP_APART,
    .infer = add_infer,
    CALLED(add, plain_numbers),
    .jvp = add_jvp,
    .transpose = add_transpose,
    .batch = add_batch,
};

/* ---- tape_select: selects by lane ------------------------------------------------------------ */

/* pred's dimensions must be the leading dimensions of the leaves. */
static bool select_infer(ir_infer *q)
{
    if (q->nin != 3)
        return ir_fail("tape_select: it takes 3 operands, not %d", q->nin);
    if (!is_tape(q, 1) || !is_tape(q, 2))
        return false;
    ir_type leaf = leaf_type(&q->in[1]);
    const ir_type *pred = &q->in[0];
    bool fits = pred->dtype == IR_bool && pred->rank <= leaf.rank;
    for (int k = 0; fits && k < pred->rank; k++)
        fits = pred->dim[k] == leaf.dim[k];
    if (!fits || !ir_same_type(&q->in[1], &q->in[2]))
        return ir_fail("tape_select: operands are %s, %s and %s", ir_type_tmp(pred),
                       ir_type_tmp(&q->in[1]), ir_type_tmp(&q->in[2]));
    ir_infer_out(q, &q->in[1]);
    return true;
}

static ir_value *tape_select(ir_graph *g, ir_value *pred, ir_value *a, ir_value *b)
{
    ir_type t = a ? a->type : b ? b->type : (ir_type){0};
    ir_value *in[] = {pred, a ? a : ir_zeros(g, &t), b ? b : ir_zeros(g, &t)};
    return ir_emit1(g, &op_tape_select, 3, in, NULL);
}

static bool select_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                       ir_value **y, ir_value **ty)
{
    (void)e;
    y[0] = tape_select(g, x[0], x[1], x[2]);
    ty[0] = tape_select(g, x[0], t[1], t[2]);
    return y[0] && ty[0];
}

static bool select_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                             ir_value **ct_in)
{
    (void)e;
    ct_in[1] = x[1] ? NULL : tape_select(g, x[0], ct[0], NULL);
    ct_in[2] = x[2] ? NULL : tape_select(g, x[0], NULL, ct[0]);
    return true;
}

static bool select_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    int place = ir_tape_depth(&e->out[0]->type);
    y[0] = tape_select(g, ir_move_axis(g, x[0], axis[0], 0, over->size),
                       ir_move_axis(g, x[1], axis[1], place, over->size),
                       ir_move_axis(g, x[2], axis[2], place, over->size));
    yaxis[0] = place;
    return y[0] != NULL;
}

const ir_op op_tape_select = {
    .name = "tape_select",
    .flags = IR_OP_TAPES | IR_OP_NO_FOLD | IR_OP_APART,
    .infer = select_infer,
    CALLED(select, select_numbers),
    .jvp = select_jvp,
    .transpose = select_transpose,
    .batch = select_batch,
};

/* ---- tape_broadcast, tape_sum: add an axis to the leaves, or sum over one -------------------- */

static bool broadcast_infer(ir_infer *q)
{
    int64_t axis = q->attr[TAPE_BROADCAST_AXIS].i, size = q->attr[TAPE_BROADCAST_SIZE].i;
    if (q->nin != 1 || !is_tape(q, 0))
        return q->nin == 1 ? false : ir_fail("tape_broadcast: it takes 1 operand, not %d", q->nin);
    ir_type leaf = leaf_type(&q->in[0]);
    if (axis < 0 || axis > leaf.rank || size < 0 || q->in[0].rank == IR_MAX_RANK)
        return ir_fail("tape_broadcast: %s cannot have an axis of %lld at %lld",
                       ir_type_tmp(&q->in[0]), (long long)size, (long long)axis);
    memmove(leaf.dim + axis + 1, leaf.dim + axis,
            (size_t)(leaf.rank++ - axis) * sizeof leaf.dim[0]);
    leaf.dim[axis] = size;
    ir_type t = with_leaf(&q->in[0], &leaf);
    ir_infer_out(q, &t);
    return true;
}

static bool sum_infer(ir_infer *q)
{
    int64_t axis = q->attr[TAPE_SUM_AXIS].i;
    if (q->nin != 1 || !is_tape(q, 0))
        return q->nin == 1 ? false : ir_fail("tape_sum: it takes 1 operand, not %d", q->nin);
    ir_type leaf = leaf_type(&q->in[0]);
    if (axis < 0 || axis >= leaf.rank || !ir_is_inexact(leaf.dtype))
        return ir_fail("tape_sum: %s has no float axis %lld", ir_type_tmp(&q->in[0]),
                       (long long)axis);
    memmove(leaf.dim + axis, leaf.dim + axis + 1,
            (size_t)(--leaf.rank - axis) * sizeof leaf.dim[0]);
    ir_type t = with_leaf(&q->in[0], &leaf);
    ir_infer_out(q, &t);
    return true;
}

/* The index of the attribute that both have. */
enum { ALONG_AXIS = TAPE_BROADCAST_AXIS };
_Static_assert((int)ALONG_AXIS == (int)TAPE_SUM_AXIS, "one axis for both");

static ir_value *emit_along(ir_graph *g, const ir_op *op, ir_value *x, int64_t axis, int64_t size)
{
    ir_attr attr[] = {[ALONG_AXIS] = {.i = axis}, [TAPE_BROADCAST_SIZE] = {.i = size}};
    return ir_emit1(g, op, 1, &x, attr);
}

static bool along_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                      ir_value **y, ir_value **ty)
{
    y[0] = ir_emit1(g, e->op, 1, x, e->attr);
    ty[0] = ir_emit1(g, e->op, 1, t, e->attr);
    return y[0] && ty[0];
}

static bool along_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                            ir_value **ct_in)
{
    bool broadcast = e->op == &op_tape_broadcast;
    ir_type leaf = leaf_type(&e->in[0]->type);
    (void)x;
    int64_t axis = e->attr[ALONG_AXIS].i;
    ct_in[0] = broadcast ? emit_along(g, &op_tape_sum, ct[0], axis, 0)
                         : emit_along(g, &op_tape_broadcast, ct[0], axis, leaf.dim[axis]);
    return ct_in[0] != NULL;
}

static bool along_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                        const ir_batching *over, ir_value **y, int *yaxis)
{
    int place = ir_tape_depth(&e->out[0]->type);
    ir_value *front = ir_move_axis(g, x[0], axis[0], place, over->size);
    y[0] = emit_along(g, e->op, front, e->attr[ALONG_AXIS].i + 1,
                      e->op == &op_tape_broadcast ? e->attr[TAPE_BROADCAST_SIZE].i : 0);
    yaxis[0] = place;
    return y[0] != NULL;
}

const ir_op op_tape_broadcast = {
    .name = "tape_broadcast",
    .role = IR_ROLE_TAPE_BROADCAST,
    .flags = IR_OP_TAPES | IR_OP_NO_FOLD | IR_OP_APART,
    .attrs = IR_ATTR_COLUMN(TAPE_BROADCAST),
    .infer = broadcast_infer,
    CALLED(broadcast, along_numbers),
    .jvp = along_jvp,
    .transpose = along_transpose,
    .batch = along_batch,
};

const ir_op op_tape_sum = {
    .name = "tape_sum",
    .flags = IR_OP_TAPES | IR_OP_NO_FOLD | IR_OP_APART,
    .attrs = IR_ATTR_COLUMN(TAPE_SUM),
    .infer = sum_infer,
    CALLED(sum, along_numbers),
    .jvp = along_jvp,
    .transpose = along_transpose,
    .batch = along_batch,
};

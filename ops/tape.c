/* The few primitives on tapes themselves: what transformations need where they add, choose between
 * or batch values of dynamic length. A tape of no slices stands for zeros of any length.
 *
 * Each works slice by slice, and on tapes of tapes level by level; a leaf is a dense array.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/control.h"
#include "ops/ops.h"

static ir_type slice_type(const ir_type *t)
{
    ir_type s = *t;
    s.rank--;
    memmove(s.dim, t->dim + 1, s.rank * sizeof s.dim[0]);
    return s;
}

/* The type of the arrays at the bottom. */
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

/* Makes out from the operands a and b, slice by slice; leaf fills an array from those of the
 * operands (NULL: zeros). */
typedef void leaf_fn(void *env, void *out, const void *a, const void *b);

static bool each_leaf(const ir_type *t, const ir_tape *a, const ir_tape *b, leaf_fn *leaf,
                      void *env, ir_tape **out)
{
    ir_type slice = slice_type(t);
    int64_t n = ir_tape_length(a) > ir_tape_length(b) ? ir_tape_length(a) : ir_tape_length(b);
    *out = n ? ir_tape_new(&slice) : NULL;
    bool ok = !n || ir_tape_resize(*out, n);
    for (int64_t k = 0; k < n && ok; k++) {
        void *x = ir_tape_at(a, k), *y = ir_tape_at(b, k), *to = ir_tape_at(*out, k);
        if (ir_is_tape(&slice))
            ok = each_leaf(&slice, x ? *(ir_tape **)x : NULL, y ? *(ir_tape **)y : NULL, leaf, env,
                           to);
        else
            leaf(env, to, x, y);
    }
    return ok;
}

static const ir_tape *tape_of(const void *in)
{
    return *(ir_tape *const *)in;
}

/* ---- empty_tape ------------------------------------------------------------------------------ */

static bool empty_infer(ir_infer *q)
{
    const ir_attr *shape = &q->attr[1];
    if (shape->n < 1 || shape->n > IR_MAX_RANK || shape->ints[0] != IR_DYNAMIC)
        return ir_fail("empty_tape: its shape must begin with a dynamic dimension (-1)");
    ir_type t = ir_type_make((ir_dtype)q->attr[0].i, shape->n, shape->ints);
    ir_infer_out(q, &t);
    return true;
}

static bool empty_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    (void)e, (void)in;
    *(ir_tape **)out[0] = NULL;
    return true;
}

const ir_op op_empty_tape = {
    .name = "empty_tape",
    .role = IR_ROLE_EMPTY_TAPE,
    .flags = IR_OP_TAPES | IR_OP_NO_FOLD,
    .attrs = {{"dtype", IR_ATTR_DTYPE}, {"shape", IR_ATTR_INTS}},
    .infer = empty_infer,
    .eval = empty_eval,
};

/* ---- tape_add -------------------------------------------------------------------------------- */

static bool add_infer(ir_infer *q)
{
    if (q->nin != 2)
        return ir_fail("tape_add: it takes 2 operands, not %d", q->nin);
    if (!is_tape(q, 0) || !is_tape(q, 1))
        return false;
    if (!ir_same_type(&q->in[0], &q->in[1]) || !ir_is_float((ir_dtype)q->in[0].dtype))
        return ir_fail("tape_add: operands are %s and %s", ir_type_tmp(&q->in[0]),
                       ir_type_tmp(&q->in[1]));
    ir_infer_out(q, &q->in[0]);
    return true;
}

static void add_leaf(void *env, void *out, const void *a, const void *b)
{
    const ir_type *t = env;
    int64_t n = ir_type_count(t);
    if (!a || !b) {
        memcpy(out, a ? a : b, ir_type_bytes(t));
        return;
    }
    for (int64_t k = 0; k < n; k++)
        if (t->dtype == IR_f32)
            ((float *)out)[k] = ((const float *)a)[k] + ((const float *)b)[k];
        else
            ((double *)out)[k] = ((const double *)a)[k] + ((const double *)b)[k];
}

static bool add_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    ir_type leaf = leaf_type(&e->out[0]->type);
    return each_leaf(&e->out[0]->type, tape_of(in[0]), tape_of(in[1]), add_leaf, &leaf, out[0]);
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
    .flags = IR_OP_TAPES | IR_OP_NO_FOLD,
    .infer = add_infer,
    .eval = add_eval,
    .jvp = add_jvp,
    .transpose = add_transpose,
    .batch = add_batch,
};

/* ---- tape_select: lanes choose --------------------------------------------------------------- */

/* pred's dimensions are the first of the leaves. */
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

typedef struct {
    const uint8_t *pred;
    int64_t lanes;
    size_t bytes; /* of a lane */
} selection;

static void select_leaf(void *env, void *out, const void *a, const void *b)
{
    const selection *s = env;
    for (int64_t k = 0; k < s->lanes; k++) {
        const char *from = s->pred[k] ? a : b;
        if (from)
            memcpy((char *)out + (size_t)k * s->bytes, from + (size_t)k * s->bytes, s->bytes);
        else
            memset((char *)out + (size_t)k * s->bytes, 0, s->bytes);
    }
}

static bool select_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    ir_type leaf = leaf_type(&e->out[0]->type);
    selection s = {in[0], ir_type_count(&e->in[0]->type), 0};
    s.bytes = s.lanes ? ir_type_bytes(&leaf) / (size_t)s.lanes : 0;
    return each_leaf(&e->out[0]->type, tape_of(in[1]), tape_of(in[2]), select_leaf, &s, out[0]);
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
    .role = IR_ROLE_TAPE_SELECT,
    .flags = IR_OP_TAPES | IR_OP_NO_FOLD,
    .infer = select_infer,
    .eval = select_eval,
    .jvp = select_jvp,
    .transpose = select_transpose,
    .batch = select_batch,
};

/* ---- tape_broadcast, tape_sum: an axis of the leaves added, and summed away ------------------ */

typedef struct {
    ir_dtype dtype;
    int64_t outer, size, inner; /* elements before the axis, along it, behind it */
} along;

static along along_of(const ir_type *leaf, int64_t axis, int64_t size)
{
    along a = {(ir_dtype)leaf->dtype, 1, size, 1};
    for (int k = 0; k < leaf->rank; k++)
        *(k < axis ? &a.outer : &a.inner) *= leaf->dim[k];
    return a;
}

static bool broadcast_infer(ir_infer *q)
{
    int64_t axis = q->attr[0].i, size = q->attr[1].i;
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

static void broadcast_leaf(void *env, void *out, const void *a, const void *b)
{
    const along *s = env;
    size_t bytes = (size_t)s->inner * ir_dtypes[s->dtype].size;
    (void)b;
    for (int64_t o = 0; o < s->outer; o++)
        for (int64_t k = 0; k < s->size; k++)
            memcpy((char *)out + (size_t)(o * s->size + k) * bytes,
                   (const char *)a + (size_t)o * bytes, bytes);
}

static bool broadcast_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    ir_type leaf = leaf_type(&e->in[0]->type);
    along s = along_of(&leaf, e->attr[0].i, e->attr[1].i);
    return each_leaf(&e->out[0]->type, tape_of(in[0]), NULL, broadcast_leaf, &s, out[0]);
}

static bool sum_infer(ir_infer *q)
{
    int64_t axis = q->attr[0].i;
    if (q->nin != 1 || !is_tape(q, 0))
        return q->nin == 1 ? false : ir_fail("tape_sum: it takes 1 operand, not %d", q->nin);
    ir_type leaf = leaf_type(&q->in[0]);
    if (axis < 0 || axis >= leaf.rank || !ir_is_float((ir_dtype)leaf.dtype))
        return ir_fail("tape_sum: %s has no float axis %lld", ir_type_tmp(&q->in[0]),
                       (long long)axis);
    memmove(leaf.dim + axis, leaf.dim + axis + 1,
            (size_t)(--leaf.rank - axis) * sizeof leaf.dim[0]);
    ir_type t = with_leaf(&q->in[0], &leaf);
    ir_infer_out(q, &t);
    return true;
}

static void sum_leaf(void *env, void *out, const void *a, const void *b)
{
    const along *s = env;
    (void)b;
    for (int64_t o = 0; o < s->outer; o++)
        for (int64_t i = 0; i < s->inner; i++) {
            double sum = 0;
            for (int64_t k = 0; k < s->size; k++) {
                int64_t at = (o * s->size + k) * s->inner + i;
                sum += s->dtype == IR_f32 ? ((const float *)a)[at] : ((const double *)a)[at];
            }
            if (s->dtype == IR_f32)
                ((float *)out)[o * s->inner + i] = (float)sum;
            else
                ((double *)out)[o * s->inner + i] = sum;
        }
}

static bool sum_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    ir_type leaf = leaf_type(&e->out[0]->type), wide = leaf_type(&e->in[0]->type);
    along s = along_of(&leaf, e->attr[0].i, wide.dim[e->attr[0].i]);
    return each_leaf(&e->out[0]->type, tape_of(in[0]), NULL, sum_leaf, &s, out[0]);
}

static ir_value *emit_along(ir_graph *g, const ir_op *op, ir_value *x, int64_t axis, int64_t size)
{
    ir_attr attr[] = {{.i = axis}, {.i = size}};
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
    ct_in[0] = broadcast
                   ? emit_along(g, &op_tape_sum, ct[0], e->attr[0].i, 0)
                   : emit_along(g, &op_tape_broadcast, ct[0], e->attr[0].i, leaf.dim[e->attr[0].i]);
    return ct_in[0] != NULL;
}

static bool along_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                        const ir_batching *over, ir_value **y, int *yaxis)
{
    int place = ir_tape_depth(&e->out[0]->type);
    ir_value *front = ir_move_axis(g, x[0], axis[0], place, over->size);
    y[0] = emit_along(g, e->op, front, e->attr[0].i + 1,
                      e->op == &op_tape_broadcast ? e->attr[1].i : 0);
    yaxis[0] = place;
    return y[0] != NULL;
}

const ir_op op_tape_broadcast = {
    .name = "tape_broadcast",
    .role = IR_ROLE_TAPE_BROADCAST,
    .flags = IR_OP_TAPES | IR_OP_NO_FOLD,
    .attrs = {{"axis", IR_ATTR_INT}, {"size", IR_ATTR_INT}},
    .infer = broadcast_infer,
    .eval = broadcast_eval,
    .jvp = along_jvp,
    .transpose = along_transpose,
    .batch = along_batch,
};

const ir_op op_tape_sum = {
    .name = "tape_sum",
    .flags = IR_OP_TAPES | IR_OP_NO_FOLD,
    .attrs = {{"axis", IR_ATTR_INT}},
    .infer = sum_infer,
    .eval = sum_eval,
    .jvp = along_jvp,
    .transpose = along_transpose,
    .batch = along_batch,
};

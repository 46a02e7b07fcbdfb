/* rotate: moves elements along one axis; elements that leave at one end enter at the other, as in
 * jnp.roll. A primitive that is not elementwise, with every rule it can have; the example of
 * "Adding an op" in docs/design.md, where it becomes ops/rotate.c.
 */
#include <string.h>

#include "ops/ops.h"
#include "ops/shape.h"

static ir_value *b_rotate(ir_graph *g, ir_value *x, int64_t axis, int64_t shift)
{
    ir_attr attr[] = {[ROTATE_AXIS] = {.i = axis}, [ROTATE_SHIFT] = {.i = shift}};
    return ir_emit1(g, &op_rotate, 1, &x, attr);
}

static int64_t size_along(const ir_eqn *e)
{
    return e->in[0]->type.dim[e->attr[ROTATE_AXIS].i];
}

/* The shift, reduced to [0, size). */
static int64_t amount(const ir_eqn *e)
{
    int64_t n = size_along(e), by = n ? e->attr[ROTATE_SHIFT].i % n : 0;
    return by < 0 ? by + n : by;
}

static bool rotate_infer(ir_infer *q)
{
    if (!check_operands(q, 1) || !check_axis(q, "axis", q->attr[ROTATE_AXIS].i, q->in))
        return false;
    ir_infer_out(q, &q->in[0]);
    return true;
}

/* A run along the axis consists of blocks of the dimensions after it. It is copied in two
 * pieces. */
static bool rotate_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    const ir_type *t = &e->in[0]->type;
    size_t block = elem_size(e->in[0]), run, head;
    if (!ir_type_count(t))
        return true;
    for (int d = (int)e->attr[ROTATE_AXIS].i + 1; d < t->rank; d++)
        block *= (size_t)t->dim[d];
    run = block * (size_t)size_along(e);
    head = block * (size_t)amount(e);
    const char *from = in[0];
    char *to = out[0];
    for (size_t done = 0; done < ir_type_bytes(t); done += run) {
        memcpy(to + done + head, from + done, run - head);
        memcpy(to + done, from + done + run - head, head);
    }
    return true;
}

/* Rotates back by the same amount. */
static bool rotate_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                             ir_value **ct_in)
{
    (void)x;
    ct_in[0] = b_rotate(g, ct[0], e->attr[ROTATE_AXIS].i, size_along(e) - amount(e));
    return ct_in[0] != NULL;
}

static bool rotate_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    *yaxis = axis[0];
    y[0] = b_rotate(g, x[0], axis_shift(e->attr[ROTATE_AXIS].i, axis[0]), amount(e));
    return y[0] != NULL;
}

/* Simplifies a rotation by zero, and a rotation of a rotation along the same axis. */
static bool rotate_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_eqn *inner = x[0]->eqn;
    if (!amount(e))
        return y[0] = x[0], true;
    if (!inner || inner->op != &op_rotate || inner->attr[ROTATE_AXIS].i != e->attr[ROTATE_AXIS].i)
        return false;
    y[0] = b_rotate(g, inner->in[0], e->attr[ROTATE_AXIS].i,
                    (amount(inner) + amount(e)) % size_along(e));
    return y[0] != NULL;
}

/* Emits the element of the result at `where`: an element of the operand at another place. */
static jit_scalar rotate_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *t = &e->out[0]->type;
    jit_index at[IR_MAX_RANK], *i = &at[e->attr[ROTATE_AXIS].i];
    place_split(em, t, &where, at);
    *i = jit_index_add(em, *i, jit_index_const(em, size_along(e) - amount(e)));
    *i = jit_index_rem(em, *i, size_along(e) ? size_along(e) : 1);
    return jit_operand(em, e, 0, place_of(t->rank, at));
}

const ir_op op_rotate = {
    .name = "rotate",
    .attrs = IR_ATTR_COLUMN(ROTATE),
    .infer = rotate_infer,
    .eval = rotate_eval,
    .jvp = linear_jvp,
    .transpose = rotate_transpose,
    .batch = rotate_batch,
    .simplify = rotate_simplify,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = rotate_at, .cost = 3},
};

/* psum, pmax, pmin, axis_index: collectives over an axis named by jac_vmap.
 *
 * They exist from tracing until the named axis is batched; then psum, for example, becomes a sum
 * along it. Until then they are operations on one lane, elementwise with respect to any other axis,
 * and cannot be run.
 */
#include "ops/collective.h"

bool collective_unbound(const ir_eqn *e, const void *const *in, void *const *out)
{
    (void)in, (void)out;
    return ir_fail(
        "%s: no axis named \"%s\" is being mapped here: jac_vmap(f, .axis_name = \"%s\") binds "
        "it for all that f calls",
        e->op->name, e->attr[COLLECTIVE_AXIS_NAME].name, e->attr[COLLECTIVE_AXIS_NAME].name);
}

static bool reduce_infer(ir_infer *q)
{
    if (q->nin != 1)
        return ir_fail("%s: it takes one operand, but %d are given", q->op->name, q->nin);
    if (q->in[0].dtype == IR_bool)
        return ir_fail("%s: operands must be numbers, but operand 0 is %s", q->op->name,
                       ir_type_tmp(&q->in[0]));
    ir_infer_out(q, &q->in[0]);
    return true;
}

static ir_value *collective(ir_graph *g, const ir_op *op, const ir_eqn *e, ir_value *x)
{
    return x ? ir_emit1(g, op, 1, &x, e->attr) : NULL;
}

/* If the axis being batched is the named one, reduces the operand along its batch axis with
 * `reduce`. The caller handles an operand that is the same in all lanes. */
static bool reduce_batch(ir_graph *g, const ir_eqn *e, const ir_op *reduce, ir_value *const *x,
                         const int *axis, const ir_batching *over, ir_value **y, int *yaxis)
{
    int64_t along = axis[0];
    bool mine = e->attr[COLLECTIVE_AXIS_NAME].name == over->axis_name;
    yaxis[0] = mine ? -1 : axis[0];
    y[0] = mine ? b_reduce(g, reduce, x[0], 1, &along) : collective(g, e->op, e, x[0]);
    return y[0] != NULL;
}

/* ---- psum ------------------------------------------------------------------------------------ */

static bool psum_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                     ir_value **y, ir_value **ty)
{
    y[0] = collective(g, e->op, e, x[0]);
    ty[0] = collective(g, e->op, e, t[0]);
    return y[0] && ty[0];
}

/* Every lane's result contains each lane's operand, so the transpose is a psum of the
 * cotangents. */
static bool psum_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                           ir_value **ct_in)
{
    (void)x;
    return (ct_in[0] = collective(g, e->op, e, ct[0])) != NULL;
}

static bool psum_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                       const ir_batching *over, ir_value **y, int *yaxis)
{
    if (axis[0] >= 0)
        return reduce_batch(g, e, &op_reduce_sum, x, axis, over, y, yaxis);
    yaxis[0] = -1;
    return (y[0] = b_mul(g, x[0], b_const(g, x[0], (double)over->size))) != NULL;
}

const ir_op op_psum = {
    .name = "psum",
    .flags = IR_OP_COLLECTIVE | IR_OP_NO_FOLD,
    .attrs = IR_ATTR_COLUMN(COLLECTIVE),
    .infer = reduce_infer,
    .eval = collective_unbound,
    .jvp = psum_jvp,
    .transpose = psum_transpose,
    .batch = psum_batch,
};

/* ---- pmax, pmin ------------------------------------------------------------------------------ */

/* Like reduce_max: the tangent is the mean over the lanes that have the extreme value. */
static bool extreme_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                        ir_value **y, ir_value **ty)
{
    y[0] = collective(g, e->op, e, x[0]);
    ir_value *has = y[0] ? b_convert(g, b_eq(g, x[0], y[0]), x[0]->type.dtype) : NULL;
    ir_value *count = collective(g, &op_psum, e, has);
    ir_value *sum = collective(g, &op_psum, e, b_mul(g, has, t[0]));
    return (ty[0] = b_div(g, sum, count)) != NULL;
}

static bool extreme_batch(ir_graph *g, const ir_eqn *e, const ir_op *reduce, ir_value *const *x,
                          const int *axis, const ir_batching *over, ir_value **y, int *yaxis)
{
    if (axis[0] >= 0)
        return reduce_batch(g, e, reduce, x, axis, over, y, yaxis);
    yaxis[0] = -1;
    y[0] = x[0];
    return true;
}

static bool pmax_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                       const ir_batching *over, ir_value **y, int *yaxis)
{
    return extreme_batch(g, e, &op_reduce_max, x, axis, over, y, yaxis);
}

static bool pmin_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                       const ir_batching *over, ir_value **y, int *yaxis)
{
    return extreme_batch(g, e, &op_reduce_min, x, axis, over, y, yaxis);
}

static bool extreme_infer(ir_infer *q)
{
    if (q->nin == 1 && ir_is_complex(q->in[0].dtype))
        return ir_fail("%s: complex numbers have no order, but operand 0 is %s", q->op->name,
                       ir_type_tmp(&q->in[0]));
    return reduce_infer(q);
}

#define EXTREME(p)                                                                                 \
    const ir_op op_##p = {                                                                         \
        .name = #p,                                                                                \
        .flags = IR_OP_COLLECTIVE | IR_OP_NO_FOLD,                                                 \
        .attrs = IR_ATTR_COLUMN(COLLECTIVE),                                                       \
        .infer = extreme_infer,                                                                    \
        .eval = collective_unbound,                                                                           \
        .jvp = extreme_jvp,                                                                        \
        .batch = p##_batch,                                                                        \
    };
EXTREME(pmax)
EXTREME(pmin)

/* ---- axis_index ------------------------------------------------------------------------------ */

static bool axis_index_infer(ir_infer *q)
{
    ir_type t = ir_type_scalar(IR_i32);
    if (q->nin)
        return ir_fail("axis_index: it takes no operand, but %d are given", q->nin);
    ir_infer_out(q, &t);
    return true;
}

static bool axis_index_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                             const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)e, (void)x, (void)axis;
    yaxis[0] = 0;
    return (y[0] = b_iota(g, IR_i32, 1, &over->size, 0)) != NULL;
}

const ir_op op_axis_index = {
    .name = "axis_index",
    .flags = IR_OP_COLLECTIVE | IR_OP_NO_FOLD,
    .attrs = IR_ATTR_COLUMN(COLLECTIVE),
    .infer = axis_index_infer,
    .eval = collective_unbound,
    .batch = axis_index_batch,
};

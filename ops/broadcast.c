/* broadcast_in_dim: repeats an array along new dimensions and dimensions of size 1. Its transpose sums
 * over them. */
#include <inttypes.h>

#include "ops/ops.h"
#include "ops/shape.h"

ir_value *b_broadcast_in_dim(ir_graph *g, ir_value *x, int rank, const int64_t *shape,
                             const int64_t *dims)
{
    ir_attr attr[] = {[BROADCAST_SHAPE] = {.n = rank, .ints = shape},
                      [BROADCAST_DIMS] = {.n = x ? x->type.rank : 0, .ints = dims}};
    return ir_emit1(g, &op_broadcast_in_dim, 1, &x, attr);
}

ir_value *b_broadcast_leading(ir_graph *g, ir_value *x, int64_t size)
{
    return ir_move_axis(g, x, -1, 0, size);
}

static bool broadcast_infer(ir_infer *q)
{
    const ir_attr *shape = &q->attr[BROADCAST_SHAPE], *dims = &q->attr[BROADCAST_DIMS];
    if (!check_operands(q, 1) || !check_shape(q, shape->n, shape->ints))
        return false;
    const ir_type *x = &q->in[0];
    if (!check_count(q, "broadcast_dimensions", dims, x))
        return false;
    for (int k = 0; k < dims->n; k++) {
        int64_t d = dims->ints[k];
        if (d < 0 || d >= shape->n || (k && d <= dims->ints[k - 1]))
            return ir_fail("broadcast_in_dim: broadcast_dimensions %s must increase and lie within "
                           "the shape %s",
                           ir_ints_tmp(dims->ints, dims->n), ir_ints_tmp(shape->ints, shape->n));
        if (x->dim[k] != 1 && x->dim[k] != shape->ints[d])
            return ir_fail("broadcast_in_dim: %s does not broadcast to shape %s along "
                           "broadcast_dimensions %s: dimension %d is neither 1 nor %" PRId64,
                           ir_type_tmp(x), ir_ints_tmp(shape->ints, shape->n),
                           ir_ints_tmp(dims->ints, dims->n), k, shape->ints[d]);
    }
    return infer_like(q, shape->n, shape->ints);
}

static bool broadcast_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    const ir_type *x = &e->in[0]->type, *y = &e->out[0]->type;
    int64_t dense[IR_MAX_RANK], from[IR_MAX_RANK] = {0}, to[IR_MAX_RANK];
    dense_strides(x, dense);
    dense_strides(y, to);
    for (int k = 0; k < x->rank; k++)
        if (x->dim[k] != 1)
            from[e->attr[BROADCAST_DIMS].ints[k]] = dense[k];
    strided_copy(elem_size(e->in[0]), y->rank, y->dim, out[0], to, in[0], from);
    return true;
}

/* Sums over the broadcast dimensions. */
static bool broadcast_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                ir_value *const *ct, ir_value **ct_in)
{
    (void)x;
    const ir_type *from = &e->in[0]->type, *to = &e->out[0]->type;
    const ir_attr *dims = &e->attr[BROADCAST_DIMS];
    int64_t axes[IR_MAX_RANK];
    int n = 0;
    for (int d = 0, k = 0; d < to->rank; d++) {
        bool kept = k < dims->n && dims->ints[k] == d;
        if (!kept || from->dim[k] != to->dim[d])
            axes[n++] = d;
        k += kept;
    }
    ir_value *sum = n ? b_reduce(g, &op_reduce_sum, ct[0], n, axes) : ct[0];
    if (sum && !ir_same_shape(&sum->type, from))
        sum = b_reshape(g, sum, from->rank, from->dim);
    return (ct_in[0] = sum) != NULL;
}

/* A batch axis in front stays in front. Otherwise it goes just before the result dimension of its
 * right neighbour, so that dimensions stay in order and nothing has to be transposed. */
static bool broadcast_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                            const ir_batching *over, ir_value **y, int *yaxis)
{
    const ir_attr *shape = &e->attr[BROADCAST_SHAPE], *dims = &e->attr[BROADCAST_DIMS];
    int to = !axis[0] ? 0 : axis[0] < dims->n ? (int)dims->ints[axis[0]] : shape->n;
    int64_t new_shape[IR_MAX_RANK + 1], shifted[IR_MAX_RANK], new_dims[IR_MAX_RANK + 1];
    ints_insert(shape->ints, shape->n, to, over->size, new_shape);
    axes_shift(dims, to, shifted);
    ints_insert(shifted, dims->n, axis[0], to, new_dims);
    *yaxis = to;
    return (y[0] = b_broadcast_in_dim(g, x[0], shape->n + 1, new_shape, new_dims)) != NULL;
}

/* Simplifies a broadcast to the same shape, and a broadcast of a broadcast. */
static bool broadcast_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_attr *shape = &e->attr[BROADCAST_SHAPE], *dims = &e->attr[BROADCAST_DIMS];
    if (ir_same_shape(&x[0]->type, &e->out[0]->type))
        return y[0] = x[0], true;
    const ir_eqn *inner = x[0]->eqn;
    if (!inner || inner->op != &op_broadcast_in_dim)
        return false;
    const ir_attr *first = &inner->attr[BROADCAST_DIMS];
    int64_t both[IR_MAX_RANK];
    for (int k = 0; k < first->n; k++)
        both[k] = dims->ints[first->ints[k]];
    return (y[0] = b_broadcast_in_dim(g, inner->in[0], shape->n, shape->ints, both)) != NULL;
}

static jit_scalar broadcast_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *x = &e->in[0]->type, *y = &e->out[0]->type;
    jit_index at[IR_MAX_RANK];
    for (int k = 0; k < x->rank; k++)
        at[k] = x->dim[k] == 1 ? jit_index_const(em, 0)
                               : jit_place_at(em, y, &where, (int)e->attr[BROADCAST_DIMS].ints[k]);
    return jit_operand(em, e, 0, place_of(x->rank, at));
}

static int broadcast_axis(const ir_eqn *e, int k, int r)
{
    const ir_attr *dims = &e->attr[BROADCAST_DIMS];
    for (int j = 0; j < dims->n; j++)
        if (dims->ints[j] == r)
            return e->in[k]->type.dim[j] == e->out[0]->type.dim[r] ? j : JIT_NO_AXIS;
    return JIT_NO_AXIS;
}

const ir_op op_broadcast_in_dim = {
    .name = "broadcast_in_dim",
    .flags = IR_OP_APART,
    .role = IR_ROLE_BROADCAST_IN_DIM,
    .attrs = IR_ATTR_COLUMN(BROADCAST),
    .infer = broadcast_infer,
    .eval = broadcast_eval,
    .jvp = linear_jvp,
    .transpose = broadcast_transpose,
    .batch = broadcast_batch,
    .simplify = broadcast_simplify,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = broadcast_at, .axis = broadcast_axis},
};

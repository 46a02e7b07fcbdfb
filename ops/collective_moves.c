/* all_gather, reduce_scatter, all_to_all, ppermute, pbroadcast: collectives that move values
 * between the lanes of a named axis. As the other collectives (collective.c), each is an operation
 * on one lane until its axis is batched; then it is a transposition, a slice or a sum of the whole
 * batch.
 */
#include <string.h>

#include "ops/collective.h"
#include "ops/shape.h"

static bool is_mine(const ir_eqn *e, const ir_batching *over)
{
    return e->attr[COLLECTIVE_AXIS_NAME].name == over->axis_name;
}

static bool check_one(const ir_infer *q)
{
    return q->nin == 1 ||
           ir_fail("%s: it takes one operand, but %d are given", q->op->name, q->nin);
}

static bool fail_axis(const ir_infer *q, const char *what, int64_t axis, int most)
{
    return ir_fail("%s: %s must be from 0 to %d for %s, but is %lld", q->op->name, what, most,
                   ir_type_tmp(&q->in[0]), (long long)axis);
}

static bool fail_parts(const ir_infer *q, int64_t axis, int64_t lanes, bool tiled)
{
    return ir_fail("%s: axis %lld of %s must have %s%lld elements, one %sfor each lane",
                   q->op->name, (long long)axis, ir_type_tmp(&q->in[0]),
                   tiled ? "a multiple of " : "", (long long)lanes, tiled ? "part " : "");
}

/* Infers a result with x's dtype and the given shape. */
static bool infer_shape(ir_infer *q, int rank, const int64_t *dim)
{
    return check_shape(q, rank, dim) && infer_like(q, rank, dim);
}

static void without(const ir_type *t, int axis, int64_t *dim)
{
    for (int d = 0, n = 0; d < t->rank; d++)
        if (d != axis)
            dim[n++] = t->dim[d];
}

/* Splits dimension `axis` into `first` parts, or joins it with the next one. */
static ir_value *cut(ir_graph *g, ir_value *x, int axis, int64_t first)
{
    int64_t shape[IR_MAX_RANK + 1];
    if (!x)
        return NULL;
    ints_insert(x->type.dim, x->type.rank, axis, first, shape);
    shape[axis + 1] = first ? x->type.dim[axis] / first : 0;
    return b_reshape(g, x, x->type.rank + 1, shape);
}

static ir_value *join(ir_graph *g, ir_value *x, int axis)
{
    int64_t shape[IR_MAX_RANK];
    if (!x)
        return NULL;
    without(&x->type, axis, shape);
    shape[axis] = x->type.dim[axis] * x->type.dim[axis + 1];
    return b_reshape(g, x, x->type.rank - 1, shape);
}

/* Over another axis than the named one: the batch goes in front, and the axes in attr move on. */
static bool batch_beside(ir_graph *g, const ir_eqn *e, ir_value *x, int axis, ir_attr *attr, int n,
                         const int *moving, int64_t size, ir_value **y, int *yaxis)
{
    for (int k = 0; k < n; k++)
        attr[moving[k]].i += axis >= 0;
    *yaxis = axis >= 0 ? 0 : -1;
    ir_value *front = axis > 0 ? ir_move_axis(g, x, axis, 0, size) : x;
    return front && (y[0] = ir_emit1(g, e->op, 1, &front, attr)) != NULL;
}

/* ---- all_gather, reduce_scatter: each other's transpose ---------------------------------------- */

static bool gather_infer(ir_infer *q)
{
    int64_t axis = q->attr[LANES_AT_AXIS].i, lanes = q->attr[LANES_AT_SIZE].i;
    bool tiled = q->attr[LANES_AT_TILED].i;
    int64_t dim[IR_MAX_RANK + 1];
    if (!check_one(q))
        return false;
    const ir_type *x = &q->in[0];
    if (axis < 0 || axis > x->rank - tiled)
        return fail_axis(q, "axis", axis, x->rank - tiled);
    if (x->rank == IR_MAX_RANK && !tiled)
        return ir_fail("%s: %s has no room for another dimension", q->op->name, ir_type_tmp(x));
    ints_insert(x->dim, x->rank, (int)axis, lanes, dim);
    if (!tiled)
        return infer_shape(q, x->rank + 1, dim);
    memcpy(dim, x->dim, sizeof x->dim);
    if (__builtin_mul_overflow(dim[axis], lanes, &dim[axis]))
        return ir_fail("%s: %lld times %s is too large", q->op->name, (long long)lanes,
                       ir_type_tmp(x));
    return infer_shape(q, x->rank, dim);
}

static bool scatter_infer(ir_infer *q)
{
    int64_t axis = q->attr[LANES_AT_AXIS].i, lanes = q->attr[LANES_AT_SIZE].i;
    bool tiled = q->attr[LANES_AT_TILED].i;
    int64_t dim[IR_MAX_RANK];
    if (!check_one(q) || !check_number(q, &q->in[0]))
        return false;
    const ir_type *x = &q->in[0];
    if (axis < 0 || axis >= x->rank)
        return fail_axis(q, "scatter_dimension", axis, x->rank - 1);
    if (lanes < 1 || (tiled ? x->dim[axis] % lanes : x->dim[axis] != lanes))
        return fail_parts(q, axis, lanes, tiled);
    if (!tiled) {
        without(x, (int)axis, dim);
        return infer_shape(q, x->rank - 1, dim);
    }
    memcpy(dim, x->dim, sizeof x->dim);
    dim[axis] /= lanes;
    return infer_shape(q, x->rank, dim);
}

static bool gather_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    ir_attr attr[LANES_AT_NATTR];
    memcpy(attr, e->attr, sizeof attr);
    if (!is_mine(e, over))
        return batch_beside(g, e, x[0], axis[0], attr, 1, (int[]){LANES_AT_AXIS}, over->size, y,
                            yaxis);
    int to = (int)e->attr[LANES_AT_AXIS].i;
    *yaxis = -1;
    y[0] = ir_move_axis(g, x[0], axis[0], to, over->size);
    if (e->attr[LANES_AT_TILED].i)
        y[0] = join(g, y[0], to);
    return y[0] != NULL;
}

static bool scatter_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    ir_attr attr[LANES_AT_NATTR];
    int64_t along = axis[0];
    memcpy(attr, e->attr, sizeof attr);
    if (!is_mine(e, over))
        return batch_beside(g, e, x[0], axis[0], attr, 1, (int[]){LANES_AT_AXIS}, over->size, y,
                            yaxis);
    *yaxis = (int)e->attr[LANES_AT_AXIS].i;
    y[0] = along >= 0 ? b_reduce(g, &op_reduce_sum, x[0], 1, &along)
                      : b_mul(g, x[0], b_const(g, x[0], (double)over->size));
    if (e->attr[LANES_AT_TILED].i)
        y[0] = cut(g, y[0], *yaxis, over->size);
    return y[0] != NULL;
}

static bool gather_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                             ir_value **ct_in)
{
    (void)x;
    const ir_op *back = e->op == &op_all_gather ? &op_reduce_scatter : &op_all_gather;
    return (ct_in[0] = ir_emit1(g, back, 1, ct, e->attr)) != NULL;
}

#define LANES_AT(p, rule)                                                                          \
    const ir_op op_##p = {                                                                         \
        .name = #p,                                                                                \
        .flags = IR_OP_COLLECTIVE | IR_OP_NO_FOLD,                                                 \
        .attrs = IR_ATTR_COLUMN(LANES_AT),                                                         \
        .infer = rule##_infer,                                                                     \
        .eval = collective_unbound,                                                                \
        .jvp = linear_jvp,                                                                         \
        .transpose = gather_transpose,                                                             \
        .batch = rule##_batch,                                                                     \
    };
LANES_AT(all_gather, gather)
LANES_AT(reduce_scatter, scatter)

/* ---- all_to_all -------------------------------------------------------------------------------- */

static bool exchange_infer(ir_infer *q)
{
    int64_t from = q->attr[ALL_TO_ALL_SPLIT].i, to = q->attr[ALL_TO_ALL_CONCAT].i;
    int64_t lanes = q->attr[ALL_TO_ALL_SIZE].i;
    bool tiled = q->attr[ALL_TO_ALL_TILED].i;
    int64_t dim[IR_MAX_RANK + 1], rest[IR_MAX_RANK];
    if (!check_one(q))
        return false;
    const ir_type *x = &q->in[0];
    if (from < 0 || from >= x->rank)
        return fail_axis(q, "split_axis", from, x->rank - 1);
    if (to < 0 || to >= x->rank)
        return fail_axis(q, "concat_axis", to, x->rank - 1);
    if (lanes < 1 || (tiled ? x->dim[from] % lanes : x->dim[from] != lanes))
        return fail_parts(q, from, lanes, tiled);
    if (!tiled) {
        without(x, (int)from, rest);
        ints_insert(rest, x->rank - 1, (int)to, lanes, dim);
        return infer_shape(q, x->rank, dim);
    }
    memcpy(dim, x->dim, sizeof x->dim);
    dim[from] /= lanes;
    dim[to] *= lanes;
    return infer_shape(q, x->rank, dim);
}

/* Lane i gets element i of each lane j, at place j. */
static bool exchange_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                           const ir_batching *over, ir_value **y, int *yaxis)
{
    ir_attr attr[ALL_TO_ALL_NATTR];
    memcpy(attr, e->attr, sizeof attr);
    if (!is_mine(e, over))
        return batch_beside(g, e, x[0], axis[0], attr, 2,
                            (int[]){ALL_TO_ALL_SPLIT, ALL_TO_ALL_CONCAT}, over->size, y, yaxis);
    int from = (int)attr[ALL_TO_ALL_SPLIT].i, to = (int)attr[ALL_TO_ALL_CONCAT].i, n = 0;
    bool tiled = attr[ALL_TO_ALL_TILED].i;
    int64_t order[IR_MAX_RANK + 1];
    ir_value *all = ir_move_axis(g, x[0], axis[0], 0, over->size); /* j first, i at `from` */
    if (tiled)
        all = cut(g, all, from + 1, over->size);
    if (!all)
        return false;
    order[n++] = from + 1;
    for (int d = 1; d < all->type.rank; d++) {
        if (n == to + 1)
            order[n++] = 0;
        if (d != from + 1)
            order[n++] = d;
    }
    if (n < all->type.rank)
        order[n++] = 0;
    *yaxis = 0;
    y[0] = b_transpose(g, all, order);
    if (tiled)
        y[0] = join(g, y[0], to + 1);
    return y[0] != NULL;
}

static bool exchange_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                               ir_value *const *ct, ir_value **ct_in)
{
    ir_attr attr[ALL_TO_ALL_NATTR];
    (void)x;
    memcpy(attr, e->attr, sizeof attr);
    attr[ALL_TO_ALL_SPLIT] = e->attr[ALL_TO_ALL_CONCAT];
    attr[ALL_TO_ALL_CONCAT] = e->attr[ALL_TO_ALL_SPLIT];
    return (ct_in[0] = ir_emit1(g, e->op, 1, ct, attr)) != NULL;
}

const ir_op op_all_to_all = {
    .name = "all_to_all",
    .flags = IR_OP_COLLECTIVE | IR_OP_NO_FOLD,
    .attrs = IR_ATTR_COLUMN(ALL_TO_ALL),
    .infer = exchange_infer,
    .eval = collective_unbound,
    .jvp = linear_jvp,
    .transpose = exchange_transpose,
    .batch = exchange_batch,
};

/* ---- ppermute: perm has pairs, from which lane and to which -------------------------------------- */

static bool permute_infer(ir_infer *q)
{
    const ir_attr *perm = &q->attr[PPERMUTE_PERM];
    if (!check_one(q))
        return false;
    if (perm->n % 2)
        return ir_fail("ppermute: perm must have pairs of lanes, but has %d entries", perm->n);
    for (int k = 0; k < perm->n; k++) {
        if (perm->ints[k] < 0)
            return ir_fail("ppermute: lanes are numbered from 0, but perm has %lld",
                           (long long)perm->ints[k]);
        for (int j = k % 2; j < k; j += 2)
            if (perm->ints[j] == perm->ints[k])
                return ir_fail("ppermute: no two pairs may have the same %s, but two have %lld",
                               k % 2 ? "destination" : "source", (long long)perm->ints[k]);
    }
    ir_infer_out(q, &q->in[0]);
    return true;
}

/* The lane whose value lane `to` gets; -1: none. */
static int64_t source_of(const ir_attr *perm, int64_t to)
{
    for (int k = 0; k < perm->n; k += 2)
        if (perm->ints[k + 1] == to)
            return perm->ints[k];
    return -1;
}

/* The lanes from `first` on, or zeros if that is -1. */
static ir_value *lanes(ir_graph *g, ir_value *x, int64_t first, int64_t n)
{
    int64_t start[IR_MAX_RANK] = {0}, limit[IR_MAX_RANK];
    ir_type t = x->type;
    t.dim[0] = n;
    if (first < 0)
        return ir_zeros(g, &t);
    memcpy(limit, x->type.dim, sizeof limit);
    start[0] = first;
    limit[0] = first + n;
    return b_slice(g, x, start, limit, NULL);
}

static bool permute_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    const ir_attr *perm = &e->attr[PPERMUTE_PERM];
    ir_attr attr[PPERMUTE_NATTR];
    memcpy(attr, e->attr, sizeof attr);
    if (!is_mine(e, over))
        return batch_beside(g, e, x[0], axis[0], attr, 0, NULL, over->size, y, yaxis);
    for (int k = 0; k < perm->n; k++)
        if (perm->ints[k] >= over->size)
            return ir_fail("ppermute: perm has lane %lld, but the axis \"%s\" has %lld lanes",
                           (long long)perm->ints[k], over->axis_name, (long long)over->size);
    ir_value *all = ir_move_axis(g, x[0], axis[0], 0, over->size);
    ir_value **part = ir_alloc(&scratch, (size_t)(over->size + 1) * sizeof *part);
    int n = 0;
    if (!all || !part)
        return false;
    for (int64_t to = 0, next; to < over->size; to = next) { /* lanes that stay neighbours */
        int64_t from = source_of(perm, to);
        for (next = to + 1; next < over->size; next++)
            if (source_of(perm, next) != (from < 0 ? -1 : from + next - to))
                break;
        part[n++] = lanes(g, all, from, next - to);
    }
    *yaxis = 0;
    return (y[0] = n ? b_concatenate(g, n, part, 0) : all) != NULL;
}

static bool permute_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                              ir_value **ct_in)
{
    IR_SCRATCH(scratch);
    const ir_attr *perm = &e->attr[PPERMUTE_PERM];
    ir_attr attr[PPERMUTE_NATTR];
    int64_t *back = ir_alloc(&scratch, (size_t)(perm->n + 1) * sizeof *back);
    (void)x;
    memcpy(attr, e->attr, sizeof attr);
    for (int k = 0; back && k < perm->n; k++)
        back[k] = perm->ints[k ^ 1];
    attr[PPERMUTE_PERM].ints = back;
    return back && (ct_in[0] = ir_emit1(g, e->op, 1, ct, attr)) != NULL;
}

const ir_op op_ppermute = {
    .name = "ppermute",
    .flags = IR_OP_COLLECTIVE | IR_OP_NO_FOLD,
    .attrs = IR_ATTR_COLUMN(PPERMUTE),
    .infer = permute_infer,
    .eval = collective_unbound,
    .jvp = linear_jvp,
    .transpose = permute_transpose,
    .batch = permute_batch,
};

/* ---- pbroadcast ---------------------------------------------------------------------------------- */

static bool source_infer(ir_infer *q)
{
    if (!check_one(q))
        return false;
    if (q->attr[PBROADCAST_SOURCE].i < 0)
        return ir_fail("pbroadcast: source must be at least 0, but is %lld",
                       (long long)q->attr[PBROADCAST_SOURCE].i);
    ir_infer_out(q, &q->in[0]);
    return true;
}

static bool source_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    int64_t source = e->attr[PBROADCAST_SOURCE].i;
    ir_attr attr[PBROADCAST_NATTR];
    memcpy(attr, e->attr, sizeof attr);
    if (!is_mine(e, over))
        return batch_beside(g, e, x[0], axis[0], attr, 0, NULL, over->size, y, yaxis);
    if (source >= over->size)
        return ir_fail("pbroadcast: source is lane %lld, but the axis \"%s\" has %lld lanes",
                       (long long)source, over->axis_name, (long long)over->size);
    *yaxis = -1;
    y[0] = x[0];
    if (axis[0] < 0)
        return true;
    ir_value *all = ir_move_axis(g, x[0], axis[0], 0, over->size);
    ir_value *one = all ? lanes(g, all, source, 1) : NULL;
    return one && (y[0] = b_reshape(g, one, one->type.rank - 1, one->type.dim + 1)) != NULL;
}

/* The source's value is in every lane, so its cotangent is the sum of all. */
static bool source_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                             ir_value **ct_in)
{
    (void)x;
    ir_value *sum = ir_emit1(g, &op_psum, 1, ct, e->attr);
    ir_value *lane = ir_emit1(g, &op_axis_index, 0, NULL, e->attr);
    ir_value *here = b_eq(g, lane, b_const_int(g, IR_i32, e->attr[PBROADCAST_SOURCE].i));
    if (!sum || !here)
        return false;
    here = b_broadcast_in_dim(g, here, sum->type.rank, sum->type.dim, NULL);
    return (ct_in[0] = b_select(g, here, sum, b_const(g, sum, 0))) != NULL;
}

const ir_op op_pbroadcast = {
    .name = "pbroadcast",
    .flags = IR_OP_COLLECTIVE | IR_OP_NO_FOLD,
    .attrs = IR_ATTR_COLUMN(PBROADCAST),
    .infer = source_infer,
    .eval = collective_unbound,
    .jvp = linear_jvp,
    .transpose = source_transpose,
    .batch = source_batch,
};

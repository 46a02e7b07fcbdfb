/* iota, and the primitives that rearrange an array's elements: broadcast_in_dim, reshape, squeeze,
 * expand_dims, transpose, rev. They do not change the elements, so each is linear, and each is a
 * copy with different strides in operand and result.
 */
#include <inttypes.h>
#include <string.h>

#include "ops/ops.h"
#include "ops/scalar/each.h"
#include "ops/shape.h"

/* Infers a result with the operand's dtype and weakness, and the given shape. */
static bool infer_like(ir_infer *q, int rank, const int64_t *shape)
{
    if (!check_shape(q, rank, shape))
        return false;
    ir_type t = ir_type_make(q->in[0].dtype, rank, shape);
    t.weak = q->in[0].weak;
    ir_infer_out(q, &t);
    return true;
}

static ir_value *emit_ints(ir_graph *g, const ir_op *op, ir_value *x, int n, const int64_t *v)
{
    ir_attr attr = {.n = n, .ints = v};
    return ir_emit1(g, op, 1, &x, &attr);
}

static bool bytes_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    size_t bytes = ir_type_bytes(&e->out[0]->type);
    if (bytes)
        memcpy(out[0], in[0], bytes);
    return true;
}

/* ---- iota ------------------------------------------------------------------------------------ */

ir_value *b_iota(ir_graph *g, ir_dtype d, int rank, const int64_t *shape, int dimension)
{
    ir_attr attr[] = {[IOTA_DTYPE] = {.i = d},
                      [IOTA_SHAPE] = {.n = rank, .ints = shape},
                      [IOTA_DIMENSION] = {.i = dimension}};
    return ir_emit1(g, &op_iota, 0, NULL, attr);
}

static bool iota_infer(ir_infer *q)
{
    const ir_attr *shape = &q->attr[IOTA_SHAPE];
    if (!check_operands(q, 0) || !check_shape(q, shape->n, shape->ints))
        return false;
    ir_type t = ir_type_make((ir_dtype)q->attr[IOTA_DTYPE].i, shape->n, shape->ints);
    if (!check_number(q, &t) || !check_axis(q, "dimension", q->attr[IOTA_DIMENSION].i, &t))
        return false;
    ir_infer_out(q, &t);
    return true;
}

/* Writes 0 .. n-1, each repeated `inner` times; all of that `outer` times. */
#define IOTA_LOOP(name, ctype, U)                                                                  \
    case IR_##name: {                                                                              \
        ctype *y = out[0];                                                                         \
        for (int64_t o = 0; o < outer; o++)                                                        \
            for (int64_t k = 0; k < n; k++)                                                        \
                for (int64_t i = 0; i < inner; i++)                                                \
                    *y++ = (ctype)k;                                                               \
        break;                                                                                     \
    }

static bool iota_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    (void)in;
    const ir_type *t = &e->out[0]->type;
    int64_t outer = 1, inner = 1, at = e->attr[IOTA_DIMENSION].i, n = t->dim[at];
    for (int d = 0; d < t->rank; d++)
        *(d < at ? &outer : &inner) *= d == at ? 1 : t->dim[d];
    switch (t->dtype) {
        EACH_num(IOTA_LOOP) default:
        {
            char *y = out[0];
            for (int64_t o = 0; o < outer; o++)
                for (int64_t k = 0; k < n; k++, y += (size_t)inner * elem_size(e->out[0])) {
                    ir_scalar v = ir_scalar_of_int(t->dtype, k);
                    strided_fill(elem_size(e->out[0]), inner, y, &v);
                }
        }
    }
    return true;
}

static jit_scalar iota_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *t = &e->out[0]->type;
    jit_index k = jit_place_at(em, t, &where, (int)e->attr[IOTA_DIMENSION].i);
    return jit_from_index(em, k, t->dtype);
}

const ir_op op_iota = {
    .name = "iota",
    .attrs = IR_ATTR_COLUMN(IOTA),
    .infer = iota_infer,
    .eval = iota_eval,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = iota_at},
};

/* ---- broadcast_in_dim ------------------------------------------------------------------------ */

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

/* ---- reshape, squeeze, expand_dims: other dimensions, same order of elements ----------------- */

ir_value *b_reshape(ir_graph *g, ir_value *x, int rank, const int64_t *shape)
{
    return emit_ints(g, &op_reshape, x, rank, shape);
}

static bool reshape_infer(ir_infer *q)
{
    const ir_attr *sizes = &q->attr[RESHAPE_SIZES];
    if (!check_operands(q, 1) || !check_shape(q, sizes->n, sizes->ints))
        return false;
    ir_type t = ir_type_make(IR_f32, sizes->n, sizes->ints);
    if (ir_type_count(&t) != ir_type_count(&q->in[0]))
        return ir_fail("reshape: %s has %" PRId64 " elements, shape %s has %" PRId64,
                       ir_type_tmp(&q->in[0]), ir_type_count(&q->in[0]),
                       ir_ints_tmp(sizes->ints, sizes->n), ir_type_count(&t));
    return infer_like(q, sizes->n, sizes->ints);
}

static bool squeeze_infer(ir_infer *q)
{
    const ir_attr *dims = &q->attr[SQUEEZE_DIMENSIONS];
    const ir_type *x = q->in;
    if (!check_operands(q, 1) || !check_axes(q, "dimensions", dims, x))
        return false;
    int64_t shape[IR_MAX_RANK];
    int n = 0;
    for (int d = 0; d < x->rank; d++) {
        if (!axis_in(dims, d))
            shape[n++] = x->dim[d];
        else if (x->dim[d] != 1)
            return ir_fail("squeeze: dimension %d of %s is not of size 1", d, ir_type_tmp(x));
    }
    return infer_like(q, n, shape);
}

/* The parameter `dimensions` lists the new dimensions of the result. */
static bool expand_infer(ir_infer *q)
{
    const ir_attr *dims = &q->attr[EXPAND_DIMS_DIMENSIONS];
    const ir_type *x = q->in;
    if (!check_operands(q, 1))
        return false;
    int64_t shape[IR_MAX_RANK];
    int rank = x->rank + dims->n;
    if (rank > IR_MAX_RANK)
        return check_shape(q, rank, NULL);
    for (int d = 0, k = 0; d < rank; d++)
        shape[d] = axis_in(dims, d) || k == x->rank ? 1 : x->dim[k++];
    ir_type t = ir_type_make(IR_f32, rank, shape);
    return check_axes(q, "dimensions", dims, &t) && infer_like(q, rank, shape);
}

static bool reshape_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                              ir_value **ct_in)
{
    (void)x;
    const ir_type *t = &e->in[0]->type;
    return (ct_in[0] = b_reshape(g, ct[0], t->rank, t->dim)) != NULL;
}

static bool reshape_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    const ir_type *t = &e->out[0]->type;
    int64_t shape[IR_MAX_RANK + 1];
    ints_insert(t->dim, t->rank, 0, over->size, shape);
    *yaxis = 0;
    ir_value *front = ir_move_axis(g, x[0], axis[0], 0, over->size);
    return (y[0] = b_reshape(g, front, t->rank + 1, shape)) != NULL;
}

static bool squeeze_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    int64_t dims[IR_MAX_RANK];
    axes_shift(&e->attr[SQUEEZE_DIMENSIONS], axis[0], dims);
    *yaxis = axis_without(axis[0], dims, e->attr[SQUEEZE_DIMENSIONS].n);
    return (y[0] = emit_ints(g, &op_squeeze, x[0], e->attr[SQUEEZE_DIMENSIONS].n, dims)) != NULL;
}

/* The batch axis stays in front, or before the dimension that followed it. */
static bool expand_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    int to = 0;
    for (int old = 0; axis[0] && (old < axis[0] || axis_in(&e->attr[EXPAND_DIMS_DIMENSIONS], to));
         to++)
        old += !axis_in(&e->attr[EXPAND_DIMS_DIMENSIONS], to);
    int64_t dims[IR_MAX_RANK];
    axes_shift(&e->attr[EXPAND_DIMS_DIMENSIONS], to, dims);
    *yaxis = to;
    return (y[0] = emit_ints(g, &op_expand_dims, x[0], e->attr[EXPAND_DIMS_DIMENSIONS].n, dims)) !=
           NULL;
}

static bool is_reshape(const ir_op *op)
{
    return op == &op_reshape || op == &op_squeeze || op == &op_expand_dims;
}

/* Simplifies a reshape to the same shape, and a chain of reshapes. */
static bool reshape_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_type *t = &e->out[0]->type;
    ir_value *from = x[0];
    while (from->eqn && is_reshape(from->eqn->op) && !ir_same_shape(&from->type, t))
        from = from->eqn->in[0];
    if (ir_same_shape(&from->type, t))
        return y[0] = from, true;
    if (from == x[0])
        return false;
    return (y[0] = b_reshape(g, from, t->rank, t->dim)) != NULL;
}

/* Are two shapes equal except for dimensions of size 1? If so, match[k] is the dimension of b that
 * corresponds to dimension k of a, or -1 if that has size 1. */
static bool match_but_ones(const ir_type *a, const ir_type *b, int *match)
{
    int j = 0;
    for (int k = 0; k < a->rank; k++) {
        match[k] = -1;
        if (a->dim[k] == 1)
            continue;
        while (j < b->rank && b->dim[j] == 1)
            j++;
        if (j == b->rank || a->dim[k] != b->dim[j])
            return false;
        match[k] = j++;
    }
    while (j < b->rank && b->dim[j] == 1)
        j++;
    return j == b->rank;
}

static jit_scalar reshape_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *x = &e->in[0]->type, *y = &e->out[0]->type;
    jit_index at[IR_MAX_RANK];
    int match[IR_MAX_RANK];
    if (!where.at || !match_but_ones(x, y, match)) {
        jit_index linear = jit_place_linear(em, y, &where);
        return jit_operand(em, e, 0, (jit_place){.rank = x->rank, .linear = linear});
    }
    for (int k = 0; k < x->rank; k++)
        at[k] = match[k] < 0 ? jit_index_const(em, 0) : where.at[match[k]];
    return jit_operand(em, e, 0, (jit_place){.rank = x->rank, .at = at, .linear = where.linear});
}

static int64_t product(const int64_t *dim, int n)
{
    int64_t x = 1;
    for (int d = 0; d < n; d++)
        x *= dim[d];
    return x;
}

static int reshape_axis(const ir_eqn *e, int k, int r)
{
    const ir_type *x = &e->in[k]->type, *y = &e->out[0]->type;
    for (int d = 0; d < x->rank; d++)
        if (x->dim[d] == y->dim[r] && product(x->dim, d) == product(y->dim, r))
            return d;
    return JIT_OTHER_AXIS;
}

static const jit_lower reshape_lower = {
    .kind = JIT_INDEXED, .at = reshape_at, .axis = reshape_axis, .reshapes = true};

const ir_op op_reshape = {
    .name = "reshape",
    .attrs = IR_ATTR_COLUMN(RESHAPE),
    .infer = reshape_infer,
    .eval = bytes_eval,
    .jvp = linear_jvp,
    .transpose = reshape_transpose,
    .batch = reshape_batch,
    .simplify = reshape_simplify,
    .lower = &reshape_lower,
};

const ir_op op_squeeze = {
    .name = "squeeze",
    .attrs = IR_ATTR_COLUMN(SQUEEZE),
    .infer = squeeze_infer,
    .eval = bytes_eval,
    .jvp = linear_jvp,
    .transpose = reshape_transpose,
    .batch = squeeze_batch,
    .simplify = reshape_simplify,
    .lower = &reshape_lower,
};

const ir_op op_expand_dims = {
    .name = "expand_dims",
    .attrs = IR_ATTR_COLUMN(EXPAND_DIMS),
    .infer = expand_infer,
    .eval = bytes_eval,
    .jvp = linear_jvp,
    .transpose = reshape_transpose,
    .batch = expand_batch,
    .simplify = reshape_simplify,
    .lower = &reshape_lower,
};

/* ---- transpose: dimension d of the result is permutation[d] of the operand ------------------- */

ir_value *b_transpose(ir_graph *g, ir_value *x, const int64_t *permutation)
{
    return emit_ints(g, &op_transpose, x, x ? x->type.rank : 0, permutation);
}

static bool transpose_infer(ir_infer *q)
{
    const ir_attr *perm = &q->attr[TRANSPOSE_PERMUTATION];
    if (!check_operands(q, 1) || !check_count(q, "permutation", perm, q->in) ||
        !check_axes(q, "permutation", perm, q->in))
        return false;
    int64_t shape[IR_MAX_RANK];
    for (int d = 0; d < perm->n; d++)
        shape[d] = q->in[0].dim[perm->ints[d]];
    return infer_like(q, perm->n, shape);
}

static bool transpose_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    const ir_type *y = &e->out[0]->type;
    int64_t dense[IR_MAX_RANK], from[IR_MAX_RANK], to[IR_MAX_RANK];
    dense_strides(&e->in[0]->type, dense);
    dense_strides(y, to);
    for (int d = 0; d < y->rank; d++)
        from[d] = dense[e->attr[TRANSPOSE_PERMUTATION].ints[d]];
    strided_copy(elem_size(e->in[0]), y->rank, y->dim, out[0], to, in[0], from);
    return true;
}

static bool transpose_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                ir_value *const *ct, ir_value **ct_in)
{
    (void)x;
    int64_t inverse[IR_MAX_RANK];
    for (int d = 0; d < e->attr[TRANSPOSE_PERMUTATION].n; d++)
        inverse[e->attr[TRANSPOSE_PERMUTATION].ints[d]] = d;
    return (ct_in[0] = b_transpose(g, ct[0], inverse)) != NULL;
}

static bool transpose_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                            const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    int64_t shifted[IR_MAX_RANK], perm[IR_MAX_RANK + 1];
    axes_shift(&e->attr[TRANSPOSE_PERMUTATION], axis[0], shifted);
    ints_insert(shifted, e->attr[TRANSPOSE_PERMUTATION].n, 0, axis[0], perm);
    *yaxis = 0;
    return (y[0] = b_transpose(g, x[0], perm)) != NULL;
}

/* Simplifies a transpose that permutes nothing, and a transpose of a transpose. */
static bool transpose_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_attr *perm = &e->attr[TRANSPOSE_PERMUTATION];
    const ir_eqn *inner = x[0]->eqn;
    ir_value *from = x[0];
    int64_t both[IR_MAX_RANK];
    for (int d = 0; d < perm->n; d++)
        both[d] = perm->ints[d];
    if (inner && inner->op == &op_transpose) {
        from = inner->in[0];
        for (int d = 0; d < perm->n; d++)
            both[d] = inner->attr[TRANSPOSE_PERMUTATION].ints[perm->ints[d]];
    }
    bool identity = true;
    for (int d = 0; d < perm->n; d++)
        identity = identity && both[d] == d;
    if (identity)
        return y[0] = from, true;
    return from != x[0] && (y[0] = b_transpose(g, from, both)) != NULL;
}

static jit_scalar transpose_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_attr *perm = &e->attr[TRANSPOSE_PERMUTATION];
    jit_index at[IR_MAX_RANK];
    for (int d = 0; d < perm->n; d++)
        at[perm->ints[d]] = jit_place_at(em, &e->out[0]->type, &where, d);
    return jit_operand(em, e, 0, place_of(perm->n, at));
}

static int transpose_axis(const ir_eqn *e, int k, int r)
{
    (void)k;
    return (int)e->attr[TRANSPOSE_PERMUTATION].ints[r];
}

const ir_op op_transpose = {
    .name = "transpose",
    .role = IR_ROLE_TRANSPOSE,
    .attrs = IR_ATTR_COLUMN(TRANSPOSE),
    .infer = transpose_infer,
    .eval = transpose_eval,
    .jvp = linear_jvp,
    .transpose = transpose_transpose,
    .batch = transpose_batch,
    .simplify = transpose_simplify,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = transpose_at, .axis = transpose_axis},
};

/* ---- rev: reverses some dimensions ----------------------------------------------------------- */

ir_value *b_rev(ir_graph *g, ir_value *x, int n, const int64_t *dimensions)
{
    return emit_ints(g, &op_rev, x, n, dimensions);
}

static bool rev_infer(ir_infer *q)
{
    return check_operands(q, 1) && check_axes(q, "dimensions", &q->attr[REV_DIMENSIONS], q->in) &&
           infer_like(q, q->in[0].rank, q->in[0].dim);
}

static bool rev_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    const ir_type *t = &e->out[0]->type;
    size_t size = elem_size(e->in[0]);
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK], start = 0;
    if (!ir_type_count(t))
        return true;
    dense_strides(t, from);
    dense_strides(t, to);
    for (int k = 0; k < e->attr[REV_DIMENSIONS].n; k++) {
        int64_t d = e->attr[REV_DIMENSIONS].ints[k];
        start += (t->dim[d] - 1) * from[d];
        from[d] = -from[d];
    }
    strided_copy(size, t->rank, t->dim, out[0], to, (const char *)in[0] + start * (int64_t)size,
                 from);
    return true;
}

static bool rev_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                          ir_value **ct_in)
{
    (void)x;
    return (ct_in[0] = b_rev(g, ct[0], e->attr[REV_DIMENSIONS].n, e->attr[REV_DIMENSIONS].ints)) !=
           NULL;
}

static bool rev_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                      const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    int64_t dims[IR_MAX_RANK];
    axes_shift(&e->attr[REV_DIMENSIONS], axis[0], dims);
    *yaxis = axis[0];
    return (y[0] = b_rev(g, x[0], e->attr[REV_DIMENSIONS].n, dims)) != NULL;
}

/* Simplifies a reversal of a reversal: only dimensions that exactly one of them reverses remain.
 * Dimensions of size 1 are dropped. */
static bool rev_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_eqn *inner = x[0]->eqn && x[0]->eqn->op == &op_rev ? x[0]->eqn : NULL;
    int64_t dims[IR_MAX_RANK];
    int n = 0;
    for (int d = 0; d < x[0]->type.rank; d++)
        if (x[0]->type.dim[d] > 1 && axis_in(&e->attr[REV_DIMENSIONS], d) !=
                                         (inner && axis_in(&inner->attr[REV_DIMENSIONS], d)))
            dims[n++] = d;
    ir_value *from = inner ? inner->in[0] : x[0];
    if (!n)
        return y[0] = from, true;
    if (!inner && n == e->attr[REV_DIMENSIONS].n)
        return false;
    return (y[0] = b_rev(g, from, n, dims)) != NULL;
}

static jit_scalar rev_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *t = &e->out[0]->type;
    jit_index at[IR_MAX_RANK];
    place_split(em, t, &where, at);
    for (int k = 0; k < e->attr[REV_DIMENSIONS].n; k++) {
        int64_t d = e->attr[REV_DIMENSIONS].ints[k];
        at[d] = jit_index_sub(em, jit_index_const(em, t->dim[d] - 1), at[d]);
    }
    return jit_operand(em, e, 0, place_of(t->rank, at));
}

static int rev_axis(const ir_eqn *e, int k, int r)
{
    (void)k;
    return axis_in(&e->attr[REV_DIMENSIONS], r) ? JIT_OTHER_AXIS : r;
}

const ir_op op_rev = {
    .name = "rev",
    .attrs = IR_ATTR_COLUMN(REV),
    .infer = rev_infer,
    .eval = rev_eval,
    .jvp = linear_jvp,
    .transpose = rev_transpose,
    .batch = rev_batch,
    .simplify = rev_simplify,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = rev_at, .axis = rev_axis},
};

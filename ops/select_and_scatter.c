/* select_and_gather_add, select_and_scatter_add, select_and_scatter: choose an element of each
 * window. The first gives what another array has at its place, the others combine a source with
 * another array there. So they are the derivatives of reduce_window_max and reduce_window_min.
 *
 * The chosen element's place in the padded array is found by combining pairs of an element and its
 * place. Then it is a scatter; or, if windows do not overlap, a comparison of places.
 */
#include <math.h>
#include <string.h>

#include "ops/lowered.h"
#include "ops/reduce.h"
#include "ops/scatter.h"
#include "ops/sliding.h"

/* ---- select_and_gather_add, select_and_scatter_add ------------------------------------------- */

static bool greatest(const ir_eqn *e)
{
    return e->attr[SELECT_WINDOW_GREATEST].i;
}

/* What never is chosen before another element. */
static ir_value *least_of(ir_graph *g, const ir_eqn *e, ir_dtype d)
{
    return ir_literal(g, d, (greatest(e) ? ir_scalar_lowest : ir_scalar_highest)(d), false);
}

/* (key, value), (key, value): the left pair if its key is at least as great, or as small. */
static ir_graph *choice(bool greatest, ir_dtype key, ir_dtype value)
{
    ir_type k = ir_type_scalar(key), v = ir_type_scalar(value);
    ir_graph *g = ir_graph_new("choose");
    ir_value *in[4], *out[2];
    for (int j = 0; j < 4; j++)
        in[j] = ir_input(g, j % 2 ? &v : &k);
    ir_value *left = greatest ? b_ge(g, in[0], in[2]) : b_le(g, in[0], in[2]);
    for (int j = 0; j < 2; j++)
        out[j] = b_select(g, left, in[j], in[2 + j]);
    return ir_finish(g, out, 2);
}

static bool check_select(const ir_infer *q, const ir_type *x, sliding *s)
{
    if (!check_operands(q, 2) || !sliding_check(q, x, s))
        return false;
    if (!ir_has_fraction(x->dtype) || q->in[0].dtype != q->in[1].dtype)
        return ir_fail("%s: operands must be of one floating-point dtype, but are %s and %s",
                       q->op->name, ir_type_tmp(&q->in[0]), ir_type_tmp(&q->in[1]));
    return true;
}

static bool gather_infer(ir_infer *q)
{
    sliding s;
    if (!check_select(q, &q->in[1], &s))
        return false;
    if (!ir_same_shape(&q->in[0], &q->in[1]))
        return ir_fail("%s: operands must have one shape, but are %s and %s", q->op->name,
                       ir_type_tmp(&q->in[0]), ir_type_tmp(&q->in[1]));
    return infer_like(q, s.rank, s.out);
}

static bool scatter_infer(ir_infer *q)
{
    sliding s;
    if (!check_select(q, &q->in[1], &s))
        return false;
    ir_type source = ir_type_make(q->in[1].dtype, s.rank, s.out);
    if (!ir_same_shape(&q->in[0], &source))
        return ir_fail("%s: the source is %s, but there are windows of %s", q->op->name,
                       ir_type_tmp(&q->in[0]), ir_type_tmp(&source));
    ir_type t = ir_type_make(q->in[1].dtype, q->in[1].rank, q->in[1].dim);
    ir_infer_out(q, &t);
    return true;
}

static bool gather_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_type *t = &e->out[0]->type;
    sliding s = sliding_of(&e->in[1]->type, e->attr), p = sliding_over_padded(&s);
    ir_dtype d = t->dtype;
    if (!ir_type_count(t))
        return (y[0] = ir_zeros(g, t)) != NULL;
    IR_AUTO_GRAPH body = choice(greatest(e), d, d);
    ir_type scalar = ir_type_scalar(d);
    ir_value *init[] = {least_of(g, e, d), ir_zeros(g, &scalar)}, *made[2];
    ir_value *in[] = {sliding_pad(g, &s, b_convert(g, x[1], d), init[0]),
                      sliding_pad(g, &s, b_convert(g, x[0], d), init[1])};
    if (!body || !in[0] || !in[1] || !sliding_fold(g, &p, body, 0, NULL, 2, in, init, made))
        return false;
    return (y[0] = lowered_like(g, made[1], t)) != NULL;
}

/* The number of each element in row-major order. */
static ir_value *places(ir_graph *g, int rank, const int64_t *dim)
{
    ir_type t = ir_type_make(IR_i32, rank, dim);
    int64_t count = ir_type_count(&t);
    ir_dtype d = count <= INT32_MAX ? IR_i32 : IR_i64;
    return b_reshape(g, b_iota(g, d, 1, &count, 0), rank, dim);
}

/* Do windows not overlap, and can each of their dimensions be split in two? */
static bool are_apart(const sliding *s)
{
    int rank = s->rank;
    for (int d = 0; d < s->rank; d++) {
        if (s->stride[d] < s->wide[d])
            return false;
        rank += s->stride[d] > 1;
    }
    return rank <= IR_MAX_RANK;
}

/* Puts each source at its place among `padded`, in steps of the strides; 0 elsewhere. */
static ir_value *put_apart(ir_graph *g, const sliding *s, ir_value *place, ir_value *source)
{
    int64_t split[IR_MAX_RANK], dims[IR_MAX_RANK], whole[IR_MAX_RANK], none[IR_MAX_RANK] = {0},
                                                                       rest[IR_MAX_RANK], step = 1;
    ir_dtype d = place ? place->type.dtype : IR_i32;
    int rank = 0;
    for (int k = 0; k < s->rank; k++) {
        dims[k] = rank;
        split[rank++] = s->out[k];
        if (s->stride[k] > 1)
            split[rank++] = s->stride[k];
        whole[k] = s->out[k] * s->stride[k];
        rest[k] = s->padded[k] - whole[k];
    }
    ir_type t = ir_type_make(d, rank, split);
    ir_value *here = ir_zeros(g, &t);
    for (int k = s->rank - 1; k >= 0; step *= s->padded[k--]) {
        int64_t by[] = {step * s->stride[k], step};
        for (int j = 0; j < 1 + (s->stride[k] > 1); j++) {
            ir_value *i = b_iota(g, d, rank, split, (int)dims[k] + j);
            ir_value *far = b_broadcast_in_dim(g, b_const_int(g, d, by[j]), rank, split, NULL);
            here = b_add(g, here, b_mul(g, i, far));
        }
    }
    place = b_broadcast_in_dim(g, place, rank, split, dims);
    source = b_broadcast_in_dim(g, source, rank, split, dims);
    ir_value *y =
        b_select(g, b_eq(g, place, here), source, source ? ir_zeros(g, &source->type) : NULL);
    y = b_reshape(g, y, s->rank, whole);
    ir_type scalar = ir_type_scalar(y ? y->type.dtype : IR_f32);
    return b_pad(g, y, ir_zeros(g, &scalar), none, rest, NULL);
}

/* base, an array of the given shape, combined by op with each source at its place. */
static ir_value *put(ir_graph *g, const ir_op *op, ir_value *base, ir_value *place,
                     ir_value *source, int rank, const int64_t *dim)
{
    if (!base || !place)
        return NULL;
    int64_t count = ir_type_count(&base->type);
    ir_type flat = ir_type_make(base->type.dtype, 1, &count);
    windows_attrs a = windows_along(&flat, &place->type, 0, 0);
    a.mode = WINDOWS_DROP;
    ir_value *y = b_scatter(g, op, b_reshape(g, base, 1, &count), place, source, &a);
    return b_reshape(g, y, rank, dim);
}

static bool scatter_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_type *t = &e->out[0]->type;
    sliding s = sliding_of(&e->in[1]->type, e->attr), p = sliding_over_padded(&s);
    ir_dtype d = t->dtype;
    ir_value *made[2], *source = b_convert(g, x[0], d);
    if (!ir_type_count(t) || !ir_type_count(&e->in[0]->type))
        return (y[0] = ir_zeros(g, t)) != NULL;
    ir_value *in[] = {sliding_pad(g, &s, b_convert(g, x[1], d), least_of(g, e, d)),
                      places(g, s.rank, s.padded)};
    IR_AUTO_GRAPH body = in[1] ? choice(greatest(e), d, in[1]->type.dtype) : NULL;
    if (!body || !in[0] || !sliding_fold(g, &p, body, 0, NULL, 2, in, NULL, made))
        return false;
    ir_type padded = ir_type_make(d, s.rank, s.padded);
    ir_value *sum = are_apart(&s) ? put_apart(g, &s, made[1], source)
                                  : put(g, &op_scatter_add, ir_zeros(g, &padded), made[1], source,
                                        s.rank, s.padded);
    return (y[0] = sliding_unpad(g, &s, sum)) != NULL;
}

/* Linear in operand 0. The choice depends on operand 1, but its derivative does not. */
static bool select_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                       ir_value **y, ir_value **ty)
{
    y[0] = ir_emit1(g, e->op, 2, x, e->attr);
    ty[0] = t[0] ? ir_emit1(g, e->op, 2, (ir_value *[]){t[0], x[1]}, e->attr) : NULL;
    return y[0] && (ty[0] || !t[0]);
}

static bool select_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                             ir_value **ct_in)
{
    const ir_op *back =
        e->op == &op_select_and_gather_add ? &op_select_and_scatter_add : &op_select_and_gather_add;
    if (x[0] || !x[1])
        return ir_fail("%s is linear in operand 0 only", e->op->name);
    return (ct_in[0] = ir_emit1(g, back, 2, (ir_value *[]){ct[0], x[1]}, e->attr)) != NULL;
}

static bool select_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    return sliding_batch(g, e, x, axis, over->size, 0, 2, y, yaxis);
}

const ir_op op_select_and_gather_add = {
    .name = "select_and_gather_add",
    .attrs = IR_ATTR_COLUMN(SELECT_WINDOW),
    .infer = gather_infer,
    .eval = lowered_eval,
    .jvp = select_jvp,
    .transpose = select_transpose,
    .batch = select_batch,
    .simplify = gather_simplify,
};

const ir_op op_select_and_scatter_add = {
    .name = "select_and_scatter_add",
    .attrs = IR_ATTR_COLUMN(SELECT_WINDOW),
    .infer = scatter_infer,
    .eval = lowered_eval,
    .jvp = select_jvp,
    .transpose = select_transpose,
    .batch = select_batch,
    .simplify = scatter_simplify,
};

/* ---- select_and_scatter: any functions --------------------------------------------------------
 *
 * Operands: the array, the source, and a scalar that is combined with what is scattered to an
 * element. Padding is never chosen. */

/* A function of two scalars of dtype d that gives one of dtype `to`. */
static bool check_function(const ir_infer *q, const char *what, const ir_graph *f, ir_dtype d,
                           ir_dtype to)
{
    ir_type t = ir_type_scalar(d), y = ir_type_scalar(to);
    if (f->nin == 2 && f->nout == 1 && ir_same_type(&f->in[0]->type, &t) &&
        ir_same_type(&f->in[1]->type, &t) && ir_same_type(&f->out[0]->type, &y))
        return true;
    return ir_fail("%s: %s must be a function of two scalars of %s that gives %s", q->op->name,
                   what, ir_dtypes[d].name, ir_dtypes[to].name);
}

static bool any_infer(ir_infer *q)
{
    sliding s;
    if (!check_operands(q, 3) || !sliding_check(q, &q->in[0], &s))
        return false;
    ir_dtype d = q->in[0].dtype;
    ir_type source = ir_type_make(d, s.rank, s.out), init = ir_type_scalar(d);
    if (!ir_same_type(&q->in[1], &source) || !ir_same_type(&q->in[2], &init))
        return ir_fail("%s: the source and the initial value are %s and %s, but must be %s and %s",
                       q->op->name, ir_type_tmp(&q->in[1]), ir_type_tmp(&q->in[2]),
                       ir_type_tmp(&source), ir_type_tmp(&init));
    if (!check_function(q, "select", q->attr[SELECT_SCATTER_SELECT].graph, d, IR_bool) ||
        !check_function(q, "scatter", q->attr[SELECT_SCATTER_SCATTER].graph, d, d))
        return false;
    ir_type t = ir_type_make(d, q->in[0].rank, q->in[0].dim);
    ir_infer_out(q, &t);
    return true;
}

/* (element, place), (element, place): the right pair if `select` does not prefer the left one.
 * Padding has the place -1. */
static ir_graph *any_choice(const ir_graph *select, ir_dtype place)
{
    const ir_type *k = &select->in[0]->type, v = ir_type_scalar(place);
    ir_graph *g = ir_graph_new("choose");
    ir_value *in[4], *out[2], *left = NULL;
    for (int j = 0; j < 4; j++)
        in[j] = ir_input(g, j % 2 ? &v : k);
    ir_value *zero = b_const_int(g, place, 0);
    if (ir_ok(g) && ir_splice(g, select, (ir_value *[]){in[0], in[2]}, &left)) {
        left = b_and(g, left, b_ge(g, in[1], zero));
        left = b_or(g, left, b_lt(g, in[3], zero));
    }
    for (int j = 0; j < 2; j++)
        out[j] = left ? b_select(g, left, in[j], in[2 + j]) : NULL;
    return ir_finish(g, out, 2);
}

/* One source after another: takes the result so far, as a vector, a place and a source. */
static ir_graph *put_one(const ir_graph *scatter, int64_t count, ir_dtype place)
{
    const ir_type *d = &scatter->in[0]->type;
    ir_type all = ir_type_make(d->dtype, 1, &count), index = ir_type_scalar(place);
    const int64_t one = 1;
    ir_graph *g = ir_graph_new("scatter");
    ir_value *sum = ir_input(g, &all), *at = ir_input(g, &index), *source = ir_input(g, d), *y;
    ir_value *there = b_max(g, at, b_const_int(g, place, 0));
    ir_value *old = b_reshape(g, b_dynamic_slice(g, sum, &there, &one), 0, NULL);
    if (!ir_ok(g) || !old || !ir_splice(g, scatter, (ir_value *[]){old, source}, &y)) {
        ir_graph_release(g);
        return NULL;
    }
    y = b_select(g, b_ge(g, at, b_const_int(g, place, 0)), y, old);
    y = b_dynamic_update_slice(g, sum, b_reshape(g, y, 1, &one), &there);
    return ir_finish(g, &y, 1);
}

static ir_value *put_by_scan(ir_graph *g, const ir_graph *scatter, ir_value *base, ir_value *place,
                             ir_value *source, int rank, const int64_t *dim)
{
    int64_t count = ir_type_count(&base->type), n = ir_type_count(&place->type);
    IR_AUTO_GRAPH step = put_one(scatter, count, place->type.dtype);
    ir_value *in[] = {b_reshape(g, base, 1, &count), b_reshape(g, place, 1, &n),
                      b_reshape(g, source, 1, &n)};
    ir_attr attr[] = {
        [SCAN_BODY] = {.graph = step}, [SCAN_LENGTH] = {.i = n},  [SCAN_NUM_CONSTS] = {.i = 0},
        [SCAN_NUM_CARRY] = {.i = 1},   [SCAN_REVERSE] = {.i = 0}, [SCAN_CHECKPOINTS] = {.i = 0}};
    return step ? b_reshape(g, ir_emit1(g, &op_scan, 3, in, attr), rank, dim) : NULL;
}

/* The scatter that combines by the function; NULL if there is none. */
static const ir_op *scatter_of(const ir_graph *f)
{
    static const ir_op *const pairs[][2] = {{&op_add, &op_scatter_add},
                                            {&op_mul, &op_scatter_mul},
                                            {&op_max, &op_scatter_max},
                                            {&op_min, &op_scatter_min}};
    const ir_op *by = body_is(f);
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
        if (by == pairs[k][0])
            return pairs[k][1];
    return NULL;
}

static bool any_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_type *t = &e->out[0]->type;
    const ir_graph *select = e->attr[SELECT_SCATTER_SELECT].graph;
    const ir_graph *scatter = e->attr[SELECT_SCATTER_SCATTER].graph;
    sliding s = sliding_of(&e->in[0]->type, e->attr), p = sliding_over_padded(&s);
    ir_dtype d = t->dtype;
    ir_value *init = b_convert(g, x[2], d), *made[2];
    ir_value *base = b_broadcast_in_dim(g, init, t->rank, t->dim, NULL);
    if (!ir_type_count(t) || !ir_type_count(&e->in[1]->type))
        return (y[0] = base) != NULL;
    ir_value *place = places(g, t->rank, t->dim);
    if (!place)
        return false;
    ir_dtype index = place->type.dtype;
    ir_value *in[] = {sliding_pad(g, &s, b_convert(g, x[0], d), init),
                      sliding_pad(g, &s, place, b_const_int(g, index, -1))};
    IR_AUTO_GRAPH body = any_choice(select, index);
    if (!body || !in[0] || !in[1] || !sliding_fold(g, &p, body, 0, NULL, 2, in, NULL, made))
        return false;
    ir_value *source = b_convert(g, x[1], d);
    const ir_op *by = scatter_of(scatter);
    if (by)
        y[0] = put(g, by, base, made[1], source, t->rank, t->dim);
    else
        y[0] = base && made[1] && source
                   ? put_by_scan(g, scatter, base, made[1], source, t->rank, t->dim)
                   : NULL;
    return y[0] != NULL;
}

const ir_op op_select_and_scatter = {
    .name = "select_and_scatter",
    .attrs = IR_ATTR_COLUMN(SELECT_SCATTER),
    .infer = any_infer,
    .eval = lowered_eval,
    .jvp = lowered_jvp,
    .batch = lowered_batch,
    .simplify = any_simplify,
};

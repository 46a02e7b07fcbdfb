/* Windows: reduce_window and select_and_scatter.
 *
 * An array of windows is as many arrays as a window has elements: the k-th has the k-th element of
 * every window, and is a strided slice of the padded operand. These are combined one after another.
 * A window that reaches from an array's edge to each element is a running sum, and becomes one.
 */
#include "exchange/stablehlo/reduce.h"

enum { MOST_ELEMENTS = 4096 }; /* of a window */

typedef struct {
    int rank;
    hlo_ints size, stride, dilation, base; /* of the window; base: dilation of the operand */
    int64_t low[IR_MAX_RANK], high[IR_MAX_RANK], interior[IR_MAX_RANK];
    int64_t padded[IR_MAX_RANK], out[IR_MAX_RANK];
    int64_t count; /* elements of a window */
} window;

static bool read_padding(hlo_frame *f, const hlo_op *op, window *w)
{
    hlo_ints padding;
    if (!hlo_read_ints_or(f, op, "padding", 2 * w->rank, 0, &padding))
        return false;
    for (int d = 0; d < w->rank; d++) {
        w->low[d] = padding.v[2 * d];
        w->high[d] = padding.v[2 * d + 1];
    }
    return true;
}

/* Numbers that are as large as this can be added and multiplied by sizes without overflow. */
static bool in_range(const hlo_ints *v, int64_t least)
{
    for (int k = 0; k < v->n; k++)
        if (v->v[k] < least || v->v[k] > INT32_MAX)
            return false;
    return true;
}

static bool read_window(hlo_frame *f, const hlo_op *op, const ir_type *t, window *w)
{
    w->rank = t->rank;
    if (!hlo_read_ints(f, op, "window_dimensions", NULL, &w->size) ||
        !hlo_read_ints_or(f, op, "window_strides", w->rank, 1, &w->stride) ||
        !hlo_read_ints_or(f, op, "window_dilations", w->rank, 1, &w->dilation) ||
        !hlo_read_ints_or(f, op, "base_dilations", w->rank, 1, &w->base) || !read_padding(f, op, w))
        return false;
    if (w->size.n != w->rank || !in_range(&w->size, 1) || !in_range(&w->stride, 1) ||
        !in_range(&w->dilation, 1) || !in_range(&w->base, 1))
        return hlo_op_fail(f, op, "its window does not fit %s", ir_type_tmp(t));
    w->count = 1;
    for (int d = 0; d < w->rank; d++) {
        int64_t wide = (w->size.v[d] - 1) * w->dilation.v[d] + 1, n = t->dim[d];
        if (w->low[d] < -INT32_MAX || w->low[d] > INT32_MAX || w->high[d] < -INT32_MAX ||
            w->high[d] > INT32_MAX || n > INT32_MAX)
            return hlo_op_fail(f, op, "its padding is too large");
        w->interior[d] = w->base.v[d] - 1;
        w->padded[d] = w->low[d] + (n ? (n - 1) * w->base.v[d] + 1 : 0) + w->high[d];
        w->out[d] = w->padded[d] < wide ? 0 : (w->padded[d] - wide) / w->stride.v[d] + 1;
        w->count = w->count > MOST_ELEMENTS ? w->count : w->count * w->size.v[d];
    }
    return true;
}

/* The first place of the k-th elements of all windows. */
static void offset_of(const window *w, int64_t k, int64_t *at)
{
    for (int d = w->rank - 1; d >= 0; d--) {
        at[d] = k % w->size.v[d] * w->dilation.v[d];
        k /= w->size.v[d];
    }
}

/* The k-th element of every window. */
static ir_value *element(ir_graph *g, const window *w, ir_value *padded, int64_t k)
{
    int64_t start[IR_MAX_RANK], limit[IR_MAX_RANK];
    offset_of(w, k, start);
    for (int d = 0; d < w->rank; d++)
        limit[d] = w->out[d] ? start[d] + (w->out[d] - 1) * w->stride.v[d] + 1 : start[d];
    for (int d = 0; d < w->rank; d++)
        if (!w->out[d])
            start[d] = limit[d] = 0;
    return b_slice(g, padded, start, limit, w->stride.v);
}

/* Is the window a running combination along one axis? */
static bool is_running(const window *w, const ir_type *t, int *axis, bool *reverse)
{
    *axis = -1;
    for (int d = 0; d < w->rank; d++) {
        int64_t n = w->size.v[d], before = w->low[d], after = w->high[d];
        if (w->stride.v[d] != 1 || w->dilation.v[d] != 1 || w->base.v[d] != 1)
            return false;
        if (n == 1 && !before && !after)
            continue;
        bool forward = before == n - 1 && !after, backward = after == n - 1 && !before;
        if (*axis >= 0 || n != t->dim[d] || !(forward || backward))
            return false;
        *axis = d;
        *reverse = backward;
    }
    return *axis >= 0;
}

static bool combine_elements(hlo_frame *f, const hlo_op *op, const hlo_body *body, const window *w,
                             ir_value *const *x, ir_value **y)
{
    IR_SCRATCH(scratch);
    int n = body->n;
    ir_value **padded = ir_alloc(&scratch, (size_t)(2 * n) * sizeof *padded);
    if (!padded)
        return false;
    ir_value **next = padded + n;
    bool from_init = !(body->known && hlo_is_identity(f, body->known, op->operand[1]));
    for (int k = 0; k < n; k++) {
        padded[k] = b_pad(f->g, x[k], x[n + k], w->low, w->high, w->interior);
        y[k] = from_init ? b_broadcast_in_dim(f->g, x[n + k], w->rank, w->out, NULL)
                         : element(f->g, w, padded[k], 0);
    }
    for (int64_t j = from_init ? 0 : 1; j < w->count; j++) {
        for (int k = 0; k < n; k++)
            next[k] = element(f->g, w, padded[k], j);
        if (!hlo_combine(f, op, body, y, next, y))
            return false;
    }
    return true;
}

bool hlo_emit_reduce_window(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                            ir_value **y)
{
    IR_SCRATCH(scratch);
    (void)row;
    window w;
    HLO_AUTO_BODY body = {0};
    int n = op->noperand / 2, axis;
    bool reverse;
    if (!n || op->noperand != 2 * n || op->nresult != n)
        return hlo_op_fail(f, op, "it takes arrays and as many initial values");
    const ir_type *t = &x[0]->type;
    for (int k = 0; k < n; k++)
        if (x[n + k]->type.rank || !ir_same_shape(&x[k]->type, t))
            return hlo_op_fail(f, op, "operand %d is %s, and its initial value %s", k,
                               ir_type_tmp(&x[k]->type), ir_type_tmp(&x[n + k]->type));
    if (!read_window(f, op, t, &w) || !hlo_read_region(f, op, op->first, n, n, &scratch, &body))
        return false;
    if (body.known && body.known->cumulate && t->dtype != IR_bool &&
        hlo_is_identity(f, body.known, op->operand[1]) && is_running(&w, t, &axis, &reverse))
        return (y[0] = b_cumulate(f->g, body.known->cumulate, x[0], axis, reverse)) != NULL;
    if (w.count > MOST_ELEMENTS)
        return hlo_unsupported(f, op, "a window of more than %d elements", MOST_ELEMENTS);
    return combine_elements(f, op, &body, &w, x, y);
}

/* ---- select_and_scatter -------------------------------------------------------------------------- */

/* For each window, the number of the element that `select` prefers; -1 if all is padding. */
static ir_value *chosen(hlo_frame *f, const hlo_op *op, const hlo_body *select, const window *w,
                        ir_value *x)
{
    ir_graph *g = f->g;
    ir_type truth = ir_type_like(x->type, IR_bool), out = ir_type_make(IR_i32, w->rank, w->out);
    ir_value *zero = ir_literal(g, x->type.dtype, ir_scalar_of(x->type.dtype, 0), false);
    ir_value *no = ir_literal(g, IR_bool, (ir_scalar){0}, false);
    ir_value *padded = b_pad(g, x, zero, w->low, w->high, w->interior);
    ir_value *real =
        b_pad(g, ir_full(g, &truth, (ir_scalar){.v_bool = 1}), no, w->low, w->high, w->interior);
    ir_value *index = ir_full(g, &out, ir_scalar_of_int(IR_i32, -1)), *best = NULL;
    for (int64_t k = 0; k < w->count; k++) {
        ir_value *v = element(g, w, padded, k), *take = element(g, w, real, k), *keep;
        if (best) {
            if (!hlo_combine(f, op, select, &best, &v, &keep))
                return NULL;
            ir_value *none = b_lt(g, index, b_const(g, index, 0));
            take = b_and(g, take, b_or(g, none, b_not(g, keep)));
        }
        best = best ? b_select(g, take, v, best) : v;
        index = b_select(g, take, b_const(g, index, (double)k), index);
    }
    return index;
}

/* A sum; of bools, whether one of them is true. */
static ir_value *add(ir_graph *g, ir_value *x, ir_value *y)
{
    return x && x->type.dtype == IR_bool ? b_or(g, x, y) : b_add(g, x, y);
}

/* Adds the sources of the windows that chose their k-th element, where that element is. */
static ir_value *scattered(ir_graph *g, const window *w, ir_value *index, ir_value *source,
                           const ir_type *t, int64_t k, ir_value *sum)
{
    int64_t at[IR_MAX_RANK], low[IR_MAX_RANK], high[IR_MAX_RANK], interior[IR_MAX_RANK];
    ir_value *zero = ir_literal(g, t->dtype, ir_scalar_of(t->dtype, 0), false);
    ir_value *here = b_eq(g, index, b_const(g, index, (double)k));
    offset_of(w, k, at);
    for (int d = 0; d < w->rank; d++) {
        int64_t wide = w->out[d] ? (w->out[d] - 1) * w->stride.v[d] + 1 : 0;
        low[d] = at[d] - w->low[d];
        high[d] = t->dim[d] - low[d] - wide;
        interior[d] = w->stride.v[d] - 1;
    }
    ir_value *part = b_select(g, here, source, b_const(g, source, 0));
    part = b_pad(g, part, zero, low, high, interior);
    return sum ? add(g, sum, part) : part;
}

bool hlo_emit_select_and_scatter(hlo_frame *f, const hlo_op *op, const hlo_row *row,
                                 ir_value *const *x, ir_value **y)
{
    IR_SCRATCH(scratch);
    (void)row;
    window w;
    HLO_AUTO_BODY select = {0}, scatter = {0};
    const ir_type *t = &x[0]->type;
    if (op->nregion != 2)
        return hlo_op_fail(f, op, "it needs two regions");
    if (!read_window(f, op, t, &w) || !hlo_read_region(f, op, op->first, 1, 1, &scratch, &select) ||
        !hlo_read_region(f, op, op->first->next, 1, 1, &scratch, &scatter))
        return false;
    const ir_op *sums = t->dtype == IR_bool ? &op_reduce_or : &op_reduce_sum;
    if (!scatter.known ||
        (t->dtype == IR_bool ? scatter.known->logic : scatter.known->reduce) != sums)
        return hlo_unsupported(f, op, "a scatter that does not add");
    if (w.count > MOST_ELEMENTS)
        return hlo_unsupported(f, op, "a window of more than %d elements", MOST_ELEMENTS);
    ir_type source = ir_type_make(t->dtype, w.rank, w.out);
    if (!ir_same_type(&x[1]->type, &source) || select.known || x[2]->type.rank)
        return hlo_op_fail(f, op, "the source is %s, but there are windows of %s",
                           ir_type_tmp(&x[1]->type), ir_type_tmp(&source));
    ir_value *index = chosen(f, op, &select, &w, x[0]), *sum = NULL;
    for (int64_t k = 0; index && k < w.count; k++)
        sum = scattered(f->g, &w, index, x[1], t, k, sum);
    if (!sum || hlo_is_identity(f, scatter.known, op->operand[2]))
        return (y[0] = sum) != NULL;
    return (y[0] = add(f->g, b_broadcast_in_dim(f->g, x[2], t->rank, t->dim, NULL), sum)) != NULL;
}

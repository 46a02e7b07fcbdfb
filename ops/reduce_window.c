/* reduce_window_sum, reduce_window_max, reduce_window_min: combine the elements of each window that
 * slides over an array. Padding adds nothing to a window.
 *
 * Compiled, they are what an elementwise program would be: a small window is written out as strided
 * slices of the padded array, which the loops read in place. In a large window each dimension is
 * combined by itself, by halves. Windows that reach from an edge to each element are running sums.
 */
#include <math.h>
#include <string.h>

#include "ops/lowered.h"
#include "ops/reduce.h"
#include "ops/sliding.h"

enum { FEW = 32 }; /* elements of a window that are written out one by one */

/* A combining function, and the primitives that combine by it. */
typedef struct {
    const ir_op *windows, *reduce, *cumulate, *pair;
    ir_scalar (*identity)(ir_dtype d);
} monoid;

static const monoid monoids[] = {
    {&op_reduce_window_sum, &op_reduce_sum, &op_cumsum, &op_add, identity_add},
    {&op_reduce_window_max, &op_reduce_max, &op_cummax, &op_max, identity_max},
    {&op_reduce_window_min, &op_reduce_min, &op_cummin, &op_min, identity_min},
};

static const monoid *monoid_of(const ir_op *op)
{
    const monoid *m = monoids;
    while (m->windows != op)
        m++;
    return m;
}

static bool window_infer(ir_infer *q)
{
    sliding s;
    if (!check_operands(q, 1) || !sliding_check(q, q->in, &s))
        return false;
    if (!(q->op == &op_reduce_window_sum ? check_number : check_real)(q, q->in))
        return false;
    return infer_like(q, s.rank, s.out);
}

/* ---- written out ------------------------------------------------------------------------------ */

static ir_value *combine(ir_graph *g, const monoid *m, ir_value *a, ir_value *b)
{
    return ir_emit1(g, m->pair, 2, (ir_value *[]){a, b}, NULL);
}

/* n elements along dimension d, `step` apart. */
static ir_value *along(ir_graph *g, ir_value *x, int d, int64_t from, int64_t n, int64_t step)
{
    int64_t start[IR_MAX_RANK] = {0}, limit[IR_MAX_RANK], steps[IR_MAX_RANK];
    if (!x)
        return NULL;
    for (int k = 0; k < x->type.rank; k++) {
        limit[k] = x->type.dim[k];
        steps[k] = 1;
    }
    start[d] = from;
    limit[d] = from + (n - 1) * step + 1;
    steps[d] = step;
    return b_slice(g, x, start, limit, steps);
}

static ir_value *one_by_one(ir_graph *g, const monoid *m, const sliding *s, ir_value *x, int d)
{
    ir_value *y = along(g, x, d, 0, s->out[d], s->stride[d]);
    for (int64_t k = 1; k < s->size[d]; k++)
        y = combine(g, m, y, along(g, x, d, k * s->dilation[d], s->out[d], s->stride[d]));
    return y;
}

/* Windows that do not overlap: their elements become a dimension of their own. */
static ir_value *blocks(ir_graph *g, const monoid *m, const sliding *s, ir_value *x, int d)
{
    int64_t shape[IR_MAX_RANK + 1], axis = d + 1;
    int rank = x->type.rank;
    x = along(g, x, d, 0, s->out[d] * s->size[d], 1);
    for (int k = 0; x && k < rank; k++)
        shape[k + (k > d)] = x->type.dim[k];
    shape[d] = s->out[d];
    shape[d + 1] = s->size[d];
    return x ? b_reduce(g, m->reduce, b_reshape(g, x, rank + 1, shape), 1, &axis) : NULL;
}

/* Combines 1, 2, 4, ... neighbours of each element. Some of these make a window. */
static ir_value *by_halves(ir_graph *g, const monoid *m, const sliding *s, ir_value *x, int d)
{
    int64_t apart = s->dilation[d], done = 0, all = x->type.dim[d];
    ir_value *y = NULL;
    for (int64_t n = 1; n <= s->size[d]; n *= 2) {
        if (s->size[d] & n) {
            int64_t left = all - (done + n - 1) * apart;
            ir_value *more = along(g, x, d, done * apart, left, 1);
            y = y ? combine(g, m, along(g, y, d, 0, left, 1), more) : more;
            done += n;
        }
        if (2 * n <= s->size[d]) {
            int64_t left = all - (2 * n - 1) * apart;
            x = combine(g, m, along(g, x, d, 0, left, 1), along(g, x, d, n * apart, left, 1));
        }
    }
    return along(g, y, d, 0, s->out[d], s->stride[d]);
}

static ir_value *along_dimension(ir_graph *g, const monoid *m, const sliding *s, ir_value *x, int d)
{
    if (!x)
        return NULL;
    bool apart = s->dilation[d] == 1 && (s->stride[d] == s->size[d] || s->out[d] == 1);
    if (s->size[d] > 1 && apart && x->type.rank < IR_MAX_RANK)
        return blocks(g, m, s, x, d);
    return (s->size[d] <= FEW ? one_by_one : by_halves)(g, m, s, x, d);
}

/* Is each window all elements up to one, or from one on, along an axis? */
static bool is_running(const sliding *s, const ir_type *t, int *axis, bool *reverse)
{
    *axis = -1;
    *reverse = false;
    for (int d = 0; d < s->rank; d++) {
        int64_t n = s->size[d], before = s->low[d], after = s->high[d];
        if (s->stride[d] != 1 || s->dilation[d] != 1 || s->base[d] != 1)
            return false;
        if (n == 1 && !before && !after)
            continue;
        bool forward = before == n - 1 && !after, backward = after == n - 1 && !before;
        if (*axis >= 0 || n != t->dim[d] || !(forward || backward))
            return false;
        *axis = d;
        *reverse = backward;
    }
    return *axis >= 0 && t->dtype != IR_bool;
}

static ir_value *windows(ir_graph *g, const monoid *m, const sliding *s, ir_value *x)
{
    int axis;
    bool reverse = false;
    ir_dtype d = x->type.dtype;
    if (is_running(s, &x->type, &axis, &reverse))
        return b_cumulate(g, m->cumulate, x, axis, reverse);
    ir_value *none = ir_literal(g, d, m->identity(d), false), *y = NULL;
    ir_value *padded = sliding_pad(g, s, x, none);
    if (s->count > FEW) {
        for (int k = 0; k < s->rank; k++)
            padded = along_dimension(g, m, s, padded, k);
        return padded;
    }
    if (ir_has_fraction(d) && m->pair == &op_add) /* 0 + -0 is 0 */
        y = b_broadcast_in_dim(g, none, s->rank, s->out, NULL);
    for (int64_t k = 0; k < s->count; k++) {
        ir_value *next = sliding_element(g, s, padded, k);
        y = y ? combine(g, m, y, next) : next;
    }
    return y;
}

static bool window_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_type *t = &e->out[0]->type;
    const monoid *m = monoid_of(e->op);
    sliding s = sliding_of(&e->in[0]->type, e->attr);
    if (!ir_type_count(t))
        return (y[0] = ir_zeros(g, t)) != NULL;
    ir_dtype wide = m->pair == &op_add ? ir_compute(t->dtype) : t->dtype;
    ir_value *all = b_convert(g, x[0], wide);
    y[0] = all ? b_convert(g, windows(g, m, &s, all), t->dtype) : NULL;
    return (y[0] = lowered_like(g, y[0], t)) != NULL;
}

/* ---- derivatives ----------------------------------------------------------------------------- */

/* Does every element belong to at most one window, which has its neighbours? */
static bool are_blocks(const sliding *s)
{
    int rank = s->rank;
    for (int d = 0; d < s->rank; d++) {
        if (s->stride[d] != s->size[d] || s->dilation[d] != 1 || s->base[d] != 1)
            return false;
        rank += s->size[d] > 1;
    }
    return rank <= IR_MAX_RANK;
}

/* Repeats the cotangent of a block for each of its elements. */
static ir_value *repeated(ir_graph *g, const sliding *s, ir_value *ct)
{
    int64_t split[IR_MAX_RANK], dims[IR_MAX_RANK], whole[IR_MAX_RANK], none[IR_MAX_RANK] = {0},
                                                                       rest[IR_MAX_RANK];
    int rank = 0;
    for (int d = 0; d < s->rank; d++) {
        dims[d] = rank;
        split[rank++] = s->out[d];
        if (s->size[d] > 1)
            split[rank++] = s->size[d];
        whole[d] = s->out[d] * s->size[d];
        rest[d] = s->padded[d] - whole[d];
    }
    ir_type scalar = ir_type_scalar(ct->type.dtype);
    ir_value *y = b_broadcast_in_dim(g, ct, rank, split, dims);
    y = b_reshape(g, y, s->rank, whole);
    return sliding_unpad(g, s, b_pad(g, y, ir_zeros(g, &scalar), none, rest, NULL));
}

/* The cotangent, spread out by the strides, under windows that slide in steps of what dilated the
 * operand. */
static bool sum_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                          ir_value **ct_in)
{
    (void)x;
    const ir_type *t = &e->in[0]->type;
    sliding s = sliding_of(t, e->attr), back = s;
    ir_attr attr[WINDOW_NATTR];
    if (!ir_type_count(&e->out[0]->type) || !ir_type_count(t))
        return (ct_in[0] = ir_zeros(g, t)) != NULL;
    if (are_blocks(&s))
        return (ct_in[0] = repeated(g, &s, ct[0])) != NULL;
    for (int d = 0; d < s.rank; d++) {
        int64_t spread = (s.out[d] - 1) * s.stride[d] + 1;
        back.stride[d] = s.base[d];
        back.base[d] = s.stride[d];
        back.low[d] = s.wide[d] - 1 - s.low[d];
        back.high[d] = (t->dim[d] - 1) * s.base[d] + s.wide[d] - spread - back.low[d];
    }
    sliding_set_attrs(&back, attr);
    return (ct_in[0] = ir_emit1(g, e->op, 1, ct, attr)) != NULL;
}

/* The tangent of the element that is chosen. */
static bool extreme_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                        ir_value **y, ir_value **ty)
{
    ir_attr attr[SELECT_WINDOW_NATTR];
    memcpy(attr, e->attr, WINDOW_NATTR * sizeof *attr);
    attr[SELECT_WINDOW_GREATEST] = (ir_attr){.i = e->op == &op_reduce_window_max};
    y[0] = ir_emit1(g, e->op, 1, x, e->attr);
    ty[0] = ir_emit1(g, &op_select_and_gather_add, 2, (ir_value *[]){t[0], x[0]}, attr);
    return y[0] && ty[0];
}

static bool window_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    return sliding_batch(g, e, x, axis, over->size, 0, 1, y, yaxis);
}

/* name, flags, jvp, transpose */
// clang-format off
#define WINDOWS(X)                                                                                 \
    X(reduce_window_sum, IR_OP_APART, linear_jvp,  sum_transpose)                                  \
    X(reduce_window_max, 0,           extreme_jvp, NULL)                                           \
    X(reduce_window_min, 0,           extreme_jvp, NULL)
// clang-format on

#define X(prim, flags_, jvp_, transpose_)                                                          \
    const ir_op op_##prim = {                                                                      \
        .name = #prim,                                                                             \
        .flags = flags_,                                                                           \
        .attrs = IR_ATTR_COLUMN(WINDOW),                                                           \
        .infer = window_infer,                                                                     \
        .eval = lowered_eval,                                                                      \
        .jvp = jvp_,                                                                               \
        .transpose = transpose_,                                                                   \
        .batch = window_batch,                                                                     \
        .simplify = window_simplify,                                                               \
    };
WINDOWS(X)
#undef X

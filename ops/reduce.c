/* reduce_sum, reduce_prod, reduce_max, reduce_min, reduce_and, reduce_or, reduce_xor: combine an
 * array's elements over any of its axes.
 *
 * The kernel reduces the middle axis of [outer, along, inner]; axes that are not adjacent take one
 * pass each. It combines whole rows, pairwise, so that rounding errors grow with the logarithm of
 * the length. Short rows are combined several at a time.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/complex.h"
#include "ops/ops.h"
#include "ops/reduce.h"
#include "ops/scalar/arith.h"

/* ---- kernels --------------------------------------------------------------------------------- */

enum {
    WIDTH = 512, /* elements combined side by side, at most */
    LANES = 32,  /* rows of at most half this length are combined several at a time */
    BLOCK = 32,  /* rows combined one after another */
};

/* The kernels of one combining function at one dtype. rows: sets acc to the combination of n >= 1
 * rows of w elements. lanes: combines the n rows of w elements in acc into one. narrow: for short
 * rows; treats several rows as one, then combines them with lanes. short: for many short runs of
 * elements. All but short leave out the identity, which is combined at the end. */
#define REDUCE_KERNEL(d, T, U, op)                                                                 \
    static void rows_##op##_##d(int64_t n, int64_t w, const T *x, int64_t stride, T *acc)          \
    {                                                                                              \
        T half[WIDTH];                                                                             \
        if (n <= BLOCK) {                                                                          \
            memcpy(acc, x, (size_t)w * sizeof *x);                                                 \
            for (int64_t r = 1; r < n; r++)                                                        \
                for (int64_t j = 0; j < w; j++)                                                    \
                    acc[j] = jk_##op##_##d(acc[j], x[r * stride + j]);                             \
            return;                                                                                \
        }                                                                                          \
        rows_##op##_##d(n / 2, w, x, stride, acc);                                                 \
        rows_##op##_##d(n - n / 2, w, x + n / 2 * stride, stride, half);                           \
        for (int64_t j = 0; j < w; j++)                                                            \
            acc[j] = jk_##op##_##d(acc[j], half[j]);                                               \
    }                                                                                              \
    static void lanes_##op##_##d(int64_t n, int64_t w, T *acc)                                     \
    {                                                                                              \
        for (int64_t left; n > 1; n = left) {                                                      \
            left = (n + 1) / 2;                                                                    \
            for (int64_t j = 0; j < (n - left) * w; j++)                                           \
                acc[j] = jk_##op##_##d(acc[j], acc[left * w + j]);                                 \
        }                                                                                          \
    }                                                                                              \
    static void narrow_##op##_##d(int64_t n, int64_t w, const T *x, T *acc)                        \
    {                                                                                              \
        int64_t lanes = LANES / w, full = n / lanes, rest = n % lanes;                             \
        T tail[LANES];                                                                             \
        if (!full) {                                                                               \
            rows_##op##_##d(n, w, x, w, acc);                                                      \
            return;                                                                                \
        }                                                                                          \
        rows_##op##_##d(full, (lanes * w), x, (lanes * w), acc);                                   \
        lanes_##op##_##d(lanes, w, acc);                                                           \
        if (!rest)                                                                                 \
            return;                                                                                \
        rows_##op##_##d(rest, w, x + full * lanes * w, w, tail);                                   \
        for (int64_t j = 0; j < w; j++)                                                            \
            acc[j] = jk_##op##_##d(acc[j], tail[j]);                                               \
    }                                                                                              \
    static void short_##op##_##d(int64_t n, int64_t along, const T *x, T *y)                       \
    {                                                                                              \
        for (T start = identity_##op(IR_##d).v_##d, sum = start; n > 0; n--, sum = start) {        \
            for (int64_t r = 0; r < along; r++)                                                    \
                sum = jk_##op##_##d(sum, *x++);                                                    \
            *y++ = sum;                                                                            \
        }                                                                                          \
    }                                                                                              \
    static void reduce_##op##_##d(along_axis a, const void *in, void *out)                         \
    {                                                                                              \
        const T *x = in;                                                                           \
        T *y = out, acc[WIDTH], start = identity_##op(IR_##d).v_##d;                               \
        if (a.inner == 1 && a.along <= BLOCK) {                                                    \
            short_##op##_##d(a.outer, a.along, x, y);                                              \
            return;                                                                                \
        }                                                                                          \
        for (int64_t o = 0; o < a.outer; o++, x += a.along * a.inner)                              \
            for (int64_t j = 0; j < a.inner; j += WIDTH) {                                         \
                int64_t w = a.inner - j < WIDTH ? a.inner - j : WIDTH;                             \
                if (a.along && a.inner <= LANES / 2)                                               \
                    narrow_##op##_##d(a.along, w, x, acc);                                         \
                else if (a.along)                                                                  \
                    rows_##op##_##d(a.along, w, x + j, a.inner, acc);                              \
                for (int64_t k = 0; k < w; k++)                                                    \
                    *y++ = a.along ? jk_##op##_##d(start, acc[k]) : start;                         \
            }                                                                                      \
    }
#define REDUCE_ENTRY(d, T, U, op) [IR_##d] = reduce_##op##_##d,

typedef void reduce_kernel(along_axis a, const void *in, void *out);

ir_scalar identity_add(ir_dtype d)
{
    return ir_scalar_of_int(d, 0);
}

ir_scalar identity_mul(ir_dtype d)
{
    return ir_scalar_of_int(d, 1);
}

ir_scalar identity_max(ir_dtype d)
{
    return ir_scalar_lowest(d);
}

ir_scalar identity_min(ir_dtype d)
{
    return ir_scalar_highest(d);
}

static ir_scalar identity_and(ir_dtype d)
{
    return (ir_scalar){.bits = UINT64_MAX >> (64 - ir_dtypes[d].bits)};
}

static ir_scalar identity_or(ir_dtype d)
{
    return ir_scalar_of_int(d, 0);
}

static ir_scalar identity_xor(ir_dtype d)
{
    return ir_scalar_of_int(d, 0);
}

/* ---- over several axes ----------------------------------------------------------------------- */

/* Adjacent dimensions that are all reduced or all kept, joined into one. */
typedef struct {
    int64_t n;
    bool reduced;
} dim_group;

static int group_dims(const ir_type *t, const ir_attr *axes, dim_group *group)
{
    int n = 0;
    for (int d = 0; d < t->rank; d++) {
        bool reduced = axis_in(axes, d);
        if (t->dim[d] == 1)
            continue;
        if (n && group[n - 1].reduced == reduced)
            group[n - 1].n *= t->dim[d];
        else
            group[n++] = (dim_group){t->dim[d], reduced};
    }
    return n;
}

/* Removes the last reduced group; returns it as the middle axis of [outer, along, inner]. */
static along_axis take_group(dim_group *group, int *n)
{
    along_axis a = {1, 1, 1};
    int last = *n - 1;
    while (last >= 0 && !group[last].reduced)
        last--;
    for (int k = 0; k < *n; k++)
        *(k < last ? &a.outer : k > last ? &a.inner : &a.along) *= group[k].n;
    if (last >= 0)
        memmove(&group[last], &group[last + 1], (size_t)(--*n - last) * sizeof *group);
    return a;
}

static bool is_last(const dim_group *group, int n)
{
    for (int k = 0; k < n; k++)
        if (group[k].reduced)
            return false;
    return true;
}

static bool reduce_with(reduce_kernel *kernel, const ir_eqn *e, const void *const *in,
                        void *const *out)
{
    dim_group group[IR_MAX_RANK];
    int n = group_dims(&e->in[0]->type, &e->attr[REDUCE_AXES], group);
    const void *from = in[0];
    void *to = NULL;
    while (to != out[0]) {
        along_axis a = take_group(group, &n);
        size_t bytes = (size_t)(a.outer * a.inner) * elem_size(e->in[0]);
        void *held = to;
        to = is_last(group, n) ? out[0] : malloc(bytes ? bytes : 1);
        if (to)
            kernel(a, from, to);
        free(held);
        if (!to)
            return ir_fail("%s: out of memory for a partial result of %s", e->op->name,
                           ir_type_tmp(&e->in[0]->type));
        from = to;
    }
    return true;
}

/* ---- rules ----------------------------------------------------------------------------------- */

ir_value *b_reduce(ir_graph *g, const ir_op *op, ir_value *x, int n, const int64_t *axes)
{
    ir_attr attr = {.n = n, .ints = axes};
    return ir_emit1(g, op, 1, &x, &attr);
}

static bool reduce_infer(ir_infer *q)
{
    const ir_attr *axes = &q->attr[REDUCE_AXES];
    if (!check_operands(q, 1) || !check_axes(q, "axes", axes, q->in))
        return false;
    ir_type t = {.dtype = q->in[0].dtype, .weak = q->in[0].weak};
    for (int d = 0; d < q->in[0].rank; d++)
        if (!axis_in(axes, d))
            t.dim[t.rank++] = q->in[0].dim[d];
    ir_infer_out(q, &t);
    return true;
}

static bool reduce_number_infer(ir_infer *q)
{
    return check_operands(q, 1) && check_number(q, q->in) && reduce_infer(q);
}

static bool reduce_bits_infer(ir_infer *q)
{
    if (!check_operands(q, 1))
        return false;
    if (ir_has_fraction(q->in[0].dtype))
        return ir_fail("%s takes bool or integers, but is given %s", q->op->name,
                       ir_type_tmp(&q->in[0]));
    return reduce_infer(q);
}

/* Broadcasts a result over the axes that were reduced. */
static ir_value *unreduce(ir_graph *g, ir_value *x, const ir_attr *axes, const ir_type *to)
{
    int64_t kept[IR_MAX_RANK];
    int n = 0;
    for (int d = 0; d < to->rank; d++)
        if (!axis_in(axes, d))
            kept[n++] = d;
    return b_broadcast_in_dim(g, x, to->rank, to->dim, kept);
}

static bool sum_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                          ir_value **ct_in)
{
    (void)x;
    return (ct_in[0] = unreduce(g, ct[0], &e->attr[REDUCE_AXES], &e->in[0]->type)) != NULL;
}

/* Joins the reduced axes into one, in front. */
static ir_value *reduced_first(ir_graph *g, ir_value *x, const ir_attr *axes)
{
    int64_t perm[IR_MAX_RANK], shape[IR_MAX_RANK + 1] = {1};
    int rank = 1;
    for (int k = 0; x && k < axes->n; k++)
        shape[0] *= x->type.dim[perm[k] = axes->ints[k]];
    for (int d = 0; x && d < x->type.rank; d++)
        if (!axis_in(axes, d)) {
            perm[axes->n + rank - 1] = d;
            shape[rank++] = x->type.dim[d];
        }
    return x ? b_reshape(g, b_transpose(g, x, perm), rank, shape) : NULL;
}

/* Splits axis 0 into two halves: a new axis of size 2 in front. An odd length is padded with
 * `fill`. */
static ir_value *in_halves(ir_graph *g, ir_value *x, double fill)
{
    if (!x)
        return NULL;
    ir_dtype d = x->type.dtype;
    int64_t shape[IR_MAX_RANK + 2], none[IR_MAX_RANK] = {0}, more[IR_MAX_RANK] = {0};
    more[0] = x->type.dim[0] % 2;
    if (more[0])
        x = b_pad(g, x, ir_literal(g, d, ir_scalar_of(d, fill), false), none, more, NULL);
    for (int k = 0; x && k < x->type.rank; k++)
        shape[k + 1] = x->type.dim[k];
    shape[0] = 2;
    shape[1] /= 2;
    return x ? b_reshape(g, x, x->type.rank + 1, shape) : NULL;
}

/* Multiplies the two halves. */
static ir_value *halves_product(ir_graph *g, ir_value *x)
{
    int64_t from[IR_MAX_RANK] = {0}, to[IR_MAX_RANK];
    if (!x)
        return NULL;
    memcpy(to, x->type.dim, sizeof to);
    to[0] = 1;
    ir_value *first = b_slice(g, x, from, to, NULL);
    from[0] = 1;
    to[0] = 2;
    ir_value *both = b_mul(g, first, b_slice(g, x, from, to, NULL));
    return both ? b_reshape(g, both, x->type.rank - 1, x->type.dim + 1) : NULL;
}

/* The tangent of a product, as a tree of products of two factors: each half times the tangent of
 * the other. This avoids division, and in reverse each level costs one multiplication per
 * element. */
static bool prod_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                     ir_value **y, ir_value **ty)
{
    const ir_attr *axes = &e->attr[REDUCE_AXES];
    const int64_t front = 0;
    y[0] = b_reduce(g, e->op, x[0], axes->n, axes->ints);
    ir_value *p = reduced_first(g, x[0], axes), *tp = reduced_first(g, t[0], axes);
    while (p && tp && p->type.dim[0] > 1) {
        p = in_halves(g, p, 1);
        tp = b_mul(g, in_halves(g, tp, 0), b_rev(g, p, 1, &front));
        tp = b_reduce(g, &op_reduce_sum, tp, 1, &front);
        p = halves_product(g, p);
    }
    const ir_type *t_out = &e->out[0]->type;
    ty[0] = tp && tp->type.dim[0] == 0 ? NULL : b_reshape(g, tp, t_out->rank, t_out->dim);
    return y[0] && p && tp;
}

/* The mean of the tangents of the elements that equal the extreme value. */
static bool extreme_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                        ir_value **y, ir_value **ty)
{
    const ir_attr *axes = &e->attr[REDUCE_AXES];
    y[0] = b_reduce(g, e->op, x[0], axes->n, axes->ints);
    ir_value *is = b_eq(g, x[0], unreduce(g, y[0], axes, &x[0]->type));
    is = b_convert(g, is, x[0]->type.dtype);
    ir_value *count = b_reduce(g, &op_reduce_sum, is, axes->n, axes->ints);
    ir_value *sum = b_reduce(g, &op_reduce_sum, b_mul(g, t[0], is), axes->n, axes->ints);
    return (ty[0] = b_div(g, sum, count)) != NULL;
}

static bool reduce_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    int64_t axes[IR_MAX_RANK];
    axes_shift(&e->attr[REDUCE_AXES], axis[0], axes);
    *yaxis = axis_without(axis[0], axes, e->attr[REDUCE_AXES].n);
    return (y[0] = b_reduce(g, e->op, x[0], e->attr[REDUCE_AXES].n, axes)) != NULL;
}

/* Removes a reduction over no axes or over axes of size 1. A float sum stays, because it turns -0
 * into 0. */
static bool reduce_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_type *t = &e->out[0]->type;
    if (e->op == &op_reduce_sum && ir_has_fraction(t->dtype))
        return false;
    if (!e->attr[REDUCE_AXES].n)
        return y[0] = x[0], true;
    for (int k = 0; k < e->attr[REDUCE_AXES].n; k++)
        if (x[0]->type.dim[e->attr[REDUCE_AXES].ints[k]] != 1)
            return false;
    return (y[0] = b_reshape(g, x[0], t->rank, t->dim)) != NULL;
}

/* ---- the table ------------------------------------------------------------------------------- */

/* name, combining function, dtypes, flags, infer, jvp, transpose, pairs: */
#define REDUCTIONS(X)                                                                              \
    X(reduce_sum, add, num, SUMS | IR_OP_APART, reduce_number_infer, linear_jvp, sum_transpose, NULL) \
    X(reduce_prod, mul, num, SUMS, reduce_number_infer, prod_jvp, NULL, pairs_reduce_prod)         \
    X(reduce_max, max, ordered, IR_OP_COMPUTES, reduce_infer, extreme_jvp, NULL, pairs_reduce_max) \
    X(reduce_min, min, ordered, IR_OP_COMPUTES, reduce_infer, extreme_jvp, NULL, pairs_reduce_min) \
    X(reduce_and, and, bits, 0, reduce_bits_infer, NULL, NULL, NULL)                               \
    X(reduce_or, or, bits, 0, reduce_bits_infer, NULL, NULL, NULL)                                 \
    X(reduce_xor, xor, bits, 0, reduce_bits_infer, NULL, NULL, NULL)
enum { SUMS = IR_OP_COMPUTES | IR_OP_ACCUMULATES };

#define X(prim, op, takes, flags_, infer_, jvp_, transpose_, pairs_)                               \
    EACH_##takes(REDUCE_KERNEL, op) static reduce_kernel *const prim##_kernels[IR_NDTYPE] = {      \
        EACH_##takes(REDUCE_ENTRY, op)};                                                           \
    static bool prim##_eval(const ir_eqn *e, const void *const *in, void *const *out)              \
    {                                                                                              \
        return reduce_with(prim##_kernels[e->in[0]->type.dtype], e, in, out);                      \
    }                                                                                              \
    const ir_op op_##prim = {                                                                      \
        .name = #prim,                                                                             \
        .attrs = IR_ATTR_COLUMN(REDUCE),                                                           \
        .flags = flags_,                                                                           \
        .infer = infer_,                                                                           \
        .eval = prim##_eval,                                                                       \
        .jvp = jvp_,                                                                               \
        .transpose = transpose_,                                                                   \
        .batch = reduce_batch,                                                                     \
        .simplify = reduce_simplify,                                                               \
        .pairs = pairs_,                                                                           \
        .lower = &(const jit_lower){.kind = JIT_REDUCE,                                            \
                                    .instruction = JIT_##op,                                       \
                                    .identity = identity_##op},                                    \
    };
// clang-format off
REDUCTIONS(X)
// clang-format on
#undef X

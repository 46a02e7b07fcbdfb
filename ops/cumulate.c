/* cumsum, cumprod, cummax, cummin, cumlogsumexp: each element of the result combines all elements
 * up to it along an axis; with `reverse`, all elements from it on. */
#include "ops/complex.h"
#include "ops/kernel.h"
#include "ops/ops.h"
#include "ops/reduce.h"
#include "ops/scalar/arith.h"
#include "ops/scalar/logaddexp.h"

ir_value *b_cumulate(ir_graph *g, const ir_op *op, ir_value *x, int axis, bool reverse)
{
    ir_attr attr[] = {[CUMULATE_AXIS] = {.i = axis}, [CUMULATE_REVERSE] = {.i = reverse}};
    return ir_emit1(g, op, 1, &x, attr);
}

static bool cumulate_infer(ir_infer *q)
{
    if (!check_operands(q, 1) || !check_number(q, q->in) ||
        !check_axis(q, "axis", q->attr[CUMULATE_AXIS].i, q->in))
        return false;
    if (q->op == &op_cumlogsumexp && !check_real(q, q->in))
        return false;
    if (q->op == &op_cumlogsumexp && !ir_has_fraction(q->in[0].dtype))
        return ir_fail("cumlogsumexp takes floating-point numbers, but is given %s",
                       ir_type_tmp(&q->in[0]));
    ir_infer_out(q, &q->in[0]);
    return true;
}

/* ---- kernels -------------------------------------------------------------------------------- */

#define CUMULATE_KERNEL(d, T, U, op)                                                               \
    static void cumulate_##op##_##d(along_axis a, bool reverse, const void *in, void *out)         \
    {                                                                                              \
        int64_t step = reverse ? -a.inner : a.inner;                                               \
        int64_t first = reverse ? (a.along - 1) * a.inner : 0;                                     \
        T start = identity_##op(IR_##d).v_##d;                                                     \
        for (int64_t o = 0; o < a.outer; o++) {                                                    \
            const T *x = (const T *)in + o * a.along * a.inner + first;                            \
            T *y = (T *)out + o * a.along * a.inner + first;                                       \
            for (int64_t j = 0; j < a.inner; j++)                                                  \
                y[j] = jk_##op##_##d(start, x[j]);                                                 \
            for (int64_t r = 1; r < a.along; r++) {                                                \
                const T *before = y;                                                               \
                x += step;                                                                         \
                y += step;                                                                         \
                for (int64_t j = 0; j < a.inner; j++)                                              \
                    y[j] = jk_##op##_##d(before[j], x[j]);                                         \
            }                                                                                      \
        }                                                                                          \
    }
#define CUMULATE_ENTRY(d, T, U, op) [IR_##d] = cumulate_##op##_##d,

/* Running sums of floats. So that small terms are not lost in a large sum, the terms are taken in
 * groups. The sums of a group start from 0; to each is added the total of all groups before, and
 * what the rounding of the totals took away. In a column, the sums of a group start from that. */
enum { GROUP = 32, WIDTH = 2048 };

#define RUNNING_SUM(d, T, U)                                                                       \
    static T exactly_##d(T a, T b, T *lost)                                                        \
    {                                                                                              \
        T sum = a + b, rest = JK_ROUNDED_AWAY(a, b, sum);                                          \
        *lost = rest == rest ? rest : 0;                                                           \
        return sum;                                                                                \
    }                                                                                              \
    static void line_##d(int64_t n, int64_t step, const T *x, T *y)                                \
    {                                                                                              \
        T total = 0, lost = 0;                                                                     \
        for (int64_t from = 0; from < n; from += GROUP) {                                          \
            T sum = 0;                                                                             \
            for (int64_t r = from; r < n && r < from + GROUP; r++) {                               \
                sum += x[r * step];                                                                \
                y[r * step] = total + (lost + sum);                                                \
            }                                                                                      \
            total = exactly_##d(total, lost + sum, &lost);                                         \
        }                                                                                          \
    }                                                                                              \
    OPS_KERNEL static void columns_##d(int64_t n, int64_t step, int64_t w, const T *restrict x,    \
                                       T *restrict y)                                              \
    {                                                                                              \
        T total[WIDTH] = {0}, sum[WIDTH] = {0};                                                    \
        for (int64_t from = 0; from < n; from += GROUP) {                                          \
            for (int64_t r = from; r < n && r < from + GROUP; r++)                                 \
                for (int64_t j = 0; j < w; j++) {                                                  \
                    sum[j] += x[r * step + j];                                                     \
                    y[r * step + j] = total[j] + sum[j];                                           \
                }                                                                                  \
            for (int64_t j = 0; j < w; j++)                                                        \
                total[j] = exactly_##d(total[j], sum[j], &sum[j]);                                 \
        }                                                                                          \
    }                                                                                              \
    static void running_sum_##d(along_axis a, bool reverse, const void *in, void *out)             \
    {                                                                                              \
        int64_t step = reverse ? -a.inner : a.inner;                                               \
        int64_t first = reverse ? (a.along - 1) * a.inner : 0;                                     \
        for (int64_t o = 0; o < a.outer; o++) {                                                    \
            const T *x = (const T *)in + o * a.along * a.inner + first;                            \
            T *y = (T *)out + o * a.along * a.inner + first;                                       \
            if (a.inner == 1)                                                                      \
                line_##d(a.along, step, x, y);                                                     \
            for (int64_t j = 0; a.inner > 1 && j < a.inner; j += WIDTH)                            \
                columns_##d(a.along, step, a.inner - j < WIDTH ? a.inner - j : WIDTH, x + j,       \
                            y + j);                                                                \
        }                                                                                          \
    }
#define RUNNING_SUM_ENTRY(d, T, U) [IR_##d] = running_sum_##d,

typedef void cumulate_kernel(along_axis a, bool reverse, const void *in, void *out);

static bool cumulate_with(cumulate_kernel *kernel, const ir_eqn *e, const void *const *in,
                          void *const *out)
{
    along_axis a = along_axis_of(&e->in[0]->type, e->attr[CUMULATE_AXIS].i);
    if (a.along)
        kernel(a, e->attr[CUMULATE_REVERSE].i, in[0], out[0]);
    return true;
}

/* ---- rules ---------------------------------------------------------------------------------- */

static ir_value *cumulate_like(ir_graph *g, const ir_eqn *e, ir_value *x)
{
    return ir_emit1(g, e->op, 1, &x, e->attr);
}

static bool cumsum_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                             ir_value **ct_in)
{
    (void)x;
    ct_in[0] =
        b_cumulate(g, e->op, ct[0], (int)e->attr[CUMULATE_AXIS].i, !e->attr[CUMULATE_REVERSE].i);
    return ct_in[0] != NULL;
}

static ir_value *combine(ir_graph *g, const ir_op *op, ir_value *a, ir_value *b)
{
    if (op == &op_cumlogsumexp)
        return b_logaddexp(g, a, b);
    return op == &op_cummax ? b_max(g, a, b) : b_min(g, a, b);
}

/* Elements start, start + step, ... along the axis, below limit. */
static ir_value *along(ir_graph *g, ir_value *x, int axis, int64_t start, int64_t limit,
                       int64_t step)
{
    if (!x)
        return NULL;
    int64_t from[IR_MAX_RANK] = {0}, to[IR_MAX_RANK], by[IR_MAX_RANK];
    for (int d = 0; d < x->type.rank; d++) {
        to[d] = d == axis ? limit : x->type.dim[d];
        by[d] = d == axis ? step : 1;
    }
    from[axis] = start;
    return b_slice(g, x, from, to, by);
}

/* even[0], odd[0], even[1], ...: n elements along the axis. */
static ir_value *interleave(ir_graph *g, ir_value *even, ir_value *odd, int axis, int64_t n)
{
    if (!even || !odd)
        return NULL;
    ir_type scalar = ir_type_scalar(even->type.dtype);
    ir_value *zero = ir_zeros(g, &scalar);
    int64_t none[IR_MAX_RANK] = {0}, one[IR_MAX_RANK] = {0};
    one[axis] = 1;
    ir_value *a = b_pad(g, even, zero, none, n % 2 ? none : one, one);
    ir_value *b = b_pad(g, odd, zero, one, n % 2 ? one : none, one);
    return b_add(g, a, b);
}

/* The cumulation as a tree of pairwise combinations. Neighbours are combined, and these pairs are
 * cumulated recursively. That gives every second result; one more combination gives each of the
 * others. This needs few operations, and equal elements share the derivative as in jax.lax. */
static ir_value *cumulate_tree(ir_graph *g, const ir_op *op, ir_value *x, int axis)
{
    if (!x || x->type.dim[axis] < 2)
        return x;
    int64_t n = x->type.dim[axis];
    ir_value *pairs = combine(g, op, along(g, x, axis, 0, n - 1, 2), along(g, x, axis, 1, n, 2));
    ir_value *odd = cumulate_tree(g, op, pairs, axis);
    ir_value *before = along(g, odd, axis, 0, (n - 1) / 2, 1);
    ir_value *even[] = {along(g, x, axis, 0, 1, 1), NULL};
    even[1] = combine(g, op, before, along(g, x, axis, 2, n, 2));
    return interleave(g, b_concatenate(g, 2, even, axis), odd, axis, n);
}

static ir_value *cumulate_by_pairs(ir_graph *g, const ir_eqn *e, ir_value *x)
{
    int64_t axis = e->attr[CUMULATE_AXIS].i;
    if (!e->attr[CUMULATE_REVERSE].i)
        return cumulate_tree(g, e->op, x, (int)axis);
    ir_value *y = cumulate_tree(g, e->op, b_rev(g, x, 1, &axis), (int)axis);
    return b_rev(g, y, 1, &axis);
}

/* The tangent for an operand x with tangent t, from the jvp of a graph with the same results. */
static ir_value *tangent_through(ir_graph *g, const ir_eqn *e, ir_value *x, ir_value *t,
                                 ir_value *(*build)(ir_graph *, const ir_eqn *, ir_value *))
{
    IR_AUTO_GRAPH f = ir_graph_new(e->op->name);
    ir_value *in = ir_input(f, &x->type), *y = in ? build(f, e, in) : NULL, *out[2];
    if (!ir_outputs(f, &y, 1))
        return NULL;
    bool moves = true, nz = true;
    IR_AUTO_GRAPH moved = ir_jvp(f, &moves, &nz);
    return moved && ir_splice(g, moved, (ir_value *[]){x, t}, out) ? out[1] : NULL;
}

static bool cumulate_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                         ir_value **y, ir_value **ty)
{
    y[0] = cumulate_like(g, e, x[0]);
    return (ty[0] = tangent_through(g, e, x[0], t[0], cumulate_by_pairs)) != NULL;
}

/* Splits the axis into pairs of elements (0, 1), (2, 3), ...; a new axis of size 2 follows it. */
static ir_value *in_pairs(ir_graph *g, ir_value *x, int axis)
{
    int64_t shape[IR_MAX_RANK + 1], n = x ? x->type.dim[axis] : 0;
    x = n % 2 ? along(g, x, axis, 0, n - 1, 1) : x;
    for (int d = 0; x && d < x->type.rank; d++)
        shape[d + (d > axis)] = x->type.dim[d];
    shape[axis] = n / 2;
    shape[axis + 1] = 2;
    return x ? b_reshape(g, x, x->type.rank + 1, shape) : NULL;
}

/* x with the element `first` added in front along the axis. */
static ir_value *behind(ir_graph *g, double first, ir_value *x, int axis)
{
    int64_t none[IR_MAX_RANK] = {0}, one[IR_MAX_RANK] = {0};
    one[axis] = 1;
    ir_dtype d = x ? x->type.dtype : IR_f64;
    return x ? b_pad(g, x, ir_literal(g, d, ir_scalar_of(d, first), false), one, none, NULL) : NULL;
}

/* The tangent of the running products y of x, by the same tree of pairs, so that nothing is
 * divided. First the tangent of each pair's product. From these, recursively, the tangents of the
 * running products of pairs, which are every second result. Each of the others has one more
 * factor. */
static ir_value *products_tangent(ir_graph *g, ir_value *x, ir_value *y, ir_value *t, int axis)
{
    if (!x || !y || !t || x->type.dim[axis] < 2)
        return x && y ? t : NULL;
    int64_t n = x->type.dim[axis], second = axis + 1;
    ir_value *other = b_rev(g, in_pairs(g, x, axis), 1, &second);
    ir_value *of_pairs = b_mul(g, in_pairs(g, t, axis), other);
    of_pairs = b_reduce(g, &op_reduce_sum, of_pairs, 1, &second);
    ir_value *pairs = b_mul(g, along(g, x, axis, 0, n - 1, 2), along(g, x, axis, 1, n, 2));
    ir_value *y_odd = along(g, y, axis, 1, n, 2);
    ir_value *odd = products_tangent(g, pairs, y_odd, of_pairs, axis);
    ir_value *before = behind(g, 1, along(g, y_odd, axis, 0, (n - 1) / 2, 1), axis);
    ir_value *factor = behind(g, 0, along(g, x, axis, 2, n, 2), axis);
    ir_value *moves = behind(g, 0, along(g, odd, axis, 0, (n - 1) / 2, 1), axis);
    ir_value *even =
        b_add(g, b_mul(g, along(g, t, axis, 0, n, 2), before), b_mul(g, moves, factor));
    return interleave(g, even, odd, axis, n);
}

static bool products_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                         ir_value **y, ir_value **ty)
{
    int64_t axis = e->attr[CUMULATE_AXIS].i;
    y[0] = cumulate_like(g, e, x[0]);
    if (!e->attr[CUMULATE_REVERSE].i)
        return (ty[0] = products_tangent(g, x[0], y[0], t[0], (int)axis)) != NULL;
    ir_value *back = products_tangent(g, b_rev(g, x[0], 1, &axis), b_rev(g, y[0], 1, &axis),
                                      b_rev(g, t[0], 1, &axis), (int)axis);
    return (ty[0] = b_rev(g, back, 1, &axis)) != NULL;
}

static bool cumulate_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                           const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    *yaxis = axis[0];
    y[0] = b_cumulate(g, e->op, x[0], (int)axis_shift(e->attr[CUMULATE_AXIS].i, axis[0]),
                      e->attr[CUMULATE_REVERSE].i);
    return y[0] != NULL;
}

/* Removes a cumulation along an axis of at most one element. A float cumsum stays, because it turns
 * -0 into 0. */
static bool cumulate_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g;
    y[0] = x[0];
    return x[0]->type.dim[e->attr[CUMULATE_AXIS].i] < 2 &&
           !(e->op == &op_cumsum && ir_has_fraction(x[0]->type.dtype));
}

static ir_scalar identity_logaddexp(ir_dtype d)
{
    return ir_scalar_lowest(d);
}

EACH_float(RUNNING_SUM)
#define NUM_KERNELS(op) EACH_num(CUMULATE_KERNEL, op)
#define NUM_ENTRIES(op) EACH_num(CUMULATE_ENTRY, op)
#define SUM_KERNELS(op) EACH_int(CUMULATE_KERNEL, op)
#define SUM_ENTRIES(op) EACH_int(CUMULATE_ENTRY, op) EACH_float(RUNNING_SUM_ENTRY)
#define FLOAT_KERNELS(op) EACH_float(CUMULATE_KERNEL, op)
#define FLOAT_ENTRIES(op) EACH_float(CUMULATE_ENTRY, op)

/* name, combining function, instruction, kernels, flags, jvp, transpose, pairs: */
#define CUMULATIONS(X)                                                                             \
    X(cumsum, add, add, SUM, IR_OP_ACCUMULATES | IR_OP_APART, linear_jvp, cumsum_transpose, NULL)  \
    X(cumprod, mul, mul, NUM, IR_OP_ACCUMULATES, products_jvp, NULL, pairs_cumprod)                \
    X(cummax, max, max, NUM, 0, cumulate_jvp, NULL, pairs_cummax)                                  \
    X(cummin, min, min, NUM, 0, cumulate_jvp, NULL, pairs_cummin)                                  \
    X(cumlogsumexp, logaddexp, CALL, FLOAT, IR_OP_ACCUMULATES, cumulate_jvp, NULL, NULL)

#define X(prim, op, instr, kernels, flags_, jvp_, transpose_, pairs_)                              \
    kernels##_KERNELS(op) static cumulate_kernel *const prim##_kernels[IR_NDTYPE] = {              \
        kernels##_ENTRIES(op)};                                                                    \
    static bool prim##_eval(const ir_eqn *e, const void *const *in, void *const *out)              \
    {                                                                                              \
        return cumulate_with(prim##_kernels[e->in[0]->type.dtype], e, in, out);                    \
    }                                                                                              \
    const ir_op op_##prim = {                                                                      \
        .name = #prim,                                                                             \
        .attrs = IR_ATTR_COLUMN(CUMULATE),                                                         \
        .flags = IR_OP_COMPUTES | (flags_),                                                        \
        .infer = cumulate_infer,                                                                   \
        .eval = prim##_eval,                                                                       \
        .jvp = jvp_,                                                                               \
        .transpose = transpose_,                                                                   \
        .batch = cumulate_batch,                                                                   \
        .simplify = cumulate_simplify,                                                             \
        .pairs = pairs_,                                                                           \
        .lower = &(const jit_lower){.kind = JIT_CUMULATE,                                          \
                                    .instruction = JIT_##instr,                                    \
                                    .names = (const char *const[]){#op},                           \
                                    .identity = identity_##op},                                    \
    };
    // clang-format off
CUMULATIONS(X)
// clang-format on
#undef X

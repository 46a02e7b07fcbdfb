/* cumsum, cumprod, cummax, cummin: at each place along an axis, the combination of all elements up
 * to it, or from it on (reverse). */
#include "ops/ops.h"
#include "ops/reduce.h"
#include "ops/scalar/arith.h"

enum { CUMULATE_AXIS, CUMULATE_REVERSE };

ir_value *b_cumulate(ir_graph *g, const ir_op *op, ir_value *x, int axis, bool reverse)
{
    ir_attr attr[] = {{.i = axis}, {.i = reverse}};
    return ir_emit1(g, op, 1, &x, attr);
}

static bool cumulate_infer(ir_infer *q)
{
    if (!check_operands(q, 1) || !check_number(q, q->in) ||
        !check_axis(q, "axis", q->attr[CUMULATE_AXIS].i, q->in))
        return false;
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
    return op == &op_cumprod ? b_mul(g, a, b) : op == &op_cummax ? b_max(g, a, b) : b_min(g, a, b);
}

/* Elements start, start + step, ... along the axis, up to limit. */
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
    ir_type scalar = ir_type_scalar((ir_dtype)even->type.dtype);
    ir_value *zero = ir_zeros(g, &scalar);
    int64_t none[IR_MAX_RANK] = {0}, one[IR_MAX_RANK] = {0};
    one[axis] = 1;
    ir_value *a = b_pad(g, even, zero, none, n % 2 ? none : one, one);
    ir_value *b = b_pad(g, odd, zero, one, n % 2 ? one : none, one);
    return b_add(g, a, b);
}

/* The cumulation as combinations of two: neighbours are combined, the half as many cumulated, which
 * gives every other result; one more combination gives each of the rest. So few are needed, and the
 * results depend on equal elements in the proportions that jax.lax gives them. */
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

/* The tangent, for an operand x with tangent t, by the jvp of a graph that computes the same. */
static ir_value *tangent_through(ir_graph *g, const ir_eqn *e, ir_value *x, ir_value *t,
                                 ir_value *(*build)(ir_graph *, const ir_eqn *, ir_value *))
{
    IR_AUTO_GRAPH f = ir_graph_new(e->op->name);
    ir_value *y = build(f, e, ir_input(f, &x->type)), *out[2];
    if (!y)
        return NULL;
    ir_outputs(f, &y, 1);
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

static bool cumulate_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                           int64_t size, ir_value **y, int *yaxis)
{
    (void)size;
    *yaxis = axis[0];
    y[0] = b_cumulate(g, e->op, x[0], (int)axis_shift(e->attr[CUMULATE_AXIS].i, axis[0]),
                      e->attr[CUMULATE_REVERSE].i);
    return y[0] != NULL;
}

/* An axis of one element, but where adding 0 to -0 makes a difference. */
static bool cumulate_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g;
    y[0] = x[0];
    return x[0]->type.dim[e->attr[CUMULATE_AXIS].i] < 2 &&
           !(e->op == &op_cumsum && ir_is_float((ir_dtype)x[0]->type.dtype));
}

/* name, combining function, jvp, transpose */
#define CUMULATIONS(X)                                                                             \
    X(cumsum, add, linear_jvp, cumsum_transpose)                                                   \
    X(cumprod, mul, cumulate_jvp, NULL)                                                            \
    X(cummax, max, cumulate_jvp, NULL)                                                             \
    X(cummin, min, cumulate_jvp, NULL)

#define X(prim, op, jvp_, transpose_)                                                              \
    EACH_num(CUMULATE_KERNEL, op) static cumulate_kernel *const prim##_kernels[IR_NDTYPE] = {      \
        EACH_num(CUMULATE_ENTRY, op)};                                                             \
    static bool prim##_eval(const ir_eqn *e, const void *const *in, void *const *out)              \
    {                                                                                              \
        return cumulate_with(prim##_kernels[e->in[0]->type.dtype], e, in, out);                    \
    }                                                                                              \
    static const char *const prim##_combine[] = {#op};                                             \
    const ir_op op_##prim = {                                                                      \
        .name = #prim,                                                                             \
        .attrs = {{"axis", IR_ATTR_INT}, {"reverse", IR_ATTR_BOOL}},                               \
        .infer = cumulate_infer,                                                                   \
        .eval = prim##_eval,                                                                       \
        .jvp = jvp_,                                                                               \
        .transpose = transpose_,                                                                   \
        .batch = cumulate_batch,                                                                   \
        .simplify = cumulate_simplify,                                                             \
        .lower = &(const jit_lower){.kind = JIT_CUMULATE,                                          \
                                    .names = prim##_combine,                                       \
                                    .identity = identity_##op},                                    \
    };
// clang-format off
CUMULATIONS(X)
// clang-format on
#undef X

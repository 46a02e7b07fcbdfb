/* argmax, argmin: the index of the greatest or least element along an axis. Of equal elements, the
 * first counts; a NaN wins over every number. */
#include "ops/ops.h"
#include "ops/reduce.h"
#include "ops/scalar/arith.h"

ir_value *b_argreduce(ir_graph *g, const ir_op *op, ir_value *x, int axis, ir_dtype index)
{
    int64_t axes = axis;
    ir_attr attr[] = {
        [ARGREDUCE_AXES] = {.n = 1, .ints = &axes}, [ARGREDUCE_INDEX_DTYPE] = {.i = index}};
    return ir_emit1(g, op, 1, &x, attr);
}

static bool arg_infer(ir_infer *q)
{
    const ir_attr *axes = &q->attr[ARGREDUCE_AXES];
    ir_dtype index = (ir_dtype)q->attr[ARGREDUCE_INDEX_DTYPE].i;
    if (!check_operands(q, 1) || !check_real(q, q->in) || !check_axes(q, "axes", axes, q->in))
        return false;
    if (axes->n != 1)
        return ir_fail("%s takes exactly one axis, but axes are %s", q->op->name,
                       ir_ints_tmp(axes->ints, axes->n));
    if (!ir_is_integer(index) || index == IR_bool)
        return ir_fail("%s: an index cannot be of type %s", q->op->name, ir_dtypes[index].name);
    ir_type t = {.dtype = (uint8_t)index};
    for (int d = 0; d < q->in[0].rank; d++)
        if (d != axes->ints[0])
            t.dim[t.rank++] = q->in[0].dim[d];
    if (!q->in[0].dim[axes->ints[0]])
        return ir_fail("%s: axis %d of %s is empty", q->op->name, (int)axes->ints[0],
                       ir_type_tmp(q->in));
    ir_infer_out(q, &t);
    return true;
}

/* ---- kernels -------------------------------------------------------------------------------- */

enum { WIDTH = 128 }; /* searches side by side */

static void store_indices(ir_dtype d, int64_t n, const int64_t *from, void *to, int64_t at)
{
#define X(name, ctype, U)                                                                          \
    case IR_##name:                                                                                \
        for (int64_t k = 0; k < n; k++)                                                            \
            ((ctype *)to)[at + k] = (ctype)from[k];                                                \
        break;
    switch (d) {
        EACH_int(X)
    default:
        break;
    }
#undef X
}

#define ARG_KERNEL(d, T, U, beats)                                                                 \
    static void arg_##beats##_##d(along_axis a, const void *in, void *out, ir_dtype index)         \
    {                                                                                              \
        const T *x = in;                                                                           \
        for (int64_t o = 0; o < a.outer; o++, x += a.along * a.inner)                              \
            for (int64_t j = 0; j < a.inner; j += WIDTH) {                                         \
                T best[WIDTH];                                                                     \
                int64_t at[WIDTH] = {0}, w = a.inner - j < WIDTH ? a.inner - j : WIDTH;            \
                for (int64_t k = 0; k < w; k++)                                                    \
                    best[k] = x[j + k];                                                            \
                for (int64_t r = 1; r < a.along; r++)                                              \
                    for (int64_t k = 0; k < w; k++) {                                              \
                        T v = x[r * a.inner + j + k];                                              \
                        bool first_nan = jk_ne_##d(v, v) && jk_eq_##d(best[k], best[k]);           \
                        bool better = jk_##beats##_##d(v, best[k]) || first_nan;                   \
                        at[k] = better ? r : at[k];                                                \
                        best[k] = better ? v : best[k];                                            \
                    }                                                                              \
                store_indices(index, w, at, out, o *a.inner + j);                                  \
            }                                                                                      \
    }
#define ARG_ENTRY(d, T, U, beats) [IR_##d] = arg_##beats##_##d,

typedef void arg_kernel(along_axis a, const void *in, void *out, ir_dtype index);

static bool arg_with(arg_kernel *kernel, const ir_eqn *e, const void *const *in, void *const *out)
{
    kernel(along_axis_of(&e->in[0]->type, e->attr[ARGREDUCE_AXES].ints[0]), in[0], out[0],
           e->out[0]->type.dtype);
    return true;
}

static bool arg_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                      const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    int64_t along = axis_shift(e->attr[ARGREDUCE_AXES].ints[0], axis[0]);
    *yaxis = axis_without(axis[0], &along, 1);
    y[0] = b_argreduce(g, e->op, x[0], (int)along, (ir_dtype)e->attr[ARGREDUCE_INDEX_DTYPE].i);
    return y[0] != NULL;
}

/* name, the comparison by which an element replaces the best so far */
#define ARG_REDUCTIONS(X) X(argmax, gt) X(argmin, lt)

#define X(prim, beats)                                                                             \
    EACH_ordered(ARG_KERNEL, beats) static arg_kernel *const prim##_kernels[IR_NDTYPE] = {             \
        EACH_ordered(ARG_ENTRY, beats)};                                                               \
    static bool prim##_eval(const ir_eqn *e, const void *const *in, void *const *out)              \
    {                                                                                              \
        return arg_with(prim##_kernels[e->in[0]->type.dtype], e, in, out);                         \
    }                                                                                              \
    const ir_op op_##prim = {                                                                      \
        .name = #prim,                                                                             \
        .attrs = IR_ATTR_COLUMN(ARGREDUCE),                                                        \
        .flags = IR_OP_COMPUTES,                                                                   \
        .infer = arg_infer,                                                                        \
        .eval = prim##_eval,                                                                       \
        .batch = arg_batch,                                                                        \
        .lower = &(const jit_lower){.kind = JIT_ARGREDUCE, .instruction = JIT_##beats},            \
    };
// clang-format off
ARG_REDUCTIONS(X)
// clang-format on
#undef X

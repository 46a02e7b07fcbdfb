/* scatter, scatter_add, scatter_sub, scatter_mul, scatter_min, scatter_max: combine the windows of
 * an array that start at given indices with updates (windows.h). Updates that meet in one place are
 * combined one after the other, in the order in which they are in memory.
 *
 * The combining function is the `instruction` of the lowering; JIT_CALL, which is none, replaces.
 */
#include <string.h>

#include "ops/complex.h"
#include "ops/ops.h"
#include "ops/scalar/arith.h"
#include "ops/scatter.h"

static jit_instruction combiner(const ir_eqn *e)
{
    return e->op->lower->instruction;
}

static bool scatter_infer(ir_infer *q)
{
    windows_attrs a;
    ir_type t;
    jit_instruction by = q->op->lower->instruction;
    if (!check_operands(q, 3) || !windows_check(q, &a, &t))
        return false;
    if ((by == JIT_add || by == JIT_sub || by == JIT_mul) && !check_number(q, &q->in[0]))
        return false;
    ir_infer_out(q, &q->in[0]);
    return true;
}

/* ---- values ---------------------------------------------------------------------------------- */

typedef struct {
    const char *from;
    char *to;
    size_t size; /* of an element */
} putting;

typedef void combine(const windows_some *s);

#define COMBINE(d, T, U, op)                                                                       \
    static void op##_##d(const windows_some *s)                                                    \
    {                                                                                              \
        const putting *p = s->env;                                                                 \
        T *y = (T *)p->to + s->x_at;                                                               \
        const T *u = (const T *)p->from + s->w_at;                                                 \
        for (int64_t k = 0; k < s->n; k++)                                                         \
            for (int64_t i = 0; s->in_x[k] >= 0 && i < s->run; i++)                                \
                y[s->in_x[k] + i] = jk_##op##_##d(y[s->in_x[k] + i], u[s->in_w[k] + i]);           \
    }
EACH_num(COMBINE, add) EACH_num(COMBINE, sub) EACH_num(COMBINE, mul) EACH_any(COMBINE, min)
    EACH_any(COMBINE, max)

#define ENTRY(d, T, U, op) [IR_##d] = op##_##d,
        static combine *const kernels[JIT_NINSTRUCTION][IR_NDTYPE] = {
            [JIT_add] = {EACH_num(ENTRY, add)},
            [JIT_sub] = {EACH_num(ENTRY, sub)},
            [JIT_mul] = {EACH_num(ENTRY, mul)},
            [JIT_min] = {EACH_any(ENTRY, min)},
            [JIT_max] = {EACH_any(ENTRY, max)}};

static void replace(const windows_some *s)
{
    const putting *p = s->env;
    for (int64_t k = 0; k < s->n; k++)
        if (s->in_x[k] >= 0)
            memcpy(p->to + (size_t)(s->x_at + s->in_x[k]) * p->size,
                   p->from + (size_t)(s->w_at + s->in_w[k]) * p->size, (size_t)s->run * p->size);
}

static bool scatter_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    windows p = windows_of(e);
    size_t bytes = ir_type_bytes(p.x);
    putting put = {in[2], out[0], elem_size(e->in[0])};
    if (!bytes)
        return true;
    memcpy(out[0], in[0], bytes);
    jit_instruction by = combiner(e);
    windows_each(&p, in[1], by ? kernels[by][p.x->dtype] : replace, &put);
    return true;
}

/* ---- derivatives ----------------------------------------------------------------------------- */

static bool add_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                          ir_value **ct_in)
{
    windows_attrs a = windows_inverse(e);
    if (!x[0])
        ct_in[0] = ct[0];
    if (x[2])
        return true;
    ct_in[2] = b_gather(g, ct[0], x[1], &a);
    if (combiner(e) == JIT_sub)
        ct_in[2] = b_neg(g, ct_in[2]);
    return ct_in[2] != NULL;
}

/* Numbers the windows: an array like the updates in which each element has its window's number. */
static ir_value *window_numbers(ir_graph *g, const ir_eqn *e, ir_dtype d)
{
    windows p = windows_of(e);
    int64_t dims[IR_MAX_RANK], shape[IR_MAX_RANK], count = 1;
    int n = 0;
    for (int k = 0; k < p.w->rank; k++)
        if (p.picks[k] >= 0) {
            count *= shape[n] = p.w->dim[k];
            dims[n++] = k;
        }
    ir_value *all = b_reshape(g, b_iota(g, d, 1, &count, 0), n, shape);
    return b_broadcast_in_dim(g, all, p.w->rank, p.w->dim, dims);
}

/* Of updates that meet, only the last one is left in the result: true for the elements of those. */
static ir_value *winners(ir_graph *g, const ir_eqn *e, ir_value *indices)
{
    windows_attrs a = windows_attrs_of(e), back = windows_inverse(e);
    ir_dtype d = ir_type_count(&e->in[2]->type) <= INT32_MAX ? IR_i32 : IR_i64;
    ir_type t = ir_type_like(e->in[0]->type, d);
    ir_value *number = window_numbers(g, e, d);
    ir_value *none = ir_full(g, &t, ir_scalar_of_int(d, -1));
    ir_value *last = b_scatter(g, &op_scatter, none, indices, number, &a);
    back.fill = ir_scalar_of_int(d, -1);
    return b_eq(g, b_gather(g, last, indices, &back), number);
}

static bool replace_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                              ir_value **ct_in)
{
    windows_attrs a = windows_attrs_of(e), back = windows_inverse(e);
    ir_value *zero = ir_zeros(g, &e->in[2]->type);
    if (!x[0] && !(ct_in[0] = b_scatter(g, &op_scatter, ct[0], x[1], zero, &a)))
        return false;
    if (x[2])
        return true;
    ct_in[2] = b_gather(g, ct[0], x[1], &back);
    if (!windows_are_distinct(e))
        ct_in[2] = b_select(g, winners(g, e, x[1]), ct_in[2], zero);
    return ct_in[2] != NULL;
}

static bool mul_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                          ir_value **ct_in)
{
    windows_attrs a = windows_attrs_of(e);
    if (x[0] || !x[2])
        return ir_fail("scatter_mul is linear in its operand only");
    return (ct_in[0] = b_scatter(g, e->op, ct[0], x[1], x[2], &a)) != NULL;
}

/* ---- other rules ----------------------------------------------------------------------------- */

static bool scatter_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    windows_attrs a = windows_attrs_of(e);
    windows p = windows_of(e);
    *yaxis = axis[0] >= 0 ? axis[0] : 0;
    ir_value *base = ir_move_axis(g, x[0], axis[0], *yaxis, over->size);
    int place = windows_batch(&a, &p, *yaxis, axis[1], over->size);
    ir_value *updates = ir_move_axis(g, x[2], axis[2], place, over->size);
    y[0] = b_scatter(g, e->op, base, x[1], updates, &a);
    return y[0] != NULL;
}

/* Sums of narrow floats are rounded at the end. If several updates can meet in one place, that
 * takes an array of wide floats. */
static bool needs_wide(const ir_eqn *e)
{
    return (e->op->flags & IR_OP_ACCUMULATES) && ir_is_narrow(e->in[0]->type.dtype) &&
           !windows_are_distinct(e);
}

/* The same in one dimension more, for an operand of rank 0. */
static ir_value *with_a_dimension(ir_graph *g, const ir_eqn *e, ir_value *const *x)
{
    windows_attrs a = windows_attrs_of(e);
    const int64_t one = 1;
    a.collapsed = (windows_dims){.n = 1};
    ir_value *y = b_scatter(g, e->op, b_reshape(g, x[0], 1, &one), x[1], x[2], &a);
    return b_reshape(g, y, 0, NULL);
}

static bool scatter_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_type *t = &e->out[0]->type;
    if (!ir_type_count(&x[2]->type) || !ir_type_count(t)) {
        y[0] = x[0];
        return true;
    }
    if (t->rank == 0)
        return (y[0] = with_a_dimension(g, e, x)) != NULL;
    if (!needs_wide(e) || t->weak)
        return false;
    windows_attrs a = windows_attrs_of(e);
    ir_dtype wide = ir_compute(t->dtype);
    ir_value *sum =
        b_scatter(g, e->op, b_convert(g, x[0], wide), x[1], b_convert(g, x[2], wide), &a);
    return (y[0] = b_convert(g, sum, t->dtype)) != NULL;
}

/* ---- compiled -------------------------------------------------------------------------------- */

static bool scatter_is_emitted(const ir_eqn *e)
{
    return e->out[0]->type.rank && !needs_wide(e);
}

static int scatter_along(const ir_eqn *e, int r)
{
    int along = windows_of(e).along[r];
    return along < 0 ? JIT_NO_AXIS : along;
}

static bool scatter_slides(const ir_eqn *e)
{
    return windows_of(e).slide;
}

static jit_scalar scatter_start(jit_emit *em, const ir_eqn *e, const jit_index *at,
                                jit_index *start)
{
    return windows_emit(em, e, at, start, false);
}

enum { SUMS = IR_OP_COMPUTES | IR_OP_ACCUMULATES };

/* Name, combining function, flags, derivative, transpose, what it is on pairs. */
// clang-format off
#define SCATTERS(X)                                                                                \
    X(scatter,     CALL, IR_OP_APART,    linear_jvp,          replace_transpose, NULL)             \
    X(scatter_add, add,  SUMS | IR_OP_APART, linear_jvp,          add_transpose, NULL)                 \
    X(scatter_sub, sub,  SUMS | IR_OP_APART, linear_jvp,          add_transpose, NULL)                 \
    X(scatter_mul, mul,  SUMS,           scatter_mul_jvp,     mul_transpose, pairs_scatter_mul)    \
    X(scatter_min, min,  IR_OP_COMPUTES, scatter_extreme_jvp, NULL, pairs_scatter_extreme)         \
    X(scatter_max, max,  IR_OP_COMPUTES, scatter_extreme_jvp, NULL, pairs_scatter_extreme)
// clang-format on

#define SCATTER_OP(id, by, which, derivative, back, parts)                                         \
    const ir_op op_##id = {                                                                        \
        .name = #id,                                                                               \
        .flags = which,                                                                            \
        .attrs = IR_ATTR_COLUMN(SCATTER),                                                          \
        .infer = scatter_infer,                                                                    \
        .eval = scatter_eval,                                                                      \
        .jvp = derivative,                                                                         \
        .transpose = back,                                                                         \
        .pairs = parts,                                                                            \
        .batch = scatter_batch,                                                                    \
        .simplify = scatter_simplify,                                                              \
        .lower = &(const jit_lower){.kind = JIT_SCATTER,                                           \
                                    .instruction = JIT_##by,                                       \
                                    .is_emitted = scatter_is_emitted,                              \
                                    .along = scatter_along,                                        \
                                    .slides = scatter_slides,                                      \
                                    .start = scatter_start},                                       \
    };
SCATTERS(SCATTER_OP)

/* hyp1f1(a, b, x) and hyp2f1(a, b, c, x), differentiated as often with respect to each operand as an
 * attribute says. So all their derivatives are of the same kind, with a greater attribute.
 */
#include "ops/elementwise.h"
#include "ops/kernel.h"
#include "ops/scalar/each.h"
#include "ops/scalar/hypergeometric.h"

enum { HYP1F1_OPERANDS = 3, HYP2F1_OPERANDS = 4 };

static bool infer(ir_infer *q, int operands)
{
    if (!ew_check_arity(q, operands) || !ew_check_alike(q))
        return false;
    if (!ir_is_float(q->in[0].dtype))
        return ew_fail_dtype(q, "float");
    for (int k = 0; k < operands; k++) {
        int64_t n = q->attr[k].i, most = k < operands - 1 ? JK_HYPER_MOST : 1000;
        if (n < 0 || n > most)
            return ir_fail("%s: it is differentiated by operand %d from 0 to %lld times, but not "
                           "%lld times",
                           q->op->name, k, (long long)most, (long long)n);
    }
    ir_type t = ew_result(q, 0, q->in[0].dtype);
    ir_infer_out(q, &t);
    return true;
}

static bool hyp1f1_infer(ir_infer *q)
{
    return infer(q, HYP1F1_OPERANDS);
}

static bool hyp2f1_infer(ir_infer *q)
{
    return infer(q, HYP2F1_OPERANDS);
}

// clang-format off
#define KERNELS(d, T, U)                                                                           \
    OPS_KERNEL static void hyp1f1_##d(size_t n, const T *a, const T *b, const T *x,                \
                                      const ir_attr *by, T *y)                                     \
    {                                                                                              \
        for (size_t k = 0; k < n; k++)                                                             \
            y[k] = jk_hyp1f1_##d(a[k], b[k], x[k], (T)by[0].i, (T)by[1].i, (T)by[2].i);            \
    }                                                                                              \
    OPS_KERNEL static void hyp2f1_##d(size_t n, const T *a, const T *b, const T *c, const T *x,    \
                                      const ir_attr *by, T *y)                                     \
    {                                                                                              \
        for (size_t k = 0; k < n; k++)                                                             \
            y[k] = jk_hyp2f1_##d(a[k], b[k], c[k], x[k], (T)by[0].i, (T)by[1].i, (T)by[2].i,       \
                                 (T)by[3].i);                                                      \
    }
EACH_float(KERNELS)

static bool hyp1f1_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    size_t n = (size_t)ir_type_count(&e->out[0]->type);
    switch ((ir_dtype)e->out[0]->type.dtype) {
#define CASE(d, T, U) case IR_##d: hyp1f1_##d(n, in[0], in[1], in[2], e->attr, out[0]); break;
    EACH_float(CASE)
#undef CASE
    default: break;
    }
    return true;
}

static bool hyp2f1_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    size_t n = (size_t)ir_type_count(&e->out[0]->type);
    switch ((ir_dtype)e->out[0]->type.dtype) {
#define CASE(d, T, U) case IR_##d: hyp2f1_##d(n, in[0], in[1], in[2], in[3], e->attr, out[0]); break;
    EACH_float(CASE)
#undef CASE
    default: break;
    }
    return true;
}
// clang-format on

/* The same equation, differentiated once more by operand k. */
static ir_value *once_more(ir_graph *g, const ir_eqn *e, ir_value *const *x, int k)
{
    ir_attr by[HYP2F1_OPERANDS];
    for (int j = 0; j < e->nin; j++)
        by[j] = (ir_attr){.i = e->attr[j].i + (j == k)};
    return ir_emit1(g, e->op, e->nin, x, by);
}

static bool hyper_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                      ir_value **y, ir_value **ty)
{
    y[0] = ir_emit1(g, e->op, e->nin, x, e->attr);
    ty[0] = NULL;
    for (int k = 0; k < e->nin; k++) {
        ir_value *part = t[k] ? b_mul(g, t[k], once_more(g, e, x, k)) : NULL;
        if (t[k] && (!part || !(ty[0] = ir_add_any(g, ty[0], part))))
            return false;
    }
    return y[0] != NULL;
}

static jit_scalar hyper_scalar(jit_emit *em, const ir_eqn *e, int output, jit_scalar *x)
{
    (void)output;
    ir_dtype d = e->out[0]->type.dtype, wide = ir_compute(d);
    jit_scalar in[2 * HYP2F1_OPERANDS];
    for (int k = 0; k < e->nin; k++) {
        in[k] = x[k];
        in[e->nin + k] = jit_constant(em, wide, ir_scalar_of_int(wide, e->attr[k].i));
    }
    return jit_math(em, e->op->name, d, d, 2 * e->nin, in);
}

static const jit_lower hyper_lower = {.kind = JIT_ELEMENTWISE, .scalar = hyper_scalar, .cost = 900};

const ir_op op_hyp1f1 = {
    .name = "hyp1f1",
    .flags = IR_OP_ELEMENTWISE | IR_OP_COMPUTES,
    .attrs = IR_ATTR_COLUMN(HYP1F1),
    .infer = hyp1f1_infer,
    .eval = hyp1f1_eval,
    .jvp = hyper_jvp,
    .batch = ew_batch,
    .lower = &hyper_lower,
};

const ir_op op_hyp2f1 = {
    .name = "hyp2f1",
    .flags = IR_OP_ELEMENTWISE | IR_OP_COMPUTES,
    .attrs = IR_ATTR_COLUMN(HYP2F1),
    .infer = hyp2f1_infer,
    .eval = hyp2f1_eval,
    .jvp = hyper_jvp,
    .batch = ew_batch,
    .lower = &hyper_lower,
};

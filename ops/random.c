/* threefry2x32, the counter-based generator used for all random draws; and fma, used for draws from
 * an interval, because XLA fuses that product and sum, and draws must have the same bits as
 * JAX's. */
#include "ops/elementwise.h"
#include "ops/scalar/each.h"
#include "ops/scalar/jk.h"
#include "ops/scalar/threefry.h"

/* ---- threefry2x32(k0, k1, x0, x1) -> y0, y1 -------------------------------------------------- */

static bool threefry_infer(ir_infer *q)
{
    if (!ew_check_arity(q, 4) || !ew_check_alike(q))
        return false;
    if (q->in[0].dtype != IR_u32)
        return ew_fail_dtype(q, "u32");
    ir_type t = ir_type_like(q->in[0], IR_u32);
    ir_infer_out(q, &t);
    ir_infer_out(q, &t);
    return true;
}

static bool threefry_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    const uint32_t *k0 = in[0], *k1 = in[1], *x0 = in[2], *x1 = in[3];
    uint32_t *y0 = out[0], *y1 = out[1];
    size_t n = (size_t)ir_type_count(&e->out[0]->type);
    for (size_t k = 0; k < n; k++) {
        jk_pair_u32 y = jk_threefry2x32_pair(k0[k], k1[k], x0[k], x1[k]);
        y0[k] = y.x0;
        y1[k] = y.x1;
    }
    return true;
}

static bool threefry_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                           const ir_batching *over, ir_value **y, int *yaxis)
{
    if (!ew_batch(g, e, x, axis, over, y, yaxis))
        return false;
    y[1] = y[0]->eqn->out[1];
    yaxis[1] = yaxis[0];
    return true;
}

static const jit_lower threefry_lower = {
    .kind = JIT_ELEMENTWISE,
    .names = (const char *const[]){"threefry2x32_0", "threefry2x32_1"},
    .cost = 90,
};

const ir_op op_threefry2x32 = {
    .name = "threefry2x32",
    .flags = IR_OP_ELEMENTWISE,
    .infer = threefry_infer,
    .eval = threefry_eval,
    .batch = threefry_batch,
    .lower = &threefry_lower,
};

/* ---- fma(a, b, c) = a b + c, rounded once ---------------------------------------------------- */

static bool fma_infer(ir_infer *q)
{
    if (!ew_check_arity(q, 3) || !ew_check_alike(q))
        return false;
    ir_dtype d = q->in[0].dtype;
    if (!ir_is_float(d))
        return ew_fail_dtype(q, "float");
    ir_type t = ew_result(q, 0, d);
    ir_infer_out(q, &t);
    return true;
}

// clang-format off
#define FMA_KERNEL(d, T, U)                                                                        \
    static void fma_##d(size_t n, const T *a, const T *b, const T *c, T *y)                        \
    {                                                                                              \
        for (size_t k = 0; k < n; k++)                                                             \
            y[k] = jk_fma_##d(a[k], b[k], c[k]);                                                   \
    }
EACH_float(FMA_KERNEL)

static bool fma_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    size_t n = (size_t)ir_type_count(&e->out[0]->type);
    switch (e->out[0]->type.dtype) {
#define CASE(d, T, U)                                                                              \
    case IR_##d:                                                                                   \
        fma_##d(n, in[0], in[1], in[2], out[0]);                                                   \
        break;
        EACH_float(CASE)
#undef CASE
    default:
        break;
    }
    return true;
}
// clang-format on

static bool fma_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                    ir_value **y, ir_value **ty)
{
    y[0] = ir_emit1(g, e->op, 3, x, NULL);
    ir_value *parts[] = {
        t[0] ? b_mul(g, t[0], x[1]) : NULL,
        t[1] ? b_mul(g, x[0], t[1]) : NULL,
        t[2],
    };
    ty[0] = NULL;
    for (int k = 0; k < 3; k++) {
        if (!t[k])
            continue;
        if (!parts[k] || !(ty[0] = ir_add_any(g, ty[0], parts[k])))
            return false;
    }
    return y[0] != NULL;
}

static const jit_lower fma_lower = {
    .kind = JIT_ELEMENTWISE, .names = (const char *const[]){"fma"}, .cost = 1};

const ir_op op_fma = {
    .name = "fma",
    .flags = IR_OP_ELEMENTWISE | IR_OP_COMPUTES,
    .infer = fma_infer,
    .eval = fma_eval,
    .jvp = fma_jvp,
    .batch = ew_batch,
    .lower = &fma_lower,
};

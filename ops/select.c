/* select_n and clamp: elementwise choice between operands. The predicate of select_n and the bounds
 * of clamp may be scalars while the other operands are arrays, as in jax.lax. */
#include <stdlib.h>
#include <string.h>

#include "ops/elementwise.h"
#include "ops/kernel.h"
#include "ops/scalar/arith.h"

/* ---- select_n: select_n(which, case 0, case 1, ...) -------------------------------------- */

static bool select_infer(ir_infer *q)
{
    if (q->nin < 2)
        return ir_fail("select_n takes a predicate and at least one case, but is given %d operands",
                       q->nin);
    const ir_type *which = &q->in[0];
    if (which->dtype != IR_bool && which->dtype != IR_i32)
        return ir_fail("select_n: the predicate must be bool or i32, but is %s",
                       ir_type_tmp(which));
    if (which->dtype == IR_bool && q->nin > 3)
        return ir_fail("select_n: a bool chooses between 2 cases, but there are %d", q->nin - 1);
    for (int k = 2; k < q->nin; k++)
        if (!ir_same_type(&q->in[k], &q->in[1]))
            return ir_fail("select_n: case 0 is %s, but case %d is %s", ir_type_tmp(&q->in[1]),
                           k - 1, ir_type_tmp(&q->in[k]));
    if (which->rank && !ir_same_shape(which, &q->in[1]))
        return ir_fail("select_n: the predicate is %s, but the cases are %s", ir_type_tmp(which),
                       ir_type_tmp(&q->in[1]));
    ir_type t = q->in[1];
    for (int k = 2; k < q->nin; k++)
        t.weak = t.weak && q->in[k].weak;
    ir_infer_out(q, &t);
    return true;
}

static int clamp_case(int64_t which, int ncases)
{
    return which < 0 ? 0 : which >= ncases ? ncases - 1 : (int)which;
}

/* Selecting copies bits, so only the width of an element matters. */
#define SELECT_KERNEL(T)                                                                           \
    OPS_KERNEL static void select_##T(size_t n, const uint8_t *pred, const int32_t *which,         \
                                      const void *const *cases, int ncases, void *out)             \
    {                                                                                              \
        T *z = out;                                                                                \
        const T *first = cases[0], *last = cases[ncases - 1];                                      \
        for (size_t k = 0; pred && k < n; k++)                                                     \
            z[k] = pred[k] ? last[k] : first[k];                                                   \
        for (size_t k = 0; which && k < n; k++)                                                    \
            z[k] = ((const T *)cases[clamp_case(which[k], ncases)])[k];                            \
    }
SELECT_KERNEL(uint8_t)
SELECT_KERNEL(uint16_t)
SELECT_KERNEL(uint32_t)
SELECT_KERNEL(uint64_t)

static bool select_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    const ir_type *which = &e->in[0]->type, *t = &e->out[0]->type;
    const void *const *cases = in + 1;
    int ncases = e->nin - 1;
    bool by_bool = which->dtype == IR_bool;
    if (which->rank == 0) {
        int64_t k = by_bool ? *(const uint8_t *)in[0] : *(const int32_t *)in[0];
        size_t bytes = ir_type_bytes(t);
        if (bytes)
            memcpy(out[0], cases[clamp_case(k, ncases)], bytes);
        return true;
    }
    size_t size = ir_dtypes[t->dtype].size;
    (size == 1   ? select_uint8_t
     : size == 2 ? select_uint16_t
     : size == 4 ? select_uint32_t
                 : select_uint64_t)((size_t)ir_type_count(t), by_bool ? in[0] : NULL,
                                    by_bool ? NULL : in[0], cases, ncases, out[0]);
    return true;
}

static bool select_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                       ir_value **y, ir_value **ty)
{
    IR_SCRATCH(scratch);
    ir_value **moving = ir_alloc(&scratch, (size_t)e->nin * sizeof *moving);
    if (!moving)
        return false;
    moving[0] = x[0];
    for (int k = 1; k < e->nin; k++)
        moving[k] = t[k] ? t[k] : ew_zeros(g, x[k]);
    y[0] = ir_emit1(g, &op_select_n, e->nin, x, NULL);
    ty[0] = ir_emit1(g, &op_select_n, e->nin, moving, NULL);
    return y[0] && ty[0];
}

static bool select_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                             ir_value **ct_in)
{
    IR_SCRATCH(scratch);
    if (!x[0])
        return ir_fail("select_n is not linear in its predicate");
    ir_value *zeros = ew_zeros(g, ct[0]);
    ir_value **in = ir_alloc(&scratch, (size_t)e->nin * sizeof *in);
    if (!in)
        return false;
    bool ok = zeros != NULL;
    ct_in[0] = NULL;
    for (int k = 1; k < e->nin && ok; k++) {
        ct_in[k] = NULL;
        if (x[k])
            continue;
        in[0] = x[0];
        for (int j = 1; j < e->nin; j++)
            in[j] = j == k ? ct[0] : zeros;
        ok = (ct_in[k] = ir_emit1(g, &op_select_n, e->nin, in, NULL)) != NULL;
    }
    return ok;
}

/* Selects the last case k for which `which` is at least k. */
static jit_scalar select_scalar(jit_emit *em, const ir_eqn *e, int output, jit_scalar *x)
{
    (void)output;
    ir_dtype by = e->in[0]->type.dtype;
    jit_scalar chosen = x[1];
    for (int k = 1; k < e->nin - 1; k++) {
        jit_scalar pred = x[0];
        if (by == IR_i32) {
            jit_scalar from = jit_constant(em, IR_i32, ir_scalar_of_int(IR_i32, k));
            pred = jit_apply(em, JIT_ge, IR_i32, x[0], from);
        }
        chosen = jit_choose(em, pred, x[k + 1], chosen);
    }
    return chosen;
}

static const jit_lower select_lower = {.kind = JIT_ELEMENTWISE, .scalar = select_scalar, .cost = 1};

const ir_op op_select_n = {
    .name = "select_n",
    .flags = IR_OP_ELEMENTWISE | IR_OP_CHEAP | IR_OP_APART,
    .infer = select_infer,
    .eval = select_eval,
    .jvp = select_jvp,
    .transpose = select_transpose,
    .batch = ew_batch,
    .simplify = simplify_select_n,
    .lower = &select_lower,
};

ir_value *b_select_n(ir_graph *g, ir_value *which, int n, ir_value *const *cases)
{
    IR_SCRATCH(scratch);
    ir_value **in = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *in);
    if (!in)
        return NULL;
    in[0] = which;
    for (int k = 0; k < n; k++)
        in[k + 1] = cases[k];
    ir_value *y = ir_emit1(g, &op_select_n, n + 1, in, NULL);
    return y;
}

ir_value *b_select(ir_graph *g, ir_value *pred, ir_value *on_true, ir_value *on_false)
{
    return b_select_n(g, pred, 2, (ir_value *[]){on_false, on_true});
}

/* ---- clamp: clamp(min, x, max) ----------------------------------------------------------- */

static bool clamp_infer(ir_infer *q)
{
    if (!ew_check_arity(q, 3))
        return false;
    const ir_type *x = &q->in[1];
    for (int k = 0; k < 3; k += 2) {
        const ir_type *bound = &q->in[k];
        if (bound->dtype != x->dtype || (bound->rank && !ir_same_shape(bound, x)))
            return ir_fail("clamp: %s is %s beside the operand %s; it must be of the operand's "
                           "dtype, and of its shape or a scalar",
                           k == 0 ? "min" : "max", ir_type_tmp(bound), ir_type_tmp(x));
    }
    if (ir_is_complex(x->dtype))
        return ew_fail_dtype(q, "ordered");
    ir_type t = ew_result(q, 1, x->dtype);
    ir_infer_out(q, &t);
    return true;
}

// clang-format off
#define CLAMP_KERNEL(d, T, U)                                                                     \
    OPS_KERNEL static void clamp_##d(size_t n, const T *lo, size_t lo_step, const T *x, const T *hi, \
                          size_t hi_step, T *z)                                                   \
    {                                                                                             \
        for (size_t k = 0; k < n; k++)                                                            \
            z[k] = jk_clamp_##d(lo[k * lo_step], x[k], hi[k * hi_step]);                          \
    }
EACH_any(CLAMP_KERNEL)

static bool clamp_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    size_t n = (size_t) ir_type_count(&e->out[0]->type);
    size_t lo_step = e->in[0]->type.rank ? 1 : 0, hi_step = e->in[2]->type.rank ? 1 : 0;
    switch ((ir_dtype) e->out[0]->type.dtype) {
#define CASE(d, T, U) \
    case IR_##d: clamp_##d(n, in[0], lo_step, in[1], in[2], hi_step, out[0]); break;
    EACH_any(CASE)
#undef CASE
    default: break;
    }
    return true;
}
// clang-format on

/* Where operand k determines the result; for ties, no operand does. */
static ir_value *clamp_decides(ir_graph *g, int k, ir_value *lo, ir_value *x, ir_value *hi)
{
    if (k == 0)
        return b_and(g, b_gt(g, lo, x), b_lt(g, lo, hi));
    if (k == 1)
        return b_and(g, b_gt(g, x, lo), b_lt(g, x, hi));
    return b_lt(g, hi, x);
}

static bool clamp_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                      ir_value **y, ir_value **ty)
{
    y[0] = ir_emit1(g, e->op, 3, x, NULL);
    ty[0] = NULL;
    ir_value *lo = ew_spread(g, x[0], x[1]), *hi = ew_spread(g, x[2], x[1]);
    for (int k = 0; k < 3; k++) {
        if (!t[k])
            continue;
        ir_value *decides = clamp_decides(g, k, lo, x[1], hi);
        ir_value *part = b_select(g, decides, ew_spread(g, t[k], x[1]), ew_zeros(g, x[1]));
        if (!part || !(ty[0] = ir_add_any(g, ty[0], part)))
            return false;
    }
    return y[0] != NULL;
}

static const jit_lower clamp_lower = {
    .kind = JIT_ELEMENTWISE, .names = (const char *const[]){"clamp"}, .cost = 6};

const ir_op op_clamp = {
    .name = "clamp",
    .flags = IR_OP_ELEMENTWISE | IR_OP_COMPUTES,
    .infer = clamp_infer,
    .eval = clamp_eval,
    .jvp = clamp_jvp,
    .batch = ew_batch,
    .lower = &clamp_lower,
};

ir_value *b_clamp(ir_graph *g, ir_value *lo, ir_value *x, ir_value *hi)
{
    return ir_emit1(g, &op_clamp, 3, (ir_value *[]){lo, x, hi}, NULL);
}

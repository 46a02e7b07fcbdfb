/* regularized_incomplete_beta, I_x(a, b), and its derivative by x, the density of the beta
 * distribution. As in JAX, there are no derivatives of I by a and b.
 */
#include "ops/elementwise.h"
#include "ops/kernel.h"
#include "ops/scalar/each.h"
#include "ops/scalar/incomplete.h"

static bool infer(ir_infer *q)
{
    if (!ew_check_arity(q, 3) || !ew_check_alike(q))
        return false;
    if (!ir_is_float(q->in[0].dtype))
        return ew_fail_dtype(q, "float");
    ir_type t = ew_result(q, 0, q->in[0].dtype);
    ir_infer_out(q, &t);
    return true;
}

// clang-format off
#define KERNEL(d, T, U, name)                                                                      \
    OPS_KERNEL static void name##_##d(size_t n, const T *a, const T *b, const T *x, T *y)                     \
    {                                                                                              \
        for (size_t k = 0; k < n; k++)                                                             \
            y[k] = jk_##name##_##d(a[k], b[k], x[k]);                                              \
    }
#define CASE(d, T, U, name)                                                                        \
    case IR_##d: name##_##d(n, in[0], in[1], in[2], out[0]); break;
#define EVAL(name)                                                                                 \
    EACH_float(KERNEL, name)                                                                       \
    static bool name##_eval(const ir_eqn *e, const void *const *in, void *const *out)              \
    {                                                                                              \
        size_t n = (size_t)ir_type_count(&e->out[0]->type);                                        \
        switch ((ir_dtype)e->out[0]->type.dtype) {                                                 \
            EACH_float(CASE, name)                                                                 \
        default: break;                                                                            \
        }                                                                                          \
        return true;                                                                               \
    }
JK_INCOMPLETE_3(EVAL)
// clang-format on

static bool beta_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                     ir_value **y, ir_value **ty)
{
    if (t[0] || t[1])
        return ir_fail("betainc has no derivative with respect to %s", t[0] ? "a" : "b");
    y[0] = ir_emit1(g, e->op, 3, x, NULL);
    ty[0] = t[2] ? b_mul(g, t[2], ir_emit1(g, &op_betainc_grad_x, 3, x, NULL)) : NULL;
    return y[0] && (!t[2] || ty[0]);
}

/* (a - 1) / x - (b - 1) / (1 - x) times the density, between the ends; at them, 0. */
static ir_value *by_x(ir_graph *g, ir_value *const *v, ir_value *out)
{
    ir_value *one = b_const(g, v[2], 1), *zero = ew_zeros(g, v[2]), *x = v[2];
    ir_value *inside = b_and(g, b_gt(g, x, zero), b_lt(g, x, one));
    x = b_select(g, inside, x, b_const(g, x, 0.5));
    ir_value *up = b_div(g, b_sub(g, v[0], one), x);
    ir_value *down = b_div(g, b_sub(g, v[1], one), b_sub(g, one, x));
    return b_select(g, inside, b_mul(g, out, b_sub(g, up, down)), zero);
}

/* log x + digamma(a + b) - digamma(a) times the density. */
static ir_value *by_parameter(ir_graph *g, ir_value *const *v, int k, ir_value *out)
{
    ir_value *one = b_const(g, v[2], 1), *zero = ew_zeros(g, v[2]), *x = v[2];
    ir_value *inside = b_and(g, b_gt(g, x, zero), b_lt(g, x, one));
    x = b_select(g, inside, x, b_const(g, x, 0.5));
    ir_value *log = k ? b_log1p(g, b_neg(g, x)) : b_log(g, x);
    ir_value *slope = b_sub(g, b_digamma(g, b_add(g, v[0], v[1])), b_digamma(g, v[k]));
    return b_select(g, inside, b_mul(g, out, b_add(g, log, slope)), zero);
}

static bool density_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                        ir_value **y, ir_value **ty)
{
    y[0] = ir_emit1(g, e->op, 3, x, NULL);
    ty[0] = NULL;
    for (int k = 0; k < 3; k++) {
        if (!t[k])
            continue;
        ir_value *slope = k < 2 ? by_parameter(g, x, k, y[0]) : by_x(g, x, y[0]);
        if (!(ty[0] = ir_add_any(g, ty[0], b_mul(g, t[k], slope))))
            return false;
    }
    return y[0] != NULL;
}

static const jit_lower beta_lower = {.kind = JIT_ELEMENTWISE,
                                     .names = (const char *const[]){"regularized_incomplete_beta"},
                                     .cost = 900};
static const jit_lower density_lower = {
    .kind = JIT_ELEMENTWISE, .names = (const char *const[]){"betainc_grad_x"}, .cost = 600};

const ir_op op_regularized_incomplete_beta = {
    .name = "regularized_incomplete_beta",
    .flags = IR_OP_ELEMENTWISE | IR_OP_COMPUTES,
    .infer = infer,
    .eval = regularized_incomplete_beta_eval,
    .jvp = beta_jvp,
    .batch = ew_batch,
    .lower = &beta_lower,
};

const ir_op op_betainc_grad_x = {
    .name = "betainc_grad_x",
    .flags = IR_OP_ELEMENTWISE | IR_OP_COMPUTES,
    .infer = infer,
    .eval = betainc_grad_x_eval,
    .jvp = density_jvp,
    .batch = ew_batch,
    .lower = &density_lower,
};

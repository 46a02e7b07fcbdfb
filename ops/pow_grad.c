/* pow_grad: f x^(y - n) for an integer n, which every derivative of x^y is made of. As one
 * function, y - n is not rounded, and the power may over- or underflow where the product does not.
 *
 * Its derivatives are of the same kind:
 *
 *   by f: x^(y - n)     by x: f (y - n) x^(y - n - 1)     by y: f log(x) x^(y - n)
 */
#include "ops/complex.h"
#include "ops/elementwise.h"
#include "ops/kernel.h"
#include "ops/scalar/pow.h"

static bool pow_grad_infer(ir_infer *q)
{
    if (!ew_check_arity(q, 3) || !ew_check_alike(q))
        return false;
    if (!ir_has_fraction(q->in[0].dtype))
        return ew_fail_dtype(q, "float");
    if (q->attr[POW_GRAD_N].i < 0)
        return ir_fail("pow_grad: n must be at least 0, but is %lld",
                       (long long)q->attr[POW_GRAD_N].i);
    ir_type t = ew_result(q, 0, q->in[0].dtype);
    ir_infer_out(q, &t);
    return true;
}

// clang-format off
#define KERNEL(d, T, U)                                                                            \
    OPS_KERNEL static void pow_grad_##d(size_t count, const T *f, const T *x, const T *y, T n,     \
                                        T *z)                                                      \
    {                                                                                              \
        for (size_t k = 0; k < count; k++)                                                         \
            z[k] = jk_pow_grad_##d(f[k], x[k], y[k], n);                                           \
    }
EACH_float(KERNEL)

static bool pow_grad_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    size_t count = (size_t)ir_type_count(&e->out[0]->type);
    switch ((ir_dtype)e->out[0]->type.dtype) {
#define CASE(d, T, U)                                                                              \
    case IR_##d: pow_grad_##d(count, in[0], in[1], in[2], (T)e->attr[POW_GRAD_N].i, out[0]); break;
    EACH_float(CASE)
#undef CASE
    default: break;
    }
    return true;
}
// clang-format on

static ir_value *less(ir_graph *g, ir_value *y, int64_t n)
{
    return n ? b_sub(g, y, b_const(g, y, (double)n)) : y;
}

/* f x^(y - n) differentiated by y, and by f too if that varies as y does: then both parts are added
 * before they are multiplied by the power, so that no infinities of different signs meet. */
static ir_value *by_y(ir_graph *g, ir_value *f, ir_value *x, ir_value *y, int64_t n, bool by_f)
{
    ir_value *factor = b_mul(g, f, ew_log_nonzero(g, x));
    if (by_f)
        factor = b_add(g, b_const(g, y, 1), factor);
    return ew_times_power(g, factor, x, y, n);
}

static bool pow_grad_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                         ir_value **y, ir_value **ty)
{
    int64_t n = e->attr[POW_GRAD_N].i;
    bool together = t[0] && t[0] == t[2];
    ir_value *slope[3] = {NULL};
    y[0] = ew_times_power(g, x[0], x[1], x[2], n);
    if (t[0] && !together)
        slope[0] = ew_times_power(g, b_const(g, x[0], 1), x[1], x[2], n);
    if (t[1])
        slope[1] = ew_times_power(g, b_mul(g, x[0], less(g, x[2], n)), x[1], x[2], n + 1);
    if (t[2])
        slope[2] = by_y(g, x[0], x[1], x[2], n, together);
    for (int k = together; k < 3; k++) {
        ir_value *part = t[k] ? ew_mul_tangent(g, t[k], slope[k]) : NULL;
        if (t[k] && (!part || !(ty[0] = ir_add_any(g, ty[0], part))))
            return false;
    }
    return y[0] != NULL;
}

static jit_scalar pow_grad_scalar(jit_emit *em, const ir_eqn *e, int output, jit_scalar *x)
{
    (void)output;
    ir_dtype d = e->out[0]->type.dtype, wide = ir_compute(d);
    jit_scalar n = jit_constant(em, wide, ir_scalar_of_int(wide, e->attr[POW_GRAD_N].i));
    return jit_math(em, "pow_grad", d, d, 4, (jit_scalar[]){x[0], x[1], x[2], n});
}

static const jit_lower pow_grad_lower = {
    .kind = JIT_ELEMENTWISE, .scalar = pow_grad_scalar, .cost = 45};

const ir_op op_pow_grad = {
    .name = "pow_grad",
    .flags = IR_OP_ELEMENTWISE | IR_OP_COMPUTES,
    .attrs = IR_ATTR_COLUMN(POW_GRAD),
    .infer = pow_grad_infer,
    .eval = pow_grad_eval,
    .jvp = pow_grad_jvp,
    .pairs = pairs_pow_grad,
    .batch = ew_batch,
    .lower = &pow_grad_lower,
};

/* integer_pow and round: elementwise primitives with one operand and a parameter. */
#include <math.h>

#include "ops/complex.h"
#include "ops/elementwise.h"
#include "ops/kernel.h"
#include "ops/scalar/arith.h"

/* ---- integer_pow ------------------------------------------------------------------------- */

static bool pow_infer(ir_infer *q)
{
    if (!ew_check_arity(q, 1))
        return false;
    ir_dtype d = q->in[0].dtype;
    if (d == IR_bool)
        return ew_fail_dtype(q, "num");
    if (q->attr[INTEGER_POW_Y].i < 0 && !ir_has_fraction(d))
        return ir_fail("integer_pow: %s cannot be raised to the negative power %lld",
                       ir_type_tmp(&q->in[0]), (long long)q->attr[INTEGER_POW_Y].i);
    ir_infer_out(q, &q->in[0]);
    return true;
}

static uint64_t magnitude(int64_t n)
{
    return n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
}

/* x^m for m > 0 by repeated squaring, from the lowest bit of m up. The interpreter and the JIT
 * multiply in the same order, so they round alike. */
#define POWER(T, x, m, MUL)                                                                        \
    ({                                                                                             \
        T square_ = (x), product_ = square_;                                                       \
        bool begun_ = false;                                                                       \
        for (uint64_t m_ = (m); m_; m_ >>= 1) {                                                    \
            if (m_ & 1) {                                                                          \
                product_ = begun_ ? MUL(product_, square_) : square_;                              \
                begun_ = true;                                                                     \
            }                                                                                      \
            if (m_ > 1)                                                                            \
                square_ = MUL(square_, square_);                                                   \
        }                                                                                          \
        product_;                                                                                  \
    })

/* x^-m is 1 / x^m. Where |x| > 1, x^m may overflow though its inverse is not 0 but subnormal. So
 * there x is scaled by 2^-k, and the inverse by 2^-km. For great m, 2^-km or (x 2^-k)^m may
 * underflow instead, and k is 0. */
static int scale_of_inverse(uint64_t m)
{
    enum { ENOUGH = 60 }; /* more than the digits of an f64, less than the exponents of an f32 */
    return m > 1 && m <= ENOUGH ? (int)((ENOUGH + m - 1) / m) : 0;
}

// clang-format off
#define POW_KERNEL(d, T, U)                                                                       \
    OPS_KERNEL static void integer_pow_##d(size_t count, const T *x, int64_t n, T *z)             \
    {                                                                                             \
        uint64_t m = magnitude(n);                                                                \
        int scale = n < 0 ? scale_of_inverse(m) : 0;                                              \
        T once = (T) ldexp(1, -scale), often = (T) ldexp(1, -scale * (int) (scale ? m : 0));      \
        for (size_t k = 0; k < count; k++) {                                                      \
            int great = scale && jk_mul_##d(x[k], x[k]) > 1;                                      \
            T by = great ? jk_mul_##d(x[k], once) : x[k];                                         \
            T p = n ? POWER(T, by, m, jk_mul_##d) : 1;                                            \
            T inverse = n < 0 ? jk_div_##d(1, p) : p;                                             \
            z[k] = great ? jk_mul_##d(inverse, often) : inverse;                                  \
        }                                                                                         \
    }
EACH_num(POW_KERNEL)

static bool pow_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    size_t count = (size_t) ir_type_count(&e->out[0]->type);
    switch ((ir_dtype) e->out[0]->type.dtype) {
#define CASE(d, T, U) \
    case IR_##d: integer_pow_##d(count, in[0], e->attr[INTEGER_POW_Y].i, out[0]); break;
    EACH_num(CASE)
#undef CASE
    default: break;
    }
    return true;
}
// clang-format on

static bool pow_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                    ir_value **y, ir_value **ty)
{
    int64_t n = e->attr[INTEGER_POW_Y].i;
    y[0] = b_integer_pow(g, x[0], n);
    if (n == 0)
        return y[0] != NULL;
    if (n == 1)
        ty[0] = t[0];
    else if (n == 2)
        ty[0] = b_mul(g, t[0], b_mul(g, b_const(g, x[0], 2), x[0]));
    else
        ty[0] = ew_mul_tangent(
            g, t[0], b_mul(g, b_const(g, x[0], (double)n), b_integer_pow(g, x[0], n - 1)));
    return y[0] && ty[0];
}

static jit_scalar pow_scalar(jit_emit *em, const ir_eqn *e, int output, jit_scalar *x)
{
    (void)output;
    ir_dtype d = e->out[0]->type.dtype;
    int64_t n = e->attr[INTEGER_POW_Y].i;
    ir_dtype wide = ir_compute(d); /* one primitive rounds once, at the end */
    jit_scalar one = jit_constant(em, wide, ir_scalar_of_int(wide, 1));
    if (n == 0)
        return one;
#define MUL(a, b)     jit_apply(em, JIT_mul, wide, a, b)
#define POWER_OF_2(k) jit_constant(em, wide, ir_scalar_of(wide, ldexp(1, k)))
    uint64_t m = magnitude(n);
    int scale = n < 0 ? scale_of_inverse(m) : 0;
    jit_scalar great = {0}, by = x[0];
    if (scale) {
        great = jit_apply(em, JIT_gt, wide, MUL(x[0], x[0]), one);
        by = jit_choose(em, great, MUL(x[0], POWER_OF_2(-scale)), x[0]);
    }
    jit_scalar y = POWER(jit_scalar, by, m, MUL);
    if (n < 0)
        y = jit_apply(em, JIT_div, wide, one, y);
    if (scale)
        y = jit_choose(em, great, MUL(y, POWER_OF_2(-scale * (int)m)), y);
#undef POWER_OF_2
#undef MUL
    return jit_round(em, y, d);
}

static const jit_lower pow_lower = {.kind = JIT_ELEMENTWISE, .scalar = pow_scalar, .cost = 3};

const ir_op op_integer_pow = {
    .name = "integer_pow",
    .flags = IR_OP_ELEMENTWISE | IR_OP_COMPUTES,
    .attrs = IR_ATTR_COLUMN(INTEGER_POW),
    .infer = pow_infer,
    .eval = pow_eval,
    .jvp = pow_jvp,
    .pairs = pairs_integer_pow,
    .batch = ew_batch,
    .simplify = simplify_integer_pow,
    .lower = &pow_lower,
};

ir_value *b_integer_pow(ir_graph *g, ir_value *x, int64_t n)
{
    return ir_emit1(g, &op_integer_pow, 1, &x, (ir_attr[]){[INTEGER_POW_Y] = {.i = n}});
}

/* ---- round: halves away from zero (0), or to the even neighbour (1) ---------------------- */

static const char *const round_names[] = {"round", "round_to_even"};

static bool round_infer(ir_infer *q)
{
    if (!ew_check_arity(q, 1))
        return false;
    if (!ir_is_float(q->in[0].dtype))
        return ew_fail_dtype(q, "float");
    if (q->attr[ROUND_METHOD].i != 0 && q->attr[ROUND_METHOD].i != 1)
        return ir_fail(
            "round: rounding_method is %lld; it must be 0 (away from zero) or 1 (to even)",
            (long long)q->attr[ROUND_METHOD].i);
    ir_infer_out(q, &q->in[0]);
    return true;
}

#define ROUND_CASE(d, T, U)                                                                        \
    case IR_##d:                                                                                   \
        for (size_t k = 0; k < n; k++) {                                                           \
            T x = ((const T *)in[0])[k];                                                           \
            ((T *)out[0])[k] = to_even ? jk_round_to_even_##d(x) : jk_round_##d(x);                \
        }                                                                                          \
        break;

static bool round_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    size_t n = (size_t)ir_type_count(&e->out[0]->type);
    bool to_even = e->attr[ROUND_METHOD].i;
    switch (e->out[0]->type.dtype) {
        EACH_float(ROUND_CASE) default : break;
    }
    return true;
}

static jit_scalar round_scalar(jit_emit *em, const ir_eqn *e, int output, jit_scalar *x)
{
    (void)output;
    ir_dtype d = e->out[0]->type.dtype;
    return jit_math(em, round_names[e->attr[ROUND_METHOD].i], d, d, 1, x);
}

static const jit_lower round_lower = {.kind = JIT_ELEMENTWISE, .scalar = round_scalar, .cost = 2};

const ir_op op_round = {
    .name = "round",
    .flags = IR_OP_ELEMENTWISE | IR_OP_COMPUTES,
    .attrs = IR_ATTR_COLUMN(ROUND),
    .infer = round_infer,
    .eval = round_eval,
    .batch = ew_batch,
    .simplify = simplify_idempotent,
    .lower = &round_lower,
};

ir_value *b_round(ir_graph *g, ir_value *x, bool to_even)
{
    return ir_emit1(g, &op_round, 1, &x, (ir_attr[]){[ROUND_METHOD] = {.i = to_even}});
}

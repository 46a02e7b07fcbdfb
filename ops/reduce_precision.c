/* reduce_precision: rounds floats to fewer bits of exponent and fraction, and keeps their dtype.
 *
 * It works on the bits of an element, in integers of its width. What the exponent cannot hold
 * becomes infinity, or zero, as in XLA; NaN stays NaN.
 */
#include <string.h>

#include "ops/elementwise.h"

/* The masks for a dtype and a precision. */
typedef struct {
    ir_dtype bits;            /* the unsigned dtype of the width */
    uint64_t last;            /* the lowest bit that is kept; 1: all are */
    uint64_t sign, exponent;  /* where these are */
    uint64_t greatest, least; /* exponents above and up to these are not there */
    bool fewer_exponents;
} masks;

static masks masks_of(const ir_eqn *e)
{
    const ir_dtype_info *d = &ir_dtypes[e->in[0]->type.dtype];
    int64_t fraction = d->digits - 1, exponent = d->bits - 1 - fraction;
    int64_t e_bits = e->attr[PRECISION_EXPONENT].i, m_bits = e->attr[PRECISION_MANTISSA].i;
    masks m = {.bits = ew_bits(e->in[0]->type.dtype), .last = 1};
    if (m_bits < fraction)
        m.last = (uint64_t)1 << (fraction - m_bits);
    m.sign = (uint64_t)1 << (d->bits - 1);
    m.exponent = m.sign - ((uint64_t)1 << fraction);
    m.fewer_exponents = e_bits < exponent;
    if (m.fewer_exponents) {
        uint64_t bias = (uint64_t)(2 - d->least),
                 less = ((uint64_t)1 << (e_bits - 1)) - 1;
        m.greatest = (bias + less) << fraction;
        m.least = (bias - less) << fraction;
    }
    return m;
}

static bool precision_infer(ir_infer *q)
{
    int64_t e_bits = q->attr[PRECISION_EXPONENT].i, m_bits = q->attr[PRECISION_MANTISSA].i;
    if (!ew_check_arity(q, 1))
        return false;
    if (!ir_has_fraction(q->in[0].dtype))
        return ew_fail_dtype(q, "float");
    if (e_bits < 1 || m_bits < 0)
        return ir_fail("reduce_precision: exponent_bits must be at least 1 and mantissa_bits at "
                       "least 0, but they are %lld and %lld",
                       (long long)e_bits, (long long)m_bits);
    ir_infer_out(q, &q->in[0]);
    return true;
}

static uint64_t reduced(const masks *m, uint64_t x)
{
    uint64_t magnitude = x & (m->sign - 1), y = x;
    if (magnitude > m->exponent) /* NaN */
        return x;
    if (m->last > 1)
        y = (x + (m->last >> 1) - !(x & m->last)) & ~(m->last - 1);
    if (m->fewer_exponents) {
        uint64_t exponent = y & m->exponent;
        y = exponent > m->greatest ? (x & m->sign) | m->exponent : y;
        y = exponent <= m->least ? x & m->sign : y;
    }
    return y;
}

static bool precision_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    masks m = masks_of(e);
    size_t size = ir_dtypes[m.bits].size, n = (size_t)ir_type_count(&e->in[0]->type);
    for (size_t k = 0; k < n; k++) {
        uint64_t x = 0;
        memcpy(&x, (const char *)in[0] + k * size, size);
        x = reduced(&m, x);
        memcpy((char *)out[0] + k * size, &x, size);
    }
    return true;
}

/* In integers, which need no precision but their own. */
static jit_scalar number(jit_emit *em, const masks *m, uint64_t v)
{
    return jit_constant(em, m->bits, (ir_scalar){.bits = v});
}

static jit_scalar precision_scalar(jit_emit *em, const ir_eqn *e, int output, jit_scalar *args)
{
    (void)output;
    masks m = masks_of(e);
    ir_dtype d = e->in[0]->type.dtype, u = m.bits;
#define OP(f, a, b) jit_apply(em, JIT_##f, u, a, b)
    jit_scalar x = jit_bitcast(em, args[0], d, u), y = x;
    jit_scalar sign = OP(and, x, number(em, &m, m.sign));
    if (m.last > 1) {
        jit_scalar odd = OP(and, x, number(em, &m, m.last));
        jit_scalar half = number(em, &m, m.last >> 1), less = number(em, &m, (m.last >> 1) - 1);
        jit_scalar by = jit_choose(em, OP(ne, odd, number(em, &m, 0)), half, less);
        y = OP(and, OP(add, x, by), number(em, &m, ~(m.last - 1) & (2 * m.sign - 1)));
    }
    if (m.fewer_exponents) {
        jit_scalar exponent = OP(and, y, number(em, &m, m.exponent));
        jit_scalar infinite = OP(or, sign, number(em, &m, m.exponent));
        y = jit_choose(em, OP(gt, exponent, number(em, &m, m.greatest)), infinite, y);
        y = jit_choose(em, OP(le, exponent, number(em, &m, m.least)), sign, y);
    }
    jit_scalar magnitude = OP(and, x, number(em, &m, m.sign - 1));
    jit_scalar nan = OP(gt, magnitude, number(em, &m, m.exponent));
    y = jit_choose(em, nan, x, y);
#undef OP
    return jit_bitcast(em, y, u, d);
}

/* Tangents and cotangents are rounded in the same way, as in JAX. */
static bool precision_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                          ir_value **y, ir_value **ty)
{
    y[0] = ir_emit1(g, e->op, 1, x, e->attr);
    ty[0] = ir_emit1(g, e->op, 1, t, e->attr);
    return y[0] && ty[0];
}

static bool precision_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                ir_value *const *ct, ir_value **ct_in)
{
    (void)x;
    return (ct_in[0] = ir_emit1(g, e->op, 1, ct, e->attr)) != NULL;
}

const ir_op op_reduce_precision = {
    .name = "reduce_precision",
    .flags = IR_OP_ELEMENTWISE | IR_OP_BY_BITS,
    .attrs = IR_ATTR_COLUMN(PRECISION),
    .infer = precision_infer,
    .eval = precision_eval,
    .jvp = precision_jvp,
    .transpose = precision_transpose,
    .batch = ew_batch,
    .lower = &(const jit_lower){.kind = JIT_ELEMENTWISE, .scalar = precision_scalar, .cost = 8},
};

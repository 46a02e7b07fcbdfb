/* literal: a rank-0 constant. Also the builders of constants. */
#include <string.h>

#include "jit/lower.h"
#include "ops/ops.h"

static bool literal_infer(ir_infer *q)
{
    if (q->nin)
        return ir_fail("literal takes no operand, but is given %d", q->nin);
    if (q->attr[LITERAL_DTYPE].i < 0 || q->attr[LITERAL_DTYPE].i >= IR_NDTYPE)
        return ir_fail("literal: no such dtype");
    ir_type t = ir_type_scalar((ir_dtype)q->attr[LITERAL_DTYPE].i);
    t.weak = q->attr[LITERAL_WEAK].i;
    ir_infer_out(q, &t);
    return true;
}

static bool literal_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    (void)in;
    memcpy(out[0], &e->attr[LITERAL_VALUE].scalar, ir_type_bytes(&e->out[0]->type));
    return true;
}

/* A complex literal has a real value. */
static bool literal_pairs(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)x;
    ir_dtype d = ir_part(e->out[0]->type.dtype);
    bool weak = e->attr[LITERAL_WEAK].i;
    y->re = ir_literal(g, d, e->attr[LITERAL_VALUE].scalar, weak);
    y->im = ir_literal(g, d, ir_scalar_of(d, 0), weak);
    return y->re && y->im;
}

static jit_scalar literal_scalar(jit_emit *em, const ir_eqn *e, int output, jit_scalar *x)
{
    (void)output, (void)x;
    return jit_constant(em, (ir_dtype)e->attr[LITERAL_DTYPE].i, e->attr[LITERAL_VALUE].scalar);
}

static const jit_lower literal_lower = {.kind = JIT_ELEMENTWISE, .scalar = literal_scalar};

const ir_op op_literal = {
    .name = "literal",
    .role = IR_ROLE_LITERAL,
    .attrs = IR_ATTR_COLUMN(LITERAL),
    .infer = literal_infer,
    .eval = literal_eval,
    .pairs = literal_pairs,
    .lower = &literal_lower,
};

ir_value *b_const(ir_graph *g, ir_value *like, double v)
{
    return like ? ir_full(g, &like->type, ir_scalar_of(like->type.dtype, v)) : NULL;
}

ir_value *b_const_int(ir_graph *g, ir_dtype d, int64_t v)
{
    return ir_literal(g, d, ir_scalar_of_int(d, v), false);
}

/* Rules that all loops share: emitting a loop, finding the carries, xs and ys that are needed, and
 * dropping the others. */
#include "ir/loop.h"

#include <stdlib.h>
#include <string.h>

ir_loop ir_loop_of(const ir_eqn *e)
{
    return e->op->loop(e->attr, e->nin);
}

ir_value **ir_emit_loop(ir_graph *g, const ir_op *op, const ir_loop *l, int n, ir_value *const *in)
{
    ir_attr attr[IR_MAX_ATTRS];
    op->loop_attrs(l, attr);
    return ir_emit(g, op, n, in, attr);
}

/* A carry is needed if its result is used, if the condition reads it, or if the next value of a
 * needed carry reads it. A carry that feeds only itself is not needed. */
void ir_loop_need(const ir_eqn *e, bool *out, bool *in)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e);
    bool *body_in = in + l.ncond, *carry_in = body_in + l.nconst;
    if (l.cond) {
        bool *read = ir_alloc(&scratch, (size_t)l.cond->nin + 1);
        if (read)
            ir_need_inputs(l.cond, &(bool){true}, read);
        for (int k = 0; k < l.ncond; k++) /* if memory runs out, all are needed */
            in[k] = !read || read[k];
        for (int k = 0; k < l.ncarry; k++)
            out[k] = out[k] || !read || read[l.ncond + k];
    }
    for (bool grown = true; grown;) {
        grown = false;
        ir_need_inputs(l.body, out, body_in);
        for (int k = 0; k < l.ncarry; k++)
            if (carry_in[k] && !out[k])
                grown = out[k] = true;
    }
    memcpy(carry_in, out, (size_t)l.ncarry);
    if (ir_loop_has_length(&l))
        in[e->nin - 1] = true;
}

static int count(const bool *flags, int n)
{
    int set = 0;
    for (int k = 0; k < n; k++)
        set += flags[k];
    return set;
}

static ir_graph *narrow_cond(const ir_loop *l, const bool *in, const bool *out)
{
    IR_SCRATCH(scratch);
    bool *cond_in = ir_alloc(&scratch, (size_t)(l->ncond + l->ncarry + 1));
    if (!cond_in)
        return NULL;
    memcpy(cond_in, in, (size_t)l->ncond);
    memcpy(cond_in + l->ncond, out, (size_t)l->ncarry);
    ir_graph *made = ir_narrow(l->cond, cond_in, &(bool){true});
    return made;
}

ir_value **ir_loop_narrow(ir_graph *g, const ir_eqn *e, const bool *in, const bool *out, int n,
                          ir_value *const *x)
{
    ir_loop l = ir_loop_of(e), narrow = l;
    int first = ir_loop_first(&l);
    IR_AUTO_GRAPH cond = l.cond ? narrow_cond(&l, in, out) : NULL;
    IR_AUTO_GRAPH body = ir_narrow(l.body, in + l.ncond, out);
    if (!body || (l.cond && !cond))
        return NULL;
    narrow.cond = cond;
    narrow.body = body;
    narrow.ncond = count(in, l.ncond);
    narrow.nconst = count(in + l.ncond, l.nconst);
    narrow.ncarry = count(out, l.ncarry);
    narrow.nx = count(in + first + l.ncarry, l.nx);
    narrow.ny = count(out + l.ncarry, l.ny);
    return ir_emit_loop(g, e->op, &narrow, n, x);
}

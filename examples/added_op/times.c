/* times: runs a body a fixed number of times over a carry. A complete control primitive in one
 * file; the example of "Adding an op" in docs/design.md, where it becomes ops/times.c.
 *
 * `loop` and `loop_attrs` describe the parts of the loop. It is then treated like any other loop:
 * unused carries are removed, values that are the same in every step are computed before it, and
 * scan's rules transform it.
 */
#include <string.h>

#include "ops/control.h"
#include "ops/loop.h"
#include "ops/ops.h"
#include "ops/scan.h"

#define REPEAT_ATTRS(A)                                                                            \
    A(REPEAT_BODY, body, GRAPH)                                                                    \
    A(REPEAT_COUNT, count, INT)                                                                    \
    A(REPEAT_NUM_CONSTS, num_consts, INT)
IR_ATTRS(REPEAT);

/* Operands: constants, then the carry. */
static ir_loop times_loop(const ir_attr *attr, int nin)
{
    int nconst = (int)attr[REPEAT_NUM_CONSTS].i;
    return (ir_loop){.body = attr[REPEAT_BODY].graph,
                     .length = attr[REPEAT_COUNT].i,
                     .nconst = nconst,
                     .ncarry = nin - nconst};
}

static void times_attrs(const ir_loop *l, ir_attr *attr)
{
    attr[REPEAT_BODY] = (ir_attr){.graph = l->body};
    attr[REPEAT_COUNT] = (ir_attr){.i = l->length};
    attr[REPEAT_NUM_CONSTS] = (ir_attr){.i = l->nconst};
}

static bool times_infer(ir_infer *q)
{
    int64_t count = q->attr[REPEAT_COUNT].i, nconst = q->attr[REPEAT_NUM_CONSTS].i;
    if (count < 0 || nconst < 0 || nconst > q->nin)
        return ir_fail("times: %lld times with %lld constants among %d operands", (long long)count,
                       (long long)nconst, q->nin);
    ir_loop l = times_loop(q->attr, q->nin);
    if (!ctl_check_inputs("times", "the body", l.body, 0, q->nin, q->in))
        return false;
    if (l.body->nout != l.ncarry)
        return ir_fail("times: the body takes a carry of %d values, but gives %d", l.ncarry,
                       l.body->nout);
    for (int k = 0; k < l.ncarry; k++) {
        const ir_type *enters = &q->in[l.nconst + k], *leaves = &l.body->out[k]->type;
        if (!ir_same_type(enters, leaves))
            return ir_fail("times: carry %d enters the body as %s, but leaves it as %s", k,
                           ir_type_tmp(enters), ir_type_tmp(leaves));
        ir_infer_out(q, enters);
    }
    return true;
}

/* The results hold the current carry; each step computes the next one in `next`. */
static bool times_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e);
    const void **now = ir_alloc(&scratch, (size_t)e->nin * sizeof *now);
    void **next = ir_alloc(&scratch, (size_t)e->nout * sizeof *next);
    if (!now || !next)
        return false;
    memcpy(now, in, (size_t)l.nconst * sizeof *now);
    for (int k = 0; k < l.ncarry; k++) {
        size_t bytes = ir_type_bytes(&e->out[k]->type);
        memcpy(out[k], in[l.nconst + k], bytes);
        now[l.nconst + k] = out[k];
        if (!(next[k] = ir_alloc(&scratch, bytes)))
            return false;
    }
    for (int64_t step = 0; step < l.length; step++) {
        if (!ir_eval(l.body, now, next))
            return false;
        for (int k = 0; k < l.ncarry; k++)
            memcpy(out[k], next[k], ir_type_bytes(&e->out[k]->type));
    }
    return true;
}

const ir_op op_times = {
    .name = "times",
    .flags = IR_OP_NO_FOLD,
    .attrs = IR_ATTR_COLUMN(REPEAT),
    .infer = times_infer,
    .eval = times_eval,
    .jvp = loop_jvp,
    .transpose = scan_transpose,
    .batch = scan_batch,
    .partial = scan_partial, /* residuals are stacked: both halves are scans */
    .loop = times_loop,
    .loop_attrs = times_attrs,
    .need = ir_loop_need,
    .narrow = ir_loop_narrow,
    .hoist = ir_loop_hoist,
    .lower = &(const jit_lower){.kind = JIT_SCAN},
};

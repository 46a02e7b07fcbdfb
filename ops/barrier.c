/* optimization_barrier: gives its operands. What is computed from them is neither merged with nor
 * simplified into what is computed before, because passes do not look through a barrier. The last
 * pass removes it (ir_pass_unwrap).
 */
#include "ops/ops.h"

static bool barrier_infer(ir_infer *q)
{
    for (int k = 0; k < q->nin; k++)
        ir_infer_out(q, &q->in[k]);
    return q->nin > 0 || ir_fail("optimization_barrier: it takes at least one operand");
}

static bool barrier_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    for (int k = 0; k < e->nout; k++)
        ir_buffer_copy(&e->out[k]->type, out[k], in[k]);
    return true;
}

/* One barrier for those of the values that there are; the others stay NULL. */
static bool barrier_of(ir_graph *g, const ir_op *op, int n, ir_value *const *x, ir_value **y)
{
    IR_SCRATCH(scratch);
    int some = 0;
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * n + 1) * sizeof *in), **made = in + n;
    if (!in)
        return false;
    for (int k = 0; k < n; k++)
        if (x[k])
            in[some++] = x[k];
    if (some && !ir_results(ir_emit(g, op, some, in, NULL), some, made))
        return false;
    for (int k = 0, at = 0; k < n; k++)
        y[k] = x[k] ? made[at++] : NULL;
    return true;
}

static bool barrier_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                        ir_value **y, ir_value **ty)
{
    return barrier_of(g, e->op, e->nin, x, y) && barrier_of(g, e->op, e->nin, t, ty);
}

static bool barrier_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                              ir_value **ct_in)
{
    (void)x;
    return barrier_of(g, e->op, e->nin, ct, ct_in);
}

static bool barrier_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    for (int k = 0; k < e->nin; k++)
        yaxis[k] = axis[k];
    return barrier_of(g, e->op, e->nin, x, y);
}

const ir_op op_optimization_barrier = {
    .name = "optimization_barrier",
    .flags = IR_OP_BARRIER | IR_OP_NO_FOLD | IR_OP_APART,
    .infer = barrier_infer,
    .eval = barrier_eval,
    .jvp = barrier_jvp,
    .transpose = barrier_transpose,
    .batch = barrier_batch,
};

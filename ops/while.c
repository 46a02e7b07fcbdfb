/* while: a loop whose number of steps depends on the data.
 *
 * The body's outputs after the next carry are yielded: the loop appends them to tapes in each step,
 * and the tapes are outputs of the loop. Reverse mode gets the residuals of a loop of unknown
 * length this way.
 *
 * The operands and graphs are those of any loop (ir/loop.h). With checkpoints, reverse mode keeps
 * states of the loop instead of residuals, and the body must not yield anything.
 */
#include <string.h>

#include "jit/lower.h"
#include "ops/attrs.h"
#include "ops/control.h"
#include "ops/lanes.h"
#include "ops/loop.h"
#include "ops/ops.h"

static ir_loop while_loop(const ir_attr *attr, int nin)
{
    ir_loop l = {.cond = attr[WHILE_COND].graph,
                 .body = attr[WHILE_BODY].graph,
                 .ncond = (int)attr[WHILE_COND_NCONSTS].i,
                 .nconst = (int)attr[WHILE_BODY_NCONSTS].i,
                 .length = IR_DYNAMIC,
                 .checkpoints = attr[WHILE_CHECKPOINTS].i};
    l.ncarry = nin - l.ncond - l.nconst;
    l.ny = l.body->nout - l.ncarry;
    return l;
}

static void while_attrs(const ir_loop *l, ir_attr *attr)
{
    attr[WHILE_COND] = (ir_attr){.graph = l->cond};
    attr[WHILE_BODY] = (ir_attr){.graph = l->body};
    attr[WHILE_COND_NCONSTS] = (ir_attr){.i = l->ncond};
    attr[WHILE_BODY_NCONSTS] = (ir_attr){.i = l->nconst};
    attr[WHILE_CHECKPOINTS] = (ir_attr){.i = l->checkpoints};
}

static bool check_constants(const char *of, const ir_graph *g, int n, const ir_type *given)
{
    for (int k = 0; k < n; k++)
        if (!ir_same_type(&given[k], &g->in[k]->type))
            return ir_fail("while: constant %d of the %s is %s, but %s is given", k, of,
                           ir_type_tmp(&g->in[k]->type), ir_type_tmp(&given[k]));
    return true;
}

static bool check_graphs(const ir_infer *q, const ir_loop *l)
{
    const ir_type *carry = q->in + ir_loop_first(l);
    ir_type truth = ir_type_scalar(IR_bool);
    if (l->cond->nin != l->ncond + l->ncarry || l->body->nin != l->nconst + l->ncarry)
        return ir_fail(
            "while: a carry of %d values needs a condition of %d inputs and a body of %d, but "
            "they have %d and %d",
            l->ncarry, l->ncond + l->ncarry, l->nconst + l->ncarry, l->cond->nin, l->body->nin);
    if (!ctl_check_inputs("while", "the condition", l->cond, l->ncond, l->ncarry, carry) ||
        !ctl_check_inputs("while", "the body", l->body, l->nconst, l->ncarry, carry) ||
        !check_constants("condition", l->cond, l->ncond, q->in) ||
        !check_constants("body", l->body, l->nconst, q->in + l->ncond))
        return false;
    if (l->cond->nout != 1 || !ir_same_type(&l->cond->out[0]->type, &truth))
        return ir_fail("while: the condition must give one bool[], but gives %s",
                       l->cond->nout ? ir_type_tmp(&l->cond->out[0]->type) : "nothing");
    return l->ny >= 0 || ir_fail("while: the body takes a carry of %d values, but gives %d",
                                 l->ncarry, l->body->nout);
}

static bool while_infer(ir_infer *q)
{
    int64_t ncond = q->attr[WHILE_COND_NCONSTS].i, nconst = q->attr[WHILE_BODY_NCONSTS].i;
    if (ncond < 0 || nconst < 0 || ncond > q->nin || nconst > q->nin - ncond)
        return ir_fail("while: %lld and %lld constants do not fit %d operands", (long long)ncond,
                       (long long)nconst, q->nin);
    ir_loop l = while_loop(q->attr, q->nin);
    const ir_type *carry = q->in + ir_loop_first(&l);
    if (!check_graphs(q, &l))
        return false;
    if (l.checkpoints < 0)
        return ir_fail("while: checkpoints must be at least 1, or 0 for a tape, but is %lld",
                       (long long)l.checkpoints);
    if (l.checkpoints && l.ny)
        return ir_fail("while: with checkpoints, the body can give nothing but the carry");
    for (int k = 0; k < l.ncarry; k++) {
        if (!ir_same_type(&l.body->out[k]->type, &carry[k]))
            return ir_fail("while: carry %d enters the body as %s, but leaves as %s", k,
                           ir_type_tmp(&carry[k]), ir_type_tmp(&l.body->out[k]->type));
        ir_infer_out(q, &carry[k]);
    }
    for (int k = l.ncarry; k < l.body->nout; k++) {
        ir_type t = l.body->out[k]->type;
        if (t.rank == IR_MAX_RANK)
            return ir_fail("while: %s, yielded by each step, has too many dimensions to be stacked",
                           ir_type_tmp(&t));
        memmove(t.dim + 1, t.dim, t.rank++ * sizeof t.dim[0]);
        t.dim[0] = IR_DYNAMIC;
        ir_infer_out(q, &t);
    }
    return true;
}

/* ---- eval ------------------------------------------------------------------------------------ */

/* Grows the tapes for the next step and points `next` to the slices that the step writes. */
static bool next_slices(const ir_loop *l, void *const *out, int64_t step, void **next)
{
    for (int k = l->ncarry; k < l->body->nout; k++) {
        ir_tape *tape = *(ir_tape **)out[k];
        if (!ir_tape_resize(tape, step + 1))
            return false;
        next[k] = ir_tape_at(tape, step);
    }
    return true;
}

static bool run_steps(const ir_loop *l, const ir_eqn *e, const void **cond_in, const void **body_in,
                      void **next, void *const *out)
{
    uint8_t go = 0;
    bool ok;
    for (int64_t step = 0; (ok = ir_eval(l->cond, cond_in, (void *[]){&go})) && go; step++) {
        if (!next_slices(l, out, step, next))
            return false;
        ok = ir_eval(l->body, body_in, next);
        for (int k = 0; k < l->ncarry; k++) {
            const ir_type *t = &e->out[k]->type;
            ir_buffer_drop(t, ok ? out[k] : next[k]);
            if (ok)
                memcpy(out[k], next[k], ir_type_bytes(t));
        }
        if (!ok)
            return false;
    }
    return ok;
}

static bool while_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e);
    const void **cond_in = ir_alloc(&scratch, (size_t)(2 * e->nin + e->nout) * sizeof *cond_in);
    if (!cond_in)
        return false;
    const void **body_in = cond_in + e->nin;
    void **next = (void **)(body_in + e->nin);
    memcpy(cond_in, in, (size_t)l.ncond * sizeof *in);
    memcpy(body_in, in + l.ncond, (size_t)l.nconst * sizeof *in);
    for (int k = 0; k < l.ncarry; k++) {
        ir_buffer_copy(&e->out[k]->type, out[k], in[ir_loop_first(&l) + k]);
        cond_in[l.ncond + k] = body_in[l.nconst + k] = out[k];
        if (!(next[k] = ir_alloc(&scratch, ir_type_bytes(&e->out[k]->type))))
            return false;
    }
    for (int k = l.ncarry; k < e->nout; k++)
        if (!(*(ir_tape **)out[k] = ir_tape_new(&l.body->out[k]->type)))
            return false;
    return run_steps(&l, e, cond_in, body_in, next, out);
}

/* ---- batch --------------------------------------------------------------------------------------
 * If the condition differs between lanes, the loop runs while it is true in any lane. A lane that
 * is done keeps its value: the body selects it, so the whole carry is batched. */

/* Reduces a batched condition to one bool: true if any lane goes on. */
static ir_graph *any_lane(const ir_graph *cond)
{
    ir_graph *g = ir_graph_like(cond, NULL);
    ir_value *out = NULL;
    int64_t axis = 0;
    if (g && ir_splice(g, cond, g->in, &out))
        out = b_reduce(g, &op_reduce_or, out, 1, &axis);
    return ir_finish(g, &out, 1);
}

/* (condition's constants, body's constants, carry) -> carry. A lane that is done keeps its carry.
 * The body is guarded: it takes the lanes that go on first. */
static ir_graph *masked_body(const ir_loop *l, const ir_graph *cond, const ir_graph *body)
{
    IR_SCRATCH(scratch);
    ir_value **in = ir_alloc(&scratch, (size_t)(cond->nin + body->nin + body->nout) * sizeof *in);
    ir_graph *g = in ? ir_graph_new(body->name) : NULL;
    bool ok = g != NULL;
    for (int k = 0; ok && k < l->ncond; k++)
        ok = ir_input(g, &cond->in[k]->type) != NULL;
    for (int k = 1; ok && k < body->nin; k++)
        ok = ir_input(g, &body->in[k]->type) != NULL;
    if (!ok) {
        ir_graph_release(g);
        return NULL;
    }
    ir_value **carry = g->in + ir_loop_first(l), **body_in = in + cond->nin,
             **next = body_in + body->nin;
    memcpy(in, g->in, (size_t)l->ncond * sizeof *in);
    memcpy(in + l->ncond, carry, (size_t)l->ncarry * sizeof *in);
    memcpy(body_in + 1, g->in + l->ncond, (size_t)(body->nin - 1) * sizeof *in);
    ok = ir_splice(g, cond, in, body_in) && ir_splice(g, body, body_in, next);
    for (int k = 0; k < l->ncarry; k++)
        next[k] = ok ? ctl_select_lanes(g, body_in[0], next[k], carry[k]) : NULL;
    return ir_finish(g, ok ? next : &(ir_value *){NULL}, ok ? body->nout : 1);
}

/* Batches the loop with all lanes in step. */
static bool batch_in_step(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e), batched = l;
    loop_batched b;
    bool ok = loop_batch(&l, over, false, axis, &scratch, &b);
    IR_AUTO_GRAPH cond = b.cond;
    IR_AUTO_GRAPH body = b.body;
    bool masked = b.pred >= 0;
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + l.ncond) * sizeof *in);
    if (!ok || !in)
        return false;
    IR_AUTO_GRAPH any = masked ? any_lane(cond) : ir_graph_retain(cond);
    IR_AUTO_GRAPH guarded = masked ? loop_guarded(&l, over, &b) : ir_graph_retain(body);
    IR_AUTO_GRAPH step =
        masked && guarded ? masked_body(&l, cond, guarded) : ir_graph_retain(guarded);
    if (!any || !step)
        return false;
    int first = ir_loop_first(&l), n = l.ncond;
    memcpy(in, x, (size_t)l.ncond * sizeof *in);
    for (int k = masked ? 0 : l.ncond; k < first; k++) /* a masked body needs them too */
        in[n++] = x[k];
    batched.cond = any;
    batched.body = step;
    batched.nconst = n - l.ncond;
    for (int k = 0; k < l.ncarry; k++) {
        int to = b.in_axis[l.nconst + k];
        in[n++] =
            to < 0 ? x[first + k] : ir_move_axis(g, x[first + k], axis[first + k], to, over->size);
    }
    ir_value **made = ir_emit_loop(g, e->op, &batched, n, in);
    for (int k = 0; made && k < e->nout; k++) {
        y[k] = made[k];
        yaxis[k] = b.out_axis[k] < 0 ? -1 : b.out_axis[k] + (k >= l.ncarry); /* after the steps */
    }
    return made != NULL;
}

static bool while_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                        const ir_batching *over, ir_value **y, int *yaxis)
{
    return e->attr[WHILE_CHECKPOINTS].i ? batch_in_step(g, e, x, axis, over, y, yaxis)
                                        : lanes_batch(batch_in_step, g, e, x, axis, over, y, yaxis);
}

/* Removes a loop whose condition is a constant false: it makes no step. */
static bool while_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    ir_loop l = ir_loop_of(e);
    const ir_eqn *go = l.cond->out[0]->eqn;
    if (!go || go->op != &op_literal || go->attr[LITERAL_VALUE].scalar.v_bool)
        return false;
    memcpy(y, x + ir_loop_first(&l), (size_t)l.ncarry * sizeof *y);
    for (int k = l.ncarry; k < e->nout; k++)
        if (!(y[k] = ir_zeros(g, &e->out[k]->type)))
            return false;
    return true;
}

const ir_op op_while = {
    .name = "while",
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES,
    .attrs = IR_ATTR_COLUMN(WHILE),
    .infer = while_infer,
    .eval = while_eval,
    .jvp = loop_jvp,
    .transpose = loop_refuse_transpose,
    .batch = while_batch,
    .partial = while_partial,
    .loop = while_loop,
    .loop_attrs = while_attrs,
    .need = ir_loop_need,
    .narrow = ir_loop_narrow,
    .hoist = ir_loop_hoist,
    .simplify = while_simplify,
    .lower = &(const jit_lower){.kind = JIT_WHILE},
};

/* scan: a loop whose number of steps is known before it starts. Its body takes constants, a carry,
 * and one slice of each xs; it returns the next carry and one slice of each ys. A fori_loop with
 * static bounds becomes a scan, and so does the derivative of any loop: a residual of the body is
 * one more y of the forward loop and one more x of the backward loop.
 *
 * If the length is -1, the number of steps is the last operand, an i64 scalar, and xs and ys are
 * tapes. Slices that are tapes themselves are always stacked on a tape.
 *
 * Partial evaluation turns a while with checkpoints into a scan with checkpoints. Such a scan has
 * only constants and a carry, and its transpose recomputes the states.
 */
#include <string.h>

#include "ops/attrs.h"
#include "ops/control.h"
#include "ops/loop.h"
#include "ops/ops.h"
#include "ops/scan.h"

static ir_loop scan_loop(const ir_attr *attr, int nin)
{
    ir_loop l = {.body = attr[SCAN_BODY].graph,
                 .nconst = (int)attr[SCAN_NUM_CONSTS].i,
                 .ncarry = (int)attr[SCAN_NUM_CARRY].i,
                 .length = attr[SCAN_LENGTH].i,
                 .reverse = attr[SCAN_REVERSE].i != 0,
                 .checkpoints = attr[SCAN_CHECKPOINTS].i};
    l.nx = nin - l.nconst - l.ncarry - ir_loop_has_length(&l);
    l.ny = l.body->nout - l.ncarry;
    return l;
}

static void scan_attrs(const ir_loop *l, ir_attr *attr)
{
    attr[SCAN_BODY] = (ir_attr){.graph = l->body};
    attr[SCAN_LENGTH] = (ir_attr){.i = l->length};
    attr[SCAN_NUM_CONSTS] = (ir_attr){.i = l->nconst};
    attr[SCAN_NUM_CARRY] = (ir_attr){.i = l->ncarry};
    attr[SCAN_REVERSE] = (ir_attr){.i = l->reverse};
    attr[SCAN_CHECKPOINTS] = (ir_attr){.i = l->checkpoints};
}

/* slice_of: the type of one slice along the leading axis. stack_of: the type of `length` slices
 * stacked. */
static ir_type slice_of(ir_type t)
{
    t.rank--;
    memmove(t.dim, t.dim + 1, t.rank * sizeof t.dim[0]);
    return t;
}

static ir_type stack_of(ir_type t, int64_t length)
{
    memmove(t.dim + 1, t.dim, t.rank * sizeof t.dim[0]);
    t.dim[0] = t.rank && t.dim[1] == IR_DYNAMIC ? IR_DYNAMIC : length;
    t.rank++;
    return t;
}

static bool infer_xs(const ir_infer *q, const ir_loop *l, ir_type *body_in)
{
    int first = l->nconst + l->ncarry;
    for (int k = 0; q->in && k < loop_nbody(l); k++) {
        body_in[k] = q->in[k];
        if (k < first)
            continue;
        int64_t length = ir_tape_depth(&q->in[k]) > 1 ? IR_DYNAMIC : l->length;
        if (q->in[k].rank < 1 || q->in[k].dim[0] != length)
            return ir_fail("scan: xs %d is %s, but its leading axis must be the length, %lld",
                           k - first, ir_type_tmp(&q->in[k]), (long long)l->length);
        body_in[k] = slice_of(q->in[k]);
    }
    return true;
}

static bool check_checkpoints(const ir_loop *l)
{
    if (l->checkpoints < 0)
        return ir_fail("scan: checkpoints must be at least 1, or 0 for residuals, but is %lld",
                       (long long)l->checkpoints);
    return !l->checkpoints || (l->length == IR_DYNAMIC && !l->reverse && !l->nx && !l->ny) ||
           ir_fail("scan: with checkpoints, a scan must go forwards, take its length as an "
                   "operand, and have neither xs nor ys");
}

static bool scan_infer(ir_infer *q)
{
    IR_SCRATCH(scratch);
    int64_t length = q->attr[SCAN_LENGTH].i, nconst = q->attr[SCAN_NUM_CONSTS].i;
    int64_t ncarry = q->attr[SCAN_NUM_CARRY].i;
    int dynamic = length == IR_DYNAMIC;
    if (length < IR_DYNAMIC || nconst < 0 || ncarry < 0 || nconst > q->nin - dynamic ||
        ncarry > q->nin - dynamic - nconst || ncarry > q->attr[SCAN_BODY].graph->nout)
        return ir_fail("scan: length %lld, %lld constants and %lld carries do not fit %d operands",
                       (long long)length, (long long)nconst, (long long)ncarry, q->nin);
    ir_loop l = scan_loop(q->attr, q->nin);
    const ir_type *steps = dynamic ? &q->in[q->nin - 1] : NULL;
    if (steps && (steps->rank || steps->dtype != IR_i64))
        return ir_fail("scan: a length that is an operand must be i64[], but is %s",
                       ir_type_tmp(steps));
    ir_type *body_in = ir_alloc(&scratch, (size_t)q->nin * sizeof *body_in);
    if (!body_in || !check_checkpoints(&l) || !infer_xs(q, &l, body_in) ||
        !ctl_check_inputs("scan", "the body", l.body, 0, loop_nbody(&l), body_in))
        return false;
    for (int k = 0; k < l.ncarry; k++) {
        const ir_type *carry = &q->in[l.nconst + k];
        if (!ir_same_type(&l.body->out[k]->type, carry))
            return ir_fail("scan: carry %d enters the body as %s, but leaves as %s", k,
                           ir_type_tmp(carry), ir_type_tmp(&l.body->out[k]->type));
        ir_infer_out(q, carry);
    }
    for (int k = 0; k < l.ny; k++) {
        const ir_type *y = &l.body->out[l.ncarry + k]->type;
        if (y->rank == IR_MAX_RANK)
            return ir_fail("scan: y %d, %s at each step, has too many dimensions to be stacked", k,
                           ir_type_tmp(y));
        ir_type t = stack_of(*y, l.length);
        ir_infer_out(q, &t);
    }
    return true;
}

/* ---- eval ------------------------------------------------------------------------------------ */

/* slice_in: the address of slice `at` of the body's input k; `zeros` if the tape has no such slice.
 * slice_out: the address of slice `at` of its output k. */
static const void *slice_in(const ir_loop *l, const ir_eqn *e, const void *in, int k, int64_t at,
                            const void *zeros)
{
    if (!ir_is_tape(&e->in[k]->type))
        return (const char *)in + (size_t)at * ir_type_bytes(&l->body->in[k]->type);
    const void *slice = ir_tape_at(*(ir_tape *const *)in, at);
    return slice ? slice : zeros;
}

static void *slice_out(const ir_loop *l, const ir_eqn *e, void *out, int k, int64_t at)
{
    if (!ir_is_tape(&e->out[k]->type))
        return (char *)out + (size_t)at * ir_type_bytes(&l->body->out[k]->type);
    return ir_tape_at(*(ir_tape **)out, at);
}

/* Creates the tapes of ys, with space for all steps. */
static bool open_tapes(const ir_loop *l, const ir_eqn *e, int64_t length, void *const *out)
{
    for (int k = l->ncarry; k < e->nout; k++)
        if (ir_is_tape(&e->out[k]->type)) {
            *(ir_tape **)out[k] = ir_tape_new(&l->body->out[k]->type);
            if (!*(ir_tape **)out[k] || !ir_tape_resize(*(ir_tape **)out[k], length))
                return false;
        }
    return true;
}

/* The size in bytes of the largest slice of xs, for a slice of zeros. */
static size_t largest_slice(const ir_loop *l)
{
    size_t most = 8;
    for (int k = l->nconst + l->ncarry; k < loop_nbody(l); k++) {
        size_t bytes = ir_type_bytes(&l->body->in[k]->type);
        most = bytes > most ? bytes : most;
    }
    return most;
}

static bool run_steps(const ir_loop *l, const ir_eqn *e, int64_t length, const void *const *in,
                      void *const *out, const void **bin, void **bout, const void *zeros)
{
    for (int64_t step = 0; step < length; step++) {
        int64_t at = l->reverse ? length - 1 - step : step;
        for (int k = l->nconst + l->ncarry; k < loop_nbody(l); k++)
            bin[k] = slice_in(l, e, in[k], k, at, zeros);
        for (int k = l->ncarry; k < e->nout; k++)
            bout[k] = slice_out(l, e, out[k], k, at);
        bool ok = ir_eval(l->body, bin, bout);
        for (int k = 0; k < l->ncarry; k++) {
            const ir_type *t = &e->out[k]->type;
            if (ok) {
                ir_buffer_drop(t, out[k]);
                memcpy(out[k], bout[k], ir_type_bytes(t));
            } else {
                ir_buffer_drop(t, bout[k]);
            }
        }
        if (!ok)
            return false;
    }
    return true;
}

static bool scan_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e);
    int64_t length = ir_loop_has_length(&l) ? *(const int64_t *)in[e->nin - 1] : l.length;
    const void **bin = ir_alloc(&scratch, (size_t)(e->nin + e->nout) * sizeof *bin);
    const void *zeros = ir_alloc(&scratch, largest_slice(&l));
    if (!bin || !zeros)
        return false;
    void **bout = (void **)(bin + e->nin);
    memcpy(bin, in, (size_t)loop_nbody(&l) * sizeof *in);
    for (int k = 0; k < l.ncarry; k++) {
        ir_buffer_copy(&e->out[k]->type, out[k], in[l.nconst + k]);
        bin[l.nconst + k] = out[k];
        if (!(bout[k] = ir_alloc(&scratch, ir_type_bytes(&e->out[k]->type))))
            return false;
    }
    return open_tapes(&l, e, length > 0 ? length : 0, out) &&
           run_steps(&l, e, length, in, out, bin, bout, zeros);
}

/* ---- simplification -------------------------------------------------------------------------- */

/* A loop of no steps: returns the initial carry and empty ys. */
static bool no_step(ir_graph *g, const ir_eqn *e, const ir_loop *l, ir_value *const *x,
                    ir_value **y)
{
    for (int k = 0; k < e->nout; k++)
        if (!(y[k] = k < l->ncarry ? x[l->nconst + k] : ir_zeros(g, &e->out[k]->type)))
            return false;
    return true;
}

static bool has_tapes(const ir_loop *l)
{
    bool any = false;
    for (int k = l->nconst + l->ncarry; k < loop_nbody(l); k++)
        any |= ir_is_tape(&l->body->in[k]->type);
    for (int k = l->ncarry; k < l->body->nout; k++)
        any |= ir_is_tape(&l->body->out[k]->type);
    return any;
}

/* A loop of one step: inlines the body. xs lose their leading axis, ys get one. */
static bool one_step(ir_graph *g, const ir_loop *l, ir_value *const *x, ir_value **y)
{
    IR_SCRATCH(scratch);
    ir_value **in = ir_alloc(&scratch, (size_t)l->body->nin * sizeof *in);
    if (!in)
        return false;
    for (int k = 0; k < l->body->nin; k++) {
        const ir_type *t = &l->body->in[k]->type;
        in[k] = k < l->nconst + l->ncarry ? x[k] : b_reshape(g, x[k], t->rank, t->dim);
    }
    bool ok = ir_splice(g, l->body, in, y);
    for (int k = l->ncarry; ok && k < l->body->nout; k++) {
        ir_type t = stack_of(y[k]->type, 1);
        ok = (y[k] = b_reshape(g, y[k], t.rank, t.dim)) != NULL;
    }
    return ok;
}

static bool scan_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    ir_loop l = ir_loop_of(e);
    return (l.length == 0 && no_step(g, e, &l, x, y)) ||
           (l.length == 1 && !has_tapes(&l) && one_step(g, &l, x, y));
}

static bool transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                      ir_value **ct_in)
{
    return e->attr[SCAN_CHECKPOINTS].i ? scan_checkpointed_transpose(g, e, x, ct, ct_in)
                                       : scan_transpose(g, e, x, ct, ct_in);
}

const ir_op op_scan = {
    .name = "scan",
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES | IR_OP_ADDS,
    .attrs = IR_ATTR_COLUMN(SCAN),
    .infer = scan_infer,
    .eval = scan_eval,
    .jvp = loop_jvp,
    .transpose = transpose,
    .batch = scan_batch,
    .partial = scan_partial,
    .loop = scan_loop,
    .loop_attrs = scan_attrs,
    .need = ir_loop_need,
    .narrow = ir_loop_narrow,
    .hoist = ir_loop_hoist,
    .simplify = scan_simplify,
    .lower = &(const jit_lower){.kind = JIT_SCAN},
};

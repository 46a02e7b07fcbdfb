/* scan: a loop of a number of steps known beforehand, over constants, a carry, and the slices of
 * xs; each step also yields slices of ys. This is what a fori_loop with static bounds becomes, and
 * what the derivative of any loop is: a residual of the body becomes one more y of the forward loop
 * and one more x of the backward loop.
 *
 * With length -1 the number of steps is the last operand, an i64 scalar, and xs and ys are tapes. A
 * slice that is a tape itself is always stacked on a tape.
 */
#include <stdlib.h>
#include <string.h>

#include "jit/lower.h"
#include "ops/control.h"
#include "ops/ops.h"
#include "ops/scan.h"

scan_parts scan_parts_of(const ir_attr *attr, int nin)
{
    scan_parts s = {.op = &op_scan,
                    .body = attr[0].graph,
                    .length = attr[1].i,
                    .nconst = (int)attr[2].i,
                    .ncarry = (int)attr[3].i,
                    .reverse = attr[4].i != 0};
    s.n = nin - (s.length == IR_DYNAMIC);
    s.nx = s.n - s.nconst - s.ncarry;
    s.ny = s.body->nout - s.ncarry;
    return s;
}

/* The type of one slice along the leading axis, and of `length` slices stacked. */
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

static bool infer_xs(const ir_infer *q, const scan_parts *s, ir_type *body_in)
{
    for (int k = 0; k < s->n; k++) {
        body_in[k] = q->in[k];
        if (k < s->nconst + s->ncarry)
            continue;
        int64_t length = ir_tape_depth(&q->in[k]) > 1 ? IR_DYNAMIC : s->length;
        if (q->in[k].rank < 1 || q->in[k].dim[0] != length)
            return ir_fail("scan: xs %d is %s, but its leading axis must be the length, %lld",
                           k - s->nconst - s->ncarry, ir_type_tmp(&q->in[k]), (long long)s->length);
        body_in[k] = slice_of(q->in[k]);
    }
    return true;
}

static bool scan_infer(ir_infer *q)
{
    int64_t length = q->attr[1].i, nconst = q->attr[2].i, ncarry = q->attr[3].i;
    int dynamic = length == IR_DYNAMIC;
    if (length < IR_DYNAMIC || nconst < 0 || ncarry < 0 || nconst > q->nin - dynamic ||
        ncarry > q->nin - dynamic - nconst || ncarry > q->attr[0].graph->nout)
        return ir_fail("scan: length %lld, %lld constants and %lld carries do not fit %d operands",
                       (long long)length, (long long)nconst, (long long)ncarry, q->nin);
    scan_parts s = scan_parts_of(q->attr, q->nin);
    if (dynamic && (q->in[s.n].rank || q->in[s.n].dtype != IR_i64))
        return ir_fail("scan: a length that is an operand must be i64[], but is %s",
                       ir_type_tmp(&q->in[s.n]));
    ir_type *body_in = ir_xmalloc((size_t)(q->nin + 1) * sizeof *body_in);
    bool ok =
        infer_xs(q, &s, body_in) && ctl_check_inputs("scan", "the body", s.body, 0, s.n, body_in);
    free(body_in);
    for (int k = 0; ok && k < s.ncarry; k++) {
        if (!ir_same_type(&s.body->out[k]->type, &q->in[s.nconst + k]))
            ok = ir_fail("scan: carry %d enters the body as %s, leaves as %s", k,
                         ir_type_tmp(&q->in[s.nconst + k]), ir_type_tmp(&s.body->out[k]->type));
        ir_infer_out(q, &q->in[s.nconst + k]);
    }
    for (int k = 0; ok && k < s.ny; k++) {
        const ir_type *y = &s.body->out[s.ncarry + k]->type;
        if (y->rank == IR_MAX_RANK)
            return ir_fail("scan: y %d, %s a step, cannot be stacked: too many dimensions", k,
                           ir_type_tmp(y));
        ir_type t = stack_of(*y, s.length);
        ir_infer_out(q, &t);
    }
    return ok;
}

/* ---- eval ------------------------------------------------------------------------------------ */

/* Where the body finds slice `at` of its input k, and leaves slice `at` of its output k. */
static const void *slice_in(const scan_parts *s, const ir_eqn *e, const void *in, int k, int64_t at,
                            const void *zeros)
{
    if (!ir_is_tape(&e->in[k]->type))
        return (const char *)in + (size_t)at * ir_type_bytes(&s->body->in[k]->type);
    const void *slice = ir_tape_at(*(ir_tape *const *)in, at);
    return slice ? slice : zeros;
}

static void *slice_out(const scan_parts *s, const ir_eqn *e, void *out, int k, int64_t at)
{
    if (!ir_is_tape(&e->out[k]->type))
        return (char *)out + (size_t)at * ir_type_bytes(&s->body->out[k]->type);
    return ir_tape_at(*(ir_tape **)out, at);
}

/* Tapes for the ys that are stacked so, with room for all steps. */
static bool open_tapes(const scan_parts *s, const ir_eqn *e, int64_t length, void *const *out)
{
    for (int k = s->ncarry; k < e->nout; k++)
        if (ir_is_tape(&e->out[k]->type)) {
            *(ir_tape **)out[k] = ir_tape_new(&s->body->out[k]->type);
            if (!ir_tape_resize(*(ir_tape **)out[k], length))
                return false;
        }
    return true;
}

/* Bytes of the largest slice on a tape, for one of zeros. */
static size_t largest_slice(const scan_parts *s)
{
    size_t most = 8;
    for (int k = s->nconst + s->ncarry; k < s->n; k++) {
        size_t bytes = ir_type_bytes(&s->body->in[k]->type);
        most = bytes > most ? bytes : most;
    }
    return most;
}

static bool run_steps(const scan_parts *s, const ir_eqn *e, int64_t length, const void *const *in,
                      void *const *out, const void **bin, void **bout, const void *zeros)
{
    for (int64_t step = 0; step < length; step++) {
        int64_t at = s->reverse ? length - 1 - step : step;
        for (int k = s->nconst + s->ncarry; k < s->n; k++)
            bin[k] = slice_in(s, e, in[k], k, at, zeros);
        for (int k = s->ncarry; k < e->nout; k++)
            bout[k] = slice_out(s, e, out[k], k, at);
        bool ok = ir_eval(s->body, bin, bout);
        for (int k = 0; k < s->ncarry; k++) {
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
    scan_parts s = scan_parts_of(e->attr, e->nin);
    int64_t length = s.length == IR_DYNAMIC ? *(const int64_t *)in[s.n] : s.length;
    const void **bin = ir_xmalloc((size_t)(e->nin + s.body->nout + 1) * sizeof *bin);
    void **bout = (void **)(bin + e->nin);
    ir_arena scratch = {0};
    memcpy(bin, in, (size_t)s.n * sizeof *in);
    for (int k = 0; k < s.ncarry; k++) {
        size_t bytes = ir_type_bytes(&e->out[k]->type);
        ir_buffer_copy(&e->out[k]->type, out[k], in[s.nconst + k]);
        bin[s.nconst + k] = out[k];
        bout[k] = ir_alloc(&scratch, bytes ? bytes : 1);
    }
    bool ok = open_tapes(&s, e, length > 0 ? length : 0, out) &&
              run_steps(&s, e, length, in, out, bin, bout, ir_alloc(&scratch, largest_slice(&s)));
    ir_arena_free(&scratch);
    free(bin);
    return ok;
}

ir_value *scan_length_of(const scan_parts *s, ir_value *const *x)
{
    return s->length == IR_DYNAMIC ? x[s->n] : NULL;
}

ir_value **scan_emit(ir_graph *g, const scan_parts *s, ir_value *length, ir_graph *body, int nconst,
                     int ncarry, bool reverse, int n, ir_value *const *in)
{
    ir_attr attr[] = {{.graph = body}, {.i = s->length}, {.i = nconst},
                      {.i = ncarry},   {.i = reverse},   {.i = s->slots}};
    if (s->length != IR_DYNAMIC)
        return ir_emit(g, s->op, n, in, attr);
    ir_value **all = ir_xmalloc((size_t)(n + 1) * sizeof *all);
    if (n)
        memcpy(all, in, (size_t)n * sizeof *all);
    all[n] = length;
    ir_value **y = ir_emit(g, s->op, n + 1, all, attr);
    free(all);
    return y;
}

/* What transforms e stays what e is. */
scan_parts scan_parts_like(const ir_eqn *e)
{
    scan_parts s = scan_parts_of(e->attr, e->nin);
    s.op = e->op;
    s.slots = e->op == &op_checkpointed_scan ? e->attr[5].i : 0;
    return s;
}

/* ---- jvp ------------------------------------------------------------------------------------- */

/* The body's jvp once it is settled which carries move; moving (of the body's inputs) is grown, and
 * out_moving (of its outputs) written. */
static ir_graph *settle_jvp(const scan_parts *s, bool *moving, bool *out_moving)
{
    for (;;) {
        memcpy(out_moving, moving + s->nconst, (size_t)s->ncarry);
        memset(out_moving + s->ncarry, 0, (size_t)s->ny);
        ir_graph *j = ir_jvp(s->body, moving, out_moving);
        if (!j || !memcmp(out_moving, moving + s->nconst, (size_t)s->ncarry))
            return j;
        memcpy(moving + s->nconst, out_moving, (size_t)s->ncarry);
        ir_graph_release(j);
    }
}

static bool scan_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                     ir_value **y, ir_value **ty)
{
    scan_parts s = scan_parts_like(e);
    bool *moving = ir_xmalloc((size_t)(e->nin + e->nout + 1)), *out_moving = moving + e->nin;
    for (int k = 0; k < s.n; k++)
        moving[k] = t[k] != NULL;
    IR_AUTO_GRAPH j = settle_jvp(&s, moving, out_moving);
    int *order = ir_xmalloc((size_t)(2 * (e->nin + e->nout) + 1) * sizeof *order);
    int *out_order = order + 2 * e->nin;
    int n = ctl_interleave(3, (int[]){s.nconst, s.ncarry, s.nx}, moving, order);
    ctl_interleave(2, (int[]){s.ncarry, s.ny}, out_moving, out_order);
    ir_value **in = ir_xmalloc((size_t)(4 * e->nin + 1) * sizeof *in), **flat = in + 2 * e->nin;
    int m = 0, nconst = s.nconst, ncarry = s.ncarry;
    for (int k = 0; k < s.n; k++)
        flat[m++] = x[k];
    for (int k = 0; k < s.n; k++)
        if (moving[k])
            flat[m++] = t[k] ? t[k] : ir_zeros(g, &x[k]->type);
    for (int k = 0; k < n; k++)
        in[k] = flat[order[k]];
    for (int k = 0; k < s.nconst + s.ncarry; k++)
        *(k < s.nconst ? &nconst : &ncarry) += moving[k];
    IR_AUTO_GRAPH body = j ? ctl_reorder(j, order, out_order) : NULL;
    ir_value **made =
        body ? scan_emit(g, &s, scan_length_of(&s, x), body, nconst, ncarry, s.reverse, n, in)
             : NULL;
    ctl_hand_out(made, 2, (int[]){s.ncarry, s.ny}, out_moving, y, ty);
    free(in);
    free(order);
    free(moving);
    return made != NULL;
}

/* ---- simplification -------------------------------------------------------------------------- */

/* No step: the carry as it came, and empty ys. */
static bool no_step(ir_graph *g, const ir_eqn *e, const scan_parts *s, ir_value *const *x,
                    ir_value **y)
{
    for (int k = 0; k < e->nout; k++)
        if (!(y[k] = k < s->ncarry ? x[s->nconst + k] : ir_zeros(g, &e->out[k]->type)))
            return false;
    return true;
}

static bool has_tapes(const scan_parts *s)
{
    bool any = false;
    for (int k = s->nconst + s->ncarry; k < s->n; k++)
        any |= ir_is_tape(&s->body->in[k]->type);
    for (int k = s->ncarry; k < s->body->nout; k++)
        any |= ir_is_tape(&s->body->out[k]->type);
    return any;
}

/* One step: the body, its xs without their leading axis, its ys with one. */
static bool one_step(ir_graph *g, const scan_parts *s, ir_value *const *x, ir_value **y)
{
    ir_value **in = ir_xmalloc((size_t)s->body->nin * sizeof *in);
    for (int k = 0; k < s->body->nin; k++) {
        const ir_type *t = &s->body->in[k]->type;
        in[k] = k < s->nconst + s->ncarry ? x[k] : b_reshape(g, x[k], t->rank, t->dim);
    }
    bool ok = ir_splice(g, s->body, in, y);
    for (int k = s->ncarry; ok && k < s->body->nout; k++) {
        ir_type t = stack_of(y[k]->type, 1);
        ok = (y[k] = b_reshape(g, y[k], t.rank, t.dim)) != NULL;
    }
    free(in);
    return ok;
}

static bool scan_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    scan_parts s = scan_parts_of(e->attr, e->nin);
    return (s.length == 0 && no_step(g, e, &s, x, y)) ||
           (s.length == 1 && !has_tapes(&s) && one_step(g, &s, x, y));
}

const ir_op op_scan = {
    .name = "scan",
    .role = IR_ROLE_SCAN,
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES,
    .attrs = {{"body", IR_ATTR_GRAPH},
              {"length", IR_ATTR_INT},
              {"num_consts", IR_ATTR_INT},
              {"num_carry", IR_ATTR_INT},
              {"reverse", IR_ATTR_BOOL}},
    .infer = scan_infer,
    .eval = scan_eval,
    .jvp = scan_jvp,
    .transpose = scan_transpose,
    .batch = scan_batch,
    .partial = scan_partial,
    .simplify = scan_simplify,
    .lower = &(const jit_lower){.kind = JIT_SCAN},
};

static bool checkpointed_infer(ir_infer *q)
{
    if (q->attr[5].i < 1 || q->attr[1].i != IR_DYNAMIC || q->attr[4].i)
        return ir_fail(
            "checkpointed_scan: it goes forwards, with its length an operand and at least one "
            "checkpoint");
    if (!scan_infer(q))
        return false;
    scan_parts s = scan_parts_of(q->attr, q->nin);
    return !(s.nx || s.ny) || ir_fail("checkpointed_scan: it has neither xs nor ys");
}

const ir_op op_checkpointed_scan = {
    .name = "checkpointed_scan",
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES,
    .attrs = {{"body", IR_ATTR_GRAPH},
              {"length", IR_ATTR_INT},
              {"num_consts", IR_ATTR_INT},
              {"num_carry", IR_ATTR_INT},
              {"reverse", IR_ATTR_BOOL},
              {"checkpoints", IR_ATTR_INT}},
    .infer = checkpointed_infer,
    .eval = scan_eval,
    .jvp = scan_jvp,
    .transpose = scan_checkpointed_transpose,
    .batch = scan_batch,
    .partial = scan_partial,
    .lower = &(const jit_lower){.kind = JIT_SCAN},
};

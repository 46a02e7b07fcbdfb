/* Partial evaluation of while, for reverse mode. The known loop carries the known values, counts
 * its steps, and yields the residuals of its body on tapes. The unknown loop is a scan over these
 * tapes with the same number of steps. With checkpoints, no residuals are kept: the unknown loop is
 * a scan of the whole body, and its transpose recomputes the states (scan_reverse.c).
 */
#include <string.h>

#include "ops/attrs.h"
#include "ops/control.h"
#include "ops/loop.h"
#include "ops/ops.h"

/* The split loop: flags by input and output of the body, and the parts of body and condition. */
typedef struct {
    bool *in, *out; /* unknown */
    ir_graph *known, *rest, *cond;
    int nres, nknown_out;
    int kconst, kcarry;       /* known inputs of the body */
    const ir_value **operand; /* by known input: the equation's operand */
    ir_value **before;        /* by residual: its value if computed before the loop, or NULL */
} split;

static void split_release(split *s)
{
    ir_graph_release(s->known);
    ir_graph_release(s->rest);
    ir_graph_release(s->cond);
}

/* Finds out which carries are unknown, and splits the body. */
static bool split_body(const ir_loop *l, const ir_partial *p, const ir_eqn *e, ir_arena *mem,
                       split *s)
{
    int nbody = loop_nbody(l);
    s->in = ir_alloc(mem, (size_t)nbody);
    s->out = ir_alloc(mem, (size_t)l->body->nout);
    s->operand = ir_alloc(mem, (size_t)nbody * sizeof *s->operand);
    if (!s->in || !s->out || !s->operand)
        return false;
    for (int k = 0; k < nbody; k++)
        s->in[k] = !ir_partial_is_known(p, e->in[l->ncond + k]);
    s->nres = loop_split(l, s->in, s->out, &s->known, &s->rest);
    if (s->nres < 0)
        return false;
    s->nknown_out = s->known->nout - s->nres;
    for (int k = 0, n = 0; k < nbody; k++)
        if (!s->in[k]) {
            s->operand[n++] = e->in[l->ncond + k];
            *(k < l->nconst ? &s->kconst : &s->kcarry) += 1;
        }
    return true;
}

/* Makes the condition of the known loop. Returns false if it is unknown, or on error. */
static bool split_cond(const ir_loop *l, const ir_partial *p, const ir_eqn *e, split *s)
{
    IR_SCRATCH(scratch);
    bool *in = ir_alloc(&scratch, (size_t)l->cond->nin), out = false;
    if (!in)
        return false;
    for (int k = 0; k < l->ncond; k++)
        in[k] = !ir_partial_is_known(p, e->in[k]);
    memcpy(in + l->ncond, s->out, (size_t)l->ncarry);
    ir_graph *rest = NULL, *known = NULL;
    int nres = ir_partial_eval(l->cond, in, &out, &known, &rest);
    if (nres >= 0 && !out)
        s->cond = ctl_first_outputs(known, 1);
    ir_graph_release(known);
    ir_graph_release(rest);
    return s->cond != NULL;
}

/* Computes before the loop the residuals that are the same in every step. */
static bool before_loop(ir_partial *p, ir_arena *mem, split *s)
{
    const ir_graph *known = s->known;
    ir_value **in = ir_alloc(mem, (size_t)known->nin * sizeof *in);
    s->before = ir_alloc(mem, (size_t)s->nres * sizeof *s->before);
    for (int k = 0; in && k < known->nin; k++)
        in[k] = ir_partial_known(p, s->operand[k]);
    return in && s->before &&
           ctl_before_loop(p->known, known, s->kconst, s->kcarry, in, s->nknown_out, s->before);
}

/* The unknown loop's operand for a residual that needs no tape. */
static ir_value *constant_residual(ir_partial *p, const split *s, int r)
{
    const ir_value *v = s->known->out[s->nknown_out + r];
    if (s->before[r])
        return ir_partial_residual(p, s->before[r]);
    return ir_partial_unknown(p, s->operand[v->index]);
}

static bool needs_tape(const split *s, int r)
{
    const ir_value *v = s->known->out[s->nknown_out + r];
    bool still = !v->eqn && ctl_still_input(s->known, s->kconst, s->kcarry, (int)v->index);
    return !still && !s->before[r];
}

/* (constants, carry, counter) -> (carry, counter, known ys, residuals that change) */
static ir_graph *counting_body(const split *s, bool residuals)
{
    IR_SCRATCH(scratch);
    const ir_graph *from = s->known;
    ir_type count = ir_type_scalar(IR_i64);
    ir_value **y = ir_alloc(&scratch, (size_t)(2 * from->nout + 1) * sizeof *y);
    ir_graph *g = y ? ir_graph_like(from, NULL) : NULL;
    ir_value *counter = ir_input(g, &count), **out = y + from->nout;
    if (!g || !counter || !ir_splice(g, from, g->in, y)) {
        ir_graph_release(g);
        return NULL;
    }
    int n = 0;
    for (int k = 0; k < s->kcarry; k++)
        out[n++] = y[k];
    out[n++] = b_add(g, counter, b_const_int(g, IR_i64, 1));
    for (int k = s->kcarry; k < s->nknown_out; k++)
        out[n++] = y[k];
    for (int r = 0; residuals && r < s->nres; r++)
        if (needs_tape(s, r))
            out[n++] = y[s->nknown_out + r];
    return ir_finish(g, out, n);
}

/* Emits the known loop. Its results are: carry, counter, known ys, tapes. */
static ir_value **emit_known(const ir_loop *l, ir_partial *p, const ir_eqn *e, const split *s)
{
    IR_SCRATCH(scratch);
    ir_type count = ir_type_scalar(IR_i64);
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *in);
    IR_AUTO_GRAPH body = in ? counting_body(s, !l->checkpoints) : NULL;
    IR_AUTO_GRAPH cond = body ? loop_widen_cond(s->cond, 1, &count) : NULL;
    if (!cond)
        return NULL;
    int n = 0;
    for (int k = 0; k < e->nin; k++)
        if (k < l->ncond ? ir_partial_is_known(p, e->in[k]) : !s->in[k - l->ncond])
            in[n++] = ir_partial_known(p, e->in[k]);
    in[n++] = b_const_int(p->known, IR_i64, 0);
    ir_loop known = {
        .cond = cond, .body = body, .ncond = n - s->kconst - s->kcarry - 1, .nconst = s->kconst};
    return ir_emit_loop(p->known, &op_while, &known, n, in);
}

/* Emits the unknown loop over the tapes. `rest` takes residuals, unknown constants, unknown carry;
 * they are reordered to a scan's constants, carry, xs. */
static ir_value **emit_unknown(const ir_loop *l, ir_partial *p, const ir_eqn *e, const split *s,
                               ir_value *counter, ir_value *const *tapes)
{
    IR_SCRATCH(scratch);
    int nin = s->rest->nin, n = 0, ncarry = 0, unknown = s->nres;
    int *order = ir_alloc(&scratch, (size_t)(nin + s->rest->nout) * sizeof *order);
    ir_value **in = ir_alloc(&scratch, (size_t)(nin + 1) * sizeof *in);
    if (!order || !in)
        return NULL;
    int *same = order + nin;
    for (int r = 0; r < s->nres; r++)
        if (!needs_tape(s, r)) {
            order[n] = r;
            in[n++] = constant_residual(p, s, r);
        }
    for (int k = 0; k < loop_nbody(l); k++)
        if (s->in[k]) {
            order[n] = unknown++;
            in[n++] = ir_partial_unknown(p, e->in[l->ncond + k]);
            ncarry += k >= l->nconst;
        }
    ir_loop scan = {.nconst = n - ncarry, .ncarry = ncarry, .length = IR_DYNAMIC};
    for (int r = 0; r < s->nres; r++)
        if (needs_tape(s, r)) {
            order[n] = r;
            in[n++] = ir_partial_residual(p, *tapes++);
        }
    for (int k = 0; k < s->rest->nout; k++)
        same[k] = k;
    IR_AUTO_GRAPH body = ctl_reorder(s->rest, order, same);
    scan.body = body;
    return body ? loop_emit(p->unknown, &op_scan, &scan, ir_partial_residual(p, counter), n, in)
                : NULL;
}

/* With checkpoints, only the loop's operands and its number of steps are kept; the whole loop is on
 * the unknown side. */
static bool emit_recomputed(const ir_loop *l, ir_partial *p, const ir_eqn *e, const split *s,
                            ir_value **made)
{
    IR_SCRATCH(scratch);
    int n = loop_nbody(l);
    ir_value **in = ir_alloc(&scratch, (size_t)n * sizeof *in);
    if (!in)
        return false;
    for (int k = 0, m = 0; k < e->nout; k++)
        if (!s->out[k])
            p->k[e->out[k]->id] = made[m++];
    for (int k = 0; k < n; k++)
        in[k] = ir_partial_unknown(p, e->in[l->ncond + k]);
    ir_loop scan = {.body = l->body,
                    .nconst = l->nconst,
                    .ncarry = l->ncarry,
                    .length = IR_DYNAMIC,
                    .checkpoints = l->checkpoints};
    ir_value *steps = ir_partial_residual(p, made[s->kcarry]);
    ir_value **later = loop_emit(p->unknown, &op_scan, &scan, steps, n, in);
    for (int k = 0; later && k < e->nout; k++)
        if (s->out[k])
            p->u[e->out[k]->id] = later[k];
    return later != NULL;
}

static bool emit_split(const ir_loop *l, ir_partial *p, const ir_eqn *e, const split *s)
{
    ir_value **made = emit_known(l, p, e, s), **later = NULL;
    if (!made)
        return false;
    int m = 0, nunknown = 0;
    if (l->checkpoints)
        return emit_recomputed(l, p, e, s, made);
    for (int k = 0; k < e->nout; k++) {
        if (k == l->ncarry)
            m++; /* the counter comes after the carry */
        if (!s->out[k])
            p->k[e->out[k]->id] = made[m++];
        nunknown += s->out[k];
    }
    if (!nunknown)
        return true;
    later = emit_unknown(l, p, e, s, made[s->kcarry], made + s->nknown_out + 1);
    for (int k = 0, u = 0; later && k < e->nout; k++)
        if (s->out[k])
            p->u[e->out[k]->id] = later[u++];
    return later != NULL;
}

bool while_partial(ir_partial *p, const ir_eqn *e)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e);
    unsigned failures = ir_fail_count();
    split s = {0};
    bool ok = split_body(&l, p, e, &scratch, &s);
    if (ok && split_cond(&l, p, e, &s))
        ok = (l.checkpoints || before_loop(p, &scratch, &s)) && emit_split(&l, p, e, &s);
    else
        ok = ok && ir_fail_count() == failures && ir_partial_all_unknown(p, e);
    split_release(&s);
    return ok;
}

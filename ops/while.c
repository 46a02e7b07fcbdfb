/* while: a loop whose trip count the data decide.
 *
 * What the body gives beyond the next carry is yielded: each step's is put on a tape, an output of
 * the loop. That is how reverse mode gets the residuals of a loop of unknown length.
 *
 * Operands are the constants of the condition, the constants of the body, and the carry. Its
 * transformations are fixpoints: a carry is touched (has a tangent, is batched, is unknown) if it
 * enters so or if the body makes it so from others that are.
 */
#include <stdlib.h>
#include <string.h>

#include "jit/lower.h"
#include "ops/control.h"
#include "ops/lanes.h"
#include "ops/ops.h"

/* A while equation's parts. */
typedef struct {
    ir_graph *cond, *body;
    int ncc, nbc, nc, ny; /* condition's constants, body's constants, carry, what is yielded */
} parts;

static parts parts_of(const ir_attr *attr, int nin)
{
    parts w = {attr[0].graph, attr[1].graph, (int)attr[2].i, (int)attr[3].i, 0, 0};
    w.nc = nin - w.ncc - w.nbc;
    w.ny = w.body->nout - w.nc;
    return w;
}

/* How many states may be kept for reverse mode; 0: as many residuals as there are, on tapes. */
static int64_t slots_of(const ir_eqn *e)
{
    return e->op == &op_checkpointed_while ? e->attr[4].i : 0;
}

static bool while_infer(ir_infer *q)
{
    int64_t ncc = q->attr[2].i, nbc = q->attr[3].i;
    if (ncc < 0 || nbc < 0 || ncc > q->nin || nbc > q->nin - ncc)
        return ir_fail("while: %lld and %lld constants do not fit %d operands", (long long)ncc,
                       (long long)nbc, q->nin);
    parts w = parts_of(q->attr, q->nin);
    const ir_type *carry = q->in + w.ncc + w.nbc;
    if (w.cond->nin != w.ncc + w.nc || w.body->nin != w.nbc + w.nc)
        return ir_fail(
            "while: a carry of %d values wants a condition of %d inputs and a body of %d, "
            "but they have %d and %d",
            w.nc, w.ncc + w.nc, w.nbc + w.nc, w.cond->nin, w.body->nin);
    if (!ctl_check_inputs("while", "the condition", w.cond, w.ncc, w.nc, carry) ||
        !ctl_check_inputs("while", "the body", w.body, w.nbc, w.nc, carry))
        return false;
    for (int k = 0; k < w.ncc; k++)
        if (!ir_same_type(&q->in[k], &w.cond->in[k]->type))
            return ir_fail("while: constant %d of the condition is %s, but %s is given", k,
                           ir_type_tmp(&w.cond->in[k]->type), ir_type_tmp(&q->in[k]));
    for (int k = 0; k < w.nbc; k++)
        if (!ir_same_type(&q->in[w.ncc + k], &w.body->in[k]->type))
            return ir_fail("while: constant %d of the body is %s, but %s is given", k,
                           ir_type_tmp(&w.body->in[k]->type), ir_type_tmp(&q->in[w.ncc + k]));
    ir_type truth = ir_type_scalar(IR_bool);
    if (w.cond->nout != 1 || !ir_same_type(&w.cond->out[0]->type, &truth))
        return ir_fail("while: the condition must give one bool[], but gives %s",
                       w.cond->nout ? ir_type_tmp(&w.cond->out[0]->type) : "nothing");
    if (w.ny < 0)
        return ir_fail("while: the body takes a carry of %d values, but gives %d", w.nc,
                       w.body->nout);
    for (int k = 0; k < w.nc; k++) {
        if (!ir_same_type(&w.body->out[k]->type, &carry[k]))
            return ir_fail("while: carry %d enters the body as %s, leaves as %s", k,
                           ir_type_tmp(&carry[k]), ir_type_tmp(&w.body->out[k]->type));
        ir_infer_out(q, &carry[k]);
    }
    for (int k = w.nc; k < w.body->nout; k++) {
        ir_type t = w.body->out[k]->type;
        if (t.rank == IR_MAX_RANK)
            return ir_fail(
                "while: %s, yielded by each step, cannot be stacked: too many dimensions",
                ir_type_tmp(&t));
        memmove(t.dim + 1, t.dim, t.rank++ * sizeof t.dim[0]);
        t.dim[0] = IR_DYNAMIC;
        ir_infer_out(q, &t);
    }
    return true;
}

/* Where the next step leaves what it yields. */
static bool next_slices(const parts *w, void *const *out, int64_t step, void **next)
{
    for (int k = w->nc; k < w->body->nout; k++) {
        ir_tape *tape = *(ir_tape **)out[k];
        if (!ir_tape_resize(tape, step + 1))
            return false;
        next[k] = ir_tape_at(tape, step);
    }
    return true;
}

static bool run_steps(const parts *w, const ir_eqn *e, const void **cond_in, const void **body_in,
                      void **next, void *const *out)
{
    uint8_t go = 0;
    bool ok;
    for (int64_t step = 0; (ok = ir_eval(w->cond, cond_in, (void *[]){&go})) && go; step++) {
        if (!next_slices(w, out, step, next))
            return false;
        ok = ir_eval(w->body, body_in, next);
        for (int k = 0; k < w->nc; k++) {
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
    parts w = parts_of(e->attr, e->nin);
    const void **cond_in = ir_xmalloc((size_t)(2 * e->nin + e->nout + 2) * sizeof *cond_in);
    const void **body_in = cond_in + e->nin + 1;
    void **next = (void **)(body_in + e->nin + 1);
    memcpy(cond_in, in, (size_t)w.ncc * sizeof *in);
    memcpy(body_in, in + w.ncc, (size_t)w.nbc * sizeof *in);
    ir_arena scratch = {0};
    for (int k = 0; k < w.nc; k++) {
        size_t bytes = ir_type_bytes(&e->out[k]->type);
        ir_buffer_copy(&e->out[k]->type, out[k], in[w.ncc + w.nbc + k]);
        cond_in[w.ncc + k] = body_in[w.nbc + k] = out[k];
        next[k] = ir_alloc(&scratch, bytes ? bytes : 1);
    }
    for (int k = w.nc; k < e->nout; k++)
        *(ir_tape **)out[k] = ir_tape_new(&w.body->out[k]->type);
    bool ok = run_steps(&w, e, cond_in, body_in, next, out);
    ir_arena_free(&scratch);
    free(cond_in);
    return ok;
}

/* The condition over a carry that has grown: what was carry k is now carry place[k]. */
static ir_graph *widen_cond(const parts *w, int ncarry, const ir_type *carry, const int *place)
{
    int nin = w->ncc + ncarry;
    ir_type *types = ir_xmalloc((size_t)nin * sizeof *types);
    int *from = ir_xmalloc((size_t)w->cond->nin * sizeof *from);
    for (int k = 0; k < w->ncc; k++) {
        types[k] = w->cond->in[k]->type;
        from[k] = k;
    }
    memcpy(types + w->ncc, carry, (size_t)ncarry * sizeof *types);
    for (int k = 0; k < w->nc; k++)
        from[w->ncc + k] = w->ncc + place[k];
    ir_graph *made = ctl_rewire(w->cond, nin, types, from, 1, (int[]){0});
    free(types);
    free(from);
    return made;
}

/* The body's jvp once it is settled which carries move; moving is read and grown, and out, of the
 * body's outputs, written. */
static ir_graph *settle_jvp(const parts *w, bool *moving, bool *out)
{
    for (;;) {
        memcpy(out, moving + w->nbc, (size_t)w->nc);
        memset(out + w->nc, 0, (size_t)w->ny);
        ir_graph *j = ir_jvp(w->body, moving, out);
        if (!j || !memcmp(out, moving + w->nbc, (size_t)w->nc))
            return j;
        memcpy(moving + w->nbc, out, (size_t)w->nc);
        ir_graph_release(j);
    }
}

static bool while_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                      ir_value **y, ir_value **ty)
{
    parts w = parts_of(e->attr, e->nin);
    int first = w.ncc + w.nbc;
    bool *moving = ir_xmalloc((size_t)(w.nbc + 2 * w.nc + w.ny + 1));
    bool *out_moving = moving + w.nbc + w.nc;
    for (int k = 0; k < w.nbc + w.nc; k++)
        moving[k] = t[w.ncc + k] != NULL;
    IR_AUTO_GRAPH j = settle_jvp(&w, moving, out_moving);
    if (!j) {
        free(moving);
        return false;
    }
    int *in_order = ir_xmalloc((size_t)(j->nin + j->nout + w.nc + 2) * sizeof *in_order);
    int *out_order = in_order + j->nin + 1, *place = out_order + j->nout + 1;
    ctl_interleave(2, (int[]){w.nbc, w.nc}, moving, in_order);
    ctl_interleave(2, (int[]){w.nc, w.ny}, out_moving, out_order);
    IR_AUTO_GRAPH body = ctl_reorder(j, in_order, out_order);
    /* Operands: the condition's constants, then as the body takes them. */
    ir_value **in = ir_xmalloc((size_t)(e->nin + j->nin) * sizeof *in);
    ir_type *carry = ir_xmalloc((size_t)(2 * w.nc + 1) * sizeof *carry);
    int n = 0, ncarry = 0;
    for (int k = 0; k < w.ncc; k++)
        in[n++] = x[k];
    for (int k = w.ncc; k < first; k++)
        in[n++] = x[k];
    for (int k = w.ncc; k < first; k++)
        if (t[k])
            in[n++] = t[k];
    int nbc = n - w.ncc;
    for (int k = 0; k < w.nc; k++) {
        place[k] = k;
        carry[ncarry++] = x[first + k]->type;
        in[n++] = x[first + k];
    }
    for (int k = 0; k < w.nc; k++)
        if (moving[w.nbc + k]) {
            carry[ncarry++] = x[first + k]->type;
            in[n++] = t[first + k] ? t[first + k] : ir_zeros(g, &x[first + k]->type);
        }
    IR_AUTO_GRAPH cond = widen_cond(&w, ncarry, carry, place);
    ir_attr attr[] = {
        {.graph = cond}, {.graph = body}, {.i = w.ncc}, {.i = nbc}, {.i = slots_of(e)}};
    ir_value **made = cond && body ? ir_emit(g, e->op, n, in, attr) : NULL;
    ctl_hand_out(made, 2, (int[]){w.nc, w.ny}, out_moving, y, ty);
    free(carry);
    free(in);
    free(in_order);
    free(moving);
    return made != NULL;
}

/* ---- batch --------------------------------------------------------------------------------------
 * If the condition differs between lanes, the loop goes on while any lane does, and a lane that is
 * done keeps its value: the body selects, and so the whole carry is batched. */

/* cond over batched lanes -> one bool: does any go on? */
static ir_graph *any_lane(const ir_graph *cond)
{
    ir_graph *g = ir_graph_like(cond, NULL);
    ir_value *out = NULL;
    int64_t axis = 0;
    bool ok = ir_splice(g, cond, g->in, &out);
    out = ok ? b_reduce(g, &op_reduce_or, out, 1, &axis) : NULL;
    if (out) {
        ir_outputs(g, &out, 1);
        return g;
    }
    ir_graph_release(g);
    return NULL;
}

/* (condition's constants, body's constants, carry) -> carry, kept where the lane is done. */
static ir_graph *masked_body(const parts *w, const ir_graph *cond, const ir_graph *body)
{
    ir_graph *g = ir_graph_new(body->name);
    ir_value **in = ir_xmalloc((size_t)(2 * (w->ncc + w->nbc + w->nc) + w->ny + 1) * sizeof *in);
    ir_value **next = in + w->ncc + w->nbc + w->nc, *pred = NULL;
    for (int k = 0; k < w->ncc; k++)
        ir_input(g, &cond->in[k]->type);
    for (int k = 0; k < body->nin; k++)
        ir_input(g, &body->in[k]->type);
    ir_value **carry = g->in + w->ncc + w->nbc;
    memcpy(in, g->in, (size_t)w->ncc * sizeof *in);
    memcpy(in + w->ncc, carry, (size_t)w->nc * sizeof *in);
    bool ok = ir_splice(g, cond, in, &pred) && ir_splice(g, body, g->in + w->ncc, next);
    for (int k = 0; k < w->nc && ok; k++)
        ok = (next[k] = ctl_select_lanes(g, pred, next[k], carry[k])) != NULL;
    if (ok)
        ir_outputs(g, next, w->nc + w->ny);
    free(in);
    if (ok)
        return g;
    ir_graph_release(g);
    return NULL;
}

/* Which carries are batched, and whether the condition is: axes of constants are given, those of
 * the carry (0 or -1) are read and grown. yields gets the axes of what goes on tapes. */
static bool settle_batch(const parts *w, const ir_batching *over, int *cond_axis, int *body_axis,
                         int *pred, int *yields)
{
    int *carry = body_axis + w->nbc;
    int *out = ir_xmalloc((size_t)(w->nc + w->ny + 1) * sizeof *out);
    for (bool grown = true; grown;) {
        grown = false;
        memcpy(cond_axis + w->ncc, carry, (size_t)w->nc * sizeof *carry);
        *pred = IR_AXIS_ANY;
        for (int k = 0; k < w->nc + w->ny; k++)
            out[k] = IR_AXIS_ANY;
        IR_AUTO_GRAPH c = ir_vmap(w->cond, over, cond_axis, pred);
        IR_AUTO_GRAPH b = ir_vmap(w->body, over, body_axis, out);
        if (!c || !b) {
            free(out);
            return false;
        }
        for (int k = 0; k < w->nc; k++)
            if ((out[k] >= 0 || *pred >= 0) && carry[k] < 0) {
                carry[k] = ir_tape_depth(&w->body->out[k]->type);
                grown = true;
            }
    }
    /* On a tape the batch stands in front: it cannot be moved any more. */
    for (int k = 0; k < w->ny; k++)
        yields[k] = out[w->nc + k] < 0 ? -1 : ir_tape_depth(&w->body->out[w->nc + k]->type);
    free(out);
    return true;
}

/* All lanes in step. */
static bool batch_in_step(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    parts w = parts_of(e->attr, e->nin);
    int first = w.ncc + w.nbc, pred, n = 0;
    int *cond_axis = ir_xmalloc((size_t)(2 * e->nin + w.nc + 1) * sizeof *cond_axis);
    int *body_axis = cond_axis + w.ncc + w.nc, *carry = body_axis + w.nbc;
    ir_value **in = ir_xmalloc((size_t)(e->nin + w.ncc) * sizeof *in);
    memcpy(cond_axis, axis, (size_t)w.ncc * sizeof *axis);
    memcpy(body_axis, axis + w.ncc, (size_t)w.nbc * sizeof *axis);
    for (int k = 0; k < w.nc; k++)
        carry[k] = axis[first + k] >= 0 ? ir_tape_depth(&w.body->out[k]->type) : -1;
    ir_value **made = NULL;
    if (settle_batch(&w, over, cond_axis, body_axis, &pred, yaxis + w.nc)) {
        pred = pred >= 0 ? 0 : -1;
        memcpy(yaxis, carry, (size_t)w.nc * sizeof *carry);
        IR_AUTO_GRAPH cond = ir_vmap(w.cond, over, cond_axis, &pred);
        IR_AUTO_GRAPH body = ir_vmap(w.body, over, body_axis, yaxis);
        IR_AUTO_GRAPH any = cond && pred >= 0 ? any_lane(cond) : ir_graph_retain(cond);
        IR_AUTO_GRAPH step =
            cond && body && pred >= 0 ? masked_body(&w, cond, body) : ir_graph_retain(body);
        /* A masked body evaluates the condition too, so it takes its constants as well. */
        for (int twice = 0; twice < (pred >= 0 ? 2 : 1); twice++)
            for (int k = 0; k < w.ncc; k++)
                in[n++] = x[k];
        for (int k = w.ncc; k < first; k++)
            in[n++] = x[k];
        for (int k = 0; k < w.nc; k++)
            in[n++] = carry[k] < 0
                          ? x[first + k]
                          : ir_move_axis(g, x[first + k], axis[first + k], carry[k], over->size);
        ir_attr attr[] = {{.graph = any},
                          {.graph = step},
                          {.i = w.ncc},
                          {.i = n - w.ncc - w.nc},
                          {.i = slots_of(e)}};
        made = any && step ? ir_emit(g, e->op, n, in, attr) : NULL;
    }
    for (int k = 0; made && k < e->nout; k++)
        y[k] = made[k];
    for (int k = w.nc; k < e->nout; k++)
        yaxis[k] += yaxis[k] >= 0; /* the steps stand in front of the batch */
    free(in);
    free(cond_axis);
    return made != NULL;
}

static bool while_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                        const ir_batching *over, ir_value **y, int *yaxis)
{
    return lanes_batch(batch_in_step, g, e, x, axis, over, y, yaxis);
}

/* ---- partial evaluation -------------------------------------------------------------------------
 * The known loop carries what known values determine, counts its steps, and yields the residuals of
 * its body. The unknown loop is then a scan over these tapes, of as many steps. */

/* The loop split: flags by input and output of the body, the parts of body and condition. */
typedef struct {
    bool *in, *out; /* unknown */
    ir_graph *known, *rest, *cond;
    int nres, nknown_out;
    int kconst, kcarry;       /* known inputs of the body */
    const ir_value **operand; /* by known input: what the equation takes for it */
    ir_value **before;        /* by residual: computed before the loop, or NULL */
} split;

static void split_free(split *s)
{
    ir_graph_release(s->known);
    ir_graph_release(s->rest);
    ir_graph_release(s->cond);
    free(s->before);
    free(s->operand);
    free(s->in);
}

/* Settles which carries are unknown, and splits the body. */
static bool split_body(const parts *w, const ir_partial *p, const ir_eqn *e, split *s)
{
    s->in = ir_xmalloc((size_t)(w->nbc + 2 * w->nc + w->ny + 1));
    s->out = s->in + w->nbc + w->nc;
    for (int k = 0; k < w->nbc + w->nc; k++)
        s->in[k] = !ir_partial_is_known(p, e->in[w->ncc + k]);
    for (;;) {
        memcpy(s->out, s->in + w->nbc, (size_t)w->nc);
        memset(s->out + w->nc, 0, (size_t)w->ny);
        s->nres = ir_partial_eval(w->body, s->in, s->out, &s->known, &s->rest);
        if (s->nres < 0)
            return false;
        if (!memcmp(s->out, s->in + w->nbc, (size_t)w->nc))
            break;
        memcpy(s->in + w->nbc, s->out, (size_t)w->nc);
        ir_graph_release(s->known);
        ir_graph_release(s->rest);
        s->known = s->rest = NULL;
    }
    s->nknown_out = s->known->nout - s->nres;
    s->operand = ir_xmalloc((size_t)(s->known->nin + 1) * sizeof *s->operand);
    for (int k = 0, n = 0; k < w->nbc + w->nc; k++)
        if (!s->in[k]) {
            s->operand[n++] = e->in[w->ncc + k];
            *(k < w->nbc ? &s->kconst : &s->kcarry) += 1;
        }
    return true;
}

/* The condition over the known carries; false if it is unknown, or on error. */
static bool split_cond(const parts *w, const ir_partial *p, const ir_eqn *e, split *s)
{
    bool *in = ir_xmalloc((size_t)(w->ncc + w->nc + 1)), out = false;
    for (int k = 0; k < w->ncc; k++)
        in[k] = !ir_partial_is_known(p, e->in[k]);
    memcpy(in + w->ncc, s->out, (size_t)w->nc);
    ir_graph *rest = NULL, *known = NULL;
    int nres = ir_partial_eval(w->cond, in, &out, &known, &rest);
    if (nres >= 0 && !out)
        s->cond = ctl_first_outputs(known, 1);
    ir_graph_release(known);
    ir_graph_release(rest);
    free(in);
    return s->cond != NULL;
}

/* Computes before the loop the residuals that are the same in every step. */
static bool before_loop(ir_partial *p, split *s)
{
    const ir_graph *known = s->known;
    ir_value **in = ir_xmalloc((size_t)(known->nin + 1) * sizeof *in);
    s->before = ir_xmalloc((size_t)(s->nres + 1) * sizeof *s->before);
    for (int k = 0; k < known->nin; k++)
        in[k] = ir_partial_known(p, s->operand[k]);
    bool ok = ctl_before_loop(p->known, known, s->kconst, s->kcarry, in, s->nknown_out, s->before);
    free(in);
    return ok;
}

/* What the unknown loop takes for a residual that needs no tape. */
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
static ir_graph *counting_body(const split *s)
{
    const ir_graph *from = s->known;
    ir_graph *g = ir_graph_like(from, NULL);
    ir_type count = ir_type_scalar(IR_i64);
    ir_value *counter = ir_input(g, &count);
    ir_value **y = ir_xmalloc((size_t)(2 * from->nout + 2) * sizeof *y), **out = y + from->nout;
    bool ok = ir_splice(g, from, g->in, y);
    int n = 0;
    for (int k = 0; k < s->kcarry; k++)
        out[n++] = y[k];
    ok = ok && (out[n++] = b_add(g, counter, b_const_int(g, IR_i64, 1))) != NULL;
    for (int k = s->kcarry; k < s->nknown_out; k++)
        out[n++] = y[k];
    for (int r = 0; r < s->nres; r++)
        if (needs_tape(s, r))
            out[n++] = y[s->nknown_out + r];
    if (ok)
        ir_outputs(g, out, n);
    free(y);
    if (ok)
        return g;
    ir_graph_release(g);
    return NULL;
}

/* The condition with the counter as one more input. */
static ir_graph *counting_cond(const split *s)
{
    ir_graph *g = ir_graph_like(s->cond, NULL);
    ir_type count = ir_type_scalar(IR_i64);
    ir_value *out;
    bool ok = ir_splice(g, s->cond, g->in, &out);
    ir_input(g, &count);
    if (ok) {
        ir_outputs(g, &out, 1);
        return g;
    }
    ir_graph_release(g);
    return NULL;
}

/* Emits the known loop; its results: carry, counter, known ys, tapes. */
static ir_value **emit_known(const parts *w, ir_partial *p, const ir_eqn *e, const split *s)
{
    IR_AUTO_GRAPH body = counting_body(s);
    IR_AUTO_GRAPH cond = counting_cond(s);
    ir_value **in = ir_xmalloc((size_t)(e->nin + 1) * sizeof *in);
    int n = 0;
    for (int k = 0; k < e->nin; k++)
        if (k < w->ncc ? ir_partial_is_known(p, e->in[k]) : !s->in[k - w->ncc])
            in[n++] = ir_partial_known(p, e->in[k]);
    in[n++] = b_const_int(p->known, IR_i64, 0);
    ir_attr attr[] = {
        {.graph = cond}, {.graph = body}, {.i = n - s->kconst - s->kcarry - 1}, {.i = s->kconst}};
    ir_value **made = body && cond ? ir_emit(p->known, &op_while, n, in, attr) : NULL;
    free(in);
    return made;
}

/* Emits the unknown loop over the tapes. Its body takes residuals, unknown constants, unknown
 * carry; the scan wants constants, carry, xs. */
static ir_value **emit_unknown(const parts *w, ir_partial *p, const ir_eqn *e, const split *s,
                               ir_value *counter, ir_value *const *tapes)
{
    int nin = s->rest->nin, n = 0, nconst, ncarry = 0, unknown = s->nres;
    int *order = ir_xmalloc((size_t)(nin + s->rest->nout + 1) * sizeof *order), *same = order + nin;
    ir_value **in = ir_xmalloc((size_t)(nin + 1) * sizeof *in);
    for (int r = 0; r < s->nres; r++)
        if (!needs_tape(s, r)) {
            order[n] = r;
            in[n++] = constant_residual(p, s, r);
        }
    for (int k = 0; k < w->nbc + w->nc; k++)
        if (s->in[k]) {
            order[n] = unknown++;
            in[n++] = ir_partial_unknown(p, e->in[w->ncc + k]);
            ncarry += k >= w->nbc;
        }
    nconst = n - ncarry;
    for (int r = 0; r < s->nres; r++)
        if (needs_tape(s, r)) {
            order[n] = r;
            in[n++] = ir_partial_residual(p, *tapes++);
        }
    in[n++] = ir_partial_residual(p, counter);
    for (int k = 0; k < s->rest->nout; k++)
        same[k] = k;
    IR_AUTO_GRAPH body = ctl_reorder(s->rest, order, same);
    ir_attr attr[] = {
        {.graph = body}, {.i = IR_DYNAMIC}, {.i = nconst}, {.i = ncarry}, {.i = false}};
    ir_value **made = body ? ir_emit(p->unknown, &op_scan, n, in, attr) : NULL;
    free(in);
    free(order);
    return made;
}

/* With checkpoints: nothing is kept but what the loop starts from and how many steps it made; the
 * whole loop stands on the unknown side, and its transpose computes the states anew. */
static bool emit_recomputed(const parts *w, ir_partial *p, const ir_eqn *e, const split *s,
                            ir_value **made)
{
    for (int k = 0, m = 0; k < e->nout; k++)
        if (!s->out[k])
            p->k[e->out[k]->id] = made[m++];
    int n = w->nbc + w->nc;
    ir_value **in = ir_xmalloc((size_t)(n + 1) * sizeof *in);
    for (int k = 0; k < n; k++)
        in[k] = ir_partial_unknown(p, e->in[w->ncc + k]);
    in[n] = ir_partial_residual(p, made[s->kcarry]);
    ir_attr attr[] = {{.graph = w->body}, {.i = IR_DYNAMIC}, {.i = w->nbc},
                      {.i = w->nc},       {.i = false},      {.i = slots_of(e)}};
    ir_value **later = ir_emit(p->unknown, &op_checkpointed_scan, n + 1, in, attr);
    for (int k = 0; later && k < e->nout; k++)
        if (s->out[k])
            p->u[e->out[k]->id] = later[k];
    free(in);
    return later != NULL;
}

static bool emit_split(const parts *w, ir_partial *p, const ir_eqn *e, const split *s)
{
    ir_value **made = emit_known(w, p, e, s), **later = NULL;
    if (!made)
        return false;
    int m = 0, nunknown = 0;
    if (slots_of(e))
        return emit_recomputed(w, p, e, s, made);
    for (int k = 0; k < e->nout; k++) {
        if (k == w->nc)
            m++; /* the counter stands behind the carry */
        if (!s->out[k])
            p->k[e->out[k]->id] = made[m++];
        nunknown += s->out[k];
    }
    if (!nunknown)
        return true;
    later = emit_unknown(w, p, e, s, made[s->kcarry], made + s->nknown_out + 1);
    for (int k = 0, u = 0; later && k < e->nout; k++)
        if (s->out[k])
            p->u[e->out[k]->id] = later[u++];
    return later != NULL;
}

static bool while_partial(ir_partial *p, const ir_eqn *e)
{
    parts w = parts_of(e->attr, e->nin);
    unsigned failures = ir_fail_count();
    split s = {0};
    bool ok = split_body(&w, p, e, &s);
    if (slots_of(e)) /* residuals are not kept */
        s.nres = 0;
    if (ok && split_cond(&w, p, e, &s))
        ok = (slots_of(e) || before_loop(p, &s)) && emit_split(&w, p, e, &s);
    else
        ok = ok && ir_fail_count() == failures && ctl_all_unknown(p, e);
    split_free(&s);
    return ok;
}

/* A condition that is false whatever the data: no step is made. */
static bool while_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    parts w = parts_of(e->attr, e->nin);
    const ir_eqn *go = w.cond->out[0]->eqn;
    if (!go || go->op->role != IR_ROLE_LITERAL || go->attr[0].scalar.v_bool)
        return false;
    memcpy(y, x + w.ncc + w.nbc, (size_t)w.nc * sizeof *y);
    for (int k = w.nc; k < e->nout; k++)
        if (!(y[k] = ir_zeros(g, &e->out[k]->type)))
            return false;
    return true;
}

const ir_op op_while = {
    .name = "while",
    .role = IR_ROLE_WHILE,
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES,
    .attrs = {{"cond", IR_ATTR_GRAPH},
              {"body", IR_ATTR_GRAPH},
              {"cond_nconsts", IR_ATTR_INT},
              {"body_nconsts", IR_ATTR_INT}},
    .infer = while_infer,
    .eval = while_eval,
    .jvp = while_jvp,
    .transpose = ctl_while_transpose,
    .batch = while_batch,
    .partial = while_partial,
    .simplify = while_simplify,
    .lower = &(const jit_lower){.kind = JIT_WHILE},
};

static bool checkpointed_infer(ir_infer *q)
{
    if (q->attr[4].i < 1)
        return ir_fail("while: %lld checkpoints: there must be at least 1",
                       (long long)q->attr[4].i);
    if (q->attr[1].graph->nout != q->attr[1].graph->nin - (int)q->attr[3].i)
        return ir_fail("while: with checkpoints the body can yield nothing beside the carry");
    return while_infer(q);
}

/* A while whose reverse mode recomputes states from so many checkpoints. It has no role: passes
 * leave it as it is. */
const ir_op op_checkpointed_while = {
    .name = "checkpointed_while",
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES,
    .attrs = {{"cond", IR_ATTR_GRAPH},
              {"body", IR_ATTR_GRAPH},
              {"cond_nconsts", IR_ATTR_INT},
              {"body_nconsts", IR_ATTR_INT},
              {"checkpoints", IR_ATTR_INT}},
    .infer = checkpointed_infer,
    .eval = while_eval,
    .jvp = while_jvp,
    .transpose = ctl_while_transpose,
    .batch = batch_in_step,
    .partial = while_partial,
    .simplify = while_simplify,
    .lower = &(const jit_lower){.kind = JIT_WHILE},
};

/* while: a loop whose trip count the data decide.
 *
 * Operands are the constants of the condition, the constants of the body, and the carry. Its
 * transformations are fixpoints: a carry is touched (has a tangent, is batched, is unknown) if it
 * enters so or if the body makes it so from others that are.
 */
#include <stdlib.h>
#include <string.h>

#include "jit/lower.h"
#include "ops/control.h"
#include "ops/ops.h"

/* A while equation's parts. */
typedef struct {
    ir_graph *cond, *body;
    int ncc, nbc, nc; /* condition's constants, body's constants, carry */
} parts;

static parts parts_of(const ir_attr *attr, int nin)
{
    parts w = {attr[0].graph, attr[1].graph, (int)attr[2].i, (int)attr[3].i, 0};
    w.nc = nin - w.ncc - w.nbc;
    return w;
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
    if (w.body->nout != w.nc)
        return ir_fail("while: the body takes a carry of %d values, but gives %d", w.nc,
                       w.body->nout);
    for (int k = 0; k < w.nc; k++) {
        if (!ir_same_type(&w.body->out[k]->type, &carry[k]))
            return ir_fail("while: carry %d enters the body as %s, leaves as %s", k,
                           ir_type_tmp(&carry[k]), ir_type_tmp(&w.body->out[k]->type));
        ir_infer_out(q, &carry[k]);
    }
    return true;
}

static bool while_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    parts w = parts_of(e->attr, e->nin);
    const void **cond_in = ir_xmalloc((size_t)(2 * e->nin + w.nc + 2) * sizeof *cond_in);
    const void **body_in = cond_in + e->nin + 1;
    void **next = (void **)(body_in + e->nin + 1);
    memcpy(cond_in, in, (size_t)w.ncc * sizeof *in);
    memcpy(body_in, in + w.ncc, (size_t)w.nbc * sizeof *in);
    ir_arena scratch = {0};
    for (int k = 0; k < w.nc; k++) {
        size_t bytes = ir_type_bytes(&e->out[k]->type);
        if (bytes)
            memcpy(out[k], in[w.ncc + w.nbc + k], bytes);
        cond_in[w.ncc + k] = body_in[w.nbc + k] = out[k];
        next[k] = ir_alloc(&scratch, bytes ? bytes : 1);
    }
    uint8_t go = 0;
    bool ok;
    while ((ok = ir_eval(w.cond, cond_in, (void *[]){&go})) && go) {
        if (!(ok = ir_eval(w.body, body_in, next)))
            break;
        for (int k = 0; k < w.nc; k++)
            memcpy(out[k], next[k], ir_type_bytes(&e->out[k]->type));
    }
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

/* The body's jvp once it is settled which carries move; moving is read and grown. */
static ir_graph *settle_jvp(const ir_graph *body, int nbc, int nc, bool *moving)
{
    bool *out = ir_xmalloc((size_t)nc + 1);
    for (;;) {
        memcpy(out, moving + nbc, (size_t)nc);
        ir_graph *j = ir_jvp(body, moving, out);
        if (!j || !memcmp(out, moving + nbc, (size_t)nc)) {
            free(out);
            return j;
        }
        memcpy(moving + nbc, out, (size_t)nc);
        ir_graph_release(j);
    }
}

static bool while_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                      ir_value **y, ir_value **ty)
{
    parts w = parts_of(e->attr, e->nin);
    int first = w.ncc + w.nbc;
    bool *moving = ir_xmalloc((size_t)(w.nbc + w.nc + 1));
    for (int k = 0; k < w.nbc + w.nc; k++)
        moving[k] = t[w.ncc + k] != NULL;
    IR_AUTO_GRAPH j = settle_jvp(w.body, w.nbc, w.nc, moving);
    if (!j) {
        free(moving);
        return false;
    }
    int *in_order = ir_xmalloc((size_t)(j->nin + j->nout + w.nc + 2) * sizeof *in_order);
    int *out_order = in_order + j->nin + 1, *place = out_order + j->nout + 1;
    ctl_interleave(2, (int[]){w.nbc, w.nc}, moving, in_order);
    ctl_interleave(1, (int[]){w.nc}, moving + w.nbc, out_order);
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
    ir_attr attr[] = {{.graph = cond}, {.graph = body}, {.i = w.ncc}, {.i = nbc}};
    ir_value **made = cond && body ? ir_emit(g, e->op, n, in, attr) : NULL;
    for (int k = 0, m = w.nc; made && k < w.nc; k++) {
        y[k] = made[k];
        ty[k] = moving[w.nbc + k] ? made[m++] : NULL;
    }
    free(carry);
    free(in);
    free(in_order);
    free(moving);
    return made != NULL;
}

static bool while_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                            ir_value **ct_in)
{
    (void)g, (void)e, (void)x, (void)ct, (void)ct_in;
    return ir_fail(
        "reverse-mode differentiation needs the number of steps of a loop beforehand, and "
        "a while_loop does not tell it: use fori_loop with C integers as bounds, or "
        "forward mode (jvp)");
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

/* Where pred, of the lanes, is true: a, else b; the lanes are axis 0 of a and b. */
static ir_value *select_lanes(ir_graph *g, ir_value *pred, ir_value *a, ir_value *b)
{
    if (!a || !b)
        return NULL;
    int64_t lanes = 0;
    ir_value *wide = b_broadcast_in_dim(g, pred, a->type.rank, a->type.dim, &lanes);
    return b_select(g, wide, a, b);
}

/* (condition's constants, body's constants, carry) -> carry, kept where the lane is done. */
static ir_graph *masked_body(const parts *w, const ir_graph *cond, const ir_graph *body)
{
    ir_graph *g = ir_graph_new(body->name);
    ir_value **in = ir_xmalloc((size_t)(2 * (w->ncc + w->nbc + w->nc) + 1) * sizeof *in);
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
        ok = (next[k] = select_lanes(g, pred, next[k], carry[k])) != NULL;
    if (ok)
        ir_outputs(g, next, w->nc);
    free(in);
    if (ok)
        return g;
    ir_graph_release(g);
    return NULL;
}

/* Which carries are batched, and whether the condition is: axes of constants are given, those of
 * the carry (0 or -1) are read and grown. */
static bool settle_batch(const parts *w, int64_t size, int *cond_axis, int *body_axis, int *pred)
{
    int *carry = body_axis + w->nbc;
    int *out = ir_xmalloc((size_t)(w->nc + 1) * sizeof *out);
    for (bool grown = true; grown;) {
        grown = false;
        memcpy(cond_axis + w->ncc, carry, (size_t)w->nc * sizeof *carry);
        *pred = IR_AXIS_ANY;
        for (int k = 0; k < w->nc; k++)
            out[k] = IR_AXIS_ANY;
        IR_AUTO_GRAPH c = ir_vmap(w->cond, size, cond_axis, pred);
        IR_AUTO_GRAPH b = ir_vmap(w->body, size, body_axis, out);
        if (!c || !b) {
            free(out);
            return false;
        }
        for (int k = 0; k < w->nc; k++)
            if ((out[k] >= 0 || *pred >= 0) && carry[k] < 0) {
                carry[k] = 0;
                grown = true;
            }
    }
    free(out);
    return true;
}

static bool while_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                        int64_t size, ir_value **y, int *yaxis)
{
    parts w = parts_of(e->attr, e->nin);
    int first = w.ncc + w.nbc, pred, n = 0;
    int *cond_axis = ir_xmalloc((size_t)(2 * e->nin + w.nc + 1) * sizeof *cond_axis);
    int *body_axis = cond_axis + w.ncc + w.nc, *carry = body_axis + w.nbc;
    ir_value **in = ir_xmalloc((size_t)(e->nin + w.ncc) * sizeof *in);
    memcpy(cond_axis, axis, (size_t)w.ncc * sizeof *axis);
    memcpy(body_axis, axis + w.ncc, (size_t)w.nbc * sizeof *axis);
    for (int k = 0; k < w.nc; k++)
        carry[k] = axis[first + k] >= 0 ? 0 : -1;
    ir_value **made = NULL;
    if (settle_batch(&w, size, cond_axis, body_axis, &pred)) {
        pred = pred >= 0 ? 0 : -1;
        memcpy(yaxis, carry, (size_t)w.nc * sizeof *carry);
        IR_AUTO_GRAPH cond = ir_vmap(w.cond, size, cond_axis, &pred);
        IR_AUTO_GRAPH body = ir_vmap(w.body, size, body_axis, yaxis);
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
            in[n++] = carry[k] < 0 ? x[first + k]
                                   : ir_move_axis(g, x[first + k], axis[first + k], 0, size);
        ir_attr attr[] = {{.graph = any}, {.graph = step}, {.i = w.ncc}, {.i = n - w.ncc - w.nc}};
        made = any && step ? ir_emit(g, e->op, n, in, attr) : NULL;
    }
    for (int k = 0; made && k < w.nc; k++)
        y[k] = made[k];
    free(in);
    free(cond_axis);
    return made != NULL;
}

/* ---- partial evaluation -------------------------------------------------------------------------
 * The loop is run twice: once for the carries that known values determine, and once, on the unknown
 * side, in full, since each of its steps reads the known carries of that step. */

/* Which carries are unknown; false if the condition is, and then all of them are. */
static bool settle_unknown(const parts *w, const ir_partial *p, const ir_eqn *e, bool *unknown)
{
    bool *in = ir_xmalloc((size_t)(w->nbc + 2 * w->nc + w->ncc + 2));
    bool *out = in + w->nbc + w->nc + 1;
    for (int k = 0; k < w->nbc + w->nc; k++)
        in[k] = !ir_partial_is_known(p, e->in[w->ncc + k]);
    bool ok = true;
    for (bool grown = true; grown && ok;) {
        grown = false;
        ir_graph *known = NULL, *rest = NULL;
        memset(out, 0, (size_t)w->nc);
        ok = ir_partial_eval(w->body, in, out, &known, &rest) >= 0;
        for (int k = 0; k < w->nc && ok; k++)
            if (out[k] && !in[w->nbc + k])
                grown = in[w->nbc + k] = true;
        ir_graph_release(known);
        ir_graph_release(rest);
    }
    memcpy(unknown, in + w->nbc, (size_t)w->nc);
    bool *cond_in = ir_xmalloc((size_t)(w->ncc + w->nc + 1)), cond_out = false;
    for (int k = 0; k < w->ncc; k++)
        cond_in[k] = !ir_partial_is_known(p, e->in[k]);
    memcpy(cond_in + w->ncc, unknown, (size_t)w->nc);
    ir_graph *known = NULL, *rest = NULL;
    ok = ok && ir_partial_eval(w->cond, cond_in, &cond_out, &known, &rest) >= 0 && !cond_out;
    ir_graph_release(known);
    ir_graph_release(rest);
    free(cond_in);
    free(in);
    return ok;
}

/* The known part of a nested graph, its first nout outputs; NULL on error. */
static ir_graph *known_part(const ir_graph *g, const bool *unknown_in, const bool *unknown_out)
{
    bool *out = ir_xmalloc((size_t)g->nout + 1);
    int nout = 0;
    for (int k = 0; k < g->nout; k++)
        nout += !(out[k] = unknown_out[k]);
    ir_graph *known = NULL, *rest = NULL, *made = NULL;
    if (ir_partial_eval(g, unknown_in, out, &known, &rest) >= 0)
        made = ctl_first_outputs(known, nout);
    ir_graph_release(known);
    ir_graph_release(rest);
    free(out);
    return made;
}

/* The part of the loop that carries only what is known. */
static bool run_known(const parts *w, ir_partial *p, const ir_eqn *e, const bool *unknown)
{
    int n = 0, ncc = 0, nbc = 0, first = w->ncc + w->nbc;
    bool *flag = ir_xmalloc((size_t)(2 * e->nin + 1)), *cond_in = flag + e->nin;
    ir_value **in = ir_xmalloc((size_t)(e->nin + 1) * sizeof *in);
    for (int k = 0; k < e->nin; k++) {
        flag[k] = k < first ? !ir_partial_is_known(p, e->in[k]) : unknown[k - first];
        if (!flag[k]) {
            in[n++] = ir_partial_known(p, e->in[k]);
            ncc += k < w->ncc;
            nbc += k >= w->ncc && k < first;
        }
    }
    memcpy(cond_in, flag, (size_t)w->ncc);
    memcpy(cond_in + w->ncc, unknown, (size_t)w->nc);
    IR_AUTO_GRAPH cond = known_part(w->cond, cond_in, (bool[]){false});
    IR_AUTO_GRAPH body = known_part(w->body, flag + w->ncc, unknown);
    ir_attr attr[] = {{.graph = cond}, {.graph = body}, {.i = ncc}, {.i = nbc}};
    ir_value **made = cond && body ? ir_emit(p->known, e->op, n, in, attr) : NULL;
    for (int k = 0, m = 0; made && k < w->nc; k++)
        if (!unknown[k])
            p->k[e->out[k]->id] = made[m++];
    free(in);
    free(flag);
    return made != NULL;
}

static bool while_partial(ir_partial *p, const ir_eqn *e)
{
    parts w = parts_of(e->attr, e->nin);
    bool *unknown = ir_xmalloc((size_t)w.nc + 1);
    bool settled = settle_unknown(&w, p, e, unknown), any = false;
    for (int k = 0; k < w.nc; k++)
        any = any || !unknown[k];
    bool ok = !ir_error() && (!settled || !any || run_known(&w, p, e, unknown));
    ir_value **in = ir_xmalloc((size_t)e->nin * sizeof *in);
    for (int k = 0; k < e->nin; k++)
        in[k] = ir_partial_unknown(p, e->in[k]);
    ir_value **made = ok ? ir_copy_eqn(p->unknown, e, in) : NULL;
    for (int k = 0; made && k < e->nout; k++)
        if (!p->k[e->out[k]->id])
            p->u[e->out[k]->id] = made[k];
    free(in);
    free(unknown);
    return made != NULL;
}

/* A condition that is false whatever the data: no step is made. */
static bool while_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g;
    parts w = parts_of(e->attr, e->nin);
    const ir_eqn *go = w.cond->out[0]->eqn;
    if (!go || go->op->role != IR_ROLE_LITERAL || go->attr[0].scalar.v_bool)
        return false;
    memcpy(y, x + w.ncc + w.nbc, (size_t)w.nc * sizeof *y);
    return true;
}

const ir_op op_while = {
    .name = "while",
    .role = IR_ROLE_WHILE,
    .flags = IR_OP_NO_FOLD,
    .attrs = {{"cond", IR_ATTR_GRAPH},
              {"body", IR_ATTR_GRAPH},
              {"cond_nconsts", IR_ATTR_INT},
              {"body_nconsts", IR_ATTR_INT}},
    .infer = while_infer,
    .eval = while_eval,
    .jvp = while_jvp,
    .transpose = while_transpose,
    .batch = while_batch,
    .partial = while_partial,
    .simplify = while_simplify,
    .lower = &(const jit_lower){.kind = JIT_WHILE},
};

/* The reverse mode of scan: partial evaluation, by which residuals are stacked, and transposes,
 * which run the loop backwards; from checkpoints, states are computed anew instead.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/control.h"
#include "ops/ops.h"
#include "ops/scan.h"
#include "ops/treeverse.h"

/* ---- partial evaluation ---------------------------------------------------------------------- */

/* The split body once it is settled which carries are unknown. */
static int settle_partial(const scan_parts *s, bool *unknown, bool *out, ir_graph **known,
                          ir_graph **rest)
{
    for (;;) {
        memcpy(out, unknown + s->nconst, (size_t)s->ncarry);
        memset(out + s->ncarry, 0, (size_t)s->ny);
        int nres = ir_partial_eval(s->body, unknown, out, known, rest);
        if (nres < 0 || !memcmp(out, unknown + s->nconst, (size_t)s->ncarry))
            return nres;
        memcpy(unknown + s->nconst, out, (size_t)s->ncarry);
        ir_graph_release(*known);
        ir_graph_release(*rest);
    }
}

/* What becomes of each residual of the body. One that is the same in every step is passed to the
 * unknown loop as a constant; one that is a slice of a known xs is read again from that xs; only
 * the others are stacked. */
typedef enum { STACKED, CONSTANT, SLICE } kept;

/* The unknown loop in the making. */
typedef struct {
    const bool *unknown;    /* by input of the body */
    const ir_value **known; /* operands of the known loop, of the equation split */
    ir_value **in;          /* the same, in p->known */
    int nknown, kconst, kcarry;
    int nres;
    kept *kept;        /* by residual */
    ir_value **before; /* by residual: computed before the loop, in p->known, or NULL */
    int *order;        /* inputs of the unknown body, in the order the unknown loop takes them */
    ir_value **uin;    /* operands of the unknown loop */
    int nu, uconst;
} plan;

static void known_operands(plan *u, const scan_parts *s, ir_partial *p, const ir_eqn *e)
{
    for (int k = 0; k < s->n; k++)
        if (!u->unknown[k]) {
            u->known[u->nknown] = e->in[k];
            u->in[u->nknown++] = ir_partial_known(p, e->in[k]);
            u->kconst += k < s->nconst;
            u->kcarry += k >= s->nconst && k < s->nconst + s->ncarry;
        }
}

static bool place_residuals(plan *u, ir_partial *p, const ir_graph *known)
{
    int first = known->nout - u->nres;
    bool ok = ctl_before_loop(p->known, known, u->kconst, u->kcarry, u->in, first, u->before);
    for (int r = 0; r < u->nres; r++) {
        const ir_value *v = known->out[first + r];
        int input = v->eqn ? -1 : (int)v->index;
        if (u->before[r] || (input >= 0 && ctl_still_input(known, u->kconst, u->kcarry, input)))
            u->kept[r] = CONSTANT;
        else
            u->kept[r] = input >= u->kconst + u->kcarry ? SLICE : STACKED;
    }
    return ok;
}

/* The known body without the residuals that need not be stacked. */
static ir_graph *stacking_body(const plan *u, const ir_graph *known)
{
    int first = known->nout - u->nres, n = 0;
    ir_type *types = ir_xmalloc((size_t)(known->nin + 1) * sizeof *types);
    int *from = ir_xmalloc((size_t)(known->nin + known->nout + 1) * sizeof *from);
    int *pick = from + known->nin;
    for (int k = 0; k < known->nin; k++) {
        types[k] = known->in[k]->type;
        from[k] = k;
    }
    for (int k = 0; k < known->nout; k++)
        if (k < first || u->kept[k - first] == STACKED)
            pick[n++] = k;
    ir_graph *made = ctl_rewire(known, known->nin, types, from, n, pick);
    free(types);
    free(from);
    return made;
}

static void put(plan *u, int input, ir_value *operand)
{
    u->order[u->nu] = input;
    u->uin[u->nu++] = operand;
}

/* The unknown loop's operands: constants, carry, xs; residuals are the first inputs of its body. */
static void unknown_operands(plan *u, const scan_parts *s, ir_partial *p, const ir_eqn *e,
                             const ir_graph *known, ir_value *const *stacked)
{
    int first = known->nout - u->nres, next = u->nres;
    for (int r = 0; r < u->nres; r++) {
        const ir_value *v = known->out[first + r];
        if (u->kept[r] == CONSTANT)
            put(u, r,
                u->before[r] ? ir_partial_residual(p, u->before[r])
                             : ir_partial_unknown(p, u->known[v->index]));
    }
    for (int k = 0; k < s->n; k++) {
        if (k == s->nconst)
            u->uconst = u->nu;
        if (u->unknown[k])
            put(u, next++, ir_partial_unknown(p, e->in[k]));
    }
    if (s->n == s->nconst)
        u->uconst = u->nu;
    for (int r = 0; r < u->nres; r++) {
        const ir_value *v = known->out[first + r];
        if (u->kept[r] == SLICE)
            put(u, r, ir_partial_unknown(p, u->known[v->index]));
        if (u->kept[r] == STACKED)
            put(u, r, ir_partial_residual(p, *stacked++));
    }
}

/* Emits the known loop, then the unknown one, whose results these are. */
static ir_value **emit_halves(plan *u, const scan_parts *s, ir_partial *p, const ir_eqn *e,
                              const bool *out, const ir_graph *known, const ir_graph *rest)
{
    bool dynamic = s->length == IR_DYNAMIC;
    ir_value *length = dynamic ? ir_partial_known(p, e->in[s->n]) : NULL;
    IR_AUTO_GRAPH stacking = place_residuals(u, p, known) ? stacking_body(u, known) : NULL;
    ir_value **made = stacking ? scan_emit(p->known, s, length, stacking, u->kconst, u->kcarry,
                                           s->reverse, u->nknown, u->in)
                               : NULL;
    if (!made)
        return NULL;
    int m = 0, ucarry = 0;
    for (int k = 0; k < e->nout; k++)
        if (!out[k])
            p->k[e->out[k]->id] = made[m++];
    unknown_operands(u, s, p, e, known, made + m);
    for (int k = 0; k < s->ncarry; k++)
        ucarry += u->unknown[s->nconst + k];
    int *same = ir_xmalloc((size_t)(rest->nout + 1) * sizeof *same);
    for (int k = 0; k < rest->nout; k++)
        same[k] = k;
    IR_AUTO_GRAPH body = ctl_reorder(rest, u->order, same);
    free(same);
    length = dynamic ? ir_partial_unknown(p, e->in[s->n]) : NULL;
    return body ? scan_emit(p->unknown, s, length, body, u->uconst, ucarry, s->reverse, u->nu,
                            u->uin)
                : NULL;
}

bool scan_partial(ir_partial *p, const ir_eqn *e)
{
    scan_parts s = scan_parts_of(e->attr, e->nin);
    if (s.length == IR_DYNAMIC && !ir_partial_is_known(p, e->in[s.n]))
        return ctl_all_unknown(p, e);
    bool *unknown = ir_xmalloc((size_t)(e->nin + e->nout + 1)), *out = unknown + e->nin;
    for (int k = 0; k < s.n; k++)
        unknown[k] = !ir_partial_is_known(p, e->in[k]);
    ir_graph *known = NULL, *rest = NULL;
    int nres = settle_partial(&s, unknown, out, &known, &rest);
    if (nres < 0) {
        free(unknown);
        return false;
    }
    size_t most = (size_t)(e->nin + nres + 1);
    ir_arena scratch = {0};
    plan u = {.unknown = unknown,
              .known = ir_alloc(&scratch, most * sizeof *u.known),
              .in = ir_alloc(&scratch, most * sizeof *u.in),
              .nres = nres,
              .kept = ir_alloc(&scratch, most * sizeof *u.kept),
              .before = ir_alloc(&scratch, most * sizeof *u.before),
              .order = ir_alloc(&scratch, most * sizeof *u.order),
              .uin = ir_alloc(&scratch, most * sizeof *u.uin)};
    known_operands(&u, &s, p, e);
    ir_value **later = emit_halves(&u, &s, p, e, out, known, rest);
    for (int k = 0, m = 0; later && k < e->nout; k++)
        if (out[k])
            p->u[e->out[k]->id] = later[m++];
    ir_arena_free(&scratch);
    ir_graph_release(known);
    ir_graph_release(rest);
    free(unknown);
    return later != NULL;
}

/* ---- transpose ---------------------------------------------------------------------------------
 * The loop runs backwards. It carries the cotangents of the carry and, for each linear constant, a
 * sum over the steps; it reads the cotangents of ys and the xs that are not linear, and yields the
 * cotangents of the linear xs. */

/* Which of the body's inputs are linear, a carry being so as soon as the body makes it. */
static bool settle_linear(const scan_parts *s, const ir_eqn *e, ir_value *const *x, bool *linear)
{
    for (int k = 0; k < s->n; k++)
        linear[k] = !x[k];
    for (int k = 0; k < s->ncarry; k++) {
        bool moves = ir_is_float((ir_dtype)e->out[k]->type.dtype);
        if (!moves && linear[s->nconst + k])
            return ir_fail("scan: carry %d, %s, is not linear", k, ir_type_tmp(&e->out[k]->type));
        linear[s->nconst + k] = moves;
    }
    return true;
}

/* The body transposed once it is settled which cotangents are symbolically zero: nz_out, of its
 * outputs, enters as those that come from outside and is grown by the carries that the way back
 * makes so; nz_in, of its inputs, is written. */
static ir_graph *settle_transpose(const scan_parts *s, const bool *linear, bool *nz_out,
                                  bool *nz_in)
{
    for (;;) {
        memset(nz_in, 0, (size_t)s->body->nin);
        memcpy(nz_in + s->nconst, nz_out, (size_t)s->ncarry);
        ir_graph *back = ir_transpose_nz(s->body, linear, nz_out, nz_in);
        if (!back || !memcmp(nz_in + s->nconst, nz_out, (size_t)s->ncarry))
            return back;
        memcpy(nz_out, nz_in + s->nconst, (size_t)s->ncarry);
        ir_graph_release(back);
    }
}

/* Body of the backward loop. Inputs: constants that are not linear; ct of carries, sums for linear
 * constants; ct of ys, xs that are not linear. Outputs: the carry; ct of linear xs. All of them
 * only where they are not symbolically zero. */
static ir_graph *backward_body(const scan_parts *s, const bool *linear, const ir_graph *back,
                               const bool *nz_out, const bool *nz_in)
{
    ir_graph *body = s->body, *g = ir_graph_new(body->name);
    int first_x = s->nconst + s->ncarry, n = 0, m = 0, nout = 0;
    ir_value **in =
        ir_xmalloc((size_t)(back->nin + back->nout + 3 * body->nin + body->nout + 1) * sizeof *in);
    ir_value **made = in + back->nin, **sum = made + back->nout, **place = sum + body->nin;
    ir_value **ct = place + body->nin; /* place: by body input; ct: by body output */
    ir_value **out = ct + body->nout;
    for (int k = 0; k < s->nconst; k++)
        if (!linear[k])
            place[k] = ir_input(g, &body->in[k]->type);
    for (int k = 0; k < s->ncarry; k++)
        if (nz_out[k])
            ct[k] = ir_input(g, &body->out[k]->type);
    for (int k = 0; k < s->nconst; k++)
        if (nz_in[k])
            sum[k] = ir_input(g, &body->in[k]->type);
    for (int k = s->ncarry; k < body->nout; k++)
        if (nz_out[k])
            ct[k] = ir_input(g, &body->out[k]->type);
    for (int k = first_x; k < body->nin; k++)
        if (!linear[k])
            place[k] = ir_input(g, &body->in[k]->type);
    for (int k = 0; k < body->nin; k++)
        if (!linear[k])
            in[n++] = place[k];
    for (int k = 0; k < body->nout; k++)
        if (ct[k])
            in[n++] = ct[k];
    bool ok = ir_splice(g, back, in, made);
    ir_value **of_input = place; /* the cotangent of each linear input, in the body's order */
    for (int k = 0; ok && k < body->nin; k++)
        of_input[k] = nz_in[k] ? made[m++] : NULL;
    for (int k = s->nconst; ok && k < first_x; k++)
        if (nz_in[k])
            out[nout++] = of_input[k];
    for (int k = 0; ok && k < s->nconst; k++)
        if (nz_in[k])
            ok = (out[nout++] = ir_add_any(g, sum[k], of_input[k])) != NULL;
    for (int k = first_x; ok && k < body->nin; k++)
        if (nz_in[k])
            out[nout++] = of_input[k];
    if (ok)
        ir_outputs(g, out, nout);
    free(in);
    if (ok)
        return g;
    ir_graph_release(g);
    return NULL;
}

/* A carry that is no cotangent's business (a counter) would have to be run forwards first. */
static bool all_carries_linear(const scan_parts *s, const bool *linear)
{
    for (int k = 0; k < s->ncarry; k++)
        if (!linear[s->nconst + k])
            return false;
    return true;
}

/* The operands of the backward loop, in the order of backward_body's inputs; how many there are. */
static int backward_operands(ir_graph *g, const scan_parts *s, const ir_eqn *e, ir_value *const *x,
                             ir_value *const *ct, const bool *nz_out, const bool *nz_in,
                             ir_value **in, int *nconst, int *ncarry)
{
    int n = 0;
    for (int k = 0; k < s->nconst; k++)
        if (x[k])
            in[n++] = x[k];
    *nconst = n;
    for (int k = 0; k < s->ncarry; k++)
        if (nz_out[k])
            in[n++] = ct[k] ? ct[k] : ir_zeros(g, &e->out[k]->type);
    for (int k = 0; k < s->nconst; k++)
        if (nz_in[k])
            in[n++] = ir_zeros(g, &e->in[k]->type);
    *ncarry = n - *nconst;
    for (int k = s->ncarry; k < s->ncarry + s->ny; k++)
        if (nz_out[k])
            in[n++] = ct[k];
    for (int k = s->nconst + s->ncarry; k < s->n; k++)
        if (x[k])
            in[n++] = x[k];
    return n;
}

bool scan_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                    ir_value **ct_in)
{
    scan_parts s = scan_parts_of(e->attr, e->nin);
    int first_x = s.nconst + s.ncarry, n, m = 0, nconst, ncarry;
    bool *linear = ir_xmalloc((size_t)(2 * e->nin + e->nout + 1));
    bool *nz_in = linear + e->nin, *nz_out = nz_in + e->nin;
    ir_value **in = ir_xmalloc((size_t)(2 * e->nin + e->nout + 1) * sizeof *in), **made = NULL;
    for (int k = 0; k < e->nout; k++)
        nz_out[k] = ct[k] != NULL;
    if (settle_linear(&s, e, x, linear) &&
        (all_carries_linear(&s, linear) ||
         ir_fail("scan: a loop with a carry that is not linear has no transpose"))) {
        IR_AUTO_GRAPH back = settle_transpose(&s, linear, nz_out, nz_in);
        IR_AUTO_GRAPH body = back ? backward_body(&s, linear, back, nz_out, nz_in) : NULL;
        n = backward_operands(g, &s, e, x, ct, nz_out, nz_in, in, &nconst, &ncarry);
        if (body)
            made = scan_emit(g, &s, scan_length_of(&s, x), body, nconst, ncarry, !s.reverse, n, in);
    }
    for (int k = s.nconst; made && k < first_x; k++) {
        ir_value *start = nz_in[k] ? made[m++] : NULL;
        ct_in[k] = x[k] ? NULL : start;
    }
    for (int k = 0; made && k < s.nconst; k++)
        ct_in[k] = nz_in[k] ? made[m++] : NULL;
    for (int k = first_x; made && k < s.n; k++)
        ct_in[k] = nz_in[k] ? made[m++] : NULL;
    free(in);
    free(linear);
    return made != NULL;
}

/* ---- with checkpoints ---------------------------------------------------------------------------
 * Carries may then
 * be not linear: states of the loop, which the transpose computes anew. */

/* Grows linear, of the body's inputs, by the carries that the body makes so: that partial
 * evaluation cannot have without the linear ones. */
static bool spread_linear(const scan_parts *s, bool *linear)
{
    bool *out = ir_xmalloc((size_t)s->body->nout + 1);
    ir_graph *known = NULL, *rest = NULL;
    bool ok = settle_partial(s, linear, out, &known, &rest) >= 0;
    ir_graph_release(known);
    ir_graph_release(rest);
    free(out);
    return ok;
}

bool scan_checkpointed_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                 ir_value *const *ct, ir_value **ct_in)
{
    scan_parts s = scan_parts_of(e->attr, e->nin);
    bool *linear = ir_xmalloc((size_t)s.n + 1);
    for (int k = 0; k < s.n; k++)
        linear[k] = !x[k];
    bool spread = spread_linear(&s, linear);
    treeverse t = {s.body, s.nconst, linear, x, ct, x[s.n], e->attr[5].i};
    ir_value **in = ir_xmalloc((size_t)(s.n + 1) * sizeof *in);
    bool ok = spread && (x[s.n] || ir_fail("scan: its length is no linear operand")) &&
              ctl_treeverse(g, &t, in);
    for (int k = 0; ok && k < s.n; k++)
        ct_in[k] = x[k] ? NULL : in[k];
    free(in);
    free(linear);
    return ok;
}

/* scan: a loop of a known number of steps, over constants, a carry, and the slices of xs; each step
 * also yields slices of ys. This is what a fori_loop with static bounds becomes, for here reverse
 * mode knows how much to save: a residual of the body becomes one more y of the forward loop and
 * one more x of the backward loop.
 */
#include <stdlib.h>
#include <string.h>

#include "jit/lower.h"
#include "ops/control.h"
#include "ops/ops.h"

typedef struct {
    ir_graph *body;
    int64_t length;
    int nconst, ncarry, nx, ny;
    bool reverse;
} parts;

static parts parts_of(const ir_attr *attr, int nin)
{
    parts s = {.body = attr[0].graph,
               .length = attr[1].i,
               .nconst = (int)attr[2].i,
               .ncarry = (int)attr[3].i,
               .reverse = attr[4].i != 0};
    s.nx = nin - s.nconst - s.ncarry;
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
    t.dim[0] = length;
    t.rank++;
    return t;
}

static bool infer_xs(const ir_infer *q, const parts *s, ir_type *body_in)
{
    for (int k = 0; k < q->nin; k++) {
        body_in[k] = q->in[k];
        if (k < s->nconst + s->ncarry)
            continue;
        if (q->in[k].rank < 1 || q->in[k].dim[0] != s->length)
            return ir_fail("scan: xs %d is %s, but its leading axis must be the length, %lld",
                           k - s->nconst - s->ncarry, ir_type_tmp(&q->in[k]), (long long)s->length);
        body_in[k] = slice_of(q->in[k]);
    }
    return true;
}

static bool scan_infer(ir_infer *q)
{
    int64_t length = q->attr[1].i, nconst = q->attr[2].i, ncarry = q->attr[3].i;
    if (length < 0 || nconst < 0 || ncarry < 0 || nconst > q->nin || ncarry > q->nin - nconst ||
        ncarry > q->attr[0].graph->nout)
        return ir_fail("scan: length %lld, %lld constants and %lld carries do not fit %d operands",
                       (long long)length, (long long)nconst, (long long)ncarry, q->nin);
    parts s = parts_of(q->attr, q->nin);
    ir_type *body_in = ir_xmalloc((size_t)(q->nin + 1) * sizeof *body_in);
    bool ok = infer_xs(q, &s, body_in) &&
              ctl_check_inputs("scan", "the body", s.body, 0, q->nin, body_in);
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

static bool scan_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    parts s = parts_of(e->attr, e->nin);
    const void **bin = ir_xmalloc((size_t)(e->nin + s.body->nout + 1) * sizeof *bin);
    void **bout = (void **)(bin + e->nin);
    ir_arena scratch = {0};
    memcpy(bin, in, (size_t)e->nin * sizeof *in);
    for (int k = 0; k < s.ncarry; k++) {
        size_t bytes = ir_type_bytes(&e->out[k]->type);
        if (bytes)
            memcpy(out[k], in[s.nconst + k], bytes);
        bin[s.nconst + k] = out[k];
        bout[k] = ir_alloc(&scratch, bytes ? bytes : 1);
    }
    bool ok = true;
    for (int64_t step = 0; ok && step < s.length; step++) {
        int64_t at = s.reverse ? s.length - 1 - step : step;
        for (int k = s.nconst + s.ncarry; k < e->nin; k++)
            bin[k] = (const char *)in[k] + (size_t)at * ir_type_bytes(&s.body->in[k]->type);
        for (int k = s.ncarry; k < e->nout; k++)
            bout[k] = (char *)out[k] + (size_t)at * ir_type_bytes(&s.body->out[k]->type);
        ok = ir_eval(s.body, bin, bout);
        for (int k = 0; ok && k < s.ncarry; k++)
            memcpy(out[k], bout[k], ir_type_bytes(&e->out[k]->type));
    }
    ir_arena_free(&scratch);
    free(bin);
    return ok;
}

static ir_value **emit_scan(ir_graph *g, ir_graph *body, int64_t length, int nconst, int ncarry,
                            bool reverse, int nin, ir_value *const *in)
{
    ir_attr attr[] = {{.graph = body}, {.i = length}, {.i = nconst}, {.i = ncarry}, {.i = reverse}};
    return ir_emit(g, &op_scan, nin, in, attr);
}

/* ---- jvp ---------------------------------------------------------------------------------------
 */

/* The body's jvp once it is settled which carries move; moving (of the body's inputs) is grown, and
 * out_moving (of its outputs) written. */
static ir_graph *settle_jvp(const parts *s, bool *moving, bool *out_moving)
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
    parts s = parts_of(e->attr, e->nin);
    bool *moving = ir_xmalloc((size_t)(e->nin + e->nout + 1)), *out_moving = moving + e->nin;
    for (int k = 0; k < e->nin; k++)
        moving[k] = t[k] != NULL;
    IR_AUTO_GRAPH j = settle_jvp(&s, moving, out_moving);
    int *order = ir_xmalloc((size_t)(2 * (e->nin + e->nout) + 1) * sizeof *order);
    int *out_order = order + 2 * e->nin;
    int n = ctl_interleave(3, (int[]){s.nconst, s.ncarry, s.nx}, moving, order);
    ctl_interleave(2, (int[]){s.ncarry, s.ny}, out_moving, out_order);
    ir_value **in = ir_xmalloc((size_t)(4 * e->nin + 1) * sizeof *in), **flat = in + 2 * e->nin;
    int m = 0, nconst = s.nconst, ncarry = s.ncarry;
    for (int k = 0; k < e->nin; k++)
        flat[m++] = x[k];
    for (int k = 0; k < e->nin; k++)
        if (moving[k])
            flat[m++] = t[k] ? t[k] : ir_zeros(g, &x[k]->type);
    for (int k = 0; k < n; k++)
        in[k] = flat[order[k]];
    for (int k = 0; k < s.nconst + s.ncarry; k++)
        *(k < s.nconst ? &nconst : &ncarry) += moving[k];
    IR_AUTO_GRAPH body = j ? ctl_reorder(j, order, out_order) : NULL;
    ir_value **made = body ? emit_scan(g, body, s.length, nconst, ncarry, s.reverse, n, in) : NULL;
    for (int k = 0, at = 0, group = 0; made && group < 2; group++) {
        int end = group ? e->nout : s.ncarry, begin = k;
        for (; k < end; k++)
            y[k] = made[at++];
        for (k = begin; k < end; k++)
            ty[k] = out_moving[k] ? made[at++] : NULL;
    }
    free(in);
    free(order);
    free(moving);
    return made != NULL;
}

/* ---- batch -------------------------------------------------------------------------------------
 */

static bool scan_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                       int64_t size, ir_value **y, int *yaxis)
{
    parts s = parts_of(e->attr, e->nin);
    int *in_axis = ir_xmalloc((size_t)(e->nin + 1) * sizeof *in_axis);
    ir_value **in = ir_xmalloc((size_t)(e->nin + 1) * sizeof *in);
    for (int k = 0; k < e->nin; k++)
        in_axis[k] = k < s.nconst ? axis[k] : axis[k] >= 0 ? 0 : -1;
    ir_graph *body = NULL;
    for (bool grown = true; grown;) {
        ir_graph_release(body);
        grown = false;
        for (int k = 0; k < e->nout; k++)
            yaxis[k] = k < s.ncarry && in_axis[s.nconst + k] == 0 ? 0 : IR_AXIS_ANY;
        body = ir_vmap(s.body, size, in_axis, yaxis);
        for (int k = 0; body && k < s.ncarry; k++)
            if (yaxis[k] >= 0 && in_axis[s.nconst + k] < 0) {
                in_axis[s.nconst + k] = 0;
                grown = true;
            }
    }
    /* Stacking puts the steps in front of the batch axis, wherever the body left that. */
    for (int k = s.ncarry; k < e->nout; k++)
        yaxis[k] += yaxis[k] >= 0;
    for (int k = 0; k < e->nin; k++) {
        int to = k < s.nconst + s.ncarry ? 0 : 1;
        in[k] = k < s.nconst || in_axis[k] < 0 ? x[k] : ir_move_axis(g, x[k], axis[k], to, size);
    }
    ir_value **made =
        body ? emit_scan(g, body, s.length, s.nconst, s.ncarry, s.reverse, e->nin, in) : NULL;
    for (int k = 0; made && k < e->nout; k++)
        y[k] = made[k];
    ir_graph_release(body);
    free(in);
    free(in_axis);
    return made != NULL;
}

/* ---- partial evaluation ------------------------------------------------------------------------
 */

/* The split body once it is settled which carries are unknown. */
static int settle_partial(const parts *s, bool *unknown, bool *out, ir_graph **known,
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

/* What becomes of each residual of the body: one that is a constant of the loop is passed to the
 * unknown loop as it is; one that is a slice of a known xs is read again from that xs; all others
 * are stacked. */
typedef struct {
    int nconst;    /* how many are constants */
    int *order;    /* inputs of the unknown body, in the order the unknown loop takes them */
    ir_value **in; /* operands of the unknown loop */
    int nin;
} plan;

static int known_operands(const parts *s, ir_partial *p, const ir_eqn *e, const bool *unknown,
                          const ir_value **of_input, ir_value **in, int *nconst, int *ncarry)
{
    int n = 0;
    *nconst = *ncarry = 0;
    for (int k = 0; k < e->nin; k++)
        if (!unknown[k]) {
            of_input[n] = e->in[k];
            in[n++] = ir_partial_known(p, e->in[k]);
            *nconst += k < s->nconst;
            *ncarry += k >= s->nconst && k < s->nconst + s->ncarry;
        }
    return n;
}

static void plan_unknown(plan *u, const parts *s, ir_partial *p, const ir_eqn *e,
                         const bool *unknown, const ir_graph *known, int nres,
                         const ir_value **of_input, int kconst, int kcarry, ir_value **stacked)
{
    int first_res = known->nout - nres, nu = 0;
    int body_unknown = nres;
    bool *is_const = ir_xmalloc((size_t)nres + 1);
    for (int r = 0; r < nres; r++) {
        const ir_value *v = known->out[first_res + r];
        is_const[r] = !v->eqn && (int)v->index < kconst;
        if (is_const[r]) {
            u->order[nu] = r;
            u->in[nu++] = ir_partial_unknown(p, of_input[v->index]);
        }
    }
    for (int k = 0; k < e->nin; k++) {
        if (k == s->nconst)
            u->nconst = nu;
        if (k < s->nconst + s->ncarry && unknown[k]) {
            u->order[nu] = body_unknown++;
            u->in[nu++] = ir_partial_unknown(p, e->in[k]);
        }
    }
    if (e->nin == s->nconst)
        u->nconst = nu;
    for (int k = s->nconst + s->ncarry; k < e->nin; k++)
        if (unknown[k]) {
            u->order[nu] = body_unknown++;
            u->in[nu++] = ir_partial_unknown(p, e->in[k]);
        }
    for (int r = 0; r < nres; r++) {
        const ir_value *v = known->out[first_res + r];
        if (is_const[r])
            continue;
        u->order[nu] = r;
        bool is_x = !v->eqn && (int)v->index >= kconst + kcarry;
        u->in[nu++] =
            is_x ? ir_partial_unknown(p, of_input[v->index]) : ir_partial_residual(p, stacked[r]);
    }
    u->nin = nu;
    free(is_const);
}

static bool scan_partial(ir_partial *p, const ir_eqn *e)
{
    parts s = parts_of(e->attr, e->nin);
    bool *unknown = ir_xmalloc((size_t)(e->nin + e->nout + 1)), *out = unknown + e->nin;
    for (int k = 0; k < e->nin; k++)
        unknown[k] = !ir_partial_is_known(p, e->in[k]);
    ir_graph *known = NULL, *rest = NULL;
    int nres = settle_partial(&s, unknown, out, &known, &rest);
    if (nres < 0) {
        free(unknown);
        return false;
    }
    int kconst, kcarry, most = e->nin + nres + 1;
    const ir_value **of_input = ir_xmalloc((size_t)most * sizeof *of_input);
    ir_value **in = ir_xmalloc((size_t)most * 2 * sizeof *in);
    int n = known_operands(&s, p, e, unknown, of_input, in, &kconst, &kcarry);
    ir_value **made = emit_scan(p->known, known, s.length, kconst, kcarry, s.reverse, n, in);
    ir_value **later = NULL;
    int nknown_out = known->nout - nres, ucarry = 0;
    if (made) {
        for (int k = 0, m = 0; k < e->nout; k++)
            if (!out[k])
                p->k[e->out[k]->id] = made[m++];
        plan u = {.order = ir_xmalloc((size_t)most * sizeof(int)), .in = in + most};
        plan_unknown(&u, &s, p, e, unknown, known, nres, of_input, kconst, kcarry,
                     made + nknown_out);
        int *same = ir_xmalloc((size_t)(rest->nout + 1) * sizeof *same);
        for (int k = 0; k < rest->nout; k++)
            same[k] = k;
        for (int k = 0; k < s.ncarry; k++)
            ucarry += unknown[s.nconst + k];
        IR_AUTO_GRAPH body = ctl_reorder(rest, u.order, same);
        later =
            body ? emit_scan(p->unknown, body, s.length, u.nconst, ucarry, s.reverse, u.nin, u.in)
                 : NULL;
        for (int k = 0, m = 0; later && k < e->nout; k++)
            if (out[k])
                p->u[e->out[k]->id] = later[m++];
        free(same);
        free(u.order);
    }
    ir_graph_release(known);
    ir_graph_release(rest);
    free(in);
    free(of_input);
    free(unknown);
    return later != NULL;
}

/* ---- transpose ---------------------------------------------------------------------------------
 * The loop runs backwards. It carries the cotangents of the carry and, for each linear constant, a
 * sum over the steps; it reads the cotangents of ys and the xs that are not linear, and yields the
 * cotangents of the linear xs. */

/* Which of the body's inputs are linear, a carry being so as soon as the body makes it. */
static bool settle_linear(const parts *s, const ir_eqn *e, ir_value *const *x, bool *linear)
{
    for (int k = 0; k < e->nin; k++)
        linear[k] = !x[k];
    for (int k = 0; k < s->ncarry; k++) {
        bool moves = ir_is_float((ir_dtype)e->out[k]->type.dtype);
        if (!moves && linear[s->nconst + k])
            return ir_fail("scan: carry %d, %s, is not linear", k, ir_type_tmp(&e->out[k]->type));
        linear[s->nconst + k] = moves;
    }
    return true;
}

/* Body of the backward loop. Inputs: constants that are not linear; ct of linear carries, sums for
 * linear constants; ct of ys that have one, xs that are not linear. Outputs: the carry; ct of
 * linear xs. */
static ir_graph *backward_body(const parts *s, const bool *linear, const bool *nz_y)
{
    ir_graph *body = s->body;
    bool *nz_ct = ir_xmalloc((size_t)body->nout + 1);
    for (int k = 0; k < body->nout; k++)
        nz_ct[k] = k < s->ncarry ? linear[s->nconst + k] : nz_y[k - s->ncarry];
    IR_AUTO_GRAPH back = ir_transpose_nz(body, linear, nz_ct, NULL);
    free(nz_ct);
    if (!back)
        return NULL;
    ir_graph *g = ir_graph_new(body->name);
    ir_value **in =
        ir_xmalloc((size_t)(back->nin + back->nout + 2 * body->nin + body->nout + 1) * sizeof *in);
    ir_value **made = in + back->nin, **sum = made + back->nout, **place = sum + body->nin;
    ir_value **ct = place + body->nin; /* place: by body input; ct: by body output */
    for (int k = 0; k < s->nconst; k++)
        if (!linear[k])
            place[k] = ir_input(g, &body->in[k]->type);
    for (int k = 0; k < s->ncarry; k++)
        if (linear[s->nconst + k])
            ct[k] = ir_input(g, &body->out[k]->type);
    for (int k = 0; k < s->nconst; k++)
        if (linear[k])
            sum[k] = ir_input(g, &body->in[k]->type);
    for (int k = 0; k < s->ny; k++)
        if (nz_y[k])
            ct[s->ncarry + k] = ir_input(g, &body->out[s->ncarry + k]->type);
    for (int k = s->nconst; k < body->nin; k++)
        if (!linear[k] && k >= s->nconst + s->ncarry)
            place[k] = ir_input(g, &body->in[k]->type);
    int n = 0, m = 0, nout = 0;
    for (int k = 0; k < body->nin; k++)
        if (!linear[k])
            in[n++] = place[k];
    for (int k = 0; k < body->nout; k++)
        if (ct[k])
            in[n++] = ct[k];
    bool ok = ir_splice(g, back, in, made);
    ir_value **out = ir_xmalloc((size_t)(body->nin + 1) * sizeof *out);
    ir_value **of_input = place; /* the cotangent of each linear input, in the body's order */
    for (int k = 0; ok && k < body->nin; k++)
        of_input[k] = linear[k] ? made[m++] : NULL;
    for (int k = s->nconst; ok && k < s->nconst + s->ncarry; k++)
        if (linear[k])
            out[nout++] = of_input[k];
    for (int k = 0; ok && k < s->nconst; k++)
        if (linear[k])
            ok = (out[nout++] = ir_add_any(g, sum[k], of_input[k])) != NULL;
    for (int k = s->nconst + s->ncarry; ok && k < body->nin; k++)
        if (linear[k])
            out[nout++] = of_input[k];
    if (ok)
        ir_outputs(g, out, nout);
    free(out);
    free(in);
    if (ok)
        return g;
    ir_graph_release(g);
    return NULL;
}

/* A carry that is no cotangent's business (a counter) would have to be run forwards first. */
static bool all_carries_linear(const parts *s, const bool *linear)
{
    for (int k = 0; k < s->ncarry; k++)
        if (!linear[s->nconst + k])
            return false;
    return true;
}

static bool scan_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                           ir_value **ct_in)
{
    parts s = parts_of(e->attr, e->nin);
    bool *linear = ir_xmalloc((size_t)(e->nin + e->nout + 1)), *nz_y = linear + e->nin;
    ir_value **in = ir_xmalloc((size_t)(e->nin + e->nout + 1) * sizeof *in), **made = NULL;
    int n = 0, nconst = 0, ncarry = 0;
    if (settle_linear(&s, e, x, linear) &&
        (all_carries_linear(&s, linear) ||
         ir_fail("scan: a loop with a carry that is not linear has no transpose"))) {
        for (int k = 0; k < s.ny; k++)
            nz_y[k] = ct[s.ncarry + k] != NULL;
        for (int k = 0; k < s.nconst; k++)
            if (!linear[k])
                in[n++] = x[k];
        nconst = n;
        for (int k = 0; k < s.ncarry; k++)
            in[n++] = ct[k] ? ct[k] : ir_zeros(g, &e->out[k]->type);
        for (int k = 0; k < s.nconst; k++)
            if (linear[k])
                in[n++] = ir_zeros(g, &e->in[k]->type);
        ncarry = n - nconst;
        for (int k = 0; k < s.ny; k++)
            if (nz_y[k])
                in[n++] = ct[s.ncarry + k];
        for (int k = s.nconst + s.ncarry; k < e->nin; k++)
            if (!linear[k])
                in[n++] = x[k];
        IR_AUTO_GRAPH body = backward_body(&s, linear, nz_y);
        made = body ? emit_scan(g, body, s.length, nconst, ncarry, !s.reverse, n, in) : NULL;
    }
    int m = 0;
    for (int k = s.nconst; made && k < s.nconst + s.ncarry; k++)
        ct_in[k] = x[k] ? (m++, NULL) : made[m++];
    for (int k = 0; made && k < s.nconst; k++)
        if (linear[k])
            ct_in[k] = made[m++];
    for (int k = s.nconst + s.ncarry; made && k < e->nin; k++)
        if (linear[k])
            ct_in[k] = made[m++];
    free(in);
    free(linear);
    return made != NULL;
}

/* ---- simplification ----------------------------------------------------------------------------
 */

/* No step: the carry as it came, and empty ys. */
static bool no_step(ir_graph *g, const ir_eqn *e, const parts *s, ir_value *const *x, ir_value **y)
{
    for (int k = 0; k < e->nout; k++)
        if (!(y[k] = k < s->ncarry ? x[s->nconst + k] : ir_zeros(g, &e->out[k]->type)))
            return false;
    return true;
}

/* One step: the body, its xs without their leading axis, its ys with one. */
static bool one_step(ir_graph *g, const parts *s, ir_value *const *x, ir_value **y)
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
    parts s = parts_of(e->attr, e->nin);
    return (s.length == 0 && no_step(g, e, &s, x, y)) || (s.length == 1 && one_step(g, &s, x, y));
}

const ir_op op_scan = {
    .name = "scan",
    .role = IR_ROLE_SCAN,
    .flags = IR_OP_NO_FOLD,
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

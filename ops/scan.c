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
#include "ops/treeverse.h"

typedef struct {
    ir_graph *body;
    int64_t length; /* IR_DYNAMIC: it is operand n */
    int nconst, ncarry, nx, ny;
    int n; /* operands that the body takes */
    bool reverse;
    const ir_op *op; /* that emit_scan gives: scan, or the checkpointed one */
    int64_t slots;
} parts;

static parts parts_of(const ir_attr *attr, int nin)
{
    parts s = {.op = &op_scan,
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

static bool infer_xs(const ir_infer *q, const parts *s, ir_type *body_in)
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
    parts s = parts_of(q->attr, q->nin);
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

/* ---- eval --------------------------------------------------------------------------------------
 */

/* Where the body finds slice `at` of its input k, and leaves slice `at` of its output k. */
static const void *slice_in(const parts *s, const ir_eqn *e, const void *in, int k, int64_t at,
                            const void *zeros)
{
    if (!ir_is_tape(&e->in[k]->type))
        return (const char *)in + (size_t)at * ir_type_bytes(&s->body->in[k]->type);
    const void *slice = ir_tape_at(*(ir_tape *const *)in, at);
    return slice ? slice : zeros;
}

static void *slice_out(const parts *s, const ir_eqn *e, void *out, int k, int64_t at)
{
    if (!ir_is_tape(&e->out[k]->type))
        return (char *)out + (size_t)at * ir_type_bytes(&s->body->out[k]->type);
    return ir_tape_at(*(ir_tape **)out, at);
}

/* Tapes for the ys that are stacked so, with room for all steps. */
static bool open_tapes(const parts *s, const ir_eqn *e, int64_t length, void *const *out)
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
static size_t largest_slice(const parts *s)
{
    size_t most = 8;
    for (int k = s->nconst + s->ncarry; k < s->n; k++) {
        size_t bytes = ir_type_bytes(&s->body->in[k]->type);
        most = bytes > most ? bytes : most;
    }
    return most;
}

static bool run_steps(const parts *s, const ir_eqn *e, int64_t length, const void *const *in,
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
    parts s = parts_of(e->attr, e->nin);
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

static ir_value *length_of(const parts *s, ir_value *const *x)
{
    return s->length == IR_DYNAMIC ? x[s->n] : NULL;
}

/* A scan like s but for its body, what that takes, and its direction. length: of a dynamic one. */
static ir_value **emit_scan(ir_graph *g, const parts *s, ir_value *length, ir_graph *body,
                            int nconst, int ncarry, bool reverse, int n, ir_value *const *in)
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
static parts parts_like(const ir_eqn *e)
{
    parts s = parts_of(e->attr, e->nin);
    s.op = e->op;
    s.slots = e->op == &op_checkpointed_scan ? e->attr[5].i : 0;
    return s;
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
    parts s = parts_like(e);
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
        body ? emit_scan(g, &s, length_of(&s, x), body, nconst, ncarry, s.reverse, n, in) : NULL;
    ctl_hand_out(made, 2, (int[]){s.ncarry, s.ny}, out_moving, y, ty);
    free(in);
    free(order);
    free(moving);
    return made != NULL;
}

/* ---- batch -------------------------------------------------------------------------------------
 */

/* Where the body takes and gives the batch: in front, but behind the dynamic axes of a tape. */
static int batch_place(const ir_type *slice)
{
    return ir_tape_depth(slice);
}

/* The batched body once it is settled which carries are batched; `all`: all of them. Axes of
 * constants and xs are given, the others are written. What goes on a tape carries its batch in
 * front: on a tape it cannot be moved any more. */
static ir_graph *settle_batch(const parts *s, int64_t size, bool all, int *in_axis, int *out_axis)
{
    const ir_graph *from = s->body;
    bool *fixed = ir_xmalloc((size_t)from->nout + 1);
    for (int k = s->nconst; all && k < s->nconst + s->ncarry; k++)
        in_axis[k] = batch_place(&from->in[k]->type);
    for (int k = s->ncarry; all && k < from->nout; k++)
        fixed[k] = !ir_is_tape(&from->out[k]->type);
    ir_graph *body = NULL;
    for (bool again = true; again;) {
        ir_graph_release(body);
        again = false;
        for (int k = 0; k < from->nout; k++) {
            fixed[k] |= k < s->ncarry && in_axis[s->nconst + k] >= 0;
            out_axis[k] = fixed[k] ? batch_place(&from->out[k]->type) : IR_AXIS_ANY;
        }
        body = ir_vmap(from, size, in_axis, out_axis);
        for (int k = 0; body && k < from->nout; k++) {
            int place = batch_place(&from->out[k]->type);
            if (k < s->ncarry && out_axis[k] >= 0 && in_axis[s->nconst + k] < 0) {
                in_axis[s->nconst + k] = place;
                again = true;
            } else if (k >= s->ncarry && s->length == IR_DYNAMIC && out_axis[k] > place) {
                fixed[k] = again = true;
            }
        }
    }
    free(fixed);
    return body;
}

/* Lanes of different lengths: the loop runs as long as the longest, and a lane that has no step
 * left keeps its carry. What it reads then is made harmless (1, for it may be a divisor), so that
 * nothing it computes is infinite. (constants, lengths; carry, counter; xs) */
static ir_graph *masked_body(const parts *s, const ir_graph *body, const int *in_axis, int64_t size)
{
    ir_graph *g = ir_graph_new(body->name);
    ir_type lanes = ir_type_make(IR_i64, 1, &size), one = ir_type_scalar(IR_i64);
    ir_value **in = ir_xmalloc((size_t)(body->nin + body->nout + 2) * sizeof *in);
    ir_value **out = in + body->nin, *lengths = NULL, *counter = NULL;
    for (int k = 0; k <= body->nin; k++) {
        if (k == s->nconst)
            lengths = ir_input(g, &lanes);
        if (k == s->nconst + s->ncarry)
            counter = ir_input(g, &one);
        if (k < body->nin)
            in[k] = ir_input(g, &body->in[k]->type);
    }
    ir_value *active = b_lt(g, b_broadcast_in_dim(g, counter, 1, &size, NULL), lengths);
    bool ok = active != NULL;
    for (int k = s->nconst + s->ncarry; ok && k < body->nin; k++)
        if (in_axis[k] >= 0 && !ir_is_tape(&in[k]->type)) {
            bool is_float = ir_is_float((ir_dtype)in[k]->type.dtype);
            ok = (in[k] = ctl_select_lanes(g, active, in[k], b_const(g, in[k], is_float))) != NULL;
        }
    ok = ok && ir_splice(g, body, in, out);
    for (int k = 0; ok && k < body->nout; k++)
        if (!ir_is_tape(&out[k]->type)) {
            ir_value *rest = k < s->ncarry ? in[s->nconst + k] : b_const(g, out[k], 0);
            ok = (out[k] = ctl_select_lanes(g, active, out[k], rest)) != NULL;
        }
    memmove(out + s->ncarry + 1, out + s->ncarry, (size_t)s->ny * sizeof *out);
    if (ok)
        ok = (out[s->ncarry] = b_add(g, counter, b_const_int(g, IR_i64, s->reverse ? -1 : 1))) !=
             NULL;
    if (ok)
        ir_outputs(g, out, body->nout + 1);
    free(in);
    if (ok)
        return g;
    ir_graph_release(g);
    return NULL;
}

/* Emits the masked loop; in holds the operands of the batched one, with room for two more. */
static ir_value **emit_masked(ir_graph *g, const parts *s, const ir_graph *body, const int *in_axis,
                              int64_t size, ir_value *lengths, ir_value **in)
{
    IR_AUTO_GRAPH masked = masked_body(s, body, in_axis, size);
    int64_t axis = 0;
    ir_value *longest = b_reduce(g, &op_reduce_max, lengths, 1, &axis);
    ir_value *first = s->reverse && longest ? b_sub(g, longest, b_const_int(g, IR_i64, 1))
                                            : b_const_int(g, IR_i64, 0);
    int carry = s->nconst + 1, xs = carry + s->ncarry + 1;
    memmove(in + xs, in + s->nconst + s->ncarry, (size_t)s->nx * sizeof *in);
    memmove(in + carry, in + s->nconst, (size_t)s->ncarry * sizeof *in);
    in[s->nconst] = lengths;
    in[xs - 1] = first;
    return masked ? emit_scan(g, s, longest, masked, s->nconst + 1, s->ncarry + 1, s->reverse,
                              s->n + 2, in)
                  : NULL;
}

static bool scan_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                       int64_t size, ir_value **y, int *yaxis)
{
    parts s = parts_like(e);
    bool masked = s.length == IR_DYNAMIC && axis[s.n] >= 0;
    int *in_axis = ir_xmalloc((size_t)(e->nin + 1) * sizeof *in_axis);
    ir_value **in = ir_xmalloc((size_t)(e->nin + 2) * sizeof *in), **made = NULL;
    for (int k = 0; k < s.n; k++)
        in_axis[k] = axis[k] < 0 || k < s.nconst ? axis[k] : batch_place(&s.body->in[k]->type);
    IR_AUTO_GRAPH body = settle_batch(&s, size, masked, in_axis, yaxis);
    for (int k = 0; k < s.n; k++) {
        /* Stacking puts the steps in front of the batch axis. */
        int to = in_axis[k] + (k >= s.nconst + s.ncarry);
        in[k] = k < s.nconst || in_axis[k] < 0 ? x[k] : ir_move_axis(g, x[k], axis[k], to, size);
    }
    if (body && masked)
        made = emit_masked(g, &s, body, in_axis, size, x[s.n], in);
    else if (body)
        made = emit_scan(g, &s, length_of(&s, x), body, s.nconst, s.ncarry, s.reverse, s.n, in);
    for (int k = 0; made && k < e->nout; k++)
        y[k] = made[k + (masked && k >= s.ncarry)];
    for (int k = s.ncarry; k < e->nout; k++)
        yaxis[k] += yaxis[k] >= 0;
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
    for (int k = 0; k < s->n; k++)
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
    for (int k = 0; k < s->n; k++) {
        if (k == s->nconst)
            u->nconst = nu;
        if (k < s->nconst + s->ncarry && unknown[k]) {
            u->order[nu] = body_unknown++;
            u->in[nu++] = ir_partial_unknown(p, e->in[k]);
        }
    }
    if (s->n == s->nconst)
        u->nconst = nu;
    for (int k = s->nconst + s->ncarry; k < s->n; k++)
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
    for (int k = 0; k < s.n; k++)
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
    ir_value *known_length = s.length == IR_DYNAMIC ? ir_partial_known(p, e->in[s.n]) : NULL;
    ir_value **made =
        emit_scan(p->known, &s, known_length, known, kconst, kcarry, s.reverse, n, in);
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
        ir_value *length = s.length == IR_DYNAMIC ? ir_partial_unknown(p, e->in[s.n]) : NULL;
        later =
            body ? emit_scan(p->unknown, &s, length, body, u.nconst, ucarry, s.reverse, u.nin, u.in)
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
        for (int k = s.nconst + s.ncarry; k < s.n; k++)
            if (!linear[k])
                in[n++] = x[k];
        IR_AUTO_GRAPH body = backward_body(&s, linear, nz_y);
        made = body ? emit_scan(g, &s, length_of(&s, x), body, nconst, ncarry, !s.reverse, n, in)
                    : NULL;
    }
    int m = 0;
    for (int k = s.nconst; made && k < s.nconst + s.ncarry; k++)
        ct_in[k] = x[k] ? (m++, NULL) : made[m++];
    for (int k = 0; made && k < s.nconst; k++)
        if (linear[k])
            ct_in[k] = made[m++];
    for (int k = s.nconst + s.ncarry; made && k < s.n; k++)
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

static bool has_tapes(const parts *s)
{
    bool any = false;
    for (int k = s->nconst + s->ncarry; k < s->n; k++)
        any |= ir_is_tape(&s->body->in[k]->type);
    for (int k = s->ncarry; k < s->body->nout; k++)
        any |= ir_is_tape(&s->body->out[k]->type);
    return any;
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

/* ---- with checkpoints
 * ------------------------------------------------------------------------------ Carries may then
 * be not linear: states of the loop, which the transpose computes anew. */

/* Grows linear, of the body's inputs, by the carries that the body makes so: that partial
 * evaluation cannot have without the linear ones. */
static bool spread_linear(const parts *s, bool *linear)
{
    bool *out = ir_xmalloc((size_t)s->body->nout + 1);
    ir_graph *known = NULL, *rest = NULL;
    bool ok = settle_partial(s, linear, out, &known, &rest) >= 0;
    ir_graph_release(known);
    ir_graph_release(rest);
    free(out);
    return ok;
}

static bool checkpointed_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                   ir_value *const *ct, ir_value **ct_in)
{
    parts s = parts_of(e->attr, e->nin);
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

static bool checkpointed_infer(ir_infer *q)
{
    if (q->attr[5].i < 1 || q->attr[1].i != IR_DYNAMIC || q->attr[4].i)
        return ir_fail(
            "checkpointed_scan: it goes forwards, with its length an operand and at least one "
            "checkpoint");
    if (!scan_infer(q))
        return false;
    parts s = parts_of(q->attr, q->nin);
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
    .transpose = checkpointed_transpose,
    .batch = scan_batch,
    .partial = scan_partial,
    .lower = &(const jit_lower){.kind = JIT_SCAN},
};

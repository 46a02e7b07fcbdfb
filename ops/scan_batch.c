/* scan over a batch: the body batched, once it is settled which carries are; lanes of different
 * lengths masked.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/control.h"
#include "ops/ops.h"
#include "ops/scan.h"

/* Where the body takes and gives the batch: in front, but behind the dynamic axes of a tape. */
static int batch_place(const ir_type *slice)
{
    return ir_tape_depth(slice);
}

/* The batched body once it is settled which carries are batched; `all`: all of them. Axes of
 * constants and xs are given, the others are written. What goes on a tape carries its batch in
 * front: on a tape it cannot be moved any more. */
static ir_graph *settle_batch(const scan_parts *s, const ir_batching *over, bool all,
                              int *in_axis, int *out_axis)
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
        body = ir_vmap(from, over, in_axis, out_axis);
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

/* x, but 1 (for it may be a divisor) in lanes that are not active, so that nothing they compute
 * from it is infinite. */
static ir_value *harmless(ir_graph *g, ir_value *active, ir_value *x)
{
    if (!x || ir_is_tape(&x->type))
        return x;
    bool is_float = ir_is_float((ir_dtype)x->type.dtype);
    return ctl_select_lanes(g, active, x, b_const(g, x, is_float));
}

/* Lanes of different lengths: the loop runs as long as the longest, and a lane that has no step
 * left keeps its carry, and reads nothing harmful. (constants, lengths; carry, counter; xs) */
static ir_graph *masked_body(const scan_parts *s, const ir_graph *body, const int *in_axis,
                             int64_t size)
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
        if (in_axis[k] >= 0)
            ok = (in[k] = harmless(g, active, in[k])) != NULL;
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

/* A lane that makes no step at all must not read the constants either: a divisor may be zero there
 * that is none in the lanes that divide by it. */
static bool harmless_constants(ir_graph *g, const scan_parts *s, const int *in_axis,
                               ir_value *lengths, ir_value **in)
{
    ir_value *runs = b_gt(g, lengths, b_const(g, lengths, 0));
    bool ok = runs != NULL;
    for (int k = 0; ok && k < s->nconst; k++) {
        const ir_type *t = &in[k]->type;
        int64_t axis = in_axis[k];
        if (axis < 0 || ir_is_tape(t) || !ir_is_float((ir_dtype)t->dtype))
            continue;
        ir_value *wide = b_broadcast_in_dim(g, runs, t->rank, t->dim, &axis);
        ok = (in[k] = b_select(g, wide, in[k], b_const(g, in[k], 1))) != NULL;
    }
    return ok;
}

/* Emits the masked loop; in holds the operands of the batched one, with room for two more. */
static ir_value **emit_masked(ir_graph *g, const scan_parts *s, const ir_graph *body,
                              const int *in_axis, int64_t size, ir_value *lengths, ir_value **in)
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
    return masked && harmless_constants(g, s, in_axis, lengths, in)
               ? scan_emit(g, s, longest, masked, s->nconst + 1, s->ncarry + 1, s->reverse,
                           s->n + 2, in)
               : NULL;
}

bool scan_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                const ir_batching *over, ir_value **y, int *yaxis)
{
    scan_parts s = scan_parts_like(e);
    bool masked = s.length == IR_DYNAMIC && axis[s.n] >= 0;
    int *in_axis = ir_xmalloc((size_t)(e->nin + 1) * sizeof *in_axis);
    ir_value **in = ir_xmalloc((size_t)(e->nin + 2) * sizeof *in), **made = NULL;
    for (int k = 0; k < s.n; k++)
        in_axis[k] = axis[k] < 0 || k < s.nconst ? axis[k] : batch_place(&s.body->in[k]->type);
    IR_AUTO_GRAPH body = settle_batch(&s, over, masked, in_axis, yaxis);
    for (int k = 0; k < s.n; k++) {
        /* Stacking puts the steps in front of the batch axis. */
        int to = in_axis[k] + (k >= s.nconst + s.ncarry);
        in[k] = k < s.nconst || in_axis[k] < 0
                    ? x[k]
                    : ir_move_axis(g, x[k], axis[k], to, over->size);
    }
    if (body && masked)
        made = emit_masked(g, &s, body, in_axis, over->size, x[s.n], in);
    else if (body)
        made =
            scan_emit(g, &s, scan_length_of(&s, x), body, s.nconst, s.ncarry, s.reverse, s.n, in);
    for (int k = 0; made && k < e->nout; k++)
        y[k] = made[k + (masked && k >= s.ncarry)];
    for (int k = s.ncarry; k < e->nout; k++)
        yaxis[k] += yaxis[k] >= 0;
    free(in);
    free(in_axis);
    return made != NULL;
}

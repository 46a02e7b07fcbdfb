/* Batching of scan. The body is batched after finding out which carries are batched. If lanes have
 * different lengths, those that are done are masked.
 */
#include <string.h>

#include "ops/control.h"
#include "ops/loop.h"
#include "ops/ops.h"
#include "ops/scan.h"

/* The body for lanes of different lengths: (constants, lengths; carry, counter; xs). The loop runs
 * as long as the longest lane. A lane that is done keeps its carry, and has no derivative then. */
static ir_graph *masked_body(const ir_loop *l, const loop_batched *b, const ir_batching *over)
{
    IR_SCRATCH(scratch);
    const ir_graph *body = b->body;
    int64_t size = over->size;
    IR_AUTO_GRAPH guarded = loop_guarded(l, over, b);
    ir_graph *g = ir_graph_new(body->name);
    ir_type lanes = ir_type_make(IR_i64, 1, &size), one = ir_type_scalar(IR_i64);
    ir_value **all = ir_alloc(&scratch, (size_t)(body->nin + body->nout + 2) * sizeof *all);
    if (!all || !guarded)
        return ir_finish(g, (ir_value *[]){NULL}, 1);
    ir_value **in = all + 1, **out = in + body->nin, *lengths = NULL, *counter = NULL;
    for (int k = 0; k <= body->nin; k++) {
        if (k == l->nconst)
            lengths = ir_input(g, &lanes);
        if (k == l->nconst + l->ncarry)
            counter = ir_input(g, &one);
        if (k < body->nin)
            in[k] = ir_input(g, &body->in[k]->type);
    }
    ir_value *active = b_lt(g, b_broadcast_in_dim(g, counter, 1, &size, NULL), lengths);
    all[0] = active;
    bool ok = ir_ok(g) && active && ir_splice(g, guarded, all, out);
    for (int k = 0; ok && k < body->nout; k++)
        if (out[k] && !ir_is_tape(&out[k]->type)) {
            ir_value *rest = k < l->ncarry ? in[l->nconst + k] : b_const(g, out[k], 0);
            out[k] = ctl_select_lanes(g, active, out[k], rest);
        }
    memmove(out + l->ncarry + 1, out + l->ncarry, (size_t)l->ny * sizeof *out);
    out[l->ncarry] = ok ? b_add(g, counter, b_const_int(g, IR_i64, l->reverse ? -1 : 1)) : NULL;
    return ir_finish(g, out, body->nout + 1);
}

/* Emits the masked loop. `in` holds the operands of the batched loop, with space for two more. */
static ir_value **emit_masked(ir_graph *g, const ir_eqn *e, const ir_loop *l, const loop_batched *b,
                              const ir_batching *over, ir_value *lengths, ir_value **in)
{
    IR_AUTO_GRAPH body = masked_body(l, b, over);
    int64_t axis = 0;
    ir_value *longest = b_reduce(g, &op_reduce_max, lengths, 1, &axis);
    ir_value *first = l->reverse && longest ? b_sub(g, longest, b_const_int(g, IR_i64, 1))
                                            : b_const_int(g, IR_i64, 0);
    int carry = l->nconst + 1, xs = carry + l->ncarry + 1;
    if (!body)
        return NULL;
    memmove(in + xs, in + l->nconst + l->ncarry, (size_t)l->nx * sizeof *in);
    memmove(in + carry, in + l->nconst, (size_t)l->ncarry * sizeof *in);
    in[l->nconst] = lengths;
    in[xs - 1] = first;
    ir_loop masked = *l;
    masked.body = body;
    masked.nconst++;
    masked.ncarry++;
    return loop_emit(g, e->op, &masked, longest, loop_nbody(l) + 2, in);
}

bool scan_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e), batched = l;
    loop_batched b;
    int n = loop_nbody(&l);
    bool masked = ir_loop_has_length(&l) && axis[n] >= 0;
    bool ok = loop_batch(&l, over, masked, axis, &scratch, &b);
    IR_AUTO_GRAPH body = b.body;
    ir_value **in = ir_alloc(&scratch, (size_t)(n + 2) * sizeof *in);
    if (!ok || !in)
        return false;
    for (int k = 0; k < n; k++) {
        /* In stacked values, the steps' axis comes before the batch axis. */
        int to = b.in_axis[k] + (k >= l.nconst + l.ncarry);
        in[k] = k < l.nconst || b.in_axis[k] < 0 ? x[k]
                                                 : ir_move_axis(g, x[k], axis[k], to, over->size);
    }
    batched.body = body;
    ir_value **made = masked ? emit_masked(g, e, &l, &b, over, x[n], in)
                             : loop_emit(g, e->op, &batched, loop_length(&l, x), n, in);
    for (int k = 0; made && k < e->nout; k++) {
        y[k] = made[k + (masked && k >= l.ncarry)];
        yaxis[k] = b.out_axis[k] < 0 ? -1 : b.out_axis[k] + (k >= l.ncarry);
    }
    return made != NULL;
}

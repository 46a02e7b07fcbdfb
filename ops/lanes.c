/* lanes: a batched loop whose lanes are independent of each other.
 *
 * It has two graphs of the same loop. `whole` runs all lanes in step until the slowest is done; the
 * interpreter and the transformations use it. `strip` runs one lane, without the lane axis. How
 * many lanes compiled code runs in step depends on the machine: before the JIT schedules a graph,
 * it widens the strip in its own copy to as many neighbouring lanes as fit in registers
 * (jit/schedule/lanes.c). It then runs one strip after another. Each strip ends when its own lanes
 * are done, and threads can share the strips. The lanes are axis 0. (ISPC and Dr.Jit run loops the
 * same way.)
 */
#include "ops/lanes.h"

#include <stdlib.h>
#include <string.h>

#include "ops/attrs.h"
#include "ops/control.h"
#include "ops/loop.h"
#include "ops/ops.h"

/* With fewer lanes than this, a second graph does not pay. The number does not depend on the
 * machine, so that a program has the same graph everywhere. */
enum { FEWEST = 64 };

/* ---- rules ----------------------------------------------------------------------------------- */

/* t with its leading dimension set to `width`, or removed if width is 0. */
static ir_type strip_type(ir_type t, int64_t width)
{
    if (width) {
        t.dim[0] = width;
        return t;
    }
    memmove(t.dim, t.dim + 1, --t.rank * sizeof t.dim[0]);
    return t;
}

static bool check_type(const char *what, int k, const ir_type *whole, const ir_type *strip,
                       bool lanes, int64_t size, int64_t width)
{
    if (lanes && (!whole->rank || whole->dim[0] != size))
        return ir_fail("lanes: %s %d, %s, does not have %lld lanes at axis 0", what, k,
                       ir_type_tmp(whole), (long long)size);
    ir_type want = lanes ? strip_type(*whole, width) : *whole;
    if (ir_same_type(&want, strip))
        return true;
    return ir_fail("lanes: %s %d of the strip should be %s, but is %s", what, k, ir_type_tmp(&want),
                   ir_type_tmp(strip));
}

static bool lanes_infer(ir_infer *q)
{
    const ir_graph *whole = q->attr[LANES_WHOLE].graph, *strip = q->attr[LANES_STRIP].graph;
    int64_t size = q->attr[LANES_SIZE].i;
    if (q->attr[LANES_AXES].n != q->nin || strip->nin != q->nin || strip->nout != whole->nout)
        return ir_fail("lanes: %d operands, but the strip has %d inputs and %d outputs, the whole "
                       "%d outputs",
                       q->nin, strip->nin, strip->nout, whole->nout);
    if (!whole->nout)
        return ir_fail("lanes: it has no results");
    const ir_type *first = &strip->out[0]->type;
    int64_t width = first->rank == whole->out[0]->type.rank ? first->dim[0] : 0;
    if (size < 1 || width > size)
        return ir_fail("lanes: there are %lld lanes, but strips of %lld", (long long)size,
                       (long long)width);
    for (int k = 0; k < q->nin; k++)
        if (!check_type("operand", k, &q->in[k], &strip->in[k]->type,
                        q->attr[LANES_AXES].ints[k] >= 0, size, width))
            return false;
    for (int k = 0; k < whole->nout; k++)
        if (!check_type("result", k, &whole->out[k]->type, &strip->out[k]->type, true, size, width))
            return false;
    return ctl_call_infer(q);
}

/* Emits a copy of e, over the same number of lanes, with other graphs and operands. */
static ir_value **emit_like(ir_graph *g, const ir_eqn *e, ir_graph *whole, ir_graph *strip, int n,
                            ir_value *const *in, const int64_t *axes)
{
    ir_attr attr[] = {[LANES_WHOLE] = {.graph = whole},
                      [LANES_STRIP] = {.graph = strip},
                      [LANES_SIZE] = e->attr[LANES_SIZE],
                      [LANES_AXES] = {.n = n, .ints = axes}};
    return ir_emit(g, &op_lanes, n, in, attr);
}

/* The strip's jvp, or NULL if its outputs with a tangent are not the same as those of `whole`. */
static ir_graph *strip_jvp(const ir_eqn *e, const bool *nz, const bool *nz_out)
{
    IR_SCRATCH(scratch);
    bool *out = ir_alloc(&scratch, (size_t)e->nout + 1);
    if (!out)
        return NULL;
    ir_graph *made = ir_jvp(ctl_graph(e, LANES_STRIP), nz, out);
    if (made && memcmp(out, nz_out, (size_t)e->nout)) {
        ir_graph_release(made);
        made = NULL;
    }
    return made;
}

static bool lanes_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                      ir_value **y, ir_value **ty)
{
    IR_SCRATCH(scratch);
    bool *nz = ir_alloc(&scratch, (size_t)(e->nin + e->nout));
    if (!nz)
        return false;
    bool *nz_out = nz + e->nin;
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * e->nin + 1) * sizeof *in);
    int64_t *axes = ir_alloc(&scratch, (size_t)(2 * e->nin + 1) * sizeof *axes);
    if (!in || !axes)
        return false;
    int n = ctl_with_tangents(e, x, t, nz, in);
    for (int k = 0, m = e->nin; k < e->nin; k++) {
        axes[k] = e->attr[LANES_AXES].ints[k];
        if (nz[k])
            axes[m++] = axes[k];
    }
    IR_AUTO_GRAPH whole = ir_jvp(ctl_graph(e, LANES_WHOLE), nz, nz_out);
    IR_AUTO_GRAPH strip = whole ? strip_jvp(e, nz, nz_out) : NULL;
    ir_value **made = strip   ? emit_like(g, e, whole, strip, n, in, axes)
                      : whole ? ctl_call(g, whole, in)
                              : NULL;
    if (made)
        ctl_hand_out(made, 1, &e->nout, nz_out, y, ty);
    return made != NULL;
}

/* ---- batching -------------------------------------------------------------------------------- */

static bool uses_tapes(const ir_eqn *e)
{
    const ir_graph *g;
    for (int k = 0; k < e->nout; k++)
        if (ir_is_tape(&e->out[k]->type))
            return true;
    for (int k = 0; k < e->nin; k++)
        if (ir_is_tape(&e->in[k]->type))
            return true;
    for (int k = 0; (g = ir_nested(e, k)); k++)
        IR_EACH_EQN (inner, g)
            if (uses_tapes(inner))
                return true;
    return false;
}

/* Batches e over `size` lanes into a graph of its own, with the given rule. Nested loops run their
 * lanes in step. The lanes are axis 0 of inputs and outputs. Returns NULL on error, and also if a
 * result is the same for all lanes: that is better left to the plain rule. */
static ir_graph *graph_of(lanes_rule *plain, const ir_eqn *e, const int *axis, int64_t size)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH g = ir_graph_new(e->op->name);
    ir_value **y = ir_alloc(&scratch, (size_t)(e->nout + 1) * sizeof *y);
    int *at = ir_alloc(&scratch, (size_t)(e->nin + e->nout + 1) * sizeof *at);
    if (!ir_ok(g) || !y || !at)
        return NULL;
    int *yaxis = at + e->nin;
    for (int k = 0; k < e->nin; k++) {
        ir_type t = e->in[k]->type;
        at[k] = axis[k] >= 0 ? 0 : -1;
        if (axis[k] >= 0) {
            memmove(t.dim + 1, t.dim, t.rank++ * sizeof t.dim[0]);
            t.dim[0] = size;
        }
        ir_input(g, &t);
    }
    for (int k = 0; k < e->nout; k++)
        yaxis[k] = -1;
    ir_batching lanes = {size, NULL, .in_step = true};
    bool ok = ir_ok(g) && plain(g, e, g->in, at, &lanes, y, yaxis);
    for (int k = 0; k < e->nout && ok; k++)
        ok = yaxis[k] >= 0 && (y[k] = ir_move_axis(g, y[k], yaxis[k], 0, size));
    return ok && ir_outputs(g, y, e->nout) ? ir_graph_retain(g) : NULL;
}

static ir_value **emit(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                       int64_t size, ir_graph *whole, ir_graph *strip)
{
    IR_SCRATCH(scratch);
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *in);
    int64_t *axes = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *axes);
    if (!in || !axes)
        return NULL;
    bool ok = true;
    for (int k = 0; k < e->nin; k++) {
        axes[k] = axis[k] >= 0 ? 0 : -1;
        in[k] = axis[k] >= 0 ? ir_move_axis(g, x[k], axis[k], 0, size) : x[k];
        ok = ok && in[k];
    }
    ir_attr attr[] = {[LANES_WHOLE] = {.graph = whole},
                      [LANES_STRIP] = {.graph = strip},
                      [LANES_SIZE] = {.i = size},
                      [LANES_AXES] = {.n = e->nin, .ints = axes}};
    ir_value **made = ok ? ir_emit(g, &op_lanes, e->nin, in, attr) : NULL;
    return made;
}

static bool hand_over(ir_value **made, int n, ir_value **y, int *yaxis)
{
    for (int k = 0; made && k < n; k++) {
        y[k] = made[k];
        yaxis[k] = 0;
    }
    return made != NULL;
}

/* A graph with e as its only equation. */
static ir_graph *one_lane(const ir_eqn *e)
{
    ir_graph *g = ir_graph_new(e->op->name);
    for (int k = 0; k < e->nin; k++)
        ir_input(g, &e->in[k]->type);
    ir_value **y = ir_ok(g) ? ir_copy_eqn(g, e, g->in) : NULL;
    return ir_finish(g, y ? y : &(ir_value *){NULL}, y ? e->nout : 1);
}

bool lanes_batch(lanes_rule *plain, ir_graph *g, const ir_eqn *e, ir_value *const *x,
                 const int *axis, const ir_batching *over, ir_value **y, int *yaxis)
{
    if (over->in_step || over->size < FEWEST || ir_vmap_mentions_axis(e, over) || uses_tapes(e))
        return plain(g, e, x, axis, over, y, yaxis);
    unsigned failures = ir_fail_count();
    IR_AUTO_GRAPH whole = graph_of(plain, e, axis, over->size);
    IR_AUTO_GRAPH lane = whole ? one_lane(e) : NULL;
    if (!lane)
        return ir_fail_count() == failures && plain(g, e, x, axis, over, y, yaxis);
    return hand_over(emit(g, e, x, axis, over->size, whole, lane), e->nout, y, yaxis);
}

static bool whole_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                        const ir_batching *over, ir_value **y, int *yaxis)
{
    for (int k = 0; k < e->nout; k++)
        yaxis[k] = 0;
    IR_AUTO_GRAPH batched = ir_vmap(ctl_graph(e, LANES_WHOLE), over, axis, yaxis);
    ir_value **made = batched ? ctl_call(g, batched, x) : NULL;
    return hand_over(made, e->nout, y, yaxis);
}

/* Batching a `lanes` equation again: each lane of the outer batch is a `lanes` equation itself. */
static bool batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                  const ir_batching *over, ir_value **y, int *yaxis)
{
    if (over->in_step || ir_vmap_mentions_axis(e, over))
        return whole_batch(g, e, x, axis, over, y, yaxis);
    IR_AUTO_GRAPH whole = graph_of(whole_batch, e, axis, over->size);
    IR_AUTO_GRAPH lane = whole ? one_lane(e) : NULL;
    ir_value **made = lane ? emit(g, e, x, axis, over->size, whole, lane) : NULL;
    return hand_over(made, e->nout, y, yaxis);
}

/* ---- dropping unused operands and results ---------------------------------------------------- */

static void lanes_need(const ir_eqn *e, bool *out, bool *in)
{
    ir_need_inputs(ctl_graph(e, LANES_WHOLE), out, in);
    ir_need_inputs(ctl_graph(e, LANES_STRIP), out, in);
}

static ir_value **lanes_narrow(ir_graph *g, const ir_eqn *e, const bool *in, const bool *out, int n,
                               ir_value *const *x)
{
    IR_SCRATCH(scratch);
    int64_t *axes = ir_alloc(&scratch, (size_t)n * sizeof *axes);
    IR_AUTO_GRAPH whole = axes ? ir_narrow(ctl_graph(e, LANES_WHOLE), in, out) : NULL;
    IR_AUTO_GRAPH strip = whole ? ir_narrow(ctl_graph(e, LANES_STRIP), in, out) : NULL;
    for (int k = 0, m = 0; axes && k < e->nin; k++)
        if (in[k])
            axes[m++] = e->attr[LANES_AXES].ints[k];
    return strip ? emit_like(g, e, whole, strip, n, x, axes) : NULL;
}

/* ---- hoisting what all strips compute alike -------------------------------------------------- */

/* g as a graph that takes `more` first, then the inputs of `like`. Input k of g is new input
 * from[k]. */
static ir_graph *behind(const ir_graph *g, int nmore, ir_value *const *more, const ir_graph *like,
                        const int *from)
{
    IR_SCRATCH(scratch);
    int nin = nmore + like->nin;
    ir_type *types = ir_alloc(&scratch, (size_t)nin * sizeof *types);
    if (!types)
        return NULL;
    for (int k = 0; k < nin; k++)
        types[k] = k < nmore ? more[k]->type : like->in[k - nmore]->type;
    return ctl_rewire(g, nin, types, from);
}

/* Emits e with the rest of the strip, which takes the hoisted constants before e's operands. */
static ir_value **emit_lifted(ir_graph *g, const ir_eqn *e, ir_value *const *x, const ir_lifted *l)
{
    IR_SCRATCH(scratch);
    const ir_graph *whole = ctl_graph(e, LANES_WHOLE), *strip = ctl_graph(e, LANES_STRIP);
    int more = l->nconstant, n = more + e->nin, m = more;
    ir_value **in = ir_alloc(&scratch, (size_t)n * sizeof *in);
    int64_t *axes = ir_alloc(&scratch, (size_t)n * sizeof *axes);
    int *from = ir_alloc(&scratch, (size_t)(n + e->nin) * sizeof *from);
    if (!in || !axes || !from)
        return NULL;
    int *of_whole = from + n;
    for (int k = 0; k < more; k++) {
        in[k] = l->constant[k];
        axes[k] = -1;
        from[k] = k;
    }
    for (int k = 0; k < e->nin; k++) {
        in[more + k] = x[k];
        axes[more + k] = e->attr[LANES_AXES].ints[k];
        of_whole[k] = more + k;
        if (!l->still[k])
            from[m++] = more + k;
    }
    IR_AUTO_GRAPH new_whole = behind(whole, more, l->constant, whole, of_whole);
    IR_AUTO_GRAPH new_strip = behind(l->made, more, l->constant, strip, from);
    return new_whole && new_strip ? emit_like(g, e, new_whole, new_strip, n, in, axes) : NULL;
}

static bool lanes_hoist(ir_graph *g, const ir_eqn *e, ir_value *const *x, bool rows, ir_value **y)
{
    IR_SCRATCH(scratch);
    bool *still = ir_alloc(&scratch, (size_t)e->nin);
    if (!still)
        return false;
    for (int k = 0; k < e->nin; k++)
        still[k] = e->attr[LANES_AXES].ints[k] < 0;
    ir_lifted l = {.g = ctl_graph(e, LANES_STRIP), .rows = rows, .still = still, .at = x};
    bool ok = ir_lift(g, &l);
    ir_value **made = !ok ? NULL : l.ntaken ? emit_lifted(g, e, x, &l) : ir_copy_eqn(g, e, x);
    ir_lifted_free(&l);
    return ir_results(made, e->nout, y);
}

static bool lanes_regroup(const ir_eqn *e, const int *width, ir_attr *attr, ir_arena *mem)
{
    const ir_attr *was = &e->attr[LANES_AXES];
    int64_t *axes = ir_alloc(mem, (size_t)(2 * e->nin + 1) * sizeof *axes);
    int n = 0;
    if (!axes)
        return false;
    for (int k = 0; k < e->nin; k++)
        for (int j = 0; j < width[k]; j++)
            axes[n++] = was->ints[k];
    attr[LANES_AXES] = (ir_attr){.n = n, .ints = axes};
    return true;
}

const ir_op op_lanes = {
    .name = "lanes",
    .flags = IR_OP_NO_FOLD,
    .attrs = IR_ATTR_COLUMN(LANES),
    .infer = lanes_infer,
    .eval = ctl_call_eval,
    .jvp = lanes_jvp,
    .transpose = loop_refuse_transpose,
    .batch = batch,
    .partial = ctl_call_partial,
    .need = lanes_need,
    .narrow = lanes_narrow,
    .hoist = lanes_hoist,
    .regroup = lanes_regroup,
    .lower = &(const jit_lower){.kind = JIT_LANES},
};

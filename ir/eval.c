/* The interpreter: runs each equation by its primitive's reference kernel, on plain buffers.
 *
 * A value's buffer is allocated when its equation runs and freed after its last use. Outputs of the
 * graph are computed directly into the caller's buffers. A buffer of a tape holds a reference to
 * the tape. For an input this is the caller's reference; for a computed value it is the
 * interpreter's own. An output buffer holds a reference that passes to the caller, or NULL, also
 * after a failure.
 */
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"

typedef struct {
    void *buf;
    const ir_type *type; /* the type, if buf holds a tape reference to release; otherwise NULL */
    bool owned;          /* was buf allocated here? */
    size_t bytes;        /* the size of buf, if owned */
    int uses;            /* uses still to come */
} slot;

static bool take(slot *s, const ir_type *t)
{
    size_t bytes = ir_type_bytes(t);
    if (!s->buf) {
        s->buf = ir_memory_take(bytes);
        s->owned = true;
        s->bytes = bytes;
        if (s->buf && ir_is_tape(t)) {
            memset(s->buf, 0, bytes);
            s->type = t;
        }
    }
    return s->buf ||
           ir_fail("out of memory: an intermediate %s takes %zu bytes", ir_type_tmp(t), bytes);
}

static void empty(slot *s)
{
    if (s->type)
        ir_buffer_drop(s->type, s->buf);
    if (s->owned)
        ir_memory_give(s->buf, s->bytes);
    *s = (slot){0};
}

static void give_back(slot *s)
{
    if (--s->uses == 0 && s->owned)
        empty(s);
}

_Atomic(ir_run *) ir_watch;

/* A graph of e alone. */
static ir_graph *graph_of(const ir_eqn *e)
{
    ir_graph *g = ir_graph_new(e->op->name);
    for (int k = 0; k < e->nin; k++)
        if (!ir_input(g, &e->in[k]->type))
            break;
    ir_value **y = ir_ok(g) ? ir_emit(g, e->op, e->nin, g->in, e->attr) : NULL;
    if (y)
        return ir_finish(g, y, e->nout);
    ir_graph_release(g);
    return NULL;
}

static bool run_alone(const ir_eqn *e, const void *const *in, void *const *out)
{
    IR_AUTO_GRAPH g = graph_of(e);
    return g && ir_eval(g, in, out);
}

bool ir_run_eqn(const ir_eqn *e, const void *const *in, void *const *out)
{
    const ir_loc *was = e->loc ? ir_loc_set(e->loc) : ir_loc_get();
    bool ok = ir_touches_complex(e) ? run_alone(e, in, out) : ir_eval_eqn(e, in, out);
    ir_loc_set(was);
    return ok;
}

static bool run(const ir_eqn *e, slot *slots, const void **in, void **out)
{
    for (int k = 0; k < e->nout; k++) {
        if (!take(&slots[e->out[k]->id], &e->out[k]->type))
            return false;
        out[k] = slots[e->out[k]->id].buf;
    }
    for (int k = 0; k < e->nin; k++)
        in[k] = slots[e->in[k]->id].buf;
    bool ok = ir_interpret(e, in, out);
    for (int k = 0; k < e->nin; k++)
        give_back(&slots[e->in[k]->id]);
    for (int k = 0; k < e->nout; k++) {
        slots[e->out[k]->id].uses++; /* so that a result without a reader is freed here */
        give_back(&slots[e->out[k]->id]);
    }
    return ok;
}

/* Counts the uses of each value and binds the caller's input and output buffers to slots. Returns
 * what ir_widest does. */
static int prepare(const ir_graph *g, slot *slots, const void *const *in, void *const *out)
{
    int widest = 1;
    IR_EACH_EQN (e, g) {
        for (int k = 0; k < e->nin; k++)
            slots[e->in[k]->id].uses++;
        widest = e->nin > widest ? e->nin : widest;
        widest = e->nout > widest ? e->nout : widest;
    }
    for (int k = 0; k < g->nin; k++)
        slots[g->in[k]->id].buf = (void *)in[k];
    for (int k = 0; k < g->nout; k++) {
        slot *s = &slots[g->out[k]->id];
        s->uses++;
        if (ir_is_tape(&g->out[k]->type))
            memset(out[k], 0, sizeof(ir_tape *));
        if (!s->buf)
            s->buf = out[k];
    }
    return widest;
}

/* Runs a graph with complex values as one on pairs of real ones. */
static bool eval_pairs(const ir_graph *g, const void *const *in, void *const *out)
{
    unsigned failures = ir_fail_count();
    IR_AUTO_GRAPH flat = ir_pass_inline((ir_graph *)(uintptr_t)g);
    IR_AUTO_GRAPH real = flat ? ir_pass_complex(flat) : NULL;
    /* a pass that ran out of memory may still give something */
    return real && ir_fail_count() == failures && ir_eval(real, in, out);
}

bool ir_eval(const ir_graph *g, const void *const *in, void *const *out)
{
    if (ir_has_complex(g))
        return eval_pairs(g, in, out);
    IR_SCRATCH(scratch);
    slot *slots = ir_alloc(&scratch, g->nvalue * sizeof *slots);
    if (!slots)
        return false;
    int widest = prepare(g, slots, in, out);
    const void **ins = ir_alloc(&scratch, (size_t)widest * 2 * sizeof *ins);
    if (!ins)
        return false;
    void **outs = (void **)(ins + widest);
    bool ok = true;
    for (ir_eqn *e = g->first; e && ok; e = e->next)
        ok = run(e, slots, ins, outs);
    for (int k = 0; ok && k < g->nout; k++) {
        const ir_value *v = g->out[k];
        if (slots[v->id].buf != out[k])
            ir_buffer_copy(&v->type, out[k], slots[v->id].buf);
    }
    for (uint32_t k = 0; k < g->nvalue; k++)
        if (slots[k].owned)
            empty(&slots[k]);
    return ok;
}

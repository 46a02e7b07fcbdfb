/* checkpoint: a call whose derivative recomputes residuals instead of keeping them
 * (jax.checkpoint).
 *
 * The partial rule does all the work. The known side runs the function as usual. The unknown side
 * does not get residuals from it: it recomputes them from the known operands and from the few
 * results that the policy allows to be kept. The recomputation stays inside an equation of its own,
 * recompute, even when transposed. Otherwise a pass would find that it equals the first
 * computation, and remove it (ir/pass_inline.c).
 */
#include <stdlib.h>
#include <string.h>

#include "ops/attrs.h"
#include "ops/checkpoint.h"
#include "ops/control.h"
#include "ops/ops.h"

static bool checkpoint_infer(ir_infer *q)
{
    int64_t policy = q->attr[CHECKPOINT_POLICY].i;
    if (policy < CHECKPOINT_NOTHING || policy > CHECKPOINT_EVERYTHING)
        return ir_fail("%s: there is no policy %lld", q->op->name, (long long)policy);
    return ctl_call_infer(q);
}

static bool is_saved(const ir_eqn *e, int64_t policy)
{
    return policy == CHECKPOINT_DOTS && e->op == &op_dot_general;
}

/* Copies `from` into g with all calls inlined, because the called graphs may contain results to be
 * saved. */
static bool flatten(ir_graph *g, const ir_graph *from, ir_value *const *in, ir_value **out)
{
    IR_SCRATCH(scratch);
    ir_value **map =
        ir_alloc(&scratch, ((size_t)from->nvalue + 2 * (size_t)ir_widest(from)) * sizeof *map);
    if (!map)
        return false;
    ir_value **x = map + from->nvalue, **y = x + ir_widest(from);
    bool ok = true;
    for (int k = 0; k < from->nin; k++)
        map[from->in[k]->id] = in[k];
    for (const ir_eqn *e = from->first; e && ok; e = e->next) {
        if (e->op != &op_call) {
            ok = ir_copy_mapped(g, e, map);
            continue;
        }
        for (int k = 0; k < e->nin; k++)
            x[k] = map[e->in[k]->id];
        ok = flatten(g, ctl_graph(e, CALL_GRAPH), x, y);
        for (int k = 0; k < e->nout && ok; k++)
            map[e->out[k]->id] = y[k];
    }
    for (int k = 0; k < from->nout && ok; k++)
        out[k] = map[from->out[k]->id];
    return ok;
}

static ir_graph *flattened(const ir_graph *from)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH g = ir_graph_like(from, NULL);
    ir_value **out = ir_alloc(&scratch, (size_t)(from->nout + 1) * sizeof *out);
    if (!ir_ok(g) || !out)
        return NULL;
    bool ok = flatten(g, from, g->in, out);
    return ok && ir_outputs(g, out, from->nout) ? ir_graph_retain(g) : NULL;
}

/* The parts of a checkpoint. */
typedef struct {
    ir_graph *known; /* known operands -> known results, then residuals */
    ir_graph *rest;  /* residuals, unknown operands -> unknown results */
    int nres, nsaved;
    ir_value **saved;  /* values of `known` that are kept */
    ir_graph *forward; /* known operands -> known results, then saved values */
    ir_graph *again;   /* known operands, saved values, unknown operands -> unknown results */
} split;

static void split_free(split *s)
{
    ir_graph_release(s->known);
    ir_graph_release(s->rest);
    ir_graph_release(s->forward);
    ir_graph_release(s->again);
    free(s->saved);
}

/* Copies into g the equations of `from` whose results are not yet in the map, which is indexed by
 * value id. */
static bool copy_missing(ir_graph *g, const ir_graph *from, ir_value **map)
{
    bool ok = true;
    for (const ir_eqn *e = from->first; e && ok; e = e->next) {
        bool missing = !e->nout || !map[e->out[0]->id];
        ok = !missing || ir_copy_mapped(g, e, map);
    }
    return ok;
}

/* Recomputes the residuals in `again` from its inputs: known operands, then saved values. */
static bool recompute(const split *s, ir_value **residual)
{
    IR_SCRATCH(scratch);
    const ir_graph *known = s->known;
    ir_value **map = ir_alloc(&scratch, ((size_t)known->nvalue + 1) * sizeof *map);
    if (!map)
        return false;
    for (int k = 0; k < known->nin; k++)
        map[known->in[k]->id] = s->again->in[k];
    for (int k = 0; k < s->nsaved; k++)
        map[s->saved[k]->id] = s->again->in[known->nin + k];
    bool ok = copy_missing(s->again, known, map);
    for (int k = 0; k < s->nres; k++)
        residual[k] = map[known->out[known->nout - s->nres + k]->id];
    return ok;
}

static bool make_again(split *s)
{
    IR_SCRATCH(scratch);
    const ir_graph *known = s->known, *rest = s->rest;
    s->again = ir_graph_new(rest->name);
    for (int k = 0; k < known->nin; k++)
        ir_input(s->again, &known->in[k]->type);
    for (int k = 0; k < s->nsaved; k++)
        ir_input(s->again, &s->saved[k]->type);
    for (int k = s->nres; k < rest->nin; k++)
        ir_input(s->again, &rest->in[k]->type);
    ir_value **in = ir_alloc(&scratch, (size_t)(rest->nin + rest->nout + 1) * sizeof *in);
    if (!ir_ok(s->again) || !in)
        return false;
    ir_value **out = in + rest->nin;
    bool ok = recompute(s, in);
    for (int k = s->nres; k < rest->nin; k++)
        in[k] = s->again->in[known->nin + s->nsaved + k - s->nres];
    ok = ok && ir_splice(s->again, rest, in, out);
    ok = ok && ir_outputs(s->again, out, rest->nout);
    if (!ok)
        return false;
    IR_AUTO_GRAPH whole = s->again;
    s->again = ir_pass_dce(whole);
    return s->again != NULL;
}

static bool make_forward(split *s)
{
    IR_SCRATCH(scratch);
    const ir_graph *known = s->known;
    int n = known->nout - s->nres;
    IR_AUTO_GRAPH g = ir_graph_like(known, NULL);
    size_t room = (size_t)known->nvalue + (size_t)(known->nout + s->nsaved);
    ir_value **map = ir_alloc(&scratch, (room + 1) * sizeof *map);
    if (!g || !map)
        return false;
    ir_value **out = map + known->nvalue;
    for (int k = 0; k < known->nin; k++)
        map[known->in[k]->id] = g->in[k];
    bool ok = copy_missing(g, known, map);
    for (int k = 0; k < n; k++)
        out[k] = map[known->out[k]->id];
    for (int k = 0; k < s->nsaved; k++)
        out[n + k] = map[s->saved[k]->id];
    ok = ok && ir_outputs(g, out, n + s->nsaved);
    return ok && (s->forward = ir_pass_dce(g)) != NULL;
}

/* For each input of g, whether it is read. */
static bool *inputs_read(ir_arena *mem, const ir_graph *g)
{
    bool *read = ir_alloc(mem, (size_t)g->nin + 1);
    if (!read)
        return NULL;
    IR_EACH_EQN (e, g)
        for (int k = 0; k < e->nin; k++)
            if (!e->in[k]->eqn)
                read[e->in[k]->index] = true;
    for (int k = 0; k < g->nout; k++)
        if (!g->out[k]->eqn)
            read[g->out[k]->index] = true;
    return read;
}

/* Of the values that the policy allows, saves only those that `again` reads. */
static bool choose_saved(split *s, int64_t policy)
{
    IR_SCRATCH(scratch);
    s->saved = ir_new((size_t)s->known->nvalue * sizeof(ir_value *));
    if (!s->saved)
        return false;
    IR_EACH_EQN (e, s->known)
        for (int k = 0; k < e->nout; k++)
            if (is_saved(e, policy))
                s->saved[s->nsaved++] = e->out[k];
    if (!make_again(s))
        return false;
    if (!s->nsaved)
        return true;
    bool *read = inputs_read(&scratch, s->again);
    if (!read)
        return false;
    int n = 0;
    for (int k = 0; k < s->nsaved; k++)
        if (read[s->known->nin + k])
            s->saved[n++] = s->saved[k];
    if (n == s->nsaved)
        return true;
    s->nsaved = n;
    ir_graph_release(s->again);
    return make_again(s);
}

static bool make_split(split *s, const ir_eqn *e, const bool *unknown, bool *unknown_out)
{
    s->nres =
        ir_partial_eval(ctl_graph(e, CHECKPOINT_GRAPH), unknown, unknown_out, &s->known, &s->rest);
    if (s->nres < 0)
        return false;
    IR_AUTO_GRAPH nested = s->known;
    s->known = flattened(nested);
    return s->known && choose_saved(s, e->attr[CHECKPOINT_POLICY].i) && make_forward(s);
}

static ir_value **emit(ir_graph *g, const ir_op *op, const ir_eqn *e, ir_graph *graph,
                       ir_value *const *in)
{
    ir_attr attr[] = {
        [CHECKPOINT_GRAPH] = {.graph = graph}, [CHECKPOINT_POLICY] = e->attr[CHECKPOINT_POLICY]};
    return ir_emit(g, op, graph->nin, in, attr);
}

/* Emits the unknown side, which takes only the known operands and saved values that it reads. */
static ir_value **emit_again(ir_partial *p, const ir_eqn *e, const split *s, const bool *unknown,
                             ir_value *const *saved)
{
    IR_SCRATCH(scratch);
    const ir_graph *again = s->again;
    bool *read = inputs_read(&scratch, again);
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * again->nin + again->nout + 1) * sizeof *in);
    IR_AUTO_GRAPH g = ir_graph_new(again->name);
    if (!read || !in || !g)
        return NULL;
    ir_value **map = in + again->nin, **out = map + again->nin, **made = NULL;
    int n = 0, at = 0;
    for (int pass = 0; pass < 3; pass++) { /* known operands, saved values, unknown operands */
        int count = pass == 1 ? s->nsaved : e->nin;
        for (int k = 0; k < count; k++) {
            if (pass != 1 && unknown[k] != (pass == 2))
                continue;
            if (read[at]) {
                in[n++] =
                    pass == 1 ? ir_partial_residual(p, saved[k]) : ir_partial_unknown(p, e->in[k]);
                map[at] = ir_input(g, &again->in[at]->type);
            }
            at++;
        }
    }
    if (ir_splice(g, again, map, out) && ir_outputs(g, out, again->nout))
        made = emit(p->unknown, &op_recompute, e, g, in);
    return made;
}

static bool put(ir_partial *p, const ir_eqn *e, const split *s, const bool *unknown,
                const bool *unknown_out)
{
    IR_SCRATCH(scratch);
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *in);
    if (!in)
        return false;
    int n = 0, m = 0, u = 0;
    for (int k = 0; k < e->nin; k++)
        if (!unknown[k])
            in[n++] = ir_partial_known(p, e->in[k]);
    ir_value **now = emit(p->known, e->op, e, s->forward, in);
    for (int k = 0; now && k < e->nout; k++)
        if (!unknown_out[k])
            p->k[e->out[k]->id] = now[m++];
    ir_value **later = now ? emit_again(p, e, s, unknown, now + m) : NULL;
    for (int k = 0; later && k < e->nout; k++)
        if (unknown_out[k])
            p->u[e->out[k]->id] = later[u++];
    return later != NULL;
}

static bool checkpoint_partial(ir_partial *p, const ir_eqn *e)
{
    IR_SCRATCH(scratch);
    if (e->attr[CHECKPOINT_POLICY].i == CHECKPOINT_EVERYTHING)
        return ctl_call_partial(p, e);
    bool *unknown = ir_alloc(&scratch, (size_t)(e->nin + e->nout + 1));
    if (!unknown)
        return false;
    bool *unknown_out = unknown + e->nin;
    for (int k = 0; k < e->nin; k++)
        unknown[k] = !ir_partial_is_known(p, e->in[k]);
    split s = {0};
    bool ok = make_split(&s, e, unknown, unknown_out) && put(p, e, &s, unknown, unknown_out);
    split_free(&s);
    return ok;
}

#define CHECKPOINT(prim, opened)                                                                   \
    const ir_op op_##prim = {                                                                      \
        .name = #prim,                                                                             \
        .flags = IR_OP_NO_FOLD | IR_OP_TAPES | IR_OP_ADDS | (opened),                              \
        .attrs = IR_ATTR_COLUMN(CHECKPOINT),                                                       \
        .infer = checkpoint_infer,                                                                 \
        .eval = ctl_call_eval,                                                                     \
        .jvp = ctl_call_jvp,                                                                       \
        .transpose = ctl_call_transpose,                                                           \
        .batch = ctl_call_batch,                                                                   \
        .partial = checkpoint_partial,                                                             \
        .need = ctl_call_need,                                                                     \
        .narrow = ctl_call_narrow,                                                                 \
    };
CHECKPOINT(checkpoint, IR_OP_CALLS)
CHECKPOINT(recompute, IR_OP_RECOMPUTES)

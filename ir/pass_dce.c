/* Dead code elimination: drops equations whose results are not used, and unused results, carries
 * and operands of equations that can work without them.
 *
 * A backward walk first marks the values that are needed. The primitive's `need` rule says which
 * operands an equation needs for its marked results. A forward walk then copies what is marked; an
 * equation whose primitive has a `narrow` rule is copied by that rule.
 */
#include <stdlib.h>
#include <string.h>

#include "ir/pass.h"

/* ---- what is needed ---------------------------------------------------------------------- */

static void need_operands(const ir_eqn *e, bool *out, bool *in)
{
    if (e->op->need)
        e->op->need(e, out, in);
    else
        memset(in, true, (size_t)e->nin);
}

/* need: by id of a value; on entry it marks the needed outputs. Marks all values that these
 * need. */
static void spread(const ir_graph *g, bool *need)
{
    IR_SCRATCH(scratch);
    int widest = ir_widest(g);
    bool *in = ir_alloc(&scratch, 2 * (size_t)widest);
    if (!in) { /* if memory runs out, all are needed */
        memset(need, true, g->nvalue);
        return;
    }
    bool *out = in + widest;
    for (const ir_eqn *e = g->last; e; e = e->prev) {
        bool any = false;
        for (int k = 0; k < e->nout; k++)
            any |= out[k] = need[e->out[k]->id];
        if (!any)
            continue;
        memset(in, 0, (size_t)e->nin);
        need_operands(e, out, in);
        for (int k = 0; k < e->nin; k++)
            need[e->in[k]->id] |= in[k];
    }
}

void ir_need_inputs(const ir_graph *g, const bool *out, bool *in)
{
    IR_SCRATCH(scratch);
    bool *need = ir_alloc(&scratch, g->nvalue);
    if (!need) {
        memset(in, true, (size_t)g->nin);
        return;
    }
    for (int k = 0; k < g->nout; k++)
        need[g->out[k]->id] |= out[k];
    spread(g, need);
    for (int k = 0; k < g->nin; k++)
        in[k] |= need[g->in[k]->id];
}

/* ---- copying it -------------------------------------------------------------------------- */

/* Copies e with only the operands that its marked results need. */
static bool copy_narrowed(ir_graph *g, const ir_eqn *e, bool *out, ir_value **map)
{
    IR_SCRATCH(scratch);
    bool *in = ir_alloc(&scratch, (size_t)e->nin);
    ir_value **x = ir_alloc(&scratch, (size_t)e->nin * sizeof *x);
    if (!in || !x)
        return false;
    need_operands(e, out, in);
    int n = 0;
    for (int k = 0; k < e->nin; k++)
        if (in[k])
            x[n++] = map[e->in[k]->id];
    ir_value **made = e->op->narrow(g, e, in, out, n, x);
    for (int k = 0, m = 0; made && k < e->nout; k++)
        map[e->out[k]->id] = out[k] ? made[m++] : NULL;
    return made != NULL;
}

/* Copies the needed part of g into made. map: from g's ids to new values; it has the inputs
 * already. */
static bool copy_needed(ir_graph *made, const ir_graph *g, const bool *need, ir_value **map)
{
    IR_SCRATCH(scratch);
    bool *out = ir_alloc(&scratch, (size_t)ir_widest(g));
    bool ok = out != NULL;
    for (const ir_eqn *e = g->first; e && ok; e = e->next) {
        bool any = false;
        for (int k = 0; k < e->nout; k++)
            any |= out[k] = need[e->out[k]->id];
        if (!any)
            continue;
        const ir_loc *was = ir_loc_set(e->loc);
        ok = e->op->need ? copy_narrowed(made, e, out, map) : ir_copy_mapped(made, e, map);
        ir_loc_set(was);
    }
    return ok;
}

ir_graph *ir_narrow(const ir_graph *g, const bool *in, const bool *out)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH made = ir_graph_new(g->name);
    ir_value **map = ir_alloc(&scratch, ((size_t)g->nvalue + 2 * (size_t)g->nout) * sizeof *map);
    if (!ir_ok(made) || !map)
        return NULL;
    ir_value **outs = map + g->nvalue, **like = outs + g->nout;
    unsigned failures = ir_fail_count();
    bool *need = ir_alloc(&scratch, g->nvalue);
    if (!need)
        return NULL;
    int n = 0;
    for (int k = 0; k < g->nout; k++)
        need[g->out[k]->id] |= out[k];
    spread(g, need);
    for (int k = 0; k < g->nin; k++)
        if (in[k])
            map[g->in[k]->id] = ir_input(made, &g->in[k]->type);
    bool ok = ir_ok(made) && copy_needed(made, g, need, map);
    for (int k = 0; ok && k < g->nout; k++)
        if (out[k]) {
            like[n] = g->out[k];
            outs[n++] = map[g->out[k]->id];
        }
    ok = ok && pass_outputs(made, outs, like, n);
    ok = ok && ir_fail_count() == failures; /* else too much is marked as needed */
    return ok ? ir_graph_retain(made) : NULL;
}

ir_graph *ir_pass_dce(ir_graph *g)
{
    IR_SCRATCH(scratch);
    bool *all = ir_alloc(&scratch, (size_t)(g->nin + g->nout));
    if (!all)
        return NULL;
    memset(all, true, (size_t)(g->nin + g->nout));
    ir_graph *made = ir_narrow(g, all, all);
    return made;
}

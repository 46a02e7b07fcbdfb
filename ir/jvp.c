/* Forward-mode differentiation: turns a graph into one that also computes tangents.
 *
 * It walks the equations in order and keeps two maps, from each old value to its primal and to its
 * tangent in the new graph. A symbolically zero tangent is NULL and costs nothing: an equation
 * whose operands all have zero tangents is simply copied. For any other equation, the primitive's
 * jvp rule writes the primal results and their tangents. As NULL is also what a builder returns
 * when memory runs out, any failure on the way fails the whole. With a tangent a' for a only, the
 * example becomes
 *
 *     a, b:      c = sin a;  y = mul c b;  return y
 *     a, b, a':  c = sin a;  k = cos a;  c' = mul a' k;  y = mul c b;  y' = mul c' b;  return y, y'
 *
 * (partial.c and transpose.c continue this example to reverse mode.)
 */
#include <stdlib.h>

#include "ir/ir.h"

typedef struct {
    ir_graph *g;
    ir_value **primal, **tangent; /* by id of the old graph's values */
    ir_value **x, **t, **y, **ty; /* for one equation; large enough for the widest */
} jvp_state;

static bool jvp_eqn(jvp_state *s, const ir_eqn *e)
{
    bool moves = false;
    for (int k = 0; k < e->nin; k++) {
        s->x[k] = s->primal[e->in[k]->id];
        s->t[k] = s->tangent[e->in[k]->id];
        moves = moves || s->t[k];
    }
    for (int k = 0; k < e->nout; k++)
        s->y[k] = s->ty[k] = NULL;
    if (moves && e->op->jvp) {
        if (!e->op->jvp(s->g, e, s->x, s->t, s->y, s->ty))
            return ir_fail("%s: its derivative could not be formed", e->op->name);
    } else {
        ir_results(ir_copy_eqn(s->g, e, s->x), e->nout, s->y);
    }
    for (int k = 0; k < e->nout; k++) {
        if (!s->y[k])
            return ir_fail("%s: its derivative could not be formed", e->op->name);
        s->primal[e->out[k]->id] = s->y[k];
        s->tangent[e->out[k]->id] = s->ty[k];
    }
    return true;
}

static bool inputs(jvp_state *s, const ir_graph *g, const bool *nz_in)
{
    for (int k = 0; k < g->nin; k++)
        if (!(s->primal[g->in[k]->id] = ir_input(s->g, &g->in[k]->type)))
            return false;
    for (int k = 0; k < g->nin; k++)
        if (nz_in[k] && !(s->tangent[g->in[k]->id] = ir_input(s->g, &g->in[k]->type)))
            return false;
    return true;
}

static bool outputs(jvp_state *s, const ir_graph *g, bool *nz_out)
{
    IR_SCRATCH(scratch);
    ir_value **out = ir_alloc(&scratch, (size_t)(2 * g->nout) * sizeof *out);
    if (!out)
        return false;
    int n = 0;
    for (int k = 0; k < g->nout; k++)
        out[n++] = s->primal[g->out[k]->id];
    for (int k = 0; k < g->nout; k++) {
        ir_value *t = s->tangent[g->out[k]->id];
        if (!t && nz_out[k] && !(t = ir_zeros(s->g, &g->out[k]->type)))
            return false;
        nz_out[k] = t != NULL;
        if (t)
            out[n++] = t;
    }
    return ir_outputs(s->g, out, n);
}

ir_graph *ir_jvp(const ir_graph *g, const bool *nz_in, bool *nz_out)
{
    IR_SCRATCH(scratch);
    int w = ir_widest(g);
    jvp_state s = {0};
    s.primal = ir_alloc(&scratch, (2 * (size_t)g->nvalue + 4 * (size_t)w) * sizeof *s.primal);
    if (!s.primal || !(s.g = ir_graph_new(g->name)))
        return NULL;
    s.tangent = s.primal + g->nvalue;
    s.x = s.tangent + g->nvalue;
    s.t = s.x + w;
    s.y = s.t + w;
    s.ty = s.y + w;
    const ir_loc *was = ir_loc_get();
    unsigned failures = ir_fail_count();
    bool ok = inputs(&s, g, nz_in);
    for (ir_eqn *e = g->first; e && ok; e = e->next) {
        ir_loc_set(e->loc ? e->loc : was);
        ok = jvp_eqn(&s, e);
    }
    ir_loc_set(was);
    if (ok && outputs(&s, g, nz_out) && ir_fail_count() == failures)
        return s.g;
    ir_graph_release(s.g);
    return NULL;
}

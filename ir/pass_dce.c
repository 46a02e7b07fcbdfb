/* Dead code: equations whose results nobody reads go, and so do results, carries and operands of
 * control equations.
 *
 * First a walk backwards marks what is needed. A loop's carry is needed if it is read after the
 * loop, or by the condition, or by a needed carry's next value; a carry that feeds only itself is
 * not. Then a walk forwards copies what is marked, control equations narrowed to it.
 */
#include <stdlib.h>
#include <string.h>

#include "ir/pass.h"

/* ---- what is needed ---------------------------------------------------------------------- */

static void need_operands(const ir_eqn *e, bool *out, bool *in);

/* need: by id, those of the outputs that are needed set; grows backwards. */
static void spread(const ir_graph *g, bool *need)
{
    int widest = ir_widest(g);
    bool *in = ir_xmalloc(2 * (size_t)widest), *out = in + widest;
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
    free(in);
}

/* Which inputs do the outputs marked need? in is added to. */
static void need_inputs(const ir_graph *g, const bool *out, bool *in)
{
    bool *need = ir_xmalloc(g->nvalue);
    for (int k = 0; k < g->nout; k++)
        need[g->out[k]->id] |= out[k];
    spread(g, need);
    for (int k = 0; k < g->nin; k++)
        in[k] |= need[g->in[k]->id];
    free(need);
}

/* out, of the body's outputs, grows by the carries that are needed within. */
static void need_loop(const ir_eqn *e, bool *out, bool *in)
{
    pass_loop l = pass_loop_of(e);
    bool *body_in = in + l.ncc, *carry_in = body_in + l.nbc;
    if (e->op->role == IR_ROLE_WHILE) {
        /* The condition's inputs are its constants, then the carry. */
        bool *read = ir_xmalloc((size_t)e->attr[0].graph->nin);
        need_inputs(e->attr[0].graph, (bool[]){true}, read);
        memcpy(in, read, (size_t)l.ncc);
        for (int k = 0; k < l.nc; k++)
            out[k] |= read[l.ncc + k];
        free(read);
    }
    for (bool grown = true; grown;) {
        grown = false;
        need_inputs(l.body, out, body_in);
        for (int k = 0; k < l.nc; k++)
            if (carry_in[k] && !out[k])
                grown = out[k] = true;
    }
    memcpy(carry_in, out, (size_t)l.nc);
    if (e->op->role == IR_ROLE_SCAN && e->attr[1].i == IR_DYNAMIC)
        in[e->nin - 1] = true; /* the length */
}

static void need_operands(const ir_eqn *e, bool *out, bool *in)
{
    switch (e->op->role) {
    case IR_ROLE_CALL:
    case IR_ROLE_CHECKPOINT:
        need_inputs(e->attr[0].graph, out, in);
        break;
    case IR_ROLE_COND:
        in[0] = true;
        for (int b = 0; b < e->attr[0].n; b++)
            need_inputs(e->attr[0].graphs[b], out, in + 1);
        break;
    case IR_ROLE_WHILE:
    case IR_ROLE_SCAN:
        need_loop(e, out, in);
        break;
    default:
        memset(in, true, (size_t)e->nin);
    }
}

/* ---- copying it -------------------------------------------------------------------------- */

static ir_graph *narrow(const ir_graph *g, const bool *in, const bool *out);

static int count(const bool *flags, int n)
{
    int set = 0;
    for (int k = 0; k < n; k++)
        set += flags[k];
    return set;
}

static bool narrow_while(const ir_eqn *e, const bool *in, const bool *out, ir_attr *attr)
{
    pass_loop l = pass_loop_of(e);
    bool *cond_in = ir_xmalloc((size_t)(l.ncc + l.nc));
    memcpy(cond_in, in, (size_t)l.ncc);
    memcpy(cond_in + l.ncc, out, (size_t)l.nc);
    attr[0].graph = narrow(e->attr[0].graph, cond_in, (bool[]){true});
    attr[1].graph = narrow(e->attr[1].graph, in + l.ncc, out);
    attr[2].i = count(in, l.ncc);
    attr[3].i = count(in + l.ncc, l.nbc);
    free(cond_in);
    return attr[0].graph && attr[1].graph;
}

/* e's parameters with nested graphs that take and give only what is marked; they are the caller's.
 */
static bool narrow_attrs(const ir_eqn *e, const bool *in, const bool *out, ir_attr *attr)
{
    bool ok = true;
    switch (e->op->role) {
    case IR_ROLE_CALL:
    case IR_ROLE_CHECKPOINT:
        return (attr[0].graph = narrow(e->attr[0].graph, in, out)) != NULL;
    case IR_ROLE_COND:
        for (int b = 0; b < e->attr[0].n; b++)
            ok &= (attr[0].graphs[b] = narrow(e->attr[0].graphs[b], in + 1, out)) != NULL;
        return ok;
    case IR_ROLE_WHILE:
        return narrow_while(e, in, out, attr);
    case IR_ROLE_SCAN:
        attr[2].i = count(in, pass_loop_of(e).nbc);
        attr[3].i = count(out, pass_loop_of(e).nc);
        return (attr[0].graph = narrow(e->attr[0].graph, in, out)) != NULL;
    default:
        return false;
    }
}

static bool is_narrowed(const ir_eqn *e)
{
    ir_role r = e->op->role;
    return r == IR_ROLE_CALL || r == IR_ROLE_CHECKPOINT || r == IR_ROLE_COND ||
           r == IR_ROLE_WHILE || r == IR_ROLE_SCAN;
}

static bool copy_narrowed(ir_graph *g, const ir_eqn *e, const bool *in, const bool *out,
                          ir_value **x, ir_value **y)
{
    ir_attr attr[8];
    memcpy(attr, e->attr, (size_t)ir_nattr(e->op) * sizeof *attr);
    bool list = e->op->attrs[0].kind == IR_ATTR_GRAPHS;
    if (list)
        attr[0].graphs = ir_xmalloc((size_t)attr[0].n * sizeof(ir_graph *));
    bool ok = narrow_attrs(e, in, out, attr);
    int n = 0;
    for (int k = 0; k < e->nin; k++)
        if (in[k])
            x[n++] = x[k];
    ir_value **made = ok ? ir_emit(g, e->op, n, x, attr) : NULL;
    for (int k = 0, m = 0; made && k < e->nout; k++)
        y[k] = out[k] ? made[m++] : NULL;
    for (int b = 0; list && b < attr[0].n; b++)
        ir_graph_release(attr[0].graphs[b]);
    if (list)
        free(attr[0].graphs);
    else
        ir_graph_release(attr[0].graph);
    if (e->op->role == IR_ROLE_WHILE)
        ir_graph_release(attr[1].graph);
    return made != NULL;
}

/* What is needed of g, copied into made; map is by id and knows the inputs. */
static bool copy_needed(ir_graph *made, const ir_graph *g, const bool *need, ir_value **map)
{
    int widest = ir_widest(g);
    ir_value **x = ir_xmalloc(2 * (size_t)widest * sizeof *x), **y;
    bool *in = ir_xmalloc(2 * (size_t)widest), *out = in + widest, ok = true;
    for (const ir_eqn *e = g->first; e && ok; e = e->next) {
        bool any = false;
        for (int k = 0; k < e->nout; k++)
            any |= out[k] = need[e->out[k]->id];
        if (!any)
            continue;
        for (int k = 0; k < e->nin; k++)
            x[k] = map[e->in[k]->id];
        const ir_loc *was = ir_loc_set(e->loc);
        if (is_narrowed(e)) {
            memset(in, 0, (size_t)e->nin);
            need_operands(e, out, in);
            y = x + widest;
            ok = copy_narrowed(made, e, in, out, x, y);
        } else {
            ok = (y = ir_copy_eqn(made, e, x)) != NULL;
        }
        ir_loc_set(was);
        for (int k = 0; ok && k < e->nout; k++)
            map[e->out[k]->id] = y[k];
    }
    free(in);
    free(x);
    return ok;
}

/* g with the inputs and outputs marked, and what these outputs need. */
static ir_graph *narrow(const ir_graph *g, const bool *in, const bool *out)
{
    ir_graph *made = ir_graph_new(g->name);
    ir_value **map = ir_xmalloc(((size_t)g->nvalue + 2 * (size_t)g->nout) * sizeof *map);
    ir_value **outs = map + g->nvalue, **like = outs + g->nout;
    bool *need = ir_xmalloc(g->nvalue);
    int n = 0;
    for (int k = 0; k < g->nout; k++)
        need[g->out[k]->id] |= out[k];
    spread(g, need);
    for (int k = 0; k < g->nin; k++)
        if (in[k])
            map[g->in[k]->id] = ir_input(made, &g->in[k]->type);
    bool ok = copy_needed(made, g, need, map);
    for (int k = 0; ok && k < g->nout; k++)
        if (out[k]) {
            like[n] = g->out[k];
            outs[n++] = map[g->out[k]->id];
        }
    ok = ok && pass_outputs(made, outs, like, n);
    free(need);
    free(map);
    if (ok)
        return made;
    ir_graph_release(made);
    return NULL;
}

ir_graph *ir_pass_dce(ir_graph *g)
{
    bool *all = ir_xmalloc((size_t)(g->nin + g->nout));
    memset(all, true, (size_t)(g->nin + g->nout));
    ir_graph *made = narrow(g, all, all);
    free(all);
    return made;
}

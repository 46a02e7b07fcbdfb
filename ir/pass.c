/* The walk that most passes share. It copies a graph in order, with a map from old values to new
 * ones, and the pass decides what each equation becomes. */
#include <stdlib.h>

#include "ir/pass.h"

static ir_graph *rewrite(pass *p, const ir_graph *g);

/* The rewritten form of a nested graph. It is rewritten once, however often it is used, and the
 * pass holds the reference. */
static ir_graph *nested(pass *p, const ir_graph *g)
{
    const ptrmap_entry *known = ptrmap_find(&p->done, g);
    if (known)
        return (ir_graph *)(uintptr_t)known->lo;
    ir_graph *made = rewrite(p, g);
    if (made && !ptrmap_put(&p->done, g, (uint64_t)(uintptr_t)made, 0)) {
        ir_graph_release(made);
        return NULL;
    }
    return made;
}

/* Copies e's parameters to attr, with rewritten graphs. Lists of graphs are allocated in
 * `lists`. */
static bool rewrite_attrs(pass *p, const ir_eqn *e, ir_attr *attr, ir_arena *lists)
{
    for (int k = 0, n = ir_nattr(e->op); k < n; k++) {
        attr[k] = e->attr[k];
        if (e->op->attrs[k].kind == IR_ATTR_GRAPH && !(attr[k].graph = nested(p, attr[k].graph)))
            return false;
        if (e->op->attrs[k].kind != IR_ATTR_GRAPHS)
            continue;
        if (!(attr[k].graphs = ir_alloc(lists, (size_t)attr[k].n * sizeof(ir_graph *))))
            return false;
        for (int j = 0; j < attr[k].n; j++)
            if (!(attr[k].graphs[j] = nested(p, e->attr[k].graphs[j])))
                return false;
    }
    return true;
}

bool pass_copy(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    return ir_results(ir_copy_eqn(w->g, e, x), e->nout, y);
}

static bool rewrite_eqn(walk *w, const ir_eqn *e, ir_value **x, ir_value **y)
{
    for (int k = 0; k < e->nin; k++)
        x[k] = w->map[e->in[k]->id];
    ir_attr attr[IR_MAX_ATTRS];
    ir_arena lists = {0};
    ir_eqn view = *e;
    bool ok = true;
    if (ir_nested(e, 0)) {
        ok = rewrite_attrs(w->pass, e, attr, &lists);
        view.attr = attr;
    }
    const ir_loc *was = ir_loc_set(e->loc);
    ok = ok && w->pass->eqn(w, &view, x, y);
    ir_loc_set(was);
    for (int k = 0; ok && k < e->nout; k++)
        w->map[e->out[k]->id] = y[k];
    ir_arena_free(&lists);
    return ok;
}

bool pass_outputs(ir_graph *made, ir_value **out, ir_value *const *like, int n)
{
    if (!ir_ok(made))
        return false;
    for (int k = 0; k < n; k++)
        if (out[k]->type.weak != like[k]->type.weak) {
            ir_attr attr[] = {[CONVERT_DTYPE] = {.i = like[k]->type.dtype},
                              [CONVERT_WEAK] = {.i = like[k]->type.weak}};
            out[k] = ir_emit1(made, ir_op_role(IR_ROLE_CONVERT), 1, &out[k], attr);
            if (!out[k])
                return false;
        }
    return ir_outputs(made, out, n);
}

static bool rewrite_outputs(walk *w, const ir_graph *g)
{
    IR_SCRATCH(scratch);
    ir_value **out = ir_alloc(&scratch, (size_t)g->nout * sizeof *out);
    if (!out)
        return false;
    for (int k = 0; k < g->nout; k++)
        out[k] = w->map[g->out[k]->id];
    return pass_outputs(w->g, out, g->out, g->nout);
}

static ir_graph *rewrite(pass *p, const ir_graph *g)
{
    IR_SCRATCH(scratch);
    int widest = ir_widest(g);
    walk w = {.pass = p};
    w.map = ir_alloc(&scratch, ((size_t)g->nvalue + 2 * (size_t)widest) * sizeof *w.map);
    if (!w.map || !(w.g = ir_graph_like(g, NULL)))
        return NULL;
    ir_value **x = w.map + g->nvalue, **y = x + widest;
    for (int k = 0; k < g->nin; k++)
        w.map[g->in[k]->id] = w.g->in[k];
    bool ok = true;
    for (const ir_eqn *e = g->first; e && ok; e = e->next)
        ok = rewrite_eqn(&w, e, x, y);
    ok = ok && rewrite_outputs(&w, g);
    if (p->end)
        p->end(&w);
    if (ok)
        return w.g;
    ir_graph_release(w.g);
    return NULL;
}

ir_graph *pass_run(pass p, const ir_graph *g)
{
    ir_graph *made = rewrite(&p, g);
    for (size_t k = 0; k < p.done.nslots; k++)
        if (p.done.slots[k].key)
            ir_graph_release((ir_graph *)(uintptr_t)p.done.slots[k].lo);
    ptrmap_free(&p.done);
    return made;
}

static bool by_rewriter(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    return w->pass->rewriter(w->pass->env, w->g, e, x, y);
}

ir_graph *ir_rewrite(const ir_graph *g, ir_rewriter *f, void *env)
{
    return pass_run((pass){.eqn = by_rewriter, .rewriter = f, .env = env}, g);
}

/* Graphs: values, equations, and the builder that appends them.
 *
 * A graph's values and equations are in its arena. The graph also holds a reference to each graph
 * among its equations' parameters. It is immutable once ir_outputs has been called, so
 * transformations share nested graphs instead of copying them.
 */
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"

ir_graph *ir_nested(const ir_eqn *e, int k)
{
    for (int a = 0, n = ir_nattr(e->op); a < n; a++) {
        ir_attr_kind kind = e->op->attrs[a].kind;
        int count = kind == IR_ATTR_GRAPH ? 1 : kind == IR_ATTR_GRAPHS ? e->attr[a].n : 0;
        if (k < count)
            return kind == IR_ATTR_GRAPH ? e->attr[a].graph : e->attr[a].graphs[k];
        k -= count;
    }
    return NULL;
}

/* Calls f on every graph among an equation's parameters. */
static void each_nested(const ir_eqn *e, void (*f)(ir_graph *))
{
    ir_graph *g;
    for (int k = 0; (g = ir_nested(e, k)); k++)
        f(g);
}

int ir_widest(const ir_graph *g)
{
    int w = 1;
    IR_EACH_EQN (e, g) {
        w = e->nin > w ? e->nin : w;
        w = e->nout > w ? e->nout : w;
    }
    return w;
}

ir_graph *ir_graph_new(const char *name)
{
    ir_graph *g = ir_new(sizeof *g);
    if (!g)
        return NULL;
    atomic_init(&g->refs, 1);
    if (!(g->name = ir_strdup(&g->arena, name && *name ? name : "main"))) {
        ir_graph_release(g);
        return NULL;
    }
    return g;
}

ir_graph *ir_graph_retain(ir_graph *g)
{
    if (g)
        atomic_fetch_add_explicit(&g->refs, 1, memory_order_relaxed);
    return g;
}

static void retain_void(ir_graph *g)
{
    ir_graph_retain(g);
}

void ir_graph_release(ir_graph *g)
{
    if (!g || atomic_fetch_sub_explicit(&g->refs, 1, memory_order_acq_rel) != 1)
        return;
    IR_EACH_EQN (e, g) {
        each_nested(e, ir_graph_release);
    }
    ir_arena_free(&g->arena);
    free(g);
}

static ir_value *value_new(ir_graph *g, const ir_type *t, ir_eqn *e, uint32_t index)
{
    ir_value *v = ir_alloc(&g->arena, sizeof *v);
    if (!v)
        return NULL;
    v->type = *t;
    v->eqn = e;
    v->index = index;
    v->id = g->nvalue++;
    return v;
}

ir_value *ir_input(ir_graph *g, const ir_type *t)
{
    if (!g)
        return NULL;
    if (g->nin == g->in_cap) {
        int cap = g->in_cap ? 2 * g->in_cap : 4;
        ir_value **grown = ir_alloc(&g->arena, (size_t)cap * sizeof *grown);
        if (!grown) {
            g->failed = true;
            return NULL;
        }
        if (g->nin)
            memcpy(grown, g->in, (size_t)g->nin * sizeof *grown);
        g->in = grown;
        g->in_cap = cap;
    }
    ir_value *v = value_new(g, t, NULL, (uint32_t)g->nin);
    if (v)
        g->in[g->nin++] = v;
    else
        g->failed = true;
    return v;
}

bool ir_outputs(ir_graph *g, ir_value *const *out, int n)
{
    if (!ir_ok(g))
        return false;
    for (int k = 0; k < n; k++)
        if (!out[k])
            return ir_fail("%s: its result %d could not be computed", g->name, k);
    g->out = ir_dup(&g->arena, out, (size_t)n * sizeof *out);
    g->nout = g->out ? n : 0;
    return g->out != NULL;
}

ir_graph *ir_finish(ir_graph *g, ir_value *const *out, int n)
{
    if (ir_outputs(g, out, n))
        return g;
    ir_graph_release(g);
    return NULL;
}

/* Appends an equation to the list and retains the graphs among its parameters. */
static void append(ir_graph *g, ir_eqn *e)
{
    each_nested(e, retain_void);
    e->prev = g->last;
    e->next = NULL;
    if (g->last)
        g->last->next = e;
    else
        g->first = e;
    g->last = e;
    g->neqn++;
}

/* Copies the parameters, with their lists, into the graph's arena. */
static bool copy_attrs(ir_graph *g, ir_eqn *e, const ir_attr *attr)
{
    int n = ir_nattr(e->op);
    if (!n)
        return true;
    ir_attr *copy = e->attr = ir_dup(&g->arena, attr, (size_t)n * sizeof *copy);
    for (int k = 0; copy && k < n; k++) {
        ir_attr_kind kind = e->op->attrs[k].kind;
        if ((kind == IR_ATTR_INTS || kind == IR_ATTR_BOOLS) &&
            !(copy[k].ints = ir_dup(&g->arena, attr[k].ints, (size_t)attr[k].n * sizeof(int64_t))))
            return false;
        if (kind == IR_ATTR_GRAPHS &&
            !(copy[k].graphs =
                  ir_dup(&g->arena, attr[k].graphs, (size_t)attr[k].n * sizeof(ir_graph *))))
            return false;
    }
    return copy != NULL;
}

/* Allocates an equation but does not append it, so that a failure leaves the graph as it was. */
static ir_eqn *eqn_new(ir_graph *g, const ir_op *op, int nin, ir_value *const *in,
                       const ir_attr *attr, int nout)
{
    ir_eqn *e = ir_alloc(&g->arena, sizeof *e);
    if (!e)
        return NULL;
    e->op = op;
    e->nin = nin;
    e->nout = nout;
    e->in = ir_dup(&g->arena, in, (size_t)nin * sizeof *in);
    e->out = ir_alloc(&g->arena, (size_t)nout * sizeof *e->out);
    return e->in && e->out && copy_attrs(g, e, attr) ? e : NULL;
}

static bool values_new(ir_graph *g, ir_eqn *e, const ir_type *type, ir_value *const *like)
{
    uint32_t nvalue = g->nvalue;
    for (int k = 0; k < e->nout; k++) {
        e->out[k] = value_new(g, type ? &type[k] : &like[k]->type, e, (uint32_t)k);
        if (!e->out[k]) {
            g->nvalue = nvalue;
            return false;
        }
    }
    return true;
}

static bool infer(ir_infer *q, ir_value *const *in, ir_type *types)
{
    for (int k = 0; k < q->nin; k++) {
        types[k] = in[k]->type;
        if (ir_is_tape(&types[k]) && !(q->op->flags & IR_OP_TAPES))
            return ir_fail("%s: operand %d is %s, of dynamic length, which only loops can read",
                           q->op->name, k, ir_type_tmp(&types[k]));
    }
    q->in = types;
    if (!ir_infer_types(q))
        return false;
    for (int k = 0; k < q->nout; k++)
        if (!ir_type_fits(&q->out[k]))
            return ir_fail("%s: a result of %s has too many elements", q->op->name,
                           ir_type_tmp(&q->out[k]));
    return true;
}

ir_value **ir_emit(ir_graph *g, const ir_op *op, int nin, ir_value *const *in, const ir_attr *attr)
{
    IR_SCRATCH(scratch);
    if (!g)
        return NULL;
    for (int k = 0; k < nin; k++)
        if (!in[k])
            return NULL;
    ir_type small[8];
    ir_type *types = nin <= 8 ? small : ir_alloc(&scratch, (size_t)nin * sizeof *types);
    if (!types)
        return NULL;
    ir_infer q = {.op = op, .nin = nin, .attr = attr, .memory = &scratch};
    if (!infer(&q, in, types))
        return NULL;
    ir_eqn *e = eqn_new(g, op, nin, in, attr, q.nout);
    if (!e || !values_new(g, e, q.out, NULL))
        return NULL;
    e->loc = ir_loc_get();
    append(g, e);
    return e->out;
}

void ir_infer_out(ir_infer *q, const ir_type *t)
{
    if (q->nout == q->room && !q->failed) {
        ir_type *all = ir_alloc(q->memory, (size_t)(q->room ? 2 * q->room : 2) * sizeof *all);
        q->failed = !all;
        if (all && q->nout)
            memcpy(all, q->out, (size_t)q->nout * sizeof *all);
        q->out = all ? all : q->out;
        q->room = all ? (q->room ? 2 * q->room : 2) : q->room;
    }
    if (!q->failed)
        q->out[q->nout++] = *t;
}

bool ir_infer_types(ir_infer *q)
{
    return q->op->infer(q) && !q->failed;
}

/* Are the operands' types those of e, weakness included? Only then are its results' types the
 * same. */
static bool same_operands(const ir_eqn *e, ir_value *const *in)
{
    for (int k = 0; k < e->nin; k++)
        if (!ir_same_type(&e->in[k]->type, &in[k]->type) || e->in[k]->type.weak != in[k]->type.weak)
            return false;
    return true;
}

ir_value **ir_copy_eqn(ir_graph *into, const ir_eqn *e, ir_value *const *in)
{
    if (!into)
        return NULL;
    for (int k = 0; k < e->nin; k++)
        if (!in[k])
            return NULL;
    if (!same_operands(e, in)) {
        const ir_loc *was = ir_loc_set(e->loc);
        ir_value **made = ir_emit(into, e->op, e->nin, in, e->attr);
        ir_loc_set(was);
        return made;
    }
    ir_eqn *copy = eqn_new(into, e->op, e->nin, in, e->attr, e->nout);
    if (!copy || !values_new(into, copy, NULL, e->out))
        return NULL;
    copy->loc = e->loc;
    append(into, copy);
    return copy->out;
}

bool ir_copy_mapped(ir_graph *into, const ir_eqn *e, ir_value **map)
{
    IR_SCRATCH(scratch);
    ir_value *small[8];
    ir_value **x = e->nin <= 8 ? small : ir_alloc(&scratch, (size_t)e->nin * sizeof *x);
    if (!x)
        return false;
    for (int k = 0; k < e->nin; k++)
        x[k] = map[e->in[k]->id];
    ir_value **y = ir_copy_eqn(into, e, x);
    for (int k = 0; y && k < e->nout; k++)
        map[e->out[k]->id] = y[k];
    return y != NULL;
}

bool ir_splice(ir_graph *into, const ir_graph *g, ir_value *const *in, ir_value **out)
{
    IR_SCRATCH(scratch);
    ir_value **map = ir_alloc(&scratch, g->nvalue * sizeof *map);
    if (!map)
        return false;
    for (int k = 0; k < g->nin; k++)
        map[g->in[k]->id] = in[k];
    bool ok = true;
    for (const ir_eqn *e = g->first; e && ok; e = e->next)
        ok = ir_copy_mapped(into, e, map);
    for (int k = 0; k < g->nout; k++)
        out[k] = map[g->out[k]->id];
    return ok;
}

ir_graph *ir_graph_like(const ir_graph *g, const char *name)
{
    ir_graph *copy = ir_graph_new(name ? name : g->name);
    for (int k = 0; k < g->nin; k++)
        if (!ir_input(copy, &g->in[k]->type)) {
            ir_graph_release(copy);
            return NULL;
        }
    return copy;
}

/* Graphs: values, equations, and the builder that appends them.
 *
 * A graph owns its values and equations through one arena, and a reference to each graph among its
 * equations' parameters. It is immutable once ir_outputs was called, so transformations share
 * nested graphs instead of copying them.
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
    ir_graph *g = ir_xmalloc(sizeof *g);
    atomic_init(&g->refs, 1);
    g->name = ir_strdup(&g->arena, name && *name ? name : "main");
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
    v->type = *t;
    v->eqn = e;
    v->index = index;
    v->id = g->nvalue++;
    return v;
}

ir_value *ir_input(ir_graph *g, const ir_type *t)
{
    if (g->nin == g->in_cap) {
        int cap = g->in_cap ? 2 * g->in_cap : 4;
        ir_value **grown = ir_alloc(&g->arena, (size_t)cap * sizeof *grown);
        if (g->nin)
            memcpy(grown, g->in, (size_t)g->nin * sizeof *grown);
        g->in = grown;
        g->in_cap = cap;
    }
    ir_value *v = value_new(g, t, NULL, (uint32_t)g->nin);
    return g->in[g->nin++] = v;
}

void ir_outputs(ir_graph *g, ir_value *const *out, int n)
{
    g->out = ir_dup(&g->arena, out, (size_t)n * sizeof *out);
    g->nout = n;
}

static void append(ir_graph *g, ir_eqn *e)
{
    e->prev = g->last;
    e->next = NULL;
    if (g->last)
        g->last->next = e;
    else
        g->first = e;
    g->last = e;
    g->neqn++;
}

/* Parameters live as long as the graph: lists are copied, graphs retained. */
static ir_attr *copy_attrs(ir_graph *g, const ir_op *op, const ir_attr *attr)
{
    int n = ir_nattr(op);
    if (!n)
        return NULL;
    ir_attr *copy = ir_dup(&g->arena, attr, (size_t)n * sizeof *copy);
    for (int k = 0; k < n; k++) {
        ir_attr_kind kind = op->attrs[k].kind;
        if (kind == IR_ATTR_INTS || kind == IR_ATTR_BOOLS)
            copy[k].ints = ir_dup(&g->arena, attr[k].ints, (size_t)attr[k].n * sizeof(int64_t));
        if (kind == IR_ATTR_GRAPHS)
            copy[k].graphs =
                ir_dup(&g->arena, attr[k].graphs, (size_t)attr[k].n * sizeof(ir_graph *));
    }
    return copy;
}

static ir_eqn *eqn_new(ir_graph *g, const ir_op *op, int nin, ir_value *const *in,
                       const ir_attr *attr, int nout)
{
    ir_eqn *e = ir_alloc(&g->arena, sizeof *e);
    e->op = op;
    e->nin = nin;
    e->nout = nout;
    e->in = ir_dup(&g->arena, in, (size_t)nin * sizeof *in);
    e->out = ir_alloc(&g->arena, (size_t)nout * sizeof *e->out);
    e->attr = copy_attrs(g, op, attr);
    each_nested(e, retain_void);
    return e;
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
    if (!q->op->infer(q))
        return false;
    for (int k = 0; k < q->nout; k++)
        if (!ir_type_fits(&q->out[k]))
            return ir_fail("%s: a result of %s has too many elements", q->op->name,
                           ir_type_tmp(&q->out[k]));
    return true;
}

ir_value **ir_emit(ir_graph *g, const ir_op *op, int nin, ir_value *const *in, const ir_attr *attr)
{
    for (int k = 0; k < nin; k++)
        if (!in[k])
            return NULL;
    ir_type small[8];
    ir_type *types = nin <= 8 ? small : ir_xmalloc((size_t)nin * sizeof *types);
    ir_infer q = {.op = op, .nin = nin, .attr = attr};
    ir_value **result = NULL;
    if (infer(&q, in, types)) {
        ir_eqn *e = eqn_new(g, op, nin, in, attr, q.nout);
        e->loc = ir_loc_get();
        for (int k = 0; k < q.nout; k++)
            e->out[k] = value_new(g, &q.out[k], e, (uint32_t)k);
        append(g, e);
        result = e->out;
    }
    free(q.out);
    if (types != small)
        free(types);
    return result;
}

void ir_infer_out(ir_infer *q, const ir_type *t)
{
    q->out = ir_xrealloc(q->out, (size_t)(q->nout + 1) * sizeof *q->out);
    q->out[q->nout++] = *t;
}

/* Other weakness among the operands may give other weakness to the results. */
static bool same_operands(const ir_eqn *e, ir_value *const *in)
{
    for (int k = 0; k < e->nin; k++)
        if (!ir_same_type(&e->in[k]->type, &in[k]->type) || e->in[k]->type.weak != in[k]->type.weak)
            return false;
    return true;
}

ir_value **ir_copy_eqn(ir_graph *into, const ir_eqn *e, ir_value *const *in)
{
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
    copy->loc = e->loc;
    for (int k = 0; k < e->nout; k++)
        copy->out[k] = value_new(into, &e->out[k]->type, copy, (uint32_t)k);
    append(into, copy);
    return copy->out;
}

bool ir_splice(ir_graph *into, const ir_graph *g, ir_value *const *in, ir_value **out)
{
    ir_value **map = ir_xmalloc(g->nvalue * sizeof *map);
    for (int k = 0; k < g->nin; k++)
        map[g->in[k]->id] = in[k];
    ir_value **operands = ir_xmalloc((size_t)ir_widest(g) * sizeof *operands);
    bool ok = true;
    IR_EACH_EQN (e, g) {
        for (int k = 0; k < e->nin; k++)
            operands[k] = map[e->in[k]->id];
        ir_value **made = ir_copy_eqn(into, e, operands);
        ok = ok && made;
        for (int k = 0; k < e->nout; k++)
            map[e->out[k]->id] = made ? made[k] : NULL;
    }
    for (int k = 0; k < g->nout; k++)
        out[k] = map[g->out[k]->id];
    free(operands);
    free(map);
    return ok;
}

ir_graph *ir_graph_like(const ir_graph *g, const char *name)
{
    ir_graph *copy = ir_graph_new(name ? name : g->name);
    for (int k = 0; k < g->nin; k++)
        ir_input(copy, &g->in[k]->type);
    return copy;
}

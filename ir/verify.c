/* Checks that a graph is well-formed. Debug builds do so after each pass; tests do too.
 *
 * A table maps each id to the value defined under it so far. If an operand is not the value in the
 * table, it was never defined, is defined only later, or belongs to another graph.
 */
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"
#include "ir/ptrmap.h"

typedef struct {
    const ir_graph *g;
    const ir_value **defined; /* by id */
    uint32_t ndefined;
    ptrmap *done; /* nested graphs that were found correct */
} verifier;

static bool verify(const ir_graph *g, ptrmap *done);

static bool define(verifier *s, const ir_value *v, const char *what)
{
    if (v->id >= s->g->nvalue)
        return ir_fail("%s: a value of %s has id %u, but there are %u values", s->g->name, what,
                       v->id, s->g->nvalue);
    if (s->defined[v->id])
        return ir_fail("%s: two values have id %u, the second of %s", s->g->name, v->id, what);
    if (!ir_type_fits(&v->type))
        return ir_fail("%s: a value of %s has an invalid type, %s", s->g->name, what,
                       ir_type_tmp(&v->type));
    s->defined[v->id] = v;
    s->ndefined++;
    return true;
}

static bool is_defined(const verifier *s, const ir_value *v)
{
    return v && v->id < s->g->nvalue && s->defined[v->id] == v;
}

static bool verify_inputs(verifier *s)
{
    for (int k = 0; k < s->g->nin; k++) {
        const ir_value *v = s->g->in[k];
        if (!v || v->eqn || v->index != (uint32_t)k)
            return ir_fail("%s: input %d has the wrong index", s->g->name, k);
        if (!define(s, v, "the inputs"))
            return false;
    }
    return true;
}

static bool verify_attrs(const verifier *s, const ir_eqn *e)
{
    for (int k = 0, n = ir_nattr(e->op); k < n; k++) {
        const ir_attr *a = &e->attr[k];
        ir_attr_kind kind = e->op->attrs[k].kind;
        if (kind == IR_ATTR_DTYPE && (a->i < 0 || a->i >= IR_NDTYPE))
            return ir_fail("%s: %s's %s is not an element type", s->g->name, e->op->name,
                           e->op->attrs[k].name);
        if (kind == IR_ATTR_GRAPH && !verify(a->graph, s->done))
            return false;
        for (int j = 0; kind == IR_ATTR_GRAPHS && j < a->n; j++)
            if (!verify(a->graphs[j], s->done))
                return false;
    }
    return true;
}

/* Checks that the results have the types that infer gives, weakness included. */
static bool verify_types(const verifier *s, const ir_eqn *e)
{
    IR_SCRATCH(scratch);
    ir_type *in = ir_alloc(&scratch, (size_t)e->nin * sizeof *in);
    if (!in)
        return false;
    for (int k = 0; k < e->nin; k++)
        in[k] = e->in[k]->type;
    ir_infer q = {.op = e->op, .nin = e->nin, .in = in, .attr = e->attr, .memory = &scratch};
    bool ok = ir_infer_types(&q);
    if (ok && q.nout != e->nout)
        ok = ir_fail("%s: %s has %d results, but its rule gives %d", s->g->name, e->op->name,
                     e->nout, q.nout);
    for (int k = 0; ok && k < e->nout; k++)
        if (!ir_same_type(&q.out[k], &e->out[k]->type) || q.out[k].weak != e->out[k]->type.weak)
            ok = ir_fail("%s: result %d of %s is declared as %s, but is %s", s->g->name, k,
                         e->op->name, ir_type_tmp(&e->out[k]->type), ir_type_tmp(&q.out[k]));
    return ok;
}

static bool verify_eqn(verifier *s, const ir_eqn *e)
{
    for (int k = 0; k < e->nin; k++)
        if (!is_defined(s, e->in[k]))
            return ir_fail("%s: operand %d of %s is not defined before it in this graph",
                           s->g->name, k, e->op->name);
    if (!verify_attrs(s, e) || !verify_types(s, e))
        return false;
    for (int k = 0; k < e->nout; k++) {
        if (!e->out[k] || e->out[k]->eqn != e || e->out[k]->index != (uint32_t)k)
            return ir_fail("%s: result %d of %s does not point to its equation", s->g->name, k,
                           e->op->name);
        if (!define(s, e->out[k], e->op->name))
            return false;
    }
    return true;
}

static bool verify_eqns(verifier *s)
{
    const ir_eqn *before = NULL;
    int n = 0;
    IR_EACH_EQN (e, s->g) {
        if (e->prev != before || ++n > s->g->neqn)
            return ir_fail("%s: the list of equations is broken at %s", s->g->name, e->op->name);
        if (!verify_eqn(s, e))
            return false;
        before = e;
    }
    return (n == s->g->neqn && s->g->last == before) ||
           ir_fail("%s: the list of equations ends early", s->g->name);
}

static bool verify_outputs(const verifier *s)
{
    if (!s->g->out)
        return ir_fail("%s: its outputs were not set", s->g->name);
    for (int k = 0; k < s->g->nout; k++)
        if (!is_defined(s, s->g->out[k]))
            return ir_fail("%s: output %d is not defined in this graph", s->g->name, k);
    return s->ndefined == s->g->nvalue ||
           ir_fail("%s: only %u of %u ids are used", s->g->name, s->ndefined, s->g->nvalue);
}

static bool verify(const ir_graph *g, ptrmap *done)
{
    IR_SCRATCH(scratch);
    if (!g)
        return ir_fail("a graph is missing");
    if (ptrmap_find(done, g))
        return true;
    verifier s = {.g = g, .done = done};
    s.defined = ir_alloc(&scratch, g->nvalue * sizeof *s.defined);
    if (!s.defined)
        return false;
    bool ok = verify_inputs(&s) && verify_eqns(&s) && verify_outputs(&s);
    return ok && ptrmap_put(done, g, 0, 0);
}

bool ir_verify(const ir_graph *g)
{
    ptrmap done = {0};
    bool ok = verify(g, &done);
    ptrmap_free(&done);
    return ok;
}

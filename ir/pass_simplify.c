/* Exact simplification. Rank-0 equations over literals are evaluated, and a primitive's simplify
 * rule may replace its equation by a simpler one that is equal. */
#include <stdlib.h>

#include "ir/pass.h"

enum { MAX_ROUNDS = 4 };

static bool can_fold(const ir_eqn *e, ir_value *const *x)
{
    if (!e->nin || !e->op->eval || (e->op->flags & IR_OP_NO_FOLD) || ir_nested(e, 0))
        return false;
    for (int k = 0; k < e->nin; k++)
        if (!pass_is_literal(x[k]))
            return false;
    for (int k = 0; k < e->nout; k++)
        if (e->out[k]->type.rank)
            return false;
    return true;
}

/* Evaluates e with the interpreter's kernel, so that the result is what running it would give. */
static bool fold(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    IR_SCRATCH(scratch);
    ir_scalar *bits = ir_alloc(&scratch, (size_t)(e->nin + e->nout) * sizeof *bits);
    void **at = ir_alloc(&scratch, (size_t)(e->nin + e->nout) * sizeof *at);
    if (!bits || !at)
        return false;
    for (int k = 0; k < e->nin + e->nout; k++) {
        at[k] = &bits[k];
        if (k < e->nin)
            bits[k] = x[k]->eqn->attr[LITERAL_VALUE].scalar;
    }
    bool ok = ir_eval_eqn(e, (const void *const *)at, at + e->nin);
    for (int k = 0; ok && k < e->nout; k++) {
        const ir_type *t = &e->out[k]->type;
        y[k] = ir_literal(w->g, t->dtype, bits[e->nin + k], t->weak);
        ok = y[k] != NULL;
    }
    return ok;
}

static bool simplify_eqn(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    if (ir_touches_complex(e)) /* the pairs are simplified */
        return pass_copy(w, e, x, y);
    if (can_fold(e, x))
        return fold(w, e, x, y);
    /* A rule may also look at the equation's own operands, so give it a view with the new ones. */
    ir_eqn view = *e;
    view.in = (ir_value **)x;
    bool clean = !ir_error();
    if ((e->op->flags & IR_OP_ACCUMULATES) && ir_computes_wider(&view))
        return ir_emit_wider(w->g, &view, x, y) != NULL;
    if (e->op->simplify && e->op->simplify(w->g, &view, x, y))
        return true;
    return !(clean && ir_error()) && pass_copy(w, e, x, y);
}

/* The result of a rule may be simplified further, so this repeats until the graph does not
 * change. */
ir_graph *ir_pass_simplify(ir_graph *g)
{
    ir_graph *made = ir_graph_retain(g);
    for (int round = 0; made && round < MAX_ROUNDS; round++) {
        IR_AUTO_GRAPH before = made;
        made = pass_run((pass){.eqn = simplify_eqn}, before);
        if (made && ir_graph_equal(made, before))
            break;
    }
    return made;
}

/* Inlining: replaces a call by the equations of the graph that it calls. This includes calls with a
 * derivative of their own (custom_jvp_call, custom_root), so it must run after the last
 * differentiation.
 *
 * The recomputation of a checkpoint (`recompute`) must stay a call until CSE has run for the last
 * time. Otherwise CSE would find the equal equations of the forward pass and keep their results
 * after all. That is why ir_pass_unwrap is the last pass. It also removes barriers
 * (`optimization_barrier`), which no pass before it looks through. */
#include <string.h>

#include "ir/pass.h"

static bool inline_eqn(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    return e->op->flags & IR_OP_CALLS ? ir_splice(w->g, ir_nested(e, 0), x, y)
                                      : pass_copy(w, e, x, y);
}

ir_graph *ir_pass_inline(ir_graph *g)
{
    return pass_run((pass){.eqn = inline_eqn}, g);
}

static bool unwrap_eqn(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    if (e->op->flags & IR_OP_BARRIER) {
        memcpy(y, x, (size_t)e->nout * sizeof *y);
        return true;
    }
    return e->op->flags & IR_OP_RECOMPUTES ? ir_splice(w->g, ir_nested(e, 0), x, y)
                                           : pass_copy(w, e, x, y);
}

static bool is_wrapped(const ir_graph *g)
{
    const ir_graph *inner;
    IR_EACH_EQN (e, g) {
        if (e->op->flags & (IR_OP_RECOMPUTES | IR_OP_BARRIER))
            return true;
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            if (is_wrapped(inner))
                return true;
    }
    return false;
}

/* Hoists afterwards, because equations inside a call cannot be moved out of the loop around it. */
ir_graph *ir_pass_unwrap(ir_graph *g)
{
    if (!is_wrapped(g))
        return ir_graph_retain(g);
    IR_AUTO_GRAPH bare = pass_run((pass){.eqn = unwrap_eqn}, g);
    return bare ? ir_pass_hoist(bare) : NULL;
}

/* Inlining: a call becomes the equations of what it calls. So does what has a derivative of its own
 * (custom_jvp_call, custom_root), and therefore this pass belongs after the last differentiation.
 *
 * What a checkpoint recomputes (`recompute`) must stay a call until nothing looks for equal
 * equations any more, or these would be found and kept after all: ir_pass_unwrap is last. */
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
    return e->op->flags & IR_OP_RECOMPUTES ? ir_splice(w->g, ir_nested(e, 0), x, y)
                                           : pass_copy(w, e, x, y);
}

static bool recomputes(const ir_graph *g)
{
    const ir_graph *inner;
    IR_EACH_EQN (e, g) {
        if (e->op->flags & IR_OP_RECOMPUTES)
            return true;
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            if (recomputes(inner))
                return true;
    }
    return false;
}

/* What stood there could not be hoisted out of the loop around it; now it can. */
ir_graph *ir_pass_unwrap(ir_graph *g)
{
    if (!recomputes(g))
        return ir_graph_retain(g);
    IR_AUTO_GRAPH bare = pass_run((pass){.eqn = unwrap_eqn}, g);
    return bare ? ir_pass_hoist(bare) : NULL;
}

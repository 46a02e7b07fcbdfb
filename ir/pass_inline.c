/* Inlining: a call becomes the equations of what it calls. So does what has a derivative of its own
 * (custom_jvp_call, custom_root), and therefore this pass belongs after the last differentiation.
 *
 * A checkpoint that recomputes what was computed before must stay a call until nothing looks for
 * equal equations any more, or these would be found and kept after all: ir_pass_unwrap is last. */
#include "ir/pass.h"

static bool inline_eqn(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    bool plain_checkpoint = e->op->role == IR_ROLE_CHECKPOINT && !e->attr[2].i;
    if (!(e->op->flags & IR_OP_CALLS) && !plain_checkpoint)
        return pass_copy(w, e, x, y);
    return ir_splice(w->g, e->attr[0].graph, x, y);
}

ir_graph *ir_pass_inline(ir_graph *g)
{
    return pass_run((pass){.eqn = inline_eqn}, g);
}

static bool unwrap_eqn(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    return e->op->role == IR_ROLE_CHECKPOINT ? ir_splice(w->g, e->attr[0].graph, x, y)
                                             : pass_copy(w, e, x, y);
}

static bool has_checkpoint(const ir_graph *g)
{
    const ir_graph *inner;
    IR_EACH_EQN (e, g) {
        if (e->op->role == IR_ROLE_CHECKPOINT)
            return true;
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            if (has_checkpoint(inner))
                return true;
    }
    return false;
}

/* What stood in a checkpoint could not be hoisted out of the loop around it; now it can. */
ir_graph *ir_pass_unwrap(ir_graph *g)
{
    if (!has_checkpoint(g))
        return ir_graph_retain(g);
    IR_AUTO_GRAPH bare = pass_run((pass){.eqn = unwrap_eqn}, g);
    return bare ? ir_pass_hoist(bare) : NULL;
}

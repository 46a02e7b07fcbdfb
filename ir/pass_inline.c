/* Inlining: a call becomes the equations of what it calls. So does what has a derivative of its own
 * (custom_jvp_call, custom_root), and therefore this pass belongs after the last differentiation. */
#include "ir/pass.h"

static bool inline_eqn(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    if (!(e->op->flags & IR_OP_CALLS))
        return pass_copy(w, e, x, y);
    return ir_splice(w->g, e->attr[0].graph, x, y);
}

ir_graph *ir_pass_inline(ir_graph *g)
{
    return pass_run((pass){.eqn = inline_eqn}, g);
}

/* Captures of functions with user-defined derivatives. */
#include "runtime/transform/custom.h"

#include <string.h>

#include "ops/ops.h"

bool rt_shield_captures(ir_graph *g, const char *name, int nargs, ir_value **in)
{
    ir_attr attr[] = {[NONDIFF_OF] = {.name = ir_name(name, strlen(name))}};
    if (!attr[NONDIFF_OF].name)
        return false;
    for (int k = 0; k < g->nin; k++) {
        in[k] = g->in[k];
        if (k >= nargs && rt_is_float(&in[k]->type) &&
            !(in[k] = ir_emit1(g, &op_nondiff, 1, &in[k], attr)))
            return false;
    }
    return true;
}

bool rt_add_captures(rt_traced *t, const rt_traced *more)
{
    int both = t->ncaptured + more->ncaptured;
    jac *captured = ir_resize(t->captured, (size_t)(both + 1) * sizeof *captured);
    if (!captured)
        return false;
    t->captured = captured;
    for (int k = 0; k < more->ncaptured; k++) {
        rt_retain(more->captured[k]);
        t->captured[t->ncaptured++] = more->captured[k];
    }
    return true;
}

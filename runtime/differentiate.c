/* The reverse mode of a graph: forward derivative, split at the tangents, the linear part
 * transposed. */
#include "runtime/differentiate.h"

#include <stdlib.h>

ir_graph *rt_pick_outputs(const ir_graph *g, int n, const int *pick)
{
    IR_AUTO_GRAPH all = ir_graph_like(g, NULL);
    ir_value **out = ir_xmalloc((size_t)(g->nout + n + 1) * sizeof *out), **picked = out + g->nout;
    bool ok = ir_splice(all, g, all->in, out);
    for (int k = 0; k < n; k++)
        picked[k] = out[pick[k]];
    if (ok)
        ir_outputs(all, picked, n);
    free(out);
    return ok ? ir_pass_dce(all) : NULL;
}

/* The jvp of g with g's outputs, then the tangents of those marked `of`. */
static ir_graph *forward(const ir_graph *g, const bool *wrt, const bool *of)
{
    bool *nz = ir_xmalloc((size_t)g->nout + 1);
    int *pick = ir_xmalloc((size_t)(2 * g->nout + 1) * sizeof *pick), n = g->nout,
        tangent = g->nout;
    for (int k = 0; k < g->nout; k++) {
        nz[k] = of[k];
        pick[k] = k;
    }
    IR_AUTO_GRAPH j = ir_jvp(g, wrt, nz);
    for (int k = 0; j && k < g->nout; k++) {
        if (of[k])
            pick[n++] = tangent;
        tangent += nz[k];
    }
    ir_graph *picked = j ? rt_pick_outputs(j, n, pick) : NULL;
    free(pick);
    free(nz);
    return picked;
}

int rt_linearize(const ir_graph *g, const bool *wrt, const bool *of, ir_graph **known,
                 ir_graph **back)
{
    IR_AUTO_GRAPH whole = forward(g, wrt, of);
    /* What every step of a loop computes alike need not be kept once a step. */
    IR_AUTO_GRAPH j = whole ? ir_pass_hoist(whole) : NULL;
    *known = *back = NULL;
    if (!j)
        return -1;
    bool *unknown_in = ir_xmalloc((size_t)(j->nin + j->nout + 1));
    bool *unknown_out = unknown_in + j->nin;
    for (int k = g->nin; k < j->nin; k++)
        unknown_in[k] = true;
    for (int k = g->nout; k < j->nout; k++)
        unknown_out[k] = true;
    ir_graph *rest = NULL;
    int nres = ir_partial_eval(j, unknown_in, unknown_out, known, &rest);
    if (nres >= 0) {
        bool *linear_in = ir_xmalloc((size_t)rest->nin + 1);
        for (int k = nres; k < rest->nin; k++)
            linear_in[k] = true;
        IR_AUTO_GRAPH lean = ir_pass_dce(rest);
        *back = lean ? ir_transpose(lean, linear_in) : NULL;
        free(linear_in);
        if (!*back) {
            ir_graph_release(*known);
            *known = NULL;
            nres = -1;
        }
    }
    ir_graph_release(rest);
    free(unknown_in);
    return nres;
}

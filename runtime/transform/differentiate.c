/* Linearizes a graph: splits its forward derivative into a part that does not depend on the
 * tangents and a linear part that does. Transposing the linear part gives reverse mode. */
#include "runtime/transform/differentiate.h"

#include <stdlib.h>
#include <string.h>

ir_graph *rt_pick_outputs(const ir_graph *g, int n, const int *pick)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH all = ir_graph_like(g, NULL);
    ir_value **out = ir_alloc(&scratch, (size_t)(g->nout + n + 1) * sizeof *out);
    if (!all || !out)
        return NULL;
    ir_value **picked = out + g->nout;
    bool ok = ir_splice(all, g, all->in, out);
    for (int k = 0; k < n; k++)
        picked[k] = out[pick[k]];
    ok = ok && ir_outputs(all, picked, n);
    return ok ? ir_pass_dce(all) : NULL;
}

/* The jvp of g. Its outputs are those of g, then the tangents of those marked in `of`. */
static ir_graph *forward(const ir_graph *g, const bool *wrt, const bool *of)
{
    IR_SCRATCH(scratch);
    bool *nz = ir_alloc(&scratch, (size_t)g->nout + 1);
    int *pick = ir_alloc(&scratch, (size_t)(2 * g->nout + 1) * sizeof *pick);
    if (!nz || !pick)
        return NULL;
    int n = g->nout;
    int tangent = g->nout;
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
    return picked;
}

int rt_linearize(const ir_graph *g, const bool *wrt, const bool *of, ir_graph **known,
                 ir_graph **linear)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH whole = forward(g, wrt, of);
    /* Hoist what is the same in every iteration of a loop, so that it is not stored once for
     * each. */
    IR_AUTO_GRAPH j = whole ? ir_pass_hoist(whole) : NULL;
    *known = *linear = NULL;
    if (!j)
        return -1;
    bool *unknown_in = ir_alloc(&scratch, (size_t)(j->nin + j->nout + 1));
    if (!unknown_in)
        return -1;
    bool *unknown_out = unknown_in + j->nin;
    for (int k = g->nin; k < j->nin; k++)
        unknown_in[k] = true;
    for (int k = g->nout; k < j->nout; k++)
        unknown_out[k] = true;
    int nres = ir_partial_eval(j, unknown_in, unknown_out, known, linear);
    return nres;
}

ir_graph *rt_transpose_linear(const ir_graph *linear, int nres)
{
    IR_SCRATCH(scratch);
    bool *linear_in = ir_alloc(&scratch, (size_t)linear->nin + 1);
    if (!linear_in)
        return NULL;
    for (int k = nres; k < linear->nin; k++)
        linear_in[k] = true;
    IR_AUTO_GRAPH given = ir_graph_retain((ir_graph *)linear);
    IR_AUTO_GRAPH lean = ir_pass_dce(given);
    ir_graph *back = lean ? ir_transpose(lean, linear_in) : NULL;
    return back;
}

bool rt_replace_graph(rt_traced *t, ir_graph *with)
{
    if (!with)
        return false;
    ir_graph_release(t->g);
    t->g = with;
    return true;
}

bool rt_trace_at(const struct jac_function *f, const char *what, const jac *primals, ir_type *types,
                 rt_traced *t)
{
    for (int k = 0, n = rt_fn_leaves(f); k < n; k++) {
        const char *why = rt_no_handle(primals[k]);
        if (why)
            return ir_fail("%s of %s: %s %s", what, f->name, rt_leaf_name(f, k), why);
        if (!rt_type_of(primals[k], &types[k]))
            return false;
    }
    return rt_trace_fn(f, types, t);
}

bool rt_apply_traced(const ir_graph *g, const rt_traced *t, int n, const jac *leaves, int nmore,
                     const jac *more, jac *out)
{
    IR_SCRATCH(scratch);
    jac *in = ir_alloc(&scratch, (size_t)(n + t->ncaptured + nmore + 1) * sizeof *in);
    if (!in)
        return false;
    if (n)
        memcpy(in, leaves, (size_t)n * sizeof *in);
    if (t->ncaptured)
        memcpy(in + n, t->captured, (size_t)t->ncaptured * sizeof *in);
    if (nmore)
        memcpy(in + n + t->ncaptured, more, (size_t)nmore * sizeof *in);
    return rt_apply_graph(g, in, out);
}

jac rt_zeros(const ir_type *t)
{
    jac x = rt_literal(t->dtype, (ir_scalar){0}, false);
    return jac_ok(x) ? rt_broadcast_to(x, t->rank, t->dim) : JAC_NULL;
}

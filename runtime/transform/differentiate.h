/* Declarations shared by the files of derivatives: derivatives of whole graphs, built from the
 * transformations in ir/, and tracing at given primals. */
#ifndef JACQUARD_DIFFERENTIATE_H
#define JACQUARD_DIFFERENTIATE_H

#include "runtime/runtime.h"

/* ---- differentiate.c ------------------------------------------------------------------------- */

static inline bool rt_is_float(const ir_type *t)
{
    return ir_is_inexact(t->dtype);
}

/* g with only the picked outputs, without equations that they do not need. */
ir_graph *rt_pick_outputs(const ir_graph *g, int n, const int *pick);

/* Linearizes g with respect to the inputs marked in `wrt`, for the outputs marked in `of`.
 *   known:  (inputs of g) -> outputs of g, then residuals
 *   linear: (residuals, a tangent for each input in `wrt`) -> a tangent for each output in `of`
 * Returns the number of residuals, -1 on error. */
int rt_linearize(const ir_graph *g, const bool *wrt, const bool *of, ir_graph **known,
                 ir_graph **linear);
/* Transposes such a linear graph: (residuals, a cotangent for each output) -> a cotangent for each
 * tangent input. */
ir_graph *rt_transpose_linear(const ir_graph *linear, int nres);

/* Replaces the graph of t, which takes ownership; false if `with` is NULL. */
bool rt_replace_graph(rt_traced *t, ir_graph *with);
/* Traces f for the types of the primals, which it writes to `types`. `what` names the
 * transformation in errors. */
bool rt_trace_at(const struct jac_function *f, const char *what, const jac *primals, ir_type *types,
                 rt_traced *t);
/* Applies a graph that takes f's leaves, the captures, and the handles in `more`. */
bool rt_apply_traced(const ir_graph *g, const rt_traced *t, int n, const jac *leaves, int nmore,
                     const jac *more, jac *out);
jac rt_zeros(const ir_type *t);

/* ---- linear.c -------------------------------------------------------------------------------- */

/* Makes a function of n floats from g, which maps (residuals, n floats) to n floats of the same
 * types. The function holds the residuals. */
jac_fn rt_linear_fn(const char *name, ir_graph *g, int nres, const jac *res, int n,
                    const ir_type *types);

#endif

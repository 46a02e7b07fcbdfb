/* What the files of derivatives share: whole-graph derivatives from the transformations of ir/, and
 * tracing at given primals. */
#ifndef JACQUARD_DIFFERENTIATE_H
#define JACQUARD_DIFFERENTIATE_H

#include "runtime/runtime.h"

/* ---- differentiate.c ------------------------------------------------------------------------- */

static inline bool rt_is_float(const ir_type *t)
{
    return ir_is_inexact((ir_dtype)t->dtype);
}

/* g with only the outputs picked, and without what only the others needed. */
ir_graph *rt_pick_outputs(const ir_graph *g, int n, const int *pick);

/* g linearized in the inputs marked wrt, for the outputs marked of. known: inputs of g -> its
 * outputs, then residuals. linear: residuals, then a tangent for each input wrt -> a tangent for
 * each output of. Returns how many residuals, -1 on error. */
int rt_linearize(const ir_graph *g, const bool *wrt, const bool *of, ir_graph **known,
                 ir_graph **linear);
/* Such a linear graph transposed: residuals, then a cotangent for each output -> one for each
 * tangent input. */
ir_graph *rt_transpose_linear(const ir_graph *linear, int nres);

/* The graph becomes the trace's; false if it is NULL. */
bool rt_replace_graph(rt_traced *t, ir_graph *with);
/* Traces f at primals; types gets those of its leaves. `what` names the transformation in errors.
 */
bool rt_trace_at(const struct jac_function *f, const char *what, const jac *primals, ir_type *types,
                 rt_traced *t);
/* Applies a graph that takes f's leaves, the captures, and whatever `more` holds. */
bool rt_apply_traced(const ir_graph *g, const rt_traced *t, int n, const jac *leaves, int nmore,
                     const jac *more, jac *out);
jac rt_zeros(const ir_type *t);

/* ---- linear.c -------------------------------------------------------------------------------- */

/* g, of residuals and n floats to n like them, as a function of the floats that keeps the residuals. */
jac_fn rt_linear_fn(const char *name, ir_graph *g, int nres, const jac *res, int n,
                    const ir_type *types);

#endif

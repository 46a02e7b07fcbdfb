/* jac_vjp, jac_linearize, jac_linear_transpose: they return linear functions.
 *
 * Each returns a closure: a linear graph with handles to the residuals that it reads. The closure
 * is an ordinary jac_fn, so it can be called many times, jitted, batched and differentiated.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/transform/differentiate.h"

/* The graph maps (residuals, a value for each float of `from`) to a value for each float of `to`.
 * Arguments that are not floats are ignored; results that are not floats are zero. */
typedef struct {
    ir_graph *graph;
    int nres, nfrom, nto;
    jac *res;
    ir_type *from, *to;
    const char *what, *role; /* for errors: "vjp", "a cotangent" */
} closure;

static void closure_drop(rt_function *f)
{
    closure *c = f->data;
    ir_graph_release(c->graph);
    for (int k = 0; k < c->nres; k++)
        rt_release(c->res[k]);
    free(c->res);
}

static bool keep_residuals(closure *c, int n, const jac *res)
{
    c->res = ir_new((size_t)(n + 1) * sizeof *c->res);
    if (!c->res)
        return false;
    for (int k = 0; k < n; k++) {
        rt_retain(res[k]);
        c->res[c->nres++] = res[k];
    }
    return true;
}

/* Converts a tangent or cotangent to the type of its value; numbers take its dtype. */
static ir_value *conform(const closure *c, ir_graph *g, ir_value *t, const ir_type *type)
{
    if (t->type.weak && ir_same_shape(&t->type, type))
        return b_convert(g, t, type->dtype);
    if (ir_same_type(&t->type, type))
        return t;
    ir_fail("%s: %s is %s, but must be %s", c->what, c->role, ir_type_tmp(&t->type),
            ir_type_tmp(type));
    return NULL;
}

static bool closure_graph(const closure *c, const ir_type *types, ir_graph *g)
{
    IR_SCRATCH(scratch);
    int n = 0;
    for (int k = 0; k < c->nfrom; k++)
        ir_input(g, &types[k]);
    ir_value **in = ir_alloc(&scratch, (size_t)(c->nres + c->nfrom + 2 * c->nto + 1) * sizeof *in);
    if (!ir_ok(g) || !in)
        return false;
    ir_value **made = in + c->nres + c->nfrom, **out = made + c->nto;
    for (int k = 0; k < c->nres; k++)
        in[n++] = ir_input(g, &c->graph->in[k]->type);
    bool ok = true;
    for (int k = 0; k < c->nfrom && ok; k++)
        if (rt_is_float(&c->from[k]))
            ok = (in[n++] = conform(c, g, g->in[k], &c->from[k])) != NULL;
    ok = ok && ir_splice(g, c->graph, in, made);
    for (int k = 0, m = 0; k < c->nto && ok; k++)
        ok = (out[k] = rt_is_float(&c->to[k]) ? made[m++] : ir_zeros(g, &c->to[k])) != NULL;
    return ok && ir_outputs(g, out, c->nto);
}

static bool closure_trace(const rt_function *f, const ir_type *types, rt_traced *out)
{
    const closure *c = f->data;
    for (int k = 0; k < c->nres; k++)
        if (!rt_slot_of(c->res[k]))
            return false;
    *out = (rt_traced){.g = ir_graph_new(f->face.name),
                       .captured = ir_new((size_t)(c->nres + 1) * sizeof(jac))};
    for (int k = 0; out->captured && k < c->nres; k++) {
        rt_retain(c->res[k]);
        out->captured[out->ncaptured++] = c->res[k];
    }
    if (out->captured && closure_graph(c, types, out->g))
        return true;
    rt_traced_free(out);
    return false;
}

/* Makes a function whose data is a closure. NULL with an error. */
static rt_function *closure_new(const char *what, const char *role, int nfrom, int nto,
                                const char *name, const jac_loc *at, int nargs, const int *leaves)
{
    size_t types = (size_t)(nfrom + nto + 1) * sizeof(ir_type);
    rt_function *made = rt_function_new(name, at, nargs, leaves, nto, sizeof(closure) + types);
    if (!made)
        return NULL;
    closure *c = made->data;
    *c = (closure){.nfrom = nfrom, .nto = nto, .what = what, .role = role};
    c->from = (ir_type *)(c + 1);
    c->to = c->from + nfrom;
    made->drop = closure_drop;
    made->trace = closure_trace;
    made->wants = c->from;
    return made;
}

jac_fn rt_linear_fn(const char *name, ir_graph *g, int nres, const jac *res, int n,
                    const ir_type *types)
{
    rt_function *made = closure_new(name, "a vector", n, n, name, NULL, 1, &n);
    if (!made)
        return JAC_NULL_FN;
    closure *c = made->data;
    memcpy(c->from, types, (size_t)n * sizeof *types);
    memcpy(c->to, types, (size_t)n * sizeof *types);
    c->graph = ir_graph_retain(g);
    if (keep_residuals(c, nres, res))
        return rt_wrap_function(made);
    rt_fn_release(&made->face);
    return JAC_NULL_FN;
}

/* ---- vjp and linearize ----------------------------------------------------------------------- */

/* Linearizes f at the primals: writes f's results to `out` and keeps the residuals in the closure.
 * For a vjp the linear graph is transposed. `args` and `results`, the types of f's leaves and
 * results, are stored in the closure. */
static bool linearize_at(closure *c, const rt_traced *t, const jac *primals, ir_type *args,
                         int nargs, ir_type *results, bool transposed, jac *out)
{
    IR_SCRATCH(scratch);
    int nout = t->g->nout;
    bool *wrt = ir_alloc(&scratch, (size_t)(t->g->nin + nout + 1));
    if (!wrt)
        return false;
    bool *of = wrt + t->g->nin;
    for (int k = 0; k < nargs; k++)
        wrt[k] = rt_is_float(&args[k]);
    for (int k = 0; k < nout; k++) {
        results[k] = t->g->out[k]->type;
        of[k] = rt_is_float(&results[k]);
    }
    ir_graph *known = NULL, *linear = NULL;
    int nres = rt_linearize(t->g, wrt, of, &known, &linear);
    if (nres >= 0)
        c->graph = transposed ? rt_transpose_linear(linear, nres) : ir_graph_retain(linear);
    bool ok = c->graph != NULL;
    if (ok) {
        jac *y = ir_alloc(&scratch, (size_t)(known->nout + 1) * sizeof *y);
        ok = y && rt_apply_traced(known, t, nargs, primals, 0, NULL, y) &&
             keep_residuals(c, nres, y + nout);
        if (ok)
            memcpy(out, y, (size_t)nout * sizeof *out);
    }
    ir_graph_release(linear);
    ir_graph_release(known);
    return ok;
}

static jac_fn linear_closure(const jac_loc *at, const char *what, bool transposed, jac_fn fn,
                             const void *primals, jac_out out)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin_as(at, what);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return JAC_NULL_FN;
    int n = rt_fn_leaves(f), nout = f->result_leaves;
    if ((n && !primals) || (nout && !out.at)) {
        ir_fail("%s of %s: a null pointer was given for a tree", what, f->name);
        return JAC_NULL_FN;
    }
    if (!rt_room(transposed ? "vjp: " : "linearize: ", f->name, nout, out))
        return JAC_NULL_FN;
    jac *y = ir_alloc(&scratch, (size_t)(nout + 1) * sizeof *y);
    rt_function *made =
        transposed ? closure_new(what, "a cotangent", nout, n, f->name, at, 1, &nout)
                   : closure_new(what, "a tangent", n, nout, f->name, at, f->nargs, f->arg_leaves);
    if (!y || !made) {
        memset(out.at, 0, (size_t)nout * sizeof(jac));
        rt_fn_release(made ? &made->face : NULL);
        return JAC_NULL_FN;
    }
    closure *c = made->data;
    ir_type *args = transposed ? c->to : c->from, *results = transposed ? c->from : c->to;
    RT_AUTO_TRACED t = {0};
    bool ok = rt_trace_at(f, what, primals, args, &t) &&
              linearize_at(c, &t, primals, args, n, results, transposed, y);
    ok = rt_end_tree(m, ok ? nout : 0, y) && ok;
    for (int k = 0; k < nout; k++)
        ((jac *)out.at)[k] = ok ? y[k] : JAC_NULL;
    if (ok)
        return rt_wrap_function(made);
    rt_fn_release(&made->face);
    return JAC_NULL_FN;
}

jac_fn jac_vjp_(const jac_loc *at, jac_fn f, const void *primals, jac_out out)
{
    return linear_closure(at, "vjp", true, f, primals, out);
}

jac_fn jac_linearize_(const jac_loc *at, jac_fn f, const void *primals, jac_out out)
{
    return linear_closure(at, "linearize", false, f, primals, out);
}

/* ---- linear_transpose ------------------------------------------------------------------------ */

static bool all_floats(const char *name, int n, const ir_type *types, const char *what)
{
    for (int k = 0; k < n; k++)
        if (!rt_is_float(&types[k]))
            return ir_fail(
                "linear_transpose of %s: %s %d is %s, but a linear function must take and give "
                "floats",
                name, what, k, ir_type_tmp(&types[k]));
    return true;
}

jac_fn jac_linear_transpose_(const jac_loc *at, jac_fn fn, const void *primals)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return JAC_NULL_FN;
    int n = rt_fn_leaves(f), nout = f->result_leaves;
    rt_function *made =
        closure_new("linear_transpose", "a cotangent", nout, n, f->name, at, 1, &nout);
    if (!made)
        return JAC_NULL_FN;
    closure *c = made->data;
    RT_AUTO_TRACED t = {0};
    bool ok = (primals || !n ||
               ir_fail("linear_transpose of %s: a null pointer was given for a tree", f->name)) &&
              rt_trace_at(f, "linear_transpose", primals, c->to, &t) &&
              all_floats(f->name, n, c->to, "leaf");
    for (int k = 0; k < nout && ok; k++)
        c->from[k] = t.g->out[k]->type;
    ok = ok && all_floats(f->name, nout, c->from, "result");
    if (ok) {
        bool *linear = ir_alloc(&scratch, (size_t)t.g->nin + 1);
        if (linear)
            memset(linear, true, (size_t)n);
        c->graph = linear ? ir_transpose(t.g, linear) : NULL;
        ok = c->graph && keep_residuals(c, t.ncaptured, t.captured);
    }
    rt_end_tree(m, 0, NULL);
    if (ok)
        return rt_wrap_function(made);
    rt_fn_release(&made->face);
    return JAC_NULL_FN;
}

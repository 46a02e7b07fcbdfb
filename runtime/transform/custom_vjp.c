/* jac_custom_vjp: a function with a user-defined backward function.
 *
 * When the function is used in a trace, f, fwd and bwd are traced and become one equation, which
 * may be differentiated later. What they capture becomes additional operands. The captures of bwd
 * reach it as residuals.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/control.h"
#include "ops/ops.h"
#include "runtime/transform/custom.h"

/* rt_function.inner is f, and .second is fwd. */
typedef struct {
    rt_face bwd;
    int nres; /* number of residual handles */
} custom_data;

static void custom_drop(rt_function *f)
{
    custom_data *d = f->data;
    rt_fn_release(d->bwd);
}

static bool signature(const struct jac_function *f, const struct jac_function *fwd,
                      const struct jac_function *bwd)
{
    int n = rt_fn_leaves(f), nres = fwd->result_leaves - f->result_leaves;
    if (rt_fn_leaves(fwd) != n || nres < 0)
        return ir_fail("custom_vjp of %s: it takes %s and gives %d, so fwd must take %d and "
                       "give %d, then the residuals; but %s takes %d and gives %d",
                       f->name, ir_count_tmp(n, "handle"), f->result_leaves, n, f->result_leaves,
                       fwd->name, rt_fn_leaves(fwd), fwd->result_leaves);
    if (rt_fn_leaves(bwd) != nres + f->result_leaves || bwd->result_leaves != n)
        return ir_fail("custom_vjp of %s: bwd must take %s and %s and give %d, "
                       "one for each handle that %s takes; but %s takes %s and gives %d",
                       f->name, ir_count_tmp(nres, "residual"),
                       ir_count_tmp(f->result_leaves, "cotangent"), n, f->name, bwd->name,
                       ir_count_tmp(rt_fn_leaves(bwd), "handle"), bwd->result_leaves);
    return true;
}

/* ---- bwd, between floats only ---------------------------------------------------------------- */

/* The user's bwd takes and returns cotangents for all handles of f. This wrapper takes the
 * residuals and cotangents of the float results only, and returns those of the float arguments
 * only. */
typedef struct {
    const struct jac_function *f, *bwd;
    int nres;
    const ir_type *args, *results; /* of f */
} around;

static bool call_backward(const around *a, const jac *in, jac *ct)
{
    const rt_function *made = a->bwd->impl;
    unsigned failures = ir_fail_count();
    if (made && (made->call || made->trace))
        return rt_call(a->bwd, in, ct);
    a->bwd->apply(a->bwd->env, in, ct);
    return ir_fail_count() == failures;
}

/* Converts a cotangent to the type of its argument; a null handle means zero. */
static jac conform(const around *a, int leaf, jac ct)
{
    const ir_type *type = &a->args[leaf];
    ir_type has;
    if (!jac_ok(ct))
        return rt_zeros(type);
    if (!rt_type_of(ct, &has))
        return JAC_NULL;
    if (has.weak && ir_same_shape(&has, type))
        return rt_convert(ct, type->dtype, false);
    if (!ir_same_type(&has, type)) {
        ir_fail("custom_vjp of %s: %s is %s, but %s gives %s as its cotangent", a->f->name,
                rt_leaf_name(a->f, leaf), ir_type_tmp(type), a->bwd->name, ir_type_tmp(&has));
        return JAC_NULL;
    }
    return ct;
}

static void around_apply(const void *env, const void *args, void *result)
{
    IR_SCRATCH(scratch);
    const around *a = env;
    int nout = a->f->result_leaves, n = rt_fn_leaves(a->f), m = a->nres;
    jac *in = ir_alloc(&scratch, (size_t)(a->nres + nout + n + 1) * sizeof *in);
    if (!in)
        return;
    jac *ct = in + a->nres + nout;
    if (a->nres)
        memcpy(in, args, (size_t)a->nres * sizeof *in);
    for (int k = 0; k < nout; k++)
        in[a->nres + k] =
            rt_is_float(&a->results[k]) ? ((const jac *)args)[m++] : rt_zeros(&a->results[k]);
    bool ok = call_backward(a, in, ct);
    m = 0;
    for (int k = 0; k < n; k++)
        if (rt_is_float(&a->args[k]))
            ((jac *)result)[m++] = ok ? conform(a, k, ct[k]) : JAC_NULL;
}

static int count_floats(const ir_type *types, int n)
{
    int floats = 0;
    for (int k = 0; k < n; k++)
        floats += rt_is_float(&types[k]);
    return floats;
}

/* Traces bwd; `fwd` is the graph of fwd, which gives the types of the residuals. */
static bool trace_backward(const around *a, const ir_graph *fwd, rt_traced *out)
{
    IR_SCRATCH(scratch);
    int nout = a->f->result_leaves, nargs = a->nres + count_floats(a->results, nout), m = a->nres;
    struct jac_function face = {.name = a->bwd->name,
                                .apply = around_apply,
                                .env = a,
                                .nargs = 1,
                                .arg_leaves = &nargs,
                                .result_leaves = count_floats(a->args, rt_fn_leaves(a->f))};
    ir_type *types = ir_alloc(&scratch, (size_t)(nargs + 1) * sizeof *types);
    if (!types)
        return false;
    for (int k = 0; k < a->nres; k++)
        types[k] = fwd->out[nout + k]->type;
    for (int k = 0; k < nout; k++)
        if (rt_is_float(&a->results[k])) {
            types[m] = a->results[k];
            types[m++].weak = false;
        }
    return rt_trace_fn(&face, types, out);
}

/* ---- the equation: takes the arguments, then the captures of f, of fwd, and of bwd ----------- */

typedef struct {
    int n, nres;
    rt_traced f, fwd, bwd;
} pieces;

static void pieces_free(pieces *p)
{
    rt_traced_free(&p->f);
    rt_traced_free(&p->fwd);
    rt_traced_free(&p->bwd);
}

/* Makes g a graph of the arguments and all captures; g's own captures start at `first`. */
static ir_graph *widened(const pieces *p, const ir_graph *g, int first, const ir_type *types)
{
    IR_SCRATCH(scratch);
    int *from = ir_alloc(&scratch, (size_t)(g->nin + 1) * sizeof *from);
    if (!from)
        return NULL;
    for (int k = 0; k < g->nin; k++)
        from[k] = k < p->n ? k : first + k - p->n;
    int nin = p->n + p->f.ncaptured + p->fwd.ncaptured + p->bwd.ncaptured;
    return ctl_rewire(g, nin, types, from);
}

/* The graph of fwd, which also returns what bwd captures, as additional residuals. */
static ir_graph *forward(const pieces *p, const ir_type *types)
{
    IR_SCRATCH(scratch);
    int first = p->n + p->f.ncaptured, ncap = p->bwd.ncaptured;
    IR_AUTO_GRAPH wide = widened(p, p->fwd.g, first, types);
    if (!wide)
        return NULL;
    IR_AUTO_GRAPH g = ir_graph_like(wide, NULL);
    ir_value **out = ir_alloc(&scratch, (size_t)(wide->nout + ncap + 1) * sizeof *out);
    if (!ir_ok(g) || !out)
        return NULL;
    bool ok = ir_splice(g, wide, g->in, out);
    for (int k = 0; k < ncap; k++)
        out[wide->nout + k] = g->in[first + p->fwd.ncaptured + k];
    return ok && ir_outputs(g, out, wide->nout + ncap) ? ir_graph_retain(g) : NULL;
}

/* The graph of bwd: (residuals, captures, cotangents) -> cotangents of the arguments, then zeros
 * for the captures. */
static ir_graph *backward(const pieces *p, const ir_type *types)
{
    IR_SCRATCH(scratch);
    const ir_graph *bwd = p->bwd.g;
    int ncap = p->bwd.ncaptured, all = p->f.ncaptured + p->fwd.ncaptured + ncap;
    int nct = bwd->nin - p->nres - ncap, nout = bwd->nout;
    IR_AUTO_GRAPH g = ir_graph_new(p->f.g->name);
    ir_value **in = ir_alloc(&scratch, (size_t)(bwd->nin + bwd->nout + all + 1) * sizeof *in);
    if (!ir_ok(g) || !in)
        return NULL;
    ir_value **out = in + bwd->nin;
    for (int k = 0; k < p->nres; k++)
        in[k] = ir_input(g, &bwd->in[k]->type);
    for (int k = 0; k < ncap; k++)
        in[p->nres + nct + k] = ir_input(g, &bwd->in[p->nres + nct + k]->type);
    for (int k = 0; k < nct; k++)
        in[p->nres + k] = ir_input(g, &bwd->in[p->nres + k]->type);
    bool ok = ir_splice(g, bwd, in, out);
    for (int k = p->n; k < p->n + all && ok; k++)
        if (rt_is_float(&types[k]))
            ok = (out[nout++] = ir_zeros(g, &types[k])) != NULL;
    return ok && ir_outputs(g, out, nout) ? ir_graph_retain(g) : NULL;
}

static ir_graph *equation(const pieces *p, const ir_type *types)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH f = widened(p, p->f.g, p->n, types);
    IR_AUTO_GRAPH fwd = f ? forward(p, types) : NULL;
    IR_AUTO_GRAPH bwd = fwd ? backward(p, types) : NULL;
    if (!bwd)
        return NULL;
    IR_AUTO_GRAPH made = ir_graph_like(f, NULL);
    ir_value **in = ir_alloc(&scratch, (size_t)(f->nin + 1) * sizeof *in), **y = NULL;
    if (!made || !in)
        return NULL;
    ir_attr attr[CUSTOM_VJP_NATTR] = {[CUSTOM_VJP_GRAPH] = {.graph = f},
                                      [CUSTOM_VJP_FWD] = {.graph = fwd},
                                      [CUSTOM_VJP_BWD] = {.graph = bwd}};
    if (rt_shield_captures(made, f->name, p->n, in))
        y = ir_emit(made, &op_custom_vjp_call, f->nin, in, attr);
    if (y && !ir_outputs(made, y, f->nout))
        y = NULL;
    return y ? ir_graph_retain(made) : NULL;
}

/* Types of the arguments, then of all captures. */
static ir_type *operand_types(ir_arena *mem, const pieces *p, const ir_type *args)
{
    const rt_traced *of[] = {&p->f, &p->fwd, &p->bwd};
    int n = p->n;
    int all = n + p->f.ncaptured + p->fwd.ncaptured + p->bwd.ncaptured;
    ir_type *types = ir_alloc(mem, (size_t)(all + 1) * sizeof *types);
    if (!types)
        return NULL;
    memcpy(types, args, (size_t)n * sizeof *types);
    for (int j = 0; j < 3; j++)
        for (int k = 0; k < of[j]->ncaptured; k++)
            types[n++] = of[j]->g->in[of[j]->g->nin - of[j]->ncaptured + k]->type;
    return types;
}

static bool same_results(const struct jac_function *f, const struct jac_function *fwd,
                         const pieces *p)
{
    for (int k = 0; k < f->result_leaves; k++)
        if (!ir_same_type(&p->f.g->out[k]->type, &p->fwd.g->out[k]->type))
            return ir_fail("custom_vjp of %s: its result %d is %s, but %s gives %s", f->name, k,
                           ir_type_tmp(&p->f.g->out[k]->type), fwd->name,
                           ir_type_tmp(&p->fwd.g->out[k]->type));
    return true;
}

static bool trace_pieces(const rt_function *made, const ir_type *args, pieces *p)
{
    IR_SCRATCH(scratch);
    const struct jac_function *f = made->inner;
    const custom_data *d = made->data;
    if (!rt_trace_fn(f, args, &p->f) || !rt_trace_fn(made->second, args, &p->fwd) ||
        !same_results(f, made->second, p))
        return false;
    ir_type *results = ir_alloc(&scratch, (size_t)(f->result_leaves + 1) * sizeof *results);
    if (!results)
        return false;
    for (int k = 0; k < f->result_leaves; k++)
        results[k] = p->f.g->out[k]->type;
    around a = {f, d->bwd, d->nres, args, results};
    return trace_backward(&a, p->fwd.g, &p->bwd);
}

static bool custom_trace(const rt_function *made, const ir_type *args, rt_traced *out)
{
    IR_SCRATCH(scratch);
    const custom_data *d = made->data;
    pieces p = {.n = rt_fn_leaves(made->inner), .nres = d->nres};
    bool ok = trace_pieces(made, args, &p);
    if (ok) {
        ir_type *types = operand_types(&scratch, &p, args);
        ok = types && (out->g = equation(&p, types)) && rt_add_captures(out, &p.f) &&
             rt_add_captures(out, &p.fwd) && rt_add_captures(out, &p.bwd);
        if (!ok)
            rt_traced_free(out);
    }
    pieces_free(&p);
    return ok;
}

jac_fn jac_custom_vjp_(const jac_loc *at, jac_fn fn, jac_fn fwd_fn, jac_fn bwd_fn)
{
    rt_at(at);
    const struct jac_function *f = rt_fn(fn), *fwd = f ? rt_fn(fwd_fn) : NULL;
    const struct jac_function *bwd = fwd ? rt_fn(bwd_fn) : NULL;
    if (!bwd || !signature(f, fwd, bwd))
        return JAC_NULL_FN;
    rt_function *made = rt_function_new(f->name, at, f->nargs, f->arg_leaves, f->result_leaves,
                                        sizeof(custom_data));
    if (!made)
        return JAC_NULL_FN;
    *(custom_data *)made->data =
        (custom_data){rt_fn_retain(bwd), fwd->result_leaves - f->result_leaves};
    made->inner = rt_fn_retain(f);
    made->second = rt_fn_retain(fwd);
    made->drop = custom_drop;
    made->trace = custom_trace;
    made->call = rt_call_inner;
    return rt_wrap_function(made);
}

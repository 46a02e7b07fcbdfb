/* jac_eval_shape and jac_closure_convert: they trace a function but do not run it. */
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"
#include "runtime/transform/differentiate.h"

/* ---- types in the public form ---------------------------------------------------------------- */

_Static_assert(sizeof((jac_type){0}.dim) / sizeof(int64_t) == IR_MAX_RANK, "room for every rank");

static jac_type public_type(const ir_type *t)
{
    jac_type made = {
        .dtype = rt_public_dtype(t->dtype), .weak = t->weak, .ndim = t->rank};
    memcpy(made.dim, t->dim, t->rank * sizeof t->dim[0]);
    return made;
}

bool rt_type_given(const char *what, rt_face f, int leaf, const jac_type *t, ir_type *out)
{
    if (t->ndim < 0 || t->ndim > IR_MAX_RANK)
        return ir_fail("%s of %s: the type given for %s has an ndim of %d, which must be from 0 to %d",
                       what, f->name, rt_leaf_name(f, leaf), t->ndim, IR_MAX_RANK);
    ir_dtype d;
    if (!rt_dtype(t->dtype, &d))
        return false;
    *out = ir_type_make(d, t->ndim, t->dim);
    out->weak = t->weak;
    return ir_type_fits(out) ||
           ir_fail("%s of %s: the type given for %s, %s, has a negative size or too many elements",
                   what, f->name, rt_leaf_name(f, leaf), ir_type_tmp(out));
}

jac_type jac_shaped_(const jac_loc *at, jac_dtype dtype, jac_dims shape)
{
    ir_type t;
    ir_dtype d;
    rt_at(at);
    if (!rt_dtype(dtype, &d) || !rt_type_for("jac_shaped", shape, d, &t))
        return (jac_type){.ndim = -1};
    return public_type(&t);
}

jac_type jac_type_of_(const jac_loc *at, jac x)
{
    ir_type t;
    rt_at(at);
    return rt_type_of(x, &t) ? public_type(&t) : (jac_type){.ndim = -1};
}

/* ---- eval_shape ------------------------------------------------------------------------------ */

static bool type_of_handle(const struct jac_function *f, int leaf, jac x, ir_type *out)
{
    const char *why = rt_no_handle(x);
    return why ? ir_fail("eval_shape of %s: %s %s", f->name, rt_leaf_name(f, leaf), why)
               : rt_type_of(x, out);
}

/* args: handles; if NULL, the argument types are those in `given`. */
static bool eval_shape(const jac_loc *at, jac_fn fn, const jac *args, const jac_type *given,
                       jac_type *results, size_t room)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin_as(at, args ? "eval_shape" : "eval_types");
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return false;
    int n = rt_fn_leaves(f);
    if ((n && !args && !given) || (f->result_leaves && !results))
        return ir_fail("eval_shape of %s: a null pointer was given", f->name);
    if (room / sizeof *results < (size_t)f->result_leaves)
        return ir_fail("eval_shape of %s: it gives %s, but the results have room for %zu", f->name,
                       ir_count_tmp(f->result_leaves, "handle"), room / sizeof *results);
    ir_type *types = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *types);
    if (!types)
        return false;
    bool ok = true;
    for (int k = 0; k < n && ok; k++)
        ok = args ? type_of_handle(f, k, args[k], &types[k])
                  : rt_type_given("eval_shape", f, k, &given[k], &types[k]);
    RT_AUTO_TRACED t = {0};
    ok = ok && rt_trace_fn(f, types, &t);
    for (int k = 0; ok && k < t.g->nout; k++)
        results[k] = public_type(&t.g->out[k]->type);
    rt_end_tree(m, 0, NULL);
    return ok;
}

bool jac_eval_shape_(const jac_loc *at, jac_fn f, const void *args, jac_type *results, size_t room)
{
    return eval_shape(at, f, args, NULL, results, room);
}

bool jac_eval_types_(const jac_loc *at, jac_fn f, const jac_type *args, jac_type *results,
                     size_t room)
{
    return eval_shape(at, f, NULL, args, results, room);
}

/* ---- closure_convert ------------------------------------------------------------------------- */

static void drop_graph(rt_function *f)
{
    ir_graph_release(*(ir_graph **)f->data);
}

static bool converted_trace(const rt_function *f, const ir_type *types, rt_traced *out)
{
    ir_graph *g = *(ir_graph **)f->data;
    for (int k = 0; k < g->nin; k++)
        if (!ir_same_type(&g->in[k]->type, &types[k]))
            return ir_fail("closure_convert of %s: %s was %s when it was converted, but is %s now",
                           f->face.name, rt_leaf_name(&f->face, k), ir_type_tmp(&g->in[k]->type),
                           ir_type_tmp(&types[k]));
    out->g = ir_graph_retain(g);
    return true;
}

/* The new function takes f's arguments, then what f captured when it was traced. */
static jac_fn converted(const struct jac_function *f, const jac_loc *at, const rt_traced *t)
{
    IR_SCRATCH(scratch);
    int *leaves = ir_alloc(&scratch, (size_t)(f->nargs + 1) * sizeof *leaves);
    if (!leaves)
        return JAC_NULL_FN;
    memcpy(leaves, f->arg_leaves, (size_t)f->nargs * sizeof *leaves);
    leaves[f->nargs] = t->ncaptured;
    rt_function *made =
        rt_function_new(f->name, at, f->nargs + 1, leaves, f->result_leaves, sizeof(ir_graph *));
    if (!made)
        return JAC_NULL_FN;
    *(ir_graph **)made->data = ir_graph_retain(t->g);
    made->drop = drop_graph;
    made->trace = converted_trace;
    return rt_wrap_function(made);
}

jac_fn jac_closure_convert_(const jac_loc *at, jac_fn fn, const void *args, int *n, jac *captured)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return JAC_NULL_FN;
    int room = n ? *n : 0, nargs = rt_fn_leaves(f);
    if (!n || (nargs && !args) || (room && !captured)) {
        ir_fail("closure_convert of %s: a null pointer was given", f->name);
        return JAC_NULL_FN;
    }
    ir_type *types = ir_alloc(&scratch, (size_t)(nargs + 1) * sizeof *types);
    if (!types)
        return JAC_NULL_FN;
    RT_AUTO_TRACED t = {0};
    bool ok = rt_trace_at(f, "closure_convert", args, types, &t);
    if (ok && t.ncaptured > room)
        ok = ir_fail("closure_convert of %s: it captures %s, but there is room for %d", f->name,
                     ir_count_tmp(t.ncaptured, "handle"), room);
    *n = ok ? t.ncaptured : 0;
    for (int k = 0; k < *n; k++)
        captured[k] = t.captured[k];
    ok = rt_end_tree(m, *n, captured) && ok;
    return ok ? converted(f, at, &t) : JAC_NULL_FN;
}

/* ---- jac_optimization_barrier ------------------------------------------------------------------ */

bool jac_barrier_(const jac_loc *at, int n, jac *x)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin_as(at, "optimization_barrier");
    jac *y = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *y);
    ir_type t;
    bool ok = y != NULL;
    for (int k = 0; ok && k < n; k++)
        ok = rt_type_of(x[k], &t) && jac_ok(x[k] = rt_convert(x[k], t.dtype, t.weak));
    ok = ok && rt_emit(&op_optimization_barrier, n, x, NULL, n, y);
    ok = rt_end_tree(m, ok ? n : 0, y) && ok;
    for (int k = 0; k < n; k++)
        x[k] = ok ? y[k] : JAC_NULL;
    return ok;
}

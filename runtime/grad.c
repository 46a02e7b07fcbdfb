/* jac_grad, jac_value_and_grad, jac_jvp, jac_vjp, jac_custom_jvp. */
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/differentiate.h"
#include "runtime/runtime.h"

static bool is_float(const ir_type *t)
{
    return ir_is_float((ir_dtype)t->dtype);
}

/* The inner function's trace, its graph replaced by a transformed one (which takes the same
 * inputs). */
static bool replace_graph(rt_traced *t, ir_graph *with)
{
    if (!with)
        return false;
    ir_graph_release(t->g);
    t->g = with;
    return true;
}

/* ---- grad ---------------------------------------------------------------------------------------
 */

typedef struct {
    bool value, has_aux;
    int nargnums;
    int argnums[]; /* in the order asked for */
} grad_data;

static void drop_data(rt_function *f)
{
    free(f->data);
}

static int first_leaf(const struct jac_function *f, int arg)
{
    int leaf = 0;
    for (int k = 0; k < arg; k++)
        leaf += f->arg_leaves[k];
    return leaf;
}

/* Marks the leaves differentiated, and checks that they are floats. */
static bool mark_wrt(const struct jac_function *f, const grad_data *d, const ir_type *types,
                     bool *wrt)
{
    for (int a = 0; a < d->nargnums; a++)
        for (int j = 0; j < f->arg_leaves[d->argnums[a]]; j++) {
            int k = first_leaf(f, d->argnums[a]) + j;
            if (!is_float(&types[k]))
                return ir_fail("grad of %s: %s is %s, and only floats can be differentiated (name "
                               "other arguments, or jac_astype it)",
                               f->name, rt_leaf_name(f, k), ir_type_tmp(&types[k]));
            wrt[k] = true;
        }
    return true;
}

static bool check_loss(const struct jac_function *f, const grad_data *d, const ir_graph *g)
{
    if (!d->has_aux && g->nout != 1)
        return ir_fail(
            "grad of %s: it gives %d values, but a loss is one scalar (the others may be "
            "carried along with jac_grad_aux)",
            f->name, g->nout);
    if (g->out[0]->type.rank || !is_float(&g->out[0]->type))
        return ir_fail("grad of %s: a loss is one float scalar, but it gives %s (sum it, or use "
                       "jac_vjp)",
                       f->name, ir_type_tmp(&g->out[0]->type));
    return true;
}

/* inputs of g -> [loss,] [aux,] grads, in the order that the options give. */
static ir_graph *grad_graph(const struct jac_function *f, const grad_data *d, const ir_graph *g,
                            const bool *wrt)
{
    bool *of = ir_xmalloc((size_t)g->nout + 1);
    of[0] = true;
    ir_graph *known, *back;
    int nres = rt_linearize(g, wrt, of, &known, &back);
    free(of);
    if (nres < 0)
        return NULL;
    ir_graph *made = ir_graph_like(g, NULL);
    int nct = back->nout, n = 0;
    ir_value **y = ir_xmalloc((size_t)(known->nout + 1 + 3 * nct + g->nout) * sizeof *y);
    ir_value **ct = y + known->nout + 1, **out = ct + nct, **res = y + g->nout;
    bool ok = ir_splice(made, known, made->in, y);
    y[known->nout] = ok ? ir_literal(made, (ir_dtype)g->out[0]->type.dtype,
                                     ir_scalar_of((ir_dtype)g->out[0]->type.dtype, 1), false)
                        : NULL; /* stands behind the residuals, as `back` takes it */
    ok = y[known->nout] && ir_splice(made, back, res, ct);
    if (d->value)
        out[n++] = y[0];
    for (int k = 1; k < g->nout && d->value; k++)
        out[n++] = y[k];
    for (int a = 0; ok && a < d->nargnums; a++)
        for (int j = 0, leaf = first_leaf(f, d->argnums[a]); j < f->arg_leaves[d->argnums[a]];
             j++) {
            int at = 0;
            for (int k = 0; k < leaf + j; k++)
                at += wrt[k];
            out[n++] = ct[at];
        }
    for (int k = 1; k < g->nout && !d->value; k++)
        out[n++] = y[k];
    if (ok)
        ir_outputs(made, out, n);
    free(y);
    ir_graph_release(known);
    ir_graph_release(back);
    IR_AUTO_GRAPH whole = made;
    return ok ? ir_pass_dce(whole) : NULL;
}

static bool grad_trace(const rt_function *f, const ir_type *types, rt_traced *out)
{
    const struct jac_function *inner = f->inner;
    const grad_data *d = f->data;
    if (!rt_trace_fn(inner, types, out))
        return false;
    bool *wrt = ir_xmalloc((size_t)out->g->nin + 1);
    bool ok = mark_wrt(inner, d, types, wrt) && check_loss(inner, d, out->g) &&
              replace_graph(out, grad_graph(inner, d, out->g, wrt));
    free(wrt);
    if (!ok)
        rt_traced_free(out);
    return ok;
}

jac_fn jac_grad_(const jac_loc *at, jac_fn fn, jac_grad_opts o)
{
    ir_loc_set((const ir_loc *)at);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return NULL;
    int n = o.argnums.v ? o.argnums.n : 1, leaves = 0;
    grad_data *d = ir_xmalloc(sizeof *d + (size_t)n * sizeof(int));
    *d = (grad_data){.value = o.value, .has_aux = o.has_aux, .nargnums = n};
    for (int k = 0; k < n; k++) {
        int64_t arg = o.argnums.v ? o.argnums.v[k] : 0;
        if (arg < -f->nargs || arg >= f->nargs) {
            ir_fail("grad of %s: it has %d arguments, but argument %lld is to be differentiated",
                    f->name, f->nargs, (long long)arg);
            free(d);
            return NULL;
        }
        d->argnums[k] = (int)(arg < 0 ? arg + f->nargs : arg);
        leaves += f->arg_leaves[d->argnums[k]];
    }
    int others = o.value ? f->result_leaves : o.has_aux ? f->result_leaves - 1 : 0;
    rt_function *made = rt_function_new(f->name, at, f->nargs, f->arg_leaves, leaves + others);
    made->inner = rt_fn_retain(f);
    made->data = d;
    made->drop = drop_data;
    made->trace = grad_trace;
    return rt_wrap_function(made);
}

/* ---- jvp ----------------------------------------------------------------------------------------
 */

/* Types of f's leaves and its trace there. */
static bool trace_at(const struct jac_function *f, const char *what, const jac *primals,
                     ir_type *types, rt_traced *t)
{
    for (int k = 0, n = rt_fn_leaves(f); k < n; k++) {
        if (!primals[k])
            return ir_fail("%s of %s: %s is a null handle", what, f->name, rt_leaf_name(f, k));
        if (!rt_type_of(primals[k], &types[k]))
            return false;
    }
    return rt_trace_fn(f, types, t);
}

/* The tangent (or cotangent) as the value's own type; numbers take its dtype. */
static jac conform(const char *what, jac t, const ir_type *type)
{
    ir_type has;
    if (!rt_type_of(t, &has))
        return NULL;
    if (has.weak && ir_same_shape(&has, type))
        return rt_convert(t, (ir_dtype)type->dtype, type->weak);
    if (!ir_same_type(&has, type)) {
        ir_fail("%s is %s, but belongs to a value %s", what, ir_type_tmp(&has), ir_type_tmp(type));
        return NULL;
    }
    return t;
}

/* Operands of the jvp's graph: primals, captures, then the tangents that there are. */
static bool jvp_operands(const struct jac_function *f, const rt_traced *t, const ir_type *types,
                         const jac *primals, const jac *tangents, jac *in, bool *nz)
{
    int n = rt_fn_leaves(f), m = t->g->nin;
    memcpy(in, primals, (size_t)n * sizeof *in);
    if (t->ncaptured)
        memcpy(in + n, t->captured, (size_t)t->ncaptured * sizeof *in);
    for (int k = 0; k < n; k++) {
        if (!tangents[k])
            continue;
        if (!is_float(&types[k]))
            return ir_fail("jvp of %s: %s is %s: an integer has no tangent but the null handle",
                           f->name, rt_leaf_name(f, k), ir_type_tmp(&types[k]));
        nz[k] = true;
        if (!(in[m++] = conform("jvp: a tangent", tangents[k], &types[k])))
            return false;
    }
    return true;
}

static jac zeros(const ir_type *t)
{
    jac x = rt_literal((ir_dtype)t->dtype, (ir_scalar){0}, false);
    return x ? rt_broadcast_to(x, t->rank, t->dim) : NULL;
}

static bool run_jvp(const struct jac_function *f, const jac *primals, const jac *tangents, jac *out,
                    jac *out_tangents)
{
    int n = rt_fn_leaves(f);
    ir_type *types = ir_xmalloc((size_t)(n + 1) * sizeof *types);
    RT_AUTO_TRACED t = {0};
    bool ok = trace_at(f, "jvp", primals, types, &t);
    int nin = ok ? t.g->nin : 0, nout = f->result_leaves;
    bool *nz = ir_xmalloc((size_t)(nin + nout + 1)), *nz_out = nz + nin;
    jac *in = ir_xmalloc((size_t)(2 * (nin + nout) + 1) * sizeof *in), *y = in + 2 * nin;
    ok = ok && jvp_operands(f, &t, types, primals, tangents, in, nz);
    for (int k = 0; k < nout && ok; k++)
        nz_out[k] = is_float(&t.g->out[k]->type);
    IR_AUTO_GRAPH j = ok ? ir_jvp(t.g, nz, nz_out) : NULL;
    ok = j && rt_apply_graph(j, in, y);
    for (int k = 0, m = nout; k < nout && ok; k++) {
        out[k] = y[k];
        out_tangents[k] = nz_out[k] ? y[m++] : zeros(&t.g->out[k]->type);
    }
    free(in);
    free(nz);
    free(types);
    return ok;
}

bool jac_jvp_(const jac_loc *at, jac_fn fn, const void *primals, const void *tangents, void *out,
              void *out_tangents)
{
    unsigned m = rt_begin(at);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return false;
    if (!primals || !tangents || !out || !out_tangents)
        return ir_fail("jvp of %s: a null pointer was given for a tree", f->name);
    int n = f->result_leaves;
    jac *y = ir_xmalloc((size_t)(2 * n + 1) * sizeof *y);
    bool ok = run_jvp(f, primals, tangents, y, y + n);
    rt_end_tree(m, ok ? 2 * n : 0, y);
    for (int k = 0; k < n; k++) {
        ((jac *)out)[k] = ok ? y[k] : NULL;
        ((jac *)out_tangents)[k] = ok ? y[n + k] : NULL;
    }
    free(y);
    return ok;
}

/* ---- vjp ----------------------------------------------------------------------------------------
 */

/* What a vjp function keeps: the backward graph (residuals, cotangents of the float results ->
 * those of the float arguments), the residuals, and the types around it. */
typedef struct {
    ir_graph *back;
    int nres, nout, nin;
    jac *res;
    ir_type *out, *in;
} vjp_data;

static void drop_vjp(rt_function *f)
{
    vjp_data *d = f->data;
    ir_graph_release(d->back);
    for (int k = 0; k < d->nres; k++)
        rt_release(d->res[k]);
    free(d->res);
    free(d->out);
    free(d);
}

/* A cotangent as its value's own type, in the graph. */
static ir_value *conform_in(ir_graph *g, ir_value *ct, const ir_type *type)
{
    if (ct->type.weak && ir_same_shape(&ct->type, type))
        return b_convert(g, ct, (ir_dtype)type->dtype);
    if (ir_same_type(&ct->type, type))
        return ct;
    ir_fail("vjp: a cotangent is %s, but belongs to a result %s", ir_type_tmp(&ct->type),
            ir_type_tmp(type));
    return NULL;
}

static bool vjp_graph(const vjp_data *d, const ir_type *types, ir_graph *g)
{
    int n = 0;
    for (int k = 0; k < d->nout; k++)
        ir_input(g, &types[k]);
    ir_value **in = ir_xmalloc((size_t)(d->nres + d->nout + 2 * d->nin + 1) * sizeof *in);
    ir_value **ct = in + d->nres + d->nout, **out = ct + d->nin;
    for (int k = 0; k < d->nres; k++)
        in[n++] = ir_input(g, &d->back->in[k]->type);
    bool ok = true;
    for (int k = 0; k < d->nout && ok; k++)
        if (is_float(&d->out[k]))
            ok = (in[n++] = conform_in(g, g->in[k], &d->out[k])) != NULL;
    ok = ok && ir_splice(g, d->back, in, ct);
    for (int k = 0, m = 0; k < d->nin && ok; k++)
        ok = (out[k] = is_float(&d->in[k]) ? ct[m++] : ir_zeros(g, &d->in[k])) != NULL;
    if (ok)
        ir_outputs(g, out, d->nin);
    free(in);
    return ok;
}

static bool vjp_trace(const rt_function *f, const ir_type *types, rt_traced *out)
{
    const vjp_data *d = f->data;
    for (int k = 0; k < d->nres; k++)
        if (!rt_slot_of(d->res[k]))
            return false;
    *out = (rt_traced){ir_graph_new(f->face.name), d->nres,
                       ir_xmalloc((size_t)(d->nres + 1) * sizeof(jac))};
    for (int k = 0; k < d->nres; k++) {
        rt_retain(d->res[k]);
        out->captured[k] = d->res[k];
    }
    if (vjp_graph(d, types, out->g))
        return true;
    rt_traced_free(out);
    return false;
}

/* Runs the forward part; the residuals are retained in d. */
static bool vjp_forward(vjp_data *d, const rt_traced *t, int n, const jac *primals, jac *out)
{
    bool *wrt = ir_xmalloc((size_t)(t->g->nin + t->g->nout + 1)), *of = wrt + t->g->nin;
    for (int k = 0; k < n; k++)
        wrt[k] = is_float(&d->in[k]);
    for (int k = 0; k < d->nout; k++) {
        d->out[k] = t->g->out[k]->type;
        of[k] = is_float(&d->out[k]);
    }
    ir_graph *known = NULL;
    int nres = rt_linearize(t->g, wrt, of, &known, &d->back);
    bool ok = nres >= 0;
    if (ok) {
        jac *in = ir_xmalloc((size_t)(t->g->nin + known->nout + 1) * sizeof *in);
        jac *y = in + t->g->nin;
        memcpy(in, primals, (size_t)n * sizeof *in);
        if (t->ncaptured)
            memcpy(in + n, t->captured, (size_t)t->ncaptured * sizeof *in);
        ok = rt_apply_graph(known, in, y);
        memcpy(out, y, (size_t)d->nout * sizeof *out);
        d->res = ir_xmalloc((size_t)(nres + 1) * sizeof *d->res);
        for (int k = 0; k < nres && ok; k++) {
            d->res[d->nres++] = y[d->nout + k];
            rt_retain(y[d->nout + k]);
        }
        free(in);
    }
    ir_graph_release(known);
    free(wrt);
    return ok;
}

jac_fn jac_vjp_(const jac_loc *at, jac_fn fn, const void *primals, void *out)
{
    unsigned m = rt_begin(at);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return NULL;
    if (!primals || !out) {
        ir_fail("vjp of %s: a null pointer was given for a tree", f->name);
        return NULL;
    }
    int n = rt_fn_leaves(f), nout = f->result_leaves;
    vjp_data *d = ir_xmalloc(sizeof *d);
    d->nout = nout;
    d->nin = n;
    d->out = ir_xmalloc((size_t)(nout + n + 1) * sizeof *d->out);
    d->in = d->out + nout;
    rt_function *made = rt_function_new(f->name, at, 1, &nout, n);
    made->data = d;
    made->drop = drop_vjp;
    made->trace = vjp_trace;
    jac *y = ir_xmalloc((size_t)(nout + 1) * sizeof *y);
    RT_AUTO_TRACED t = {0};
    bool ok = trace_at(f, "vjp", primals, d->in, &t) && vjp_forward(d, &t, n, primals, y);
    rt_end_tree(m, ok ? nout : 0, y);
    for (int k = 0; k < nout; k++)
        ((jac *)out)[k] = ok ? y[k] : NULL;
    free(y);
    if (ok)
        return rt_wrap_function(made);
    rt_fn_release(&made->face);
    return NULL;
}

/* ---- custom_jvp ---------------------------------------------------------------------------------
 */

static bool custom_signature(const struct jac_function *f, const struct jac_function *rule)
{
    int n = rt_fn_leaves(f), m = rt_fn_leaves(rule);
    if (m == 2 * n && rule->result_leaves == 2 * f->result_leaves)
        return true;
    return ir_fail(
        "custom_jvp of %s: it takes %d handles and gives %d, so its rule must take %d (the "
        "arguments, then their tangents) and give %d, but %s takes %d and gives %d",
        f->name, n, f->result_leaves, 2 * n, 2 * f->result_leaves, rule->name, m,
        rule->result_leaves);
}

/* A value that is being differentiated must come in as an argument, or its derivative is lost. */
static bool captures_are_concrete(const struct jac_function *f, const rt_traced *t)
{
    for (int k = 0; k < t->ncaptured; k++) {
        const rt_slot *s = rt_slot_of(t->captured[k]);
        if (!s || s->kind == RT_TRACED)
            return ir_fail(
                "custom_jvp of %s: it uses a traced value from outside; make it an argument",
                f->name);
    }
    return true;
}

/* A graph of one custom_jvp_call: arguments and captures -> results. */
static bool custom_graph(rt_traced *t, const rt_traced *rule, int n)
{
    ir_graph *f = t->g, *r = rule->g;
    int ncap = t->ncaptured, nrule = rule->ncaptured, nin = n + ncap + nrule;
    IR_AUTO_GRAPH wide = ir_graph_new(f->name);
    IR_AUTO_GRAPH wide_rule = ir_graph_new(r->name);
    ir_graph *made = ir_graph_new(f->name);
    ir_graph *into[] = {wide, wide_rule, made};
    for (int k = 0; k < nin; k++) {
        const ir_value *v = k < n + ncap ? f->in[k] : r->in[2 * n + k - n - ncap];
        for (int j = 0; j < 3; j++)
            ir_input(into[j], &v->type);
    }
    ir_value **in = ir_xmalloc((size_t)(r->nin + r->nout + f->nout + 1) * sizeof *in);
    ir_value **out = in + r->nin;
    bool ok = ir_splice(wide, f, wide->in, out);
    if (ok)
        ir_outputs(wide, out, f->nout);
    for (int k = 0; k < n; k++)
        in[k] = wide_rule->in[k];
    for (int k = 0; k < nin; k++)
        if (is_float(&wide->in[k]->type)) {
            ir_value *tangent = ir_input(wide_rule, &wide->in[k]->type);
            if (k < n)
                in[n + k] = tangent;
        }
    for (int k = 0; k < nrule; k++)
        in[2 * n + k] = wide_rule->in[n + ncap + k];
    ok = ok && ir_splice(wide_rule, r, in, out);
    if (ok)
        ir_outputs(wide_rule, out, r->nout);
    free(in);
    ir_attr attr[] = {{.graph = wide}, {.graph = wide_rule}};
    ir_value **y = ok ? ir_emit(made, &op_custom_jvp_call, nin, made->in, attr) : NULL;
    if (y)
        ir_outputs(made, y, f->nout);
    else
        ir_graph_release(made);
    return y && replace_graph(t, made);
}

static bool all_floats(const struct jac_function *f, const ir_graph *g, int n)
{
    for (int k = 0; k < n; k++)
        if (!is_float(&g->in[k]->type))
            return ir_fail("custom_jvp of %s: %s is %s, but only floats have tangents", f->name,
                           rt_leaf_name(f, k), ir_type_tmp(&g->in[k]->type));
    for (int k = 0; k < g->nout; k++)
        if (!is_float(&g->out[k]->type))
            return ir_fail("custom_jvp of %s: its result %d is %s, but only floats have tangents",
                           f->name, k, ir_type_tmp(&g->out[k]->type));
    return true;
}

static bool custom_trace(const rt_function *f, const ir_type *types, rt_traced *out)
{
    const struct jac_function *inner = f->inner;
    int n = rt_fn_leaves(inner);
    if (!rt_trace_fn(inner, types, out))
        return false;
    ir_type *twice = ir_xmalloc((size_t)(2 * n + 1) * sizeof *twice);
    memcpy(twice, types, (size_t)n * sizeof *twice);
    memcpy(twice + n, types, (size_t)n * sizeof *twice);
    RT_AUTO_TRACED rule = {0};
    bool ok = all_floats(inner, out->g, n) && rt_trace_fn(f->second, twice, &rule) &&
              captures_are_concrete(inner, out) && captures_are_concrete(f->second, &rule);
    if (ok) {
        int both = out->ncaptured + rule.ncaptured, mine = out->ncaptured;
        ok = custom_graph(out, &rule, n);
        out->captured = ir_xrealloc(out->captured, (size_t)(both + 1) * sizeof(jac));
        for (int k = mine; ok && k < both; k++) {
            rt_retain(rule.captured[k - mine]);
            out->captured[out->ncaptured++] = rule.captured[k - mine];
        }
    }
    free(twice);
    if (!ok)
        rt_traced_free(out);
    return ok;
}

jac_fn jac_custom_jvp_(const jac_loc *at, jac_fn fn, jac_fn rule_fn)
{
    ir_loc_set((const ir_loc *)at);
    const struct jac_function *f = rt_fn(fn), *rule = f ? rt_fn(rule_fn) : NULL;
    if (!rule || !custom_signature(f, rule))
        return NULL;
    rt_function *made = rt_function_new(f->name, at, f->nargs, f->arg_leaves, f->result_leaves);
    made->inner = rt_fn_retain(f);
    made->second = rt_fn_retain(rule);
    made->trace = custom_trace;
    return rt_wrap_function(made);
}

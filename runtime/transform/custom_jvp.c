/* jac_custom_jvp: a function with a user-defined derivative. */
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/transform/custom.h"

static bool custom_signature(const struct jac_function *f, const struct jac_function *rule)
{
    int n = rt_fn_leaves(f), m = rt_fn_leaves(rule);
    if (m == 2 * n && rule->result_leaves == 2 * f->result_leaves)
        return true;
    return ir_fail("custom_jvp of %s: it takes %s and gives %d, so its rule must take %d (the "
                   "arguments, then their tangents) and give %d, but %s takes %d and gives %d",
                   f->name, ir_count_tmp(n, "handle"), f->result_leaves, 2 * n,
                   2 * f->result_leaves, rule->name, m, rule->result_leaves);
}

/* Replaces t's graph by a single custom_jvp_call: (arguments, captures) -> results. */
static bool custom_graph(rt_traced *t, const rt_traced *rule, int n)
{
    IR_SCRATCH(scratch);
    ir_graph *f = t->g, *r = rule->g;
    int ncap = t->ncaptured, nrule = rule->ncaptured, nin = n + ncap + nrule;
    IR_AUTO_GRAPH wide = ir_graph_new(f->name);
    IR_AUTO_GRAPH wide_rule = ir_graph_new(r->name);
    IR_AUTO_GRAPH made = ir_graph_new(f->name);
    ir_graph *into[] = {wide, wide_rule, made};
    for (int k = 0; k < nin; k++) {
        const ir_value *v = k < n + ncap ? f->in[k] : r->in[2 * n + k - n - ncap];
        for (int j = 0; j < 3; j++)
            ir_input(into[j], &v->type);
    }
    ir_value **in = ir_alloc(&scratch, (size_t)(r->nin + r->nout + f->nout + nin + 1) * sizeof *in);
    if (!ir_ok(wide) || !ir_ok(wide_rule) || !ir_ok(made) || !in)
        return false;
    ir_value **out = in + r->nin;
    bool ok = ir_splice(wide, f, wide->in, out);
    ok = ok && ir_outputs(wide, out, f->nout);
    for (int k = 0; k < n; k++)
        in[k] = wide_rule->in[k];
    for (int k = 0; k < nin; k++)
        if (rt_is_float(&wide->in[k]->type)) {
            ir_value *tangent = ir_input(wide_rule, &wide->in[k]->type);
            ok = ok && tangent;
            if (k < n)
                in[n + k] = tangent;
        }
    for (int k = 0; k < nrule; k++)
        in[2 * n + k] = wide_rule->in[n + ncap + k];
    ok = ok && ir_splice(wide_rule, r, in, out);
    ok = ok && ir_outputs(wide_rule, out, r->nout);
    ok = ok && rt_shield_captures(made, r->name, n, in);
    ir_attr attr[] = {
        [CUSTOM_JVP_GRAPH] = {.graph = wide}, [CUSTOM_JVP_JVP] = {.graph = wide_rule}};
    ir_value **y = ok ? ir_emit(made, &op_custom_jvp_call, nin, in, attr) : NULL;
    return y && ir_outputs(made, y, f->nout) && rt_replace_graph(t, ir_graph_retain(made));
}

static bool all_floats(const struct jac_function *f, const ir_graph *g, int n)
{
    for (int k = 0; k < n; k++)
        if (!rt_is_float(&g->in[k]->type))
            return ir_fail("custom_jvp of %s: %s is %s, but only floats have tangents", f->name,
                           rt_leaf_name(f, k), ir_type_tmp(&g->in[k]->type));
    for (int k = 0; k < g->nout; k++)
        if (!rt_is_float(&g->out[k]->type))
            return ir_fail("custom_jvp of %s: its result %d is %s, but only floats have tangents",
                           f->name, k, ir_type_tmp(&g->out[k]->type));
    return true;
}

/* Does the rule return f's results and a tangent of the same type for each? */
static bool rule_fits(const struct jac_function *f, const ir_graph *g, const ir_graph *rule)
{
    for (int k = 0; k < rule->nout; k++) {
        const ir_type *want = &g->out[k % g->nout]->type, *got = &rule->out[k]->type;
        if (!ir_same_type(want, got))
            return ir_fail("custom_jvp of %s: its result %d is %s, but %s gives %s as %s", f->name,
                           k % g->nout, ir_type_tmp(want), rule->name, ir_type_tmp(got),
                           k < g->nout ? "that" : "its tangent");
    }
    return true;
}

static bool custom_trace(const rt_function *f, const ir_type *types, rt_traced *out)
{
    IR_SCRATCH(scratch);
    const struct jac_function *inner = f->inner;
    int n = rt_fn_leaves(inner);
    ir_type *twice = ir_alloc(&scratch, (size_t)(2 * n + 1) * sizeof *twice);
    if (!twice || !rt_trace_fn(inner, types, out))
        return false;
    memcpy(twice, types, (size_t)n * sizeof *twice);
    memcpy(twice + n, types, (size_t)n * sizeof *twice);
    RT_AUTO_TRACED rule = {0};
    bool ok = all_floats(inner, out->g, n) && rt_trace_fn(f->second, twice, &rule) &&
              rule_fits(inner, out->g, rule.g) && custom_graph(out, &rule, n) &&
              rt_add_captures(out, &rule);
    if (!ok)
        rt_traced_free(out);
    return ok;
}

jac_fn jac_custom_jvp_(const jac_loc *at, jac_fn fn, jac_fn rule_fn)
{
    rt_at(at);
    const struct jac_function *f = rt_fn(fn), *rule = f ? rt_fn(rule_fn) : NULL;
    if (!rule || !custom_signature(f, rule))
        return JAC_NULL_FN;
    rt_function *made = rt_function_new(f->name, at, f->nargs, f->arg_leaves, f->result_leaves, 0);
    if (!made)
        return JAC_NULL_FN;
    made->inner = rt_fn_retain(f);
    made->second = rt_fn_retain(rule);
    made->trace = custom_trace;
    return rt_wrap_function(made);
}

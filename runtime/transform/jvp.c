/* jac_jvp: forward mode at given primals and tangents. */
#include <stdlib.h>
#include <string.h>

#include "runtime/transform/differentiate.h"

/* Converts a tangent (or cotangent) to the type of its value; numbers take its dtype. */
static jac conform(const char *what, jac t, const ir_type *type)
{
    ir_type has;
    if (!rt_type_of(t, &has))
        return JAC_NULL;
    if (has.weak && ir_same_shape(&has, type))
        return rt_convert(t, type->dtype, type->weak);
    if (!ir_same_type(&has, type)) {
        ir_fail("%s is %s, but must be %s, like its primal", what, ir_type_tmp(&has),
                ir_type_tmp(type));
        return JAC_NULL;
    }
    return t;
}

/* Collects the operands of the jvp's graph: primals, captures, then the tangents that are given. */
static bool jvp_operands(const struct jac_function *f, const rt_traced *t, const ir_type *types,
                         const jac *primals, const jac *tangents, jac *in, bool *nz)
{
    int n = rt_fn_leaves(f), m = t->g->nin;
    if (n)
        memcpy(in, primals, (size_t)n * sizeof *in);
    if (t->ncaptured)
        memcpy(in + n, t->captured, (size_t)t->ncaptured * sizeof *in);
    for (int k = 0; k < n; k++) {
        if (!jac_ok(tangents[k]))
            continue;
        if (!rt_is_float(&types[k]))
            return ir_fail("jvp of %s: %s is %s: an integer has no tangent, so the null handle "
                           "must be given",
                           f->name, rt_leaf_name(f, k), ir_type_tmp(&types[k]));
        nz[k] = true;
        if (!jac_ok(in[m++] = conform("jvp: a tangent", tangents[k], &types[k])))
            return false;
    }
    return true;
}

static bool run_jvp(const struct jac_function *f, const jac *primals, const jac *tangents, jac *out,
                    jac *out_tangents)
{
    IR_SCRATCH(scratch);
    int n = rt_fn_leaves(f);
    ir_type *types = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *types);
    if (!types)
        return false;
    RT_AUTO_TRACED t = {0};
    bool ok = rt_trace_at(f, "jvp", primals, types, &t);
    int nin = ok ? t.g->nin : 0, nout = f->result_leaves;
    bool *nz = ir_alloc(&scratch, (size_t)(nin + nout + 1));
    if (!nz)
        return false;
    bool *nz_out = nz + nin;
    jac *in = ir_alloc(&scratch, (size_t)(2 * (nin + nout) + 1) * sizeof *in);
    if (!in)
        return false;
    jac *y = in + 2 * nin;
    ok = ok && jvp_operands(f, &t, types, primals, tangents, in, nz);
    for (int k = 0; k < nout && ok; k++)
        nz_out[k] = rt_is_float(&t.g->out[k]->type);
    IR_AUTO_GRAPH j = ok ? ir_jvp(t.g, nz, nz_out) : NULL;
    ok = j && rt_apply_graph(j, in, y);
    for (int k = 0, m = nout; k < nout && ok; k++) {
        out[k] = y[k];
        out_tangents[k] = nz_out[k] ? y[m++] : rt_zeros(&t.g->out[k]->type);
    }
    return ok;
}

bool jac_jvp_(const jac_loc *at, jac_fn fn, jac_jvp_in in, jac_out out, jac_out out_tangents)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return false;
    int n = f->result_leaves;
    if ((rt_fn_leaves(f) && (!in.primals || !in.tangents)) || (n && (!out.at || !out_tangents.at)))
        return ir_fail("jvp of %s: a null pointer was given for a tree", f->name);
    if (!rt_room("jvp: ", f->name, n, out) || !rt_room("jvp: ", f->name, n, out_tangents))
        return false;
    jac *y = ir_alloc(&scratch, (size_t)(2 * n + 1) * sizeof *y);
    if (!y)
        return false;
    bool ok = run_jvp(f, in.primals, in.tangents, y, y + n);
    ok = rt_end_tree(m, ok ? 2 * n : 0, y) && ok;
    for (int k = 0; k < n; k++) {
        ((jac *)out.at)[k] = ok ? y[k] : JAC_NULL;
        ((jac *)out_tangents.at)[k] = ok ? y[n + k] : JAC_NULL;
    }
    return ok;
}

/* jac_grad and jac_value_and_grad: they linearize the loss, transpose the linear part, and apply it
 * to the cotangent 1. */
#include <stdlib.h>
#include <string.h>

#include "runtime/transform/differentiate.h"
#include "runtime/runtime.h"

typedef struct {
    bool value, has_aux, holomorphic;
    int nargnums;
    int argnums[]; /* in the order requested */
} grad_data;

/* Marks the leaves to differentiate with respect to, and checks that they are floats. */
static bool mark_wrt(const struct jac_function *f, const grad_data *d, const ir_type *types,
                     bool *wrt)
{
    for (int a = 0; a < d->nargnums; a++)
        for (int j = 0; j < f->arg_leaves[d->argnums[a]]; j++) {
            int k = rt_first_leaf(f, d->argnums[a]) + j;
            if (!rt_is_float(&types[k]))
                return ir_fail("grad of %s: %s is %s, and only floats can be differentiated (name "
                               "other arguments, or jac_astype it)",
                               f->name, rt_leaf_name(f, k), ir_type_tmp(&types[k]));
            if (d->holomorphic && !ir_is_complex(types[k].dtype))
                return ir_fail("grad_holomorphic of %s: %s must be complex, but is %s", f->name,
                               rt_leaf_name(f, k), ir_type_tmp(&types[k]));
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
    if (g->out[0]->type.rank || !rt_is_float(&g->out[0]->type))
        return ir_fail("grad of %s: a loss is one float scalar, but it gives %s (sum it, or use "
                       "jac_vjp)",
                       f->name, ir_type_tmp(&g->out[0]->type));
    if (ir_is_complex(g->out[0]->type.dtype) != d->holomorphic)
        return ir_fail(d->holomorphic
                           ? "grad_holomorphic of %s: it must give a complex scalar, but gives %s"
                           : "grad of %s: a loss must be real, but it gives %s (take jac_real or "
                             "jac_abs of it; for a holomorphic function, use jac_grad_holomorphic)",
                       f->name, ir_type_tmp(&g->out[0]->type));
    return true;
}

/* Makes the graph (inputs of g) -> [loss,] [aux,] gradients, as the options ask. */
static ir_graph *grad_graph(const struct jac_function *f, const grad_data *d, const ir_graph *g,
                            const bool *wrt)
{
    IR_SCRATCH(scratch);
    bool *of = ir_alloc(&scratch, (size_t)g->nout + 1);
    if (!of)
        return NULL;
    of[0] = true;
    IR_AUTO_GRAPH known = NULL;
    IR_AUTO_GRAPH linear = NULL;
    int nres = rt_linearize(g, wrt, of, &known, &linear);
    IR_AUTO_GRAPH back = nres >= 0 ? rt_transpose_linear(linear, nres) : NULL;
    IR_AUTO_GRAPH made = back ? ir_graph_like(g, NULL) : NULL;
    if (!made)
        return NULL;
    int nct = back->nout, n = 0;
    ir_value **y = ir_alloc(&scratch, (size_t)(known->nout + 1 + 3 * nct + g->nout) * sizeof *y);
    if (!y)
        return NULL;
    ir_value **ct = y + known->nout + 1, **out = ct + nct, **res = y + g->nout;
    bool ok = ir_splice(made, known, made->in, y);
    y[known->nout] = ok ? ir_literal(made, g->out[0]->type.dtype,
                                     ir_scalar_of(g->out[0]->type.dtype, 1), false)
                        : NULL; /* after the residuals, where `back` takes it */
    ok = y[known->nout] && ir_splice(made, back, res, ct);
    if (d->value)
        out[n++] = y[0];
    for (int k = 1; k < g->nout && d->value; k++)
        out[n++] = y[k];
    for (int a = 0; ok && a < d->nargnums; a++)
        for (int j = 0, leaf = rt_first_leaf(f, d->argnums[a]); j < f->arg_leaves[d->argnums[a]];
             j++) {
            int at = 0;
            for (int k = 0; k < leaf + j; k++)
                at += wrt[k];
            out[n++] = ct[at];
        }
    for (int k = 1; k < g->nout && !d->value; k++)
        out[n++] = y[k];
    ok = ok && ir_outputs(made, out, n);
    return ok ? ir_pass_dce(made) : NULL;
}

static bool grad_trace(const rt_function *f, const ir_type *types, rt_traced *out)
{
    IR_SCRATCH(scratch);
    const struct jac_function *inner = f->inner;
    const grad_data *d = f->data;
    if (!rt_trace_fn(inner, types, out))
        return false;
    bool *wrt = ir_alloc(&scratch, (size_t)out->g->nin + 1);
    bool ok = wrt && mark_wrt(inner, d, types, wrt) && check_loss(inner, d, out->g) &&
              rt_replace_graph(out, grad_graph(inner, d, out->g, wrt));
    if (!ok)
        rt_traced_free(out);
    return ok;
}

jac_fn jac_grad_(const jac_loc *at, jac_fn fn, jac_grad_opts o)
{
    IR_SCRATCH(scratch);
    rt_at_as(at, o.holomorphic ? "grad_holomorphic"
                 : o.value   ? o.has_aux ? "value_and_grad_aux" : "value_and_grad"
                 : o.has_aux ? "grad_aux"
                             : "grad");
    const struct jac_function *f = rt_fn(fn);
    if (!f || !rt_list("grad", o.argnums))
        return JAC_NULL_FN;
    int n = o.argnums.n ? o.argnums.n : 1, leaves = 0;
    size_t bytes = sizeof(grad_data) + (size_t)n * sizeof(int);
    grad_data *d = ir_alloc(&scratch, bytes);
    if (!d)
        return JAC_NULL_FN;
    *d = (grad_data){.value = o.value, .has_aux = o.has_aux, .holomorphic = o.holomorphic, .nargnums = n};
    for (int k = 0; k < n; k++) {
        int64_t arg = o.argnums.n ? o.argnums.v[k] : 0;
        if (arg < -f->nargs || arg >= f->nargs) {
            ir_fail(
                "grad of %s: it has %s, but argument %lld is to be differentiated (the first is 0)",
                f->name, ir_count_tmp(f->nargs, "argument"), (long long)arg);
            return JAC_NULL_FN;
        }
        d->argnums[k] = (int)(arg < 0 ? arg + f->nargs : arg);
        leaves += f->arg_leaves[d->argnums[k]];
    }
    int others = o.value ? f->result_leaves : o.has_aux ? f->result_leaves - 1 : 0;
    rt_function *made =
        rt_function_new(f->name, at, f->nargs, f->arg_leaves, leaves + others, bytes);
    if (!made)
        return JAC_NULL_FN;
    memcpy(made->data, d, bytes);
    made->inner = rt_fn_retain(f);
    made->trace = grad_trace;
    return rt_wrap_function(made);
}

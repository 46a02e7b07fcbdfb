/* jac_jacfwd and jac_jacrev: whole Jacobians, from a derivative batched over all unit vectors.
 *
 * The Jacobian of a result r with respect to a leaf x has r's shape, then x's. Forward mode batches
 * over tangents, each of which gives a column; reverse mode batches over cotangents, each of which
 * gives a row. What does not depend on the unit vector is computed once.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/transform/differentiate.h"

typedef struct {
    bool reverse;
    int n;
    int leaf[]; /* leaves of the inner function to differentiate with respect to */
} jacobian_data;

/* All unit vectors of type t, as an array of shape [count, shape...]. */
static ir_value *unit_vectors(ir_graph *g, const ir_type *t)
{
    int64_t n = ir_type_count(t), square[] = {n, n}, shape[IR_MAX_RANK] = {n};
    if (t->rank == IR_MAX_RANK) {
        ir_fail("a Jacobian in %s has too many dimensions", ir_type_tmp(t));
        return NULL;
    }
    ir_value *row = b_iota(g, IR_i64, 2, square, 0), *column = b_iota(g, IR_i64, 2, square, 1);
    ir_value *one = row && column ? b_convert(g, b_eq(g, row, column), t->dtype) : NULL;
    memcpy(shape + 1, t->dim, t->rank * sizeof shape[0]);
    return one ? b_reshape(g, one, t->rank + 1, shape) : NULL;
}

/* Reshapes v to `out`'s shape, then `in`'s: v has one axis for all elements of one of them. */
static ir_value *shape_jacobian(ir_graph *g, ir_value *v, const ir_type *out, const ir_type *in)
{
    int64_t shape[IR_MAX_RANK];
    if (out->rank + in->rank > IR_MAX_RANK) {
        ir_fail("the Jacobian of %s in %s has too many dimensions", ir_type_tmp(out),
                ir_type_tmp(in));
        return NULL;
    }
    memcpy(shape, out->dim, out->rank * sizeof shape[0]);
    memcpy(shape + out->rank, in->dim, in->rank * sizeof shape[0]);
    return v ? b_reshape(g, v, out->rank + in->rank, shape) : NULL;
}

/* Batches g over axis 0 of its input `which`. The outputs have their batch axis at `axis` (-1: the
 * last). */
static ir_graph *batched(const ir_graph *g, int64_t size, int which, int axis)
{
    IR_SCRATCH(scratch);
    int *in = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1) * sizeof *in);
    if (!in)
        return NULL;
    int *out = in + g->nin;
    for (int k = 0; k < g->nin; k++)
        in[k] = k == which ? 0 : -1;
    for (int k = 0; k < g->nout; k++)
        out[k] = axis < 0 ? g->out[k]->type.rank : axis;
    ir_graph *b = ir_vmap(g, &(ir_batching){.size = size}, in, out);
    return b;
}

/* Computes columns: for each leaf, the derivatives of all results with respect to it. */
static bool forward(const jacobian_data *d, const ir_graph *g, ir_graph *made, ir_value **out)
{
    IR_SCRATCH(scratch);
    bool *wrt = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1));
    if (!wrt)
        return false;
    bool *of = wrt + g->nin;
    memset(of, true, (size_t)g->nout);
    bool ok = true;
    for (int j = 0; j < d->n && ok; j++) {
        const ir_type *x = &g->in[d->leaf[j]]->type;
        memset(wrt, false, (size_t)g->nin);
        wrt[d->leaf[j]] = true;
        ir_graph *known = NULL, *linear = NULL;
        int nres = rt_linearize(g, wrt, of, &known, &linear);
        ir_graph *columns = nres < 0 ? NULL : batched(linear, ir_type_count(x), nres, -1);
        size_t room = (size_t)(g->nout + (nres < 0 ? 0 : nres) + g->nout + 2);
        ir_value **y = ir_alloc(&scratch, room * sizeof *y);
        ir_value **v = y ? y + g->nout + (nres < 0 ? 0 : nres) + 1 : NULL;
        ok = y && columns && ir_splice(made, known, made->in, y);
        if (ok) {
            y[g->nout + nres] =
                unit_vectors(made, x); /* after the residuals, where `columns` takes it */
            ok = y[g->nout + nres] && ir_splice(made, columns, y + g->nout, v);
        }
        for (int k = 0; k < g->nout && ok; k++)
            ok = (out[k * d->n + j] = shape_jacobian(made, v[k], &g->out[k]->type, x)) != NULL;
        ir_graph_release(columns);
        ir_graph_release(linear);
        ir_graph_release(known);
    }
    return ok;
}

/* Computes rows: for each result, its derivatives with respect to all leaves. */
static bool backward(const jacobian_data *d, const ir_graph *g, ir_graph *made, ir_value **out)
{
    IR_SCRATCH(scratch);
    bool *wrt = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1));
    if (!wrt)
        return false;
    bool *of = wrt + g->nin;
    bool ok = true;
    for (int j = 0; j < d->n; j++)
        wrt[d->leaf[j]] = true;
    for (int k = 0; k < g->nout && ok; k++) {
        const ir_type *r = &g->out[k]->type;
        memset(of, false, (size_t)g->nout);
        of[k] = true;
        ir_graph *known = NULL, *linear = NULL;
        int nres = rt_linearize(g, wrt, of, &known, &linear);
        ir_graph *back = nres < 0 ? NULL : rt_transpose_linear(linear, nres);
        ir_graph *rows = back ? batched(back, ir_type_count(r), nres, 0) : NULL;
        size_t room = (size_t)(g->nout + (nres < 0 ? 0 : nres) + d->n + 2);
        ir_value **y = ir_alloc(&scratch, room * sizeof *y);
        ir_value **v = y ? y + g->nout + (nres < 0 ? 0 : nres) + 1 : NULL;
        ok = y && rows && ir_splice(made, known, made->in, y);
        if (ok) {
            y[g->nout + nres] = unit_vectors(made, r);
            ok = y[g->nout + nres] && ir_splice(made, rows, y + g->nout, v);
        }
        for (int j = 0; j < d->n && ok; j++) {
            int at = 0; /* `rows` returns the leaves in the order of the inputs */
            for (int i = 0; i < d->leaf[j]; i++)
                at += wrt[i];
            ok = (out[k * d->n + j] = shape_jacobian(made, v[at], r, &g->in[d->leaf[j]]->type)) !=
                 NULL;
        }
        ir_graph_release(rows);
        ir_graph_release(back);
        ir_graph_release(linear);
        ir_graph_release(known);
    }
    return ok;
}

static bool check_floats(const struct jac_function *f, const jacobian_data *d, const ir_graph *g)
{
    const char *what = d->reverse ? "jacrev" : "jacfwd";
    for (int j = 0; j < d->n; j++)
        if (!rt_is_float(&g->in[d->leaf[j]]->type))
            return ir_fail("%s of %s: %s is %s, and only floats can be differentiated", what,
                           f->name, rt_leaf_name(f, d->leaf[j]),
                           ir_type_tmp(&g->in[d->leaf[j]]->type));
    for (int j = 0; j < d->n && !d->reverse; j++)
        if (ir_is_complex(g->in[d->leaf[j]]->type.dtype))
            return ir_fail(
                "jacfwd of %s: %s is %s, and a tangent along the real axis is only half of "
                "such a derivative (use jac_jvp, or jac_jacrev of a real function)",
                f->name, rt_leaf_name(f, d->leaf[j]), ir_type_tmp(&g->in[d->leaf[j]]->type));
    for (int k = 0; k < g->nout && d->reverse; k++)
        if (ir_is_complex(g->out[k]->type.dtype))
            return ir_fail(
                "jacrev of %s: its result %d is %s, and a cotangent along the real axis is "
                "only half of such a derivative (take jac_real and jac_imag of it)",
                f->name, k, ir_type_tmp(&g->out[k]->type));
    for (int k = 0; k < g->nout; k++)
        if (!rt_is_float(&g->out[k]->type))
            return ir_fail("%s of %s: its result %d is %s, and only floats have derivatives", what,
                           f->name, k, ir_type_tmp(&g->out[k]->type));
    return true;
}

static bool jacobian_trace(const rt_function *f, const ir_type *types, rt_traced *out)
{
    IR_SCRATCH(scratch);
    const jacobian_data *d = f->data;
    if (!rt_trace_fn(f->inner, types, out))
        return false;
    const ir_graph *g = out->g;
    IR_AUTO_GRAPH made = ir_graph_like(g, NULL);
    ir_value **y = ir_alloc(&scratch, (size_t)(g->nout * d->n + 1) * sizeof *y);
    bool ok = made && y && check_floats(f->inner, d, g) &&
              (d->reverse ? backward : forward)(d, g, made, y);
    ok = ok && ir_outputs(made, y, g->nout * d->n);
    ok = ok && rt_replace_graph(out, ir_pass_dce(made));
    if (!ok)
        rt_traced_free(out);
    return ok;
}

jac_fn jac_jacobian_(const jac_loc *at, jac_fn fn, bool reverse, jac_dims argnums)
{
    IR_SCRATCH(scratch);
    rt_at_as(at, reverse ? "jacrev" : "jacfwd");
    const struct jac_function *f = rt_fn(fn);
    const int64_t zero = 0;
    if (!f || !rt_list(reverse ? "jacrev" : "jacfwd", argnums))
        return JAC_NULL_FN;
    if (!argnums.n)
        argnums = (jac_dims){1, &zero};
    size_t bytes =
        sizeof(jacobian_data) + (size_t)argnums.n * (size_t)(rt_fn_leaves(f) + 1) * sizeof(int);
    jacobian_data *d = ir_alloc(&scratch, bytes);
    if (!d)
        return JAC_NULL_FN;
    *d = (jacobian_data){.reverse = reverse};
    for (int k = 0; k < argnums.n; k++) {
        int64_t arg = argnums.v[k] < 0 ? argnums.v[k] + f->nargs : argnums.v[k];
        if (arg < 0 || arg >= f->nargs) {
            ir_fail(
                "%s of %s: it has %s, but argument %lld is to be differentiated (the first is 0)",
                reverse ? "jacrev" : "jacfwd", f->name, ir_count_tmp(f->nargs, "argument"),
                (long long)argnums.v[k]);
            return JAC_NULL_FN;
        }
        for (int j = 0; j < f->arg_leaves[arg]; j++)
            d->leaf[d->n++] = rt_first_leaf(f, (int)arg) + j;
    }
    rt_function *made =
        rt_function_new(f->name, at, f->nargs, f->arg_leaves, f->result_leaves * d->n, bytes);
    if (!made)
        return JAC_NULL_FN;
    memcpy(made->data, d, bytes);
    made->inner = rt_fn_retain(f);
    made->trace = jacobian_trace;
    return rt_wrap_function(made);
}

jac_fn jac_hessian_(const jac_loc *at, jac_fn fn, jac_dims argnums)
{
    jac_fn gradient = jac_jacobian_(at, fn, true, argnums);
    return jac_ok(gradient) ? jac_jacobian_(at, gradient, false, argnums) : JAC_NULL_FN;
}

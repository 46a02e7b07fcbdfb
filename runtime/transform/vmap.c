/* jac_vmap: traces a function for one slice of its arguments and batches the graph. */
#include <stdlib.h>
#include <string.h>

#include "runtime/transform/collectives.h"

typedef struct {
    int nin, nout; /* number of axes given: one for all, or one each; 0 means axis 0 */
    bool by_leaf;  /* in_axes has an axis for each leaf, not for each argument */
    int64_t size;
    const char *name; /* name of the axis, or NULL */
    int64_t axes[];
} vmap_data;

static int64_t entry(const int64_t *axes, int n, int k)
{
    return n == 0 ? 0 : axes[n == 1 ? 0 : k];
}

/* Gets the leaf's batch axis (-1: none) and the type of its slice, and checks that all leaves have
 * the same batch size. */
static bool take_axis(const struct jac_function *f, int leaf, int64_t axis, const ir_type *t,
                      ir_type *slice, int *out, int64_t *size)
{
    *slice = *t;
    *out = -1;
    if (axis == JAC_NONE)
        return true;
    if (axis < -t->rank || axis >= t->rank)
        return ir_fail("vmap of %s: %s is %s, which has no axis %lld to map over", f->name,
                       rt_leaf_name(f, leaf), ir_type_tmp(t), (long long)axis);
    *out = (int)(axis < 0 ? axis + t->rank : axis);
    int64_t n = t->dim[*out];
    if (*size >= 0 && n != *size)
        return ir_fail(
            "vmap of %s: %s is %s, with %lld slices along axis %d, but the batch has %lld", f->name,
            rt_leaf_name(f, leaf), ir_type_tmp(t), (long long)n, *out, (long long)*size);
    *size = n;
    slice->rank--;
    for (int d = *out; d < slice->rank; d++)
        slice->dim[d] = t->dim[d + 1];
    return true;
}

static bool take_axes(const struct jac_function *f, const vmap_data *d, const ir_type *types,
                      ir_type *slices, int *axis, int64_t *size)
{
    *size = d->size ? d->size : -1;
    for (int a = 0, k = 0; a < f->nargs; a++)
        for (int j = 0; j < f->arg_leaves[a]; j++, k++)
            if (!take_axis(f, k, entry(d->axes, d->nin, d->by_leaf ? k : a), &types[k], &slices[k],
                           &axis[k], size))
                return false;
    return *size >= 0 ||
           ir_fail("vmap of %s: no argument is mapped, and .axis_size is not given", f->name);
}

static bool out_axes(const struct jac_function *f, const vmap_data *d, const ir_graph *g, int *axis)
{
    for (int k = 0; k < g->nout; k++) {
        int64_t a = entry(d->axes + d->nin, d->nout, k);
        int rank = g->out[k]->type.rank + 1;
        if (a != JAC_NONE && (a < -rank || a >= rank))
            return ir_fail("vmap of %s: result %d is %s in each lane, so the batch cannot be at "
                           "axis %lld",
                           f->name, k, ir_type_tmp(&g->out[k]->type), (long long)a);
        axis[k] = a == JAC_NONE ? -1 : (int)(a < 0 ? a + rank : a);
    }
    return true;
}

/* Traces f for the slices; the axis name is bound only during this trace. */
static bool trace_named(const struct jac_function *f, const vmap_data *d, int64_t size,
                        const ir_type *slices, rt_traced *out)
{
    rt_named_axis named = {.name = d->name, .size = size};
    if (d->name)
        rt_axis_bind(&named);
    bool ok = rt_trace_fn(f, slices, out);
    if (d->name)
        rt_axis_unbind(&named);
    return ok;
}

static bool vmap_trace(const rt_function *fn, const ir_type *types, rt_traced *out)
{
    IR_SCRATCH(scratch);
    const struct jac_function *f = fn->inner;
    const vmap_data *d = fn->data;
    int n = rt_fn_leaves(f);
    int64_t size;
    ir_type *slices = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *slices);
    int *axis = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *axis);
    if (!slices || !axis)
        return false;
    bool ok = take_axes(f, d, types, slices, axis, &size) && trace_named(f, d, size, slices, out);
    if (ok) {
        ir_graph *g = out->g;
        int *in = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1) * sizeof *in);
        int *to = in ? in + g->nin : NULL;
        for (int k = 0; in && k < g->nin; k++)
            in[k] = k < n ? axis[k] : -1;
        ir_batching over = {size, d->name, .in_step = false};
        ir_graph *batched = in && out_axes(f, d, g, to) ? ir_vmap(g, &over, in, to) : NULL;
        ok = batched != NULL;
        if (ok) {
            ir_graph_release(g);
            out->g = batched;
        } else {
            rt_traced_free(out);
        }
    }
    return ok;
}

static bool check_options(const struct jac_function *f, const jac_vmap_opts *o)
{
    int leaves = rt_fn_leaves(f);
    if (!rt_list("vmap", o->in_axes) || !rt_list("vmap", o->in_axes_leaves) ||
        !rt_list("vmap", o->out_axes))
        return false;
    if (o->in_axes.n > 1 && o->in_axes.n != f->nargs)
        return ir_fail("vmap of %s: it has %s, but in_axes has an entry for %d (in_axes_leaves "
                       "takes one for each handle)",
                       f->name, ir_count_tmp(f->nargs, "argument"), (int)o->in_axes.n);
    if (o->in_axes_leaves.n && o->in_axes.n)
        return ir_fail("vmap of %s: both in_axes and in_axes_leaves are given", f->name);
    if (o->in_axes_leaves.n && o->in_axes_leaves.n != leaves)
        return ir_fail("vmap of %s: its arguments have %s, but in_axes_leaves has an entry for %d",
                       f->name, ir_count_tmp(leaves, "handle"), (int)o->in_axes_leaves.n);
    if (o->out_axes.n > 1 && o->out_axes.n != f->result_leaves)
        return ir_fail("vmap of %s: it gives %s, but out_axes has an entry for %d", f->name,
                       ir_count_tmp(f->result_leaves, "handle"), (int)o->out_axes.n);
    if (o->axis_size < 0)
        return ir_fail("vmap of %s: axis_size must be at least 0, but is %lld", f->name,
                       (long long)o->axis_size);
    if (o->axis_name && !ir_is_word(o->axis_name))
        return ir_fail("vmap of %s: the axis_name \"%s\" is not an identifier", f->name,
                       o->axis_name);
    return true;
}

jac_fn jac_vmap_(const jac_loc *at, jac_fn fn, jac_vmap_opts o)
{
    int64_t one[3];
    rt_at(at);
    bool ok = rt_axes("vmap", &o.in_axes, &one[0]) && rt_axes("vmap", &o.out_axes, &one[1]) &&
              rt_axes("vmap", &o.in_axes_leaves, &one[2]);
    const struct jac_function *f = rt_fn(fn);
    if (!ok || !f || !check_options(f, &o))
        return JAC_NULL_FN;
    bool by_leaf = o.in_axes_leaves.n > 0;
    jac_dims in = by_leaf ? o.in_axes_leaves : o.in_axes;
    int n = in.n + o.out_axes.n;
    const char *name = o.axis_name ? ir_name(o.axis_name, strlen(o.axis_name)) : NULL;
    rt_function *made = rt_function_new(f->name, at, f->nargs, f->arg_leaves, f->result_leaves,
                                        sizeof(vmap_data) + (size_t)(n + 1) * sizeof(int64_t));
    if (!made || (o.axis_name && !name)) {
        rt_fn_release(made ? &made->face : NULL);
        return JAC_NULL_FN;
    }
    vmap_data *d = made->data;
    *d = (vmap_data){.nin = in.n, .nout = o.out_axes.n, .by_leaf = by_leaf, .size = o.axis_size};
    d->name = name;
    if (in.n)
        memcpy(d->axes, in.v, (size_t)in.n * sizeof(int64_t));
    if (o.out_axes.n)
        memcpy(d->axes + d->nin, o.out_axes.v, (size_t)o.out_axes.n * sizeof(int64_t));
    made->inner = rt_fn_retain(f);
    made->trace = vmap_trace;
    return rt_wrap_function(made);
}

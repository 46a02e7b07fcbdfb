/* jac_gather and the scatters, with the parameters of jax.lax. */
#include <string.h>

#include "ops/ops.h"
#include "ops/windows.h"
#include "runtime/numpy/numpy.h"

/* The public modes begin with the one that is JAX's default. */
static bool mode_of(const char *what, jac_index_mode mode, windows_attrs *a)
{
    static const windows_mode modes[] = {[JAC_FILL_OR_DROP] = WINDOWS_DROP,
                                         [JAC_CLIP] = WINDOWS_CLIP,
                                         [JAC_PROMISE_IN_BOUNDS] = WINDOWS_PROMISE};
    if ((unsigned)mode >= sizeof modes / sizeof *modes)
        return ir_fail("%s: mode must be JAC_FILL_OR_DROP, JAC_CLIP or JAC_PROMISE_IN_BOUNDS, but "
                       "is %d",
                       what, (int)mode);
    a->mode = modes[mode];
    return true;
}

static bool take_dims(const char *what, const char *name, jac_dims given, windows_dims *d)
{
    if (!rt_list(what, given))
        return false;
    if (given.n > IR_MAX_RANK)
        return ir_fail("%s: %s has %d entries, but arrays have at most %d dimensions", what, name,
                       (int)given.n, IR_MAX_RANK);
    *d = (windows_dims){.n = (int)given.n};
    for (int k = 0; k < d->n; k++)
        d->at[k] = given.v[k];
    return true;
}

/* The index vectors lie along the last dimension, as in JAX. */
static bool take_indices(const char *what, jac indices, windows_attrs *a)
{
    ir_type t;
    if (!rt_type_of(indices, &t))
        return false;
    a->vector = t.rank - 1;
    return t.rank > 0 || ir_fail("%s: indices %s must have a last dimension for the components of "
                                 "the index vectors",
                                 what, ir_type_tmp(&t));
}

/* ---- gather ---------------------------------------------------------------------------------- */

/* What JAX gives for an index out of range. */
static ir_scalar default_fill(ir_dtype d)
{
    switch (ir_dtypes[d].kind) {
    case IR_KIND_FLOAT:
        return ir_scalar_of(d, __builtin_nan(""));
    case IR_KIND_INT:
        return ir_scalar_lowest(d);
    default:
        return ir_scalar_highest(d);
    }
}

static bool take_fill(jac fill, ir_dtype d, ir_scalar *to)
{
    if (!fill.word) {
        *to = default_fill(d);
        return true;
    }
    rt_slot *s = rt_slot_of(fill);
    if (!s)
        return false;
    if (s->kind == RT_NUMBER)
        return rt_number_scalar(s->number, d, to);
    rt_array *a = rt_concrete(fill, "the fill_value of gather");
    if (!a)
        return false;
    ir_type t;
    if (!rt_type_of(fill, &t))
        return false;
    if (t.rank || t.dtype != d)
        return ir_fail("gather: fill_value must be a number or %s[], but is %s", ir_dtypes[d].name,
                       ir_type_tmp(&t));
    to->bits = 0;
    memcpy(to, a->data, ir_dtypes[d].size);
    return true;
}

static bool gather_attrs(const ir_type *x, jac indices, jac_dims sizes, const jac_gather_opts *o,
                         windows_attrs *a)
{
    static const char what[] = "gather";
    *a = (windows_attrs){.unique = o->unique_indices, .sorted = o->indices_are_sorted};
    return take_indices(what, indices, a) && mode_of(what, o->mode, a) &&
           take_dims(what, "slice_sizes", sizes, &a->sizes) &&
           take_dims(what, "offset_dims", o->offset_dims, &a->offset) &&
           take_dims(what, "collapsed_slice_dims", o->collapsed_slice_dims, &a->collapsed) &&
           take_dims(what, "start_index_map", o->start_index_map, &a->map) &&
           take_dims(what, "operand_batching_dims", o->operand_batching_dims, &a->batching) &&
           take_dims(what, "start_indices_batching_dims", o->start_indices_batching_dims,
                     &a->index_batching) &&
           take_fill(o->fill_value, x->dtype, &a->fill);
}

jac jac_gather_(const jac_loc *at, jac x, jac indices, jac_dims slice_sizes, jac_gather_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    windows_attrs a;
    ir_attr attr[GATHER_NATTR];
    if (!rt_promote(1, &x, false) || !rt_promote(1, &indices, false) || !rt_type_of(x, &t) ||
        !gather_attrs(&t, indices, slice_sizes, &o, &a))
        return rt_end(m, JAC_NULL);
    windows_set_attrs(&op_gather, &a, attr);
    return rt_end(m, rt_emit1(&op_gather, 2, (jac[]){x, indices}, attr));
}

/* ---- scatter --------------------------------------------------------------------------------- */

static bool scatter_attrs(const char *what, jac indices, const jac_scatter_opts *o,
                          windows_attrs *a)
{
    *a = (windows_attrs){.unique = o->unique_indices, .sorted = o->indices_are_sorted};
    return take_indices(what, indices, a) && mode_of(what, o->mode, a) &&
           take_dims(what, "update_window_dims", o->update_window_dims, &a->offset) &&
           take_dims(what, "inserted_window_dims", o->inserted_window_dims, &a->collapsed) &&
           take_dims(what, "scatter_dims_to_operand_dims", o->scatter_dims_to_operand_dims,
                     &a->map) &&
           take_dims(what, "operand_batching_dims", o->operand_batching_dims, &a->batching) &&
           take_dims(what, "scatter_indices_batching_dims", o->scatter_indices_batching_dims,
                     &a->index_batching);
}

jac jac_scatter_(const jac_loc *at, const char *name, jac x, jac indices, jac updates,
                 jac_scatter_opts o)
{
    unsigned m = rt_begin_as(at, name);
    ops_init();
    const ir_op *op = name ? ir_op_find(name, strlen(name)) : NULL;
    windows_attrs a;
    jac v[] = {x, updates};
    ir_attr attr[GATHER_NATTR];
    if (!op || !op->lower || op->lower->kind != JIT_SCATTER) {
        ir_fail("scatter: there is no combining function called %s", name ? name : "(null)");
        return rt_end(m, JAC_NULL);
    }
    if (!rt_promote(2, v, false) || !rt_promote(1, &indices, false) ||
        !scatter_attrs(name, indices, &o, &a))
        return rt_end(m, JAC_NULL);
    windows_set_attrs(op, &a, attr);
    return rt_end(m, rt_emit1(op, 3, (jac[]){v[0], indices, v[1]}, attr));
}

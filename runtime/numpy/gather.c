/* jac_gather and the scatters, with the parameters of jax.lax. jac_scatter_apply is composed of the
 * two: windows that may meet are applied to one after the other, in a loop. */
#include <string.h>

#include "ops/ops.h"
#include "ops/windows.h"
#include "runtime/numpy/combine.h"
#include "runtime/numpy/indexing/plan.h"

static bool mode_of(const char *what, jac_index_mode mode, windows_attrs *a)
{
    if (mode == JAC_WRAP)
        return ir_fail("%s: the mode JAC_WRAP is not one of gather and the scatters; use jac_take or "
                       "jac_index",
                       what);
    return index_mode(what, mode, &a->mode);
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

/* The same for an option, which may be an int or left out. */
static bool take_option(const char *what, const char *name, jac_dims given, windows_dims *d)
{
    int64_t one;
    return rt_ints(what, name, &given, &one) && take_dims(what, name, given, d);
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

static bool gather_attrs(const ir_type *x, jac indices, jac_dims sizes, const jac_gather_opts *o,
                         windows_attrs *a, np_fill *fill)
{
    static const char what[] = "gather";
    *a = (windows_attrs){.unique = o->unique_indices, .sorted = o->indices_are_sorted};
    return take_indices(what, indices, a) && mode_of(what, o->mode, a) &&
           take_dims(what, "slice_sizes", sizes, &a->sizes) &&
           take_option(what, "offset_dims", o->offset_dims, &a->offset) &&
           take_option(what, "collapsed_slice_dims", o->collapsed_slice_dims, &a->collapsed) &&
           take_option(what, "start_index_map", o->start_index_map, &a->map) &&
           take_option(what, "operand_batching_dims", o->operand_batching_dims, &a->batching) &&
           take_option(what, "start_indices_batching_dims", o->start_indices_batching_dims,
                       &a->index_batching) &&
           np_fill_value(what, o->fill_value, x->dtype, fill);
}

jac jac_gather_(const jac_loc *at, jac x, jac indices, jac_dims slice_sizes, jac_gather_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    windows_attrs a;
    np_fill fill;
    if (!rt_promote(1, &x, false) || !rt_promote(1, &indices, false) || !rt_type_of(x, &t) ||
        !gather_attrs(&t, indices, slice_sizes, &o, &a, &fill))
        return rt_end(m, JAC_NULL);
    return rt_end(m, np_gather(&a, &fill, x, indices));
}

/* ---- scatter --------------------------------------------------------------------------------- */

static bool scatter_attrs(const char *what, jac indices, const jac_scatter_opts *o,
                          windows_attrs *a)
{
    *a = (windows_attrs){.unique = o->unique_indices, .sorted = o->indices_are_sorted};
    return take_indices(what, indices, a) && mode_of(what, o->mode, a) &&
           take_option(what, "update_window_dims", o->update_window_dims, &a->offset) &&
           take_option(what, "inserted_window_dims", o->inserted_window_dims, &a->collapsed) &&
           take_option(what, "scatter_dims_to_operand_dims", o->scatter_dims_to_operand_dims,
                       &a->map) &&
           take_option(what, "operand_batching_dims", o->operand_batching_dims, &a->batching) &&
           take_option(what, "scatter_indices_batching_dims", o->scatter_indices_batching_dims,
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
    if (!op || !op->lower || op->lower->kind != JIT_SCATTER) {
        ir_fail("scatter: there is no combining function called %s", name ? name : "(null)");
        return rt_end(m, JAC_NULL);
    }
    if (!rt_promote(2, v, false) || !rt_promote(1, &indices, false) ||
        !scatter_attrs(name, indices, &o, &a))
        return rt_end(m, JAC_NULL);
    return rt_end(m, np_emit_windows(op, &a, 3, (jac[]){v[0], indices, v[1]}));
}

bool jac_scatter_by_(const jac_loc *at, jac_handles x, jac indices, jac_handles updates, jac_fn f,
                     jac_out out, jac_scatter_opts o)
{
    static const char what[] = "scatter_by";
    IR_SCRATCH(scratch);
    unsigned m = rt_begin_as(at, what);
    windows_attrs a;
    ir_attr attr[IR_MAX_ATTRS];
    int n = x.n > 0 && x.n < NP_MOST_COMBINED ? (int)x.n : 0;
    jac *in = ir_alloc(&scratch, (size_t)(3 * n + 2) * sizeof *in), *y = in + 2 * n + 1;
    bool room = in && n && rt_room(what, "", n, out);
    bool ok = in &&
              (n || ir_fail("scatter_by: 1 to %d arrays can be given, but there are %lld",
                            NP_MOST_COMBINED - 1, (long long)x.n)) &&
              room && np_take_pairs(what, "updates", x, updates, in, in + n + 1) &&
              rt_promote(1, &indices, false) && scatter_attrs(what, indices, &o, &a);
    if (ok) {
        in[n] = indices;
        windows_set_attrs(&op_scatter_by, &a, attr);
        np_combining c = {f, n, 2 * n + 1, in, SCATTER_BY_BODY, SCATTER_BY_NUM_CONSTS};
        ok = np_combine(what, &op_scatter_by, &c, attr, y);
    }
    return np_give(m, room, ok, n, y, out);
}

/* ---- scatter_apply --------------------------------------------------------------------------- */

static bool is_single(const windows_attrs *a, int d)
{
    return axis_count(a->collapsed.at, a->collapsed.n, d) ||
           axis_count(a->batching.at, a->batching.n, d);
}

/* Takes the sizes of the windows from the shape of what would be the updates. */
static bool take_sizes(const ir_type *x, const ir_type *indices, jac_dims shape, windows_attrs *a)
{
    static const char what[] = "scatter_apply";
    int rank = indices->rank - 1 + a->offset.n;
    if (!rt_list(what, shape))
        return false;
    if (shape.n != rank)
        return ir_fail("%s: update_shape %s must have %d entries: %d for indices %s and %d for "
                       "update_window_dims",
                       what, ir_ints_tmp(shape.v, (int)shape.n), rank, indices->rank - 1,
                       ir_type_tmp(indices), a->offset.n);
    if (a->offset.n + a->collapsed.n + a->batching.n != x->rank)
        return ir_fail("%s: update_window_dims, inserted_window_dims and operand_batching_dims "
                       "have %d dimensions in all, but the operand %s has %d",
                       what, a->offset.n + a->collapsed.n + a->batching.n, ir_type_tmp(x), x->rank);
    a->sizes.n = x->rank;
    for (int d = 0, k = 0; d < x->rank; d++) {
        if (!is_single(a, d) &&
            (k == a->offset.n || a->offset.at[k] < 0 || a->offset.at[k] >= rank))
            return ir_fail("%s: update_window_dims %s do not fit update_shape %s", what,
                           ir_ints_tmp(a->offset.at, a->offset.n), ir_ints_tmp(shape.v, rank));
        a->sizes.at[d] = is_single(a, d) ? 1 : shape.v[a->offset.at[k++]];
    }
    return true;
}

/* Applies f to all windows at once. */
static jac apply_together(jac x, jac indices, jac_fn f, const windows_attrs *a)
{
    ir_type t, ft;
    jac w = np_emit_windows(&op_gather, a, 2, (jac[]){x, indices}), fw = JAC_NULL;
    if (!jac_ok(w) || !jac_call(f, &w, &fw) || !rt_type_of(w, &t) || !rt_type_of(fw, &ft))
        return JAC_NULL;
    if (!ir_same_shape(&t, &ft)) {
        ir_fail("scatter_apply: the function must keep the shape of %s, but gives %s",
                ir_type_tmp(&t), ir_type_tmp(&ft));
        return JAC_NULL;
    }
    return np_emit_windows(&op_scatter, a, 3, (jac[]){x, indices, rt_convert(fw, t.dtype, t.weak)});
}

/* The index vectors as an array [windows, components], with components for the batching dimensions
 * after the others. */
static jac list_vectors(jac indices, const ir_type *t, const windows_attrs *a, int64_t windows)
{
    jac part[IR_MAX_RANK + 1] = {indices};
    ir_type one = ir_type_like(*t, IR_i64);
    one.dim[t->rank - 1] = 1;
    if (a->batching.n && t->dtype == IR_u64)
        part[0] = jac_minimum(indices, INT64_MAX);
    if (a->batching.n)
        part[0] = rt_convert(part[0], IR_i64, false);
    for (int k = 0; k < a->batching.n; k++)
        part[k + 1] = np_iota(&one, (int)a->index_batching.at[k]);
    jac all = a->batching.n ? jac_concatenate(t->rank - 1, JAC_HANDLES(a->batching.n + 1, part))
                            : indices;
    return jac_reshape(all, JAC_SHAPE(windows, a->map.n + a->batching.n));
}

/* Applies f to one window after the other. */
static jac apply_in_turn(jac x, jac vectors, jac_fn f, const windows_attrs *a, int64_t windows)
{
    windows_attrs one = {.map = a->map, .sizes = a->sizes, .mode = a->mode, .fill = a->fill};
    for (int d = 0; d < a->sizes.n; d++)
        if (is_single(a, d))
            one.collapsed.at[one.collapsed.n++] = d;
        else
            one.offset.at[one.offset.n] = one.offset.n, one.offset.n++;
    for (int k = 0; k < a->batching.n; k++)
        one.map.at[one.map.n++] = a->batching.at[k];
    int n = one.map.n;
    jac y = x;
    JAC_FOR (k, 0, windows, y) {
        jac v = jac_reshape(jac_dynamic_slice(vectors, JAC_SHAPE(1, n), k, 0), JAC_SHAPE(n));
        y = apply_together(y, v, f, &one);
    }
    return y;
}

jac jac_scatter_apply_(const jac_loc *at, jac x, jac indices, jac_fn f, jac_dims update_shape,
                       jac_scatter_opts o)
{
    unsigned m = rt_begin(at);
    windows_attrs a;
    ir_type t, it;
    ir_scalar zero = {0};
    if (!rt_promote(1, &x, false) || !rt_promote(1, &indices, false) ||
        !scatter_attrs("scatter_apply", indices, &o, &a) || !rt_type_of(x, &t) ||
        !rt_type_of(indices, &it) || !take_sizes(&t, &it, update_shape, &a))
        return rt_end(m, JAC_NULL);
    if (a.mode == WINDOWS_PROMISE)
        a.mode = WINDOWS_DROP;
    a.fill = zero;
    int64_t windows = 1;
    for (int d = 0; d < it.rank - 1; d++)
        windows *= it.dim[d];
    if (a.unique || windows <= 1)
        return rt_end(m, apply_together(x, indices, f, &a));
    /* Checks the parameters. */
    jac all = np_emit_windows(&op_gather, &a, 2, (jac[]){x, indices});
    jac vectors = jac_ok(all) ? list_vectors(indices, &it, &a, windows) : JAC_NULL;
    return rt_end(m, jac_ok(vectors) ? apply_in_turn(x, vectors, f, &a, windows) : JAC_NULL);
}

/* What takes or puts elements along one axis. */
#include "ops/ops.h"
#include "runtime/numpy/indexing/plan.h"

/* ---- take --------------------------------------------------------------------------------------- */

/* Gathers along an axis, at indices that have the first batch_dims dimensions in common with x. */
static jac gather(const char *what, jac x, jac index, int axis, int batch_dims, windows_mode mode,
                  const jac_index_opts *o)
{
    ir_type t, it;
    if (!rt_type_of(x, &t) || !rt_type_of(index, &it))
        return JAC_NULL;
    windows_attrs a = windows_along(&t, &it, axis, batch_dims);
    a.mode = mode;
    a.unique = o->unique_indices;
    a.sorted = o->indices_are_sorted;
    np_fill fill = {0};
    if (mode == WINDOWS_DROP && !np_fill_value(what, o->fill_value, t.dtype, &fill))
        return JAC_NULL;
    return np_gather(&a, &fill, x, index);
}

/* If something is to be taken along an axis, it must have elements. */
static bool check_taken(const char *what, const ir_type *x, int64_t axis, const ir_type *indices,
                        windows_mode mode)
{
    int64_t others = ir_type_count(indices);
    for (int k = 0; k < x->rank; k++)
        others = k != axis && !x->dim[k] ? 0 : others;
    return x->dim[axis] || !others || mode == WINDOWS_DROP ||
           ir_fail("%s: %s has no elements along axis %d", what, ir_type_tmp(x), (int)axis);
}

jac jac_take_(const jac_loc *at, jac x, jac indices, int64_t axis, jac_index_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t, it;
    windows_mode mode;
    if (!rt_promote(1, &x, false) || !rt_type_of(x, &t) || !rt_axis("take", axis, t.rank, &axis) ||
        !index_positions("take", &indices, t.dim[axis], o.mode, &mode) ||
        !rt_type_of(indices, &it) || !check_taken("take", &t, axis, &it, mode))
        return rt_end(m, JAC_NULL);
    if (t.rank - 1 + it.rank > IR_MAX_RANK) {
        ir_fail("take: the result would have %d dimensions, but at most %d are possible",
                t.rank - 1 + it.rank, IR_MAX_RANK);
        return rt_end(m, JAC_NULL);
    }
    return rt_end(m, gather("take", x, indices, (int)axis, 0, mode, &o));
}

/* ---- along an axis ------------------------------------------------------------------------------ */

/* Broadcasts x and p against each other along all axes but the last; false if they do not fit. */
static bool align_leading(jac *x, jac *p)
{
    ir_type a, b;
    if (!rt_type_of(*x, &a) || !rt_type_of(*p, &b))
        return false;
    ir_type wide = a;
    for (int k = 0; k < a.rank - 1; k++) {
        if (a.dim[k] != b.dim[k] && a.dim[k] != 1 && b.dim[k] != 1)
            return false;
        wide.dim[k] = a.dim[k] == 1 ? b.dim[k] : a.dim[k];
    }
    *x = rt_broadcast_to(*x, wide.rank, wide.dim);
    wide.dim[wide.rank - 1] = b.dim[b.rank - 1];
    *p = rt_broadcast_to(*p, wide.rank, wide.dim);
    return jac_ok(*x) && jac_ok(*p);
}

/* Checks x and the indices, and moves the axis to the end of both. They need not fit yet. */
static bool take_along(const char *what, jac *x, jac *indices, int64_t *axis, jac_index_mode given,
                       windows_mode *mode)
{
    ir_type t, it;
    if (!rt_promote(1, x, false) || !rt_promote(1, indices, false) || !rt_type_of(*x, &t) ||
        !rt_type_of(*indices, &it))
        return false;
    if (t.rank != it.rank)
        return ir_fail("%s: the array %s and the indices %s must have as many dimensions", what,
                       ir_type_tmp(&t), ir_type_tmp(&it));
    if (!rt_axis(what, *axis, t.rank, axis) ||
        !index_positions(what, indices, t.dim[*axis], given, mode) ||
        !check_taken(what, &t, *axis, &it, *mode))
        return false;
    *indices = np_move_axis(*indices, (int)*axis, t.rank - 1);
    *x = np_move_axis(*x, (int)*axis, t.rank - 1);
    return jac_ok(*x) && jac_ok(*indices);
}

static bool fail_along(const char *what, const char *with, jac x, jac y, int64_t axis)
{
    ir_type t, ty;
    if (!rt_type_of(np_move_axis(x, jac_ndim(x) - 1, (int)axis), &t) ||
        !rt_type_of(np_move_axis(y, jac_ndim(y) - 1, (int)axis), &ty))
        return false;
    return ir_fail("%s: apart from axis %d, the array %s and the %s %s do not broadcast together",
                   what, (int)axis, ir_type_tmp(&t), with, ir_type_tmp(&ty));
}

jac jac_take_along_axis_(const jac_loc *at, jac x, jac indices, int64_t axis, jac_index_opts o)
{
    static const char what[] = "take_along_axis";
    unsigned m = rt_begin(at);
    windows_mode mode;
    if (!take_along(what, &x, &indices, &axis, o.mode, &mode))
        return rt_end(m, JAC_NULL);
    if (!align_leading(&x, &indices)) {
        fail_along(what, "indices", x, indices, axis);
        return rt_end(m, JAC_NULL);
    }
    int last = jac_ndim(x) - 1;
    return rt_end(m, np_move_axis(gather(what, x, indices, last, last, mode, &o), last, (int)axis));
}

/* Broadcasts y to x's dimensions but the last, and to the indices' last. */
static bool spread_along(const ir_type *x, int64_t last, jac *y)
{
    ir_type t, to = *x;
    to.dim[to.rank - 1] = last;
    if (!rt_type_of(*y, &t) || !rt_broadcasts(&t, &to))
        return false;
    *y = rt_broadcast_to(*y, to.rank, to.dim);
    return jac_ok(*y);
}

jac jac_put_along_axis_(const jac_loc *at, jac x, jac indices, jac values, int64_t axis,
                        jac_index_opts o)
{
    static const char what[] = "put_along_axis";
    unsigned m = rt_begin(at);
    windows_mode mode;
    ir_type t, it, tv;
    if (!take_along(what, &x, &indices, &axis, o.mode, &mode) || !rt_type_of(x, &t) ||
        !rt_type_of(indices, &it) || !jac_ok(values = np_value_for(what, values, &t)) ||
        !rt_type_of(values, &tv))
        return rt_end(m, JAC_NULL);
    int last = t.rank - 1;
    if (tv.rank == t.rank)
        values = np_move_axis(values, (int)axis, last);
    else if (tv.rank) {
        ir_fail(
            "%s: the values must be a scalar or have %d dimensions as the array has, but are %s",
            what, t.rank, ir_type_tmp(&tv));
        return rt_end(m, JAC_NULL);
    }
    bool fits =
        spread_along(&t, it.dim[last], &indices) || fail_along(what, "indices", x, indices, axis);
    fits = fits &&
           (spread_along(&t, it.dim[last], &values) || fail_along(what, "values", x, values, axis));
    if (!fits || !rt_type_of(indices, &it))
        return rt_end(m, JAC_NULL);
    windows_attrs a = windows_along(&t, &it, last, last);
    a.mode = mode;
    a.unique = o.unique_indices;
    a.sorted = o.indices_are_sorted;
    jac y = np_emit_windows(&op_scatter, &a, 3, (jac[]){x, indices, values});
    return rt_end(m, np_move_axis(y, last, (int)axis));
}

/* ---- choose ------------------------------------------------------------------------------------- */

jac jac_choose_(const jac_loc *at, jac which, jac_handles x)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    if (x.n < 1 || x.n >= INT32_MAX || !x.x) {
        ir_fail("jac_choose: there must be at least one array");
        return rt_end(m, JAC_NULL);
    }
    int n = (int)x.n;
    jac *all = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *all);
    for (int k = 0; all && k < n; k++)
        all[k] = x.x[k];
    if (!all || !rt_promote(n, all, false) || !rt_promote(1, &which, false))
        return rt_end(m, JAC_NULL);
    ir_type wt;
    if (!rt_type_of(which, &wt))
        return rt_end(m, JAC_NULL);
    if (!ir_is_integer(wt.dtype)) {
        ir_fail("jac_choose: which must be integers, but is %s", ir_type_tmp(&wt));
        return rt_end(m, JAC_NULL);
    }
    all[n] = jac_maximum(which, 0); /* a negative one does not count from the end here */
    if (!jac_ok(all[n]) || !rt_broadcast("choose", n + 1, all))
        return rt_end(m, JAC_NULL);
    jac stack = jac_stack(0, JAC_HANDLES(n, all));
    jac index = np_expand_dims(all[n], 1, (int64_t[]){0});
    jac y = jac_ok(stack) && jac_ok(index) ? jac_take_along_axis(stack, index, 0) : JAC_NULL;
    return rt_end(m, jac_ok(y) ? jac_squeeze(y, 0) : JAC_NULL);
}

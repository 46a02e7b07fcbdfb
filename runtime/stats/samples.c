/* jac_mode and jac_sem. */
#include <limits.h>

#include "ops/ops.h"
#include "runtime/stats/stats.h"

/* Moves the axis to the end; JAC_NONE: all elements in one line. Gets the length of the lines. */
static bool to_lines(const char *what, jac *x, int64_t *axis, int64_t *n, int *rank)
{
    ir_type t;
    if (!np_are_handles(1, x) || !rt_type_of(*x, &t))
        return false;
    *rank = t.rank;
    if (*axis == JAC_NONE || !t.rank) {
        if (*axis != JAC_NONE && *axis != 0 && *axis != -1)
            return ir_fail("%s: there is no axis %lld of a scalar", what, (long long)*axis);
        *axis = JAC_NONE;
        *x = jac_ravel(*x);
        *n = ir_type_count(&t);
        return jac_ok(*x);
    }
    if (!rt_axis(what, *axis, t.rank, axis))
        return false;
    *n = t.dim[*axis];
    *x = np_move_axis(*x, (int)*axis, t.rank - 1);
    return jac_ok(*x);
}

/* Puts the axis that was reduced back with the size 1. */
static jac kept(jac y, int64_t axis, int rank)
{
    int64_t axes[IR_MAX_RANK];
    for (int k = 0; k < rank; k++)
        axes[k] = k;
    return axis == JAC_NONE ? np_expand_dims(y, rank, axes) : np_expand_dims(y, 1, &axis);
}

/* Sorted lines: equal numbers form runs, and the first of the longest runs is the mode. */
static jac_mode_result mode_of_lines(jac x, int64_t n)
{
    jac s = jac_sort(x), position = jac_arange(n);
    jac before = jac_slice_in_dim(s, 0, n - 1, 1, -1), here = jac_slice_in_dim(s, 1, n, 1, -1);
    jac same =
        jac_logical_or(jac_eq(before, here), jac_logical_and(jac_isnan(before), jac_isnan(here)));
    jac first = jac_zeros_like(jac_slice_in_dim(position, 0, 1, 1, 0));
    jac starts = jac_where(same, 0, jac_slice_in_dim(position, 1, n, 1, 0));
    ir_type t;
    if (!rt_type_of(s, &t))
        return (jac_mode_result){JAC_NULL, JAC_NULL};
    t.dim[t.rank - 1] = 1;
    starts = jac_concatenate(-1, rt_broadcast_to(first, t.rank, t.dim), starts);
    jac length = jac_add(jac_sub(position, jac_cummax(starts, -1)), 1);
    jac at = jac_expand_dims(jac_argmax(length, -1), -1);
    return (jac_mode_result){jac_squeeze(jac_take_along_axis(s, at, -1), -1), jac_max(length, -1)};
}

jac_mode_result jac_mode_(const jac_loc *at, jac x, jac_mode_opts o)
{
    unsigned m = rt_begin(at);
    jac y[2] = {JAC_NULL, JAC_NULL};
    int64_t n = 0;
    int rank = 0;
    bool ok = to_lines("mode", &x, &o.axis, &n, &rank);
    if (ok) {
        jac_mode_result r;
        if (n) {
            r = mode_of_lines(x, n);
        } else {
            jac none = rt_convert(jac_sum(x, -1), rt_default_float(), false);
            r = (jac_mode_result){jac_add(none, NAN), none};
        }
        y[0] = o.keepdims ? kept(r.mode, o.axis, rank) : r.mode;
        y[1] = o.keepdims ? kept(r.count, o.axis, rank) : r.count;
        ok = jac_ok(y[0]) && jac_ok(y[1]);
    }
    ok = rt_end_tree(m, ok ? 2 : 0, y) && ok;
    return ok ? (jac_mode_result){y[0], y[1]} : (jac_mode_result){JAC_NULL, JAC_NULL};
}

jac jac_sem_(const jac_loc *at, jac x, jac_sem_opts o)
{
    unsigned m = rt_begin(at);
    int64_t n = 0;
    int rank = 0;
    ir_type t;
    if (!np_are_handles(1, &x) || !rt_promote(1, &x, true) || !rt_type_of(x, &t) ||
        !np_is_real("sem", &t) || !to_lines("sem", &x, &o.axis, &n, &rank))
        return rt_end(m, JAC_NULL);
    jac missing = jac_isnan(x), count = jac_asarray((double)n);
    count = rt_convert(count, t.dtype, false);
    if (o.omit_nan) {
        x = st_where(missing, x, 0);
        count =
            rt_convert(jac_sum(jac_astype(jac_logical_not(missing), JAC_I32), -1), t.dtype, false);
    }
    jac mean = jac_expand_dims(jac_div(jac_sum(x, -1), count), -1), off = jac_sub(x, mean);
    if (o.omit_nan)
        off = st_where(missing, off, 0);
    jac variance = jac_div(jac_sum(jac_square(off), -1), jac_sub(count, (double)o.ddof));
    jac y = jac_div(jac_sqrt(variance), jac_sqrt(count));
    return rt_end(m, o.keepdims ? kept(y, o.axis, rank) : y);
}

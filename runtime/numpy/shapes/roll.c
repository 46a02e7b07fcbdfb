/* Elements moved around: roll, rot90, rollaxis. By places that are known, roll is two slices in the other order; by
 * traced ones, a slice at a traced start of the array twice in a row.
 */
#include <inttypes.h>

#include "ops/ops.h"
#include "runtime/numpy/shapes/shapes.h"

static jac roll_by_number(jac x, int64_t axis, int64_t size, int64_t shift)
{
    shift = size ? (shift % size + size) % size : 0;
    if (shift == 0)
        return x;
    jac end = sh_slice(x, axis, size - shift, size, 1), start = sh_slice(x, axis, 0, size - shift, 1);
    return jac_concatenate(axis, end, start);
}

static jac roll_by_scalar(jac x, int64_t axis, int64_t size, jac shift)
{
    if (size == 0)
        return x;
    jac start = jac_sub(size, jac_remainder(shift, size));
    return jac_dynamic_slice_in_dim_(NULL, jac_concatenate(axis, x, x), start, size, axis);
}

static bool check_shifts(const ir_type *t)
{
    return (t->rank <= 1 && !ir_has_fraction(t->dtype)) ||
           ir_fail("roll: the shift must be an integer or a vector of them, but is %s", ir_type_tmp(t));
}

/* The number of shifts; element k is shift k. -1 with an error. */
static int64_t count_shifts(const jac_counts *shift, int64_t naxes)
{
    ir_type t;
    int64_t n = 1;
    if (shift->kind == JAC_COUNTS_LIST) {
        if (!rt_list("roll", shift->list))
            return -1;
        n = shift->list.n;
    } else if (shift->kind == JAC_COUNTS_ARRAY) {
        if (!rt_type_of(shift->array, &t) || !check_shifts(&t))
            return -1;
        n = t.rank ? t.dim[0] : 1;
    }
    if (n == naxes || n == 1 || naxes == 1)
        return n;
    ir_fail("roll: %" PRId64 " shifts are given for %" PRId64 " axes", n, naxes);
    return -1;
}

static jac roll_once(jac x, int64_t axis, int64_t size, const jac_counts *shift, int64_t k)
{
    if (shift->kind == JAC_COUNTS_ONE)
        return roll_by_number(x, axis, size, shift->one);
    if (shift->kind == JAC_COUNTS_LIST)
        return roll_by_number(x, axis, size, shift->list.v[k]);
    jac by = jac_ndim(shift->array) ? jac_at(shift->array, k) : shift->array;
    return roll_by_scalar(x, axis, size, jac_astype(by, size <= INT32_MAX / 2 ? JAC_I32 : JAC_I64));
}

/* Several shifts along one axis, and one shift along several, count too. */
static jac roll_along(jac x, const ir_type *t, jac_counts shift, int64_t naxes, const int64_t *axes)
{
    int64_t n = count_shifts(&shift, naxes);
    for (int64_t k = 0; n >= 0 && k < (n > naxes ? n : naxes) && jac_ok(x); k++) {
        int64_t axis = axes[naxes == 1 ? 0 : k];
        x = roll_once(x, axis, t->dim[axis], &shift, n == 1 ? 0 : k);
    }
    return n < 0 ? JAC_NULL : x;
}

jac jac_roll_(const jac_loc *at, jac x, jac_counts shift, jac_dims axes)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t in_range[IR_MAX_RANK];
    if (!rt_list("roll", axes) || !sh_array(&x, &t))
        return rt_end(m, JAC_NULL);
    if (!axes.v) {
        int64_t count = ir_type_count(&t), zero = 0;
        ir_type flat = {.dtype = t.dtype, .rank = 1, .dim = {count}};
        jac y = roll_along(rt_reshape(x, 1, &count), &flat, shift, 1, &zero);
        return rt_end(m, jac_ok(y) ? rt_reshape(y, t.rank, t.dim) : JAC_NULL);
    }
    if (axes.n > IR_MAX_RANK) {
        ir_fail("roll: %d axes are given for %s", (int)axes.n, ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    for (int k = 0; k < axes.n; k++)
        if (!rt_axis("roll", axes.v[k], t.rank, &in_range[k]))
            return rt_end(m, JAC_NULL);
    return rt_end(m, roll_along(x, &t, shift, axes.n, in_range));
}

jac jac_rot90_(const jac_loc *at, jac x, jac_rot90_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t one, axes[IR_MAX_RANK] = {0, 1};
    if (!rt_axes("rot90", &o.axes, &one) || !sh_array(&x, &t))
        return rt_end(m, JAC_NULL);
    if ((o.axes.v && o.axes.n != 2) || t.rank < 2) {
        ir_fail("rot90: it takes an array of at least 2 axes and the two to turn, but is given %s and %d",
                ir_type_tmp(&t), o.axes.v ? (int)o.axes.n : 2);
        return rt_end(m, JAC_NULL);
    }
    if (o.axes.v && np_axes("rot90", o.axes, t.rank, axes) < 0)
        return rt_end(m, JAC_NULL);
    int64_t k = (o.k % 4 + 4) % 4;
    jac y = k == 1 ? jac_flip(x, axes[1]) : k == 2 ? jac_flip(x, JAC_AXES(axes[0], axes[1])) : x;
    if (k % 2)
        y = jac_swapaxes(y, axes[0], axes[1]);
    return rt_end(m, k == 3 ? jac_flip(y, axes[1]) : y);
}

jac jac_rollaxis_(const jac_loc *at, jac x, int64_t axis, int64_t start)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!sh_array(&x, &t) || !rt_axis("rollaxis", axis, t.rank, &axis))
        return rt_end(m, JAC_NULL);
    if (start < -t.rank || start > t.rank) {
        ir_fail("rollaxis: start must be from %d to %d, but is %" PRId64, -t.rank, t.rank, start);
        return rt_end(m, JAC_NULL);
    }
    start += start < 0 ? t.rank : 0;
    return rt_end(m, np_move_axis(x, (int)axis, (int)(start > axis ? start - 1 : start)));
}

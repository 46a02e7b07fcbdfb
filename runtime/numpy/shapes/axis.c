/* Functions of jax.lax of one axis or a few: collapse, broadcast, and slices at a traced start. */
#include <inttypes.h>

#include "ops/ops.h"
#include "runtime/numpy/shapes/shapes.h"

jac jac_collapse_(const jac_loc *at, jac x, int64_t start, int64_t stop)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t dims[IR_MAX_RANK + 1];
    if (!sh_array(&x, &t))
        return rt_end(m, JAC_NULL);
    int64_t from = start < 0 ? start + t.rank : start;
    int64_t to = stop == INT64_MAX ? t.rank : stop < 0 ? stop + t.rank : stop;
    if (from < 0 || to > t.rank || from > to) {
        ir_fail("collapse: the axes from %" PRId64 " to before %" PRId64 " are not axes of %s", start, to,
                ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    int n = 0;
    int64_t size = 1;
    for (int k = 0; k < from; k++)
        dims[n++] = t.dim[k];
    for (int64_t k = from; k < to; k++)
        size *= t.dim[k];
    dims[n++] = size;
    for (int64_t k = to; k < t.rank; k++)
        dims[n++] = t.dim[k];
    if (n > IR_MAX_RANK) {
        ir_fail("collapse: %s has too many dimensions for one more", ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    return rt_end(m, from + 1 == to ? x : rt_reshape(x, n, dims));
}

jac jac_broadcast_(const jac_loc *at, jac x, jac_dims sizes)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t dims[IR_MAX_RANK];
    if (!rt_list("broadcast", sizes) || !sh_array(&x, &t))
        return rt_end(m, JAC_NULL);
    if (sizes.n > IR_MAX_RANK - t.rank) {
        ir_fail("broadcast: %s has too many dimensions for %d more", ir_type_tmp(&t), (int)sizes.n);
        return rt_end(m, JAC_NULL);
    }
    for (int k = 0; k < sizes.n; k++)
        dims[k] = sizes.v[k];
    for (int k = 0; k < t.rank; k++)
        dims[sizes.n + k] = t.dim[k];
    return rt_end(m, jac_broadcast_to_(NULL, x, (jac_dims){sizes.n + t.rank, dims}));
}

/* The starts of a slice: `start` along an axis, 0 along the others. */
static void starts(jac start, int64_t axis, int rank, jac *out)
{
    for (int k = 0; k < rank; k++)
        out[k] = k == axis ? start : jac_of_i64(0);
}

jac jac_dynamic_slice_in_dim_(const jac_loc *at, jac x, jac start, int64_t size, int64_t axis)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac from[IR_MAX_RANK];
    int64_t sizes[IR_MAX_RANK];
    if (!sh_array(&x, &t) || !rt_axis("dynamic_slice_in_dim", axis, t.rank, &axis))
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < t.rank; k++)
        sizes[k] = k == axis ? size : t.dim[k];
    starts(start, axis, t.rank, from);
    return rt_end(m, jac_dynamic_slice_(NULL, x, (jac_dims){t.rank, sizes}, (jac_handles){t.rank, from}));
}

static jac update_slice(jac x, jac update, jac start, int64_t axis, int rank)
{
    jac from[IR_MAX_RANK];
    starts(start, axis, rank, from);
    return jac_dynamic_update_slice_(NULL, x, update, (jac_handles){rank, from});
}

jac jac_dynamic_update_slice_in_dim_(const jac_loc *at, jac x, jac update, jac start, int64_t axis)
{
    unsigned m = rt_begin(at);
    ir_type t;
    bool ok = sh_array(&x, &t) && rt_axis("dynamic_update_slice_in_dim", axis, t.rank, &axis);
    return rt_end(m, ok ? update_slice(x, update, start, axis, t.rank) : JAC_NULL);
}

jac jac_dynamic_update_index_in_dim_(const jac_loc *at, jac x, jac update, jac index, int64_t axis)
{
    unsigned m = rt_begin(at);
    ir_type t, of;
    if (!sh_array(&x, &t) || !sh_array(&update, &of) ||
        !rt_axis("dynamic_update_index_in_dim", axis, t.rank, &axis))
        return rt_end(m, JAC_NULL);
    if (of.rank != t.rank)
        update = jac_expand_dims(update, axis);
    return rt_end(m, update_slice(x, update, index, axis, t.rank));
}

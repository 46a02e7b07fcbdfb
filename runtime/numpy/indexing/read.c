/* jac_index: x[...]. What is known is a slice; scalars that are operands make it a dynamic_slice,
 * and arrays a gather. */
#include "ops/ops.h"
#include "runtime/numpy/indexing/plan.h"

/* x without the dimensions at whose positions it has one element left. Sets at[] to the axes of the
 * result, by axis of x. */
static jac drop_known(const index_plan *p, jac x, int *at)
{
    ir_type t;
    int64_t shape[IR_MAX_RANK];
    bool known[IR_MAX_RANK] = {false};
    int rank = 0;
    if (!jac_ok(x) || !rt_type_of(x, &t))
        return JAC_NULL;
    for (int k = 0; k < p->n; k++)
        if (p->part[k].kind == PART_AT)
            known[p->part[k].axis] = true;
    for (int d = 0; d < t.rank; d++) {
        at[d] = rank;
        if (!known[d])
            shape[rank++] = t.dim[d];
    }
    return rank == t.rank ? x : rt_reshape(x, rank, shape);
}

/* The elements at positions that are scalars, clamped. */
static jac read_at_scalars(const index_plan *p, jac x)
{
    jac in[IR_MAX_RANK + 1] = {x}, zero = JAC_NULL;
    int64_t sizes[IR_MAX_RANK];
    ir_type t, one;
    if (!rt_type_of(x, &t))
        return JAC_NULL;
    for (int k = 0; k < p->n; k++)
        if (p->part[k].kind == PART_INDEX) {
            in[1 + p->part[k].axis] = p->part[k].index;
            if (!rt_type_of(p->part[k].index, &one))
                return JAC_NULL;
        }
    for (int d = 0; d < t.rank; d++) {
        bool given = jac_ok(in[1 + d]);
        if (!given && !jac_ok(zero))
            zero = index_literal(one.dtype, 0);
        in[1 + d] = given ? in[1 + d] : zero;
        sizes[d] = given ? 1 : t.dim[d];
    }
    ir_attr attr[] = {[DYNAMIC_SLICE_SIZES] = {.n = t.rank, .ints = sizes}};
    return rt_emit1(&op_dynamic_slice, t.rank + 1, in, attr);
}

/* The windows at index vectors, one for each element of the index arrays. */
static jac read_at_arrays(const index_plan *p, jac x, const int *at, const index_shape *s)
{
    windows_attrs a = {.mode = p->mode,
                       .unique = p->options.unique_indices,
                       .sorted = p->options.indices_are_sorted};
    jac column[PART_MOST];
    ir_type t;
    np_fill fill;
    int n = 0;
    if (!rt_type_of(x, &t) || !np_fill_value(p->what, p->options.fill_value, p->t.dtype, &fill))
        return JAC_NULL;
    for (int d = 0; d < t.rank; d++)
        a.sizes.at[a.sizes.n++] = t.dim[d];
    for (int k = 0; k < p->n; k++)
        if (p->part[k].kind == PART_INDEX) {
            int d = at[p->part[k].axis];
            column[n++] = p->part[k].index;
            a.map.at[a.map.n++] = a.collapsed.at[a.collapsed.n++] = d;
            a.sizes.at[d] = 1;
        }
    for (int d = 0; d < s->rank; d++)
        if (s->part[d] >= 0)
            a.offset.at[a.offset.n++] = d;
    a.vector = p->rank;
    jac vectors = index_vectors(n, column);
    return jac_ok(vectors) ? np_gather(&a, &fill, x, vectors) : JAC_NULL;
}

static jac read_at(const index_plan *p)
{
    index_shape s, with_new;
    int at[IR_MAX_RANK];
    if (!index_result(p, false, &s) || !index_result(p, true, &with_new))
        return JAC_NULL;
    jac x = index_reversed(p, index_block(p));
    if (!jac_ok(x))
        return JAC_NULL;
    if (p->nindex && !p->advanced && p->mode != WINDOWS_DROP)
        x = read_at_scalars(p, x);
    else if (p->nindex && jac_ok(x = drop_known(p, x, at)))
        x = read_at_arrays(p, x, at, &s);
    return jac_ok(x) ? jac_reshape(x, ((jac_dims){with_new.rank, with_new.dim})) : JAC_NULL;
}

jac jac_index_(const jac_loc *at, jac x, int n, const jac_ix *ix)
{
    unsigned m = rt_begin(at);
    index_plan p;
    bool ok = index_parts(&p, "jac_index", WINDOWS_PROMISE, x, n, ix) && index_finish(&p);
    return rt_end(m, ok ? read_at(&p) : JAC_NULL);
}

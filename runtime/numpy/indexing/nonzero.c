/* Where a mask is true. */
#include "runtime/numpy/numpy.h"

static int64_t count_true(const rt_array *a)
{
    const uint8_t *v = a->data;
    int64_t n = ir_type_count(&a->type), count = 0;
    for (int64_t k = 0; k < n; k++)
        count += v[k];
    return count;
}

/* Writes the positions, which are counted from 0 in row-major order, to `to`, of dtype i32 or i64.
 */
static void write_positions(const rt_array *a, rt_array *const *to)
{
    const uint8_t *v = a->data;
    int rank = a->type.rank;
    int64_t n = ir_type_count(&a->type), at[IR_MAX_RANK] = {0};
    for (int64_t k = 0, next = 0; k < n; k++) {
        for (int d = 0; v[k] && d < rank; d++)
            if (to[d]->type.dtype == IR_i64)
                ((int64_t *)to[d]->data)[next] = at[d];
            else
                ((int32_t *)to[d]->data)[next] = (int32_t)at[d];
        next += v[k];
        for (int d = rank - 1; d >= 0 && ++at[d] == a->type.dim[d]; d--)
            at[d] = 0;
    }
}

bool np_true_positions(jac mask, jac *at)
{
    rt_array *a = rt_concrete(mask, "the mask"), *to[IR_MAX_RANK];
    bool ok = a, wide = false;
    int made = 0;
    for (int d = 0; a && d < a->type.rank; d++)
        wide = wide || a->type.dim[d] > INT32_MAX;
    for (; ok && made < a->type.rank; made++) {
        ir_type t = {.dtype = wide ? IR_i64 : IR_i32, .rank = 1, .dim = {count_true(a)}};
        if (!(to[made] = rt_array_new(&t)))
            break;
    }
    ok = ok && made == a->type.rank;
    if (ok)
        write_positions(a, to);
    for (int d = 0; d < made; d++)
        if (ok)
            ok = jac_ok(at[d] = rt_wrap_array(to[d]));
        else
            rt_array_release(to[d]);
    return ok;
}

/* Positions along axes, as operands: from integers, from masks, and by mode. */
#include "ops/ops.h"
#include "runtime/numpy/indexing/plan.h"

jac index_literal(ir_dtype d, int64_t i)
{
    return rt_literal(d, ir_scalar_of_int(d, i), false);
}

jac index_position(int64_t i)
{
    return index_literal(i == (int32_t)i ? IR_i32 : IR_i64, i);
}

bool index_divide(jac *i, int64_t n, jac *rest)
{
    ir_type t;
    if (!rt_type_of(*i, &t))
        return false;
    jac v[] = {*i, index_literal(t.dtype, n)};
    if (!rt_broadcast("index", 2, v))
        return false;
    *rest = rt_op2(&op_rem, v[0], v[1]);
    *i = rt_op2(&op_div, v[0], v[1]);
    return jac_ok(*rest) && jac_ok(*i);
}

bool index_mode(const char *what, jac_index_mode mode, windows_mode *to)
{
    static const windows_mode modes[] = {[JAC_FILL_OR_DROP] = WINDOWS_DROP,
                                         [JAC_CLIP] = WINDOWS_CLIP,
                                         [JAC_PROMISE_IN_BOUNDS] = WINDOWS_PROMISE,
                                         [JAC_WRAP] = WINDOWS_PROMISE};
    if ((unsigned)mode >= sizeof modes / sizeof *modes)
        return ir_fail("%s: mode must be JAC_FILL_OR_DROP, JAC_CLIP, JAC_PROMISE_IN_BOUNDS or "
                       "JAC_WRAP, but is %d",
                       what, (int)mode);
    *to = modes[mode];
    return true;
}

bool index_positions(const char *what, jac *index, int64_t size, jac_index_mode mode,
                     windows_mode *to)
{
    ir_type t;
    if (!index_mode(what, mode, to))
        return false;
    *index = np_positions(what, *index, size);
    if (!jac_ok(*index) || !rt_type_of(*index, &t))
        return false;
    if (mode == JAC_WRAP && size)
        *index = jac_remainder(*index, index_literal(t.dtype, size));
    return jac_ok(*index);
}

jac index_vectors(int n, const jac *component)
{
    jac column[PART_MOST];
    ir_type t;
    if (n == 1)
        return component[0];
    for (int k = 0; k < n; k++)
        if (!rt_type_of(component[k], &t) ||
            !jac_ok(column[k] = np_expand_dims(component[k], 1, (int64_t[]){t.rank})))
            return JAC_NULL;
    return rt_emit1(&op_concatenate, n, column, &(ir_attr){.i = t.rank});
}

/* ---- where a mask is true ------------------------------------------------------------------------ */

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
    bool ok = a, wide = rt_default_int() == IR_i64;
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

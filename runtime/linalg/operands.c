/* What the functions of linear algebra do with their operands. */
#include <string.h>

#include "runtime/linalg/linalg.h"

bool la_operands(const char *what, int n, jac *x, const int *rank, ir_type *t)
{
    if (!rt_promote(n, x, true))
        return false;
    for (int k = 0; k < n; k++) {
        if (!rt_type_of(x[k], &t[k]) || !jac_ok(x[k] = rt_convert(x[k], t[k].dtype, false)))
            return false;
        t[k].weak = false;
        if (ir_is_narrow(t[k].dtype))
            return ir_fail("%s takes f32, f64, c64 or c128, but is given %s", what,
                           ir_type_tmp(&t[k]));
        if (t[k].rank < rank[k])
            return ir_fail("%s: operand %d must have at least %s, but is %s", what, k,
                           ir_count_tmp(rank[k], "dimension"), ir_type_tmp(&t[k]));
    }
    return true;
}

bool la_matrices(const char *what, jac *x, ir_type *t)
{
    return la_operands(what, 1, x, (int[]){2}, t);
}

bool la_square(const char *what, jac *x, ir_type *t)
{
    return la_matrices(what, x, t) &&
           (t->dim[t->rank - 1] == t->dim[t->rank - 2] ||
            ir_fail("%s takes square matrices, but is given %s", what, ir_type_tmp(t)));
}

bool la_broadcast(const char *what, int n, jac *x, const int *rank)
{
    ir_type t[4];
    int64_t batch[IR_MAX_RANK];
    int most = 0;
    if (!rt_types_of(n, x, t))
        return false;
    for (int k = 0; k < n; k++)
        most = t[k].rank - rank[k] > most ? t[k].rank - rank[k] : most;
    for (int d = 0; d < most; d++)
        batch[d] = 1;
    for (int k = 0; k < n; k++)
        for (int d = 0; d < t[k].rank - rank[k]; d++) {
            int64_t *to = &batch[most - (t[k].rank - rank[k]) + d], from = t[k].dim[d];
            if (from != 1 && *to != 1 && from != *to)
                return ir_fail("%s: the batches of %s and %s do not broadcast together", what,
                               ir_type_tmp(&t[0]), ir_type_tmp(&t[k]));
            *to = from == 1 ? *to : from;
        }
    for (int k = 0; k < n; k++) {
        int64_t shape[IR_MAX_RANK];
        if (most + rank[k] > IR_MAX_RANK)
            return ir_fail("%s: the result would have more than %d dimensions", what, IR_MAX_RANK);
        memcpy(shape, batch, (size_t)most * sizeof *shape);
        for (int d = 0; d < rank[k]; d++)
            shape[most + d] = t[k].dim[t[k].rank - rank[k] + d];
        ir_type to = ir_type_make(t[k].dtype, most + rank[k], shape);
        if (!ir_same_shape(&to, &t[k]) &&
            !jac_ok(x[k] = rt_broadcast_to(x[k], most + rank[k], shape)))
            return false;
    }
    return true;
}

jac la_end_info(unsigned mark, jac y, jac info, jac *to)
{
    jac both[] = {y, info};
    bool ok = jac_ok(y) && (!to || jac_ok(info));
    ok = rt_end_tree(mark, ok ? 1 + (to != NULL) : 0, both) && ok;
    if (to)
        *to = ok ? both[1] : JAC_NULL;
    return ok ? both[0] : JAC_NULL;
}

/* ---- matrices --------------------------------------------------------------------------------------- */

jac la_t(jac x)
{
    return jac_ok(x) ? jac_swapaxes(x, -1, -2) : JAC_NULL;
}

jac la_h(jac x)
{
    return jac_ok(x) ? la_t(jac_conj(x)) : JAC_NULL;
}

/* column - row of each element. */
static jac offsets(jac x, ir_type *t)
{
    if (!jac_ok(x) || !rt_type_of(x, t))
        return JAC_NULL;
    ir_type like = ir_type_make(IR_i32, 2, &t->dim[t->rank - 2]);
    return jac_sub(np_iota(&like, 1), np_iota(&like, 0));
}

jac la_lower(jac x, int64_t k)
{
    ir_type t;
    jac at = offsets(x, &t);
    return jac_ok(at) ? jac_where(jac_le(at, k), x, 0) : JAC_NULL;
}

jac la_upper(jac x, int64_t k)
{
    ir_type t;
    jac at = offsets(x, &t);
    return jac_ok(at) ? jac_where(jac_ge(at, k), x, 0) : JAC_NULL;
}

jac la_eye_like(jac x)
{
    ir_type t;
    jac at = offsets(x, &t);
    if (!jac_ok(at))
        return JAC_NULL;
    jac eye = rt_convert(jac_eq(at, 0), t.dtype, false);
    return jac_ok(eye) ? rt_broadcast_to(eye, t.rank, t.dim) : JAC_NULL;
}

jac la_block(jac x, int64_t r0, int64_t r1, int64_t c0, int64_t c1)
{
    int64_t start[IR_MAX_RANK] = {0}, limit[IR_MAX_RANK], steps[IR_MAX_RANK];
    ir_type t;
    if (!jac_ok(x) || !rt_type_of(x, &t))
        return JAC_NULL;
    memcpy(limit, t.dim, sizeof limit);
    for (int d = 0; d < t.rank; d++)
        steps[d] = 1;
    start[t.rank - 2] = r0;
    limit[t.rank - 2] = r1;
    start[t.rank - 1] = c0;
    limit[t.rank - 1] = c1;
    ir_attr attr[] = {[SLICE_START] = {.n = t.rank, .ints = start},
                      [SLICE_LIMIT] = {.n = t.rank, .ints = limit},
                      [SLICE_STRIDES] = {.n = t.rank, .ints = steps}};
    return rt_emit1(&op_slice, 1, &x, attr);
}

jac la_symmetrized(jac x)
{
    jac sum = jac_add(x, la_h(x));
    return jac_ok(sum) ? jac_mul(sum, 0.5) : JAC_NULL;
}

jac la_column(jac v)
{
    return jac_ok(v) ? jac_expand_dims(v, -1) : JAC_NULL;
}

jac la_row(jac v)
{
    return jac_ok(v) ? jac_expand_dims(v, -2) : JAC_NULL;
}

/* Positions in an array as single numbers, which count its elements in row-major order, and back.
 */
#include <inttypes.h>

#include "ops/ops.h"
#include "runtime/numpy/indexing/plan.h"

/* Checks a shape, which must have elements and dimensions. */
static bool shape_of_elements(const char *what, jac_dims shape, ir_type *t)
{
    return rt_type_for(what, shape, IR_bool, t) &&
           (ir_type_count(t) ? true
                             : ir_fail("%s: an array of shape %s has no elements", what,
                                       ir_ints_tmp(shape.v, (int)shape.n))) &&
           (t->rank ? true : ir_fail("%s: the shape must have at least one dimension", what));
}

static jac clamped(jac i, ir_dtype d, int64_t size)
{
    return jac_minimum(jac_maximum(i, index_literal(d, 0)), index_literal(d, size - 1));
}

/* The positions are written to at. */
static bool unravel(jac i, const ir_type *t, jac *at)
{
    ir_type it;
    int64_t count = ir_type_count(t);
    if (!jac_ok(i = np_positions("jac_unravel_index", i, count)) || !rt_type_of(i, &it))
        return false;
    i = clamped(i, it.dtype, count);
    for (int d = t->rank - 1; d >= 0; d--) {
        at[d] = i;
        if (d && !index_divide(&i, t->dim[d], &at[d]))
            return false;
    }
    return true;
}

bool jac_unravel_index_(const jac_loc *at, jac i, jac_dims shape, jac_out out)
{
    unsigned m = rt_begin(at);
    jac y[IR_MAX_RANK];
    ir_type t;
    bool room = shape_of_elements("jac_unravel_index", shape, &t) &&
                rt_room("jac_unravel_index", "", t.rank, out);
    bool ok = room && unravel(i, &t, y);
    ok = rt_end_tree(m, ok ? t.rank : 0, y) && ok;
    for (int k = 0; room && k < t.rank; k++)
        ((jac *)out.at)[k] = ok ? y[k] : JAC_NULL;
    return ok;
}

jac jac_ravel_multi_index_(const jac_loc *at, jac_dims shape, jac_handles x)
{
    static const char what[] = "jac_ravel_multi_index";
    unsigned m = rt_begin(at);
    ir_type t, ti;
    jac i[IR_MAX_RANK], sum = JAC_NULL;
    if (!shape_of_elements(what, shape, &t))
        return rt_end(m, JAC_NULL);
    if (x.n != t.rank || !x.x) {
        ir_fail("%s: shape %s needs %d arrays of positions, but %" PRId64 " are given", what,
                ir_ints_tmp(shape.v, t.rank), t.rank, x.x ? x.n : 0);
        return rt_end(m, JAC_NULL);
    }
    for (int d = 0; d < t.rank; d++) {
        if (!rt_type_of(x.x[d], &ti))
            return rt_end(m, JAC_NULL);
        i[d] = jac_maximum(x.x[d], 0); /* a negative position does not count from the end here */
        if (!jac_ok(i[d] = np_positions(what, i[d], ir_type_count(&t))))
            return rt_end(m, JAC_NULL);
    }
    if (!rt_broadcast(what, t.rank, i) || !rt_promote(t.rank, i, false) || !rt_type_of(i[0], &ti))
        return rt_end(m, JAC_NULL);
    for (int d = 0; d < t.rank; d++) {
        jac at_d = clamped(i[d], ti.dtype, t.dim[d]);
        sum = d ? jac_add(jac_mul(sum, index_literal(ti.dtype, t.dim[d])), at_d) : at_d;
    }
    return rt_end(m, sum);
}

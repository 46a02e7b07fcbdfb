/* Reductions over segments: scatters into an array of the neutral element. */
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/indexing/plan.h"

static ir_scalar zero(ir_dtype d)
{
    return ir_scalar_of(d, 0);
}

static ir_scalar one(ir_dtype d)
{
    return ir_scalar_of(d, 1);
}

static const struct {
    const char *name;
    const ir_op *op;
    ir_scalar (*neutral)(ir_dtype d);
} kinds[] = {{"segment_sum", &op_scatter_add, zero},
             {"segment_prod", &op_scatter_mul, one},
             {"segment_max", &op_scatter_max, ir_scalar_lowest},
             {"segment_min", &op_scatter_min, ir_scalar_highest}};

static bool check_segments(const char *what, const ir_type *x, const ir_type *ids, int64_t n)
{
    ir_kind kind = ir_dtypes[ids->dtype].kind;
    if (kind != IR_KIND_INT && kind != IR_KIND_UINT)
        return ir_fail("%s: ids must be integers, but are %s", what, ir_type_tmp(ids));
    if (!x->rank || ids->rank != 1 || ids->dim[0] != x->dim[0])
        return ir_fail("%s: there must be an id for each part of %s along axis 0, but ids are %s",
                       what, ir_type_tmp(x), ir_type_tmp(ids));
    return n >= 0 || ir_fail("%s: the number of segments must be at least 0, but is %lld", what,
                             (long long)n);
}

jac jac_segment_(const jac_loc *at, const char *what, jac x, jac ids, int64_t n, jac_index_opts o)
{
    unsigned m = rt_begin_as(at, what);
    ir_type t, it, to;
    size_t k = 0, nkind = sizeof kinds / sizeof *kinds;
    while (k < nkind && (!what || strcmp(what, kinds[k].name)))
        k++;
    if (k == nkind) {
        ir_fail("jac_segment_: there is no %s", what ? what : "(null)");
        return rt_end(m, JAC_NULL);
    }
    if (!rt_promote(1, &x, false) || !rt_promote(1, &ids, false) || !rt_type_of(x, &t) ||
        !rt_type_of(ids, &it) || !check_segments(what, &t, &it, n))
        return rt_end(m, JAC_NULL);
    if (t.dtype == IR_bool && (kinds[k].op == &op_scatter_add || kinds[k].op == &op_scatter_mul)) {
        ir_fail("%s takes numbers, but is given %s; convert it with jac_astype", what, ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    int64_t shape[IR_MAX_RANK] = {n};
    memcpy(shape + 1, t.dim + 1, (size_t)(t.rank - 1) * sizeof *shape);
    windows_mode mode;
    /* A negative id is out of range. */
    if (!index_mode(what, o.mode, &mode) ||
        !rt_type_for(what, (jac_dims){t.rank, shape}, t.dtype, &to) ||
        (o.mode == JAC_WRAP && !index_positions(what, &ids, n, o.mode, &mode)))
        return rt_end(m, JAC_NULL);
    windows_attrs a = windows_along(&to, &it, 0, 0);
    a.mode = n ? mode : WINDOWS_DROP;
    a.unique = o.unique_indices;
    a.sorted = o.indices_are_sorted;
    jac none = rt_literal(t.dtype, kinds[k].neutral(t.dtype), t.weak);
    none = jac_ok(none) ? rt_broadcast_to(none, to.rank, to.dim) : JAC_NULL;
    return rt_end(m, jac_ok(none) ? np_emit_windows(kinds[k].op, &a, 3, (jac[]){none, ids, x})
                                  : JAC_NULL);
}

/* Equality, exact and within a tolerance. */
#include <math.h>

#include "ops/ops.h"
#include "runtime/numpy/numerics/numerics.h"

static jac are_close(jac x, jac y, const ir_type *t, const jac_close_opts *o)
{
    ir_dtype part = ir_is_complex(t->dtype) ? ir_part(t->dtype) : t->dtype;
    jac rtol = rt_literal_f64(part, o->rtol), atol = rt_literal_f64(part, o->atol);
    jac room = jac_add(atol, jac_mul(rtol, jac_abs(y)));
    jac near = jac_logical_and(jac_isfinite(y), jac_le(jac_abs(jac_sub(x, y)), room));
    jac close = jac_logical_or(jac_eq(x, y), near);
    return o->equal_nan ? jac_logical_or(close, jac_logical_and(jac_isnan(x), jac_isnan(y))) : close;
}

static jac isclose(const char *what, jac x, jac y, const jac_close_opts *o)
{
    jac v[] = {x, y};
    ir_type t;
    return nu_same(what, 2, v, &t) ? are_close(v[0], v[1], &t, o) : JAC_NULL;
}

jac jac_isclose_(const jac_loc *at, jac x, jac y, jac_close_opts o)
{
    unsigned m = rt_begin(at);
    return rt_end(m, isclose("isclose", x, y, &o));
}

jac jac_allclose_(const jac_loc *at, jac x, jac y, jac_close_opts o)
{
    unsigned m = rt_begin(at);
    jac close = isclose("allclose", x, y, &o);
    return rt_end(m, jac_ok(close) ? jac_all(close) : JAC_NULL);
}

jac jac_array_equal_(const jac_loc *at, jac x, jac y, jac_array_equal_opts o)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type tx, ty;
    if (!rt_promote(2, v, false) || !rt_type_of(v[0], &tx) || !rt_type_of(v[1], &ty))
        return rt_end(m, JAC_NULL);
    if (!ir_same_shape(&tx, &ty))
        return rt_end(m, rt_literal(IR_bool, ir_scalar_of_int(IR_bool, 0), false));
    jac equal = jac_eq(v[0], v[1]);
    if (o.equal_nan && ir_has_fraction(tx.dtype))
        equal = jac_logical_or(equal, jac_logical_and(jac_isnan(v[0]), jac_isnan(v[1])));
    return rt_end(m, jac_all(equal));
}

/* Do the shapes broadcast together? */
static bool compatible(const ir_type *x, const ir_type *y)
{
    for (int k = 1; k <= x->rank && k <= y->rank; k++) {
        int64_t a = x->dim[x->rank - k], b = y->dim[y->rank - k];
        if (a != b && a != 1 && b != 1)
            return false;
    }
    return true;
}

jac jac_array_equiv_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type tx, ty;
    if (!rt_promote(2, v, false) || !rt_type_of(v[0], &tx) || !rt_type_of(v[1], &ty))
        return rt_end(m, JAC_NULL);
    if (!compatible(&tx, &ty))
        return rt_end(m, rt_literal(IR_bool, ir_scalar_of_int(IR_bool, 0), false));
    return rt_end(m, jac_all(jac_eq(v[0], v[1])));
}

/* Reductions that leave NaNs out, and ptp and count_nonzero. A NaN is replaced by what does not change the result,
 * before the reduction, so that derivatives are those of the other elements.
 */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numerics/numerics.h"

/* Which elements are not NaN, and count by .where. */
static jac counted(jac x, jac where)
{
    jac number = jac_logical_not(jac_isnan(x));
    return jac_ok(where) ? jac_logical_and(number, where) : number;
}

/* x with `other` for each NaN; `other` may be an infinity or NaN of x's real dtype. */
static jac replaced(jac x, const ir_type *t, double other)
{
    return jac_where(jac_isnan(x), rt_literal_f64(t->dtype, other), x);
}

static jac nan_extremum(const char *plain, jac x, const ir_type *t, jac_reduce_opts o)
{
    bool largest = !strcmp(plain, "max");
    jac y = jac_reduce_(NULL, plain, replaced(x, t, largest ? -INFINITY : INFINITY), o);
    if (jac_ok(o.initial))
        return y;
    jac_reduce_opts all = {.axis = o.axis, .keepdims = o.keepdims};
    jac none = jac_reduce_(NULL, "all", jac_isnan(x), all);
    return jac_where(none, rt_literal_f64(t->dtype, NAN), y);
}

static jac nan_index(const char *plain, jac x, const ir_type *t, jac_reduce_opts o)
{
    jac nan = jac_isnan(x);
    jac y = jac_reduce_(NULL, plain, replaced(x, t, strcmp(plain, "argmax") ? INFINITY : -INFINITY), o);
    jac none = jac_reduce_(NULL, "all", nan, o);
    return jac_where(none, -1, y);
}

static jac nan_reduce(const char *plain, jac x, const ir_type *t, jac_reduce_opts o)
{
    if (!strcmp(plain, "max") || !strcmp(plain, "min"))
        return nan_extremum(plain, x, t, o);
    if (!strncmp(plain, "arg", 3))
        return nan_index(plain, x, t, o);
    if (!strcmp(plain, "sum") || !strcmp(plain, "prod"))
        return jac_reduce_(NULL, plain, replaced(x, t, !strcmp(plain, "prod")), o);
    o.where = counted(x, o.where); /* mean, var, std */
    return jac_reduce_(NULL, plain, replaced(x, t, 0), o);
}

jac jac_nan_reduce_(const jac_loc *at, const char *what, jac x, jac_reduce_opts o)
{
    unsigned m = rt_begin_as(at, what);
    const char *plain = what + strlen("nan");
    ir_type t;
    if (!nu_array(&x, &t))
        return rt_end(m, JAC_NULL);
    return rt_end(m, ir_has_fraction(t.dtype) ? nan_reduce(plain, x, &t, o) : jac_reduce_(NULL, plain, x, o));
}

jac jac_nan_cumulate_(const jac_loc *at, const char *what, jac x, jac_cumulate_opts o)
{
    unsigned m = rt_begin_as(at, what);
    const char *plain = what + strlen("nan");
    ir_type t;
    if (!nu_array(&x, &t))
        return rt_end(m, JAC_NULL);
    if (ir_has_fraction(t.dtype))
        x = replaced(x, &t, !strcmp(plain, "cumprod"));
    return rt_end(m, jac_cumulate_(NULL, plain, x, o));
}

static bool plain_options(const char *what, const jac_reduce_opts *o)
{
    bool others = o->ddof || o->dtype != JAC_DEFAULT || jac_ok(o->where) || jac_ok(o->initial);
    return !others || ir_fail("%s: its options are .axis and .keepdims", what);
}

jac jac_other_reduce_(const jac_loc *at, const char *what, jac x, jac_reduce_opts o)
{
    unsigned m = rt_begin_as(at, what);
    ir_type t;
    if (!nu_array(&x, &t) || !plain_options(what, &o))
        return rt_end(m, JAC_NULL);
    if (!strcmp(what, "ptp"))
        return rt_end(m, jac_sub(jac_reduce_(NULL, "max", x, o), jac_reduce_(NULL, "min", x, o)));
    return rt_end(m, jac_reduce_(NULL, "sum", np_truth(x), o));
}

/* Numbers whose logarithms are evenly spaced: logspace and geomspace. */
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numerics/numerics.h"

static jac geometric(jac start, jac stop, int64_t n)
{
    jac sign = jac_sign(start);
    jac exponents = jac_linspace(jac_log10(jac_div(start, sign)), jac_log10(jac_div(stop, sign)), n);
    return jac_mul(sign, jac_power(10.0, exponents));
}

jac jac_space_(const jac_loc *at, const char *what, jac start, jac stop, int64_t n, jac_space_opts o)
{
    unsigned m = rt_begin_as(at, what);
    jac v[] = {start, stop};
    ir_type t;
    ir_dtype d;
    bool logs = !strcmp(what, "logspace");
    if (!logs && jac_ok(o.base))
        ir_fail("geomspace: .base is an option of logspace only");
    if ((!logs && jac_ok(o.base)) || !rt_dtype(o.dtype, &d) || !nu_same(what, 2, v, &t))
        return rt_end(m, JAC_NULL);
    d = o.dtype == JAC_DEFAULT ? t.dtype : d;
    ir_dtype in = rt_float_of(d);
    for (int k = 0; k < 2; k++)
        if (!jac_ok(v[k] = jac_astype(v[k], rt_public_dtype(in))))
            return rt_end(m, JAC_NULL);
    jac base = jac_ok(o.base) ? o.base : jac_of_f64(10);
    jac y = logs ? jac_power(base, jac_linspace(v[0], v[1], n)) : geometric(v[0], v[1], n);
    return rt_end(m, jac_ok(y) ? jac_astype(y, rt_public_dtype(d)) : JAC_NULL);
}

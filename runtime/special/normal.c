/* The complex error functions, and the Box-Cox transformations. */
#include <math.h>

#include "runtime/special/special.h"

/* ---- w(z) ---------------------------------------------------------------------------------------- */

static jac wofz_of(jac x, jac y)
{
    return jac_complex(rt_op2(&op_wofz_real, x, y), rt_op2(&op_wofz_imag, x, y));
}

/* The parts of z, which may be real: at least f32, because complex numbers have no narrower ones. */
static bool parts(jac z, jac *x, jac *y)
{
    ir_type t;
    if (!rt_promote(1, &z, true) || !rt_type_of(z, &t))
        return false;
    if (ir_is_complex(t.dtype)) {
        *x = jac_real(z);
        *y = jac_imag(z);
    } else {
        *x = t.dtype == IR_f64 ? z : jac_astype(z, JAC_F32);
        *y = jac_zeros_like(*x);
    }
    return jac_ok(*x) && jac_ok(*y);
}

jac jac_wofz_(const jac_loc *at, jac z)
{
    unsigned m = rt_begin(at);
    jac x, y;
    return rt_end(m, parts(z, &x, &y) ? wofz_of(x, y) : JAC_NULL);
}

/* Of complex numbers, w(iz). */
jac jac_erfcx_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    jac re, im;
    ir_type t;
    if (!rt_promote(1, &x, true) || !rt_type_of(x, &t))
        return rt_end(m, JAC_NULL);
    if (!ir_is_complex(t.dtype))
        return rt_end(m, rt_op1(&op_erfcx, x));
    return rt_end(m, parts(x, &re, &im) ? wofz_of(jac_neg(im), re) : JAC_NULL);
}

/* ---- Box-Cox ------------------------------------------------------------------------------------- */

/* (e^u - 1) / u for |u| < 1/2 */
static jac relative_expm1(jac u)
{
    enum { TERMS = 20 };
    double c[TERMS] = {1};
    for (int k = 1; k < TERMS; k++)
        c[k] = c[k - 1] / (k + 1);
    jac y = jac_full_like(u, c[TERMS - 1]);
    for (int k = TERMS - 2; k >= 0; k--)
        y = jac_add(jac_mul(y, u), c[k]);
    return y;
}

/* (e^(lambda log) - 1) / lambda. Near lambda log = 0 it is log times a power series, which has the right
 * derivatives with respect to lambda too. */
static jac transformed(jac log, jac lambda)
{
    jac u = jac_mul(lambda, log), far = jac_ge(jac_abs(u), 0.5);
    jac near = jac_lt(jac_abs(u), 0.5);
    jac series = jac_mul(log, relative_expm1(jac_where(near, u, 0)));
    jac other = jac_where(far, lambda, 1);
    return jac_where(far, jac_div(jac_expm1(jac_where(far, u, 1)), other), series);
}

jac jac_boxcox_(const jac_loc *at, jac x, jac lambda)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, lambda};
    return rt_end(m, special_operands("boxcox", 2, v) ? transformed(jac_log(v[0]), v[1]) : JAC_NULL);
}

jac jac_boxcox1p_(const jac_loc *at, jac x, jac lambda)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, lambda};
    return rt_end(m,
                  special_operands("boxcox1p", 2, v) ? transformed(jac_log1p(v[0]), v[1]) : JAC_NULL);
}

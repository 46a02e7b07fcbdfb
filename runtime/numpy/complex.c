/* The functions of jax.numpy between complex numbers and their parts. */
#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

static bool is_complex(jac x, bool *yes)
{
    ir_type t;
    if (!rt_type_of(x, &t))
        return false;
    *yes = ir_is_complex(t.dtype);
    return true;
}

jac jac_complex_(const jac_loc *at, jac re, jac im)
{
    unsigned m = rt_begin(at);
    jac x[] = {re, im};
    ir_type t;
    bool ok = rt_promote(2, x, true) && rt_broadcast("jac_complex", 2, x) && rt_type_of(x[0], &t);
    if (ok && ir_is_complex(t.dtype))
        ok = ir_fail("jac_complex: the parts must be real, but are of type %s", ir_type_tmp(&t));
    for (int k = 0; ok && k < 2 && ir_is_narrow(t.dtype); k++)
        ok = jac_ok(x[k] = rt_convert(x[k], ir_compute(t.dtype), false));
    return rt_end(m, ok ? rt_op2(&op_complex, x[0], x[1]) : JAC_NULL);
}

/* op of a complex number. */
static jac of_complex(const jac_loc *at, const char *name, const ir_op *op, jac x)
{
    unsigned m = rt_begin_as(at, name);
    bool yes;
    jac y = JAC_NULL;
    if (is_complex(x, &yes) && (yes || np_promote_numbers(1, &x)))
        y = yes ? rt_promote(1, &x, false) ? rt_op1(op, x) : JAC_NULL
            : op == &op_imag ? jac_zeros_like(x) : x;
    return rt_end(m, y);
}

jac jac_real_(const jac_loc *at, jac x)
{
    return of_complex(at, "jac_real", &op_real, x);
}

jac jac_imag_(const jac_loc *at, jac x)
{
    return of_complex(at, "jac_imag", &op_imag, x);
}

jac jac_conj_(const jac_loc *at, jac x)
{
    return of_complex(at, "jac_conj", &op_conj, x);
}

jac jac_angle_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    bool yes;
    jac y = JAC_NULL;
    if (is_complex(x, &yes) && rt_promote(1, &x, true))
        y = jac_atan2(yes ? rt_op1(&op_imag, x) : jac_zeros_like(x),
                      yes ? rt_op1(&op_real, x) : x);
    return rt_end(m, y);
}

jac jac_iscomplex_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, jac_ne(jac_imag(x), 0));
}

jac jac_isreal_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, jac_eq(jac_imag(x), 0));
}

bool jac_iscomplexobj_(const jac_loc *at, jac x)
{
    bool yes = false;
    rt_at(at);
    return is_complex(x, &yes) && yes;
}

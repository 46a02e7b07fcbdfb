/* Null handles, functions and pointers as arguments of the functions of ode.h. */
#include "tests/nulls.h"

JAC_DEF(jac, falls, (jac, y), (jac, t))
{
    (void)t;
    return jac_neg(y);
}

JAC_DEF(jac, falls_by, (jac, y), (jac, t), (jac, rate))
{
    (void)t;
    return jac_mul(jac_neg(rate), y);
}

Test(nulls, ode)
{
    jac t = jac_array_of(JAC_F32, 2, ((float[]){0, 1}));
    REFUSES(jac_odeint(none, one(), t));
    REFUSES(jac_odeint(falls_fn, no, t));
    REFUSES(jac_odeint(falls_fn, one(), no));
    REFUSES(jac_odeint(falls_by_fn, one(), t, .args = NULL));
    REFUSES(jac_odeint(falls_by_fn, one(), t, .args = &no));
}

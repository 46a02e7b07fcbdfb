/* A C number as an argument of f_call; jac_call1 or jac_asarray(3.0) is right.
 * says: (incompatible type for argument 2 of .f_call|passing .double. to parameter) */
#include <jacquard.h>

JAC_DEF(jac, f, (jac, x)) { return jac_mul(x, x); }
jac call(void)
{
    return f_call(f_fn, 3.0);
}

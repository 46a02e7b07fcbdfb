/* A handle where the address of the arguments is wanted.
 * says: (incompatible type for argument|passing .jac.) */
#include <jacquard.h>

JAC_DEF(jac, f, (jac, x)) { return jac_mul(x, x); }
jac call(jac x)
{
    jac r;
    jac_call(f_fn, x, &r);
    return r;
}

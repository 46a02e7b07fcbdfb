/* A handle where the address of the result is wanted.
 * says: (incompatible types when initializing|invalid type argument of unary|indirection requires pointer) */
#include <jacquard.h>

JAC_DEF(jac, f, (jac, x)) { return jac_mul(x, x); }
jac call(jac x)
{
    jac r;
    jac_call(f_fn, &x, r);
    return r;
}

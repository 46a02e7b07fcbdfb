/* The C function f where f_fn is needed.
 * says: (incompatible type for argument|passing .jac .*jac_fn) */
#include <jacquard.h>

static jac sq(jac x)
{
    return jac_mul(x, x);
}
JAC_FN(sq, jac, (jac, x))
jac slope(jac x)
{
    return jac_call1(jac_grad(sq), x);
}

/* The handle of a comparison as a C condition.
 * says: scalar */
#include <jacquard.h>

static jac relu(jac x)
{
    if (jac_lt(x, 0))
        return jac_mul(x, 0);
    return x;
}
JAC_FN(relu, jac, (jac, x))

/* A pointer to C numbers as an operand: that is jac_array(JAC_SHAPE(n), p).
 * says: type .const double \*. (is )?not compatible */
#include <jacquard.h>

jac scaled(const double *p, jac x)
{
    return jac_mul(x, p);
}

/* A pointer to C numbers as an operand; jac_array(JAC_SHAPE(n), p) is right.
 * says: type .const double \*. (is )?not compatible */
#include <jacquard.h>

jac scaled(const double *p, jac x)
{
    return jac_mul(x, p);
}

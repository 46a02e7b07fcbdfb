/* A double as a size.
 * says: type .double. (is )?not compatible */
#include <jacquard.h>

jac zeros(double n)
{
    return jac_zeros(JAC_SHAPE(2, n));
}

/* A double as a shape of one dimension.
 * says: type .double. (is )?not compatible */
#include <jacquard.h>

jac zeros(double n)
{
    return jac_zeros(n);
}

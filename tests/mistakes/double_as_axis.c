/* A double as an axis, in a function that takes one axis.
 * says: type .double. (is )?not compatible */
#include <jacquard.h>

jac sums(jac x, double axis)
{
    return jac_cumsum(x, axis);
}

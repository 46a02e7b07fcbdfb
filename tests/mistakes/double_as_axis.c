/* A double as an axis, in a function that takes one axis.
 * says: .double. to .(long|int64_t) */
#include <jacquard.h>

jac sums(jac x, double axis)
{
    return jac_cumsum(x, axis);
}

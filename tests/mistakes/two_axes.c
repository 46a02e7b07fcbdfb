/* Two axes that are not a list.
 * says: makes pointer from integer|incompatible integer to pointer */
#include <jacquard.h>

jac sums(jac x)
{
    return jac_sum(x, 0, 1);
}

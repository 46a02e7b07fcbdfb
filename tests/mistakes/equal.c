/* `a == b` of handles: that is jac_eq(a, b).
 * says: invalid operands to binary */
#include <jacquard.h>

bool same(jac a, jac b)
{
    return a == b;
}

/* `a == b` of handles; jac_eq(a, b) is right.
 * says: invalid operands to binary */
#include <jacquard.h>

bool same(jac a, jac b)
{
    return a == b;
}

/* The operator + on a handle.
 * says: invalid operands to binary */
#include <jacquard.h>

jac next(jac x)
{
    return x + 1;
}

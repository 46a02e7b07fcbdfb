/* `!x` of a handle, which is not whether it is null: that is jac_ok(x).
 * says: (unary exclamation mark|invalid argument type) */
#include <jacquard.h>

bool missing(jac x)
{
    return !x;
}

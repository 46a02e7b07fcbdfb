/* `!x` to ask whether a handle is null; !jac_ok(x) is right.
 * says: (unary exclamation mark|invalid argument type) */
#include <jacquard.h>

bool missing(jac x)
{
    return !x;
}

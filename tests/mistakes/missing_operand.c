/* One operand too few.
 * says: (requires 2 arguments|too few arguments) */
#include <jacquard.h>

jac plus(jac x)
{
    return jac_add(x);
}

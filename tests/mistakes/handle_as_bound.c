/* A handle as the bound of a range, whose size must be known.
 * says: type .(struct <anonymous>|jac). (.aka struct.*. |with type)?(is )?not compatible */
#include <jacquard.h>

jac rows(jac x, jac n)
{
    return jac_index(x, JAC_RANGE(0, n));
}

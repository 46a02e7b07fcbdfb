/* The number 0 as a result: that is jac_asarray(0).
 * says: (incompatible types when returning|returning .int. from a function) */
#include <jacquard.h>

jac zero(void)
{
    return 0;
}

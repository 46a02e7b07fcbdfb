/* The number 0 as a result; jac_asarray(0) is right.
 * says: (incompatible types when returning|returning .int. from a function) */
#include <jacquard.h>

jac zero(void)
{
    return 0;
}

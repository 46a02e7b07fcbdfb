/* An int where a dtype is wanted.
 * says: type .int. (is )?not compatible */
#include <jacquard.h>

jac cast(jac x)
{
    return jac_astype(x, 3);
}

/* The number before the dtype.
 * says: type .double. (is )?not compatible */
#include <jacquard.h>

jac one(void)
{
    return jac_scalar(1.0, JAC_F64);
}

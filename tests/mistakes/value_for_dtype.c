/* A value where a dtype is wanted; jac_full takes a value.
 * says: type .double. (is )?not compatible */
#include <jacquard.h>

jac wide(void)
{
    return jac_zeros(JAC_SHAPE(2), 1.5);
}

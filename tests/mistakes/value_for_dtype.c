/* A value where the dtype may stand: that is jac_full.
 * says: type .double. (is )?not compatible */
#include <jacquard.h>

jac wide(void)
{
    return jac_zeros(JAC_SHAPE(2), 1.5);
}

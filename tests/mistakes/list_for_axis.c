/* A list where one axis is wanted.
 * says: type .(struct <anonymous>|jac_dims).*not compatible */
#include <jacquard.h>

jac moved(jac x)
{
    return jac_moveaxis(x, JAC_AXES(0, 1), 2);
}

/* A list where one axis is wanted.
 * says: (incompatible type for argument|passing .jac_dims.) */
#include <jacquard.h>

jac moved(jac x)
{
    return jac_moveaxis(x, JAC_AXES(0, 1), 2);
}

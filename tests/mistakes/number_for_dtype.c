/* Bounds where only a dtype may follow; jac_random_uniform_in takes bounds.
 * says: jac_only_a_dtype_may_follow_here */
#include <jacquard.h>

jac draw(jac key)
{
    return jac_random_uniform(key, JAC_SHAPE(3), 5.0, 8.0);
}

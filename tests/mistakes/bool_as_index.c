/* The truth of a condition as an index.
 * says: type .(_Bool|bool). (is )?not compatible */
#include <stdbool.h>
#include <jacquard.h>

jac rows(jac x, bool which)
{
    return jac_set(x, 0, which);
}

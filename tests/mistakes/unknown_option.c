/* An option that does not exist.
 * says: (no member named .keepdim|field designator .keepdim) */
#include <jacquard.h>

jac total(jac x)
{
    return jac_sum(x, 1, .keepdim = true);
}

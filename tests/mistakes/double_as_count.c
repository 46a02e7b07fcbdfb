/* A double as a number of rows.
 * says: type .double. (is )?not compatible */
#include <jacquard.h>

jac identity(void)
{
    return jac_eye(2.5);
}

/* A double as an index.
 * says: type .double. (is )?not compatible */
#include <jacquard.h>

jac row(jac x, double i)
{
    return jac_index(x, JAC_ALL, i);
}

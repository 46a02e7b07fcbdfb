/* A parameter that is not a tree; such values belong in an environment.
 * says: a tree is jac or a struct of jac handles only */
#include <jacquard.h>

static jac f(double s)
{
    return jac_asarray(s);
}
JAC_FN(f, jac, (double, s))

/* A parameter that is no tree: such things go into an environment.
 * says: a tree is jac or a struct of jac handles only */
#include <jacquard.h>

static jac f(double s)
{
    return jac_asarray(s);
}
JAC_FN(f, jac, (double, s))

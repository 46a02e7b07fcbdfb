/* The address of a C number where results are stored.
 * says: a tree is jac, an array or a struct of jac handles only */
#include <jacquard.h>

JAC_DEF(jac, f, (jac, x)) { return jac_mul(x, x); }
double value(jac x)
{
    double y;
    jac_call(f_fn, &x, &y);
    return y;
}

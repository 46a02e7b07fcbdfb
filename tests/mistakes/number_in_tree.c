/* A C number as a leaf; jac_asarray(1.0) is right.
 * says: (incompatible types when initializing|initializing .const struct jac_opaque) */
#include <jacquard.h>

JAC_TREE(Params, w, b)
Params start(jac w)
{
    Params p = {w, 1.0};
    return p;
}

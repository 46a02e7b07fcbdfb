/* A handle where the address of xs is wanted.
 * says: (incompatible types when initializing|initializing .const void \*. with) */
#include <jacquard.h>

JAC_TREE(S, c, y)
JAC_DEF(S, body, (jac, c), (jac, x)) { return (S){jac_add(c, x), c}; }
jac sums(jac xs)
{
    jac c = jac_asarray(0.0), ys;
    jac_scan(body_fn, &c, xs, &ys);
    return ys;
}

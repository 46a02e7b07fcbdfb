/* A number as a member of a block's state.
 * says: (incompatible types when initializing type .int. using type .jac.|initializing .int. with an expression of incompatible type .*jac) */
#include <jacquard.h>

jac sum(jac n)
{
    struct {
        jac sum;
        int count;
    } s = {jac_asarray(0), 0};
    JAC_FOR (i, 0, n, s)
        s.sum = jac_add(s.sum, i);
    return s.sum;
}

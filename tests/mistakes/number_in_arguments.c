/* A number as a member of the struct that has the arguments.
 * says: (incompatible types when initializing type .double. using type .jac.|initializing .double. with an expression of incompatible type .*jac) */
#include <jacquard.h>

JAC_DEF(jac, f, (jac, x), (jac, y)) { return jac_mul(x, y); }
jac call(jac x)
{
    jac r;
    struct {
        jac x;
        double y;
    } in = {x, 2};
    jac_call(f_fn, &in, &r);
    return r;
}

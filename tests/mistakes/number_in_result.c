/* A number as a member of the struct that results are written to.
 * says: (incompatible types when initializing type .double. using type .jac.|initializing .double. with an expression of incompatible type .*jac) */
#include <jacquard.h>

JAC_DEF(jac, f, (jac, x)) { return jac_mul(x, x); }
double slope(jac x)
{
    struct {
        jac value;
        double slope;
    } r;
    jac_call(jac_value_and_grad(f_fn), &x, &r);
    return r.slope;
}

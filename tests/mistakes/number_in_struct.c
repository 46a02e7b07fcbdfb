/* A tree with a member that is not a handle; numbers belong in an environment (JAC_FN_ENV).
 * says: (incompatible types when initializing type .double. using type .jac.|initializing .double. with an expression of incompatible type .*jac) */
#include <jacquard.h>

typedef struct {
    jac w;
    double scale;
} Scaled;
static jac f(Scaled p)
{
    return jac_mul(p.w, p.scale);
}
JAC_FN(f, jac, (Scaled, p))

/* A tree with an int, whose size is that of a handle with the padding.
 * says: (incompatible types when initializing type .int. using type .jac.|initializing .int. with an expression of incompatible type .*jac) */
#include <jacquard.h>

typedef struct {
    jac w;
    int n;
} Counted;
static Counted f(jac w)
{
    return (Counted){w, 1};
}
JAC_FN(f, Counted, (jac, w))

/* A struct that does not consist only of handles.
 * says: a tree is jac or a struct of jac handles only */
#include <jacquard.h>

typedef struct {
    jac w;
    char name[12];
} __attribute__((packed)) Odd;
static jac f(Odd p)
{
    return p.w;
}
JAC_FN(f, jac, (Odd, p))

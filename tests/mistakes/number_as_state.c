/* A C number as the state of a block.
 * says: a tree is jac, an array or a struct of jac handles only */
#include <jacquard.h>

double count(jac n)
{
    double s = 0;
    JAC_FOR (i, 0, n, s)
        s += 1;
    return s;
}

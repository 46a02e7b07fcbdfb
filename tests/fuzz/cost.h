/* Between the files that say what derivatives cost.
 *
 * A cost counts floating-point operations of an optimised graph: of each equation elements times
 * the price of its primitive's row (jit/lower.h), twice the products of a dot_general, the elements
 * that a reduction reads, a loop's body as often as it runs. What only moves or picks elements, and
 * what works on integers, costs nothing.
 */
#ifndef JACQUARD_FUZZ_COST_H
#define JACQUARD_FUZZ_COST_H

#include "tests/fuzz/fuzz.h"

enum { COST_STEPS = 10 }; /* that a loop whose number of steps is unknown is taken to make */

typedef struct {
    double all;
    double by_op[FUZZ_OPS]; /* by place in the table of primitives */
} cost;

/* Optimises g first. False with an error recorded. */
bool cost_of(ir_graph *g, cost *out);

/* A function of cost_functions.c, and its gradient with respect to some of its arguments. */
typedef struct {
    const char *name, *arguments;
    ir_graph *f, *grad;
} cost_pair;
/* The k-th of them; false when there are no more. Ends the process if it cannot be traced. */
bool cost_function(int k, cost_pair *out);

#endif

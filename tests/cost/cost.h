/* Between the files that say what derivatives cost.
 *
 * A cost counts floating-point operations of an optimised graph: of each equation elements times
 * the price of its primitive's row (jit/lower.h), twice the products of a dot_general, the elements
 * that a reduction reads, a loop's body as often as it runs. What only moves or picks elements, and
 * what works on integers, costs nothing.
 */
#ifndef JACQUARD_COST_H
#define JACQUARD_COST_H

#include "ir/ir.h"

enum {
    COST_STEPS = 10, /* that a loop whose number of steps is unknown is taken to make */
    COST_BOUND = 4,  /* what a gradient may cost, in units of its function */
    COST_OPS = 256   /* primitives, at most */
};

typedef struct {
    double all;
    double by_op[COST_OPS]; /* by place in the table of primitives */
} cost;

/* Optimises g first. False with an error recorded. */
bool cost_of(ir_graph *g, cost *out);

/* Bytes of the residuals of f's gradient with respect to the inputs named by digits, without those
 * that are inputs themselves; -1 with an error. */
double cost_kept(const ir_graph *f, const char *arguments);

/* A function of functions.c, and its gradient with respect to some of its arguments. */
typedef struct {
    const char *name, *arguments;
    ir_graph *f, *grad;
} cost_pair;
/* The k-th of them; false when there are no more. Ends the process if it cannot be traced. */
bool cost_function(int k, cost_pair *out);

#endif

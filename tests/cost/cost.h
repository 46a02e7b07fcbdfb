/* Declarations shared by the files that measure what derivatives cost.
 *
 * A cost is a count of floating-point operations in an optimised graph. An equation counts its
 * elements times the price in its primitive's row (jit/lower.h), a dot_general counts two for each
 * product, a reduction counts the elements that it reads, and a loop's body counts once for each
 * step. Moving and selecting elements costs nothing, and neither does integer arithmetic.
 */
#ifndef JACQUARD_COST_H
#define JACQUARD_COST_H

#include "ir/ir.h"

enum {
    COST_STEPS = 10, /* the steps counted for a loop of unknown length */
    COST_BOUND = 4,  /* the largest cost of a gradient, relative to its function */
    COST_OPS = 256   /* at least the number of primitives */
};

typedef struct {
    double all;
    double by_op[COST_OPS]; /* indexed by position in the table of primitives */
} cost;

/* Optimises g first. False with an error recorded. */
bool cost_of(ir_graph *g, cost *out);

/* Bytes of residuals for f's gradient with respect to the inputs named by digits, not counting
 * residuals that are inputs themselves. -1 with an error recorded. */
double cost_kept(const ir_graph *f, const char *arguments);

/* A function from functions.c, and its gradient with respect to some of its arguments. */
typedef struct {
    const char *name, *arguments;
    ir_graph *f, *grad;
} cost_pair;
/* Function k; false when there are no more. Ends the process if tracing fails. */
bool cost_function(int k, cost_pair *out);

#endif

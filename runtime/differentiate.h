/* Derivatives of whole graphs, from the transformations of ir/. */
#ifndef JACQUARD_DIFFERENTIATE_H
#define JACQUARD_DIFFERENTIATE_H

#include "ir/ir.h"

/* g with only the outputs picked, and without what only the others needed. */
ir_graph *rt_pick_outputs(const ir_graph *g, int n, const int *pick);

/* g linearized in the inputs marked wrt, for the outputs marked of. known: inputs of g -> its outputs,
 * then residuals. back: residuals, then a cotangent for each output of -> a cotangent for each input
 * wrt. Returns how many residuals, -1 on error. */
int rt_linearize(const ir_graph *g, const bool *wrt, const bool *of, ir_graph **known,
                 ir_graph **back);

#endif

/* Batched loops lane by lane: what the batch rules of loops share. */
#ifndef JACQUARD_OPS_LANES_H
#define JACQUARD_OPS_LANES_H

#include "ir/ir.h"

typedef bool lanes_rule(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                        const ir_batching *over, ir_value **y, int *yaxis);

/* Batches e, a loop, as a `lanes` equation if there are enough lanes and they do not speak to each
 * other; by `plain`, which is also what the equation's graphs are made with, if not. */
bool lanes_batch(lanes_rule *plain, ir_graph *g, const ir_eqn *e, ir_value *const *x,
                 const int *axis, const ir_batching *over, ir_value **y, int *yaxis);

#endif

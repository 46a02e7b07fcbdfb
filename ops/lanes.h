/* Batching a loop lane by lane, for the batch rules of loops. */
#ifndef JACQUARD_OPS_LANES_H
#define JACQUARD_OPS_LANES_H

#include "ir/ir.h"

typedef bool lanes_rule(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                        const ir_batching *over, ir_value **y, int *yaxis);

/* Batches the loop e as a `lanes` equation if there are enough lanes and they are independent of
 * each other; otherwise with the rule `plain`. `plain` also makes the graph `whole` of the `lanes`
 * equation. */
bool lanes_batch(lanes_rule *plain, ir_graph *g, const ir_eqn *e, ir_value *const *x,
                 const int *axis, const ir_batching *over, ir_value **y, int *yaxis);

#endif

/* The rules of scan. All but the last work for any loop with a known number of steps; where they
 * need a loop that only a scan can express, they emit a scan. scan.c has the primitive and its
 * evaluation, scan_batch.c the batch rule, scan_reverse.c partial evaluation and transposes. */
#ifndef JACQUARD_OPS_SCAN_H
#define JACQUARD_OPS_SCAN_H

#include "ir/ir.h"

bool scan_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                const ir_batching *over, ir_value **y, int *yaxis);
bool scan_partial(ir_partial *p, const ir_eqn *e);
bool scan_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                    ir_value **ct_in);
bool scan_checkpointed_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                 ir_value *const *ct, ir_value **ct_in);

#endif

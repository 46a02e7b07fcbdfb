/* The rules of scan; but for the last, they hold for any loop of a known number of steps, and what
 * is left of it that only a scan can say is one. scan.c: the primitive, and how it runs; scan_batch.c;
 * scan_reverse.c: partial evaluation and transposes. */
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

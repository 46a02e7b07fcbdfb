/* Primitives that are defined by other primitives: their simplify rule writes the equation out, and
 * never declines. The interpreter runs what it writes; compiled code never sees the equation.
 */
#ifndef JACQUARD_OPS_LOWERED_H
#define JACQUARD_OPS_LOWERED_H

#include "ops/ops.h"

/* The rules eval, jvp and batch, by what the simplify rule writes. */
bool lowered_eval(const ir_eqn *e, const void *const *in, void *const *out);
bool lowered_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t, ir_value **y,
                 ir_value **ty);
bool lowered_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                   const ir_batching *over, ir_value **y, int *yaxis);
/* A graph of what the simplify rule writes for e. */
ir_graph *lowered_graph(const ir_eqn *e);
/* v with the weakness of t, whose dtype and shape it has. */
ir_value *lowered_like(ir_graph *g, ir_value *v, const ir_type *t);

/* ---- bodies: graphs of scalars that combine two sets of n values --------------------------------
 *
 * The inputs are constants, then n values on the left and n on the right; there are n outputs, of
 * the types of the values. */

/* Checks a body for n operands of q that begin at operand nconst. */
bool body_check(const ir_infer *q, const ir_graph *body, int nconst, int n);
/* The rule regroup of a primitive with a body: corrects num_consts. */
bool body_regroup(const ir_eqn *e, const int *width, ir_attr *attr, ir_arena *mem);
/* Is the body of e the same for all lanes of a batch? It is not if a constant is batched, or if it
 * works across the lanes. */
bool body_is_shared(const ir_eqn *e, int nconst, const int *axis, const ir_batching *over);
/* The body for arrays of this shape; the constants stay as they are. */
ir_graph *body_over(const ir_graph *body, int nconst, int rank, const int64_t *dim);
/* If the body is a single equation that combines two numbers in either order: its primitive. */
const ir_op *body_is(const ir_graph *body);

#endif

/* Guarding a graph that also runs for lanes that do not take part in it. */
#ifndef JACQUARD_OPS_GUARD_H
#define JACQUARD_OPS_GUARD_H

#include "ir/ir.h"

/* May a value of this type have a derivative that a guard can cut? */
bool guard_concerns(const ir_type *t);
/* Returns x. Derivatives treat it as a constant wherever `active`, a bool[], is false. */
ir_value *guard_value(ir_graph *g, ir_value *active, ir_value *x);

/* g, with one more input in front: `active`, a bool[] that says whether the lane takes part. The
 * results are those of g. All derivatives are 0 if the lane does not take part, even where g
 * computes something infinite. varies[k]: may input k differ between lanes? Inputs that do not
 * differ stay the same for all lanes. */
ir_graph *guard_graph(const ir_graph *g, const bool *varies);

#endif

/* Indices that are data: everywhere they clamp into range, whatever their type. A negative one
 * means 0, not a place counted from the end. */
#ifndef JACQUARD_OPS_INDEX_H
#define JACQUARD_OPS_INDEX_H

#include "ops/host/host.h" /* index_read */
#include "ops/shape.h"

/* Is t of a type that indices can have? */
bool check_index(const ir_infer *q, const ir_type *t);
/* The same as values of a graph: of type i64, in 0 .. most. */
ir_value *index_clamp(ir_graph *g, ir_value *x, int64_t most);
/* The same in a kernel. */
jit_index index_emit(jit_emit *em, jit_scalar x, ir_dtype d, int64_t most);

#endif

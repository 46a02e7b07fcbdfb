/* Indices that are operands. They are always clamped into range, whatever their dtype: a negative
 * index means 0, and does not count from the end. */
#ifndef JACQUARD_OPS_INDEX_H
#define JACQUARD_OPS_INDEX_H

#include "ops/host/host.h" /* index_read */
#include "ops/shape.h"

/* Checks that t has a dtype that indices may have. */
bool check_index(const ir_infer *q, const ir_type *t);
/* Clamps an index of dtype d in emitted code. */
jit_index index_emit(jit_emit *em, jit_scalar x, ir_dtype d, int64_t most);

#endif

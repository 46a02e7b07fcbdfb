/* Indices that are operands, in graphs and in emitted code. */
#include "ops/index.h"
#include "ops/ops.h"

bool check_index(const ir_infer *q, const ir_type *t)
{
    ir_kind kind = ir_dtypes[t->dtype].kind;
    return kind == IR_KIND_INT || kind == IR_KIND_UINT ||
           ir_fail("%s: indices must be integers, but are %s", q->op->name, ir_type_tmp(t));
}

jit_index index_emit(jit_emit *em, jit_scalar x, ir_dtype d, int64_t most)
{
    jit_index i = jit_to_index(em, x, d);
    if (d == IR_u64) { /* a negative index is a large one */
        jit_scalar wraps = jit_index_lt(em, i, jit_index_const(em, 0));
        i = jit_choose(em, wraps, jit_index_const(em, most), i);
    }
    return jit_index_clamp(em, i, 0, most);
}

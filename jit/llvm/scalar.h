/* scalar.c: lower.h's arithmetic on scalars and indices, and the emitter's own additions */
#ifndef JACQUARD_JIT_LLVM_SCALAR_H
#define JACQUARD_JIT_LLVM_SCALAR_H

#include "jit/llvm/emit.h"

/* For lower.h's table. */
jit_index jit_llvm_index_const(jit_emit *em, int64_t v);
jit_index jit_llvm_index_add(jit_emit *em, jit_index a, jit_index b);
jit_index jit_llvm_index_sub(jit_emit *em, jit_index a, jit_index b);
jit_index jit_llvm_index_mul(jit_emit *em, jit_index a, jit_index b);
jit_index jit_llvm_index_div(jit_emit *em, jit_index a, int64_t b);
jit_index jit_llvm_index_rem(jit_emit *em, jit_index a, int64_t b);
jit_index jit_llvm_index_clamp(jit_emit *em, jit_index a, int64_t lo, int64_t hi);
jit_scalar jit_llvm_index_lt(jit_emit *em, jit_index a, jit_index b);
jit_scalar jit_llvm_both(jit_emit *em, jit_scalar a, jit_scalar b);
jit_scalar jit_llvm_choose(jit_emit *em, jit_scalar truth, jit_scalar a, jit_scalar b);
jit_index jit_llvm_to_index(jit_emit *em, jit_scalar s, ir_dtype d);
jit_scalar jit_llvm_from_index(jit_emit *em, jit_index i, ir_dtype d);
jit_scalar jit_llvm_constant(jit_emit *em, ir_dtype d, ir_scalar v);
jit_scalar jit_llvm_bitcast(jit_emit *em, jit_scalar x, ir_dtype from, ir_dtype to);
jit_scalar jit_llvm_round(jit_emit *em, jit_scalar x, ir_dtype d);
jit_scalar jit_llvm_math(jit_emit *em, const char *name, ir_dtype d, ir_dtype result, int n,
                         jit_scalar *args);
jit_scalar jit_llvm_apply(jit_emit *em, jit_instruction f, ir_dtype d, jit_scalar x, jit_scalar y);

/* base + i * stride */
jit_index jit_index_step(jit_emit *em, jit_index base, LLVMValueRef i, int64_t stride);
LLVMValueRef jit_index_min(jit_emit *em, LLVMValueRef a, LLVMValueRef b);
/* Combines two elements as a reduction by f does. reassociate: LLVM may reorder the operations, so
 * that it can keep several accumulators. */
LLVMValueRef jit_combine(jit_emit *em, jit_instruction f, ir_dtype d, LLVMValueRef x,
                         LLVMValueRef y, bool reassociate);
/* Does it also combine vectors? */
bool jit_combines_vectors(jit_instruction f, ir_dtype d);

#endif

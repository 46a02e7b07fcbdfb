/* scalar.c: lower.h's arithmetic on scalars and indices, and what the emitter adds to it */
#ifndef JACQUARD_JIT_LLVM_SCALAR_H
#define JACQUARD_JIT_LLVM_SCALAR_H

#include "jit/llvm/emit.h"

/* base + i * stride */
jit_index jit_index_step(jit_emit *em, jit_index base, LLVMValueRef i, int64_t stride);
LLVMValueRef jit_index_min(jit_emit *em, LLVMValueRef a, LLVMValueRef b);
/* Two elements combined as a reduction by `name` does; with leave to reassociate, so that LLVM may
 * keep several accumulators. */
LLVMValueRef jit_combine(jit_emit *em, const char *name, ir_dtype d, LLVMValueRef x, LLVMValueRef y,
                         bool reassociate);

#endif

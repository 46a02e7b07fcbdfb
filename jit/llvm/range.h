/* range.c: comparisons that a loop's bounds decide */
#ifndef JACQUARD_JIT_LLVM_RANGE_H
#define JACQUARD_JIT_LLVM_RANGE_H

#include "jit/llvm/emit.h"

/* v is the variable of the loop over an axis, and goes from lo to hi - 1. */
void jit_range_bind(jit_emit *em, LLVMValueRef v, int axis, int64_t lo, int64_t hi);
/* v is from + offset. */
void jit_range_derive(jit_emit *em, LLVMValueRef v, LLVMValueRef from, int64_t offset);
/* Is v < bound: 1 or 0 if it is decided, -1 if not; then the place of the change is noted as a cut.
 */
int jit_range_below(jit_emit *em, LLVMValueRef v, int64_t bound);
void jit_range_clear(jit_emit *em);

#endif

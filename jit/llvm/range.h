/* range.c: decides comparisons by loop bounds */
#ifndef JACQUARD_JIT_LLVM_RANGE_H
#define JACQUARD_JIT_LLVM_RANGE_H

#include "jit/llvm/emit.h"

/* v is the variable of the loop over an axis, and runs from lo to hi - 1. */
void jit_range_bind(jit_emit *em, LLVMValueRef v, int axis, int64_t lo, int64_t hi);
/* v equals from + offset. */
void jit_range_derive(jit_emit *em, LLVMValueRef v, LLVMValueRef from, int64_t offset);
/* Is v < bound? Returns 1 or 0 if the loop's bounds decide it. Otherwise returns -1 and notes the
 * place where the outcome changes as a cut. */
int jit_range_below(jit_emit *em, LLVMValueRef v, int64_t bound);
void jit_range_clear(jit_emit *em);

#endif

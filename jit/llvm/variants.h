/* variants.c: vector variants of functions that loops call */
#ifndef JACQUARD_JIT_LLVM_VARIANTS_H
#define JACQUARD_JIT_LLVM_VARIANTS_H

#include "jit/llvm/emit.h"

/* Gives a function of one float the vector variants with which a loop that calls it conditionally
 * can be vectorised. */
void jit_rare_variants(jit_emit *em, LLVMValueRef scalar);
/* Gives vector variants to a function that is called in so many places that it is not inlined. */
void jit_called_variants(jit_emit *em, LLVMValueRef scalar);

#endif

/* narrow.c: elements between registers and memory, and floats too narrow to compute in */
#ifndef JACQUARD_JIT_LLVM_NARROW_H
#define JACQUARD_JIT_LLVM_NARROW_H

#include "jit/llvm/emit.h"

/* An element as memory has it, in a register; and back. */
LLVMValueRef jit_from_stored(jit_emit *em, LLVMValueRef x, ir_dtype d);
LLVMValueRef jit_to_stored(jit_emit *em, LLVMValueRef x, ir_dtype d);
/* The float nearest to x that d has, if d is narrow; otherwise x. computed: x comes of arithmetic on
 * numbers of d, so that a NaN has no bits that d lacks. */
LLVMValueRef jit_rounded(jit_emit *em, LLVMValueRef x, ir_dtype d, bool computed);

#endif

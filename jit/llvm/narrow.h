/* narrow.c: elements between registers and memory, and floats too narrow to compute in */
#ifndef JACQUARD_JIT_LLVM_NARROW_H
#define JACQUARD_JIT_LLVM_NARROW_H

#include "jit/llvm/emit.h"

/* Convert an element from its form in memory to its form in registers, and back. */
LLVMValueRef jit_from_stored(jit_emit *em, LLVMValueRef x, ir_dtype d);
LLVMValueRef jit_to_stored(jit_emit *em, LLVMValueRef x, ir_dtype d);
/* If d is narrow, rounds x to the nearest float of d; otherwise returns x. computed: x is the
 * result of arithmetic on numbers of d, so a NaN has no bits that d lacks. */
LLVMValueRef jit_rounded(jit_emit *em, LLVMValueRef x, ir_dtype d, bool computed);

#endif

/* bitcode.c: the scalar functions' bitcode */
#ifndef JACQUARD_JIT_LLVM_BITCODE_H
#define JACQUARD_JIT_LLVM_BITCODE_H

#include "jit/llvm/emit.h"

/* The declaration of a scalar function in em->mod; NULL if there is none of that name. */
LLVMValueRef jit_math_function(jit_emit *em, const char *name);

#endif

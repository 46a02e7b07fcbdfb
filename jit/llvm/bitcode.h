/* bitcode.c: the scalar functions' bitcode */
#ifndef JACQUARD_JIT_LLVM_BITCODE_H
#define JACQUARD_JIT_LLVM_BITCODE_H

#include "jit/llvm/emit.h"

/* Declares the scalar function jk_<name>_<d> in em->mod; NULL if there is no such function. */
LLVMValueRef jit_math_function(jit_emit *em, const char *name, ir_dtype d);

#endif

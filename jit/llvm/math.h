/* math.c: links the scalar functions */
#ifndef JACQUARD_JIT_LLVM_MATH_H
#define JACQUARD_JIT_LLVM_MATH_H

#include "jit/llvm/emit.h"

/* Links the functions that were declared. Afterwards em->math is gone. */
bool jit_math_link(jit_emit *em);

#endif

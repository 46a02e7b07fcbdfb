/* math.c: the scalar functions linked in */
#ifndef JACQUARD_JIT_LLVM_MATH_H
#define JACQUARD_JIT_LLVM_MATH_H

#include "jit/llvm/emit.h"

/* Brings in what was declared; after it em->math is gone. */
bool jit_math_link(jit_emit *em);

#endif

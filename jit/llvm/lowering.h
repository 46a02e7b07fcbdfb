/* lowering.c: lower.h's table, implemented with LLVM instructions */
#ifndef JACQUARD_JIT_LLVM_LOWERING_H
#define JACQUARD_JIT_LLVM_LOWERING_H

#include "jit/llvm/emit.h"

extern const jit_lowering jit_llvm_lowering;

#endif

/* part.c: long straight-line code as several functions */
#ifndef JACQUARD_JIT_LLVM_PART_H
#define JACQUARD_JIT_LLVM_PART_H

#include "jit/llvm/emit.h"

/* Emits each of the block's steps by `emit`. */
void jit_emit_steps(jit_emit *em, const jit_block *b, jit_emit_fn *emit);

#endif

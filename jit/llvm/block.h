/* block.c: emits the steps of a block */
#ifndef JACQUARD_JIT_LLVM_BLOCK_H
#define JACQUARD_JIT_LLVM_BLOCK_H

#include "jit/llvm/emit.h"

void jit_emit_block(jit_emit *em, jit_frame *frame);

#endif

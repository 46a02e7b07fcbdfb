/* function.c: what a function finds when it begins */
#ifndef JACQUARD_JIT_LLVM_FUNCTION_H
#define JACQUARD_JIT_LLVM_FUNCTION_H

#include "jit/llvm/emit.h"

jit_frame jit_frame_make(jit_emit *em, const jit_block *b);
/* Addresses of the region's temporaries, to em->where. */
void jit_find_buffers(jit_emit *em, int region);
/* The same in a function that threads share, and which they give memory of their own; returns how
 * many bytes. */
size_t jit_find_own_buffers(jit_emit *em, int region);

#endif

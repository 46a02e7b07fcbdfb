/* alias.c: tells LLVM which accesses in a loop nest cannot overlap */
#ifndef JACQUARD_JIT_LLVM_ALIAS_H
#define JACQUARD_JIT_LLVM_ALIAS_H

#include "jit/llvm/emit.h"

/* The first of the two buffers that a loop swaps through this pointer; -1 for any other buffer. */
int jit_swap_of(const jit_emit *em, int buffer);
/* buffer: a buffer of the schedule, or a negative number for memory that only this nest knows. */
void jit_note_access(jit_emit *em, LLVMValueRef access, int buffer);
void jit_end_accesses(jit_emit *em); /* the accesses noted since the last call are one loop nest */

#endif

/* alias.c: which accesses of a loop cannot meet, said to LLVM */
#ifndef JACQUARD_JIT_LLVM_ALIAS_H
#define JACQUARD_JIT_LLVM_ALIAS_H

#include "jit/llvm/emit.h"

void jit_note_access(jit_emit *em, LLVMValueRef access, int buffer);
void jit_end_accesses(jit_emit *em); /* those noted since the last end belong together */

#endif

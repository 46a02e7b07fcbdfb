/* alias.c: tells LLVM which accesses in a loop nest cannot overlap */
#ifndef JACQUARD_JIT_LLVM_ALIAS_H
#define JACQUARD_JIT_LLVM_ALIAS_H

#include "jit/llvm/emit.h"

void jit_note_access(jit_emit *em, LLVMValueRef access, int buffer);
void jit_end_accesses(jit_emit *em); /* the accesses noted since the last call are one loop nest */

#endif

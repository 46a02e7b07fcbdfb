/* debug.c: the user's source lines, for debuggers */
#ifndef JACQUARD_JIT_LLVM_DEBUG_H
#define JACQUARD_JIT_LLVM_DEBUG_H

#include "jit/llvm/emit.h"

void jit_debug_begin(jit_emit *em);
/* `whole` is the function that computes the whole graph. */
void jit_debug_end(jit_emit *em, LLVMValueRef whole);
void jit_debug_free(jit_emit *em);
LLVMMetadataRef jit_debug_mark(jit_emit *em, const ir_eqn *e);
void jit_debug_unmark(jit_emit *em, LLVMMetadataRef was);
/* Instructions emitted between jit_debug_enter and jit_debug_leave are attributed to e. */
static inline LLVMMetadataRef jit_debug_enter(jit_emit *em, const ir_eqn *e)
{
    return em->debug ? jit_debug_mark(em, e) : NULL;
}
static inline void jit_debug_leave(jit_emit *em, LLVMMetadataRef was)
{
    if (em->debug)
        jit_debug_unmark(em, was);
}

#endif

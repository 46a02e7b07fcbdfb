/* call.c: calls of host.c, and copies of buffers */
#ifndef JACQUARD_JIT_LLVM_CALL_H
#define JACQUARD_JIT_LLVM_CALL_H

#include "jit/llvm/emit.h"

/* A call of one of host.c's functions, and an equation's address for it. */
LLVMValueRef jit_call_host(jit_emit *em, const char *name, LLVMTypeRef result, int n,
                           LLVMValueRef *args);
LLVMValueRef jit_eqn_address(jit_emit *em, const ir_eqn *e);
void jit_copy_buffer(jit_emit *em, int to, int from, size_t bytes);

#endif

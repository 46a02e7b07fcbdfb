/* call.c: calls of what the process offers, and copies of buffers */
#ifndef JACQUARD_JIT_LLVM_CALL_H
#define JACQUARD_JIT_LLVM_CALL_H

#include "jit/llvm/emit.h"

/* A call of one of jit/host/'s functions; for it, an equation's address, and a list of numbers. */
LLVMValueRef jit_call_host(jit_emit *em, const char *name, LLVMTypeRef result, int n,
                           LLVMValueRef *args);
LLVMValueRef jit_eqn_address(jit_emit *em, const ir_eqn *e);
LLVMValueRef jit_numbers(jit_emit *em, int n, const int64_t *numbers);
void jit_copy_buffer(jit_emit *em, int to, int from, size_t bytes);

#endif

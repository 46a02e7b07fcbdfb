/* call.c: calls of functions in the process, and copies of buffers */
#ifndef JACQUARD_JIT_LLVM_CALL_H
#define JACQUARD_JIT_LLVM_CALL_H

#include "jit/llvm/emit.h"

/* Calls one of jit/host/'s functions. jit_eqn_address and jit_numbers make arguments for it: the
 * address of an equation, and a list of numbers. */
LLVMValueRef jit_call_host(jit_emit *em, const char *name, LLVMTypeRef result, int n,
                           LLVMValueRef *args);
LLVMValueRef jit_eqn_address(jit_emit *em, const ir_eqn *e);
LLVMValueRef jit_numbers(jit_emit *em, int n, const int64_t *numbers);
void jit_copy_buffer(jit_emit *em, int to, int from, size_t bytes);

#endif

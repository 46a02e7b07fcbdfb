/* share.c: functions for what threads share */
#ifndef JACQUARD_JIT_LLVM_SHARE_H
#define JACQUARD_JIT_LLVM_SHARE_H

#include "jit/llvm/emit.h"

/* Within it no buffer has an address yet, and registers are those of the function left. */
void jit_share_begin(jit_emit *em, jit_func *f, const char *name);
void jit_share_end(jit_emit *em, jit_func *f);
/* Has it do items 0 up to nitem, each thread with so many bytes of memory. */
void jit_share_call(jit_emit *em, const jit_func *f, LLVMValueRef env, int64_t nitem,
                    size_t memory);
/* Addresses of those in memory, and registers; then one address more, if not NULL. */
LLVMValueRef jit_env_fill(jit_emit *em, int n, ir_value *const *v, LLVMValueRef extra);
/* The same in the function outlined, to x; returns where the one more stands. */
LLVMValueRef jit_env_load(jit_emit *em, int n, ir_value *const *v, LLVMValueRef *x);

#endif

/* share.c: functions for work that threads share */
#ifndef JACQUARD_JIT_LLVM_SHARE_H
#define JACQUARD_JIT_LLVM_SHARE_H

#include "jit/llvm/emit.h"

/* Inside the new function no buffer has an address yet; registers are still those of the outer
 * function. */
void jit_share_begin(jit_emit *em, jit_func *f, const char *name);
void jit_share_end(jit_emit *em, jit_func *f);
/* Calls it for items 0 to nitem - 1; each thread gets `memory` bytes. */
void jit_share_call(jit_emit *em, const jit_func *f, LLVMValueRef env, int64_t nitem,
                    size_t memory);
/* Makes an environment with the addresses of the values in memory and the registers; then one more
 * address, if `extra` is not NULL. */
LLVMValueRef jit_env_fill(jit_emit *em, int n, ir_value *const *v, LLVMValueRef extra);
/* Loads the environment in the new function, into x. Returns where the extra address is. */
LLVMValueRef jit_env_load(jit_emit *em, int n, ir_value *const *v, LLVMValueRef *x);

#endif

/* share.c: functions for what threads share */
#ifndef JACQUARD_JIT_LLVM_SHARE_H
#define JACQUARD_JIT_LLVM_SHARE_H

#include "jit/llvm/emit.h"

/* What is put aside while another function is emitted, and that function. */
typedef struct {
    LLVMValueRef fn, arena, eqns, *where;
    LLVMBasicBlockRef entry, fail, here;
    jit_frame *frame;
    const jit_step *step;
    LLVMValueRef made;
    LLVMBasicBlockRef start;
} jit_share;
/* Within it no buffer has an address yet, and registers are those of the function left. */
void jit_share_begin(jit_emit *em, jit_share *o, const char *name);
void jit_share_end(jit_emit *em, const jit_share *o);
/* Has it do items 0 up to nitem, each thread with so many bytes of memory. */
void jit_share_call(jit_emit *em, const jit_share *o, LLVMValueRef env, int64_t nitem,
                    size_t memory);
/* Addresses of those in memory, and registers; then one address more, if not NULL. */
LLVMValueRef jit_env_fill(jit_emit *em, int n, ir_value *const *v, LLVMValueRef extra);
/* The same in the function outlined, to x; returns where the one more stands. */
LLVMValueRef jit_env_load(jit_emit *em, int n, ir_value *const *v, LLVMValueRef *x);
/* for (i = from; i < to; i++), from < to. */
typedef struct {
    LLVMBasicBlockRef loop;
    LLVMValueRef i, to;
} jit_items;
void jit_items_begin(jit_emit *em, jit_items *l, LLVMValueRef from, LLVMValueRef to);
void jit_items_end(jit_emit *em, const jit_items *l);
LLVMValueRef jit_index_min(jit_emit *em, LLVMValueRef a, LLVMValueRef b);

#endif

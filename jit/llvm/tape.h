/* tape.c: tapes */
#ifndef JACQUARD_JIT_LLVM_TAPE_H
#define JACQUARD_JIT_LLVM_TAPE_H

#include "jit/llvm/emit.h"

/* A new tape for v of so many slices in the buffer, in place of what it holds. */
void jit_tape_open(jit_emit *em, int buffer, const ir_value *v, LLVMValueRef length);
/* Pointers to a slice: to write it, the tape growing as needed; to read it. */
LLVMValueRef jit_tape_next(jit_emit *em, int buffer, LLVMValueRef at);
LLVMValueRef jit_tape_read(jit_emit *em, int buffer, LLVMValueRef at, size_t bytes);
void jit_tape_drop(jit_emit *em, int buffer);
/* As jit_copy_buffer for a value of type t, which may be a tape. */
void jit_copy_value(jit_emit *em, int to, int from, const ir_type *t);

#endif

/* tape.c: tapes */
#ifndef JACQUARD_JIT_LLVM_TAPE_H
#define JACQUARD_JIT_LLVM_TAPE_H

#include "jit/llvm/emit.h"

/* Puts a new tape for v, with `length` slices, into the buffer, in place of what it holds. */
void jit_tape_open(jit_emit *em, int buffer, const ir_value *v, LLVMValueRef length);
/* Pointers to a slice: for writing, where the tape grows as needed; for reading. */
LLVMValueRef jit_tape_next(jit_emit *em, int buffer, LLVMValueRef at);
LLVMValueRef jit_tape_read(jit_emit *em, int buffer, LLVMValueRef at, size_t bytes);
void jit_tape_drop(jit_emit *em, int buffer);
/* Like jit_copy_buffer, but for a value of type t, which may be a tape. */
void jit_copy_value(jit_emit *em, int to, int from, const ir_type *t);

#endif

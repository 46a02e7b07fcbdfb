/* memory.c: elements in memory */
#ifndef JACQUARD_JIT_LLVM_MEMORY_H
#define JACQUARD_JIT_LLVM_MEMORY_H

#include "jit/llvm/emit.h"

/* Stack space, allocated in the function's entry block. */
LLVMValueRef jit_local(jit_emit *em, LLVMTypeRef t);
LLVMValueRef jit_stack(jit_emit *em, size_t bytes); /* aligned to 64 */
LLVMValueRef jit_address(jit_emit *em, LLVMValueRef base, LLVMTypeRef t, LLVMValueRef offset);
/* So many bytes beyond the end of a buffer on the stack belong to it, so that vectors may be read
 * and written that begin inside it. At first they are ones, if it is an array of floats. */
enum { JIT_BEYOND = 32 };
bool jit_has_beyond(const jit_emit *em, int buffer);
/* An element of a buffer; the offset is in elements. */
LLVMValueRef jit_load(jit_emit *em, int buffer, ir_dtype d, LLVMValueRef offset);
void jit_store(jit_emit *em, int buffer, ir_dtype d, LLVMValueRef offset, LLVMValueRef x);
LLVMValueRef jit_load_at(jit_emit *em, LLVMValueRef p, ir_dtype d);
void jit_store_at(jit_emit *em, LLVMValueRef p, ir_dtype d, LLVMValueRef x);
/* In memory that only the current loop nest knows, its number `own`. */
LLVMValueRef jit_load_own(jit_emit *em, LLVMValueRef p, ir_dtype d, int own);
void jit_store_own(jit_emit *em, LLVMValueRef p, ir_dtype d, LLVMValueRef x, int own);

#endif

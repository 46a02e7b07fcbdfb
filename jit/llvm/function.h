/* function.c: a function being emitted, and what it finds when it begins */
#ifndef JACQUARD_JIT_LLVM_FUNCTION_H
#define JACQUARD_JIT_LLVM_FUNCTION_H

#include "jit/llvm/emit.h"

/* What is emitted from here on goes to a new function, which only this module calls. Failed: what
 * it returns when something that it calls fails; NULL: nothing can. */
void jit_func_begin(jit_emit *em, jit_func *f, const char *name, LLVMTypeRef type,
                    LLVMValueRef failed);
/* Returns the n results from it, and goes back to the outer one. Can it fail? */
bool jit_func_end(jit_emit *em, jit_func *f, unsigned n, LLVMValueRef *result);
/* Goes back without it. */
void jit_func_drop(jit_emit *em, jit_func *f);
/* The function goes on if that is true, and fails if not. */
void jit_go_on_if(jit_emit *em, LLVMValueRef truth);

jit_frame jit_frame_make(jit_emit *em, const jit_block *b);
/* Addresses of the region's temporaries, to em->f->where. */
void jit_find_buffers(jit_emit *em, int region);
/* The same in a function that threads share, and which they give memory of their own; returns how
 * many bytes. */
size_t jit_find_own_buffers(jit_emit *em, int region);

#endif

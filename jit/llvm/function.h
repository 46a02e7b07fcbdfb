/* function.c: begins and ends the function being emitted; finds its buffers */
#ifndef JACQUARD_JIT_LLVM_FUNCTION_H
#define JACQUARD_JIT_LLVM_FUNCTION_H

#include "jit/llvm/emit.h"

/* Begins a new function, private to this module; everything emitted from here on goes into it.
 * `failed` is what it returns when a call in it fails; NULL: nothing in it can fail. */
void jit_func_begin(jit_emit *em, jit_func *f, const char *name, LLVMTypeRef type,
                    LLVMValueRef failed);
/* Returns the n results and goes back to the outer function. Tells whether the function can
 * fail. */
bool jit_func_end(jit_emit *em, jit_func *f, unsigned n, LLVMValueRef *result);
/* Discards the function and goes back to the outer one. */
void jit_func_drop(jit_emit *em, jit_func *f);
/* The function continues if `truth` holds, and fails otherwise. */
void jit_go_on_if(jit_emit *em, LLVMValueRef truth);

jit_frame jit_frame_make(jit_emit *em, const jit_block *b);
/* Puts the addresses of the region's temporaries into em->f->where. */
void jit_find_buffers(jit_emit *em, int region);
/* Like jit_find_buffers, in a function that threads share and to which each thread passes memory of
 * its own. Returns how many bytes of memory the function needs. */
size_t jit_find_own_buffers(jit_emit *em, int region);

#endif

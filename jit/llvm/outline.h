/* outline.c: loop nests as functions of their own */
#ifndef JACQUARD_JIT_LLVM_OUTLINE_H
#define JACQUARD_JIT_LLVM_OUTLINE_H

#include "jit/llvm/emit.h"

void jit_decide_outlining(jit_emit *em);
/* Is t a kernel that threads share, if it is not already inside work that they share? */
bool jit_is_large(const jit_emit *em, const jit_step *t);
bool jit_is_outlined(const jit_emit *em, const jit_step *t);
/* Emits t by `emit` into a function of its own, and a call of that function. */
void jit_emit_outlined(jit_emit *em, const jit_step *t, jit_emit_fn *emit);

#endif

/* strips.c: kernels that run together, a few rows at a time */
#ifndef JACQUARD_JIT_LLVM_STRIPS_H
#define JACQUARD_JIT_LLVM_STRIPS_H

#include "jit/llvm/emit.h"

/* Emits the kernels that run together, of which t is the first. */
void jit_emit_strips(jit_emit *em, const jit_step *t, jit_emit_fn *emit);

#endif

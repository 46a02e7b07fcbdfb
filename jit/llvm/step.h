/* The emitters of steps: kernel/, search.c, running.c, dot.c, step.c, window.c, control.c, lanes.c */
#ifndef JACQUARD_JIT_LLVM_STEP_H
#define JACQUARD_JIT_LLVM_STEP_H

#include "jit/llvm/emit.h"

void jit_emit_kernel(jit_emit *em, const jit_step *t);
void jit_emit_argreduce(jit_emit *em, const jit_step *t);
void jit_emit_cumulate(jit_emit *em, const jit_step *t);
void jit_emit_dot(jit_emit *em, const jit_step *t);
void jit_emit_scalar(jit_emit *em, const jit_step *t);
void jit_emit_update(jit_emit *em, const jit_step *t);
void jit_emit_scatter(jit_emit *em, const jit_step *t);
void jit_emit_eval(jit_emit *em, const jit_step *t);
void jit_emit_while(jit_emit *em, const jit_step *t);
void jit_emit_cond(jit_emit *em, const jit_step *t);
void jit_emit_scan(jit_emit *em, const jit_step *t);
void jit_emit_lanes(jit_emit *em, const jit_step *t);

#endif

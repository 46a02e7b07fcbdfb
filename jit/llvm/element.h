/* element.c: an operand's element at a place, loaded or computed on the spot; registers */
#ifndef JACQUARD_JIT_LLVM_ELEMENT_H
#define JACQUARD_JIT_LLVM_ELEMENT_H

#include "jit/llvm/emit.h"

/* For lower.h's table. */
jit_scalar jit_llvm_operand(jit_emit *em, const ir_eqn *e, int k, jit_place where);
jit_scalar jit_llvm_guarded(jit_emit *em, jit_scalar truth, jit_scalar (*then)(jit_emit *, void *),
                            void *env, jit_scalar other);

LLVMValueRef jit_element(jit_emit *em, ir_value *v, const jit_place *where);
/* Computes output k of an elementwise or indexed equation at a place. */
LLVMValueRef jit_compute(jit_emit *em, const ir_eqn *e, int k, const jit_place *where);
void jit_forget(jit_emit *em, int down_to);
LLVMValueRef jit_reg(jit_emit *em, const ir_value *v);
void jit_set_reg(jit_emit *em, const ir_value *v, LLVMValueRef x);

#endif

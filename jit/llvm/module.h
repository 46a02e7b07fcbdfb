/* module.c: the whole function */
#ifndef JACQUARD_JIT_LLVM_MODULE_H
#define JACQUARD_JIT_LLVM_MODULE_H

#include "jit/llvm/emit.h"

/* The schedule as a module with a function `name`; NULL with an error recorded. wants_eqns: does it
 * read its table of equations? */
LLVMModuleRef jit_emit_module(const jit_schedule *s, LLVMContextRef cx, const char *name,
                              bool *wants_eqns);

#endif

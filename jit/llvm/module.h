/* module.c: the whole module */
#ifndef JACQUARD_JIT_LLVM_MODULE_H
#define JACQUARD_JIT_LLVM_MODULE_H

#include "jit/llvm/emit.h"

/* Makes a module from the schedule, with a function called `name`; NULL with an error recorded.
 * *wants_eqns says whether the function reads its table of equations. */
LLVMModuleRef jit_emit_module(const jit_schedule *s, LLVMContextRef cx, const char *name,
                              bool *wants_eqns);

#endif

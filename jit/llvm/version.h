/* The differences between the versions of LLVM that the library can be built with. */
#ifndef JIT_LLVM_VERSION_H
#define JIT_LLVM_VERSION_H

#include <llvm-c/Core.h>
#include <llvm/Config/llvm-config.h>
#include <stdbool.h>

/* instcombine that runs over a function once and does not check that nothing is left to do. */
#if LLVM_VERSION_MAJOR >= 18
#define JIT_INSTCOMBINE_ONCE "instcombine<no-verify-fixpoint>"
#else
#define JIT_INSTCOMBINE_ONCE "instcombine<max-iterations=1>"
#endif

/* Lets LLVM reorder a floating-point instruction. The C interface of LLVM 17 lacks this, so there
 * the function of the C++ interface is called by the name of its symbol. */
#if LLVM_VERSION_MAJOR >= 18
static inline void jit_allow_reassociation(LLVMValueRef instruction)
{
    LLVMSetFastMathFlags(instruction, LLVMFastMathAllowReassoc);
}
#else
void jit_set_reassociation(LLVMValueRef instruction,
                           bool allowed) __asm__("_ZN4llvm11Instruction18setHasAllowReassocEb");
static inline void jit_allow_reassociation(LLVMValueRef instruction)
{
    jit_set_reassociation(instruction, true);
}
#endif

#endif

/* The differences between the versions of LLVM that the library can be built with. */
#ifndef JIT_LLVM_VERSION_H
#define JIT_LLVM_VERSION_H

#include <llvm-c/Core.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/OrcEE.h>
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

/* How to build a JIT that unmaps the code of a removed object; NULL: as LLVM does by default. The
 * default of LLVM 17 leaves it mapped, two pages an object (llvm-project's pull request 81943), so
 * that a process that goes on compiling runs out of mappings; the older linker unmaps it. */
#if LLVM_VERSION_MAJOR >= 18
static inline LLVMOrcLLJITBuilderRef jit_linker_that_unmaps(void)
{
    return NULL;
}
#else
static inline LLVMOrcObjectLayerRef jit_older_linker(void *env, LLVMOrcExecutionSessionRef session,
                                                     const char *triple)
{
    (void)env, (void)triple;
    return LLVMOrcCreateRTDyldObjectLinkingLayerWithSectionMemoryManager(session);
}

static inline LLVMOrcLLJITBuilderRef jit_linker_that_unmaps(void)
{
    LLVMOrcLLJITBuilderRef builder = LLVMOrcCreateLLJITBuilder();
    LLVMOrcLLJITBuilderSetObjectLinkingLayerCreator(builder, jit_older_linker, NULL);
    return builder;
}
#endif

#endif

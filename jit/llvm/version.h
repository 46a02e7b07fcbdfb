/* The differences between the versions of LLVM that the library can be built with. */
#ifndef JIT_LLVM_VERSION_H
#define JIT_LLVM_VERSION_H

#include <llvm/Config/llvm-config.h>

/* instcombine that runs over a function once and does not check that nothing is left to do. */
#if LLVM_VERSION_MAJOR >= 18
#define JIT_INSTCOMBINE_ONCE "instcombine<no-verify-fixpoint>"
#else
#define JIT_INSTCOMBINE_ONCE "instcombine<max-iterations=1>"
#endif

#endif

/* ---- cpu.c: the CPU that code is compiled for ----------------------------------------------- */
#ifndef JIT_LLVM_CPU_H
#define JIT_LLVM_CPU_H

/* Sets LLVM's name for the CPU and its feature list: this machine's CPU, or the one that
 * JACQUARD_CPU asks for. Both strings stay valid until the process exits. */
void jit_cpu_choose(const char **cpu, const char **features);

#endif

/* ---- cpu.c: the CPU that code is compiled for ------------------------------------------------ */
#ifndef JIT_LLVM_CPU_H
#define JIT_LLVM_CPU_H

/* LLVM's name of the CPU, and its features as LLVM lists them, both to be kept as long as the
 * process lives: this machine's CPU, or what JACQUARD_CPU asks for. */
void jit_cpu_choose(const char **cpu, const char **features);

#endif

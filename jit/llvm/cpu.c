/* The CPU that code is compiled for: this machine's, unless JACQUARD_CPU names a level of the
 * x86-64 ABI. Only levels are accepted, not every CPU name that LLVM knows: LLVM's C interface does
 * not tell whether it knows a name or which features that CPU has, and code that uses a feature
 * missing from this machine would crash. */
#include <string.h>

#include <llvm-c/Core.h>
#include <llvm-c/TargetMachine.h>

#include "ir/ir.h"
#include "jit/llvm/cpu.h"

#define ENV "JACQUARD_CPU"

#if defined(__x86_64__)
#define V1 "+cmov,+cx8,+fxsr,+mmx,+sse,+sse2"
#define V2 V1 ",+cx16,+popcnt,+sahf,+sse3,+ssse3,+sse4.1,+sse4.2"
#define V3 V2 ",+avx,+avx2,+bmi,+bmi2,+f16c,+fma,+lzcnt,+movbe,+xsave"
#define V4 V3 ",+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl"
static const char *const names[] = {"native",    "x86-64",    "x86-64-v2",
                                    "x86-64-v3", "x86-64-v4", NULL};
static const char *const has[] = {"", V1, V2, V3, V4};
#else
static const char *const names[] = {"native", NULL};
static const char *const has[] = {""};
#endif

/* The first feature of `wanted` that is not in `there`, and its length; NULL if all are there. */
static const char *lacks(const char *there, const char *wanted, size_t *len)
{
    for (; *wanted; wanted += *len + (wanted[*len] == ',')) {
        *len = strcspn(wanted, ",");
        const char *at = there;
        while (at && (strncmp(at, wanted, *len) != 0 || (at[*len] && at[*len] != ',')))
            if ((at = strchr(at, ',')))
                at++;
        if (!at)
            return wanted;
    }
    return NULL;
}

void jit_cpu_choose(const char **cpu, const char **features)
{
    char *host = LLVMGetHostCPUName(), *there = LLVMGetHostCPUFeatures();
    *cpu = host;
    *features = there;
    int k = ir_env_word(ENV, names);
    if (k <= 0)
        return;
    size_t len;
    const char *missing = lacks(there, has[k], &len);
    if (missing) {
        ir_env_say(ENV, "is %s, but this machine's CPU lacks %.*s, so it is ignored", names[k],
                   (int)len - 1, missing + 1);
        return;
    }
    LLVMDisposeMessage(host);
    LLVMDisposeMessage(there);
    *cpu = names[k];
    *features = has[k];
}

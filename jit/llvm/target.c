/* The host as LLVM sees it. A target machine serves one thread at a time and is expensive to make,
 * so unused machines are kept in a pool. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <llvm-c/Analysis.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/Support.h>
#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>
#include <llvm-c/Transforms/PassBuilder.h>

#include "jit/llvm/cpu.h"
#include "jit/llvm/target.h"
#include "jit/llvm/version.h"
#include "jit/observe/debug.h"

typedef struct machine {
    LLVMTargetMachineRef tm;
    struct machine *next;
} machine;

/* Like default<O2>, with these differences: before vectorisation only tiny loops are unrolled; the
 * loops that the vectoriser makes are not unrolled further; passes for programs of many functions
 * are left out. This takes half the time of default<O3> and the code is as fast or faster (measured
 * on chains, reductions, products and scalar loops). The SLP vectoriser is left out as well: LLVM
 * 19's narrows signed integers as if they were unsigned, which gave wrong results
 * (tests/fuzz/found). */
#define SIMPLER     JIT_INSTCOMBINE_ONCE
#define TIDY_UNROLL "loop-unroll<O2;no-partial;no-runtime"
#define TO_VECTORS                                                                                 \
    "sroa,early-cse<memssa>,simplifycfg," SIMPLER ","                                              \
    "loop-mssa(loop-rotate,licm,simple-loop-unswitch),simplifycfg," SIMPLER ","                    \
    "loop(loop-idiom,loop-deletion)," TIDY_UNROLL ";no-peeling;full-unroll-max=8>,"                \
    "sroa,gvn," SIMPLER ",loop-vectorize"
#define FROM_VECTORS(after_unroll)                                                                 \
    SIMPLER ",simplifycfg," TIDY_UNROLL ";full-unroll-max=4>," after_unroll SIMPLER                \
            ",loop-mssa(licm),simplifycfg"
#define START "mergefunc,always-inline,function(" TO_VECTORS
#define END   "),globaldce"
/* If the loops over them are unrolled, arrays on the stack become registers. */
#define STACK "sroa,gvn,"
static const char *const pipeline[] = {START "," FROM_VECTORS("") END,
                                       START "," FROM_VECTORS(STACK) END};
/* The same pipeline in two halves, for modules with functions that are inlined late. */
static const char *const to_vectors = START ")";
static const char *const from_vectors[] = {"always-inline,function(" FROM_VECTORS("") END,
                                           "always-inline,function(" FROM_VECTORS(STACK) END};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;
static machine *pool;
static const char *cpu, *features;
static char *triple, name[4096];

static char wrong[512]; /* what is wrong with the LLVM that the program was linked with */

/* A program linked with the static library may have got functions of another LLVM, whose structs
 * differ. Calling them would crash. */
static void check_version(void)
{
    unsigned major, minor, patch;
    Dl_info a, b, c;
    LLVMGetVersion(&major, &minor, &patch);
    if (major != LLVM_VERSION_MAJOR) {
        snprintf(wrong, sizeof wrong, "the program has LLVM %u", major);
        return;
    }
    if (dladdr((void *)(uintptr_t)LLVMGetVersion, &a) &&
        dladdr((void *)(uintptr_t)LLVMContextCreate, &b) &&
        dladdr((void *)(uintptr_t)LLVMOrcCreateLLJIT, &c) &&
        (a.dli_fbase != b.dli_fbase || a.dli_fbase != c.dli_fbase))
        snprintf(wrong, sizeof wrong, "some of LLVM's functions are those of %s",
                 a.dli_fbase != b.dli_fbase ? b.dli_fname : c.dli_fname);
}

static void init(void)
{
    check_version();
    if (*wrong) {
        snprintf(name, sizeof name, "another LLVM");
        return;
    }
    /* Loop strength reduction took up to half of the code generation time and made no code faster,
     * because only plain loops are left after the passes above. LLVM can turn it off only for the
     * whole process. */
    LLVMParseCommandLineOptions(2, (const char *const[]){"jacquard", "-disable-lsr"}, NULL);
    LLVMInitializeNativeTarget();
    LLVMInitializeNativeAsmPrinter();
    jit_cpu_choose(&cpu, &features);
    triple = LLVMGetDefaultTargetTriple();
    const char *lines = jit_debug_wanted() ? " debug" : "";
    unsigned major, minor, patch;
    LLVMGetVersion(&major, &minor, &patch);
    snprintf(name, sizeof name, "LLVM %u.%u.%u %s %s %s%s", major, minor, patch, triple, cpu,
             features, lines);
}

bool jit_target_is_right(void)
{
    pthread_once(&once, init);
    return !*wrong || ir_fail("jit: %s, but this library needs LLVM %d: link it before any other "
                              "LLVM, or use the shared library",
                              wrong, LLVM_VERSION_MAJOR);
}

const char *jit_target_name(void)
{
    pthread_once(&once, init);
    return name;
}

bool jit_target_masks(void)
{
    pthread_once(&once, init);
    return strstr(features, "+avx512bw") && strstr(features, "+avx512vl");
}

int64_t jit_target_vector_bytes(void)
{
    pthread_once(&once, init);
    return strstr(features, "+avx2") ? 32 : 16;
}

bool jit_target_loads_in_part(void)
{
    pthread_once(&once, init);
    return strstr(features, "+avx2") != NULL;
}

bool jit_target_halves(void)
{
    pthread_once(&once, init);
    return strstr(features, "+f16c") || !strstr(triple, "86");
}

unsigned jit_target_half_lanes(void)
{
    pthread_once(&once, init);
    return strstr(features, "+f16c") ? 8 : 0;
}

static machine *machine_new(void)
{
    LLVMTargetRef target;
    char *why = NULL;
    if (LLVMGetTargetFromTriple(triple, &target, &why)) {
        ir_fail("jit: LLVM has no target for %s: %s", triple, why);
        LLVMDisposeMessage(why);
        return NULL;
    }
    machine *m = ir_new(sizeof *m);
    if (!m)
        return NULL;
    m->tm = LLVMCreateTargetMachine(target, triple, cpu, features, LLVMCodeGenLevelDefault,
                                    LLVMRelocPIC, LLVMCodeModelSmall);
    return m;
}

static machine *machine_take(void)
{
    pthread_once(&once, init);
    ir_lock(&pool_lock);
    machine *m = pool;
    if (m)
        pool = m->next;
    ir_unlock(&pool_lock);
    return m ? m : machine_new();
}

static void machine_give_back(machine *m)
{
    ir_lock(&pool_lock);
    m->next = pool;
    pool = m;
    ir_unlock(&pool_lock);
}

static bool verified(LLVMModuleRef m)
{
#ifndef NDEBUG
    char *why = NULL;
    if (LLVMVerifyModule(m, LLVMReturnStatusAction, &why)) {
        ir_fail("jit: the emitted module is not valid: %s", why);
        LLVMDisposeMessage(why);
        return false;
    }
    LLVMDisposeMessage(why);
#else
    (void)m;
#endif
    return true;
}

static bool run_passes(LLVMModuleRef m, const machine *host, const char *passes)
{
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef err = LLVMRunPasses(m, passes, host->tm, options);
    LLVMDisposePassBuilderOptions(options);
    if (!err)
        return true;
    char *why = LLVMGetErrorMessage(err);
    ir_fail("jit: LLVM's passes failed: %s", why);
    LLVMDisposeErrorMessage(why);
    return false;
}

static bool has(LLVMValueRef f, const char *attribute)
{
    return LLVMGetStringAttributeAtIndex(f, LLVMAttributeFunctionIndex, attribute,
                                         (unsigned)strlen(attribute)) != NULL;
}

static bool any_has(LLVMModuleRef m, const char *attribute)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        if (has(f, attribute))
            return true;
    return false;
}

static void inline_now(LLVMModuleRef m)
{
    unsigned never = LLVMGetEnumAttributeKindForName("noinline", strlen("noinline"));
    unsigned always = LLVMGetEnumAttributeKindForName("alwaysinline", strlen("alwaysinline"));
    LLVMAttributeRef a = LLVMCreateEnumAttribute(LLVMGetModuleContext(m), always, 0);
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        if (has(f, JIT_INLINE_LATE)) {
            LLVMRemoveEnumAttributeAtIndex(f, LLVMAttributeFunctionIndex, never);
            LLVMAddAttributeAtIndex(f, LLVMAttributeFunctionIndex, a);
        }
}

static bool optimize(LLVMModuleRef m, const machine *host, bool stack)
{
    stack = stack || any_has(m, JIT_ONE_VECTOR) || any_has(m, JIT_HAS_BANK);
    if (!any_has(m, JIT_INLINE_LATE))
        return run_passes(m, host, pipeline[stack]);
    if (!run_passes(m, host, to_vectors))
        return false;
    inline_now(m);
    return run_passes(m, host, from_vectors[stack]);
}

bool jit_target_optimize(LLVMModuleRef m, bool stack)
{
    if (!verified(m))
        return false;
    machine *host = machine_take();
    if (!host)
        return false;
    LLVMSetTarget(m, triple);
    LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(host->tm);
    LLVMSetModuleDataLayout(m, layout);
    LLVMDisposeTargetData(layout);
    bool ok = optimize(m, host, stack);
    machine_give_back(host);
    if (ok && strstr(features, "+f16c") && !strstr(features, "+avx512fp16"))
        jit_widen_compares(m);
    return ok;
}

LLVMMemoryBufferRef jit_target_emit(LLVMModuleRef m, bool assembly)
{
    machine *host = machine_take();
    if (!host)
        return NULL;
    LLVMMemoryBufferRef code = NULL;
    char *why = NULL;
    if (LLVMTargetMachineEmitToMemoryBuffer(
            host->tm, m, assembly ? LLVMAssemblyFile : LLVMObjectFile, &why, &code)) {
        ir_fail("jit: LLVM cannot emit code: %s", why);
        LLVMDisposeMessage(why);
        code = NULL;
    }
    machine_give_back(host);
    return code;
}

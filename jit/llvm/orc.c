/* Object code into this process's memory, and out again: one LLJIT, with a resource tracker for
 * each program, so that dropping the program frees its code. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>

#include "jit/program/compile.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static LLVMOrcLLJITRef jit;
static char *broken; /* why there is no JIT */

static LLVMErrorRef define_host_functions(void)
{
    enum { MOST = 64 };
    LLVMOrcCSymbolMapPair pair[MOST];
    size_t n = 0;
    for (const jit_host_function *f = jit_host_functions; f->name && n < MOST; f++)
        pair[n++] = (LLVMOrcCSymbolMapPair){LLVMOrcLLJITMangleAndIntern(jit, f->name),
                                            {(LLVMOrcExecutorAddress)(uintptr_t)f->address,
                                             {LLVMJITSymbolGenericFlagsExported, 0}}};
    return LLVMOrcJITDylibDefine(LLVMOrcLLJITGetMainJITDylib(jit), LLVMOrcAbsoluteSymbols(pair, n));
}

static void init(void)
{
    jit_target_name(); /* initialises the target */
    LLVMErrorRef err = LLVMOrcCreateLLJIT(&jit, NULL);
    if (!err)
        err = define_host_functions();
    if (err)
        broken = LLVMGetErrorMessage(err);
}

static bool fails(LLVMErrorRef err, const char *what)
{
    if (!err)
        return false;
    char *why = LLVMGetErrorMessage(err);
    ir_fail("jit: %s: %s", what, why);
    LLVMDisposeErrorMessage(why);
    return true;
}

/* For debuggers; NULL if none wants it. */
static char *copy_of(LLVMMemoryBufferRef object, size_t *size)
{
    *size = LLVMGetBufferSize(object);
    if (!jit_debug_wanted())
        return NULL;
    return memcpy(ir_xmalloc(*size), LLVMGetBufferStart(object), *size);
}

bool jit_code_load(LLVMMemoryBufferRef object, const char *name, const char *title, jit_code *out)
{
    pthread_once(&once, init);
    if (broken) {
        LLVMDisposeMemoryBuffer(object);
        return ir_fail("jit: %s", broken);
    }
    out->tracker = LLVMOrcJITDylibCreateResourceTracker(LLVMOrcLLJITGetMainJITDylib(jit));
    LLVMOrcExecutorAddress address = 0;
    size_t size;
    char *copy = copy_of(object, &size);
    if (fails(LLVMOrcLLJITAddObjectFileWithRT(jit, out->tracker, object), "cannot add code") ||
        fails(LLVMOrcLLJITLookup(jit, &address, name), "cannot link code")) {
        free(copy);
        jit_code_drop(out);
        return false;
    }
    if (copy)
        out->shown = jit_debug_show(copy, size, name, address, title);
    out->entry = (jit_entry *)(uintptr_t)address;
    return true;
}

void jit_code_drop(jit_code *code)
{
    if (!code->tracker)
        return;
    jit_debug_hide(code->shown);
    LLVMErrorRef err = LLVMOrcResourceTrackerRemove(code->tracker);
    if (err)
        LLVMConsumeError(err);
    LLVMOrcReleaseResourceTracker(code->tracker);
    LLVMOrcExecutionSessionRef session = LLVMOrcLLJITGetExecutionSession(jit);
    LLVMOrcSymbolStringPoolClearDeadEntries(LLVMOrcExecutionSessionGetSymbolStringPool(session));
    *code = (jit_code){0};
}

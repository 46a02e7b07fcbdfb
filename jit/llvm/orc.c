/* Loads object code into this process and unloads it: one LLJIT, with a resource tracker per
 * program, so that dropping the program frees its code. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>

#include "jit/llvm/target.h"
#include "jit/llvm/version.h"
#include "jit/observe/debug.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static LLVMOrcLLJITRef jit;
static char *broken; /* why there is no JIT */

enum { MOST_SYMBOLS = 256 };
typedef struct {
    size_t n;
    LLVMOrcCSymbolMapPair pair[MOST_SYMBOLS];
} symbols;

static void add_symbol(void *env, const char *name, void *address)
{
    symbols *s = env;
    if (s->n < MOST_SYMBOLS)
        s->pair[s->n++] = (LLVMOrcCSymbolMapPair){
            LLVMOrcLLJITMangleAndIntern(jit, name),
            {(LLVMOrcExecutorAddress)(uintptr_t)address, {LLVMJITSymbolGenericFlagsExported, 0}}};
}

static LLVMErrorRef define_symbols(void)
{
    symbols s = {0};
    jit_each_symbol(add_symbol, &s);
    return LLVMOrcJITDylibDefine(LLVMOrcLLJITGetMainJITDylib(jit),
                                 LLVMOrcAbsoluteSymbols(s.pair, s.n));
}

/* A program's loaded code. */
typedef struct {
    LLVMOrcResourceTrackerRef tracker;
    jit_shown *shown; /* registered with debuggers */
} loaded;

static void init(void)
{
    jit_target_name(); /* initialises the target */
    LLVMErrorRef err = LLVMOrcCreateLLJIT(&jit, jit_linker_that_unmaps());
    if (!err)
        err = define_symbols();
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

/* A copy of the object for debuggers; NULL if none is wanted, or if there is no memory. */
static char *copy_of(LLVMMemoryBufferRef object, size_t *size)
{
    *size = LLVMGetBufferSize(object);
    if (!jit_debug_wanted())
        return NULL;
    IR_OPTIONAL;
    char *copy = ir_new(*size);
    return copy ? memcpy(copy, LLVMGetBufferStart(object), *size) : NULL;
}

static void unload(loaded *l)
{
    jit_debug_hide(l->shown);
    LLVMErrorRef err = LLVMOrcResourceTrackerRemove(l->tracker);
    if (err)
        LLVMConsumeError(err);
    LLVMOrcReleaseResourceTracker(l->tracker);
    LLVMOrcExecutionSessionRef session = LLVMOrcLLJITGetExecutionSession(jit);
    LLVMOrcSymbolStringPoolClearDeadEntries(LLVMOrcExecutionSessionGetSymbolStringPool(session));
    free(l);
}

bool jit_orc_load(jit_bytes *object, const char *name, const char *title, jit_code *out)
{
    if (!jit_target_is_right()) {
        jit_bytes_release(object);
        return false;
    }
    pthread_once(&once, init);
    LLVMMemoryBufferRef buffer = jit_bytes_buffer(object);
    if (broken) {
        LLVMDisposeMemoryBuffer(buffer);
        return ir_fail("jit: %s", broken);
    }
    loaded *l = ir_new(sizeof *l);
    if (!l) {
        LLVMDisposeMemoryBuffer(buffer);
        return false;
    }
    l->tracker = LLVMOrcJITDylibCreateResourceTracker(LLVMOrcLLJITGetMainJITDylib(jit));
    LLVMOrcExecutorAddress address = 0;
    size_t size;
    char *copy = copy_of(buffer, &size);
    if (fails(LLVMOrcLLJITAddObjectFileWithRT(jit, l->tracker, buffer), "cannot add code") ||
        fails(LLVMOrcLLJITLookup(jit, &address, name), "cannot link code")) {
        free(copy);
        unload(l);
        return false;
    }
    if (copy)
        l->shown = jit_debug_show(copy, size, name, address, title);
    *out = (jit_code){(jac_host_entry *)(uintptr_t)address, l};
    return true;
}

void jit_orc_drop(jit_code *code)
{
    if (code->loaded)
        unload(code->loaded);
    *code = (jit_code){0};
}

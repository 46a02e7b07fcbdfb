/* The stages from an optimised graph to code, one function each. */
#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "jit/program/compile.h"
#include "jit/llvm/module.h"

double jit_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

/* Without it, LLVM prints what goes wrong and ends the process. */
static void diagnose(LLVMDiagnosticInfoRef info, void *context)
{
    (void)context;
    if (LLVMGetDiagInfoSeverity(info) != LLVMDSError)
        return;
    char *text = LLVMGetDiagInfoDescription(info);
    ir_fail("jit: %s", text);
    LLVMDisposeMessage(text);
}

void jit_new_name(char name[JIT_NAME_SIZE])
{
    static atomic_uint_least64_t number;
    snprintf(name, JIT_NAME_SIZE, "jacquard_%016" PRIx64, atomic_fetch_add(&number, 1));
}

bool jit_build_schedule(jit_build *b, const ir_graph *g, const uint8_t *donated)
{
    jit_new_name(b->name);
    b->schedule = jit_schedule_make(g, donated);
    return true;
}

bool jit_build_module(jit_build *b)
{
    b->cx = LLVMContextCreate();
    LLVMContextSetDiagnosticHandler(b->cx, diagnose, NULL);
    b->module = jit_emit_module(b->schedule, b->cx, b->name, &b->wants_eqns);
    return b->module != NULL;
}

bool jit_build_optimize(jit_build *b)
{
    return jit_target_optimize(b->module, b->schedule->on_stack);
}

void jit_build_end(jit_build *b)
{
    if (b->module)
        LLVMDisposeModule(b->module);
    if (b->cx)
        LLVMContextDispose(b->cx);
    jit_schedule_free(b->schedule);
    *b = (jit_build){0};
}

/* LLVM as a back end, for the machine that the process runs on. Implements jit/backend.h's
 * functions, each with a few calls of module.c, target.c and orc.c.
 */
#include <stdlib.h>
#include <string.h>

#include "jit/llvm/module.h"
#include "jit/llvm/target.h"

struct jit_module {
    LLVMContextRef cx;
    LLVMModuleRef mod;
    bool stack; /* are there arrays on the stack? */
};

/* Without a handler, LLVM prints the error and ends the process. */
static void diagnose(LLVMDiagnosticInfoRef info, void *context)
{
    (void)context;
    if (LLVMGetDiagInfoSeverity(info) != LLVMDSError)
        return;
    char *text = LLVMGetDiagInfoDescription(info);
    ir_fail("jit: %s", text);
    LLVMDisposeMessage(text);
}

static void end(jit_module *m)
{
    if (!m)
        return;
    if (m->mod)
        LLVMDisposeModule(m->mod);
    LLVMContextDispose(m->cx);
    free(m);
}

static jit_module *emit(const jit_schedule *s, const char *name, bool *wants_eqns)
{
    if (!jit_target_is_right())
        return NULL;
    jit_module *m = ir_new(sizeof *m);
    if (!m)
        return NULL;
    m->cx = LLVMContextCreate();
    LLVMContextSetDiagnosticHandler(m->cx, diagnose, NULL);
    m->stack = s->on_stack;
    m->mod = jit_emit_module(s, m->cx, name, wants_eqns);
    if (m->mod)
        return m;
    end(m);
    return NULL;
}

static bool optimize(jit_module *m)
{
    return jit_target_optimize(m->mod, m->stack);
}

static bool code(jit_module *m, jit_bytes *out)
{
    *out = jit_buffer_bytes(jit_target_emit(m->mod, false));
    return out->at;
}

/* ---- text ----------------------------------------------------------------------------------- */

static char *module_text(LLVMModuleRef mod)
{
    char *printed = LLVMPrintModuleToString(mod), *text = strdup(printed);
    LLVMDisposeMessage(printed);
    return text;
}

/* Works on a copy, because emitting code changes the module. */
static char *assembly_text(LLVMModuleRef mod)
{
    LLVMModuleRef copy = LLVMCloneModule(mod);
    jit_bytes b = jit_buffer_bytes(jit_target_emit(copy, true));
    LLVMDisposeModule(copy);
    char *text = b.at ? strndup(b.at, b.size) : NULL;
    jit_bytes_release(&b);
    return text;
}

static char *text(jit_module *m, jit_text what)
{
    return what == JIT_TEXT_ASM ? assembly_text(m->mod) : module_text(m->mod);
}

const jit_backend jit_backend_llvm = {
    .name = "llvm",
    .limits = {.small_buffer = 1 << 10,
               .stack = 16 << 10,
               .strip_least_rows = 32,
               .strip_least_bytes = 512 << 10,
               .strip_bytes = 32 << 10,
               .strip_most_bytes = 256 << 10,
               .lane_bytes = 1280,
               .fewest_lanes = 16,
               .most_lanes = 128,
               .product = 32 * 32 * 32,
               .tiny_product = 128,
               .product_side = 64,
               .shared_kernel = 1 << 17,
               .shared_parts = 64,
               .shared_line = 16,
               .shared_page = 1024,
               .free_cost = 1,
               .repeated_cost = 8,
               .tile_bytes = 16 << 10,
               .strip_multiple = 16},
    .target = jit_target_name,
    .emit = emit,
    .optimize = optimize,
    .code = code,
    .end = end,
    .text = text,
    .emitted_suffix = "ll",
    .optimized_suffix = "opt.ll",
    .asm_suffix = "s",
    .load = jit_orc_load,
    .drop = jit_orc_drop,
};

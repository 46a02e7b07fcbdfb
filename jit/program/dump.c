/* What is written for people: a line for each compiled program (JACQUARD_LOG=compile), the stages
 * as files (JACQUARD_DUMP=directory), and the same as text for tests.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "jit/program/compile.h"

bool jit_logs(jit_log what)
{
    return ir_env_list("JACQUARD_LOG", "compile", "perf") & what;
}

void jit_log_compiled(const jit_program *p, const jit_stats *st)
{
    if (!jit_logs(JIT_LOG_COMPILE))
        return;
    fprintf(stderr,
            "jacquard: compile %s %016" PRIx64 "%016" PRIx64 " eqns %d -> %d, kernels %d%s%s, ms: "
            "trace %.2f passes %.2f schedule %.2f llvm %.2f (emit %.2f optimize %.2f code %.2f "
            "load %.2f)\n",
            p->g->name, st->hash.hi, st->hash.lo, st->eqns_before, st->eqns_after, st->kernels,
            st->cached      ? " (cached)"
            : st->from_disk ? " (from disk)"
                            : "",
            p->profile ? " (profiled)" : "", st->ms_trace, st->ms_passes, st->ms_schedule,
            st->ms_llvm, st->ms_emit, st->ms_optimize, st->ms_code, st->ms_load);
}

/* ---- files -------------------------------------------------------------------------------------- */

const char *jit_dump_dir(void)
{
    const char *dir = getenv("JACQUARD_DUMP");
    return dir && *dir ? dir : NULL;
}

static FILE *open_dump(ir_hash128 hash, const char *suffix)
{
    const char *dir = jit_dump_dir();
    char path[4096];
    mkdir(dir, 0777);
    snprintf(path, sizeof path, "%s/%016" PRIx64 "%016" PRIx64 ".%s", dir, hash.hi, hash.lo,
             suffix);
    FILE *f = fopen(path, "w");
    if (!f)
        fprintf(stderr, "jacquard: cannot write %s: %s\n", path, strerror(errno));
    return f;
}

void jit_dump_graphs(const ir_graph *g, const ir_graph *optimised, ir_hash128 hash)
{
    FILE *f = open_dump(hash, "graph.txt");
    if (f) {
        ir_print(f, g, true);
        fclose(f);
    }
    if ((f = open_dump(hash, "opt.txt"))) {
        ir_print(f, optimised, true);
        fclose(f);
    }
}

/* ---- text --------------------------------------------------------------------------------------- */

static char *schedule_text(const jit_schedule *s)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    if (!f)
        return NULL;
    jit_schedule_print(f, s);
    fclose(f);
    return text;
}

static char *module_text(LLVMModuleRef m)
{
    char *printed = LLVMPrintModuleToString(m), *text = strdup(printed);
    LLVMDisposeMessage(printed);
    return text;
}

/* Of a copy: emitting code changes the module. */
static char *assembly_text(LLVMModuleRef m)
{
    LLVMModuleRef copy = LLVMCloneModule(m);
    LLVMMemoryBufferRef code = jit_target_emit(copy, true);
    LLVMDisposeModule(copy);
    if (!code)
        return NULL;
    char *text = strndup(LLVMGetBufferStart(code), LLVMGetBufferSize(code));
    LLVMDisposeMemoryBuffer(code);
    return text;
}

static char *build_text(const jit_build *b, jit_text what)
{
    switch (what) {
    case JIT_TEXT_SCHEDULE:
        return schedule_text(b->schedule);
    case JIT_TEXT_ASM:
        return assembly_text(b->module);
    default:
        return module_text(b->module);
    }
}

void jit_dump_build(jit_build *b, ir_hash128 hash, const char *suffix)
{
    if (!jit_dump_dir())
        return;
    jit_text what = !strcmp(suffix, "schedule.txt") ? JIT_TEXT_SCHEDULE
                    : !strcmp(suffix, "s")          ? JIT_TEXT_ASM
                                                    : JIT_TEXT_LLVM;
    char *text = build_text(b, what);
    FILE *f = text ? open_dump(hash, suffix) : NULL;
    if (f) {
        fputs(text, f);
        fclose(f);
    }
    free(text);
}

char *jit_emit_text(ir_graph *g, jit_text what)
{
    IR_AUTO_GRAPH optimised = ir_optimize(g);
    jit_build b = {0};
    bool ok = optimised && jit_build_schedule(&b, optimised, NULL);
    if (what >= JIT_TEXT_LLVM)
        ok = ok && jit_build_module(&b);
    if (what >= JIT_TEXT_LLVM_OPT)
        ok = ok && jit_build_optimize(&b);
    char *text = ok ? build_text(&b, what) : NULL;
    jit_build_end(&b);
    return text;
}

/* Output for people: a line for each compiled program (JACQUARD_LOG=compile), the stages as files
 * (JACQUARD_DUMP=directory), and the stages as text for tests.
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
    IR_C_NUMBERS;
    fprintf(stderr,
            "jacquard: compile %s %016" PRIx64 "%016" PRIx64 " eqns %d -> %d, kernels %d%s%s, ms: "
            "trace %.2f passes %.2f schedule %.2f llvm %.2f (emit %.2f optimize %.2f code %.2f "
            "load %.2f)\n",
            p->key.g->name, st->hash.hi, st->hash.lo, st->eqns_before, st->eqns_after, st->kernels,
            st->cached      ? " (cached)"
            : st->from_disk ? " (from disk)"
                            : "",
            p->key.profiled ? " (profiled)" : "", st->ms_trace, st->ms_passes, st->ms_schedule,
            st->ms_llvm, st->ms_emit, st->ms_optimize, st->ms_code, st->ms_load);
}

/* ---- files ---------------------------------------------------------------------------------- */

const char *jit_dump_dir(void)
{
    const char *dir = secure_getenv("JACQUARD_DUMP");
    return dir && *dir ? dir : NULL;
}

static FILE *open_dump(const jit_key *key, const char *suffix)
{
    const char *dir = jit_dump_dir();
    char path[4096];
    if (!dir)
        return NULL;
    mkdir(dir, 0777);
    snprintf(path, sizeof path, "%s/%016" PRIx64 "%016" PRIx64 ".%s", dir, key->hash.hi,
             key->hash.lo, suffix);
    FILE *f = fopen(path, "w");
    if (!f)
        fprintf(stderr, "jacquard: cannot write %s: %s\n", path, strerror(errno));
    return f;
}

static void dump_graph(const ir_graph *g, const jit_key *key, const char *suffix)
{
    FILE *f = open_dump(key, suffix);
    if (!f)
        return;
    ir_print(f, g, true);
    fclose(f);
}

void jit_dump_graphs(const ir_graph *g, const jit_key *optimised)
{
    if (!jit_dump_dir())
        return;
    IR_OPTIONAL;
    dump_graph(g, optimised, "graph.txt");
    dump_graph(optimised->g, optimised, "opt.txt");
}

void jit_dump_schedule(const jit_key *key, const jit_schedule *s)
{
    IR_OPTIONAL;
    FILE *f = s && jit_dump_dir() ? open_dump(key, "schedule.txt") : NULL;
    if (!f)
        return;
    jit_schedule_print(f, s);
    fclose(f);
}

void jit_dump_module(const jit_key *key, jit_module *m, jit_text what)
{
    IR_OPTIONAL;
    const jit_backend *b = key->backend;
    const char *suffix = what == JIT_TEXT_EMITTED     ? b->emitted_suffix
                         : what == JIT_TEXT_OPTIMIZED ? b->optimized_suffix
                                                      : b->asm_suffix;
    char *text = m && suffix && jit_dump_dir() ? b->text(m, what) : NULL;
    FILE *f = text ? open_dump(key, suffix) : NULL;
    if (f) {
        fputs(text, f);
        fclose(f);
    }
    free(text);
}

/* ---- text ----------------------------------------------------------------------------------- */

static char *schedule_text(const jit_schedule *s)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    if (!f)
        return NULL;
    jit_schedule_print(f, s);
    if (!fclose(f))
        return text;
    free(text);
    return NULL;
}

static char *module_text(const jit_backend *b, const jit_schedule *s, jit_text what)
{
    IR_NO_FORK;
    char name[JIT_NAME_SIZE];
    bool wants_eqns;
    jit_new_name(name);
    jit_module *m = b->emit(s, name, &wants_eqns);
    bool ok = m && (what == JIT_TEXT_EMITTED || b->optimize(m));
    char *text = ok ? b->text(m, what) : NULL;
    b->end(m);
    return text;
}

char *jit_emit_text(ir_graph *g, const jit_options *options, jit_text what)
{
    const jit_backend *b = options && options->backend ? options->backend : &jit_backend_llvm;
    const jit_limits *limits = options && options->limits ? options->limits : &b->limits;
    IR_AUTO_GRAPH optimised = ir_optimize(g);
    if (!optimised)
        return NULL;
    IR_AUTO_GRAPH scheduled = jit_widen_lanes(optimised, limits);
    if (!scheduled)
        return NULL;
    jit_schedule *s = jit_schedule_make(scheduled, options ? options->donated : NULL, limits);
    if (!s)
        return NULL;
    char *text = what == JIT_TEXT_SCHEDULE ? schedule_text(s) : module_text(b, s, what);
    jit_schedule_free(s);
    if (!text)
        ir_fail("out of memory: %s cannot be printed", optimised->name);
    return text;
}

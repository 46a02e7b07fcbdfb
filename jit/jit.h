/* The JIT as the runtime sees it: a graph goes in, a callable program comes out.
 *
 * graph -> passes -> schedule (kernels, buffers, control) -> module -> machine code. Programs are
 * immutable and shared: two threads, or two functions that trace to the same graph, get the same
 * one from the process-wide cache.
 */
#ifndef JACQUARD_JIT_JIT_H
#define JACQUARD_JIT_JIT_H

#include "ir/ir.h"
#include "jit/limits.h"

/* ---- compile.c, cache.c: programs, reference counted ---------------------------------------- */

typedef struct jit_program jit_program;
typedef struct jit_backend jit_backend;

/* How to compile; what is left out is as usual. */
typedef struct {
    /* By input: the caller gives up this input's buffer, so that an output may be made in it. NULL:
     * none. */
    const uint8_t *donated;
    bool profiled;              /* counts and times what it does (profile.h) */
    const jit_backend *backend; /* NULL: LLVM, for this machine */
    const jit_limits *limits;   /* NULL: the back end's */
} jit_options;

/* Optimises g, looks the result up in the cache, compiles it if it is not there. The caller owns
 * one reference to the program; g itself is left alone. NULL with an error recorded. Options may be
 * NULL. */
jit_program *jit_compile(ir_graph *g, const jit_options *options);

/* By output: the input whose buffer p must be given as this output's too; -1: one of its own. NULL:
 * all have their own. */
const int *jit_taken(const jit_program *p);

/* Drops a reference; NULL is fine. The cache keeps the programs used last, up to a bound. */
void jit_release(jit_program *p);

/* Runs p: in[k], out[k] are dense row-major buffers of the types of the graph's inputs and outputs,
 * aligned as their elements are. No buffer of out may overlap another, but for what jit_taken
 * says. Re-entrant. */
bool jit_run(const jit_program *p, const void *const *in, void *const *out);

/* ---- stats: what a compilation did ----------------------------------------------------------- */

typedef struct {
    double ms_trace, ms_passes, ms_schedule, ms_llvm;
    double ms_emit, ms_optimize, ms_code, ms_load; /* what ms_llvm consists of */
    int eqns_before, eqns_after, kernels;
    ir_hash128 hash;
    bool cached; /* found in the cache: schedule and LLVM took no time */
    bool from_disk; /* found in JACQUARD_CACHE_DIR: loaded, not compiled */
} jit_stats;

/* What the last jit_compile of this thread did; false if there was none. */
bool jit_last_stats(jit_stats *out);

double jit_now_ms(void); /* by a clock that only goes forwards */
/* The milliseconds that tracing took, to be shown with this thread's next jit_compile. */
void jit_note_trace_ms(double ms);

/* Programs that the cache holds now (used or not), and the bound on unused ones. */
int jit_cache_count(void);
enum { JIT_CACHE_KEEPS = 512 };

/* Does JACQUARD_LOG name it? (dump.c) */
typedef enum { JIT_LOG_COMPILE = 1, JIT_LOG_PERF = 2 } jit_log;
bool jit_logs(jit_log what);

/* ---- dump.c: what a graph is compiled to, as text -------------------------------------------- */

typedef enum {
    JIT_TEXT_SCHEDULE,  /* kernels, buffers, control */
    JIT_TEXT_EMITTED,   /* the back end's module as emitted: LLVM IR */
    JIT_TEXT_OPTIMIZED, /* after the back end's passes */
    JIT_TEXT_ASM,       /* assembly for this machine */
} jit_text;

/* Malloc'd; NULL with an error recorded. Works on the optimised g, as jit_compile does. Options may
 * be NULL. */
char *jit_emit_text(ir_graph *g, const jit_options *options, jit_text what);

#endif

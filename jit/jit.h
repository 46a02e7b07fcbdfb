/* The JIT as the runtime sees it: a graph goes in, a callable program comes out.
 *
 * graph -> passes -> schedule (kernels, buffers, control) -> module -> machine code. Programs are
 * immutable and shared: two threads, or two functions that trace to the same graph, get the same
 * program from the process-wide cache.
 */
#ifndef JACQUARD_JIT_JIT_H
#define JACQUARD_JIT_JIT_H

#include "ir/ir.h"
#include "jit/limits.h"

/* ---- compile.c, cache.c: programs, reference counted ---------------------------------------- */

typedef struct jit_program jit_program;
typedef struct jit_backend jit_backend;

/* How to compile. A field left zero has its default. */
typedef struct {
    /* By input: the caller gives up this input's buffer, so an output may be computed in it. NULL:
     * no input is donated. */
    const uint8_t *donated;
    bool profiled;              /* the program counts and times its steps (profile.h) */
    const jit_backend *backend; /* NULL: LLVM, for this machine */
    const jit_limits *limits;   /* NULL: the back end's own */
} jit_options;

/* Optimises g, looks the result up in the cache, and compiles it if it is not there. The caller
 * owns one reference to the program; g itself is unchanged. NULL with an error recorded. Options
 * may be NULL. */
jit_program *jit_compile(ir_graph *g, const jit_options *options);

/* By output: the input whose buffer must be passed to p as this output's buffer too; -1 if the
 * output has its own. NULL: all outputs have their own. */
const int *jit_taken(const jit_program *p);

/* Drops a reference; p may be NULL. The cache keeps the most recently used programs, up to a
 * bound. */
void jit_release(jit_program *p);

/* Runs p. in[k] and out[k] are dense row-major buffers with the types of the graph's inputs and
 * outputs, aligned for their elements. No buffer in `out` may overlap another, except as jit_taken
 * says. Re-entrant. */
bool jit_run(const jit_program *p, const void *const *in, void *const *out);

/* ---- stats: what a compilation did ---------------------------------------------------------- */

typedef struct {
    double ms_trace, ms_passes, ms_schedule, ms_llvm;
    double ms_emit, ms_optimize, ms_code, ms_load; /* the parts of ms_llvm */
    int eqns_before, eqns_after, kernels;
    ir_hash128 hash;
    bool cached;    /* found in the cache, so schedule and LLVM took no time */
    bool from_disk; /* loaded from JACQUARD_CACHE_DIR instead of compiled */
} jit_stats;

/* What the last jit_compile of this thread did; false if there was none. */
bool jit_last_stats(jit_stats *out);

double jit_now_ms(void); /* from a monotonic clock */
/* Notes how many milliseconds tracing took, for the statistics of this thread's next
 * jit_compile. */
void jit_note_trace_ms(double ms);

/* The number of programs in the cache, used or not, and the bound on unused ones. */
int jit_cache_count(void);
enum { JIT_CACHE_KEEPS = 512 };

/* Is this kind of log named in JACQUARD_LOG? (dump.c) */
typedef enum { JIT_LOG_COMPILE = 1, JIT_LOG_PERF = 2 } jit_log;
bool jit_logs(jit_log what);

/* ---- dump.c: what a graph is compiled to, as text ------------------------------------------- */

typedef enum {
    JIT_TEXT_SCHEDULE,  /* kernels, buffers, control */
    JIT_TEXT_EMITTED,   /* the back end's module as emitted: LLVM IR */
    JIT_TEXT_OPTIMIZED, /* after the back end's passes */
    JIT_TEXT_ASM,       /* assembly for this machine */
} jit_text;

/* Returns malloc'd text; NULL with an error recorded. Works on the optimised g, as jit_compile
 * does. Options may be NULL. */
char *jit_emit_text(ir_graph *g, const jit_options *options, jit_text what);

#endif

/* Counts what compiled programs do while a profile is taken.
 *
 *   profile.c              the profile of the process: its beginning and end, programs in it
 *   profile_clock.c        the clock: times of sites, events
 *   profile_sites.c        makes sites for a schedule's kernels and loops, and names them
 *   profile_amounts.c      bytes and operations of a step, from the schedule
 *   profile_interpreted.c  the interpreter's equations
 *   profile_rows.c         turns what was counted into a row for each site
 *   ceilings.c             what the machine can do
 *   jit/llvm/profile.c     emits the code that counts
 *
 * The idea: a program to be profiled is compiled a second time, with calls around the steps that
 * are worth timing and a counter in each block. The work of one execution of a step is known from
 * the schedule, so only how often it runs and how long it takes are measured. A program that is not
 * profiled contains nothing of this.
 */
#ifndef JACQUARD_JIT_PROFILE_H
#define JACQUARD_JIT_PROFILE_H

#include "jit/schedule/schedule.h"

/* What one execution of something does: operations on floats of 32 and 64 bits and on integers and
 * bools, weighted by the cost of their primitive (jit/lower.h), and bytes of arrays in memory. */
#define JIT_AMOUNTS(X) X(f32) X(f64) X(ints) X(read) X(written)
typedef struct {
#define X(what) double what;
    JIT_AMOUNTS(X)
#undef X
} jit_amounts;

typedef struct jit_profile jit_profile; /* of one program */

enum { JIT_SITE_SAMPLES = 128 };
typedef struct jit_site jit_site;

/* A step of a program, or (number 0) the program itself. */
struct jit_site {
    const jit_profile *of;
    jit_site *around;               /* the loop or program around it; NULL for the program */
    struct jit_block_count *in;     /* the block that it is a step of; NULL for the program */
    const char *kind, *name, *file; /* file: NULL if not known */
    const char *type;               /* the type of its loops' space, as text */
    int line, depth;
    bool timed, loops; /* loops: may run more than once per call */
    bool strips;       /* it runs a few lanes or rows at a time; what passes inside stays in a
                          thread's own memory and does not count */
    jit_amounts each;
    atomic_uint_least64_t calls, ns, inner_ns; /* inner: time of timed sites inside */
    _Atomic float sample[JIT_SITE_SAMPLES];    /* ns, of some calls */
};

/* A block. Its scalar steps and copies count for its site. */
typedef struct jit_block_count {
    jit_site *site;
    jit_amounts each;
    atomic_uint_least64_t times;
} jit_block_count;

struct jit_profile {
    jit_profile *next; /* in the list of all profiles */
    bool gone;         /* the program was dropped */
    const char *name;
    ir_arena mem;
    int nsite, nblock;
    jit_site *site;
    jit_block_count *block;
};

/* ---- profile.c ------------------------------------------------------------------------------ */

/* Starts a new profile, with all counts at zero. events: the most events kept. */
void jit_profile_begin(size_t events);
void jit_profile_end(void);
void jit_profile_add(jit_profile *p);  /* adds p to the list */
void jit_profile_drop(jit_profile *p); /* when the program is freed; p may be NULL */
/* Visits the programs that ran since the profile began. */
void jit_profile_visit(void (*see)(const jit_profile *p, void *env), void *env);

/* ---- profile_clock.c ------------------------------------------------------------------------ */

bool jit_profiling(void);
void jit_clock_calibrate(void); /* once, before the first start: measures what measuring costs */
/* Drops the events of an earlier profile and notes what happens from now on. */
void jit_clock_start(size_t events);
void jit_clock_stop(void);
double jit_profile_seconds(void); /* of the current profile so far, or of the last one */

uint64_t jit_profile_now(void); /* ns; the clock for all times here */
void jit_site_clear(jit_site *s);
/* Called by compiled code when a site has run; begin: the time at which it started. */
void jit_profile_timed(jit_site *s, uint64_t begin);

/* Notes something that is not a site: a call, a stage of a compilation. The strings must stay valid
 * until the process exits. */
void jit_profile_note(const char *kind, const char *name, uint64_t begin, uint64_t end);
static inline void jit_profile_note_ms(const char *kind, const char *name, double begin, double end)
{
    if (jit_profiling())
        jit_profile_note(kind, name, (uint64_t)(begin * 1e6), (uint64_t)(end * 1e6));
}

/* hide: leave out what this thread compiles and runs, until it is called with false. */
void jit_profile_hide(bool hide);

typedef struct {
    const jit_site *site; /* NULL: kind and name say what it is */
    const char *kind, *name;
    uint64_t begin, end; /* ns since the profile began */
    uint32_t thread;
} jit_event;
/* Malloc'd, sorted by thread and then by beginning, outer events first. NULL with an error
 * recorded, but *n and *dropped are set. */
jit_event *jit_profile_events(size_t *n, uint64_t *dropped);

/* Total time by kind, of what was passed to jit_profile_note. */
#define JIT_NOTES(X)                                                                               \
    X(call) X(trace) X(compile) X(passes) X(schedule) X(emit) X(optimize) X(code) X(load)
typedef struct {
#define X(kind) double kind;
    JIT_NOTES(X)
#undef X
    uint64_t calls, compiled;
} jit_notes;
jit_notes jit_profile_notes(void); /* in seconds */

/* ---- profile_sites.c, profile_amounts.c ----------------------------------------------------- */
/* Gives the schedule's steps and blocks their sites and counts. NULL with an error recorded. */
jit_profile *jit_profile_make(jit_schedule *s);
void jit_profile_free(jit_profile *p);

typedef struct jit_meter jit_meter;                          /* of a block */
jit_meter *jit_meter_new(ir_arena *mem, const jit_block *b); /* NULL with an error recorded */
/* What one execution of t does, without what its blocks do. Also lists the equations that it
 * computes, in order; *e is valid until the next call. */
jit_amounts jit_measure(jit_meter *m, const jit_step *t, int *n, const ir_eqn *const **e);
/* What the interpreter does for e. Zero for control, because the equations of its graphs count
 * themselves. */
jit_amounts jit_measure_alone(const ir_eqn *e);
/* What one execution of the block copies to the destinations of its outputs. */
jit_amounts jit_measure_copies(const jit_block *b);
void jit_amounts_add(jit_amounts *to, const jit_amounts *a, double times);

/* ---- ceilings.c ----------------------------------------------------------------------------- */
typedef struct {
    int nsize; /* working sets measured, ascending; the last are far larger than any cache */
    double bytes[5], bandwidth[5]; /* the working set, and bytes per second */
    double f32, f64, ints;         /* operations per second */
} jit_ceilings;
/* Measured on first use, once per process; NULL with an error recorded. */
const jit_ceilings *jit_machine_ceilings(void);
/* The least time in seconds that a's bytes take, if they are moved in one execution. */
double jit_memory_seconds(const jit_ceilings *c, const jit_amounts *a);

/* ---- profile_interpreted.c ------------------------------------------------------------------ */
void jit_interpreted_watch(bool on);
void jit_interpreted_clear(void);
/* Visits the sites that ran since the profile began; sum: all the work they did. */
void jit_interpreted_visit(void (*see)(const jit_site *s, const jit_amounts *sum, void *env),
                           void *env);

/* ---- profile_rows.c ------------------------------------------------------------------------- */
typedef struct {
    const jit_site *site;
    uint64_t calls;
    double own, whole, median; /* seconds; own: without timed sites inside */
    jit_amounts sum;           /* including untimed sites inside */
    double memory;             /* the least time that the bytes take, in seconds */
} jit_row;
/* Malloc'd: one row per site that ran, grouped by program and in program order. Valid until the
 * next profile begins. c may be NULL. NULL with an error recorded. */
jit_row *jit_profile_rows(const jit_ceilings *c, int *n);

#endif

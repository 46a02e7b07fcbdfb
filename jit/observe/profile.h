/* What compiled programs count of themselves while a profile is taken.
 *
 *   profile.c              the profile of the process: programs in it, times, events
 *   profile_sites.c        a schedule's kernels and loops as sites, and what each is called
 *   profile_amounts.c      bytes and operations of a step, from the schedule
 *   profile_interpreted.c  the interpreter's equations
 *   profile_rows.c         what was counted, as numbers of each site
 *   ceilings.c             what the machine can do
 *   profile.c         the code that counts
 *
 * The one idea: a program that is to be profiled is compiled once more, with calls around the steps
 * that are worth timing and a counter in each block. How much a step does in one execution is known
 * from the schedule; only how often, and how long, is counted. A program that is not profiled has
 * nothing of this in it.
 */
#ifndef JACQUARD_JIT_PROFILE_H
#define JACQUARD_JIT_PROFILE_H

#include "jit/schedule/schedule.h"

/* What one execution of something does. Operations on floats of 32 and 64 bits, and on integers and
 * bools, weighed by the cost of their primitive (jit/lower.h); bytes of arrays in memory. */
#define JIT_AMOUNTS(X) X(f32) X(f64) X(ints) X(read) X(written)
typedef struct {
#define X(what) double what;
    JIT_AMOUNTS(X)
#undef X
} jit_amounts;

typedef struct jit_profile jit_profile; /* of a program */

enum { JIT_SITE_SAMPLES = 128 };
typedef struct jit_site jit_site;

/* A step of a program, or (number 0) the program itself. */
struct jit_site {
    const jit_profile *of;
    jit_site *around;               /* the loop or program that it is in; NULL: it is the program */
    struct jit_block_count *in;     /* the block that it is a step of; NULL: it is the program */
    const char *kind, *name, *file; /* file may be NULL: not known */
    const char *type;               /* of what it goes over, as text */
    int line, depth;
    bool timed, loops; /* loops: it may run more than once a call */
    bool strips;       /* what is within it does some lanes or rows at a time: bytes passed within
                          are a thread's own, and do not count */
    jit_amounts each;
    atomic_uint_least64_t calls, ns, inner_ns; /* inner: of timed sites within it */
    _Atomic float sample[JIT_SITE_SAMPLES];    /* ns of some calls */
};

/* A block, whose scalar steps and copies count for the site that it is part of. */
typedef struct jit_block_count {
    jit_site *site;
    jit_amounts each;
    atomic_uint_least64_t times;
} jit_block_count;

struct jit_profile {
    jit_profile *next; /* in the list of all */
    bool gone;         /* is the program dropped? */
    const char *name;
    ir_arena mem;
    int nsite, nblock;
    jit_site *site;
    jit_block_count *block;
};

/* ---- profile.c ------------------------------------------------------------------------------- */

bool jit_profiling(void);
/* From here on, with nothing counted yet; events: how many are kept at most. */
void jit_profile_begin(size_t events);
void jit_profile_end(void);
double jit_profile_seconds(void); /* since it began, or while it lasted */

uint64_t jit_profile_now(void);        /* ns; the clock of everything here */
void jit_profile_add(jit_profile *p);  /* to the list */
void jit_profile_drop(jit_profile *p); /* its program goes; NULL is fine */
void jit_site_clear(jit_site *s);
/* Those that ran since the profile began. */
void jit_profile_visit(void (*see)(const jit_profile *p, void *env), void *env);
/* A site has run: what compiled code calls, with the time at which it began. */
void jit_profile_timed(jit_site *s, uint64_t begin);

/* Something that was not a site: a call, a stage of compiling. Names are for good. */
void jit_profile_note(const char *kind, const char *name, uint64_t begin, uint64_t end);
static inline void jit_profile_note_ms(const char *kind, const char *name, double begin, double end)
{
    if (jit_profiling())
        jit_profile_note(kind, name, (uint64_t)(begin * 1e6), (uint64_t)(end * 1e6));
}

/* What this thread compiles and runs is left out, until told otherwise. */
void jit_profile_hide(bool hide);

typedef struct {
    const jit_site *site; /* NULL: kind and name are told by themselves */
    const char *kind, *name;
    uint64_t begin, end; /* ns since the profile began */
    uint32_t thread;
} jit_event;
/* Malloc'd, those of a thread together, in order of their beginning, outer ones first. NULL with an
 * error, but the numbers are right. */
jit_event *jit_profile_events(size_t *n, uint64_t *dropped);

/* Time spent in what jit_profile_note was told of, by kind. */
#define JIT_NOTES(X)                                                                               \
    X(call) X(trace) X(compile) X(passes) X(schedule) X(emit) X(optimize) X(code) X(load)
typedef struct {
#define X(kind) double kind;
    JIT_NOTES(X)
#undef X
    uint64_t calls, compiled;
} jit_notes;
jit_notes jit_profile_notes(void); /* in seconds */

/* ---- profile_sites.c, profile_amounts.c ------------------------------------------------------ */
/* Gives the schedule's steps and blocks their sites and counts. NULL with an error. */
jit_profile *jit_profile_make(jit_schedule *s);
void jit_profile_free(jit_profile *p);

typedef struct jit_meter jit_meter; /* of a block */
jit_meter *jit_meter_new(ir_arena *mem, const jit_block *b); /* NULL with an error */
/* What one execution of t does; not what is in its blocks. Also the equations that it computes, in
 * their order: *e good until the next call. */
jit_amounts jit_measure(jit_meter *m, const jit_step *t, int *n, const ir_eqn *const **e);
/* What the interpreter does for e; nothing for control, whose graphs' equations count themselves.
 */
jit_amounts jit_measure_alone(const ir_eqn *e);
/* What one execution of the block copies to where its outputs must go. */
jit_amounts jit_measure_copies(const jit_block *b);
void jit_amounts_add(jit_amounts *to, const jit_amounts *a, double times);

/* ---- ceilings.c ------------------------------------------------------------------------------ */
typedef struct {
    int nsize; /* of what memory is measured with, ascending; the last are far beyond any cache */
    double bytes[5], bandwidth[5]; /* working set, and bytes a second */
    double f32, f64, ints;         /* operations a second */
} jit_ceilings;
/* Measured at first, once in a process; NULL with an error recorded. */
const jit_ceilings *jit_machine_ceilings(void);
/* Seconds that a's bytes take at least, all of it being one execution. */
double jit_memory_seconds(const jit_ceilings *c, const jit_amounts *a);

/* ---- profile_interpreted.c ------------------------------------------------------------------- */
void jit_interpreted_watch(bool on);
void jit_interpreted_clear(void);
/* Those that ran since the profile began; sum: all that they did. */
void jit_interpreted_visit(void (*see)(const jit_site *s, const jit_amounts *sum, void *env),
                           void *env);

/* ---- profile_rows.c -------------------------------------------------------------------------- */
typedef struct {
    const jit_site *site;
    uint64_t calls;
    double own, whole, median; /* seconds; own: without timed sites within it */
    jit_amounts sum;           /* with those of sites within it that are not timed */
    double memory;             /* seconds that the bytes take at least */
} jit_row;
/* Malloc'd: the sites that ran, those of a program together, in the program's order. Good until the
 * next profile begins. c may be NULL. NULL with an error. */
jit_row *jit_profile_rows(const jit_ceilings *c, int *n);

#endif

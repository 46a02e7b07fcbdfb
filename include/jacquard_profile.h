/* Profiles: where the time of jitted functions goes, kernel by kernel. Included by jacquard.h.
 *
 *   jac_profile_start();
 *   ... calls of jitted functions ...
 *   jac_profile_stop();
 *   jac_profile_print(stdout);             // a table
 *   jac_profile_trace("trace.json");       // for chrome://tracing or ui.perfetto.dev
 *
 * The environment variables JACQUARD_LOG=perf, which prints the table to stderr when the process
 * ends, and JACQUARD_TRACE=FILE, which writes the trace then, do it without a change to the program.
 *
 * A profile is the process's, over all of its threads. While it runs, each function is compiled once
 * more (once in the process) to a program that counts and times what it does, with the same results
 * to the bit. Before and after it, programs hold nothing of this, and cost nothing.
 *
 *  - A kernel is a loop nest that the compiler made of one or more equations, or a call (of a BLAS,
 *    say). Its time is what the calling thread waits for it, whatever threads share the work. Loops
 *    and branches have rows too, whose own time is what is left without the kernels timed in them,
 *    and so has each program, for all else. Own times add up to the time in compiled code.
 *  - In a loop, a kernel that is over sooner than the clock is read, and anything within a batched
 *    loop, is counted but not timed: its time, bytes and operations are those of the loop around it.
 *    So it is with kernels that are done together, some rows at a time. (But for bytes that pass within
 *    these and within a batched loop: a strip of rows or lanes is with one thread, in its cache.)
 *  - Bytes are those of the arrays that a kernel reads and writes, as far as it does, each element
 *    once for each run, whether it lies in a cache or not; scalars are in registers.
 *  - Operations are counted from the equations: an addition, multiplication or comparison is one, a
 *    product of matrices has two for each of its m n k terms, a sum one for each element, and a
 *    function as many as it takes in additions, about: a division 4, a square root 6, exp 12, sin 16
 *    (ops/elementwise.def has them all). Moving elements takes none.
 *  - The ceilings are measured on first use, in some tenths of a second, on as many threads as there
 *    are (JACQUARD_NUM_THREADS): bytes a second of a triad a = b + s c, for working sets of several
 *    sizes (a kernel is held against that of its own), and operations a second of fused
 *    multiply-adds on vectors, f32 and f64, and of integers.
 *  - Functions that trace to the same graph share a program, which bears the name and lines of the
 *    first.
 *  - Times are nets: what reading the clock takes is taken off. A loop that is little but branches
 *    may yet run several times slower while it is counted.
 *  - Calls under way when a profile begins or ends are counted in part or not at all.
 *  - What the interpreter runs, equation by equation, has a row for each primitive, line and type.
 */
#ifndef JACQUARD_PROFILE_H
#define JACQUARD_PROFILE_H

/* Begins a profile, and forgets the one before. options: .events, how many events of the trace are
 * kept at most (100000 if 0); what does not fit is counted. A kernel in a loop, and what is
 * interpreted, gives an event for each of its first 32 runs. False and an error if one runs already,
 * but for that of an environment variable, which is continued as the program's own. */
#define jac_profile_start(...) jac_profile_start_(JAC_AT, (jac_profile_opts){.unused_ = 0, __VA_ARGS__})
typedef struct {
    int unused_;
    int64_t events;
} jac_profile_opts;
JAC_API bool jac_profile_start_(const jac_loc *at, jac_profile_opts o);
/* Ends it; what it found can be read until the next begins. False and an error if none runs. */
#define jac_profile_stop() jac_profile_stop_(JAC_AT)
JAC_API bool jac_profile_stop_(const jac_loc *at);

/* The functions below read the profile that runs or ran last; false (-1) and an error if there was
 * none. */

/* The table, aligned: a row a kernel, those that took longest first; below it what the machine can
 * do, and the time outside of compiled code. */
#define jac_profile_print(file) jac_profile_print_(JAC_AT, file)
JAC_API bool jac_profile_print_(const jac_loc *at, FILE *f);
/* Chrome's trace event format: an event for each call, program, kernel and stage of compiling. */
#define jac_profile_trace(path) jac_profile_trace_(JAC_AT, path)
JAC_API bool jac_profile_trace_(const jac_loc *at, const char *path);

/* A row of the table. The texts are good until the next profile begins. */
typedef struct {
    const char *program; /* the function's name */
    const char *kernel;  /* the primitives in it, as "mul + 2 add + reduce_sum" */
    const char *type;    /* of what it goes over, or gives: f32[1000,8] */
    const char *kind;    /* kernel, kernels (some rows at a time), call, loop, branches, batched loop; program: the rest of it;
                            interpreted */
    const char *file;    /* of the C line that asked for its result; NULL if not known */
    int line;
    int depth;           /* in loops and branches; 0: the program */
    bool timed;          /* false: its time is in that of what is around it, and 0 here */
    int64_t calls;
    double seconds, own_seconds, median_seconds; /* of all calls, with and without what is timed
                                                    within; of a call */
    double bytes_read, bytes_written;            /* of all calls */
    double flops, flops_f64, int_ops;            /* flops: of f32 and f64 */
    double of_ceiling;   /* of what the machine could do in its own time, 1 being all; 0 if not timed */
    const char *ceiling; /* which binds: memory, f32, f64, int */
} jac_profile_kernel;
/* Up to `room` rows, those that took longest first; gives how many there are. */
#define jac_profile_kernels(rows, room) jac_profile_kernels_(JAC_AT, rows, room)
JAC_API int jac_profile_kernels_(const jac_loc *at, jac_profile_kernel *rows, int room);

/* The whole, in seconds. */
typedef struct {
    double wall;     /* from start to stop */
    double calls;    /* in calls of jitted functions outside of traces, compiling included */
    double programs; /* in compiled code */
    double kernels;  /* in kernels, loops and branches of it */
    double interpreted; /* in the interpreter, be it in calls or outside of them */
    double trace, passes, schedule, llvm; /* compiling: llvm is the emission, its passes, loading */
    int64_t ncalls, ncompiled;
    int64_t events, dropped; /* of the trace */
} jac_profile_totals;
/* Writes the totals of the profile to *totals. */
#define jac_profile_total(totals) jac_profile_total_(JAC_AT, totals)
JAC_API bool jac_profile_total_(const jac_loc *at, jac_profile_totals *t);

/* What the machine can do; needs no profile. */
typedef struct {
    double memory, cache;         /* bytes a second, beyond the caches and in the first */
    double flops_f32, flops_f64, int_ops; /* a second */
} jac_machine;
/* Measures the machine, if it was not yet, and writes what it can do to *machine. */
#define jac_profile_machine(machine) jac_profile_machine_(JAC_AT, machine)
JAC_API bool jac_profile_machine_(const jac_loc *at, jac_machine *m);

#endif

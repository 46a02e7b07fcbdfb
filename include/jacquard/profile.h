/* Profiles show where jitted functions spend their time, kernel by kernel. Included by jacquard.h.
 *
 *   jac_profile_start();
 *   ... calls of jitted functions ...
 *   jac_profile_stop();
 *   jac_profile_print(stdout);             // a table
 *   jac_profile_trace("trace.json");       // for chrome://tracing or ui.perfetto.dev
 *
 * Environment variables do the same without a change to the program: JACQUARD_LOG=perf prints the
 * table to stderr when the process ends, and JACQUARD_TRACE=FILE writes the trace then.
 *
 * A profile covers the whole process with all its threads. While it runs, each function is compiled
 * again, once per process, to a program that counts and times what it does; its results are the
 * same to the bit. Without a profile, programs contain no profiling code and lose no time.
 *
 *  - A kernel is a loop nest that the compiler made from one or more equations, or a call (of a
 *    BLAS, say). Its time is how long the calling thread waits for it, however many threads share
 *    the work. Loops and branches have rows too; their own time is what remains after subtracting
 *    the kernels timed inside them. Each program has a row for everything else. Own times add up to
 *    the time in compiled code.
 *  - Some kernels are counted but not timed: those in a loop that take less time than reading the
 *    clock, and everything inside a batched loop. Their time, bytes and operations are part of the
 *    surrounding loop's. The same holds for kernels that are done together, some rows at a time.
 *    (Bytes that pass between these, or inside a batched loop, are not counted, because a strip of
 *    rows or lanes stays in one thread's cache.)
 *  - Bytes are those of the array elements that a kernel reads and writes. Each element counts once
 *    per run, whether it is in a cache or not. Scalars are in registers and do not count.
 *  - Operations are counted from the equations. An addition, multiplication or comparison is one. A
 *    matrix product has two for each of its m n k terms, and a sum one per element. A function
 *    counts for about as many additions as it takes: a division 4, a square root 6, exp 12, sin 16
 *    (ops/elementwise.def lists them). Moving elements counts for none.
 *  - The ceilings are measured on first use, which takes some tenths of a second, with all threads
 *    (JACQUARD_NUM_THREADS). They are the bytes per second of a triad a = b + s c for working sets
 *    of several sizes, of which a kernel is compared with the one nearest to its own, and the
 *    operations per second of vector fused multiply-adds in f32 and f64, and of integer operations.
 *  - Functions that trace to the same graph share a program, which has the name and lines of the
 *    first.
 *  - The time that it takes to read the clock is subtracted. Even so, a loop of little but
 *    branches may run several times slower while it is profiled.
 *  - Calls that are running when a profile begins or ends are counted in part or not at all.
 *  - Equations that the interpreter runs have a row for each primitive, line and type.
 */
#ifndef JACQUARD_PROFILE_H
#define JACQUARD_PROFILE_H

#include "arrays.h"

/* Begins a profile and forgets the previous one. Option .events: the most events of the trace to
 * keep (100000 if 0); events that do not fit are only counted. Kernels in a loop, and interpreted
 * equations, give events for their first 32 runs only. False and an error if a profile is running;
 * but one that an environment variable began is continued as the program's own. */
#define jac_profile_start(...) jac_profile_start_(JAC_AT, (jac_profile_opts){.unused_ = 0, __VA_ARGS__})
typedef struct {
    int unused_;
    int64_t events;
} jac_profile_opts;
JAC_API bool jac_profile_start_(const jac_loc *at, jac_profile_opts o);
/* Ends the profile. Its results can be read until the next one begins. False and an error if
 * none is running. */
#define jac_profile_stop() jac_profile_stop_(JAC_AT)
JAC_API bool jac_profile_stop_(const jac_loc *at);

/* The functions below read the running profile or, if none is running, the last one. They return
 * false (or -1) and record an error if there was none. */

/* Prints the table: one row per kernel, those that took longest first. Below it are the ceilings of
 * the machine and the time outside of compiled code. */
#define jac_profile_print(file) jac_profile_print_(JAC_AT, file)
JAC_API bool jac_profile_print_(const jac_loc *at, FILE *f);
/* Writes the trace to a file in Chrome's trace event format, with an event for each call, program,
 * kernel and stage of compilation. */
#define jac_profile_trace(path) jac_profile_trace_(JAC_AT, path)
JAC_API bool jac_profile_trace_(const jac_loc *at, const char *path);

/* A row of the table. Its texts are valid until the next profile begins. */
typedef struct {
    const char *program; /* the function's name */
    const char *kernel;  /* its primitives, as in "mul + 2 add + reduce_sum" */
    const char *type;    /* the type that it loops over or gives, as in f32[1000,8] */
    const char *kind;    /* "kernel", "kernels" (done together, some rows at a time), "call",
                            "loop", "branches", "batched loop", "interpreted", or "program"
                            for the rest of a program */
    const char *file;    /* the C file of the operation that gives its result; NULL if not known */
    int line;            /* the line in that file */
    int depth;           /* how many loops and branches surround it; 0 for the program */
    bool timed;          /* false: its time is part of the surrounding row's, and 0 here */
    int64_t calls;
    double seconds, own_seconds, median_seconds; /* of all calls with what is timed inside, and
                                                    without it; of one call */
    double bytes_read, bytes_written;            /* of all calls */
    double flops, flops_f64, int_ops;            /* of all calls; flops counts f32 and f64 */
    double of_ceiling;   /* the fraction, up to 1, of what the machine can do; 0 if not timed */
    const char *ceiling; /* the limiting one: memory, f32, f64 or int */
} jac_profile_kernel;
/* Writes up to `room` rows, those that took longest first, and returns the number of all rows. */
#define jac_profile_kernels(rows, room) jac_profile_kernels_(JAC_AT, rows, room)
JAC_API int jac_profile_kernels_(const jac_loc *at, jac_profile_kernel *rows, int room);

/* The totals of a profile. Times are in seconds. */
typedef struct {
    double wall;     /* from start to stop */
    double calls;    /* in calls of jitted functions outside of traces, with compilation */
    double programs; /* in compiled code */
    double kernels;  /* in its kernels, loops and branches */
    double interpreted; /* in the interpreter, inside calls and outside of them */
    double trace, passes, schedule, llvm; /* compilation; llvm: emission, LLVM's passes, loading */
    int64_t ncalls, ncompiled;
    int64_t events, dropped; /* events of the trace, and those that did not fit */
} jac_profile_totals;
/* Writes the totals of the profile to *totals. */
#define jac_profile_total(totals) jac_profile_total_(JAC_AT, totals)
JAC_API bool jac_profile_total_(const jac_loc *at, jac_profile_totals *t);

/* What the machine can do, per second. */
typedef struct {
    double memory, cache;         /* bytes, from memory and from the first-level cache */
    double flops_f32, flops_f64, int_ops; /* operations */
} jac_machine;
/* Measures the machine, if that has not been done, and writes the result to *machine. It needs no
 * profile. */
#define jac_profile_machine(machine) jac_profile_machine_(JAC_AT, machine)
JAC_API bool jac_profile_machine_(const jac_loc *at, jac_machine *m);

#endif

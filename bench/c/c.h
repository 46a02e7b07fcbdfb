/* The workloads written by hand in C, as a program without Jacquard would do them. clang compiles
 * them with -O3 -march=native -ffp-contract=fast and vectors of the machine's width. */
#ifndef BENCH_C_H
#define BENCH_C_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench/input.h"
#include "bench/worker.h"

enum { C_BUFFERS = 32, C_RESULTS = 24 };

/* A workload with its buffers. Inputs and outputs are allocated once, as an expert would do it. */
typedef struct {
    int64_t size;
    void *buffer[C_BUFFERS]; /* all are freed at the end */
    struct {
        digest_type type;
        int64_t count;
        const void *elements;
    } result[C_RESULTS];
    int nresults;
} c_case;

typedef struct {
    const char *name;
    void (*make)(c_case *c); /* `size` is set before the call */
    void (*run)(c_case *c);
} c_work;

/* clang-format off */
#define C_FAMILIES(X) \
    X(elementwise) X(rowwise) X(reductions) X(shapes) X(linalg) X(learning) X(network) X(random) X(loops) \
    X(gmm) X(lstm) X(ba) X(science) X(indexing) X(sorting)
/* clang-format on */
#define C_DECLARE(family) extern const c_work c_##family[];
C_FAMILIES(C_DECLARE)

/* Adds result k, with `count` elements in a buffer of its own. */
void *c_result(c_case *c, int k, digest_type type, int64_t count);

/* The peer's threads run body(env, from, to) on parts of [0, n) that begin at multiples of 64. */
void c_parallel(int64_t n, void (*body)(void *env, int64_t from, int64_t to), void *env);
/* The same for items that are much work, such as rows of a matrix: even short ranges are
 * divided. */
void c_parallel_rows(int64_t n, void (*body)(void *env, int64_t from, int64_t to), void *env);

/* For families of workloads whose threads divide c->size rows by name##_part, and that share a few
 * makers: WORKS(X) lists X(name, maker). */
#define C_RUN_ROWS(name, made)                                                                     \
    static void run_##name(c_case *c)                                                              \
    {                                                                                              \
        c_parallel_rows(c->size, name##_part, c);                                                  \
    }
#define C_ROW(name, made) {#name, make_##made, run_##name},

#endif

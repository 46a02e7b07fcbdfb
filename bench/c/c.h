/* The workloads written by hand in C: what a program without Jacquard would do. Compiled by clang
 * with -O3 -march=native -ffp-contract=fast, and with vectors of the machine's own width. */
#ifndef BENCH_C_H
#define BENCH_C_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench/input.h"
#include "bench/worker.h"

enum { C_BUFFERS = 32, C_RESULTS = 24 };

/* A workload with its buffers; inputs and outputs are allocated once, as an expert would. */
typedef struct {
    int64_t size;
    void *buffer[C_BUFFERS]; /* each freed at the end */
    struct {
        digest_type type;
        int64_t count;
        const void *elements;
    } result[C_RESULTS];
    int nresults;
} c_case;

typedef struct {
    const char *name;
    void (*make)(c_case *c); /* size is set */
    void (*run)(c_case *c);
} c_work;

/* clang-format off */
#define C_FAMILIES(X) \
    X(elementwise) X(rowwise) X(reductions) X(shapes) X(linalg) X(learning) X(network) X(random) X(loops) \
    X(gmm) X(lstm) X(ba) X(science)
/* clang-format on */
#define C_DECLARE(family) extern const c_work c_##family[];
C_FAMILIES(C_DECLARE)

/* A result of count elements in a buffer of its own, the k-th. */
void *c_result(c_case *c, int k, digest_type type, int64_t count);

/* body(env, from, to) on parts of [0, n) by the peer's threads; parts begin at multiples of 64. */
void c_parallel(int64_t n, void (*body)(void *env, int64_t from, int64_t to), void *env);
/* The same where an item is much work, such as a row of a matrix: no range is too short. */
void c_parallel_rows(int64_t n, void (*body)(void *env, int64_t from, int64_t to), void *env);

/* For families of workloads whose threads share out c->size rows by name##_part, and whose makers
 * several have in common: WORKS(X) lists X(name, maker). */
#define C_RUN_ROWS(name, made)                                                                     \
    static void run_##name(c_case *c)                                                              \
    {                                                                                              \
        c_parallel_rows(c->size, name##_part, c);                                                  \
    }
#define C_ROW(name, made) {#name, make_##made, run_##name},

#endif

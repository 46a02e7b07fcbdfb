/* The workloads as a user of Jacquard would write them, a file a family. */
#ifndef BENCH_WORKS_H
#define BENCH_WORKS_H

#include <jacquard.h>

enum { WORK_ARGS = 24, WORK_RESULTS = 24 };

typedef struct {
    jac_fn f; /* jitted */
    jac args[WORK_ARGS];
    int nresults;
    int carried; /* so many of the first results are the first arguments of the next run */
    /* One run of the workload, where that is more than a call of f on args. */
    bool (*run)(jac_fn f, const jac *args, int64_t size, jac *results);
} jq_case;

typedef struct {
    const char *name;
    void (*make)(int64_t size, jq_case *c);
} jq_work;

/* clang-format off */
#define JQ_FAMILIES(X)                                                                  \
    X(elementwise) X(rowwise) X(reductions) X(shapes) X(linalg) X(learning) X(random) \
    X(loops) X(adbench) X(science) X(indexing) X(convolution) X(sorting) \
    X(decompositions) X(fourier)
/* clang-format on */
#define JQ_DECLARE(family) extern const jq_work jq_##family[];
JQ_FAMILIES(JQ_DECLARE)

#endif

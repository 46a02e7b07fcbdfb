/* The benchmarks: cores of the demos as functions of a size, and the harness that times them. */
#ifndef BENCH_H
#define BENCH_H

#include <jacquard.h>
#include <stdint.h>

/* ---- cores.c --------------------------------------------------------------------------------- */

enum { BENCH_MAX_ARGS = 4, BENCH_MAX_RESULTS = 4 };

/* One benchmark: `make` gives the function to time and fills in its arguments. */
typedef struct {
    const char *name, *what;
    int64_t sizes[4]; /* ended by 0 */
    jac_fn (*make)(int64_t size, jac args[BENCH_MAX_ARGS]);
} bench_core;
extern const bench_core bench_cores[]; /* ended by a NULL name */

/* ---- harness.c ------------------------------------------------------------------------------- */

typedef struct {
    double first_ms;                   /* the first call, with tracing and compilation */
    double median_us, low_us, high_us; /* of a warm call, over several samples; quartiles */
    int calls;                         /* in a sample */
} bench_time;

/* Times calls of f; result holds the last call's, retained. False with an error recorded. */
bool bench_run(jac_fn f, const jac *args, jac *result, int nresults, bench_time *out);

#endif

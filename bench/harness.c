/* Timing: calls are gathered into samples long enough for the clock; the median of several samples
 * and its quartiles are what is reported. */
#include <stdlib.h>
#include <time.h>

#include "bench.h"

enum { SAMPLES = 9 };
static const double SAMPLE_US = 20000;

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Microseconds a call, over n calls; negative if one failed. */
static double sample(jac_fn f, const jac *args, int n)
{
    jac out[BENCH_MAX_RESULTS];
    double start = now_us();
    for (int k = 0; k < n; k++)
        JAC_SCOPE ()
            if (!jac_call(f, args, out))
                return -1;
    return (now_us() - start) / n;
}

bool bench_run(jac_fn f, const jac *args, jac *result, int nresults, bench_time *t)
{
    double us[SAMPLES], start = now_us();
    if (!jac_call(f, args, result))
        return false;
    t->first_ms = (now_us() - start) / 1e3;
    for (int k = 0; k < nresults; k++)
        jac_retain(result[k]);
    double once = sample(f, args, 1);
    t->calls = once > 0 && once < SAMPLE_US ? (int)(SAMPLE_US / once) + 1 : 1;
    for (int k = 0; k < SAMPLES; k++)
        if ((us[k] = sample(f, args, t->calls)) < 0)
            return false;
    qsort(us, SAMPLES, sizeof us[0], ascending);
    t->low_us = us[SAMPLES / 4];
    t->median_us = us[SAMPLES / 2];
    t->high_us = us[SAMPLES - 1 - SAMPLES / 4];
    return true;
}

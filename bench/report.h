/* What the benchmark writes: lines of the table as it runs, JSON. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "bench/measure.h"

typedef struct {
    const peer *peers;
    int threads;
    bool quick;
} report_run;

void report_head(const report_run *run);
void report_row(const bench_result *r);
bool report_json(const char *path, const report_run *run, const bench_result *rows, int n);

#endif

/* What the benchmark writes: the table while it runs, JSON, a plot, and the table in
 * docs/performance.md. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "bench/demands.h"

typedef struct {
    const peer *peers;
    int threads;
    bool quick;
    const bench_result *rows;
    int n;
} report_run;

/* The heading of a peer's column; its key names it in files. */
extern const char *const report_keys[PEERS], *const report_names[PEERS];

/* Three significant digits and a unit; "-" if there is no figure. */
const char *report_duration(const bench_figure *f, char room[32]);
/* A ratio with as many digits as are significant. */
const char *report_ratio(double v, char room[32]);

/* ---- report.c: on the terminal --------------------------------------------------------------- */
void report_head(const report_run *run);
void report_row(const report_run *run, int k);
/* Prints how many demands are met, and those that are not. */
void report_summary(const report_run *run);

/* ---- report_json.c --------------------------------------------------------------------------- */
bool report_json(const char *path, const report_run *run);

/* ---- report_plot.c: by gnuplot; false if that is not there ----------------------------------- */
bool report_plot(const char *path, const report_run *run);

/* ---- report_docs.c: what stands between the marks in the file is written anew ---------------- */
bool report_docs(const char *path, const report_run *run);

#endif

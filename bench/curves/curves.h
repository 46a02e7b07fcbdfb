/* Programs that measure one quantity over many sizes, where a benchmark measures one size. */
#ifndef BENCH_CURVES_H
#define BENCH_CURVES_H

#include <stdbool.h>
#include <stdio.h>

typedef struct {
    const char *only;   /* of what is measured: the name, or a part of it; NULL: everything */
    const char *dtype;  /* "f32", "f64", or NULL for both */
    const char *python; /* an interpreter that has jax; NULL: none */
    double limit;       /* of t(n) / t(n + 1) */
    int most;           /* equations */
    bool all, docs;     /* print every time; write docs/growth.md */
} curve_options;

/* Each writes a table in Markdown, and returns the exit status. */
int curve_sizes(const curve_options *o, FILE *out);   /* the time of small arrays */
int curve_compile(const curve_options *o, FILE *out); /* compile time by number of equations */
int curve_loops(const curve_options *o, FILE *out);   /* loops of n, 2n and 4n steps */

/* Processor time of this thread, which other programs on the machine disturb least, in seconds. */
double curve_seconds(void);
/* The median of n numbers, which are sorted. */
double curve_median(double *x, int n);

#endif

/* The benchmark's table: one row for each workload and size. */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include <stdint.h>

enum {
    ROW_LONG = 1,     /* not interpreted, since that would take minutes */
    ROW_NOTES = 2,    /* a program from the notes: must compile within 30 ms */
    ROW_ADBENCH = 4,  /* needs the files that --adbench names */
    ROW_GRADIENT = 8, /* may take at most 3.5 times the objective's time */
    ROW_NARROW = 16,  /* must do at least 1.6 times as many elements a second as in f32 */
};

typedef struct {
    int number;          /* the workload's number; several rows may share it */
    const char *work;    /* the key of the workload in each peer */
    int64_t size, quick; /* its argument; the one for --quick may be 0, which leaves the row out */
    const char *title;   /* of the row */
    double tolerance;    /* allowed difference of elements, relative to the mean absolute value */
    double stray; /* the fraction of elements that may differ by more (rounding at an edge) */
    double to_jax, to_c; /* the other's time divided by Jacquard's must reach this; 0: no demand */
    double to_drjit;
    int flags;
} bench_row;

extern const bench_row bench_rows[]; /* ended by a NULL work */

/* A sentence that says why a workload misses its demand; NULL if that is not known. */
const char *bench_cause(const char *work);

#endif

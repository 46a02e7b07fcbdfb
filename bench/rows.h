/* The table of the benchmark: a row for each workload and size, in one place. */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include <stdint.h>

enum {
    ROW_LONG = 1,     /* not interpreted: it would take minutes */
    ROW_NOTES = 2,    /* a program of the notes: to be compiled within 30 ms */
    ROW_ADBENCH = 4,  /* needs the files of --adbench */
    ROW_GRADIENT = 8, /* to take at most 3.5 times the objective's time */
};

typedef struct {
    int number;          /* of the workload; several rows may share it */
    const char *work;    /* the key of the workload in each peer */
    int64_t size, quick; /* what it is given; with --quick, 0: left out */
    const char *title;   /* of the row */
    double tolerance;    /* of elements, relative to the mean absolute one */
    double stray; /* the part of the elements that may differ more (by rounding at an edge) */
    double to_jax,
        to_c; /* to reach: the other's time to Jacquard's, at least; 0: nothing is asked */
    double to_drjit;
    int flags;
} bench_row;

extern const bench_row bench_rows[]; /* ended by a NULL work */

/* Why a workload falls short of what is asked, in a sentence; NULL where none is known. */
const char *bench_cause(const char *work);

#endif

/* What a row is asked to reach, and what it reached. */
#ifndef BENCH_DEMANDS_H
#define BENCH_DEMANDS_H

#include "bench/measure.h"

typedef enum {
    SPEED_JAX, /* the other's time to Jacquard's, at least */
    SPEED_DRJIT,
    SPEED_C,
    COMPILE_JAX, /* Jacquard's time to JAX's, at most */
    COMPILE_MS,  /* milliseconds, at most */
    GRADIENT,    /* its time to the objective's, at most */
    DEMANDS
} demand_kind;

typedef struct {
    bool known; /* both figures are there; asked may still be 0, for nothing */
    double is, asked;
    bool met;
} demand;

/* Of rows[k], all kinds; the objective of a gradient stands before it in rows. */
void demands_of(const bench_result *rows, int k, demand out[DEMANDS]);
/* As words: "5.2 times JAX's speed, asked: 10". */
const char *demand_text(demand_kind kind, const demand *d, char room[128]);

#endif

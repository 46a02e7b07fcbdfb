/* The speed that a row must reach, and the speed that it reached. */
#ifndef BENCH_DEMANDS_H
#define BENCH_DEMANDS_H

#include "bench/measure.h"

typedef enum {
    SPEED_JAX, /* the other's time divided by Jacquard's, at least */
    SPEED_DRJIT,
    SPEED_C,
    COMPILE_JAX, /* Jacquard's time divided by JAX's, at most */
    COMPILE_MS,  /* milliseconds, at most */
    GRADIENT,    /* its time divided by the objective's, at most */
    NARROW,      /* its speed divided by that of the same work in f32, at least */
    DEMANDS
} demand_kind;

typedef struct {
    bool known; /* both figures are known; `asked` may still be 0, which demands nothing */
    double is, asked;
    bool met;
} demand;

/* The demands of rows[k], of all kinds. The objective of a gradient, and the same work in
 * f32, precede it in rows. */
void demands_of(const bench_result *rows, int k, demand out[DEMANDS]);
/* As words: "5.2 times JAX's speed; goal: 10". */
const char *demand_text(demand_kind kind, const demand *d, char room[128]);

#endif

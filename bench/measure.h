/* Measures a row with all peers side by side. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "bench/peer.h"
#include "bench/rows.h"

enum { JACQUARD, INTERPRETED, JAX, DRJIT, HANDWRITTEN, PEERS };
enum { MAX_ROUNDS = 15 };

typedef struct {
    peer_answer state;
    double cold_ms, bytes;             /* to compile; peak memory */
    double median_us, low_us, high_us; /* time of a call, and its quartiles */
    int rounds;
    double us[MAX_ROUNDS]; /* time of a call in each round */
    int64_t calls;         /* in a round */
    bool agrees;           /* does it agree with the reference, another peer's result? */
    double differ;         /* the largest difference, relative to the mean absolute value */
    char error[256];
} bench_figure;

typedef struct {
    const bench_row *row;
    bench_figure of[PEERS];
} bench_result;

typedef struct {
    bool quick;
    int rounds;
    double sample_s, row_s; /* seconds for one round and for all rounds, for each peer */
} bench_effort;

/* Peers that did not start have no `to`. `say` is called with the current activity. */
void bench_measure(peer *peers, const bench_row *row, bench_effort e, bench_result *out,
                   void (*say)(const char *what));

/* a's time divided by b's: the median over the rounds, so that noise which affects both cancels. */
double bench_ratio(const bench_figure *a, const bench_figure *b);

/* Do all results of the row agree? */
bool bench_agrees(const bench_result *r);

#endif

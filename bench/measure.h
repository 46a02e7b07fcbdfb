/* Measuring a row: all peers side by side. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "bench/peer.h"
#include "bench/rows.h"

enum { JACQUARD, INTERPRETED, JAX, DRJIT, HANDWRITTEN, PEERS };
enum { MAX_ROUNDS = 15 };

typedef struct {
    peer_answer state;
    double cold_ms, bytes;             /* to compile; peak memory */
    double median_us, low_us, high_us; /* of a call; quartiles */
    int rounds;
    double us[MAX_ROUNDS]; /* of a call, round by round */
    int64_t calls;         /* in a round */
    bool agrees;           /* with the reference, which is a figure of the same row */
    double differ;         /* the greatest difference, relative to the mean of absolute values */
    char error[256];
} bench_figure;

typedef struct {
    const bench_row *row;
    bench_figure of[PEERS];
} bench_result;

typedef struct {
    bool quick;
    int rounds;
    double sample_s, row_s; /* length of a round, and of all of them, for each peer */
} bench_effort;

/* Peers that did not start have no `to`; say is called with what is being done. */
void bench_measure(peer *peers, const bench_row *row, bench_effort e, bench_result *out,
                   void (*say)(const char *what));

/* a's time to b's: the median of the rounds' ratios, so that noise which met both does not count.
 */
double bench_ratio(const bench_figure *a, const bench_figure *b);

/* Whether the row's results agree wherever there are any. */
bool bench_agrees(const bench_result *r);

#endif

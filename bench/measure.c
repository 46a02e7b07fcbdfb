/* Measures one row. Each peer makes its inputs and compiles; the results are compared; then the
 * peers are timed in turns, one sample each per round, so that noise affects all of them alike. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/measure.h"
#include "bench/worker.h"

/* ---- agreement ------------------------------------------------------------------------------- */

static double scaled(double x, double y, double scale)
{
    if (x == y || (isnan(x) && isnan(y)))
        return 0;
    double d = fabs(x - y) / fmax(scale, fabs(y));
    return isnan(d) ? INFINITY : d;
}

/* The largest difference between the two, leaving out the fraction `stray` of the elements.
 * INFINITY if the shapes differ. */
static double difference(const peer_results *a, const peer_results *b, const bench_row *row)
{
    double worst = 0;
    if (a->n != b->n)
        return INFINITY;
    for (int k = 0; k < a->n; k++) {
        const peer_digest *x = &a->v[k], *y = &b->v[k];
        if (x->count != y->count || x->n != y->n)
            return INFINITY;
        double mean = y->count ? y->absolute / (double)y->count : 0;
        int strays = (int)(row->stray * x->n);
        for (int i = 0; i < x->n; i++) {
            double d = scaled(x->x[i], y->x[i], fmax(mean, 1e-30));
            if (d > row->tolerance && strays-- > 0)
                continue;
            worst = fmax(worst, d);
        }
        double sum = scaled(x->sum, y->sum, fmax(y->absolute, 1e-30));
        if (sum > row->tolerance + row->stray)
            worst = fmax(worst, sum);
    }
    return worst;
}

/* Results are compared with the first of these peers that has one. */
static const int references[] = {HANDWRITTEN, JAX, INTERPRETED, JACQUARD};

static void compare(const bench_row *row, const peer_results *results, bench_figure *of)
{
    const peer_results *reference = NULL;
    for (size_t k = 0; k < sizeof references / sizeof references[0] && !reference; k++)
        if (of[references[k]].state == PEER_OK)
            reference = &results[references[k]];
    for (int p = 0; p < PEERS; p++)
        if (of[p].state == PEER_OK) {
            of[p].differ = difference(&results[p], reference, row);
            of[p].agrees = of[p].differ <= row->tolerance;
        }
}

bool bench_agrees(const bench_result *r)
{
    for (int p = 0; p < PEERS; p++)
        if (r->of[p].state == PEER_FAILED || (r->of[p].state == PEER_OK && !r->of[p].agrees))
            return false;
    return true;
}

/* ---- time ------------------------------------------------------------------------------------ */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void summarise(bench_figure *f)
{
    double us[MAX_ROUNDS];
    memcpy(us, f->us, sizeof us);
    qsort(us, (size_t)f->rounds, sizeof us[0], ascending);
    f->low_us = us[f->rounds / 4];
    f->median_us = us[f->rounds / 2];
    f->high_us = us[f->rounds - 1 - f->rounds / 4];
}

double bench_ratio(const bench_figure *a, const bench_figure *b)
{
    double ratio[MAX_ROUNDS];
    int n = a->rounds < b->rounds ? a->rounds : b->rounds;
    for (int k = 0; k < n; k++)
        ratio[k] = a->us[k] / b->us[k];
    qsort(ratio, (size_t)n, sizeof ratio[0], ascending);
    return n == 0 ? NAN : n % 2 ? ratio[n / 2] : (ratio[n / 2 - 1] + ratio[n / 2]) / 2;
}

/* Chooses how many calls make up a sample, and how many samples there is time for. */
static bool calibrate(peer *p, bench_effort e, bench_figure *f, int *rounds)
{
    double seconds;
    for (f->calls = 1;;) {
        if (!peer_time(p, f->calls, &seconds))
            return false;
        if (seconds > e.sample_s / 2 || f->calls > (int64_t)1 << 30)
            break;
        double more = e.sample_s / fmax(seconds, 1e-9);
        f->calls = (int64_t)((double)f->calls * fmin(fmax(more, 2), 100));
    }
    double affordable = e.row_s / seconds;
    affordable = fmax(affordable, seconds > 2 * e.row_s ? 1 : 3);
    *rounds = affordable > e.rounds ? e.rounds : (int)affordable;
    return true;
}

static void failed(peer *p, bench_figure *f)
{
    f->state = PEER_FAILED;
    snprintf(f->error, sizeof f->error, "%.250s", p->error);
}

static void time_in_turns(peer *peers, bench_effort e, bench_figure *of)
{
    int rounds[PEERS] = {0};
    for (int p = 0; p < PEERS; p++)
        if (of[p].state == PEER_OK && !calibrate(&peers[p], e, &of[p], &rounds[p]))
            failed(&peers[p], &of[p]);
    for (int round = 0; round < e.rounds; round++)
        for (int p = 0; p < PEERS; p++) {
            double seconds;
            if (of[p].state != PEER_OK || round >= rounds[p])
                continue;
            if (peer_time(&peers[p], of[p].calls, &seconds))
                of[p].us[of[p].rounds++] = seconds * 1e6 / (double)of[p].calls;
            else
                failed(&peers[p], &of[p]);
        }
    for (int p = 0; p < PEERS; p++)
        if (of[p].state == PEER_OK)
            summarise(&of[p]);
}

/* ---- a row ----------------------------------------------------------------------------------- */

/* Our own workers are restarted for each row because they start quickly; the others would take
 * minutes in all. Peers that compile quickly do it three times, and the median counts. */
static peer_answer begin(peer *p, int which, const char *work, int64_t size, double *cold_ms)
{
    double colds[3], start = worker_seconds();
    int n = 0;
    do {
        if (which != JAX && which != DRJIT && !peer_restart(p))
            return PEER_FAILED;
        peer_answer answer = peer_begin(p, work, size, &colds[n]);
        if (answer != PEER_OK)
            return answer;
    } while (++n < 3 && which == JACQUARD && worker_seconds() - start < 0.4);
    qsort(colds, (size_t)n, sizeof colds[0], ascending);
    *cold_ms = colds[n / 2];
    return PEER_OK;
}

void bench_measure(peer *peers, const bench_row *row, bench_effort e, bench_result *out,
                   void (*say)(const char *what))
{
    peer_results results[PEERS] = {0};
    int64_t size = e.quick ? row->quick : row->size;
    *out = (bench_result){.row = row};
    for (int p = 0; p < PEERS; p++) {
        bench_figure *f = &out->of[p];
        f->state = PEER_NONE;
        if (!peers[p].name || (p == INTERPRETED && row->flags & ROW_LONG && !e.quick))
            continue;
        say(peers[p].name);
        f->state = begin(&peers[p], p, row->work, size, &f->cold_ms);
        if (f->state == PEER_FAILED ||
            (f->state == PEER_OK && !peer_result(&peers[p], &results[p])))
            failed(&peers[p], f);
    }
    compare(row, results, out->of);
    say("timing");
    time_in_turns(peers, e, out->of);
    for (int p = 0; p < PEERS; p++) {
        if (peers[p].name)
            peer_end(&peers[p], &out->of[p].bytes);
        peer_results_free(&results[p]);
    }
}

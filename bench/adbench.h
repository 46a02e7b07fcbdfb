/* Reads ADBench's files, which hold numbers as text. The environment variable BENCH_ADBENCH, which
 * the driver sets, names their directory. */
#ifndef BENCH_ADBENCH_H
#define BENCH_ADBENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* All numbers of a file, in malloc'd memory; NULL if the file cannot be read. */
static inline double *adbench_numbers(const char *file)
{
    const char *dir = getenv("BENCH_ADBENCH");
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir ? dir : ".", file);
    FILE *f = fopen(path, "r");
    if (!f)
        return NULL;
    int64_t n = 0, room = 1024;
    double *x = malloc((size_t)room * sizeof *x);
    while (fscanf(f, "%lf", &x[n]) == 1)
        if (++n == room)
            x = realloc(x, (size_t)(room *= 2) * sizeof *x);
    fclose(f);
    return x;
}

/* Mixtures of 1000 points in D dimensions with K components; the size is 1000 D + K. */
typedef struct {
    int64_t d, k, n;
    double *numbers; /* the other members point into it; the caller frees it */
    double *alphas, *means, *icf, *x;
    double gamma, m;
} adbench_gmm;

static inline adbench_gmm adbench_read_gmm(int64_t name)
{
    char file[64];
    snprintf(file, sizeof file, "gmm_d%lld_K%lld.txt", (long long)(name / 1000),
             (long long)(name % 1000));
    adbench_gmm g = {.numbers = adbench_numbers(file)};
    if (!g.numbers)
        return g;
    g.d = (int64_t)g.numbers[0], g.k = (int64_t)g.numbers[1], g.n = (int64_t)g.numbers[2];
    g.alphas = g.numbers + 3;
    g.means = g.alphas + g.k;
    g.icf = g.means + g.k * g.d;
    g.x = g.icf + g.k * (g.d * (g.d + 1) / 2);
    g.gamma = g.x[g.n * g.d], g.m = g.x[g.n * g.d + 1];
    return g;
}

/* Networks of L layers on C characters; the size is 10000 L + C. */
typedef struct {
    int64_t layers, characters, bits;
    double *numbers;
    double *main, *extra, *state, *sequence; /* [2L, 4B], [3, B], [2L, B], [C, B] */
} adbench_lstm;

static inline adbench_lstm adbench_read_lstm(int64_t name)
{
    char file[64];
    snprintf(file, sizeof file, "lstm_l%lld_c%lld.txt", (long long)(name / 10000),
             (long long)(name % 10000));
    adbench_lstm l = {.numbers = adbench_numbers(file)};
    if (!l.numbers)
        return l;
    l.layers = (int64_t)l.numbers[0], l.characters = (int64_t)l.numbers[1];
    l.bits = (int64_t)l.numbers[2];
    l.main = l.numbers + 3;
    l.extra = l.main + 2 * l.layers * 4 * l.bits;
    l.state = l.extra + 3 * l.bits;
    l.sequence = l.state + 2 * l.layers * l.bits;
    return l;
}

/* Cameras, points and observations. The file has one of each, which is repeated. */
typedef struct {
    int64_t cameras, points, observations;
    double camera[11], point[3], weight, feature[2];
} adbench_ba;

static inline int adbench_read_ba(adbench_ba *b)
{
    double *x = adbench_numbers("ba1_n49_m7776_p31843.txt");
    if (!x)
        return 0;
    b->cameras = (int64_t)x[0], b->points = (int64_t)x[1], b->observations = (int64_t)x[2];
    for (int k = 0; k < 11; k++)
        b->camera[k] = x[3 + k];
    for (int k = 0; k < 3; k++)
        b->point[k] = x[14 + k];
    b->weight = x[17];
    b->feature[0] = x[18], b->feature[1] = x[19];
    free(x);
    return 1;
}

#endif

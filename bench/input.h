/* Inputs of the workloads. Every peer gets the same numbers, bit for bit, because they are a hash
 * of the position that any language can compute (bench/peers/inputs.py does it in Python). */
#ifndef BENCH_INPUT_H
#define BENCH_INPUT_H

#include <stdint.h>
#include <stdlib.h>

/* 24 random bits for position i of the sequence `seed`. */
static inline uint32_t input_bits(int64_t i, uint32_t seed)
{
    uint32_t h = (uint32_t)i * 2654435761u + seed * 0x9e3779b9u;
    h = (h ^ h >> 16) * 0x85ebca6bu;
    h = (h ^ h >> 13) * 0xc2b2ae35u;
    return (h ^ h >> 16) >> 8;
}

/* Uniform on [lo, hi): lo + (hi - lo) u, in f64, rounded once for f32. malloc'd. */
static inline double *input_f64(int64_t n, uint32_t seed, double lo, double hi)
{
    double *x = malloc((size_t)n * sizeof *x);
    for (int64_t i = 0; x && i < n; i++)
        x[i] = lo + (hi - lo) * (input_bits(i, seed) * 0x1p-24);
    return x;
}

static inline float *input_f32(int64_t n, uint32_t seed, double lo, double hi)
{
    float *x = aligned_alloc(64, ((size_t)n * sizeof *x + 63) & ~(size_t)63);
    for (int64_t i = 0; x && i < n; i++)
        x[i] = (float)(lo + (hi - lo) * (input_bits(i, seed) * 0x1p-24));
    return x;
}

#endif

/* Row 10 by hand: threefry of counters, as in jax.random, a vector at a time. */
#include <math.h>

#include "bench/c/c.h"
#include "bench/c/vector.h"

static inline vu rotate(vu x, int by)
{
    return x << (uint32_t)by | x >> (uint32_t)(32 - by);
}

/* 32 bits for each counter below 2^32: the two words of threefry2x32(key, {0, counter}), xored. */
static inline vu random_bits(uint32_t k0, uint32_t k1, vu counter)
{
    static const int rotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
    uint32_t key[3] = {k0, k1, k0 ^ k1 ^ 0x1BD11BDA};
    vu x = (vu)(key[0]), y = counter + key[1];
#pragma clang loop unroll(full)
    for (uint32_t group = 0; group < 5; group++) {
#pragma clang loop unroll(full)
        for (int k = 0; k < 4; k++) {
            x += y;
            y = rotate(y, rotations[group % 2][k]) ^ x;
        }
        x += key[(group + 1) % 3];
        y += key[(group + 2) % 3] + group + 1;
    }
    return x ^ y;
}

static inline vf exponential(vu bits)
{
    vf u = __builtin_bit_cast(vf, bits >> 9 | 0x3f800000u) - 1;
    return -VF_(log1pf)(-u);
}

typedef struct {
    c_case *c;
    double sum[256]; /* one for each block of draws; the blocks do not depend on the number of
                        threads */
    int64_t block;
} sums;

static void sum_part(void *env, int64_t from, int64_t to)
{
    sums *s = env;
    vu lane;
    for (uint32_t k = 0; k < VF; k++)
        lane[k] = k;
    for (int64_t b = from; b < to; b++) {
        int64_t first = b * s->block, last = first + s->block;
        last = last < s->c->size ? last : s->c->size;
        double sum = 0;
        for (int64_t i = first; i < last; i += VF * 64) { /* keeps each f32 sum short */
            vf part = (vf)0.0f;
            for (int64_t j = i; j < i + VF * 64 && j < last; j += VF) {
                vf draws = exponential(random_bits(0, 42, lane + (uint32_t)j));
                for (int k = 0; k < VF && j + VF > last; k++)
                    draws[k] = j + k < last ? draws[k] : 0;
                part += draws;
            }
            sum += (double)vf_sum(part);
        }
        s->sum[b] = sum;
    }
}

static void make(c_case *c)
{
    c_result(c, 0, DIGEST_F32, 1);
    c->buffer[0] = malloc(sizeof(sums));
}

static void run(c_case *c)
{
    sums *s = c->buffer[0];
    int64_t blocks = c->size < 1 << 16 ? 1 : 256;
    s->c = c;
    s->block = ((c->size + blocks - 1) / blocks + VF - 1) / VF * VF;
    c_parallel_rows(blocks, sum_part, s);
    double sum = 0;
    for (int64_t b = 0; b < blocks; b++)
        sum += s->sum[b];
    *(float *)c->result[0].elements = (float)(sum / (double)c->size);
}

const c_work c_random[] = {{"monte_carlo", make, run}, {0}};

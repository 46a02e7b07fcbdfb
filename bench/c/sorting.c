/* Row 23 by hand: sorting by digits of 11 bits, on one thread. */
#include <string.h>

#include "bench/c/c.h"

enum { WIDTH = 11, DIGITS = 1 << WIDTH, PASSES = 3 };

/* The same order as unsigned integers as the floats have. */
static uint32_t key_of(uint32_t bits)
{
    return bits ^ ((uint32_t)((int32_t)bits >> 31) | 0x80000000u);
}

static uint32_t bits_of(uint32_t key)
{
    return key ^ ((uint32_t)~((int32_t)key >> 31) | 0x80000000u);
}

static void make_sorted(c_case *c)
{
    c->buffer[0] = input_f32(c->size, 8, -1, 1);
    c->buffer[1] = malloc((size_t)c->size * sizeof(uint32_t));
    c->buffer[2] = malloc((size_t)c->size * sizeof(uint32_t));
    c->buffer[3] = malloc(PASSES * DIGITS * sizeof(int64_t));
    c_result(c, 0, DIGEST_F32, c->size);
}

static void run_sorted(c_case *c)
{
    uint32_t *from = c->buffer[1], *to = c->buffer[2], *y = (uint32_t *)c->result[0].elements;
    int64_t(*count)[DIGITS] = c->buffer[3];
    memset(count, 0, PASSES * sizeof *count);
    for (int64_t i = 0; i < c->size; i++) {
        uint32_t key = from[i] = key_of(((const uint32_t *)c->buffer[0])[i]);
        for (int p = 0; p < PASSES; p++)
            count[p][key >> WIDTH * p & (DIGITS - 1)]++;
    }
    for (int p = 0; p < PASSES; p++) {
        int64_t at = 0;
        for (int d = 0; d < DIGITS; d++) {
            int64_t some = count[p][d];
            count[p][d] = at;
            at += some;
        }
        for (int64_t i = 0; i < c->size; i++)
            to[count[p][from[i] >> WIDTH * p & (DIGITS - 1)]++] = from[i];
        uint32_t *was = from;
        from = to;
        to = was;
    }
    for (int64_t i = 0; i < c->size; i++)
        y[i] = bits_of(from[i]);
}

/* clang-format off */
#define WORKS(X) X(sorted, sorted)
/* clang-format on */
const c_work c_sorting[] = {WORKS(C_ROW){0}};

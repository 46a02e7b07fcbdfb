/* Row 21 by hand, on one thread, as updates may meet. */
#include <string.h>

#include "bench/c/c.h"

enum { PLACES = 1000000, SEGMENTS = 10000 };

static int32_t *places(int64_t count, uint32_t seed, int64_t n)
{
    float *at = input_f32(count, seed, 0, (double)n);
    int32_t *i = malloc((size_t)count * sizeof *i);
    for (int64_t k = 0; k < count; k++)
        i[k] = (int32_t)at[k];
    free(at);
    return i;
}

static void make_added_at(c_case *c)
{
    c->buffer[0] = input_f32(PLACES, 8, -1, 1);
    c->buffer[1] = places(c->size, 10, PLACES);
    c->buffer[2] = input_f32(c->size, 9, -1, 1);
    c_result(c, 0, DIGEST_F32, PLACES);
}

static void run_added_at(c_case *c)
{
    float *y = (float *)c->result[0].elements;
    const int32_t *i = c->buffer[1];
    const float *v = c->buffer[2];
    memcpy(y, c->buffer[0], PLACES * sizeof *y);
    for (int64_t k = 0; k < c->size; k++)
        if (i[k] >= 0 && i[k] < PLACES)
            y[i[k]] += v[k];
}

static void make_segments(c_case *c)
{
    c->buffer[0] = input_f32(c->size, 9, -1, 1);
    c->buffer[1] = places(c->size, 10, SEGMENTS);
    c_result(c, 0, DIGEST_F32, SEGMENTS);
}

static void run_segments(c_case *c)
{
    float *y = (float *)c->result[0].elements;
    const int32_t *i = c->buffer[1];
    const float *v = c->buffer[0];
    memset(y, 0, SEGMENTS * sizeof *y);
    for (int64_t k = 0; k < c->size; k++)
        if (i[k] >= 0 && i[k] < SEGMENTS)
            y[i[k]] += v[k];
}

/* clang-format off */
#define WORKS(X) X(added_at, added_at) X(segments, segments)
/* clang-format on */
const c_work c_indexing[] = {WORKS(C_ROW){0}};

/* Row 5 by hand. Threads divide the columns for axis 0, and the rows for axis 1. */
#include <string.h>

#include "bench/c/c.h"
#include "bench/c/vector.h"

/* (Sums may be taken in any order, as every array compiler does.) */
#define REASSOCIATE _Pragma("clang fp reassociate(on)")

static const float *row(const c_case *c, int64_t i)
{
    return (const float *)c->buffer[0] + i * c->size;
}

static float *result(const c_case *c, int k)
{
    return (float *)c->result[k].elements;
}

/* ---- along axis 0: a stripe of columns, whose accumulators stay in the cache ----------------- */

static void sum0_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    float *restrict out = result(c, 0);
    memset(out + from, 0, (size_t)(to - from) * sizeof *out);
    int64_t i = 0;
    for (; i + 4 <= c->size; i += 4) {
        const float *a = row(c, i), *b = row(c, i + 1), *d = row(c, i + 2), *e = row(c, i + 3);
        for (int64_t j = from; j < to; j++)
            out[j] += (a[j] + b[j]) + (d[j] + e[j]);
    }
    for (; i < c->size; i++)
        for (int64_t j = from; j < to; j++)
            out[j] += row(c, i)[j];
}

/* Sums the differences from the first row and their squares in one pass, without cancellation. */
static void moments0_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    float *restrict mean = result(c, 0), *restrict variance = result(c, 1);
    const float *first = row(c, 0);
    for (int64_t j = from; j < to; j++)
        mean[j] = variance[j] = 0;
    for (int64_t i = 1; i < c->size; i++) {
        const float *x = row(c, i);
        for (int64_t j = from; j < to; j++) {
            float d = x[j] - first[j];
            mean[j] += d;
            variance[j] += d * d;
        }
    }
    float n = (float)c->size;
    for (int64_t j = from; j < to; j++) {
        float d = mean[j] / n;
        mean[j] = first[j] + d;
        variance[j] = variance[j] / n - d * d;
    }
}

static void argmax0_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    float *restrict best = c->buffer[1];
    int32_t *restrict at = (int32_t *)c->result[0].elements;
    memcpy(best + from, row(c, 0) + from, (size_t)(to - from) * sizeof *best);
    memset(at + from, 0, (size_t)(to - from) * sizeof *at);
    for (int64_t i = 1; i < c->size; i++) {
        const float *x = row(c, i);
        for (int64_t j = from; j < to; j++) {
            at[j] = x[j] > best[j] ? (int32_t)i : at[j];
            best[j] = x[j] > best[j] ? x[j] : best[j];
        }
    }
}

static void cumsum0_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    float *restrict y = result(c, 0);
    memcpy(y + from, row(c, 0) + from, (size_t)(to - from) * sizeof *y);
    for (int64_t i = 1; i < c->size; i++) {
        const float *x = row(c, i);
        float *above = y + (i - 1) * c->size, *here = y + i * c->size;
        for (int64_t j = from; j < to; j++)
            here[j] = above[j] + x[j];
    }
}

/* ---- along axis 1 ---------------------------------------------------------------------------- */

static inline float row_sum(const float *x, int64_t n)
{
    REASSOCIATE
    float s = 0;
    for (int64_t j = 0; j < n; j++)
        s += x[j];
    return s;
}

static inline float row_squares(const float *x, int64_t n, float mean)
{
    REASSOCIATE
    float s = 0;
    for (int64_t j = 0; j < n; j++)
        s += (x[j] - mean) * (x[j] - mean);
    return s;
}

static void sum1_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    for (int64_t i = from; i < to; i++)
        result(c, 0)[i] = row_sum(row(c, i), c->size);
}

static void moments1_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    float n = (float)c->size;
    for (int64_t i = from; i < to; i++) {
        float mean = row_sum(row(c, i), c->size) / n;
        result(c, 0)[i] = mean;
        result(c, 1)[i] = row_squares(row(c, i), c->size, mean) / n;
    }
}

/* The largest element, then the first position where it occurs. */
static int32_t row_argmax(const float *x, int64_t n)
{
    vf best = (vf)x[0], other = best;
    int64_t j = 0;
    for (; j + 2 * VF <= n; j += 2 * VF) {
        best = __builtin_elementwise_max(best, vf_load(x + j));
        other = __builtin_elementwise_max(other, vf_load(x + j + VF));
    }
    float max = vf_max(__builtin_elementwise_max(best, other));
    for (; j < n; j++)
        max = x[j] > max ? x[j] : max;
    for (j = 0; j + VF <= n && !vi_any(vf_load(x + j) == max); j += VF)
        ;
    while (x[j] != max)
        j++;
    return (int32_t)j;
}

static void argmax1_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    for (int64_t i = from; i < to; i++)
        ((int32_t *)c->result[0].elements)[i] = row_argmax(row(c, i), c->size);
}

/* Four rows at once, to hide the latency of additions. */
static void cumsum1_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    int64_t i = from, n = c->size;
    float *y = result(c, 0);
    for (; i + 4 <= to; i += 4) {
        const float *x = row(c, i);
        float s[4] = {0};
        for (int64_t j = 0; j < n; j++)
            for (int k = 0; k < 4; k++)
                y[(i + k) * n + j] = s[k] += x[k * n + j];
    }
    for (; i < to; i++) {
        float s = 0;
        for (int64_t j = 0; j < n; j++)
            y[i * n + j] = s += row(c, i)[j];
    }
}

/* -----------------------------------------------------------------------------------------------
 */

static void make(c_case *c, digest_type type, int64_t count)
{
    c->buffer[0] = input_f32(c->size * c->size, 7, -0.5, 1);
    c_result(c, 0, type, count);
}

static void make_vector(c_case *c)
{
    make(c, DIGEST_F32, c->size);
}

static void make_moments(c_case *c)
{
    make(c, DIGEST_F32, c->size);
    c_result(c, 1, DIGEST_F32, c->size);
}

static void make_argmax(c_case *c)
{
    make(c, DIGEST_I32, c->size);
    c->buffer[1] = malloc((size_t)c->size * sizeof(float));
}

static void make_cumsum(c_case *c)
{
    make(c, DIGEST_F32, c->size * c->size);
}

/* clang-format off */
#define WORKS(X)                                                                                  \
    X(sum0, vector) X(sum1, vector) X(moments0, moments) X(moments1, moments) X(argmax0, argmax)  \
    X(argmax1, argmax) X(cumsum0, cumsum) X(cumsum1, cumsum)
/* clang-format on */
WORKS(C_RUN_ROWS)

const c_work c_reductions[] = {WORKS(C_ROW){0}};

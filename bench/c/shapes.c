/* Row 6 by hand. */
#include "bench/c/c.h"
#include "bench/c/vector.h"

static const float *input(const c_case *c, int k, int64_t i)
{
    return (const float *)c->buffer[k] + i * c->size;
}

/* Works in squares that fit the cache. */
enum { TILE = 32 };

static void transposed_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    int64_t n = c->size;
    float *y = (float *)c->result[0].elements;
    for (int64_t i0 = from; i0 < to; i0 += TILE)
        for (int64_t j0 = 0; j0 < n; j0 += TILE)
            for (int64_t j = j0; j < j0 + TILE && j < n; j++)
                for (int64_t i = i0; i < i0 + TILE && i < to; i++)
                    y[i * n + j] = input(c, 0, j)[i] * 2 + 1;
}

static inline float at(const c_case *c, int64_t i, int64_t j)
{
    return i < 0 || j < 0 || i >= c->size || j >= c->size ? 0 : input(c, 0, i)[j];
}

static inline float laplacian(const c_case *c, int64_t i, int64_t j)
{
    return (at(c, i - 1, j) + at(c, i + 1, j)) + (at(c, i, j - 1) + at(c, i, j + 1)) -
           4 * at(c, i, j);
}

static void stencil_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    int64_t n = c->size;
    for (int64_t i = from; i < to; i++) {
        float *y = (float *)c->result[0].elements + i * n;
        if (i == 0 || i == n - 1) {
            for (int64_t j = 0; j < n; j++)
                y[j] = laplacian(c, i, j);
            continue;
        }
        const float *x = input(c, 0, i), *up = x - n, *down = x + n;
        y[0] = laplacian(c, i, 0);
        for (int64_t j = 1; j < n - 1; j++)
            y[j] = (up[j] + down[j]) + (x[j - 1] + x[j + 1]) - 4 * x[j];
        y[n - 1] = laplacian(c, i, n - 1);
    }
}

static void joined_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    int64_t n = c->size;
    for (int64_t i = from; i < to; i++) {
        const float *x = input(c, 0, i), *y = input(c, 1, i);
        float *out = (float *)c->result[0].elements + i * 3 * n;
        for (int64_t j = 0; j < n; j++)
            out[j] = x[j] * 2 + 1;
        for (int64_t j = 0; j < n; j++)
            out[n + j] = x[j] * y[j] + 1;
        for (int64_t j = 0; j < n; j++)
            out[2 * n + j] = 1 - y[j];
    }
}

static void strided_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    int64_t n = c->size;
    for (int64_t i = from; i < to; i++) {
        const float *even = input(c, 0, n - 1 - i), *odd = input(c, 0, i) + 1;
        float *y = (float *)c->result[0].elements + i * (n / 2);
        for (int64_t j = 0; j < n / 2; j++)
            y[j] = even[2 * j] * odd[2 * j] + 1;
    }
}

static void taken_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    const int32_t *rows = c->buffer[1];
    for (int64_t i = from; i < to; i++) {
        const float *x = input(c, 0, rows[i]);
        float *y = (float *)c->result[0].elements + i * c->size;
        for (int64_t j = 0; j < c->size; j++)
            y[j] = x[j] * 2 + 1;
    }
}

/* -----------------------------------------------------------------------------------------------
 */

static void make(c_case *c, int64_t count)
{
    c->buffer[0] = input_f32(c->size * c->size, 8, -1, 1);
    c_result(c, 0, DIGEST_F32, count);
}

static void make_square(c_case *c)
{
    make(c, c->size * c->size);
}

static void make_joined(c_case *c)
{
    make(c, 3 * c->size * c->size);
    c->buffer[1] = input_f32(c->size * c->size, 9, -1, 1);
}

static void make_strided(c_case *c)
{
    make(c, c->size * (c->size / 2));
}

static void make_taken(c_case *c)
{
    make_square(c);
    float *at = input_f32(c->size, 10, 0, (double)c->size);
    int32_t *rows = c->buffer[1] = malloc((size_t)c->size * sizeof *rows);
    for (int64_t i = 0; i < c->size; i++)
        rows[i] = (int32_t)at[i];
    free(at);
}

/* clang-format off */
#define WORKS(X)                                                                             \
    X(transposed, square) X(stencil, square) X(joined, joined) X(strided, strided) X(taken, taken)
/* clang-format on */
WORKS(C_RUN_ROWS)

const c_work c_shapes[] = {WORKS(C_ROW){0}};

/* Row 7 by hand: loops for small matrices, a BLAS for large ones. */
#include <cblas.h>

#include "bench/c/c.h"

/* z = x y, all n x n; callers inline it with a constant n. */
static inline __attribute__((always_inline)) void small(int64_t n, const float *restrict x,
                                                        const float *restrict y, float *restrict z)
{
    for (int64_t i = 0; i < n; i++) {
        float sum[32] = {0};
        for (int64_t k = 0; k < n; k++)
            for (int64_t j = 0; j < n; j++)
                sum[j] += x[i * n + k] * y[k * n + j];
        for (int64_t j = 0; j < n; j++)
            z[i * n + j] = sum[j];
    }
}

static void product(int64_t n, const float *x, const float *y, float *z)
{
    switch (n) {
    case 4:
        small(4, x, y, z);
        break;
    case 8:
        small(8, x, y, z);
        break;
    case 16:
        small(16, x, y, z);
        break;
    case 32:
        small(32, x, y, z);
        break;
    default:
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)n, (int)n, (int)n, 1, x, (int)n,
                    y, (int)n, 0, z, (int)n);
    }
}

static void make(c_case *c, int64_t many)
{
    int64_t count = many * c->size * c->size;
    c->buffer[0] = input_f32(count, 11, -1, 1);
    c->buffer[1] = input_f32(count, 12, -1, 1);
    c_result(c, 0, DIGEST_F32, count);
}

static void make_matmul(c_case *c)
{
    make(c, 1);
}

static void run_matmul(c_case *c)
{
    product(c->size, c->buffer[0], c->buffer[1], (float *)c->result[0].elements);
}

enum { MANY = 1000 };

static void make_batched(c_case *c)
{
    make(c, MANY);
}

static void batched_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    int64_t n = c->size;
    for (int64_t b = from; b < to; b++)
        product(n, (float *)c->buffer[0] + b * n * n, (float *)c->buffer[1] + b * n * n,
                (float *)c->result[0].elements + b * n * n);
}

static void run_batched(c_case *c)
{
    c_parallel_rows(MANY, batched_part, c);
}

const c_work c_linalg[] = {
    {"matmul", make_matmul, run_matmul}, {"batched_matmul", make_batched, run_batched}, {0}};

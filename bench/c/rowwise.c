/* Row 4 by hand: all passes over a row find it in the cache. */
#include <math.h>

#include "bench/c/c.h"
#include "bench/c/vector.h"

enum { COLUMNS = 1024 };

static float row_max(const float *x)
{
    vf a = vf_load(x), b = a, c = a, d = a;
    for (int j = 0; j < COLUMNS; j += 4 * VF) {
        a = __builtin_elementwise_max(a, vf_load(x + j));
        b = __builtin_elementwise_max(b, vf_load(x + j + VF));
        c = __builtin_elementwise_max(c, vf_load(x + j + 2 * VF));
        d = __builtin_elementwise_max(d, vf_load(x + j + 3 * VF));
    }
    return vf_max(__builtin_elementwise_max(__builtin_elementwise_max(a, b),
                                            __builtin_elementwise_max(c, d)));
}

/* The sum of exp(x - max). If y is given, it receives the exponentials. */
static inline float row_exp(const float *x, float max, float *y)
{
    vf sum[2] = {(vf)0.0f, (vf)0.0f};
    for (int j = 0; j < COLUMNS; j += 2 * VF)
        for (int k = 0; k < 2; k++) {
            vf e = VF_(expf)(vf_load(x + j + k * VF) - max);
            sum[k] += e;
            if (y)
                vf_store(y + j + k * VF, e);
        }
    return vf_sum(sum[0] + sum[1]);
}

static void softmax_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    for (int64_t i = from; i < to; i++) {
        const float *x = (const float *)c->buffer[0] + i * COLUMNS;
        float *y = (float *)c->result[0].elements + i * COLUMNS;
        float scale = 1 / row_exp(x, row_max(x), y);
        for (int j = 0; j < COLUMNS; j++)
            y[j] *= scale;
    }
}

static void log_sum_exp_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    for (int64_t i = from; i < to; i++) {
        const float *x = (const float *)c->buffer[0] + i * COLUMNS;
        float max = row_max(x);
        ((float *)c->result[0].elements)[i] = max + logf(row_exp(x, max, NULL));
    }
}

static void layer_norm_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    const float *scale = c->buffer[1], *shift = c->buffer[2];
    for (int64_t i = from; i < to; i++) {
        const float *x = (const float *)c->buffer[0] + i * COLUMNS;
        float *y = (float *)c->result[0].elements + i * COLUMNS;
        vf sum[4] = {0}, square[4] = {0};
        for (int j = 0; j < COLUMNS; j += 4 * VF)
            for (int k = 0; k < 4; k++)
                sum[k] += vf_load(x + j + k * VF);
        float mean = vf_sum(sum[0] + sum[1] + sum[2] + sum[3]) / COLUMNS;
        for (int j = 0; j < COLUMNS; j += 4 * VF)
            for (int k = 0; k < 4; k++) {
                vf d = vf_load(x + j + k * VF) - mean;
                square[k] += d * d;
            }
        float variance = vf_sum(square[0] + square[1] + square[2] + square[3]) / COLUMNS;
        float unit = 1 / sqrtf(variance + 1e-5f);
        for (int j = 0; j < COLUMNS; j++)
            y[j] = (x[j] - mean) * unit * scale[j] + shift[j];
    }
}

static void make_rows(c_case *c)
{
    c->buffer[0] = input_f32(c->size * COLUMNS, 4, -3, 3);
    c_result(c, 0, DIGEST_F32, c->size * COLUMNS);
}

static void make_log_sum_exp(c_case *c)
{
    c->buffer[0] = input_f32(c->size * COLUMNS, 4, -3, 3);
    c_result(c, 0, DIGEST_F32, c->size);
}

static void make_layer_norm(c_case *c)
{
    make_rows(c);
    c->buffer[1] = input_f32(COLUMNS, 5, 0.5, 1.5);
    c->buffer[2] = input_f32(COLUMNS, 6, -1, 1);
}

static void run_softmax(c_case *c)
{
    c_parallel_rows(c->size, softmax_part, c);
}

static void run_log_sum_exp(c_case *c)
{
    c_parallel_rows(c->size, log_sum_exp_part, c);
}

static void run_layer_norm(c_case *c)
{
    c_parallel_rows(c->size, layer_norm_part, c);
}

const c_work c_rowwise[] = {{"softmax", make_rows, run_softmax},
                            {"log_sum_exp", make_log_sum_exp, run_log_sum_exp},
                            {"layer_norm", make_layer_norm, run_layer_norm},
                            {0}};

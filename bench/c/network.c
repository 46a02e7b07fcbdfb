/* Row 9 by hand: a network of three layers and Adam, with BLAS for the products. */
#include <cblas.h>
#include <math.h>
#include <string.h>

#include "bench/c/c.h"

enum { LAYERS = 3, CLASSES = 10 };
static const int width[LAYERS + 1] = {784, 512, 512, CLASSES};

/* The parameters w1 b1 w2 b2 w3 b3 and their moments m and v are the results, since they are the
 * state from step to step. Gradients, activations and labels have buffers of their own. */
enum { PARAMS = 2 * LAYERS, GRAD = 0, ACTIVATION = PARAMS, DELTA = ACTIVATION + LAYERS + 1 };
enum { LABELS = DELTA + LAYERS + 1, STEP = 3 * PARAMS, LOSS = STEP + 1 };

static int64_t count(int k)
{
    return k % 2 ? width[k / 2 + 1] : (int64_t)width[k / 2] * width[k / 2 + 1];
}

static float *state(c_case *c, int k)
{
    return (float *)c->result[k].elements;
}

static void make(c_case *c)
{
    for (int k = 0; k < 3 * PARAMS; k++) {
        float *x = c_result(c, k, DIGEST_F32, count(k % PARAMS));
        memset(x, 0, (size_t)count(k % PARAMS) * sizeof *x);
        if (k < PARAMS && k % 2 == 0) {
            float *w = input_f32(count(k), 20 + (uint32_t)k / 2, -0.05, 0.05);
            memcpy(x, w, (size_t)count(k) * sizeof *x);
            free(w);
        }
    }
    *(float *)c_result(c, STEP, DIGEST_F32, 1) = 0;
    c_result(c, LOSS, DIGEST_F32, 1);
    for (int k = 0; k < PARAMS; k++)
        c->buffer[GRAD + k] = malloc((size_t)count(k) * sizeof(float));
    c->buffer[ACTIVATION] = input_f32(c->size * width[0], 23, 0, 1);
    for (int l = 1; l <= LAYERS; l++) {
        c->buffer[ACTIVATION + l] = malloc((size_t)(c->size * width[l]) * sizeof(float));
        c->buffer[DELTA + l] = malloc((size_t)(c->size * width[l]) * sizeof(float));
    }
    c->buffer[LABELS] = input_f32(c->size, 24, 0, CLASSES);
}

/* The activations of layer l + 1; for the last layer, before softmax. */
static void forward(c_case *c, int l)
{
    int batch = (int)c->size, in = width[l], out = width[l + 1];
    float *y = c->buffer[ACTIVATION + l + 1], *b = state(c, 2 * l + 1);
    for (int i = 0; i < batch; i++)
        memcpy(y + i * out, b, (size_t)out * sizeof *y);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, batch, out, in, 1,
                c->buffer[ACTIVATION + l], in, state(c, 2 * l), out, 1, y, out);
    if (l + 1 < LAYERS)
        for (int i = 0; i < batch * out; i++)
            y[i] = y[i] > 0 ? y[i] : 0;
}

/* The mean cross entropy, and its derivative with respect to the logits. */
static float cross_entropy(c_case *c)
{
    const float *labels = c->buffer[LABELS];
    float *logits = c->buffer[ACTIVATION + LAYERS], *delta = c->buffer[DELTA + LAYERS];
    float loss = 0, batch = (float)c->size;
    for (int64_t i = 0; i < c->size; i++, logits += CLASSES, delta += CLASSES) {
        float max = logits[0], sum = 0;
        for (int k = 1; k < CLASSES; k++)
            max = fmaxf(max, logits[k]);
        for (int k = 0; k < CLASSES; k++)
            sum += delta[k] = expf(logits[k] - max);
        for (int k = 0; k < CLASSES; k++)
            delta[k] /= sum * batch;
        int label = (int)labels[i];
        loss -= logits[label] - max - logf(sum);
        delta[label] -= 1 / batch;
    }
    return loss / batch;
}

/* The gradients of layer l, and the derivative with respect to its input. */
static void backward(c_case *c, int l)
{
    int batch = (int)c->size, in = width[l], out = width[l + 1];
    float *x = c->buffer[ACTIVATION + l], *delta = c->buffer[DELTA + l + 1];
    float *gb = c->buffer[GRAD + 2 * l + 1], *below = c->buffer[DELTA + l];
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, in, out, batch, 1, x, in, delta, out, 0,
                c->buffer[GRAD + 2 * l], out);
    memset(gb, 0, (size_t)out * sizeof *gb);
    for (int i = 0; i < batch; i++)
        for (int j = 0; j < out; j++)
            gb[j] += delta[i * out + j];
    if (l == 0)
        return;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, batch, in, out, 1, delta, out,
                state(c, 2 * l), out, 0, below, in);
    for (int i = 0; i < batch * in; i++)
        below[i] = x[i] > 0 ? below[i] : 0;
}

static void update(c_case *c, int k, float m_scale, float v_scale)
{
    float *restrict p = state(c, k), *restrict m = state(c, PARAMS + k),
                    *restrict v = state(c, 2 * PARAMS + k);
    const float *restrict g = c->buffer[GRAD + k];
    for (int64_t i = 0; i < count(k); i++) {
        m[i] = 0.9f * m[i] + 0.1f * g[i];
        v[i] = 0.999f * v[i] + 0.001f * (g[i] * g[i]);
        p[i] -= 1e-3f * (m[i] * m_scale / (sqrtf(v[i] * v_scale) + 1e-8f));
    }
}

static void run(c_case *c)
{
    for (int l = 0; l < LAYERS; l++)
        forward(c, l);
    *state(c, LOSS) = cross_entropy(c);
    for (int l = LAYERS; l-- > 0;)
        backward(c, l);
    float step = *state(c, STEP) += 1;
    for (int k = 0; k < PARAMS; k++)
        update(c, k, 1 / (1 - powf(0.9f, step)), 1 / (1 - powf(0.999f, step)));
}

const c_work c_network[] = {{"adam", make, run}, {0}};

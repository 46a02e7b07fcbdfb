/* Row 8 by hand: the gradient written out. */
#include <math.h>

#include "bench/c/c.h"

typedef struct {
    float w[2], b;
} params;

static const float X[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, Y[4] = {0, 1, 1, 1};

static inline params step(params p)
{
    params g = {{0, 0}, 0};
    for (int k = 0; k < 4; k++) {
        float out = 1 / (1 + expf(-(X[k][0] * p.w[0] + X[k][1] * p.w[1] + p.b)));
        float d = 2.0f / 4 * (out - Y[k]) * out * (1 - out);
        g.w[0] += d * X[k][0];
        g.w[1] += d * X[k][1];
        g.b += d;
    }
    return (params){{p.w[0] - 0.1f * g.w[0], p.w[1] - 0.1f * g.w[1]}, p.b - 0.1f * g.b};
}

static void make(c_case *c)
{
    c_result(c, 0, DIGEST_F32, 2);
    c_result(c, 1, DIGEST_F32, 1);
}

static void run(c_case *c)
{
    params p = {{0.5f, -0.25f}, 0};
    for (int64_t e = 0; e < c->size; e++)
        p = step(p);
    float *w = (float *)c->result[0].elements, *b = (float *)c->result[1].elements;
    w[0] = p.w[0], w[1] = p.w[1], b[0] = p.b;
}

const c_work c_learning[] = {{"neuron_steps", make, run}, {"neuron_train", make, run}, {0}};

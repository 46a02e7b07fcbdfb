/* Row 22: convolutions and the pooling of ResNet-50, with their gradients; the size is the batch. */
#include "bench/jacquard/inputs.h"

typedef struct {
    int64_t stride;
} Layer;

/* Half the sum of squares of what the layer gives, so that its cotangent is what it gives. */
JAC_DEF_ENV(jac, energy, Layer, (jac, x), (jac, w))
{
    int64_t strides[] = {env->stride, env->stride};
    jac y = jac_conv_general_dilated(x, w, .window_strides = {2, strides}, .padding = "SAME");
    return jac_mul(0.5, jac_sum(jac_square(y)));
}

JAC_DEF(jac, pooled_energy, (jac, x))
{
    jac y = jac_reduce_window_max(x, JAC_DIMS(1, 1, 3, 3), .window_strides = JAC_DIMS(1, 1, 2, 2),
                                  .padding = "SAME");
    return jac_mul(0.5, jac_sum(jac_square(y)));
}

static void make_pool(int64_t batch, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(batch, 64, 112, 112), 11, -1, 1);
    c->nresults = 2;
    c->f = jac_jit(jac_value_and_grad(pooled_energy_fn));
}

static void make(int64_t batch, jq_case *c, int64_t channels, int64_t features, int64_t size,
                 int64_t window, int64_t stride)
{
    c->args[0] = inputs_f32(JAC_SHAPE(batch, channels, size, size), 11, -1, 1);
    c->args[1] = inputs_f32(JAC_SHAPE(features, channels, window, window), 12, -0.1, 0.1);
    c->nresults = 3;
    c->f = jac_jit(jac_value_and_grad(energy_with((Layer){stride}), 0, 1));
}

static void make_stem(int64_t batch, jq_case *c)
{
    make(batch, c, 3, 64, 224, 7, 2);
}

static void make_wide(int64_t batch, jq_case *c)
{
    make(batch, c, 64, 64, 56, 3, 1);
}

static void make_point(int64_t batch, jq_case *c)
{
    make(batch, c, 256, 64, 56, 1, 1);
}

static void make_middle(int64_t batch, jq_case *c)
{
    make(batch, c, 128, 128, 28, 3, 1);
}

static void make_deep(int64_t batch, jq_case *c)
{
    make(batch, c, 512, 512, 7, 3, 1);
}

const jq_work jq_convolution[] = {{"conv_stem", make_stem},     {"conv_wide", make_wide},
                                  {"conv_point", make_point},   {"conv_middle", make_middle},
                                  {"conv_deep", make_deep},     {"max_pool", make_pool},
                                  {0}};

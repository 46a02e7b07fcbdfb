/* Row 4: functions of the rows of a matrix. */
#include "bench/jacquard/inputs.h"

enum { COLUMNS = 1024 };

JAC_DEF(jac, softmax, (jac, x))
{
    return jac_softmax(x, -1);
}

JAC_DEF(jac, log_sum_exp, (jac, x))
{
    return jac_logsumexp(x, JAC_AXES(-1));
}

JAC_DEF(jac, layer_norm, (jac, x), (jac, scale), (jac, shift))
{
    jac mean = jac_mean(x, JAC_AXES(-1), .keepdims = true);
    jac variance = jac_var(x, JAC_AXES(-1), .keepdims = true);
    jac unit = jac_mul(jac_sub(x, mean), jac_rsqrt(jac_add(variance, 1e-5)));
    return jac_add(jac_mul(unit, scale), shift);
}

static void make_softmax(int64_t rows, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(rows, COLUMNS), 4, -3, 3);
    c->f = jac_jit(softmax_fn);
}

static void make_log_sum_exp(int64_t rows, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(rows, COLUMNS), 4, -3, 3);
    c->f = jac_jit(log_sum_exp_fn);
}

static void make_layer_norm(int64_t rows, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(rows, COLUMNS), 4, -3, 3);
    c->args[1] = inputs_f32(JAC_SHAPE(COLUMNS), 5, 0.5, 1.5);
    c->args[2] = inputs_f32(JAC_SHAPE(COLUMNS), 6, -1, 1);
    c->f = jac_jit(layer_norm_fn);
}

const jq_work jq_rowwise[] = {{"softmax", make_softmax},
                              {"log_sum_exp", make_log_sum_exp},
                              {"layer_norm", make_layer_norm},
                              {0}};

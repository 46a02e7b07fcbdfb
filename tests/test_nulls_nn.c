/* Null handles given to the functions of neural networks. */
#include "tests/nulls.h"

Test(nulls, activations_refuse_null_handles)
{
    REFUSES(jac_sigmoid(no));
    REFUSES(jac_log_sigmoid(no));
    REFUSES(jac_relu(no));
    REFUSES(jac_relu6(no));
    REFUSES(jac_leaky_relu(no));
    REFUSES(jac_leaky_relu(one(), no));
    REFUSES(jac_softplus(no));
    REFUSES(jac_squareplus(no));
    REFUSES(jac_squareplus(one(), no));
    REFUSES(jac_sparse_plus(no));
    REFUSES(jac_sparse_sigmoid(no));
    REFUSES(jac_silu(no));
    REFUSES(jac_mish(no));
    REFUSES(jac_gelu(no));
    REFUSES(jac_elu(no));
    REFUSES(jac_elu(one(), no));
    REFUSES(jac_celu(no));
    REFUSES(jac_celu(one(), no));
    REFUSES(jac_selu(no));
    REFUSES(jac_soft_sign(no));
    REFUSES(jac_hard_tanh(no));
    REFUSES(jac_hard_sigmoid(no));
    REFUSES(jac_hard_silu(no));
    REFUSES(jac_glu(no));
    REFUSES(jac_log1mexp(no));
}

Test(nulls, softmax_and_normalization_refuse_null_handles)
{
    jac x = jac_ones(JAC_SHAPE(2, 2, 2));
    REFUSES(jac_softmax(no));
    REFUSES(jac_log_softmax(no));
    REFUSES(jac_logsumexp(no));
    REFUSES(jac_logsumexp(no, .b = one()));
    REFUSES(jac_logmeanexp(no));
    REFUSES(jac_one_hot(no, 3));
    REFUSES(jac_standardize(no));
    REFUSES(jac_layer_norm(no));
    REFUSES(jac_group_norm(no, 2));
    REFUSES(jac_batch_norm(no).y);
    REFUSES(jac_scaled_matmul(no, x, x, x));
    REFUSES(jac_scaled_matmul(x, no, x, x));
    REFUSES(jac_scaled_matmul(x, x, no, x));
    REFUSES(jac_scaled_matmul(x, x, x, no));
}

Test(nulls, attention_refuses_null_handles)
{
    jac x = jac_ones(JAC_SHAPE(2, 2, 2));
    REFUSES(jac_dot_product_attention(no, x, x));
    REFUSES(jac_dot_product_attention(x, no, x));
    REFUSES(jac_dot_product_attention(x, x, no));
}

Test(nulls, initializers_refuse_null_keys_and_shapes)
{
    REFUSES(jac_init_zeros(no, less));
    REFUSES(jac_init_ones(no, less));
    REFUSES(jac_init_constant(no, no, JAC_SHAPE(2)));
    REFUSES(jac_init_uniform(no, 2));
    REFUSES(jac_init_normal(no, 2));
    REFUSES(jac_init_truncated_normal(no, 2));
    REFUSES(jac_init_orthogonal(no, JAC_SHAPE(2, 2)));
    REFUSES(jac_init_delta_orthogonal(no, JAC_SHAPE(1, 2, 2)));
    REFUSES(jac_init_variance_scaling(no, 1, "fan_in", "normal", JAC_SHAPE(2, 2)));
    REFUSES(jac_init_glorot_uniform(no, JAC_SHAPE(2, 2)));
    REFUSES(jac_init_glorot_normal(no, JAC_SHAPE(2, 2)));
    REFUSES(jac_init_lecun_uniform(no, JAC_SHAPE(2, 2)));
    REFUSES(jac_init_lecun_normal(no, JAC_SHAPE(2, 2)));
    REFUSES(jac_init_he_uniform(no, JAC_SHAPE(2, 2)));
    REFUSES(jac_init_he_normal(no, JAC_SHAPE(2, 2)));
}

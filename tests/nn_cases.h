/* The calls of functions of jax.nn that are compared with JAX: a name of a case in
 * tests/golden/nn_cases.txt, the number of its arrays (x, y, z), and the call. */
#ifndef JACQUARD_TESTS_NN_CASES_H
#define JACQUARD_TESTS_NN_CASES_H

#include "jacquard.h"

static inline jac nn_kinks(jac x)
{
    jac a = jac_add(jac_relu6(x), jac_hard_tanh(x)), b = jac_add(jac_elu(x), jac_celu(x));
    return jac_add(jac_add(a, b), jac_leaky_relu(x));
}

static inline jac nn_row(jac x, int k)
{
    return jac_at(x, k);
}

/* {1, 1, 1, 1, 1} */
static inline jac nn_all_five(void)
{
    return jac_ones(5, JAC_BOOL);
}

static inline jac nn_none(void)
{
    return jac_asarray(false);
}

static inline jac nn_sum_and_sign(jac x, jac b)
{
    jac sign, y = jac_logsumexp(x, 1, .b = b, .sign = &sign);
    return jac_stack(0, y, sign);
}

// clang-format off
#define NN_ACTIVATION(X, name)                                                                    \
    X(name, 1, jac_##name(x))                                                                     \
    X(name##_edges, 1, jac_##name(x))                                                             \
    X(name##_ints, 1, jac_##name(x))
#define NN_CASES(X)                                                                               \
    NN_ACTIVATION(X, log_sigmoid)                                                                 \
    NN_ACTIVATION(X, relu6)                                                                       \
    NN_ACTIVATION(X, leaky_relu)                                                                  \
    NN_ACTIVATION(X, squareplus)                                                                  \
    NN_ACTIVATION(X, sparse_plus)                                                                 \
    NN_ACTIVATION(X, sparse_sigmoid)                                                              \
    NN_ACTIVATION(X, mish)                                                                        \
    NN_ACTIVATION(X, elu)                                                                         \
    NN_ACTIVATION(X, celu)                                                                        \
    NN_ACTIVATION(X, selu)                                                                        \
    NN_ACTIVATION(X, soft_sign)                                                                   \
    NN_ACTIVATION(X, hard_tanh)                                                                   \
    NN_ACTIVATION(X, hard_sigmoid)                                                                \
    NN_ACTIVATION(X, hard_silu)                                                                   \
    X(kinks, 1, nn_kinks(x))                                                                      \
    X(gelu_exact, 1, jac_gelu(x, .approximate = false))                                           \
    X(gelu_approximate, 1, jac_gelu(x))                                                           \
    X(leaky_relu_slope, 2, jac_leaky_relu(x, y))                                                  \
    X(elu_alpha, 2, jac_elu(x, y))                                                                \
    X(celu_alpha, 2, jac_celu(x, y))                                                              \
    X(squareplus_b, 2, jac_squareplus(x, y))                                                      \
    X(glu, 1, jac_glu(x))                                                                         \
    X(glu_first, 1, jac_glu(x, 0))                                                                \
    X(glu_empty, 1, jac_glu(x))                                                                   \
    X(log1mexp, 1, jac_log1mexp(x))                                                               \
    X(log1mexp_edges, 1, jac_log1mexp(x))                                                         \
    X(softmax_where, 1, jac_softmax(x, .where = nn_all_five()))                                   \
    X(softmax_masked, 2, jac_softmax(x, .where = y))                                              \
    X(softmax_masked_rows, 2, jac_softmax(x, .where = y))                                         \
    X(softmax_axis_where, 2, jac_softmax(x, 0, .where = y))                                       \
    X(softmax_both_axes, 1, jac_softmax(x, JAC_AXES(0, 1)))                                       \
    X(log_softmax_where, 2, jac_log_softmax(x, .where = y))                                       \
    X(logsumexp_where, 2, jac_logsumexp(x, 1, .where = y))                                        \
    X(logsumexp_where_rows, 2, jac_logsumexp(x, 1, .where = y))                                   \
    X(logsumexp_where_none, 1, jac_logsumexp(x, 0, .where = nn_none()))                           \
    X(logsumexp_b, 2, jac_logsumexp(x, 1, .b = y, .keepdims = true))                              \
    X(logsumexp_b_negative, 2, jac_logsumexp(x, 1, .b = y))                                       \
    X(logsumexp_b_zero, 2, jac_logsumexp(x, .b = y))                                              \
    X(logsumexp_b_row, 2, jac_logsumexp(x, JAC_AXES(0, 1), .b = y))                               \
    X(logsumexp_sign, 2, nn_sum_and_sign(x, y))                                                   \
    X(logsumexp_of_infinities, 2, jac_logsumexp(x, 1, .b = y))                                    \
    X(logmeanexp, 1, jac_logmeanexp(x))                                                           \
    X(logmeanexp_axis, 1, jac_logmeanexp(x, 0, .keepdims = true))                                 \
    X(logmeanexp_where, 2, jac_logmeanexp(x, 1, .where = y))                                      \
    X(one_hot_axis, 1, jac_one_hot(x, 3, .axis = 0))                                              \
    X(one_hot_middle, 1, jac_one_hot(x, 3, JAC_I32, .axis = 1))                                   \
    X(standardize, 1, jac_standardize(x))                                                         \
    X(standardize_first, 1, jac_standardize(x, JAC_AXES(0, 2), .epsilon = 0.1))                   \
    X(standardize_ints, 1, jac_standardize(x, 0))                                                 \
    X(standardize_where, 2, jac_standardize(x, .where = y))                                       \
    X(standardize_mean, 2, jac_standardize(x, .mean = y))                                         \
    X(standardize_stable_mean, 2, jac_standardize(x, .mean = y, .algorithm = "stable"))           \
    X(standardize_both, 3, jac_standardize(x, .mean = y, .variance = z))                          \
    X(layer_norm, 3, jac_layer_norm(x, .scale = y, .bias = z))                                    \
    X(layer_norm_axes, 2, jac_layer_norm(x, JAC_AXES(1, 2), .scale = y, .epsilon = 0.25))         \
    X(group_norm, 3, jac_group_norm(x, 2, .scale = y, .bias = z))                                 \
    X(group_norm_of_rows, 1, jac_group_norm(x, 2))                                                \
    X(batch_norm, 3, jac_batch_norm(x, .scale = y, .bias = z).y)                                  \
    X(batch_norm_mean, 1, jac_batch_norm(x).mean)                                                 \
    X(batch_norm_variance, 1, jac_batch_norm(x).variance)                                         \
    X(batch_norm_given, 3, jac_batch_norm(x, .mean = y, .variance = z).y)                         \
    X(scaled_matmul, 3, jac_scaled_matmul(x, y, z, jac_slice_in_dim(z, 0, 2, 1, 1)))
// clang-format on

#endif

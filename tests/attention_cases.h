/* The calls of jac_dot_product_attention that are compared with JAX: a name of a case in
 * tests/golden/attention_cases.txt, the number of its arrays, and the call. */
#ifndef JACQUARD_TESTS_ATTENTION_CASES_H
#define JACQUARD_TESTS_ATTENTION_CASES_H

#include "jacquard.h"

static inline jac at_mask(void)
{
    const bool m[] = {1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0};
    return jac_array_of(JAC_BOOL, JAC_SHAPE(4, 5), (const void *)m);
}

static inline jac at_ints(int32_t a, int32_t b)
{
    return jac_asarray(((int32_t[]){a, b}));
}

static inline jac at_residual(jac q, jac k, jac v, bool causal, jac mask)
{
    jac r;
    jac_dot_product_attention(q, k, v, .is_causal = causal, .mask = mask, .residual = &r);
    return r;
}

// clang-format off
#define ATTEND(...) jac_dot_product_attention(x, y, z, __VA_ARGS__)
#define ATTENTION_CASES(X)                                                                        \
    X(attention, 3, jac_dot_product_attention(x, y, z))                                           \
    X(attention_one, 3, jac_dot_product_attention(x, y, z))                                       \
    X(attention_scale, 3, ATTEND(.scale = 2))                                                     \
    X(attention_causal, 3, ATTEND(.is_causal = true))                                             \
    X(attention_causal_long, 3, ATTEND(.is_causal = true))                                        \
    X(attention_grouped, 3, ATTEND(.is_causal = true))                                            \
    X(attention_one_key_head, 3, jac_dot_product_attention(x, y, z))                              \
    X(attention_window, 3, ATTEND(.local_window_size = 1))                                        \
    X(attention_window_sides, 3, ATTEND(.local_window_size = JAC_DIMS(2, 0)))                     \
    X(attention_window_causal, 3, ATTEND(.local_window_size = 1, .is_causal = true))              \
    X(attention_window_of_none, 3, ATTEND(.local_window_size = 1))                                \
    X(attention_mask, 3, ATTEND(.mask = at_mask()))                                               \
    X(attention_mask_column, 3, ATTEND(.mask = jac_slice_in_dim(at_mask(), 0, 1, 1, 1)))          \
    X(attention_mask_heads, 3, ATTEND(.mask = jac_stack(0, at_mask(), jac_logical_not(at_mask())))) \
    X(attention_bias, 4, ATTEND(.bias = u))                                                       \
    X(attention_bias_of_keys, 4, ATTEND(.bias = u, .is_causal = true))                            \
    X(attention_bias_and_mask, 4, ATTEND(.bias = u, .mask = at_mask()))                           \
    X(attention_lengths, 3, ATTEND(.query_seq_lengths = at_ints(2, 4),                            \
                                   .key_value_seq_lengths = at_ints(3, 0)))                       \
    X(attention_key_lengths_causal, 3, ATTEND(.key_value_seq_lengths = at_ints(3, 0), .is_causal = true)) \
    X(attention_residual, 3, at_residual(x, y, z, true, JAC_NULL))                                \
    X(attention_residual_masked, 3, at_residual(x, y, z, false, at_mask()))
// clang-format on

#endif

/* Initial weights against JAX's. tests/golden/nn.py wrote the expected ones. */
#include "tests/draws.h"

// clang-format off
#define KERNEL JAC_SHAPE(3, 2, 4, 5)
#define FLOATS(X, tag, d)                                                                         \
    X(uniform_##tag, 0, jac_init_uniform(key, JAC_SHAPE(4, 3), d, .scale = 0.3))                  \
    X(normal_##tag, 0, jac_init_normal(key, JAC_SHAPE(4, 3), d))                                  \
    X(glorot_uniform_##tag, 0, jac_init_glorot_uniform(key, JAC_SHAPE(4, 3), d))                  \
    X(lecun_normal_##tag, 16, jac_init_lecun_normal(key, JAC_SHAPE(4, 3), d))
#define WEIGHTS(X)                                                                                \
    FLOATS(X, f32, JAC_F32)                                                                       \
    FLOATS(X, f64, JAC_F64)                                                                       \
    FLOATS(X, f16, JAC_F16)                                                                       \
    X(truncated_normal, 16, jac_init_truncated_normal(                                            \
        key, 7, .scale = 0.5, .lower = -1, .upper = 1.5))                                         \
    X(glorot_normal, 16, jac_init_glorot_normal(key, KERNEL))                                     \
    X(he_uniform, 0, jac_init_he_uniform(key, KERNEL))                                            \
    X(he_normal, 16, jac_init_he_normal(key, KERNEL, .batch_axis = 0))                            \
    X(lecun_uniform, 0, jac_init_lecun_uniform(key, KERNEL, .in_axis = JAC_AXES(0, 1), .out_axis = 2)) \
    X(scaling_fan_in, 0, jac_init_variance_scaling(key, 0.7, "fan_in", "normal", KERNEL))         \
    X(scaling_fan_out, 0, jac_init_variance_scaling(key, 0.7, "fan_out", "normal", KERNEL))       \
    X(scaling_fan_avg, 0, jac_init_variance_scaling(key, 0.7, "fan_avg", "normal", KERNEL))       \
    X(scaling_fan_geo_avg, 0, jac_init_variance_scaling(key, 0.7, "fan_geo_avg", "normal", KERNEL)) \
    X(complex_normal, 2, jac_init_variance_scaling(key, 1.5, "fan_in", "normal", JAC_SHAPE(4, 3), JAC_C64)) \
    X(complex_uniform, 8, jac_init_variance_scaling(                                              \
        key, 1.5, "fan_in", "uniform", JAC_SHAPE(4, 3), JAC_C64))                                 \
    X(complex_truncated_normal, 8, jac_init_variance_scaling(                                     \
        key, 1.5, "fan_in", "truncated_normal", JAC_SHAPE(4, 3), JAC_C64))                        \
    X(constant, 0, jac_init_constant(key, -7, JAC_SHAPE(2, 3), JAC_F16))
/* LAPACK's last bits depend on the machine. */
#define ROTATIONS(X)                                                                              \
    X(orthogonal, 16, jac_init_orthogonal(key, JAC_SHAPE(5, 3)))                                  \
    X(orthogonal_wide, 16, jac_init_orthogonal(key, JAC_SHAPE(2, 4), JAC_F64, .scale = 2))        \
    X(orthogonal_axis, 16, jac_init_orthogonal(key, JAC_SHAPE(2, 3, 4), .column_axis = 1))        \
    X(orthogonal_complex, 32, jac_init_orthogonal(key, JAC_SHAPE(4, 3), JAC_C64))                 \
    X(delta_orthogonal, 16, jac_init_delta_orthogonal(key, JAC_SHAPE(4, 3, 2, 3)))
// clang-format on

#define X(name, ulps, ...)                                                                         \
    JAC_DEF(jac, name, (jac, key))                                                                 \
    {                                                                                              \
        return __VA_ARGS__;                                                                        \
    }
WEIGHTS(X)
ROTATIONS(X)
#undef X

Test(initializers, weights_have_the_bits_of_jax){
#define X(name, ulps, ...) draws_check("init_" #name, ulps, name##_fn);
    WEIGHTS(X) ROTATIONS(X)
#undef X
}

Test(initializers, zeros_and_ones_have_the_default_dtype)
{
    jac key = jac_random_PRNGKey(0);
    jac zeros = jac_init_zeros(key, JAC_SHAPE(2, 3)), ones = jac_init_ones(key, 2, JAC_F64);
    cr_expect_eq(jac_dtype_of(zeros), JAC_F32);
    cr_expect_eq(jac_size(zeros), 6);
    cr_expect_eq(jac_item_f64(jac_sum(ones)), 2);
    cr_expect_eq(jac_size(jac_init_orthogonal(key, JAC_SHAPE(0, 3))), 0);
}

Test(initializers, shapes_and_options_that_make_no_sense_are_refused)
{
    jac key = jac_random_PRNGKey(0);
    draws_refused(jac_init_he_normal(key, 3), "need two dimensions");
    draws_refused(jac_init_variance_scaling(key, 1, "fan", "normal", JAC_SHAPE(2, 2)),
                  "\"fan_in\"");
    draws_refused(jac_init_variance_scaling(key, 1, "fan_in", "cauchy", JAC_SHAPE(2, 2)), "cauchy");
    draws_refused(jac_init_variance_scaling(key, 1, NULL, "normal", JAC_SHAPE(2, 2)),
                  "null pointer");
    draws_refused(jac_init_normal(key, 3, JAC_I32), "weights are floats");
    draws_refused(jac_init_uniform(key, 3, JAC_I32), "floats");
    draws_refused(jac_init_orthogonal(key, 3), "at least two");
    draws_refused(jac_init_orthogonal(key, JAC_SHAPE(3, 3), .column_axis = 2), "axis 2");
    draws_refused(jac_init_delta_orthogonal(key, JAC_SHAPE(3, 3, 2)), "outputs");
    draws_refused(jac_init_glorot_normal(key, JAC_SHAPE(3, 3), .in_axis = 5), "in_axis");
}

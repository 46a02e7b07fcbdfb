/* Poisson, binomial and multinomial draws against JAX's (tests/golden/random_gammas.py). */
#include <math.h>

#include "tests/draws.h"

#define S JAC_SHAPE(20, 25)

static jac rates(void)
{
    return jac_div(jac_add(jac_astype(jac_arange(40), JAC_F32), 1), 2);
}

static jac thirds(void)
{
    return jac_array(JAC_SHAPE(3), (float[]){0.2f, 0.5f, 0.3f});
}

// clang-format off
#define DRAWS(X)                                                                                   \
    X(poisson_small,      jac_random_poisson(key, 3.5, S))                                         \
    X(poisson_large,      jac_random_poisson(key, 100, S))                                         \
    X(poisson_lam,        jac_random_poisson(key, rates(), JAC_SHAPE(10, 40)))                     \
    X(poisson_u8,         jac_random_poisson(key, 7, S, JAC_U8))                                   \
    X(binomial_small,     jac_random_binomial(key, 20, 0.2, S))                                    \
    X(binomial_large,     jac_random_binomial(key, 1000, 0.7, S))                                  \
    X(binomial_n,         jac_random_binomial(key, jac_round(jac_mul(rates(), 4)), 0.4, JAC_SHAPE(10, 40))) \
    X(binomial_f16,       jac_random_binomial(key, 20, 0.2, S, JAC_F16))                           \
    X(binomial_f64,       jac_random_binomial(key, 100, jac_scalar(JAC_F64, 0.3), S, JAC_F64))     \
    X(multinomial,        jac_random_multinomial(key, 50, thirds()))                               \
    X(multinomial_shape,  jac_random_multinomial(key, 50, thirds(), JAC_SHAPE(10, 3)))
// clang-format on

#define DEFINE(name, ...)                                                                          \
    static jac draw_##name(jac key)                                                                \
    {                                                                                              \
        return __VA_ARGS__;                                                                        \
    }                                                                                              \
    JAC_FN(draw_##name, jac, (jac, key))                                                           \
    Test(draws, name##_draws_are_those_of_jax)                                                     \
    {                                                                                              \
        draws_check(#name, 0, draw_##name##_fn);                                                   \
    }
DRAWS(DEFINE)

Test(draws, counts_of_impossible_parameters_are_jaxs_and_end)
{
    JAC_SCOPE () {
        jac key = jac_random_PRNGKey(1);
        cr_expect_eq(jac_item_i64(jac_random_poisson(key, 0.0)), 0);
        cr_expect_eq(jac_item_i64(jac_random_poisson(key, NAN)), -1);
        cr_expect(isnan(jac_item_f64(jac_random_binomial(key, 5, NAN))));
        cr_expect(isnan(jac_item_f64(jac_random_binomial(key, -5, 0.5))));
        cr_expect(isinf(jac_item_f64(jac_random_binomial(key, INFINITY, 0.5))));
        cr_expect_eq(jac_item_f64(jac_random_binomial(key, 5, 0.0)), 0);
        cr_expect_eq(jac_item_f64(jac_random_binomial(key, 5, 1.0)), 5);
        cr_expect_eq(jac_item_f64(jac_random_binomial(key, 0, 0.3)), 0);
        cr_expect(jac_ok(jac_random_poisson(key, INFINITY)));
    }
}

Test(draws, the_data_of_a_key_makes_the_same_key_and_other_data_is_refused)
{
    JAC_SCOPE () {
        jac key = jac_random_PRNGKey(7), data = jac_random_key_data(key);
        jac same = jac_random_clone(jac_random_wrap_key_data(data));
        jac a = jac_random_bits(key, JAC_SHAPE(8)), b = jac_random_bits(same, JAC_SHAPE(8));
        cr_expect_eq(jac_item_i64(jac_sum(jac_astype(jac_ne(a, b), JAC_I32))), 0);
        cr_expect_eq(jac_ndim(jac_random_key_data(jac_random_split(key, 3))), 2);
        draws_refused(jac_random_wrap_key_data(jac_ones(2)), "keys must be u32[2]");
        draws_refused(jac_random_clone(jac_zeros(3, JAC_U32)), "keys must be u32[2]");
    }
}

Test(draws, a_wrong_parameter_of_a_count_is_named_in_the_error)
{
    JAC_SCOPE () {
        jac key = jac_random_PRNGKey(0);
        draws_refused(jac_random_poisson(key, 2, S, JAC_F32), "jac_random_poisson draws integers");
        draws_refused(jac_random_binomial(key, 2, 0.5, S, JAC_I32), "jac_random_binomial draws floats");
        draws_refused(jac_random_multinomial(key, 2, 0.5), "p must have at least one dimension");
        draws_refused(jac_random_multinomial(key, 2, thirds(), JAC_SHAPE(10)), "must be that of p, 3");
    }
}

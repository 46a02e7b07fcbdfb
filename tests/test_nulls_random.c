/* Null keys and shapes given to random draws. */
#include "tests/nulls.h"

Test(nulls, a_random_draw_refuses_null_keys_and_shapes)
{
    jac key = jac_random_PRNGKey(0);
    REFUSES(jac_random_split(no, 2));
    REFUSES(jac_random_fold_in(no, 1));
    REFUSES(jac_random_fold_in(key, no));
    REFUSES(jac_random_bits(no, 2));
    REFUSES(jac_rng_bit_generator(no, 2, JAC_U32, JAC_RNG_DEFAULT).bits);
    REFUSES(jac_rng_bit_generator(key, two, JAC_U32, JAC_RNG_PHILOX).bits);
    REFUSES(jac_random_bits(key, two));
    REFUSES(jac_random_uniform(no, 2));
    REFUSES(jac_random_uniform(key, two));
    REFUSES(jac_random_uniform_in(no, 2, 0, 1));
    REFUSES(jac_random_uniform_in(key, 2, no, 1));
    REFUSES(jac_random_uniform_in(key, 2, 0, no));
    REFUSES(jac_random_normal(no, 2));
    REFUSES(jac_random_exponential(no, 2));
    REFUSES(jac_random_gumbel(no, 2));
    REFUSES(jac_random_bernoulli(no, 0.5, 2));
    REFUSES(jac_random_bernoulli(key, no, 2));
    REFUSES(jac_random_randint(no, 2, 0, 9));
    REFUSES(jac_random_randint(key, 2, no, 9));
    REFUSES(jac_random_categorical(no, jac_zeros(3), 0));
    REFUSES(jac_random_categorical(key, no, 0));
    REFUSES(jac_random_categorical(key, jac_zeros(3), 0, two));
    REFUSES(jac_random_permutation(no, 3));
    REFUSES(jac_random_permutation(key, no));
    REFUSES(jac_random_choice(no, 3, 2));
    REFUSES(jac_random_choice(key, no, 2));
    REFUSES(jac_random_choice(key, 3, two));
    REFUSES(jac_random_cauchy(no, 2));
    REFUSES(jac_random_cauchy(key, two));
    REFUSES(jac_random_laplace(no, 2));
    REFUSES(jac_random_logistic(no, 2));
    REFUSES(jac_random_maxwell(no, 2));
    REFUSES(jac_random_rademacher(no, 2));
    REFUSES(jac_random_truncated_normal(no, 0, 1));
    REFUSES(jac_random_truncated_normal(key, no, 1));
    REFUSES(jac_random_truncated_normal(key, 0, no));
    REFUSES(jac_random_pareto(no, 1));
    REFUSES(jac_random_pareto(key, no));
    REFUSES(jac_random_pareto(key, 1, two));
    REFUSES(jac_random_rayleigh(key, no));
    REFUSES(jac_random_weibull_min(key, 1, no));
    REFUSES(jac_random_lognormal(key, no));
    REFUSES(jac_random_triangular(key, 0, no, 1));
    REFUSES(jac_random_wald(key, no));
    REFUSES(jac_random_double_sided_maxwell(no, 0, 1));
    REFUSES(jac_random_double_sided_maxwell(key, no, 1));
    REFUSES(jac_random_double_sided_maxwell(key, 0, 1, two));
    REFUSES(jac_random_geometric(key, no));
}

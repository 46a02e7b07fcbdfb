/* Random draws against jax.random, bit for bit: 10,000 for each function and dtype, drawn by
 * tests/golden/random_draws.py, which has the same list. Each draw is made in four ways: eagerly,
 * as one lane of a batch of two keys, and both compiled. */
#include <string.h>

#include "tests/draws.h"

enum { N = 10000 };

/* ---- the draws, by the golden files' names ------------------------------------------------- */

static jac logits4(void)
{
    return jac_array(JAC_SHAPE(4), (float[]){0.1f, -1.0f, 2.0f, 0.5f});
}

static jac logits54(void)
{
    return jac_outer(jac_array(JAC_SHAPE(5), (float[]){0, 1, 2, 3, 4}), logits4());
}

/* N steps from 0 to 1, rounded as jnp.linspace does. */
static jac probabilities(void)
{
    static float p[N];
    for (int k = 0; k < N; k++)
        p[k] = (float)k * (1.0f / (N - 1));
    p[N - 1] = 1;
    return jac_array(JAC_SHAPE(N), p);
}

#define SHAPE JAC_SHAPE(N)
// clang-format off
#define DRAWS(X)                                                                              \
    X(split,             jac_random_split(key, N))                                            \
    X(split2,            jac_random_split(key, 2))                                            \
    X(bits_u32,          jac_random_bits(key, SHAPE, JAC_U32))                                \
    X(bits_u32_2d,       jac_random_bits(key, JAC_SHAPE(101, 100)))                           \
    X(bits_u8,           jac_random_bits(key, SHAPE, JAC_U8))                                 \
    X(bits_u64,          jac_random_bits(key, SHAPE, JAC_U64))                                \
    X(bits_u32_scalar,   jac_random_bits(key, JAC_SHAPE()))                                   \
    X(uniform_f32,       jac_random_uniform(key, SHAPE))                                      \
    X(uniform_f32_range, jac_random_uniform_in(key, SHAPE, -2.5, 3.7))                        \
    X(uniform_f64,       jac_random_uniform(key, SHAPE, JAC_F64))                             \
    X(uniform_f64_range, jac_random_uniform_in(key, SHAPE, -2.5, 3.7, JAC_F64))               \
    X(normal_f32,        jac_random_normal(key, SHAPE))                                       \
    X(normal_f64,        jac_random_normal(key, SHAPE, JAC_F64))                              \
    X(exponential_f32,   jac_random_exponential(key, SHAPE))                                  \
    X(exponential_f64,   jac_random_exponential(key, SHAPE, JAC_F64))                         \
    X(gumbel_f32,        jac_random_gumbel(key, SHAPE))                                       \
    X(gumbel_f64,        jac_random_gumbel(key, SHAPE, JAC_F64))                              \
    X(bernoulli_f32,     jac_random_bernoulli(key, 0.3, SHAPE))                               \
    X(bernoulli_f64,     jac_random_bernoulli(key, jac_scalar(JAC_F64, 0.3), SHAPE))          \
    X(bernoulli_p,       jac_random_bernoulli(key, probabilities(), SHAPE))                   \
    X(randint_i32,       jac_random_randint(key, SHAPE, 0, 10))                               \
    X(randint_i32_wide,  jac_random_randint(key, SHAPE, -2000000000, 2000000000))             \
    X(randint_i32_empty, jac_random_randint(key, SHAPE, 5, 5))                                \
    X(randint_i64,       jac_random_randint(key, SHAPE, -100000000000000000, 100000000000000000, JAC_I64)) \
    X(randint_u8,        jac_random_randint(key, SHAPE, 0, 256, JAC_U8))                      \
    X(randint_u32,       jac_random_randint(key, SHAPE, 7, 3000, JAC_U32))                    \
    X(randint_u64,       jac_random_randint(key, SHAPE, 3, 1000000, JAC_U64))                 \
    X(bits_u16,          jac_random_bits(key, SHAPE, JAC_U16))                                \
    X(randint_i8,        jac_random_randint(key, SHAPE, -100, 100, JAC_I8))                   \
    X(randint_i8_all,    jac_random_randint(key, SHAPE, -128, 128, JAC_I8))                   \
    X(randint_i16,       jac_random_randint(key, SHAPE, -30000, 30000, JAC_I16))              \
    X(randint_i16_all,   jac_random_randint(key, SHAPE, -32768, 32768, JAC_I16))              \
    X(randint_u8_some,   jac_random_randint(key, SHAPE, 3, 200, JAC_U8))                      \
    X(randint_u16,       jac_random_randint(key, SHAPE, 7, 3000, JAC_U16))                    \
    X(randint_u16_all,   jac_random_randint(key, SHAPE, 0, 65536, JAC_U16))                   \
    X(uniform_f16,       jac_random_uniform(key, SHAPE, JAC_F16))                             \
    X(uniform_f16_range, jac_random_uniform_in(key, SHAPE, -2.5, 3.7, JAC_F16))               \
    X(normal_f16,        jac_random_normal(key, SHAPE, JAC_F16))                              \
    X(exponential_f16,   jac_random_exponential(key, SHAPE, JAC_F16))                         \
    X(gumbel_f16,        jac_random_gumbel(key, SHAPE, JAC_F16))                              \
    X(bernoulli_f16,     jac_random_bernoulli(key, jac_scalar(JAC_F16, 0.3), SHAPE))          \
    X(categorical_f16,   jac_random_categorical(key, jac_astype(logits4(), JAC_F16), -1, SHAPE))\
    X(uniform_bf16,      jac_random_uniform(key, SHAPE, JAC_BF16))                            \
    X(uniform_bf16_range, jac_random_uniform_in(key, SHAPE, -2.5, 3.7, JAC_BF16))             \
    X(normal_bf16,       jac_random_normal(key, SHAPE, JAC_BF16))                             \
    X(exponential_bf16,  jac_random_exponential(key, SHAPE, JAC_BF16))                        \
    X(gumbel_bf16,       jac_random_gumbel(key, SHAPE, JAC_BF16))                             \
    X(bernoulli_bf16,    jac_random_bernoulli(key, jac_scalar(JAC_BF16, 0.3), SHAPE))         \
    X(categorical_bf16,  jac_random_categorical(key, jac_astype(logits4(), JAC_BF16), -1, SHAPE))\
    X(categorical,       jac_random_categorical(key, logits4(), -1, SHAPE))                   \
    X(categorical_2d,    jac_random_categorical(key, logits54(), -1))                         \
    X(categorical_axis0, jac_random_categorical(key, logits54(), 0, JAC_SHAPE(7, 4)))
// clang-format on

#define DEFINE(name, ...)                                                                          \
    static jac draw_##name(jac key)                                                                \
    {                                                                                              \
        return __VA_ARGS__;                                                                        \
    }                                                                                              \
    JAC_FN(draw_##name, jac, (jac, key))
DRAWS(DEFINE)

#define TEST_DRAW(name, ...)                                                                       \
    Test(random, name##_has_the_bits_of_jax)                                                       \
    {                                                                                              \
        draws_check(#name, 0, draw_##name##_fn);                                                       \
    }
DRAWS(TEST_DRAW)

/* ---- keys ---------------------------------------------------------------------------------- */

static jac key_of(jac seed)
{
    return jac_random_PRNGKey(seed);
}
JAC_FN(key_of, jac, (jac, seed))

Test(random, keys_of_c_integers_are_those_of_jax)
{
    TEST_POOL(p);
    JAC_SCOPE () {
        int64_t narrow[] = {0, 1, 42, -1, INT32_MAX, INT32_MIN};
        jac keys[6];
        for (int k = 0; k < 6; k++)
            keys[k] = jac_random_PRNGKey(narrow[k]);
        draws_expect(&p, "keys", 0, "x64 off",
               jac_stack(0, keys[0], keys[1], keys[2], keys[3], keys[4], keys[5]));
        jac_enable_x64(true);
        int64_t wide[] = {0, (1LL << 40) + 5, -3, INT64_MAX};
        for (int k = 0; k < 4; k++)
            keys[k] = jac_random_PRNGKey(wide[k]);
        draws_expect(&p, "keys_x64", 0, "x64 on", jac_stack(0, keys[0], keys[1], keys[2], keys[3]));
    }
}

Test(random, keys_of_arrays_keep_the_words_of_their_dtype)
{
    TEST_POOL(p);
    JAC_SCOPE () {
        jac narrow = jac_array(JAC_SHAPE(6), (int32_t[]){0, 1, 42, -1, INT32_MAX, INT32_MIN});
        draws_expect(&p, "keys", 0, "i32 array", jac_call1(jac_vmap(key_of_fn), narrow));
        jac wide = jac_array(JAC_SHAPE(4), (int64_t[]){0, (1LL << 40) + 5, -3, INT64_MAX});
        draws_expect(&p, "keys_x64", 0, "i64 array", jac_call1(jac_jit(jac_vmap(key_of_fn)), wide));
    }
}

static jac folded(jac key, jac data)
{
    return jac_random_fold_in(key, data);
}
JAC_FN(folded, jac, (jac, key), (jac, data))

Test(random, fold_in_gives_the_keys_of_jax)
{
    TEST_POOL(p);
    JAC_SCOPE () {
        jac_fn each = jac_vmap(folded_fn, JAC_AXES(JAC_NONE, 0));
        jac key = jac_random_PRNGKey(42), data = jac_arange(N);
        draws_expect(&p, "fold_in", 0, "under vmap", jac_call1(each, key, data));
        draws_expect(&p, "fold_in", 0, "compiled", jac_call1(jac_jit(each), key, data));
    }
}

/* ---- draws of many keys -------------------------------------------------------------------- */

static jac one_uniform(jac key)
{
    return jac_random_uniform(key, JAC_SHAPE());
}
JAC_FN(one_uniform, jac, (jac, key))

static jac two_normals(jac key)
{
    return jac_random_normal(key, JAC_SHAPE(2));
}
JAC_FN(two_normals, jac, (jac, key))

Test(random, each_lane_of_keys_draws_what_its_key_alone_would)
{
    TEST_POOL(p);
    JAC_SCOPE () {
        jac keys = jac_random_split(jac_random_PRNGKey(42), N);
        jac_fn uniforms = jac_vmap(one_uniform_fn), normals = jac_vmap(two_normals_fn);
        draws_expect(&p, "vmap_uniform", 0, "interpreted", jac_call1(uniforms, keys));
        draws_expect(&p, "vmap_uniform", 0, "compiled", jac_call1(jac_jit(uniforms), keys));
        draws_expect(&p, "vmap_normal", 0, "interpreted", jac_call1(normals, keys));
        draws_expect(&p, "vmap_normal", 0, "compiled", jac_call1(jac_jit(normals), keys));
    }
}

/* ---- limits -------------------------------------------------------------------------------- */

Test(random, randint_covers_a_whole_dtype_when_maxval_lies_above_it)
{
    JAC_SCOPE () {
        jac key = jac_random_PRNGKey(7);
        jac r = jac_random_randint(key, SHAPE, -128, 3000000000, JAC_I32);
        cr_expect(jac_item_i64(jac_min(r)) >= -128);
        cr_expect(jac_item_i64(jac_max(r)) > INT32_MAX - INT32_MAX / 100);
        jac bytes = jac_random_randint(key, SHAPE, -5, 1000, JAC_U8);
        cr_expect_eq(jac_item_i64(jac_astype(jac_min(bytes), JAC_I32)), 0);
        cr_expect_eq(jac_item_i64(jac_astype(jac_max(bytes), JAC_I32)), 255);
        jac all = jac_random_randint(key, SHAPE, INT64_MIN, UINT64_MAX, JAC_I64);
        jac low = jac_random_bits(jac_at(jac_random_split(key, 2), 1), SHAPE, JAC_U64);
        jac bits = jac_add(jac_astype(all, JAC_U64), jac_scalar(JAC_U64, 1ull << 63));
        cr_expect(jac_item_bool(jac_all(jac_eq(bits, low))));
    }
}

Test(random, randint_takes_limits_that_are_arrays_of_another_dtype)
{
    JAC_SCOPE () {
        jac key = jac_random_PRNGKey(3);
        jac lo = jac_array(JAC_SHAPE(2, 1), (int64_t[]){-10, 1LL << 40});
        jac hi = jac_array(JAC_SHAPE(3), (int64_t[]){10, 20, 1LL << 50});
        jac r = jac_random_randint(key, JAC_SHAPE(2, 3), lo, hi, JAC_I32);
        jac_check(r);
        cr_expect(jac_item_i64(jac_at(r, 0, 0)) >= -10 && jac_item_i64(jac_at(r, 0, 0)) < 10);
        cr_expect(jac_item_i64(jac_at(r, 0, 1)) >= -10 && jac_item_i64(jac_at(r, 0, 1)) < 20);
        cr_expect_eq(jac_item_i64(jac_at(r, 1, 0)), INT32_MAX);
    }
}

Test(random, draws_of_no_elements_are_empty)
{
    JAC_SCOPE () {
        jac key = jac_random_PRNGKey(0);
        cr_expect_eq(jac_size(jac_random_normal(key, JAC_SHAPE(0))), 0);
        cr_expect_eq(jac_size(jac_random_bits(key, JAC_SHAPE(3, 0))), 0);
        cr_expect_eq(jac_size(jac_random_randint(key, JAC_SHAPE(0, 2), 0, 9)), 0);
        cr_expect_eq(jac_dim(jac_random_split(key, 0), 1), 2);
    }
}

static jac spread_of(jac lo, jac hi)
{
    return jac_sum(jac_random_uniform_in(jac_random_PRNGKey(1), JAC_SHAPE(100), lo, hi));
}
JAC_FN(spread_of, jac, (jac, lo), (jac, hi))

Test(random, uniform_can_be_differentiated_by_its_limits)
{
    JAC_SCOPE () {
        struct {
            jac lo, hi;
        } d;
        cr_assert(jac_call(jac_grad(spread_of_fn, 0, 1),
                           &(spread_of_args){jac_scalar(JAC_F32, -1), jac_scalar(JAC_F32, 2)}, &d));
        double u = jac_item_f64(jac_sum(jac_random_uniform(jac_random_PRNGKey(1), JAC_SHAPE(100))));
        cr_expect_float_eq(jac_item_f64(d.hi), u, 1e-4);
        cr_expect_float_eq(jac_item_f64(d.lo), 100 - u, 1e-4);
    }
}

Test(random, bad_input_is_named_in_the_error)
{
    JAC_SCOPE () {
        jac key = jac_random_PRNGKey(0), keys = jac_random_split(key, 3);
        draws_refused(jac_random_normal(keys, SHAPE), "u32[3,2]");
        draws_refused(jac_random_normal(key, SHAPE, JAC_I32), "i32");
        draws_refused(jac_random_normal(key, JAC_SHAPE(-1)), "-1");
        draws_refused(jac_random_bits(key, SHAPE, JAC_I32), "i32");
        draws_refused(jac_random_PRNGKey(0.5), "f32");
        draws_refused(jac_random_PRNGKey(jac_zeros(JAC_SHAPE(2), JAC_I32)), "i32[2]");
        draws_refused(jac_random_fold_in(key, -1), "-1");
        draws_refused(jac_random_bernoulli(key, 1, SHAPE), "i32");
        draws_refused(jac_random_bernoulli(key, probabilities(), JAC_SHAPE(3)), "f32[10000]");
        draws_refused(jac_random_randint(key, SHAPE, 0, 3, JAC_F32), "f32");
        draws_refused(jac_random_uniform_in(key, JAC_SHAPE(2), probabilities(), 2),
                     "jac_random_uniform_in: minval");
        draws_refused(jac_random_categorical(key, logits4(), 1), "axis 1");
        draws_refused(jac_random_categorical(key, logits54(), 0, JAC_SHAPE(3)), "f32[5,4]");
        draws_refused(jac_random_split(key, -2), "-2");
        draws_refused(jac_random_normal(key, JAC_SHAPE(1 << 30, 1 << 30)), "jac_random_normal: ");
        draws_refused(jac_random_categorical(key, jac_zeros(0), 0),
                     "jac_random_categorical: the logits are f32[0]");
    }
}

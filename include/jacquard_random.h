/* Random numbers: jax.random with the prefix jac_random_. The bits are those of JAX 0.5 and later
 * (threefry2x32 with jax_threefry_partitionable). Part of jacquard.h.
 *
 * A key is a u32[2], and what is drawn depends on the key alone: use a key only once, and split it
 * to get more. Floats are f32 by default; f64 if the dtype says so or after jac_enable_x64. Under
 * vmap over keys, each lane draws what its key would draw without vmap. Anything but a key in place
 * of a key, or an invalid dtype, is an error.
 */
#ifndef JACQUARD_RANDOM_H
#define JACQUARD_RANDOM_H

/* Makes a key, u32[2], from a seed, which is any integer (jax.random.PRNGKey). */
#define jac_random_PRNGKey(seed) jac_random_key_(JAC_AT, JAC_V(seed))
/* Makes n new keys from a key, u32[n, 2]; jac_at(keys, i) is one of them (jax.random.split). */
#define jac_random_split(key, n) jac_random_split_(JAC_AT, key, JAC_INT_(n))
/* Makes a new key, u32[2], from a key and an integer (jax.random.fold_in). */
#define jac_random_fold_in(key, data) jac_random_fold_in_(JAC_AT, key, JAC_V(data))
/* Random bits of the given shape and unsigned dtype, u32 by default (u64 under x64)
 * (jax.random.bits). */
#define jac_random_bits(key, ... /* shape, dtype */)                            \
    jac_random_bits_(JAC_AT, key, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)),           \
                      JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Uniform floats in [0, 1), of the given shape and dtype (jax.random.uniform). */
#define jac_random_uniform(key, ... /* shape, dtype */)                                         \
    jac_random_uniform_(JAC_AT, key, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)),                        \
                        JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)), jac_of_f64(0), jac_of_f64(1))
/* Uniform floats in [minval, maxval), which are numbers or arrays that broadcast to the shape. They are
 * those of jax.random.uniform, except that where that gives maxval, because it rounds, these are the
 * number before it. */
#define jac_random_uniform_in(key, shape, minval, ... /* maxval, dtype */)                      \
    jac_random_uniform_(JAC_AT, key, JAC_SHAPE_(shape), JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)), \
                        JAC_V(minval), JAC_V(JAC_HEAD_(__VA_ARGS__)))
/* Normal floats with mean 0 and variance 1, of the given shape and dtype (jax.random.normal). */
#define jac_random_normal(key, ... /* shape, dtype */)                            \
    jac_random_normal_(JAC_AT, key, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)),           \
                      JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Exponential floats of rate 1, of the given shape and dtype (jax.random.exponential). */
#define jac_random_exponential(key, ... /* shape, dtype */)                            \
    jac_random_exponential_(JAC_AT, key, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)),           \
                      JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Gumbel floats, -log(-log(u)) of uniform u, of the given shape and dtype (jax.random.gumbel). */
#define jac_random_gumbel(key, ... /* shape, dtype */)                            \
    jac_random_gumbel_(JAC_AT, key, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)),           \
                      JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Bools of the given shape that are true with probability p, which is a number or an array that
 * broadcasts to the shape (jax.random.bernoulli). */
#define jac_random_bernoulli(key, p, shape) \
    jac_random_bernoulli_(JAC_AT, key, JAC_V(p), JAC_SHAPE_(shape))
/* Uniform integers from minval to maxval - 1, of the given shape and dtype, i32 by default (i64
 * under x64). minval and maxval are integers or arrays of integers. If maxval is not above minval,
 * they are minval (jax.random.randint). */
#define jac_random_randint(key, shape, minval, ... /* maxval, dtype */)                  \
    jac_random_randint_(JAC_AT, key, JAC_SHAPE_(shape), JAC_V(minval),                   \
                        JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Random indices along `axis` of logits, with probabilities softmax(logits)
 * (jax.random.categorical). Without a shape there is one index for each position of the other axes;
 * a given shape must be one that those axes broadcast to. */
#define jac_random_categorical(key, logits, ... /* axis, shape */)                    \
    jac_random_categorical_(JAC_AT, key, JAC_V(logits), JAC_INT_(JAC_HEAD_(__VA_ARGS__)),       \
                            JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Random bits of the given shape and unsigned dtype by one of XLA's generators, and the next key: the
 * bits that XLA gives on a CPU. The key is a u32[4], or a u64[2]; Philox also takes a u64[3], with a counter
 * of 128 bits. Under vmap over keys, the first key gives the bits of all lanes (lax.rng_bit_generator). */
typedef enum {
    JAC_RNG_DEFAULT,   /* Philox */
    JAC_RNG_THREE_FRY, /* threefry2x32 */
    JAC_RNG_PHILOX     /* philox4x32, of 10 rounds */
} jac_rng_algorithm;
typedef struct {
    jac key, bits;
} jac_rng;
#define jac_rng_bit_generator(key, shape, dtype, algorithm) \
    jac_rng_bits_(JAC_AT, key, JAC_SHAPE_(shape), JAC_DTYPE_(dtype), algorithm)
JAC_API jac_rng jac_rng_bits_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d,
                              jac_rng_algorithm algorithm);
/* There is no jax.random.permutation, because it needs a sort. */
JAC_API jac jac_random_key_(const jac_loc *at, jac seed);
JAC_API jac jac_random_split_(const jac_loc *at, jac key, int64_t n);
JAC_API jac jac_random_fold_in_(const jac_loc *at, jac key, jac data);
JAC_API jac jac_random_bits_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d);
JAC_API jac jac_random_uniform_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d, jac minval,
                                jac maxval);
JAC_API jac jac_random_normal_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d);
JAC_API jac jac_random_exponential_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d);
JAC_API jac jac_random_gumbel_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d);
JAC_API jac jac_random_bernoulli_(const jac_loc *at, jac key, jac p, jac_dims shape);
JAC_API jac jac_random_randint_(const jac_loc *at, jac key, jac_dims shape, jac minval, jac maxval,
                                jac_dtype d);
JAC_API jac jac_random_categorical_(const jac_loc *at, jac key, jac logits, int64_t axis, jac_dims shape);

#endif

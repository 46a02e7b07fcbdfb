/* Random numbers: jax.random with the prefix jac_random_, bit for bit as JAX >= 0.5 gives them
 * (threefry2x32, jax_threefry_partitionable). Part of jacquard.h.
 *
 * A key is a u32[2]; a draw is a function of its key alone: use a key once, and split it for more.
 * Draws are f32 by default (f64 when asked for by dtype or after jac_enable_x64). Under vmap over
 * keys each lane draws what its key alone would.
 */
#ifndef JACQUARD_RANDOM_H
#define JACQUARD_RANDOM_H

/* The key of a seed, any integer (jax.random.PRNGKey). */
#define jac_random_PRNGKey(seed) jac_random_key_(JAC_AT, JAC_V(seed))
/* The same under its newer name; a key is still a u32[2] (jax.random.key). */
#define jac_random_key(seed)     jac_random_PRNGKey(seed)
/* n new keys, u32[n, 2]; take one with jac_at(keys, i) (jax.random.split). */
#define jac_random_split(key, n) jac_random_split_(JAC_AT, key, n)
/* A key for each pair of key and integer (jax.random.fold_in). */
#define jac_random_fold_in(key, data) jac_random_fold_in_(JAC_AT, key, JAC_V(data))
/* Random bits of an unsigned dtype (JAC_DEFAULT: u32, u64 under x64). */
#define jac_random_bits(key, ... /* shape, dtype */)                            \
    jac_random_bits_(JAC_AT, key, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)),           \
                      JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Uniform on [0, 1), or on [minval, maxval). */
#define jac_random_uniform(key, ... /* shape, dtype */)                                         \
    jac_random_uniform_(JAC_AT, key, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)),                        \
                        JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)), jac_of_f64(0), jac_of_f64(1))
/* On [minval, maxval), numbers or arrays that broadcast to the shape. */
#define jac_random_uniform_in(key, shape, minval, ... /* maxval, dtype */)                      \
    jac_random_uniform_(JAC_AT, key, JAC_SHAPE_(shape), JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)), \
                        JAC_V(minval), JAC_V(JAC_HEAD_(__VA_ARGS__)))
/* Mean 0, variance 1. */
#define jac_random_normal(key, ... /* shape, dtype */)                            \
    jac_random_normal_(JAC_AT, key, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)),           \
                      JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Exponential, of rate 1 (jax.random.exponential). */
#define jac_random_exponential(key, ... /* shape, dtype */)                            \
    jac_random_exponential_(JAC_AT, key, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)),           \
                      JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Gumbel: -log(-log(u)) (jax.random.gumbel). */
#define jac_random_gumbel(key, ... /* shape, dtype */)                            \
    jac_random_gumbel_(JAC_AT, key, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)),           \
                      JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* true with probability p, a number or an array that broadcasts to the shape. */
#define jac_random_bernoulli(key, p, shape) \
    jac_random_bernoulli_(JAC_AT, key, JAC_V(p), JAC_SHAPE_(shape))
/* Integers from minval to maxval - 1 (minval where there are none); i32 by default. */
#define jac_random_randint(key, shape, minval, ... /* maxval, dtype */)                  \
    jac_random_randint_(JAC_AT, key, JAC_SHAPE_(shape), JAC_V(minval),                   \
                        JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Indices along `axis` of logits, with probabilities softmax(logits): one for each of the other
 * positions (shape {0, NULL}), or `shape`, to which those broadcast (jax.random.categorical). */
#define jac_random_categorical(key, logits, ... /* axis, shape */)                    \
    jac_random_categorical_(JAC_AT, key, JAC_V(logits), JAC_HEAD_(__VA_ARGS__),       \
                            JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* A random permutation of 0 .. n-1 is not here: it needs a sort. */
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
JAC_API jac jac_random_categorical_(const jac_loc *at, jac key, jac logits, int axis, jac_dims shape);

#endif

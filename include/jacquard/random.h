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

#include "numpy.h"

/* Makes a key, u32[2], from a seed, which is any integer (jax.random.PRNGKey). */
#define jac_random_PRNGKey(seed) jac_random_key_(JAC_AT, JAC_V(seed))
/* A key's numbers, and the key of given numbers. A key is its numbers here, u32[2], so these check that
 * their operand is a key, or an array u32[..., 2] of keys, and give it back. There is only JAX's default
 * kind of key, threefry2x32; jac_rng_bits has XLA's generators (jax.random.key_data, wrap_key_data). */
#define jac_random_key_data(keys)      jac_random_key_data_(JAC_AT, keys)
#define jac_random_wrap_key_data(data) jac_random_wrap_key_data_(JAC_AT, data)
/* The same key, for a draw that is to repeat another (jax.random.clone). */
#define jac_random_clone(keys)         jac_random_clone_(JAC_AT, keys)
JAC_API jac jac_random_key_data_(const jac_loc *at, jac keys);
JAC_API jac jac_random_wrap_key_data_(const jac_loc *at, jac data);
JAC_API jac jac_random_clone_(const jac_loc *at, jac keys);
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

/* ---- Orders and choices ----------------------------------------------------------------------------- */

/* The elements of x in a random order along an axis, the first by default: jac_random_permutation(key,
 * x), jac_random_permutation(key, x, -1). The parts of x along the axis move as wholes, or with
 * .independent, each of its vectors is shuffled by itself. If x is an integer, the numbers 0 to x - 1,
 * i32 (i64 under x64) (jax.random.permutation). */
#define jac_random_permutation(key, ... /* x, axis, options */) \
    JAC_PERMUTATION_(JAC_CAT_(jac_o_, __COUNTER__), key, __VA_ARGS__, )
typedef struct {
    int unused_; /* lets the axis stand first without its name, or be left out */
    int64_t axis;
    bool independent;
} jac_permutation_opts;
#define JAC_PERMUTATION_(o, key, x, ...)                     \
    JAC_WITH_OPTIONS_(o, jac_permutation_opts, (.unused_ = 0), \
                      jac_random_permutation_(JAC_AT, key, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_random_permutation_(const jac_loc *at, jac key, jac x, jac_permutation_opts o);

/* Elements of a, chosen at random along .axis (0 by default), in whose place the dimensions of the given
 * shape stand: jac_random_choice(key, a, JAC_SHAPE(5)), jac_random_choice(key, a, 5, .replace = false,
 * .p = p). p gives the probability of each element, which need not sum to 1; by default they are equal.
 * Without .replace no element is chosen twice. If a is an integer, its elements are 0 to a - 1, i32 (i64
 * under x64) (jax.random.choice). With p and .replace, an element may be another than JAX's where p's
 * running sum, which XLA rounds in another order, meets a uniform number. */
#define jac_random_choice(key, a, ... /* shape, options */) \
    JAC_CHOICE_(JAC_CAT_(jac_o_, __COUNTER__), key, a, __VA_ARGS__, )
typedef struct {
    int unused_;
    bool replace; /* true by default */
    jac p;
    int64_t axis;
} jac_choice_opts;
#define JAC_CHOICE_(o, key, a, shape, ...)                                  \
    JAC_WITH_OPTIONS_(o, jac_choice_opts, (.replace = true, .unused_ = 0), \
                      jac_random_choice_(JAC_AT, key, JAC_V(a), JAC_SHAPE_(shape), o), __VA_ARGS__)
JAC_API jac jac_random_choice_(const jac_loc *at, jac key, jac a, jac_dims shape, jac_choice_opts o);

/* ---- More distributions ------------------------------------------------------------------------------- */

/* Those below without parameters are called like jac_random_normal. Parameters are numbers or arrays,
 * which are converted to the dtype of the draw and broadcast to its shape. The shape and the dtype
 * follow them and may be left out: jac_random_pareto(key, b), jac_random_pareto(key, b,
 * JAC_SHAPE(100)), jac_random_pareto(key, b, .dtype = JAC_F64). Without a shape, it is the one to which
 * the parameters broadcast. Draws can be differentiated by their parameters.
 * Floats are JAX's on a CPU, bit for bit, except for those of cauchy, within 4 units in the last place,
 * and of pareto, weibull_min and lognormal, within 8, because tan, pow and exp are rounded better than
 * XLA rounds them; of truncated_normal, whose limits go through erf, within 16; of the Maxwell functions,
 * within 2 before loc is added, because XLA's order of three sums depends on the shape; and of logistic
 * in f16, within 16. */
typedef struct {
    int unused_; /* lets the shape stand first without its name, or be left out */
    jac_dims shape;
    jac_dtype dtype;
} jac_random_opts;
#define JAC_DRAW_(f, key, ... /* shape, dtype */)                      \
    f(JAC_AT, key, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)), JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
#define JAC_DRAW1_(o, f, key, a, ...) \
    JAC_WITH_OPTIONS_(o, jac_random_opts, (.unused_ = 0), f(JAC_AT, key, JAC_V(a), o), __VA_ARGS__)
#define JAC_DRAW2_(o, f, key, a, b, ...)                  \
    JAC_WITH_OPTIONS_(o, jac_random_opts, (.unused_ = 0), \
                      f(JAC_AT, key, JAC_V(a), JAC_V(b), o), __VA_ARGS__)
#define JAC_DRAW3_(o, f, key, a, b, c, ...)               \
    JAC_WITH_OPTIONS_(o, jac_random_opts, (.unused_ = 0), \
                      f(JAC_AT, key, JAC_V(a), JAC_V(b), JAC_V(c), o), __VA_ARGS__)
/* Cauchy floats (jax.random.cauchy). */
#define jac_random_cauchy(key, ... /* shape, dtype */) JAC_DRAW_(jac_random_cauchy_, key, __VA_ARGS__)
JAC_API jac jac_random_cauchy_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d);
/* Laplace floats of mean 0 and scale 1 (jax.random.laplace). */
#define jac_random_laplace(key, ... /* shape, dtype */) JAC_DRAW_(jac_random_laplace_, key, __VA_ARGS__)
JAC_API jac jac_random_laplace_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d);
/* Logistic floats of mean 0 and scale 1 (jax.random.logistic). */
#define jac_random_logistic(key, ... /* shape, dtype */) JAC_DRAW_(jac_random_logistic_, key, __VA_ARGS__)
JAC_API jac jac_random_logistic_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d);
/* Lengths of normal vectors of three dimensions (jax.random.maxwell). */
#define jac_random_maxwell(key, ... /* shape, dtype */) JAC_DRAW_(jac_random_maxwell_, key, __VA_ARGS__)
JAC_API jac jac_random_maxwell_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d);
/* 1 or -1, of any dtype of numbers, i32 by default (i64 under x64) (jax.random.rademacher). */
#define jac_random_rademacher(key, ... /* shape, dtype */) JAC_DRAW_(jac_random_rademacher_, key, __VA_ARGS__)
JAC_API jac jac_random_rademacher_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d);
/* Normal floats between lower and upper (jax.random.truncated_normal). */
#define jac_random_truncated_normal(key, lower, ... /* upper, shape, dtype */) \
    JAC_DRAW2_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_truncated_normal_, key, lower, __VA_ARGS__, )
JAC_API jac jac_random_truncated_normal_(const jac_loc *at, jac key, jac lower, jac upper,
    jac_random_opts o);
/* Pareto floats of shape b, at least 1 (jax.random.pareto). */
#define jac_random_pareto(key, ... /* b, shape, dtype */) \
    JAC_DRAW1_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_pareto_, key, __VA_ARGS__, )
JAC_API jac jac_random_pareto_(const jac_loc *at, jac key, jac b,
    jac_random_opts o);
/* Rayleigh floats of the given scale (jax.random.rayleigh). */
#define jac_random_rayleigh(key, ... /* scale, shape, dtype */) \
    JAC_DRAW1_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_rayleigh_, key, __VA_ARGS__, )
JAC_API jac jac_random_rayleigh_(const jac_loc *at, jac key, jac scale,
    jac_random_opts o);
/* Weibull floats of the given scale and concentration (jax.random.weibull_min). */
#define jac_random_weibull_min(key, scale, ... /* concentration, shape, dtype */) \
    JAC_DRAW2_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_weibull_min_, key, scale, __VA_ARGS__, )
JAC_API jac jac_random_weibull_min_(const jac_loc *at, jac key, jac scale, jac concentration,
    jac_random_opts o);
/* exp(sigma z) for normal z (jax.random.lognormal). */
#define jac_random_lognormal(key, ... /* sigma, shape, dtype */) \
    JAC_DRAW1_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_lognormal_, key, __VA_ARGS__, )
JAC_API jac jac_random_lognormal_(const jac_loc *at, jac key, jac sigma,
    jac_random_opts o);
/* Floats from left to right whose density rises to the mode and falls after it, along straight lines
 * (jax.random.triangular). */
#define jac_random_triangular(key, left, mode, ... /* right, shape, dtype */) \
    JAC_DRAW3_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_triangular_, key, left, mode, __VA_ARGS__, )
JAC_API jac jac_random_triangular_(const jac_loc *at, jac key, jac left, jac mode, jac right,
    jac_random_opts o);
/* Inverse Gaussian floats of the given mean and shape 1 (jax.random.wald). */
#define jac_random_wald(key, ... /* mean, shape, dtype */) \
    JAC_DRAW1_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_wald_, key, __VA_ARGS__, )
JAC_API jac jac_random_wald_(const jac_loc *at, jac key, jac mean,
    jac_random_opts o);
/* loc + scale s m, for Maxwell draws m and signs s. The shape is the given one (or, without it, that of
 * loc and scale) followed by that of loc and scale (jax.random.double_sided_maxwell). */
#define jac_random_double_sided_maxwell(key, loc, ... /* scale, shape, dtype */) \
    JAC_DRAW2_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_double_sided_maxwell_, key, loc, __VA_ARGS__, )
JAC_API jac jac_random_double_sided_maxwell_(const jac_loc *at, jac key, jac loc, jac scale,
    jac_random_opts o);
/* The number of trials up to the first success, each succeeding with probability p: integers, i32 by
 * default (i64 under x64) (jax.random.geometric). */
#define jac_random_geometric(key, ... /* p, shape, dtype */) \
    JAC_DRAW1_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_geometric_, key, __VA_ARGS__, )
JAC_API jac jac_random_geometric_(const jac_loc *at, jac key, jac p,
    jac_random_opts o);

/* ---- Gamma draws, and those made of them -------------------------------------------------------------- */

/* Their derivatives by the parameters are those at a fixed rank, as in JAX; there are no second ones by
 * the parameters. gamma for a of at least 1, loggamma and t are JAX's, bit for bit (where XLA vectorises);
 * the others are within 4 units in the last place, because exp and pow are rounded better than XLA rounds
 * them. */
/* Gamma floats of shape parameter a and scale 1 (jax.random.gamma). */
#define jac_random_gamma(key, ... /* a, shape, dtype */) \
    JAC_DRAW1_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_gamma_, key, __VA_ARGS__, )
JAC_API jac jac_random_gamma_(const jac_loc *at, jac key, jac a, jac_random_opts o);
/* Logarithms of gamma floats, which do not underflow for a small a (jax.random.loggamma). */
#define jac_random_loggamma(key, ... /* a, shape, dtype */) \
    JAC_DRAW1_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_loggamma_, key, __VA_ARGS__, )
JAC_API jac jac_random_loggamma_(const jac_loc *at, jac key, jac a, jac_random_opts o);
/* Chi-square floats of df degrees of freedom (jax.random.chisquare). */
#define jac_random_chisquare(key, ... /* df, shape, dtype */) \
    JAC_DRAW1_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_chisquare_, key, __VA_ARGS__, )
JAC_API jac jac_random_chisquare_(const jac_loc *at, jac key, jac df, jac_random_opts o);
/* F floats of dfnum and dfden degrees of freedom (jax.random.f). */
#define jac_random_f(key, dfnum, ... /* dfden, shape, dtype */) \
    JAC_DRAW2_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_f_, key, dfnum, __VA_ARGS__, )
JAC_API jac jac_random_f_(const jac_loc *at, jac key, jac dfnum, jac dfden, jac_random_opts o);
/* Student's t floats of df degrees of freedom (jax.random.t). */
#define jac_random_t(key, ... /* df, shape, dtype */) \
    JAC_DRAW1_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_t_, key, __VA_ARGS__, )
JAC_API jac jac_random_t_(const jac_loc *at, jac key, jac df, jac_random_opts o);
/* Beta floats (jax.random.beta). */
#define jac_random_beta(key, a, ... /* b, shape, dtype */) \
    JAC_DRAW2_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_beta_, key, a, __VA_ARGS__, )
JAC_API jac jac_random_beta_(const jac_loc *at, jac key, jac a, jac b, jac_random_opts o);
/* Vectors of positive floats whose sum is 1, along a last axis of alpha's size that follows the shape
 * (jax.random.dirichlet). */
#define jac_random_dirichlet(key, ... /* alpha, shape, dtype */) \
    JAC_DRAW1_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_dirichlet_, key, __VA_ARGS__, )
JAC_API jac jac_random_dirichlet_(const jac_loc *at, jac key, jac alpha, jac_random_opts o);
/* Floats of a density proportional to e^-|x|^p, for a number p; a scalar if no shape is given
 * (jax.random.generalized_normal). */
#define jac_random_generalized_normal(key, ... /* p, shape, dtype */) \
    JAC_DRAW1_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_generalized_normal_, key, __VA_ARGS__, )
JAC_API jac jac_random_generalized_normal_(const jac_loc *at, jac key, jac p, jac_random_opts o);
/* Points of the unit ball of the p-norm in d dimensions, uniformly distributed, along a last axis that
 * follows the shape: jac_random_ball(key, 3, 2, JAC_SHAPE(1000)) (jax.random.ball). */
#define jac_random_ball(key, d, ... /* p, shape, dtype */) \
    JAC_BALL_(JAC_CAT_(jac_o_, __COUNTER__), key, d, __VA_ARGS__, )
#define JAC_BALL_(o, key, d, p, ...)                      \
    JAC_WITH_OPTIONS_(o, jac_random_opts, (.unused_ = 0), \
                      jac_random_ball_(JAC_AT, key, JAC_INT_(d), JAC_V(p), o), __VA_ARGS__)
JAC_API jac jac_random_ball_(const jac_loc *at, jac key, int64_t d, jac p, jac_random_opts o);

/* ---- Counts ------------------------------------------------------------------------------------------- */

/* Poisson counts of rate lam: integers, i32 by default (i64 under x64) (jax.random.poisson). Some ten in a
 * million differ from JAX's, where a decision hangs on the last digit. */
#define jac_random_poisson(key, ... /* lam, shape, dtype */) \
    JAC_DRAW1_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_poisson_, key, __VA_ARGS__, )
JAC_API jac jac_random_poisson_(const jac_loc *at, jac key, jac lam, jac_random_opts o);
/* The number of successes in n trials that each succeed with probability p, as floats
 * (jax.random.binomial). */
#define jac_random_binomial(key, n, ... /* p, shape, dtype */) \
    JAC_DRAW2_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_binomial_, key, n, __VA_ARGS__, )
JAC_API jac jac_random_binomial_(const jac_loc *at, jac key, jac n, jac p, jac_random_opts o);
/* How often each of several outcomes occurs in n trials, as floats. The probabilities are p's last axis,
 * and need not sum to 1. The shape, by default p's, includes that axis (jax.random.multinomial). */
#define jac_random_multinomial(key, n, ... /* p, shape, dtype */) \
    JAC_DRAW2_(JAC_CAT_(jac_o_, __COUNTER__), jac_random_multinomial_, key, n, __VA_ARGS__, )
JAC_API jac jac_random_multinomial_(const jac_loc *at, jac key, jac n, jac p, jac_random_opts o);

/* ---- Matrices and vectors ----------------------------------------------------------------------------- */

/* Orthogonal matrices of n x n, uniformly distributed: jac_random_orthogonal(key, 3),
 * jac_random_orthogonal(key, 3, JAC_SHAPE(10), .dtype = JAC_F64). With .m they have n rows and m columns,
 * orthonormal the fewer of them (jax.random.orthogonal). */
#define jac_random_orthogonal(key, ... /* n, shape, options */) \
    JAC_ORTHOGONAL_(JAC_CAT_(jac_o_, __COUNTER__), key, __VA_ARGS__, )
#define JAC_AS_N INT64_MIN
typedef struct {
    int unused_;
    jac_dims shape;
    jac_dtype dtype;
    int64_t m; /* JAC_AS_N by default */
} jac_orthogonal_opts;
#define JAC_ORTHOGONAL_(o, key, n, ...)                                      \
    JAC_WITH_OPTIONS_(o, jac_orthogonal_opts, (.m = JAC_AS_N, .unused_ = 0), \
                      jac_random_orthogonal_(JAC_AT, key, JAC_INT_(n), o), __VA_ARGS__)
JAC_API jac jac_random_orthogonal_(const jac_loc *at, jac key, int64_t n, jac_orthogonal_opts o);
/* Normal vectors of the given mean and covariance, along the last axis. The shape stands for the other
 * axes; by default it is that to which those of mean and cov broadcast. .method is how cov is factored
 * (jax.random.multivariate_normal). */
typedef enum { JAC_BY_CHOLESKY, JAC_BY_EIGH, JAC_BY_SVD } jac_factor;
typedef struct {
    int unused_;
    jac_dims shape;
    jac_dtype dtype;
    jac_factor method;
} jac_mvn_opts;
#define jac_random_multivariate_normal(key, mean, ... /* cov, shape, options */) \
    JAC_MVN_(JAC_CAT_(jac_o_, __COUNTER__), key, mean, __VA_ARGS__, )
#define JAC_MVN_(o, key, mean, cov, ...)                                                           \
    JAC_WITH_OPTIONS_(o, jac_mvn_opts, (.unused_ = 0),                                             \
                      jac_random_multivariate_normal_(JAC_AT, key, JAC_V(mean), JAC_V(cov), o),    \
                      __VA_ARGS__)
JAC_API jac jac_random_multivariate_normal_(const jac_loc *at, jac key, jac mean, jac cov,
                                            jac_mvn_opts o);

#endif

/* Neural networks: activations, normalization and initializers, as in jax.nn. Part of jacquard.h,
 * whose conventions hold here.
 *
 * Activations are elementwise. Their derivatives of any order are finite where the function is smooth,
 * and where it has a kink they are JAX's. At infinity they are limits: silu(-inf) is 0, where JAX
 * gives NaN.
 */
#ifndef JACQUARD_NN_H
#define JACQUARD_NN_H

#include "numpy.h"

/* ---- Activations --------------------------------------------------------------------------------------- */

/* 1 / (1 + exp(-x)), a float (jax.nn.sigmoid). */
#define jac_sigmoid(x)      JAC_1_("sigmoid", x)
/* log(1 / (1 + exp(-x))), a float, without overflow (jax.nn.log_sigmoid). */
#define jac_log_sigmoid(x)  jac_log_sigmoid_(JAC_AT, JAC_V(x))
/* max(x, 0); its derivative at 0 is 0 (jax.nn.relu). */
#define jac_relu(x)         jac_relu_(JAC_AT, JAC_V(x))
/* min(max(x, 0), 6), a float; its derivative at 0 and 6 is 0 (jax.nn.relu6). */
#define jac_relu6(x)        jac_relu6_(JAC_AT, JAC_V(x))
/* x, or slope * x where x < 0; slope is 0.01 by default: jac_leaky_relu(x, 0.2) (jax.nn.leaky_relu). */
#define jac_leaky_relu(... /* x, slope */) \
    jac_leaky_relu_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_SECOND_OR_(0.01, __VA_ARGS__))
/* log(1 + exp(x)), a float, without overflow (jax.nn.softplus). */
#define jac_softplus(x)     jac_softplus_(JAC_AT, JAC_V(x))
/* (x + sqrt(x^2 + b)) / 2, a float, accurate also for negative x; b is 4 by default (jax.nn.squareplus). */
#define jac_squareplus(... /* x, b */) \
    jac_squareplus_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_SECOND_OR_(4, __VA_ARGS__))
/* 0 up to -1, x from 1 on, and (x + 1)^2 / 4 between, a float (jax.nn.sparse_plus); and its derivative,
 * 0, 1 and (x + 1) / 2 (jax.nn.sparse_sigmoid). */
#define jac_sparse_plus(x)    jac_sparse_plus_(JAC_AT, JAC_V(x))
#define jac_sparse_sigmoid(x) jac_sparse_sigmoid_(JAC_AT, JAC_V(x))
/* x * sigmoid(x), a float (jax.nn.silu, also called swish). */
#define jac_silu(x)         jac_silu_(JAC_AT, JAC_V(x))
/* x * tanh(softplus(x)), a float (jax.nn.mish). */
#define jac_mish(x)         jac_mish_(JAC_AT, JAC_V(x))
/* The Gaussian error linear unit, a float: x times the probability that a normal variable is below x.
 * In its place stands an approximation by tanh, unless jac_gelu(x, .approximate = false)
 * (jax.nn.gelu). */
#define jac_gelu(... /* x, options */) JAC_GELU_(__VA_ARGS__, )
#define JAC_GELU_(x, ...) JAC_GELU__(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__)
#define JAC_GELU__(o, x, ...)                                                 \
    JAC_WITH_OPTIONS_(o, jac_gelu_opts, (.approximate = true, .unused_ = 0),  \
                      jac_gelu_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
typedef struct {
    int unused_;
    bool approximate; /* true by default */
} jac_gelu_opts;
/* x, or alpha * (exp(x) - 1) where x <= 0, a float; alpha is 1 by default: jac_elu(x, 0.5) (jax.nn.elu). */
#define jac_elu(... /* x, alpha */) \
    jac_elu_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_SECOND_OR_(1.0, __VA_ARGS__))
/* x, or alpha * (exp(x / alpha) - 1) where x <= 0, a float (jax.nn.celu). */
#define jac_celu(... /* x, alpha */) \
    jac_celu_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_SECOND_OR_(1.0, __VA_ARGS__))
/* jac_elu, scaled so that a network with it keeps mean 0 and variance 1 (jax.nn.selu). */
#define jac_selu(x)         jac_selu_(JAC_AT, JAC_V(x))
/* x / (|x| + 1), a float (jax.nn.soft_sign). */
#define jac_soft_sign(x)    jac_soft_sign_(JAC_AT, JAC_V(x))
/* x, but -1 below -1 and 1 above 1 (jax.nn.hard_tanh). */
#define jac_hard_tanh(x)    jac_hard_tanh_(JAC_AT, JAC_V(x))
/* relu6(x + 3) / 6, a float (jax.nn.hard_sigmoid). */
#define jac_hard_sigmoid(x) jac_hard_sigmoid_(JAC_AT, JAC_V(x))
/* x * hard_sigmoid(x), a float (jax.nn.hard_silu, also called hard_swish). */
#define jac_hard_silu(x)    jac_hard_silu_(JAC_AT, JAC_V(x))
/* The first half of x along an axis, the last by default, times the sigmoid of the second half, a float.
 * The axis must have an even size (jax.nn.glu). */
#define jac_glu(... /* x, axis */) \
    jac_glu_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_INT_(JAC_SECOND_(__VA_ARGS__, -1, )))
/* log(1 - exp(-x)), a float, accurate for small and for large x; NaN below 0 (jax.nn.log1mexp). */
#define jac_log1mexp(x)     jac_log1mexp_(JAC_AT, JAC_V(x))
/* The second argument as a handle, or the default if there is none. */
#define JAC_SECOND_OR_(otherwise, ...) JAC_V(JAC_SECOND_(__VA_ARGS__, otherwise, ))
#define JAC_SECOND_(x, y, ...) y
JAC_API jac jac_log_sigmoid_(const jac_loc *at, jac x);
JAC_API jac jac_relu_(const jac_loc *at, jac x);
JAC_API jac jac_relu6_(const jac_loc *at, jac x);
JAC_API jac jac_leaky_relu_(const jac_loc *at, jac x, jac slope);
JAC_API jac jac_softplus_(const jac_loc *at, jac x);
JAC_API jac jac_squareplus_(const jac_loc *at, jac x, jac b);
JAC_API jac jac_sparse_plus_(const jac_loc *at, jac x);
JAC_API jac jac_sparse_sigmoid_(const jac_loc *at, jac x);
JAC_API jac jac_silu_(const jac_loc *at, jac x);
JAC_API jac jac_mish_(const jac_loc *at, jac x);
JAC_API jac jac_gelu_(const jac_loc *at, jac x, jac_gelu_opts o);
JAC_API jac jac_elu_(const jac_loc *at, jac x, jac alpha);
JAC_API jac jac_celu_(const jac_loc *at, jac x, jac alpha);
JAC_API jac jac_selu_(const jac_loc *at, jac x);
JAC_API jac jac_soft_sign_(const jac_loc *at, jac x);
JAC_API jac jac_hard_tanh_(const jac_loc *at, jac x);
JAC_API jac jac_hard_sigmoid_(const jac_loc *at, jac x);
JAC_API jac jac_hard_silu_(const jac_loc *at, jac x);
JAC_API jac jac_glu_(const jac_loc *at, jac x, int64_t axis);
JAC_API jac jac_log1mexp_(const jac_loc *at, jac x);

/* ---- Softmax and its kin -------------------------------------------------------------------------------- */

/* Like reductions, these take x, then an axis and options: jac_softmax(x, 0), jac_softmax(x, .where = m).
 * .where is a mask of bools, which broadcasts to x; elements where it is false do not count. */
/* exp(x) / sum(exp(x)), a float of x's shape, without overflow. The sum is over the given axes, or
 * the last one if none is given. Where the mask is false, it is 0 (jax.nn.softmax). */
#define jac_softmax(... /* x, axis, options */)     JAC_SOFTMAX_(jac_softmax_, __VA_ARGS__, )
/* The logarithm of jac_softmax, accurate also where softmax itself would underflow. Where the mask is
 * false, it is -inf (jax.nn.log_softmax). */
#define jac_log_softmax(... /* x, axis, options */) JAC_SOFTMAX_(jac_log_softmax_, __VA_ARGS__, )
/* log(sum(b * exp(x))), a float, without overflow, over the given axes, or over all if none is given. b,
 * an array which broadcasts to x, is 1 by default. If .sign is given, the result is the logarithm of the
 * sum's absolute value, and *sign becomes its sign; otherwise a negative sum gives NaN
 * (jax.nn.logsumexp). */
#define jac_logsumexp(... /* x, axis, options */)   JAC_SOFTMAX_(jac_logsumexp_, __VA_ARGS__, )
/* log(mean(exp(x))), a float, likewise, without .b and .sign (jax.nn.logmeanexp). */
#define jac_logmeanexp(... /* x, axis, options */)  JAC_SOFTMAX_(jac_logmeanexp_, __VA_ARGS__, )
typedef struct {
    int unused_; /* lets axis stand first without its name, or be left out */
    jac_dims axis;
    jac where;
    bool keepdims; /* of jac_logsumexp and jac_logmeanexp */
    jac b;         /* of jac_logsumexp */
    jac *sign;
} jac_softmax_opts;
#define JAC_SOFTMAX_(f, x, ...) JAC_SOFTMAX__(JAC_CAT_(jac_o_, __COUNTER__), f, x, __VA_ARGS__)
#define JAC_SOFTMAX__(o, f, x, ...)                                                \
    JAC_WITH_OPTIONS_(o, jac_softmax_opts, (.axis = JAC_OMITTED_, .unused_ = 0),   \
                      f(JAC_AT, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_softmax_(const jac_loc *at, jac x, jac_softmax_opts o);
JAC_API jac jac_log_softmax_(const jac_loc *at, jac x, jac_softmax_opts o);
JAC_API jac jac_logsumexp_(const jac_loc *at, jac x, jac_softmax_opts o);
JAC_API jac jac_logmeanexp_(const jac_loc *at, jac x, jac_softmax_opts o);

/* Each index of x becomes a vector of `classes` elements along a new axis, the last by default: 1 at the
 * index and 0 elsewhere. An index out of range gives all zeros. f32 by default:
 * jac_one_hot(x, 10, JAC_F64), jac_one_hot(x, 10, .axis = 0) (jax.nn.one_hot). */
#define jac_one_hot(x, ... /* classes, dtype, options */) \
    JAC_ONE_HOT_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
#define JAC_ONE_HOT_(o, x, classes, ...)                                       \
    JAC_WITH_OPTIONS_(o, jac_one_hot_opts, (.axis = -1, .unused_ = 0),         \
                      jac_one_hot_(JAC_AT, JAC_V(x), JAC_INT_(classes), o), __VA_ARGS__)
typedef struct {
    int unused_;
    jac_dtype dtype;
    int64_t axis; /* -1 by default */
} jac_one_hot_opts;
JAC_API jac jac_one_hot_(const jac_loc *at, jac x, int64_t classes, jac_one_hot_opts o);

/* ---- Normalization ---------------------------------------------------------------------------------------- */

/* (x - mean) / sqrt(variance + epsilon), a float of x's shape. Unless given, the mean and the variance are
 * those along the axes, the last one by default, of the elements where the mask .where is true:
 * jac_standardize(x, 0, .epsilon = 1e-6). epsilon is 1e-5 by default. The variance is computed from the
 * distances to the mean; only if a mean is given, and not .algorithm = "stable", it is that of the
 * squares less the mean's square, as JAX has it (jax.nn.standardize). */
#define jac_standardize(... /* x, axis, options */) JAC_STANDARDIZE_(__VA_ARGS__, )
#define JAC_STANDARDIZE_(x, ...) JAC_STANDARDIZE__(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__)
#define JAC_STANDARDIZE__(o, x, ...)                                                               \
    JAC_WITH_OPTIONS_(o, jac_standardize_opts, (.axis = JAC_OMITTED_, .epsilon = 1e-5, .unused_ = 0), \
                      jac_standardize_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
typedef struct {
    int unused_;
    jac_dims axis;
    jac mean, variance;
    double epsilon;
    jac where;
    const char *algorithm; /* "fast", the default, or "stable" */
} jac_standardize_opts;
JAC_API jac jac_standardize_(const jac_loc *at, jac x, jac_standardize_opts o);

/* The layers below standardize x, then multiply by .scale and add .bias, if they are given; these
 * broadcast against x. epsilon is 1e-5 by default. */
typedef struct {
    int unused_;
    jac_dims axis; /* of jac_layer_norm */
    jac scale, bias;
    double epsilon;
    jac mean, variance; /* of jac_batch_norm */
} jac_layer_opts;
/* Standardizes along the given axes, the last one by default:
 * jac_layer_norm(x, .scale = g, .bias = b). */
#define jac_layer_norm(... /* x, axis, options */) JAC_LAYER_(jac_layer_norm_, __VA_ARGS__, )
#define JAC_LAYER_(f, x, ...) JAC_LAYER__(JAC_CAT_(jac_o_, __COUNTER__), f, x, __VA_ARGS__)
#define JAC_LAYER__(o, f, x, ...)                                                               \
    JAC_WITH_OPTIONS_(o, jac_layer_opts, (.axis = JAC_OMITTED_, .epsilon = 1e-5, .unused_ = 0), \
                      f(JAC_AT, JAC_V(x), o), __VA_ARGS__)
/* Divides the channels, the last axis of x, into groups of neighbours, and standardizes each group of
 * each sample, along the first axis: jac_group_norm(x, 8, .scale = g, .bias = b). With one group per
 * channel it is instance normalization. */
#define jac_group_norm(x, ... /* groups, options */) \
    JAC_GROUP_NORM_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
#define JAC_GROUP_NORM_(o, x, groups, ...)                                                      \
    JAC_WITH_OPTIONS_(o, jac_layer_opts, (.axis = JAC_OMITTED_, .epsilon = 1e-5, .unused_ = 0), \
                      jac_group_norm_(JAC_AT, JAC_V(x), JAC_INT_(groups), o), __VA_ARGS__)
/* Standardizes each channel, the last axis of x, over all other axes, and returns the mean and the variance
 * of each channel. If .mean and .variance are given, uses these: running ones, after training. */
typedef struct {
    jac y, mean, variance;
} jac_batch_norm_result;
#define jac_batch_norm(... /* x, options */) JAC_LAYER_(jac_batch_norm_, __VA_ARGS__, )
JAC_API jac jac_layer_norm_(const jac_loc *at, jac x, jac_layer_opts o);
JAC_API jac jac_group_norm_(const jac_loc *at, jac x, int64_t groups, jac_layer_opts o);
JAC_API jac_batch_norm_result jac_batch_norm_(const jac_loc *at, jac x, jac_layer_opts o);

/* ---- Attention ------------------------------------------------------------------------------------------------ */

/* softmax(scale * query . key + bias) . value for each head, of the query's shape: query is (B, T, N, H) or
 * (T, N, H), key and value are (B, S, K, H) or (S, K, H), and N is a multiple of K: each head of the keys
 * serves N / K heads of the queries. The S x T weights are never stored as a whole, in derivatives neither:
 * memory grows with S + T. 16-bit floats are computed in f32 (jax.nn.dot_product_attention).
 *   .scale                  1 / sqrt(H) by default
 *   .bias                   broadcasts to (B, N, T, S)
 *   .mask                   bools, likewise: false where a query does not see a key
 *   .is_causal              query i sees the keys up to i
 *   .local_window_size      a, or JAC_DIMS(a, b): query i sees the keys from i - a to i + b, where b is a
 *                           if it is not given
 *   .query_seq_lengths      B integers: from there on, results are 0
 *   .key_value_seq_lengths  B integers: from there on, keys are not seen
 *   .residual = &r          r becomes the logarithm of the sum of the exponentials, (B, T, N) or (T, N),
 *                           without a derivative
 * A query that sees no key gives the mean of all values. */
#define jac_dot_product_attention(query, key, ... /* value, options */) \
    JAC_ATTENTION_(JAC_CAT_(jac_o_, __COUNTER__), query, key, __VA_ARGS__, )
#define JAC_ATTENTION_(o, q, k, v, ...)                                                            \
    JAC_WITH_OPTIONS_(o, jac_attention_opts,                                                       \
                      (.scale = __builtin_nan(""), .local_window_size = JAC_OMITTED_, .unused_ = 0), \
                      jac_dot_product_attention_(JAC_AT, JAC_V(q), JAC_V(k), JAC_V(v), o), __VA_ARGS__)
typedef struct {
    int unused_;
    jac bias, mask;
    double scale;
    bool is_causal;
    jac query_seq_lengths, key_value_seq_lengths;
    jac_dims local_window_size;
    jac *residual;
} jac_attention_opts;
JAC_API jac jac_dot_product_attention_(const jac_loc *at, jac query, jac key, jac value,
                                       jac_attention_opts o);

/* ---- Products ------------------------------------------------------------------------------------------------- */

/* The products of matrices a (B, M, K) and b (B, N, K) over K, f32, of shape (B, M, N), after multiplying
 * blocks of K / K_a neighbours of a by a_scales (B, M, K_a), and likewise b by b_scales (B, N, K_b)
 * (jax.nn.scaled_matmul). */
#define jac_scaled_matmul(a, b, a_scales, b_scales) \
    jac_scaled_matmul_(JAC_AT, JAC_V(a), JAC_V(b), JAC_V(a_scales), JAC_V(b_scales))
JAC_API jac jac_scaled_matmul_(const jac_loc *at, jac a, jac b, jac a_scales, jac b_scales);

/* ---- Initializers ---------------------------------------------------------------------------------------------- */

/* Weights for the start of training, drawn from a key, with JAX's bits: jac_init_he_normal(key,
 * JAC_SHAPE(64, 32)), jac_init_normal(key, JAC_SHAPE(3), .scale = 0.1, .dtype = JAC_F64). They are f32 by
 * default (f64 under x64). Truncated normal draws may differ by 16 units in the last place, as those of
 * jac_random_truncated_normal do, and complex ones by 8. */
typedef struct {
    int unused_;
    jac_dtype dtype;
    double scale;        /* what is drawn is multiplied by it; its default is stated below */
    double lower, upper; /* of jac_init_truncated_normal; -2 and 2 by default */
    int64_t column_axis; /* of jac_init_orthogonal; -1 by default */
} jac_init_opts;
#define JAC_INIT_DEFAULTS_ \
    (.scale = __builtin_nan(""), .lower = -2, .upper = 2, .column_axis = -1, .unused_ = 0)
#define JAC_INIT_(f, key, ...) JAC_INIT__(JAC_CAT_(jac_o_, __COUNTER__), f, key, __VA_ARGS__, )
#define JAC_INIT__(o, f, key, shape, ...)                                                             \
    JAC_WITH_OPTIONS_(o, jac_init_opts, JAC_INIT_DEFAULTS_,                       \
                      f(JAC_AT, key, JAC_SHAPE_(shape), o), __VA_ARGS__)
/* Zeros, ones, or any one number; no key is needed (jax.nn.initializers.zeros, ones, constant). */
#define jac_init_zeros(key, ... /* shape, dtype */) JAC_INIT_(jac_init_zeros_, key, __VA_ARGS__)
#define jac_init_ones(key, ... /* shape, dtype */)  JAC_INIT_(jac_init_ones_, key, __VA_ARGS__)
#define jac_init_constant(key, value, ... /* shape, dtype */)                                 \
    JAC_CONSTANT_(JAC_CAT_(jac_o_, __COUNTER__), key, value, __VA_ARGS__, )
#define JAC_CONSTANT_(o, key, value, shape, ...)               \
    JAC_WITH_OPTIONS_(o, jac_init_opts, JAC_INIT_DEFAULTS_,    \
                      jac_init_constant_(JAC_AT, key, JAC_V(value), JAC_SHAPE_(shape), o), __VA_ARGS__)
/* Uniform on [0, scale); scale is 0.01 by default (jax.nn.initializers.uniform). */
#define jac_init_uniform(key, ... /* shape, options */) JAC_INIT_(jac_init_uniform_, key, __VA_ARGS__)
/* Normal, with scale as the standard deviation, 0.01 by default; and the same within lower and upper times
 * scale (jax.nn.initializers.normal, truncated_normal). */
#define jac_init_normal(key, ... /* shape, options */) JAC_INIT_(jac_init_normal_, key, __VA_ARGS__)
#define jac_init_truncated_normal(key, ... /* shape, options */) \
    JAC_INIT_(jac_init_truncated_normal_, key, __VA_ARGS__)
/* A random matrix, times scale, 1 by default, with orthonormal columns, or orthonormal rows if there are
 * fewer of them. All axes but .column_axis make one, the rows (jax.nn.initializers.orthogonal). */
#define jac_init_orthogonal(key, ... /* shape, options */) JAC_INIT_(jac_init_orthogonal_, key, __VA_ARGS__)
/* A convolution's kernel of 1 to 3 dimensions, then inputs and outputs: an orthogonal matrix in the middle,
 * and 0 elsewhere (jax.nn.initializers.delta_orthogonal). */
#define jac_init_delta_orthogonal(key, ... /* shape, options */) \
    JAC_INIT_(jac_init_delta_orthogonal_, key, __VA_ARGS__)
JAC_API jac jac_init_zeros_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o);
JAC_API jac jac_init_ones_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o);
JAC_API jac jac_init_constant_(const jac_loc *at, jac key, jac value, jac_dims shape, jac_init_opts o);
JAC_API jac jac_init_uniform_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o);
JAC_API jac jac_init_normal_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o);
JAC_API jac jac_init_truncated_normal_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o);
JAC_API jac jac_init_orthogonal_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o);
JAC_API jac jac_init_delta_orthogonal_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o);

/* Draws with mean 0 and the variance scale / n, where n depends on the mode: "fan_in" is the number of
 * inputs, "fan_out" that of outputs, "fan_avg" their mean, and "fan_geo_avg" their geometric mean. The axes
 * of inputs and outputs are the last but one and the last by default; the others, but .batch_axis, multiply
 * both, as in a convolution. distribution: "truncated_normal", "normal" or "uniform". Complex dtypes draw
 * from disks of the complex plane (jax.nn.initializers.variance_scaling). */
#define jac_init_variance_scaling(key, scale, mode, distribution, ... /* shape, options */) \
    JAC_SCALED_(key, scale, mode, distribution, __VA_ARGS__)
/* Glorot's, or Xavier's: scale 1, "fan_avg" (jax.nn.initializers.glorot_uniform, glorot_normal,
 * xavier_uniform, xavier_normal). Normal draws are truncated here and below. */
#define jac_init_glorot_uniform(key, ... /* shape, options */) \
    JAC_SCALED_(key, 1, "fan_avg", "uniform", __VA_ARGS__)
#define jac_init_glorot_normal(key, ... /* shape, options */) \
    JAC_SCALED_(key, 1, "fan_avg", "truncated_normal", __VA_ARGS__)
/* LeCun's: scale 1, "fan_in" (jax.nn.initializers.lecun_uniform, lecun_normal). */
#define jac_init_lecun_uniform(key, ... /* shape, options */) \
    JAC_SCALED_(key, 1, "fan_in", "uniform", __VA_ARGS__)
#define jac_init_lecun_normal(key, ... /* shape, options */) \
    JAC_SCALED_(key, 1, "fan_in", "truncated_normal", __VA_ARGS__)
/* He's, or Kaiming's, for layers with relu: scale 2, "fan_in" (jax.nn.initializers.he_uniform, he_normal,
 * kaiming_uniform, kaiming_normal). */
#define jac_init_he_uniform(key, ... /* shape, options */) \
    JAC_SCALED_(key, 2, "fan_in", "uniform", __VA_ARGS__)
#define jac_init_he_normal(key, ... /* shape, options */) \
    JAC_SCALED_(key, 2, "fan_in", "truncated_normal", __VA_ARGS__)
typedef struct {
    int unused_;
    jac_dtype dtype;
    jac_dims in_axis, out_axis, batch_axis;
} jac_scaling_opts;
#define JAC_SCALED_(key, scale, mode, distribution, ...) \
    JAC_SCALED__(JAC_CAT_(jac_o_, __COUNTER__), key, scale, mode, distribution, __VA_ARGS__, )
#define JAC_SCALED__(o, key, scale, mode, distribution, shape, ...)                                \
    JAC_WITH_OPTIONS_(o, jac_scaling_opts,                                                         \
                      (.in_axis = JAC_OMITTED_, .out_axis = JAC_OMITTED_,                          \
                       .batch_axis = JAC_OMITTED_, .unused_ = 0),                                  \
                      jac_init_variance_scaling_(JAC_AT, key, scale, mode, distribution,           \
                                                 JAC_SHAPE_(shape), o),                            \
                      __VA_ARGS__)
JAC_API jac jac_init_variance_scaling_(const jac_loc *at, jac key, double scale, const char *mode,
                                       const char *distribution, jac_dims shape, jac_scaling_opts o);

#endif

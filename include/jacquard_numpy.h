/* Operations on arrays: jax.numpy, jax.lax and jax.nn with the prefix jac_. Part of jacquard.h, whose
 * opening comment holds here too: x, y ... are handles or C numbers; operands broadcast and promote.
 */
#ifndef JACQUARD_NUMPY_H
#define JACQUARD_NUMPY_H

/* ---- Elementwise arithmetic ------------------------------------------------------------------------ */

/* Each result has the operands' broadcast shape and their promoted dtype, where nothing else is said;
 * shapes that do not broadcast, and dtypes that the function does not take, are errors. */

/* Integers wrap around. On bool operands add is or, mul is and; sub has none and is an error. */
#define jac_add(x, y) JAC_2_("add", x, y) /* x + y */
#define jac_sub(x, y) JAC_2_("sub", x, y) /* x - y */
#define jac_mul(x, y) JAC_2_("mul", x, y) /* x * y */
/* x / y in floats, also of integers (jnp.divide). */
#define jac_div(x, y) jac_divide_(JAC_AT, JAC_V(x), JAC_V(y))
/* Largest integer not above x / y; an integer divided by 0 gives -1 or -2, as in JAX
 * (jnp.floor_divide). */
#define jac_floor_divide(x, y) jac_floor_divide_(JAC_AT, JAC_V(x), JAC_V(y))
/* x - y * floor(x / y), with the sign of y; 0 when an integer y is 0 (jnp.remainder). */
#define jac_remainder(x, y) jac_remainder_(JAC_AT, JAC_V(x), JAC_V(y))
/* C's fmod, and % of integers: with the sign of x; x when an integer y is 0 (lax.rem). */
#define jac_rem(x, y) JAC_2_("rem", x, y)
/* x to the power y (jnp.power). A C integer as exponent is exact repeated multiplication; integers to
 * a power stay integers. */
#define jac_power(x, y) jac_power_(JAC_AT, JAC_V(x), JAC_V(y))
/* The same (jnp.pow). */
#define jac_pow(x, y)   jac_power(x, y)
/* x to a fixed power, negative too for floats (lax.integer_pow). */
#define jac_integer_pow(x, n) jac_integer_pow_(JAC_AT, JAC_V(x), n)
#define jac_maximum(x, y)     JAC_2_("max", x, y) /* NaN if either is */
#define jac_minimum(x, y)     JAC_2_("min", x, y) /* NaN if either is */
/* -x, of x's dtype (jnp.negative). */
#define jac_neg(x)            JAC_1_("neg", x)
/* The absolute value, of x's dtype; of the least integer it is that integer itself (jnp.abs). */
#define jac_abs(x)            JAC_1_("abs", x)
#define jac_sign(x)           JAC_1_("sign", x) /* -1, 0 (with its sign), 1 or NaN */
/* x * x, of x's dtype (jnp.square). */
#define jac_square(x)         JAC_1_("square", x)
/* 1 / x, in floats (jnp.reciprocal of floats). */
#define jac_reciprocal(x)     jac_div(1, x)
/* jac_sub (jnp.subtract). */
#define jac_subtract(x, y)    jac_sub(x, y)
/* jac_mul (jnp.multiply). */
#define jac_multiply(x, y)    jac_mul(x, y)
/* jac_div (jnp.divide). */
#define jac_divide(x, y)      jac_div(x, y)
/* jac_div (jnp.true_divide). */
#define jac_true_divide(x, y) jac_div(x, y)
/* jac_neg (jnp.negative). */
#define jac_negative(x)       jac_neg(x)
JAC_API jac jac_divide_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_floor_divide_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_remainder_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_power_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_integer_pow_(const jac_loc *at, jac x, int64_t n);

/* ---- Elementwise functions of floats; integers become floats --------------------------------------- */

/* Bools and integers become f32, those of 64 bits f64; so in division, and in means. */
/* Errors in units in the last place stand in docs/accuracy.md. */
/* The square root; NaN of a negative number (jnp.sqrt). */
#define jac_sqrt(x)        JAC_1_("sqrt", x)
#define jac_rsqrt(x)       JAC_1_("rsqrt", x) /* 1 / sqrt(x) */
/* The cube root, negative of a negative number (jnp.cbrt). */
#define jac_cbrt(x)        JAC_1_("cbrt", x)
/* e to the power x (jnp.exp). */
#define jac_exp(x)         JAC_1_("exp", x)
/* 2 to the power x (jnp.exp2). */
#define jac_exp2(x)        JAC_1_("exp2", x)
#define jac_expm1(x)       JAC_1_("expm1", x) /* exp(x) - 1, exact near 0 */
/* The natural logarithm; -inf of 0, NaN of a negative number (jnp.log). */
#define jac_log(x)         JAC_1_("log", x)
#define jac_log1p(x)       JAC_1_("log1p", x) /* log(1 + x), exact near 0 */
/* The logarithm to base 2 (jnp.log2). */
#define jac_log2(x)        jac_div(jac_log(x), 0.693147180559945309417)
/* The logarithm to base 10 (jnp.log10). */
#define jac_log10(x)       jac_div(jac_log(x), 2.302585092994045684018)
#define jac_sin(x)         JAC_1_("sin", x) /* radians, also below */
/* The cosine (jnp.cos). */
#define jac_cos(x)         JAC_1_("cos", x)
/* The tangent (jnp.tan). */
#define jac_tan(x)         JAC_1_("tan", x)
/* The angle from -pi/2 to pi/2 whose sine is x; NaN beyond [-1, 1] (jnp.asin). */
#define jac_asin(x)        JAC_1_("asin", x)
/* The angle from 0 to pi whose cosine is x; NaN beyond [-1, 1] (jnp.acos). */
#define jac_acos(x)        JAC_1_("acos", x)
/* The angle from -pi/2 to pi/2 whose tangent is x (jnp.atan). */
#define jac_atan(x)        JAC_1_("atan", x)
#define jac_atan2(y, x)    JAC_2_("atan2", y, x) /* the angle of the point (x, y) */
/* jac_asin (jnp.arcsin). */
#define jac_arcsin(x)      jac_asin(x)
/* jac_acos (jnp.arccos). */
#define jac_arccos(x)      jac_acos(x)
/* jac_atan (jnp.arctan). */
#define jac_arctan(x)      jac_atan(x)
/* jac_atan2 (jnp.arctan2). */
#define jac_arctan2(y, x)  jac_atan2(y, x)
/* The hyperbolic sine (jnp.sinh). */
#define jac_sinh(x)        JAC_1_("sinh", x)
/* The hyperbolic cosine (jnp.cosh). */
#define jac_cosh(x)        JAC_1_("cosh", x)
/* The hyperbolic tangent (jnp.tanh). */
#define jac_tanh(x)        JAC_1_("tanh", x)
/* The inverse of sinh (jnp.asinh). */
#define jac_asinh(x)       JAC_1_("asinh", x)
/* The inverse of cosh, at least 0; NaN below 1 (jnp.acosh). */
#define jac_acosh(x)       JAC_1_("acosh", x)
/* The inverse of tanh; NaN beyond [-1, 1] (jnp.atanh). */
#define jac_atanh(x)       JAC_1_("atanh", x)
#define jac_logistic(x)    JAC_1_("logistic", x) /* 1 / (1 + exp(-x)) */
/* The error function (jax.lax.erf). */
#define jac_erf(x)         JAC_1_("erf", x)
/* 1 - erf(x), exact where that is small (jax.lax.erfc). */
#define jac_erfc(x)        JAC_1_("erfc", x)
/* The inverse of erf; NaN beyond [-1, 1] (jax.lax.erf_inv). */
#define jac_erf_inv(x)     JAC_1_("erf_inv", x)
/* The next number after x towards y; no derivative (jnp.nextafter). */
#define jac_nextafter(x, y) JAC_2_("nextafter", x, y)
/* log(exp(x) + exp(y)) without overflow (jnp.logaddexp). */
#define jac_logaddexp(x, y) jac_logaddexp_(JAC_AT, JAC_V(x), JAC_V(y))
/* sqrt(x² + y²) (jnp.hypot). */
#define jac_hypot(x, y) jac_hypot_(JAC_AT, JAC_V(x), JAC_V(y))
JAC_API jac jac_logaddexp_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_hypot_(const jac_loc *at, jac x, jac y);

/* ---- Rounding, comparison, logic, bits --------------------------------------------------------------- */

/* The greatest integer at most x, of x's dtype; derivative 0 (jnp.floor). */
#define jac_floor(x) JAC_1_("floor", x)
/* The least integer at least x, of x's dtype; derivative 0 (jnp.ceil). */
#define jac_ceil(x)  JAC_1_("ceil", x)
#define jac_round(x) jac_round_(JAC_AT, JAC_V(x)) /* to nearest, ties to even (jnp.round) */
JAC_API jac jac_round_(const jac_loc *at, jac x);
/* bool: neither infinite nor NaN (jnp.isfinite). */
#define jac_isfinite(x)  JAC_1_("is_finite", x)
/* jac_isfinite by its name in jax.lax (lax.is_finite). */
#define jac_is_finite(x) JAC_1_("is_finite", x)
/* bool: is it NaN (jnp.isnan)? */
#define jac_isnan(x)     jac_isnan_(JAC_AT, JAC_V(x))
/* bool: is it infinite, of either sign (jnp.isinf)? */
#define jac_isinf(x)     jac_isinf_(JAC_AT, JAC_V(x))
JAC_API jac jac_isnan_(const jac_loc *at, jac x);
JAC_API jac jac_isinf_(const jac_loc *at, jac x);
/* Comparisons give bool; with a NaN all are false but ne. */
#define jac_eq(x, y)            JAC_2_("eq", x, y)
/* x != y, bool; true if either is NaN (lax.ne). */
#define jac_ne(x, y)            JAC_2_("ne", x, y)
/* x < y, bool (lax.lt). */
#define jac_lt(x, y)            JAC_2_("lt", x, y)
/* x <= y, bool (lax.le). */
#define jac_le(x, y)            JAC_2_("le", x, y)
/* x > y, bool (lax.gt). */
#define jac_gt(x, y)            JAC_2_("gt", x, y)
/* x >= y, bool (lax.ge). */
#define jac_ge(x, y)            JAC_2_("ge", x, y)
/* jac_eq (jnp.equal). */
#define jac_equal(x, y)         jac_eq(x, y)
/* jac_ne (jnp.not_equal). */
#define jac_not_equal(x, y)     jac_ne(x, y)
/* jac_lt (jnp.less). */
#define jac_less(x, y)          jac_lt(x, y)
/* jac_le (jnp.less_equal). */
#define jac_less_equal(x, y)    jac_le(x, y)
/* jac_gt (jnp.greater). */
#define jac_greater(x, y)       jac_gt(x, y)
/* jac_ge (jnp.greater_equal). */
#define jac_greater_equal(x, y) jac_ge(x, y)
/* Truth of any dtype (nonzero is true), as bool. */
#define jac_logical_and(x, y) jac_logical_(JAC_AT, "and", JAC_V(x), JAC_V(y))
/* Is one true (jnp.logical_or)? */
#define jac_logical_or(x, y)  jac_logical_(JAC_AT, "or", JAC_V(x), JAC_V(y))
/* Is just one true (jnp.logical_xor)? */
#define jac_logical_xor(x, y) jac_logical_(JAC_AT, "xor", JAC_V(x), JAC_V(y))
/* Is it false (jnp.logical_not)? */
#define jac_logical_not(x)    jac_logical_not_(JAC_AT, JAC_V(x))
JAC_API jac jac_logical_(const jac_loc *at, const char *op, jac x, jac y);
JAC_API jac jac_logical_not_(const jac_loc *at, jac x);
/* Bits of integers, and bools. A shift by the width or more gives 0 (-1 for right shifts of negatives). */
#define jac_bitwise_and(x, y)            JAC_2_("and", x, y)
/* The bits set in either (jnp.bitwise_or). */
#define jac_bitwise_or(x, y)             JAC_2_("or", x, y)
/* The bits set in just one (jnp.bitwise_xor). */
#define jac_bitwise_xor(x, y)            JAC_2_("xor", x, y)
/* The bits not set (jnp.bitwise_not). */
#define jac_bitwise_not(x)               JAC_1_("not", x)
/* x << y (jnp.left_shift). */
#define jac_left_shift(x, y)             JAC_2_("shift_left", x, y)
#define jac_right_shift(x, y)            jac_right_shift_(JAC_AT, JAC_V(x), JAC_V(y)) /* keeps the sign */
/* x >> y, with zeros from the left (lax.shift_right_logical). */
#define jac_shift_right_logical(x, y)    JAC_2_("shift_right_logical", x, y)
/* x >> y, which keeps the sign (lax.shift_right_arithmetic). */
#define jac_shift_right_arithmetic(x, y) JAC_2_("shift_right_arithmetic", x, y)
/* How many bits are set, of x's dtype (lax.population_count). */
#define jac_population_count(x)          JAC_1_("population_count", x)
#define jac_clz(x)                       JAC_1_("clz", x) /* leading zero bits */
JAC_API jac jac_right_shift_(const jac_loc *at, jac x, jac y);

/* x where cond is true, else y (jnp.where). */
#define jac_where(cond, x, y) jac_where_(JAC_AT, JAC_V(cond), JAC_V(x), JAC_V(y))
JAC_API jac jac_where_(const jac_loc *at, jac cond, jac x, jac y);
/* x kept within [lo, hi] (jnp.clip); NaN stays. */
#define jac_clip(x, lo, hi) jac_clip_(JAC_AT, JAC_V(x), JAC_V(lo), JAC_V(hi))
/* The same in lax.clamp's order of arguments. */
#define jac_clamp(lo, x, hi) jac_clip(x, lo, hi)
JAC_API jac jac_clip_(const jac_loc *at, jac x, jac lo, jac hi);
/* x as another dtype (x.astype(d)): floats to integers truncate and saturate, NaN gives 0. */
#define jac_astype(x, dtype)               jac_astype_(JAC_AT, JAC_V(x), JAC_DTYPE_(dtype))
/* jac_astype by its name in jax.lax (lax.convert_element_type). */
#define jac_convert_element_type(x, dtype) jac_astype(x, dtype)
/* The same bits read as a dtype of the same size (lax.bitcast_convert_type). */
#define jac_bitcast(x, dtype)              jac_bitcast_(JAC_AT, JAC_V(x), JAC_DTYPE_(dtype))
/* jac_bitcast by its name in jax.lax (lax.bitcast_convert_type). */
#define jac_bitcast_convert_type(x, dtype) jac_bitcast(x, dtype)
JAC_API jac jac_astype_(const jac_loc *at, jac x, jac_dtype d);
JAC_API jac jac_bitcast_(const jac_loc *at, jac x, jac_dtype d);

/* ---- Making arrays ------------------------------------------------------------------------------------ */

/* An array of zeros (jnp.zeros): jac_zeros(JAC_SHAPE(3, 4)), jac_zeros(3, JAC_F64). */
#define jac_zeros(... /* shape, dtype */) JAC_ALL_(0, __VA_ARGS__)
/* An array of ones (jnp.ones). */
#define jac_ones(... /* shape, dtype */)  JAC_ALL_(1, __VA_ARGS__)
#define JAC_ALL_(v, ...)                                                  \
    jac_full_(JAC_AT, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)), jac_of_i64(v),  \
              JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)), false)
/* All elements v, an array of one element or a number, whose dtype is taken if none is given. */
#define jac_full(shape, ... /* v, dtype */)                                    \
    jac_full_(JAC_AT, JAC_SHAPE_(shape), JAC_V(JAC_HEAD_(__VA_ARGS__)),        \
              JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)), true)
/* Zeros of x's shape and dtype (jnp.zeros_like). */
#define jac_zeros_like(x)   jac_full_like_(JAC_AT, JAC_V(x), JAC_V(0))
/* Ones of x's shape and dtype (jnp.ones_like). */
#define jac_ones_like(x)    jac_full_like_(JAC_AT, JAC_V(x), JAC_V(1))
/* v everywhere, of x's shape and dtype (jnp.full_like). */
#define jac_full_like(x, v) jac_full_like_(JAC_AT, JAC_V(x), JAC_V(v))
/* jac_arange(n), jac_arange(start, stop), jac_arange(start, stop, step): C numbers; integers if all
 * are (jnp.arange). */
#define jac_arange(...) jac_arange_(JAC_AT, JAC_LIST_(__VA_ARGS__))
/* n points from start to stop, both included (jnp.linspace). */
#define jac_linspace(start, stop, ... /* n, dtype */)                          \
    jac_linspace_(JAC_AT, JAC_V(start), JAC_V(stop), JAC_HEAD_(__VA_ARGS__),   \
                  JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* The identity matrix of n rows, of the default float or the dtype (jnp.eye). */
#define jac_eye(... /* n, dtype */) \
    jac_eye_(JAC_AT, JAC_HEAD_(__VA_ARGS__), JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Counts along dimension `dim` of the shape (lax.broadcasted_iota). */
#define jac_iota(dtype, shape, dim) jac_iota_(JAC_AT, JAC_DTYPE_(dtype), JAC_SHAPE_(shape), dim)
/* 1 at the position that each index names along a new last axis, else 0; all 0 for an index out of
 * range (jax.nn.one_hot). */
#define jac_one_hot(x, ... /* classes, dtype */)                 \
    jac_one_hot_(JAC_AT, JAC_V(x), JAC_HEAD_(__VA_ARGS__),       \
                 JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
JAC_API jac jac_full_(const jac_loc *at, jac_dims shape, jac v, jac_dtype d, bool dtype_of_v);
JAC_API jac jac_full_like_(const jac_loc *at, jac x, jac v);
JAC_API jac jac_arange_(const jac_loc *at, int n, const jac *v);
JAC_API jac jac_linspace_(const jac_loc *at, jac start, jac stop, int64_t n, jac_dtype d);
JAC_API jac jac_eye_(const jac_loc *at, int64_t n, jac_dtype d);
JAC_API jac jac_iota_(const jac_loc *at, jac_dtype d, jac_dims shape, int dim);
JAC_API jac jac_one_hot_(const jac_loc *at, jac x, int64_t classes, jac_dtype d);

/* ---- Shapes ---------------------------------------------------------------------------------------------- */

/* jac_reshape(x, 2, -1): the same elements in row-major order; one size may be -1, to be inferred. */
#define jac_reshape(... /* x, sizes */) \
    jac_reshape_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_INTS_(JAC_TAIL_(__VA_ARGS__)))
/* All elements as a vector (jnp.ravel). */
#define jac_ravel(x)        jac_reshape(x, -1)
/* jac_transpose(x) reverses the axes, jac_transpose(x, 0, 2, 1) permutes them. */
#define jac_transpose(... /* x, axes */) \
    jac_transpose_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* x with axes a and b exchanged (jnp.swapaxes). */
#define jac_swapaxes(x, a, b)        jac_swapaxes_(JAC_AT, JAC_V(x), a, b)
/* x with axis `from` at place `to`, the others in order (jnp.moveaxis). */
#define jac_moveaxis(x, from, to)    jac_moveaxis_(JAC_AT, JAC_V(x), from, to)
/* x repeated to the sizes; an error if they do not end in x's or ones (jnp.broadcast_to). */
#define jac_broadcast_to(... /* x, sizes */) \
    jac_broadcast_to_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_INTS_(JAC_TAIL_(__VA_ARGS__)))
/* x with new axes of size 1, at the places given in the result (jnp.expand_dims). */
#define jac_expand_dims(x, ... /* axes */) \
    jac_expand_dims_(JAC_AT, JAC_V(x), JAC_AXES_OPT_(__VA_ARGS__))
/* Drops axes of size one: all of them, or those given. */
#define jac_squeeze(... /* x, axes */) \
    jac_squeeze_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* lax.broadcast_in_dim: dimension k of x becomes dimension dims[k] of the shape. */
#define jac_broadcast_in_dim(x, shape, dims) \
    jac_broadcast_in_dim_(JAC_AT, JAC_V(x), JAC_SHAPE_(shape), JAC_SHAPE_(dims))
/* x[start:limit:stride] in every dimension (lax.slice); strides JAC_DIMS(...), default 1. */
#define jac_slice(x, start, ... /* limit, strides */)                                          \
    jac_slice_(JAC_AT, JAC_V(x), JAC_SHAPE_(start), JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)),        \
               JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* x[..., start:limit:stride, ...] along one axis; negative bounds count from the end
 * (lax.slice_in_dim). */
#define jac_slice_in_dim(x, start, limit, stride, axis) \
    jac_slice_in_dim_(JAC_AT, JAC_V(x), start, limit, stride, axis)
/* jac_at(x, i, j): x[i, j], an element or the sub-array that the leading indices name; C integers or
 * integer scalars. Negative ones count from the end; arrays out of range clamp, C integers are an
 * error. */
#define jac_at(x, ...) jac_at_(JAC_AT, JAC_V(x), JAC_LIST_(__VA_ARGS__))
/* A block of the sizes at start, one integer scalar a dimension, which clamps so that the block fits
 * (lax.dynamic_slice): jac_dynamic_slice(x, JAC_SHAPE(2, 2), i, j). Sizes before starts, for there are
 * as many starts as dimensions. */
#define jac_dynamic_slice(x, sizes, ...) \
    jac_dynamic_slice_(JAC_AT, JAC_V(x), JAC_SHAPE_(sizes), JAC_LIST_(__VA_ARGS__))
/* x with a block at start replaced by update (lax.dynamic_update_slice). */
#define jac_dynamic_update_slice(x, update, ...) \
    jac_dynamic_update_slice_(JAC_AT, JAC_V(x), JAC_V(update), JAC_LIST_(__VA_ARGS__))
/* Arrays in a row along an axis: jac_concatenate(axis, x, y, z). The axis comes first, for the arrays
 * are a list (jnp.concatenate). */
#define jac_concatenate(axis, ...) jac_concatenate_(JAC_AT, axis, JAC_LIST_(__VA_ARGS__))
/* The same from a C array of n handles. */
#define jac_concatenate_n(axis, n, x) jac_concatenate_(JAC_AT, axis, n, x)
/* Arrays of one shape along a new axis: jac_stack(0, x, y) (jnp.stack). */
#define jac_stack(axis, ...)    jac_stack_(JAC_AT, axis, JAC_LIST_(__VA_ARGS__))
/* The same from a C array of n handles. */
#define jac_stack_n(axis, n, x) jac_stack_(JAC_AT, axis, n, x)
/* lax.pad: fill added before, after and between; negative low or high crop. interior JAC_DIMS(...),
 * default 0. */
#define jac_pad(x, fill, low, ... /* high, interior */)                                  \
    jac_pad_(JAC_AT, JAC_V(x), JAC_V(fill), JAC_SHAPE_(low),                             \
             JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)), JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Reversed along the axes given, all if none is (jnp.flip). */
#define jac_flip(... /* x, axes */) \
    jac_flip_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Each slice x[..., indices, ...] along an axis; indices clamp, negative ones count from the end
 * (jnp.take with mode="clip" but for negatives). */
#define jac_take(x, indices, axis) jac_take_(JAC_AT, JAC_V(x), JAC_V(indices), axis)
/* One element a position along an axis, as argmax points at them (jnp.take_along_axis). */
#define jac_take_along_axis(x, indices, axis) \
    jac_take_along_axis_(JAC_AT, JAC_V(x), JAC_V(indices), axis)
JAC_API jac jac_reshape_(const jac_loc *at, jac x, jac_dims shape);
JAC_API jac jac_transpose_(const jac_loc *at, jac x, jac_dims permutation);
JAC_API jac jac_swapaxes_(const jac_loc *at, jac x, int a, int b);
JAC_API jac jac_moveaxis_(const jac_loc *at, jac x, int from, int to);
JAC_API jac jac_broadcast_to_(const jac_loc *at, jac x, jac_dims shape);
JAC_API jac jac_expand_dims_(const jac_loc *at, jac x, jac_dims axes);
JAC_API jac jac_squeeze_(const jac_loc *at, jac x, jac_dims axes);
JAC_API jac jac_broadcast_in_dim_(const jac_loc *at, jac x, jac_dims shape, jac_dims dims);
JAC_API jac jac_slice_(const jac_loc *at, jac x, jac_dims start, jac_dims limit, jac_dims strides);
JAC_API jac jac_slice_in_dim_(const jac_loc *at, jac x, int64_t start, int64_t limit, int64_t stride,
                              int axis);
JAC_API jac jac_at_(const jac_loc *at, jac x, int n, const jac *index);
JAC_API jac jac_dynamic_slice_(const jac_loc *at, jac x, jac_dims sizes, int n, const jac *start);
JAC_API jac jac_dynamic_update_slice_(const jac_loc *at, jac x, jac update, int n, const jac *start);
JAC_API jac jac_concatenate_(const jac_loc *at, int axis, int n, const jac *x);
JAC_API jac jac_stack_(const jac_loc *at, int axis, int n, const jac *x);
JAC_API jac jac_pad_(const jac_loc *at, jac x, jac fill, jac_dims low, jac_dims high, jac_dims interior);
JAC_API jac jac_flip_(const jac_loc *at, jac x, jac_dims axes);
JAC_API jac jac_take_(const jac_loc *at, jac x, jac indices, int axis);
JAC_API jac jac_take_along_axis_(const jac_loc *at, jac x, jac indices, int axis);

/* ---- Reductions ------------------------------------------------------------------------------------------ */

/* jac_sum(x), jac_sum(x, 1), jac_sum(x, JAC_AXES(0, -1), .keepdims = true), jac_sum(x, .axis = 1): over
 * all axes or those given. sum and prod of bools count in i32; mean, var, std of integers are floats; max and min
 * of no elements are an error. */
#define jac_sum(...)  JAC_REDUCE_("sum", __VA_ARGS__)
/* The product (jnp.prod). */
#define jac_prod(...) JAC_REDUCE_("prod", __VA_ARGS__)
/* The greatest element, of x's dtype; NaN if there is one (jnp.max). */
#define jac_max(...)  JAC_REDUCE_("max", __VA_ARGS__)
/* The least element, of x's dtype; NaN if there is one (jnp.min). */
#define jac_min(...)  JAC_REDUCE_("min", __VA_ARGS__)
/* Are all true (jnp.all)? */
#define jac_all(...)  JAC_REDUCE_("and", __VA_ARGS__) /* bool */
/* Is one true (jnp.any)? */
#define jac_any(...)  JAC_REDUCE_("or", __VA_ARGS__)  /* bool */
/* The mean, a float (jnp.mean). */
#define jac_mean(...) JAC_REDUCE_("mean", __VA_ARGS__)
/* Mean of the squared distance from the mean; the divisor is n - .ddof (jnp.var). */
#define jac_var(...) JAC_REDUCE_("var", __VA_ARGS__)
/* The square root of jac_var (jnp.std). */
#define jac_std(...) JAC_REDUCE_("std", __VA_ARGS__)
/* log(sum(exp(x))) without overflow (jax.nn.logsumexp). */
#define jac_logsumexp(...) JAC_REDUCE_("logsumexp", __VA_ARGS__)
/* Euclidean norm of all elements or along axes (jnp.linalg.norm). */
#define jac_norm(...) JAC_REDUCE_("norm", __VA_ARGS__)
/* Position of the first greatest (least) element, as i32 (i64 under x64): of the flattened array, or
 * along the one axis given; a NaN counts as greatest (least). */
#define jac_argmax(...) JAC_REDUCE_("argmax", __VA_ARGS__)
/* Of the least (jnp.argmin). */
#define jac_argmin(...) JAC_REDUCE_("argmin", __VA_ARGS__)
typedef struct {
    int unused_; /* so that axis may stand first without its name, or be left out */
    jac_dims axis;
    bool keepdims;
    int ddof;
} jac_reduce_opts;
#define JAC_REDUCE_(what, ... /* x, axis, options */) \
    JAC_REDUCE__(JAC_CAT_(jac_o_, __COUNTER__), what, __VA_ARGS__, )
#define JAC_REDUCE__(o, what, x, ...)                                             \
    JAC_WITH_OPTIONS_(o, jac_reduce_opts, (.axis = JAC_OMITTED_, .unused_ = 0),   \
                      jac_reduce_(JAC_AT, what, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_reduce_(const jac_loc *at, const char *what, jac x, jac_reduce_opts o);
/* Running sums, products, maxima, minima along an axis. */
#define jac_cumsum(x, axis)  jac_cumulate_(JAC_AT, "cumsum", JAC_V(x), axis)
/* Running products (jnp.cumprod). */
#define jac_cumprod(x, axis) jac_cumulate_(JAC_AT, "cumprod", JAC_V(x), axis)
/* Running maxima (lax.cummax). */
#define jac_cummax(x, axis)  jac_cumulate_(JAC_AT, "cummax", JAC_V(x), axis)
/* Running minima (lax.cummin). */
#define jac_cummin(x, axis)  jac_cumulate_(JAC_AT, "cummin", JAC_V(x), axis)
JAC_API jac jac_cumulate_(const jac_loc *at, const char *op, jac x, int axis);

/* ---- Products ---------------------------------------------------------------------------------------------- */

/* jnp.dot: vectors' inner product; the last axis of x with the last but one of y; scalars multiply. */
#define jac_dot(x, y) jac_dot_(JAC_AT, JAC_V(x), JAC_V(y))
/* jnp.matmul: matrices in the last two axes, the others broadcast. */
#define jac_matmul(x, y) jac_matmul_(JAC_AT, JAC_V(x), JAC_V(y))
/* x[i] * y[j] for all pairs of elements, a matrix (jnp.outer). */
#define jac_outer(x, y)  jac_outer_(JAC_AT, JAC_V(x), JAC_V(y))
/* jnp.einsum: jac_einsum("ij,jk->ik", x, y); an output left out is NumPy's implicit one; `...` stands
 * for broadcast axes; a letter twice in one operand takes the diagonal. */
#define jac_einsum(subscripts, ...) jac_einsum_(JAC_AT, subscripts, JAC_LIST_(__VA_ARGS__))
/* lax.dot_general: contracting and batch dimensions of each; result: batch, rest of x, rest of y. */
#define jac_dot_general(x, y, contract_x, contract_y, batch_x, batch_y) \
    jac_dot_general_(JAC_AT, JAC_V(x), JAC_V(y), JAC_SHAPE_(contract_x), JAC_SHAPE_(contract_y), \
                     JAC_SHAPE_(batch_x), JAC_SHAPE_(batch_y))
JAC_API jac jac_dot_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_matmul_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_outer_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_einsum_(const jac_loc *at, const char *subscripts, int n, const jac *x);
JAC_API jac jac_dot_general_(const jac_loc *at, jac x, jac y, jac_dims contract_x,
                             jac_dims contract_y, jac_dims batch_x, jac_dims batch_y);

/* ---- jax.nn -------------------------------------------------------------------------------------------------- */

/* 1 / (1 + exp(-x)) (jax.nn.sigmoid). */
#define jac_sigmoid(x)  jac_logistic(x)
#define jac_relu(x)     jac_relu_(JAC_AT, JAC_V(x)) /* max(x, 0); derivative 0 at 0 */
/* log(1 + exp(x)) without overflow (jax.nn.softplus). */
#define jac_softplus(x) jac_logaddexp(x, 0)
#define jac_silu(x)     jac_silu_(JAC_AT, JAC_V(x)) /* x * sigmoid(x) */
#define jac_gelu(x)     jac_gelu_(JAC_AT, JAC_V(x)) /* the tanh approximation, as in JAX */
/* exp(x) / sum(exp(x)) without overflow, along an axis, several, or the last if none is given
 * (jax.nn.softmax). */
#define jac_softmax(... /* x, axes */) \
    jac_softmax_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Its logarithm, exact where that would underflow (jax.nn.log_softmax). */
#define jac_log_softmax(... /* x, axes */) \
    jac_log_softmax_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
JAC_API jac jac_relu_(const jac_loc *at, jac x);
JAC_API jac jac_silu_(const jac_loc *at, jac x);
JAC_API jac jac_gelu_(const jac_loc *at, jac x);
JAC_API jac jac_softmax_(const jac_loc *at, jac x, jac_dims axes);
JAC_API jac jac_log_softmax_(const jac_loc *at, jac x, jac_dims axes);

#endif

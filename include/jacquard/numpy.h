/* Operations on arrays: jax.numpy and jax.lax with the prefix jac_. Part of jacquard.h,
 * whose conventions apply: x, y, ... are handles or C numbers, and operands broadcast and promote.
 * An error is recorded (jac_error), and the result is then the null handle.
 */
#ifndef JACQUARD_NUMPY_H
#define JACQUARD_NUMPY_H

#include "functions.h"

/* ---- Elementwise arithmetic ------------------------------------------------------------------------ */

/* Unless stated otherwise, a result has the operands' broadcast shape and their promoted dtype.
 * Shapes that do not broadcast, and dtypes that the function does not take, are errors. */

/* x + y; integers wrap around, and of bools it is the logical or (jnp.add). */
#define jac_add(x, y) JAC_2_("add", x, y)
/* x - y; integers wrap around, and bools are an error (jnp.subtract). */
#define jac_sub(x, y) JAC_2_("sub", x, y)
/* x * y; integers wrap around, and of bools it is the logical and (jnp.multiply). */
#define jac_mul(x, y) JAC_2_("mul", x, y)
/* x / y, always a float, also for integers (jnp.divide). */
#define jac_div(x, y) jac_divide_(JAC_AT, JAC_V(x), JAC_V(y))
/* The largest integer not above x / y, of the promoted dtype (jnp.floor_divide). An integer divided
 * by 0 gives -1 or -2, as in JAX. */
#define jac_floor_divide(x, y) jac_floor_divide_(JAC_AT, JAC_V(x), JAC_V(y))
/* x - y * floor(x / y), which has the sign of y; 0 if an integer y is 0 (jnp.remainder). */
#define jac_remainder(x, y) jac_remainder_(JAC_AT, JAC_V(x), JAC_V(y))
/* The remainder with the sign of x: C's fmod for floats and % for integers; x if an integer y is 0
 * (lax.rem). */
#define jac_rem(x, y) JAC_2_("rem", x, y)
/* x to the power y, of the promoted dtype (jnp.power). If y is a C integer, it is computed by
 * repeated multiplication. Integers to an integer power stay integers. */
#define jac_power(x, y) jac_power_(JAC_AT, JAC_V(x), JAC_V(y))
/* x to the power n, a C integer, of x's dtype; n may be negative if x is a float
 * (lax.integer_pow). */
#define jac_integer_pow(x, n) jac_integer_pow_(JAC_AT, JAC_V(x), JAC_INT_(n))
/* The larger of x and y; NaN if either is NaN (jnp.maximum). */
#define jac_maximum(x, y)     JAC_2_("maximum", x, y)
/* The smaller of x and y; NaN if either is NaN (jnp.minimum). */
#define jac_minimum(x, y)     JAC_2_("minimum", x, y)
/* -x, of x's dtype (jnp.negative). */
#define jac_neg(x)            JAC_1_("neg", x)
/* The absolute value, of x's dtype; the smallest integer of a signed dtype gives itself
 * (jnp.abs). */
#define jac_abs(x)            JAC_1_("abs", x)
/* -1, 0 or 1, of x's dtype; a float 0 keeps its sign, and NaN gives NaN (jnp.sign). */
#define jac_sign(x)           JAC_1_("sign", x)
/* x * x, of x's dtype; integers wrap around, and bools become i32 (jnp.square). */
#define jac_square(x)         JAC_1_("square", x)
/* 1 / x, always a float (jnp.reciprocal). */
#define jac_reciprocal(x)     jac_reciprocal_(JAC_AT, JAC_V(x))
JAC_API jac jac_reciprocal_(const jac_loc *at, jac x);
JAC_API jac jac_divide_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_floor_divide_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_remainder_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_power_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_integer_pow_(const jac_loc *at, jac x, int64_t n);

/* ---- Elementwise functions of floats; integers become floats --------------------------------------- */

/* The result has x's shape and dtype if x is a float. Bools and integers become f32, and 64-bit
 * integers become f64; division and means do the same. docs/accuracy.md lists the errors in units
 * in the last place. */
/* The square root; NaN for negative x (jnp.sqrt). */
#define jac_sqrt(x)        JAC_1_("sqrt", x)
/* 1 / sqrt(x) (lax.rsqrt). */
#define jac_rsqrt(x)       JAC_1_("rsqrt", x)
/* The cube root; negative for negative x (jnp.cbrt). */
#define jac_cbrt(x)        JAC_1_("cbrt", x)
/* e to the power x (jnp.exp). */
#define jac_exp(x)         JAC_1_("exp", x)
/* 2 to the power x (jnp.exp2). */
#define jac_exp2(x)        JAC_1_("exp2", x)
/* exp(x) - 1, accurate also near 0 (jnp.expm1). */
#define jac_expm1(x)       JAC_1_("expm1", x)
/* The natural logarithm; -inf for 0, NaN for negative x (jnp.log). */
#define jac_log(x)         JAC_1_("log", x)
/* log(1 + x), accurate also near 0 (jnp.log1p). */
#define jac_log1p(x)       JAC_1_("log1p", x)
/* The logarithm to base 2 (jnp.log2). */
#define jac_log2(x)        jac_log2_(JAC_AT, JAC_V(x))
/* The logarithm to base 10 (jnp.log10). */
#define jac_log10(x)       jac_log10_(JAC_AT, JAC_V(x))
/* The sine of x in radians (jnp.sin). */
#define jac_sin(x)         JAC_1_("sin", x)
/* The cosine of x in radians (jnp.cos). */
#define jac_cos(x)         JAC_1_("cos", x)
/* The tangent of x in radians (jnp.tan). */
#define jac_tan(x)         JAC_1_("tan", x)
/* The angle from -pi/2 to pi/2 whose sine is x; NaN outside [-1, 1] (jnp.asin). */
#define jac_asin(x)        JAC_1_("asin", x)
/* The angle from 0 to pi whose cosine is x; NaN outside [-1, 1] (jnp.acos). */
#define jac_acos(x)        JAC_1_("acos", x)
/* The angle from -pi/2 to pi/2 whose tangent is x (jnp.atan). */
#define jac_atan(x)        JAC_1_("atan", x)
/* The angle of the point (x, y), from -pi to pi (jnp.atan2). */
#define jac_atan2(y, x)    JAC_2_("atan2", y, x)
/* The hyperbolic sine (jnp.sinh). */
#define jac_sinh(x)        JAC_1_("sinh", x)
/* The hyperbolic cosine (jnp.cosh). */
#define jac_cosh(x)        JAC_1_("cosh", x)
/* The hyperbolic tangent (jnp.tanh). */
#define jac_tanh(x)        JAC_1_("tanh", x)
/* The inverse of sinh (jnp.asinh). */
#define jac_asinh(x)       JAC_1_("asinh", x)
/* The inverse of cosh, which is at least 0; NaN below 1 (jnp.acosh). */
#define jac_acosh(x)       JAC_1_("acosh", x)
/* The inverse of tanh; NaN outside [-1, 1] (jnp.atanh). */
#define jac_atanh(x)       JAC_1_("atanh", x)
/* The error function (lax.erf). */
#define jac_erf(x)         JAC_1_("erf", x)
/* 1 - erf(x), accurate also where that is small (lax.erfc). */
#define jac_erfc(x)        JAC_1_("erfc", x)
/* The inverse of erf; NaN outside [-1, 1] (lax.erf_inv). */
#define jac_erf_inv(x)     JAC_1_("erf_inv", x)
/* The next representable number after x in the direction of y; its derivative is 0
 * (jnp.nextafter). */
#define jac_nextafter(x, y) JAC_2_("nextafter", x, y)
/* log(exp(x) + exp(y)) without overflow (jnp.logaddexp). */
#define jac_logaddexp(x, y) jac_logaddexp_(JAC_AT, JAC_V(x), JAC_V(y))
/* sqrt(x² + y²) (jnp.hypot). */
#define jac_hypot(x, y) jac_hypot_(JAC_AT, JAC_V(x), JAC_V(y))
JAC_API jac jac_log2_(const jac_loc *at, jac x);
JAC_API jac jac_log10_(const jac_loc *at, jac x);
JAC_API jac jac_logaddexp_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_hypot_(const jac_loc *at, jac x, jac y);

/* ---- Complex numbers ----------------------------------------------------------------------------------- */

/* The functions above that JAX has for complex numbers take them: arithmetic, abs, sign, powers,
 * roots, exponentials, logarithms, circular and hyperbolic functions and their inverses. */
/* re + i im, of a complex dtype; both become f32 or f64 first (lax.complex). */
#define jac_complex(re, im) jac_complex_(JAC_AT, JAC_V(re), JAC_V(im))
/* The real part; x itself if it is real (jnp.real). */
#define jac_real(x)  jac_real_(JAC_AT, JAC_V(x))
/* The imaginary part; zeros if x is real (jnp.imag). */
#define jac_imag(x)  jac_imag_(JAC_AT, JAC_V(x))
/* The complex conjugate; x itself if it is real (jnp.conj). */
#define jac_conj(x)  jac_conj_(JAC_AT, JAC_V(x))
/* The angle of x in the complex plane, from -pi to pi; 0 or pi if x is real (jnp.angle). */
#define jac_angle(x) jac_angle_(JAC_AT, JAC_V(x))
/* Is the imaginary part nonzero? A bool for each element (jnp.iscomplex). */
#define jac_iscomplex(x) jac_iscomplex_(JAC_AT, JAC_V(x))
/* Is the imaginary part zero? A bool for each element (jnp.isreal). */
#define jac_isreal(x)    jac_isreal_(JAC_AT, JAC_V(x))
/* Is x of a complex dtype, whatever its elements are? A C bool; false and an error for a null or
 * stale handle (jnp.iscomplexobj). */
#define jac_iscomplexobj(x) jac_iscomplexobj_(JAC_AT, JAC_V(x))
JAC_API jac jac_complex_(const jac_loc *at, jac re, jac im);
JAC_API jac jac_real_(const jac_loc *at, jac x);
JAC_API jac jac_imag_(const jac_loc *at, jac x);
JAC_API jac jac_conj_(const jac_loc *at, jac x);
JAC_API jac jac_angle_(const jac_loc *at, jac x);
JAC_API jac jac_iscomplex_(const jac_loc *at, jac x);
JAC_API jac jac_isreal_(const jac_loc *at, jac x);
JAC_API bool jac_iscomplexobj_(const jac_loc *at, jac x);

/* ---- Rounding, comparison, logic, bits --------------------------------------------------------------- */

/* The largest integer not above x, of x's dtype; its derivative is 0 (jnp.floor). */
#define jac_floor(x) JAC_1_("floor", x)
/* The smallest integer not below x, of x's dtype; its derivative is 0 (jnp.ceil). */
#define jac_ceil(x)  JAC_1_("ceil", x)
/* The integer nearest to x, ties to even, of x's dtype; its derivative is 0 (jnp.round). With decimals, the
 * nearest number of so many decimals; a negative one rounds to tens, hundreds ..., which integers do not
 * take: jac_round(x, 2). */
#define jac_round(... /* x, decimals */) \
    jac_round_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_INT_OR_(0, JAC_TAIL_(__VA_ARGS__)))
/* x, a float, rounded to as many bits of exponent and fraction, of x's dtype. What is too large
 * becomes infinite, and what is too small 0 (lax.reduce_precision). */
#define jac_reduce_precision(x, exponent_bits, mantissa_bits) \
    jac_reduce_precision_(JAC_AT, JAC_V(x), JAC_INT_(exponent_bits), JAC_INT_(mantissa_bits))
JAC_API jac jac_round_(const jac_loc *at, jac x, int64_t decimals);
JAC_API jac jac_reduce_precision_(const jac_loc *at, jac x, int64_t exponent_bits,
                                  int64_t mantissa_bits);
/* Is x neither infinite nor NaN? A bool for each element (jnp.isfinite). */
#define jac_isfinite(x)  JAC_1_("isfinite", x)
/* Is x NaN? A bool for each element (jnp.isnan). */
#define jac_isnan(x)     jac_isnan_(JAC_AT, JAC_V(x))
/* Is x inf or -inf? A bool for each element (jnp.isinf). */
#define jac_isinf(x)     jac_isinf_(JAC_AT, JAC_V(x))
JAC_API jac jac_isnan_(const jac_loc *at, jac x);
JAC_API jac jac_isinf_(const jac_loc *at, jac x);
/* x == y, a bool for each element; false if either is NaN (lax.eq). */
#define jac_eq(x, y)            JAC_2_("eq", x, y)
/* x != y, a bool for each element; true if either is NaN (lax.ne). */
#define jac_ne(x, y)            JAC_2_("ne", x, y)
/* x < y, a bool for each element; false if either is NaN (lax.lt). */
#define jac_lt(x, y)            JAC_2_("lt", x, y)
/* x <= y, a bool for each element; false if either is NaN (lax.le). */
#define jac_le(x, y)            JAC_2_("le", x, y)
/* x > y, a bool for each element; false if either is NaN (lax.gt). */
#define jac_gt(x, y)            JAC_2_("gt", x, y)
/* x >= y, a bool for each element; false if either is NaN (lax.ge). */
#define jac_ge(x, y)            JAC_2_("ge", x, y)
/* Are both true? A bool for each element; nonzero numbers of any dtype are true
 * (jnp.logical_and). */
#define jac_logical_and(x, y) jac_logical_(JAC_AT, "logical_and", JAC_V(x), JAC_V(y))
/* Is at least one true? A bool for each element; nonzero is true (jnp.logical_or). */
#define jac_logical_or(x, y)  jac_logical_(JAC_AT, "logical_or", JAC_V(x), JAC_V(y))
/* Is exactly one true? A bool for each element; nonzero is true (jnp.logical_xor). */
#define jac_logical_xor(x, y) jac_logical_(JAC_AT, "logical_xor", JAC_V(x), JAC_V(y))
/* Is x false? A bool for each element; nonzero is true (jnp.logical_not). */
#define jac_logical_not(x)    jac_logical_not_(JAC_AT, JAC_V(x))
JAC_API jac jac_logical_(const jac_loc *at, const char *name, jac x, jac y);
JAC_API jac jac_logical_not_(const jac_loc *at, jac x);
/* Bitwise functions take integers and bools; floats are an error. */
/* The bits that are set in both (jnp.bitwise_and). */
#define jac_bitwise_and(x, y)            JAC_2_("bitwise_and", x, y)
/* The bits that are set in x, in y or in both (jnp.bitwise_or). */
#define jac_bitwise_or(x, y)             JAC_2_("bitwise_or", x, y)
/* The bits that are set in exactly one of x and y (jnp.bitwise_xor). */
#define jac_bitwise_xor(x, y)            JAC_2_("bitwise_xor", x, y)
/* The bits that are not set in x (jnp.bitwise_not). */
#define jac_bitwise_not(x)               JAC_1_("bitwise_not", x)
/* x << y; 0 if y is the width of x or more (jnp.left_shift). */
#define jac_left_shift(x, y)             JAC_2_("left_shift", x, y)
/* x >> y, which keeps the sign of a signed x (jnp.right_shift). If y is the width of x or more, the
 * result is 0, or -1 for negative x. */
#define jac_right_shift(x, y)            jac_right_shift_(JAC_AT, JAC_V(x), JAC_V(y))
/* x >> y, filled with zeros from the left; 0 if y is the width of x or more
 * (lax.shift_right_logical). */
#define jac_shift_right_logical(x, y)    JAC_2_("shift_right_logical", x, y)
/* x >> y, filled with the sign bit from the left (lax.shift_right_arithmetic). */
#define jac_shift_right_arithmetic(x, y) JAC_2_("shift_right_arithmetic", x, y)
/* The number of bits that are set, of x's dtype (lax.population_count). */
#define jac_population_count(x)          JAC_1_("population_count", x)
/* The number of leading zero bits, of x's dtype (lax.clz). */
#define jac_clz(x)                       JAC_1_("clz", x)
/* The upper half of the product of two integers, of their dtype (lax.mulhi). */
#define jac_mulhi(x, y)                  JAC_2_("mulhi", x, y)
JAC_API jac jac_right_shift_(const jac_loc *at, jac x, jac y);

/* x where cond is true, otherwise y; of the promoted dtype of x and y (jnp.where). */
#define jac_where(cond, x, y) jac_where_(JAC_AT, JAC_V(cond), JAC_V(x), JAC_V(y))
JAC_API jac jac_where_(const jac_loc *at, jac cond, jac x, jac y);
/* x limited to the range from lo to hi; NaN stays NaN (jnp.clip). */
#define jac_clip(x, lo, hi) jac_clip_(JAC_AT, JAC_V(x), JAC_V(lo), JAC_V(hi))
/* jac_clip with the argument order of lax.clamp. */
#define jac_clamp(lo, x, hi) jac_clip_(JAC_AT, JAC_V(x), JAC_V(lo), JAC_V(hi))
JAC_API jac jac_clip_(const jac_loc *at, jac x, jac lo, jac hi);
/* Converts x to another dtype (x.astype(dtype)). Floats are truncated to integers and saturate; NaN
 * becomes 0. */
#define jac_astype(x, dtype)               jac_astype_(JAC_AT, JAC_V(x), JAC_DTYPE_(dtype))
/* Reinterprets x's bits as another dtype. If that is narrower, each element becomes a row of them along
 * a new last axis, the lowest bits first; if it is wider, such rows become elements
 * (lax.bitcast_convert_type). */
#define jac_bitcast_convert_type(x, dtype) \
    jac_bitcast_(JAC_AT, JAC_V(x), JAC_DTYPE_(dtype))
JAC_API jac jac_astype_(const jac_loc *at, jac x, jac_dtype d);
JAC_API jac jac_bitcast_(const jac_loc *at, jac x, jac_dtype d);

/* ---- Making arrays ------------------------------------------------------------------------------------ */

/* An array of zeros of the given shape and dtype, f32 by default (f64 under x64):
 * jac_zeros(JAC_SHAPE(3, 4)), jac_zeros(3, JAC_F64) (jnp.zeros). */
#define jac_zeros(... /* shape, dtype */) JAC_ALL_("zeros", 0, __VA_ARGS__)
/* An array of ones of the given shape and dtype, f32 by default (f64 under x64) (jnp.ones). */
#define jac_ones(... /* shape, dtype */)  JAC_ALL_("ones", 1, __VA_ARGS__)
#define JAC_ALL_(what, v, ...)                                                  \
    jac_full_(JAC_AT, what, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)), jac_of_i64(v),  \
              JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)), false)
/* An array of the given shape whose elements are all v, a number or an array of one element. The
 * default dtype is that of v (jnp.full). */
#define jac_full(shape, ... /* v, dtype */)                                    \
    jac_full_(JAC_AT, "full", JAC_SHAPE_(shape), JAC_V(JAC_HEAD_(__VA_ARGS__)), \
              JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)), true)
/* Zeros of x's shape and dtype (jnp.zeros_like). */
#define jac_zeros_like(x)   jac_full_like_(JAC_AT, JAC_V(x), JAC_V(0))
/* Ones of x's shape and dtype (jnp.ones_like). */
#define jac_ones_like(x)    jac_full_like_(JAC_AT, JAC_V(x), JAC_V(1))
/* An array of x's shape and dtype whose elements are all v (jnp.full_like). */
#define jac_full_like(x, v) jac_full_like_(JAC_AT, JAC_V(x), JAC_V(v))
/* jac_arange(n), jac_arange(start, stop), jac_arange(start, stop, step): a vector of numbers from
 * start (or 0) up to, but without, stop (jnp.arange). The arguments are C numbers; the result has
 * integers if all of them are integers, otherwise floats. */
#define jac_arange(...) jac_arange_(JAC_AT, JAC_LIST_(__VA_ARGS__))
/* n evenly spaced points from start to stop, both included, along a new first axis
 * (jnp.linspace). */
#define jac_linspace(start, stop, ... /* n, dtype */)                          \
    jac_linspace_(JAC_AT, JAC_V(start), JAC_V(stop), JAC_INT_(JAC_HEAD_(__VA_ARGS__)),   \
                  JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* The identity matrix of n rows, f32 by default (f64 under x64) (jnp.eye). */
#define jac_eye(... /* n, dtype */) \
    jac_eye_(JAC_AT, JAC_INT_(JAC_HEAD_(__VA_ARGS__)), JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* An array of the given dtype and shape whose elements are their index along dimension `dim`
 * (lax.broadcasted_iota). */
#define jac_iota(dtype, shape, dim) \
    jac_iota_(JAC_AT, JAC_DTYPE_(dtype), JAC_SHAPE_(shape), JAC_INT_(dim))
JAC_API jac jac_full_(const jac_loc *at, const char *what, jac_dims shape, jac v, jac_dtype d,
                      bool dtype_of_v);
JAC_API jac jac_full_like_(const jac_loc *at, jac x, jac v);
JAC_API jac jac_arange_(const jac_loc *at, int n, const jac *v);
JAC_API jac jac_linspace_(const jac_loc *at, jac start, jac stop, int64_t n, jac_dtype d);
JAC_API jac jac_eye_(const jac_loc *at, int64_t n, jac_dtype d);
JAC_API jac jac_iota_(const jac_loc *at, jac_dtype d, jac_dims shape, int64_t dim);

/* ---- Shapes ---------------------------------------------------------------------------------------------- */

/* jac_reshape(x, 2, -1): x's elements, in row-major order, with another shape (jnp.reshape). One
 * size may be -1, which means whatever fits. An error if the number of elements differs. */
#define jac_reshape(... /* x, sizes */) \
    jac_reshape_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_INTS_(JAC_TAIL_(__VA_ARGS__)))
/* All elements of x as a vector, in row-major order (jnp.ravel). */
#define jac_ravel(x)        jac_reshape_(JAC_AT, JAC_V(x), JAC_DIMS(-1))
/* jac_transpose(x) reverses the axes of x; jac_transpose(x, 0, 2, 1) permutes them, so that axis k
 * of the result is the k-th axis given (jnp.transpose). */
#define jac_transpose(... /* x, axes */) \
    jac_transpose_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* x with axes a and b exchanged (jnp.swapaxes). */
#define jac_swapaxes(x, a, b)        jac_swapaxes_(JAC_AT, JAC_V(x), JAC_INT_(a), JAC_INT_(b))
/* x with axis `from` moved to position `to`; the other axes keep their order (jnp.moveaxis). */
#define jac_moveaxis(x, from, to)    jac_moveaxis_(JAC_AT, JAC_V(x), JAC_INT_(from), JAC_INT_(to))
/* jac_broadcast_to(x, 3, 4): x broadcast to the given shape (jnp.broadcast_to). An error if x's
 * dimensions are neither 1 nor the last dimensions of that shape. */
#define jac_broadcast_to(... /* x, sizes */) \
    jac_broadcast_to_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_INTS_(JAC_TAIL_(__VA_ARGS__)))
/* x with new axes of size 1 at the given positions of the result (jnp.expand_dims). */
#define jac_expand_dims(x, ... /* axes */) \
    jac_expand_dims_(JAC_AT, JAC_V(x), JAC_AXES_OPT_(__VA_ARGS__))
/* x without its axes of size 1: all of them, or only those given (jnp.squeeze). An error if a given
 * axis has another size. */
#define jac_squeeze(... /* x, axes */) \
    jac_squeeze_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* x broadcast to the shape, such that dimension k of x becomes dimension dims[k] of the result
 * (lax.broadcast_in_dim). */
#define jac_broadcast_in_dim(x, shape, dims) \
    jac_broadcast_in_dim_(JAC_AT, JAC_V(x), JAC_SHAPE_(shape), JAC_SHAPE_(dims))
/* x[start:limit:stride] in every dimension (lax.slice). The strides are JAC_DIMS(...), by default
 * 1. Bounds outside of x are an error. */
#define jac_slice(x, start, ... /* limit, strides */)                                          \
    jac_slice_(JAC_AT, JAC_V(x), JAC_SHAPE_(start), JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)),        \
               JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* x[..., start:limit:stride, ...] along one axis; negative bounds count from the end
 * (lax.slice_in_dim). */
#define jac_slice_in_dim(x, start, limit, stride, axis) \
    jac_slice_in_dim_(JAC_AT, JAC_V(x), JAC_INT_(start), JAC_INT_(limit), JAC_INT_(stride), \
                      JAC_INT_(axis))
/* jac_at(x, i, j): the element x[i, j], or the sub-array that the leading indices select. An index
 * is a C integer or an integer scalar; a negative one counts from the end. If it is out of range, a
 * C integer is an error and a scalar is clamped. For indices whose number is known at run time only,
 * see jac_index. */
#define jac_at(x, ...) jac_at_(JAC_AT, JAC_V(x), JAC_LIST_(__VA_ARGS__))
/* jac_dynamic_slice(x, JAC_SHAPE(2, 2), i, j): the block of x of the given sizes that starts
 * at [i, j] (lax.dynamic_slice). There is one start for each dimension, an integer scalar,
 * which is clamped so that the block fits. The sizes come first because the starts are a list
 * of arguments, or JAC_HANDLES(n, starts). */
#define jac_dynamic_slice(x, sizes, ...) \
    jac_dynamic_slice_(JAC_AT, JAC_V(x), JAC_SHAPE_(sizes), JAC_HANDLES_(__VA_ARGS__))
/* jac_dynamic_update_slice(x, update, i, j): x with the block that starts at [i, j] replaced by
 * update (lax.dynamic_update_slice). The starts are as in jac_dynamic_slice. */
#define jac_dynamic_update_slice(x, update, ...) \
    jac_dynamic_update_slice_(JAC_AT, JAC_V(x), JAC_V(update), JAC_HANDLES_(__VA_ARGS__))
/* jac_concatenate(axis, x, y, z): joins arrays along an existing axis (jnp.concatenate).
 * Their other dimensions must be equal. The axis comes first because the arrays are a list
 * of arguments. */
#define jac_concatenate(axis, ...) \
    jac_concatenate_(JAC_AT, JAC_INT_(axis), JAC_HANDLES_(__VA_ARGS__))
/* jac_stack(0, x, y): joins arrays of one shape along a new axis (jnp.stack). */
#define jac_stack(axis, ...) \
    jac_stack_(JAC_AT, JAC_INT_(axis), JAC_HANDLES_(__VA_ARGS__))
/* The arrays of jac_concatenate or jac_stack as a C array x of n handles:
 * jac_stack(0, JAC_HANDLES(n, x)). */
#define JAC_HANDLES(n, x) ((jac_handles){(n), (x)})
typedef struct {
    int64_t n;
    const jac *x;
} jac_handles;
#define JAC_HANDLES_(...)    JAC_CAT_(JAC_HANDLES, JAC_FEW_(__VA_ARGS__))(__VA_ARGS__)
#define JAC_HANDLES0()       ((jac_handles){0, NULL})
#define JAC_HANDLES1(x)                                                                        \
    _Generic((x), jac_handles: (x), default: JAC_HANDLES2(_Generic((x), jac_handles: 0, default: (x))))
#define JAC_HANDLES2(...)    jac_handles_(JAC_LIST_(__VA_ARGS__))
static inline jac_handles jac_handles_(int n, const jac *x)
{
    jac_handles made = {n, x};
    return made;
}
/* x with `fill` added in each dimension: low[k] elements before, high[k] after and interior[k]
 * between elements (lax.pad). A negative low or high removes elements. interior is JAC_DIMS(...),
 * by default 0. */
#define jac_pad(x, fill, low, ... /* high, interior */)                                  \
    jac_pad_(JAC_AT, JAC_V(x), JAC_V(fill), JAC_SHAPE_(low),                             \
             JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)), JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* x with its elements reversed along the given axes, or along all axes if none is given
 * (jnp.flip). */
#define jac_flip(... /* x, axes */) \
    jac_flip_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* What happens where an index is out of range. */
typedef enum {
    JAC_FILL_OR_DROP,      /* a read gives fill_value, an update is left out */
    JAC_CLIP,              /* the index is clamped (in jac_gather, so that the window fits) */
    JAC_PROMISE_IN_BOUNDS, /* there is none; if there is, it is undefined what comes out of it, but
                              only elements of the array are read or written */
    JAC_WRAP /* the index is taken modulo the size; not in jac_gather and the scatters */
} jac_index_mode;
typedef struct {
    int unused_; /* lets the mode stand first without its name, or be left out */
    jac_index_mode mode;
    jac fill_value; /* a scalar; by default NaN, the least of a signed or the largest of an unsigned
                       integer, or true */
    bool unique_indices, indices_are_sorted; /* what the caller promises */
} jac_index_opts;
/* jac_take(x, indices, axis), jac_take(x, indices, 0, .mode = JAC_WRAP): the parts of x at the given
 * indices along an axis; the dimensions of the indices replace that axis (jnp.take). A negative index
 * counts from the end. Options: those of jac_index_opts; the mode is JAC_CLIP by default, unlike in
 * JAX. */
#define jac_take(x, indices, ... /* axis, options */) \
    JAC_TAKE_(jac_take_, JAC_CAT_(jac_o_, __COUNTER__), x, indices, __VA_ARGS__, )
/* For each element of the indices, the element of x at that index along the axis and at the same
 * place along the others, which broadcast (jnp.take_along_axis). Indices and options as in
 * jac_take. */
#define jac_take_along_axis(x, indices, ... /* axis, options */) \
    JAC_TAKE_(jac_take_along_axis_, JAC_CAT_(jac_o_, __COUNTER__), x, indices, __VA_ARGS__, )
#define JAC_TAKE_(f, o, x, indices, axis, ...)                                    \
    JAC_WITH_OPTIONS_(o, jac_index_opts, (.mode = JAC_CLIP, .unused_ = 0),        \
                      f(JAC_AT, JAC_V(x), JAC_V(indices), JAC_INT_(axis), o), __VA_ARGS__)
/* jac_gather(x, indices, JAC_SHAPE(1, 3), .offset_dims = JAC_DIMS(1),
 *            .collapsed_slice_dims = JAC_DIMS(0), .start_index_map = JAC_DIMS(0)):
 * the windows of x, of the given sizes, that start at index vectors (lax.gather). The last dimension
 * of the indices, which are integers, has the components of one vector; component k is an index into
 * dimension start_index_map[k] of x, and a negative one is out of range. The result has the other
 * dimensions of the indices, in order, and at offset_dims those of the windows, except for the
 * dimensions of size 1 in collapsed_slice_dims and operand_batching_dims. Along
 * operand_batching_dims of x and start_indices_batching_dims of the indices, each part of the
 * indices belongs to its own part of x. Options: these lists; .mode; .fill_value (a scalar; by
 * default NaN, the least of a signed or the largest of an unsigned integer, or true); and what the
 * caller promises of the indices, .unique_indices and .indices_are_sorted. */
#define jac_gather(x, indices, ... /* slice_sizes, options */) \
    JAC_GATHER_(JAC_CAT_(jac_o_, __COUNTER__), x, indices, __VA_ARGS__, )
typedef struct {
    int unused_;
    jac_dims offset_dims, collapsed_slice_dims, start_index_map, operand_batching_dims,
        start_indices_batching_dims;
    jac_index_mode mode;
    bool unique_indices, indices_are_sorted;
    jac fill_value;
} jac_gather_opts;
#define JAC_GATHER_(o, x, indices, sizes, ...)                                                   \
    JAC_WITH_OPTIONS_(o, jac_gather_opts,                                                        \
                      (.offset_dims = JAC_OMITTED_, .collapsed_slice_dims = JAC_OMITTED_,         \
                       .start_index_map = JAC_OMITTED_, .operand_batching_dims = JAC_OMITTED_,    \
                       .start_indices_batching_dims = JAC_OMITTED_, .unused_ = 0),                \
                      jac_gather_(JAC_AT, JAC_V(x), JAC_V(indices), JAC_SHAPE_(sizes), o),       \
                      __VA_ARGS__)
JAC_API jac jac_gather_(const jac_loc *at, jac x, jac indices, jac_dims slice_sizes,
                        jac_gather_opts o);
/* jac_scatter(x, indices, updates, .update_window_dims = JAC_DIMS(1),
 *             .inserted_window_dims = JAC_DIMS(0), .scatter_dims_to_operand_dims = JAC_DIMS(0)):
 * x with the windows that start at index vectors replaced by updates (lax.scatter). The indices are
 * as in jac_gather, and updates has the shape of what a gather with these parameters gives:
 * update_window_dims are its offset_dims, inserted_window_dims its collapsed_slice_dims,
 * scatter_dims_to_operand_dims its start_index_map, scatter_indices_batching_dims its
 * start_indices_batching_dims. Updates that meet in one place are applied in order, so that the last
 * one is left; that is the one which the derivative sees, too. x and updates are promoted to one
 * dtype. Under jit, x is overwritten in place if nothing else needs it. */
#define jac_scatter(x, indices, ...)     JAC_SCATTER_("scatter", x, indices, __VA_ARGS__)
/* The updates are added to what is there, or subtracted (lax.scatter_add, lax.scatter_sub). */
#define jac_scatter_add(x, indices, ...) JAC_SCATTER_("scatter_add", x, indices, __VA_ARGS__)
#define jac_scatter_sub(x, indices, ...) JAC_SCATTER_("scatter_sub", x, indices, __VA_ARGS__)
/* What is there is multiplied by the updates (lax.scatter_mul). Indices may repeat, in derivatives
 * too. */
#define jac_scatter_mul(x, indices, ...) JAC_SCATTER_("scatter_mul", x, indices, __VA_ARGS__)
/* The smaller or the larger of what is there and the updates; a NaN wins (lax.scatter_min,
 * lax.scatter_max). All that are equal to the result have the same share in the derivative. */
#define jac_scatter_min(x, indices, ...) JAC_SCATTER_("scatter_min", x, indices, __VA_ARGS__)
#define jac_scatter_max(x, indices, ...) JAC_SCATTER_("scatter_max", x, indices, __VA_ARGS__)
typedef struct {
    int unused_;
    jac_dims update_window_dims, inserted_window_dims, scatter_dims_to_operand_dims,
        operand_batching_dims, scatter_indices_batching_dims;
    jac_index_mode mode;
    bool unique_indices, indices_are_sorted;
} jac_scatter_opts;
#define JAC_SCATTER_DEFAULTS_                                                                    \
    (.update_window_dims = JAC_OMITTED_, .inserted_window_dims = JAC_OMITTED_,                   \
     .scatter_dims_to_operand_dims = JAC_OMITTED_, .operand_batching_dims = JAC_OMITTED_,        \
     .scatter_indices_batching_dims = JAC_OMITTED_, .unused_ = 0)
#define JAC_SCATTER_(what, x, indices, ... /* updates, options */) \
    JAC_SCATTER__(JAC_CAT_(jac_o_, __COUNTER__), what, x, indices, __VA_ARGS__, )
#define JAC_SCATTER__(o, what, x, indices, updates, ...)                                         \
    JAC_WITH_OPTIONS_(o, jac_scatter_opts, JAC_SCATTER_DEFAULTS_,                                \
                      jac_scatter_(JAC_AT, what, JAC_V(x), JAC_V(indices), JAC_V(updates), o),   \
                      __VA_ARGS__)
JAC_API jac jac_scatter_(const jac_loc *at, const char *what, jac x, jac indices, jac updates,
                         jac_scatter_opts o);
/* jac_scatter_apply(x, indices, f_fn, JAC_SHAPE(3), ...): x with f applied to the windows, where
 * jac f(jac) computes each element from the one at its place (lax.scatter_apply). The shape is that
 * which the updates of jac_scatter would have; the options are the same. If windows meet, f is
 * applied again, in a loop, unless .unique_indices promises that none do. */
#define jac_scatter_apply(x, indices, f, ... /* update_shape, options */) \
    JAC_SCATTER_APPLY_(JAC_CAT_(jac_o_, __COUNTER__), x, indices, f, __VA_ARGS__, )
#define JAC_SCATTER_APPLY_(o, x, indices, f, shape, ...)                                         \
    JAC_WITH_OPTIONS_(o, jac_scatter_opts, JAC_SCATTER_DEFAULTS_,                                \
                      jac_scatter_apply_(JAC_AT, JAC_V(x), JAC_V(indices), f, JAC_SHAPE_(shape), \
                                         o),                                                     \
                      __VA_ARGS__)
/* jac_scatter_by(x, indices, updates, f, JAC_OUT(&y), ...): x with the windows combined with the updates
 * by jac f(jac old, jac update) of scalars; if windows meet, one after the other. The options are those of
 * jac_scatter. Several arrays of one shape can be combined at once: x and updates are then
 * JAC_HANDLES(n, ...), f takes n old values, then n updates, and gives n values. False and an error on
 * failure (StableHLO's scatter). */
#define jac_scatter_by(x, indices, updates, f, ... /* out, options */) \
    JAC_SCATTER_BY_(JAC_CAT_(jac_o_, __COUNTER__), x, indices, updates, f, __VA_ARGS__, )
#define JAC_SCATTER_BY_(o, x, indices, updates, f, out, ...)                                        \
    JAC_WITH_OPTIONS_(o, jac_scatter_opts, JAC_SCATTER_DEFAULTS_,                                \
                      jac_scatter_by_(JAC_AT, JAC_HANDLES_(x), JAC_V(indices),                   \
                                      JAC_HANDLES_(updates), f, out, o),                         \
                      __VA_ARGS__)
JAC_API bool jac_scatter_by_(const jac_loc *at, jac_handles x, jac indices, jac_handles updates, jac_fn f,
                             jac_out out, jac_scatter_opts o);
JAC_API jac jac_scatter_apply_(const jac_loc *at, jac x, jac indices, jac_fn f,
                               jac_dims update_shape, jac_scatter_opts o);
JAC_API jac jac_reshape_(const jac_loc *at, jac x, jac_dims shape);
JAC_API jac jac_transpose_(const jac_loc *at, jac x, jac_dims permutation);
JAC_API jac jac_swapaxes_(const jac_loc *at, jac x, int64_t a, int64_t b);
JAC_API jac jac_moveaxis_(const jac_loc *at, jac x, int64_t from, int64_t to);
JAC_API jac jac_broadcast_to_(const jac_loc *at, jac x, jac_dims shape);
JAC_API jac jac_expand_dims_(const jac_loc *at, jac x, jac_dims axes);
JAC_API jac jac_squeeze_(const jac_loc *at, jac x, jac_dims axes);
JAC_API jac jac_broadcast_in_dim_(const jac_loc *at, jac x, jac_dims shape, jac_dims dims);
JAC_API jac jac_slice_(const jac_loc *at, jac x, jac_dims start, jac_dims limit, jac_dims strides);
JAC_API jac jac_slice_in_dim_(const jac_loc *at, jac x, int64_t start, int64_t limit, int64_t stride,
                              int64_t axis);
JAC_API jac jac_at_(const jac_loc *at, jac x, int n, const jac *index);
JAC_API jac jac_dynamic_slice_(const jac_loc *at, jac x, jac_dims sizes, jac_handles start);
JAC_API jac jac_dynamic_update_slice_(const jac_loc *at, jac x, jac update, jac_handles start);
JAC_API jac jac_concatenate_(const jac_loc *at, int64_t axis, jac_handles x);
JAC_API jac jac_stack_(const jac_loc *at, int64_t axis, jac_handles x);
JAC_API jac jac_pad_(const jac_loc *at, jac x, jac fill, jac_dims low, jac_dims high, jac_dims interior);
JAC_API jac jac_flip_(const jac_loc *at, jac x, jac_dims axes);
JAC_API jac jac_take_(const jac_loc *at, jac x, jac indices, int64_t axis, jac_index_opts o);
JAC_API jac jac_take_along_axis_(const jac_loc *at, jac x, jac indices, int64_t axis,
                                 jac_index_opts o);

/* ---- Reductions ------------------------------------------------------------------------------------------ */

/* Reductions take x, then axes and options: jac_sum(x), jac_sum(x, 1), jac_sum(x, .axis = 1),
 * jac_sum(x, JAC_AXES(0, -1), .keepdims = true). They reduce over the given axes, or over all axes
 * if none is given. With .keepdims these axes stay, with size 1; otherwise they are dropped.
 * .where is a mask of bools that broadcasts to x: only elements where it is true count (not for argmax, argmin, norm
 * and reduce_xor). .dtype, for sum, prod, mean, var and std, is that of the result and, if it is wider than x's, of
 * the computation. .initial, for sum, prod, max and min, is a scalar that joins the elements; max and min need it with
 * .where: jac_max(x, 1, .where = mask, .initial = jac_asarray(0)). */
/* The sum, of x's dtype, but bools and narrow integers are summed as i32 or u32 (i64 or u64 under
 * x64) (jnp.sum). */
#define jac_sum(...)  JAC_REDUCE_("sum", __VA_ARGS__)
/* The product, with the dtype of jac_sum (jnp.prod). */
#define jac_prod(...) JAC_REDUCE_("prod", __VA_ARGS__)
/* The largest element, of x's dtype; NaN if one is NaN. An error if there are no elements
 * (jnp.max). */
#define jac_max(...)  JAC_REDUCE_("max", __VA_ARGS__)
/* The smallest element, of x's dtype; NaN if one is NaN. An error if there are no elements
 * (jnp.min). */
#define jac_min(...)  JAC_REDUCE_("min", __VA_ARGS__)
/* Are all elements true? A bool (jnp.all). */
#define jac_all(...)  JAC_REDUCE_("all", __VA_ARGS__)
/* Is any element true? A bool (jnp.any). */
#define jac_any(...)  JAC_REDUCE_("any", __VA_ARGS__)
/* The bits that an odd number of elements have, of x's dtype, which must not be a float
 * (lax.reduce_xor). */
#define jac_reduce_xor(...) JAC_REDUCE_("reduce_xor", __VA_ARGS__)
/* The mean, a float, also of integers (jnp.mean). */
#define jac_mean(...) JAC_REDUCE_("mean", __VA_ARGS__)
/* The variance, a float: the sum of squared distances from the mean, divided by the number of
 * elements minus .ddof, which is 0 by default (jnp.var). */
#define jac_var(...) JAC_REDUCE_("var", __VA_ARGS__)
/* The standard deviation, the square root of jac_var (jnp.std). */
#define jac_std(...) JAC_REDUCE_("std", __VA_ARGS__)
/* The Euclidean norm, a float: the square root of the sum of squares (jnp.linalg.norm). */
#define jac_norm(...) JAC_REDUCE_("norm", __VA_ARGS__)
/* The index of the first largest element, i32 (i64 under x64), along the one axis given, or in the
 * flattened array if none is given. A NaN counts as the largest (jnp.argmax). */
#define jac_argmax(...) JAC_REDUCE_("argmax", __VA_ARGS__)
/* The index of the first smallest element, like jac_argmax. A NaN counts as the smallest
 * (jnp.argmin). */
#define jac_argmin(...) JAC_REDUCE_("argmin", __VA_ARGS__)
typedef struct {
    int unused_; /* lets axis stand first without its name, or be left out */
    jac_dims axis;
    bool keepdims;
    int ddof;
    jac_dtype dtype;    /* JAC_DEFAULT: as it says above */
    jac where, initial; /* null handles: not given */
} jac_reduce_opts;
#define JAC_REDUCE_(what, ... /* x, axis, options */) JAC_REDUCE_BY_(jac_reduce_, what, __VA_ARGS__)
#define JAC_REDUCE_BY_(f, what, ...) JAC_REDUCE__(JAC_CAT_(jac_o_, __COUNTER__), f, what, __VA_ARGS__, )
#define JAC_REDUCE__(o, f, what, x, ...)                                          \
    JAC_WITH_OPTIONS_(o, jac_reduce_opts, (.axis = JAC_OMITTED_, .unused_ = 0),   \
                      f(JAC_AT, what, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_reduce_(const jac_loc *at, const char *what, jac x, jac_reduce_opts o);
/* Running reductions have x's shape and dtype, but bools become i32; for cumsum and cumprod, i64 under
 * x64. Integers wrap around in their own dtype, also narrow ones, unlike in jac_sum. With .reverse they run from the
 * end. */
/* The running sum along an axis; without an axis, of all elements, as a vector (jnp.cumsum): jac_cumsum(x),
 * jac_cumsum(x, 1). Options: .dtype, that of the result; with .include_initial, 0 stands before the first sum
 * (jnp.cumulative_sum). */
#define jac_cumsum(...)       JAC_CUMULATE_("cumsum", __VA_ARGS__)
/* The running product; with .include_initial, 1 stands before the first one (jnp.cumprod,
 * jnp.cumulative_prod). */
#define jac_cumprod(...)      JAC_CUMULATE_("cumprod", __VA_ARGS__)
/* The running maximum along an axis, by default 0 (lax.cummax). */
#define jac_cummax(...)       JAC_CUMULATE_("cummax", __VA_ARGS__)
/* The running minimum along an axis, by default 0 (lax.cummin). */
#define jac_cummin(...)       JAC_CUMULATE_("cummin", __VA_ARGS__)
/* The running log(sum(exp(x))) along an axis, by default 0, a float, without overflow (lax.cumlogsumexp). */
#define jac_cumlogsumexp(...) JAC_CUMULATE_("cumlogsumexp", __VA_ARGS__)
typedef struct {
    int unused_; /* lets axis stand first without its name, or be left out */
    jac_dims axis;
    jac_dtype dtype;
    bool reverse, include_initial;
} jac_cumulate_opts;
#define JAC_CUMULATE_(op, ...)        JAC_CUMULATE_BY_(jac_cumulate_, op, __VA_ARGS__)
#define JAC_CUMULATE_BY_(f, op, ...)  JAC_CUMULATE__(JAC_CAT_(jac_o_, __COUNTER__), f, op, __VA_ARGS__, )
#define JAC_CUMULATE__(o, f, op, x, ...)                                          \
    JAC_WITH_OPTIONS_(o, jac_cumulate_opts, (.axis = JAC_OMITTED_, .unused_ = 0), \
                      f(JAC_AT, op, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_cumulate_(const jac_loc *at, const char *op, jac x, jac_cumulate_opts o);

/* ---- Products ---------------------------------------------------------------------------------------------- */

/* Products have the promoted dtype of their operands. Sizes that do not match are an error. */
/* The inner product of vectors. For more dimensions it sums over the last axis of x and the last
 * but one of y; a scalar multiplies (jnp.dot). */
#define jac_dot(x, y) jac_dot_(JAC_AT, JAC_V(x), JAC_V(y))
/* The matrix product over the last two axes; the leading axes broadcast (jnp.matmul). */
#define jac_matmul(x, y) jac_matmul_(JAC_AT, JAC_V(x), JAC_V(y))
/* The matrix of x[i] * y[j] for all pairs of elements of x and y (jnp.outer). */
#define jac_outer(x, y)  jac_outer_(JAC_AT, JAC_V(x), JAC_V(y))
/* jac_einsum("ij,jk->ik", x, y): the sum of products that the subscripts describe (jnp.einsum).
 * Without `->` the output is NumPy's implicit one. `...` stands for broadcast axes. A letter that
 * occurs twice in one operand takes the diagonal. The operands may be JAC_HANDLES(n, x). */
#define jac_einsum(subscripts, ...) jac_einsum_(JAC_AT, subscripts, JAC_HANDLES_(__VA_ARGS__))
/* The product summed over the contracting dimensions of x and y (lax.dot_general). The result has
 * the batch dimensions, then the remaining ones of x, then those of y. */
#define jac_dot_general(x, y, contract_x, contract_y, batch_x, batch_y) \
    jac_dot_general_(JAC_AT, JAC_V(x), JAC_V(y), JAC_SHAPE_(contract_x), JAC_SHAPE_(contract_y), \
                     JAC_SHAPE_(batch_x), JAC_SHAPE_(batch_y))
JAC_API jac jac_dot_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_matmul_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_outer_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_einsum_(const jac_loc *at, const char *subscripts, jac_handles x);
JAC_API jac jac_dot_general_(const jac_loc *at, jac x, jac y, jac_dims contract_x,
                             jac_dims contract_y, jac_dims batch_x, jac_dims batch_y);

#endif

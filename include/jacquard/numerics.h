/* Comparison within a tolerance, parts of numbers, products, differences, integrals and statistics: more functions
 * of jax.numpy. Part of jacquard.h, whose conventions hold here. Unless stated otherwise, operands broadcast, and
 * integers become floats.
 */
#ifndef JACQUARD_NUMERICS_H
#define JACQUARD_NUMERICS_H

#include "shapes.h"

/* ---- Comparisons ------------------------------------------------------------------------------------------ */

/* Is |x - y| <= atol + rtol |y|? A bool for each element. Infinities are close only to themselves, and NaNs to
 * nothing or, with .equal_nan, to NaN. By default .rtol is 1e-5 and .atol 1e-8 (jnp.isclose):
 * jac_isclose(x, y), jac_isclose(x, y, .atol = 1e-3). */
#define jac_isclose(x, ... /* y, options */)  JAC_CLOSE_(JAC_CAT_(jac_o_, __COUNTER__), jac_isclose_, x, __VA_ARGS__, )
/* Are all elements close? A bool scalar (jnp.allclose). */
#define jac_allclose(x, ... /* y, options */) JAC_CLOSE_(JAC_CAT_(jac_o_, __COUNTER__), jac_allclose_, x, __VA_ARGS__, )
typedef struct {
    int unused_;
    double rtol, atol;
    bool equal_nan;
} jac_close_opts;
#define JAC_CLOSE_(o, f, x, y, ...)                                                       \
    JAC_WITH_OPTIONS_(o, jac_close_opts, (.rtol = 1e-5, .atol = 1e-8, .unused_ = 0),      \
                      f(JAC_AT, JAC_V(x), JAC_V(y), o), __VA_ARGS__)
JAC_API jac jac_isclose_(const jac_loc *at, jac x, jac y, jac_close_opts o);
JAC_API jac jac_allclose_(const jac_loc *at, jac x, jac y, jac_close_opts o);
/* Have x and y one shape, and are their elements equal? A bool scalar. With .equal_nan, NaN equals NaN
 * (jnp.array_equal). */
#define jac_array_equal(x, ... /* y, options */) \
    JAC_ARRAY_EQUAL_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
typedef struct {
    int unused_;
    bool equal_nan;
} jac_array_equal_opts;
#define JAC_ARRAY_EQUAL_(o, x, y, ...)                            \
    JAC_WITH_OPTIONS_(o, jac_array_equal_opts, (.unused_ = 0),    \
                      jac_array_equal_(JAC_AT, JAC_V(x), JAC_V(y), o), __VA_ARGS__)
JAC_API jac jac_array_equal_(const jac_loc *at, jac x, jac y, jac_array_equal_opts o);
/* Do x and y broadcast to one shape, and are their elements equal then? A bool scalar (jnp.array_equiv). */
#define jac_array_equiv(x, y) jac_array_equiv_(JAC_AT, JAC_V(x), JAC_V(y))
JAC_API jac jac_array_equiv_(const jac_loc *at, jac x, jac y);

/* ---- Signs and parts of numbers --------------------------------------------------------------------------- */

/* x itself (jnp.positive). */
#define jac_positive(x)     jac_positive_(JAC_AT, JAC_V(x))
/* |x|, always a float; complex numbers are an error (jnp.fabs). */
#define jac_fabs(x)         jac_fabs_(JAC_AT, JAC_V(x))
/* The integer next to x towards 0, of x's dtype (jnp.trunc). */
#define jac_trunc(x)        jac_trunc_(JAC_AT, JAC_V(x))
/* The nearest integer, ties to even, always a float (jnp.rint). */
#define jac_rint(x)         jac_rint_(JAC_AT, JAC_V(x))
/* Is the sign bit set, as it is of -0.0? A bool for each element (jnp.signbit). */
#define jac_signbit(x)      jac_signbit_(JAC_AT, JAC_V(x))
/* |x| with the sign of y, also of a zero (jnp.copysign). */
#define jac_copysign(x, y)  jac_copysign_(JAC_AT, JAC_V(x), JAC_V(y))
/* 0 where x < 0, 1 where x > 0, y where x is 0; NaN stays NaN (jnp.heaviside). */
#define jac_heaviside(x, y) jac_heaviside_(JAC_AT, JAC_V(x), JAC_V(y))
/* The larger or the smaller of x and y; NaN only if both are (jnp.fmax, jnp.fmin). */
#define jac_fmax(x, y)      jac_fmax_(JAC_AT, JAC_V(x), JAC_V(y))
#define jac_fmin(x, y)      jac_fmin_(JAC_AT, JAC_V(x), JAC_V(y))
/* x to the power y, always a float (jnp.float_power). */
#define jac_float_power(x, y) jac_float_power_(JAC_AT, JAC_V(x), JAC_V(y))
/* log2(2^x + 2^y) without overflow (jnp.logaddexp2). */
#define jac_logaddexp2(x, y)  jac_logaddexp2_(JAC_AT, JAC_V(x), JAC_V(y))
/* Is x inf, or -inf? A bool for each element (jnp.isposinf, jnp.isneginf). */
#define jac_isposinf(x)     jac_isposinf_(JAC_AT, JAC_V(x))
#define jac_isneginf(x)     jac_isneginf_(JAC_AT, JAC_V(x))
/* Radians to degrees, and degrees to radians (jnp.degrees, jnp.rad2deg; jnp.radians, jnp.deg2rad). */
#define jac_degrees(x)      jac_degrees_(JAC_AT, JAC_V(x))
#define jac_radians(x)      jac_radians_(JAC_AT, JAC_V(x))
/* The distance from x to the next number away from 0, with the sign of x; of f16, to the next larger number
 * (jnp.spacing). */
#define jac_spacing(x)      jac_spacing_(JAC_AT, JAC_V(x))
/* x 2^n for integers n (jnp.ldexp). */
#define jac_ldexp(x, n)     jac_ldexp_(JAC_AT, JAC_V(x), JAC_V(n))
/* x = mantissa 2^exponent with 1/2 <= |mantissa| < 1 and an exponent of i32; 0, inf and NaN have the exponent 0
 * (jnp.frexp). */
#define jac_frexp(x)        jac_frexp_(JAC_AT, JAC_V(x))
/* x = fraction + whole; both have the sign of x (jnp.modf). */
#define jac_modf(x)         jac_modf_(JAC_AT, JAC_V(x))
/* jac_floor_divide(x, y) and jac_remainder(x, y) (jnp.divmod). */
#define jac_divmod(x, y)    jac_divmod_(JAC_AT, JAC_V(x), JAC_V(y))
typedef struct {
    jac mantissa, exponent;
} jac_mantissa_exponent;
typedef struct {
    jac fraction, whole;
} jac_fraction_whole;
typedef struct {
    jac quotient, remainder;
} jac_quotient_remainder;
/* The greatest common divisor and the least common multiple of integers, at least 0 (jnp.gcd, jnp.lcm). */
#define jac_gcd(x, y)       jac_gcd_(JAC_AT, JAC_V(x), JAC_V(y))
#define jac_lcm(x, y)       jac_lcm_(JAC_AT, JAC_V(x), JAC_V(y))
/* x with numbers in place of NaN, inf and -inf: .nan, by default 0; .posinf and .neginf, by default the largest
 * and the least number of the dtype; of complex numbers, in both parts (jnp.nan_to_num). */
#define jac_nan_to_num(...) JAC_NAN_TO_NUM_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
typedef struct {
    int unused_;
    double nan;
    double posinf, neginf; /* NaN: the largest and the least number */
} jac_nan_to_num_opts;
#define JAC_NAN_TO_NUM_(o, x, ...)                                                                      \
    JAC_WITH_OPTIONS_(o, jac_nan_to_num_opts,                                                           \
                      (.posinf = __builtin_nan(""), .neginf = __builtin_nan(""), .unused_ = 0),         \
                      jac_nan_to_num_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_positive_(const jac_loc *at, jac x);
JAC_API jac jac_fabs_(const jac_loc *at, jac x);
JAC_API jac jac_trunc_(const jac_loc *at, jac x);
JAC_API jac jac_rint_(const jac_loc *at, jac x);
JAC_API jac jac_signbit_(const jac_loc *at, jac x);
JAC_API jac jac_copysign_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_heaviside_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_fmax_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_fmin_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_float_power_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_logaddexp2_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_isposinf_(const jac_loc *at, jac x);
JAC_API jac jac_isneginf_(const jac_loc *at, jac x);
JAC_API jac jac_degrees_(const jac_loc *at, jac x);
JAC_API jac jac_radians_(const jac_loc *at, jac x);
JAC_API jac jac_spacing_(const jac_loc *at, jac x);
JAC_API jac jac_ldexp_(const jac_loc *at, jac x, jac n);
JAC_API jac_mantissa_exponent jac_frexp_(const jac_loc *at, jac x);
JAC_API jac_fraction_whole jac_modf_(const jac_loc *at, jac x);
JAC_API jac_quotient_remainder jac_divmod_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_gcd_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_lcm_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_nan_to_num_(const jac_loc *at, jac x, jac_nan_to_num_opts o);

/* ---- Products --------------------------------------------------------------------------------------------- */

/* Products have the promoted dtype of their operands, also if that is an integer. */
/* jac_tensordot(x, y, 2): the product summed over the last 2 axes of x and the first 2 of y;
 * jac_tensordot(x, y, JAC_AXES(1, 0), JAC_AXES(0, 1)): over pairs of axes (jnp.tensordot). 2 is the default. */
#define jac_tensordot(x, ... /* y, axes */)                                                                  \
    JAC_CAT_(JAC_TENSORDOT, JAC_FEW_(JAC_TAIL_(__VA_ARGS__)))(x, JAC_HEAD_(__VA_ARGS__), JAC_TAIL_(__VA_ARGS__))
#define JAC_TENSORDOT0(x, y, ...)     jac_tensordot_(JAC_AT, JAC_V(x), JAC_V(y), 2, JAC_AXES(), JAC_AXES())
#define JAC_TENSORDOT1(x, y, n)       jac_tensordot_(JAC_AT, JAC_V(x), JAC_V(y), JAC_INT_(n), JAC_AXES(), JAC_AXES())
#define JAC_TENSORDOT2(x, y, ...)     JAC_TENSORDOT3(x, y, __VA_ARGS__)
#define JAC_TENSORDOT3(x, y, ax, ay)  jac_tensordot_(JAC_AT, JAC_V(x), JAC_V(y), -1, JAC_SHAPE_(ax), JAC_SHAPE_(ay))
/* The sum of the products of all elements, those of x conjugated (jnp.vdot). */
#define jac_vdot(x, y)   jac_vdot_(JAC_AT, JAC_V(x), JAC_V(y))
/* The product summed over the last axes of x and y; a scalar multiplies (jnp.inner). */
#define jac_inner(x, y)  jac_inner_(JAC_AT, JAC_V(x), JAC_V(y))
/* Matrices times vectors, which stand along the last axis of y; the other axes broadcast (jnp.matvec). */
#define jac_matvec(x, y) jac_matvec_(JAC_AT, JAC_V(x), JAC_V(y))
/* Vectors, which stand along the last axis of x and are conjugated, times matrices (jnp.vecmat). */
#define jac_vecmat(x, y) jac_vecmat_(JAC_AT, JAC_V(x), JAC_V(y))
JAC_API jac jac_tensordot_(const jac_loc *at, jac x, jac y, int64_t n, jac_dims axes_x, jac_dims axes_y);
JAC_API jac jac_vdot_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_inner_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_matvec_(const jac_loc *at, jac x, jac y);
JAC_API jac jac_vecmat_(const jac_loc *at, jac x, jac y);

/* lhs, rows of groups one after the other, times a matrix for each group: the first group_sizes[0] rows times rhs[0], and
 * so on; rows behind the last group give 0: [m, k], [g, k, n] and integers [g] give [m, n] (lax.ragged_dot). */
#define jac_ragged_dot(lhs, rhs, group_sizes) jac_ragged_dot_(JAC_AT, JAC_V(lhs), JAC_V(rhs), JAC_V(group_sizes))
JAC_API jac jac_ragged_dot_(const jac_loc *at, jac lhs, jac rhs, jac group_sizes);

/* ---- Evenly spaced logarithms ----------------------------------------------------------------------------- */

/* n powers of a base, 10 by default, whose exponents are evenly spaced from start to stop, along a new first axis
 * (jnp.logspace): jac_logspace(0, 3, 4), jac_logspace(0, 3, 4, .base = jac_asarray(2)). .dtype is by default that of
 * the ends, as a float. */
#define jac_logspace(start, stop, ... /* n, options */) JAC_SPACE_("logspace", start, stop, __VA_ARGS__)
/* n numbers from start to stop whose ratios are equal (jnp.geomspace). */
#define jac_geomspace(start, stop, ... /* n, options */) JAC_SPACE_("geomspace", start, stop, __VA_ARGS__)
#define JAC_SPACE_(what, start, stop, ...) JAC_SPACE__(JAC_CAT_(jac_o_, __COUNTER__), what, start, stop, __VA_ARGS__, )
typedef struct {
    int unused_;
    jac_dtype dtype;
    jac base; /* of jac_logspace only */
} jac_space_opts;
#define JAC_SPACE__(o, what, start, stop, n, ...)              \
    JAC_WITH_OPTIONS_(o, jac_space_opts, (.unused_ = 0),       \
                      jac_space_(JAC_AT, what, JAC_V(start), JAC_V(stop), JAC_INT_(n), o), __VA_ARGS__)
JAC_API jac jac_space_(const jac_loc *at, const char *what, jac start, jac stop, int64_t n, jac_space_opts o);

/* ---- Differences and integrals ---------------------------------------------------------------------------- */

/* The differences of neighbours along an axis, by default the last one, n times; of bools, whether they differ.
 * They keep x's dtype: jac_diff(x), jac_diff(x, 2), jac_diff(x, .axis = 0). .prepend and .append are joined to x
 * first; a scalar stands for one element (jnp.diff). */
#define jac_diff(...) JAC_DIFF_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
typedef struct {
    int unused_;
    int64_t n, axis;
    jac prepend, append;
} jac_diff_opts;
#define JAC_DIFF_(o, x, ...)                                                          \
    JAC_WITH_OPTIONS_(o, jac_diff_opts, (.n = 1, .axis = -1, .unused_ = 0),           \
                      jac_diff_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_diff_(const jac_loc *at, jac x, jac_diff_opts o);
/* The differences of neighbours of the raveled x; .to_begin before them and .to_end after them, converted to x's
 * dtype (jnp.ediff1d). */
#define jac_ediff1d(...) JAC_EDIFF1D_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
typedef struct {
    int unused_;
    jac to_begin, to_end;
} jac_ediff1d_opts;
#define JAC_EDIFF1D_(o, x, ...)                                \
    JAC_WITH_OPTIONS_(o, jac_ediff1d_opts, (.unused_ = 0),     \
                      jac_ediff1d_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_ediff1d_(const jac_loc *at, jac x, jac_ediff1d_opts o);
/* jac_gradient(x, &slope): the slopes along each axis, of x's shape, by central differences, at the ends by one-sided
 * ones; an array for each axis, written to an array or struct of as many handles (jnp.gradient). Options: .axis, one
 * or several, by default all; .spacing = JAC_ARRAYS(h): the distance of neighbours, one for all axes or one for each
 * of them, a scalar or a vector of coordinates. False on an error. */
#define jac_gradient(x, ... /* out, options */) JAC_GRADIENT_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
typedef struct {
    int unused_;
    jac_dims axis;
    jac_handles spacing;
} jac_gradient_opts;
#define JAC_GRADIENT_(o, x, out, ...)                                                       \
    JAC_WITH_OPTIONS_(o, jac_gradient_opts, (.axis = JAC_OMITTED_, .unused_ = 0),           \
                      jac_gradient_(JAC_AT, JAC_V(x), JAC_OUT_(out), o), __VA_ARGS__)
JAC_API bool jac_gradient_(const jac_loc *at, jac x, jac_out out, jac_gradient_opts o);
/* The integral of y along an axis, by default the last one, by the trapezoidal rule: .x, the coordinates, a vector or
 * an array of y's shape, or .dx, their distance, by default 1 (jnp.trapezoid). */
#define jac_trapezoid(...) JAC_TRAPEZOID_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
typedef struct {
    int unused_;
    int64_t axis;
    jac x, dx;
} jac_trapezoid_opts;
#define JAC_TRAPEZOID_(o, y, ...)                                                    \
    JAC_WITH_OPTIONS_(o, jac_trapezoid_opts, (.axis = -1, .unused_ = 0),             \
                      jac_trapezoid_(JAC_AT, JAC_V(y), o), __VA_ARGS__)
JAC_API jac jac_trapezoid_(const jac_loc *at, jac y, jac_trapezoid_opts o);
/* At each element of x, the value of the polygon through the points (xp[k], fp[k]), whose xp ascend (jnp.interp).
 * Left and right of them, .left and .right, by default fp's ends, or with .extrapolate_left and .extrapolate_right
 * the first and the last line. With .period, xp need not be sorted, and both are taken modulo the period. */
#define jac_interp(x, xp, ... /* fp, options */) JAC_INTERP_(JAC_CAT_(jac_o_, __COUNTER__), x, xp, __VA_ARGS__, )
typedef struct {
    int unused_;
    jac left, right, period;
    bool extrapolate_left, extrapolate_right;
} jac_interp_opts;
#define JAC_INTERP_(o, x, xp, fp, ...)                          \
    JAC_WITH_OPTIONS_(o, jac_interp_opts, (.unused_ = 0),       \
                      jac_interp_(JAC_AT, JAC_V(x), JAC_V(xp), JAC_V(fp), o), __VA_ARGS__)
JAC_API jac jac_interp_(const jac_loc *at, jac x, jac xp, jac fp, jac_interp_opts o);
/* x along an axis, by default the last one, with multiples of .period (2 pi) added so that no step between neighbours
 * is larger than .discont, by default and at least half a period (jnp.unwrap). */
#define jac_unwrap(...) JAC_UNWRAP_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
typedef struct {
    int unused_;
    int64_t axis;
    jac discont, period;
} jac_unwrap_opts;
#define JAC_UNWRAP_(o, x, ...)                                                   \
    JAC_WITH_OPTIONS_(o, jac_unwrap_opts, (.axis = -1, .unused_ = 0),            \
                      jac_unwrap_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_unwrap_(const jac_loc *at, jac x, jac_unwrap_opts o);

/* ---- Statistics ------------------------------------------------------------------------------------------- */

/* Options of reductions as in jac_sum: the axes, which may stand first without a name, and .keepdims. */
/* The mean, weighted by .weights: an array of x's shape or, for given axes, of their sizes (jnp.average). The sum
 * of the weights goes to .returned, if given. */
#define jac_average(...) JAC_AVERAGE_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
typedef struct {
    int unused_;
    jac_dims axis;
    jac weights;
    bool keepdims;
    jac *returned;
} jac_average_opts;
#define JAC_AVERAGE_(o, x, ...)                                                       \
    JAC_WITH_OPTIONS_(o, jac_average_opts, (.axis = JAC_OMITTED_, .unused_ = 0),      \
                      jac_average_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_average_(const jac_loc *at, jac x, jac_average_opts o);
/* The largest element minus the smallest one (jnp.ptp). */
#define jac_ptp(...)           JAC_REDUCE_BY_(jac_other_reduce_, "ptp", __VA_ARGS__)
/* How many elements are not 0, i32 (i64 under x64) (jnp.count_nonzero). */
#define jac_count_nonzero(...) JAC_REDUCE_BY_(jac_other_reduce_, "count_nonzero", __VA_ARGS__)
JAC_API jac jac_other_reduce_(const jac_loc *at, const char *what, jac x, jac_reduce_opts o);
/* The covariances of the rows of x, the variables, over its columns, the observations; always a float
 * (jnp.cov). Options: .y, more variables; .rowvar = false if the variables are columns; .bias = true to divide by the
 * number of observations n, not by n - 1, or .ddof to divide by n - ddof; .fweights, how often each observation
 * counts, integers; .aweights, their weights; .dtype. */
#define jac_cov(...)      JAC_COV_(JAC_CAT_(jac_o_, __COUNTER__), jac_cov_, __VA_ARGS__, )
/* The correlation coefficients, covariances divided by both standard deviations (jnp.corrcoef). Options: .y, .rowvar
 * and .dtype. */
#define jac_corrcoef(...) JAC_COV_(JAC_CAT_(jac_o_, __COUNTER__), jac_corrcoef_, __VA_ARGS__, )
typedef struct {
    int unused_;
    jac y;
    bool rowvar, bias;
    int64_t ddof; /* JAC_NONE: 0 or 1, as .bias says */
    jac fweights, aweights;
    jac_dtype dtype; /* JAC_DEFAULT: that of x and y */
} jac_cov_opts;
#define JAC_COV_(o, f, x, ...)                                                                      \
    JAC_WITH_OPTIONS_(o, jac_cov_opts, (.rowvar = true, .ddof = JAC_NONE, .unused_ = 0),            \
                      f(JAC_AT, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_cov_(const jac_loc *at, jac x, jac_cov_opts o);
JAC_API jac jac_corrcoef_(const jac_loc *at, jac x, jac_cov_opts o);

/* ---- Reductions that leave NaNs out ----------------------------------------------------------------------- */

/* The reductions of the same name without nan, of the elements that are not NaN (jnp.nansum ...). */
#define jac_nansum(...)  JAC_REDUCE_BY_(jac_nan_reduce_, "nansum", __VA_ARGS__)
#define jac_nanprod(...) JAC_REDUCE_BY_(jac_nan_reduce_, "nanprod", __VA_ARGS__)
/* NaN if all elements are NaN. */
#define jac_nanmax(...)  JAC_REDUCE_BY_(jac_nan_reduce_, "nanmax", __VA_ARGS__)
#define jac_nanmin(...)  JAC_REDUCE_BY_(jac_nan_reduce_, "nanmin", __VA_ARGS__)
#define jac_nanmean(...) JAC_REDUCE_BY_(jac_nan_reduce_, "nanmean", __VA_ARGS__)
#define jac_nanvar(...)  JAC_REDUCE_BY_(jac_nan_reduce_, "nanvar", __VA_ARGS__)
#define jac_nanstd(...)  JAC_REDUCE_BY_(jac_nan_reduce_, "nanstd", __VA_ARGS__)
/* -1 if all elements are NaN. */
#define jac_nanargmax(...) JAC_REDUCE_BY_(jac_nan_reduce_, "nanargmax", __VA_ARGS__)
#define jac_nanargmin(...) JAC_REDUCE_BY_(jac_nan_reduce_, "nanargmin", __VA_ARGS__)
/* Running sums and products in which NaN counts as 0 and as 1 (jnp.nancumsum, jnp.nancumprod). */
#define jac_nancumsum(...)  JAC_CUMULATE_BY_(jac_nan_cumulate_, "nancumsum", __VA_ARGS__)
#define jac_nancumprod(...) JAC_CUMULATE_BY_(jac_nan_cumulate_, "nancumprod", __VA_ARGS__)
JAC_API jac jac_nan_reduce_(const jac_loc *at, const char *what, jac x, jac_reduce_opts o);
JAC_API jac jac_nan_cumulate_(const jac_loc *at, const char *what, jac x, jac_cumulate_opts o);

#endif

/* The calls that compare, difference, integrate and average, and the options of reductions, which are compared with
 * JAX. A row has the name of the case in tests/golden/numerics_cases.txt, the number of its arrays (x, y, z), and
 * the call. */
#ifndef JACQUARD_TESTS_NUMERICS_CASES_H
#define JACQUARD_TESTS_NUMERICS_CASES_H

#include "jacquard.h"

static inline jac nu_modf(jac x)
{
    jac_fraction_whole y = jac_modf(x);
    return jac_stack(0, y.fraction, y.whole);
}

static inline jac nu_divmod(jac x, jac y)
{
    jac_quotient_remainder z = jac_divmod(x, y);
    return jac_stack(0, z.quotient, z.remainder);
}

static inline jac nu_vdot_complex(jac x, jac y)
{
    jac z = jac_vdot(jac_complex(x, y), jac_complex(y, jac_mul(2, x)));
    return jac_imag(z);
}

static inline jac nu_gradient(jac x)
{
    jac y[2];
    jac_gradient(x, y);
    return jac_stack(0, y[0], y[1]);
}

static inline jac nu_gradient_along(jac x, jac h, int64_t axis)
{
    jac y[1];
    jac_gradient(x, y, .axis = JAC_AXES(axis), .spacing = JAC_ARRAYS(h));
    return y[0];
}

static inline jac nu_gradient_of_vector(jac x)
{
    jac y[1];
    jac_gradient(x, y);
    return y[0];
}

static inline jac nu_weight_sum(jac x, jac w)
{
    jac sum;
    jac_average(x, 1, .weights = w, .returned = &sum);
    return sum;
}

#define NU_OF(v) jac_asarray(v)

// clang-format off
#define NUMERICS_CASES(X)                                                                                   \
    X(isclose, 2, jac_isclose(x, y))                                                                        \
    X(isclose_nan, 2, jac_isclose(x, y, .rtol = 1e-2, .atol = 0.2, .equal_nan = true))                      \
    X(isclose_ints, 2, jac_isclose(x, y))                                                                   \
    X(allclose, 2, jac_allclose(x, y))                                                                      \
    X(array_equal, 2, jac_array_equal(x, y))                                                                \
    X(array_equal_shapes, 2, jac_array_equal(x, y))                                                         \
    X(array_equal_nan, 2, jac_array_equal(x, y, .equal_nan = true))                                         \
    X(array_equiv, 2, jac_array_equiv(x, y))                                                                \
    X(array_equiv_shapes, 2, jac_array_equiv(x, y))                                                         \
    X(positive, 1, jac_positive(x))                                                                         \
    X(fabs, 1, jac_fabs(x))                                                                                 \
    X(fabs_ints, 1, jac_fabs(x))                                                                            \
    X(trunc, 1, jac_trunc(x))                                                                               \
    X(trunc_ints, 1, jac_trunc(x))                                                                          \
    X(rint, 1, jac_rint(x))                                                                                 \
    X(rint_ints, 1, jac_rint(x))                                                                            \
    X(signbit, 1, jac_signbit(x))                                                                           \
    X(signbit_ints, 1, jac_signbit(x))                                                                      \
    X(signbit_u8, 1, jac_signbit(x))                                                                        \
    X(copysign, 2, jac_copysign(x, y))                                                                      \
    X(copysign_grad, 2, jac_copysign(x, y))                                                                 \
    X(heaviside, 2, jac_heaviside(x, y))                                                                    \
    X(fmax, 2, jac_fmax(x, y))                                                                              \
    X(fmin, 2, jac_fmin(x, y))                                                                              \
    X(fmax_grad, 2, jac_fmax(x, y))                                                                         \
    X(fmin_ints, 2, jac_fmin(x, y))                                                                         \
    X(float_power, 2, jac_float_power(x, y))                                                                \
    X(float_power_ints, 2, jac_float_power(x, y))                                                           \
    X(logaddexp2, 2, jac_logaddexp2(x, y))                                                                  \
    X(logaddexp2_limits, 2, jac_logaddexp2(x, y))                                                           \
    X(isposinf, 1, jac_isposinf(x))                                                                         \
    X(isneginf, 1, jac_isneginf(x))                                                                         \
    X(isneginf_ints, 1, jac_isneginf(x))                                                                    \
    X(degrees, 1, jac_degrees(x))                                                                           \
    X(radians, 1, jac_radians(x))                                                                           \
    X(spacing, 1, jac_spacing(x))                                                                           \
    X(ldexp, 2, jac_ldexp(x, y))                                                                            \
    X(ldexp_grad, 2, jac_ldexp(x, y))                                                                       \
    X(frexp_m, 1, jac_frexp(x).mantissa)                                                                    \
    X(frexp_e, 1, jac_frexp(x).exponent)                                                                    \
    X(modf, 1, nu_modf(x))                                                                                  \
    X(divmod, 2, nu_divmod(x, y))                                                                           \
    X(divmod_ints, 2, nu_divmod(x, y))                                                                      \
    X(gcd, 2, jac_gcd(x, y))                                                                                \
    X(lcm, 2, jac_lcm(x, y))                                                                                \
    X(gcd_u8, 2, jac_gcd(x, y))                                                                             \
    X(nan_to_num, 1, jac_nan_to_num(x))                                                                     \
    X(nan_to_num_as, 1, jac_nan_to_num(x, .nan = 5, .posinf = 7, .neginf = -7))                             \
    X(nan_to_num_ints, 1, jac_nan_to_num(x))                                                                \
    X(tensordot, 2, jac_tensordot(x, y))                                                                    \
    X(tensordot_1, 2, jac_tensordot(x, y, 1))                                                               \
    X(tensordot_0, 2, jac_tensordot(x, y, 0))                                                               \
    X(tensordot_axes, 2, jac_tensordot(x, y, JAC_AXES(1, 2), JAC_AXES(0, 1)))                               \
    X(tensordot_ints, 2, jac_tensordot(x, y, 1))                                                            \
    X(vdot, 2, jac_vdot(x, y))                                                                              \
    X(vdot_complex, 2, nu_vdot_complex(x, y))                                                               \
    X(inner, 2, jac_inner(x, y))                                                                            \
    X(inner_scalar, 2, jac_inner(x, y))                                                                     \
    X(matvec, 2, jac_matvec(x, y))                                                                          \
    X(matvec_batch, 2, jac_matvec(x, y))                                                                    \
    X(vecmat, 2, jac_vecmat(x, y))                                                                          \
    X(vecdot_last, 2, jac_vecdot(x, y))                                                                     \
    X(cross_last, 2, jac_cross(x, y))                                                                            \
    X(cross_2, 2, jac_cross(x, y))                                                                          \
    X(cross_mixed, 2, jac_cross(x, y))                                                                      \
    X(cross_axes, 2, jac_cross(x, y, .axisa = 0, .axisb = 1, .axisc = 0))                                   \
    X(diff, 1, jac_diff(x))                                                                                 \
    X(diff_2, 1, jac_diff(x, 2))                                                                            \
    X(diff_axis, 1, jac_diff(x, .axis = 0))                                                                 \
    X(diff_0, 1, jac_diff(x, 0))                                                                            \
    X(diff_many, 1, jac_diff(x, 5))                                                                         \
    X(diff_bools, 1, jac_diff(x))                                                                           \
    X(diff_u8, 1, jac_diff(x))                                                                              \
    X(diff_ends, 2, jac_diff(x, .prepend = NU_OF(0), .append = y))                                          \
    X(ediff1d, 1, jac_ediff1d(x))                                                                           \
    X(ediff1d_ends, 2, jac_ediff1d(x, .to_begin = y, .to_end = NU_OF(5)))                                   \
    X(gradient, 1, nu_gradient(x))                                                                          \
    X(gradient_axis, 1, nu_gradient_along(x, NU_OF(0.5), 1))                                                \
    X(gradient_uneven, 2, nu_gradient_along(x, y, 0))                                                       \
    X(gradient_two, 1, nu_gradient_of_vector(x))                                                            \
    X(trapezoid, 1, jac_trapezoid(x))                                                                       \
    X(trapezoid_dx, 1, jac_trapezoid(x, .dx = NU_OF(0.25), .axis = 0))                                      \
    X(trapezoid_x, 2, jac_trapezoid(x, .x = y))                                                             \
    X(trapezoid_xs, 2, jac_trapezoid(x, .x = y, .axis = 0))                                                 \
    X(trapezoid_ints, 1, jac_trapezoid(x))                                                                  \
    X(interp, 3, jac_interp(x, y, z))                                                                       \
    X(interp_ends, 3, jac_interp(x, y, z, .left = NU_OF(-7), .right = NU_OF(9)))                            \
    X(interp_lines, 3, jac_interp(x, y, z, .extrapolate_left = true, .extrapolate_right = true))            \
    X(interp_period, 3, jac_interp(x, y, z, .period = NU_OF(3)))                                            \
    X(interp_ints, 3, jac_interp(x, y, z))                                                                  \
    X(unwrap, 1, jac_unwrap(x))                                                                             \
    X(unwrap_axis, 1, jac_unwrap(x, .axis = 0, .period = NU_OF(2.0)))                                       \
    X(unwrap_ints, 1, jac_unwrap(x, .period = NU_OF(4)))                                                    \
    X(average, 1, jac_average(x))                                                                           \
    X(average_ints, 1, jac_average(x, 0))                                                                   \
    X(average_weights, 2, jac_average(x, .weights = y))                                                     \
    X(average_axis, 2, jac_average(x, 1, .weights = y))                                                     \
    X(average_axes, 2, jac_average(x, .axis = JAC_AXES(2, 1), .weights = y, .keepdims = true))              \
    X(average_returned, 2, nu_weight_sum(x, y))                                                             \
    X(ptp, 1, jac_ptp(x, 1))                                                                                \
    X(ptp_ints, 1, jac_ptp(x))                                                                              \
    X(count_nonzero, 1, jac_count_nonzero(x, 0))                                                            \
    X(count_nonzero_floats, 1, jac_count_nonzero(x, .keepdims = true))                                      \
    X(cov, 1, jac_cov(x))                                                                                   \
    X(cov_vector, 1, jac_cov(x))                                                                            \
    X(cov_y, 2, jac_cov(x, .y = y, .ddof = 0))                                                              \
    X(cov_columns, 1, jac_cov(x, .rowvar = false, .bias = true))                                            \
    X(cov_weights, 3, jac_cov(x, .fweights = y, .aweights = z))                                             \
    X(cov_fweights, 2, jac_cov(x, .fweights = y))                                                           \
    X(corrcoef, 1, jac_corrcoef(x))                                                                         \
    X(corrcoef_y, 2, jac_corrcoef(x, .y = y))                                                               \
    X(nansum, 1, jac_nansum(x))                                                                             \
    X(nansum_axis, 1, jac_nansum(x, 1, .keepdims = true))                                                   \
    X(nansum_ints, 1, jac_nansum(x, 0))                                                                     \
    X(nanprod, 1, jac_nanprod(x))                                                                           \
    X(nanprod_axis, 1, jac_nanprod(x, 1, .keepdims = true))                                                 \
    X(nanprod_ints, 1, jac_nanprod(x, 0))                                                                   \
    X(nanmax, 1, jac_nanmax(x))                                                                             \
    X(nanmax_axis, 1, jac_nanmax(x, 1, .keepdims = true))                                                   \
    X(nanmax_ints, 1, jac_nanmax(x, 0))                                                                     \
    X(nanmin, 1, jac_nanmin(x))                                                                             \
    X(nanmin_axis, 1, jac_nanmin(x, 1, .keepdims = true))                                                   \
    X(nanmin_ints, 1, jac_nanmin(x, 0))                                                                     \
    X(nanmean, 1, jac_nanmean(x))                                                                           \
    X(nanmean_axis, 1, jac_nanmean(x, 1, .keepdims = true))                                                 \
    X(nanmean_ints, 1, jac_nanmean(x, 0))                                                                   \
    X(nanvar, 1, jac_nanvar(x))                                                                             \
    X(nanvar_axis, 1, jac_nanvar(x, 1, .keepdims = true))                                                   \
    X(nanvar_ints, 1, jac_nanvar(x, 0))                                                                     \
    X(nanstd, 1, jac_nanstd(x))                                                                             \
    X(nanstd_axis, 1, jac_nanstd(x, 1, .keepdims = true))                                                   \
    X(nanstd_ints, 1, jac_nanstd(x, 0))                                                                     \
    X(nanvar_ddof, 1, jac_nanvar(x, 1, .ddof = 1))                                                          \
    X(nanmean_none, 1, jac_nanmean(x, 1))                                                                   \
    X(nanmax_none, 1, jac_nanmax(x, 1))                                                                     \
    X(nanargmax, 1, jac_nanargmax(x, 1))                                                                    \
    X(nanargmin, 1, jac_nanargmin(x))                                                                       \
    X(nancumsum, 1, jac_nancumsum(x, 1))                                                                    \
    X(nancumprod, 1, jac_nancumprod(x))                                                                     \
    X(sum_where, 2, jac_sum(x, 1, .where = y))                                                              \
    X(sum_initial, 1, jac_sum(x, 1, .initial = NU_OF(5)))                                                   \
    X(sum_dtype, 1, jac_sum(x, 1, .dtype = JAC_I8))                                                         \
    X(sum_dtype_bool, 1, jac_sum(x, .dtype = JAC_BOOL))                                                     \
    X(prod_where, 2, jac_prod(x, 1, .where = y))                                                            \
    X(prod_options, 2, jac_prod(x, 0, .where = y, .initial = NU_OF(2), .dtype = JAC_F32))                   \
    X(max_where, 2, jac_max(x, 1, .where = y, .initial = NU_OF(-9)))                                        \
    X(max_initial, 1, jac_max(x, 1, .initial = NU_OF(0.5)))                                                 \
    X(max_empty, 1, jac_max(x, 1, .initial = NU_OF(0.5)))                                                   \
    X(min_where, 2, jac_min(x, 1, .where = y, .initial = NU_OF(100), .keepdims = true))                     \
    X(all_where, 2, jac_all(x, 1, .where = y))                                                              \
    X(any_where, 2, jac_any(x, 1, .where = y))                                                              \
    X(mean_where, 2, jac_mean(x, 1, .where = y))                                                            \
    X(mean_dtype, 1, jac_mean(x, .dtype = JAC_F32))                                                         \
    X(var_where, 2, jac_var(x, .where = y, .ddof = 1))                                                      \
    X(var_where_axis, 2, jac_var(x, 1, .where = y))                                                         \
    X(std_where, 2, jac_std(x, .where = y))                                                                 \
    X(logsumexp_where, 2, jac_logsumexp(x, 1, .where = y))                                                  \
    X(cumsum_flat, 1, jac_cumsum(x))                                                                        \
    X(cumsum_dtype, 1, jac_cumsum(x, 0, .dtype = JAC_F32))                                                  \
    X(cumprod_to_u8, 1, jac_cumprod(x, 0, .dtype = JAC_U8))                                                    \
    X(cumsum_reverse, 1, jac_cumsum(x, 1, .reverse = true))                                                 \
    X(cummax_reverse, 1, jac_cummax(x, .reverse = true))                                                    \
    X(cumulative_sum, 1, jac_cumsum(x, 1, .include_initial = true))                                         \
    X(cumulative_prod, 1, jac_cumprod(x, 0, .include_initial = true))
// clang-format on

#endif

/* The calls of functions of jax.numpy and jax.nn that are compared with JAX. A row has the name of
 * the case in tests/golden/numpy_cases.txt, the number of its arrays (x, y, z), and the call. */
#ifndef JACQUARD_TESTS_NUMPY_CASES_H
#define JACQUARD_TESTS_NUMPY_CASES_H

// clang-format off
#define CASES(X)                                                                                  \
    X(add, 2, jac_add(x, y))                                                                      \
    X(add_column, 2, jac_add(x, y))                                                               \
    X(add_scalar, 1, jac_add(x, 0.1))                                                             \
    X(add_bools, 2, jac_add(x, y))                                                                \
    X(add_mixed, 2, jac_add(x, y))                                                                \
    X(add_int_number, 1, jac_add(x, 1))                                                           \
    X(add_float_number_to_int, 1, jac_add(x, 0.5f))                                               \
    X(sub, 2, jac_sub(x, y))                                                                      \
    X(mul, 2, jac_mul(x, y))                                                                      \
    X(mul_bools, 2, jac_mul(x, y))                                                                \
    X(div, 2, jac_div(x, y))                                                                      \
    X(div_ints, 2, jac_div(x, y))                                                                 \
    X(div_bools, 2, jac_div(x, y))                                                                \
    X(floor_divide, 2, jac_floor_divide(x, y))                                                    \
    X(floor_divide_ints, 2, jac_floor_divide(x, y))                                               \
    X(floor_divide_u8, 2, jac_floor_divide(x, y))                                                 \
    X(floor_divide_bools, 2, jac_floor_divide(x, y))                                              \
    X(remainder, 2, jac_remainder(x, y))                                                          \
    X(remainder_ints, 2, jac_remainder(x, y))                                                     \
    X(remainder_u8, 2, jac_remainder(x, y))                                                       \
    X(rem, 2, jac_rem(x, y))                                                                      \
    X(rem_ints, 2, jac_rem(x, y))                                                                 \
    X(power, 2, jac_power(x, y))                                                                  \
    X(power_square, 1, jac_power(x, 2))                                                           \
    X(power_cube, 1, jac_power(x, 3))                                                             \
    X(power_minus_two, 1, jac_power(x, -2))                                                       \
    X(power_zero, 1, jac_power(x, 0))                                                             \
    X(power_half, 1, jac_power(x, 0.5))                                                           \
    X(power_of_zero, 2, jac_power(x, y))                                                          \
    X(power_int_array, 2, jac_power(x, y))                                                        \
    X(power_ints, 2, jac_power(x, y))                                                             \
    X(power_int_number, 1, jac_power(x, 3))                                                       \
    X(power_bool, 1, jac_power(x, 2))                                                             \
    X(power_number_base, 1, jac_power(2, x))                                                      \
    X(power_float_number_base, 1, jac_power(2.0, x))                                              \
    X(maximum, 2, jac_maximum(x, y))                                                              \
    X(minimum, 2, jac_minimum(x, y))                                                              \
    X(maximum_ints, 2, jac_maximum(x, y))                                                         \
    X(maximum_bools, 2, jac_maximum(x, y))                                                        \
    X(neg, 1, jac_neg(x))                                                                         \
    X(neg_u8, 1, jac_neg(x))                                                                      \
    X(abs, 1, jac_abs(x))                                                                         \
    X(abs_u8, 1, jac_abs(x))                                                                      \
    X(sign, 1, jac_sign(x))                                                                       \
    X(sign_ints, 1, jac_sign(x))                                                                  \
    X(square, 1, jac_square(x))                                                                   \
    X(square_ints, 1, jac_square(x))                                                              \
    X(square_bools, 1, jac_square(x))                                                             \
    X(reciprocal, 1, jac_reciprocal(x))                                                           \
    X(sqrt, 1, jac_sqrt(x))                                                                       \
    X(cbrt, 1, jac_cbrt(x))                                                                       \
    X(exp, 1, jac_exp(x))                                                                         \
    X(exp2, 1, jac_exp2(x))                                                                       \
    X(expm1, 1, jac_expm1(x))                                                                     \
    X(log, 1, jac_log(x))                                                                         \
    X(log1p, 1, jac_log1p(x))                                                                     \
    X(log2, 1, jac_log2(x))                                                                       \
    X(log10, 1, jac_log10(x))                                                                     \
    X(sin, 1, jac_sin(x))                                                                         \
    X(cos, 1, jac_cos(x))                                                                         \
    X(tan, 1, jac_tan(x))                                                                         \
    X(arcsin, 1, jac_asin(x))                                                                     \
    X(arccos, 1, jac_acos(x))                                                                     \
    X(arctan, 1, jac_atan(x))                                                                     \
    X(sinh, 1, jac_sinh(x))                                                                       \
    X(cosh, 1, jac_cosh(x))                                                                       \
    X(tanh, 1, jac_tanh(x))                                                                       \
    X(arcsinh, 1, jac_asinh(x))                                                                   \
    X(arccosh, 1, jac_acosh(x))                                                                   \
    X(arctanh, 1, jac_atanh(x))                                                                   \
    X(rsqrt, 1, jac_rsqrt(x))                                                                     \
    X(logistic, 1, jac_sigmoid(x))                                                                \
    X(erf, 1, jac_erf(x))                                                                         \
    X(erfc, 1, jac_erfc(x))                                                                       \
    X(erf_inv, 1, jac_erf_inv(x))                                                                 \
    X(sqrt_ints, 1, jac_sqrt(x))                                                                  \
    X(exp_bools, 1, jac_exp(x))                                                                   \
    X(atan2, 2, jac_atan2(x, y))                                                                  \
    X(atan2_ints, 2, jac_atan2(x, y))                                                             \
    X(nextafter, 2, jac_nextafter(x, y))                                                          \
    X(logaddexp, 2, jac_logaddexp(x, y))                                                          \
    X(logaddexp_limits, 2, jac_logaddexp(x, y))                                                   \
    X(logaddexp_ints, 2, jac_logaddexp(x, y))                                                     \
    X(softplus, 1, jac_softplus(x))                                                               \
    X(hypot, 2, jac_hypot(x, y))                                                                  \
    X(hypot_limits, 2, jac_hypot(x, y))                                                           \
    X(floor, 1, jac_floor(x))                                                                     \
    X(ceil, 1, jac_ceil(x))                                                                       \
    X(round, 1, jac_round(x))                                                                     \
    X(floor_ints, 1, jac_floor(x))                                                                \
    X(round_ints, 1, jac_round(x))                                                                \
    X(isfinite, 1, jac_isfinite(x))                                                               \
    X(isnan, 1, jac_isnan(x))                                                                     \
    X(isinf, 1, jac_isinf(x))                                                                     \
    X(isfinite_ints, 1, jac_isfinite(x))                                                          \
    X(isnan_ints, 1, jac_isnan(x))                                                                \
    X(isinf_ints, 1, jac_isinf(x))                                                                \
    X(equal, 2, jac_eq(x, y))                                                                     \
    X(not_equal, 2, jac_ne(x, y))                                                                 \
    X(less, 2, jac_lt(x, y))                                                                      \
    X(less_equal, 2, jac_le(x, y))                                                                \
    X(greater, 2, jac_gt(x, y))                                                                   \
    X(greater_equal, 2, jac_ge(x, y))                                                             \
    X(equal_mixed, 2, jac_eq(x, y))                                                               \
    X(less_number, 1, jac_lt(x, 2))                                                               \
    X(logical_and, 2, jac_logical_and(x, y))                                                      \
    X(logical_or, 2, jac_logical_or(x, y))                                                        \
    X(logical_xor, 2, jac_logical_xor(x, y))                                                      \
    X(logical_not, 1, jac_logical_not(x))                                                         \
    X(bitwise_and, 2, jac_bitwise_and(x, y))                                                      \
    X(bitwise_or, 2, jac_bitwise_or(x, y))                                                        \
    X(bitwise_xor, 2, jac_bitwise_xor(x, y))                                                      \
    X(bitwise_not, 1, jac_bitwise_not(x))                                                         \
    X(left_shift, 2, jac_left_shift(x, y))                                                        \
    X(left_shift_wide, 2, jac_left_shift(x, y))                                                   \
    X(right_shift, 2, jac_right_shift(x, y))                                                      \
    X(right_shift_u8, 2, jac_right_shift(x, y))                                                   \
    X(population_count, 1, jac_population_count(x))                                               \
    X(clz, 1, jac_clz(x))                                                                         \
    X(where, 3, jac_where(x, y, z))                                                               \
    X(where_number, 1, jac_where(jac_gt(x, 0), x, 0))                                             \
    X(where_nonzero, 1, jac_where(x, 1, 2.5))                                                     \
    X(clip, 1, jac_clip(x, -1, 1))                                                                \
    X(clip_arrays, 3, jac_clip(x, y, z))                                                          \
    X(clip_ints, 1, jac_clamp(-3, x, 5))                                                          \
    X(astype_f32_i32, 1, jac_astype(x, JAC_I32))                                                  \
    X(astype_i32_f32, 1, jac_astype(x, JAC_F32))                                                  \
    X(astype_bool, 1, jac_astype(x, JAC_BOOL))                                                    \
    X(astype_u8, 1, jac_astype(x, JAC_U8))                                                        \
    X(bitcast, 1, jac_bitcast_convert_type(x, JAC_I32))                                           \
    X(bitcast_back, 1, jac_bitcast_convert_type(x, JAC_F32))                                      \
    X(full_like, 1, jac_full_like(x, 2.5))                                                        \
    X(zeros_like_ints, 1, jac_zeros_like(x))                                                      \
    X(full_of_scalar, 1, jac_full(JAC_SHAPE(2, 2), x))                                            \
    X(arange_ints, 1, ((void)x, jac_arange(3, 20, 4)))                                            \
    X(arange_down, 1, ((void)x, jac_arange(5, -5, -3)))                                           \
    X(arange_floats, 1, ((void)x, jac_arange(0.0, 1.0, 0.1)))                                     \
    X(arange_mixed, 1, ((void)x, jac_arange(1, 2.5)))                                             \
    X(arange_stop, 1, ((void)x, jac_arange(4.0)))                                                 \
    X(arange_empty, 1, ((void)x, jac_arange(3, 1)))                                               \
    X(linspace, 1, ((void)x, jac_linspace(-1.0, 2.0, 7)))                                         \
    X(linspace_ints, 1, ((void)x, jac_linspace(0, 10, 4, JAC_I32)))                               \
    X(linspace_of_ints, 1, ((void)x, jac_linspace(0, 10, 5)))                                     \
    X(linspace_one, 1, ((void)x, jac_linspace(3.0, 10, 1)))                                       \
    X(linspace_none, 1, ((void)x, jac_linspace(3.0, 10, 0)))                                      \
    X(linspace_arrays, 2, jac_linspace(x, y, 4))                                                  \
    X(eye, 1, ((void)x, jac_eye(3)))                                                              \
    X(iota, 1, ((void)x, jac_iota(JAC_I32, JAC_SHAPE(2, 3), 1)))                                  \
    X(one_hot, 1, jac_one_hot(x, 3))                                                              \
    X(one_hot_rank2, 1, jac_one_hot(x, 4, JAC_I32))                                               \
    X(reshape, 1, jac_reshape(x, 3, -1))                                                          \
    X(ravel, 1, jac_ravel(x))                                                                     \
    X(reshape_scalar, 1, jac_reshape(x))                                                          \
    X(transpose, 1, jac_transpose(x))                                                             \
    X(transpose_axes, 1, jac_transpose(x, 1, 2, 0))                                               \
    X(swapaxes, 1, jac_swapaxes(x, 0, -1))                                                        \
    X(moveaxis, 1, jac_moveaxis(x, 0, -1))                                                        \
    X(moveaxis_back, 1, jac_moveaxis(x, 2, 0))                                                    \
    X(broadcast_to, 1, jac_broadcast_to(x, 2, 2, 3))                                              \
    X(expand_dims, 1, jac_expand_dims(x, -1))                                                     \
    X(expand_dims_front, 1, jac_expand_dims(x, 0))                                                \
    X(squeeze, 1, jac_squeeze(x))                                                                 \
    X(squeeze_axis, 1, jac_squeeze(x, -1))                                                        \
    X(broadcast_in_dim, 1, jac_broadcast_in_dim(x, JAC_SHAPE(3, 2, 2), JAC_DIMS(0, 2)))           \
    X(slice, 1, jac_slice(x, JAC_DIMS(0, 1), JAC_DIMS(2, 3)))                                     \
    X(slice_strides, 1, jac_slice(x, JAC_DIMS(1), JAC_DIMS(7), JAC_DIMS(3)))                      \
    X(slice_in_dim, 1, jac_slice_in_dim(x, -2, 3, 1, 1))                                          \
    X(at_number, 1, jac_at(x, 1))                                                                 \
    X(at_numbers, 1, jac_at(x, -1, 1))                                                            \
    X(at_scalar, 2, jac_at(x, y))                                                                 \
    X(at_mixed, 2, jac_at(x, 1, y))                                                               \
    X(at_two, 3, jac_at(x, y, z))                                                                 \
    X(at_u8, 2, jac_at(x, y))                                                                     \
    X(dynamic_slice, 2, jac_dynamic_slice(x, JAC_SHAPE(1, 2), y, 1))                              \
    X(dynamic_slice_negative, 2, jac_dynamic_slice(x, JAC_SHAPE(2), y))                           \
    X(dynamic_update_slice, 3, jac_dynamic_update_slice(x, y, z))                                 \
    X(concatenate, 2, jac_concatenate(0, x, y))                                                   \
    X(concatenate_mixed, 2, jac_concatenate(0, x, y))                                             \
    X(concatenate_last, 1, jac_concatenate(-1, x, x, x))                                          \
    X(stack, 2, jac_stack(0, x, y))                                                               \
    X(stack_last, 2, jac_stack(-1, x, y))                                                         \
    X(pad, 1, jac_pad(x, 3, JAC_DIMS(1, 0), JAC_DIMS(0, 2)))                                      \
    X(pad_interior, 1, jac_pad(x, 0, JAC_DIMS(-1), JAC_DIMS(2), JAC_DIMS(1)))                     \
    X(flip, 1, jac_flip(x))                                                                       \
    X(flip_axis, 1, jac_flip(x, 1))                                                               \
    X(take, 2, jac_take(x, y, 0))                                                                 \
    X(take_axis, 2, jac_take(x, y, 1))                                                            \
    X(take_along_axis, 2, jac_take_along_axis(x, y, 1))                                           \
    X(take_along_first_axis, 2, jac_take_along_axis(x, y, 0))                                     \
    X(take_along_axis_broadcast, 2, jac_take_along_axis(x, y, 1))                                 \
    X(sort, 1, jac_sort(x))                                                                       \
    X(sort_axis, 1, jac_sort(x, 0))                                                               \
    X(sort_descending, 1, jac_sort(x, .descending = true))                                        \
    X(sort_special, 1, jac_sort(x))                                                               \
    X(sort_ints, 1, jac_sort(x))                                                                  \
    X(sort_bools, 1, jac_sort(x))                                                                 \
    X(argsort, 1, jac_argsort(x))                                                                 \
    X(argsort_axis, 1, jac_argsort(x, .axis = 0))                                                 \
    X(argsort_descending, 1, jac_argsort(x, 0, .descending = true))                               \
    X(argsort_special, 1, jac_argsort(x))                                                         \
    X(lexsort, 2, jac_lexsort(x, y))                                                              \
    X(sort_all, 2, sorted_by_both(x, y))                                                          \
    X(top_k_values, 1, jac_top_k(x, 2).values)                                                    \
    X(top_k_indices, 1, jac_top_k(x, 3).indices)                                                  \
    X(searchsorted, 2, jac_searchsorted(x, y))                                                    \
    X(searchsorted_right, 2, jac_searchsorted(x, y, .right = true))                               \
    X(searchsorted_nothing, 2, jac_searchsorted(x, y))                                            \
    X(digitize, 2, jac_digitize(x, y))                                                            \
    X(digitize_right, 2, jac_digitize(x, y, .right = true))                                       \
    X(median, 1, jac_median(x))                                                                   \
    X(median_axis, 1, jac_median(x, 0))                                                           \
    X(median_ints, 1, jac_median(x))                                                              \
    X(median_nan, 1, jac_median(x))                                                               \
    X(quantile, 1, jac_quantile(x, 0.3))                                                          \
    X(quantile_vector, 2, jac_quantile(x, y, 1))                                                  \
    X(quantile_lower, 1, jac_quantile(x, 0.4, 1, .method = JAC_LOWER))                            \
    X(quantile_higher, 1, jac_quantile(x, 0.4, 1, .method = JAC_HIGHER))                          \
    X(quantile_midpoint, 1, jac_quantile(x, 0.4, 1, .method = JAC_MIDPOINT))                      \
    X(quantile_nearest, 1, jac_quantile(x, 0.4, 1, .method = JAC_NEAREST))                        \
    X(quantile_keepdims, 1, jac_quantile(x, 0.4, .axis = 1, .keepdims = true))                    \
    X(percentile, 1, jac_percentile(x, 70))                                                       \
    REDUCTION(X, sum)                                                                             \
    REDUCTION(X, prod)                                                                            \
    REDUCTION(X, max)                                                                             \
    REDUCTION(X, min)                                                                             \
    REDUCTION(X, mean)                                                                            \
    REDUCTION(X, var)                                                                             \
    REDUCTION(X, std)                                                                             \
    X(sum_u8, 1, jac_sum(x))                                                                      \
    X(prod_u8, 1, jac_prod(x))                                                                    \
    X(sum_none, 1, jac_sum(x, JAC_AXES()))                                                        \
    X(sum_empty, 1, jac_sum(x, JAC_AXES(0)))                                                      \
    X(mean_empty, 1, jac_mean(x))                                                                 \
    X(prod_zeros, 1, jac_prod(x, JAC_AXES(1)))                                                    \
    X(max_ties, 1, jac_max(x, JAC_AXES(1)))                                                       \
    X(max_nan, 1, jac_max(x))                                                                     \
    X(var_ddof, 1, jac_var(x, JAC_AXES(1), .ddof = 1))                                            \
    X(var_ddof_large, 1, jac_var(x, JAC_AXES(0), .ddof = 2))                                      \
    X(std_zero, 1, jac_std(x))                                                                    \
    X(all, 1, jac_all(x))                                                                         \
    X(any, 1, jac_any(x, JAC_AXES(1)))                                                            \
    X(all_keepdims, 1, jac_all(x, JAC_AXES(0), .keepdims = true))                                 \
    X(logsumexp, 1, jac_logsumexp(x))                                                             \
    X(logsumexp_axis, 1, jac_logsumexp(x, JAC_AXES(0), .keepdims = true))                         \
    X(logsumexp_limits, 1, jac_logsumexp(x, JAC_AXES(1)))                                         \
    X(logsumexp_empty, 1, jac_logsumexp(x, JAC_AXES(1)))                                          \
    X(logsumexp_ints, 1, jac_logsumexp(x))                                                        \
    X(norm, 1, jac_norm(x))                                                                       \
    X(norm_axis, 1, jac_norm(x, JAC_AXES(1), .keepdims = true))                                   \
    X(norm_zero, 1, jac_norm(x))                                                                  \
    X(norm_ints, 1, jac_norm(x))                                                                  \
    POSITION(X, argmax)                                                                           \
    POSITION(X, argmin)                                                                           \
    RUNNING(X, cumsum)                                                                            \
    RUNNING(X, cumprod)                                                                           \
    X(cummax, 1, jac_cummax(x, 0))                                                                \
    X(cummin, 1, jac_cummin(x, 1))                                                                \
    X(cumlogsumexp, 1, jac_cumlogsumexp(x, 1))                                                    \
    X(cumlogsumexp_ints, 1, jac_cumlogsumexp(x, 0))                                               \
    X(reduce_xor, 1, jac_reduce_xor(x, 1))                                                        \
    X(reduce_precision, 1, jac_reduce_precision(x, 4, 3))                                         \
    X(mulhi, 2, jac_mulhi(x, y))                                                                  \
    X(bincount, 1, jac_bincount(x, 4))                                                            \
    X(bincount_weights, 2, jac_bincount(x, 3, .weights = y))                                      \
    X(histogram, 2, jac_histogram(x, y))                                                          \
    X(isin, 2, jac_isin(x, y))                                                                    \
    X(isin_none, 2, jac_isin(x, y))                                                               \
    X(histogram_count, 1, jac_histogram(x, 4))                                                    \
    X(histogram_edges, 1, jac_histogram_bin_edges(x, 3))                                          \
    X(histogram_same, 1, jac_histogram_bin_edges(x, 2))                                           \
    X(histogram_range, 1, jac_histogram(x, 5, .range = (double[]){-1, 1}))                        \
    X(histogram_density, 2, jac_histogram(x, floats((float[]){-2.0f, -1.0f, 0.5f, 2.0f}, 4), .weights = y, .density = true))\
    X(histogram2d, 2, jac_histogram2d(x, y, 3, floats((float[]){-1.0f, 0.0f, 1.0f}, 3)))                     \
    X(histogramdd, 2, boxes(x, y))                                                                \
    X(isin_invert, 2, jac_isin(x, y, .invert = true))                                             \
    X(searchsorted_sorter, 2, jac_searchsorted(x, y, .sorter = jac_argsort(x)))                   \
    X(searchsorted_sort, 2, jac_searchsorted(x, y, .method = JAC_SEARCH_SORT))                    \
    X(searchsorted_sort_right, 2, jac_searchsorted(x, y, .right = true, .method = JAC_SEARCH_SORT))\
    X(searchsorted_all, 2, jac_searchsorted(x, y, .method = JAC_SEARCH_COMPARE_ALL))              \
    X(median_axes, 1, jac_median(x, .axis = JAC_AXES(0, 2)))                                      \
    X(quantile_axes_keepdims, 1, jac_quantile(x, floats((float[]){0.2f, 0.9f}, 2), .axis = JAC_AXES(0, 2), .keepdims = true))\
    X(percentile_nearest, 1, jac_percentile(x, 70, .method = JAC_NEAREST))                        \
    X(nanmedian, 1, jac_nanmedian(x))                                                             \
    X(nanmedian_axis, 1, jac_nanmedian(x, 1))                                                     \
    X(nanquantile, 1, jac_nanquantile(x, floats((float[]){0.1f, 0.6f}, 2), 0))                               \
    X(nanpercentile, 1, jac_nanpercentile(x, 35))                                                 \
    X(quantile_inverted, 1, jac_quantile(x, floats((float[]){0.0f, 0.4f, 1.0f}, 3), 1, .method = JAC_INVERTED_CDF))\
    X(quantile_weights, 2, jac_quantile(x, 0.4, 1, .method = JAC_INVERTED_CDF, .weights = y))     \
    X(unique_size, 1, jac_unique(x, .size = 4))                                                   \
    X(unique_fill, 1, jac_unique(x, .size = 8, .fill_value = jac_asarray(-3)))                    \
    X(unique_nans, 1, jac_unique(x, .size = 6, .equal_nan = false))                               \
    X(unique_index, 1, of_unique(x, 5, 1))                                                        \
    X(unique_inverse, 1, of_unique(x, 5, 2))                                                      \
    X(unique_counts, 1, of_unique(x, 6, 3))                                                       \
    X(unique_rows, 1, jac_unique(x, 0, .size = 4, .fill_value = jac_asarray(9)))                  \
    X(unique_columns, 1, jac_unique(x, .axis = 1, .size = 3))                                     \
    X(union1d, 2, jac_union1d(x, y, .size = 7))                                                   \
    X(union1d_fill, 2, jac_union1d(x, y, .size = 7, .fill_value = jac_asarray(8)))                \
    X(intersect1d, 2, jac_intersect1d(x, y, .size = 4))                                           \
    X(intersect1d_fill, 2, jac_intersect1d(x, y, .size = 4, .fill_value = jac_asarray(7)))        \
    X(intersect1d_none, 2, jac_intersect1d(x, y, .size = 2))                                      \
    X(intersect1d_indices, 2, common_places(x, y, 3))                                             \
    X(setdiff1d, 2, jac_setdiff1d(x, y, .size = 4))                                               \
    X(setdiff1d_unique, 2, jac_setdiff1d(x, y, .size = 4, .fill_value = jac_asarray(-1), .assume_unique = true))\
    X(setxor1d, 2, jac_setxor1d(x, y, .size = 6))                                                 \
    X(setxor1d_fill, 2, jac_setxor1d(x, y, .size = 5, .fill_value = jac_asarray(9)))              \
    X(rankdata_average, 1, jac_rankdata(x, .method = JAC_RANK_AVERAGE))                           \
    X(rankdata_min, 1, jac_rankdata(x, .method = JAC_RANK_MIN))                                   \
    X(rankdata_max, 1, jac_rankdata(x, .method = JAC_RANK_MAX))                                   \
    X(rankdata_dense, 1, jac_rankdata(x, .method = JAC_RANK_DENSE))                               \
    X(rankdata_ordinal, 1, jac_rankdata(x, .method = JAC_RANK_ORDINAL))                           \
    X(rankdata_axis, 1, jac_rankdata(x, 0))                                                       \
    X(rankdata_nan, 1, jac_rankdata(x, 1))                                                        \
    X(partition_kth, 1, jac_at(jac_partition(x, 2), 2))                                           \
    X(argpartition_kth, 1, jac_at(jac_argpartition(x, 1, 0), 1))                                  \
    X(approx_max_k, 1, jac_approx_max_k(x, 2).values)                                             \
    X(approx_max_k_indices, 1, jac_approx_max_k(x, 2, .reduction_dimension = 0).indices)          \
    X(approx_min_k, 1, jac_approx_min_k(x, 3, .reduction_dimension = 0).values)                   \
    X(max_pool, 1, jac_max_pool(x, JAC_DIMS(2, 2), .window_strides = JAC_DIMS(2, 2)))             \
    X(max_pool_same, 1, jac_max_pool(x, JAC_DIMS(3, 3), .padding = "SAME"))                       \
    X(min_pool, 1, jac_min_pool(x, JAC_DIMS(2, 1)))                                               \
    X(avg_pool, 1, jac_avg_pool(x, JAC_DIMS(3, 2), .window_strides = JAC_DIMS(2, 1),              \
                                .padding = "SAME"))                                               \
    X(avg_pool_valid, 1, jac_avg_pool(x, JAC_DIMS(3, 2), .padding = "SAME",                       \
                                      .exclude_padding = true))                                   \
    X(window_sum, 1, jac_reduce_window_sum(x, JAC_DIMS(2, 3), .low = JAC_DIMS(1, 0),              \
                                           .high = JAC_DIMS(0, 2),                                \
                                           .base_dilation = JAC_DIMS(2, 1),                       \
                                           .window_dilation = JAC_DIMS(1, 2)))                    \
    X(window_ints, 1, jac_reduce_window_max(x, JAC_DIMS(3)))                                      \
    X(dot_vectors, 2, jac_dot(x, y))                                                              \
    X(dot_matrix_vector, 2, jac_dot(x, y))                                                        \
    X(dot_vector_matrix, 2, jac_dot(x, y))                                                        \
    X(dot_matrices, 2, jac_dot(x, y))                                                             \
    X(dot_scalar, 2, jac_dot(x, y))                                                               \
    X(dot_rank3, 2, jac_dot(x, y))                                                                \
    X(dot_mixed, 2, jac_dot(x, y))                                                                \
    X(dot_ints, 2, jac_dot(x, y))                                                                 \
    X(dot_bools, 2, jac_dot(x, y))                                                                \
    X(matmul, 2, jac_matmul(x, y))                                                                \
    X(matmul_vector, 2, jac_matmul(x, y))                                                         \
    X(matmul_by_vector, 2, jac_matmul(x, y))                                                      \
    X(matmul_batch, 2, jac_matmul(x, y))                                                          \
    X(matmul_batch_by_matrix, 2, jac_matmul(x, y))                                                \
    X(matmul_matrix_by_batch, 2, jac_matmul(x, y))                                                \
    X(matmul_broadcast, 2, jac_matmul(x, y))                                                      \
    X(outer, 2, jac_outer(x, y))                                                                  \
    X(dot_general, 2, jac_dot_general(x, y, JAC_DIMS(2), JAC_DIMS(1), JAC_DIMS(0), JAC_DIMS(0)))  \
    X(einsum_matmul, 2, jac_einsum("ij,jk->ik", x, y))                                            \
    X(einsum_implicit, 2, jac_einsum("ij,jk", x, y))                                              \
    X(einsum_implicit_order, 2, jac_einsum("ba,cb", x, y))                                        \
    X(einsum_trace, 1, jac_einsum("ii", x))                                                       \
    X(einsum_diagonal, 1, jac_einsum("ii->i", x))                                                 \
    X(einsum_transposed, 1, jac_einsum("ij->ji", x))                                              \
    X(einsum_sum, 1, jac_einsum("ij->", x))                                                       \
    X(einsum_sum_axis, 1, jac_einsum("ij->j", x))                                                 \
    X(einsum_elementwise, 2, jac_einsum("ij,ij->ij", x, y))                                       \
    X(einsum_inner, 2, jac_einsum("i,i", x, y))                                                   \
    X(einsum_outer, 2, jac_einsum("i,j->ji", x, y))                                               \
    X(einsum_batch, 2, jac_einsum("bij,bjk->bik", x, y))                                          \
    X(einsum_batch_last, 2, jac_einsum("ijb,jkb->bik", x, y))                                     \
    X(einsum_alone, 2, jac_einsum("ij,k->k", x, y))                                               \
    X(einsum_three, 3, jac_einsum("ij,jk,kl->il", x, y, z))                                       \
    X(einsum_hadamard_three, 3, jac_einsum("i,i,i->i", x, y, z))                                  \
    X(einsum_ellipsis, 2, jac_einsum("...ij,...jk->...ik", x, y))                                 \
    X(einsum_ellipsis_one, 1, jac_einsum("...i->...", x))                                         \
    X(einsum_ellipsis_implicit, 2, jac_einsum("...i,ij", x, y))                                   \
    X(einsum_ellipsis_middle, 1, jac_einsum("i...j->j...i", x))                                   \
    X(einsum_triple, 1, jac_einsum("iii->i", x))                                                  \
    X(einsum_two_diagonals, 1, jac_einsum("ijij->ji", x))                                         \
    X(einsum_broadcast_one, 2, jac_einsum("ij,ij->ij", x, y))                                     \
    X(einsum_diagonal_product, 2, jac_einsum("ii,ij->j", x, y))                                   \
    X(einsum_spaces, 2, jac_einsum(" i j , j -> i ", x, y))                                       \
    X(einsum_capitals, 2, jac_einsum("aB,Bc->ac", x, y))                                          \
    X(einsum_scalar, 2, jac_einsum(",i->i", x, y))                                                \
    X(einsum_mixed, 2, jac_einsum("i,i->", x, y))                                                 \
    X(einsum_ints, 2, jac_einsum("ij,j->i", x, y))                                                \
    X(sigmoid, 1, jac_sigmoid(x))                                                                 \
    X(relu, 1, jac_relu(x))                                                                       \
    X(relu_ints, 1, jac_relu(x))                                                                  \
    X(silu, 1, jac_silu(x))                                                                       \
    X(gelu, 1, jac_gelu(x))                                                                       \
    X(gelu_ints, 1, jac_gelu(x))                                                                  \
    X(softmax, 1, jac_softmax(x, -1))                                                             \
    X(softmax_first, 1, jac_softmax(x, 0))                                                        \
    X(softmax_limits, 1, jac_softmax(x, -1))                                                      \
    X(softmax_empty, 1, jac_softmax(x, -1))                                                       \
    X(log_softmax, 1, jac_log_softmax(x, -1))                                                     \
    X(log_softmax_first, 1, jac_log_softmax(x, 0))                                                \
    X(conv_general_dilated, 2, jac_conv_general_dilated(x, y))                                    \
    X(conv_general_dilated_same, 2,                                                               \
      jac_conv_general_dilated(x, y, .window_strides = JAC_DIMS(2, 3), .padding = "SAME"))        \
    X(conv_general_dilated_lower, 2,                                                              \
      jac_conv_general_dilated(x, y, .padding = "SAME_LOWER", .rhs_dilation = JAC_DIMS(1, 2)))    \
    X(conv_general_dilated_pairs, 2,                                                              \
      jac_conv_general_dilated(x, y, .window_strides = JAC_DIMS(1, 2), .low = JAC_DIMS(2, 0),     \
                               .high = JAC_DIMS(-1, 3), .lhs_dilation = JAC_DIMS(2, 1),           \
                               .rhs_dilation = JAC_DIMS(1, 2),                                    \
                               .dimension_numbers = "NHWC,HWIO->CNHW"))                           \
    X(conv_general_dilated_crossed, 2,                                                            \
      jac_conv_general_dilated(x, y, .window_strides = JAC_DIMS(1, 2), .low = JAC_DIMS(1, 0),     \
                               .high = JAC_DIMS(0, 1), .dimension_numbers = "NHWC,WHIO->NCHW"))   \
    X(conv_general_dilated_features, 2,                                                           \
      jac_conv_general_dilated(x, y, .padding = "SAME", .feature_group_count = 3))                \
    X(conv_general_dilated_batches, 2,                                                            \
      jac_conv_general_dilated(x, y, .padding = "SAME", .batch_group_count = 2))                  \
    X(conv_general_dilated_i8, 2,                                                                 \
      jac_conv_general_dilated(x, y, .preferred_element_type = JAC_I32))                          \
    X(conv, 2, jac_conv(x, y, JAC_DIMS(2, 1), "SAME"))                                            \
    X(conv_transpose, 2, jac_conv_transpose(x, y, JAC_DIMS(2, 2), "SAME"))                        \
    X(conv_transpose_valid, 2,                                                                    \
      jac_conv_transpose(x, y, JAC_DIMS(1, 3), "VALID", .rhs_dilation = JAC_DIMS(2, 1)))          \
    X(conv_transpose_kernel, 2,                                                                   \
      jac_conv_transpose(x, y, JAC_DIMS(2, 3), NULL, .low = JAC_DIMS(1, 0),                       \
                         .high = JAC_DIMS(2, 1), .transpose_kernel = true))                       \
    SLIDING(X, convolve) SLIDING(X, correlate) SLIDING(X, signal_convolve)                        \
    SLIDING(X, signal_correlate)                                                                  \
    X(convolve_ints, 2, jac_convolve(x, y, "full"))
#define SLIDING(X, f)                                                                             \
    X(f##_full, 2, jac_##f(x, y, "full"))                                                         \
    X(f##_same, 2, jac_##f(x, y, "same"))                                                         \
    X(f##_valid, 2, jac_##f(x, y, "valid"))                                                       \
    X(f##_swapped_full, 2, jac_##f(x, y, "full"))                                                 \
    X(f##_swapped_same, 2, jac_##f(x, y, "same"))                                                 \
    X(f##_swapped_valid, 2, jac_##f(x, y, "valid"))
#define REDUCTION(X, f)                                                                           \
    X(f, 1, jac_##f(x))                                                                           \
    X(f##_axis, 1, jac_##f(x, JAC_AXES(1)))                                                       \
    X(f##_keepdims, 1, jac_##f(x, JAC_AXES(0, -1), .keepdims = true))                             \
    X(f##_ints, 1, jac_##f(x))                                                                    \
    X(f##_bools, 1, jac_##f(x))
#define POSITION(X, f)                                                                            \
    X(f, 1, jac_##f(x))                                                                           \
    X(f##_axis, 1, jac_##f(x, JAC_AXES(1)))                                                       \
    X(f##_keepdims, 1, jac_##f(x, JAC_AXES(0), .keepdims = true))                                 \
    X(f##_all_keepdims, 1, jac_##f(x, .keepdims = true))                                          \
    X(f##_nan, 1, jac_##f(x))                                                                     \
    X(f##_ints, 1, jac_##f(x))                                                                    \
    X(f##_bools, 1, jac_##f(x))
#define RUNNING(X, f)                                                                             \
    X(f, 1, jac_##f(x, 1))                                                                        \
    X(f##_first, 1, jac_##f(x, 0))                                                                \
    X(f##_bools, 1, jac_##f(x, 0))                                                                \
    X(f##_u8, 1, jac_##f(x, 0))
// clang-format on

#endif

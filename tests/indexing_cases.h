/* Indices that are compared with JAX, like the calls in numpy_cases.h. The values are in
 * tests/golden/indexing_cases.txt. */
#ifndef JACQUARD_TESTS_INDEXING_CASES_H
#define JACQUARD_TESTS_INDEXING_CASES_H

static jac mask3(void)
{
    return jac_array(JAC_SHAPE(3), (bool[]){1, 0, 1});
}

static jac mask4(void)
{
    return jac_array(JAC_SHAPE(4), (bool[]){1, 0, 0, 1});
}

static jac mask34(void)
{
    return jac_array(JAC_SHAPE(3, 4), (bool[]){1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 1});
}

JAC_DEF(jac, sine, (jac, x))
{
    return jac_sin(x);
}

static jac both_of(jac_nonzero_opts o, jac x)
{
    jac at[2];
    return jac_nonzero_(JAC_AT, x, o, JAC_OUT(at)) ? jac_stack(0, at[0], at[1]) : JAC_NULL;
}

static jac unraveled(jac i)
{
    jac at[3];
    return jac_unravel_index(i, JAC_SHAPE(3, 2, 2), at) ? jac_stack(0, at[0], at[1], at[2]) : JAC_NULL;
}

// clang-format off
#define INDEXING_CASES(X)                                                                         \
    X(index_nothing, 1, jac_index(x))                                                             \
    X(index_int, 1, jac_index(x, -1))                                                             \
    X(index_ints, 1, jac_index(x, 1, 2u))                                                         \
    X(index_column, 1, jac_index(x, JAC_ALL, 1))                                                  \
    X(index_range, 1, jac_index(x, JAC_RANGE(1, JAC_END), JAC_RANGE(-3, -1)))                     \
    X(index_step, 1, jac_index(x, JAC_RANGE(0, JAC_END, 2), JAC_RANGE(1, JAC_END, 2)))            \
    X(index_backwards, 1, jac_index(x, JAC_RANGE(JAC_END, JAC_END, -1), JAC_RANGE(3, 0, -2)))     \
    X(index_backwards_short, 1, jac_index(x, JAC_RANGE(1, JAC_END, -1), JAC_RANGE(-1, -9, -3)))   \
    X(index_clipped_range, 1, jac_index(x, JAC_RANGE(-9, 9), JAC_RANGE(2, 99)))                   \
    X(index_empty, 1, jac_index(x, JAC_RANGE(2, 1)))                                              \
    X(index_new, 1, jac_index(x, JAC_NEW, 0, JAC_ALL, JAC_NEW))                                   \
    X(index_ellipsis, 1, jac_index(x, JAC_ELLIPSIS, 1))                                           \
    X(index_ellipsis_middle, 1, jac_index(x, 1, JAC_ELLIPSIS, JAC_NEW, 0))                        \
    X(index_ellipsis_of_none, 1, jac_index(x, 1, JAC_ELLIPSIS, 2, 0))                             \
    X(index_scalar, 2, jac_index(x, y))                                                           \
    X(index_scalars, 3, jac_index(x, y, z))                                                       \
    X(index_scalar_column, 2, jac_index(x, JAC_ALL, y))                                           \
    X(index_scalar_and_range, 2, jac_index(x, JAC_RANGE(JAC_END, JAC_END, -1), y, JAC_RANGE(1, 3)))\
    X(index_scalar_too_large, 2, jac_index(x, y))                                                 \
    X(index_scalar_new, 2, jac_index(x, JAC_NEW, y, JAC_NEW))                                     \
    X(index_array, 2, jac_index(x, y))                                                            \
    X(index_array_2d, 2, jac_index(x, y))                                                         \
    X(index_array_last, 2, jac_index(x, JAC_ELLIPSIS, y))                                         \
    X(index_array_step, 2, jac_index(x, JAC_RANGE(JAC_END, JAC_END, -1), y, JAC_RANGE(0, JAC_END, 3)))\
    X(index_arrays, 3, jac_index(x, y, z))                                                        \
    X(index_arrays_repeated, 3, jac_index(x, y, z))                                               \
    X(index_arrays_middle, 3, jac_index(x, JAC_ALL, y, z))                                        \
    X(index_arrays_apart, 3, jac_index(x, y, JAC_ALL, z))                                         \
    X(index_arrays_new_between, 3, jac_index(x, y, JAC_NEW, z))                                   \
    X(index_arrays_new_before, 2, jac_index(x, JAC_NEW, JAC_ALL, y, JAC_NEW))                     \
    X(index_array_and_int, 2, jac_index(x, y, 1))                                                 \
    X(index_int_and_array, 2, jac_index(x, 0, JAC_ALL, y))                                        \
    X(index_int_beside_array, 2, jac_index(x, JAC_ALL, 2, y))                                     \
    X(index_scalar_and_array, 3, jac_index(x, y, JAC_ALL, z))                                     \
    X(index_array_ellipsis_array, 3, jac_index(x, y, JAC_ELLIPSIS, z))                            \
    X(index_arrays_around_nothing, 3, jac_index(x, JAC_ALL, y, JAC_ELLIPSIS, z))                  \
    X(index_array_out_of_range, 2, jac_index(x, y))                                               \
    X(index_array_i64_x, 2, jac_index(x, y))                                                      \
    X(index_clip, 2, jac_index(x, y, JAC_MODE(JAC_CLIP)))                                         \
    X(index_fill, 2, jac_index(x, y, JAC_MODE(JAC_FILL_OR_DROP)))                                 \
    X(index_fill_ints, 2, jac_index(x, y, JAC_MODE(JAC_FILL_OR_DROP)))                            \
    X(index_fill_value, 2, jac_index(x, JAC_ALL, y, JAC_MODE(.fill_value = jac_asarray(7))))      \
    X(index_fill_scalar, 2, jac_index(x, y, JAC_MODE(.fill_value = jac_asarray(0))))              \
    X(index_wrap, 2, jac_index(x, y, JAC_MODE(JAC_WRAP)))                                         \
    X(index_mask, 1, jac_index(x, mask3()))                                                       \
    X(index_mask_2d, 1, jac_index(x, mask34()))                                                   \
    X(index_mask_last, 1, jac_index(x, JAC_ALL, JAC_ALL, mask4()))                                \
    X(index_mask_and_array, 2, jac_index(x, y, JAC_ALL, mask4()))                                 \
    X(index_mask_and_new, 1, jac_index(x, JAC_ALL, JAC_NEW, mask34()))                            \
    X(index_empty_array, 2, jac_index(x, y))                                                      \
    X(index_no_element, 1, jac_index(x, JAC_RANGE(0, 2), JAC_ALL))                                \
    X(set_int, 2, jac_set(x, y, 1))                                                               \
    X(set_number, 1, jac_set(x, 9, JAC_ALL, 2))                                                   \
    X(set_element, 2, jac_set(x, y, 1, 2))                                                        \
    X(set_range, 2, jac_set(x, y, JAC_RANGE(1, JAC_END), JAC_RANGE(1, 3)))                        \
    X(set_backwards, 2, jac_set(x, y, JAC_RANGE(JAC_END, JAC_END, -1), JAC_RANGE(0, 2)))          \
    X(set_step, 2, jac_set(x, y, JAC_RANGE(0, JAC_END, 2), JAC_RANGE(JAC_END, JAC_END, -2)))      \
    X(set_all, 2, jac_set(x, y, JAC_ALL))                                                         \
    X(set_new, 2, jac_set(x, y, 1, JAC_NEW))                                                      \
    X(set_new_broadcast, 2, jac_set(x, y, JAC_ALL, JAC_NEW, 1))                                   \
    X(set_broadcast, 2, jac_set(x, y, JAC_ELLIPSIS, JAC_RANGE(1, 3)))                             \
    X(set_scalar, 3, jac_set(x, y, z))                                                            \
    X(set_scalars, 3, jac_set(x, y, z, z))                                                        \
    X(set_scalar_column, 3, jac_set(x, y, JAC_ALL, z))                                            \
    X(set_scalar_too_large, 3, jac_set(x, y, z))                                                  \
    X(set_scalar_too_small, 3, jac_set(x, y, z))                                                  \
    X(set_scalar_and_range, 3, jac_set(x, y, JAC_RANGE(1, JAC_END), z))                           \
    X(set_scalar_and_step, 3, jac_set(x, y, JAC_RANGE(JAC_END, JAC_END, -2), z))                  \
    X(set_array, 3, jac_set(x, y, z))                                                             \
    X(set_array_repeated, 3, jac_set(x, y, z))                                                    \
    X(set_array_last, 3, jac_set(x, y, JAC_ALL, z))                                               \
    X(set_array_out_of_range, 3, jac_set(x, y, z))                                                \
    X(set_array_clip, 3, jac_set(x, y, z, JAC_MODE(JAC_CLIP)))                                    \
    X(set_arrays_apart, 3, jac_set(x, y, z, JAC_RANGE(1, JAC_END), z))                            \
    X(set_array_step, 3, jac_set(x, y, z, JAC_ALL, JAC_RANGE(JAC_END, JAC_END, -3)))              \
    X(set_array_and_int, 3, jac_set(x, y, z, 1))                                                  \
    X(set_array_new, 3, jac_set(x, y, z, JAC_NEW, JAC_RANGE(0, 2)))                               \
    X(set_mask, 1, jac_set(x, 5, mask34()))                                                       \
    X(set_mask_scalar, 2, jac_set(x, y, mask34()))                                                \
    X(set_mask_values, 2, jac_set(x, y, mask34()))                                                \
    X(set_mask_rows, 2, jac_set(x, y, mask3()))                                                   \
    X(set_ints, 2, jac_set(x, y, 0))                                                              \
    X(set_into_floats, 2, jac_set(x, y, 0))                                                       \
    X(set_bools, 2, jac_set(x, jac_scalar(JAC_BOOL, 1), y))                                       \
    X(set_empty, 3, jac_set(x, y, z))                                                             \
    X(add_at_int, 2, jac_add_at(x, y, 1))                                                         \
    X(add_at_range, 2, jac_add_at(x, y, JAC_RANGE(JAC_END, JAC_END, -1), JAC_RANGE(1, 3)))        \
    X(add_at_scalar, 3, jac_add_at(x, y, z))                                                      \
    X(add_at_array, 3, jac_add_at(x, y, z))                                                       \
    X(add_at_repeated, 3, jac_add_at(x, y, z))                                                    \
    X(add_at_rows, 3, jac_add_at(x, y, JAC_ALL, z))                                               \
    X(add_at_mask, 2, jac_add_at(x, y, mask34()))                                                 \
    X(add_at_ints, 3, jac_add_at(x, y, z))                                                        \
    X(sub_at_int, 2, jac_sub_at(x, y, 1))                                                         \
    X(sub_at_range, 2, jac_sub_at(x, y, JAC_RANGE(JAC_END, JAC_END, -1), JAC_RANGE(1, 3)))        \
    X(sub_at_scalar, 3, jac_sub_at(x, y, z))                                                      \
    X(sub_at_array, 3, jac_sub_at(x, y, z))                                                       \
    X(sub_at_repeated, 3, jac_sub_at(x, y, z))                                                    \
    X(sub_at_rows, 3, jac_sub_at(x, y, JAC_ALL, z))                                               \
    X(sub_at_mask, 2, jac_sub_at(x, y, mask34()))                                                 \
    X(sub_at_ints, 3, jac_sub_at(x, y, z))                                                        \
    X(mul_at_int, 2, jac_mul_at(x, y, 1))                                                         \
    X(mul_at_range, 2, jac_mul_at(x, y, JAC_RANGE(JAC_END, JAC_END, -1), JAC_RANGE(1, 3)))        \
    X(mul_at_scalar, 3, jac_mul_at(x, y, z))                                                      \
    X(mul_at_array, 3, jac_mul_at(x, y, z))                                                       \
    X(mul_at_repeated, 3, jac_mul_at(x, y, z))                                                    \
    X(mul_at_rows, 3, jac_mul_at(x, y, JAC_ALL, z))                                               \
    X(mul_at_mask, 2, jac_mul_at(x, y, mask34()))                                                 \
    X(mul_at_ints, 3, jac_mul_at(x, y, z))                                                        \
    X(min_at_int, 2, jac_min_at(x, y, 1))                                                         \
    X(min_at_range, 2, jac_min_at(x, y, JAC_RANGE(JAC_END, JAC_END, -1), JAC_RANGE(1, 3)))        \
    X(min_at_scalar, 3, jac_min_at(x, y, z))                                                      \
    X(min_at_array, 3, jac_min_at(x, y, z))                                                       \
    X(min_at_repeated, 3, jac_min_at(x, y, z))                                                    \
    X(min_at_rows, 3, jac_min_at(x, y, JAC_ALL, z))                                               \
    X(min_at_mask, 2, jac_min_at(x, y, mask34()))                                                 \
    X(min_at_ints, 3, jac_min_at(x, y, z))                                                        \
    X(max_at_int, 2, jac_max_at(x, y, 1))                                                         \
    X(max_at_range, 2, jac_max_at(x, y, JAC_RANGE(JAC_END, JAC_END, -1), JAC_RANGE(1, 3)))        \
    X(max_at_scalar, 3, jac_max_at(x, y, z))                                                      \
    X(max_at_array, 3, jac_max_at(x, y, z))                                                       \
    X(max_at_repeated, 3, jac_max_at(x, y, z))                                                    \
    X(max_at_rows, 3, jac_max_at(x, y, JAC_ALL, z))                                               \
    X(max_at_mask, 2, jac_max_at(x, y, mask34()))                                                 \
    X(max_at_ints, 3, jac_max_at(x, y, z))                                                        \
    X(apply_at_int, 1, jac_apply_at(x, sine_fn, 1))                                               \
    X(apply_at_range, 1, jac_apply_at(x, sine_fn, JAC_ALL, JAC_RANGE(JAC_END, JAC_END, -2)))      \
    X(apply_at_array, 2, jac_apply_at(x, sine_fn, y))                                             \
    X(apply_at_repeated, 2, jac_apply_at(x, sine_fn, y))                                          \
    X(take_clip, 2, jac_take(x, y, 1))                                                            \
    X(take_wrap, 2, jac_take(x, y, 1, .mode = JAC_WRAP))                                          \
    X(take_fill, 2, jac_take(x, y, 1, JAC_FILL_OR_DROP))                                          \
    X(take_fill_value, 2, jac_take(x, y, 0, JAC_FILL_OR_DROP, .fill_value = jac_asarray(0)))      \
    X(take_along_axis_fill, 2, jac_take_along_axis(x, y, 1, JAC_FILL_OR_DROP))                    \
    X(take_along_axis_clip, 2, jac_take_along_axis(x, y, 0))                                      \
    X(put_along_axis, 3, jac_put_along_axis(x, y, z, 1))                                          \
    X(put_along_first_axis, 2, jac_put_along_axis(x, y, 9, 0))                                    \
    X(put_along_axis_broadcast, 3, jac_put_along_axis(x, y, z, 1, JAC_CLIP))                      \
    X(choose, 3, jac_choose(x, y, z))                                                             \
    X(segment_sum, 2, jac_segment_sum(x, y, 5))                                                   \
    X(segment_sum_of_vector, 2, jac_segment_sum(x, y, 3))                                         \
    X(segment_sum_ints, 2, jac_segment_sum(x, y, 3))                                              \
    X(segment_prod, 2, jac_segment_prod(x, y, 5))                                                 \
    X(segment_prod_of_vector, 2, jac_segment_prod(x, y, 3))                                       \
    X(segment_prod_ints, 2, jac_segment_prod(x, y, 3))                                            \
    X(segment_max, 2, jac_segment_max(x, y, 5))                                                   \
    X(segment_max_of_vector, 2, jac_segment_max(x, y, 3))                                         \
    X(segment_max_ints, 2, jac_segment_max(x, y, 3))                                              \
    X(segment_min, 2, jac_segment_min(x, y, 5))                                                   \
    X(segment_min_of_vector, 2, jac_segment_min(x, y, 3))                                         \
    X(segment_min_ints, 2, jac_segment_min(x, y, 3))                                              \
    X(segment_max_ties, 2, jac_segment_max(x, y, 2))                                              \
    X(segment_sum_sorted, 2, jac_segment_sum(x, y, 3, .indices_are_sorted = true))                \
    X(segment_sum_clip, 2, jac_segment_sum(x, y, 3, JAC_CLIP))                                    \
    X(segment_sum_of_none, 2, jac_segment_sum(x, y, 2))                                           \
    X(nonzero, 1, both_of((jac_nonzero_opts){.size = 4, .fill_value = jac_asarray(-1)}, x))       \
    X(nonzero_few, 1, both_of((jac_nonzero_opts){.size = 2}, x))                                  \
    X(argwhere, 1, jac_argwhere(x, .size = 4))                                                    \
    X(flatnonzero, 1, jac_flatnonzero(x, .size = 5, .fill_value = jac_asarray(7)))                \
    X(flatnonzero_of_none, 1, jac_flatnonzero(x, .size = 2))                                      \
    X(compress, 2, jac_compress(x, y, 1, .size = 3, .fill_value = jac_asarray(5)))                \
    X(extract, 2, jac_extract(x, y, .size = 4))                                                   \
    X(unravel_index, 1, unraveled(x))                                                             \
    X(ravel_multi_index, 2, jac_ravel_multi_index(JAC_SHAPE(3, 4), x, y))
// clang-format on

#endif

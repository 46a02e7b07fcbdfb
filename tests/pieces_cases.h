/* The calls of polynomials, windows, functions of functions, and of what puts parts in and takes them out, which are
 * compared with JAX. A row has the name of the case in tests/golden/pieces_cases.txt, the number of its arrays (x, y,
 * z), and the call. */
#ifndef JACQUARD_TESTS_PIECES_CASES_H
#define JACQUARD_TESTS_PIECES_CASES_H

#include "jacquard.h"

static inline jac pc_covariances(jac x, jac y)
{
    jac c;
    jac_polyfit(x, y, 1, .cov = &c);
    return c;
}

JAC_DEF(jac, pc_branches, (jac, a), (jac, b))
{
    return jac_where(jac_gt(a, b), jac_mul(a, b), jac_sin(a));
}

JAC_DEF(jac, pc_product, (jac, a), (jac, b))
{
    return jac_matmul(a, b);
}

JAC_DEF(jac, pc_reversed, (jac, v))
{
    return jac_mul(jac_flip(v), jac_sum(v));
}

JAC_DEF(jac, pc_sum, (jac, v))
{
    return jac_sum(v);
}

JAC_DEF(jac, pc_outer, (jac, v))
{
    return jac_outer(v, jac_slice_in_dim(v, 0, 2, 1, 0));
}

JAC_DEF(jac, pc_number, (jac, i), (jac, j))
{
    return jac_add(jac_mul(i, 10), j);
}

JAC_DEF(jac, pc_negative, (jac, v))
{
    return jac_neg(v);
}

JAC_DEF(jac, pc_squared, (jac, v))
{
    return jac_mul(v, v);
}

JAC_DEF(jac, pc_next, (jac, v))
{
    return jac_add(v, 1);
}

JAC_DEF(jac, pc_upper, (jac, v))
{
    return jac_triu(v);
}

static inline jac pc_at_mask(jac x)
{
    jac at[2];
    jac_mask_indices(3, pc_upper_fn, at, .size = 6);
    return jac_index(x, at[0], at[1]);
}

#define PC_OF(...) jac_asarray(__VA_ARGS__)

// clang-format off
#define PIECES_CASES(X)                                                                                     \
    X(polyval, 2, jac_polyval(x, y))                                                                        \
    X(polyval_long, 2, jac_polyval(x, y))                                                                   \
    X(polyval_ints, 2, jac_polyval(x, y))                                                                   \
    X(polyval_none, 2, jac_polyval(x, y))                                                                   \
    X(polyadd, 2, jac_polyadd(x, y))                                                                        \
    X(polysub, 2, jac_polysub(x, y))                                                                        \
    X(polyadd_ints, 2, jac_polyadd(x, y))                                                                   \
    X(polymul, 2, jac_polymul(x, y))                                                                        \
    X(polymul_ints, 2, jac_polymul(x, y))                                                                   \
    X(polydiv_q, 2, jac_polydiv(x, y).quotient)                                                             \
    X(polydiv_r, 2, jac_polydiv(x, y).remainder)                                                            \
    X(polydiv_short, 2, jac_polydiv(y, x).quotient)                                                         \
    X(polyder, 1, jac_polyder(x))                                                                           \
    X(polyder_2, 1, jac_polyder(x, 2))                                                                      \
    X(polyder_ints, 1, jac_polyder(x))                                                                      \
    X(polyint, 1, jac_polyint(x))                                                                           \
    X(polyint_2, 2, jac_polyint(x, 2, .k = y))                                                              \
    X(poly, 1, jac_poly(x))                                                                                 \
    X(poly_matrix, 1, jac_real(jac_poly(jac_add(x, jac_transpose(x)))))                                     \
    X(roots, 1, jac_sort(jac_abs(jac_roots(x, .strip_zeros = false))))                                      \
    X(roots_leading, 1, jac_isnan(jac_roots(x, .strip_zeros = false)))                                      \
    X(polyfit, 2, jac_polyfit(x, y, 2))                                                                     \
    X(polyfit_columns, 2, jac_polyfit(x, y, 1))                                                             \
    X(polyfit_weights, 3, jac_polyfit(x, y, 1, .w = z))                                                     \
    X(polyfit_cov, 2, pc_covariances(x, y))                                                                 \
    X(bartlett, 1, jac_add(jac_bartlett(6), x))                                                             \
    X(hanning, 1, jac_add(jac_hanning(6), x))                                                               \
    X(hamming, 1, jac_add(jac_hamming(6), x))                                                               \
    X(blackman, 1, jac_add(jac_blackman(6), x))                                                             \
    X(hanning_1, 1, jac_mul(jac_hanning(1), x))                                                             \
    X(kaiser, 1, jac_kaiser(7, x))                                                                          \
    X(select, 3, jac_select(JAC_ARRAYS(jac_gt(x, 0), jac_gt(y, 0)), JAC_ARRAYS(x, y), z))                   \
    X(select_ints, 1, jac_select(JAC_ARRAYS(jac_gt(x, 2), jac_gt(x, 1)), JAC_ARRAYS(x, jac_mul(x, 10))))    \
    X(delete, 1, jac_delete(x, 1, 1))                                                                       \
    X(delete_flat, 1, jac_delete(x, -2))                                                                    \
    X(delete_list, 1, jac_delete(x, JAC_DIMS(0, 3, -4), 1))                                                 \
    X(delete_mask, 1, jac_delete(x, PC_OF((bool[]){true, false, true})))                                    \
    X(delete_traced, 2, jac_delete(x, y, 1, .assume_unique_indices = true))                                 \
    X(insert, 2, jac_insert(x, 1, y))                                                                       \
    X(insert_flat, 1, jac_insert(x, 2, 7))                                                                  \
    X(insert_row, 2, jac_insert(x, 1, y, 0))                                                                \
    X(insert_column, 2, jac_insert(x, 1, y, .axis = 1))                                                     \
    X(insert_list, 2, jac_insert(x, JAC_DIMS(2, 0), y))                                                     \
    X(insert_list_axis, 2, jac_insert(x, JAC_DIMS(0, 3, 1), y, 1))                                          \
    X(insert_twice, 2, jac_insert(x, PC_OF((int[]){1, 1}), y))                                              \
    X(packbits, 1, jac_packbits(x))                                                                         \
    X(packbits_axis, 1, jac_packbits(x, 0, .bitorder = "little"))                                           \
    X(unpackbits, 1, jac_unpackbits(x))                                                                     \
    X(unpackbits_count, 1, jac_unpackbits(x, 1, .count = 11, .bitorder = "little"))                         \
    X(logspace, 1, jac_logspace(x, 3, 4))                                                                   \
    X(logspace_base, 1, jac_logspace(0, x, 3, .base = PC_OF(2)))                                            \
    X(geomspace, 2, jac_geomspace(x, y, 4))                                                                 \
    X(ragged_dot, 3, jac_ragged_dot(x, y, z))                                                               \
    X(vectorize, 2, jac_call1(jac_vectorize(pc_branches_fn, NULL), x, y))                                   \
    X(vectorize_dot, 2, jac_call1(jac_vectorize(pc_product_fn, "(n,m),(m)->(n)"), x, y))                    \
    X(apply_along_axis, 1, jac_apply_along_axis(pc_reversed_fn, 0, x))                                      \
    X(apply_along_axis_sum, 1, jac_apply_along_axis(pc_sum_fn, 1, x))                                       \
    X(apply_along_axis_outer, 1, jac_apply_along_axis(pc_outer_fn, 1, x))                                   \
    X(fromfunction, 1, jac_mul(x, jac_fromfunction(pc_number_fn, JAC_SHAPE(2, 3))))                         \
    X(piecewise, 1, jac_piecewise(x, JAC_ARRAYS(jac_lt(x, -1), jac_gt(x, 0)),                               \
                                  JAC_FNS(pc_negative_fn, pc_squared_fn, pc_next_fn)))                      \
    X(piecewise_0, 1, jac_piecewise(x, JAC_ARRAYS(jac_lt(x, 1), jac_gt(x, 0)),                              \
                                    JAC_FNS(pc_negative_fn, pc_squared_fn)))                                \
    X(mask_indices, 1, pc_at_mask(x))                                                                       \
    X(patches, 1, jac_conv_general_dilated_patches(x, JAC_SHAPE(2, 3), .window_strides = JAC_DIMS(1, 2),    \
                                                   .padding = "SAME"))                                      \
    X(patches_last, 1, jac_conv_general_dilated_patches(x, JAC_SHAPE(2, 2), .padding = "VALID",             \
                                                        .dimension_numbers = "NHWC,HWIO->NHWC"))            \
    X(conv_local, 2, jac_conv_general_dilated_local(x, y, JAC_SHAPE(2, 2), .padding = "VALID"))             \
    X(extend_edge, 1, jac_extend(x, JAC_DIMS(1, 0), JAC_DIMS(2, 5), "edge"))                                \
    X(extend_reflect, 1, jac_extend(x, JAC_DIMS(1, 0), JAC_DIMS(2, 5), "reflect"))                          \
    X(extend_symmetric, 1, jac_extend(x, JAC_DIMS(1, 0), JAC_DIMS(2, 5), "symmetric"))                      \
    X(extend_wrap, 1, jac_extend(x, JAC_DIMS(1, 0), JAC_DIMS(2, 5), "wrap"))                                \
    X(extend_one, 1, jac_extend(x, 1, 2, "reflect"))                                                        \
    X(round_2, 1, jac_round(x, 2))                                                                          \
    X(round_minus_1, 1, jac_round(x, -1))
// clang-format on

#endif

/* The calls that repeat, roll, stack and split arrays, or put them on diagonals, and are compared with JAX. A row has
 * the name of the case in tests/golden/shapes_cases.txt, the number of its arrays (x, y, z), and the call. */
#ifndef JACQUARD_TESTS_SHAPES_CASES_H
#define JACQUARD_TESTS_SHAPES_CASES_H

#include "jacquard.h"

typedef struct {
    jac at[4];
} sh_results;

/* Result k of a call that writes to r. */
#define SH_RESULT(k, call)                         \
    __extension__({                                \
        sh_results r = {{{NULL}, {NULL}, {NULL}}}; \
        (void)(call);                              \
        r.at[k];                                   \
    })
#define SH_STACKED(n, call)                        \
    __extension__({                                \
        sh_results r = {{{NULL}, {NULL}, {NULL}}}; \
        (void)(call);                              \
        jac_stack(0, JAC_HANDLES(n, r.at));        \
    })

static inline jac sh_open_mesh(jac x, jac i, jac j)
{
    jac at[2];
    jac_open_mesh(JAC_ARRAYS(i, j), at);
    return jac_index(x, at[0], at[1]);
}

static inline jac sh_sparse(jac x, jac y)
{
    jac at[2];
    jac_meshgrid(JAC_ARRAYS(x, y), at, .sparse = true);
    return jac_add(at[0], at[1]);
}

static inline jac sh_at_triangle(jac x)
{
    jac at[2];
    jac_tril_indices(3, at, .k = -1, .m = 4);
    return jac_index(x, at[0], at[1]);
}

static inline jac sh_at_upper(jac x)
{
    jac at[2];
    jac_triu_indices_from(x, at, 1);
    return jac_index(x, at[0], at[1]);
}

static inline jac sh_at_diagonal(jac x, bool from)
{
    jac at[2];
    if (from)
        jac_diag_indices_from(x, at);
    else
        jac_diag_indices(3, 2, at);
    return jac_index(x, at[0], at[1]);
}

// clang-format off
#define SHAPES_CASES(X)                                                                                     \
    X(repeat, 1, jac_repeat(x, 2, 1))                                                                       \
    X(repeat_flat, 1, jac_repeat(x, 3))                                                                     \
    X(repeat_first, 1, jac_repeat(x, 2, .axis = 0))                                                         \
    X(repeat_never, 1, jac_repeat(x, 0, 0))                                                                 \
    X(repeat_scalar, 1, jac_repeat(x, 3))                                                                   \
    X(repeat_list, 1, jac_repeat(x, JAC_DIMS(1, 0, 2), 1))                                                  \
    X(repeat_list_total, 1, jac_repeat(x, JAC_DIMS(1, 0, 2), 1, .total_repeat_length = 5))                  \
    X(repeat_list_short, 1, jac_repeat(x, jac_array(3, (int[]){1, 0, 2}), 1, .total_repeat_length = 2))     \
    X(repeat_array, 2, jac_repeat(x, y, 1, .total_repeat_length = 4))                                       \
    X(repeat_array_last, 2, jac_repeat(x, y, 0, .total_repeat_length = 5))                                  \
    X(repeat_ints, 1, jac_repeat(x, 2, 0))                                                                  \
    X(tile, 1, jac_tile(x, 2, 2))                                                                           \
    X(tile_last, 1, jac_tile(x, 3))                                                                         \
    X(tile_more, 1, jac_tile(x, JAC_DIMS(2, 1, 3)))                                                         \
    X(tile_middle, 1, jac_tile(x, 2, 1))                                                                    \
    X(tile_none, 1, jac_tile(x, 0))                                                                         \
    X(tile_bools, 1, jac_tile(x, 2))                                                                        \
    X(resize, 1, jac_resize(x, 2, 5))                                                                       \
    X(resize_shorter, 1, jac_resize(x, JAC_SHAPE(2, 2)))                                                    \
    X(roll, 1, jac_roll(x, 1, 1))                                                                           \
    X(roll_flat, 1, jac_roll(x, 2))                                                                         \
    X(roll_back, 1, jac_roll(x, -4, 2))                                                                     \
    X(roll_both, 1, jac_roll(x, JAC_DIMS(1, -1), JAC_AXES(0, 1)))                                           \
    X(roll_same_axes, 1, jac_roll(x, 1, 0, 1))                                                              \
    X(roll_traced, 2, jac_roll(x, y, 1))                                                                    \
    X(roll_traced_both, 2, jac_roll(x, y, 0, 1))                                                            \
    X(rot90_0, 1, jac_rot90(x, 0))                                                                          \
    X(rot90_1, 1, jac_rot90(x))                                                                             \
    X(rot90_2, 1, jac_rot90(x, -2))                                                                         \
    X(rot90_3, 1, jac_rot90(x, .k = 3))                                                                     \
    X(rot90_axes, 1, jac_rot90(x, 1, .axes = JAC_AXES(1, 2)))                                               \
    X(fliplr, 1, jac_fliplr(x))                                                                             \
    X(flipud, 1, jac_flipud(x))                                                                             \
    X(rollaxis, 1, jac_rollaxis(x, 2))                                                                      \
    X(rollaxis_later, 1, jac_rollaxis(x, 0, 2))                                                             \
    X(meshgrid, 2, SH_STACKED(2, jac_meshgrid(JAC_ARRAYS(x, y), r.at)))                                     \
    X(meshgrid_ij, 3, SH_STACKED(3, jac_meshgrid(JAC_ARRAYS(x, y, z), r.at, .indexing = "ij")))             \
    X(meshgrid_sparse, 2, sh_sparse(x, y))                                                                  \
    X(meshgrid_one, 1, SH_RESULT(0, jac_meshgrid(x, r.at)))                                                 \
    X(indices, 1, jac_add(jac_indices(JAC_SHAPE(2, 3)), jac_astype(x, jac_x64_enabled() ? JAC_I64 : JAC_I32))) \
    X(ix_, 3, sh_open_mesh(x, y, z))                                                                        \
    X(broadcast_arrays, 2, SH_STACKED(2, jac_broadcast_arrays(JAC_ARRAYS(x, y), r.at)))                     \
    X(atleast_1d_scalar, 1, jac_atleast_1d(x))                                                              \
    X(atleast_1d_vector, 1, jac_atleast_1d(x))                                                              \
    X(atleast_1d_matrix, 1, jac_atleast_1d(x))                                                              \
    X(atleast_2d_scalar, 1, jac_atleast_2d(x))                                                              \
    X(atleast_2d_vector, 1, jac_atleast_2d(x))                                                              \
    X(atleast_2d_matrix, 1, jac_atleast_2d(x))                                                              \
    X(atleast_3d_scalar, 1, jac_atleast_3d(x))                                                              \
    X(atleast_3d_vector, 1, jac_atleast_3d(x))                                                              \
    X(atleast_3d_matrix, 1, jac_atleast_3d(x))                                                              \
    X(hstack, 2, jac_hstack(x, y))                                                                          \
    X(hstack_vectors, 2, jac_hstack(x, y))                                                                  \
    X(vstack, 2, jac_vstack(x, y))                                                                          \
    X(vstack_vectors, 2, jac_vstack(JAC_ARRAYS(x, y)))                                                      \
    X(dstack, 2, jac_dstack(x, y))                                                                          \
    X(dstack_vectors, 2, jac_dstack(x, y))                                                                  \
    X(column_stack, 2, jac_column_stack(x, y))                                                              \
    X(column_stack_vectors, 2, jac_column_stack(x, y))                                                      \
    X(column_stack_mixed, 2, jac_column_stack(x, y))                                                        \
    X(hstack_scalars, 2, jac_hstack(x, y))                                                                  \
    X(append, 2, jac_append(x, y))                                                                          \
    X(append_axis, 2, jac_append(x, y, 0))                                                                  \
    X(block, 3, jac_block(JAC_SHAPE(2, 2), x, y, z, jac_zeros(JAC_SHAPE(1, 2))))                            \
    X(block_row, 2, jac_block(2, x, y))                                                                     \
    X(block_vectors, 2, jac_block(JAC_SHAPE(2, 2), x, y, y, x))                                             \
    X(split, 1, SH_STACKED(2, jac_split(x, 2, r.at, 1)))                                                    \
    X(split_at, 1, SH_RESULT(1, jac_split(x, JAC_DIMS(1, 3), r.at, 1)))                                     \
    X(split_at_none, 1, SH_RESULT(1, jac_split(x, JAC_DIMS(2, 2), r.at)))                                   \
    X(array_split, 1, SH_RESULT(0, jac_array_split(x, 3, r.at, 2)))                                         \
    X(hsplit, 1, SH_RESULT(1, jac_hsplit(x, 2, r.at)))                                                      \
    X(hsplit_vector, 1, SH_RESULT(1, jac_hsplit(x, jac_asarray(3), r.at)))                                  \
    X(vsplit, 1, SH_RESULT(1, jac_vsplit(x, 2, r.at)))                                                      \
    X(dsplit, 1, SH_RESULT(1, jac_dsplit(x, 2, r.at)))                                                      \
    X(unstack, 1, SH_RESULT(2, jac_unstack(x, r.at, 1)))                                                    \
    X(diag_minus_2, 1, jac_diag(x, -2))                                                                     \
    X(diag_of_minus_2, 1, jac_diag(x, -2))                                                                  \
    X(tril_minus_2, 1, jac_tril(x, -2))                                                                     \
    X(triu_minus_2, 1, jac_triu(x, -2))                                                                     \
    X(diag_minus_1, 1, jac_diag(x, -1))                                                                     \
    X(diag_of_minus_1, 1, jac_diag(x, -1))                                                                  \
    X(tril_minus_1, 1, jac_tril(x, -1))                                                                     \
    X(triu_minus_1, 1, jac_triu(x, -1))                                                                     \
    X(diag_0, 1, jac_diag(x))                                                                               \
    X(diag_of_0, 1, jac_diag(x))                                                                            \
    X(tril_0, 1, jac_tril(x))                                                                               \
    X(triu_0, 1, jac_triu(x))                                                                               \
    X(diag_1, 1, jac_diag(x, 1))                                                                            \
    X(diag_of_1, 1, jac_diag(x, 1))                                                                         \
    X(tril_1, 1, jac_tril(x, 1))                                                                            \
    X(triu_1, 1, jac_triu(x, 1))                                                                            \
    X(diag_3, 1, jac_diag(x, 3))                                                                            \
    X(diag_of_3, 1, jac_diag(x, 3))                                                                         \
    X(tril_3, 1, jac_tril(x, 3))                                                                            \
    X(triu_3, 1, jac_triu(x, 3))                                                                            \
    X(diag_ints, 1, jac_diag(x))                                                                            \
    X(diagflat, 1, jac_diagflat(x, 1))                                                                      \
    X(diagonal, 1, jac_diagonal(x))                                                                         \
    X(diagonal_axes, 1, jac_diagonal(x, 1, .axis1 = 2, .axis2 = 1))                                         \
    X(diagonal_far, 1, jac_diagonal(x, 9))                                                                  \
    X(trace, 1, jac_trace(x))                                                                               \
    X(trace_axes, 1, jac_trace(x, -1, .axis1 = 1, .axis2 = 2))                                              \
    X(trace_u8, 1, jac_trace(x))                                                                            \
    X(trace_dtype, 1, jac_trace(x, .dtype = JAC_I32))                                                       \
    X(fill_diagonal, 1, jac_fill_diagonal(x, 5))                                                            \
    X(fill_diagonal_tall, 2, jac_fill_diagonal(x, y))                                                       \
    X(fill_diagonal_cube, 2, jac_fill_diagonal(x, y))                                                       \
    X(tri, 1, jac_add(jac_tri(3, 4, .k = 1), x))                                                            \
    X(tri_square, 1, jac_add(jac_tri(3, .dtype = JAC_I32), jac_astype(x, JAC_I32)))                         \
    X(tril_bools, 1, jac_tril(x))                                                                           \
    X(vander, 1, jac_vander(x))                                                                             \
    X(vander_increasing, 1, jac_vander(x, 4, .increasing = true))                                           \
    X(vander_ints, 1, jac_vander(x, 4))                                                                     \
    X(kron, 2, jac_kron(x, y))                                                                              \
    X(kron_ranks, 2, jac_kron(x, y))                                                                        \
    X(kron_ints, 2, jac_kron(x, y))                                                                         \
    X(tril_indices, 1, sh_at_triangle(x))                                                                   \
    X(triu_indices, 1, jac_add(SH_STACKED(2, jac_triu_indices(3, r.at, .k = 1)),                            \
                               jac_astype(x, jac_x64_enabled() ? JAC_I64 : JAC_I32)))                       \
    X(triu_indices_from, 1, sh_at_upper(x))                                                                 \
    X(diag_indices, 1, sh_at_diagonal(x, false))                                                            \
    X(diag_indices_from, 1, sh_at_diagonal(x, true))                                                        \
    X(collapse, 1, jac_collapse(x, 1, 3))                                                                   \
    X(collapse_all, 1, jac_collapse(x, 0))                                                                  \
    X(broadcast_front, 1, jac_broadcast(x, 2, 2))                                                           \
    X(dynamic_slice_in_dim, 2, jac_dynamic_slice_in_dim(x, y, 2, 1))                                        \
    X(dynamic_slice_in_dim_clamped, 2, jac_dynamic_slice_in_dim(x, y, 2, 1))                                \
    X(dynamic_update_slice_in_dim, 3, jac_dynamic_update_slice_in_dim(x, y, z, 1))                          \
    X(dynamic_index_in_dim, 2, jac_dynamic_index_in_dim(x, y, 1))                                           \
    X(dynamic_update_index_in_dim, 3, jac_dynamic_update_index_in_dim(x, y, z, 1))
// clang-format on

#endif

/* The attributes of primitives that only ops/ and runtime/ use. ir/attrs.h has the macros and the
 * rows that ir/ needs, jit/lower.h the rows that jit/ needs. */
#ifndef JACQUARD_OPS_ATTRS_H
#define JACQUARD_OPS_ATTRS_H

#include "jit/lower.h"

/* ---- elementwise ----------------------------------------------------------------------------- */

#define INTEGER_POW_ATTRS(A) A(INTEGER_POW_Y, y, INT)
IR_ATTRS(INTEGER_POW);

#define POW_GRAD_ATTRS(A) A(POW_GRAD_N, n, INT)
IR_ATTRS(POW_GRAD);

/* How often they are differentiated with respect to each operand. */
#define HYP1F1_ATTRS(A) A(HYP1F1_A, a, INT) A(HYP1F1_B, b, INT) A(HYP1F1_X, x, INT)
IR_ATTRS(HYP1F1);
#define HYP2F1_ATTRS(A)                                                                            \
    A(HYP2F1_A, a, INT) A(HYP2F1_B, b, INT) A(HYP2F1_C, c, INT) A(HYP2F1_X, x, INT)
IR_ATTRS(HYP2F1);

#define PRECISION_ATTRS(A)                                                                         \
    A(PRECISION_EXPONENT, exponent_bits, INT)                                                      \
    A(PRECISION_MANTISSA, mantissa_bits, INT)
IR_ATTRS(PRECISION);

#define RNG_BITS_ATTRS(A)                                                                          \
    A(RNG_BITS_ALGORITHM, algorithm, INT)                                                          \
    A(RNG_BITS_DTYPE, dtype, DTYPE)                                                                \
    A(RNG_BITS_SHAPE, shape, INTS)
IR_ATTRS(RNG_BITS);

#define ROUND_ATTRS(A) A(ROUND_METHOD, rounding_method, INT)
IR_ATTRS(ROUND);

/* ---- shape, slices, indices ------------------------------------------------------------------ */

#define IOTA_ATTRS(A)                                                                              \
    A(IOTA_DTYPE, dtype, DTYPE)                                                                    \
    A(IOTA_SHAPE, shape, INTS)                                                                     \
    A(IOTA_DIMENSION, dimension, INT)
IR_ATTRS(IOTA);

#define RESHAPE_ATTRS(A) A(RESHAPE_SIZES, new_sizes, INTS)
IR_ATTRS(RESHAPE);

#define SQUEEZE_ATTRS(A) A(SQUEEZE_DIMENSIONS, dimensions, INTS)
IR_ATTRS(SQUEEZE);

#define EXPAND_DIMS_ATTRS(A) A(EXPAND_DIMS_DIMENSIONS, dimensions, INTS)
IR_ATTRS(EXPAND_DIMS);

#define REV_ATTRS(A) A(REV_DIMENSIONS, dimensions, INTS)
IR_ATTRS(REV);

#define SLICE_ATTRS(A)                                                                             \
    A(SLICE_START, start_indices, INTS)                                                            \
    A(SLICE_LIMIT, limit_indices, INTS)                                                            \
    A(SLICE_STRIDES, strides, INTS)
IR_ATTRS(SLICE);

#define PAD_ATTRS(A)                                                                               \
    A(PAD_LOW, low, INTS)                                                                          \
    A(PAD_HIGH, high, INTS)                                                                        \
    A(PAD_INTERIOR, interior, INTS)
IR_ATTRS(PAD);

/* `padding` has a low and a high entry for each spatial dimension. */
#define CONV_ATTRS(A)                                                                              \
    A(CONV_STRIDES, window_strides, INTS)                                                          \
    A(CONV_PADDING, padding, INTS)                                                                 \
    A(CONV_LHS_DILATION, lhs_dilation, INTS)                                                       \
    A(CONV_RHS_DILATION, rhs_dilation, INTS)                                                       \
    A(CONV_LHS_SPEC, lhs_spec, INTS)                                                               \
    A(CONV_RHS_SPEC, rhs_spec, INTS)                                                               \
    A(CONV_OUT_SPEC, out_spec, INTS)                                                               \
    A(CONV_FEATURE_GROUPS, feature_group_count, INT)                                               \
    A(CONV_BATCH_GROUPS, batch_group_count, INT)                                                   \
    A(CONV_REVERSAL, window_reversal, OPTION_INTS)
IR_ATTRS(CONV);

#define CONCATENATE_ATTRS(A) A(CONCATENATE_DIMENSION, dimension, INT)
IR_ATTRS(CONCATENATE);

#define DYNAMIC_SLICE_ATTRS(A) A(DYNAMIC_SLICE_SIZES, slice_sizes, INTS)
IR_ATTRS(DYNAMIC_SLICE);

/* The scatters have the first nine of gather's parameters too, under other names (windows.h). */
#define GATHER_ATTRS(A)                                                                            \
    A(GATHER_OFFSET, offset_dims, OPTION_INTS)                                                     \
    A(GATHER_COLLAPSED, collapsed_slice_dims, OPTION_INTS)                                         \
    A(GATHER_MAP, start_index_map, OPTION_INTS)                                                    \
    A(GATHER_BATCHING, operand_batching_dims, OPTION_INTS)                                         \
    A(GATHER_INDEX_BATCHING, start_indices_batching_dims, OPTION_INTS)                             \
    A(GATHER_VECTOR, index_vector_dim, INT)                                                        \
    A(GATHER_MODE, mode, OPTION)                                                                   \
    A(GATHER_UNIQUE, unique_indices, OPTION_BOOL)                                                  \
    A(GATHER_SORTED, indices_are_sorted, OPTION_BOOL)                                              \
    A(GATHER_SIZES, slice_sizes, INTS)                                                             \
    A(GATHER_FILL, fill_value, OPTION_SCALAR)
IR_ATTRS(GATHER);

#define SCATTER_ATTRS(A)                                                                           \
    A(SCATTER_WINDOW, update_window_dims, OPTION_INTS)                                             \
    A(SCATTER_INSERTED, inserted_window_dims, OPTION_INTS)                                         \
    A(SCATTER_MAP, scatter_dims_to_operand_dims, OPTION_INTS)                                      \
    A(SCATTER_BATCHING, operand_batching_dims, OPTION_INTS)                                        \
    A(SCATTER_INDEX_BATCHING, scatter_indices_batching_dims, OPTION_INTS)                          \
    A(SCATTER_VECTOR, index_vector_dim, INT)                                                       \
    A(SCATTER_MODE, mode, OPTION)                                                                  \
    A(SCATTER_UNIQUE, unique_indices, OPTION_BOOL)                                                 \
    A(SCATTER_SORTED, indices_are_sorted, OPTION_BOOL)
IR_ATTRS(SCATTER);

#define SCATTER_BY_ATTRS(A)                                                                        \
    SCATTER_ATTRS(A)                                                                               \
    A(SCATTER_BY_BODY, body, GRAPH)                                                                \
    A(SCATTER_BY_NUM_CONSTS, num_consts, INT)
enum { SCATTER_BY_BODY = SCATTER_NATTR, SCATTER_BY_NUM_CONSTS, SCATTER_BY_NATTR };

#define SORT_ATTRS(A)                                                                              \
    A(SORT_DIMENSION, dimension, INT)                                                              \
    A(SORT_NUM_KEYS, num_keys, INT)                                                                \
    A(SORT_DESCENDING, descending, BOOL)
IR_ATTRS(SORT);

#define SORT_BY_ATTRS(A)                                                                           \
    A(SORT_BY_DIMENSION, dimension, INT)                                                           \
    A(SORT_BY_COMPARATOR, comparator, GRAPH)                                                       \
    A(SORT_BY_NUM_CONSTS, num_consts, INT)
IR_ATTRS(SORT_BY);

#define TOP_K_ATTRS(A) A(TOP_K_K, k, INT)
IR_ATTRS(TOP_K);

/* fft_type: a host_fft_type (ops/host/host.h). */
#define FFT_ATTRS(A)                                                                               \
    A(FFT_TYPE, fft_type, INT)                                                                     \
    A(FFT_LENGTHS, fft_lengths, INTS)
IR_ATTRS(FFT);

/* ---- windows that slide over an array (sliding.h) --------------------------------------------- */

/* Lists with an entry for each dimension: first of all primitives with such windows. */
#define WINDOW_ATTRS(A)                                                                            \
    A(WINDOW_SIZE, window_dimensions, INTS)                                                        \
    A(WINDOW_STRIDES, window_strides, INTS)                                                        \
    A(WINDOW_LOW, padding_low, INTS)                                                               \
    A(WINDOW_HIGH, padding_high, INTS)                                                             \
    A(WINDOW_BASE, base_dilation, INTS)                                                            \
    A(WINDOW_DILATION, window_dilation, INTS)
IR_ATTRS(WINDOW);

/* `greatest`: the greatest element is chosen, otherwise the least. */
#define SELECT_WINDOW_ATTRS(A) WINDOW_ATTRS(A) A(SELECT_WINDOW_GREATEST, greatest, BOOL)
#define SELECT_SCATTER_ATTRS(A)                                                                    \
    WINDOW_ATTRS(A)                                                                                \
    A(SELECT_SCATTER_SELECT, select, GRAPH)                                                        \
    A(SELECT_SCATTER_SCATTER, scatter, GRAPH)
#define WINDOW_BY_ATTRS(A)                                                                         \
    WINDOW_ATTRS(A)                                                                                \
    A(WINDOW_BY_BODY, body, GRAPH)                                                                 \
    A(WINDOW_BY_NUM_CONSTS, num_consts, INT)
enum {
    SELECT_WINDOW_GREATEST = WINDOW_NATTR,
    SELECT_WINDOW_NATTR,
    SELECT_SCATTER_SELECT = WINDOW_NATTR,
    SELECT_SCATTER_SCATTER,
    SELECT_SCATTER_NATTR,
    WINDOW_BY_BODY = WINDOW_NATTR,
    WINDOW_BY_NUM_CONSTS,
    WINDOW_BY_NATTR
};

#define REDUCE_BY_ATTRS(A)                                                                         \
    A(REDUCE_BY_AXES, axes, INTS)                                                                  \
    A(REDUCE_BY_BODY, body, GRAPH)                                                                 \
    A(REDUCE_BY_NUM_CONSTS, num_consts, INT)
IR_ATTRS(REDUCE_BY);

/* ---- matrices (linalg/) ------------------------------------------------------------------------ */

/* The first parameter of all of them, `parts`: operands and results are parts of complex numbers
 * (LINALG_PAIRS), or only results are (LINALG_PAIRS_OUT). */
#define LINALG_ATTRS(A) A(LINALG_PARTS, parts, OPTION)
IR_ATTRS(LINALG);

#define TRIANGULAR_SOLVE_ATTRS(A)                                                                  \
    A(TRIANGULAR_SOLVE_PARTS, parts, OPTION)                                                       \
    A(TRIANGULAR_SOLVE_LEFT, left_side, BOOL)                                                      \
    A(TRIANGULAR_SOLVE_LOWER, lower, BOOL)                                                         \
    A(TRIANGULAR_SOLVE_TRANSPOSE, transpose_a, BOOL)                                               \
    A(TRIANGULAR_SOLVE_CONJUGATE, conjugate_a, BOOL)                                               \
    A(TRIANGULAR_SOLVE_UNIT, unit_diagonal, BOOL)
IR_ATTRS(TRIANGULAR_SOLVE);

#define LU_SOLVE_ATTRS(A)                                                                          \
    A(LU_SOLVE_PARTS, parts, OPTION)                                                               \
    A(LU_SOLVE_TRANSPOSE, transpose_a, BOOL)                                                       \
    A(LU_SOLVE_CHOLESKY, cholesky, OPTION_BOOL)
IR_ATTRS(LU_SOLVE);

#define EIGH_ATTRS(A)                                                                              \
    A(EIGH_PARTS, parts, OPTION)                                                                   \
    A(EIGH_LOWER, lower, BOOL)                                                                     \
    A(EIGH_VECTORS, vectors, BOOL)
IR_ATTRS(EIGH);

#define SVD_ATTRS(A)                                                                               \
    A(SVD_PARTS, parts, OPTION)                                                                    \
    A(SVD_FULL, full_matrices, BOOL)                                                               \
    A(SVD_VECTORS, compute_uv, BOOL)
IR_ATTRS(SVD);

#define QR_ATTRS(A)                                                                                \
    A(QR_PARTS, parts, OPTION)                                                                     \
    A(QR_PIVOTING, pivoting, BOOL)                                                                 \
    A(QR_FULL, full_matrices, BOOL)
IR_ATTRS(QR);

#define EIG_ATTRS(A)                                                                               \
    A(EIG_PARTS, parts, OPTION)                                                                    \
    A(EIG_LEFT, compute_left_eigenvectors, BOOL)                                                   \
    A(EIG_RIGHT, compute_right_eigenvectors, BOOL)
IR_ATTRS(EIG);

#define SCHUR_ATTRS(A)                                                                             \
    A(SCHUR_PARTS, parts, OPTION)                                                                  \
    A(SCHUR_VECTORS, compute_schur_vectors, BOOL)
IR_ATTRS(SCHUR);

#define TRIDIAGONAL_ATTRS(A)                                                                       \
    A(TRIDIAGONAL_PARTS, parts, OPTION)                                                            \
    A(TRIDIAGONAL_LOWER, lower, BOOL)
IR_ATTRS(TRIDIAGONAL);

#define ORMQR_ATTRS(A)                                                                             \
    A(ORMQR_PARTS, parts, OPTION)                                                                  \
    A(ORMQR_LEFT, left, BOOL)                                                                      \
    A(ORMQR_TRANSPOSE, transpose, BOOL)
IR_ATTRS(ORMQR);

#define PIVOTS_ATTRS(A)                                                                            \
    A(PIVOTS_PARTS, parts, OPTION)                                                                 \
    A(PIVOTS_SIZE, permutation_size, INT)
IR_ATTRS(PIVOTS);

/* ---- collectives ------------------------------------------------------------------------------- */

/* all_gather, reduce_scatter: where the lanes are, and how many. */
#define LANES_AT_ATTRS(A)                                                                          \
    COLLECTIVE_ATTRS(A)                                                                            \
    A(LANES_AT_AXIS, axis, INT)                                                                    \
    A(LANES_AT_SIZE, axis_size, INT)                                                               \
    A(LANES_AT_TILED, tiled, BOOL)
#define ALL_TO_ALL_ATTRS(A)                                                                        \
    COLLECTIVE_ATTRS(A)                                                                            \
    A(ALL_TO_ALL_SPLIT, split_axis, INT)                                                           \
    A(ALL_TO_ALL_CONCAT, concat_axis, INT)                                                         \
    A(ALL_TO_ALL_SIZE, axis_size, INT)                                                             \
    A(ALL_TO_ALL_TILED, tiled, BOOL)
#define PPERMUTE_ATTRS(A)   COLLECTIVE_ATTRS(A) A(PPERMUTE_PERM, perm, INTS)
#define PBROADCAST_ATTRS(A) COLLECTIVE_ATTRS(A) A(PBROADCAST_SOURCE, source, INT)
enum { LANES_AT_AXIS = COLLECTIVE_NATTR, LANES_AT_SIZE, LANES_AT_TILED, LANES_AT_NATTR };
enum {
    ALL_TO_ALL_SPLIT = COLLECTIVE_NATTR,
    ALL_TO_ALL_CONCAT,
    ALL_TO_ALL_SIZE,
    ALL_TO_ALL_TILED,
    ALL_TO_ALL_NATTR
};
enum { PPERMUTE_PERM = COLLECTIVE_NATTR, PPERMUTE_NATTR };
enum { PBROADCAST_SOURCE = COLLECTIVE_NATTR, PBROADCAST_NATTR };

/* ---- control --------------------------------------------------------------------------------- */

#define CALL_ATTRS(A) A(CALL_GRAPH, graph, GRAPH)
IR_ATTRS(CALL);

/* checkpoint and recompute */
#define CHECKPOINT_ATTRS(A)                                                                        \
    A(CHECKPOINT_GRAPH, graph, GRAPH)                                                              \
    A(CHECKPOINT_POLICY, policy, INT)
IR_ATTRS(CHECKPOINT);

#define COND_ATTRS(A) A(COND_BRANCHES, branches, GRAPHS)
IR_ATTRS(COND);

#define WHILE_ATTRS(A)                                                                             \
    A(WHILE_COND, cond, GRAPH)                                                                     \
    A(WHILE_BODY, body, GRAPH)                                                                     \
    A(WHILE_COND_NCONSTS, cond_nconsts, INT)                                                       \
    A(WHILE_BODY_NCONSTS, body_nconsts, INT)                                                       \
    A(WHILE_CHECKPOINTS, checkpoints, OPTION)
IR_ATTRS(WHILE);

#define SCAN_ATTRS(A)                                                                              \
    A(SCAN_BODY, body, GRAPH)                                                                      \
    A(SCAN_LENGTH, length, INT)                                                                    \
    A(SCAN_NUM_CONSTS, num_consts, INT)                                                            \
    A(SCAN_NUM_CARRY, num_carry, INT)                                                              \
    A(SCAN_REVERSE, reverse, BOOL)                                                                 \
    A(SCAN_CHECKPOINTS, checkpoints, OPTION)
IR_ATTRS(SCAN);

/* ---- derivatives and batch rules given by the user ------------------------------------------- */

#define CUSTOM_JVP_ATTRS(A)                                                                        \
    A(CUSTOM_JVP_GRAPH, graph, GRAPH)                                                              \
    A(CUSTOM_JVP_JVP, jvp, GRAPH)
IR_ATTRS(CUSTOM_JVP);

#define CUSTOM_VJP_ATTRS(A)                                                                        \
    A(CUSTOM_VJP_GRAPH, graph, GRAPH)                                                              \
    A(CUSTOM_VJP_FWD, fwd, GRAPH)                                                                  \
    A(CUSTOM_VJP_BWD, bwd, GRAPH)                                                                  \
    A(CUSTOM_VJP_FORWARD, forward, OPTION_BOOL) /* forward mode differentiates the graph */
IR_ATTRS(CUSTOM_VJP);

#define CUSTOM_VJP_LIN_ATTRS(A) A(CUSTOM_VJP_LIN_BWD, bwd, GRAPH)
IR_ATTRS(CUSTOM_VJP_LIN);

#define LINEAR_CALL_ATTRS(A)                                                                       \
    A(LINEAR_CALL_GRAPH, graph, GRAPH)                                                             \
    A(LINEAR_CALL_BWD, bwd, GRAPH)
IR_ATTRS(LINEAR_CALL);

#define NONDIFF_ATTRS(A) A(NONDIFF_OF, of, NAME)
IR_ATTRS(NONDIFF);

#define LINEAR_SOLVE_ATTRS(A)                                                                      \
    A(LINEAR_SOLVE_SOLVE, solve, GRAPH)                                                            \
    A(LINEAR_SOLVE_MATVEC, matvec, GRAPH)                                                          \
    A(LINEAR_SOLVE_TRANSPOSE_SOLVE, transpose_solve, GRAPHS)                                       \
    A(LINEAR_SOLVE_NUM_CONSTS, num_consts, INT)
IR_ATTRS(LINEAR_SOLVE);

#define CUSTOM_ROOT_ATTRS(A)                                                                       \
    A(CUSTOM_ROOT_SOLVE, solve, GRAPH)                                                             \
    A(CUSTOM_ROOT_F, f, GRAPH)                                                                     \
    A(CUSTOM_ROOT_TANGENT_SOLVE, tangent_solve, GRAPH)                                             \
    A(CUSTOM_ROOT_TRANSPOSE_SOLVE, transpose_solve, GRAPH)                                         \
    A(CUSTOM_ROOT_NUM_CONSTS, num_consts, INT)
IR_ATTRS(CUSTOM_ROOT);

/* ---- tapes ----------------------------------------------------------------------------------- */

#define TAPE_SUM_ATTRS(A) A(TAPE_SUM_AXIS, axis, INT)
IR_ATTRS(TAPE_SUM);

#endif

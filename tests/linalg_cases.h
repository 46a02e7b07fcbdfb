/* The calls of functions of linear algebra that are compared with JAX: a name of a case in
 * tests/golden/linalg_cases.txt, the number of its arrays (x, y, z), and the call. */
#ifndef JACQUARD_TESTS_LINALG_CASES_H
#define JACQUARD_TESTS_LINALG_CASES_H

#include "jacquard.h"

/* The real and the imaginary parts, stacked. */
static inline jac la_parts(jac z)
{
    return jac_stack(0, jac_real(z), jac_imag(z));
}

/* x + i y, and what is made of it by adding its conjugate transpose. */
static inline jac la_complex(jac x, jac y)
{
    return jac_complex(x, y);
}

static inline jac la_hermitian(jac x, jac y)
{
    jac z = jac_complex(x, y);
    return jac_add(z, jac_conj(jac_swapaxes(z, -1, -2)));
}

static inline jac la_transposed(jac x)
{
    return jac_swapaxes(x, -1, -2);
}

static inline jac la_eigh_function(jac a)
{
    jac_eigh_result e = jac_eigh(a);
    return jac_matmul(jac_mul(e.vectors, jac_exp(jac_div(e.values, 4))), la_transposed(e.vectors));
}

static inline jac la_eig_vectors(jac a)
{
    jac_eig_result e = jac_eig(a);
    return jac_sum(jac_mul(jac_power(jac_abs(e.vectors), 4), jac_exp(jac_div(jac_real(e.values), 4))),
                   -1);
}

/* u s^2 vh */
static inline jac la_svd_product(jac a)
{
    jac_svd_result d = jac_svd(a, .reduced = true);
    return jac_matmul(jac_mul(d.u, jac_square(d.s)), d.vh);
}

static inline jac la_schur_product(jac a)
{
    jac_schur_result d = jac_schur(a, "real");
    return jac_matmul(jac_matmul(d.z, jac_exp(jac_div(d.t, 4))), la_transposed(d.z));
}

static inline jac la_reflected(jac a)
{
    jac_reflections r = jac_geqrf(a);
    return jac_householder_product(r.a, r.taus);
}

static inline jac la_unit(jac u)
{
    return jac_matmul(u, la_transposed(u));
}

static inline jac la_slogdet(jac a)
{
    jac_slogdet_result d = jac_slogdet(a);
    return la_parts(jac_stack(0, d.sign, jac_astype(d.logabsdet, jac_dtype_of(d.sign))));
}

static inline jac la_rows_upside_down(jac x)
{
    return jac_flip(x, 0);
}

static inline jac la_complex_schur(jac a)
{
    jac_schur_result r = jac_schur(a, "real");
    return jac_abs(jac_einsum("ii->i", jac_rsf2csf(r.t, r.z).t));
}

static inline jac la_turned_back(jac a, jac c)
{
    jac_reflections r = jac_geqrf(a);
    return jac_ormqr(r.a, r.taus, c, true, true);
}

// clang-format off
#define LINALG_CASES(X)                                                                           \
    X(solve, 2, jac_solve(x, y))                                                                  \
    X(solve_vector, 2, jac_solve(x, y))                                                           \
    X(solve_batch, 2, jac_solve(x, y))                                                            \
    X(solve_one_matrix, 2, jac_solve(x, y))                                                       \
    X(solve_12, 2, jac_solve(x, y))                                                               \
    X(solve_singular, 2, jac_solve(x, y))                                                         \
    X(solve_pos, 2, jac_solve(jac_mul(jac_add(x, la_transposed(x)), 0.5), y, .assume_a = "pos"))  \
    X(solve_complex, 3, la_parts(jac_solve(la_complex(x, y), la_complex(z, jac_mul(z, 0.5)))))    \
    X(inv, 1, jac_inv(x))                                                                         \
    X(inv_batch, 1, jac_inv(x))                                                                   \
    X(inv_12, 1, jac_inv(x))                                                                      \
    X(solve_triangular_upper_0, 2, jac_solve_triangular(x, y))                                    \
    X(solve_triangular_upper_1, 2, jac_solve_triangular(x, y, .trans = 1))                        \
    X(solve_triangular_lower_0, 2, jac_solve_triangular(x, y, .lower = true))                     \
    X(solve_triangular_lower_1, 2, jac_solve_triangular(x, y, .lower = true, .trans = 1))         \
    X(solve_triangular_unit, 2, jac_solve_triangular(x, y, .unit_diagonal = true))                \
    X(solve_triangular_12, 2, jac_solve_triangular(x, y, .lower = true))                          \
    X(triangular_solve_right, 2, jac_triangular_solve(x, y, .lower = true))                       \
    X(triangular_solve_right_t, 2, jac_triangular_solve(x, y, .transpose_a = true))               \
    X(triangular_solve_wide, 2, jac_triangular_solve(x, y, .left_side = true, .lower = true))     \
    X(triangular_solve_conj, 3, la_parts(jac_triangular_solve(                                    \
        la_complex(x, y), la_complex(z, jac_mul(z, -0.25)), .left_side = true, .lower = true,     \
        .transpose_a = true, .conjugate_a = true)))                                               \
    X(triangular_solve_conj_only, 3, la_parts(jac_triangular_solve(                               \
        la_complex(x, y), la_complex(z, jac_mul(z, -0.25)), .left_side = true, .conjugate_a = true))) \
    X(lu_solve, 2, jac_lu_solve(jac_lu_factor(x), y))                                             \
    X(lu_solve_t, 2, jac_lu_solve(jac_lu_factor(x), y, .trans = 1))                               \
    X(cho_solve, 2, jac_cho_solve(jac_cholesky(x), y, true))                                      \
    X(cho_solve_upper, 2, jac_cho_solve(jac_cholesky(x, .upper = true), y, false))                \
    X(lstsq, 2, jac_lstsq(x, y).x)                                                                \
    X(lstsq_vector, 2, jac_lstsq(x, y).x)                                                         \
    X(lstsq_wide, 2, jac_lstsq(x, y).x)                                                           \
    X(lstsq_residuals, 2, jac_lstsq(x, y).residuals)                                              \
    X(lstsq_rank, 2, jac_lstsq(x, y).rank)                                                        \
    X(pinv, 1, jac_pinv(x))                                                                       \
    X(pinv_wide, 1, jac_pinv(x))                                                                  \
    X(pinv_square, 1, jac_pinv(x))                                                                \
    X(pinv_of_lower_rank, 1, jac_pinv(x))                                                         \
    X(sylvester, 3, jac_solve_sylvester(x, y, z))                                                 \
    X(tridiagonal_solve, 3, jac_tridiagonal_solve(y, x, la_rows_upside_down(y), z))               \
    X(cholesky, 1, jac_cholesky(x))                                                               \
    X(cholesky_batch, 1, jac_cholesky(x))                                                         \
    X(cholesky_10, 1, jac_cholesky(x))                                                            \
    X(cholesky_upper, 1, jac_cholesky(x, .upper = true))                                          \
    X(cholesky_of_any, 1, jac_cholesky(x))                                                        \
    X(cholesky_as_is, 1, jac_cholesky(x, .as_is = true))                                          \
    X(cholesky_indefinite, 1, jac_cholesky(x))                                                    \
    X(cholesky_complex, 2, la_parts(jac_cholesky(jac_add(la_hermitian(x, y), jac_mul(jac_eye(3), 9))))) \
    X(cholesky_update, 2, jac_cholesky_update(x, y))                                              \
    X(lu_factors, 1, jac_lu_factor(x).lu)                                                         \
    X(lu_factors_wide, 1, jac_lu_factor(x).lu)                                                    \
    X(lu_factors_tall, 1, jac_lu_factor(x).lu)                                                    \
    X(lu_factors_12, 1, jac_lu_factor(x).lu)                                                      \
    X(lu_pivots, 1, jac_lu_factor(x).pivots)                                                      \
    X(lu_permutation, 1, jac_lu_factor(x).permutation)                                            \
    X(lu_complex, 2, la_parts(jac_lu_factor(la_complex(x, y)).lu))                                \
    X(plu_l, 1, jac_lu(x).l)                                                                      \
    X(plu_p, 1, jac_lu(x).p)                                                                      \
    X(qr_q, 1, jac_qr(x).q)                                                                       \
    X(qr_r, 1, jac_qr(x).r)                                                                       \
    X(qr_wide, 1, jac_qr(x).r)                                                                    \
    X(qr_complete, 1, jac_qr(x, .mode = "complete").q)                                            \
    X(qr_complex, 2, la_parts(jac_qr(la_complex(x, y)).q))                                        \
    X(qr_pivots, 1, jac_qr(x, .pivoting = true).order)                                            \
    X(geqrf, 1, jac_geqrf(x).a)                                                                   \
    X(householder, 1, la_reflected(x))                                                            \
    X(eigh_values, 1, jac_eigh(x).values)                                                         \
    X(eigh_vectors, 1, jac_square(jac_eigh(x).vectors))                                           \
    X(eigh_function, 1, la_eigh_function(x))                                                      \
    X(eigh_upper, 1, jac_eigh(x, .upper = true, .as_is = true).values)                            \
    X(eigvalsh, 1, jac_eigvalsh(x))                                                               \
    X(eigh_complex, 2, jac_abs(jac_eigh(la_hermitian(x, y)).vectors))                             \
    X(eigh_equal_values, 1, jac_eigvalsh(x))                                                      \
    X(eig_sum, 1, jac_real(jac_sum(jac_power(jac_eigvals(x), 3))))                                \
    X(eig_vectors, 1, la_eig_vectors(x))                                                          \
    X(svd_values, 1, jac_svdvals(x))                                                              \
    X(svd_u, 1, jac_square(jac_svd(x, .reduced = true).u))                                        \
    X(svd_v, 1, jac_square(jac_svd(x, .reduced = true).vh))                                       \
    X(svd_product, 1, la_svd_product(x))                                                          \
    X(svd_full, 1, la_unit(jac_svd(x).u))                                                         \
    X(svd_complex, 2, jac_abs(la_svd_product(la_complex(x, y))))                                  \
    X(svd_values_complex, 2, jac_svdvals(la_complex(x, y)))                                       \
    X(schur_product, 1, la_schur_product(x))                                                      \
    X(hessenberg_h, 1, jac_abs(jac_hessenberg(x).h))                                              \
    X(tridiagonal_d, 1, jac_tridiagonal(x, true).d)                                               \
    X(polar_u, 1, jac_polar(x, "right").u)                                                        \
    X(polar_p, 1, jac_polar(x, "right").p)                                                        \
    X(det_1, 1, jac_det(x))                                                                       \
    X(det_2, 1, jac_det(x))                                                                       \
    X(det_3, 1, jac_det(x))                                                                       \
    X(det_4, 1, jac_det(x))                                                                       \
    X(det_9, 1, jac_det(x))                                                                       \
    X(det_batch, 1, jac_det(x))                                                                   \
    X(det_singular, 1, jac_det(x))                                                                \
    X(det_rank_2, 1, jac_det(x))                                                                  \
    X(slogdet_sign, 1, jac_slogdet(x).sign)                                                       \
    X(slogdet, 1, jac_slogdet(x).logabsdet)                                                       \
    X(slogdet_batch, 1, jac_slogdet(x).logabsdet)                                                 \
    X(slogdet_singular, 1, jac_slogdet(x).logabsdet)                                              \
    X(slogdet_complex, 2, la_slogdet(la_complex(x, y)))                                           \
    X(matrix_rank, 1, jac_matrix_rank(x))                                                         \
    X(matrix_norm_nuc, 1, jac_matrix_norm(x, .ord = "nuc"))                                       \
    X(matrix_norm_1, 1, jac_matrix_norm(x, .ord = "1"))                                           \
    X(matrix_norm_minus_1, 1, jac_matrix_norm(x, .ord = "-1"))                                    \
    X(matrix_norm_2, 1, jac_matrix_norm(x, .ord = "2"))                                           \
    X(matrix_norm_minus_2, 1, jac_matrix_norm(x, .ord = "-2"))                                    \
    X(matrix_norm_inf, 1, jac_matrix_norm(x, .ord = "inf"))                                       \
    X(matrix_norm_minus_inf, 1, jac_matrix_norm(x, .ord = "-inf"))                                \
    X(matrix_norm_fro, 1, jac_matrix_norm(x))                                                     \
    X(vector_norm_0, 1, jac_vector_norm(x, .ord = "0", .axis = -1))                               \
    X(vector_norm_1, 1, jac_vector_norm(x, .ord = "1", .axis = -1))                               \
    X(vector_norm_2, 1, jac_vector_norm(x, .axis = -1))                                           \
    X(vector_norm_3, 1, jac_vector_norm(x, .ord = "3", .axis = -1))                               \
    X(vector_norm_0_5, 1, jac_vector_norm(x, .ord = "0.5", .axis = -1))                           \
    X(vector_norm_inf, 1, jac_vector_norm(x, .ord = "inf", .axis = -1))                           \
    X(vector_norm_minus_inf, 1, jac_vector_norm(x, .ord = "-inf", .axis = -1))                    \
    X(vector_norm_all, 1, jac_vector_norm(x))                                                     \
    X(condition, 1, jac_condition(x, NULL))                                                       \
    X(condition_1, 1, jac_condition(x, "1"))                                                      \
    X(matrix_transpose, 1, jac_matrix_transpose(x))                                               \
    X(vecdot, 2, jac_vecdot(x, y, -1))                                                            \
    X(cross, 2, jac_cross(x, y, -1))                                                              \
    X(cross_axis, 2, jac_cross(x, y, 0))                                                          \
    X(multi_dot, 3, jac_multi_dot(x, y, z))                                                       \
    X(multi_dot_vectors, 3, jac_multi_dot(x, y, z))                                               \
    X(tensorsolve, 2, jac_tensorsolve(x, y))                                                      \
    X(tensorinv, 1, jac_tensorinv(x, 2))                                                          \
    X(block_diag, 3, jac_block_diag(x, y, z))                                                     \
    X(toeplitz, 2, jac_toeplitz(x, y))                                                            \
    X(hankel, 2, jac_hankel(x, y))                                                                \
    X(circulant, 1, jac_circulant(x))                                                             \
    X(companion, 1, jac_companion(x))                                                             \
    X(leslie, 2, jac_leslie(x, y))                                                                \
    X(fiedler, 1, jac_fiedler(x))                                                                 \
    X(convolution_matrix_full, 1, jac_convolution_matrix(x, 5, "full"))                           \
    X(convolution_matrix_same, 1, jac_convolution_matrix(x, 5, "same"))                           \
    X(convolution_matrix_valid, 1, jac_convolution_matrix(x, 5, "valid"))                         \
    X(hilbert, 1, jac_add(jac_hilbert(4), x))                                                     \
    X(invhilbert, 1, jac_add(jac_invhilbert(4), x))                                               \
    X(pascal, 1, jac_add(jac_pascal(5, NULL), x))                                                 \
    X(pascal_upper, 1, jac_add(jac_pascal(5, "upper"), x))                                        \
    X(invpascal, 1, jac_add(jac_invpascal(5, NULL), x))                                           \
    X(invpascal_lower, 1, jac_add(jac_invpascal(5, "lower"), x))                                  \
    X(hadamard, 1, jac_add(jac_hadamard(4), x))                                                   \
    X(helmert, 1, jac_add(jac_helmert(4, false), x))                                              \
    X(helmert_full, 1, jac_add(jac_helmert(4, true), x))                                          \
    X(dft, 1, jac_add(la_parts(jac_dft(5, "sqrtn")), x))                                          \
    X(eigh_tridiagonal, 2, jac_eigh_tridiagonal(x, y).values)                                     \
    X(rsf2csf, 1, la_complex_schur(x))                                                            \
    X(ormqr, 2, la_turned_back(x, y))                                                             \
    X(matrix_power_0, 1, jac_matrix_power(x, 0))                                                  \
    X(matrix_power_1, 1, jac_matrix_power(x, 1))                                                  \
    X(matrix_power_5, 1, jac_matrix_power(x, 5))                                                  \
    X(matrix_power_minus_2, 1, jac_matrix_power(x, -2))                                           \
    X(expm_0, 1, jac_expm(x))                                                                     \
    X(expm_1, 1, jac_expm(x))                                                                     \
    X(expm_2, 1, jac_expm(x))                                                                     \
    X(expm_3, 1, jac_expm(x))                                                                     \
    X(expm_4, 1, jac_expm(x))                                                                     \
    X(expm_5, 1, jac_expm(x))                                                                     \
    X(expm_batch, 1, jac_expm(x))                                                                 \
    X(expm_frechet, 2, jac_expm_frechet(x, y).frechet)                                            \
    X(sqrtm, 1, la_parts(jac_sqrtm(x)))
// clang-format on

#endif

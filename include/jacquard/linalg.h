/* Linear algebra, by LAPACK. Part of jacquard.h, whose conventions hold here.
 *
 * Matrices are the last two dimensions of an array; those before them are a batch. Elements are f32,
 * f64, c64 or c128; integers become floats. Functions have the derivatives that JAX's have, of any
 * order, forwards and backwards.
 *
 * Where a decomposition fails (an indefinite matrix has no Cholesky factor, an iteration did not
 * converge, an element is not finite), its results are NaN, in a batch only those of that matrix. A
 * singular matrix gives what a division by 0 gives. To know, ask for `info`: i32, one for each matrix;
 * 0 if all is well, else LAPACK's number. It is a field of the results, or the option
 * .info = &info, where the result is one array.
 */
#ifndef JACQUARD_LINALG_H
#define JACQUARD_LINALG_H

#include "numpy.h"

/* ---- Linear systems ------------------------------------------------------------------------------- */

/* x with a x = b. b is a vector, or matrices of as many rows as a; batches broadcast. info is the
 * number of a pivot that is 0. With .assume_a = "pos", a is positive definite, and Cholesky's factor is
 * used: jac_solve(a, b), jac_solve(a, b, .info = &info) (jnp.linalg.solve, jax.scipy.linalg.solve). */
#define jac_solve(a, ... /* b, options */) JAC_SOLVE_LINEAR_(JAC_CAT_(jac_o_, __COUNTER__), a, __VA_ARGS__, )
#define JAC_SOLVE_LINEAR_(o, a, b, ...)                    \
    JAC_WITH_OPTIONS_(o, jac_solve_opts, (.unused_ = 0),   \
                      jac_solve_(JAC_AT, JAC_V(a), JAC_V(b), o), __VA_ARGS__)
typedef struct {
    int unused_;
    const char *assume_a; /* "gen", the default, or "pos" */
    jac *info;
} jac_solve_opts;
JAC_API jac jac_solve_(const jac_loc *at, jac a, jac b, jac_solve_opts o);

/* The inverse (jnp.linalg.inv): jac_inv(a), jac_inv(a, .info = &info). */
#define jac_inv(... /* a, options */) JAC_INV_(__VA_ARGS__, )
#define JAC_INV_(a, ...) JAC_INV__(JAC_CAT_(jac_o_, __COUNTER__), a, __VA_ARGS__)
#define JAC_INV__(o, a, ...)                               \
    JAC_WITH_OPTIONS_(o, jac_solve_opts, (.unused_ = 0),   \
                      jac_inv_(JAC_AT, JAC_V(a), o), __VA_ARGS__)
JAC_API jac jac_inv_(const jac_loc *at, jac a, jac_solve_opts o);

/* x with op(a) x = b, where only a triangle of a is read: the upper one or, with .lower, the lower one.
 * .trans = 1: op(a) is the transpose, 2: the conjugate transpose. .unit_diagonal: the diagonal counts
 * as ones (jax.scipy.linalg.solve_triangular). */
#define jac_solve_triangular(a, ... /* b, options */) \
    JAC_SOLVE_TRIANGULAR_(JAC_CAT_(jac_o_, __COUNTER__), a, __VA_ARGS__, )
#define JAC_SOLVE_TRIANGULAR_(o, a, b, ...)                            \
    JAC_WITH_OPTIONS_(o, jac_solve_triangular_opts, (.unused_ = 0),    \
                      jac_solve_triangular_(JAC_AT, JAC_V(a), JAC_V(b), o), __VA_ARGS__)
typedef struct {
    int unused_;
    int trans;
    bool lower, unit_diagonal;
} jac_solve_triangular_opts;
JAC_API jac jac_solve_triangular_(const jac_loc *at, jac a, jac b, jac_solve_triangular_opts o);

/* x with op(a) x = b or, without .left_side, x op(a) = b. a and b are matrices with the same batch
 * (lax.linalg.triangular_solve). */
#define jac_triangular_solve(a, ... /* b, options */) \
    JAC_TRIANGULAR_SOLVE_(JAC_CAT_(jac_o_, __COUNTER__), a, __VA_ARGS__, )
#define JAC_TRIANGULAR_SOLVE_(o, a, b, ...)                            \
    JAC_WITH_OPTIONS_(o, jac_triangular_solve_opts, (.unused_ = 0),    \
                      jac_triangular_solve_(JAC_AT, JAC_V(a), JAC_V(b), o), __VA_ARGS__)
typedef struct {
    int unused_;
    bool left_side, lower, transpose_a, conjugate_a, unit_diagonal;
} jac_triangular_solve_opts;
JAC_API jac jac_triangular_solve_(const jac_loc *at, jac a, jac b, jac_triangular_solve_opts o);

/* x with the tridiagonal matrix of diagonals dl, d, du, all of n elements:
 * dl[k] x[k - 1] + d[k] x[k] + du[k] x[k + 1] = b[k]; dl[0] and du[n - 1] are not read. b is a matrix
 * of n rows (lax.linalg.tridiagonal_solve). */
#define jac_tridiagonal_solve(dl, d, du, ... /* b, options */) \
    JAC_TRIDIAGONAL_SOLVE_(JAC_CAT_(jac_o_, __COUNTER__), dl, d, du, __VA_ARGS__, )
#define JAC_TRIDIAGONAL_SOLVE_(o, dl, d, du, b, ...)                                  \
    JAC_WITH_OPTIONS_(o, jac_solve_opts, (.unused_ = 0),                              \
                      jac_tridiagonal_solve_(JAC_AT, JAC_V(dl), JAC_V(d), JAC_V(du),  \
                                             JAC_V(b), o), __VA_ARGS__)
JAC_API jac jac_tridiagonal_solve_(const jac_loc *at, jac dl, jac d, jac du, jac b,
                                   jac_solve_opts o);

/* The least-squares solution of a x = b, for one matrix a: the x of least length among those with the
 * least residual. Singular values below rcond times the largest count as 0; without .rcond, that is
 * the dtype's epsilon times the larger dimension. residuals: the sums of squares (jnp.linalg.lstsq). */
typedef struct {
    jac x, residuals, rank, s;
} jac_lstsq_result;
#define jac_lstsq(a, ... /* b, options */) JAC_LSTSQ_(JAC_CAT_(jac_o_, __COUNTER__), a, __VA_ARGS__, )
#define JAC_LSTSQ_(o, a, b, ...)                         \
    JAC_WITH_OPTIONS_(o, jac_rank_opts, (.unused_ = 0),  \
                      jac_lstsq_(JAC_AT, JAC_V(a), JAC_V(b), o), __VA_ARGS__)
typedef struct {
    int unused_;
    double rcond; /* 0: the default; negative: the dtype's epsilon */
    bool hermitian;
} jac_rank_opts;
JAC_API jac_lstsq_result jac_lstsq_(const jac_loc *at, jac a, jac b, jac_rank_opts o);

/* The pseudo-inverse. Singular values up to .rcond times the largest count as 0; without it, that is 10
 * times the dtype's epsilon times the larger dimension. .hermitian: a is (jnp.linalg.pinv). */
#define jac_pinv(... /* a, options */) JAC_PINV_(__VA_ARGS__, )
#define JAC_PINV_(a, ...) JAC_PINV__(JAC_CAT_(jac_o_, __COUNTER__), a, __VA_ARGS__)
#define JAC_PINV__(o, a, ...)                            \
    JAC_WITH_OPTIONS_(o, jac_rank_opts, (.unused_ = 0),  \
                      jac_pinv_(JAC_AT, JAC_V(a), o), __VA_ARGS__)
JAC_API jac jac_pinv_(const jac_loc *at, jac a, jac_rank_opts o);

/* x with a x + x b = q (jax.scipy.linalg.solve_sylvester). */
#define jac_solve_sylvester(a, b, q) jac_solve_sylvester_(JAC_AT, JAC_V(a), JAC_V(b), JAC_V(q))
JAC_API jac jac_solve_sylvester_(const jac_loc *at, jac a, jac b, jac q);

/* ---- Decompositions ----------------------------------------------------------------------------------- */

/* The lower triangular l with l l^H = a or, with .upper, the upper triangular u with u^H u = a. a is made
 * symmetric first, (a + a^H) / 2; with .as_is, the other triangle is not read (jnp.linalg.cholesky). */
#define jac_cholesky(... /* a, options */) JAC_CHOLESKY_(__VA_ARGS__, )
#define JAC_CHOLESKY_(a, ...) JAC_CHOLESKY__(JAC_CAT_(jac_o_, __COUNTER__), a, __VA_ARGS__)
#define JAC_CHOLESKY__(o, a, ...)                            \
    JAC_WITH_OPTIONS_(o, jac_cholesky_opts, (.unused_ = 0),  \
                      jac_cholesky_(JAC_AT, JAC_V(a), o), __VA_ARGS__)
typedef struct {
    int unused_;
    bool upper, as_is;
    jac *info; /* the number of the first leading block that is not positive definite */
} jac_cholesky_opts;
JAC_API jac jac_cholesky_(const jac_loc *at, jac a, jac_cholesky_opts o);
/* x with c c^H x = b, or c^H c x = b with .lower = false, given a factor (jax.scipy.linalg.cho_solve). */
#define jac_cho_solve(c, b, lower) jac_cho_solve_(JAC_AT, JAC_V(c), JAC_V(b), lower)
JAC_API jac jac_cho_solve_(const jac_loc *at, jac c, jac b, bool lower);
/* The upper triangular factor of r^T r + w w^T, given r (lax.linalg.cholesky_update). */
#define jac_cholesky_update(r, w) jac_cholesky_update_(JAC_AT, JAC_V(r), JAC_V(w))
JAC_API jac jac_cholesky_update_(const jac_loc *at, jac r, jac w);

/* The factors of a with its rows in another order: a[permutation] = l u. lu has both, l without its
 * diagonal of ones. Row k was exchanged with row pivots[k] (lax.linalg.lu, jax.scipy.linalg.lu_factor). */
typedef struct {
    jac lu, pivots, permutation, info;
    jac a; /* for the derivatives of jac_lu_solve */
} jac_lu_factors;
#define jac_lu_factor(a) jac_lu_factor_(JAC_AT, JAC_V(a))
JAC_API jac_lu_factors jac_lu_factor_(const jac_loc *at, jac a);
/* x with a x = b or, with .trans = 1, a^T x = b, or with .trans = 2, a^H x = b, given the factors
 * (jax.scipy.linalg.lu_solve). */
#define jac_lu_solve(f, ... /* b, options */) JAC_LU_SOLVE_(JAC_CAT_(jac_o_, __COUNTER__), f, __VA_ARGS__, )
#define JAC_LU_SOLVE_(o, f, b, ...)                                    \
    JAC_WITH_OPTIONS_(o, jac_solve_triangular_opts, (.unused_ = 0),    \
                      jac_lu_solve_(JAC_AT, f, JAC_V(b), o), __VA_ARGS__)
JAC_API jac jac_lu_solve_(const jac_loc *at, jac_lu_factors f, jac b, jac_solve_triangular_opts o);
/* a = p l u, with a permutation matrix p (jax.scipy.linalg.lu). */
typedef struct {
    jac p, l, u;
} jac_plu;
#define jac_lu(a) jac_lu_(JAC_AT, JAC_V(a))
JAC_API jac_plu jac_lu_(const jac_loc *at, jac a);

/* a = q r, with orthonormal columns in q. .mode: "reduced" (the default) or "complete", with a square q.
 * With .pivoting, a's columns are in another order, so that r's diagonal descends: a[:, order] = q r
 * (jnp.linalg.qr, jax.scipy.linalg.qr). */
typedef struct {
    jac q, r;
    jac order; /* i32; without .pivoting 0, 1, 2 ... */
} jac_qr_result;
#define jac_qr(... /* a, options */) JAC_QR_(__VA_ARGS__, )
#define JAC_QR_(a, ...) JAC_QR__(JAC_CAT_(jac_o_, __COUNTER__), a, __VA_ARGS__)
#define JAC_QR__(o, a, ...)                            \
    JAC_WITH_OPTIONS_(o, jac_qr_opts, (.unused_ = 0),  \
                      jac_qr_(JAC_AT, JAC_V(a), o), __VA_ARGS__)
typedef struct {
    int unused_;
    const char *mode;
    bool pivoting;
} jac_qr_opts;
JAC_API jac_qr_result jac_qr_(const jac_loc *at, jac a, jac_qr_opts o);
/* q as reflections: a with r and, below it, the vectors; and their factors (mode "raw"). */
typedef struct {
    jac a, taus;
} jac_reflections;
#define jac_geqrf(a) jac_geqrf_(JAC_AT, JAC_V(a))
JAC_API jac_reflections jac_geqrf_(const jac_loc *at, jac a);
/* The first columns of q, of reflections (lax.linalg.householder_product). */
#define jac_householder_product(a, taus) jac_householder_product_(JAC_AT, JAC_V(a), JAC_V(taus))
JAC_API jac jac_householder_product_(const jac_loc *at, jac a, jac taus);
/* q c or, with left = false, c q; with transpose, q^H in place of q (lax.linalg.ormqr). */
#define jac_ormqr(a, taus, c, left, transpose) \
    jac_ormqr_(JAC_AT, JAC_V(a), JAC_V(taus), JAC_V(c), left, transpose)
JAC_API jac jac_ormqr_(const jac_loc *at, jac a, jac taus, jac c, bool left, bool transpose);

/* Eigenvalues, in ascending order, and eigenvectors, the columns, of a Hermitian matrix. It is made
 * Hermitian first; with .as_is only its lower triangle is read or, with .upper, the upper one
 * (jnp.linalg.eigh). jac_eigvalsh: the values alone. */
typedef struct {
    jac values, vectors, info;
} jac_eigh_result;
typedef struct {
    int unused_;
    bool upper, as_is;
    jac *info;
} jac_eigh_opts;
#define jac_eigh(... /* a, options */) JAC_EIGH_(jac_eigh_, __VA_ARGS__, )
#define jac_eigvalsh(... /* a, options */) JAC_EIGH_(jac_eigvalsh_, __VA_ARGS__, )
#define JAC_EIGH_(f, a, ...) JAC_EIGH__(JAC_CAT_(jac_o_, __COUNTER__), f, a, __VA_ARGS__)
#define JAC_EIGH__(o, f, a, ...) \
    JAC_WITH_OPTIONS_(o, jac_eigh_opts, (.unused_ = 0), f(JAC_AT, JAC_V(a), o), __VA_ARGS__)
JAC_API jac_eigh_result jac_eigh_(const jac_loc *at, jac a, jac_eigh_opts o);
JAC_API jac jac_eigvalsh_(const jac_loc *at, jac a, jac_eigh_opts o);
/* The same of a symmetric tridiagonal matrix with diagonal d and e beside it
 * (jax.scipy.linalg.eigh_tridiagonal). */
#define jac_eigh_tridiagonal(d, e) jac_eigh_tridiagonal_(JAC_AT, JAC_V(d), JAC_V(e))
JAC_API jac_eigh_result jac_eigh_tridiagonal_(const jac_loc *at, jac d, jac e);

/* Eigenvalues and eigenvectors of any square matrix, complex (jnp.linalg.eig). The vectors have length 1
 * and a real largest element; their derivatives hold for that, and need distinct values. .left gives the
 * left vectors, too: u^H a = w u^H. jac_eigvals: the values alone. */
typedef struct {
    jac values, vectors, left, info;
} jac_eig_result;
typedef struct {
    int unused_;
    bool left;
    jac *info;
} jac_eig_opts;
#define jac_eig(... /* a, options */) JAC_EIG_(jac_eig_, __VA_ARGS__, )
#define jac_eigvals(... /* a, options */) JAC_EIG_(jac_eigvals_, __VA_ARGS__, )
#define JAC_EIG_(f, a, ...) JAC_EIG__(JAC_CAT_(jac_o_, __COUNTER__), f, a, __VA_ARGS__)
#define JAC_EIG__(o, f, a, ...) \
    JAC_WITH_OPTIONS_(o, jac_eig_opts, (.unused_ = 0), f(JAC_AT, JAC_V(a), o), __VA_ARGS__)
JAC_API jac_eig_result jac_eig_(const jac_loc *at, jac a, jac_eig_opts o);
JAC_API jac jac_eigvals_(const jac_loc *at, jac a, jac_eig_opts o);

/* a = u diag(s) vh, with s in descending order. u and vh are square or, with .reduced, have as many
 * columns and rows as there are singular values (jnp.linalg.svd). jac_svdvals: s alone. */
typedef struct {
    jac u, s, vh, info;
} jac_svd_result;
typedef struct {
    int unused_;
    bool reduced;
    jac *info;
} jac_svd_opts;
#define jac_svd(... /* a, options */) JAC_SVD_(jac_svd_, __VA_ARGS__, )
#define jac_svdvals(... /* a, options */) JAC_SVD_(jac_svdvals_, __VA_ARGS__, )
#define JAC_SVD_(f, a, ...) JAC_SVD__(JAC_CAT_(jac_o_, __COUNTER__), f, a, __VA_ARGS__)
#define JAC_SVD__(o, f, a, ...) \
    JAC_WITH_OPTIONS_(o, jac_svd_opts, (.unused_ = 0), f(JAC_AT, JAC_V(a), o), __VA_ARGS__)
JAC_API jac_svd_result jac_svd_(const jac_loc *at, jac a, jac_svd_opts o);
JAC_API jac jac_svdvals_(const jac_loc *at, jac a, jac_svd_opts o);

/* a = z t z^H with unitary z and upper triangular t. output "real": t of a real matrix stays real, with
 * blocks of 2 x 2 on the diagonal for pairs of complex eigenvalues; "complex": it becomes complex.
 * No derivatives (jax.scipy.linalg.schur). */
typedef struct {
    jac t, z, info;
} jac_schur_result;
#define jac_schur(a, output) jac_schur_(JAC_AT, JAC_V(a), output)
JAC_API jac_schur_result jac_schur_(const jac_loc *at, jac a, const char *output);
/* The complex Schur form, of a real one (jax.scipy.linalg.rsf2csf). info is 0. */
#define jac_rsf2csf(t, z) jac_rsf2csf_(JAC_AT, JAC_V(t), JAC_V(z))
JAC_API jac_schur_result jac_rsf2csf_(const jac_loc *at, jac t, jac z);
/* a = q h q^H with unitary q; h is zero below the diagonal that is next to the main one. No derivatives
 * (jax.scipy.linalg.hessenberg). */
typedef struct {
    jac h, q;
} jac_hessenberg_result;
#define jac_hessenberg(a) jac_hessenberg_(JAC_AT, JAC_V(a))
JAC_API jac_hessenberg_result jac_hessenberg_(const jac_loc *at, jac a);
/* The tridiagonal form of a Hermitian matrix, of which one triangle is read: d is its diagonal and e the
 * one beside it; the reflections are in a and taus. No derivatives (lax.linalg.tridiagonal). */
typedef struct {
    jac a, d, e, taus, info;
} jac_tridiagonal_result;
#define jac_tridiagonal(a, lower) jac_tridiagonal_(JAC_AT, JAC_V(a), lower)
JAC_API jac_tridiagonal_result jac_tridiagonal_(const jac_loc *at, jac a, bool lower);

/* a = u p (side "right") or a = p u (side "left"), with orthonormal u and positive semidefinite p
 * (jax.scipy.linalg.polar). */
typedef struct {
    jac u, p;
} jac_polar_result;
#define jac_polar(a, side) jac_polar_(JAC_AT, JAC_V(a), side)
JAC_API jac_polar_result jac_polar_(const jac_loc *at, jac a, const char *side);

/* ---- Numbers of a matrix ---------------------------------------------------------------------------- */

/* The determinant. Its derivative is right for singular matrices, too (jnp.linalg.det). */
#define jac_det(a) jac_det_(JAC_AT, JAC_V(a))
JAC_API jac jac_det_(const jac_loc *at, jac a);
/* det = sign exp(logabsdet), without overflow; 0 and -inf for a singular matrix (jnp.linalg.slogdet). */
typedef struct {
    jac sign, logabsdet;
} jac_slogdet_result;
#define jac_slogdet(a) jac_slogdet_(JAC_AT, JAC_V(a))
JAC_API jac_slogdet_result jac_slogdet_(const jac_loc *at, jac a);

/* The number of singular values above .rcond times the largest; without it, times the dtype's epsilon
 * times the larger dimension. i32 (jnp.linalg.matrix_rank). */
#define jac_matrix_rank(... /* a, options */) JAC_MATRIX_RANK_(__VA_ARGS__, )
#define JAC_MATRIX_RANK_(a, ...) JAC_MATRIX_RANK__(JAC_CAT_(jac_o_, __COUNTER__), a, __VA_ARGS__)
#define JAC_MATRIX_RANK__(o, a, ...)                     \
    JAC_WITH_OPTIONS_(o, jac_rank_opts, (.unused_ = 0),  \
                      jac_matrix_rank_(JAC_AT, JAC_V(a), o), __VA_ARGS__)
JAC_API jac jac_matrix_rank_(const jac_loc *at, jac a, jac_rank_opts o);

/* The norm of vectors: the p-th root of the sum of |x|^p, where .ord is p as a word: "1", "2.5"; "inf" and
 * "-inf" give the largest and the smallest |x|, "0" counts what is not 0. Without .ord it is "2". Without
 * .axis, x is one vector: jac_vector_norm(x, .axis = -1, .ord = "inf") (jnp.linalg.vector_norm).
 * jac_norm(x, axes) is the square root of a sum of squares. */
#define jac_vector_norm(... /* x, options */) JAC_NORMS_(jac_vector_norm_, __VA_ARGS__, )
/* The norm of matrices. .ord: "fro" (the default: the root of the sum of squares), "nuc" (the sum of the
 * singular values), "2" and "-2" (the largest and the smallest one), "1" and "-1" (the largest and the
 * smallest sum of |x| over a column), "inf" and "-inf" (over a row) (jnp.linalg.matrix_norm). */
#define jac_matrix_norm(... /* x, options */) JAC_NORMS_(jac_matrix_norm_, __VA_ARGS__, )
#define JAC_NORMS_(f, x, ...) JAC_NORMS__(JAC_CAT_(jac_o_, __COUNTER__), f, x, __VA_ARGS__)
#define JAC_NORMS__(o, f, x, ...)                                                \
    JAC_WITH_OPTIONS_(o, jac_norm_opts, (.axis = JAC_OMITTED_, .unused_ = 0),    \
                      f(JAC_AT, JAC_V(x), o), __VA_ARGS__)
typedef struct {
    int unused_;
    jac_dims axis;
    const char *ord;
    bool keepdims;
} jac_norm_opts;
JAC_API jac jac_vector_norm_(const jac_loc *at, jac x, jac_norm_opts o);
JAC_API jac jac_matrix_norm_(const jac_loc *at, jac x, jac_norm_opts o);
/* The condition number: the norm of a times that of its inverse. ord NULL: the ratio of the singular
 * values; otherwise as in jac_matrix_norm (jnp.linalg.cond). */
#define jac_condition(a, ord) jac_condition_(JAC_AT, JAC_V(a), ord)
JAC_API jac jac_condition_(const jac_loc *at, jac a, const char *ord);

/* ---- Functions of a matrix ---------------------------------------------------------------------------- */

/* a to the power n, an integer; a negative one is of the inverse (jnp.linalg.matrix_power). */
#define jac_matrix_power(a, n) jac_matrix_power_(JAC_AT, JAC_V(a), JAC_INT_(n))
JAC_API jac jac_matrix_power_(const jac_loc *at, jac a, int64_t n);
/* The exponential, by squarings of a Padé approximation; NaN if it would take more than 16
 * (jax.scipy.linalg.expm). */
#define jac_expm(a) jac_expm_(JAC_AT, JAC_V(a))
JAC_API jac jac_expm_(const jac_loc *at, jac a);
/* The exponential of a, and its derivative along e (jax.scipy.linalg.expm_frechet). */
typedef struct {
    jac expm, frechet;
} jac_expm_frechet_result;
#define jac_expm_frechet(a, e) jac_expm_frechet_(JAC_AT, JAC_V(a), JAC_V(e))
JAC_API jac_expm_frechet_result jac_expm_frechet_(const jac_loc *at, jac a, jac e);
/* The complex s with s s = a (jax.scipy.linalg.sqrtm, with a derivative). */
#define jac_sqrtm(a) jac_sqrtm_(JAC_AT, JAC_V(a))
JAC_API jac jac_sqrtm_(const jac_loc *at, jac a);

/* ---- Products -------------------------------------------------------------------------------------------- */

/* x with its last two axes exchanged (jnp.linalg.matrix_transpose). */
#define jac_matrix_transpose(x) jac_matrix_transpose_(JAC_AT, JAC_V(x))
JAC_API jac jac_matrix_transpose_(const jac_loc *at, jac x);
/* The inner products over an axis; x is conjugated (jnp.linalg.vecdot). */
#define jac_vecdot(x, ... /* y, axis */)                         \
    jac_vecdot_(JAC_AT, JAC_V(x), JAC_V(JAC_HEAD_(__VA_ARGS__)), \
                JAC_INT_OR_(-1, JAC_TAIL_(__VA_ARGS__)))
JAC_API jac jac_vecdot_(const jac_loc *at, jac x, jac y, int64_t axis);
/* The cross products of vectors of 3 elements along an axis, by default the last one: jac_cross(x, y),
 * jac_cross(x, y, 0) (jnp.cross, jnp.linalg.cross). A vector of 2 elements has 0 as its third; of two such the
 * result is that of the third elements alone. The axes may differ: .axisa and .axisb, of the operands, and .axisc,
 * of the result. */
#define jac_cross(x, ... /* y, options */) JAC_CROSS_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
typedef struct {
    int unused_; /* lets axis stand first without its name, or be left out */
    jac_dims axis;
    int64_t axisa, axisb, axisc;
} jac_cross_opts;
#define JAC_CROSS_(o, x, y, ...)                                                                 \
    JAC_WITH_OPTIONS_(o, jac_cross_opts,                                                         \
                      (.axis = JAC_OMITTED_, .axisa = -1, .axisb = -1, .axisc = -1, .unused_ = 0), \
                      jac_cross_(JAC_AT, JAC_V(x), JAC_V(y), o), __VA_ARGS__)
JAC_API jac jac_cross_(const jac_loc *at, jac x, jac y, jac_cross_opts o);
/* The product of two or more matrices, in the order that takes the fewest multiplications. The first and
 * the last may be vectors: jac_multi_dot(a, b, c) (jnp.linalg.multi_dot). */
#define jac_multi_dot(...) jac_multi_dot_(JAC_AT, JAC_HANDLES_(__VA_ARGS__))
JAC_API jac jac_multi_dot_(const jac_loc *at, jac_handles x);
/* x with tensordot(a, x) = b, where a has the shape of b, then that of x (jnp.linalg.tensorsolve). */
#define jac_tensorsolve(a, b) jac_tensorsolve_(JAC_AT, JAC_V(a), JAC_V(b))
JAC_API jac jac_tensorsolve_(const jac_loc *at, jac a, jac b);
/* The inverse of the map from the last axes of a to the first `ind` ones (jnp.linalg.tensorinv). */
#define jac_tensorinv(a, ind) jac_tensorinv_(JAC_AT, JAC_V(a), JAC_INT_(ind))
JAC_API jac jac_tensorinv_(const jac_loc *at, jac a, int64_t ind);

/* ---- Matrices of a kind -------------------------------------------------------------------------------------- */

/* The matrices on the diagonal of a larger one; a vector is a row (jax.scipy.linalg.block_diag). */
#define jac_block_diag(...) jac_block_diag_(JAC_AT, JAC_HANDLES_(__VA_ARGS__))
JAC_API jac jac_block_diag_(const jac_loc *at, jac_handles x);
/* The matrix with first column c and first row r, but for r[0], and equal elements along the diagonals;
 * jac_toeplitz(c, c) is symmetric (jax.scipy.linalg.toeplitz; there, r may be left out for conj(c)). */
#define jac_toeplitz(c, r) jac_toeplitz_(JAC_AT, JAC_V(c), JAC_V(r))
JAC_API jac jac_toeplitz_(const jac_loc *at, jac c, jac r);
/* The matrix with first column c and last row r, but for r[0], and equal elements along the
 * antidiagonals (jax.scipy.linalg.hankel). */
#define jac_hankel(c, r) jac_hankel_(JAC_AT, JAC_V(c), JAC_V(r))
JAC_API jac jac_hankel_(const jac_loc *at, jac c, jac r);
/* The matrix whose columns are c, each rotated by one more element (jax.scipy.linalg.circulant). */
#define jac_circulant(c) jac_circulant_(JAC_AT, JAC_V(c))
JAC_API jac jac_circulant_(const jac_loc *at, jac c);
/* The companion matrix of a polynomial with these coefficients (jax.scipy.linalg.companion). */
#define jac_companion(a) jac_companion_(JAC_AT, JAC_V(a))
JAC_API jac jac_companion_(const jac_loc *at, jac a);
/* The matrix with f as its first row, and s below its diagonal (jax.scipy.linalg.leslie). */
#define jac_leslie(f, s) jac_leslie_(JAC_AT, JAC_V(f), JAC_V(s))
JAC_API jac jac_leslie_(const jac_loc *at, jac f, jac s);
/* The matrix of |a[i] - a[j]| (jax.scipy.linalg.fiedler). */
#define jac_fiedler(a) jac_fiedler_(JAC_AT, JAC_V(a))
JAC_API jac jac_fiedler_(const jac_loc *at, jac a);
/* The matrix m with m x = convolve(a, x, mode) for vectors x of n elements
 * (jax.scipy.linalg.convolution_matrix). */
#define jac_convolution_matrix(a, n, mode) jac_convolution_matrix_(JAC_AT, JAC_V(a), JAC_INT_(n), mode)
JAC_API jac jac_convolution_matrix_(const jac_loc *at, jac a, int64_t n, const char *mode);
/* Matrices of n x n that a formula gives, of the default float: 1 / (i + j + 1) and its inverse; of
 * binomial coefficients ("symmetric", "lower" or "upper") and its inverse; of ones and minus ones, with
 * orthogonal rows (n is a power of 2); with orthonormal rows, the first one of equal elements, which is
 * left out unless `full` (jax.scipy.linalg.hilbert, invhilbert, pascal, invpascal, hadamard, helmert). */
#define jac_hilbert(n)         jac_formula_(JAC_AT, "hilbert", JAC_INT_(n), NULL)
#define jac_invhilbert(n)      jac_formula_(JAC_AT, "invhilbert", JAC_INT_(n), NULL)
#define jac_pascal(n, kind)    jac_formula_(JAC_AT, "pascal", JAC_INT_(n), kind)
#define jac_invpascal(n, kind) jac_formula_(JAC_AT, "invpascal", JAC_INT_(n), kind)
#define jac_hadamard(n)        jac_formula_(JAC_AT, "hadamard", JAC_INT_(n), NULL)
#define jac_helmert(n, full)   jac_formula_(JAC_AT, "helmert", JAC_INT_(n), (full) ? "full" : NULL)
JAC_API jac jac_formula_(const jac_loc *at, const char *what, int64_t n, const char *kind);
/* The complex matrix of exp(-2 pi i j k / n); scale "n" divides it by n, "sqrtn" by the root of n, and
 * NULL not at all (jax.scipy.linalg.dft). */
#define jac_dft(n, scale) jac_dft_(JAC_AT, JAC_INT_(n), scale)
JAC_API jac jac_dft_(const jac_loc *at, int64_t n, const char *scale);

#endif

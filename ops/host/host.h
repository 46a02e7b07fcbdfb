/* Host functions, called by compiled code and by the interpreter: products by a BLAS, sorting, tapes.
 *
 * They take plain numbers instead of an equation, so they need no graph. Their parameters are a
 * struct of int64_t, which compiled code stores as a list of constants. Together with jit/host/
 * they are built into libjacquard_host.a.
 */
#ifndef JACQUARD_OPS_HOST_H
#define JACQUARD_OPS_HOST_H

#include "jit/host/host.h"

/* ---- ops/called.c (not in that library): `eval` of a primitive with a function here ---------- */
bool host_eval(const ir_eqn *e, const void *const *in, void *const *out);

/* ---- index.c --------------------------------------------------------------------------------- */
/* Element `at` of an array of indices, clamped to 0 .. most; as it is, or INT64_MAX if it is larger
 * than that. */
int64_t index_read(ir_dtype d, const void *indices, int64_t at, int64_t most);
int64_t index_value(ir_dtype d, const void *indices, int64_t at);

/* ---- dot.c: a batch of products of an [m, k] by a [k, n] matrix ------------------------------ */

/* An operand. batch, free and k are the steps, in elements, of the batch index, the free index (m
 * for the left operand, n for the right one) and k. `whole` is true if such steps exist. If they do
 * not, or if the BLAS does not support them, the operand is copied. The copy has the dimensions in
 * the order batch, free, k for the left operand, and batch, k, free for the right one; rank, dim
 * and stride describe them. */
typedef struct {
    int64_t batch, free, k, whole;
    int64_t rank, dim[IR_MAX_RANK], stride[IR_MAX_RANK];
} host_operand;

typedef struct {
    int64_t dtype, batch, m, n, k;
    host_operand a, b;
} host_product;

/* `numbers` is a host_product; the result is a dense [batch, m, n]. */
JAC_HOST bool jac_host_dot(const int64_t *numbers, const void *const *in, void *const *out);

/* ---- conv.c: convolutions -------------------------------------------------------------------- */

/* A spatial dimension. For an index p of the result and an index k of the window, the operand is
 * read at i if i * lhs_dilation = p * stride + k * rhs_dilation - low; out of range, it is zero. */
typedef struct {
    int64_t in, window, out; /* sizes */
    int64_t stride, low, lhs_dilation, rhs_dilation;
    int64_t lhs, rhs, to; /* steps, in elements, in the operands and in the result */
} host_conv_dim;

/* The result has `groups` groups of `features` features. Each is a sum over `channels` channels of
 * the operand's group and over the window. The operand and the result have `batch` such images in
 * each group. */
typedef struct {
    int64_t dtype, groups, batch, features, channels;
    int64_t lhs_group, lhs_batch, lhs_channel; /* steps, in elements */
    int64_t rhs_group, rhs_feature, rhs_channel, rhs_start;
    int64_t to_group, to_batch, to_feature;
    int64_t rank; /* the number of spatial dimensions */
    host_conv_dim dim[IR_MAX_RANK - 2];
} host_conv;
/* `numbers` is a host_conv with as many dimensions as its rank. */
JAC_HOST bool jac_host_conv(const int64_t *numbers, const void *const *in, void *const *out);

/* ---- sort.c ---------------------------------------------------------------------------------- */

/* The operands are [outer, along, inner], and are sorted along the middle axis. The first nkeys are
 * the keys. */
enum { HOST_MOST_SORTED = 64 };
typedef struct {
    int64_t noperands, nkeys, descending, outer, along, inner, dtype[HOST_MOST_SORTED];
} host_sort;
/* `numbers` is a host_sort with as many dtypes as there are operands. */
JAC_HOST bool jac_host_sort(const int64_t *numbers, const void *const *in, void *const *out);

/* The operand is [lines, along], with at most 2^31 - 1 elements along. The results, [lines, k], are
 * the first k elements in descending order, and their places. */
typedef struct {
    int64_t dtype, lines, along, k;
} host_top_k;
JAC_HOST bool jac_host_top_k(const int64_t *numbers, const void *const *in, void *const *out);

/* ---- linalg/: matrices, by LAPACK ------------------------------------------------------------ */

/* A batch of matrices, whose numbers are floats of `dtype`, or pairs of them if parts is 2: then each
 * operand or result of complex numbers is two arrays. What m, n, k and the options are, the functions
 * say. Results `info`, i32, are those of LAPACK: 0 if all is well. */
typedef struct {
    int64_t dtype, parts, batch, m, n, k, option[5];
} host_matrices;
#define HOST_LINALG(X)                                                                             \
    X(cholesky) X(triangular_solve) X(lu) X(lu_solve) X(lu_pivots_to_permutation) X(qr) X(geqrf)   \
    X(geqp3) X(householder_product) X(ormqr) X(eigh) X(svd) X(eig) X(schur) X(hessenberg)          \
    X(tridiagonal) X(tridiagonal_solve) X(cholesky_update) X(sylvester) X(sqrtm)
#define X(name)                                                                                    \
    JAC_HOST bool jac_host_##name(const int64_t *numbers, const void *const *in, void *const *out);
HOST_LINALG(X)
#undef X

/* ---- fft.c: discrete Fourier transforms ------------------------------------------------------- */

enum { HOST_FFT_MOST_RANK = 3 };
typedef enum { HOST_FFT, HOST_IFFT, HOST_RFFT, HOST_IRFFT, HOST_NFFT } host_fft_type;

/* The operand is [outer, n[0], ..., n[rank - 1]], or with n/2 + 1 for the last n if it is the half
 * of a transform. Complex arrays are given as their parts; dtype is that of a part. */
typedef struct {
    int64_t dtype, type, outer, rank, n[HOST_FFT_MOST_RANK];
} host_fft;
JAC_HOST bool jac_host_fft(const int64_t *numbers, const void *const *in, void *const *out);

/* ---- tape.c: the primitives on tapes --------------------------------------------------------- */

/* dtype, rank and dim are the result's type. For select, `lanes` is the number of elements of the
 * predicate, whose dimensions are the leading ones of the leaves. For broadcast and sum, `axis` is
 * the leaves' axis that is added or summed over, and `size` is its size. */
typedef struct {
    int64_t dtype, rank, dim[IR_MAX_RANK], lanes, axis, size;
} host_tape;

JAC_HOST bool jac_host_tape_empty(const int64_t *numbers, const void *const *in, void *const *out);
JAC_HOST bool jac_host_tape_add(const int64_t *numbers, const void *const *in, void *const *out);
JAC_HOST bool jac_host_tape_select(const int64_t *numbers, const void *const *in, void *const *out);
JAC_HOST bool jac_host_tape_broadcast(const int64_t *numbers, const void *const *in,
                                      void *const *out);
JAC_HOST bool jac_host_tape_sum(const int64_t *numbers, const void *const *in, void *const *out);

/* ---- rare.c: scalar functions that are called, not inlined ----------------------------------- */
JAC_HOST double jac_host_sin_large(double x);
JAC_HOST double jac_host_cos_large(double x);
JAC_HOST double jac_host_tan_large(double x);
JAC_HOST double jac_host_zeta(double s, double q);
JAC_HOST double jac_host_polygamma(double m, double x);

#endif

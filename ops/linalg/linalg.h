/* Rules that the primitives on matrices share, and builders for their derivatives.
 *
 * An operand is a batch of matrices or vectors: the leading dimensions, the same for all operands,
 * are those of the batch. A complex operand becomes two, its parts, before anything runs (`parts`);
 * then the kernel in ops/host/linalg/ interleaves them for LAPACK.
 */
#ifndef JACQUARD_OPS_LINALG_H
#define JACQUARD_OPS_LINALG_H

#include "ops/host/host.h"
#include "ops/ops.h"
#include "ops/shape.h"

/* ---- rules.c --------------------------------------------------------------------------------- */

enum { LINALG_WHOLE, LINALG_PAIRS, LINALG_PAIRS_OUT }; /* the values of the parameter `parts` */

/* Infers the results for operands that are not split into parts, with ir_infer_out. */
typedef bool linalg_shapes(ir_infer *q);
/* The infer rule of a primitive with n operands, any number of which may be complex. */
bool linalg_infer(ir_infer *q, int n, linalg_shapes *shapes);
/* Checks, in a linalg_shapes, that operand k has at least rank[k] dimensions, and that all have the
 * same dimensions before these; and that operands of inexact dtypes are of one dtype, f32, f64, c64
 * or c128. */
bool linalg_check(const ir_infer *q, const int *rank);
bool linalg_check_square(const ir_infer *q, int k);
/* Appends a result: the batch dimensions of operand 0, whose matrices have `rank` dimensions, then
 * n dimensions. */
void linalg_out(ir_infer *q, int rank, ir_dtype d, int n, const int64_t *dim);
void linalg_out_info(ir_infer *q, int rank); /* i32, one for each item of the batch */

bool linalg_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                  const ir_batching *over, ir_value **y, int *yaxis);
/* Batches a solution in which only the right side, operand k, varies: the lanes become columns, or
 * rows if not `columns`. */
bool linalg_batch_rhs(ir_graph *g, const ir_eqn *e, ir_value *const *x, int k, int axis,
                      bool columns, const ir_batching *over, ir_value **y, int *yaxis);
/* The jvp of primitives that have no derivative, in JAX either. */
bool linalg_no_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                   ir_value **y, ir_value **ty);
bool linalg_pairs(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y);

/* The dtype, the parts, the size of the batch, and m and n: the last two dimensions of operand k,
 * counted without parts, which has `rank` of them. */
host_matrices linalg_numbers(const ir_eqn *e, int k, int rank);
int linalg_write(const host_matrices *s, int64_t *to);

#define LINALG_HOST(name)                                                                          \
    &(const jit_lower)                                                                             \
    {                                                                                              \
        .kind = JIT_CALLED, .host = &(const jit_host)                                              \
        {                                                                                          \
            "jac_host_" #name, jac_host_##name, name##_numbers                                     \
        }                                                                                          \
    }

/* ---- build.c: matrices in derivatives; all take and give batches --------------------------------- */

/* Which of the operands of a product are transposed. */
enum { MM_NN, MM_TN, MM_NT, MM_TT };
ir_value *mm(ir_graph *g, ir_value *a, ir_value *b, int transposed);
ir_value *mm_h(ir_graph *g, ir_value *a, ir_value *b); /* a^H b */
ir_value *matrix_conj(ir_graph *g, ir_value *x);       /* x itself if it is real */
ir_value *matrix_t(ir_graph *g, ir_value *x);
ir_value *matrix_h(ir_graph *g, ir_value *x);
/* x with zeros where column - row > k (lower), or < k (upper). */
ir_value *matrix_lower(ir_graph *g, ir_value *x, int64_t k);
ir_value *matrix_upper(ir_graph *g, ir_value *x, int64_t k);
ir_value *matrix_eye(ir_graph *g,
                     ir_value *like); /* ones on the diagonal, in the shape of `like` */
ir_value *matrix_eye_of(ir_graph *g, const ir_type *t);
ir_value *matrix_diagonal(ir_graph *g, ir_value *x);           /* the diagonals, as vectors */
ir_value *matrix_rows(ir_graph *g, ir_value *v, int64_t rows); /* v as each row of matrices */
ir_value *matrix_cols(ir_graph *g, ir_value *v, int64_t cols); /* v as each column */
/* Rows and columns from `r0`, `c0` up to `r1`, `c1`. */
ir_value *matrix_block(ir_graph *g, ir_value *x, int64_t r0, int64_t r1, int64_t c0, int64_t c1);
ir_value *matrix_real(ir_graph *g, ir_value *x); /* the real parts; x itself if it is real */
/* Rows of x in the order of a permutation: row r is row permutation[r] of x. */
ir_value *matrix_permute(ir_graph *g, ir_value *x, ir_value *permutation);
ir_value *matrix_sum(ir_graph *g, ir_value *x, int axis); /* axis -1 or -2 */
static inline int64_t matrix_m(const ir_value *x)
{
    return x->type.dim[x->type.rank - 2];
}
static inline int64_t matrix_n(const ir_value *x)
{
    return x->type.dim[x->type.rank - 1];
}

/* ---- primitives ------------------------------------------------------------------------------ */

typedef struct {
    bool left, lower, transpose, conjugate, unit;
} triangular_options;
ir_value *b_triangular_solve(ir_graph *g, ir_value *a, ir_value *b, triangular_options o);
/* The factors, the pivots, the permutation and info. */
ir_value **b_lu(ir_graph *g, ir_value *a);
/* Solves a x = b, or a^T x = b, given b_lu's results for a. */
ir_value *b_lu_solve(ir_graph *g, ir_value *a, ir_value *const *lu, ir_value *b, bool transpose);

/* ---- det.c: graphs of a batch of square matrices of type a ------------------------------------- */

ir_graph *linalg_det_graph(const ir_type *a);
ir_graph *linalg_slogdet_graph(const ir_type *a); /* the sign, and the logarithm of the size */

/* ---- pinv.c: of a batch of matrices of type a, where singular values up to rcond times the largest count
 * as 0
 * ---------------------------------------------------------------------------------------------- */

ir_graph *linalg_pinv_graph(const ir_type *a, double rcond);
/* A graph of a that calls f, whose derivative is `rule`; NULL if one of these is. */
ir_graph *linalg_with_rule(const char *name, const ir_type *a, ir_graph *f, ir_graph *rule);

#endif

/* Declarations shared by the functions of linear algebra. */
#ifndef JACQUARD_RUNTIME_LINALG_H
#define JACQUARD_RUNTIME_LINALG_H

#include "ops/linalg/linalg.h"
#include "runtime/numpy/numpy.h"

/* ---- operands.c ------------------------------------------------------------------------------------ */

/* Converts x[0..n) to one inexact dtype. Checks that operand k has at least rank[k] dimensions;
 * gets the types. */
bool la_operands(const char *what, int n, jac *x, const int *rank, ir_type *t);
/* One operand, a batch of matrices; square ones. */
bool la_matrices(const char *what, jac *x, ir_type *t);
bool la_square(const char *what, jac *x, ir_type *t);
/* Broadcasts the dimensions of x[0..n) before the last rank[k]. */
bool la_broadcast(const char *what, int n, jac *x, const int *rank);
/* Writes an optional result, which may be asked for or not; then ends the scope as rt_end does. */
jac la_end_info(unsigned mark, jac y, jac info, jac *to);

/* The transposes; the matrices with zeros above or below diagonal k; ones on the diagonal of
 * matrices of x's shape. */
jac la_t(jac x);
jac la_h(jac x);
jac la_lower(jac x, int64_t k);
jac la_upper(jac x, int64_t k);
jac la_eye_like(jac x);
/* Rows r0 to r1 and columns c0 to c1. */
jac la_block(jac x, int64_t r0, int64_t r1, int64_t c0, int64_t c1);
jac la_symmetrized(jac x); /* (x + x^H) / 2 */
jac la_column(jac v);      /* v with a last axis of size 1 */
jac la_row(jac v);         /* v with an axis of size 1 before the last */

/* ---- systems.c: on operands that are checked and promoted --------------------------------------------- */

/* a x = b, of matrices with the same batch. info, if not NULL, gets what lu reports. */
jac la_solve(jac a, jac b, jac *info);
jac la_triangular_solve(jac a, jac b, triangular_options o);

/* ---- decompositions.c ----------------------------------------------------------------------------- */

/* The singular values and, if `vectors`, the reduced u and vh. */
bool la_svd(jac a, bool full, bool vectors, jac *u, jac *s, jac *vh, jac *info);

#endif

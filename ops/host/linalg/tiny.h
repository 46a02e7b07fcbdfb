/* Batches of tiny real matrices, without LAPACK: vectors run across the batch.
 *
 * Each function does the whole job and returns true, or false if the job is not of its kind. */
#ifndef JACQUARD_OPS_TINY_H
#define JACQUARD_OPS_TINY_H

#include "ops/host/linalg/matrix.h"

bool tiny_cholesky(matrix_job *j);
bool tiny_triangular_solve(matrix_job *j);
bool tiny_lu(matrix_job *j);
bool tiny_lu_solve(matrix_job *j);

#endif

/* Declarations shared by the library functions, which use the public macros as a user would. Here
 * JAC_AT is NULL, so that errors name the user's line and not one in the library.
 */
#ifndef JACQUARD_RUNTIME_NUMPY_H
#define JACQUARD_RUNTIME_NUMPY_H

#include "runtime/runtime.h"

#undef JAC_AT
#define JAC_AT ((const jac_loc *)NULL)

/* ---- create.c ------------------------------------------------------------------------- */

jac np_iota(const ir_type *t, int dimension);

/* ---- shape.c -------------------------------------------------------------------------- */

/* Checks a list of axes, which must not repeat, and maps them into [0, rank); None means all axes.
 * Returns how many, -1 with an error. */
int np_axes(const char *what, jac_dims axes, int rank, int64_t out[IR_MAX_RANK]);
jac np_expand_dims(jac x, int n, const int64_t *axes);
/* Moves axis `from` of x to position `to`. */
jac np_move_axis(jac x, int from, int to);
/* Converts positions along an axis of `size` to i32, or to i64 if i32 cannot hold them all. Negative
 * ones count from the end. Those that are out of range stay so. */
jac np_positions(const char *what, jac index, int64_t size);

/* ---- indexing/positions.c ------------------------------------------------------------- */

/* The positions at which a mask is true, in row-major order: a vector for each of its dimensions.
 * The mask is not a traced value. */
bool np_true_positions(jac mask, jac *at);

/* ---- sorting.c ------------------------------------------------------------------------ */

/* The axis of arrays of type t to sort along: the one that is given, or the last one. */
bool np_sort_axis(const char *what, jac_dims given, const ir_type *t, int64_t *axis);

/* ---- elementwise.c -------------------------------------------------------------------- */

/* Like rt_promote, but bools become integers; for functions that need numbers. */
bool np_promote_numbers(int n, jac *x);
/* Checks the operands of a function that is composed of others, which count them otherwise. */
bool np_are_handles(int n, const jac *x);
/* Checks that t is not complex. */
bool np_is_real(const char *what, const ir_type *t);
/* Converts x to bool: is each element nonzero? */
jac np_truth(jac x);

#endif

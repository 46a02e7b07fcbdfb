/* Between the library functions: the public header's own macros, for compositions that read as a
 * user's would. The one idea: within the library JAC_AT is no line, so that errors name the user's.
 */
#ifndef JACQUARD_RUNTIME_NUMPY_H
#define JACQUARD_RUNTIME_NUMPY_H

#include "runtime/runtime.h"

#undef JAC_AT
#define JAC_AT ((const jac_loc *)NULL)

/* ---- create.c ------------------------------------------------------------------------- */

/* The type of an array of this shape; false with an error that names `what` if none is possible. */
bool np_type(const char *what, jac_dims shape, ir_dtype d, ir_type *t);
jac np_iota(const ir_type *t, int dimension);

/* ---- shape.c -------------------------------------------------------------------------- */

/* The axes of a list in [0, rank), none twice; all of them if the list is None. Returns how many,
 * -1 with an error. */
int np_axes(const char *what, jac_dims axes, int rank, int64_t out[IR_MAX_RANK]);
jac np_expand_dims(jac x, int n, const int64_t *axes);
/* x with its dimension `from` at `to`. */
jac np_move_axis(jac x, int from, int to);

/* ---- elementwise.c -------------------------------------------------------------------- */

/* Like rt_promote, but bools become integers: for functions of numbers. */
bool np_promote_numbers(int n, jac *x);
/* x as bool: is it nonzero? */
jac np_truth(jac x);

#endif

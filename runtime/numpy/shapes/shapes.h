/* Declarations shared by the functions that rearrange arrays. */
#ifndef JACQUARD_RUNTIME_NUMPY_SHAPES_H
#define JACQUARD_RUNTIME_NUMPY_SHAPES_H

#include "runtime/numpy/numpy.h"

/* The type of x; if x is a C number, replaces it by an array. */
static inline bool sh_array(jac *x, ir_type *t)
{
    return rt_promote(1, x, false) && rt_type_of(*x, t);
}
/* x[..., start:stop:step, ...] along an axis; bounds count from the front. */
static inline jac sh_slice(jac x, int64_t axis, int64_t start, int64_t stop, int64_t step)
{
    return jac_slice_in_dim_(NULL, x, start, stop, step, axis);
}

/* Ends a function with n results, which go to `out` if that has room for them. */
static inline bool sh_end(unsigned m, bool room, bool ok, int n, jac *y, jac_out out)
{
    ok = rt_end_tree(m, room && ok ? n : 0, y) && room && ok;
    for (int k = 0; room && k < n; k++)
        ((jac *)out.at)[k] = ok ? y[k] : JAC_NULL;
    return ok;
}

/* ---- known.c -------------------------------------------------------------------------------------------- */

/* The elements of an array of integers or bools, which is not traced, and their number; NULL with an error. */
int64_t *sh_integers(ir_arena *mem, const char *what, jac x, int64_t *n);

/* ---- repeat.c ------------------------------------------------------------------------------------------- */

/* x, of type t, so many times along axis k: the whole of it (before[k]), each element (after[k]). */
jac sh_stretch(jac x, const ir_type *t, const int64_t *before, const int64_t *after);

/* ---- stack.c -------------------------------------------------------------------------------------------- */

/* Is x a list of at least one array? If not, an error naming `what`. */
bool sh_given(const char *what, jac_handles x);
/* x with axes of size 1 in front, so that it has at least that rank. */
jac sh_at_least(jac x, int rank);

/* ---- diagonal.c ----------------------------------------------------------------------------------------- */

/* Is an element of an n by m matrix on diagonal k or below it? A bool array of that shape. */
jac sh_lower(const char *what, int64_t n, int64_t m, int64_t k);

#endif

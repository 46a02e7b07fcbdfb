/* Declarations shared by the files of runtime/solve. */
#ifndef JACQUARD_RUNTIME_SOLVERS_H
#define JACQUARD_RUNTIME_SOLVERS_H

#include "runtime/runtime.h"

/* ---- solvers.c ------------------------------------------------------------------------------- */

extern const char *const rt_methods[]; /* the name of each jac_method */
/* A jac_solver: eliminates in the matrix if it is small, otherwise runs gmres to the precision of
 * the dtype. */
jac_fn rt_default_solver(jac_fn A);

/* ---- implicit.c ------------------------------------------------------------------------------ */

/* A jac_solver with an environment. */
typedef struct {
    jac_fn (*make)(const void *env, jac_fn f);
    const void *env;
} rt_solver;
/* Solves matvec(x) = b, x[0..n) being b at first; back.make may be NULL. */
bool rt_linear_solve(const char *what, jac_fn matvec, rt_solver solve, rt_solver back,
                     bool symmetric, int n, jac *x);

#endif

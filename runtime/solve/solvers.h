/* Declarations shared by the files of runtime/solve. */
#ifndef JACQUARD_RUNTIME_SOLVERS_H
#define JACQUARD_RUNTIME_SOLVERS_H

#include "runtime/runtime.h"

/* ---- solvers.c ------------------------------------------------------------------------------- */

extern const char *const rt_methods[]; /* the name of each jac_method */
/* A jac_solver: eliminates in the matrix if it is small, otherwise runs gmres to the precision of
 * the dtype. */
jac_fn rt_default_solver(jac_fn A);
/* A solver whose function gives a jac_solve_info after the solution. The solution is NaN where the
 * system was not solved, unless o.info is set. */
enum { RT_INFO = sizeof(jac_solve_info) / sizeof(jac) };
jac_fn rt_telling_solver(jac_method method, jac_fn A, jac_linear_opts o);
double rt_tolerance_of(const jac_linear_opts *o); /* .tol, or what stands for it */

/* ---- report.c -------------------------------------------------------------------------------- */

/* False with an error if the info is that of a concrete problem that was not solved. residual says
 * what info->residual is. */
bool rt_report(const char *what, const jac_solve_info *info, const char *residual, double tol);
/* Is x, which has n leaves, a root, if f(x) is fx and Newton's method subtracts `step`? */
bool rt_judge_root(int n, const jac *x, const jac *fx, const jac *step, double tol, double atol,
                   jac_solve_info *info);

/* ---- implicit.c ------------------------------------------------------------------------------ */

/* A jac_solver with an environment. */
typedef struct {
    jac_fn (*make)(const void *env, jac_fn f);
    const void *env;
} rt_solver;
/* Solves matvec(x) = b, x[0..n) being b at first; back.make may be NULL. The solvers give nmore
 * handles after the solution, a status first; those of `solve` are put behind x. */
bool rt_linear_solve(const char *what, jac_fn matvec, rt_solver solve, rt_solver back,
                     bool symmetric, int n, int nmore, jac *x);

/* Does f take nin handles and give nout? False with an error that calls f its `role`. */
bool rt_takes_and_gives(const char *what, const char *role, const struct jac_function *f, int nin,
                        int nout);
/* f as a function of its first argument, which has n leaves, with the others bound to args; f itself
 * if there are none. */
jac_fn rt_bind(const char *what, jac_fn f, int n, const jac *args);
/* Finds a root of f from x. y gets the root, then the other results of `solve`. If check->info is
 * not NULL, it gets what a Newton step from the root tells. */
bool rt_find_root(const char *what, jac_fn f, jac_fn solve, jac_solver tangent_solve, int n,
                  jac *x, int nout, jac *y, const jac_root_opts *check);

#endif

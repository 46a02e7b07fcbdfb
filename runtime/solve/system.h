/* A linear system that is being solved, for the files that have methods. */
#ifndef JACQUARD_RUNTIME_SYSTEM_H
#define JACQUARD_RUNTIME_SYSTEM_H

#include "runtime/solve/solvers.h"

/* The environment of a solver. */
typedef struct {
    rt_face A, M; /* retained; M is o.M and may be NULL */
    jac_method method;
    bool fit;  /* choose method and tolerance to suit the system */
    bool told; /* the status and what else jac_solve_info has come after the solution */
    bool raw;  /* the solution is the last x, even if that does not solve the system */
    jac_linear_opts o;
    jac *x0; /* start; NULL: zeros */
} rt_linear_solver;

typedef struct {
    const rt_linear_solver *by;
    int n; /* leaves of a vector */
    ir_type *types;
    ir_dtype dtype;
    int64_t size;
    jac M_scale; /* products by M are multiplied by this, unless it is null */
} rt_system;

/* ---- system.c -------------------------------------------------------------------------------- */

/* A tree as a vector, and back. */
jac rt_ravel(const rt_system *y, const jac *leaves);
bool rt_unravel(const rt_system *y, jac v, jac *leaves);
/* Do these leaves have the shapes of the vector's leaves? */
bool rt_fits(const rt_system *y, const char *what, const jac *leaves);
jac rt_product(const rt_system *y, jac v);      /* A v */
jac rt_precondition(const rt_system *y, jac v); /* M v; v itself if there is no M */

/* ---- krylov.c -------------------------------------------------------------------------------- */

typedef struct {
    jac x;
    jac_solve_info info;
} rt_solution;
rt_solution rt_cg(const rt_system *y, jac b);
rt_solution rt_bicgstab(const rt_system *y, jac b);
rt_solution rt_gmres(const rt_system *y, jac b);
/* What .tol means: the largest residual, as a share of the right side. */
double rt_tolerance(const rt_system *y);

#endif

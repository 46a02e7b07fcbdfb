/* Declarations shared by the files of runtime/optimize. */
#ifndef JACQUARD_RUNTIME_OPTIMIZE_H
#define JACQUARD_RUNTIME_OPTIMIZE_H

#include "runtime/numpy/numpy.h"

/* A function to minimize, with its gradient. */
typedef struct {
    jac_fn value_and_grad; /* of x: the value, then the gradient */
    ir_dtype d;            /* the dtype of x */
    int64_t n;             /* the elements of x */
    double gtol, ftol, norm;
    int64_t maxiter, searches, maxcor, maxfun, maxgrad; /* INT32_MAX: no limit */
} opt_problem;

/* A point, and f there. */
typedef struct {
    jac x, f, g;
} opt_point;

/* ---- line_search.c ---------------------------------------------------------------------------------- */

typedef struct {
    jac failed, status, evaluations, length; /* length: of the step, in units of the direction */
    jac f, g;
} opt_step;
/* Looks along the direction for a point that satisfies the strong Wolfe conditions. `first` is the
 * length to begin with. */
opt_step opt_line_search(const opt_problem *p, opt_point from, jac direction, jac first);

/* ---- bfgs.c, lbfgs.c ---------------------------------------------------------------------------------- */

jac_optimize_result opt_bfgs(const opt_problem *p, jac x0);
jac_optimize_result opt_lbfgs(const opt_problem *p, jac x0);

/* ---- points.c -------------------------------------------------------------------------------------- */

opt_point opt_at(const opt_problem *p, jac x);
/* Is the norm of the gradient less than the tolerance? */
jac opt_converged(const opt_problem *p, jac g);
jac opt_dot(jac x, jac y);
static inline jac opt_count(int64_t n)
{
    return rt_literal_f64(rt_default_int(), (double)n);
}

#endif

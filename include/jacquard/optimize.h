/* Minimization, as in jax.scipy.optimize. Part of jacquard.h, whose conventions hold here.
 *
 *   jac_optimize_result r = jac_minimize(rosenbrock_fn, x0, "BFGS");
 *   ... r.x ... jac_item_bool(r.success) ...
 */
#ifndef JACQUARD_OPTIMIZE_H
#define JACQUARD_OPTIMIZE_H

#include "control.h"

/* The result of jac_minimize (scipy.optimize.OptimizeResult). */
typedef struct {
    jac x;
    jac success;         /* bool */
    jac status;          /* see jac_minimize */
    jac fun, grad;       /* f and its gradient at x (JAX calls the gradient jac) */
    jac hess_inv;        /* the estimated inverse of the second derivative; null by L-BFGS */
    jac nfev, njev, nit; /* evaluations of f and of the gradient, and iterations */
} jac_optimize_result;

/* jac_minimize(f, x0, method, ...): searches for a minimum of f, a jac_fn from a vector to a scalar, from
 * x0 on (jax.scipy.optimize.minimize). The steps are JAX's, but the line search goes on where JAX's gives
 * up because an interval is the wrong way round, as it does on Rosenbrock's function.
 *  - "BFGS": status is 0 at a minimum, 1 after .maxiter iterations, 3 if the line search found no
 *    interval, and 5 if it took too many steps;
 *  - "L-BFGS": keeps the last .maxcor steps in place of a matrix. status is 0 at a minimum, 1, 2 and 3 after
 *    .maxiter iterations, .maxfun and .maxgrad evaluations, 4 if f no longer falls, and 5 if the line search
 *    failed. (JAX calls it "l-bfgs-experimental-do-not-rely-on-this", which works here too.)
 * Upper or lower case does not matter. Options:
 *  - .args = &params: arguments that f takes after x;
 *  - .gtol (default 1e-5): x is a minimum if the norm of the gradient is less; .norm: 1, 2 ... or infinity,
 *    the default;
 *  - .maxiter (default 200 times the elements of x);
 *  - .line_search_maxiter (default 10 by BFGS, 20 by L-BFGS);
 *  - by L-BFGS: .maxcor (10), .ftol (2.2e-9): the least decrease of f in an iteration; .maxfun, .maxgrad.
 * It works under jit and vmap. The derivatives of the result are those of the steps; what they approach
 * is cheaper by jac_custom_root of the gradient. */
#define jac_minimize(f, x0, ... /* method, options */) JAC_MINIMIZE_(f, x0, __VA_ARGS__, )
#define JAC_MINIMIZE_(f, x0, method, ...) \
    jac_minimize_(JAC_AT, f, JAC_V(x0), method, (jac_minimize_opts){.unused_ = 0, __VA_ARGS__})
typedef struct {
    int unused_;
    const void *args;
    double gtol, ftol, norm;
    int64_t maxiter, line_search_maxiter, maxcor, maxfun, maxgrad;
} jac_minimize_opts;
JAC_API jac_optimize_result jac_minimize_(const jac_loc *at, jac_fn f, jac x0, const char *method,
                                          jac_minimize_opts o);

#endif

/* Minimization by the method of Broyden, Fletcher, Goldfarb and Shanno: algorithm 6.1 of Nocedal
 * and Wright, Numerical Optimization, as in JAX.
 */
#include "runtime/optimize/optimize.h"

typedef struct {
    opt_point at;
    jac h, before; /* the estimated inverse of the second derivative; f one iteration before */
    jac converged, failed, reason, k, evaluations;
} state;

static jac outer(jac x, jac y)
{
    return jac_mul(jac_expand_dims(x, 1), jac_expand_dims(y, 0));
}

/* The length of step that the last decrease of f suggests, at most 1. */
static jac first_length(const state *s, jac direction)
{
    jac slope = opt_dot(s->at.g, direction);
    jac a = jac_div(jac_mul(1.01 * 2, jac_sub(s->at.f, s->before)), slope);
    return jac_where(jac_gt(a, 1), 1.0, a);
}

static jac update(jac h, jac s, jac y, int64_t n)
{
    jac rho = jac_reciprocal(opt_dot(y, s));
    jac w = jac_sub(jac_eye(n), jac_mul(rho, outer(s, y)));
    jac made = jac_matmul(jac_matmul(w, h), jac_transpose(w));
    made = jac_add(made, jac_mul(rho, outer(s, s)));
    return jac_where(jac_isfinite(rho), made, h);
}

static state iterate(const opt_problem *p, state s)
{
    jac direction = jac_neg(jac_matmul(s.h, s.at.g));
    opt_step step = opt_line_search(p, s.at, direction, first_length(&s, direction));
    jac moved = jac_mul(step.length, direction);
    s.h = update(s.h, moved, jac_sub(step.g, s.at.g), p->n);
    s.before = s.at.f;
    s.at = (opt_point){jac_add(s.at.x, moved), step.f, step.g};
    s.converged = opt_converged(p, step.g);
    s.failed = step.failed;
    s.reason = step.status;
    s.k = jac_add(s.k, 1);
    s.evaluations = jac_add(s.evaluations, step.evaluations);
    return s;
}

jac_optimize_result opt_bfgs(const opt_problem *p, jac x0)
{
    opt_point at = opt_at(p, x0);
    state s = {.at = at,
               .h = jac_astype(jac_eye(p->n), rt_public_dtype(p->d)),
               .before = jac_add(at.f, jac_div(jac_sqrt(opt_dot(at.g, at.g)), 2)),
               .converged = opt_converged(p, at.g),
               .failed = jac_asarray((bool)false),
               .reason = opt_count(0),
               .k = opt_count(0),
               .evaluations = opt_count(1)};
    JAC_WHILE (s, jac_logical_and(jac_lt(s.k, p->maxiter),
                                  jac_logical_not(jac_logical_or(s.converged, s.failed))))
        s = iterate(p, s);
    jac why = jac_where(s.failed, jac_add(2, s.reason), opt_count(-1));
    jac status = jac_where(jac_eq(s.k, p->maxiter), opt_count(1), why);
    return (jac_optimize_result){.x = s.at.x,
                                 .success = jac_logical_and(s.converged, jac_logical_not(s.failed)),
                                 .status = jac_where(s.converged, opt_count(0), status),
                                 .fun = s.at.f,
                                 .grad = s.at.g,
                                 .hess_inv = s.h,
                                 .nfev = s.evaluations,
                                 .njev = s.evaluations,
                                 .nit = s.k};
}

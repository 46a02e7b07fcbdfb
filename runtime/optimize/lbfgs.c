/* Minimization by the limited-memory method of Broyden, Fletcher, Goldfarb and Shanno:
 * algorithms 7.4 and 7.5 of Nocedal and Wright, Numerical Optimization, as in JAX.
 */
#include "runtime/optimize/optimize.h"

/* The last steps and changes of the gradient, as rows of matrices; a row that is not yet used is 0,
 * and its rho too, so that it has no effect. */
typedef struct {
    opt_point at;
    jac steps, changes, rho, gamma;
    jac converged, failed, status, k, evaluations;
} state;

typedef struct {
    jac q, a;
} recursion;

static jac direction_of(const opt_problem *p, const state *s)
{
    int64_t m = p->maxcor;
    recursion r = {jac_neg(s->at.g), jac_zeros_like(s->rho)};
    JAC_FOR (j, 0, m, r) {
        jac i = jac_sub(m - 1, j);
        jac a = jac_mul(jac_at(s->rho, i), opt_dot(jac_at(s->steps, i), r.q));
        r.a = jac_dynamic_update_slice(r.a, jac_expand_dims(a, 0), i);
        r.q = jac_sub(r.q, jac_mul(a, jac_at(s->changes, i)));
    }
    r.q = jac_mul(s->gamma, r.q);
    JAC_FOR (i, 0, m, r) {
        jac b = jac_mul(jac_at(s->rho, i), opt_dot(jac_at(s->changes, i), r.q));
        r.q = jac_add(r.q, jac_mul(jac_sub(jac_at(r.a, i), b), jac_at(s->steps, i)));
    }
    return r.q;
}

/* The rows without the first, and a new last one. */
static jac rolled(jac rows, jac last, int64_t m)
{
    return jac_concatenate(0, jac_slice_in_dim(rows, 1, m, 1, 0), jac_expand_dims(last, 0));
}

static state iterate(const opt_problem *p, state s)
{
    jac direction = direction_of(p, &s);
    opt_step step = opt_line_search(p, s.at, direction, rt_literal_f64(p->d, 1));
    jac moved = jac_mul(step.length, direction), change = jac_sub(step.g, s.at.g);
    jac product = opt_dot(change, moved), zero = opt_count(0);
    jac status = jac_where(jac_lt(jac_sub(s.at.f, step.f), p->ftol), opt_count(4), zero);
    status = jac_where(jac_ge(s.evaluations, p->maxgrad), opt_count(3), status);
    status = jac_where(jac_ge(s.evaluations, p->maxfun), opt_count(2), status);
    status = jac_where(jac_ge(s.k, p->maxiter), opt_count(1), status);
    status = jac_where(step.failed, opt_count(5), status);
    s.converged = opt_converged(p, step.g);
    s.failed = jac_logical_and(jac_gt(status, 0), jac_logical_not(s.converged));
    s.status = jac_where(s.converged, zero, status);
    s.steps = rolled(s.steps, moved, p->maxcor);
    s.changes = rolled(s.changes, change, p->maxcor);
    s.rho = rolled(s.rho, jac_reciprocal(product), p->maxcor);
    s.gamma = jac_div(product, opt_dot(change, change));
    s.at = (opt_point){jac_add(s.at.x, moved), step.f, step.g};
    s.k = jac_add(s.k, 1);
    s.evaluations = jac_add(s.evaluations, step.evaluations);
    return s;
}

jac_optimize_result opt_lbfgs(const opt_problem *p, jac x0)
{
    jac none = rt_literal_f64(p->d, 0), no = jac_asarray((bool)false);
    jac rows = jac_mul(none, jac_zeros(JAC_SHAPE(p->maxcor, p->n)));
    state s = {.at = opt_at(p, x0),
               .steps = rows,
               .changes = rows,
               .rho = jac_mul(none, jac_zeros(JAC_SHAPE(p->maxcor))),
               .gamma = rt_literal_f64(p->d, 1),
               .converged = no,
               .failed = no,
               .status = opt_count(0),
               .k = opt_count(0),
               .evaluations = opt_count(1)};
    JAC_WHILE (s, jac_logical_not(jac_logical_or(s.converged, s.failed)))
        s = iterate(p, s);
    return (jac_optimize_result){.x = s.at.x,
                                 .success = jac_logical_and(s.converged, jac_logical_not(s.failed)),
                                 .status = s.status,
                                 .fun = s.at.f,
                                 .grad = s.at.g,
                                 .hess_inv = JAC_NULL,
                                 .nfev = s.evaluations,
                                 .njev = s.evaluations,
                                 .nit = s.k};
}

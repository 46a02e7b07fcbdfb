/* The function at a point of the search, and what the methods ask of its gradient. */
#include <math.h>

#include "runtime/optimize/optimize.h"

opt_point opt_at(const opt_problem *p, jac x)
{
    struct {
        jac f, g;
    } y = {JAC_NULL, JAC_NULL};
    rt_call(rt_fn(p->value_and_grad), &x, &y.f);
    return (opt_point){x, rt_convert(y.f, p->d, false), y.g};
}

jac opt_dot(jac x, jac y)
{
    return jac_sum(jac_mul(x, y));
}

jac opt_converged(const opt_problem *p, jac g)
{
    jac size = jac_abs(g), norm;
    if (isinf(p->norm))
        norm = jac_max(size);
    else if (p->norm == 2)
        norm = jac_sqrt(jac_sum(jac_square(size)));
    else
        norm = jac_power(jac_sum(jac_power(size, p->norm)), 1 / p->norm);
    return jac_lt(norm, p->gtol);
}

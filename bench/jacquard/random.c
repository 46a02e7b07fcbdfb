/* Row 10: a Monte Carlo estimate. */
#include "bench/jacquard/inputs.h"

JAC_DEF_ENV(jac, expectation, int64_t, (jac, key))
{
    return jac_mean(jac_random_exponential(key, JAC_SHAPE(*env)));
}

static void make_monte_carlo(int64_t n, jq_case *c)
{
    c->args[0] = jac_random_PRNGKey(42);
    c->f = jac_jit(expectation_with(n));
}

const jq_work jq_random[] = {{"monte_carlo", make_monte_carlo}, {0}};

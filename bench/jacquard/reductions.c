/* Row 5: reductions of a square matrix along each of its axes. */
#include "bench/jacquard/inputs.h"

JAC_DEF_ENV(jac, sum, int, (jac, x))
{
    return jac_sum(x, JAC_AXES(*env));
}

JAC_TREE(Moments, mean, variance)

JAC_DEF_ENV(Moments, moments, int, (jac, x))
{
    return (Moments){jac_mean(x, JAC_AXES(*env)), jac_var(x, JAC_AXES(*env))};
}

JAC_DEF_ENV(jac, argmax, int, (jac, x))
{
    return jac_argmax(x, JAC_AXES(*env));
}

JAC_DEF_ENV(jac, cumsum, int, (jac, x))
{
    return jac_cumsum(x, *env);
}

static void make(jac_fn f, int64_t size, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(size, size), 7, -0.5, 1);
    c->f = jac_jit(f);
}

/* A maker for each axis, which is part of the workload's name. */
#define ALONG(work, axis, results)                                                                 \
    static void make_##work##axis(int64_t size, jq_case *c)                                        \
    {                                                                                              \
        make(work##_with(axis), size, c);                                                          \
        c->nresults = results;                                                                     \
    }
#define WORKS(X)                                                                                   \
    X(sum, 0, 1)                                                                                   \
    X(sum, 1, 1)                                                                                   \
    X(moments, 0, 2)                                                                               \
    X(moments, 1, 2) X(argmax, 0, 1) X(argmax, 1, 1) X(cumsum, 0, 1) X(cumsum, 1, 1)
#define ROW(work, axis, results) {#work #axis, make_##work##axis},
WORKS(ALONG)

const jq_work jq_reductions[] = {WORKS(ROW){0}};

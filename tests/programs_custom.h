/* Functions and derivative rules that several programs use: those with custom derivatives, with
 * checkpoints, with named axes, and with scans. */
#ifndef JACQUARD_TEST_PROGRAMS_CUSTOM_H
#define JACQUARD_TEST_PROGRAMS_CUSTOM_H

#include "tests/programs.h"

typedef struct {
    jac a, b;
} Two;

typedef struct {
    jac a, b, c;
} Three;

static inline jac times(jac x, jac y)
{
    return jac_mul(x, y);
}
JAC_FN(times, jac, (jac, x), (jac, y))

JAC_DEF_ENV(jac, weighed, jac_fn, (jac, x))
{
    return jac_sum(jac_mul(jac_call1(*env, x), W3));
}

static inline jac sin_of(jac x)
{
    return jac_sin(x);
}
JAC_FN(sin_of, jac, (jac, x))

JAC_DEF(Two, sin3_fwd, (jac, x))
{
    return (Two){jac_sin(x), x};
}

JAC_DEF(jac, sin3_bwd, (jac, x), (jac, ct))
{
    return jac_mul(jac_mul(3, jac_cos(x)), ct);
}

static inline jac_fn sin3_with_rule(void)
{
    return jac_custom_vjp(sin_of_fn, sin3_fwd_fn, sin3_bwd_fn);
}

JAC_DEF(jac, sin3, (jac, x))
{
    return jac_call1(sin3_with_rule(), x);
}

JAC_DEF(Three, prod_fwd, (jac, a), (jac, b))
{
    return (Three){jac_mul(a, b), a, b};
}

JAC_DEF(Two, prod_bwd, (Two, r), (jac, ct))
{
    return (Two){jac_mul(jac_mul(2, ct), r.b), jac_mul(jac_mul(5, ct), r.a)};
}

JAC_DEF(jac, prod, (jac, a), (jac, b))
{
    return jac_call1(jac_custom_vjp(times_fn, prod_fwd_fn, prod_bwd_fn), a, b);
}

static inline jac at(jac x, int k)
{
    return jac_reshape(jac_slice(x, JAC_DIMS(k), JAC_DIMS(k + 1)));
}

/* The members are in alphabetical order, in which JAX lists a dict. */
typedef struct {
    jac b, w;
} Params;

static inline void gradients(jac_fn f, jac w, jac x, Two *g)
{
    jac_call(jac_grad(f, 0, 1), (jac[]){w, x}, g);
}

JAC_DEF(jac, exp_of, (jac, y))
{
    return jac_exp(y);
}

#endif

/* Equations and systems that several tests of implicit derivatives solve. */
#ifndef JACQUARD_TESTS_IMPLICIT_H
#define JACQUARD_TESTS_IMPLICIT_H

#include "tests/programs.h"

/* Newton's method for a scalar, until rounding absorbs the step. */
JAC_DEF_ENV(jac, newton, jac_fn, (jac, x0))
{
    struct {
        jac x, dx, k;
    } s = {x0, jac_ones_like(x0), jac_asarray(0)};
    JAC_WHILE (s, jac_logical_and(jac_gt(jac_abs(s.dx), 1e-14), jac_lt(s.k, 50))) {
        s.dx = jac_div(jac_call1(*env, s.x), jac_call1(jac_grad(*env), s.x));
        s.x = jac_sub(s.x, s.dx);
        s.k = jac_add(s.k, 1);
    }
    return s.x;
}

/* x³ - a x - 5 */
JAC_DEF_ENV(jac, cubic, jac, (jac, x))
{
    return jac_sub(jac_sub(jac_power(x, 3), jac_mul(*env, x)), 5);
}

JAC_DEF(jac, cubic_root, (jac, a))
{
    return jac_custom_root(cubic_with(a), 2.0, newton_with, NULL);
}

typedef struct {
    jac b, c;
} BC;

JAC_DEF_ENV(jac, cubic_bc, BC, (jac, x))
{
    return jac_sub(jac_add(jac_power(x, 3), jac_mul(env->b, x)), env->c);
}

JAC_DEF(jac, cos_of, (jac, x), (jac, a))
{
    return jac_cos(jac_mul(a, x));
}

JAC_DEF(jac, settled, (jac, a))
{
    return jac_fixed_point(cos_of_fn, 0.5, .args = &a, .tol = 1e-15);
}

typedef struct {
    jac u, v;
} Mix;

JAC_DEF(Mix, mix, (Mix, s), (jac, p))
{
    return (Mix){jac_add(jac_div(jac_cos(jac_mul(s.u, p)), 2), jac_div(jac_sum(s.v), 8)),
                 jac_div(jac_tanh(jac_add(jac_mul(s.v, s.u), jac_mul(X3, p))), 2)};
}

/* A symmetric positive definite matrix, and one that is not symmetric. */
#define SPD    jac_add(jac_matmul(M33, jac_transpose(M33)), jac_mul(3, jac_eye(3, JAC_F64)))
#define TILTED jac_add(M33, jac_mul(4, jac_eye(3, JAC_F64)))

#endif

/* The calls of jac_odeint that are compared with JAX: a name of a case in
 * tests/golden/ode_cases.txt, the number of its arrays (x, y, z), and the call. */
#ifndef JACQUARD_TESTS_ODE_CASES_H
#define JACQUARD_TESTS_ODE_CASES_H

#include "jacquard.h"

typedef struct {
    jac prey, hunters;
} ode_pair;

JAC_DEF(jac, ode_decay, (jac, y), (jac, t), (jac, k))
{
    (void)t;
    return jac_neg(jac_mul(k, y));
}

JAC_DEF(jac, ode_growth, (jac, y), (jac, t), (jac, k))
{
    (void)t;
    return jac_mul(jac_mul(k, y), jac_sub(1, y));
}

JAC_DEF(jac, ode_pendulum, (jac, y), (jac, t), (jac, k))
{
    jac pull = jac_mul(jac_neg(k), jac_sin(jac_at(y, 0)));
    return jac_stack(0, jac_at(y, 1), jac_add(pull, jac_cos(t)));
}

JAC_DEF(jac, ode_linear, (jac, y), (jac, t), (jac, a))
{
    (void)t;
    return jac_matmul(a, y);
}

JAC_DEF_ENV(jac, ode_captured, jac, (jac, y), (jac, t))
{
    (void)t;
    return jac_tanh(jac_matmul(*env, y));
}

JAC_DEF(ode_pair, ode_lotka, (ode_pair, s), (jac, t), (jac, r))
{
    (void)t;
    jac met = jac_mul(s.prey, s.hunters);
    return (ode_pair){jac_sub(jac_mul(jac_at(r, 0), s.prey), jac_mul(jac_at(r, 1), met)),
                      jac_sub(jac_mul(jac_at(r, 2), met), jac_mul(jac_at(r, 3), s.hunters))};
}

JAC_DEF(jac, ode_rotating, (jac, y), (jac, t), (jac, w))
{
    jac re = jac_real(y), im = jac_imag(y);
    return jac_complex(jac_sub(jac_mul(jac_neg(w), im), jac_mul(0.1, re)),
                       jac_sub(jac_mul(w, re), jac_mul(jac_mul(0.2, t), im)));
}

JAC_DEF(jac, ode_still, (jac, y), (jac, t))
{
    (void)t;
    return jac_mul(0, y);
}

static inline jac ode_pairs(jac y0, jac t, jac r)
{
    ode_pair s = {jac_at(y0, 0), jac_at(y0, 1)};
    s = jac_odeint(ode_lotka_fn, s, t, .args = &r);
    return jac_stack(0, s.prey, s.hunters);
}

static inline jac ode_turned(jac y0, jac t, jac w)
{
    jac z = jac_complex(jac_at(y0, 0), jac_at(y0, 1));
    z = jac_odeint(ode_rotating_fn, z, t, .args = &w);
    return jac_stack(0, jac_real(z), jac_imag(z));
}

// clang-format off
#define ODE_CASES(X)                                                                               \
    X(decay, 3, jac_odeint(ode_decay_fn, x, y, .args = &z))                                        \
    X(scalar, 3, jac_odeint(ode_growth_fn, x, y, .args = &z))                                      \
    X(pendulum, 3, jac_odeint(ode_pendulum_fn, x, y, .args = &z))                                  \
    X(pendulum_loose, 3,                                                                           \
      jac_odeint(ode_pendulum_fn, x, y, .args = &z, .rtol = 1e-3, .atol = 1e-4))                   \
    X(pendulum_hmax, 3,                                                                            \
      jac_odeint(ode_pendulum_fn, x, y, .args = &z, .rtol = 1e-3, .atol = 1e-4, .hmax = 0.05))     \
    X(pendulum_mxstep, 3,                                                                          \
      jac_odeint(ode_pendulum_fn, x, y, .args = &z, .rtol = 1e-3, .atol = 1e-3, .mxstep = 60))     \
    X(matrix, 3, jac_odeint(ode_linear_fn, x, y, .args = &z))                                      \
    X(captured, 3, jac_odeint(ode_captured_with(z), x, y))                                         \
    X(tree, 3, ode_pairs(x, y, z))                                                                 \
    X(complex, 3, ode_turned(x, y, z))                                                             \
    X(one_time, 3, jac_odeint(ode_pendulum_fn, x, y, .args = &z))                                  \
    X(still, 2, jac_odeint(ode_still_fn, x, y))
// clang-format on

#endif

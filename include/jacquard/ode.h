/* Ordinary differential equations, as in jax.experimental.ode. Part of jacquard.h, whose conventions
 * hold here.
 *
 *   typedef struct { jac prey, hunters; } state;
 *   JAC_DEF(state, slope, (state, y), (jac, t), (jac, rate)) { ... }      // dy/dt
 *   ...
 *   state y = jac_odeint(slope, y0, t, .args = &rate);                    // y.prey has len(t) elements
 */
#ifndef JACQUARD_ODE_H
#define JACQUARD_ODE_H

#include "implicit.h"

/* The methods of jac_odeint. */
typedef enum {
    JAC_DOPRI5, /* Dormand and Prince's explicit method of order 5, which is JAX's */
    JAC_RODAS5P /* Steinebach's Rosenbrock method of order 5, for stiff equations */
} jac_ode_method;

/* S jac_odeint(f, S y0, t, ...): solves dy/dt = f(y, t, args...) from y(t[0]) = y0, and returns y at
 * the times t, stacked along a new axis 0 (jax.experimental.ode.odeint). The steps, the interpolation
 * between them, and so the values, are JAX's.
 *  - f is a jac_fn that takes a tree y, the time t, a float scalar, and any further arguments; it
 *    returns a tree like y.
 *  - y0 is a tree of arrays of any shapes. Integers become floats.
 *  - t is a float vector of at least one time, and must not decrease. Where it does, and where a
 *    solution is not reached because of .mxstep or because it is not finite, y is NaN. (JAX then
 *    extrapolates.)
 * Options:
 *  - .args = &params: arguments that f takes after t;
 *  - .rtol, .atol (default 1.4e-8 each): a step is taken if the root of the mean of
 *    (error / (atol + rtol |y|))^2 over all elements is at most 1;
 *  - .mxstep: the most steps between two times of t; no limit by default;
 *  - .hmax: the longest step; no limit by default;
 *  - .method: a jac_ode_method. JAC_RODAS5P factors the matrix of derivatives of f once in each step, and
 *    solves with it; y must be real. (JAX has no such method.)
 *  - .checkpoints: how reverse mode works. 0, the default: by the adjoint equation, which is solved
 *    backwards in time as in JAX. That takes memory for y at the times t only, and its derivatives are as
 *    accurate as the tolerances. c > 0: by differentiating the steps, which are computed again from at
 *    most c states; the derivatives are those of the values that were computed. JAC_KEEP_STEPS: the
 *    same, but keeps all steps. By JAC_RODAS5P 0 means 32 checkpoints: backwards in time, what was stiff
 *    is unstable.
 * Derivatives with respect to y0, t, args, and what f captures, are defined in forward and reverse mode
 * (JAX has reverse mode only), of any order. Forward mode differentiates the steps. In both, the
 * lengths of the steps count as constants.
 * Under jit this is one loop for each kind of derivative, and under vmap each lane has steps of its
 * own. */
#define jac_odeint(f, y0, ... /* t, options */)                                                    \
    JAC_ODEINT_(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), f, (y0), __VA_ARGS__, )
#define JAC_ODEINT_(g, s, f, y0, t, ...)                                                           \
    JAC_CHANGED_(g, s, y0,                                                                         \
                 jac_odeint_(JAC_AT, f, JAC_V(t), JAC_LEAVES_AND_(s),                              \
                             (jac_ode_opts){.unused_ = 0, __VA_ARGS__}))
#define JAC_KEEP_STEPS (-1)
typedef struct {
    int unused_;
    const void *args;
    double rtol, atol, hmax;
    int64_t mxstep, checkpoints;
    jac_ode_method method;
} jac_ode_opts;
JAC_API bool jac_odeint_(const jac_loc *at, jac_fn f, jac t, int n, jac *y, jac_ode_opts o);

#endif

/* Jacquard: derivatives, batching and compilation of ordinary C functions over arrays.
 *
 * Write a C function over `jac` handles, and call it or transform it. The transformations jac_grad,
 * jac_vmap, jac_jit, jac_jvp and jac_vjp compose in any order. Names are those of jax, jax.numpy,
 * jax.lax, jax.nn and jax.random with the prefix jac_. Where C needs a different form, the comment
 * at the declaration says why.
 *
 *   static jac f(jac x) { return jac_sin(jac_mul(x, 2)); }
 *   JAC_FN(f, jac, (jac, x))                          // defines f_fn, f_args and f_call
 *   jac df = jac_call1(jac_jit(jac_grad(f_fn)), 0.5); // 2 cos(1)
 *
 * These conventions hold for all declarations below:
 *  - A parameter named x, y, ... takes a jac or any C number. A number is a scalar of weak type: it
 *    takes the dtype of the array that it is combined with, like a Python scalar in JAX.
 *  - Operands broadcast as in NumPy and promote as in JAX.
 *  - A failed call returns the null handle (JAC_NULL) or false. It records an error that says what
 *    is wrong, in terms of shapes and dtypes, and at which line of the C program; see jac_error. An
 *    operation on a null handle returns null, so one check at the end of an expression is enough.
 *  - A handle belongs to the thread that made it, and to that thread's innermost open JAC_SCOPE.
 *  - "options" are given as designated initializers: jac_sum(x, 1, .keepdims = true).
 */
#ifndef JACQUARD_H
#define JACQUARD_H

#include "jacquard/arrays.h"
#include "jacquard/functions.h"
#include "jacquard/control.h"
#include "jacquard/numpy.h"
#include "jacquard/indexing.h"
#include "jacquard/convolution.h"
#include "jacquard/windows.h"
#include "jacquard/sorting.h"
#include "jacquard/sets.h"
#include "jacquard/fft.h"
#include "jacquard/image.h"
#include "jacquard/signal.h"
#include "jacquard/random.h"
#include "jacquard/names.h"
#include "jacquard/implicit.h"
#include "jacquard/ode.h"
#include "jacquard/stats.h"
#include "jacquard/optimize.h"
#include "jacquard/linalg.h"
#include "jacquard/nn.h"
#include "jacquard/special.h"
#include "jacquard/shapes.h"
#include "jacquard/numerics.h"
#include "jacquard/polynomials.h"
#include "jacquard/maps.h"
#include "jacquard/exchange.h"
#include "jacquard/profile.h"

#endif

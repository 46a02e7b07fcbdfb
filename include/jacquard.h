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

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "jacquard_version.h"

#if defined(__GNUC__)
#define JAC_API __attribute__((visibility("default")))
#else
#error "jacquard.h needs the GNU extensions of C17 (gcc or clang)"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library that is running, such as "0.1.0". JAC_VERSION_MAJOR, _MINOR and _PATCH
 * are the version of this header. */
JAC_API const char *jac_version(void);

#include "jacquard_arrays.h"
#include "jacquard_functions.h"
#include "jacquard_control.h"
#include "jacquard_numpy.h"
#include "jacquard_indexing.h"
#include "jacquard_convolution.h"
#include "jacquard_windows.h"
#include "jacquard_sorting.h"
#include "jacquard_sets.h"
#include "jacquard_fft.h"
#include "jacquard_random.h"
#include "jacquard_names.h"
#include "jacquard_implicit.h"
#include "jacquard_linalg.h"
#include "jacquard_special.h"
#include "jacquard_exchange.h"
#include "jacquard_profile.h"

#ifdef __cplusplus
}
#endif

#endif

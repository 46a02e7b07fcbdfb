/* Functions of one to five arrays against JAX's values, gradients and second derivatives: eager,
 * compiled and batched. The scripts in tests/golden/ that import numpy_functions.py write the files.
 */
#ifndef JACQUARD_TESTS_JAX_CASES_H
#define JACQUARD_TESTS_JAX_CASES_H

#include <criterion/criterion.h>

#include "jacquard.h"
#include "tests/support.h"

/* For lists X(name, n, expression): JAX_CASE defines the function of n arrays, JAX_ROW gives its row in
 * an array of jax_case. */
typedef struct {
    const char *name;
    jac_fn f;
} jax_case;
// clang-format off
#define JAX_SIGNATURE_1 jac x
#define JAX_SIGNATURE_2 jac x, jac y
#define JAX_SIGNATURE_3 jac x, jac y, jac z
#define JAX_SIGNATURE_4 jac x, jac y, jac z, jac u
#define JAX_SIGNATURE_5 jac x, jac y, jac z, jac u, jac v
#define JAX_OPERANDS_1  (jac, x)
#define JAX_OPERANDS_2  JAX_OPERANDS_1, (jac, y)
#define JAX_OPERANDS_3  JAX_OPERANDS_2, (jac, z)
#define JAX_OPERANDS_4  JAX_OPERANDS_3, (jac, u)
#define JAX_OPERANDS_5  JAX_OPERANDS_4, (jac, v)
#define JAX_LIST_1      x
#define JAX_LIST_2      x, y
#define JAX_LIST_3      x, y, z
#define JAX_LIST_4      x, y, z, u
#define JAX_LIST_5      x, y, z, u, v
#define JAX_FN_(f, ...) JAC_FN(f, jac, __VA_ARGS__)
#define JAX_CASE(name, n, expression)                                                              \
    static jac case_##name(JAX_SIGNATURE_##n) { return expression; }                               \
    JAX_FN_(case_##name, JAX_OPERANDS_##n)
#define JAX_ROW(name, n, expression) {#name, {&case_##name##_function_}},
// clang-format on

/* Checks the cases of a file, those of doubles if x64, and returns how many they are. The last digits
 * may differ where JAX computes in a different order, and `slack` times as much where a function
 * makes errors larger. If the environment variable NUMPY_CASE is set, runs only the case of that
 * name. */
int jax_check_file(const char *path, bool x64, double slack, int n, const jax_case *cases);

#endif

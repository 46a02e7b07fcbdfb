/* The functions of jax.numpy and jax.nn against JAX's values, gradients and second derivatives:
 * eager, compiled and batched. tests/golden/numpy_functions.py and indexing.py wrote the expected
 * values.
 */
#include <stdlib.h>

#include "tests/jax_cases.h"
#include "tests/indexing_cases.h"
#include "tests/linalg_cases.h"
#include "tests/numpy_cases.h"

/* ---- the cases: a name, and what it is in C ------------------------------------------------- */

static jac sorted_by_both(jac x, jac y)
{
    jac in[] = {x, y}, out[2];
    if (!jac_sort_all(JAC_HANDLES(2, in), 0, 2, &out))
        return JAC_NULL;
    return jac_stack(0, out[0], out[1]);
}

static jac floats(const float *v, int64_t n)
{
    return jac_array_of(JAC_F32, JAC_SHAPE(n), v);
}

/* Besides the values: 1 for the positions, 2 for the inverse, 3 for the counts. */
static jac of_unique(jac x, int size, int which)
{
    jac y[4];
    y[0] = jac_unique(x, .size = size, .return_index = &y[1], .return_inverse = &y[2],
                      .return_counts = &y[3]);
    return y[which];
}

static jac common_places(jac x, jac y, int size)
{
    jac in_x, in_y;
    jac_intersect1d(x, y, .size = size, .return_indices_x = &in_x, .return_indices_y = &in_y);
    return jac_stack(0, in_x, in_y);
}

static jac boxes(jac points, jac weights)
{
    jac bins[] = {jac_of_i64(2), jac_of_i64(3), jac_of_i64(2)};
    return jac_histogramdd(points, JAC_HANDLES(3, bins), .weights = weights, .density = true);
}

// clang-format off
CASES(JAX_CASE)
INDEXING_CASES(JAX_CASE)
LINALG_CASES(JAX_CASE)
static const jax_case cases[] = {CASES(JAX_ROW) INDEXING_CASES(JAX_ROW) LINALG_CASES(JAX_ROW)};
static const int ncases = sizeof cases / sizeof *cases;
// clang-format on

static void check_all(bool x64)
{
    jac_enable_x64(x64);
    int checked = jax_check_file(JAC_TEST_DATA "/numpy_cases.txt", x64, 1, ncases, cases) +
                  jax_check_file(JAC_TEST_DATA "/indexing_cases.txt", x64, 1, ncases, cases);
    jac_enable_x64(false);
    if (getenv("NUMPY_CASE"))
        return;
#define X(...) +1
    int all = 0 CASES(X) INDEXING_CASES(X);
#undef X
    if (x64)
        cr_assert_gt(checked, 10);
    else
        cr_assert_eq(checked, all, "%d cases of %d are in the files", checked, all);
}

static void check_linear_algebra(bool x64)
{
    jac_enable_x64(x64);
    int checked = jax_check_file(JAC_TEST_DATA "/linalg_cases.txt", x64, 50, ncases, cases);
    jac_enable_x64(false);
    if (getenv("NUMPY_CASE"))
        return;
#define X(...) +1
    int all = 0 LINALG_CASES(X);
#undef X
    if (x64)
        cr_assert_gt(checked, 10);
    else
        cr_assert_eq(checked, all, "%d cases of %d are in the file", checked, all);
}

Test(numpy, linear_algebra_gives_what_jax_gives)
{
    check_linear_algebra(false);
}

Test(numpy, linear_algebra_of_doubles_gives_what_jax_gives_with_x64)
{
    check_linear_algebra(true);
}

Test(numpy, every_function_gives_what_jax_gives)
{
    check_all(false);
}

Test(numpy, every_function_of_doubles_gives_what_jax_gives_with_x64)
{
    check_all(true);
}

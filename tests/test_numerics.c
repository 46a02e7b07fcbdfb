/* The shapes and numerics of jax.numpy against JAX's values, gradients and second derivatives: eager, compiled and
 * batched. tests/golden/shapes.py and numerics.py wrote the expected values. */
#include <stdlib.h>

#include "tests/jax_cases.h"
#include "tests/numerics_cases.h"
#include "tests/shapes_cases.h"

// clang-format off
SHAPES_CASES(JAX_CASE)
NUMERICS_CASES(JAX_CASE)
static const jax_case shapes[] = {SHAPES_CASES(JAX_ROW)};
static const jax_case numerics[] = {NUMERICS_CASES(JAX_ROW)};
// clang-format on

/* All cases of one file, of which there must be so many. */
static void check(const char *path, bool x64, double slack, int n, const jax_case *cases)
{
    jac_enable_x64(x64);
    int checked = jax_check_file(path, x64, slack, n, cases);
    jac_enable_x64(false);
    if (getenv("NUMPY_CASE"))
        return;
    if (x64)
        cr_assert_gt(checked, 5);
    else
        cr_assert_eq(checked, n, "%d cases of %d are in the file", checked, n);
}

static void check_shapes(bool x64)
{
    check(JAC_TEST_DATA "/shapes_cases.txt", x64, 1, sizeof shapes / sizeof *shapes, shapes);
}

static void check_numerics(bool x64)
{
    check(JAC_TEST_DATA "/numerics_cases.txt", x64, 3, sizeof numerics / sizeof *numerics, numerics);
}

Test(numerics, shapes_give_what_jax_gives)
{
    check_shapes(false);
}

Test(numerics, shapes_of_doubles_give_what_jax_gives_with_x64)
{
    check_shapes(true);
}

Test(numerics, numbers_give_what_jax_gives)
{
    check_numerics(false);
}

Test(numerics, numbers_of_doubles_give_what_jax_gives_with_x64)
{
    check_numerics(true);
}

/* Signals and images against JAX's values and derivatives, which tests/golden/signals.py wrote. */
#include <stdlib.h>

#include "tests/handles.h"
#include "tests/jax_cases.h"
#include "tests/signal_cases.h"

// clang-format off
SIGNAL_CASES(JAX_CASE)
static const jax_case cases[] = {SIGNAL_CASES(JAX_ROW)};
// clang-format on

static void check_cases(bool x64)
{
    int ncases = sizeof cases / sizeof *cases;
    jac_enable_x64(x64);
    int checked = jax_check_file(JAC_TEST_DATA "/signal_cases.txt", x64, 20, ncases, cases);
    jac_enable_x64(false);
    if (getenv("NUMPY_CASE"))
        return;
    if (x64)
        cr_assert_gt(checked, 2);
    else
        cr_assert_eq(checked, ncases, "%d cases of %d are in the file", checked, ncases);
}

Test(signal, functions_give_what_jax_gives)
{
    check_cases(false);
}

Test(signal, functions_of_doubles_give_what_jax_gives_with_x64)
{
    check_cases(true);
}

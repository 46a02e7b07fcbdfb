/* Functions of neural networks against JAX's values and derivatives, which tests/golden/nn.py
 * wrote; and where JAX's are not the right ones. */
#include <math.h>
#include <stdlib.h>

#include "tests/handles.h"
#include "tests/jax_cases.h"
#include "tests/nn_cases.h"

// clang-format off
NN_CASES(JAX_CASE)
static const jax_case cases[] = {NN_CASES(JAX_ROW)};
// clang-format on

static void check_cases(bool x64)
{
    int ncases = sizeof cases / sizeof *cases;
    jac_enable_x64(x64);
    int checked = jax_check_file(JAC_TEST_DATA "/nn_cases.txt", x64, 4, ncases, cases);
    jac_enable_x64(false);
    if (getenv("NUMPY_CASE"))
        return;
    if (x64)
        cr_assert_gt(checked, 10);
    else
        cr_assert_eq(checked, ncases, "%d cases of %d are in the file", checked, ncases);
}

Test(nn, functions_give_what_jax_gives)
{
    check_cases(false);
}

Test(nn, functions_of_doubles_give_what_jax_gives_with_x64)
{
    check_cases(true);
}

static double value(jac x)
{
    return jac_item_f64(jac_astype(x, JAC_F64));
}

JAC_DEF(jac, gates, (jac, x))
{
    jac y = jac_add(jac_mish(x), jac_add(jac_hard_silu(x), jac_silu(x)));
    return jac_add(y, jac_add(jac_gelu(x), jac_gelu(x, .approximate = false)));
}

Test(nn, gated_activations_and_their_derivatives_are_limits_at_infinity)
{
    cr_expect_eq(value(gates(jac_asarray(-INFINITY))), 0);
    cr_expect_eq(value(gates(jac_asarray(INFINITY))), INFINITY);
    jac_fn d = jac_grad(gates_fn), d2 = jac_grad(d);
    cr_expect_eq(value(jac_call1(d, jac_asarray(-INFINITY))), 0);
    cr_expect_eq(value(jac_call1(d, jac_asarray(INFINITY))), 5);
    cr_expect_eq(value(jac_call1(d2, jac_asarray(INFINITY))), 0);
}

JAC_DEF(jac, bends, (jac, x))
{
    return jac_add(jac_soft_sign(x), jac_sparse_plus(x));
}

Test(nn, algebraic_activations_have_finite_derivatives_at_infinity)
{
    cr_expect_eq(value(jac_soft_sign(INFINITY)), 1);
    cr_expect_eq(value(jac_soft_sign(-INFINITY)), -1);
    jac_fn d = jac_grad(bends_fn);
    cr_expect_eq(value(jac_call1(d, jac_asarray(INFINITY))), 1);
    cr_expect_eq(value(jac_call1(d, jac_asarray(-INFINITY))), 0);
}

Test(nn, squareplus_of_a_negative_number_keeps_its_digits)
{
    double y = value(jac_squareplus(-30000.0));
    cr_expect(fabs(y * 30000 - 1) < 1e-6, "%g", y);
}

JAC_DEF(jac, masked_away, (jac, x))
{
    jac none = jac_zeros(3, JAC_BOOL);
    return jac_sum(jac_add(jac_softmax(x, .where = none), jac_logsumexp(x, .where = none)));
}

Test(nn, where_no_element_counts_derivatives_are_zero)
{
    jac x = jac_asarray((float[]){1, 2, 3}), y = jac_softmax(x, .where = jac_zeros(3, JAC_BOOL));
    cr_expect_eq(value(jac_max(y)), 0);
    jac g = jac_call1(jac_grad(masked_away_fn), x);
    cr_expect_eq(value(jac_max(jac_abs(g))), 0);
}

Test(nn, options_of_another_function_are_refused)
{
    jac x = jac_ones(JAC_SHAPE(2, 6)), s;
    FAILS_WITH(jac_softmax(x, .b = x), "option");
    FAILS_WITH(jac_softmax(x, .keepdims = true), "option");
    FAILS_WITH(jac_logmeanexp(x, .sign = &s), "option");
    FAILS_WITH(jac_softmax(x, .where = jac_ones(5, JAC_BOOL)), "does not broadcast");
    FAILS_WITH(jac_logsumexp(x, .b = jac_ones(5)), "does not broadcast");
    FAILS_WITH(jac_glu(jac_ones(3)), "must be even");
    FAILS_WITH(jac_group_norm(x, 4), "divide the 6 channels");
    FAILS_WITH(jac_group_norm(x, 2, .mean = x), "batch_norm only");
    FAILS_WITH(jac_batch_norm(x, .axis = 0).y, "layer_norm only");
    FAILS_WITH(jac_batch_norm(x, .mean = x).y, "without .variance");
    FAILS_WITH(jac_standardize(x, .algorithm = "quick"), "quick");
    FAILS_WITH(jac_scaled_matmul(x, x, x, x), "(B, M, K)");
    FAILS_WITH(jac_elu(jac_complex(x, x)), "real numbers");
}

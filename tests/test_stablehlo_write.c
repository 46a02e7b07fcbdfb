/* Graphs written as StableHLO. What is read of them computes the same. All of StableHLO's test
 * programs are written and read by jacquard_stablehlo --rewrite. */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/handles.h"

static jac held;

/* Elementwise functions, a product, a reduction, and an array from outside. */
JAC_DEF(jac, network, (jac, x), (jac, w))
{
    jac h = jac_tanh(jac_add(jac_matmul(x, w), held));
    return jac_sum(jac_mul(jac_logistic(h), jac_exp2(h)));
}

JAC_DEF(jac, half_or_third, (jac, x))
{
    return jac_where(jac_gt(x, 1), jac_div(x, 2), jac_div(x, 3));
}

JAC_DEF(jac, iterated, (jac, x))
{
    for (int k = 0; k < 3; k++)
        x = half_or_third_call(half_or_third_fn, x);
    return jac_sum(jac_cumsum(jac_sort(x), 0));
}

static void same(jac a, jac b)
{
    cr_assert(jac_ok(a) && jac_ok(b), "%s", jac_error());
    jac far = jac_max(jac_abs(jac_sub(a, b)));
    cr_expect(jac_item_f64(far) < 1e-6, "they differ by %g", jac_item_f64(far));
}

static jac_fn written(jac_fn f, const jac_type *types)
{
    char path[] = "/tmp/jacquard_XXXXXX";
    close(mkstemp(path));
    cr_assert(jac_save_stablehlo(f, types, path), "%s", jac_error());
    jac_fn g = jac_load_stablehlo(path);
    unlink(path);
    cr_assert(jac_ok(g), "%s", jac_error());
    return g;
}

Test(stablehlo_write, a_function_and_its_gradient_are_what_is_read_of_them)
{
    const float data[] = {1, -2, 3, 0.5f, 0.25f, -1};
    jac x = jac_array(JAC_SHAPE(2, 3), data), w = jac_array(JAC_SHAPE(3, 2), data);
    held = jac_array(2, ((float[]){0.5f, -0.25f}));
    jac_type types[] = {jac_shaped(JAC_F32, JAC_SHAPE(2, 3)), jac_shaped(JAC_F32, JAC_SHAPE(3, 2))};
    jac_fn f = written(network_fn, types), g = written(jac_grad(network_fn, 1), types);
    same(jac_call1(f, x, w), network_call(network_fn, x, w));
    same(jac_call1(jac_jit(g), x, w), jac_call1(jac_grad(network_fn, 1), x, w));
    /* the derivative may also be taken of what was read */
    same(jac_call1(jac_grad(f, 1), x, w), jac_call1(g, x, w));
}

Test(stablehlo_write, calls_sorts_and_running_sums_are_written)
{
    const float data[] = {9, -2, 3, 0.5f};
    jac x = jac_array(4, data);
    jac_type type = jac_shaped(JAC_F32, 4);
    jac_fn f = written(iterated_fn, &type);
    same(jac_call1(f, x), iterated_call(iterated_fn, x));
    char *text = jac_make_stablehlo(iterated_fn, &x);
    cr_assert(text, "%s", jac_error());
    cr_expect(strstr(text, "func.func public @main(%0: tensor<4xf32>) -> (tensor<f32>)"), "%s",
              text);
    cr_expect(strstr(text, "\"stablehlo.sort\""));
    free(text);
}

JAC_DEF(jac, noisy, (jac, x))
{
    jac key = jac_random_key(7);
    return jac_add(x, jac_add(jac_random_uniform(key, 5), jac_random_normal(key, 5)));
}

Test(stablehlo_write, random_draws_keep_their_bits)
{
    jac_type type = jac_shaped(JAC_F32, 5);
    jac x = jac_zeros(5);
    jac y = jac_call1(written(noisy_fn, &type), x), z = noisy_call(noisy_fn, x);
    cr_expect(jac_item_f64(jac_max(jac_abs(jac_sub(y, z)))) < 1e-6);
}

JAC_DEF(jac, constants, (jac, x))
{
    const double odd[] = {0.1, -0.0, INFINITY, 5e-324};
    return jac_add(x, jac_array(4, odd));
}

Test(stablehlo_write, no_digit_of_a_constant_is_lost)
{
    jac x = jac_zeros(4, JAC_F64);
    jac_type type = jac_shaped(JAC_F64, 4);
    jac y = jac_call1(written(constants_fn, &type), x), z = constants_call(constants_fn, x);
    cr_expect(jac_item_bool(jac_all(jac_eq(y, z))));
    cr_expect(jac_item_f64(jac_at(y, 3)) == 5e-324);
}

JAC_DEF(jac, eigenvalues, (jac, x))
{
    return jac_eigvalsh(x);
}

Test(stablehlo_write, errors_name_what_cannot_be_written)
{
    jac_type type = jac_shaped(JAC_F32, JAC_SHAPE(2, 2)), wrong = {.dtype = JAC_F32, .ndim = 17};
    jac x = jac_ones(JAC_SHAPE(2, 2));
    FAILS_WITH(jac_make_stablehlo(eigenvalues_fn, &x) != NULL, "StableHLO cannot say eigh");
    FAILS_WITH(jac_save_stablehlo(eigenvalues_fn, &type, "/tmp/never"),
               "StableHLO cannot say eigh");
    FAILS_WITH(jac_save_stablehlo(half_or_third_fn, &type, "/nowhere/f.mlir"),
               "cannot write /nowhere/f.mlir");
    FAILS_WITH(jac_save_stablehlo(half_or_third_fn, &wrong, "/tmp/never"), "an ndim of 17");
}

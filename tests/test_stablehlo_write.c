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
    FAILS_WITH(jac_make_stablehlo(eigenvalues_fn, &x) != NULL, "eigh cannot be written");
    FAILS_WITH(jac_save_stablehlo(eigenvalues_fn, &type, "/tmp/never"), "eigh cannot be written");
    FAILS_WITH(jac_save_stablehlo(half_or_third_fn, &type, "/nowhere/f.mlir"),
               "cannot write /nowhere/f.mlir");
    FAILS_WITH(jac_save_stablehlo(half_or_third_fn, &wrong, "/tmp/never"), "an ndim of 17");
}

/* ---- derivatives, batches, loops and indices --------------------------------------------------- */

JAC_DEF(jac, smooth, (jac, x))
{
    jac y = jac_mul(jac_tanh(x), jac_exp2(jac_div(x, 3)));
    return jac_sum(jac_add(y, jac_logaddexp(jac_sin(x), jac_square(x))));
}

JAC_DEF(jac, layers, (jac, x))
{
    jac w = jac_reshape(jac_astype(jac_linspace(-1, 1, 12), JAC_F64), 3, 4);
    jac h = jac_silu(jac_matmul(w, jac_softmax(x)));
    return jac_sum(jac_mul(h, jac_cumsum(jac_flip(h), 0)));
}

JAC_DEF(jac, indexed, (jac, x))
{
    jac i = jac_argsort(x), y = jac_take(x, jac_array(3, ((int32_t[]){1, 9, -1})), 0);
    jac z = jac_add_at(jac_zeros(4, JAC_F64), y, jac_array(3, ((int32_t[]){2, 2, 7})));
    return jac_add(jac_sum(jac_sort(z)), jac_sum(jac_mul(jac_astype(i, JAC_F64), x)));
}

JAC_DEF(jac, looped, (jac, x))
{
    jac y = x;
    JAC_FOR (k, 0, 4, y)
        y = jac_add(jac_mul(y, 0.5), k);
    JAC_IF (y, jac_gt(jac_sum(y), 3))
        y = jac_mul(y, 2);
    return jac_sum(y);
}

/* Functions whose derivatives are primitives of their own. */
JAC_DEF(jac, inverses, (jac, x))
{
    jac a = jac_add(jac_atan(x), jac_add(jac_asinh(x), jac_acosh(jac_add(jac_square(x), 1.5))));
    jac b = jac_add(jac_cbrt(x), jac_add(jac_erf(x), jac_erf_inv(jac_div(x, 3))));
    return jac_sum(jac_add(jac_add(a, b), jac_add(jac_atan2(x, jac_exp(x)), jac_ndtr(x))));
}

static jac four(void)
{
    return jac_array(4, ((double[]){0.3, -1.25, 2, 0.75}));
}

/* f, written and read again, gives what f gives, interpreted and compiled. */
static void check(const char *name, jac_fn f, jac x)
{
    char *text = jac_make_stablehlo(f, &x);
    cr_assert(text, "%s: %s", name, jac_error());
    jac_fn again = jac_parse_stablehlo(text);
    cr_assert(jac_ok(again), "%s: %s\n%s", name, jac_error(), text);
    jac want = jac_call1(f, x);
    for (int j = 0; j < 2; j++) {
        jac got = jac_call1(j ? jac_jit(again) : again, x);
        cr_assert(jac_ok(got), "%s: %s", name, jac_error());
        double off = jac_item_f64(jac_max(jac_abs(jac_sub(got, want))));
        cr_expect(off < 1e-12, "%s is off by %g", name, off);
    }
    free(text);
}

Test(stablehlo_write, functions_read_back_give_the_same)
{
    check("smooth", smooth_fn, four());
    check("layers", layers_fn, four());
    check("indexed", indexed_fn, four());
    check("looped", looped_fn, four());
}

Test(stablehlo_write, derivatives_and_batches_read_back_give_the_same)
{
    jac_fn fn[] = {smooth_fn, layers_fn, indexed_fn, looped_fn, inverses_fn};
    const char *names[] = {"smooth", "layers", "indexed", "looped", "inverses"};
    for (int k = 0; k < 5; k++)
        JAC_SCOPE () {
            check(names[k], jac_grad(fn[k]), four());
            check(names[k], jac_hessian(fn[k]), four());
            check(names[k], jac_vmap(jac_grad(fn[k])), jac_stack(0, four(), jac_neg(four())));
        }
}

/* What was read is differentiated here: the derivative of what was written is the derivative. */
Test(stablehlo_write, what_was_read_back_has_the_same_derivative)
{
    jac x = four();
    char *text = jac_make_stablehlo(smooth_fn, &x);
    cr_assert(text, "%s", jac_error());
    jac got = jac_call1(jac_jit(jac_grad(jac_parse_stablehlo(text))), four());
    jac want = jac_call1(jac_grad(smooth_fn), four());
    cr_assert(jac_ok(got), "%s", jac_error());
    cr_expect_lt(jac_item_f64(jac_max(jac_abs(jac_sub(got, want)))), 1e-12);
    free(text);
}

JAC_DEF(jac, drawn, (jac, key))
{
    return jac_random_normal(key, 5);
}

Test(stablehlo_write, random_draws_have_the_same_bits)
{
    jac key = jac_random_key(7);
    char *text = jac_make_stablehlo(drawn_fn, &key);
    cr_assert(text, "%s", jac_error());
    jac got = jac_call1(jac_parse_stablehlo(text), key), want = jac_call1(drawn_fn, key);
    cr_assert(jac_ok(got), "%s", jac_error());
    cr_expect(jac_item_bool(jac_all(jac_lt(jac_abs(jac_sub(got, want)), 1e-6))));
    free(text);
}

JAC_DEF(jac, until, (jac, x))
{
    JAC_WHILE (x, jac_lt(jac_sum(x), 100))
        x = jac_add(x, jac_square(x));
    return jac_sum(x);
}

Test(stablehlo_write, a_tape_cannot_be_written)
{
    jac_type type = jac_shaped(JAC_F64, 4);
    FAILS_WITH(jac_save_stablehlo(jac_grad(until_fn), &type, "/tmp/never"), "cannot be written");
}

/* Each function calls the one before twice: as text in place, the last would be of 256 copies. */
JAC_DEF(jac, doubled_0, (jac, x))
{
    for (int k = 0; k < 10; k++)
        x = jac_add(jac_mul(x, 0.5), k);
    return x;
}
JAC_DEF_ENV(jac, twice, jac_fn, (jac, x))
{
    return jac_call1(*env, jac_call1(*env, x));
}
static jac_fn deeper(jac_fn f)
{
    return twice_with(f);
}

Test(stablehlo_write, functions_that_are_called_often_are_written_once)
{
    jac_fn f = jac_jit(doubled_0_fn);
    for (int k = 0; k < 8; k++)
        f = jac_jit(deeper(f));
    jac x = four();
    char *text = jac_make_stablehlo(f, &x);
    cr_assert(text, "%s", jac_error());
    cr_expect_lt(strlen(text), 40000, "%zu", strlen(text));
    free(text);
}

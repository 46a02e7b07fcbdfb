/* The linear functions that jac_vjp, jac_linearize and jac_linear_transpose give, called with C
 * numbers. */
#include "tests/handles.h"

JAC_DEF(jac, thrice, (jac, x))
{
    return jac_mul(x, 3.0);
}

/* Without x64, 0.1 would be an f32 before it became an f64. */
Test(linear, a_c_number_keeps_all_digits_where_an_f64_is_wanted)
{
    jac x = jac_astype(2.0, JAC_F64), y;
    jac_fn back = jac_vjp(thrice_fn, &x, &y), forth = jac_linearize(thrice_fn, &x, &y);
    jac_fn transposed = jac_linear_transpose(thrice_fn, &x);
    const jac_fn f[] = {back,          forth,          transposed,
                        jac_jit(back), jac_jit(forth), jac_jit(transposed)};
    for (size_t k = 0; k < sizeof f / sizeof *f; k++) {
        jac v = jac_call1(f[k], 0.1);
        cr_expect(jac_dtype_of(v) == JAC_F64, "function %zu: %s", k, jac_error());
        cr_expect(jac_item_f64(v) == 0.1 * 3.0, "function %zu: %.17g", k, jac_item_f64(v));
        cr_expect(jac_item_f64(jac_call1(f[k], 16777217)) == 16777217 * 3.0, "function %zu", k);
    }
    cr_expect(jac_item_f64(jac_call1(jac_grad(forth), 0.1)) == 3);
}

Test(linear, a_number_does_not_stand_for_an_array)
{
    jac x = jac_ones(2), y;
    jac_fn back = jac_vjp(thrice_fn, &x, &y);
    FAILS_WITH(jac_call1(back, 0.1), "a cotangent is ~f32[], but must be f32[2]");
}

Test(linear, a_c_number_keeps_all_digits_as_an_argument_of_stablehlo)
{
    jac_fn f = jac_parse_stablehlo("func.func @main(%x: tensor<f64>, %n: tensor<i64>, %i: "
                                   "tensor<i8>) -> (tensor<f64>, tensor<i64>) {\n"
                                   "  return %x, %n : tensor<f64>, tensor<i64>\n}\n");
    struct {
        jac x, n;
    } y;
    for (int jit = 0; jit < 2; jit++) {
        jac_fn g = jit ? jac_jit(f) : f;
        cr_assert(jac_call(g, &((struct {
                               jac x, n, i;
                           }){jac_of_f64(0.1), jac_of_i64(INT64_C(1) << 40), jac_of_i64(7)}),
                           &y),
                  "%s", jac_error());
        cr_expect(jac_item_f64(y.x) == 0.1 && jac_item_i64(y.n) == INT64_C(1) << 40, "%.17g",
                  jac_item_f64(y.x));
        FAILS_WITH(
            jac_call(g,
                     &((struct { jac x, n, i; }){jac_of_f64(0.1), jac_of_i64(1), jac_of_i64(300)}),
                     &y),
            "300 does not fit i8");
        FAILS_WITH(
            jac_call(g,
                     &((struct { jac x, n, i; }){jac_of_f64(0.1), jac_of_f64(1.5), jac_of_i64(3)}),
                     &y),
            "argument 1 must be i64[], but is ~f32[]");
    }
}

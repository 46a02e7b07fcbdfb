/* What the functions of jax.numpy refuse and with which messages; and rules that values do not
 * show: weak types, defaults, static and dynamic indices. */
#include <criterion/criterion.h>
#include <sys/mman.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jacquard.h"

static jac x23, v3;

static void make_operands(void)
{
    x23 = jac_array(JAC_SHAPE(2, 3), (float[]){1, 2, 3, 4, 5, 6});
    v3 = jac_array(JAC_SHAPE(3), (int32_t[]){1, 2, 3});
}

TestSuite(numpy_errors, .init = make_operands);
TestSuite(numpy_types, .init = make_operands);

/* The expression gives the null handle, and the error contains all of these words. */
#define REFUSES(expression, ...)                                                                   \
    refuses(#expression, expression, (const char *const[]){__VA_ARGS__, NULL})

static void refuses(const char *what, jac got, const char *const *words)
{
    cr_expect(!jac_ok(got), "%s gives a result", what);
    cr_expect(jac_error() && strstr(jac_error(), "test_numpy_errors.c:"), "%s names no line: %s",
              what, jac_error() ? jac_error() : "no error");
    for (; *words && jac_error(); words++)
        cr_expect(strstr(jac_error(), *words), "%s does not say '%s': %s", what, *words,
                  jac_error());
    jac_error_clear();
}

Test(numpy_errors, shapes_that_do_not_go_together_are_named)
{
    jac v2 = jac_ones(JAC_SHAPE(2));
    REFUSES(jac_add(x23, v2), "add", "f32[2,3]", "f32[2]");
    REFUSES(jac_where(jac_gt(v2, 0), x23, 1), "where", "[2]", "[2,3]");
    REFUSES(jac_logaddexp(x23, v2), "logaddexp", "f32[2,3]", "f32[2]");
    REFUSES(jac_dot(x23, v2), "dot", "f32[2,3]", "f32[2]");
    REFUSES(jac_matmul(x23, x23), "matmul", "f32[2,3]");
    REFUSES(jac_matmul(x23, 2), "matmul", "scalar");
    REFUSES(jac_matmul(jac_ones(JAC_SHAPE(2, 2, 3)), jac_ones(JAC_SHAPE(3, 3, 2))), "matmul",
            "[2,2,3]", "[3,3,2]");
    REFUSES(jac_matmul(jac_ones(JAC_SHAPE(2, 2, 3)), jac_ones(JAC_SHAPE(2, 2, 3))), "matmul",
            "[2,2,3]");
    REFUSES(jac_concatenate(0, x23, v3), "concatenate", "[2,3]", "[3]");
    REFUSES(jac_stack(0, x23, v3), "stack", "[2,3]", "[3]");
    REFUSES(jac_reshape(x23, 4), "reshape", "f32[2,3]", "(4,)");
    REFUSES(jac_reshape(x23, -1, 4), "reshape", "6 elements", "(-1, 4)");
    REFUSES(jac_reshape(x23, -1, -1), "reshape", "(-1, -1)");
    REFUSES(jac_reshape(x23, -1, 0), "reshape", "(-1, 0)");
    REFUSES(jac_reshape(x23, -2, -3), "reshape", "(-2, -3)");
    REFUSES(jac_broadcast_to(x23, 3), "broadcast_to", "f32[2,3]", "(3,)");
    REFUSES(jac_broadcast_to(x23, 2, 4), "broadcast_to", "f32[2,3]", "(2, 4)");
    REFUSES(jac_full(JAC_SHAPE(2), v3), ": full: the value", "i32[3]", "(2,)");
    REFUSES(jac_full_like(v3, x23), "full_like: the value", "f32[2,3]", "(3,)");
    REFUSES(jac_take_along_axis(x23, v3, 0), "take_along_axis", "f32[2,3]", "i32[3]");
    REFUSES(jac_take_along_axis(x23, jac_zeros(JAC_SHAPE(3, 2), JAC_I32), 0), "apart from axis 0",
            "f32[2,3]", "i32[3,2]");
    REFUSES(jac_take_along_axis(x23, jac_zeros(JAC_SHAPE(3, 1), JAC_I32), 1), "take_along_axis",
            "f32[2,3]", "i32[3,1]");
}

Test(numpy_errors, axes_out_of_range_or_twice_are_named)
{
    REFUSES(jac_sum(x23, JAC_AXES(2)), "sum", "axis 2");
    REFUSES(jac_sum(x23, JAC_AXES(-3)), "sum", "axis -3");
    REFUSES(jac_mean(x23, JAC_AXES(0, -2)), "mean", "twice");
    REFUSES(jac_max(x23, JAC_AXES(0, 1, 1)), "max", "(0, 1, 1)", "2 dimensions");
    REFUSES(jac_argmax(x23, JAC_AXES(0, 1)), "argmax", "one axis");
    REFUSES(jac_cumsum(x23, 2), "cumsum", "axis 2");
    REFUSES(jac_cumsum(jac_ones(JAC_SHAPE()), 0), "cumsum", "axis 0");
    REFUSES(jac_softmax(x23, 5), "softmax", "axis 5");
    REFUSES(jac_transpose(x23, 0, 0), "transpose", "twice");
    REFUSES(jac_transpose(x23, 0), "transpose", "f32[2,3]");
    REFUSES(jac_swapaxes(x23, 0, 2), "swapaxes", "axis 2");
    REFUSES(jac_moveaxis(x23, -3, 0), "moveaxis", "axis -3");
    REFUSES(jac_expand_dims(x23, 4), "expand_dims", "axis 4");
    REFUSES(jac_squeeze(x23, 0), "squeeze", "f32[2,3]");
    REFUSES(jac_flip(x23, 2), "flip", "axis 2");
    REFUSES(jac_stack(3, x23, x23), "stack", "axis 3");
    REFUSES(jac_concatenate(0, 1, 2), "concatenate", "axis 0");
    REFUSES(jac_take(x23, v3, 2), "take", "axis 2");
    REFUSES(jac_iota(JAC_I32, JAC_SHAPE(2), 1), "iota", "axis 1");
}

Test(numpy_errors, sizes_that_no_array_has_are_refused)
{
    int64_t many[20] = {0};
    jac_dims rank20 = {20, many};
    REFUSES(jac_zeros(JAC_SHAPE(-1)), "zeros", "(-1,)");
    REFUSES(jac_zeros(rank20), "zeros", "20 dimensions");
    REFUSES(jac_zeros(((jac_dims){2, NULL})), "zeros", "null");
    REFUSES(jac_ones(JAC_SHAPE(INT64_MAX, 8)), "ones", "too large for memory");
    REFUSES(jac_eye(-2), "eye", "(-2, -2)");
    REFUSES(jac_eye(INT64_MAX), "eye", "too large for memory");
    REFUSES(jac_one_hot(v3, -1), "one_hot", "(-1,)");
    REFUSES(jac_linspace(0, 1, -1), "linspace", "-1");
    REFUSES(jac_arange(0, 3, 0), "arange", "step");
    REFUSES(jac_arange(0.0, INFINITY), "arange");
    REFUSES(jac_arange(NAN), "arange");
    REFUSES(jac_arange(0, 10, x23), "arange", "f32[2,3]");
    REFUSES(jac_arange(3000000000, 3000000002), "i32");
    REFUSES(jac_reshape_(JAC_AT, x23, rank20), "reshape", "20 dimensions");
    REFUSES(jac_iota(JAC_F32, JAC_SHAPE(2, -1), 0), "iota", "(2, -1)");
    REFUSES(jac_zeros(JAC_SHAPE(2), (jac_dtype)99), "99", "dtype");
    REFUSES(jac_astype(x23, (jac_dtype)99), "99", "dtype");
    jac deep = jac_zeros(JAC_SHAPE(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
    REFUSES(jac_expand_dims(deep, 0), "expand_dims", "too many dimensions");
    REFUSES(jac_one_hot(deep, 2), "too many dimensions");
    REFUSES(jac_linspace(deep, 1, 3), "linspace", "too many dimensions");
}

Test(numpy_errors, dtypes_that_a_function_does_not_take_are_named)
{
    jac b = jac_gt(x23, 2);
    REFUSES(jac_sub(b, b), "sub", "bool[2,3]");
    REFUSES(jac_neg(b), "neg", "bool[2,3]");
    REFUSES(jac_bitwise_and(x23, 1), "bitwise_and takes", "f32[2,3]");
    REFUSES(jac_bitwise_or(x23, 1), "bitwise_or takes", "f32[2,3]");
    REFUSES(jac_bitwise_xor(x23, 1), "bitwise_xor takes", "f32[2,3]");
    REFUSES(jac_bitwise_not(x23), "bitwise_not takes", "f32[2,3]");
    REFUSES(jac_left_shift(b, b), "left_shift takes", "bool");
    REFUSES(jac_right_shift(x23, 1), ": right_shift takes", "f32[2,3]");
    REFUSES(jac_maximum(x23, jac_ones(2)), "maximum: ", "f32[2]");
    REFUSES(jac_astype(x23, (jac_dtype)99), "jac_astype: 99");
    REFUSES(jac_population_count(x23), "population_count", "f32");
    REFUSES(jac_bitcast_convert_type(x23, JAC_F64), "bitcast", "f32[2,3]", "f64");
    REFUSES(jac_power(v3, -1), "integer_pow", "i32[3]");
    REFUSES(jac_take(x23, jac_ones(JAC_SHAPE(2)), 0), "take", "f32[2]");
    REFUSES(jac_at(x23, 0.5), "jac_at", "integers");
    REFUSES(jac_at(x23, (bool)1), "jac_at", "integers");
    REFUSES(jac_add(v3, 3000000000), "jac_add: 3000000000", "i32");
    REFUSES(jac_add(jac_astype(v3, JAC_U8), -1), "-1", "u8");
}

Test(numpy_errors, reductions_of_nothing_without_a_neutral_element_are_refused)
{
    jac none = jac_zeros(JAC_SHAPE(0, 2));
    REFUSES(jac_max(none), "max", "f32[0,2]");
    REFUSES(jac_min(none, JAC_AXES(0)), "min", "f32[0,2]");
    REFUSES(jac_argmax(none), "argmax", "f32[0,2]");
    REFUSES(jac_argmin(none, JAC_AXES(0)), "argmin", "f32[0,2]");
    cr_expect_eq(jac_size(jac_max(none, JAC_AXES(1))), 0);
}

Test(numpy_errors, an_option_of_var_is_refused_by_reductions_that_would_ignore_it)
{
    REFUSES(jac_sum(x23, .ddof = 1), "sum: .ddof");
    REFUSES(jac_norm(x23, 0, .ddof = 1), "norm: .ddof");
    REFUSES(jac_argmax(x23, 0, .ddof = -1), "argmax: .ddof");
    cr_expect(jac_ok(jac_std(x23, .ddof = 1)), "%s", jac_error());
}

Test(numpy_errors, einsum_says_what_is_wrong_with_its_subscripts)
{
    jac y = jac_ones(JAC_SHAPE(4, 5));
    REFUSES(jac_einsum("ij,jk->ik", x23, y), "'j'", "size 4", "f32[4,5]", "size 3");
    REFUSES(jac_einsum("ij", x23, y), "1 term for 2 operands");
    REFUSES(jac_einsum("ij,jk,kl", x23, y), "3 terms for 2 operands");
    REFUSES(jac_einsum("i->i", x23), "1 axis", "f32[2,3]");
    REFUSES(jac_einsum("ijk", x23), "3 axes", "f32[2,3]");
    REFUSES(jac_einsum("ii", x23), "'i'", "size 3", "size 2");
    REFUSES(jac_einsum("ii", jac_ones(JAC_SHAPE(1, 3))), "'i'", "sizes 1 and 3");
    REFUSES(jac_einsum("ij->ik", x23), "'k'", "no operand");
    REFUSES(jac_einsum("ij->ii", x23), "'i' twice");
    REFUSES(jac_einsum("i?->i", x23), "'?'");
    REFUSES(jac_einsum("ij-ji", x23), "'-'");
    REFUSES(jac_einsum("ij->ji->", x23), "'-'");
    REFUSES(jac_einsum("ij->ji,", x23), "','");
    REFUSES(jac_einsum("..ij->ij", x23), "'.'");
    REFUSES(jac_einsum("...ijk->...", x23), "3 axes");
    REFUSES(jac_einsum_(JAC_AT, NULL, JAC_HANDLES(1, &x23)), "subscripts");
}

Test(numpy_errors, slices_and_indices_out_of_range_are_refused)
{
    REFUSES(jac_at(x23, 2), "jac_at", "index 2", "axis 0", "f32[2,3]");
    REFUSES(jac_at(x23, 0, -4), "jac_at", "index -4", "axis 1");
    REFUSES(jac_at(x23, 0, 0, 0), "jac_at", "3 indices", "f32[2,3]");
    REFUSES(jac_at(x23, v3), "jac_at", "i32[3]");
    REFUSES(jac_at(jac_zeros(JAC_SHAPE(0, 2)), jac_at(v3, 0)), "jac_at", "no elements");
    REFUSES(jac_at(jac_zeros(JAC_SHAPE(0, 2)), 0), "jac_at", "no elements");
    REFUSES(jac_slice(x23, JAC_DIMS(0), JAC_DIMS(1)), "slice", "f32[2,3]");
    REFUSES(jac_slice(x23, JAC_DIMS(0, 0), JAC_DIMS(2, 4)), "slice", "(2, 4)");
    REFUSES(jac_slice(x23, JAC_DIMS(0, 2), JAC_DIMS(2, 1)), "slice", "dimension 1",
            "limit, 1, is before the start, 2");
    REFUSES(jac_slice_in_dim(x23, 0, 9, 1, 0), "slice_in_dim: from 0 to 9", "axis 0 of f32[2,3]");
    REFUSES(jac_slice_in_dim(x23, -4, 2, 1, 1), "slice_in_dim: from -4 to 2", "axis 1");
    REFUSES(jac_slice_in_dim(x23, 0, 1, 0, 0), "slice", "a stride must be at least 1", "0");
    REFUSES(jac_dynamic_slice(x23, JAC_SHAPE(1, 1), 0), "dynamic_slice", "1 start", "f32[2,3]");
    REFUSES(jac_dynamic_slice(x23, JAC_SHAPE(1), 0, 0), "dynamic_slice", "1 size", "f32[2,3]");
    REFUSES(jac_dynamic_slice(x23, JAC_SHAPE(3, 1), 0, 0), "dynamic_slice", "f32[2,3]");
    REFUSES(jac_dynamic_update_slice(x23, jac_ones(JAC_SHAPE(3, 3)), 0, 0), "dynamic_update_slice",
            "(3, 3)", "f32[2,3]");
    REFUSES(jac_pad(x23, 0, JAC_DIMS(1), JAC_DIMS(1, 1)), "pad", "f32[2,3]");
    REFUSES(jac_pad(x23, v3, JAC_DIMS(1, 1), JAC_DIMS(1, 1)), "pad");
    REFUSES(jac_take(jac_zeros(JAC_SHAPE(0, 2)), v3, 0), "[0,2]");
}

Test(numpy_errors, a_null_operand_is_counted_as_the_caller_counts)
{
    REFUSES(jac_where(JAC_NULL, 1, 2), "jac_where: operand 0");
    REFUSES(jac_where(true, 1, JAC_NULL), "jac_where: operand 2");
    REFUSES(jac_clip(JAC_NULL, 1, 2), "jac_clip: operand 0");
    REFUSES(jac_clip(1, 2, JAC_NULL), "jac_clip: operand 2");
    REFUSES(jac_outer(v3, JAC_NULL), "jac_outer: operand 1");
}

Test(numpy_errors, a_null_operand_gives_null_and_keeps_the_first_error)
{
    jac bad = jac_at(x23, 9);
    cr_assert(!jac_ok(bad));
    cr_expect(!jac_ok(jac_sum(jac_mul(bad, 2))));
    cr_expect(!jac_ok(jac_relu(bad)));
    cr_expect(!jac_ok(jac_einsum("i,i", bad, v3)));
    cr_expect(!jac_ok(jac_concatenate(0, v3, bad)));
    cr_expect(!jac_ok(jac_where(bad, 1, 2)));
    cr_expect(!jac_ok(jac_reshape(bad, 2)));
    cr_expect(!jac_ok(jac_softmax(bad, 0)));
    cr_expect(!jac_ok(jac_power(2, bad)));
    cr_expect(!jac_ok(jac_at(x23, bad)));
    cr_expect(!jac_ok(jac_logaddexp(bad, bad)));
    cr_expect(!jac_ok(jac_linspace(bad, 1, 3)));
    cr_expect(!jac_ok(jac_argmax(bad)));
    cr_expect(!jac_ok(jac_cumsum(bad, 0)));
    cr_expect(!jac_ok(jac_matmul(bad, x23)));
    cr_expect(strstr(jac_error(), "index 9"), "%s", jac_error());
}

Test(numpy_errors, an_error_of_before_does_not_hinder_what_follows)
{
    cr_assert(!jac_ok(jac_at(x23, 9)));
    cr_expect_float_eq(jac_item_f64(jac_sum(jac_astype(jac_arange(4), JAC_F64))), 6, 0);
    cr_expect_float_eq(jac_item_f64(jac_sum(jac_ones(JAC_SHAPE(3)))), 3, 0);
    cr_expect_eq(jac_size(jac_iota(JAC_I32, JAC_SHAPE(2, 2), 0)), 4);
}

Test(numpy_errors, results_of_too_many_dimensions_are_refused)
{
    jac nine = jac_ones(JAC_SHAPE(1, 1, 1, 1, 1, 1, 1, 1, 2)), at = jac_astype(nine, JAC_I32);
    REFUSES(jac_take(nine, at, 0), "take: the result would have 17 dimensions, but at most 16");
    REFUSES(jac_einsum("abcdefghijklmnopq", x23), "a term has more than 16 letters");
    REFUSES(jac_einsum("...,...", jac_ones(JAC_SHAPE(2)), jac_ones(JAC_SHAPE(3))),
            "... is of size 3", "of size 2 before");
    REFUSES(jac_einsum("ij->ij...k", x23), "'k'");
}

Test(numpy_errors, functions_of_no_name_are_refused)
{
    REFUSES(JAC_1_("nothing", x23), "there is no elementwise function 'nothing' of 1 operand");
    REFUSES(JAC_REDUCE_("nothing", x23), "no reduction 'nothing'");
    REFUSES(jac_cumulate_(JAC_AT, "nothing", x23, (jac_cumulate_opts){0}), "no running reduction 'nothing'");
}

Test(numpy_errors, axes_along_which_nothing_can_be_taken_are_refused)
{
    jac none = jac_zeros(JAC_SHAPE(2, 0)), at = jac_zeros(JAC_SHAPE(2, 1), JAC_I32);
    REFUSES(jac_take_along_axis(none, at, 1), "take_along_axis", "f32[2,0] has no elements");
    REFUSES(jac_take_along_axis(x23, at, 2), "take_along_axis", "axis 2");
    REFUSES(jac_take_along_axis(x23, jac_astype(at, JAC_F32), 1), "take_along_axis", "integers");
    cr_expect_eq(jac_size(jac_take_along_axis(none, jac_zeros(JAC_SHAPE(2, 0), JAC_I32), 1)), 0);
}

/* ---- arguments in forms that are seldom used ------------------------------------------------- */

static void equals(jac got, int64_t n, const double *want)
{
    jac flat = jac_astype(jac_reshape(got, -1), JAC_F64);
    cr_assert_eq(jac_size(flat), n, "%s", jac_error());
    for (int64_t k = 0; k < n; k++)
        cr_expect_float_eq(jac_item_f64(jac_at(flat, k)), want[k], 1e-12 * (1 + fabs(want[k])));
}
#define EQUALS(got, ...)                                                                           \
    equals(got, sizeof((double[]){__VA_ARGS__}) / sizeof(double), (double[]){__VA_ARGS__})

Test(numpy_errors, axes_may_be_given_in_any_order)
{
    jac x = jac_astype(jac_reshape(jac_arange(12), 2, 3, 2), JAC_F64);
    EQUALS(jac_sum(x, JAC_AXES(2, 0)), 14, 22, 30);
    EQUALS(jac_max(x, JAC_AXES(1, 0)), 10, 11);
    EQUALS(jac_sum(x, JAC_AXES(2, 0), .keepdims = true), 14, 22, 30);
    jac soft = jac_softmax(x, JAC_AXES(1, 0)), same = jac_softmax(x, JAC_AXES(0, 1));
    cr_expect_eq(jac_item_f64(jac_max(jac_abs(jac_sub(soft, same)))), 0);
    EQUALS(jac_sum(soft, JAC_AXES(0, 1)), 1, 1);
    cr_expect_eq(jac_ndim(jac_expand_dims(v3, JAC_AXES(2, 0))), 3);
    cr_expect_eq(jac_dim(jac_expand_dims(v3, JAC_AXES(2, 0)), 1), 3);
}

Test(numpy_errors, what_changes_nothing_gives_the_same_elements)
{
    EQUALS(jac_squeeze(x23), 1, 2, 3, 4, 5, 6);
    EQUALS(jac_swapaxes(x23, 1, -1), 1, 2, 3, 4, 5, 6);
    EQUALS(jac_moveaxis(x23, 0, 0), 1, 2, 3, 4, 5, 6);
    EQUALS(jac_full(JAC_SHAPE(), jac_full(JAC_SHAPE(1, 1), 3)), 3);
    EQUALS(jac_flip(v3), 3, 2, 1);
}

Test(numpy_errors, a_linspace_of_no_points_keeps_the_shape_of_its_ends)
{
    jac y = jac_linspace(x23, jac_add(x23, 1), 0);
    cr_expect_eq(jac_ndim(y), 3);
    cr_expect(jac_dim(y, 0) == 0 && jac_dim(y, 1) == 2 && jac_dim(y, 2) == 3);
    EQUALS(jac_linspace(0, jac_full(JAC_SHAPE(2), 3), 4, JAC_I32), 0, 0, 1, 1, 2, 2, 3, 3);
}

Test(numpy_errors, powers_of_floats_by_arrays_of_integers_and_bools)
{
    jac x = jac_array(JAC_SHAPE(3), (double[]){-2, 0.5, 3});
    EQUALS(jac_power(x, v3), -2, 0.25, 27);
    EQUALS(jac_power(x, jac_gt(x, 0)), 1, 0.5, 3);
    EQUALS(jac_power(x, true), -2, 0.5, 3);
    EQUALS(jac_power(v3, jac_sub(v3, 1)), 1, 2, 9);
    EQUALS(jac_power(jac_array(JAC_SHAPE(3), (int[]){-1, 1, 2}),
                     jac_array(JAC_SHAPE(3), (int[]){-3, -2, -1})),
           -1, 1, 0);
}

Test(numpy_errors, running_sums_of_bools_are_counts)
{
    jac b = jac_gt(x23, 2);
    cr_expect_eq(jac_dtype_of(jac_cumsum(b, 1)), JAC_I32);
    EQUALS(jac_cumsum(b, 1), 0, 0, 1, 1, 2, 3);
    EQUALS(jac_cumprod(b, 0), 0, 0, 1, 0, 0, 1);
}

/* ---- dtypes that values do not show --------------------------------------------------------- */

#define IS(x, dtype, weak)                                                                         \
    do {                                                                                           \
        jac jac_x_ = (x);                                                                          \
        cr_expect_eq(jac_dtype_of(jac_x_), dtype, "%s is %s", #x,                                  \
                     jac_dtype_name(jac_dtype_of(jac_x_)));                                        \
        cr_expect_eq(jac_weak_type(jac_x_), weak, "%s is %sweak", #x, weak ? "not " : "");         \
    } while (0)

Test(numpy_types, a_number_takes_the_dtype_of_the_array_it_meets)
{
    jac f64 = jac_astype(x23, JAC_F64), u8 = jac_astype(v3, JAC_U8), i64 = jac_astype(v3, JAC_I64);
    IS(jac_add(x23, 1), JAC_F32, false);
    IS(jac_mul(f64, 0.1), JAC_F64, false);
    IS(jac_add(u8, 1), JAC_U8, false);
    IS(jac_add(i64, 1), JAC_I64, false);
    IS(jac_add(v3, 1.5), JAC_F32, true);
    IS(jac_add(jac_gt(x23, 1), 1), JAC_I32, true);
    IS(jac_maximum(f64, 0), JAC_F64, false);
    IS(jac_where(jac_gt(f64, 0), f64, 0), JAC_F64, false);
    IS(jac_where(jac_gt(f64, 0), 1, 0), JAC_I32, true);
    IS(jac_clip(f64, 0, 1), JAC_F64, false);
    IS(jac_power(f64, 2.5), JAC_F64, false);
    IS(jac_add(x23, f64), JAC_F64, false);
    IS(jac_add(v3, x23), JAC_F32, false);
    IS(jac_add(i64, x23), JAC_F32, false);
    IS(jac_exp(i64), JAC_F64, false);
    IS(jac_mean(i64), JAC_F64, false);
    IS(jac_exp(u8), JAC_F32, false);
    IS(jac_add(v3, u8), JAC_I32, false);
    IS(jac_add(v3, jac_astype(v3, JAC_U32)), JAC_I64, false);
    IS(jac_pad(f64, 0, JAC_DIMS(1, 1), JAC_DIMS(0, 0)), JAC_F64, false);
}

Test(numpy_types, a_number_meets_doubles_in_full_precision)
{
    jac one = jac_scalar(JAC_F64, 1);
    cr_expect_eq(jac_item_f64(jac_mul(one, 0.1)), 0.1);
    cr_expect_eq(jac_item_f64(jac_maximum(one, 1 + 1e-15)), 1 + 1e-15);
    cr_expect_eq(jac_item_f64(jac_where(true, one, 0.1)), 1);
    cr_expect_eq(jac_item_f64(jac_full_like(one, 0.1)), 0.1);
    cr_expect_eq(jac_item_f64(jac_full(JAC_SHAPE(), 0.1, JAC_F64)), 0.1);
    cr_expect_eq(jac_item_f64(jac_at(jac_linspace(0.1, 1, 3, JAC_F64), 0)), 0.1);
    cr_expect_eq(jac_item_f64(jac_log2(jac_scalar(JAC_F64, 8))), 3);
    cr_expect_eq(jac_item_i64(jac_add(jac_scalar(JAC_I64, 1), INT64_C(1) << 40)),
                 (INT64_C(1) << 40) + 1);
    cr_expect_eq(jac_item_i64(jac_bitwise_and(jac_scalar(JAC_U64, UINT64_MAX), UINT64_C(1) << 62)),
                 INT64_C(1) << 62);
}

Test(numpy_types, numbers_alone_stay_weak)
{
    IS(jac_add(1, 2), JAC_I32, true);
    IS(jac_add(1, 2.0), JAC_F32, true);
    IS(jac_div(1, 2), JAC_F32, true);
    IS(jac_exp(1), JAC_F32, true);
    IS(jac_lt(1, 2), JAC_BOOL, false);
    IS(jac_full(JAC_SHAPE(2), 1), JAC_I32, true);
    IS(jac_zeros_like(jac_full(JAC_SHAPE(2), 1)), JAC_I32, true);
    IS(jac_full(JAC_SHAPE(2), 1.5, JAC_F64), JAC_F64, false);
    IS(jac_zeros(JAC_SHAPE(2)), JAC_F32, false);
    IS(jac_ones(JAC_SHAPE(2), JAC_U8), JAC_U8, false);
    IS(jac_astype(1, JAC_I64), JAC_I64, false);
    IS(jac_sum(jac_full(JAC_SHAPE(2), 1.0)), JAC_F32, false);
    IS(jac_mean(jac_full(JAC_SHAPE(2), 1)), JAC_F32, false);
    IS(jac_add(jac_full(JAC_SHAPE(3), 1.0), jac_astype(v3, JAC_F64)), JAC_F64, false);
}

Test(numpy_types, what_numbers_stand_for_under_x64_is_64_bits_wide)
{
    jac_enable_x64(true);
    IS(jac_add(1, 2), JAC_I64, true);
    IS(jac_exp(1), JAC_F64, true);
    IS(jac_div(v3, 2), JAC_F32, false);
    IS(jac_div(jac_arange(3), 2), JAC_F64, false);
    IS(jac_zeros(JAC_SHAPE(2)), JAC_F64, false);
    IS(jac_arange(3), JAC_I64, false);
    IS(jac_linspace(0, 1, 3), JAC_F64, false);
    IS(jac_sum(v3), JAC_I64, false);
    IS(jac_sum(jac_gt(x23, 2)), JAC_I64, false);
    IS(jac_sum(jac_astype(v3, JAC_U8)), JAC_U64, false);
    IS(jac_argmax(x23), JAC_I64, false);
    IS(jac_mean(x23), JAC_F32, false);
    IS(jac_one_hot(v3, 2), JAC_F64, false);
    cr_expect_eq(jac_item_f64(jac_div(1, 3)), 1.0 / 3);
    jac_enable_x64(false);
}

/* ---- static and dynamic indices ------------------------------------------------------------- */

static jac at_one(jac x)
{
    return jac_at(x, 1);
}
JAC_FN(at_one, jac, (jac, x))

static jac at_i(jac x, jac i)
{
    return jac_at(x, i, 0);
}
JAC_FN(at_i, jac, (jac, x), (jac, i))

Test(numpy_types, a_c_index_is_a_slice_and_an_array_index_a_dynamic_one)
{
    char *s = jac_make_jaxpr(at_one_fn, &x23),
         *d = jac_make_jaxpr(at_i_fn, (&(at_i_args){x23, v3}));
    cr_expect_null(d, "an index that is no scalar is taken");
    jac_error_clear();
    d = jac_make_jaxpr(at_i_fn, (&(at_i_args){x23, jac_at(v3, 0)}));
    cr_assert(s && d, "%s", jac_error());
    cr_expect(strstr(s, " slice[") && !strstr(s, "dynamic_slice") && !strstr(s, "literal"), "%s",
              s);
    cr_expect(strstr(d, "dynamic_slice["), "%s", d);
    free(s);
    free(d);
}

Test(numpy_types, array_indices_of_any_width_clamp)
{
    static const struct {
        jac_dtype d;
        double index, want;
    } cases[] = {{JAC_I32, -7, 1},    {JAC_I32, 7, 3},  {JAC_I64, -1, 3},  {JAC_I64, 1e15, 3},
                 {JAC_I64, -1e15, 1}, {JAC_U8, 255, 3}, {JAC_U32, 4e9, 3}, {JAC_U64, 1e19, 3}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        jac i = jac_astype(jac_scalar(JAC_F64, cases[k].index), cases[k].d);
        cr_expect_eq(jac_item_f64(jac_at(v3, i)), cases[k].want, "at %g as %s", cases[k].index,
                     jac_dtype_name(cases[k].d));
        cr_expect_eq(jac_item_f64(jac_take(v3, i, 0)), cases[k].want, "take %g as %s",
                     cases[k].index, jac_dtype_name(cases[k].d));
        cr_expect_eq(jac_item_f64(jac_dynamic_slice(v3, JAC_SHAPE(1), i)), cases[k].want,
                     "dynamic_slice %g as %s", cases[k].index, jac_dtype_name(cases[k].d));
    }
}

/* Composed functions must not leave handles or arrays behind. */
JAC_DEF(jac, at, (jac, x), (jac, i))
{
    return jac_at(x, i);
}

JAC_DEF(jac, taken, (jac, x), (jac, i))
{
    return jac_take(x, i, 0);
}

/* The elements are pages of zeros that take no memory, except for the last page. */
Test(numpy_types, an_i32_index_counts_from_the_end_of_an_axis_that_i32_cannot_count)
{
    int64_t n = (1ll << 31) + 1000;
    uint8_t *bytes = mmap(NULL, (size_t)n, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bytes == MAP_FAILED)
        cr_skip("there is no room for 2 GiB of addresses");
    bytes[n - 1] = 3;
    bytes[7] = 9;
    jac x = jac_borrow(JAC_U8, JAC_SHAPE(n), bytes, NULL, NULL);
    jac last = jac_scalar(JAC_I32, -1), both = jac_array(JAC_SHAPE(2), (int[]){7, -1});
    jac_fn f[] = {at_fn, jac_jit(at_fn)}, g[] = {taken_fn, jac_jit(taken_fn)};
    for (int k = 0; k < 2; k++) {
        cr_expect_eq(jac_item_i64(jac_call1(f[k], x, last)), 3, "%s", jac_error());
        jac y = jac_call1(g[k], x, both);
        cr_expect_eq(jac_item_i64(jac_at(y, 0)), 9, "%s", jac_error());
        cr_expect_eq(jac_item_i64(jac_at(y, 1)), 3, "%s", jac_error());
    }
    munmap(bytes, (size_t)n);
}

Test(numpy_types, temporaries_are_released)
{
    size_t before = jac_live_bytes();
    JAC_SCOPE () {
        jac y = jac_ones(JAC_SHAPE(1000));
        size_t with_y = jac_live_bytes();
        for (int k = 0; k < 10; k++)
            JAC_SCOPE () {
                jac_softmax(y, 0);
                jac_einsum("i,i->", y, y);
                jac_var(y);
                jac_logaddexp(y, 1);
                jac_power(jac_arange(5), jac_arange(5));
                jac_linspace(0, 1, 100);
                jac_take_along_axis(y, jac_arange(3), 0);
                jac_logsumexp(y);
            }
        cr_expect_eq(jac_live_bytes(), with_y);
        jac z = jac_softmax(y, 0);
        cr_expect_eq(jac_live_bytes(), with_y + 4000);
        cr_expect_eq(jac_size(z), 1000);
    }
    cr_expect_eq(jac_live_bytes(), before);
}

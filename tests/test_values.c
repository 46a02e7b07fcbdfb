/* Numbers and elements that leave the library: what jac_item_* and jac_copy_out give, and refuse;
 * and the end of a program by jac_check. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jacquard.h"
#include "tests/handles.h"

Test(values, a_float_read_as_an_integer_is_truncated_and_saturates)
{
    cr_expect_eq(jac_item_i64(jac_scalar(JAC_F32, -2.75)), -2);
    cr_expect_eq(jac_item_i64(jac_scalar(JAC_F64, 1e300)), INT64_MAX);
    cr_expect_eq(jac_item_i64(jac_scalar(JAC_F64, -INFINITY)), INT64_MIN);
    cr_expect_eq(jac_item_i64(jac_scalar(JAC_F16, NAN)), 0);
    cr_expect_eq(jac_item_i64(7.9), 7, "a C number");
    cr_expect_eq(jac_item_i64(jac_scalar(JAC_BOOL, 1)), 1);
    cr_expect_null(jac_error());
}

Test(values, an_unsigned_number_beyond_int64_is_refused)
{
    jac_error_clear();
    cr_expect_eq(jac_item_i64(jac_scalar(JAC_U64, UINT64_MAX)), 0);
    cr_expect(strstr(jac_error(), "jac_item_i64: 18446744073709551615 does not fit an int64_t"),
              "%s", jac_error());
    jac_error_clear();
    cr_expect_eq(jac_item_f64(jac_scalar(JAC_U64, UINT64_MAX)), 0x1p64);
    cr_expect_eq(jac_item_i64(jac_scalar(JAC_U64, INT64_MAX)), INT64_MAX);
}

Test(values, any_number_but_zero_is_true)
{
    cr_expect(jac_item_bool(jac_scalar(JAC_F64, NAN)));
    cr_expect(jac_item_bool(jac_scalar(JAC_F32, -0.5)));
    cr_expect(!jac_item_bool(jac_scalar(JAC_F32, -0.0)));
    cr_expect(jac_item_bool(jac_scalar(JAC_U8, 4)));
    cr_expect(!jac_item_bool(jac_scalar(JAC_I64, 0)));
    cr_expect(jac_item_bool(jac_of_bool(true)));
}

Test(values, what_is_not_one_element_is_refused)
{
    jac two = jac_ones(JAC_SHAPE(2));
    FAILS_WITH(jac_item_bool(two), "jac_item_bool");
    FAILS_WITH(jac_scalar(JAC_F32, two), "jac_scalar: the value must be a scalar, but is f32[2]");
    FAILS_WITH(jac_scalar((jac_dtype)99, 1), "99 is not a dtype");
    FAILS_WITH(jac_scalar(JAC_F32, JAC_NULL), "null handle");
    cr_expect(isnan(jac_item_f64(two)) && jac_error());
    jac_error_clear();
    float to[2];
    FAILS_WITH(jac_copy_out(two, to, 4), "f32[2] has 8 bytes, but there is room for 4");
    FAILS_WITH(jac_copy_out(two, NULL, 8), "the destination for f32[2] is a null pointer");
    cr_assert(jac_copy_out(two, to, sizeof to));
    cr_expect(to[0] == 1 && to[1] == 1);
    FAILS_WITH(jac_view(two, JAC_F64), "the array is f32[2], but its dtype must be f64");
    cr_expect_eq(((const float *)jac_view(two, JAC_F32))[1], 1);
}

Test(values, names_of_dtypes_that_are_none)
{
    cr_expect_str_eq(jac_dtype_name(JAC_DEFAULT), "default");
    cr_expect_str_eq(jac_dtype_name((jac_dtype)-1), "?");
    cr_expect_str_eq(jac_dtype_name(JAC_F16), "f16");
}

JAC_DEF(jac, of_its_own_shape, (jac, x))
{
    jac_dims shape = jac_shape(x);
    return jac_mul(jac_ones(shape), shape.n);
}

Test(values, the_shape_of_an_array_a_traced_value_a_number_and_nothing)
{
    jac x = jac_ones(JAC_SHAPE(2, 3));
    jac_dims s = jac_shape(x);
    cr_expect(s.n == 2 && s.v[0] == 2 && s.v[1] == 3);
    cr_expect_eq(jac_item_f64(jac_sum(jac_call1(jac_jit(of_its_own_shape_fn), x))), 12);
    cr_expect_eq(jac_shape(1.5).n, 0);
    jac_error_clear();
    cr_expect_eq(jac_shape(JAC_NULL).n, -1);
    cr_expect(strstr(jac_error(), "null handle"), "%s", jac_error());
    jac_error_clear();
}

Test(values, memory_that_cannot_be_borrowed_is_refused)
{
    static double data[2] = {1, 2};
    FAILS_WITH(jac_borrow(JAC_F64, JAC_SHAPE(2), (char *)data + 1, NULL, NULL), "not aligned");
    FAILS_WITH(jac_borrow(JAC_F64, JAC_SHAPE(2), NULL, NULL, NULL), "there is no data");
    FAILS_WITH(jac_borrow(JAC_F64, JAC_SHAPE(-2), data, NULL, NULL), "(-2,)");
    FAILS_WITH(jac_borrow((jac_dtype)99, JAC_SHAPE(2), data, NULL, NULL), "99 is not a dtype");
    FAILS_WITH(jac_array_of(JAC_F64, JAC_SHAPE(2), NULL), "but the pointer given is null");
}

/* ---- jac_check ------------------------------------------------------------------------------- */

Test(values, a_check_of_what_is_well_gives_it_back)
{
    jac x = jac_ones(JAC_SHAPE(2));
    cr_expect_eq(jac_size(jac_check(x)), 2);
    cr_expect(jac_check(jac_ok(x)));
    cr_expect(jac_ok(jac_check(jac_jit(of_its_own_shape_fn))));
}

Test(values, a_check_of_a_null_handle_ends_the_program, .exit_code = 1)
{
    jac_check(jac_add(jac_ones(JAC_SHAPE(2)), jac_ones(JAC_SHAPE(3))));
}

Test(values, a_check_of_a_null_function_ends_the_program, .exit_code = 1)
{
    jac_check(jac_jit(JAC_NULL_FN));
}

Test(values, a_check_of_what_is_false_ends_the_program, .exit_code = 1)
{
    jac_check(jac_item_bool(jac_lt(2, 1)));
}

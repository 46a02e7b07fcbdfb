/* Options that are lists: an int stands for a list of one, 0 is a number like any other, and an
 * option that is left out is not given. */
#include "tests/handles.h"

static const float data[] = {1, 2, 3, 4, 5, 6, 7, 8};

static jac line(void)
{
    return jac_array(JAC_SHAPE(8), data);
}

/* The results of both are the same. */
static void same(jac got, jac want)
{
    cr_assert(jac_ok(got) && jac_ok(want), "%s", jac_error());
    cr_assert_eq(jac_size(got), jac_size(want));
    cr_expect(jac_item_bool(jac_all(jac_eq(got, want))));
}

Test(options, an_int_is_a_list_of_one_for_windows)
{
    jac x = line();
    same(jac_reduce_window_sum(x, 2, .window_strides = 2),
         jac_reduce_window_sum(x, 2, .window_strides = JAC_DIMS(2)));
    same(jac_reduce_window_sum(x, 2, .low = 1, .high = 2),
         jac_reduce_window_sum(x, 2, .low = JAC_DIMS(1), .high = JAC_DIMS(2)));
    same(jac_reduce_window_max(x, 2, .base_dilation = 2, .window_dilation = 3),
         jac_reduce_window_max(x, 2, .base_dilation = JAC_DIMS(2), .window_dilation = JAC_DIMS(3)));
    same(jac_max_pool(jac_reshape(x, 8, 1), 2, .window_strides = 2),
         jac_max_pool(jac_reshape(x, 8, 1), 2, .window_strides = JAC_DIMS(2)));
    same(jac_reduce_window_sum(x, 2, .low = 0), jac_reduce_window_sum(x, 2));
}

Test(options, an_int_is_a_list_of_one_for_convolutions)
{
    jac x = jac_reshape(line(), 1, 1, 8), w = jac_ones(JAC_SHAPE(1, 1, 2));
    same(jac_conv_general_dilated(x, w, .window_strides = 2, .padding = "VALID"),
         jac_conv_general_dilated(x, w, .window_strides = JAC_DIMS(2), .padding = "VALID"));
    same(jac_conv_general_dilated(x, w, .low = 1, .high = 0),
         jac_conv_general_dilated(x, w, .low = JAC_DIMS(1), .high = JAC_DIMS(0)));
    same(jac_conv_general_dilated(x, w, .lhs_dilation = 2, .rhs_dilation = 3),
         jac_conv_general_dilated(x, w, .lhs_dilation = JAC_DIMS(2), .rhs_dilation = JAC_DIMS(3)));
    x = jac_reshape(line(), 1, 8, 1);
    w = jac_ones(JAC_SHAPE(2, 1, 1));
    same(jac_conv_transpose(x, w, 2, "VALID", .low = 1, .high = 1, .rhs_dilation = 2),
         jac_conv_transpose(x, w, 2, "VALID", .low = JAC_DIMS(1), .high = JAC_DIMS(1),
                            .rhs_dilation = JAC_DIMS(2)));
}

Test(options, an_int_is_a_list_of_one_for_transforms_gathers_and_scatters)
{
    jac x = line(), at = jac_array(JAC_SHAPE(2, 1), (int32_t[]){1, 3});
    same(jac_fftn(x, .s = 4), jac_fft(x, .n = 4));
    same(jac_fftn(x, .axes = 0), jac_fft(x));
    same(jac_gather(x, at, 1, .collapsed_slice_dims = 0, .start_index_map = 0),
         jac_gather(x, at, 1, .collapsed_slice_dims = JAC_DIMS(0), .start_index_map = JAC_DIMS(0)));
    same(jac_scatter(x, at, jac_zeros(2), .inserted_window_dims = 0,
                     .scatter_dims_to_operand_dims = 0),
         jac_scatter(x, at, jac_zeros(2), .inserted_window_dims = JAC_DIMS(0),
                     .scatter_dims_to_operand_dims = JAC_DIMS(0)));
    static const char text[] = "func.func @main(%x: tensor<f32>) -> tensor<f32> {\n"
                               "  return %x : tensor<f32>\n}\n";
    same(jac_call1(jac_parse_stablehlo(text, .leaves = 1), jac_ones(JAC_SHAPE())),
         jac_ones(JAC_SHAPE()));
}

Test(options, zero_is_given_and_not_the_default)
{
    jac x = line(), image = jac_reshape(x, 1, 1, 8), w = jac_ones(JAC_SHAPE(1, 1, 2));
    FAILS_WITH(jac_reduce_window_sum(x, 2, .window_strides = 0), "window_strides (0,)");
    FAILS_WITH(jac_max_pool(jac_reshape(x, 8, 1), 2, .window_dilation = 0), "window_dilation (0");
    FAILS_WITH(jac_conv_general_dilated(image, w, .window_strides = 0), "must be at least 1");
    FAILS_WITH(jac_conv_general_dilated(image, w, .padding = "SAME", .low = 0), "not both");
    FAILS_WITH(jac_fftn(x, .s = 0), "1");
    FAILS_WITH(jac_parse_stablehlo("func.func @main(%x: tensor<f32>) -> tensor<f32> {\n"
                                   "  return %x : tensor<f32>\n}\n",
                                   .leaves = 0),
               ".leaves has 0");
}

Test(options, a_list_that_is_a_null_pointer_is_an_error)
{
    const jac_dims none = {2, NULL};
    jac x = line(), image = jac_reshape(x, 1, 1, 8), w = jac_ones(JAC_SHAPE(1, 1, 2));
    FAILS_WITH(jac_reduce_window_sum(x, 2, .low = none), ".low is a null pointer");
    FAILS_WITH(jac_conv_general_dilated(image, w, .rhs_dilation = none),
               "rhs_dilation is a null pointer");
    FAILS_WITH(jac_gather(x, jac_zeros(JAC_SHAPE(1, 1), JAC_I32), 1, .offset_dims = none),
               "offset_dims is a null pointer");
}

/* Padding is computed with the rest of the array. */
Test(options, padding_that_would_fill_the_memory_is_refused)
{
    jac x = line();
    const int64_t far = 1 << 30;
    FAILS_WITH(jac_reduce_window_sum(x, 2, .low = (int64_t)1 << 40), "must be from");
    FAILS_WITH(jac_reduce_window_sum(x, 2, .low = far, .window_strides = far), "pad less");
    FAILS_WITH(jac_reduce_window_max(x, 2, .high = far, .window_strides = far), "pad less");
    FAILS_WITH(jac_max_pool(jac_reshape(x, 8, 1), 2, .low = far, .window_strides = far),
               "pad less");
    same(jac_reduce_window_sum(x, 1, .low = 8, .window_strides = 8),
         jac_array(JAC_SHAPE(2), (float[]){0, 1}));
}

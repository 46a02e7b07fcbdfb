/* What convolutions refuse, and how the error says it. */
#include "tests/handles.h"

#define CONV(...)      jac_conv_general_dilated(x, w, __VA_ARGS__)
#define NUMBERS(text)  CONV(.dimension_numbers = text)
#define TRANSPOSE(...) jac_conv_transpose(y, v, __VA_ARGS__)

Test(conv_errors, dimension_numbers_name_each_dimension_of_each_array_once)
{
    JAC_SCOPE () {
        jac x = jac_ones(JAC_DIMS(1, 2, 5, 5)), w = jac_ones(JAC_DIMS(3, 2, 2, 2));
        static const char *const wrong[] = {"",
                                            "NCHW",
                                            "NCHW;OIHW->NCHW",
                                            "NCHW,OIHW=>NCHW",
                                            "NCHW,OIHW-=NCHW",
                                            "NCHW,OIHW->NCH",
                                            "NCHW,OIHW->NCHWX",
                                            "ACHW,OIHW->NCHW",
                                            "NAHW,OIHW->NCHW",
                                            "NCHH,OIHW->NCHW",
                                            "NCH1,OIHW->NCHW",
                                            "NCH ,OIHW->NCHW",
                                            "NCH{,OIHW->NCHW",
                                            "NCH[,OIHW->NCHW",
                                            "NCHW,AIHW->NCHW",
                                            "NCHW,OAHW->NCHW",
                                            "NCHW,OIHH->NCHW",
                                            "NCHW,OIHW->ACHW",
                                            "NCHW,OIHW->NAHW",
                                            "NCHW,OIHW->NCWW"};
        for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
            FAILS_WITH(NUMBERS(wrong[k]), "must be like \"NCHW,OIHW->NCHW\", with 4 letters");
        FAILS_WITH(NUMBERS("NCHX,OIHW->NCHW"),
                   "the spatial dimension W is not in all three arrays");
        FAILS_WITH(NUMBERS("NCHW,OIHW->NCXW"),
                   "the spatial dimension H is not in all three arrays");
        FAILS_WITH(NUMBERS("NCHW,OIHN->NCHW"),
                   "the spatial dimension N is not in all three arrays");
        FAILS_WITH(NUMBERS("NCHW,OICH->NCHW"),
                   "the spatial dimension C is not in all three arrays");
        cr_expect(jac_ok(NUMBERS("NCHW,OIHW->NCHW")));
        cr_expect(jac_ok(NUMBERS("NChw,OIhw->NChw")));
    }
}

Test(conv_errors, operands_have_one_rank_of_at_least_two)
{
    JAC_SCOPE () {
        jac x = jac_ones(JAC_DIMS(1, 2, 5)), w = jac_ones(JAC_DIMS(3, 2, 2, 2));
        FAILS_WITH(CONV(.padding = "SAME"), "must have the same rank, at least 2");
        FAILS_WITH(jac_conv(jac_ones(JAC_DIMS(3)), jac_ones(JAC_DIMS(3)), 1, "SAME"),
                   "the same rank");
        FAILS_WITH(jac_conv(x, w, JAC_DIMS(1, 1), "SAME"), "must have the same rank");
        FAILS_WITH(jac_conv_transpose(x, w, JAC_DIMS(1, 1), "SAME"), "must have the same rank");
    }
}

Test(conv_errors, lists_have_a_positive_number_for_each_spatial_dimension)
{
    JAC_SCOPE () {
        jac x = jac_ones(JAC_DIMS(1, 2, 5, 5)), w = jac_ones(JAC_DIMS(3, 2, 2, 2));
        const int64_t huge = (int64_t)1 << 40;
        FAILS_WITH(CONV(.window_strides = JAC_DIMS(1, 1, 1)), "window_strides must have 2 numbers");
        FAILS_WITH(CONV(.lhs_dilation = JAC_DIMS(1)), "lhs_dilation must have 2 numbers");
        FAILS_WITH(CONV(.rhs_dilation = JAC_DIMS(1)), "rhs_dilation must have 2 numbers");
        FAILS_WITH(CONV(.low = JAC_DIMS(1)), "low must have 2 numbers");
        FAILS_WITH(CONV(.high = JAC_DIMS(1)), "high must have 2 numbers");
        FAILS_WITH(CONV(.window_strides = JAC_DIMS(1, 0)), "window_strides must be at least 1");
        FAILS_WITH(CONV(.low = JAC_DIMS(0, huge)),
                   "low has an entry 1099511627776, which is too large");
        FAILS_WITH(CONV(.low = JAC_DIMS(-huge, 0)), "low has an entry -1099511627776");
        FAILS_WITH(CONV(.lhs_dilation = JAC_DIMS(1, 0)), "lhs_dilation");
        FAILS_WITH(CONV(.rhs_dilation = JAC_DIMS(0, 1)), "rhs_dilation");
        FAILS_WITH(jac_conv(x, w, JAC_DIMS(1), "SAME"), "window_strides must have 2 numbers");
        FAILS_WITH(jac_conv(x, w, JAC_DIMS(1, -1), "SAME"), "window_strides must be at least 1");
    }
}

Test(conv_errors, padding_is_a_name_or_two_lists)
{
    JAC_SCOPE () {
        jac x = jac_ones(JAC_DIMS(1, 2, 5, 5)), w = jac_ones(JAC_DIMS(3, 2, 2, 2));
        const char *none = NULL;
        FAILS_WITH(CONV(.padding = "FULL"),
                   "padding must be \"VALID\", \"SAME\" or \"SAME_LOWER\"");
        FAILS_WITH(CONV(.padding = "SAME", .low = JAC_DIMS(1, 1)), "not both");
        FAILS_WITH(CONV(.padding = "SAME", .high = JAC_DIMS(1, 1)), "not both");
        FAILS_WITH(CONV(.padding = "SAME", .lhs_dilation = JAC_DIMS(2, 1)),
                   "is not possible with a lhs_dilation");
        FAILS_WITH(CONV(.padding = "SAME_LOWER", .lhs_dilation = JAC_DIMS(1, 2)), "not possible");
        FAILS_WITH(jac_conv(x, w, JAC_DIMS(1, 1), none), "padding is a null pointer");
        FAILS_WITH(jac_conv(x, w, JAC_DIMS(1, 1), "FULL"), "padding must be");
        cr_expect(jac_ok(CONV(.padding = "same", .window_strides = JAC_DIMS(5, 7))));
        cr_expect(jac_ok(CONV(.padding = "SAME_LOWER", .window_strides = JAC_DIMS(3, 1))));
        jac y = jac_ones(JAC_DIMS(1, 5, 5, 2)), v = jac_ones(JAC_DIMS(2, 2, 2, 3));
        FAILS_WITH(TRANSPOSE(JAC_DIMS(2, 2), "SAME_LOWER"),
                   "padding must be \"VALID\" or \"SAME\"");
        FAILS_WITH(TRANSPOSE(JAC_DIMS(2, 2), none), "but is a null pointer");
        FAILS_WITH(TRANSPOSE(JAC_DIMS(2, 0), "SAME"), "strides must be at least 1");
        FAILS_WITH(TRANSPOSE(JAC_DIMS(2), "SAME"), "strides must have 2 numbers");
        FAILS_WITH(TRANSPOSE(JAC_DIMS(2, 2), "SAME", .rhs_dilation = JAC_DIMS(1)),
                   "rhs_dilation must have 2");
        FAILS_WITH(TRANSPOSE(JAC_DIMS(2, 2), "SAME", .high = JAC_DIMS(1)), "high must have 2");
        FAILS_WITH(TRANSPOSE(JAC_DIMS(2, 2), "SAME", .dimension_numbers = "NHWC"), "must be like");
        cr_expect(
            jac_ok(TRANSPOSE(JAC_DIMS(2, 2), none, .low = JAC_DIMS(1, 1), .high = JAC_DIMS(1, 1))));
    }
}

Test(conv_errors, results_can_hold_the_products)
{
    JAC_SCOPE () {
        jac x = jac_ones(JAC_DIMS(1, 2, 5, 5)), w = jac_ones(JAC_DIMS(3, 2, 2, 2));
        FAILS_WITH(CONV(.preferred_element_type = JAC_I32), "i32 cannot hold products of f32");
        FAILS_WITH(CONV(.preferred_element_type = JAC_F16), "f16 cannot hold products of f32");
        FAILS_WITH(CONV(.preferred_element_type = JAC_BOOL), "bool cannot hold products of f32");
        FAILS_WITH(CONV(.preferred_element_type = (jac_dtype)99), "dtype");
        jac b = jac_astype(x, JAC_BOOL), c = jac_astype(w, JAC_BOOL);
        FAILS_WITH(jac_conv_general_dilated(b, c, .preferred_element_type = JAC_I8),
                   "cannot hold products of bool");
        jac y = jac_conv_general_dilated(jac_astype(x, JAC_I8), jac_astype(w, JAC_I8),
                                         .preferred_element_type = JAC_I32);
        cr_expect_eq(jac_dtype_of(y), JAC_I32);
        cr_expect_eq(jac_item_i64(jac_max(y)), 8);
        cr_expect_eq(jac_dtype_of(CONV(.preferred_element_type = JAC_F32)), JAC_F32);
    }
}

Test(conv_errors, groups_divide_the_features)
{
    JAC_SCOPE () {
        jac x = jac_ones(JAC_DIMS(2, 2, 5, 5)), w = jac_ones(JAC_DIMS(3, 2, 2, 2));
        FAILS_WITH(CONV(.feature_group_count = 0), "feature_group_count");
        FAILS_WITH(CONV(.feature_group_count = 2), "feature_group_count");
        FAILS_WITH(CONV(.batch_group_count = -1), "batch_group_count");
        FAILS_WITH(CONV(.batch_group_count = 2), "batch_group_count");
    }
}

/* Reductions, argmax, argmin, and cumulative functions. */
#include <criterion/criterion.h>
#include <math.h>

#include "ops/ops.h"
#include "tests/rules.h"

TestSuite(reduce, .init = ops_init);

/* ---- values ------------------------------------------------------------------------------- */

Test(reduce, each_combines_over_the_axes_named)
{
    GIVES("reduce_sum[axes=[1]]", "i32[2] 6 15", "i32[2,3] 1 2 3 4 5 6");
    GIVES("reduce_sum[axes=[0]]", "f32[3] 5 7 9", "f32[2,3] 1 2 3 4 5 6");
    GIVES("reduce_sum[axes=[0,1]]", "f64[] 21", "f64[2,3] 1 2 3 4 5 6");
    GIVES("reduce_sum[axes=[2,0]]", "i64[2] 14 22", "i64[2,2,2] 1 2 3 4 5 6 7 8");
    GIVES("reduce_prod[axes=[1]]", "u8[2] 6 120", "u8[2,3] 1 2 3 4 5 6");
    GIVES("reduce_max[axes=[0]]", "i32[2] -1 7", "i32[2,2] -5 7 -1 2");
    GIVES("reduce_min[axes=[0]]", "u64[2] 1 2", "u64[2,2] 1 7 5 2");
    GIVES("reduce_and[axes=[0]]", "bool[2] 0 1", "bool[2,2] 0 1 1 1");
    GIVES("reduce_or[axes=[0]]", "bool[2] 1 0", "bool[2,2] 0 0 1 0");
    GIVES("reduce_and[axes=[0]]", "u32[] 2", "u32[2] 3 6");
    GIVES("reduce_or[axes=[0]]", "i32[] 7", "i32[2] 3 6");
    GIVES("reduce_max[axes=[0]]", "bool[] 1", "bool[2] 0 1");
    GIVES("reduce_sum[axes=[]]", "f32[2] 1 2", "f32[2] 1 2");
}

Test(reduce, nothing_combined_gives_the_neutral_element)
{
    GIVES("reduce_sum[axes=[0]]", "f32[2] 0 0", "f32[0,2]");
    GIVES("reduce_prod[axes=[0]]", "i32[] 1", "i32[0]");
    GIVES("reduce_max[axes=[0]]", "f64[] -inf", "f64[0]");
    GIVES("reduce_min[axes=[0]]", "f32[] inf", "f32[0]");
    GIVES("reduce_max[axes=[0]]", "i32[] -2147483648", "i32[0]");
    GIVES("reduce_min[axes=[0]]", "i64[] 9223372036854775807", "i64[0]");
    GIVES("reduce_max[axes=[0]]", "u8[] 0", "u8[0]");
    GIVES("reduce_max[axes=[0]]", "bool[] 0", "bool[0]");
    GIVES("reduce_min[axes=[0]]", "bool[] 1", "bool[0]");
    GIVES("reduce_and[axes=[0]]", "u8[] 255", "u8[0]");
    GIVES("reduce_and[axes=[0]]", "i32[] -1", "i32[0]");
    GIVES("reduce_or[axes=[0]]", "bool[] 0", "bool[0]");
    GIVES("reduce_sum[axes=[0]]", "f32[0]", "f32[3,0]");
}

Test(reduce, nan_prevails_and_integers_wrap)
{
    GIVES("reduce_max[axes=[0]]", "f32[] nan", "f32[3] 1 nan 3");
    GIVES("reduce_min[axes=[0]]", "f64[] nan", "f64[3] nan 1 3");
    GIVES("reduce_sum[axes=[0]]", "u8[] 4", "u8[2] 250 10");
    GIVES("reduce_sum[axes=[0]]", "i32[] -2147483648", "i32[2] 2147483647 1");
    GIVES("reduce_sum[axes=[0]]", "f32[] inf", "f32[3] 3e38 3e38 -3e38");
}

/* Lengths around every boundary in the kernel: blocks, groups of rows, axes that are not
 * adjacent. */
Test(reduce, lengths_and_widths_of_every_kind_add_up)
{
    static const int64_t sizes[] = {1, 2, 3, 5, 31, 32, 33, 64, 127, 128, 129, 300, 1000};
    TEST_POOL(p);
    for (size_t a = 0; a < sizeof sizes / sizeof *sizes; a++)
        for (size_t b = 0; b < sizeof sizes / sizeof *sizes; b++)
            for (int axes = 1; axes < 8; axes++) {
                ir_type t = ir_type_make(IR_i64, 3, (int64_t[]){2, sizes[a], sizes[b]});
                test_arrays in = {0}, out;
                test_arrays_add(&p, &in, test_array_random(&p, &t, a * 100 + b, -1000, 1000));
                int64_t list[3], want[2] = {0}, *x = in.at[0].data;
                int n = 0;
                for (int d = 0; d < 3; d++)
                    if (axes >> d & 1)
                        list[n++] = d;
                IR_AUTO_GRAPH g = ir_graph_new("sum");
                ir_value *y = b_reduce(g, &op_reduce_sum, ir_input(g, &t), n, list);
                ir_outputs(g, &y, 1);
                cr_assert(test_eval(&p, g, &in, &out), "%s", ir_error());
                /* Compares sums with weights, which tell positions apart. */
                for (int64_t i = 0, k = 0; i < 2 * sizes[a] * sizes[b]; i++) {
                    int64_t at[] = {i / (sizes[a] * sizes[b]), i / sizes[b] % sizes[a],
                                    i % sizes[b]};
                    k = 0;
                    for (int d = 0; d < 3; d++)
                        if (!(axes >> d & 1))
                            k = k * t.dim[d] + at[d];
                    want[0] += x[i] * (k + 1);
                }
                for (int64_t k = 0; k < ir_type_count(&y->type); k++)
                    want[1] += ((int64_t *)out.at[0].data)[k] * (k + 1);
                cr_expect_eq(want[0], want[1], "%s over axes %s", ir_type_tmp(&t),
                             ir_ints_tmp(list, n));
                test_pool_free(&p);
            }
}

Test(reduce, a_long_sum_of_f32_keeps_its_digits)
{
    TEST_POOL(p);
    for (int axis = 0; axis < 2; axis++) {
        ir_type t = ir_type_make(IR_f32, 2, (int64_t[]){1000000, 3});
        if (axis)
            t = ir_type_make(IR_f32, 2, (int64_t[]){2, 1000000});
        test_arrays in = {0}, out;
        test_arrays_add(&p, &in, test_array_random(&p, &t, 9, 0, 1));
        IR_AUTO_GRAPH g = ir_graph_new("sum");
        int64_t axes = axis;
        ir_value *y = b_reduce(g, &op_reduce_sum, ir_input(g, &t), 1, &axes);
        ir_outputs(g, &y, 1);
        cr_assert(test_eval(&p, g, &in, &out), "%s", ir_error());
        double exact = 0;
        for (int64_t k = 0; k < 1000000; k++)
            exact += test_get(&in.at[0], axis ? k : 3 * k);
        double got = test_get(&out.at[0], 0);
        cr_expect(fabs(got - exact) < 1e-6 * exact, "axis %d: %.9g is not %.9g", axis, got, exact);
    }
}

Test(reduce, arguments_are_the_first_extreme_and_nan_comes_first)
{
    GIVES("argmax[axes=[1], index_dtype=i32]", "i32[2] 1 0", "f32[2,3] 1 3 3 2 1 2");
    GIVES("argmin[axes=[0], index_dtype=i64]", "i64[3] 0 0 1", "f32[2,3] 1 1 3 2 1 2");
    GIVES("argmax[axes=[0], index_dtype=i32]", "i32[] 1", "f64[4] 1 nan 5 nan");
    GIVES("argmin[axes=[0], index_dtype=u8]", "u8[] 2", "f64[3] 1 0 nan");
    GIVES("argmax[axes=[0], index_dtype=i32]", "i32[] 0", "f64[2] -inf -inf");
    GIVES("argmax[axes=[0], index_dtype=i32]", "i32[] 1", "bool[3] 0 1 1");
    GIVES("argmin[axes=[0], index_dtype=i32]", "i32[] 1", "u64[2] 18446744073709551615 0");
    GIVES("argmax[axes=[1], index_dtype=i32]", "i32[0]", "f32[0,3]");
}

Test(reduce, cumulations_run_along_their_axis_either_way)
{
    GIVES("cumsum[axis=0, reverse=false]", "i32[4] 1 3 6 10", "i32[4] 1 2 3 4");
    GIVES("cumsum[axis=0, reverse=true]", "i32[4] 10 9 7 4", "i32[4] 1 2 3 4");
    GIVES("cumsum[axis=0, reverse=false]", "f32[2,2] 1 2 4 6", "f32[2,2] 1 2 3 4");
    GIVES("cumsum[axis=1, reverse=true]", "f64[2,2] 3 2 7 4", "f64[2,2] 1 2 3 4");
    GIVES("cumprod[axis=0, reverse=false]", "u8[3] 100 200 88", "u8[3] 100 2 3");
    GIVES("cummax[axis=0, reverse=false]", "f32[5] 1 3 3 nan nan", "f32[5] 1 3 2 nan 5");
    GIVES("cummin[axis=0, reverse=true]", "i32[3] 1 1 2", "i32[3] 3 1 2");
    GIVES("cumsum[axis=1, reverse=true]", "f32[2,0]", "f32[2,0]");
}

/* ---- rules -------------------------------------------------------------------------------- */

Test(reduce, rules_of_sums)
{
    rules_hold("f64[4]", "reduce_sum[axes=[0]]", "f64[]");
    rules_hold("f64[2,3,4]", "reduce_sum[axes=[1]]", "f64[2,4]");
    rules_hold("f64[2,3,4]", "reduce_sum[axes=[2,0]]", "f64[3]");
    rules_hold("f64[2,1]", "reduce_sum[axes=[1]]", "f64[2]");
    rules_hold("f64[2,0]", "reduce_sum[axes=[1]]", "f64[2]");
    rules_hold("f64[2]", "reduce_sum[axes=[]]", "f64[2]");
    rules_hold("i32[2,3]", "reduce_sum[axes=[0]]", "i32[3]");
}

Test(reduce, rules_of_products_and_extremes)
{
    rules_hold("f64[5]", "reduce_prod[axes=[0]]", "f64[]");
    rules_hold("f64[2,3,4]", "reduce_prod[axes=[2,0]]", "f64[3]");
    rules_hold("f64[2,1]", "reduce_prod[axes=[1]]", "f64[2]");
    rules_hold("f64[2,0]", "reduce_prod[axes=[1]]", "f64[2]");
    rules_hold("f64[3,0]", "reduce_prod[axes=[0]]", "f64[0]");
    rules_hold("f64[5]", "reduce_max[axes=[0]]", "f64[]");
    rules_hold("f64[2,3,4]", "reduce_max[axes=[1]]", "f64[2,4]");
    rules_hold("f64[2,3,4]", "reduce_min[axes=[2,0]]", "f64[3]");
    rules_hold("f64[2,1]", "reduce_min[axes=[1]]", "f64[2]");
    rules_hold("bool[2,3]", "reduce_and[axes=[1]]", "bool[2]");
    rules_hold("bool[2,3]", "reduce_or[axes=[0]]", "bool[3]");
    rules_hold("i32[2,3]", "reduce_or[axes=[0,1]]", "i32[]");
}

Test(reduce, rules_of_arguments)
{
    rules_hold("f64[5]", "argmax[axes=[0], index_dtype=i32]", "i32[]");
    rules_hold("f64[2,3,4]", "argmin[axes=[1], index_dtype=i64]", "i64[2,4]");
    rules_hold("i32[2,3]", "argmax[axes=[1], index_dtype=i32]", "i32[2]");
}

Test(reduce, rules_of_cumulations)
{
    static const char *const names[] = {"cumsum", "cumprod", "cummax", "cummin"};
    for (int k = 0; k < 4; k++)
        for (int reverse = 0; reverse < 2; reverse++)
            for (int axis = 0; axis < 2; axis++) {
                char equation[80];
                snprintf(equation, sizeof equation, "%s[axis=%d, reverse=%s]", names[k], axis,
                         reverse ? "true" : "false");
                rules_hold("f64[2,5]", equation, "f64[2,5]");
                rules_hold("f64[6,1]", equation, "f64[6,1]");
                rules_hold("f64[0,2]", equation, "f64[0,2]");
            }
}

/* The jvp of an equation with one f64 operand, at x along t. */
static void check_tangent(const char *equation, const char *x, const char *t, const char *want)
{
    TEST_POOL(p);
    test_arrays in = {0}, out;
    test_arrays_add(&p, &in, test_array_read(&p, x));
    test_arrays_add(&p, &in, test_array_read(&p, t));
    test_array expected = test_array_read(&p, want);
    IR_AUTO_GRAPH g =
        rules_graph(ir_type_tmp(&in.at[0].type), equation, ir_type_tmp(&expected.type));
    cr_assert(g, "%s", ir_error());
    IR_AUTO_GRAPH jvp = test_jvp(g);
    cr_assert(jvp && test_eval(&p, jvp, &in, &out), "%s", ir_error());
    test_close(equation, &out.at[1], &expected, (test_tolerance){TEST_REL, 1e-15});
}

Test(reduce, derivatives_where_division_or_a_single_winner_would_fail)
{
    /* Products whose factors include zeros. */
    check_tangent("reduce_prod[axes=[0]]", "f64[3] 2 0 3", "f64[3] 1 10 100", "f64[] 60");
    check_tangent("reduce_prod[axes=[0]]", "f64[3] 0 0 3", "f64[3] 1 10 100", "f64[] 0");
    check_tangent("cumprod[axis=0, reverse=false]", "f64[3] 2 0 3", "f64[3] 1 10 100",
                  "f64[3] 1 20 60");
    /* Equal extremes share the cotangent: evenly in a reduction, by pairs in a
     * cumulative function. */
    check_tangent("reduce_max[axes=[0]]", "f64[4] 1 5 5 5", "f64[4] 100 1 2 6", "f64[] 3");
    check_tangent("cummax[axis=0, reverse=false]", "f64[3] 5 5 5", "f64[3] 4 8 16",
                  "f64[3] 4 6 11");
}

/* ---- errors ------------------------------------------------------------------------------- */

Test(reduce, what_cannot_be_reduced_is_refused_in_terms_of_types)
{
    rules_refuse("f32[2]", "reduce_sum[axes=[1]]", "f32[2]", "axes 1 is not a dimension of f32[2]");
    rules_refuse("f32[2,2]", "reduce_sum[axes=[1,1]]", "f32[2]", "twice");
    rules_refuse("bool[2]", "reduce_sum[axes=[0]]", "bool[]", "numbers, but is given bool[2]");
    rules_refuse("f32[2]", "reduce_or[axes=[0]]", "f32[]", "bool or integers");
    rules_refuse("f32[2,0]", "argmax[axes=[1], index_dtype=i32]", "i32[2]",
                 "axis 1 of f32[2,0] is empty");
    rules_refuse("f32[2,2]", "argmax[axes=[0,1], index_dtype=i32]", "i32[]",
                 "takes exactly one axis");
    rules_refuse("f32[2]", "argmin[axes=[0], index_dtype=f32]", "f32[]", "type f32");
    rules_refuse("f32[2]", "cumsum[axis=-1, reverse=false]", "f32[2]", "not a dimension of f32[2]");
    rules_refuse("bool[2]", "cummax[axis=0, reverse=false]", "bool[2]", "numbers");
}

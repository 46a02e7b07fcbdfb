/* dynamic_slice, dynamic_update_slice. */
#include <criterion/criterion.h>

#include "ops/ops.h"
#include "tests/rules.h"

TestSuite(index, .init = ops_init);

/* ---- values ------------------------------------------------------------------------------- */

Test(index, a_start_out_of_range_is_moved_so_that_the_block_fits)
{
    GIVES("dynamic_slice[slice_sizes=[2]]", "i32[2] 2 3", "i32[4] 1 2 3 4", "i32[] 1");
    GIVES("dynamic_slice[slice_sizes=[2]]", "i32[2] 3 4", "i32[4] 1 2 3 4", "i32[] 9");
    GIVES("dynamic_slice[slice_sizes=[2]]", "i32[2] 1 2", "i32[4] 1 2 3 4", "i64[] -1");
    GIVES("dynamic_slice[slice_sizes=[2]]", "i32[2] 3 4", "i32[4] 1 2 3 4",
          "u64[] 18446744073709551615");
    GIVES("dynamic_slice[slice_sizes=[1,2]]", "f32[1,2] 5 6", "f32[2,3] 1 2 3 4 5 6", "i32[] 7",
          "u8[] 255");
    GIVES("dynamic_slice[slice_sizes=[0]]", "f32[0]", "f32[2] 1 2", "i32[] 1");
}

Test(index, an_update_overwrites_a_block_that_fits)
{
    GIVES("dynamic_update_slice", "i32[4] 1 8 9 4", "i32[4] 1 2 3 4", "i32[2] 8 9", "i32[] 1");
    GIVES("dynamic_update_slice", "i32[4] 1 2 8 9", "i32[4] 1 2 3 4", "i32[2] 8 9", "i32[] 3");
    GIVES("dynamic_update_slice", "i32[4] 8 9 3 4", "i32[4] 1 2 3 4", "i32[2] 8 9", "i64[] -5");
    GIVES("dynamic_update_slice", "i32[2,3] 1 2 3 4 7 8", "i32[2,3] 1 2 3 4 5 6", "i32[1,2] 7 8",
          "i32[] 1", "i32[] 1");
    GIVES("dynamic_update_slice", "f32[] 2", "f32[] 1", "f32[] 2");
    GIVES("dynamic_update_slice", "u8[2] 1 2", "u8[2] 1 2", "u8[0]", "i32[] 1");
}

/* ---- rules -------------------------------------------------------------------------------- */

Test(index, rules_of_dynamic_slice)
{
    rules_hold("f64[5] i32[]", "dynamic_slice[slice_sizes=[2]]", "f64[2]");
    rules_hold("f64[4,5] i32[] i64[]", "dynamic_slice[slice_sizes=[2,3]]", "f64[2,3]");
    rules_hold("f64[4,5] i32[] u8[]", "dynamic_slice[slice_sizes=[4,1]]", "f64[4,1]");
    rules_hold("f64[3] u64[]", "dynamic_slice[slice_sizes=[3]]", "f64[3]");
    rules_hold("f64[3] u64[]", "dynamic_slice[slice_sizes=[0]]", "f64[0]");
    rules_hold("f64[]", "dynamic_slice[slice_sizes=[]]", "f64[]");
}

Test(index, rules_of_dynamic_update_slice)
{
    rules_hold("f64[5] f64[2] i32[]", "dynamic_update_slice", "f64[5]");
    rules_hold("f64[4,5] f64[2,3] i32[] u64[]", "dynamic_update_slice", "f64[4,5]");
    rules_hold("f64[3,2] f64[1,2] i32[] i32[]", "dynamic_update_slice", "f64[3,2]");
    rules_hold("f64[3] f64[3] i32[]", "dynamic_update_slice", "f64[3]");
    rules_hold("f64[3] f64[0] i32[]", "dynamic_update_slice", "f64[3]");
    rules_hold("f64[] f64[]", "dynamic_update_slice", "f64[]");
}

/* The simplifier leaves it alone, because the result is not weak and the update is. */
Test(index, a_compiled_update_of_a_scalar_gives_the_update)
{
    TEST_POOL(p);
    test_arrays in = {0}, out = {0};
    ops_init();
    IR_AUTO_GRAPH g = ir_parse("graph f(x: f32[], u: ~f32[]) {\n"
                               "  y: f32[] = dynamic_update_slice x u\n"
                               "  return y\n"
                               "}",
                               "test");
    cr_assert(g, "%s", ir_error());
    test_arrays_add(&p, &in, test_array_read(&p, "f32[] 1"));
    test_arrays_add(&p, &in, test_array_read(&p, "f32[] 2"));
    cr_assert(test_jit(&p, g, &in, &out), "%s", ir_error());
    cr_expect_eq(test_get(&out.at[0], 0), 2);
}

/* ---- errors ------------------------------------------------------------------------------- */

Test(index, what_does_not_fit_is_refused_in_terms_of_shapes)
{
    rules_refuse("f32[3] i32[]", "dynamic_slice[slice_sizes=[4]]", "f32[4]",
                 "sizes (4,) does not fit into f32[3]");
    rules_refuse("f32[3] f32[]", "dynamic_slice[slice_sizes=[1]]", "f32[1]",
                 "indices must be integers, but are f32[]");
    rules_refuse("f32[3] i32[1]", "dynamic_slice[slice_sizes=[1]]", "f32[1]",
                 "must be a scalar, but is i32[1]");
    rules_refuse("f32[3]", "dynamic_slice[slice_sizes=[1]]", "f32[1]", "needs 1 start indices");
    rules_refuse("f32[3] f64[1] i32[]", "dynamic_update_slice", "f32[3]",
                 "f64[1] is not a block of f32[3]");
    rules_refuse("f32[3] f32[4] i32[]", "dynamic_update_slice", "f32[3]",
                 "(4,) does not fit into f32[3]");
}

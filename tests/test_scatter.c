/* gather and the scatters: values, rules, errors. */
#include <criterion/criterion.h>

#include "ops/ops.h"
#include "tests/rules.h"

TestSuite(scatter, .init = ops_init);

/* Single elements of a vector; rows of a matrix; elements of a matrix, at pairs of indices. The
 * modes: 0 clip, 1 fill_or_drop, 2 promise_in_bounds. */
#define ELEMENTS                                                                                   \
    "collapsed_slice_dims=[0], start_index_map=[0], index_vector_dim=1, slice_sizes=[1]"
#define ROWS                                                                                       \
    "offset_dims=[1], collapsed_slice_dims=[0], start_index_map=[0], index_vector_dim=1, "         \
    "slice_sizes=[1,2]"
#define PAIRS                                                                                      \
    "collapsed_slice_dims=[0,1], start_index_map=[0,1], index_vector_dim=1, slice_sizes=[1,1]"
#define LANES                                                                                      \
    "collapsed_slice_dims=[1], start_index_map=[1], operand_batching_dims=[0], "                   \
    "start_indices_batching_dims=[0], index_vector_dim=2, slice_sizes=[1,1]"

#define TO_ELEMENTS "inserted_window_dims=[0], scatter_dims_to_operand_dims=[0], index_vector_dim=1"
#define TO_ROWS                                                                                    \
    "update_window_dims=[1], inserted_window_dims=[0], scatter_dims_to_operand_dims=[0], "         \
    "index_vector_dim=1"
#define TO_PAIRS                                                                                   \
    "inserted_window_dims=[0,1], scatter_dims_to_operand_dims=[0,1], index_vector_dim=1"
#define TO_WINDOWS "update_window_dims=[0], scatter_dims_to_operand_dims=[0], index_vector_dim=0"
#define TO_LANES                                                                                   \
    "inserted_window_dims=[1], scatter_dims_to_operand_dims=[1], operand_batching_dims=[0], "      \
    "scatter_indices_batching_dims=[0], index_vector_dim=2"

/* ---- values ------------------------------------------------------------------------------- */

Test(scatter, gather_clips_fills_or_trusts_indices_out_of_range)
{
    GIVES("gather[" ELEMENTS "]", "i32[4] 30 10 10 30", "i32[3] 10 20 30", "i32[4] 2 0 -1 5");
    GIVES("gather[" ELEMENTS ", mode=1, fill_value=7]", "i32[4] 30 10 7 7", "i32[3] 10 20 30",
          "i32[4] 2 0 -1 3");
    GIVES("gather[" ELEMENTS ", mode=2, fill_value=7]", "i32[4] 30 10 10 30", "i32[3] 10 20 30",
          "i32[4] 2 0 -1 5");
    GIVES("gather[" ELEMENTS ", mode=1]", "f32[2] 0 2", "f32[2] 1 2", "i8[2] -128 1");
    GIVES("gather[" ELEMENTS ", mode=1, fill_value=true]", "bool[2] 1 0", "bool[2] 1 0",
          "u8[2] 255 1");
    GIVES("gather[" ROWS ", mode=1, fill_value=9]", "u8[3,2] 3 4 9 9 1 2", "u8[2,2] 1 2 3 4",
          "i64[3] 1 2 0");
}

Test(scatter, gather_reads_windows_at_index_vectors)
{
    GIVES("gather[" PAIRS "]", "i32[3] 6 1 4", "i32[2,3] 1 2 3 4 5 6", "i32[3,2] 1 2 0 0 1 0");
    GIVES("gather[collapsed_slice_dims=[0,1], start_index_map=[1,0], index_vector_dim=0, "
          "slice_sizes=[1,1]]",
          "i32[3] 6 1 4", "i32[2,3] 1 2 3 4 5 6", "i32[2,3] 2 0 0 1 0 1");
    GIVES("gather[offset_dims=[0], start_index_map=[0], index_vector_dim=0, slice_sizes=[2]]",
          "i32[2] 2 3", "i32[3] 1 2 3", "i32[] 1");
    GIVES("gather[offset_dims=[1], start_index_map=[0], index_vector_dim=1, slice_sizes=[2]]",
          "i32[2,2] 1 2 2 3", "i32[3] 1 2 3", "i32[2] -4 9");
    GIVES("gather[offset_dims=[0], start_index_map=[0], index_vector_dim=1, slice_sizes=[2], "
          "mode=1]",
          "i32[2,2] 0 2 0 3", "i32[3] 1 2 3", "i32[2] 2 1");
    GIVES("gather[" LANES "]", "i32[2,1] 3 4", "i32[2,3] 1 2 3 4 5 6", "i32[2,1] 2 0");
    GIVES("gather[offset_dims=[0,2], collapsed_slice_dims=[1], start_index_map=[1], "
          "index_vector_dim=1, slice_sizes=[2,1,2]]",
          "u8[2,1,2] 3 4 7 8", "u8[2,2,2] 1 2 3 4 5 6 7 8", "u8[1] 1");
    GIVES("gather[offset_dims=[0], index_vector_dim=0, slice_sizes=[2]]", "f64[2] 1 2",
          "f64[2] 1 2", "i32[0]");
    GIVES("gather[" ELEMENTS "]", "f32[1] 2", "f32[2] 1 2", "u64[1] 18446744073709551615");
    GIVES("gather[collapsed_slice_dims=[0], start_index_map=[0], index_vector_dim=1, "
          "slice_sizes=[1]]",
          "f32[0]", "f32[0]", "i32[0]");
}

Test(scatter, updates_that_meet_are_combined_in_order)
{
    GIVES("scatter_add[" TO_ELEMENTS "]", "i32[3] 15 20 36", "i32[3] 10 20 30", "i32[4] 2 0 -1 5",
          "i32[4] 1 2 3 5");
    GIVES("scatter[" TO_ELEMENTS "]", "i32[3] 3 20 5", "i32[3] 10 20 30", "i32[4] 2 0 -1 5",
          "i32[4] 1 2 3 5");
    GIVES("scatter_sub[" TO_ELEMENTS "]", "u8[2] 254 2", "u8[2] 1 2", "i32[2] 0 0", "u8[2] 1 2");
    GIVES("scatter_mul[" TO_ELEMENTS "]", "f64[2] 12 3", "f64[2] 2 3", "u32[2] 0 0", "f64[2] 2 3");
    GIVES("scatter_min[" TO_ELEMENTS "]", "i16[2] -3 2", "i16[2] 1 2", "i16[3] 0 0 1",
          "i16[3] -3 7 2");
    GIVES("scatter_max[" TO_ELEMENTS "]", "bool[2] 1 0", "bool[2] 0 0", "i32[2] 0 0",
          "bool[2] 1 0");
    GIVES("scatter_max[" TO_ELEMENTS "]", "f32[2] nan 0", "f32[2] 1 -0", "i32[3] 0 0 1",
          "f32[3] nan 7 0");
    GIVES("scatter_add[" TO_ELEMENTS "]", "u8[1] 4", "u8[1] 250", "i32[1] 0", "u8[1] 10");
}

Test(scatter, updates_out_of_range_are_clipped_or_dropped)
{
    GIVES("scatter_add[" TO_ELEMENTS ", mode=1]", "i32[3] 12 20 31", "i32[3] 10 20 30",
          "i32[4] 2 0 -1 3", "i32[4] 1 2 3 5");
    GIVES("scatter[" TO_ELEMENTS ", mode=2]", "i32[3] 2 20 1", "i32[3] 10 20 30",
          "i64[4] 2 0 -9223372036854775808 9223372036854775807", "i32[4] 1 2 3 5");
    GIVES("scatter[" TO_ELEMENTS ", mode=1]", "i32[2] 1 2", "i32[2] 1 2",
          "u64[1] 18446744073709551615", "i32[1] 5");
    GIVES("scatter[" TO_ELEMENTS "]", "i32[2] 1 5", "i32[2] 1 2", "u64[1] 18446744073709551615",
          "i32[1] 5");
    GIVES("scatter[" TO_WINDOWS "]", "i32[3] 1 8 9", "i32[3] 1 2 3", "i32[1] 2", "i32[2] 8 9");
    GIVES("scatter[" TO_WINDOWS ", mode=1]", "i32[3] 1 2 3", "i32[3] 1 2 3", "i32[1] 2",
          "i32[2] 8 9");
    GIVES("scatter_add[" TO_ELEMENTS ", mode=1]", "f32[0]", "f32[0]", "i32[2] 0 1", "f32[2] 1 2");
}

Test(scatter, updates_go_to_windows_at_index_vectors)
{
    GIVES("scatter_add[" TO_PAIRS "]", "i32[2,2] 11 2 3 24", "i32[2,2] 1 2 3 4", "i32[2,2] 1 1 0 0",
          "i32[2] 20 10");
    GIVES("scatter_add[" TO_LANES "]", "i32[2,2] 1 12 23 4", "i32[2,2] 1 2 3 4", "i32[2,1] 1 0",
          "i32[2,1] 10 20");
    GIVES("scatter_add[" TO_ROWS "]", "f32[2,2] 1 2 15 18", "f32[2,2] 1 2 3 4", "i32[2] 1 1",
          "f32[2,2] 5 6 7 8");
    GIVES("scatter[update_window_dims=[0,1], inserted_window_dims=[0], "
          "scatter_dims_to_operand_dims=[0], index_vector_dim=1]",
          "i32[2,2,2] 1 2 3 4 9 8 7 6", "i32[2,2,2] 1 2 3 4 5 6 7 8", "i32[1] 1",
          "i32[2,2,1] 9 8 7 6");
    GIVES("scatter_add[index_vector_dim=1]", "f32[] 6", "f32[] 1", "i32[2,0]", "f32[2] 2 3");
    GIVES("scatter[index_vector_dim=0]", "f32[] 2", "f32[] 1", "i32[0]", "f32[] 2");
}

/* ---- rules -------------------------------------------------------------------------------- */

Test(scatter, rules_of_gather)
{
    rules_hold("f64[5] i32[4]", "gather[" ELEMENTS "]", "f64[4]");
    rules_hold("f64[5] i32[4]", "gather[" ELEMENTS ", mode=1, fill_value=0x1p+1]", "f64[4]");
    rules_hold("f64[5,2] i64[2]", "gather[" ROWS ", mode=2]", "f64[2,2]");
    rules_hold("f64[3,4] i32[5,2]", "gather[" PAIRS ", mode=1]", "f64[5]");
    rules_hold("f64[2,5,3] i64[2,2]",
               "gather[offset_dims=[0,3], collapsed_slice_dims=[1], start_index_map=[1], "
               "index_vector_dim=2, slice_sizes=[2,1,3]]",
               "f64[2,2,2,3]");
    rules_hold("f64[2,5] i32[2,3]", "gather[" LANES "]", "f64[2,3]");
    rules_hold("f64[4,2] i32[]",
               "gather[offset_dims=[0], collapsed_slice_dims=[0], start_index_map=[0], "
               "index_vector_dim=0, slice_sizes=[1,2]]",
               "f64[2]");
    rules_hold("f64[3,4,2] i32[2,2,3]",
               "gather[offset_dims=[1], collapsed_slice_dims=[1], start_index_map=[2,1], "
               "operand_batching_dims=[0], start_indices_batching_dims=[2], index_vector_dim=1, "
               "slice_sizes=[1,1,2]]",
               "f64[2,2,3]");
    rules_hold("f64[0,2] i32[0]", "gather[" ROWS "]", "f64[0,2]");
    rules_hold("f64[4] i32[3]",
               "gather[offset_dims=[1], start_index_map=[0], index_vector_dim=1, slice_sizes=[2], "
               "mode=1]",
               "f64[3,2]");
}

#define EACH_SCATTER(X)                                                                            \
    X("scatter")                                                                                   \
    X("scatter_add") X("scatter_sub") X("scatter_mul") X("scatter_min") X("scatter_max")

#define HOLDS(name)                                                                                \
    rules_hold("f64[5] i32[3] f64[3]", name "[" TO_ELEMENTS "]", "f64[5]");                        \
    rules_hold("f64[3] i32[6] f64[6]", name "[" TO_ELEMENTS ", mode=1]", "f64[3]");                \
    rules_hold("f64[4,2] i64[3] f64[3,2]", name "[" TO_ROWS ", mode=2]", "f64[4,2]");              \
    rules_hold("f64[3,4] i32[5,2] f64[5]", name "[" TO_PAIRS "]", "f64[3,4]");                     \
    rules_hold("f64[2,5] u8[2,3] f64[2,3]", name "[" TO_LANES "]", "f64[2,5]");                    \
    rules_hold("f64[4] i32[1] f64[2]", name "[" TO_WINDOWS "]", "f64[4]");                         \
    rules_hold("f64[2,3,5,2] i32[2,4] f64[2,3,4,2]",                                               \
               name "[update_window_dims=[1,3], inserted_window_dims=[2], "                        \
                    "scatter_dims_to_operand_dims=[2], operand_batching_dims=[0], "                \
                    "scatter_indices_batching_dims=[0], index_vector_dim=2]",                      \
               "f64[2,3,5,2]");                                                                    \
    rules_hold("f64[] i32[2,0] f64[2]", name "[index_vector_dim=1]", "f64[]");                     \
    rules_hold("f64[3] i32[0] f64[0]", name "[" TO_ELEMENTS "]", "f64[3]");                        \
    rules_hold("f64[0] i32[2] f64[2]", name "[" TO_ELEMENTS ", mode=1]", "f64[0]");

Test(scatter, rules_of_the_scatters){EACH_SCATTER(HOLDS)}

/* ---- errors ------------------------------------------------------------------------------- */

Test(scatter, what_does_not_fit_is_refused_in_terms_of_shapes)
{
    rules_refuse("f32[3] i32[2]",
                 "gather[collapsed_slice_dims=[1], start_index_map=[0], index_vector_dim=1, "
                 "slice_sizes=[1]]",
                 "f32[2]", "collapsed_slice_dims (1,): 1 is not a dimension of the operand f32[3]");
    rules_refuse("f32[3,2] i32[2,2]",
                 "gather[collapsed_slice_dims=[1], start_index_map=[1], operand_batching_dims=[0], "
                 "start_indices_batching_dims=[0], index_vector_dim=2, slice_sizes=[1,1]]",
                 "f32[3,2]", "must have the same sizes");
    rules_refuse("f32[3] bool[2]", "gather[" ELEMENTS "]", "f32[2]",
                 "must be integers, but are bool[2]");
    rules_refuse("f32[0] i32[2]", "gather[" ELEMENTS "]", "f32[2]",
                 "windows of sizes (1,) do not fit into f32[0]");
    GIVES("gather[" ELEMENTS ", mode=1, fill_value=0x1p+1]", "f32[2] 2 2", "f32[0]", "i32[2] 0 1");
    rules_refuse("f32[3] i32[2]", "gather[" ELEMENTS ", mode=3]", "f32[2]", "mode 3 must be 0");
    rules_refuse("f32[3] i32[2,2]", "gather[" ELEMENTS "]", "f32[2]",
                 "have 2 components, but start_index_map (0,) has 1 dimensions");
    rules_refuse("f32[3] i32[2]",
                 "gather[start_index_map=[0], index_vector_dim=1, slice_sizes=[1]]", "f32[2]",
                 "have 0 dimensions in all, but the operand f32[3] has 1");
    rules_refuse("f32[3,2] i32[2]",
                 "gather[offset_dims=[2], collapsed_slice_dims=[0], start_index_map=[0], "
                 "index_vector_dim=1, slice_sizes=[1,2]]",
                 "f32[2,2]", "2 is not a dimension of the result");
    rules_refuse("f32[3,2] i32[2]",
                 "gather[offset_dims=[1], collapsed_slice_dims=[0], start_index_map=[0], "
                 "index_vector_dim=1, slice_sizes=[2,2]]",
                 "f32[2,2]", "must be 1 along dimension 0");
    rules_refuse("f32[3,2] i32[2]",
                 "gather[offset_dims=[1,0], start_index_map=[0], index_vector_dim=1, "
                 "slice_sizes=[1,2]]",
                 "f32[2,2]", "ascending order");
    rules_refuse("f32[3,2] i32[2,2]",
                 "gather[collapsed_slice_dims=[0,1], start_index_map=[0,0], index_vector_dim=1, "
                 "slice_sizes=[1,1]]",
                 "f32[2]", "name a dimension twice");
    rules_refuse("f32[3] i32[2] f32[3]", "scatter_add[" TO_ELEMENTS "]", "f32[3]",
                 "must be f32[2], but are f32[3]");
    rules_refuse("f32[3] i32[2] f64[2]", "scatter[" TO_ELEMENTS "]", "f32[3]",
                 "must be f32[2], but are f64[2]");
    rules_refuse("bool[3] i32[2] bool[2]", "scatter_add[" TO_ELEMENTS "]", "bool[3]", "numbers");
    rules_refuse("f32[0] i32[2] f32[2]", "scatter_add[" TO_ELEMENTS "]", "f32[0]",
                 "do not fit into f32[0]");
    rules_refuse("f32[3] i32[1] f32[4]", "scatter[" TO_WINDOWS "]", "f32[3]",
                 "windows of sizes (4,) do not fit into f32[3]");
}

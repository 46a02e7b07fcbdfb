/* iota, broadcast_in_dim, reshape, squeeze, expand_dims, transpose, rev, slice,
 * concatenate, pad. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "ops/shape.h"
#include "tests/rules.h"

TestSuite(shape, .init = ops_init);

/* ---- values ------------------------------------------------------------------------------- */

Test(shape, iota_counts_along_its_dimension)
{
    GIVES("iota[dtype=i32, shape=[2,3], dimension=1]", "i32[2,3] 0 1 2 0 1 2");
    GIVES("iota[dtype=f32, shape=[2,3], dimension=0]", "f32[2,3] 0 0 0 1 1 1");
    GIVES("iota[dtype=u8, shape=[0], dimension=0]", "u8[0]");
}

Test(shape, broadcast_repeats_along_new_dimensions_and_those_of_size_1)
{
    GIVES("broadcast_in_dim[shape=[2,3], broadcast_dimensions=[1]]", "i32[2,3] 1 2 3 1 2 3",
          "i32[3] 1 2 3");
    GIVES("broadcast_in_dim[shape=[2,3], broadcast_dimensions=[0]]", "i32[2,3] 1 1 1 2 2 2",
          "i32[2] 1 2");
    GIVES("broadcast_in_dim[shape=[2,2,2], broadcast_dimensions=[0,2]]",
          "f64[2,2,2] 1 1 1 1 2 2 2 2", "f64[2,1] 1 2");
    GIVES("broadcast_in_dim[shape=[2], broadcast_dimensions=[]]", "bool[2] 1 1", "bool[] 1");
    GIVES("broadcast_in_dim[shape=[0,2], broadcast_dimensions=[1]]", "u8[0,2]", "u8[2] 1 2");
}

Test(shape, reshape_squeeze_and_expand_keep_the_order)
{
    GIVES("reshape[new_sizes=[3,2]]", "i32[3,2] 1 2 3 4 5 6", "i32[2,3] 1 2 3 4 5 6");
    GIVES("reshape[new_sizes=[]]", "f32[] 7", "f32[1,1] 7");
    GIVES("squeeze[dimensions=[0,2]]", "i32[2] 1 2", "i32[1,2,1] 1 2");
    GIVES("expand_dims[dimensions=[0,2]]", "i32[1,2,1] 1 2", "i32[2] 1 2");
}

Test(shape, transpose_permutes)
{
    GIVES("transpose[permutation=[1,0]]", "i32[3,2] 1 4 2 5 3 6", "i32[2,3] 1 2 3 4 5 6");
    GIVES("transpose[permutation=[2,0,1]]", "u8[2,2,2] 1 3 5 7 2 4 6 8",
          "u8[2,2,2] 1 2 3 4 5 6 7 8");
    GIVES("transpose[permutation=[]]", "f64[] 3", "f64[] 3");
}

Test(shape, rev_turns_each_dimension_named)
{
    GIVES("rev[dimensions=[1]]", "i32[2,3] 3 2 1 6 5 4", "i32[2,3] 1 2 3 4 5 6");
    GIVES("rev[dimensions=[1,0]]", "i64[2,3] 6 5 4 3 2 1", "i64[2,3] 1 2 3 4 5 6");
    GIVES("rev[dimensions=[0]]", "f32[0]", "f32[0]");
}

Test(shape, slice_steps_from_start_to_limit)
{
    GIVES("slice[start_indices=[1], limit_indices=[6], strides=[2]]", "i32[3] 1 3 5",
          "i32[7] 0 1 2 3 4 5 6");
    GIVES("slice[start_indices=[0,1], limit_indices=[2,3], strides=[1,1]]", "i32[2,2] 2 3 5 6",
          "i32[2,3] 1 2 3 4 5 6");
    GIVES("slice[start_indices=[2], limit_indices=[2], strides=[1]]", "i32[0]", "i32[2] 1 2");
}

Test(shape, concatenate_lays_end_to_end)
{
    GIVES("concatenate[dimension=1]", "i32[2,3] 1 5 6 2 7 8", "i32[2,1] 1 2", "i32[2,2] 5 6 7 8");
    GIVES("concatenate[dimension=0]", "u8[3] 1 2 3", "u8[2] 1 2", "u8[0]", "u8[1] 3");
}

Test(shape, pad_fills_around_between_and_cuts_off)
{
    GIVES("pad[low=[1], high=[2], interior=[1]]", "i32[8] 9 1 9 2 9 3 9 9", "i32[3] 1 2 3",
          "i32[] 9");
    GIVES("pad[low=[-1], high=[-1], interior=[0]]", "i32[1] 2", "i32[3] 1 2 3", "i32[] 9");
    /* The slice cuts through the padding, so the result begins with padding. */
    GIVES("pad[low=[-1], high=[1], interior=[2]]", "i32[7] 9 9 2 9 9 3 9", "i32[3] 1 2 3",
          "i32[] 9");
    GIVES("pad[low=[2], high=[1], interior=[3]]", "f32[3] 9 9 9", "f32[0]", "f32[] 9");
    GIVES("pad[low=[-4], high=[5], interior=[0]]", "i32[4] 9 9 9 9", "i32[3] 1 2 3", "i32[] 9");
    GIVES("pad[low=[0,1], high=[1,-1], interior=[0,0]]", "i32[3,2] 9 1 9 3 9 9", "i32[2,2] 1 2 3 4",
          "i32[] 9");
}

/* All copies use one loop over tiles, with merged dimensions and odd strides. */
Test(shape, transposes_of_every_order_and_size_agree_with_their_definition)
{
    static const int64_t perms[][4] = {{3, 2, 1, 0}, {1, 0, 3, 2}, {0, 2, 3, 1}, {2, 0, 1, 3},
                                       {3, 0, 1, 2}, {0, 1, 3, 2}, {1, 2, 3, 0}};
    int64_t dim[] = {3, 40, 2, 37}, to[4], n = 3 * 40 * 2 * 37;
    for (size_t size = 1; size <= 8; size *= 2)
        for (size_t k = 0; k < sizeof perms / sizeof *perms; k++) {
            ir_type x = ir_type_make(IR_f32, 4, dim), y = x;
            unsigned char *in = ir_new((size_t)n * size), *out = ir_new((size_t)n * size);
            int64_t from[4], stride[4], permuted[4], bad = 0;
            for (int64_t i = 0; i < n * (int64_t)size; i++)
                in[i] = (unsigned char)(i * 7 + i / 251);
            for (int d = 0; d < 4; d++)
                y.dim[d] = dim[perms[k][d]];
            dense_strides(&x, from);
            dense_strides(&y, to);
            for (int d = 0; d < 4; d++)
                permuted[d] = from[perms[k][d]];
            strided_copy(size, 4, y.dim, out, to, in, permuted);
            for (int64_t i = 0; i < n; i++) {
                int64_t at = 0;
                for (int d = 0; d < 4; d++)
                    at += i / to[d] % y.dim[d] * permuted[d];
                bad += memcmp(out + i * (int64_t)size, in + at * (int64_t)size, size) != 0;
            }
            dense_strides(&y, stride);
            cr_expect(bad == 0, "permutation %zu at size %zu: %d wrong", k, size, (int)bad);
            free(in);
            free(out);
        }
}

/* ---- rules -------------------------------------------------------------------------------- */

Test(shape, rules_of_broadcast)
{
    rules_hold("f64[3]", "broadcast_in_dim[shape=[2,3], broadcast_dimensions=[1]]", "f64[2,3]");
    rules_hold("f64[3]", "broadcast_in_dim[shape=[3,2], broadcast_dimensions=[0]]", "f64[3,2]");
    rules_hold("f64[]", "broadcast_in_dim[shape=[2,2], broadcast_dimensions=[]]", "f64[2,2]");
    rules_hold("f64[1,4]", "broadcast_in_dim[shape=[2,3,4], broadcast_dimensions=[1,2]]",
               "f64[2,3,4]");
    rules_hold("f64[2,1]", "broadcast_in_dim[shape=[2,3], broadcast_dimensions=[0,1]]", "f64[2,3]");
    rules_hold("f64[2,3]", "broadcast_in_dim[shape=[2,3], broadcast_dimensions=[0,1]]", "f64[2,3]");
    rules_hold("f64[0]", "broadcast_in_dim[shape=[2,0], broadcast_dimensions=[1]]", "f64[2,0]");
    rules_hold("f64[1]", "broadcast_in_dim[shape=[0], broadcast_dimensions=[0]]", "f64[0]");
}

Test(shape, rules_of_reshape_squeeze_and_expand_dims)
{
    rules_hold("f64[2,6]", "reshape[new_sizes=[3,4]]", "f64[3,4]");
    rules_hold("f64[2,3]", "reshape[new_sizes=[2,1,3]]", "f64[2,1,3]");
    rules_hold("f64[1]", "reshape[new_sizes=[]]", "f64[]");
    rules_hold("f64[0,3]", "reshape[new_sizes=[5,0]]", "f64[5,0]");
    rules_hold("f64[1,2,1,3]", "squeeze[dimensions=[0,2]]", "f64[2,3]");
    rules_hold("f64[2,1]", "squeeze[dimensions=[1]]", "f64[2]");
    rules_hold("f64[2,3]", "expand_dims[dimensions=[0,3]]", "f64[1,2,3,1]");
    rules_hold("f64[2,3]", "expand_dims[dimensions=[1,2]]", "f64[2,1,1,3]");
    rules_hold("f64[]", "expand_dims[dimensions=[0]]", "f64[1]");
}

Test(shape, rules_of_transpose_and_rev)
{
    rules_hold("f64[2,3]", "transpose[permutation=[1,0]]", "f64[3,2]");
    rules_hold("f64[2,3,4]", "transpose[permutation=[2,0,1]]", "f64[4,2,3]");
    rules_hold("f64[2,3,4]", "transpose[permutation=[0,1,2]]", "f64[2,3,4]");
    rules_hold("f64[2,0]", "transpose[permutation=[1,0]]", "f64[0,2]");
    rules_hold("f64[2,3]", "rev[dimensions=[1]]", "f64[2,3]");
    rules_hold("f64[2,3]", "rev[dimensions=[0,1]]", "f64[2,3]");
    rules_hold("f64[1,3]", "rev[dimensions=[0]]", "f64[1,3]");
    rules_hold("f64[2]", "rev[dimensions=[]]", "f64[2]");
}

Test(shape, rules_of_slice)
{
    rules_hold("f64[7]", "slice[start_indices=[1], limit_indices=[6], strides=[2]]", "f64[3]");
    rules_hold("f64[4,5]", "slice[start_indices=[1,0], limit_indices=[3,5], strides=[1,3]]",
               "f64[2,2]");
    rules_hold("f64[3]", "slice[start_indices=[0], limit_indices=[3], strides=[1]]", "f64[3]");
    rules_hold("f64[3]", "slice[start_indices=[2], limit_indices=[2], strides=[1]]", "f64[0]");
    rules_hold("f64[]", "slice[start_indices=[], limit_indices=[], strides=[]]", "f64[]");
}

Test(shape, rules_of_concatenate)
{
    rules_hold("f64[2,1] f64[2,3] f64[2,2]", "concatenate[dimension=1]", "f64[2,6]");
    rules_hold("f64[2] f64[1]", "concatenate[dimension=0]", "f64[3]");
    rules_hold("f64[2] f64[0] f64[1]", "concatenate[dimension=0]", "f64[3]");
    rules_hold("f64[2]", "concatenate[dimension=0]", "f64[2]");
}

Test(shape, rules_of_pad)
{
    rules_hold("f64[3] f64[]", "pad[low=[1], high=[2], interior=[0]]", "f64[6]");
    rules_hold("f64[3] f64[]", "pad[low=[-1], high=[1], interior=[2]]", "f64[7]");
    rules_hold("f64[3] f64[]", "pad[low=[-4], high=[5], interior=[0]]", "f64[4]");
    rules_hold("f64[2,3] f64[]", "pad[low=[1,-1], high=[0,2], interior=[1,0]]", "f64[4,4]");
    rules_hold("f64[0] f64[]", "pad[low=[1], high=[1], interior=[3]]", "f64[2]");
    rules_hold("f64[2] f64[]", "pad[low=[0], high=[0], interior=[0]]", "f64[2]");
    rules_hold("f64[] f64[]", "pad[low=[], high=[], interior=[]]", "f64[]");
    rules_hold("bool[2] bool[]", "pad[low=[1], high=[0], interior=[0]]", "bool[3]");
}

/* ---- simplification ----------------------------------------------------------------------- */

/* The number of equations that remain of a chain of two on f64[2,3]. */
static int left_of(const char *first, const char *between, const char *second, const char *result)
{
    char text[600];
    snprintf(text, sizeof text,
             "graph (x: f64[2,3]) {\n y: %s = %s x\n z: %s = %s y\n return z\n}\n", between, first,
             result, second);
    IR_AUTO_GRAPH g = ir_parse(text, "chain");
    cr_assert(g, "%s", ir_error());
    IR_AUTO_GRAPH small = ir_optimize(g);
    cr_assert(small, "%s", ir_error());
    TEST_POOL(p);
    ir_type t = g->in[0]->type;
    test_arrays in = {0}, want, got;
    test_arrays_add(&p, &in, test_array_random(&p, &t, 3, -1, 1));
    cr_assert(test_eval(&p, g, &in, &want) && test_eval(&p, small, &in, &got), "%s", ir_error());
    test_close_all(second, &got, 0, &want, (test_tolerance){TEST_EXACT, 0});
    return ir_count_eqns(small);
}

Test(shape, two_in_a_row_become_one_or_none)
{
    cr_expect_eq(0, left_of("transpose[permutation=[1,0]]", "f64[3,2]",
                            "transpose[permutation=[1,0]]", "f64[2,3]"));
    cr_expect_eq(
        1, left_of("reshape[new_sizes=[6]]", "f64[6]", "reshape[new_sizes=[3,2]]", "f64[3,2]"));
    cr_expect_eq(0, left_of("expand_dims[dimensions=[1]]", "f64[2,1,3]", "squeeze[dimensions=[1]]",
                            "f64[2,3]"));
    cr_expect_eq(0, left_of("rev[dimensions=[0]]", "f64[2,3]", "rev[dimensions=[0]]", "f64[2,3]"));
    cr_expect_eq(1, left_of("rev[dimensions=[0]]", "f64[2,3]", "rev[dimensions=[1]]", "f64[2,3]"));
    cr_expect_eq(
        1, left_of("broadcast_in_dim[shape=[2,1,3], broadcast_dimensions=[0,2]]", "f64[2,1,3]",
                   "broadcast_in_dim[shape=[2,4,3], broadcast_dimensions=[0,1,2]]", "f64[2,4,3]"));
    cr_expect_eq(
        1, left_of("slice[start_indices=[0,1], limit_indices=[2,3], strides=[1,1]]", "f64[2,2]",
                   "slice[start_indices=[1,0], limit_indices=[2,2], strides=[1,2]]", "f64[1,1]"));
}

/* ---- errors ------------------------------------------------------------------------------- */

Test(shape, wrong_shapes_are_refused_in_terms_of_shapes)
{
    rules_refuse("f32[3]", "broadcast_in_dim[shape=[2,4], broadcast_dimensions=[1]]", "f32[2,4]",
                 "f32[3] does not broadcast to shape (2, 4)");
    rules_refuse("f32[2,3]", "broadcast_in_dim[shape=[3,2], broadcast_dimensions=[1,0]]",
                 "f32[3,2]", "must increase");
    rules_refuse("f32[3]", "broadcast_in_dim[shape=[3], broadcast_dimensions=[]]", "f32[3]",
                 "entry for each dimension of f32[3]");
    rules_refuse("f32[3]", "reshape[new_sizes=[2,2]]", "f32[2,2]",
                 "f32[3] has 3 elements, shape (2, 2) has 4");
    rules_refuse("f32[3]", "reshape[new_sizes=[-3]]", "f32[3]", "negative");
    rules_refuse("f32[]",
                 "broadcast_in_dim[shape=[4000000000,4000000000], broadcast_dimensions=[]]",
                 "f32[1]", "too large");
    rules_refuse("f32[3]", "squeeze[dimensions=[0]]", "f32[]", "not of size 1");
    rules_refuse("f32[3]", "expand_dims[dimensions=[2]]", "f32[3,1]", "not a dimension of");
    rules_refuse("f32[2,3]", "transpose[permutation=[0,0]]", "f32[2,2]", "twice");
    rules_refuse("f32[2,3]", "transpose[permutation=[0]]", "f32[2]", "each dimension of f32[2,3]");
    rules_refuse("f32[2]", "rev[dimensions=[1]]", "f32[2]", "1 is not a dimension of f32[2]");
    rules_refuse("f32[2]", "slice[start_indices=[0], limit_indices=[3], strides=[1]]", "f32[3]",
                 "not within f32[2]");
    rules_refuse("f32[2]", "slice[start_indices=[0], limit_indices=[2], strides=[0]]", "f32[2]",
                 "a stride must be at least 1");
    rules_refuse("f32[2,1] f32[3,1]", "concatenate[dimension=1]", "f32[2,2]",
                 "f32[2,1] and f32[3,1]");
    rules_refuse("f32[2] f64[2]", "concatenate[dimension=0]", "f32[4]", "f32[2] and f64[2]");
    rules_refuse("f32[2] f32[1]", "pad[low=[0], high=[0], interior=[0]]", "f32[2]", "scalar");
    rules_refuse("f32[2] f32[]", "pad[low=[-2], high=[-1], interior=[0]]", "f32[0]",
                 "more off dimension 0 of f32[2]");
    rules_refuse("f32[2] f32[]", "pad[low=[0], high=[0], interior=[-1]]", "f32[1]", "negative");
    rules_refuse("", "iota[dtype=bool, shape=[2], dimension=0]", "bool[2]", "numbers");
    rules_refuse("", "iota[dtype=i32, shape=[2], dimension=1]", "i32[2]", "not a dimension of");
    rules_refuse("f32[2] f32[2]", "reshape[new_sizes=[2]]", "f32[2]", "takes 1 operand");
}

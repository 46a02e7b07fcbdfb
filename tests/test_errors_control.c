/* Wrong use of loops, branches and scans of the public header: what they say; and C numbers in
 * carries and branches, which take the dtype of what they meet. */
#include <criterion/criterion.h>
#include <string.h>

#include "jacquard.h"
#include "tests/handles.h"

typedef struct {
    jac a, b;
} Two;

static jac vec(int64_t n)
{
    return jac_ones(JAC_SHAPE(n));
}

/* ---- scan, map ------------------------------------------------------------------------------- */

JAC_DEF(Two, sums, (jac, c), (jac, x))
{
    jac sum = jac_add(c, jac_sum(x));
    return (Two){sum, sum};
}

JAC_DEF(jac, one_argument, (jac, c))
{
    return c;
}

JAC_DEF(jac, doubled, (jac, x))
{
    return jac_mul(x, 2);
}

JAC_DEF(Two, three, (Two, c), (Two, x))
{
    return (Two){jac_add(c.a, x.a), jac_add(c.b, x.b)};
}

Test(errors_control, a_scan_over_what_has_no_slices_is_refused)
{
    jac c = jac_scalar(JAC_F32, 0), ys, xs = jac_scalar(JAC_F32, 1), null = JAC_NULL;
    FAILS_WITH(jac_scan(sums_fn, &c, &xs, &ys), "scan: leaf 0 of xs is f32[], which has no axis");
    c = jac_scalar(JAC_F32, 0);
    FAILS_WITH(jac_scan(sums_fn, &c, &null, &ys), "scan: leaf 0 of xs is a null handle");
    c = jac_scalar(JAC_F32, 0), xs = vec(3);
    FAILS_WITH(jac_scan(sums_fn, &c, &xs, &ys, .length = 4),
               "leaf 0 of xs is f32[3], with 3 slices, but the length is 4");
    c = jac_scalar(JAC_F32, 0);
    FAILS_WITH(jac_scan(one_argument_fn, &c, &xs, &ys), "one_argument");
    FAILS_WITH(jac_scan(sums_fn, NULL, &xs, &ys), "a null pointer was given for the carry");
    FAILS_WITH(jac_scan(sums_fn, &c, NULL, &ys), "a null pointer was given for xs");
    Two pair = {vec(2), vec(3)}, zero = {jac_scalar(JAC_F32, 0), jac_scalar(JAC_F32, 0)};
    FAILS_WITH(jac_scan(three_fn, &zero, &pair, NULL), "leaf 1 of xs is f32[3], with 3 slices");
    c = jac_scalar(JAC_F32, 0);
    cr_assert(jac_scan(sums_fn, &c, &xs, &ys), "%s", jac_error());
    cr_expect_eq(jac_item_f64(c), 3);
    cr_expect_eq(jac_item_f64(jac_at(ys, 1)), 2);
}

Test(errors_control, a_map_over_nothing_is_refused)
{
    jac xs = vec(3), ys, scalar = jac_scalar(JAC_F32, 1);
    FAILS_WITH(jac_map(doubled_fn, NULL, &ys), "map: a null pointer was given");
    FAILS_WITH(jac_map(doubled_fn, &xs, NULL), "map: a null pointer was given");
    FAILS_WITH(jac_map(doubled_fn, &scalar, &ys), "is f32[], which has no axis to scan over");
    FAILS_WITH(jac_map(JAC_NULL_FN, &xs, &ys), "a null function");
    cr_assert(jac_map(doubled_fn, &xs, &ys), "%s", jac_error());
    cr_expect_eq(jac_item_f64(jac_sum(ys)), 6);
}

/* ---- associative_scan ------------------------------------------------------------------------ */

JAC_DEF(jac, added, (jac, a), (jac, b))
{
    return jac_add(a, b);
}

JAC_DEF(jac, widened, (jac, a), (jac, b))
{
    return jac_astype(jac_add(a, b), JAC_F64);
}

JAC_DEF(jac, gives_null, (jac, a), (jac, b))
{
    (void)a, (void)b;
    return JAC_NULL;
}

JAC_DEF(Two, both, (Two, a), (Two, b))
{
    return (Two){jac_add(a.a, b.a), jac_mul(a.b, b.b)};
}

Test(errors_control, an_associative_scan_of_what_does_not_fit_is_refused)
{
    jac x = vec(5), y, null = JAC_NULL, scalar = jac_scalar(JAC_F32, 1);
    FAILS_WITH(jac_associative_scan(JAC_NULL_FN, &x, &y), "a null function");
    FAILS_WITH(jac_associative_scan(doubled_fn, &x, &y),
               "doubled must take two trees and give a third of the same type, but it takes 1 "
               "argument (1 handle) and gives 1");
    FAILS_WITH(jac_associative_scan(sums_fn, &x, &y),
               "it takes 2 arguments (2 handles) and gives 2");
    FAILS_WITH(jac_associative_scan(added_fn, NULL, &y), "a null pointer was given");
    FAILS_WITH(jac_associative_scan(added_fn, &x, NULL), "a null pointer was given");
    FAILS_WITH(jac_associative_scan(added_fn, &null, &y), "leaf 0 is a null handle");
    FAILS_WITH(jac_associative_scan(added_fn, &scalar, &y), "axis 0");
    FAILS_WITH(jac_associative_scan(added_fn, &x, &y, .axis = 1), "axis 1");
    FAILS_WITH(jac_associative_scan(widened_fn, &x, &y),
               "widened must keep the types of its operands, but makes f64[2] from f32[2]");
    FAILS_WITH(jac_associative_scan(gives_null_fn, &x, &y), "null handle");
    Two pair = {vec(5), vec(4)}, out;
    FAILS_WITH(jac_associative_scan(both_fn, &pair, &out),
               "leaf 1 is f32[4], with 4 elements along axis 0, but leaf 0 has 5 along axis 0");
    pair.b = jac_ones(JAC_SHAPE(2, 5));
    FAILS_WITH(jac_associative_scan(both_fn, &pair, JAC_OUT(&out), .axis = -1),
               "leaf 1 is f32[2,5], with 5 elements along axis 1, but leaf 0 has 5 along axis 0");
    jac deep = jac_ones(JAC_SHAPE(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2));
    FAILS_WITH(jac_associative_scan(added_fn, &deep, &y), "has too many dimensions");
}

Test(errors_control, an_associative_scan_of_any_length_gives_all_prefixes)
{
    for (int64_t n = 0; n < 9; n++) {
        Two x = {jac_astype(jac_arange(n), JAC_F64), jac_add(jac_zeros(JAC_SHAPE(n), JAC_F64), 2)},
            y;
        cr_assert(jac_associative_scan(both_fn, &x, &y), "%s", jac_error());
        cr_assert_eq(jac_size(y.a), n);
        for (int64_t k = 0; k < n; k++) {
            cr_expect_eq(jac_item_f64(jac_at(y.a, k)), (double)(k * (k + 1)) / 2);
            cr_expect_eq(jac_item_f64(jac_at(y.b, k)), (double)(2 << k));
        }
    }
}

/* ---- branches -------------------------------------------------------------------------------- */

JAC_DEF(jac, a_number, (jac, x))
{
    (void)x;
    return jac_of_i64(7);
}

JAC_DEF(jac, branching, (jac, x))
{
    return jac_cond1(jac_gt(x, 0), doubled_fn, a_number_fn, x);
}

Test(errors_control, branches_on_what_is_no_operand_are_refused)
{
    jac y, x = vec(1);
    FAILS_WITH(jac_switch(JAC_NULL, JAC_FNS(doubled_fn), &x, &y), "null handle");
    FAILS_WITH(jac_switch(0, JAC_FNS(doubled_fn, JAC_NULL_FN), &x, &y), "a null function");
    x = JAC_NULL;
    FAILS_WITH(jac_switch(0, JAC_FNS(doubled_fn), &x, &y), "operand 0 is a null handle");
}

Test(errors_control, a_number_in_one_branch_takes_the_dtype_of_the_other)
{
    jac_fn f = jac_jit(branching_fn);
    for (int k = 0; k < 2; k++) {
        jac up = jac_call1(k ? f : branching_fn, jac_scalar(JAC_F64, 1.5)),
            down = jac_call1(k ? f : branching_fn, jac_scalar(JAC_F64, -1));
        cr_assert(jac_ok(up) && jac_ok(down), "%s", jac_error());
        cr_expect_eq(jac_dtype_of(down), JAC_F64);
        cr_expect_eq(jac_item_f64(up), 3);
        cr_expect_eq(jac_item_f64(down), 7);
    }
}

/* ---- carries --------------------------------------------------------------------------------- */

JAC_DEF(jac, below_ten, (jac, s))
{
    return jac_lt(s, 10);
}

JAC_DEF(jac, number_of_body, (jac, s))
{
    (void)s;
    return jac_of_i64(12);
}

JAC_DEF(jac, until_ten, (jac, s))
{
    return jac_while_loop(below_ten_fn, number_of_body_fn, s);
}

JAC_DEF(jac, times_half, (jac, i), (jac, s))
{
    (void)i;
    return jac_mul(s, jac_scalar(JAC_F32, 0.5));
}

Test(errors_control, a_number_that_the_body_gives_takes_the_dtype_of_the_carry)
{
    jac_fn f = jac_jit(until_ten_fn);
    for (int k = 0; k < 2; k++) {
        jac y = jac_call1(k ? f : until_ten_fn, jac_scalar(JAC_F64, 1.5));
        cr_assert(jac_ok(y), "%s", jac_error());
        cr_expect_eq(jac_dtype_of(y), JAC_F64);
        cr_expect_eq(jac_item_f64(y), 12);
    }
}

Test(errors_control, a_number_as_carry_takes_the_dtype_that_the_body_gives)
{
    jac y = jac_fori_loop(0, 3, times_half_fn, jac_of_i64(8));
    cr_assert(jac_ok(y), "%s", jac_error());
    cr_expect_eq(jac_dtype_of(y), JAC_F32);
    cr_expect_eq(jac_item_f64(y), 1);
}

Test(errors_control, loops_with_more_steps_than_can_be_counted_are_refused)
{
    jac x = jac_scalar(JAC_F32, 1);
    jac_enable_x64(true);
    FAILS_WITH(jac_fori_loop(INT64_MIN, INT64_MAX, times_half_fn, x), "there are too many steps");
    jac_enable_x64(false);
    FAILS_WITH(jac_fori_loop(0, INT64_MAX, times_half_fn, x), "i32");
    FAILS_WITH(jac_fori_loop(JAC_NULL, 3, times_half_fn, x), "null handle");
    jac y = jac_fori_loop(5, 2, times_half_fn, x);
    cr_expect_eq(jac_item_f64(y), 1, "no step is made");
}

JAC_DEF(jac, of_other_leaves, (jac, s))
{
    Two t = {s, s};
    JAC_FOR (i, 0, JAC_NULL, t) {
        t.a = jac_add(t.a, i);
    }
    return t.a;
}

Test(errors_control, a_block_with_a_null_bound_is_refused)
{
    FAILS_WITH(jac_call1(jac_jit(of_other_leaves_fn), 1.0), "null handle");
    FAILS_WITH(jac_call1(of_other_leaves_fn, 1.0), "null handle");
}

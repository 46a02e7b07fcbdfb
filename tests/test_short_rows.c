/* Rows that do not fill vector registers: each size of an innermost loop gives what the interpreter
 * gives. Compiled code computes the end of a row a second time, or in lanes beyond it
 * (jit/llvm/row.c). */
#include <math.h>

#include <criterion/criterion.h>

#include "jacquard.h"

static const int sizes[] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  12, 15,
                            16, 17, 23, 24, 31, 32, 33, 47, 63, 64, 65};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

JAC_DEF(jac, product, (jac, x))
{
    return jac_matmul(x, jac_sub(x, 1));
}

JAC_DEF(jac, product_by_rows, (jac, x))
{
    return jac_matmul(x, jac_swapaxes(x, -1, -2));
}

JAC_DEF(jac, product_with_vector, (jac, x))
{
    return jac_matmul(x, jac_at(x, 0));
}

JAC_DEF(jac, products, (jac, x))
{
    jac y = jac_stack(0, x, jac_mul(x, 2), jac_sub(x, 3));
    return jac_matmul(y, y);
}

JAC_DEF(jac, product_in_loop, (jac, x))
{
    jac y = x;
    JAC_FOR (i, 0, 3, y)
        y = jac_div(jac_matmul(x, y), 8);
    return y;
}

JAC_DEF(jac, sum_first, (jac, x))
{
    return jac_sum(jac_mul(x, x), JAC_AXES(0));
}

JAC_DEF(jac, sum_middle, (jac, x))
{
    return jac_sum(jac_stack(0, x, jac_mul(x, 2)), JAC_AXES(1));
}

JAC_DEF(jac, sum_last, (jac, x))
{
    return jac_sum(jac_mul(x, x), JAC_AXES(-1));
}

JAC_DEF(jac, product_of_last, (jac, x))
{
    return jac_prod(jac_add(1, jac_div(x, 100)), JAC_AXES(-1));
}

JAC_DEF(jac, long_sum, (jac, x))
{
    return jac_sum(jac_mul(jac_broadcast_to(x, 100, jac_dim(x, 0), jac_dim(x, 1)), x),
                   JAC_AXES(0, 1));
}

/* a result for each element beside the sum */
JAC_TREE(Both, each, sum)
JAC_DEF(Both, softmax, (jac, x))
{
    jac e = jac_exp(jac_sub(x, jac_max(x, JAC_AXES(-1), .keepdims = true)));
    return (Both){e, jac_sum(e, JAC_AXES(-1))};
}

JAC_DEF(jac, running_sum, (jac, x))
{
    return jac_cumsum(jac_stack(0, x, jac_mul(x, 2)), 1);
}

JAC_DEF(jac, long_running_sum, (jac, x))
{
    jac many = jac_broadcast_to(x, 90, jac_dim(x, 0), jac_dim(x, 1));
    return jac_cumsum(jac_mul(many, x), 0);
}

/* along the first of three axes: the rows do not come one after the other */
JAC_DEF(jac, running_sum_of_first, (jac, x))
{
    return jac_cumsum(jac_stack(0, x, jac_mul(x, 2), jac_sub(x, 1)), 0);
}

JAC_DEF(jac, running_sum_from_end, (jac, x))
{
    jac y = jac_stack(0, x, jac_mul(x, 2));
    return jac_flip(jac_cumsum(jac_flip(y, JAC_AXES(1)), 1), JAC_AXES(1));
}

JAC_DEF(jac, transposes, (jac, x))
{
    jac y = jac_stack(0, x, jac_mul(x, 2), jac_sub(x, 3));
    return jac_matmul(y, jac_swapaxes(jac_sub(y, 1), -1, -2));
}

JAC_DEF(jac, transpose_in_loop, (jac, x))
{
    jac y = x;
    JAC_FOR (i, 0, 3, y)
        y = jac_div(jac_matmul(x, jac_transpose(y)), 8);
    return y;
}

JAC_DEF(jac, vector_in_loop, (jac, x))
{
    jac y = jac_at(x, 0);
    JAC_FOR (i, 0, 4, y)
        y = jac_sub(jac_div(jac_matmul(x, y), 8), jac_mean(y));
    return y;
}

static const jac_fn *const sums[] = {&product_fn,
                                     &product_by_rows_fn,
                                     &product_with_vector_fn,
                                     &products_fn,
                                     &product_in_loop_fn,
                                     &sum_first_fn,
                                     &sum_middle_fn,
                                     &sum_last_fn,
                                     &product_of_last_fn,
                                     &long_sum_fn,
                                     &running_sum_fn,
                                     &long_running_sum_fn,
                                     &running_sum_of_first_fn,
                                     &running_sum_from_end_fn,
                                     &transposes_fn,
                                     &transpose_in_loop_fn,
                                     &vector_in_loop_fn};

JAC_DEF(jac, max_first, (jac, x))
{
    return jac_max(jac_mul(x, x), JAC_AXES(0));
}

JAC_DEF(jac, min_middle, (jac, x))
{
    return jac_min(jac_stack(0, x, jac_mul(x, 2)), JAC_AXES(1));
}

JAC_DEF(jac, max_last, (jac, x))
{
    return jac_max(jac_mul(x, x), JAC_AXES(-1));
}

JAC_DEF(jac, chain, (jac, x))
{
    return jac_sub(jac_mul(x, jac_at(x, 0)), x);
}

JAC_DEF(jac, chosen, (jac, x))
{
    return jac_where(jac_gt(x, 0), jac_mul(x, jac_at(x, 0)), jac_sub(x, 1));
}

JAC_DEF(jac, chain_in_loop, (jac, x))
{
    jac y = x;
    JAC_FOR (i, 0, 5, y)
        y = jac_sub(jac_mul(y, jac_at(x, 0)), x);
    return y;
}

/* In a loop, a short row is on the stack, where vectors may reach beyond its end. */
JAC_TREE(Rows, y, z)
JAC_DEF(jac, row_in_loop, (jac, x))
{
    Rows s = {jac_at(x, 0), jac_at(x, 1)};
    JAC_FOR (i, 0, 5, s) {
        jac both = jac_sub(jac_mul(s.y, s.z), jac_at(x, 2));
        s.z = jac_where(jac_gt(both, s.y), s.y, s.z);
        s.y = jac_minimum(jac_maximum(both, -3), 3);
    }
    return jac_add(s.y, s.z);
}

/* the same read backwards, in steps, and at indices */
JAC_DEF(jac, row_in_any_order, (jac, x))
{
    jac y = jac_at(x, 0),
        from = jac_remainder(jac_mul(jac_arange(jac_dim(x, 1)), 5), jac_dim(x, 1));
    JAC_FOR (i, 0, 5, y) {
        jac half = jac_slice_in_dim(y, 0, jac_dim(x, 1), 2, 0);
        jac twice = jac_slice_in_dim(jac_concatenate(0, half, half), 0, jac_dim(x, 1), 1, 0);
        y = jac_add(jac_sub(jac_flip(y), jac_take(y, from, 0)), twice);
    }
    return y;
}

JAC_DEF(jac, rows_searched_in_loop, (jac, x))
{
    jac y = jac_sub(x, 1);
    JAC_FOR (i, 0, 3, y) {
        jac at = jac_astype(jac_argmax(y, JAC_AXES(-1)), jac_dtype_of(x));
        y = jac_sub(y, jac_expand_dims(jac_sub(at, jac_max(y, JAC_AXES(-1))), 1));
    }
    return y;
}

/* The same with all that a search must tell apart: equal elements, NaN, infinities, -0. */
static jac with_ends(jac x)
{
    if (jac_dtype_of(x) != JAC_F32 && jac_dtype_of(x) != JAC_F64)
        return x;
    jac least = jac_min(x), most = jac_max(x), middle = jac_lt(jac_abs(x), 0.5);
    jac y = jac_where(middle, jac_mul(x, 0), jac_round(x));
    y = jac_where(jac_eq(x, least), -INFINITY, jac_where(jac_eq(x, most), INFINITY, y));
    return jac_where(jac_lt(jac_abs(x), 0.03), NAN, y);
}

JAC_DEF(jac, argmax_first, (jac, x))
{
    return jac_argmax(jac_stack(0, x, with_ends(x)), JAC_AXES(1));
}

JAC_DEF(jac, argmin_middle, (jac, x))
{
    return jac_argmin(jac_stack(0, with_ends(x), jac_neg(x)), JAC_AXES(1));
}

JAC_DEF(jac, argmax_last, (jac, x))
{
    return jac_argmax(jac_stack(0, x, with_ends(x)), JAC_AXES(-1));
}

JAC_DEF(jac, argmin_last, (jac, x))
{
    return jac_argmin(jac_stack(0, with_ends(x), jac_neg(x)), JAC_AXES(-1));
}

JAC_DEF(jac, running_product, (jac, x))
{
    return jac_cumprod(jac_stack(0, x, jac_sub(x, 1)), 1);
}

JAC_DEF(jac, running_max, (jac, x))
{
    return jac_cummax(jac_stack(0, x, jac_neg(x)), 1);
}

static const jac_fn *const exact[] = {
    &max_first_fn,    &min_middle_fn,       &max_last_fn,
    &chain_fn,        &chosen_fn,           &chain_in_loop_fn,
    &argmax_first_fn, &argmin_middle_fn,    &argmax_last_fn,
    &argmin_last_fn,  &running_product_fn,  &running_max_fn,
    &row_in_loop_fn,  &row_in_any_order_fn, &rows_searched_in_loop_fn};

/* Numbers from -2 to 2, in no order. Integers are from -2 to 2 as well. */
static jac matrix(int rows, int n, jac_dtype d)
{
    jac i = jac_reshape(jac_arange(rows * n), rows, n);
    jac x = jac_sub(jac_mul(jac_remainder(jac_mul(i, 37), 101), 0.04), 2);
    return jac_astype(x, d);
}

static double difference(jac got, jac want)
{
    got = jac_astype(got, JAC_F64), want = jac_astype(want, JAC_F64);
    jac scale = jac_add(jac_max(jac_abs(want)), 1e-30);
    return jac_item_f64(jac_div(jac_max(jac_abs(jac_sub(got, want))), scale));
}

static void compare(jac_fn f, jac x, double allowed, const char *kind, int k)
{
    double off = difference(jac_call1(jac_jit(f), x), jac_call1(f, x));
    cr_expect(off <= allowed, "%s %d of %s: off by %g of the largest: %s", kind, k, jac_str(x), off,
              jac_ok(x) ? "" : jac_error());
}

static void check(jac_dtype d, double allowed)
{
    jac_enable_x64(true);
    for (int k = 0; k < SIZES; k++)
        JAC_SCOPE () {
            jac x = matrix(sizes[k], sizes[k], d), wide = matrix(7, sizes[k], d);
            for (size_t f = 0; f < sizeof sums / sizeof sums[0]; f++)
                compare(*sums[f], x, allowed, "sum", (int)f);
            for (size_t f = 0; f < sizeof exact / sizeof exact[0]; f++)
                compare(*exact[f], wide, 0, "function", (int)f);
        }
}

Test(short_rows, of_f32_compile_right)
{
    check(JAC_F32, 4e-6);
}

Test(short_rows, of_f64_compile_right)
{
    check(JAC_F64, 1e-14);
}

Test(short_rows, of_integers_compile_right)
{
    jac_enable_x64(true);
    for (int k = 0; k < SIZES; k++)
        JAC_SCOPE () {
            jac x = matrix(sizes[k], sizes[k], JAC_I32);
            compare(product_fn, x, 0, "product", 0);
            compare(sum_first_fn, x, 0, "sum", 1);
            compare(sum_last_fn, x, 0, "sum", 2);
            compare(max_first_fn, x, 0, "max", 3);
            compare(chain_fn, x, 0, "chain", 4);
            compare(argmax_first_fn, x, 0, "argmax", 5);
            compare(argmin_last_fn, x, 0, "argmin", 6);
            compare(running_sum_fn, x, 0, "running sum", 7);
            compare(transposes_fn, x, 0, "product with a transpose", 8);
        }
}

/* A row for all rows, by itself, computed on the spot, and beside another one. */
JAC_DEF(jac, with_row, (jac, x), (jac, row))
{
    return jac_sub(jac_mul(x, row), x);
}

JAC_DEF(jac, with_computed_row, (jac, x), (jac, row))
{
    return jac_add(jac_mul(x, jac_sub(jac_mul(row, 2), 1)), jac_mul(row, jac_mul(x, x)));
}

JAC_DEF(Both, with_rows, (jac, x), (jac, row))
{
    jac other = jac_cumsum(row, 0), y = jac_mul(jac_add(x, row), other);
    return (Both){y, jac_where(jac_gt(x, other), jac_sub(y, row), x)};
}

JAC_DEF(jac, with_row_in_loop, (jac, x), (jac, row))
{
    Rows s = {x, row};
    JAC_FOR (i, 0, 4, s) {
        s.y = jac_sub(jac_mul(s.y, s.z), x);
        s.z = jac_flip(jac_sub(s.z, 1));
    }
    return s.y;
}

typedef struct {
    jac x, row;
} WithRow;

static void check_rows(jac_fn f, jac_fn donates, int rows, int n, jac_dtype d)
{
    WithRow in = {matrix(rows, n, d), jac_at(matrix(3, n, d), 1)};
    WithRow given = {matrix(rows, n, d), in.row};
    jac got, again, want;
    cr_assert(jac_call(f, &in, &want) && jac_call(jac_jit(f), &in, &got), "%s", jac_error());
    cr_expect(difference(got, want) == 0, "%d rows of %d", rows, n);
    cr_assert(jac_call(donates, &given, &again), "%s", jac_error());
    cr_expect(difference(again, want) == 0, "%d donated rows of %d", rows, n);
}

Test(short_rows, that_share_a_row_compile_right)
{
    static const jac_dtype dtypes[] = {JAC_F32, JAC_F64, JAC_I32};
    static const jac_fn *const fns[] = {&with_row_fn, &with_computed_row_fn, &with_row_in_loop_fn};
    jac_enable_x64(true);
    for (size_t k = 0; k < sizeof fns / sizeof fns[0]; k++) {
        jac_fn donates = jac_jit(*fns[k], .donate_argnums = JAC_AXES(0));
        for (int n = 1; n <= 9; n++)
            for (int rows = 64; rows <= 69; rows += 5)
                for (size_t d = 0; d < sizeof dtypes / sizeof dtypes[0]; d++)
                    JAC_SCOPE ()
                        check_rows(*fns[k], donates, rows, n, dtypes[d]);
    }
}

Test(short_rows, that_share_two_rows_compile_right)
{
    jac_enable_x64(true);
    jac_fn f = jac_jit(with_rows_fn);
    for (int n = 1; n <= 9; n++)
        JAC_SCOPE () {
            WithRow in = {matrix(70, n, JAC_F64), jac_at(matrix(3, n, JAC_F64), 1)};
            Both got, want;
            cr_assert(jac_call(f, &in, &got) && jac_call(with_rows_fn, &in, &want), "%s",
                      jac_error());
            cr_expect(difference(got.each, want.each) == 0, "rows of %d", n);
            cr_expect(difference(got.sum, want.sum) == 0, "rows of %d", n);
        }
}

JAC_DEF(Both, middle_sum, (jac, x))
{
    jac y = jac_stack(0, x, jac_mul(x, 2), jac_sub(x, 1));
    return (Both){jac_mul(y, y), jac_sum(y, JAC_AXES(0, 2))};
}

/* The loops are not in the order in which the rows lie. */
Test(short_rows, are_kept_beside_sums_over_the_first_axis)
{
    jac_enable_x64(true);
    jac_fn f = jac_jit(middle_sum_fn);
    for (int k = 0; k < SIZES; k++)
        JAC_SCOPE () {
            jac x = matrix(7, sizes[k], JAC_F64);
            Both got, want;
            cr_assert(jac_call(f, &x, &got) && jac_call(middle_sum_fn, &x, &want), "%s",
                      jac_error());
            cr_expect(difference(got.each, want.each) == 0, "rows of %d", sizes[k]);
            cr_expect(difference(got.sum, want.sum) < 1e-14, "rows of %d", sizes[k]);
        }
}

JAC_DEF(jac, running_sum_of, (jac, x))
{
    return jac_cumsum(x, 0);
}

static void overwrite(jac_fn f, const char *what)
{
    jac_fn donates = jac_jit(f, .donate_argnums = JAC_AXES(0));
    for (int k = 0; k < SIZES; k++)
        JAC_SCOPE () {
            jac want = jac_call1(f, matrix(7, sizes[k], JAC_F64));
            jac got = jac_call1(donates, matrix(7, sizes[k], JAC_F64));
            cr_expect(difference(got, want) == 0, "%s of rows of %d", what, sizes[k]);
        }
}

/* A row is overwritten by what is computed from it. */
Test(short_rows, may_be_overwritten)
{
    jac_enable_x64(true);
    overwrite(chosen_fn, "choice");
    overwrite(running_sum_of_fn, "running sum");
}

Test(short_rows, are_summed_and_kept)
{
    jac_enable_x64(true);
    jac_fn f = jac_jit(softmax_fn);
    for (int k = 0; k < 2 * SIZES; k++)
        JAC_SCOPE () {
            jac x = matrix(70, sizes[k / 2], k % 2 ? JAC_F64 : JAC_F32);
            Both got, want;
            cr_assert(jac_call(f, &x, &got) && jac_call(softmax_fn, &x, &want), "%s", jac_error());
            cr_expect(difference(got.each, want.each) == 0, "rows of %d", sizes[k / 2]);
            cr_expect(difference(got.sum, want.sum) < 1e-6, "rows of %d", sizes[k / 2]);
        }
}

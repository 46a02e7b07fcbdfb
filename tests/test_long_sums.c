/* Sums of many terms are as accurate as pairwise sums, interpreted and compiled: along every axis,
 * of arrays and of what is computed on the way, inside loops and batches.
 *
 * All terms are equal, so that the errors of a naive sum all have one sign, and so that the right
 * sum is known. Errors are in units of the sum's relative rounding error (2^-24 for f32).
 */
#include <criterion/criterion.h>
#include <math.h>

#include "jacquard.h"
#include "jacquard/numpy.h"
#include "tests/handles.h"

static void x64(void)
{
    jac_enable_x64(true);
}
TestSuite(long_sums, .init = x64);

/* The bound of a pairwise sum, and the rounding of the terms and of the result. */
static double bound(double terms)
{
    return log2(terms) + 3;
}

/* The worst relative error of x's elements, element k of which should be right(k). */
static double worst(jac x, long double term, int64_t step)
{
    bool wide = jac_dtype_of(x) == JAC_F64;
    jac y = jac_ravel(jac_astype(x, JAC_F64));
    const double *v = jac_view(y, JAC_F64);
    double off = 0;
    for (int64_t k = 0; k < jac_size(y); k++) {
        long double right = term * (long double)(step ? k % step + 1 : 1);
        double e = (double)fabsl((long double)v[k] / right - 1);
        off = e <= off ? off : e;
    }
    return off * (wide ? 0x1p53 : 0x1p24);
}

/* f of an array of tenths, interpreted and compiled: each element of the result should be `sum`
 * times a tenth, or of a running sum along an axis of `step` elements, up to that. */
static void check(const char *name, jac_fn f, jac_dtype d, jac_dims shape, double sum, int64_t step)
{
    for (int compiled = 0; compiled < 2; compiled++)
        JAC_SCOPE () {
            jac x = jac_full(shape, 0.1, d);
            long double tenth = d == JAC_F64 ? (long double)0.1 : (long double)0.1F;
            jac y = jac_call1(compiled ? jac_jit(f) : f, x);
            cr_assert(jac_ok(y), "%s: %s", name, jac_error());
            double off = worst(y, step ? tenth : tenth * (long double)sum, step);
            cr_expect(off <= bound(step ? (double)step : sum), "%s of %s [%d, ...], %s: off by %g",
                      name, d == JAC_F64 ? "f64" : "f32", (int)shape.v[0],
                      compiled ? "compiled" : "interpreted", off);
        }
}

static void check_both(const char *name, jac_fn f, jac_dims shape, double sum)
{
    check(name, f, JAC_F32, shape, sum, 0);
    check(name, f, JAC_F64, shape, sum, 0);
}

/* ---- sums ------------------------------------------------------------------------------------ */

JAC_DEF(jac, all, (jac, x))
{
    return jac_sum(x);
}
JAC_DEF(jac, first, (jac, x))
{
    return jac_sum(x, 0);
}
JAC_DEF(jac, second, (jac, x))
{
    return jac_sum(x, 1);
}
JAC_DEF(jac, outer_two, (jac, x))
{
    return jac_sum(x, JAC_AXES(0, 2));
}

Test(long_sums, sums_along_a_contiguous_axis_lose_small_terms)
{
    static const int64_t lengths[] = {33, 63, 64, 65, 100, 127, 333, 1000, 2049, 5001, 100003};
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        check_both("all", all_fn, JAC_SHAPE(lengths[k]), (double)lengths[k]);
        check_both("second", second_fn, JAC_SHAPE(3, lengths[k]), (double)lengths[k]);
    }
    check_both("all", all_fn, JAC_SHAPE(10000000), 1e7);
    check_both("second", second_fn, JAC_SHAPE(2, 1000000), 1e6);
}

Test(long_sums, sums_along_an_outer_axis_lose_small_terms)
{
    static const int64_t rows[] = {65, 100, 127, 333, 1000, 2049, 5001};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        check_both("first", first_fn, JAC_SHAPE(rows[k], 3), (double)rows[k]);
        check_both("first", first_fn, JAC_SHAPE(rows[k], 95), (double)rows[k]);
        check_both("second", second_fn, JAC_SHAPE(2, rows[k], 5), (double)rows[k]);
    }
    check_both("first", first_fn, JAC_SHAPE(1000003, 3), 1000003);
    check_both("first", first_fn, JAC_SHAPE(1000, 5000), 1000);
    check_both("second", second_fn, JAC_SHAPE(3, 100003, 2), 100003);
}

Test(long_sums, sums_over_several_axes_lose_small_terms)
{
    check_both("outer_two", outer_two_fn, JAC_SHAPE(1001, 3, 997), 1001 * 997);
    check_both("outer_two", outer_two_fn, JAC_SHAPE(20001, 5, 7), 20001 * 7);
    check_both("outer_two", outer_two_fn, JAC_SHAPE(300, 2, 70), 300 * 70);
    check_both("outer_two", outer_two_fn, JAC_SHAPE(300, 2, 95), 300 * 95);
    check_both("outer_two", outer_two_fn, JAC_SHAPE(40, 2, 9), 40 * 9);
    check_both("outer_two", outer_two_fn, JAC_SHAPE(9, 2, 40), 9 * 40);
    check_both("outer_two", outer_two_fn, JAC_SHAPE(5, 3, 100003), 5 * 100003);
}

JAC_DEF(jac, of_a_scalar, (jac, x))
{
    return jac_sum(jac_broadcast_to(x, JAC_SHAPE(100000000)));
}

Test(long_sums, a_sum_of_a_hundred_million_terms_loses_small_terms)
{
    JAC_SCOPE () {
        jac y = jac_call1(jac_jit(of_a_scalar_fn), jac_full(JAC_SHAPE(), 0.1, JAC_F32));
        double off = worst(y, 1e8L * 0.1F, 0);
        cr_assert(off <= bound(1e8), "off by %g", off);
    }
}

/* ---- of terms that are computed on the way --------------------------------------------------- */

JAC_DEF(jac, exponentials, (jac, x))
{
    return jac_sum(jac_div(jac_exp(jac_mul(x, 0)), 10), 1);
}
JAC_DEF(jac, columns_of_exponentials, (jac, x))
{
    return jac_sum(jac_div(jac_exp(jac_mul(x, 0)), 10), 0);
}
JAC_DEF(jac, of_the_chosen, (jac, x))
{
    return jac_sum(jac_where(jac_gt(x, 0), x, 0), 1);
}
JAC_DEF(jac, backwards, (jac, x))
{
    return jac_sum(jac_flip(x, -1), 1);
}
JAC_DEF(jac, across, (jac, x))
{
    return jac_sum(jac_add(jac_swapaxes(x, 0, 1), 0), 0);
}
JAC_DEF(jac, joined, (jac, x))
{
    return jac_sum(jac_concatenate(1, x, jac_flip(x, 1)), 1);
}
JAC_DEF(jac, with_the_greatest, (jac, x))
{
    return jac_sub(jac_add(jac_sum(x, 1), jac_max(x, 1)), jac_max(x, 1));
}
JAC_DEF(jac, taken, (jac, x))
{
    return jac_sum(jac_take(x, jac_flip(jac_arange(jac_dim(x, 1)), 0), 1), 1);
}

Test(long_sums, sums_of_computed_terms_lose_small_terms)
{
    static const int64_t lengths[] = {64, 100, 129, 1000, 20003, 1000000};
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        int64_t n = lengths[k];
        check("exponentials", exponentials_fn, JAC_F64, JAC_SHAPE(2, n), (double)n, 0);
        check("exponentials", exponentials_fn, JAC_F32, JAC_SHAPE(2, n), (double)n, 0);
        check_both("columns_of_exponentials", columns_of_exponentials_fn, JAC_SHAPE(n, 2),
                   (double)n);
        check_both("of_the_chosen", of_the_chosen_fn, JAC_SHAPE(2, n), (double)n);
        check_both("backwards", backwards_fn, JAC_SHAPE(2, n), (double)n);
        check_both("across", across_fn, JAC_SHAPE(2, n), (double)n);
        check_both("joined", joined_fn, JAC_SHAPE(2, n), 2 * (double)n);
        check_both("with_the_greatest", with_the_greatest_fn, JAC_SHAPE(2, n), (double)n);
        check_both("taken", taken_fn, JAC_SHAPE(2, n), (double)n);
    }
}

/* ---- running sums ---------------------------------------------------------------------------- */

JAC_DEF(jac, running, (jac, x))
{
    return jac_cumsum(x, -1);
}
JAC_DEF(jac, running_down, (jac, x))
{
    return jac_swapaxes(jac_cumsum(x, -2), -1, -2);
}
JAC_DEF(jac, total_of_running, (jac, x))
{
    return jac_sum(jac_cumsum(x, -1));
}
/* The transpose of a running sum is one from the end. */
JAC_DEF(jac, running_from_the_end, (jac, x))
{
    return jac_mul(jac_flip(jac_call1(jac_grad(total_of_running_fn), x), -1), x);
}

Test(long_sums, running_sums_lose_small_terms)
{
    static const int64_t lengths[] = {33, 50, 64, 100, 1000, 100003, 1000000};
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        int64_t n = lengths[k];
        for (int wide = 0; wide < 2; wide++) {
            jac_dtype d = wide ? JAC_F64 : JAC_F32;
            check("running", running_fn, d, JAC_SHAPE(n), (double)n, n);
            check("running", running_fn, d, JAC_SHAPE(2, n), (double)n, n);
            check("running_down", running_down_fn, d, JAC_SHAPE(n, 3), (double)n, n);
            check("running_from_the_end", running_from_the_end_fn, d, JAC_SHAPE(n), (double)n, n);
        }
    }
    check("running_down", running_down_fn, JAC_F32, JAC_SHAPE(1000, 5000), 1000, 1000);
    check("running_down", running_down_fn, JAC_F32, JAC_SHAPE(3, 1000, 70), 1000, 1000);
}

Test(long_sums, infinities_in_long_sums_become_nan)
{
    for (int compiled = 0; compiled < 2; compiled++)
        for (int axis = 0; axis < 2; axis++)
            JAC_SCOPE () {
                jac x = jac_full(JAC_SHAPE(1000, 1000), 1, JAC_F32);
                jac at = jac_full(JAC_SHAPE(1, 1), INFINITY, JAC_F32);
                x = jac_dynamic_update_slice(x, at, 70, 70);
                jac_fn run = axis ? running_fn : running_down_fn, sum = axis ? second_fn : first_fn;
                jac y = jac_call1(compiled ? jac_jit(run) : run, x);
                jac s = jac_call1(compiled ? jac_jit(sum) : sum, x);
                cr_expect(jac_item_bool(
                    jac_all(jac_eq(jac_isinf(jac_at(y, 70)), jac_ge(jac_arange(1000), 70)))));
                cr_expect(!jac_item_bool(jac_any(jac_isnan(y))));
                cr_expect_eq(jac_item_f64(jac_at(s, 70)), INFINITY);
                cr_expect_eq(jac_item_f64(jac_at(s, 71)), 1000);
            }
}

/* ---- products -------------------------------------------------------------------------------- */

JAC_DEF(jac, by_ones, (jac, x))
{
    return jac_dot(x, jac_ones(JAC_SHAPE(jac_dim(x, jac_ndim(x) - 1)), jac_dtype_of(x)));
}
JAC_DEF(jac, by_columns, (jac, x))
{
    return jac_dot(x, jac_ones(JAC_SHAPE(jac_dim(x, 1), 5), jac_dtype_of(x)));
}
JAC_DEF(jac, transposed_by_columns, (jac, x))
{
    return jac_dot(jac_swapaxes(x, 0, 1), jac_ones(JAC_SHAPE(jac_dim(x, 0), 3), jac_dtype_of(x)));
}
JAC_DEF(jac, over_two_axes, (jac, x))
{
    return jac_einsum("ijk,ik->j", x,
                      jac_ones(JAC_SHAPE(jac_dim(x, 0), jac_dim(x, 2)), jac_dtype_of(x)));
}
JAC_DEF(jac, with_itself, (jac, x))
{
    return jac_mul(jac_dot(x, x), 10);
}

Test(long_sums, inner_products_lose_small_terms)
{
    static const int64_t lengths[] = {65, 100, 127, 511, 1000, 5001, 30000, 100003, 2000000};
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        check_both("by_ones", by_ones_fn, JAC_SHAPE(lengths[k]), (double)lengths[k]);
        check_both("with_itself", with_itself_fn, JAC_SHAPE(lengths[k]), (double)lengths[k]);
    }
}

/* Compiled only: the interpreter's are computed by a BLAS. */
Test(long_sums, small_matrix_products_lose_small_terms)
{
    static const struct {
        const char *name;
        jac_fn f;
        int64_t shape[3], terms;
    } cases[] = {
        {"by_ones", by_ones_fn, {4, 5000}, 5000},
        {"by_columns", by_columns_fn, {2, 3000}, 3000},
        {"by_columns", by_columns_fn, {8, 500}, 500},
        {"by_columns", by_columns_fn, {20, 101}, 101},
        {"transposed_by_columns", transposed_by_columns_fn, {5000, 2}, 5000},
        {"transposed_by_columns", transposed_by_columns_fn, {130, 20}, 130},
        {"over_two_axes", over_two_axes_fn, {100, 3, 40}, 4000},
        {"over_two_axes", over_two_axes_fn, {40, 3, 100}, 4000},
        {"over_two_axes", over_two_axes_fn, {1000, 2, 3}, 3000},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (int wide = 0; wide < 2; wide++)
            JAC_SCOPE () {
                jac_dims shape = {cases[k].shape[2] ? 3 : 2, cases[k].shape};
                jac x = jac_full(shape, 0.1, wide ? JAC_F64 : JAC_F32);
                jac y = jac_call1(jac_jit(cases[k].f), x);
                long double tenth = wide ? (long double)0.1 : (long double)0.1F;
                double off = worst(y, tenth * (long double)cases[k].terms, 0);
                cr_expect(off <= bound((double)cases[k].terms), "%s, case %d: off by %g",
                          cases[k].name, (int)k, off);
            }
}

JAC_DEF(jac, ones_by, (jac, x))
{
    return jac_dot(jac_ones(JAC_SHAPE(jac_dim(x, 0)), jac_dtype_of(x)), x);
}

/* The BLAS adds up parts of at most 4,096 terms, some of its routines one term after the other. */
Test(long_sums, large_products_lose_no_more_than_a_part_of_their_terms)
{
    static const struct {
        const char *name;
        jac_fn f;
        int64_t shape[2], terms;
    } cases[] = {
        {"by_ones", by_ones_fn, {2, 300007}, 300007},
        {"by_ones", by_ones_fn, {300, 9000}, 9000},
        {"ones_by", ones_by_fn, {300007, 2}, 300007},
        {"ones_by", ones_by_fn, {300007, 20}, 300007},
        {"by_columns", by_columns_fn, {20, 100000}, 100000},
        {"transposed_by_columns", transposed_by_columns_fn, {100000, 7}, 100000},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (int wide = 0; wide < 2; wide++)
            JAC_SCOPE () {
                jac_dims shape = {2, cases[k].shape};
                jac x = jac_full(shape, 0.1, wide ? JAC_F64 : JAC_F32);
                jac y = jac_call1(cases[k].f, x);
                long double tenth = wide ? (long double)0.1 : (long double)0.1F;
                double off = worst(y, tenth * (long double)cases[k].terms, 0);
                cr_expect(off <= 512, "%s, case %d: off by %g", cases[k].name, (int)k, off);
            }
}

/* ---- what is made of sums -------------------------------------------------------------------- */

JAC_DEF(jac, mean_times, (jac, x))
{
    return jac_mul(jac_mean(x, 1), (double)jac_dim(x, 1));
}
JAC_DEF(jac, norm_squared, (jac, x))
{
    return jac_mul(jac_square(jac_norm(x, 1)), 10);
}
JAC_DEF(jac, row_by_row, (jac, x))
{
    return jac_call1(jac_vmap(all_fn), x);
}
JAC_DEF(jac, column_by_column, (jac, x))
{
    return jac_call1(jac_vmap(all_fn, 1), x);
}
JAC_DEF(jac, in_a_loop, (jac, x))
{
    struct {
        jac sum;
    } s = {jac_zeros(JAC_SHAPE(), jac_dtype_of(x))};
    JAC_FOR (i, 0, 3, s)
        s.sum = jac_add(jac_mul(s.sum, 0), jac_sum(jac_add(x, jac_mul(0, s.sum))));
    return s.sum;
}
JAC_DEF(jac, scaled, (jac, b), (jac, x))
{
    return jac_sum(jac_mul(x, b));
}
JAC_DEF(jac, slope, (jac, x))
{
    return jac_call1(jac_grad(scaled_fn), jac_ones(JAC_SHAPE(3), jac_dtype_of(x)), x);
}

Test(long_sums, means_norms_batches_loops_and_gradients_lose_small_terms)
{
    check_both("mean_times", mean_times_fn, JAC_SHAPE(2, 1000003), 1000003);
    check_both("norm_squared", norm_squared_fn, JAC_SHAPE(2, 1000003), 1000003);
    check_both("row_by_row", row_by_row_fn, JAC_SHAPE(5, 100003), 100003);
    check_both("column_by_column", column_by_column_fn, JAC_SHAPE(100003, 5), 100003);
    check_both("in_a_loop", in_a_loop_fn, JAC_SHAPE(1000003), 1000003);
    check_both("in_a_loop", in_a_loop_fn, JAC_SHAPE(1001), 1001);
    check_both("slope", slope_fn, JAC_SHAPE(1000003, 3), 1000003);
}

Test(long_sums, sums_of_16_bit_floats_lose_small_terms)
{
    for (int compiled = 0; compiled < 2; compiled++)
        JAC_SCOPE () {
            jac x = jac_full(JAC_SHAPE(2, 300000), 0.125, JAC_BF16);
            jac s = jac_call1(compiled ? jac_jit(second_fn) : second_fn, x);
            jac c = jac_call1(compiled ? jac_jit(running_fn) : running_fn, x);
            cr_expect_eq(jac_item_f64(jac_at(jac_astype(s, JAC_F32), 1)), 37376); /* 37500 */
            cr_expect_eq(jac_item_f64(jac_at(jac_astype(c, JAC_F32), 1, 299999)), 37376);
        }
}

/* The shapes, numerics and polynomials of jax.numpy against JAX's values, gradients and second derivatives: eager, compiled and
 * batched. tests/golden/shapes.py, numerics.py and pieces.py wrote the expected values. */
#include <math.h>
#include <stdlib.h>

#include "tests/handles.h"
#include "tests/jax_cases.h"
#include "tests/numerics_cases.h"
#include "tests/pieces_cases.h"
#include "tests/shapes_cases.h"

// clang-format off
SHAPES_CASES(JAX_CASE)
NUMERICS_CASES(JAX_CASE)
PIECES_CASES(JAX_CASE)
static const jax_case shapes[] = {SHAPES_CASES(JAX_ROW)};
static const jax_case numerics[] = {NUMERICS_CASES(JAX_ROW)};
static const jax_case pieces[] = {PIECES_CASES(JAX_ROW)};
// clang-format on

/* All cases of one file, of which there must be so many. */
static void check(const char *path, bool x64, double slack, int n, const jax_case *cases)
{
    jac_enable_x64(x64);
    int checked = jax_check_file(path, x64, slack, n, cases);
    jac_enable_x64(false);
    if (getenv("NUMPY_CASE"))
        return;
    if (x64)
        cr_assert_gt(checked, 1);
    else
        cr_assert_eq(checked, n, "%d cases of %d are in the file", checked, n);
}

static void check_shapes(bool x64)
{
    check(JAC_TEST_DATA "/shapes_cases.txt", x64, 1, sizeof shapes / sizeof *shapes, shapes);
}

static void check_numerics(bool x64)
{
    check(JAC_TEST_DATA "/numerics_cases.txt", x64, 3, sizeof numerics / sizeof *numerics, numerics);
}

static void check_pieces(bool x64)
{
    check(JAC_TEST_DATA "/pieces_cases.txt", x64, 25, sizeof pieces / sizeof *pieces, pieces);
}

Test(numerics, shapes_give_what_jax_gives)
{
    check_shapes(false);
}

Test(numerics, shapes_of_doubles_give_what_jax_gives_with_x64)
{
    check_shapes(true);
}

Test(numerics, numbers_give_what_jax_gives)
{
    check_numerics(false);
}

Test(numerics, numbers_of_doubles_give_what_jax_gives_with_x64)
{
    check_numerics(true);
}

Test(numerics, polynomials_and_pieces_give_what_jax_gives)
{
    check_pieces(false);
}

Test(numerics, polynomials_and_pieces_of_doubles_give_what_jax_gives_with_x64)
{
    check_pieces(true);
}

/* ---- other dtypes --------------------------------------------------------------------------- */

static void expect_same(jac got, jac want)
{
    cr_assert(jac_ok(got) && jac_ok(want), "%s", jac_error());
    cr_expect_eq(jac_dtype_of(got), jac_dtype_of(want));
    cr_expect(jac_item_bool(jac_array_equal(got, want, .equal_nan = true)));
}

Test(numerics, narrow_floats_keep_their_dtype)
{
    const jac_dtype narrow[] = {JAC_F16, JAC_BF16};
    for (int k = 0; k < 2; k++) {
        jac x = jac_astype(jac_asarray((float[]){1, -2, 3}), narrow[k]);
        cr_expect_eq(jac_dtype_of(jac_repeat(x, 2)), narrow[k]);
        cr_expect_eq(jac_dtype_of(jac_diag(x)), narrow[k]);
        cr_expect_eq(jac_dtype_of(jac_kron(x, x)), narrow[k]);
        cr_expect_eq(jac_dtype_of(jac_nanmean(x)), narrow[k]);
        cr_expect_eq(jac_dtype_of(jac_cov(x)), narrow[k]);
        cr_expect_eq(jac_dtype_of(jac_polyval(x, x)), narrow[k]);
        expect_same(jac_frexp(x).mantissa, jac_astype(jac_asarray((float[]){0.5, -0.5, 0.75}), narrow[k]));
        expect_same(jac_ldexp(x, 3), jac_astype(jac_asarray((float[]){8, -16, 24}), narrow[k]));
        expect_same(jac_copysign(2, x), jac_astype(jac_asarray((float[]){2, -2, 2}), narrow[k]));
        cr_expect(jac_item_bool(jac_all(jac_isfinite(jac_nan_to_num(jac_mul(x, INFINITY))))));
    }
}

Test(numerics, complex_numbers_are_taken_where_jax_takes_them)
{
    jac x = jac_complex(jac_asarray((float[]){1, 2, -1}), jac_asarray((float[]){0, -1, 0.5}));
    jac y = jac_conj(x);
    expect_same(jac_diag(jac_diag(x, 1), 1), x);
    expect_same(jac_roll(jac_tile(x, 2), 3), jac_tile(x, 2));
    expect_same(jac_real(jac_vdot(x, x)), jac_sum(jac_square(jac_abs(x))));
    cr_expect(jac_item_bool(jac_allclose(x, x)));
    cr_expect(!jac_item_bool(jac_allclose(x, y)));
    expect_same(jac_trace(jac_diag(x)), jac_sum(x));
    cr_expect(jac_item_bool(jac_allclose(jac_polyval(jac_poly(x), x), jac_zeros_like(x), .atol = 1e-4)));
    cr_expect(jac_item_bool(jac_allclose(jac_cov(x), jac_var(x, .ddof = 1), .rtol = 1e-4)));
    expect_same(jac_nansum(x), jac_sum(x));
    expect_same(jac_cumsum(x), jac_cumsum(x, 0));
}

/* ---- what only an array that is not traced has ------------------------------------------------ */

Test(numerics, zeros_at_the_ends_are_trimmed)
{
    jac x = jac_asarray((int[]){0, 0, 1, 0, 2, 0});
    expect_same(jac_trim_zeros(x, "fb"), jac_asarray((int[]){1, 0, 2}));
    expect_same(jac_trim_zeros(x, "f"), jac_asarray((int[]){1, 0, 2, 0}));
    expect_same(jac_trim_zeros(x, "b"), jac_asarray((int[]){0, 0, 1, 0, 2}));
    cr_expect_eq(jac_size(jac_trim_zeros(jac_zeros(4), "fb")), 0);
    jac m = jac_pad(jac_ones(JAC_SHAPE(2, 3)), 0, JAC_DIMS(1, 0), JAC_DIMS(0, 2));
    expect_same(jac_trim_zeros(m, "fb"), jac_ones(JAC_SHAPE(2, 3)));
    expect_same(jac_trim_zeros(m, "fb", 1), jac_pad(jac_ones(JAC_SHAPE(2, 3)), 0, JAC_DIMS(1, 0), JAC_DIMS(0, 0)));
}

Test(numerics, roots_leave_leading_zeros_out)
{
    jac r = jac_sort(jac_real(jac_roots(jac_asarray((float[]){0, 0, 1, -3, 2}))));
    cr_expect(jac_item_bool(jac_allclose(r, jac_asarray((float[]){1, 2}))));
    cr_expect_eq(jac_size(jac_roots(jac_asarray((float[]){0, 5}))), 0);
    jac line = jac_roots(jac_asarray((double[]){2, -3}));
    cr_expect_eq(jac_dtype_of(line), JAC_C128);
    cr_expect(jac_item_bool(jac_allclose(jac_real(line), 1.5)));
}

Test(numerics, polynomials_are_trimmed_on_request)
{
    jac p = jac_asarray((float[]){0, 1, -1}), q = jac_asarray((float[]){1, 1});
    expect_same(jac_polymul(p, q, .trim_leading_zeros = true), jac_asarray((float[]){1, 0, -1}));
    jac_quotient_remainder y = jac_polydiv(jac_asarray((float[]){1, 0, 1}), q, .trim_leading_zeros = true);
    expect_same(y.remainder, jac_asarray((float[]){2}));
}

Test(numerics, a_fit_gives_more_on_request)
{
    jac x = jac_asarray((float[]){0, 1, 2, 3}), y = jac_asarray((float[]){1, 3, 5, 8});
    jac residuals, rank, s, cov;
    jac c = jac_polyfit(x, y, 1, .residuals = &residuals, .rank = &rank, .singular_values = &s, .cov = &cov, .unscaled = true);
    cr_assert(jac_ok(c), "%s", jac_error());
    cr_expect(jac_item_bool(jac_allclose(c, jac_asarray((float[]){2.3, 0.8}), .rtol = 1e-4)));
    cr_expect_eq(jac_item_i64(rank), 2);
    cr_expect_float_eq(jac_item_f64(residuals), 0.3, 1e-4);
    cr_expect_eq(jac_size(s), 2);
    cr_expect_float_eq(jac_item_f64(jac_at(cov, 0, 0)), 0.2, 1e-4);
}

/* ---- errors ------------------------------------------------------------------------------------ */

JAC_DEF(jac, repeated, (jac, n))
{
    return jac_repeat(jac_ones(3), n);
}

JAC_DEF(jac, trimmed, (jac, x))
{
    return jac_trim_zeros(x, "fb");
}

Test(numerics, what_does_not_fit_is_an_error)
{
    jac x = jac_ones(3), m = jac_ones(JAC_SHAPE(2, 3)), y[3];
    FAILS_WITH(jac_repeat(x, -1), "at least 0, but is -1");
    FAILS_WITH(jac_repeat(x, JAC_DIMS(1, 2)), "2 numbers of repeats are given for 3 parts");
    FAILS_WITH(jac_repeat(x, jac_ones(3)), "integers");
    FAILS_WITH(jac_call1(jac_jit(repeated_fn), jac_asarray((int[]){1, 2, 3})), ".total_repeat_length");
    FAILS_WITH(jac_call1(jac_jit(trimmed_fn), x), "trim_zeros");
    FAILS_WITH(jac_tile(x, -2), "at least 0");
    FAILS_WITH(jac_roll(m, JAC_DIMS(1, 2, 3), JAC_AXES(0, 1)), "3 shifts are given for 2 axes");
    FAILS_WITH(jac_roll(m, 1, 2), "axis");
    FAILS_WITH(jac_rot90(x), "at least 2 axes");
    FAILS_WITH(jac_meshgrid(JAC_ARRAYS(m), y), "must be a vector");
    FAILS_WITH(jac_meshgrid(JAC_ARRAYS(x), y, .indexing = "yx"), "\"yx\"");
    FAILS_WITH(jac_split(x, 2, y), "cannot be divided into 2");
    FAILS_WITH(jac_split(x, 0, y), "at least 1");
    FAILS_WITH(jac_block(JAC_SHAPE(2, 2), x, x), "2 blocks are given");
    FAILS_WITH(jac_diag(jac_ones(JAC_SHAPE(1, 1, 1))), "a vector or a matrix");
    FAILS_WITH(jac_tril(x), "must be a matrix");
    FAILS_WITH(jac_diagonal(m, .axis1 = 1), "must differ");
    FAILS_WITH(jac_vander(m), "takes a vector");
    FAILS_WITH(jac_collapse(m, 1, 3), "not axes of");
    FAILS_WITH(jac_tensordot(x, m, 2), "cannot be summed over");
    FAILS_WITH(jac_inner(x, jac_ones(2)), "do not match");
    FAILS_WITH(jac_matvec(m, jac_ones(2)), "do not match");
    FAILS_WITH(jac_diff(x, -1), "at least 0");
    FAILS_WITH(jac_gradient(jac_ones(1), y), "at least 2 elements");
    FAILS_WITH(jac_interp(x, x, jac_ones(2)), "of one size");
    FAILS_WITH(jac_trapezoid(x, .x = x, .dx = x), "only one");
    FAILS_WITH(jac_average(m, .weights = x), "weights");
    FAILS_WITH(jac_cov(jac_ones(JAC_SHAPE(1, 1, 1))), "a vector or a matrix");
    FAILS_WITH(jac_cov(m, .fweights = x), "integers");
    FAILS_WITH(jac_gcd(x, x), "must be integers");
    FAILS_WITH(jac_ldexp(x, x), "must be integers");
    FAILS_WITH(jac_frexp(jac_complex(x, x)).mantissa, "takes real numbers");
    FAILS_WITH(jac_polyadd(m, x), "vector of coefficients");
    FAILS_WITH(jac_polyfit(x, x, -1), "degree");
    FAILS_WITH(jac_polyfit(x, jac_ones(2), 1), "as many rows");
    FAILS_WITH(jac_extend(x, 1, 1, "mean"), "\"mean\"");
    FAILS_WITH(jac_extend(x, -1, 1, "edge"), "at least 0");
    FAILS_WITH(jac_extend(m, 1, 1, "edge"), "widths are given for f32[2,3]");
    FAILS_WITH(jac_extend(jac_ones(0), 1, 0, "wrap"), "no elements");
    FAILS_WITH(jac_round(jac_asarray(3), -1), "cannot be rounded");
    FAILS_WITH(jac_delete(x, 3), "out of range");
    FAILS_WITH(jac_insert(m, 1, jac_ones(2), 0), "broadcast");
    FAILS_WITH(jac_select(JAC_ARRAYS(x), JAC_ARRAYS(x, x)), "1 conditions are given, but 2 choices");
    FAILS_WITH(jac_packbits(x), "integers or bools");
    FAILS_WITH(jac_unpackbits(jac_astype(x, JAC_I32)), "u8");
    FAILS_WITH(jac_ragged_dot(x, x, x), "[g, k, n]");
    FAILS_WITH(jac_sum(x, .where = jac_ones(3)), ".where must be bools");
    FAILS_WITH(jac_max(x, .where = jac_ones(3, JAC_BOOL)), ".initial must be given");
    FAILS_WITH(jac_max(x, .dtype = JAC_F64), ".dtype is not an option");
    FAILS_WITH(jac_mean(x, .dtype = JAC_I32), "must be a float");
    FAILS_WITH(jac_sum(x, .initial = x), "must be a scalar");
    FAILS_WITH(jac_ptp(x, .ddof = 1), ".axis and .keepdims");
    FAILS_WITH(jac_cummax(m, .dtype = JAC_F32), "cumsum and cumprod only");
    FAILS_WITH(jac_corrcoef(m, .bias = true), "its options");
}

JAC_DEF(jac, product_of, (jac, a), (jac, b))
{
    return jac_matmul(a, b);
}

Test(numerics, signatures_that_do_not_fit_are_errors)
{
    jac x = jac_ones(3), m = jac_ones(JAC_SHAPE(2, 3));
    FAILS_WITH(jac_vectorize(product_of_fn, "(n)->()"), "2 arguments");
    FAILS_WITH(jac_vectorize(product_of_fn, "(n),(m"), "2 arguments");
    jac_fn f = jac_vectorize(product_of_fn, "(n,m),(m)->(n)");
    FAILS_WITH(jac_call1(f, m, jac_ones(2)), "dimension m is 3");
    FAILS_WITH(jac_call1(f, x, x), "at least 2 dimensions");
    FAILS_WITH(jac_call1(f, jac_ones(JAC_SHAPE(2, 2, 3)), jac_ones(JAC_SHAPE(3, 3))), "do not broadcast");
}

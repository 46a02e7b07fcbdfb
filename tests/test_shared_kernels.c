/* Kernels that are large enough for threads to share, and operands that are read in tiles: for
 * every shape they give the interpreter's numbers, and the same numbers each time. */
#include <criterion/criterion.h>
#include <math.h>

#include "jacquard.h"
#include "jacquard/numpy.h"
#include "tests/handles.h"

static jac total(jac x)
{
    return jac_add(jac_sum(jac_mul(x, x)), jac_max(x));
}

JAC_DEF(jac, chain, (jac, x))
{
    return jac_div(jac_tanh(x), jac_add(1, jac_exp(jac_neg(x))));
}
JAC_DEF(jac, rows, (jac, x))
{
    return jac_sum(jac_mul(x, x), .axis = JAC_AXES(-1));
}
JAC_DEF(jac, columns, (jac, x))
{
    return jac_max(jac_sin(x), .axis = JAC_AXES(0));
}
JAC_DEF(jac, everything, (jac, x))
{
    return total(x);
}
JAC_DEF(jac, softmax, (jac, x))
{
    return jac_softmax(x, -1);
}
JAC_DEF(jac, centred, (jac, x))
{
    return jac_sub(x, jac_mean(x));
}
JAC_DEF(jac, turned, (jac, x))
{
    return jac_add(jac_mul(2, jac_swapaxes(x, -1, -2)), 1);
}
JAC_DEF(jac, turned_sum, (jac, x))
{
    return jac_sum(jac_add(jac_swapaxes(x, -1, -2), 1), .axis = JAC_AXES(0));
}
JAC_DEF(jac, seams, (jac, x))
{
    return jac_concatenate(-1, jac_flip(x, -1), jac_exp(x), x);
}
JAC_DEF(jac, slope, (jac, x))
{
    return jac_call1(jac_grad(everything_fn), x);
}
JAC_DEF(jac, two_results, (jac, x))
{
    jac s = jac_sin(x);
    return jac_add(jac_mul(s, 2), jac_sum(s));
}

/* Many columns with several equal extremes, and one with a NaN. */
static jac tied(jac x)
{
    jac coarse = jac_floor(jac_mul(x, 4));
    return jac_where(jac_gt(x, 0.9999), NAN, coarse);
}
JAC_DEF(jac, greatest, (jac, x))
{
    return jac_astype(jac_argmax(tied(x), .axis = JAC_AXES(0)), JAC_F64);
}
JAC_DEF(jac, least, (jac, x))
{
    return jac_astype(jac_argmin(tied(x), .axis = JAC_AXES(-2)), JAC_F64);
}

static const struct {
    const char *name;
    jac_fn f;
    int least_rank;
    double tolerance; /* sums of floats are added in another order */
} functions[] = {
    {"chain", chain_fn, 1, 0},
    {"rows", rows_fn, 1, 1e-12},
    {"columns", columns_fn, 1, 0},
    {"everything", everything_fn, 1, 1e-12},
    {"softmax", softmax_fn, 1, 1e-12},
    {"centred", centred_fn, 1, 1e-12},
    {"turned", turned_fn, 2, 0},
    {"turned_sum", turned_sum_fn, 2, 1e-12},
    {"seams", seams_fn, 1, 0},
    {"slope", slope_fn, 1, 1e-12},
    {"two_results", two_results_fn, 1, 1e-12},
    {"greatest", greatest_fn, 1, 0},
    {"least", least_fn, 2, 0},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static void check(jac_dims shape, int rank)
{
    for (int f = 0; f < FUNCTIONS; f++)
        JAC_SCOPE () {
            if (rank < functions[f].least_rank)
                continue;
            jac x = test_waves(shape), want = JAC_NULL, got = JAC_NULL, again = JAC_NULL;
            jac_fn compiled = jac_jit(functions[f].f);
            cr_assert(jac_call(functions[f].f, &x, &want), "%s", jac_error());
            cr_assert(jac_call(compiled, &x, &got), "%s", jac_error());
            cr_assert(jac_call(compiled, &x, &again), "%s", jac_error());
            double worst = jac_item_f64(
                jac_max(jac_div(jac_abs(jac_sub(got, want)), jac_add(1, jac_abs(want)))));
            cr_assert(worst <= functions[f].tolerance, "%s of rank %d, leading %d: off by %g",
                      functions[f].name, rank, (int)shape.v[0], worst);
            cr_assert(jac_item_bool(jac_all(jac_eq(got, again))), "%s: another number each time",
                      functions[f].name);
        }
}

static void x64(void)
{
    jac_enable_x64(true);
}

#define SHAPES(X)                                                                                  \
    X(a_long_vector, JAC_SHAPE(200003), 1)                                                         \
    X(a_matrix, JAC_SHAPE(300, 1001), 2)                                                           \
    X(a_tall_matrix, JAC_SHAPE(70001, 3), 2)                                                       \
    X(a_wide_matrix, JAC_SHAPE(3, 70001), 2)                                                       \
    X(one_row, JAC_SHAPE(1, 150001), 2)                                                            \
    X(one_column, JAC_SHAPE(150001, 1), 2)                                                         \
    X(matrices, JAC_SHAPE(7, 333, 129), 3)                                                         \
    X(matrices_of_few_columns, JAC_SHAPE(5, 2001, 7), 3)                                           \
    X(powers_of_two, JAC_SHAPE(512, 512), 2)

#define SHAPE(name, shape, rank)                                                                   \
    Test(shared_kernels, name##_differs_from_interpreted, .init = x64)                             \
    {                                                                                              \
        check(shape, rank);                                                                        \
    }
SHAPES(SHAPE)

/* ---- long sums --------------------------------------------------------------------------------
 * A single accumulator for a million terms would lose terms that are small compared with it.
 */

JAC_DEF(jac, first_axis, (jac, x))
{
    return jac_sum(x, JAC_AXES(0));
}
JAC_DEF(jac, outer_axes, (jac, x))
{
    return jac_sum(x, JAC_AXES(0, 2));
}
JAC_DEF(jac, spread, (jac, x))
{
    return jac_var(jac_add(x, 3), JAC_AXES(0));
}
JAC_DEF(jac, two_sums, (jac, x))
{
    jac s = jac_sum(x, JAC_AXES(0)), q = jac_sum(jac_square(x), JAC_AXES(0));
    return jac_add(jac_mul(s, 2), q);
}
JAC_DEF(jac, bias_loss, (jac, b), (jac, x))
{
    return jac_sum(jac_mul(x, b));
}
JAC_DEF(jac, bias_slope, (jac, x))
{
    return jac_call1(jac_grad(bias_loss_fn), jac_ones(JAC_SHAPE(3), JAC_F32), x);
}

/* Compares f of a constant array in f32 with the same in f64. */
static void check_long(const char *name, jac_fn f, jac_dims shape, double bound)
{
    JAC_SCOPE () {
        jac x = jac_mul(jac_ones(shape, JAC_F32), 0.1);
        jac got = jac_astype(jac_call1(jac_jit(f), x), JAC_F64);
        jac want = jac_call1(f, jac_astype(x, JAC_F64));
        cr_assert(!jac_error(), "%s", jac_error());
        double off =
            jac_item_f64(jac_max(jac_div(jac_abs(jac_sub(got, want)), jac_add(1, jac_abs(want)))));
        cr_assert(off <= bound, "%s of %d ...: off by %g", name, (int)shape.v[0], off);
    }
}

Test(shared_kernels, long_sums_lose_small_terms, .init = x64)
{
    check_long("first_axis", first_axis_fn, JAC_SHAPE(1000003, 3), 1e-5);
    check_long("first_axis", first_axis_fn, JAC_SHAPE(100003, 64), 1e-5);
    check_long("first_axis", first_axis_fn, JAC_SHAPE(20001, 5, 7), 1e-5);
    check_long("outer_axes", outer_axes_fn, JAC_SHAPE(1200, 2, 1200), 1e-5);
    check_long("outer_axes", outer_axes_fn, JAC_SHAPE(1001, 3, 997), 1e-5);
    check_long("two_sums", two_sums_fn, JAC_SHAPE(300001, 3), 1e-5);
    check_long("spread", spread_fn, JAC_SHAPE(500003, 2), 1e-5);
}

Test(shared_kernels, sums_of_more_columns_than_a_tile_differ_from_interpreted, .init = x64)
{
    check_long("first_axis", first_axis_fn, JAC_SHAPE(1025, 5003), 1e-5);
    check_long("first_axis", first_axis_fn, JAC_SHAPE(1031, 8192), 1e-5);
    check_long("first_axis", first_axis_fn, JAC_SHAPE(1027, 3, 4999), 1e-5);
    check_long("first_axis", first_axis_fn, JAC_SHAPE(1100, 2, 3, 700), 1e-5);
    check_long("two_sums", two_sums_fn, JAC_SHAPE(1200, 2500), 1e-5);
}

Test(shared_kernels, gradients_of_biases_lose_small_terms, .init = x64)
{
    JAC_SCOPE () {
        jac x = jac_mul(jac_ones(JAC_SHAPE(1000003, 3), JAC_F32), 0.1);
        jac got = jac_call1(jac_jit(bias_slope_fn), x);
        double off = jac_item_f64(jac_astype(jac_max(jac_abs(jac_sub(got, 100000.3))), JAC_F64));
        cr_assert(!jac_error(), "%s", jac_error());
        cr_assert(off < 1, "off by %g of 100000", off);
    }
}

/* Incomplete gamma and beta functions: values that MPFR or mpmath give, in the tails and near x = a for
 * large parameters; their derivatives against differences; and the functions made of the gamma function.
 */
#include <math.h>
#include <string.h>

#include "tests/handles.h"

typedef jac function(jac a, jac b, jac x);

static jac igamma_of(jac a, jac b, jac x)
{
    (void)b;
    return jac_igamma(a, x);
}

static jac igammac_of(jac a, jac b, jac x)
{
    (void)b;
    return jac_igammac(a, x);
}

static jac grad_a_of(jac a, jac b, jac x)
{
    (void)b;
    return jac_igamma_grad_a(a, x);
}

static jac draw_grad_of(jac a, jac b, jac x)
{
    (void)b;
    return jac_random_gamma_grad(a, x);
}

static jac betainc_of(jac a, jac b, jac x)
{
    return jac_betainc(a, b, x);
}

static jac number(double v)
{
    return jac_scalar(JAC_F64, v);
}

// clang-format off
static const struct {
    const char *name;
    function *f;
    double a, b, x, want;
} values[] = {
    {"igamma", igamma_of, 0.01, 0, 1.0000000000000001e-09, 0.81746895666247865},
    {"igamma", igamma_of, 0.29999999999999999, 0, 0.90000000000000002, 0.90225264802966954},
    {"igamma", igamma_of, 1e-10, 0, 0.5, 0.99999999994402267},
    {"igamma", igamma_of, 3, 0, 0.001, 1.6654171665278076e-10},
    {"igamma", igamma_of, 7.5, 0, 7, 0.47447087023709111},
    {"igamma", igamma_of, 11.5, 0, 12, 0.59619155554019143},
    {"igamma", igamma_of, 50, 0, 40, 0.070335066659394957},
    {"igamma", igamma_of, 50, 0, 0.001, 3.2847275170409984e-215},
    {"igamma", igamma_of, 1000, 0, 970, 0.17162279019198107},
    {"igamma", igamma_of, 12000, 0, 11000, 2.9349504071973633e-21},
    {"igamma", igamma_of, 100000, 0, 99900.5, 0.37687564088371572},
    {"igamma", igamma_of, 1000000, 0, 1000000, 0.50013298076087254},
    {"igammac", igammac_of, 1.0000000000000001e-09, 0, 0.69999999999999996, 3.7376884351819818e-10},
    {"igammac", igammac_of, 1.0000000000000001e-09, 0, 3, 1.3048381118942774e-11},
    {"igammac", igammac_of, 0.5, 0, 600, 6.0995688148084334e-263},
    {"igammac", igammac_of, 3, 0, 0.5, 0.98561232203302929},
    {"igammac", igammac_of, 11.5, 0, 12, 0.40380844445980857},
    {"igammac", igammac_of, 40, 0, 42, 0.35806858932640606},
    {"igammac", igammac_of, 40, 0, 600, 3.0957032644816881e-199},
    {"igammac", igammac_of, 1000, 0, 1900, 1.0818939340784655e-114},
    {"igammac", igammac_of, 12000, 0, 13900, 1.5966939039239718e-61},
    {"igammac", igammac_of, 100000, 0, 100100.5, 0.37495558120595657},
    {"igamma_grad_a", grad_a_of, 1.0000000000000001e-05, 0, 0.5, -0.5597794622765575},
    {"random_gamma_grad", draw_grad_of, 1.0000000000000001e-05, 0, 0.5, 46146.068819423337},
    {"igamma_grad_a", grad_a_of, 0.5, 0, 3, -0.047240326447973748},
    {"random_gamma_grad", draw_grad_of, 0.5, 0, 3, 2.9129424164403646},
    {"igamma_grad_a", grad_a_of, 11.5, 0, 12, -0.11477657460804389},
    {"random_gamma_grad", draw_grad_of, 11.5, 0, 12, 1.0363581450352355},
    {"igamma_grad_a", grad_a_of, 50, 0, 40, -0.019821892882228662},
    {"random_gamma_grad", draw_grad_of, 50, 0, 40, 0.89554970274607537},
    {"igamma_grad_a", grad_a_of, 50, 0, 300, -4.3678119913411677e-72},
    {"random_gamma_grad", draw_grad_of, 50, 0, 300, 2.1566113877294804},
    {"igamma_grad_a", grad_a_of, 1000, 0, 970, -0.0080930518681601466},
    {"random_gamma_grad", draw_grad_of, 1000, 0, 970, 0.98501186103390725},
    {"igamma_grad_a", grad_a_of, 12000, 0, 11000, -2.5812553867024387e-22},
    {"random_gamma_grad", draw_grad_of, 12000, 0, 11000, 0.95713843704270474},
    {"betainc", betainc_of, 1.0000000000000001e-09, 1.0000000000000001e-09, 0.5, 0.5},
    {"betainc", betainc_of, 1, 1.0000000000000001e-09, 0.90000000000000002, 2.302585090343097e-09},
    {"betainc", betainc_of, 0.29999999999999999, 0.20000000000000001, 0.050000000000000003, 0.17678607977658073},
    {"betainc", betainc_of, 0.01, 500, 0.001, 0.99437027494015062},
    {"betainc", betainc_of, 300, 0.29999999999999999, 0.999, 0.27315769052162941},
    {"betainc", betainc_of, 5, 7, 0.01, 4.3938926336161003e-08},
    {"betainc", betainc_of, 30, 20, 0.55000000000000004, 0.23288860678656931},
    {"betainc", betainc_of, 60, 70, 0.29999999999999999, 5.7551183174934901e-05},
    {"betainc", betainc_of, 200, 300, 0.40999999999999998, 0.67762816477217891},
    {"betainc", betainc_of, 5000, 6000, 0.46999999999999997, 0.99942380326938129},
    {"betainc", betainc_of, 10000, 3, 0.99950000000000006, 0.1245046618184688},
    {"betainc", betainc_of, 10000, 50, 0.98999999999999999, 7.9775955313571469e-09},
};
// clang-format on

Test(igamma, values_are_those_of_mpmath_also_in_the_tails_and_for_large_parameters)
{
    for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
        JAC_SCOPE () {
            double got = jac_item_f64(
                values[k].f(number(values[k].a), number(values[k].b), number(values[k].x)));
            double error = fabs(got - values[k].want) / fabs(values[k].want);
            cr_expect(error < 4e-15, "%s(%.17g, %.17g, %.17g) is %.17g, but must be %.17g",
                      values[k].name, values[k].a, values[k].b, values[k].x, got, values[k].want);
        }
    }
}

/* ---- derivatives ------------------------------------------------------------------------------- */

JAC_DEF(jac, igamma_by, (jac, a), (jac, x))
{
    return jac_sum(jac_igamma(a, x));
}

JAC_DEF(jac, igammac_by, (jac, a), (jac, x))
{
    return jac_sum(jac_igammac(a, x));
}

JAC_DEF(jac, betainc_by, (jac, a), (jac, x))
{
    return jac_sum(jac_betainc(a, 2.5, x));
}

static jac call2(jac_fn f, double a, double x)
{
    return jac_call1(f, number(a), number(x));
}

static double slope_of(jac_fn f, int by, double a, double x)
{
    const double h = 1e-5;
    jac plus = call2(f, a + (by ? 0 : h), x + (by ? h : 0));
    jac minus = call2(f, a - (by ? 0 : h), x - (by ? h : 0));
    return (jac_item_f64(plus) - jac_item_f64(minus)) / (2 * h);
}

static void check_slope(const char *name, jac_fn f, int by, double a, double x)
{
    jac_fn d = jac_jit(jac_grad(f, by));
    double got = jac_item_f64(call2(d, a, x)), want = slope_of(f, by, a, x);
    cr_expect(fabs(got - want) < 1e-7 * (1 + fabs(want)), "d %s / d %s at %g, %g: %.12g, not %.12g", name,
              by ? "x" : "a", a, x, got, want);
}

Test(igamma, derivatives_match_differences)
{
    const double at[][2] = {{0.3, 0.2}, {0.7, 3}, {5, 2}, {5, 9}, {30, 28}, {30, 60}};
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        JAC_SCOPE () {
            for (int by = 0; by < 2; by++) {
                check_slope("igamma", igamma_by_fn, by, at[k][0], at[k][1]);
                check_slope("igammac", igammac_by_fn, by, at[k][0], at[k][1]);
            }
            check_slope("betainc", betainc_by_fn, 1, at[k][0], 0.3);
            check_slope("the slope of igamma", jac_grad(igamma_by_fn, 1), 1, at[k][0], at[k][1]);
            check_slope("the slope of igamma", jac_grad(igamma_by_fn, 1), 0, at[k][0], at[k][1]);
            check_slope("the slope of betainc", jac_grad(betainc_by_fn, 1), 1, at[k][0], 0.3);
            check_slope("the slope of betainc", jac_grad(betainc_by_fn, 1), 0, at[k][0], 0.3);
        }
    }
}

Test(igamma, derivatives_at_zero_are_finite_where_they_exist)
{
    JAC_SCOPE () {
        jac_fn d = jac_grad(igamma_by_fn, 1), dd = jac_grad(d, 1);
        cr_expect_eq(jac_item_f64(call2(d, 1, 0)), 1);
        cr_expect_eq(jac_item_f64(call2(d, 2, 0)), 0);
        cr_expect_eq(jac_item_f64(call2(dd, 1, 0)), -1);
        cr_expect_eq(jac_item_f64(call2(dd, 2, 0)), 1);
    }
}

Test(igamma, a_derivative_that_does_not_exist_is_an_error_that_names_the_operand)
{
    JAC_SCOPE () {
        cr_expect(!jac_ok(call2(jac_grad(betainc_by_fn, 0), 2, 0.5)));
        cr_expect(strstr(jac_error(), "betainc has no derivative with respect to a"), "%s", jac_error());
        jac_error_clear();
        jac_fn twice = jac_grad(jac_grad(igamma_by_fn, 0), 0);
        cr_expect(!jac_ok(call2(twice, 2, 0.5)));
        cr_expect(strstr(jac_error(), "igamma_grad_a has no derivative with respect to a"), "%s",
                  jac_error());
        jac_error_clear();
    }
}

/* ---- functions made of gamma ------------------------------------------------------------------- */

Test(igamma, poch_and_comb_are_scipys)
{
    JAC_SCOPE () {
        cr_expect_float_eq(jac_item_f64(jac_poch(number(2.5), 3)), 2.5 * 3.5 * 4.5, 1e-12);
        cr_expect_eq(jac_item_f64(jac_poch(number(2.5), 0)), 1);
        cr_expect_float_eq(jac_item_f64(jac_comb(number(10), 3)), 120, 1e-11);
        cr_expect_eq(jac_item_f64(jac_comb(number(3), 5)), 0);
        cr_expect_eq(jac_item_f64(jac_comb(number(-3), 1)), 0);
        cr_expect_eq(jac_item_f64(jac_comb(number(3), -1)), 0);
    }
}

Test(igamma, integers_become_floats_and_operands_broadcast)
{
    JAC_SCOPE () {
        jac y = jac_betainc(2, jac_ones(3), jac_full(JAC_SHAPE(2, 1), 0.5));
        cr_expect_eq(jac_ndim(y), 2);
        cr_expect_eq(jac_dim(y, 1), 3);
        cr_expect_float_eq(jac_item_f64(jac_at(jac_ravel(y), 0)), 0.25, 1e-7);
        cr_expect_float_eq(jac_item_f64(jac_gammainc(1, 2)), 1 - exp(-2), 1e-6);
    }
}

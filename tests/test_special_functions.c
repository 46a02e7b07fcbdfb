/* Special functions against JAX's values, gradients and second derivatives, in f64; and what JAX does not
 * have or has wrong. Accuracy is measured apart (tests/accuracy).
 */
#include <math.h>
#include <stdlib.h>

#include "tests/handles.h"
#include "tests/jax_cases.h"
#include "tests/special_cases.h"

SPECIAL_CASES(JAX_CASE)
static const jax_case cases[] = {SPECIAL_CASES(JAX_ROW)};
static const int ncases = sizeof cases / sizeof *cases;

Test(special, functions_and_their_derivatives_are_jaxs)
{
    jac_enable_x64(true);
    int checked = jax_check_file(JAC_TEST_DATA "/special_cases.txt", true, 1000, ncases, cases);
    cr_expect(getenv("NUMPY_CASE") || checked == ncases, "%d cases of %d are in the file", checked,
              ncases);
}

/* ---- what JAX does not have, or has wrong ---------------------------------------------------------- */

#define OF_X(name, expression)                                                                     \
    JAC_DEF(jac, name##_of, (jac, x))                                                              \
    {                                                                                              \
        return expression;                                                                         \
    }
OF_X(exp1, jac_exp1(x))
OF_X(expn_3, jac_expn(3, x))
OF_X(expn_0, jac_expn(0, x))
OF_X(expn_half, jac_expn(2.5, x))
OF_X(spence, jac_spence(x))
OF_X(log_ndtr, jac_log_ndtr(x))
OF_X(erfcx, jac_erfcx(x))
OF_X(dawsn, jac_dawsn(x))
OF_X(boxcox_power, jac_boxcox(2.0, x))
OF_X(hyp1f1_a, jac_hyp1f1(x, 1.5, 0.4))
OF_X(hyp1f1_b, jac_hyp1f1(0.5, x, -7.0))
OF_X(hyp2f1_c, jac_hyp2f1(0.5, 1.2, x, 0.4))
OF_X(hyp2f1_x, jac_hyp2f1(0.5, 1.2, 2.5, x))
OF_X(log_gamma_left, jac_real(jac_loggamma(jac_complex(jac_neg(x), 0.5))))
OF_X(bessel_j3, jac_at(jac_bessel_jn(x, 3), 3))

// clang-format off
static const struct {
    const char *name;
    const jac_fn *f;
    double x, want[3]; /* the true value, first and second derivative */
} truths[] = {
    {"exp1", &exp1_of_fn, 0.3, {0.9056766516758468, -2.4693940689390597, 10.700707632069259}},
    {"exp1", &exp1_of_fn, 2.5, {0.024914917870269736, -0.03283399944955952, 0.04596759922938332}},
    {"expn_3", &expn_3_of_fn, 0.3, {0.30004182656401435, -0.46911522517896387, 0.9056766516758468}},
    {"expn_3", &expn_3_of_fn, 1.5, {0.056739490170354276, -0.07310078653848084, 0.10001958240663265}},
    {"expn_0", &expn_0_of_fn, 0.7, {0.7094075768448708, -1.7228469723375435, 5.631827497809281}},
    {"expn(2.5)", &expn_half_of_fn, 0.2, {0.4389070873650623, -0.8018506101519423, 2.0890272400100534}},
    {"expn(2.5)", &expn_half_of_fn, 3, {0.009718155243784016, -0.01173661183406264, 0.014639587483610874}},
    {"spence", &spence_of_fn, 1.25, {-0.23590029768626344, -0.8925742052568391, 0.3702968210273561}},
    {"spence", &spence_of_fn, 1.0625, {-0.06154964712564214, -0.9699939490629574, 0.46107965559555497}},
    {"log_ndtr", &log_ndtr_of_fn, -30, {-454.3212439563432, 30.033259667433676, -0.9988962284881099}},
    {"log_ndtr", &log_ndtr_of_fn, -16, {-131.6953960737597, 16.062020989654506, -0.9961824376298212}},
    {"log_ndtr", &log_ndtr_of_fn, 2, {-0.02301290932896349, 0.055247862678989956, -0.11354805168857644}},
    {"erfcx", &erfcx_of_fn, 0.5, {0.6156903441929259, -0.5126888229025867, 0.718691865483265}},
    {"erfcx", &erfcx_of_fn, 40, {0.014100335983377814, -0.0003522884252874839, 1.75979437569139e-05}},
    {"dawsn", &dawsn_of_fn, 0.5, {0.4244363835020223, 0.5755636164979777, -1.4244363835020224}},
    {"dawsn", &dawsn_of_fn, 3.25, {0.162570914560687, -0.05671094464446548, 0.04347931106765161}},
    {"boxcox", &boxcox_power_of_fn, 0.01, {0.6955550056718809, 0.24133947991226362, 0.11158690818836589}},
    {"boxcox", &boxcox_power_of_fn, 1.5, {1.21895141649746, 0.49437658029308956, 0.24678211743074707}},
    {"hyp1f1 by a", &hyp1f1_a_of_fn, 1.3, {1.4193015894844785, 0.3570068307342115, 0.05566722720808048}},
    {"hyp1f1 by b", &hyp1f1_b_of_fn, 1.3, {0.2962470633304162, 0.21017675411160275, -0.18872978050917527}},
    {"hyp2f1 by c", &hyp2f1_c_of_fn, 1.3, {1.2638187932784892, -0.24832801726400192, 0.4300086761146119}},
    {"hyp2f1", &hyp2f1_x_of_fn, 0.95, {1.5425360840611047, 2.0970990511747307, 22.35438081606356}},
    {"hyp2f1", &hyp2f1_x_of_fn, -12, {0.43368772216771395, 0.013351149387633075, 0.0013188620533831148}},
    {"loggamma", &log_gamma_left_of_fn, 1.3, {0.16585889159734116, -0.8859605043617483, 0.13131180126150604}},
    {"bessel_jn", &bessel_j3_of_fn, 1.3, {0.04113582571991693, 0.08809787018431395, 0.11016310933312701}},
    {"bessel_jn", &bessel_j3_of_fn, 40, {-0.1261448155058208, 0.008395886480578521, 0.1252253537565861}},
};
// clang-format on

Test(special, derivatives_that_jax_does_not_have_are_the_true_ones)
{
    jac_enable_x64(true);
    for (size_t k = 0; k < sizeof truths / sizeof *truths; k++)
        JAC_SCOPE () {
            jac_fn f = *truths[k].f;
            for (int order = 0; order < 3; f = jac_grad(f), order++)
                for (int compiled = 0; compiled < 2; compiled++) {
                    double want = truths[k].want[order];
                    jac y = jac_call1(compiled ? jac_jit(f) : f, jac_asarray(truths[k].x));
                    cr_assert(jac_ok(y), "%s: %s", truths[k].name, jac_error());
                    cr_expect_leq(fabs(jac_item_f64(y) - want), 1e-11 * fabs(want),
                                  "%s at %g, order %d, compiled %d: %.17g, not %.17g",
                                  truths[k].name, truths[k].x, order, compiled, jac_item_f64(y),
                                  want);
                }
        }
}

Test(special, ends_that_jax_has_wrong_are_the_limits)
{
    jac_enable_x64(true);
    JAC_SCOPE () {
        cr_expect_eq(jac_item_f64(jac_expi(0.0)), -INFINITY);
        cr_expect_eq(jac_item_f64(jac_expi(INFINITY)), INFINITY);
        cr_expect_eq(jac_item_f64(jac_expi(-INFINITY)), 0);
        cr_expect_eq(jac_item_f64(jac_exp1(INFINITY)), 0);
        cr_expect_eq(jac_item_f64(jac_expn(2, 0.0)), 1);
        cr_expect_eq(jac_item_f64(jac_expn(5, 0.0)), 0.25);
        cr_expect_eq(jac_item_f64(jac_dawsn(INFINITY)), 0);
        cr_expect_eq(jac_item_f64(jac_spence(INFINITY)), -INFINITY);
        cr_expect_eq(jac_item_f64(jac_sinc(1e300)), 0);
        cr_expect_eq(jac_item_f64(jac_at(jac_bernoulli(8), 4)), -1.0 / 30);
        cr_expect_eq(jac_item_f64(jac_at(jac_bessel_jn(0.0, 2), 0)), 1);
        cr_expect_eq(jac_item_f64(jac_hyp1f1(-1, -2, 3.0)), 2.5);
    }
}

Test(special, harmonics_and_bernoulli_numbers_refuse_what_they_cannot_take)
{
    JAC_SCOPE () {
        FAILS_WITH(jac_sph_harm_y(1.5f, 0, 0.3f, 0.2f), "n and m must be integers, but n is f32");
        FAILS_WITH(jac_sph_harm_y(20000, 0, 0.3f, 0.2f), "n_max must be at most 10000");
        FAILS_WITH(jac_bernoulli(-1), "bernoulli: n must be from 0 to 1000000, but is -1");
        FAILS_WITH(jac_bessel_jn(1.0f, -2), "bessel_jn: v must be from 0 to 10000, but is -2");
        FAILS_WITH(jac_dawsn(jac_complex(1.0f, 1.0f)), "dawsn");
    }
}

JAC_DEF(jac, derivative_by_n, (jac, n))
{
    return jac_expn(n, 0.5);
}

Test(special, there_is_no_derivative_by_the_order_of_expn)
{
    JAC_SCOPE ()
        FAILS_WITH(jac_call1(jac_grad(derivative_by_n_fn), jac_asarray(2.0f)),
                   "expn has no derivative with respect to n");
}

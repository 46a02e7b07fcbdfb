/* Special functions: their values and first and second derivatives are jax.scipy.special's, in f64,
 * interpreted and compiled. Accuracy is measured apart (tests/accuracy).
 */
#include <math.h>

#include "tests/handles.h"

#define OF_X(name, expression)                                                                     \
    JAC_DEF(jac, name##_of, (jac, x))                                                              \
    {                                                                                              \
        return expression;                                                                         \
    }
OF_X(lgamma, jac_gammaln(x))
OF_X(digamma, jac_digamma(x))
OF_X(gamma, jac_gamma(x))
OF_X(trigamma, jac_polygamma(1, x))
OF_X(zeta_2, jac_zeta(2, x))
OF_X(factorial, jac_factorial(x))
OF_X(betaln, jac_betaln(x, 3.5))
OF_X(beta, jac_beta(x, 3.5))
OF_X(multigammaln, jac_multigammaln(x, 3))
OF_X(i0, jac_i0(x))
OF_X(i1, jac_i1(x))
OF_X(i0e, jac_i0e(x))
OF_X(i1e, jac_i1e(x))
OF_X(xlogy, jac_xlogy(x, 3))
OF_X(xlog1py, jac_xlog1py(x, 3))
OF_X(entr, jac_entr(x))
OF_X(rel_entr, jac_rel_entr(x, 0.4))
OF_X(kl_div, jac_kl_div(x, 0.4))
OF_X(logit, jac_logit(x))
OF_X(expit, jac_expit(x))
OF_X(ndtr, jac_ndtr(x))

// clang-format off
static const struct {
    const char *name;
    const jac_fn *f;
    double x, want[3]; /* the value, the first and the second derivative */
} cases[] = {
    {"lgamma", &lgamma_of_fn, -1.5, {0.8600470153764805, 0.703156640645244, 9.379246644989122}},
    {"lgamma", &lgamma_of_fn, 0.3, {1.0957979948180747, -3.5025242222001336, 12.245364546107734}},
    {"lgamma", &lgamma_of_fn, 7.25, {7.052185450738545, 1.9104535268837364, 0.14787923315893217}},
    {"digamma", &digamma_of_fn, -1.5, {0.703156640645244, 9.379246644989122, -0.23620405164172797}},
    {"digamma", &digamma_of_fn, 0.3, {-3.5025242222001336, 12.245364546107734, -75.27253658872594}},
    {"digamma", &digamma_of_fn, 7.25, {1.9104535268837364, 0.14787923315893217, -0.02182895229519771}},
    {"gamma", &gamma_of_fn, -1.5, {2.3632718012073535, 1.6617502606685974, 23.33417984355456}},
    {"gamma", &gamma_of_fn, 0.3, {2.991568987687588, -10.47804284175851, 73.3324516735749}},
    {"gamma", &gamma_of_fn, 7.25, {1155.381013919996, 2207.3017329379636, 4387.804238932795}},
    {"trigamma", &trigamma_of_fn, 0.3, {12.245364546107734, -75.27253658872594, 743.1417646550502}},
    {"trigamma", &trigamma_of_fn, 7.25, {0.14787923315893217, -0.02182895229519771, 0.00643303759794016}},
    {"zeta_2", &zeta_2_of_fn, 0.3, {12.245364546107734, -75.27253658872601, 743.1417646550498}},
    {"zeta_2", &zeta_2_of_fn, 7.25, {0.14787923315893217, -0.021828952295197736, 0.006433037597940157}},
    {"factorial", &factorial_of_fn, 0.0, {1.0, -0.5772156649015334, 1.9781119906559457}},
    {"factorial", &factorial_of_fn, 4.5, {52.342777784553626, 84.32909066643144, 146.29615446405757}},
    {"betaln", &betaln_of_fn, 0.3, {0.7504493879962435, -4.700214068192409, 11.944583404322838}},
    {"betaln", &betaln_of_fn, 2.5, {-3.3018352699620523, -1.0029610277865566, 0.3090348003631196}},
    {"beta", &beta_of_fn, 0.3, {2.117951584803835, -9.954825834645392, 72.08786178541266}},
    {"beta", &beta_of_fn, 2.5, {0.0368155389092554, -0.03692455074294276, 0.04841116808078115}},
    {"multigammaln", &multigammaln_of_fn, 3.5, {3.8958984821540388, 2.7290976163889535, 1.215649579048696}},
    {"i0", &i0_of_fn, -2.5, {3.289839144050123, -2.516716245288698, 2.2831526459346443}},
    {"i0", &i0_of_fn, 0.5, {1.0634833707413236, 0.2578943053908964, 0.5476947599595309}},
    {"i1", &i1_of_fn, -2.5, {-2.5167162452886984, 2.2831526459346443, -2.0061297861610328}},
    {"i1", &i1_of_fn, 0.5, {0.25789430539089636, 0.5476947599595309, 0.1940820070354201}},
    {"i0e", &i0e_of_fn, -2.5, {0.27004644161220276, 0.06346179208093622, 0.044289724349365844}},
    {"i0e", &i0e_of_fn, 0.5, {0.6450352704491501, -0.4886144672642784, 0.6643873281588133}},
    {"i0e", &i0e_of_fn, 30.0, {0.07314594648223728, -0.0012296158835897464, 6.202074722456985e-05}},
    {"i1e", &i1e_of_fn, -2.5, {-0.20658464953126654, -0.019172067731570375, 0.003567353331735048}},
    {"i1e", &i1e_of_fn, 0.5, {0.15642080318487173, 0.17577286089453492, -0.39024983720839623}},
    {"i1e", &i1e_of_fn, 30.0, {0.07191633059864753, -0.0011675951363651765, 5.68061246527668e-05}},
    {"xlogy", &xlogy_of_fn, 0.0, {0.0, 1.0986122886681098, 0.0}},
    {"xlogy", &xlogy_of_fn, 2.0, {2.1972245773362196, 1.0986122886681098, 0.0}},
    {"xlog1py", &xlog1py_of_fn, 0.0, {0.0, 1.3862943611198906, 0.0}},
    {"xlog1py", &xlog1py_of_fn, 2.0, {2.772588722239781, 1.3862943611198906, 0.0}},
    {"entr", &entr_of_fn, 0.3, {0.3611918412977808, 0.20397280432593612, -3.3333333333333335}},
    {"entr", &entr_of_fn, 2.0, {-1.3862943611198906, -1.6931471805599454, -0.5}},
    {"rel_entr", &rel_entr_of_fn, 0.3, {-0.08630462173553433, 0.7123179275482189, 3.3333333333333335}},
    {"kl_div", &kl_div_of_fn, 0.3, {0.013695378264465707, -0.2876820724517811, 3.3333333333333335}},
    {"logit", &logit_of_fn, 0.3, {-0.8472978603872036, 4.761904761904762, -9.070294784580499}},
    {"logit", &logit_of_fn, 0.9, {2.1972245773362196, 11.111111111111112, 98.76543209876549}},
    {"expit", &expit_of_fn, -3.0, {0.04742587317756678, 0.04517665973091214, 0.04089157466094349}},
    {"expit", &expit_of_fn, 0.5, {0.6224593312018546, 0.2350037122015945, -0.05755679485232076}},
    {"ndtr", &ndtr_of_fn, -1.2, {0.11506967022170822, 0.19418605498321295, 0.23302326597985556}},
    {"ndtr", &ndtr_of_fn, 3.0, {0.9986501019683699, 0.004431848411938004, -0.013295545235814015}},
    {"ndtr", &ndtr_of_fn, -20.0, {2.753624118606155e-89, 5.520948362159607e-88, 1.1041896724319216e-86}},
};
// clang-format on

Test(special, values_and_derivatives_are_those_of_jax)
{
    jac_enable_x64(true);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        JAC_SCOPE () {
            jac_fn f = *cases[k].f;
            jac x = jac_asarray(cases[k].x);
            for (int order = 0; order < 3; f = jac_grad(f), order++) {
                double want = cases[k].want[order], bound = 1e-11 * fmax(fabs(want), 1e-3);
                if (fabs(want) < 1e-80)
                    bound = 1e-11 * fabs(want);
                for (int compiled = 0; compiled < 2; compiled++) {
                    jac y = jac_call1(compiled ? jac_jit(f) : f, x);
                    cr_assert(jac_ok(y), "%s: %s", cases[k].name, jac_error());
                    cr_expect_leq(fabs(jac_item_f64(y) - want), bound,
                                  "%s at %g, order %d, compiled %d: %.17g, not %.17g",
                                  cases[k].name, cases[k].x, order, compiled, jac_item_f64(y),
                                  want);
                }
            }
        }
}

Test(special, signs_and_ends_are_those_of_jax)
{
    jac_enable_x64(true);
    JAC_SCOPE () {
        cr_expect_eq(jac_item_f64(jac_gammasgn(-1.5)), 1);
        cr_expect_eq(jac_item_f64(jac_gammasgn(-0.5)), -1);
        cr_expect_eq(jac_item_f64(jac_entr(0.0)), 0);
        cr_expect_eq(jac_item_f64(jac_entr(-1.0)), -INFINITY);
        cr_expect_eq(jac_item_f64(jac_xlogy(0.0, 0.0)), 0);
        cr_expect_eq(jac_item_f64(jac_rel_entr(0.0, 0.3)), 0);
        cr_expect_eq(jac_item_f64(jac_rel_entr(0.3, 0.0)), INFINITY);
        cr_expect_eq(jac_item_f64(jac_lgamma(-2.0)), INFINITY);
        cr_expect_eq(jac_item_f64(jac_logit(0.0)), -INFINITY);
        cr_expect_eq(jac_item_f64(jac_logit(1.0)), INFINITY);
    }
}

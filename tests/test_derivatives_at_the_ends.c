/* Values and derivatives where a formula made of rounded results, of squares that overflow, or of a
 * difference of nearly equal numbers would be wrong though the right number is representable. Each
 * is computed interpreted and compiled.
 */
#include <criterion/criterion.h>
#include <jacquard.h>
#include <math.h>
#include <stdlib.h>

/* ---- functions ------------------------------------------------------------------------------- */

#define OF_X(name, expression)                                                                     \
    JAC_DEF(jac, name, (jac, x))                                                                   \
    {                                                                                              \
        return expression;                                                                         \
    }
OF_X(exp2_of, jac_exp2(x))
OF_X(expm1_of, jac_expm1(x))
OF_X(sigmoid_of, jac_sigmoid(x))
OF_X(tanh_of, jac_tanh(x))
OF_X(asinh_of, jac_asinh(x))
OF_X(acosh_of, jac_acosh(x))
OF_X(atan_of, jac_atan(x))
OF_X(erf_of, jac_erf(x))
OF_X(erf_inv_of, jac_erf_inv(x))
OF_X(cbrt_of, jac_cbrt(x))
OF_X(rsqrt_of, jac_rsqrt(x))
OF_X(silu_of, jac_silu(x))
OF_X(gelu_of, jac_gelu(x))
OF_X(hypot_of_4, jac_hypot(x, 4))
OF_X(atan2_of, jac_atan2(x, 1e-30))
OF_X(to_minus_2, jac_integer_pow(x, -2))
OF_X(to_minus_3, jac_integer_pow(x, -3))
OF_X(to_minus_100, jac_integer_pow(x, -100))
OF_X(written_sigmoid_of, jac_div(1, jac_add(1, jac_exp(jac_neg(x)))))
OF_X(written_base_2_of, jac_div(1, jac_add(1, jac_exp2(jac_neg(x)))))
OF_X(sech_of, jac_div(1, jac_cosh(x)))
OF_X(csch_of, jac_div(1, jac_sinh(x)))
OF_X(planck_of, jac_div(1, jac_expm1(x)))
OF_X(gumbel_of, jac_exp(jac_neg(jac_exp(jac_neg(x)))))
OF_X(flat_of, jac_exp(jac_neg(jac_integer_pow(x, -2))))
OF_X(lorentzian_of, jac_div(1, jac_add(1, jac_pow(x, 3.5))))
OF_X(mean_of, jac_mean(x))
OF_X(var_of, jac_var(x))
OF_X(std_of, jac_std(x))
OF_X(norm_of, jac_norm(x))
OF_X(mod_3, jac_remainder(x, 3))
OF_X(mod_minus_3, jac_remainder(x, -3))
OF_X(greatest_softmax, jac_at(jac_softmax(x, 0), 1))
OF_X(greatest_log_softmax, jac_at(jac_log_softmax(x, 0), 1))
OF_X(logsumexp_of_shifted, jac_logsumexp(jac_stack(0, -INFINITY, jac_add(-INFINITY, x))))

/* ---- cases ----------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    const jac_fn *f;
    int order; /* of the derivative */
    bool wide; /* f64 */
    int n;     /* elements of x; 0 for a number */
    double x[3], want[3];
    double bound; /* relative */
} end_case;

// clang-format off
#define NARROW 3e-7
#define WIDE   1e-15
static const end_case cases[] = {
    {"exp2' overflows after exp2", &exp2_of_fn, 1, true, 0, {1024 + 0x1p-42}, {1.24606592794198018e308}, WIDE},
    {"exp2' overflows after exp2, f32", &exp2_of_fn, 1, false, 0, {128.2f}, {2.7093804e38}, 1e-5},
    {"1/(1 + exp(-x))' where exp(-x) overflows", &written_sigmoid_of_fn, 1, true, 0, {-800}, {0}, WIDE},
    {"1/(1 + exp(-x))' where exp(-x) overflows, f32", &written_sigmoid_of_fn, 1, false, 0, {-150}, {0}, WIDE},
    {"1/(1 + exp(-x))'' where exp(-x) overflows", &written_sigmoid_of_fn, 2, false, 0, {-150}, {0}, WIDE},
    {"1/(1 + exp2(-x))' where exp2(-x) overflows", &written_base_2_of_fn, 1, false, 0, {-200}, {0}, WIDE},
    {"1/cosh' where cosh overflows", &sech_of_fn, 1, false, 0, {100}, {0}, WIDE},
    {"1/cosh'' where cosh overflows", &sech_of_fn, 2, true, 0, {-1000}, {0}, WIDE},
    {"1/sinh' where sinh overflows", &csch_of_fn, 1, false, 0, {-100}, {0}, WIDE},
    {"1/expm1' where expm1 overflows", &planck_of_fn, 1, true, 0, {1000}, {0}, WIDE},
    {"exp(-exp(-x))' where exp(-x) overflows", &gumbel_of_fn, 1, false, 0, {-100}, {0}, WIDE},
    {"exp(-x^-2)' where x^-2 overflows", &flat_of_fn, 1, false, 0, {1e-20}, {0}, WIDE},
    {"1/(1 + x^3.5)' where x^3.5 overflows", &lorentzian_of_fn, 1, false, 0, {1e20}, {0}, WIDE},
    {"expm1' where expm1 is -1", &expm1_of_fn, 1, true, 0, {-45}, {2.8625185805493937e-20}, WIDE},
    {"expm1' where expm1 is -1, f32", &expm1_of_fn, 1, false, 0, {-20}, {2.0611536224385579e-9}, NARROW},
    {"sigmoid' where sigmoid is 1", &sigmoid_of_fn, 1, true, 0, {38}, {3.1391327920480296e-17}, WIDE},
    {"sigmoid' where sigmoid is 1, f32", &sigmoid_of_fn, 1, false, 0, {20}, {2.0611536139418493e-9}, NARROW},
    {"sigmoid' near 1", &sigmoid_of_fn, 1, false, 0, {12}, {6.1441368513e-6}, NARROW},
    {"sigmoid'' where sigmoid is 1", &sigmoid_of_fn, 2, true, 0, {38}, {-3.1391327920480296e-17}, WIDE},
    {"tanh' where tanh is 1", &tanh_of_fn, 1, true, 0, {20}, {1.6993417021166355e-17}, WIDE},
    {"tanh' where tanh is 1, f32", &tanh_of_fn, 1, false, 0, {9.5}, {2.2411185464e-8}, NARROW},
    {"tanh'' where tanh is 1", &tanh_of_fn, 2, true, 0, {20}, {-3.398683404233271e-17}, WIDE},
    {"asinh' where x^2 overflows", &asinh_of_fn, 1, true, 0, {1e200}, {1e-200}, WIDE},
    {"asinh' where x^2 overflows, f32", &asinh_of_fn, 1, false, 0, {-0x1p100}, {0x1p-100}, NARROW},
    {"asinh'' near 0", &asinh_of_fn, 2, true, 0, {1e-12}, {-1e-12}, WIDE},
    {"acosh' where x^2 overflows", &acosh_of_fn, 1, true, 0, {1e200}, {1e-200}, WIDE},
    {"acosh' near 1", &acosh_of_fn, 1, false, 0, {0x1.001002p0}, {45.241026934}, NARROW},
    {"atan' where x^2 overflows", &atan_of_fn, 1, true, 0, {1e160}, {1e-320}, 1e-3},
    {"atan'' at infinity", &atan_of_fn, 2, true, 0, {INFINITY}, {-0.}, 0},
    {"erf' far out", &erf_of_fn, 1, false, 0, {9}, {7.492073428e-36}, NARROW},
    {"erf_inv' next to 1", &erf_inv_of_fn, 1, false, 0, {1 - 0x1p-24}, {2120848.008}, NARROW},
    {"cbrt'' near overflow", &cbrt_of_fn, 2, false, 0, {0x1p-75}, {-0x1p125 * 2 / 9}, NARROW},
    {"rsqrt' near overflow", &rsqrt_of_fn, 1, false, 0, {0x1p-85}, {-0x1.6a09e6p126}, NARROW},
    {"silu(-inf)", &silu_of_fn, 0, false, 0, {-INFINITY}, {0}, 0},
    {"silu(inf)", &silu_of_fn, 0, false, 0, {INFINITY}, {INFINITY}, 0},
    {"silu(nan)", &silu_of_fn, 0, false, 0, {NAN}, {NAN}, 0},
    {"silu'(inf)", &silu_of_fn, 1, false, 0, {INFINITY}, {1}, 0},
    {"silu'(-inf)", &silu_of_fn, 1, false, 0, {-INFINITY}, {0}, 0},
    {"gelu(-inf)", &gelu_of_fn, 0, false, 0, {-INFINITY}, {0}, 0},
    {"gelu below 0", &gelu_of_fn, 0, false, 0, {-5}, {-2.2917962e-7}, 3e-6},
    {"gelu' where x^2 overflows", &gelu_of_fn, 1, false, 0, {3e20f}, {1}, 0},
    {"gelu' where x^2 overflows, below 0", &gelu_of_fn, 1, false, 0, {-3e20f}, {0}, WIDE},
    {"gelu(nan)", &gelu_of_fn, 0, false, 0, {NAN}, {NAN}, 0},
    {"hypot at infinity", &hypot_of_4_fn, 0, false, 0, {-INFINITY}, {INFINITY}, 0},
    {"hypot' at infinity", &hypot_of_4_fn, 1, false, 0, {INFINITY}, {1}, 0},
    {"hypot' at -infinity", &hypot_of_4_fn, 1, false, 0, {-INFINITY}, {-1}, 0},
    {"hypot'", &hypot_of_4_fn, 1, false, 0, {3}, {0.6}, NARROW},
    {"atan2' where squares underflow", &atan2_of_fn, 1, false, 0, {0}, {1e30}, NARROW},
    {"x^-2 where x^2 overflows", &to_minus_2_fn, 0, true, 0, {1e160}, {1e-320}, 1e-3},
    {"x^-2 where x^2 overflows, f32", &to_minus_2_fn, 0, false, 0, {0x1p70}, {0x1p-140}, 0},
    {"x^-3 where x^3 overflows, f32", &to_minus_3_fn, 0, false, 0, {-0x1p45}, {-0x1p-135}, 0},
    {"x^-3 of ordinary numbers", &to_minus_3_fn, 0, false, 0, {2}, {0.125}, 0},
    {"x^-3 at infinity", &to_minus_3_fn, 0, false, 0, {-INFINITY}, {-0.}, 0},
    {"x^-100", &to_minus_100_fn, 0, false, 0, {2}, {0x1p-100}, 0},
    {"the mean whose sum overflows", &mean_of_fn, 0, false, 3, {3e38, 3e38, 3e38}, {3e38}, NARROW},
    {"its derivative", &mean_of_fn, 1, false, 3, {3e38, 3e38, 3e38}, {1. / 3, 1. / 3, 1. / 3}, NARROW},
    {"the mean of subnormal numbers", &mean_of_fn, 0, false, 2, {0x1p-148, 0x1p-147}, {0x1.8p-148}, 0.5},
    {"the mean with an infinity", &mean_of_fn, 0, false, 2, {INFINITY, 1}, {INFINITY}, 0},
    {"the mean with a NaN", &mean_of_fn, 0, false, 2, {NAN, 1}, {NAN}, 0},
    {"var where the mean is rounded", &var_of_fn, 0, false, 3, {3e7, 3e7 + 2, 3e7 + 4}, {8. / 3}, NARROW},
    {"var'", &var_of_fn, 1, false, 3, {1, 2, 6}, {-4. / 3, -2. / 3, 2}, NARROW},
    {"std whose squares overflow", &std_of_fn, 0, false, 2, {-3.4e38, 3.4e38}, {3.4e38}, NARROW},
    {"std whose squares overflow, f64", &std_of_fn, 0, true, 2, {-1.7e308, 1.7e308}, {1.7e308}, WIDE},
    {"std whose squares underflow", &std_of_fn, 0, false, 2, {1e-30, 3e-30}, {1e-30}, NARROW},
    {"std'", &std_of_fn, 1, true, 2, {1e200, 3e200}, {-0.5, 0.5}, WIDE},
    {"norm whose squares overflow", &norm_of_fn, 0, false, 2, {3e25, 4e25}, {5e25}, NARROW},
    {"norm whose squares underflow", &norm_of_fn, 0, false, 2, {3e-25, 4e-25}, {5e-25}, NARROW},
    {"norm whose squares overflow, f64", &norm_of_fn, 0, true, 2, {3e200, 4e200}, {5e200}, WIDE},
    {"norm whose squares underflow, f64", &norm_of_fn, 0, true, 2, {3e-200, 4e-200}, {5e-200}, WIDE},
    {"norm' whose squares overflow", &norm_of_fn, 1, false, 2, {3e25, 4e25}, {0.6, 0.8}, NARROW},
    {"norm' whose squares underflow", &norm_of_fn, 1, false, 2, {3e-25, 4e-25}, {0.6, 0.8}, NARROW},
    {"norm' whose squares overflow, f64", &norm_of_fn, 1, true, 2, {3e200, 4e200}, {0.6, 0.8}, WIDE},
    {"norm' whose squares underflow, f64", &norm_of_fn, 1, true, 2, {3e-200, 4e-200}, {0.6, 0.8}, WIDE},
    {"norm with an infinity", &norm_of_fn, 0, true, 2, {INFINITY, 1}, {INFINITY}, 0},
    {"norm with a NaN", &norm_of_fn, 0, true, 2, {NAN, 1}, {NAN}, 0},
    {"norm of 0", &norm_of_fn, 0, true, 2, {0, 0}, {0}, 0},
    {"remainders of 0 have the divisor's sign", &mod_3_fn, 0, false, 3, {-3, 0, 3}, {0., 0., 0.}, 0},
    {"also if that is negative", &mod_minus_3_fn, 0, false, 3, {-3, 0, 3}, {-0., -0., -0.}, 0},
    {"softmax' where a probability is 1", &greatest_softmax_fn, 1, true, 2, {0, 40}, {-4.248354255291589e-18, 4.248354255291589e-18}, WIDE},
    {"log_softmax' where a probability is 1", &greatest_log_softmax_fn, 1, true, 2, {0, 40}, {-4.248354255291589e-18, 4.248354255291589e-18}, WIDE},
    {"logsumexp' of several -inf", &logsumexp_of_shifted_fn, 1, false, 0, {1}, {0}, 0},
};
// clang-format on

static bool right(double got, double want, double bound)
{
    if (isnan(want) || isinf(want))
        return isnan(want) ? isnan(got) : got == want;
    return fabs(got - want) <= bound * fabs(want) &&
           (want != 0 || !signbit(got) == !signbit(want) || bound > 0);
}

static void check(const end_case *c, const char *way, jac y)
{
    cr_assert(jac_ok(y), "%s, %s: %s", c->name, way, jac_error());
    y = jac_astype(y, JAC_F64);
    int64_t n = jac_size(y);
    cr_assert(n <= 3);
    double got[3];
    cr_assert(jac_copy_out(y, got, (size_t)n * sizeof *got));
    for (int64_t k = 0; k < n; k++)
        cr_expect(right(got[k], c->want[k], c->bound), "%s, %s: element %d is %.17g, not %.17g",
                  c->name, way, (int)k, got[k], c->want[k]);
}

Test(derivatives_at_the_ends, are_right_wherever_they_are_representable)
{
    jac_enable_x64(true);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        JAC_SCOPE () {
            const end_case *c = &cases[k];
            jac_fn f = *c->f;
            for (int order = 0; order < c->order; order++)
                f = jac_grad(f);
            jac x = jac_array_of(JAC_F64, JAC_SHAPE(3), c->x);
            x = c->n ? jac_slice(x, JAC_SHAPE(0), JAC_SHAPE(c->n)) : jac_at(x, 0);
            x = jac_astype(x, c->wide ? JAC_F64 : JAC_F32);
            check(c, "interpreted", jac_call1(f, x));
            check(c, "compiled", jac_call1(jac_jit(f), x));
        }
}

Test(derivatives_at_the_ends, are_zero_forwards_too_where_a_denominator_overflows)
{
    static const struct {
        const jac_fn *f;
        double x;
    } saturated[] = {{&written_sigmoid_of_fn, -150},
                     {&written_base_2_of_fn, -200},
                     {&sech_of_fn, 100},
                     {&csch_of_fn, -100},
                     {&planck_of_fn, 100},
                     {&lorentzian_of_fn, 1e20}};
    for (size_t k = 0; k < sizeof saturated / sizeof *saturated; k++)
        JAC_SCOPE () {
            jac x = jac_astype(jac_asarray(saturated[k].x), JAC_F32);
            for (int compiled = 0; compiled < 2; compiled++) {
                jac_fn slope = jac_jacfwd(*saturated[k].f);
                jac y = jac_call1(compiled ? jac_jit(slope) : slope, x);
                cr_expect_eq(jac_item_f64(y), 0, "function %d, compiled %d", (int)k, compiled);
            }
        }
}

Test(derivatives_at_the_ends, uniform_numbers_stay_below_the_upper_end)
{
    JAC_SCOPE () {
        jac key = jac_random_PRNGKey(3);
        jac u = jac_random_uniform_in(key, JAC_SHAPE(200000), 16777216.0, 16777218.0);
        cr_expect_eq(jac_item_f64(jac_min(u)), 16777216);
        cr_expect_lt(jac_item_f64(jac_max(u)), 16777218);
        u = jac_random_uniform_in(key, JAC_SHAPE(1000), 3.0, 3.0);
        cr_expect_eq(jac_item_f64(jac_max(u)), 3, "an empty range gives its end");
    }
}

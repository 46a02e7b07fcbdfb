/* Ordinary differential equations: jac_odeint against JAX's values and gradients, its derivatives
 * against each other and against differences, and what it does where there is no solution. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/handles.h"
#include "tests/jax_cases.h"
#include "tests/ode_cases.h"

ODE_CASES(JAX_CASE)
static const jax_case cases[] = {ODE_CASES(JAX_ROW)};
static const int ncases = sizeof cases / sizeof *cases;

static void check(bool x64, double slack, int most)
{
    jac_enable_x64(x64);
    int checked = jax_check_file(JAC_TEST_DATA "/ode_cases.txt", x64, slack, ncases, cases);
    jac_enable_x64(false);
    cr_assert(getenv("NUMPY_CASE") || checked == most, "%d cases of %d are in the file", checked,
              most);
}

Test(ode, solutions_and_their_adjoint_gradients_are_jaxs)
{
    check(false, 100, 3);
}

Test(ode, solutions_of_doubles_and_their_adjoint_gradients_are_jaxs)
{
    check(true, 100, ncases);
}

/* ---- derivatives against each other ------------------------------------------------------------------ */

typedef struct {
    jac y0, t, k;
} point;

static point somewhere(void)
{
    double times[] = {0, 0.4, 1.1, 1.7};
    return (point){jac_array_of(JAC_F64, 2, ((double[]){0.5, -0.3})),
                   jac_array_of(JAC_F64, 4, times), jac_scalar(JAC_F64, 2.5)};
}

JAC_DEF_ENV(jac, loss, int64_t, (point, p))
{
    jac y = jac_odeint(ode_pendulum_fn, p.y0, p.t, .args = &p.k, .checkpoints = *env, .rtol = 1e-10,
                       .atol = 1e-10);
    return jac_add(jac_sum(jac_sin(jac_mul(y, 2))), jac_sum(jac_square(y)));
}

static void expect_like(const char *what, point a, point b, double within)
{
    jac off =
        jac_maximum(jac_max(jac_abs(jac_sub(a.y0, b.y0))),
                    jac_maximum(jac_max(jac_abs(jac_sub(a.t, b.t))), jac_abs(jac_sub(a.k, b.k))));
    cr_assert(jac_ok(off), "%s: %s", what, jac_error());
    double by = jac_item_f64(off);
    cr_expect(by <= within, "%s: off by %g", what, by);
}

Test(ode, forward_and_reverse_mode_by_every_way_agree)
{
    jac_enable_x64(true);
    point p = somewhere(), g, h;
    jac_call(jac_jit(jac_jacfwd(loss_with(0))), &p, &g);
    jac_call(jac_jit(jac_grad(loss_with(0))), &p, &h);
    expect_like("the adjoint equation", h, g, 1e-6);
    int64_t ways[] = {JAC_KEEP_STEPS, 1, 5, 1000};
    for (int k = 0; k < 4; k++) {
        jac_call(jac_jit(jac_grad(loss_with(ways[k]))), &p, &h);
        expect_like("the steps in reverse", h, g, 1e-11);
        jac_call(jac_grad(loss_with(ways[k])), &p, &h);
        expect_like("interpreted", h, g, 1e-11);
    }
    jac_call(jac_jacfwd(loss_with(JAC_KEEP_STEPS)), &p, &h);
    expect_like("forward mode through the steps", h, g, 1e-11);
}

static jac slope_along(jac_fn f, point p, point d, double by)
{
    point up = {jac_add(p.y0, jac_mul(by, d.y0)), jac_add(p.t, jac_mul(by, d.t)),
                jac_add(p.k, jac_mul(by, d.k))};
    point down = {jac_sub(p.y0, jac_mul(by, d.y0)), jac_sub(p.t, jac_mul(by, d.t)),
                  jac_sub(p.k, jac_mul(by, d.k))};
    jac a, b;
    jac_call(f, &up, &a);
    jac_call(f, &down, &b);
    return jac_div(jac_sub(a, b), 2 * by);
}

static jac inner(point a, point b)
{
    return jac_add(jac_sum(jac_mul(a.y0, b.y0)),
                   jac_add(jac_sum(jac_mul(a.t, b.t)), jac_mul(a.k, b.k)));
}

Test(ode, first_and_second_derivatives_are_limits_of_differences)
{
    jac_enable_x64(true);
    point p = somewhere(), d = {jac_array_of(JAC_F64, 2, ((double[]){0.3, 1})),
                                jac_array_of(JAC_F64, 4, ((double[]){1, -0.5, 0.2, 0.7})),
                                jac_scalar(JAC_F64, -0.6)};
    jac_fn f = jac_jit(loss_with(0)), grad = jac_jit(jac_grad(loss_with(0)));
    point g, tangent, second;
    jac_call(grad, &p, &g);
    double want = jac_item_f64(slope_along(f, p, d, 1e-4));
    cr_expect_float_eq(jac_item_f64(inner(g, d)), want, 1e-5 * fabs(want));
    jac_jvp(jac_grad(loss_with(0)), &p, &d, &g, &second);
    point up = {jac_add(p.y0, jac_mul(1e-4, d.y0)), jac_add(p.t, jac_mul(1e-4, d.t)),
                jac_add(p.k, jac_mul(1e-4, d.k))};
    jac_call(grad, &up, &tangent);
    point near = {jac_add(g.y0, jac_mul(1e-4, second.y0)), jac_add(g.t, jac_mul(1e-4, second.t)),
                  jac_add(g.k, jac_mul(1e-4, second.k))};
    expect_like("the derivative of the gradient", near, tangent, 1e-6);
    jac_jvp(jac_jacfwd(loss_with(0)), &p, &d, &g, &tangent);
    expect_like("the derivative of the forward derivative", tangent, second, 1e-4);
}

JAC_DEF_ENV(jac, loss_along, point, (jac, s))
{
    point p = *env, q = {jac_mul(p.y0, s), jac_add(p.t, 0), jac_mul(p.k, s)}, t;
    jac value;
    point d = {p.y0, jac_zeros_like(p.t), p.k};
    jac_jvp(loss_with(0), &q, &d, &value, &t.k);
    return t.k;
}

Test(ode, reverse_mode_of_forward_mode)
{
    jac_enable_x64(true);
    point p = somewhere();
    jac one = jac_scalar(JAC_F64, 1), by = jac_scalar(JAC_F64, 1e-4);
    jac got = jac_call1(jac_grad(loss_along_with(p)), one);
    jac up = jac_call1(loss_along_with(p), jac_add(one, by));
    jac down = jac_call1(loss_along_with(p), jac_sub(one, by));
    double want = jac_item_f64(jac_div(jac_sub(up, down), 2e-4));
    cr_expect_float_eq(jac_item_f64(got), want, 1e-5 * fabs(want), "%s", jac_error());
}

/* ---- batches ------------------------------------------------------------------------------------- */

JAC_DEF(jac, from_point, (jac, y0), (jac, k))
{
    double times[] = {0, 0.4, 1.1, 1.7};
    jac y = jac_odeint(ode_pendulum_fn, y0, jac_array_of(JAC_F64, 4, times), .args = &k);
    return jac_sum(jac_mul(y, y));
}

Test(ode, each_lane_of_a_batch_has_steps_of_its_own)
{
    enum { LANES = 70 };
    jac_enable_x64(true);
    jac y0 = jac_random_uniform_in(jac_random_PRNGKey(1), JAC_SHAPE(LANES, 2), -2, 2, JAC_F64);
    jac k = jac_linspace(0.1, 60.0, LANES);
    struct {
        jac y0, k;
    } in = {y0, k}, grads;
    jac all;
    jac_call(jac_jit(jac_vmap(from_point_fn)), &in, &all);
    jac_call(jac_jit(jac_vmap(jac_grad(from_point_fn, 0, 1))), &in, &grads);
    jac_fn one = jac_jit(from_point_fn), grad = jac_jit(jac_grad(from_point_fn, 0, 1));
    for (int j = 0; j < LANES; j += 23)
        JAC_SCOPE () {
            struct {
                jac y0, k;
            } lane = {jac_at(y0, j), jac_at(k, j)}, g;
            double got = jac_item_f64(jac_at(all, j));
            cr_expect_float_eq(got, jac_item_f64(jac_call1(one, lane.y0, lane.k)), 1e-11 * got);
            jac_call(grad, &lane, &g);
            double want = jac_item_f64(g.k), by = jac_item_f64(jac_at(grads.k, j));
            cr_expect_float_eq(by, want, 1e-9 * fabs(want) + 1e-9);
        }
}

/* ---- memory, and where there is no solution ---------------------------------------------------------- */

static size_t tape_of(int64_t checkpoints, double until)
{
    point p = somewhere(), g;
    p.t = jac_array_of(JAC_F64, 2, ((double[]){0, until}));
    jac_tape_peak_bytes(true);
    jac_call(jac_jit(jac_grad(loss_with(checkpoints))), &p, &g);
    cr_expect(jac_ok(g.k), "%s", jac_error());
    return jac_tape_peak_bytes(false);
}

Test(ode, the_adjoint_equation_and_checkpoints_keep_no_tape_of_steps)
{
    jac_enable_x64(true);
    cr_expect_eq(tape_of(0, 5), 0);
    cr_expect_eq(tape_of(4, 5), 0);
    cr_expect_gt(tape_of(JAC_KEEP_STEPS, 10), tape_of(JAC_KEEP_STEPS, 5));
}

JAC_DEF(jac, squared, (jac, y), (jac, t))
{
    (void)t;
    return jac_mul(y, y);
}

static double at_end(jac y)
{
    return jac_item_f64(jac_astype(jac_at(y, -1), JAC_F64));
}

Test(ode, what_is_not_reached_is_nan)
{
    jac t = jac_array_of(JAC_F32, 3, ((float[]){0, 0.5, 3})), one = jac_scalar(JAC_F32, 1);
    jac y = jac_odeint(squared_fn, one, t, .rtol = 1e-4, .atol = 1e-4); /* infinite at 1 */
    cr_expect(isnan(at_end(y)), "%g", at_end(y));
    cr_expect_float_eq(jac_item_f64(jac_astype(jac_at(y, 1), JAC_F64)), 2, 1e-3);
    jac few = jac_odeint(squared_fn, -1.0, t, .rtol = 1e-5, .atol = 1e-5, .mxstep = 3);
    cr_expect(isnan(at_end(few)), "%g", at_end(few));
    jac back = jac_array_of(JAC_F32, 3, ((float[]){0, 1, 0.2f}));
    jac down = jac_odeint(squared_fn, -1.0, back, .rtol = 1e-2, .atol = 1e-2, .hmax = 0.1);
    cr_expect(isnan(at_end(down)), "%g", at_end(down));
    jac same = jac_array_of(JAC_F32, 3, ((float[]){1, 1, 1}));
    cr_expect_eq(at_end(jac_odeint(squared_fn, -2, same)), -2);
}

JAC_DEF(jac, of_integers, (jac, y), (jac, t))
{
    return jac_mul(jac_add(y, t), 1);
}

Test(ode, integers_become_floats_and_empty_leaves_stay)
{
    jac t = jac_array_of(JAC_F32, 2, ((float[]){0, 1}));
    jac y = jac_odeint(of_integers_fn, jac_array_of(JAC_I32, 2, ((int32_t[]){1, 2})), t,
                       .rtol = 1e-5, .atol = 1e-5);
    cr_expect(jac_dtype_of(y) == JAC_F32 && jac_ndim(y) == 2, "%s", jac_error());
    cr_expect_float_eq(jac_item_f64(jac_astype(jac_at(y, 1, 0), JAC_F64)), 2 * M_E - 2, 1e-3);
    jac none = jac_odeint(of_integers_fn, jac_zeros(JAC_SHAPE(0)), t);
    cr_expect(jac_ok(none) && jac_dim(none, 0) == 2 && jac_dim(none, 1) == 0, "%s", jac_error());
}

/* ---- errors ------------------------------------------------------------------------------------------ */

JAC_DEF(jac, wider, (jac, y), (jac, t))
{
    (void)t;
    return jac_stack(0, y, y);
}

JAC_DEF(jac, without_time, (jac, y))
{
    return y;
}

static void refuses(jac y, const char *why)
{
    cr_expect(!jac_ok(y) && jac_error() && strstr(jac_error(), why), "wanted \"%s\", got \"%s\"",
              why, jac_error() ? jac_error() : "no error");
    jac_error_clear();
}

Test(ode, what_does_not_fit_is_refused_with_its_reason)
{
    jac t = jac_array_of(JAC_F32, 2, ((float[]){0, 1})), one = jac_scalar(JAC_F32, 1);
    refuses(jac_odeint(squared_fn, one, jac_arange(3)), "t must be a vector of at least one float");
    refuses(jac_odeint(squared_fn, one, one), "t must be a vector of at least one float");
    refuses(jac_odeint(squared_fn, one, jac_zeros(JAC_SHAPE(0))), "at least one float");
    refuses(jac_odeint(wider_fn, one, t), "leaf 0 of y is f32[], but wider gives f32[2]");
    refuses(jac_odeint(without_time_fn, one, t), "without_time must take y");
    refuses(jac_odeint(ode_decay_fn, one, t),
            "takes 1 handle after the time, but .args is not given");
    refuses(jac_odeint(squared_fn, one, t, .rtol = -1), ".rtol must be at least 0, but is -1");
    refuses(jac_odeint(squared_fn, one, t, .hmax = NAN), ".hmax must be at least 0");
    refuses(jac_odeint(squared_fn, one, t, .mxstep = -2), ".mxstep must be at least 0, but is -2");
    refuses(jac_odeint(squared_fn, one, t, .checkpoints = -3), ".checkpoints must be");
    refuses(jac_odeint(squared_fn, one, t, .method = (jac_ode_method)77), "there is no method 77");
}

/* ---- stiff equations --------------------------------------------------------------------------------- */

typedef struct {
    jac a, b, c;
} reaction;

JAC_DEF(reaction, robertson, (reaction, y), (jac, t), (jac, k))
{
    (void)t;
    jac p = jac_mul(jac_at(k, 0), y.a), q = jac_mul(jac_at(k, 1), jac_square(y.b));
    jac r = jac_mul(jac_at(k, 2), jac_mul(y.b, y.c));
    return (reaction){jac_sub(r, p), jac_sub(jac_sub(p, r), q), q};
}

JAC_DEF(jac, reacted, (jac, k))
{
    jac one = jac_scalar(JAC_F64, 1), none = jac_scalar(JAC_F64, 0);
    jac t = jac_array_of(JAC_F64, 4, ((double[]){0, 0.4, 400, 4e4}));
    reaction y = {one, none, none};
    y = jac_odeint(robertson_fn, y, t, .args = &k, .method = JAC_RODAS5P, .rtol = 1e-9,
                   .atol = 1e-12);
    return jac_stack(0, y.a, jac_mul(1e4, y.b), y.c);
}

JAC_DEF(jac, reacted_sum, (jac, k))
{
    jac y = reacted(k);
    return jac_add(jac_at(y, 0, 3), jac_at(y, 1, 3));
}

/* Against SciPy's Radau with a tolerance of 1e-12, and its differences of 1e-4. */
Test(ode, robertsons_reaction_and_its_derivatives_both_ways)
{
    jac_enable_x64(true);
    jac k = jac_array_of(JAC_F64, 3, ((double[]){0.04, 3e7, 1e4}));
    jac y = jac_call1(jac_jit(reacted_fn), k);
    double want[] = {1, 9.8517211386099e-01, 4.5051866847143e-01, 3.8983377085616e-02,
                     0, 3.3863953789749e-01, 3.2229014416791e-02, 1.6217683159155e-03,
                     0, 1.4794022185220e-02, 5.4947810862713e-01, 9.6101646073755e-01};
    for (int j = 0; j < 12; j++)
        cr_expect_float_eq(jac_item_f64(jac_at(jac_ravel(y), j)), want[j], 1e-8, "%d: %.12g", j,
                           jac_item_f64(jac_at(jac_ravel(y), j)));
    jac back = jac_call1(jac_jit(jac_grad(reacted_sum_fn)), k);
    jac forth = jac_call1(jac_jit(jac_jacfwd(reacted_sum_fn)), k);
    double slopes[] = {-1.602591191424661, -1.0932845718007733e-09, 6.397518174296873e-06};
    for (int j = 0; j < 3; j++) {
        cr_expect_float_eq(jac_item_f64(jac_at(forth, j)), slopes[j], 1e-5 * fabs(slopes[j]));
        cr_expect_float_eq(jac_item_f64(jac_at(back, j)), jac_item_f64(jac_at(forth, j)),
                           1e-8 * fabs(slopes[j]));
    }
}

JAC_DEF(jac, van_der_pol, (jac, y), (jac, t), (jac, mu))
{
    (void)t;
    jac x = jac_at(y, 0), v = jac_at(y, 1);
    return jac_stack(0, v, jac_sub(jac_mul(jac_mul(mu, jac_sub(1, jac_square(x))), v), x));
}

JAC_DEF(jac, swings, (jac, mu))
{
    jac t = jac_array_of(JAC_F64, 5, ((double[]){0, 500, 800, 1000, 2000}));
    return jac_odeint(van_der_pol_fn, jac_array_of(JAC_F64, 2, ((double[]){2, 0})), t, .args = &mu,
                      .method = JAC_RODAS5P, .rtol = 1e-8, .atol = 1e-8);
}

Test(ode, van_der_pols_oscillator_with_mu_1000)
{
    jac_enable_x64(true);
    jac x = jac_at(jac_swapaxes(jac_call1(jac_jit(swings_fn), jac_scalar(JAC_F64, 1000)), 0, 1), 0);
    double want[] = {2, 1.5967689510525, 1.0839233646426, -1.8636462548083, 1.7061677321704};
    for (int j = 0; j < 5; j++)
        cr_expect_float_eq(jac_item_f64(jac_at(x, j)), want[j], 1e-6, "%d: %.12g", j,
                           jac_item_f64(jac_at(x, j)));
}

JAC_DEF(jac, driven, (jac, y), (jac, t))
{
    return jac_mul(-50, jac_sub(y, jac_cos(t)));
}

/* y' = -50 (y - cos t), between the steps and for an equation that depends on the time. */
Test(ode, the_stiff_method_interpolates_between_its_steps)
{
    jac_enable_x64(true);
    jac t = jac_linspace(0.0, 3.0, 41);
    jac y = jac_odeint(driven_fn, jac_zeros_like(jac_at(t, 0)), t, .method = JAC_RODAS5P,
                       .rtol = 1e-7, .atol = 1e-7);
    jac forced = jac_div(jac_add(jac_mul(2500, jac_cos(t)), jac_mul(50, jac_sin(t))), 2501);
    jac want = jac_sub(forced, jac_mul(2500 / 2501., jac_exp(jac_mul(-50, t))));
    cr_expect_lt(jac_item_f64(jac_max(jac_abs(jac_sub(y, want)))), 3e-6, "%s", jac_error());
    refuses(jac_odeint(driven_fn, jac_complex(1.0, 1.0), t, .method = JAC_RODAS5P),
            "needs real numbers");
}

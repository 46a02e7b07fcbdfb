/* fixed_point and custom_root say when they did not solve, and their tolerances mean the same at
 * any scale. */
#include "tests/solvers.h"

/* ---- fixed points ------------------------------------------------------------------------------- */

JAC_DEF(jac, cos_at_scale, (jac, x), (jac, scale))
{
    return jac_mul(scale, jac_cos(jac_div(x, scale)));
}

Test(solvers_of_equations, a_fixed_point_is_as_exact_at_any_scale)
{
    for (int wide = 0; wide < 2; wide++) {
        jac_dtype d = wide ? JAC_F64 : JAC_F32;
        const double scales[] = {1, 0x1p-66, 0x1p66, 0x1p-120, 0x1p120, 0x1p-1000, 0x1p1000};
        double want = NAN, steps = NAN;
        for (int k = 0; k < (wide ? 7 : 5); k++) {
            jac scale = jac_scalar(d, scales[k]), x0 = jac_mul(scale, jac_scalar(d, 0.5));
            jac_solve_info info;
            jac x = jac_fixed_point(cos_at_scale_fn, x0, .args = &scale, .info = &info);
            cr_expect_eq(item(info.status), JAC_SOLVED);
            cr_expect_leq(item(info.residual), wide ? 1e-12 : 1e-6);
            if (!k) {
                want = item(x);
                steps = item(info.iterations);
                cr_expect_float_eq(want, 0.7390851332151607, wide ? 1e-11 : 2e-6);
            }
            cr_expect_eq(item(x) / scales[k], want, "scale %g: %.17g", scales[k], item(x));
            cr_expect_eq(item(info.iterations), steps);
            jac zero = jac_scalar(d, 0);
            jac y = jac_fixed_point(cos_at_scale_fn, zero, .args = &scale);
            cr_expect_float_eq(item(y) / scales[k], want, 2e-6);
        }
    }
}

JAC_DEF(jac, halve, (jac, x))
{
    return jac_mul(0.5, x);
}
JAC_DEF(jac, flip_sign, (jac, x))
{
    return jac_sub(1, x);
}
JAC_DEF(jac, grow, (jac, x))
{
    return jac_mul(jac_add(x, 1), 2);
}
JAC_DEF(jac, root_of, (jac, x), (jac, a))
{
    return jac_sqrt(jac_sub(a, x));
}

Test(solvers_of_equations, a_fixed_point_that_is_not_found_is_an_error)
{
    FAILS_WITH(jac_fixed_point(flip_sign_fn, f64(0.25)), "fixed_point: after 1000 steps x is not");
    FAILS_WITH(jac_fixed_point(grow_fn, f64(1), .maxiter = 5), "more steps than .maxiter allows");
    FAILS_WITH(jac_fixed_point(grow_fn, f64(1), .maxiter = 5000), "inf or NaN");
    FAILS_WITH(jac_fixed_point(halve_fn, f64(1)), "after 1000 steps");
    FAILS_WITH(jac_fixed_point(halve_fn, f64(1), .atol = -1),
               "fixed_point: .atol must be at least 0, but is -1");
    cr_expect_lt(item(jac_fixed_point(halve_fn, f64(1), .atol = 1e-9)), 2e-9);
    jac_solve_info info;
    jac x = jac_fixed_point(flip_sign_fn, f64(0.25), .info = &info, .maxiter = 7);
    cr_expect_eq(item(x), 0.75);
    cr_expect_eq(item(info.status), JAC_NOT_CONVERGED);
    cr_expect_eq(item(info.iterations), 7);
    cr_expect_float_eq(item(info.residual), 0.5 / 0.75, 1e-15);
    jac_fixed_point(grow_fn, f64(1), .info = &info, .maxiter = 5000);
    cr_expect_eq(item(info.status), JAC_NOT_FINITE);
}

JAC_DEF(jac, settled_root, (jac, a))
{
    return jac_fixed_point(root_of_fn, 0.5, .args = &a, .maxiter = 60);
}

JAC_DEF(Solved, told_root, (jac, a))
{
    Solved r;
    r.x = jac_fixed_point(root_of_fn, 0.5, .args = &a, .maxiter = 60, .info = &r.info);
    return r;
}

Test(solvers_of_equations, each_lane_of_a_fixed_point_has_its_own_status)
{
    /* Found; the root of a negative number; attracts only slowly. */
    jac a = F64S(2, -1, 0.7501);
    const jac_solve_status want[] = {JAC_SOLVED, JAC_NOT_FINITE, JAC_NOT_CONVERGED};
    for (int compiled = 0; compiled < 2; compiled++) {
        jac_fn f = jac_vmap(settled_root_fn), g = jac_vmap(jac_grad(settled_root_fn)),
               t = jac_vmap(told_root_fn);
        jac x = jac_call1(compiled ? jac_jit(f) : f, a),
            slope = jac_call1(compiled ? jac_jit(g) : g, a);
        Solved r;
        cr_assert(jac_call(compiled ? jac_jit(t) : t, &a, &r), "%s", jac_error());
        for (int k = 0; k < 3; k++) {
            expect_nan("x", jac_at(x, k), want[k] != JAC_SOLVED);
            expect_nan("gradient", jac_at(slope, k), want[k] != JAC_SOLVED);
            cr_expect_eq(item(jac_at(r.info.status, k)), want[k], "lane %d: %g", k,
                         item(jac_at(r.info.status, k)));
        }
        expect_nan("the last x", jac_at(r.x, 2), false);
        cr_expect_float_eq(item(jac_at(x, 0)), 1, 1e-11);
        cr_expect_float_eq(item(jac_at(slope, 0)), 1.0 / 3, 1e-11);
    }
}

/* ---- roots -------------------------------------------------------------------------------------- */

/* s times the root of x^3 - 3 x - 5. */
JAC_DEF(jac, cubic_at_scale, (jac, x), (jac, s))
{
    jac y = jac_div(x, s);
    return jac_mul(s, jac_sub(jac_sub(jac_power(y, 3), jac_mul(3, y)), 5));
}

JAC_DEF(jac, two_steps, (jac, x), (jac, s))
{
    for (int k = 0; k < 2; k++)
        x = jac_sub(x, jac_div(cubic_at_scale(x, s), jac_call1(jac_grad(cubic_at_scale_fn), x, s)));
    return x;
}

JAC_DEF(jac, eight_steps, (jac, x), (jac, s))
{
    for (int k = 0; k < 4; k++)
        x = two_steps(x, s);
    return x;
}

JAC_DEF(jac, stay, (jac, x), (jac, s))
{
    (void)s;
    return x;
}

JAC_DEF(Solved, told_cubic_root, (jac, s))
{
    Solved r;
    r.x = jac_custom_root(cubic_at_scale_fn, jac_mul(2, s), eight_steps_fn, NULL, .args = &s,
                          .info = &r.info);
    return r;
}

JAC_DEF(jac, cubic_loss, (jac, s))
{
    Solved r = told_cubic_root(s);
    return jac_add(jac_mul(r.x, jac_add(r.info.status, 2)), r.info.residual);
}

Test(solvers_of_equations, what_is_not_a_root_is_noticed_at_any_scale)
{
    const double scales[] = {1, 0x1p-300, 0x1p300, -1};
    jac_solve_info info;
    for (int k = 0; k < 4; k++) {
        jac s = f64(scales[k]), x0 = jac_mul(2, s), zero = f64(0);
        jac x =
            jac_custom_root(cubic_at_scale_fn, x0, two_steps_fn, NULL, .args = &s, .info = &info);
        cr_assert(jac_ok(x), "%s", jac_error());
        cr_expect_eq(item(info.status), JAC_NOT_CONVERGED);
        cr_expect_float_eq(item(info.residual), 6.73295e-4, 1e-8);
        jac_custom_root(cubic_at_scale_fn, x0, two_steps_fn, NULL, .args = &s, .info = &info,
                        .tol = 1e-3);
        cr_expect_eq(item(info.status), JAC_SOLVED);
        jac_custom_root(cubic_at_scale_fn, x0, two_steps_fn, NULL, .args = &s, .info = &info,
                        .atol = 2e-3 * fabs(scales[k]));
        cr_expect_eq(item(info.status), JAC_SOLVED);
        jac_custom_root(cubic_at_scale_fn, x0, eight_steps_fn, NULL, .args = &s, .info = &info);
        cr_expect_eq(item(info.status), JAC_SOLVED);
        jac_custom_root(cubic_at_scale_fn, s, stay_fn, NULL, .args = &s, .info = &info);
        cr_expect_eq(item(info.status), JAC_BREAKDOWN); /* the slope at 1 is 0 */
        jac_custom_root(cubic_at_scale_fn, x0, stay_fn, NULL, .args = &zero, .info = &info);
        cr_expect_eq(item(info.status), JAC_NOT_FINITE);
    }
    jac one = f64(1);
    FAILS_WITH(jac_custom_root(cubic_at_scale_fn, 1.0, stay_fn, NULL, .args = &one, .tol = -1),
               "custom_root: .tol must be at least 0, but is -1");
}

Test(solvers_of_equations, a_root_is_judged_alike_in_a_trace)
{
    jac s = F64S(1, 0, 0x1p-300);
    const jac_solve_status want[] = {JAC_SOLVED, JAC_NOT_FINITE, JAC_SOLVED};
    for (int compiled = 0; compiled < 2; compiled++) {
        jac_fn f = jac_vmap(told_cubic_root_fn), g = jac_vmap(jac_grad(cubic_loss_fn));
        Solved r;
        cr_assert(jac_call(compiled ? jac_jit(f) : f, &s, &r), "%s", jac_error());
        for (int k = 0; k < 3; k++)
            cr_expect_eq(item(jac_at(r.info.status, k)), want[k]);
        jac slopes = jac_call1(compiled ? jac_jit(g) : g, s);
        cr_assert(jac_ok(slopes), "%s", jac_error());
        cr_expect_float_eq(item(jac_at(slopes, 0)), 2 * item(jac_at(r.x, 0)), 1e-12);
    }
}

/* Custom derivatives: rules that do not fit, rules that are not asked, and captured values. */
#include <criterion/criterion.h>

#include "tests/custom.h"

static jac forward(jac_fn f, jac x)
{
    jac y = JAC_NULL, t = JAC_NULL;
    jac_jvp(f, &x, &x, &y, &t);
    return t;
}

JAC_DEF(jac, jitted_tangent, (jac, x))
{
    return forward(ruled_square(), x);
}

Test(custom, forward_mode_through_a_backward_rule_is_refused)
{
    jac y;
    FAILS_WITH(forward(ruled_square(), vec(3)),
               "square, whose custom_vjp defines reverse mode only");
    FAILS_WITH(jac_call1(jac_jacfwd(ruled_square()), vec(3)), "defines reverse mode only");
    FAILS_WITH(jac_call1(jac_jit(jitted_tangent_fn), vec(3)), "defines reverse mode only");
    jac_fn lin = jac_linearize(ruled_square(), (jac[]){vec(3)}, &y);
    FAILS_WITH(jac_call1(lin, vec(3)), "defines reverse mode only");
    cr_assert(jac_ok(jac_call1(jac_hessian(jac_grad(ruled_square())), 2.0)), "%s", jac_error());
}

JAC_DEF(Two, scalar_fwd, (jac, x))
{
    return (Two){jac_sum(x), x};
}

JAC_DEF(jac, scalar_bwd, (jac, x), (jac, ct))
{
    (void)x;
    return ct;
}

JAC_DEF(Two, two_bwd, (jac, x), (jac, ct))
{
    return (Two){x, ct};
}

JAC_DEF(jac, integer_bwd, (jac, x), (jac, ct))
{
    (void)ct;
    return jac_astype(x, JAC_I32);
}

JAC_DEF(jac, failing_bwd, (jac, x), (jac, ct))
{
    return jac_add(jac_add(x, vec(4)), ct);
}

static jac gradient(jac_fn f, jac x)
{
    jac y, ct = JAC_NULL;
    jac_fn back = jac_vjp(f, &x, &y);
    return jac_ok(back) ? jac_call1(back, jac_ones_like(x)) : ct;
}

JAC_DEF(Two, summed_rule, (jac, x), (jac, t))
{
    return (Two){jac_square(x), jac_sum(t)};
}

JAC_DEF(Two, other_value_rule, (jac, x), (jac, t))
{
    return (Two){jac_sum(x), t};
}

JAC_DEF(Two, integer_tangent_rule, (jac, x), (jac, t))
{
    return (Two){jac_square(x), jac_astype(t, JAC_I32)};
}

Test(custom, forward_rules_that_give_other_types)
{
    FAILS_WITH(forward(jac_custom_jvp(square_fn, summed_rule_fn), vec(3)),
               "its result 0 is f32[3], but summed_rule gives f32[] as its tangent");
    FAILS_WITH(gradient(jac_custom_jvp(square_fn, other_value_rule_fn), vec(3)),
               "its result 0 is f32[3], but other_value_rule gives f32[] as that");
    FAILS_WITH(gradient(jac_custom_jvp(square_fn, integer_tangent_rule_fn), vec(3)),
               "gives i32[3] as its tangent");
}

Test(custom, backward_rules_of_the_wrong_signature)
{
    FAILS_WITH(jac_custom_vjp(square_fn, square_bwd_fn, square_bwd_fn),
               "fwd must take 1 and give 1");
    FAILS_WITH(jac_custom_vjp(square_fn, square_fwd_fn, two_bwd_fn),
               "bwd must take 1 residual and");
    FAILS_WITH(jac_custom_vjp(square_fn, square_fn, square_bwd_fn), "bwd must take 0 residuals");
    FAILS_WITH(jac_custom_vjp(square_fn, JAC_NULL_FN, square_bwd_fn), "null function");
    jac_fn f = jac_custom_vjp(square_fn, scalar_fwd_fn, scalar_bwd_fn);
    FAILS_WITH(gradient(f, vec(3)), "its result 0 is f32[3], but scalar_fwd gives f32[]");
    f = jac_custom_vjp(square_fn, square_fwd_fn, integer_bwd_fn);
    FAILS_WITH(gradient(f, vec(3)), "argument 0 is f32[3], but integer_bwd gives i32[3]");
    f = jac_custom_vjp(square_fn, square_fwd_fn, failing_bwd_fn);
    FAILS_WITH(gradient(f, vec(3)), "f32[3] and f32[4]");
}

Test(custom, backward_rule_is_not_asked_where_nothing_is_differentiated)
{
    jac_fn f = jac_custom_vjp(square_fn, square_fwd_fn, failing_bwd_fn);
    cr_assert_eq(jac_item_f64(jac_call1(f, 3.0)), 9);
    cr_assert_null(jac_error());
}

JAC_DEF_ENV(jac, scaled, jac, (jac, x))
{
    return jac_mul(x, *env);
}

JAC_DEF_ENV(Two, scaled_fwd, jac, (jac, x))
{
    return (Two){jac_mul(x, *env), x};
}

JAC_DEF_ENV(jac, scaled_bwd, jac, (jac, x), (jac, ct))
{
    (void)x;
    return jac_mul(ct, *env);
}

JAC_DEF_ENV(Two, scaled_rule, jac, (jac, x), (jac, t))
{
    return (Two){jac_mul(x, *env), jac_mul(t, *env)};
}

JAC_DEF(jac, ruled_scaling, (jac, c), (jac, x))
{
    return jac_call1(jac_custom_vjp(scaled_with(c), scaled_fwd_with(c), scaled_bwd_with(c)), x);
}

JAC_DEF(jac, forward_ruled_scaling, (jac, c), (jac, x))
{
    return jac_call1(jac_custom_jvp(scaled_with(c), scaled_rule_with(c)), x);
}

JAC_DEF(jac, stopped_scaling, (jac, c), (jac, x))
{
    return ruled_scaling(jac_stop_gradient(c), x);
}

JAC_DEF_ENV(jac, scaling_step, jac, (jac, i), (jac, s))
{
    (void)i;
    return ruled_scaling(*env, s);
}

JAC_DEF(jac, rolled_scaling, (jac, c), (jac, x))
{
    return jac_fori_loop(0, 3, scaling_step_with(c), x);
}

Test(custom, derivative_of_a_captured_value_is_never_lost_silently)
{
    FAILS_WITH(jac_call1(jac_grad(ruled_scaling_fn, 0), 3.0, 2.0),
               "scaled has a derivative of its own");
    FAILS_WITH(jac_call1(jac_grad(forward_ruled_scaling_fn, 0), 3.0, 2.0), "make this an argument");
    FAILS_WITH(jac_call1(jac_grad(rolled_scaling_fn, 0), 3.0, 2.0), "f32[], that is being");
    FAILS_WITH(jac_call1(jac_jit(jac_grad(ruled_scaling_fn, 0)), 3.0, 2.0), "own");
    cr_assert_eq(jac_item_f64(jac_call1(jac_grad(ruled_scaling_fn, 1), 3.0, 2.0)), 3);
    cr_assert_eq(jac_item_f64(jac_call1(jac_grad(forward_ruled_scaling_fn, 1), 3.0, 2.0)), 3);
    cr_assert_eq(jac_item_f64(jac_call1(jac_grad(stopped_scaling_fn, 0), 3.0, 2.0)), 0);
    cr_assert_eq(jac_item_f64(jac_call1(jac_grad(rolled_scaling_fn, 1), 3.0, 2.0)), 27);
}

/* Wrong use of transformations: what they say; and C numbers as tangents and cotangents, which take
 * the dtype of their value. */
#include <criterion/criterion.h>
#include <string.h>

#include "jacquard.h"
#include "tests/handles.h"

typedef struct {
    jac a, b;
} Two;

static jac vec(int64_t n)
{
    return jac_ones(JAC_SHAPE(n));
}

JAC_DEF(jac, cube, (jac, x))
{
    return jac_power(x, 3);
}

JAC_DEF(jac, rounded, (jac, x))
{
    return jac_astype(x, JAC_I32);
}

JAC_DEF(jac, scaled, (Two, p), (jac, x))
{
    return jac_add(jac_mul(p.a, x), p.b);
}

JAC_DEF(Two, pair, (jac, x))
{
    return (Two){x, jac_mul(x, x)};
}

/* ---- Jacobians ------------------------------------------------------------------------------- */

Test(errors_transforms, jacobians_of_what_has_no_derivative_are_refused)
{
    jac whole = jac_array(JAC_SHAPE(2), (int[]){1, 2});
    FAILS_WITH(jac_jacrev(cube_fn, 1),
               "jacrev of cube: it has 1 argument, but argument 1 is to be differentiated");
    FAILS_WITH(jac_jacfwd(cube_fn, -2), "jacfwd of cube: it has 1 argument, but argument -2");
    FAILS_WITH(jac_jacrev(JAC_NULL_FN), "a null function");
    FAILS_WITH(jac_call1(jac_jacfwd(cube_fn), whole), "only floats can be differentiated");
    FAILS_WITH(jac_call1(jac_jacrev(rounded_fn), vec(2)),
               "its result 0 is i32[2], and only floats have derivatives");
    jac nine = jac_ones(JAC_SHAPE(1, 1, 1, 1, 1, 1, 1, 1, 2));
    FAILS_WITH(jac_call1(jac_jacfwd(cube_fn), nine), "has too many dimensions");
    FAILS_WITH(jac_call1(jac_jacrev(cube_fn), nine), "has too many dimensions");
}

Test(errors_transforms, a_jacobian_in_an_argument_counted_from_the_end)
{
    jac f = jac_call1(jac_jacfwd(scaled_fn, -1), vec(2), vec(2), vec(2)),
        r = jac_call1(jac_jacrev(scaled_fn, -1), vec(2), vec(2), vec(2));
    cr_assert(jac_ok(f) && jac_ok(r), "%s", jac_error());
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++) {
            cr_expect_eq(jac_item_f64(jac_at(f, i, j)), i == j);
            cr_expect_eq(jac_item_f64(jac_at(r, i, j)), i == j);
        }
}

/* ---- tangents and cotangents ------------------------------------------------------------------ */

Test(errors_transforms, a_number_as_tangent_takes_the_dtype_of_its_primal)
{
    jac x = jac_scalar(JAC_F64, 2), y, t;
    cr_assert(jac_jvp(cube_fn, &x, (jac[]){jac_of_f64(0.1)}, &y, &t), "%s", jac_error());
    cr_expect_eq(jac_dtype_of(t), JAC_F64);
    cr_expect_eq(jac_item_f64(t), 12 * 0.1);
    jac_fn push = jac_linearize(cube_fn, &x, &y), pull = jac_vjp(cube_fn, &x, &y);
    cr_expect_eq(jac_item_f64(jac_call1(push, 0.5)), 6);
    jac back = jac_call1(pull, 1);
    cr_expect_eq(jac_dtype_of(back), JAC_F64);
    cr_expect_eq(jac_item_f64(back), 12);
}

Test(errors_transforms, null_pointers_and_null_handles_are_refused)
{
    jac x = vec(2), y, t, null = JAC_NULL;
    FAILS_WITH(jac_jvp(cube_fn, NULL, &x, &y, &t), "null pointer");
    FAILS_WITH(jac_jvp(cube_fn, &x, NULL, &y, &t), "null pointer");
    FAILS_WITH(jac_jvp(cube_fn, &x, &x, NULL, &t), "null pointer");
    FAILS_WITH(jac_jvp(cube_fn, &x, &x, &y, NULL), "null pointer");
    FAILS_WITH(jac_jvp(cube_fn, &null, &x, &y, &t), "null handle");
    cr_assert(jac_jvp(cube_fn, &x, &null, &y, &t), "a null tangent is zero: %s", jac_error());
    cr_expect_eq(jac_item_f64(jac_sum(t)), 0);
    FAILS_WITH(jac_vjp(cube_fn, NULL, &y), "null pointer");
    FAILS_WITH(jac_vjp(cube_fn, &x, NULL), "null pointer");
    FAILS_WITH(jac_linearize(cube_fn, &null, &y), "null handle");
    FAILS_WITH(jac_linearize(JAC_NULL_FN, &x, &y), "a null function");
    FAILS_WITH(jac_call1(jac_vjp(cube_fn, &x, &y), JAC_NULL), "null handle");
}

Test(errors_transforms, results_that_have_no_room_are_refused)
{
    jac x = vec(2);
    Two out;
    jac one, t;
    FAILS_WITH(jac_jvp(pair_fn, &x, &x, &one, &out), "gives 2 handles");
    FAILS_WITH(jac_jvp(pair_fn, &x, &x, &out, &t), "gives 2 handles");
    FAILS_WITH(jac_vjp(pair_fn, &x, &one), "vjp: pair gives 2 handles");
    FAILS_WITH(jac_linearize(pair_fn, &x, &one), "linearize: pair gives 2 handles");
    cr_assert(jac_jvp(pair_fn, &x, &x, &out, &out), "%s", jac_error());
}

/* ---- functions with derivatives of their own --------------------------------------------------- */

JAC_DEF(Two, cube_forward, (jac, x))
{
    return (Two){cube(x), x};
}

JAC_DEF(jac, whole_cotangent, (jac, x), (jac, ct))
{
    (void)x, (void)ct;
    return jac_of_i64(5); /* a number takes the dtype of x */
}

JAC_DEF(jac, wide_cotangent, (jac, x), (jac, ct))
{
    (void)ct;
    return jac_astype(x, JAC_F64);
}

Test(errors_transforms, a_number_as_cotangent_takes_the_dtype_of_its_argument)
{
    jac_fn f = jac_custom_vjp(cube_fn, cube_forward_fn, whole_cotangent_fn);
    jac g = jac_call1(jac_grad(f), jac_scalar(JAC_F32, 2));
    cr_assert(jac_ok(g), "%s", jac_error());
    cr_expect_eq(jac_dtype_of(g), JAC_F32);
    cr_expect_eq(jac_item_f64(g), 5);
    FAILS_WITH(jac_call1(jac_grad(jac_custom_vjp(cube_fn, cube_forward_fn, wide_cotangent_fn)),
                         jac_scalar(JAC_F32, 2)),
               "wide_cotangent gives f64[] as its cotangent");
}

JAC_DEF(jac, cube_backward, (jac, x), (jac, ct))
{
    return jac_mul(ct, jac_mul(3, jac_mul(x, x)));
}

static jac push(jac x, jac t)
{
    jac y, out;
    jac_fn f = jac_custom_vjp(cube_fn, cube_forward_fn, cube_backward_fn);
    return jac_jvp(f, &x, &t, &y, &out) ? out : JAC_NULL;
}

JAC_DEF(jac, push_at_two, (jac, t))
{
    return push(jac_scalar(JAC_F64, 2), t);
}

JAC_DEF(jac, push_at, (jac, x), (jac, t))
{
    return push(x, t);
}

/* Its forward mode cannot be run, but is linear in the tangent. So the derivative by the tangent,
 * in reverse mode, is known: it is the backward function. */
Test(errors_transforms, the_tangent_of_a_custom_vjp_has_a_gradient_by_the_tangent_alone)
{
    jac one = jac_scalar(JAC_F64, 1), two = jac_scalar(JAC_F64, 2);
    jac_fn g = jac_grad(push_at_two_fn), h = jac_grad(push_at_fn, 1);
    for (int k = 0; k < 2; k++) {
        cr_expect_eq(jac_item_f64(jac_call1(k ? jac_jit(g) : g, one)), 12, "%s", jac_error());
        cr_expect_eq(jac_item_f64(jac_call1(k ? jac_jit(h) : h, two, one)), 12, "%s", jac_error());
    }
    FAILS_WITH(jac_call1(push_at_two_fn, one), "defines reverse mode only");
    FAILS_WITH(jac_call1(jac_grad(push_at_fn, 0), two, one), "defines reverse mode only");
}

JAC_DEF(Two, rounded_rule, (jac, x), (jac, t))
{
    return (Two){jac_astype(x, JAC_I32), t};
}

Test(errors_transforms, a_custom_jvp_of_an_integer_result_is_refused)
{
    jac_fn f = jac_custom_jvp(rounded_fn, rounded_rule_fn);
    FAILS_WITH(jac_call1(f, vec(2)), "its result 0 is i32[2], but only floats have tangents");
}

/* ---- shapes ------------------------------------------------------------------------------------ */

Test(errors_transforms, shapes_of_results_that_have_no_room_are_refused)
{
    jac x = vec(3);
    jac_type one[1], two[2];
    FAILS_WITH(jac_eval_shape(pair_fn, &x, one), "but the results have room for 1");
    FAILS_WITH(jac_eval_shape(pair_fn, NULL, two), "null pointer");
    cr_assert(jac_eval_shape(pair_fn, &x, two), "%s", jac_error());
    cr_expect(two[1].ndim == 1 && two[1].dim[0] == 3 && two[1].dtype == JAC_F32);
}

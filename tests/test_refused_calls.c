/* Calls of the public interface that other tests have no reason to make: what they refuse, and the
 * ends of what they take. */
#include "tests/handles.h"

JAC_TREE(Two, a, b)

JAC_DEF(jac, two_and_one, (Two, p), (jac, x))
{
    return jac_add(jac_mul(p.a, p.b), x);
}

JAC_DEF(jac, one_and_two, (jac, x), (Two, p))
{
    return jac_add(jac_mul(p.a, p.b), x);
}

Test(refused_calls, a_function_called_as_another_must_group_its_handles_alike)
{
    Two p = {jac_asarray(2.0f), jac_asarray(3.0f)};
    cr_expect(jac_item_f64(one_and_two_call(one_and_two_fn, jac_asarray(1.0f), p)) == 7);
    FAILS_WITH(
        two_and_one_call(one_and_two_fn, p, jac_asarray(1.0f)),
        "two_and_one_call: the function given, one_and_two, takes 2 arguments (3 handles) and "
        "gives 1 handle; two_and_one takes 2 and gives 1");
}

Test(refused_calls, a_draw_takes_floats_for_logits_and_at_most_as_many_dimensions_as_arrays_have)
{
    jac key = jac_random_PRNGKey(1), logits = jac_zeros(JAC_SHAPE(2, 3));
    FAILS_WITH(jac_random_categorical(key, jac_astype(logits, JAC_I32), 1),
               "jac_random_categorical: the logits must be floats, but are i32[2,3]");
    FAILS_WITH(jac_random_categorical(key, logits, 1,
                                      JAC_SHAPE(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2)),
               "draws would have 16 dimensions, but at most 15 are possible");
    FAILS_WITH(jac_random_bits(key, 3, (jac_dtype)99), "99 is not a dtype");
    FAILS_WITH(jac_random_randint(key, 3, 0, 9, (jac_dtype)99), "99 is not a dtype");
}

Test(refused_calls, bounds_of_random_integers_are_integers_or_bools)
{
    jac key = jac_random_PRNGKey(1), want = jac_random_randint(key, 50, 0, 40);
    FAILS_WITH(jac_random_randint(key, 50, 0.0, 40),
               "minval is ~f32[], but must be an integer: convert it with jac_astype");
    jac by_bool = jac_random_randint(key, 50, jac_astype(0, JAC_BOOL), 40);
    cr_assert(jac_ok(by_bool), "%s", jac_error());
    cr_expect(jac_item_bool(jac_all(jac_eq(by_bool, want))));
    cr_expect(jac_item_bool(jac_all(jac_eq(jac_random_randint(key, 50, false, 40), want))));
}

JAC_DEF(jac, thrice, (jac, x))
{
    return jac_mul(x, 3);
}

Test(refused_calls, a_system_is_solved_for_floats_only_and_may_be_empty)
{
    jac whole = jac_array(1, (int32_t[]){1});
    FAILS_WITH(jac_cg(thrice_fn, whole),
               "cg: leaf 0 of x is i32[1], but only floats can be solved for");
    jac none = jac_cg(thrice_fn, jac_zeros(0));
    cr_expect(jac_ok(none) && jac_size(none) == 0, "%s", jac_error());
    jac_fn solver = (jac_cg_solver)(thrice_fn);
    cr_expect_float_eq((float)jac_item_f64(jac_call1(solver, 6.0f)), 2, 1e-5f);
}

JAC_DEF(jac, halved, (jac, x))
{
    return jac_mul(x, 0.5f);
}

JAC_DEF(Two, halved_forward, (jac, x))
{
    return (Two){halved_call(halved_fn, x), x};
}

JAC_DEF(jac, halved_backward, (jac, x), (jac, ct))
{
    return jac_add(ct, jac_mul(x, 0));
}

/* A rule may be a function that a transformation returned. */
Test(refused_calls, a_backward_rule_may_be_jitted)
{
    jac_fn f = jac_custom_vjp(halved_fn, halved_forward_fn, jac_jit(halved_backward_fn));
    cr_expect(jac_item_f64(jac_call1(jac_grad(f), 2.0f)) == 1, "%s", jac_error());
}

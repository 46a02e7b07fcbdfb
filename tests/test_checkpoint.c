/* Checkpoints: what is kept, what is computed again, and that recomputation changes no value. */
#include <criterion/criterion.h>
#include <string.h>

#include "ops/ops.h"
#include "tests/compiled.h"
#include "tests/custom.h"
#include "tests/golden_cases.h"

static const int64_t N = 1000;

JAC_DEF(jac, deep, (jac, x))
{
    for (int k = 0; k < 10; k++)
        x = jac_sin(jac_exp(x));
    return x;
}

JAC_DEF(jac, products, (jac, w), (jac, x))
{
    for (int k = 0; k < 3; k++)
        x = jac_sin(jac_matmul(w, jac_exp(x)));
    return x;
}

/* The bytes stored between the forward and the backward pass. */
static size_t kept(jac_fn f, const jac *x)
{
    jac y;
    size_t before = jac_live_bytes(), after = 0;
    JAC_SCOPE () {
        cr_assert(jac_ok(jac_vjp(f, x, &y)), "%s", jac_error());
        after = jac_live_bytes() - before;
    }
    return after;
}

Test(checkpoint, keeps_no_inner_value)
{
    jac x = vec(N);
    size_t all = kept(deep_fn, &x), none = kept(jac_checkpoint(deep_fn), &x);
    size_t everything = kept(jac_checkpoint(deep_fn, .policy = JAC_SAVE_EVERYTHING), &x);
    cr_expect_geq(all, 20 * 4 * (size_t)N, "without a checkpoint %zu bytes are kept", all);
    cr_expect_leq(none, 2 * 4 * (size_t)N, "more than the result and the argument: %zu", none);
    cr_expect_eq(everything, all, "the policy of everything keeps %zu instead of %zu", everything,
                 all);
}

Test(checkpoint, keeps_products_if_asked_to)
{
    jac x[] = {jac_full(JAC_SHAPE(20, 20), 0.01), vec(20)};
    size_t all = kept(products_fn, x), none = kept(jac_checkpoint(products_fn), x);
    size_t dots = kept(jac_checkpoint(products_fn, .policy = JAC_SAVE_DOTS), x);
    cr_expect_eq(dots, none + 3 * 20 * 4,
                 "three products are %d bytes, but %zu are kept beside %zu", 3 * 20 * 4,
                 dots - none, none);
    cr_expect_lt(dots, all);
}

JAC_DEF(Two, deep_step, (jac, c), (jac, x))
{
    return (Two){deep(jac_add(c, x)), jac_sum(c)};
}

JAC_DEF(Two, remat_step, (jac, c), (jac, x))
{
    return (Two){jac_call1(jac_checkpoint(deep_fn), jac_add(c, x)), jac_sum(c)};
}

JAC_DEF_ENV(jac, layers, jac_fn, (jac, x), (jac, xs))
{
    jac sums;
    jac_scan(*env, &x, &xs, &sums);
    return x;
}

Test(checkpoint, of_each_layer_keeps_one_state_a_layer)
{
    jac x[] = {vec(N), vec(8)};
    size_t state = 4 * (size_t)N;
    size_t all = kept(layers_with(deep_step_fn), x), one = kept(layers_with(remat_step_fn), x);
    cr_expect_geq(all, 8 * 20 * state);
    cr_expect_leq(one, 11 * state, "%zu bytes for 8 layers of %zu", one, state);
}

/* sin(exp(x)) in a checkpoint. */
static const char sin_exp[] = "graph f(x: f32[4]) {\n"
                              "  y: f32[4] = checkpoint[graph=graph (x: f32[4]) {\n"
                              "    a: f32[4] = exp x\n"
                              "    b: f32[4] = sin a\n"
                              "    return b\n"
                              "  }, policy=%d] x\n"
                              "  return y\n}\n";

static int equations(const ir_graph *g, const char *name)
{
    int n = 0;
    const ir_graph *inner;
    IR_EACH_EQN (e, g) {
        n += !strcmp(e->op->name, name);
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            n += equations(inner, name);
    }
    return n;
}

Test(checkpoint, recomputation_survives_the_passes)
{
    for (int policy = 0; policy < 3; policy += 2) {
        char text[sizeof sin_exp + 10];
        snprintf(text, sizeof text, sin_exp, policy);
        IR_AUTO_GRAPH g = parsed(text);
        IR_AUTO_GRAPH back = test_vjp(g);
        IR_AUTO_GRAPH fast = back ? ir_optimize(back) : NULL;
        cr_assert(fast, "%s", ir_error());
        cr_expect_eq(equations(fast, "checkpoint"), 0, "a checkpoint reaches the compiler");
        cr_expect_eq(equations(fast, "exp"), policy ? 1 : 2, "exp is computed %d times",
                     equations(fast, "exp"));
    }
}

Test(checkpoint, that_is_not_differentiated_is_a_plain_call)
{
    char text[sizeof sin_exp + 200];
    snprintf(text, sizeof text, sin_exp, 0);
    char *end = strstr(text, "  return y");
    snprintf(end, 200, "  z: f32[4] = exp x\n  w: f32[4] = sin z\n  return y, w\n}\n");
    IR_AUTO_GRAPH g = parsed(text);
    IR_AUTO_GRAPH fast = ir_optimize(g);
    cr_expect_eq(equations(fast, "exp"), 1, "the passes do not see into it");
}

JAC_DEF_ENV(Two, remat_of, jac_fn, (Two, s))
{
    return (Two){jac_call1(*env, s.a), jac_add(s.b, 1)};
}

JAC_DEF(jac, five_times, (Two, s))
{
    return jac_lt(s.b, 5);
}

JAC_DEF_ENV(jac, looped, jac_fn, (jac, x))
{
    return jac_sum(jac_while_loop(five_times_fn, remat_of_with(*env), (Two){x, jac_asarray(0)}).a);
}

JAC_DEF(jac, sin_twice, (jac, x))
{
    return jac_sin(jac_mul(jac_cos(x), 2));
}

JAC_DEF(jac, below_three, (jac, x))
{
    return jac_lt(jac_sum(jac_abs(x)), 3);
}

JAC_DEF(jac, grown, (jac, x))
{
    return jac_mul(x, jac_exp(jac_mul(x, 0.1)));
}

JAC_DEF(jac, grown_often, (jac, x))
{
    return jac_sin(jac_while_loop(below_three_fn, grown_fn, x));
}

JAC_DEF_ENV(jac, summed, jac_fn, (jac, x))
{
    return jac_sum(jac_call1(*env, x));
}

Test(checkpoint, around_a_dynamic_loop_runs_it_again)
{
    jac x = vec(4), plain = jac_call1(jac_grad(summed_with(grown_often_fn)), x);
    jac_fn g = jac_grad(summed_with(jac_checkpoint(grown_often_fn)));
    jac remade = jac_call1(g, x), compiled = jac_call1(jac_jit(g), x);
    cr_assert(jac_ok(plain) && jac_ok(remade) && jac_ok(compiled), "%s", jac_error());
    cr_expect(jac_item_bool(jac_all(jac_eq(plain, remade))));
    cr_expect_lt(jac_item_f64(jac_max(jac_abs(jac_sub(plain, compiled)))), 1e-6);
    jac lanes = jac_add(jac_reshape(jac_arange(8), 2, 4), 0.25);
    jac batch = jac_call1(jac_vmap(g), lanes);
    jac want = jac_call1(jac_vmap(jac_grad(summed_with(grown_often_fn))), lanes);
    cr_assert(jac_ok(batch) && jac_ok(want), "%s", jac_error());
    cr_expect_lt(jac_item_f64(jac_max(jac_abs(jac_sub(batch, want)))), 1e-6);
}

/* Loops whose number of steps is known only at run time. */
Test(checkpoint, and_custom_rules_work_in_dynamic_loops)
{
    jac x = vec(4), plain = jac_call1(jac_grad(looped_with(sin_twice_fn)), x);
    jac remade = jac_call1(jac_grad(looped_with(jac_checkpoint(sin_twice_fn))), x);
    jac compiled = jac_call1(jac_jit(jac_grad(looped_with(jac_checkpoint(sin_twice_fn)))), x);
    cr_assert(jac_ok(plain) && jac_ok(remade) && jac_ok(compiled), "%s", jac_error());
    cr_expect(jac_item_bool(jac_all(jac_eq(plain, remade))));
    cr_expect_lt(jac_item_f64(jac_max(jac_abs(jac_sub(plain, compiled)))), 1e-6);
    jac squares = jac_call1(jac_grad(looped_with(square_fn)), x);
    jac ruled = jac_call1(jac_grad(looped_with(ruled_square())), x);
    cr_assert(jac_ok(ruled), "%s", jac_error());
    cr_expect_lt(jac_item_f64(jac_max(jac_abs(jac_sub(squares, ruled)))), 1e-12);
}

/* Wraps the graph in a checkpoint. */
static ir_graph *remade(ir_graph *g, int64_t policy)
{
    ir_graph *made = ir_graph_like(g, NULL);
    ir_attr attr[] = {[CHECKPOINT_GRAPH] = {.graph = g}, [CHECKPOINT_POLICY] = {.i = policy}};
    ir_value **y = ir_emit(made, &op_checkpoint, g->nin, made->in, attr);
    cr_assert(y, "%s", ir_error());
    ir_outputs(made, y, g->nout);
    return made;
}

static void check_remade(test_pool *p, const golden_case *c, int64_t policy)
{
    IR_AUTO_GRAPH whole = remade(c->graph, policy);
    IR_AUTO_GRAPH plain = test_vjp(c->graph);
    IR_AUTO_GRAPH back = test_vjp(whole);
    IR_AUTO_GRAPH fast = back ? ir_optimize(back) : NULL;
    test_arrays in = test_arrays_join(p, &c->in, &c->cotangent), want, got, optimized;
    if (!plain || !fast || !test_eval(p, plain, &in, &want) || !test_eval(p, back, &in, &got) ||
        !test_eval(p, fast, &in, &optimized)) {
        test_fail(c->name, "could not be differentiated or run within a checkpoint");
        return;
    }
    test_close_all(c->name, &got, 0, &want, (test_tolerance){TEST_EXACT, 0});
    test_close_all(c->name, &optimized, 0, &want, (test_tolerance){TEST_EXACT, 0});
    IR_AUTO_GRAPH plain_again = test_vjp(plain);
    IR_AUTO_GRAPH again = test_vjp(back);
    for (int k = 0; k < plain->nout; k++)
        if (test_is_float(plain->out[k]))
            test_arrays_add(p, &in, test_array_random(p, &plain->out[k]->type, (uint64_t)k, -1, 1));
    if (!again || !test_eval(p, plain_again, &in, &want) || !test_eval(p, again, &in, &got))
        test_fail(c->name, "could not be differentiated twice within a checkpoint");
    else
        test_close_all(c->name, &got, 0, &want,
                       (test_tolerance){TEST_REL, c->differences ? 1e-10 : 1e-5});
}

/* Every case of every primitive. */
Test(checkpoint, around_anything_changes_no_derivative)
{
    static const char *const names[] = {
#define X(name) #name,
        OPS_LIKE_JAX(X)
#undef X
    };
    ops_init();
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        golden_file f = golden_load(names[k]);
        for (int j = 0; j < f.n; j++)
            for (int64_t policy = 0; f.at[j].reverse && policy < 3; policy++)
                check_remade(&f.pool, &f.at[j], policy);
        golden_free(&f);
    }
}

Test(checkpoint, of_no_such_policy)
{
    FAILS_WITH(jac_checkpoint(deep_fn, .policy = (jac_save_policy)7), "no policy 7");
    FAILS_WITH(jac_checkpoint(JAC_NULL_FN), "null function");
    char text[sizeof sin_exp + 10];
    snprintf(text, sizeof text, sin_exp, 3);
    ops_init();
    cr_assert_null(ir_parse(text, "test"));
    cr_assert(strstr(ir_error(), "no policy 3"), "%s", ir_error());
}

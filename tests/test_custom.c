/* Custom derivatives, checkpoints, named axes, eval_shape and closure_convert: what is stored and
 * what is recomputed, which equations disappear and when, and every wrong use.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jacquard.h"
#include "tests/handles.h"
#include "ops/ops.h"
#include "tests/golden_cases.h"

#undef FAILS_WITH
#define FAILS_WITH(call, text)                                                                     \
    do {                                                                                           \
        jac_error_clear();                                                                         \
        cr_assert(!GIVES(call), "%s should fail", #call);                                          \
        cr_assert(jac_error() && strstr(jac_error(), text), "said: %s", jac_error());              \
        cr_assert(strstr(jac_error(), "test_custom.c:"), "no line in: %s", jac_error());           \
        jac_error_clear();                                                                         \
    } while (0)

typedef struct {
    jac a, b;
} Two;

typedef struct {
    jac a, b, c;
} Three;

static jac vec(int64_t n)
{
    return jac_full(JAC_SHAPE(n), jac_scalar(JAC_F32, 0.5));
}

JAC_DEF(jac, times, (jac, x), (jac, y))
{
    return jac_mul(x, y);
}

JAC_DEF(jac, square, (jac, x))
{
    return jac_mul(x, x);
}

JAC_DEF(Two, square_fwd, (jac, x))
{
    return (Two){jac_mul(x, x), x};
}

JAC_DEF(jac, square_bwd, (jac, x), (jac, ct))
{
    return jac_mul(jac_mul(2, x), ct);
}

static jac_fn ruled_square(void)
{
    return jac_custom_vjp(square_fn, square_fwd_fn, square_bwd_fn);
}

/* ---- custom_vjp ------------------------------------------------------------------------------ */

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

/* ---- checkpoint: what is kept, and what is computed twice ------------------------------------ */

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

static ir_graph *parsed(const char *text)
{
    ops_init();
    ir_graph *g = ir_parse(text, "test");
    cr_assert(g, "%s", ir_error());
    return g;
}

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

/* ---- named axes ------------------------------------------------------------------------------ */

JAC_DEF(jac, over_sum, (jac, x))
{
    return jac_div(x, jac_psum(x, "i"));
}

JAC_DEF(jac, over_other_sum, (jac, x))
{
    return jac_div(x, jac_psum(x, "j"));
}

JAC_DEF(jac, nameless, (jac, x))
{
    return jac_psum(x, NULL);
}

JAC_DEF(jac, index_of_lane, (jac, x))
{
    return jac_add(x, jac_axis_index("i"));
}

JAC_DEF(jac, size_of_batch, (jac, x))
{
    return jac_mul(x, jac_axis_size("i"));
}

Test(named_axes, names_that_nothing_binds)
{
    FAILS_WITH(jac_psum(1.0, "i"), "no axis named \"i\" is being mapped here (none is bound)");
    FAILS_WITH(jac_axis_index("i"), "axis_index: no axis");
    FAILS_WITH(jac_call1(over_sum_fn, vec(3)), "no axis named \"i\"");
    FAILS_WITH(jac_call1(jac_vmap(over_sum_fn), vec(3)), "no axis named \"i\"");
    FAILS_WITH(jac_call1(jac_vmap(over_other_sum_fn, .axis_name = "i"), vec(3)),
               "no axis named \"j\" is being mapped here (bound are: \"i\")");
    FAILS_WITH(jac_call1(jac_vmap(nameless_fn, .axis_name = "i"), vec(3)), "null pointer");
    FAILS_WITH(jac_vmap(over_sum_fn, .axis_name = "the batch"), "not an identifier");
    FAILS_WITH(jac_vmap(over_sum_fn, .axis_name = ""), "not an identifier");
    FAILS_WITH(jac_vmap(over_sum_fn, .axis_size = -1), "axis_size must be at least 0, but is -1");
    jac_error_clear();
    cr_assert_eq(jac_axis_size("i"), -1);
    cr_assert(jac_error());
}

Test(named_axes, name_is_bound_within_the_function_only)
{
    cr_assert(jac_ok(jac_call1(jac_vmap(over_sum_fn, .axis_name = "i"), vec(3))), "%s",
              jac_error());
    FAILS_WITH(jac_psum(1.0, "i"), "none is bound");
    FAILS_WITH(jac_call1(jac_vmap(over_other_sum_fn, .axis_name = "i"), vec(3)), "\"j\"");
    FAILS_WITH(jac_psum(1.0, "i"), "none is bound"); /* after a failure, too */
}

/* A jitted function remembers traces, except those that are valid only under a named axis. */
Test(named_axes, jitted_function_does_not_remember_a_name)
{
    jac_fn f = jac_jit(over_sum_fn);
    cr_assert(jac_ok(jac_call1(jac_vmap(f, .axis_name = "i"), vec(3))), "%s", jac_error());
    FAILS_WITH(jac_call1(f, 0.5), "no axis named \"i\"");
    cr_assert_eq(jac_item_f64(jac_sum(jac_call1(jac_vmap(f, .axis_name = "i"), vec(5)))), 1);
}

Test(named_axes, collectives_vanish_with_their_axis)
{
    jac_fn lanes = jac_vmap(over_sum_fn, .axis_name = "i");
    char *text = jac_make_jaxpr(lanes, (jac[]){vec(3)});
    cr_assert(text && strstr(text, "reduce_sum") && !strstr(text, "psum"), "%s", text);
    free(text);
    cr_assert_eq(
        jac_item_f64(jac_sum(jac_call1(jac_vmap(size_of_batch_fn, .axis_name = "i"), vec(4)))), 8);
    jac none = jac_call1(
        jac_vmap(index_of_lane_fn, JAC_AXES(JAC_NONE), .axis_size = 3, .axis_name = "i"), 1.0);
    cr_assert_eq(jac_item_f64(jac_sum(none)), 6, "axis_index did not make lanes differ");
}

Test(named_axes, text_of_a_collective_reads_back_and_cannot_be_run)
{
    TEST_POOL(p);
    IR_AUTO_GRAPH g = parsed("graph f(x: f32[]) {\n"
                             "  y: f32[] = psum[axis_name=rows] x\n"
                             "  z: i32[] = axis_index[axis_name=rows]\n"
                             "  return y, z\n}\n");
    char *text = ir_print_str(g, false);
    IR_AUTO_GRAPH again = parsed(text);
    cr_expect(ir_graph_equal(g, again));
    IR_AUTO_GRAPH other = parsed("graph f(x: f32[]) {\n"
                                 "  y: f32[] = psum[axis_name=columns] x\n"
                                 "  z: i32[] = axis_index[axis_name=columns]\n"
                                 "  return y, z\n}\n");
    cr_expect_not(ir_graph_equal(g, other));
    cr_expect_neq(ir_graph_hash(g).lo, ir_graph_hash(other).lo);
    free(text);
    test_arrays in = {0}, out;
    test_arrays_add(&p, &in, test_array_read(&p, "f32[] 1"));
    cr_expect_not(test_eval(&p, g, &in, &out));
    cr_expect(strstr(ir_error(), "no axis named \"rows\""), "%s", ir_error());
    ir_error_clear();
    cr_expect_null(
        ir_parse("graph f(x: f32[]) {\n  y: f32[] = psum[axis_name=3] x\n  return y\n}\n", "test"));
    cr_expect(strstr(ir_error(), "a name"), "%s", ir_error());
    ir_error_clear();
    cr_expect_null(ir_parse(
        "graph f(x: bool[3]) {\n  y: bool[3] = pmax[axis_name=i] x\n  return y\n}\n", "test"));
    cr_expect(strstr(ir_error(), "pmax: operands must be numbers, but operand 0 is bool[3]"), "%s",
              ir_error());
}

JAC_DEF(jac, weighted, (Two, p), (jac, x))
{
    return jac_add(jac_mul(p.a, x), p.b);
}

Test(named_axes, axes_of_leaves_that_do_not_fit)
{
    FAILS_WITH(jac_vmap(weighted_fn, .in_axes_leaves = JAC_AXES(0, 0)), "have 3 handles");
    FAILS_WITH(jac_vmap(weighted_fn, JAC_AXES(0, 0), .in_axes_leaves = JAC_AXES(0, 0, 0)), "both");
    FAILS_WITH(jac_vmap(weighted_fn, JAC_AXES(0, 0, 0)), "in_axes_leaves takes one for each");
    jac_fn f = jac_vmap(weighted_fn, .in_axes_leaves = JAC_AXES(0, JAC_NONE, 1));
    FAILS_WITH(jac_call1(f, vec(3), 1.0, vec(3)), "argument 1");
    FAILS_WITH(jac_call1(f, vec(3), 1.0, jac_ones(JAC_SHAPE(2, 4))), "argument 1");
    jac y = jac_call1(f, vec(3), 1.0, jac_ones(JAC_SHAPE(2, 3)));
    cr_assert(jac_ok(y) && jac_ndim(y) == 2 && jac_dim(y, 0) == 3, "%s", jac_error());
}

/* ---- eval_shape, closure_convert ------------------------------------------------------------- */

JAC_DEF(Two, outer_and_count, (jac, x), (jac, n))
{
    return (Two){jac_outer(x, x), jac_add(n, 1)};
}

Test(eval_shape, types_of_results_without_the_results)
{
    jac_type r[2];
    cr_assert(jac_eval_shape(outer_and_count_fn, (&(Two){vec(3), jac_asarray(2)}), r), "%s",
              jac_error());
    cr_assert(r[0].dtype == JAC_F32 && r[0].ndim == 2 && r[0].dim[0] == 3 && r[0].dim[1] == 3);
    cr_assert(r[1].dtype == JAC_I32 && r[1].ndim == 0 && r[1].weak);
    jac_type large[] = {jac_shaped(JAC_F64, JAC_SHAPE(1000000)),
                        jac_type_of(jac_scalar(JAC_I64, 1))};
    size_t before = jac_live_bytes();
    cr_assert(jac_eval_types(outer_and_count_fn, large, r), "%s", jac_error());
    cr_assert(r[0].dtype == JAC_F64 && r[0].dim[1] == 1000000 && r[1].dtype == JAC_I64);
    cr_assert_eq(jac_live_bytes(), before);
    jac_fn g = jac_vmap(jac_jit(outer_and_count_fn), JAC_AXES(0, JAC_NONE));
    large[0] = jac_shaped(JAC_DEFAULT, JAC_SHAPE(5, 4));
    cr_assert(jac_eval_types(g, large, r) && r[0].ndim == 3 && r[0].dim[0] == 5, "%s", jac_error());
}

Test(eval_shape, of_what_cannot_be)
{
    jac_type r[2], bad[] = {{.dtype = JAC_F32, .ndim = 17}, {.dtype = JAC_F32}};
    FAILS_WITH(jac_eval_types(outer_and_count_fn, bad, r), "argument 0 has 17 dimensions");
    bad[0] = (jac_type){.dtype = (jac_dtype)99};
    FAILS_WITH(jac_eval_types(outer_and_count_fn, bad, r), "dtype 99");
    bad[0] = (jac_type){.dtype = JAC_F32, .ndim = 1, .dim = {-2}};
    FAILS_WITH(jac_eval_types(outer_and_count_fn, bad, r), "negative");
    bad[0] = jac_shaped(JAC_F32, JAC_SHAPE(2, 2));
    FAILS_WITH(jac_eval_types(times_fn, (jac_type[]){bad[0], jac_shaped(JAC_F32, JAC_SHAPE(3))}, r),
               "f32[2,2] and f32[3]");
    FAILS_WITH(jac_eval_shape(times_fn, ((jac[]){vec(2), JAC_NULL}), r),
               "argument 1 is a null handle");
    FAILS_WITH(jac_eval_shape(times_fn, NULL, r), "null pointer");
    cr_assert_eq(jac_type_of(JAC_NULL).ndim, -1);
}

JAC_DEF_ENV(jac, of_env, Two, (jac, x))
{
    return jac_sum(
        jac_mul(jac_add(jac_mul(x, env->a), env->b), jac_array(JAC_SHAPE(2), (float[]){1, 2})));
}

Test(closure_convert, captures_become_arguments)
{
    jac held[5] = {0}, x = vec(2);
    int n = 5;
    jac_fn f = of_env_with((Two){jac_scalar(JAC_F32, 2), jac_scalar(JAC_F32, 3)});
    jac_fn g = jac_closure_convert(f, &x, &n, held);
    cr_assert(jac_ok(g) && n == 3, "%s; %d captures", jac_error(), n);
    jac all[] = {x, held[0], held[1], held[2]}, y;
    cr_assert(jac_call(g, all, &y), "%s", jac_error());
    cr_assert_eq(jac_item_f64(y), jac_item_f64(jac_call1(f, x)));
    all[1] = jac_scalar(JAC_F32, 4);
    cr_assert(jac_call(jac_jit(jac_grad(g, 1)), all, held), "%s", jac_error());
    all[0] = vec(3);
    FAILS_WITH(jac_call(g, all, &y), "argument 0 was f32[2] when it was converted, but is f32[3]");
    n = 2;
    FAILS_WITH(jac_closure_convert(f, &x, &n, held), "captures 3 handles, but there is room for 2");
    cr_assert_eq(n, 0);
    FAILS_WITH(jac_closure_convert(f, &x, NULL, held), "null pointer");
    n = 0;
    cr_assert(jac_ok(jac_closure_convert(square_fn, &x, &n, NULL)) && n == 0, "%s", jac_error());
}

/* ---- map, associative_scan ------------------------------------------------------------------- */

JAC_DEF(jac, grows, (jac, a), (jac, b))
{
    return jac_concatenate(0, a, b);
}

Test(scans, map_over_what_does_not_fit)
{
    jac y, s = jac_scalar(JAC_F32, 1);
    FAILS_WITH(jac_map(square_fn, &s, &y), "no axis to scan over");
    FAILS_WITH(jac_map(times_fn, &(times_args){vec(3), vec(4)}, &y),
               "4 slices, but the length is 3");
    FAILS_WITH(jac_map(square_fn, NULL, &y), "null pointer");
    FAILS_WITH(jac_scan(times_fn, &s, &s, &y, .unroll = -1),
               "unroll must be at least 0, but is -1");
}

Test(scans, associative_scan_of_what_does_not_fit)
{
    jac y, x = vec(4), s = jac_scalar(JAC_F32, 1);
    FAILS_WITH(jac_associative_scan(square_fn, &x, &y), "must take two trees");
    FAILS_WITH(jac_associative_scan(times_fn, &s, &y), "axis 0 is out of range");
    FAILS_WITH(jac_associative_scan(times_fn, &x, &y, .axis = 1), "axis 1 is out of range");
    FAILS_WITH(jac_associative_scan(grows_fn, &x, &y), "must keep the types");
    FAILS_WITH(jac_associative_scan(times_fn, NULL, &y), "null pointer");
    x = jac_zeros(JAC_SHAPE(0, 3));
    cr_assert(jac_associative_scan(times_fn, &x, &y) && jac_dim(y, 0) == 0, "%s", jac_error());
}

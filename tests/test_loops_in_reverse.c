/* Reverse mode through loops of unknown length, with tapes or checkpoints: compared with the same
 * loop of known length and with finite differences, in any nesting, and with bounded memory.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "jacquard.h"

JAC_TREE(State, x, v, i)
JAC_TREE(Pair, a, b)

static jac f64(double v)
{
    return jac_scalar(JAC_F64, v);
}

/* A pendulum under gravity a, in small steps whose number is in the environment. */
typedef struct {
    jac a;
    int64_t steps;
} Swing;

JAC_DEF_ENV(jac, swinging, Swing, (State, s))
{
    return jac_lt(s.i, env->steps);
}

static State swing_once(jac a, State s)
{
    jac v = jac_sub(s.v, jac_mul(0.01, jac_mul(a, jac_sin(s.x))));
    return (State){jac_add(s.x, jac_mul(0.01, v)), v, jac_add(s.i, 1)};
}

JAC_DEF_ENV(State, swing, Swing, (State, s))
{
    return swing_once(env->a, s);
}

JAC_DEF_ENV(State, swing_i, Swing, (jac, i), (State, s))
{
    (void)i;
    return swing_once(env->a, s);
}

static State at_rest(jac x)
{
    return (State){x, jac_mul(x, 0.5), jac_scalar(JAC_I64, 0)};
}

typedef struct {
    int64_t steps;
    int checkpoints; /* 0: the tape; -1: a fori loop of known length */
} How;

JAC_DEF_ENV(jac, last_angle, How, (jac, a), (jac, x))
{
    Swing w = {a, env->steps};
    if (env->checkpoints < 0)
        return jac_fori_loop(0, env->steps, swing_i_with(w), at_rest(x)).x;
    if (env->checkpoints == 0)
        return jac_while_loop(swinging_with(w), swing_with(w), at_rest(x)).x;
    return jac_checkpointed_while_loop(env->checkpoints, swinging_with(w), swing_with(w),
                                       at_rest(x))
        .x;
}

static Pair gradient(How how, bool compiled)
{
    Pair g = {0};
    jac_fn f = jac_grad(last_angle_with(how), 0, 1);
    cr_assert(jac_call(compiled ? jac_jit(f) : f, &(last_angle_args){f64(2), f64(0.7)}, &g), "%s",
              jac_error());
    return g;
}

static void close_to(jac got, double want, double rel, const char *what)
{
    double x = jac_item_f64(got);
    cr_assert(fabs(x - want) <= rel * (1 + fabs(want)), "%s: got %.17g, wanted %.17g", what, x,
              want);
}

Test(loops_in_reverse, gradient_is_that_of_the_loop_of_known_length)
{
    const int64_t steps[] = {0, 1, 2, 17, 300};
    const int checkpoints[] = {0, 1, 2, 3, 5, 32};
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
        Pair want = gradient((How){steps[s], -1}, true);
        for (size_t c = 0; c < sizeof checkpoints / sizeof *checkpoints; c++)
            for (int compiled = steps[s] > 100 ? 1 : 0; compiled < 2; compiled++) {
                char what[80];
                snprintf(what, sizeof what, "%d steps, %d checkpoints, %s", (int)steps[s],
                         checkpoints[c], compiled ? "compiled" : "interpreted");
                Pair got = gradient((How){steps[s], checkpoints[c]}, compiled);
                close_to(got.a, jac_item_f64(want.a), 1e-12, what);
                close_to(got.b, jac_item_f64(want.b), 1e-12, what);
            }
    }
    cr_assert_eq(jac_tape_bytes(), 0, "a tape was leaked");
}

Test(loops_in_reverse, memory_of_checkpoints_does_not_grow_with_the_steps)
{
    jac_tape_peak_bytes(true);
    size_t before = jac_live_bytes();
    Pair got = gradient((How){100000, 16}, true);
    cr_assert_eq(jac_tape_peak_bytes(false), 0, "a tape was written");
    cr_assert_leq(jac_live_bytes(), before + 1000);
    Pair want = gradient((How){100000, 0}, true);
    cr_assert_geq(jac_tape_peak_bytes(false), 100000 * sizeof(double));
    close_to(got.a, jac_item_f64(want.a), 1e-9, "after 100,000 steps");
}

Test(loops_in_reverse, only_what_the_way_back_reads_is_kept)
{
    jac_tape_peak_bytes(true);
    gradient((How){1024, 0}, true);
    /* residuals: cos x and sin x of each step; a is the same in all steps */
    cr_assert_leq(jac_tape_peak_bytes(false), 3 * 1024 * sizeof(double));
}

/* Repeats X = sin(X) / c c^T; c is a constant, or a carry that does not change. */
typedef struct {
    jac x, c, i;
} Kept;
typedef struct {
    jac c, steps;
} Turns;

JAC_DEF_ENV(jac, turning, Turns, (Kept, s))
{
    return jac_lt(s.i, env->steps);
}
JAC_DEF_ENV(Kept, turn, Turns, (Kept, s))
{
    jac c = jac_ok(env->c) ? env->c : s.c;
    return (Kept){jac_div(jac_sin(s.x), jac_outer(c, c)), s.c, jac_add(s.i, 1)};
}
JAC_DEF_ENV(jac, turned, bool, (jac, x), (jac, c), (jac, steps))
{
    bool carried = *env;
    Turns t = {carried ? JAC_NULL : c, steps};
    Kept start = {x, carried ? c : jac_asarray(0.0), jac_asarray(0)};
    return jac_sum(jac_while_loop(turning_with(t), turn_with(t), start).x);
}

Test(loops_in_reverse, what_is_the_same_in_every_step_is_kept_once)
{
    enum { STEPS = 16, N = 80 }; /* a product that is too large to be hoisted anyway */
    const size_t each = sizeof(float[N][N]);
    turned_args at = {jac_ones(JAC_SHAPE(N, N)), jac_full(JAC_SHAPE(N), 1.5), jac_asarray(STEPS)};
    for (int carried = 0; carried < 2; carried++) {
        jac got = JAC_NULL;
        jac_tape_peak_bytes(true);
        cr_assert(jac_call(jac_grad(turned_with(carried)), &at, &got), "%s", jac_error());
        size_t peak = jac_tape_peak_bytes(false); /* residuals: cos X of each step; c c^T once */
        cr_assert(peak >= STEPS * each && peak < 3 * STEPS / 2 * each, "%zu bytes of tape", peak);
    }
}

/* ---- nested, in branches, batched, to second order ---------------------------------------------- */

JAC_DEF(jac, small, (Pair, s))
{
    return jac_lt(jac_abs(s.a), 100);
}
JAC_DEF(jac, thrice, (Pair, s))
{
    return jac_lt(s.b, 3);
}
JAC_DEF_ENV(Pair, inner, jac, (Pair, s))
{
    return (Pair){jac_add(jac_sin(s.a), *env), jac_add(s.b, 1)};
}
JAC_DEF(Pair, outer, (Pair, s))
{
    Pair p = jac_while_loop(thrice_fn, inner_with(s.a), (Pair){s.a, jac_asarray(0)});
    return (Pair){jac_add(jac_mul(s.a, 2), p.a), jac_add(s.b, 1)};
}
JAC_DEF(jac, nested, (jac, x))
{
    return jac_while_loop(small_fn, outer_fn, (Pair){x, jac_asarray(0)}).a;
}
JAC_DEF(jac, nested_checkpointed, (jac, x))
{
    return jac_checkpointed_while_loop(3, small_fn, outer_fn, (Pair){x, jac_asarray(0)}).a;
}
JAC_DEF(jac, fori_step, (jac, i), (jac, x))
{
    Pair p = jac_while_loop(thrice_fn, inner_with(x), (Pair){jac_mul(x, i), jac_asarray(0)});
    return jac_add(jac_mul(x, 0.5), p.a);
}
JAC_DEF(jac, while_in_fori, (jac, x))
{
    return jac_fori_loop(0, 4, fori_step_fn, x);
}
JAC_DEF(jac, square, (jac, x))
{
    return jac_mul(x, x);
}
JAC_DEF(jac, sine, (jac, x))
{
    return jac_sin(x);
}
JAC_DEF(jac, while_in_cond, (jac, x))
{
    return jac_cond1(jac_gt(x, 1), nested_fn, square_fn, x);
}
JAC_DEF(Pair, branching, (Pair, s))
{
    return (Pair){jac_mul(1.5, jac_cond1(jac_gt(s.a, 5), sine_fn, square_fn, jac_add(s.a, 1))),
                  jac_add(s.b, 1)};
}
JAC_DEF(jac, six_times, (Pair, s))
{
    return jac_lt(s.b, 6);
}
JAC_DEF(jac, cond_in_while, (jac, x))
{
    return jac_while_loop(six_times_fn, branching_fn, (Pair){x, jac_asarray(0)}).a;
}

/* Set at run time, because a function's handle is not a constant expression. */
static int programs(jac_fn *f)
{
    const jac_fn all[] = {nested_fn, nested_checkpointed_fn, while_in_fori_fn, while_in_cond_fn,
                          cond_in_while_fn};
    memcpy(f, all, sizeof all);
    return (int)(sizeof all / sizeof *all);
}

static double derivative(jac_fn f, double x)
{
    double h = 1e-4, y[4];
    for (int k = 0; k < 4; k++)
        y[k] = jac_item_f64(jac_call1(f, f64(x + h * (double[]){-2, -1, 1, 2}[k])));
    return (y[0] - 8 * y[1] + 8 * y[2] - y[3]) / (12 * h);
}

Test(loops_in_reverse, derivatives_are_those_of_differences_to_second_order)
{
    jac_fn f[8];
    const double at[] = {0.7, 1.9, -0.3};
    for (int k = 0, n = programs(f); k < n; k++)
        for (int j = 0; j < 3; j++) {
            jac_fn first = jac_grad(f[k]), second = jac_grad(first);
            close_to(jac_call1(first, f64(at[j])), derivative(f[k], at[j]), 1e-6, "first");
            close_to(jac_call1(second, f64(at[j])), derivative(first, at[j]), 1e-5, "second");
            close_to(jac_call1(jac_jit(first), f64(at[j])),
                     jac_item_f64(jac_call1(first, f64(at[j]))), 1e-12, "compiled");
            close_to(jac_call1(jac_jit(second), f64(at[j])),
                     jac_item_f64(jac_call1(second, f64(at[j]))), 1e-11, "compiled second");
        }
    cr_assert_eq(jac_tape_bytes(), 0, "a tape was leaked");
}

Test(loops_in_reverse, lanes_with_different_trip_counts_have_their_own_gradients)
{
    jac_fn f[8];
    jac x = jac_array(JAC_SHAPE(5), (double[]){0.7, 60, -0.01, 200, 1.5});
    for (int k = 0, n = programs(f); k < n; k++)
        for (int order = 1; order <= 2; order++) {
            jac_fn g = order == 1 ? jac_grad(f[k]) : jac_grad(jac_grad(f[k]));
            jac batched = jac_call1(jac_vmap(g), x), compiled = jac_call1(jac_jit(jac_vmap(g)), x);
            cr_assert(jac_ok(batched) && jac_ok(compiled), "%s", jac_error());
            for (int j = 0; j < 5; j++) {
                double want = jac_item_f64(jac_call1(g, jac_at(x, j)));
                close_to(jac_at(batched, j), want, 1e-11, "batched");
                close_to(jac_at(compiled, j), want, 1e-11, "batched and compiled");
            }
        }
}

JAC_DEF(jac, halves, (jac, x))
{
    return jac_gt(jac_max(jac_abs(x)), 1);
}
JAC_DEF(jac, shrink, (jac, x))
{
    return jac_mul(jac_tanh(x), jac_slice(jac_concatenate(0, x, x), JAC_DIMS(1), JAC_DIMS(4)));
}
JAC_DEF(jac, until_small, (jac, x))
{
    return jac_sum(jac_while_loop(halves_fn, shrink_fn, x));
}

Test(loops_in_reverse, a_vjp_can_be_called_again_after_its_loop)
{
    jac x = jac_array(JAC_SHAPE(3), (double[]){1.5, 2.5, -3}), y, kept = JAC_NULL;
    jac_fn back = jac_vjp(until_small_fn, &x, &y);
    cr_assert(jac_ok(back), "%s", jac_error());
    for (int k = 0; k < 3; k++)
        JAC_SCOPE (&kept)
            kept = jac_call1(back, f64(1));
    jac once = jac_call1(jac_jit(jac_grad(until_small_fn)), x);
    close_to(jac_max(jac_abs(jac_sub(kept, once))), 0, 1e-14, "again");
    cr_assert_gt(jac_tape_bytes(), 0, "the tape lives as long as the function that reads it");
}

Test(loops_in_reverse, descent_through_a_loop_runs_in_constant_memory)
{
    jac x = f64(0.3);
    jac_fn step = jac_jit(jac_grad(nested_fn));
    size_t after = 0;
    for (int k = 0; k < 200; k++) {
        JAC_SCOPE (&x)
            x = jac_sub(x, jac_mul(1e-5, jac_call1(step, x)));
        if (k == 1)
            after = jac_live_bytes() + jac_tape_bytes();
    }
    cr_assert_eq(jac_live_bytes() + jac_tape_bytes(), after);
}

JAC_DEF_ENV(jac, turned_from, turned_args, (jac, x))
{
    Turns t = {env->c, env->steps};
    return jac_sum(
        jac_while_loop(turning_with(t), turn_with(t), (Kept){x, env->c, jac_asarray(0)}).x);
}
/* The reverse pass, which is linear in v. */
JAC_DEF(jac, back_from, (jac, x), (jac, c), (jac, steps), (jac, v))
{
    jac y;
    return jac_call1(jac_vjp(turned_from_with((turned_args){x, c, steps}), &x, &y), v);
}
JAC_DEF_ENV(jac, back_from_lanes, turned_args, (jac, v))
{
    back_from_args at = {env->x, env->c, env->steps, v};
    jac back = JAC_NULL;
    jac_call(jac_vmap(back_from_fn), &at, &back);
    return jac_sum(back);
}

Test(loops_in_reverse, constants_of_a_lane_without_steps_are_not_read)
{
    /* In lane 1 the divisor is zero, but that lane makes no step. */
    turned_args at = {jac_full(JAC_SHAPE(3, 2, 2), 0.3, JAC_F64),
                      jac_array(JAC_SHAPE(3, 2), (double[]){1.2, 1.3, 0, 0, 0.9, 0.8}),
                      jac_array(JAC_SHAPE(3), (int64_t[]){3, 0, 2})};
    jac got = jac_call1(jac_grad(back_from_lanes_with(at)), jac_ones(JAC_SHAPE(3), JAC_F64));
    cr_assert(jac_ok(got), "%s", jac_error());
    close_to(jac_at(got, 1), 4, 0, "four ones");
    cr_assert(isfinite(jac_item_f64(jac_sum(got))));
}

/* Blocks of C (JAC_WHILE, JAC_FOR, JAC_IF): they give the same graphs as the functional forms, and
 * the same values run, interpreted and compiled; their derivatives and batches; and wrong uses.
 */
#pragma GCC diagnostic error "-Wshadow" /* nested blocks must not hide each other's variables */

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "jacquard.h"
#include "runtime/runtime.h"

typedef struct {
    jac x, i;
} State;

static jac f64(double v)
{
    return jac_scalar(JAC_F64, v);
}

/* ---- loops in both forms --------------------------------------------------------------------- */

static State doubling(jac x, jac limit)
{
    State s = {x, jac_asarray(0)};
    JAC_WHILE (s, jac_lt(jac_abs(s.x), limit)) {
        s.x = jac_add(jac_mul(s.x, 2), jac_sin(s.x));
        s.i = jac_add(s.i, 1);
    }
    return s;
}
JAC_FN(doubling, State, (jac, x), (jac, limit))

static jac below(const jac *limit, State s)
{
    return jac_lt(jac_abs(s.x), *limit);
}
JAC_FN_ENV(below, jac, jac, (State, s))

static State double_it(State s)
{
    return (State){jac_add(jac_mul(s.x, 2), jac_sin(s.x)), jac_add(s.i, 1)};
}
JAC_FN(double_it, State, (State, s))

static State doubling_by_functions(jac x, jac limit)
{
    return jac_while_loop(below_with(limit), double_it_fn, (State){x, jac_asarray(0)});
}
JAC_FN(doubling_by_functions, State, (jac, x), (jac, limit))

static jac rolled(jac x, jac a)
{
    jac s = jac_asarray(1);
    JAC_FOR (i, 0, 5, s)
        s = jac_add(jac_mul(s, a), jac_mul(x, i));
    return s;
}
JAC_FN(rolled, jac, (jac, x), (jac, a))

typedef struct {
    jac x, a;
} Env;

static jac roll(const Env *e, jac i, jac s)
{
    return jac_add(jac_mul(s, e->a), jac_mul(e->x, i));
}
JAC_FN_ENV(roll, jac, Env, (jac, i), (jac, s))

static jac rolled_by_functions(jac x, jac a)
{
    return jac_fori_loop(0, 5, roll_with((Env){x, a}), jac_asarray(1));
}
JAC_FN(rolled_by_functions, jac, (jac, x), (jac, a))

static jac rolled_to(jac n, jac x)
{
    jac s = x;
    JAC_FOR (i, 0, n, s)
        s = jac_add(s, jac_mul(jac_sin(s), i));
    return s;
}
JAC_FN(rolled_to, jac, (jac, n), (jac, x))

/* Compares two functions of two f64 scalars. Only captured inputs may be in a different order. */
static void same_graph(jac_fn a, jac_fn b)
{
    ir_type types[] = {ir_type_scalar(IR_f64), ir_type_scalar(IR_f64)};
    RT_AUTO_TRACED x = {0};
    RT_AUTO_TRACED y = {0};
    cr_assert(rt_trace_fn(rt_fn(a), types, &x) && rt_trace_fn(rt_fn(b), types, &y), "%s",
              jac_error());
    IR_AUTO_GRAPH p = ir_optimize(x.g);
    IR_AUTO_GRAPH q = ir_optimize(y.g);
    cr_assert(p && q, "%s", jac_error());
    char *s = ir_print_str(p, false), *t = ir_print_str(q, false);
    cr_expect(ir_graph_equal(p, q), "%s\nand\n%s", s, t);
    free(s);
    free(t);
}

Test(blocks, become_the_equations_of_the_functional_forms)
{
    same_graph(doubling_fn, doubling_by_functions_fn);
    same_graph(rolled_fn, rolled_by_functions_fn);
}

/* f at the arguments: run, recorded and interpreted, compiled. */
static void every_way(jac_fn f, const jac *args, int nout, const double *want)
{
    jac_fn jitted = jac_jit(f);
    for (int way = 0; way < 3; way++) {
        jac out[4];
        jac_disable_jit(way == 1);
        cr_assert(jac_call_(JAC_AT, way ? jitted : f, args, SIZE_MAX, (jac_out){out, sizeof out}),
                  "way %d: %s", way, jac_error());
        for (int k = 0; k < nout; k++)
            cr_expect_float_eq(jac_item_f64(out[k]), want[k], 1e-12, "way %d, result %d: %.17g",
                               way, k, jac_item_f64(out[k]));
    }
}

static double doubled(double x, double limit, int *steps)
{
    for (*steps = 0; fabs(x) < limit; ++*steps)
        x = 2 * x + sin(x);
    return x;
}

Test(blocks, a_while_runs_as_often_as_its_condition_holds)
{
    int steps;
    double x = doubled(0.75, 100, &steps);
    every_way(doubling_fn, (jac[]){f64(0.75), f64(100)}, 2, (double[]){x, steps});
    every_way(doubling_fn, (jac[]){f64(200), f64(100)}, 2, (double[]){200, 0});
}

Test(blocks, a_for_runs_between_static_and_traced_bounds)
{
    double s = 1, t = 0.5;
    for (int i = 0; i < 5; i++)
        s = s * 0.5 + 2 * i;
    for (int i = 0; i < 4; i++)
        t += sin(t) * i;
    every_way(rolled_fn, (jac[]){f64(2), f64(0.5)}, 1, &s);
    every_way(rolled_to_fn, (jac[]){jac_asarray(4), f64(0.5)}, 1, &t);
    every_way(rolled_to_fn, (jac[]){jac_asarray(-4), f64(0.5)}, 1, (double[]){0.5});
}

/* ---- branches, nesting, captures ------------------------------------------------------------- */

static jac branchy(jac x, jac a)
{
    jac y = x;
    JAC_IF (y, jac_gt(x, 0)) {
        y = jac_mul(a, jac_mul(y, y));
    }
    JAC_ELSE
    {
        y = jac_div(jac_sin(y), a);
    }
    return y;
}
JAC_FN(branchy, jac, (jac, x), (jac, a))

static jac magnitude(jac x)
{
    JAC_IF (x, jac_lt(x, 0))
        x = jac_neg(x);
    return x;
}
JAC_FN(magnitude, jac, (jac, x))

/* Collatz steps, summed over the first n numbers: nested blocks that all use outer variables. */
typedef struct {
    jac steps;
} Sum;

static Sum collatz(jac n)
{
    Sum sum = {jac_asarray(0)};
    JAC_FOR (k, 1, jac_add(n, 1), sum) {
        struct {
            jac v, steps;
        } s = {k, sum.steps};
        JAC_WHILE (s, jac_gt(s.v, 1)) {
            jac odd = jac_eq(jac_rem(s.v, 2), 1);
            JAC_IF (s.v, odd) {
                s.v = jac_add(jac_mul(s.v, 3), 1);
            }
            JAC_ELSE
            {
                s.v = jac_floor_divide(s.v, 2);
            }
            s.steps = jac_add(s.steps, 1);
        }
        sum.steps = s.steps;
    }
    return sum;
}
JAC_FN(collatz, Sum, (jac, n))

Test(blocks, a_branch_is_chosen_by_the_data)
{
    double sine = sin(-2) / 3;
    every_way(branchy_fn, (jac[]){f64(2), f64(3)}, 1, (double[]){12});
    every_way(branchy_fn, (jac[]){f64(-2), f64(3)}, 1, &sine);
    every_way(magnitude_fn, (jac[]){f64(-2)}, 1, (double[]){2});
    every_way(magnitude_fn, (jac[]){f64(3)}, 1, (double[]){3});
}

Test(blocks, blocks_nest_and_read_what_is_around_them)
{
    double steps = 0;
    for (int k = 1; k <= 12; k++)
        for (int v = k; v > 1; v = v % 2 ? 3 * v + 1 : v / 2)
            steps++;
    every_way(collatz_fn, (jac[]){jac_asarray(12)}, 1, &steps);
}

Test(blocks, a_branch_sets_what_was_not_set_before)
{
    struct {
        jac a, b;
    } r = {0};
    JAC_IF (r, jac_lt(1, 2)) {
        r.a = jac_asarray(1);
        r.b = jac_asarray(2);
    }
    JAC_ELSE
    {
        r.a = r.b = jac_asarray(3);
    }
    cr_expect_eq(jac_item_i64(jac_add(r.a, r.b)), 3);
}

/* ---- transformations of blocks --------------------------------------------------------------- */

static jac doubled_x(jac x)
{
    return doubling(x, f64(100)).x;
}
JAC_FN(doubled_x, jac, (jac, x))

static jac branchy_x(jac x)
{
    return branchy(x, f64(3));
}
JAC_FN(branchy_x, jac, (jac, x))

static jac rolled_a(jac a)
{
    return rolled(jac_mul(a, 2), a);
}
JAC_FN(rolled_a, jac, (jac, a))

static double value(jac_fn f, double x)
{
    return jac_item_f64(jac_check(jac_call1(f, f64(x))));
}

static double slope(jac_fn f, double x)
{
    const double h = 1e-5;
    return (value(f, x + h) - value(f, x - h)) / (2 * h);
}

Test(blocks, derivatives_reach_the_state_and_what_is_captured)
{
    jac y, ty;
    cr_assert(jac_jvp(doubled_x_fn, (jac[]){f64(0.75)}, (jac[]){f64(1)}, &y, &ty), "%s",
              jac_error());
    cr_expect_float_eq(jac_item_f64(ty), slope(doubled_x_fn, 0.75), 1e-4);
    jac_fn fs[] = {branchy_x_fn, rolled_a_fn};
    for (int k = 0; k < 2; k++)
        for (double x = -0.5; x < 1; x += 1) {
            cr_expect_float_eq(value(jac_grad(fs[k]), x), slope(fs[k], x), 1e-8);
            cr_expect_float_eq(value(jac_jit(jac_grad(fs[k])), x), slope(fs[k], x), 1e-8);
            cr_expect_float_eq(value(jac_grad(jac_grad(fs[k])), x), slope(jac_grad(fs[k]), x),
                               1e-7);
        }
}

static jac checkpointed_x(jac x)
{
    JAC_CHECKPOINTED_WHILE (2, x, jac_lt(jac_abs(x), 100))
        x = jac_add(jac_mul(x, 2), jac_sin(x));
    return x;
}
JAC_FN(checkpointed_x, jac, (jac, x))

static jac rolled_to_four(jac x)
{
    return rolled_to(jac_scalar(JAC_I32, 4), x);
}
JAC_FN(rolled_to_four, jac, (jac, x))

Test(blocks, reverse_mode_passes_through_blocks_of_unknown_length)
{
    jac_fn fs[] = {doubled_x_fn, checkpointed_x_fn, rolled_to_four_fn};
    for (int k = 0; k < 3; k++) {
        double want = slope(fs[k], 0.75);
        cr_expect_float_eq(value(jac_grad(fs[k]), 0.75), want, 1e-5 * fabs(want), "%d", k);
        cr_expect_float_eq(value(jac_jit(jac_grad(fs[k])), 0.75), want, 1e-5 * fabs(want), "%d", k);
    }
}

Test(blocks, lanes_of_a_batch_go_their_own_way)
{
    const double x[] = {0.5, 60, 200, -3};
    jac_fn fs[] = {doubled_x_fn, branchy_x_fn, jac_grad(branchy_x_fn)};
    for (int k = 0; k < 3; k++) {
        jac y = jac_call1(jac_jit(jac_vmap(fs[k])), jac_array(JAC_SHAPE(4), x));
        for (int j = 0; j < 4; j++)
            cr_expect_float_eq(jac_item_f64(jac_at(y, j)), value(fs[k], x[j]), 1e-12);
    }
}

/* ---- types -------------------------------------------------------------------------------------- */

static jac halvings(jac x)
{
    struct {
        jac sum, term;
    } s = {jac_asarray(0), x};
    JAC_WHILE (s, jac_gt(s.term, 1e-3)) {
        s.sum = jac_add(s.sum, s.term);
        s.term = jac_div(s.term, 2);
    }
    return s.sum;
}
JAC_FN(halvings, jac, (jac, x))

Test(blocks, a_c_number_in_the_state_takes_the_dtype_of_what_it_meets)
{
    double want = 0;
    for (double t = 1; t > 1e-3; t /= 2)
        want += t;
    every_way(halvings_fn, (jac[]){f64(1)}, 1, &want);
    cr_expect_eq(jac_dtype_of(jac_call1(jac_jit(halvings_fn), f64(1))), JAC_F64);
    cr_expect_eq(jac_dtype_of(halvings(f64(1))), JAC_F64);
}

/* ---- memory ------------------------------------------------------------------------------------- */

Test(blocks, a_running_block_keeps_nothing_but_its_state)
{
    size_t most = 0;
    struct {
        jac x, i;
    } s = {jac_zeros(JAC_SHAPE(1000)), jac_asarray(0)};
    JAC_WHILE (s, jac_lt(s.i, 200)) {
        s.x = jac_add(jac_mul(s.x, 0.5), 1);
        s.i = jac_add(s.i, 1);
        if (jac_live_bytes() > most)
            most = jac_live_bytes();
    }
    cr_expect_float_eq(jac_item_f64(jac_at(s.x, 7)), 2, 1e-6);
    cr_expect_lt(most, 8 * 4000);
}

/* ---- wrong use ---------------------------------------------------------------------------------- */

enum {
    BREAK,
    RETURN,
    GOTO,
    GROWS,
    NULLS,
    NO_ELSE,
    DIFFERENT,
    OTHER_DTYPE,
    OTHER_RESULTS,
    NOT_BOOL,
    FLOAT_BOUND,
    ESCAPE
};

static jac leaked;

/* One wrong use, chosen by the environment. */
static jac wrong(const int *how, jac x)
{
    jac s = x;
    if (*how == BREAK) {
        JAC_WHILE (s, jac_lt(s, 10)) {
            s = jac_add(s, 1);
            if (*how == BREAK)
                break;
        }
    } else if (*how == RETURN) {
        JAC_FOR (i, 0, 3, s) {
            s = jac_add(s, i);
            if (*how == RETURN)
                return s;
        }
    } else if (*how == GOTO) {
        JAC_IF (s, jac_lt(s, 10)) {
            if (*how == GOTO)
                goto out;
        }
    } else if (*how == GROWS) {
        JAC_FOR (i, 0, 3, s)
            s = jac_concatenate(0, jac_ravel(s), jac_ravel(s));
    } else if (*how == NULLS) {
        JAC_WHILE (s, jac_lt(s, 10))
            s = JAC_NULL;
    } else if (*how == NO_ELSE) {
        jac unset = JAC_NULL;
        JAC_IF (unset, jac_gt(s, 10))
            unset = s;
        s = unset;
    } else if (*how == DIFFERENT) {
        JAC_IF (s, jac_lt(s, 10)) {
            s = jac_ones(JAC_SHAPE(2));
        }
        JAC_ELSE
        {
            s = jac_ones(JAC_SHAPE(3));
        }
    } else if (*how == OTHER_DTYPE) {
        JAC_IF (s, jac_lt(s, 10))
            s = jac_astype(s, JAC_I32);
    } else if (*how == OTHER_RESULTS) {
        jac unset = JAC_NULL;
        JAC_IF (unset, jac_lt(s, 10)) {
            unset = jac_ones(JAC_SHAPE(2));
        }
        JAC_ELSE
        {
            unset = jac_ones(JAC_SHAPE(3));
        }
        s = unset;
    } else if (*how == NOT_BOOL) {
        JAC_WHILE (s, s)
            s = jac_sub(s, 1);
    } else if (*how == FLOAT_BOUND) {
        JAC_FOR (i, 0, 2.5, s)
            s = jac_add(s, i);
    } else if (*how == ESCAPE) {
        JAC_FOR (i, 0, 3, s) {
            leaked = jac_mul(s, i);
            s = jac_add(s, i);
        }
        s = leaked;
    }
out:
    return jac_ok(s) ? jac_add(s, 0) : JAC_NULL;
}
JAC_FN_ENV(wrong, jac, int, (jac, x))

static void refuses(int how, bool eagerly_too, const char *text)
{
    for (int traced = !eagerly_too; traced < 2; traced++) {
        jac_fn f = wrong_with(how);
        jac y = jac_call1(traced ? jac_jit(f) : f, f64(1));
        cr_expect(!jac_ok(y), "case %d, traced %d gave something", how, traced);
        cr_expect(jac_error() && strstr(jac_error(), text) && strstr(jac_error(), "test_blocks.c:"),
                  "case %d, traced %d, said: %s", how, traced, jac_error());
        jac_error_clear();
        /* No trace is left open: later operations are not part of the block. */
        cr_expect_eq(jac_item_f64(jac_add(1, 1)), 2, "case %d: %s", how, jac_error());
        jac_error_clear();
    }
}

Test(blocks, leaving_a_block_early_is_an_error)
{
    refuses(BREAK, true, "JAC_WHILE: the block was left before its end");
    refuses(RETURN, true,
            "left before its end, by break, return or goto; use JAC_WHILE to end a loop");
    refuses(GOTO, true, "JAC_IF: the block was left before its end");
}

Test(blocks, a_state_that_changes_its_type_is_an_error)
{
    refuses(
        GROWS, true,
        "JAC_FOR: carry 0 enters the body as f64[], but leaves as f64[2]; it must keep its shape");
    refuses(
        DIFFERENT, true,
        "JAC_IF: leaf 0 of the state is f64[] before the block, but f32[2] after JAC_IF; it must "
        "keep its shape");
    refuses(
        OTHER_DTYPE, true,
        "JAC_IF: leaf 0 of the state is f64[] before the block, but i32[] after JAC_IF; it must "
        "keep its dtype");
    refuses(OTHER_RESULTS, false,
            "JAC_IF: leaf 0 of the state is f32[2] after JAC_IF, but f32[3] after JAC_ELSE");
}

Test(blocks, a_state_that_is_not_there_is_an_error)
{
    refuses(NULLS, true, "leaf 0 of the state is a null handle where the block ends");
    refuses(NO_ELSE, true, "is JAC_ELSE missing?");
}

Test(blocks, conditions_and_bounds_are_checked)
{
    refuses(NOT_BOOL, true,
            "JAC_WHILE: the condition must give one bool[], but gives f64[] (is a comparison");
    refuses(FLOAT_BOUND, true, "JAC_FOR: its bounds must be integer scalars");
}

Test(blocks, a_value_of_the_body_does_not_outlive_it)
{
    refuses(ESCAPE, false, "a trace that has ended");
    jac_fn f = wrong_with(ESCAPE);
    cr_expect(!jac_ok(jac_call1(f, f64(1))));
    cr_expect(strstr(jac_error(), "scope has closed"), "said: %s", jac_error());
}

JAC_DEF(jac, truncates_a_number, (jac, x))
{
    jac s = jac_asarray(0.5);
    JAC_FOR (i, 0, 2, s) {
        s = jac_astype(jac_add(x, i), JAC_I32);
    }
    return s;
}

JAC_DEF(jac, adds_to_a_number, (jac, x))
{
    jac s = jac_asarray(1);
    JAC_FOR (i, 0, 2, s) {
        s = jac_add(s, x);
    }
    return s;
}

/* An integer cannot take the place of a number with a fraction, whether a trace is open or not. */
Test(blocks, a_number_in_the_state_gives_way_by_the_same_rules_in_and_outside_of_traces)
{
    jac_fn wrong[] = {truncates_a_number_fn, jac_jit(truncates_a_number_fn)};
    jac_fn right[] = {adds_to_a_number_fn, jac_jit(adds_to_a_number_fn)};
    for (int k = 0; k < 2; k++) {
        jac_error_clear();
        cr_expect(!jac_ok(jac_call1(wrong[k], f64(1))));
        cr_expect(strstr(jac_error(), "leaves as i32[]; it must keep its dtype"), "said: %s",
                  jac_error());
        jac_error_clear();
        jac y = jac_call1(right[k], f64(0.25));
        cr_expect_eq(jac_item_f64(y), 1.5);
        cr_expect_eq(jac_dtype_of(y), JAC_F64);
    }
}

/* ---- numbers as carries --------------------------------------------------------------------------- */

typedef struct {
    jac a, b, c;
} Three;
JAC_DEF(Three, pulled, (Three, s), (jac, x))
{
    return (Three){jac_add(s.a, x), jac_add(s.b, s.a), jac_add(s.c, s.b)};
}
JAC_DEF(jac, pulled_in_scan, (jac, xs))
{
    Three s = {jac_asarray(0), jac_asarray(0), jac_asarray(0)};
    return jac_scan(pulled_fn, &s, &xs, NULL) ? s.c : JAC_NULL;
}
JAC_DEF(jac, pulled_in_block, (jac, xs))
{
    Three s = {jac_asarray(0), jac_asarray(0), jac_asarray(0)};
    JAC_FOR (i, 0, jac_dim(xs, 0), s)
        s = (Three){jac_add(s.a, jac_at(xs, i)), jac_add(s.b, s.a), jac_add(s.c, s.b)};
    return s.c;
}

/* The first number becomes a float because of xs, the second one because of the first ... */
Test(blocks, numbers_as_carries_take_their_type_from_one_another)
{
    const float xs[] = {0.5F, 1.5F, 2.25F, -1};
    jac x = jac_array(JAC_SHAPE(4), xs);
    for (int compiled = 0; compiled < 2; compiled++) {
        jac_fn f[] = {pulled_in_scan_fn, pulled_in_block_fn};
        for (int k = 0; k < 2; k++) {
            jac y = jac_call1(compiled ? jac_jit(f[k]) : f[k], x);
            cr_assert(jac_ok(y), "%s", jac_error());
            cr_expect_eq(jac_dtype_of(y), JAC_F32);
            cr_expect_eq(jac_item_f64(y), 3);
        }
    }
}

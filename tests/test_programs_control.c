/* Programs with loops and branches, transformed, and compared with JAX's result for the program of
 * the same name (tests/golden/programs.py). */
#include "tests/programs.h"

/* ---- functions that several programs use -------------------------------------------------------- */

typedef struct {
    jac a, b;
} Two;

typedef struct {
    jac x, i;
} Counted;

static jac sin_of(jac x)
{
    return jac_sin(x);
}
JAC_FN(sin_of, jac, (jac, x))

static jac square_of(jac x)
{
    return jac_mul(x, x);
}
JAC_FN(square_of, jac, (jac, x))

static jac exp_of(jac x)
{
    return jac_exp(x);
}
JAC_FN(exp_of, jac, (jac, x))

static jac below_hundred(Counted s)
{
    return jac_lt(jac_abs(s.x), 100);
}
JAC_FN(below_hundred, jac, (Counted, s))

static Counted double_it(Counted s)
{
    return (Counted){jac_add(jac_mul(s.x, 2), jac_sin(s.x)), jac_add(s.i, 1)};
}
JAC_FN(double_it, Counted, (Counted, s))

static Counted doubling(jac x)
{
    return jac_while_loop(below_hundred_fn, double_it_fn, (Counted){x, jac_asarray(0)});
}
JAC_FN(doubling, Counted, (jac, x))

static jac doubled(jac x)
{
    return doubling(x).x;
}
JAC_FN(doubled, jac, (jac, x))

static jac rolled_body(jac i, jac s)
{
    return jac_mul(s, jac_sin(jac_add(s, i)));
}
JAC_FN(rolled_body, jac, (jac, i), (jac, s))

static jac rolled(jac x)
{
    return jac_fori_loop(0, 5, rolled_body_fn, x);
}
JAC_FN(rolled, jac, (jac, x))

static jac branchy(jac x)
{
    return jac_cond1(jac_gt(x, 0), square_of_fn, sin_of_fn, x);
}
JAC_FN(branchy, jac, (jac, x))

typedef struct {
    jac h, sum;
} RnnStep;

static RnnStep rnn_step(const jac *w, jac h, jac x)
{
    h = jac_tanh(jac_add(jac_matmul(*w, h), x));
    return (RnnStep){h, jac_sum(h)};
}
JAC_FN_ENV(rnn_step, RnnStep, jac, (jac, h), (jac, x))

static RnnStep rnn(jac w, jac h, jac xs)
{
    RnnStep r = {.h = h};
    jac_scan(rnn_step_with(w), &r.h, &xs, &r.sum);
    return r;
}

/* ---- the programs ------------------------------------------------------------------------------- */

PROGRAM(programs, while_values)
{
    Counted s = doubling(f64(0.75));
    return RESULTS(s.x, s.i);
}

PROGRAM(programs, while_under_vmap)
{
    Counted s = doubling_call(jac_vmap(doubling_fn), F64S(0.5, 60, 200, -3));
    return RESULTS(s.x, s.i);
}

PROGRAM(programs, while_jvp)
{
    jac y, t;
    jac_jvp(doubled_fn, (jac[]){f64(0.75)}, (jac[]){f64(2)}, &y, &t);
    return RESULTS(y, t);
}

static jac doubled_tangent(jac x)
{
    jac y, t;
    jac_jvp(doubled_fn, &x, (jac[]){jac_asarray(1)}, &y, &t);
    return t;
}
JAC_FN(doubled_tangent, jac, (jac, x))

PROGRAM(programs, while_jvp_under_vmap)
{
    return RESULTS(jac_call1(jac_vmap(doubled_tangent_fn), F64S(0.5, 60, 200)));
}

static jac excess(jac x, jac a)
{
    return jac_sub(jac_mul(x, x), a);
}
JAC_FN(excess, jac, (jac, x), (jac, a))

static jac far_off(Two s)
{
    return jac_gt(jac_abs(excess(s.a, s.b)), 1e-12);
}
JAC_FN(far_off, jac, (Two, s))

static Two newton_step(Two s)
{
    return (Two){jac_sub(s.a, jac_div(excess(s.a, s.b), jac_call1(jac_grad(excess_fn), s.a, s.b))),
                 s.b};
}
JAC_FN(newton_step, Two, (Two, s))

static jac newton(jac a)
{
    return jac_while_loop(far_off_fn, newton_step_fn, (Two){a, a}).a;
}
JAC_FN(newton, jac, (jac, a))

PROGRAM(programs, grad_inside_while)
{
    return RESULTS(newton(f64(2)), jac_call1(jac_vmap(newton_fn), F64S(1, 2, 9)));
}

PROGRAM(programs, fori_gradient)
{
    Two r;
    jac_call(jac_value_and_grad(rolled_fn), &(rolled_args){f64(0.7)}, &r);
    return RESULTS(r.a, r.b);
}

PROGRAM(programs, fori_second_derivative_under_vmap)
{
    return RESULTS(jac_call1(jac_vmap(jac_grad(jac_grad(rolled_fn))), X3));
}

/* a and b are captured from the outermost function, c from the middle one. */
typedef struct {
    jac a, b, c;
} Around;

static jac captured_body(const Around *e, jac i, jac s)
{
    (void)i;
    return jac_add(jac_mul(s, e->a), jac_mul(e->c, e->b));
}
JAC_FN_ENV(captured_body, jac, Around, (jac, i), (jac, s))

static jac inner_loop(const Two *e, jac c)
{
    return jac_fori_loop(0, 3, captured_body_with((Around){e->a, e->b, c}), f64(1));
}
JAC_FN_ENV(inner_loop, jac, Two, (jac, c))

static jac captures_twice(jac a, jac b)
{
    return jac_call1(jac_jit(inner_loop_with((Two){a, b})), jac_mul(a, b));
}
JAC_FN(captures_twice, jac, (jac, a), (jac, b))

PROGRAM(programs, fori_captures)
{
    Two g;
    jac_call(jac_grad(captures_twice_fn, 0, 1), &(captures_twice_args){f64(1.5), f64(-0.5)}, &g);
    return RESULTS(g.a, g.b);
}

PROGRAM(programs, cond_gradient)
{
    jac_fn g = jac_grad(branchy_fn);
    return RESULTS(jac_call1(g, f64(0.7)), jac_call1(g, f64(-0.7)));
}

static jac times_a(const jac *a, jac x)
{
    return jac_mul(*a, x);
}
JAC_FN_ENV(times_a, jac, jac, (jac, x))

static jac over_a(const jac *a, jac x)
{
    return jac_div(x, *a);
}
JAC_FN_ENV(over_a, jac, jac, (jac, x))

static jac cond_of_captures(jac a, jac x)
{
    return jac_cond1(jac_gt(x, 0), times_a_with(a), over_a_with(a), x);
}
JAC_FN(cond_of_captures, jac, (jac, a), (jac, x))

PROGRAM(programs, cond_captures)
{
    Two p, q;
    jac_fn g = jac_grad(cond_of_captures_fn, 0, 1);
    jac_call(g, &(cond_of_captures_args){f64(3), f64(2)}, &p);
    jac_call(g, &(cond_of_captures_args){f64(3), f64(-2)}, &q);
    return RESULTS(p.a, p.b, q.a, q.b);
}

static jac choose(jac i, jac x)
{
    jac y;
    jac_switch(i, JAC_FNS(sin_of_fn, square_of_fn, exp_of_fn), &x, &y);
    return y;
}
JAC_FN(choose, jac, (jac, i), (jac, x))

PROGRAM(programs, switch_values_and_gradients)
{
    jac i = jac_array(JAC_SHAPE(5), (int64_t[]){-5, 0, 1, 2, 9});
    return RESULTS(jac_call1(jac_vmap(choose_fn, JAC_AXES(0, JAC_NONE)), i, f64(0.5)),
                   jac_call1(jac_vmap(jac_grad(choose_fn, 1), JAC_AXES(0, JAC_NONE)), i, f64(0.5)));
}

PROGRAM(programs, scan_outputs)
{
    RnnStep r = rnn(M33, X3, BATCH);
    return RESULTS(r.h, r.sum);
}

static jac rnn_sum(jac w, jac h, jac xs)
{
    return jac_sum(rnn(w, h, xs).sum);
}
JAC_FN(rnn_sum, jac, (jac, w), (jac, h), (jac, xs))

PROGRAM(programs, scan_gradient)
{
    jac g[3];
    jac_call(jac_grad(rnn_sum_fn, 0, 1, 2), &(rnn_sum_args){M33, X3, BATCH}, g);
    return RESULTS(g[0], g[1], g[2]);
}

static Two reversed_step(jac c, jac x)
{
    return (Two){jac_add(jac_mul(c, x), 1), jac_sub(c, x)};
}
JAC_FN(reversed_step, Two, (jac, c), (jac, x))

static Two reversed(jac h, jac xs)
{
    Two r = {.a = h};
    jac_scan(reversed_step_fn, &r.a, &xs, &r.b, .reverse = true);
    return r;
}
JAC_FN(reversed, Two, (jac, h), (jac, xs))

PROGRAM(programs, scan_reversed_under_vmap)
{
    Two r = reversed_call(jac_vmap(reversed_fn, JAC_AXES(0, 1)), X3, BATCH);
    return RESULTS(r.a, r.b);
}

static jac below_ten(jac s)
{
    return jac_lt(s, 10);
}
JAC_FN(below_ten, jac, (jac, s))

static jac twice_plus_one(jac s)
{
    return jac_add(jac_mul(s, 2), 1);
}
JAC_FN(twice_plus_one, jac, (jac, s))

static Two grow(jac c, jac v)
{
    jac y = jac_while_loop(below_ten_fn, twice_plus_one_fn, jac_abs(v));
    return (Two){jac_add(c, y), y};
}
JAC_FN(grow, Two, (jac, c), (jac, v))

static jac scanned(jac x)
{
    jac ys, xs = jac_reshape(jac_slice(BATCH, JAC_DIMS(0, 0), JAC_DIMS(4, 1)), 4);
    jac_scan(grow_fn, &x, &xs, &ys);
    return x;
}
JAC_FN(scanned, jac, (jac, x))

static jac negated(jac x)
{
    return jac_neg(x);
}
JAC_FN(negated, jac, (jac, x))

static jac nested(jac x)
{
    return jac_cond1(jac_gt(x, 0), scanned_fn, negated_fn, x);
}
JAC_FN(nested, jac, (jac, x))

PROGRAM(programs, while_in_scan_in_cond)
{
    return RESULTS(nested(f64(1)), nested(f64(-1)), jac_call1(jac_vmap(nested_fn), F64S(1, -1)));
}

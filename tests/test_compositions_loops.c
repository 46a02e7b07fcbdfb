/* while_loop and fori_loop under transformations, with other control flow inside and around them
 * (tests/golden/compositions_loops.py). */
#include "tests/programs.h"

/* ---- functions that several programs use -------------------------------------------------------- */

JAC_TREE(Pair, a, b)
JAC_TREE(Three, a, b, c)
JAC_TREE(Counted, x, n)

/* Grows x by a rate until 100, counting the steps. */
JAC_DEF(jac, below_hundred, (Counted, s))
{
    return jac_lt(s.x, 100);
}

JAC_DEF_ENV(Counted, grow_step, jac, (Counted, s))
{
    return (Counted){jac_add(jac_mul(s.x, *env), jac_sin(s.x)), jac_add(s.n, 1)};
}

JAC_DEF(jac, grow, (jac, x), (jac, rate))
{
    Counted s = {x, jac_asarray(0)};
    return jac_while_loop(below_hundred_fn, grow_step_with(rate), s).x;
}

JAC_DEF_ENV(jac, fewer_than, int, (Counted, s))
{
    return jac_lt(s.n, *env);
}

/* ---- while_loop in reverse ---------------------------------------------------------------------- */

PROGRAM(compositions_loops, while_in_reverse)
{
    jac r[3] = {0};
    jac_call(jac_value_and_grad(grow_fn, 0, 1), &(grow_args){f64(0.75), f64(2)}, r);
    return program_results(3, r);
}

JAC_DEF_ENV(jac, sum_of_grown, jac, (jac, rate))
{
    return jac_sum(jac_call1(jac_vmap(grow_fn, JAC_AXES(0, JAC_NONE)), *env, rate));
}

PROGRAM(compositions_loops, while_in_reverse_under_vmap_with_divergent_lanes)
{
    jac x = F64S(0.5, 60, 200, 3), r[2] = {0};
    jac_call(jac_vmap(jac_value_and_grad(grow_fn), JAC_AXES(0, JAC_NONE)), &(grow_args){x, f64(2)},
             r);
    return RESULTS(
        r[0], r[1], jac_call1(jac_grad(sum_of_grown_with(x)), f64(1.5)),
        jac_call1(jac_vmap(jac_grad(grow_fn, 1), JAC_AXES(JAC_NONE, 0)), f64(1), F64S(1.5, 2, 3)));
}

JAC_DEF(jac, grow_tangent, (jac, x))
{
    jac y = JAC_NULL, t = JAC_NULL;
    jac_jvp(grow_fn, &(grow_args){x, f64(2)}, &(grow_args){x, x}, &y, &t);
    return t;
}

PROGRAM(compositions_loops, while_differentiated_twice)
{
    grow_args at = {f64(0.75), f64(2)};
    jac h[6] = {0};
    jac_call(jac_hessian(grow_fn, 0, 1), &at, h);
    h[4] = jac_call1(jac_grad(jac_grad(grow_fn, 1), 0), at.x, at.rate);
    h[5] = jac_call1(jac_grad(grow_tangent_fn), at.x);
    return program_results(6, h);
}

JAC_DEF(jac, grow_twice, (jac, x))
{
    return grow(x, f64(2));
}

PROGRAM(compositions_loops, while_that_never_runs)
{
    jac r[4] = {0}, x = f64(500), v = f64(3);
    jac_call(jac_value_and_grad(grow_twice_fn), &x, r);
    jac_jvp(grow_twice_fn, &x, &v, &r[2], &r[3]);
    return RESULTS(r[0], r[1], r[2], r[3],
                   jac_call1(jac_vmap(jac_grad(grow_twice_fn)), F64S(500, 50)));
}

JAC_DEF(jac, not_still, (Three, s))
{
    return jac_logical_and(jac_gt(s.b, 1e-20), jac_lt(s.c, 35));
}

JAC_DEF_ENV(Three, multiply_and_scale, jac, (Three, s))
{
    jac w = jac_matmul(*env, s.a);
    w = jac_div(w, jac_norm(w));
    return (Three){w, jac_sum(jac_power(jac_sub(w, s.a), 2)), jac_add(s.c, 1)};
}

JAC_DEF(jac, rayleigh, (jac, a))
{
    jac v = jac_div(jac_ones(JAC_SHAPE(3)), jac_sqrt(f64(3)));
    Three init = {v, f64(1), jac_asarray(0)};
    v = jac_while_loop(not_still_fn, multiply_and_scale_with(a), init).a;
    return jac_dot(jac_matmul(v, a), v);
}

PROGRAM(compositions_loops, while_with_array_state)
{
    jac a = jac_add(jac_matmul(M33, jac_transpose(M33)), jac_eye(3));
    return RESULTS(rayleigh(a), jac_call1(jac_grad(rayleigh_fn), a));
}

JAC_DEF_ENV(jac, norm_below, jac, (jac, s))
{
    return jac_lt(jac_sum(jac_mul(s, s)), *env);
}

JAC_DEF_ENV(jac, scale_and_shift, jac, (jac, s))
{
    return jac_add(jac_mul(s, *env), 0.5);
}

JAC_DEF(jac, scale_to_limit, (jac, limit), (jac, scale), (jac, x))
{
    return jac_while_loop(norm_below_with(limit), scale_and_shift_with(scale), x);
}

JAC_DEF(jac, weighed_limit, (jac, limit), (jac, scale), (jac, x))
{
    return jac_sum(jac_mul(scale_to_limit(limit, scale, x), W3));
}

PROGRAM(compositions_loops, while_with_captures)
{
    weighed_limit_args at = {f64(50), f64(1.5), X3};
    Three g = {0};
    jac_call(jac_grad(weighed_limit_fn, 0, 1, 2), &at, &g);
    return RESULTS(scale_to_limit(at.limit, at.scale, at.x), g.a, g.b, g.c);
}

JAC_DEF(jac, below_four, (Counted, s))
{
    return jac_lt(s.x, 4);
}

JAC_DEF_ENV(Counted, times_plus_eighth, jac, (Counted, s))
{
    return (Counted){jac_add(jac_mul(s.x, *env), 0.125), jac_add(s.n, 1)};
}

JAC_DEF_ENV(Counted, inner_while, jac, (Counted, s))
{
    Counted init = {jac_add(jac_abs(s.x), 0.25), jac_asarray(0)};
    jac z = jac_while_loop(below_four_fn, times_plus_eighth_with(*env), init).x;
    return (Counted){jac_add(jac_sin(z), jac_div(s.x, 2)), jac_add(s.n, 1)};
}

JAC_DEF(jac, outer_while, (jac, x), (jac, a))
{
    Counted init = {x, jac_asarray(0)};
    return jac_while_loop(fewer_than_with(4), inner_while_with(a), init).x;
}

PROGRAM(compositions_loops, nested_whiles_in_reverse)
{
    jac r[3] = {0};
    jac_call(jac_value_and_grad(outer_while_fn, 0, 1), &(outer_while_args){f64(0.5), f64(1.75)}, r);
    return RESULTS(
        r[0], r[1], r[2],
        jac_call1(jac_vmap(jac_grad(outer_while_fn), JAC_AXES(0, JAC_NONE)), X3, f64(1.5)));
}

/* ---- branches in while loops, whiles in scans, scans in whiles ---------------------------------- */

JAC_DEF_ENV(jac, over, jac, (jac, y))
{
    return jac_div(y, *env);
}

JAC_DEF_ENV(jac, square_plus, jac, (jac, y))
{
    return jac_add(jac_mul(y, y), *env);
}

JAC_DEF_ENV(Counted, either_way, jac, (Counted, s))
{
    jac y = jac_cond1(jac_gt(s.x, 2), over_with(*env), square_plus_with(*env), s.x);
    return (Counted){y, jac_add(s.n, 1)};
}

JAC_DEF(jac, cond_in_while, (jac, x), (jac, a))
{
    Counted init = {x, jac_asarray(0)};
    return jac_while_loop(fewer_than_with(6), either_way_with(a), init).x;
}

PROGRAM(compositions_loops, cond_in_while_in_reverse)
{
    jac r[5] = {0};
    jac_call(jac_value_and_grad(cond_in_while_fn, 0, 1), &(cond_in_while_args){f64(0.5), f64(1.5)},
             r);
    jac_call(jac_vmap(jac_grad(cond_in_while_fn, 0, 1), JAC_AXES(0, JAC_NONE)),
             &(cond_in_while_args){X3, f64(1.25)}, &r[3]);
    return program_results(5, r);
}

JAC_DEF(jac, within_five, (jac, s))
{
    return jac_lt(jac_abs(s), 5);
}

JAC_DEF_ENV(jac, times, jac, (jac, s))
{
    return jac_mul(s, *env);
}

JAC_DEF(jac, thrice_less_one, (jac, s))
{
    return jac_sub(jac_mul(s, 3), 1);
}

JAC_DEF_ENV(jac, away_from_zero, jac, (jac, s))
{
    return jac_cond1(jac_gt(s, 0), times_with(*env), thrice_less_one_fn, s);
}

JAC_DEF_ENV(Pair, while_step, jac, (jac, c), (jac, x))
{
    jac y = jac_while_loop(within_five_fn, away_from_zero_with(*env), jac_add(x, 0.125));
    return (Pair){jac_add(c, jac_sin(y)), y};
}

JAC_DEF(Pair, scan_of_whiles, (jac, a), (jac, xs))
{
    Pair r = {f64(0), JAC_NULL};
    jac_scan(while_step_with(a), &r.a, &xs, &r.b);
    return r;
}

JAC_DEF(jac, scan_of_whiles_loss, (jac, a), (jac, xs))
{
    Pair r = scan_of_whiles(a, xs);
    return jac_add(r.a, jac_sum(r.b));
}

PROGRAM(compositions_loops, cond_in_while_in_scan)
{
    Pair r = scan_of_whiles(f64(2), X3), g = {0};
    jac_call(jac_grad(scan_of_whiles_loss_fn, 0, 1), &(Pair){f64(2), X3}, &g);
    return RESULTS(r.a, r.b, g.a, g.b);
}

JAC_DEF(Pair, grow_in_scan, (jac, c), (jac, v))
{
    jac x = grow(jac_add(jac_abs(jac_mul(c, v)), 1), f64(3));
    return (Pair){jac_div(x, 100), c};
}

JAC_DEF(Pair, scan_of_grow, (jac, x))
{
    Pair r = {x, JAC_NULL};
    jac w = W3;
    jac_scan(grow_in_scan_fn, &r.a, &w, &r.b);
    return r;
}

JAC_DEF(jac, last_of_scan, (jac, x))
{
    return scan_of_grow(x).a;
}

PROGRAM(compositions_loops, scan_of_while_under_vmap_and_jit)
{
    Pair r = scan_of_grow_call(jac_jit(jac_vmap(scan_of_grow_fn)), X3);
    return RESULTS(r.a, r.b, jac_call1(jac_vmap(jac_jit(jac_grad(last_of_scan_fn))), X3));
}

JAC_DEF_ENV(jac, rnn_step, jac, (jac, h), (jac, x))
{
    return jac_tanh(jac_add(jac_matmul(*env, h), x));
}

JAC_DEF_ENV(Counted, rnn_once_more, jac, (Counted, s))
{
    jac xs = BATCH;
    jac_scan(rnn_step_with(*env), &s.x, &xs, NULL);
    return (Counted){s.x, jac_add(s.n, 1)};
}

JAC_DEF(jac, rnn_thrice, (jac, w), (jac, x))
{
    Counted init = {x, jac_asarray(0)};
    return jac_while_loop(fewer_than_with(3), rnn_once_more_with(w), init).x;
}

JAC_DEF(jac, rnn_thrice_sum, (jac, w), (jac, x))
{
    return jac_sum(rnn_thrice(w, x));
}

PROGRAM(compositions_loops, while_of_scan)
{
    Pair g = {0};
    jac_call(jac_grad(rnn_thrice_sum_fn, 0, 1), &(Pair){M33, X3}, &g);
    return RESULTS(rnn_thrice(M33, X3), g.a, g.b);
}

/* ---- other states, and derivatives taken within ------------------------------------------------- */

JAC_DEF_ENV(jac, hill, jac, (jac, x))
{
    return jac_add(jac_power(jac_sub(x, *env), 2), jac_cos(x));
}

JAC_DEF_ENV(jac, steep, jac, (Counted, s))
{
    jac slope = jac_call1(jac_grad(hill_with(*env)), s.x);
    return jac_logical_and(jac_gt(jac_abs(slope), 1e-9), jac_lt(s.n, 38));
}

JAC_DEF_ENV(Counted, go_down, Pair, (Counted, s))
{
    jac slope = jac_call1(jac_grad(hill_with(env->b)), s.x);
    return (Counted){jac_sub(s.x, jac_mul(env->a, slope)), jac_add(s.n, 1)};
}

JAC_DEF(jac, descend, (jac, rate), (jac, a))
{
    Counted init = {f64(0), jac_asarray(0)};
    return jac_while_loop(steep_with(a), go_down_with((Pair){rate, a}), init).x;
}

PROGRAM(compositions_loops, while_that_differentiates_in_its_body)
{
    Pair g = {0};
    jac_call(jac_grad(descend_fn, 0, 1), &(Pair){f64(0.375), f64(1.5)}, &g);
    return RESULTS(descend(f64(0.375), f64(1.5)), g.a, g.b,
                   jac_call1(jac_vmap(descend_fn), F64S(0.25, 0.375), F64S(1, 2)));
}

JAC_DEF(jac, not_one, (Three, s))
{
    return jac_ne(s.a, 1);
}

JAC_DEF(Three, collatz_step, (Three, s))
{
    jac n = jac_where(s.c, jac_add(jac_mul(3, s.a), 1), jac_floor_divide(s.a, 2));
    return (Three){n, jac_add(jac_mul(s.b, 1.25), n), jac_eq(jac_remainder(n, 2), 1)};
}

JAC_DEF(Three, collatz, (jac, x))
{
    Three init = {jac_scalar(JAC_I64, 6), x, jac_scalar(JAC_BOOL, false)};
    return jac_while_loop(not_one_fn, collatz_step_fn, init);
}

JAC_DEF(jac, collatz_sum, (jac, x))
{
    return collatz(x).b;
}

PROGRAM(compositions_loops, while_with_integer_and_bool_state)
{
    Three s = collatz(f64(0.5));
    return RESULTS(s.a, s.b, s.c, jac_call1(jac_grad(collatz_sum_fn), f64(0.5)));
}

PROGRAM(compositions_loops, vjp_of_while_stored_and_batched)
{
    jac y, ct[] = {f64(1), f64(-2), X3};
    jac_fn back = jac_vjp(grow_fn, &(grow_args){f64(0.75), f64(2)}, &y);
    Pair p = {0}, q = {0}, r = {0};
    jac_call(back, &ct[0], &p);
    jac_call(jac_jit(back), &ct[1], &q);
    jac_call(jac_vmap(back), &ct[2], &r);
    return RESULTS(y, p.a, p.b, q.a, q.b, r.a, r.b);
}

/* ---- fori_loop ---------------------------------------------------------------------------------- */

JAC_DEF(jac, grow_by_index, (jac, i), (jac, s))
{
    return jac_add(jac_mul(s, 1.5), i);
}

JAC_DEF(jac, from_to, (jac, lo), (jac, hi), (jac, x))
{
    return jac_fori_loop(lo, hi, grow_by_index_fn, x);
}

JAC_DEF(jac, sine_and_index, (jac, i), (jac, s))
{
    return jac_add(jac_mul(s, jac_sin(s)), i);
}

JAC_DEF(jac, up_to, (jac, n), (jac, x))
{
    return jac_fori_loop(0, n, sine_and_index_fn, x);
}

PROGRAM(compositions_loops, fori_with_dynamic_bounds)
{
    jac one = jac_scalar(JAC_I64, 1), five = jac_scalar(JAC_I64, 5), three = jac_scalar(JAC_I64, 3);
    jac_fn g = jac_grad(up_to_fn, 1);
    return RESULTS(from_to(one, five, f64(0.5)),
                   jac_call1(jac_vmap(from_to_fn), I64S(0, 2, 5), I64S(3, 2, 4), X3),
                   jac_call1(jac_jit(from_to_fn), three, one, f64(2)),
                   jac_call1(g, jac_scalar(JAC_I64, 4), f64(0.75)),
                   jac_call1(jac_vmap(g), I64S(0, 3, 7), X3));
}

JAC_DEF_ENV(jac, row_step, Pair, (jac, i), (jac, s))
{
    return jac_add(jac_tanh(jac_mul(s, jac_at(env->a, i))), env->b);
}

JAC_DEF(jac, over_rows, (jac, a), (jac, x))
{
    return jac_fori_loop(0, 4, row_step_with((Pair){a, x}), x);
}

JAC_DEF(jac, over_rows_sum, (jac, a), (jac, x))
{
    return jac_sum(over_rows(a, x));
}

PROGRAM(compositions_loops, fori_over_rows)
{
    Pair g = {0};
    jac_call(jac_grad(over_rows_sum_fn, 0, 1), &(Pair){BATCH, X3}, &g);
    return RESULTS(over_rows(BATCH, X3), g.a, g.b);
}

JAC_DEF_ENV(jac, fill_next, jac, (jac, i), (jac, out))
{
    jac v = jac_mul(jac_sin(jac_add(jac_at(out, i), i)), *env);
    return jac_dynamic_update_slice(out, jac_reshape(v, 1), jac_add(i, 1));
}

JAC_DEF(jac, filled, (jac, x))
{
    jac out = jac_dynamic_update_slice(jac_zeros(JAC_SHAPE(5)), jac_reshape(x, 1), 0);
    return jac_fori_loop(0, 4, fill_next_with(x), out);
}

PROGRAM(compositions_loops, fori_that_fills_an_array)
{
    jac x = f64(0.75);
    return RESULTS(filled(x), jac_call1(jac_jacrev(filled_fn), x),
                   jac_call1(jac_jacfwd(filled_fn), x), jac_call1(jac_vmap(filled_fn), X3));
}

JAC_DEF_ENV(jac, inner_fori, jac, (jac, j), (jac, t))
{
    return jac_mul(t, jac_cos(jac_add(t, jac_mul(*env, j))));
}

JAC_DEF(jac, outer_fori, (jac, i), (jac, s))
{
    return jac_fori_loop(i, 3, inner_fori_with(i), s);
}

JAC_DEF(jac, triangle, (jac, x))
{
    return jac_fori_loop(0, 3, outer_fori_fn, x);
}

PROGRAM(compositions_loops, nested_foris)
{
    jac_fn g = jac_grad(triangle_fn);
    return RESULTS(triangle(f64(0.5)), jac_call1(g, f64(0.5)),
                   jac_call1(jac_vmap(jac_grad(g)), X3));
}

/* scan, cond and switch under transformations and within each other
 * (tests/golden/compositions_scans.py). */
#include "tests/programs.h"

JAC_TREE(Pair, a, b)
JAC_TREE(Three, a, b, c)
typedef struct {
} Nothing;

JAC_DEF_ENV(jac, times, jac, (jac, s))
{
    return jac_mul(s, *env);
}

/* ---- scan --------------------------------------------------------------------------------------- */

typedef struct {
    Pair carry, y;
} TreeStep;

JAC_DEF(TreeStep, tree_step, (Pair, c), (Pair, x))
{
    jac a = jac_tanh(jac_add(jac_mul(c.a, x.a), c.b));
    jac b = jac_add(c.b, jac_mul(jac_sum(x.b), jac_at(a, 0)));
    return (TreeStep){{a, b}, {jac_sub(a, b), jac_sum(a)}};
}

JAC_DEF(TreeStep, tree_scan, (Pair, c), (Pair, xs))
{
    TreeStep r = {.carry = c};
    jac_scan(tree_step_fn, &r.carry, &xs, &r.y);
    return r;
}

JAC_DEF(jac, tree_scan_loss, (Pair, c), (Pair, xs))
{
    TreeStep r = tree_scan(c, xs);
    jac s = jac_mul(jac_sum(r.carry.a), r.carry.b);
    return jac_add(jac_add(s, jac_sum(jac_mul(r.y.a, r.y.a))), jac_sum(r.y.b));
}

PROGRAM(compositions_scans, scan_with_several_carries_and_a_tree_of_slices)
{
    jac first = jac_reshape(jac_slice_in_dim(BATCH, 0, 1, 1, 1), 4);
    tree_scan_args at = {{X3, f64(0.5)}, {first, DATA(3, 4, 2)}}, g = {0};
    TreeStep r = tree_scan(at.c, at.xs);
    jac_call(jac_grad(tree_scan_loss_fn, 0, 1), &at, &g);
    return RESULTS(r.carry.a, r.carry.b, r.y.a, r.y.b, g.c.a, g.c.b, g.xs.a, g.xs.b);
}

JAC_DEF(Pair, backward_step, (jac, c), (jac, x))
{
    return (Pair){jac_add(jac_tanh(jac_mul(c, x)), 1), jac_sub(c, x)};
}

JAC_DEF(Pair, backward_scan, (jac, h), (jac, xs))
{
    Pair r = {h, JAC_NULL};
    jac_scan(backward_step_fn, &r.a, &xs, &r.b, .reverse = true);
    return r;
}

JAC_DEF(jac, backward_loss, (jac, h), (jac, xs))
{
    Pair r = backward_scan(h, xs);
    return jac_add(jac_sum(jac_mul(r.a, W3)), jac_sum(jac_power(r.b, 2)));
}

PROGRAM(compositions_scans, scan_in_reverse_order)
{
    Pair r = backward_scan(X3, BATCH), g = {0};
    jac_call(jac_grad(backward_loss_fn, 0, 1), &(Pair){X3, BATCH}, &g);
    return RESULTS(
        r.a, r.b, g.a, g.b,
        jac_call1(jac_vmap(jac_grad(backward_loss_fn), JAC_AXES(0, JAC_NONE)), BATCH, BATCH));
}

JAC_DEF(Pair, zero_step, (jac, c), (jac, x))
{
    return (Pair){jac_mul(c, jac_sum(x)), jac_add(c, 1)};
}

JAC_DEF(Pair, zero_scan, (jac, h), (jac, xs))
{
    Pair r = {h, JAC_NULL};
    jac_scan(zero_step_fn, &r.a, &xs, &r.b);
    return r;
}

JAC_DEF(jac, zero_loss, (jac, h), (jac, xs))
{
    Pair r = zero_scan(h, xs);
    return jac_add(jac_sum(jac_power(r.a, 2)), jac_sum(r.b));
}

PROGRAM(compositions_scans, scan_of_zero_length)
{
    jac xs = jac_zeros(JAC_SHAPE(0, 2));
    Pair r = zero_scan(X3, xs), g = {0},
         v = zero_scan_call(jac_vmap(zero_scan_fn, JAC_AXES(0, JAC_NONE)), BATCH, xs);
    jac_call(jac_grad(zero_loss_fn, 0, 1), &(Pair){X3, xs}, &g);
    return RESULTS(r.a, r.b, g.a, g.b, v.a, v.b);
}

JAC_DEF(Pair, one_step, (jac, c), (jac, x))
{
    return (Pair){jac_mul(jac_sin(c), x), c};
}

JAC_DEF(Pair, one_scan, (jac, h), (jac, xs))
{
    Pair r = {h, JAC_NULL};
    jac_scan(one_step_fn, &r.a, &xs, &r.b);
    return r;
}

JAC_DEF(jac, one_loss, (jac, h), (jac, xs))
{
    Pair r = one_scan(h, xs);
    return jac_add(jac_sum(r.a), jac_sum(jac_mul(r.b, 2)));
}

PROGRAM(compositions_scans, scan_of_one_step)
{
    Pair at = {X3, F64S(2)}, r = one_scan(at.a, at.b), g = {0};
    jac_call(jac_grad(one_loss_fn, 0, 1), &at, &g);
    return RESULTS(r.a, r.b, g.a, g.b, jac_call1(jac_hessian(one_loss_fn), at.a, at.b));
}

JAC_DEF_ENV(Pair, free_step, jac, (jac, c), (Nothing, x))
{
    (void)x;
    return (Pair){jac_add(jac_mul(c, *env), jac_sin(c)), jac_mul(c, c)};
}

JAC_DEF(Pair, free_scan, (jac, x), (jac, a))
{
    Pair r = {x, JAC_NULL};
    jac_scan(free_step_with(a), &r.a, NULL, &r.b, .length = 5);
    return r;
}

JAC_DEF(jac, free_loss, (jac, x), (jac, a))
{
    Pair r = free_scan(x, a);
    return jac_add(r.a, jac_sum(r.b));
}

PROGRAM(compositions_scans, scan_without_slices)
{
    Pair at = {f64(0.5), f64(0.75)}, r = free_scan(at.a, at.b);
    jac h[4] = {0};
    jac_call(jac_hessian(free_loss_fn, 0, 1), &at, h);
    return RESULTS(r.a, r.b, h[0], h[1], h[2], h[3]);
}

JAC_DEF_ENV(Pair, cell, jac, (jac, d), (jac, v))
{
    return (Pair){jac_tanh(jac_add(jac_mul(d, *env), v)), d};
}

JAC_DEF_ENV(Pair, row_of_cells, jac, (jac, c), (jac, x))
{
    Pair r = {c, JAC_NULL};
    jac_scan(cell_with(*env), &r.a, &x, &r.b);
    return (Pair){jac_add(c, r.a), jac_sum(r.b)};
}

JAC_DEF(Pair, rows_of_cells, (jac, w), (jac, xs))
{
    Pair r = {f64(0.25), JAC_NULL};
    jac_scan(row_of_cells_with(w), &r.a, &xs, &r.b);
    return r;
}

JAC_DEF(jac, rows_of_cells_loss, (jac, w), (jac, xs))
{
    Pair r = rows_of_cells(w, xs);
    return jac_add(r.a, jac_sum(jac_power(r.b, 2)));
}

PROGRAM(compositions_scans, scan_within_scan)
{
    Pair at = {f64(0.5), BATCH}, r = rows_of_cells(at.a, at.b), g = {0};
    jac_call(jac_grad(rows_of_cells_loss_fn, 0, 1), &at, &g);
    return RESULTS(r.a, r.b, g.a, g.b, jac_call1(jac_hessian(rows_of_cells_loss_fn), at.a, at.b));
}

JAC_DEF_ENV(Pair, batched_step, jac, (jac, c), (jac, x))
{
    return (Pair){jac_add(jac_sin(jac_mul(c, *env)), x), c};
}

JAC_DEF(Pair, batched_scan, (jac, w), (jac, h), (jac, xs))
{
    Pair r = {h, JAC_NULL};
    jac_scan(batched_step_with(w), &r.a, &xs, &r.b);
    return r;
}

PROGRAM(compositions_scans, scan_batched_in_each_operand)
{
    jac w = f64(0.75), h = f64(0.5);
    jac_fn f = batched_scan_fn, first = jac_vmap(f, JAC_AXES(0, JAC_NONE, JAC_NONE));
    Pair r[] = {
        batched_scan_call(first, X3, h, W3),
        batched_scan_call(jac_vmap(f, JAC_AXES(JAC_NONE, 0, JAC_NONE)), w, X3, W3),
        batched_scan_call(jac_vmap(f, JAC_AXES(JAC_NONE, JAC_NONE, 0)), w, h, BATCH),
        batched_scan_call(jac_vmap(first, JAC_AXES(JAC_NONE, JAC_NONE, 1)), X3, h, BATCH),
    };
    return program_results(8, &r[0].a);
}

JAC_DEF(Pair, cosine_step, (jac, c), (jac, x))
{
    return (Pair){jac_add(jac_mul(c, x), jac_cos(c)), jac_mul(c, c)};
}

JAC_DEF(Pair, cosine_scan, (jac, h), (jac, xs))
{
    Pair r = {h, JAC_NULL};
    jac_scan(cosine_step_fn, &r.a, &xs, &r.b);
    return r;
}

PROGRAM(compositions_scans, jvp_and_vjp_of_scan)
{
    Pair at = {X3, BATCH}, along = {W3, jac_mul(BATCH, 0.5)}, y = {0}, t = {0}, g = {0};
    jac_jvp(cosine_scan_fn, &at, &along, &y, &t);
    jac_call(jac_vjp(cosine_scan_fn, &at, &y), &(Pair){W3, BATCH}, &g);
    return RESULTS(y.a, y.b, t.a, t.b, g.a, g.b);
}

typedef struct {
    Three carry;
    jac k;
} Riding;

JAC_DEF(Riding, riding_step, (Three, c), (Nothing, x))
{
    (void)x;
    jac k = jac_remainder(jac_add(jac_mul(c.c, 5), 3), 16);
    jac y = jac_add(jac_mul(c.a, jac_sin(jac_add(c.a, c.b))), jac_div(k, 8));
    return (Riding){{y, jac_add(c.b, 1), k}, k};
}

JAC_DEF(Riding, riding, (jac, x))
{
    Riding r = {{x, jac_asarray(0), jac_scalar(JAC_I64, 7)}, JAC_NULL};
    jac_scan(riding_step_fn, &r.carry, NULL, &r.k, .length = 6);
    return r;
}

JAC_DEF(jac, riding_value, (jac, x))
{
    return riding(x).carry.a;
}

PROGRAM(compositions_scans, carry_that_needs_no_derivative)
{
    Riding r = riding(f64(0.5));
    jac_fn g = jac_grad(riding_value_fn);
    return RESULTS(r.carry.a, r.carry.b, r.carry.c, r.k, jac_call1(g, f64(0.5)),
                   jac_call1(jac_vmap(g), X3));
}

/* ---- cond and switch ---------------------------------------------------------------------------- */

JAC_DEF(jac, sine_times, (jac, x), (jac, y))
{
    return jac_mul(jac_sin(x), y);
}

JAC_DEF(jac, less_exp, (jac, x), (jac, y))
{
    return jac_sub(x, jac_exp(y));
}

JAC_DEF(jac, either, (jac, p), (jac, x), (jac, y))
{
    return jac_cond1(p, sine_times_fn, less_exp_fn, x, y);
}

PROGRAM(compositions_scans, cond_with_batched_predicate)
{
    either_args at = {jac_gt(X3, 0), X3, W3};
    Pair g = {0};
    jac_call(jac_vmap(jac_grad(either_fn, 1, 2)), &at, &g);
    return RESULTS(
        jac_call1(jac_vmap(either_fn), at.p, at.x, at.y), g.a, g.b,
        jac_call1(jac_vmap(either_fn, JAC_AXES(0, JAC_NONE, JAC_NONE)), at.p, f64(0.5), f64(2)),
        jac_call1(jac_jit(jac_vmap(jac_grad(either_fn, 2), JAC_AXES(JAC_NONE, 0, 0))),
                  jac_at(at.p, 0), at.x, at.y));
}

JAC_DEF_ENV(Pair, large, Pair, (jac, x))
{
    return (Pair){jac_mul(x, env->a), jac_sum(jac_mul(x, env->b))};
}

JAC_DEF_ENV(Pair, small, Pair, (jac, x))
{
    return (Pair){jac_div(x, env->b), jac_add(env->a, env->b)};
}

JAC_DEF(jac, capturing, (jac, a), (jac, b), (jac, x))
{
    Pair e = {a, b}, r = {0};
    jac_cond(jac_gt(jac_sum(x), a), large_with(e), small_with(e), &x, &r);
    return jac_mul(jac_sum(jac_mul(r.a, r.a)), r.b);
}

PROGRAM(compositions_scans, cond_with_trees_and_captures)
{
    jac_fn g = jac_grad(capturing_fn, 0, 1, 2);
    Three r[3] = {0};
    jac_call(g, &(capturing_args){f64(1), f64(2), X3}, &r[0]);
    jac_call(g, &(capturing_args){f64(-9), f64(2), X3}, &r[1]);
    jac_call(jac_vmap(g, JAC_AXES(0, JAC_NONE, JAC_NONE)),
             &(capturing_args){F64S(1, -9), f64(0.5), X3}, &r[2]);
    return program_results(9, &r[0].a);
}

JAC_DEF(jac, sine, (jac, x))
{
    return jac_sin(x);
}

JAC_DEF(jac, cosine, (jac, x))
{
    return jac_cos(x);
}

JAC_DEF(jac, square, (jac, x))
{
    return jac_mul(x, x);
}

JAC_DEF(jac, negated, (jac, x))
{
    return jac_neg(x);
}

JAC_DEF_ENV(jac, cube_plus, jac, (jac, x))
{
    return jac_add(jac_power(x, 3), *env);
}

JAC_DEF_ENV(jac, constant, jac, (jac, x))
{
    return jac_add(*env, jac_mul(0, x));
}

JAC_DEF(jac, choose, (jac, i), (jac, a), (jac, x))
{
    jac y = JAC_NULL;
    jac_switch(i, JAC_FNS(times_with(a), sine_fn, cube_plus_with(a), constant_with(a)), &x, &y);
    return y;
}

PROGRAM(compositions_scans, switch_with_captures)
{
    choose_args at = {I64S(-1, 0, 1, 2, 3, 7), f64(1.5), f64(0.75)};
    jac_dims axes = JAC_AXES(0, JAC_NONE, JAC_NONE);
    Three r = {0};
    jac_call(jac_vmap(jac_value_and_grad(choose_fn, 1, 2), axes), &at, &r);
    return RESULTS(r.a, r.b, r.c,
                   jac_call1(jac_vmap(jac_grad(jac_grad(choose_fn, 2), 2), axes), at.i, at.a, at.x),
                   jac_call1(jac_grad(choose_fn, 1), jac_scalar(JAC_I64, 2), at.a, at.x));
}

JAC_DEF(Pair, switch_step, (jac, c), (jac, k))
{
    Pair r = {JAC_NULL, c};
    jac_switch(k, JAC_FNS(sine_fn, cosine_fn, square_fn), &c, &r.a);
    return r;
}

JAC_DEF_ENV(jac, run_switches, jac, (jac, x))
{
    jac ys;
    jac_scan(switch_step_fn, &x, env, &ys);
    return x;
}

JAC_DEF(jac, switches_if_positive, (jac, x), (jac, i))
{
    return jac_cond1(jac_gt(x, 0), run_switches_with(i), negated_fn, x);
}

PROGRAM(compositions_scans, cond_of_scan_of_switch)
{
    jac_fn f = switches_if_positive_fn;
    jac i = I64S(0, 1, 2, 1),
        many = jac_array_of(JAC_I64, JAC_SHAPE(3, 3), (int64_t[]){0, 0, 1, 2, 2, 1, 5, -1, 0});
    return RESULTS(
        jac_call1(jac_vmap(f, JAC_AXES(0, JAC_NONE)), X3, i),
        jac_call1(jac_vmap(jac_grad(f), JAC_AXES(0, JAC_NONE)), X3, i),
        jac_call1(jac_jit(jac_vmap(jac_grad(f), JAC_AXES(JAC_NONE, 0))), f64(0.75), many));
}

JAC_DEF(jac, zero, (jac, x))
{
    return jac_zeros_like(x);
}

JAC_DEF(jac, sine_over, (jac, x))
{
    return jac_div(jac_sin(x), x);
}

JAC_DEF(jac, safe_sinc, (jac, x))
{
    return jac_cond1(jac_eq(x, 0), zero_fn, sine_over_fn, x);
}

JAC_DEF(jac, where_sinc, (jac, x))
{
    jac none = jac_eq(x, 0);
    return jac_where(none, 0.0, jac_div(jac_sin(x), jac_where(none, 1.0, x)));
}

PROGRAM(compositions_scans, branch_not_taken_divides_by_zero)
{
    jac_fn g = jac_grad(safe_sinc_fn);
    return RESULTS(jac_call1(g, f64(0)), jac_call1(g, f64(0.5)),
                   jac_call1(jac_vmap(jac_grad(where_sinc_fn)), F64S(0, 0.5)));
}

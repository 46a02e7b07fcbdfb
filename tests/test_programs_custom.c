/* Programs with derivative rules of the user, compared with JAX's result for the program of the same
 * name (tests/golden/programs_custom.py). */
#include "tests/programs_custom.h"

JAC_DEF(jac, sin3_times_x, (jac, x))
{
    return jac_mul(sin3(x), x);
}

PROGRAM(programs_custom, vjp_rule_is_taken)
{
    Two r;
    jac_call(jac_value_and_grad(sin3_times_x_fn), (jac[]){f64(2)}, &r);
    return RESULTS(sin3(f64(0.5)), jac_call1(jac_grad(sin3_fn), f64(0.5)),
                   jac_call1(jac_vmap(sin3_fn), X3), r.a, r.b);
}

PROGRAM(programs_custom, vjp_rule_under_vmap)
{
    jac_fn g = jac_vmap(jac_grad(sin3_fn));
    return RESULTS(jac_call1(g, X3), jac_call1(jac_grad(weighed_with(jac_vmap(sin3_fn))), X3),
                   jac_call1(jac_vmap(g), X23));
}

PROGRAM(programs_custom, vjp_rule_under_jit)
{
    jac_fn f = jac_jit(sin3_fn);
    return RESULTS(jac_call1(jac_jit(jac_grad(sin3_fn)), f64(0.5)),
                   jac_call1(jac_grad(f), f64(0.5)), jac_call1(jac_vmap(jac_jit(jac_grad(f))), X3));
}

PROGRAM(programs_custom, vjp_rule_differentiated_again)
{
    jac_fn g = jac_grad(jac_grad(sin3_fn));
    return RESULTS(jac_call1(g, f64(0.5)), jac_call1(jac_grad(g), f64(0.5)),
                   jac_call1(jac_vmap(g), X3));
}

JAC_DEF(jac, prods, (jac, v))
{
    return jac_mul(prod(at(v, 0), at(v, 1)), prod(at(v, 1), at(v, 2)));
}

JAC_DEF(jac, prod_w3, (jac, v))
{
    return prod(v, W3);
}

PROGRAM(programs_custom, vjp_hessian_of_prod)
{
    return RESULTS(jac_call1(jac_hessian(prods_fn), X3),
                   jac_call1(jac_jacrev(jac_jacrev(prods_fn)), X3),
                   jac_call1(jac_jacrev(prod_w3_fn), X3));
}

JAC_DEF(jac, shared_prod, (jac, a), (jac, b))
{
    return jac_sum(jac_mul(jac_call1(jac_vmap(prod_fn, JAC_AXES(JAC_NONE, 0)), a, b), W3));
}

PROGRAM(programs_custom, vjp_shared_operand_sums_over_the_batch)
{
    Two g, l;
    jac_fn lanes = jac_vmap(jac_grad(prod_fn, 0, 1), JAC_AXES(JAC_NONE, 0));
    jac_call(jac_grad(shared_prod_fn, 0, 1), &(shared_prod_args){f64(1.5), X3}, &g);
    jac_call(lanes, &(prod_args){f64(1.5), X3}, &l);
    return RESULTS(g.a, g.b, l.a, l.b);
}

JAC_DEF(jac, tanh_layer, (jac, w), (jac, x))
{
    return jac_tanh(jac_matmul(w, x));
}

JAC_DEF(Three, tanh_layer_fwd, (jac, w), (jac, x))
{
    return (Three){tanh_layer(w, x), w, x};
}

JAC_DEF(Two, tanh_layer_bwd, (Two, r), (jac, ct))
{
    return (Two){jac_outer(ct, r.b), jac_matmul(ct, r.a)};
}

static jac_fn ruled_layer(void)
{
    return jac_custom_vjp(tanh_layer_fn, tanh_layer_fwd_fn, tanh_layer_bwd_fn);
}

JAC_DEF(jac, columns, (jac, w), (jac, x))
{
    jac_fn f = jac_vmap(ruled_layer(), JAC_AXES(JAC_NONE, 1), .out_axes = JAC_AXES(1));
    return jac_sum(jac_square(jac_call1(f, w, x)));
}

JAC_DEF(jac, ruled_sum, (jac, w), (jac, x))
{
    return jac_sum(jac_call1(ruled_layer(), w, x));
}

PROGRAM(programs_custom, vjp_axes_inside)
{
    Two g, l;
    jac_call(jac_grad(columns_fn, 0, 1), &(columns_args){M33, jac_transpose(BATCH)}, &g);
    jac_call(jac_vmap(jac_grad(ruled_sum_fn, 0, 1), JAC_AXES(JAC_NONE, 0)),
             &(columns_args){M33, BATCH}, &l);
    return RESULTS(g.a, g.b, l.a, l.b);
}

typedef struct {
    Three y;
    Two r;
} CountedFwd;

JAC_DEF(Three, counted, (jac, n), (jac, x))
{
    return (Three){jac_mul(x, n), jac_add(n, 1), x};
}

JAC_DEF(CountedFwd, counted_fwd, (jac, n), (jac, x))
{
    return (CountedFwd){counted(n, x), {n, x}};
}

JAC_DEF(Two, counted_bwd, (Two, r), (Three, ct))
{
    return (Two){.b = jac_add(jac_mul(jac_mul(ct.a, r.a), 7), jac_mul(ct.c, r.b))};
}

JAC_DEF(Three, ruled_counted, (jac, n), (jac, x))
{
    return ruled_counted_call(jac_custom_vjp(counted_fn, counted_fwd_fn, counted_bwd_fn), n, x);
}

JAC_DEF(jac, counted_sum, (jac, n), (jac, x))
{
    Three y = ruled_counted(n, x);
    return jac_add(jac_add(y.a, y.b), y.c);
}

PROGRAM(programs_custom, vjp_of_integers_beside)
{
    Three y = ruled_counted(jac_scalar(JAC_I64, 3), f64(2));
    jac_fn g = jac_grad(counted_sum_fn, 1);
    jac ns = jac_array(JAC_SHAPE(2), (int64_t[]){1, 2});
    return RESULTS(y.a, y.b, y.c, jac_call1(g, 3, f64(2)),
                   jac_call1(jac_vmap(g, JAC_AXES(0, JAC_NONE)), ns, f64(2)));
}

typedef struct {
    jac s, x;
} Scored;

typedef struct {
    Scored y;
    struct {
        Params p;
        jac x;
    } r;
} ScoredFwd;

typedef struct {
    Params p;
    jac x;
} ScoredArgs;

JAC_DEF(Scored, score, (Params, p), (jac, x))
{
    return (Scored){jac_add(jac_sum(jac_mul(p.w, x)), p.b), jac_mul(x, p.b)};
}

JAC_DEF(ScoredFwd, score_fwd, (Params, p), (jac, x))
{
    return (ScoredFwd){score(p, x), {p, x}};
}

JAC_DEF(ScoredArgs, score_bwd, (ScoredArgs, r), (Scored, ct))
{
    return (ScoredArgs){{jac_add(ct.s, jac_sum(ct.x)), jac_mul(jac_mul(ct.s, r.x), 2)},
                        jac_mul(ct.x, r.p.b)};
}

JAC_DEF(jac, scored, (jac, b), (jac, w), (jac, x))
{
    Scored y = score_call(jac_custom_vjp(score_fn, score_fwd_fn, score_bwd_fn), (Params){b, w}, x);
    return jac_add(jac_square(y.s), jac_sum(jac_mul(y.x, W3)));
}

PROGRAM(programs_custom, vjp_of_trees)
{
    Three g;
    jac_call(jac_grad(scored_fn, 0, 1, 2), &(scored_args){f64(0.5), W3, X3}, &g);
    return RESULTS(g.a, g.b, g.c);
}

JAC_DEF(Two, half_fwd, (jac, a), (jac, b))
{
    return (Two){jac_mul(a, b), b};
}

JAC_DEF(Two, half_bwd, (jac, b), (jac, ct))
{
    return (Two){jac_mul(ct, b), JAC_NULL};
}

PROGRAM(programs_custom, vjp_none_is_zero)
{
    Two g;
    jac_fn f = jac_custom_vjp(times_fn, half_fwd_fn, half_bwd_fn);
    jac_call(jac_grad(f, 0, 1), &(times_args){f64(2), f64(3)}, &g);
    return RESULTS(g.a, g.b);
}

JAC_DEF_ENV(Two, ruled_step, jac, (jac, c), (jac, x))
{
    return (Two){jac_add(sin3(jac_mul(c, *env)), prod(c, x)), sin3(x)};
}

static Two ruled_scan(jac a, jac xs)
{
    Two r = {.a = f64(0.5)};
    jac_scan(ruled_step_with(a), &r.a, &xs, &r.b);
    return r;
}

JAC_DEF(jac, ruled_scan_loss, (jac, a), (jac, xs))
{
    Two r = ruled_scan(a, xs);
    return jac_mul(r.a, jac_sum(r.b));
}

PROGRAM(programs_custom, vjp_in_scan)
{
    Two y = ruled_scan(f64(0.7), X3), g;
    jac_fn f = jac_grad(ruled_scan_loss_fn);
    jac_call(jac_grad(ruled_scan_loss_fn, 0, 1), &(ruled_scan_loss_args){f64(0.7), X3}, &g);
    return RESULTS(y.a, y.b, g.a, g.b,
                   jac_call1(jac_vmap(f, JAC_AXES(JAC_NONE, 0)), f64(0.7), BATCH),
                   jac_call1(jac_grad(f), f64(0.7), X3));
}

JAC_DEF(jac, prod_xx, (jac, x))
{
    return prod(x, x);
}

JAC_DEF(jac, ruled_branches, (jac, x))
{
    return jac_cond1(jac_gt(x, 0), sin3_fn, prod_xx_fn, x);
}

PROGRAM(programs_custom, vjp_in_branches)
{
    jac_fn g = jac_grad(ruled_branches_fn);
    return RESULTS(jac_call1(g, f64(0.7)), jac_call1(g, f64(-0.7)), jac_call1(jac_vmap(g), X3),
                   jac_call1(jac_vmap(jac_grad(g)), X3));
}

JAC_DEF(jac, sin3_mapped, (jac, x))
{
    jac y;
    jac_map(sin3_fn, &x, &y);
    return jac_sum(y);
}

JAC_DEF(jac, sin3_plus_i, (jac, i), (jac, s))
{
    return jac_add(sin3(s), i);
}

JAC_DEF(jac, sin3_rolled, (jac, x))
{
    return jac_fori_loop(0, 3, sin3_plus_i_fn, x);
}

PROGRAM(programs_custom, vjp_in_map_and_fori)
{
    return RESULTS(jac_call1(jac_grad(sin3_mapped_fn), X3),
                   jac_call1(jac_grad(sin3_rolled_fn), f64(0.5)));
}

JAC_DEF(Two, nested_fwd, (jac, x))
{
    return (Two){sin3_times_x(x), sin3(x)};
}

JAC_DEF(jac, nested_bwd, (jac, s), (jac, ct))
{
    return jac_mul(sin3(s), ct);
}

PROGRAM(programs_custom, vjp_nested)
{
    jac_fn g = jac_grad(jac_custom_vjp(sin3_times_x_fn, nested_fwd_fn, nested_bwd_fn));
    return RESULTS(jac_call1(g, f64(0.5)), jac_call1(jac_grad(g), f64(0.5)),
                   jac_call1(jac_vmap(jac_grad(g)), X3));
}

/* Newton's step at x for the square root of a. */
JAC_DEF(jac, heron, (jac, a), (jac, x))
{
    return jac_div(jac_add(x, jac_div(a, x)), 2);
}

JAC_DEF_ENV(jac, far_from_root, jac, (jac, x))
{
    return jac_gt(jac_abs(jac_sub(jac_mul(x, x), *env)), 1e-13);
}

JAC_DEF_ENV(jac, heron_of, jac, (jac, x))
{
    return heron(*env, x);
}

JAC_DEF(jac, root, (jac, a))
{
    return jac_while_loop(far_from_root_with(a), heron_of_with(a), a);
}

JAC_DEF(Three, root_fwd, (jac, a))
{
    jac x = root(a);
    return (Three){x, a, x};
}

JAC_DEF(jac, root_bwd, (Two, r), (jac, ct))
{
    jac y, slope = jac_call1(jac_grad(heron_fn, 1), r.a, r.b);
    Two back;
    jac_fn pull = jac_vjp(heron_fn, &r, &y);
    jac_call(pull, (jac[]){jac_div(ct, jac_sub(1, slope))}, &back);
    return back.a;
}

PROGRAM(programs_custom, vjp_rule_takes_gradients)
{
    jac_fn f = jac_custom_vjp(root_fn, root_fwd_fn, root_bwd_fn);
    return RESULTS(jac_call1(f, f64(2)), jac_call1(jac_grad(f), f64(2)),
                   jac_call1(jac_vmap(jac_grad(f)), F64S(1, 2, 9)));
}

JAC_DEF_ENV(jac, held, jac, (jac, x))
{
    return jac_sum(jac_mul(jac_mul(x, *env), W3));
}

JAC_DEF_ENV(Two, held_fwd, jac, (jac, x))
{
    return (Two){held(env, x), x};
}

JAC_DEF_ENV(jac, held_bwd, jac, (jac, x), (jac, ct))
{
    return jac_mul(jac_mul(jac_mul(ct, *env), x), 4);
}

JAC_DEF(jac, holding, (jac, c), (jac, x))
{
    return jac_call1(jac_custom_vjp(held_with(c), held_fwd_with(c), held_bwd_with(c)), x);
}

PROGRAM(programs_custom, vjp_captures_what_is_not_differentiated)
{
    jac_fn g = jac_grad(holding_fn, 1);
    return RESULTS(jac_call1(g, f64(3), X3), jac_call1(jac_jit(g), f64(3), X3),
                   jac_call1(jac_vmap(g, JAC_AXES(0, JAC_NONE)), F64S(1, 2), X3));
}

JAC_DEF(jac, sin3_times_xx, (jac, x))
{
    return jac_mul(sin3(x), prod(x, x));
}

PROGRAM(programs_custom, vjp_reused)
{
    jac y;
    jac_fn back = jac_vjp(sin3_times_xx_fn, (jac[]){X3}, &y);
    return RESULTS(y, jac_call1(back, W3), jac_call1(back, jac_mul(2, X3)),
                   jac_call1(jac_vmap(back), BATCH));
}

JAC_DEF_ENV(jac, times_held, jac, (jac, x))
{
    return jac_mul(x, *env);
}

JAC_DEF_ENV(Two, times_held_rule, jac, (jac, x), (jac, t))
{
    return (Two){jac_mul(x, *env), jac_mul(jac_mul(10, t), *env)};
}

JAC_DEF(jac, holding_jvp, (jac, c), (jac, x))
{
    return jac_call1(jac_custom_jvp(times_held_with(c), times_held_rule_with(c)), x);
}

PROGRAM(programs_custom, jvp_rule_captures_what_is_not_differentiated)
{
    jac_fn g = jac_grad(holding_jvp_fn, 1);
    return RESULTS(jac_call1(g, f64(3), f64(2)),
                   jac_call1(jac_vmap(g, JAC_AXES(0, JAC_NONE)), X3, f64(2)));
}

JAC_DEF(Two, ten_x_rule, (jac, x), (jac, t))
{
    return (Two){jac_sin(x), jac_mul(jac_mul(10, t), x)};
}

JAC_DEF(jac, ten_x, (jac, x))
{
    return jac_call1(jac_custom_jvp(sin_of_fn, ten_x_rule_fn), x);
}

JAC_DEF(Two, ten_x_step, (jac, c), (jac, v))
{
    return (Two){jac_add(ten_x(c), v), ten_x(v)};
}

static Two ten_x_scan(jac x)
{
    Two r = {.a = x};
    jac_scan(ten_x_step_fn, &r.a, (jac[]){X3}, &r.b);
    return r;
}

JAC_DEF(jac, ten_x_carry, (jac, x))
{
    return ten_x_scan(x).a;
}

JAC_DEF(jac, ten_x_loss, (jac, x))
{
    Two r = ten_x_scan(x);
    return jac_add(r.a, jac_sum(r.b));
}

JAC_DEF(jac, ten_x_mapped, (jac, x))
{
    jac y;
    jac_map(ten_x_fn, &x, &y);
    return jac_sum(y);
}

PROGRAM(programs_custom, jvp_rule_in_scan_and_map)
{
    jac y, t;
    jac_jvp(ten_x_carry_fn, (jac[]){f64(0.5)}, (jac[]){f64(2)}, &y, &t);
    return RESULTS(jac_call1(jac_grad(ten_x_loss_fn), f64(0.5)),
                   jac_call1(jac_grad(ten_x_mapped_fn), X3), y, t);
}

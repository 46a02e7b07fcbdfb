/* Programs with custom derivatives, checkpoints, collectives over named axes, map and
 * associative_scan, compared with JAX's result for the program of the same name
 * (tests/golden/programs_custom.py).
 */
#include "tests/programs.h"

typedef struct {
    jac a, b;
} Two;

typedef struct {
    jac a, b, c;
} Three;

static jac times(jac x, jac y)
{
    return jac_mul(x, y);
}
JAC_FN(times, jac, (jac, x), (jac, y))

/* x -> f(x), summed or times w3: losses of functions of one array. */
JAC_DEF_ENV(jac, summed, jac_fn, (jac, x))
{
    return jac_sum(jac_call1(*env, x));
}

JAC_DEF_ENV(jac, weighed, jac_fn, (jac, x))
{
    return jac_sum(jac_mul(jac_call1(*env, x), W3));
}

/* ---- custom_vjp ------------------------------------------------------------------------------ */

static jac sin_of(jac x)
{
    return jac_sin(x);
}
JAC_FN(sin_of, jac, (jac, x))

JAC_DEF(Two, sin3_fwd, (jac, x))
{
    return (Two){jac_sin(x), x};
}

JAC_DEF(jac, sin3_bwd, (jac, x), (jac, ct))
{
    return jac_mul(jac_mul(3, jac_cos(x)), ct);
}

static jac_fn sin3_with_rule(void)
{
    return jac_custom_vjp(sin_of_fn, sin3_fwd_fn, sin3_bwd_fn);
}

JAC_DEF(jac, sin3, (jac, x))
{
    return jac_call1(sin3_with_rule(), x);
}

JAC_DEF(Three, prod_fwd, (jac, a), (jac, b))
{
    return (Three){jac_mul(a, b), a, b};
}

JAC_DEF(Two, prod_bwd, (Two, r), (jac, ct))
{
    return (Two){jac_mul(jac_mul(2, ct), r.b), jac_mul(jac_mul(5, ct), r.a)};
}

JAC_DEF(jac, prod, (jac, a), (jac, b))
{
    return jac_call1(jac_custom_vjp(times_fn, prod_fwd_fn, prod_bwd_fn), a, b);
}

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

static jac at(jac x, int k)
{
    return jac_reshape(jac_slice(x, JAC_DIMS(k), JAC_DIMS(k + 1)));
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

/* The members are in alphabetical order, in which JAX lists a dict. */
typedef struct {
    jac b, w;
} Params;

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

/* ---- checkpoint ------------------------------------------------------------------------------ */

JAC_DEF(jac, block, (jac, w), (jac, x))
{
    return jac_sin(jac_mul(jac_tanh(jac_matmul(w, jac_exp(x))), x));
}

static jac_fn remat(jac_save_policy policy)
{
    return jac_checkpoint(block_fn, .policy = policy);
}

JAC_DEF_ENV(jac, two_blocks, jac_save_policy, (jac, w), (jac, x))
{
    jac_fn f = remat(*env);
    return jac_sum(jac_square(jac_call1(f, w, jac_call1(f, w, x))));
}

static void gradients(jac_fn f, jac w, jac x, Two *g)
{
    jac_call(jac_grad(f, 0, 1), (jac[]){w, x}, g);
}

PROGRAM(programs_custom, checkpoint_policies)
{
    Two g[3];
    for (int p = 0; p < 3; p++)
        gradients(two_blocks_with((jac_save_policy)p), M33, X3, &g[p]);
    return RESULTS(g[0].a, g[0].b, g[1].a, g[1].b, g[2].a, g[2].b);
}

JAC_DEF(jac, weighed_block, (jac, w), (jac, x))
{
    return jac_sum(jac_mul(jac_call1(jac_checkpoint(block_fn), w, x), W3));
}

JAC_DEF(jac, blocks_of_batch, (jac, w), (jac, x))
{
    return jac_sum(jac_call1(jac_vmap(jac_checkpoint(block_fn), JAC_AXES(JAC_NONE, 0)), w, x));
}

PROGRAM(programs_custom, checkpoint_under_jit_and_vmap)
{
    jac_fn f = weighed_block_fn;
    return RESULTS(jac_call1(jac_jit(jac_grad(f)), M33, X3),
                   jac_call1(jac_grad(jac_jit(f)), M33, X3),
                   jac_call1(jac_vmap(jac_grad(f, 1), JAC_AXES(JAC_NONE, 0)), M33, BATCH),
                   jac_call1(jac_grad(blocks_of_batch_fn), M33, BATCH));
}

typedef struct {
    jac_save_policy policy;
    jac w;
} Layer;

JAC_DEF_ENV(Two, layer_step, Layer, (jac, h), (jac, s))
{
    return (Two){jac_call1(remat(env->policy), jac_mul(env->w, s), h), jac_sum(h)};
}

JAC_DEF_ENV(jac, net, jac_save_policy, (jac, w), (jac, x))
{
    jac sums;
    jac_scan(layer_step_with((Layer){*env, w}), &x, (jac[]){DATA(3, 5)}, &sums);
    return jac_sum(x);
}

PROGRAM(programs_custom, checkpoint_each_layer)
{
    Two g[3];
    for (int p = 0; p < 3; p++)
        gradients(net_with((jac_save_policy)p), M33, X3, &g[p]);
    return RESULTS(g[0].a, g[0].b, g[1].a, g[1].b, g[2].a, g[2].b);
}

JAC_DEF_ENV(jac, squared_block, jac_save_policy, (jac, x))
{
    return jac_sum(jac_square(jac_call1(remat(*env), M33, x)));
}

PROGRAM(programs_custom, checkpoint_second_order)
{
    jac_fn f = squared_block_with(JAC_SAVE_NOTHING), dots = squared_block_with(JAC_SAVE_DOTS);
    return RESULTS(jac_call1(jac_hessian(f), X3), jac_call1(jac_jacrev(jac_jacrev(f)), X3),
                   jac_call1(jac_hessian(dots), X3), jac_call1(jac_jacrev(jac_jacrev(dots)), X3));
}

JAC_DEF(jac, sin_exp, (jac, x))
{
    return jac_sin(jac_exp(x));
}

JAC_DEF(jac, sin_exp_x, (jac, x))
{
    return jac_mul(sin_exp(x), x);
}

PROGRAM(programs_custom, checkpoint_third_derivative)
{
    jac_fn f = jac_checkpoint(sin_exp_x_fn), g = jac_checkpoint(jac_grad(f));
    return RESULTS(jac_call1(jac_grad(jac_grad(jac_grad(f))), f64(0.25)),
                   jac_call1(jac_vmap(jac_grad(jac_grad(g))), X3));
}

JAC_DEF(jac, twice_x, (jac, x))
{
    jac_fn inner = jac_checkpoint(sin_exp_fn);
    return jac_mul(jac_call1(inner, jac_call1(inner, x)), x);
}

PROGRAM(programs_custom, checkpoint_nested)
{
    jac_fn g = jac_grad(jac_checkpoint(twice_x_fn));
    return RESULTS(jac_call1(g, f64(0.5)), jac_call1(jac_grad(g), f64(0.5)),
                   jac_call1(jac_jit(jac_vmap(g)), X3));
}

JAC_DEF(jac, linear, (jac, x))
{
    return jac_add(jac_matmul(M33, x), jac_mul(2, x));
}

PROGRAM(programs_custom, checkpoint_forward_mode)
{
    jac y, t, at0;
    jac_fn f = jac_checkpoint(block_fn);
    jac_jvp(f, (&(Two){M33, X3}), (&(Two){jac_mul(M33, 2), W3}), &y, &t);
    jac_fn lin = jac_linearize(f, (&(Two){M33, X3}), &at0);
    jac_fn back = jac_linear_transpose(jac_checkpoint(linear_fn), (jac[]){X3});
    return RESULTS(y, t, jac_call1(lin, jac_mul(M33, 2), W3), jac_call1(lin, M33, X3),
                   jac_call1(back, W3));
}

JAC_DEF_ENV(jac, sin_times_i, jac, (jac, i), (jac, s))
{
    return jac_mul(jac_sin(s), jac_add(i, *env));
}

JAC_DEF(jac, exp_of, (jac, y))
{
    return jac_exp(y);
}

JAC_DEF(jac, square_of, (jac, y))
{
    return jac_mul(y, y);
}

JAC_DEF(Two, rolled_branch, (jac, n), (jac, x))
{
    jac y = jac_fori_loop(0, 3, sin_times_i_with(n), x);
    y = jac_cond1(jac_gt(y, 0), exp_of_fn, square_of_fn, y);
    return (Two){jac_add(y, n), jac_add(n, 1)};
}

JAC_DEF(jac, rolled_branch_loss, (jac, n), (jac, x))
{
    Two y = rolled_branch_call(jac_checkpoint(rolled_branch_fn), n, x);
    return jac_mul(y.a, y.b);
}

PROGRAM(programs_custom, checkpoint_around_loops_and_branches)
{
    jac n = jac_scalar(JAC_I64, 2);
    Two y = rolled_branch_call(jac_checkpoint(rolled_branch_fn), n, f64(0.5));
    jac_fn g = jac_grad(rolled_branch_loss_fn, 1);
    return RESULTS(y.a, y.b, jac_call1(g, n, f64(0.5)),
                   jac_call1(jac_vmap(g, JAC_AXES(JAC_NONE, 0)), n, X3),
                   jac_call1(jac_grad(g, 1), n, f64(0.5)));
}

JAC_DEF(jac, rules_inside, (jac, x))
{
    return jac_mul(sin3(jac_exp(x)), prod(x, x));
}

PROGRAM(programs_custom, checkpoint_of_custom_rules)
{
    jac_fn g = jac_grad(jac_checkpoint(rules_inside_fn));
    return RESULTS(jac_call1(g, f64(0.5)), jac_call1(jac_vmap(jac_grad(g)), X3));
}

JAC_DEF_ENV(jac, sin_of_held, jac, (jac, x))
{
    return jac_mul(jac_sin(jac_mul(x, *env)), *env);
}

JAC_DEF(jac, holding_checkpoint, (jac, c), (jac, x))
{
    return jac_call1(jac_checkpoint(sin_of_held_with(c)), x);
}

PROGRAM(programs_custom, checkpoint_captures)
{
    Two g;
    jac_call(jac_grad(holding_checkpoint_fn, 0, 1), &(times_args){f64(2), f64(0.5)}, &g);
    return RESULTS(
        g.a, g.b,
        jac_call1(jac_vmap(jac_grad(holding_checkpoint_fn), JAC_AXES(0, JAC_NONE)), X3, f64(0.5)));
}

/* ---- vmap with a name, and axes leaf by leaf ------------------------------------------------- */

typedef struct {
    jac r[8];
} Eight;

JAC_DEF(Eight, all_collectives, (jac, x))
{
    return (Eight){{jac_psum(x, "i"), jac_pmean(x, "i"), jac_pmax(x, "i"), jac_pmin(x, "i"),
                    jac_axis_index("i"), jac_div(x, jac_psum(jac_abs(x), "i")), jac_psum(2.5, "i"),
                    jac_pmean(f64(7), "i")}};
}

PROGRAM(programs_custom, collectives)
{
    Eight y = all_collectives_call(jac_vmap(all_collectives_fn, .axis_name = "i"), DATA(3, 5));
    return RESULTS(y.r[0], y.r[1], y.r[2], y.r[3], y.r[4], y.r[5], y.r[6], y.r[7]);
}

typedef struct {
    jac a, b, c, d;
} Four;

JAC_DEF(Four, of_integers, (jac, n))
{
    return (Four){jac_psum(n, "i"), jac_pmean(n, "i"), jac_pmax(n, "i"),
                  jac_psum(jac_gt(n, 2), "i")};
}

PROGRAM(programs_custom, collectives_of_integers)
{
    Four y = of_integers_call(jac_vmap(of_integers_fn, .axis_name = "i"),
                              jac_array(JAC_SHAPE(3), (int64_t[]){1, 5, 3}));
    return RESULTS(y.a, y.b, y.c, y.d);
}

JAC_DEF(Three, of_rows, (jac, x))
{
    return (Three){jac_sub(x, jac_pmean(x, "lane")), jac_sum(jac_pmax(x, "lane")),
                   jac_mul(jac_axis_index("lane"), at(x, 0))};
}

JAC_DEF(Three, of_columns, (jac, x))
{
    return (Three){jac_sub(x, jac_pmean(x, "lane")), jac_sum(jac_pmax(x, "lane")),
                   jac_mul(jac_axis_index("lane"), at(x, 0))};
}

PROGRAM(programs_custom, collectives_of_rows)
{
    Three y = of_rows_call(jac_vmap(of_rows_fn, .axis_name = "lane"), BATCH);
    Three z = of_columns_call(
        jac_vmap(of_columns_fn, JAC_AXES(1), .out_axes = JAC_AXES(1, 0, 0), .axis_name = "lane"),
        BATCH);
    return RESULTS(y.a, y.b, y.c, z.a, z.b, z.c);
}

JAC_DEF(Four, two_names, (jac, x), (jac, y))
{
    jac xy = jac_mul(x, y);
    return (Four){
        jac_psum(xy, "i"), jac_psum(xy, "j"), jac_psum(jac_psum(xy, "j"), "i"),
        jac_add(jac_add(x, jac_mul(10, jac_axis_index("i"))), jac_mul(100, jac_axis_index("j")))};
}

PROGRAM(programs_custom, collectives_under_two_names)
{
    jac_fn inner = jac_vmap(two_names_fn, JAC_AXES(0, JAC_NONE), .axis_name = "j");
    Four y =
        two_names_call(jac_vmap(inner, JAC_AXES(JAC_NONE, 0), .axis_name = "i"), X3, DATA(2, 2));
    return RESULTS(y.a, y.b, y.c, y.d);
}

JAC_DEF(jac, plus_sum, (jac, y))
{
    return jac_add(y, jac_psum(y, "i"));
}

JAC_DEF(jac, inner_and_outer, (jac, x))
{
    return jac_add(jac_call1(jac_vmap(plus_sum_fn, .axis_name = "i"), x), jac_psum(x, "i"));
}

PROGRAM(programs_custom, inner_name_hides_the_outer)
{
    return RESULTS(jac_call1(jac_vmap(inner_and_outer_fn, .axis_name = "i"), X23));
}

JAC_DEF(jac, normalized, (jac, x))
{
    jac m = jac_pmean(x, "b"), v = jac_pmean(jac_mul(x, x), "b");
    return jac_div(jac_sub(x, m), jac_sqrt(jac_add(jac_sub(v, jac_mul(m, m)), 0.5)));
}

JAC_DEF(jac, scaled_and_normalized, (jac, w), (jac, x))
{
    return jac_tanh(normalized(jac_mul(x, w)));
}

JAC_DEF(jac, normalized_loss, (jac, w), (jac, X))
{
    jac_fn f = jac_vmap(scaled_and_normalized_fn, JAC_AXES(JAC_NONE, 0), .axis_name = "b");
    return jac_sum(jac_mul(jac_call1(f, w, X), BATCH));
}

JAC_DEF(jac, normalized_tangent, (jac, x))
{
    jac y, t;
    jac_jvp(normalized_fn, &x, (jac[]){jac_mul(x, x)}, &y, &t);
    return t;
}

PROGRAM(programs_custom, gradient_through_collectives)
{
    Two g;
    gradients(normalized_loss_fn, W3, BATCH, &g);
    jac_fn inside = jac_grad(weighed_with(normalized_fn));
    return RESULTS(g.a, g.b, jac_call1(jac_vmap(inside, .axis_name = "b"), BATCH),
                   jac_call1(jac_vmap(normalized_tangent_fn, .axis_name = "b"), BATCH));
}

JAC_DEF(jac, exp_times_sum, (jac, x))
{
    return jac_mul(jac_exp(x), jac_psum(jac_sin(x), "i"));
}

PROGRAM(programs_custom, hessian_through_collectives)
{
    jac_fn f = summed_with(jac_vmap(exp_times_sum_fn, .axis_name = "i"));
    return RESULTS(jac_call1(jac_hessian(f), X3), jac_call1(jac_jacrev(jac_jacrev(f)), X3));
}

JAC_DEF(jac, extremes, (jac, x))
{
    return jac_add(jac_mul(x, jac_pmax(x, "i")), jac_mul(x, jac_square(jac_pmin(x, "i"))));
}

PROGRAM(programs_custom, gradient_of_extremes)
{
    jac_fn f = summed_with(jac_vmap(extremes_fn, .axis_name = "i"));
    return RESULTS(jac_call1(jac_grad(f), F64S(1, 3, 3, -2)));
}

JAC_DEF(Two, sum_step, (jac, c), (jac, v))
{
    return (Two){jac_add(c, jac_psum(jac_mul(c, v), "i")), jac_psum(c, "i")};
}

JAC_DEF(jac, less_mean, (jac, k), (jac, c))
{
    (void)k;
    return jac_sub(c, jac_div(jac_pmean(c, "i"), 2));
}

JAC_DEF(jac, sum_of, (jac, x))
{
    return jac_psum(x, "i");
}

JAC_DEF(jac, sum_of_minus, (jac, x))
{
    return jac_psum(jac_neg(x), "i");
}

JAC_DEF(jac, sum_below, (jac, c))
{
    return jac_lt(jac_psum(c, "i"), 50);
}

JAC_DEF(jac, twice_plus_index, (jac, c))
{
    return jac_add(jac_mul(c, 2), jac_axis_index("i"));
}

static jac index_of_lane(void)
{
    return jac_axis_index("i");
}
JAC_FN(index_of_lane, jac)

static jac no_index(void)
{
    return jac_scalar(JAC_I32, 0);
}
JAC_FN(no_index, jac)

typedef struct {
    jac s, ys, t, u, v, w;
} Six;

JAC_DEF(Six, collective_control, (jac, x))
{
    Six r = {.s = x};
    jac_scan(sum_step_fn, &r.s, (jac[]){X3}, &r.ys);
    r.t = jac_fori_loop(0, 2, less_mean_fn, x);
    r.u = jac_cond1(jac_gt(jac_psum(x, "i"), 0), sum_of_fn, sum_of_minus_fn, x);
    r.v = jac_while_loop(sum_below_fn, twice_plus_index_fn, jac_abs(x));
    jac_cond(jac_gt(jac_sin(2.0), 0), index_of_lane_fn, no_index_fn, NULL, &r.w);
    return r;
}

PROGRAM(programs_custom, collectives_in_control_flow)
{
    Six r = collective_control_call(jac_vmap(collective_control_fn, .axis_name = "i"), DATA(3, 4));
    return RESULTS(r.s, r.ys, r.t, r.u, r.v, r.w);
}

typedef struct {
    jac s;
} One;

JAC_DEF_ENV(One, mean_step, jac, (jac, c), (jac, v))
{
    return (One){jac_sin(jac_add(c, jac_mul(*env, jac_pmean(jac_mul(c, v), "i"))))};
}

JAC_DEF(jac, mean_scan, (jac, a), (jac, x))
{
    jac_scan(mean_step_with(a), &x, (jac[]){X3}, NULL);
    return x;
}

JAC_DEF(jac, mean_scan_loss, (jac, a), (jac, x))
{
    jac_fn f = jac_vmap(mean_scan_fn, JAC_AXES(JAC_NONE, 0), .axis_name = "i");
    return jac_sum(jac_square(jac_call1(f, a, x)));
}

PROGRAM(programs_custom, gradient_of_collectives_in_scan)
{
    Two g;
    gradients(mean_scan_loss_fn, f64(0.5), DATA(3, 4), &g);
    return RESULTS(g.a, g.b,
                   jac_call1(jac_grad(jac_grad(mean_scan_loss_fn)), f64(0.5), DATA(3, 4)));
}

JAC_DEF(jac, x_times_sum, (jac, x))
{
    return jac_mul(x, jac_psum(x, "i"));
}

JAC_DEF_ENV(jac, jitted_twice, jac_fn, (jac, x))
{
    return jac_add(jac_call1(*env, x), jac_call1(*env, jac_add(x, 1)));
}

PROGRAM(programs_custom, collectives_in_jitted_functions)
{
    jac_fn g = jac_jit(x_times_sum_fn);
    return RESULTS(jac_call1(jac_vmap(jitted_twice_with(g), .axis_name = "i"), X3),
                   jac_call1(jac_vmap(g, .axis_name = "i"), DATA(3, 5)),
                   jac_call1(jac_jit(jac_vmap(jac_grad(g), .axis_name = "i")), X3));
}

JAC_DEF(Two, x_times_sum_fwd, (jac, x))
{
    return (Two){x_times_sum(x), jac_pmax(x, "i")};
}

JAC_DEF(jac, x_times_sum_bwd, (jac, m), (jac, ct))
{
    return jac_add(jac_mul(ct, m), jac_mul(jac_psum(ct, "i"), jac_axis_index("i")));
}

JAC_DEF(jac, sin_of_sum, (jac, x))
{
    return jac_sin(jac_mul(x, jac_psum(jac_exp(x), "i")));
}

PROGRAM(programs_custom, collectives_in_custom_rules_and_checkpoints)
{
    jac_fn f = jac_custom_vjp(x_times_sum_fn, x_times_sum_fwd_fn, x_times_sum_bwd_fn);
    jac_fn lanes = jac_vmap(f, .axis_name = "i");
    jac_fn remade = jac_vmap(jac_checkpoint(sin_of_sum_fn), .axis_name = "i");
    return RESULTS(jac_call1(lanes, X3), jac_call1(jac_grad(weighed_with(lanes)), X3),
                   jac_call1(jac_vmap(jac_grad(f), .axis_name = "i"), X3),
                   jac_call1(jac_grad(weighed_with(remade)), X3));
}

JAC_DEF(Two, affine_leaves, (Params, p), (jac, x))
{
    return (Two){jac_add(jac_matmul(p.w, x), p.b), jac_mul(p.b, 2)};
}

static Two by_leaf(jac w)
{
    jac_fn f = jac_vmap(affine_leaves_fn, .in_axes_leaves = JAC_AXES(0, JAC_NONE, 1),
                        .out_axes = JAC_AXES(1, 0));
    return affine_leaves_call(f, (Params){DATA(7, 4), w}, jac_transpose(BATCH));
}

JAC_DEF(jac, by_leaf_loss, (jac, w))
{
    return jac_sum(jac_square(by_leaf(w).a));
}

PROGRAM(programs_custom, axes_leaf_by_leaf)
{
    Two y = by_leaf(M33);
    return RESULTS(y.a, y.b, jac_call1(jac_grad(by_leaf_loss_fn), M33));
}

/* ---- map, associative_scan, closure_convert -------------------------------------------------- */

JAC_DEF(Two, dot_and_sin, (jac, x))
{
    return (Two){jac_sum(jac_mul(x, x)), jac_sin(x)};
}

JAC_DEF(jac, mapped_loss, (jac, x))
{
    Two y;
    jac_map(dot_and_sin_fn, &x, &y);
    return jac_sum(jac_mul(y.a, DATA(7, 4)));
}

JAC_DEF(jac, mapped_exp, (jac, x))
{
    jac y;
    jac_map(exp_of_fn, &x, &y);
    return y;
}

PROGRAM(programs_custom, map_values_and_gradients)
{
    Two y;
    jac_map(dot_and_sin_fn, (jac[]){BATCH}, &y);
    return RESULTS(y.a, y.b, jac_call1(jac_grad(mapped_loss_fn), BATCH),
                   jac_call1(jac_vmap(mapped_exp_fn), X23));
}

JAC_DEF(jac, plus_one, (jac, n))
{
    return jac_add(n, 1);
}

PROGRAM(programs_custom, map_of_trees)
{
    jac y, n, ns = jac_array(JAC_SHAPE(3), (int64_t[]){1, 2, 3});
    jac_map(times_fn, (&(Two){BATCH, DATA(7, 4)}), &y);
    jac_map(plus_one_fn, &ns, &n);
    return RESULTS(y, n);
}

static jac plus(jac a, jac b)
{
    return jac_add(a, b);
}
JAC_FN(plus, jac, (jac, a), (jac, b))

PROGRAM(programs_custom, associative_scan_of_sums)
{
    jac in[] = {X3, DATA(3, 8), DATA(3, 7), BATCH, BATCH, BATCH, X23, DATA(3, 1)}, y[8];
    static const jac_associative_scan_opts how[8] = {
        [4] = {.axis = 1}, [5] = {.reverse = true}, [6] = {.axis = -1, .reverse = true}};
    for (int k = 0; k < 8; k++)
        jac_associative_scan(plus_fn, &in[k], &y[k], .axis = how[k].axis,
                             .reverse = how[k].reverse);
    return RESULTS(y[0], y[1], y[2], y[3], y[4], y[5], y[6], y[7]);
}

JAC_DEF(Two, after, (Two, a), (Two, b))
{
    return (Two){jac_mul(a.a, b.a), jac_add(jac_mul(a.b, b.a), b.b)};
}

JAC_DEF(jac, recurrence, (jac, a), (jac, b))
{
    Two y;
    jac_associative_scan(after_fn, (&(Two){a, b}), &y);
    return y.b;
}

JAC_DEF(jac, recurrence_loss, (jac, a), (jac, b))
{
    return jac_sum(jac_square(recurrence(a, b)));
}

JAC_DEF(jac, recurrence_of_x3, (jac, a))
{
    return recurrence_loss(a, X3);
}

PROGRAM(programs_custom, associative_scan_of_trees)
{
    Two g;
    jac a = DATA(3, 6), b = DATA(5, 6);
    gradients(recurrence_loss_fn, a, b, &g);
    return RESULTS(recurrence(a, b), g.a, g.b,
                   jac_call1(jac_jit(jac_vmap(recurrence_fn)), BATCH, jac_mul(BATCH, 2)),
                   jac_call1(jac_hessian(recurrence_of_x3_fn), X3));
}

static jac matmul(jac a, jac b)
{
    return jac_matmul(a, b);
}
JAC_FN(matmul, jac, (jac, a), (jac, b))

JAC_DEF(jac, first_suffix, (jac, m))
{
    jac y;
    jac_associative_scan(jac_vmap(matmul_fn), &m, &y, .reverse = true);
    return jac_sum(jac_slice(y, JAC_DIMS(0, 0, 0), JAC_DIMS(1, 3, 3)));
}

PROGRAM(programs_custom, associative_scan_of_matrices)
{
    jac y, m = jac_stack(0, M33, jac_transpose(M33), jac_add(M33, 1), jac_mul(M33, 0.5));
    jac_associative_scan(jac_vmap(matmul_fn), &m, &y);
    return RESULTS(y, jac_call1(jac_grad(first_suffix_fn), m));
}

JAC_DEF_ENV(jac, sin_of_two, Two, (jac, x))
{
    return jac_sum(jac_mul(jac_sin(jac_mul(x, env->a)), env->b));
}

JAC_DEF(Three, conversion, (jac, a), (jac, b))
{
    jac caught[4];
    int n = 4;
    Three g = {0};
    struct {
        jac x, caught[2];
    } args = {.x = X3};
    jac_fn f = jac_closure_convert(sin_of_two_with((Two){a, b}), &args.x, &n, caught);
    cr_assert_eq(n, 2);
    memcpy(args.caught, caught, sizeof args.caught);
    jac_call(jac_grad(f, 0, 1), &args, &g);
    return g;
}

PROGRAM(programs_custom, closure_converted)
{
    Three g = conversion(f64(2), W3);
    return RESULTS(g.a, g.b, g.c);
}

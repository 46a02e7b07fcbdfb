/* Programs that compute values again for their derivatives, compared with JAX's result for the
 * program of the same name (tests/golden/programs_custom.py). */
#include "tests/programs_custom.h"

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

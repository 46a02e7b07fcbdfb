/* Programs with collectives over named axes, and with the axes of vmap given leaf by leaf, compared
 * with JAX's result for the program of the same name (tests/golden/programs_custom.py). */
#include "tests/programs_custom.h"

/* x -> f(x), summed or times w3: losses of functions of one array. */
JAC_DEF_ENV(jac, summed, jac_fn, (jac, x))
{
    return jac_sum(jac_call1(*env, x));
}

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

typedef struct {
    jac r[10];
} Ten;

JAC_DEF(Ten, between_lanes, (jac, x))
{
    return (Ten){{jac_all_gather(x, "i"), jac_all_gather(x, "i", .axis = 1, .tiled = true),
                  jac_psum_scatter(x, "i"), jac_psum_scatter(x, "i", .tiled = true),
                  jac_all_to_all(x, "i", 0, 1), jac_all_to_all(x, "i", 0, 1, .tiled = true),
                  jac_ppermute(x, "i", JAC_DIMS(0, 2, 2, 1, 1, 3, 3, 0)),
                  jac_pshuffle(x, "i", JAC_DIMS(2, 0, 3, 1)), jac_pbroadcast(x, "i", 2),
                  jac_pswapaxes(x, "i", 0)}};
}

#define TEN(y)                                                                                     \
    RESULTS((y).r[0], (y).r[1], (y).r[2], (y).r[3], (y).r[4], (y).r[5], (y).r[6], (y).r[7],        \
            (y).r[8], (y).r[9])

PROGRAM(programs_custom, collectives_between_lanes)
{
    Ten y = between_lanes_call(jac_vmap(between_lanes_fn, .axis_name = "i"), DATA(4, 4, 4, 2));
    return TEN(y);
}

PROGRAM(programs_custom, collectives_between_lanes_beside_another_axis)
{
    jac_fn inner = jac_vmap(between_lanes_fn, 2, .axis_name = "i");
    Ten y = between_lanes_call(jac_vmap(inner, 1), DATA(4, 4, 3, 2, 4));
    return TEN(y);
}

JAC_DEF_ENV(jac, wave_of_result, int, (jac, x))
{
    jac y = between_lanes(x).r[*env];
    jac place = jac_reshape(jac_arange(jac_size(y)), jac_shape(y));
    return jac_sum(jac_sin(jac_mul(y, jac_add(1, jac_div(place, 4)))));
}

JAC_DEF_ENV(jac, waves_of_result, int, (jac, x))
{
    return jac_sum(
        jac_call1(jac_vmap(wave_of_result_with(*env), .axis_name = "i"), x));
}

PROGRAM(programs_custom, gradients_of_collectives_between_lanes)
{
    Ten y;
    jac x = DATA(4, 4, 4, 2);
    for (int k = 0; k < 10; k++)
        y.r[k] = jac_call1(jac_grad(waves_of_result_with(k)), x);
    return TEN(y);
}

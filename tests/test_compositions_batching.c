/* vmap over any axis, nested, and of everything that can be mapped
 * (tests/golden/compositions_batching.py). */
#include "tests/programs.h"

JAC_TREE(Pair, a, b)
JAC_TREE(Three, a, b, c)

#define T234 DATA(3, 2, 3, 4)
#define U432 DATA(7, 4, 3, 2)

/* ---- axes --------------------------------------------------------------------------------------- */

JAC_DEF(jac, sine_matmul, (jac, a), (jac, b))
{
    return jac_matmul(jac_sin(a), jac_transpose(b));
}

PROGRAM(compositions_batching, in_axes_of_rank_three)
{
    jac_fn f = sine_matmul_fn;
    jac t = T234;
    return RESULTS(jac_call1(jac_vmap(f), t, t),
                   jac_call1(jac_vmap(f, JAC_AXES(0, 2)), t, jac_moveaxis(t, 0, 2)),
                   jac_call1(jac_vmap(f, JAC_AXES(1, 1)), t, t),
                   jac_call1(jac_vmap(f, JAC_AXES(2, 0)), t, jac_transpose(U432, 0, 2, 1)),
                   jac_call1(jac_vmap(f, JAC_AXES(-2, -2)), t, t));
}

JAC_DEF(Three, three_ranks, (jac, a))
{
    return (Three){jac_mul(a, 2), jac_sum(a, JAC_AXES(0)), jac_sum(a)};
}

PROGRAM(compositions_batching, out_axes_of_rank_three)
{
    jac_fn f = three_ranks_fn;
    Three r[] = {
        three_ranks_call(jac_vmap(f, JAC_AXES(1), .out_axes = JAC_AXES(2, 1, 0)), T234),
        three_ranks_call(jac_vmap(f, JAC_AXES(2), .out_axes = JAC_AXES(1, 0, 0)), T234),
        three_ranks_call(jac_vmap(f, JAC_AXES(0), .out_axes = JAC_AXES(-1)), T234),
    };
    return program_results(9, &r[0].a);
}

JAC_DEF(jac, sum_plus_first, (jac, a), (jac, b))
{
    return jac_add(jac_sum(jac_mul(a, b)), jac_at(a, 0));
}

PROGRAM(compositions_batching, nested_vmaps_over_different_axes)
{
    jac_fn f = sum_plus_first_fn;
    jac b = jac_slice(BATCH, JAC_DIMS(0, 0), JAC_DIMS(3, 2));
    return RESULTS(
        jac_call1(jac_vmap(jac_vmap(f, JAC_AXES(0, JAC_NONE)), JAC_AXES(JAC_NONE, 0)), BATCH,
                  BATCH),
        jac_call1(jac_vmap(jac_vmap(f, JAC_AXES(1, 0)), JAC_AXES(2, JAC_NONE)), T234, b),
        jac_call1(jac_vmap(jac_vmap(f), JAC_AXES(1, 1), .out_axes = JAC_AXES(1)), T234, T234));
}

JAC_DEF(jac, sine_plus, (jac, a), (jac, b), (jac, c))
{
    return jac_add(jac_mul(a, jac_sin(b)), c);
}

static jac_fn every(void)
{
    jac_fn f = jac_vmap(sine_plus_fn, JAC_AXES(0, JAC_NONE, JAC_NONE));
    return jac_vmap(jac_vmap(f, JAC_AXES(JAC_NONE, 0, JAC_NONE)), JAC_AXES(JAC_NONE, JAC_NONE, 0));
}

JAC_DEF(jac, every_squared, (jac, a))
{
    return jac_sum(jac_power(jac_call1(every(), a, W3, X3), 2));
}

PROGRAM(compositions_batching, three_levels_of_vmap)
{
    return RESULTS(jac_call1(every(), X3, F64S(0.5, 2), DATA(2, 4)),
                   jac_call1(jac_jit(jac_grad(every_squared_fn)), X3));
}

JAC_DEF(jac, affine, (Pair, p), (jac, x))
{
    return jac_add(jac_matmul(p.a, x), p.b);
}

PROGRAM(compositions_batching, in_axes_of_trees)
{
    jac_fn f = affine_fn;
    Pair p = {DATA(3, 4, 3, 3), DATA(5, 4, 3)},
         q = {jac_transpose(p.a, 1, 0, 2), jac_transpose(p.b)};
    return RESULTS(affine_call(jac_vmap(f), p, BATCH),
                   affine_call(jac_vmap(f, JAC_AXES(0, JAC_NONE)), p, X3),
                   affine_call(jac_vmap(f, JAC_AXES(JAC_NONE, 0)), (Pair){M33, W3}, BATCH),
                   affine_call(jac_vmap(f, JAC_AXES(1, JAC_NONE)), q, X3));
}

JAC_DEF(Pair, twice_and_sum, (jac, x), (jac, y))
{
    return (Pair){jac_mul(y, 2), jac_sum(x)};
}

PROGRAM(compositions_batching, result_that_does_not_depend_on_the_batch)
{
    jac_fn f = twice_and_sum_fn,
           turned = jac_vmap(f, JAC_AXES(0, JAC_NONE), .out_axes = JAC_AXES(1, 0));
    Pair p = twice_and_sum_call(jac_vmap(f, JAC_AXES(0, JAC_NONE)), BATCH, X3),
         q = twice_and_sum_call(turned, BATCH, X3);
    return RESULTS(p.a, p.b, q.a, q.b);
}

JAC_DEF(Three, cumulate_max_product, (jac, x))
{
    return (Three){jac_cumsum(x, 0), jac_max(x), jac_matmul(x, M33)};
}

JAC_DEF(jac, product_squared, (jac, x))
{
    return jac_sum(jac_power(jac_matmul(x, M33), 2));
}

PROGRAM(compositions_batching, batch_of_one_and_of_none)
{
    jac one = jac_slice_in_dim(BATCH, 0, 1, 1, 0), none = jac_slice_in_dim(BATCH, 0, 0, 1, 0);
    jac_fn f = jac_vmap(cumulate_max_product_fn);
    Three r = cumulate_max_product_call(f, one), s = cumulate_max_product_call(f, none);
    return RESULTS(r.a, r.b, r.c, s.a, s.b, s.c,
                   jac_call1(jac_vmap(jac_grad(product_squared_fn)), none));
}

PROGRAM(compositions_batching, vmap_with_axis_size_and_no_batched_argument)
{
    jac_fn f = jac_vmap(three_ranks_fn, JAC_AXES(JAC_NONE), .axis_size = 2),
           g = jac_vmap(three_ranks_fn, JAC_AXES(JAC_NONE), .out_axes = JAC_AXES(1, 0, 0),
                        .axis_size = 3);
    Three r = three_ranks_call(f, X3), s = three_ranks_call(g, X3);
    return RESULTS(r.a, r.b, r.c, s.a, s.b, s.c);
}

/* ---- families of operations --------------------------------------------------------------------- */

typedef struct {
    jac r[10];
} Ten;

JAC_DEF(Ten, reductions, (jac, x))
{
    return (Ten){{jac_sum(x, JAC_AXES(0)), jac_prod(x, JAC_AXES(1)), jac_max(x, JAC_AXES(0)),
                  jac_argmin(x, JAC_AXES(1)), jac_cumsum(x, 1), jac_cumprod(x, 0), jac_cummax(x, 1),
                  jac_logsumexp(x, JAC_AXES(0)), jac_any(jac_gt(x, 1), JAC_AXES(1)),
                  jac_std(x, JAC_AXES(1), .ddof = 1)}};
}

PROGRAM(compositions_batching, vmap_of_reductions_and_cumulations)
{
    Ten r = reductions_call(jac_vmap(reductions_fn, JAC_AXES(1)), T234);
    return program_results(10, r.r);
}

JAC_DEF(Ten, shape_changes, (jac, x))
{
    return (Ten){{jac_reshape(x, 6), jac_transpose(x), jac_flip(x, 1),
                  jac_concatenate(1, x, jac_mul(x, 2)),
                  jac_pad(x, 0.0, JAC_DIMS(1, 0), JAC_DIMS(0, 2)),
                  jac_slice(x, JAC_DIMS(0, 0), JAC_DIMS(2, 3), JAC_DIMS(1, 2)),
                  jac_stack(1, x, jac_neg(x)), jac_broadcast_to(jac_at(x, 0), 2, 3),
                  jac_squeeze(jac_expand_dims(x, 1), 1), jac_moveaxis(x, 0, 1)}};
}

PROGRAM(compositions_batching, vmap_of_shape_changes)
{
    Ten r = shape_changes_call(jac_vmap(shape_changes_fn, JAC_AXES(2)), T234);
    return program_results(10, r.r);
}

JAC_DEF(jac, dot, (jac, x), (jac, y))
{
    return jac_dot(x, y);
}

JAC_DEF(jac, matmul, (jac, x), (jac, y))
{
    return jac_matmul(x, y);
}

JAC_DEF(jac, outer, (jac, x), (jac, y))
{
    return jac_outer(x, y);
}

JAC_DEF(jac, turned_product, (jac, x), (jac, y))
{
    return jac_einsum("ij,jk->ki", x, y);
}

PROGRAM(compositions_batching, vmap_of_products)
{
    jac a = T234, b = U432, t = jac_transpose(BATCH),
        a0 = jac_reshape(jac_slice_in_dim(a, 0, 1, 1, 1), 2, 4),
        b0 = jac_reshape(jac_slice_in_dim(b, 0, 1, 1, 1), 4, 2);
    jac_fn rows = jac_vmap(matmul_fn, JAC_AXES(JAC_NONE, 0));
    return RESULTS(jac_call1(jac_vmap(dot_fn, JAC_AXES(0, 1)), a0, b0),
                   jac_call1(jac_vmap(matmul_fn, JAC_AXES(2, 0)), a, b),
                   jac_call1(jac_vmap(outer_fn, JAC_AXES(1, 1)), t, t),
                   jac_call1(jac_vmap(turned_product_fn, JAC_AXES(2, JAC_NONE)), a, M33),
                   jac_call1(jac_vmap(rows, JAC_AXES(0, JAC_NONE)), jac_slice_in_dim(a, 0, 3, 1, 2),
                             DATA(5, 2, 3, 2)));
}

JAC_DEF(jac, taken, (jac, x), (jac, i))
{
    return jac_take(x, i, 0);
}

JAC_DEF(jac, sliced, (jac, x), (jac, i))
{
    return jac_dynamic_slice(x, JAC_SHAPE(2), jac_maximum(i, 0));
}

JAC_DEF(jac, updated, (jac, x), (jac, i))
{
    return jac_dynamic_update_slice(x, F64S(10, 20), jac_maximum(i, 0));
}

JAC_DEF(jac, sliced_sum, (jac, x), (jac, i))
{
    return jac_dot(sliced(x, i), F64S(1, 3));
}

JAC_DEF(jac, updated_squares, (jac, x), (jac, i))
{
    return jac_sum(jac_power(updated(x, i), 2));
}

PROGRAM(compositions_batching, vmap_of_indexing_by_batched_indices)
{
    jac i = I64S(2, 0, 7, -1);
    return RESULTS(jac_call1(jac_vmap(taken_fn), BATCH, i),
                   jac_call1(jac_vmap(taken_fn, JAC_AXES(JAC_NONE, 0)), X3, i),
                   jac_call1(jac_vmap(taken_fn, JAC_AXES(0, JAC_NONE)), BATCH, I64S(0, 2)),
                   jac_call1(jac_vmap(sliced_fn), BATCH, i),
                   jac_call1(jac_vmap(updated_fn), BATCH, i),
                   jac_call1(jac_vmap(jac_grad(sliced_sum_fn)), BATCH, i),
                   jac_call1(jac_vmap(jac_grad(updated_squares_fn), JAC_AXES(JAC_NONE, 0)), X3, i));
}

JAC_DEF(Three, bounded, (jac, x), (jac, lo))
{
    return (Three){jac_where(jac_gt(x, lo), x, lo), jac_clip(x, lo, 1.0), jac_mul(jac_sign(x), lo)};
}

PROGRAM(compositions_batching, vmap_of_where_and_clip)
{
    Three r[] = {
        bounded_call(jac_vmap(bounded_fn, JAC_AXES(0, JAC_NONE)), BATCH, f64(-0.5)),
        bounded_call(jac_vmap(bounded_fn, JAC_AXES(JAC_NONE, 0)), X3, W3),
        bounded_call(jac_vmap(bounded_fn), BATCH, DATA(2, 4)),
    };
    return program_results(9, &r[0].a);
}

JAC_DEF(jac, scaled_normal, (jac, key), (jac, s))
{
    return jac_mul(jac_random_normal(key, JAC_SHAPE(2)), s);
}

JAC_DEF(jac, uniform_of_second_key, (jac, key))
{
    return jac_random_uniform(jac_at(jac_random_split(key, 2), 1), JAC_SHAPE());
}

JAC_DEF(jac, normal_times_square, (jac, s), (jac, key))
{
    return jac_sum(jac_mul(jac_random_normal(key, JAC_SHAPE(2)), jac_power(s, 2)));
}

PROGRAM(compositions_batching, vmap_of_random_draws)
{
    jac keys = jac_random_split(jac_random_PRNGKey(7), 3);
    return RESULTS(
        jac_call1(jac_vmap(scaled_normal_fn), keys, X3),
        jac_call1(jac_vmap(scaled_normal_fn, JAC_AXES(JAC_NONE, 0)), jac_at(keys, 0), X3),
        jac_call1(jac_vmap(uniform_of_second_key_fn), keys),
        jac_call1(jac_vmap(jac_grad(normal_times_square_fn)), X3, keys));
}

/* ---- derivatives under vmap --------------------------------------------------------------------- */

JAC_DEF(jac, row_layer, (jac, w), (jac, x))
{
    return jac_tanh(jac_call1(jac_vmap(dot_fn, JAC_AXES(0, JAC_NONE)), w, x));
}

PROGRAM(compositions_batching, vmap_of_jacobians_of_vmaps)
{
    Pair j = {0};
    jac_fn both = jac_jit(jac_vmap(jac_jacfwd(row_layer_fn, 0, 1), JAC_AXES(0, JAC_NONE)));
    jac_call(both, &(row_layer_args){DATA(3, 2, 3, 3), X3}, &j);
    return RESULTS(
        jac_call1(jac_vmap(jac_jacrev(row_layer_fn, 1), JAC_AXES(JAC_NONE, 0)), M33, BATCH), j.a,
        j.b);
}

JAC_DEF(jac, sine_times_sum, (jac, x), (jac, y))
{
    return jac_mul(jac_sin(x), jac_sum(y));
}

JAC_DEF(Pair, push, (jac, x), (jac, y), (jac, t))
{
    Pair r = {0};
    jac_jvp(sine_times_sum_fn, &(Pair){x, y}, &(Pair){t, t}, &r.a, &r.b);
    return r;
}

JAC_DEF(Pair, pull, (jac, x), (jac, y), (jac, ct))
{
    Pair g = {0};
    jac out;
    jac_call(jac_vjp(sine_times_sum_fn, &(Pair){x, y}, &out), &ct, &g);
    return g;
}

PROGRAM(compositions_batching, vmap_of_jvp_and_vjp)
{
    jac_fn cts = jac_vmap(pull_fn, JAC_AXES(JAC_NONE, JAC_NONE, 0));
    Pair r[] = {
        push_call(jac_vmap(push_fn, JAC_AXES(0, JAC_NONE, 0)), BATCH, W3, BATCH),
        pull_call(jac_vmap(pull_fn, JAC_AXES(0, 0, JAC_NONE)), BATCH, BATCH, W3),
        pull_call(jac_vmap(cts, JAC_AXES(0, JAC_NONE, JAC_NONE)), BATCH, W3, M33),
    };
    return program_results(6, &r[0].a);
}

JAC_DEF(jac, distance, (jac, a), (jac, b))
{
    return jac_sqrt(jac_add(jac_sum(jac_power(jac_sub(a, b), 2)), 0.25));
}

static jac_fn of_pairs(jac_fn f)
{
    return jac_vmap(jac_vmap(f, JAC_AXES(JAC_NONE, 0)), JAC_AXES(0, JAC_NONE));
}

JAC_DEF(jac, total_distance, (jac, x))
{
    return jac_sum(jac_call1(of_pairs(distance_fn), x, x));
}

PROGRAM(compositions_batching, pairwise_distances_and_their_gradients)
{
    return RESULTS(jac_call1(of_pairs(distance_fn), BATCH, BATCH),
                   jac_call1(of_pairs(jac_grad(distance_fn)), BATCH, M33),
                   jac_call1(jac_grad(total_distance_fn), BATCH));
}

JAC_DEF(jac, squared_error, (jac, w), (jac, x), (jac, y))
{
    return jac_power(jac_sub(jac_tanh(jac_dot(x, w)), y), 2);
}

PROGRAM(compositions_batching, batched_gradient_norms)
{
    jac_fn each = jac_vmap(jac_grad(squared_error_fn), JAC_AXES(JAC_NONE, 0, 0));
    jac g = jac_call1(each, W3, BATCH, DATA(2, 4)), norms = jac_norm(g, JAC_AXES(1)),
        factor = jac_expand_dims(jac_minimum(1.0, jac_div(0.5, norms)), 1);
    return RESULTS(g, norms, jac_mean(jac_mul(g, factor), JAC_AXES(0)));
}

/* Derivatives of indexing, products and cumulative functions, also at kinks and at the ends of
 * domains (tests/golden/compositions_numerics.py). */
#include "tests/programs.h"

JAC_TREE(Pair, a, b)
JAC_TREE(Three, a, b, c)

/* A scalar in which each element has a different weight. */
static jac weighed(jac x)
{
    x = jac_ravel(x);
    return jac_sum(jac_mul(jac_sin(jac_add(x, jac_arange(jac_size(x)))), x));
}

static jac int_of(int64_t k)
{
    return jac_scalar(JAC_I64, k);
}

/* ---- indexing ----------------------------------------------------------------------------------- */

JAC_DEF(jac, take_repeated, (jac, x))
{
    return weighed(jac_take(x, I64S(0, 2, 2, 1, 0), 0));
}

JAC_DEF(jac, take_columns, (jac, x))
{
    jac i = jac_array(JAC_SHAPE(2, 2), (int64_t[]){1, 0, 2, 2});
    return weighed(jac_take(x, i, 1));
}

PROGRAM(compositions_numerics, take_gradients_with_repeated_indices)
{
    jac_fn f = take_repeated_fn;
    return RESULTS(jac_call1(jac_grad(f), X3), jac_call1(jac_hessian(f), X3),
                   jac_call1(jac_grad(take_columns_fn), BATCH),
                   jac_call1(jac_vmap(jac_grad(f)), BATCH));
}

JAC_DEF(jac, take_greatest, (jac, x))
{
    jac i = jac_argmax(BATCH, JAC_AXES(1), .keepdims = true);
    return weighed(jac_take_along_axis(x, i, 1));
}

JAC_DEF(jac, take_least, (jac, x))
{
    jac i = jac_argmin(x, JAC_AXES(0), .keepdims = true);
    return jac_sum(jac_take_along_axis(jac_mul(x, x), i, 0));
}

PROGRAM(compositions_numerics, take_along_axis_gradients)
{
    jac b = BATCH;
    Pair r = {0}, s = {0};
    jac_call(jac_value_and_grad(take_greatest_fn), &b, &r);
    jac_call(jac_value_and_grad(take_least_fn), &b, &s);
    return RESULTS(r.a, r.b, s.a, s.b, jac_call1(jac_jit(jac_hessian(take_least_fn)), M33));
}

JAC_DEF(jac, block, (jac, x), (jac, k))
{
    return weighed(jac_dynamic_slice(x, JAC_SHAPE(2, 2), k, 1));
}

PROGRAM(compositions_numerics, dynamic_slice_gradients)
{
    jac_fn g = jac_grad(block_fn);
    Pair at = {BATCH, int_of(2)}, r = {0};
    jac_jvp(block_fn, &at, &(Pair){BATCH, JAC_NULL}, &r.a, &r.b);
    return RESULTS(jac_call1(g, at.a, at.b), jac_call1(g, at.a, int_of(9)),
                   jac_call1(jac_hessian(block_fn), M33, int_of(0)),
                   jac_call1(jac_vmap(g, JAC_AXES(JAC_NONE, 0)), at.a, I64S(0, 3)), r.a, r.b);
}

JAC_DEF(jac, put, (jac, x), (jac, u), (jac, k))
{
    return weighed(jac_dynamic_update_slice(x, jac_mul(u, u), k, 0));
}

PROGRAM(compositions_numerics, dynamic_update_slice_gradients)
{
    jac_fn g = jac_grad(put_fn, 0, 1);
    Pair r = {0}, s = {0};
    jac_call(g, &(put_args){BATCH, X23, int_of(1)}, &r);
    jac_call(jac_vmap(g, JAC_AXES(JAC_NONE, JAC_NONE, 0)), &(put_args){BATCH, X23, I64S(0, 5)}, &s);
    return RESULTS(r.a, r.b, s.a, s.b);
}

JAC_DEF(jac, elements, (jac, x))
{
    return jac_add(jac_mul(jac_at(x, 0, 1), jac_at(x, -1, -1)),
                   jac_mul(jac_sum(jac_at(x, 2)), jac_at(x, 1, 0)));
}

JAC_DEF(jac, elements_at, (jac, x), (jac, i))
{
    return jac_mul(jac_at(x, i, 1), jac_at(x, 1, i));
}

PROGRAM(compositions_numerics, element_by_element_gradients)
{
    jac_fn g = jac_grad(elements_at_fn);
    return RESULTS(jac_call1(jac_grad(elements_fn), BATCH),
                   jac_call1(jac_hessian(elements_fn), M33), jac_call1(g, M33, int_of(2)),
                   jac_call1(jac_vmap(g, JAC_AXES(JAC_NONE, 0)), M33, I64S(0, 1)));
}

JAC_DEF(jac, strided, (jac, x))
{
    jac every_second = jac_slice(jac_flip(x, 1), JAC_DIMS(0, 0), JAC_DIMS(4, 3), JAC_DIMS(2, 1));
    jac padded = jac_pad(jac_mul(x, x), 0.0, JAC_DIMS(1, 0), JAC_DIMS(2, 1));
    return jac_add(weighed(every_second), weighed(padded));
}

JAC_DEF(jac, cropped, (jac, x))
{
    return weighed(jac_pad(x, 0.5, JAC_DIMS(0, -1), JAC_DIMS(-1, 2), JAC_DIMS(1, 0)));
}

JAC_DEF(jac, padded_with, (jac, x), (jac, v))
{
    return weighed(jac_pad(x, v, JAC_DIMS(1), JAC_DIMS(0), JAC_DIMS(2)));
}

PROGRAM(compositions_numerics, strided_slices_and_pads)
{
    Pair at = {X3, f64(0.5)}, g = {0};
    jac_call(jac_grad(padded_with_fn, 0, 1), &at, &g);
    return RESULTS(jac_call1(jac_grad(strided_fn), BATCH), jac_call1(jac_grad(cropped_fn), BATCH),
                   g.a, g.b, jac_call1(jac_hessian(padded_with_fn, 1), at.a, at.b));
}

JAC_DEF(jac, joined, (jac, x), (jac, y))
{
    return jac_add(weighed(jac_concatenate(0, x, jac_mul(x, y), y)), weighed(jac_stack(1, x, y)));
}

PROGRAM(compositions_numerics, concatenation_and_stacking)
{
    Pair at = {X3, W3}, g = {0};
    jac h[4] = {0};
    jac_call(jac_grad(joined_fn, 0, 1), &at, &g);
    jac_call(jac_hessian(joined_fn, 0, 1), &at, h);
    return RESULTS(g.a, g.b, h[0], h[1], h[2], h[3]);
}

JAC_DEF(jac, reordered_views, (jac, x))
{
    jac y = jac_swapaxes(jac_reshape(x, 2, 2, 3), 0, 2);
    jac z = jac_ravel(jac_flip(jac_moveaxis(y, 1, 0), 0, 2));
    jac first = jac_broadcast_to(jac_slice_in_dim(z, 0, 3, 1, 0), 2, 3);
    jac column = jac_reshape(jac_slice_in_dim(y, 0, 1, 1, 1), 3, 2);
    return jac_add(weighed(first),
                   weighed(jac_matmul(jac_transpose(jac_reshape(z, 3, 4)), column)));
}

PROGRAM(compositions_numerics, complicated_views_of_one_array)
{
    jac b = BATCH;
    Pair r = {0};
    jac_call(jac_value_and_grad(reordered_views_fn), &b, &r);
    return RESULTS(r.a, r.b, jac_call1(jac_jit(jac_grad(reordered_views_fn)), b));
}

JAC_DEF(jac, segment_means, (jac, x))
{
    jac hot = jac_one_hot(I64S(0, 2, 1, 0), 3), n = jac_maximum(jac_sum(hot, JAC_AXES(0)), 1);
    return weighed(jac_div(jac_matmul(jac_transpose(hot), x), jac_expand_dims(n, 1)));
}

JAC_DEF(jac, hot_times_first, (jac, x))
{
    return weighed(jac_mul(jac_one_hot(I64S(0, 2, 1, 0), 2), jac_slice_in_dim(x, 0, 1, 1, 1)));
}

PROGRAM(compositions_numerics, one_hot_and_segment_sums)
{
    jac b = BATCH;
    Pair r = {0};
    jac_call(jac_value_and_grad(segment_means_fn), &b, &r);
    return RESULTS(r.a, r.b, jac_call1(jac_grad(hot_times_first_fn), b));
}

/* ---- products and cumulations ------------------------------------------------------------------- */

JAC_DEF(jac, contraction, (jac, a), (jac, b), (jac, c))
{
    return weighed(jac_einsum("ijk,kl,li->jl", a, b, c));
}

PROGRAM(compositions_numerics, einsum_gradients)
{
    Three at = {DATA(3, 2, 3, 2), DATA(4, 2, 3), DATA(5, 3, 2)}, g = {0};
    jac_call(jac_grad(contraction_fn, 0, 1, 2), &at, &g);
    return RESULTS(contraction(at.a, at.b, at.c), g.a, g.b, g.c);
}

JAC_DEF(jac, trace_of_square, (jac, a))
{
    return jac_einsum("ii->", jac_matmul(a, a));
}

JAC_DEF(jac, diagonal, (jac, a))
{
    return weighed(jac_einsum("ii->i", a));
}

JAC_DEF(jac, row_products, (jac, a), (jac, b))
{
    return weighed(jac_einsum("...i,...i->...", a, b));
}

JAC_DEF(jac, bilinear, (jac, x), (jac, a), (jac, y))
{
    return jac_einsum("i,ij,j->", x, a, y);
}

PROGRAM(compositions_numerics, einsum_of_traces_diagonals_and_outer_products)
{
    Three at = {X3, M33, W3}, g = {0};
    Pair p = {0};
    jac h[4] = {0}, m22 = jac_slice(M33, JAC_DIMS(0, 0), JAC_DIMS(2, 2));
    jac_call(jac_grad(row_products_fn, 0, 1), &(Pair){BATCH, X3}, &p);
    jac_call(jac_grad(bilinear_fn, 0, 1, 2), &at, &g);
    jac_call(jac_hessian(bilinear_fn, 0, 2), &at, h);
    return RESULTS(jac_call1(jac_grad(trace_of_square_fn), M33),
                   jac_call1(jac_hessian(diagonal_fn), m22), p.a, p.b, g.a, g.b, g.c, h[0], h[1],
                   h[2], h[3]);
}

static jac general(jac a, jac b)
{
    return jac_dot_general(a, b, JAC_DIMS(1), JAC_DIMS(2), JAC_DIMS(0), JAC_DIMS(1));
}

JAC_DEF(jac, weighed_general, (jac, a), (jac, b))
{
    return weighed(general(a, b));
}

PROGRAM(compositions_numerics, dot_general_gradients)
{
    Pair at = {DATA(3, 2, 3, 2), DATA(6, 2, 2, 3)}, g = {0};
    jac_call(jac_grad(weighed_general_fn, 0, 1), &at, &g);
    return RESULTS(general(at.a, at.b), g.a, g.b);
}

JAC_DEF(jac, running_sum, (jac, x))
{
    return weighed(jac_cumsum(x, 0));
}

JAC_DEF(jac, sum_of_running_products, (jac, x))
{
    return jac_sum(jac_cumprod(x, 0));
}

JAC_DEF(jac, running_products_of_rows, (jac, x))
{
    return weighed(jac_cumprod(x, 1));
}

JAC_DEF(jac, running_max, (jac, x))
{
    return weighed(jac_cummax(x, 0));
}

JAC_DEF(jac, running_min, (jac, x))
{
    return weighed(jac_cummin(x, 1));
}

PROGRAM(compositions_numerics, cumulative_second_derivatives)
{
    return RESULTS(jac_call1(jac_hessian(running_sum_fn), X3),
                   jac_call1(jac_hessian(sum_of_running_products_fn), X3),
                   jac_call1(jac_grad(running_products_of_rows_fn), M33),
                   jac_call1(jac_grad(running_max_fn), BATCH),
                   jac_call1(jac_grad(running_min_fn), BATCH));
}

JAC_DEF(jac, product, (jac, x))
{
    return jac_prod(x);
}

JAC_DEF(jac, row_product, (jac, x))
{
    return weighed(jac_prod(x, JAC_AXES(1)));
}

PROGRAM(compositions_numerics, products_with_zeros)
{
    jac one = F64S(2, 0, 3), two = F64S(0, 0, 3);
    return RESULTS(jac_call1(jac_grad(product_fn), one), jac_call1(jac_grad(product_fn), two),
                   jac_call1(jac_hessian(product_fn), two),
                   jac_call1(jac_grad(sum_of_running_products_fn), one),
                   jac_call1(jac_grad(row_product_fn), M33));
}

/* ---- kinks and edges ---------------------------------------------------------------------------- */

JAC_DEF(jac, greatest, (jac, x))
{
    return jac_max(x);
}

JAC_DEF(jac, least_of_rows, (jac, x))
{
    return weighed(jac_min(x, JAC_AXES(1)));
}

JAC_DEF(jac, greatest_of_columns, (jac, x))
{
    return weighed(jac_max(x, JAC_AXES(0)));
}

JAC_DEF(jac, greater, (jac, x), (jac, y))
{
    return jac_sum(jac_maximum(x, y));
}

JAC_DEF(jac, at_most_three, (jac, x))
{
    return jac_sum(jac_minimum(x, 3.0));
}

JAC_DEF(jac, clipped, (jac, x))
{
    return jac_sum(jac_clip(x, 2.0, 3.0));
}

PROGRAM(compositions_numerics, ties_share_the_gradient)
{
    jac x = jac_array(JAC_SHAPE(2, 3), (double[]){1, 3, 3, 3, 2, 1});
    Pair g = {0};
    jac_call(jac_grad(greater_fn, 0, 1), &(Pair){x, jac_full(JAC_SHAPE(2, 3), 3.0)}, &g);
    return RESULTS(jac_call1(jac_grad(greatest_fn), x), jac_call1(jac_grad(least_of_rows_fn), x),
                   jac_call1(jac_grad(greatest_of_columns_fn), x), g.a, g.b,
                   jac_call1(jac_grad(at_most_three_fn), x), jac_call1(jac_grad(clipped_fn), x));
}

#define SCALAR(name, ...)                                                                          \
    JAC_DEF(jac, name, (jac, x))                                                                   \
    {                                                                                              \
        return __VA_ARGS__;                                                                        \
    }
SCALAR(absolute, jac_abs(x))
SCALAR(rectified, jac_relu(x))
SCALAR(sign, jac_sign(x))
SCALAR(down, jac_floor(x))
SCALAR(abs_times, jac_mul(jac_abs(x), x))
SCALAR(of_both_signs, jac_maximum(x, jac_neg(x)))
SCALAR(pieces, jac_where(jac_gt(x, 0), jac_mul(x, x), jac_neg(x)))
SCALAR(modulo, jac_remainder(x, 1.5))
SCALAR(rounded_times, jac_mul(jac_round(x), x))
SCALAR(abs_cube, jac_power(jac_abs(x), 3))
SCALAR(root, jac_sqrt(x))
SCALAR(logarithm, jac_log(x))
SCALAR(to_the_half, jac_power(x, 0.5))
SCALAR(squared, jac_power(x, 2))
SCALAR(cubed, jac_power(x, 3))
SCALAR(to_the_one, jac_power(x, 1.0))
SCALAR(arcsine, jac_asin(x))
SCALAR(inverse, jac_div(1, x))
SCALAR(log_of_one_plus, jac_log1p(x))
SCALAR(root_of_square, jac_sqrt(jac_mul(x, x)))
SCALAR(cube_root, jac_cbrt(x))
SCALAR(log_safely, jac_where(jac_gt(x, 0), jac_log(jac_where(jac_gt(x, 0), x, 1.0)), 0.0))
SCALAR(log_unsafely, jac_where(jac_gt(x, 0), jac_log(x), 0.0))
SCALAR(softplus, jac_softplus(x))
SCALAR(silu, jac_silu(x))
SCALAR(gelu, jac_gelu(x))
SCALAR(sigmoid, jac_sigmoid(x))
SCALAR(log_cosh, jac_logaddexp(x, jac_neg(x)))
SCALAR(hypot_two, jac_hypot(x, 2.0))
SCALAR(error, jac_erf(x))
SCALAR(one_less_error, jac_erfc(x))
SCALAR(erf_inverse, jac_erf_inv(x))
SCALAR(artanh, jac_atanh(x))
SCALAR(exp_less_one, jac_expm1(x))

static jac_fn grads(jac_fn f, int times)
{
    return times ? grads(jac_grad(f), times - 1) : f;
}

static jac slopes(jac_fn f, int times, jac x)
{
    return jac_call1(jac_vmap(grads(f, times)), x);
}

PROGRAM(compositions_numerics, kinks)
{
    jac x = F64S(-1, 0, 2);
    return RESULTS(slopes(absolute_fn, 1, x), slopes(rectified_fn, 1, x), slopes(sign_fn, 1, x),
                   slopes(down_fn, 1, x), slopes(abs_times_fn, 1, x),
                   slopes(of_both_signs_fn, 1, x), slopes(pieces_fn, 1, x), slopes(modulo_fn, 1, x),
                   slopes(rounded_times_fn, 1, x), slopes(abs_cube_fn, 2, x));
}

PROGRAM(compositions_numerics, edges_of_domains)
{
    static const double at[] = {0, 0, 0, 0, 0, 1, 0, -1, 0, 0};
    const jac_fn f[] = {root_fn,           logarithm_fn, to_the_half_fn, squared_fn,
                        to_the_one_fn,     arcsine_fn,   inverse_fn,     log_of_one_plus_fn,
                        root_of_square_fn, cube_root_fn};
    jac r[10];
    for (int k = 0; k < 10; k++)
        r[k] = jac_call1(jac_grad(f[k]), f64(at[k]));
    return program_results(10, r);
}

JAC_DEF(jac, to_the, (jac, x), (jac, y))
{
    return jac_power(x, y);
}

PROGRAM(compositions_numerics, powers_at_zero)
{
    jac x = F64S(0, 0, 2, -1.5, 0), y = F64S(2, 0, 0, 2, 1);
    return RESULTS(jac_call1(jac_vmap(to_the_fn), x, y),
                   jac_call1(jac_vmap(jac_grad(to_the_fn)), x, y),
                   jac_call1(jac_vmap(jac_grad(to_the_fn, 1)), x, y), slopes(cubed_fn, 1, x),
                   slopes(squared_fn, 2, x));
}

JAC_DEF(jac, safe_norm, (jac, x))
{
    jac s = jac_sum(jac_mul(x, x)), some = jac_gt(s, 0);
    return jac_where(some, jac_sqrt(jac_where(some, s, 1.0)), 0.0);
}

PROGRAM(compositions_numerics, where_keeps_out_not_a_number)
{
    jac x = F64S(-1, 0, 2);
    jac_fn g = jac_grad(safe_norm_fn);
    return RESULTS(slopes(log_safely_fn, 1, x), slopes(log_unsafely_fn, 1, x),
                   jac_call1(g, jac_zeros(JAC_SHAPE(3))), jac_call1(g, X3),
                   jac_call1(jac_hessian(safe_norm_fn), X3));
}

PROGRAM(compositions_numerics, smooth_activations)
{
    jac x = F64S(-30, -1, 0, 0.5, 40), r[12];
    const jac_fn f[] = {softplus_fn, silu_fn, gelu_fn, sigmoid_fn, log_cosh_fn, hypot_two_fn};
    for (int k = 0; k < 12; k++)
        r[k] = slopes(f[k % 6], k < 6 ? 1 : 2, x);
    return program_results(12, r);
}

PROGRAM(compositions_numerics, special_functions)
{
    jac x = F64S(-0.5, 0.25, 0.75), r[10];
    const jac_fn f[] = {error_fn, one_less_error_fn, erf_inverse_fn, artanh_fn, exp_less_one_fn};
    for (int k = 0; k < 10; k++)
        r[k] = slopes(f[k % 5], k < 5 ? 1 : 3, x);
    return program_results(10, r);
}

/* ---- softmax, statistics, norms ----------------------------------------------------------------- */

JAC_DEF(jac, cross_entropy, (jac, x))
{
    jac y = jac_array(JAC_SHAPE(2, 1), (int64_t[]){0, 2});
    return jac_neg(jac_mean(jac_take_along_axis(jac_log_softmax(x, -1), y, 1)));
}

JAC_DEF(jac, log_sum_exp, (jac, x))
{
    return jac_logsumexp(x);
}

JAC_DEF(jac, weighed_softmax, (jac, x))
{
    return weighed(jac_softmax(x, -1));
}

JAC_DEF(jac, weighed_log_sum_exp, (jac, x))
{
    return weighed(jac_logsumexp(x, JAC_AXES(0)));
}

PROGRAM(compositions_numerics, softmax_family)
{
    jac x = jac_array(JAC_SHAPE(2, 3), (double[]){1000, 1001, 999, -2, 0, 3});
    Pair r = {0};
    jac_call(jac_value_and_grad(cross_entropy_fn), &x, &r);
    return RESULTS(jac_softmax(x, 0), jac_log_softmax(x, -1), r.a, r.b,
                   jac_call1(jac_hessian(log_sum_exp_fn), jac_at(x, 1)),
                   jac_call1(jac_grad(weighed_softmax_fn), x),
                   jac_call1(jac_grad(weighed_log_sum_exp_fn), x));
}

JAC_DEF(jac, spread, (jac, x))
{
    return jac_add(jac_add(weighed(jac_var(x, JAC_AXES(0))), jac_std(x, .ddof = 1)),
                   jac_mean(jac_std(x, JAC_AXES(1))));
}

static jac standardized(jac x)
{
    return jac_div(jac_sub(x, jac_mean(x, JAC_AXES(0))), jac_add(jac_std(x, JAC_AXES(0)), 1e-3));
}

JAC_DEF(jac, weighed_standardized, (jac, x))
{
    return weighed(standardized(x));
}

JAC_DEF(jac, correlation, (jac, x), (jac, y))
{
    return jac_mean(jac_mul(standardized(x), standardized(y)));
}

JAC_DEF(jac, variance, (jac, x))
{
    return jac_var(x);
}

PROGRAM(compositions_numerics, statistics)
{
    jac b = BATCH;
    Pair r = {0}, c = {0};
    jac_call(jac_value_and_grad(spread_fn), &b, &r);
    jac_call(jac_grad(correlation_fn, 0, 1), &(Pair){X3, W3}, &c);
    return RESULTS(r.a, r.b, jac_call1(jac_grad(weighed_standardized_fn), b), c.a, c.b,
                   jac_call1(jac_hessian(variance_fn), X3));
}

JAC_DEF(jac, median, (jac, x))
{
    jac greater = jac_gt(jac_expand_dims(x, 1), jac_expand_dims(x, 0));
    jac below = jac_sum(greater, JAC_AXES(1));
    return jac_sum(jac_where(jac_eq(below, jac_size(x) / 2), x, 0.0));
}

PROGRAM(compositions_numerics, median_without_a_sort)
{
    jac x = F64S(0.5, -1, 3, 2, 0.75);
    Pair r = {0};
    jac_call(jac_value_and_grad(median_fn), &x, &r);
    return RESULTS(r.a, r.b, slopes(median_fn, 1, jac_stack(0, x, jac_neg(x), jac_flip(x, 0))));
}

JAC_DEF(jac, broadcast, (jac, a), (jac, b), (jac, c))
{
    return weighed(
        jac_add(jac_mul(a, b), jac_div(jac_sin(jac_mul(a, c)), jac_add(jac_mul(b, b), 1))));
}

PROGRAM(compositions_numerics, broadcasting_gradients)
{
    Three at = {DATA(3, 2, 1, 3), DATA(4, 4, 1), f64(0.5)}, g = {0};
    jac_call(jac_grad(broadcast_fn, 0, 1, 2), &at, &g);
    return RESULTS(broadcast(at.a, at.b, at.c), g.a, g.b, g.c);
}

JAC_DEF(jac, norm, (jac, x))
{
    return jac_norm(x);
}

JAC_DEF(jac, row_norms, (jac, x))
{
    return weighed(jac_norm(x, JAC_AXES(1)));
}

JAC_DEF(jac, normalized, (jac, x))
{
    return weighed(jac_div(x, jac_norm(x, JAC_AXES(0), .keepdims = true)));
}

PROGRAM(compositions_numerics, norms)
{
    return RESULTS(jac_call1(jac_grad(norm_fn), BATCH), jac_call1(jac_grad(row_norms_fn), BATCH),
                   jac_call1(jac_hessian(norm_fn), X3), jac_call1(jac_grad(normalized_fn), BATCH));
}

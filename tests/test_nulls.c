/* Each public function is given null handles, null functions, null pointers or empty strings. It
 * must record an error and must not crash. The last test reads the headers, and fails if a function
 * is missing here. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/handles.h"

JAC_TREE(Two, a, b)
JAC_DEF(jac, same, (jac, x))
{
    return jac_add(x, 0);
}
JAC_DEF(jac, plus, (jac, x), (jac, y))
{
    return jac_add(x, y);
}
JAC_DEF(Two, step, (jac, c), (jac, x))
{
    return (Two){jac_add(c, x), x};
}

/* Does the error name the function that `call` calls, as "jac_sum" or as "sum"? If it calls a
 * function of this file, the error may name that instead. */
static bool names_function(const char *call)
{
    static const char *const calls_another[][2] = {{"array_of", "array"},
                                                   {"CHECKPOINTED_WHILE", "WHILE"},
                                                   {"clamp", "clip"},
                                                   {"concatenate_n", "concatenate"},
                                                   {"cond1", "cond"},
                                                   {"grad_", "grad"},
                                                   {"zeros_like", "full_like"},
                                                   {"ones_like", "full_like"},
                                                   {"cg", "linear system"},
                                                   {"custom_linear_solve", "linear system"},
                                                   {"hessian", "jacrev"},
                                                   {"log10", "log"},
                                                   {"log2", "log"},
                                                   {"random_PRNGKey", "random_key"},
                                                   {"ravel", "reshape"},
                                                   {"reciprocal", "div"},
                                                   {"softplus", "logaddexp"},
                                                   {"stack_n", "stack"},
                                                   {"cg_solver", "cg:"},
                                                   {"bicgstab_solver", "bicgstab:"},
                                                   {"gmres_solver", "gmres:"}};
    const char *error = jac_error(), *at = strstr(call, "({ JAC_");
    at = at ? at + 3 : strstr(call, "jac_");
    char name[80] = "same";
    if (!error || (strstr(call, "same_") && strstr(error, "same")))
        return error;
    if (at)
        sscanf(at + 4, "%79[a-zA-Z0-9_]", name);
    bool named = strstr(error, name);
    for (size_t k = 0; k < sizeof calls_another / sizeof *calls_another; k++)
        named |= !strcmp(calls_another[k][0], name) && strstr(error, calls_another[k][1]);
    return named;
}

/* The call must record an error that names the function. */
#define REFUSES(...)                                                                               \
    do {                                                                                           \
        jac_error_clear();                                                                         \
        (void)(__VA_ARGS__);                                                                       \
        cr_expect(jac_error(), "%s records no error", #__VA_ARGS__);                               \
        cr_expect(names_function(#__VA_ARGS__), "%s says: %s", #__VA_ARGS__, jac_error());         \
        jac_error_clear();                                                                         \
    } while (0)

static const jac no = {NULL};
static const jac_fn none = {NULL};
static const jac_dims two = {2, NULL}, less = {-1, NULL};
static jac one(void)
{
    return jac_asarray(1.0f);
}

Test(nulls, reading_a_null_handle_is_an_error)
{
    double bytes;
    REFUSES(jac_ndim(no));
    REFUSES(jac_dim(no, 0));
    REFUSES(jac_size(no));
    REFUSES(jac_shape(no).n);
    REFUSES(jac_dtype_of(no));
    REFUSES(jac_weak_type(no));
    REFUSES(jac_type_of(no).ndim);
    REFUSES(jac_shaped(JAC_F32, two).ndim);
    REFUSES(jac_retain(no));
    REFUSES(jac_retain_fn(none));
    REFUSES(jac_item_f64(no));
    REFUSES(jac_item_i64(no));
    REFUSES(jac_item_bool(no));
    REFUSES(jac_item_c128(no));
    REFUSES(jac_iscomplexobj(no));
    REFUSES(jac_copy_out(no, &bytes, sizeof bytes));
    REFUSES(jac_copy_out(1.0f, NULL, 4));
    REFUSES(jac_view(no, JAC_F32));
    REFUSES(jac_str(no));
    REFUSES(jac_print(no));
    REFUSES(jac_save("/tmp/none.npy", no));
    jac_release(no); /* like free(NULL) */
    jac_release_fn(none);
    cr_expect(!jac_error());
}

Test(nulls, a_null_or_empty_path_is_an_error_that_says_so)
{
    FAILS_WITH(jac_load(NULL), "jac_load: no path is given");
    FAILS_WITH(jac_load(""), "jac_load: no path is given");
    FAILS_WITH(jac_load("/tmp"), "jac_load: /tmp is a directory");
    FAILS_WITH(jac_save(NULL, one()), "jac_save: no path is given");
    FAILS_WITH(jac_save("", one()), "jac_save: no path is given");
    FAILS_WITH(jac_save("/tmp", one()), "directory");
    FAILS_WITH(jac_load("/tmp/there/is/no/such/file"), "No such file");
}

Test(nulls, making_an_array_from_nothing_is_an_error)
{
    const float *nowhere = NULL;
    REFUSES(jac_array(JAC_SHAPE(2), nowhere));
    REFUSES(jac_array(two, nowhere));
    REFUSES(jac_array_of(JAC_F32, JAC_SHAPE(2), NULL));
    REFUSES(jac_borrow(JAC_F32, JAC_SHAPE(2), NULL, NULL, NULL));
    REFUSES(jac_scalar(JAC_F32, no));
    REFUSES(jac_add(jac_asarray(no), 1));
    REFUSES(jac_zeros(two));
    REFUSES(jac_ones(less));
    REFUSES(jac_full(3, no));
    REFUSES(jac_zeros_like(no));
    REFUSES(jac_ones_like(no));
    REFUSES(jac_full_like(no, 1));
    REFUSES(jac_full_like(one(), no));
    REFUSES(jac_arange(no));
    REFUSES(jac_arange(0, no));
    REFUSES(jac_linspace(no, 1, 3));
    REFUSES(jac_linspace(0, no, 3));
    REFUSES(jac_eye(-1));
    REFUSES(jac_iota(JAC_I32, two, 0));
    REFUSES(jac_one_hot(no, 3));
    REFUSES(jac_multigammaln(no, 3));
    REFUSES(jac_multigammaln(4.0, 0));
}

Test(nulls, an_elementwise_function_of_a_null_handle_is_an_error)
{
    // clang-format off
#define UNARY(X)                                                                                   \
    X(jac_neg) X(jac_abs) X(jac_sign) X(jac_square) X(jac_reciprocal) X(jac_sqrt) X(jac_rsqrt)     \
    X(jac_cbrt) X(jac_exp) X(jac_exp2) X(jac_expm1) X(jac_log) X(jac_log1p) X(jac_log2)            \
    X(jac_log10) X(jac_sin) X(jac_cos) X(jac_tan) X(jac_asin) X(jac_acos) X(jac_atan) X(jac_sinh)  \
    X(jac_cosh) X(jac_tanh) X(jac_asinh) X(jac_acosh) X(jac_atanh) X(jac_erf)      \
    X(jac_erfc) X(jac_erf_inv) X(jac_floor) X(jac_ceil) X(jac_round) X(jac_isfinite) X(jac_isnan)  \
    X(jac_isinf) X(jac_logical_not) X(jac_bitwise_not) X(jac_population_count) X(jac_clz)          \
    X(jac_sigmoid) X(jac_relu) X(jac_softplus) X(jac_silu) X(jac_gelu) X(jac_softmax)              \
    X(jac_log_softmax) X(jac_stop_gradient) X(jac_ravel) X(jac_transpose) X(jac_squeeze)           \
    X(jac_flip) X(jac_sum) X(jac_prod) X(jac_max) X(jac_min) X(jac_all) X(jac_any) X(jac_mean)     \
    X(jac_var) X(jac_std) X(jac_logsumexp) X(jac_norm) X(jac_argmax) X(jac_argmin)                 \
    X(jac_random_PRNGKey) X(jac_real) X(jac_imag) X(jac_conj) X(jac_angle) X(jac_iscomplex)        \
    X(jac_isreal) X(jac_lgamma) X(jac_gammaln) X(jac_digamma) X(jac_gamma) X(jac_gammasgn)         \
    X(jac_factorial) X(jac_i0e) X(jac_i1e) X(jac_i0) X(jac_i1) X(jac_entr) X(jac_logit)            \
    X(jac_expit) X(jac_ndtr)
#define BINARY(X)                                                                                  \
    X(jac_add) X(jac_sub) X(jac_mul) X(jac_div) X(jac_floor_divide) X(jac_remainder) X(jac_rem)    \
    X(jac_power) X(jac_maximum) X(jac_minimum) X(jac_atan2) X(jac_nextafter) X(jac_logaddexp)      \
    X(jac_complex) X(jac_hypot) X(jac_eq) X(jac_ne) X(jac_lt) X(jac_le) X(jac_gt) X(jac_ge) X(jac_logical_and)    \
    X(jac_logical_or) X(jac_logical_xor) X(jac_bitwise_and) X(jac_bitwise_or) X(jac_bitwise_xor)   \
    X(jac_left_shift) X(jac_right_shift) X(jac_shift_right_logical)                                \
    X(jac_shift_right_arithmetic) X(jac_dot) X(jac_matmul) X(jac_outer) X(jac_polygamma)           \
    X(jac_zeta) X(jac_betaln) X(jac_beta) X(jac_xlogy) X(jac_xlog1py) X(jac_rel_entr)              \
    X(jac_kl_div)
    // clang-format on
#define REFUSES_ONE(f) REFUSES(f(no));
#define REFUSES_TWO(f)                                                                             \
    REFUSES(f(no, no));                                                                            \
    REFUSES(f(no, 1));                                                                             \
    REFUSES(f(1, no));
    UNARY(REFUSES_ONE)
    BINARY(REFUSES_TWO)
    REFUSES(jac_integer_pow(no, 2));
    REFUSES(jac_where(no, 1, 2));
    REFUSES(jac_where(true, no, 2));
    REFUSES(jac_where(true, 1, no));
    REFUSES(jac_clip(no, 0, 1));
    REFUSES(jac_clip(0.5, no, 1));
    REFUSES(jac_clip(0.5, 0, no));
    REFUSES(jac_clamp(0, no, 1));
    REFUSES(jac_astype(no, JAC_F32));
    REFUSES(jac_bitcast_convert_type(no, JAC_F32));
}

Test(nulls, a_function_of_shapes_refuses_null_handles_and_lists)
{
    jac y;
    jac x = jac_reshape(jac_arange(6.0f), 2, 3);
    REFUSES(jac_reshape(no, 2));
    REFUSES(jac_reshape(x, two));
    REFUSES(jac_transpose(no, 1, 0));
    REFUSES(jac_swapaxes(no, 0, 1));
    REFUSES(jac_moveaxis(no, 0, 1));
    REFUSES(jac_broadcast_to(no, 2));
    REFUSES(jac_broadcast_to(x, two));
    REFUSES(jac_expand_dims(no, 0));
    REFUSES(jac_expand_dims(x, two));
    REFUSES(jac_squeeze(no, 0));
    REFUSES(jac_broadcast_in_dim(no, 2, 0));
    REFUSES(jac_broadcast_in_dim(x, two, two));
    REFUSES(jac_slice(no, 0, 1));
    REFUSES(jac_slice(x, two, two));
    REFUSES(jac_slice_in_dim(no, 0, 1, 1, 0));
    REFUSES(jac_at(no, 0));
    REFUSES(jac_at(x, no));
    REFUSES(jac_dynamic_slice(no, 1, 0));
    REFUSES(jac_dynamic_slice(x, two, 0, 0));
    REFUSES(jac_dynamic_slice(x, JAC_SHAPE(1, 1), no, 0));
    REFUSES(jac_dynamic_slice(x, JAC_SHAPE(1, 1), JAC_HANDLES(2, NULL)));
    REFUSES(jac_dynamic_update_slice(x, x, JAC_HANDLES(2, NULL)));
    REFUSES(jac_dynamic_update_slice(no, 1, 0));
    REFUSES(jac_dynamic_update_slice(x, no, 0, 0));
    REFUSES(jac_dynamic_update_slice(x, x, no, 0));
    REFUSES(jac_concatenate(0, no, x));
    REFUSES(jac_concatenate(0, JAC_HANDLES(2, NULL)));
    REFUSES(jac_stack(0, x, no));
    REFUSES(jac_stack(0, JAC_HANDLES(0, &x)));
    REFUSES(jac_concatenate_n(0, 2, NULL));
    REFUSES(jac_stack_n(0, 0, &x));
    REFUSES(jac_pad(no, 0, 1, 1));
    REFUSES(jac_pad(x, no, JAC_DIMS(1, 1), JAC_DIMS(1, 1)));
    REFUSES(jac_pad(x, 0.0f, two, two));
    REFUSES(jac_take(no, 0, 0));
    REFUSES(jac_take(x, no, 0));
    REFUSES(jac_gather(no, x, JAC_SHAPE(1, 1)));
    REFUSES(jac_gather(x, no, JAC_SHAPE(1, 1)));
    REFUSES(jac_gather(x, x, two));
    REFUSES(jac_gather(x, x, JAC_SHAPE(1, 1), .offset_dims = two));
    REFUSES(jac_scatter(no, x, x));
    REFUSES(jac_scatter_add(x, no, x));
    REFUSES(jac_scatter_sub(x, x, no));
    REFUSES(jac_scatter_mul(x, x, x, .inserted_window_dims = two));
    REFUSES(jac_scatter_min(no, x, x));
    REFUSES(jac_scatter_max(no, x, x));
    REFUSES(jac_scatter_apply(x, no, JAC_NULL_FN, 1));
    REFUSES(jac_index(no));
    REFUSES(jac_index(x, no));
    REFUSES(jac_index(x, JAC_INDICES(2, NULL)));
    REFUSES(jac_index(x, JAC_INDICES(-1, NULL)));
    REFUSES(jac_set(no, 1, 0));
    REFUSES(jac_set(x, no, 0));
    REFUSES(jac_add_at(x, 1, no));
    REFUSES(jac_sub_at(no, 1, 0));
    REFUSES(jac_mul_at(x, no, x));
    REFUSES(jac_min_at(x, 1, 0, no));
    REFUSES(jac_max_at(no, no));
    REFUSES(jac_apply_at(no, same_fn, 0));
    REFUSES(jac_apply_at(x, none, 0));
    struct {
        jac a, b;
    } at;
    REFUSES(jac_put_along_axis(no, x, 1, 0));
    REFUSES(jac_put_along_axis(x, no, 1, 0));
    REFUSES(jac_put_along_axis(x, jac_zeros_like(jac_astype(x, JAC_I32)), no, 0));
    REFUSES(jac_choose(no, 1, 2));
    REFUSES(jac_choose(0, 1, no));
    REFUSES(jac_choose(0, JAC_HANDLES(2, NULL)));
    REFUSES(jac_segment_sum(no, x, 1));
    REFUSES(jac_segment_prod(x, no, 1));
    REFUSES(jac_segment_max(no, no, 1));
    REFUSES(jac_segment_min(x, no, 1));
    REFUSES(jac_nonzero(no, &at));
    REFUSES(jac_nonzero(x, (jac *)NULL));
    REFUSES(jac_argwhere(no));
    REFUSES(jac_flatnonzero(no, .size = 2));
    REFUSES(jac_compress(no, x, 0));
    REFUSES(jac_compress(x, no, 0));
    REFUSES(jac_extract(no, x));
    REFUSES(jac_extract(x, no));
    REFUSES(jac_unravel_index(no, JAC_SHAPE(2, 2), &at));
    REFUSES(jac_unravel_index(1, two, &at));
    REFUSES(jac_ravel_multi_index(JAC_SHAPE(2, 2), no, 1));
    REFUSES(jac_ravel_multi_index(two, 1, 1));
    REFUSES(jac_take_along_axis(no, x, 0));
    REFUSES(jac_take_along_axis(x, no, 0));
    REFUSES(jac_sort(no));
    REFUSES(jac_argsort(no));
    REFUSES(jac_lexsort(x, no));
    REFUSES(jac_top_k(no, 1).values);
    REFUSES(jac_fft(no));
    REFUSES(jac_ifft(no));
    REFUSES(jac_rfft(no));
    REFUSES(jac_irfft(no));
    REFUSES(jac_hfft(no));
    REFUSES(jac_ihfft(no));
    REFUSES(jac_fftn(no));
    REFUSES(jac_ifftn(no));
    REFUSES(jac_rfftn(no));
    REFUSES(jac_irfftn(no));
    REFUSES(jac_fft2(no));
    REFUSES(jac_ifft2(no));
    REFUSES(jac_rfft2(no));
    REFUSES(jac_irfft2(no));
    REFUSES(jac_fftshift(no));
    REFUSES(jac_ifftshift(no));
    REFUSES(jac_fftfreq(0));
    REFUSES(jac_rfftfreq(0));
    REFUSES(jac_searchsorted(no, x));
    REFUSES(jac_searchsorted(x, no));
    REFUSES(jac_digitize(no, x));
    REFUSES(jac_digitize(x, no));
    REFUSES(jac_quantile(no, 0.5));
    REFUSES(jac_quantile(x, no));
    REFUSES(jac_percentile(no, 50));
    REFUSES(jac_median(no));
    REFUSES(jac_cumsum(no, 0));
    REFUSES(jac_cumprod(no, 0));
    REFUSES(jac_cummax(no, 0));
    REFUSES(jac_cummin(no, 0));
    REFUSES(jac_cumlogsumexp(no, 0));
    REFUSES(jac_bincount(no, 3));
    REFUSES(jac_histogram(no, x));
    REFUSES(jac_histogram(x, no));
    REFUSES(jac_isin(no, x));
    REFUSES(jac_isin(x, no));
    REFUSES(jac_histogram_bin_edges(no, 3));
    REFUSES(jac_histogram_bin_edges(x, no));
    REFUSES(jac_histogramdd(no, JAC_HANDLES(1, &x)));
    REFUSES(jac_histogramdd(jac_reshape(x, -1, 1), JAC_HANDLES(1, &no)));
    REFUSES(jac_histogramdd(jac_reshape(x, -1, 1), JAC_HANDLES(1, NULL)));
    REFUSES(jac_histogram2d(no, x, 2, 2));
    REFUSES(jac_histogram2d(x, no, 2, 2));
    REFUSES(jac_histogram2d(x, x, no, 2));
    REFUSES(jac_histogram2d(x, x, 2, no));
    REFUSES(jac_nanquantile(no, 0.5));
    REFUSES(jac_nanquantile(x, no));
    REFUSES(jac_nanpercentile(no, 50));
    REFUSES(jac_nanmedian(no));
    REFUSES(jac_unique(no));
    REFUSES(jac_union1d(no, x));
    REFUSES(jac_union1d(x, no));
    REFUSES(jac_intersect1d(no, x));
    REFUSES(jac_intersect1d(x, no));
    REFUSES(jac_setdiff1d(no, x));
    REFUSES(jac_setdiff1d(x, no));
    REFUSES(jac_setxor1d(no, x));
    REFUSES(jac_setxor1d(x, no));
    REFUSES(jac_rankdata(no));
    REFUSES(jac_partition(no, 0));
    REFUSES(jac_argpartition(no, 0));
    REFUSES(jac_approx_max_k(no, 1).values);
    REFUSES(jac_approx_min_k(no, 1).indices);
    REFUSES(jac_reduce_window_sum(no, JAC_DIMS(1)));
    REFUSES(jac_reduce_window_max(x, two));
    REFUSES(jac_reduce_window_min(x, less));
    REFUSES(jac_reduce(no, 0, same_fn, 0, &y));
    REFUSES(jac_reduce(x, 0, JAC_NULL_FN, 0, &y));
    REFUSES(jac_reduce(x, 0, same_fn, 0, (jac *)NULL));
    REFUSES(jac_reduce(JAC_HANDLES(1, NULL), no, same_fn, two, &y));
    REFUSES(jac_reduce_window(no, 0, same_fn, JAC_OUT(&y), 1));
    REFUSES(jac_reduce_window(x, no, JAC_NULL_FN, JAC_OUT(&y), two));
    REFUSES(jac_scatter_by(no, x, x, same_fn, JAC_OUT(&y)));
    REFUSES(jac_scatter_by(x, no, x, JAC_NULL_FN, JAC_OUT(&y)));
    REFUSES(jac_max_pool(no, JAC_DIMS()));
    REFUSES(jac_min_pool(x, JAC_DIMS(1, 1), .window_strides = two));
    REFUSES(jac_avg_pool(x, JAC_DIMS(1), .padding = ""));
    REFUSES(jac_reduce_xor(no));
    REFUSES(jac_reduce_precision(no, 5, 10));
    REFUSES(jac_mulhi(no, x));
    REFUSES(jac_pad(x, 0.0f, JAC_DIMS(1, 1), JAC_DIMS(1, 1), two));
    REFUSES(jac_slice(x, JAC_DIMS(0, 0), JAC_DIMS(1, 1), two));
    REFUSES(jac_sum(x, .axis = {3, NULL}));
    REFUSES(jac_softmax(x, less));
    REFUSES(jac_conv_general_dilated(no, x));
    REFUSES(jac_conv_general_dilated(x, no));
    REFUSES(jac_conv_general_dilated(x, x, .dimension_numbers = ""));
    REFUSES(jac_conv_general_dilated(x, x, .padding = ""));
    REFUSES(jac_conv_general_dilated(x, x, .low = two));
    REFUSES(jac_conv_general_dilated(x, x, .window_strides = two));
    REFUSES(jac_conv(no, x, 1, "SAME"));
    REFUSES(jac_conv(x, no, 1, "SAME"));
    REFUSES(jac_conv(x, x, two, "SAME"));
    REFUSES(jac_conv(x, x, 1, NULL));
    REFUSES(jac_conv(x, x, 1, ""));
    REFUSES(jac_conv_transpose(no, x, 1, "SAME"));
    REFUSES(jac_conv_transpose(x, no, 1, "SAME"));
    REFUSES(jac_conv_transpose(x, x, two, "SAME"));
    REFUSES(jac_conv_transpose(x, x, 1, NULL));
    REFUSES(jac_conv_transpose(x, x, 1, ""));
    REFUSES(jac_convolve(no, x, "full"));
    REFUSES(jac_convolve(x, no, "full"));
    REFUSES(jac_convolve(x, x, NULL));
    REFUSES(jac_correlate(no, x, "full"));
    REFUSES(jac_correlate(x, no, "full"));
    REFUSES(jac_correlate(x, x, ""));
    REFUSES(jac_signal_convolve(no, x, "full"));
    REFUSES(jac_signal_convolve(x, no, "full"));
    REFUSES(jac_signal_convolve(x, x, NULL));
    REFUSES(jac_signal_correlate(no, x, "full"));
    REFUSES(jac_signal_correlate(x, no, "full"));
    REFUSES(jac_signal_correlate(x, x, ""));
    REFUSES(jac_einsum(NULL, x));
    REFUSES(jac_einsum("", x));
    REFUSES(jac_einsum("ij->i", no));
    REFUSES(jac_dot_general(no, x, 0, 0, JAC_DIMS(), JAC_DIMS()));
    REFUSES(jac_dot_general(x, x, two, two, two, two));
}

Test(nulls, a_random_draw_refuses_null_keys_and_shapes)
{
    jac key = jac_random_PRNGKey(0);
    REFUSES(jac_random_split(no, 2));
    REFUSES(jac_random_fold_in(no, 1));
    REFUSES(jac_random_fold_in(key, no));
    REFUSES(jac_random_bits(no, 2));
    REFUSES(jac_rng_bit_generator(no, 2, JAC_U32, JAC_RNG_DEFAULT).bits);
    REFUSES(jac_rng_bit_generator(key, two, JAC_U32, JAC_RNG_PHILOX).bits);
    REFUSES(jac_random_bits(key, two));
    REFUSES(jac_random_uniform(no, 2));
    REFUSES(jac_random_uniform(key, two));
    REFUSES(jac_random_uniform_in(no, 2, 0, 1));
    REFUSES(jac_random_uniform_in(key, 2, no, 1));
    REFUSES(jac_random_uniform_in(key, 2, 0, no));
    REFUSES(jac_random_normal(no, 2));
    REFUSES(jac_random_exponential(no, 2));
    REFUSES(jac_random_gumbel(no, 2));
    REFUSES(jac_random_bernoulli(no, 0.5, 2));
    REFUSES(jac_random_bernoulli(key, no, 2));
    REFUSES(jac_random_randint(no, 2, 0, 9));
    REFUSES(jac_random_randint(key, 2, no, 9));
    REFUSES(jac_random_categorical(no, jac_zeros(3), 0));
    REFUSES(jac_random_categorical(key, no, 0));
    REFUSES(jac_random_categorical(key, jac_zeros(3), 0, two));
    REFUSES(jac_random_permutation(no, 3));
    REFUSES(jac_random_permutation(key, no));
    REFUSES(jac_random_choice(no, 3, 2));
    REFUSES(jac_random_choice(key, no, 2));
    REFUSES(jac_random_choice(key, 3, two));
    REFUSES(jac_random_cauchy(no, 2));
    REFUSES(jac_random_cauchy(key, two));
    REFUSES(jac_random_laplace(no, 2));
    REFUSES(jac_random_logistic(no, 2));
    REFUSES(jac_random_maxwell(no, 2));
    REFUSES(jac_random_rademacher(no, 2));
    REFUSES(jac_random_truncated_normal(no, 0, 1));
    REFUSES(jac_random_truncated_normal(key, no, 1));
    REFUSES(jac_random_truncated_normal(key, 0, no));
    REFUSES(jac_random_pareto(no, 1));
    REFUSES(jac_random_pareto(key, no));
    REFUSES(jac_random_pareto(key, 1, two));
    REFUSES(jac_random_rayleigh(key, no));
    REFUSES(jac_random_weibull_min(key, 1, no));
    REFUSES(jac_random_lognormal(key, no));
    REFUSES(jac_random_triangular(key, 0, no, 1));
    REFUSES(jac_random_wald(key, no));
    REFUSES(jac_random_double_sided_maxwell(no, 0, 1));
    REFUSES(jac_random_double_sided_maxwell(key, no, 1));
    REFUSES(jac_random_double_sided_maxwell(key, 0, 1, two));
    REFUSES(jac_random_geometric(key, no));
}

Test(nulls, calling_or_transforming_a_null_function_is_an_error)
{
    jac x = one(), y, t;
    REFUSES(jac_call(none, &x, &y));
    REFUSES(jac_call(same_fn, NULL, &y));
    REFUSES(jac_call(same_fn, &x, NULL));
    REFUSES(jac_call(same_fn, &no, &y));
    REFUSES(jac_call1(none, x));
    REFUSES(jac_call1(same_fn, no));
    REFUSES(same_call(none, x));
    REFUSES(same_call(same_fn, no));
    REFUSES(jac_grad_holomorphic(none));
    REFUSES(jac_grad(none));
    REFUSES(jac_value_and_grad(none));
    REFUSES(jac_grad_aux(none));
    REFUSES(jac_value_and_grad_aux(none));
    REFUSES(jac_call1(jac_grad(same_fn), no));
    REFUSES(jac_grad_(NULL, same_fn, (jac_grad_opts){.argnums = {1, NULL}}));
    REFUSES(jac_vmap(none));
    REFUSES(jac_vmap(same_fn, .axis_name = ""));
    REFUSES(jac_call1(jac_vmap(same_fn), no));
    REFUSES(jac_psum(no, "i"));
    REFUSES(jac_pmean(x, NULL));
    REFUSES(jac_all_gather(no, "i"));
    REFUSES(jac_psum_scatter(x, NULL));
    REFUSES(jac_all_to_all(x, NULL, 0, 0));
    REFUSES(jac_pswapaxes(no, "i", 0));
    REFUSES(jac_ppermute(x, NULL, two));
    REFUSES(jac_pshuffle(no, "i", less));
    REFUSES(jac_pbroadcast(no, NULL, 0));
    REFUSES(jac_optimization_barrier(no));
    REFUSES(jac_pmax(x, ""));
    REFUSES(jac_pmin(no, NULL));
    REFUSES(jac_axis_index(NULL));
    REFUSES(jac_axis_size(NULL));
    REFUSES(jac_jit(none));
    REFUSES(jac_call1(jac_jit(same_fn), no));
    REFUSES(jac_jvp(none, &x, &x, &y, &t));
    REFUSES(jac_jvp(same_fn, NULL, &x, &y, &t));
    REFUSES(jac_jvp(same_fn, &x, NULL, &y, &t));
    REFUSES(jac_jvp(same_fn, &x, &x, NULL, &t));
    REFUSES(jac_jvp(same_fn, &x, &x, &y, NULL));
    REFUSES(jac_vjp(none, &x, &y));
    REFUSES(jac_vjp(same_fn, NULL, &y));
    REFUSES(jac_vjp(same_fn, &x, NULL));
    REFUSES(jac_linearize(none, &x, &y));
    REFUSES(jac_linearize(same_fn, NULL, &y));
    REFUSES(jac_linear_transpose(none, &x));
    REFUSES(jac_linear_transpose(same_fn, NULL));
    REFUSES(jac_jacfwd(none));
    REFUSES(jac_jacrev(none));
    REFUSES(jac_hessian(none));
    REFUSES(jac_custom_jvp(none, same_fn));
    REFUSES(jac_custom_jvp(same_fn, none));
    REFUSES(jac_custom_vjp(none, same_fn, same_fn));
    REFUSES(jac_custom_vjp(same_fn, none, same_fn));
    REFUSES(jac_custom_vjp(same_fn, same_fn, none));
    REFUSES(jac_checkpoint(none));
    jac_type type = jac_type_of(x);
    REFUSES(jac_eval_shape(none, &x, &type));
    REFUSES(jac_eval_shape(same_fn, NULL, &type));
    REFUSES(jac_eval_shape(same_fn, &x, (jac_type *)NULL));
    REFUSES(jac_eval_types(none, &type, &type));
    REFUSES(jac_eval_types(same_fn, NULL, &type));
    int n = 1;
    REFUSES(jac_closure_convert(none, &x, &n, &y));
    REFUSES(jac_closure_convert(same_fn, NULL, &n, &y));
    REFUSES(jac_closure_convert(same_fn, &x, NULL, &y));
    REFUSES(jac_make_jaxpr(none, &x));
    REFUSES(jac_make_jaxpr(same_fn, NULL));
    REFUSES(jac_make_dot(none, &x));
    REFUSES(jac_make_dot(same_fn, NULL));
    REFUSES(jac_parse_stablehlo(NULL));
    REFUSES(jac_load_stablehlo(NULL));
}

Test(nulls, control_flow_refuses_null_functions_and_states)
{
    jac x = one(), y, c = x, xs = jac_arange(3.0f);
    REFUSES(jac_while_loop(none, same_fn, x));
    REFUSES(jac_while_loop(same_fn, none, x));
    REFUSES(jac_while_loop(same_fn, same_fn, no));
    REFUSES(jac_checkpointed_while_loop(2, none, none, x));
    REFUSES(jac_fori_loop(0, 3, none, x));
    REFUSES(jac_fori_loop(no, 3, plus_fn, x));
    REFUSES(jac_fori_loop(0, no, plus_fn, x));
    REFUSES(jac_fori_loop(0, 3, plus_fn, no));
    REFUSES(jac_cond(no, same_fn, same_fn, &x, &y));
    REFUSES(jac_cond(true, none, same_fn, &x, &y));
    REFUSES(jac_cond(true, same_fn, none, &x, &y));
    REFUSES(jac_cond(true, same_fn, same_fn, NULL, &y));
    REFUSES(jac_cond(true, same_fn, same_fn, &x, NULL));
    REFUSES(jac_cond1(no, same_fn, same_fn, x));
    REFUSES(jac_cond1(true, none, none, x));
    REFUSES(jac_cond1(true, same_fn, same_fn, no));
    REFUSES(jac_switch(no, JAC_FNS(same_fn), &x, &y));
    REFUSES(jac_switch(0, JAC_FNS(none), &x, &y));
    REFUSES(jac_switch(0, JAC_FNS(same_fn), NULL, &y));
    REFUSES(jac_scan(none, &c, &xs, &y));
    REFUSES(jac_scan(step_fn, NULL, &xs, &y));
    REFUSES(jac_scan(step_fn, &c, NULL, &y));
    REFUSES(jac_scan(step_fn, &c, &xs, NULL));
    c = no;
    REFUSES(jac_scan(step_fn, &c, &xs, &y));
    REFUSES(jac_sort_all(JAC_HANDLES(1, NULL), 0, 1, &y));
    REFUSES(jac_sort_all(JAC_HANDLES(1, &no), 0, 1, &y));
    REFUSES(jac_sort_all(JAC_HANDLES(1, &x), 0, 1, (jac *)NULL));
    REFUSES(jac_map(none, &xs, &y));
    REFUSES(jac_map(same_fn, NULL, &y));
    REFUSES(jac_map(same_fn, &xs, NULL));
    REFUSES(jac_associative_scan(none, &xs, &y));
    REFUSES(jac_associative_scan(plus_fn, NULL, &y));
    REFUSES(jac_associative_scan(plus_fn, &xs, NULL));
    REFUSES(jac_associative_scan(plus_fn, &no, &y));
    jac s = no;
    REFUSES(({
        JAC_WHILE (s, jac_lt(s, 3)) {
            s = jac_add(s, 1);
        }
        0;
    }));
    REFUSES(({
        JAC_CHECKPOINTED_WHILE (2, s, jac_lt(s, 3)) {
            s = jac_add(s, 1);
        }
        0;
    }));
    REFUSES(({
        JAC_FOR (i, 0, 3, s) {
            s = jac_add(s, i);
        }
        0;
    }));
    s = x;
    REFUSES(({
        JAC_FOR (i, 0, no, s) {
            s = jac_add(s, i);
        }
        0;
    }));
    s = x;
    REFUSES(({
        JAC_IF (s, no) {
            s = jac_add(s, 1);
        }
        0;
    }));
}

Test(nulls, a_solver_refuses_null_functions_and_states)
{
    jac x = one();
    REFUSES(jac_custom_root(none, x, jac_dense_solver, NULL));
    REFUSES(jac_custom_root(same_fn, no, jac_dense_solver, NULL));
    REFUSES(jac_custom_root(same_fn, x, none, NULL));
    REFUSES(jac_fixed_point(none, x));
    REFUSES(jac_fixed_point(same_fn, no));
    REFUSES(jac_custom_linear_solve(none, x, jac_dense_solver, NULL));
    REFUSES(jac_custom_linear_solve(no, x, jac_dense_solver, NULL));
    REFUSES(jac_custom_linear_solve(same_fn, no, jac_dense_solver, NULL));
    REFUSES(jac_cg(none, x));
    REFUSES(jac_cg(no, x));
    REFUSES(jac_cg(same_fn, no));
    REFUSES(jac_bicgstab(none, x));
    REFUSES(jac_bicgstab(same_fn, no));
    REFUSES(jac_gmres(none, x));
    REFUSES(jac_gmres(same_fn, no));
    REFUSES(jac_cg_solver(none));
    REFUSES(jac_bicgstab_solver(none));
    REFUSES(jac_gmres_solver(none));
    REFUSES(jac_dense_solver(none));
}

Test(nulls, linear_algebra_refuses_null_handles)
{
    jac x = jac_eye(2), v = jac_ones(2);
    REFUSES(jac_solve(no, v));
    REFUSES(jac_solve(x, no));
    REFUSES(jac_inv(no));
    REFUSES(jac_solve_triangular(no, v));
    REFUSES(jac_solve_triangular(x, no));
    REFUSES(jac_triangular_solve(no, x));
    REFUSES(jac_triangular_solve(x, no));
    REFUSES(jac_tridiagonal_solve(no, v, v, x));
    REFUSES(jac_tridiagonal_solve(v, no, v, x));
    REFUSES(jac_tridiagonal_solve(v, v, no, x));
    REFUSES(jac_tridiagonal_solve(v, v, v, no));
    REFUSES(jac_lstsq(no, v).x);
    REFUSES(jac_lstsq(x, no).x);
    REFUSES(jac_pinv(no));
    REFUSES(jac_solve_sylvester(no, x, x));
    REFUSES(jac_solve_sylvester(x, no, x));
    REFUSES(jac_solve_sylvester(x, x, no));
    REFUSES(jac_cholesky(no));
    REFUSES(jac_cho_solve(no, v, true));
    REFUSES(jac_cho_solve(x, no, true));
    REFUSES(jac_cholesky_update(no, v));
    REFUSES(jac_cholesky_update(x, no));
    REFUSES(jac_lu_factor(no).lu);
    REFUSES(jac_lu_solve(((jac_lu_factors){0}), v));
    REFUSES(jac_lu_solve(jac_lu_factor(x), no));
    REFUSES(jac_lu(no).l);
    REFUSES(jac_qr(no).q);
    REFUSES(jac_geqrf(no).a);
    REFUSES(jac_householder_product(no, v));
    REFUSES(jac_householder_product(x, no));
    REFUSES(jac_ormqr(no, v, x, true, false));
    REFUSES(jac_ormqr(x, no, x, true, false));
    REFUSES(jac_ormqr(x, v, no, true, false));
    REFUSES(jac_eigh(no).values);
    REFUSES(jac_eigvalsh(no));
    REFUSES(jac_eigh_tridiagonal(no, v).values);
    REFUSES(jac_eigh_tridiagonal(v, no).values);
    REFUSES(jac_eig(no).values);
    REFUSES(jac_eigvals(no));
    REFUSES(jac_svd(no).s);
    REFUSES(jac_svdvals(no));
    REFUSES(jac_schur(no, "real").t);
    REFUSES(jac_schur(x, NULL).t);
    REFUSES(jac_rsf2csf(no, x).t);
    REFUSES(jac_rsf2csf(x, no).t);
    REFUSES(jac_hessenberg(no).h);
    REFUSES(jac_tridiagonal(no, true).d);
    REFUSES(jac_polar(no, "left").u);
    REFUSES(jac_polar(x, NULL).u);
    REFUSES(jac_det(no));
    REFUSES(jac_slogdet(no).sign);
    REFUSES(jac_matrix_rank(no));
    REFUSES(jac_vector_norm(no));
    REFUSES(jac_matrix_norm(no));
    REFUSES(jac_condition(no, NULL));
    REFUSES(jac_matrix_power(no, 2));
    REFUSES(jac_expm(no));
    REFUSES(jac_expm_frechet(no, x).expm);
    REFUSES(jac_expm_frechet(x, no).expm);
    REFUSES(jac_sqrtm(no));
    REFUSES(jac_matrix_transpose(no));
    REFUSES(jac_vecdot(no, v, 0));
    REFUSES(jac_vecdot(v, no, 0));
    REFUSES(jac_cross(no, v, 0));
    REFUSES(jac_cross(v, no, 0));
    REFUSES(jac_multi_dot(x, no));
    REFUSES(jac_multi_dot(JAC_HANDLES(2, NULL)));
    REFUSES(jac_tensorsolve(no, v));
    REFUSES(jac_tensorsolve(x, no));
    REFUSES(jac_tensorinv(no, 1));
    REFUSES(jac_block_diag(x, no));
    REFUSES(jac_block_diag(JAC_HANDLES(2, NULL)));
    REFUSES(jac_toeplitz(no, v));
    REFUSES(jac_toeplitz(v, no));
    REFUSES(jac_hankel(no, v));
    REFUSES(jac_hankel(v, no));
    REFUSES(jac_circulant(no));
    REFUSES(jac_companion(no));
    REFUSES(jac_leslie(no, v));
    REFUSES(jac_leslie(v, no));
    REFUSES(jac_fiedler(no));
    REFUSES(jac_convolution_matrix(no, 2, "full"));
    REFUSES(jac_convolution_matrix(v, 2, NULL));
    REFUSES(jac_hilbert(-1));
    REFUSES(jac_invhilbert(0));
    REFUSES(jac_pascal(2, ""));
    REFUSES(jac_invpascal(2, "full"));
    REFUSES(jac_hadamard(3));
    REFUSES(jac_helmert(0, true));
    REFUSES(jac_dft(2, ""));
}

Test(nulls, a_profile_refuses_null_pointers)
{
    REFUSES(jac_profile_print(NULL));
    REFUSES(jac_profile_trace(NULL));
    REFUSES(jac_profile_trace(""));
    REFUSES(jac_profile_kernels(NULL, 3));
    REFUSES(jac_profile_total(NULL));
    REFUSES(jac_profile_machine(NULL));
    REFUSES(jac_profile_stop());
}

/* ---- nothing is forgotten -------------------------------------------------------------------- */

static char *contents(const char *path)
{
    FILE *f = fopen(path, "rb");
    cr_assert(f, "%s", path);
    fseek(f, 0, SEEK_END);
    size_t n = (size_t)ftell(f);
    char *text = malloc(n + 1);
    rewind(f);
    cr_assert(fread(text, 1, n, f) == n);
    text[n] = '\0';
    fclose(f);
    return text;
}

/* Is there a call of the macro, or its name in a list of X(name)? */
static bool occurs(const char *text, const char *name)
{
    char call[80], entry[80];
    snprintf(call, sizeof call, "%s(", name);
    snprintf(entry, sizeof entry, "X(%s)", name);
    return strstr(text, call) || strstr(text, entry);
}

Test(nulls, every_public_function_that_takes_something_is_tested_here)
{
    /* jac_ok and jac_check answer for null handles; jac_profile_start has only options. */
    static const char answers[] = "jac_ok( jac_check( jac_profile_start(";
    glob_t headers;
    cr_assert(!glob(JAC_TEST_DATA "/../../include/*.h", 0, NULL, &headers));
    char *here = contents(JAC_TEST_DATA "/../test_nulls.c"), name[80];
    int n = 0;
    for (size_t k = 0; k < headers.gl_pathc; k++) {
        char *text = contents(headers.gl_pathv[k]);
        for (char *p = text; (p = strstr(p, "\n#define jac_")); p++) {
            if (sscanf(p, "\n#define %79[a-zA-Z0-9_](", name) != 1 ||
                p[sizeof "\n#define " - 1 + strlen(name)] != '(')
                continue;
            n++;
            cr_expect(occurs(here, name) || occurs(answers, name), "%s is missing here", name);
        }
        free(text);
    }
    cr_expect(n > 200, "only %d functions were found", n);
    free(here);
    globfree(&headers);
}

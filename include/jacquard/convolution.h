/* Convolutions: jax.lax.conv_general_dilated and what is made of it. Part of jacquard.h, whose
 * conventions apply.
 */
#ifndef JACQUARD_CONVOLUTION_H
#define JACQUARD_CONVOLUTION_H

#include "numpy.h"

/* jac_conv_general_dilated(lhs, rhs, .window_strides = JAC_DIMS(2, 2), .padding = "SAME"): slides the
 * window rhs over the spatial dimensions of lhs. Each element of the result is the sum, over the
 * window and the input features, of products with the elements of lhs that the window is on
 * (lax.conv_general_dilated; as in all of jax.lax, the window is not reversed). Options:
 *   .dimension_numbers   the dimensions of lhs, rhs and the result, by default "NCHW,OIHW->NCHW" with as
 *                        many spatial dimensions as there are. N is the batch, C the features, O and I
 *                        the output and input features of the window; other letters are spatial
 *   .window_strides      the distance between neighbouring places of the window (1)
 *   .padding             "VALID" (none), "SAME" (the result has the size of lhs, divided by the stride
 *                        and rounded up) or "SAME_LOWER" (the same, with an odd zero in front)
 *   .low, .high          zeros in front of and behind lhs in each spatial dimension, in place of
 *                        .padding; a negative number takes elements away
 *   .lhs_dilation        the distance between neighbouring elements of lhs, with zeros between them (1)
 *   .rhs_dilation        the same for the window (1)
 *   .feature_group_count the features form as many groups, and the output features of one use only the
 *                        input features of that one (1)
 *   .batch_group_count   the same for the batch of lhs (1)
 *   .preferred_element_type  the dtype to compute in and of the result (the promoted one)
 * Whether infinity in the window, times a zero of the padding, counts is not specified. */
#define jac_conv_general_dilated(lhs, ... /* rhs, options */) \
    JAC_CONV_(JAC_CAT_(jac_o_, __COUNTER__), lhs, __VA_ARGS__, )
typedef struct {
    int unused_;
    const char *dimension_numbers, *padding;
    jac_dims window_strides, low, high, lhs_dilation, rhs_dilation;
    int64_t feature_group_count, batch_group_count;
    jac_dtype preferred_element_type;
} jac_conv_opts;
#define JAC_CONV_(o, lhs, rhs, ...) \
    JAC_CONV_OPTS_(o, jac_conv_general_dilated_(JAC_AT, JAC_V(lhs), JAC_V(rhs), o), __VA_ARGS__)
#define JAC_CONV_OPTS_(o, call, ...)                                                         \
    JAC_WITH_OPTIONS_(o, jac_conv_opts,                                                      \
                      (.window_strides = JAC_OMITTED_, .low = JAC_OMITTED_,                  \
                       .high = JAC_OMITTED_, .lhs_dilation = JAC_OMITTED_,                   \
                       .rhs_dilation = JAC_OMITTED_, .feature_group_count = 1,               \
                       .batch_group_count = 1, .unused_ = 0),                                \
                      call, __VA_ARGS__)
JAC_API jac jac_conv_general_dilated_(const jac_loc *at, jac lhs, jac rhs, jac_conv_opts o);

/* jac_conv_general_dilated_patches(lhs, JAC_SHAPE(3, 3), .padding = "SAME"): the elements under a window of that shape at
 * each place, as the features of the result, those of the first feature of lhs first
 * (lax.conv_general_dilated_patches). Options as above, without groups. */
#define jac_conv_general_dilated_patches(lhs, ... /* filter_shape, options */) \
    JAC_PATCHES_(JAC_CAT_(jac_o_, __COUNTER__), lhs, __VA_ARGS__, )
#define JAC_PATCHES_(o, lhs, filter, ...) \
    JAC_CONV_OPTS_(o, jac_conv_general_dilated_patches_(JAC_AT, JAC_V(lhs), JAC_SHAPE_(filter), o), __VA_ARGS__)
/* A convolution whose window, of the given shape, differs from place to place: rhs has for each place of the result
 * the features times the elements of the window as I, and the output features as O
 * (lax.conv_general_dilated_local). Options as above, without groups. */
#define jac_conv_general_dilated_local(lhs, rhs, ... /* filter_shape, options */) \
    JAC_CONV_LOCAL_(JAC_CAT_(jac_o_, __COUNTER__), lhs, rhs, __VA_ARGS__, )
#define JAC_CONV_LOCAL_(o, lhs, rhs, filter, ...)                                                       \
    JAC_CONV_OPTS_(o, jac_conv_general_dilated_local_(JAC_AT, JAC_V(lhs), JAC_V(rhs), JAC_SHAPE_(filter), o), \
                   __VA_ARGS__)
JAC_API jac jac_conv_general_dilated_patches_(const jac_loc *at, jac lhs, jac_dims filter, jac_conv_opts o);
JAC_API jac jac_conv_general_dilated_local_(const jac_loc *at, jac lhs, jac rhs, jac_dims filter, jac_conv_opts o);

/* A convolution of an "NCHW" lhs with an "OIHW" window and padding "SAME" or "VALID" (lax.conv). */
#define jac_conv(lhs, rhs, window_strides, padding) \
    jac_conv_(JAC_AT, JAC_V(lhs), JAC_V(rhs), JAC_SHAPE_(window_strides), padding)
JAC_API jac jac_conv_(const jac_loc *at, jac lhs, jac rhs, jac_dims window_strides,
                      const char *padding);

/* jac_conv_transpose(lhs, rhs, JAC_DIMS(2, 2), "SAME"): a convolution of lhs with strides - 1 zeros
 * between neighbouring elements (lax.conv_transpose, also called a deconvolution). "SAME" gives a
 * result of the size of lhs times the stride. Options: .dimension_numbers (by default
 * "NHWC,HWIO->NHWC"), .low and .high in place of the padding, .rhs_dilation,
 * .preferred_element_type; .transpose_kernel reverses the window and exchanges its input and output
 * features, which gives the gradient of a convolution. */
#define jac_conv_transpose(lhs, rhs, strides, ... /* padding, options */) \
    JAC_CONV_TRANSPOSE_(JAC_CAT_(jac_o_, __COUNTER__), lhs, rhs, strides, __VA_ARGS__, )
typedef struct {
    int unused_;
    const char *dimension_numbers;
    jac_dims low, high, rhs_dilation;
    bool transpose_kernel;
    jac_dtype preferred_element_type;
} jac_conv_transpose_opts;
#define JAC_CONV_TRANSPOSE_(o, lhs, rhs, strides, padding, ...)                             \
    JAC_WITH_OPTIONS_(o, jac_conv_transpose_opts,                                           \
                      (.low = JAC_OMITTED_, .high = JAC_OMITTED_,                           \
                       .rhs_dilation = JAC_OMITTED_, .unused_ = 0),                         \
                      jac_conv_transpose_(JAC_AT, JAC_V(lhs), JAC_V(rhs),                   \
                                          JAC_SHAPE_(strides), padding, o),                 \
                      __VA_ARGS__)
JAC_API jac jac_conv_transpose_(const jac_loc *at, jac lhs, jac rhs, jac_dims strides,
                                const char *padding, jac_conv_transpose_opts o);

/* The convolution of two vectors, in which one is reversed, as floats (jnp.convolve, jnp.correlate
 * without the reversal). mode: "full" (all places where they overlap), "same" (as many as the longer
 * one has) or "valid" (where they overlap fully). */
#define jac_convolve(x, y, mode)  jac_convolve_(JAC_AT, JAC_V(x), JAC_V(y), mode)
#define jac_correlate(x, y, mode) jac_correlate_(JAC_AT, JAC_V(x), JAC_V(y), mode)
/* The same for arrays of any rank, of which one must be at least as large as the other in each
 * dimension; "same" gives the size of x (jax.scipy.signal.convolve and correlate, by sums). */
#define jac_signal_convolve(x, y, mode)  jac_signal_convolve_(JAC_AT, JAC_V(x), JAC_V(y), mode)
#define jac_signal_correlate(x, y, mode) jac_signal_correlate_(JAC_AT, JAC_V(x), JAC_V(y), mode)
JAC_API jac jac_convolve_(const jac_loc *at, jac x, jac y, const char *mode);
JAC_API jac jac_correlate_(const jac_loc *at, jac x, jac y, const char *mode);
JAC_API jac jac_signal_convolve_(const jac_loc *at, jac x, jac y, const char *mode);
JAC_API jac jac_signal_correlate_(const jac_loc *at, jac x, jac y, const char *mode);

#endif

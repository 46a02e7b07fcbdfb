/* Windows that slide over an array: jax.lax.reduce_window and pooling. Part of jacquard.h, whose
 * conventions apply.
 */
#ifndef JACQUARD_WINDOWS_H
#define JACQUARD_WINDOWS_H

/* jac_reduce_window_sum(x, JAC_DIMS(1, 3, 3, 1), .window_strides = JAC_DIMS(1, 2, 2, 1),
 * .padding = "SAME"): the sum of each window that slides over x, which may have integers. The window
 * has an entry for each dimension of x (lax.reduce_window with lax.add). Options:
 *   .window_strides     the steps in which the window slides, by default 1
 *   .padding            "VALID" (none, the default) or "SAME" (as many windows as there are elements,
 *                       divided by the stride and rounded up). Padding adds nothing to a window.
 *   .low, .high         the padding of each dimension instead of .padding; it may be negative
 *   .base_dilation, .window_dilation  the distance between neighbouring elements of x and of the window */
#define jac_reduce_window_sum(x, ... /* window, options */) \
    JAC_WINDOW_(JAC_CAT_(jac_o_, __COUNTER__), "reduce_window_sum", x, __VA_ARGS__, )
/* The greatest element of each window, with the options of jac_reduce_window_sum. Of equal elements, the
 * first one gets the derivative (lax.reduce_window with lax.max). */
#define jac_reduce_window_max(x, ... /* window, options */) \
    JAC_WINDOW_(JAC_CAT_(jac_o_, __COUNTER__), "reduce_window_max", x, __VA_ARGS__, )
/* The least element of each window, like jac_reduce_window_max (lax.reduce_window with lax.min). */
#define jac_reduce_window_min(x, ... /* window, options */) \
    JAC_WINDOW_(JAC_CAT_(jac_o_, __COUNTER__), "reduce_window_min", x, __VA_ARGS__, )
/* jac_max_pool(x, JAC_DIMS(2, 2), .window_strides = JAC_DIMS(2, 2)): the greatest element of each window
 * over the spatial dimensions of x, which stand before the last, the features; all dimensions before
 * them are batches. The options, which have an entry for each spatial dimension, are those of
 * jac_reduce_window_sum (flax.linen.max_pool). */
#define jac_max_pool(x, ... /* window, options */) \
    JAC_WINDOW_(JAC_CAT_(jac_o_, __COUNTER__), "max_pool", x, __VA_ARGS__, )
/* The least element of each window, like jac_max_pool (flax.linen.min_pool). */
#define jac_min_pool(x, ... /* window, options */) \
    JAC_WINDOW_(JAC_CAT_(jac_o_, __COUNTER__), "min_pool", x, __VA_ARGS__, )
/* The mean of each window, a float, like jac_max_pool. Padding counts as zeros, unless
 * .exclude_padding is given (flax.linen.avg_pool). */
#define jac_avg_pool(x, ... /* window, options */) \
    JAC_WINDOW_(JAC_CAT_(jac_o_, __COUNTER__), "avg_pool", x, __VA_ARGS__, )
typedef struct {
    int unused_;
    const char *padding;
    jac_dims window_strides, low, high, base_dilation, window_dilation;
    bool exclude_padding;
} jac_window_opts;
#define JAC_WINDOW_(o, what, x, window, ...)                                                    \
    JAC_WITH_OPTIONS_(o, jac_window_opts, (.unused_ = 0),                                       \
                      jac_window_(JAC_AT, what, JAC_V(x), JAC_SHAPE_(window), o), __VA_ARGS__)
JAC_API jac jac_window_(const jac_loc *at, const char *what, jac x, jac_dims window, jac_window_opts o);

#endif

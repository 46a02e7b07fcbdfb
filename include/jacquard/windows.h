/* Windows that slide over an array: jax.lax.reduce_window and pooling; and reductions by any function.
 * Part of jacquard.h, whose conventions apply.
 */
#ifndef JACQUARD_WINDOWS_H
#define JACQUARD_WINDOWS_H

#include "numpy.h"

/* jac_reduce_window_sum(x, JAC_DIMS(1, 3, 3, 1), .window_strides = JAC_DIMS(1, 2, 2, 1),
 * .padding = "SAME"): the sum of each window that slides over x, which may have integers. The window
 * has an entry for each dimension of x (lax.reduce_window with lax.add). Options:
 *   .window_strides     the steps in which the window slides, by default 1
 *   .padding            "VALID" (none, the default) or "SAME" (as many windows as there are elements,
 *                       divided by the stride and rounded up). Padding adds nothing to a window.
 *   .low, .high         the padding of each dimension instead of .padding; it may be negative, but
 *                       not so large that the padded array would be far larger than x and the result
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
#define JAC_WINDOW_DEFAULTS_                                                                 \
    (.window_strides = JAC_OMITTED_, .low = JAC_OMITTED_, .high = JAC_OMITTED_,              \
     .base_dilation = JAC_OMITTED_, .window_dilation = JAC_OMITTED_, .unused_ = 0)
#define JAC_WINDOW_(o, what, x, window, ...)                                                    \
    JAC_WITH_OPTIONS_(o, jac_window_opts, JAC_WINDOW_DEFAULTS_, \
                      jac_window_(JAC_AT, what, JAC_V(x), JAC_SHAPE_(window), o), __VA_ARGS__)
JAC_API jac jac_window_(const jac_loc *at, const char *what, jac x, jac_dims window, jac_window_opts o);

/* ---- By any function ------------------------------------------------------------------------------ */

/* jac_reduce(x, init, f, axes, &y): combines the elements of x along the axes (1, JAC_DIMS(0, 2))
 * by jac f(jac, jac) of scalars, beginning with init (lax.reduce). In which order and how often init is
 * combined is not said, so f should be associative and init leave elements as they are. Several arrays
 * of one shape can be reduced at once: x and init are then JAC_HANDLES(n, ...), f takes n values on the
 * left, then n on the right, and gives n, and the result has n handles. False and an error on failure. */
#define jac_reduce(x, init, f, axes, out) \
    jac_reduce_by_(JAC_AT, JAC_HANDLES_(x), JAC_HANDLES_(init), f, JAC_SHAPE_(axes), JAC_OUT_(out))
/* jac_reduce_window(x, init, f, JAC_OUT(&y), window, options): like jac_reduce, but combines the elements
 * of each window that slides over x, with the options of jac_reduce_window_sum. Padding has the value
 * init (lax.reduce_window). */
#define jac_reduce_window(x, init, f, out, ... /* window, options */) \
    JAC_REDUCE_WINDOW_(JAC_CAT_(jac_o_, __COUNTER__), x, init, f, out, __VA_ARGS__, )
#define JAC_REDUCE_WINDOW_(o, x, init, f, out, window, ...)                                            \
    JAC_WITH_OPTIONS_(o, jac_window_opts, JAC_WINDOW_DEFAULTS_, \
                      jac_reduce_window_(JAC_AT, JAC_HANDLES_(x), JAC_HANDLES_(init), f, out, \
                                         JAC_SHAPE_(window), o), __VA_ARGS__)
JAC_API bool jac_reduce_by_(const jac_loc *at, jac_handles x, jac_handles init, jac_fn f, jac_dims axes,
                            jac_out out);
JAC_API bool jac_reduce_window_(const jac_loc *at, jac_handles x, jac_handles init, jac_fn f,
                                jac_out out, jac_dims window, jac_window_opts o);

#endif

/* Sorting, and what is found by it. Part of jacquard.h, whose conventions hold here.
 *
 * In every order, -0 equals 0, and a NaN is greater than all numbers. Equal elements keep their
 * order. Derivatives go to the elements that were put in place.
 */
#ifndef JACQUARD_SORTING_H
#define JACQUARD_SORTING_H

#include "numpy.h"

/* ---- Sorting ------------------------------------------------------------------------------------ */

/* x with its elements in ascending order along the last axis, or along .axis: jac_sort(x),
 * jac_sort(x, 0), jac_sort(x, .axis = 0, .descending = true) (jnp.sort, stable). */
#define jac_sort(...)    JAC_SORT_("sort", __VA_ARGS__)
/* The indices that sort x, i32 (i64 under x64): jac_take_along_axis(x, jac_argsort(x, 0), 0) is
 * jac_sort(x, 0). Options as in jac_sort (jnp.argsort, stable). */
#define jac_argsort(...) JAC_SORT_("argsort", __VA_ARGS__)
typedef struct {
    int unused_; /* lets axis stand first without its name, or be left out */
    jac_dims axis;
    bool descending;
} jac_sort_opts;
#define JAC_SORT_(what, ... /* x, axis, options */) \
    JAC_SORT__(JAC_CAT_(jac_o_, __COUNTER__), what, __VA_ARGS__, )
#define JAC_SORT__(o, what, x, ...)                                           \
    JAC_WITH_OPTIONS_(o, jac_sort_opts, (.axis = JAC_OMITTED_, .unused_ = 0), \
                      jac_sort_(JAC_AT, what, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_sort_(const jac_loc *at, const char *what, jac x, jac_sort_opts o);

/* Sorts several arrays of one shape, given as JAC_HANDLES(n, x), by the first num_keys of them, and
 * writes the results to an array or struct of as many handles: jac_sort_all(h, 0, 2, &sorted). Where
 * the first keys are equal, the second ones decide (lax.sort). Returns false on an error. */
#define jac_sort_all(handles, axis, num_keys, out) \
    jac_sort_all_(JAC_AT, handles, JAC_INT_(axis), num_keys, JAC_OUT_(out))
JAC_API bool jac_sort_all_(const jac_loc *at, jac_handles x, int64_t axis, int num_keys, jac_out out);

/* The indices that sort by several keys along the last axis; the last key is the most important one:
 * jac_lexsort(minor, major) (jnp.lexsort). */
#define jac_lexsort(...) JAC_LEXSORT_(JAC_HANDLES_(__VA_ARGS__))
#define JAC_LEXSORT_(h)  jac_lexsort_(JAC_AT, h)
JAC_API jac jac_lexsort_(const jac_loc *at, jac_handles keys);

/* The k largest elements along the last axis in descending order, and their indices, i32. Of equal
 * elements, the first one comes first (lax.top_k). */
typedef struct {
    jac values, indices;
} jac_top;
#define jac_top_k(x, k) jac_top_k_(JAC_AT, JAC_V(x), JAC_INT_(k))
JAC_API jac_top jac_top_k_(const jac_loc *at, jac x, int64_t k);

/* ---- Positions in sorted arrays ------------------------------------------------------------------- */

/* For each element of v, the index at which it would be inserted into the sorted vector a so that a
 * stays sorted: before equal elements or, with .right, after them. i32 (i64 under x64)
 * (jnp.searchsorted). If a is not sorted, .sorter gives the indices that sort it. .method chooses how
 * it is done, not what the result is. */
#define jac_searchsorted(a, ... /* v, options */) \
    JAC_SEARCH_(JAC_CAT_(jac_o_, __COUNTER__), a, __VA_ARGS__, )
#define JAC_SEARCH_(o, a, v, ...)                        \
    JAC_WITH_OPTIONS_(o, jac_search_opts, (.right = false), \
                      jac_searchsorted_(JAC_AT, JAC_V(a), JAC_V(v), o), __VA_ARGS__)
typedef enum {
    JAC_SEARCH_SCAN, /* halves the range in each step */
    JAC_SEARCH_SCAN_UNROLLED,
    JAC_SEARCH_SORT,
    JAC_SEARCH_COMPARE_ALL, /* compares each element of v with all of a: fast for a few */
} jac_search_method;
typedef struct {
    bool right;
    jac sorter;
    jac_search_method method;
} jac_search_opts;
JAC_API jac jac_searchsorted_(const jac_loc *at, jac a, jac v, jac_search_opts o);
/* The number of the bin of each element of x. Bin k goes from bins[k - 1] up to, but not including,
 * bins[k]; with .right, the upper end belongs to it, and not the lower one. The bins ascend
 * (jnp.digitize). */
#define jac_digitize(x, ... /* bins, options */) \
    JAC_DIGITIZE_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
#define JAC_DIGITIZE_(o, x, bins, ...)                   \
    JAC_WITH_OPTIONS_(o, jac_search_opts, (.right = false), \
                      jac_digitize_(JAC_AT, JAC_V(x), JAC_V(bins), o), __VA_ARGS__)
JAC_API jac jac_digitize_(const jac_loc *at, jac x, jac bins, jac_search_opts o);

/* ---- Counting -------------------------------------------------------------------------------------- */

/* How often each of the integers 0, 1, ... up to, but without, `length` occurs in x, i32 (i64 under x64).
 * Negative ones count as 0, and larger ones are left out. With .weights, of x's shape, the sum of the
 * weights of each: jac_bincount(x, 10), jac_bincount(x, 10, .weights = w) (jnp.bincount). */
#define jac_bincount(x, ... /* length, options */) \
    JAC_BINCOUNT_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
/* The number of elements of x in each bin, a float. The bins are a vector of their edges, or, as a C
 * integer, how many there are, all of one width from the smallest to the largest element:
 * jac_histogram(x, edges), jac_histogram(x, 10, .range = (double[]){0, 1}) (jnp.histogram). Bin k goes
 * from edges[k] up to, but not including, edges[k + 1]; the last one includes its upper end. Options:
 * .range, two numbers, from where to where bins of one width go; .weights, of x's shape: the sum of the
 * weights of each bin; .density: divided by the width and by the sum over all bins; .bin_edges, where the
 * edges go. */
#define jac_histogram(x, ... /* bins, options */) \
    JAC_HISTOGRAM_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
typedef struct {
    int unused_;
    jac weights;
    const double *range;
    bool density;
    jac *bin_edges;
} jac_count_opts;
#define JAC_BINCOUNT_(o, x, length, ...)                      \
    JAC_WITH_OPTIONS_(o, jac_count_opts, (.unused_ = 0),      \
                      jac_bincount_(JAC_AT, JAC_V(x), JAC_INT_(length), o), __VA_ARGS__)
#define JAC_HISTOGRAM_(o, x, bins, ...)                       \
    JAC_WITH_OPTIONS_(o, jac_count_opts, (.unused_ = 0),      \
                      jac_histogram_(JAC_AT, JAC_V(x), JAC_V(bins), o), __VA_ARGS__)
/* The edges of the bins of jac_histogram(x, bins) (jnp.histogram_bin_edges). Options: .range. */
#define jac_histogram_bin_edges(x, ... /* bins, options */) \
    JAC_BIN_EDGES_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
#define JAC_BIN_EDGES_(o, x, bins, ...)                       \
    JAC_WITH_OPTIONS_(o, jac_count_opts, (.unused_ = 0),      \
                      jac_histogram_bin_edges_(JAC_AT, JAC_V(x), JAC_V(bins), o), __VA_ARGS__)
JAC_API jac jac_histogram_bin_edges_(const jac_loc *at, jac x, jac bins, jac_count_opts o);
/* jac_histogramdd(points, JAC_HANDLES(n, bins)): the number of the rows of points [m, n] in each box, an
 * array with a dimension for each column; bins are as in jac_histogram, for one column each
 * (jnp.histogramdd). Options: as in jac_histogram; .range has two numbers for each column, .weights one
 * for each row, and .bin_edges points to a handle for each column.Without weights and density, the
 * result has integers, as in JAX. */
#define jac_histogramdd(points, ... /* bins, options */) \
    JAC_HISTOGRAMDD_(JAC_CAT_(jac_o_, __COUNTER__), points, __VA_ARGS__, )
#define JAC_HISTOGRAMDD_(o, x, bins, ...)                     \
    JAC_WITH_OPTIONS_(o, jac_count_opts, (.unused_ = 0),      \
                      jac_histogramdd_(JAC_AT, JAC_V(x), bins, o), __VA_ARGS__)
JAC_API jac jac_histogramdd_(const jac_loc *at, jac points, jac_handles bins, jac_count_opts o);
/* The same for the points (x[k], y[k]) of two vectors (jnp.histogram2d). */
#define jac_histogram2d(x, y, bins_x, ... /* bins_y, options */) \
    JAC_HISTOGRAM2D_(JAC_CAT_(jac_o_, __COUNTER__), x, y, bins_x, __VA_ARGS__, )
#define JAC_HISTOGRAM2D_(o, x, y, bx, by, ...)                \
    JAC_WITH_OPTIONS_(o, jac_count_opts, (.unused_ = 0),      \
                      jac_histogram2d_(JAC_AT, JAC_V(x), JAC_V(y), JAC_V(bx), JAC_V(by), o), __VA_ARGS__)
JAC_API jac jac_histogram2d_(const jac_loc *at, jac x, jac y, jac bins_x, jac bins_y, jac_count_opts o);
/* Is each element of x among the elements? A bool; a NaN equals nothing (jnp.isin). With .invert: is it
 * not among them? */
#define jac_isin(x, ... /* elements, options */) JAC_ISIN_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
typedef struct {
    int unused_;
    bool invert;
} jac_isin_opts;
#define JAC_ISIN_(o, x, elements, ...)                   \
    JAC_WITH_OPTIONS_(o, jac_isin_opts, (.unused_ = 0),  \
                      jac_isin_(JAC_AT, JAC_V(x), JAC_V(elements), o), __VA_ARGS__)
JAC_API jac jac_bincount_(const jac_loc *at, jac x, int64_t length, jac_count_opts o);
JAC_API jac jac_histogram_(const jac_loc *at, jac x, jac bins, jac_count_opts o);
JAC_API jac jac_isin_(const jac_loc *at, jac x, jac elements, jac_isin_opts o);

/* ---- Order statistics ----------------------------------------------------------------------------- */

/* The q-quantiles of x along one or several axes, or of all elements if none is given; a float. q is a number in
 * [0, 1] or a vector of them, whose axis comes first in the result. Between two elements, .method
 * chooses. NaN if an element is NaN: jac_quantile(x, 0.9), jac_quantile(x, q, .axis = 1)
 * (jnp.quantile). */
#define jac_quantile(x, ... /* q, options */) JAC_QUANTILE_("quantile", x, __VA_ARGS__)
/* Quantiles with q from 0 to 100 (jnp.percentile). */
#define jac_percentile(x, ... /* q, options */) JAC_QUANTILE_("percentile", x, __VA_ARGS__)
/* The 0.5-quantile (jnp.median): jac_median(x), jac_median(x, .axis = 0). */
#define jac_median(...)                         JAC_MEDIAN_("median", __VA_ARGS__, )
/* The same of the elements that are not NaN; NaN if there are none (jnp.nanquantile, jnp.nanpercentile,
 * jnp.nanmedian). */
#define jac_nanquantile(x, ... /* q, options */)   JAC_QUANTILE_("nanquantile", x, __VA_ARGS__)
#define jac_nanpercentile(x, ... /* q, options */) JAC_QUANTILE_("nanpercentile", x, __VA_ARGS__)
#define jac_nanmedian(...)                         JAC_MEDIAN_("nanmedian", __VA_ARGS__, )
typedef enum {
    JAC_LINEAR, /* interpolates between the two */
    JAC_LOWER,
    JAC_HIGHER,
    JAC_MIDPOINT,
    JAC_NEAREST, /* the nearer one; of two as near, the one at the even index */
    JAC_INVERTED_CDF, /* the first one up to which there are at least q of all elements or weights */
} jac_quantile_method;
typedef struct {
    int unused_; /* lets axis stand first without its name, or be left out */
    jac_dims axis;
    bool keepdims;
    jac_quantile_method method;
    jac weights; /* of x's shape; for JAC_INVERTED_CDF */
} jac_quantile_opts;
#define JAC_QUANTILE_(what, x, ...) \
    JAC_QUANTILE__(JAC_CAT_(jac_o_, __COUNTER__), what, x, __VA_ARGS__, )
#define JAC_QUANTILE__(o, what, x, q, ...)                                        \
    JAC_WITH_OPTIONS_(o, jac_quantile_opts, (.axis = JAC_OMITTED_, .unused_ = 0), \
                      jac_quantile_(JAC_AT, what, JAC_V(x), JAC_V(q), o), __VA_ARGS__)
#define JAC_MEDIAN_(what, x, ...) \
    JAC_QUANTILE__(JAC_CAT_(jac_o_, __COUNTER__), what, x, 0.5, __VA_ARGS__)
JAC_API jac jac_quantile_(const jac_loc *at, const char *what, jac x, jac q, jac_quantile_opts o);

#endif

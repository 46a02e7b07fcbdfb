/* Distinct elements, sets of them, and ranks. Part of jacquard.h, whose conventions hold here.
 *
 * How many elements such a result has depends on the elements of the operands. In a traced function
 * it must be given as .size. If there are fewer, the result is filled up; if there are more, the first
 * ones are given. Elements are ordered as in jac_sort.
 */
#ifndef JACQUARD_SETS_H
#define JACQUARD_SETS_H

#include "sorting.h"

/* ---- Distinct elements -------------------------------------------------------------------------- */

/* The distinct elements of x in ascending order, as a vector; with .axis, the distinct parts of x along
 * that axis, ordered by their elements (jnp.unique): jac_unique(x), jac_unique(x, .axis = 0),
 * jac_unique(x, .size = 5, .return_counts = &counts).
 * Options: .size; .fill_value, by default the first element of the result; .return_index, where the
 * position of the first occurrence of each element goes; .return_inverse, where for each element of x
 * its place in the result goes (in x's shape, or along the axis); .return_counts, where it goes how
 * often each occurs; .equal_nan = false, so that a NaN does not equal another one. */
#define jac_unique(...) JAC_UNIQUE_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
typedef struct {
    int unused_; /* lets axis stand first without its name, or be left out */
    jac_dims axis;
    int64_t size; /* JAC_NONE: as many as there are */
    jac fill_value;
    jac *return_index, *return_inverse, *return_counts;
    bool equal_nan;
} jac_unique_opts;
#define JAC_UNIQUE_(o, x, ...)                                                                       \
    JAC_WITH_OPTIONS_(o, jac_unique_opts,                                                            \
                      (.axis = JAC_OMITTED_, .size = JAC_NONE, .equal_nan = true, .unused_ = 0),     \
                      jac_unique_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_unique_(const jac_loc *at, jac x, jac_unique_opts o);

/* ---- Sets ----------------------------------------------------------------------------------------- */

/* The elements that are in x, in y or in both, in ascending order, each of them once (jnp.union1d).
 * Options: .size and .fill_value, as in jac_unique. */
#define jac_union1d(x, ... /* y, options */)     JAC_SET_("union1d", x, __VA_ARGS__)
/* The elements that are in both x and y, in ascending order, each of them once (jnp.intersect1d).
 * Options: .size; .fill_value, by default the first element of the result, or 0 if there is none;
 * .return_indices_x and .return_indices_y, where the position of the first occurrence of each element
 * in x and in y goes; .assume_unique promises that neither has an element twice. */
#define jac_intersect1d(x, ... /* y, options */) JAC_SET_("intersect1d", x, __VA_ARGS__)
/* The elements of x that are not in y, in ascending order, each of them once (jnp.setdiff1d). Options:
 * .size; .fill_value, by default 0; with .assume_unique, they are given in the order in which they are
 * in x. */
#define jac_setdiff1d(x, ... /* y, options */)   JAC_SET_("setdiff1d", x, __VA_ARGS__)
/* The elements that are in just one of x and y, in ascending order, each of them once (jnp.setxor1d).
 * Options: .size, .fill_value and .assume_unique, as in jac_intersect1d. */
#define jac_setxor1d(x, ... /* y, options */)    JAC_SET_("setxor1d", x, __VA_ARGS__)
typedef struct {
    int unused_;
    int64_t size; /* JAC_NONE: as many as there are */
    jac fill_value;
    bool assume_unique;
    jac *return_indices_x, *return_indices_y;
} jac_set_opts;
#define JAC_SET_(what, x, ...) JAC_SET__(JAC_CAT_(jac_o_, __COUNTER__), what, x, __VA_ARGS__, )
#define JAC_SET__(o, what, x, y, ...)                                              \
    JAC_WITH_OPTIONS_(o, jac_set_opts, (.size = JAC_NONE, .unused_ = 0),           \
                      jac_set_operation_(JAC_AT, what, JAC_V(x), JAC_V(y), o), __VA_ARGS__)
JAC_API jac jac_set_operation_(const jac_loc *at, const char *what, jac x, jac y, jac_set_opts o);

/* ---- Ranks ---------------------------------------------------------------------------------------- */

/* The rank of each element of x, from 1 for the smallest one on, a float; along one axis, or, if none is
 * given, among all elements, as a vector. NaN for each if an element is NaN: jac_rankdata(x),
 * jac_rankdata(x, 1, .method = JAC_RANK_MIN) (jax.scipy.stats.rankdata). */
#define jac_rankdata(...) JAC_RANKDATA_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
typedef enum { /* the rank of equal elements: */
    JAC_RANK_AVERAGE, /* the mean of their ranks */
    JAC_RANK_MIN,
    JAC_RANK_MAX,
    JAC_RANK_DENSE,  /* as JAC_RANK_MIN, but the next larger element has the next rank */
    JAC_RANK_ORDINAL /* in the order in which they are in x */
} jac_rank_method;
typedef struct {
    int unused_; /* lets axis stand first without its name, or be left out */
    jac_dims axis;
    jac_rank_method method;
} jac_rankdata_opts;
#define JAC_RANKDATA_(o, x, ...)                                              \
    JAC_WITH_OPTIONS_(o, jac_rankdata_opts, (.axis = JAC_OMITTED_, .unused_ = 0), \
                      jac_rankdata_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_rankdata_(const jac_loc *at, jac x, jac_rankdata_opts o);

/* ---- Some of the elements ------------------------------------------------------------------------- */

/* jac_partition(x, k), jac_partition(x, k, 0): x so arranged along the last axis, or along .axis, that
 * the element at position k is the one that would be there if x was sorted, with none greater before it
 * and none smaller behind it (jnp.partition). k may be negative. */
#define jac_partition(x, ... /* k, axis */)    JAC_PARTITION_("partition", x, __VA_ARGS__)
/* The indices that arrange x so, i32 (i64 under x64) (jnp.argpartition). */
#define jac_argpartition(x, ... /* k, axis */) JAC_PARTITION_("argpartition", x, __VA_ARGS__)
#define JAC_PARTITION_(what, x, ...) \
    JAC_PARTITION__(JAC_CAT_(jac_o_, __COUNTER__), what, x, __VA_ARGS__, )
#define JAC_PARTITION__(o, what, x, k, ...)                                    \
    JAC_WITH_OPTIONS_(o, jac_sort_opts, (.axis = JAC_OMITTED_, .unused_ = 0), \
                      jac_partition_(JAC_AT, what, JAC_V(x), JAC_INT_(k), o), __VA_ARGS__)
JAC_API jac jac_partition_(const jac_loc *at, const char *what, jac x, int64_t k, jac_sort_opts o);

/* The k largest elements of x, floats, along one axis in descending order, and their indices, i32. Unlike
 * JAX's they are never approximate (lax.approx_max_k). Options: .reduction_dimension, by default the last
 * one; .recall_target; .reduction_input_size_override, -1 by default; with .aggregate_to_topk = false,
 * there are as many as the algorithm with that recall would leave, not k. */
#define jac_approx_max_k(x, ... /* k, options */) JAC_APPROX_("approx_max_k", x, __VA_ARGS__)
/* The k smallest elements in ascending order (lax.approx_min_k). */
#define jac_approx_min_k(x, ... /* k, options */) JAC_APPROX_("approx_min_k", x, __VA_ARGS__)
typedef struct {
    int unused_;
    int64_t reduction_dimension;
    double recall_target;
    int64_t reduction_input_size_override;
    bool aggregate_to_topk;
} jac_approx_opts;
#define JAC_APPROX_(what, x, ...) JAC_APPROX__(JAC_CAT_(jac_o_, __COUNTER__), what, x, __VA_ARGS__, )
#define JAC_APPROX__(o, what, x, k, ...)                                                          \
    JAC_WITH_OPTIONS_(o, jac_approx_opts,                                                         \
                      (.reduction_dimension = -1, .recall_target = 0.95,                          \
                       .reduction_input_size_override = -1, .aggregate_to_topk = true,            \
                       .unused_ = 0),                                                             \
                      jac_approx_k_(JAC_AT, what, JAC_V(x), JAC_INT_(k), o), __VA_ARGS__)
JAC_API jac_top jac_approx_k_(const jac_loc *at, const char *what, jac x, int64_t k, jac_approx_opts o);

#endif

/* Indexing as NumPy's: x[...] and x.at[...]. Part of jacquard.h, whose conventions hold here.
 *
 * jac_index(x, i, j, ...) reads x[i, j, ...]; jac_set(x, v, i, j, ...) and the others give a copy of x in
 * which the elements there are changed. Under jit, x is overwritten in place if nothing else needs it.
 * An index is one of these:
 *
 *   C integer, integer scalar   drops the dimension; a negative one counts from the end
 *   JAC_ALL                     all of a dimension (:)
 *   JAC_RANGE(from, to)         from `from` up to, but without, `to` (from:to); negative ones count from
 *   JAC_RANGE(from, to, step)     the end; JAC_END leaves a bound out; the step may be negative
 *   JAC_NEW                     a new dimension of size 1 (None)
 *   JAC_ELLIPSIS                as many JAC_ALL as fit (...)
 *   array of integers           elements at these positions; several such arrays broadcast together
 *   mask, an array of bools     the positions at which it is true; it takes as many dimensions as it has
 *   JAC_INDICES(n, ix)          the n indices of a C array of jac_ix
 *
 * Dimensions at the end for which no index is given are taken whole. The dimensions that arrays of integers
 * give stand in the result where the arrays stand; if something other than an integer stands between
 * them, they come first. A wrong type of index, such as a double, does not compile.
 */
#ifndef JACQUARD_INDEXING_H
#define JACQUARD_INDEXING_H

#include "numpy.h"

/* ---- Indices --------------------------------------------------------------------------------------- */

#define JAC_ALL                      jac_ix_range_(0, JAC_END, 1)
#define JAC_RANGE(...)               JAC_CAT_(JAC_RANGE, JAC_COUNT_(__VA_ARGS__))(__VA_ARGS__)
#define JAC_RANGE2(from, to)         jac_ix_range_(JAC_INT_(from), JAC_INT_(to), 1)
#define JAC_RANGE3(from, to, step)   jac_ix_range_(JAC_INT_(from), JAC_INT_(to), JAC_INT_(step))
/* The bound of a JAC_RANGE that is left out: JAC_RANGE(1, JAC_END) is 1:, and
 * JAC_RANGE(JAC_END, JAC_END, -1) is ::-1. */
#define JAC_END                      INT64_MAX
#define JAC_NEW                      jac_ix_of_kind_(JAC_IX_NEW)
#define JAC_ELLIPSIS                 jac_ix_of_kind_(JAC_IX_ELLIPSIS)
#define JAC_INDICES(n, ix)           jac_ix_list_(JAC_INT_(n), ix)

/* JAC_MODE(JAC_CLIP), JAC_MODE(JAC_FILL_OR_DROP, .fill_value = jac_asarray(0)), JAC_MODE(.unique_indices =
 * true), among the indices: what happens where one is out of range, and what the caller promises of them.
 * Without it, a C integer out of range is an error; others are clamped when reading, as in JAX, and leave
 * the update out when writing. With it, the mode, by default JAC_FILL_OR_DROP, holds for all: JAC_MODE(). */
#define JAC_MODE(...)              JAC_MODE_(JAC_CAT_(jac_o_, __COUNTER__), JAC_COMMA_AFTER_(__VA_ARGS__))
#define JAC_MODE_(o, ...)          JAC_WITH_OPTIONS_(o, jac_index_opts, (.unused_ = 0), jac_ix_mode_(o), __VA_ARGS__)

/* What the macros make of an index; code in other languages fills it in. */
typedef enum {
    JAC_IX_INTEGER,  /* start */
    JAC_IX_RANGE,    /* start, stop, step; JAC_END leaves start or stop out */
    JAC_IX_ARRAY,    /* array: integers or bools, of any rank */
    JAC_IX_NEW,
    JAC_IX_ELLIPSIS,
    JAC_IX_MODE, /* options */
    JAC_IX_LIST  /* `start` indices at `list` */
} jac_ix_kind;
typedef struct jac_ix {
    jac_ix_kind kind;
    int64_t start, stop, step;
    jac array;
    const struct jac_ix *list;
    jac_index_opts options;
} jac_ix;

/* ---- Reading and writing --------------------------------------------------------------------------- */

/* x[i, ...]: jac_index(x, JAC_ALL, 3), jac_index(x, JAC_RANGE(1, JAC_END), JAC_NEW, idx). A mask must not be
 * a traced value here, because the shape of the result depends on its elements; jac_where, or jac_nonzero
 * with .size, gives a result of known shape. */
#define jac_index(x, ...) jac_index_(JAC_AT, JAC_V(x), JAC_IX_LIST_(__VA_ARGS__))
/* x with v at x[i, ...]: jac_set(x, 0, JAC_ALL, 3) (x.at[i, ...].set(v)). v broadcasts to the shape that
 * jac_index gives, and is converted to x's dtype; floats do not go into integers. If indices repeat, the
 * last one counts. If the only index is a mask and v is a scalar, the mask may be a traced value. */
#define jac_set(x, v, ...)    JAC_UPDATE_("set", x, v, __VA_ARGS__)
/* x with v added there; if indices repeat, each of them counts (x.at[i, ...].add(v)). */
#define jac_add_at(x, v, ...) JAC_UPDATE_("add_at", x, v, __VA_ARGS__)
/* x with v subtracted there (x.at[i, ...].subtract(v)). */
#define jac_sub_at(x, v, ...) JAC_UPDATE_("sub_at", x, v, __VA_ARGS__)
/* x multiplied by v there (x.at[i, ...].mul(v)). */
#define jac_mul_at(x, v, ...) JAC_UPDATE_("mul_at", x, v, __VA_ARGS__)
/* The smaller of x and v there (x.at[i, ...].min(v)). */
#define jac_min_at(x, v, ...) JAC_UPDATE_("min_at", x, v, __VA_ARGS__)
/* The larger of x and v there (x.at[i, ...].max(v)). */
#define jac_max_at(x, v, ...) JAC_UPDATE_("max_at", x, v, __VA_ARGS__)
/* x with f applied there, where jac f(jac) computes each element from the one at its place; if indices
 * repeat, f is applied as often (x.at[i, ...].apply(f)). */
#define jac_apply_at(x, f, ...) jac_apply_at_(JAC_AT, JAC_V(x), f, JAC_IX_LIST_(__VA_ARGS__))
JAC_API jac jac_index_(const jac_loc *at, jac x, int n, const jac_ix *ix);
JAC_API jac jac_update_(const jac_loc *at, const char *what, jac x, jac v, int n, const jac_ix *ix);
JAC_API jac jac_apply_at_(const jac_loc *at, jac x, jac_fn f, int n, const jac_ix *ix);

/* ---- Along an axis ---------------------------------------------------------------------------------- */

/* x in which, along the axis, the elements at the indices are the values; indices and values broadcast to
 * x along the other axes: what jac_take_along_axis reads, this writes (jnp.put_along_axis). Options: those
 * of jac_index_opts; an index out of range is left out by default. */
#define jac_put_along_axis(x, indices, values, ... /* axis, options */) \
    JAC_PUT_(JAC_CAT_(jac_o_, __COUNTER__), x, indices, values, __VA_ARGS__, )
#define JAC_PUT_(o, x, indices, values, axis, ...)              \
    JAC_WITH_OPTIONS_(o, jac_index_opts, (.unused_ = 0),        \
                      jac_put_along_axis_(JAC_AT, JAC_V(x), JAC_V(indices), JAC_V(values), JAC_INT_(axis), o), __VA_ARGS__)
JAC_API jac jac_put_along_axis_(const jac_loc *at, jac x, jac indices, jac values, int64_t axis, jac_index_opts o);
/* jac_choose(which, x, y, z): element by element, that of the array which `which` names, counted from 0 and
 * clamped; all broadcast together (jnp.choose with mode="clip"). The arrays may be JAC_HANDLES(n, x). */
#define jac_choose(which, ...) jac_choose_(JAC_AT, JAC_V(which), JAC_HANDLES_(__VA_ARGS__))
JAC_API jac jac_choose_(const jac_loc *at, jac which, jac_handles x);

/* ---- Segments --------------------------------------------------------------------------------------- */

/* jac_segment_sum(x, ids, n): n sums of the parts of x, which are taken along axis 0; ids[k] is the segment of
 * x[k]. Ids repeat and come in any order. A segment without parts gives 0 (jax.ops.segment_sum). Options:
 * .indices_are_sorted and .unique_indices, which the caller promises, and .mode; by default parts with an id
 * out of range, also a negative one, are left out. */
#define jac_segment_sum(x, ids, ... /* n, options */)  JAC_SEGMENT_("segment_sum", x, ids, __VA_ARGS__)
/* Products of segments; 1 for one without parts (jax.ops.segment_prod). */
#define jac_segment_prod(x, ids, ... /* n, options */) JAC_SEGMENT_("segment_prod", x, ids, __VA_ARGS__)
/* The largest of each segment; the least number of the dtype for one without parts (jax.ops.segment_max). */
#define jac_segment_max(x, ids, ... /* n, options */)  JAC_SEGMENT_("segment_max", x, ids, __VA_ARGS__)
/* The smallest of each segment; the largest number of the dtype for one without parts
 * (jax.ops.segment_min). */
#define jac_segment_min(x, ids, ... /* n, options */)  JAC_SEGMENT_("segment_min", x, ids, __VA_ARGS__)
#define JAC_SEGMENT_(what, x, ids, ...) JAC_SEGMENT__(JAC_CAT_(jac_o_, __COUNTER__), what, x, ids, __VA_ARGS__, )
#define JAC_SEGMENT__(o, what, x, ids, n, ...)                  \
    JAC_WITH_OPTIONS_(o, jac_index_opts, (.unused_ = 0),        \
                      jac_segment_(JAC_AT, what, JAC_V(x), JAC_V(ids), JAC_INT_(n), o), __VA_ARGS__)
JAC_API jac jac_segment_(const jac_loc *at, const char *what, jac x, jac ids, int64_t n, jac_index_opts o);

/* ---- Where a condition holds -------------------------------------------------------------------------- */

/* jac_nonzero(x, &at): the positions at which x is true or not 0, in row-major order: a vector for each
 * dimension of x. They are written to an array or struct of as many handles (jnp.nonzero; jnp.where of a single
 * argument). Their number depends on x's elements; for a traced x it must be given as .size. If there are
 * fewer, the rest is .fill_value, by default 0; if there are more, the first ones are given. False on an
 * error. */
#define jac_nonzero(x, ... /* out, options */) JAC_NONZERO_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
#define JAC_NONZERO_(o, x, out, ...) JAC_SIZED_(o, jac_nonzero_(JAC_AT, JAC_V(x), o, JAC_OUT_(out)), __VA_ARGS__)
/* The positions of jac_nonzero as the rows of one array (jnp.argwhere). */
#define jac_argwhere(...)                      JAC_ARGWHERE_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
#define JAC_ARGWHERE_(o, x, ...)               JAC_SIZED_(o, jac_argwhere_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
/* The positions at which the raveled x is true or not 0 (jnp.flatnonzero). Options as in jac_nonzero. */
#define jac_flatnonzero(...)                   JAC_FLATNONZERO_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
#define JAC_FLATNONZERO_(o, x, ...)            JAC_SIZED_(o, jac_flatnonzero_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
/* jac_compress(condition, x, axis): the parts of x along an axis where the vector condition is true
 * (jnp.compress). Options as in jac_nonzero; here .fill_value stands for elements. */
#define jac_compress(condition, x, ... /* axis, options */) \
    JAC_COMPRESS_(JAC_CAT_(jac_o_, __COUNTER__), condition, x, __VA_ARGS__, )
#define JAC_COMPRESS_(o, condition, x, axis, ...) \
    JAC_SIZED_(o, jac_compress_(JAC_AT, JAC_V(condition), JAC_V(x), JAC_INT_(axis), o), __VA_ARGS__)
/* The elements of x where the condition is true, as a vector (jnp.extract). Options as in jac_compress. */
#define jac_extract(condition, ... /* x, options */) \
    JAC_EXTRACT_(JAC_CAT_(jac_o_, __COUNTER__), condition, __VA_ARGS__, )
#define JAC_EXTRACT_(o, condition, x, ...) JAC_SIZED_(o, jac_extract_(JAC_AT, JAC_V(condition), JAC_V(x), o), __VA_ARGS__)
typedef struct {
    int unused_;
    int64_t size; /* of the result; JAC_NONE: as many as there are */
    jac fill_value;
} jac_nonzero_opts;
#define JAC_SIZED_(o, call, ...) \
    JAC_WITH_OPTIONS_(o, jac_nonzero_opts, (.size = JAC_NONE, .unused_ = 0), call, __VA_ARGS__)
JAC_API bool jac_nonzero_(const jac_loc *at, jac x, jac_nonzero_opts o, jac_out out);
JAC_API jac jac_argwhere_(const jac_loc *at, jac x, jac_nonzero_opts o);
JAC_API jac jac_flatnonzero_(const jac_loc *at, jac x, jac_nonzero_opts o);
JAC_API jac jac_compress_(const jac_loc *at, jac condition, jac x, int64_t axis, jac_nonzero_opts o);
JAC_API jac jac_extract_(const jac_loc *at, jac condition, jac x, jac_nonzero_opts o);

/* ---- Positions as single numbers ------------------------------------------------------------------------ */

/* jac_unravel_index(i, JAC_SHAPE(3, 4), &at): the positions in an array of that shape of the elements with the
 * given numbers, which count in row-major order; an array of i's shape for each dimension, written to an array
 * or struct of handles (jnp.unravel_index). Negative numbers count from the end; those out of range are clamped.
 * False on an error. */
#define jac_unravel_index(i, shape, out) jac_unravel_index_(JAC_AT, JAC_V(i), JAC_SHAPE_(shape), JAC_OUT_(out))
JAC_API bool jac_unravel_index_(const jac_loc *at, jac i, jac_dims shape, jac_out out);
/* jac_ravel_multi_index(JAC_SHAPE(3, 4), i, j): the numbers of the elements at [i, j]; positions out of range are
 * clamped (jnp.ravel_multi_index with mode="clip"). The shape comes first because the positions are a list. */
#define jac_ravel_multi_index(shape, ...) \
    jac_ravel_multi_index_(JAC_AT, JAC_SHAPE_(shape), JAC_HANDLES_(__VA_ARGS__))
JAC_API jac jac_ravel_multi_index_(const jac_loc *at, jac_dims shape, jac_handles x);

/* ---- Building blocks (not for direct use) ---------------------------------------------------------- */

#define JAC_UPDATE_(what, x, v, ...) jac_update_(JAC_AT, what, JAC_V(x), JAC_V(v), JAC_IX_LIST_(__VA_ARGS__))
/* Converts a list of indices to their number and a C array. (The last element is there so that the array is
 * never empty.) */
#define JAC_IX_LIST_(...) \
    JAC_COUNT_(__VA_ARGS__), (const jac_ix[]){JAC_EACH_(JAC_IX_COMMA_, __VA_ARGS__) jac_ix_of_kind_(JAC_IX_NEW)}
#define JAC_IX_COMMA_(i) JAC_IX_(JAC_CAT_(jac_v_, __COUNTER__), i),
#define JAC_IX_(v, i)                          \
    __extension__({                            \
        __auto_type v = (i);                   \
        _Generic((v),                          \
            jac_ix: jac_ix_self_,              \
            jac: jac_ix_array_,                \
            char: jac_ix_int_,                 \
            signed char: jac_ix_int_,          \
            unsigned char: jac_ix_int_,        \
            short: jac_ix_int_,                \
            unsigned short: jac_ix_int_,       \
            int: jac_ix_int_,                  \
            unsigned: jac_ix_int_,             \
            long: jac_ix_int_,                 \
            long long: jac_ix_int_,            \
            unsigned long: jac_ix_uint_,       \
            unsigned long long: jac_ix_uint_)(v); \
    })
static inline jac_ix jac_ix_self_(jac_ix i)
{
    return i;
}
static inline jac_ix jac_ix_make_(jac_ix_kind kind, int64_t start, int64_t stop, int64_t step, jac array)
{
    jac_ix i = {kind, start, stop, step, array, NULL, {0, JAC_FILL_OR_DROP, jac_none_, false, false}};
    return i;
}
static inline jac_ix jac_ix_of_kind_(jac_ix_kind kind)
{
    return jac_ix_make_(kind, 0, 0, 0, jac_none_);
}
static inline jac_ix jac_ix_int_(int64_t start)
{
    return jac_ix_make_(JAC_IX_INTEGER, start, 0, 0, jac_none_);
}
static inline jac_ix jac_ix_uint_(uint64_t start)
{
    return jac_ix_int_(start > INT64_MAX ? INT64_MAX : (int64_t) start);
}
static inline jac_ix jac_ix_range_(int64_t start, int64_t stop, int64_t step)
{
    return jac_ix_make_(JAC_IX_RANGE, start, stop, step, jac_none_);
}
static inline jac_ix jac_ix_array_(jac array)
{
    return jac_ix_make_(JAC_IX_ARRAY, 0, 0, 0, array);
}
static inline jac_ix jac_ix_list_(int64_t n, const jac_ix *list)
{
    jac_ix i = jac_ix_make_(JAC_IX_LIST, n, 0, 0, jac_none_);
    i.list = list;
    return i;
}
static inline jac_ix jac_ix_mode_(jac_index_opts options)
{
    jac_ix i = jac_ix_of_kind_(JAC_IX_MODE);
    i.options = options;
    return i;
}

#endif

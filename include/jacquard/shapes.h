/* Arrays repeated, rolled, stacked, split and put on diagonals: the functions of jax.numpy that only move
 * elements. Part of jacquard.h, whose conventions hold here.
 */
#ifndef JACQUARD_SHAPES_H
#define JACQUARD_SHAPES_H

#include "numpy.h"

/* A list of arrays or C numbers where a function takes several lists: JAC_ARRAYS(x, 2, y). Their number at
 * run time: JAC_HANDLES(n, x). */
#define JAC_ARRAYS(...) jac_handles_(JAC_LIST_(__VA_ARGS__))

/* An integer, a list of them or an integer array, as an argument: 3, JAC_DIMS(1, 2), x. */
typedef enum { JAC_COUNTS_ONE, JAC_COUNTS_LIST, JAC_COUNTS_ARRAY } jac_counts_kind_;
typedef struct {
    jac_counts_kind_ kind;
    int64_t one;
    jac_dims list;
    jac array;
} jac_counts;
static inline jac_counts jac_counts_int_(int64_t one)
{
    jac_counts c = {JAC_COUNTS_ONE, one, {0, NULL}, {NULL}};
    return c;
}
static inline jac_counts jac_counts_list_(jac_dims list)
{
    jac_counts c = {JAC_COUNTS_LIST, 0, list, {NULL}};
    return c;
}
static inline jac_counts jac_counts_array_(jac array)
{
    jac_counts c = {JAC_COUNTS_ARRAY, 0, {0, NULL}, array};
    return c;
}

/* ---- Repeated and rolled --------------------------------------------------------------------------------- */

/* jac_repeat(x, 3, 1): each part of x along an axis, so many times in a row; without an axis, each of its
 * elements, as a vector (jnp.repeat). There may be a number for each part: JAC_DIMS(1, 0, 2), or an array; a
 * traced array needs .total_repeat_length, the size of the result along the axis. What is beyond that is left
 * out, and if there is less, the last part is repeated. */
#define jac_repeat(x, ... /* repeats, axis, options */) JAC_REPEAT_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
typedef struct {
    int unused_; /* lets axis stand first without its name, or be left out */
    jac_dims axis;
    int64_t total_repeat_length; /* JAC_NONE: the sum of the repeats */
} jac_repeat_opts;
#define JAC_REPEAT_(o, x, repeats, ...)                                                                   \
    JAC_WITH_OPTIONS_(o, jac_repeat_opts,                                                                 \
                      (.axis = JAC_OMITTED_, .total_repeat_length = JAC_NONE, .unused_ = 0),              \
                      jac_repeat_(JAC_AT, JAC_V(x), JAC_COUNTS_(repeats), o), __VA_ARGS__)
/* jac_tile(x, 2, 3): x so many times along each axis. There may be fewer or more numbers than axes; both are
 * aligned at the last one (jnp.tile). */
#define jac_tile(... /* x, reps */) \
    jac_tile_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_INTS_(JAC_TAIL_(__VA_ARGS__)))
/* x's elements in row-major order in another shape, from the start again where there are too few
 * (jnp.resize): jac_resize(x, 3, 4). */
#define jac_resize(... /* x, sizes */) \
    jac_resize_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_INTS_(JAC_TAIL_(__VA_ARGS__)))
/* jac_roll(x, 2, 0): x with each element moved so many places along an axis, and from the end to the start.
 * Without an axis, the elements are moved in row-major order. Several: jac_roll(x, JAC_DIMS(1, -2),
 * JAC_AXES(0, 1)). The places may be an integer array, traced or not: a scalar or one for each axis
 * (jnp.roll). */
#define jac_roll(x, ... /* shift, axes */)                           \
    jac_roll_(JAC_AT, JAC_V(x), JAC_COUNTS_(JAC_HEAD_(__VA_ARGS__)), \
              JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* x turned by 90 degrees k times in the plane of two axes, from the first one towards the second: jac_rot90(x),
 * jac_rot90(x, -1), jac_rot90(x, 1, .axes = JAC_AXES(1, 2)). By default k is 1 and the axes 0 and 1
 * (jnp.rot90). */
#define jac_rot90(...) JAC_ROT90_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
typedef struct {
    int unused_;
    int64_t k;
    jac_dims axes;
} jac_rot90_opts;
#define JAC_ROT90_(o, x, ...)                                                              \
    JAC_WITH_OPTIONS_(o, jac_rot90_opts, (.k = 1, .axes = JAC_OMITTED_, .unused_ = 0),     \
                      jac_rot90_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
/* The rows, axis 0, in reverse order (jnp.flipud). */
#define jac_flipud(x) jac_flip_(JAC_AT, JAC_V(x), JAC_AXES(0))
/* The columns, axis 1, in reverse order (jnp.fliplr). */
#define jac_fliplr(x) jac_flip_(JAC_AT, JAC_V(x), JAC_AXES(1))
/* x with an axis moved before the axis `start`, which is 0 by default (jnp.rollaxis): jac_rollaxis(x, 2). */
#define jac_rollaxis(x, ... /* axis, start */)                      \
    jac_rollaxis_(JAC_AT, JAC_V(x), JAC_INT_(JAC_HEAD_(__VA_ARGS__)), \
                  JAC_INT_OR_(0, JAC_TAIL_(__VA_ARGS__)))
JAC_API jac jac_repeat_(const jac_loc *at, jac x, jac_counts repeats, jac_repeat_opts o);
JAC_API jac jac_tile_(const jac_loc *at, jac x, jac_dims reps);
JAC_API jac jac_resize_(const jac_loc *at, jac x, jac_dims shape);
JAC_API jac jac_roll_(const jac_loc *at, jac x, jac_counts shift, jac_dims axes);
JAC_API jac jac_rot90_(const jac_loc *at, jac x, jac_rot90_opts o);
JAC_API jac jac_rollaxis_(const jac_loc *at, jac x, int64_t axis, int64_t start);

/* jac_extend(x, JAC_DIMS(1, 2), JAC_DIMS(1, 2), "reflect"): x with low[k] elements in front and high[k] behind in each
 * dimension, which are taken from x: "edge", the ones at its ends; "reflect", those next to the ends, backwards;
 * "symmetric", those from the ends on, backwards; "wrap", those of the other end (jnp.pad with these modes; jac_pad fills
 * with a number). */
#define jac_extend(x, low, high, mode) \
    jac_extend_(JAC_AT, JAC_V(x), JAC_SHAPE_(low), JAC_SHAPE_(high), mode)
JAC_API jac jac_extend_(const jac_loc *at, jac x, jac_dims low, jac_dims high, const char *mode);

/* ---- Grids ------------------------------------------------------------------------------------------------ */

/* jac_meshgrid(JAC_ARRAYS(x, y), &grid): the coordinates of the points of a grid, from vectors along its axes;
 * an array for each vector, written to an array or struct of handles (jnp.meshgrid). Options: with
 * .indexing = "ij", axis k belongs to vector k; by default, "xy", axis 0 belongs to the second vector and
 * axis 1 to the first; with .sparse, each result has the size 1 along the other axes. False on an error. */
#define jac_meshgrid(x, ... /* out, options */) JAC_MESHGRID_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
typedef struct {
    int unused_;
    const char *indexing;
    bool sparse;
} jac_meshgrid_opts;
#define JAC_MESHGRID_(o, x, out, ...)                                                 \
    JAC_WITH_OPTIONS_(o, jac_meshgrid_opts, (.indexing = "xy", .unused_ = 0),         \
                      jac_meshgrid_(JAC_AT, JAC_HANDLES_(x), JAC_OUT_(out), o), __VA_ARGS__)
/* For each axis of an array of that shape, the index of each element along it, stacked along a new first axis;
 * i32 (i64 under x64) by default (jnp.indices): jac_indices(JAC_SHAPE(2, 3)). */
#define jac_indices(... /* shape, dtype */)                              \
    jac_indices_(JAC_AT, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)), JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* jac_open_mesh(JAC_ARRAYS(i, j), &at): vectors of indices or masks, each along its own axis, so that
 * jac_index(x, at[0], at[1]) gives x at all pairs of them (jnp.ix_). False on an error. */
#define jac_open_mesh(x, out) jac_open_mesh_(JAC_AT, JAC_HANDLES_(x), JAC_OUT_(out))
/* The arrays, each broadcast to the shape that they have in common: jac_broadcast_arrays(JAC_ARRAYS(x, y), &out)
 * (jnp.broadcast_arrays). False on an error. */
#define jac_broadcast_arrays(x, out) jac_broadcast_arrays_(JAC_AT, JAC_HANDLES_(x), JAC_OUT_(out))
JAC_API bool jac_meshgrid_(const jac_loc *at, jac_handles x, jac_out out, jac_meshgrid_opts o);
JAC_API jac jac_indices_(const jac_loc *at, jac_dims shape, jac_dtype d);
JAC_API bool jac_open_mesh_(const jac_loc *at, jac_handles x, jac_out out);
JAC_API bool jac_broadcast_arrays_(const jac_loc *at, jac_handles x, jac_out out);

/* ---- Stacked and split ------------------------------------------------------------------------------------ */

/* x with at least one, two or three axes. One that is added stands first; a vector of n elements gets the shape
 * [1, n, 1], and a matrix [m, n, 1] (jnp.atleast_1d, jnp.atleast_2d, jnp.atleast_3d). */
#define jac_atleast_1d(x) jac_atleast_(JAC_AT, JAC_V(x), 1)
#define jac_atleast_2d(x) jac_atleast_(JAC_AT, JAC_V(x), 2)
#define jac_atleast_3d(x) jac_atleast_(JAC_AT, JAC_V(x), 3)
/* The arrays side by side: along axis 1, but vectors and scalars along axis 0 (jnp.hstack). They are a list of
 * arguments, or JAC_HANDLES(n, x), here and below. */
#define jac_hstack(...) jac_stacked_(JAC_AT, "hstack", JAC_HANDLES_(__VA_ARGS__))
/* The arrays one below the other, along axis 0; vectors as rows (jnp.vstack). */
#define jac_vstack(...) jac_stacked_(JAC_AT, "vstack", JAC_HANDLES_(__VA_ARGS__))
/* The arrays along axis 2, after jac_atleast_3d (jnp.dstack). */
#define jac_dstack(...) jac_stacked_(JAC_AT, "dstack", JAC_HANDLES_(__VA_ARGS__))
/* The arrays side by side; vectors as columns (jnp.column_stack). */
#define jac_column_stack(...) jac_stacked_(JAC_AT, "column_stack", JAC_HANDLES_(__VA_ARGS__))
/* y after x along an axis; without an axis, both are raveled (jnp.append): jac_append(x, y),
 * jac_append(x, y, 0). */
#define jac_append(x, ... /* y, axis */)                            \
    jac_append_(JAC_AT, JAC_V(x), JAC_V(JAC_HEAD_(__VA_ARGS__)),    \
                JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* jac_block(JAC_SHAPE(2, 2), a, b, c, d): an array made of blocks, which are arranged in that shape: a and b
 * side by side, along the last axis, c and d below them. Blocks of fewer axes get axes of size 1 in front
 * (jnp.block([[a, b], [c, d]])). */
#define jac_block(shape, ...) jac_block_(JAC_AT, JAC_SHAPE_(shape), JAC_HANDLES_(__VA_ARGS__))
/* jac_split(x, 3, &parts): x cut into so many equal parts along an axis, by default 0; with JAC_DIMS(2, 5), cut
 * before these indices. The parts are written to an array or struct of as many handles (jnp.split):
 * jac_split(x, JAC_DIMS(2), &parts, 1). False on an error. */
#define jac_split(x, sections, ... /* out, axis */) JAC_SPLIT_("split", 0, x, sections, __VA_ARGS__)
/* The same, but if the size cannot be divided, the first parts have one more (jnp.array_split). */
#define jac_array_split(x, sections, ... /* out, axis */) JAC_SPLIT_("array_split", 0, x, sections, __VA_ARGS__)
/* jac_split along axis 1, of a vector along axis 0; along axis 0; along axis 2 (jnp.hsplit, jnp.vsplit,
 * jnp.dsplit). */
#define jac_hsplit(x, sections, out) JAC_SPLIT_("hsplit", 0, x, sections, out)
#define jac_vsplit(x, sections, out) JAC_SPLIT_("vsplit", 0, x, sections, out)
#define jac_dsplit(x, sections, out) JAC_SPLIT_("dsplit", 0, x, sections, out)
#define JAC_SPLIT_(what, none, x, sections, ...)                                                 \
    jac_split_(JAC_AT, what, JAC_V(x), JAC_COUNTS_(sections), JAC_INT_OR_(none, JAC_TAIL_(__VA_ARGS__)), \
               JAC_OUT_(JAC_HEAD_(__VA_ARGS__)))
/* The parts of x along an axis, by default 0, each without that axis: jac_unstack(x, &parts), jac_unstack(x,
 * &parts, 1) (jnp.unstack). False on an error. */
#define jac_unstack(x, ... /* out, axis */)                                          \
    jac_unstack_(JAC_AT, JAC_V(x), JAC_INT_OR_(0, JAC_TAIL_(__VA_ARGS__)), JAC_OUT_(JAC_HEAD_(__VA_ARGS__)))
JAC_API jac jac_atleast_(const jac_loc *at, jac x, int rank);
JAC_API jac jac_stacked_(const jac_loc *at, const char *what, jac_handles x);
JAC_API jac jac_append_(const jac_loc *at, jac x, jac y, jac_dims axis);
JAC_API jac jac_block_(const jac_loc *at, jac_dims shape, jac_handles x);
JAC_API bool jac_split_(const jac_loc *at, const char *what, jac x, jac_counts sections, int64_t axis,
                        jac_out out);
JAC_API bool jac_unstack_(const jac_loc *at, jac x, int64_t axis, jac_out out);

/* ---- Diagonals and triangles ------------------------------------------------------------------------------ */

/* Diagonal k is that of the elements [i, i + k]: 0 the main one, positive ones above it, negative ones below. */
/* Of a vector, the square matrix with it on diagonal k; of a matrix, its diagonal k; k is 0 by default
 * (jnp.diag): jac_diag(x), jac_diag(x, -1). */
#define jac_diag(... /* x, k */) JAC_DIAG_(jac_diag_, __VA_ARGS__)
/* The square matrix with the elements of x, raveled, on diagonal k (jnp.diagflat). */
#define jac_diagflat(... /* x, k */) JAC_DIAG_(jac_diagflat_, __VA_ARGS__)
#define JAC_DIAG_(f, ...) \
    f(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_INT_OR_(0, JAC_TAIL_(__VA_ARGS__)))
/* Diagonal k of the matrices along two axes, by default 0 and 1, as a new last axis: jac_diagonal(x),
 * jac_diagonal(x, 1), jac_diagonal(x, .axis1 = -2, .axis2 = -1) (jnp.diagonal). */
#define jac_diagonal(...) JAC_DIAGONAL_(JAC_CAT_(jac_o_, __COUNTER__), jac_diagonal_, __VA_ARGS__, )
/* The sums of these diagonals, with the dtype of jac_sum, or .dtype (jnp.trace). */
#define jac_trace(...)    JAC_DIAGONAL_(JAC_CAT_(jac_o_, __COUNTER__), jac_trace_, __VA_ARGS__, )
typedef struct {
    int unused_; /* lets offset stand first without its name, or be left out */
    int64_t offset, axis1, axis2;
    jac_dtype dtype; /* of jac_trace only */
} jac_diagonal_opts;
#define JAC_DIAGONAL_(o, f, x, ...)                                                 \
    JAC_WITH_OPTIONS_(o, jac_diagonal_opts, (.axis1 = 0, .axis2 = 1, .unused_ = 0), \
                      f(JAC_AT, JAC_V(x), o), __VA_ARGS__)
/* x with v on its main diagonal, the elements [i, i, ..., i]; v is a scalar, or its elements are taken in turn
 * (jnp.fill_diagonal). */
#define jac_fill_diagonal(x, v)  jac_fill_diagonal_(JAC_AT, JAC_V(x), JAC_V(v))
/* The matrices along the last two axes with zeros above diagonal k, which is 0 by default (jnp.tril). */
#define jac_tril(... /* x, k */) JAC_DIAG_(jac_tril_, __VA_ARGS__)
/* The matrices along the last two axes with zeros below diagonal k (jnp.triu). */
#define jac_triu(... /* x, k */) JAC_DIAG_(jac_triu_, __VA_ARGS__)
/* The n by m matrix of ones up to diagonal k, and zeros above it: jac_tri(3), jac_tri(3, 4, .k = 1). m is n by
 * default, and .dtype f32 (f64 under x64) (jnp.tri). */
#define jac_tri(...) JAC_TRI_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
typedef struct {
    int unused_;
    int64_t m; /* JAC_NONE: as n */
    int64_t k;
    jac_dtype dtype;
} jac_tri_opts;
#define JAC_TRI_(o, n, ...)                                              \
    JAC_WITH_OPTIONS_(o, jac_tri_opts, (.m = JAC_NONE, .unused_ = 0),    \
                      jac_tri_(JAC_AT, JAC_INT_(n), o), __VA_ARGS__)
/* The powers of the elements of a vector, a row for each: x^(n-1), ..., x, 1, or the other way round with
 * .increasing: jac_vander(x), jac_vander(x, 3, .increasing = true). n is by default the size of x
 * (jnp.vander). */
#define jac_vander(...) JAC_VANDER_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
typedef struct {
    int unused_;
    int64_t n; /* JAC_NONE: as many as x has elements */
    bool increasing;
} jac_vander_opts;
#define JAC_VANDER_(o, x, ...)                                           \
    JAC_WITH_OPTIONS_(o, jac_vander_opts, (.n = JAC_NONE, .unused_ = 0), \
                      jac_vander_(JAC_AT, JAC_V(x), o), __VA_ARGS__)
/* The product of each element of x with the whole of y, as blocks (jnp.kron). */
#define jac_kron(x, y) jac_kron_(JAC_AT, JAC_V(x), JAC_V(y))
/* jac_tril_indices(n, &at), jac_tril_indices(n, &at, .k = -1, .m = 4): the rows and the columns of the elements
 * of an n by m matrix up to diagonal k, in row-major order, i32 (i64 under x64); written to an array or struct
 * of two handles (jnp.tril_indices). False on an error. */
#define jac_tril_indices(n, ... /* out, options */) \
    JAC_TRI_INDICES_(JAC_CAT_(jac_o_, __COUNTER__), true, n, __VA_ARGS__, )
/* The same of the elements from diagonal k on (jnp.triu_indices). */
#define jac_triu_indices(n, ... /* out, options */) \
    JAC_TRI_INDICES_(JAC_CAT_(jac_o_, __COUNTER__), false, n, __VA_ARGS__, )
typedef struct {
    int unused_;
    int64_t k;
    int64_t m; /* JAC_NONE: as n */
} jac_tri_indices_opts;
#define JAC_TRI_INDICES_(o, lower, n, out, ...)                                           \
    JAC_WITH_OPTIONS_(o, jac_tri_indices_opts, (.m = JAC_NONE, .unused_ = 0),             \
                      jac_tri_indices_(JAC_AT, lower, JAC_INT_(n), JAC_OUT_(out), o), __VA_ARGS__)
/* The same for a matrix of x's shape: jac_tril_indices_from(x, &at), jac_tril_indices_from(x, &at, 1)
 * (jnp.tril_indices_from, jnp.triu_indices_from). */
#define jac_tril_indices_from(x, ... /* out, k */) JAC_TRI_FROM_(true, x, __VA_ARGS__)
#define jac_triu_indices_from(x, ... /* out, k */) JAC_TRI_FROM_(false, x, __VA_ARGS__)
#define JAC_TRI_FROM_(lower, x, ...)                                                           \
    jac_tri_indices_from_(JAC_AT, lower, JAC_V(x), JAC_INT_OR_(0, JAC_TAIL_(__VA_ARGS__)),     \
                          JAC_OUT_(JAC_HEAD_(__VA_ARGS__)))
/* The positions [i, i, ..., i] of the diagonal of an array whose ndim axes have size n: ndim vectors, i32 (i64
 * under x64): jac_diag_indices(n, 2, &at) (jnp.diag_indices). False on an error. */
#define jac_diag_indices(n, ndim, out) jac_diag_indices_(JAC_AT, JAC_INT_(n), JAC_INT_(ndim), JAC_OUT_(out))
/* The same for an array of x's shape, whose sizes must be equal (jnp.diag_indices_from). */
#define jac_diag_indices_from(x, out)  jac_diag_indices_from_(JAC_AT, JAC_V(x), JAC_OUT_(out))
JAC_API jac jac_diag_(const jac_loc *at, jac x, int64_t k);
JAC_API jac jac_diagflat_(const jac_loc *at, jac x, int64_t k);
JAC_API jac jac_diagonal_(const jac_loc *at, jac x, jac_diagonal_opts o);
JAC_API jac jac_trace_(const jac_loc *at, jac x, jac_diagonal_opts o);
JAC_API jac jac_fill_diagonal_(const jac_loc *at, jac x, jac v);
JAC_API jac jac_tril_(const jac_loc *at, jac x, int64_t k);
JAC_API jac jac_triu_(const jac_loc *at, jac x, int64_t k);
JAC_API jac jac_tri_(const jac_loc *at, int64_t n, jac_tri_opts o);
JAC_API jac jac_vander_(const jac_loc *at, jac x, jac_vander_opts o);
JAC_API jac jac_kron_(const jac_loc *at, jac x, jac y);
JAC_API bool jac_tri_indices_(const jac_loc *at, bool lower, int64_t n, jac_out out, jac_tri_indices_opts o);
JAC_API bool jac_tri_indices_from_(const jac_loc *at, bool lower, jac x, int64_t k, jac_out out);
JAC_API bool jac_diag_indices_(const jac_loc *at, int64_t n, int64_t ndim, jac_out out);
JAC_API bool jac_diag_indices_from_(const jac_loc *at, jac x, jac_out out);

/* ---- Chosen, put in and taken out ------------------------------------------------------------------------- */

/* jac_select(JAC_ARRAYS(c, d), JAC_ARRAYS(x, y), z): x where c holds, otherwise y where d holds, otherwise z, by default
 * 0; all broadcast and promote together (jnp.select). */
#define jac_select(conditions, ... /* choices, default */)                                       \
    jac_select_(JAC_AT, JAC_HANDLES_(conditions), JAC_HANDLES_(JAC_HEAD_(__VA_ARGS__)),          \
                JAC_V_OR_(0, JAC_TAIL_(__VA_ARGS__)))
#define JAC_V_OR_(d, ...)  JAC_CAT_(JAC_V_OR, JAC_FEW_(__VA_ARGS__))(d, __VA_ARGS__)
#define JAC_V_OR0(d, ...)  JAC_V(d)
#define JAC_V_OR1(d, x)    JAC_V(x)
/* x without the parts at an index along an axis; without an axis, of the raveled x (jnp.delete): jac_delete(x, 2),
 * jac_delete(x, JAC_DIMS(0, 2), 1). The index is an integer, a list, or an array of integers or bools, which must not be
 * traced, unless .assume_unique_indices promises that its integers are distinct. */
#define jac_delete(x, ... /* index, axis, options */) JAC_DELETE_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
typedef struct {
    int unused_; /* lets axis stand first without its name, or be left out */
    jac_dims axis;
    bool assume_unique_indices;
} jac_delete_opts;
#define JAC_DELETE_(o, x, index, ...)                                                   \
    JAC_WITH_OPTIONS_(o, jac_delete_opts, (.axis = JAC_OMITTED_, .unused_ = 0),         \
                      jac_delete_(JAC_AT, JAC_V(x), JAC_COUNTS_(index), o), __VA_ARGS__)
/* x with values put in before an index along an axis; without an axis, of the raveled x (jnp.insert):
 * jac_insert(x, 1, v), jac_insert(x, JAC_DIMS(0, 2), v, 1). The index is as in jac_delete and counts places of x; the
 * values broadcast and are converted to x's dtype. */
#define jac_insert(x, index, ... /* values, axis */) JAC_INSERT_(JAC_CAT_(jac_o_, __COUNTER__), x, index, __VA_ARGS__, )
typedef struct {
    int unused_; /* lets axis stand first without its name, or be left out */
    jac_dims axis;
} jac_axis_opts;
#define JAC_INSERT_(o, x, index, values, ...)                                           \
    JAC_WITH_OPTIONS_(o, jac_axis_opts, (.axis = JAC_OMITTED_, .unused_ = 0),           \
                      jac_insert_(JAC_AT, JAC_V(x), JAC_COUNTS_(index), JAC_V(values), o), __VA_ARGS__)
/* x, which must not be traced, without the zeros at its front "f", its back "b", or both "fb", along all axes or those
 * given (jnp.trim_zeros): jac_trim_zeros(x, "fb"). */
#define jac_trim_zeros(x, ... /* trim, axes */) JAC_TRIM_ZEROS_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
#define JAC_TRIM_ZEROS_(o, x, trim, ...)                                                \
    JAC_WITH_OPTIONS_(o, jac_axis_opts, (.axis = JAC_OMITTED_, .unused_ = 0),           \
                      jac_trim_zeros_(JAC_AT, JAC_V(x), trim, o), __VA_ARGS__)
/* Each 8 elements of x along an axis, which are 0 or not, as the bits of a u8, the first one as the highest; the last
 * ones are filled up with 0. Without an axis, x is raveled. .bitorder = "little": the first one as the lowest
 * (jnp.packbits). */
#define jac_packbits(...)   JAC_BITS_(JAC_CAT_(jac_o_, __COUNTER__), jac_packbits_, __VA_ARGS__, )
/* The bits of each u8 along an axis, as 0 and 1 of u8; .count, how many of them, by default all (jnp.unpackbits). */
#define jac_unpackbits(...) JAC_BITS_(JAC_CAT_(jac_o_, __COUNTER__), jac_unpackbits_, __VA_ARGS__, )
typedef struct {
    int unused_; /* lets axis stand first without its name, or be left out */
    jac_dims axis;
    const char *bitorder;
    int64_t count; /* JAC_NONE: all; of jac_unpackbits only */
} jac_bits_opts;
#define JAC_BITS_(o, f, x, ...)                                                                              \
    JAC_WITH_OPTIONS_(o, jac_bits_opts,                                                                      \
                      (.axis = JAC_OMITTED_, .bitorder = "big", .count = JAC_NONE, .unused_ = 0),            \
                      f(JAC_AT, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_select_(const jac_loc *at, jac_handles conditions, jac_handles choices, jac otherwise);
JAC_API jac jac_delete_(const jac_loc *at, jac x, jac_counts index, jac_delete_opts o);
JAC_API jac jac_insert_(const jac_loc *at, jac x, jac_counts index, jac values, jac_axis_opts o);
JAC_API jac jac_trim_zeros_(const jac_loc *at, jac x, const char *trim, jac_axis_opts o);
JAC_API jac jac_packbits_(const jac_loc *at, jac x, jac_bits_opts o);
JAC_API jac jac_unpackbits_(const jac_loc *at, jac x, jac_bits_opts o);

/* ---- Blocks of an axis (jax.lax) -------------------------------------------------------------------------- */

/* x with the axes from `start` to before `stop` made one (lax.collapse): jac_collapse(x, 1, 3); stop is by
 * default x's rank. */
#define jac_collapse(x, ... /* start, stop */)                               \
    jac_collapse_(JAC_AT, JAC_V(x), JAC_INT_(JAC_HEAD_(__VA_ARGS__)),        \
                  JAC_INT_OR_(INT64_MAX, JAC_TAIL_(__VA_ARGS__)))
/* jac_broadcast(x, 2, 3): x repeated along new first axes of these sizes (lax.broadcast). */
#define jac_broadcast(... /* x, sizes */) \
    jac_broadcast_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_INTS_(JAC_TAIL_(__VA_ARGS__)))
/* `size` elements of x along an axis, by default 0, from `start` on, an integer scalar, which is clamped so that
 * they fit (lax.dynamic_slice_in_dim): jac_dynamic_slice_in_dim(x, i, 3, 1). */
#define jac_dynamic_slice_in_dim(x, start, ... /* size, axis */)                            \
    jac_dynamic_slice_in_dim_(JAC_AT, JAC_V(x), JAC_V(start), JAC_INT_(JAC_HEAD_(__VA_ARGS__)), \
                              JAC_INT_OR_(0, JAC_TAIL_(__VA_ARGS__)))
/* x with the elements along an axis from `start` on replaced by update (lax.dynamic_update_slice_in_dim). */
#define jac_dynamic_update_slice_in_dim(x, update, start, axis) \
    jac_dynamic_update_slice_in_dim_(JAC_AT, JAC_V(x), JAC_V(update), JAC_V(start), JAC_INT_(axis))
/* The part of x at an index along an axis, by default 0, an integer scalar, which is clamped; the axis keeps the
 * size 1 (lax.dynamic_index_in_dim; lax.index_in_dim if the index is a C integer). */
#define jac_dynamic_index_in_dim(x, ... /* index, axis */)                           \
    jac_dynamic_slice_in_dim_(JAC_AT, JAC_V(x), JAC_V(JAC_HEAD_(__VA_ARGS__)), 1,    \
                              JAC_INT_OR_(0, JAC_TAIL_(__VA_ARGS__)))
/* x with the part at an index along an axis replaced by update, which may lack that axis
 * (lax.dynamic_update_index_in_dim). */
#define jac_dynamic_update_index_in_dim(x, update, index, axis) \
    jac_dynamic_update_index_in_dim_(JAC_AT, JAC_V(x), JAC_V(update), JAC_V(index), JAC_INT_(axis))
JAC_API jac jac_collapse_(const jac_loc *at, jac x, int64_t start, int64_t stop);
JAC_API jac jac_broadcast_(const jac_loc *at, jac x, jac_dims sizes);
JAC_API jac jac_dynamic_slice_in_dim_(const jac_loc *at, jac x, jac start, int64_t size, int64_t axis);
JAC_API jac jac_dynamic_update_slice_in_dim_(const jac_loc *at, jac x, jac update, jac start, int64_t axis);
JAC_API jac jac_dynamic_update_index_in_dim_(const jac_loc *at, jac x, jac update, jac index, int64_t axis);

#endif

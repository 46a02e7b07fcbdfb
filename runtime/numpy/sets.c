/* Distinct elements and sets.
 *
 * The elements are sorted with their positions, so that equal ones are neighbours: a group. Which
 * groups are wanted is a mask over the sorted elements, true at most at the first one of a group.
 */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "ops/host/host.h"
#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* ---- groups of equal elements ------------------------------------------------------------------ */

typedef struct {
    int64_t n;
    ir_dtype index;
    jac sorted; /* [n] or [n, columns] */
    jac place;  /* [n]: the position before sorting */
    jac first;  /* [n]: is it the first of its group? */
    jac number; /* [n]: its group */
} groups;

static jac vector_iota(int64_t n, ir_dtype d)
{
    ir_type t = {.dtype = (uint8_t)d, .rank = 1, .dim = {n}};
    return np_iota(&t, 0);
}

/* A complex number with a NaN in a part becomes a NaN in both, so that all are neighbours. */
static jac plain_nans(jac x, const ir_type *t)
{
    return ir_is_complex(t->dtype) ? jac_where(jac_isnan(x), jac_complex(NAN, NAN), x) : x;
}

/* Orders the rows of x [n, columns] by the columns, the first of them the most important one. A sort
 * takes a limited number of keys, so the last columns are sorted by first. */
static jac order_of_rows(jac x, int64_t n, int64_t columns, ir_dtype d)
{
    enum { KEYS = HOST_MOST_SORTED / 2 - 1 };
    jac place = vector_iota(n, d);
    for (int64_t to = columns; to > 0 && jac_ok(place); to -= KEYS) {
        int64_t from = to > KEYS ? to - KEYS : 0;
        jac in[KEYS + 1], out[KEYS + 1];
        int keys = (int)(to - from);
        jac rows = jac_take(x, place, 0);
        for (int k = 0; k < keys; k++)
            in[k] = jac_ravel(jac_slice_in_dim(rows, from + k, from + k + 1, 1, 1));
        in[keys] = place;
        if (!jac_ok(rows) || !jac_sort_all_(NULL, (jac_handles){keys + 1, in}, 0, keys,
                                            (jac_out){out, sizeof out}))
            return JAC_NULL;
        place = out[keys];
    }
    return place;
}

/* a != b. apart: where a NaN does not equal a NaN. */
static jac differ(jac a, jac b, bool has_nans, jac apart)
{
    jac y = jac_ne(a, b);
    if (!has_nans)
        return y;
    jac both = jac_logical_and(jac_isnan(a), jac_isnan(b));
    if (jac_ok(apart))
        both = jac_logical_and(both, jac_logical_not(apart));
    return jac_logical_and(y, jac_logical_not(both));
}

static jac from_to(jac x, int64_t from, int64_t to)
{
    return jac_slice_in_dim(x, from, to, 1, 0);
}

/* Groups x, [n] or [n, columns]. equal_nan: NaNs are equal, but if sources are given, [n], by position
 * before sorting, only those of one source. */
static bool group(jac x, bool equal_nan, jac source, groups *g)
{
    ir_type t;
    if (!rt_type_of(x, &t))
        return false;
    bool nans = equal_nan && ir_has_fraction(t.dtype);
    g->n = t.dim[0];
    g->index = g->n > INT32_MAX ? IR_i64 : rt_default_int();
    x = plain_nans(x, &t);
    if (t.rank == 1) {
        jac in[] = {x, vector_iota(g->n, g->index)}, out[2];
        if (!jac_sort_all_(NULL, (jac_handles){2, in}, 0, 1, (jac_out){out, sizeof out}))
            return false;
        g->sorted = out[0];
        g->place = out[1];
    } else {
        g->place = order_of_rows(x, g->n, t.dim[1], g->index);
        g->sorted = jac_ok(g->place) ? jac_take(x, g->place, 0) : JAC_NULL;
    }
    jac apart = JAC_NULL;
    if (source.word) {
        jac s = jac_take(source, g->place, 0);
        apart = jac_ne(from_to(s, 1, g->n), from_to(s, 0, g->n - 1));
    }
    jac more = differ(from_to(g->sorted, 1, g->n), from_to(g->sorted, 0, g->n - 1), nans, apart);
    if (t.rank == 2)
        more = jac_any(more, 1);
    jac one = jac_ones(JAC_SHAPE(1), JAC_BOOL);
    g->first = jac_concatenate(0, one, more);
    g->number = jac_sub(jac_cumsum(jac_astype(g->first, rt_public_dtype(g->index)), 0), 1);
    return jac_ok(g->number);
}

/* ---- a number of places ------------------------------------------------------------------------ */

static bool check_size(const char *what, int64_t size)
{
    return size == JAC_NONE || size >= 0 ||
           ir_fail("%s: .size must be at least 0, but is %lld", what, (long long)size);
}

/* How many elements the result has: the size that is given, or as many as the mask has. */
static bool count(const char *what, jac mask, int64_t *size)
{
    if (*size != JAC_NONE)
        return true;
    const rt_slot *s = rt_slot_of(mask);
    if (!s)
        return false;
    if (s->kind == RT_TRACED)
        return ir_fail("%s: how many elements the result has is not known while a function is traced; "
                       "give it as .size",
                       what);
    unsigned before = ir_fail_count();
    *size = jac_item_i64(jac_sum(mask));
    return ir_fail_count() == before;
}

/* The positions at which the mask is true, and, [size], which of them there are. */
static bool chosen(jac mask, int64_t size, ir_dtype d, jac *at, jac *there)
{
    *at = jac_flatnonzero(mask, .size = size);
    jac total = jac_sum(jac_astype(mask, rt_public_dtype(d)));
    *there = jac_lt(vector_iota(size, d), total);
    return jac_ok(*at) && jac_ok(*there);
}

/* A fill value as a scalar of dtype d. */
static jac fill_of(const char *what, jac fill, ir_dtype d)
{
    ir_type t;
    if (!rt_type_of(fill, &t))
        return JAC_NULL;
    if (t.rank) {
        ir_fail("%s: fill_value must be a scalar, but is %s", what, ir_type_tmp(&t));
        return JAC_NULL;
    }
    return rt_convert(fill, d, false);
}

/* ---- unique ------------------------------------------------------------------------------------ */

/* Results in the order of the options. */
enum { VALUES, INDEX, INVERSE, COUNTS, RESULTS };

static bool unique_results(const char *what, const ir_type *t, const groups *g,
                           const jac_unique_opts *o, jac *y)
{
    int64_t size = o->size;
    jac at, there;
    if (!count(what, g->first, &size) || !chosen(g->first, size, g->index, &at, &there))
        return false;
    y[VALUES] = jac_take(g->sorted, at, 0);
    if (o->fill_value.word) {
        jac fill = fill_of(what, o->fill_value, t->dtype);
        jac rows = t->rank == 2 ? jac_reshape(there, size, 1) : there;
        y[VALUES] = jac_ok(fill) ? jac_where(rows, y[VALUES], fill) : JAC_NULL;
    }
    y[INDEX] = o->return_index ? jac_take(g->place, at, 0) : at;
    y[INVERSE] = o->return_inverse ? jac_put_along_axis(g->number, g->place, g->number, 0) : at;
    y[COUNTS] = o->return_counts ? jac_segment_sum(jac_ones_like(g->number), g->number, size) : at;
    for (int k = 0; k < RESULTS; k++)
        if (!jac_ok(y[k]))
            return false;
    return true;
}

/* Of no elements. */
static bool unique_of_none(const char *what, const ir_type *t, const jac_unique_opts *o, jac *y)
{
    int64_t size = o->size == JAC_NONE ? 0 : o->size, shape[] = {size, t->dim[1]};
    if (size && !o->fill_value.word)
        return ir_fail("%s: x has no elements, so .size = %lld needs a .fill_value", what,
                       (long long)size);
    jac fill = size ? fill_of(what, o->fill_value, t->dtype)
                    : rt_literal(t->dtype, (ir_scalar){0}, false);
    ir_dtype d = rt_default_int();
    jac zero = rt_literal(d, (ir_scalar){0}, false);
    y[VALUES] = jac_ok(fill) ? rt_broadcast_to(fill, t->rank, shape) : JAC_NULL;
    y[INDEX] = y[COUNTS] = rt_broadcast_to(zero, 1, &size);
    y[INVERSE] = rt_broadcast_to(zero, 1, &t->dim[0]);
    return jac_ok(y[VALUES]) && jac_ok(y[INDEX]) && jac_ok(y[INVERSE]);
}

/* x as a vector or as rows along the axis. Returns the axis; -1: none, x is raveled; -2: an error. */
static int as_rows(const char *what, jac_dims given, jac *x, ir_type *t, ir_type *rows)
{
    int64_t one, axis;
    if (!rt_promote(1, x, false) || !rt_type_of(*x, t) || !rt_axes(what, &given, &one))
        return -2;
    if (given.v && given.n != 1) {
        ir_fail("%s: one axis can be given, but axes are %s", what, ir_ints_tmp(given.v, given.n));
        return -2;
    }
    if (given.v && !rt_axis(what, given.v[0], t->rank, &axis))
        return -2;
    if (!given.v) {
        *x = jac_reshape(*x, ir_type_count(t));
        return rt_type_of(*x, rows) ? -1 : -2;
    }
    *x = np_move_axis(*x, (int)axis, 0);
    int64_t n = t->dim[axis], others = 1;
    for (int k = 0; k < t->rank; k++)
        others *= k == axis ? 1 : t->dim[k];
    *x = jac_ok(*x) ? jac_reshape(*x, n, others) : JAC_NULL;
    return rt_type_of(*x, rows) ? (int)axis : -2;
}

/* Gives the values the shape of x but along the axis, and the inverse that of x without one. */
static bool shape_results(const ir_type *t, int axis, jac *y)
{
    ir_type values;
    if (axis < 0)
        return jac_ok(y[INVERSE] = jac_reshape(y[INVERSE], ((jac_dims){t->rank, t->dim})));
    if (!rt_type_of(y[VALUES], &values))
        return false;
    int64_t shape[IR_MAX_RANK] = {values.dim[0]};
    for (int k = 0, to = 1; k < t->rank; k++)
        if (k != axis)
            shape[to++] = t->dim[k];
    y[VALUES] = np_move_axis(jac_reshape(y[VALUES], ((jac_dims){t->rank, shape})), 0, axis);
    return jac_ok(y[VALUES]);
}

static bool unique(jac x, const jac_unique_opts *o, jac *y)
{
    static const char what[] = "unique";
    ir_type t, rows;
    groups g;
    if (!check_size(what, o->size))
        return false;
    int axis = as_rows(what, o->axis, &x, &t, &rows);
    if (axis < -1)
        return false;
    bool none = !rows.dim[0];
    if (rows.rank == 2 && !rows.dim[1] && !none) /* rows without elements are all equal */
        return ir_fail("unique: the parts of %s along axis %d have no elements", ir_type_tmp(&t), axis);
    return (none ? unique_of_none(what, &rows, o, y)
                 : group(x, o->equal_nan, JAC_NULL, &g) && unique_results(what, &rows, &g, o, y)) &&
           ((axis < 0 && !o->return_inverse) || shape_results(&t, axis, y));
}

/* Ends the call, and hands out results. */
static jac hand_out(unsigned mark, bool ok, int n, jac *y, jac *const *to)
{
    ok = rt_end_tree(mark, ok ? n : 0, y) && ok;
    for (int k = 1; k < n; k++)
        if (to[k])
            *to[k] = ok ? y[k] : JAC_NULL;
    return ok ? y[0] : JAC_NULL;
}

jac jac_unique_(const jac_loc *at, jac x, jac_unique_opts o)
{
    unsigned m = rt_begin(at);
    jac y[RESULTS] = {JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL};
    jac *const to[] = {NULL, o.return_index, o.return_inverse, o.return_counts};
    return hand_out(m, unique(x, &o, y), RESULTS, y, to);
}

/* ---- sets -------------------------------------------------------------------------------------- */

/* Which elements of the two, joined into one vector and sorted, are wanted. */
typedef struct {
    groups g;
    int64_t nx, ny;
    jac is_x;       /* [n], sorted */
    jac in_x, in_y; /* [n], sorted: does its group have elements of x, of y? */
} joined;

static jac group_has(const joined *j, jac which)
{
    jac ones = jac_astype(which, rt_public_dtype(j->g.index));
    jac any = jac_gt(jac_segment_max(ones, j->g.number, j->g.n), 0);
    return jac_take(any, j->g.number, 0);
}

static bool join(jac x, jac y, joined *j)
{
    jac both = jac_concatenate(0, x, y);
    ir_type t;
    if (!rt_type_of(x, &t))
        return false;
    j->nx = t.dim[0];
    if (!rt_type_of(y, &t))
        return false;
    j->ny = t.dim[0];
    jac source = jac_ge(vector_iota(j->nx + j->ny, rt_default_int()), j->nx);
    if (!jac_ok(source) || !jac_ok(both) || !group(both, true, source, &j->g))
        return false;
    j->is_x = jac_lt(j->g.place, j->nx);
    j->in_x = group_has(j, j->is_x);
    j->in_y = group_has(j, jac_logical_not(j->is_x));
    return jac_ok(j->in_x) && jac_ok(j->in_y);
}

/* Where filled is true, the elements; elsewhere the fill value or, by default, the first element, or 0
 * if there is none. */
static jac fill_up(const char *what, jac values, jac there, int64_t size, jac fill, const ir_type *t,
                   bool by_zero)
{
    jac zero = rt_literal(t->dtype, (ir_scalar){0}, false), least = zero;
    if (!size)
        return values;
    if (fill.word)
        least = fill_of(what, fill, t->dtype);
    else if (!by_zero) /* if one is NaN, it is that, as in JAX */
        least = jac_where(jac_at(there, 0), jac_min(jac_where(there, values, jac_at(values, 0))), zero);
    return jac_ok(least) ? jac_where(there, values, least) : JAC_NULL;
}

/* The position of the first element of y in each group, sorted; of x it is that of the group's first. */
static jac first_of_y(const joined *j)
{
    jac place = jac_where(j->is_x, j->nx + j->ny, j->g.place);
    jac least = jac_segment_min(place, j->g.number, j->g.n);
    return jac_sub(jac_take(least, j->g.number, 0), j->nx);
}

/* out: values, positions in x, positions in y. */
static bool of_sorted(const char *what, const joined *j, const ir_type *t, jac mask,
                      const jac_set_opts *o, jac *out)
{
    int64_t size = o->size;
    jac at, there;
    mask = jac_logical_and(mask, j->g.first);
    if (!jac_ok(mask) || !count(what, mask, &size) || !chosen(mask, size, j->g.index, &at, &there))
        return false;
    bool by_zero = !strcmp(what, "setdiff1d");
    out[0] = fill_up(what, jac_take(j->g.sorted, at, 0), there, size, o->fill_value, t, by_zero);
    out[1] = out[2] = at;
    if (o->return_indices_x)
        out[1] = jac_where(there, jac_take(j->g.place, at, 0), j->nx);
    if (o->return_indices_y)
        out[2] = jac_where(there, jac_take(first_of_y(j), at, 0), j->ny);
    return jac_ok(out[0]) && jac_ok(out[1]) && jac_ok(out[2]);
}

/* Those elements of x, in their order. */
static bool of_x(const char *what, jac x, jac y, const ir_type *t, const jac_set_opts *o, jac *out)
{
    jac mask = jac_logical_not(jac_isin(x, y)), at, there;
    int64_t size = o->size;
    if (!jac_ok(mask) || !count(what, mask, &size) ||
        !chosen(mask, size, rt_default_int(), &at, &there))
        return false;
    out[0] = fill_up(what, jac_take(x, at, 0), there, size, o->fill_value, t, true);
    out[1] = out[2] = at;
    return jac_ok(out[0]);
}

static bool set_operation(const char *what, jac x, jac y, const jac_set_opts *o, jac *out)
{
    ir_type tx, ty;
    joined j;
    jac v[] = {x, y};
    bool is_union = !strcmp(what, "union1d"), meet = !strcmp(what, "intersect1d");
    if (!is_union && !meet && strcmp(what, "setdiff1d") && strcmp(what, "setxor1d"))
        return ir_fail("there is no operation on sets called '%s'", what);
    if (!check_size(what, o->size))
        return false;
    if ((o->return_indices_x || o->return_indices_y) && !meet)
        return ir_fail("%s: indices are given by intersect1d only", what);
    if (!rt_promote(2, v, false) || !rt_type_of(v[0], &tx) || !rt_type_of(v[1], &ty))
        return false;
    x = jac_reshape(v[0], ir_type_count(&tx));
    y = jac_reshape(v[1], ir_type_count(&ty));
    if (is_union) {
        jac_unique_opts u = {.axis = JAC_OMITTED_, .size = o->size, .fill_value = o->fill_value, .equal_nan = true};
        jac all[RESULTS];
        bool ok = jac_ok(x) && jac_ok(y) && unique(jac_concatenate(0, x, y), &u, all);
        out[0] = out[1] = out[2] = ok ? all[VALUES] : JAC_NULL;
        return ok;
    }
    if (!ir_type_count(&tx) && !ir_type_count(&ty)) { /* of nothing, nothing is left */
        int64_t size = o->size == JAC_NONE ? 0 : o->size;
        jac none = rt_broadcast_to(rt_literal(IR_bool, (ir_scalar){0}, false), 1, &size);
        jac zeros = rt_broadcast_to(rt_literal(tx.dtype, (ir_scalar){0}, false), 1, &size);
        jac places = jac_astype(none, rt_public_dtype(rt_default_int()));
        out[0] = jac_ok(zeros) ? fill_up(what, zeros, none, size, o->fill_value, &tx, true) : zeros;
        out[1] = out[2] = places;
        return jac_ok(out[0]) && jac_ok(places);
    }
    if (!strcmp(what, "setdiff1d") && o->assume_unique && ir_type_count(&tx))
        return of_x(what, x, y, &tx, o, out);
    if (!join(x, y, &j))
        return false;
    jac mask = meet                          ? jac_logical_and(j.in_x, j.in_y)
               : !strcmp(what, "setxor1d") ? jac_ne(j.in_x, j.in_y)
                                           : jac_logical_and(j.in_x, jac_logical_not(j.in_y));
    return of_sorted(what, &j, &tx, mask, o, out);
}

jac jac_set_operation_(const jac_loc *at, const char *what, jac x, jac y, jac_set_opts o)
{
    unsigned m = rt_begin_as(at, what ? what : "set_operation");
    jac out[3] = {JAC_NULL, JAC_NULL, JAC_NULL};
    jac *const to[] = {NULL, o.return_indices_x, o.return_indices_y};
    bool ok = what ? set_operation(what, x, y, &o, out) : ir_fail("no operation on sets is named");
    return hand_out(m, ok, 3, out, to);
}

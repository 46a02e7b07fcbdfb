/* Sorting, and positions in sorted arrays. */
#include <string.h>

#include "ops/host/host.h"
#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* ---- sorting ---------------------------------------------------------------------------------- */

static bool sort_by(int n, const jac *x, int axis, int num_keys, bool descending, jac *out)
{
    ir_attr attr[] = {[SORT_DIMENSION] = {.i = axis},
                      [SORT_NUM_KEYS] = {.i = num_keys},
                      [SORT_DESCENDING] = {.i = descending}};
    return rt_emit(&op_sort, n, x, attr, n, out);
}

/* Sorts x; its places, of dtype d, are put in the same order. */
static bool sort_with_places(jac x, const ir_type *t, int axis, bool descending, ir_dtype d, jac *y)
{
    ir_type places = ir_type_like(*t, d);
    jac in[] = {x, np_iota(&places, axis)};
    return jac_ok(in[1]) && sort_by(2, in, axis, 1, descending, y);
}

/* The dtype of indices of an axis of n elements. */
static ir_dtype index_dtype(int64_t n)
{
    return n > INT32_MAX ? IR_i64 : rt_default_int();
}

bool np_sort_axis(const char *what, jac_dims given, const ir_type *t, int64_t *axis)
{
    int64_t one;
    if (!rt_axes(what, &given, &one))
        return false;
    if (given.v && given.n != 1)
        return ir_fail("%s: one axis can be given, but axes are %s", what,
                       ir_ints_tmp(given.v, given.n));
    if (!t->rank)
        return ir_fail("%s: a scalar has no axis to sort along", what);
    return rt_axis(what, given.v ? given.v[0] : -1, t->rank, axis);
}

jac jac_sort_(const jac_loc *at, const char *what, jac x, jac_sort_opts o)
{
    unsigned m = rt_begin_as(at, what);
    ir_type t;
    int64_t axis;
    jac y[2] = {JAC_NULL, JAC_NULL};
    bool places = !strcmp(what, "argsort");
    if (!rt_promote(1, &x, false) || !rt_type_of(x, &t) || !np_sort_axis(what, o.axis, &t, &axis))
        return rt_end(m, JAC_NULL);
    bool ok = places ? sort_with_places(x, &t, (int)axis, o.descending, index_dtype(t.dim[axis]), y)
                     : sort_by(1, &x, (int)axis, 1, o.descending, y);
    return rt_end(m, ok ? y[places] : JAC_NULL);
}

static bool of_one_shape(const char *what, int n, const jac *x, ir_type *t)
{
    for (int k = 0; k < n; k++) {
        ir_type other;
        if (!rt_type_of(x[k], &other))
            return false;
        if (!k)
            *t = other;
        ir_type like = ir_type_like(*t, other.dtype);
        like.weak = other.weak;
        if (!ir_same_type(&like, &other))
            return ir_fail("%s: array %d is %s, but must have the shape of the first one, %s", what,
                           k, ir_type_tmp(&other), ir_type_tmp(t));
    }
    return true;
}

/* Copies the keys or operands to `in`, in reverse order if asked for, and checks them. */
static bool take_handles(const char *what, jac_handles x, bool reverse, jac *in, ir_type *t)
{
    if (!x.x || x.n < 1 || x.n >= HOST_MOST_SORTED)
        return ir_fail("%s: 1 to %d arrays can be given, but there are %lld", what,
                       HOST_MOST_SORTED - 1, (long long)(x.x ? x.n : 0));
    for (int k = 0; k < (int)x.n; k++) {
        in[k] = x.x[reverse ? (int)x.n - 1 - k : k];
        if (!rt_promote(1, &in[k], false))
            return false;
    }
    return of_one_shape(what, (int)x.n, in, t) &&
           (t->rank || ir_fail("%s: a scalar has no axis to sort along", what));
}

bool jac_sort_all_(const jac_loc *at, jac_handles x, int64_t axis, int num_keys, jac_out out)
{
    unsigned m = rt_begin_as(at, "sort_all");
    ir_type t;
    jac in[HOST_MOST_SORTED], y[HOST_MOST_SORTED];
    int n = (int)x.n;
    bool ok = take_handles("sort_all", x, false, in, &t) && rt_room("sort_all", "", n, out) &&
              rt_axis("sort_all", axis, t.rank, &axis);
    ok = ok && ((num_keys > 0 && num_keys <= n) ||
                ir_fail("sort_all: num_keys must be 1 to %d, the number of arrays, but is %d", n,
                        num_keys));
    bool room = ok;
    ok = ok && sort_by(n, in, (int)axis, num_keys, false, y);
    ok = rt_end_tree(m, ok ? n : 0, y) && ok;
    for (int k = 0; room && k < n; k++)
        ((jac *)out.at)[k] = ok ? y[k] : JAC_NULL;
    return ok;
}

jac jac_lexsort_(const jac_loc *at, jac_handles keys)
{
    unsigned m = rt_begin_as(at, "lexsort");
    ir_type t;
    jac in[HOST_MOST_SORTED], y[HOST_MOST_SORTED];
    int n = (int)keys.n;
    if (!take_handles("lexsort", keys, true, in, &t))
        return rt_end(m, JAC_NULL);
    ir_type places = ir_type_like(t, index_dtype(t.dim[t.rank - 1]));
    in[n] = np_iota(&places, t.rank - 1);
    return rt_end(m,
                  jac_ok(in[n]) && sort_by(n + 1, in, t.rank - 1, n, false, y) ? y[n] : JAC_NULL);
}

jac_top jac_top_k_(const jac_loc *at, jac x, int64_t k)
{
    unsigned m = rt_begin_as(at, "top_k");
    jac y[2];
    ir_attr attr[] = {[TOP_K_K] = {.i = k}};
    bool ok = rt_promote(1, &x, false) && rt_emit(&op_top_k, 1, &x, attr, 2, y);
    ok = rt_end_tree(m, ok ? 2 : 0, y) && ok;
    return ok ? (jac_top){y[0], y[1]} : (jac_top){JAC_NULL, JAC_NULL};
}

/* ---- positions in sorted arrays ---------------------------------------------------------------- */

/* Is the NaN-last order a < b, or a <= b? */
static jac is_before(jac a, jac b, bool equal, bool floats)
{
    jac y = equal ? jac_le(a, b) : jac_lt(a, b);
    if (!floats)
        return y;
    jac nan_b = jac_isnan(b);
    return jac_logical_or(y, equal ? nan_b : jac_logical_and(nan_b, jac_logical_not(jac_isnan(a))));
}

/* Binary search for all elements at once: in each step, the position is advanced by `step` if the
 * element before the new position is still before v. */
static jac search(jac a, int64_t n, jac v, bool right, bool floats)
{
    int64_t step = 1;
    while (step <= n / 2)
        step *= 2;
    jac at = rt_convert(jac_zeros_like(v), index_dtype(n), false);
    for (; step > 0 && n > 0; step /= 2) {
        jac next = jac_add(at, step), in = jac_le(next, n);
        jac before = is_before(jac_take(a, jac_sub(jac_minimum(next, n), 1), 0), v, right, floats);
        at = jac_where(jac_logical_and(in, before), next, at);
    }
    return at;
}

/* How many elements of a are before each of v: all are compared. */
static jac compare_all(jac a, int64_t n, jac v, const ir_type *t, bool right, bool floats)
{
    int64_t shape[IR_MAX_RANK];
    if (t->rank == IR_MAX_RANK) {
        ir_fail("searchsorted: %s has too many dimensions for this method", ir_type_tmp(t));
        return JAC_NULL;
    }
    memcpy(shape, t->dim, sizeof t->dim);
    shape[t->rank] = 1;
    jac before = is_before(a, jac_reshape(v, ((jac_dims){t->rank + 1, shape})), right, floats);
    return rt_convert(jac_sum(before, -1), index_dtype(n), false);
}

/* Both are sorted together. Equal elements of a come before those of v with `right`, and behind them
 * without. What is before an element of v is then of a, or of v; the latter ones are counted. */
static jac search_by_sorting(jac a, int64_t n, jac v, const ir_type *t, bool right)
{
    int64_t m = ir_type_count(t);
    jac flat = jac_reshape(v, m), y[2];
    jac in[] = {right ? jac_concatenate(0, a, flat) : jac_concatenate(0, flat, a), jac_arange(n + m)};
    if (!jac_ok(in[0]) || !sort_by(2, in, 0, 1, false, y))
        return JAC_NULL;
    int64_t first = right ? n : 0;
    jac number = jac_sub(y[1], first); /* of an element of v */
    jac is_v = jac_logical_and(jac_ge(number, 0), jac_lt(number, m));
    jac of_a = jac_cumsum(rt_convert(jac_logical_not(is_v), index_dtype(n), false), 0);
    jac at = jac_zeros(m, rt_public_dtype(index_dtype(n)));
    at = jac_set(at, of_a, jac_where(is_v, number, m), JAC_MODE(.mode = JAC_FILL_OR_DROP));
    return jac_reshape(at, ((jac_dims){t->rank, t->dim}));
}

static jac searchsorted(const char *what, jac a, jac v, const jac_search_opts *o)
{
    jac both[] = {a, v};
    ir_type t, tv, ts;
    if (!rt_promote(2, both, false) || !rt_type_of(both[0], &t) || !rt_type_of(both[1], &tv))
        return JAC_NULL;
    if (t.rank != 1) {
        ir_fail("%s: the sorted array must be a vector, but is %s", what, ir_type_tmp(&t));
        return JAC_NULL;
    }
    if ((unsigned)o->method > JAC_SEARCH_COMPARE_ALL) {
        ir_fail("%s: there is no method %d", what, (int)o->method);
        return JAC_NULL;
    }
    if (o->sorter.word) {
        if (!rt_type_of(o->sorter, &ts))
            return JAC_NULL;
        if (ts.rank != 1 || ts.dim[0] != t.dim[0]) {
            ir_fail("%s: the sorter must have an index for each element of %s, but is %s", what,
                    ir_type_tmp(&t), ir_type_tmp(&ts));
            return JAC_NULL;
        }
        both[0] = jac_take(both[0], o->sorter, 0);
    }
    if (!jac_ok(both[0]))
        return JAC_NULL;
    bool floats = ir_has_fraction(t.dtype);
    if (o->method == JAC_SEARCH_COMPARE_ALL)
        return compare_all(both[0], t.dim[0], both[1], &tv, o->right, floats);
    if (o->method == JAC_SEARCH_SORT && t.dim[0] && ir_type_count(&tv))
        return search_by_sorting(both[0], t.dim[0], both[1], &tv, o->right);
    return search(both[0], t.dim[0], both[1], o->right, floats);
}

jac jac_searchsorted_(const jac_loc *at, jac a, jac v, jac_search_opts o)
{
    unsigned m = rt_begin_as(at, "searchsorted");
    return rt_end(m, searchsorted("searchsorted", a, v, &o));
}

jac jac_digitize_(const jac_loc *at, jac x, jac bins, jac_search_opts o)
{
    unsigned m = rt_begin_as(at, "digitize");
    o.right = !o.right;
    return rt_end(m, searchsorted("digitize", bins, x, &o));
}

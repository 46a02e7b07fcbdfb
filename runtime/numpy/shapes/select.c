/* Elements chosen, put in and taken out: select, insert, delete, trim_zeros. */
#include <inttypes.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/shapes/shapes.h"

/* ---- select ------------------------------------------------------------------------------------------------- */

jac jac_select_(const jac_loc *at, jac_handles conditions, jac_handles choices, jac otherwise)
{
    unsigned m = rt_begin(at);
    IR_SCRATCH(scratch);
    if (!sh_given("select", conditions))
        return rt_end(m, JAC_NULL);
    if (conditions.n != choices.n || !choices.x) {
        ir_fail("select: %" PRId64 " conditions are given, but %" PRId64 " choices", conditions.n, choices.n);
        return rt_end(m, JAC_NULL);
    }
    int n = (int)choices.n;
    jac *v = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *v);
    if (!v)
        return rt_end(m, JAC_NULL);
    memcpy(v, choices.x, (size_t)n * sizeof *v);
    v[n] = otherwise;
    if (!rt_promote(n + 1, v, false))
        return rt_end(m, JAC_NULL);
    jac y = v[n];
    for (int k = n - 1; k >= 0 && jac_ok(y); k--)
        y = jac_where(np_truth(conditions.x[k]), v[k], y);
    return rt_end(m, y);
}

/* ---- delete ------------------------------------------------------------------------------------------------- */

/* x, raveled if no axis is given, and the axis. */
static bool on_axis(const char *what, jac *x, ir_type *t, jac_dims given, int64_t *axis)
{
    if (!sh_array(x, t))
        return false;
    if (given.v && given.n != 1)
        return ir_fail("%s: at most one axis can be given, but axes are %s", what, ir_ints_tmp(given.v, given.n));
    if (!given.v) {
        *x = jac_ravel(*x);
        if (!jac_ok(*x) || !rt_type_of(*x, t))
            return false;
    }
    return rt_axis(what, given.v ? given.v[0] : 0, t->rank, axis);
}

/* The integers of an index, counted from the front; NULL with an error. An array of bools gives where it is true. */
static int64_t *positions(ir_arena *mem, const char *what, jac_counts index, int64_t size, int64_t most, int64_t *n)
{
    int64_t *v = NULL;
    ir_type t;
    if (index.kind == JAC_COUNTS_ARRAY) {
        if (!rt_type_of(index.array, &t) || !(v = sh_integers(mem, what, index.array, n)))
            return NULL;
        if (t.dtype == IR_bool) {
            int64_t found = 0;
            if (*n != size) {
                ir_fail("%s: the mask must have %" PRId64 " elements, but is %s", what, size, ir_type_tmp(&t));
                return NULL;
            }
            for (int64_t k = 0; k < size; k++)
                if (v[k])
                    v[found++] = k;
            *n = found;
        }
    } else {
        bool list = index.kind == JAC_COUNTS_LIST;
        if (list && !rt_list(what, index.list))
            return NULL;
        *n = list ? index.list.n : 1;
        v = ir_alloc(mem, (size_t)(*n + 1) * sizeof *v);
        for (int64_t k = 0; v && k < *n; k++)
            v[k] = list ? index.list.v[k] : index.one;
    }
    for (int64_t k = 0; v && k < *n; k++) {
        int64_t given = v[k];
        v[k] += given < 0 ? size : 0;
        if (v[k] < 0 || v[k] > most) {
            ir_fail("%s: index %" PRId64 " is out of range for an axis of size %" PRId64, what, given, size);
            return NULL;
        }
    }
    return v;
}

static jac without_one(jac x, int64_t axis, int64_t size, int64_t at)
{
    return jac_concatenate(axis, sh_slice(x, axis, 0, at, 1), sh_slice(x, axis, at + 1, size, 1));
}

static jac taken(jac x, const int32_t *index, int64_t n, int64_t axis)
{
    jac at = jac_array_of(JAC_I32, JAC_SHAPE(n), (const void *)index);
    return jac_take_(NULL, x, at, axis, (jac_index_opts){.mode = JAC_CLIP});
}

static jac without(ir_arena *mem, jac x, const ir_type *t, int64_t axis, const int64_t *drop, int64_t n)
{
    int64_t size = t->dim[axis], left = 0;
    uint8_t *gone = ir_alloc(mem, (size_t)size + 1);
    int32_t *keep = size <= INT32_MAX ? ir_alloc(mem, (size_t)(size + 1) * sizeof *keep) : NULL;
    if (!gone || !keep)
        return JAC_NULL;
    memset(gone, 0, (size_t)size + 1);
    for (int64_t k = 0; k < n; k++)
        gone[drop[k]] = 1;
    for (int64_t k = 0; k < size; k++)
        if (!gone[k])
            keep[left++] = (int32_t)k;
    return taken(x, keep, left, axis);
}

/* Distinct traced indices: place k holds element k plus the number of those that are dropped before it. */
static jac without_traced(jac x, const ir_type *t, int64_t axis, jac index)
{
    int64_t size = t->dim[axis], n = jac_size(index);
    if (n > size) {
        ir_fail("delete: %" PRId64 " distinct indices are given for an axis of size %" PRId64, n, size);
        return JAC_NULL;
    }
    index = jac_astype(jac_ravel(index), JAC_I32);
    index = jac_clip(jac_where(jac_lt(index, 0), jac_add(index, size), index), 0, size);
    index = jac_sub(jac_sort(index), jac_iota(JAC_I32, n, 0));
    jac at = jac_iota(JAC_I32, size - n, 0);
    at = jac_add(at, jac_searchsorted(index, at, .right = true));
    return jac_take_(NULL, x, at, axis, (jac_index_opts){.mode = JAC_CLIP});
}

jac jac_delete_(const jac_loc *at, jac x, jac_counts index, jac_delete_opts o)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t one, axis, n;
    if (!rt_axes("delete", &o.axis, &one) || !on_axis("delete", &x, &t, o.axis, &axis))
        return rt_end(m, JAC_NULL);
    const rt_slot *s = index.kind == JAC_COUNTS_ARRAY ? rt_slot_of(index.array) : NULL;
    if (index.kind == JAC_COUNTS_ARRAY && !s)
        return rt_end(m, JAC_NULL);
    if (o.assume_unique_indices && s && s->kind == RT_TRACED)
        return rt_end(m, without_traced(x, &t, axis, index.array));
    const int64_t *v = positions(&scratch, "delete", index, t.dim[axis], t.dim[axis] - 1, &n);
    if (!v)
        return rt_end(m, JAC_NULL);
    return rt_end(m, n == 1 ? without_one(x, axis, t.dim[axis], v[0]) : without(&scratch, x, &t, axis, v, n));
}

/* ---- insert ------------------------------------------------------------------------------------------------- */

/* The values in x's rank, and as many along the axis as are put in; all else broadcasts. */
static jac prepared(jac values, const ir_type *t, int64_t axis, bool scalar, int64_t *n)
{
    ir_type tv;
    int64_t dims[IR_MAX_RANK];
    values = sh_at_least(jac_astype(values, rt_public_dtype(t->dtype)), t->rank);
    if (jac_ok(values) && scalar)
        values = np_move_axis(values, 0, (int)axis);
    if (!jac_ok(values) || !rt_type_of(values, &tv))
        return JAC_NULL;
    bool fits = tv.rank == t->rank;
    int64_t own = fits ? tv.dim[axis] : 1;
    *n = *n == 1 ? own : *n;
    fits = fits && (own == *n || own == 1);
    for (int k = 0; k < t->rank && fits; k++)
        dims[k] = k == axis ? *n : t->dim[k];
    if (!fits) {
        ir_fail("insert: %s cannot be inserted into %s along axis %d", ir_type_tmp(&tv), ir_type_tmp(t), (int)axis);
        return JAC_NULL;
    }
    return jac_broadcast_to_(NULL, values, (jac_dims){t->rank, dims});
}

/* The places of the result: those of x, and behind them those of the values, in the order of their indices. */
static jac merged(ir_arena *mem, jac x, jac values, int64_t size, int64_t n, const int64_t *before, int64_t axis)
{
    int32_t *from = size + n <= INT32_MAX ? ir_alloc(mem, (size_t)(size + n + 1) * sizeof *from) : NULL;
    if (!from)
        return JAC_NULL;
    int64_t next = 0;
    for (int64_t k = 0; k <= size; k++) {
        for (int64_t j = 0; j < n; j++)
            if (before[j] == k)
                from[next++] = (int32_t)(size + j);
        if (k < size)
            from[next++] = (int32_t)k;
    }
    return taken(jac_concatenate(axis, x, values), from, size + n, axis);
}

jac jac_insert_(const jac_loc *at, jac x, jac_counts index, jac values, jac_axis_opts o)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    ir_type t, ti = {0};
    int64_t one, axis, given;
    if (!rt_axes("insert", &o.axis, &one) || !on_axis("insert", &x, &t, o.axis, &axis))
        return rt_end(m, JAC_NULL);
    if (index.kind == JAC_COUNTS_ARRAY && !rt_type_of(index.array, &ti))
        return rt_end(m, JAC_NULL);
    bool scalar = index.kind == JAC_COUNTS_ONE || (index.kind == JAC_COUNTS_ARRAY && ti.rank == 0);
    int64_t size = t.dim[axis], *v = positions(&scratch, "insert", index, size, size, &given), n = given;
    values = v ? prepared(values, &t, axis, scalar, &n) : JAC_NULL;
    if (!jac_ok(values))
        return rt_end(m, JAC_NULL);
    if (given == 1) /* all of them in one place */
        return rt_end(m, jac_concatenate(axis, sh_slice(x, axis, 0, v[0], 1), values,
                                         sh_slice(x, axis, v[0], size, 1)));
    return rt_end(m, merged(&scratch, x, values, size, n, v, axis));
}

/* ---- trim_zeros --------------------------------------------------------------------------------------------- */

/* Which elements are not 0; they must be known. */
static bool nonzero_span(jac x, const ir_type *t, int64_t axis, int64_t *first, int64_t *last)
{
    jac at[IR_MAX_RANK];
    *first = t->dim[axis];
    *last = 0;
    if (!jac_nonzero_(NULL, x, (jac_nonzero_opts){.size = JAC_NONE}, rt_out(at)))
        return false;
    IR_SCRATCH(scratch);
    int64_t n, *v = sh_integers(&scratch, "trim_zeros", at[axis], &n);
    for (int64_t k = 0; v && k < n; k++) {
        *first = v[k] < *first ? v[k] : *first;
        *last = v[k] + 1 > *last ? v[k] + 1 : *last;
    }
    return v != NULL;
}

jac jac_trim_zeros_(const jac_loc *at, jac x, const char *trim, jac_axis_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t one, axes[IR_MAX_RANK];
    if (!trim || strspn(trim, "fbFB") != strlen(trim)) {
        ir_fail("trim_zeros: the sides are \"f\" for front, \"b\" for back or \"fb\", not \"%s\"", trim ? trim : "");
        return rt_end(m, JAC_NULL);
    }
    if (!rt_axes("trim_zeros", &o.axis, &one) || !sh_array(&x, &t) || !rt_concrete(x, "trim_zeros"))
        return rt_end(m, JAC_NULL);
    int n = np_axes("trim_zeros", o.axis, t.rank, axes);
    jac y = n < 0 ? JAC_NULL : x;
    for (int k = 0; k < n && jac_ok(y); k++) {
        int64_t first, last;
        if (!nonzero_span(x, &t, axes[k], &first, &last))
            return rt_end(m, JAC_NULL);
        bool none = last == 0;
        int64_t start = !none && strpbrk(trim, "fF") ? first : 0;
        int64_t stop = none ? 0 : strpbrk(trim, "bB") ? last : t.dim[axes[k]];
        y = sh_slice(y, axes[k], start, stop, 1);
    }
    return rt_end(m, y);
}

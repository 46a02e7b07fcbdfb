/* Functions that rearrange arrays: reshape, transpose, slices, concatenation, indexing. Each
 * resolves NumPy's conveniences (negative axes, an inferred size) and emits the primitive.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* ---- axes ----------------------------------------------------------------------------------- */

int np_axes(const char *what, jac_dims axes, int rank, int64_t out[IR_MAX_RANK])
{
    if (!rt_list(what, axes))
        return -1;
    if (!axes.v) {
        for (int k = 0; k < rank; k++)
            out[k] = k;
        return rank;
    }
    if (axes.n > rank) {
        ir_fail("%s: axes %s are given for %d dimension%s", what, ir_ints_tmp(axes.v, axes.n), rank,
                rank == 1 ? "" : "s");
        return -1;
    }
    for (int k = 0; k < axes.n; k++) {
        int64_t axis;
        if (!rt_axis(what, axes.v[k], rank, &axis))
            return -1;
        for (int j = 0; j < k; j++)
            if (out[j] == axis) {
                ir_fail("%s: axis %d appears twice in %s", what, (int)axis,
                        ir_ints_tmp(axes.v, axes.n));
                return -1;
            }
        out[k] = axis;
    }
    return axes.n;
}

/* The type of x; if x is a C number, replaces it by an array. */
static bool array_type(jac *x, ir_type *t)
{
    return rt_promote(1, x, false) && rt_type_of(*x, t);
}

static bool one_for_each(const char *what, const char *name, jac_dims d, const ir_type *t)
{
    return rt_list(what, d) &&
           (d.n == t->rank || ir_fail("%s: %d %s%s given for %s", what, (int)d.n, name,
                                      d.n == 1 ? " is" : "s are", ir_type_tmp(t)));
}

static jac with_dims(const ir_op *op, jac x, int n, const int64_t *dims)
{
    return rt_emit1(op, 1, &x, &(ir_attr){.n = n, .ints = dims});
}

/* ---- the same elements in another shape ----------------------------------------------------- */

/* Copies the shape to `out` and computes the one size that is given as -1. */
static bool infer_size(const ir_type *t, jac_dims shape, int64_t *out)
{
    int unknown = -1;
    int64_t known = 1, count = ir_type_count(t);
    for (int k = 0; k < shape.n; k++) {
        out[k] = shape.v[k];
        if (out[k] == -1 && unknown < 0)
            unknown = k;
        else if (out[k] < 0 || __builtin_mul_overflow(known, out[k], &known))
            return ir_fail("reshape: %s is not a valid shape for %s", ir_ints_tmp(shape.v, shape.n),
                           ir_type_tmp(t));
    }
    bool fits = unknown < 0 ? known == count : known != 0 && count % known == 0;
    if (!fits)
        return ir_fail("reshape: %s has %" PRId64 " elements, which do not fit shape %s",
                       ir_type_tmp(t), count, ir_ints_tmp(shape.v, shape.n));
    if (unknown >= 0)
        out[unknown] = count / known;
    return true;
}

jac jac_reshape_(const jac_loc *at, jac x, jac_dims shape)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t sizes[IR_MAX_RANK];
    if (shape.n > IR_MAX_RANK)
        ir_fail("reshape: the shape has %d dimensions, but at most %d are possible", (int)shape.n,
                IR_MAX_RANK);
    if (shape.n > IR_MAX_RANK || !rt_list("reshape", shape) || !array_type(&x, &t) ||
        !infer_size(&t, shape, sizes))
        return rt_end(m, JAC_NULL);
    bool same = shape.n == t.rank && !memcmp(sizes, t.dim, (size_t)shape.n * sizeof *sizes);
    return rt_end(m, same ? x : rt_reshape(x, shape.n, sizes));
}

jac jac_transpose_(const jac_loc *at, jac x, jac_dims permutation)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t axes[IR_MAX_RANK];
    if (!array_type(&x, &t))
        return rt_end(m, JAC_NULL);
    if (permutation.n == 0) {
        for (int k = 0; k < t.rank; k++)
            axes[k] = t.rank - 1 - k;
        return rt_end(m, t.rank < 2 ? x : rt_transpose(x, axes));
    }
    bool ok = one_for_each("transpose", "axis", permutation, &t) &&
              np_axes("transpose", permutation, t.rank, axes) >= 0;
    return rt_end(m, ok ? rt_transpose(x, axes) : JAC_NULL);
}

jac np_move_axis(jac x, int from, int to)
{
    ir_type t;
    int64_t axes[IR_MAX_RANK];
    if (!jac_ok(x) || from == to || !rt_type_of(x, &t))
        return x;
    for (int k = 0, rest = 0; k < t.rank; k++) {
        if (rest == from)
            rest++;
        axes[k] = k == to ? from : rest++;
    }
    return rt_transpose(x, axes);
}

jac jac_moveaxis_(const jac_loc *at, jac x, int64_t from, int64_t to)
{
    unsigned m = rt_begin(at);
    ir_type t;
    bool ok = array_type(&x, &t) && rt_axis("moveaxis", from, t.rank, &from) &&
              rt_axis("moveaxis", to, t.rank, &to);
    return rt_end(m, ok ? np_move_axis(x, from, to) : JAC_NULL);
}

jac jac_swapaxes_(const jac_loc *at, jac x, int64_t a, int64_t b)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!array_type(&x, &t) || !rt_axis("swapaxes", a, t.rank, &a) ||
        !rt_axis("swapaxes", b, t.rank, &b))
        return rt_end(m, JAC_NULL);
    int64_t axes[IR_MAX_RANK];
    for (int k = 0; k < t.rank; k++)
        axes[k] = k == a ? b : k == b ? a : k;
    return rt_end(m, a == b ? x : rt_transpose(x, axes));
}

jac jac_broadcast_to_(const jac_loc *at, jac x, jac_dims shape)
{
    unsigned m = rt_begin(at);
    ir_type t, to;
    if (!array_type(&x, &t) || !rt_type_for("broadcast_to", shape, t.dtype, &to))
        return rt_end(m, JAC_NULL);
    bool fits = rt_broadcasts(&t, &to);
    if (!fits)
        ir_fail("broadcast_to: %s does not broadcast to shape %s", ir_type_tmp(&t),
                ir_ints_tmp(shape.v, shape.n));
    return rt_end(m, fits ? rt_broadcast_to(x, to.rank, to.dim) : JAC_NULL);
}

jac jac_broadcast_in_dim_(const jac_loc *at, jac x, jac_dims shape, jac_dims dims)
{
    unsigned m = rt_begin(at);
    ir_type t, to;
    bool ok = rt_list("broadcast_in_dim", dims) && array_type(&x, &t) &&
              rt_type_for("broadcast_in_dim", shape, t.dtype, &to);
    ir_attr attr[] = {[BROADCAST_SHAPE] = {.n = shape.n, .ints = shape.v},
                      [BROADCAST_DIMS] = {.n = dims.n, .ints = dims.v}};
    return rt_end(m, ok ? rt_emit1(&op_broadcast_in_dim, 1, &x, attr) : JAC_NULL);
}

jac np_expand_dims(jac x, int n, const int64_t *axes)
{
    ir_type t;
    if (!array_type(&x, &t))
        return JAC_NULL;
    if (t.rank + n > IR_MAX_RANK) {
        ir_fail("expand_dims: %s has too many dimensions for %d more", ir_type_tmp(&t), n);
        return JAC_NULL;
    }
    return with_dims(&op_expand_dims, x, n, axes);
}

jac jac_expand_dims_(const jac_loc *at, jac x, jac_dims given)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t axes[IR_MAX_RANK], sorted[IR_MAX_RANK];
    int n = 0;
    if (!array_type(&x, &t) || !rt_list("expand_dims", given))
        return rt_end(m, JAC_NULL);
    if (given.n == 0)
        return rt_end(m, x);
    if (t.rank + given.n > IR_MAX_RANK) {
        ir_fail("expand_dims: %s has too many dimensions for %d more", ir_type_tmp(&t),
                (int)given.n);
        return rt_end(m, JAC_NULL);
    }
    if (np_axes("expand_dims", given, t.rank + given.n, axes) < 0)
        return rt_end(m, JAC_NULL);
    for (int d = 0; d < t.rank + given.n; d++)
        for (int k = 0; k < given.n; k++)
            if (axes[k] == d)
                sorted[n++] = d;
    return rt_end(m, np_expand_dims(x, n, sorted));
}

jac jac_squeeze_(const jac_loc *at, jac x, jac_dims given)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t axes[IR_MAX_RANK];
    int n = 0;
    if (!array_type(&x, &t))
        return rt_end(m, JAC_NULL);
    if (given.n) {
        n = np_axes("squeeze", given, t.rank, axes);
    } else {
        for (int k = 0; k < t.rank; k++)
            if (t.dim[k] == 1)
                axes[n++] = k;
    }
    return rt_end(m, n < 0 ? JAC_NULL : n == 0 ? x : with_dims(&op_squeeze, x, n, axes));
}

jac jac_flip_(const jac_loc *at, jac x, jac_dims given)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t axes[IR_MAX_RANK];
    if (!array_type(&x, &t))
        return rt_end(m, JAC_NULL);
    int n = np_axes("flip", given.n ? given : (jac_dims){0, NULL}, t.rank, axes);
    return rt_end(m, n < 0 ? JAC_NULL : n == 0 ? x : with_dims(&op_rev, x, n, axes));
}

/* ---- arrays in a row ------------------------------------------------------------------------ */

/* Copies the handles, promoted to one dtype, to the arena; NULL with an error. */
static jac *promoted(ir_arena *mem, const char *what, jac_handles x)
{
    if (x.n < 1 || x.n > INT_MAX || !x.x) {
        ir_fail("%s: there must be at least one array", what);
        return NULL;
    }
    jac *v = ir_alloc(mem, (size_t)x.n * sizeof *v);
    if (!v)
        return NULL;
    memcpy(v, x.x, (size_t)x.n * sizeof *v);
    if (rt_promote((int)x.n, v, false))
        return v;
    return NULL;
}

static jac concatenate(jac *v, int n, int axis)
{
    return n == 1 ? v[0] : rt_emit1(&op_concatenate, n, v, &(ir_attr){.i = axis});
}

jac jac_concatenate_(const jac_loc *at, int64_t axis, jac_handles x)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    ir_type t;
    jac y = JAC_NULL, *v = promoted(&scratch, "concatenate", x);
    if (v && rt_type_of(v[0], &t) && rt_axis("concatenate", axis, t.rank, &axis))
        y = concatenate(v, (int)x.n, axis);
    return rt_end(m, y);
}

static bool same_shapes(const char *what, int n, const jac *x)
{
    ir_type first, t;
    if (!rt_type_of(x[0], &first))
        return false;
    for (int k = 1; k < n; k++)
        if (!rt_type_of(x[k], &t) || !ir_same_shape(&first, &t))
            return ir_fail("%s: array 0 is %s, but array %d is %s; they must have one shape", what,
                           ir_type_tmp(&first), k, ir_type_tmp(&t));
    return true;
}

jac jac_stack_(const jac_loc *at, int64_t axis, jac_handles x)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    ir_type t;
    jac y = JAC_NULL, *v = promoted(&scratch, "stack", x);
    int n = v ? (int)x.n : 0;
    if (v && same_shapes("stack", n, v) && rt_type_of(v[0], &t) &&
        rt_axis("stack", axis, t.rank + 1, &axis)) {
        bool ok = true;
        for (int k = 0; k < n && ok; k++)
            ok = jac_ok(v[k] = np_expand_dims(v[k], 1, (int64_t[]){axis}));
        y = ok ? concatenate(v, n, axis) : JAC_NULL;
    }
    return rt_end(m, y);
}

jac jac_pad_(const jac_loc *at, jac x, jac fill, jac_dims low, jac_dims high, jac_dims interior)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, fill};
    ir_type t;
    int64_t none[IR_MAX_RANK] = {0};
    if (!rt_promote(2, v, false) || !rt_type_of(v[0], &t))
        return rt_end(m, JAC_NULL);
    if (!interior.v && !interior.n)
        interior = (jac_dims){t.rank, none};
    ir_attr attr[] = {[PAD_LOW] = {.n = low.n, .ints = low.v},
                      [PAD_HIGH] = {.n = high.n, .ints = high.v},
                      [PAD_INTERIOR] = {.n = interior.n, .ints = interior.v}};
    bool ok = one_for_each("pad", "low bound", low, &t) &&
              one_for_each("pad", "high bound", high, &t) &&
              one_for_each("pad", "interior size", interior, &t);
    return rt_end(m, ok ? rt_emit1(&op_pad, 2, v, attr) : JAC_NULL);
}

/* ---- slices --------------------------------------------------------------------------------- */

static jac slice(jac x, const ir_type *t, const int64_t *start, const int64_t *limit,
                 const int64_t *strides)
{
    ir_attr attr[] = {[SLICE_START] = {.n = t->rank, .ints = start},
                      [SLICE_LIMIT] = {.n = t->rank, .ints = limit},
                      [SLICE_STRIDES] = {.n = t->rank, .ints = strides}};
    return rt_emit1(&op_slice, 1, &x, attr);
}

jac jac_slice_(const jac_loc *at, jac x, jac_dims start, jac_dims limit, jac_dims strides)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t ones[IR_MAX_RANK];
    for (int k = 0; k < IR_MAX_RANK; k++)
        ones[k] = 1;
    if (!array_type(&x, &t))
        return rt_end(m, JAC_NULL);
    if (!strides.v && !strides.n)
        strides = (jac_dims){t.rank, ones};
    bool ok = one_for_each("slice", "start", start, &t) &&
              one_for_each("slice", "limit", limit, &t) &&
              one_for_each("slice", "stride", strides, &t);
    return rt_end(m, ok ? slice(x, &t, start.v, limit.v, strides.v) : JAC_NULL);
}

jac jac_slice_in_dim_(const jac_loc *at, jac x, int64_t start, int64_t limit, int64_t stride,
                      int64_t axis)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t from[IR_MAX_RANK] = {0}, to[IR_MAX_RANK], by[IR_MAX_RANK];
    if (!array_type(&x, &t) || !rt_axis("slice_in_dim", axis, t.rank, &axis))
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < t.rank; k++)
        to[k] = t.dim[k], by[k] = 1;
    from[axis] = start < 0 ? start + t.dim[axis] : start;
    to[axis] = limit < 0 ? limit + t.dim[axis] : limit;
    by[axis] = stride;
    if (from[axis] < 0 || to[axis] > t.dim[axis]) {
        ir_fail("slice_in_dim: from %lld to %lld is not within axis %lld of %s", (long long)start,
                (long long)limit, (long long)axis, ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    return rt_end(m, slice(x, &t, from, to, by));
}

/* ---- positions ------------------------------------------------------------------------------ */

jac np_positions(const char *what, jac index, int64_t size)
{
    ir_type t;
    if (!rt_promote(1, &index, false) || !rt_type_of(index, &t))
        return JAC_NULL;
    ir_kind kind = ir_dtypes[t.dtype].kind;
    if (kind != IR_KIND_INT && kind != IR_KIND_UINT) {
        ir_fail("%s: indices must be integers, but are %s", what, ir_type_tmp(&t));
        return JAC_NULL;
    }
    if (t.dtype == IR_u64)
        index = jac_minimum(index, (uint64_t)INT64_MAX);
    bool wide = size > INT32_MAX || (ir_dtypes[t.dtype].size >= 4 && t.dtype != IR_i32);
    index = rt_convert(index, wide ? IR_i64 : IR_i32, false);
    return kind == IR_KIND_UINT ? index : jac_where(jac_lt(index, 0), jac_add(index, size), index);
}

static bool is_number(jac index)
{
    const rt_slot *s = rt_slot_of(index);
    return s && s->kind == RT_NUMBER && s->number.kind == IR_KIND_INT;
}

static int64_t from_front(int64_t index, int64_t size)
{
    return index < 0 ? index + size : index;
}

/* Like `positions`, for a single position; a C number becomes a literal. */
static jac position(const char *what, jac index, int64_t size)
{
    ir_type t;
    if (!rt_type_of(index, &t))
        return JAC_NULL;
    if (t.rank) {
        ir_fail("%s: an index must be a scalar, but is %s", what, ir_type_tmp(&t));
        return JAC_NULL;
    }
    if (!is_number(index))
        return np_positions(what, index, size);
    int64_t i = from_front(rt_slot_of(index)->number.i, size);
    ir_dtype d = i == (int32_t)i ? IR_i32 : IR_i64;
    return rt_literal(d, ir_scalar_of_int(d, i), false);
}

/* Gives all starts one dtype. */
static bool align_starts(int n, jac *start)
{
    return n == 0 || rt_promote(n, start, false);
}

static bool starts_of(const char *what, const ir_type *t, jac_handles in, jac *out)
{
    if (in.n != t->rank || (in.n && !in.x))
        return ir_fail("%s: %d start%s given for %s", what, in.x ? (int)in.n : 0,
                       in.n == 1 ? " is" : "s are", ir_type_tmp(t));
    for (int k = 0; k < t->rank; k++)
        if (!jac_ok(out[k] = position(what, in.x[k], t->dim[k])))
            return false;
    return align_starts(t->rank, out);
}

jac jac_dynamic_slice_(const jac_loc *at, jac x, jac_dims sizes, jac_handles start)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac in[IR_MAX_RANK + 1];
    ir_attr attr[] = {[DYNAMIC_SLICE_SIZES] = {.n = sizes.n, .ints = sizes.v}};
    bool ok = array_type(&x, &t) && one_for_each("dynamic_slice", "size", sizes, &t) &&
              starts_of("dynamic_slice", &t, start, in + 1);
    in[0] = x;
    return rt_end(m, ok ? rt_emit1(&op_dynamic_slice, t.rank + 1, in, attr) : JAC_NULL);
}

jac jac_dynamic_update_slice_(const jac_loc *at, jac x, jac update, jac_handles start)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac in[IR_MAX_RANK + 2] = {x, update};
    bool ok = rt_promote(2, in, false) && rt_type_of(in[0], &t) &&
              starts_of("dynamic_update_slice", &t, start, in + 2);
    return rt_end(m, ok ? rt_emit1(&op_dynamic_update_slice, t.rank + 2, in, NULL) : JAC_NULL);
}

/* ---- indexing ------------------------------------------------------------------------------- */

/* Checks that C integers are in range. For an axis of size 0 no index is, not even a traced one. */
static bool check_indices(const ir_type *t, int n, const jac *index)
{
    if (n > t->rank)
        return ir_fail("jac_at: %d indices are given for %s", n, ir_type_tmp(t));
    for (int k = 0; k < n; k++) {
        if (t->dim[k] == 0)
            return ir_fail("jac_at: %s has no elements along axis %d", ir_type_tmp(t), k);
        if (!is_number(index[k]))
            continue;
        int64_t given = rt_slot_of(index[k])->number.i, i = from_front(given, t->dim[k]);
        if (i < 0 || i >= t->dim[k])
            return ir_fail("jac_at: index %" PRId64 " is out of range for axis %d of %s", given, k,
                           ir_type_tmp(t));
    }
    return true;
}

static jac block_at_numbers(jac x, const ir_type *t, int n, const jac *index)
{
    int64_t from[IR_MAX_RANK] = {0}, to[IR_MAX_RANK], by[IR_MAX_RANK];
    for (int k = 0; k < t->rank; k++) {
        by[k] = 1;
        from[k] = k < n ? from_front(rt_slot_of(index[k])->number.i, t->dim[k]) : 0;
        to[k] = k < n ? from[k] + 1 : t->dim[k];
    }
    return slice(x, t, from, to, by);
}

static jac block_at_values(jac x, const ir_type *t, int n, const jac *index)
{
    jac in[IR_MAX_RANK + 1] = {x};
    int64_t sizes[IR_MAX_RANK];
    jac zero = n < t->rank ? jac_of_i64(0) : JAC_NULL;
    for (int k = 0; k < t->rank; k++) {
        sizes[k] = k < n ? 1 : t->dim[k];
        if (!jac_ok(in[k + 1] = position("jac_at", k < n ? index[k] : zero, t->dim[k])))
            return JAC_NULL;
    }
    ir_attr attr[] = {[DYNAMIC_SLICE_SIZES] = {.n = t->rank, .ints = sizes}};
    return align_starts(t->rank, in + 1) ? rt_emit1(&op_dynamic_slice, t->rank + 1, in, attr)
                                         : JAC_NULL;
}

jac jac_at_(const jac_loc *at, jac x, int n, const jac *index)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!array_type(&x, &t) || !check_indices(&t, n, index))
        return rt_end(m, JAC_NULL);
    if (n == 0)
        return rt_end(m, x);
    bool numbers = true;
    for (int k = 0; k < n; k++)
        numbers = numbers && is_number(index[k]);
    jac block = numbers ? block_at_numbers(x, &t, n, index) : block_at_values(x, &t, n, index);
    return rt_end(m, jac_ok(block) ? rt_reshape(block, t.rank - n, t.dim + n) : JAC_NULL);
}

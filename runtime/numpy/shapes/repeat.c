/* Arrays repeated: repeat, tile, resize, kron. With numbers that are known when tracing, each is one broadcast and
 * one reshape, not a gather.
 */
#include <inttypes.h>

#include "ops/ops.h"
#include "runtime/numpy/shapes/shapes.h"

/* ---- by a broadcast ------------------------------------------------------------------------------------- */

/* How x is broadcast: its dimensions, and around each the repeats that are not 1. */
typedef struct {
    int n;
    int64_t dim[3 * IR_MAX_RANK], place[IR_MAX_RANK], size[IR_MAX_RANK];
    bool fits;
} stretched;

static void add_dim(stretched *s, int64_t size)
{
    s->dim[s->n++] = size;
}

static stretched plan_stretch(const ir_type *t, const int64_t *before, const int64_t *after)
{
    stretched s = {.fits = true};
    for (int k = 0; k < t->rank; k++) {
        if (before[k] != 1)
            add_dim(&s, before[k]);
        s.place[k] = s.n;
        add_dim(&s, t->dim[k]);
        if (after[k] != 1)
            add_dim(&s, after[k]);
        int64_t repeats;
        if (__builtin_mul_overflow(before[k], after[k], &repeats) ||
            __builtin_mul_overflow(repeats, t->dim[k], &s.size[k]))
            s.fits = ir_fail("%s along axis %d would be too large", ir_type_tmp(t), k);
    }
    return s;
}

/* One axis after the other, where all of them at once would have too many dimensions. */
static jac stretch_in_turn(jac x, const ir_type *t, const int64_t *before, const int64_t *after)
{
    ir_type now = *t;
    for (int k = 0; k < t->rank && jac_ok(x); k++) {
        int64_t ones[2][IR_MAX_RANK];
        for (int j = 0; j < t->rank; j++)
            ones[0][j] = ones[1][j] = 1;
        ones[0][k] = before[k];
        ones[1][k] = after[k];
        x = sh_stretch(x, &now, ones[0], ones[1]);
        if (!jac_ok(x) || !rt_type_of(x, &now))
            return JAC_NULL;
    }
    return x;
}

jac sh_stretch(jac x, const ir_type *t, const int64_t *before, const int64_t *after)
{
    stretched s = plan_stretch(t, before, after);
    if (!s.fits)
        return JAC_NULL;
    if (s.n == t->rank)
        return x;
    if (s.n > IR_MAX_RANK)
        return stretch_in_turn(x, t, before, after);
    ir_attr attr[] = {[BROADCAST_SHAPE] = {.n = s.n, .ints = s.dim},
                      [BROADCAST_DIMS] = {.n = t->rank, .ints = s.place}};
    jac y = rt_emit1(&op_broadcast_in_dim, 1, &x, attr);
    return jac_ok(y) ? rt_reshape(y, t->rank, s.size) : JAC_NULL;
}

/* ---- tile and resize ------------------------------------------------------------------------------------ */

jac jac_tile_(const jac_loc *at, jac x, jac_dims reps)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t before[IR_MAX_RANK], after[IR_MAX_RANK];
    if (!rt_list("tile", reps) || !sh_array(&x, &t))
        return rt_end(m, JAC_NULL);
    if (reps.n > IR_MAX_RANK) {
        ir_fail("tile: %d numbers are given, but an array has at most %d axes", (int)reps.n, IR_MAX_RANK);
        return rt_end(m, JAC_NULL);
    }
    x = sh_at_least(x, (int)reps.n);
    if (!jac_ok(x) || !rt_type_of(x, &t))
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < t.rank; k++) {
        int64_t from = k - (t.rank - reps.n);
        before[k] = from < 0 ? 1 : reps.v[from];
        after[k] = 1;
        if (before[k] < 0) {
            ir_fail("tile: each number must be at least 0, but they are %s", ir_ints_tmp(reps.v, reps.n));
            return rt_end(m, JAC_NULL);
        }
    }
    return rt_end(m, sh_stretch(x, &t, before, after));
}

jac jac_resize_(const jac_loc *at, jac x, jac_dims shape)
{
    unsigned m = rt_begin(at);
    ir_type t, to;
    if (!sh_array(&x, &t) || !rt_type_for("resize", shape, t.dtype, &to))
        return rt_end(m, JAC_NULL);
    int64_t have = ir_type_count(&t), want = ir_type_count(&to), one = 1;
    if (have == 0 || want == 0)
        return rt_end(m, jac_full_like_(NULL, jac_zeros(shape, rt_public_dtype(t.dtype)), jac_of_i64(0)));
    x = rt_reshape(x, 1, &have);
    int64_t repeats = (want - 1) / have + 1;
    if (jac_ok(x) && rt_type_of(x, &t))
        x = sh_stretch(x, &t, &repeats, &one);
    x = want < repeats * have ? sh_slice(x, 0, 0, want, 1) : x;
    return rt_end(m, jac_ok(x) ? rt_reshape(x, to.rank, to.dim) : JAC_NULL);
}

/* ---- kron ----------------------------------------------------------------------------------------------- */

/* x's axis k becomes axis 2 k + offset; the others have size 1. */
static jac spread(jac x, const ir_type *t, int offset)
{
    int64_t dims[2 * IR_MAX_RANK];
    for (int k = 0; k < t->rank; k++) {
        dims[2 * k + offset] = t->dim[k];
        dims[2 * k + 1 - offset] = 1;
    }
    return rt_reshape(x, 2 * t->rank, dims);
}

jac jac_kron_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type tx, ty;
    int64_t sizes[IR_MAX_RANK];
    if (!rt_promote(2, v, false) || !rt_type_of(v[0], &tx) || !rt_type_of(v[1], &ty))
        return rt_end(m, JAC_NULL);
    int rank = tx.rank > ty.rank ? tx.rank : ty.rank;
    if (2 * rank > IR_MAX_RANK) {
        ir_fail("kron: %s and %s have too many dimensions; at most %d are possible", ir_type_tmp(&tx),
                ir_type_tmp(&ty), IR_MAX_RANK / 2);
        return rt_end(m, JAC_NULL);
    }
    v[0] = sh_at_least(v[0], rank);
    v[1] = sh_at_least(v[1], rank);
    if (!jac_ok(v[0]) || !jac_ok(v[1]) || !rt_type_of(v[0], &tx) || !rt_type_of(v[1], &ty))
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < rank; k++)
        if (__builtin_mul_overflow(tx.dim[k], ty.dim[k], &sizes[k])) {
            ir_fail("kron: the product of %s and %s would be too large", ir_type_tmp(&tx), ir_type_tmp(&ty));
            return rt_end(m, JAC_NULL);
        }
    jac z = jac_mul(spread(v[0], &tx, 0), spread(v[1], &ty, 1));
    return rt_end(m, jac_ok(z) ? rt_reshape(z, rank, sizes) : JAC_NULL);
}

/* ---- repeat --------------------------------------------------------------------------------------------- */

static jac repeat_each(jac x, const ir_type *t, int64_t axis, int64_t times)
{
    int64_t ones[IR_MAX_RANK], after[IR_MAX_RANK];
    if (times < 0) {
        ir_fail("repeat: the number of repeats must be at least 0, but is %" PRId64, times);
        return JAC_NULL;
    }
    for (int k = 0; k < t->rank; k++) {
        ones[k] = 1;
        after[k] = k == axis ? times : 1;
    }
    return sh_stretch(x, t, ones, after);
}

/* The index of the part at each place of the result, from n numbers of repeats. */
static jac indices_of(const int64_t *repeats, int64_t n, int64_t total)
{
    IR_SCRATCH(scratch);
    int32_t *index = n <= INT32_MAX ? ir_alloc(&scratch, (size_t)(total + 1) * sizeof *index) : NULL;
    int64_t at = 0;
    if (!index)
        return JAC_NULL;
    for (int64_t k = 0; k < n; k++)
        for (int64_t j = 0; j < repeats[k] && at < total; j++)
            index[at++] = (int32_t)k;
    while (at < total)
        index[at++] = (int32_t)(n - 1);
    return jac_array_of(JAC_I32, JAC_SHAPE(total), (const void *)index);
}

static jac taken(jac x, jac index, int64_t axis)
{
    return jac_take_(NULL, x, index, axis, (jac_index_opts){.mode = JAC_CLIP});
}

/* Numbers that are known: n of them, for the parts of x along the axis. */
static jac repeat_by_list(jac x, const ir_type *t, int64_t axis, jac_dims repeats, int64_t total)
{
    int64_t sum = 0;
    if (repeats.n == 1 && total == JAC_NONE)
        return repeat_each(x, t, axis, repeats.v[0]);
    if (repeats.n != t->dim[axis]) {
        ir_fail("repeat: %" PRId64 " numbers of repeats are given for %" PRId64 " parts along axis %d of %s",
                repeats.n, t->dim[axis], (int)axis, ir_type_tmp(t));
        return JAC_NULL;
    }
    for (int64_t k = 0; k < repeats.n; k++)
        if (repeats.v[k] < 0 || __builtin_add_overflow(sum, repeats.v[k], &sum)) {
            ir_fail("repeat: each number must be at least 0, but one is %" PRId64, repeats.v[k]);
            return JAC_NULL;
        }
    total = total == JAC_NONE ? sum : total;
    if (total > 0 && repeats.n == 0) {
        ir_fail("repeat: %s has no parts along axis %d to repeat", ir_type_tmp(t), (int)axis);
        return JAC_NULL;
    }
    if (total > INT64_MAX / 16 || repeats.n > INT32_MAX) {
        ir_fail("repeat: %" PRId64 " parts are too many for a list of repeats", total);
        return JAC_NULL;
    }
    return taken(x, indices_of(repeats.v, repeats.n, total), axis);
}

static jac repeat_by_known_array(jac x, const ir_type *t, int64_t axis, jac repeats, int64_t total)
{
    IR_SCRATCH(scratch);
    int64_t n, *v = sh_integers(&scratch, "repeat", repeats, &n), size = t->dim[axis];
    if (!v)
        return JAC_NULL;
    if (n == 1 && size != 1 && total != JAC_NONE) {
        int64_t *all = ir_alloc(&scratch, (size_t)(size + 1) * sizeof *all);
        for (int64_t k = 0; all && k < size; k++)
            all[k] = v[0];
        v = all;
        n = size;
    }
    return v ? repeat_by_list(x, t, axis, (jac_dims){n, v}, total) : JAC_NULL;
}

/* The part at a place is the number of running sums that are not beyond it. */
static jac repeat_by_traced_array(jac x, const ir_type *t, int64_t axis, jac repeats, int64_t total)
{
    if (total == JAC_NONE) {
        ir_fail("repeat: where the numbers of repeats are traced, .total_repeat_length must be given");
        return JAC_NULL;
    }
    repeats = jac_broadcast_to(jac_ravel(repeats), t->dim[axis]);
    jac ends = jac_cumsum(jac_astype(repeats, JAC_I32), 0);
    jac at = jac_searchsorted(ends, jac_arange(total), .right = true);
    return taken(x, jac_minimum(at, t->dim[axis] - 1), axis);
}

static bool is_traced(jac x)
{
    const rt_slot *s = rt_slot_of(x);
    return s && s->kind == RT_TRACED;
}

static jac repeat_by_array(jac x, const ir_type *t, int64_t axis, jac repeats, int64_t total)
{
    ir_type of;
    if (!rt_type_of(repeats, &of))
        return JAC_NULL;
    if (of.rank > 1 || ir_has_fraction(of.dtype)) {
        ir_fail("repeat: the numbers of repeats must be a vector of integers, but are %s", ir_type_tmp(&of));
        return JAC_NULL;
    }
    if (is_traced(repeats) && t->dim[axis] > 0)
        return repeat_by_traced_array(x, t, axis, repeats, total);
    return repeat_by_known_array(x, t, axis, repeats, total);
}

jac jac_repeat_(const jac_loc *at, jac x, jac_counts repeats, jac_repeat_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t one, axis, total = o.total_repeat_length;
    if (!rt_axes("repeat", &o.axis, &one) || !sh_array(&x, &t))
        return rt_end(m, JAC_NULL);
    if (o.axis.v && o.axis.n != 1) {
        ir_fail("repeat: at most one axis can be given, but axes are %s", ir_ints_tmp(o.axis.v, o.axis.n));
        return rt_end(m, JAC_NULL);
    }
    if (total != JAC_NONE && total < 0) {
        ir_fail("repeat: .total_repeat_length must be at least 0, but is %" PRId64, total);
        return rt_end(m, JAC_NULL);
    }
    if (!o.axis.v || t.rank == 0) {
        x = jac_ravel(x);
        if (!jac_ok(x) || !rt_type_of(x, &t))
            return rt_end(m, JAC_NULL);
    }
    if (!rt_axis("repeat", o.axis.v ? o.axis.v[0] : 0, t.rank, &axis))
        return rt_end(m, JAC_NULL);
    if (repeats.kind == JAC_COUNTS_ARRAY)
        return rt_end(m, repeat_by_array(x, &t, axis, repeats.array, total));
    if (repeats.kind == JAC_COUNTS_LIST)
        return rt_end(m, rt_list("repeat", repeats.list) ? repeat_by_list(x, &t, axis, repeats.list, total)
                                                         : JAC_NULL);
    jac y = repeat_each(x, &t, axis, repeats.one);
    int64_t sum = t.dim[axis] * repeats.one;
    if (!jac_ok(y) || total == JAC_NONE || total == sum)
        return rt_end(m, y);
    if (total < sum)
        return rt_end(m, sh_slice(y, axis, 0, total, 1));
    return rt_end(m, taken(y, jac_minimum(jac_arange(total), sum - 1), axis));
}

/* Where a condition is true. The number of places is known if the elements are, or if it is given.
 */
#include "ops/ops.h"
#include "runtime/numpy/indexing/plan.h"

/* ---- a given number of places ----------------------------------------------------------------------- */

/* The numbers of the true elements of a vector, as an array of `size`; and which of them there are.
 * Each true element knows how many there are up to it, and writes its number to that place. */
static bool numbers(jac mask, int64_t n, int64_t size, jac *number, jac *there)
{
    ir_dtype d = n > INT32_MAX || size > INT32_MAX ? IR_i64 : rt_default_int();
    ir_type t, all = {.dtype = (uint8_t)d, .rank = 1, .dim = {n}};
    if (!rt_type_for("nonzero", (jac_dims){1, &size}, d, &t))
        return false;
    jac none = rt_broadcast_to(index_literal(d, 0), 1, &size), end = index_literal(d, size);
    jac count = n ? jac_cumsum(rt_convert(mask, d, false), 0) : JAC_NULL;
    jac place = n ? jac_where(mask, jac_sub(count, index_literal(d, 1)), end) : none;
    jac total = n ? jac_at(count, -1) : index_literal(d, 0);
    *there = jac_lt(np_iota(&t, 0), total);
    *number = none;
    if (!n || !jac_ok(place) || !jac_ok(none))
        return jac_ok(*there) && jac_ok(none);
    ir_type at;
    if (!rt_type_of(place, &at))
        return false;
    windows_attrs a = windows_along(&t, &at, 0, 0);
    a.mode = WINDOWS_DROP;
    *number = np_emit_windows(&op_scatter, &a, 3, (jac[]){none, place, np_iota(&all, 0)});
    return jac_ok(*number) && jac_ok(*there);
}

static jac or_fill(jac there, jac position, jac fill, ir_dtype d)
{
    jac v = fill.word ? fill : jac_of_i64(0);
    ir_type t;
    if (!rt_type_of(v, &t))
        return JAC_NULL;
    if (ir_has_fraction(t.dtype) || t.rank) {
        ir_fail("nonzero: fill_value must be an integer, but is %s", ir_type_tmp(&t));
        return JAC_NULL;
    }
    return jac_where(there, position, rt_convert(v, d, false));
}

/* The position along each dimension, written to at. */
static bool sized_positions(jac mask, const ir_type *t, const jac_nonzero_opts *o, jac *at)
{
    jac number, there, flat = jac_reshape(mask, -1);
    ir_type nt;
    if (!ir_type_count(t))
        flat = jac_reshape(mask, 0);
    if (!jac_ok(flat) || !numbers(flat, ir_type_count(t), o->size, &number, &there) ||
        !rt_type_of(number, &nt))
        return false;
    for (int d = t->rank - 1; d >= 0; d--) {
        jac position = number;
        if ((d && !index_divide(&number, t->dim[d] ? t->dim[d] : 1, &position)) ||
            !jac_ok(at[d] = or_fill(there, position, o->fill_value, nt.dtype)))
            return false;
    }
    return true;
}

/* ---- both ------------------------------------------------------------------------------------------- */

static bool check_size(const char *what, const ir_type *t, jac mask, const jac_nonzero_opts *o)
{
    const rt_slot *s = rt_slot_of(mask);
    if (!s)
        return false;
    if (o->size == JAC_NONE && s->kind == RT_TRACED)
        return ir_fail("%s: %s is a traced value, so the number of places is not known; give it as "
                       ".size",
                       what, ir_type_tmp(t));
    return o->size == JAC_NONE || o->size >= 0 ||
           ir_fail("%s: .size must be at least 0, but is %lld", what, (long long)o->size);
}

/* Writes a vector of positions for each dimension of x to at; -1 with an error, otherwise their
 * number. */
static int positions_of(const char *what, jac x, const jac_nonzero_opts *o, jac *at)
{
    ir_type t;
    if (!rt_promote(1, &x, false) || !rt_type_of(x, &t))
        return -1;
    if (!t.rank) {
        ir_fail("%s: %s has no dimensions; use jac_reshape(x, 1)", what, ir_type_tmp(&t));
        return -1;
    }
    jac mask = np_truth(x);
    bool ok =
        jac_ok(mask) && check_size(what, &t, mask, o) &&
        (o->size == JAC_NONE ? np_true_positions(mask, at) : sized_positions(mask, &t, o, at));
    return ok ? t.rank : -1;
}

bool jac_nonzero_(const jac_loc *at, jac x, jac_nonzero_opts o, jac_out out)
{
    unsigned m = rt_begin(at);
    jac y[IR_MAX_RANK];
    int n = positions_of("jac_nonzero", x, &o, y);
    bool room = n >= 0 && rt_room("jac_nonzero", "", n, out);
    bool ok = rt_end_tree(m, room ? n : 0, y) && room;
    for (int k = 0; room && k < n; k++)
        ((jac *)out.at)[k] = ok ? y[k] : JAC_NULL;
    return ok;
}

jac jac_argwhere_(const jac_loc *at, jac x, jac_nonzero_opts o)
{
    unsigned m = rt_begin(at);
    jac y[IR_MAX_RANK];
    int n = positions_of("jac_argwhere", x, &o, y);
    return rt_end(m, n > 0 ? jac_stack(1, JAC_HANDLES(n, y)) : JAC_NULL);
}

/* The numbers of the true elements of x. */
static jac flat_positions(const char *what, jac x, const jac_nonzero_opts *o)
{
    jac flat, y;
    ir_type t;
    if (!rt_promote(1, &x, false) || !rt_type_of(x, &t))
        return JAC_NULL;
    flat = jac_reshape(x, ir_type_count(&t));
    return jac_ok(flat) && positions_of(what, flat, o, &y) > 0 ? y : JAC_NULL;
}

jac jac_flatnonzero_(const jac_loc *at, jac x, jac_nonzero_opts o)
{
    unsigned m = rt_begin(at);
    return rt_end(m, flat_positions("jac_flatnonzero", x, &o));
}

/* The parts of x along an axis where the condition is true. The fill value is read out of range. */
static jac compress(const char *what, jac condition, jac x, int64_t axis, const jac_nonzero_opts *o)
{
    ir_type t, tc;
    if (!rt_promote(1, &x, false) || !rt_promote(1, &condition, false) || !rt_type_of(x, &t) ||
        !rt_type_of(condition, &tc) || !rt_axis(what, axis, t.rank, &axis))
        return JAC_NULL;
    if (tc.rank != 1 || tc.dim[0] > t.dim[axis]) {
        ir_fail(
            "%s: for axis %d of %s, the condition must be a vector that is not longer, but is %s",
            what, (int)axis, ir_type_tmp(&t), ir_type_tmp(&tc));
        return JAC_NULL;
    }
    jac_nonzero_opts places = {.size = o->size, .fill_value = jac_of_i64(t.dim[axis])};
    jac at = flat_positions(what, condition, &places);
    jac_index_opts take = {.fill_value = o->fill_value.word ? o->fill_value : jac_of_i64(0)};
    return jac_ok(at) ? jac_take_(NULL, x, at, axis, take) : JAC_NULL;
}

jac jac_compress_(const jac_loc *at, jac condition, jac x, int64_t axis, jac_nonzero_opts o)
{
    unsigned m = rt_begin(at);
    return rt_end(m, compress("jac_compress", condition, x, axis, &o));
}

jac jac_extract_(const jac_loc *at, jac condition, jac x, jac_nonzero_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t, tc;
    if (!rt_promote(1, &x, false) || !rt_promote(1, &condition, false) || !rt_type_of(x, &t) ||
        !rt_type_of(condition, &tc))
        return rt_end(m, JAC_NULL);
    jac flat = jac_reshape(condition, ir_type_count(&tc)), v = jac_reshape(x, ir_type_count(&t));
    return rt_end(m,
                  jac_ok(flat) && jac_ok(v) ? compress("jac_extract", flat, v, 0, &o) : JAC_NULL);
}

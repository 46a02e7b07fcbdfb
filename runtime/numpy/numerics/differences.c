/* Differences of neighbours, slopes, integrals and interpolation. */
#include <inttypes.h>
#include <math.h>

#include "ops/ops.h"
#include "runtime/numpy/numerics/numerics.h"

/* Each element but the first, less the one before it. */
static jac step(jac x, int64_t axis, int64_t size, bool bools)
{
    if (size == 0)
        return x;
    jac next = nu_slice(x, axis, 1, size), before = nu_slice(x, axis, 0, size - 1);
    return bools ? jac_ne(next, before) : jac_sub(next, before);
}

/* ---- diff and ediff1d ------------------------------------------------------------------------------------- */

/* y, or one element of it along the axis if it is a scalar. */
static jac at_the_end(jac y, const ir_type *t, int64_t axis)
{
    ir_type ty;
    int64_t dims[IR_MAX_RANK];
    if (!nu_array(&y, &ty) || ty.rank)
        return y;
    for (int k = 0; k < t->rank; k++)
        dims[k] = k == axis ? 1 : t->dim[k];
    return rt_broadcast_to(y, t->rank, dims);
}

static jac joined(jac x, const ir_type *t, int64_t axis, jac before, jac after)
{
    jac v[3];
    int n = 0;
    if (jac_ok(before))
        v[n++] = at_the_end(before, t, axis);
    v[n++] = x;
    if (jac_ok(after))
        v[n++] = at_the_end(after, t, axis);
    return n == 1 ? x : jac_concatenate_(NULL, axis, (jac_handles){n, v});
}

jac jac_diff_(const jac_loc *at, jac x, jac_diff_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t axis;
    if (!nu_array(&x, &t))
        return rt_end(m, JAC_NULL);
    if (o.n < 0)
        ir_fail("diff: the number of times must be at least 0, but is %" PRId64, o.n);
    if (o.n <= 0)
        return rt_end(m, o.n < 0 ? JAC_NULL : x);
    if (!rt_axis("diff", o.axis, t.rank, &axis))
        return rt_end(m, JAC_NULL);
    x = joined(x, &t, axis, o.prepend, o.append);
    for (int64_t k = 0; k < o.n && jac_ok(x); k++) {
        if (!rt_type_of(x, &t))
            return rt_end(m, JAC_NULL);
        if (t.dim[axis] == 0)
            break;
        x = step(x, axis, t.dim[axis], t.dtype == IR_bool);
    }
    return rt_end(m, x);
}

jac jac_ediff1d_(const jac_loc *at, jac x, jac_ediff1d_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac v[3];
    int n = 0;
    if (!nu_array(&x, &t))
        return rt_end(m, JAC_NULL);
    if (t.dtype == IR_bool)
        ir_fail("ediff1d: bools have no differences");
    jac y = t.dtype == IR_bool ? JAC_NULL : step(jac_ravel(x), 0, ir_type_count(&t), false);
    if (!jac_ok(y))
        return rt_end(m, JAC_NULL);
    if (jac_ok(o.to_begin))
        v[n++] = jac_ravel(jac_astype(o.to_begin, rt_public_dtype(t.dtype)));
    v[n++] = y;
    if (jac_ok(o.to_end))
        v[n++] = jac_ravel(jac_astype(o.to_end, rt_public_dtype(t.dtype)));
    return rt_end(m, n == 1 ? y : jac_concatenate_(NULL, 0, (jac_handles){n, v}));
}

/* ---- gradient --------------------------------------------------------------------------------------------- */

/* By the same distance everywhere. */
static jac slopes_evenly(jac x, int64_t axis, int64_t n, jac h)
{
    jac lower = jac_div(step(nu_slice(x, axis, 0, 2), axis, 2, false), h);
    jac upper = jac_div(step(nu_slice(x, axis, n - 2, n), axis, 2, false), h);
    jac twice = jac_sub(nu_slice(x, axis, 2, n), nu_slice(x, axis, 0, n - 2));
    return jac_concatenate(axis, lower, jac_div(jac_mul(twice, 0.5), h), upper);
}

/* By coordinates, which have x's rank: the parabola through three points. */
static jac slopes_unevenly(jac x, int64_t axis, int64_t n, jac h)
{
    jac slope = jac_div(step(x, axis, n, false), step(h, axis, n, false));
    jac lower = nu_slice(slope, axis, 0, 1), upper = nu_slice(slope, axis, n - 2, n - 1);
    jac width = step(h, axis, n, false);
    jac left = nu_slice(width, axis, 0, n - 2), right = nu_slice(width, axis, 1, n - 1);
    jac weighted = jac_add(jac_mul(right, nu_slice(slope, axis, 0, n - 2)),
                           jac_mul(left, nu_slice(slope, axis, 1, n - 1)));
    return jac_concatenate(axis, lower, jac_div(weighted, jac_add(left, right)), upper);
}

static jac slopes(jac x, const ir_type *t, int64_t axis, jac h)
{
    ir_type th;
    int64_t dims[IR_MAX_RANK], n = t->dim[axis];
    if (!rt_type_of(h, &th))
        return JAC_NULL;
    if (n < 2) {
        ir_fail("gradient: axis %d of %s must have at least 2 elements", (int)axis, ir_type_tmp(t));
        return JAC_NULL;
    }
    if (th.rank == 0)
        return slopes_evenly(x, axis, n, h);
    if (th.rank != 1 || th.dim[0] != n) {
        ir_fail("gradient: the spacing along axis %d of %s must be a scalar or a vector of %" PRId64
                " coordinates, but is %s",
                (int)axis, ir_type_tmp(t), n, ir_type_tmp(&th));
        return JAC_NULL;
    }
    for (int k = 0; k < t->rank; k++)
        dims[k] = k == axis ? n : 1;
    return slopes_unevenly(x, axis, n, rt_reshape(h, t->rank, dims));
}

bool jac_gradient_(const jac_loc *at, jac x, jac_out out, jac_gradient_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t one, axes[IR_MAX_RANK];
    jac v[IR_MAX_RANK + 1] = {x}, y[IR_MAX_RANK];
    int given = (int)(o.spacing.n > 0 && o.spacing.n <= IR_MAX_RANK && o.spacing.x ? o.spacing.n : 0);
    for (int k = 0; k < given; k++)
        v[k + 1] = o.spacing.x[k];
    bool ok = rt_axes("gradient", &o.axis, &one) && nu_floats(given + 1, v, &t);
    int n = ok ? np_axes("gradient", o.axis, t.rank, axes) : -1;
    if (n >= 0 && o.spacing.n && (!given || (given != 1 && given != n)))
        ok = ir_fail("gradient: %" PRId64 " spacings are given for %d axes", o.spacing.n, n);
    bool room = ok && n >= 0 && rt_room("gradient", "", n, out);
    ok = room;
    for (int k = 0; k < n && ok; k++) {
        jac h = given == 0 ? rt_literal_f64(t.dtype, 1) : v[given == 1 ? 1 : k + 1];
        ok = jac_ok(y[k] = slopes(v[0], &t, axes[k], h));
    }
    ok = rt_end_tree(m, ok ? n : 0, y) && ok;
    for (int k = 0; room && k < n; k++)
        ((jac *)out.at)[k] = ok ? y[k] : JAC_NULL;
    return ok;
}

/* ---- integrals -------------------------------------------------------------------------------------------- */

/* The widths of the intervals: a scalar, or along the last axis. Null with an error. */
static jac widths(const jac_trapezoid_opts *o, jac x, const ir_type *t, int64_t axis)
{
    ir_type tx;
    if (!rt_type_of(x, &tx))
        return JAC_NULL;
    bool coordinates = jac_ok(o->x);
    if (!coordinates && tx.rank <= 1)
        return x;
    if (tx.rank == 1)
        return step(x, 0, tx.dim[0], false);
    if (tx.rank != t->rank) {
        ir_fail("trapezoid: .%s must be a vector or have the rank of %s, but is %s", coordinates ? "x" : "dx",
                ir_type_tmp(t), ir_type_tmp(&tx));
        return JAC_NULL;
    }
    return np_move_axis(coordinates ? step(x, axis, tx.dim[axis], false) : x, (int)axis, t->rank - 1);
}

static jac ordinate(jac y, int64_t axis, int64_t k)
{
    return jac_squeeze(nu_slice(y, axis, k, k + 1), axis);
}

jac jac_trapezoid_(const jac_loc *at, jac y, jac_trapezoid_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t, tw;
    int64_t axis;
    bool given = jac_ok(o.x) || jac_ok(o.dx);
    jac v[] = {y, jac_ok(o.x) ? o.x : o.dx};
    if (jac_ok(o.x) && jac_ok(o.dx)) {
        ir_fail("trapezoid: only one of .x and .dx can be given");
        return rt_end(m, JAC_NULL);
    }
    if (!nu_floats(given ? 2 : 1, v, &t) || !rt_axis("trapezoid", o.axis, t.rank, &axis))
        return rt_end(m, JAC_NULL);
    if (t.dim[axis] == 0) {
        ir_fail("trapezoid: %s has no elements along axis %d", ir_type_tmp(&t), (int)axis);
        return rt_end(m, JAC_NULL);
    }
    jac w = given ? widths(&o, v[1], &t, axis) : rt_literal_f64(t.dtype, 1);
    int last = t.rank - 1;
    int64_t n = t.dim[axis];
    y = np_move_axis(v[0], (int)axis, last);
    if (!jac_ok(w) || !jac_ok(y) || !rt_type_of(w, &tw))
        return rt_end(m, JAC_NULL);
    if (tw.rank == 0) { /* the same for all */
        jac ends = jac_add(ordinate(y, last, 0), ordinate(y, last, n - 1));
        return rt_end(m, jac_mul(w, jac_sub(jac_sum(y, last), jac_mul(0.5, ends))));
    }
    jac pairs = jac_add(nu_slice(y, last, 1, n), nu_slice(y, last, 0, n - 1));
    return rt_end(m, jac_mul(0.5, jac_sum(jac_mul(w, pairs), -1)));
}

/* ---- interpolation ---------------------------------------------------------------------------------------- */

/* The points in order, modulo the period, with the last one before the first and the first one after the last. */
static void make_periodic(jac *x, jac *xp, jac *fp, jac period, int64_t n)
{
    period = jac_abs(period);
    jac both[] = {jac_remainder(*xp, period), *fp}, sorted[2] = {JAC_NULL, JAC_NULL};
    *x = jac_remainder(*x, period);
    jac_sort_all(JAC_HANDLES(2, both), 0, 1, &sorted);
    *xp = jac_concatenate(0, jac_sub(nu_slice(sorted[0], 0, n - 1, n), period), sorted[0],
                          jac_add(nu_slice(sorted[0], 0, 0, 1), period));
    *fp = jac_concatenate(0, nu_slice(sorted[1], 0, n - 1, n), sorted[1], nu_slice(sorted[1], 0, 0, 1));
}

static jac end_of(jac v, int64_t k)
{
    return jac_squeeze(nu_slice(v, 0, k, k + 1));
}

static jac taken(jac v, jac index)
{
    return jac_take_(NULL, v, index, 0, (jac_index_opts){.mode = JAC_CLIP});
}

static jac interpolate(jac x, jac xp, jac fp, int64_t n, ir_dtype d, const jac_interp_opts *o)
{
    bool periodic = jac_ok(o->period);
    if (periodic) {
        make_periodic(&x, &xp, &fp, o->period, n);
        n += 2;
    }
    jac i = jac_clip(jac_searchsorted(xp, jac_stop_gradient(x), .right = true), 1, n - 1);
    jac before = jac_sub(i, 1);
    jac x0 = taken(xp, before), f0 = taken(fp, before);
    jac dx = jac_sub(taken(xp, i), x0), df = jac_sub(taken(fp, i), f0);
    double tiny = d == IR_f64 ? 0x1p-104 : d == IR_f32 ? 0x1p-46 : ldexp(ir_epsilon(d), -10);
    jac equal = jac_le(jac_abs(dx), tiny);
    jac y = jac_where(equal, f0, jac_add(f0, jac_mul(jac_div(jac_sub(x, x0), jac_where(equal, 1, dx)), df)));
    if (periodic)
        return y;
    if (!o->extrapolate_left)
        y = jac_where(jac_lt(x, end_of(xp, 0)), jac_ok(o->left) ? o->left : end_of(fp, 0), y);
    if (!o->extrapolate_right)
        y = jac_where(jac_gt(x, end_of(xp, n - 1)), jac_ok(o->right) ? o->right : end_of(fp, n - 1), y);
    return y;
}

jac jac_interp_(const jac_loc *at, jac x, jac xp, jac fp, jac_interp_opts o)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, xp}, f = fp;
    ir_type t, tp, tf;
    if (!nu_floats(2, v, &t) || !nu_floats(1, &f, &tf) || !rt_type_of(v[1], &tp) || !np_is_real("interp", &t))
        return rt_end(m, JAC_NULL);
    if (tp.rank != 1 || tf.rank != 1 || tp.dim[0] != tf.dim[0] || tp.dim[0] == 0) {
        ir_fail("interp: xp and fp must be vectors of one size of at least 1, but are %s and %s", ir_type_tmp(&tp),
                ir_type_tmp(&tf));
        return rt_end(m, JAC_NULL);
    }
    return rt_end(m, interpolate(v[0], v[1], f, tp.dim[0], t.dtype, &o));
}

/* ---- unwrap ----------------------------------------------------------------------------------------------- */

jac jac_unwrap_(const jac_loc *at, jac x, jac_unwrap_opts o)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, jac_ok(o.period) ? o.period : jac_of_f64(2 * M_PI)};
    ir_type t;
    int64_t axis;
    if (!rt_promote(2, v, false) || !rt_type_of(v[0], &t) || !np_is_real("unwrap", &t) ||
        !rt_axis("unwrap", o.axis, t.rank, &axis))
        return rt_end(m, JAC_NULL);
    int64_t n = t.dim[axis];
    if (n == 0)
        return rt_end(m, v[0]);
    bool floats = ir_has_fraction(t.dtype);
    jac period = v[1], half = floats ? jac_div(period, 2) : jac_floor_divide(period, 2);
    jac limit = jac_ok(o.discont) ? o.discont : jac_div(period, 2);
    jac d = step(v[0], axis, n, false);
    jac turned = jac_sub(jac_remainder(jac_add(d, half), period), half);
    jac edge = jac_logical_and(jac_eq(turned, jac_neg(half)), jac_gt(d, 0));
    turned = jac_where(edge, half, turned);
    jac by = jac_where(jac_lt(jac_abs(d), limit), 0, jac_sub(turned, d));
    jac rest = jac_add(nu_slice(v[0], axis, 1, n), jac_cumsum(by, axis));
    return rt_end(m, jac_concatenate(axis, nu_slice(v[0], axis, 0, 1), rest));
}

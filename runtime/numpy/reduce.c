/* The reductions of jax.numpy: over all axes or some, which are kept or dropped; the result dtypes
 * for integers and bools; and reductions composed of others (mean, var, logsumexp, norm).
 */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* ---- operands and axes ---------------------------------------------------------------------- */

typedef struct {
    const char *what;
    ir_type type; /* of the operand */
    int n;
    int64_t axes[IR_MAX_RANK]; /* ascending */
    int64_t count;             /* elements combined into one */
    int ddof;
    int dtype;     /* of the result, as an option says; -1: not given */
    jac where;     /* a mask of the operand's shape; null: all elements count */
    jac how_many;  /* with a mask: the elements that count, as a float */
} reduction;

static void sort(int n, int64_t *v)
{
    for (int k = 1; k < n; k++)
        for (int j = k; j > 0 && v[j] < v[j - 1]; j--) {
            int64_t larger = v[j - 1];
            v[j - 1] = v[j];
            v[j] = larger;
        }
}

static bool over_axes(reduction *r, const char *what, const ir_type *t, jac_dims axes)
{
    r->what = what;
    r->type = *t;
    r->n = np_axes(what, axes, r->type.rank, r->axes);
    if (r->n < 0)
        return false;
    sort(r->n, r->axes);
    r->count = 1;
    for (int k = 0; k < r->n; k++)
        r->count *= r->type.dim[r->axes[k]];
    return true;
}

/* Puts back the axes that a reduction dropped, with size 1. */
static jac kept(const reduction *r, jac y)
{
    return jac_ok(y) && r->n ? np_expand_dims(y, r->n, r->axes) : y;
}

/* x with `other` where the mask is false. */
static jac masked(const reduction *r, jac x, double other)
{
    ir_type t;
    if (!jac_ok(r->where) || !jac_ok(x) || !rt_type_of(x, &t))
        return x;
    return jac_where(r->where, x, rt_convert(jac_of_f64(other), t.dtype, false));
}

static jac combine(const reduction *r, const ir_op *op, jac x)
{
    return jac_ok(x) && r->n ? rt_reduce(op, x, r->n, r->axes) : x;
}

static bool check_not_empty(const reduction *r)
{
    return r->count > 0 || ir_fail("%s of no elements: %s has none along axes %s", r->what,
                                   ir_type_tmp(&r->type), ir_ints_tmp(r->axes, r->n));
}

/* ---- the primitives ------------------------------------------------------------------------- */

/* Sums of bools, and of integers narrower than the default, have the default width. */
static ir_dtype sum_dtype(ir_dtype d)
{
    ir_dtype wide =
        ir_dtypes[d].kind == IR_KIND_UINT ? jac_x64_enabled() ? IR_u64 : IR_u32 : rt_default_int();
    return !ir_has_fraction(d) && ir_dtypes[d].bits < ir_dtypes[wide].bits ? wide : d;
}

/* What a sum or a product is formed in. */
static jac in_sum_dtype(const reduction *r, jac x)
{
    return r->dtype < 0 ? rt_convert(x, sum_dtype(r->type.dtype), false)
                        : jac_astype(x, rt_public_dtype((ir_dtype)r->dtype));
}

static jac sum(const reduction *r, jac x)
{
    x = masked(r, in_sum_dtype(r, x), 0);
    return combine(r, r->dtype == IR_bool ? &op_reduce_or : &op_reduce_sum, x);
}

static jac prod(const reduction *r, jac x)
{
    x = in_sum_dtype(r, x);
    if (jac_ok(r->where) && jac_ok(x))
        x = jac_where(r->where, x, r->dtype == IR_bool ? jac_of_bool(true) : jac_of_i64(1));
    return combine(r, r->dtype == IR_bool ? &op_reduce_and : &op_reduce_prod, x);
}

static jac extremum(const reduction *r, jac x, const ir_op *number, const ir_op *truth)
{
    ir_dtype d = r->type.dtype;
    x = rt_convert(x, d, false);
    if (jac_ok(r->where) && jac_ok(x)) {
        bool least = number == &op_reduce_max;
        jac other = rt_literal(d, least ? ir_scalar_lowest(d) : ir_scalar_highest(d), false);
        x = jac_where(r->where, x, other);
    }
    return check_not_empty(r) ? combine(r, d == IR_bool ? truth : number, x) : JAC_NULL;
}

static jac max(const reduction *r, jac x)
{
    return extremum(r, x, &op_reduce_max, &op_reduce_or);
}

static jac min(const reduction *r, jac x)
{
    return extremum(r, x, &op_reduce_min, &op_reduce_and);
}

static jac all(const reduction *r, jac x)
{
    x = np_truth(x);
    if (jac_ok(r->where) && jac_ok(x))
        x = jac_logical_or(jac_logical_not(r->where), x);
    return combine(r, &op_reduce_and, x);
}

static jac any(const reduction *r, jac x)
{
    return combine(r, &op_reduce_or, masked(r, np_truth(x), 0));
}

static jac xor_bits(const reduction *r, jac x)
{
    return combine(r, &op_reduce_xor, rt_convert(x, r->type.dtype, false));
}

/* ---- compositions --------------------------------------------------------------------------- */

static jac as_float(const reduction *r, jac x)
{
    return rt_convert(x, rt_float_of(r->type.dtype), false);
}

/* Sums and counts of 16-bit floats may be out of their range though the quotient is not, so the
 * functions below compute in f32 and round their result, as JAX's do. */
static jac widened(const reduction *r, jac x)
{
    return rt_convert(x, ir_compute(rt_float_of(r->type.dtype)), false);
}

static jac total(const reduction *r, jac x)
{
    return combine(r, &op_reduce_sum, x);
}

/* x, a sum, divided by the number of elements. */
static jac by_count(const reduction *r, jac x)
{
    return jac_ok(r->how_many) ? jac_div(x, r->how_many) : jac_div(x, (double)r->count);
}

/* The sum of scaled elements does not overflow unless the mean does. The mean of elements below
 * 2^-62 (of f64: 2^-958) is not accurate. */
static jac mean_of_scaled(const reduction *r, jac x)
{
    const double down = 0x1p-64;
    return jac_mul(by_count(r, total(r, jac_mul(x, down))), 1 / down);
}

/* Derivatives are those of the mean of scaled elements. The plain sum, which does not underflow,
 * corrects its value. Both are formed in one pass. */
static jac mean_of_floats(const reduction *r, jac x)
{
    jac y = mean_of_scaled(r, x);
    jac rest = jac_sub(by_count(r, total(r, x)), y);
    return jac_add(y, jac_stop_gradient(jac_where(jac_isfinite(rest), rest, 0)));
}

static jac mean(const reduction *r, jac x)
{
    return as_float(r, mean_of_floats(r, masked(r, widened(r, x), 0)));
}

/* The sum of squares about the mean: that of d, the distances from a value near the mean, less the
 * square of their sum, divided by n. So it does not depend on that value, and derivatives treat it
 * as a constant. */
static jac about_mean(const reduction *r, jac squares, jac sum)
{
    jac excess = jac_mul(sum, by_count(r, sum));
    jac y = jac_sub(squares, jac_where(jac_isfinite(excess), excess, 0));
    return jac_where(jac_lt(y, 0), 0, y);
}

/* x divided by the number of elements less .ddof; NaN if that is not positive. */
static jac by_freedom(const reduction *r, jac x)
{
    double divisor = (double)r->count - r->ddof;
    if (!jac_ok(r->how_many))
        return jac_div(x, divisor > 0 ? divisor : NAN);
    jac rest = jac_sub(r->how_many, (double)r->ddof), enough = jac_gt(rest, 0);
    return jac_where(enough, jac_div(x, jac_where(enough, rest, 1)), NAN);
}

static jac var(const reduction *r, jac x)
{
    x = masked(r, widened(r, x), 0);
    /* where this mean is not accurate, the squares underflow */
    jac d = masked(r, jac_sub(x, kept(r, jac_stop_gradient(mean_of_scaled(r, x)))), 0);
    jac squares = about_mean(r, total(r, jac_square(d)), total(r, d));
    return as_float(r, by_freedom(r, squares));
}

/* For roots of sums of squares. The squares of narrower floats neither overflow nor underflow in
 * f64. */
static jac in_f64(jac x)
{
    return rt_convert(x, IR_f64, false);
}

/* The power of 2 by which f64 elements are scaled if the sum of their squares overflows or is too
 * small to be accurate; otherwise 1. */
static jac scale_for(const reduction *r, jac sum)
{
    if (ir_compute(rt_float_of(r->type.dtype)) != IR_f64)
        return JAC_NULL;
    jac fits = jac_logical_and(jac_ge(sum, 0x1p-960), jac_lt(sum, INFINITY));
    jac one = rt_literal_f64(IR_f64, 1), up = rt_literal_f64(IR_f64, 0x1p600);
    jac far = jac_where(jac_gt(sum, 1), jac_div(one, up), up);
    return jac_stop_gradient(jac_where(fits, one, far));
}

static jac norm(const reduction *r, jac x)
{
    jac wide = in_f64(as_float(r, x)), sum = total(r, jac_square(wide)), by = scale_for(r, sum);
    if (jac_ok(by))
        sum = total(r, jac_square(jac_mul(wide, kept(r, by))));
    jac root = jac_sqrt(sum);
    return as_float(r, jac_ok(by) ? jac_div(root, by) : root);
}

static jac std(const reduction *r, jac x)
{
    x = masked(r, in_f64(as_float(r, x)), 0);
    jac mean = kept(r, jac_stop_gradient(mean_of_floats(r, x)));
    jac d = masked(r, jac_sub(x, mean), 0);
    jac squares = total(r, jac_square(d)), by = scale_for(r, squares);
    if (jac_ok(by)) {
        d = masked(r, jac_sub(jac_mul(x, kept(r, by)), jac_mul(mean, kept(r, by))), 0);
        squares = total(r, jac_square(d));
    }
    jac root = jac_sqrt(by_freedom(r, about_mean(r, squares, total(r, d))));
    return as_float(r, jac_ok(by) ? jac_div(root, by) : root);
}

/* Subtracts the greatest element first, so that exp does not overflow. The result does not depend
 * on what is subtracted, so derivatives treat it as a constant. If the greatest element is not
 * finite, 0 is used, because inf - inf would be NaN. If all of several are -inf, so is the result,
 * and its derivative is 0; that of a single -inf is NaN, as in JAX. Of complex numbers, the real parts
 * count. */
static jac logsumexp(const reduction *r, jac x)
{
    x = masked(r, as_float(r, x), -INFINITY);
    jac size = ir_is_complex(r->type.dtype) ? jac_real(x) : x;
    jac greatest = combine(r, &op_reduce_max, size);
    greatest = jac_stop_gradient(jac_where(jac_isfinite(greatest), greatest, 0));
    jac sum = combine(r, &op_reduce_sum, jac_exp(jac_sub(x, kept(r, greatest))));
    if (r->count <= 1)
        return jac_add(jac_log(sum), greatest);
    jac none = jac_eq(sum, 0);
    return jac_where(none, -INFINITY, jac_add(jac_log(jac_where(none, 1, sum)), greatest));
}

/* ---- complex numbers ------------------------------------------------------------------------ */

/* The mean of the real and that of the imaginary parts; the sum of their variances; the norm of the
 * moduli. */
static jac of_complex(const reduction *r, jac (*run)(const reduction *, jac), jac x)
{
    reduction parts = *r;
    parts.type.dtype = ir_part(r->type.dtype);
    if (run == norm)
        return norm(&parts, jac_abs(x));
    jac re = (run == mean ? mean : var)(&parts, jac_real(x));
    jac im = (run == mean ? mean : var)(&parts, jac_imag(x));
    if (run == mean)
        return jac_complex(re, im);
    return run == std ? jac_sqrt(jac_add(re, im)) : jac_add(re, im);
}

static jac run_reduction(const reduction *r, jac (*run)(const reduction *, jac), jac x)
{
    bool apart = run == mean || run == var || run == std || run == norm;
    return apart && ir_is_complex(r->type.dtype) ? of_complex(r, run, x) : run(r, x);
}

enum { HAS_DDOF = 1, HAS_DTYPE = 2, HAS_WHERE = 4, HAS_INITIAL = 8 };

// clang-format off
static const struct {
    const char *name;
    jac (*run)(const reduction *r, jac x);
    int options;
    const char *with_initial; /* how .initial joins the result */
} reductions[] = {{"sum", sum, HAS_DTYPE | HAS_WHERE | HAS_INITIAL, "add"},
                  {"prod", prod, HAS_DTYPE | HAS_WHERE | HAS_INITIAL, "mul"},
                  {"max", max, HAS_WHERE | HAS_INITIAL, "maximum"},
                  {"min", min, HAS_WHERE | HAS_INITIAL, "minimum"},
                  {"all", all, HAS_WHERE, NULL},
                  {"any", any, HAS_WHERE, NULL},
                  {"reduce_xor", xor_bits, 0, NULL},
                  {"mean", mean, HAS_DTYPE | HAS_WHERE, NULL},
                  {"var", var, HAS_DDOF | HAS_DTYPE | HAS_WHERE, NULL},
                  {"std", std, HAS_DDOF | HAS_DTYPE | HAS_WHERE, NULL},
                  {"norm", norm, 0, NULL},
                  {"logsumexp", logsumexp, HAS_WHERE, NULL}};
// clang-format on

static bool has_option(const char *what, int options, int option, bool given, const char *name)
{
    return !given || options & option || ir_fail("%s: .%s is not an option of it", what, name);
}

static bool check_options(const char *what, int options, const jac_reduce_opts *o)
{
    return has_option(what, options, HAS_DDOF, o->ddof, "ddof") &&
           has_option(what, options, HAS_DTYPE, o->dtype != JAC_DEFAULT, "dtype") &&
           has_option(what, options, HAS_WHERE, jac_ok(o->where), "where") &&
           has_option(what, options, HAS_INITIAL, jac_ok(o->initial), "initial");
}

/* ---- positions of extrema ------------------------------------------------------------------- */

static jac arg_extremum(const ir_op *op, const char *what, jac x, jac_reduce_opts o)
{
    reduction r;
    ir_type t;
    if (!rt_promote(1, &x, false) || !rt_type_of(x, &t))
        return JAC_NULL;
    if (o.axis.v && o.axis.n != 1) {
        ir_fail("%s: at most one axis can be given, but axes are %s", what,
                ir_ints_tmp(o.axis.v, o.axis.n));
        return JAC_NULL;
    }
    if (!over_axes(&r, what, &t, o.axis) || !check_not_empty(&r))
        return JAC_NULL;
    int64_t along = o.axis.v ? r.axes[0] : 0;
    ir_attr attr[] = {
        [ARGREDUCE_AXES] = {.n = 1, .ints = &along},
        [ARGREDUCE_INDEX_DTYPE] = {.i = r.count > INT32_MAX ? IR_i64 : rt_default_int()}};
    x = o.axis.v ? x : jac_ravel(x);
    jac y = rt_emit1(op, 1, &x, attr);
    return o.keepdims ? kept(&r, y) : y;
}

/* ---- options ------------------------------------------------------------------------------- */

/* The mask, of the operand's shape, and how many elements it leaves. */
static bool take_mask(reduction *r, jac where, bool counts)
{
    ir_type t;
    if (!jac_ok(where))
        return true;
    if (!rt_promote(1, &where, false) || !rt_type_of(where, &t))
        return false;
    if (t.dtype != IR_bool || !rt_broadcasts(&t, &r->type))
        return ir_fail("%s: .where must be bools that broadcast to %s, but is %s", r->what,
                       ir_type_tmp(&r->type), ir_type_tmp(&t));
    r->where = rt_broadcast_to(where, r->type.rank, r->type.dim);
    if (!counts || !jac_ok(r->where))
        return jac_ok(r->where);
    ir_dtype d = ir_compute(rt_float_of(r->type.dtype));
    d = ir_is_complex(d) ? ir_part(d) : d;
    r->how_many = combine(r, &op_reduce_sum, rt_convert(r->where, d, false));
    return jac_ok(r->how_many);
}

/* Means are computed in their dtype, variances in the wider one of theirs and the operand's. */
static bool take_dtype(reduction *r, jac *x, jac_dtype given)
{
    ir_dtype d, in;
    bool weak;
    r->dtype = -1;
    if (given == JAC_DEFAULT)
        return true;
    if (!rt_dtype(given, &d))
        return false;
    r->dtype = d;
    if (!strcmp(r->what, "sum") || !strcmp(r->what, "prod"))
        return true;
    if (!ir_has_fraction(d))
        return ir_fail("%s: .dtype must be a float, but is %s", r->what, ir_dtypes[d].name);
    in = d;
    if (strcmp(r->what, "mean") && !ir_promote(d, false, r->type.dtype, false, &in, &weak))
        return false;
    *x = jac_astype(*x, rt_public_dtype(in));
    r->type.dtype = in;
    return jac_ok(*x);
}

/* The initial value joins the result as one more element does. */
static jac with_initial(const char *what, const char *op, jac y, jac initial)
{
    ir_type t, of;
    if (!jac_ok(initial) || !jac_ok(y))
        return y;
    if (!rt_type_of(y, &t) || !rt_type_of(initial, &of))
        return JAC_NULL;
    if (of.rank) {
        ir_fail("%s: .initial must be a scalar, but is %s", what, ir_type_tmp(&of));
        return JAC_NULL;
    }
    return jac_binary_(NULL, op, jac_astype(initial, rt_public_dtype(t.dtype)), y);
}

static jac reduce(const char *what, size_t row, jac x, const jac_reduce_opts *o)
{
    reduction r = {.where = JAC_NULL, .how_many = JAC_NULL};
    ir_type t;
    const char *op = reductions[row].with_initial;
    if (!rt_type_of(x, &t) || !over_axes(&r, what, &t, o->axis) || !take_dtype(&r, &x, o->dtype) ||
        !take_mask(&r, o->where, reductions[row].options & HAS_DTYPE && !op))
        return JAC_NULL;
    bool extremum = !strcmp(what, "max") || !strcmp(what, "min");
    if (extremum && jac_ok(o->where) && !jac_ok(o->initial)) {
        ir_fail("%s: with .where, .initial must be given, because there may be no element", what);
        return JAC_NULL;
    }
    r.ddof = o->ddof;
    jac y;
    if (extremum && jac_ok(o->initial) && r.count == 0) { /* nothing else */
        int64_t shape[IR_MAX_RANK];
        int n = 0;
        for (int k = 0, j = 0; k < t.rank; k++)
            if (j < r.n && r.axes[j] == k)
                j++;
            else
                shape[n++] = t.dim[k];
        y = jac_broadcast_to(jac_astype(o->initial, rt_public_dtype(t.dtype)), ((jac_dims){n, shape}));
    } else {
        y = with_initial(what, op, run_reduction(&r, reductions[row].run, x), o->initial);
    }
    if (jac_ok(y) && r.dtype >= 0)
        y = jac_astype(y, rt_public_dtype((ir_dtype)r.dtype));
    return o->keepdims ? kept(&r, y) : y;
}

jac jac_reduce_(const jac_loc *at, const char *what, jac x, jac_reduce_opts o)
{
    unsigned m = rt_begin_as(at, what);
    int64_t one;
    bool arg = !strcmp(what, "argmax") || !strcmp(what, "argmin");
    size_t row = 0, n = sizeof reductions / sizeof *reductions;
    while (row < n && strcmp(reductions[row].name, what))
        row++;
    if (!arg && row == n)
        ir_fail("there is no reduction '%s'", what);
    if ((!arg && row == n) || !rt_axes(what, &o.axis, &one) ||
        !check_options(what, arg ? 0 : reductions[row].options, &o))
        return rt_end(m, JAC_NULL);
    if (arg)
        return rt_end(m,
                      arg_extremum(strcmp(what, "argmin") ? &op_argmax : &op_argmin, what, x, o));
    return rt_end(m, reduce(what, row, x, &o));
}

/* ---- cumulative reductions ------------------------------------------------------------------ */

static const ir_op *running(const char *name)
{
    static const ir_op *const ops[] = {&op_cumsum, &op_cumprod, &op_cummax, &op_cummin,
                                       &op_cumlogsumexp};
    for (size_t k = 0; k < sizeof ops / sizeof *ops; k++)
        if (!strcmp(ops[k]->name, name))
            return ops[k];
    ir_fail("there is no running reduction '%s'", name);
    return NULL;
}

/* The dtype that the elements are converted to: counts of bools have the default width, like jac_sum's. */
static jac to_running_dtype(const ir_op *op, jac x, jac_dtype given)
{
    ir_type t;
    if (given == JAC_BOOL) {
        ir_fail("%s: .dtype must be a number's, but is bool", op->name);
        return JAC_NULL;
    }
    if (given != JAC_DEFAULT)
        return jac_astype(x, given);
    if ((op == &op_cumsum || op == &op_cumprod) && rt_type_of(x, &t) && t.dtype == IR_bool)
        x = rt_convert(x, rt_default_int(), false);
    if (!np_promote_numbers(1, &x) || !rt_type_of(x, &t))
        return JAC_NULL;
    return rt_convert(x, op == &op_cumlogsumexp ? rt_float_of(t.dtype) : t.dtype, false);
}

/* y with the sum or product of no elements at the start. */
static jac with_first(const ir_op *op, jac y, int64_t axis)
{
    ir_type t;
    int64_t low[IR_MAX_RANK] = {0}, none[IR_MAX_RANK] = {0};
    if (!jac_ok(y) || !rt_type_of(y, &t))
        return JAC_NULL;
    low[axis] = 1;
    return jac_pad_(NULL, y, jac_of_i64(op == &op_cumprod), (jac_dims){t.rank, low}, (jac_dims){t.rank, none},
                    (jac_dims){t.rank, none});
}

/* jnp's cumsum and cumprod ravel x if no axis is given; the others, which are lax's, take axis 0. */
static bool running_axis(const ir_op *op, jac *x, jac_dims axis, int64_t *along)
{
    ir_type t;
    bool flat = op == &op_cumsum || op == &op_cumprod;
    if (axis.v && axis.n != 1)
        return ir_fail("%s: at most one axis can be given, but axes are %s", op->name,
                       ir_ints_tmp(axis.v, axis.n));
    if (!axis.v && flat)
        *x = jac_ravel(*x);
    return rt_type_of(*x, &t) && rt_axis(op->name, axis.v ? axis.v[0] : 0, t.rank, along);
}

jac jac_cumulate_(const jac_loc *at, const char *name, jac x, jac_cumulate_opts o)
{
    unsigned m = rt_begin_as(at, name);
    const ir_op *op = running(name);
    int64_t one, axis;
    if (!op || !rt_axes(name, &o.axis, &one) || !running_axis(op, &x, o.axis, &axis))
        return rt_end(m, JAC_NULL);
    if ((o.dtype != JAC_DEFAULT || o.include_initial) && op != &op_cumsum && op != &op_cumprod) {
        ir_fail("%s: .%s is an option of cumsum and cumprod only", name,
                o.include_initial ? "include_initial" : "dtype");
        return rt_end(m, JAC_NULL);
    }
    x = to_running_dtype(op, x, o.dtype);
    ir_attr attr[] = {[CUMULATE_AXIS] = {.i = axis}, [CUMULATE_REVERSE] = {.i = o.reverse}};
    jac y = jac_ok(x) ? rt_emit1(op, 1, &x, attr) : JAC_NULL;
    return rt_end(m, o.include_initial ? with_first(op, y, axis) : y);
}

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

static jac sum(const reduction *r, jac x)
{
    return combine(r, &op_reduce_sum, rt_convert(x, sum_dtype(r->type.dtype), false));
}

static jac prod(const reduction *r, jac x)
{
    return combine(r, &op_reduce_prod, rt_convert(x, sum_dtype(r->type.dtype), false));
}

static jac extremum(const reduction *r, jac x, const ir_op *number, const ir_op *truth)
{
    ir_dtype d = r->type.dtype;
    return check_not_empty(r) ? combine(r, d == IR_bool ? truth : number, rt_convert(x, d, false))
                              : JAC_NULL;
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
    return combine(r, &op_reduce_and, np_truth(x));
}

static jac any(const reduction *r, jac x)
{
    return combine(r, &op_reduce_or, np_truth(x));
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

/* The sum of scaled elements does not overflow unless the mean does. The mean of elements below
 * 2^-62 (of f64: 2^-958) is not accurate. */
static jac mean_of_scaled(const reduction *r, jac x)
{
    const double down = 0x1p-64;
    return jac_mul(jac_div(total(r, jac_mul(x, down)), (double)r->count), 1 / down);
}

/* Derivatives are those of the mean of scaled elements. The plain sum, which does not underflow,
 * corrects its value. Both are formed in one pass. */
static jac mean_of_floats(const reduction *r, jac x)
{
    jac y = mean_of_scaled(r, x);
    jac rest = jac_sub(jac_div(total(r, x), (double)r->count), y);
    return jac_add(y, jac_stop_gradient(jac_where(jac_isfinite(rest), rest, 0)));
}

static jac mean(const reduction *r, jac x)
{
    return as_float(r, mean_of_floats(r, widened(r, x)));
}

/* The sum of squares about the mean: that of d, the distances from a value near the mean, less the
 * square of their sum, divided by n. So it does not depend on that value, and derivatives treat it
 * as a constant. */
static jac about_mean(const reduction *r, jac squares, jac sum)
{
    jac excess = jac_mul(sum, jac_div(sum, (double)r->count));
    jac y = jac_sub(squares, jac_where(jac_isfinite(excess), excess, 0));
    return jac_where(jac_lt(y, 0), 0, y);
}

static double divisor_of(const reduction *r)
{
    double divisor = (double)r->count - r->ddof;
    return divisor > 0 ? divisor : NAN;
}

static jac var(const reduction *r, jac x)
{
    x = widened(r, x);
    /* where this mean is not accurate, the squares underflow */
    jac d = jac_sub(x, kept(r, jac_stop_gradient(mean_of_scaled(r, x))));
    jac squares = about_mean(r, total(r, jac_square(d)), total(r, d));
    return as_float(r, jac_div(squares, divisor_of(r)));
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
    x = in_f64(as_float(r, x));
    jac mean = kept(r, jac_stop_gradient(mean_of_floats(r, x))), d = jac_sub(x, mean);
    jac squares = total(r, jac_square(d)), by = scale_for(r, squares);
    if (jac_ok(by)) {
        d = jac_sub(jac_mul(x, kept(r, by)), jac_mul(mean, kept(r, by)));
        squares = total(r, jac_square(d));
    }
    jac root = jac_sqrt(jac_div(about_mean(r, squares, total(r, d)), divisor_of(r)));
    return as_float(r, jac_ok(by) ? jac_div(root, by) : root);
}

/* Subtracts the greatest element first, so that exp does not overflow. The result does not depend
 * on what is subtracted, so derivatives treat it as a constant. If the greatest element is not
 * finite, 0 is used, because inf - inf would be NaN. If all of several are -inf, so is the result,
 * and its derivative is 0; that of a single -inf is NaN, as in JAX. Of complex numbers, the real parts
 * count. */
static jac logsumexp(const reduction *r, jac x)
{
    x = as_float(r, x);
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

static const struct {
    const char *name;
    jac (*run)(const reduction *r, jac x);
} reductions[] = {{"sum", sum},
                  {"prod", prod},
                  {"max", max},
                  {"min", min},
                  {"all", all},
                  {"any", any},
                  {"reduce_xor", xor_bits},
                  {"mean", mean},
                  {"var", var},
                  {"std", std},
                  {"norm", norm},
                  {"logsumexp", logsumexp}};

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

jac jac_reduce_(const jac_loc *at, const char *what, jac x, jac_reduce_opts o)
{
    unsigned m = rt_begin_as(at, what);
    reduction r;
    ir_type t;
    int64_t one;
    if (!rt_axes(what, &o.axis, &one))
        return rt_end(m, JAC_NULL);
    if (o.ddof && strcmp(what, "var") && strcmp(what, "std")) {
        ir_fail("%s: .ddof is an option of var and std only", what);
        return rt_end(m, JAC_NULL);
    }
    if (!strcmp(what, "argmax") || !strcmp(what, "argmin"))
        return rt_end(m,
                      arg_extremum(strcmp(what, "argmin") ? &op_argmax : &op_argmin, what, x, o));
    for (size_t k = 0; k < sizeof reductions / sizeof *reductions; k++) {
        if (strcmp(reductions[k].name, what))
            continue;
        if (!rt_type_of(x, &t) || !over_axes(&r, what, &t, o.axis))
            return rt_end(m, JAC_NULL);
        r.ddof = o.ddof;
        jac y = run_reduction(&r, reductions[k].run, x);
        return rt_end(m, o.keepdims ? kept(&r, y) : y);
    }
    ir_fail("there is no reduction '%s'", what);
    return rt_end(m, JAC_NULL);
}

/* ---- cumulative reductions ------------------------------------------------------------------ */

jac jac_cumulate_(const jac_loc *at, const char *name, jac x, int64_t axis)
{
    static const ir_op *const ops[] = {&op_cumsum, &op_cumprod, &op_cummax, &op_cummin,
                                       &op_cumlogsumexp};
    unsigned m = rt_begin_as(at, name);
    ir_type t;
    const ir_op *op = NULL;
    for (size_t k = 0; k < sizeof ops / sizeof *ops; k++)
        if (!strcmp(ops[k]->name, name))
            op = ops[k];
    if (!op)
        ir_fail("there is no running reduction '%s'", name);
    /* Counts of bools have the default width, like jac_sum's. */
    if (op && (op == &op_cumsum || op == &op_cumprod) && rt_type_of(x, &t) && t.dtype == IR_bool)
        x = rt_convert(x, rt_default_int(), false);
    if (!op || !np_promote_numbers(1, &x) || !rt_type_of(x, &t) ||
        !rt_axis(name, axis, t.rank, &axis))
        return rt_end(m, JAC_NULL);
    x = rt_convert(x, op == &op_cumlogsumexp ? rt_float_of(t.dtype) : t.dtype, false);
    ir_attr attr[] = {[CUMULATE_AXIS] = {.i = axis}, [CUMULATE_REVERSE] = {.i = false}};
    return rt_end(m, jac_ok(x) ? rt_emit1(op, 1, &x, attr) : JAC_NULL);
}

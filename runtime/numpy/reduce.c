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

/* The sum of scaled elements is there for the case that the sum overflows though the mean does not.
 * Both sums are formed in one pass. */
static jac mean_of_floats(const reduction *r, jac x)
{
    const double down = 0x1p-64;
    jac sum = total(r, x), scaled = total(r, jac_mul(x, down)), fits = jac_isfinite(sum);
    jac far = jac_mul(jac_div(scaled, (double)r->count), 1 / down);
    return jac_where(fits, jac_div(jac_where(fits, sum, 0), (double)r->count), far);
}

static jac mean(const reduction *r, jac x)
{
    return as_float(r, mean_of_floats(r, widened(r, x)));
}

/* The distances from the mean. The mean is rounded, which the functions below correct, so that their
 * results do not depend on it; derivatives treat it as a constant. */
static jac distances(const reduction *r, jac x)
{
    return jac_sub(x, kept(r, jac_stop_gradient(mean_of_floats(r, x))));
}

/* The sum of squares d^2 about the mean: that of d less the square of their sum, divided by n. */
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
    jac d = distances(r, widened(r, x));
    jac squares = about_mean(r, total(r, jac_square(d)), total(r, d));
    return as_float(r, jac_div(squares, divisor_of(r)));
}

/* x^2, whose derivative does not overflow before it is multiplied by a cotangent of 0. */
static jac squared(jac x)
{
    return jac_mul(x, x);
}

/* Powers of 2 by which numbers are scaled whose squares underflow or overflow, the least sum of
 * squares that is accurate, and a number greater than any whose squares have a lesser sum. */
typedef struct {
    double up, down, least, small;
} square_range;

static square_range square_range_of(jac x)
{
    ir_type t = {0};
    bool wide = rt_type_of(x, &t) && ir_dtypes[t.dtype].most > 128;
    return wide ? (square_range){0x1p600, 0x1p-600, 0x1p-960, 0x1p-470}
                : (square_range){0x1p90, 0x1p-90, 0x1p-100, 0x1p-40};
}

static jac scaled_up(const square_range *s, jac x)
{
    return jac_mul(np_clamp(x, s->small), s->up);
}

/* The root of one of three sums of squares: of the elements as they are, scaled up and scaled down. The
 * sums are formed in one pass, and the first is taken if it neither overflowed nor underflowed. What
 * is not taken is replaced by 1, so that its derivative is 0. */
static jac root_of(const square_range *s, jac plain, jac up, jac down)
{
    jac fits = jac_logical_and(jac_ge(plain, s->least), jac_lt(plain, INFINITY));
    jac great = jac_gt(plain, 1), far_up = jac_logical_or(fits, great);
    jac far_down = jac_logical_or(fits, jac_logical_not(great));
    jac small = jac_mul(jac_sqrt(jac_where(far_up, 1, up)), 1 / s->up);
    jac large = jac_mul(jac_sqrt(jac_where(far_down, 1, down)), 1 / s->down);
    jac y = jac_sqrt(jac_where(fits, plain, 1));
    return jac_where(fits, y, jac_where(great, large, small));
}

static jac std(const reduction *r, jac x)
{
    x = widened(r, x);
    square_range s = square_range_of(x);
    jac mean = kept(r, jac_stop_gradient(mean_of_floats(r, x)));
    jac d = jac_sub(x, mean), sum = total(r, d);
    jac down = jac_sub(jac_mul(x, s.down), jac_mul(mean, s.down));
    jac squares[] = {about_mean(r, total(r, squared(d)), sum),
                     about_mean(r, total(r, squared(scaled_up(&s, d))), jac_mul(sum, s.up)),
                     about_mean(r, total(r, squared(down)), jac_mul(sum, s.down))};
    for (int k = 0; k < 3; k++)
        squares[k] = jac_div(squares[k], divisor_of(r));
    return as_float(r, root_of(&s, squares[0], squares[1], squares[2]));
}

/* Subtracts the greatest element first, so that exp does not overflow. The result does not depend
 * on what is subtracted, so derivatives treat it as a constant. If the greatest element is not
 * finite, 0 is used, because inf - inf would be NaN. If all of several are -inf, so is the result, and
 * its derivative is 0; that of a single -inf is NaN, as in JAX. */
static jac logsumexp(const reduction *r, jac x)
{
    x = as_float(r, x);
    jac greatest = combine(r, &op_reduce_max, x);
    greatest = jac_stop_gradient(jac_where(jac_isfinite(greatest), greatest, 0));
    jac sum = combine(r, &op_reduce_sum, jac_exp(jac_sub(x, kept(r, greatest))));
    if (r->count <= 1)
        return jac_add(jac_log(sum), greatest);
    jac none = jac_eq(sum, 0);
    return jac_where(none, -INFINITY, jac_add(jac_log(jac_where(none, 1, sum)), greatest));
}

static jac norm(const reduction *r, jac x)
{
    x = widened(r, x);
    square_range s = square_range_of(x);
    jac up = total(r, squared(scaled_up(&s, x))), down = total(r, squared(jac_mul(x, s.down)));
    return as_float(r, root_of(&s, total(r, squared(x)), up, down));
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
    unsigned m = rt_begin(at);
    reduction r;
    ir_type t;
    int64_t one;
    if (!rt_axes(what, &o.axis, &one))
        return rt_end(m, JAC_NULL);
    if (!strcmp(what, "argmax") || !strcmp(what, "argmin"))
        return rt_end(m,
                      arg_extremum(strcmp(what, "argmin") ? &op_argmax : &op_argmin, what, x, o));
    for (size_t k = 0; k < sizeof reductions / sizeof *reductions; k++) {
        if (strcmp(reductions[k].name, what))
            continue;
        if (!rt_type_of(x, &t) || !over_axes(&r, what, &t, o.axis))
            return rt_end(m, JAC_NULL);
        r.ddof = o.ddof;
        jac y = reductions[k].run(&r, x);
        return rt_end(m, o.keepdims ? kept(&r, y) : y);
    }
    ir_fail("there is no reduction '%s'", what);
    return rt_end(m, JAC_NULL);
}

/* ---- cumulative reductions ------------------------------------------------------------------ */

jac jac_cumulate_(const jac_loc *at, const char *name, jac x, int64_t axis)
{
    static const ir_op *const ops[] = {&op_cumsum, &op_cumprod, &op_cummax, &op_cummin};
    unsigned m = rt_begin(at);
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
    x = rt_convert(x, t.dtype, false);
    ir_attr attr[] = {[CUMULATE_AXIS] = {.i = axis}, [CUMULATE_REVERSE] = {.i = false}};
    return rt_end(m, jac_ok(x) ? rt_emit1(op, 1, &x, attr) : JAC_NULL);
}

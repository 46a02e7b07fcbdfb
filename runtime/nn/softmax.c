/* Softmax, the logarithm of sums of exponentials, and one_hot. None of them overflows. */
#include <math.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* The operand of a softmax or a sum of exponentials: floats, the axes in ascending order, and the
 * mask (null: all elements count) broadcast to it. */
typedef struct {
    jac x, mask;
    ir_type t;
    int n;
    int64_t axes[IR_MAX_RANK];
} operand;

static void sort_axes(operand *p)
{
    for (int k = 1; k < p->n; k++)
        for (int j = k; j > 0 && p->axes[j - 1] > p->axes[j]; j--) {
            int64_t a = p->axes[j];
            p->axes[j] = p->axes[j - 1];
            p->axes[j - 1] = a;
        }
}

/* The mask as bools of x's shape. */
static bool mask_of(const char *what, operand *p, jac where)
{
    ir_type t;
    if (!jac_ok(where))
        return true;
    if (!rt_type_of(where, &t))
        return false;
    if (!rt_broadcasts(&t, &p->t))
        return ir_fail("%s: the mask is %s, which does not broadcast to %s", what, ir_type_tmp(&t),
                       ir_type_tmp(&p->t));
    p->mask = rt_broadcast_to(np_truth(where), p->t.rank, p->t.dim);
    return jac_ok(p->mask);
}

static bool read_operand(const char *what, operand *p, jac x, jac_softmax_opts o, bool all)
{
    static const int64_t last = -1;
    int64_t one;
    *p = (operand){.x = x};
    if (!rt_axes(what, &o.axis, &one) || !rt_promote(1, &p->x, true) || !rt_type_of(p->x, &p->t))
        return false;
    if (!all && !o.axis.v && !o.axis.n)
        o.axis = (jac_dims){1, &last};
    p->n = np_axes(what, o.axis, p->t.rank, p->axes);
    if (p->n < 0)
        return false;
    sort_axes(p);
    return mask_of(what, p, o.where);
}

static jac kept(const operand *p, jac y)
{
    return jac_ok(y) && p->n ? np_expand_dims(y, p->n, p->axes) : y;
}

static jac reduced(const operand *p, const ir_op *op, jac x)
{
    return jac_ok(x) && p->n ? rt_reduce(op, x, p->n, p->axes) : x;
}

/* ---- softmax ------------------------------------------------------------------------------------ */

/* Is any element counted? With the reduced axes kept. */
static jac counts_any(const operand *p)
{
    return kept(p, reduced(p, &op_reduce_or, p->mask));
}

/* Subtracts from x its greatest element along the axes. The result of a softmax does not depend on
 * what is subtracted, but its derivatives are accurate only if they move with the greatest element:
 * the probability p of that is near 1, and 1 - p is the sum of the others. Elements that do not
 * count become -inf. */
static jac shifted(const operand *p)
{
    jac x = jac_ok(p->mask) ? jac_where(p->mask, p->x, -INFINITY) : p->x;
    jac greatest = kept(p, reduced(p, &op_reduce_max, x));
    if (jac_ok(p->mask))
        greatest = jac_where(counts_any(p), greatest, 0);
    return jac_ok(greatest) ? jac_sub(x, greatest) : JAC_NULL;
}

/* The sum of exponentials; 1 where no element counts, so that dividing by it gives 0. */
static jac total(const operand *p, jac e)
{
    jac sum = kept(p, reduced(p, &op_reduce_sum, e));
    return jac_ok(p->mask) ? jac_where(counts_any(p), sum, 1) : sum;
}

static jac masked(const operand *p, jac y, double otherwise)
{
    return jac_ok(p->mask) ? jac_where(p->mask, y, otherwise) : y;
}

static bool no_options(const char *what, jac_softmax_opts o, bool sums)
{
    if (jac_ok(o.b) || o.sign)
        return ir_fail("%s: .b and .sign are options of logsumexp only", what);
    return sums || !o.keepdims ||
           ir_fail("%s: .keepdims is an option of logsumexp and logmeanexp only", what);
}

jac jac_softmax_(const jac_loc *at, jac x, jac_softmax_opts o)
{
    unsigned m = rt_begin(at);
    operand p;
    if (!no_options("softmax", o, false) || !read_operand("softmax", &p, x, o, false))
        return rt_end(m, JAC_NULL);
    jac e = jac_exp(shifted(&p));
    return rt_end(m, masked(&p, jac_div(e, total(&p, e)), 0));
}

jac jac_log_softmax_(const jac_loc *at, jac x, jac_softmax_opts o)
{
    unsigned m = rt_begin(at);
    operand p;
    if (!no_options("log_softmax", o, false) || !read_operand("log_softmax", &p, x, o, false))
        return rt_end(m, JAC_NULL);
    jac y = shifted(&p);
    return rt_end(m, masked(&p, jac_sub(y, jac_log(total(&p, jac_exp(y)))), -INFINITY));
}

/* ---- logarithms of sums ------------------------------------------------------------------------- */

/* The sum of exp(x), or of b exp(x), after subtracting the greatest element, which is not
 * differentiated, because the result does not depend on it. An infinite one would give inf - inf.
 * Of complex numbers, the real parts count. */
static jac scaled_sum(const operand *p, jac b, jac *greatest)
{
    jac x = jac_ok(p->mask) ? jac_where(p->mask, p->x, -INFINITY) : p->x;
    if (jac_ok(b))
        x = jac_where(jac_eq(b, 0), -INFINITY, x);
    jac g = reduced(p, &op_reduce_max, ir_is_complex(p->t.dtype) ? jac_real(x) : x);
    *greatest = jac_stop_gradient(jac_where(jac_isfinite(g), g, 0));
    jac e = jac_exp(jac_sub(x, kept(p, *greatest)));
    return reduced(p, &op_reduce_sum, jac_ok(b) ? jac_mul(e, b) : e);
}

/* The logarithm of |sum|; where that is 0, its derivative is 0. */
static jac log_of(jac sum, jac greatest)
{
    jac none = jac_eq(sum, 0);
    return jac_where(none, -INFINITY, jac_add(jac_log(jac_where(none, 1, sum)), greatest));
}

/* x and b, of one dtype; b broadcast to x. */
static bool with_factors(const char *what, operand *p, jac *b)
{
    jac v[] = {p->x, *b};
    ir_type t;
    if (!rt_promote(2, v, true) || !rt_type_of(v[1], &t) || !rt_type_of(v[0], &p->t))
        return false;
    if (!rt_broadcasts(&t, &p->t))
        return ir_fail("%s: b is %s, which does not broadcast to %s", what, ir_type_tmp(&t),
                       ir_type_tmp(&p->t));
    p->x = v[0];
    *b = rt_broadcast_to(v[1], p->t.rank, p->t.dim);
    return jac_ok(*b);
}

static jac log_sum(operand *p, jac_softmax_opts o)
{
    jac greatest;
    if (jac_ok(o.b) && !with_factors("logsumexp", p, &o.b))
        return JAC_NULL;
    jac sum = scaled_sum(p, o.b, &greatest);
    bool real = !ir_is_complex(p->t.dtype);
    if (o.sign) {
        jac sign = jac_sign(sum);
        *o.sign = o.keepdims ? kept(p, sign) : sign;
        return log_of(jac_abs(sum), greatest);
    }
    return log_of(real && jac_ok(o.b) ? jac_where(jac_lt(sum, 0), NAN, sum) : sum, greatest);
}

jac jac_logsumexp_(const jac_loc *at, jac x, jac_softmax_opts o)
{
    unsigned m = rt_begin(at);
    operand p;
    jac_reduce_opts plain = {.axis = o.axis, .keepdims = o.keepdims};
    if (!jac_ok(o.b) && !jac_ok(o.where) && !o.sign)
        return rt_end(m, jac_reduce_(NULL, "logsumexp", x, plain));
    jac both[] = {JAC_NULL, JAC_NULL};
    if (read_operand("logsumexp", &p, x, o, true)) {
        both[0] = log_sum(&p, o);
        both[0] = o.keepdims ? kept(&p, both[0]) : both[0];
        both[1] = o.sign ? *o.sign : JAC_NULL;
    }
    if (!o.sign)
        return rt_end(m, both[0]);
    rt_end_tree(m, 2, both);
    *o.sign = both[1];
    return both[0];
}

jac jac_logmeanexp_(const jac_loc *at, jac x, jac_softmax_opts o)
{
    unsigned m = rt_begin(at);
    operand p;
    if (!no_options("logmeanexp", o, true) || !read_operand("logmeanexp", &p, x, o, true))
        return rt_end(m, JAC_NULL);
    double all = 1;
    for (int k = 0; k < p.n; k++)
        all *= (double)p.t.dim[p.axes[k]];
    jac count = jac_of_f64(log(all));
    if (jac_ok(p.mask))
        count = jac_log(reduced(&p, &op_reduce_sum, rt_convert(p.mask, ir_part(p.t.dtype), false)));
    jac_softmax_opts sum = {.axis = {p.n, p.axes}, .where = o.where};
    jac y = jac_sub(jac_logsumexp_(NULL, p.x, sum), count);
    return rt_end(m, o.keepdims ? kept(&p, y) : y);
}

/* ---- one_hot ------------------------------------------------------------------------------------ */

jac jac_one_hot_(const jac_loc *at, jac x, int64_t classes, jac_one_hot_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t, hot;
    int64_t axis;
    if (!np_promote_numbers(1, &x) || !rt_type_of(x, &t) ||
        !rt_axis("one_hot", o.axis, t.rank + 1, &axis))
        return rt_end(m, JAC_NULL);
    if (!rt_type_for("one_hot", (jac_dims){1, &classes}, t.dtype, &hot))
        return rt_end(m, JAC_NULL);
    hot.rank = 1;
    int64_t dim[IR_MAX_RANK + 1];
    for (int k = 0; k <= t.rank; k++)
        dim[k] = k == axis ? classes : 1;
    x = np_expand_dims(x, 1, &axis);
    jac all = jac_ok(x) ? np_iota(&hot, 0) : JAC_NULL;
    all = jac_ok(all) ? rt_reshape(all, t.rank + 1, dim) : JAC_NULL;
    jac y = jac_eq(x, all);
    return rt_end(m, jac_astype(y, o.dtype));
}

/* jax.nn: activations and softmax. Each is written so that no intermediate overflows and so that
 * its derivatives of any order are as stable as the function itself. */
#include <math.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* Uses a select because the derivative of max(x, 0) at 0 would be 1/2. */
jac jac_relu_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, np_promote_numbers(1, &x) ? jac_where(jac_le(x, 0), 0, x) : JAC_NULL);
}

/* For x f(x), where f is 0 below -top and 1 above it. There x f(x) is 0 and x, and f's argument may
 * be infinite; so the product is formed of x within, and of 0 outside. */
static jac limited(jac x, double top)
{
    return jac_where(jac_gt(jac_abs(x), top), 0, x);
}

static jac gated(jac x, jac inside, jac gate, double top)
{
    return jac_where(jac_gt(x, top), x, jac_mul(inside, gate));
}

/* Beyond this, logistic is 0 or 1 in every dtype. */
static const double logistic_top = 1000;

jac jac_softplus_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, jac_logaddexp(x, 0));
}

jac jac_silu_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!rt_promote(1, &x, true) || !rt_type_of(x, &t))
        return rt_end(m, JAC_NULL);
    if (ir_is_complex(t.dtype))
        return rt_end(m, jac_mul(x, jac_sigmoid(x)));
    jac inside = limited(x, logistic_top);
    return rt_end(m, gated(x, inside, jac_sigmoid(inside), logistic_top));
}

/* x (1 + tanh u) / 2 with u = sqrt(2/pi) (x + 0.044715 x^3), which is x logistic(2u): the sum would
 * lose the digits of negative x. */
jac jac_gelu_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!rt_promote(1, &x, true) || !rt_type_of(x, &t) || !np_is_real("gelu", &t))
        return rt_end(m, JAC_NULL);
    const double top = 25; /* logistic(2u) is 0 or 1 beyond */
    jac inside = limited(x, top);
    jac cubic = jac_add(inside, jac_mul(0.044715, jac_integer_pow(inside, 3)));
    return rt_end(m, gated(x, inside, jac_sigmoid(jac_mul(2 * sqrt(M_2_PI), cubic)), top));
}

/* Writes the axes in ascending order, or just the last axis if none are given. Returns how many, -1
 * with an error. */
static int softmax_axes(const char *what, jac *x, jac_dims given, int64_t axes[IR_MAX_RANK])
{
    static const int64_t last = -1;
    ir_type t;
    if (!rt_promote(1, x, true) || !rt_type_of(*x, &t))
        return -1;
    int n = np_axes(what, given.v || given.n ? given : (jac_dims){1, &last}, t.rank, axes);
    for (int k = 1; k < n; k++)
        for (int j = k; j > 0 && axes[j - 1] > axes[j]; j--) {
            int64_t a = axes[j];
            axes[j] = axes[j - 1];
            axes[j - 1] = a;
        }
    return n;
}

/* Subtracts from x its greatest element along the axes. The result of a softmax does not depend on
 * what is subtracted, but its derivatives are accurate only if they move with the greatest element:
 * the probability p of that is near 1, and 1 - p is the sum of the others. */
static jac shifted(jac x, int n, const int64_t *axes)
{
    jac greatest = rt_reduce(&op_reduce_max, x, n, axes);
    if (!jac_ok(greatest))
        return JAC_NULL;
    return jac_sub(x, np_expand_dims(greatest, n, axes));
}

jac jac_softmax_(const jac_loc *at, jac x, jac_dims given)
{
    unsigned m = rt_begin(at);
    int64_t axes[IR_MAX_RANK];
    int n = softmax_axes("softmax", &x, given, axes);
    if (n < 0)
        return rt_end(m, JAC_NULL);
    jac e = jac_exp(shifted(x, n, axes));
    return rt_end(m, jac_div(e, jac_sum(e, ((jac_dims){n, axes}), .keepdims = true)));
}

jac jac_log_softmax_(const jac_loc *at, jac x, jac_dims given)
{
    unsigned m = rt_begin(at);
    int64_t axes[IR_MAX_RANK];
    int n = softmax_axes("log_softmax", &x, given, axes);
    if (n < 0)
        return rt_end(m, JAC_NULL);
    jac y = shifted(x, n, axes);
    jac norm = jac_log(jac_sum(jac_exp(y), ((jac_dims){n, axes}), .keepdims = true));
    return rt_end(m, jac_sub(y, norm));
}

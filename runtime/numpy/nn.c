/* jax.nn: activations, and softmax. Each is composed so that no intermediate overflows and that its
 * derivatives, of any order, are as stable as itself. */
#include <math.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* A choice and not max(x, 0), whose derivative at 0 would be 1/2. */
jac jac_relu_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, np_promote_numbers(1, &x) ? jac_where(jac_le(x, 0), 0, x) : JAC_NULL);
}

jac jac_silu_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, jac_mul(x, jac_logistic(x)));
}

jac jac_gelu_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    if (!rt_promote(1, &x, true))
        return rt_end(m, JAC_NULL);
    jac cubic = jac_add(x, jac_mul(0.044715, jac_integer_pow(x, 3)));
    jac cdf = jac_mul(0.5, jac_add(1, jac_tanh(jac_mul(sqrt(M_2_PI), cubic))));
    return rt_end(m, jac_mul(x, cdf));
}

/* x less its greatest element along the axis, which is a constant to the derivative. */
static jac shifted(jac x, int axis)
{
    jac greatest = rt_reduce(&op_reduce_max, x, 1, (int64_t[]){axis});
    return jac_ok(greatest) ? jac_sub(x, jac_stop_gradient(jac_expand_dims(greatest, axis))) : JAC_NULL;
}

static bool float_with_axis(const char *what, jac *x, int *axis)
{
    ir_type t;
    return rt_promote(1, x, true) && rt_type_of(*x, &t) && rt_axis(what, *axis, t.rank, axis);
}

jac jac_softmax_(const jac_loc *at, jac x, int axis)
{
    unsigned m = rt_begin(at);
    if (!float_with_axis("softmax", &x, &axis))
        return rt_end(m, JAC_NULL);
    jac e = jac_exp(shifted(x, axis));
    return rt_end(m, jac_div(e, jac_sum(e, JAC_AXES(axis), .keepdims = true)));
}

jac jac_log_softmax_(const jac_loc *at, jac x, int axis)
{
    unsigned m = rt_begin(at);
    if (!float_with_axis("log_softmax", &x, &axis))
        return rt_end(m, JAC_NULL);
    jac y = shifted(x, axis);
    jac norm = jac_log(jac_sum(jac_exp(y), JAC_AXES(axis), .keepdims = true));
    return rt_end(m, jac_sub(y, norm));
}

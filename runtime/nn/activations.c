/* The activations of jax.nn. Each is written so that no intermediate overflows, and so that its
 * derivatives of any order are as stable as the function itself: an operand for which a branch
 * would not be finite is replaced before the branch, because its derivative is formed there, too.
 */
#include <math.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* Converts x[0..n) to one dtype of real floats. */
static bool floats(const char *what, int n, jac *x)
{
    ir_type t;
    return rt_promote(n, x, true) && rt_type_of(x[0], &t) && np_is_real(what, &t);
}

/* The same of numbers, which may stay integers. */
static bool numbers(const char *what, jac *x)
{
    ir_type t;
    return np_promote_numbers(1, x) && rt_type_of(*x, &t) && np_is_real(what, &t);
}

/* ---- rectifiers --------------------------------------------------------------------------------- */

/* Uses a select because the derivative of max(x, 0) at 0 would be 1/2. */
jac jac_relu_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, np_promote_numbers(1, &x) ? jac_where(jac_le(x, 0), 0, x) : JAC_NULL);
}

static jac relu6(jac x)
{
    return jac_where(jac_le(x, 0), 0, jac_where(jac_ge(x, 6), 6, x));
}

jac jac_relu6_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, floats("relu6", 1, &x) ? relu6(x) : JAC_NULL);
}

jac jac_leaky_relu_(const jac_loc *at, jac x, jac slope)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, slope};
    if (!floats("leaky_relu", 2, v))
        return rt_end(m, JAC_NULL);
    return rt_end(m, jac_where(jac_ge(v[0], 0), v[0], jac_mul(v[1], v[0])));
}

jac jac_hard_tanh_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    if (!numbers("hard_tanh", &x))
        return rt_end(m, JAC_NULL);
    return rt_end(m, jac_where(jac_gt(x, 1), 1, jac_where(jac_lt(x, -1), -1, x)));
}

static jac hard_sigmoid(jac x)
{
    return jac_div(relu6(jac_add(x, 3)), 6);
}

jac jac_hard_sigmoid_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, floats("hard_sigmoid", 1, &x) ? hard_sigmoid(x) : JAC_NULL);
}

jac jac_hard_silu_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    if (!floats("hard_silu", 1, &x))
        return rt_end(m, JAC_NULL);
    return rt_end(m, jac_mul(jac_where(jac_eq(x, -INFINITY), -3, x), hard_sigmoid(x)));
}

/* ---- exponential ones --------------------------------------------------------------------------- */

jac jac_softplus_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, jac_logaddexp(x, 0));
}

jac jac_log_sigmoid_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, rt_promote(1, &x, true) ? jac_neg(jac_logaddexp(jac_neg(x), 0)) : JAC_NULL);
}

static jac elu(jac x, jac alpha)
{
    jac right = jac_gt(x, 0);
    return jac_where(right, x, jac_mul(alpha, jac_expm1(jac_where(right, 0, x))));
}

jac jac_elu_(const jac_loc *at, jac x, jac alpha)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, alpha};
    return rt_end(m, floats("elu", 2, v) ? elu(v[0], v[1]) : JAC_NULL);
}

jac jac_celu_(const jac_loc *at, jac x, jac alpha)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, alpha};
    if (!floats("celu", 2, v))
        return rt_end(m, JAC_NULL);
    jac below = jac_expm1(jac_div(jac_minimum(v[0], 0), v[1]));
    return rt_end(m, jac_add(jac_maximum(v[0], 0), jac_mul(v[1], below)));
}

jac jac_selu_(const jac_loc *at, jac x)
{
    const double alpha = 1.6732632423543772848170429916717;
    const double scale = 1.0507009873554804934193349852946;
    unsigned m = rt_begin(at);
    if (!floats("selu", 1, &x))
        return rt_end(m, JAC_NULL);
    return rt_end(m, jac_mul(scale, elu(x, jac_of_f64(alpha))));
}

/* log(1 - exp(-x)) loses digits for small x if exp is rounded, and for large x if expm1 is. */
jac jac_log1mexp_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    if (!floats("log1mexp", 1, &x))
        return rt_end(m, JAC_NULL);
    jac small = jac_lt(x, M_LN2);
    jac near = jac_log(jac_neg(jac_expm1(jac_neg(jac_where(small, x, 1)))));
    jac far = jac_log1p(jac_neg(jac_exp(jac_neg(jac_where(small, 1, x)))));
    return rt_end(m, jac_where(small, near, far));
}

/* ---- gated ones --------------------------------------------------------------------------------- */

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

/* Beyond this, logistic and tanh(softplus) are 0 or 1 in every dtype. */
static const double logistic_top = 1000;

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

jac jac_mish_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    if (!floats("mish", 1, &x))
        return rt_end(m, JAC_NULL);
    jac inside = limited(x, logistic_top);
    return rt_end(m, gated(x, inside, jac_tanh(jac_softplus(inside)), logistic_top));
}

/* x (1 + tanh u) / 2 with u = sqrt(2/pi) (x + 0.044715 x^3), which is x logistic(2u): the sum would
 * lose the digits of negative x. */
static jac gelu_by_tanh(jac x)
{
    const double top = 25; /* logistic(2u) is 0 or 1 beyond */
    jac inside = limited(x, top);
    jac cubic = jac_add(inside, jac_mul(0.044715, jac_integer_pow(inside, 3)));
    return gated(x, inside, jac_sigmoid(jac_mul(2 * sqrt(M_2_PI), cubic)), top);
}

static jac gelu(jac x)
{
    const double top = 100; /* the probability is 0 or 1 beyond */
    jac inside = limited(x, top);
    return gated(x, inside, jac_mul(0.5, jac_erfc(jac_mul(inside, -M_SQRT1_2))), top);
}

jac jac_gelu_(const jac_loc *at, jac x, jac_gelu_opts o)
{
    unsigned m = rt_begin(at);
    if (!floats("gelu", 1, &x))
        return rt_end(m, JAC_NULL);
    return rt_end(m, o.approximate ? gelu_by_tanh(x) : gelu(x));
}

jac jac_glu_(const jac_loc *at, jac x, int64_t axis)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!rt_promote(1, &x, true) || !rt_type_of(x, &t) || !rt_axis("glu", axis, t.rank, &axis))
        return rt_end(m, JAC_NULL);
    int64_t half = t.dim[axis] / 2;
    if (t.dim[axis] % 2) {
        ir_fail("glu: the size along axis %d must be even, but x is %s", (int)axis,
                ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    jac value = jac_slice_in_dim_(NULL, x, 0, half, 1, axis);
    jac gate = jac_slice_in_dim_(NULL, x, half, 2 * half, 1, axis);
    return rt_end(m, jac_mul(value, jac_sigmoid(gate)));
}

/* ---- algebraic ones ----------------------------------------------------------------------------- */

/* Left of 0, x + r would cancel; there the sum is b / (r - x). */
jac jac_squareplus_(const jac_loc *at, jac x, jac b)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, b};
    if (!floats("squareplus", 2, v))
        return rt_end(m, JAC_NULL);
    jac right = jac_ge(v[0], 0), size = jac_where(right, v[0], jac_neg(v[0]));
    jac sum = jac_add(size, jac_sqrt(jac_add(jac_square(v[0]), v[1])));
    jac left = jac_div(jac_mul(0.5, v[1]), jac_where(right, 1, sum));
    return rt_end(m, jac_where(right, jac_mul(0.5, sum), left));
}

jac jac_sparse_plus_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    if (!floats("sparse_plus", 1, &x))
        return rt_end(m, JAC_NULL);
    jac inside = jac_where(jac_ge(jac_abs(x), 1), 0, x);
    jac curve = jac_mul(0.25, jac_square(jac_add(inside, 1)));
    return rt_end(m, jac_where(jac_le(x, -1), 0, jac_where(jac_ge(x, 1), x, curve)));
}

jac jac_sparse_sigmoid_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, floats("sparse_sigmoid", 1, &x) ? jac_mul(0.5, jac_clip(jac_add(x, 1), 0, 2))
                                                     : JAC_NULL);
}

jac jac_soft_sign_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    if (!floats("soft_sign", 1, &x))
        return rt_end(m, JAC_NULL);
    jac far = jac_eq(jac_abs(x), INFINITY), inside = jac_where(far, 0, x);
    return rt_end(m, jac_where(far, jac_sign(x), jac_div(inside, jac_add(jac_abs(inside), 1))));
}

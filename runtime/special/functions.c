/* Special functions that are composed of primitives. */
#include <math.h>

#include "runtime/special/special.h"

/* ---- gamma functions ---------------------------------------------------------------------------- */

/* -1 where floor(x) is odd and x < 0. */
static jac gamma_sign(jac x)
{
    jac floor = jac_floor(x), half = jac_mul(0.5, floor);
    jac odd = jac_ne(jac_floor(half), half), left = jac_lt(x, 0);
    jac pole = jac_logical_and(left, jac_eq(x, floor));
    jac minus_zero = jac_logical_and(jac_eq(x, 0), jac_lt(jac_div(1, x), 0));
    jac minus = jac_logical_or(jac_logical_and(left, odd), minus_zero);
    jac sign = jac_add(jac_mul(jac_astype(minus, jac_dtype_of(x)), -2), 1);
    return jac_where(jac_logical_or(pole, jac_isnan(x)), NAN, sign);
}

jac jac_gammaln_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, jac_lgamma(x));
}

jac jac_gammasgn_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, special_operands("gammasgn", 1, &x) ? gamma_sign(jac_stop_gradient(x)) : JAC_NULL);
}

jac jac_factorial_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    if (!special_operands("factorial", 1, &x))
        return rt_end(m, JAC_NULL);
    jac below = jac_lt(x, 0);
    return rt_end(m, jac_where(below, 0.0, jac_gamma(jac_add(jac_where(below, 0.0, x), 1))));
}

static jac log_beta(jac a, jac b)
{
    return jac_sub(jac_add(jac_lgamma(a), jac_lgamma(b)), jac_lgamma(jac_add(a, b)));
}

jac jac_betaln_(const jac_loc *at, jac a, jac b)
{
    unsigned m = rt_begin(at);
    jac v[] = {a, b};
    return rt_end(m, special_operands("betaln", 2, v) ? log_beta(v[0], v[1]) : JAC_NULL);
}

jac jac_beta_(const jac_loc *at, jac a, jac b)
{
    unsigned m = rt_begin(at);
    jac v[] = {a, b};
    if (!special_operands("beta", 2, v))
        return rt_end(m, JAC_NULL);
    jac sign = jac_mul(jac_gammasgn(v[0]),
                       jac_mul(jac_gammasgn(v[1]), jac_gammasgn(jac_add(v[0], v[1]))));
    return rt_end(m, jac_mul(sign, jac_exp(log_beta(v[0], v[1]))));
}

jac jac_multigammaln_(const jac_loc *at, jac a, int64_t d)
{
    unsigned m = rt_begin(at);
    enum { MOST = 1000 };
    if (d < 1 || d > MOST) {
        ir_fail("multigammaln: d must be from 1 to %d, but is %lld", MOST, (long long)d);
        return rt_end(m, JAC_NULL);
    }
    if (!special_operands("multigammaln", 1, &a))
        return rt_end(m, JAC_NULL);
    jac sum = jac_add(jac_lgamma(a), 0.25 * (double)d * (double)(d - 1) * log(M_PI));
    for (int64_t k = 1; k < d; k++)
        sum = jac_add(sum, jac_lgamma(jac_sub(a, 0.5 * (double)k)));
    return rt_end(m, sum);
}

jac jac_gammainc_(const jac_loc *at, jac a, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, jac_igamma(a, x));
}

jac jac_gammaincc_(const jac_loc *at, jac a, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, jac_igammac(a, x));
}

static jac beta_function(jac a, jac b, jac x)
{
    return rt_emit1(&op_regularized_incomplete_beta, 3, (jac[]){a, b, x}, NULL);
}

jac jac_betainc_(const jac_loc *at, jac a, jac b, jac x)
{
    unsigned m = rt_begin(at);
    jac v[] = {a, b, x};
    return rt_end(m, special_operands("betainc", 3, v) ? beta_function(v[0], v[1], v[2]) : JAC_NULL);
}

/* ---- Bessel functions --------------------------------------------------------------------------- */

jac jac_i0_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, jac_mul(jac_exp(jac_abs(x)), jac_i0e(x)));
}

jac jac_i1_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, jac_mul(jac_exp(jac_abs(x)), jac_i1e(x)));
}

/* ---- entropy ------------------------------------------------------------------------------------ */

/* x times a logarithm, which may be infinite where x is 0: so are the derivatives. */
static jac times_log(jac x, jac log)
{
    return rt_op2(&op_mul_tangent, x, log);
}

/* y, but 1 where x is 0 and y less than `least`, where it has no logarithm. */
static jac with_log(jac x, jac y, double least)
{
    return jac_where(jac_logical_and(jac_eq(x, 0), jac_lt(y, least)), 1.0, y);
}

jac jac_xlogy_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    return rt_end(m, special_operands("xlogy", 2, v)
                         ? times_log(v[0], jac_log(with_log(v[0], v[1], 0)))
                         : JAC_NULL);
}

jac jac_xlog1py_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    return rt_end(m, special_operands("xlog1py", 2, v)
                         ? times_log(v[0], jac_log1p(with_log(v[0], v[1], -1)))
                         : JAC_NULL);
}

jac jac_entr_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    if (!special_operands("entr", 1, &x))
        return rt_end(m, JAC_NULL);
    jac below = jac_lt(x, 0), y = jac_where(below, 1.0, x);
    return rt_end(m, jac_where(below, -INFINITY, jac_neg(times_log(y, jac_log(y)))));
}

static jac relative_entropy(jac p, jac q)
{
    jac both = jac_logical_and(jac_gt(p, 0), jac_gt(q, 0));
    jac none = jac_logical_and(jac_eq(p, 0), jac_ge(q, 0));
    jac a = jac_where(both, p, 1.0), b = jac_where(both, q, 1.0);
    jac y = jac_mul(a, jac_sub(jac_log(a), jac_log(b)));
    return jac_where(both, y, jac_where(none, 0.0, INFINITY));
}

jac jac_rel_entr_(const jac_loc *at, jac p, jac q)
{
    unsigned m = rt_begin(at);
    jac v[] = {p, q};
    return rt_end(m, special_operands("rel_entr", 2, v) ? relative_entropy(v[0], v[1]) : JAC_NULL);
}

jac jac_kl_div_(const jac_loc *at, jac p, jac q)
{
    unsigned m = rt_begin(at);
    jac v[] = {p, q};
    return rt_end(m, special_operands("kl_div", 2, v)
                         ? jac_add(jac_sub(relative_entropy(v[0], v[1]), v[0]), v[1])
                         : JAC_NULL);
}

/* ---- sigmoids and the normal distribution ------------------------------------------------------- */

/* Near 1/2, where the quotient p / (1 - p) is near 1, it is 2 atanh(2p - 1). */
jac jac_logit_(const jac_loc *at, jac p)
{
    unsigned m = rt_begin(at);
    if (!special_operands("logit", 1, &p))
        return rt_end(m, JAC_NULL);
    jac near = jac_lt(jac_abs(jac_sub(p, 0.5)), 0.25), inside = jac_where(near, p, 0.5);
    jac middle = jac_mul(2, jac_atanh(jac_sub(jac_mul(2, inside), 1)));
    jac outside = jac_where(near, 0.25, p);
    jac ends = jac_sub(jac_log(outside), jac_log1p(jac_neg(outside)));
    return rt_end(m, jac_where(near, middle, ends));
}

jac jac_expit_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, jac_sigmoid(x));
}

/* Derivatives of special functions that are more than one expression. Part of elementwise.c, whose
 * rows (elementwise.def) call them.
 */
#ifndef JACQUARD_OPS_ELEMENTWISE_SPECIAL_H
#define JACQUARD_OPS_ELEMENTWISE_SPECIAL_H

#include <math.h>

#include "ops/elementwise.h"
#include "ops/elementwise_names.h"

/* polygamma and zeta by the operand that JAX does not differentiate either. */
static ir_value *d_none(const char *function, const char *operand)
{
    ir_fail("%s has no derivative with respect to %s", function, operand);
    return NULL;
}

static ir_value *d_polygamma(ir_graph *g, ir_value *m, ir_value *x)
{
    return b_polygamma(g, b_add(g, m, b_const(g, m, 1)), x);
}

static ir_value *d_zeta(ir_graph *g, ir_value *s, ir_value *q)
{
    return b_neg(g, b_mul(g, s, b_zeta(g, b_add(g, s, b_const(g, s, 1)), q)));
}

/* x, or 1 where x is 0 */
static ir_value *d_nonzero(ir_graph *g, ir_value *zero, ir_value *x)
{
    return b_select(g, zero, b_const(g, x, 1), x);
}

/* The density p(a, x) = x^(a-1) e^-x / gamma(a) differentiated by x: p (a - 1 - x) / x; at x = 0,
 * p(a - 1, x) - p(a, x). */
static ir_value *d_igamma_grad_x(ir_graph *g, ir_value *a, ir_value *x, ir_value *out)
{
    ir_value *zero = b_eq(g, x, ew_zeros(g, x)), *less = b_sub(g, a, b_const(g, a, 1));
    ir_value *inside = b_mul(g, out, b_div(g, b_sub(g, less, x), d_nonzero(g, zero, x)));
    return b_select(g, zero, b_sub(g, b_igamma_grad_x(g, less, ew_zeros(g, x)), out), inside);
}

/* By a: p (log x - digamma(a)), which at x = 0 is -infinity for a <= 1, and else 0. */
static ir_value *d_igamma_grad_x_a(ir_graph *g, ir_value *a, ir_value *x, ir_value *out)
{
    ir_value *zero = b_eq(g, x, ew_zeros(g, x));
    ir_value *slope = b_sub(g, b_log(g, d_nonzero(g, zero, x)), b_digamma(g, a));
    ir_value *end = b_select(g, b_gt(g, a, b_const(g, a, 1)), ew_zeros(g, a), b_const(g, a, -INFINITY));
    return b_select(g, zero, end, b_mul(g, out, slope));
}

/* The slope dx/da of a draw x, by x: digamma(a) - log x + dx/da (1 - (a - 1) / x). */
static ir_value *d_random_gamma_grad(ir_graph *g, ir_value *a, ir_value *x, ir_value *out)
{
    ir_value *one = b_const(g, a, 1);
    ir_value *turn = b_sub(g, one, b_div(g, b_sub(g, a, one), x));
    return b_add(g, b_sub(g, b_digamma(g, a), b_log(g, x)), b_mul(g, out, turn));
}

/* e^-|x| (I1'(x) - sign(x) I1(x)) with I1'(x) = I0(x) - I1(x) / x, which is 1/2 at 0. */
static ir_value *d_bessel_i1e(ir_graph *g, ir_value *x, ir_value *out)
{
    ir_value *zero = b_eq(g, x, ew_zeros(g, x));
    ir_value *quotient = b_div(g, out, b_select(g, zero, b_const(g, x, 1), x));
    ir_value *rest = b_select(g, zero, b_const(g, x, 0.5), quotient);
    return b_sub(g, b_bessel_i0e(g, x), b_add(g, rest, b_mul(g, b_sign(g, x), out)));
}

/* The density of the normal distribution. erf_grad_sqrt is e^(-x^2/2), times a constant. */
static ir_value *d_ndtr(ir_graph *g, ir_value *x)
{
    return b_mul(g, b_const(g, x, 0x1.809387015591p-2), b_erf_grad_sqrt(g, x));
}

/* y' = 2x y - 2/sqrt(pi) for erfcx, so y'' is 2 (y + x y'). */
static ir_value *d_erfcx_grad(ir_graph *g, ir_value *x, ir_value *out)
{
    return b_mul(g, b_const(g, x, 2), b_add(g, b_erfcx(g, x), b_mul(g, x, out)));
}

/* c[0] + c[1] x + ... */
static ir_value *d_polynomial(ir_graph *g, ir_value *x, int n, const double *c)
{
    ir_value *y = b_const(g, x, c[n - 1]);
    for (int k = n - 2; k >= 0; k--)
        y = b_add(g, b_mul(g, y, x), b_const(g, x, c[k]));
    return y;
}

/* cos(pi x), accurate also for great x. */
static ir_value *d_cospi(ir_graph *g, ir_value *x)
{
    ir_value *n = b_round(g, x, true), *half = b_mul(g, b_const(g, x, 0.5), n);
    ir_value *odd = b_ne(g, half, b_floor(g, half));
    ir_value *cos = b_cos(g, b_mul(g, b_const(g, x, M_PI), b_sub(g, x, n)));
    return b_select(g, odd, b_neg(g, cos), cos);
}

/* The derivative of sin(pi x) / (pi x): (cos(pi x) - out) / x, but near 0 its power series, which can
 * be differentiated again and again. */
static ir_value *d_sinc(ir_graph *g, ir_value *x, ir_value *out)
{
    enum { TERMS = 17 };
    double c[TERMS], power = 1;
    for (int k = 0; k < TERMS; k++) {
        power *= -M_PI * M_PI / ((2 * k + 2) * (2 * k + 3)); /* (-pi^2)^(k + 1) / (2k + 3)! */
        c[k] = (2 * k + 2) * power;
    }
    ir_value *near = b_lt(g, b_abs(g, x), b_const(g, x, 0.5));
    ir_value *small = b_select(g, near, x, ew_zeros(g, x));
    ir_value *series = b_mul(g, small, d_polynomial(g, b_square(g, small), TERMS, c));
    ir_value *other = b_select(g, near, b_const(g, x, 1), x);
    return b_select(g, near, series, b_div(g, b_sub(g, d_cospi(g, other), out), other));
}

/* y' = 1 - 2x y for dawsn, so y'' is -2 (y + x y'). */
static ir_value *d_dawsn_grad(ir_graph *g, ir_value *x, ir_value *out)
{
    return b_mul(g, b_const(g, x, -2), b_add(g, b_dawsn(g, x), b_mul(g, x, out)));
}

/* log(x) / (1 - x), but near 1 its power series. */
static ir_value *d_spence(ir_graph *g, ir_value *x)
{
    enum { TERMS = 25 };
    double c[TERMS];
    for (int k = 0; k < TERMS; k++)
        c[k] = (k % 2 ? 1.0 : -1.0) / (k + 1);
    ir_value *one = b_const(g, x, 1), *step = b_sub(g, x, one);
    ir_value *near = b_lt(g, b_abs(g, step), b_const(g, x, 0.125));
    ir_value *series = d_polynomial(g, b_select(g, near, step, ew_zeros(g, x)), TERMS, c);
    ir_value *other = b_select(g, near, b_const(g, x, 2), x);
    return b_select(g, near, series, b_div(g, b_log(g, other), b_sub(g, one, other)));
}

/* pi x^2 / 2, less a multiple of 2 pi. */
static ir_value *d_fresnel_phase(ir_graph *g, ir_value *x)
{
    ir_value *y = b_square(g, x), *turns = b_round(g, b_mul(g, b_const(g, x, 0.25), y), true);
    ir_value *rest = b_sub(g, y, b_mul(g, b_const(g, x, 4), turns));
    return b_mul(g, b_const(g, x, M_PI_2), rest);
}

static ir_value *d_expn(ir_graph *g, ir_value *n, ir_value *x)
{
    return b_neg(g, b_expn(g, b_sub(g, n, b_const(g, n, 1)), x));
}

/* (J_(n-1) - J_(n+1)) / 2 */
static ir_value *d_bessel_jn(ir_graph *g, ir_value *n, ir_value *x)
{
    ir_value *one = b_const(g, n, 1);
    ir_value *below = b_bessel_jn(g, b_sub(g, n, one), x);
    ir_value *above = b_bessel_jn(g, b_add(g, n, one), x);
    return b_mul(g, b_const(g, x, 0.5), b_sub(g, below, above));
}

/* Owen's T by h: half the density at h times -erf(a h / sqrt 2). */
static ir_value *d_owens_t_h(ir_graph *g, ir_value *h, ir_value *a)
{
    ir_value *erf = b_erf(g, b_mul(g, b_const(g, h, M_SQRT1_2), b_mul(g, a, h)));
    return b_mul(g, b_const(g, h, -0.5), b_mul(g, d_ndtr(g, h), erf));
}

/* By a: the densities at h and at a h over 1 + a^2. */
static ir_value *d_owens_t_a(ir_graph *g, ir_value *h, ir_value *a)
{
    ir_value *both = b_mul(g, d_ndtr(g, h), d_ndtr(g, b_mul(g, a, h)));
    return b_div(g, both, b_add(g, b_const(g, a, 1), b_square(g, a)));
}

/* The parts of w'(z) = 2i / sqrt(pi) - 2z w(z), for z = x + iy. */
static ir_value *d_wofz_real(ir_graph *g, ir_value *x, ir_value *y)
{
    ir_value *u = b_mul(g, x, b_wofz_real(g, x, y)), *v = b_mul(g, y, b_wofz_imag(g, x, y));
    return b_mul(g, b_const(g, x, -2), b_sub(g, u, v));
}

static ir_value *d_wofz_imag(ir_graph *g, ir_value *x, ir_value *y)
{
    ir_value *u = b_mul(g, x, b_wofz_imag(g, x, y)), *v = b_mul(g, y, b_wofz_real(g, x, y));
    ir_value *sum = b_sub(g, b_add(g, u, v), b_const(g, x, M_2_SQRTPI / 2));
    return b_mul(g, b_const(g, x, -2), sum);
}

#endif

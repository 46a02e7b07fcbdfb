/* Rows 18 and 19: options with their Greeks, and bodies that attract each other. */
#include <math.h>

#include "bench/jacquard/inputs.h"

/* ---- Black and Scholes ----------------------------------------------------------------------- */

static jac normal_cdf(jac x)
{
    return jac_mul(0.5, jac_add(1, jac_erf(jac_mul(x, M_SQRT1_2))));
}

JAC_DEF(jac, call_price, (jac, spot), (jac, strike), (jac, time), (jac, rate), (jac, sigma))
{
    jac spread = jac_mul(sigma, jac_sqrt(time));
    jac drift = jac_mul(jac_add(rate, jac_mul(0.5, jac_square(sigma))), time);
    jac d1 = jac_div(jac_add(jac_log(jac_div(spot, strike)), drift), spread);
    jac d2 = jac_sub(d1, spread);
    jac paid = jac_mul(strike, jac_exp(jac_neg(jac_mul(rate, time))));
    return jac_sub(jac_mul(spot, normal_cdf(d1)), jac_mul(paid, normal_cdf(d2)));
}

JAC_TREE(FirstOrder, price, delta, theta, rho, vega)

typedef struct {
    FirstOrder first;
    jac gamma;
} Option;

JAC_DEF(Option, greeks, (jac, spot), (jac, strike), (jac, time), (jac, rate), (jac, sigma))
{
    Option o;
    call_price_args args = {spot, strike, time, rate, sigma};
    jac_call(jac_value_and_grad(call_price_fn, 0, 2, 3, 4), &args, &o.first);
    o.first.theta = jac_neg(o.first.theta);
    o.gamma = call_price_call(jac_grad(jac_grad(call_price_fn)), spot, strike, time, rate, sigma);
    return o;
}

static void make_greeks(int64_t n, jq_case *c)
{
    static const double range[5][2] = {{80, 120}, {80, 120}, {0.25, 2}, {0.01, 0.05}, {0.1, 0.5}};
    for (int k = 0; k < 5; k++)
        c->args[k] = inputs_f32(JAC_SHAPE(n), 30 + (uint32_t)k, range[k][0], range[k][1]);
    c->nresults = 6;
    c->f = jac_jit(jac_vmap(greeks_fn));
}

/* ---- bodies ---------------------------------------------------------------------------------- */

JAC_TREE(Bodies, x, v, a)

JAC_DEF(jac, potential, (jac, x), (jac, m))
{
    jac d = jac_sub(jac_expand_dims(x, 1), jac_expand_dims(x, 0));
    jac r2 = jac_add(jac_sum(jac_square(d), JAC_AXES(2)), 0.01);
    return jac_mul(-0.5, jac_sum(jac_mul(jac_outer(m, m), jac_rsqrt(r2))));
}

static jac acceleration(jac x, jac m)
{
    return jac_div(jac_neg(potential_call(jac_grad(potential_fn), x, m)), jac_expand_dims(m, 1));
}

enum { STEPS = 100 };
static const double DT = 1e-3;

JAC_TREE(Flown, x, v, energy)

/* Leapfrog: half a kick, a drift, half a kick. */
JAC_DEF(Flown, fly, (jac, x), (jac, v), (jac, m))
{
    Bodies s = {x, v, acceleration(x, m)};
    JAC_FOR (i, 0, STEPS, s) {
        jac half = jac_add(s.v, jac_mul(DT / 2, s.a));
        s.x = jac_add(s.x, jac_mul(DT, half));
        s.a = acceleration(s.x, m);
        s.v = jac_add(half, jac_mul(DT / 2, s.a));
    }
    jac kinetic = jac_mul(0.5, jac_sum(jac_mul(jac_expand_dims(m, 1), jac_square(s.v))));
    return (Flown){s.x, s.v, jac_add(kinetic, potential(s.x, m))};
}

static void make_bodies(int64_t n, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(n, 3), 35, -1, 1);
    c->args[1] = inputs_f32(JAC_SHAPE(n, 3), 36, -0.1, 0.1);
    c->args[2] = jac_mul(1.0 / (double)n, inputs_f32(JAC_SHAPE(n), 37, 0.5, 1.5));
    c->nresults = 3;
    c->f = jac_jit(fly_fn);
}

const jq_work jq_science[] = {{"greeks", make_greeks}, {"bodies", make_bodies}, {0}};

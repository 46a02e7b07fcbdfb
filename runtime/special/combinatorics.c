/* The logarithm of gamma, quotients of gamma functions, and Bernoulli numbers. */
#include <math.h>
#include <stdlib.h>

#include "runtime/special/special.h"

/* ---- the logarithm of gamma ---------------------------------------------------------------------- */

/* log gamma(z) for Re z >= 1/2: moved up by 8, Stirling's series. */
static jac log_gamma_right(jac z)
{
    enum { MOVE = 8, TERMS = 10 };
    /* B_2k / (2k (2k - 1)) */
    static const double c[TERMS] = {1.0 / 12,          -1.0 / 360,      1.0 / 1260,
                                    -1.0 / 1680,       1.0 / 1188,      -691.0 / 360360,
                                    1.0 / 156,         -3617.0 / 122400, 43867.0 / 244188,
                                    -174611.0 / 125400};
    jac w = jac_add(z, MOVE), inverse = jac_div(1, w), square = jac_mul(inverse, inverse);
    jac series = jac_full_like(w, c[TERMS - 1]);
    for (int k = TERMS - 2; k >= 0; k--)
        series = jac_add(jac_mul(series, square), c[k]);
    jac y = jac_add(jac_sub(jac_mul(jac_sub(w, 0.5), jac_log(w)), w), 0.5 * log(2 * M_PI));
    y = jac_add(y, jac_mul(series, inverse));
    jac logs = jac_log(z);
    for (int k = 1; k < MOVE; k++)
        logs = jac_add(logs, jac_log(jac_add(z, k)));
    return jac_sub(y, logs);
}

/* For Re z < 1/2 and Im z >= 0, log(pi / sin(pi z)) less that of 1 - z, where
 * sin(pi z) = e^(-i pi z) (1 - e^(2 pi i z)) i/2. */
static jac log_gamma_left(jac z)
{
    jac turn = jac_mul(jac_complex(0.0, M_PI), z);
    jac wave = jac_log1p(jac_neg(jac_exp(jac_mul(2, turn))));
    jac sine = jac_add(jac_sub(wave, turn), jac_complex(-M_LN2, M_PI_2));
    return jac_sub(jac_sub(log(M_PI), sine), log_gamma_right(jac_sub(1, z)));
}

static jac log_gamma_complex(jac z)
{
    jac below = jac_lt(jac_imag(z), 0), upper = jac_where(below, jac_conj(z), z);
    jac left = jac_lt(jac_real(z), 0.5);
    jac y = jac_where(left, log_gamma_left(jac_where(left, upper, jac_complex(0.25, 0.25))),
                      log_gamma_right(jac_where(left, 1, upper)));
    return jac_where(below, jac_conj(y), y);
}

jac jac_loggamma_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!rt_promote(1, &x, true) || !rt_type_of(x, &t))
        return rt_end(m, JAC_NULL);
    if (ir_is_complex(t.dtype))
        return rt_end(m, jac_astype(log_gamma_complex(x), rt_public_dtype(t.dtype)));
    jac right = jac_gt(x, 0);
    return rt_end(m, jac_where(right, jac_lgamma(jac_where(right, x, 1)), NAN));
}

/* ---- quotients ----------------------------------------------------------------------------------- */

/* Up to here gamma is finite. */
static double largest(jac x)
{
    ir_type t;
    return rt_type_of(x, &t) && t.dtype == IR_f64 ? 170 : t.dtype == IR_f16 ? 8 : 34;
}

static jac within(jac x, double bound)
{
    return jac_lt(jac_abs(x), bound);
}

/* gamma(z + m) / gamma(z): the quotient, or where that overflows, that of the logarithms. */
static jac rising(jac z, jac m)
{
    jac end = jac_add(z, m);
    jac fits = jac_logical_and(within(z, largest(z)), within(end, largest(z)));
    jac quotient = jac_div(jac_gamma(jac_where(fits, end, 1)), jac_gamma(jac_where(fits, z, 1)));
    jac a = jac_where(fits, 1, z), b = jac_where(fits, 1, end);
    jac far = jac_mul(jac_mul(jac_gammasgn(a), jac_gammasgn(b)),
                      jac_exp(jac_sub(jac_lgamma(b), jac_lgamma(a))));
    jac y = jac_where(fits, quotient, far);
    jac none = jac_logical_and(jac_eq(m, 0), jac_logical_not(jac_isfinite(y)));
    return jac_where(none, 1, y);
}

jac jac_poch_(const jac_loc *at, jac z, jac m)
{
    unsigned mark = rt_begin(at);
    jac v[] = {z, m};
    return rt_end(mark, special_operands("poch", 2, v) ? rising(v[0], v[1]) : JAC_NULL);
}

static jac chosen(jac n, jac k)
{
    jac there = jac_logical_and(jac_le(k, n), jac_logical_and(jac_ge(n, 0), jac_ge(k, 0)));
    n = jac_where(there, n, 0);
    k = jac_where(there, k, 0);
    jac rest = jac_add(jac_sub(n, k), 1), all = jac_add(n, 1), some = jac_add(k, 1);
    jac fits = jac_lt(n, largest(n));
    jac quotient = jac_div(jac_gamma(jac_where(fits, all, 1)),
                           jac_mul(jac_gamma(jac_where(fits, some, 1)),
                                   jac_gamma(jac_where(fits, rest, 1))));
    jac logs = jac_sub(jac_sub(jac_lgamma(jac_where(fits, 1, all)), jac_lgamma(jac_where(fits, 1, some))),
                       jac_lgamma(jac_where(fits, 1, rest)));
    return jac_where(there, jac_where(fits, quotient, jac_exp(logs)), 0);
}

jac jac_comb_(const jac_loc *at, jac n, jac k, jac_comb_opts o)
{
    unsigned m = rt_begin(at);
    jac v[] = {n, k};
    if (!special_operands("comb", 2, v))
        return rt_end(m, JAC_NULL);
    if (!o.repetition)
        return rt_end(m, chosen(v[0], v[1]));
    jac none = jac_logical_and(jac_eq(v[1], 0), jac_ge(v[0], 0));
    return rt_end(m, jac_where(none, 1, chosen(jac_sub(jac_add(v[0], v[1]), 1), v[1])));
}

/* ---- Bernoulli numbers ----------------------------------------------------------------------------- */

/* B_n: the first ones as quotients, the others 2 n! zeta(n) / (2 pi)^n with alternating signs. */
static double bernoulli_number(int64_t n)
{
    static const double exact[][2] = {{1, 1},          {1, 6},           {-1, 30},
                                      {1, 42},         {-1, 30},         {5, 66},
                                      {-691, 2730},    {7, 6},           {-3617, 510},
                                      {43867, 798},    {-174611, 330},   {854513, 138},
                                      {-236364091, 2730}, {8553103, 6},  {-23749461029, 870},
                                      {8615841276005, 14322}};
    enum { EXACT = sizeof exact / sizeof *exact };
    if (n % 2)
        return n == 1 ? -0.5 : 0;
    if (n / 2 < EXACT)
        return exact[n / 2][0] / exact[n / 2][1];
    long double y = 2, turn = 2 * 3.14159265358979323846264338327950288L;
    for (int64_t k = 1; k <= n && isfinite((double)y); k++)
        y *= (long double)k / turn;
    y *= 1 + powl(2, -(long double)n) + powl(3, -(long double)n);
    return n % 4 ? (double)y : -(double)y;
}

jac jac_bernoulli_(const jac_loc *at, int64_t n)
{
    unsigned m = rt_begin(at);
    enum { MOST = 1000000 };
    if (n < 0 || n > MOST) {
        ir_fail("bernoulli: n must be from 0 to %d, but is %lld", MOST, (long long)n);
        return rt_end(m, JAC_NULL);
    }
    bool wide = rt_default_float() == IR_f64;
    void *numbers = malloc((size_t)(n + 1) * (wide ? sizeof(double) : sizeof(float)));
    if (!numbers) {
        ir_fail("bernoulli: out of memory");
        return rt_end(m, JAC_NULL);
    }
    for (int64_t k = 0; k <= n; k++)
        if (wide)
            ((double *)numbers)[k] = bernoulli_number(k);
        else
            ((float *)numbers)[k] = (float)bernoulli_number(k);
    jac y = jac_array_of(wide ? JAC_F64 : JAC_F32, ((jac_dims){1, (int64_t[]){n + 1}}), numbers);
    free(numbers);
    return rt_end(m, y);
}

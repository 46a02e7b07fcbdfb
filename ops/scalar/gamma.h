/* lgamma, digamma.
 *
 * Arguments below 7 are moved up by 7, to where Stirling's series is short, and negative ones are
 * reflected. The terms of that cancel, so they are pairs of doubles, accurate to about 2^-59. Near a
 * zero that is not enough. There the function is the distance from the zero, which a table has to
 * twice the precision, times a polynomial. f32's functions are f64's, rounded.
 */
#ifndef JACQUARD_OPS_SCALAR_GAMMA_H
#define JACQUARD_OPS_SCALAR_GAMMA_H

#include "ops/scalar/gamma_table.h"
#include "ops/scalar/jk.h"
#include "ops/scalar/pow.h"

/* ---- pairs ----------------------------------------------------------------------------------- */

JK_INNER jk_sum_f64 jk_pair_add_f64(jk_sum_f64 a, jk_sum_f64 b)
{
    jk_sum_f64 s = jk_two_sum_f64(a.high, b.high);
    s.low += a.low + b.low;
    return s;
}

JK_INNER jk_sum_f64 jk_pair_mul_f64(jk_sum_f64 a, jk_sum_f64 b)
{
    double p = a.high * b.high;
    return (jk_sum_f64){p, jk_fma_f64(a.high, b.high, -p) +
                               jk_fma_f64(a.high, b.low, a.low * b.high)};
}

JK_INNER jk_sum_f64 jk_pair_div_f64(jk_sum_f64 a, jk_sum_f64 b)
{
    double q = a.high / b.high;
    double rest = jk_fma_f64(-q, b.high, a.high) + jk_fma_f64(-q, b.low, a.low);
    return (jk_sum_f64){q, rest / b.high};
}

JK_INNER jk_sum_f64 jk_pair_if_f64(int condition, jk_sum_f64 a, jk_sum_f64 b)
{
    return (jk_sum_f64){condition ? a.high : b.high, condition ? a.low : b.low};
}

/* ---- the argument ---------------------------------------------------------------------------- */

/* a = |x|, moved up to z >= 7: by 7 if it is low. f is its distance from the nearest integer, which
 * may be above it. The rest serves the move: m = a + 3, a6 = a + 6, and with s = a (a + 6), s5 = s + 5
 * and s8 = s + 8, so that (a + 1) ... (a + 6) = s5 s8 m a6. */
typedef struct {
    double a, f;
    int low, above;
    jk_sum_f64 z, m, a6, s5, s8;
} jk_gamma_argument;

JK_INNER jk_gamma_argument jk_gamma_argument_of(double x)
{
    jk_gamma_argument g;
    g.a = jk_fabs_f64(x);
    double f = g.a - __builtin_floor(g.a);
    g.above = f > 0.5;
    g.f = g.above ? 1 - f : f;
    g.low = g.a < 7;
    double b = g.low ? g.a : 0;
    g.z = jk_pair_if_f64(g.low, jk_two_sum_f64(b, 7), (jk_sum_f64){g.a, 0});
    g.m = jk_two_sum_f64(b, 3);
    g.a6 = jk_two_sum_f64(b, 6);
    jk_sum_f64 s = jk_pair_mul_f64((jk_sum_f64){b, 0}, g.a6);
    g.s5 = jk_pair_add_f64(s, (jk_sum_f64){5, 0}); /* (a + 1) (a + 5) */
    g.s8 = jk_pair_add_f64(s, (jk_sum_f64){8, 0}); /* (a + 2) (a + 4) */
    return g;
}

/* ---- lgamma ---------------------------------------------------------------------------------- */

/* Stirling's series: log gamma(z) = (z - 1/2) (log z - 1) + log(2 pi) / 2 - 1/2 + .... */
JK_INNER jk_sum_f64 jk_lgamma_stirling(jk_sum_f64 z)
{
    jk_sum_f64 log = jk_log_pow_f64(z.high, 0);
    double inverse = 1 / z.high, w = inverse * inverse;
    double series = inverse * JK_POLY_F64(w, 0x1.5555555555555p-4, -0x1.6c16c16c16bdfp-9,
                                          0x1.a01a019fd2526p-11, -0x1.381380a9c55c6p-11,
                                          0x1.b9515445a577cp-11, -0x1.f682a1c55433p-10,
                                          0x1.a0ad6236c2509p-8, -0x1.b76a9cbe08f83p-6,
                                          0x1.8a92d81575a37p-4);
    jk_sum_f64 less = jk_two_sum_f64(log.high, -1);
    less.low += log.low;
    double k = z.high - 0.5;
    jk_sum_f64 p = jk_pair_mul_f64((jk_sum_f64){k, 0}, less);
    p.low = jk_fma_f64(z.low, jk_fma_f64(inverse, -0.5, log.high), p.low);
    p.low = p.high < 0x1p1000 ? p.low : 0;
    jk_sum_f64 c = jk_two_sum_f64(0x1.acfe390c97d69p-2, series);
    c.low += 0x1.3494bc9001442p-56;
    return jk_pair_add_f64(p, c);
}

/* sin(pi f) / (pi f) for f from 0 to 1/2. */
JK_INNER jk_sum_f64 jk_sinc_pair(double f)
{
    double y = f * f, y_low = jk_fma_f64(f, f, -y);
    double rest = y * y *
                  JK_POLY_F64(y, 0x1.9f9cb402bc46cp-1, -0x1.86a8e4720db65p-3, 0x1.ac6805cf34cdap-6,
                              -0x1.33816aa423b5bp-9, 0x1.374719befaa3p-13, -0x1.d424590c8494fp-18,
                              0x1.0fb6b2b4d71d5p-22, -0x1.ea50cabd9d672p-28);
    jk_sum_f64 square = jk_pair_mul_f64((jk_sum_f64){-0x1.a51a6625307d3p0, -0x1.1873d8912200cp-55},
                                        (jk_sum_f64){y, y_low});
    jk_sum_f64 sum = jk_two_sum_f64(1, square.high);
    jk_sum_f64 more = jk_two_sum_f64(sum.high, rest);
    more.low += sum.low + square.low;
    return more;
}

/* The function near one of its zeros: the distance from it times a polynomial. */
#define JK_NEAR_ZERO(row, d, ...)                                                                  \
    ((d) * JK_POLY_F64(d, row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10],         \
                       row[11], row[12], row[13], row[14], ##__VA_ARGS__))

JK_INNER int jk_lgamma_row(double x, const jk_gamma_argument *g)
{
    double n = __builtin_floor(g->a) + (g->above ? 1.0 : 0.0);
    n = n > 2 ? n < 16 ? n : 16 : 2; /* 2 for a NaN */
    int below = 2 * (int)n - 2 - g->above;
    return x > 0 ? x > 1.5 : below;
}

/* lgamma to about 2^-59, for an argument that is not a pole. */
JK_INNER jk_sum_f64 jk_lgamma_pair(double x, const jk_gamma_argument *g)
{
    const jk_sum_f64 one = {1, 0};
    int left = x < 0, tiny = g->a < 0x1p-900;
    double scale = tiny ? 0x1p100 : 1;

    /* (a + 1) ... (a + 6) */
    jk_sum_f64 product =
        jk_pair_mul_f64(jk_pair_mul_f64(g->s5, g->s8), jk_pair_mul_f64(g->m, g->a6));
    jk_sum_f64 moved = jk_pair_if_f64(g->low, product, one);
    jk_sum_f64 sinc = jk_sinc_pair(g->f);
    /* f sinc(f) is |sin(pi a)| / pi. */
    jk_sum_f64 sine = jk_pair_mul_f64(sinc, (jk_sum_f64){g->f * scale, 0});
    jk_sum_f64 a = {g->low ? g->a * scale : left ? g->a : 1, 0};
    jk_sum_f64 top = jk_pair_mul_f64(jk_pair_if_f64(left, sine, moved),
                                     jk_pair_if_f64(left & g->low, one, a));
    jk_sum_f64 q = jk_pair_div_f64(top, jk_pair_if_f64(left, moved, one));
    jk_sum_f64 log = jk_log_pow_f64(q.high, tiny ? -100 : 0);
    log.low += q.low / q.high;

    jk_sum_f64 series = jk_lgamma_stirling(g->z);
    double sign = left ? -1 : 1;
    return jk_pair_add_f64((jk_sum_f64){sign * series.high, sign * series.low},
                           (jk_sum_f64){-log.high, -log.low});
}

JK double jk_lgamma_f64(double x)
{
    jk_gamma_argument g = jk_gamma_argument_of(x);
    jk_sum_f64 y = jk_lgamma_pair(x, &g);
    double far = y.high + y.low;

    const double *row = jk_lgamma_zeros[jk_lgamma_row(x, &g)];
    double d = (x - row[0]) - row[1];
    double near = JK_NEAR_ZERO(row, d, row[15], row[16], row[17], row[18]);
    double result = x == 1 ? 0 : jk_fabs_f64(d) < row[2] ? near : far;
    int pole = ((x <= 0) & (g.f == 0)) | !(g.a < 0x1.754d9278b51a7p1014);
    return x != x ? x : pole ? JK_INF_F64 : result;
}

JK float jk_lgamma_f32(float x)
{
    return (float)jk_lgamma_f64(x);
}

/* ---- gamma ----------------------------------------------------------------------------------- */

JK double jk_gamma_f64(double x)
{
    jk_gamma_argument g = jk_gamma_argument_of(x);
    jk_sum_f64 log = jk_lgamma_pair(x, &g);
    jk_sum_f64 sum = jk_two_sum_f64(log.high, log.low);
    int fits = jk_fabs_f64(sum.high) < 750;
    jk_exp_f64_parts e = jk_exp_split_f64(jk_clamp_f64_between(sum.high, -750, 750),
                                          fits ? sum.low : 0);
    double y = jk_scale_f64(1 + (e.r + e.tail), e.n);
    double half = 0.5 * __builtin_floor(x);
    int odd = half != __builtin_floor(half);
    y = (x < 0) & odd ? -y : y;
    y = x > 172 ? JK_INF_F64 : y;
    y = (x < 0) & (g.f == 0) ? JK_NAN_F64 : y;
    y = x == 0 ? jk_copysign_f64(JK_INF_F64, x) : y;
    return x != x ? x : x == -JK_INF_F64 ? JK_NAN_F64 : y;
}

JK float jk_gamma_f32(float x)
{
    return (float)jk_gamma_f64(x);
}

/* ---- digamma --------------------------------------------------------------------------------- */

/* pi cot(pi f) for f from 0 to 1/2: 1/f + 2f / (f^2 - 1) + f times a polynomial in f^2. */
JK_INNER jk_sum_f64 jk_cot_pair(double f)
{
    const jk_sum_f64 one = {1, 0};
    double y = f * f, y_low = jk_fma_f64(f, f, -y);
    double rest = y * JK_POLY_F64(y, -0x1.51322ac7d8484p-3, -0x1.1c26130248a64p-5,
                                  -0x1.0b36af86ed1a2p-7, -0x1.04b8ce2412e14p-9,
                                  -0x1.020a7fded8321p-11, -0x1.00de1efb9be62p-13,
                                  -0x1.011455b747c89p-15, -0x1.eb3548cd217f7p-18,
                                  -0x1.558e961f19802p-19);
    jk_sum_f64 h = jk_two_sum_f64(-0x1.4a34cc4a60fa6p0, rest);
    h.low += -0x1.1873d8912200cp-54;
    jk_sum_f64 less = jk_two_sum_f64(y, -1);
    less.low += y_low;
    jk_sum_f64 pole = jk_pair_div_f64((jk_sum_f64){2 * f, 0}, less);
    jk_sum_f64 first = jk_pair_div_f64(one, (jk_sum_f64){f, 0});
    jk_sum_f64 last = jk_pair_mul_f64(h, (jk_sum_f64){f, 0});
    return jk_pair_add_f64(first, jk_pair_add_f64(pole, last));
}

/* 1/(a + 1) + ... + 1/(a + 6), and 1/a. */
JK_INNER jk_sum_f64 jk_inverses(const jk_gamma_argument *g)
{
    const jk_sum_f64 one = {1, 0};
    jk_sum_f64 twice = {2 * g->m.high, 2 * g->m.low};
    jk_sum_f64 both = jk_pair_add_f64(g->s5, g->s8);
    jk_sum_f64 pairs = jk_pair_div_f64(jk_pair_mul_f64(twice, both), jk_pair_mul_f64(g->s5, g->s8));
    jk_sum_f64 middle = jk_pair_div_f64(one, g->m);
    jk_sum_f64 last = jk_pair_div_f64(one, g->a6);
    return jk_pair_add_f64(jk_pair_add_f64(pairs, middle), last);
}

JK double jk_digamma_f64(double x)
{
    const jk_sum_f64 none = {0, 0};
    jk_gamma_argument g = jk_gamma_argument_of(x);
    int left = x < 0;
    jk_sum_f64 log = jk_log_pow_f64(g.z.high, 0);
    double inverse = 1 / g.z.high, w = inverse * inverse;
    double series = w * JK_POLY_F64(w, 0x1.5555555555555p-4, -0x1.1111111111104p-7,
                                    0x1.04104104060ffp-8, -0x1.111110f7d5905p-8,
                                    0x1.f07bff1bea20bp-8, -0x1.598fbfdde42fcp-6,
                                    0x1.54abfd6294471p-4, -0x1.b9c2f67b0707ep-2,
                                    0x1.405e1c7b123bfp1, -0x1.51d1e380e4502p3);
    log.low += g.z.low * jk_fma_f64(0.5 * inverse, inverse, inverse);
    /* log z - 1/(2z) - series is digamma(z). */
    jk_sum_f64 half = jk_pair_div_f64((jk_sum_f64){-0.5, 0}, (jk_sum_f64){g.z.high, 0});
    jk_sum_f64 tail = jk_two_sum_f64(half.high, -series);
    tail.low += half.low;
    jk_sum_f64 y = jk_pair_add_f64(log, tail);

    /* digamma(a) + 1/a, from that of a + 7 or of a. */
    jk_sum_f64 sum = jk_inverses(&g);
    sum = jk_pair_if_f64(g.low, (jk_sum_f64){-sum.high, -sum.low}, none);
    y = jk_pair_add_f64(y, sum);
    jk_sum_f64 one_over = jk_pair_div_f64((jk_sum_f64){1, 0}, (jk_sum_f64){g.a, 0});
    jk_sum_f64 cot = jk_cot_pair(g.f);
    double sign = g.above ? -1 : 1;
    jk_sum_f64 reflected = {sign * cot.high, sign * cot.low};
    int plus = !left & !g.low;
    jk_sum_f64 more = jk_pair_if_f64(left, reflected,
                                     (jk_sum_f64){-one_over.high, -one_over.low});
    /* For z = a and a positive x, there is nothing to add. For z = a and a negative x, 1/a. */
    more = jk_pair_if_f64(plus, none, more);
    y = jk_pair_add_f64(y, jk_pair_if_f64(left & !g.low, one_over, none));
    y = jk_pair_add_f64(y, more);
    double far = y.high + y.low;

    double n = __builtin_floor(g.a) + 1;
    n = n > 31 ? 31 : n;
    const double *row = jk_digamma_zeros[left ? (int)n : 0];
    double d = (x - row[0]) - row[1];
    double near = JK_NEAR_ZERO(row, d);
    double result = jk_fabs_f64(d) < row[2] ? near : far;
    int tiny = g.a < 0x1p-60;
    result = tiny ? -1 / x : result;
    result = x == JK_INF_F64 ? x : result;
    return (x <= 0) & ((g.f == 0) | (x == -JK_INF_F64)) ? JK_NAN_F64 : result;
}

JK float jk_digamma_f32(float x)
{
    return (float)jk_digamma_f64(x);
}

#endif

/* log and log1p; and log1p as XLA's CPU back end computes it.
 *
 * jax.random computes exponential, normal and Gumbel draws from uniform ones with these functions,
 * and draws must have the same bits as JAX's. So log follows XLA not only in the coefficients, but
 * also in the order of operations and in what is fused: in f32 it is the polynomial of Cephes, in
 * f64 the C library's table-driven log. It differs only for subnormal numbers, which XLA treats as
 * zero. XLA's log1p is inaccurate on both sides of the interval where it is a rational function
 * (2.5 ulp in f32, over 100 in f64). So it is a separate function, which only draws use.
 */
#ifndef JACQUARD_OPS_SCALAR_LOG_H
#define JACQUARD_OPS_SCALAR_LOG_H

#include <stdbool.h>

#include "ops/scalar/jk.h"
#include "ops/scalar/log_table.h"

/* ---- f32 ------------------------------------------------------------------------------------- */

/* log1p(r) + e log 2, for 1 + r from sqrt(1/2) to sqrt(2). */
JK_INNER float jk_log_sum_f32(float r, float e)
{
    float r2 = r * r, r3 = r2 * r;
    float a = JK_POLY_F32(r, 0x1.de4a34p-4f, -0x1.d7a37p-4f, 0x1.204376p-4f);
    float b = JK_POLY_F32(r, -0x1.555cap-3f, 0x1.23d37ep-3f, -0x1.fcba9ep-4f);
    float c = JK_POLY_F32(r, 0x1.555554p-2f, -0x1.fffff8p-3f, 0x1.999d58p-3f);
    /* log 2 is the sum of two parts; e times the greater part is exact. */
    float tail = jk_fma_f32(JK_POLY_F32(r3, c, b, a), r3, e * -0x1.bd0106p-13f);
    return jk_fma_f32(e, 0x1.63p-1f, jk_fma_f32(r2, -0.5f, r) + tail);
}

/* log(x * 2^scale) for a normal x = m * 2^e with m in [sqrt(1/2), sqrt(2)): it is
 * log1p(m - 1) + (e + scale) log 2. */
JK_INNER float jk_log_normal_f32(float x, float scale)
{
    uint32_t bits = jk_bits_f32(x);
    float e = (float)((int32_t)(bits >> 23) - 126) + scale;
    float m = jk_from_bits_f32((bits & 0x807fffff) | 0x3f000000); /* in [1/2, 1) */
    bool low = m < 0x1.6a09e6p-1f;
    float r = (m - 1.0f) + (low ? m : 0.0f);
    e -= low ? 1.0f : 0.0f;
    return jk_log_sum_f32(r, e);
}

JK float jk_log_f32(float x)
{
    bool subnormal = x < 0x1p-126f;
    float y = jk_log_normal_f32(subnormal ? x * 0x1p23f : x, subnormal ? -23.0f : 0.0f);
    y = x == JK_INF_F32 ? x : y;
    y = x == 0.0f ? -JK_INF_F32 : y;
    return x >= 0.0f ? y : JK_NAN_F32;
}

/* u = 2^n (1 + r), with 1 + r from sqrt(1/2) to sqrt(2). n is given as n 2^23. */
typedef struct {
    float u, r;
    int32_t n;
} jk_log_parts_f32;

/* n 2^23. It is arbitrary if u is not a positive normal number. */
JK_INNER int32_t jk_log_exponent_f32(float u)
{
    return (int32_t)((jk_bits_f32(u) - 0x3f3504f3) & 0xff800000);
}

/* The parts of u = 1 + x. u is rounded, so r is computed from x. 2^(2-n) is normal for any n. */
JK_INNER jk_log_parts_f32 jk_log1p_split_f32(float x)
{
    float u = 1.0f + x;
    int32_t n = jk_log_exponent_f32(u);
    float scale = jk_from_bits_f32(0x40800000 - (uint32_t)n);
    return (jk_log_parts_f32){u, jk_fma_f32(x * 0.25f, scale, jk_fma_f32(scale, 0.25f, -1.0f)), n};
}

JK float jk_log1p_f32(float x)
{
    jk_log_parts_f32 p = jk_log1p_split_f32(x);
    float y = jk_log_sum_f32(p.r, (float)p.n * 0x1p-23f);
    float none = p.u == 0.0f ? -JK_INF_F32 : JK_NAN_F32;
    y = p.u < JK_INF_F32 ? y : p.u;
    y = p.u <= 0.0f ? none : y;
    return jk_fabs_f32(x) < 0x1p-25f ? x : y;
}

/* x - x^2/2 + x^3 P(x)/Q(x), fitted for 1 + x in [sqrt(1/2), sqrt(2)]. */
JK_INNER float jk_log1p_rational_f32(float x)
{
    float p = JK_POLY_F32(x, 0x1.40a202p4f, 0x1.c8e75ap5f, 0x1.e798ecp5f, 0x1.de9738p4f,
                          0x1.a509f4p2f, 0x1.fe818ap-2f, 0x1.7bc096p-15f);
    float q = JK_POLY_F32(x, 0x1.e0f304p5f, 0x1.b0db14p7f, 0x1.351946p8f, 0x1.bb865ap7f,
                          0x1.4c30b6p6f, 0x1.e2035ap3f, 1.0f);
    float x2 = x * x;
    return x + jk_fma_f32(x2, -0.5f, (x * x2) * (p / q));
}

JK float jk_log1p_xla_f32(float x)
{
    float near = jk_log1p_rational_f32(x), far = jk_log_f32(x + 1.0f);
    return jk_fabs_f32(x) < 0x1.a8279ap-2f ? near : far;
}

/* ---- f64 ------------------------------------------------------------------------------------- */

/* log(1 + r) for small r: a polynomial whose two leading terms are a sum of two doubles. */
JK_INNER double jk_log_near_one_f64(double r)
{
    double r2 = r * r, r3 = r * r2;
    double a = jk_fma_f64(-0x1.ffffffffffdcbp-3, r, 0x1.5555555555577p-2);
    double b = jk_fma_f64(0x1.24924a344de3p-3, r, -0x1.55555556745a7p-3);
    double c = jk_fma_f64(-0x1.999eb43b068ffp-4, r, 0x1.c7184282ad6cap-4);
    a = jk_fma_f64(r2, 0x1.999999995dd0cp-3, a);
    b = jk_fma_f64(r2, -0x1.fffffa4423d65p-4, b);
    c = jk_fma_f64(r2, 0x1.78182f7afd085p-4, c);
    c = jk_fma_f64(r3, -0x1.5521375d145cdp-4, c);

    double head = jk_fma_f64(-0x1p27, r, jk_fma_f64(0x1p27, r, r)); /* its square is exact */
    double rest = r - head, square = head * head;
    double hi = jk_fma_f64(square, -0.5, r);
    double lo = jk_fma_f64(square, -0.5, r - hi);
    lo = jk_fma_f64(-0.5 * rest, r + head, lo);
    return hi + jk_fma_f64(JK_POLY_F64(r3, a, b, c), r3, lo);
}

/* log(x * 2^scale) for a normal x = z * 2^k. With 1/c from the table's interval that contains z,
 * and z/c = 1 + r, it is log(1 + r) + log(c) + (k + scale) log 2. */
JK_INNER double jk_log_normal_f64(double x, int32_t scale)
{
    uint64_t bits = jk_bits_f64(x);
    uint64_t above = bits - 0x3fe6000000000000; /* relative to 0x1.6p-1, where the table begins */
    double k = (double)((int32_t)((int64_t)above >> 52) + scale);
    const double *c = jk_log_table[above >> 45 & 127];
    double z = jk_from_bits_f64(bits - (above & 0xfff0000000000000));
    double r = jk_fma_f64(z, c[0], -1.0);
    double w = jk_fma_f64(k, 0x1.62e42fefa38p-1, c[1]);
    double hi = w + r;
    double lo = jk_fma_f64(k, 0x1.ef35793c7673p-45, w - hi + r);
    double r2 = r * r;
    double even = jk_fma_f64(r, -0x1.55575e506c89fp-3, 0x1.999b324f10111p-3);
    double odd = jk_fma_f64(r, -0x1.fffffffeb459p-3, 0x1.555555551305bp-2);
    lo = jk_fma_f64(r2, -0x1.0000000000001p-1, lo);
    return jk_fma_f64(r * r2, jk_fma_f64(even, r2, odd), lo) + hi;
}

JK double jk_log_f64(double x)
{
    bool subnormal = x < 0x1p-1022;
    double near = jk_log_near_one_f64(x - 1.0);
    double far = jk_log_normal_f64(subnormal ? x * 0x1p52 : x, subnormal ? -52 : 0);
    double y = x >= 0x1.ep-1 && x < 0x1.109p0 ? near : far;
    y = x == JK_INF_F64 ? x : y;
    y = x == 0.0 ? -JK_INF_F64 : y;
    return x >= 0.0 ? y : JK_NAN_F64;
}

JK double jk_log1p_f64(double x)
{
    double u = 1.0 + x;
    double y = jk_log_f64(u) + (x - (u - 1.0)) / u;
    y = u == 0.0 ? -JK_INF_F64 : y;
    return x == JK_INF_F64 || x == 0.0 ? x : y;
}

JK_INNER double jk_log1p_rational_f64(double x)
{
    double p = JK_POLY_F64(x, 0x1.40a202d99830ap4, 0x1.c8e7597479a1p5, 0x1.e798eb86c3351p5,
                           0x1.de9738b8cb9c9p4, 0x1.a509f46f4fa53p2, 0x1.fe818a0fe1a83p-2,
                           0x1.7bc0962b395cap-15);
    double q = JK_POLY_F64(x, 0x1.e0f304466448ep5, 0x1.b0db13e48e066p7, 0x1.351945dc908a5p8,
                           0x1.bb86590fcfb56p7, 0x1.4c30b52213498p6, 0x1.e20359e903e37p3, 1.0);
    double x2 = x * x;
    return x + jk_fma_f64(x2, -0.5, (x * x2) * (p / q));
}

JK double jk_log1p_xla_f64(double x)
{
    double near = jk_log1p_rational_f64(x), far = jk_log_f64(x + 1.0);
    return jk_fabs_f64(x) < 0x1.a827999fcef32p-2 ? near : far;
}

#endif

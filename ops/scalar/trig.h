/* sin, cos, tan.
 *
 * x = n pi/2 + r with |r| <= pi/4; sine and cosine of r by polynomials; n mod 4 says which of them,
 * and with which sign. Up to a bound, n pi/2 is subtracted from x in parts. Beyond it, x times 2/pi
 * is formed in integers from just those bits of 2/pi that matter (Payne and Hanek): what lies above
 * them contributes whole turns, what lies below is less than the last place. So no argument is too
 * large. The two reductions stand in the branches of an if, which vectorising turns to a select.
 */
#ifndef JACQUARD_OPS_SCALAR_TRIG_H
#define JACQUARD_OPS_SCALAR_TRIG_H

#include "ops/scalar/jk.h"
#include "ops/scalar/two_over_pi.h"

/* ---- f32 ---------------------------------------------------------------------------------------
 */

typedef struct {
    float r;
    uint32_t n;
} jk_turn_f32;

/* The 32 bits from bit s of hi:lo on. */
JK_INNER uint32_t jk_funnel_f32(uint32_t hi, uint32_t lo, uint32_t s)
{
    return (uint32_t)(((uint64_t)hi << 32 | lo) << s >> 32);
}

/* |x| = m 2^(e-23) with an integer m, e >= 15. Of 2/pi, the 96 bits from bit e - 25 on, times m,
 * are |x| (2/pi) mod 4 as a binary fraction; the upper 64 bits of it are kept, two before the
 * point. The words selected from are 2/pi with 10 zero bits before it. */
JK_INNER jk_turn_f32 jk_turn_large_f32(float x)
{
    uint32_t bits = jk_bits_f32(x), s = (bits >> 23 & 0xff) - (127 + 15);
    uint64_t m = (bits & 0x7fffff) | 0x800000;

    uint32_t far = s & 64, odd = s & 32;
    uint32_t w0 = far ? 0x4a7f09d5u : 0x28be60u, w1 = far ? 0xf47d4d37u : 0xdb939105u,
             w2 = far ? 0x7036d8a5u : 0x4a7f09d5u;
    uint32_t w3 = far ? 0x664f10e4u : 0xf47d4d37u, w4 = far ? 0x107f9458u : 0x7036d8a5u;
    w0 = odd ? w1 : w0, w1 = odd ? w2 : w1, w2 = odd ? w3 : w2, w3 = odd ? w4 : w3;
    s &= 31;
    uint64_t a = jk_funnel_f32(w0, w1, s), b = jk_funnel_f32(w1, w2, s);
    uint64_t c = jk_funnel_f32(w2, w3, s);

    uint64_t turns = (m * a << 32) + m * b + (m * c >> 32);
    float r = (float)((double)(int64_t)(turns << 2) * 0x1.921fb54442d18p-64);
    uint32_t n = (uint32_t)(turns >> 62) + (uint32_t)(turns >> 61 & 1), negative = bits >> 31;
    return (jk_turn_f32){negative ? -r : r, negative ? -n : n};
}

JK_INNER jk_turn_f32 jk_turn_small_f32(float x)
{
    int32_t n;
    float k = jk_nearest_f32(x * 0x1.45f306p-1f, &n);
    float r = jk_fma_f32(k, -0x1.921fb6p0f, x);
    r = jk_fma_f32(k, 0x1.777a5cp-25f, r);
    r = jk_fma_f32(k, 0x1.ee59dap-50f, r);
    return (jk_turn_f32){r, (uint32_t)n};
}

JK_INNER jk_turn_f32 jk_turn_of_f32(float x)
{
    if (jk_fabs_f32(x) < 0x1p15f)
        return jk_turn_small_f32(x);
    return jk_turn_large_f32(x);
}

JK_INNER float jk_sin_kernel_f32(float r)
{
    float z = r * r;
    return jk_fma_f32(r * z, JK_POLY_F32(z, -0x1.555544p-3f, 0x1.1106cep-7f, -0x1.991fccp-13f), r);
}

JK_INNER float jk_cos_kernel_f32(float r)
{
    float z = r * r;
    return jk_fma_f32(z, JK_POLY_F32(z, -0.5f, 0x1.55554ap-5f, -0x1.6c0c1cp-10f, 0x1.99e1d6p-16f),
                      1);
}

/* The sine at r + n pi/2; an infinity has none. */
JK_INNER float jk_wave_f32(float x, float r, uint32_t n)
{
    float y = n & 1 ? jk_cos_kernel_f32(r) : jk_sin_kernel_f32(r);
    y = jk_from_bits_f32(jk_bits_f32(y) ^ (n & 2) << 30);
    return jk_fabs_f32(x) < JK_INF_F32 ? y : JK_NAN_F32;
}

JK float jk_sin_f32(float x)
{
    jk_turn_f32 t = jk_turn_of_f32(x);
    return x == 0 ? x : jk_wave_f32(x, t.r, t.n);
}

JK float jk_cos_f32(float x)
{
    jk_turn_f32 t = jk_turn_of_f32(x);
    return jk_wave_f32(x, t.r, t.n + 1);
}

JK float jk_tan_f32(float x)
{
    jk_turn_f32 t = jk_turn_of_f32(x);
    float s = jk_sin_kernel_f32(t.r), c = jk_cos_kernel_f32(t.r);
    float y = t.n & 1 ? -c / s : s / c;
    y = jk_fabs_f32(x) < JK_INF_F32 ? y : JK_NAN_F32;
    return x == 0 ? x : y;
}

/* ---- f64 ---------------------------------------------------------------------------------------
 */

typedef struct {
    double r, low;
    uint64_t n;
} jk_turn_f64;

JK_INNER jk_turn_f64 jk_turn_small_f64(double x)
{
    int64_t n;
    double k = jk_nearest_f64(x * 0x1.45f306dc9c883p-1, &n);
    double high = jk_fma_f64(k, -0x1.921fb54442d18p0, x); /* exact */
    double mid = k * -0x1.1a62633145c07p-54, rest = jk_fma_f64(k, -0x1.1a62633145c07p-54, -mid);
    jk_sum_f64 r = jk_two_sum_f64(high, mid);
    rest = jk_fma_f64(k, 0x1.f1976b7ed8fbcp-110, rest);
    return (jk_turn_f64){r.high, r.low + rest, (uint64_t)n};
}

/* An unsigned 32-bit integer, and a signed one given with its sign bit flipped, as a double. */
JK_INNER double jk_from_u32_f64(uint64_t u)
{
    return jk_from_bits_f64(0x4330000000000000 | u) - 0x1p52;
}

JK_INNER double jk_from_flipped_i32_f64(uint64_t u)
{
    return jk_from_bits_f64(0x4330000000000000 | u) - 0x1.000008p52;
}

/* |x| = m 2^(8j - 24) with m < 2^60. Of 2/pi, the 192 bits from bit 8j - 26 on, times m, are
 * |x| (2/pi) mod 4 as a binary fraction; the upper 128 bits of it are kept, two before the point.
 * Products of 32-bit halves only, for those are what vectorises. */
JK_INNER jk_turn_f64 jk_turn_large_f64(double x)
{
    const uint64_t half = 0xffffffff;
    uint64_t bits = jk_bits_f64(x), e = (bits >> 52 & 0x7ff) - (1023 + 28);
    e = e > 995 ? 0 : e; /* smaller ones are not asked for, infinities not looked at */
    uint64_t m = ((bits & 0xfffffffffffff) | 0x10000000000000) << (e & 7);
    const uint64_t *window = jk_two_over_pi_f64 + (e >> 3);
    uint64_t w0 = window[0], w1 = window[8], w2 = window[16];

    uint64_t mh = m >> 32, ml = m & half, w1h = w1 >> 32, w1l = w1 & half, w2h = w2 >> 32;
    uint64_t below = mh * w2h + (ml * w2h >> 32) + (mh * (w2 & half) >> 32);
    uint64_t p = ml * w1l, q = mh * w1l + (p >> 32), s = ml * w1h + (q & half);
    uint64_t low = (s << 32 | (p & half)) + below;
    uint64_t high = m * w0 + mh * w1h + (q >> 32) + (s >> 32) + (low < below);

    /* The fraction, signed, in four pieces of 32 bits, added up from the top. */
    uint64_t n = (high >> 62) + (high >> 61 & 1), flip = 0x80000000;
    uint64_t fh = high << 2 | low >> 62, fl = low << 2;
    double a = jk_from_flipped_i32_f64(fh >> 32 ^ flip) * 0x1p32, b = jk_from_u32_f64(fh & half);
    double c = jk_from_u32_f64(fl >> 32) * 0x1p-32, d = jk_from_u32_f64(fl & half) * 0x1p-64;
    double ab = a + b, ab_low = b - (ab - a), cd = c + d, cd_low = d - (cd - c);
    double tail = ab_low + cd, f = ab + tail;
    double f_low = tail - (f - ab) + cd_low;

    /* Times pi/2. */
    double r = f * 0x1.921fb54442d18p-64;
    double r_low = jk_fma_f64(f, 0x1.921fb54442d18p-64, -r) +
                   jk_fma_f64(f, 0x1.1a62633145c07p-118, f_low * 0x1.921fb54442d18p-64);
    int negative = bits >> 63;
    return (jk_turn_f64){negative ? -r : r, negative ? -r_low : r_low, negative ? -n : n};
}

JK_INNER jk_turn_f64 jk_turn_of_f64(double x)
{
    if (jk_fabs_f64(x) < 0x1p28)
        return jk_turn_small_f64(x);
    return jk_turn_large_f64(x);
}

JK_INNER double jk_sin_kernel_f64(double r, double low)
{
    double z = r * r;
    double p = JK_POLY_F64(z, -0x1.5555555555547p-3, 0x1.111111110f59ap-7, -0x1.a01a019bb47dp-13,
                           0x1.71de3525c38f1p-19, -0x1.ae5e25121ccc9p-26, 0x1.5d7fd48b378fep-33);
    return r + jk_fma_f64(r * z, p, jk_fma_f64(low * z, -0.5, low));
}

JK_INNER double jk_cos_kernel_f64(double r, double low)
{
    double z = r * r, half = 0.5 * z, one = 1 - half;
    double p = JK_POLY_F64(z, 0x1.555555555554ap-5, -0x1.6c16c16c14df3p-10, 0x1.a01a019c593ffp-16,
                           -0x1.27e4f7c9bae0bp-22, 0x1.1ee9bff82d003p-29, -0x1.8f97add319279p-37);
    return one + jk_fma_f64(z * z, p, ((1 - one) - half) - r * low);
}

JK_INNER double jk_wave_f64(double x, jk_turn_f64 t, uint64_t n)
{
    double y = n & 1 ? jk_cos_kernel_f64(t.r, t.low) : jk_sin_kernel_f64(t.r, t.low);
    y = jk_from_bits_f64(jk_bits_f64(y) ^ (n & 2) << 62);
    return jk_fabs_f64(x) < JK_INF_F64 ? y : JK_NAN_F64;
}

JK double jk_sin_f64(double x)
{
    jk_turn_f64 t = jk_turn_of_f64(x);
    return x == 0 ? x : jk_wave_f64(x, t, t.n);
}

JK double jk_cos_f64(double x)
{
    jk_turn_f64 t = jk_turn_of_f64(x);
    return jk_wave_f64(x, t, t.n + 1);
}

JK double jk_tan_f64(double x)
{
    jk_turn_f64 t = jk_turn_of_f64(x);
    double s = jk_sin_kernel_f64(t.r, t.low), c = jk_cos_kernel_f64(t.r, t.low);
    double y = t.n & 1 ? -c / s : s / c;
    y = jk_fabs_f64(x) < JK_INF_F64 ? y : JK_NAN_F64;
    return x == 0 ? x : y;
}

#endif

/* sin, cos, tan.
 *
 * x = n pi/2 + r, where |r| is at most slightly more than pi/4. Sine and cosine of r are
 * polynomials; n mod 4 determines which of them is the result, and its sign. n and r come from the
 * integer part and the fraction of x times 2/pi. Only some bits of 2/pi matter (Payne and Hanek):
 * higher bits contribute whole turns, lower ones less than the last place. So no argument is too
 * large.
 */
#ifndef JACQUARD_OPS_SCALAR_TRIG_H
#define JACQUARD_OPS_SCALAR_TRIG_H

#include "ops/scalar/jk.h"
#include "ops/scalar/two_over_pi.h"

/* ---- f32 ------------------------------------------------------------------------------------- */

typedef struct {
    float r;
    uint32_t n;
} jk_turn_f32;

/* The bits of 2/pi that matter, as two doubles. For a < 2^50, these are the leading bits. A larger
 * a >= 2^e is a multiple of 2^(e-23), so only bits worth less than 2^(25-e) matter. The product is
 * then less than 2^51, and the second double contributes less than 1/10. */
JK_INNER jk_sum_f64 jk_two_over_pi_f32(float a)
{
    if (__builtin_expect(a < 0x1p50f, 1))
        return (jk_sum_f64){0x1.45f306dc9c883p-1, -0x1.6b01ec5417056p-55};
    double high = -0x1.596447e493ad5p-101, low = 0x1.93c439041fe51p-156; /* for a >= 2^122 */
    high = a < 0x1p122f ? 0x1.3abe8fa9a6eep-75 : high;
    low = a < 0x1p122f ? 0x1.b6c52b3278872p-129 : low;
    high = a < 0x1p98f ? 0x1.529fc2757d1f5p-52 : high;
    low = a < 0x1p98f ? 0x1.a6ee06db14acdp-107 : low;
    high = a < 0x1p74f ? -0x1.1b1bbead603d9p-28 : high;
    low = a < 0x1p74f ? 0x1.5f47d4d377037p-82 : low;
    return (jk_sum_f64){high, low};
}

/* The reduction of |x|. If x is an infinity or NaN, r is NaN. */
JK_INNER jk_turn_f32 jk_turn_of_f32(float x)
{
    double a = jk_fabs_f32(x);
    jk_sum_f64 c = jk_two_over_pi_f32(jk_fabs_f32(x));
    double product = a * c.high, rest = jk_fma_f64(a, c.high, -product);
    int64_t n;
    double fraction = product - jk_nearest_f64(product, &n);
    double r = (fraction + jk_fma_f64(a, c.low, rest)) * 0x1.921fb54442d18p0;
    return (jk_turn_f32){(float)r, (uint32_t)n};
}

/* sin r and cos r for |r| < 0.95. */
JK_INNER float jk_sin_kernel_f32(float r)
{
    float z = r * r;
    return jk_fma_f32(
        r * z, JK_POLY_F32(z, -0x1.555556p-3f, 0x1.11113ep-7f, -0x1.a0215ap-13f, 0x1.6e5a24p-19f),
        r);
}

JK_INNER float jk_cos_kernel_f32(float r)
{
    float z = r * r;
    return jk_fma_f32(z, JK_POLY_F32(z, -0.5f, 0x1.55552ep-5f, -0x1.6bfe9cp-10f, 0x1.96c79p-16f),
                      1);
}

/* sin(r + n pi/2), with the sign flipped if the sign bit of `sign` is set. */
JK_INNER float jk_wave_f32(float r, uint32_t n, uint32_t sign)
{
    float y = n & 1 ? jk_cos_kernel_f32(r) : jk_sin_kernel_f32(r);
    return jk_from_bits_f32(jk_bits_f32(y) ^ (n << 30 & 0x80000000) ^ sign);
}

JK float jk_sin_f32(float x)
{
    jk_turn_f32 t = jk_turn_of_f32(x);
    return jk_wave_f32(t.r, t.n, jk_bits_f32(x) & 0x80000000);
}

JK float jk_cos_f32(float x)
{
    jk_turn_f32 t = jk_turn_of_f32(x);
    return jk_wave_f32(t.r, t.n + 1, 0);
}

JK float jk_tan_f32(float x)
{
    jk_turn_f32 t = jk_turn_of_f32(x);
    float s = jk_sin_kernel_f32(t.r), c = jk_cos_kernel_f32(t.r);
    float y = (t.n & 1 ? c : s) / (t.n & 1 ? s : c);
    return jk_from_bits_f32(jk_bits_f32(y) ^ t.n << 31 ^ (jk_bits_f32(x) & 0x80000000));
}

/* ---- f64 ------------------------------------------------------------------------------------- */

/* For |x| < 2^28, n pi/2 is subtracted from |x| in parts. For larger |x|, the bits of 2/pi come
 * from a table, and their product with |x| is computed in integers. */

typedef struct {
    double r, low;
    uint64_t n;
} jk_turn_f64;

JK_INNER jk_turn_f64 jk_turn_small_f64(double a)
{
    int64_t n;
    double k = jk_nearest_f64(a * 0x1.45f306dc9c883p-1, &n);
    double high = jk_fma_f64(k, -0x1.921fb54442d18p0, a); /* exact */
    double mid = k * -0x1.1a62633145c07p-54, rest = jk_fma_f64(k, -0x1.1a62633145c07p-54, -mid);
    jk_sum_f64 r = jk_two_sum_f64(high, mid);
    rest = jk_fma_f64(k, 0x1.f1976b7ed8fbcp-110, rest);
    return (jk_turn_f64){r.high, r.low + rest, (uint64_t)n};
}

/* Converts an integer below 2^52 to a double. */
JK_INNER double jk_from_u52_f64(uint64_t u)
{
    return jk_from_bits_f64(0x4330000000000000 | u) - 0x1p52;
}

/* a = m 2^(8j - 24) with m < 2^60. The 192 bits of 2/pi from bit 8j - 26 on, times m, are
 * a (2/pi) mod 4 as a binary fraction. Its upper 128 bits are kept, of which two are before the
 * binary point. Only products of 32-bit halves are used, because these vectorise. */
JK_INNER jk_turn_f64 jk_turn_large_f64(double a)
{
    const uint64_t half = 0xffffffff;
    uint64_t bits = jk_bits_f64(a), e = (bits >> 52) - (1023 + 28);
    uint64_t m = ((bits & 0xfffffffffffff) | 0x10000000000000) << (e & 7);
    const uint64_t *window = jk_two_over_pi_f64 + (e >> 3);
    uint64_t w0 = window[0], w1 = window[8], w2 = window[16];

    uint64_t mh = m >> 32, ml = m & half, w1h = w1 >> 32, w1l = w1 & half, w2h = w2 >> 32;
    uint64_t below = mh * w2h + (ml * w2h >> 32) + (mh * (w2 & half) >> 32);
    uint64_t p = ml * w1l, q = mh * w1l + (p >> 32), s = ml * w1h + (q & half);
    uint64_t low = (s << 32 | (p & half)) + below;
    uint64_t high = m * w0 + mh * w1h + (q >> 32) + (s >> 32) + (low < below);

    /* n is the nearest integer. The fraction is the sum of pieces of 52, 52 and 24 bits. The first
     * piece is signed; flipping its sign bit makes it convertible as unsigned. */
    uint64_t n = (high + 0x2000000000000000) >> 62;
    uint64_t fh = high << 2 | low >> 62, fl = low << 2;
    double first = jk_from_u52_f64((fh ^ 0x8000000000000000) >> 12) - 0x1p51;
    double second = jk_from_u52_f64((fh << 52 | fl >> 12) >> 12) * 0x1p-52;
    double third = jk_from_u52_f64(fl & 0xffffff) * 0x1p-76;
    double f = first + second, f_low = (second - (f - first)) + third;

    /* Multiply the fraction by pi/2. */
    double r = f * 0x1.921fb54442d18p-52;
    double r_low = jk_fma_f64(f, 0x1.921fb54442d18p-52, -r) +
                   jk_fma_f64(f, 0x1.1a62633145c07p-106, f_low * 0x1.921fb54442d18p-52);
    return (jk_turn_f64){a < JK_INF_F64 ? r : JK_NAN_F64, r_low, n};
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

JK_INNER double jk_wave_f64(jk_turn_f64 t, uint64_t n, uint64_t sign)
{
    double y = n & 1 ? jk_cos_kernel_f64(t.r, t.low) : jk_sin_kernel_f64(t.r, t.low);
    return jk_from_bits_f64(jk_bits_f64(y) ^ (n << 62 & 0x8000000000000000) ^ sign);
}

JK_INNER double jk_sin_turned_f64(jk_turn_f64 t, double x)
{
    return jk_wave_f64(t, t.n, jk_bits_f64(x) & 0x8000000000000000);
}

JK_INNER double jk_cos_turned_f64(jk_turn_f64 t, double x)
{
    (void)x;
    return jk_wave_f64(t, t.n + 1, 0);
}

JK_INNER double jk_tan_turned_f64(jk_turn_f64 t, double x)
{
    double s = jk_sin_kernel_f64(t.r, t.low), c = jk_cos_kernel_f64(t.r, t.low);
    double y = (t.n & 1 ? c : s) / (t.n & 1 ? s : c);
    return jk_from_bits_f64(jk_bits_f64(y) ^ t.n << 63 ^ (jk_bits_f64(x) & 0x8000000000000000));
}

/* Arguments from 2^28 on, infinities and NaN are rare. They are computed one by one, out of line,
 * so that they do not slow down the others. */
#define JK_TRIG(name)                                                                              \
    JK_RARE double jac_host_##name##_large(double x)                                               \
    {                                                                                              \
        return jk_##name##_turned_f64(jk_turn_large_f64(jk_fabs_f64(x)), x);                       \
    }                                                                                              \
    JK double jk_##name##_f64(double x)                                                            \
    {                                                                                              \
        double a = jk_fabs_f64(x);                                                                 \
        if (__builtin_expect(a < 0x1p28, 1))                                                       \
            return jk_##name##_turned_f64(jk_turn_small_f64(a), x);                                \
        return jac_host_##name##_large(x);                                                         \
    }
// clang-format off
#define JK_TRIG_F64(X) X(sin) X(cos) X(tan)
// clang-format on
JK_TRIG_F64(JK_TRIG)

#endif

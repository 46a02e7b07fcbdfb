/* The logarithm of a sum of two numbers, for functions that need the logarithm of something that
 * one number cannot represent accurately enough (hyperbolic.h, pow.h).
 */
#ifndef JACQUARD_OPS_SCALAR_LOG_PAIR_H
#define JACQUARD_OPS_SCALAR_LOG_PAIR_H

#include "ops/scalar/each.h"
#include "ops/scalar/jk.h"

/* ---- x = 2^n m ------------------------------------------------------------------------------- */

/* For a normal x > 0: m is between sqrt(1/2) and sqrt 2; n is a float; inverse is 2^-n. */
typedef struct {
    float m, n, inverse;
} jk_binary_f32;

typedef struct {
    double m, n, inverse;
} jk_binary_f64;

JK_INNER jk_binary_f32 jk_binary_of_f32(float x)
{
    const uint32_t root = 0x3f3504f3;
    uint32_t up = jk_bits_f32(x) - root;
    int32_t n = (int32_t)up >> 23;
    return (jk_binary_f32){jk_from_bits_f32((up & 0x7fffff) + root), (float)n, jk_pow2_f32(-n)};
}

JK_INNER jk_binary_f64 jk_binary_of_f64(double x)
{
    const uint64_t root = 0x3fe6a09e667f3bcd;
    uint64_t up = jk_bits_f64(x) - root, n = (up + ((uint64_t)1024 << 52)) >> 52; /* plus 1024 */
    return (jk_binary_f64){jk_from_bits_f64((up & 0xfffffffffffff) + root),
                           jk_from_bits_f64(0x4330000000000000 | n) - (0x1p52 + 1024),
                           jk_pow2_f64(1024 - (int64_t)n)};
}

/* ---- the logarithm --------------------------------------------------------------------------- */

/* (2 atanh(s) - 2 s) / s^3 as a polynomial in z = s^2, for |s| <= 3 - 2 sqrt 2. */
JK_INNER float jk_atanh_series_f32(float z)
{
    return JK_POLY_F32(z, 0x1.55557ap-1f, 0x1.995eccp-2f, 0x1.31e26p-2f);
}

JK_INNER double jk_atanh_series_f64(double z)
{
    return JK_POLY_F64(z, 0x1.5555555555593p-1, 0x1.999999997fa3fp-2, 0x1.24924942244acp-2,
                       0x1.c71c51dda4248p-3, 0x1.7466485dce6cdp-3, 0x1.39a0b995e6bb2p-3,
                       0x1.2f1007811c595p-3);
}

#define JK_LN2_HIGH_f32 0x1.62e4p-1f
#define JK_LN2_LOW_f32  0x1.7f7d1cp-20f
#define JK_LN2_HIGH_f64 0x1.62e42fefap-1
#define JK_LN2_LOW_f64  0x1.cf79abc9e3b3ap-40

// clang-format off

/* k ln 2 + log(high + low), for high > 0 and low smaller than a unit in the last place of high.
 * With 1 + f = (high + low) / 2^n and s = f / (2 + f): log(1 + f) = 2 atanh s = f - f^2/2 + s
 * (f^2/2 + s^2 series). */
#define JK_LOG_PAIR(d, T, U)                                                        \
    JK_INNER T jk_log_pair_##d(T high, T low, T k)                                  \
    {                                                                               \
        jk_binary_##d b = jk_binary_of_##d(high);                                   \
        T g = b.m - 1, h = low == 0 ? 0 : low * b.inverse;                          \
        T f = g + h, lost = h - (f - g), n = b.n + k;                               \
        T s = f / (2 + f), z = s * s, square = (T) 0.5 * f * f;                     \
        T correction = lost * jk_fma_##d(2 * s, s - 1, 1); /* lost / (1 + f) */     \
        T tail = s * jk_fma_##d(z, jk_atanh_series_##d(z), square);                 \
        tail += jk_fma_##d(n, JK_LN2_LOW_##d, correction);                          \
        return n * JK_LN2_HIGH_##d + (f - (square - tail));                         \
    }
EACH_float(JK_LOG_PAIR)

// clang-format on

#endif

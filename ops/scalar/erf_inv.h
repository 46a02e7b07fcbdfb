/* erf_inv, and erf_inv as XLA's CPU back end computes it.
 *
 * All of them are x p(w) with w = -log(1 - x^2) and one polynomial for each range of w (Giles
 * 2010). XLA rounds x^2 before subtracting it from 1, which costs half the digits near |x| = 1; in
 * f64, its last terms cost a few more. The separate XLA versions reproduce this, because
 * jax.random's normal draws use them and must match bit for bit.
 */
#ifndef JACQUARD_OPS_SCALAR_ERF_INV_H
#define JACQUARD_OPS_SCALAR_ERF_INV_H

#include "ops/scalar/log.h"

/* Giles' coefficients, highest power first. The shorter polynomial begins with zeros, which do not
 * change its value, so that both ranges take the same steps. The ranges: w < 5, the rest. */
// clang-format off
#define JK_ERF_INV_F32(P)              \
    P( 0x1.e2cb1p-26, -0x1.a3e136p-13) \
    P( 0x1.70966cp-22, 0x1.a76ad6p-14) \
    P(-0x1.d8e6aep-19, 0x1.61b8e4p-10) \
    P(-0x1.26b582p-18, -0x1.e17bcep-9) \
    P( 0x1.ca65b6p-13, 0x1.7824f6p-8)  \
    P(-0x1.48a81p-10, -0x1.f38baep-8)  \
    P(-0x1.11c9dep-8,  0x1.354afcp-7)  \
    P( 0x1.f91ec6p-3,  0x1.006db6p0)   \
    P( 0x1.805c5ep0,   0x1.6a9efcp1)

/* Giles' coefficients. The ranges: w < 6.25, w < 16, the rest. */
#define JK_ERF_INV_XLA_F64(P) \
    P(-0x1.135d2e746e627p-68,                      0,                      0) \
    P(-0x1.8ddf93324d327p-63,                      0,                      0) \
    P( 0x1.7b83eef0b7c9fp-60,                      0,                      0) \
    P( 0x1.9ba72cd589b91p-57,                      0,                      0) \
    P(-0x1.33689090a6b96p-53,  0x1.3040f87dbd932p-29,                      0) \
    P(  0x1.82e11898132ep-56,  0x1.85cbe52878635p-24,                      0) \
    P( 0x1.de4acfd9e26bap-48, -0x1.2777453dd3955p-22, -0x1.dcec3a7785389p-36) \
    P(-0x1.6d33eed66c487p-45,  0x1.395abcd554c6cp-26, -0x1.18feec0e38727p-32) \
    P(-0x1.6f2167040d8e2p-44,  0x1.936388a3790adp-20,  0x1.9e6bf2dda45e3p-30) \
    P(  0x1.72a22c2d77e2p-39, -0x1.0d5db812b5083p-18, -0x1.0468fb24e2f5fp-28) \
    P(-0x1.c8859c4e5c0afp-37,  0x1.8860cd5d652f6p-19,  0x1.05ac6a8fba182p-27) \
    P(-0x1.dc583d118a561p-35,  0x1.a29a0cacdfb23p-17,  -0x1.0102e495fb9cp-26) \
    P( 0x1.20f47ccf46b3cp-30, -0x1.8cef1f80281f2p-15,  0x1.f4c20e1334af8p-26) \
    P( -0x1.1a9e38dc84d6p-28,  0x1.1e684d0b9188ap-14, -0x1.22d220fdf9c3ep-24) \
    P(-0x1.f36cd6d3d46a9p-26,  0x1.932cd54c8a222p-16,  0x1.ebc8bb824cb54p-23) \
    P( 0x1.c6b4f5d03b787p-22, -0x1.7448a89ef8aa3p-12, -0x1.0a8d40ea372ccp-20) \
    P(-0x1.6e8a5434ae8a2p-20,  0x1.f3cc55ad40c25p-11,  0x1.2fbd29d093d2bp-18) \
    P(-0x1.d1d1f7b8736f6p-17, -0x1.ba924132f38b1p-10, -0x1.4a3497e1e0facp-16) \
    P( 0x1.879c2a212f024p-13,   0x1.468eeca533cf8p-9,  0x1.3ebf4eb00938fp-14) \
    P(-0x1.845769484fca8p-11,  -0x1.ebadabb891bbdp-9, -0x1.c2f36a8fc5d53p-13) \
    P( -0x1.8b6c33114f909p-8,   0x1.5ffcfe5b76afcp-8, -0x1.22ea5df04047cp-13) \
    P(  0x1.ebd80d9b13e28p-3,    0x1.0158a6d641d39p0,    0x1.02a30d1fba0dcp0) \
    P(   0x1.a755e7c99ae86p0,    0x1.8abcc380d5a48p1,    0x1.3664ddd1ad7fbp2)

/* Polynomials for the same ranges, one or two degrees higher than Giles', without constant
 * terms. */
#define JK_ERF_INV_F64(P) \
    P( 0x1.0461517e1ab8ap-68,                      0,                      0) \
    P(-0x1.15a3048e9f1efp-70,                      0,                      0) \
    P(-0x1.aaca1eb12d036p-62,                      0,                      0) \
    P( 0x1.4fe09e97ec7cep-60,                      0,                      0) \
    P( 0x1.24aa1e8e91ff3p-56, -0x1.14764a193b284p-26,                      0) \
    P(-0x1.2b6034f670278p-53,  0x1.20acca620c1fcp-34, -0x1.6770f6e62f35dp-36) \
    P(  -0x1.a09294df19cp-55,   0x1.1f1e2150c0e5p-23,  0x1.77b36b3e5e751p-35) \
    P( 0x1.db17c54e8219cp-48, -0x1.1f0b26236f595p-22,  0x1.34dafccae4ff9p-34) \
    P(-0x1.67b3194208123p-45, -0x1.3cd999b9597a1p-25, -0x1.e08449690c107p-32) \
    P(-0x1.6e9fa73bd440fp-44,  0x1.91fb0c9664b9dp-20,  0x1.68910c9515da8p-30) \
    P( 0x1.721d3de827b9ep-39, -0x1.091f9bc375cc2p-18, -0x1.dbad09e709196p-29) \
    P(-0x1.c817b4a47e8b7p-37,  0x1.7da09be92d813p-19,  0x1.0be3d32ffa9c7p-27) \
    P(-0x1.dccda9543ebd3p-35,  0x1.a419946d3ecd8p-17, -0x1.052aaeb0df307p-26) \
    P( 0x1.20e3a87f91748p-30, -0x1.8b1823cb6b1f8p-15,   0x1.f0e7b643c944p-26) \
    P(-0x1.1a528b42b7e71p-28,  0x1.1b3eb6c7091c2p-14, -0x1.21733ea6970b9p-24) \
    P(-0x1.f3afee01e99c7p-26,  0x1.a39b3d49d86dep-16,  0x1.eb26b561b9ff7p-23) \
    P( 0x1.c69aa0bb94488p-22,  -0x1.73f45ef496b7p-12, -0x1.0a4969cd56dbbp-20) \
    P(-0x1.6e366971dfc14p-20,  0x1.f1b622c630e26p-11,  0x1.2f799a5e2d7e2p-18) \
    P(-0x1.d1eef2eadc0dfp-17, -0x1.b82c8d1b5ff99p-10, -0x1.49f2bd97b9597p-16) \
    P( 0x1.878ccf4aed9d6p-13,   0x1.44ca588c94d45p-9,  0x1.3e83acee8e11ep-14) \
    P(-0x1.842e1c9f0a368p-11,  -0x1.e9975cd55ac1dp-9, -0x1.c2974ff4295afp-13) \
    P( -0x1.8b7b8e3543557p-8,   0x1.5ecf23851f61dp-8,  -0x1.23add1849f62p-13) \
    P(  0x1.ebd5724788911p-3,    0x1.0159c717e541dp0,    0x1.02a30a7e1a124p0)
// clang-format on

JK_INNER float jk_erf_inv_of_w_f32(float w, float x)
{
    bool central = w < 5.0f;
    w = central ? w + -2.5f : __builtin_sqrtf(w) + -3.0f;
    float p = 0.0f;
#define P(a, b) p = jk_fma_f32(p, w, central ? a##f : b##f);
    JK_ERF_INV_F32(P)
#undef P
    return jk_fabs_f32(x) == 1.0f ? x * JK_INF_F32 : p * x;
}

JK float jk_erf_inv_f32(float x)
{
    return jk_erf_inv_of_w_f32(-jk_log_f32(jk_fma_f32(-x, x, 1.0f)), x);
}

JK float jk_erf_inv_xla_f32(float x)
{
    return jk_erf_inv_of_w_f32(-jk_log1p_xla_f32(x * -x), x);
}

JK_INNER double jk_erf_inv_giles_f64(double w, double x)
{
    bool central = w < 6.25, middle = w < 16.0;
    double root = __builtin_sqrt(w);
    w = central ? w + -3.125 : root - (middle ? 3.25 : 5.0);
    double p = 0.0;
#define P(a, b, c) p = jk_fma_f64(p, w, central ? a : middle ? b : c);
    JK_ERF_INV_XLA_F64(P)
#undef P
    return jk_fabs_f64(x) == 1.0 ? x * JK_INF_F64 : p * x;
}

JK double jk_erf_inv_xla_f64(double x)
{
    return jk_erf_inv_giles_f64(-jk_log1p_xla_f64(x * -x), x);
}

/* x (c + v q(v)). v is relative to a point at which the constant c is a double to within 1/300 of
 * its last place. */
JK double jk_erf_inv_f64(double x)
{
    double w = -jk_log_f64(jk_fma_f64(-x, x, 1.0));
    bool central = w < 6.25, middle = w < 16.0;
    double v = central  ? w - 0x1.900d8p1
               : middle ? __builtin_sqrt(w) - 0x1.a0348p1
                        : __builtin_sqrt(w) - 0x1.40094p2;
    double c = central ? 0x1.a75c63be62be1p0 : middle ? 0x1.8af18a4c9f8b5p1 : 0x1.366e3635dabbp2;
    double q = 0.0;
#define P(a, b, c) q = jk_fma_f64(q, v, central ? a : middle ? b : c);
    JK_ERF_INV_F64(P)
#undef P
    double y = jk_fma_f64(x, c, x * (v * q));
    y = x == 0.0 ? x : y;
    return jk_fabs_f64(x) == 1.0 ? x * JK_INF_F64 : y;
}

#endif

/* erf_inv, and erf_inv as XLA's CPU back end computes it.
 *
 * Both are x p(w) with w = -log(1 - x^2) and the polynomials of Giles (2010), one for each range of
 * w. XLA rounds x^2 before it subtracts it from 1, which near |x| = 1 costs half the digits; that
 * is kept in a second function, of which jax.random's normal draws are made, bit for bit.
 */
#ifndef JACQUARD_OPS_SCALAR_ERF_INV_H
#define JACQUARD_OPS_SCALAR_ERF_INV_H

#include "ops/scalar/log.h"

/* The polynomials' coefficients, highest power first; a shorter one begins with zeros, which leave
 * no trace, so that every range takes the same steps. The ranges: w < 5, the rest. */
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

/* The ranges: w < 6.25, w < 16, the rest. */
#define JK_ERF_INV_F64(P) \
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

JK_INNER double jk_erf_inv_of_w_f64(double w, double x)
{
    bool central = w < 6.25, middle = w < 16.0;
    double root = __builtin_sqrt(w);
    w = central ? w + -3.125 : root - (middle ? 3.25 : 5.0);
    double p = 0.0;
#define P(a, b, c) p = jk_fma_f64(p, w, central ? a : middle ? b : c);
    JK_ERF_INV_F64(P)
#undef P
    return jk_fabs_f64(x) == 1.0 ? x * JK_INF_F64 : p * x;
}

JK double jk_erf_inv_f64(double x)
{
    return jk_erf_inv_of_w_f64(-jk_log_f64(jk_fma_f64(-x, x, 1.0)), x);
}

JK double jk_erf_inv_xla_f64(double x)
{
    return jk_erf_inv_of_w_f64(-jk_log1p_xla_f64(x * -x), x);
}

#endif

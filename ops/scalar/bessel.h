/* The modified Bessel functions of order 0 and 1, times e^-|x|.
 *
 * Up to 8, their power series times the exponential; beyond that a polynomial in 1/x over the square
 * root of x. f32's functions are f64's, rounded.
 */
#ifndef JACQUARD_OPS_SCALAR_BESSEL_H
#define JACQUARD_OPS_SCALAR_BESSEL_H

#include "ops/scalar/exp.h"
#include "ops/scalar/jk.h"

/* (I0(x) - 1) / t and (2 I1(x) / x - 1) / t for t = (x/2)^2 <= 16. */
JK_INNER double jk_bessel_i0_series(double t)
{
    return JK_POLY_F64(t, 0x1p0, 0x1p-2, 0x1.c71c71c71c71cp-6, 0x1.c71c71c71c71cp-10,
                       0x1.23456789abcdep-14, 0x1.02e85c0898b8cp-19, 0x1.522a43f65448bp-25,
                       0x1.522a43f65aa38p-31, 0x1.0b3132894e3cp-37, 0x1.5601886a3b13fp-44,
                       0x1.69ca9c0252f23p-51, 0x1.4197b684743b3p-58, 0x1.e72404c556d3fp-66,
                       0x1.3e2e8719bfdc6p-73, 0x1.6960559968505p-81, 0x1.6f70b777509ap-89,
                       0x1.1ebe19b60e9c3p-97, 0x1.78dc8c51ed0cdp-105);
}

JK_INNER double jk_bessel_i1_series(double t)
{
    return JK_POLY_F64(t, 0x1p-1, 0x1.5555555555555p-4, 0x1.c71c71c71c71cp-8,
                       0x1.6c16c16c16c17p-12, 0x1.845c8a0ce5129p-17, 0x1.27e4fb7789f67p-22,
                       0x1.522a43f6546e4p-28, 0x1.2c9758daf834ap-34, 0x1.ab81ea75a4e3dp-41,
                       0x1.f17697d86e749p-48, 0x1.e2637b319e038p-55, 0x1.8bce6406a47c7p-62,
                       0x1.165df616194a3p-69, 0x1.5361920efb0acp-77, 0x1.69806b2249f15p-85,
                       0x1.58fe2d73d8b3ap-93, 0x1.023bfecff8e43p-101, 0x1.37324dea07741p-109);
}

/* sqrt(x) e^-x I(x) for w = 16/x - 1 from -1 to 1. */
JK_INNER double jk_bessel_i0_far(double w)
{
    return JK_POLY_F64(w, 0x1.9bd428ad249a5p-2, 0x1.b87969bb93bcbp-9, 0x1.1daa72b5ccfadp-13,
                       0x1.75e5ee702e57ap-17, 0x1.8e513c6a21829p-20, 0x1.3f49ac32e14bfp-22,
                       0x1.7d0cd4fd1f2b8p-24, 0x1.51ccdc47b6c77p-25, 0x1.7288379f891f7p-26,
                       0x1.03bcdeab408e2p-27, -0x1.d72c8d3f0b6bcp-28, -0x1.cd5da3da6b614p-27,
                       -0x1.58ce729fc478ap-28, 0x1.05248ba2f26ap-27, 0x1.c034e59a2db9bp-28,
                       -0x1.ece52144ada18p-29, -0x1.3756a636aa04fp-28, 0x1.ba2352eb42f2p-30,
                       0x1.295fc465ff477p-29, -0x1.5be16a36a0dap-31, -0x1.650b3e7f898bp-31,
                       0x1.852f5d42d1ca3p-33, 0x1.90df137cc1a36p-34, -0x1.ada2c97f3fdddp-36);
}

JK_INNER double jk_bessel_i1_far(double w)
{
    return JK_POLY_F64(w, 0x1.8ebe783a8403p-2, -0x1.3f796198ee63dp-7, -0x1.cbc54df1d28edp-13,
                       -0x1.f89c2304c35d3p-17, -0x1.ec8e127b73a3fp-20, -0x1.761383996deap-22,
                       -0x1.ad8afba84040bp-24, -0x1.727891f52aef6p-25, -0x1.91e870dc073a7p-26,
                       -0x1.21ba2485afab4p-27, 0x1.d68fdf13b4f0fp-28, 0x1.e2d0791db759ap-27,
                       0x1.7ee7fbfb39f9p-28, -0x1.0821c71098c2bp-27, -0x1.dd37812c1dd72p-28,
                       0x1.e14768d6db225p-29, 0x1.475d4e2f2acfep-28, -0x1.a250a944e85b4p-30,
                       -0x1.36f288e187d2ep-29, 0x1.42be4263f9ec5p-31, 0x1.7455f3bd09231p-31,
                       -0x1.6612a100e112cp-33, -0x1.a1752f6235857p-34, 0x1.8a72ab2fc6959p-36);
}

JK double jk_bessel_i0e_f64(double x)
{
    double a = jk_fabs_f64(x), b = a < 8 ? a : 8, c = a < 8 ? 8 : a, t = 0.25 * b * b;
    double e = jk_exp_f64(-b), near = jk_fma_f64(e * t, jk_bessel_i0_series(t), e);
    double far = jk_bessel_i0_far(16 / c - 1) / __builtin_sqrt(c);
    return x != x ? x : a < 8 ? near : far;
}

JK double jk_bessel_i1e_f64(double x)
{
    double a = jk_fabs_f64(x), b = a < 8 ? a : 8, c = a < 8 ? 8 : a, t = 0.25 * b * b;
    double e = 0.5 * jk_exp_f64(-b), p = jk_fma_f64(e * t, jk_bessel_i1_series(t), e);
    double far = jk_bessel_i1_far(16 / c - 1) / __builtin_sqrt(c);
    return x != x ? x : jk_copysign_f64(a < 8 ? b * p : far, x);
}

JK float jk_bessel_i0e_f32(float x)
{
    return (float)jk_bessel_i0e_f64(x);
}

JK float jk_bessel_i1e_f32(float x)
{
    return (float)jk_bessel_i1e_f64(x);
}

#endif

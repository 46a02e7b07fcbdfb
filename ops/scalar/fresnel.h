/* The Fresnel integrals of sin(pi t^2 / 2) and cos(pi t^2 / 2) from 0 to x.
 *
 * Up to 1, their power series. Beyond, 1/2 plus a sine and a cosine of pi x^2 / 2 times the functions f
 * and g, which are polynomials for each binade. x^2 is exact as a sum of two numbers, and is reduced
 * before it is multiplied by pi. f32's functions are f64's, rounded.
 */
#ifndef JACQUARD_OPS_SCALAR_FRESNEL_H
#define JACQUARD_OPS_SCALAR_FRESNEL_H

#include "ops/scalar/binade.h"
#include "ops/scalar/trig.h"

/* The integral of the cosine is 1/2 + f sin - g cos, that of the sine 1/2 - f cos - g sin: f and g in the
 * binades from 1 to 4; and beyond, x f and x^3 g as functions of 2 (4/x)^4 - 1. */
// clang-format off
static const double jk_fresnel_far[2][3][22] = {
    {
     {0x1.a099d7ac27a3bp-3, -0x1.e2bcdbfb28a34p-5, 0x1.dd87da26e0fe6p-7, -0x1.6e305c5671e1p-9,
      0x1.31d9094851f21p-12, 0x1.b8aba72113cf5p-15, -0x1.5616f68d5a3fbp-15, 0x1.d67b28eca8f35p-17,
      -0x1.d14dea28b87d8p-19, 0x1.5d3e1c3ffe7c7p-21, -0x1.6a4e2853baf71p-24,
      0x1.92900ff8ac3d7p-29, 0x1.30b4df3bad618p-29, -0x1.c1b4f02b7c9ccp-31, 0x1.8bf3e2c1de25dp-33,
      -0x1.f063e08948f06p-36, 0x1.89539799cc937p-39, 0x1.9ba77f0bd8bap-46, -0x1.7b6f61aed9647p-44,
      0x1.94bc05e2f7f03p-46, -0x1.16871f0472a89p-48, 0x1.cadec33f1c6dcp-52},
     {0x1.b1084848a763cp-4, -0x1.1caa487b2ec86p-5, 0x1.6ee59038f6afdp-7, -0x1.ca1ffe760a762p-9,
      0x1.1108c5380cf9cp-10, -0x1.307bfbe87eecap-12, 0x1.337749cbd9833p-14,
      -0x1.063be1f78fe3cp-16, 0x1.298c58aa45b8p-19, 0x1.7a203fcb2469cp-23, -0x1.4709efdab665ap-22,
      0x1.4fa38c9c82401p-23, -0x1.030ce70ddc5f9p-24, 0x1.52e692e189c83p-26,
      -0x1.83d1f3c2b9674p-28, 0x1.831fcef9b833bp-30, -0x1.429b29c7cce97p-32,
      0x1.8f17dcf7a1ea2p-35, -0x1.e6fb522d86b16p-39, -0x1.06a4dfb54dc73p-39,
      0x1.0418b637ad95cp-39, -0x1.34f86a3ee0c83p-41},
     {0x1.45c1d338b7648p-2, -0x1.86f87bccbcf2ep-13, 0x1.4c24eca8a66ap-20, -0x1.7db5d9a603cc2p-26,
      0x1.986bcb755ad5ap-31, -0x1.53312290cbad3p-35, 0x1.886994e2d47f2p-39,
      -0x1.26637d5620b7cp-42, 0x1.1062a8dc3bbccp-45, -0x1.2b95ac5063ad6p-48,
      0x1.7ce5e203744a3p-51, -0x1.11eb173839962p-53, 0x1.b624985131dedp-56,
      -0x1.805a520fed12bp-58, 0x1.6c97792b22ec1p-60, -0x1.73b13533ddab5p-62,
      0x1.a8f176a75cd6cp-64, -0x1.f790c65e9487p-66, 0x1.78701a761be36p-68, -0x1.7ff80e22cad27p-70,
      0x1.05d6580dbff45p-69, -0x1.9011afb46c663p-71},
    },
    {
     {0x1.99c2b0fcbb151p-6, -0x1.5341d49049d2fp-6, 0x1.56bba4c761f29p-7, -0x1.04f0ab5a31eacp-8,
      0x1.3eb2810947bb2p-10, -0x1.3c0a0763805bbp-12, 0x1.ed557f42f98a6p-15,
      -0x1.06d0e736cba95p-17, 0x1.0eb5310afdc49p-23, 0x1.534cc66a11cf2p-22,
      -0x1.ff216cb1870e1p-24, 0x1.e786743011581p-26, -0x1.53e23ee5545p-28, 0x1.3e30d960658f3p-31,
      -0x1.d3c223319032cp-37, -0x1.ffda6b9044f03p-37, 0x1.4972090b91b07p-38,
      -0x1.01d25429952dap-40, 0x1.1c225ecb02756p-43, -0x1.5d7d2a4491856p-47,
      -0x1.55e471a7dd4abp-50, 0x1.179669965f324p-51},
     {0x1.e34339b5fc8d8p-9, -0x1.d884e7208304cp-9, 0x1.2f55040ca7e68p-9, -0x1.3e19c9b4b8e4ap-10,
      0x1.24d58970b9e52p-11, -0x1.e850a160ac2p-13, 0x1.763c2fb6e79e4p-14, -0x1.094686a34960ap-15,
      0x1.5c0f08733bcefp-17, -0x1.a4b41733b015cp-19, 0x1.cf010143098e4p-21,
      -0x1.c46b4670aba7dp-23, 0x1.717e721e7e05dp-25, -0x1.996f3d2d323d7p-28,
      -0x1.187d15dd794efp-32, 0x1.42d054d379925p-31, -0x1.31b17f0daceadp-32,
      0x1.a5b70e4aec1c5p-34, -0x1.e974a9a152593p-36, 0x1.e86bfea101af1p-38,
      -0x1.6455a4916e455p-40, 0x1.d631581aac605p-44},
     {0x1.9dcb6a8f02c58p-4, -0x1.33d216113183bp-12, 0x1.d05ee90f9f4f2p-19, -0x1.7aa1ab7c7057p-24,
      0x1.0363b40caedc7p-28, -0x1.03fef9460af4ap-32, 0x1.5d57d76221619p-36,
      -0x1.2855f13042827p-39, 0x1.300261209cd28p-42, -0x1.6d44259ea4029p-45,
      0x1.f57c3a911b825p-48, -0x1.81db7fb0ac1b3p-50, 0x1.47bbb6087e3bep-52,
      -0x1.2f74849e9af6ap-54, 0x1.2decd1893083fp-56, -0x1.4185d596ceceap-58,
      0x1.83c6a003fecdcp-60, -0x1.dfc62ac2b9afcp-62, 0x1.4d67798474e6fp-64, -0x1.48ab9993e431p-66,
      0x1.1b7dc39b61524p-65, -0x1.bef3873fcc14ap-67},
    },
};
// clang-format on

/* With a >= 1: f, g, and the sine and the cosine of pi a^2 / 2. */
typedef struct {
    double f, g, sin, cos;
} jk_fresnel_parts;

JK_INNER jk_fresnel_parts jk_fresnel_far_of(double a)
{
    a = a < 1 ? 1 : a > 0x1p100 ? 0x1p100 : a;
    jk_binade b = jk_binade_of(a);
    int row = b.k > 1 ? 2 : b.k;
    double inverse = 1 / a, v = 16 * inverse * inverse, t = row == 2 ? 2 * v * v - 1 : b.t;
    double f = JK_ROW_22(t, jk_fresnel_far[0][row]), g = JK_ROW_22(t, jk_fresnel_far[1][row]);
    f = row == 2 ? f * inverse : f;
    g = row == 2 ? g * inverse * inverse * inverse : g;

    /* a^2 is high + low; r and what is left of low are their remainders by 4. */
    double high = a * a, low = jk_fma_f64(a, a, -high);
    double r = high - 4 * __builtin_floor(0.25 * high), less = low - 4 * __builtin_floor(0.25 * low);
    double n = __builtin_floor(r + less + 0.5), rest = (r - n) + less;
    double angle = rest * 0x1.921fb54442d18p0;
    double angle_low = jk_fma_f64(rest, 0x1.921fb54442d18p0, -angle);
    jk_turn_f64 turn = {angle, angle_low, (uint64_t)n};
    return (jk_fresnel_parts){f, g, jk_wave_f64(turn, turn.n, 0), jk_wave_f64(turn, turn.n + 1, 0)};
}

JK double jk_fresnel_sin_f64(double x)
{
    double a = jk_fabs_f64(x), b = a < 1 ? a : 1, b3 = b * b * b, y = b3 * b;
    double near = b3 * JK_POLY_F64(y, 0x1.0c152382d7366p-1, -0x1.79fb3502b22a8p-4, 0x1.dacb4f393e148p-8, -0x1.474740f5841ap-12,
    0x1.1b57c07277f96p-17, -0x1.5005162b804f4p-23, 0x1.21c01f4be8cadp-29, -0x1.7b8a0a4370fc2p-36,
    0x1.86544b9936226p-43, -0x1.437cee019ea13p-50, 0x1.b940030de0759p-58, -0x1.f7f257cc18111p-66);
    jk_fresnel_parts p = jk_fresnel_far_of(a);
    double far = 0.5 - jk_fma_f64(p.f, p.cos, p.g * p.sin);
    return x == x ? jk_copysign_f64(a < 1 ? near : far, x) : x;
}

JK float jk_fresnel_sin_f32(float x)
{
    return (float)jk_fresnel_sin_f64(x);
}

JK double jk_fresnel_cos_f64(double x)
{
    double a = jk_fabs_f64(x), b = a < 1 ? a : 1, y = b * b * (b * b);
    double near = b * JK_POLY_F64(y, 0x1p0, -0x1.f952e0f96d631p-3, 0x1.cdca8f1f7bdcep-6, -0x1.a4b5e253713aap-10,
    0x1.c59b5171fbecep-15, -0x1.42260e324cb15p-20, 0x1.43ba95e6026e3p-26, -0x1.e4492b54a02d3p-33,
    0x1.1805fc4cc7452p-39, -0x1.01c57d7f1bd79p-46, 0x1.82ad6a93d848p-54, -0x1.e1addf78e08bfp-62);
    jk_fresnel_parts p = jk_fresnel_far_of(a);
    double far = 0.5 + jk_fma_f64(p.f, p.sin, -p.g * p.cos);
    return x == x ? jk_copysign_f64(a < 1 ? near : far, x) : x;
}

JK float jk_fresnel_cos_f32(float x)
{
    return (float)jk_fresnel_cos_f64(x);
}

#endif

/* Dawson's integral, e^(-x^2) times the integral of e^(t^2) from 0 to x.
 *
 * One polynomial for each unit interval up to 8, the first in x^2, and one in 1/x^2 beyond. f32's
 * functions are f64's, rounded.
 */
#ifndef JACQUARD_OPS_SCALAR_DAWSN_H
#define JACQUARD_OPS_SCALAR_DAWSN_H

#include "ops/scalar/binade.h"

/* Of the first row and the last one: the function divided by x, and times x. */
// clang-format off
static const double jk_dawsn_rows[9][20] = {
    {0x1.731629848fb3fp-1, -0x1.cc58a6123ecfap-3, 0x1.6509f236bc6efp-5, -0x1.9121715494794p-8,
     0x1.60bbf8eec052cp-11, -0x1.fd46b117cbe9p-15, 0x1.37b5d421067fap-18, -0x1.4b20137ffb156p-22,
     0x1.36a3f5ef495c9p-26, -0x1.04e8f44a310acp-30, 0x1.8cb9248b98186p-35, -0x1.137c136f3a9e8p-39,
     0x1.6014b79a9f141p-44, -0x1.a0bb585f897dep-49, 0x1.cb50d1755b3d9p-54, -0x1.d9a7fa47ba9a2p-59,
     0x1.cae480bf8142ap-64, -0x1.a33a266e7fa76p-69, 0x1.6b73dcdf8af75p-74, -0x1.29fb87ea17393p-79},
    {0x1.b686ecab6aaa9p-2, -0x1.2394c6023fffcp-3, -0x1.27c3a80aaafd7p-12, 0x1.8715e4a86aaabp-6,
     -0x1.2428a7d64553fp-7, 0x1.2dc6fa3989f83p-12, 0x1.5fd2ab2bd4fd8p-11, -0x1.58ac6d5279f71p-13,
     -0x1.754564b67d87ep-17, 0x1.70969caa98ceep-17, -0x1.24ff60adc0c87p-20,
     -0x1.784fca7db8eedp-22, 0x1.7f7cd654e7132p-24, 0x1.b4ac5b81c1538p-29, -0x1.e50fe69e5c323p-29,
     0x1.0f6f5b58c009cp-32, 0x1.7f62a65e4858bp-34, -0x1.04e8b3b9065dbp-36, -0x1.510c3a08fcfdp-40,
     0x1.e524a850aca61p-42},
    {0x1.c8e01e57d52aep-3, -0x1.d8c12f6e53ac7p-5, 0x1.0c22b9e426d97p-6, -0x1.07722c6567446p-8,
     0x1.e95fecd4d1c2fp-12, 0x1.61a707a2df66bp-13, -0x1.c9d5d54ea4f08p-14, 0x1.c3f69a132e5b7p-16,
     -0x1.ac79ad2ec55d3p-20, -0x1.1ab9670991dcdp-20, 0x1.706b57063ede3p-22,
     -0x1.029e3a878edcap-25, -0x1.13b615efe377dp-27, 0x1.733cadf935fbdp-29,
     -0x1.ae6cd33bd7f0fp-33, -0x1.f92d751c1e0b9p-35, 0x1.0919d20d30449p-36,
     -0x1.209ee7276a6eap-41, -0x1.7be050f2da2c3p-42, 0x1.cff4c9f25d102p-45},
    {0x1.326cce4875497p-3, -0x1.83e68fecd4087p-6, 0x1.07e77d3621ef7p-8, -0x1.8a4d910a27385p-11,
     0x1.447186cb017bbp-13, -0x1.158e915b5f0a2p-15, 0x1.ae153ee27500ap-18, -0x1.c38019e80f17bp-21,
     -0x1.182941f83569dp-25, 0x1.fe4905ffa57cep-25, -0x1.492efbd3384e6p-26, 0x1.d2ce2027f3385p-29,
     -0x1.a6c95ba67e3e2p-33, -0x1.5ae01f1647657p-34, 0x1.d3c2a31469551p-36,
     -0x1.f7261aaf792c5p-39, -0x1.dea7135e483e1p-45, 0x1.057c919ff6a6dp-43, -0x1.57e0583d981ep-46,
     0x1.eaa96601e9321p-52},
    {0x1.d34e941c532acp-4, -0x1.b70cd3fbb202ap-7, 0x1.a9fda5ed51839p-10, -0x1.acb0474dbcb91p-13,
     0x1.c245525116634p-16, -0x1.f257bb898304cp-19, 0x1.264e5719a6186p-21, -0x1.768137dbd1ce6p-24,
     0x1.fc0c1ef10fb6ep-27, -0x1.5e4ef70fe51fap-29, 0x1.c03c174be8d7fp-32, -0x1.bfdeea6257585p-35,
     0x1.28a0beb52fd99p-39, 0x1.59dc5cac63767p-40, -0x1.08a66f515c2aep-41, 0x1.c2d619be8dbebp-44,
     -0x1.e894bf0fb068fp-47, 0x1.6727cd2866e6fp-51, 0x1.336540aa93f6fp-52, -0x1.43dbc2648be7dp-54},
    {0x1.7ada2efe042fep-4, -0x1.1d8013a8b839cp-7, 0x1.b6bd813f23f1p-11, -0x1.582f198eb4ff2p-14,
     0x1.141a0f28a76e7p-17, -0x1.c5d62a0f42d51p-21, 0x1.7f0c92be453d1p-24, -0x1.4d0e47d3f072fp-27,
     0x1.2b9c401503b31p-30, -0x1.189039e5b251bp-33, 0x1.13b9cae23ee19p-36, -0x1.1eb7f862bb114p-39,
     0x1.3c08ac15ce28bp-42, -0x1.6be1edfe6962ap-45, 0x1.a5300400012b3p-48, -0x1.cb526620efa28p-51,
     0x1.a91df7953e6aep-54, -0x1.cc6470f623843p-58, -0x1.443c36222ecd9p-60, 0x1.f35e1cf07f48cp-62},
    {0x1.3ef2537f4bd98p-4, -0x1.9271ebb6d05cbp-8, 0x1.014780a7ae394p-11, -0x1.4d85c778e55c2p-15,
     0x1.b6a62d518433fp-19, -0x1.24dcaadde71aap-22, 0x1.8d59ae4b78f9cp-26, -0x1.12266243d3fcep-29,
     0x1.81258b15f8888p-33, -0x1.13c7f70e71de5p-36, 0x1.932f5c1025894p-40, -0x1.2d6bb89c97359p-43,
     0x1.cdfe4d8b3fc3cp-47, -0x1.6c0e5b57ceb4ap-50, 0x1.283bd008fa8b3p-53, -0x1.f4887e6e1a49dp-57,
     0x1.b8b0b25a1ce8fp-60, -0x1.98076bd7dae3dp-63, 0x1.aca8e9fa7ae02p-66, -0x1.abf62a03914abp-69},
    {0x1.138fcd2d356e2p-4, -0x1.2b682d310b9e2p-8, 0x1.48774c315d88dp-12, -0x1.6bf1b4df58596p-16,
     0x1.9769ac00a9601p-20, -0x1.ccefa353d811dp-24, 0x1.079fe13f6206bp-27, -0x1.3101401b6b3d6p-31,
     0x1.6514ada5280c4p-35, -0x1.a73ad0db3ea2fp-39, 0x1.fc1f82056c68fp-43, -0x1.35271d4e67774p-46,
     0x1.7d89c464b66f5p-50, -0x1.ddecbd3d1c967p-54, 0x1.30137b0ac0251p-57, -0x1.897427e0498d3p-61,
     0x1.02fb22dc7b3b9p-64, -0x1.5bbfc554b60fep-68, 0x1.f0b05fb679fa9p-72, -0x1.5e3913274e927p-75},
    {0x1.01030f6cdbccp-1, 0x1.062eb7781cb32p-9, 0x1.97cebd0af3d48p-16, 0x1.0cc65ccbc71b1p-21,
     0x1.f89f74accecp-27, 0x1.35f8dac0eff08p-31, 0x1.d9fdcfbfe4f04p-36, 0x1.b4667c6ae97dp-40,
     0x1.d8a786e131eddp-44, 0x1.27ef0bd9391f8p-47, 0x1.a6cc6603bf42ap-51, 0x1.5503c09971d85p-54,
     0x1.33fa47407fd9ap-57, 0x1.355865b86b6e1p-60, 0x1.5802911f2b2ebp-63, 0x1.a554af4b8f6d9p-66,
     0x1.124e4eb015079p-68, 0x1.8a69b07e8e1e3p-71, 0x1.ba119f8d577b6p-73, 0x1.a249699987ed1p-75}
};
// clang-format on

JK double jk_dawsn_f64(double x)
{
    double a = jk_fabs_f64(x), whole = a < 8 ? __builtin_floor(a) : 8;
    int row = (int)whole;
    double t = row == 0 ? 2 * a * a - 1 : row == 8 ? 128 / a / a - 1 : 2 * (a - whole) - 1;
    double y = JK_ROW_20(t, jk_dawsn_rows[row]);
    y = row == 0 ? a * y : row == 8 ? y / a : y;
    return x == x ? jk_copysign_f64(y, x) : x;
}

JK float jk_dawsn_f32(float x)
{
    return (float)jk_dawsn_f64(x);
}

/* The derivative, 1 - 2x dawsn(x). Its terms cancel for great x, where it is an asymptotic series. */
JK double jk_dawsn_grad_f64(double x)
{
    double near = jk_fma_f64(-2 * x, jk_dawsn_f64(x), 1), w = 0.5 / x / x;
    double far = -w * JK_POLY_F64(w, 1.0, 3.0, 15.0, 105.0, 945.0, 10395.0, 135135.0, 2027025.0,
                                  34459425.0, 654729075.0);
    return jk_fabs_f64(x) > 14 ? far : near;
}

JK float jk_dawsn_grad_f32(float x)
{
    return (float)jk_dawsn_grad_f64(x);
}

#endif

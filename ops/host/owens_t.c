/* Owen's T function, the integral of e^(-h^2 (1 + u^2) / 2) / (2 pi (1 + u^2)) from 0 to a.
 *
 * For a <= 1 by the Gauss rule with 24 points, over at most the part where the integrand is not
 * negligible; a greater a is reflected to 1/a. All terms have one sign.
 */
#include "ops/scalar/called.h"
#include "ops/scalar/normal.h"

static const double points[24] = {
    0x1.3b690cb733ec7p-9, 0x1.9e0c1e680f139p-7, 0x1.f9a7a58f55b36p-6, 0x1.d13df3cd9785bp-5,
    0x1.70a2cc7cb2401p-4, 0x1.0a1ce248c4454p-3, 0x1.685a2340bdef4p-3, 0x1.d17d08a7651aap-3,
    0x1.21e5d13f0eda5p-2, 0x1.5eb2b9d3b8b78p-2, 0x1.9e25aaf51ac1dp-2, 0x1.df33ef5824ba3p-2,
    0x1.10660853eda2ep-1, 0x1.30ed2a85729f2p-1, 0x1.50a6a31623a44p-1, 0x1.6f0d17607892dp-1,
    0x1.8ba0bdd626b95p-1, 0x1.a5e9772fd0843p-1, 0x1.bd78c76dceeebp-1, 0x1.d1eba67069b8p-1,
    0x1.e2ec20c32687ap-1, 0x1.f032c2d385526p-1, 0x1.f987cf865fc3bp-1, 0x1.fec496f348cc1p-1};
static const double weights[12] = {
    0x1.9465bd3112202p-8, 0x1.d375514486f1dp-7, 0x1.6ab884f57c979p-6, 0x1.e5c6255d25edap-6,
    0x1.2c6d5c2eff064p-5, 0x1.6108ef504463ap-5, 0x1.8fd8936444b16p-5, 0x1.b8177ba4a68dcp-5,
    0x1.d91c78acb1b2dp-5, 0x1.f25cbce1d1ff6p-5, 0x1.01b7117cf8bd8p-4, 0x1.060475e763736p-4};

/* For 0 <= a <= 1, h >= 0. */
static double quadrature(double h, double a)
{
    if (h > JK_NDTR_ZERO_f64)
        return 0;
    double b = h * a > 9 ? 9 / h : a, sum = 0;
    for (int k = 11; k >= 0; k--) {
        double u = b * points[k], v = b * points[23 - k];
        sum += weights[k] * (jk_exp_f64(-0.5 * (h * u) * (h * u)) / (1 + u * u) +
                             jk_exp_f64(-0.5 * (h * v) * (h * v)) / (1 + v * v));
    }
    double z = 0.5 * h * h, z_low = jk_fma_f64(0.5 * h, h, -z);
    jk_exp_f64_parts e = jk_exp_split_f64(-z, -z_low);
    double scaled = (1 + (e.r + e.tail)) * (b * sum * 0x1.45f306dc9c883p-3);
    return jk_scale_f64(scaled, e.n);
}

/* The probability that a normal variable is above x >= 0. */
static double above(double x)
{
    return jk_tail_f64(x, jk_erfcx_right_f64(x * 0x1.6a09e667f3bcdp-1));
}

double jac_host_owens_t(double h, double a)
{
    if (h != h || a != a)
        return JK_NAN_F64;
    h = jk_fabs_f64(h);
    double b = jk_fabs_f64(a), y;
    if (b <= 1) {
        y = quadrature(h, b);
    } else {
        double far = h == 0 ? 0 : b * h, p = above(h), q = above(far);
        y = (0.5 * p * (1 - q) + 0.5 * q * (1 - p)) - quadrature(far, 1 / b);
    }
    return jk_copysign_f64(y, a);
}

/* The generalized exponential integral E_n(x), of e^(-xt) / t^n from t = 1 to infinity, for real n.
 *
 * From x = 1/2 on, and for great n, a continued fraction. Below, an order from 1/2 to 3/2 by a power
 * series, and from there n E_(n+1) = e^-x - x E_n upwards. Orders below 1/2 have a power series of their
 * own for small x, and come from higher ones by the same recurrence for others.
 */
#include "ops/scalar/called.h"
#include "ops/scalar/expint.h"
#include "ops/scalar/gamma.h"

enum { UPWARDS = 40 };

/* For n >= 0: e^-x / (x + n / (1 + 1 / (x + (n + 1) / (1 + 2 / (x + ...))))), from the inside. */
static double fraction(double n, double x)
{
    double f = x + n;
    for (int k = (int)(25 + 130 / x < 10000 ? 25 + 130 / x : 10000); k > 0; k--)
        f = x + (n + (k - 1)) / (1 + k / f);
    return jk_exp_f64(-x) / f;
}

/* The sum of (-x)^k / (k! (k + shift)) from k = first on. */
static double series(double x, double shift, int first)
{
    double term = 1, sum = 0;
    for (int k = 0; k < 40; k++) {
        sum += k >= first ? term / (k + shift) : 0;
        term *= -x / (k + 1);
    }
    return sum;
}

/* log gamma(1 - d) */
static double log_gamma_below_one(double d)
{
    if (jk_fabs_f64(d) > 0.125)
        return jk_lgamma_f64(1 - d);
    return d * JK_POLY_F64(d, 0x1.2788cfc6fb619p-1, 0x1.a51a6625307d3p-1, 0x1.9a4d55beab2d7p-2,
                           0x1.151322ac7d848p-2, 0x1.a8b9c17aa6149p-3, 0x1.5b40cb100c306p-3,
                           0x1.2703a1dcea3aep-3, 0x1.010b36af86397p-3, 0x1.c806706d57db4p-4,
                           0x1.9a01e385d5f8fp-4, 0x1.748c33114c6d6p-4, 0x1.556ad63243bc4p-4,
                           0x1.3b1d971fc5985p-4, 0x1.2496df8320c5fp-4, 0x1.11133476e7fep-4,
                           0x1.00010064cdeb2p-4, 0x1.e1e2d311e8abdp-5);
}

/* E_(1 + d)(x) for |d| <= 1/2, x < 1/2: (1 - gamma(1 - d) x^d) / d less a series. */
static double near_one(double d, double x)
{
    if (d == 0)
        return jk_exp1_f64(x);
    double power = jk_expm1_f64(log_gamma_below_one(d) + d * jk_log_f64(x));
    return -power / d - series(x, -d, 1);
}

/* For n < 1/2, x < 1/2: gamma(1 - n) x^(n - 1) less a series. */
static double below(double n, double x)
{
    double log = jk_lgamma_f64(1 - n) + (n - 1) * jk_log_f64(x);
    double power = jk_gamma_f64(1 - n) * jk_pow_f64(x, n - 1);
    power = power < JK_INF_F64 && power == power ? power : jk_exp_f64(log);
    return power - series(x, 1 - n, 0);
}

double jac_host_expn(double n, double x)
{
    if (n != n || !(x >= 0))
        return JK_NAN_F64;
    if (x == 0)
        return n > 1 ? 1 / (n - 1) : JK_INF_F64;
    if (x == JK_INF_F64 || n == JK_INF_F64)
        return 0;
    if (n < 0.5 && x < 0.5)
        return below(n, x);
    if (n < -1000)
        return JK_NAN_F64;
    if (n < 0) { /* from an order from 0 to 1 downwards */
        double order = n - __builtin_floor(n), e = jk_exp_f64(-x), y = fraction(order, x);
        for (; order > n; order -= 1)
            y = (e - (order - 1) * y) / x;
        return y;
    }
    if (x >= 0.5 || n > UPWARDS)
        return fraction(n, x);
    double order = n - __builtin_floor(n + 0.5) + 1, e = jk_exp_f64(-x), y = near_one(order - 1, x);
    for (; order < n; order += 1)
        y = (e - x * y) / order;
    return y;
}

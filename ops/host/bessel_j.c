/* The Bessel function of the first kind J_n(x) of an integer order.
 *
 * The recurrence J_(k-1) + J_(k+1) = 2k J_k / x is stable downwards from an order far above |n| and |x|.
 * That gives multiples of the functions; their sum J_0 + 2 J_2 + 2 J_4 + ... is 1. For large x, the
 * asymptotic series of Hankel gives J_0 and J_1, and the recurrence is stable upwards below x.
 */
#include "ops/scalar/called.h"
#include "ops/scalar/trig.h"

static const double far = 30; /* from here on, the asymptotic series */

/* J_n for n = 0 or 1: sqrt(2 / (pi x)) (P cos(x - n pi/2 - pi/4) - Q sin(...)). */
static double asymptotic(int n, double x)
{
    double term = 1, p = 1, q = 0, sign = 1;
    for (int k = 1; k < 60; k++) {
        double odd = 2 * k - 1, next = term * (4 * n * n - odd * odd) / (8 * k * x);
        if (jk_fabs_f64(next) > jk_fabs_f64(term))
            break;
        term = next;
        if (k % 2) {
            q += sign * term;
        } else {
            sign = -sign;
            p += sign * term;
        }
        if (jk_fabs_f64(term) < 0x1p-60)
            break;
    }
    double s = jk_sin_f64(x), c = jk_cos_f64(x);
    /* cos(x - pi/4) = (c + s) / sqrt 2, sin(x - pi/4) = (s - c) / sqrt 2 */
    double cos = n ? s - c : c + s, sin = n ? -(c + s) : s - c;
    return 0x1.20dd750429b6dp-1 / __builtin_sqrt(x) * (p * cos - q * sin);
}

static double upwards(int64_t n, double x)
{
    double before = asymptotic(0, x), y = asymptotic(1, x);
    if (n == 0)
        return before;
    for (int64_t k = 1; k < n; k++) {
        double next = (double)(2 * k) / x * y - before;
        before = y;
        y = next;
    }
    return y;
}

/* The recurrence downwards, for x > 0. */
static double downwards(int64_t n, double x)
{
    double most = (double)n > x ? (double)n : x;
    int64_t k = (int64_t)(most + 20 + 8 * __builtin_cbrt(most) + 2 * __builtin_sqrt(most));
    k += k % 2;
    double above = 0, y = 0x1p-1000, sum = 0, at_n = 0;
    for (; k > 0; k--) { /* y is a multiple of J_k */
        double next = (double)(2 * k) / x * y - above;
        above = y;
        y = next;
        if (k - 1 == n)
            at_n = y;
        if ((k - 1) % 2 == 0)
            sum += k == 1 ? y : 2 * y;
        if (jk_fabs_f64(y) > 0x1p500) {
            y *= 0x1p-1000;
            above *= 0x1p-1000;
            sum *= 0x1p-1000;
            at_n *= 0x1p-1000;
        }
    }
    if (x < far)
        return at_n / sum;
    /* y and above are multiples of J_0 and J_1: take the greater. */
    double j0 = asymptotic(0, x), j1 = asymptotic(1, x);
    return jk_fabs_f64(j0) > jk_fabs_f64(j1) ? at_n / y * j0 : at_n / above * j1;
}

double jac_host_bessel_jn(double n, double x)
{
    if (n != __builtin_floor(n) || jk_fabs_f64(n) > 1e6 || x != x)
        return JK_NAN_F64;
    double order = jk_fabs_f64(n), a = jk_fabs_f64(x), half = 0.5 * order;
    int odd = half != __builtin_floor(half), minus = odd && (n < 0) != (x < 0);
    double y = a == 0             ? order == 0
               : a == JK_INF_F64  ? 0
               : a >= far && order < a ? upwards((int64_t)order, a)
                                  : downwards((int64_t)order, a);
    return minus ? -y : y;
}

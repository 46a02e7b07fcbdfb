/* The Faddeeva function w(z) = e^(-z^2) erfc(-iz).
 *
 * It is iz/pi times the integral of e^(-t^2) / (z^2 - t^2) over the real numbers. The trapezoidal rule is
 * exact to 10^-15 with points h apart, if the residues of the poles are added and no point is near a
 * pole; so the points are multiples of h or between them (Al Azah and Chandler-Wilde, 2021). The other
 * quadrants follow by symmetry.
 */
#include "ops/scalar/called.h"
#include "ops/scalar/exp.h"
#include "ops/scalar/trig.h"

typedef struct {
    double re, im;
} complex64;

static const double step = 0x1.05f8bd37c0e62p-1, two_pi_over_step = 0x1.88f51bd3a1593p3;

/* t^2 and e^(-t^2) for t = (k + 1/2) h, and for t = (k + 1) h. */
static const double between[2][12] = {
    {0x1.0c152382d7366p-4, 0x1.2d97c7f3321d2p-1, 0x1.a2e1077c7044fp0, 0x1.9a805e60598b3p1,
     0x1.534ac0f19860cp2, 0x1.fad7f7235ee2cp2, 0x1.61f3e8e2c025cp3, 0x1.d73d286bfe4d8p3,
     0x1.2ea3dd16b4f46p4, 0x1.7a09cf13817bap4, 0x1.cdd06a2c64bcap4, 0x1.14fbd730af5bap5},
    {0x1.df90113a4786ep-1, 0x1.1c15f15a52bbcp-1, 0x1.8ec3e530c115fp-3, 0x1.4b94a0aaedabbp-5,
     0x1.46a8be57e7a68p-8, 0x1.7d458b47fb6f7p-12, 0x1.079eb0245734dp-16, 0x1.afe709cf13b29p-22,
     0x1.a32d4137e44bcp-28, 0x1.e1fec0fee65d7p-35, 0x1.4850e49975109p-42, 0x1.08f4fbff0bbbcp-50}};
static const double multiples[2][12] = {
    {0x1.0c152382d7366p-2, 0x1.0c152382d7366p0, 0x1.2d97c7f3321d2p1, 0x1.0c152382d7366p2,
     0x1.a2e1077c7044fp2, 0x1.2d97c7f3321d2p3, 0x1.9a805e60598b3p3, 0x1.0c152382d7366p4,
     0x1.534ac0f19860cp4, 0x1.a2e1077c7044fp4, 0x1.fad7f7235ee2cp4},
    {0x1.8a1195bf0aa84p-1, 0x1.6757859d664c8p-2, 0x1.843844e012c47p-4, 0x1.f0ea0d2fef994p-7,
     0x1.78c7fa70532d5p-10, 0x1.527a727b2a691p-14, 0x1.6840851c9c3b6p-19, 0x1.c645a1d814488p-25,
     0x1.5355ead05bd3cp-31, 0x1.2c509c01fe451p-38, 0x1.3ae3b7284fc47p-46}};

static complex64 times(complex64 a, complex64 b)
{
    return (complex64){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static complex64 over(complex64 a, complex64 b)
{
    double d = b.re * b.re + b.im * b.im;
    return (complex64){(a.re * b.re + a.im * b.im) / d, (a.im * b.re - a.re * b.im) / d};
}

/* size e^(i angle) */
static complex64 turned(double size, double angle)
{
    return (complex64){size * jk_cos_f64(angle), size * jk_sin_f64(angle)};
}

/* e^(-z^2) for z = x + iy. The rounding errors of y^2 - x^2 and of xy are corrected. */
static complex64 bell(double x, double y)
{
    jk_sum_f64 s = jk_two_sum_f64(y, -x), t = jk_two_sum_f64(y, x);
    double high = s.high * t.high, low = jk_fma_f64(s.high, t.high, -high);
    low += s.high * t.low + s.low * t.high;
    high = jk_clamp_f64_between(high, -750, 1400);
    jk_exp_f64_parts e = jk_exp_split_f64(high, jk_fabs_f64(low) < 1 ? low : 0);
    double angle = -2 * x * y, lost = jk_fma_f64(-2 * x, y, -angle);
    complex64 w = turned(jk_scale_f64(1 + (e.r + e.tail), e.n), angle);
    return (complex64){w.re - lost * w.im, w.im + lost * w.re};
}

/* The residues, 2 e^(-z^2) / (1 + sign e^(-2 pi i z / h)), with x and y at least 0. */
static complex64 residues(double x, double y, double sign)
{
    complex64 e = turned(jk_exp_f64(two_pi_over_step * y), -two_pi_over_step * x), b = bell(x, y);
    return over((complex64){2 * b.re, 2 * b.im}, (complex64){1 + sign * e.re, sign * e.im});
}

/* In the first quadrant, near 0. */
static complex64 quadrature(double x, double y)
{
    double place = x / step, part = place - __builtin_floor(place);
    int alone = y >= x && y >= 0.5 * two_pi_over_step;
    int at_multiples = !alone && y < x && part >= 0.25 && part <= 0.75;
    const double (*t)[12] = at_multiples ? multiples : between;
    complex64 square = {(x - y) * (x + y), 2 * x * y}, sum = {0, 0};
    for (int k = at_multiples ? 10 : 11; k >= 0; k--) {
        complex64 term = over((complex64){t[1][k], 0}, (complex64){square.re - t[0][k], square.im});
        sum = (complex64){sum.re + term.re, sum.im + term.im};
    }
    const double factor = step * 0x1.45f306dc9c883p-1; /* 2h / pi */
    sum = times((complex64){-factor * y, factor * x}, sum);
    if (at_multiples) {
        complex64 first = over((complex64){0, 0.5 * factor}, (complex64){x, y});
        sum = (complex64){sum.re + first.re, sum.im + first.im};
    }
    if (alone)
        return sum;
    complex64 more = residues(x, y, at_multiples ? -1 : 1);
    return (complex64){sum.re + more.re, sum.im + more.im};
}

/* i / (sqrt(pi) z), more exactly i z / (sqrt(pi) (z^2 - 1/2)) */
static complex64 far(double x, double y)
{
    double size = x > y ? x : y, u = x / size, v = y / size;
    double less = 0.5 / size / size;
    complex64 square = {(u - v) * (u + v) - less, 2 * u * v};
    complex64 w = over((complex64){-v, u}, square);
    const double root = 0x1.20dd750429b6dp-1;
    return (complex64){root * w.re / size, root * w.im / size};
}

static complex64 faddeeva(double x, double y)
{
    double a = jk_fabs_f64(x), b = jk_fabs_f64(y);
    if (x != x || y != y)
        return (complex64){JK_NAN_F64, JK_NAN_F64};
    complex64 w = {0, 0};
    if (a < JK_INF_F64 && b < JK_INF_F64)
        w = a > 1e8 || b > 1e8 ? far(a, b) : quadrature(a, b);
    if (y < 0) { /* w(z) = 2 e^(-z^2) - w(-z), and w(-z) is the conjugate of w(a + ib) */
        complex64 e = bell(a, -b);
        w = (complex64){2 * e.re - w.re, 2 * e.im + w.im};
    }
    return (complex64){w.re, jk_copysign_f64(1, x) * w.im};
}

double jac_host_wofz_real(double x, double y)
{
    return faddeeva(x, y).re;
}

double jac_host_wofz_imag(double x, double y)
{
    return faddeeva(x, y).im;
}

/* The regularized incomplete beta function I_x(a, b), after DiDonato and Morris (1992, TOMS 708), and
 * its derivative by x.
 *
 * x or 1 - x is chosen so that the function is computed where it is small, and all terms of a sum have
 * one sign. There are five methods: a power series, a recurrence, a continued fraction, and expansions
 * for one or two large parameters. In the original their common factor loses digits in the tails; here
 * its exponent is a pair of doubles.
 */
#include "ops/host/stirling.h"
#include "ops/scalar/erf.h"
#include "ops/scalar/incomplete.h"

static const double beta_eps = 0x1p-55;

/* The operands, with y = 1 - x, and gap = a - (a + b) x, which is 0 at the mean. */
typedef struct {
    double a, b;
    pair x, y, gap;
} beta_args;

static beta_args beta_of(double a, double b, pair x, pair y)
{
    pair n = jk_two_sum_f64(a, b);
    /* from the smaller of x and y, because it is the more accurate one */
    pair gap = x.high <= y.high ? pair_sub(pair_of(a), jk_pair_mul_f64(n, x))
                                : pair_sub(jk_pair_mul_f64(n, y), pair_of(b));
    return (beta_args){a, b, x, y, gap};
}

static beta_args swapped(const beta_args *p)
{
    return (beta_args){p->b, p->a, p->y, p->x, pair_neg(p->gap)};
}

/* x^a y^b / B(a, b) = factor e^log */
static pair beta_log(const beta_args *p, double *factor)
{
    double least = p->a < p->b ? p->a : p->b, most = p->a < p->b ? p->b : p->a;
    pair n = jk_two_sum_f64(p->a, p->b);
    pair log = jk_pair_add_f64(deviance(p->a, jk_pair_mul_f64(n, p->x), pair_neg(p->gap)),
                               deviance(p->b, jk_pair_mul_f64(n, p->y), p->gap));
    log = jk_pair_add_f64(log, pair_sub(log_star(p->a), log_star(n.high)));
    log = jk_pair_add_f64(log, log_star(p->b));
    *factor = __builtin_sqrt(least * (most / n.high) * 0x1.45f306dc9c883p-3);
    return pair_neg(log);
}

static double beta_times(const beta_args *p, double value)
{
    double factor;
    pair log = beta_log(p, &factor);
    return times_exp(factor * value, log);
}

/* ---- the power series, for a small b x ------------------------------------------------------------ */

static double beta_series(const beta_args *p)
{
    double x = p->x.high, c = 1, sum = 0;
    for (double n = 1; n < 10000; n++) {
        c *= (0.5 - p->b / n + 0.5) * x;
        double term = c / (p->a + n);
        sum += term;
        if (jk_fabs_f64(term) <= beta_eps * jk_fabs_f64(sum + 1 / p->a))
            break;
    }
    double factor;
    pair log = beta_log(p, &factor);
    log = pair_sub(log, jk_pair_mul_f64(pair_of(p->b), pair_log(p->y)));
    return times_exp(factor * (1 / p->a + sum), log);
}

/* ---- the recurrence: I_x(a, b) - I_x(a + n, b) ----------------------------------------------------- */

static double beta_steps(const beta_args *p, int n)
{
    double x = p->x.high, sum = 1, term = 1;
    if (x * (p->a + p->b + (n - 1)) < p->a + n) {
        for (int k = 0; k < n - 1; k++) {
            term *= x * ((p->a + p->b + k) / (p->a + 1 + k));
            sum += term;
        }
        return beta_times(p, sum / p->a);
    }
    beta_args last = beta_of(p->a + (n - 1), p->b, p->x, p->y); /* the largest term */
    for (int k = n - 2; k >= 0; k--) {
        term *= (p->a + 1 + k) / (x * (p->a + p->b + k));
        sum += term;
    }
    return beta_times(&last, sum / last.a);
}

/* ---- the continued fraction ------------------------------------------------------------------------ */

static double beta_fraction(const beta_args *p)
{
    double a = p->a, b = p->b, x = p->x.high, c = 1 + p->gap.high, c0 = b / a, c1 = 1 + 1 / a;
    double factor;
    pair log = beta_log(p, &factor);
    if (log.high < -1400)
        return 0;
    double y1 = p->y.high + 1, q = 1, s = a + 1, an = 0, bn = 1, an1 = 1, bn1 = c / c1, r = c1 / c;
    for (double n = 1; n < 1e6; n++) {
        double t = n / a, w = n * (b - n) * x, e = a / s;
        double alpha = (q * (q + c0) * e * e) * (w * x);
        e = (1 + t) / (c1 + t + t);
        double beta = n + w / s + e * (c + n * y1);
        q = 1 + t;
        s += 2;
        double next = alpha * an + beta * an1;
        an = an1;
        an1 = next;
        next = alpha * bn + beta * bn1;
        bn = bn1;
        bn1 = next;
        double before = r;
        r = an1 / bn1;
        if (jk_fabs_f64(r - before) <= beta_eps * r)
            break;
        an /= bn1;
        bn /= bn1;
        an1 = r;
        bn1 = 1;
    }
    return times_exp(factor * r, log);
}

/* ---- expansions ------------------------------------------------------------------------------------- */

/* For a of 15 or more and b <= 1: a sum of incomplete gamma functions. */
static double beta_one_large(const beta_args *p)
{
    enum { MOST = 30 };
    double b = p->b, less = (b - 0.5) - 0.5, nu = p->a + 0.5 * less, c[MOST], d[MOST], factor;
    pair log_x = pair_log(p->x);
    double lnx = log_x.high + log_x.low, z = -nu * lnx;
    pair log = beta_log(p, &factor);
    double ratio = jk_log_f64(-lnx / p->y.high);
    log = jk_pair_add_f64(log, jk_two_sum_f64(b * ratio, 0.5 * less * lnx));
    double v = 0.25 / (nu * nu), t2 = 0.25 * lnx * lnx, j = jac_host_scaled_igammac(b, z);
    double sum = j, t = 1, cn = 1, n2 = 0;
    for (int n = 1; n <= MOST; n++) {
        double at = b + n2;
        j = (at * (at + 1) * j + (z + at + 1) * t) * v;
        n2 += 2;
        t *= t2;
        cn /= n2 * (n2 + 1);
        c[n - 1] = cn;
        double s = 0, coef = b - n;
        for (int i = 1; i < n; i++) {
            s += coef * c[i - 1] * d[n - i - 1];
            coef += b;
        }
        d[n - 1] = less * cn + s / n;
        double term = d[n - 1] * j;
        sum += term;
        if (jk_fabs_f64(term) <= beta_eps * sum)
            break;
    }
    return times_exp(factor * sum, log);
}

/* For a and b above 100, near the mean. */
static double beta_both_large(const beta_args *p)
{
    enum { MOST = 20 };
    double a = p->a, b = p->b, h = a < b ? a / b : b / a, r0 = 1 / (1 + h);
    double r1 = (b - a) / (a < b ? b : a), w0 = 1 / __builtin_sqrt((a < b ? a : b) * (1 + h));
    pair n = jk_two_sum_f64(a, b);
    pair f = jk_pair_add_f64(deviance(a, jk_pair_mul_f64(n, p->x), pair_neg(p->gap)),
                             deviance(b, jk_pair_mul_f64(n, p->y), p->gap));
    const double e0 = 0x1.20dd750429b6dp0, e1 = 0x1.6a09e667f3bcdp-2; /* 2 / sqrt(pi), 2^(-3/2) */
    double z0 = __builtin_sqrt(f.high < 0 ? 0 : f.high), z = 0.5 * (z0 / e1), z2 = 2 * z0 * z0;
    double a0[MOST + 2], b0[MOST + 2], c[MOST + 2], d[MOST + 2];
    a0[0] = 2.0 / 3 * r1;
    c[0] = -0.5 * a0[0];
    d[0] = -c[0];
    double j0 = 0.5 / e0 * jac_host_scaled_erfc(z0), j1 = e1, sum = j0 + d[0] * w0 * j1;
    double s = 1, h2 = h * h, hn = 1, w = w0, znm1 = z, zn = z2;
    for (int k = 2; k <= MOST; k += 2) {
        hn *= h2;
        a0[k - 1] = 2 * r0 * (h * hn + 1) / (k + 2);
        s += hn;
        a0[k] = 2 * r1 * s / (k + 3);
        for (int i = k; i <= k + 1; i++) {
            double r = -0.5 * (i + 1), dsum = 0;
            b0[0] = r * a0[0];
            for (int m = 2; m <= i; m++) {
                double bsum = 0;
                for (int j = 1; j < m; j++)
                    bsum += (j * r - (m - j)) * a0[j - 1] * b0[m - j - 1];
                b0[m - 1] = r * a0[m - 1] + bsum / m;
            }
            c[i - 1] = b0[i - 1] / (i + 1);
            for (int j = 1; j < i; j++)
                dsum += d[i - j - 1] * c[j - 1];
            d[i - 1] = -(dsum + c[i - 1]);
        }
        j0 = e1 * znm1 + (k - 1) * j0;
        j1 = e1 * zn + k * j1;
        znm1 *= z2;
        zn *= z2;
        w *= w0;
        double t0 = d[k - 1] * w * j0;
        w *= w0;
        double t1 = d[k] * w * j1;
        sum += t0 + t1;
        if (jk_fabs_f64(t0) + jk_fabs_f64(t1) <= beta_eps * sum)
            break;
    }
    pair star = pair_sub(jk_pair_add_f64(log_star(a), log_star(b)), log_star(n.high));
    return times_exp(e0 * sum, pair_neg(jk_pair_add_f64(f, star)));
}

/* ---- the choice --------------------------------------------------------------------------------------- */

/* For b <= 1 and a large x, where the power series is too long: the expansion, from a = 15 on. */
static double beta_near_one(beta_args p)
{
    double w = 0;
    if (p.a <= 15) {
        w = beta_steps(&p, 20);
        p = beta_of(p.a + 20, p.b, p.x, p.y);
    }
    return w + beta_one_large(&p);
}

/* For a, b > 1 and x at most the mean. */
static double below_mean(const beta_args *p)
{
    double a = p->a, b = p->b, gap = p->gap.high;
    if (b < 40) {
        if (b * p->x.high <= 0.7)
            return beta_series(p);
        int n = (int)b;
        n -= n == b;
        beta_args rest = beta_of(a, b - n, p->x, p->y), other = swapped(&rest);
        double w = beta_steps(&other, n);
        return w + (p->x.high <= 0.7 ? beta_series(&rest) : beta_near_one(rest));
    }
    int fraction = a > b ? b <= 100 || gap > 0.03 * b : a <= 100 || gap > 0.03 * a;
    return fraction ? beta_fraction(p) : beta_both_large(p);
}

/* For a or b at most 1 and x <= 1/2. Sets *other if it gives 1 - I instead of I. */
static double one_small(const beta_args *p, int *other)
{
    double a = p->a, b = p->b, x = p->x.high;
    beta_args q = swapped(p);
    *other = 0;
    if (a > 1 || b > 1) {
        if (b <= 1 || (x < 0.1 && jk_pow_f64(x * b, a) <= 0.7))
            return beta_series(p);
    } else if (a >= (b < 0.2 ? b : 0.2) || jk_pow_f64(x, a) <= 0.9) {
        return beta_series(p);
    }
    *other = 1;
    return x >= 0.29 ? beta_series(&q) : beta_near_one(q);
}

static double incomplete_beta(double a, double b, double x)
{
    beta_args p = beta_of(a, b, pair_of(x), jk_two_sum_f64(1, -x));
    int small = a <= 1 || b <= 1, upper = small ? x > 0.5 : p.gap.high < 0, other = 0;
    if (upper)
        p = swapped(&p);
    double y = small ? one_small(&p, &other) : below_mean(&p);
    return upper != other ? 0.5 - y + 0.5 : y;
}

/* The answers where a parameter is 0 or infinite, or x is at an end. */
double jac_host_regularized_incomplete_beta(double a, double b, double x)
{
    if (!(a >= 0 && b >= 0 && x >= 0 && x <= 1))
        return JK_NAN_F64;
    int at_zero = a == 0 || b == JK_INF_F64, at_one = b == 0 || a == JK_INF_F64;
    if (at_zero && at_one)
        return JK_NAN_F64;
    if (at_zero || at_one)
        return at_zero ? x > 0 : x == 1;
    return x == 0 || x == 1 ? x : incomplete_beta(a, b, x);
}

/* The density x^(a-1) (1-x)^(b-1) / B(a, b). */
double jac_host_betainc_grad_x(double a, double b, double x)
{
    if (!(a >= 0 && b >= 0 && x >= 0 && x <= 1))
        return JK_NAN_F64;
    if (a == 0 || b == 0 || a == JK_INF_F64 || b == JK_INF_F64)
        return 0;
    if (x == 0)
        return a > 1 ? 0 : a == 1 ? b : JK_INF_F64;
    if (x == 1)
        return b > 1 ? 0 : b == 1 ? a : JK_INF_F64;
    beta_args p = beta_of(a, b, pair_of(x), jk_two_sum_f64(1, -x));
    double factor;
    pair log = beta_log(&p, &factor);
    return times_exp(factor / p.y.high / x, log);
}

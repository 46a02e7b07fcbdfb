/* The hypergeometric functions 1F1(a; b; x) and 2F1(a, b; c; x), and their derivatives of any order.
 *
 * All numbers of a sum are polynomials in small changes of the parameters, cut off at the wanted orders
 * (jets), so one sum gives the derivatives with respect to them. A derivative with respect to x is the
 * same function of greater parameters. Kummer's and Pfaff's transformations are used where they leave
 * less to cancel; near x = 1, 2F1 is continued by Taylor series of its differential equation.
 */
#include "ops/scalar/hypergeometric.h"
#include "ops/scalar/exp.h"
#include "ops/scalar/gamma.h"
#include "ops/scalar/log.h"
#include "ops/scalar/pow.h"

/* ---- jets ---------------------------------------------------------------------------------------- */

enum { PARAMETERS = 3, MOST = (JK_HYPER_MOST + 1) * (JK_HYPER_MOST + 1) * (JK_HYPER_MOST + 1) };

/* Sums of v[p] times powers of the changes; the first parameter's power varies slowest in p. */
typedef struct {
    int order[PARAMETERS], stride[PARAMETERS], n;
} jet_shape;

/* A parameter, or a linear function of them: its value and how much it varies with each. */
typedef struct {
    double value, by[PARAMETERS];
} linear;

static jet_shape shape_of(const int order[PARAMETERS])
{
    jet_shape s = {.n = 1};
    for (int k = PARAMETERS - 1; k >= 0; k--) {
        s.order[k] = order[k];
        s.stride[k] = s.n;
        s.n *= order[k] + 1;
    }
    return s;
}

/* Is the power of parameter k in v[p] positive? */
static int has(const jet_shape *s, int p, int k)
{
    return p / s->stride[k] % (s->order[k] + 1) > 0;
}

/* What the changes in l contribute to v[p]. */
static double carried(const jet_shape *s, const double *v, int p, const linear *l)
{
    double sum = 0;
    for (int k = 0; k < PARAMETERS; k++)
        if (l->by[k] != 0 && has(s, p, k))
            sum += l->by[k] * v[p - s->stride[k]];
    return sum;
}

static linear plus(linear l, double step)
{
    l.value += step;
    return l;
}

static void times(const jet_shape *s, double *v, linear l)
{
    for (int p = s->n - 1; p >= 0; p--)
        v[p] = l.value * v[p] + carried(s, v, p, &l);
}

static void over(const jet_shape *s, double *v, linear l)
{
    for (int p = 0; p < s->n; p++)
        v[p] = (v[p] - carried(s, v, p, &l)) / l.value;
}

static void scale(const jet_shape *s, double *v, double by)
{
    for (int p = 0; p < s->n; p++)
        v[p] *= by;
}

/* Times e^(rate change), for the change of one parameter. */
static void times_exp(const jet_shape *s, double *v, int parameter, double rate)
{
    for (int p = s->n - 1; p >= 0; p--) {
        double factor = 1, sum = v[p];
        int power = p / s->stride[parameter] % (s->order[parameter] + 1);
        for (int n = 1; n <= power; n++) {
            factor *= rate / n;
            sum += factor * v[p - n * s->stride[parameter]];
        }
        v[p] = sum;
    }
}

/* The derivative of the full order, from its coefficient. */
static double derivative(const jet_shape *s, const double *v)
{
    double y = v[s->n - 1];
    for (int k = 0; k < PARAMETERS; k++)
        for (int n = 2; n <= s->order[k]; n++)
            y *= n;
    return y;
}

/* ---- series -------------------------------------------------------------------------------------- */

/* A sum of terms that begins with v: each is the one before times the upper parameters over the lower one,
 * all of which grow by 1, times x / (m + 1). It replaces v. With `slope`, that is the sum differentiated
 * by x. The sum is v 2^shift; `size` is that of the magnitudes of what was added to the last element. */
typedef struct {
    linear upper[2], lower;
    int nupper;
    double x;
} terms;

typedef struct {
    int64_t shift;
    double size;
} summary;

static int settled(const jet_shape *s, const double *term, const double *sum)
{
    for (int p = 0; p < s->n; p++)
        if (!(jk_fabs_f64(term[p]) <= 0x1p-56 * jk_fabs_f64(sum[p])))
            return 0;
    return 1;
}

static double add_terms(const jet_shape *s, const terms *t, double *v, double *slope, summary *y)
{
    enum { LONGEST = 3000000 };
    double term[MOST];
    *y = (summary){0, 0};
    for (int p = 0; p < s->n; p++) {
        term[p] = v[p];
        v[p] = 0;
        if (slope)
            slope[p] = 0;
    }
    for (int m = 0; m < LONGEST; m++) {
        for (int p = 0; p < s->n; p++) {
            v[p] += term[p];
            if (slope)
                slope[p] += m * term[p] / t->x;
        }
        y->size += jk_fabs_f64(term[s->n - 1]);
        int grown = 1; /* from here on, the terms decrease */
        for (int k = 0; k < t->nupper; k++)
            grown &= t->upper[k].value + m > 0;
        grown &= t->nupper == 2 || m > jk_fabs_f64(t->x);
        if (t->lower.value + m > 0 && (settled(s, term, v) && (grown || term[s->n - 1] == 0)))
            return v[s->n - 1];
        for (int k = 0; k < t->nupper; k++)
            times(s, term, plus(t->upper[k], m));
        if (s->n == 1 && term[0] == 0) /* a polynomial ends */
            return v[0];
        over(s, term, plus(t->lower, m));
        scale(s, term, t->x / (m + 1));
        if (jk_fabs_f64(v[s->n - 1]) > 0x1p400 && !slope) {
            scale(s, term, 0x1p-400);
            scale(s, v, 0x1p-400);
            y->size *= 0x1p-400;
            y->shift += 400;
        }
    }
    v[s->n - 1] = JK_NAN_F64;
    return JK_NAN_F64;
}

/* The factors that the derivatives by x bring in front of the sum: upper / lower, growing by 1. */
static void factors(const jet_shape *s, terms *t, int by_x, double *v)
{
    for (int p = 0; p < s->n; p++)
        v[p] = p == 0;
    for (int m = 0; m < by_x; m++) {
        for (int k = 0; k < t->nupper; k++)
            times(s, v, plus(t->upper[k], m));
        over(s, v, plus(t->lower, m));
    }
    for (int k = 0; k < t->nupper; k++)
        t->upper[k] = plus(t->upper[k], by_x);
    t->lower = plus(t->lower, by_x);
}

static linear less(linear a, linear b)
{
    a.value -= b.value;
    for (int k = 0; k < PARAMETERS; k++)
        a.by[k] -= b.by[k];
    return a;
}

static int is_count(double x) /* 0, -1, -2 ... */
{
    return x <= 0 && x == __builtin_floor(x);
}

/* Which of two sums cancelled less? */
static int better(double a, const summary *of_a, double b, const summary *of_b)
{
    return jk_fabs_f64(a) * of_b->size >= jk_fabs_f64(b) * of_a->size;
}

/* ---- 1F1 ------------------------------------------------------------------------------------------ */

/* sum 2^shift e^x */
static double times_power(double sum, int64_t shift, double x)
{
    if (sum == 0 || sum != sum)
        return sum;
    double most = jk_clamp_f64_between(x, -1e6, 1e6);
    jk_exp_f64_parts e = jk_exp_split_f64(most, 0);
    int64_t n = e.n + shift;
    double y = sum * (1 + (e.r + e.tail));
    return n > 2000 ? y * JK_INF_F64 : n < -2000 ? 0 : jk_scale_f64(y, n);
}

/* For x below -10^6: gamma(b) / gamma(b - a) (-x)^-a (1 - a (a - b + 1) / x + ...). */
static double far_left(double a, double b, double x)
{
    if (is_count(b - a))
        return jk_exp_f64(x) * 0;
    double ratio = jk_exp_f64(jk_lgamma_f64(b) - jk_lgamma_f64(b - a));
    double half = __builtin_floor(b) * 0.5, other = __builtin_floor(b - a) * 0.5;
    int minus = (b < 0 && half != __builtin_floor(half)) !=
                (b - a < 0 && other != __builtin_floor(other));
    double y = ratio * jk_pow_f64(-x, -a) * (1 - a * (a - b + 1) / x);
    return minus ? -y : y;
}

double jac_host_hyp1f1(double a, double b, double x, double by_a, double by_b, double by_x)
{
    if (a != a || b != b || x != x)
        return JK_NAN_F64;
    int order[PARAMETERS] = {(int)by_a, (int)by_b, 0}, plain = by_a == 0 && by_b == 0;
    if (plain && by_x == 0 && a == 0)
        return 1;
    if (plain && by_x == 0 && is_count(b) && !(is_count(a) && a >= b))
        return JK_INF_F64;
    terms t = {.upper = {{a, {1, 0, 0}}}, .nupper = 1, .lower = {b, {0, 1, 0}}, .x = x};
    if (plain && a == b && !is_count(b))
        return jk_exp_f64(x);
    if (!(jk_fabs_f64(x) <= 1e6)) {
        double factor = 1;
        for (int m = 0; m < by_x; m++)
            factor *= (a + m) / (b + m);
        if (!plain)
            return JK_NAN_F64;
        return factor * (x < 0 ? far_left(a + by_x, b + by_x, x) : JK_INF_F64);
    }
    jet_shape s = shape_of(order);
    double v[MOST], w[MOST];
    summary of_v, of_w;
    factors(&s, &t, (int)by_x, v);
    for (int p = 0; p < s.n; p++)
        w[p] = v[p];
    /* Kummer: 1F1(a; b; x) = e^x 1F1(b - a; b; -x) */
    terms other = t;
    other.upper[0] = less(t.lower, t.upper[0]);
    other.x = -x;
    int ends = is_count(t.upper[0].value) && plain, deep = x < -30 && !ends;
    double direct = deep ? 0 : add_terms(&s, &t, v, 0, &of_v);
    if (!deep && (of_v.size <= 8 * jk_fabs_f64(direct) || x == 0))
        return times_power(derivative(&s, v), of_v.shift, 0);
    double turned = add_terms(&s, &other, w, 0, &of_w);
    if (!deep && better(direct, &of_v, turned, &of_w))
        return times_power(derivative(&s, v), of_v.shift, 0);
    return times_power(derivative(&s, w), of_w.shift, x);
}

/* ---- 2F1 ------------------------------------------------------------------------------------------ */

/* Continues the function v with the slope u from x = 1 - gap to 1 - target, by Taylor series
 *
 *   x (1 - x) y'' + (c - (a + b + 1) x) y' - a b y = 0,
 *
 * each over half of what is left to 1, in units of that step. */
static void continue_to(const jet_shape *s, const terms *t, double gap, double target, double *v,
                        double *u)
{
    enum { LONGEST = 400 };
    double last[MOST], now[MOST], next[MOST];
    while (gap > target) {
        double step = gap - target < 0.5 * gap ? gap - target : 0.5 * gap, x = 1 - gap;
        linear turn = t->lower; /* c - (a + b + 1) x */
        turn.value = (t->lower.value - t->upper[0].value - t->upper[1].value - 1) +
                     (t->upper[0].value + t->upper[1].value + 1) * gap;
        for (int k = 0; k < PARAMETERS; k++)
            turn.by[k] -= x * (t->upper[0].by[k] + t->upper[1].by[k]);
        for (int p = 0; p < s->n; p++) {
            last[p] = v[p];
            u[p] = now[p] = step * u[p];
            v[p] += now[p];
        }
        for (int n = 0; n < LONGEST; n++) {
            /* now and last are the coefficients n + 1 and n. */
            for (int p = 0; p < s->n; p++)
                next[p] = now[p];
            times(s, next, plus(turn, (1 - 2 * x) * n));
            times(s, last, plus(t->upper[0], n));
            times(s, last, plus(t->upper[1], n));
            int small = 1;
            double part = step / gap / (x * (n + 1) * (n + 2));
            for (int p = 0; p < s->n; p++) {
                next[p] = (step * last[p] - (n + 1) * next[p]) * part;
                double slope = (n + 2) * next[p];
                u[p] += slope;
                v[p] += next[p];
                small &= jk_fabs_f64(slope) <= 0x1p-56 * jk_fabs_f64(u[p]);
                small &= jk_fabs_f64(next[p]) <= 0x1p-56 * jk_fabs_f64(v[p]);
                last[p] = now[p];
                now[p] = next[p];
            }
            if (small && n > 4)
                break;
        }
        scale(s, u, 1 / step);
        gap -= step;
    }
}

/* The sum for x from 0 to 1; gap is 1 - x. */
static double up_to_one(const jet_shape *s, terms *t, double gap, double *v, summary *y)
{
    const double start = 0.25; /* 1 - x from which on it is continued */
    if (gap >= start)
        return add_terms(s, t, v, 0, y);
    double slope[MOST];
    t->x = 1 - start;
    add_terms(s, t, v, slope, y);
    double before = v[s->n - 1];
    continue_to(s, t, start, gap, v, slope);
    y->size *= jk_fabs_f64(v[s->n - 1] / before);
    return v[s->n - 1];
}

/* At x = 1: gamma(c) gamma(c - a - b) / (gamma(c - a) gamma(c - b)). */
static double at_one(double a, double b, double c)
{
    double d = c - a - b;
    if (!(d > 0))
        return JK_INF_F64;
    if (is_count(c - a) || is_count(c - b))
        return 0;
    return jk_gamma_f64(c) / jk_gamma_f64(c - a) * (jk_gamma_f64(d) / jk_gamma_f64(c - b));
}

double jac_host_hyp2f1(double a, double b, double c, double x, double by_a, double by_b,
                       double by_c, double by_x)
{
    if (a != a || b != b || c != c || x != x)
        return JK_NAN_F64;
    int order[PARAMETERS] = {(int)by_a, (int)by_b, (int)by_c};
    int plain = !order[0] && !order[1] && !order[2], ends = is_count(a) || is_count(b);
    if (plain && by_x == 0) {
        if (x == 0 || ((a == 0 || b == 0) && c != 0))
            return 1;
        int stops = (is_count(a) && a >= c) || (is_count(b) && b >= c);
        if ((is_count(c) && !stops) || (x > 1 && !ends))
            return JK_INF_F64;
    }
    terms t = {.upper = {{a, {1, 0, 0}}, {b, {0, 1, 0}}}, .nupper = 2, .lower = {c, {0, 0, 1}}, .x = x};
    jet_shape s = shape_of(order);
    double v[MOST], w[MOST];
    summary of_v = {0, 0}, of_w;
    factors(&s, &t, (int)by_x, v);
    for (int p = 0; p < s.n; p++)
        w[p] = v[p];
    ends = plain && (is_count(t.upper[0].value) || is_count(t.upper[1].value));
    if (x >= 1 && !ends)
        return x > 1 || !plain
                   ? JK_NAN_F64
                   : v[0] * at_one(t.upper[0].value, t.upper[1].value, t.lower.value);
    if (ends || (x >= 0 && x <= 0.75)) {
        add_terms(&s, &t, v, 0, &of_v);
        return times_power(derivative(&s, v), of_v.shift, 0);
    }
    if (x > 0) {
        up_to_one(&s, &t, 1 - x, v, &of_v);
        return times_power(derivative(&s, v), of_v.shift, 0);
    }
    double direct = 0;
    if (x > -0.75) {
        direct = add_terms(&s, &t, v, 0, &of_v);
        if (of_v.size <= 8 * jk_fabs_f64(direct))
            return times_power(derivative(&s, v), of_v.shift, 0);
    }
    /* Pfaff: 2F1(a, b; c; x) = (1 - x)^-a 2F1(a, c - b; c; x / (x - 1)) */
    double log = jk_log1p_f64(-x), power = jk_pow_f64(1 - x, -t.upper[0].value);
    times_exp(&s, w, 0, -log);
    scale(&s, w, power);
    terms other = t;
    other.upper[1] = less(t.lower, t.upper[1]);
    other.x = x / (x - 1);
    double turned = up_to_one(&s, &other, 1 / (1 - x), w, &of_w);
    if (x > -0.75 && better(direct, &of_v, turned, &of_w))
        return times_power(derivative(&s, v), of_v.shift, 0);
    return times_power(derivative(&s, w), of_w.shift, 0);
}

/* Distributions of one real number, as functions of z in their support.
 *
 * In the tails they are computed so that no digits are lost: a small probability is never 1 minus a
 * large one.
 */
#include "runtime/stats/stats.h"

static jac negated(st_function f, jac z, const jac *shape)
{
    return f(jac_neg(z), shape);
}

/* ---- norm ------------------------------------------------------------------------------------------- */

static jac norm_logpdf(jac z, const jac *shape)
{
    (void)shape;
    return jac_mul(jac_add(jac_square(z), log(2 * M_PI)), -0.5);
}

static jac norm_cdf(jac z, const jac *shape)
{
    (void)shape;
    return jac_ndtr(z);
}

static jac norm_logcdf(jac z, const jac *shape)
{
    (void)shape;
    return jac_log_ndtr(z);
}

static jac norm_sf(jac z, const jac *shape)
{
    return negated(norm_cdf, z, shape);
}

static jac norm_logsf(jac z, const jac *shape)
{
    return negated(norm_logcdf, z, shape);
}

static jac norm_ppf(jac q, const jac *shape)
{
    (void)shape;
    return jac_ndtri(q);
}

static jac norm_isf(jac q, const jac *shape)
{
    (void)shape;
    return jac_neg(jac_ndtri(q));
}

/* ---- cauchy ------------------------------------------------------------------------------------------ */

static jac cauchy_logpdf(jac z, const jac *shape)
{
    (void)shape;
    /* log(1 + z^2), where the square may be infinite */
    jac large = jac_gt(jac_abs(z), 1e10), r = st_where(large, z, 0);
    jac tail = jac_mul(2, jac_log(jac_abs(jac_where(large, z, 1.0))));
    return jac_sub(-log(M_PI), jac_where(large, tail, jac_log1p(jac_square(r))));
}

static jac cauchy_cdf(jac z, const jac *shape)
{
    (void)shape;
    return jac_div(jac_atan2(1, jac_neg(z)), M_PI);
}

static jac cauchy_sf(jac z, const jac *shape)
{
    return negated(cauchy_cdf, z, shape);
}

static jac cauchy_logcdf(jac z, const jac *shape)
{
    jac right = jac_gt(z, 0), left = jac_log(cauchy_cdf(jac_where(right, -1.0, z), shape));
    return jac_where(
        right, jac_log1p(jac_neg(cauchy_sf(st_where(jac_logical_not(right), z, 1), shape))), left);
}

static jac cauchy_logsf(jac z, const jac *shape)
{
    return negated(cauchy_logcdf, z, shape);
}

/* tan(pi (q - 1/2)), near the ends by the cotangent of the distance from the end. */
static jac cauchy_ppf(jac q, const jac *shape)
{
    (void)shape;
    jac c = jac_sub(q, 0.5), middle = jac_lt(jac_abs(c), 0.25);
    jac end = jac_minimum(q, jac_sub(1, q)), sign = jac_where(jac_lt(c, 0), -1.0, 1.0);
    jac far = jac_div(sign, jac_tan(jac_mul(M_PI, jac_where(middle, 0.25, end))));
    return jac_where(middle, jac_tan(jac_mul(M_PI, jac_where(middle, c, 0.0))), far);
}

static jac cauchy_isf(jac q, const jac *shape)
{
    return jac_neg(cauchy_ppf(q, shape));
}

/* ---- laplace, logistic ------------------------------------------------------------------------------- */

static jac laplace_logpdf(jac z, const jac *shape)
{
    (void)shape;
    return jac_sub(-M_LN2, jac_abs(z));
}

static jac laplace_cdf(jac z, const jac *shape)
{
    (void)shape;
    jac half = jac_mul(0.5, jac_exp(jac_neg(jac_abs(z))));
    return jac_where(jac_le(z, 0), half, jac_sub(1, half));
}

static jac logistic_logpdf(jac z, const jac *shape)
{
    (void)shape;
    jac half = jac_mul(0.5, z);
    return jac_mul(-2, jac_logaddexp(half, jac_neg(half)));
}

static jac logistic_cdf(jac z, const jac *shape)
{
    (void)shape;
    return jac_sigmoid(z);
}

static jac logistic_sf(jac z, const jac *shape)
{
    return negated(logistic_cdf, z, shape);
}

static jac logistic_ppf(jac q, const jac *shape)
{
    (void)shape;
    return jac_logit(q);
}

static jac logistic_isf(jac q, const jac *shape)
{
    (void)shape;
    return jac_neg(jac_logit(q));
}

/* ---- gumbel_l, gumbel_r: one is the other's mirror image -------------------------------------------------- */

static jac left_logpdf(jac z, const jac *shape)
{
    (void)shape;
    return jac_sub(z, jac_exp(z));
}

static jac left_logsf(jac z, const jac *shape)
{
    (void)shape;
    return jac_neg(jac_exp(z));
}

static jac left_cdf(jac z, const jac *shape)
{
    return jac_neg(jac_expm1(left_logsf(z, shape)));
}

static jac left_logcdf(jac z, const jac *shape)
{
    (void)shape;
    return st_log1mexp(jac_exp(z));
}

static jac left_ppf(jac q, const jac *shape)
{
    (void)shape;
    return jac_log(jac_neg(jac_log1p(jac_neg(q))));
}

static jac right_logpdf(jac z, const jac *shape)
{
    return negated(left_logpdf, z, shape);
}

static jac right_logcdf(jac z, const jac *shape)
{
    return negated(left_logsf, z, shape);
}

static jac right_sf(jac z, const jac *shape)
{
    return negated(left_cdf, z, shape);
}

static jac right_logsf(jac z, const jac *shape)
{
    return negated(left_logcdf, z, shape);
}

static jac right_ppf(jac q, const jac *shape)
{
    (void)shape;
    return jac_neg(jac_log(jac_neg(jac_log(q))));
}

/* ---- uniform, expon, pareto ---------------------------------------------------------------------------- */

static jac uniform_logpdf(jac z, const jac *shape)
{
    (void)shape;
    return jac_mul(0, z);
}

static jac uniform_cdf(jac z, const jac *shape)
{
    (void)shape;
    return z;
}

static jac expon_logpdf(jac z, const jac *shape)
{
    (void)shape;
    return jac_neg(z);
}

static jac expon_cdf(jac z, const jac *shape)
{
    (void)shape;
    return jac_neg(jac_expm1(jac_neg(z)));
}

static jac expon_logcdf(jac z, const jac *shape)
{
    (void)shape;
    return st_log1mexp(z);
}

static jac expon_ppf(jac q, const jac *shape)
{
    (void)shape;
    return jac_neg(jac_log1p(jac_neg(q)));
}

static jac pareto_logpdf(jac z, const jac *shape)
{
    jac b = shape[0];
    return jac_sub(jac_log(b), jac_mul(jac_add(b, 1), jac_log(z)));
}

static jac pareto_logsf(jac z, const jac *shape)
{
    return jac_neg(jac_mul(shape[0], jac_log(z)));
}

static jac pareto_cdf(jac z, const jac *shape)
{
    return jac_neg(jac_expm1(pareto_logsf(z, shape)));
}

static jac pareto_logcdf(jac z, const jac *shape)
{
    return st_log1mexp(jac_neg(pareto_logsf(z, shape)));
}

static jac pareto_ppf(jac q, const jac *shape)
{
    return jac_exp(jac_div(expon_ppf(q, NULL), shape[0]));
}

/* ---- gamma, chi2, beta ----------------------------------------------------------------------------------- */

static jac gamma_logpdf(jac z, const jac *shape)
{
    jac a = shape[0];
    return jac_sub(jac_sub(st_xlogy(jac_sub(a, 1), z), z), jac_lgamma(a));
}

static jac gamma_cdf(jac z, const jac *shape)
{
    return jac_igamma(shape[0], z);
}

static jac gamma_sf(jac z, const jac *shape)
{
    return jac_igammac(shape[0], z);
}

static jac chi2_logpdf(jac z, const jac *shape)
{
    jac a = jac_mul(0.5, shape[0]), half = jac_mul(0.5, z);
    return jac_sub(gamma_logpdf(half, &a), M_LN2);
}

static jac chi2_cdf(jac z, const jac *shape)
{
    jac a = jac_mul(0.5, shape[0]);
    return gamma_cdf(jac_mul(0.5, z), &a);
}

static jac chi2_sf(jac z, const jac *shape)
{
    jac a = jac_mul(0.5, shape[0]);
    return gamma_sf(jac_mul(0.5, z), &a);
}

static jac beta_logpdf(jac z, const jac *shape)
{
    jac a = shape[0], b = shape[1];
    jac bad = jac_logical_or(jac_le(a, 0), jac_le(b, 0));
    jac powers = jac_add(st_xlogy(jac_sub(a, 1), z), st_xlog1py(jac_sub(b, 1), jac_neg(z)));
    return st_where(bad, jac_sub(powers, jac_betaln(st_where(bad, a, 1), st_where(bad, b, 1))),
                    NAN);
}

static jac beta_cdf(jac z, const jac *shape)
{
    return jac_betainc(shape[0], shape[1], z);
}

static jac beta_sf(jac z, const jac *shape)
{
    return jac_betainc(shape[1], shape[0], jac_sub(1, z));
}

/* ---- t, gennorm ------------------------------------------------------------------------------------------ */

static jac t_logpdf(jac z, const jac *shape)
{
    jac df = shape[0], half = jac_mul(0.5, df), above = jac_add(half, 0.5);
    jac norm = jac_sub(jac_add(jac_lgamma(half), jac_mul(0.5, jac_log(jac_mul(M_PI, df)))),
                       jac_lgamma(above));
    return jac_neg(jac_add(norm, jac_mul(above, jac_log1p(jac_div(jac_square(z), df)))));
}

static jac gennorm_logpdf(jac z, const jac *shape)
{
    jac beta = shape[0];
    jac norm = jac_sub(jac_log(jac_mul(0.5, beta)), jac_lgamma(jac_div(1, beta)));
    return jac_sub(norm, jac_power(jac_abs(z), beta));
}

static jac gennorm_cdf(jac z, const jac *shape)
{
    jac a = jac_div(1, shape[0]), y = jac_power(jac_abs(z), shape[0]);
    jac tail = jac_mul(0.5, jac_igammac(a, y));
    return jac_where(jac_le(z, 0), tail, jac_sub(1, tail));
}

/* ---- truncnorm --------------------------------------------------------------------------------------------- */

/* log(exp(x) - exp(y)) for x >= y. */
static jac log_difference(jac x, jac y)
{
    jac none = jac_le(x, y), nothing = jac_eq(y, -INFINITY), plain = jac_logical_or(none, nothing);
    jac drop = jac_sub(st_where(plain, x, 1), st_where(plain, y, 0));
    jac log = jac_add(st_where(none, x, 0), jac_where(plain, 0.0, st_log1mexp(drop)));
    return st_where(none, log, -INFINITY);
}

/* The logarithm of norm's probability from a to b. In the right tail it is that of the mirror
 * image. */
static jac log_mass(jac a, jac b)
{
    jac right = jac_gt(a, 0);
    jac low = jac_where(right, jac_neg(b), a), high = jac_where(right, jac_neg(a), b);
    jac central = jac_logical_and(jac_lt(low, 0), jac_gt(high, 0));
    jac tails = log_difference(jac_log_ndtr(st_where(central, high, -1)),
                               jac_log_ndtr(st_where(central, low, -2)));
    jac l = jac_where(central, low, -1.0), h = jac_where(central, high, 1.0);
    jac middle = jac_log1p(jac_neg(jac_add(jac_ndtr(l), jac_ndtr(jac_neg(h)))));
    return jac_where(central, middle, tails);
}

/* z moved into [a, b], and 0 where there are no such numbers. */
static jac between(jac z, jac a, jac b, jac below, jac above)
{
    return jac_where(below, a, jac_where(above, b, z));
}

typedef struct {
    jac a, b, z, below, above, bad;
} truncation;

static truncation truncated(jac z, const jac *shape)
{
    truncation t = {.bad = jac_ge(shape[0], shape[1])};
    t.a = st_where(t.bad, shape[0], -1);
    t.b = st_where(t.bad, shape[1], 1);
    t.below = jac_lt(z, t.a);
    t.above = jac_gt(z, t.b);
    t.z = between(z, jac_stop_gradient(t.a), jac_stop_gradient(t.b), t.below, t.above);
    return t;
}

static jac truncnorm_logpdf(jac z, const jac *shape)
{
    truncation t = truncated(z, shape);
    jac out = jac_logical_or(t.below, t.above);
    jac y = jac_sub(norm_logpdf(jac_where(out, 0.0, t.z), NULL), log_mass(t.a, t.b));
    return st_where(t.bad, st_where(out, y, -INFINITY), NAN);
}

static jac truncnorm_logcdf(jac z, const jac *shape)
{
    truncation t = truncated(z, shape);
    jac start = jac_le(t.z, t.a), end = jac_ge(t.z, t.b), ends = jac_logical_or(start, end);
    jac all = log_mass(t.a, t.b);
    /* a point inside where z is at an end, which is not computed there */
    jac in = jac_where(
        ends,
        jac_stop_gradient(jac_mul(0.5, jac_add(jac_maximum(t.a, -9.0), jac_minimum(t.b, 9.0)))),
        t.z);
    jac cdf = jac_sub(log_mass(t.a, in), all), sf = jac_sub(log_mass(in, t.b), all);
    jac most = jac_logical_and(jac_gt(cdf, -0.1), jac_lt(sf, 0));
    jac y = jac_where(most, st_log1mexp(jac_neg(st_where(jac_logical_not(most), sf, -1))), cdf);
    y = st_where(start, y, -INFINITY);
    return st_where(t.bad, st_where(end, y, 0), NAN);
}

static jac truncnorm_logsf(jac z, const jac *shape)
{
    return truncnorm_logcdf(jac_neg(z), (jac[]){jac_neg(shape[1]), jac_neg(shape[0])});
}

/* ---- angles ------------------------------------------------------------------------------------------------- */

static jac vonmises_logpdf(jac x, const jac *shape)
{
    jac bad = jac_logical_not(jac_gt(shape[0], 0)), kappa = st_where(bad, shape[0], 1);
    /* cos(x) - 1 without cancellation */
    jac drop = jac_mul(-2, jac_square(jac_sin(jac_mul(0.5, x))));
    jac norm = jac_log(jac_mul(2 * M_PI, jac_i0e(kappa)));
    return st_where(bad, jac_sub(jac_mul(kappa, drop), norm), NAN);
}

static jac wrapcauchy_logpdf(jac x, const jac *shape)
{
    jac good = jac_logical_and(jac_gt(shape[0], 0), jac_lt(shape[0], 1));
    jac c = jac_where(good, shape[0], 0.5);
    /* 1 + c^2 - 2 c cos(x) without cancellation */
    jac from = jac_add(jac_square(jac_sub(1, c)),
                       jac_mul(jac_mul(4, c), jac_square(jac_sin(jac_mul(0.5, x)))));
    jac y = jac_sub(jac_sub(jac_log(jac_mul(jac_sub(1, c), jac_add(1, c))), log(2 * M_PI)),
                    jac_log(from));
    return jac_where(good, y, NAN);
}

/* ---- the table ------------------------------------------------------------------------------------------------ */

#define EVERYWHERE    -INFINITY, INFINITY, 0
#define FROM(low, in) low, INFINITY, in
#define ALL           "logpdf pdf cdf logcdf sf logsf"

// clang-format off
const st_distribution st_continuous[] = {
    {"norm", 0, ST_LOC_AND_SCALE, false, false, EVERYWHERE,
     {[ST_LOGPDF] = norm_logpdf, [ST_CDF] = norm_cdf, [ST_LOGCDF] = norm_logcdf, [ST_SF] = norm_sf,
      [ST_LOGSF] = norm_logsf, [ST_PPF] = norm_ppf, [ST_ISF] = norm_isf}, ALL " ppf isf"},
    {"cauchy", 0, ST_LOC_AND_SCALE, false, false, EVERYWHERE,
     {[ST_LOGPDF] = cauchy_logpdf, [ST_CDF] = cauchy_cdf, [ST_LOGCDF] = cauchy_logcdf, [ST_SF] = cauchy_sf,
      [ST_LOGSF] = cauchy_logsf, [ST_PPF] = cauchy_ppf, [ST_ISF] = cauchy_isf}, ALL " ppf isf"},
    {"laplace", 0, ST_LOC_AND_SCALE, false, false, EVERYWHERE,
     {[ST_LOGPDF] = laplace_logpdf, [ST_CDF] = laplace_cdf}, "logpdf pdf cdf"},
    {"logistic", 0, ST_LOC_AND_SCALE, false, false, EVERYWHERE,
     {[ST_LOGPDF] = logistic_logpdf, [ST_CDF] = logistic_cdf, [ST_SF] = logistic_sf, [ST_PPF] = logistic_ppf,
      [ST_ISF] = logistic_isf}, "logpdf pdf cdf sf ppf isf"},
    {"gumbel_l", 0, ST_LOC_AND_SCALE, false, true, EVERYWHERE,
     {[ST_LOGPDF] = left_logpdf, [ST_CDF] = left_cdf, [ST_LOGCDF] = left_logcdf, [ST_LOGSF] = left_logsf,
      [ST_PPF] = left_ppf}, ALL " ppf"},
    {"gumbel_r", 0, ST_LOC_AND_SCALE, false, true, EVERYWHERE,
     {[ST_LOGPDF] = right_logpdf, [ST_LOGCDF] = right_logcdf, [ST_SF] = right_sf, [ST_LOGSF] = right_logsf,
      [ST_PPF] = right_ppf}, ALL " ppf"},
    {"uniform", 0, ST_LOC_AND_SCALE, false, false, 0, 1, 0.5,
     {[ST_LOGPDF] = uniform_logpdf, [ST_CDF] = uniform_cdf, [ST_PPF] = uniform_cdf}, "logpdf pdf cdf ppf"},
    {"expon", 0, ST_LOC_AND_SCALE, false, false, FROM(0, 1),
     {[ST_LOGPDF] = expon_logpdf, [ST_CDF] = expon_cdf, [ST_LOGCDF] = expon_logcdf, [ST_LOGSF] = expon_logpdf,
      [ST_PPF] = expon_ppf}, ALL " ppf"},
    {"pareto", 1, ST_LOC_AND_SCALE, false, false, FROM(1, 2),
     {[ST_LOGPDF] = pareto_logpdf, [ST_CDF] = pareto_cdf, [ST_LOGCDF] = pareto_logcdf,
      [ST_LOGSF] = pareto_logsf, [ST_PPF] = pareto_ppf}, ALL " ppf"},
    {"gamma", 1, ST_LOC_AND_SCALE, false, false, FROM(0, 1),
     {[ST_LOGPDF] = gamma_logpdf, [ST_CDF] = gamma_cdf, [ST_SF] = gamma_sf}, ALL},
    {"chi2", 1, ST_LOC_AND_SCALE, false, false, FROM(0, 1),
     {[ST_LOGPDF] = chi2_logpdf, [ST_CDF] = chi2_cdf, [ST_SF] = chi2_sf}, ALL},
    {"beta", 2, ST_LOC_AND_SCALE, false, true, 0, 1, 0.5,
     {[ST_LOGPDF] = beta_logpdf, [ST_CDF] = beta_cdf, [ST_SF] = beta_sf}, ALL},
    {"t", 1, ST_LOC_AND_SCALE, false, false, EVERYWHERE, {[ST_LOGPDF] = t_logpdf}, "logpdf pdf"},
    {"truncnorm", 2, ST_LOC_AND_SCALE, false, false, EVERYWHERE,
     {[ST_LOGPDF] = truncnorm_logpdf, [ST_LOGCDF] = truncnorm_logcdf, [ST_LOGSF] = truncnorm_logsf}, ALL},
    {"gennorm", 1, ST_NEITHER, false, false, EVERYWHERE,
     {[ST_LOGPDF] = gennorm_logpdf, [ST_CDF] = gennorm_cdf}, "logpdf pdf cdf"},
    {"vonmises", 1, ST_NEITHER, false, false, EVERYWHERE, {[ST_LOGPDF] = vonmises_logpdf}, "logpdf pdf"},
    {"wrapcauchy", 1, ST_NEITHER, false, false, 0, 2 * M_PI, 1,
     {[ST_LOGPDF] = wrapcauchy_logpdf}, "logpdf pdf"},
    {.name = NULL},
};
// clang-format on

/* Distributions of one integer, as functions of k - loc. */
#include "runtime/stats/stats.h"

static jac or3(jac a, jac b, jac c)
{
    return jac_logical_or(a, jac_logical_or(b, c));
}

/* ---- bernoulli, binom, betabinom --------------------------------------------------------------------- */

static jac bernoulli_logpmf(jac k, const jac *shape)
{
    jac p = shape[0], out = jac_logical_or(jac_lt(k, 0), jac_gt(k, 1));
    jac in = st_where(out, k, 0);
    jac y = jac_add(jac_xlogy(in, p), jac_xlog1py(jac_sub(1, in), jac_neg(p)));
    return st_where(out, y, -INFINITY);
}

/* Is p not a probability? */
static jac no_probability(jac p)
{
    return or3(jac_lt(p, 0), jac_gt(p, 1), jac_isnan(p));
}

static jac bernoulli_cdf(jac k, const jac *shape)
{
    jac p = shape[0], bad = jac_logical_or(no_probability(p), jac_isnan(k));
    jac y = jac_where(jac_lt(k, 0), 0.0, jac_where(jac_lt(k, 1), jac_sub(1, p), 1.0));
    return st_where(bad, y, NAN);
}

static jac bernoulli_ppf(jac q, const jac *shape)
{
    jac p = shape[0], bad = jac_logical_or(no_probability(p), jac_isnan(q));
    return st_where(bad, jac_where(jac_le(q, jac_sub(1, p)), jac_mul(0, q), 1.0), NAN);
}

static jac binom_logpmf(jac k, const jac *shape)
{
    jac n = shape[0], p = shape[1];
    jac in = jac_logical_and(jac_ge(k, 0), jac_lt(k, jac_add(n, 1)));
    jac most = jac_where(in, n, 1.0), y = jac_where(in, k, 0.0), rest = jac_sub(most, y);
    jac ways = jac_sub(jac_lgamma(jac_add(most, 1)),
                       jac_add(jac_lgamma(jac_add(y, 1)), jac_lgamma(jac_add(rest, 1))));
    jac powers = jac_add(jac_xlogy(y, p), jac_xlog1py(rest, jac_neg(p)));
    return jac_where(in, jac_add(ways, powers), -INFINITY);
}

static jac betabinom_logpmf(jac k, const jac *shape)
{
    jac bad = or3(jac_lt(shape[0], 0), jac_le(shape[1], 0), jac_le(shape[2], 0));
    jac n = st_where(bad, shape[0], 1), a = st_where(bad, shape[1], 1),
        b = st_where(bad, shape[2], 1);
    jac y = jac_floor(k), out = jac_logical_or(jac_lt(y, 0), jac_gt(y, n));
    y = st_where(out, y, 0);
    jac rest = jac_sub(n, y);
    jac ways = jac_add(jac_log1p(n), jac_betaln(jac_add(rest, 1), jac_add(y, 1)));
    jac chance = jac_sub(jac_betaln(jac_add(y, a), jac_add(rest, b)), jac_betaln(a, b));
    return st_where(bad, st_where(out, jac_sub(chance, ways), -INFINITY), NAN);
}

/* ---- geom, nbinom, poisson ------------------------------------------------------------------------------ */

static jac geom_logpmf(jac k, const jac *shape)
{
    jac p = shape[0], out = jac_le(k, 0), before = jac_sub(st_where(out, k, 1), 1);
    return st_where(out, jac_add(jac_xlog1py(before, jac_neg(p)), jac_log(p)), -INFINITY);
}

static jac nbinom_logpmf(jac k, const jac *shape)
{
    jac n = shape[0], p = shape[1], out = jac_lt(k, 0), y = st_where(out, k, 0);
    jac ways =
        jac_sub(jac_sub(jac_lgamma(jac_add(y, n)), jac_lgamma(n)), jac_lgamma(jac_add(y, 1)));
    jac powers = jac_add(jac_xlogy(n, p), jac_xlog1py(y, jac_neg(p)));
    return st_where(out, jac_add(ways, powers), -INFINITY);
}

static jac poisson_logpmf(jac k, const jac *shape)
{
    jac mu = shape[0], out = jac_logical_or(jac_lt(k, 0), jac_ne(jac_round(k), k));
    jac y = st_where(out, k, 0);
    jac log = jac_sub(jac_sub(jac_xlogy(y, mu), jac_lgamma(jac_add(y, 1))), mu);
    return st_where(out, log, -INFINITY);
}

static jac poisson_cdf(jac k, const jac *shape)
{
    jac out = jac_lt(k, 0), y = st_where(out, k, 0);
    return st_where(out, jac_igammac(jac_floor(jac_add(y, 1)), shape[0]), 0);
}

/* The sum of -p log(p) over the first `terms` integers; the others are of no weight. */
static jac sum_of_entropy(jac mu, int terms)
{
    jac k = jac_arange(terms);
    jac p =
        jac_exp(poisson_logpmf(jac_astype(k, jac_dtype_of(mu)), (jac[]){jac_expand_dims(mu, -1)}));
    return jac_sum(jac_entr(p), -1);
}

/* By the sum while mu is small, and by an asymptotic series when it is large, as in JAX. */
static jac poisson_entropy(jac k, const jac *shape)
{
    (void)k;
    enum { SMALL = 35, MEDIUM = 250 };
    jac mu = shape[0], tiny = jac_lt(mu, 10), large = jac_ge(mu, 100);
    jac zero = jac_eq(mu, 0), medium = jac_logical_not(jac_logical_or(tiny, large));
    jac far = jac_where(large, mu, 100.0);
    jac series =
        jac_sub(jac_mul(0.5, jac_log(jac_mul(2 * M_PI * M_E, far))), jac_div(1, jac_mul(12, far)));
    jac first = jac_logical_and(tiny, jac_logical_not(zero));
    jac y = jac_where(medium, sum_of_entropy(jac_where(medium, mu, 50.0), MEDIUM), series);
    y = jac_where(tiny, sum_of_entropy(jac_where(first, mu, 1.0), SMALL), y);
    return st_where(jac_isnan(mu), st_where(zero, y, 0), NAN);
}

/* ---- the table --------------------------------------------------------------------------------------------- */

#define EVERYWHERE             -INFINITY, INFINITY, 0
#define DISCRETE(name, shapes) name, shapes, ST_LOC, true, false, EVERYWHERE

// clang-format off
const st_distribution st_discrete[] = {
    {DISCRETE("bernoulli", 1), {[ST_LOGPDF] = bernoulli_logpmf, [ST_CDF] = bernoulli_cdf, [ST_PPF] = bernoulli_ppf},
     "logpmf pmf cdf ppf"},
    {DISCRETE("binom", 2), {[ST_LOGPDF] = binom_logpmf}, "logpmf pmf"},
    {DISCRETE("betabinom", 3), {[ST_LOGPDF] = betabinom_logpmf}, "logpmf pmf"},
    {DISCRETE("geom", 1), {[ST_LOGPDF] = geom_logpmf}, "logpmf pmf"},
    {DISCRETE("nbinom", 2), {[ST_LOGPDF] = nbinom_logpmf}, "logpmf pmf"},
    {DISCRETE("poisson", 1), {[ST_LOGPDF] = poisson_logpmf, [ST_CDF] = poisson_cdf, [ST_ENTROPY] = poisson_entropy},
     "logpmf pmf cdf entropy"},
    {.name = NULL},
};
// clang-format on

/* jac_gaussian_kde and what is done with it. */
#include <string.h>

#include "ops/ops.h"
#include "runtime/stats/stats.h"

/* ---- the estimate ---------------------------------------------------------------------------------- */

/* A vector as a matrix of one row. */
static bool as_columns(const char *what, const char *role, jac *x, ir_type *t)
{
    if (!np_are_handles(1, x) || !rt_promote(1, x, true) || !rt_type_of(*x, t))
        return false;
    if (t->rank > 2 || ir_is_complex(t->dtype))
        return ir_fail("%s: %s must be real numbers or columns of them, but is %s", what, role,
                       ir_type_tmp(t));
    while (t->rank < 2 && jac_ok(*x)) {
        *x = jac_expand_dims(*x, 0);
        if (!rt_type_of(*x, t))
            return false;
    }
    return jac_ok(*x);
}

static jac factor(const jac_kde_opts *o, jac neff, double d)
{
    if (o->bandwidth > 0)
        return jac_of_f64(o->bandwidth);
    bool silverman = o->bw_method && !strcmp(o->bw_method, "silverman");
    return jac_power(silverman ? jac_mul(neff, (d + 2) / 4) : neff, -1 / (d + 4));
}

static bool check_options(const jac_kde_opts *o)
{
    if (o->bw_method && strcmp(o->bw_method, "scott") && strcmp(o->bw_method, "silverman"))
        return ir_fail("gaussian_kde: .bw_method must be \"scott\" or \"silverman\", but is \"%s\"",
                       o->bw_method);
    return o->bandwidth >= 0 ||
           ir_fail("gaussian_kde: .bandwidth must be positive, but is %g", o->bandwidth);
}

/* The weights of n points, which add up to 1. */
static jac weights_of(jac given, int64_t n, jac dataset)
{
    ir_type t;
    if (!jac_ok(given))
        return jac_mul(jac_full(JAC_SHAPE(n), 1.0 / (double)n),
                       jac_astype(1.0, jac_dtype_of(dataset)));
    if (!rt_type_of(given, &t))
        return JAC_NULL;
    if (t.rank != 1 || t.dim[0] != n) {
        ir_fail("gaussian_kde: .weights must be a vector of %lld, but is %s", (long long)n,
                ir_type_tmp(&t));
        return JAC_NULL;
    }
    return jac_div(given, jac_sum(given));
}

jac_kde jac_gaussian_kde_(const jac_loc *at, jac dataset, jac_kde_opts o)
{
    unsigned m = rt_begin(at);
    jac_kde k = {0};
    ir_type t;
    bool ok = check_options(&o) && as_columns("gaussian_kde", "dataset", &dataset, &t);
    if (ok && ir_type_count(&t) < 2)
        ok =
            ir_fail("gaussian_kde: dataset must have several elements, but is %s", ir_type_tmp(&t));
    jac both[] = {dataset, o.weights};
    ok = ok && rt_promote(jac_ok(o.weights) ? 2 : 1, both, true);
    if (ok) {
        k.dataset = both[0];
        k.weights = weights_of(both[1], t.dim[1], both[0]);
        jac squares = jac_sum(jac_square(k.weights));
        k.neff = jac_div(1, squares);
        jac mean = jac_matmul(k.dataset, jac_expand_dims(k.weights, -1));
        jac off = jac_sub(k.dataset, mean);
        jac cov =
            jac_div(jac_matmul(jac_mul(off, k.weights), jac_transpose(off)), jac_sub(1, squares));
        jac f = jac_square(factor(&o, k.neff, (double)t.dim[0]));
        k.covariance = jac_mul(cov, f);
        k.inv_cov = jac_div(jac_inv(cov), f);
    }
    enum { LEAVES = sizeof k / sizeof(jac) };
    jac out[LEAVES];
    memcpy(out, &k, sizeof k);
    for (int j = 0; j < LEAVES; j++)
        ok = ok && jac_ok(out[j]);
    ok = rt_end_tree(m, ok ? LEAVES : 0, out) && ok;
    if (ok)
        memcpy(&k, out, sizeof k);
    return ok ? k : (jac_kde){0};
}

/* ---- what is done with it ------------------------------------------------------------------------------- */

/* Gets d, the number of coordinates, and n, that of points. */
static bool sizes(const jac_kde *k, int64_t *d, int64_t *n)
{
    const jac *leaf = (const jac *)k;
    ir_type t;
    for (size_t j = 0; j < sizeof *k / sizeof *leaf; j++)
        if (rt_no_handle(leaf[j]))
            return ir_fail("%sa part of the estimate %s", rt_entered(), rt_no_handle(leaf[j]));
    if (!rt_type_of(k->dataset, &t))
        return false;
    if (t.rank != 2)
        return ir_fail("%sthe dataset of the estimate must be a matrix, but is %s", rt_entered(),
                       ir_type_tmp(&t));
    *d = t.dim[0];
    *n = t.dim[1];
    return true;
}

/* The points, one in each column; a vector of d coordinates is one point. */
static bool read_points(const char *function, jac *points, int64_t d)
{
    ir_type t;
    if (!as_columns(function, "points", points, &t))
        return false;
    if (t.dim[0] == 1 && t.dim[1] == d && d > 1)
        *points = jac_transpose(*points);
    else if (t.dim[0] != d)
        return ir_fail("%s: points have %lld coordinates, but the dataset has %lld", function,
                       (long long)t.dim[0], (long long)d);
    return jac_ok(*points);
}

jac jac_kde_at_(const jac_loc *at, const char *function, jac_kde k, jac points)
{
    unsigned m = rt_begin_as(at, function);
    int64_t d, n;
    if (!sizes(&k, &d, &n) || !read_points(function, &points, d))
        return rt_end(m, JAC_NULL);
    jac whitening = jac_cholesky(k.inv_cov);
    jac about = jac_matmul(jac_transpose(k.dataset), whitening);
    jac x = jac_matmul(jac_transpose(points), whitening);
    jac norm = jac_sub(st_log_diagonal(whitening, d), 0.5 * (double)d * log(2 * M_PI));
    jac off = jac_sub(jac_expand_dims(x, 1), jac_expand_dims(about, 0));
    jac log = jac_sub(norm, jac_mul(0.5, jac_sum(jac_square(off), -1)));
    if (!strcmp(function, "kde_logpdf"))
        return rt_end(m, jac_logsumexp(jac_add(log, jac_log(k.weights)), -1));
    return rt_end(m, jac_sum(jac_mul(jac_exp(log), k.weights), -1));
}

jac jac_kde_integrate_box_1d_(const jac_loc *at, jac_kde k, jac low, jac high)
{
    unsigned m = rt_begin(at);
    int64_t d, n;
    jac limits[] = {low, high};
    if (!sizes(&k, &d, &n) || !np_are_handles(2, limits))
        return rt_end(m, JAC_NULL);
    ir_type t;
    if (d != 1) {
        ir_fail("kde_integrate_box_1d: the points must be numbers, but have %lld coordinates",
                (long long)d);
        return rt_end(m, JAC_NULL);
    }
    for (int j = 0; j < 2; j++)
        if (!rt_type_of(limits[j], &t) || t.rank) {
            ir_fail("kde_integrate_box_1d: the limits must be scalars, but one is %s",
                    ir_type_tmp(&t));
            return rt_end(m, JAC_NULL);
        }
    jac sigma = jac_sqrt(jac_reshape(k.covariance, JAC_DIMS()));
    jac x = jac_reshape(k.dataset, JAC_SHAPE(n));
    jac a = jac_div(jac_sub(low, x), sigma), b = jac_div(jac_sub(high, x), sigma);
    return rt_end(m, jac_sum(jac_mul(k.weights, jac_sub(jac_ndtr(b), jac_ndtr(a)))));
}

/* The normal density with this covariance, of each row of x. */
static jac density(jac x, jac cov, int64_t d)
{
    jac l = jac_cholesky(cov);
    jac y = jac_solve_triangular(l, jac_transpose(x), .lower = true);
    jac norm = jac_sub(-0.5 * (double)d * log(2 * M_PI), st_log_diagonal(l, d));
    return jac_exp(jac_sub(norm, jac_mul(0.5, jac_sum(jac_square(y), 0))));
}

jac jac_kde_integrate_gaussian_(const jac_loc *at, jac_kde k, jac mean, jac cov)
{
    unsigned m = rt_begin(at);
    int64_t d, n;
    jac v[] = {mean, cov};
    ir_type t[2];
    if (!sizes(&k, &d, &n) || !np_are_handles(2, v) || !rt_promote(2, v, true) ||
        !rt_type_of(mean, &t[0]) || !rt_type_of(cov, &t[1]))
        return rt_end(m, JAC_NULL);
    if (ir_type_count(&t[0]) != d || ir_type_count(&t[1]) != d * d) {
        ir_fail(
            "kde_integrate_gaussian: the points have %lld coordinates, but mean is %s and cov %s",
            (long long)d, ir_type_tmp(&t[0]), ir_type_tmp(&t[1]));
        return rt_end(m, JAC_NULL);
    }
    jac off = jac_sub(jac_transpose(k.dataset), jac_reshape(v[0], JAC_SHAPE(1, d)));
    jac total = jac_add(k.covariance, jac_reshape(v[1], JAC_SHAPE(d, d)));
    return rt_end(m, jac_sum(jac_mul(k.weights, density(off, total, d))));
}

jac jac_kde_integrate_kde_(const jac_loc *at, jac_kde k, jac_kde other)
{
    unsigned m = rt_begin(at);
    int64_t d, n, e, l;
    if (!sizes(&k, &d, &n) || !sizes(&other, &e, &l))
        return rt_end(m, JAC_NULL);
    if (d != e) {
        ir_fail("kde_integrate_kde: the points have %lld and %lld coordinates", (long long)d,
                (long long)e);
        return rt_end(m, JAC_NULL);
    }
    jac a = jac_expand_dims(jac_transpose(k.dataset), 1);
    jac b = jac_expand_dims(jac_transpose(other.dataset), 0);
    jac off = jac_reshape(jac_sub(a, b), JAC_SHAPE(n * l, d));
    jac value =
        jac_reshape(density(off, jac_add(k.covariance, other.covariance), d), JAC_SHAPE(n, l));
    return rt_end(m,
                  jac_sum(jac_mul(jac_mul(value, jac_expand_dims(k.weights, -1)), other.weights)));
}

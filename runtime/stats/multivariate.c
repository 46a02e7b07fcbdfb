/* Distributions of vectors: Dirichlet, multinomial and normal. */
#include <string.h>

#include "ops/ops.h"
#include "runtime/stats/stats.h"

/* exp(y) for a pdf or a pmf, whose name does not have a log. */
static jac as_named(const char *function, jac y)
{
    return strstr(function, "_log") ? y : jac_exp(y);
}

/* Converts x[0..n) to one float dtype, and gets their types. */
static bool operands(const char *function, int n, jac *x, ir_type *t)
{
    bool ok = np_are_handles(n, x) && rt_promote(n, x, true);
    for (int k = 0; k < n && ok; k++)
        ok = rt_type_of(x[k], &t[k]) && np_is_real(function, &t[k]);
    return ok;
}

/* ---- dirichlet ------------------------------------------------------------------------------------- */

static jac dirichlet(jac x, jac alpha, int rank)
{
    jac out = jac_logical_not(jac_logical_and(jac_all(jac_gt(x, 0), 0),
                                              jac_lt(jac_abs(jac_sub(jac_sum(x, 0), 1)), 1e-6)));
    jac in = jac_where(jac_expand_dims(out, 0), 0.5, x);
    jac norm = jac_sub(jac_sum(jac_lgamma(alpha)), jac_lgamma(jac_sum(alpha)));
    int64_t axes[IR_MAX_RANK];
    for (int k = 1; k < rank; k++)
        axes[k - 1] = k;
    jac powers = np_expand_dims(jac_sub(alpha, 1), rank - 1, axes);
    jac y = jac_sub(jac_sum(jac_xlogy(powers, in), 0), norm);
    return st_where(out, y, -INFINITY);
}

jac jac_dirichlet_(const jac_loc *at, const char *function, jac x, jac alpha)
{
    unsigned m = rt_begin_as(at, function);
    jac v[] = {x, alpha};
    ir_type t[2];
    if (!operands(function, 2, v, t))
        return rt_end(m, JAC_NULL);
    int64_t n = t[1].dim[0], given = t[0].dim[0];
    if (t[1].rank != 1 || !t[0].rank || (given != n && given != n - 1)) {
        ir_fail(
            "%s: x must have as many entries along axis 0 as alpha, a vector, or one less; but x "
            "is %s and alpha %s",
            function, ir_type_tmp(&t[0]), ir_type_tmp(&t[1]));
        return rt_end(m, JAC_NULL);
    }
    if (given < n)
        v[0] = jac_concatenate(0, v[0], jac_sub(1, jac_expand_dims(jac_sum(v[0], 0), 0)));
    return rt_end(m, as_named(function, dirichlet(v[0], v[1], t[0].rank)));
}

/* ---- multinomial ------------------------------------------------------------------------------------ */

jac jac_multinomial_(const jac_loc *at, const char *function, jac x, jac n, jac p)
{
    unsigned m = rt_begin_as(at, function);
    ir_type t[3];
    jac v[] = {x, n, p};
    if (!np_are_handles(3, v) || !rt_type_of(x, &t[0]) || !rt_type_of(n, &t[1]))
        return rt_end(m, JAC_NULL);
    if (!ir_is_integer(t[0].dtype) || !ir_is_integer(t[1].dtype) || !t[0].rank) {
        ir_fail("%s: x must be an array of integers and n an integer, but they are %s and %s",
                function, ir_type_tmp(&t[0]), ir_type_tmp(&t[1]));
        return rt_end(m, JAC_NULL);
    }
    if (!operands(function, 1, &v[2], &t[2]))
        return rt_end(m, JAC_NULL);
    v[0] = rt_convert(v[0], t[2].dtype, false);
    v[1] = rt_convert(v[1], t[2].dtype, false);
    jac terms = jac_sub(jac_xlogy(v[0], v[2]), jac_lgamma(jac_add(v[0], 1)));
    jac y = jac_add(jac_lgamma(jac_add(v[1], 1)), jac_sum(terms, -1));
    jac fits = jac_eq(jac_sum(v[0], -1), v[1]);
    return rt_end(m, as_named(function, jac_where(fits, y, -INFINITY)));
}

/* ---- multivariate_normal -------------------------------------------------------------------------------- */

/* The logarithm of the density of x - mean = d, whose last axis has the size n, for a scalar
 * variance. */
static jac spherical(jac d, jac variance, double n, bool vector)
{
    jac square = vector ? jac_sum(jac_square(d), -1) : jac_square(d);
    jac norm = jac_mul(0.5 * n, jac_log(jac_mul(2 * M_PI, variance)));
    return jac_sub(jac_mul(-0.5, jac_div(square, variance)), norm);
}

static jac by_matrix(jac d, jac cov, double n)
{
    jac l = jac_cholesky(cov);
    jac y = jac_squeeze(jac_solve_triangular(l, jac_expand_dims(d, -1), .lower = true), -1);
    jac norm = st_log_diagonal(l, (int64_t)n);
    return jac_sub(jac_sub(jac_mul(-0.5, jac_sum(jac_square(y), -1)), 0.5 * n * log(2 * M_PI)),
                   norm);
}

jac jac_multivariate_normal_(const jac_loc *at, const char *function, jac x, jac mean, jac cov)
{
    unsigned m = rt_begin_as(at, function);
    jac v[] = {x, mean, cov}, y;
    ir_type t[3];
    if (!operands(function, 3, v, t))
        return rt_end(m, JAC_NULL);
    int64_t n = t[1].rank ? t[1].dim[t[1].rank - 1] : 1;
    bool matrix = t[1].rank && t[2].rank;
    if (matrix && (t[2].rank < 2 || t[2].dim[t[2].rank - 1] != n || t[2].dim[t[2].rank - 2] != n)) {
        ir_fail("%s: cov must be a matrix of %lld rows and columns, as mean is %s, but is %s",
                function, (long long)n, ir_type_tmp(&t[1]), ir_type_tmp(&t[2]));
        return rt_end(m, JAC_NULL);
    }
    jac d = jac_sub(v[0], v[1]);
    y = matrix ? by_matrix(d, v[2], (double)n) : spherical(d, v[2], (double)n, t[1].rank > 0);
    return rt_end(m, as_named(function, y));
}

/* Declarations shared by the files of runtime/stats.
 *
 * A distribution is a row of functions of z = (x - loc) / scale and the parameters of its shape.
 * What all distributions have in common, such as loc, scale and the ends of the support, is in
 * call.c.
 */
#ifndef JACQUARD_RUNTIME_STATS_H
#define JACQUARD_RUNTIME_STATS_H

#include <math.h>

#include "runtime/numpy/numpy.h"

/* The functions of a distribution. pmf and logpmf are those of a discrete one's pdf and logpdf. */
enum {
    ST_LOGPDF,
    ST_PDF,
    ST_CDF,
    ST_LOGCDF,
    ST_SF,
    ST_LOGSF,
    ST_PPF,
    ST_ISF,
    ST_ENTROPY,
    ST_FUNCTIONS
};
enum { ST_SHAPES = 3 }; /* the most parameters of a shape */

/* z, or the probability for ppf and isf, and the parameters of the shape. */
typedef jac (*st_function)(jac z, const jac *shape);

typedef enum { ST_NEITHER, ST_LOC, ST_LOC_AND_SCALE } st_moved;
typedef struct {
    const char *name;
    int shapes;
    st_moved moved;
    bool discrete;
    bool strict;              /* all is NaN where scale is not positive */
    double low, high, inside; /* the support of z, and a point of it */
    st_function function[ST_FUNCTIONS];
    const char *has; /* the public functions, as a list of words */
} st_distribution;

/* x where it is good, otherwise `instead`. */
static inline jac st_where(jac bad, jac x, double instead)
{
    return jac_where(bad, instead, x);
}

/* x log(y), and x log(1 + y), with derivatives of 0 along y where x is 0 and the logarithm
 * infinite. */
static inline jac st_xlogy(jac x, jac y)
{
    return jac_xlogy(x, st_where(jac_logical_and(jac_eq(x, 0), jac_eq(y, 0)), y, 1));
}
static inline jac st_xlog1py(jac x, jac y)
{
    return jac_xlog1py(x, st_where(jac_logical_and(jac_eq(x, 0), jac_eq(y, -1)), y, 0));
}

/* log(1 - exp(-x)) for x >= 0, without losing digits at either end. */
static inline jac st_log1mexp(jac x)
{
    jac small = jac_lt(x, M_LN2);
    jac near = jac_log(jac_neg(jac_expm1(jac_neg(jac_where(small, x, 1.0)))));
    return jac_where(small, near, jac_log1p(jac_neg(jac_exp(jac_neg(st_where(small, x, 1))))));
}

/* The sum of the logarithms of the diagonal of a matrix of n rows. */
static inline jac st_log_diagonal(jac l, int64_t n)
{
    jac diagonal = jac_astype(jac_eye(n), JAC_BOOL);
    return jac_sum(jac_log(jac_where(diagonal, l, 1.0)), JAC_AXES(-2, -1));
}

/* ---- continuous.c, discrete.c ---------------------------------------------------------------------- */

extern const st_distribution st_continuous[],
    st_discrete[]; /* each ends with a row without a name */

#endif

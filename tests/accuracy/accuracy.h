/* The accuracy program: measures the error of each scalar function against MPFR.
 *
 * reference.c: the true values; points.c: the arguments; measure.c: the error at one argument;
 * main.c: the table of functions, and the table that is printed.
 */
#ifndef JACQUARD_TESTS_ACCURACY_H
#define JACQUARD_TESTS_ACCURACY_H

#include <math.h>
#include <mpfr.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ops/scalar/jk.h"

/* ---- measure.c ------------------------------------------------------------------------------- */

/* The properties of a binary format that determine the size of its last place. */
typedef struct {
    int digits, least,
        most; /* significant bits; exponents of the smallest and largest normal number */
} format;

extern const format FORMAT_F32, FORMAT_F64;

/* |got - exact| in units in the last place of exact. Infinite if only one of them is a NaN, or if
 * their signs differ. An overflow counts as the next power of 2. */
double error_in_ulp(const format *f, double got, mpfr_t exact);

/* The same for an f32 against a double that is exact enough. It has no branches, because it runs
 * for every f32 number. */
static inline double error_f32_in_ulp(float got, double exact)
{
    const double beyond = 0x1p128; /* for infinity and everything that rounds to it */
    double g = fabs((double)got) < beyond ? fabs((double)got) : beyond;
    double e = fabs(exact) < beyond ? fabs(exact) : beyond;
    uint64_t exponent = jk_bits_f64(e) >> 52;
    exponent = exponent < 1023 - 126 ? 1023 - 126 : exponent > 1023 + 127 ? 1023 + 127 : exponent;
    double ulp = fabs(g - e) * jk_from_bits_f64((2 * 1023 + 23 - exponent) << 52);
    int mismatch = (got != got) != (exact != exact), nan = got != got;
    int64_t signs = (int64_t)(jk_bits_f64(got) ^ jk_bits_f64(exact));
    ulp = signs < 0 ? INFINITY : ulp;
    ulp = nan ? 0 : ulp;
    return mismatch ? INFINITY : ulp;
}

/* ---- points.c -------------------------------------------------------------------------------- */

typedef struct {
    double *x;
    size_t n, room;
} points;

/* Arguments for a function whose interesting range is [low, high]: special values and their
 * neighbours, points where argument reduction changes step, and random ones. If `narrow`, all are
 * f32 numbers. */
points points_make(double low, double high, size_t random, bool narrow);
void points_free(points *p);

/* Only the special values; functions of two arguments are measured at all pairs of them. */
points points_special(bool narrow);

/* A double with random bits, and one that is uniform on [low, high]. */
double random_bits(bool narrow);
double random_uniform(double low, double high);

/* ---- reference.c: functions of MPFR's form that MPFR does not have ------------------------------ */

int ref_logistic(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_rsqrt(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_erf_inv(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_lgamma(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_digamma(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_gamma(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_bessel_i0e(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_bessel_i1e(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);

/* ---- reference_special.c --------------------------------------------------------------------------- */

int ref_erfcx(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_ndtr(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_log_ndtr(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_ndtri(mpfr_t y, const mpfr_t p, mpfr_rnd_t round);
int ref_sinc(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_expi(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_exp1(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_spence(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_dawsn(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_si(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_fresnel_sin(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_fresnel_cos(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);

#endif

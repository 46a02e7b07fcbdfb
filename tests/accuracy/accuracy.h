/* The accuracy program: how far each scalar function is from the true value, by MPFR.
 *
 * reference.c: the true values; points.c: the arguments; measure.c: the error at one argument;
 * main.c: the table of functions, and the table that is printed.
 */
#ifndef JACQUARD_TESTS_ACCURACY_H
#define JACQUARD_TESTS_ACCURACY_H

#include <mpfr.h>
#include <stdbool.h>
#include <stddef.h>

/* ---- measure.c ---------------------------------------------------------------------------------
 */

/* What of a binary format decides the size of its last place. */
typedef struct {
    int digits, least, most; /* significant bits; exponents of the least and greatest normal */
} format;

extern const format FORMAT_F32, FORMAT_F64;

/* |got - exact| in units in the last place of exact. Infinite if one of them is a NaN and the other
 * is not, or if they have not the same sign; an overflow counts as the next power of 2. */
double error_in_ulp(const format *f, double got, mpfr_t exact);

/* The same against a double that is exact enough. */
double error_in_ulp_of(const format *f, double got, double exact);

/* ---- points.c ----------------------------------------------------------------------------------
 */

typedef struct {
    double *x;
    size_t n, room;
} points;

/* Arguments for a function of which most happens on [low, high]: specials and their neighbours,
 * where argument reductions change step, random ones. Of f32, if narrow, all are floats. */
points points_make(double low, double high, size_t random, bool narrow);
void points_free(points *p);

/* The specials alone, of which functions of two arguments take every pair. */
points points_special(bool narrow);

/* A double from random bits, and one uniform on [low, high]. */
double random_bits(bool narrow);
double random_uniform(double low, double high);

/* ---- reference.c: functions of MPFR's form that MPFR does not have
 * --------------------------------- */

int ref_logistic(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_rsqrt(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);
int ref_erf_inv(mpfr_t y, const mpfr_t x, mpfr_rnd_t round);

#endif

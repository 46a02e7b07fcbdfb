/* Polynomials and window functions of jax.numpy. Part of jacquard.h, whose conventions hold here.
 *
 * A polynomial is the vector of its coefficients, the one of the highest power first: (1, 0, -2) is x^2 - 2.
 */
#ifndef JACQUARD_POLYNOMIALS_H
#define JACQUARD_POLYNOMIALS_H

#include "numerics.h"

/* ---- Polynomials ------------------------------------------------------------------------------------------ */

/* The values of polynomial p at the elements of x, of the promoted dtype; further axes of p broadcast with x
 * (jnp.polyval). */
#define jac_polyval(p, x) jac_polyval_(JAC_AT, JAC_V(p), JAC_V(x))
/* The sum and the difference of two polynomials, of the promoted dtype (jnp.polyadd, jnp.polysub). */
#define jac_polyadd(p, q) jac_polyadd_(JAC_AT, JAC_V(p), JAC_V(q))
#define jac_polysub(p, q) jac_polysub_(JAC_AT, JAC_V(p), JAC_V(q))
/* The product of two polynomials, a float (jnp.polymul). With .trim_leading_zeros, those of p and q are left out
 * first; they must then be known. */
#define jac_polymul(p, ... /* q, options */) JAC_POLY_(JAC_CAT_(jac_o_, __COUNTER__), jac_polymul_, p, __VA_ARGS__, )
/* The quotient and the remainder of p divided by q, floats; the remainder has p's size (jnp.polydiv). With
 * .trim_leading_zeros, the remainder, which must then be known, has no leading coefficients near 0. */
#define jac_polydiv(p, ... /* q, options */) JAC_POLY_(JAC_CAT_(jac_o_, __COUNTER__), jac_polydiv_, p, __VA_ARGS__, )
typedef struct {
    int unused_;
    bool trim_leading_zeros;
} jac_poly_opts;
#define JAC_POLY_(o, f, p, q, ...)                           \
    JAC_WITH_OPTIONS_(o, jac_poly_opts, (.unused_ = 0),      \
                      f(JAC_AT, JAC_V(p), JAC_V(q), o), __VA_ARGS__)
/* The m-th derivative of p, by default the first, a float (jnp.polyder): jac_polyder(p), jac_polyder(p, 2). */
#define jac_polyder(... /* p, m */) \
    jac_polyder_(JAC_AT, JAC_V(JAC_HEAD_(__VA_ARGS__)), JAC_INT_OR_(1, JAC_TAIL_(__VA_ARGS__)))
/* The m-th integral of p, by default the first, a float. .k gives the constants, a scalar or a vector of m
 * (jnp.polyint): jac_polyint(p), jac_polyint(p, 2, .k = k). */
#define jac_polyint(...) JAC_POLYINT_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
typedef struct {
    int unused_;
    int64_t m;
    jac k;
} jac_polyint_opts;
#define JAC_POLYINT_(o, p, ...)                                       \
    JAC_WITH_OPTIONS_(o, jac_polyint_opts, (.m = 1, .unused_ = 0),    \
                      jac_polyint_(JAC_AT, JAC_V(p), o), __VA_ARGS__)
/* The polynomial with the given zeros and the leading coefficient 1, a float; of a square matrix, its characteristic
 * polynomial (jnp.poly). */
#define jac_poly(zeros) jac_poly_(JAC_AT, JAC_V(zeros))
/* The zeros of p, complex. Leading coefficients that are 0 are left out, so p must be known; with
 * .strip_zeros = false it may be traced, and as many zeros at the end are NaN (jnp.roots). */
#define jac_roots(...) JAC_ROOTS_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
typedef struct {
    int unused_;
    bool strip_zeros;
} jac_roots_opts;
#define JAC_ROOTS_(o, p, ...)                                                \
    JAC_WITH_OPTIONS_(o, jac_roots_opts, (.strip_zeros = true, .unused_ = 0), \
                      jac_roots_(JAC_AT, JAC_V(p), o), __VA_ARGS__)
/* The polynomial of degree deg that fits y at the points x best, by least squares; y is a vector or has a column for
 * each fit (jnp.polyfit): jac_polyfit(x, y, 2). Options: .w, a weight for each point; .rcond, singular values below
 * which times the largest count as 0, by default the number of points times the dtype's epsilon; .residuals, .rank and
 * .singular_values, where these go (full=True); .cov, where the covariances of the coefficients go, scaled by the
 * residuals or, with .unscaled, not. */
#define jac_polyfit(x, y, ... /* deg, options */) JAC_POLYFIT_(JAC_CAT_(jac_o_, __COUNTER__), x, y, __VA_ARGS__, )
typedef struct {
    int unused_;
    double rcond; /* 0: the default */
    jac w;
    jac *residuals, *rank, *singular_values, *cov;
    bool unscaled;
} jac_polyfit_opts;
#define JAC_POLYFIT_(o, x, y, deg, ...)                          \
    JAC_WITH_OPTIONS_(o, jac_polyfit_opts, (.unused_ = 0),       \
                      jac_polyfit_(JAC_AT, JAC_V(x), JAC_V(y), JAC_INT_(deg), o), __VA_ARGS__)
JAC_API jac jac_polyval_(const jac_loc *at, jac p, jac x);
JAC_API jac jac_polyadd_(const jac_loc *at, jac p, jac q);
JAC_API jac jac_polysub_(const jac_loc *at, jac p, jac q);
JAC_API jac jac_polymul_(const jac_loc *at, jac p, jac q, jac_poly_opts o);
JAC_API jac_quotient_remainder jac_polydiv_(const jac_loc *at, jac p, jac q, jac_poly_opts o);
JAC_API jac jac_polyder_(const jac_loc *at, jac p, int64_t m);
JAC_API jac jac_polyint_(const jac_loc *at, jac p, jac_polyint_opts o);
JAC_API jac jac_poly_(const jac_loc *at, jac zeros);
JAC_API jac jac_roots_(const jac_loc *at, jac p, jac_roots_opts o);
JAC_API jac jac_polyfit_(const jac_loc *at, jac x, jac y, int64_t deg, jac_polyfit_opts o);

/* ---- Windows ---------------------------------------------------------------------------------------------- */

/* Windows of n points, f32 (f64 under x64); ones if n is at most 1. */
/* A triangle (jnp.bartlett). */
#define jac_bartlett(n) jac_window_function_(JAC_AT, "bartlett", JAC_INT_(n), jac_none_)
/* Sums of two and three cosines (jnp.hanning, jnp.hamming, jnp.blackman). */
#define jac_hanning(n)  jac_window_function_(JAC_AT, "hanning", JAC_INT_(n), jac_none_)
#define jac_hamming(n)  jac_window_function_(JAC_AT, "hamming", JAC_INT_(n), jac_none_)
#define jac_blackman(n) jac_window_function_(JAC_AT, "blackman", JAC_INT_(n), jac_none_)
/* i0(beta sqrt(1 - t^2)) / i0(beta) for t from -1 to 1 (jnp.kaiser). */
#define jac_kaiser(n, beta) jac_window_function_(JAC_AT, "kaiser", JAC_INT_(n), JAC_V(beta))
JAC_API jac jac_window_function_(const jac_loc *at, const char *what, int64_t n, jac beta);

#endif

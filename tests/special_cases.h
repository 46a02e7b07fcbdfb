/* The calls of special functions that are compared with JAX: a name of a case in
 * tests/golden/special_cases.txt, the number of its arrays (x, y, z, u), and the call. */
#ifndef JACQUARD_TESTS_SPECIAL_CASES_H
#define JACQUARD_TESTS_SPECIAL_CASES_H

#include "jacquard.h"

/* The real and the imaginary parts, stacked. */
static inline jac sp_parts(jac z)
{
    return jac_stack(0, jac_real(z), jac_imag(z));
}

static inline jac sp_fresnel(jac x)
{
    jac_fresnel_result r = jac_fresnel(x);
    return jac_stack(0, r.s, r.c);
}

static inline jac sp_sici(jac x)
{
    jac_sici_result r = jac_sici(x);
    return jac_stack(0, r.si, r.ci);
}

/* The harmonics of the degrees and orders in the script. */
static inline jac sp_harmonics(jac theta, jac phi, int64_t n_max)
{
    static const int32_t degree[] = {0, 1, 3, 5, 8, 4}, order[] = {0, 1, -2, 4, -5, 0};
    jac n = jac_array(JAC_SHAPE(6), degree), m = jac_array(JAC_SHAPE(6), order);
    return sp_parts(jac_sph_harm_y(n, m, theta, phi, .n_max = n_max));
}

// clang-format off
#define SP_WITH_ENDS(X, name, n, ...) X(name, n, __VA_ARGS__) X(name##_ends, n, __VA_ARGS__)
#define SPECIAL_CASES(X)                                              \
    SP_WITH_ENDS(X, sinc, 1, jac_sinc(x))                             \
    SP_WITH_ENDS(X, erfcx, 1, jac_erfcx(x))                           \
    SP_WITH_ENDS(X, erfinv, 1, jac_erfinv(x))                         \
    SP_WITH_ENDS(X, ndtr, 1, jac_ndtr(x))                             \
    SP_WITH_ENDS(X, log_ndtr, 1, jac_log_ndtr(x))                     \
    SP_WITH_ENDS(X, ndtri, 1, jac_ndtri(x))                           \
    X(expi, 1, jac_expi(x))                                           \
    SP_WITH_ENDS(X, exp1, 1, jac_exp1(x))                             \
    SP_WITH_ENDS(X, dawsn, 1, jac_dawsn(x))                           \
    SP_WITH_ENDS(X, spence, 1, jac_spence(x))                         \
    SP_WITH_ENDS(X, fresnel, 1, sp_fresnel(x))                        \
    SP_WITH_ENDS(X, sici, 1, sp_sici(x))                              \
    X(expn_0, 1, jac_expn(0, x))                                      \
    X(expn_1, 1, jac_expn(1, x))                                      \
    X(expn_3, 1, jac_expn(3, x))                                      \
    X(expn_40, 1, jac_expn(40, x))                                    \
    X(expn_ends, 2, jac_expn(x, y))                                   \
    SP_WITH_ENDS(X, owens_t, 2, jac_owens_t(x, y))                    \
    X(wofz, 2, sp_parts(jac_wofz(jac_complex(x, y))))                 \
    X(wofz_real, 1, sp_parts(jac_wofz(x)))                            \
    X(erfcx_complex, 2, sp_parts(jac_erfcx(jac_complex(x, y))))       \
    SP_WITH_ENDS(X, boxcox, 2, jac_boxcox(x, y))                      \
    X(boxcox1p, 2, jac_boxcox1p(x, y))                                \
    SP_WITH_ENDS(X, poch, 2, jac_poch(x, y))                          \
    SP_WITH_ENDS(X, comb, 2, jac_comb(x, y))                          \
    SP_WITH_ENDS(X, comb_repetition, 2, jac_comb(x, y, .repetition = true)) \
    SP_WITH_ENDS(X, loggamma, 1, jac_loggamma(x))                     \
    X(loggamma_complex, 2, sp_parts(jac_loggamma(jac_complex(x, y)))) \
    SP_WITH_ENDS(X, hyp1f1, 3, jac_hyp1f1(x, y, z))                   \
    SP_WITH_ENDS(X, hyp2f1, 4, jac_hyp2f1(x, y, z, u))                \
    X(bessel_jn, 1, jac_bessel_jn(x, 4))                              \
    X(sph_harm_y, 2, sp_harmonics(x, y, -1))                          \
    X(sph_harm_y_clipped, 2, sp_harmonics(x, y, 5))                   \
    X(bernoulli, 1, jac_mul(x, jac_astype(jac_bernoulli(2), JAC_F64))) \
    X(bernoulli_1, 1, jac_mul(x, jac_astype(jac_bernoulli(1), JAC_F64)))
// clang-format on

#endif

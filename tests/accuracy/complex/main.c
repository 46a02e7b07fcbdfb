/* Measures every function of complex numbers against MPC, prints the errors as a Markdown table, and
 * fails if one exceeds its limit.
 *
 *     accuracy_complex [POINTS]
 *
 * The error is |y - true y| / |true y|, in units of 2^-23 for c64 and of 2^-52 for c128: each part is
 * accurate in proportion to the larger one. The points have parts of random sign and magnitude, zeros
 * among them, and lie near 1, -1, i and -i, where functions have branch points.
 */
#include <math.h>
#include <mpc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "ops/scalar/scalar.h"
#include "ops/scalar/complex.h"

typedef void true_value(mpc_t y, const mpc_t z);

enum { PRECISION = 400 }; /* for 1 + z, where z is small */

static void ref_rsqrt(mpc_t y, const mpc_t z)
{
    mpc_sqrt(y, z, MPC_RNDNN);
    mpc_ui_div(y, 1, y, MPC_RNDNN);
}

static void ref_expm1(mpc_t y, const mpc_t z)
{
    mpc_exp(y, z, MPC_RNDNN);
    mpc_sub_ui(y, y, 1, MPC_RNDNN);
}

static void ref_log1p(mpc_t y, const mpc_t z)
{
    mpc_add_ui(y, z, 1, MPC_RNDNN);
    mpc_log(y, y, MPC_RNDNN);
}

static void ref_sign(mpc_t y, const mpc_t z)
{
    mpfr_t size;
    mpfr_init2(size, PRECISION);
    mpc_abs(size, z, MPFR_RNDN);
    mpc_div_fr(y, z, size, MPC_RNDNN);
    mpfr_clear(size);
}

#define MPC(name)                                                                                  \
    static void ref_##name(mpc_t y, const mpc_t z)                                                 \
    {                                                                                              \
        mpc_##name(y, z, MPC_RNDNN);                                                               \
    }
MPC(sqrt) MPC(exp) MPC(log) MPC(sin) MPC(cos) MPC(tan) MPC(sinh) MPC(cosh) MPC(tanh) MPC(asin)
MPC(acos) MPC(atan) MPC(asinh) MPC(acosh) MPC(atanh)

/* name, limits for c64 and c128 */
// clang-format off
#define FUNCTIONS(X)                                                                               \
    X(sign, 4, 4) X(sqrt, 4, 4) X(rsqrt, 4, 4) X(exp, 4, 4) X(expm1, 4, 4) X(log, 4, 4)            \
    X(log1p, 4, 4) X(sin, 4, 4) X(cos, 4, 4) X(tan, 4, 4) X(sinh, 4, 4) X(cosh, 4, 4)              \
    X(tanh, 4, 4) X(asin, 4, 4) X(acos, 4, 4) X(atan, 4, 4) X(asinh, 4, 4) X(acosh, 4, 4)          \
    X(atanh, 4, 4)
// clang-format on

typedef struct {
    double re, im;
} number;

#define EVALUATE(name, ...)                                                                        \
    static number f32_##name(number z)                                                             \
    {                                                                                              \
        jk_c_f32 y = jk_c##name##_f32((float)z.re, (float)z.im);                                   \
        return (number){y.re, y.im};                                                               \
    }                                                                                              \
    static number f64_##name(number z)                                                             \
    {                                                                                              \
        jk_c_f64 y = jk_c##name##_f64(z.re, z.im);                                                 \
        return (number){y.re, y.im};                                                               \
    }
FUNCTIONS(EVALUATE)

static const struct {
    const char *name;
    number (*f[2])(number z);
    true_value *ref;
    double limit[2];
} functions[] = {
#define ROW(name, narrow, wide) {#name, {f32_##name, f64_##name}, ref_##name, {narrow, wide}},
    FUNCTIONS(ROW)};

static uint64_t state = 1;

static double uniform(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) * 0x1p-53;
}

static double part(void)
{
    double sign = uniform() < 0.5 ? -1 : 1;
    return uniform() < 0.03 ? 0 : sign * ldexp(1 + uniform(), (int)floor(uniform() * 30) - 24);
}

static number point(void)
{
    static const number near[] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
    number z = {part(), part()};
    int k = (int)(uniform() * 16);
    return k < 4 ? (number){near[k].re + z.re * 0x1p-6, near[k].im + z.im * 0x1p-6} : z;
}

static number rounded(number x)
{
    volatile float re = (float)x.re, im = (float)x.im; /* or gcc does not round */
    return (number){re, im};
}

/* The error in units of 2^-digits; 0 where the true value is beyond the range, NaN where y is NaN. */
static double error_of(number y, const mpc_t want, mpc_t diff, mpfr_t size, int digits, double least,
                       double most)
{
    mpc_abs(size, want, MPFR_RNDN);
    double s = mpfr_get_d(size, MPFR_RNDN);
    if (!(s >= least && s <= most))
        return 0;
    if (!isfinite(y.re) || !isfinite(y.im))
        return INFINITY;
    mpc_set_d_d(diff, y.re, y.im, MPC_RNDNN);
    mpc_sub(diff, diff, want, MPC_RNDNN);
    mpc_div_fr(diff, diff, size, MPC_RNDNN);
    mpc_abs(size, diff, MPFR_RNDN);
    return ldexp(mpfr_get_d(size, MPFR_RNDN), digits);
}

int main(int argc, char **argv)
{
    long points = argc > 1 ? atol(argv[1]) : 20000;
    bool ok = points > 0;
    mpc_t z, want, diff;
    mpfr_t size;
    mpc_init2(z, PRECISION);
    mpc_init2(want, PRECISION);
    mpc_init2(diff, PRECISION);
    mpfr_init2(size, PRECISION);
    printf("| function | c64 | at | c128 | at | limit |\n|---|---|---|---|---|---|\n");
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
        double worst[2] = {0};
        number at[2] = {{0}};
        for (long n = 0; n < points; n++)
            for (int wide = 0; wide < 2; wide++) {
                number x = point();
                if (!wide)
                    x = rounded(x);
                if (x.re == 0 && x.im == 0)
                    continue;
                mpc_set_d_d(z, x.re, x.im, MPC_RNDNN);
                functions[k].ref(want, z);
                double e = error_of(functions[k].f[wide](x), want, diff, size, wide ? 52 : 23,
                                    wide ? 0x1p-1000 : 0x1p-120, wide ? 0x1p1000 : 0x1p120);
                if (e > worst[wide]) {
                    worst[wide] = e;
                    at[wide] = x;
                }
            }
        bool fits = worst[0] <= functions[k].limit[0] && worst[1] <= functions[k].limit[1];
        printf("| %s | %.3f | `(%a, %a)` | %.3f | `(%a, %a)` | %g |%s\n", functions[k].name, worst[0],
               at[0].re, at[0].im, worst[1], at[1].re, at[1].im, functions[k].limit[1],
               fits ? "" : " EXCEEDED");
        ok = ok && fits;
    }
    return ok ? 0 : 1;
}

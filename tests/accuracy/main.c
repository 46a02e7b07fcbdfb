/* Measures every scalar function, prints the errors as a Markdown table, and fails if one exceeds
 * its limit.
 *
 *     accuracy [--only NAME] [--stride N]
 *
 * In addition to the points in points.c, every Nth f32 is compared with the f64 function, whose own
 * error is too small to matter there. N is 4099 by default. For N = 1, compile for the host CPU:
 * each function then takes seconds rather than minutes.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accuracy.h"
#include "ops/scalar/scalar.h"

/* ---- the functions --------------------------------------------------------------------------- */

/* name, limits in ulp for f32 and f64, true value, interesting range */
// clang-format off
#define UNARY(X)                                        \
    X(exp,      2, 2, mpfr_exp,         -750, 750)      \
    X(exp2,     2, 2, mpfr_exp2,        -1080, 1030)    \
    X(expm1,    2, 2, mpfr_expm1,       -40, 720)       \
    X(logistic, 2, 2, ref_logistic,     -750, 40)       \
    X(log,      2, 2, mpfr_log,         0, 4)           \
    X(log1p,    2, 2, mpfr_log1p,       -1, 4)          \
    X(sin,      2, 2, mpfr_sin,         -100, 100)      \
    X(cos,      2, 2, mpfr_cos,         -100, 100)      \
    X(tan,      4, 4, mpfr_tan,         -100, 100)      \
    X(asin,     2, 2, mpfr_asin,        -1, 1)          \
    X(acos,     2, 2, mpfr_acos,        -1, 1)          \
    X(atan,     2, 2, mpfr_atan,        -4, 4)          \
    X(sinh,     2, 2, mpfr_sinh,        -4, 4)          \
    X(cosh,     2, 2, mpfr_cosh,        -4, 4)          \
    X(tanh,     2, 2, mpfr_tanh,        -4, 4)          \
    X(asinh,    2, 2, mpfr_asinh,       -4, 4)          \
    X(acosh,    2, 2, mpfr_acosh,       1, 5)           \
    X(atanh,    2, 2, mpfr_atanh,       -1, 1)          \
    X(sqrt,     2, 2, mpfr_sqrt,        0, 4)           \
    X(rsqrt,    2, 2, ref_rsqrt,        0, 4)           \
    X(cbrt,     2, 2, mpfr_cbrt,        -8, 8)          \
    X(erf,      2, 2, mpfr_erf,         -6, 6)          \
    X(erfc,     2, 2, mpfr_erfc,        -6, 28)         \
    X(erf_inv,  4, 4, ref_erf_inv,      -1, 1)          \
    X(lgamma,   4, 4, ref_lgamma,       -20, 20)        \
    X(digamma,  4, 4, ref_digamma,      -20, 20)        \
    X(gamma,    4, 4, ref_gamma,        -180, 180)      \
    X(bessel_i0e, 4, 4, ref_bessel_i0e, -40, 40)        \
    X(bessel_i1e, 4, 4, ref_bessel_i1e, -40, 40)        \
    X(sinc,     4, 4, ref_sinc,         -20, 20)        \
    X(erfcx,    4, 4, ref_erfcx,        -27, 30)        \
    X(ndtr,     4, 4, ref_ndtr,         -39, 9)         \
    X(log_ndtr, 4, 4, ref_log_ndtr,     -20, 20)        \
    X(ndtri,    4, 4, ref_ndtri,        0, 1)           \
    X(expi,     4, 4, ref_expi,         -20, 20)        \
    X(exp1,     4, 4, ref_exp1,         0, 20)          \
    X(dawsn,    4, 4, ref_dawsn,        -12, 12)        \
    X(spence,   4, 4, ref_spence,       0, 8)           \
    X(si,       4, 4, ref_si,           -40, 40)        \
    X(fresnel_sin, 4, 4, ref_fresnel_sin, -8, 8)        \
    X(fresnel_cos, 4, 4, ref_fresnel_cos, -8, 8)

#define BINARY(X)                                       \
    X(pow,      4, 4, mpfr_pow)                         \
    X(atan2,    2, 2, mpfr_atan2)
// clang-format on

typedef struct {
    const char *name;
    double limit_f32, limit_f64;
    float (*f32)(float);
    double (*f64)(double);
    int (*exact)(mpfr_t, const mpfr_t, mpfr_rnd_t);
    void (*every)(const float *x, float *f32, double *f64);
    double low, high;
} unary;

typedef struct {
    const char *name;
    double limit_f32, limit_f64;
    float (*f32)(float, float);
    double (*f64)(double, double);
    int (*exact)(mpfr_t, const mpfr_t, const mpfr_t, mpfr_rnd_t);
} binary;

/* Evaluates both functions at a block of f32 numbers. */
enum { BLOCK = 4096 };
#define UNARY_EVERY(name, l32, l64, exact, low, high)                                              \
    static void every_##name(const float *x, float *f32, double *f64)                              \
    {                                                                                              \
        for (int i = 0; i < BLOCK; i++)                                                            \
            f32[i] = jk_##name##_f32(x[i]);                                                        \
        for (int i = 0; i < BLOCK; i++)                                                            \
            f64[i] = jk_##name##_f64(x[i]);                                                        \
    }
UNARY(UNARY_EVERY)

#define UNARY_ROW(name, l32, l64, exact, low, high)                                                \
    {#name, l32, l64, jk_##name##_f32, jk_##name##_f64, exact, every_##name, low, high},
static const unary UNARIES[] = {UNARY(UNARY_ROW)};

#define BINARY_ROW(name, l32, l64, exact)                                                          \
    {#name, l32, l64, jk_##name##_f32, jk_##name##_f64, exact},
static const binary BINARIES[] = {BINARY(BINARY_ROW)};

/* ---- measuring ------------------------------------------------------------------------------- */

/* The largest error so far, and its argument. */
typedef struct {
    double ulp, x, y;
} worst;

static void note(worst *w, double ulp, double x, double y)
{
    if (ulp > w->ulp)
        *w = (worst){ulp, x, y};
}

/* A precision at which MPFR's own error does not matter. */
enum { BITS_F32 = 64, BITS_F64 = 96, RANDOM_F32 = 12000, RANDOM_F64 = 15000, RANDOM_PAIRS = 40000 };

static worst measure_unary(const unary *u, bool narrow)
{
    worst w = {0};
    mpfr_t x, exact;
    mpfr_init2(x, 53);
    mpfr_init2(exact, narrow ? BITS_F32 : BITS_F64);
    points p = points_make(u->low, u->high, narrow ? RANDOM_F32 : RANDOM_F64, narrow);
    for (size_t i = 0; i < p.n; i++) {
        double got = narrow ? u->f32((float)p.x[i]) : u->f64(p.x[i]);
        mpfr_set_d(x, p.x[i], MPFR_RNDN);
        u->exact(exact, x, MPFR_RNDN);
        note(&w, error_in_ulp(narrow ? &FORMAT_F32 : &FORMAT_F64, got, exact), p.x[i], 0);
    }
    points_free(&p);
    mpfr_clears(x, exact, (mpfr_ptr)0);
    return w;
}

typedef struct {
    const binary *b;
    bool narrow;
    mpfr_t x, y, exact;
    worst w;
} pair_measure;

static void measure_pair(pair_measure *m, double x, double y)
{
    if (m->narrow)
        x = (float)x, y = (float)y;
    double got = m->narrow ? m->b->f32((float)x, (float)y) : m->b->f64(x, y);
    mpfr_set_d(m->x, x, MPFR_RNDN);
    mpfr_set_d(m->y, y, MPFR_RNDN);
    m->b->exact(m->exact, m->x, m->y, MPFR_RNDN);
    note(&m->w, error_in_ulp(m->narrow ? &FORMAT_F32 : &FORMAT_F64, got, m->exact), x, y);
}

/* All pairs of special values, and random pairs: of any magnitude, of similar magnitude, near 1,
 * and such that x^y is within the format's range. */
static worst measure_binary(const binary *b, bool narrow)
{
    pair_measure m = {.b = b, .narrow = narrow};
    mpfr_inits2(53, m.x, m.y, (mpfr_ptr)0);
    mpfr_init2(m.exact, narrow ? BITS_F32 : BITS_F64);
    points p = points_special(narrow);
    for (size_t i = 0; i < p.n; i++)
        for (size_t j = 0; j < p.n; j++)
            measure_pair(&m, p.x[i], p.x[j]);
    points_free(&p);
    for (int i = 0; i < RANDOM_PAIRS; i++) {
        double x = random_bits(narrow), y = random_bits(narrow);
        measure_pair(&m, x, y);
        measure_pair(&m, x, x * random_uniform(-4, 4));
        measure_pair(&m, random_uniform(-4, 4), random_uniform(-20, 20));
        double close = random_uniform(0.5, 2), power = random_uniform(-1080, 1030);
        measure_pair(&m, close, power / log2(close));
        x = fabs(x);
        measure_pair(&m, x, power * (narrow ? 0.125 : 1) / log2(x));
    }
    mpfr_clears(m.x, m.y, m.exact, (mpfr_ptr)0);
    return m.w;
}

/* Every stride-th f32, in blocks that the compiler can vectorise. */
static void sweep_f32(const unary *u, uint32_t stride, worst *w)
{
    static float x[BLOCK], got[BLOCK];
    static double exact[BLOCK];
    for (uint64_t bits = 0; bits <= UINT32_MAX;) {
        for (int i = 0; i < BLOCK; i++, bits += bits <= UINT32_MAX ? stride : 0)
            x[i] = jk_from_bits_f32((uint32_t)(bits <= UINT32_MAX ? bits : 0));
        u->every(x, got, exact);
        double most = 0;
        for (int i = 0; i < BLOCK; i++) {
            double ulp = error_f32_in_ulp(got[i], exact[i]);
            most = ulp > most ? ulp : most;
        }
        for (int i = 0; i < BLOCK && most > w->ulp; i++)
            note(w, error_f32_in_ulp(got[i], exact[i]), x[i], 0);
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

static int passed, failed;

/* The number for the table, in C's exact notation. */
static void print_worst(const worst *w, bool pair)
{
    if (pair)
        printf(" %.3f | (%a, %a) |", w->ulp, w->x, w->y);
    else
        printf(" %.3f | %a |", w->ulp, w->x);
}

static void judge(const char *name, double limit_f32, double limit_f64, worst f32, worst f64,
                  bool pair)
{
    bool good = f32.ulp <= limit_f32 && f64.ulp <= limit_f64;
    good ? passed++ : failed++;
    printf("| %s |", name);
    print_worst(&f32, pair);
    print_worst(&f64, pair);
    printf(" %g%s |\n", fmax(limit_f32, limit_f64), good ? "" : " **exceeded**");
    fflush(stdout);
}

static bool chosen(const char *only, const char *name)
{
    return !only || strcmp(only, name) == 0;
}

int main(int argc, char **argv)
{
    const char *only = NULL;
    long stride = 4099;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--only") == 0 && i + 1 < argc)
            only = argv[++i];
        else if (strcmp(argv[i], "--stride") == 0 && i + 1 < argc)
            stride = atol(argv[++i]);
        else
            stride = 0;
    }
    if (stride < 1 || stride > INT32_MAX) {
        fprintf(stderr, "usage: accuracy [--only NAME] [--stride N]\n");
        return 2;
    }
    printf("| function | f32 ulp | at | f64 ulp | at | limit |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof UNARIES / sizeof *UNARIES; i++) {
        const unary *u = &UNARIES[i];
        if (!chosen(only, u->name))
            continue;
        worst f64 = measure_unary(u, false);
        worst f32 = measure_unary(u, true);
        sweep_f32(u, (uint32_t)stride, &f32);
        judge(u->name, u->limit_f32, u->limit_f64, f32, f64, false);
    }
    for (size_t i = 0; i < sizeof BINARIES / sizeof *BINARIES; i++) {
        const binary *b = &BINARIES[i];
        if (chosen(only, b->name))
            judge(b->name, b->limit_f32, b->limit_f64, measure_binary(b, true),
                  measure_binary(b, false), true);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed || !passed;
}

/* The passes for one floating-point type: included by fft_passes.c with REAL, the type,
 * NAMED(name), its names, and LOW and HIGH, how the lower and the upper halves of two vectors are
 * interleaved.
 *
 * A pass with radix r takes elements that lie n / r apart, transforms r of them, multiplies the
 * results by roots of unity and puts them side by side (Stockham's method, after which the results
 * are in order). Its inner loop runs over the lanes and what the passes before have put side by
 * side. In the first passes of a single line that is less than a vector, and the loop runs over the
 * transforms.
 */

typedef REAL NAMED(vector) __attribute__((vector_size(32)));
typedef NAMED(vector) NAMED(loaded) __attribute__((aligned(sizeof(REAL)), may_alias));
enum { NAMED(WIDTH) = 32 / sizeof(REAL) };

#define N     REAL
#define OF(f) NAMED(one_##f)
#include "ops/host/fft_butterflies.h"
#undef N
#undef OF
#define N     NAMED(vector)
#define OF(f) NAMED(many_##f)
#include "ops/host/fft_butterflies.h"
#undef N
#undef OF

typedef struct {
    const REAL *xr, *xi; /* from */
    REAL *yr, *yi;       /* to */
} NAMED(arrays);

/* ---- whole vectors --------------------------------------------------------------------------- */

/* A transform of numbers of type N, which are read and written as `loaded`: the elements are at
 * x + j * apart, the results at y + k * side. */
#define TRANSFORM(N, loaded, butterfly, x, y)                                                      \
    {                                                                                              \
        N re[FFT_MOST_RADIX], im[FFT_MOST_RADIX];                                                  \
        for (int j = 0; j < radix; j++) {                                                          \
            re[j] = *(const loaded *)(a.xr + (x) + j * apart);                                     \
            im[j] = *(const loaded *)(a.xi + (x) + j * apart);                                     \
        }                                                                                          \
        butterfly(radix, re, im, p->cosines, p->sines);                                            \
        *(loaded *)(a.yr + (y)) = re[0];                                                           \
        *(loaded *)(a.yi + (y)) = im[0];                                                           \
        for (int k = 1; k < radix; k++) {                                                          \
            *(loaded *)(a.yr + (y) + k * side) = last ? re[k] : re[k] * wr[k] - im[k] * wi[k];     \
            *(loaded *)(a.yi + (y) + k * side) = last ? im[k] : re[k] * wi[k] + im[k] * wr[k];     \
        }                                                                                          \
    }

/* side: how many numbers lie side by side. The last pass has no roots but 1. */
INNER void NAMED(along_side)(const fft_pass *p, const int radix, const bool last, int64_t side,
                             NAMED(arrays) a)
{
    const int64_t apart = p->m * side, step = p->spread ? p->before : 1;
    const REAL *roots_re = p->roots.re, *roots_im = p->roots.im;
    for (int64_t t = 0; t < p->m; t++) {
        REAL wr[FFT_MOST_RADIX], wi[FFT_MOST_RADIX];
        for (int k = 1; k < radix && !last; k++) {
            wr[k] = roots_re[((k - 1) * p->m + t) * step];
            wi[k] = roots_im[((k - 1) * p->m + t) * step];
        }
        int64_t q = 0, from = t * side, to = from * radix;
        for (; q + NAMED(WIDTH) <= side; q += NAMED(WIDTH))
            TRANSFORM(NAMED(vector), NAMED(loaded), NAMED(many_butterfly), from + q, to + q)
        for (; q < side; q++)
            TRANSFORM(REAL, REAL, NAMED(one_butterfly), from + q, to + q)
    }
}
#undef TRANSFORM

/* ---- across transforms ----------------------------------------------------------------------- */

/* Puts the elements of 2, 4 or 8 vectors side by side: the first of each, the second of each ... */
INNER void NAMED(shuffle)(const int n, const NAMED(vector) * x, NAMED(vector) * y)
{
    NAMED(vector) part[2][4], some[2][4];
    if (n == 2) {
        y[0] = __builtin_shufflevector(x[0], x[1], LOW);
        y[1] = __builtin_shufflevector(x[0], x[1], HIGH);
        return;
    }
    for (int h = 0; h < 2; h++) {
        if (n == 4) {
            part[h][0] = __builtin_shufflevector(x[h], x[h + 2], LOW);
            part[h][1] = __builtin_shufflevector(x[h], x[h + 2], HIGH);
            continue;
        }
        some[0][0] = __builtin_shufflevector(x[h], x[h + 4], LOW);
        some[0][1] = __builtin_shufflevector(x[h], x[h + 4], HIGH);
        some[1][0] = __builtin_shufflevector(x[h + 2], x[h + 6], LOW);
        some[1][1] = __builtin_shufflevector(x[h + 2], x[h + 6], HIGH);
        for (int k = 0; k < 2; k++) {
            part[h][2 * k] = __builtin_shufflevector(some[0][k], some[1][k], LOW);
            part[h][2 * k + 1] = __builtin_shufflevector(some[0][k], some[1][k], HIGH);
        }
    }
    for (int k = 0; k < n / 2; k++) {
        y[2 * k] = __builtin_shufflevector(part[0][k], part[1][k], LOW);
        y[2 * k + 1] = __builtin_shufflevector(part[0][k], part[1][k], HIGH);
    }
}

/* The results of `count` transforms, the first of which is number `at`, go to y. `rows` has a
 * vector or a number of each. */
INNER void NAMED(spread)(int64_t at, int count, const int radix, int64_t side, const REAL *rows,
                         REAL *y)
{
    int64_t t = at / side, q = at % side;
    for (int l = 0; l < count; l++) {
        for (int k = 0; k < radix; k++)
            y[(t * radix + k) * side + q] = rows[k * count + l];
        if (++q == side)
            q = 0, t++;
    }
}

#define TRANSFORM(N, loaded, butterfly, count)                                                     \
    N re[FFT_MOST_RADIX], im[FFT_MOST_RADIX];                                                      \
    for (int j = 0; j < radix; j++) {                                                              \
        re[j] = *(const loaded *)(a.xr + at + j * all);                                            \
        im[j] = *(const loaded *)(a.xi + at + j * all);                                            \
    }                                                                                              \
    butterfly(radix, re, im, p->cosines, p->sines);                                                \
    for (int k = 1; k < radix; k++) {                                                              \
        N wr = *(const loaded *)(roots_re + (k - 1) * all + at);                                   \
        N wi = *(const loaded *)(roots_im + (k - 1) * all + at);                                   \
        N product = re[k] * wr - im[k] * wi;                                                       \
        im[k] = re[k] * wi + im[k] * wr;                                                           \
        re[k] = product;                                                                           \
    }

/* The roots are spread, so that there is one for each of the m * side numbers. even: the radix is
 * 2, 4 or 8. */
INNER void NAMED(across)(const fft_pass *p, const int radix, const bool even, NAMED(arrays) a)
{
    const int64_t side = p->before, all = p->m * side;
    const REAL *roots_re = p->roots.re, *roots_im = p->roots.im;
    int64_t at = 0;
    for (; at + NAMED(WIDTH) <= all; at += NAMED(WIDTH)) {
        TRANSFORM(NAMED(vector), NAMED(loaded), NAMED(many_butterfly), NAMED(WIDTH))
        if (even && side == 1) {
            NAMED(vector) y[8];
            NAMED(loaded) *yr = (NAMED(loaded) *)(a.yr + at * radix);
            NAMED(loaded) *yi = (NAMED(loaded) *)(a.yi + at * radix);
            NAMED(shuffle)(radix, re, y);
            for (int k = 0; k < radix; k++)
                yr[k] = y[k];
            NAMED(shuffle)(radix, im, y);
            for (int k = 0; k < radix; k++)
                yi[k] = y[k];
        } else {
            NAMED(spread)(at, NAMED(WIDTH), radix, side, (const REAL *)re, a.yr);
            NAMED(spread)(at, NAMED(WIDTH), radix, side, (const REAL *)im, a.yi);
        }
    }
    for (; at < all; at++) {
        TRANSFORM(REAL, REAL, NAMED(one_butterfly), 1)
        NAMED(spread)(at, 1, radix, side, re, a.yr);
        NAMED(spread)(at, 1, radix, side, im, a.yi);
    }
}
#undef TRANSFORM

/* ---- by radix -------------------------------------------------------------------------------- */

/* What the compiler makes for a radix; any other odd one has a loop. */
#define PASS(r, radix, even)                                                                       \
    OPS_KERNEL static void NAMED(pass_##r)(const fft_pass *p, int64_t side, NAMED(arrays) a)       \
    {                                                                                              \
        if (p->spread && side == p->before)                                                        \
            NAMED(across)(p, radix, even, a);                                                      \
        else if (p->m == 1)                                                                        \
            NAMED(along_side)(p, radix, true, side, a);                                            \
        else                                                                                       \
            NAMED(along_side)(p, radix, false, side, a);                                           \
    }
PASS(2, 2, true)
PASS(3, 3, false)
PASS(4, 4, true)
PASS(5, 5, false)
PASS(7, 7, false)
PASS(8, 8, true)
PASS(any, (int)p->radix, false)
#undef PASS

static void NAMED(pass)(const fft_pass *p, int64_t side, NAMED(arrays) a)
{
    static void (*const passes[9])(const fft_pass *p, int64_t side, NAMED(arrays) a) = {
        [2] = NAMED(pass_2), [3] = NAMED(pass_3), [4] = NAMED(pass_4),
        [5] = NAMED(pass_5), [7] = NAMED(pass_7), [8] = NAMED(pass_8)};
    (p->radix <= 8 ? passes[p->radix] : NAMED(pass_any))(p, side, a);
}

/* ---- multiplication by a chirp --------------------------------------------------------------- */

/* y = x w for n elements of `lanes` numbers each; the roots w are alike for all lanes. With
 * `conjugate`, y = conj(x) w instead. */
OPS_KERNEL static void NAMED(modulate)(int64_t n, int64_t lanes, const bool conjugate, fft_pair x,
                                       fft_pair w, fft_pair y)
{
    const REAL sign = conjugate ? -1 : 1;
    const REAL *xr = x.re, *xi = x.im, *wr = w.re, *wi = w.im;
    REAL *yr = y.re, *yi = y.im;
    for (int64_t k = 0; k < n; k++)
        for (int64_t q = k * lanes; q < (k + 1) * lanes; q++) {
            REAL re = xr[q], im = sign * xi[q];
            yr[q] = re * wr[k] - im * wi[k];
            yi[q] = re * wi[k] + im * wr[k];
        }
}

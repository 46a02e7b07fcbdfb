/* Discrete Fourier transforms of lines: the plan for a length, and the passes that carry it out.
 *
 * All numbers are apart: the real parts in one array, the imaginary ones in another. A transform
 * works on `lanes` lines at once, whose elements lie side by side: element i of line q is at
 * i * lanes + q.
 */
#ifndef JACQUARD_OPS_HOST_FFT_H
#define JACQUARD_OPS_HOST_FFT_H

#include "ops/host/host.h"

/* Complex numbers apart: arrays of f32 or f64, as the plan says. */
typedef struct {
    void *re, *im;
} fft_pair;

/* ---- fft_plan.c ------------------------------------------------------------------------------ */

enum { FFT_MOST_PASSES = 40, FFT_MOST_RADIX = 23 };

/* One pass of Stockham's method: m transforms of `radix` elements each. roots: the powers of the
 * root of unity, radix - 1 rows. A row has m elements; if it is spread, each m is there `before`
 * times, where `before` is the product of the radices of the passes before. */
typedef struct {
    int64_t radix, m, before;
    bool spread;
    fft_pair roots;
    const void *cosines, *sines; /* of the multiples of 2 pi / radix */
} fft_pass;

/* How lines of n elements are transformed: by passes, or, if n has a large prime factor, as a
 * convolution with a chirp (Bluestein), by transforms of `inner->n` elements. */
typedef struct fft_plan fft_plan;
struct fft_plan {
    int64_t n;
    bool wide; /* f64, not f32 */
    int npass;
    fft_pass pass[FFT_MOST_PASSES];
    const fft_plan *inner;
    fft_pair chirp, kernel; /* n numbers; inner->n numbers, transformed */
    fft_pair halves; /* the first n/2 + 1 powers of the root of order 2 n: real lines of 2 n */
    fft_plan *next;
    int64_t users, bytes;
    void *memory;
};

/* The plan for n >= 1, made or kept from before; NULL with an error recorded if there is no memory.
 * fft_drop gives it back. */
const fft_plan *fft_plan_for(int64_t n, bool wide);
void fft_drop(const fft_plan *p);

/* ---- fft_passes.c ---------------------------------------------------------------------------- */

/* How many numbers of scratch memory, in each of two parts, fft_run needs for each lane. */
int64_t fft_scratch(const fft_plan *p);
/* Transforms `lanes` lines from `in` to `out`, forwards, without a factor. in, out and scratch are
 * apart from each other. */
void fft_run(const fft_plan *p, int64_t lanes, fft_pair in, fft_pair out, fft_pair scratch);

#endif

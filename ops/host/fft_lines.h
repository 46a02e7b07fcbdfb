/* Transforms of the lines of an array along one axis. */
#ifndef JACQUARD_OPS_HOST_FFT_LINES_H
#define JACQUARD_OPS_HOST_FFT_LINES_H

#include "ops/host/fft.h"

/* How a line is stored. REAL_TO_HALF: n real numbers become the first n/2 + 1 of the transform, the
 * others being their conjugates; HALF_TO_REAL is its inverse. */
typedef enum { FFT_COMPLEX, FFT_REAL_TO_HALF, FFT_HALF_TO_REAL } fft_kind;

/* The array is [outer, n, inner], or with n/2 + 1 for n where half lines are stored. A real array
 * has no imaginary part. Complex lines may be transformed in place. */
typedef struct {
    fft_kind kind;
    bool wide, inverse;
    int64_t outer, n, inner;
    fft_pair from, to;
    double factor;
} fft_lines;

/* False with an error recorded if there is no memory. */
bool fft_along(const fft_lines *l);

#endif

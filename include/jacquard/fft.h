/* Discrete Fourier transforms, as in jax.numpy.fft. Part of jacquard.h, whose conventions hold here.
 *
 *   X[k] = sum over j of x[j] exp(-2 pi i j k / n)        forwards
 *   x[j] = 1/n sum over k of X[k] exp(2 pi i j k / n)     back
 *
 * Any length is transformed in O(n log n). f32 gives c64 and f64 gives c128; integers, bools and
 * narrower floats count as f32 (f64 for 64-bit integers under x64). Errors grow as log n.
 *
 * Options of all: .norm = "backward" (as above), "ortho" (both by 1 / sqrt(n)) or "forward" (1/n
 * forwards, and no factor back).
 */
#ifndef JACQUARD_FFT_H
#define JACQUARD_FFT_H

#include "numpy.h"

/* ---- Along one axis --------------------------------------------------------------------------- */

/* .n: the length that is transformed; a longer line is cut off, a shorter one continued by zeros. By
 * default all of the line. .axis: the last one by default. jac_fft(x), jac_fft(x, .n = 1024, .axis =
 * 0). */
/* The transform of complex or real numbers (jnp.fft.fft), and back (jnp.fft.ifft). */
#define jac_fft(...)   JAC_FFT_("fft", __VA_ARGS__)
#define jac_ifft(...)  JAC_FFT_("ifft", __VA_ARGS__)
/* The first n/2 + 1 elements of the transform of n real numbers, the others being their conjugates
 * (jnp.fft.rfft), and back to real numbers (jnp.fft.irfft), n = 2 (m - 1) of them by default for m
 * given elements. Back, the imaginary part of the first element counts as 0, and for an even n that
 * of the last one. */
#define jac_rfft(...)  JAC_FFT_("rfft", __VA_ARGS__)
#define jac_irfft(...) JAC_FFT_("irfft", __VA_ARGS__)
/* The real transform of a line of which half is given, because element n - k is the conjugate of
 * element k (jnp.fft.hfft), and back to that half (jnp.fft.ihfft). */
#define jac_hfft(...)  JAC_FFT_("hfft", __VA_ARGS__)
#define jac_ihfft(...) JAC_FFT_("ihfft", __VA_ARGS__)
typedef struct {
    int unused_;
    int64_t n;
    int64_t axis;
    const char *norm;
} jac_fft_opts;
#define JAC_FFT_(what, ... /* x, options */) \
    JAC_FFT__(JAC_CAT_(jac_o_, __COUNTER__), what, __VA_ARGS__, )
#define JAC_FFT__(o, what, x, ...)                                                       \
    JAC_WITH_OPTIONS_(o, jac_fft_opts, (.n = INT64_MIN, .axis = -1, .unused_ = 0),       \
                      jac_fft_(JAC_AT, what, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_fft_(const jac_loc *at, const char *what, jac x, jac_fft_opts o);

/* ---- Along several axes ----------------------------------------------------------------------- */

/* .s: the lengths, as .n above, one for each axis. .axes: by default as many of the last axes as .s
 * has entries, or all axes; of the functions named ...2, the last two. jac_fftn(x), jac_rfft2(x, .s
 * = JAC_DIMS(64, 64)), jac_fftn(x, .axes = JAC_DIMS(0, 2)). Of real transforms, the last axis of the
 * list is the one that is halved (jnp.fft.fftn, ifftn, rfftn, irfftn, fft2 ...). */
#define jac_fftn(...)   JAC_FFTN_("fftn", __VA_ARGS__)
#define jac_ifftn(...)  JAC_FFTN_("ifftn", __VA_ARGS__)
#define jac_rfftn(...)  JAC_FFTN_("rfftn", __VA_ARGS__)
#define jac_irfftn(...) JAC_FFTN_("irfftn", __VA_ARGS__)
#define jac_fft2(...)   JAC_FFTN_("fft2", __VA_ARGS__)
#define jac_ifft2(...)  JAC_FFTN_("ifft2", __VA_ARGS__)
#define jac_rfft2(...)  JAC_FFTN_("rfft2", __VA_ARGS__)
#define jac_irfft2(...) JAC_FFTN_("irfft2", __VA_ARGS__)
typedef struct {
    int unused_;
    jac_dims s;
    jac_dims axes;
    const char *norm;
} jac_fftn_opts;
#define JAC_FFTN_(what, ... /* x, options */) \
    JAC_FFTN__(JAC_CAT_(jac_o_, __COUNTER__), what, __VA_ARGS__, )
#define JAC_FFTN__(o, what, x, ...)                                                                \
    JAC_WITH_OPTIONS_(o, jac_fftn_opts, (.s = JAC_OMITTED_, .axes = JAC_OMITTED_, .unused_ = 0),   \
                      jac_fftn_(JAC_AT, what, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_fftn_(const jac_loc *at, const char *what, jac x, jac_fftn_opts o);

/* ---- Frequencies ------------------------------------------------------------------------------ */

/* The frequencies of the elements of a transform of n samples that lie d apart, in cycles per unit of
 * d: 0, 1, ..., then the negative ones, over n d (jnp.fft.fftfreq); of half a transform (jnp.fft.rfftfreq).
 * d is 1 by default: jac_fftfreq(8), jac_fftfreq(8, .d = 0.1). */
#define jac_fftfreq(...)  JAC_FFTFREQ_(false, __VA_ARGS__)
#define jac_rfftfreq(...) JAC_FFTFREQ_(true, __VA_ARGS__)
typedef struct {
    double d;
} jac_fftfreq_opts;
#define JAC_FFTFREQ_(half, ... /* n, options */) \
    JAC_FFTFREQ__(JAC_CAT_(jac_o_, __COUNTER__), half, __VA_ARGS__, )
#define JAC_FFTFREQ__(o, half, n, ...)                    \
    JAC_WITH_OPTIONS_(o, jac_fftfreq_opts, (.d = 1.0), \
                      jac_fftfreq_(JAC_AT, half, JAC_INT_(n), o), __VA_ARGS__)
JAC_API jac jac_fftfreq_(const jac_loc *at, bool half, int64_t n, jac_fftfreq_opts o);

/* Moves the zero frequency to the middle, along all axes or those given: jac_fftshift(x),
 * jac_fftshift(x, 0) (jnp.fft.fftshift), and back (jnp.fft.ifftshift). */
#define jac_fftshift(x, ... /* axes */) \
    jac_fftshift_(JAC_AT, false, JAC_V(x), JAC_AXES_OPT_(__VA_ARGS__))
#define jac_ifftshift(x, ... /* axes */) \
    jac_fftshift_(JAC_AT, true, JAC_V(x), JAC_AXES_OPT_(__VA_ARGS__))
JAC_API jac jac_fftshift_(const jac_loc *at, bool back, jac x, jac_dims axes);

#endif

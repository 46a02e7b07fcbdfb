/* Signals: convolution, spectra, cosine transforms. Part of jacquard.h, whose conventions hold here.
 *
 * Integers become floats. All functions have derivatives of any order. jac_signal_convolve and
 * jac_signal_correlate, by sums, are in convolution.h.
 */
#ifndef JACQUARD_SIGNAL_H
#define JACQUARD_SIGNAL_H

#include "convolution.h"
#include "fft.h"

/* ---- Convolution --------------------------------------------------------------------------------------- */

/* The convolution by Fourier transforms, which is faster for long operands: jac_fftconvolve(x, y, "same").
 * The arrays have the same rank; along axes that are not among .axes, by default all, they have the same
 * size. mode: "full", "same" (the size of x) or "valid" (jax.scipy.signal.fftconvolve). */
#define jac_fftconvolve(x, y, ... /* mode, options */) \
    JAC_FFTCONVOLVE_(JAC_CAT_(jac_o_, __COUNTER__), x, y, __VA_ARGS__, )
#define JAC_FFTCONVOLVE_(o, x, y, mode, ...)                                            \
    JAC_WITH_OPTIONS_(o, jac_fftconvolve_opts, (.axes = JAC_OMITTED_, .unused_ = 0),    \
                      jac_fftconvolve_(JAC_AT, JAC_V(x), JAC_V(y), mode, o), __VA_ARGS__)
typedef struct {
    int unused_;
    jac_dims axes;
} jac_fftconvolve_opts;
JAC_API jac jac_fftconvolve_(const jac_loc *at, jac x, jac y, const char *mode, jac_fftconvolve_opts o);
/* jac_signal_convolve of matrices (jax.scipy.signal.convolve2d), and the correlation: the convolution of x
 * with the conjugate of y, reversed (jax.scipy.signal.correlate2d). */
#define jac_convolve2d(x, y, mode)  jac_convolve2d_(JAC_AT, JAC_V(x), JAC_V(y), mode)
#define jac_correlate2d(x, y, mode) jac_correlate2d_(JAC_AT, JAC_V(x), JAC_V(y), mode)
JAC_API jac jac_convolve2d_(const jac_loc *at, jac x, jac y, const char *mode);
JAC_API jac jac_correlate2d_(const jac_loc *at, jac x, jac y, const char *mode);

/* ---- Trends ---------------------------------------------------------------------------------------------- */

/* x without its mean (type "constant") or without the line that fits it best ("linear"), along an axis, the
 * last by default. .bp: places where a new line starts: jac_detrend(x, "linear", .bp = 50)
 * (jax.scipy.signal.detrend). */
#define jac_detrend(x, ... /* type, options */) \
    JAC_DETREND_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
#define JAC_DETREND_(o, x, type, ...)                                                          \
    JAC_WITH_OPTIONS_(o, jac_detrend_opts, (.axis = -1, .bp = JAC_OMITTED_, .unused_ = 0),     \
                      jac_detrend_(JAC_AT, JAC_V(x), type, o), __VA_ARGS__)
typedef struct {
    int unused_;
    int64_t axis;
    jac_dims bp;
} jac_detrend_opts;
JAC_API jac jac_detrend_(const jac_loc *at, jac x, const char *type, jac_detrend_opts o);

/* ---- Spectra --------------------------------------------------------------------------------------------- */

/* Spectra of segments of a signal. times are the middles of the segments. */
typedef struct {
    jac frequencies, times, values;
} jac_spectrum;
typedef struct {
    int unused_;
    double fs;          /* samples per unit of time, 1 by default */
    const char *window; /* "hann", the default, "hamming", "blackman" or "boxcar" */
    jac win;            /* or the window itself, a vector */
    int64_t nperseg;    /* samples of a segment: by default 256, or all if there are fewer */
    int64_t noverlap;   /* by which two segments overlap: half by default, which is -1 */
    int64_t nfft;       /* with zeros, to this length; by default nperseg */
    const char *detrend; /* of each segment: "constant", "linear" or "none" */
    bool two_sided;     /* also the frequencies below 0, as of complex signals always */
    const char *scaling; /* "density", the default, or "spectrum" */
    int64_t axis;       /* -1 by default */
    const char *average; /* of jac_welch and jac_csd: "mean", the default, or "median" */
    const char *boundary; /* of jac_stft: "zeros", the default, or "none" */
    bool unpadded;      /* of jac_stft: what does not fill a segment is left out */
} jac_spectrum_opts;
#define JAC_SPECTRUM_DEFAULTS_ (.fs = 1, .noverlap = -1, .axis = -1, .unused_ = 0)
#define JAC_SPECTRUM_(f, x, ...) JAC_SPECTRUM__(JAC_CAT_(jac_o_, __COUNTER__), f, x, __VA_ARGS__)
#define JAC_SPECTRUM__(o, f, x, ...) \
    JAC_WITH_OPTIONS_(o, jac_spectrum_opts, JAC_SPECTRUM_DEFAULTS_, f(JAC_AT, JAC_V(x), o), __VA_ARGS__)
/* The power of x at each frequency, real: the mean over the segments of squared Fourier coefficients,
 * without each segment's mean by default. times is a null handle: jac_welch(x, .fs = 100, .nperseg = 128)
 * (jax.scipy.signal.welch). */
#define jac_welch(... /* x, options */) JAC_SPECTRUM_(jac_welch_, __VA_ARGS__, )
/* Likewise the complex product of the coefficients of x, conjugated, and y (jax.scipy.signal.csd). */
#define jac_csd(x, ... /* y, options */) JAC_CSD_(JAC_CAT_(jac_o_, __COUNTER__), x, __VA_ARGS__, )
#define JAC_CSD_(o, x, y, ...)                                      \
    JAC_WITH_OPTIONS_(o, jac_spectrum_opts, JAC_SPECTRUM_DEFAULTS_, \
                      jac_csd_(JAC_AT, JAC_V(x), JAC_V(y), o), __VA_ARGS__)
/* The Fourier coefficients of each segment, complex; the frequencies take the place of the axis, and the
 * segments are the last axis. Nothing is subtracted by default. The signal is continued by half a segment
 * of zeros at both ends, and up to a whole segment (jax.scipy.signal.stft). */
#define jac_stft(... /* x, options */) JAC_SPECTRUM_(jac_stft_, __VA_ARGS__, )
/* The signal with these coefficients, (..., frequencies, segments): the inverse of jac_stft with the same
 * options .fs, .window, .win, .nperseg, .noverlap, .nfft, .two_sided and .boundary. frequencies is a null
 * handle (jax.scipy.signal.istft). */
#define jac_istft(... /* z, options */) JAC_SPECTRUM_(jac_istft_, __VA_ARGS__, )
JAC_API jac_spectrum jac_welch_(const jac_loc *at, jac x, jac_spectrum_opts o);
JAC_API jac_spectrum jac_csd_(const jac_loc *at, jac x, jac y, jac_spectrum_opts o);
JAC_API jac_spectrum jac_stft_(const jac_loc *at, jac x, jac_spectrum_opts o);
JAC_API jac_spectrum jac_istft_(const jac_loc *at, jac z, jac_spectrum_opts o);

/* ---- Cosine transforms ------------------------------------------------------------------------------------- */

/* The sums 2 sum(x[k] cos(pi i (2k + 1) / 2n)) along an axis, the last by default, of the first .n elements,
 * by default all; .norm = "ortho" makes the transform orthogonal: jac_dct(x), jac_dct(x, .axis = 0). And
 * the inverse (jax.scipy.fft.dct, idct, of type 2). */
#define jac_dct(...)  JAC_DCT_(jac_dct_, __VA_ARGS__, )
#define jac_idct(...) JAC_DCT_(jac_idct_, __VA_ARGS__, )
#define JAC_DCT_(f, x, ...) JAC_DCT__(JAC_CAT_(jac_o_, __COUNTER__), f, x, __VA_ARGS__)
#define JAC_DCT__(o, f, x, ...)                                                          \
    JAC_WITH_OPTIONS_(o, jac_fft_opts, (.n = INT64_MIN, .axis = -1, .unused_ = 0),       \
                      f(JAC_AT, JAC_V(x), o), __VA_ARGS__)
/* Along several axes, all by default: jac_dctn(x, .axes = JAC_AXES(0, 1)) (jax.scipy.fft.dctn, idctn). */
#define jac_dctn(...)  JAC_DCTN_(jac_dctn_, __VA_ARGS__, )
#define jac_idctn(...) JAC_DCTN_(jac_idctn_, __VA_ARGS__, )
#define JAC_DCTN_(f, x, ...) JAC_DCTN__(JAC_CAT_(jac_o_, __COUNTER__), f, x, __VA_ARGS__)
#define JAC_DCTN__(o, f, x, ...)                                                                 \
    JAC_WITH_OPTIONS_(o, jac_fftn_opts, (.s = JAC_OMITTED_, .axes = JAC_OMITTED_, .unused_ = 0), \
                      f(JAC_AT, JAC_V(x), o), __VA_ARGS__)
JAC_API jac jac_dct_(const jac_loc *at, jac x, jac_fft_opts o);
JAC_API jac jac_idct_(const jac_loc *at, jac x, jac_fft_opts o);
JAC_API jac jac_dctn_(const jac_loc *at, jac x, jac_fftn_opts o);
JAC_API jac jac_idctn_(const jac_loc *at, jac x, jac_fftn_opts o);

#endif

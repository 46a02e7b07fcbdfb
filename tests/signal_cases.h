/* The calls of functions of signals and images that are compared with JAX: a name of a case in
 * tests/golden/signal_cases.txt, the number of its arrays, and the call. */
#ifndef JACQUARD_TESTS_SIGNAL_CASES_H
#define JACQUARD_TESTS_SIGNAL_CASES_H

#include "jacquard.h"

static inline jac sc_parts(jac z)
{
    return jac_stack(0, jac_real(z), jac_imag(z));
}

static inline jac sc_at(jac x, jac c, jac d, int order, const char *mode)
{
    jac both[] = {c, d};
    return jac_map_coordinates(x, JAC_HANDLES(2, both), order, .mode = mode, .cval = 0.5);
}

static inline jac sc_along(jac x, jac c)
{
    return jac_map_coordinates(x, JAC_HANDLES(1, &c), 1);
}

// clang-format off
#define SC_MODES(X, mode)                                                                         \
    X(fftconvolve_##mode, 2, jac_fftconvolve(x, y, #mode))                                        \
    X(convolve2d_##mode, 2, jac_convolve2d(x, y, #mode))                                          \
    X(correlate2d_##mode, 2, jac_correlate2d(x, y, #mode))                                        \
    X(correlate2d_small_##mode, 2, jac_correlate2d(x, y, #mode))
#define SC_RESIZE(X, name, method)                                                                \
    X(resize_up_##name, 1, jac_image_resize(x, JAC_SHAPE(9, 11), method))                         \
    X(resize_down_##name, 1, jac_image_resize(x, JAC_SHAPE(4, 2), method))                        \
    X(resize_sharp_##name, 1, jac_image_resize(x, JAC_SHAPE(3, 7), method, .antialias = false))
#define SC_MAP(X, mode)                                                                           \
    X(map_##mode##_0, 3, sc_at(x, y, z, 0, #mode))                                                \
    X(map_##mode##_1, 3, sc_at(x, y, z, 1, #mode))
#define SIGNAL_CASES(X)                                                                           \
    SC_MODES(X, full)                                                                             \
    SC_MODES(X, same)                                                                             \
    SC_MODES(X, valid)                                                                            \
    X(fftconvolve_short, 2, jac_fftconvolve(x, y, "valid"))                                       \
    X(fftconvolve_2d, 2, jac_fftconvolve(x, y, "full"))                                           \
    X(fftconvolve_axes, 2, jac_fftconvolve(x, y, "same", .axes = 1))                              \
    X(detrend_constant, 1, jac_detrend(x, "constant"))                                            \
    X(detrend_linear, 1, jac_detrend(x, "linear"))                                                \
    X(detrend_axis, 1, jac_detrend(x, "linear", .axis = 0))                                       \
    X(detrend_bp, 1, jac_detrend(x, "linear", .bp = JAC_DIMS(7, 3)))                              \
    X(welch, 1, jac_welch(x, .fs = 10, .nperseg = 16).values)                                     \
    X(welch_frequencies, 1, jac_add(jac_welch(x, .fs = 10, .nperseg = 16).frequencies,            \
                                    jac_mul(0, jac_at(x, 0))))                                    \
    X(welch_all, 1, jac_welch(x).values)                                                          \
    X(welch_options, 1, jac_welch(x, .window = "hamming", .nperseg = 9, .noverlap = 2, .nfft = 11, \
                                  .detrend = "linear", .scaling = "spectrum", .axis = 0).values)  \
    X(welch_two_sided, 1, jac_welch(x, .nperseg = 8, .two_sided = true).values)                   \
    X(welch_median, 1, jac_welch(x, .nperseg = 8, .average = "median").values)                    \
    X(csd, 2, sc_parts(jac_csd(x, y, .nperseg = 8).values))                                       \
    X(stft, 1, sc_parts(jac_stft(x, .nperseg = 8).values))                                        \
    X(stft_times, 1, jac_add(jac_stft(x, .fs = 2, .nperseg = 8).times, jac_mul(0, jac_at(x, 0)))) \
    X(stft_plain, 1, sc_parts(jac_stft(x, .nperseg = 8, .boundary = "none", .unpadded = true).values)) \
    X(istft, 2, jac_istft(jac_complex(x, y), .nperseg = 8).values)                                \
    X(dct_1, 1, jac_dct(x))                                                                       \
    X(idct_1, 1, jac_idct(x))                                                                     \
    X(dct_4, 1, jac_dct(x))                                                                       \
    X(idct_4, 1, jac_idct(x))                                                                     \
    X(dct_5, 1, jac_dct(x))                                                                       \
    X(idct_5, 1, jac_idct(x))                                                                     \
    X(dct_ortho, 1, jac_dct(x, .norm = "ortho", .axis = 0))                                       \
    X(idct_ortho, 1, jac_idct(x, .norm = "ortho", .n = 6))                                        \
    X(dct_n, 1, jac_dct(x, .n = 3))                                                               \
    X(dct_ints, 1, jac_dct(x))                                                                    \
    X(dctn, 1, jac_dctn(x))                                                                       \
    X(dctn_axes, 1, jac_dctn(x, .axes = JAC_AXES(0, 2), .norm = "ortho"))                         \
    X(dctn_s, 1, jac_dctn(x, .s = JAC_DIMS(2, 5)))                                                \
    X(idctn, 1, jac_idctn(x))                                                                     \
    SC_RESIZE(X, nearest, "nearest")                                                              \
    SC_RESIZE(X, linear, "linear")                                                                \
    SC_RESIZE(X, cubic, "cubic")                                                                  \
    SC_RESIZE(X, cubic_pytorch, "cubic-pytorch")                                                  \
    SC_RESIZE(X, lanczos3, "lanczos3")                                                            \
    SC_RESIZE(X, lanczos5, "lanczos5")                                                            \
    X(resize_same, 1, jac_image_resize(x, JAC_SHAPE(6, 3), "linear"))                             \
    X(resize_ints, 1, jac_image_resize(x, 5, "linear"))                                           \
    X(resize_ints_nearest, 1, jac_image_resize(x, 5, "nearest"))                                  \
    X(scale_and_translate, 3, jac_scale_and_translate(x, JAC_SHAPE(7, 6), JAC_AXES(0, 1), y, z, "linear")) \
    X(scale_and_translate_cubic, 3, jac_scale_and_translate(x, JAC_SHAPE(6, 4), 1, y, z, "cubic")) \
    SC_MAP(X, constant)                                                                           \
    SC_MAP(X, nearest)                                                                            \
    SC_MAP(X, wrap)                                                                               \
    SC_MAP(X, mirror)                                                                             \
    SC_MAP(X, reflect)                                                                            \
    X(map_ints, 2, sc_along(x, y))
// clang-format on

#endif

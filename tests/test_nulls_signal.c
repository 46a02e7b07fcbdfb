/* Null handles given to functions of signals and images. */
#include "tests/nulls.h"

Test(nulls, signals_and_images_refuse_null_handles)
{
    jac x = jac_ones(JAC_SHAPE(2, 2)), v = jac_ones(1);
    REFUSES(jac_fftconvolve(no, x, "full"));
    REFUSES(jac_fftconvolve(x, no, "full"));
    REFUSES(jac_fftconvolve(x, x, NULL));
    REFUSES(jac_convolve2d(no, x, "full"));
    REFUSES(jac_convolve2d(x, no, "full"));
    REFUSES(jac_correlate2d(no, x, "full"));
    REFUSES(jac_correlate2d(x, no, "full"));
    REFUSES(jac_detrend(no, "linear"));
    REFUSES(jac_detrend(x, NULL));
    REFUSES(jac_welch(no).values);
    REFUSES(jac_csd(no, v).values);
    REFUSES(jac_csd(v, no).values);
    REFUSES(jac_stft(no).values);
    REFUSES(jac_istft(no).values);
    REFUSES(jac_dct(no));
    REFUSES(jac_idct(no));
    REFUSES(jac_dctn(no));
    REFUSES(jac_idctn(no));
    REFUSES(jac_image_resize(no, 3, "linear"));
    REFUSES(jac_image_resize(x, JAC_SHAPE(3, 3), NULL));
    REFUSES(jac_scale_and_translate(no, 3, 0, v, v, "linear"));
    REFUSES(jac_scale_and_translate(v, 3, 0, no, v, "linear"));
    REFUSES(jac_scale_and_translate(v, 3, 0, v, no, "linear"));
    REFUSES(jac_map_coordinates(no, JAC_HANDLES(1, &v), 1));
    REFUSES(jac_map_coordinates(v, JAC_HANDLES(1, &no), 1));
}

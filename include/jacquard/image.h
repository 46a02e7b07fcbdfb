/* Images: resizing, and interpolation at any coordinates. Part of jacquard.h, whose conventions hold here.
 *
 * The arrays may have any number of dimensions. All functions have derivatives.
 */
#ifndef JACQUARD_IMAGE_H
#define JACQUARD_IMAGE_H

#include "numpy.h"

/* The image in another shape: jac_image_resize(x, JAC_SHAPE(64, 64, 3), "linear"). Methods: "nearest",
 * "linear" (also "bilinear", "trilinear", "triangle"), "cubic" ("bicubic", "tricubic"), "cubic-pytorch",
 * "lanczos3" and "lanczos5". Unless .antialias = false, what is made smaller is smoothed first. Floats keep
 * their dtype, and with "nearest" all do (jax.image.resize). */
#define jac_image_resize(x, shape, ... /* method, options */) \
    JAC_RESIZE_(JAC_CAT_(jac_o_, __COUNTER__), x, shape, __VA_ARGS__, )
#define JAC_RESIZE_(o, x, shape, method, ...)                                  \
    JAC_WITH_OPTIONS_(o, jac_image_opts, (.antialias = true, .unused_ = 0),    \
                      jac_image_resize_(JAC_AT, JAC_V(x), JAC_SHAPE_(shape), method, o), __VA_ARGS__)
typedef struct {
    int unused_;
    bool antialias; /* true by default */
} jac_image_opts;
JAC_API jac jac_image_resize_(const jac_loc *at, jac x, jac_dims shape, const char *method,
                              jac_image_opts o);
/* The image in another shape, where the pixel at p along one of the axes goes to scale * p + translation:
 * jac_scale_and_translate(x, shape, JAC_AXES(0, 1), scale, translation, "linear"). scale and translation
 * are vectors of as many elements as there are axes, and may be traced. What comes from outside is 0. The
 * methods are as above, but not "nearest" and "cubic-pytorch" (jax.image.scale_and_translate). */
#define jac_scale_and_translate(x, shape, axes, scale, translation, ... /* method, options */) \
    JAC_SCALE_(JAC_CAT_(jac_o_, __COUNTER__), x, shape, axes, scale, translation, __VA_ARGS__, )
#define JAC_SCALE_(o, x, shape, axes, scale, translation, method, ...)                          \
    JAC_WITH_OPTIONS_(o, jac_image_opts, (.antialias = true, .unused_ = 0),                     \
                      jac_scale_and_translate_(JAC_AT, JAC_V(x), JAC_SHAPE_(shape), JAC_SHAPE_(axes), \
                                               JAC_V(scale), JAC_V(translation), method, o),    \
                      __VA_ARGS__)
JAC_API jac jac_scale_and_translate_(const jac_loc *at, jac x, jac_dims shape, jac_dims axes, jac scale,
                                     jac translation, const char *method, jac_image_opts o);

/* x at coordinates between its elements. The coordinates are a list of arrays of one shape, one for each
 * dimension of x: jac_map_coordinates(x, JAC_HANDLES(2, c), 1). order 0 gives the nearest element, and 1
 * interpolates linearly. Outside of x stands .cval, 0 by default (.mode = "constant"), or x continued:
 * "nearest" by its edge, "wrap" again from the other end, "mirror" turned around the middle of the edge's
 * element, "reflect" around the edge (jax.scipy.ndimage.map_coordinates). */
#define jac_map_coordinates(x, coordinates, ... /* order, options */) \
    JAC_MAP_COORDINATES_(JAC_CAT_(jac_o_, __COUNTER__), x, coordinates, __VA_ARGS__, )
#define JAC_MAP_COORDINATES_(o, x, coordinates, order, ...)                     \
    JAC_WITH_OPTIONS_(o, jac_map_coordinates_opts, (.unused_ = 0),              \
                      jac_map_coordinates_(JAC_AT, JAC_V(x), coordinates, JAC_INT_(order), o), __VA_ARGS__)
typedef struct {
    int unused_;
    const char *mode; /* "constant" by default */
    double cval;
} jac_map_coordinates_opts;
JAC_API jac jac_map_coordinates_(const jac_loc *at, jac x, jac_handles coordinates, int64_t order,
                                 jac_map_coordinates_opts o);

#endif

/* Null handles given to polynomials, windows, functions of functions, and to what puts parts in and takes them out. */
#include "tests/nulls.h"

static const jac_handles nothing = {2, NULL}, empty = {0, NULL};

Test(nulls, polynomials_and_windows_refuse_null_handles)
{
    jac x = jac_ones(3);
    REFUSES(jac_polyval(no, x));
    REFUSES(jac_polyval(x, no));
    REFUSES(jac_polyadd(no, x));
    REFUSES(jac_polysub(x, no));
    REFUSES(jac_polymul(no, x));
    REFUSES(jac_polydiv(x, no));
    REFUSES(jac_polyder(no));
    REFUSES(jac_polyder(x, -1));
    REFUSES(jac_polyint(no));
    REFUSES(jac_poly(no));
    REFUSES(jac_roots(no));
    REFUSES(jac_polyfit(no, x, 1));
    REFUSES(jac_polyfit(x, no, 1));
    REFUSES(jac_bartlett(-1));
    REFUSES(jac_hanning(-1));
    REFUSES(jac_hamming(-1));
    REFUSES(jac_blackman(-1));
    REFUSES(jac_kaiser(3, no));
}

Test(nulls, selections_refuse_null_handles)
{
    jac x = jac_ones(3);
    REFUSES(jac_select(JAC_ARRAYS(no), JAC_ARRAYS(x)));
    REFUSES(jac_select(JAC_ARRAYS(x), JAC_ARRAYS(no)));
    REFUSES(jac_select(JAC_ARRAYS(x), JAC_ARRAYS(x), no));
    REFUSES(jac_select(nothing, nothing));
    REFUSES(jac_select(empty, empty));
    REFUSES(jac_extend(no, 1, 1, "edge"));
    REFUSES(jac_extend(x, two, 1, "edge"));
    REFUSES(jac_extend(x, 1, 1, NULL));
    REFUSES(jac_delete(no, 1));
    REFUSES(jac_delete(x, no));
    REFUSES(jac_delete(x, two));
    REFUSES(jac_insert(no, 1, x));
    REFUSES(jac_insert(x, no, x));
    REFUSES(jac_insert(x, 1, no));
    REFUSES(jac_trim_zeros(no, "f"));
    REFUSES(jac_trim_zeros(x, NULL));
    REFUSES(jac_packbits(no));
    REFUSES(jac_unpackbits(no));
    REFUSES(jac_logspace(no, x, 3));
    REFUSES(jac_geomspace(x, no, 3));
    REFUSES(jac_conv_general_dilated_patches(no, 2));
    REFUSES(jac_conv_general_dilated_patches(jac_ones(JAC_SHAPE(1, 1, 3)), two));
    REFUSES(jac_conv_general_dilated_local(no, x, 2));
    REFUSES(jac_conv_general_dilated_local(x, no, 2));
    REFUSES(jac_ragged_dot(no, x, x));
    REFUSES(jac_ragged_dot(x, no, x));
    REFUSES(jac_ragged_dot(x, x, no));
}

Test(nulls, functions_of_functions_refuse_null_handles_and_functions)
{
    jac x = jac_ones(3), y[2];
    REFUSES(jac_vectorize(none, NULL));
    REFUSES(jac_call1(jac_vectorize(same_fn, NULL), no));
    REFUSES(jac_apply_along_axis(none, 0, x));
    REFUSES(jac_apply_along_axis(same_fn, 0, no));
    REFUSES(jac_fromfunction(none, 3));
    REFUSES(jac_fromfunction(same_fn, two));
    REFUSES(jac_piecewise(no, JAC_ARRAYS(x), JAC_FNS(same_fn)));
    REFUSES(jac_piecewise(x, nothing, JAC_FNS(same_fn, same_fn)));
    REFUSES(jac_piecewise(x, JAC_ARRAYS(x), JAC_FNS(none)));
    REFUSES(jac_mask_indices(3, none, y));
    REFUSES(jac_mask_indices(3, same_fn, (jac *)NULL));
}

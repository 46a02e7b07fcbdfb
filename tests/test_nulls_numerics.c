/* Null handles given to the functions that rearrange, compare, difference and average arrays. */
#include "tests/nulls.h"

static const jac_handles nothing = {2, NULL}, empty = {0, NULL};

Test(nulls, functions_that_repeat_and_roll_refuse_null_handles)
{
    jac x = jac_ones(2), y[2];
    REFUSES(jac_repeat(no, 2));
    REFUSES(jac_repeat(x, no));
    REFUSES(jac_repeat(x, two));
    REFUSES(jac_tile(no, 2));
    REFUSES(jac_tile(x, two));
    REFUSES(jac_resize(no, 2));
    REFUSES(jac_resize(x, two));
    REFUSES(jac_roll(no, 1));
    REFUSES(jac_roll(x, no));
    REFUSES(jac_roll(x, two, 0));
    REFUSES(jac_roll(x, 1, two));
    REFUSES(jac_rot90(no));
    REFUSES(jac_flipud(no));
    REFUSES(jac_fliplr(no));
    REFUSES(jac_rollaxis(no, 0));
    REFUSES(jac_meshgrid(JAC_ARRAYS(x, no), y));
    REFUSES(jac_meshgrid(nothing, y));
    REFUSES(jac_meshgrid(JAC_ARRAYS(x, x), (jac *)NULL));
    REFUSES(jac_meshgrid(JAC_ARRAYS(x, x), y, .indexing = NULL));
    REFUSES(jac_indices(two));
    REFUSES(jac_open_mesh(nothing, y));
    REFUSES(jac_open_mesh(JAC_ARRAYS(no), y));
    REFUSES(jac_broadcast_arrays(nothing, y));
    REFUSES(jac_broadcast_arrays(JAC_ARRAYS(x, no), y));
}

Test(nulls, functions_that_stack_and_split_refuse_null_handles)
{
    jac x = jac_ones(2), y[2];
    REFUSES(jac_atleast_1d(no));
    REFUSES(jac_atleast_2d(no));
    REFUSES(jac_atleast_3d(no));
    REFUSES(jac_hstack(x, no));
    REFUSES(jac_vstack(nothing));
    REFUSES(jac_dstack(empty));
    REFUSES(jac_column_stack(no));
    REFUSES(jac_append(x, no));
    REFUSES(jac_append(no, x));
    REFUSES(jac_append(x, x, two));
    REFUSES(jac_block(2, x, no));
    REFUSES(jac_block(two, x));
    REFUSES(jac_block(1, nothing));
    REFUSES(jac_split(no, 2, y));
    REFUSES(jac_split(x, two, y));
    REFUSES(jac_split(x, no, y));
    REFUSES(jac_split(x, 2, (jac *)NULL));
    REFUSES(jac_array_split(no, 2, y));
    REFUSES(jac_hsplit(no, 2, y));
    REFUSES(jac_vsplit(no, 2, y));
    REFUSES(jac_dsplit(no, 2, y));
    REFUSES(jac_unstack(no, y));
    REFUSES(jac_unstack(x, (jac *)NULL));
}

Test(nulls, functions_of_diagonals_refuse_null_handles)
{
    jac x = jac_ones(JAC_SHAPE(2, 2)), y[2];
    REFUSES(jac_diag(no));
    REFUSES(jac_diagflat(no));
    REFUSES(jac_diagonal(no));
    REFUSES(jac_trace(no));
    REFUSES(jac_fill_diagonal(no, 1));
    REFUSES(jac_fill_diagonal(x, no));
    REFUSES(jac_tril(no));
    REFUSES(jac_triu(no));
    REFUSES(jac_tri(-1));
    REFUSES(jac_vander(no));
    REFUSES(jac_kron(no, x));
    REFUSES(jac_kron(x, no));
    REFUSES(jac_tril_indices(2, (jac *)NULL));
    REFUSES(jac_triu_indices(-2, y));
    REFUSES(jac_tril_indices_from(no, y));
    REFUSES(jac_triu_indices_from(no, y));
    REFUSES(jac_diag_indices(2, -1, y));
    REFUSES(jac_diag_indices_from(no, y));
    REFUSES(jac_collapse(no, 0));
    REFUSES(jac_broadcast(no, 2));
    REFUSES(jac_broadcast(x, two));
    REFUSES(jac_dynamic_slice_in_dim(no, 0, 1));
    REFUSES(jac_dynamic_slice_in_dim(x, no, 1));
    REFUSES(jac_dynamic_update_slice_in_dim(no, x, 0, 0));
    REFUSES(jac_dynamic_update_slice_in_dim(x, no, 0, 0));
    REFUSES(jac_dynamic_update_slice_in_dim(x, x, no, 0));
    REFUSES(jac_dynamic_index_in_dim(no, 0));
    REFUSES(jac_dynamic_index_in_dim(x, no));
    REFUSES(jac_dynamic_update_index_in_dim(no, x, 0, 0));
    REFUSES(jac_dynamic_update_index_in_dim(x, no, 0, 0));
    REFUSES(jac_dynamic_update_index_in_dim(x, x, no, 0));
}

Test(nulls, functions_of_numbers_refuse_null_handles)
{
    jac x = jac_ones(2);
    REFUSES(jac_isclose(no, x));
    REFUSES(jac_isclose(x, no));
    REFUSES(jac_allclose(no, x));
    REFUSES(jac_array_equal(x, no));
    REFUSES(jac_array_equiv(x, no));
    REFUSES(jac_positive(no));
    REFUSES(jac_fabs(no));
    REFUSES(jac_trunc(no));
    REFUSES(jac_rint(no));
    REFUSES(jac_signbit(no));
    REFUSES(jac_copysign(x, no));
    REFUSES(jac_heaviside(no, x));
    REFUSES(jac_fmax(no, x));
    REFUSES(jac_fmin(x, no));
    REFUSES(jac_float_power(x, no));
    REFUSES(jac_logaddexp2(no, x));
    REFUSES(jac_isposinf(no));
    REFUSES(jac_isneginf(no));
    REFUSES(jac_degrees(no));
    REFUSES(jac_radians(no));
    REFUSES(jac_spacing(no));
    REFUSES(jac_ldexp(no, 1));
    REFUSES(jac_ldexp(x, no));
    REFUSES(jac_frexp(no));
    REFUSES(jac_modf(no));
    REFUSES(jac_divmod(no, x));
    REFUSES(jac_gcd(no, 2));
    REFUSES(jac_lcm(2, no));
    REFUSES(jac_nan_to_num(no));
    REFUSES(jac_tensordot(no, x, 1));
    REFUSES(jac_tensordot(x, no));
    REFUSES(jac_tensordot(x, x, two, two));
    REFUSES(jac_vdot(no, x));
    REFUSES(jac_inner(x, no));
    REFUSES(jac_matvec(no, x));
    REFUSES(jac_vecmat(x, no));
}

Test(nulls, differences_and_statistics_refuse_null_handles)
{
    jac x = jac_ones(2), y[2];
    REFUSES(jac_diff(no));
    REFUSES(jac_ediff1d(no));
    REFUSES(jac_gradient(no, y));
    REFUSES(jac_gradient(x, (jac *)NULL));
    REFUSES(jac_gradient(x, y, .spacing = nothing));
    REFUSES(jac_trapezoid(no));
    REFUSES(jac_interp(no, x, x));
    REFUSES(jac_interp(x, no, x));
    REFUSES(jac_interp(x, x, no));
    REFUSES(jac_unwrap(no));
    REFUSES(jac_average(no));
    REFUSES(jac_ptp(no));
    REFUSES(jac_count_nonzero(no));
    REFUSES(jac_cov(no));
    REFUSES(jac_corrcoef(no));
    REFUSES(jac_nansum(no));
    REFUSES(jac_nanprod(no));
    REFUSES(jac_nanmax(no));
    REFUSES(jac_nanmin(no));
    REFUSES(jac_nanmean(no));
    REFUSES(jac_nanvar(no));
    REFUSES(jac_nanstd(no));
    REFUSES(jac_nanargmax(no));
    REFUSES(jac_nanargmin(no));
    REFUSES(jac_nancumsum(no));
    REFUSES(jac_nancumprod(no));
}

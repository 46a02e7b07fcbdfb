/* Axes as an int, a list, or nothing; shapes as a list or an int. */
#include <jacquard.h>

JAC_DEF(jac, total, (jac, x))
{
    return jac_sum(x);
}

JAC_TREE(All, sums, means, greatest, rows, columns, flipped, squeezed, turned, soft, zeros)
All all(jac x, jac_dims axes);
All all(jac x, jac_dims axes)
{
    All a = {jac_sum(x, 1),
             jac_mean(x, 0, .keepdims = true),
             jac_max(x, -1),
             jac_call1(jac_vmap(total_fn, 1), x),
             jac_call1(jac_vmap(total_fn, JAC_AXES(1), .out_axes = 0), x),
             jac_flip(jac_flip(x), 1),
             jac_squeeze(jac_expand_dims(x, JAC_AXES(0, 1)), JAC_AXES(0, 1)),
             jac_transpose(jac_transpose(jac_transpose(x, 1, 0), JAC_AXES(1, 0))),
             jac_add(jac_softmax(x), jac_add(jac_softmax(x, 1), jac_log_softmax(x, axes))),
             jac_zeros(jac_shape(x), jac_dtype_of(x))};
    a.sums = jac_add(a.sums, jac_sum(x, .axis = 1));
    a.sums = jac_add(a.sums, jac_std(jac_sum(x, axes, .keepdims = true), JAC_AXES(0), .ddof = 1));
    a.zeros = jac_add(a.zeros, jac_sum(jac_ones(3)));
    a.rows = jac_sum(x, jac_ndim(jac_sum(x, 0)), .keepdims = jac_ndim(jac_sum(x, 1)) > 1);
    return a;
}

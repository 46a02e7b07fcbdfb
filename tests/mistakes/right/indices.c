/* Every kind of index, and a value of every kind. */
#include <jacquard.h>

JAC_DEF(jac, twice, (jac, x))
{
    return jac_mul(x, 2);
}

JAC_TREE(Indexed, all, element, part, rows, read, list)
Indexed indexed(jac x, jac idx, unsigned char i, size_t k);
Indexed indexed(jac x, jac idx, unsigned char i, size_t k)
{
    const jac_ix list[] = {JAC_ALL, JAC_NEW};
    Indexed y = {jac_index(x, JAC_ALL), jac_index(x, i, -1, k), jac_index(x, JAC_RANGE(1, JAC_END), JAC_RANGE(k, 2, -1), JAC_NEW),
                 jac_index(x, JAC_ELLIPSIS, idx, JAC_MODE(JAC_CLIP)),
                 jac_index(x, idx, JAC_MODE(JAC_FILL_OR_DROP, .fill_value = jac_asarray(0))),
                 jac_index(x, JAC_INDICES(2, list), jac_index(idx, 0))};
    y.all = jac_set(y.all, 1.5, JAC_ALL, jac_gt(x, 0));
    y.rows = jac_add_at(y.rows, y.rows, idx, JAC_MODE(.unique_indices = true));
    y.rows = jac_add_at(y.rows, y.rows, idx, JAC_MODE());
    y.rows = jac_min_at(jac_max_at(jac_mul_at(jac_sub_at(y.rows, 1, 0), 2, 0), 3, 0), 4u, 0);
    y.rows = jac_apply_at(y.rows, twice_fn, JAC_ALL, idx);
    return y;
}

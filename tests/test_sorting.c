/* What sorting refuses, and its order where the golden cases do not show it. */
#include <math.h>

#include "tests/handles.h"

Test(sorting, what_cannot_be_sorted_is_an_error)
{
    jac x = jac_zeros(JAC_SHAPE(2, 3)), v = jac_zeros(JAC_SHAPE(3)), both[] = {x, v}, out[2];
    FAILS_WITH(jac_sort(1.0), "a scalar has no axis to sort along");
    FAILS_WITH(jac_sort(x, 2), "axis");
    FAILS_WITH(jac_sort(x, JAC_AXES(0, 1)), "one axis can be given");
    FAILS_WITH(jac_lexsort(x, v), "must have the shape of the first one");
    FAILS_WITH(jac_top_k(x, 4).values, "k must be 0 to 3");
    FAILS_WITH(jac_top_k(x, -1).indices, "k must be 0 to 3");
    FAILS_WITH(jac_searchsorted(x, v), "must be a vector");
    FAILS_WITH(jac_quantile(x, x), "q must be a number or a vector");
    FAILS_WITH(jac_median(jac_zeros(JAC_SHAPE(0))), "has no elements");
    FAILS_WITH(jac_sort_all(JAC_HANDLES(2, both), 0, 1, &out), "must have the shape of the first");
    both[1] = x;
    FAILS_WITH(jac_sort_all(JAC_HANDLES(2, both), 0, 3, &out), "num_keys must be 1 to 2");
}

JAC_DEF(jac, places_in_order, (jac, x))
{
    return jac_argsort(x);
}

/* Long lines are sorted by digits of 11 bits, the longest by several threads. */
Test(sorting, long_lines_keep_equal_elements_in_order)
{
    enum { N = 300001 };
    jac x = jac_remainder(jac_mul(jac_arange(N), 7919), 257);
    jac at = jac_call1(jac_jit(places_in_order_fn), x);
    const int32_t *p = jac_view(at, JAC_I32), *v = jac_view(x, JAC_I32);
    cr_assert(p && v, "%s", jac_error());
    for (int k = 1; k < N; k++) {
        int32_t a = v[p[k - 1]], b = v[p[k]];
        cr_assert(a < b || (a == b && p[k - 1] < p[k]), "place %d: %d at %d, %d at %d", k, a,
                  p[k - 1], b, p[k]);
    }
}

/* The same line in three ways: elements alone along the last axis, along another one, and with
 * their places. The lengths choose merging, digits of 8 and 11 bits, and
 * several threads. */
Test(sorting, lines_are_sorted_alike_along_every_axis_and_with_their_places)
{
    static const jac_dtype dtypes[] = {JAC_BOOL, JAC_I8,  JAC_U8,  JAC_I16, JAC_U16,
                                       JAC_I32,  JAC_U32, JAC_I64, JAC_U64, JAC_F16,
                                       JAC_BF16, JAC_F32, JAC_F64};
    static const int lengths[] = {1, 2, 16, 17, 384, 385, 33000, 270001};
    jac_enable_x64(true);
    for (size_t k = 0; k < sizeof dtypes / sizeof *dtypes; k++)
        for (size_t j = 0; j < sizeof lengths / sizeof *lengths; j++)
            JAC_SCOPE () {
                bool down = (k + j) % 2;
                int n = lengths[j];
                jac x = jac_sub(jac_remainder(jac_mul(jac_arange(n), 40503), 65521), 30000);
                x = jac_astype(x, dtypes[k]);
                jac y = jac_sort(x, .descending = down);
                jac two = jac_broadcast_to(jac_reshape(x, n, 1), JAC_SHAPE(n, 2));
                jac along = jac_sort(two, 0, .descending = down);
                jac by_place = jac_take(x, jac_argsort(x, .descending = down), 0);
                cr_expect(jac_item_bool(jac_all(jac_eq(along, jac_reshape(y, n, 1)))),
                          "dtype %d, %d elements along axis 0", (int)dtypes[k], n);
                cr_expect(jac_item_bool(jac_all(jac_eq(by_place, y))), "dtype %d, %d elements",
                          (int)dtypes[k], n);
                if (dtypes[k] == JAC_BOOL)
                    continue;
                jac top = jac_top_k(jac_reshape(x, 1, n), n < 5 ? n : 5).values;
                jac best =
                    jac_slice(down ? y : jac_flip(y), JAC_SHAPE(0), JAC_SHAPE(n < 5 ? n : 5));
                cr_expect(jac_item_bool(jac_all(jac_eq(top, best))),
                          "the largest: dtype %d, %d elements", (int)dtypes[k], n);
            }
}

Test(sorting, long_lines_of_each_dtype_are_sorted)
{
    enum { N = 70000 };
    static const jac_dtype dtypes[] = {JAC_I8,  JAC_U8,  JAC_I16, JAC_U16,  JAC_I32, JAC_U32,
                                       JAC_I64, JAC_U64, JAC_F16, JAC_BF16, JAC_F32, JAC_F64};
    jac_enable_x64(true);
    for (size_t k = 0; k < sizeof dtypes / sizeof *dtypes; k++)
        for (int down = 0; down < 2; down++)
            JAC_SCOPE () {
                jac x = jac_sub(jac_remainder(jac_mul(jac_arange(N), 40503), 65521), 30000);
                x = jac_astype(x, dtypes[k]);
                jac y = jac_sort(x, .descending = down);
                jac lower = jac_slice(y, JAC_SHAPE(0), JAC_SHAPE(N - 1));
                jac upper = jac_slice(y, JAC_SHAPE(1), JAC_SHAPE(N));
                jac right = down ? jac_ge(lower, upper) : jac_le(lower, upper);
                cr_expect(jac_item_bool(jac_all(right)), "dtype %d", (int)dtypes[k]);
                jac sums =
                    jac_sub(jac_sum(jac_astype(x, JAC_F64)), jac_sum(jac_astype(y, JAC_F64)));
                cr_expect_eq(jac_item_f64(sums), 0, "dtype %d", (int)dtypes[k]);
            }
}

/* Of a short line, only elements whose first bits may be among the k largest are sorted. */
Test(sorting, the_largest_of_lines_with_equal_elements_come_in_the_order_of_their_places)
{
    static const jac_dtype dtypes[] = {JAC_I8,  JAC_U8,  JAC_I16, JAC_U16,  JAC_I32, JAC_U32,
                                       JAC_I64, JAC_U64, JAC_F16, JAC_BF16, JAC_F32, JAC_F64};
    static const int lengths[] = {4, 60, 1024, 5000}, different[] = {1, 3, 50, 65521};
    jac_enable_x64(true);
    for (size_t k = 0; k < sizeof dtypes / sizeof *dtypes; k++)
        for (int j = 0; j < 4; j++)
            for (int d = 0; d < 4; d++)
                JAC_SCOPE () {
                    int n = lengths[j], most = n / 4;
                    jac x = jac_remainder(jac_mul(jac_arange(n), 40503), different[d]);
                    x = jac_astype(jac_sub(x, different[d] / 2), dtypes[k]);
                    if (dtypes[k] >= JAC_F16)
                        x = jac_where(jac_eq(x, 1), NAN, jac_where(jac_eq(x, 2), -0.0, x));
                    jac_top got = jac_top_k(x, most);
                    jac order = jac_argsort(x, .descending = true);
                    order = jac_slice(order, JAC_SHAPE(0), JAC_SHAPE(most));
                    cr_expect(jac_item_bool(jac_all(jac_eq(got.indices, order))),
                              "dtype %d, %d of %d elements: %s", (int)dtypes[k], most, n,
                              jac_str(x));
                }
}

/* Counting: how often numbers occur, and whether they do. */
#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* The weights as a vector; ones of dtype d if there are none. */
static jac weights_of(const char *what, jac x, const ir_type *t, jac weights, ir_dtype d)
{
    ir_type tw;
    if (!weights.word)
        return jac_ravel(rt_convert(jac_ones_like(x), d, false));
    if (!rt_promote(1, &weights, false) || !rt_type_of(weights, &tw))
        return JAC_NULL;
    if (ir_same_shape(&tw, t))
        return jac_ravel(weights);
    ir_fail("%s: the weights are %s, but must have the shape of x, %s", what, ir_type_tmp(&tw),
            ir_type_tmp(t));
    return JAC_NULL;
}

jac jac_bincount_(const jac_loc *at, jac x, int64_t length, jac_count_opts o)
{
    unsigned m = rt_begin_as(at, "bincount");
    ir_type t;
    if (!rt_promote(1, &x, false) || !rt_type_of(x, &t))
        return rt_end(m, JAC_NULL);
    if (!ir_is_integer(t.dtype)) {
        ir_fail("bincount: x must have integers, but is %s", ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    jac weights = weights_of("bincount", x, &t, o.weights, rt_default_int());
    jac place = jac_ravel(jac_maximum(x, 0));
    return rt_end(m, jac_ok(weights) ? jac_segment_sum(weights, place, length) : JAC_NULL);
}

/* The last bin has its upper end too. What is below all bins is counted first, and left out. */
jac jac_histogram_(const jac_loc *at, jac x, jac edges, jac_count_opts o)
{
    unsigned m = rt_begin_as(at, "histogram");
    ir_type t, te;
    jac both[] = {x, edges};
    if (!rt_promote(2, both, false) || !rt_type_of(both[0], &t) || !rt_type_of(both[1], &te))
        return rt_end(m, JAC_NULL);
    if (te.rank != 1 || te.dim[0] < 1) {
        ir_fail("histogram: the edges of the bins must be a vector with an element, but are %s",
                ir_type_tmp(&te));
        return rt_end(m, JAC_NULL);
    }
    int64_t n = te.dim[0];
    jac weights = weights_of("histogram", x, &t, o.weights, rt_float_of(t.dtype));
    jac bin = jac_searchsorted(both[1], both[0], .right = true);
    bin = jac_where(jac_eq(both[0], jac_at(both[1], n - 1)), n - 1, bin);
    if (!jac_ok(weights) || !jac_ok(bin))
        return rt_end(m, JAC_NULL);
    jac counts = jac_segment_sum(weights, jac_ravel(bin), n);
    return rt_end(m, jac_slice_in_dim(counts, 1, n, 1, 0));
}

/* In the sorted elements, an element that is equal is where x would be inserted. */
jac jac_isin_(const jac_loc *at, jac x, jac elements)
{
    unsigned m = rt_begin_as(at, "isin");
    ir_type t;
    jac both[] = {x, jac_ok(elements) ? jac_ravel(elements) : elements};
    if (!rt_promote(2, both, false) || !rt_type_of(both[1], &t))
        return rt_end(m, JAC_NULL);
    if (!t.dim[0])
        return rt_end(m, jac_ne(jac_zeros_like(both[0]), jac_zeros_like(both[0])));
    jac sorted = jac_sort(both[1]), place = jac_searchsorted(sorted, both[0]);
    place = jac_minimum(place, t.dim[0] - 1);
    return rt_end(m, jac_eq(jac_take(sorted, place, 0), both[0]));
}

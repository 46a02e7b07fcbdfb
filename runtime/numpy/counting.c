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
    if (o.range || o.density || o.bin_edges) {
        ir_fail("bincount: .range, .density and .bin_edges are options of histograms only");
        return rt_end(m, JAC_NULL);
    }
    jac weights = weights_of("bincount", x, &t, o.weights, rt_default_int());
    jac place = jac_ravel(jac_maximum(x, 0));
    return rt_end(m, jac_ok(weights) ? jac_segment_sum(weights, place, length) : JAC_NULL);
}

/* ---- histograms --------------------------------------------------------------------------------- */

/* Two numbers that are not equal: where they are, they are moved apart. */
static jac edge(jac low, jac high, jac x, double by)
{
    return jac_where(jac_eq(low, high), jac_add(x, by), x);
}

/* The edges of the bins for x, of which t is the type, a float. range: NULL or two numbers. */
static jac edges_of(const char *what, jac x, const ir_type *t, jac bins, const double *range)
{
    ir_type tb;
    if (!np_is_real(what, t) || !rt_type_of(bins, &tb))
        return JAC_NULL;
    if (tb.rank == 1 && tb.dim[0] > 0 && np_is_real(what, &tb))
        return rt_convert(bins, t->dtype, false);
    const rt_slot *s = rt_slot_of(bins);
    if (tb.rank || !s || s->kind != RT_NUMBER || s->number.kind != IR_KIND_INT || s->number.i < 1) {
        if (jac_error() == NULL)
            ir_fail("%s: the bins must be a positive C integer, or a vector of edges with an element, "
                    "but are %s",
                    what, ir_type_tmp(&tb));
        return JAC_NULL;
    }
    if (!range && !ir_type_count(t)) {
        ir_fail("%s: x has no elements, so a number of bins needs a .range", what);
        return JAC_NULL;
    }
    ir_dtype d = t->dtype;
    jac low = range ? rt_literal_f64(d, range[0]) : jac_min(x);
    jac high = range ? rt_literal_f64(d, range[1]) : jac_max(x);
    return jac_linspace(edge(low, high, low, -0.5), edge(low, high, high, 0.5), s->number.i + 1);
}

jac jac_histogram_bin_edges_(const jac_loc *at, jac x, jac bins, jac_count_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    bool ok = rt_promote(1, &x, true) && rt_type_of(x, &t);
    return rt_end(m, ok ? edges_of("histogram_bin_edges", x, &t, bins, o.range) : JAC_NULL);
}

/* x and the weights as floats of one dtype; ones without weights. */
static bool with_weights(const char *what, jac *x, const ir_type *shape, jac weights, jac *w)
{
    ir_type t;
    jac both[] = {*x, weights};
    if (!rt_promote(weights.word ? 2 : 1, both, true) || !rt_type_of(both[0], &t))
        return false;
    *x = both[0];
    ir_type ones = ir_type_like(*shape, t.dtype);
    if (weights.word) {
        *w = weights_of(what, both[0], &ones, both[1], t.dtype);
        return jac_ok(*w);
    }
    int64_t n = ir_type_count(&ones);
    *w = rt_broadcast_to(rt_literal_f64(t.dtype, 1), 1, &n);
    return jac_ok(*w);
}

/* The number of the bin of each element, from 1 on; 0 and the number of edges: none. */
static jac bin_of(jac x, jac edges, int64_t n)
{
    jac bin = jac_searchsorted(edges, x, .right = true);
    return jac_where(jac_eq(x, jac_at(edges, n - 1)), n - 1, bin);
}

/* Ends the call, and hands out the edges. */
static jac with_edges(unsigned mark, jac counts, int n, jac *edges, jac *to)
{
    jac y[IR_MAX_RANK + 1] = {counts};
    for (int k = 0; k < n; k++)
        y[k + 1] = edges[k];
    bool ok = jac_ok(counts);
    ok = rt_end_tree(mark, ok ? n + 1 : 0, y) && ok;
    for (int k = 0; to && k < n; k++)
        to[k] = ok ? y[k + 1] : JAC_NULL;
    return ok ? y[0] : JAC_NULL;
}

/* The last bin has its upper end too. What is below all bins is counted first, and left out. */
static jac histogram(jac x, jac bins, const jac_count_opts *o, jac *edges)
{
    static const char what[] = "histogram";
    ir_type t, te;
    jac w;
    if (!rt_promote(1, &x, true) || !rt_type_of(x, &t) || !with_weights(what, &x, &t, o->weights, &w) ||
        !rt_type_of(x, &t) || !jac_ok(*edges = edges_of(what, x, &t, bins, o->range)) ||
        !rt_type_of(*edges, &te))
        return JAC_NULL;
    int64_t n = te.dim[0];
    jac bin = bin_of(x, *edges, n);
    if (!jac_ok(bin))
        return JAC_NULL;
    jac counts = jac_slice_in_dim(jac_segment_sum(w, jac_ravel(bin), n), 1, n, 1, 0);
    if (!o->density || n < 2)
        return counts;
    jac widths = jac_sub(jac_slice_in_dim(*edges, 1, n, 1, 0), jac_slice_in_dim(*edges, 0, n - 1, 1, 0));
    return jac_div(jac_div(counts, widths), jac_sum(counts));
}

jac jac_histogram_(const jac_loc *at, jac x, jac bins, jac_count_opts o)
{
    unsigned m = rt_begin_as(at, "histogram");
    jac edges = JAC_NULL, counts = histogram(x, bins, &o, &edges);
    return with_edges(m, counts, 1, &edges, o.bin_edges);
}

/* Boxes are numbered in row-major order, with those beyond both ends of each column, which are cut off
 * at the end. */
static jac histogramdd(const char *what, jac x, jac_handles bins, const jac_count_opts *o, jac *edges)
{
    ir_type t, te;
    jac w, box = JAC_NULL;
    int64_t n[IR_MAX_RANK], low[IR_MAX_RANK], high[IR_MAX_RANK], boxes = 1;
    if (!rt_promote(1, &x, true) || !rt_type_of(x, &t))
        return JAC_NULL;
    if (t.rank != 2 || t.dim[1] != bins.n || !bins.x || bins.n < 1 || bins.n > IR_MAX_RANK) {
        ir_fail("%s: there must be bins for each of 1 to %d columns of the points, but these are %s, and "
                "bins are given for %lld",
                what, IR_MAX_RANK, ir_type_tmp(&t), (long long)bins.n);
        return JAC_NULL;
    }
    ir_type rows = ir_type_scalar(t.dtype);
    rows.rank = 1;
    rows.dim[0] = t.dim[0];
    if (!with_weights(what, &x, &rows, o->weights, &w) || !rt_type_of(x, &t))
        return JAC_NULL;
    if (!o->weights.word) /* a number is counted in integers, as in JAX */
        w = rt_convert(w, rt_default_int(), false);
    for (int k = 0; k < bins.n; k++) {
        jac column = jac_reshape(jac_slice_in_dim(x, k, k + 1, 1, 1), t.dim[0]);
        ir_type tc = ir_type_like(rows, t.dtype);
        edges[k] = edges_of(what, column, &tc, bins.x[k], o->range ? o->range + 2 * k : NULL);
        if (!jac_ok(edges[k]) || !rt_type_of(edges[k], &te))
            return JAC_NULL;
        n[k] = te.dim[0] + 1;
        low[k] = 1;
        high[k] = te.dim[0];
        if (boxes > INT32_MAX / n[k]) {
            ir_fail("%s: there are more than %d boxes", what, INT32_MAX);
            return JAC_NULL;
        }
        boxes *= n[k];
        jac bin = bin_of(column, edges[k], te.dim[0]);
        box = k ? jac_add(jac_mul(box, n[k]), bin) : bin;
    }
    jac counts = jac_reshape(jac_segment_sum(w, box, boxes), ((jac_dims){(int)bins.n, n}));
    counts = jac_slice(counts, ((jac_dims){(int)bins.n, low}), ((jac_dims){(int)bins.n, high}));
    if (!o->density)
        return counts;
    counts = rt_convert(counts, t.dtype, false);
    counts = jac_div(counts, jac_sum(counts));
    for (int k = 0; k < bins.n; k++) {
        int64_t shape[IR_MAX_RANK];
        for (int j = 0; j < bins.n; j++)
            shape[j] = j == k ? n[k] - 2 : 1;
        jac widths = jac_sub(jac_slice_in_dim(edges[k], 1, n[k] - 1, 1, 0),
                             jac_slice_in_dim(edges[k], 0, n[k] - 2, 1, 0));
        counts = jac_div(counts, jac_reshape(widths, ((jac_dims){(int)bins.n, shape})));
    }
    return counts;
}

jac jac_histogramdd_(const jac_loc *at, jac points, jac_handles bins, jac_count_opts o)
{
    unsigned m = rt_begin(at);
    jac edges[IR_MAX_RANK] = {JAC_NULL}, counts = histogramdd("histogramdd", points, bins, &o, edges);
    return with_edges(m, counts, jac_ok(counts) ? (int)bins.n : 0, edges, o.bin_edges);
}

jac jac_histogram2d_(const jac_loc *at, jac x, jac y, jac bins_x, jac bins_y, jac_count_opts o)
{
    unsigned m = rt_begin(at);
    ir_type tx, ty;
    jac both[] = {x, y}, bins[] = {bins_x, bins_y}, edges[2] = {JAC_NULL, JAC_NULL}, counts = JAC_NULL;
    if (rt_promote(2, both, true) && rt_type_of(both[0], &tx) && rt_type_of(both[1], &ty)) {
        if (tx.rank == 1 && ir_same_shape(&tx, &ty))
            counts = histogramdd("histogram2d", jac_stack(1, both[0], both[1]), JAC_HANDLES(2, bins), &o,
                                 edges);
        else
            ir_fail("histogram2d: x and y must be vectors of one length, but are %s and %s",
                    ir_type_tmp(&tx), ir_type_tmp(&ty));
    }
    return with_edges(m, counts, 2, edges, o.bin_edges);
}

/* ---- membership ---------------------------------------------------------------------------------- */

/* In the sorted elements, an element that is equal is where x would be inserted. */
static jac isin(jac x, jac elements)
{
    ir_type t;
    jac both[] = {x, jac_ok(elements) ? jac_ravel(elements) : elements};
    if (!rt_promote(2, both, false) || !rt_type_of(both[1], &t))
        return JAC_NULL;
    if (!t.dim[0])
        return jac_ne(jac_zeros_like(both[0]), jac_zeros_like(both[0]));
    jac sorted = jac_sort(both[1]), place = jac_searchsorted(sorted, both[0]);
    place = jac_minimum(place, t.dim[0] - 1);
    return jac_eq(jac_take(sorted, place, 0), both[0]);
}

jac jac_isin_(const jac_loc *at, jac x, jac elements, jac_isin_opts o)
{
    unsigned m = rt_begin_as(at, "isin");
    jac y = isin(x, elements);
    return rt_end(m, o.invert && jac_ok(y) ? jac_logical_not(y) : y);
}

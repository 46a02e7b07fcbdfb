/* Order statistics: quantiles, percentiles and medians.
 *
 * The axes are joined into one in front, along which lines are sorted. q has an axis before all others,
 * which is dropped at the end if q is a number.
 */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

typedef struct {
    const char *what;
    jac_quantile_method method;
    int64_t n;    /* elements of a line */
    ir_dtype at;  /* the dtype of positions */
    jac lines;    /* [n, others...], sorted */
    jac weights;  /* of these elements, or null */
    jac count;    /* [others...]: elements that are not NaN, a float; null: NaNs count as elements */
    jac nan;      /* [others...]: is the result NaN? */
    jac q;        /* [m, 1...] */
} quantiles;

/* An axis of size 1 in front. */
static jac in_front(jac x)
{
    return np_expand_dims(x, 1, (int64_t[]){0});
}

static jac at_positions(const quantiles *p, jac position)
{
    return jac_take_along_axis(p->lines, rt_convert(position, p->at, false), 0);
}

/* Positions and elements are [m, others...]. */
static jac between(const quantiles *p)
{
    jac last = p->count.word ? in_front(jac_maximum(jac_sub(p->count, 1), 0)) : jac_of_i64(p->n - 1);
    ir_type t;
    jac position = jac_mul(jac_maximum(jac_minimum(p->q, 1), 0), last);
    jac like = jac_add(position, jac_zeros_like(jac_slice_in_dim(p->lines, 0, 1, 1, 0)));
    if (!rt_type_of(like, &t))
        return JAC_NULL;
    position = rt_broadcast_to(position, t.rank, t.dim);
    jac low = jac_floor(position), share = jac_sub(position, low);
    jac lower = at_positions(p, low), upper = at_positions(p, jac_ceil(position));
    switch (p->method) {
    case JAC_LOWER:
        return lower;
    case JAC_HIGHER:
        return upper;
    case JAC_MIDPOINT:
        return jac_mul(jac_add(lower, upper), 0.5);
    case JAC_NEAREST:
        return at_positions(p, jac_round(position));
    default:
        return jac_add(jac_mul(lower, jac_sub(1, share)), jac_mul(upper, share));
    }
}

/* The first element at which the sum of weights reaches the share q of all. */
static jac by_weights(const quantiles *p)
{
    jac sums = jac_cumsum(p->weights, 0);
    jac target = jac_mul(p->q, jac_slice_in_dim(sums, p->n - 1, p->n, 1, 0));
    jac before = jac_lt(in_front(sums), np_expand_dims(target, 1, (int64_t[]){1}));
    jac place = rt_convert(jac_sum(before, 1), p->at, false);
    jac last = p->count.word ? rt_convert(in_front(jac_maximum(jac_sub(p->count, 1), 0)), p->at, false)
                             : jac_of_i64(p->n - 1);
    return at_positions(p, jac_minimum(place, last));
}

/* ---- lines ------------------------------------------------------------------------------------- */

/* Which axes are joined; all if none is given. */
typedef struct {
    int n;
    int64_t axes[IR_MAX_RANK];
    bool is[IR_MAX_RANK];
    int64_t count;
} joined_axes;

static bool join_axes(const char *what, jac_dims given, const ir_type *t, joined_axes *j)
{
    int64_t one;
    *j = (joined_axes){.count = 1};
    if (!rt_axes(what, &given, &one))
        return false;
    if (!t->rank && given.v && given.n)
        return ir_fail("%s: a scalar has no axis to sort along", what);
    if ((j->n = np_axes(what, given, t->rank, j->axes)) < 0)
        return false;
    for (int k = 0; k < j->n; k++) {
        j->is[j->axes[k]] = true;
        j->count *= t->dim[j->axes[k]];
    }
    return j->count > 0 || ir_fail("%s: %s has no elements along axes %s", what, ir_type_tmp(t),
                                   ir_ints_tmp(j->axes, j->n));
}

static jac lines_of(jac x, const ir_type *t, const joined_axes *j)
{
    int64_t order[IR_MAX_RANK], shape[IR_MAX_RANK + 1] = {j->count};
    int n = 0, rank = 1;
    for (int k = 0; k < t->rank; k++)
        if (j->is[k])
            order[n++] = k;
    for (int k = 0; k < t->rank; k++)
        if (!j->is[k]) {
            order[n++] = k;
            shape[rank++] = t->dim[k];
        }
    return jac_reshape(jac_transpose(x, ((jac_dims){n, order})), ((jac_dims){rank, shape}));
}

/* Sorts the lines, and the weights with them. */
static bool sort_lines(quantiles *p, bool skip_nans)
{
    jac in[] = {p->lines, p->weights}, out[2];
    jac is_nan = jac_isnan(p->lines);
    if (!jac_ok(is_nan))
        return false;
    p->nan = skip_nans ? jac_all(is_nan, 0) : jac_any(is_nan, 0);
    p->count = skip_nans ? jac_sum(jac_where(is_nan, jac_zeros_like(p->lines), 1), 0) : JAC_NULL;
    if (p->weights.word) {
        jac bad = jac_logical_or(jac_lt(p->weights, 0), jac_isnan(p->weights));
        p->nan = jac_logical_or(p->nan, jac_any(bad, 0));
        in[1] = jac_where(jac_logical_or(bad, is_nan), 0, p->weights);
    }
    int n = p->weights.word ? 2 : 1;
    if (!jac_sort_all_(NULL, (jac_handles){n, in}, 0, 1, (jac_out){out, sizeof out}))
        return false;
    p->lines = out[0];
    p->weights = n == 2 ? out[1] : JAC_NULL;
    return jac_ok(p->nan);
}

/* ---- the whole --------------------------------------------------------------------------------- */

static bool check(const char *what, const ir_type *t, const ir_type *tq, const jac_quantile_opts *o)
{
    if (!np_is_real(what, t))
        return false;
    if (tq->rank > 1)
        return ir_fail("%s: q must be a number or a vector, but is %s", what, ir_type_tmp(tq));
    if ((unsigned)o->method > JAC_INVERTED_CDF)
        return ir_fail("%s: there is no method %d", what, (int)o->method);
    return !o->weights.word || o->method == JAC_INVERTED_CDF ||
           ir_fail("%s: .weights need .method = JAC_INVERTED_CDF", what);
}

/* The weights of the lines of x. */
static jac weights_of(const char *what, jac w, const ir_type *t, const joined_axes *j)
{
    ir_type tw;
    if (!w.word) {
        jac one = rt_literal_f64(t->dtype, 1);
        return jac_ok(one) ? lines_of(rt_broadcast_to(one, t->rank, t->dim), t, j) : JAC_NULL;
    }
    if (!rt_type_of(w, &tw))
        return JAC_NULL;
    if (!ir_same_shape(&tw, t) || ir_is_complex(tw.dtype)) {
        ir_fail("%s: the weights must be real and have the shape of x, %s, but are %s", what,
                ir_type_tmp(t), ir_type_tmp(&tw));
        return JAC_NULL;
    }
    return lines_of(rt_convert(w, t->dtype, false), t, j);
}

/* y [m, others...] in the shape that was asked for. */
static jac shaped(const char *what, jac y, const ir_type *t, const ir_type *tq, const joined_axes *j,
                  bool keepdims)
{
    int64_t shape[2 * IR_MAX_RANK];
    int rank = 0;
    if (tq->rank)
        shape[rank++] = tq->dim[0];
    for (int k = 0; k < t->rank; k++)
        if (keepdims || !j->is[k])
            shape[rank++] = j->is[k] ? 1 : t->dim[k];
    if (rank > IR_MAX_RANK) {
        ir_fail("%s: the result would have %d dimensions, but at most %d are possible", what, rank,
                IR_MAX_RANK);
        return JAC_NULL;
    }
    return rt_reshape(y, rank, shape);
}

static jac quantile(const char *what, jac x, jac q, const jac_quantile_opts *o)
{
    ir_type t, tq, tl;
    joined_axes j;
    jac both[] = {x, q};
    bool skip_nans = !strncmp(what, "nan", 3);
    if (!rt_promote(2, both, true) || !rt_type_of(both[0], &t) || !rt_type_of(both[1], &tq) ||
        !check(what, &t, &tq, o) || !join_axes(what, o->axis, &t, &j))
        return JAC_NULL;
    quantiles p = {.what = what, .method = o->method, .n = j.count};
    p.at = j.count > INT32_MAX ? IR_i64 : rt_default_int();
    p.lines = lines_of(both[0], &t, &j);
    if (o->method == JAC_INVERTED_CDF && !jac_ok(p.weights = weights_of(what, o->weights, &t, &j)))
        return JAC_NULL;
    if (!jac_ok(p.lines) || !rt_type_of(p.lines, &tl) || !sort_lines(&p, skip_nans))
        return JAC_NULL;
    if (tl.rank == IR_MAX_RANK && (tq.rank || p.weights.word)) {
        ir_fail("%s: %s has too many dimensions", what, ir_type_tmp(&t));
        return JAC_NULL;
    }
    int64_t shape[IR_MAX_RANK] = {tq.rank ? tq.dim[0] : 1};
    for (int k = 1; k < tl.rank; k++)
        shape[k] = 1;
    q = strstr(what, "percentile") ? jac_div(both[1], 100) : both[1];
    p.q = jac_reshape(q, ((jac_dims){tl.rank, shape}));
    if (!jac_ok(p.q))
        return JAC_NULL;
    jac y = o->method == JAC_INVERTED_CDF ? by_weights(&p) : between(&p);
    y = jac_where(in_front(p.nan), NAN, y);
    return jac_ok(y) ? shaped(what, y, &t, &tq, &j, o->keepdims) : JAC_NULL;
}

jac jac_quantile_(const jac_loc *at, const char *what, jac x, jac q, jac_quantile_opts o)
{
    unsigned m = rt_begin_as(at, what);
    return rt_end(m, quantile(what, x, q, &o));
}

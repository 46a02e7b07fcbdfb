/* Weighted means, covariances and correlations. */
#include <inttypes.h>

#include "ops/ops.h"
#include "runtime/numpy/numerics/numerics.h"

/* ---- average ---------------------------------------------------------------------------------------------- */

/* The weights in a shape that broadcasts to x: as they are, or with axis k of theirs at axis axes[k] of x. */
static jac spread_weights(jac w, const ir_type *tw, const ir_type *t, bool given, int n, const int64_t *axes)
{
    int64_t order[IR_MAX_RANK], dims[IR_MAX_RANK];
    if (ir_same_shape(tw, t))
        return w;
    bool fits = given && tw->rank == n;
    for (int k = 0; k < n && fits; k++)
        fits = tw->dim[k] == t->dim[axes[k]];
    if (!fits) {
        ir_fail("average: the weights must have the shape of %s%s, but are %s", ir_type_tmp(t),
                given ? " or its sizes along the axes" : ", if no axes are given", ir_type_tmp(tw));
        return JAC_NULL;
    }
    int used = 0;
    for (int k = 0; k < t->rank; k++) {
        dims[k] = 1;
        for (int j = 0; j < n; j++)
            if (axes[j] == k) {
                order[used++] = j;
                dims[k] = t->dim[k];
            }
    }
    return rt_reshape(n > 1 ? rt_transpose(w, order) : w, t->rank, dims);
}

static jac weighted_mean(jac x, jac w, jac_reduce_opts o, jac *sum)
{
    jac product = jac_mul(x, w);
    ir_type t;
    if (!jac_ok(product) || !rt_type_of(product, &t))
        return JAC_NULL;
    *sum = jac_reduce_(NULL, "sum", rt_broadcast_to(w, t.rank, t.dim), o);
    return jac_div(jac_reduce_(NULL, "sum", product, o), *sum);
}

jac jac_average_(const jac_loc *at, jac x, jac_average_opts o)
{
    unsigned m = rt_begin(at);
    bool weighted = jac_ok(o.weights);
    jac v[] = {x, o.weights}, sum = JAC_NULL, y = JAC_NULL;
    ir_type t, tw;
    int64_t one, axes[IR_MAX_RANK];
    jac_reduce_opts over = {.axis = o.axis, .keepdims = o.keepdims}; /* reads the axes itself */
    if (!rt_axes("average", &o.axis, &one) || !nu_floats(weighted ? 2 : 1, v, &t))
        return rt_end(m, JAC_NULL);
    int n = np_axes("average", o.axis, t.rank, axes);
    if (n >= 0 && weighted && rt_type_of(v[1], &tw)) {
        jac w = spread_weights(v[1], &tw, &t, o.axis.v != NULL, n, axes);
        y = jac_ok(w) ? weighted_mean(v[0], w, over, &sum) : JAC_NULL;
    } else if (n >= 0 && !weighted) {
        double count = 1;
        for (int k = 0; k < n; k++)
            count *= (double)t.dim[axes[k]];
        y = jac_reduce_(NULL, "mean", v[0], over);
        if (o.returned && jac_ok(y))
            sum = jac_full_like(y, count);
    }
    jac both[] = {y, sum};
    bool ok = jac_ok(y) && (!o.returned || jac_ok(sum));
    rt_end_tree(m, ok ? o.returned ? 2 : 1 : 0, both);
    if (o.returned)
        *o.returned = ok ? both[1] : JAC_NULL;
    return ok ? both[0] : JAC_NULL;
}

/* ---- covariances ------------------------------------------------------------------------------------------ */

/* The variables as rows. */
static jac rows_of(jac x, const ir_type *t, bool rowvar)
{
    if (t->rank < 2)
        return rt_reshape(x, 2, (int64_t[]){1, t->rank ? t->dim[0] : 1});
    return rowvar ? x : jac_transpose(x);
}

static bool check_weights(const char *name, jac w, int64_t n, bool integers)
{
    ir_type t;
    if (!rt_type_of(w, &t))
        return false;
    if (t.rank != 1 || t.dim[0] != n || (integers && (ir_has_fraction(t.dtype) || t.dtype == IR_bool)))
        return ir_fail("cov: .%s must be %s of %" PRId64 " observations, but is %s", name,
                       integers ? "integers, one for each" : "one number for each", n, ir_type_tmp(&t));
    return true;
}

/* The weights of the observations, and what the sum of products is divided by. */
typedef struct {
    jac w;
    jac divisor;
} weighting;

static bool weigh(const jac_cov_opts *o, int64_t n, jac_dtype d, weighting *y)
{
    int64_t ddof = o->ddof == JAC_NONE ? !o->bias : o->ddof;
    bool f = jac_ok(o->fweights), a = jac_ok(o->aweights);
    *y = (weighting){JAC_NULL, jac_of_f64((double)(n - ddof))};
    if (!f && !a)
        return true;
    if ((f && !check_weights("fweights", o->fweights, n, true)) ||
        (a && !check_weights("aweights", o->aweights, n, false)))
        return false;
    jac aw = a ? jac_abs(o->aweights) : JAC_NULL, fw = f ? jac_abs(o->fweights) : JAC_NULL;
    y->w = f && a ? jac_mul(fw, aw) : f ? fw : aw;
    y->w = jac_astype(y->w, d);
    jac sum = jac_sum(y->w);
    jac less = a ? jac_div(jac_sum(jac_mul(y->w, aw)), sum) : jac_of_i64(1);
    y->divisor = ddof ? jac_sub(sum, jac_mul((double)ddof, less)) : sum;
    return jac_ok(y->divisor);
}

/* All variables as the rows of one matrix. */
static jac variables(const char *what, jac x, const jac_cov_opts *o, ir_type *t)
{
    jac v[] = {x, o->y};
    int n = jac_ok(o->y) ? 2 : 1;
    if (!rt_promote(n, v, true))
        return JAC_NULL;
    for (int k = 0; k < n; k++) {
        if (!rt_type_of(v[k], t))
            return JAC_NULL;
        if (t->rank > 2) {
            ir_fail("%s: the variables must be a vector or a matrix, but are %s", what, ir_type_tmp(t));
            return JAC_NULL;
        }
        if (!jac_ok(v[k] = rows_of(v[k], t, o->rowvar)))
            return JAC_NULL;
    }
    x = n == 2 ? jac_concatenate(0, v[0], v[1]) : v[0];
    if (jac_ok(x) && o->dtype != JAC_DEFAULT)
        x = jac_astype(x, o->dtype);
    if (!jac_ok(x) || !rt_type_of(x, t))
        return JAC_NULL;
    if (ir_has_fraction(t->dtype))
        return x;
    ir_fail("%s: .dtype must be a float, but is %s", what, ir_dtypes[t->dtype].name);
    return JAC_NULL;
}

static jac covariances(const char *what, jac x, const jac_cov_opts *o)
{
    ir_type t;
    weighting by;
    x = variables(what, x, o, &t);
    if (!jac_ok(x))
        return JAC_NULL;
    int64_t n = t.dim[1];
    ir_dtype part = ir_is_complex(t.dtype) ? ir_part(t.dtype) : t.dtype;
    if (t.dim[0] == 0)
        return jac_zeros(JAC_SHAPE(0, 0), rt_public_dtype(t.dtype));
    if (n == 0)
        return jac_full(t.dim[0] == 1 ? JAC_SHAPE() : JAC_SHAPE(t.dim[0], t.dim[0]), __builtin_nan(""),
                        rt_public_dtype(t.dtype));
    if (!weigh(o, n, rt_public_dtype(part), &by))
        return JAC_NULL;
    jac mean = jac_average_(NULL, x, (jac_average_opts){.axis = JAC_AXES(1), .weights = jac_ok(by.w) ? by.w : JAC_NULL,
                                                        .keepdims = true});
    jac d = jac_sub(x, mean), weighted = jac_ok(by.w) ? jac_mul(d, by.w) : d;
    weighted = ir_is_complex(t.dtype) ? jac_conj(weighted) : weighted;
    jac y = jac_div(jac_matmul(d, jac_transpose(weighted)), jac_astype(by.divisor, rt_public_dtype(t.dtype)));
    return jac_ok(y) ? jac_squeeze(y) : JAC_NULL;
}

jac jac_cov_(const jac_loc *at, jac x, jac_cov_opts o)
{
    unsigned m = rt_begin(at);
    return rt_end(m, covariances("cov", x, &o));
}

static jac limited(jac x)
{
    return jac_clip(x, -1, 1);
}

jac jac_corrcoef_(const jac_loc *at, jac x, jac_cov_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (o.bias || o.ddof != JAC_NONE || jac_ok(o.fweights) || jac_ok(o.aweights)) {
        ir_fail("corrcoef: its options are .y, .rowvar and .dtype");
        return rt_end(m, JAC_NULL);
    }
    jac c = covariances("corrcoef", x, &o);
    if (!jac_ok(c) || !rt_type_of(c, &t))
        return rt_end(m, JAC_NULL);
    if (t.rank == 0)
        return rt_end(m, jac_div(c, c));
    jac spread = jac_sqrt(jac_real(jac_diagonal(c)));
    c = jac_div(jac_div(c, jac_expand_dims(spread, 1)), spread);
    if (ir_is_complex(t.dtype))
        return rt_end(m, jac_complex(limited(jac_real(c)), limited(jac_imag(c))));
    return rt_end(m, limited(c));
}

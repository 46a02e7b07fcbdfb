/* Polynomials and their zeros, and fits of polynomials to points. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numerics/numerics.h"
#include "runtime/numpy/shapes/shapes.h"

/* ---- from zeros to coefficients ----------------------------------------------------------------------------- */

/* Multiplies by (x - zero) for each zero. */
static jac product(jac zeros, const ir_type *t)
{
    jac y = jac_ones(1, rt_public_dtype(t->dtype));
    for (int64_t k = 0; k < t->dim[0] && jac_ok(y); k++) {
        jac zero = sh_slice(zeros, 0, k, k + 1, 1), none = jac_zeros(1, rt_public_dtype(t->dtype));
        y = jac_sub(jac_concatenate(0, y, none), jac_mul(jac_concatenate(0, none, y), zero));
    }
    return y;
}

jac jac_poly_(const jac_loc *at, jac zeros)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!nu_floats(1, &zeros, &t))
        return rt_end(m, JAC_NULL);
    zeros = sh_at_least(zeros, 1);
    if (t.rank == 2 && t.dim[0] == t.dim[1] && t.dim[0] > 0)
        zeros = jac_eigvals(zeros);
    if (!jac_ok(zeros) || !rt_type_of(zeros, &t))
        return rt_end(m, JAC_NULL);
    if (t.rank != 1) {
        ir_fail("poly: it takes a vector of zeros or a square matrix, but is given %s", ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    return rt_end(m, t.dim[0] ? product(zeros, &t) : jac_ones(JAC_SHAPE(), rt_public_dtype(t.dtype)));
}

/* ---- from coefficients to zeros ----------------------------------------------------------------------------- */

static jac_dtype complex_of(ir_dtype d)
{
    return ir_is_complex(d) ? rt_public_dtype(d) : d == IR_f64 ? JAC_C128 : JAC_C64;
}

/* The eigenvalues of the companion matrix of p, whose first coefficient is not 0. */
static jac zeros_of(jac p, const ir_type *t)
{
    int64_t n = t->dim[0] - 1;
    if (n < 1)
        return jac_zeros(0, complex_of(t->dtype));
    jac row = jac_neg(jac_div(sh_slice(p, 0, 1, n + 1, 1), sh_slice(p, 0, 0, 1, 1)));
    row = rt_reshape(row, 2, (int64_t[]){1, n});
    if (n == 1)
        return jac_astype(jac_ravel(row), complex_of(t->dtype));
    jac below = jac_eye(n, rt_public_dtype(t->dtype));
    return jac_eigvals(jac_concatenate(0, row, sh_slice(below, 0, 0, n - 1, 1)));
}

/* How many leading coefficients are 0; p is known. -1 with an error. */
static int64_t known_leading_zeros(jac p, const ir_type *t)
{
    const rt_array *a = rt_concrete(p, "roots, unless .strip_zeros is false,");
    size_t size = ir_dtypes[t->dtype].size;
    int64_t k = 0;
    for (; a && k < t->dim[0]; k++) {
        double parts[2] = {0, 0};
        int n = ir_is_complex(t->dtype) ? 2 : 1;
        ir_dtype part = n == 2 ? ir_part(t->dtype) : t->dtype;
        for (int j = 0; j < n; j++) {
            ir_scalar s = {0};
            memcpy(&s, (const char *)a->data + (size_t)k * size + (size_t)j * size / 2, size / (size_t)n);
            parts[j] = ir_scalar_f64(part, s);
        }
        if (parts[0] != 0 || parts[1] != 0)
            break;
    }
    return a ? k : -1;
}

/* p with its leading zeros at the end has as many more zeros at 0, which become NaN. */
static jac with_leading_zeros(jac p, const ir_type *t)
{
    int64_t n = t->dim[0];
    jac zero = jac_eq(p, 0), none = jac_all(zero);
    jac count = jac_where(none, n, jac_argmin(zero));
    p = jac_where(none, jac_ones_like(p), p);
    jac y = zeros_of(jac_roll(p, jac_neg(count), 0), t);
    jac last[] = {jac_astype(jac_eq(y, 0), JAC_I32), y}, sorted[2] = {JAC_NULL, JAC_NULL};
    jac_sort_all(JAC_HANDLES(2, last), 0, 1, &sorted);
    jac keep = jac_lt(jac_arange(n - 1), jac_sub(n - 1, count));
    return jac_where(keep, sorted[1], jac_astype(jac_complex(NAN, NAN), complex_of(t->dtype)));
}

jac jac_roots_(const jac_loc *at, jac p, jac_roots_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!nu_floats(1, &p, &t))
        return rt_end(m, JAC_NULL);
    p = sh_at_least(p, 1);
    if (!jac_ok(p) || !rt_type_of(p, &t))
        return rt_end(m, JAC_NULL);
    if (t.rank != 1) {
        ir_fail("roots: a polynomial must be a vector of coefficients, but is %s", ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    if (t.dim[0] < 2)
        return rt_end(m, jac_zeros(0, complex_of(t.dtype)));
    if (!o.strip_zeros)
        return rt_end(m, with_leading_zeros(p, &t));
    int64_t k = known_leading_zeros(p, &t);
    p = k < 0 ? JAC_NULL : sh_slice(p, 0, k, t.dim[0], 1);
    return rt_end(m, jac_ok(p) && rt_type_of(p, &t) ? zeros_of(p, &t) : JAC_NULL);
}

/* ---- fits --------------------------------------------------------------------------------------------------- */

typedef struct {
    jac c, residuals, rank, s, cov;
} fit;

static jac column(jac x)
{
    return jac_expand_dims(x, 1);
}

/* y's columns scaled by a factor for each row. */
static jac row_times(jac y, const ir_type *t, jac w)
{
    return jac_mul(y, t->rank == 2 ? column(w) : w);
}

static jac covariance(jac a, jac scale, const fit *f, int64_t points, int64_t order, int rank, bool unscaled)
{
    jac base = jac_div(jac_inv(jac_matmul(jac_transpose(a), a)), jac_outer(scale, scale));
    jac factor = unscaled ? jac_ones(1) : jac_ravel(jac_div(f->residuals, (double)(points - order)));
    if (rank == 1)
        return jac_mul(base, factor);
    return jac_mul(jac_expand_dims(base, 2), factor);
}

static bool fit_points(jac x, jac y, const ir_type *tx, const ir_type *ty, int64_t order, const jac_polyfit_opts *o,
                       fit *f)
{
    jac a = jac_vander(x, order), b = y;
    if (jac_ok(o->w)) {
        a = jac_mul(a, column(o->w));
        b = row_times(b, ty, o->w);
    }
    jac scale = jac_sqrt(jac_sum(jac_square(a), 0));
    a = jac_div(a, scale);
    double rcond = o->rcond > 0 ? o->rcond : (double)tx->dim[0] * ir_epsilon(tx->dtype);
    jac_lstsq_result r = jac_lstsq(a, b, .rcond = rcond);
    *f = (fit){jac_div(r.x, ty->rank == 2 ? column(scale) : scale), r.residuals, r.rank, r.s, JAC_NULL};
    if (!jac_ok(f->c))
        return false;
    if (!o->cov)
        return true;
    if (!o->unscaled && tx->dim[0] <= order)
        return ir_fail("polyfit: the covariances need more than %" PRId64 " points, or .unscaled = true", order);
    f->cov = covariance(a, scale, f, tx->dim[0], order, ty->rank, o->unscaled);
    return jac_ok(f->cov);
}

static bool check_points(const ir_type *tx, const ir_type *ty, int64_t deg, jac w)
{
    ir_type tw = {0};
    if (deg < 0 || deg > 10000)
        return ir_fail("polyfit: the degree must be from 0 to 10000, but is %" PRId64, deg);
    if (tx->rank != 1 || tx->dim[0] == 0 || ty->rank < 1 || ty->rank > 2 || ty->dim[0] != tx->dim[0])
        return ir_fail("polyfit: x must be a vector and y have as many rows, but they are %s and %s", ir_type_tmp(tx),
                       ir_type_tmp(ty));
    if (!jac_ok(w))
        return true;
    if (!rt_type_of(w, &tw))
        return false;
    return (tw.rank == 1 && tw.dim[0] == tx->dim[0]) ||
           ir_fail("polyfit: .w must be a vector of %" PRId64 " weights, but is %s", tx->dim[0], ir_type_tmp(&tw));
}

jac jac_polyfit_(const jac_loc *at, jac x, jac y, int64_t deg, jac_polyfit_opts o)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type tx, ty;
    fit f = {JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL};
    jac *const to[] = {o.residuals, o.rank, o.singular_values, o.cov};
    bool ok = rt_promote(2, v, true) && rt_type_of(v[0], &tx) && rt_type_of(v[1], &ty) &&
              check_points(&tx, &ty, deg, o.w) && fit_points(v[0], v[1], &tx, &ty, deg + 1, &o, &f);
    jac all[] = {f.c, f.residuals, f.rank, f.s, f.cov};
    ok = rt_end_tree(m, ok ? 5 : 0, all) && ok;
    for (int k = 0; k < 4; k++)
        if (to[k])
            *to[k] = ok ? all[k + 1] : JAC_NULL;
    return ok ? all[0] : JAC_NULL;
}

/* Polynomials as vectors of coefficients: values, sums, products, quotients, derivatives and integrals. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numerics/numerics.h"
#include "runtime/numpy/shapes/shapes.h"

/* Is t a vector? */
static bool is_vector(const char *what, const ir_type *t)
{
    return t->rank == 1 || ir_fail("%s: a polynomial must be a vector of coefficients, but is %s", what, ir_type_tmp(t));
}

static bool vector(const char *what, jac *p, ir_type *t, bool floats)
{
    return rt_promote(1, p, floats) && rt_type_of(*p, t) && is_vector(what, t);
}

static bool two_vectors(const char *what, jac *v, ir_type *t, bool floats)
{
    return rt_promote(2, v, floats) && rt_type_of(v[0], &t[0]) && rt_type_of(v[1], &t[1]) && is_vector(what, &t[0]) &&
           is_vector(what, &t[1]);
}

static jac pad1(jac x, int64_t low, int64_t high)
{
    return jac_pad_(NULL, x, jac_of_i64(0), JAC_DIMS(low), JAC_DIMS(high), JAC_DIMS(0));
}

/* ---- values ----------------------------------------------------------------------------------------------- */

enum { UNROLLED = 16 };

JAC_TREE(horner, y, unused)

JAC_DEF_ENV(horner, horner_step, jac, (jac, y), (jac, p))
{
    horner next = {jac_add(jac_mul(y, *env), p), jac_asarray(0)};
    return next;
}

/* y = y x + p[k], from the highest coefficient on; in a loop if there are many. */
static jac values(jac p, const ir_type *t, jac x, jac y)
{
    int64_t n = t->dim[0], unrolled = n < UNROLLED ? n : UNROLLED;
    for (int64_t k = 0; k < unrolled && jac_ok(y); k++)
        y = jac_add(jac_mul(y, x), jac_squeeze(sh_slice(p, 0, k, k + 1, 1), 0));
    if (n == unrolled || !jac_ok(y))
        return y;
    jac rest = sh_slice(p, 0, unrolled, n, 1), none;
    return jac_scan(horner_step_with(x), &y, &rest, &none) ? y : JAC_NULL;
}

jac jac_polyval_(const jac_loc *at, jac p, jac x)
{
    unsigned m = rt_begin(at);
    jac v[] = {p, x};
    ir_type tp, tx;
    if (!rt_promote(2, v, false) || !rt_type_of(v[0], &tp) || !rt_type_of(v[1], &tx))
        return rt_end(m, JAC_NULL);
    if (tp.rank == 0) {
        ir_fail("polyval: a polynomial must be a vector of coefficients, but is %s", ir_type_tmp(&tp));
        return rt_end(m, JAC_NULL);
    }
    /* zeros of the result's shape */
    jac one[] = {jac_zeros(((jac_dims){tp.rank - 1, tp.dim + 1}), rt_public_dtype(tp.dtype)), v[1]};
    if (!rt_broadcast("polyval", 2, one) || !rt_type_of(one[0], &tx))
        return rt_end(m, JAC_NULL);
    return rt_end(m, values(v[0], &tp, v[1], jac_zeros(((jac_dims){tx.rank, tx.dim}), rt_public_dtype(tx.dtype))));
}

/* ---- sums and products -------------------------------------------------------------------------------------- */

static jac sum(const char *what, jac p, jac q, bool minus)
{
    jac v[] = {p, q};
    ir_type t[2];
    if (!two_vectors(what, v, t, false))
        return JAC_NULL;
    int64_t n = t[0].dim[0] > t[1].dim[0] ? t[0].dim[0] : t[1].dim[0];
    for (int k = 0; k < 2; k++)
        if (t[k].dim[0] < n)
            v[k] = pad1(v[k], n - t[k].dim[0], 0);
    return minus ? jac_sub(v[0], v[1]) : jac_add(v[0], v[1]);
}

jac jac_polyadd_(const jac_loc *at, jac p, jac q)
{
    unsigned m = rt_begin(at);
    return rt_end(m, sum("polyadd", p, q, false));
}

jac jac_polysub_(const jac_loc *at, jac p, jac q)
{
    unsigned m = rt_begin(at);
    return rt_end(m, sum("polysub", p, q, true));
}

/* The number of leading elements that are at most `least` in size; -1 with an error. */
static int64_t leading_zeros(const char *what, jac p, double least)
{
    IR_SCRATCH(scratch);
    const rt_array *a = rt_concrete(p, what);
    if (!a)
        return -1;
    int64_t n = ir_type_count(&a->type), size = ir_dtypes[a->type.dtype].size, k = 0;
    for (; k < n; k++) {
        ir_scalar s = {0};
        if (ir_is_complex(a->type.dtype)) {
            ir_dtype part = ir_part(a->type.dtype);
            ir_scalar im = {0};
            memcpy(&s, (const char *)a->data + k * size, size / 2);
            memcpy(&im, (const char *)a->data + k * size + size / 2, size / 2);
            if (hypot(ir_scalar_f64(part, s), ir_scalar_f64(part, im)) > least)
                break;
            continue;
        }
        memcpy(&s, (const char *)a->data + k * size, size);
        if (!(fabs(ir_scalar_f64(a->type.dtype, s)) <= least))
            break;
    }
    return k;
}

static bool trim(const char *what, jac *p, ir_type *t, double least)
{
    int64_t k = leading_zeros(what, *p, least);
    if (k < 0)
        return false;
    *p = sh_slice(*p, 0, k, t->dim[0], 1);
    return jac_ok(*p) && rt_type_of(*p, t);
}

jac jac_polymul_(const jac_loc *at, jac p, jac q, jac_poly_opts o)
{
    unsigned m = rt_begin(at);
    jac v[] = {p, q};
    ir_type t[2];
    if (!two_vectors("polymul", v, t, true))
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < 2; k++) {
        if (o.trim_leading_zeros && !trim("polymul", &v[k], &t[k], 0))
            return rt_end(m, JAC_NULL);
        if (t[k].dim[0] == 0)
            v[k] = jac_zeros(1, rt_public_dtype(t[k].dtype));
    }
    return rt_end(m, jac_convolve(v[0], v[1], "full"));
}

/* One step of the division by hand for each coefficient of the quotient. */
static jac divide(jac *u, jac v, int64_t nu, int64_t nv, ir_dtype d)
{
    IR_SCRATCH(scratch);
    int64_t n = nu - nv + 1;
    if (n < 1)
        return jac_zeros(1, rt_public_dtype(d));
    jac *q = ir_alloc(&scratch, (size_t)n * sizeof *q), first = sh_slice(v, 0, 0, 1, 1);
    for (int64_t k = 0; q && k < n; k++) {
        q[k] = jac_div(sh_slice(*u, 0, k, k + 1, 1), first);
        *u = jac_sub(*u, pad1(jac_mul(q[k], v), k, nu - nv - k));
        if (!jac_ok(*u))
            return JAC_NULL;
    }
    return q ? jac_concatenate_(NULL, 0, (jac_handles){n, q}) : JAC_NULL;
}

jac_quotient_remainder jac_polydiv_(const jac_loc *at, jac p, jac q, jac_poly_opts o)
{
    unsigned m = rt_begin(at);
    jac v[] = {p, q};
    ir_type t[2];
    jac_quotient_remainder y = {JAC_NULL, JAC_NULL};
    bool ok = two_vectors("polydiv", v, t, true);
    if (ok && t[1].dim[0] == 0)
        ok = ir_fail("polydiv: the divisor has no coefficients");
    if (ok) {
        y.quotient = divide(&v[0], v[1], t[0].dim[0], t[1].dim[0], t[0].dtype);
        ok = !o.trim_leading_zeros || trim("polydiv", &v[0], &t[0], sqrt(ir_epsilon(t[0].dtype)));
        y.remainder = ok ? v[0] : JAC_NULL;
    }
    rt_end_tree(m, 2, (jac *)&y);
    return y;
}

/* ---- derivatives and integrals ------------------------------------------------------------------------------ */

/* n (n - 1) ... (n - m + 1) for n = first, first - 1, ..., so many of them. */
static jac falling(int64_t first, int64_t count, int64_t m)
{
    IR_SCRATCH(scratch);
    double *v = ir_alloc(&scratch, (size_t)(count + 1) * sizeof *v);
    if (!v)
        return JAC_NULL;
    for (int64_t k = 0; k < count; k++) {
        v[k] = 1;
        for (int64_t j = 0; j < m; j++)
            v[k] *= fmax(1, (double)(first - k - j));
    }
    return jac_array_of(JAC_F64, JAC_SHAPE(count), (const void *)v);
}

static bool check_order(const char *what, int64_t m)
{
    return (m >= 0 && m <= 1000) || ir_fail("%s: the order must be from 0 to 1000, but is %" PRId64, what, m);
}

jac jac_polyder_(const jac_loc *at, jac p, int64_t order)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!check_order("polyder", order) || !vector("polyder", &p, &t, true))
        return rt_end(m, JAC_NULL);
    if (order == 0)
        return rt_end(m, p);
    int64_t n = t.dim[0] > order ? t.dim[0] - order : 0;
    jac factors = jac_astype(falling(t.dim[0] - 1, n, order), rt_public_dtype(t.dtype));
    return rt_end(m, jac_mul(sh_slice(p, 0, 0, n, 1), factors));
}

jac jac_polyint_(const jac_loc *at, jac p, jac_polyint_opts o)
{
    unsigned m = rt_begin(at);
    jac v[] = {p, jac_ok(o.k) ? o.k : jac_of_i64(0)};
    ir_type t, tk;
    if (!check_order("polyint", o.m) || !rt_promote(2, v, true) || !rt_type_of(v[0], &t) || !rt_type_of(v[1], &tk) ||
        !is_vector("polyint", &t))
        return rt_end(m, JAC_NULL);
    if (tk.rank > 1 || (ir_type_count(&tk) != 1 && ir_type_count(&tk) != o.m)) {
        ir_fail("polyint: .k must be a scalar or a vector of %" PRId64 " constants, but is %s", o.m, ir_type_tmp(&tk));
        return rt_end(m, JAC_NULL);
    }
    if (o.m == 0)
        return rt_end(m, v[0]);
    jac k = jac_broadcast_to(jac_ravel(v[1]), o.m);
    jac factors = falling(t.dim[0] + o.m - 1, t.dim[0] + o.m, o.m);
    return rt_end(m, jac_div(jac_concatenate(0, v[0], k), jac_astype(factors, rt_public_dtype(t.dtype))));
}

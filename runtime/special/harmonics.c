/* Spherical harmonics.
 *
 * The associated Legendre functions are normalized, so that none overflows, and come from recurrences: one
 * from order 0 to |m| along the diagonal n = m, one from there upwards in n. Both are unrolled up to n_max,
 * and each element takes the steps that concern it.
 */
#include <math.h>
#include <string.h>

#include "runtime/special/special.h"

/* The greatest element of an array that is not traced. */
static bool greatest(jac n, int64_t *most)
{
    const rt_array *a = rt_concrete(n, "sph_harm_y: n_max must be given where n is traced; n");
    if (!a)
        return false;
    *most = 0;
    size_t size = ir_dtypes[a->type.dtype].size;
    for (int64_t k = 0; k < ir_type_count(&a->type); k++) {
        ir_scalar s = {0};
        memcpy(&s, (const char *)a->data + (size_t)k * size, size);
        double v = ir_scalar_f64(a->type.dtype, s);
        *most = v > (double)*most ? v < 1e9 ? (int64_t)v : 1000000000 : *most;
    }
    return true;
}

/* The normalized Legendre function of degree l and order k, both arrays of floats. */
static jac legendre(jac l, jac k, jac cos, int64_t most)
{
    jac sin = jac_sqrt(jac_mul(jac_sub(1, cos), jac_add(1, cos)));
    jac now = jac_full_like(cos, sqrt(0.25 / M_PI)), before = jac_zeros_like(cos);
    for (int64_t j = 1; j <= most; j++) {
        double factor = -sqrt((2.0 * (double)j + 1) / (2.0 * (double)j));
        now = jac_where(jac_ge(k, j), jac_mul(factor, jac_mul(sin, now)), now);
    }
    jac square = jac_mul(k, k);
    for (int64_t j = 1; j <= most; j++) {
        double jj = (double)j * (double)j, last = ((double)j - 1) * ((double)j - 1);
        jac step = jac_logical_and(jac_gt(j, k), jac_le(j, l));
        jac here = jac_where(step, square, 0);
        jac up = jac_sqrt(jac_div(4 * jj - 1, jac_sub(jj, here)));
        jac down = jac_sqrt(jac_maximum(jac_div(jac_sub(last, here), 4 * last - 1), 0));
        jac next = jac_mul(up, jac_sub(jac_mul(cos, now), jac_mul(down, before)));
        before = jac_where(step, now, before);
        now = jac_where(step, next, now);
    }
    return now;
}

jac jac_sph_harm_y_(const jac_loc *at, jac n, jac m, jac theta, jac phi, jac_sph_harm_y_opts o)
{
    unsigned mark = rt_begin(at);
    ir_type tn, tm;
    jac angles[] = {theta, phi};
    if (!rt_type_of(n, &tn) || !rt_type_of(m, &tm) || !rt_promote(2, angles, true))
        return rt_end(mark, JAC_NULL);
    if (!ir_is_integer(tn.dtype) || !ir_is_integer(tm.dtype)) {
        ir_fail("sph_harm_y: n and m must be integers, but n is %s and m is %s",
                ir_dtypes[tn.dtype].name, ir_dtypes[tm.dtype].name);
        return rt_end(mark, JAC_NULL);
    }
    int64_t most = o.n_max;
    enum { MOST = 10000 };
    if (most < 0 && !greatest(n, &most))
        return rt_end(mark, JAC_NULL);
    if (most > MOST) {
        ir_fail("sph_harm_y: n_max must be at most %d, but is %lld", MOST, (long long)most);
        return rt_end(mark, JAC_NULL);
    }
    most = most < 0 ? 0 : most;
    jac_dtype d = jac_dtype_of(angles[0]) == JAC_F64 ? JAC_F64 : JAC_F32;
    jac order = jac_astype(m, d);
    jac v[] = {jac_astype(jac_minimum(n, most), d), order, jac_astype(angles[0], d),
               jac_astype(angles[1], d)};
    if (!special_operands("sph_harm_y", 4, v))
        return rt_end(mark, JAC_NULL);
    jac size = jac_abs(v[1]), p = legendre(v[0], size, jac_cos(v[2]), most);
    jac angle = jac_mul(size, v[3]), left = jac_lt(v[1], 0);
    jac odd = jac_ne(jac_floor(jac_mul(0.5, size)), jac_mul(0.5, size));
    jac re = jac_mul(p, jac_cos(angle)), im = jac_mul(p, jac_sin(angle));
    re = jac_where(jac_logical_and(left, odd), jac_neg(re), re);
    im = jac_where(jac_logical_and(left, jac_logical_not(odd)), jac_neg(im), im);
    return rt_end(mark, jac_complex(re, im));
}

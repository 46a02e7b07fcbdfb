/* Random matrices and vectors: orthogonal, multivariate_normal. */
#include <string.h>

#include "include/jacquard/linalg.h"
#include "runtime/random/draws.h"

/* The q of a normal matrix, with the signs of r's diagonal; its transpose if it is wide. */
static jac orthogonal(const char *what, jac key, int64_t n, int64_t columns, jac_orthogonal_opts o)
{
    int64_t dim[IR_MAX_RANK];
    draw w;
    bool wide = n < columns;
    if (n < 0 || columns < 0) {
        ir_fail("%s: n and m must be at least 0, but are %lld and %lld", what, (long long)n,
                (long long)columns);
        return JAC_NULL;
    }
    if (!rt_list(what, o.shape))
        return JAC_NULL;
    if (o.shape.n > IR_MAX_RANK - 2) {
        ir_fail("%s: the result has too many dimensions", what);
        return JAC_NULL;
    }
    for (int k = 0; k < o.shape.n; k++)
        dim[k] = o.shape.v[k];
    dim[o.shape.n] = wide ? columns : n;
    dim[o.shape.n + 1] = wide ? n : columns;
    jac_random_opts plain = {.shape = {o.shape.n + 2, dim}, .dtype = o.dtype};
    if (!draw_begin_floats(what, key, plain, 0, NULL, NULL, &w))
        return JAC_NULL;
    jac_qr_result f = jac_qr_(NULL, draw_normal(&w, key), (jac_qr_opts){0});
    jac sign = jac_sign(jac_einsum("...ii->...i", f.r));
    jac y = jac_mul(f.q, jac_expand_dims(sign, -2));
    return wide ? jac_swapaxes_(NULL, y, -1, -2) : y;
}

jac jac_random_orthogonal_(const jac_loc *at, jac key, int64_t n, jac_orthogonal_opts o)
{
    unsigned m = rt_begin(at);
    int64_t columns = o.m == JAC_AS_N ? n : o.m;
    return rt_end(m, orthogonal("jac_random_orthogonal", key, n, columns, o));
}

/* f with f f^T = cov */
static jac factor_of(jac cov, jac_factor by)
{
    if (by == JAC_BY_SVD) {
        jac_svd_result f = jac_svd_(NULL, cov, (jac_svd_opts){0});
        return jac_mul(f.u, jac_sqrt(jac_expand_dims(f.s, -2)));
    }
    if (by == JAC_BY_EIGH) {
        jac_eigh_result f = jac_eigh_(NULL, cov, (jac_eigh_opts){0});
        return jac_mul(f.vectors, jac_sqrt(jac_expand_dims(f.values, -2)));
    }
    return jac_cholesky_(NULL, cov, (jac_cholesky_opts){0});
}

static bool fits(const char *what, const ir_type *mean, const ir_type *cov)
{
    int64_t n = mean->rank ? mean->dim[mean->rank - 1] : 0;
    if (!mean->rank)
        return ir_fail("%s: mean must have at least one dimension, but is a scalar", what);
    if (cov->rank < 2 || cov->dim[cov->rank - 1] != n || cov->dim[cov->rank - 2] != n)
        return ir_fail("%s: cov must be a matrix of %lld x %lld, or a batch of such, but is %s", what,
                       (long long)n, (long long)n, ir_type_tmp(cov));
    return true;
}

static jac normals(const char *what, jac key, jac mean, jac cov, jac_mvn_opts o)
{
    ir_type t, c, joint;
    ir_dtype d;
    draw w;
    jac v[] = {mean, cov};
    if ((int)o.method < 0 || o.method > JAC_BY_SVD) {
        ir_fail("%s: there is no method %d", what, (int)o.method);
        return JAC_NULL;
    }
    jac_dtype dtype = o.dtype;
    if (dtype == JAC_DEFAULT) {
        if (!rt_promote(2, v, true) || !rt_type_of(v[0], &t))
            return JAC_NULL;
        dtype = rt_public_dtype(t.dtype);
    }
    if (!draw_floats(what, dtype, &d) || !jac_ok(v[0] = rt_convert(v[0], d, false)) ||
        !jac_ok(v[1] = rt_convert(v[1], d, false)) || !rt_type_of(v[0], &t) || !rt_type_of(v[1], &c) ||
        !fits(what, &t, &c))
        return JAC_NULL;
    int64_t n = t.dim[t.rank - 1], dim[IR_MAX_RANK];
    jac factor = factor_of(v[1], o.method);
    jac row = jac_sum(v[1], -1), both[] = {v[0], row}; /* of the batches' shapes, and n */
    if (!rt_list(what, o.shape) || !rt_broadcast(what, 2, both) || !rt_type_of(both[0], &joint))
        return JAC_NULL;
    bool given = o.shape.v || o.shape.n;
    int rank = given ? o.shape.n : joint.rank - 1;
    if (rank >= IR_MAX_RANK) {
        ir_fail("%s: the result has too many dimensions", what);
        return JAC_NULL;
    }
    for (int k = 0; k < rank; k++)
        dim[k] = given ? o.shape.v[k] : joint.dim[k];
    dim[rank] = n;
    jac_random_opts plain = {.shape = {rank + 1, dim}, .dtype = dtype};
    if (!draw_begin(what, key, plain, d, 1, NAMES("mean or cov"), &both[0], &w))
        return JAC_NULL;
    jac x = jac_expand_dims(draw_normal(&w, key), -1);
    return jac_add(v[0], jac_squeeze(jac_matmul(factor, x), -1));
}

jac jac_random_multivariate_normal_(const jac_loc *at, jac key, jac mean, jac cov, jac_mvn_opts o)
{
    unsigned m = rt_begin(at);
    return rt_end(m, normals("jac_random_multivariate_normal", key, mean, cov, o));
}

/* Decompositions: cholesky, lu, qr, eigenvalues, singular values, Schur and related forms. */
#include <string.h>

#include "runtime/linalg/linalg.h"

/* Ends the scope with n results, null handles on failure. */
static void end_with(unsigned m, bool ok, int n, jac *y)
{
    ok = rt_end_tree(m, ok ? n : 0, y) && ok;
    for (int k = 0; k < n && !ok; k++)
        y[k] = JAC_NULL;
}

static bool emit_plain(const ir_op *op, int nin, const jac *in, int nout, jac *out)
{
    ir_attr attr[LINALG_NATTR] = {0};
    return rt_emit(op, nin, in, attr, nout, out);
}

/* ---- cholesky ----------------------------------------------------------------------------------------- */

jac jac_cholesky_(const jac_loc *at, jac a, jac_cholesky_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y[2] = {JAC_NULL, JAC_NULL};
    bool ok = la_square("cholesky", &a, &t);
    if (ok)
        a = !o.as_is ? la_symmetrized(a) : o.upper ? la_h(a) : a;
    ok = ok && jac_ok(a) && emit_plain(&op_cholesky, 1, &a, 2, y);
    return la_end_info(m, ok ? o.upper ? la_h(y[0]) : y[0] : JAC_NULL, y[1], o.info);
}

jac jac_cholesky_update_(const jac_loc *at, jac r, jac w)
{
    unsigned m = rt_begin(at);
    jac x[] = {r, w}, y = JAC_NULL;
    ir_type t[2];
    const int rank[] = {2, 1};
    bool ok = la_operands("cholesky_update", 2, x, rank, t) &&
              la_broadcast("cholesky_update", 2, x, rank) &&
              emit_plain(&op_cholesky_update, 2, x, 1, &y);
    return rt_end(m, ok ? y : JAC_NULL);
}

/* ---- lu ----------------------------------------------------------------------------------------------- */

/* The matrix that puts row permutation[k] of an identity into column k. */
static jac permutation_matrix(jac permutation, int64_t n, ir_dtype d)
{
    ir_type t = ir_type_make(IR_i32, 1, &n);
    jac rows = np_iota(&t, 0);
    return rt_convert(jac_eq(la_column(rows), la_row(permutation)), d, false);
}

jac_plu jac_lu_(const jac_loc *at, jac a)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac lu[4], y[3] = {JAC_NULL, JAC_NULL, JAC_NULL};
    bool ok = la_matrices("lu", &a, &t) && emit_plain(&op_lu, 1, &a, 4, lu);
    if (ok) {
        int64_t rows = t.dim[t.rank - 2], cols = t.dim[t.rank - 1], k = rows < cols ? rows : cols;
        jac l = la_lower(la_block(lu[0], 0, rows, 0, k), -1);
        y[0] = permutation_matrix(lu[2], rows, t.dtype);
        y[1] = jac_add(l, la_eye_like(l));
        y[2] = la_upper(la_block(lu[0], 0, k, 0, cols), 0);
        ok = jac_ok(y[0]) && jac_ok(y[1]) && jac_ok(y[2]);
    }
    end_with(m, ok, 3, y);
    return (jac_plu){y[0], y[1], y[2]};
}

/* ---- qr ------------------------------------------------------------------------------------------------ */

static jac natural_order(const ir_type *a)
{
    ir_type t = ir_type_like(*a, IR_i32);
    t.dim[t.rank - 2] = t.dim[t.rank - 1];
    t.rank--;
    return np_iota(&t, t.rank - 1);
}

jac_qr_result jac_qr_(const jac_loc *at, jac a, jac_qr_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y[3] = {JAC_NULL, JAC_NULL, JAC_NULL};
    bool complete = o.mode && !strcmp(o.mode, "complete");
    bool ok = la_matrices("qr", &a, &t);
    if (ok && o.mode && !complete && strcmp(o.mode, "reduced"))
        ok = ir_fail("qr: mode must be \"reduced\" or \"complete\", but is \"%s\"", o.mode);
    ir_attr attr[QR_NATTR] = {[QR_PIVOTING] = {.i = o.pivoting}, [QR_FULL] = {.i = complete}};
    ok = ok && rt_emit(&op_qr, 1, &a, attr, 2 + o.pivoting, y);
    if (ok && !o.pivoting)
        ok = jac_ok(y[2] = natural_order(&t));
    end_with(m, ok, 3, y);
    return (jac_qr_result){y[0], y[1], y[2]};
}

jac_reflections jac_geqrf_(const jac_loc *at, jac a)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y[2] = {JAC_NULL, JAC_NULL};
    end_with(m, la_matrices("geqrf", &a, &t) && emit_plain(&op_geqrf, 1, &a, 2, y), 2, y);
    return (jac_reflections){y[0], y[1]};
}

jac jac_householder_product_(const jac_loc *at, jac a, jac taus)
{
    unsigned m = rt_begin(at);
    jac x[] = {a, taus}, y = JAC_NULL;
    ir_type t[2];
    bool ok = la_operands("householder_product", 2, x, (int[]){2, 1}, t) &&
              emit_plain(&op_householder_product, 2, x, 1, &y);
    return rt_end(m, ok ? y : JAC_NULL);
}

jac jac_ormqr_(const jac_loc *at, jac a, jac taus, jac c, bool left, bool transpose)
{
    unsigned m = rt_begin(at);
    jac x[] = {a, taus, c}, y = JAC_NULL;
    ir_type t[3];
    ir_attr attr[ORMQR_NATTR] = {[ORMQR_LEFT] = {.i = left}, [ORMQR_TRANSPOSE] = {.i = transpose}};
    bool ok =
        la_operands("ormqr", 3, x, (int[]){2, 1, 2}, t) && rt_emit(&op_ormqr, 3, x, attr, 1, &y);
    return rt_end(m, ok ? y : JAC_NULL);
}

/* ---- eigh ------------------------------------------------------------------------------------------------ */

/* Writes the vectors, if asked for, the values and info. */
static bool eigh(jac a, jac_eigh_opts o, bool vectors, jac *y)
{
    ir_attr attr[EIGH_NATTR] = {[EIGH_LOWER] = {.i = !o.upper}, [EIGH_VECTORS] = {.i = vectors}};
    a = o.as_is ? a : la_symmetrized(a);
    return jac_ok(a) && rt_emit(&op_eigh, 1, &a, attr, 2 + vectors, y);
}

jac_eigh_result jac_eigh_(const jac_loc *at, jac a, jac_eigh_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y[3] = {JAC_NULL, JAC_NULL, JAC_NULL};
    end_with(m, la_square("eigh", &a, &t) && eigh(a, o, true, y), 3, y);
    if (o.info)
        *o.info = y[2];
    return (jac_eigh_result){.values = y[1], .vectors = y[0], .info = y[2]};
}

jac jac_eigvalsh_(const jac_loc *at, jac a, jac_eigh_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y[2] = {JAC_NULL, JAC_NULL};
    bool ok = la_square("eigvalsh", &a, &t) && eigh(a, o, false, y);
    return la_end_info(m, ok ? y[0] : JAC_NULL, y[1], o.info);
}

/* A matrix with the vector v on diagonal k. */
static jac on_diagonal(jac v, int64_t k, int64_t n)
{
    ir_type t = ir_type_make(IR_i32, 2, (int64_t[]){n, n}), tv;
    if (!rt_type_of(v, &tv))
        return JAC_NULL;
    jac at = jac_sub(np_iota(&t, 1), np_iota(&t, 0));
    jac padded = v;
    if (tv.dim[tv.rank - 1] < n) {
        int64_t high[IR_MAX_RANK] = {0}, none[IR_MAX_RANK] = {0};
        high[tv.rank - 1] = n - tv.dim[tv.rank - 1];
        ir_attr attr[] = {[PAD_LOW] = {.n = tv.rank, .ints = none},
                          [PAD_HIGH] = {.n = tv.rank, .ints = high},
                          [PAD_INTERIOR] = {.n = tv.rank, .ints = none}};
        padded = rt_emit1(&op_pad, 2, (jac[]){v, rt_literal_f64(tv.dtype, 0)}, attr);
    }
    return jac_where(jac_eq(at, k), la_column(padded), 0);
}

jac_eigh_result jac_eigh_tridiagonal_(const jac_loc *at, jac d, jac e)
{
    unsigned m = rt_begin(at);
    jac x[] = {d, e}, y[3] = {JAC_NULL, JAC_NULL, JAC_NULL};
    ir_type t[2];
    bool ok = la_operands("eigh_tridiagonal", 2, x, (int[]){1, 1}, t);
    int64_t n = ok ? t[0].dim[t[0].rank - 1] : 0;
    if (ok && t[1].dim[t[1].rank - 1] != (n ? n - 1 : 0))
        ok = ir_fail(
            "eigh_tridiagonal: beside a diagonal %s stands one of one element less, but it is "
            "%s",
            ir_type_tmp(&t[0]), ir_type_tmp(&t[1]));
    if (ok) {
        jac beside = on_diagonal(x[1], 1, n);
        jac a = jac_add(on_diagonal(x[0], 0, n), jac_add(beside, la_h(beside)));
        ok = jac_ok(a) && eigh(a, (jac_eigh_opts){.as_is = true}, true, y);
    }
    end_with(m, ok, 3, y);
    return (jac_eigh_result){.values = y[1], .vectors = y[0], .info = y[2]};
}

/* ---- eig -------------------------------------------------------------------------------------------------- */

jac_eig_result jac_eig_(const jac_loc *at, jac a, jac_eig_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y[4] = {JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL};
    ir_attr attr[EIG_NATTR] = {[EIG_LEFT] = {.i = o.left}, [EIG_RIGHT] = {.i = true}};
    bool ok = la_square("eig", &a, &t) && rt_emit(&op_eig, 1, &a, attr, 3 + o.left, y);
    end_with(m, ok, 3 + o.left, y);
    jac_eig_result r = {.values = y[0],
                        .vectors = y[1 + o.left],
                        .left = o.left ? y[1] : JAC_NULL,
                        .info = y[2 + o.left]};
    if (o.info)
        *o.info = r.info;
    return r;
}

jac jac_eigvals_(const jac_loc *at, jac a, jac_eig_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y[2] = {JAC_NULL, JAC_NULL};
    ir_attr attr[EIG_NATTR] = {0};
    bool ok = la_square("eigvals", &a, &t) && rt_emit(&op_eig, 1, &a, attr, 2, y);
    return la_end_info(m, ok ? y[0] : JAC_NULL, y[1], o.info);
}

/* ---- svd ---------------------------------------------------------------------------------------------------- */

bool la_svd(jac a, bool full, bool vectors, jac *u, jac *s, jac *vh, jac *info)
{
    jac y[4];
    ir_attr attr[SVD_NATTR] = {[SVD_FULL] = {.i = full}, [SVD_VECTORS] = {.i = vectors}};
    if (!jac_ok(a) || !rt_emit(&op_svd, 1, &a, attr, vectors ? 4 : 2, y))
        return false;
    *s = y[0];
    if (vectors) {
        *u = y[1];
        *vh = y[2];
    }
    if (info)
        *info = y[vectors ? 3 : 1];
    return true;
}

jac_svd_result jac_svd_(const jac_loc *at, jac a, jac_svd_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y[4] = {JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL};
    bool ok = la_matrices("svd", &a, &t);
    bool full = ok && !o.reduced && t.dim[t.rank - 1] != t.dim[t.rank - 2];
    ok = ok && la_svd(a, full, true, &y[0], &y[1], &y[2], &y[3]);
    end_with(m, ok, 4, y);
    if (o.info)
        *o.info = y[3];
    return (jac_svd_result){y[0], y[1], y[2], y[3]};
}

jac jac_svdvals_(const jac_loc *at, jac a, jac_svd_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac s = JAC_NULL, info = JAC_NULL;
    bool ok = la_matrices("svdvals", &a, &t) && la_svd(a, false, false, NULL, &s, NULL, &info);
    return la_end_info(m, ok ? s : JAC_NULL, info, o.info);
}

/* ---- schur, hessenberg, tridiagonal -------------------------------------------------------------------------- */

static bool schur(jac a, jac *y)
{
    ir_attr attr[SCHUR_NATTR] = {[SCHUR_VECTORS] = {.i = true}};
    return jac_ok(a) && rt_emit(&op_schur, 1, &a, attr, 3, y);
}

jac_schur_result jac_schur_(const jac_loc *at, jac a, const char *output)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y[3] = {JAC_NULL, JAC_NULL, JAC_NULL};
    bool ok = la_square("schur", &a, &t);
    bool complex = output && !strcmp(output, "complex");
    if (ok && !complex && (!output || strcmp(output, "real")))
        ok = ir_fail("schur: output must be \"real\" or \"complex\", but is %s%s%s",
                     output ? "\"" : "", output ? output : "null", output ? "\"" : "");
    ok = ok && schur(complex ? rt_convert(a, ir_complex_of(ir_part(t.dtype)), false) : a, y);
    end_with(m, ok, 3, y);
    return (jac_schur_result){y[0], y[1], y[2]};
}

/* The Schur form of t, which is almost one, as a complex matrix: t = q r q^H, so a = (z q) r (z
 * q)^H. */
jac_schur_result jac_rsf2csf_(const jac_loc *at, jac t, jac z)
{
    unsigned m = rt_begin(at);
    jac x[] = {t, z}, y[3] = {JAC_NULL, JAC_NULL, JAC_NULL};
    ir_type type[2];
    bool ok = la_operands("rsf2csf", 2, x, (int[]){2, 2}, type);
    if (ok && (type[0].dim[type[0].rank - 1] != type[0].dim[type[0].rank - 2] ||
               type[1].dim[type[1].rank - 1] != type[0].dim[type[0].rank - 1] ||
               type[1].dim[type[1].rank - 2] != type[0].dim[type[0].rank - 1]))
        ok = ir_fail("rsf2csf takes two square matrices of one size, but is given %s and %s",
                     ir_type_tmp(&type[0]), ir_type_tmp(&type[1]));
    ok = ok && schur(rt_convert(x[0], ir_complex_of(ir_part(type[0].dtype)), false), y);
    if (ok)
        ok = jac_ok(y[1] = jac_matmul(x[1], y[1]));
    end_with(m, ok, 3, y);
    return (jac_schur_result){y[0], y[1], y[2]};
}

/* The reflections act on all rows but the first. */
static jac hessenberg_q(jac a, jac taus, int64_t n)
{
    jac inner, in[] = {la_block(a, 1, n, 0, n - 1), taus};
    if (!jac_ok(in[0]) || !emit_plain(&op_householder_product, 2, in, 1, &inner))
        return JAC_NULL;
    ir_type t;
    if (!rt_type_of(inner, &t))
        return JAC_NULL;
    int64_t low[IR_MAX_RANK] = {0}, none[IR_MAX_RANK] = {0};
    low[t.rank - 1] = low[t.rank - 2] = 1;
    ir_attr attr[] = {[PAD_LOW] = {.n = t.rank, .ints = low},
                      [PAD_HIGH] = {.n = t.rank, .ints = none},
                      [PAD_INTERIOR] = {.n = t.rank, .ints = none}};
    jac q = rt_emit1(&op_pad, 2, (jac[]){inner, rt_literal_f64(t.dtype, 0)}, attr);
    ir_type at = ir_type_make(IR_i32, 2, (int64_t[]){n, n});
    if (!jac_ok(q))
        return JAC_NULL;
    jac first = jac_logical_and(jac_eq(np_iota(&at, 0), 0), jac_eq(np_iota(&at, 1), 0));
    return jac_where(first, 1, q);
}

jac_hessenberg_result jac_hessenberg_(const jac_loc *at, jac a)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac h[3], y[2] = {JAC_NULL, JAC_NULL};
    bool ok = la_square("hessenberg", &a, &t) && emit_plain(&op_hessenberg, 1, &a, 3, h);
    int64_t n = ok ? t.dim[t.rank - 1] : 0;
    if (ok) {
        y[0] = la_upper(h[0], -1);
        y[1] = n > 1 ? hessenberg_q(h[0], h[1], n) : la_eye_like(h[0]);
        ok = jac_ok(y[0]) && jac_ok(y[1]);
    }
    end_with(m, ok, 2, y);
    return (jac_hessenberg_result){y[0], y[1]};
}

jac_tridiagonal_result jac_tridiagonal_(const jac_loc *at, jac a, bool lower)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y[5] = {JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL};
    ir_attr attr[TRIDIAGONAL_NATTR] = {[TRIDIAGONAL_LOWER] = {.i = lower}};
    end_with(m, la_square("tridiagonal", &a, &t) && rt_emit(&op_tridiagonal, 1, &a, attr, 5, y), 5,
             y);
    return (jac_tridiagonal_result){y[0], y[1], y[2], y[3], y[4]};
}

/* ---- polar ------------------------------------------------------------------------------------------------------ */

jac_polar_result jac_polar_(const jac_loc *at, jac a, const char *side)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac u, s, vh, y[2] = {JAC_NULL, JAC_NULL};
    bool left = side && !strcmp(side, "left");
    bool ok = la_matrices("polar", &a, &t);
    if (ok && !left && (!side || strcmp(side, "right")))
        ok = ir_fail("polar: side must be \"left\" or \"right\"");
    ok = ok && la_svd(a, false, true, &u, &s, &vh, NULL);
    if (ok) {
        y[0] = jac_matmul(u, vh);
        y[1] = left ? jac_matmul(jac_mul(u, la_row(s)), la_h(u))
                    : jac_matmul(jac_mul(la_h(vh), la_row(s)), vh);
        ok = jac_ok(y[0]) && jac_ok(y[1]);
    }
    end_with(m, ok, 2, y);
    return (jac_polar_result){y[0], y[1]};
}

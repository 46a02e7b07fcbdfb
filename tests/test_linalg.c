/* Linear algebra where the golden cases do not show it: batches of every size against single
 * matrices, what fails and how that is reported, and complex numbers against their equations. */
#include <math.h>

#include "tests/handles.h"

/* Random numbers in f32, f64, c64 or c128, with `more` added on the diagonals. */
static jac matrices(uint64_t seed, jac_dtype d, jac_dims shape, double more)
{
    jac key = jac_random_PRNGKey((int64_t)seed);
    jac x = jac_random_uniform_in(key, shape, -1, 1, JAC_F64);
    if (d == JAC_C64 || d == JAC_C128)
        x = jac_complex(x,
                        jac_random_uniform_in(jac_random_fold_in(key, 1), shape, -1, 1, JAC_F64));
    int64_t n = jac_dim(x, -1);
    if (more != 0)
        x = jac_add(x, jac_mul(jac_eye(n), more));
    return jac_astype(x, d);
}

static jac hermitian(jac x)
{
    return jac_mul(jac_add(x, jac_conj(jac_swapaxes(x, -1, -2))), 0.5);
}

static double largest(jac x)
{
    jac size = jac_max(jac_abs(x));
    return jac_item_f64(jac_astype(size, JAC_F64));
}

static void expect_close(const char *what, jac x, jac y, double within)
{
    jac off = jac_sub(x, y);
    cr_assert(jac_ok(off), "%s: %s", what, jac_error());
    double by = jac_size(x) ? largest(off) : 0;
    cr_expect(by <= within, "%s: off by %g", what, by);
}

static double within(jac_dtype d)
{
    return d == JAC_F32 || d == JAC_C64 ? 2e-4 : 1e-11;
}

/* ---- against their equations ------------------------------------------------------------------------- */

static jac turned(jac x)
{
    return jac_conj(jac_swapaxes(x, -1, -2));
}

static jac rows(jac s)
{
    return jac_expand_dims(s, -2);
}

static void check_equations(jac_dtype d, int64_t batch, int64_t n)
{
    char what[80];
    double e = within(d);
    jac a = matrices((uint64_t)(batch + 100 * n), d, JAC_SHAPE(batch, n, n), (double)n + 1);
    jac h = hermitian(a), b = matrices(7, d, JAC_SHAPE(batch, n, 2), 0), eye = jac_eye(n);
    snprintf(what, sizeof what, "dtype %d, %lld of %lld", (int)d, (long long)batch, (long long)n);
    expect_close(what, jac_matmul(a, jac_solve(a, b)), b, e);
    expect_close(what, jac_matmul(a, jac_inv(a)), eye, e);
    jac l = jac_cholesky(h), u = jac_cholesky(h, .upper = true);
    expect_close(what, jac_matmul(l, turned(l)), h, e * (double)n);
    expect_close(what, jac_matmul(turned(u), u), h, e * (double)n);
    expect_close(what, jac_matmul(h, jac_cho_solve(l, b, true)), b, e);
    expect_close(what, jac_matmul(h, jac_cho_solve(u, b, false)), b, e);
    jac_lu_factors f = jac_lu_factor(a);
    expect_close(what, jac_matmul(a, jac_lu_solve(f, b)), b, e);
    expect_close(what, jac_matmul(jac_swapaxes(a, -1, -2), jac_lu_solve(f, b, .trans = 1)), b, e);
    expect_close(what, jac_matmul(turned(a), jac_lu_solve(f, b, .trans = 2)), b, e);
    jac_plu p = jac_lu(a);
    expect_close(what, jac_matmul(p.p, jac_matmul(p.l, p.u)), a, e);
    jac_qr_result q = jac_qr(a);
    expect_close(what, jac_matmul(q.q, q.r), a, e);
    expect_close(what, jac_matmul(turned(q.q), q.q), eye, e);
    jac_eigh_result w = jac_eigh(h);
    expect_close(what, jac_matmul(h, w.vectors), jac_mul(w.vectors, rows(w.values)), e * (double)n);
    expect_close(what, w.values, jac_eigvalsh(h), e * (double)n);
    jac_eig_result v = jac_eig(a, .left = true);
    expect_close(what, jac_matmul(a, v.vectors), jac_mul(v.vectors, rows(v.values)), e * (double)n);
    expect_close(what, jac_matmul(turned(v.left), a),
                 jac_mul(turned(v.left), jac_expand_dims(v.values, -1)), e * (double)n);
    jac_svd_result s = jac_svd(a);
    expect_close(what, jac_matmul(jac_mul(s.u, rows(s.s)), s.vh), a, e * (double)n);
    expect_close(what, s.s, jac_svdvals(a), e * (double)n);
    jac_schur_result t = jac_schur(a, "real");
    expect_close(what, jac_matmul(t.z, jac_matmul(t.t, turned(t.z))), a, e * (double)n);
    jac_hessenberg_result g = jac_hessenberg(a);
    expect_close(what, jac_matmul(g.q, jac_matmul(g.h, turned(g.q))), a, e * (double)n);
    jac root = jac_sqrtm(h);
    expect_close(what, jac_matmul(root, root), h, e * (double)n);
    jac x = jac_solve_sylvester(a, h, h);
    expect_close(what, jac_add(jac_matmul(a, x), jac_matmul(x, h)), h, e * (double)n);
    jac_polar_result o = jac_polar(a, "left");
    expect_close(what, jac_matmul(o.p, o.u), a, e * (double)n);
}

Test(linalg, decompositions_of_every_dtype_and_size_multiply_to_their_matrix)
{
    static const jac_dtype dtypes[] = {JAC_F32, JAC_F64, JAC_C64, JAC_C128};
    static const int64_t sizes[] = {1, 2, 3, 8, 9, 33}, batches[] = {1, 37, 3, 9, 65, 2};
    jac_enable_x64(true);
    for (int d = 0; d < 4; d++)
        for (int k = 0; k < 6; k++)
            JAC_SCOPE () {
                check_equations(dtypes[d], batches[k], sizes[k]);
            }
}

Test(linalg, matrices_without_elements_have_decompositions)
{
    jac none = jac_zeros(JAC_SHAPE(2, 0, 0)), tall = jac_zeros(JAC_SHAPE(3, 0));
    cr_expect(jac_ok(jac_solve(none, jac_zeros(JAC_SHAPE(2, 0, 1)))), "%s", jac_error());
    cr_expect_eq(jac_size(jac_cholesky(none)), 0);
    cr_expect_eq(jac_item_f64(jac_sum(jac_det(none))), 2);
    cr_expect_eq(jac_size(jac_eigh(none).values), 0);
    cr_expect_eq(jac_size(jac_eig(none).values), 0);
    cr_expect_eq(jac_item_f64(jac_sum(jac_svd(tall).u)), 3);
    cr_expect_eq(jac_size(jac_qr(tall).r), 0);
    cr_expect_eq(jac_item_f64(jac_sum(jac_qr(tall, .mode = "complete").q)), 3);
    cr_expect_eq(jac_size(jac_lu_factor(tall).pivots), 0);
    cr_expect_eq(jac_dim(jac_lu_factor(tall).permutation, 0), 3);
    cr_expect_eq(jac_size(jac_expm(none)), 0);
    cr_expect_eq(jac_size(jac_pinv(tall)), 0);
}

/* ---- compiled --------------------------------------------------------------------------------------------- */

typedef struct {
    jac det, inverse, values;
} summary;

JAC_DEF(summary, summarised, (jac, a))
{
    return (summary){jac_det(a), jac_inv(a), jac_svdvals(a)};
}

/* The batch is shared among threads, and computed in vectors for small matrices. */
Test(linalg, compiled_batches_are_what_single_matrices_are)
{
    static const int64_t sizes[] = {2, 5, 8, 12, 40}, batches[] = {1000, 333, 129, 50, 7};
    jac_enable_x64(true);
    for (int k = 0; k < 5; k++)
        JAC_SCOPE () {
            summary all, each;
            jac a = matrices((uint64_t)k, JAC_F64, JAC_SHAPE(batches[k], sizes[k], sizes[k]), 3);
            cr_assert(jac_call(jac_jit(summarised_fn), &a, &all), "%s", jac_error());
            cr_assert(jac_call(jac_jit(jac_vmap(summarised_fn)), &a, &each), "%s", jac_error());
            expect_close("vmap", each.inverse, all.inverse, 0);
            for (int64_t i = 0; i < batches[k]; i += 31) {
                jac one = jac_index(a, i);
                expect_close("det", jac_index(all.det, i), jac_det(one),
                             1e-12 * largest(jac_det(one)));
                expect_close("inverse", jac_index(all.inverse, i), jac_inv(one),
                             1e-11 * largest(jac_inv(one)));
                expect_close("svd", jac_index(all.values, i), jac_svdvals(one), 1e-12);
            }
        }
}

JAC_DEF(jac, solved, (jac, a), (jac, b))
{
    return jac_solve(a, b);
}

Test(linalg, one_matrix_is_factored_once_for_a_batch_of_right_sides)
{
    jac_enable_x64(true);
    jac a = matrices(1, JAC_F64, JAC_SHAPE(4, 4), 4), b = matrices(2, JAC_F64, JAC_SHAPE(50, 4), 0);
    jac_fn many = jac_vmap(solved_fn, JAC_AXES(JAC_NONE, 0));
    jac x = jac_call1(jac_jit(many), a, b);
    expect_close("solutions", jac_matmul(x, jac_swapaxes(a, 0, 1)), b, 1e-13);
    jac c = matrices(3, JAC_F64, JAC_SHAPE(5, 6, 4, 2), 0);
    expect_close("broadcast", jac_matmul(a, jac_solve(a, c)), c, 1e-13);
}

/* ---- failures ------------------------------------------------------------------------------------------- */

static bool is_nan(jac x)
{
    return jac_item_bool(jac_all(jac_isnan(jac_abs(x))));
}

Test(linalg, info_says_which_matrices_have_no_result)
{
    const double a[] = {2, 0, 0, 1, 1, 2, 2, 1, 1, 2, 2, 4};
    jac_enable_x64(true);
    jac x = jac_array_of(JAC_F64, JAC_SHAPE(3, 2, 2), (const void *)a), info;
    jac l = jac_cholesky(x, .info = &info);
    const int32_t *i = jac_view(info, JAC_I32);
    cr_assert(i && i[0] == 0 && i[1] == 2 && i[2] == 2, "cholesky");
    cr_expect(!is_nan(jac_index(l, 0)));
    cr_expect(is_nan(jac_index(l, 1, 1)) && jac_item_f64(jac_index(l, 1, 0, 1)) == 0);
    jac inverse = jac_inv(x, .info = &info);
    i = jac_view(info, JAC_I32);
    cr_assert(i && i[0] == 0 && i[1] == 0 && i[2] == 2, "inv");
    cr_expect(jac_item_bool(jac_all(jac_isfinite(jac_index(inverse, 1)))));
    cr_expect(!jac_item_bool(jac_any(jac_isfinite(jac_index(inverse, 2)))));
    jac wide = jac_zeros(JAC_SHAPE(20, 20)); /* by LAPACK */
    cr_expect(is_nan(jac_index(jac_cholesky(wide, .info = &info), 19)));
    cr_expect_eq(jac_item_i64(info), 1);
    jac_solve(wide, jac_ones(JAC_SHAPE(20)), .info = &info);
    cr_expect_eq(jac_item_i64(info), 1);
}

Test(linalg, elements_that_are_not_finite_end_no_iteration_and_give_nan)
{
    static const double bad[] = {INFINITY, NAN};
    static const int64_t sizes[] = {1, 3, 30};
    jac_enable_x64(true);
    for (int k = 0; k < 2; k++)
        for (int j = 0; j < 3; j++)
            for (int c = 0; c < 2; c++)
                JAC_SCOPE () {
                    jac_dtype d = c ? JAC_C128 : JAC_F64;
                    int64_t n = sizes[j];
                    jac a = jac_set(matrices(5, d, JAC_SHAPE(2, n, n), 2), bad[k], 1, n - 1, 0);
                    jac good = jac_index(jac_eigh(a).values, 0), info;
                    cr_expect(!is_nan(good));
                    cr_expect(is_nan(jac_index(jac_eigvalsh(a, .info = &info), 1)));
                    cr_expect_eq(jac_item_i64(jac_index(info, 1)), -4);
                    cr_expect(is_nan(jac_index(jac_eig(a).vectors, 1)));
                    cr_expect(is_nan(jac_index(jac_svd(a).u, 1)));
                    cr_expect(is_nan(jac_index(jac_schur(a, "complex").t, 1)));
                    cr_expect(is_nan(jac_index(jac_sqrtm(a), 1)));
                    cr_expect(is_nan(jac_index(jac_solve_sylvester(a, a, a), 1)));
                    cr_expect(jac_ok(jac_lu_factor(a).lu) && jac_ok(jac_qr(a).q));
                    cr_expect(jac_ok(jac_expm(a)) && jac_ok(jac_pinv(a)), "%s", jac_error());
                }
}

JAC_DEF(jac, sum_of_values, (jac, a))
{
    return jac_sum(jac_mul(jac_eigvalsh(a), jac_arange(3)));
}

JAC_DEF(jac, sum_of_singular_values, (jac, a))
{
    return jac_sum(jac_svdvals(a));
}

Test(linalg, derivatives_of_values_alone_are_finite_where_values_are_equal)
{
    jac eye = jac_eye(3);
    cr_expect(jac_item_bool(jac_all(jac_isfinite(jac_call1(jac_grad(sum_of_values_fn), eye)))));
    expect_close("svd", jac_call1(jac_jit(jac_grad(sum_of_singular_values_fn)), eye), eye, 1e-6);
}

JAC_DEF(jac, sum_of_form, (jac, a))
{
    return jac_sum(jac_schur(a, "real").t);
}

JAC_DEF(jac, sum_of_full_u, (jac, a))
{
    return jac_sum(jac_svd(a).u);
}

Test(linalg, what_does_not_fit_is_an_error)
{
    jac a = jac_eye(2), wide = jac_zeros(JAC_SHAPE(2, 3)), v = jac_ones(3);
    FAILS_WITH(jac_cholesky(wide), "takes square matrices");
    FAILS_WITH(jac_inv(v), "at least 2 dimensions");
    FAILS_WITH(jac_solve(a, v), "must have as many rows");
    FAILS_WITH(jac_solve(jac_zeros(JAC_SHAPE(2, 2, 2)), jac_zeros(JAC_SHAPE(3, 2, 1))),
               "do not broadcast");
    FAILS_WITH(jac_solve(a, v, .assume_a = "sym"), "assume_a must be");
    FAILS_WITH(jac_solve_triangular(a, v, .trans = 3), "trans must be 0, 1 or 2");
    FAILS_WITH(jac_triangular_solve(a, wide), "must be as many as the rows");
    FAILS_WITH(jac_qr(a, .mode = "full").q, "mode must be");
    FAILS_WITH(jac_schur(a, "upper").t, "output must be");
    FAILS_WITH(jac_polar(a, "up").u, "side must be");
    FAILS_WITH(jac_eigvals(wide), "takes square matrices");
    FAILS_WITH(jac_lstsq(a, v).x, "as many rows");
    FAILS_WITH(jac_vector_norm(v, .ord = "two"), "there is no norm");
    FAILS_WITH(jac_matrix_norm(a, .ord = "3"), "there is no norm");
    FAILS_WITH(jac_cholesky(jac_astype(a, JAC_F16)), "takes f32, f64, c64 or c128");
    FAILS_WITH(jac_solve_sylvester(a, a, wide), "must have the rows of");
    FAILS_WITH(jac_householder_product(wide, v), "cannot be the factors");
    FAILS_WITH(jac_cholesky_update(a, v), "as many elements");
    FAILS_WITH(jac_tridiagonal_solve(v, jac_ones(2), v, jac_ones(JAC_SHAPE(3, 1))), "one type");
    FAILS_WITH(jac_eigh_tridiagonal(v, v).values, "one element less");
    FAILS_WITH(jac_call1(jac_grad(sum_of_form_fn), a), "schur has no derivative");
    FAILS_WITH(jac_call1(jac_grad(sum_of_full_u_fn), jac_ones(JAC_SHAPE(3, 2))),
               "only square matrices have a derivative");
    FAILS_WITH(jac_multi_dot(a, v, a), "must be a matrix");
    FAILS_WITH(jac_cross(jac_ones(4), jac_ones(4)), "vectors of 3 elements");
    FAILS_WITH(jac_tensorsolve(wide, v), "must have as many elements");
    FAILS_WITH(jac_block_diag(jac_zeros(JAC_SHAPE(1, 1, 1))), "takes matrices");
    FAILS_WITH(jac_pascal(3, "left"), "kind must be");
    FAILS_WITH(jac_dft(3, "m"), "scale must be");
}

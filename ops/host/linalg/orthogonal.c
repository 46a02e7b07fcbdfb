/* Products of Householder reflections: QR, and the forms that eigenvalues begin with. */
#include <string.h>

#include "ops/host/linalg/matrix.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* ---- qr: a is m x n; options: pivoting, full; results q, r and, if pivoting, the columns' order --- */

enum { QR_PIVOTING, QR_FULL };
enum { A, TAU, R, WORK, RWORK, JPVT }; /* pieces of memory */

static void factor(const matrix_job *j, void *a, int *jpvt, void *tau, void *work, int lwork,
                   void *rwork, int *info)
{
    int m = (int)j->s.m, n = (int)j->s.n, ld = matrix_ld(m);
    if (!jpvt)
        lapack.geqrf[j->kind](&m, &n, a, &ld, tau, work, &lwork, info);
    else if (matrix_is_complex(j))
        lapack.complex_geqp3[j->kind](&m, &n, a, &ld, jpvt, tau, work, &lwork, rwork, info);
    else
        lapack.geqp3[j->kind](&m, &n, a, &ld, jpvt, tau, work, &lwork, info);
}

static void qr_one(const matrix_job *j, int64_t item, char *memory)
{
    const host_matrices *s = &j->s;
    int m = (int)s->m, n = (int)s->n, reflections = (int)least(m, n), ld = matrix_ld(m), info = 0;
    int k = s->option[QR_FULL] ? m : reflections;
    char *a = memory + j->at[A], *tau = memory + j->at[TAU], *r = memory + j->at[R];
    size_t column = (size_t)matrix_ld(k) * matrix_size(j);
    int32_t *jpvt = s->option[QR_PIVOTING] ? (int32_t *)j->out[2 * s->parts] + item * n : NULL;
    matrix_read(j, j->in, item, m, n, a, ld);
    if (jpvt)
        memset(jpvt, 0, (size_t)n * sizeof *jpvt);
    if (reflections)
        factor(j, a, jpvt, tau, memory + j->at[WORK], j->lwork, memory + j->at[RWORK], &info);
    for (int c = 0; jpvt && c < n; c++)
        jpvt[c] = reflections ? jpvt[c] - 1 : 0;
    for (int c = 0; c < n; c++)
        memcpy(r + (size_t)c * column, a + (size_t)c * (size_t)ld * matrix_size(j),
               (size_t)k * matrix_size(j));
    matrix_clear_triangle(j, r, k, n, matrix_ld(k), false);
    matrix_write(j, j->out + s->parts, item, k, n, r, matrix_ld(k));
    if (k)
        lapack.orgqr[j->kind](&m, &k, &reflections, a, &ld, tau, memory + j->at[WORK], &j->lwork,
                              &info);
    matrix_write(j, j->out, item, m, k, a, ld);
}

bool jac_host_qr(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    const host_matrices *s = &j.s;
    int m = (int)s->m, n = (int)s->n, reflections = (int)least(m, n), ld = matrix_ld(m);
    int k = s->option[QR_FULL] ? m : reflections, some = 0;
    j.work = qr_one;
    j.flops = 4 * (double)m * (double)k * (double)reflections;
    if (!lapack_begin(true))
        return false;
    j.lwork = 1;
    MATRIX_ASK(&j, factor(&j, NULL, s->option[QR_PIVOTING] ? &some : NULL, NULL, work, lwork, NULL,
                          &info));
    MATRIX_ASK(&j,
               lapack.orgqr[j.kind](&m, &k, &reflections, NULL, &ld, NULL, work, &lwork, &info));
    lapack_end();
    j.at[A] = matrix_reserve(&j, m * most(n, k));
    j.at[TAU] = matrix_reserve(&j, reflections + 1);
    j.at[R] = matrix_reserve(&j, (int64_t)k * n);
    j.at[WORK] = matrix_reserve(&j, j.lwork);
    j.at[RWORK] = matrix_reserve(&j, s->option[QR_PIVOTING] ? 2 * n : 0);
    return matrix_run(&j);
}

/* ---- geqrf, geqp3: a is m x n; the reflections below R, their factors; geqp3 takes and gives the
 * order of columns, from 1 on, between the two --------------------------------------------------
 */

static void geqrf_one(const matrix_job *j, int64_t item, char *memory)
{
    const host_matrices *s = &j->s;
    int info = 0, ld = matrix_ld(s->m);
    int64_t reflections = least(s->m, s->n), pivoting = s->option[0];
    char *a = memory + j->at[A], *tau = memory + j->at[TAU];
    int32_t *jpvt = NULL;
    matrix_read(j, j->in, item, s->m, s->n, a, ld);
    if (pivoting) {
        jpvt = (int32_t *)j->out[s->parts] + item * s->n;
        memcpy(jpvt, (const int32_t *)j->in[s->parts] + item * s->n, (size_t)s->n * sizeof *jpvt);
    }
    if (reflections)
        factor(j, a, jpvt, tau, memory + j->at[WORK], j->lwork, memory + j->at[RWORK], &info);
    matrix_write(j, j->out, item, s->m, s->n, a, ld);
    matrix_write_rows(j, j->out + s->parts + pivoting, item, reflections, tau);
}

static bool run_geqrf(matrix_job *j, bool pivoting)
{
    int some = 0;
    j->work = geqrf_one;
    j->s.option[0] = pivoting;
    j->flops = 2 * (double)j->s.m * (double)j->s.n * (double)least(j->s.m, j->s.n);
    if (!lapack_begin(true))
        return false;
    j->lwork = 1;
    MATRIX_ASK(j, factor(j, NULL, pivoting ? &some : NULL, NULL, work, lwork, NULL, &info));
    lapack_end();
    j->at[A] = matrix_reserve(j, j->s.m * j->s.n);
    j->at[TAU] = matrix_reserve(j, least(j->s.m, j->s.n) + 1);
    j->at[WORK] = matrix_reserve(j, j->lwork);
    j->at[RWORK] = matrix_reserve(j, pivoting ? 2 * j->s.n : 0);
    return matrix_run(j);
}

bool jac_host_geqrf(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    return run_geqrf(&j, false);
}

bool jac_host_geqp3(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    return run_geqrf(&j, true);
}

/* ---- householder_product: a is m x n, with k factors; the product of the reflections -------------- */

static void householder_product_one(const matrix_job *j, int64_t item, char *memory)
{
    const host_matrices *s = &j->s;
    int m = (int)s->m, n = (int)s->n, k = (int)s->k, ld = matrix_ld(m), info = 0;
    char *a = memory + j->at[A], *tau = memory + j->at[TAU];
    matrix_read(j, j->in, item, m, n, a, ld);
    matrix_read_rows(j, j->in + s->parts, item, k, tau);
    if (n)
        lapack.orgqr[j->kind](&m, &n, &k, a, &ld, tau, memory + j->at[WORK], &j->lwork, &info);
    matrix_write(j, j->out, item, m, n, a, ld);
}

bool jac_host_householder_product(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    int m = (int)j.s.m, n = (int)j.s.n, k = (int)j.s.k, ld = matrix_ld(m);
    j.work = householder_product_one;
    j.flops = 4 * (double)m * (double)n * (double)k;
    if (!lapack_begin(true))
        return false;
    j.lwork = 1;
    MATRIX_ASK(&j, lapack.orgqr[j.kind](&m, &n, &k, NULL, &ld, NULL, work, &lwork, &info));
    lapack_end();
    j.at[A] = matrix_reserve(&j, j.s.m * j.s.n);
    j.at[TAU] = matrix_reserve(&j, k + 1);
    j.at[WORK] = matrix_reserve(&j, j.lwork);
    return matrix_run(&j);
}

/* ---- ormqr: c is m x n; options: left, transpose, columns of a ------------------------------------- */

enum { ORMQR_LEFT, ORMQR_TRANSPOSE, ORMQR_COLUMNS };

static void multiply(const matrix_job *j, const void *a, const void *tau, void *c, void *work,
                     int lwork, int *info)
{
    const host_matrices *s = &j->s;
    bool left = s->option[ORMQR_LEFT];
    int m = (int)s->m, n = (int)s->n, k = (int)s->k, ld = matrix_ld(left ? m : n),
        ldc = matrix_ld(m);
    const char *transposed = matrix_is_complex(j) ? "C" : "T";
    lapack.ormqr[j->kind](left ? "L" : "R", s->option[ORMQR_TRANSPOSE] ? transposed : "N", &m, &n,
                          &k, a, &ld, tau, c, &ldc, work, &lwork, info, LAPACK_CHAR, LAPACK_CHAR);
}

static void ormqr_one(const matrix_job *j, int64_t item, char *memory)
{
    const host_matrices *s = &j->s;
    int info = 0;
    int64_t order = s->option[ORMQR_LEFT] ? s->m : s->n;
    char *a = memory + j->at[A], *tau = memory + j->at[TAU], *c = memory + j->at[R];
    matrix_read(j, j->in, item, order, s->option[ORMQR_COLUMNS], a, matrix_ld(order));
    matrix_read_rows(j, j->in + s->parts, item, s->k, tau);
    matrix_read(j, j->in + 2 * s->parts, item, s->m, s->n, c, matrix_ld(s->m));
    if (s->m && s->n)
        multiply(j, a, tau, c, memory + j->at[WORK], j->lwork, &info);
    matrix_write(j, j->out, item, s->m, s->n, c, matrix_ld(s->m));
}

bool jac_host_ormqr(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    int64_t order = j.s.option[ORMQR_LEFT] ? j.s.m : j.s.n;
    j.work = ormqr_one;
    j.flops = 4 * (double)j.s.m * (double)j.s.n * (double)j.s.k;
    if (!lapack_begin(true))
        return false;
    j.lwork = 1;
    MATRIX_ASK(&j, multiply(&j, NULL, NULL, NULL, work, lwork, &info));
    lapack_end();
    j.at[A] = matrix_reserve(&j, order * j.s.option[ORMQR_COLUMNS]);
    j.at[TAU] = matrix_reserve(&j, j.s.k + 1);
    j.at[R] = matrix_reserve(&j, j.s.m * j.s.n);
    j.at[WORK] = matrix_reserve(&j, j.lwork);
    return matrix_run(&j);
}

/* ---- hessenberg: a is n x n; the form with the reflections below, their factors, info -------------- */

static void reduce(const matrix_job *j, void *a, void *tau, void *work, int lwork, int *info)
{
    int n = (int)j->s.n, one = 1, ld = matrix_ld(n);
    lapack.gehrd[j->kind](&n, &one, &n, a, &ld, tau, work, &lwork, info);
}

static void hessenberg_one(const matrix_job *j, int64_t item, char *memory)
{
    int64_t n = j->s.n, parts = j->s.parts;
    int info = 0;
    char *a = memory + j->at[A], *tau = memory + j->at[TAU];
    matrix_read(j, j->in, item, n, n, a, matrix_ld(n));
    if (n)
        reduce(j, a, tau, memory + j->at[WORK], j->lwork, &info);
    matrix_write(j, j->out, item, n, n, a, matrix_ld(n));
    matrix_write_rows(j, j->out + parts, item, most(n - 1, 0), tau);
    matrix_write_info(j->out[2 * parts], item, info);
}

bool jac_host_hessenberg(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    double n = (double)j.s.n;
    j.work = hessenberg_one;
    j.flops = 10 * n * n * n / 3;
    if (!lapack_begin(true))
        return false;
    j.lwork = 1;
    MATRIX_ASK(&j, reduce(&j, NULL, NULL, work, lwork, &info));
    lapack_end();
    j.at[A] = matrix_reserve(&j, j.s.n * j.s.n);
    j.at[TAU] = matrix_reserve(&j, j.s.n + 1);
    j.at[WORK] = matrix_reserve(&j, j.lwork);
    return matrix_run(&j);
}

/* ---- tridiagonal: a is n x n and Hermitian; option: lower; the form with the reflections beside it,
 * the diagonal and the one beside it, the factors, info ------------------------------------------
 */

static void reduce_hermitian(const matrix_job *j, void *a, void *d, void *e, void *tau, void *work,
                             int lwork, int *info)
{
    int n = (int)j->s.n, ld = matrix_ld(n);
    lapack.sytrd[j->kind](j->s.option[0] ? "L" : "U", &n, a, &ld, d, e, tau, work, &lwork, info,
                          LAPACK_CHAR);
}

enum { D = R, E = RWORK };

static void tridiagonal_one(const matrix_job *j, int64_t item, char *memory)
{
    int64_t n = j->s.n, parts = j->s.parts, beside = most(n - 1, 0);
    int info = 0;
    char *a = memory + j->at[A], *tau = memory + j->at[TAU];
    matrix_read(j, j->in, item, n, n, a, matrix_ld(n));
    if (n)
        reduce_hermitian(j, a, memory + j->at[D], memory + j->at[E], tau, memory + j->at[WORK],
                         j->lwork, &info);
    matrix_write(j, j->out, item, n, n, a, matrix_ld(n));
    matrix_write_real(j, j->out[parts], item, n, memory + j->at[D]);
    matrix_write_real(j, j->out[parts + 1], item, beside, memory + j->at[E]);
    matrix_write_rows(j, j->out + parts + 2, item, beside, tau);
    matrix_write_info(j->out[2 * parts + 2], item, info);
}

bool jac_host_tridiagonal(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    double n = (double)j.s.n;
    j.work = tridiagonal_one;
    j.flops = 4 * n * n * n / 3;
    if (!lapack_begin(true))
        return false;
    j.lwork = 1;
    MATRIX_ASK(&j, reduce_hermitian(&j, NULL, NULL, NULL, NULL, work, lwork, &info));
    lapack_end();
    j.at[A] = matrix_reserve(&j, j.s.n * j.s.n);
    j.at[TAU] = matrix_reserve(&j, j.s.n + 1);
    j.at[D] = matrix_reserve(&j, j.s.n + 1);
    j.at[E] = matrix_reserve(&j, j.s.n + 1);
    j.at[WORK] = matrix_reserve(&j, j.lwork);
    return matrix_run(&j);
}

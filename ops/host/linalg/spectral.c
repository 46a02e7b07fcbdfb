/* Eigenvalues, singular values, and what is computed from Schur forms.
 *
 * Their iterations may not end if an element is infinite or NaN; then the results are NaN and info
 * is -4, as where LAPACK checks that itself. Where an iteration does not converge, they are NaN,
 * too.
 */
#include <complex.h>
#include <math.h>
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

enum { NOT_FINITE = -4 };
enum { A, W, U, V, WORK, RWORK, IWORK, C }; /* pieces of memory */

/* Reads a matrix; false if it is not finite. */
static bool read_finite(const matrix_job *j, const void *const *x, int64_t item, int64_t m,
                        int64_t n, void *a)
{
    matrix_read(j, x, item, m, n, a, matrix_ld(m));
    return matrix_is_finite(j, a, m * n);
}

/* ---- eigh: a is n x n and Hermitian; options: lower, vectors; the vectors if asked for, the values in
 * ascending order, info ---------------------------------------------------------------------------
 */

enum { EIGH_LOWER, EIGH_VECTORS };

static void eigh_call(const matrix_job *j, void *a, void *w, void *work, int lwork, void *rwork,
                      int lrwork, int *iwork, int liwork, int *info)
{
    int n = (int)j->s.n, ld = matrix_ld(n);
    const char *job = j->s.option[EIGH_VECTORS] ? "V" : "N";
    const char *uplo = j->s.option[EIGH_LOWER] ? "L" : "U";
    if (matrix_is_complex(j))
        lapack.heevd[j->kind](job, uplo, &n, a, &ld, w, work, &lwork, rwork, &lrwork, iwork,
                              &liwork, info, LAPACK_CHAR, LAPACK_CHAR);
    else
        lapack.syevd[j->kind](job, uplo, &n, a, &ld, w, work, &lwork, iwork, &liwork, info,
                              LAPACK_CHAR, LAPACK_CHAR);
}

static void eigh_one(const matrix_job *j, int64_t item, char *memory)
{
    int64_t n = j->s.n, vectors = j->s.option[EIGH_VECTORS], first = vectors ? j->s.parts : 0;
    int info = NOT_FINITE;
    char *a = memory + j->at[A];
    if (read_finite(j, j->in, item, n, n, a))
        eigh_call(j, a, memory + j->at[W], memory + j->at[WORK], j->lwork, memory + j->at[RWORK],
                  j->lrwork, (int *)(memory + j->at[IWORK]), j->liwork, &info);
    if (info) {
        matrix_write_nan_real(j, j->out[first], item, n);
        if (vectors)
            matrix_write_nan(j, j->out, item, n * n);
    } else {
        matrix_write_real(j, j->out[first], item, n, memory + j->at[W]);
        if (vectors)
            matrix_write(j, j->out, item, n, n, a, matrix_ld(n));
    }
    matrix_write_info(j->out[first + 1], item, info);
}

bool jac_host_eigh(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    double n = (double)j.s.n, w[2] = {0}, r[2] = {0};
    int info = 0;
    j.work = eigh_one;
    j.flops = 9 * n * n * n;
    if (!lapack_begin(true))
        return false;
    eigh_call(&j, NULL, NULL, w, -1, r, -1, &j.liwork, -1, &info);
    lapack_end();
    j.lwork = matrix_asked(&j, w);
    j.lrwork = matrix_is_complex(&j) ? matrix_asked(&j, r) : 1;
    j.liwork = (int)most(j.liwork, 1);
    j.at[A] = matrix_reserve(&j, j.s.n * j.s.n);
    j.at[W] = matrix_reserve(&j, j.s.n);
    j.at[WORK] = matrix_reserve(&j, j.lwork);
    j.at[RWORK] = matrix_reserve(&j, j.lrwork);
    j.at[IWORK] = matrix_reserve_bytes(&j, (size_t)j.liwork * sizeof(int));
    return matrix_run(&j);
}

/* ---- svd: a is m x n; options: full, vectors; the values in descending order, U and V^H if asked for,
 * info
 * --------------------------------------------------------------------------------------------- */

enum { SVD_FULL, SVD_VECTORS };

static void svd_call(const matrix_job *j, void *a, void *w, void *u, void *vt, void *work,
                     int lwork, void *rwork, int *iwork, int *info)
{
    const host_matrices *s = &j->s;
    int m = (int)s->m, n = (int)s->n, ldu = matrix_ld(m), k = (int)least(m, n);
    int ldvt = matrix_ld(s->option[SVD_FULL] ? n : k);
    const char *job = !s->option[SVD_VECTORS] ? "N" : s->option[SVD_FULL] ? "A" : "S";
    if (matrix_is_complex(j))
        lapack.complex_gesdd[j->kind](job, &m, &n, a, &ldu, w, u, &ldu, vt, &ldvt, work, &lwork,
                                      rwork, iwork, info, LAPACK_CHAR);
    else
        lapack.gesdd[j->kind](job, &m, &n, a, &ldu, w, u, &ldu, vt, &ldvt, work, &lwork, iwork,
                              info, LAPACK_CHAR);
}

static void write_eye(const matrix_job *j, void *const *x, int64_t item, int64_t n)
{
    for (int64_t p = 0; p < j->s.parts; p++)
        for (int64_t k = 0; k < n * n; k++) {
            double v = !p && k % (n + 1) == 0;
            if (j->kind & 1)
                ((double *)x[p])[item * n * n + k] = v;
            else
                ((float *)x[p])[item * n * n + k] = (float)v;
        }
}

static void svd_one(const matrix_job *j, int64_t item, char *memory)
{
    const host_matrices *s = &j->s;
    int64_t m = s->m, n = s->n, k = least(m, n), parts = s->parts;
    int64_t ku = s->option[SVD_FULL] ? m : k, kv = s->option[SVD_FULL] ? n : k;
    int info = NOT_FINITE;
    void *const *u = j->out + 1, *const *vt = u + parts;
    if (!k)
        info = 0;
    else if (read_finite(j, j->in, item, m, n, memory + j->at[A]))
        svd_call(j, memory + j->at[A], memory + j->at[W], memory + j->at[U], memory + j->at[V],
                 memory + j->at[WORK], j->lwork, memory + j->at[RWORK],
                 (int *)(memory + j->at[IWORK]), &info);
    if (info)
        matrix_write_nan_real(j, j->out[0], item, k);
    else
        matrix_write_real(j, j->out[0], item, k, memory + j->at[W]);
    if (!s->option[SVD_VECTORS]) {
        matrix_write_info(j->out[1], item, info);
        return;
    }
    if (info) {
        matrix_write_nan(j, u, item, m * ku);
        matrix_write_nan(j, vt, item, kv * n);
    } else if (!k) {
        write_eye(j, u, item, ku);
        write_eye(j, vt, item, kv);
    } else {
        matrix_write(j, u, item, m, ku, memory + j->at[U], matrix_ld(m));
        matrix_write(j, vt, item, kv, n, memory + j->at[V], matrix_ld(kv));
    }
    matrix_write_info(vt[parts], item, info);
}

bool jac_host_svd(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    const host_matrices *s = &j.s;
    int64_t m = s->m, n = s->n, k = least(m, n), larger = most(m, n);
    bool vectors = s->option[SVD_VECTORS];
    int some = 0;
    j.work = svd_one;
    j.flops = 8 * (double)m * (double)n * (double)k;
    if (!lapack_begin(true))
        return false;
    j.lwork = 1;
    if (k)
        MATRIX_ASK(&j, svd_call(&j, NULL, NULL, NULL, NULL, work, lwork, NULL, &some, &info));
    lapack_end();
    int64_t reals = most(5 * k * k + 5 * k, 2 * larger * k + 2 * k * k + k);
    j.at[A] = matrix_reserve(&j, m * n);
    j.at[W] = matrix_reserve(&j, k);
    j.at[U] = matrix_reserve(&j, vectors ? m * (s->option[SVD_FULL] ? m : k) : 1);
    j.at[V] = matrix_reserve(&j, vectors ? n * (s->option[SVD_FULL] ? n : k) : 1);
    j.at[WORK] = matrix_reserve(&j, j.lwork);
    j.at[RWORK] = matrix_reserve(&j, matrix_is_complex(&j) ? (vectors ? reals : 7 * k) : 1);
    j.at[IWORK] = matrix_reserve_bytes(&j, (size_t)(8 * k + 1) * sizeof(int));
    return matrix_run(&j);
}

/* ---- eig: a is n x n; options: left, right; the values, the left and the right vectors if asked for,
 * info; all but info are complex
 * -------------------------------------------------------------------- */

enum { EIG_LEFT, EIG_RIGHT };

/* A job like j whose matrices are complex. */
static matrix_job complex_like(const matrix_job *j)
{
    matrix_job c = *j;
    c.kind |= LAPACK_C;
    c.s.parts = 2;
    return c;
}

/* Where the imaginary parts of n eigenvalues stand, after their real parts. */
static char *second_half(const matrix_job *j, int64_t n, char *w)
{
    return w ? w + (size_t)n * matrix_size(j) : NULL;
}

static void eig_call(const matrix_job *j, void *a, char *w, void *vl, void *vr, void *work,
                     int lwork, void *rwork, int *info)
{
    int n = (int)j->s.n, ld = matrix_ld(n);
    const char *left = j->s.option[EIG_LEFT] ? "V" : "N";
    const char *right = j->s.option[EIG_RIGHT] ? "V" : "N";
    if (matrix_is_complex(j))
        lapack.complex_geev[j->kind](left, right, &n, a, &ld, w, vl, &ld, vr, &ld, work, &lwork,
                                     rwork, info, LAPACK_CHAR, LAPACK_CHAR);
    else
        lapack.geev[j->kind](left, right, &n, a, &ld, w, second_half(j, n, w), vl, &ld, vr, &ld,
                             work, &lwork, info, LAPACK_CHAR, LAPACK_CHAR);
}

/* Of a pair of conjugate values, LAPACK gives the real and the imaginary part of the first one's
 * vector, as two columns. */
#define UNPACK(d, T)                                                                               \
    static void unpack_##d(int64_t n, const T *wi, const T *v, T *to)                              \
    {                                                                                              \
        for (int64_t c = 0; c < n; c++) {                                                          \
            bool pair = wi[c] != 0 && c + 1 < n;                                                   \
            for (int64_t r = 0; r < n; r++) {                                                      \
                T re = v[c * n + r], im = pair ? v[(c + 1) * n + r] : 0;                           \
                to[2 * (c * n + r)] = re;                                                          \
                to[2 * (c * n + r) + 1] = im;                                                      \
                if (pair) {                                                                        \
                    to[2 * ((c + 1) * n + r)] = re;                                                \
                    to[2 * ((c + 1) * n + r) + 1] = -im;                                           \
                }                                                                                  \
            }                                                                                      \
            c += pair;                                                                             \
        }                                                                                          \
    }
UNPACK(f32, float)
UNPACK(f64, double)

static void write_vectors(const matrix_job *j, void *const *to, int64_t item, int info,
                          const char *w, const void *v, void *memory)
{
    matrix_job c = complex_like(j);
    int64_t n = j->s.n;
    if (info) {
        matrix_write_nan(&c, to, item, n * n);
        return;
    }
    if (!matrix_is_complex(j)) {
        const void *wi = w + (size_t)n * matrix_size(j);
        if (j->kind & 1)
            unpack_f64(n, wi, v, memory);
        else
            unpack_f32(n, wi, v, memory);
        v = memory;
    }
    matrix_write(&c, to, item, n, n, v, matrix_ld(n));
}

static void eig_one(const matrix_job *j, int64_t item, char *memory)
{
    int64_t n = j->s.n, at = 2;
    int info = NOT_FINITE;
    char *a = memory + j->at[A], *w = memory + j->at[W];
    matrix_job c = complex_like(j);
    if (read_finite(j, j->in, item, n, n, a))
        eig_call(j, a, w, memory + j->at[U], memory + j->at[V], memory + j->at[WORK], j->lwork,
                 memory + j->at[RWORK], &info);
    if (info)
        matrix_write_nan(&c, j->out, item, n);
    else if (matrix_is_complex(j))
        matrix_write_rows(j, j->out, item, n, w);
    else
        for (int p = 0; p < 2; p++)
            matrix_write_real(j, j->out[p], item, n, w + (size_t)(p * n) * matrix_size(j));
    for (int side = EIG_LEFT; side <= EIG_RIGHT; side++)
        if (j->s.option[side]) {
            write_vectors(j, j->out + at, item, info, w, memory + j->at[side == EIG_LEFT ? U : V],
                          memory + j->at[C]);
            at += 2;
        }
    matrix_write_info(j->out[at], item, info);
}

bool jac_host_eig(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    int64_t n = j.s.n;
    j.work = eig_one;
    j.flops = 25 * (double)n * (double)n * (double)n;
    if (!lapack_begin(true))
        return false;
    double rwork[2];
    j.lwork = 1;
    MATRIX_ASK(&j, eig_call(&j, NULL, NULL, NULL, NULL, work, lwork, rwork, &info));
    lapack_end();
    j.at[A] = matrix_reserve(&j, n * n);
    j.at[W] = matrix_reserve(&j, 2 * n);
    j.at[U] = matrix_reserve(&j, j.s.option[EIG_LEFT] ? n * n : 1);
    j.at[V] = matrix_reserve(&j, j.s.option[EIG_RIGHT] ? n * n : 1);
    j.at[C] = matrix_reserve(&j, matrix_is_complex(&j) ? 1 : 2 * n * n);
    j.at[WORK] = matrix_reserve(&j, j.lwork);
    j.at[RWORK] = matrix_reserve(&j, 2 * n);
    return matrix_run(&j);
}

/* ---- schur: a is n x n; option: vectors; the form, the vectors if asked for, info ------------------- */

/* The Schur form, in place of a, and its vectors, if z is not NULL. */
static void schur_call(const matrix_job *j, int64_t order, void *a, char *w, void *z, void *work,
                       int lwork, void *rwork, int *info)
{
    int n = (int)order, ld = matrix_ld(n), sdim = 0, unused = 0;
    const char *job = z ? "V" : "N";
    if (matrix_is_complex(j))
        lapack.complex_gees[j->kind](job, "N", NULL, &n, a, &ld, &sdim, w, z, &ld, work, &lwork,
                                     rwork, &unused, info, LAPACK_CHAR, LAPACK_CHAR);
    else
        lapack.gees[j->kind](job, "N", NULL, &n, a, &ld, &sdim, w, second_half(j, n, w), z, &ld,
                             work, &lwork, &unused, info, LAPACK_CHAR, LAPACK_CHAR);
}

static void ask_schur(matrix_job *j, int64_t order)
{
    char z = 0;
    MATRIX_ASK(j, schur_call(j, order, NULL, NULL, &z, work, lwork, NULL, &info));
}

static void schur_one(const matrix_job *j, int64_t item, char *memory)
{
    int64_t n = j->s.n, parts = j->s.parts, vectors = j->s.option[0];
    int info = NOT_FINITE;
    char *a = memory + j->at[A], *z = memory + j->at[V];
    void *const *to_z = j->out + parts;
    if (read_finite(j, j->in, item, n, n, a))
        schur_call(j, n, a, memory + j->at[W], vectors ? z : NULL, memory + j->at[WORK], j->lwork,
                   memory + j->at[RWORK], &info);
    if (info)
        matrix_write_nan(j, j->out, item, n * n);
    else
        matrix_write(j, j->out, item, n, n, a, matrix_ld(n));
    if (vectors && info)
        matrix_write_nan(j, to_z, item, n * n);
    else if (vectors)
        matrix_write(j, to_z, item, n, n, z, matrix_ld(n));
    matrix_write_info(j->out[vectors ? 2 * parts : parts], item, info);
}

bool jac_host_schur(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    int64_t n = j.s.n;
    j.work = schur_one;
    j.flops = 25 * (double)n * (double)n * (double)n;
    if (!lapack_begin(true))
        return false;
    j.lwork = 1;
    ask_schur(&j, n);
    lapack_end();
    j.at[A] = matrix_reserve(&j, n * n);
    j.at[W] = matrix_reserve(&j, 2 * n);
    j.at[V] = matrix_reserve(&j, n * n);
    j.at[WORK] = matrix_reserve(&j, j.lwork);
    j.at[RWORK] = matrix_reserve(&j, n);
    return matrix_run(&j);
}

/* ---- products for the two below ----------------------------------------------------------------------- */

/* c = op(a) op(b), of matrices without gaps between columns: op(a) is m x k, op(b) k x n. */
static void product(const matrix_job *j, const char *op_a, const char *op_b, int64_t m, int64_t n,
                    int64_t k, const void *a, const void *b, void *c)
{
    static const double one_f64[2] = {1, 0}, zero_f64[2] = {0, 0};
    static const float one_f32[2] = {1, 0}, zero_f32[2] = {0, 0};
    const void *one = j->kind & 1 ? (const void *)one_f64 : one_f32;
    const void *zero = j->kind & 1 ? (const void *)zero_f64 : zero_f32;
    int m_ = (int)m, n_ = (int)n, k_ = (int)k, lda = matrix_ld(*op_a == 'N' ? m : k);
    int ldb = matrix_ld(*op_b == 'N' ? k : n), ldc = matrix_ld(m);
    if (m && n)
        lapack.gemm[j->kind](op_a, op_b, &m_, &n_, &k_, one, a, &lda, b, &ldb, zero, c, &ldc,
                             LAPACK_CHAR, LAPACK_CHAR);
}

/* ---- sylvester: a is m x m, b n x n, c m x n; x with a x + x b = c, info: 1 if an eigenvalue of a is
 * almost one of -b
 * --------------------------------------------------------------------------------- */

static void divide(const matrix_job *j, void *x, int64_t n, const void *scale)
{
    n *= matrix_is_complex(j) ? 2 : 1;
    for (int64_t k = 0; k < n; k++)
        if (j->kind & 1)
            ((double *)x)[k] /= *(const double *)scale;
        else
            ((float *)x)[k] /= *(const float *)scale;
}

enum { SYL_A, SYL_B, SYL_U, SYL_V, SYL_C, SYL_F, SYL_WORK, SYL_RWORK };

static void sylvester_one(const matrix_job *j, int64_t item, char *memory)
{
    int64_t m = j->s.m, n = j->s.n, parts = j->s.parts;
    char *a = memory + j->at[SYL_A], *b = memory + j->at[SYL_B], *u = memory + j->at[SYL_U],
         *v = memory + j->at[SYL_V], *c = memory + j->at[SYL_C], *f = memory + j->at[SYL_F],
         *work = memory + j->at[SYL_WORK], *w = memory + j->at[SYL_RWORK];
    char *rwork = w + 2 * (size_t)most(m, n) * matrix_size(j);
    int info = NOT_FINITE, one = 1, m_ = (int)m, n_ = (int)n, lda = matrix_ld(m),
        ldb = matrix_ld(n);
    const char *turn = matrix_is_complex(j) ? "C" : "T";
    double scale[2] = {1};
    bool finite =
        read_finite(j, j->in, item, m, m, a) && read_finite(j, j->in + parts, item, n, n, b);
    matrix_read(j, j->in + 2 * parts, item, m, n, c, lda);
    if (finite) {
        schur_call(j, m, a, w, u, work, j->lwork, rwork, &info);
        if (!info)
            schur_call(j, n, b, w, v, work, j->lwork, rwork, &info);
    }
    if (info) {
        matrix_write_nan(j, j->out, item, m * n);
        matrix_write_info(j->out[parts], item, info);
        return;
    }
    product(j, turn, "N", m, n, m, u, c, f);
    product(j, "N", "N", m, n, n, f, v, c);
    if (m && n) {
        lapack.trsyl[j->kind]("N", "N", &one, &m_, &n_, a, &lda, b, &ldb, c, &lda, scale, &info,
                              LAPACK_CHAR, LAPACK_CHAR);
        divide(j, c, m * n, scale);
    }
    product(j, "N", "N", m, n, m, u, c, f);
    product(j, "N", turn, m, n, n, f, v, c);
    matrix_write(j, j->out, item, m, n, c, lda);
    matrix_write_info(j->out[parts], item, info);
}

bool jac_host_sylvester(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    int64_t m = j.s.m, n = j.s.n, larger = most(m, n);
    j.work = sylvester_one;
    j.flops = 25 * (double)(larger * larger) * (double)larger;
    if (!lapack_begin(true))
        return false;
    j.lwork = 1;
    ask_schur(&j, larger);
    lapack_end();
    j.at[SYL_A] = matrix_reserve(&j, m * m);
    j.at[SYL_B] = matrix_reserve(&j, n * n);
    j.at[SYL_U] = matrix_reserve(&j, m * m);
    j.at[SYL_V] = matrix_reserve(&j, n * n);
    j.at[SYL_C] = matrix_reserve(&j, m * n);
    j.at[SYL_F] = matrix_reserve(&j, m * n);
    j.at[SYL_WORK] = matrix_reserve(&j, j.lwork);
    j.at[SYL_RWORK] = matrix_reserve(&j, 3 * larger + 1);
    return matrix_run(&j);
}

/* ---- sqrtm: a is n x n; the complex s with s s = a, info ---------------------------------------------- */

/* The square root of an upper triangular matrix, in place, column by column (Björck, Hammarling).
 */
#define ROOT(d, T, root)                                                                           \
    static void root_##d(int64_t n, T *t)                                                          \
    {                                                                                              \
        for (int64_t c = 0; c < n; c++) {                                                          \
            t[c * n + c] = root(t[c * n + c]);                                                     \
            for (int64_t r = c - 1; r >= 0; r--) {                                                 \
                T sum = t[c * n + r], both = t[r * n + r] + t[c * n + c];                          \
                for (int64_t k = r + 1; k < c; k++)                                                \
                    sum -= t[k * n + r] * t[c * n + k];                                            \
                t[c * n + r] = sum == 0 ? 0 : sum / both;                                          \
            }                                                                                      \
        }                                                                                          \
    }
ROOT(f32, float complex, csqrtf)
ROOT(f64, double complex, csqrt)

static void sqrtm_one(const matrix_job *j, int64_t item, char *memory)
{
    int64_t n = j->s.n;
    matrix_job c = complex_like(j);
    char *a = memory + j->at[A], *z = memory + j->at[V], *f = memory + j->at[C];
    size_t reals = (size_t)(n * n) * matrix_real_size(j);
    int info = NOT_FINITE;
    const void *parts[2] = {j->in[0], j->s.parts == 2 ? j->in[1] : memory + j->at[U]};
    if (j->s.parts == 1)
        memset(memory + j->at[U], 0, reals);
    if (j->s.parts == 1) /* the imaginary parts are not a batch */
        parts[0] = (const char *)j->in[0] + (size_t)item * reals;
    if (read_finite(&c, parts, j->s.parts == 1 ? 0 : item, n, n, a))
        schur_call(&c, n, a, memory + j->at[W], z, memory + j->at[WORK], j->lwork,
                   memory + j->at[RWORK], &info);
    if (info) {
        matrix_write_nan(&c, j->out, item, n * n);
    } else {
        matrix_clear_triangle(&c, a, n, n, n, false);
        if (j->kind & 1)
            root_f64(n, (double complex *)a);
        else
            root_f32(n, (float complex *)a);
        product(&c, "N", "N", n, n, n, z, a, f);
        product(&c, "N", "C", n, n, n, f, z, a);
        matrix_write(&c, j->out, item, n, n, a, n);
    }
    matrix_write_info(j->out[2], item, info);
}

bool jac_host_sqrtm(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    int64_t n = j.s.n;
    matrix_job c = complex_like(&j);
    j.work = sqrtm_one;
    j.flops = 30 * (double)n * (double)n * (double)n;
    if (!lapack_begin(true))
        return false;
    c.lwork = 1;
    ask_schur(&c, n);
    lapack_end();
    j.lwork = c.lwork;
    j.at[A] = matrix_reserve(&j, 2 * n * n);
    j.at[U] = matrix_reserve(&j, n * n);
    j.at[V] = matrix_reserve(&j, 2 * n * n);
    j.at[C] = matrix_reserve(&j, 2 * n * n);
    j.at[W] = matrix_reserve(&j, 2 * n);
    j.at[WORK] = matrix_reserve(&j, 2 * j.lwork);
    j.at[RWORK] = matrix_reserve(&j, n);
    return matrix_run(&j);
}

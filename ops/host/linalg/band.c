/* tridiagonal_solve and cholesky_update. */
#include <math.h>
#include <string.h>

#include "ops/host/linalg/matrix.h"

/* ---- tridiagonal_solve: operands dl, d, du of m elements and b, m x n; x, info. dl[0] and du[m - 1]
 * are not read
 * -------------------------------------------------------------------------------------- */

enum { DL, D, DU, B };

static void tridiagonal_solve_one(const matrix_job *j, int64_t item, char *memory)
{
    int m = (int)j->s.m, n = (int)j->s.n, ld = matrix_ld(m), info = 0;
    int64_t parts = j->s.parts;
    for (int k = DL; k <= DU; k++)
        matrix_read_rows(j, j->in + k * parts, item, m, memory + j->at[k]);
    matrix_read(j, j->in + 3 * parts, item, m, n, memory + j->at[B], ld);
    if (m && n)
        lapack.gtsv[j->kind](&m, &n, memory + j->at[DL] + matrix_size(j), memory + j->at[D],
                             memory + j->at[DU], memory + j->at[B], &ld, &info);
    if (info)
        matrix_write_nan(j, j->out, item, (int64_t)m * n);
    else
        matrix_write(j, j->out, item, m, n, memory + j->at[B], ld);
    matrix_write_info(j->out[parts], item, info);
}

bool jac_host_tridiagonal_solve(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    j.work = tridiagonal_solve_one;
    j.flops = 10 * (double)j.s.m * (double)j.s.n;
    for (int k = DL; k <= DU; k++)
        j.at[k] = matrix_reserve(&j, j.s.m + 1);
    j.at[B] = matrix_reserve(&j, j.s.m * j.s.n);
    return matrix_run(&j);
}

/* ---- cholesky_update: r is n x n, of which the upper triangle is read, w has n elements; the factor
 * of r^T r + w w^T, by a rotation for each row
 * ---------------------------------------------------------- */

#define UPDATE(d, T, size_, sqrt_)                                                                 \
    static void update_##d(int64_t n, T *r, T *w)                                                  \
    {                                                                                              \
        for (int64_t k = 0; k < n; k++) {                                                          \
            T x = r[k * n + k], y = w[k], c = 1, s = 0;                                            \
            if (y != 0) {                                                                          \
                T largest = size_(x) > size_(y) ? size_(x) : size_(y);                             \
                T u = x / largest, v = y / largest, scale = 1 / sqrt_(u * u + v * v);              \
                c = u * scale;                                                                     \
                s = -v * scale;                                                                    \
            }                                                                                      \
            for (int64_t i = k; i < n; i++) {                                                      \
                T old = r[k * n + i];                                                              \
                r[k * n + i] = c * old - s * w[i];                                                 \
                w[i] = c * w[i] + s * old;                                                         \
            }                                                                                      \
        }                                                                                          \
    }
UPDATE(f32, float, fabsf, sqrtf)
UPDATE(f64, double, fabs, sqrt)

static void cholesky_update_one(const matrix_job *j, int64_t item, char *memory)
{
    int64_t n = j->s.n;
    size_t bytes = (size_t)(n * n) * matrix_size(j);
    char *r = (char *)j->out[0] + (size_t)item * bytes;
    memcpy(r, (const char *)j->in[0] + (size_t)item * bytes, bytes);
    for (int64_t k = 1; k < n; k++)
        memset(r + (size_t)(k * n) * matrix_size(j), 0, (size_t)k * matrix_size(j));
    matrix_read_rows(j, j->in + 1, item, n, memory);
    if (j->kind & 1)
        update_f64(n, (double *)r, (double *)memory);
    else
        update_f32(n, (float *)r, (float *)memory);
}

bool jac_host_cholesky_update(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    j.work = cholesky_update_one;
    j.flops = 6 * (double)j.s.n * (double)j.s.n;
    matrix_reserve(&j, j.s.n);
    return matrix_run(&j);
}

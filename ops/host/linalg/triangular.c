/* What is made of triangular matrices: cholesky, lu, and solutions with their factors.
 *
 * A row-major matrix is to LAPACK the transpose of a column-major one. A triangle is then on the
 * other side, and A X = B is X^T A^T = B^T; so the factors and right sides of a solution need no
 * new order.
 */
#include <string.h>

#include "ops/host/linalg/matrix.h"
#include "ops/host/linalg/tiny.h"

enum { FEW_CALLS = 30000000 }; /* threads_from: these make few calls of the BLAS */

/* ---- cholesky: m = n; results: the lower factor, info ------------------------------------------ */

static void cholesky_one(const matrix_job *j, int64_t item, char *memory)
{
    int n = (int)j->s.n, info = 0;
    void *a = memory;
    int64_t count = j->s.n * j->s.n;
    if (!matrix_is_complex(j)) /* in the result's memory */
        a = (char *)j->out[0] + (size_t)(item * count) * matrix_size(j);
    matrix_read_rows(j, j->in, item, count, a);
    if (n)
        lapack.potrf[j->kind]("U", &n, a, &n, &info, LAPACK_CHAR);
    matrix_clear_triangle(j, a, n, n, n, false);
    if (matrix_is_complex(j))
        matrix_write_rows(j, j->out, item, count, a);
    if (info) {
        matrix_write_nan(j, j->out, item, count);
        for (int64_t p = 0; p < j->s.parts; p++) {
            size_t size = matrix_real_size(j);
            char *x = (char *)j->out[p] + (size_t)(item * count) * size;
            for (int64_t r = 0; r < n; r++)
                memset(x + (size_t)(r * n + r + 1) * size, 0, (size_t)(n - r - 1) * size);
        }
    }
    matrix_write_info(j->out[j->s.parts], item, info);
}

bool jac_host_cholesky(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    double n = (double)j.s.n;
    if (tiny_cholesky(&j))
        return true;
    j.work = cholesky_one;
    j.flops = n * n * n / 3;
    j.threads_from = FEW_CALLS;
    matrix_reserve(&j, j.s.n * j.s.n);
    return matrix_run(&j);
}

/* ---- triangular_solve: operands a, b; b is m x n ----------------------------------------------- */

enum { SIDE_LEFT, LOWER, TRANSPOSE, CONJUGATE, UNIT }; /* the options */

static const double one_f64[2] = {1, 0};
static const float one_f32[2] = {1, 0};

static const void *one_of(const matrix_job *j)
{
    return j->kind & 1 ? (const void *)one_f64 : one_f32;
}

/* op(A) X = B, or X op(A) = B, of row-major A and m x n row-major B, in place. */
static void solve_rows(const matrix_job *j, const int64_t *option, int64_t m, int64_t n,
                       const void *a, void *b)
{
    int rows = (int)n, cols = (int)m, order = option[SIDE_LEFT] ? cols : rows;
    if (!rows || !cols)
        return;
    lapack.trsm[j->kind](option[SIDE_LEFT] ? "R" : "L", option[LOWER] ? "U" : "L",
                         !option[TRANSPOSE]  ? "N"
                         : option[CONJUGATE] ? "C"
                                             : "T",
                         option[UNIT] ? "U" : "N", &rows, &cols, one_of(j), a, &order, b, &rows,
                         LAPACK_CHAR, LAPACK_CHAR, LAPACK_CHAR, LAPACK_CHAR);
}

static void negate_imaginary(const matrix_job *j, void *x, int64_t n)
{
    for (int64_t k = 0; k < n; k++)
        if (j->kind & 1)
            ((double *)x)[2 * k + 1] = -((double *)x)[2 * k + 1];
        else
            ((float *)x)[2 * k + 1] = -((float *)x)[2 * k + 1];
}

static void triangular_solve_one(const matrix_job *j, int64_t item, char *memory)
{
    const host_matrices *s = &j->s;
    int64_t order = s->option[SIDE_LEFT] ? s->m : s->n;
    if (!matrix_is_complex(j)) {
        size_t size = matrix_size(j), bytes = (size_t)(s->m * s->n) * size;
        char *x = (char *)j->out[0] + (size_t)item * bytes;
        memcpy(x, (const char *)j->in[1] + (size_t)item * bytes, bytes);
        solve_rows(j, s->option, s->m, s->n,
                   (const char *)j->in[0] + (size_t)(item * order * order) * size, x);
        return;
    }
    char *a = memory, *b = memory + j->at[0];
    matrix_read_rows(j, j->in, item, order * order, a);
    matrix_read_rows(j, j->in + 2, item, s->m * s->n, b);
    if (s->option[CONJUGATE] && !s->option[TRANSPOSE])
        negate_imaginary(j, a, order * order);
    solve_rows(j, s->option, s->m, s->n, a, b);
    matrix_write_rows(j, j->out, item, s->m * s->n, b);
}

bool jac_host_triangular_solve(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    int64_t order = j.s.option[SIDE_LEFT] ? j.s.m : j.s.n;
    if (tiny_triangular_solve(&j))
        return true;
    j.work = triangular_solve_one;
    j.flops = (double)order * (double)j.s.m * (double)j.s.n;
    j.threads_from = FEW_CALLS;
    matrix_reserve(&j, order * order);
    j.at[0] = matrix_reserve(&j, j.s.m * j.s.n);
    return matrix_run(&j);
}

/* ---- lu: a is m x n; results: both factors, pivots, permutation, info --------------------------- */

/* The permutation of n rows that exchanging row i with row pivots[i], in order, gives. A NaN may
 * have led LAPACK to a pivot that does not exist. */
static void permutation_of(int64_t count, const int32_t *pivots, int64_t n, int32_t *permutation)
{
    for (int64_t i = 0; i < n; i++)
        permutation[i] = (int32_t)i;
    for (int64_t i = 0; i < count; i++) {
        int64_t with = pivots[i];
        if (with < 0 || with >= n)
            continue;
        int32_t other = permutation[with];
        permutation[with] = permutation[i];
        permutation[i] = other;
    }
}

static void lu_one(const matrix_job *j, int64_t item, char *memory)
{
    int m = (int)j->s.m, n = (int)j->s.n, least = m < n ? m : n, info = 0;
    int64_t parts = j->s.parts;
    void *a = memory + j->at[0];
    int32_t *pivots = (int32_t *)j->out[parts] + item * least;
    int32_t *permutation = (int32_t *)j->out[parts + 1] + item * m;
    matrix_read(j, j->in, item, m, n, a, m);
    if (least)
        lapack.getrf[j->kind](&m, &n, a, &m, pivots, &info);
    for (int i = 0; i < least; i++)
        pivots[i] = pivots[i] > i && pivots[i] <= m ? pivots[i] - 1 : i;
    permutation_of(least, pivots, m, permutation);
    matrix_write(j, j->out, item, m, n, a, m);
    matrix_write_info(j->out[parts + 2], item, info);
}

bool jac_host_lu(const int64_t *numbers, const void *const *in, void *const *out)
{
    enum { BEFORE = 8 };
    matrix_job j = matrix_job_of(numbers, in, out);
    if (tiny_lu(&j))
        return true;
    j.work = lu_one;
    j.flops = (double)j.s.m * (double)j.s.n * (double)(j.s.m < j.s.n ? j.s.m : j.s.n);
    j.threads_from = FEW_CALLS;
    matrix_reserve(&j, BEFORE); /* OpenBLAS takes the row before the first one for a NaN */
    j.at[0] = matrix_reserve(&j, j.s.m * j.s.n);
    return matrix_run(&j);
}

/* Pivots [batch, n] to permutations [batch, m]. */
bool jac_host_lu_pivots_to_permutation(const int64_t *numbers, const void *const *in,
                                       void *const *out)
{
    host_matrices s;
    memcpy(&s, numbers, sizeof s);
    for (int64_t item = 0; item < s.batch; item++)
        permutation_of(s.n, (const int32_t *)in[0] + item * s.n, s.m,
                       (int32_t *)out[0] + item * s.m);
    return true;
}

/* ---- lu_solve: operands lu, permutation, b; b is m x n ------------------------------------------- */

/* The options. The second: how many arrays stand before lu; the third: it is Cholesky's factor. */
enum { LU_TRANSPOSED, LU_SKIPPED, LU_CHOLESKY };

/* Row r of `to` is row permutation[r] of `from`, or the other way round. */
static void permute_rows(const int32_t *permutation, int64_t m, size_t bytes, bool back,
                         const char *from, char *to)
{
    for (int64_t r = 0; r < m; r++) {
        int64_t other = permutation[r] < 0 ? 0 : permutation[r] < m ? permutation[r] : m - 1;
        memcpy(to + (size_t)(back ? other : r) * bytes, from + (size_t)(back ? r : other) * bytes,
               bytes);
    }
}

/* With l l^H in place of l u. The transpose of a Hermitian matrix is its conjugate. */
static void cholesky_solve(const matrix_job *j, const void *l, void *x)
{
    static const int64_t first[] = {1, 1, 0, 0, 0}, second[] = {1, 1, 1, 1, 0};
    int64_t m = j->s.m, n = j->s.n;
    bool conjugated = matrix_is_complex(j) && j->s.option[LU_TRANSPOSED];
    if (conjugated)
        negate_imaginary(j, x, m * n);
    solve_rows(j, first, m, n, l, x);
    solve_rows(j, second, m, n, l, x);
    if (conjugated)
        negate_imaginary(j, x, m * n);
}

static void lu_solve_one(const matrix_job *j, int64_t item, char *memory)
{
    static const int64_t lower[] = {1, 1, 0, 0, 1}, upper[] = {1, 0, 0, 0, 0};
    static const int64_t lower_t[] = {1, 1, 1, 0, 1}, upper_t[] = {1, 0, 1, 0, 0};
    const host_matrices *s = &j->s;
    const void *const *in = j->in + s->option[LU_SKIPPED];
    int64_t m = s->m, n = s->n;
    size_t size = matrix_size(j), row = (size_t)n * size, bytes = (size_t)m * row;
    const int32_t *permutation = (const int32_t *)in[s->parts] + item * m;
    bool is_complex = matrix_is_complex(j), transposed = s->option[LU_TRANSPOSED];
    char *b = memory + j->at[0], *x = memory + j->at[1];
    const char *lu = (const char *)in[0] + (size_t)(item * m * m) * size;
    if (is_complex) {
        matrix_read_rows(j, in, item, m * m, memory);
        matrix_read_rows(j, in + 3, item, m * n, b);
        lu = memory;
    } else {
        x = (char *)j->out[0] + (size_t)item * bytes;
        if (transposed)
            memcpy(b, (const char *)in[2] + (size_t)item * bytes, bytes);
    }
    if (s->option[LU_CHOLESKY]) {
        memcpy(x, is_complex ? b : (const char *)in[2] + (size_t)item * bytes, bytes);
        cholesky_solve(j, lu, x);
    } else if (transposed) {
        solve_rows(j, upper_t, m, n, lu, b);
        solve_rows(j, lower_t, m, n, lu, b);
        permute_rows(permutation, m, row, true, b, x);
    } else {
        const char *from = is_complex ? b : (const char *)in[2] + (size_t)item * bytes;
        permute_rows(permutation, m, row, false, from, x);
        solve_rows(j, lower, m, n, lu, x);
        solve_rows(j, upper, m, n, lu, x);
    }
    if (is_complex)
        matrix_write_rows(j, j->out, item, m * n, x);
}

bool jac_host_lu_solve(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = matrix_job_of(numbers, in, out);
    if (tiny_lu_solve(&j))
        return true;
    j.work = lu_solve_one;
    j.flops = 2 * (double)j.s.m * (double)j.s.m * (double)j.s.n;
    j.threads_from = FEW_CALLS;
    matrix_reserve(&j, matrix_is_complex(&j) ? j.s.m * j.s.m : 0);
    j.at[0] = matrix_reserve(&j, j.s.m * j.s.n);
    j.at[1] = matrix_reserve(&j, matrix_is_complex(&j) ? j.s.m * j.s.n : 0);
    return matrix_run(&j);
}

/* Copies between row-major arrays of parts and column-major matrices of LAPACK, and the loop over a
 * batch. */
#include "ops/host/linalg/matrix.h"

#include <math.h>
#include <string.h>

#include "ops/kernel.h"

/* ---- a batch --------------------------------------------------------------------------------- */

matrix_job matrix_job_of(const int64_t *numbers, const void *const *in, void *const *out)
{
    matrix_job j = {.in = in, .out = out, .threads_from = 1e9};
    memcpy(&j.s, numbers, sizeof j.s);
    j.kind = (lapack_kind)((j.s.dtype == IR_f64) + 2 * (j.s.parts == 2));
    return j;
}

size_t matrix_reserve_bytes(matrix_job *j, size_t bytes)
{
    size_t at = j->bytes;
    j->bytes += (bytes + 63) / 64 * 64;
    return at;
}

size_t matrix_reserve(matrix_job *j, int64_t n)
{
    return matrix_reserve_bytes(j, (size_t)n * matrix_size(j));
}

/* A thread's share. It enters and leaves the BLAS by itself: whoever is in it must not wait for
 * other threads (ir/fork.c). */
static uint8_t do_some(void *env, int64_t from, int64_t to, void *memory)
{
    const matrix_job *j = env;
    if (!lapack_begin(true))
        return 0;
    for (int64_t item = from; item < to; item++)
        j->work(j, item, memory);
    lapack_end();
    return 1;
}

/* Few large matrices are done one after another, each by all threads of the BLAS. */
static bool one_by_one(const matrix_job *j)
{
    enum { SMALL = 2000000 };
    return j->s.batch == 1 || (j->flops > SMALL && j->s.batch < ir_thread_count());
}

bool matrix_run(matrix_job *j)
{
    if (!j->s.batch)
        return true;
    if (!one_by_one(j))
        return jac_host_parallel(do_some, j, j->s.batch, j->bytes);
    char *memory = ir_memory_take(j->bytes);
    bool ok = memory || ir_fail("out of memory: a matrix's temporaries take %zu bytes", j->bytes);
    if (ok && (ok = lapack_begin(!jac_host_shares() || j->flops < j->threads_from))) {
        for (int64_t item = 0; item < j->s.batch; item++)
            j->work(j, item, memory);
        lapack_end();
    }
    if (memory)
        ir_memory_give(memory, j->bytes);
    return ok;
}

/* ---- copies ---------------------------------------------------------------------------------- */

/* In tiles, so that neither side jumps through memory. TURN: to[c * ld + r] and from[r * cols + c].
 */
enum { TILE = 16 };
#define EACH_TILE(rows, cols, body)                                                                \
    for (int64_t r0 = 0; r0 < rows; r0 += TILE)                                                    \
        for (int64_t c0 = 0; c0 < cols; c0 += TILE)                                                \
            for (int64_t r = r0; r < rows && r < r0 + TILE; r++)                                   \
                for (int64_t c = c0; c < cols && c < c0 + TILE; c++)                               \
    body

#define COPIES(name, T)                                                                            \
    OPS_KERNEL static void read_##name(const T *x, int64_t rows, int64_t cols, T *to, int64_t ld)  \
    {                                                                                              \
        EACH_TILE(rows, cols, to[c * ld + r] = x[r * cols + c];)                                   \
    }                                                                                              \
    OPS_KERNEL static void write_##name(T *x, int64_t rows, int64_t cols, const T *from,           \
                                        int64_t ld)                                                \
    {                                                                                              \
        EACH_TILE(rows, cols, x[r * cols + c] = from[c * ld + r];)                                 \
    }                                                                                              \
    OPS_KERNEL static void join_##name(const T *re, const T *im, int64_t rows, int64_t cols,       \
                                       T *to, int64_t ld){EACH_TILE(                               \
        rows, cols,                                                                                \
        {                                                                                          \
            to[2 * (c * ld + r)] = re[r * cols + c];                                               \
            to[2 * (c * ld + r) + 1] = im[r * cols + c];                                           \
        })} OPS_KERNEL static void part_##name(T *re, T *im, int64_t rows, int64_t cols,           \
                                               const T *from, int64_t ld){EACH_TILE(rows, cols, {  \
        re[r * cols + c] = from[2 * (c * ld + r)];                                                 \
        im[r * cols + c] = from[2 * (c * ld + r) + 1];                                             \
    })} OPS_KERNEL static void join_rows_##name(const T *re, const T *im, int64_t n, T *to)        \
    {                                                                                              \
        for (int64_t k = 0; k < n; k++) {                                                          \
            to[2 * k] = re[k];                                                                     \
            to[2 * k + 1] = im[k];                                                                 \
        }                                                                                          \
    }                                                                                              \
    OPS_KERNEL static void part_rows_##name(T *re, T *im, int64_t n, const T *from)                \
    {                                                                                              \
        for (int64_t k = 0; k < n; k++) {                                                          \
            re[k] = from[2 * k];                                                                   \
            im[k] = from[2 * k + 1];                                                               \
        }                                                                                          \
    }                                                                                              \
    OPS_KERNEL static bool all_finite_##name(const T *x, int64_t n)                                \
    {                                                                                              \
        T sum = 0; /* x * 0 is NaN unless x is finite */                                           \
        for (int64_t k = 0; k < n; k++)                                                            \
            sum += x[k] * 0;                                                                       \
        return sum == 0;                                                                           \
    }                                                                                              \
    static void fill_nan_##name(T *x, int64_t n)                                                   \
    {                                                                                              \
        for (int64_t k = 0; k < n; k++)                                                            \
            x[k] = (T)NAN;                                                                         \
    }
COPIES(f32, float)
COPIES(f64, double)

/* Calls f_f32 or f_f64, as the job's reals are. */
#define REALS(j, call)                                                                             \
    do {                                                                                           \
        if ((j)->kind & 1) {                                                                       \
            typedef double T;                                                                      \
            call(f64);                                                                             \
        } else {                                                                                   \
            typedef float T;                                                                       \
            call(f32);                                                                             \
        }                                                                                          \
    } while (0)

void matrix_read(const matrix_job *j, const void *const *x, int64_t item, int64_t rows,
                 int64_t cols, void *to, int64_t ld)
{
    int64_t at = item * rows * cols;
    if (rows == 1 && ld == 1) {
        matrix_read_rows(j, x, item, cols, to);
        return;
    }
#define READ(d)                                                                                    \
    if (matrix_is_complex(j))                                                                      \
        join_##d((const T *)x[0] + at, (const T *)x[1] + at, rows, cols, to, ld);                  \
    else                                                                                           \
        read_##d((const T *)x[0] + at, rows, cols, to, ld)
    REALS(j, READ);
}

void matrix_write(const matrix_job *j, void *const *x, int64_t item, int64_t rows, int64_t cols,
                  const void *from, int64_t ld)
{
    int64_t at = item * rows * cols;
#define WRITE(d)                                                                                   \
    if (matrix_is_complex(j))                                                                      \
        part_##d((T *)x[0] + at, (T *)x[1] + at, rows, cols, from, ld);                            \
    else                                                                                           \
        write_##d((T *)x[0] + at, rows, cols, from, ld)
    REALS(j, WRITE);
}

void matrix_read_rows(const matrix_job *j, const void *const *x, int64_t item, int64_t n, void *to)
{
    int64_t at = item * n;
#define READ_ROWS(d)                                                                               \
    if (matrix_is_complex(j))                                                                      \
        join_rows_##d((const T *)x[0] + at, (const T *)x[1] + at, n, to);                          \
    else                                                                                           \
        memcpy(to, (const T *)x[0] + at, (size_t)n * sizeof(T))
    REALS(j, READ_ROWS);
}

void matrix_write_rows(const matrix_job *j, void *const *x, int64_t item, int64_t n,
                       const void *from)
{
    int64_t at = item * n;
#define WRITE_ROWS(d)                                                                              \
    if (matrix_is_complex(j))                                                                      \
        part_rows_##d((T *)x[0] + at, (T *)x[1] + at, n, from);                                    \
    else                                                                                           \
        memcpy((T *)x[0] + at, from, (size_t)n * sizeof(T))
    REALS(j, WRITE_ROWS);
}

void matrix_write_real(const matrix_job *j, void *x, int64_t item, int64_t n, const void *from)
{
    size_t bytes = (size_t)n * matrix_real_size(j);
    memcpy((char *)x + (size_t)item * bytes, from, bytes);
}

void matrix_write_nan_real(const matrix_job *j, void *x, int64_t item, int64_t n)
{
#define FILL_NAN(d) fill_nan_##d((T *)x + item * n, n)
    REALS(j, FILL_NAN);
}

void matrix_write_nan(const matrix_job *j, void *const *x, int64_t item, int64_t n)
{
    for (int64_t p = 0; p < j->s.parts; p++)
        matrix_write_nan_real(j, x[p], item, n);
}

void matrix_clear_triangle(const matrix_job *j, void *x, int64_t rows, int64_t cols, int64_t ld,
                           bool upper)
{
    size_t size = matrix_size(j);
    for (int64_t c = 0; c < cols; c++) {
        int64_t from = upper ? 0 : c + 1, to = upper && c < rows ? c : rows;
        if (from < to)
            memset((char *)x + (size_t)(c * ld + from) * size, 0, (size_t)(to - from) * size);
    }
}

bool matrix_is_finite(const matrix_job *j, const void *x, int64_t n)
{
    n *= matrix_is_complex(j) ? 2 : 1;
    return j->kind & 1 ? all_finite_f64(x, n) : all_finite_f32(x, n);
}

int matrix_asked(const matrix_job *j, const void *work)
{
    double n = j->kind & 1 ? *(const double *)work : (double)*(const float *)work;
    return n < 1 ? 1 : (int)(n * (1 + 1e-6)) + 1; /* an f32 may have rounded it down */
}

/* Batches of matrices for LAPACK: how they are read into column-major order and written back, and
 * how a batch is shared among threads.
 *
 * In memory a matrix is row-major, and a complex one is two arrays, its real and its imaginary
 * parts. LAPACK wants columns, and complex numbers interleaved; so each matrix is copied to a
 * thread's memory, and results are copied from there.
 */
#ifndef JACQUARD_OPS_MATRIX_H
#define JACQUARD_OPS_MATRIX_H

#include "ops/host/host.h"
#include "ops/host/linalg/lapack.h"

typedef struct matrix_job matrix_job;
/* Does one item of the batch. memory: `bytes` bytes of the thread's own. */
typedef void matrix_work(const matrix_job *j, int64_t item, char *memory);

/* A kernel's work. */
struct matrix_job {
    host_matrices s;
    lapack_kind kind;
    const void *const *in; /* each matrix is s.parts arrays */
    void *const *out;
    matrix_work *work;
    size_t bytes;
    double flops; /* about so many for one item */
    /* From so many on, a single item gets BLAS's threads: where there are many small calls, they wait
     * for each other longer than they work. */
    double threads_from;
    int lwork, lrwork, liwork;
    size_t at[8]; /* where in the memory the work keeps its pieces */
};

/* Reads `numbers`. */
matrix_job matrix_job_of(const int64_t *numbers, const void *const *in, void *const *out);
/* Reserves n elements, or `bytes` bytes, of the thread's memory; returns where. */
size_t matrix_reserve(matrix_job *j, int64_t n);
size_t matrix_reserve_bytes(matrix_job *j, size_t bytes);
/* Does the whole batch, with LAPACK at hand. */
bool matrix_run(matrix_job *j);

/* The distance of columns of `rows` elements, which must not be 0. */
static inline int matrix_ld(int64_t rows)
{
    return rows > 1 ? (int)rows : 1;
}
/* Calls a routine with lwork = -1, which writes the size of the work space that it wants to `work`;
 * j->lwork becomes at least that. */
#define MATRIX_ASK(j, call)                                                                        \
    do {                                                                                           \
        double work_[2] = {0};                                                                     \
        void *work = work_;                                                                        \
        int lwork = -1, info = 0;                                                                  \
        call;                                                                                      \
        int n_ = matrix_asked(j, work);                                                            \
        (j)->lwork = n_ > (j)->lwork ? n_ : (j)->lwork;                                            \
    } while (0)

static inline size_t matrix_size(const matrix_job *j)
{
    static const size_t size[] = {sizeof(float), sizeof(double), 2 * sizeof(float),
                                  2 * sizeof(double)};
    return size[j->kind];
}
static inline size_t matrix_real_size(const matrix_job *j)
{
    return j->kind & 1 ? sizeof(double) : sizeof(float);
}
static inline bool matrix_is_complex(const matrix_job *j)
{
    return j->kind >= LAPACK_C;
}

/* Copies item `item` of a batch of row-major [rows, cols] matrices, whose parts are x[0], x[1], to
 * column-major `to` with columns at a distance of ld elements; and back. */
void matrix_read(const matrix_job *j, const void *const *x, int64_t item, int64_t rows,
                 int64_t cols, void *to, int64_t ld);
void matrix_write(const matrix_job *j, void *const *x, int64_t item, int64_t rows, int64_t cols,
                  const void *from, int64_t ld);
/* The same for n elements without a change of order, so for vectors, and for matrices that LAPACK
 * may see transposed. matrix_write_real takes n real numbers. */
void matrix_read_rows(const matrix_job *j, const void *const *x, int64_t item, int64_t n, void *to);
void matrix_write_rows(const matrix_job *j, void *const *x, int64_t item, int64_t n,
                       const void *from);
void matrix_write_real(const matrix_job *j, void *x, int64_t item, int64_t n, const void *from);
/* Fills item `item` of n elements with NaN; the parts of a complex one, too. */
void matrix_write_nan(const matrix_job *j, void *const *x, int64_t item, int64_t n);
void matrix_write_nan_real(const matrix_job *j, void *x, int64_t item, int64_t n);
static inline void matrix_write_info(void *info, int64_t item, int value)
{
    ((int32_t *)info)[item] = value;
}
/* Sets column-major elements on one side of the diagonal to zero: above it if `upper`. */
void matrix_clear_triangle(const matrix_job *j, void *x, int64_t rows, int64_t cols, int64_t ld,
                           bool upper);
/* Are n elements in LAPACK's form all finite? Iterations may not end if they are not. */
bool matrix_is_finite(const matrix_job *j, const void *x, int64_t n);
/* The size of a workspace that LAPACK wrote to its first element. */
int matrix_asked(const matrix_job *j, const void *work);

#endif

/* The evaluation of dot_general: the operands as batches of matrices, then a BLAS for what is large
 * and of a float type, plain loops for the rest.
 *
 * Most layouts need no copy: a matrix product takes either operand transposed.
 */
#include <cblas.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ops/dot.h"
#include "ops/scalar/arith.h"
#include "ops/shape.h"

dot_dims dot_dims_of(const ir_attr *attr, int side, int rank)
{
    const ir_attr *contract = &attr[DOT_LHS_CONTRACT + side], *batch = &attr[DOT_LHS_BATCH + side];
    dot_dims dims = {.batch = batch->ints,
                     .contract = contract->ints,
                     .nbatch = batch->n,
                     .ncontract = contract->n};
    for (int d = 0; d < rank; d++)
        if (!axis_in(contract, d) && !axis_in(batch, d))
            dims.free[dims.nfree++] = d;
    return dims;
}

/* The dimensions as one: how many elements, and the step between them. False if there is no one
 * step. */
static bool join(const ir_type *t, const int64_t *stride, const int64_t *dims, int n,
                 int64_t *count, int64_t *step)
{
    bool whole = true;
    *count = *step = 1;
    for (int k = n - 1; k >= 0; k--) {
        int64_t d = dims[k];
        if (t->dim[d] == 1)
            continue;
        if (*count == 1)
            *step = stride[d];
        else
            whole = whole && stride[d] == *step * *count;
        *count *= t->dim[d];
    }
    return whole;
}

static dot_layout layout_of(const ir_type *t, const dot_dims *dims, int64_t *batch, int64_t *free,
                            int64_t *k)
{
    dot_layout l;
    int64_t stride[IR_MAX_RANK];
    dense_strides(t, stride);
    l.whole = join(t, stride, dims->batch, dims->nbatch, batch, &l.batch);
    l.whole &= join(t, stride, dims->free, dims->nfree, free, &l.free);
    l.whole &= join(t, stride, dims->contract, dims->ncontract, k, &l.k);
    return l;
}

dot_shape dot_shape_of(const ir_eqn *e)
{
    dot_shape s;
    const ir_type *a = &e->in[0]->type, *b = &e->in[1]->type;
    dot_dims da = dot_dims_of(e->attr, 0, a->rank), db = dot_dims_of(e->attr, 1, b->rank);
    s.a = layout_of(a, &da, &s.batch, &s.m, &s.k);
    s.b = layout_of(b, &db, &s.batch, &s.n, &s.k);
    return s;
}

/* ---- copying an operand that does not lie as matrices ---------------------------------------- */

/* A dense copy with the dimensions in this order, in malloc'd memory. */
static void *packed(const ir_type *t, const void *x, int n, const int64_t *order)
{
    int64_t stride[IR_MAX_RANK], dim[IR_MAX_RANK], from[IR_MAX_RANK], to[IR_MAX_RANK];
    size_t bytes = ir_type_bytes(t);
    void *copy = malloc(bytes ? bytes : 1);
    if (!copy)
        return NULL;
    dense_strides(t, stride);
    for (int k = n - 1, step = 1; k >= 0; k--) {
        dim[k] = t->dim[order[k]];
        from[k] = stride[order[k]];
        to[k] = k == n - 1 ? step : to[k + 1] * dim[k + 1];
    }
    strided_copy(ir_dtypes[t->dtype].size, n, dim, copy, to, x, from);
    return copy;
}

static int append(int64_t *list, int n, const int64_t *more, int count)
{
    for (int k = 0; k < count; k++)
        list[n++] = more[k];
    return n;
}

/* Operand `side` as [batch, m, k] or [batch, k, n]; its layout is set accordingly. */
static void *pack(const ir_eqn *e, int side, const void *x, dot_shape *s)
{
    const ir_type *t = &e->in[side]->type;
    dot_dims dims = dot_dims_of(e->attr, side, t->rank);
    int64_t order[IR_MAX_RANK];
    int n = append(order, 0, dims.batch, dims.nbatch);
    if (side == 0) {
        n = append(order, n, dims.free, dims.nfree);
        n = append(order, n, dims.contract, dims.ncontract);
        s->a = (dot_layout){.batch = s->m * s->k, .free = s->k, .k = 1, .whole = true};
    } else {
        n = append(order, n, dims.contract, dims.ncontract);
        n = append(order, n, dims.free, dims.nfree);
        s->b = (dot_layout){.batch = s->k * s->n, .free = 1, .k = s->n, .whole = true};
    }
    return packed(t, x, n, order);
}

/* ---- plain loops ----------------------------------------------------------------------------- */

/* One matrix product. Either loop order adds up each element in the order of k. */
#define DOT_KERNEL(d, T, U, add, mul)                                                              \
    static void loops_##d(const dot_shape *s, const void *left, const void *right, void *out)      \
    {                                                                                              \
        T *y = out;                                                                                \
        for (int64_t i = 0; i < s->m; i++, y += s->n) {                                            \
            const T *a = (const T *)left + i * s->a.free;                                          \
            memset(y, 0, (size_t)s->n * sizeof *y);                                                \
            for (int64_t k = 0; s->b.free == 1 && k < s->k; k++) {                                 \
                const T x = a[k * s->a.k], *b = (const T *)right + k * s->b.k;                     \
                for (int64_t j = 0; j < s->n; j++)                                                 \
                    y[j] = jk_##add##_##d(y[j], jk_##mul##_##d(x, b[j]));                          \
            }                                                                                      \
            for (int64_t j = 0; s->b.free != 1 && j < s->n; j++) {                                 \
                const T *b = (const T *)right + j * s->b.free;                                     \
                T sum = 0;                                                                         \
                for (int64_t k = 0; k < s->k; k++)                                                 \
                    sum = jk_##add##_##d(sum, jk_##mul##_##d(a[k * s->a.k], b[k * s->b.k]));       \
                y[j] = sum;                                                                        \
            }                                                                                      \
        }                                                                                          \
    }
#define DOT_ENTRY(d, ...) [IR_##d] = loops_##d,

typedef void dot_kernel(const dot_shape *s, const void *a, const void *b, void *out);

// clang-format off
EACH_num(DOT_KERNEL, add, mul)
EACH_bool(DOT_KERNEL, or, and)
    // clang-format on
    static dot_kernel *const loops[IR_NDTYPE] = {EACH_any(DOT_ENTRY)};

/* ---- BLAS ------------------------------------------------------------------------------------ */

/* A matrix as BLAS sees it: rows of consecutive elements, `ld` apart. */
typedef struct {
    bool ok, transposed;
    int ld;
} blas_matrix;

/* The rows x cols matrix with these steps, or its transpose. */
static blas_matrix as_blas(int64_t rows, int64_t row_step, int64_t cols, int64_t col_step)
{
    if (cols == 1 || col_step == 1) {
        int64_t ld = rows == 1 ? cols : row_step;
        return (blas_matrix){ld >= cols && ld <= INT_MAX, false, (int)ld};
    }
    int64_t ld = col_step; /* here cols > 1 */
    return (blas_matrix){(rows == 1 || row_step == 1) && ld >= rows && ld <= INT_MAX, true,
                         (int)ld};
}

static blas_matrix blas_a(const dot_shape *s)
{
    return as_blas(s->m, s->a.free, s->k, s->a.k);
}

static blas_matrix blas_b(const dot_shape *s)
{
    return as_blas(s->k, s->b.k, s->n, s->b.free);
}

/* Matrix by matrix; a vector on either side goes to the routine for vectors, which wants the matrix
 * on the left and what it writes to cleared. */
#define DOT_BLAS(d, T, U, letter)                                                                  \
    static void blas_##d(const dot_shape *s, const void *a, const void *b, void *out)              \
    {                                                                                              \
        int m = (int)s->m, n = (int)s->n, k = (int)s->k;                                           \
        blas_matrix ma = blas_a(s), mb = blas_b(s);                                                \
        CBLAS_TRANSPOSE ta = ma.transposed ? CblasTrans : CblasNoTrans;                            \
        CBLAS_TRANSPOSE tb = mb.transposed ? CblasTrans : CblasNoTrans;                            \
        if (m > 1 && n > 1) {                                                                      \
            cblas_##letter##gemm(CblasRowMajor, ta, tb, m, n, k, 1, a, ma.ld, b, mb.ld, 0, out,    \
                                 n);                                                               \
            return;                                                                                \
        }                                                                                          \
        memset(out, 0, (size_t)(s->m * s->n) * sizeof(T));                                         \
        int xa = (int)s->a.k, xb = (int)s->b.k;                                                    \
        if (m == 1 && n == 1)                                                                      \
            *(T *)out = cblas_##letter##dot(k, a, xa, b, xb);                                      \
        else if (n == 1)                                                                           \
            cblas_##letter##gemv(CblasRowMajor, ta, ma.transposed ? k : m, ma.transposed ? m : k,  \
                                 1, a, ma.ld, b, xb, 0, out, 1);                                   \
        else                                                                                       \
            cblas_##letter##gemv(CblasRowMajor, mb.transposed ? CblasNoTrans : CblasTrans,         \
                                 mb.transposed ? n : k, mb.transposed ? k : n, 1, b, mb.ld, a, xa, \
                                 0, out, 1);                                                       \
    }
DOT_BLAS(f32, float, uint32_t, s)
DOT_BLAS(f64, double, uint64_t, d)

/* OpenBLAS counts the CPUs itself; it is told only what somebody wants told. */
static void limit_threads(void)
{
    if (ir_threads_asked())
        openblas_set_num_threads(ir_threads_asked());
}

static dot_kernel *const blas[IR_NDTYPE] = {[IR_f32] = blas_f32, [IR_f64] = blas_f64};

static dot_kernel *blas_for(ir_dtype d)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, limit_threads);
    return blas[d];
}

/* ---- the choice ------------------------------------------------------------------------------ */

/* Multiplications in one product from which on a call of the BLAS, or a copy, pays. */
enum { LARGE = 512 };

static bool is_large(const dot_shape *s)
{
    return s->m * s->n >= LARGE || s->m * s->n * s->k >= LARGE;
}

static bool fits_int(int64_t v)
{
    return v <= INT_MAX;
}

static void run_batch(const dot_shape *s, dot_kernel *kernel, size_t size, const char *a,
                      const char *b, char *out)
{
    int64_t bytes = (int64_t)size;
    for (int64_t i = 0; i < s->batch; i++)
        kernel(s, a + i * s->a.batch * bytes, b + i * s->b.batch * bytes,
               out + i * s->m * s->n * bytes);
}

bool dot_run(const ir_eqn *e, const void *a, const void *b, void *out)
{
    dot_shape s = dot_shape_of(e);
    ir_dtype d = (ir_dtype)e->in[0]->type.dtype;
    if (!s.batch || !s.m || !s.n)
        return true;
    bool large = s.k && is_large(&s);
    bool by_blas = large && blas[d] && fits_int(s.m) && fits_int(s.n) && fits_int(s.k) &&
                   fits_int(s.a.k) && fits_int(s.b.k);
    void *copy_a = NULL, *copy_b = NULL;
    bool pack_a = !s.a.whole || (by_blas && !blas_a(&s).ok);
    bool pack_b = !s.b.whole || (by_blas ? !blas_b(&s).ok : large && s.b.free != 1);
    if (pack_a)
        a = copy_a = pack(e, 0, a, &s);
    if (pack_b)
        b = copy_b = pack(e, 1, b, &s);
    bool ok = a && b;
    if (ok)
        run_batch(&s, by_blas ? blas_for(d) : loops[d], ir_dtypes[d].size, a, b, out);
    else
        ir_fail("dot_general: out of memory to lay out %s and %s", ir_type_tmp(&e->in[0]->type),
                ir_type_tmp(&e->in[1]->type));
    free(copy_a);
    free(copy_b);
    return ok;
}

/* Evaluates dot_general. The operands are viewed as batches of matrices. Large products of floats
 * go to a BLAS, except for inner products of vectors (inner.c), the others to plain loops.
 *
 * Most layouts need no copy, because either operand of a matrix product may be transposed.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ops/host/blas.h"
#include "ops/host/exact.h"
#include "ops/host/host.h"
#include "ops/host/inner.h"
#include "ops/scalar/arith.h"
#include "ops/shape.h"

/* ---- copying operands that are not stored as matrices ---------------------------------------- */

/* A dense copy of x with the dimensions in the operand's order, in malloc'd memory. */
static void *packed(const host_operand *o, size_t size, const void *x)
{
    int64_t to[IR_MAX_RANK], count = 1;
    for (int64_t k = o->rank - 1; k >= 0; k--) {
        to[k] = count;
        count *= o->dim[k];
    }
    void *copy = malloc(count ? (size_t)count * size : 1);
    if (copy)
        strided_copy(size, (int)o->rank, o->dim, copy, to, x, o->stride);
    return copy;
}

/* The left operand as [batch, m, k]. */
static void *pack_left(host_product *p, size_t size, const void *x)
{
    void *copy = packed(&p->a, size, x);
    p->a = (host_operand){.batch = p->m * p->k, .free = p->k, .k = 1, .whole = true};
    return copy;
}

/* The right operand as [batch, k, n]. */
static void *pack_right(host_product *p, size_t size, const void *x)
{
    void *copy = packed(&p->b, size, x);
    p->b = (host_operand){.batch = p->k * p->n, .free = 1, .k = p->n, .whole = true};
    return copy;
}

/* ---- plain loops ----------------------------------------------------------------------------- */

/* How many columns of a row of the result are computed together, and how many terms are added one
 * after the other. */
enum { COLUMNS = 128, STEPS = 32 };

/* One matrix product. part: sets acc to the sums of n >= 1 terms in w adjacent columns. More than
 * STEPS terms are added by halves, so that small terms are not lost in a large sum. */
#define DOT_KERNEL(d, T, U, add, mul)                                                              \
    static void part_##d(const host_product *s, int64_t n, int64_t w, const T *a, const T *b,      \
                         T *acc)                                                                   \
    {                                                                                              \
        T half[COLUMNS];                                                                           \
        if (n > STEPS) {                                                                           \
            int64_t k = n / 2;                                                                     \
            part_##d(s, k, w, a, b, acc);                                                          \
            part_##d(s, n - k, w, a + k * s->a.k, b + k * s->b.k, half);                           \
            for (int64_t j = 0; j < w; j++)                                                        \
                acc[j] = jk_##add##_##d(acc[j], half[j]);                                          \
            return;                                                                                \
        }                                                                                          \
        memset(acc, 0, (size_t)w * sizeof *acc);                                                   \
        for (int64_t k = 0; s->b.free == 1 && k < n; k++)                                          \
            for (int64_t j = 0; j < w; j++)                                                        \
                acc[j] = jk_##add##_##d(acc[j], jk_##mul##_##d(a[k * s->a.k], b[k * s->b.k + j])); \
        for (int64_t j = 0; s->b.free != 1 && j < w; j++)                                          \
            for (int64_t k = 0; k < n; k++)                                                        \
                acc[j] = jk_##add##_##d(                                                           \
                    acc[j], jk_##mul##_##d(a[k * s->a.k], b[j * s->b.free + k * s->b.k]));         \
    }                                                                                              \
    static void loops_##d(const host_product *s, const void *left, const void *right, void *out)   \
    {                                                                                              \
        T *y = out;                                                                                \
        for (int64_t i = 0; i < s->m; i++)                                                         \
            for (int64_t j = 0, w; j < s->n; j += w, y += w) {                                     \
                w = s->n - j < COLUMNS ? s->n - j : COLUMNS;                                       \
                if (s->k)                                                                          \
                    part_##d(s, s->k, w, (const T *)left + i * s->a.free,                          \
                             (const T *)right + j * s->b.free, y);                                 \
                else                                                                               \
                    memset(y, 0, (size_t)w * sizeof *y);                                           \
            }                                                                                      \
    }
#define DOT_ENTRY(d, ...) [IR_##d] = loops_##d,

typedef void dot_kernel(const host_product *s, const void *a, const void *b, void *out);

// clang-format off
EACH_num(DOT_KERNEL, add, mul)
EACH_bool(DOT_KERNEL, or, and)
    // clang-format on
    static dot_kernel *const loops[IR_NDTYPE] = {EACH_any(DOT_ENTRY)};

/* ---- BLAS ------------------------------------------------------------------------------------ */

/* A matrix as BLAS sees it: rows of consecutive elements, at a distance of `ld` elements. */
typedef struct {
    bool ok, transposed;
    int ld;
} blas_matrix;

/* The rows x cols matrix with these steps in BLAS form, transposed if necessary. */
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

static blas_matrix blas_a(const host_product *s)
{
    return as_blas(s->m, s->a.free, s->k, s->a.k);
}

static blas_matrix blas_b(const host_product *s)
{
    return as_blas(s->k, s->b.k, s->n, s->b.free);
}

/* A product of two matrices, of which at most one is a vector. If one is, the matrix-vector routine
 * is called, which needs the matrix on the left and a cleared result. */
#define BLAS_f32(name)     blas_library.cblas_s##name
#define BLAS_f64(name)     blas_library.cblas_d##name
#define DOT_BLAS(d, T, U)                                                                          \
    static void blas_##d(const host_product *s, const void *a, const void *b, void *out)           \
    {                                                                                              \
        int m = (int)s->m, n = (int)s->n, k = (int)s->k;                                           \
        blas_matrix ma = blas_a(s), mb = blas_b(s);                                                \
        CBLAS_TRANSPOSE ta = ma.transposed ? CblasTrans : CblasNoTrans;                            \
        CBLAS_TRANSPOSE tb = mb.transposed ? CblasTrans : CblasNoTrans;                            \
        if (m > 1 && n > 1) {                                                                      \
            BLAS_##d(gemm)(CblasRowMajor, ta, tb, m, n, k, 1, a, ma.ld, b, mb.ld, 0, out,    \
                                 n);                                                               \
            return;                                                                                \
        }                                                                                          \
        memset(out, 0, (size_t)(s->m * s->n) * sizeof(T));                                         \
        int xa = (int)s->a.k, xb = (int)s->b.k;                                                    \
        if (n == 1)                                                                                \
            BLAS_##d(gemv)(CblasRowMajor, ta, ma.transposed ? k : m, ma.transposed ? m : k,  \
                                 1, a, ma.ld, b, xb, 0, out, 1);                                   \
        else                                                                                       \
            BLAS_##d(gemv)(CblasRowMajor, mb.transposed ? CblasNoTrans : CblasTrans,         \
                                 mb.transposed ? n : k, mb.transposed ? k : n, 1, b, mb.ld, a, xa, \
                                 0, out, 1);                                                       \
    }
EACH_float(DOT_BLAS)

/* How many terms the BLAS adds up at a time, if there are FEW times as many. The routines for a
 * matrix and a vector add them one after the other in some layouts; those for matrices, hundreds. */
enum { PART_OF_NARROW = 1024, PART_OF_VECTOR = 2048, PART_OF_MATRIX = 4096, FEW = 4 };

static int64_t part_of(const host_product *s)
{
    if (s->m > 1 && s->n > 1)
        return PART_OF_MATRIX;
    return s->m * s->n <= 16 ? PART_OF_NARROW : PART_OF_VECTOR;
}

/* The same, in parts if there is memory for two more results, so that small terms are not lost in a
 * large sum. */
#define DOT_IN_PARTS(d, T, U)                                                                      \
    static void in_parts_##d(const host_product *s, const T *a, const T *b, T *y, T *memory)       \
    {                                                                                              \
        int64_t n = s->m * s->n, size = part_of(s);                                                \
        T *part = memory, *lost = memory + n;                                                      \
        memset(y, 0, (size_t)n * sizeof *y);                                                       \
        memset(lost, 0, (size_t)n * sizeof *lost);                                                 \
        for (int64_t k = 0; k < s->k; k += size) {                                                 \
            host_product p = *s;                                                                   \
            p.k = s->k - k < size ? s->k - k : size;                                               \
            blas_##d(&p, a + k * s->a.k, b + k * s->b.k, part);                                    \
            for (int64_t j = 0; j < n; j++)                                                        \
                ADD_EXACTLY(y[j], part[j], lost[j]);                                               \
        }                                                                                          \
        for (int64_t j = 0; j < n; j++)                                                            \
            y[j] = WITH_LOST(y[j], lost[j]);                                                       \
    }                                                                                              \
    static void batch_in_blas_##d(const host_product *s, const void *a, const void *b, void *out,  \
                                  void *memory)                                                    \
    {                                                                                              \
        const T *left = a, *right = b;                                                             \
        T *y = out;                                                                                \
        for (int64_t i = 0; i < s->batch; i++, y += s->m * s->n)                                   \
            if (memory)                                                                            \
                in_parts_##d(s, left + i * s->a.batch, right + i * s->b.batch, y, memory);         \
            else                                                                                   \
                blas_##d(s, left + i * s->a.batch, right + i * s->b.batch, y);                     \
    }
EACH_float(DOT_IN_PARTS)

#define BLAS_ENTRY(d, ...) [IR_##d] = batch_in_blas_##d,
static void (*const blas[IR_NDTYPE])(const host_product *s, const void *a, const void *b, void *out,
                                     void *memory) = {EACH_float(BLAS_ENTRY)};

/* ---- choosing between BLAS and loops --------------------------------------------------------- */

/* With at least this many multiplications in one product, calling the BLAS or copying pays. */
enum { LARGE = 512 };

static bool is_large(const host_product *s)
{
    return s->m * s->n >= LARGE || s->m * s->n * s->k >= LARGE;
}

static bool fits_int(int64_t v)
{
    return v <= INT_MAX;
}

static void run_batch(const host_product *s, dot_kernel *kernel, size_t size, const char *a,
                      const char *b, char *out)
{
    int64_t bytes = (int64_t)size;
    for (int64_t i = 0; i < s->batch; i++)
        kernel(s, a + i * s->a.batch * bytes, b + i * s->b.batch * bytes,
               out + i * s->m * s->n * bytes);
}

static bool out_of_memory(const host_product *s, const char *what)
{
    return ir_fail("dot_general: out of memory %s of %lld products of [%lld, %lld] by [%lld, %lld] "
                   "%s matrices",
                   what, (long long)s->batch, (long long)s->m, (long long)s->k, (long long)s->k,
                   (long long)s->n, ir_dtypes[s->dtype].name);
}

static bool run_in_blas(const host_product *s, size_t size, const void *a, const void *b, void *out)
{
    bool in_parts = s->k >= FEW * part_of(s);
    void *memory = in_parts ? malloc(2 * (size_t)(s->m * s->n) * size) : NULL;
    if (in_parts && !memory)
        return out_of_memory(s, "for a part of the result");
    bool ok = blas_begin();
    if (ok) {
        blas[s->dtype](s, a, b, out, memory);
        blas_end();
    }
    free(memory);
    return ok;
}

bool jac_host_dot(const int64_t *numbers, const void *const *in, void *const *out)
{
    host_product s;
    memcpy(&s, numbers, sizeof s);
    ir_dtype d = s.dtype;
    size_t size = ir_dtypes[d].size;
    const void *a = in[0], *b = in[1];
    if (!s.batch || !s.m || !s.n)
        return true;
    bool large = s.k && is_large(&s);
    bool inner = s.k && s.m == 1 && s.n == 1 && inner_products[d];
    bool by_blas = large && !inner && blas[d] && fits_int(s.m) && fits_int(s.n) && fits_int(s.k) &&
                   fits_int(s.a.k) && fits_int(s.b.k);
    void *copy_a = NULL, *copy_b = NULL;
    bool pack_a = !s.a.whole || (by_blas && !blas_a(&s).ok);
    bool pack_b = !s.b.whole || (by_blas ? !blas_b(&s).ok : large && s.b.free != 1);
    if (pack_a)
        a = copy_a = pack_left(&s, size, a);
    if (pack_b)
        b = copy_b = pack_right(&s, size, b);
    bool ok = (a && b) || out_of_memory(&s, "to lay out the operands");
    if (ok && by_blas)
        ok = run_in_blas(&s, size, a, b, out[0]);
    else if (ok)
        run_batch(&s, inner ? inner_products[d] : loops[d], size, a, b, out[0]);
    free(copy_a);
    free(copy_b);
    return ok;
}

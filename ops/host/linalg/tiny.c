/* Tiny real matrices, of which LAPACK would spend its time on calls: the same element of several
 * matrices of the batch is in one vector, so all arithmetic is done for as many matrices at once.
 *
 * A vector has 64 bytes; the compiler makes of it what the machine has. Where rows change places, each
 * lane chooses by masks.
 */
#include "ops/host/linalg/tiny.h"

#include <math.h>
#include <string.h>

#include "ops/kernel.h"

enum { MOST = 8, ELEMENTS = MOST * MOST };

typedef struct {
    const matrix_job *j;
    int64_t n, rhs_rows, rhs_cols;
} tiny_work;

/* clang-format off */
/* x where the mask is set, y elsewhere. */
#define CHOOSE(d, mask, x, y) ((vec_##d)(((ivec_##d)(x) & (mask)) | ((ivec_##d)(y) & ~(mask))))

#define TINY(d, T, I, lanes)                                                                       \
    enum { LANES_##d = lanes };                                                                   \
    typedef T vec_##d __attribute__((vector_size(64)));                                            \
    typedef I ivec_##d __attribute__((vector_size(64)));                                           \
                                                                                                   \
    /* Items from `item` on; those beyond the batch are copies of the last one. */                 \
    static inline void load_##d(const void *x, int64_t item, int64_t batch, int64_t count,         \
                                vec_##d *to)                                                       \
    {                                                                                              \
        for (int l = 0; l < LANES_##d; l++) {                                                      \
            const T *from = (const T *)x + (item + l < batch ? item + l : batch - 1) * count;      \
            for (int64_t k = 0; k < count; k++)                                                    \
                ((T *)to)[k * LANES_##d + l] = from[k];                                            \
        }                                                                                          \
    }                                                                                              \
    static inline void store_##d(void *x, int64_t item, int64_t batch, int64_t count,              \
                                 const vec_##d *from)                                              \
    {                                                                                              \
        for (int l = 0; l < LANES_##d && item + l < batch; l++) {                                  \
            T *to = (T *)x + (item + l) * count;                                                   \
            for (int64_t k = 0; k < count; k++)                                                    \
                to[k] = ((const T *)from)[k * LANES_##d + l];                                      \
        }                                                                                          \
    }                                                                                              \
    static inline void store_ints_##d(void *x, int64_t item, int64_t batch, int64_t count,         \
                                      const ivec_##d *from)                                        \
    {                                                                                              \
        for (int l = 0; l < LANES_##d && item + l < batch; l++)                                    \
            for (int64_t k = 0; k < count; k++)                                                    \
                ((int32_t *)x)[(item + l) * count + k] = (int32_t)((const I *)from)[k * LANES_##d + l]; \
    }                                                                                              \
                                                                                                   \
    OPS_KERNEL static uint8_t tiny_cholesky_##d(void *env, int64_t from, int64_t to, void *memory) \
    {                                                                                              \
        const tiny_work *w = env;                                                                  \
        const matrix_job *j = w->j;                                                                \
        int64_t n = w->n, batch = j->s.batch;                                                      \
        (void)memory;                                                                              \
        for (int64_t group = from; group < to; group++) {                                          \
            vec_##d a[ELEMENTS];                                                                   \
            ivec_##d info = {0};                                                                   \
            load_##d(j->in[0], group * LANES_##d, batch, n * n, a);                                \
            for (int64_t c = 0; c < n; c++) {                                                      \
                vec_##d pivot = a[c * n + c];                                                      \
                for (int64_t k = 0; k < c; k++)                                                    \
                    pivot -= a[c * n + k] * a[c * n + k];                                          \
                info |= (ivec_##d)~(pivot > 0) & (info == 0) & (I)(c + 1);                         \
                for (int l = 0; l < LANES_##d; l++)                                                \
                    ((T *)&pivot)[l] = (T)sqrt(((T *)&pivot)[l]);                                  \
                vec_##d inverse = 1 / pivot;                                                       \
                a[c * n + c] = pivot;                                                              \
                for (int64_t r = c + 1; r < n; r++) {                                              \
                    vec_##d sum = a[r * n + c];                                                    \
                    for (int64_t k = 0; k < c; k++)                                                \
                        sum -= a[r * n + k] * a[c * n + k];                                        \
                    a[r * n + c] = sum * inverse;                                                  \
                    a[c * n + r] = (vec_##d){0};                                                   \
                }                                                                                  \
            }                                                                                      \
            vec_##d nan = (vec_##d){0} + (T)NAN;                                                   \
            for (int64_t r = 0; r < n; r++)                                                        \
                for (int64_t c = 0; c <= r; c++)                                                   \
                    a[r * n + c] = CHOOSE(d, info == 0, a[r * n + c], nan);                       \
            store_##d(j->out[0], group * LANES_##d, batch, n * n, a);                              \
            store_ints_##d(j->out[1], group * LANES_##d, batch, 1, &info);                         \
        }                                                                                          \
        return 1;                                                                                  \
    }                                                                                              \
                                                                                                   \
    /* Solves op(A) X = B with X in place of B, m x n; element (r, c) of op(A) is                  \
     * a[r * row + c * col]. */                                                                    \
    static inline void substitute_##d(const vec_##d *a, int64_t row, int64_t col, bool lower,      \
                                      bool unit, int64_t m, int64_t n, vec_##d *b, int64_t b_row,  \
                                      int64_t b_col)                                               \
    {                                                                                              \
        for (int64_t step = 0; step < m; step++) {                                                 \
            int64_t r = lower ? step : m - 1 - step;                                               \
            vec_##d inverse = {0};                                                                 \
            if (!unit)                                                                             \
                inverse = 1 / a[r * (row + col)];                                                  \
            for (int64_t c = 0; c < n; c++) {                                                      \
                vec_##d sum = b[r * b_row + c * b_col];                                            \
                for (int64_t k = lower ? 0 : r + 1; k < (lower ? r : m); k++)                      \
                    sum -= a[r * row + k * col] * b[k * b_row + c * b_col];                        \
                b[r * b_row + c * b_col] = unit ? sum : sum * inverse;                             \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    OPS_KERNEL static uint8_t tiny_solve_##d(void *env, int64_t from, int64_t to, void *memory)    \
    {                                                                                              \
        const tiny_work *w = env;                                                                  \
        const matrix_job *j = w->j;                                                                \
        const int64_t *o = j->s.option;                                                            \
        int64_t n = w->n, batch = j->s.batch, rows = w->rhs_rows, cols = w->rhs_cols;              \
        (void)memory;                                                                              \
        /* X op(A) = B is op(A)^T X^T = B^T. */                                                    \
        bool turned = o[0] ? o[2] : !o[2], lower = o[1] ? !turned : turned;                        \
        for (int64_t group = from; group < to; group++) {                                          \
            vec_##d a[ELEMENTS], b[ELEMENTS];                                                      \
            load_##d(j->in[0], group * LANES_##d, batch, n * n, a);                                \
            load_##d(j->in[1], group * LANES_##d, batch, rows * cols, b);                          \
            substitute_##d(a, turned ? 1 : n, turned ? n : 1, lower, o[4], n,                      \
                           o[0] ? cols : rows, b, o[0] ? cols : 1, o[0] ? 1 : cols);               \
            store_##d(j->out[0], group * LANES_##d, batch, rows * cols, b);                        \
        }                                                                                          \
        return 1;                                                                                  \
    }                                                                                              \
                                                                                                   \
    OPS_KERNEL static uint8_t tiny_lu_##d(void *env, int64_t from, int64_t to, void *memory)       \
    {                                                                                              \
        const tiny_work *w = env;                                                                  \
        const matrix_job *j = w->j;                                                                \
        int64_t n = w->n, batch = j->s.batch;                                                      \
        (void)memory;                                                                              \
        for (int64_t group = from; group < to; group++) {                                          \
            vec_##d a[ELEMENTS];                                                                   \
            ivec_##d pivots[MOST], permutation[MOST], info = {0};                                  \
            load_##d(j->in[0], group * LANES_##d, batch, n * n, a);                                \
            for (int64_t r = 0; r < n; r++)                                                        \
                permutation[r] = (ivec_##d){0} + (I)r;                                             \
            for (int64_t k = 0; k < n; k++) {                                                      \
                ivec_##d at = (ivec_##d){0} + (I)k;                                                \
                vec_##d most = a[k * n + k];                                                       \
                most = CHOOSE(d, most < 0, -most, most);                                          \
                for (int64_t r = k + 1; r < n; r++) {                                              \
                    vec_##d size = a[r * n + k];                                                   \
                    size = CHOOSE(d, size < 0, -size, size);                                      \
                    ivec_##d more = size > most;                                                   \
                    most = CHOOSE(d, more, size, most);                                           \
                    at = (more & (I)r) | (~more & at);                                             \
                }                                                                                  \
                pivots[k] = at;                                                                    \
                for (int64_t r = k + 1; r < n; r++) {                                              \
                    ivec_##d here = at == (I)r, was = permutation[k];                              \
                    permutation[k] = (here & permutation[r]) | (~here & was);                      \
                    permutation[r] = (here & was) | (~here & permutation[r]);                      \
                    for (int64_t c = 0; c < n; c++) {                                              \
                        vec_##d x = a[k * n + c], y = a[r * n + c];                                \
                        a[k * n + c] = CHOOSE(d, here, y, x);                                     \
                        a[r * n + c] = CHOOSE(d, here, x, y);                                     \
                    }                                                                              \
                }                                                                                  \
                vec_##d pivot = a[k * n + k];                                                      \
                ivec_##d zero = pivot == 0;                                                        \
                info |= zero & (info == 0) & (I)(k + 1);                                           \
                vec_##d inverse = 1 / CHOOSE(d, zero, (vec_##d){0} + 1, pivot);                   \
                for (int64_t r = k + 1; r < n; r++) {                                              \
                    vec_##d factor = a[r * n + k] * inverse;                                       \
                    a[r * n + k] = factor;                                                         \
                    for (int64_t c = k + 1; c < n; c++)                                            \
                        a[r * n + c] -= factor * a[k * n + c];                                     \
                }                                                                                  \
            }                                                                                      \
            store_##d(j->out[0], group * LANES_##d, batch, n * n, a);                              \
            store_ints_##d(j->out[1], group * LANES_##d, batch, n, pivots);                        \
            store_ints_##d(j->out[2], group * LANES_##d, batch, n, permutation);                   \
            store_ints_##d(j->out[3], group * LANES_##d, batch, 1, &info);                         \
        }                                                                                          \
        return 1;                                                                                  \
    }                                                                                              \
                                                                                                   \
    OPS_KERNEL static uint8_t tiny_lu_solve_##d(void *env, int64_t from, int64_t to, void *memory) \
    {                                                                                              \
        const tiny_work *w = env;                                                                  \
        const matrix_job *j = w->j;                                                                \
        const void *const *in = j->in + j->s.option[1];                                            \
        int64_t n = w->n, batch = j->s.batch, cols = w->rhs_cols;                                  \
        (void)memory;                                                                              \
        for (int64_t group = from; group < to; group++) {                                          \
            vec_##d a[ELEMENTS], b[ELEMENTS], x[ELEMENTS];                                         \
            int64_t item = group * LANES_##d;                                                      \
            bool transposed = j->s.option[0];                                                      \
            load_##d(in[0], item, batch, n * n, a);                                                \
            load_##d(in[2], item, batch, n * cols, b);                                             \
            if (transposed) {                                                                      \
                substitute_##d(a, 1, n, true, false, n, cols, b, cols, 1);                         \
                substitute_##d(a, 1, n, false, true, n, cols, b, cols, 1);                         \
            }                                                                                      \
            for (int l = 0; l < LANES_##d; l++) {                                                  \
                int64_t at = item + l < batch ? item + l : batch - 1;                              \
                const int32_t *permutation = (const int32_t *)in[1] + at * n;                      \
                for (int64_t r = 0; r < n; r++) {                                                  \
                    int64_t other = permutation[r] < 0    ? 0                                      \
                                    : permutation[r] >= n ? n - 1                                  \
                                                          : permutation[r];                        \
                    int64_t to_row = transposed ? other : r, from_row = transposed ? r : other;    \
                    for (int64_t c = 0; c < cols; c++)                                             \
                        ((T *)x)[(to_row * cols + c) * LANES_##d + l] =                            \
                            ((T *)b)[(from_row * cols + c) * LANES_##d + l];                       \
                }                                                                                  \
            }                                                                                      \
            if (!transposed) {                                                                     \
                substitute_##d(a, n, 1, true, true, n, cols, x, cols, 1);                          \
                substitute_##d(a, n, 1, false, false, n, cols, x, cols, 1);                        \
            }                                                                                      \
            store_##d(j->out[0], item, batch, n * cols, x);                                        \
        }                                                                                          \
        return 1;                                                                                  \
    }
TINY(f32, float, int32_t, 16)
TINY(f64, double, int64_t, 8)
/* clang-format on */

static bool run_tiny(tiny_work *w, jac_host_work *f32, jac_host_work *f64)
{
    bool wide = w->j->kind & 1;
    int64_t lanes = wide ? LANES_f64 : LANES_f32;
    return jac_host_parallel(wide ? f64 : f32, w, (w->j->s.batch + lanes - 1) / lanes, 0);
}

static bool is_tiny(const matrix_job *j, int64_t n)
{
    return !matrix_is_complex(j) && n > 0 && n <= MOST && j->s.batch > 0;
}

bool tiny_cholesky(matrix_job *j)
{
    tiny_work w = {.j = j, .n = j->s.n};
    return is_tiny(j, w.n) && run_tiny(&w, tiny_cholesky_f32, tiny_cholesky_f64);
}

bool tiny_triangular_solve(matrix_job *j)
{
    tiny_work w = {.j = j,
                   .n = j->s.option[0] ? j->s.m : j->s.n,
                   .rhs_rows = j->s.m,
                   .rhs_cols = j->s.n};
    return is_tiny(j, j->s.m) && is_tiny(j, j->s.n) && run_tiny(&w, tiny_solve_f32, tiny_solve_f64);
}

bool tiny_lu(matrix_job *j)
{
    tiny_work w = {.j = j, .n = j->s.n};
    return j->s.m == j->s.n && is_tiny(j, w.n) && run_tiny(&w, tiny_lu_f32, tiny_lu_f64);
}

bool tiny_lu_solve(matrix_job *j)
{
    tiny_work w = {.j = j, .n = j->s.m, .rhs_cols = j->s.n};
    return !j->s.option[2] && is_tiny(j, j->s.m) && is_tiny(j, j->s.n) &&
           run_tiny(&w, tiny_lu_solve_f32, tiny_lu_solve_f64);
}

/* Inner products of two vectors of floats. So that small terms are not lost in a large sum, an
 * accumulator takes some terms and is then added to the total, exactly: what that rounds away is
 * added up too. (OpenBLAS adds thousands of terms to one accumulator.) Threads share long vectors;
 * how they are cut does not depend on the number of threads.
 */
#include "ops/host/exact.h"
#include "ops/host/inner.h"
#include "ops/kernel.h"
#include "ops/scalar/each.h"

/* Terms are taken in rows, ROWS at a time. A part is what a thread does at a time. */
enum { WAYS = 32, ROWS = 32, PARTS = 64, LEAST_PART = 256 * WAYS * ROWS };

#define INNER(d, T, U)                                                                             \
    typedef T vector_##d __attribute__((vector_size(WAYS * sizeof(T) / 4)));                       \
    typedef vector_##d loaded_##d __attribute__((aligned(sizeof(T)), may_alias));                  \
                                                                                                   \
    static T halves_##d(int64_t n, T *x)                                                           \
    {                                                                                              \
        for (int64_t left; n > 1; n = left) {                                                      \
            left = (n + 1) / 2;                                                                    \
            for (int64_t j = 0; j < n - left; j++)                                                 \
                x[j] += x[left + j];                                                               \
        }                                                                                          \
        return x[0];                                                                               \
    }                                                                                              \
    /* n whole rows of adjacent terms. */                                                          \
    OPS_KERNEL static T rows_##d(int64_t n, const T *a, const T *b)                                \
    {                                                                                              \
        const loaded_##d *x = (const loaded_##d *)a, *y = (const loaded_##d *)b;                   \
        vector_##d total = {0}, lost = {0};                                                        \
        T sum[WAYS / 4];                                                                           \
        while (n > 0) {                                                                            \
            vector_##d s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};                                     \
            int64_t some = n < ROWS ? n : ROWS;                                                    \
            for (int64_t r = 0; r < some; r++, x += 4, y += 4) {                                   \
                s0 += x[0] * y[0];                                                                 \
                s1 += x[1] * y[1];                                                                 \
                s2 += x[2] * y[2];                                                                 \
                s3 += x[3] * y[3];                                                                 \
            }                                                                                      \
            ADD_EXACTLY(total, (s0 + s2) + (s1 + s3), lost);                                       \
            n -= some;                                                                             \
        }                                                                                          \
        for (int j = 0; j < WAYS / 4; j++)                                                         \
            sum[j] = WITH_LOST(total[j], lost[j]);                                                 \
        return halves_##d(WAYS / 4, sum);                                                          \
    }                                                                                              \
    static T terms_##d(int64_t n, const T *a, int64_t a_step, const T *b, int64_t b_step)          \
    {                                                                                              \
        bool adjacent = a_step == 1 && b_step == 1;                                                \
        int64_t k = adjacent ? n / WAYS * WAYS : 0;                                                \
        T total = k ? rows_##d(n / WAYS, a, b) : 0, lost = 0;                                      \
        while (k < n) {                                                                            \
            T sum = 0;                                                                             \
            for (int64_t end = n - k < ROWS ? n : k + ROWS; k < end; k++)                          \
                sum += a[k * a_step] * b[k * b_step];                                              \
            ADD_EXACTLY(total, sum, lost);                                                         \
        }                                                                                          \
        return WITH_LOST(total, lost);                                                             \
    }                                                                                              \
                                                                                                   \
    typedef struct {                                                                               \
        const host_product *s;                                                                     \
        const T *a, *b;                                                                            \
        int64_t part;                                                                              \
        T sum[PARTS];                                                                              \
    } shared_##d;                                                                                  \
    static uint8_t parts_##d(void *env, int64_t from, int64_t to, void *memory)                    \
    {                                                                                              \
        shared_##d *p = env;                                                                       \
        (void)memory;                                                                              \
        for (int64_t i = from; i < to; i++) {                                                      \
            int64_t k = i * p->part, n = p->s->k - k < p->part ? p->s->k - k : p->part;            \
            p->sum[i] = terms_##d(n, p->a + k * p->s->a.k, p->s->a.k, p->b + k * p->s->b.k,        \
                                  p->s->b.k);                                                      \
        }                                                                                          \
        return 1;                                                                                  \
    }                                                                                              \
    static void inner_##d(const host_product *s, const void *a, const void *b, void *out)          \
    {                                                                                              \
        if (s->k <= LEAST_PART) {                                                                  \
            *(T *)out = terms_##d(s->k, a, s->a.k, b, s->b.k);                                     \
            return;                                                                                \
        }                                                                                          \
        shared_##d p = {.s = s, .a = a, .b = b};                                                   \
        p.part = (s->k + PARTS - 1) / PARTS;                                                       \
        p.part = p.part < LEAST_PART ? LEAST_PART : (p.part + WAYS - 1) / WAYS * WAYS;             \
        int64_t n = (s->k + p.part - 1) / p.part;                                                  \
        jac_host_parallel(parts_##d, &p, n, 0);                                                    \
        *(T *)out = halves_##d(n, p.sum);                                                          \
    }
EACH_float(INNER)

#define INNER_ENTRY(d, T, U) [IR_##d] = inner_##d,
inner_product *const inner_products[IR_NDTYPE] = {EACH_float(INNER_ENTRY)};

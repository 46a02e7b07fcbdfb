/* Sorts a long line digit by digit, least significant first, on several threads.
 *
 * The line is cut into parts. In each pass the digits of each part are counted; the counts tell
 * where each part's elements with each digit go, so that the parts can be moved independently, and
 * still in order.
 */
#include <string.h>

#include "ops/host/sort_shared.h"

enum { PARTS = JAC_HOST_SORT_PARTS, WIDTH = 11, DIGITS = 1 << WIDTH };

typedef struct {
    const void *from;
    void *to;
    int64_t n;
    int shift;
    int64_t (*count)[DIGITS]; /* by part and digit: how many, then where the next one goes */
} pass;

typedef struct {
    uint64_t key, rest;
} wide;

#define KEY(x)  (x)
#define HALF(x) ((x).key)
#define PASSES(T, name, KEY_OF)                                                                    \
    static uint8_t count_##name(void *env, int64_t first, int64_t end, void *memory)               \
    {                                                                                              \
        const pass *p = env;                                                                       \
        const T *from = p->from;                                                                   \
        (void)memory;                                                                              \
        for (int64_t part = first; part < end; part++) {                                           \
            int64_t *count = p->count[part], to = jac_host_sort_part(p->n, part + 1);              \
            memset(count, 0, sizeof p->count[part]);                                               \
            for (int64_t i = jac_host_sort_part(p->n, part); i < to; i++)                          \
                count[KEY_OF(from[i]) >> p->shift & (DIGITS - 1)]++;                               \
        }                                                                                          \
        return 1;                                                                                  \
    }                                                                                              \
    static uint8_t move_##name(void *env, int64_t first, int64_t end, void *memory)                \
    {                                                                                              \
        const pass *p = env;                                                                       \
        const T *from = p->from;                                                                   \
        T *to = p->to;                                                                             \
        (void)memory;                                                                              \
        for (int64_t part = first; part < end; part++) {                                           \
            int64_t *next = p->count[part], last = jac_host_sort_part(p->n, part + 1);             \
            for (int64_t i = jac_host_sort_part(p->n, part); i < last; i++)                        \
                to[next[KEY_OF(from[i]) >> p->shift & (DIGITS - 1)]++] = from[i];                  \
        }                                                                                          \
        return 1;                                                                                  \
    }
PASSES(uint32_t, 4, KEY)
PASSES(uint64_t, 8, KEY)
PASSES(wide, 16, HALF)

static const struct {
    int size;
    jac_host_work *count, *move;
} kinds[] = {{4, count_4, move_4}, {8, count_8, move_8}, {16, count_16, move_16}};

/* Turns counts into places. Returns false if all elements have the same digit. */
static bool find_places(const pass *p)
{
    int64_t at = 0;
    for (int d = 0; d < DIGITS; d++) {
        int64_t before = at;
        for (int part = 0; part < PARTS; part++) {
            int64_t some = p->count[part][d];
            p->count[part][d] = at;
            at += some;
        }
        if (at - before == p->n)
            return false;
    }
    return true;
}

bool jac_host_sort_is_shared(int64_t n)
{
    enum { LEAST = 1 << 18 };
    return n >= LEAST && jac_host_shares();
}

void *jac_host_sort_shared(int64_t n, int size, int low, int bits, void *a, void *spare)
{
    IR_OPTIONAL;
    IR_SCRATCH(scratch);
    size_t kind = 0;
    while (kinds[kind].size != size)
        kind++;
    pass p = {.n = n, .count = ir_alloc(&scratch, PARTS * sizeof *p.count)};
    if (!p.count)
        return NULL;
    for (int done = 0; done < bits; done += WIDTH) {
        p.from = a;
        p.to = spare;
        p.shift = low + done;
        if (!jac_host_parallel(kinds[kind].count, &p, PARTS, 0))
            return NULL;
        if (!find_places(&p))
            continue;
        if (!jac_host_parallel(kinds[kind].move, &p, PARTS, 0))
            return NULL;
        spare = a;
        a = p.to;
    }
    return a;
}

/* The first k elements of each sorted line, without sorting all of it.
 *
 * Of a short line, the first bits of the keys are counted, and only the elements that these counts
 * do not exclude are sorted. Of a long one, candidates are collected in one pass; when there are
 * many, all but the first k are dropped, and the last of those is the bound for others.
 */
#include <string.h>

#include "ops/host/host.h"
#include "ops/host/keys.h"
#include "ops/kernel.h"

typedef struct {
    const host_top_k *s;
    const void *const *in;
    void *const *out;
    key_format format;
} work;

/* ---- short lines ----------------------------------------------------------------------------- */

enum { SHORT = 1 << 15, WIDTH = 11, DIGITS = 1 << WIDTH };

static bool is_short(const host_top_k *s)
{
    return s->along <= SHORT && s->k <= s->along / 4;
}

/* Finds the digit up to which there are at least k elements. */
static int64_t last_digit(const uint16_t *count, int64_t k)
{
    int64_t d = 0;
    for (int64_t some = count[0]; some < k; some += count[d])
        d++;
    return d;
}

/* Puts the elements of a line that may be among the first k into `to`, in order, and returns how
 * many there are. The keys are made in `key`. If there are many, the next digit decides among those
 * with the last digit. */
#define SELECT(bits, T, PAIR)                                                                      \
    OPS_KERNEL static void keys_##bits(const uint##bits##_t *x, int64_t n, const key_format *f,    \
                                       uint##bits##_t *key)                                        \
    {                                                                                              \
        const key_format format = *f;                                                              \
        for (int64_t i = 0; i < n; i++)                                                            \
            key[i] = (uint##bits##_t)key_of(x[i], &format);                                        \
    }                                                                                              \
    static int64_t select_##bits(const work *w, int64_t first, void *pairs, void *keys)            \
    {                                                                                              \
        enum {                                                                                     \
            SHIFT = bits > WIDTH ? bits - WIDTH : 0,                                               \
            NEXT = SHIFT > WIDTH ? SHIFT - WIDTH : 0                                               \
        };                                                                                         \
        uint##bits##_t *key = keys;                                                                \
        T *to = pairs;                                                                             \
        uint16_t count[DIGITS] = {0};                                                              \
        int64_t n = w->s->along, k = w->s->k, held = 0, before = 0;                                \
        keys_##bits((const uint##bits##_t *)w->in[0] + first, n, &w->format, key);                 \
        for (int64_t i = 0; i < n; i++)                                                            \
            count[key[i] >> SHIFT]++;                                                              \
        int64_t last = last_digit(count, k);                                                       \
        for (int64_t i = 0; i < n; i++) {                                                          \
            to[held] = PAIR((uint64_t)key[i], i);                                                  \
            key[held] = key[i];                                                                    \
            held += key[i] >> SHIFT <= (uint64_t)last;                                             \
        }                                                                                          \
        if (SHIFT == NEXT || held < 2 * k)                                                         \
            return held;                                                                           \
        memset(count, 0, sizeof count);                                                            \
        n = held, held = 0;                                                                        \
        for (int64_t i = 0; i < n; i++)                                                            \
            if (key[i] >> SHIFT < (uint64_t)last)                                                  \
                before++;                                                                          \
            else                                                                                   \
                count[key[i] >> NEXT & ((1 << (SHIFT - NEXT)) - 1)]++;                             \
        uint64_t bound =                                                                           \
            (uint64_t)last << (SHIFT - NEXT) | (uint64_t)last_digit(count, k - before);            \
        for (int64_t i = 0; i < n; i++) {                                                          \
            to[held] = to[i];                                                                      \
            held += key[i] >> NEXT <= bound;                                                       \
        }                                                                                          \
        return held;                                                                               \
    }
SELECT(8, narrow_pair, NARROW_PAIR)
SELECT(16, narrow_pair, NARROW_PAIR)
SELECT(32, narrow_pair, NARROW_PAIR)
SELECT(64, wide_pair, WIDE_PAIR)

static int64_t select_some(const work *w, int64_t first, void *pairs, void *keys)
{
    switch (w->format.size) {
    case 1:
        return select_8(w, first, pairs, keys);
    case 2:
        return select_16(w, first, pairs, keys);
    case 4:
        return select_32(w, first, pairs, keys);
    default:
        return select_64(w, first, pairs, keys);
    }
}

/* ---- long lines ------------------------------------------------------------------------------ */

/* So many candidates more than k are collected, or k more; so many elements are compared with the
 * bound at a time. */
enum { SLACK = 1024, SOME = 256 };

static int64_t room_for(const host_top_k *s)
{
    int64_t more = s->k > SLACK ? s->k : SLACK;
    return is_short(s) || s->along - s->k < more ? s->along : s->k + more;
}

/* Could one of n elements come before the bound, a key? It may be true for an equal one, too. */
#define MAY_PRECEDE(bits)                                                                          \
    OPS_KERNEL static bool may_precede_##bits(const uint##bits##_t *x, int64_t n,                  \
                                              const key_format *f, uint##bits##_t bound)           \
    {                                                                                              \
        typedef uint##bits##_t U;                                                                  \
        typedef int##bits##_t I;                                                                   \
        enum { top = bits - 1 };                                                                   \
        const bool floats = f->infinity;                                                           \
        const U sign = (U)f->sign, flip = (U)f->flip;                                              \
        const U inf = floats ? (U)f->infinity : (U) - 1;                                           \
        U any = 0;                                                                                 \
        for (int64_t i = 0; floats && i < n; i++)                                                  \
            any |= (MAP(x[i]) <= bound) | ((U)(x[i] & (U)~sign) > inf);                            \
        for (int64_t i = 0; !floats && i < n; i++)                                                 \
            any |= MAP(x[i]) <= bound;                                                             \
        return any;                                                                                \
    }
MAY_PRECEDE(8)
MAY_PRECEDE(16)
MAY_PRECEDE(32)
MAY_PRECEDE(64)

static bool may_precede(const void *x, int64_t at, int64_t n, const key_format *f, uint64_t bound)
{
    switch (f->size) {
    case 1:
        return may_precede_8((const uint8_t *)x + at, n, f, (uint8_t)bound);
    case 2:
        return may_precede_16((const uint16_t *)x + at, n, f, (uint16_t)bound);
    case 4:
        return may_precede_32((const uint32_t *)x + at, n, f, (uint32_t)bound);
    default:
        return may_precede_64((const uint64_t *)x + at, n, f, bound);
    }
}

#define TOP_K(name, T, KEY, PLACE, PAIR)                                                           \
    static T *collect_##name(const work *w, int64_t first, T *a, T *spare)                         \
    {                                                                                              \
        const host_top_k *s = w->s;                                                                \
        const key_format f = w->format;                                                            \
        int64_t n = s->along, room = room_for(s), held = 0;                                        \
        uint64_t bound = 0;                                                                        \
        bool full = false;                                                                         \
        for (int64_t from = 0, to; from < n; from = to) {                                          \
            to = n - from < SOME ? n : from + SOME;                                                \
            if (full && !may_precede(w->in[0], first + from, to - from, &f, bound))                \
                continue;                                                                          \
            for (int64_t i = from; i < to; i++) {                                                  \
                uint64_t key = key_of(bits_at(w->in[0], first + i, f.size), &f);                   \
                if (full && key >= bound)                                                          \
                    continue;                                                                      \
                a[held++] = PAIR(key, i);                                                          \
                if (held < room || i == n - 1)                                                     \
                    continue;                                                                      \
                T *sorted = jac_host_sort_##name(held, f.size, a, spare);                          \
                spare = sorted == a ? spare : a;                                                   \
                a = sorted;                                                                        \
                held = s->k;                                                                       \
                bound = KEY(a[held - 1]);                                                          \
                full = true;                                                                       \
            }                                                                                      \
        }                                                                                          \
        return jac_host_sort_##name(held, f.size, a, spare);                                       \
    }                                                                                              \
    static void top_k_##name(const work *w, int64_t line, T *a)                                    \
    {                                                                                              \
        const host_top_k *s = w->s;                                                                \
        const int size = w->format.size;                                                           \
        int64_t first = line * s->along;                                                           \
        T *spare = a + room_for(s);                                                                \
        a = is_short(s) ? jac_host_sort_##name(select_some(w, first, a, spare), size, a, spare)    \
                        : collect_##name(w, first, a, spare);                                      \
        for (int64_t i = 0; i < s->k; i++) {                                                       \
            int64_t place = (int64_t)PLACE(a[i]);                                                  \
            put_bits(w->out[0], line * s->k + i, size, bits_at(w->in[0], first + place, size));    \
            ((int32_t *)w->out[1])[line * s->k + i] = (int32_t)place;                              \
        }                                                                                          \
    }
TOP_K(narrow, narrow_pair, UPPER, LOWER, NARROW_PAIR)
TOP_K(wide, wide_pair, KEY_PART, PLACE_PART, WIDE_PAIR)

/* ---- both ------------------------------------------------------------------------------------ */

static uint8_t top_k_lines(void *env, int64_t from, int64_t to, void *memory)
{
    const work *w = env;
    for (int64_t line = from; line < to; line++)
        if (w->format.size <= 4)
            top_k_narrow(w, line, memory);
        else
            top_k_wide(w, line, memory);
    return 1;
}

bool jac_host_top_k(const int64_t *numbers, const void *const *in, void *const *out)
{
    host_top_k s;
    memcpy(&s, numbers, sizeof s);
    work w = {&s, in, out, jac_host_key_format((ir_dtype)s.dtype, true)};
    if (!s.lines || !s.k)
        return true;
    size_t pair = w.format.size <= 4 ? sizeof(narrow_pair) : sizeof(wide_pair);
    return jac_host_parallel(top_k_lines, &w, s.lines, 2 * (size_t)room_for(&s) * pair);
}

/* Sorts lines of arrays by one or more keys, stably. A key is mapped to an unsigned integer of the
 * same order: -0 equals 0, and a NaN is greater than all numbers. Long lines are sorted digit by
 * digit (least significant first), short ones by merging.
 *
 * What is sorted are the mapped keys with their places in the line. By these, all operands are then
 * put in order. If there is one operand, and no two different elements of it are equal, the keys
 * alone are sorted, and mapped back.
 */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "ops/host/host.h"
#include "ops/host/keys.h"
#include "ops/host/sort_shared.h"
#include "ops/kernel.h"
#include "ops/scalar/each.h"

key_format jac_host_key_format(ir_dtype d, bool descending)
{
    key_format f = {.size = ir_dtypes[d].size};
    uint64_t all = UINT64_MAX >> (64 - 8 * f.size);
    if (ir_has_fraction(d))
        f.infinity = ir_scalar_highest(d).bits;
    if (f.infinity || ir_dtypes[d].kind == IR_KIND_INT)
        f.sign = (all >> 1) + 1;
    f.flip = descending ? all : 0;
    return f;
}

/* ---- sorting --------------------------------------------------------------------------------- */

/* Lines of at most SHORT elements are merged, from blocks of BLOCK that are sorted by insertion.
 * Longer ones are sorted by digits of 8 bits or, if they have more than LONG elements, of 11. */
enum { SHORT = 384, BLOCK = 16, LONG = 1 << 15 };

/* sort_<name>: sorts the n elements of a, by the lowest `bytes` bytes of KEY(element). `spare` has
 * room for as many. Returns where the result is. */
#define SORTER(name, T, KEY)                                                                       \
    static void insert_##name(int64_t n, T *a)                                                     \
    {                                                                                              \
        for (int64_t i = 1; i < n; i++) {                                                          \
            T x = a[i];                                                                            \
            int64_t j = i;                                                                         \
            for (; j > 0 && KEY(a[j - 1]) > KEY(x); j--)                                           \
                a[j] = a[j - 1];                                                                   \
            a[j] = x;                                                                              \
        }                                                                                          \
    }                                                                                              \
    static void merge_##name(int64_t n, int64_t m, const T *a, const T *b, T *to)                  \
    {                                                                                              \
        while (n && m) {                                                                           \
            bool second = KEY(*b) < KEY(*a);                                                       \
            *to++ = second ? *b : *a;                                                              \
            a += !second, n -= !second;                                                            \
            b += second, m -= second;                                                              \
        }                                                                                          \
        memcpy(to, n ? a : b, (size_t)(n + m) * sizeof *to);                                       \
    }                                                                                              \
    static T *merge_sort_##name(int64_t n, T *a, T *spare)                                         \
    {                                                                                              \
        for (int64_t i = 0; i < n; i += BLOCK)                                                     \
            insert_##name(n - i < BLOCK ? n - i : BLOCK, a + i);                                   \
        for (int64_t w = BLOCK; w < n; w *= 2) {                                                   \
            for (int64_t i = 0; i < n; i += 2 * w) {                                               \
                int64_t left = n - i < w ? n - i : w, rest = n - i - left;                         \
                merge_##name(left, rest < w ? rest : w, a + i, a + i + left, spare + i);           \
            }                                                                                      \
            T *was = a;                                                                            \
            a = spare, spare = was;                                                                \
        }                                                                                          \
        return a;                                                                                  \
    }                                                                                              \
    DIGIT_SORTER(name, T, KEY, 8)                                                                  \
    DIGIT_SORTER(name, T, KEY, 11)                                                                 \
    static T *sort_##name(int64_t n, int bytes, T *a, T *spare)                                    \
    {                                                                                              \
        enum { LOW = 8 * (sizeof(KEY(*a)) < sizeof *a && sizeof *a == 8 ? 4 : 0) };                \
        T *shared = NULL;                                                                          \
        if (sizeof *a >= 4 && jac_host_sort_is_shared(n))                                          \
            shared = jac_host_sort_shared(n, sizeof *a, LOW, 8 * bytes, a, spare);                 \
        return shared       ? shared                                                               \
               : n <= SHORT ? merge_sort_##name(n, a, spare)                                       \
               : n <= LONG  ? digits_##name##_8(n, 8 * bytes, a, spare)                            \
                            : digits_##name##_11(n, 8 * bytes, a, spare);                           \
    }
/* Sorts by the lowest `bits` bits of the keys, `w` bits at a time. */
#define DIGIT_SORTER(name, T, KEY, w)                                                              \
    static T *digits_##name##_##w(int64_t n, int bits, T *a, T *spare)                             \
    {                                                                                              \
        enum { DIGITS = 1 << w, MOST = (8 * sizeof(KEY(*a)) + w - 1) / w };                        \
        int passes = (bits + w - 1) / w;                                                           \
        int64_t count[MOST][DIGITS];                                                               \
        memset(count, 0, (size_t)passes * sizeof *count);                                          \
        for (int64_t i = 0; i < n; i++)                                                            \
            for (int k = 0; k < MOST; k++)                                                         \
                if (k < passes)                                                                    \
                    count[k][KEY(a[i]) >> w * k & (DIGITS - 1)]++;                                 \
        for (int k = 0; k < passes; k++) {                                                         \
            if (count[k][KEY(a[0]) >> w * k & (DIGITS - 1)] == n)                                  \
                continue; /* all have this digit */                                                \
            int64_t at = 0, some;                                                                  \
            for (int d = 0; d < DIGITS; d++, at += some) {                                         \
                some = count[k][d];                                                                \
                count[k][d] = at;                                                                  \
            }                                                                                      \
            for (int64_t i = 0; i < n; i++)                                                        \
                spare[count[k][KEY(a[i]) >> w * k & (DIGITS - 1)]++] = a[i];                       \
            T *was = a;                                                                            \
            a = spare, spare = was;                                                                \
        }                                                                                          \
        return a;                                                                                  \
    }
#define WHOLE(x) (x)
SORTER(u8, uint8_t, WHOLE)
SORTER(u16, uint16_t, WHOLE)
SORTER(u32, uint32_t, WHOLE)
SORTER(u64, uint64_t, WHOLE)
SORTER(narrow, narrow_pair, UPPER)
SORTER(wide, wide_pair, KEY_PART)

narrow_pair *jac_host_sort_narrow(int64_t n, int bytes, narrow_pair *a, narrow_pair *spare)
{
    return sort_narrow(n, bytes, a, spare);
}

wide_pair *jac_host_sort_wide(int64_t n, int bytes, wide_pair *a, wide_pair *spare)
{
    return sort_wide(n, bytes, a, spare);
}

/* ---- a line ---------------------------------------------------------------------------------- */

typedef struct {
    const host_sort *s;
    const void *const *in;
    void *const *out;
    key_format format[HOST_MOST_SORTED]; /* of the keys */
    bool narrow;                         /* places and keys fit into narrow pairs */
} work;

typedef struct {
    const work *w;
    int64_t first;
    void *a;                            /* the keys */
    uint8_t alike[JAC_HOST_SORT_PARTS]; /* are there elements that are equal but not the same? */
} shared_line;

/* One operand is sorted without places: its elements become keys as they are read first, and
 * elements again as they are written last. False: elements that are not the same are equal. */
#define UNMAP(k)    unmapped((U)((k) ^ flip))
#define unmapped(v) ((U)((v) ^ (floats ? (U)(~(U)((I)(v) >> top) | sign) : sign)))
#define ALONE(bits, longest)                                                                       \
    static bool alone_short_##bits(const work *w, int64_t first, uint##bits##_t *a)                \
    {                                                                                              \
        ALONE_NAMES(bits)                                                                          \
        int64_t step = w->s->inner;                                                                \
        U alike = 0;                                                                               \
        for (int64_t i = 0; i < n; i++) {                                                          \
            U v = x[i * step];                                                                     \
            alike |= floats & ((v == sign) | ((U)(v & (U)~sign) > inf));                           \
            a[i] = MAP(v);                                                                         \
        }                                                                                          \
        if (alike)                                                                                 \
            return false;                                                                          \
        a = sort_u##bits(n, sizeof *a, a, a + n);                                                  \
        for (int64_t i = 0; i < n; i++)                                                            \
            y[i * step] = UNMAP(a[i]);                                                             \
        return true;                                                                               \
    }                                                                                              \
    ALONE_LONG(bits, 8)                                                                            \
    ALONE_SHARED(bits)                                                                             \
    static bool alone_##bits(const work *w, int64_t first, void *memory)                           \
    {                                                                                              \
        int64_t n = w->s->along;                                                                   \
        return n <= SHORT || w->s->inner > 1 ? alone_short_##bits(w, first, memory)                \
               : n <= LONG                   ? alone_8_##bits(w, first, memory)                    \
               : bits >= 32 && jac_host_sort_is_shared(n)                                          \
                   ? alone_shared_##bits(w, first, memory)                                         \
                   : alone_##longest##_##bits(w, first, memory);                                   \
    }
#define ALONE_NAMES(bits)                                                                          \
    typedef uint##bits##_t U;                                                                      \
    typedef int##bits##_t I;                                                                       \
    enum { top = bits - 1 };                                                                       \
    const key_format f = w->format[0];                                                             \
    const bool floats = f.infinity;                                                                \
    const U *x = (const U *)w->in[0] + first, sign = (U)f.sign, inf = (U)f.infinity;               \
    U *y = (U *)w->out[0] + first, flip = (U)f.flip;                                               \
    int64_t n = w->s->along;
/* The same with all threads, in parts. */
#define ALONE_SHARED(bits)                                                                         \
    static uint8_t map_part_##bits(void *env, int64_t from, int64_t to, void *memory)              \
    {                                                                                              \
        shared_line *line = env;                                                                   \
        const work *w = line->w;                                                                   \
        const int64_t first = line->first;                                                         \
        ALONE_NAMES(bits)                                                                          \
        U *a = line->a;                                                                            \
        (void)memory, (void)y;                                                                     \
        for (int64_t part = from; part < to; part++) {                                             \
            U alike = 0;                                                                           \
            for (int64_t i = jac_host_sort_part(n, part), end = jac_host_sort_part(n, part + 1);   \
                 i < end; i++) {                                                                   \
                U v = x[i];                                                                        \
                alike |= floats & ((v == sign) | ((U)(v & (U)~sign) > inf));                       \
                a[i] = MAP(v);                                                                     \
            }                                                                                      \
            line->alike[part] = alike;                                                             \
        }                                                                                          \
        return 1;                                                                                  \
    }                                                                                              \
    static uint8_t unmap_part_##bits(void *env, int64_t from, int64_t to, void *memory)            \
    {                                                                                              \
        shared_line *line = env;                                                                   \
        const work *w = line->w;                                                                   \
        const int64_t first = line->first;                                                         \
        ALONE_NAMES(bits)                                                                          \
        const U *a = line->a;                                                                      \
        (void)memory, (void)x, (void)inf;                                                          \
        for (int64_t i = jac_host_sort_part(n, from), end = jac_host_sort_part(n, to); i < end;    \
             i++)                                                                                  \
            y[i] = UNMAP(a[i]);                                                                    \
        return 1;                                                                                  \
    }                                                                                              \
    static bool alone_shared_##bits(const work *w, int64_t first, uint##bits##_t *a)               \
    {                                                                                              \
        shared_line line = {.w = w, .first = first, .a = a};                                       \
        uint8_t alike = 0;                                                                         \
        jac_host_parallel(map_part_##bits, &line, JAC_HOST_SORT_PARTS, 0);                         \
        for (int k = 0; k < JAC_HOST_SORT_PARTS; k++)                                              \
            alike |= line.alike[k];                                                                \
        if (alike)                                                                                 \
            return false;                                                                          \
        line.a = sort_u##bits(w->s->along, sizeof *a, a, a + w->s->along);                         \
        jac_host_parallel(unmap_part_##bits, &line, JAC_HOST_SORT_PARTS, 0);                       \
        return true;                                                                               \
    }
#define ALONE_LONG(bits, W)                                                                        \
    static bool alone_##W##_##bits(const work *w, int64_t first, uint##bits##_t *spare)            \
    {                                                                                              \
        ALONE_NAMES(bits)                                                                          \
        enum { DIGITS = 1 << W, MOST = (bits + W - 1) / W };                                       \
        int64_t count[MOST][DIGITS] = {0};                                                         \
        U alike = 0;                                                                               \
        int pass[MOST], npass = 0;                                                                 \
        for (int64_t i = 0; i < n; i++) {                                                          \
            U v = x[i], key = MAP(v);                                                              \
            alike |= floats & ((v == sign) | ((U)(v & (U)~sign) > inf));                           \
            for (int k = 0; k < MOST; k++)                                                         \
                count[k][key >> W * k & (DIGITS - 1)]++;                                           \
        }                                                                                          \
        if (alike)                                                                                 \
            return false;                                                                          \
        for (int k = 0; k < MOST; k++) {                                                           \
            U key = MAP(x[0]);                                                                     \
            if (count[k][key >> W * k & (DIGITS - 1)] < n)                                         \
                pass[npass++] = k; /* not all have the same digit */                               \
        }                                                                                          \
        const U *from = x;                                                                         \
        for (int p = 0; p < npass; p++) {                                                          \
            int shift = W * pass[p];                                                               \
            U *to = (npass - p) % 2 ? y : spare;                                                   \
            int64_t *next = count[pass[p]], at = 0, some;                                          \
            for (int d = 0; d < DIGITS; d++, at += some) {                                         \
                some = next[d];                                                                    \
                next[d] = at;                                                                      \
            }                                                                                      \
            bool last = p == npass - 1;                                                            \
            if (!p)                                                                                \
                for (int64_t i = 0; i < n; i++) {                                                  \
                    U key = MAP(from[i]);                                                          \
                    to[next[key >> shift & (DIGITS - 1)]++] = last ? from[i] : key;                \
                }                                                                                  \
            else if (last)                                                                         \
                for (int64_t i = 0; i < n; i++)                                                    \
                    to[next[from[i] >> shift & (DIGITS - 1)]++] = UNMAP(from[i]);                  \
            else                                                                                   \
                for (int64_t i = 0; i < n; i++)                                                    \
                    to[next[from[i] >> shift & (DIGITS - 1)]++] = from[i];                         \
            from = to;                                                                             \
        }                                                                                          \
        if (!npass)                                                                                \
            memcpy(y, x, (size_t)n * sizeof *y);                                                   \
        return true;                                                                               \
    }
ALONE(8, 8)
ALONE(16, 8)
ALONE_LONG(32, 11)
ALONE(32, 11)
ALONE_LONG(64, 11)
ALONE(64, 11)

static bool alone(const work *w, int64_t first, void *memory)
{
    switch (w->format[0].size) {
    case 1:
        return alone_8(w, first, memory);
    case 2:
        return alone_16(w, first, memory);
    case 4:
        return alone_32(w, first, memory);
    default:
        return alone_64(w, first, memory);
    }
}

/* Sorts the places of a line's elements by the keys, from the last one to the first. */
#define PLACES(name, T, PLACE, PAIR)                                                               \
    static T *places_##name(const work *w, int64_t first, T *a)                                    \
    {                                                                                              \
        int64_t n = w->s->along, step = w->s->inner;                                               \
        T *spare = a + n;                                                                          \
        for (int64_t k = w->s->nkeys - 1; k >= 0; k--) {                                           \
            const key_format f = w->format[k];                                                     \
            bool begun = k < w->s->nkeys - 1;                                                      \
            for (int64_t i = 0; i < n; i++) {                                                      \
                int64_t place = begun ? (int64_t)PLACE(a[i]) : i;                                  \
                a[i] = PAIR(key_of(bits_at(w->in[k], first + place * step, f.size), &f), place);   \
            }                                                                                      \
            T *sorted = sort_##name(n, f.size, a, spare);                                          \
            spare = sorted == a ? spare : a;                                                       \
            a = sorted;                                                                            \
        }                                                                                          \
        return a;                                                                                  \
    }                                                                                              \
    static void put_##name(const work *w, int64_t first, const T *a)                               \
    {                                                                                              \
        int64_t n = w->s->along, step = w->s->inner;                                               \
        for (int64_t k = 0; k < w->s->noperands; k++) {                                            \
            int size = ir_dtypes[w->s->dtype[k]].size;                                             \
            for (int64_t i = 0; i < n; i++)                                                        \
                put_bits(w->out[k], first + i * step, size,                                        \
                         bits_at(w->in[k], first + (int64_t)PLACE(a[i]) * step, size));            \
        }                                                                                          \
    }
PLACES(narrow, narrow_pair, LOWER, NARROW_PAIR)
PLACES(wide, wide_pair, PLACE_PART, WIDE_PAIR)

static uint8_t sort_lines(void *env, int64_t from, int64_t to, void *memory)
{
    const work *w = env;
    const host_sort *s = w->s;
    for (int64_t line = from; line < to; line++) {
        int64_t first = line / s->inner * s->along * s->inner + line % s->inner;
        if (s->noperands == 1 && alone(w, first, memory))
            continue;
        if (w->narrow)
            put_narrow(w, first, places_narrow(w, first, memory));
        else
            put_wide(w, first, places_wide(w, first, memory));
    }
    return 1;
}

bool jac_host_sort(const int64_t *numbers, const void *const *in, void *const *out)
{
    host_sort s;
    memcpy(&s, numbers, offsetof(host_sort, dtype));
    memcpy(s.dtype, numbers + offsetof(host_sort, dtype) / sizeof *numbers,
           (size_t)s.noperands * sizeof *s.dtype);
    work w = {.s = &s, .in = in, .out = out, .narrow = s.along <= UINT32_MAX};
    if (!s.outer || !s.along || !s.inner)
        return true;
    for (int64_t k = 0; k < s.nkeys; k++) {
        w.format[k] = jac_host_key_format((ir_dtype)s.dtype[k], s.descending);
        w.narrow = w.narrow && w.format[k].size <= 4;
    }
    size_t pair = w.narrow ? sizeof(narrow_pair) : sizeof(wide_pair), bytes;
    if (__builtin_mul_overflow((size_t)s.along, 2 * pair, &bytes))
        return ir_fail("sort: out of memory for a line of %lld elements", (long long)s.along);
    return jac_host_parallel(sort_lines, &w, s.outer * s.inner, bytes);
}

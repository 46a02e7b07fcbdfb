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
#include "ops/host/sort_shared.h"
#include "ops/kernel.h"
#include "ops/scalar/each.h"

/* ---- keys ------------------------------------------------------------------------------------ */

/* How the bits of a dtype become keys. */
typedef struct {
    int size;
    uint64_t sign;     /* the sign bit; 0: unsigned */
    uint64_t infinity; /* the bits of inf; 0: not a float */
    uint64_t flip;     /* all ones for a descending order, otherwise 0 */
} key_format;

static key_format format_of(ir_dtype d, bool descending)
{
    key_format f = {.size = ir_dtypes[d].size};
    uint64_t all = UINT64_MAX >> (64 - 8 * f.size);
    if (ir_has_fraction(d))
        f.infinity = ir_scalar_of(d, HUGE_VAL).bits & all;
    if (f.infinity || ir_dtypes[d].kind == IR_KIND_INT)
        f.sign = (all >> 1) + 1;
    f.flip = descending ? all : 0;
    return f;
}

static uint64_t bits_at(const void *x, int64_t at, int size)
{
    switch (size) {
    case 1:
        return ((const uint8_t *)x)[at];
    case 2:
        return ((const uint16_t *)x)[at];
    case 4:
        return ((const uint32_t *)x)[at];
    default:
        return ((const uint64_t *)x)[at];
    }
}

static void put_bits(void *y, int64_t at, int size, uint64_t bits)
{
    switch (size) {
    case 1:
        ((uint8_t *)y)[at] = (uint8_t)bits;
        break;
    case 2:
        ((uint16_t *)y)[at] = (uint16_t)bits;
        break;
    case 4:
        ((uint32_t *)y)[at] = (uint32_t)bits;
        break;
    default:
        ((uint64_t *)y)[at] = bits;
    }
}

static inline uint64_t key_of(uint64_t bits, const key_format *f)
{
    if (f->infinity) {
        uint64_t magnitude = bits & ~f->sign, all = f->sign | (f->sign - 1);
        bits = magnitude > f->infinity ? f->infinity + 1 : magnitude ? bits : 0;
        bits = bits & f->sign ? ~bits & all : bits | f->sign;
    } else {
        bits ^= f->sign;
    }
    return bits ^ f->flip;
}

/* ---- sorting --------------------------------------------------------------------------------- */

/* Lines of at most SHORT elements are merged, from blocks of BLOCK that are sorted by insertion.
 * Longer ones are sorted by digits of 8 bits or, if they have more than LONG elements, of 11. */
enum { SHORT = 384, BLOCK = 16, LONG = 1 << 15 };

typedef struct {
    uint64_t key;
    int64_t place;
} wide_pair;
/* The key is in the upper half, the place in the lower one. */
typedef uint64_t narrow_pair;

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
                            : digits_##name##_11(n, 8 * bytes, a, spare);                          \
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
#define WHOLE(x)    (x)
#define UPPER(x)    ((uint32_t)((x) >> 32))
#define KEY_PART(x) ((x).key)
SORTER(u8, uint8_t, WHOLE)
SORTER(u16, uint16_t, WHOLE)
SORTER(u32, uint32_t, WHOLE)
SORTER(u64, uint64_t, WHOLE)
SORTER(narrow, narrow_pair, UPPER)
SORTER(wide, wide_pair, KEY_PART)

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
    void *a; /* the keys */
    uint8_t alike[JAC_HOST_SORT_PARTS]; /* are there elements that are equal but not the same? */
} shared_line;

/* One operand is sorted without places: its elements become keys as they are read first, and
 * elements again as they are written last. False: elements that are not the same are equal. */
#define MAP(v)      ((U)((v) ^ (floats ? (U)((U)((I)(v) >> top) | sign) : sign) ^ flip))
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
#define LOWER(x)           ((uint32_t)(x))
#define PLACE_PART(x)      ((x).place)
#define NARROW_PAIR(k, at) ((k) << 32 | (uint32_t)(at))
#define WIDE_PAIR(k, at)   ((wide_pair){k, at})
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
        w.format[k] = format_of((ir_dtype)s.dtype[k], s.descending);
        w.narrow = w.narrow && w.format[k].size <= 4;
    }
    size_t pair = w.narrow ? sizeof(narrow_pair) : sizeof(wide_pair), bytes;
    if (__builtin_mul_overflow((size_t)s.along, 2 * pair, &bytes))
        return ir_fail("sort: out of memory for a line of %lld elements", (long long)s.along);
    return jac_host_parallel(sort_lines, &w, s.outer * s.inner, bytes);
}

/* ---- the first k elements of a sorted line ------------------------------------------------------- */

/* Those that may be among the first k are collected. When there are twice as many (or SLACK more),
 * all but the first k are dropped, and the last of them is the bound for others. */
enum { SLACK = 1024, SOME = 256 };

static int64_t room_for(const host_top_k *s)
{
    int64_t more = s->k > SLACK ? s->k : SLACK;
    return s->along - s->k < more ? s->along : s->k + more;
}

typedef struct {
    const host_top_k *s;
    const void *const *in;
    void *const *out;
    key_format format;
} top_k_work;

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
    static void top_k_##name(const top_k_work *w, int64_t line, T *a)                              \
    {                                                                                              \
        const host_top_k *s = w->s;                                                                \
        const key_format f = w->format;                                                            \
        int64_t n = s->along, first = line * n, room = room_for(s), held = 0;                      \
        T *spare = a + room;                                                                       \
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
                T *sorted = sort_##name(held, f.size, a, spare);                                   \
                spare = sorted == a ? spare : a;                                                   \
                a = sorted;                                                                        \
                held = s->k;                                                                       \
                bound = KEY(a[held - 1]);                                                          \
                full = true;                                                                       \
            }                                                                                      \
        }                                                                                          \
        a = sort_##name(held, f.size, a, spare);                                                   \
        for (int64_t i = 0; i < s->k; i++) {                                                       \
            int64_t place = (int64_t)PLACE(a[i]);                                                  \
            put_bits(w->out[0], line * s->k + i, f.size,                                           \
                     bits_at(w->in[0], first + place, f.size));                                    \
            ((int32_t *)w->out[1])[line * s->k + i] = (int32_t)place;                              \
        }                                                                                          \
    }
TOP_K(narrow, narrow_pair, UPPER, LOWER, NARROW_PAIR)
TOP_K(wide, wide_pair, KEY_PART, PLACE_PART, WIDE_PAIR)

static uint8_t top_k_lines(void *env, int64_t from, int64_t to, void *memory)
{
    const top_k_work *w = env;
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
    top_k_work w = {&s, in, out, format_of((ir_dtype)s.dtype, true)};
    if (!s.lines || !s.k)
        return true;
    size_t pair = w.format.size <= 4 ? sizeof(narrow_pair) : sizeof(wide_pair);
    return jac_host_parallel(top_k_lines, &w, s.lines, 2 * (size_t)room_for(&s) * pair);
}

/* Transforms the lines of an array along one axis, in blocks of a few lines: a block is read into a
 * buffer, transformed, and written to its place. An inverse transform exchanges the real and the
 * imaginary parts before and after.
 */
#include <string.h>

#include "ops/host/fft_lines.h"
#include "ops/kernel.h"

/* Where element i of line q is: at i * element + q * line. */
typedef struct {
    int64_t element, line;
} lines_at;

#define INNER static inline __attribute__((always_inline))

#define REAL     float
#define NAMED(f) f##_f32
#include "ops/host/fft_lines_of.h"
#undef REAL
#undef NAMED

#define REAL     double
#define NAMED(f) f##_f64
#include "ops/host/fft_lines_of.h"
#undef REAL
#undef NAMED

/* ---- one block ------------------------------------------------------------------------------- */

typedef struct {
    const fft_lines *l;
    const fft_plan *plan;
    int64_t size;   /* of a number */
    int64_t lanes;  /* lines in a block */
    int64_t blocks; /* in each of the outer ones, or in all if inner is 1 */
} work;

/* The lines of a block in an array whose lines have n elements: where they begin, and the steps. */
static fft_pair block_of(const work *w, int64_t block, fft_pair array, int64_t n, lines_at *at)
{
    const fft_lines *l = w->l;
    int64_t first;
    if (l->inner == 1) {
        *at = (lines_at){1, n};
        first = block * w->lanes * n;
    } else {
        *at = (lines_at){l->inner, 1};
        first = block / w->blocks * n * l->inner + block % w->blocks * w->lanes;
    }
    first *= w->size;
    return (fft_pair){(char *)array.re + first, array.im ? (char *)array.im + first : NULL};
}

static int64_t lines_of(const work *w, int64_t block)
{
    int64_t all = w->l->inner == 1 ? w->l->outer : w->l->inner;
    int64_t left = all - block % w->blocks * w->lanes;
    return left < w->lanes ? left : w->lanes;
}

/* Calls function f of the array's type. */
#define BY_TYPE(f, ...)                                                                            \
    {                                                                                              \
        if (w->l->wide)                                                                            \
            f##_f64(__VA_ARGS__);                                                                  \
        else                                                                                       \
            f##_f32(__VA_ARGS__);                                                                  \
    }

static void read_pair(const work *w, int64_t n, int64_t lanes, fft_pair from, lines_at at,
                      fft_pair to)
{
    BY_TYPE(read, n, lanes, from.re, at, to.re)
    BY_TYPE(read, n, lanes, from.im, at, to.im)
}

static void write_pair(const work *w, int64_t n, int64_t lanes, fft_pair from, fft_pair to,
                       lines_at at, double factor)
{
    BY_TYPE(write, n, lanes, from.re, to.re, at, factor)
    BY_TYPE(write, n, lanes, from.im, to.im, at, factor)
}

static fft_pair exchanged(fft_pair x, bool exchange)
{
    return exchange ? (fft_pair){x.im, x.re} : x;
}

/* Three buffers of `room` numbers in each part, and those of the plan. */
typedef struct {
    fft_pair line, made, scratch;
} buffers;

static void complex_block(const work *w, int64_t block, int64_t lanes, const buffers *b)
{
    const fft_lines *l = w->l;
    lines_at from_at, to_at;
    fft_pair from = exchanged(block_of(w, block, l->from, l->n, &from_at), l->inverse);
    fft_pair to = exchanged(block_of(w, block, l->to, l->n, &to_at), l->inverse);
    bool whole = lanes == l->inner || (lanes == 1 && l->inner == 1); /* lines as fft_run has them */
    if (whole && from.re != to.re && l->factor == 1) {
        fft_run(w->plan, lanes, from, to, b->scratch);
        return;
    }
    if (!whole || from.re == to.re) {
        read_pair(w, l->n, lanes, from, from_at, b->line);
        from = b->line;
    }
    fft_run(w->plan, lanes, from, b->made, b->scratch);
    write_pair(w, l->n, lanes, b->made, to, to_at, l->factor);
}

static void to_half(const work *w, int64_t block, int64_t lanes, const buffers *b)
{
    const fft_lines *l = w->l;
    int64_t h = l->n / 2;
    lines_at from_at, to_at;
    fft_pair from = block_of(w, block, l->from, l->n, &from_at);
    fft_pair to = block_of(w, block, l->to, h + 1, &to_at);
    if (l->n % 2) {
        BY_TYPE(read, l->n, lanes, from.re, from_at, b->line.re)
        memset(b->line.im, 0, (size_t)(l->n * lanes * w->size));
        fft_run(w->plan, lanes, b->line, b->made, b->scratch);
        write_pair(w, h + 1, lanes, b->made, to, to_at, 1);
        return;
    }
    lines_at pairs = {2 * from_at.element, from_at.line};
    BY_TYPE(read, h, lanes, from.re, pairs, b->line.re)
    BY_TYPE(read, h, lanes, (void *)((char *)from.re + from_at.element * w->size), pairs,
            b->line.im)
    fft_run(w->plan, lanes, b->line, b->made, b->scratch);
    BY_TYPE(split_lines, h, lanes, w->plan->halves, b->made, to, to_at)
}

static void to_real(const work *w, int64_t block, int64_t lanes, const buffers *b)
{
    const fft_lines *l = w->l;
    int64_t h = l->n / 2;
    lines_at from_at, to_at;
    fft_pair from = block_of(w, block, l->from, h + 1, &from_at);
    fft_pair to = block_of(w, block, l->to, l->n, &to_at);
    if (l->n % 2)
        BY_TYPE(mirror, l->n, lanes, from, from_at, b->line)
    else
        BY_TYPE(join_lines, h, lanes, w->plan->halves, from, from_at, b->line)
    fft_run(w->plan, lanes, exchanged(b->line, true), exchanged(b->made, true), b->scratch);
    if (l->n % 2) {
        BY_TYPE(write, l->n, lanes, b->made.re, to.re, to_at, l->factor)
        return;
    }
    if (lanes == 1) {
        BY_TYPE(weave, h, b->made.re, b->made.im, to.re, l->factor)
        return;
    }
    lines_at pairs = {2 * to_at.element, to_at.line};
    BY_TYPE(write, h, lanes, b->made.re, to.re, pairs, l->factor)
    BY_TYPE(write, h, lanes, b->made.im, (void *)((char *)to.re + to_at.element * w->size), pairs,
            l->factor)
}

/* ---- all blocks ------------------------------------------------------------------------------ */

static int64_t room(const work *w)
{
    return w->plan->n * w->lanes + 32;
}

static uint8_t blocks(void *env, int64_t first, int64_t end, void *memory)
{
    static void (*const by_kind[])(const work *, int64_t, int64_t, const buffers *) = {
        [FFT_COMPLEX] = complex_block, [FFT_REAL_TO_HALF] = to_half, [FFT_HALF_TO_REAL] = to_real};
    const work *w = env;
    int64_t bytes = room(w) * w->size;
    char *at = memory;
    buffers b = {{at, at + bytes},
                 {at + 2 * bytes, at + 3 * bytes},
                 {at + 4 * bytes, at + 4 * bytes + fft_scratch(w->plan) * w->lanes * w->size}};
    for (int64_t block = first; block < end; block++)
        by_kind[w->l->kind](w, block, lines_of(w, block), &b);
    return 1;
}

/* Real lines lie along the last axis, so a single one has its elements side by side.
 *
 * Several lines at once fill whole vectors in every pass, but must be read across. Long lines of a
 * good length do better alone. */
static int64_t lanes_for(const fft_lines *l, const fft_plan *plan, int64_t size)
{
    const int64_t vector = 64 / size, most = (int64_t)1 << 14;
    int64_t all = l->inner == 1 ? l->outer : l->inner;
    if (l->inner == 1 && (all < vector / 2 || (plan->n > 256 && !plan->inner)))
        return 1;
    int64_t lanes = all < vector ? all : vector;
    while (l->inner == 1 && lanes > 1 && lanes * plan->n > most)
        lanes /= 2;
    return lanes;
}

bool fft_along(const fft_lines *l)
{
    bool half = l->kind != FFT_COMPLEX && l->n % 2 == 0;
    work w = {.l = l, .size = l->wide ? sizeof(double) : sizeof(float)};
    if (!l->outer || !l->inner)
        return true;
    if (!(w.plan = fft_plan_for(half ? l->n / 2 : l->n, l->wide)))
        return false;
    w.lanes = lanes_for(l, w.plan, w.size);
    w.blocks = ((l->inner == 1 ? l->outer : l->inner) + w.lanes - 1) / w.lanes;
    size_t bytes = (size_t)((4 * room(&w) + 2 * fft_scratch(w.plan) * w.lanes) * w.size);
    bool done = jac_host_parallel(blocks, &w, w.blocks * (l->inner == 1 ? 1 : l->outer), bytes);
    fft_drop(w.plan);
    return done;
}

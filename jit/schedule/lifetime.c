/* Computes when each buffer is live, and from that its offset in the arena: buffers that are live
 * at different times share memory. Time is a line: a loop's body appears on it once, and what the
 * body reads from outside stays live until the loop ends.
 */
#include <limits.h>
#include <stdlib.h>

#include "jit/schedule/schedule.h"

enum { ALIGN = 64 };

static void touch(jit_schedule *s, int buffer, int time)
{
    if (buffer < 0)
        return;
    jit_buffer *buf = &s->buffer[buffer];
    if (buf->kind == JIT_BUF_POINTER) {
        touch(s, buf->a, time);
        touch(s, buf->b, time);
        return;
    }
    if (buf->first < 0 || time < buf->first)
        buf->first = time;
    if (time > buf->last)
        buf->last = time;
}

static void touch_block(jit_schedule *s, const jit_block *b);

/* Strips repeat their kernels, so a buffer that one of them uses is live while any of them runs,
 * unless it is the strips' own buffer. */
static void touch_for(jit_schedule *s, const jit_step *t, int buffer)
{
    touch(s, buffer, t->end);
    if (t->strips && buffer >= 0 && s->buffer[buffer].strips != t->strips) {
        touch(s, buffer, t->strips->first->begin);
        touch(s, buffer, t->strips->last->end);
    }
}

static void touch_step(jit_schedule *s, const jit_block *b, const jit_step *t)
{
    for (int k = 0; k < t->nroot; k++) {
        touch(s, jit_slot_of(b, t->root[k])->buffer, t->begin);
        touch_for(s, t, jit_slot_of(b, t->root[k])->buffer);
    }
    for (int k = 0; k < t->nread; k++)
        touch_for(s, t, jit_slot_of(b, t->read[k].v)->buffer);
    for (int k = 0; k < t->ncarry; k++) {
        touch(s, t->carry[k].cur, t->begin);
        touch(s, t->carry[k].cur, t->end);
    }
    for (int k = 0; k < t->nblock; k++)
        touch_block(s, t->block[k]);
}

static void touch_block(jit_schedule *s, const jit_block *b)
{
    for (const jit_step *t = b->first; t; t = t->next)
        touch_step(s, b, t);
    for (int k = 0; k < b->g->nout; k++)
        if (b->g->out[k]->type.rank) {
            touch(s, jit_buffer_of(b, b->g->out[k]), b->finish);
            touch(s, b->dest[k], b->finish);
        }
}

/* The lowest offset at which buf overlaps none of the n placed buffers that are live at the same
 * time. */
static size_t lowest(const jit_buffer *buf, jit_buffer *const *placed, int n)
{
    size_t at = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (int k = 0; k < n; k++) {
            const jit_buffer *other = placed[k];
            bool meets = buf->first <= other->last && other->first <= buf->last;
            if (meets && at < other->offset + other->bytes && other->offset < at + buf->bytes) {
                at = (other->offset + other->bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
                moved = true;
            }
        }
    }
    return at;
}

static int by_size(const void *x, const void *y)
{
    const jit_buffer *a = *(jit_buffer *const *)x, *b = *(jit_buffer *const *)y;
    if (a->bytes != b->bytes)
        return a->bytes < b->bytes ? 1 : -1;
    return a < b ? -1 : a > b;
}

/* Places the region's buffers; returns the region's size in bytes. */
static size_t place_region(jit_schedule *s, int region)
{
    jit_buffer **order = ir_alloc(&s->mem, (size_t)(s->nbuffer + 1) * sizeof *order);
    size_t bytes = 0;
    int n = 0;
    for (int k = 0; k < s->nbuffer; k++) {
        jit_buffer *b = &s->buffer[k];
        if (b->kind == JIT_BUF_ARENA && b->region == region && b->first >= 0 && b->bytes)
            order[n++] = b;
    }
    qsort(order, (size_t)n, sizeof *order, by_size);
    for (int k = 0; k < n; k++) {
        order[k]->offset = lowest(order[k], order, k);
        size_t end = order[k]->offset + order[k]->bytes;
        bytes = end > bytes ? end : bytes;
    }
    return bytes;
}

/* Moves small buffers to the stack, up to the stack's limit. */
static void take_to_stack(jit_schedule *s)
{
    size_t bytes = 0, small = (size_t)s->limits.small_buffer, most = (size_t)s->limits.stack;
    for (int k = 0; k < s->nbuffer; k++) {
        jit_buffer *b = &s->buffer[k];
        if (b->kind != JIT_BUF_ARENA || b->tape || b->first < 0 || !b->bytes || b->bytes > small ||
            bytes + b->bytes > most)
            continue;
        b->kind = JIT_BUF_STACK;
        bytes += b->bytes;
        s->on_stack = true;
    }
}

void jit_place_buffers(jit_schedule *s)
{
    touch_block(s, s->top);
    take_to_stack(s);
    for (int k = 0; k < s->nbuffer; k++)
        if (s->buffer[k].tape) {
            s->buffer[k].first = 0;
            s->buffer[k].last = INT_MAX;
        }
    s->region_bytes = ir_alloc(&s->mem, (size_t)(s->nregion + 1) * sizeof *s->region_bytes);
    for (int r = 0; r <= s->nregion; r++)
        s->region_bytes[r] = place_region(s, r);
    s->arena_bytes = s->region_bytes[0];
}

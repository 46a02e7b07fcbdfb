/* Joins kernels over the same space that share what they read into one loop nest with several
 * results.
 *
 * A later kernel moves up to an earlier one if everything it reads is available there; otherwise
 * the earlier one moves down if no step in between reads its results. A result that is then read
 * only inside its own loop is not stored at all.
 */
#include <string.h>

#include "jit/schedule/schedule.h"

enum { LOOK_BACK = 24, MAX_ROOTS = 12, MAX_SIZE = 128 };

static bool defines(const jit_step *t, const ir_value *v)
{
    for (int k = 0; k < t->nroot; k++)
        if (t->root[k] == v)
            return true;
    return false;
}

bool jit_reads_from(const jit_step *t, const jit_step *from)
{
    for (int k = 0; k < t->nread; k++)
        if (defines(from, t->read[k].v))
            return true;
    return false;
}

/* Does it have a reduced result, even one that is reduced over no axes? */
static bool reduces(const jit_step *t)
{
    for (int k = 0; k < t->nroot; k++)
        if (!jit_is_map(t->root[k]))
            return true;
    return false;
}

static bool same_space(const jit_step *a, const jit_step *b)
{
    return jit_kind_of(a)->over_space && jit_kind_of(b)->over_space &&
           ir_same_shape(&a->space, &b->space) && ir_type_count(&a->space) > 0 &&
           (!reduces(a) || !reduces(b) || a->reduced == b->reduced);
}

/* Does b read a's results only where the common loop has just computed them, and do the two share
 * something: a value that they read from memory, or the equation that they compute? */
static bool fits(const jit_step *a, const jit_step *b)
{
    bool common = a->e == b->e;
    for (int k = 0; k < b->nread; k++) {
        const jit_read *r = &b->read[k];
        if (defines(a, r->v)) {
            if (!jit_is_map(r->v) || !r->aligned || r->viewed)
                return false;
            common = true;
        }
        for (int j = 0; r->v->type.rank && j < a->nread; j++)
            common = common || a->read[j].v == r->v;
    }
    return common;
}

/* Is everything that b reads defined before a, or by a? */
static bool can_rise(const jit_block *blk, const jit_step *a, const jit_step *b)
{
    for (int k = 0; k < b->nread; k++) {
        const jit_step *from = jit_slot_of(blk, b->read[k].v)->step;
        if (from && from != a && from->begin > a->begin)
            return false;
    }
    return true;
}

static bool can_sink(const jit_step *a, const jit_step *b)
{
    for (const jit_step *t = a->next; t != b; t = t->next)
        if (jit_reads_from(t, a))
            return false;
    return true;
}

void jit_unlink_step(jit_block *b, jit_step *t)
{
    *(t->prev ? &t->prev->next : &b->first) = t->next;
    *(t->next ? &t->next->prev : &b->last) = t->prev;
}

/* Moves all roots to `into`, a's first; the other step leaves the block. */
static void join(jit_schedule *s, jit_block *blk, jit_step *a, jit_step *b, jit_step *into)
{
    jit_step *gone = into == a ? b : a;
    int n = a->nroot + b->nroot;
    ir_value **root = ir_alloc(&s->mem, (size_t)n * sizeof *root);
    memcpy(root, a->root, (size_t)a->nroot * sizeof *root);
    memcpy(root + a->nroot, b->root, (size_t)b->nroot * sizeof *root);
    into->reduced = a->reduced | b->reduced;
    into->root = root;
    into->nroot = n;
    for (int k = 0; k < n; k++)
        jit_slot_of(blk, root[k])->step = into;
    jit_unlink_step(blk, gone);
    jit_find_reads(s, blk, into);
}

static bool try_join(jit_schedule *s, jit_block *blk, jit_step *a, jit_step *b)
{
    if (!same_space(a, b) || a->nroot + b->nroot > MAX_ROOTS || a->size + b->size > MAX_SIZE ||
        !fits(a, b))
        return false;
    if (can_rise(blk, a, b))
        join(s, blk, a, b, a);
    else if (can_sink(a, b))
        join(s, blk, a, b, b);
    else
        return false;
    return true;
}

static void merge_back(jit_schedule *s, jit_block *blk, jit_step *b)
{
    int looked = 0;
    for (jit_step *a = b->prev; a && looked < LOOK_BACK; a = a->prev, looked++)
        if (try_join(s, blk, a, b))
            return;
}

/* Drops results that are not read outside their kernel. */
static void drop_unread(jit_schedule *s, jit_block *blk)
{
    uint8_t *read = ir_alloc(&s->mem, blk->g->nvalue + 1);
    for (jit_step *t = blk->first; t; t = t->next)
        for (int k = 0; k < t->nread; k++)
            read[t->read[k].v->id] = 1;
    for (int k = 0; k < blk->g->nout; k++)
        read[jit_storage(blk, blk->g->out[k])->id] = 1;
    for (jit_step *t = blk->first; t; t = t->next) {
        if (!jit_kind_of(t)->over_space)
            continue;
        int kept = 0;
        for (int k = 0; k < t->nroot; k++)
            if (read[t->root[k]->id] || !jit_is_map(t->root[k]))
                t->root[kept++] = t->root[k];
            else
                *jit_slot_of(blk, t->root[k]) = (jit_slot){.res = JIT_FUSED, .buffer = -1};
        if (kept < t->nroot) {
            t->nroot = kept;
            jit_find_reads(s, blk, t);
        }
    }
}

void jit_merge(jit_schedule *s, jit_block *blk)
{
    int at = 0;
    for (jit_step *t = blk->first; t; t = t->next)
        t->begin = at++;
    for (jit_step *t = blk->first, *next; t; t = next) {
        next = t->next;
        if (jit_kind_of(t)->over_space)
            merge_back(s, blk, t);
    }
    drop_unread(s, blk);
}

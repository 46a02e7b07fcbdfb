/* Assigns a buffer to each value in memory.
 *
 * A block is planned from its end. The destinations of its outputs are known, so each result is
 * computed there directly if possible. A value that is last read where it is overwritten element by
 * element takes the buffer of the result. Nested blocks follow once their operands have buffers.
 */
#include <limits.h>
#include <string.h>

#include "jit/schedule/schedule.h"

typedef struct {
    jit_schedule *s;
    jit_block *b;
    int *last_read; /* by value id: when the last step that reads it begins; INT_MAX for outputs */
} planner;

static int new_buffer(jit_schedule *s, jit_buffer made)
{
    if (s->nbuffer == s->buffer_cap) {
        s->buffer_cap = s->buffer_cap ? 2 * s->buffer_cap : 32;
        s->buffer = ir_grow(&s->mem, s->buffer, (size_t)s->nbuffer * sizeof *s->buffer,
                            (size_t)s->buffer_cap * sizeof *s->buffer);
    }
    made.first = -1;
    made.region = s->region;
    s->buffer[s->nbuffer] = made;
    return s->nbuffer++;
}

static int new_arena(jit_schedule *s, const ir_value *v)
{
    return new_buffer(s, (jit_buffer){.kind = JIT_BUF_ARENA,
                                      .tape = ir_is_tape(&v->type),
                                      .dtype = v->type.dtype,
                                      .bytes = ir_type_bytes(&v->type)});
}

/* The buffer in which step t computes v. */
static int new_result(planner *p, const jit_step *t, const ir_value *v)
{
    int made = new_arena(p->s, v);
    if (t->strips && !jit_slot_of(p->b, v)->escapes) {
        jit_buffer *buf = &p->s->buffer[made];
        buf->strips = t->strips;
        buf->region = t->strips->region;
        buf->bytes = buf->bytes / (size_t)t->strips->rows * (size_t)t->strips->width;
    }
    return made;
}

static int new_pointer(jit_schedule *s, int a, int b)
{
    return new_buffer(s, (jit_buffer){.kind = JIT_BUF_POINTER, .a = a, .b = b});
}

/* Does the buffer trade places with another one in each iteration of a loop? */
static bool swaps(const jit_buffer *buf)
{
    return buf->kind == JIT_BUF_POINTER && buf->a >= 0;
}

/* May v be computed in the buffer even if it first holds a donated input? */
static bool donor_is_gone(const planner *p, const jit_buffer *buf, ir_value *v)
{
    return !buf->donor || (p->b == p->s->top && jit_made_over(p->b, buf->donor, v));
}

/* May v be computed in the buffer of a carry that the block takes as an input? Yes if the step that
 * computes v is the last to read the carry, and may overwrite it: then v is on the way from the
 * carry to its next value. */
static bool carry_is_gone(const planner *p, int where, ir_value *v)
{
    const jit_block *b = p->b;
    const jit_step *made = jit_slot_of(b, v)->step;
    bool found = false;
    for (int k = 0; k < b->g->nin; k++) {
        ir_value *carry = b->g->in[k];
        if (jit_slot_of(b, carry)->buffer != where)
            continue;
        found = true;
        if (p->last_read[carry->id] > made->begin)
            return false;
        for (int j = 0; j < made->nread; j++)
            if (made->read[j].v == carry && !jit_step_overwrites(b, made, v, carry, &made->read[j]))
                return false;
    }
    return found;
}

/* Lets v, an operand of t, be computed in buffer `where`, in which t leaves its result, if
 * possible: v must have no buffer yet, must not be read after t, and nothing else may be kept there
 * meanwhile. */
static bool claim(planner *p, const jit_step *t, ir_value *v, int where)
{
    jit_slot *slot = jit_slot_of(p->b, v);
    const jit_buffer *buf = &p->s->buffer[where];
    if (slot->res != JIT_MEMORY || slot->buffer >= 0 || !slot->step ||
        p->last_read[v->id] > t->begin || swaps(buf) ||
        (buf->carries && !carry_is_gone(p, where, v)) ||
        (buf->strips && buf->strips != slot->step->strips) || jit_strips_pin(t, v) ||
        !donor_is_gone(p, buf, v))
        return false;
    slot->buffer = where;
    return true;
}

static void claim_operand(planner *p, const jit_step *t, ir_value *root)
{
    int where = jit_slot_of(p->b, root)->buffer;
    for (int k = 0; k < t->nread; k++) {
        const jit_read *r = &t->read[k];
        if (r->v->type.rank && ir_type_bytes(&r->v->type) == ir_type_bytes(&root->type) &&
            jit_step_overwrites(p->b, t, root, r->v, r) && claim(p, t, r->v, where))
            return;
    }
}

static bool passed_once(const planner *p, const jit_step *t, const ir_value *v)
{
    int n = 0;
    for (int k = 0; k < t->e->nin; k++)
        n += jit_storage(p->b, t->e->in[k]) == v;
    return n == 1;
}

/* Chooses the two buffers that carry k alternates between. If the result's buffer is fixed, it is
 * one of them: if the number of iterations is known, the one that the last iteration writes, unless
 * the loop starts there. */
static void give_two(planner *p, jit_step *t, int k, int result, int init)
{
    jit_carry *c = &t->carry[k];
    int64_t length = ir_loop_of(t->e).length;
    bool odd = length != IR_DYNAMIC && length % 2;
    bool there = c->swaps && result >= 0 && p->s->buffer[result].kind != JIT_BUF_POINTER &&
                 !p->s->buffer[result].tape && !ir_is_tape(&t->root[k]->type);
    c->a = there && (!odd || init == result) ? result : new_arena(p->s, t->root[k]);
    c->b = there && c->a != result ? result : new_arena(p->s, t->root[k]);
}

static void plan_carry(planner *p, jit_step *t, const ir_loop *l, int k)
{
    jit_carry *c = &t->carry[k];
    jit_slot *result = jit_slot_of(p->b, t->root[k]);
    ir_value *init = jit_storage(p->b, t->e->in[ir_loop_first(l) + k]);
    bool small =
        ir_type_bytes(&init->type) <= (size_t)p->s->limits.small_buffer && !ir_is_tape(&init->type);
    if (c->in_place) { /* a small one gets its own buffer, which may become registers */
        c->a = result->buffer < 0 || small ? new_arena(p->s, t->root[k]) : result->buffer;
        if (result->buffer < 0)
            result->buffer = c->a;
        c->cur = c->next = c->a;
    } else {
        c->swaps = !small;
        give_two(p, t, k, result->buffer, jit_slot_of(p->b, init)->buffer);
        c->cur = c->swaps ? new_pointer(p->s, c->a, c->b) : c->a;
        c->next = c->swaps ? new_pointer(p->s, c->a, c->b) : c->b;
        if (result->buffer < 0)
            result->buffer = c->cur;
    }
    if (passed_once(p, t, init))
        claim(p, t, init, c->a);
    if (!swaps(&p->s->buffer[c->a]))
        p->s->buffer[c->a].carries = true;
}

static void plan_step(planner *p, jit_step *t)
{
    ir_loop l = jit_kind_of(t)->loops ? ir_loop_of(t->e) : (ir_loop){0};
    for (int k = 0; k < l.ncarry; k++)
        if (t->carry[k].in_memory)
            plan_carry(p, t, &l, k);
    for (int k = 0; k < t->nroot; k++) {
        jit_slot *slot = jit_slot_of(p->b, t->root[k]);
        if (slot->res == JIT_MEMORY && slot->buffer < 0)
            slot->buffer = new_result(p, t, t->root[k]);
    }
    for (int k = 0; k < t->nroot && !t->nblock; k++)
        if (t->root[k]->type.rank)
            claim_operand(p, t, t->root[k]);
}

static void find_last_reads(planner *p)
{
    for (const jit_step *t = p->b->first; t; t = t->next)
        for (int k = 0; k < t->nread; k++) {
            int *last = &p->last_read[t->read[k].v->id];
            *last = t->begin > *last ? t->begin : *last;
        }
    for (int k = 0; k < p->b->g->nout; k++)
        p->last_read[jit_storage(p->b, p->b->g->out[k])->id] = INT_MAX;
}

static void plan_block(jit_schedule *s, jit_block *b);

/* A strip's block reaches its operands and results through pointers. */
void jit_plan_lanes(jit_schedule *s, jit_block *around, jit_step *t)
{
    (void)around;
    jit_block *b = t->block[0];
    int outer = s->region;
    if (!outer)
        s->region = t->region = ++s->nregion;
    for (int k = 0; k < b->g->nin; k++)
        if (b->g->in[k]->type.rank)
            jit_slot_of(b, b->g->in[k])->buffer = new_pointer(s, -1, -1);
    for (int k = 0; k < b->g->nout; k++)
        b->dest[k] = b->g->out[k]->type.rank ? new_pointer(s, -1, -1) : -1;
    plan_block(s, b);
    s->region = outer;
}

void jit_plan_branches(jit_schedule *s, jit_block *outer, jit_step *t)
{
    for (int j = 0; j < t->nblock; j++) {
        jit_block *b = t->block[j];
        for (int k = 0; k < b->g->nin; k++)
            if (b->g->in[k]->type.rank)
                jit_slot_of(b, b->g->in[k])->buffer =
                    jit_buffer_of(outer, t->e->in[jit_kind_of(t)->operand(t, j, k)]);
        for (int k = 0; k < b->g->nout; k++)
            b->dest[k] = b->g->out[k]->type.rank ? jit_slot_of(outer, t->root[k])->buffer : -1;
        plan_block(s, b);
    }
}

/* The buffer of input k of block j of a loop: constants stay in their outer buffers, carries have
 * theirs, and slices are reached through a pointer. */
static int loop_input(jit_schedule *s, const jit_block *outer, const jit_step *t, int j, int k)
{
    ir_loop l = ir_loop_of(t->e);
    int operand = jit_kind_of(t)->operand(t, j, k), c = operand - ir_loop_first(&l);
    return c >= l.ncarry ? new_pointer(s, -1, -1)
           : c >= 0      ? t->carry[c].cur
                         : jit_buffer_of(outer, t->e->in[operand]);
}

void jit_plan_loop(jit_schedule *s, jit_block *outer, jit_step *t)
{
    for (int j = 0; j < t->nblock; j++) {
        jit_block *b = t->block[j];
        for (int k = 0; k < b->g->nin; k++)
            if (b->g->in[k]->type.rank)
                jit_slot_of(b, b->g->in[k])->buffer = loop_input(s, outer, t, j, k);
        for (int k = 0; k < b->g->nout; k++)
            b->dest[k] = !b->g->out[k]->type.rank ? -1
                         : k < t->ncarry          ? t->carry[k].next
                                                  : new_pointer(s, -1, -1);
        plan_block(s, b);
    }
}

static void plan_block(jit_schedule *s, jit_block *b)
{
    planner p = {s, b, ir_alloc(&s->mem, (b->g->nvalue + 1) * sizeof(int))};
    find_last_reads(&p);
    for (int k = 0; k < b->g->nout; k++) {
        jit_slot *slot = jit_slot_of(b, jit_storage(b, b->g->out[k]));
        if (slot->res == JIT_MEMORY && slot->buffer < 0 && slot->step)
            slot->buffer = b->dest[k];
    }
    for (jit_step *t = b->last; t; t = t->prev)
        plan_step(&p, t);
    for (jit_step *t = b->first; t; t = t->next)
        if (t->nblock)
            jit_kind_of(t)->plan_blocks(s, b, t);
}

static int number(jit_block *b, int now)
{
    for (jit_step *t = b->first; t; t = t->next) {
        t->begin = now++;
        for (int k = 0; k < t->nblock; k++)
            now = number(t->block[k], now);
        t->end = t->nblock ? now++ : t->begin;
    }
    b->finish = now;
    return now + 1;
}

void jit_plan(jit_schedule *s)
{
    jit_block *top = s->top;
    jit_sink_updates(top);
    jit_find_strips(s, top);
    number(top, 0);
    jit_decide_in_place(s, top);
    jit_take_donated(s);
    for (int k = 0; k < s->g->nout; k++) {
        const jit_donor *donor = s->over[k] >= 0 ? &s->donor[s->over[k]] : NULL;
        top->dest[k] = -1;
        if (s->g->out[k]->type.rank)
            top->dest[k] =
                new_buffer(s, (jit_buffer){.kind = JIT_BUF_OUTPUT, .index = k, .donor = donor});
        if (donor)
            jit_slot_of(top, donor->v)->buffer = top->dest[k];
    }
    for (int k = 0; k < s->g->nin; k++) {
        jit_slot *slot = jit_slot_of(top, s->g->in[k]);
        if (s->g->in[k]->type.rank && slot->buffer < 0)
            slot->buffer = new_buffer(s, (jit_buffer){.kind = JIT_BUF_INPUT, .index = k});
    }
    plan_block(s, top);
    jit_place_buffers(s);
}

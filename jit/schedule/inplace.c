/* Decides which loop carries may be overwritten in place: those whose next value is computed when
 * the current one is no longer needed, or is needed only at the element being overwritten. All
 * other carries get two buffers, which are swapped.
 */
#include "jit/schedule/schedule.h"

static bool overwrites(const jit_block *b, ir_value *old, int output);

/* If `old` is an operand exactly once, returns which one; otherwise -1. */
static int sole_operand(const jit_block *b, const jit_step *t, const ir_value *old)
{
    int found = -1;
    for (int k = 0; k < t->e->nin; k++)
        if (jit_storage(b, t->e->in[k]) == old) {
            if (found >= 0)
                return -1;
            found = k;
        }
    return found;
}

bool jit_overwrites_elements(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                             const jit_read *r)
{
    (void)b;
    (void)t;
    return r->aligned && jit_is_map(v) && ir_type_bytes(&v->type) == ir_type_bytes(&old->type);
}

bool jit_overwrites_window(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                           const jit_read *r)
{
    (void)v;
    return r->aligned && jit_storage(b, t->e->in[0]) == old;
}

bool jit_overwrites_operand(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                            const jit_read *r)
{
    (void)v;
    (void)r;
    const jit_lower *lower = t->e->op->lower;
    return lower && lower->over && sole_operand(b, t, old) == 0;
}

/* A loop may start with the old value in its result's buffer, whether it updates the value in
 * place, uses the buffer as one of its two, or writes the result there at the end. */
bool jit_overwrites_carry(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                          const jit_read *r)
{
    (void)r;
    ir_loop l = ir_loop_of(t->e);
    int c = (int)v->index;
    return c < l.ncarry && sole_operand(b, t, old) == ir_loop_first(&l) + c;
}

bool jit_overwrites_in_branches(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                                const jit_read *r)
{
    (void)r;
    int k = sole_operand(b, t, old);
    for (int j = 0; k > 0 && j < t->nblock; j++)
        if (!overwrites(t->block[j], t->block[j]->g->in[k - 1], (int)v->index))
            return false;
    return k > 0;
}

bool jit_step_overwrites(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                         const jit_read *r)
{
    return jit_kind_of(t)->overwrites && jit_kind_of(t)->overwrites(b, t, v, old, r);
}

/* May the output be computed in the buffer of b's input `old`, so that `old` is gone afterwards? */
static bool overwrites(const jit_block *b, ir_value *old, int output)
{
    ir_value *v = jit_storage(b, b->g->out[output]);
    if (v == old)
        return true;
    const jit_step *made = jit_slot_of(b, v)->step;
    if (!made || jit_strips_pin(made, old))
        return false;
    for (int k = 0; k < b->g->nout; k++) {
        const ir_value *other = jit_storage(b, b->g->out[k]);
        if (other == old || (other == v && k < output))
            return false;
    }
    for (const jit_step *t = b->first; t; t = t->next)
        for (int k = 0; k < t->nread; k++)
            if (t->read[k].v == old &&
                (t->begin > made->begin ||
                 (t == made && !jit_step_overwrites(b, t, v, old, &t->read[k]))))
                return false;
    return true;
}

/* ---- updates run as late as possible --------------------------------------------------------- */

static void move_before(jit_block *b, jit_step *t, jit_step *next)
{
    *(t->prev ? &t->prev->next : &b->first) = t->next;
    *(t->next ? &t->next->prev : &b->last) = t->prev;
    t->next = next;
    t->prev = next ? next->prev : b->last;
    *(t->prev ? &t->prev->next : &b->first) = t;
    *(next ? &next->prev : &b->last) = t;
}

/* Moves each update down to the first step that reads its result, so that it comes after the steps
 * that read the value it overwrites, wherever the program permits that. */
void jit_sink_updates(jit_block *b)
{
    for (jit_step *t = b->last, *before; t; t = before) {
        before = t->prev;
        for (int k = 0; k < t->nblock; k++)
            jit_sink_updates(t->block[k]);
        if (!jit_kind_of(t)->window)
            continue;
        jit_step *next = t->next;
        while (next && !jit_reads_from(next, t))
            next = next->next;
        if (next != t->next)
            move_before(b, t, next);
    }
}

/* ---- loops ----------------------------------------------------------------------------------- */

static void decide_loop(jit_schedule *s, jit_step *t)
{
    ir_loop l = ir_loop_of(t->e);
    const jit_block *body = jit_body_of(t);
    t->ncarry = l.ncarry;
    t->carry = ir_alloc(&s->mem, (size_t)(l.ncarry + 1) * sizeof *t->carry);
    for (int k = 0; k < l.ncarry; k++) {
        ir_value *inside = body->g->in[l.nconst + k];
        t->carry[k] = (jit_carry){inside->type.rank > 0, .cur = -1, .next = -1, .a = -1, .b = -1};
        t->carry[k].in_place = t->carry[k].in_memory && overwrites(body, inside, k);
    }
}

void jit_decide_in_place(jit_schedule *s, jit_block *b)
{
    for (jit_step *t = b->first; t; t = t->next) {
        for (int k = 0; k < t->nblock; k++)
            jit_decide_in_place(s, t->block[k]);
        if (jit_kind_of(t)->loops)
            decide_loop(s, t);
    }
}

/* Decides which output is computed in the buffer of which donated input.
 *
 * An output can use the buffer if the input is no longer read once the output is written, or is
 * read only element by element, each before it is overwritten. Among the inputs that qualify, one
 * that was just read is best, because it is in the cache. Everything that follows treats the two as
 * one buffer.
 */
#include <stdlib.h>

#include "jit/schedule/schedule.h"

bool jit_may_take(const ir_type *in, const ir_type *out)
{
    return ir_type_bytes(in) == ir_type_bytes(out) && !in->rank == !out->rank && !ir_is_tape(in) &&
           !ir_is_tape(out);
}

typedef struct {
    jit_schedule *s;
    jit_block *b;
    bool *is_out;      /* by value id */
    jit_donor *donors; /* by input */
    bool *taken;       /* by input */
} matcher;

bool jit_made_over(const jit_block *b, const jit_donor *d, ir_value *v)
{
    const jit_step *made = jit_slot_of(b, v)->step;
    if (made && jit_strips_pin(made, d->v))
        return false;
    if (!made || !d->last || made->begin > d->last->begin)
        return made != NULL;
    return made == d->last && jit_step_overwrites(b, made, v, d->v, d->read);
}

static void note_reads(matcher *m)
{
    for (const jit_step *t = m->b->first; t; t = t->next)
        for (int k = 0; k < t->nread; k++) {
            const ir_value *v = t->read[k].v;
            if (v->eqn || !m->s->donated[v->index])
                continue;
            m->donors[v->index].last = t;
            m->donors[v->index].read = &t->read[k];
        }
}

enum { NO, FITS, FITS_TYPE, IN_CACHE, IN_CACHE_TYPE, ITSELF };

/* How well output j fits into the buffer of donated input k. */
static int suits(const matcher *m, int j, int k)
{
    const ir_value *in = m->b->g->in[k], *out = m->b->g->out[j];
    if (!m->s->donated[k] || m->taken[k] || !jit_may_take(&in->type, &out->type))
        return NO;
    bool same = ir_same_type(&in->type, &out->type);
    if (!in->type.rank) /* loaded at the start, stored at the end */
        return FITS + same;
    ir_value *v = jit_storage(m->b, m->b->g->out[j]);
    const jit_donor *d = &m->donors[k];
    if (v == in)
        return ITSELF;
    if (m->is_out[in->id] || !jit_made_over(m->b, d, v))
        return NO;
    return (d->last && jit_slot_of(m->b, v)->step == d->last ? IN_CACHE : FITS) + same;
}

/* If several outputs are one value, the first is where it is computed; the others are copies. */
static bool is_copy(const matcher *m, int j)
{
    const ir_value *v = jit_storage(m->b, m->b->g->out[j]);
    for (int k = 0; v->type.rank && k < j; k++)
        if (jit_storage(m->b, m->b->g->out[k]) == v)
            return true;
    return false;
}

static void match(matcher *m, int least)
{
    for (int j = 0; j < m->b->g->nout; j++)
        for (int k = 0; k < m->b->g->nin && m->s->over[j] < 0; k++)
            if (suits(m, j, k) >= least && !is_copy(m, j)) {
                m->s->over[j] = k;
                m->taken[k] = true;
            }
}

void jit_take_donated(jit_schedule *s)
{
    const ir_graph *g = s->g;
    s->over = ir_alloc(&s->mem, (size_t)(g->nout + 1) * sizeof *s->over);
    for (int j = 0; j < g->nout; j++)
        s->over[j] = -1;
    if (!s->donated)
        return;
    matcher m = {.s = s, .b = s->top};
    m.donors = s->donor = ir_alloc(&s->mem, (size_t)(g->nin + 1) * sizeof *s->donor);
    m.is_out = ir_alloc(&s->mem, g->nvalue + 1);
    m.taken = ir_alloc(&s->mem, (size_t)g->nin + 1);
    for (int k = 0; k < g->nin; k++)
        m.donors[k].v = g->in[k];
    for (int j = 0; j < g->nout; j++)
        m.is_out[jit_storage(m.b, g->out[j])->id] = true;
    note_reads(&m);
    for (int least = ITSELF; least > NO; least--)
        match(&m, least);
}

/* Finds what a step reads: the values in memory and registers that its fused producers start from,
 * and whether each is read only at the place that is being computed.
 */
#include <string.h>

#include "jit/schedule/schedule.h"

enum { SEEN_ALIGNED = 1, SEEN_ELSEWHERE = 2 };

struct jit_reader {
    jit_schedule *s;
    const jit_block *b;
    const jit_step *t;
    bool anywhere; /* count every read as aligned */
    jit_read *read;
    int n, cap, fused;
    int64_t cost;
};

ir_value *jit_storage(const jit_block *b, ir_value *v)
{
    while (b->slot[v->id].res == JIT_VIEW)
        v = v->eqn->in[0];
    return v;
}

int jit_axis_of_operand(const ir_eqn *e, int k, int r)
{
    const jit_lower *l = e->op->lower;
    if (!e->in[k]->type.rank || r == JIT_NO_AXIS)
        return JIT_NO_AXIS;
    if (r == JIT_OTHER_AXIS || l->kind == JIT_ELEMENTWISE)
        return r;
    return l->axis ? l->axis(e, k, r) : JIT_OTHER_AXIS;
}

/* Adds a mark to v unless it has one of the marks in `unless`. Tells whether it did. */
static bool mark(const jit_block *b, const ir_value *v, uint8_t mark, uint8_t unless)
{
    jit_marks *m = b->marks;
    uint8_t *at = &m->at[v->id];
    if (*at & unless)
        return false;
    if (!*at)
        m->set[m->n++] = v->id;
    *at |= mark;
    return true;
}

static void unmark(const jit_block *b)
{
    jit_marks *m = b->marks;
    while (m->n)
        m->at[m->set[--m->n]] = 0;
}

static bool own_root(const jit_reader *f, const ir_value *v)
{
    for (int k = 0; jit_kind_of(f->t)->over_space && k < f->t->nroot; k++)
        if (f->t->root[k] == v)
            return true;
    return false;
}

static void leaf(jit_reader *f, ir_value *as, bool aligned)
{
    ir_value *v = jit_storage(f->b, as);
    aligned = aligned || f->anywhere;
    for (int k = 0; k < f->n; k++)
        if (f->read[k].v == v) {
            f->read[k].aligned = f->read[k].aligned && aligned;
            f->read[k].viewed = f->read[k].viewed || as != v;
            return;
        }
    if (f->n == f->cap) {
        f->cap = f->cap ? 2 * f->cap : 8;
        f->read = ir_grow(&f->s->mem, f->read, (size_t)f->n * sizeof *f->read,
                          (size_t)f->cap * sizeof *f->read);
    }
    f->read[f->n++] = (jit_read){v, aligned, as != v};
}

static int price(const ir_eqn *e)
{
    return e->op->lower && e->op->lower->cost ? e->op->lower->cost : 1;
}

static void visit(jit_reader *f, ir_value *v, bool aligned);

static void visit_operands(jit_reader *f, const ir_eqn *e, bool aligned)
{
    bool same_place = e->op->lower && e->op->lower->kind == JIT_ELEMENTWISE;
    for (int k = 0; k < e->nin; k++)
        visit(f, e->in[k], aligned && same_place);
}

static void visit(jit_reader *f, ir_value *v, bool aligned)
{
    uint8_t seen = aligned ? SEEN_ALIGNED : SEEN_ELSEWHERE;
    if ((aligned && own_root(f, v)) || !mark(f->b, v, seen, seen | SEEN_ELSEWHERE))
        return;
    if (f->b->slot[v->id].res == JIT_FUSED) {
        f->fused++;
        f->cost += price(v->eqn);
        visit_operands(f, v->eqn, aligned);
    } else if (!v->eqn || v->eqn->op->role != IR_ROLE_LITERAL) {
        leaf(f, v, aligned);
    }
}

/* The window is written in place if operand 0 is not read in other ways too. A window of one
 * element is computed before it is stored, so it may depend on anything. */
void jit_read_window(jit_reader *f, const jit_step *t)
{
    const ir_eqn *e = t->e;
    bool copied = f->b->slot[e->in[0]->id].res != JIT_FUSED;
    visit(f, e->in[0], copied);
    unmark(f->b);
    f->anywhere = copied && ir_type_count(&jit_windows_of(e)->type) == 1;
    for (int k = 1; k < e->nin; k++)
        visit(f, e->in[k], false);
}

static void visit_root(jit_reader *f, ir_value *v)
{
    f->cost += price(v->eqn);
    if (jit_is_map(v))
        visit_operands(f, v->eqn, true);
    else
        for (int k = 0; k < v->eqn->nin; k++)
            visit(f, v->eqn->in[k], true);
}

void jit_read_roots(jit_reader *f, const jit_step *t)
{
    for (int k = 0; k < t->nroot; k++)
        visit_root(f, t->root[k]);
}

void jit_read_operands(jit_reader *f, const jit_step *t)
{
    for (int k = 0; k < t->e->nin; k++)
        visit(f, t->e->in[k], false);
}

void jit_find_reads(jit_schedule *s, jit_block *b, jit_step *t)
{
    jit_reader f = {.s = s, .b = b, .t = t};
    jit_kind_of(t)->read(&f, t);
    t->size = t->nroot + f.fused;
    t->cost = f.cost;
    t->nread = f.n;
    t->read = f.read;
    unmark(b);
}

static bool linear_value(const jit_block *b, const ir_value *v);

static bool linear_operands(const jit_block *b, const ir_eqn *e)
{
    const jit_lower *l = e->op->lower;
    bool keeps = l->kind != JIT_INDEXED || l->reshapes;
    if (!keeps && e->nin == 0)
        return false;
    for (int k = 0; k < e->nin; k++)
        if (e->in[k]->type.rank && (!keeps || !linear_value(b, e->in[k])))
            return false;
    return true;
}

static bool linear_value(const jit_block *b, const ir_value *v)
{
    if (!mark(b, v, SEEN_ALIGNED, SEEN_ALIGNED))
        return true;
    if (b->slot[v->id].res == JIT_FUSED)
        return linear_operands(b, v->eqn);
    return true;
}

bool jit_is_linear(const jit_block *b, const jit_step *t)
{
    bool linear = true;
    for (int k = 0; linear && k < t->nroot; k++)
        linear = linear_operands(b, t->root[k]->eqn);
    unmark(b);
    return linear;
}

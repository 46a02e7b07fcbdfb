/* Decides which kernels run together, a few rows at a time.
 *
 * A row is everything that belongs to one index of the first axis. Consecutive kernels over the
 * same number of rows, where each reads from the others only the row that it is computing, can do a
 * few rows in all kernels before the next few. What passes between them then stays in the cache,
 * and needs memory for only those rows if no other step reads it. This is done if the data does not
 * fit into the cache.
 */

#include "jit/schedule/schedule.h"

enum {
    MOST_STEPS = 24,  /* in one function */
    MOST_PASSED = 32, /* skipped over */
};

/* ---- along which axis values are read ------------------------------------------------------- */

enum { UNSEEN = -3 };

typedef struct {
    const jit_block *b;
    int8_t *axis; /* by value id: the axis that runs along the rows */
    uint32_t *seen;
    int nseen;
} walk;

/* v is read where the index on its axis r is that of the row. */
static void visit(walk *w, const ir_value *v, int r)
{
    int8_t *was = &w->axis[v->id];
    jit_residence res = jit_slot_of(w->b, v)->res;
    if (*was == r || *was == JIT_OTHER_AXIS || !v->type.rank)
        return;
    if (*was == UNSEEN)
        w->seen[w->nseen++] = v->id;
    *was = (int8_t)(*was == UNSEEN ? r : JIT_OTHER_AXIS);
    if (res == JIT_FUSED || res == JIT_VIEW)
        for (int k = 0; k < v->eqn->nin; k++)
            visit(w, v->eqn->in[k], jit_axis_of_operand(v->eqn, k, *was));
}

static void visit_step(walk *w, const jit_step *t)
{
    for (int r = 0; r < t->nroot; r++) {
        const ir_eqn *e = t->root[r]->eqn;
        bool mapped = jit_is_map(t->root[r]) || e->op->lower->axis;
        for (int k = 0; k < e->nin; k++)
            visit(w, e->in[k], mapped ? jit_axis_of_operand(e, k, 0) : 0);
    }
}

static void forget(walk *w)
{
    while (w->nseen)
        w->axis[w->seen[--w->nseen]] = UNSEEN;
}

/* ---- which kernels run together ------------------------------------------------------------- */

typedef struct {
    jit_schedule *s;
    jit_block *b;
    walk w;
    int *touched; /* by value id: how many steps of the group read or compute it */
    ir_value **value;
    int nvalue, npinned, cap;
    ir_value **pinned;
} group;

/* The number of rows; 0 if t cannot run by rows. */
static int64_t rows_of(const jit_schedule *s, const jit_step *t)
{
    const ir_type *over = jit_loops_over(t);
    bool by_rows = jit_kind_of(t)->by_rows && jit_kind_of(t)->by_rows(t);
    if (!by_rows || !over->rank || over->dim[0] < s->limits.strip_least_rows ||
        !ir_type_count(over))
        return 0;
    for (int k = 0; k < t->nroot; k++)
        if (!t->root[k]->type.rank)
            return 0;
    return over->dim[0];
}

static bool is_of(const group *g, const ir_value *v, const jit_strips *x)
{
    const jit_step *made = jit_slot_of(g->b, v)->step;
    return made && made->strips == x;
}

/* Can t run together with the steps of x? */
static bool goes_with(group *g, const jit_strips *x, const jit_step *t)
{
    if (rows_of(g->s, t) != x->rows)
        return false;
    bool fits = true;
    visit_step(&g->w, t);
    for (int k = 0; fits && k < t->nread; k++) {
        const ir_value *v = t->read[k].v;
        fits = !v->type.rank || g->w.axis[v->id] == 0 || !is_of(g, v, x);
    }
    forget(&g->w);
    return fits;
}

/* Is t independent of the steps of x, so that it may move before them? */
static bool may_precede(const group *g, const jit_strips *x, const jit_step *t)
{
    if (t->nblock)
        return false;
    for (int k = 0; k < t->nread; k++)
        if (is_of(g, t->read[k].v, x))
            return false;
    return true;
}

static void move_before(jit_block *b, jit_step *t, jit_step *at)
{
    jit_unlink_step(b, t);
    t->prev = at->prev;
    t->next = at;
    *(at->prev ? &at->prev->next : &b->first) = t;
    at->prev = t;
}

/* Adds to x the following steps that can run together with it. Steps in between that are
 * independent of x move before it. */
static void gather(group *g, jit_strips *x)
{
    int steps = 1, passed = 0;
    for (jit_step *t = x->first->next, *next; t && steps < MOST_STEPS; t = next) {
        next = t->next;
        if (!t->strips && goes_with(g, x, t)) {
            t->strips = x;
            x->last = t;
            steps++;
        } else if (passed++ < MOST_PASSED && may_precede(g, x, t)) {
            move_before(g->b, t, x->first);
        } else {
            return;
        }
    }
}

static void add(group *g, ir_value ***list, int *n, ir_value *v)
{
    if (!(*n & (*n - 1)))
        *list = ir_grow(&g->s->mem, *list, (size_t)*n * sizeof **list,
                        (size_t)(*n ? 2 * *n : 1) * sizeof **list);
    (*list)[(*n)++] = v;
}

static void touch(group *g, ir_value *v)
{
    if (!g->touched[v->id]++)
        add(g, &g->value, &g->nvalue, v);
}

/* Lists the values that the kernels read or write row by row, and those that they read
 * elsewhere. */
static void list_values(group *g, jit_step *first, const jit_step *last)
{
    for (const jit_step *t = first; t != last->next; t = t->next) {
        visit_step(&g->w, t);
        for (int k = 0; k < t->nread; k++) {
            ir_value *v = t->read[k].v;
            if (v->type.rank && g->w.axis[v->id] == 0)
                touch(g, v);
            else if (v->type.rank)
                add(g, &g->pinned, &g->npinned, v);
        }
        forget(&g->w);
        for (int k = 0; k < t->nroot; k++)
            touch(g, t->root[k]);
    }
}

/* Chooses the width of a strip: so many rows that the strip's data is small, or more if rows are so
 * short on average that loops over a strip would be tiny. Prefers a width that divides the number
 * of rows. */
static int64_t width_of(const jit_limits *l, int64_t rows, int64_t row_bytes, int64_t elements)
{
    int64_t few = l->strip_bytes / 128, most = l->strip_bytes / row_bytes;
    if (most * elements < few)
        most = 3 * few / 2 / elements;
    most = most * row_bytes > l->strip_most_bytes ? l->strip_most_bytes / row_bytes : most;
    int64_t step = l->strip_multiple && most >= 2 * l->strip_multiple ? l->strip_multiple : 1;
    most = most < 1 ? 1 : most / step * step;
    for (int64_t w = most; w > most / 2; w -= step)
        if (rows % w == 0)
            return w;
    return most;
}

/* Is it worth running x in strips? If so, sets the width of its strips. */
static bool decide(group *g, jit_strips *x)
{
    int64_t rows = x->rows, all = 0, again = 0, elements = 0;
    list_values(g, x->first, x->last);
    for (int k = 0; k < g->nvalue; k++) {
        int64_t bytes = (int64_t)ir_type_bytes(&g->value[k]->type);
        elements += ir_type_count(&g->value[k]->type);
        all += bytes;
        again += bytes * (g->touched[g->value[k]->id] - 1);
        g->touched[g->value[k]->id] = 0;
    }
    int64_t row_bytes = all / rows;
    elements = elements / rows / g->nvalue;
    const jit_limits *l = &g->s->limits;
    int64_t least = l->strip_least_bytes;
    bool worth = all >= least && again >= least / 2 && row_bytes <= l->strip_most_bytes;
    if (worth) {
        x->width = width_of(l, rows, row_bytes, elements > 1 ? elements : 1);
        x->npinned = g->npinned;
        x->pinned = ir_dup(&g->s->mem, g->pinned, (size_t)g->npinned * sizeof *x->pinned);
        worth = x->width <= rows / 2;
    }
    g->nvalue = g->npinned = 0;
    return worth;
}

/* Tries to make strips that begin with t. Returns the step after which to go on. */
static jit_step *try_from(group *g, jit_step *t)
{
    jit_strips *x = ir_alloc(&g->s->mem, sizeof *x);
    *x = (jit_strips){.first = t, .last = t, .rows = rows_of(g->s, t)};
    if (!x->rows)
        return t;
    t->strips = x;
    gather(g, x);
    bool worth = x->first != x->last && decide(g, x);
    if (worth)
        x->region = ++g->s->nregion;
    for (t = x->first; !worth; t = t->next) {
        t->strips = NULL;
        if (t == x->last)
            break;
    }
    return x->last;
}

/* Marks values that are read outside the strips that compute them. */
static void find_escapes(jit_block *b)
{
    for (const jit_step *t = b->first; t; t = t->next)
        for (int k = 0; k < t->nread; k++) {
            jit_slot *slot = jit_slot_of(b, t->read[k].v);
            slot->escapes = slot->escapes || !slot->step || slot->step->strips != t->strips;
        }
    for (int k = 0; k < b->g->nout; k++)
        jit_slot_of(b, jit_storage(b, b->g->out[k]))->escapes = true;
}

void jit_find_strips(jit_schedule *s, jit_block *b)
{
    size_t n = b->g->nvalue + 1;
    group g = {.s = s, .b = b, .w = {.b = b}};
    g.w.axis = ir_alloc(&s->mem, n);
    g.w.seen = ir_alloc(&s->mem, n * sizeof *g.w.seen);
    g.touched = ir_alloc(&s->mem, n * sizeof *g.touched);
    for (size_t k = 0; k < n; k++)
        g.w.axis[k] = UNSEEN;
    for (jit_step *t = b->first; t; t = t->next) {
        for (int k = 0; k < t->nblock && !jit_kind_of(t)->own_strips; k++)
            jit_find_strips(s, t->block[k]);
        t = try_from(&g, t);
    }
    find_escapes(b);
}

bool jit_strips_pin(const jit_step *t, const ir_value *v)
{
    for (int k = 0; t->strips && k < t->strips->npinned; k++)
        if (t->strips->pinned[k] == v)
            return true;
    return false;
}

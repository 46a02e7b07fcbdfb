/* Makes the sites of a program: its kernels, calls and loops, in order, and decides which are
 * timed.
 *
 * At the top level of a program everything is timed. In a loop, timing would only slow down a
 * kernel that takes less time than reading the clock, so such a kernel is counted but not timed,
 * and its time counts for the loop. Nothing is timed inside batched loops, because their strips run
 * on several threads.
 */
#include <stdlib.h>
#include <string.h>

#include "jit/observe/profile.h"

/* Operations, or 8 bytes each: takes about as long as ten readings of the clock. */
enum { WORTH_TIMING = 1024, PASSES = 16 /* assumed for a loop of unknown length */ };

typedef struct {
    const jit_schedule *s;
    jit_profile *p;
    const jit_block *b;
    jit_meter *meter;
    int depth;
    bool loops, lanes; /* whether the current step is in a loop, in a batched one */
} visitor;

/* ---- names ---------------------------------------------------------------------------------- */

/* Does it only say where each element comes from? */
static bool moves(const ir_eqn *e)
{
    return e->op->lower && e->op->lower->kind == JIT_INDEXED;
}

static int times_of(const ir_op *op, int n, const ir_eqn *const *e)
{
    int times = 0;
    for (int k = 0; k < n; k++)
        times += e[k]->op == op;
    return times;
}

/* Names a kernel by what it computes, in order: "mul + 2 add + reduce_sum". Equations that only
 * move elements are left out, unless there are no others. */
static const char *name_of(visitor *v, int n, const ir_eqn *const *e)
{
    char text[256] = "";
    size_t at = 0;
    bool all = true;
    for (int k = 0; k < n; k++)
        all = all && moves(e[k]);
    for (int k = 0; k < n && at + 64 < sizeof text; k++) {
        bool first = times_of(e[k]->op, k, e) == 0;
        if (!first || (!all && moves(e[k])))
            continue;
        int times = times_of(e[k]->op, n, e);
        at += (size_t)snprintf(text + at, sizeof text - at, "%s", at ? " + " : "");
        if (times > 1)
            at += (size_t)snprintf(text + at, sizeof text - at, "%d ", times);
        at += (size_t)snprintf(text + at, sizeof text - at, "%.40s", e[k]->op->name);
    }
    return ir_strdup(&v->p->mem, text);
}

static void locate(visitor *v, jit_site *s, const ir_loc *loc)
{
    if (!loc || !loc->file)
        return;
    s->file = ir_strdup(&v->p->mem, loc->file);
    s->line = loc->line;
}

/* ---- counting sites and blocks -------------------------------------------------------------- */

static void count_block(const jit_block *b, int *nsite, int *nblock)
{
    ++*nblock;
    for (const jit_step *t = b->first; t; t = t->next) {
        *nsite += (!jit_kind_of(t)->single) + (t->strips && t->strips->first == t);
        for (int k = 0; k < t->nblock; k++)
            count_block(t->block[k], nsite, nblock);
    }
}

static double work(const jit_amounts *a)
{
    return a->f32 + a->f64 + a->ints + (a->read + a->written) / 8;
}

/* ---- the sites ------------------------------------------------------------------------------ */

static double visit_block(visitor *v, jit_block *b, jit_site *site);

/* A small carry that is not updated in place is copied back in each iteration. */
static jit_amounts carry_copies(const jit_step *t)
{
    jit_amounts a = {0};
    for (int k = 0; k < t->ncarry; k++)
        if (t->carry[k].in_memory && !t->carry[k].in_place && !t->carry[k].swaps)
            a.read += (double)ir_type_bytes(&t->root[k]->type);
    a.written = a.read;
    return a;
}

/* The copies of a loop's carries into their buffers before it starts, and to its results after it
 * ends. */
static jit_amounts entry_copies(const jit_block *b, const jit_step *t)
{
    jit_amounts a = {0};
    ir_loop l = ir_loop_of(t->e);
    int first = ir_loop_first(&l);
    for (int k = 0; k < t->ncarry; k++) {
        const jit_carry *c = &t->carry[k];
        if (!c->in_memory)
            continue;
        int copies = (c->a != jit_buffer_of(b, t->e->in[first + k])) +
                     (c->cur != jit_slot_of(b, t->root[k])->buffer);
        a.read += copies * (double)ir_type_bytes(&t->root[k]->type);
    }
    a.written = a.read;
    return a;
}

/* The arrays that a batched loop reads and writes. */
static jit_amounts lanes_arrays(const jit_block *b, const jit_step *t)
{
    (void)b;
    jit_amounts a = {0};
    for (int k = 0; k < t->e->nin; k++)
        a.read += t->e->in[k]->type.rank ? (double)ir_type_bytes(&t->e->in[k]->type) : 0;
    for (int k = 0; k < t->e->nout; k++)
        a.written += (double)ir_type_bytes(&t->e->out[k]->type);
    return a;
}

/* The scalars that an iteration of a scan takes from arrays and stores in them. */
static jit_amounts slices(const jit_step *t)
{
    jit_amounts a = {0};
    ir_loop l = ir_loop_of(t->e);
    const ir_graph *g = l.body;
    for (int k = 0; k < l.nx; k++) {
        const ir_type *x = &g->in[l.nconst + l.ncarry + k]->type;
        a.read += x->rank ? 0 : (double)ir_type_bytes(x);
    }
    for (int k = 0; k < l.ny; k++) {
        const ir_type *y = &g->out[l.ncarry + k]->type;
        a.written += y->rank ? 0 : (double)ir_type_bytes(y);
    }
    return a;
}

/* Adds to a loop's body what each iteration copies besides. */
static void count_going_round(const jit_step *t)
{
    jit_amounts copies = carry_copies(t), moved = slices(t);
    jit_block_count *c = jit_body_of(t)->count;
    jit_amounts_add(&c->each, &copies, 1);
    jit_amounts_add(&c->each, &moved, 1);
}

static int64_t passes(const jit_step *t)
{
    if (!jit_kind_of(t)->loops)
        return 1;
    int64_t length = ir_loop_of(t->e).length;
    return length == IR_DYNAMIC ? PASSES : length;
}

/* Visits the blocks of a control step. Returns the approximate work, all branches taken
 * together. */
static double visit_inside(visitor *v, const jit_step *t, jit_site *s)
{
    visitor inside = *v;
    double sum = 0;
    inside.depth++;
    inside.loops = v->loops || jit_kind_of(t)->loops;
    inside.lanes = v->lanes || jit_kind_of(t)->own_strips;
    for (int k = 0; k < t->nblock; k++)
        sum += visit_block(&inside, t->block[k], s);
    if (jit_kind_of(t)->loops)
        count_going_round(t);
    return sum * (double)passes(t);
}

/* For each kind of step (jit/schedule/kinds.h): its name in a profile, and a function for what it
 * moves outside its blocks. */
static const struct {
    const char *name;
    jit_amounts (*around)(const jit_block *b, const jit_step *t);
} kinds[JIT_STEP_KIND_COUNT] = {
    [JIT_STEP_KERNEL] = {"kernel", NULL},
    [JIT_STEP_ARGREDUCE] = {"kernel", NULL},
    [JIT_STEP_CUMULATE] = {"kernel", NULL},
    [JIT_STEP_DOT] = {"kernel", NULL},
    [JIT_STEP_UPDATE] = {"kernel", NULL},
    [JIT_STEP_SCATTER] = {"kernel", NULL},
    [JIT_STEP_EVAL] = {"call", NULL},
    [JIT_STEP_WHILE] = {"loop", entry_copies},
    [JIT_STEP_COND] = {"branches", NULL},
    [JIT_STEP_SCAN] = {"loop", entry_copies},
    [JIT_STEP_LANES] = {"batched loop", lanes_arrays},
};

/* Makes the step's site. Returns the approximate work of the step. */
static double visit_step(visitor *v, jit_step *t, jit_site *around)
{
    int n;
    const ir_eqn *const *e;
    jit_amounts each = {0};
    if (!t->nblock)
        each = jit_measure(v->meter, t, &n, &e);
    else if (kinds[t->kind].around)
        each = kinds[t->kind].around(v->b, t);
    if (jit_kind_of(t)->single) {
        jit_amounts_add(&v->b->count->each, &each, 1);
        return work(&each);
    }
    jit_site *s = t->site = &v->p->site[v->p->nsite++];
    *s = (jit_site){.of = v->p,
                    .around = around,
                    .in = v->b->count,
                    .kind = kinds[t->kind].name,
                    .depth = v->depth,
                    .loops = v->loops || v->lanes,
                    .strips = jit_kind_of(t)->own_strips,
                    .type = ir_strdup(&v->p->mem, ir_type_tmp(jit_loops_over(t))),
                    .each = each,
                    .name = t->nblock ? t->e->op->name : name_of(v, n, e)};
    locate(v, s, t->root[t->nroot - 1]->eqn->loc);
    double all = t->nblock ? visit_inside(v, t, s) : work(&each);
    s->timed = !v->lanes && (!v->loops || all >= WORTH_TIMING);
    return all;
}

/* Does the value pass only between kernels that run together in strips? */
static bool passes_within(const visitor *v, const jit_strips *x, ir_value *value)
{
    int buffer = value->type.rank ? jit_buffer_of(v->b, value) : -1;
    return buffer >= 0 && v->s->buffer[buffer].strips == x;
}

static bool read_before(const jit_strips *x, const jit_step *t, int k)
{
    for (const jit_step *u = x->first; u != t->next; u = u->next)
        for (int j = 0; j < (u == t ? k : u->nread); j++)
            if (u->read[j].v == t->read[k].v)
                return true;
    return false;
}

/* What kernels that run together read and write outside their own memory, each value once. */
static jit_amounts strips_arrays(const visitor *v, const jit_strips *x)
{
    jit_amounts a = {0};
    double read = 0;
    for (const jit_step *t = x->first; t != x->last->next; t = t->next) {
        read += t->site ? t->site->each.read : 0;
        for (int k = 0; k < t->nread; k++)
            if (t->read[k].v->type.rank && !passes_within(v, x, t->read[k].v) &&
                !read_before(x, t, k))
                a.read += (double)ir_type_bytes(&t->read[k].v->type);
        for (int k = 0; k < t->nroot; k++)
            if (t->root[k]->type.rank && !passes_within(v, x, t->root[k]))
                a.written += (double)ir_type_bytes(&t->root[k]->type);
    }
    a.read = read < a.read ? read : a.read; /* of some values only slices are read */
    return a;
}

/* Kernels that run together are timed together, because threads share them. */
static double visit_strips(visitor *v, const jit_strips *x, jit_site *around)
{
    visitor inside = *v;
    double all = 0;
    int n = 1;
    char text[96];
    for (const jit_step *t = x->first; t != x->last; t = t->next)
        n++;
    jit_site *s = x->first->strips->site = &v->p->site[v->p->nsite++];
    snprintf(text, sizeof text, "%d kernels, %lld rows at a time", n, (long long)x->width);
    *s = (jit_site){.of = v->p,
                    .around = around,
                    .in = v->b->count,
                    .kind = "kernels",
                    .depth = v->depth,
                    .loops = v->loops || v->lanes,
                    .strips = true,
                    .type = ir_strdup(&v->p->mem, ir_type_tmp(jit_loops_over(x->first))),
                    .name = ir_strdup(&v->p->mem, text)};
    locate(v, s, x->last->root[0]->eqn->loc);
    inside.depth++;
    inside.lanes = true;
    for (jit_step *t = x->first; t != x->last->next; t = t->next)
        all += visit_step(&inside, t, s);
    s->each = strips_arrays(v, x);
    s->timed = !v->lanes && (!v->loops || all >= WORTH_TIMING);
    return all;
}

static double visit_block(visitor *v, jit_block *b, jit_site *site)
{
    double all = 0;
    visitor here = *v;
    IR_SCRATCH(scratch);
    here.b = b;
    here.meter = jit_meter_new(&scratch, b);
    b->count = &v->p->block[v->p->nblock++];
    *b->count = (jit_block_count){.site = site, .each = jit_measure_copies(b)};
    for (jit_step *t = here.meter ? b->first : NULL; t; t = t->next)
        if (!t->strips)
            all += visit_step(&here, t, site);
        else if (t->strips->first == t)
            all += visit_strips(&here, t->strips, site);
    return all + work(&b->count->each);
}

jit_profile *jit_profile_make(jit_schedule *s)
{
    jit_profile *p = ir_new(sizeof *p);
    unsigned failures = ir_fail_count();
    if (!p)
        return NULL;
    int nsite = 1, nblock = 0;
    count_block(s->top, &nsite, &nblock);
    p->site = ir_new((size_t)nsite * sizeof *p->site);
    p->block = ir_new((size_t)nblock * sizeof *p->block);
    p->name = ir_strdup(&p->mem, s->g->name);
    if (p->site && p->block && p->name) {
        p->nsite = 1;
        p->site[0] =
            (jit_site){.of = p, .kind = "program", .name = p->name, .type = "", .timed = true};
        visitor v = {.s = s, .p = p, .depth = 1};
        visit_block(&v, s->top, &p->site[0]);
        s->profile = p;
    }
    if (ir_fail_count() == failures)
        return p;
    s->profile = NULL;
    jit_profile_free(p);
    return NULL;
}

void jit_profile_free(jit_profile *p)
{
    free(p->site);
    free(p->block);
    ir_arena_free(&p->mem);
    free(p);
}

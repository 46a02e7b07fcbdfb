/* Turns what was counted into a row for each site. Times come from the clock; amounts are the
 * number of executions times the amounts of one execution. A site that is not timed also counts for
 * the site around it, as its time does.
 */
#include <stdlib.h>

#include "jit/observe/profile.h"

typedef struct {
    const jit_ceilings *c;
    jit_row *row;
    int n, cap;
    bool failed; /* no memory for all rows */
} table;

static int ascending(const void *x, const void *y)
{
    float a = *(const float *)x, b = *(const float *)y;
    return (a > b) - (a < b);
}

static double median(const jit_site *s, uint64_t calls)
{
    float ns[JIT_SITE_SAMPLES];
    int n = calls < JIT_SITE_SAMPLES ? (int)calls : JIT_SITE_SAMPLES;
    for (int k = 0; k < n; k++)
        ns[k] = atomic_load_explicit(&s->sample[k], memory_order_relaxed);
    qsort(ns, (size_t)n, sizeof *ns, ascending);
    return n ? ((double)ns[(n - 1) / 2] + (double)ns[n / 2]) / 2 * 1e-9 : 0;
}

static jit_row times_of(const jit_site *s)
{
    jit_row r = {.site = s};
    if (!s->timed) {
        r.calls = atomic_load(&s->in->times);
    } else {
        double inner = (double)atomic_load(&s->inner_ns) * 1e-9;
        r.calls = atomic_load(&s->calls);
        r.whole = (double)atomic_load(&s->ns) * 1e-9;
        r.own = r.whole > inner ? r.whole - inner : 0;
        r.median = median(s, r.calls);
    }
    return r;
}

static void add(const jit_ceilings *c, jit_row *r, const jit_amounts *each, uint64_t times)
{
    jit_amounts_add(&r->sum, each, (double)times);
    if (c)
        r->memory += (double)times * jit_memory_seconds(c, each);
}

/* Adds work that is done inside a site, in a part that is not timed separately. */
static void add_within(const jit_ceilings *c, jit_row *r, jit_amounts each, uint64_t times)
{
    if (r->site->strips)
        each.read = each.written = 0;
    add(c, r, &each, times);
}

static void add_row(jit_row *r, const jit_row *within)
{
    jit_amounts sum = within->sum;
    if (r->site->strips)
        sum.read = sum.written = 0;
    else
        r->memory += within->memory;
    jit_amounts_add(&r->sum, &sum, 1);
}

/* The rows of all sites, by site number. */
static jit_row *sums_of(ir_arena *mem, const jit_ceilings *c, const jit_profile *p)
{
    jit_row *r = ir_alloc(mem, (size_t)p->nsite * sizeof *r);
    if (!r)
        return NULL;
    for (int k = 0; k < p->nsite; k++) {
        r[k] = times_of(&p->site[k]);
        add(c, &r[k], &p->site[k].each, r[k].calls);
    }
    for (int k = 0; k < p->nblock; k++) {
        const jit_block_count *b = &p->block[k];
        add_within(c, &r[b->site - p->site], b->each, atomic_load(&b->times));
    }
    for (int k = p->nsite - 1; k > 0; k--) /* inner ones come after outer ones */
        if (!p->site[k].timed)
            add_row(&r[p->site[k].around - p->site], &r[k]);
    return r;
}

static void append(table *t, const jit_row *r)
{
    if (!r->calls || t->failed)
        return;
    if (t->n == t->cap) {
        int cap = t->cap ? 2 * t->cap : 32;
        jit_row *row = ir_resize(t->row, (size_t)cap * sizeof *row);
        if (!row) {
            t->failed = true;
            return;
        }
        t->row = row;
        t->cap = cap;
    }
    t->row[t->n++] = *r;
}

static void add_program(const jit_profile *p, void *env)
{
    table *t = env;
    IR_SCRATCH(scratch);
    jit_row *r = sums_of(&scratch, t->c, p);
    t->failed |= !r;
    for (int k = 0; r && k < p->nsite; k++)
        append(t, &r[k]);
}

static void add_interpreted(const jit_site *s, const jit_amounts *sum, void *env)
{
    table *t = env;
    jit_row r = times_of(s);
    jit_amounts each = {0};
    jit_amounts_add(&each, sum, 1 / (double)(r.calls ? r.calls : 1));
    add(t->c, &r, &each, r.calls);
    append(t, &r);
}

jit_row *jit_profile_rows(const jit_ceilings *c, int *n)
{
    table t = {.c = c, .row = ir_new(sizeof *t.row)};
    t.failed = !t.row;
    jit_profile_visit(add_program, &t);
    jit_interpreted_visit(add_interpreted, &t);
    *n = t.n;
    if (!t.failed)
        return t.row;
    free(t.row);
    return NULL;
}

/* A profile as numbers: a row for each kernel, and the totals. */
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/observe/profile.h"

const jit_ceilings *rt_ceilings(void)
{
    ops_init();
    return jit_machine_ceilings();
}

double rt_of_ceiling(const jit_ceilings *c, const jit_amounts *a, double memory, double seconds,
                     const char **binds)
{
    struct {
        const char *name;
        double least; /* seconds */
    } roof[] = {
        {"memory", memory},
        {a->f64 > a->f32 ? "f64" : "f32", a->f32 / c->f32 + a->f64 / c->f64},
        {"int", a->ints / c->ints},
    };
    int most = 0;
    for (int k = 1; k < 3; k++)
        if (roof[k].least > roof[most].least)
            most = k;
    *binds = roof[most].name;
    return seconds > 0 ? roof[most].least / seconds : 0;
}

static jac_profile_kernel public_row(const jit_ceilings *c, const jit_row *r)
{
    const jit_site *s = r->site;
    jac_profile_kernel k = {
        .program = s->of->name,
        .kernel = s->name,
        .type = s->type,
        .kind = s->kind,
        .file = s->file,
        .line = s->line,
        .depth = s->depth,
        .timed = s->timed,
        .calls = (int64_t)r->calls,
        .seconds = r->whole,
        .own_seconds = r->own,
        .median_seconds = r->median,
        .bytes_read = r->sum.read,
        .bytes_written = r->sum.written,
        .flops = r->sum.f32 + r->sum.f64,
        .flops_f64 = r->sum.f64,
        .int_ops = r->sum.ints,
    };
    k.of_ceiling = rt_of_ceiling(c, &r->sum, r->memory, r->own, &k.ceiling);
    return k;
}

static int longest_first(const void *x, const void *y)
{
    const jac_profile_kernel *a = x, *b = y;
    if (a->own_seconds != b->own_seconds)
        return a->own_seconds > b->own_seconds ? -1 : 1;
    return (a->flops < b->flops) - (a->flops > b->flops);
}

int rt_profile_rows(jac_profile_kernel **rows)
{
    const jit_ceilings *c = rt_ceilings();
    if (!c)
        return -1;
    int n;
    jit_row *r = jit_profile_rows(c, &n);
    *rows = r ? ir_new((size_t)(n + 1) * sizeof **rows) : NULL;
    if (!*rows) {
        free(r);
        return -1;
    }
    for (int k = 0; k < n; k++)
        (*rows)[k] = public_row(c, &r[k]);
    free(r);
    qsort(*rows, (size_t)n, sizeof **rows, longest_first);
    return n;
}

bool rt_profile_totals(jac_profile_totals *t)
{
    jit_notes n = jit_profile_notes();
    *t = (jac_profile_totals){.wall = jit_profile_seconds(),
                              .calls = n.call,
                              .trace = n.trace,
                              .passes = n.passes,
                              .schedule = n.schedule,
                              .llvm = n.emit + n.optimize + n.code + n.load,
                              .ncalls = (int64_t)n.calls,
                              .ncompiled = (int64_t)n.compiled};
    int nrow;
    jit_row *r = jit_profile_rows(NULL, &nrow);
    if (!r)
        return false;
    for (int k = 0; k < nrow; k++) {
        bool interpreted = !strcmp(r[k].site->kind, "interpreted");
        *(interpreted ? &t->interpreted : &t->programs) += r[k].own;
        t->kernels += r[k].site->depth && !interpreted ? r[k].own : 0;
    }
    free(r);
    size_t events;
    uint64_t dropped;
    jit_event *e = jit_profile_events(&events, &dropped);
    t->events = (int64_t)events;
    t->dropped = (int64_t)dropped;
    free(e);
    return e != NULL;
}

/* Begins and ends profiles, at the program's request or because of environment variables, and
 * returns their rows. jit/observe/profile.h says what is counted and how.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/observe/profile.h"

enum { EVENTS = 100000, MOST_EVENTS = 50000000 };

atomic_int rt_profile_state = RT_PROFILE_UNKNOWN;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool any;   /* has there been a profile? */
static bool owned; /* did the program itself begin the current one? */

const jit_ceilings *rt_ceilings(void)
{
    ops_init();
    return jit_machine_ceilings();
}

/* ---- begin and end --------------------------------------------------------------------------- */

static void begin(int64_t events, bool by_program)
{
    jit_profile_begin((size_t)events);
    any = true;
    owned = by_program;
    atomic_store(&rt_profile_state, RT_PROFILE_ON);
}

/* who: what asked for the trace, for errors. */
static bool write_trace(const char *path, const char *who)
{
    FILE *f = fopen(path, "w");
    if (!f)
        return ir_fail("%s: %s: %s", who, path, strerror(errno));
    bool ok = rt_profile_write_trace(f);
    ok = fclose(f) == 0 && ok;
    return ok || ir_fail("%s: %s: %s", who, path, strerror(errno));
}

static void process_ends(void)
{
    const char *path = getenv("JACQUARD_TRACE");
    ir_error_clear();
    ir_loc_set(NULL); /* errors here belong to no line of the program */
    if (atomic_load(&rt_profile_state) == RT_PROFILE_ON)
        jit_profile_end();
    atomic_store(&rt_profile_state, RT_PROFILE_OFF);
    bool ok = !jit_logs(JIT_LOG_PERF) || rt_profile_write_table(stderr);
    ok = (!path || !*path || write_trace(path, "JACQUARD_TRACE")) && ok;
    if (!ok)
        fprintf(stderr, "jacquard: %s\n", ir_error());
}

bool rt_profile_asked(void)
{
    pthread_mutex_lock(&lock);
    if (atomic_load(&rt_profile_state) == RT_PROFILE_UNKNOWN) {
        const char *path = getenv("JACQUARD_TRACE");
        atomic_store(&rt_profile_state, RT_PROFILE_OFF);
        if (jit_logs(JIT_LOG_PERF) || (path && *path)) {
            rt_ceilings(); /* now, because LLVM cannot compile at exit */
            ir_error_clear();
            atexit(process_ends);
            begin(EVENTS, false);
        }
    }
    pthread_mutex_unlock(&lock);
    return atomic_load(&rt_profile_state) == RT_PROFILE_ON;
}

bool jac_profile_start_(const jac_loc *at, jac_profile_opts o)
{
    rt_at(at);
    if (o.events < 0 || o.events > MOST_EVENTS)
        return ir_fail("jac_profile_start: %lld events were asked for, but 0 to %d can be kept",
                       (long long)o.events, MOST_EVENTS);
    rt_profile_asked();
    pthread_mutex_lock(&lock);
    bool runs = atomic_load(&rt_profile_state) == RT_PROFILE_ON;
    bool ok = !runs || !owned;
    if (runs && ok)
        owned = true;
    else if (ok)
        begin(o.events ? o.events : EVENTS, true);
    pthread_mutex_unlock(&lock);
    return ok || ir_fail("jac_profile_start: a profile is already running");
}

bool jac_profile_stop_(const jac_loc *at)
{
    rt_at(at);
    pthread_mutex_lock(&lock);
    bool ok = atomic_load(&rt_profile_state) == RT_PROFILE_ON && owned;
    if (ok) {
        jit_profile_end();
        atomic_store(&rt_profile_state, RT_PROFILE_OFF);
    }
    pthread_mutex_unlock(&lock);
    return ok || ir_fail("jac_profile_stop: no profile is running");
}

bool rt_profile_exists(const char *what)
{
    rt_profile_asked();
    pthread_mutex_lock(&lock);
    bool there = any;
    pthread_mutex_unlock(&lock);
    return there || ir_fail("%s: there has been no profile; jac_profile_start begins one", what);
}

void rt_profile_call(const char *name, uint64_t start)
{
    IR_OPTIONAL;
    const char *kept = rt_current_trace() ? NULL : ir_name(name, strlen(name));
    if (kept)
        jit_profile_note("call", kept, start, jit_profile_now());
}

/* ---- rows ------------------------------------------------------------------------------------ */

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

int jac_profile_kernels_(const jac_loc *at, jac_profile_kernel *to, int room)
{
    rt_at(at);
    if (room < 0 || (room && !to)) {
        ir_fail("jac_profile_kernels: room for %d rows at a %s pointer", room,
                to ? "good" : "null");
        return -1;
    }
    jac_profile_kernel *rows;
    int n = rt_profile_exists("jac_profile_kernels") ? rt_profile_rows(&rows) : -1;
    if (n < 0)
        return n;
    if (room)
        memcpy(to, rows, (size_t)(n < room ? n : room) * sizeof *rows);
    free(rows);
    return n;
}

bool jac_profile_total_(const jac_loc *at, jac_profile_totals *t)
{
    rt_at(at);
    if (!t)
        return ir_fail("jac_profile_total: a null pointer was given");
    *t = (jac_profile_totals){0};
    if (!rt_profile_exists("jac_profile_total"))
        return false;
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

bool jac_profile_machine_(const jac_loc *at, jac_machine *m)
{
    rt_at(at);
    if (!m)
        return ir_fail("jac_profile_machine: a null pointer was given");
    *m = (jac_machine){0};
    const jit_ceilings *c = rt_ceilings();
    if (c)
        *m = (jac_machine){c->bandwidth[c->nsize - 1], c->bandwidth[0], c->f32, c->f64, c->ints};
    return c != NULL;
}

/* ---- writing --------------------------------------------------------------------------------- */

bool jac_profile_print_(const jac_loc *at, FILE *f)
{
    rt_at(at);
    if (!f)
        return ir_fail("jac_profile_print: a null FILE was given");
    if (!rt_profile_exists("jac_profile_print") || !rt_profile_write_table(f))
        return false;
    return (!fflush(f) && !ferror(f)) ||
           ir_fail("jac_profile_print: cannot write: %s", strerror(errno));
}

bool jac_profile_trace_(const jac_loc *at, const char *path)
{
    rt_at(at);
    if (!path || !*path)
        return ir_fail("jac_profile_trace: no path is given");
    return rt_profile_exists("jac_profile_trace") && write_trace(path, "jac_profile_trace");
}

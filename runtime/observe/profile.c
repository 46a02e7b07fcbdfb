/* Begins and ends profiles, at the program's request or because of environment variables, and
 * returns what they hold. jit/observe/profile.h says what is counted and how.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/observe/profile.h"

enum { EVENTS = 100000, MOST_EVENTS = 50000000 };

atomic_int rt_profile_state = RT_PROFILE_UNKNOWN;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool any;   /* has there been a profile? */
static bool owned; /* did the program itself begin the current one? */

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
    const char *path = secure_getenv("JACQUARD_TRACE");
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
    ir_lock_slow(&lock);
    if (atomic_load(&rt_profile_state) == RT_PROFILE_UNKNOWN) {
        const char *path = secure_getenv("JACQUARD_TRACE");
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
    ir_lock_slow(&lock);
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
    ir_lock_slow(&lock);
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
    ir_lock_slow(&lock);
    bool there = any;
    pthread_mutex_unlock(&lock);
    return there || ir_fail("%s: there has been no profile; jac_profile_start begins one", what);
}

void rt_profile_call(const char *name, uint64_t start)
{
    IR_OPTIONAL;
    const char *kept = ir_name(name, strlen(name));
    if (kept)
        jit_profile_note("call", kept, start, jit_profile_now());
}

/* ---- results --------------------------------------------------------------------------------- */

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
    return rt_profile_exists("jac_profile_total") && rt_profile_totals(t);
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

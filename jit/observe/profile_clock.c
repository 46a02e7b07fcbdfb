/* The clock of a profile: times of sites, and events.
 *
 * Compiled code adds to its sites without a lock. Events are in one array of bounded size, under a
 * lock; a kernel in a loop makes an event only for its first calls.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "jit/observe/profile.h"

enum { LOOP_EVENTS = 32 /* per site in a loop */ };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards everything that is not atomic */
static atomic_bool on;
static atomic_uint_least64_t began; /* ns */
static uint64_t ended;
static jit_event *event;
static size_t nevent, event_cap;
static uint64_t dropped;
static jit_notes notes;
/* The time that measuring a site takes: inside the measured time, and in total, without and with an
 * event. */
static uint64_t inside_ns, all_ns[2];
static _Thread_local bool hidden;

bool jit_profiling(void)
{
    return atomic_load_explicit(&on, memory_order_relaxed);
}

void jit_profile_hide(bool hide)
{
    hidden = hide;
}

uint64_t jit_profile_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- events --------------------------------------------------------------------------------- */

static uint32_t thread_number(void)
{
    static _Thread_local uint32_t mine;
    if (!mine)
        mine = (uint32_t)syscall(SYS_gettid);
    return mine;
}

/* Under the lock. */
static void add_event(const jit_site *s, const char *kind, const char *name, uint64_t begin,
                      uint64_t end)
{
    if (nevent == event_cap) {
        dropped++;
        return;
    }
    uint64_t zero = atomic_load(&began);
    event[nevent++] = (jit_event){s, kind, name, begin - zero, end - zero, thread_number()};
}

void jit_profile_note(const char *kind, const char *name, uint64_t begin, uint64_t end)
{
    if (hidden)
        return;
    double seconds = (double)(end - begin) * 1e-9;
    ir_lock(&lock);
    if (jit_profiling() && begin >= atomic_load(&began)) {
#define X(what)                                                                                    \
    if (!strcmp(kind, #what))                                                                      \
        notes.what += seconds;
        JIT_NOTES(X)
#undef X
        notes.calls += !strcmp(kind, "call");
        notes.compiled += !strcmp(kind, "compile");
        add_event(NULL, kind, name, begin, end);
    }
    ir_unlock(&lock);
}

static int by_begin(const void *x, const void *y)
{
    const jit_event *a = x, *b = y;
    if (a->thread != b->thread)
        return a->thread < b->thread ? -1 : 1;
    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    return (a->end < b->end) - (a->end > b->end);
}

jit_event *jit_profile_events(size_t *n, uint64_t *lost)
{
    ir_lock(&lock);
    jit_event *copy = ir_new((nevent + 1) * sizeof *copy);
    if (copy && nevent)
        memcpy(copy, event, nevent * sizeof *copy);
    *n = nevent;
    *lost = dropped;
    ir_unlock(&lock);
    if (copy)
        qsort(copy, *n, sizeof *copy, by_begin);
    return copy;
}

jit_notes jit_profile_notes(void)
{
    ir_lock(&lock);
    jit_notes copy = notes;
    ir_unlock(&lock);
    return copy;
}

/* ---- times ---------------------------------------------------------------------------------- */

/* Reservoir sampling: keeps the times of the first calls; after that, a call's time replaces a
 * pseudo-random sample, with a probability that gives all calls the same chance. */
static void sample(jit_site *s, uint64_t n, float ns)
{
    uint64_t k = n;
    if (k >= JIT_SITE_SAMPLES)
        k = (n * 0x9e3779b97f4a7c15u >> 20) % (n + 1);
    if (k < JIT_SITE_SAMPLES)
        atomic_store_explicit(&s->sample[k], ns, memory_order_relaxed);
}

static void add(atomic_uint_least64_t *to, uint64_t ns)
{
    atomic_fetch_add_explicit(to, ns, memory_order_relaxed);
}

void jit_profile_timed(jit_site *s, uint64_t begin)
{
    uint64_t end = jit_profile_now();
    if (!jit_profiling() || begin < atomic_load_explicit(&began, memory_order_relaxed))
        return;
    uint64_t took = end - begin, net = took > inside_ns ? took - inside_ns : 0;
    uint64_t n = atomic_fetch_add_explicit(&s->calls, 1, memory_order_relaxed);
    bool noted = !s->loops || n < LOOP_EVENTS;
    add(&s->ns, net);
    sample(s, n, (float)net);
    jit_site *around = s->around;
    while (around && !around->timed)
        around = around->around;
    if (around)
        add(&around->inner_ns, net + all_ns[noted]);
    if (!noted)
        return;
    ir_lock(&lock);
    if (jit_profiling())
        add_event(s, s->kind, s->name, begin, end);
    ir_unlock(&lock);
}

void jit_site_clear(jit_site *s)
{
    atomic_store(&s->calls, 0);
    atomic_store(&s->ns, 0);
    atomic_store(&s->inner_ns, 0);
}

/* ---- start and stop -------------------------------------------------------------------------- */

void jit_clock_start(size_t events)
{
    ir_lock(&lock);
    notes = (jit_notes){0};
    free(event);
    event = calloc(events + 1, sizeof *event); /* NULL: all events are dropped */
    event_cap = event ? events : 0;
    nevent = 0;
    dropped = 0;
    atomic_store(&began, jit_profile_now());
    atomic_store(&on, true);
    ir_unlock(&lock);
}

void jit_clock_stop(void)
{
    ir_lock(&lock);
    atomic_store(&on, false);
    ended = jit_profile_now();
    ir_unlock(&lock);
}

double jit_profile_seconds(void)
{
    ir_lock(&lock);
    uint64_t end = jit_profiling() ? jit_profile_now() : ended;
    ir_unlock(&lock);
    return (double)(end - atomic_load(&began)) * 1e-9;
}

/* Measures the cost of a site that does nothing, the best of several tries. */
static void calibrate(bool noted)
{
    enum { TRIES = 20, TIMES = 100 };
    static jit_site outer, site = {.around = &outer};
    outer.timed = true;
    site.loops = !noted;
    atomic_store(&site.calls, LOOP_EVENTS);
    uint64_t best = UINT64_MAX, inside = UINT64_MAX;
    for (int k = 0; k < TRIES; k++) {
        uint64_t begin = jit_profile_now(), total = atomic_load(&site.ns);
        for (int j = 0; j < TIMES; j++)
            jit_profile_timed(&site, jit_profile_now());
        uint64_t took = jit_profile_now() - begin;
        total = atomic_load(&site.ns) - total;
        best = took < best ? took : best;
        inside = total < inside ? total : inside;
    }
    if (!noted)
        inside_ns = inside / TIMES;
    all_ns[noted] = best / TIMES;
}

void jit_clock_calibrate(void)
{
    if (all_ns[0])
        return;
    jit_clock_start(0);
    calibrate(false);
    calibrate(true);
    jit_clock_stop();
}

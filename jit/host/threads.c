/* The thread pool: threads sleep until there is work, and then take turns taking items of it.
 *
 * It runs one piece of work at a time. A caller that finds the pool taken does its work alone, and
 * so does work within work. Items are handed out in runs that get shorter, so that all threads
 * finish at about the same time.
 */
#include "jit/host/host.h"

#include <fenv.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    WORTH_NS = 20000, /* work that takes longer is shared */
    SHARES = 8,       /* runs per thread, roughly */
    MESSAGE = 1024,
};

static struct {
    pthread_once_t once;
    pthread_mutex_t taken; /* held by the caller whose work it is */
    pthread_mutex_t lock;
    pthread_cond_t begin, end;
    int nthread; /* including the caller */
    unsigned round;
    int busy; /* pool threads that have not finished this round */
    /* the work */
    jac_host_work *work;
    void *env;
    int64_t n;
    size_t bytes;
    atomic_llong next;
    atomic_bool failed;
    char why[MESSAGE]; /* under lock: the first failure */
    const ir_loc *loc;
    fenv_t fenv; /* the caller's rounding, and whether subnormal numbers count as 0 */
} pool = {.once = PTHREAD_ONCE_INIT,
          .taken = PTHREAD_MUTEX_INITIALIZER,
          .lock = PTHREAD_MUTEX_INITIALIZER,
          .begin = PTHREAD_COND_INITIALIZER,
          .end = PTHREAD_COND_INITIALIZER};

static _Thread_local bool working;

/* ---- one thread's share --------------------------------------------------------------------- */

static int64_t take(int64_t *to)
{
    int64_t from = atomic_load(&pool.next), run;
    do {
        if (from >= pool.n)
            return pool.n;
        run = (pool.n - from) / (SHARES * pool.nthread);
        run = run ? run : 1;
    } while (!atomic_compare_exchange_weak(&pool.next, (long long *)&from, from + run));
    *to = from + run;
    return from;
}

/* Errors are recorded per thread, so this one is copied for the caller whose work it is. */
static void note_failure(void)
{
    pthread_mutex_lock(&pool.lock);
    if (!atomic_exchange(&pool.failed, true))
        snprintf(pool.why, sizeof pool.why, "%s", ir_error() ? ir_error() : "a thread failed");
    pthread_mutex_unlock(&pool.lock);
}

static void *memory_new(size_t bytes)
{
    void *memory = bytes ? ir_memory_take(bytes) : NULL;
    if (bytes && !memory)
        ir_fail("out of memory: a thread's temporaries take %zu bytes", bytes);
    return memory;
}

static void do_items(void *memory)
{
    int64_t from, to;
    working = true;
    while (!atomic_load(&pool.failed) && (from = take(&to)) < pool.n)
        if (!pool.work(pool.env, from, to, memory))
            note_failure();
    working = false;
}

static void help(void)
{
    void *memory = memory_new(pool.bytes);
    if (memory || !pool.bytes)
        do_items(memory);
    else
        note_failure();
    ir_memory_give(memory, pool.bytes);
}

static void *serve(void *arg)
{
    unsigned seen = (unsigned)(uintptr_t)arg;
    pthread_mutex_lock(&pool.lock);
    for (;;) {
        while (pool.round == seen)
            pthread_cond_wait(&pool.begin, &pool.lock);
        seen = pool.round;
        const ir_loc *loc = pool.loc;
        fesetenv(&pool.fenv);
        pthread_mutex_unlock(&pool.lock);
        const ir_loc *was = ir_loc_set(loc);
        help();
        ir_error_clear();
        ir_loc_set(was);
        pthread_mutex_lock(&pool.lock);
        if (--pool.busy == 0)
            pthread_cond_signal(&pool.end);
    }
    return NULL;
}

/* ---- starting ------------------------------------------------------------------------------- */

/* A child process has none of the threads, and starts its own when it has work for them. */
static void after_fork(void)
{
    pool.once = (pthread_once_t)PTHREAD_ONCE_INIT;
    pool.taken = pool.lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    pool.begin = pool.end = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    pool.round = 0;
    working = false;
}

static void start(void)
{
    static bool forks_are_known;
    int n = ir_thread_count();
    sigset_t was;
    pool.nthread = 1;
    ir_signals_block(&was);
    for (; pool.nthread < n; pool.nthread++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, NULL))
            break;
        pthread_detach(thread);
    }
    ir_signals_restore(&was);
    if (!forks_are_known)
        pthread_atfork(NULL, NULL, after_fork);
    forks_are_known = true;
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* ---- a piece of work ------------------------------------------------------------------------ */

/* Shares items `done` up to n among the threads. */
static uint8_t share(jac_host_work *work, void *env, int64_t done, int64_t n, size_t bytes,
                     void *memory)
{
    pthread_mutex_lock(&pool.lock);
    pool.work = work;
    pool.env = env;
    pool.n = n;
    pool.bytes = bytes;
    pool.loc = ir_loc_get();
    fegetenv(&pool.fenv);
    atomic_store(&pool.next, done);
    atomic_store(&pool.failed, false);
    pool.busy = pool.nthread - 1;
    pool.round++;
    pthread_cond_broadcast(&pool.begin);
    pthread_mutex_unlock(&pool.lock);
    do_items(memory);
    pthread_mutex_lock(&pool.lock);
    while (pool.busy)
        pthread_cond_wait(&pool.end, &pool.lock);
    bool failed = atomic_load(&pool.failed);
    pthread_mutex_unlock(&pool.lock);
    if (failed && !ir_error())
        ir_fail("%s", pool.why);
    return !failed;
}

/* Does one item first to see how long it takes, and then as many again as were done already, until
 * the rest seems worth sharing. One item is not enough because items differ, and the first may be
 * the shortest. */
static uint8_t share_if_worth(jac_host_work *work, void *env, int64_t n, size_t bytes, void *memory)
{
    int64_t begin = now_ns(), done = 0;
    for (int64_t next = 1; done < n; next = 2 * done < n ? 2 * done : n) {
        if (!work(env, done, next, memory))
            return 0;
        done = next;
        if ((double)(now_ns() - begin) / (double)done * (double)(n - done) >= WORTH_NS)
            break;
    }
    if (done == n)
        return 1;
    pthread_once(&pool.once, start);
    if (pool.nthread < 2 || pthread_mutex_trylock(&pool.taken))
        return work(env, done, n, memory);
    uint8_t ok = share(work, env, done, n, bytes, memory);
    pthread_mutex_unlock(&pool.taken);
    return ok;
}

bool jac_host_shares(void)
{
    return !working && ir_thread_count() > 1;
}

uint8_t jac_host_parallel(jac_host_work *work, void *env, int64_t n, size_t bytes)
{
    if (n < 1)
        return 1;
    void *memory = memory_new(bytes);
    if (bytes && !memory)
        return 0;
    uint8_t ok = n > 1 && jac_host_shares() ? share_if_worth(work, env, n, bytes, memory)
                                            : work(env, 0, n, memory);
    ir_memory_give(memory, bytes);
    return ok;
}

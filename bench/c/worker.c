/* The worker for the workloads written by hand, and their pool of threads. */
#include <cblas.h>
#include <gnu/libc-version.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "bench/c/c.h"
#include "bench/c/worker.h"

/* ---- threads --------------------------------------------------------------------------------- */

/* A pool whose threads sleep between jobs. A job is a range, cut into one part per thread; the
 * calling thread does part 0. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    int threads, left;
    uint64_t job;
    int64_t n;
    void (*body)(void *env, int64_t from, int64_t to);
    void *env;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER,
          .work = PTHREAD_COND_INITIALIZER,
          .done = PTHREAD_COND_INITIALIZER,
          .threads = 1};

/* Below this many elements, waking a thread costs more than it saves. */
enum { PARALLEL_FROM = 16384 };

static int64_t part(int k, int64_t n)
{
    int64_t at = n * k / pool.threads;
    return k == pool.threads ? n : n >= 64 * pool.threads ? at & ~(int64_t)63 : at;
}

static void *pool_thread(void *number)
{
    int k = (int)(intptr_t)number;
    uint64_t seen = 0;
    pthread_mutex_lock(&pool.lock);
    for (;;) {
        while (pool.job == seen)
            pthread_cond_wait(&pool.work, &pool.lock);
        seen = pool.job;
        pthread_mutex_unlock(&pool.lock);
        pool.body(pool.env, part(k, pool.n), part(k + 1, pool.n));
        pthread_mutex_lock(&pool.lock);
        if (--pool.left == 0)
            pthread_cond_signal(&pool.done);
    }
    return NULL;
}

void c_parallel_rows(int64_t n, void (*body)(void *env, int64_t from, int64_t to), void *env)
{
    if (pool.threads == 1) {
        body(env, 0, n);
        return;
    }
    pthread_mutex_lock(&pool.lock);
    pool.n = n, pool.body = body, pool.env = env;
    pool.left = pool.threads - 1;
    pool.job++;
    pthread_cond_broadcast(&pool.work);
    pthread_mutex_unlock(&pool.lock);
    body(env, 0, part(1, n));
    pthread_mutex_lock(&pool.lock);
    while (pool.left)
        pthread_cond_wait(&pool.done, &pool.lock);
    pthread_mutex_unlock(&pool.lock);
}

void c_parallel(int64_t n, void (*body)(void *env, int64_t from, int64_t to), void *env)
{
    if (n < PARALLEL_FROM)
        body(env, 0, n);
    else
        c_parallel_rows(n, body, env);
}

static void start_threads(int threads)
{
    pool.threads = threads;
    for (int k = 1; k < threads; k++) {
        pthread_t t;
        pthread_create(&t, NULL, pool_thread, (void *)(intptr_t)k);
        pthread_detach(t);
    }
}

/* ---- the questions --------------------------------------------------------------------------- */

static const c_work *const families[] = {
#define FAMILY(family) c_##family,
    C_FAMILIES(FAMILY)
#undef FAMILY
};

static const c_work *work;
static c_case at;

void *c_result(c_case *c, int k, digest_type type, int64_t count)
{
    size_t bytes = (size_t)count * (type == DIGEST_F64 ? 8 : 4);
    void *p = aligned_alloc(64, (bytes + 63) & ~(size_t)63);
    c->result[k].type = type;
    c->result[k].count = count;
    c->result[k].elements = p;
    c->nresults = k + 1 > c->nresults ? k + 1 : c->nresults;
    return p;
}

static worker_answer begin(const char *name, int64_t size, double *cold_ms)
{
    *cold_ms = 0;
    work = NULL;
    for (size_t k = 0; k < sizeof families / sizeof families[0] && !work; k++)
        for (const c_work *w = families[k]; w->name && !work; w++)
            if (!strcmp(w->name, name))
                work = w;
    if (!work)
        return WORKER_NONE;
    at = (c_case){.size = size};
    work->make(&at);
    worker_inputs_made();
    work->run(&at);
    return WORKER_OK;
}

static bool call(int64_t n)
{
    for (int64_t k = 0; k < n; k++)
        work->run(&at);
    return true;
}

static int results(void)
{
    return at.nresults;
}

static bool digest(int k)
{
    worker_digest(at.result[k].type, at.result[k].count, at.result[k].elements);
    return true;
}

static void end(void)
{
    for (int k = 0; k < C_BUFFERS; k++)
        free(at.buffer[k]);
    for (int k = 0; k < at.nresults; k++)
        free((void *)at.result[k].elements);
    at = (c_case){0};
}

static const char *error(void)
{
    return "failed";
}

int c_worker(int threads)
{
    start_threads(threads);
    char hello[256];
    snprintf(hello, sizeof hello, "clang %s, glibc %s with libmvec, %.40s", __clang_version__,
             gnu_get_libc_version(), openblas_get_config());
    return worker_run(&(worker_peer){hello, begin, call, results, digest, end, error});
}

/* fork() in a program with threads: a child has only the thread that forked, so it could never get
 * a lock that another thread held, and would find half done whatever another thread was doing.
 *
 * The idea: a gate. Work that must not be half done in a child (what is done under one of our
 * locks, compiling, products by the BLAS) passes through it, and fork() waits until nobody is
 * inside. So work behind the gate must not wait for work of other threads, which may be waiting at
 * the gate for the fork. Work that does is done under a lock that fork does not wait for
 * (ir_lock_slow), and that is free in the child.
 */
#include <pthread.h>

#include "ir/ir.h"

/* A fork that waits goes first: otherwise threads that keep coming would keep it waiting. */
#define NOBODY_INSIDE PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP
static pthread_rwlock_t gate = NOBODY_INSIDE;
static _Thread_local unsigned inside;
static _Thread_local unsigned forking; /* how many of our handlers have run */
static _Thread_local bool waited;

enum { MOST_SLOW = 8 };
static _Atomic(pthread_mutex_t *) slow[MOST_SLOW];

/* A signal handler may fork while its thread is inside; then waiting would never end. */
static void before(void)
{
    if (forking++)
        return;
    waited = !inside;
    if (waited)
        pthread_rwlock_wrlock(&gate);
}

static void after_in_parent(void)
{
    if (!--forking && waited)
        pthread_rwlock_unlock(&gate);
}

static void after_in_child(void)
{
    if (--forking)
        return;
    gate = (pthread_rwlock_t)NOBODY_INSIDE;
    if (inside)
        pthread_rwlock_rdlock(&gate);
    for (int k = 0; k < MOST_SLOW; k++)
        if (slow[k])
            *slow[k] = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}

void ir_fork_watch(void)
{
    pthread_atfork(before, after_in_parent, after_in_child);
}

static void watch_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, ir_fork_watch);
}

void ir_no_fork_begin(void)
{
    if (inside++)
        return;
    watch_once();
    pthread_rwlock_rdlock(&gate);
}

void ir_no_fork_end(void)
{
    if (inside == 1)
        pthread_rwlock_unlock(&gate);
    inside--; /* only now: a signal handler may fork between the two lines */
}

void ir_lock(pthread_mutex_t *m)
{
    ir_no_fork_begin();
    pthread_mutex_lock(m);
}

void ir_unlock(pthread_mutex_t *m)
{
    pthread_mutex_unlock(m);
    ir_no_fork_end();
}

void ir_lock_slow(pthread_mutex_t *m)
{
    watch_once();
    for (int k = 0; k < MOST_SLOW && slow[k] != m; k++) {
        pthread_mutex_t *free_place = NULL;
        if (atomic_compare_exchange_strong(&slow[k], &free_place, m) || free_place == m)
            break;
    }
    pthread_mutex_lock(m);
}

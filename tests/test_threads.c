/* The pool of threads: every item is done exactly once, and work is shared even if its first items
 * take no time. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "jit/host/host.h"

enum { ITEMS = 200, SHORT = 3 };

typedef struct {
    atomic_int done[ITEMS];
    pthread_t caller;
    atomic_int elsewhere;
} work;

static uint8_t some_items(void *env, int64_t from, int64_t to, void *memory)
{
    work *w = env;
    (void)memory;
    for (int64_t k = from; k < to; k++) {
        if (k >= SHORT)
            nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
        atomic_fetch_add(&w->done[k], 1);
        if (!pthread_equal(pthread_self(), w->caller))
            atomic_fetch_add(&w->elsewhere, 1);
    }
    return 1;
}

static void two(void)
{
    setenv("JACQUARD_NUM_THREADS", "2", 1);
}

Test(threads, work_that_begins_with_short_items_is_done_alone, .init = two)
{
    static work w;
    w.caller = pthread_self();
    cr_assert(jac_host_parallel(some_items, &w, ITEMS, 0));
    for (int k = 0; k < ITEMS; k++)
        cr_assert(w.done[k] == 1, "item %d was done %d times", k, w.done[k]);
    cr_assert(w.elsewhere > 0, "no other thread did any of %d items", ITEMS);
}

static uint8_t fails_late(void *env, int64_t from, int64_t to, void *memory)
{
    some_items(env, from, to, memory);
    return to <= ITEMS / 2;
}

Test(threads, a_failure_of_some_items_is_lost, .init = two)
{
    static work w;
    w.caller = pthread_self();
    cr_assert(!jac_host_parallel(fails_late, &w, ITEMS, 0));
    for (int k = 0; k < ITEMS; k++)
        cr_assert(w.done[k] <= 1, "item %d was done %d times", k, w.done[k]);
}

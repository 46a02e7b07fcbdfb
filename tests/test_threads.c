/* The pool of threads: every item is done exactly once, and work is shared even if its first items
 * take no time. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
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

Test(threads, work_that_begins_with_short_items_is_shared_too, .init = two)
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

Test(threads, a_failure_of_some_items_is_that_of_the_work, .init = two)
{
    static work w;
    w.caller = pthread_self();
    cr_assert(!jac_host_parallel(fails_late, &w, ITEMS, 0));
    for (int k = 0; k < ITEMS; k++)
        cr_assert(w.done[k] <= 1, "item %d was done %d times", k, w.done[k]);
}

static uint8_t fails_at_once(void *env, int64_t from, int64_t to, void *memory)
{
    some_items(env, from, to, memory);
    return 0;
}

Test(threads, after_a_failure_of_the_first_item_no_other_is_begun, .init = two)
{
    static work w;
    w.caller = pthread_self();
    cr_assert(!jac_host_parallel(fails_at_once, &w, ITEMS, 0));
    for (int k = 0; k < ITEMS; k++)
        cr_assert_eq(w.done[k], k == 0, "item %d was done %d times", k, w.done[k]);
    cr_assert(jac_host_parallel(fails_at_once, &w, 0, 0), "there is nothing that can fail");
}

static uint8_t fails_elsewhere(void *env, int64_t from, int64_t to, void *memory)
{
    const work *w = env;
    some_items(env, from, to, memory);
    return pthread_equal(pthread_self(), w->caller) || ir_fail("item %d is bad", (int)from);
}

Test(threads, the_caller_learns_why_another_thread_failed, .init = two)
{
    static work w;
    w.caller = pthread_self();
    cr_assert(!jac_host_parallel(fails_elsewhere, &w, ITEMS, 0));
    cr_assert(ir_error() && strstr(ir_error(), " is bad"), "%s", ir_error() ? ir_error() : "none");
    /* an error that the caller has already is kept */
    cr_assert(!jac_host_parallel(fails_elsewhere, &w, ITEMS, 0));
    ir_error_clear();
    ir_fail("of before");
    cr_assert(!jac_host_parallel(fails_elsewhere, &w, ITEMS, 0));
    cr_assert(strstr(ir_error(), "of before"), "%s", ir_error());
}

static uint8_t uses_memory(void *env, int64_t from, int64_t to, void *memory)
{
    volatile int64_t *mine = memory;
    *mine = from;
    uint8_t ok = some_items(env, from, to, NULL);
    return ok && *mine == from;
}

Test(threads, each_thread_has_temporaries_of_its_own, .init = two)
{
    static work w;
    w.caller = pthread_self();
    cr_assert(jac_host_parallel(uses_memory, &w, ITEMS, sizeof(int64_t)));
    cr_assert(w.elsewhere > 0);
}

typedef struct {
    work *outer;
    pthread_t caller;
    atomic_int elsewhere;
} inner_work;

static uint8_t inner_items(void *env, int64_t from, int64_t to, void *memory)
{
    inner_work *w = env;
    (void)memory;
    nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    if (!pthread_equal(pthread_self(), w->caller))
        atomic_fetch_add(&w->elsewhere, (int)(to - from));
    return 1;
}

static uint8_t outer_items(void *env, int64_t from, int64_t to, void *memory)
{
    inner_work w = {env, pthread_self(), 0};
    some_items(env, from, to, memory);
    bool shares =
        !pthread_equal(w.caller, w.outer->caller); /* the first items are not shared yet */
    return jac_host_parallel(inner_items, &w, 10, 0) && !(shares && w.elsewhere);
}

Test(threads, work_within_shared_work_is_not_shared_again, .init = two)
{
    static work w;
    w.caller = pthread_self();
    cr_assert(jac_host_parallel(outer_items, &w, ITEMS, 0));
    cr_assert(w.elsewhere > 0, "no other thread did any of %d items", ITEMS);
}

/* The pool is in use until the second caller has done its work. */
static atomic_bool pool_is_taken, second_is_done;

static uint8_t waits(void *env, int64_t from, int64_t to, void *memory)
{
    const work *w = env;
    (void)from, (void)to, (void)memory;
    if (!pthread_equal(pthread_self(), w->caller))
        atomic_store(&pool_is_taken, true);
    for (int k = 0; k < 10000 && atomic_load(&pool_is_taken) && !atomic_load(&second_is_done); k++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return 1;
}

static void *first_caller(void *arg)
{
    work *w = arg;
    w->caller = pthread_self();
    return jac_host_parallel(waits, w, 50, 0) ? w : NULL;
}

Test(threads, a_caller_that_finds_the_pool_in_use_works_alone, .init = two)
{
    static work first, second;
    pthread_t thread;
    void *result;
    second.caller = pthread_self();
    cr_assert_eq(pthread_create(&thread, NULL, first_caller, &first), 0);
    while (!atomic_load(&pool_is_taken))
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    cr_assert(jac_host_parallel(some_items, &second, ITEMS, 0));
    atomic_store(&second_is_done, true);
    pthread_join(thread, &result);
    cr_assert(result);
    cr_assert_eq(second.elsewhere, 0);
    for (int k = 0; k < ITEMS; k++)
        cr_assert_eq(second.done[k], 1);
}

static void one(void)
{
    setenv("JACQUARD_NUM_THREADS", "1", 1);
}

Test(threads, with_one_thread_the_caller_does_all_work, .init = one)
{
    static work w;
    w.caller = pthread_self();
    cr_assert(jac_host_parallel(some_items, &w, ITEMS, 0));
    cr_assert_eq(w.elsewhere, 0);
}

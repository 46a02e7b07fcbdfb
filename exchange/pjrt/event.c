/* Events: something that will be done, or that has failed. */
#include "exchange/pjrt/plugin.h"

#include <stdlib.h>

typedef struct waiter waiter;
struct waiter {
    pjrt_when_ready *call;
    void *arg;
    waiter *next;
};

struct pjrt_event {
    PJRT_OBJECT;
    atomic_int refs;
    pthread_mutex_t lock;
    pthread_cond_t fired;
    bool ready;
    pjrt_error *error;
    waiter *waiters;
};

/* The event of everything that is done at once. It is never freed. */
static pjrt_event done = {
    .lock = PTHREAD_MUTEX_INITIALIZER, .fired = PTHREAD_COND_INITIALIZER, .ready = true};

pjrt_event *pjrt_event_done(void)
{
    return &done;
}

pjrt_event *pjrt_event_new(void)
{
    pjrt_event *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    atomic_init(&e->refs, 1);
    pthread_mutex_init(&e->lock, NULL);
    pthread_cond_init(&e->fired, NULL);
    return e;
}

pjrt_event *pjrt_event_of(const pjrt_error *error)
{
    pjrt_event *e = error ? pjrt_event_new() : &done;
    if (e && e != &done)
        pjrt_event_fire(e, pjrt_error_copy(error));
    return e;
}

void pjrt_event_retain(pjrt_event *e)
{
    if (e != &done)
        atomic_fetch_add(&e->refs, 1);
}

static void destroy_error(pjrt_error *e)
{
    if (e)
        pjrt_Error_Destroy(&(pjrt_Error_Destroy_args){.error = e});
}

void pjrt_event_release(pjrt_event *e)
{
    if (!e || e == &done || atomic_fetch_sub(&e->refs, 1) != 1)
        return;
    destroy_error(e->error);
    pthread_mutex_destroy(&e->lock);
    pthread_cond_destroy(&e->fired);
    free(e);
}

void pjrt_event_fire(pjrt_event *e, pjrt_error *error)
{
    pthread_mutex_lock(&e->lock);
    waiter *w = e->waiters;
    bool was_ready = e->ready;
    if (!was_ready) {
        e->ready = true;
        e->error = error;
        e->waiters = NULL;
    }
    pthread_cond_broadcast(&e->fired);
    pthread_mutex_unlock(&e->lock);
    if (was_ready) {
        destroy_error(error);
        return;
    }
    while (w) {
        waiter *next = w->next;
        w->call(pjrt_error_copy(error), w->arg);
        free(w);
        w = next;
    }
}

API(Event_Destroy)
{
    pjrt_event_release(a->event);
    return NULL;
}

API(Event_IsReady)
{
    pthread_mutex_lock(&a->event->lock);
    a->is_ready = a->event->ready;
    pthread_mutex_unlock(&a->event->lock);
    return NULL;
}

API(Event_Error)
{
    pthread_mutex_lock(&a->event->lock);
    pjrt_error *e = pjrt_error_copy(a->event->error);
    pthread_mutex_unlock(&a->event->lock);
    return e;
}

pjrt_error *pjrt_event_wait(pjrt_event *e)
{
    if (e == &done)
        return NULL;
    pthread_mutex_lock(&e->lock);
    while (!e->ready)
        pthread_cond_wait(&e->fired, &e->lock);
    pjrt_error *error = pjrt_error_copy(e->error);
    pthread_mutex_unlock(&e->lock);
    return error;
}

API(Event_Await)
{
    return pjrt_event_wait(a->event);
}

/* Calls at once if it is ready. */
API(Event_OnReady)
{
    pjrt_event *e = a->event;
    waiter *w = NULL;
    pthread_mutex_lock(&e->lock);
    bool ready = e->ready;
    if (!ready && (w = malloc(sizeof *w))) {
        *w = (waiter){a->callback, a->user_arg, e->waiters};
        e->waiters = w;
    }
    pthread_mutex_unlock(&e->lock);
    if (ready)
        a->callback(pjrt_error_copy(e->error), a->user_arg);
    else if (!w)
        return pjrt_fail(PJRT_RESOURCE_EXHAUSTED, "out of memory");
    return NULL;
}

API(Event_Create)
{
    a->event = pjrt_event_new();
    return a->event ? NULL : pjrt_fail(PJRT_RESOURCE_EXHAUSTED, "out of memory");
}

API(Event_Set)
{
    pjrt_error *e = a->code ? pjrt_fail(a->code, "%.*s", (int)a->message_size, a->message) : NULL;
    pjrt_event_fire(a->event, e);
    return NULL;
}

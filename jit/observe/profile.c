/* The profile of the process: the programs in it, and its beginning and end. */
#include <pthread.h>

#include "jit/observe/profile.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the list */
static jit_profile *programs;

/* ---- programs ------------------------------------------------------------------------------- */

void jit_profile_add(jit_profile *p)
{
    ir_lock(&lock);
    jit_profile **at = &programs;
    while (*at)
        at = &(*at)->next;
    *at = p;
    ir_unlock(&lock);
}

static bool has_run(const jit_profile *p)
{
    bool any = false;
    for (int k = 0; k < p->nsite; k++)
        any = any || atomic_load(&p->site[k].calls);
    return any;
}

/* If the program ran, its profile is kept, because rows and events refer to it. */
void jit_profile_drop(jit_profile *p)
{
    if (!p)
        return;
    ir_lock(&lock);
    p->gone = true;
    if (!has_run(p)) {
        jit_profile **at = &programs;
        while (*at != p)
            at = &(*at)->next;
        *at = p->next;
        jit_profile_free(p);
    }
    ir_unlock(&lock);
}

void jit_profile_visit(void (*see)(const jit_profile *p, void *env), void *env)
{
    ir_lock(&lock);
    for (const jit_profile *p = programs; p; p = p->next)
        if (has_run(p))
            see(p, env);
    ir_unlock(&lock);
}

/* ---- begin and end -------------------------------------------------------------------------- */

static void clear(jit_profile *p)
{
    for (int k = 0; k < p->nsite; k++)
        jit_site_clear(&p->site[k]);
    for (int k = 0; k < p->nblock; k++)
        atomic_store(&p->block[k].times, 0);
}

/* Frees the profiles of dropped programs and clears the others. Under the lock. */
static void clear_all(void)
{
    for (jit_profile **at = &programs; *at;) {
        jit_profile *p = *at;
        if (p->gone) {
            *at = p->next;
            jit_profile_free(p);
        } else {
            clear(p);
            at = &p->next;
        }
    }
}

void jit_profile_begin(size_t events)
{
    static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
    ir_lock(&one);
    jit_clock_calibrate();
    jit_clock_stop();
    ir_lock(&lock);
    clear_all();
    ir_unlock(&lock);
    jit_interpreted_clear();
    jit_clock_start(events);
    jit_interpreted_watch(true);
    ir_unlock(&one);
}

void jit_profile_end(void)
{
    jit_interpreted_watch(false);
    jit_clock_stop();
}

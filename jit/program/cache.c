/* Programs are shared by all threads and found by their key. Unused programs are kept until there
 * are too many; then the least recently used one is freed.
 */
#include <pthread.h>
#include <string.h>

#include "jit/program/compile.h"

enum { BUCKETS = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static jit_program *bucket[BUCKETS];
static jit_program *newest, *oldest;
static int nprogram;

int jit_cache_count(void)
{
    ir_lock(&lock);
    int n = nprogram;
    ir_unlock(&lock);
    return n;
}

/* ---- the table, under the lock -------------------------------------------------------------- */

static void link_newest(jit_program *p)
{
    p->newer = NULL;
    p->older = newest;
    *(newest ? &newest->newer : &oldest) = p;
    newest = p;
}

static void unlink_order(jit_program *p)
{
    *(p->newer ? &p->newer->older : &newest) = p->older;
    *(p->older ? &p->older->newer : &oldest) = p->newer;
}

static bool same_donated(const jit_key *a, const jit_key *b)
{
    return !a->donated == !b->donated &&
           (!a->donated || !memcmp(a->donated, b->donated, (size_t)a->g->nin));
}

static bool same_key(const jit_key *a, const jit_key *b)
{
    return a->hash.lo == b->hash.lo && a->hash.hi == b->hash.hi && a->profiled == b->profiled &&
           a->backend == b->backend && !memcmp(&a->limits, &b->limits, sizeof a->limits) &&
           ir_graph_equal(a->g, b->g) && same_donated(a, b);
}

static jit_program *find(const jit_key *key)
{
    for (jit_program *p = bucket[key->hash.lo % BUCKETS]; p; p = p->chain)
        if (same_key(&p->key, key)) {
            unlink_order(p);
            link_newest(p);
            p->users++;
            return p;
        }
    return NULL;
}

static void insert(jit_program *p)
{
    p->chain = bucket[p->key.hash.lo % BUCKETS];
    bucket[p->key.hash.lo % BUCKETS] = p;
    link_newest(p);
    nprogram++;
}

static void remove_program(jit_program *p)
{
    jit_program **at = &bucket[p->key.hash.lo % BUCKETS];
    while (*at != p)
        at = &(*at)->chain;
    *at = p->chain;
    unlink_order(p);
    nprogram--;
}

/* Removes unused programs beyond the bound and returns them as a list linked by `chain`. */
static jit_program *take_surplus(void)
{
    jit_program *surplus = NULL;
    for (jit_program *p = oldest, *next; p && nprogram > JIT_CACHE_KEEPS; p = next) {
        next = p->newer;
        if (p->users)
            continue;
        remove_program(p);
        p->chain = surplus;
        surplus = p;
    }
    return surplus;
}

/* ---- the interface -------------------------------------------------------------------------- */

static void free_all(jit_program *p)
{
    for (jit_program *next; p; p = next) {
        next = p->chain;
        jit_program_free(p);
    }
}

jit_program *jit_cache_find(const jit_key *key)
{
    ir_lock(&lock);
    jit_program *p = find(key);
    ir_unlock(&lock);
    return p;
}

jit_program *jit_cache_publish(jit_program *p)
{
    unsigned failures = ir_fail_count();
    ir_lock(&lock);
    jit_program *there = find(&p->key); /* allocates memory to compare graphs */
    bool ok = there || ir_fail_count() == failures;
    if (!there && ok)
        insert(p);
    jit_program *surplus = take_surplus();
    ir_unlock(&lock);
    free_all(surplus);
    if (!there && ok)
        return p;
    jit_program_free(p);
    return there;
}

void jit_release(jit_program *p)
{
    if (!p)
        return;
    ir_lock(&lock);
    p->users--;
    jit_program *surplus = take_surplus();
    ir_unlock(&lock);
    free_all(surplus);
}

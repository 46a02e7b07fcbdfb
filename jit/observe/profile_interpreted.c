/* The interpreter's equations in a profile: one site for each primitive at each line and type.
 *
 * While a profile is taken, equations run through here (ir_watch). Equations inside a loop run
 * inside the loop's site, so each thread knows the site it is in. Sites are never freed, because a
 * thread may be inside one when a new profile begins. Beyond a bound, all further sites of a
 * primitive share one.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "jit/observe/profile.h"

enum { BUCKETS = 256, MOST = 4096 };

typedef struct kind {
    struct kind *next;
    const ir_op *op;
    ir_type type;
    jit_amounts sum; /* under the lock */
    jit_site site;
} kind;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static kind *bucket[BUCKETS];
static int nkind;
static const jit_profile interpreter = {.name = "(interpreter)"};
static _Thread_local jit_site *around;

/* The type of e's site: that of its largest operand or result. */
static const ir_type *type_of(const ir_eqn *e)
{
    const ir_type *most = &e->out[0]->type;
    for (int k = 0; k < e->nin; k++)
        if (ir_type_count(&e->in[k]->type) > ir_type_count(most))
            most = &e->in[k]->type;
    return most;
}

static bool at_line(const jit_site *s, const ir_loc *loc)
{
    bool named = loc && loc->file;
    return !s->file ? !named : named && s->line == loc->line && !strcmp(s->file, loc->file);
}

static kind *kind_new(const ir_op *op, const ir_loc *loc, const ir_type *type)
{
    kind *k = ir_new(sizeof *k);
    char *file = loc && loc->file ? strdup(loc->file) : NULL, *text = strdup(ir_type_tmp(type));
    if (!k || !text || (loc && loc->file && !file)) {
        free(k);
        free(file);
        free(text);
        return NULL;
    }
    k->op = op;
    k->type = *type;
    k->site = (jit_site){.of = &interpreter,
                         .kind = "interpreted",
                         .name = op->name,
                         .file = file,
                         .line = loc ? loc->line : 0,
                         .type = text,
                         .depth = 1,
                         .timed = true,
                         .loops = true};
    nkind++;
    return k;
}

/* Under the lock. NULL if there is no memory to count it. */
static kind *kind_of(const ir_eqn *e)
{
    const ir_loc *loc = e->loc;
    const ir_type *type = type_of(e);
    static const ir_type any;
    if (nkind >= MOST) {
        loc = NULL;
        type = &any;
    }
    uint64_t h = (uintptr_t)e->op / sizeof(void *) * 31 + (uint64_t)(loc ? loc->line : 0);
    kind **at = &bucket[(h * 0x9e3779b97f4a7c15u >> 32) % BUCKETS];
    for (kind *k = *at; k; k = k->next)
        if (k->op == e->op && ir_same_type(&k->type, type) && at_line(&k->site, loc))
            return k;
    IR_OPTIONAL;
    kind *made = kind_new(e->op, loc, type);
    if (!made)
        return NULL;
    made->next = *at;
    return *at = made;
}

static bool run(const ir_eqn *e, const void *const *in, void *const *out)
{
    jit_amounts each = jit_measure_alone(e);
    ir_lock(&lock);
    kind *k = kind_of(e);
    if (k)
        jit_amounts_add(&k->sum, &each, 1);
    ir_unlock(&lock);
    if (!k)
        return ir_run_eqn(e, in, out);
    jit_site *outer = around;
    around = &k->site;
    uint64_t begin = jit_profile_now();
    bool ok = ir_run_eqn(e, in, out);
    jit_profile_timed(&k->site, begin);
    around = outer;
    if (outer)
        atomic_fetch_add(&outer->inner_ns, jit_profile_now() - begin);
    return ok;
}

void jit_interpreted_watch(bool on)
{
    atomic_store(&ir_watch, on ? run : NULL);
}

void jit_interpreted_clear(void)
{
    ir_lock(&lock);
    for (int b = 0; b < BUCKETS; b++)
        for (kind *k = bucket[b]; k; k = k->next) {
            jit_site_clear(&k->site);
            k->sum = (jit_amounts){0};
        }
    ir_unlock(&lock);
}

void jit_interpreted_visit(void (*see)(const jit_site *s, const jit_amounts *sum, void *env),
                           void *env)
{
    ir_lock(&lock);
    for (int b = 0; b < BUCKETS; b++)
        for (kind *k = bucket[b]; k; k = k->next)
            if (atomic_load(&k->site.calls))
                see(&k->site, &k->sum, env);
    ir_unlock(&lock);
}

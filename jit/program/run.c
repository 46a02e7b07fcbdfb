/* Calling a program. Its temporaries lie in one arena; each thread keeps one and lets it grow. A
 * call within a call (a kernel that runs a program itself) gets one of its own.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "jit/program/compile.h"

enum { KEEP_BYTES = 64 << 20 }; /* larger ones others may have between calls */

typedef struct {
    char *bytes;
    size_t size;
    bool busy;
} scratch;

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local scratch mine;

static void drop(scratch *s)
{
    ir_memory_give(s->bytes, s->size);
    s->bytes = NULL;
    s->size = 0;
}

static void thread_ends(void *s)
{
    drop(s);
}

static void init(void)
{
    pthread_key_create(&key, thread_ends);
}

static char *take(size_t bytes)
{
    if (mine.size < bytes) {
        drop(&mine);
        mine.bytes = ir_memory_take(bytes);
        mine.size = mine.bytes ? bytes : 0;
        pthread_once(&once, init);
        pthread_setspecific(key, &mine);
    }
    return mine.bytes;
}

static void give_back(void)
{
    if (mine.size > KEEP_BYTES)
        drop(&mine);
}

/* Calls the code; tapes in the arena and among the results begin empty, and the arena ends so. */
static bool enter(const jit_program *p, const void *const *in, void *const *out, char *arena)
{
    if (p->tapes_out)
        for (int k = 0; k < p->key.g->nout; k++)
            if (ir_is_tape(&p->key.g->out[k]->type))
                memset(out[k], 0, sizeof(ir_tape *));
    for (int k = 0; k < p->facts.ntape; k++)
        memset(arena + p->tape[k], 0, sizeof(ir_tape *));
    bool ok = p->code.entry(in, out, arena, p->eqns);
    for (int k = 0; k < p->facts.ntape; k++)
        ir_tape_release(*(ir_tape **)(arena + p->tape[k]));
    return ok;
}

static bool run_nested(const jit_program *p, const void *const *in, void *const *out)
{
    char *arena = ir_memory_take(p->facts.arena_bytes);
    bool ok = arena ? enter(p, in, out, arena)
                    : ir_fail("out of memory: the temporaries of %s take %zu bytes", p->key.g->name,
                              (size_t)p->facts.arena_bytes);
    ir_memory_give(arena, p->facts.arena_bytes);
    return ok;
}

bool jit_run(const jit_program *p, const void *const *in, void *const *out)
{
    if (!p->facts.arena_bytes)
        return enter(p, in, out, NULL);
    if (mine.busy)
        return run_nested(p, in, out);
    char *arena = take(p->facts.arena_bytes);
    if (!arena)
        return ir_fail("out of memory: the temporaries of %s take %zu bytes", p->key.g->name,
                       (size_t)p->facts.arena_bytes);
    mine.busy = true;
    bool ok = enter(p, in, out, arena);
    mine.busy = false;
    give_back();
    return ok;
}

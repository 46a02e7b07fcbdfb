/* Calls a program. Its temporaries are in an arena, which each thread keeps and grows as needed. A
 * call within a call (a kernel that itself runs a program) gets a separate arena.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "jit/host/host.h"

enum { KEEP_BYTES = 64 << 20 }; /* larger arenas are given back after each call */

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

/* Calls the code. Tapes in the arena and among the results start empty, and tapes left in the arena
 * are released at the end. */
static bool enter(const jac_host_program *p, const void *const *in, void *const *out, char *arena)
{
    for (int k = 0; k < p->ntape_out; k++)
        memset(out[p->tape_out[k]], 0, sizeof(ir_tape *));
    for (int k = 0; k < p->ntape; k++)
        memset(arena + p->tape[k], 0, sizeof(ir_tape *));
    bool ok = p->entry(in, out, arena, p->table);
    for (int k = 0; k < p->ntape; k++)
        ir_tape_release(*(ir_tape **)(arena + p->tape[k]));
    return ok;
}

static bool run_nested(const jac_host_program *p, const void *const *in, void *const *out)
{
    char *arena = ir_memory_take(p->arena_bytes);
    bool ok = arena ? enter(p, in, out, arena)
                    : ir_fail("out of memory: the temporaries of %s take %zu bytes", p->name,
                              p->arena_bytes);
    ir_memory_give(arena, p->arena_bytes);
    return ok;
}

bool jac_host_run(const jac_host_program *p, const void *const *in, void *const *out)
{
    if (!p->arena_bytes)
        return enter(p, in, out, NULL);
    if (mine.busy)
        return run_nested(p, in, out);
    char *arena = take(p->arena_bytes);
    if (!arena)
        return ir_fail("out of memory: the temporaries of %s take %zu bytes", p->name,
                       p->arena_bytes);
    mine.busy = true;
    bool ok = enter(p, in, out, arena);
    mine.busy = false;
    give_back();
    return ok;
}

const char *jac_host_error(void)
{
    return ir_error();
}

/* Calling a program. Its temporaries lie in one arena; each thread keeps one and lets it grow. A
 * call within a call (a kernel that runs a program itself) gets one of its own.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "jit/compile.h"

enum { KEEP_BYTES = 64 << 20 }; /* larger ones are not kept between calls */

typedef struct {
    char *bytes;
    size_t size;
    bool busy;
} scratch;

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local scratch mine;

static void thread_ends(void *bytes)
{
    free(bytes);
}

static void init(void)
{
    pthread_key_create(&key, thread_ends);
}

static char *take(size_t bytes)
{
    if (mine.size < bytes) {
        free(mine.bytes);
        mine.size = (bytes + 4095) & ~(size_t)4095;
        mine.bytes = aligned_alloc(64, mine.size);
        pthread_once(&once, init);
        pthread_setspecific(key, mine.bytes);
        if (!mine.bytes)
            mine.size = 0;
    }
    return mine.bytes;
}

static void give_back(void)
{
    if (mine.size > KEEP_BYTES) {
        free(mine.bytes);
        mine = (scratch){0};
        pthread_setspecific(key, NULL);
    }
}

/* Calls the code; tapes in the arena and among the results begin empty, and the arena ends so. */
static bool enter(const jit_program *p, const void *const *in, void *const *out, char *arena)
{
    if (p->tapes_out)
        for (int k = 0; k < p->g->nout; k++)
            if (ir_is_tape(&p->g->out[k]->type))
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
    char *arena = aligned_alloc(64, (p->facts.arena_bytes + 63) & ~(size_t)63);
    bool ok = arena ? enter(p, in, out, arena)
                    : ir_fail("out of memory: the temporaries of %s take %zu bytes", p->g->name,
                              (size_t)p->facts.arena_bytes);
    free(arena);
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
        return ir_fail("out of memory: the temporaries of %s take %zu bytes", p->g->name,
                       (size_t)p->facts.arena_bytes);
    mine.busy = true;
    bool ok = enter(p, in, out, arena);
    mine.busy = false;
    give_back();
    return ok;
}

/* JACQUARD_DEBUG: a list of the tools that should see compiled code. Unless it is set, nothing here
 * costs anything.
 */
#include "jit/observe/debug.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "jit/schedule/schedule.h"

struct jit_shown {
    jit_gdb_entry *gdb;
};

enum { GDB = 1, PERF = 2 };
static pthread_once_t once = PTHREAD_ONCE_INIT;
static unsigned wanted;

static void read_wish(void)
{
    wanted = ir_env_list("JACQUARD_DEBUG", "gdb", "perf");
}

bool jit_debug_wanted(void)
{
    pthread_once(&once, read_wish);
    return wanted;
}

/* ---- the key -------------------------------------------------------------------------------- */

static void put(XXH3_state_t *to, const char *text)
{
    XXH3_128bits_update(to, text ? text : "", text ? strlen(text) + 1 : 1);
}

static void put_places(XXH3_state_t *to, const ir_graph *g)
{
    ptrmap place = {0};
    const ir_eqn **e = jit_list_eqns(g, &place);
    for (size_t k = 0; e && k < place.used; k++) {
        const ir_loc *loc = e[k]->loc;
        if (loc) {
            XXH3_128bits_update(to, &loc->line, sizeof loc->line);
            put(to, loc->file);
            put(to, loc->func);
        }
    }
    free(e);
    ptrmap_free(&place);
}

ir_hash128 jit_debug_key(const ir_graph *g, ir_hash128 hash)
{
    if (!jit_debug_wanted())
        return hash;
    XXH3_state_t *state = XXH3_createState();
    if (!state) {
        ir_fail("out of memory: cannot hash %s", g->name);
        return hash;
    }
    XXH3_128bits_reset(state);
    XXH3_128bits_update(state, &hash, sizeof hash);
    put(state, g->name);
    put_places(state, g);
    XXH128_hash_t sum = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    return (ir_hash128){sum.low64, sum.high64};
}

/* ---- showing and hiding --------------------------------------------------------------------- */

jit_shown *jit_debug_show(char *object, size_t bytes, const char *entry, uint64_t address,
                          const char *name)
{
    jit_object o;
    IR_OPTIONAL;
    if (!object)
        return NULL;
    if (!jit_object_open(&o, object, bytes, entry, address)) {
        free(object);
        return NULL;
    }
    if (wanted & PERF)
        jit_dump_object(&o, name);
    if (!(wanted & GDB)) {
        free(object);
        return NULL;
    }
    jit_shown *s = ir_new(sizeof *s);
    if (s && (s->gdb = jit_gdb_register(&o)))
        return s;
    free(object);
    free(s);
    return NULL;
}

void jit_debug_hide(jit_shown *s)
{
    if (!s)
        return;
    jit_gdb_unregister(s->gdb);
    free(s);
}

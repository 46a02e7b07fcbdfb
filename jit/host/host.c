/* What compiled code calls in this process.
 *
 * Code holds no addresses, so that it can be kept in a file: these functions are symbols that the
 * loader defines (orc.c), and an equation that one of them wants is a place in the table that a
 * program is called with.
 */
#include <pthread.h>
#include <stdlib.h>

#include "jit/host/host.h"
#include "jit/observe/profile.h"
#include "ops/scalar/scalar.h"

/* ---- tapes ----------------------------------------------------------------------------------- */

/* Where a loop reads of a tape that has no such slice: zeros. Large ones are made when they are
 * first needed, and stay: who reads them does not say when it is done. */
static const void *zeros(size_t bytes)
{
    static _Alignas(64) const char page[65536];
    static struct large {
        struct large *next;
        size_t bytes;
        double zeros[];
    } *largest;
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    if (bytes <= sizeof page)
        return page;
    pthread_mutex_lock(&lock);
    if (!largest || largest->bytes < bytes) {
        struct large *made = ir_xmalloc(sizeof *made + bytes);
        *made = (struct large){largest, bytes};
        largest = made;
    }
    const void *found = largest->zeros;
    pthread_mutex_unlock(&lock);
    return found;
}

/* A new tape for output k of e. */
static bool tape_open(ir_tape **buffer, const ir_eqn *e, int64_t k, int64_t length)
{
    const ir_type *t = &e->out[k]->type;
    ir_type slice = ir_type_make((ir_dtype)t->dtype, t->rank - 1, t->dim + 1);
    ir_tape_release(*buffer);
    *buffer = ir_tape_new(&slice);
    return ir_tape_resize(*buffer, length > 0 ? length : 0);
}

static void *tape_next(ir_tape **buffer, int64_t at)
{
    return ir_tape_resize(*buffer, at + 1) ? ir_tape_at(*buffer, at) : NULL;
}

static const void *tape_read(ir_tape *const *buffer, int64_t at, size_t bytes)
{
    const void *slice = ir_tape_at(*buffer, at);
    return slice ? slice : zeros(bytes);
}

static void tape_copy(ir_tape **to, ir_tape *const *from)
{
    ir_tape *old = *to;
    *to = ir_tape_retain(*from);
    ir_tape_release(old);
}

static void tape_drop(ir_tape **buffer)
{
    ir_tape_release(*buffer);
    *buffer = NULL;
}

/* ---- the table ------------------------------------------------------------------------------- */

const jit_host_function jit_host_functions[] = {
    {"jac_host_eval", (void *)ir_run_eqn},
    {"jac_host_tape_open", (void *)tape_open},
    {"jac_host_tape_next", (void *)tape_next},
    {"jac_host_tape_read", (void *)tape_read},
    {"jac_host_tape_copy", (void *)tape_copy},
    {"jac_host_tape_drop", (void *)tape_drop},
    {"jac_host_parallel", (void *)jit_parallel},
    {"jac_host_clock", (void *)jit_profile_now},
    {"jac_host_timed", (void *)jit_profile_timed},
#define RARE(name) {"jk_" #name "_large_f64", (void *)jk_##name##_large_f64},
    JK_TRIG_F64(RARE){NULL, NULL},
};

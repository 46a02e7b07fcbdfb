/* Tapes for compiled code: a buffer holds a counted pointer to a tape, or NULL.
 */
#include <pthread.h>
#include <stdlib.h>

#include "jit/host/host.h"

/* Zeros, for a loop that reads a slice that the tape does not have. Large blocks are made on
 * first use and never freed, because readers do not say when they are done. NULL with an error
 * recorded. */
static const void *zeros(size_t bytes)
{
    static _Alignas(64) const char page[JAC_HOST_ZEROS];
    static struct large {
        struct large *next;
        size_t bytes;
        double zeros[];
    } *largest;
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    if (bytes <= sizeof page)
        return page;
    ir_lock(&lock);
    if (!largest || largest->bytes < bytes) {
        struct large *made = ir_new(sizeof *made + bytes);
        if (made) {
            *made = (struct large){largest, bytes};
            largest = made;
        }
    }
    const void *found = largest && largest->bytes >= bytes ? largest->zeros : NULL;
    ir_unlock(&lock);
    return found;
}

uint8_t jac_host_tape_open(ir_tape **buffer, const int64_t *type, int64_t length)
{
    ir_type slice = ir_type_make((ir_dtype)type[0], (int)type[1], type + 2);
    ir_tape_release(*buffer);
    *buffer = ir_tape_new(&slice);
    return *buffer && ir_tape_resize(*buffer, length > 0 ? length : 0);
}

void *jac_host_tape_next(ir_tape **buffer, int64_t at)
{
    return ir_tape_resize(*buffer, at + 1) ? ir_tape_at(*buffer, at) : NULL;
}

const void *jac_host_tape_read(ir_tape *const *buffer, int64_t at, size_t bytes)
{
    const void *slice = ir_tape_at(*buffer, at);
    return slice ? slice : zeros(bytes);
}

void jac_host_tape_copy(ir_tape **to, ir_tape *const *from)
{
    ir_tape *old = *to;
    *to = ir_tape_retain(*from);
    ir_tape_release(old);
}

void jac_host_tape_drop(ir_tape **buffer)
{
    ir_tape_release(*buffer);
    *buffer = NULL;
}

/* Arrays: immutable, dense, row-major memory with a count of references.
 *
 * An array may be shared between threads; it is written only by who has just made it.
 */
#include <stdlib.h>

#include "runtime/runtime.h"

static atomic_size_t live_bytes;

size_t jac_live_bytes(void)
{
    return atomic_load_explicit(&live_bytes, memory_order_relaxed);
}

rt_array *rt_array_new(const ir_type *t)
{
    size_t bytes = ir_type_bytes(t);
    void *data = ir_memory_take(bytes);
    if (!data) {
        ir_fail("out of memory: an array %s takes %zu bytes", ir_type_tmp(t), bytes);
        return NULL;
    }
    rt_array *a = ir_xmalloc(sizeof *a);
    atomic_init(&a->refs, 1);
    a->type = *t;
    a->data = data;
    if (ir_is_tape(t))
        *(ir_tape **) data = NULL;
    atomic_fetch_add_explicit(&live_bytes, bytes, memory_order_relaxed);
    return a;
}

rt_array *rt_array_retain(rt_array *a)
{
    atomic_fetch_add_explicit(&a->refs, 1, memory_order_relaxed);
    return a;
}

void rt_array_release(rt_array *a)
{
    if (!a || atomic_fetch_sub_explicit(&a->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (!a->borrowed) {
        atomic_fetch_sub_explicit(&live_bytes, ir_type_bytes(&a->type), memory_order_relaxed);
        ir_buffer_drop(&a->type, a->data);
        ir_memory_give(a->data, ir_type_bytes(&a->type));
    } else if (a->release) {
        a->release(a->env);
    }
    free(a);
}

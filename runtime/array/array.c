/* Arrays: immutable, dense, row-major memory with a reference count.
 *
 * Threads may share an array. Only the code that creates it writes to it, before it is shared.
 */
#include <stdlib.h>

#include "runtime/runtime.h"

static atomic_size_t live_bytes;

size_t jac_live_bytes(void)
{
    return atomic_load_explicit(&live_bytes, memory_order_relaxed);
}

static rt_array *describe(const ir_type *t, void *data)
{
    rt_array *a = ir_memory_take(sizeof *a);
    if (!a) {
        ir_fail("out of memory: cannot create an array of type %s", ir_type_tmp(t));
        return NULL;
    }
    atomic_init(&a->refs, 1);
    a->type = *t;
    a->data = data;
    a->borrowed = false;
    return a;
}

rt_array *rt_array_new(const ir_type *t)
{
    size_t bytes = ir_type_bytes(t);
    void *data = ir_memory_take(bytes);
    if (!data) {
        ir_fail("out of memory: an array of type %s takes %zu bytes", ir_type_tmp(t), bytes);
        return NULL;
    }
    rt_array *a = describe(t, data);
    if (!a) {
        ir_memory_give(data, bytes);
        return NULL;
    }
    if (ir_is_tape(t))
        *(ir_tape **)data = NULL;
    atomic_fetch_add_explicit(&live_bytes, bytes, memory_order_relaxed);
    return a;
}

rt_array *rt_array_borrow(const ir_type *t, void *data, void (*release)(void *env), void *env)
{
    rt_array *a = describe(t, data);
    if (a) {
        a->borrowed = true;
        a->release = release;
        a->env = env;
    }
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
    ir_memory_give(a, sizeof *a);
}

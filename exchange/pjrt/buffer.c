/* Buffers: what they are, who holds them, and when they go. */
#include "exchange/pjrt/plugin.h"

#include <stdlib.h>

int64_t *pjrt_minor_to_major(int rank)
{
    static int64_t order[IR_MAX_RANK];
    for (int k = 0; k < IR_MAX_RANK; k++) /* always the same numbers, so threads may write them */
        order[k] = IR_MAX_RANK - 1 - k;
    return order + IR_MAX_RANK - rank;
}

pjrt_buffer *pjrt_buffer_new(pjrt_device *device, const ir_type *type, rt_array *array)
{
    pjrt_buffer *b = malloc(sizeof *b);
    if (!b) {
        rt_array_release(array);
        return NULL;
    }
    *b = (pjrt_buffer){.device = device, .type = *type, .array = array};
    pthread_mutex_init(&b->lock, NULL);
    return b;
}

rt_array *pjrt_buffer_array(pjrt_buffer *b, pjrt_error **error)
{
    if (b->pending && (*error = pjrt_event_wait(b->pending)))
        return NULL;
    pthread_mutex_lock(&b->lock);
    rt_array *array = b->array ? rt_array_retain(b->array) : NULL;
    pthread_mutex_unlock(&b->lock);
    if (!array)
        *error = pjrt_fail(PJRT_INVALID_ARGUMENT, "a buffer of type %s has been deleted or donated",
                           ir_type_tmp(&b->type));
    return array;
}

void pjrt_buffer_delete(pjrt_buffer *b)
{
    pthread_mutex_lock(&b->lock);
    rt_array *array = b->array;
    b->array = NULL;
    pthread_mutex_unlock(&b->lock);
    rt_array_release(array);
}

API(Buffer_Destroy)
{
    pjrt_buffer *b = a->buffer;
    rt_array_release(b->array);
    rt_array_release(b->held);
    pjrt_event_release(b->pending);
    pthread_mutex_destroy(&b->lock);
    free(b);
    return NULL;
}

API(Buffer_Delete)
{
    pjrt_buffer_delete(a->buffer);
    return NULL;
}

API(Buffer_IsDeleted)
{
    pthread_mutex_lock(&a->buffer->lock);
    a->is_deleted = !a->buffer->array;
    pthread_mutex_unlock(&a->buffer->lock);
    return NULL;
}

/* ---- what it is ---------------------------------------------------------------------------------------- */

API(Buffer_ElementType)
{
    a->type = pjrt_type_of(a->buffer->type.dtype);
    return NULL;
}

API(Buffer_Dimensions)
{
    a->dims = a->buffer->type.dim;
    a->num_dims = (size_t)a->buffer->type.rank;
    return NULL;
}

API(Buffer_UnpaddedDimensions)
{
    a->dims = a->buffer->type.dim;
    a->num_dims = (size_t)a->buffer->type.rank;
    return NULL;
}

API(Buffer_DynamicDimensionIndices)
{
    a->indices = NULL;
    a->num_dynamic_dims = 0;
    return NULL;
}

API(Buffer_GetMemoryLayout)
{
    int rank = a->buffer->type.rank;
    a->layout = (pjrt_layout){.struct_size = sizeof a->layout,
                              .kind = PJRT_TILED,
                              .tiled = {.struct_size = sizeof a->layout.tiled,
                                        .minor_to_major = pjrt_minor_to_major(rank),
                                        .minor_to_major_size = (size_t)rank}};
    return NULL;
}

API(Buffer_OnDeviceSizeInBytes)
{
    a->size = ir_type_bytes(&a->buffer->type);
    return NULL;
}

API(Buffer_Device)
{
    a->device = a->buffer->device;
    return NULL;
}

API(Buffer_Memory)
{
    a->memory = &a->buffer->device->memory;
    return NULL;
}

API(Buffer_IsOnCpu)
{
    a->is_on_cpu = true;
    return NULL;
}

API(Buffer_ReadyEvent)
{
    a->event = a->buffer->pending ? a->buffer->pending : pjrt_event_done();
    pjrt_event_retain(a->event);
    return NULL;
}

/* ---- pointers into it ---------------------------------------------------------------------------------- */

static pjrt_error *pointer(pjrt_buffer *b, void **to)
{
    pjrt_error *error = NULL;
    rt_array *array = pjrt_buffer_array(b, &error);
    *to = array ? array->data : NULL;
    rt_array_release(array); /* the caller keeps the buffer */
    return error;
}

API(Buffer_UnsafePointer)
{
    void *p;
    pjrt_error *error = pointer(a->buffer, &p);
    a->pointer = (uintptr_t)p;
    return error;
}

API(Buffer_OpaqueDeviceMemoryDataPointer)
{
    return pointer(a->buffer, &a->pointer);
}

/* The array stays while somebody outside holds it, even if the buffer is deleted. As the array has
 * a second holder, it is not overwritten if it is donated. */
API(Buffer_IncreaseExternalReferenceCount)
{
    pjrt_buffer *b = a->buffer;
    pjrt_error *error = NULL;
    rt_array *array = pjrt_buffer_array(b, &error);
    if (!array)
        return error;
    pthread_mutex_lock(&b->lock);
    if (!b->nheld++) {
        b->held = array;
        array = NULL;
    }
    pthread_mutex_unlock(&b->lock);
    rt_array_release(array);
    return NULL;
}

API(Buffer_DecreaseExternalReferenceCount)
{
    pjrt_buffer *b = a->buffer;
    rt_array *last = NULL;
    pthread_mutex_lock(&b->lock);
    bool ok = b->nheld > 0;
    if (ok && !--b->nheld) {
        last = b->held;
        b->held = NULL;
    }
    pthread_mutex_unlock(&b->lock);
    rt_array_release(last);
    return ok ? NULL : pjrt_fail(PJRT_INVALID_ARGUMENT, "the buffer has no external reference");
}

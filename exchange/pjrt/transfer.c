/* Arrays from and to the host's memory, which is also the devices'. */
#include "exchange/pjrt/plugin.h"

#include <stdlib.h>

enum { SHARED_ALIGNMENT = 64 }; /* of the host's memory that a buffer may be */

static pjrt_error *out_of_memory(void)
{
    return pjrt_fail(PJRT_RESOURCE_EXHAUSTED, "out of memory");
}

/* ---- strides ------------------------------------------------------------------------------------------- */

/* The distances of neighbours in bytes, for dimensions in this order; NULL: row-major. */
static void strides_of(const ir_type *t, const int64_t *minor_to_major, int64_t *stride)
{
    int64_t step = (int64_t)ir_dtypes[t->dtype].size;
    for (int k = 0; k < t->rank; k++) {
        int d = minor_to_major ? (int)minor_to_major[k] : t->rank - 1 - k;
        stride[d] = step;
        step *= t->dim[d];
    }
}

static bool is_row_major(const ir_type *t, const int64_t *stride)
{
    int64_t dense[IR_MAX_RANK];
    strides_of(t, NULL, dense);
    for (int d = 0; d < t->rank; d++)
        if (t->dim[d] > 1 && stride[d] != dense[d])
            return false;
    return true;
}

static void copy(const ir_type *t, int d, char *to, const int64_t *to_stride, const char *from,
                 const int64_t *from_stride)
{
    size_t size = ir_dtypes[t->dtype].size;
    if (d == t->rank) {
        memcpy(to, from, size);
        return;
    }
    for (int64_t k = 0; k < t->dim[d]; k++)
        copy(t, d + 1, to + k * to_stride[d], to_stride, from + k * from_stride[d], from_stride);
}

static void copy_strided(const ir_type *t, void *to, const int64_t *to_stride, const void *from,
                         const int64_t *from_stride)
{
    if (!ir_type_count(t))
        return;
    if (is_row_major(t, to_stride) && is_row_major(t, from_stride))
        memcpy(to, from, ir_type_bytes(t));
    else
        copy(t, 0, to, to_stride, from, from_stride);
}

/* The strides of a layout; NULL: row-major. */
static pjrt_error *read_layout(const ir_type *t, const pjrt_layout *layout, int64_t *stride)
{
    strides_of(t, NULL, stride);
    if (!layout)
        return NULL;
    if (layout->kind == PJRT_STRIDES) {
        if (layout->strides.num_byte_strides != (size_t)t->rank)
            return pjrt_fail(PJRT_INVALID_ARGUMENT, "a layout has %zu strides, but the array %s",
                             layout->strides.num_byte_strides, ir_count_tmp(t->rank, "dimension"));
        memcpy(stride, layout->strides.byte_strides, (size_t)t->rank * sizeof *stride);
        return NULL;
    }
    const pjrt_tiled *tiled = &layout->tiled;
    bool seen[IR_MAX_RANK] = {false};
    if (tiled->num_tiles)
        return pjrt_fail(PJRT_UNIMPLEMENTED, "layouts with tiles are not supported");
    bool ok = tiled->minor_to_major_size == (size_t)t->rank;
    for (int k = 0; ok && k < t->rank; k++) {
        int64_t d = tiled->minor_to_major[k];
        ok = d >= 0 && d < t->rank && !seen[d];
        if (ok)
            seen[d] = true;
    }
    if (!ok)
        return pjrt_fail(PJRT_INVALID_ARGUMENT, "a layout does not fit an array of %s",
                         ir_count_tmp(t->rank, "dimension"));
    strides_of(t, tiled->minor_to_major, stride);
    return NULL;
}

/* Arrays on a device are row-major. */
static pjrt_error *check_device_layout(const ir_type *t, const pjrt_layout *layout)
{
    int64_t stride[IR_MAX_RANK];
    pjrt_error *error = read_layout(t, layout, stride);
    if (error || is_row_major(t, stride))
        return error;
    return pjrt_fail(PJRT_UNIMPLEMENTED, "on a device arrays are row-major");
}

/* ---- from the host ------------------------------------------------------------------------------------- */

static pjrt_device *device_of(const pjrt_client *c, pjrt_device *device, const pjrt_memory *memory)
{
    return memory ? memory->device : device ? device : c->device[0];
}

static void fire(void *event)
{
    pjrt_event_fire(event, NULL);
    pjrt_event_release(event);
}

/* The array is the host's memory until the last holder lets it go, which sets *done. */
static rt_array *share(const ir_type *t, const void *data, pjrt_event **done)
{
    pjrt_event *e = *done = pjrt_event_new();
    if (!e)
        return NULL;
    pjrt_event_retain(e);
    rt_array *array = rt_array_borrow(t, (void *)data, fire, e);
    if (!array) {
        pjrt_event_release(e);
        pjrt_event_release(e);
    }
    return array;
}

static rt_array *copy_in(const ir_type *t, const void *data, const int64_t *stride)
{
    int64_t dense[IR_MAX_RANK];
    rt_array *array = rt_array_new(t);
    strides_of(t, NULL, dense);
    if (array)
        copy_strided(t, array->data, dense, data, stride);
    return array;
}

API(Client_BufferFromHostBuffer)
{
    ir_type t;
    int64_t stride[IR_MAX_RANK];
    pjrt_error *error = pjrt_shape_of(a->type, a->dims, a->num_dims, &t);
    error = error ? error : check_device_layout(&t, a->device_layout);
    if (error)
        return error;
    strides_of(&t, NULL, stride);
    if (a->byte_strides && a->num_byte_strides != a->num_dims)
        return pjrt_fail(PJRT_INVALID_ARGUMENT, "there are %zu strides for %zu dimensions",
                         a->num_byte_strides, a->num_dims);
    if (a->byte_strides && a->num_dims)
        memcpy(stride, a->byte_strides, a->num_dims * sizeof *stride);
    bool shared = (a->semantics == PJRT_SHARE_IMMUTABLE || a->semantics == PJRT_SHARE_MUTABLE) &&
                  (uintptr_t)a->data % SHARED_ALIGNMENT == 0 && is_row_major(&t, stride) &&
                  ir_type_count(&t);
    a->done_with_host_buffer = pjrt_event_done();
    rt_array *array =
        shared ? share(&t, a->data, &a->done_with_host_buffer) : copy_in(&t, a->data, stride);
    if (!array)
        return pjrt_failed(PJRT_RESOURCE_EXHAUSTED);
    a->buffer = pjrt_buffer_new(device_of(a->client, a->device, a->memory), &t, array);
    return a->buffer ? NULL : out_of_memory();
}

/* ---- views, and buffers without contents --------------------------------------------------------------- */

typedef struct {
    void (*call)(void *pointer, void *user_arg);
    void *pointer, *arg;
} on_delete;

static void let_go(void *env)
{
    on_delete *o = env;
    if (o->call)
        o->call(o->pointer, o->arg);
    free(o);
}

API(Client_CreateViewOfDeviceBuffer)
{
    ir_type t;
    pjrt_error *error = pjrt_shape_of(a->type, a->dims, a->num_dims, &t);
    error = error ? error : check_device_layout(&t, a->layout);
    on_delete *o = error ? NULL : malloc(sizeof *o);
    if (error || !o)
        return error ? error : out_of_memory();
    *o = (on_delete){a->on_delete, a->pointer, a->on_delete_arg};
    rt_array *array = rt_array_borrow(&t, a->pointer, let_go, o);
    bool has_memory =
        a->struct_size >=
        offsetof(pjrt_Client_CreateViewOfDeviceBuffer_args, memory) + sizeof a->memory;
    if (!array) {
        free(o);
        return pjrt_failed(PJRT_RESOURCE_EXHAUSTED);
    }
    a->buffer =
        pjrt_buffer_new(device_of(a->client, a->device, has_memory ? a->memory : NULL), &t, array);
    return a->buffer ? NULL : out_of_memory();
}

API(Client_CreateUninitializedBuffer)
{
    ir_type t;
    pjrt_error *error = pjrt_shape_of(a->type, a->dims, a->num_dims, &t);
    error = error ? error : check_device_layout(&t, a->layout);
    if (error)
        return error;
    rt_array *array = rt_array_new(&t);
    if (!array)
        return pjrt_failed(PJRT_RESOURCE_EXHAUSTED);
    a->buffer = pjrt_buffer_new(device_of(a->client, a->device, a->memory), &t, array);
    return a->buffer ? NULL : out_of_memory();
}

API(Client_CreateErrorBuffer)
{
    ir_type t;
    pjrt_error *error = pjrt_shape_of(a->type, a->dims, a->num_dims, &t);
    if (error)
        return error;
    pjrt_event *failed = pjrt_event_new();
    rt_array *array = failed ? rt_array_new(&(ir_type){.dtype = t.dtype}) : NULL;
    if (!array || !(a->buffer = pjrt_buffer_new(a->memory->device, &t, array))) {
        pjrt_event_release(failed);
        return out_of_memory();
    }
    a->buffer->pending = failed;
    pjrt_event_fire(failed, pjrt_fail(a->code, "%.*s", (int)a->message_size, a->message));
    return NULL;
}

/* ---- to the host and to other devices ------------------------------------------------------------------ */

API(Buffer_ToHostBuffer)
{
    const ir_type *t = &a->src->type;
    int64_t dense[IR_MAX_RANK], stride[IR_MAX_RANK];
    pjrt_error *error = read_layout(t, a->host_layout, stride);
    if (error)
        return error;
    if (!a->dst) {
        a->dst_size = ir_type_bytes(t);
        return NULL;
    }
    if (a->dst_size < ir_type_bytes(t))
        return pjrt_fail(PJRT_INVALID_ARGUMENT, "%s needs %zu bytes, but %zu are there",
                         ir_type_tmp(t), ir_type_bytes(t), a->dst_size);
    rt_array *array = pjrt_buffer_array(a->src, &error);
    if (!array)
        return error;
    strides_of(t, NULL, dense);
    copy_strided(t, a->dst, stride, array->data, dense);
    rt_array_release(array);
    a->event = pjrt_event_done();
    return NULL;
}

API(Buffer_CopyRawToHost)
{
    pjrt_error *error = NULL;
    int64_t bytes = (int64_t)ir_type_bytes(&a->buffer->type);
    if (a->offset < 0 || a->size < 0 || a->offset > bytes || a->size > bytes - a->offset)
        return pjrt_fail(PJRT_OUT_OF_RANGE, "%lld bytes from %lld on are not within %lld",
                         (long long)a->size, (long long)a->offset, (long long)bytes);
    rt_array *array = pjrt_buffer_array(a->buffer, &error);
    if (!array)
        return error;
    if (a->size)
        memcpy(a->dst, (const char *)array->data + a->offset, (size_t)a->size);
    rt_array_release(array);
    a->event = pjrt_event_done();
    return NULL;
}

/* Devices share their memory, and arrays never change. */
static pjrt_error *copy_to(pjrt_buffer *b, pjrt_device *device, const ir_type *type,
                           pjrt_buffer **to)
{
    pjrt_error *error = NULL;
    rt_array *array = pjrt_buffer_array(b, &error);
    if (!array)
        return error;
    *to = pjrt_buffer_new(device, type, array);
    return *to ? NULL : out_of_memory();
}

API(Buffer_CopyToDevice)
{
    return copy_to(a->buffer, a->device, &a->buffer->type, &a->copy);
}

API(Buffer_CopyToMemory)
{
    return copy_to(a->buffer, a->memory->device, &a->buffer->type, &a->copy);
}

API(Buffer_Bitcast)
{
    ir_type t;
    pjrt_error *error = pjrt_shape_of(a->type, a->dims, a->num_dims, &t);
    error = error ? error : check_device_layout(&t, a->layout);
    if (error)
        return error;
    if (ir_type_bytes(&t) != ir_type_bytes(&a->buffer->type))
        return pjrt_fail(PJRT_INVALID_ARGUMENT, "%s has %zu bytes, but %s has %zu", ir_type_tmp(&t),
                         ir_type_bytes(&t), ir_type_tmp(&a->buffer->type),
                         ir_type_bytes(&a->buffer->type));
    return copy_to(a->buffer, a->buffer->device, &t, &a->made);
}

/* ---- in pieces ------------------------------------------------------------------------------------------ */

/* Buffers that are there at once, and are filled piece by piece; each is ready when its last piece
 * is there. The manager and those who retrieved a buffer share its array. */
struct pjrt_transfer {
    PJRT_OBJECT;
    pjrt_device *device;
    size_t n;
    pjrt_buffer *buffer[];
};

static void free_transfer(pjrt_transfer *t)
{
    for (size_t k = 0; k < t->n; k++) {
        pjrt_event_fire(t->buffer[k]->pending,
                        pjrt_fail(PJRT_INTERNAL, "a buffer was never filled"));
        pjrt_Buffer_Destroy(&(pjrt_Buffer_Destroy_args){.buffer = t->buffer[k]});
    }
    free(t);
}

API(AsyncHostToDeviceTransferManager_Destroy)
{
    free_transfer(a->transfer);
    return NULL;
}

API(Client_CreateBuffersForAsyncHostToDevice)
{
    pjrt_transfer *t = calloc(1, sizeof *t + a->num_shapes * sizeof(pjrt_buffer *));
    if (!t)
        return out_of_memory();
    t->device = a->memory->device;
    for (; t->n < a->num_shapes; t->n++) {
        const pjrt_shape *s = &a->shapes[t->n];
        pjrt_Client_CreateUninitializedBuffer_args made = {.client = a->client,
                                                           .dims = s->dims,
                                                           .num_dims = s->num_dims,
                                                           .type = s->element_type,
                                                           .memory = a->memory};
        pjrt_error *error = pjrt_Client_CreateUninitializedBuffer(&made);
        pjrt_event *pending = error ? NULL : pjrt_event_new();
        if (!pending) {
            free_transfer(t);
            return error ? error : out_of_memory();
        }
        t->buffer[t->n] = made.buffer;
        made.buffer->pending = pending;
    }
    a->transfer = t;
    return NULL;
}

static pjrt_error *at(const pjrt_transfer *t, int index, pjrt_buffer **to)
{
    if (index < 0 || (size_t)index >= t->n)
        return pjrt_fail(PJRT_OUT_OF_RANGE, "there is no buffer %d; there are %zu", index, t->n);
    *to = t->buffer[index];
    return NULL;
}

API(AsyncHostToDeviceTransferManager_TransferData)
{
    pjrt_buffer *b = NULL;
    pjrt_error *error = at(a->transfer, a->index, &b);
    if (error)
        return error;
    int64_t bytes = (int64_t)ir_type_bytes(&b->type);
    if (a->offset < 0 || a->size < 0 || a->offset > bytes || a->size > bytes - a->offset)
        return pjrt_fail(PJRT_OUT_OF_RANGE, "%lld bytes from %lld on are not within %lld",
                         (long long)a->size, (long long)a->offset, (long long)bytes);
    if (a->size)
        memcpy((char *)b->array->data + a->offset, a->data, (size_t)a->size);
    if (a->is_last)
        pjrt_event_fire(b->pending, NULL);
    a->done = pjrt_event_done();
    return NULL;
}

API(AsyncHostToDeviceTransferManager_RetrieveBuffer)
{
    pjrt_buffer *b = NULL;
    pjrt_error *error = at(a->transfer, a->index, &b);
    if (error)
        return error;
    a->buffer = pjrt_buffer_new(b->device, &b->type, rt_array_retain(b->array));
    if (!a->buffer)
        return out_of_memory();
    a->buffer->pending = b->pending;
    pjrt_event_retain(b->pending);
    return NULL;
}

API(AsyncHostToDeviceTransferManager_Device)
{
    a->device = a->transfer->device;
    return NULL;
}

API(AsyncHostToDeviceTransferManager_BufferCount)
{
    a->count = a->transfer->n;
    return NULL;
}

API(AsyncHostToDeviceTransferManager_BufferSize)
{
    pjrt_buffer *b = NULL;
    pjrt_error *error = at(a->transfer, a->index, &b);
    a->size = b ? ir_type_bytes(&b->type) : 0;
    return error;
}

API(AsyncHostToDeviceTransferManager_SetBufferError)
{
    pjrt_buffer *b = NULL;
    pjrt_error *error = at(a->transfer, a->index, &b);
    if (error)
        return error;
    pjrt_event_fire(b->pending, pjrt_fail(a->code, "%.*s", (int)a->message_size, a->message));
    return NULL;
}

API(AsyncHostToDeviceTransferManager_AddMetadata)
{
    (void)a; /* it says nothing that we need */
    return NULL;
}

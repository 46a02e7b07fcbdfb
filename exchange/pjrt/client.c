/* The client, its devices and their memories. JACQUARD_DEVICES says how many devices there are. */
#include "exchange/pjrt/plugin.h"

#include <stdlib.h>

static const char platform[] = "jacquard";
const char pjrt_memory_kind[] = "device";
enum { MOST_DEVICES = 1024 };

#define SAY(to, size, text) ((to) = (text), (size) = strlen(text))

static int devices_wanted(void)
{
    const char *text = getenv("JACQUARD_DEVICES");
    char *end;
    long n = text ? strtol(text, &end, 10) : 1;
    return text && (*end || n < 1 || n > MOST_DEVICES) ? 0 : (int)n;
}

static void free_client(pjrt_client *c)
{
    for (size_t k = 0; c && c->device && k < c->ndevice; k++)
        free(c->device[k]);
    if (c) {
        free(c->device);
        free(c->memory);
    }
    free(c);
}

static pjrt_client *new_client(int n)
{
    pjrt_client *c = calloc(1, sizeof *c);
    bool ok = c && (c->device = calloc((size_t)n, sizeof *c->device)) &&
              (c->memory = calloc((size_t)n, sizeof *c->memory));
    for (; ok && c->ndevice < (size_t)n; c->ndevice++) {
        int id = (int)c->ndevice;
        pjrt_device *d = c->device[id] = calloc(1, sizeof *d);
        if (!(ok = d != NULL))
            break;
        d->id = d->memory.id = id;
        d->memory.device = d->self[0] = d;
        d->memories[0] = c->memory[id] = &d->memory;
        snprintf(d->name, sizeof d->name, "jacquard:%d", id);
        snprintf(d->memory.name, sizeof d->memory.name, "memory of jacquard:%d", id);
    }
    if (ok)
        return c;
    free_client(c);
    return NULL;
}

static pjrt_error *create(pjrt_client **to)
{
    int n = devices_wanted();
    if (!n)
        return pjrt_fail(PJRT_INVALID_ARGUMENT,
                         "JACQUARD_DEVICES must be a number from 1 to %d, but is %s", MOST_DEVICES,
                         getenv("JACQUARD_DEVICES"));
    *to = new_client(n);
    return *to ? NULL : pjrt_fail(PJRT_RESOURCE_EXHAUSTED, "out of memory");
}

/* ---- client ----------------------------------------------------------------------------------------- */

API(Client_Create)
{
    return create(&a->client);
}

API(Client_Destroy)
{
    free_client(a->client);
    return NULL;
}

API(Client_PlatformName)
{
    SAY(a->name, a->name_size, platform);
    return NULL;
}

API(Client_PlatformVersion)
{
    SAY(a->version, a->version_size, jac_version());
    return NULL;
}

API(Client_ProcessIndex)
{
    a->process_index = 0;
    return NULL;
}

API(Client_Devices)
{
    a->devices = a->client->device;
    a->num_devices = a->client->ndevice;
    return NULL;
}

API(Client_AddressableDevices)
{
    a->devices = a->client->device;
    a->num_devices = a->client->ndevice;
    return NULL;
}

API(Client_AddressableMemories)
{
    a->memories = a->client->memory;
    a->num_memories = a->client->ndevice;
    return NULL;
}

static pjrt_error *look_up(const pjrt_client *c, int id, pjrt_device **to)
{
    if (id < 0 || (size_t)id >= c->ndevice)
        return pjrt_fail(PJRT_NOT_FOUND, "there is no device %d; there are %zu", id, c->ndevice);
    *to = c->device[id];
    return NULL;
}

API(Client_LookupDevice)
{
    return look_up(a->client, a->id, &a->device);
}

API(Client_LookupAddressableDevice)
{
    return look_up(a->client, a->local_hardware_id, &a->device);
}

API(Client_DefaultDeviceAssignment)
{
    size_t n = (size_t)a->num_replicas * (size_t)a->num_partitions;
    if (a->num_replicas < 1 || a->num_partitions < 1 || n > a->client->ndevice ||
        n > a->default_assignment_size)
        return pjrt_fail(PJRT_INVALID_ARGUMENT,
                         "%d replicas of %d partitions do not fit %zu devices", a->num_replicas,
                         a->num_partitions, a->client->ndevice);
    for (size_t k = 0; k < n; k++)
        a->default_assignment[k] = (int)k;
    return NULL;
}

/* ---- devices ----------------------------------------------------------------------------------------- */

API(DeviceDescription_Id)
{
    a->id = a->device->id;
    return NULL;
}

API(DeviceDescription_ProcessIndex)
{
    a->process_index = 0;
    return NULL;
}

API(DeviceDescription_Attributes)
{
    a->attributes = NULL;
    a->num_attributes = 0;
    return NULL;
}

API(DeviceDescription_Kind)
{
    SAY(a->kind, a->kind_size, platform);
    return NULL;
}

API(DeviceDescription_DebugString)
{
    SAY(a->string, a->size, a->device->name);
    return NULL;
}

API(DeviceDescription_ToString)
{
    SAY(a->string, a->size, a->device->name);
    return NULL;
}

API(Device_GetDescription)
{
    a->description = a->device;
    return NULL;
}

API(Device_IsAddressable)
{
    a->is_addressable = true;
    return NULL;
}

API(Device_LocalHardwareId)
{
    a->local_hardware_id = a->device->id;
    return NULL;
}

API(Device_AddressableMemories)
{
    a->memories = a->device->memories;
    a->num_memories = 1;
    return NULL;
}

API(Device_DefaultMemory)
{
    a->memory = &a->device->memory;
    return NULL;
}

static void keep_attributes(void *owner)
{
    (void)owner; /* there are none */
}

API(Device_GetAttributes)
{
    a->attributes = NULL;
    a->num_attributes = 0;
    a->owner = NULL;
    a->deleter = keep_attributes;
    return NULL;
}

/* Of all devices together. */
API(Device_MemoryStats)
{
    size_t head = offsetof(pjrt_Device_MemoryStats_args, bytes_in_use),
           more = head + sizeof a->bytes_in_use;
    if (a->struct_size > more)
        memset((char *)a + more, 0, a->struct_size - more); /* nothing else is known */
    a->bytes_in_use = (int64_t)jac_live_bytes();
    return NULL;
}

API(Device_ClearMemoryStats)
{
    (void)a; /* no peak is kept */
    return NULL;
}

/* ---- memories ---------------------------------------------------------------------------------------- */

API(Memory_Id)
{
    a->id = a->memory->id;
    return NULL;
}

API(Memory_Kind)
{
    SAY(a->kind, a->kind_size, pjrt_memory_kind);
    return NULL;
}

API(Memory_Kind_Id)
{
    a->kind_id = 0;
    return NULL;
}

API(Memory_DebugString)
{
    SAY(a->string, a->size, a->memory->name);
    return NULL;
}

API(Memory_ToString)
{
    SAY(a->string, a->size, a->memory->name);
    return NULL;
}

API(Memory_AddressableByDevices)
{
    a->devices = a->memory->device->self;
    a->num_devices = 1;
    return NULL;
}

/* ---- topology ---------------------------------------------------------------------------------------- */

API(Client_TopologyDescription)
{
    a->topology = a->client;
    return NULL;
}

API(TopologyDescription_Create)
{
    return create(&a->topology);
}

API(TopologyDescription_Destroy)
{
    free_client(a->topology);
    return NULL;
}

API(TopologyDescription_PlatformName)
{
    SAY(a->name, a->name_size, platform);
    return NULL;
}

API(TopologyDescription_PlatformVersion)
{
    SAY(a->version, a->version_size, jac_version());
    return NULL;
}

API(TopologyDescription_GetDeviceDescriptions)
{
    a->descriptions = a->topology->device;
    a->num_descriptions = a->topology->ndevice;
    return NULL;
}

API(TopologyDescription_Attributes)
{
    a->attributes = NULL;
    a->num_attributes = 0;
    return NULL;
}

API(TopologyDescription_Fingerprint)
{
    a->fingerprint = a->topology->ndevice;
    return NULL;
}

/* Serialised, it is the number of devices. */
API(TopologyDescription_Serialize)
{
    char *text = malloc(16);
    if (!text)
        return pjrt_fail(PJRT_RESOURCE_EXHAUSTED, "out of memory");
    snprintf(text, 16, "%zu", a->topology->ndevice);
    SAY(a->bytes, a->size, text);
    a->owner = text;
    a->deleter = free;
    return NULL;
}

API(TopologyDescription_Deserialize)
{
    size_t n = 0;
    bool ok = a->size > 0 && a->size < 5;
    for (size_t k = 0; ok && k < a->size; k++) {
        ok = a->bytes[k] >= '0' && a->bytes[k] <= '9';
        n = 10 * n + (size_t)(a->bytes[k] - '0');
    }
    if (!ok || n < 1 || n > MOST_DEVICES)
        return pjrt_fail(PJRT_INVALID_ARGUMENT, "the bytes are not a topology of this plug-in");
    a->topology = new_client((int)n);
    return a->topology ? NULL : pjrt_fail(PJRT_RESOURCE_EXHAUSTED, "out of memory");
}

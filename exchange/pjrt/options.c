/* The options of a compilation: a CompileOptionsProto, of which only the devices matter here. */
#include "exchange/pjrt/options.h"

/* The numbers of the fields. */
enum {
    BUILD_OPTIONS = 3,  /* of CompileOptionsProto */
    DEVICE_ORDINAL = 1, /* of ExecutableBuildOptionsProto */
    NUM_REPLICAS = 4,
    NUM_PARTITIONS = 5,
    DEVICE_ASSIGNMENT = 9,
    COMPUTATION_DEVICES = 3, /* of DeviceAssignmentProto */
    REPLICA_DEVICE_IDS = 1,  /* of its ComputationDevice */
};

/* What is left of a message. */
typedef struct {
    const unsigned char *at, *end;
} message;

typedef struct {
    int number, wire;
    uint64_t value; /* of a field that is a number */
    message inside; /* of any other */
} field;

static bool varint(message *m, uint64_t *to)
{
    *to = 0;
    for (int shift = 0; m->at < m->end && shift < 64; shift += 7) {
        unsigned byte = *m->at++;
        *to |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return true;
    }
    return false;
}

/* False: there is no further field, or no valid one. */
static bool next(message *m, field *f)
{
    uint64_t key, n;
    if (!varint(m, &key))
        return false;
    *f = (field){.number = (int)(key >> 3), .wire = (int)(key & 7)};
    switch (f->wire) {
    case 0:
        return varint(m, &f->value);
    case 1:
    case 5:
        n = f->wire == 1 ? 8 : 4;
        break;
    case 2:
        if (!varint(m, &n))
            return false;
        break;
    default:
        return false;
    }
    if (n > (uint64_t)(m->end - m->at))
        return false;
    f->inside = (message){m->at, m->at + n};
    m->at += n;
    return true;
}

/* The first device; a list of numbers may be packed. */
static void read_assignment(message m, pjrt_options *o)
{
    field computation, ids;
    if (!next(&m, &computation))
        return;
    while (computation.number != COMPUTATION_DEVICES)
        if (!next(&m, &computation))
            return;
    if (next(&computation.inside, &ids) && ids.number == REPLICA_DEVICE_IDS) {
        uint64_t id = ids.value;
        if (ids.wire == 2 && !varint(&ids.inside, &id))
            return;
        o->device = (int64_t)id;
    }
}

static void read_build_options(message m, pjrt_options *o)
{
    field f;
    while (next(&m, &f))
        switch (f.number) {
        case DEVICE_ORDINAL:
            if (f.value < INT32_MAX && o->device < 0)
                o->device = (int64_t)f.value;
            break;
        case NUM_REPLICAS:
            o->replicas = (int64_t)f.value;
            break;
        case NUM_PARTITIONS:
            o->partitions = (int64_t)f.value;
            break;
        case DEVICE_ASSIGNMENT:
            read_assignment(f.inside, o);
            break;
        default:
            break;
        }
}

pjrt_options pjrt_read_options(const char *bytes, size_t n)
{
    pjrt_options o = {.replicas = 1, .partitions = 1, .device = -1};
    message m = {(const unsigned char *)bytes, (const unsigned char *)bytes + n};
    field f;
    while (n && next(&m, &f))
        if (f.number == BUILD_OPTIONS)
            read_build_options(f.inside, &o);
    return o;
}

/* The PJRT plug-in, called through its table of functions, as JAX calls it. ./run jax runs JAX on
 * it. */
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/pjrt/abi.h"

static const pjrt_api *api;
static pjrt_client *client;

/* Calls a function of the table with a struct of its arguments. */
#define ARGS(name, ...)                                                                            \
    (&(pjrt_##name##_args){.struct_size = sizeof(pjrt_##name##_args), __VA_ARGS__})
#define CALL(name, ...)                                                                            \
    ({                                                                                             \
        pjrt_##name##_args *a_ = ARGS(name, __VA_ARGS__);                                          \
        expect_none(api->name(a_), #name);                                                         \
        *a_;                                                                                       \
    })
#define FAILS(name, code, part, ...) expect_error(api->name(ARGS(name, __VA_ARGS__)), code, part)

static void expect_none(pjrt_error *e, const char *name)
{
    if (!e)
        return;
    pjrt_Error_Message_args m = {.error = e};
    api->Error_Message(&m);
    cr_assert_fail("%s: %.*s", name, (int)m.message_size, m.message);
}

static void expect_error(pjrt_error *e, pjrt_code code, const char *part)
{
    cr_assert(e, "no error where one says \"%s\"", part);
    pjrt_Error_Message_args m = {.error = e};
    pjrt_Error_GetCode_args c = {.error = e};
    api->Error_Message(&m);
    api->Error_GetCode(&c);
    cr_expect_eq(c.code, code, "code %u: %s", c.code, m.message);
    cr_expect(strstr(m.message, part), "\"%s\" is not in: %s", part, m.message);
    api->Error_Destroy(&(pjrt_Error_Destroy_args){.error = e});
}

static void start(void)
{
    void *library = dlopen(JAC_PJRT_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    cr_assert(library, "%s", dlerror());
    const pjrt_api *(*get)(void) = (const pjrt_api *(*)(void))dlsym(library, "GetPjrtApi");
    cr_assert(get, "%s", dlerror());
    api = get();
    client = CALL(Client_Create, .client = NULL).client;
}

TestSuite(pjrt, .init = start);

/* ---- programs and buffers ---------------------------------------------------------------------------- */

static pjrt_loaded *compile(const char *code, size_t n)
{
    static const char options[] = {0x1a, 4, 0x20, 1, 0x28, 1}; /* one replica, one partition */
    pjrt_program p = {sizeof p, NULL, (char *)code, n, "mlir", 4};
    return CALL(Client_Compile, .client = client, .program = &p, .compile_options = options,
                .compile_options_size = sizeof options)
        .executable;
}

static pjrt_loaded *compile_file(const char *name)
{
    static char bytes[1 << 16];
    char path[512];
    snprintf(path, sizeof path, "%s/../bytecode/%s", JAC_STABLEHLO_DATA, name);
    FILE *f = fopen(path, "rb");
    cr_assert(f, "cannot open %s", path);
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    return compile(bytes, n);
}

enum { F32 = 11 };

static pjrt_buffer *floats(const float *data, int64_t n, pjrt_semantics how, pjrt_event **done)
{
    pjrt_Client_BufferFromHostBuffer_args made =
        CALL(Client_BufferFromHostBuffer, .client = client, .data = data, .type = F32, .dims = &n,
             .num_dims = 1, .semantics = how);
    *done = made.done_with_host_buffer;
    return made.buffer;
}

static pjrt_buffer *copied(const float *data, int64_t n)
{
    pjrt_event *done;
    pjrt_buffer *b = floats(data, n, PJRT_COPY_NOW, &done);
    CALL(Event_Destroy, .event = done);
    return b;
}

static void fetch(pjrt_buffer *b, void *to, size_t n)
{
    CALL(Event_Await, .event = CALL(Buffer_ReadyEvent, .buffer = b).event);
    size_t need = CALL(Buffer_ToHostBuffer, .src = b).dst_size;
    cr_assert_eq(need, n);
    CALL(Event_Await, .event = CALL(Buffer_ToHostBuffer, .src = b, .dst = to, .dst_size = n).event);
}

static void execute(pjrt_loaded *x, size_t n, pjrt_buffer *const *in, pjrt_buffer **out)
{
    pjrt_execute_options o = {.struct_size = sizeof o};
    CALL(LoadedExecutable_Execute, .executable = x, .options = &o, .argument_lists = &in,
         .num_devices = 1, .num_args = n, .output_lists = &out);
}

/* ---- tests ------------------------------------------------------------------------------------------ */

/* The sizes that a caller of version 0.114 passes. */
Test(pjrt, its_structs_have_the_sizes_that_others_use)
{
    cr_expect_eq(sizeof(pjrt_api), 1144);
    cr_expect_eq(sizeof(pjrt_named), 56);
    cr_expect_eq(sizeof(pjrt_layout), 80);
    cr_expect_eq(sizeof(pjrt_Client_Compile_args), 56);
    cr_expect_eq(sizeof(pjrt_Client_BufferFromHostBuffer_args), 120);
    cr_expect_eq(sizeof(pjrt_Buffer_ToHostBuffer_args), 56);
    cr_expect_eq(sizeof(pjrt_LoadedExecutable_Execute_args), 80);
    cr_expect_eq(offsetof(pjrt_api, LoadedExecutable_Execute), 40 + 8 * 55);
    cr_expect_eq(offsetof(pjrt_api, Event_Set), 40 + 8 * 127);
    cr_expect_eq(api->struct_size, sizeof *api);
}

Test(pjrt, every_function_of_the_table_is_there)
{
    void *const *slot = (void *const *)((const char *)api + offsetof(pjrt_api, Error_Destroy));
    size_t n = (sizeof *api - offsetof(pjrt_api, Error_Destroy)) / sizeof *slot;
    cr_expect_eq(n, 138);
    for (size_t k = 0; k < n; k++)
        cr_expect(slot[k], "function %zu is missing", k);
    FAILS(Device_PoisonExecution, PJRT_UNIMPLEMENTED,
          "PJRT_Device_PoisonExecution is not supported");
}

/* jaxlib takes a first word that is not NULL for a table of functions. */
Test(pjrt, every_object_begins_with_a_null_word)
{
    const float data[] = {1};
    pjrt_Client_AddressableDevices_args d = CALL(Client_AddressableDevices, .client = client);
    pjrt_Client_AddressableMemories_args m = CALL(Client_AddressableMemories, .client = client);
    pjrt_buffer *b = copied(data, 1);
    pjrt_event *e = CALL(Event_Create, .event = NULL).event;
    pjrt_loaded *l = compile_file("exported.bin");
    pjrt_executable *x = CALL(LoadedExecutable_GetExecutable, .loaded = l).executable;
    const void *objects[] = {client, d.devices[0], m.memories[0], b, e, l, x};
    for (size_t k = 0; k < sizeof objects / sizeof *objects; k++)
        cr_expect(!*(void *const *)objects[k], "object %zu", k);
}

static int count_devices(const char *wanted)
{
    setenv("JACQUARD_DEVICES", wanted, 1);
    pjrt_client *c = CALL(Client_Create, .client = NULL).client;
    pjrt_Client_Devices_args d = CALL(Client_Devices, .client = c);
    for (size_t k = 0; k < d.num_devices; k++) {
        pjrt_device *same = CALL(Client_LookupDevice, .client = c, .id = (int)k).device;
        cr_expect_eq(same, d.devices[k]);
    }
    FAILS(Client_LookupDevice, PJRT_NOT_FOUND, "there is no device", .client = c,
          .id = (int)d.num_devices);
    CALL(Client_Destroy, .client = c);
    return (int)d.num_devices;
}

Test(pjrt, there_are_as_many_devices_as_are_asked_for)
{
    cr_expect_eq(count_devices("1"), 1);
    cr_expect_eq(count_devices("4"), 4);
    setenv("JACQUARD_DEVICES", "many", 1);
    FAILS(Client_Create, PJRT_INVALID_ARGUMENT, "JACQUARD_DEVICES must be a number",
          .client = NULL);
}

Test(pjrt, a_program_that_jax_exported_runs_on_buffers)
{
    const float data[] = {0.1f, 0.2f, 0.3f};
    float n, y[3];
    pjrt_buffer *in[] = {copied(data, 3)}, *out[2];
    pjrt_loaded *l = compile_file("exported.bin");
    pjrt_executable *x = CALL(LoadedExecutable_GetExecutable, .loaded = l).executable;
    cr_expect_eq(CALL(Executable_NumOutputs, .executable = x).num_outputs, 2);
    pjrt_Executable_OutputDimensions_args d = CALL(Executable_OutputDimensions, .executable = x);
    cr_expect(d.ranks[0] == 0 && d.ranks[1] == 1 && d.dims[0] == 3);
    for (int round = 0; round < 3; round++) {
        execute(l, 1, in, out);
        fetch(out[0], &n, sizeof n);
        fetch(out[1], y, sizeof y);
        cr_expect(fabsf(n - 0.6f) < 1e-6);
        for (int k = 0; k < 3; k++)
            cr_expect(fabsf(y[k] - (float)(k + 1) * sinf(data[k])) < 1e-6);
        for (int k = 0; k < 2; k++)
            CALL(Buffer_Destroy, .buffer = out[k]);
    }
    CALL(Executable_Destroy, .executable = x);
    CALL(LoadedExecutable_Destroy, .executable = l);
    CALL(Buffer_Destroy, .buffer = in[0]);
}

Test(pjrt, a_serialised_program_is_the_same_when_it_is_loaded)
{
    const float data[] = {0.1f, 0.2f, 0.3f};
    float n;
    pjrt_buffer *in[] = {copied(data, 3)}, *out[2];
    pjrt_loaded *l = compile_file("exported.bin");
    pjrt_executable *x = CALL(LoadedExecutable_GetExecutable, .loaded = l).executable;
    pjrt_Executable_Serialize_args s = CALL(Executable_Serialize, .executable = x);
    char *bytes = malloc(s.size);
    memcpy(bytes, s.bytes, s.size);
    s.deleter(s.owner);
    CALL(Executable_Destroy, .executable = x);
    CALL(LoadedExecutable_Destroy, .executable = l);
    l = CALL(Executable_DeserializeAndLoad, .client = client, .bytes = bytes, .size = s.size)
            .loaded;
    execute(l, 1, in, out);
    fetch(out[0], &n, sizeof n);
    cr_expect(fabsf(n - 0.6f) < 1e-6);
    FAILS(Executable_DeserializeAndLoad, PJRT_INVALID_ARGUMENT, "not an executable",
          .client = client, .bytes = bytes, .size = s.size - 1);
    free(bytes);
}

Test(pjrt, a_donated_buffer_becomes_the_result)
{
    enum { N = 1000 };
    static float x[N], y[N], z[N];
    for (int k = 0; k < N; k++) {
        x[k] = (float)k;
        y[k] = 1;
    }
    pjrt_loaded *l = compile_file("donated.bc");
    for (int held = 0; held < 2; held++) {
        pjrt_buffer *in[] = {copied(x, N), copied(y, N)}, *out[2];
        void *was = CALL(Buffer_OpaqueDeviceMemoryDataPointer, .buffer = in[0]).pointer;
        if (held)
            CALL(Buffer_IncreaseExternalReferenceCount, .buffer = in[0]);
        execute(l, 2, in, out);
        cr_expect(CALL(Buffer_IsDeleted, .buffer = in[0]).is_deleted);
        cr_expect(!CALL(Buffer_IsDeleted, .buffer = in[1]).is_deleted);
        FAILS(Buffer_ToHostBuffer, PJRT_INVALID_ARGUMENT, "deleted or donated", .src = in[0],
              .dst = z, .dst_size = sizeof z);
        fetch(out[0], z, sizeof z);
        cr_expect(z[0] == 1 && z[N - 1] == N);
        void *is = CALL(Buffer_OpaqueDeviceMemoryDataPointer, .buffer = out[0]).pointer;
        cr_expect_eq(was == is, !held, "in place: %d, held: %d", was == is, held);
        if (held) { /* who holds it sees what was there */
            cr_expect(((float *)was)[N - 1] == N - 1);
            CALL(Buffer_DecreaseExternalReferenceCount, .buffer = in[0]);
        }
        for (int k = 0; k < 2; k++) {
            CALL(Buffer_Destroy, .buffer = in[k]);
            CALL(Buffer_Destroy, .buffer = out[k]);
        }
    }
}

Test(pjrt, aligned_memory_is_shared_until_the_buffer_goes)
{
    float *data = aligned_alloc(64, 256);
    for (int k = 0; k < 64; k++)
        data[k] = (float)k;
    pjrt_event *done;
    pjrt_buffer *b = floats(data, 64, PJRT_SHARE_IMMUTABLE, &done);
    cr_expect_eq(CALL(Buffer_OpaqueDeviceMemoryDataPointer, .buffer = b).pointer, data);
    cr_expect(!CALL(Event_IsReady, .event = done).is_ready);
    CALL(Buffer_Destroy, .buffer = b);
    cr_expect(CALL(Event_IsReady, .event = done).is_ready);
    CALL(Event_Destroy, .event = done);
    b = floats(data + 1, 63, PJRT_SHARE_IMMUTABLE, &done); /* not aligned: a copy */
    cr_expect(CALL(Event_IsReady, .event = done).is_ready);
    float back[63];
    fetch(b, back, sizeof back);
    cr_expect(back[0] == 1 && back[62] == 63);
    CALL(Buffer_Destroy, .buffer = b);
    free(data);
}

Test(pjrt, strides_of_the_host_are_followed_both_ways)
{
    const float data[] = {1, 2, 3, 4, 5, 6};
    const int64_t dims[] = {3, 2}, strides[] = {4, 12}, order[] = {0, 1};
    float back[6];
    pjrt_buffer *b =
        CALL(Client_BufferFromHostBuffer, .client = client, .data = data, .type = F32, .dims = dims,
             .num_dims = 2, .byte_strides = strides, .num_byte_strides = 2)
            .buffer;
    fetch(b, back, sizeof back);
    cr_expect(back[0] == 1 && back[1] == 4 && back[2] == 2 && back[5] == 6);
    pjrt_layout columns = {.kind = PJRT_TILED,
                           .tiled = {.minor_to_major = order, .minor_to_major_size = 2}};
    CALL(Buffer_ToHostBuffer, .src = b, .host_layout = &columns, .dst = back,
         .dst_size = sizeof back);
    cr_expect(!memcmp(back, data, sizeof data));
    CALL(Buffer_Destroy, .buffer = b);
}

Test(pjrt, a_buffer_that_is_filled_in_pieces_is_waited_for)
{
    const float data[] = {1, 2, 3, 4};
    const int64_t n = 4;
    float back[4];
    pjrt_shape shape = {sizeof shape, NULL, &n, 1, F32};
    pjrt_memory *memory = CALL(Client_AddressableMemories, .client = client).memories[0];
    pjrt_transfer *t = CALL(Client_CreateBuffersForAsyncHostToDevice, .client = client,
                            .shapes = &shape, .num_shapes = 1, .memory = memory)
                           .transfer;
    pjrt_buffer *b =
        CALL(AsyncHostToDeviceTransferManager_RetrieveBuffer, .transfer = t, .index = 0).buffer;
    pjrt_event *ready = CALL(Buffer_ReadyEvent, .buffer = b).event;
    cr_expect(!CALL(Event_IsReady, .event = ready).is_ready);
    CALL(AsyncHostToDeviceTransferManager_TransferData, .transfer = t, .data = data, .size = 8);
    CALL(AsyncHostToDeviceTransferManager_TransferData, .transfer = t, .data = data + 2,
         .offset = 8, .size = 8, .is_last = true);
    cr_expect(CALL(Event_IsReady, .event = ready).is_ready);
    fetch(b, back, sizeof back);
    cr_expect(!memcmp(back, data, sizeof data));
    CALL(AsyncHostToDeviceTransferManager_Destroy, .transfer = t);
    CALL(Event_Destroy, .event = ready);
    CALL(Buffer_Destroy, .buffer = b);
}

Test(pjrt, errors_say_what_was_wrong)
{
    const float data[] = {1, 2};
    pjrt_program p = {sizeof p, NULL, "nonsense", 8, "mlir", 4};
    FAILS(Client_Compile, PJRT_INVALID_ARGUMENT, "stablehlo:1:1: a function is expected",
          .client = client, .program = &p);
    p = (pjrt_program){sizeof p, NULL, "", 0, "hlo", 3};
    FAILS(Client_Compile, PJRT_UNIMPLEMENTED, "must have the format mlir", .client = client,
          .program = &p);
    static char call[] = "func.func @main(%x: tensor<f32>) -> tensor<f32> {\n"
                         "  %0 = stablehlo.custom_call @nobody(%x) : (tensor<f32>) -> tensor<f32>\n"
                         "  return %0 : tensor<f32>\n}\n";
    p = (pjrt_program){sizeof p, NULL, call, sizeof call - 1, "mlir", 4};
    FAILS(Client_Compile, PJRT_UNIMPLEMENTED, "@nobody", .client = client, .program = &p);
    pjrt_loaded *l = compile_file("exported.bin");
    pjrt_buffer *in[] = {copied(data, 2)}, *out[2], *const *given = in, **made = out;
    FAILS(LoadedExecutable_Execute, PJRT_INVALID_ARGUMENT,
          "argument 0 must be f32[3], but is f32[2]", .executable = l, .argument_lists = &given,
          .num_devices = 1, .num_args = 1, .output_lists = &made);
    FAILS(LoadedExecutable_Execute, PJRT_INVALID_ARGUMENT, "takes 1 argument on one device",
          .executable = l, .argument_lists = &given, .num_devices = 1, .num_args = 0,
          .output_lists = &made);
    static const int64_t n = 2;
    FAILS(Client_BufferFromHostBuffer, PJRT_UNIMPLEMENTED, "the element type token",
          .client = client, .data = data, .type = 23, .dims = &n, .num_dims = 1);
    CALL(LoadedExecutable_Delete, .executable = l);
    FAILS(LoadedExecutable_Execute, PJRT_FAILED_PRECONDITION, "has been deleted", .executable = l,
          .argument_lists = &given, .num_devices = 1, .num_args = 1, .output_lists = &made);
}

/* ---- threads ------------------------------------------------------------------------------------------ */

static void *run_often(void *of)
{
    pjrt_loaded *l = of;
    for (int round = 0; round < 300; round++) {
        const float data[] = {(float)round, 1, 2};
        float n;
        pjrt_buffer *in[] = {copied(data, 3)}, *out[2];
        execute(l, 1, in, out);
        fetch(out[0], &n, sizeof n);
        cr_expect_eq(n, (float)round + 3);
        CALL(Buffer_Destroy, .buffer = in[0]);
        for (int k = 0; k < 2; k++)
            CALL(Buffer_Destroy, .buffer = out[k]);
    }
    return NULL;
}

Test(pjrt, threads_run_one_program_at_once)
{
    enum { N = 4 };
    pthread_t thread[N];
    pjrt_loaded *l = compile_file("exported.bin");
    for (int k = 0; k < N; k++)
        pthread_create(&thread[k], NULL, run_often, l);
    for (int k = 0; k < N; k++)
        pthread_join(thread[k], NULL);
    CALL(LoadedExecutable_Destroy, .executable = l);
}

static void count(pjrt_error *error, void *n)
{
    cr_expect(!error);
    ++*(int *)n;
}

Test(pjrt, an_event_that_the_caller_makes_calls_who_waits)
{
    int n = 0;
    pjrt_event *e = CALL(Event_Create, .event = NULL).event;
    CALL(Event_OnReady, .event = e, .callback = count, .user_arg = &n);
    cr_expect(!n && !CALL(Event_IsReady, .event = e).is_ready);
    CALL(Event_Set, .event = e);
    cr_expect(n == 1 && CALL(Event_IsReady, .event = e).is_ready);
    CALL(Event_OnReady, .event = e, .callback = count, .user_arg = &n);
    cr_expect_eq(n, 2);
    CALL(Event_Destroy, .event = e);
    e = CALL(Event_Create, .event = NULL).event;
    CALL(Event_Set, .event = e, .code = PJRT_INTERNAL, .message = "broken", .message_size = 6);
    FAILS(Event_Await, PJRT_INTERNAL, "broken", .event = e);
    CALL(Event_Destroy, .event = e);
}

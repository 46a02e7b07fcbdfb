/* The C API of PJRT, by its binary interface (version 0.114; its parts are as old as 0.54 or not
 * read before the caller's size is known).
 *
 * All functions stand in one table, in this order. Each takes a pointer to a struct of its own,
 * which begins with its size and a chain of extensions, and gives an error or NULL. In the list
 * below a row has the function's name and the rest of its struct.
 */
#ifndef JACQUARD_PJRT_ABI_H
#define JACQUARD_PJRT_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PJRT_MAJOR = 0, PJRT_MINOR = 114 };

typedef struct pjrt_error pjrt_error;
typedef struct pjrt_event pjrt_event;
typedef struct pjrt_client pjrt_client;
typedef struct pjrt_device pjrt_device; /* also its description */
typedef struct pjrt_memory pjrt_memory;
typedef struct pjrt_executable pjrt_executable;
typedef struct pjrt_loaded pjrt_loaded;
typedef struct pjrt_buffer pjrt_buffer;
typedef struct pjrt_transfer pjrt_transfer;
typedef struct pjrt_context pjrt_context;

typedef enum {
    PJRT_OK = 0,
    PJRT_INVALID_ARGUMENT = 3,
    PJRT_NOT_FOUND = 5,
    PJRT_RESOURCE_EXHAUSTED = 8,
    PJRT_FAILED_PRECONDITION = 9,
    PJRT_OUT_OF_RANGE = 11,
    PJRT_UNIMPLEMENTED = 12,
    PJRT_INTERNAL = 13,
} pjrt_code;

typedef uint32_t pjrt_type; /* of an element; see dtype.c */

typedef struct {
    size_t struct_size;
    void *extension_start;
    int major, minor;
} pjrt_version;

typedef enum { PJRT_STRING, PJRT_INT64, PJRT_INT64_LIST, PJRT_FLOAT, PJRT_BOOL } pjrt_named_kind;
typedef struct {
    size_t struct_size;
    void *extension_start;
    const char *name;
    size_t name_size;
    uint32_t kind;
    union {
        const char *string;
        int64_t int64;
        const int64_t *int64_list;
        float number;
        bool truth;
    };
    size_t value_size; /* how many characters or numbers; else 1 */
} pjrt_named;

typedef struct {
    size_t struct_size;
    void *extension_start;
    const int64_t *minor_to_major;
    size_t minor_to_major_size;
    const int64_t *tile_dims;
    const size_t *tile_dim_sizes;
    size_t num_tiles;
} pjrt_tiled;

typedef struct {
    size_t struct_size;
    void *extension_start;
    const int64_t *byte_strides;
    size_t num_byte_strides;
} pjrt_strides;

typedef enum { PJRT_TILED, PJRT_STRIDES } pjrt_layout_kind;
typedef struct {
    size_t struct_size;
    void *extension_start;
    union {
        pjrt_tiled tiled;
        pjrt_strides strides;
    };
    uint32_t kind;
} pjrt_layout;

typedef struct {
    size_t struct_size;
    void *extension_start;
    char *code;
    size_t code_size;
    const char *format;
    size_t format_size;
} pjrt_program;

typedef struct {
    size_t struct_size;
    void *extension_start;
    void *send_callbacks, *recv_callbacks;
    size_t num_send_ops, num_recv_ops;
    int launch_id;
    const int64_t *non_donatable_input_indices;
    size_t num_non_donatable_input_indices;
    /* more follows */
} pjrt_execute_options;

typedef struct {
    size_t struct_size;
    void *extension_start;
    const int64_t *dims;
    size_t num_dims;
    pjrt_type element_type;
} pjrt_shape;

typedef enum {
    PJRT_COPY_NOW,          /* the host may change the memory when the call returns */
    PJRT_COPY_BEFORE_EVENT, /* ... when the event is set */
    PJRT_SHARE_IMMUTABLE,   /* the buffer may be the host's memory */
    PJRT_SHARE_MUTABLE,
} pjrt_semantics;

typedef void pjrt_when_ready(pjrt_error *error, void *user_arg);

// clang-format off
#define PJRT_FUNCTIONS(F) \
    F(Error_Destroy, pjrt_error *error;) \
    F(Error_Message, const pjrt_error *error; const char *message; size_t message_size;) \
    F(Error_GetCode, const pjrt_error *error; uint32_t code;) \
    F(Plugin_Initialize, ) \
    F(Plugin_Attributes, const pjrt_named *attributes; size_t num_attributes;) \
    F(Event_Destroy, pjrt_event *event;) \
    F(Event_IsReady, pjrt_event *event; bool is_ready;) \
    F(Event_Error, pjrt_event *event;) \
    F(Event_Await, pjrt_event *event;) \
    F(Event_OnReady, pjrt_event *event; pjrt_when_ready *callback; void *user_arg;) \
    F(Client_Create, const pjrt_named *create_options; size_t num_options; void *kv_get; \
      void *kv_get_arg; void *kv_put; void *kv_put_arg; pjrt_client *client;) \
    F(Client_Destroy, pjrt_client *client;) \
    F(Client_PlatformName, pjrt_client *client; const char *name; size_t name_size;) \
    F(Client_ProcessIndex, pjrt_client *client; int process_index;) \
    F(Client_PlatformVersion, pjrt_client *client; const char *version; size_t version_size;) \
    F(Client_Devices, pjrt_client *client; pjrt_device *const *devices; size_t num_devices;) \
    F(Client_AddressableDevices, pjrt_client *client; pjrt_device *const *devices; \
      size_t num_devices;) \
    F(Client_LookupDevice, pjrt_client *client; int id; pjrt_device *device;) \
    F(Client_LookupAddressableDevice, pjrt_client *client; int local_hardware_id; \
      pjrt_device *device;) \
    F(Client_AddressableMemories, pjrt_client *client; pjrt_memory *const *memories; \
      size_t num_memories;) \
    F(Client_Compile, pjrt_client *client; const pjrt_program *program; \
      const char *compile_options; size_t compile_options_size; pjrt_loaded *executable;) \
    F(Client_DefaultDeviceAssignment, pjrt_client *client; int num_replicas; int num_partitions; \
      size_t default_assignment_size; int *default_assignment;) \
    F(Client_BufferFromHostBuffer, pjrt_client *client; const void *data; pjrt_type type; \
      const int64_t *dims; size_t num_dims; const int64_t *byte_strides; \
      size_t num_byte_strides; uint32_t semantics; pjrt_device *device; pjrt_memory *memory; \
      pjrt_layout *device_layout; pjrt_event *done_with_host_buffer; pjrt_buffer *buffer;) \
    F(DeviceDescription_Id, pjrt_device *device; int id;) \
    F(DeviceDescription_ProcessIndex, pjrt_device *device; int process_index;) \
    F(DeviceDescription_Attributes, pjrt_device *device; size_t num_attributes; \
      const pjrt_named *attributes;) \
    F(DeviceDescription_Kind, pjrt_device *device; const char *kind; size_t kind_size;) \
    F(DeviceDescription_DebugString, pjrt_device *device; const char *string; size_t size;) \
    F(DeviceDescription_ToString, pjrt_device *device; const char *string; size_t size;) \
    F(Device_GetDescription, pjrt_device *device; pjrt_device *description;) \
    F(Device_IsAddressable, pjrt_device *device; bool is_addressable;) \
    F(Device_LocalHardwareId, pjrt_device *device; int local_hardware_id;) \
    F(Device_AddressableMemories, pjrt_device *device; pjrt_memory *const *memories; \
      size_t num_memories;) \
    F(Device_DefaultMemory, pjrt_device *device; pjrt_memory *memory;) \
    F(Device_MemoryStats, pjrt_device *device; int64_t bytes_in_use; int64_t peak_bytes_in_use; \
      bool peak_bytes_in_use_is_set; struct { int64_t value; bool is_set; } others[9];) \
    F(Memory_Id, pjrt_memory *memory; int id;) \
    F(Memory_Kind, pjrt_memory *memory; const char *kind; size_t kind_size;) \
    F(Memory_DebugString, pjrt_memory *memory; const char *string; size_t size;) \
    F(Memory_ToString, pjrt_memory *memory; const char *string; size_t size;) \
    F(Memory_AddressableByDevices, pjrt_memory *memory; pjrt_device *const *devices; \
      size_t num_devices;) \
    F(Executable_Destroy, pjrt_executable *executable;) \
    F(Executable_Name, pjrt_executable *executable; const char *name; size_t name_size;) \
    F(Executable_NumReplicas, pjrt_executable *executable; size_t num_replicas;) \
    F(Executable_NumPartitions, pjrt_executable *executable; size_t num_partitions;) \
    F(Executable_NumOutputs, pjrt_executable *executable; size_t num_outputs;) \
    F(Executable_SizeOfGeneratedCodeInBytes, pjrt_executable *executable; int64_t size;) \
    F(Executable_GetCostAnalysis, pjrt_executable *executable; size_t num_properties; \
      const pjrt_named *properties;) \
    F(Executable_OutputMemoryKinds, pjrt_executable *executable; size_t num_outputs; \
      const char *const *kinds; const size_t *kind_sizes;) \
    F(Executable_OptimizedProgram, pjrt_executable *executable; pjrt_program *program;) \
    F(Executable_Serialize, const pjrt_executable *executable; const char *bytes; size_t size; \
      pjrt_executable *owner; void (*deleter)(pjrt_executable *owner);) \
    F(LoadedExecutable_Destroy, pjrt_loaded *executable;) \
    F(LoadedExecutable_GetExecutable, pjrt_loaded *loaded; pjrt_executable *executable;) \
    F(LoadedExecutable_AddressableDevices, pjrt_loaded *executable; \
      pjrt_device *const *devices; size_t num_devices;) \
    F(LoadedExecutable_Delete, pjrt_loaded *executable;) \
    F(LoadedExecutable_IsDeleted, pjrt_loaded *executable; bool is_deleted;) \
    F(LoadedExecutable_Execute, pjrt_loaded *executable; pjrt_execute_options *options; \
      pjrt_buffer *const *const *argument_lists; size_t num_devices; size_t num_args; \
      pjrt_buffer **const *output_lists; pjrt_event **device_complete_events; \
      pjrt_device *execute_device;) \
    F(Executable_DeserializeAndLoad, pjrt_client *client; const char *bytes; size_t size; \
      pjrt_loaded *loaded;) \
    F(LoadedExecutable_Fingerprint, pjrt_loaded *executable; const char *fingerprint; \
      size_t size;) \
    F(Buffer_Destroy, pjrt_buffer *buffer;) \
    F(Buffer_ElementType, pjrt_buffer *buffer; pjrt_type type;) \
    F(Buffer_Dimensions, pjrt_buffer *buffer; const int64_t *dims; size_t num_dims;) \
    F(Buffer_UnpaddedDimensions, pjrt_buffer *buffer; const int64_t *dims; size_t num_dims;) \
    F(Buffer_DynamicDimensionIndices, pjrt_buffer *buffer; const size_t *indices; \
      size_t num_dynamic_dims;) \
    F(Buffer_GetMemoryLayout, pjrt_buffer *buffer; pjrt_layout layout;) \
    F(Buffer_OnDeviceSizeInBytes, pjrt_buffer *buffer; size_t size;) \
    F(Buffer_Device, pjrt_buffer *buffer; pjrt_device *device;) \
    F(Buffer_Memory, pjrt_buffer *buffer; pjrt_memory *memory;) \
    F(Buffer_Delete, pjrt_buffer *buffer;) \
    F(Buffer_IsDeleted, pjrt_buffer *buffer; bool is_deleted;) \
    F(Buffer_CopyToDevice, pjrt_buffer *buffer; pjrt_device *device; pjrt_buffer *copy;) \
    F(Buffer_ToHostBuffer, pjrt_buffer *src; pjrt_layout *host_layout; void *dst; \
      size_t dst_size; pjrt_event *event;) \
    F(Buffer_IsOnCpu, pjrt_buffer *buffer; bool is_on_cpu;) \
    F(Buffer_ReadyEvent, pjrt_buffer *buffer; pjrt_event *event;) \
    F(Buffer_UnsafePointer, pjrt_buffer *buffer; uintptr_t pointer;) \
    F(Buffer_IncreaseExternalReferenceCount, pjrt_buffer *buffer;) \
    F(Buffer_DecreaseExternalReferenceCount, pjrt_buffer *buffer;) \
    F(Buffer_OpaqueDeviceMemoryDataPointer, pjrt_buffer *buffer; void *pointer;) \
    F(CopyToDeviceStream_Destroy, ) \
    F(CopyToDeviceStream_AddChunk, ) \
    F(CopyToDeviceStream_TotalBytes, ) \
    F(CopyToDeviceStream_GranuleSize, ) \
    F(CopyToDeviceStream_CurrentBytes, ) \
    F(TopologyDescription_Create, const char *name; size_t name_size; \
      const pjrt_named *create_options; size_t num_options; pjrt_client *topology;) \
    F(TopologyDescription_Destroy, pjrt_client *topology;) \
    F(TopologyDescription_PlatformName, pjrt_client *topology; const char *name; \
      size_t name_size;) \
    F(TopologyDescription_PlatformVersion, pjrt_client *topology; const char *version; \
      size_t version_size;) \
    F(TopologyDescription_GetDeviceDescriptions, pjrt_client *topology; \
      pjrt_device *const *descriptions; size_t num_descriptions;) \
    F(TopologyDescription_Serialize, pjrt_client *topology; const char *bytes; size_t size; \
      void *owner; void (*deleter)(void *owner);) \
    F(TopologyDescription_Attributes, pjrt_client *topology; const pjrt_named *attributes; \
      size_t num_attributes;) \
    F(Compile, const pjrt_client *topology; const pjrt_program *program; \
      const char *compile_options; size_t compile_options_size; pjrt_client *client; \
      pjrt_executable *executable;) \
    F(Executable_OutputElementTypes, pjrt_executable *executable; const pjrt_type *types; \
      size_t num_types;) \
    F(Executable_OutputDimensions, pjrt_executable *executable; size_t num_outputs; \
      const int64_t *dims; const size_t *ranks;) \
    F(Buffer_CopyToMemory, pjrt_buffer *buffer; pjrt_memory *memory; pjrt_buffer *copy;) \
    F(Client_CreateViewOfDeviceBuffer, pjrt_client *client; void *pointer; const int64_t *dims; \
      size_t num_dims; pjrt_type type; pjrt_layout *layout; pjrt_device *device; \
      void (*on_delete)(void *pointer, void *user_arg); void *on_delete_arg; intptr_t stream; \
      pjrt_buffer *buffer; pjrt_memory *memory;) \
    F(Executable_Fingerprint, pjrt_executable *executable; const char *fingerprint; \
      size_t size;) \
    F(Client_TopologyDescription, pjrt_client *client; pjrt_client *topology;) \
    F(Executable_GetCompiledMemoryStats, pjrt_executable *executable; int64_t generated_code; \
      int64_t arguments; int64_t outputs; int64_t aliases; int64_t temporaries;) \
    F(Memory_Kind_Id, pjrt_memory *memory; int kind_id;) \
    F(ExecuteContext_Create, pjrt_context *context;) \
    F(ExecuteContext_Destroy, pjrt_context *context;) \
    F(Buffer_CopyRawToHost, pjrt_buffer *buffer; void *dst; int64_t offset; int64_t size; \
      pjrt_event *event;) \
    F(AsyncHostToDeviceTransferManager_Destroy, pjrt_transfer *transfer;) \
    F(AsyncHostToDeviceTransferManager_TransferData, pjrt_transfer *transfer; int index; \
      const void *data; int64_t offset; int64_t size; bool is_last; pjrt_event *done;) \
    F(Client_CreateBuffersForAsyncHostToDevice, pjrt_client *client; const pjrt_shape *shapes; \
      size_t num_shapes; pjrt_layout **layouts; size_t num_layouts; pjrt_memory *memory; \
      pjrt_transfer *transfer;) \
    F(AsyncHostToDeviceTransferManager_RetrieveBuffer, pjrt_transfer *transfer; int index; \
      pjrt_buffer *buffer;) \
    F(AsyncHostToDeviceTransferManager_Device, pjrt_transfer *transfer; pjrt_device *device;) \
    F(AsyncHostToDeviceTransferManager_BufferCount, pjrt_transfer *transfer; size_t count;) \
    F(AsyncHostToDeviceTransferManager_BufferSize, pjrt_transfer *transfer; int index; \
      size_t size;) \
    F(AsyncHostToDeviceTransferManager_SetBufferError, pjrt_transfer *transfer; int index; \
      uint32_t code; const char *message; size_t message_size;) \
    F(AsyncHostToDeviceTransferManager_AddMetadata, pjrt_transfer *transfer; \
      const pjrt_named *metadata; size_t num_metadata;) \
    F(Client_DmaMap, pjrt_client *client; void *data; size_t size;) \
    F(Client_DmaUnmap, pjrt_client *client; void *data;) \
    F(Client_CreateUninitializedBuffer, pjrt_client *client; const int64_t *dims; \
      size_t num_dims; pjrt_type type; pjrt_layout *layout; pjrt_device *device; \
      pjrt_memory *memory; pjrt_buffer *buffer;) \
    F(Client_UpdateGlobalProcessInfo, ) \
    F(TopologyDescription_Deserialize, const char *bytes; size_t size; pjrt_client *topology;) \
    F(Client_CreateAliasBuffer, ) \
    F(Client_FulfillAliasBuffer, ) \
    F(LoadedExecutable_GetDeviceAssignment, pjrt_loaded *executable; const char *bytes; \
      size_t size; pjrt_loaded *owner; void (*deleter)(pjrt_loaded *owner);) \
    F(Client_CreateErrorBuffer, pjrt_client *client; uint32_t code; const char *message; \
      size_t message_size; const int64_t *dims; size_t num_dims; pjrt_type type; \
      pjrt_layout *layout; pjrt_memory *memory; pjrt_buffer *buffer;) \
    F(AsyncHostToDeviceTransferManager_TransferLiteral, ) \
    F(Buffer_CopyRawToHostFuture, ) \
    F(Device_PoisonExecution, ) \
    F(Device_CreateAsyncTrackingEvent, ) \
    F(AsyncTrackingEvent_Destroy, ) \
    F(Executable_GetCompileOptions, pjrt_executable *executable; const char *bytes; \
      size_t size; pjrt_executable *owner; void (*deleter)(pjrt_executable *owner);) \
    F(Buffer_DonateWithControlDependency, ) \
    F(Event_Create, pjrt_event *event;) \
    F(Event_Set, pjrt_event *event; uint32_t code; const char *message; size_t message_size;) \
    F(Device_GetAttributes, pjrt_device *device; const pjrt_named *attributes; \
      size_t num_attributes; void *owner; void (*deleter)(void *owner);) \
    F(Client_Load, pjrt_client *client; pjrt_executable *executable; \
      const char *compile_options; size_t compile_options_size; pjrt_loaded *loaded;) \
    F(LoadedExecutable_AddressableDeviceLogicalIds, pjrt_loaded *executable; \
      int *ids; size_t num_ids;) \
    F(Buffer_Bitcast, pjrt_buffer *buffer; pjrt_type type; const int64_t *dims; \
      size_t num_dims; pjrt_layout *layout; pjrt_buffer *made;) \
    F(Error_ForEachPayload, const pjrt_error *error; void *visitor; void *user_arg;) \
    F(TopologyDescription_Fingerprint, pjrt_client *topology; uint64_t fingerprint;) \
    F(Executable_ParameterMemoryKinds, pjrt_executable *executable; size_t num_parameters; \
      const char *const *kinds; const size_t *kind_sizes;) \
    F(Device_ClearMemoryStats, pjrt_device *device;) \
    F(TopologyDescription_MakeCanonicalShapeForMemorySpace, ) \
    F(TopologyDescription_GetMemorySpaceKindIds, )
// clang-format on

#define F(name, ...)                                                                               \
    typedef struct {                                                                               \
        size_t struct_size;                                                                        \
        void *extension_start;                                                                     \
        __VA_ARGS__                                                                                \
    } pjrt_##name##_args;                                                                          \
    pjrt_error *pjrt_##name(pjrt_##name##_args *a);
PJRT_FUNCTIONS(F)
#undef F

typedef struct {
    size_t struct_size;
    void *extension_start;
    pjrt_version version;
#define F(name, ...) pjrt_error *(*name)(pjrt_##name##_args * a);
    PJRT_FUNCTIONS(F)
#undef F
} pjrt_api;

__attribute__((visibility("default"))) const pjrt_api *GetPjrtApi(void);

#endif

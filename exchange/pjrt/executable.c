/* What is asked of an executable. */
#include "exchange/pjrt/plugin.h"

#include <stdlib.h>

API(Executable_Destroy)
{
    pjrt_executable_release(a->executable);
    return NULL;
}

API(Executable_Name)
{
    a->name = a->executable->name;
    a->name_size = strlen(a->name);
    return NULL;
}

API(Executable_NumReplicas)
{
    a->num_replicas = 1;
    return NULL;
}

API(Executable_NumPartitions)
{
    a->num_partitions = 1;
    return NULL;
}

API(Executable_NumOutputs)
{
    a->num_outputs = (size_t)a->executable->nout;
    return NULL;
}

API(Executable_SizeOfGeneratedCodeInBytes)
{
    a->size = 0; /* programs share kernels, so none has a size of its own */
    return NULL;
}

API(Executable_GetCostAnalysis)
{
    a->num_properties = 0;
    a->properties = NULL;
    return NULL;
}

API(Executable_OutputMemoryKinds)
{
    a->num_outputs = (size_t)a->executable->nout;
    a->kinds = a->executable->kinds;
    a->kind_sizes = a->executable->kind_sizes;
    return NULL;
}

API(Executable_ParameterMemoryKinds)
{
    a->num_parameters = (size_t)a->executable->source.narg;
    a->kinds = a->executable->kinds;
    a->kind_sizes = a->executable->kind_sizes;
    return NULL;
}

API(Executable_OutputElementTypes)
{
    a->types = a->executable->types;
    a->num_types = (size_t)a->executable->nout;
    return NULL;
}

API(Executable_OutputDimensions)
{
    a->num_outputs = (size_t)a->executable->nout;
    a->dims = a->executable->dims;
    a->ranks = a->executable->ranks;
    return NULL;
}

API(Executable_Fingerprint)
{
    a->fingerprint = a->executable->fingerprint;
    a->size = strlen(a->fingerprint);
    return NULL;
}

static int64_t bytes_of(ir_value *const *v, int n)
{
    int64_t sum = 0;
    for (int k = 0; k < n; k++)
        sum += (int64_t)ir_type_bytes(&v[k]->type);
    return sum;
}

API(Executable_GetCompiledMemoryStats)
{
    const pjrt_executable *x = a->executable;
    size_t head = offsetof(pjrt_Executable_GetCompiledMemoryStats_args, generated_code);
    if (a->struct_size > head)
        memset((char *)a + head, 0, a->struct_size - head);
    a->arguments = bytes_of(x->source.g->in, x->source.narg);
    a->outputs = bytes_of(x->source.g->out, x->nout);
    for (int k = 0; x->taken && k < x->nout; k++)
        if (x->taken[k] >= 0)
            a->aliases += bytes_of(x->source.g->out + k, 1);
    return NULL;
}

/* ---- as bytes ------------------------------------------------------------------------------------------ */

static void release(pjrt_executable *x)
{
    pjrt_executable_release(x);
}

API(Executable_Serialize)
{
    pjrt_executable *x = (pjrt_executable *)a->executable;
    atomic_fetch_add(&x->refs, 1);
    a->bytes = x->saved;
    a->size = x->nsaved;
    a->owner = x;
    a->deleter = release;
    return NULL;
}

API(Executable_GetCompileOptions)
{
    pjrt_executable *x = a->executable;
    uint64_t sizes[2];
    memcpy(sizes, x->saved + 8, sizeof sizes);
    atomic_fetch_add(&x->refs, 1);
    a->bytes = x->saved + 24;
    a->size = sizes[0];
    a->owner = x;
    a->deleter = release;
    return NULL;
}

/* The module as it was given, which is what the caller wants to see. */
API(Executable_OptimizedProgram)
{
    static const char format[] = "mlir";
    pjrt_program *p = a->program;
    uint64_t sizes[2];
    memcpy(sizes, a->executable->saved + 8, sizeof sizes);
    const char *code = a->executable->saved + 24 + sizes[0];
    if (p->code && p->code_size >= sizes[1])
        memcpy(p->code, code, sizes[1]);
    p->code_size = sizes[1];
    p->format = format;
    p->format_size = sizeof format - 1;
    return NULL;
}

/* ---- loaded -------------------------------------------------------------------------------------------- */

API(LoadedExecutable_Destroy)
{
    pjrt_executable_release(a->executable->executable);
    free(a->executable);
    return NULL;
}

API(LoadedExecutable_GetExecutable)
{
    a->executable = a->loaded->executable;
    atomic_fetch_add(&a->executable->refs, 1);
    return NULL;
}

API(LoadedExecutable_AddressableDevices)
{
    a->devices = a->executable->device->self;
    a->num_devices = 1;
    return NULL;
}

API(LoadedExecutable_AddressableDeviceLogicalIds)
{
    static int ids[2]; /* replica 0, partition 0 */
    a->ids = ids;
    a->num_ids = 1;
    return NULL;
}

API(LoadedExecutable_Delete)
{
    a->executable->deleted = true;
    return NULL;
}

API(LoadedExecutable_IsDeleted)
{
    a->is_deleted = a->executable->deleted;
    return NULL;
}

API(LoadedExecutable_Fingerprint)
{
    a->fingerprint = a->executable->executable->fingerprint;
    a->size = strlen(a->fingerprint);
    return NULL;
}

static void keep(pjrt_loaded *owner)
{
    (void)owner; /* it is a part of the executable */
}

API(LoadedExecutable_GetDeviceAssignment)
{
    a->bytes = a->executable->assignment;
    a->size = a->executable->nassignment;
    a->owner = a->executable;
    a->deleter = keep;
    return NULL;
}

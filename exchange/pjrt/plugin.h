/* The plug-in's own objects.
 *
 * A device is this machine's CPU; there may be several, which share it. A buffer holds an array, as
 * handles do, but belongs to no thread. An executable holds a compiled program, which runs directly
 * on the arrays of its arguments. Everything that a call starts is done when the call returns.
 */
#ifndef JACQUARD_PJRT_PLUGIN_H
#define JACQUARD_PJRT_PLUGIN_H

#include <pthread.h>

#include "exchange/pjrt/abi.h"
#include "exchange/stablehlo/load.h"
#include "jit/jit.h"

/* The head of a function of the API. */
#define API(name) pjrt_error *pjrt_##name(pjrt_##name##_args *a)

/* jaxlib looks at the first word of some objects: if it is not NULL, it takes it for a pointer to a
 * table of functions. So each object begins with this. */
#define PJRT_OBJECT const void *none

/* ---- error.c ------------------------------------------------------------------------------------- */

struct pjrt_error {
    PJRT_OBJECT;
    pjrt_code code;
    char text[];
};

pjrt_error *pjrt_fail(pjrt_code code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
pjrt_error *pjrt_failed(pjrt_code code); /* with the library's error, which is cleared */
pjrt_error *pjrt_error_copy(const pjrt_error *e);

/* ---- event.c ------------------------------------------------------------------------------------- */

pjrt_event *pjrt_event_done(void);              /* one that is ready, without an error */
pjrt_event *pjrt_event_of(const pjrt_error *e); /* one that is ready, with a copy of the error */
pjrt_event *pjrt_event_new(void);               /* one that is not ready; NULL: no memory */
void pjrt_event_retain(pjrt_event *e);
void pjrt_event_release(pjrt_event *e);
void pjrt_event_fire(pjrt_event *e, pjrt_error *error); /* makes it ready; takes the error */
pjrt_error *pjrt_event_wait(pjrt_event *e);

/* ---- client.c ------------------------------------------------------------------------------------ */

struct pjrt_memory {
    PJRT_OBJECT;
    int id;
    pjrt_device *device;
    char name[40];
};

struct pjrt_device {
    PJRT_OBJECT;
    int id;
    pjrt_memory memory, *memories[1];
    pjrt_device *self[1];
    char name[40];
};

/* Also a topology, which is the same devices. */
struct pjrt_client {
    PJRT_OBJECT;
    size_t ndevice;
    pjrt_device **device;
    pjrt_memory **memory;
};

extern const char pjrt_memory_kind[];

/* ---- dtype.c ------------------------------------------------------------------------------------- */

bool pjrt_dtype_of(pjrt_type t, ir_dtype *d); /* false: there is no such dtype here */
pjrt_type pjrt_type_of(ir_dtype d);
/* The type of an array; an error if there is no such array. */
pjrt_error *pjrt_shape_of(pjrt_type t, const int64_t *dims, size_t ndim, ir_type *type);

/* ---- buffer.c ------------------------------------------------------------------------------------ */

struct pjrt_buffer {
    PJRT_OBJECT;
    pthread_mutex_t lock; /* of array, held and nheld */
    pjrt_device *device;
    ir_type type;
    rt_array *array; /* NULL: it was deleted */
    rt_array *held;  /* what those outside point into, nheld of them */
    int nheld;
    pjrt_event *pending; /* when the array will be written, or why it never will; NULL: it is */
};

/* Takes the reference, also if it fails. NULL: no memory. */
pjrt_buffer *pjrt_buffer_new(pjrt_device *device, const ir_type *type, rt_array *array);
/* A new reference to its array, which is waited for; NULL with *error if it has none. */
rt_array *pjrt_buffer_array(pjrt_buffer *b, pjrt_error **error);
void pjrt_buffer_delete(pjrt_buffer *b);
int64_t *pjrt_minor_to_major(int rank); /* rank - 1, ..., 1, 0 */

/* ---- compile.c ----------------------------------------------------------------------------------- */

struct pjrt_executable {
    PJRT_OBJECT;
    atomic_int refs;
    char *name;
    hlo_program source; /* its constants are inputs behind the arguments */
    jit_program *program;
    const int *taken; /* see jit_taken */
    uint8_t *donated; /* by input; NULL: none is */
    int nin, nout;    /* of the program */
    pjrt_type *types; /* of the outputs */
    int64_t *dims;    /* of all outputs, one after another */
    size_t *ranks;
    const char **kinds; /* of the memories of arguments or outputs, whichever are more */
    size_t *kind_sizes;
    char *saved; /* what it was compiled from; see compile.c */
    size_t nsaved;
    char fingerprint[33];
};

struct pjrt_loaded {
    PJRT_OBJECT;
    pjrt_executable *executable;
    pjrt_device *device;
    bool deleted;
    char assignment[24]; /* a DeviceAssignmentProto */
    size_t nassignment;
};

void pjrt_executable_release(pjrt_executable *x);

#endif

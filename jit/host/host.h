/* What compiled code calls in this process. */
#ifndef JACQUARD_JIT_HOST_H
#define JACQUARD_JIT_HOST_H

#include "jit/host/threads.h"

typedef struct {
    const char *name;
    void *address;
} jit_host_function;
extern const jit_host_function jit_host_functions[]; /* ended by a NULL name */

#endif

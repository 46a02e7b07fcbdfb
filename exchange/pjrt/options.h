/* The options of a compilation. */
#ifndef JACQUARD_PJRT_OPTIONS_H
#define JACQUARD_PJRT_OPTIONS_H

#include "exchange/pjrt/plugin.h"

typedef struct {
    int64_t replicas, partitions;
    int64_t device; /* the first one; -1: it is not said */
} pjrt_options;

/* What cannot be read is as if it was not there. */
pjrt_options pjrt_read_options(const char *bytes, size_t n);

#endif

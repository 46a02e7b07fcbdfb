/* sort_shared.c: a long line, sorted by several threads */
#ifndef JACQUARD_OPS_HOST_SORT_SHARED_H
#define JACQUARD_OPS_HOST_SORT_SHARED_H

#include "jit/host/host.h"

/* Is it worth sharing n elements among threads? */
bool jac_host_sort_is_shared(int64_t n);
/* Sorts n elements of `size` bytes (4, 8 or 16), stably, by the `bits` bits above the lowest `low`
 * ones of each; of an element of 16 bytes, by those of its first half. `spare` has room for as
 * many. Returns where the result is; if memory runs out, does nothing and returns NULL. */
void *jac_host_sort_shared(int64_t n, int size, int low, int bits, void *a, void *spare);

/* A line in parts, each of which is an item of jac_host_parallel. */
enum { JAC_HOST_SORT_PARTS = 32 };
static inline int64_t jac_host_sort_part(int64_t n, int64_t part)
{
    return n / JAC_HOST_SORT_PARTS * part +
           (part < n % JAC_HOST_SORT_PARTS ? part : n % JAC_HOST_SORT_PARTS);
}

#endif

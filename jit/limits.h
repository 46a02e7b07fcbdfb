/* What a machine has, as far as the schedule depends on it: how much fits into registers, the stack
 * and the caches, and from what size on a library or another thread is worth its call.
 *
 * The back end names them (jit/backend.h); the schedule reads them from there and knows no machine.
 * They decide what code is made, so they are part of what a program is found by. All are int64_t, so
 * that they can be compared and hashed as bytes.
 */
#ifndef JACQUARD_JIT_LIMITS_H
#define JACQUARD_JIT_LIMITS_H

#include <stdint.h>

typedef struct {
    /* Bytes of buffers on the stack: of one, and of all. Small ones may become registers. */
    int64_t small_buffer, stack;
    /* Kernels done together, some rows at a time (strips.c): from so many rows and bytes on, since
     * less stays in the second cache; so many bytes at a time, which the first cache holds; and at
     * most so many in one row, or in a strip of very short rows. */
    int64_t strip_least_rows, strip_least_bytes, strip_bytes, strip_most_bytes;
    /* Batched loops: so many bytes of operands and carries fit into the vector registers; and the
     * fewest and most lanes that run in step. */
    int64_t lane_bytes, fewest_lanes, most_lanes;
    /* Multiplications of a product that is emitted as loops: in all, or in each of a batch of tiny
     * ones. Beyond that a BLAS is worth its call. */
    int64_t product, tiny_product;
    /* Elements times operations of a kernel that is worth sharing among threads. */
    int64_t shared_kernel;
} jit_limits;

#endif

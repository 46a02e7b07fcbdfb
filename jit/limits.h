/* The properties of a machine that the schedule depends on: how much fits into the registers, the
 * stack and the caches, and from which size on it pays to call a library or to wake other threads.
 *
 * The back end sets them (jit/backend.h); the schedule reads them and knows nothing else about the
 * machine. They decide which code is made, so they are part of a program's cache key. All are
 * int64_t, so that they can be compared and hashed as bytes.
 */
#ifndef JACQUARD_JIT_LIMITS_H
#define JACQUARD_JIT_LIMITS_H

#include <stdint.h>

typedef struct {
    /* Bytes of buffers on the stack: the most for one buffer, and for all of them together. Small
     * ones may become registers. */
    int64_t small_buffer, stack;
    /* Kernels run together in strips of rows (strips.c). The fewest rows and bytes for which this
     * pays (anything smaller stays in the second-level cache), the bytes of one strip (it should
     * fit into the first-level cache), and the most bytes of one row, or of a strip of very short
     * rows. */
    int64_t strip_least_rows, strip_least_bytes, strip_bytes, strip_most_bytes;
    /* Batched loops: how many bytes of operands and carries fit into the vector registers, and the
     * fewest and the most lanes that run in step. */
    int64_t lane_bytes, fewest_lanes, most_lanes;
    /* The most multiplications of a product that is emitted as loops: in total, or for each member
     * of a batch of tiny products. For larger ones, calling a BLAS pays. */
    int64_t product, tiny_product;
    /* Products, and batches of them, whose sizes are all at most this are emitted too. */
    int64_t product_side;
    /* From how many operations (elements times operations per element) a kernel is shared among
     * threads; into how many parts it is then cut; and the fewest elements of a part that are next
     * to each other: along the innermost axis (a cache line), and along an axis that is summed (a
     * page). */
    int64_t shared_kernel, shared_parts, shared_line, shared_page;
    /* Operations per element that cost less than keeping the element in memory. The first may be
     * repeated any number of times; the second is the most for all repetitions together. */
    int64_t free_cost, repeated_cost;
    /* A long sum is accumulated in tiles of this many bytes, which stay in the first-level cache.
     */
    int64_t tile_bytes;
    /* The rows of a strip are a multiple of this number, so that they fill vector registers; 0: any
     * number of rows. */
    int64_t strip_multiple;
} jit_limits;

#endif

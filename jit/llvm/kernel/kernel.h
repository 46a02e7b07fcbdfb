/* Declarations shared by the files of the kernel emitter, which emits loop nests over a space.
 *
 *   order.c    the order of the loops, and where they are split
 *   sums.c     accumulators and results of reductions
 *   nest.c     one loop of the nest
 *   reduce.c   the code inside the kept loops
 *   space.c    all loops, in tiles if an operand is read across its rows
 *   threads.c  parts of the space, for threads to share
 *   kernel.c   the whole kernel
 */
#ifndef JACQUARD_JIT_LLVM_KERNEL_H
#define JACQUARD_JIT_LLVM_KERNEL_H

#include "jit/llvm/loop.h"

/* A kernel that threads share: one axis is cut into parts. The number of parts does not depend on
 * the number of threads. */
typedef struct {
    int axis;     /* -1: the kernel is not shared */
    int64_t part; /* indices per part */
    int nitem;
    bool reduced;         /* the axis is reduced, so each part computes only a partial result */
    LLVMValueRef partial; /* the partial results: [root][part] */
    LLVMValueRef item;
    int nvalue; /* the values that it needs from its surroundings */
    ir_value **value;
} jit_sharing;

typedef struct {
    jit_emit *em;
    const jit_step *t;
    jit_nest nest;
    int order[IR_MAX_RANK];           /* loops from outer to inner, as axes of the nest */
    int nouter, nred, ninner;         /* kept axes, reduced axes, and kept axes inside those */
    int64_t kept_stride[IR_MAX_RANK]; /* by axis: its stride in a reduction's result */
    LLVMValueRef acc[JIT_MAX_CARRIED];
    int64_t some; /* outermost reduced indices that are summed separately; 0: all */
    LLVMValueRef total[JIT_MAX_CARRIED];            /* totals of these sums, in registers */
    LLVMValueRef tile[JIT_MAX_CARRIED], first_kept; /* or sums in memory; their offset */
    int ncut[IR_MAX_RANK];                          /* by axis: where its loop is split */
    int64_t cut[IR_MAX_RANK][JIT_MAX_CUTS];
    LLVMValueRef lo[IR_MAX_RANK], n[IR_MAX_RANK]; /* by axis: the stretch computed; NULL: all */
    int64_t columns, after; /* of a tile: indices of its first axis, and elements per index */
    bool tiled;
    jit_index outermost; /* index of the loop over the outermost reduced axis */
    LLVMValueRef first;  /* first of JIT_SOME_ROWS indices of a reduced axis done together */
    jit_sharing share;
} jit_kernel;

/* Rows that are done together when results in memory are accumulated, so that each result is loaded
 * and stored once for all of them. */
enum { JIT_SOME_ROWS = 4 };

/* Emits the code inside the loops up to `depth`. linear and kept: the current offsets in the space
 * and in a reduction's result. */
typedef void jit_level(jit_kernel *k, int depth, jit_index linear, jit_index kept);

static inline bool jit_kernel_reduces(const ir_value *v)
{
    return !jit_is_map(v);
}

static inline jit_instruction jit_kernel_combiner(const ir_value *v)
{
    return v->eqn->op->lower->instruction;
}

/* ---- order.c -------------------------------------------------------------------------------- */
void jit_kernel_set_order(jit_kernel *k);
/* Decides how many terms of a long sum of floats are summed separately, and how much of the result
 * is computed at a time. */
void jit_kernel_decide_levels(jit_kernel *k);
/* Decides where loops are split (k->cut). */
void jit_kernel_find_cuts(jit_kernel *k);
/* The axis of the nest that is tiled together with the innermost axis; -1: none. */
int jit_kernel_tiled_axis(const jit_kernel *k);

/* ---- sums.c --------------------------------------------------------------------------------- */
LLVMValueRef jit_kernel_identity(jit_emit *em, const ir_value *v);
/* The place for the partial result of a reduction from part `item`. */
LLVMValueRef jit_kernel_partial(jit_kernel *k, const ir_value *v, LLVMValueRef item);
/* Stores a reduction's result in its register or its element. */
void jit_kernel_deliver(jit_kernel *k, const ir_value *v, LLVMValueRef offset, LLVMValueRef x);
/* Load and store the in-memory accumulator of root r. */
LLVMValueRef jit_kernel_load_sum(jit_kernel *k, int r, LLVMValueRef kept);
void jit_kernel_store_sum(jit_kernel *k, int r, LLVMValueRef kept, LLVMValueRef x);

/* ---- nest.c --------------------------------------------------------------------------------- */
/* Emits the code inside an axis's loop, at index i. */
void jit_kernel_at_index(jit_kernel *k, int depth, jit_index linear, jit_index kept,
                         jit_level *inside, LLVMValueRef i);
/* Is index i of the outermost reduced axis the last of a group of k->some? */
LLVMValueRef jit_kernel_is_last(jit_kernel *k, LLVMValueRef i);
/* The loop over a stretch of an axis. carry: it carries the accumulators that are in registers. */
void jit_kernel_stretch(jit_kernel *k, int depth, jit_index linear, jit_index kept,
                        jit_level *inside, bool carry, int64_t lo, int64_t hi);
/* One loop of the nest around `inside`, split into stretches on which comparisons are decided. */
void jit_kernel_loop(jit_kernel *k, int depth, jit_index linear, jit_index kept, jit_level *inside,
                     bool carry);

/* ---- reduce.c ------------------------------------------------------------------------------- */
/* Emits the reduced loops and everything inside them. Accumulators in registers start from their
 * current values, and so do those in memory. */
void jit_kernel_reduced(jit_kernel *k, int depth, jit_index linear, jit_index kept);
/* Accumulates in the elements of the result that the inner loops run over. */
void jit_kernel_reduce_in_memory(jit_kernel *k, jit_index linear, jit_index kept);

/* ---- space.c -------------------------------------------------------------------------------- */
/* Emits the whole space, or the stretch of it that is being computed. */
void jit_kernel_whole(jit_kernel *k);

/* ---- threads.c ------------------------------------------------------------------------------ */
/* Decides which axis threads share, if any. */
void jit_kernel_decide_sharing(jit_kernel *k);
void jit_kernel_emit_shared(jit_kernel *k);

#endif

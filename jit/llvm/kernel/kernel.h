/* Between the files of the kernels' emitter: loop nests over a space.
 *
 *   order.c    the order of the loops, and where they are cut
 *   sums.c     accumulators and results of reductions
 *   nest.c     one loop of the nest
 *   reduce.c   what lies inside the loops that are kept
 *   space.c    all loops, in tiles where an operand is read across its rows
 *   threads.c  parts of the space, for threads to share
 *   kernel.c   the whole
 */
#ifndef JACQUARD_JIT_LLVM_KERNEL_H
#define JACQUARD_JIT_LLVM_KERNEL_H

#include "jit/llvm/loop.h"

/* A kernel that threads share: one axis is cut into parts, whose number does not depend on how many
 * threads there are. */
typedef struct {
    int axis;     /* -1: it is done here, whole */
    int64_t part; /* indices in one */
    int nitem;
    bool reduced;         /* the axis is, so a part gives but part of a result */
    LLVMValueRef partial; /* what each part gives then: [root][part] */
    LLVMValueRef item;
    int nvalue; /* what it needs of what is around */
    ir_value **value;
} jit_sharing;

typedef struct {
    jit_emit *em;
    const jit_step *t;
    jit_nest nest;
    int order[IR_MAX_RANK];           /* loops from outer to inner, as axes of the nest */
    int nouter, nred, ninner;         /* kept, reduced, and kept again */
    int64_t kept_stride[IR_MAX_RANK]; /* by axis: in a reduction's result */
    LLVMValueRef acc[JIT_MAX_CARRIED];
    int64_t some; /* indices of the outermost reduced axis, whose sums are added up; 0: of all */
    LLVMValueRef total[JIT_MAX_CARRIED];            /* if these are in registers */
    LLVMValueRef tile[JIT_MAX_CARRIED], first_kept; /* else in memory, the result from there on */
    int ncut[IR_MAX_RANK];                          /* by axis: where its loop is split */
    int64_t cut[IR_MAX_RANK][JIT_MAX_CUTS];
    LLVMValueRef lo[IR_MAX_RANK], n[IR_MAX_RANK]; /* by axis: the stretch being done; NULL: all */
    int64_t columns, after; /* of a tile: indices of its first axis, and elements of one */
    bool tiled;
    jit_index outermost; /* where the loop over the outermost reduced axis is */
    LLVMValueRef first;  /* of JIT_SOME_ROWS indices of a reduced axis that are done together */
    jit_sharing share;
} jit_kernel;

/* Rows that are done together where results in memory are added to: loaded and stored once for all.
 */
enum { JIT_SOME_ROWS = 4 };

/* What lies inside the loops up to `depth`; linear and kept: the offsets there in the space, and in
 * a reduction's result. */
typedef void jit_level(jit_kernel *k, int depth, jit_index linear, jit_index kept);

static inline bool jit_kernel_reduces(const ir_value *v)
{
    return !jit_is_map(v);
}

static inline jit_instruction jit_kernel_combiner(const ir_value *v)
{
    return v->eqn->op->lower->instruction;
}

/* ---- order.c --------------------------------------------------------------------------------- */
void jit_kernel_set_order(jit_kernel *k);
/* How many terms of long sums of floats are added up by themselves, and how much of the result at a
 * time. */
void jit_kernel_decide_levels(jit_kernel *k);
/* Finds k->cut. */
void jit_kernel_find_cuts(jit_kernel *k);
/* The axis of the nest to be tiled with the innermost, or -1. */
int jit_kernel_tiled_axis(const jit_kernel *k);

/* ---- sums.c ---------------------------------------------------------------------------------- */
LLVMValueRef jit_kernel_identity(jit_emit *em, const ir_value *v);
/* Where part `item` leaves what it gives for a reduction. */
LLVMValueRef jit_kernel_partial(jit_kernel *k, const ir_value *v, LLVMValueRef item);
/* A result of a reduction: to its register or its element. */
void jit_kernel_deliver(jit_kernel *k, const ir_value *v, LLVMValueRef offset, LLVMValueRef x);
/* The accumulator in memory of root r. */
LLVMValueRef jit_kernel_load_sum(jit_kernel *k, int r, LLVMValueRef kept);
void jit_kernel_store_sum(jit_kernel *k, int r, LLVMValueRef kept, LLVMValueRef x);

/* ---- nest.c ---------------------------------------------------------------------------------- */
/* At index i of an axis: what lies inside its loop. */
void jit_kernel_at_index(jit_kernel *k, int depth, jit_index linear, jit_index kept,
                         jit_level *inside, LLVMValueRef i);
/* After index i of the outermost reduced axis: is it the last of some? */
LLVMValueRef jit_kernel_is_last(jit_kernel *k, LLVMValueRef i);
/* The loop over a stretch of an axis; accumulators in registers are carried if asked for. */
void jit_kernel_stretch(jit_kernel *k, int depth, jit_index linear, jit_index kept,
                        jit_level *inside, bool carry, int64_t lo, int64_t hi);
/* One loop of the nest around `inside`, in stretches on which comparisons are decided. */
void jit_kernel_loop(jit_kernel *k, int depth, jit_index linear, jit_index kept, jit_level *inside,
                     bool carry);

/* ---- reduce.c -------------------------------------------------------------------------------- */
/* From the reduced loops inwards: accumulators in registers, or in memory as they stand. */
void jit_kernel_reduced(jit_kernel *k, int depth, jit_index linear, jit_index kept);
/* Into the elements of the result that the inner loops pass. */
void jit_kernel_reduce_in_memory(jit_kernel *k, jit_index linear, jit_index kept);

/* ---- space.c --------------------------------------------------------------------------------- */
/* All of the space, or the stretch of it that is being done. */
void jit_kernel_whole(jit_kernel *k);

/* ---- threads.c ------------------------------------------------------------------------------- */
/* Which axis threads share, if any. */
void jit_kernel_decide_sharing(jit_kernel *k);
void jit_kernel_emit_shared(jit_kernel *k);

#endif

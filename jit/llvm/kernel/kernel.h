/* Declarations shared by the files of the kernel emitter, which emits loop nests over a space.
 *
 *   order.c    the order of the loops, and where they are split
 *   sums.c     accumulators and results of reductions
 *   nest.c     one loop of the nest
 *   bank.c     a loop whose terms go to accumulators side by side
 *   reduce.c   the code inside the kept loops
 *   space.c    all loops, in tiles if an operand is read across its rows
 *   threads.c  parts of the space, for threads to share
 *   kernel.c   the whole kernel
 */
#ifndef JACQUARD_JIT_LLVM_KERNEL_H
#define JACQUARD_JIT_LLVM_KERNEL_H

#include "jit/llvm/row.h"

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
    /* A long sum of floats: after `some` indices of the loop at depth `level`, what has been
     * accumulated is added to the total. 0: there are no totals. */
    int64_t some;
    int level;
    bool is_long, fours;                 /* many terms; JIT_SOME_ROWS are done together */
    LLVMValueRef total[JIT_MAX_CARRIED]; /* addresses of the totals, if they are not in memory */
    int bank;                            /* accumulators side by side; 0: one */
    bool uneven;                         /* the last row of terms for the bank is shorter */
    bool one_row;                        /* and is the only one */
    bool short_bank;                     /* all roots' accumulators are combined as vectors */
    LLVMValueRef way;                    /* the current one; NULL: terms go to acc */
    LLVMValueRef tile[JIT_MAX_CARRIED], first_kept; /* sums in memory, banks, slots; their offset */
    /* A short row of results is accumulated in slots (row.c), which are in `tile`; its totals are
     * in `sums`. */
    bool in_slots;
    unsigned width; /* of their vectors */
    jit_row row;
    LLVMValueRef sums[JIT_MAX_CARRIED];
    int ncut[IR_MAX_RANK]; /* by axis: where its loop is split */
    int64_t cut[IR_MAX_RANK][JIT_MAX_CUTS];
    LLVMValueRef lo[IR_MAX_RANK], n[IR_MAX_RANK]; /* by axis: the stretch computed; NULL: all */
    int64_t columns, after; /* of a tile: indices of its first axis, and elements per index */
    bool tiled;
    jit_index at_level; /* index of the loop at depth `level` */
    LLVMValueRef first; /* first of JIT_SOME_ROWS indices of a reduced axis done together */
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

static inline bool jit_kernel_sums_floats(const ir_value *v)
{
    return ir_has_fraction(v->type.dtype) && jit_kernel_combiner(v) == JIT_add;
}

/* ---- order.c -------------------------------------------------------------------------------- */
void jit_kernel_set_order(jit_kernel *k);
/* Decides where loops are split (k->cut). */
void jit_kernel_find_cuts(jit_kernel *k);
/* Decides how many terms of a long sum of floats are summed separately, how many accumulators there
 * are, and how much of the result is computed at a time. */
void jit_kernel_decide_levels(jit_kernel *k);
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
/* Root r's number of elements if its rows are stored in order, otherwise 0 (jit_slots_store). */
int64_t jit_kernel_in_order(const jit_kernel *k, int r);

/* ---- nest.c --------------------------------------------------------------------------------- */
/* The width of vectors to cut the innermost loop of n iterations into; 0: it is left whole, as are
 * all with more than `most` iterations. */
unsigned jit_kernel_width(const jit_kernel *k, int64_t n, int64_t most);
/* Emits the code inside an axis's loop, at index i. */
void jit_kernel_at_index(jit_kernel *k, int depth, jit_index linear, jit_index kept,
                         jit_level *inside, LLVMValueRef i);
/* The loop over a stretch of an axis. carry: it carries the accumulators that are in registers. */
void jit_kernel_stretch(jit_kernel *k, int depth, jit_index linear, jit_index kept,
                        jit_level *inside, bool carry, int64_t lo, int64_t hi);
/* The same over n indices from `first` on, which are known to be from lo to hi - 1. */
void jit_kernel_some(jit_kernel *k, int depth, jit_index linear, jit_index kept, jit_level *inside,
                     bool carry, jit_index first, LLVMValueRef n, int64_t lo, int64_t hi);
/* One loop of the nest around `inside`, split into stretches on which comparisons are decided. */
void jit_kernel_loop(jit_kernel *k, int depth, jit_index linear, jit_index kept, jit_level *inside,
                     bool carry);

/* ---- bank.c --------------------------------------------------------------------------------- */
void jit_kernel_choose_short_bank(jit_kernel *k);
/* Makes the accumulators, empty; adds them up. Each row of terms is added to them side by side. */
void jit_kernel_bank_begin(jit_kernel *k);
void jit_kernel_bank_clear(jit_kernel *k, int r);
/* Do root r's accumulators take one term each, so that they need not be cleared? */
bool jit_kernel_bank_is_new(const jit_kernel *k, int r);
LLVMValueRef jit_kernel_bank_total(jit_kernel *k, int r);
/* The innermost loop, around `inside`. `flush` is emitted after JIT_BANK_ROWS rows, if the totals
 * are formed inside this loop. */
void jit_kernel_bank_loop(jit_kernel *k, int depth, jit_index linear, jit_index kept,
                          jit_level *inside, void (*flush)(jit_kernel *k));

/* ---- reduce.c ------------------------------------------------------------------------------- */
/* Emits what is inside the outer loops: the reduced loops, the loops inside those, and the body. */
void jit_kernel_reduce(jit_kernel *k, jit_index linear, jit_index kept);

/* ---- space.c -------------------------------------------------------------------------------- */
/* Emits the whole space, or the stretch of it that is being computed. */
void jit_kernel_whole(jit_kernel *k);

/* ---- repeat.c ------------------------------------------------------------------------------- */
/* Emits the kernel if it is over short rows and repeats a row of an operand; otherwise false. */
bool jit_kernel_repeats_rows(jit_kernel *k);

/* ---- threads.c ------------------------------------------------------------------------------ */
/* Decides which axis threads share, if any. */
void jit_kernel_decide_sharing(jit_kernel *k);
void jit_kernel_emit_shared(jit_kernel *k);

#endif

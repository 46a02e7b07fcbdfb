/* The state of the LLVM emitter, which turns a schedule into one function
 *
 *     bool f(const void *const *in, void *const *out, char *arena, const ir_eqn *const *eqns)
 *
 * Files, from the lowest to the highest; each includes only what stands above it here, but for
 * block.c, control.c and lanes.c, as a step may have blocks, and blocks have steps.
 *
 *   value.c     types, constants, blocks, attributes
 *   alias.c     which accesses of a loop cannot meet, said to LLVM
 *   memory.c    elements in memory
 *   range.c     comparisons that a loop's bounds decide
 *   bitcode.c   the scalar functions' bitcode
 *   scalar.c    lower.h's arithmetic on scalars and indices
 *   debug.c     the user's lines, for debuggers
 *   element.c   lower.h's elements: an operand at a place, loaded or computed on the spot
 *   call.c      calls of host.c
 *   tape.c      tapes
 *   profile.c   counting and timing, in programs that are profiled
 *   loop.c      counted loops
 *   function.c  what a function finds when it begins
 *   share.c     functions for what threads share
 *   outline.c   loop nests as functions of their own
 *   part.c      long straight-line code as several functions
 *   strips.c    kernels that are done together, some rows at a time
 *   kernel/     loop nests: element by element, and reductions
 *   along.c     argmax and cumsum: along one axis
 *   dot.c       small matrix products
 *   step.c      single registers, windows, calls of the interpreter's kernels
 *   control.c   while, cond, scan
 *   lanes.c     batched loops, strip by strip
 *   block.c     the steps of a block
 *   variants.c  vectors for functions that loops call
 *   math.c      the scalar functions linked in
 *   module.c    the whole
 */
#ifndef JACQUARD_JIT_LLVM_EMIT_H
#define JACQUARD_JIT_LLVM_EMIT_H

#include <llvm-c/Core.h>

#include "ir/ptrmap.h"
#include "jit/schedule/schedule.h"

/* The registers of the block being emitted. */
typedef struct {
    const jit_block *b;
    LLVMValueRef *reg; /* by value id */
} jit_frame;

/* An element computed earlier in the same loop body. */
typedef struct {
    const ir_value *v;
    LLVMValueRef linear, at[IR_MAX_RANK], result;
    int rank;
    bool has_at;
    int older; /* of the same value */
} jit_known;

typedef struct {
    LLVMValueRef access;
    int buffer;
} jit_access;

/* An index that is a loop's variable plus a constant. */
typedef struct {
    LLVMValueRef v;
    int axis;
    int64_t offset;
} jit_affine;

enum { JIT_MAX_CUTS = 128 };

/* What a kernel knows of its loops' variables, and where comparisons with them change their
 * outcome. */
typedef struct {
    int64_t lo[IR_MAX_RANK], hi[IR_MAX_RANK];
    int ncut[IR_MAX_RANK];
    int64_t cut[IR_MAX_RANK][JIT_MAX_CUTS];
    int n, cap;
    jit_affine *affine;
} jit_ranges;

/* Where the values that parts of a function share lie in its frame (part.c). */
typedef struct {
    LLVMValueRef fn, frame;
    uint64_t n;
    ptrmap place; /* by value: where, and whether it was put there by a part */
} jit_parts;

typedef struct jit_debug_lines jit_debug_lines;

/* How often a block has run in this call of its function (profile.c). */
typedef struct {
    LLVMValueRef fn, times;
    struct jit_block_count *of;
} jit_counter;

struct jit_emit {
    const jit_schedule *s;
    ir_arena mem;
    LLVMContextRef cx;
    LLVMModuleRef mod, math; /* math: the bitcode, once something calls into it */
    LLVMBuilderRef b;
    LLVMValueRef fn, arena, eqns;
    ptrmap place; /* of equations, in eqns; empty until one is wanted */
    LLVMBasicBlockRef entry, fail;
    LLVMTypeRef i1, i8, i32, i64, ptr;
    LLVMValueRef *where; /* by buffer: its address */
    jit_frame *frame;
    const jit_step *step;
    int nknown, known_cap;
    jit_known *known;
    int *newest; /* by value id: index into known, -1 */
    int naccess, access_cap, nscope;
    jit_parts parts;
    int depth;  /* of parts in parts */
    bool calls; /* are scalar functions called, not inlined? */
    /* Are steps functions of their own? Even small ones? Are these given the sizes of loops? */
    bool outlines, outlines_all, outlines_sizes;
    jit_access *access;
    jit_ranges ranges;
    jit_debug_lines *debug; /* NULL: nobody wants to see them */
    bool shared;            /* this is a function that threads share */
    LLVMValueRef row, nrow; /* kernels do so many rows from there on; NULL: all */
    int64_t rows;           /* of how many */
    bool failed;
    int ncount;
    jit_counter *counts; /* of functions that have not ended */
};

/* What emits a step. */
typedef void jit_emit_fn(jit_emit *em, const jit_step *t);

#endif

/* The state of the LLVM emitter, which turns a schedule into one function
 *
 *     bool f(const void *const *in, void *const *out, char *arena, const ir_eqn *const *eqns)
 *
 * Files, from the lowest to the highest; each includes only what stands above it here, but for
 * block.c, control.c and lanes.c, as a step may have blocks, and blocks have steps.
 *
 *   target.c    the host as LLVM sees it
 *   value.c     types, constants, blocks, attributes
 *   alias.c     which accesses of a loop cannot meet, said to LLVM
 *   memory.c    elements in memory
 *   range.c     comparisons that a loop's bounds decide
 *   bitcode.c   the scalar functions' bitcode
 *   scalar.c    lower.h's arithmetic on scalars and indices
 *   debug.c     the user's lines, for debuggers
 *   element.c   lower.h's elements: an operand at a place, loaded or computed on the spot
 *   lowering.c  the table of lower.h
 *   call.c      calls of host.c
 *   profile.c   counting and timing, in programs that are profiled
 *   loop.c      counted loops
 *   function.c  a function being emitted, and what it finds when it begins
 *   tape.c      tapes
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
 *   block.c     the steps of a block, each by the emitter of its kind
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

/* What was computed earlier in the same loop body (element.c). */
typedef struct {
    const ir_value *v;
    LLVMValueRef linear, at[IR_MAX_RANK], result;
    int rank;
    bool has_at;
    int older; /* of the same value */
} jit_known;
typedef struct {
    int n, cap;
    jit_known *at;
    int *newest; /* by value id: index into at, -1 */
} jit_known_list;

/* Loads and stores of the present loop nest (alias.c). */
typedef struct {
    LLVMValueRef access;
    int buffer;
} jit_access;
typedef struct {
    int n, cap;
    jit_access *at;
} jit_access_list;

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
    LLVMValueRef frame; /* NULL: there are none yet */
    uint64_t n;
    ptrmap place; /* by value: where, and whether it was put there by a part */
} jit_parts;

/* How often a block has run in this call of its function (profile.c). */
typedef struct jit_counter {
    LLVMValueRef times;
    struct jit_block_count *of;
    struct jit_counter *next;
} jit_counter;

/* A function being emitted (function.c). One that begins within another finds buffers and registers
 * as that one does, until it is told otherwise. */
typedef struct jit_func {
    LLVMValueRef fn;
    LLVMBasicBlockRef entry, start; /* entry stays open for stack space until the function ends */
    LLVMBasicBlockRef fail;         /* leaves because something called failed; NULL: nothing can */
    LLVMValueRef arena, eqns;
    LLVMValueRef *where; /* by buffer: its address */
    jit_frame *frame;
    const jit_step *step;
    int nscope; /* of aliases, so far */
    jit_parts parts;
    int depth;              /* of parts in parts */
    bool shared;            /* threads share it */
    bool calls;             /* are scalar functions called, not inlined? */
    LLVMValueRef row, nrow; /* kernels do so many rows from there on; NULL: all */
    int64_t rows;           /* of how many */
    jit_counter *counter;
    struct jit_func *outer;
    LLVMBasicBlockRef here; /* where the outer one goes on */
} jit_func;

/* Which steps become functions of their own (outline.c). */
typedef struct {
    bool some, small, sizes; /* any? even small ones? are they given the sizes of loops? */
} jit_outlining;

typedef struct jit_debug_lines jit_debug_lines;

struct jit_emit {
    const jit_lowering *how; /* comes first: lower.h */
    const jit_schedule *s;
    ir_arena mem;
    LLVMContextRef cx;
    LLVMModuleRef mod, math; /* math: the bitcode, once something calls into it */
    LLVMBuilderRef b;
    LLVMTypeRef i1, i8, i32, i64, ptr;
    ptrmap place; /* of equations, in a function's eqns; empty until one is wanted */
    jit_func *f;  /* being emitted */
    jit_known_list known;
    jit_access_list accesses;
    jit_ranges ranges;
    jit_outlining outlines;
    jit_debug_lines *debug; /* NULL: nobody wants to see them */
    bool failed;
};

/* What emits a step. */
typedef void jit_emit_fn(jit_emit *em, const jit_step *t);

#endif

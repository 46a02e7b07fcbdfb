/* The state of the LLVM emitter, which turns a schedule into one function
 *
 *     bool f(const void *const *in, void *const *out, char *arena, const ir_eqn *const *eqns)
 *
 * Files, from the lowest to the highest. Each includes only files above it in this list, except for
 * block.c, control.c and lanes.c, because a step may have blocks and blocks have steps.
 *
 *   target.c    the host as LLVM sees it
 *   value.c     types, constants, blocks, attributes
 *   alias.c     tells LLVM which accesses in a loop nest cannot overlap
 *   memory.c    elements in memory
 *   range.c     decides comparisons by loop bounds
 *   bitcode.c   the scalar functions' bitcode
 *   scalar.c    lower.h's arithmetic on scalars and indices
 *   debug.c     the user's source lines, for debuggers
 *   element.c   lower.h's elements: an operand at a place, loaded or computed on the spot
 *   lowering.c  lower.h's table
 *   call.c      calls of functions in the process
 *   profile.c   counting and timing, in profiled programs
 *   longsum.c   sums of many floats, in levels
 *   loop.c      counted loops
 *   row.c       short innermost loops, in whole vectors
 *   function.c  begins and ends functions
 *   tape.c      tapes
 *   share.c     functions for work that threads share
 *   outline.c   loop nests as functions of their own
 *   part.c      long straight-line code as several functions
 *   strips.c    kernels that run together, a few rows at a time
 *   kernel/     loop nests: elementwise kernels and reductions
 *   along.c     the loops around one axis, and columns side by side
 *   search.c    argmax and argmin
 *   running.c   cumsum and other running reductions
 *   pack.c      an operand of a small matrix product, with its columns side by side
 *   panel.c     small matrix products, in vectors
 *   dot.c       small matrix products, by other loops
 *   step.c      single registers, calls of the interpreter's kernels
 *   window.c    windows of an array, overwritten or combined with others
 *   control.c   while, cond, scan
 *   lanes.c     batched loops, strip by strip
 *   block.c     the steps of a block, each by the emitter for its kind
 *   variants.c  vector variants of functions that loops call
 *   math.c      links the scalar functions
 *   module.c    the whole module
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

/* A value computed earlier in the same loop body (element.c). */
typedef struct {
    const ir_value *v;
    LLVMValueRef linear, at[IR_MAX_RANK], result;
    int rank;
    bool has_at;
    int older; /* index of the previous entry for the same value; -1: none */
} jit_known;
typedef struct {
    int n, cap;
    jit_known *at;
    int *newest; /* by value id: index of its newest entry in `at`; -1: none */
} jit_known_list;

/* Loads and stores of the current loop nest (alias.c). */
typedef struct {
    LLVMValueRef access;
    int buffer;
} jit_access;
typedef struct {
    int n, cap;
    jit_access *at;
} jit_access_list;

/* An index that is a loop variable plus a constant. */
typedef struct {
    LLVMValueRef v;
    int axis;
    int64_t offset;
} jit_affine;

enum { JIT_MAX_CUTS = 128 };

/* What a kernel knows about the ranges of its loop variables, and the cuts: the places where the
 * outcome of a comparison with a loop variable changes. */
typedef struct {
    int64_t lo[IR_MAX_RANK], hi[IR_MAX_RANK];
    int ncut[IR_MAX_RANK];
    int64_t cut[IR_MAX_RANK][JIT_MAX_CUTS];
    int n, cap;
    jit_affine *affine;
} jit_ranges;

/* A function's frame: the array on its stack through which it shares values with its parts
 * (part.c). */
typedef struct {
    LLVMValueRef frame; /* NULL: not made yet */
    uint64_t n;
    ptrmap place; /* by value: its place in the frame, and whether a part put it there */
} jit_parts;

/* Counts how often a block has run in this call of its function (profile.c). */
typedef struct jit_counter {
    LLVMValueRef times;
    struct jit_block_count *of;
    struct jit_counter *next;
} jit_counter;

/* A function being emitted (function.c). A function that begins inside another one starts with the
 * outer function's buffers and registers. */
typedef struct jit_func {
    LLVMValueRef fn;
    LLVMBasicBlockRef entry, start; /* entry stays open for stack space until the function ends */
    LLVMBasicBlockRef fail;         /* returns after a failed call; NULL: nothing can fail */
    LLVMValueRef arena, eqns;
    LLVMValueRef *where; /* by buffer: its address */
    LLVMValueRef pack;   /* memory for an operand of a product (pack.c); NULL: none yet */
    int64_t pack_bytes;
    jit_frame *frame;
    const jit_step *step;
    int nscope; /* number of alias scopes so far */
    jit_parts parts;
    int depth;              /* how deeply this part is nested in other parts */
    int conversions;        /* how many instructions convert between f16 and f32 so far */
    bool shared;            /* threads share its work */
    bool alone;             /* it is one loop nest and is not inlined */
    bool calls;             /* scalar functions are called, not inlined */
    LLVMValueRef row, nrow; /* kernels compute `nrow` rows from `row` on; NULL: all rows */
    LLVMValueRef guarded;   /* an index of which only the values below `exist` exist; NULL: none */
    LLVMValueRef repeated;  /* an index whose values below `taken` were met before; NULL: none */
    int64_t exist, taken;
    int64_t rows;           /* the total number of rows */
    jit_counter *counter;
    struct jit_func *outer;
    LLVMBasicBlockRef here; /* where emission continues in the outer function */
} jit_func;

/* Which steps become functions of their own (outline.c). */
typedef struct {
    bool some, small, sizes; /* any at all; even small ones; loop sizes are passed as arguments */
} jit_outlining;

typedef struct jit_debug_lines jit_debug_lines;

struct jit_emit {
    const jit_lowering *how; /* must come first: see lower.h */
    const jit_schedule *s;
    ir_arena mem;
    LLVMContextRef cx;
    LLVMModuleRef mod, math; /* math: the bitcode, once something in it is called */
    LLVMBuilderRef b;
    LLVMTypeRef i1, i8, i32, i64, ptr;
    ptrmap place; /* by equation: its place in the function's eqns; empty until one is needed */
    jit_func *f;  /* the function being emitted */
    jit_known_list known;
    jit_access_list accesses;
    jit_ranges ranges;
    jit_outlining outlines;
    jit_debug_lines *debug; /* NULL: no line information is wanted */
    bool failed;
};

/* Emits one step. */
typedef void jit_emit_fn(jit_emit *em, const jit_step *t);

#endif

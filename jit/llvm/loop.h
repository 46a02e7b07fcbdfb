/* loop.c: counted loops, and which dimensions of a space they run over */
#ifndef JACQUARD_JIT_LLVM_LOOP_H
#define JACQUARD_JIT_LLVM_LOOP_H

#include "jit/llvm/emit.h"

enum { JIT_MAX_CARRIED = 16 };
typedef struct {
    LLVMBasicBlockRef body;
    LLVMValueRef i;
    int64_t n;
    LLVMValueRef count; /* used instead of n if not NULL */
    int ncarried;
    LLVMValueRef carried[JIT_MAX_CARRIED]; /* phis: the values at the start of an iteration */
    bool masked;                           /* the last, partial vector is masked */
    bool rolled;                           /* LLVM leaves the loop as it is */
    bool whole;                            /* LLVM does not unroll it */
    bool twice;                            /* two vectors at a time */
    unsigned vector; /* LLVM makes it one vector of this width; 0: LLVM decides */
    int conversions; /* of the function, before the loop */
} jit_counted;
/* Begins for (i = 0; i < n; i++), where n >= 1. */
void jit_loop_begin(jit_emit *em, jit_counted *l, int64_t n);
/* Begins a loop whose n may be known only at run time. */
void jit_loop_begin_counted(jit_emit *em, jit_counted *l, LLVMValueRef n);
/* Adds a value carried from one iteration to the next. Call it before emitting the body. */
LLVMValueRef jit_loop_carry(jit_emit *em, jit_counted *l, LLVMValueRef init);
/* next[k]: the value of carried[k] after the iteration. */
void jit_loop_end(jit_emit *em, jit_counted *l, const LLVMValueRef *next);

/* for (i = from; i < to; i++), where from < to. */
typedef struct {
    LLVMBasicBlockRef loop;
    LLVMValueRef i, to;
} jit_items;
void jit_items_begin(jit_emit *em, jit_items *l, LLVMValueRef from, LLVMValueRef to);
void jit_items_end(jit_emit *em, const jit_items *l);

/* A loop nest under construction: the dimensions of a space, some collapsed into one axis. */
typedef struct {
    int64_t size, stride; /* of the axis, in elements of the space's row-major order */
    int dim;              /* -1: several dimensions */
    bool reduced;
} jit_axis;
typedef struct {
    const ir_type *space;
    int n;
    jit_axis axis[IR_MAX_RANK];
    jit_index at[IR_MAX_RANK]; /* indices of the dimensions whose loops are open */
    bool has_at;
} jit_nest;
/* linear: adjacent dimensions of the same kind collapse, because no place has to be split into
 * indices. */
void jit_nest_init(jit_emit *em, jit_nest *nest, const ir_type *space, uint32_t reduced,
                   bool linear);

#endif

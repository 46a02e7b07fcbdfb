/* loop.c: counted loops, and which dimensions of a space they run over */
#ifndef JACQUARD_JIT_LLVM_LOOP_H
#define JACQUARD_JIT_LLVM_LOOP_H

#include "jit/llvm/emit.h"

enum { JIT_MAX_CARRIED = 16 };
typedef struct {
    LLVMBasicBlockRef body;
    LLVMValueRef i;
    int64_t n;
    LLVMValueRef count; /* in place of n, if not NULL */
    int ncarried;
    LLVMValueRef carried[JIT_MAX_CARRIED]; /* phis; as they enter an iteration */
    bool masked;     /* what does not fill a vector is done by one that is partly off */
    bool rolled;     /* it is left as it is */
    bool whole;      /* it is not unrolled */
    unsigned vector; /* it becomes one vector of so many; 0: as LLVM likes */
} jit_counted;
/* for (i = 0; i < n; i++), n >= 1, from here on. */
void jit_loop_begin(jit_emit *em, jit_counted *l, int64_t n);
/* The same where n is known only when it runs. */
void jit_loop_begin_counted(jit_emit *em, jit_counted *l, LLVMValueRef n);
/* Another value that goes round; call it before the body is emitted. */
LLVMValueRef jit_loop_carry(jit_emit *em, jit_counted *l, LLVMValueRef init);
/* next[k]: the value of carried k after the iteration. */
void jit_loop_end(jit_emit *em, jit_counted *l, const LLVMValueRef *next);

/* for (i = from; i < to; i++), from < to. */
typedef struct {
    LLVMBasicBlockRef loop;
    LLVMValueRef i, to;
} jit_items;
void jit_items_begin(jit_emit *em, jit_items *l, LLVMValueRef from, LLVMValueRef to);
void jit_items_end(jit_emit *em, const jit_items *l);

/* A loop nest in the making: dimensions of a space, some collapsed into one. */
typedef struct {
    int64_t size, stride; /* elements of the space's row-major order */
    int dim;              /* -1: several */
    bool reduced;
} jit_axis;
typedef struct {
    const ir_type *space;
    int n;
    jit_axis axis[IR_MAX_RANK];
    jit_index at[IR_MAX_RANK]; /* of the dimensions whose loops are open */
    bool has_at;
} jit_nest;
/* Linear: dimensions alike collapse, as no place need be split. */
void jit_nest_init(jit_emit *em, jit_nest *nest, const ir_type *space, uint32_t reduced,
                   bool linear);

#endif

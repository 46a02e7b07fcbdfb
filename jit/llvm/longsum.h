/* longsum.c: sums of many floats, in levels */
#ifndef JACQUARD_JIT_LLVM_LONGSUM_H
#define JACQUARD_JIT_LLVM_LONGSUM_H

#include "jit/llvm/emit.h"

/* How many terms an accumulator takes, one after the other, before it is added to the sum. */
enum { JIT_SUM_STEPS = 32 };
/* The same for a bank of accumulators: how many rows. */
enum { JIT_BANK_ROWS = 2 * JIT_SUM_STEPS };

/* The sum of two floats, rounded. *rest: what the rounding took away, exactly; 0 if the sum is not
 * finite. */
LLVMValueRef jit_add_exactly(jit_emit *em, LLVMValueRef a, LLVMValueRef b, LLVMValueRef *rest);

/* A bank: accumulators side by side, on the stack, for terms that lie next to each other in memory.
 * If the loop over a small bank becomes straight code, its accumulators are registers. A bank is a
 * multiple of JIT_BANK_PIECE bytes. */
enum { JIT_BANK_PIECE = 32, JIT_BANK_LEAST = 128, JIT_BANK_MOST = 1024 };
LLVMValueRef jit_bank_make(jit_emit *em, int n, ir_dtype d);
/* The width of vectors for the loop over n accumulators; 0: LLVM decides. It would unroll a loop of
 * up to eight iterations instead of making vectors. */
static inline unsigned jit_bank_width(int n)
{
    enum { UNROLLED = 8 };
    return n <= UNROLLED ? (unsigned)n : 0;
}
void jit_bank_clear(jit_emit *em, LLVMValueRef bank, int n, ir_dtype d);
/* All of them combined by f (see jit_combines_vectors), as a tree. */
LLVMValueRef jit_bank_total(jit_emit *em, LLVMValueRef bank, int n, jit_instruction f, ir_dtype d);

#endif

/* Sums of many floats. If one accumulator took all terms, one after the other, small terms would be
 * lost in a large sum. So an accumulator takes JIT_SUM_STEPS terms, and is then added to the sum.
 * What this addition rounds away is kept, and the accumulator starts from it again. So the error
 * does not grow with the number of terms.
 */
#include <string.h>

#include "jit/llvm/longsum.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/target.h"
#include "jit/llvm/value.h"
#include "jit/llvm/version.h"

LLVMValueRef jit_add_exactly(jit_emit *em, LLVMValueRef a, LLVMValueRef b, LLVMValueRef *rest)
{
    LLVMBuilderRef l = em->b;
    LLVMValueRef sum = LLVMBuildFAdd(l, a, b, "");
    LLVMValueRef from_b = LLVMBuildFSub(l, sum, a, ""), from_a = LLVMBuildFSub(l, sum, from_b, "");
    LLVMValueRef lost =
        LLVMBuildFAdd(l, LLVMBuildFSub(l, a, from_a, ""), LLVMBuildFSub(l, b, from_b, ""), "");
    LLVMValueRef finite = LLVMBuildFCmp(l, LLVMRealORD, lost, lost, "");
    *rest = LLVMBuildSelect(l, finite, lost, LLVMConstNull(LLVMTypeOf(lost)), "");
    return sum;
}

/* ---- accumulators side by side --------------------------------------------------------------- */

LLVMValueRef jit_bank_make(jit_emit *em, int n, ir_dtype d)
{
    LLVMAttributeRef a =
        LLVMCreateStringAttribute(em->cx, JIT_HAS_BANK, (unsigned)strlen(JIT_HAS_BANK), "", 0);
    LLVMAddAttributeAtIndex(em->f->fn, LLVMAttributeFunctionIndex, a);
    return jit_stack(em, (size_t)n * ir_dtypes[d].size);
}

void jit_bank_clear(jit_emit *em, LLVMValueRef bank, int n, ir_dtype d)
{
    LLVMBuildMemSet(em->b, bank, LLVMConstNull(em->i8), jit_i64(em, n * ir_dtypes[d].size),
                    JIT_BANK_PIECE);
}

LLVMValueRef jit_bank_sum(jit_emit *em, LLVMValueRef bank, int n, ir_dtype d)
{
    static const char reduce[] = "llvm.vector.reduce.fadd";
    LLVMTypeRef element = jit_register_type(em, d);
    int width = JIT_BANK_PIECE / ir_dtypes[d].size, pieces = n / width;
    LLVMTypeRef vector = LLVMVectorType(element, (unsigned)width);
    LLVMValueRef x[JIT_BANK_MOST / JIT_BANK_PIECE];
    for (int k = 0; k < pieces; k++) {
        LLVMValueRef at = jit_address(em, bank, element, jit_i64(em, k * width));
        x[k] = LLVMBuildLoad2(em->b, vector, at, "");
        LLVMSetAlignment(x[k], JIT_BANK_PIECE);
    }
    for (int half; pieces > 1; pieces = half) {
        half = (pieces + 1) / 2;
        for (int k = 0; k < pieces - half; k++)
            x[k] = LLVMBuildFAdd(em->b, x[k], x[k + half], "");
    }
    LLVMValueRef f = LLVMGetIntrinsicDeclaration(
        em->mod, LLVMLookupIntrinsicID(reduce, sizeof reduce - 1), &vector, 1);
    LLVMValueRef args[] = {LLVMConstReal(element, -0.0), x[0]};
    LLVMValueRef sum = LLVMBuildCall2(em->b, LLVMGlobalGetValueType(f), f, args, 2, "");
    jit_allow_reassociation(sum);
    return sum;
}

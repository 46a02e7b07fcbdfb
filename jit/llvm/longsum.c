/* Sums of many floats. If one accumulator took all terms, one after the other, small terms would be
 * lost in a large sum. So an accumulator takes JIT_SUM_STEPS terms, and is then added to the sum.
 * What this addition rounds away is kept, and the accumulator starts from it again. So the error
 * does not grow with the number of terms.
 */
#include <string.h>

#include "jit/llvm/longsum.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/scalar.h"
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

static LLVMValueRef combine_vectors(jit_emit *em, LLVMValueRef x, LLVMValueRef y, jit_instruction f,
                                    ir_dtype d)
{
    return f == JIT_add && ir_has_fraction(d) ? LLVMBuildFAdd(em->b, x, y, "")
                                              : jit_combine(em, f, d, x, y, false);
}

/* Combines the lanes of a vector, the upper half with the lower half, and so on. */
static LLVMValueRef across_lanes(jit_emit *em, LLVMValueRef x, jit_instruction f, ir_dtype d)
{
    LLVMValueRef lane[JIT_BANK_PIECE];
    for (unsigned half = LLVMGetVectorSize(LLVMTypeOf(x)) / 2; half; half /= 2) {
        LLVMValueRef part[2];
        for (unsigned upper = 0; upper < 2; upper++) {
            for (unsigned k = 0; k < half; k++)
                lane[k] = LLVMConstInt(em->i32, upper * half + k, false);
            part[upper] = LLVMBuildShuffleVector(em->b, x, LLVMGetUndef(LLVMTypeOf(x)),
                                                 LLVMConstVector(lane, half), "");
        }
        x = combine_vectors(em, part[0], part[1], f, d);
    }
    return LLVMBuildExtractElement(em->b, x, LLVMConstInt(em->i32, 0, false), "");
}

static LLVMValueRef sum_of_lanes(jit_emit *em, LLVMValueRef x)
{
    static const char reduce[] = "llvm.vector.reduce.fadd";
    LLVMTypeRef vector = LLVMTypeOf(x);
    LLVMValueRef f = LLVMGetIntrinsicDeclaration(
        em->mod, LLVMLookupIntrinsicID(reduce, sizeof reduce - 1), &vector, 1);
    LLVMValueRef args[] = {LLVMConstReal(LLVMGetElementType(vector), -0.0), x};
    LLVMValueRef sum = LLVMBuildCall2(em->b, LLVMGlobalGetValueType(f), f, args, 2, "");
    jit_allow_reassociation(sum);
    return sum;
}

LLVMValueRef jit_bank_total(jit_emit *em, LLVMValueRef bank, int n, jit_instruction f, ir_dtype d)
{
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
            x[k] = combine_vectors(em, x[k], x[k + half], f, d);
    }
    return f == JIT_add && ir_has_fraction(d) ? sum_of_lanes(em, x[0])
                                              : across_lanes(em, x[0], f, d);
}

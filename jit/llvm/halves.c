/* Comparisons of halves become comparisons of floats.
 *
 * InstCombine turns a comparison of two widened halves, or of one and a constant, into a comparison
 * of the halves. A machine that can only convert halves then compares the elements of a vector one
 * by one. So this undoes it after the last pass. Usually the widened halves are still there, and
 * cost nothing more.
 */
#include <llvm-c/Core.h>

#include "jit/llvm/target.h"

static LLVMTypeRef element_type(LLVMTypeRef t)
{
    return LLVMGetTypeKind(t) == LLVMVectorTypeKind ? LLVMGetElementType(t) : t;
}

static LLVMTypeRef wide_type(LLVMTypeRef t)
{
    LLVMTypeRef wide = LLVMFloatTypeInContext(LLVMGetTypeContext(t));
    return LLVMGetTypeKind(t) == LLVMVectorTypeKind ? LLVMVectorType(wide, LLVMGetVectorSize(t))
                                                    : wide;
}

static void widen(LLVMBuilderRef b, LLVMValueRef compare)
{
    LLVMTypeRef t = LLVMTypeOf(LLVMGetOperand(compare, 0));
    if (LLVMGetTypeKind(element_type(t)) != LLVMHalfTypeKind)
        return;
    LLVMPositionBuilderBefore(b, compare);
    for (unsigned k = 0; k < 2; k++) {
        LLVMValueRef x = LLVMBuildFPExt(b, LLVMGetOperand(compare, k), wide_type(t), "");
        LLVMSetOperand(compare, k, x);
    }
}

void jit_widen_compares(LLVMModuleRef m)
{
    LLVMBuilderRef b = LLVMCreateBuilderInContext(LLVMGetModuleContext(m));
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef at = LLVMGetFirstBasicBlock(f); at; at = LLVMGetNextBasicBlock(at))
            for (LLVMValueRef i = LLVMGetFirstInstruction(at); i; i = LLVMGetNextInstruction(i))
                if (LLVMIsAFCmpInst(i))
                    widen(b, i);
    LLVMDisposeBuilder(b);
}

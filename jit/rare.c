/* Functions for arguments that hardly occur (JK_RARE), for LLVM's vectoriser: a vector of them
 * whose lanes are mostly off does nothing but ask whether one is on.
 *
 * Their variants by width take a vector and a mask, and their names say so as LLVM's own vector
 * function ABI wants it.
 */
#include <stdio.h>
#include <string.h>

#include "jit/emit.h"

enum { WIDTHS = 2, NARROWEST = 4 };

typedef struct {
    jit_emit *em;
    LLVMValueRef scalar, fn;
    unsigned width;
} variant;

static LLVMValueRef any_lane(variant *v, LLVMValueRef mask)
{
    char name[64];
    snprintf(name, sizeof name, "llvm.vector.reduce.or.v%ui1", v->width);
    LLVMTypeRef type = LLVMFunctionType(v->em->i1, (LLVMTypeRef[]){LLVMTypeOf(mask)}, 1, false);
    LLVMValueRef reduce = LLVMGetNamedFunction(v->em->mod, name);
    if (!reduce)
        reduce = LLVMAddFunction(v->em->mod, name, type);
    return LLVMBuildCall2(v->em->b, type, reduce, &mask, 1, "");
}

/* for each lane that is on: y[lane] = scalar(x[lane]) */
static void fill(variant *v)
{
    jit_emit *em = v->em;
    LLVMValueRef x = LLVMGetParam(v->fn, 0), mask = LLVMGetParam(v->fn, 1);
    LLVMBasicBlockRef some = jit_new_block(em, "some"), none = jit_new_block(em, "none");
    LLVMBuildCondBr(em->b, any_lane(v, mask), some, none);
    LLVMPositionBuilderAtEnd(em->b, none);
    LLVMBuildRet(em->b, x);
    LLVMPositionBuilderAtEnd(em->b, some);
    LLVMValueRef y = x;
    for (unsigned k = 0; k < v->width; k++) {
        LLVMValueRef lane = LLVMConstInt(em->i32, k, false);
        LLVMValueRef on = LLVMBuildExtractElement(em->b, mask, lane, "");
        LLVMBasicBlockRef before = LLVMGetInsertBlock(em->b);
        LLVMBasicBlockRef call = jit_new_block(em, "call"), next = jit_new_block(em, "next");
        LLVMBuildCondBr(em->b, on, call, next);
        LLVMPositionBuilderAtEnd(em->b, call);
        LLVMValueRef arg = LLVMBuildExtractElement(em->b, x, lane, "");
        LLVMValueRef r =
            LLVMBuildCall2(em->b, LLVMGlobalGetValueType(v->scalar), v->scalar, &arg, 1, "");
        r = LLVMBuildInsertElement(em->b, y, r, lane, "");
        LLVMBuildBr(em->b, next);
        LLVMPositionBuilderAtEnd(em->b, next);
        LLVMValueRef phi = LLVMBuildPhi(em->b, LLVMTypeOf(y), "");
        LLVMAddIncoming(phi, (LLVMValueRef[]){y, r}, (LLVMBasicBlockRef[]){before, call}, 2);
        y = phi;
    }
    LLVMBuildRet(em->b, y);
}

static void make(variant *v, LLVMTypeRef element, const char *name)
{
    jit_emit *em = v->em;
    LLVMTypeRef vector = LLVMVectorType(element, v->width), mask = LLVMVectorType(em->i1, v->width);
    v->fn = LLVMAddFunction(em->mod, name,
                            LLVMFunctionType(vector, (LLVMTypeRef[]){vector, mask}, 2, false));
    LLVMSetLinkage(v->fn, LLVMInternalLinkage);
    jit_add_attribute(em, v->fn, "nounwind");
    jit_add_attribute(em, v->fn, "noinline");
    jit_add_attribute(em, v->fn, "optnone"); /* not worth the time of compiling it well */
    em->fn = v->fn;
    LLVMPositionBuilderAtEnd(em->b, jit_new_block(em, "entry"));
    fill(v);
}

void jit_rare_variants(jit_emit *em, LLVMValueRef scalar)
{
    size_t len;
    const char *of = LLVMGetValueName2(scalar, &len);
    LLVMTypeRef element = LLVMGetReturnType(LLVMGlobalGetValueType(scalar));
    char list[1024] = "", *at = list;
    for (unsigned k = 0, width = NARROWEST; k < WIDTHS; k++, width *= 2) {
        char name[128];
        snprintf(name, sizeof name, "%.80s_v%u", of, width);
        variant v = {em, scalar, NULL, width};
        make(&v, element, name);
        at += snprintf(at, (size_t)(list + sizeof list - at), "%s_ZGV_LLVM_M%uv_%.80s(%s)",
                       k ? "," : "", width, of, name);
    }
    static const char key[] = "vector-function-abi-variant";
    LLVMAttributeRef a =
        LLVMCreateStringAttribute(em->cx, key, sizeof key - 1, list, (unsigned)strlen(list));
    LLVMAddAttributeAtIndex(scalar, LLVMAttributeFunctionIndex, a);
}
